#!/usr/bin/env python3
"""Holds what `rsproc assess` says of an area against the truth of generated scenes, seed by seed.

    .venv/bin/python seeds.py RSPROC WORK_FOLDER [--seeds 100] [--size 256]

Needs rasterio. For each seed: a scene of `rsproc synth landsat8` with its truth; 60 soil samples at random places where the map
will have a class, each the truth times exp(0.2 z) with z of the standard normal distribution; `sample`, `calibrate` (least squares of
the logarithm, left out block by block), `assess`; 50 places drawn at random within each class of the map (all pixels of a smaller
class), with the true class; `assess --validation`. What is compared, per seed:

- the cross-validated RMSE, with the RMSE over all pixels of the map against what such a sample would have measured there
  (truth with the same noise), and against the truth;
- hectares of each class: counted on the map, estimated, true; whether the 95 % interval holds the true ones.

Writes seeds.json into the work folder and prints a table. With --survey the samples are those of `synth --field-data`: not random
but a fifth in each class, as a survey for calibration is made.
"""
import argparse
import csv
import json
import math
import os
import random
import shutil
import subprocess

import rasterio

LIMITS = (2, 4, 8, 16)
NOISE = 0.2
SAMPLES = 60
PLACES = 50
PREDICTORS = "sqrt_GR,ndvi"


