#!/usr/bin/env python3
"""Compares the maps of two tools: `compare.py OURS THEIRS [TOLERANCE]`, folders of COGs whose names end alike.

All levels must agree: no-data in the same pixels, Float32 or its square within TOLERANCE * max(1, |x|) (near zero the root of
a quotient that is right to a millionth is not; overviews, means of numbers already compared, within 50 times that), whole
numbers within 1. Codec,
predictor, block size, overview sizes and data type must be the same. Prints one JSON object.
"""
import glob
import json
import os
import sys

import numpy
import rasterio
from rasterio.windows import Window


def form(path):
    """What must be equal before speed is compared."""
    with rasterio.open(path) as file:
        overviews = file.overviews(1)
        structure = file.tags(ns="IMAGE_STRUCTURE")
        found = [("type", file.dtypes[0]), ("codec", structure.get("COMPRESSION")),
                 ("predictor", structure.get("PREDICTOR", "none")), ("layout", structure.get("LAYOUT"))]
    for level in range(-1, len(overviews)):
        with open_level(path, level) as file:
            found.append((f"level {level + 1}", (file.width, file.height, *file.block_shapes[0])))
    return dict(found), len(overviews)


def open_level(path, level):
    return rasterio.open(path) if level < 0 else rasterio.open(path, overview_level=level)


def strips(file, rows=512):
    for row in range(0, file.height, rows):
        yield Window(0, row, file.width, min(rows, file.height - row))


def is_no_data(values, no_data):
    if values.dtype.kind == "f":
        return numpy.isnan(values)
    return values == no_data


def compare(ours, theirs, tolerance):
    problems, largest, missing = [], 0.0, 0
    our_form, levels = form(ours)
    their_form, _ = form(theirs)
    for key in sorted({*our_form, *their_form}):
        if our_form.get(key) != their_form.get(key):
            problems.append(f"{key}: {our_form.get(key)} and {their_form.get(key)}")
    if problems:
        return problems, largest, missing
    for level in range(-1, levels):
        with open_level(ours, level) as a, open_level(theirs, level) as b:
            for window in strips(a):
                x, y = a.read(1, window=window), b.read(1, window=window)
                nothing = is_no_data(x, a.nodata)
                missing += int((nothing != is_no_data(y, b.nodata)).sum())
                both = ~(nothing | is_no_data(y, b.nodata))
                x, y = x[both].astype("f8"), y[both].astype("f8")
                allowed = 1.0 if a.dtypes[0] == "int16" else tolerance * numpy.maximum(1, abs(x))
                difference = abs(x - y)
                if difference.size:
                    largest = max(largest, float(difference.max()))
                if level >= 0 and a.dtypes[0] != "int16":
                    allowed = allowed * 50
                if ((difference > allowed) & (abs(x * x - y * y) > allowed)).any():
                    problems.append(f"level {level + 1}: values differ by {difference.max():.3g}")
                    return problems, largest, missing
    if missing:
        problems.append(f"{missing} pixels differ in no-data")
    return problems, largest, missing


def main():
    ours, theirs = sys.argv[1:3]
    tolerance = float(sys.argv[3]) if len(sys.argv) > 3 else 1e-6
    problems, largest = [], 0.0
    maps = sorted(glob.glob(f"{theirs}/*.tif"))
    for path in maps:
        name = os.path.basename(path)
        found = glob.glob(f"{ours}/*_{name}")
        if len(found) != 1:
            problems.append(f"{name}: {len(found)} maps of ours end in that name")
            continue
        more, difference, _ = compare(found[0], path, tolerance)
        problems += [f"{name}: {problem}" for problem in more]
        largest = max(largest, difference)
    if len(maps) != len(glob.glob(f"{ours}/*.tif")):
        problems.append(f"{len(maps)} maps, ours are {len(glob.glob(f'{ours}/*.tif'))}")
    print(json.dumps({"problems": problems, "largest_difference": largest}))


if __name__ == "__main__":
    main()
