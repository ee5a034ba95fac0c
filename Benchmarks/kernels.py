#!/usr/bin/env python3
"""The loops of the `kernels` program with numpy and numexpr, on the same block, one thread: `kernels.py SCENE DIR`.

DIR holds what `kernels` computed; results must agree before times are believed. numexpr runs expressions compiled
beforehand, so that nothing but the loop is timed. Prints a JSON array.
"""
import json
import sys
import time

import numexpr
import numpy
import rasterio
from numexpr.necompiler import kind_to_type
from rasterio.windows import Window

from rivals import BANDS, CLOUD_OR_SHADOW, FORMULAS, INDICES, SATURATION_BITS, calibration, file_of

SIDE = 256
NAN = numpy.float32("nan")


def block(scene):
    arrays = {}
    for name, suffix in {**BANDS, "Q": "QA_PIXEL", "S": "QA_RADSAT"}.items():
        with rasterio.open(file_of(scene, suffix)) as file:
            window = Window((file.width - SIDE) // 2, (file.height - SIDE) // 2, SIDE, SIDE)
            arrays[name] = file.read(1, window=window).ravel()
    return arrays


def compiled(expression, kinds):
    """A function of arrays: an expression of numexpr, compiled once, for the fewest calls around the loop."""
    names = sorted(kinds)
    program = numexpr.NumExpr(expression, [(name, kind_to_type[kinds[name]]) for name in names])
    return lambda values, out: program(*[values[name] for name in names], out=out, casting="same_kind",
                                       ex_uses_vml=False)


def numexpr_kernels(arrays, gain, offset):
    clouds = compiled("(qa & mask) != 0", dict(qa="int", mask="int"))
    masked = compiled("where((dn == 0) | ((radsat & bit) != 0) | cloudy, nan, g * dn + o)",
                      dict(dn="int", radsat="int", bit="int", cloudy="bool", nan="float", g="float", o="float"))
    constants = dict(nan=numpy.array(NAN), g=numpy.array(gain), o=numpy.array(offset))
    formulas = {name: compiled(text, {letter: "float" for letter in BANDS if letter in text.replace("sqrt", "")})
                for name, text in FORMULAS.items()}
    count = SIDE * SIDE
    cloudy = numpy.empty(count, "bool")
    bands = {name: numpy.empty(count, "float32") for name in BANDS}
    results = {name: numpy.empty(count, "float32") for name in INDICES}

    # NDVI in one expression: the fastest form of it.
    one = compiled("where((N == 0) | (R == 0), nan, ((g * N + o) - (g * R + o)) / ((g * N + o) + (g * R + o)))",
                   dict(N="int", R="int", nan="float", g="float", o="float"))

    def ndvi():
        one(dict(constants, N=arrays["N"], R=arrays["R"]), results["ndvi"])
        return [results["ndvi"]]

    def four():
        clouds(dict(qa=arrays["Q"], mask=numpy.int32(CLOUD_OR_SHADOW)), cloudy)
        for name in BANDS:
            masked(dict(constants, dn=arrays[name], radsat=arrays["S"], bit=numpy.int32(1 << SATURATION_BITS[name]),
                        cloudy=cloudy), bands[name])
        for name in INDICES:
            formulas[name](bands, results[name])
        return [results[name] for name in INDICES]

    return {"ndvi": ndvi, "four indices": four}


def numpy_kernels(arrays, gain, offset):
    def ndvi():
        red, nir = (gain * arrays[name] + offset for name in "RN")
        result = (nir - red) / (nir + red)
        result[(arrays["R"] == 0) | (arrays["N"] == 0)] = NAN
        return [result]

    def four():
        clouds = (arrays["Q"] & CLOUD_OR_SHADOW) != 0
        bands = {}
        for name in BANDS:
            bands[name] = gain * arrays[name] + offset
            bands[name][(arrays[name] == 0) | clouds | ((arrays["S"] & (1 << SATURATION_BITS[name])) != 0)] = NAN
        b, g, r, n = (bands[name] for name in "BGRN")
        nr, gb = n * r, g * b
        return [(n - r) / (n + r), (r - n) / (r + n), numpy.sqrt(b * r), numpy.sqrt((nr - gb) / (nr + gb))]

    return {"ndvi": ndvi, "four indices": four}


def nanoseconds(function):
    """The median over 101 batches of some milliseconds, as `kernels` measures."""
    def batch(repetitions):
        start = time.perf_counter_ns()
        for _ in range(repetitions):
            function()
        return (time.perf_counter_ns() - start) / repetitions
    single = min(batch(1) for _ in range(20))
    repetitions = max(1, int(5e6 / single))
    return sorted(batch(repetitions) for _ in range(101))[50]


def check(tool, name, results, folder):
    ours = numpy.fromfile(f"{folder}/{name}.raw", "float32").reshape(len(results), -1)
    for x, y in zip(ours, results):
        y = numpy.where(numpy.isfinite(y), y, NAN)
        if (numpy.isnan(x) != numpy.isnan(y)).any():
            sys.exit(f"{tool} {name}: differs in no-data")
        if (abs(x - y) > 1e-6 * numpy.maximum(1, abs(x))).any():
            sys.exit(f"{tool} {name}: values differ by {numpy.nanmax(abs(x - y)):.3g}")


def main():
    scene, folder = sys.argv[1:]
    numexpr.set_num_threads(1)
    numpy.seterr(all="ignore")
    arrays = block(scene)
    gain, offset = (numpy.float32(number) for number in calibration(scene))
    rows = []
    for tool, kernels in (("numpy", numpy_kernels(arrays, gain, offset)),
                          ("numexpr", numexpr_kernels(arrays, gain, offset))):
        for name, function in kernels.items():
            check(tool, name, function(), folder)
            rows.append(dict(tool=tool, name=name, ns_per_pixel=nanoseconds(function) / (SIDE * SIDE)))
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