def rsproc(command, *words):
    done = subprocess.run([command, *words], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


def write(path, header, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def read(path, band=1):
    with rasterio.open(path) as source:
        return source.read(band).ravel().tolist(), source.transform, source.width


def number(value):
    """The class of an ECe, from 0."""
    return sum(value >= limit for limit in LIMITS)


def rmse(pairs):
    return math.sqrt(sum((a - b) ** 2 for a, b in pairs) / len(pairs))


def table(command, chance, scene, truth, work, survey):
    """Makes the table of samples."""
    chain = ["sample", "read", scene, "!", "surface", "method=dos1", "!", "mask", "cloud,shadow", "!", "gate", "bare", "!",
             "index", PREDICTORS, "--unit", "dS/m", "--quiet"]
    target = os.path.join(work, "table.csv")
    if survey:
        rsproc(command, *chain, "--points", os.path.join(scene, "field/samples.csv"), "--out", target)
        return target
    values, transform, width = truth
    candidates = []
    # Most places have no class: bare soil is seen on a part of the scene.
    for place in chance.sample(range(len(values)), 4000):
        if math.isfinite(values[place]):
            x, y = transform * (place % width + 0.5, place // width + 0.5)
            candidates.append((place, x, y, values[place] * math.exp(NOISE * chance.gauss(0, 1))))
    points, all_of_them = os.path.join(work, "points.csv"), os.path.join(work, "all.csv")
    write(points, ("id", "x", "y", "ECe"), candidates)
    rsproc(command, *chain, "--points", points, "--crs", "EPSG:32639", "--duplicates", "first", "--out", all_of_them)
    with open(all_of_them, newline="") as file:
        rows = list(csv.reader(file))
    state = rows[0].index("status")
    good = [row for row in rows[1:] if row[state] == "ok"][:SAMPLES]
    write(target, rows[0], good)
    return target


def one(command, seed, size, work, survey):
    chance = random.Random(seed)
    rsproc(command, "synth", "landsat8", "--size", str(size), "--seed", str(seed), "--field-data", "--out", work)
    scene = next(entry.path for entry in os.scandir(work) if entry.is_dir())
    name = os.path.basename(scene)
    truth = read(os.path.join(scene, "truth", name + "_truth_salinity.tif"))
    samples = table(command, chance, scene, truth, work, survey)
    model = os.path.join(work, "model.json")
    rsproc(command, "calibrate", "--samples", samples, "--target", "ECe", "--predictors", PREDICTORS, "--transform", "log",
           "--cv", "block=500m", "--out", model)
    out = os.path.join(work, "out")
    assess = ["assess", scene, "--model", model, "--out", out, "--quiet"]
    rsproc(command, *assess)
    classes, transform, width = read(os.path.join(out, name + "_ECe_class.tif"))
    predicted, _, _ = read(os.path.join(out, name + "_ECe.tif"))
    strata = {}
    for place, entry in enumerate(classes):
        if entry:
            strata.setdefault(entry, []).append(place)
    places = []
    for entry in sorted(strata):
        for place in chance.sample(strata[entry], min(PLACES, len(strata[entry]))):
            places.append((*(transform * (place % width + 0.5, place // width + 0.5)), number(truth[0][place]) + 1))
    with rasterio.open(os.path.join(out, name + "_ECe_class.tif")) as source:
        from rasterio.warp import transform as project
        lon, lat = project(source.crs, "EPSG:4326", [place[0] for place in places], [place[1] for place in places])
    checked = os.path.join(work, "checked.csv")
    write(checked, ("lon", "lat", "class"), [(f"{x:.8f}", f"{y:.8f}", place[2]) for x, y, place in zip(lon, lat, places)])
    rsproc(command, *assess, "--validation", checked, "--overwrite")
    with open(os.path.join(out, "assessment.json")) as file:
        told = json.load(file)
    with open(model) as file:
        validation = json.load(file)["cross_validation"]
    mapped = [place for entry in strata.values() for place in entry]
    # Tracks and roofs have no salinity; the few that have a class count in the lowest.
    soil = [place for place in mapped if math.isfinite(truth[0][place])]
    hectares = told["extent"]["assessed"] / len(mapped)
    true = [0.0] * (len(LIMITS) + 1)
    for place in mapped:
        true[number(truth[0][place])] += hectares
    rows = []
    for index, entry in enumerate(told["accuracy"]["classes"]):
        area = entry["area"]
        low, high = area.get("low"), area.get("high")
        rows.append({
            "true": true[index], "counted": told["classes"][index]["hectares"], "estimated": area["hectares"], "low": low,
            "high": high, "margin": area.get("margin"), "places": sum(entry["places"]),
            "found": sum(other["places"][index] for other in told["accuracy"]["classes"]),
            # Hectares of a pixel differ in the fourth digit.
            "covered": low is not None and low * 0.999 <= true[index] <= high * 1.001 + 1e-9})
    return {
        "seed": seed, "samples": validation["n"], "cross_validated": validation["rmse"], "bias": validation.get("bias"),
        "new_sample": rmse([(predicted[p], truth[0][p] * math.exp(NOISE * chance.gauss(0, 1))) for p in soil]),
        "truth": rmse([(predicted[p], truth[0][p]) for p in soil]), "no_soil": 1 - len(soil) / len(mapped), "assessed": told["extent"]["assessed"],
        "slope": told["model"].get("cross_validation", {}).get("slope"), "classes": rows,
        "warnings": told["accuracy"]["warnings"]}


def summary(rows):
    count = len(rows)
    def mean(values):
        values = list(values)
        return sum(values) / len(values)
    def root_mean(key):
        return math.sqrt(mean(row[key] ** 2 for row in rows))
    print(f"{count} seeds, {mean(row['samples'] for row in rows):.1f} samples, {mean(row['assessed'] for row in rows):.0f} ha assessed")
    print(f"RMSE, dS/m (root of the mean square, median): cross-validated {root_mean('cross_validated'):.3f}, "
          f"{sorted(row['cross_validated'] for row in rows)[count // 2]:.3f}; new samples {root_mean('new_sample'):.3f}, "
          f"{sorted(row['new_sample'] for row in rows)[count // 2]:.3f}; truth {root_mean('truth'):.3f}, "
          f"{sorted(row['truth'] for row in rows)[count // 2]:.3f}")
    print("class  true ha  counted less true   estimated less true   covered  all intervals  seeds with >= 50 places")
    for index in range(len(LIMITS) + 1):
        parts = [row["classes"][index] for row in rows]
        true = mean(part["true"] for part in parts)
        counted = mean(part["counted"] for part in parts) - true
        estimated = mean(part["estimated"] for part in parts) - true
        full = [part for part in parts if part["places"] >= PLACES]
        def share(value):
            return f"{100 * value / true:+6.1f} %" if true else "      -  "
        print(f"{index + 1:5} {true:8.1f} {counted:+9.1f} {share(counted)} {estimated:+9.1f} {share(estimated)}"
              f"     {sum(part['covered'] for part in parts):3}/{count}"
              f"        {sum(part['low'] is not None for part in parts):3}            {len(full):3}")
    intervals = [part["covered"] for row in rows for part in row["classes"]]
    print(f"all {len(intervals)} intervals: {100 * mean(intervals):.1f} % cover; "
          f"all of a seed: {sum(all(part['covered'] for part in row['classes']) for row in rows)} of {count}")
    missed = [(row["seed"], index + 1, round(part["true"], 1), part["low"], part["high"], part["found"])
              for row in rows for index, part in enumerate(row["classes"]) if not part["covered"]]
    print("missed (seed, class, true, low, high, places found):", *missed, sep="\n  ")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rsproc")
    parser.add_argument("work")
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--survey", action="store_true")
    options = parser.parse_args()
    command = os.path.abspath(options.rsproc)
    os.makedirs(options.work, exist_ok=True)
    rows = []
    for seed in range(1, options.seeds + 1):
        work = os.path.join(options.work, f"seed-{seed}")
        shutil.rmtree(work, ignore_errors=True)
        os.makedirs(work)
        try:
            rows.append(one(command, seed, options.size, work, options.survey))
        finally:
            shutil.rmtree(work, ignore_errors=True)
    with open(os.path.join(options.work, "seeds.json"), "w") as file:
        json.dump(rows, file, indent=1)
    summary(rows)


if __name__ == "__main__":
    main()
