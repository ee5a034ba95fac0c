#!/usr/bin/env python3
"""Checks what rsproc has written from a Landsat Level-1 scene with other people's software.

    python check_outputs.py SCENE_FOLDER OUT_FOLDER

OUT_FOLDER holds, at any depth, the top-of-atmosphere bands and some indices of the scene, one file each, and their STAC items.
Every COG passes `rio cogeo validate --strict`; band descriptions are the planes' names; reflectance and indices agree
with numpy's, computed in double precision from the scene's numbers and its MTL; items validate without a network.
"""
import json
import re
import socket
import sys
from pathlib import Path

import numpy as np
import pystac
import rasterio
from rio_cogeo.cogeo import cog_validate

FORMULAS = {
    "ndvi": lambda b: (b["B5"] - b["B4"]) / (b["B5"] + b["B4"]),
    "sqrt_GR": lambda b: np.sqrt(b["B3"] * b["B4"]),
    "sqrt_BR": lambda b: np.sqrt(b["B2"] * b["B4"]),
    "ndsi_RN": lambda b: (b["B4"] - b["B5"]) / (b["B4"] + b["B5"]),
    "savi": lambda b: 1.5 * (b["B5"] - b["B4"]) / (b["B5"] + b["B4"] + 0.5),
    "evi": lambda b: 2.5 * (b["B5"] - b["B4"]) / (b["B5"] + 6 * b["B4"] - 7.5 * b["B2"] + 1),
    "crsi": lambda b: np.sqrt((b["B5"] * b["B4"] - b["B3"] * b["B2"]) / (b["B5"] * b["B4"] + b["B3"] * b["B2"])),
}
BANDS = ["B1", "B2", "B3", "B4", "B5", "B6", "B7", "B9"]
failures = []


def check(condition, text):
    if not condition:
        failures.append(text)
        print("FAILED ", text)


def read(path):
    with rasterio.open(path) as file:
        return file.read(1).astype(np.float64), file.descriptions


def metadata(scene):
    text = next(scene.glob("*_MTL.txt")).read_text()
    return {key: value.strip('"') for key, value in re.findall(r"^\s*(\w+) = (.+?)\s*$", text, re.M)}


def compare(name, ours, theirs, tolerance):
    """Differences relative to the larger of 1 and the value; no-data must be the same pixels."""
    check(np.array_equal(np.isnan(ours), np.isnan(theirs)), f"{name}: other pixels have no value")
    both = ~(np.isnan(ours) | np.isnan(theirs))
    difference = np.max(np.abs(ours - theirs)[both] / np.maximum(1, np.abs(theirs[both])), initial=0)
    check(difference <= tolerance, f"{name}: differs by {difference}")
    return difference, int(both.sum())


def check_view(name, document):
    """Fields of the view extension, version 1.0.0, are numbers within the limits of its schema, and the extension is named."""
    limits = {"off_nadir": (0, 90), "incidence_angle": (0, 90), "azimuth": (0, 360), "sun_azimuth": (0, 360),
              "sun_elevation": (-90, 90)}
    fields = {key[5:]: value for key, value in document["properties"].items() if key.startswith("view:")}
    named = [extension for extension in document.get("stac_extensions", []) if "/view/" in extension]
    check(bool(fields) == bool(named), f"{name}: view fields {sorted(fields)} and extensions {named}")
    for key, value in fields.items():
        low, high = limits.get(key, (1, 0))
        check(isinstance(value, (int, float)) and low <= value <= high, f"{name}: view:{key} is {value}")


def main():
    scene, out = Path(sys.argv[1]), Path(sys.argv[2])
    keys = metadata(scene)
    sine = np.sin(np.radians(float(keys["SUN_ELEVATION"])))
    saturation, _ = read(next(scene.glob("*_QA_RADSAT.TIF")))
    toa = {}
    for band in BANDS:
        numbers, _ = read(next(scene.glob(f"*_{band}.TIF")))
        bit = 8 if band == "B9" else int(band[1]) - 1
        gain, offset = (float(keys[f"REFLECTANCE_{part}_BAND_{band[1:]}"]) for part in ("MULT", "ADD"))
        missing = (numbers == 0) | ((saturation.astype(np.int64) >> bit) & 1 == 1)
        toa[band] = np.where(missing, np.nan, (numbers * gain + offset) / sine)
    written = {}
    for path in sorted(out.rglob("*.tif")):
        valid, errors, warnings = cog_validate(path, strict=True)
        check(valid and not errors and not warnings, f"{path.name}: rio-cogeo: {errors} {warnings}")
        values, names = read(path)
        check(len(names) == 1 and path.stem.endswith("_" + str(names[0])), f"{path.name}: descriptions {names}")
        written[names[0]] = values
    check(set(written) >= set(BANDS) | set(FORMULAS), f"files are missing: {sorted(written)}")

    for band in BANDS:
        difference, count = compare(band, written[band], toa[band], 2e-7)
        print(f"ok      {band}: {count} pixels of reflectance, largest difference {difference:.1e}")
    bands = {band: written[band] for band in BANDS}
    for name, formula in FORMULAS.items():
        with np.errstate(invalid="ignore", divide="ignore"):
            theirs = formula(bands)
        theirs[~np.isfinite(theirs)] = np.nan
        difference, count = compare(name, written[name], theirs, 5e-6)
        print(f"ok      {name}: {count} pixels, largest difference {difference:.1e}")

    def offline(*_, **__):
        raise OSError("this check must not use the network")

    socket.socket.connect = socket.create_connection = socket.getaddrinfo = offline
    items = sorted(out.rglob("*.stac.json"))
    check(items, "no STAC item")
    for path in items:
        document = json.loads(path.read_text())
        item = pystac.Item.from_file(str(path))
        # The schema of the item comes with pystac, those of extensions do not.
        schemas = pystac.Item.from_dict({**document, "stac_extensions": []}).validate()
        check_view(path.name, document)
        assets = [Path(asset.get_absolute_href()) for asset in item.assets.values()]
        check(schemas and assets and all(asset.exists() for asset in assets), f"{path.name}: an asset is missing")
        check(json.loads(path.read_text())["stac_version"] == "1.0.0", f"{path.name}: version")
        print(f"ok      {path.name}: valid without a network, {len(assets)} assets")
    if failures:
        sys.exit(f"{len(failures)} checks failed")


if __name__ == "__main__":
    main()
