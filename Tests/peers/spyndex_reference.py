#!/usr/bin/env python3
"""Values of the Awesome Spectral Indices computed by spyndex, to compare ours with.

    python spyndex_reference.py spectral-indices-dict.json > reference.json
    RSP_SPYNDEX_REFERENCE=reference.json swift test --filter CommunityCatalogueTests

Needs spyndex and numpy (tried with spyndex 0.12.0). spyndex evaluates the dictionary bundled with it; where its
formula differs from the one in the given file by more than white space, the text of the file is evaluated with numpy
instead, and `evaluated_by` of the row says so. Bands and constants are drawn anew for each set (the first is fixed),
so that constants are tested away from their defaults. `value` is null where the result is not finite.
"""
import json
import re
import sys
import warnings

import numpy as np
import spyndex

FIXED = {
    "A": 0.12, "B": 0.15, "G": 0.18, "G1": 0.17, "Y": 0.20, "R": 0.22, "RE1": 0.24, "RE2": 0.26, "RE3": 0.27,
    "N": 0.28, "N2": 0.29, "WV": 0.21, "S1": 0.33, "S2": 0.30, "T": 300.0, "T1": 300.0, "T2": 298.0,
}
CONSTANTS = {
    "C1": 6.0, "C2": 7.5, "L": 1.0, "PAR": 1000.0, "alpha": 0.1, "beta": 0.05, "c": 1.0, "cexp": 1.16,
    "epsilon": 1.0, "eta": 0.5, "fdelta": 0.581, "g": 2.5, "gamma": 1.0, "k": 0.0, "lambdaG": 560.0,
    "lambdaN": 842.0, "lambdaN2": 865.0, "lambdaR": 665.0, "lambdaS1": 1610.0, "lambdaS2": 2190.0, "lmb": 1.0,
    "n": 5.0, "nexp": 2.0, "omega": 2.0, "p": 2.0, "sigma": 0.5, "sla": 1.0, "slb": 0.0,
}
SEED = 20240601
RANDOM_SETS = 3


def value_sets():
    rng = np.random.default_rng(SEED)
    sets = [FIXED | CONSTANTS]
    for _ in range(RANDOM_SETS):
        drawn = {band: float(rng.uniform(0.02, 0.6)) for band in FIXED}
        drawn |= {"T": float(rng.uniform(270, 330)), "T2": float(rng.uniform(270, 330))}
        drawn["T1"] = drawn["T"]  # both are the first thermal band here
        drawn |= {name: value * float(rng.uniform(0.8, 1.2)) + (0.1 if value == 0 else 0)
                  for name, value in CONSTANTS.items()}
        sets.append(drawn)
    return sets


def symbols(formula):
    return sorted(set(re.findall(r"[A-Za-z_]\w*", formula)))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        entries = json.load(file)["SpectralIndices"]
    bundled = spyndex.indices
    sets = value_sets()
    rows, skipped, differing = [], [], []
    for name, entry in sorted(entries.items()):
        formula = entry["formula"]
        used = symbols(formula)
        unknown = [symbol for symbol in used if symbol not in sets[0]]
        if unknown:
            skipped.append({"index": name, "symbols": unknown})
            continue
        same = name in bundled and re.sub(r"\s", "", bundled[name].formula) == re.sub(r"\s", "", formula)
        if not same:
            differing.append({"index": name, "file": formula, "spyndex": getattr(bundled.get(name), "formula", None)})
        for number, values in enumerate(sets):
            params = {symbol: np.float64(values[symbol]) for symbol in used}
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value = (spyndex.computeIndex(name, params) if same
                         else eval(formula, {"__builtins__": {}}, params))  # the text of the given file
            rows.append({
                "index": name, "set": number, "symbols": used,
                "value": float(value) if np.isfinite(value) else None,
                "evaluated_by": "spyndex" if same else "numpy, text of the file",
            })
    json.dump({
        "spyndex": spyndex.__version__, "numpy": np.__version__, "seed": SEED, "sets": sets, "rows": rows,
        "skipped": skipped, "formulas_that_differ": differing,
    }, sys.stdout, indent=1)
    print(f"{len(rows)} values of {len({row['index'] for row in rows})} indices; "
          f"{len(skipped)} skipped; {len(differing)} with another formula in spyndex {spyndex.__version__}",
          file=sys.stderr)


if __name__ == "__main__":
    main()
