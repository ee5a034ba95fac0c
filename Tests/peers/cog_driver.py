#!/usr/bin/env python3
"""Compares cloud-optimised GeoTIFFs of rsproc with those of GDAL's COG driver, pixel by pixel and level by level.

    python cog_driver.py RSPROC WORK_FOLDER [FILE ...]

Rasters of awkward shapes, types and codecs are made here; each FILE is a raster of somebody else. The validators of others do
not notice a tile that was lost; this does.
"""
import subprocess
import sys
from pathlib import Path

import numpy as np
import rasterio
import rasterio.shutil
from rasterio.transform import from_origin
from rio_cogeo.cogeo import cog_validate

# Width, height, bands, options of write, whether a corner of several tiles has no data.
SHAPES = [
    (1, 1, 1, "", False), (255, 257, 1, "", False), (513, 1, 1, "", False), (2745, 2745, 1, "", False),
    (1500, 1300, 3, "type=int16 scale=0.0001", False), (1026, 1026, 2, "compress=zstd", False),
    (1500, 1250, 1, "", True), (1030, 900, 1, "compress=lzw", False), (1030, 900, 1, "compress=none", False),
    (1023, 1025, 1, "type=uint16 scale=0.0001", True),
]


def levels(path):
    with rasterio.open(path) as file:
        count = len(file.overviews(1))
        found = [file.read()]
    for level in range(count):
        with rasterio.open(path, OVERVIEW_LEVEL=level) as file:
            found.append(file.read())
    return found


def agrees(rsproc, work, source, options, name):
    ours, plain, theirs = work / "ours.tif", work / "plain.tif", work / "theirs.tif"
    chain = ["read", str(source), "!", "write", str(ours), *options.split()]
    subprocess.run([rsproc, "run", "--quiet", "--overwrite", *chain], check=True)
    # The driver gets the very numbers that were stored.
    with rasterio.open(ours) as file:
        profile = {key: file.profile[key] for key in ("dtype", "nodata", "width", "height", "count", "crs", "transform")}
        numbers = file.read()
    with rasterio.open(plain, "w", driver="GTiff", **profile) as file:
        file.write(numbers)
    rasterio.shutil.copy(plain, theirs, driver="COG", overview_resampling="AVERAGE", compress="DEFLATE")
    mine, yours = levels(ours), levels(theirs)
    same = [a.shape for a in mine] == [b.shape for b in yours] and all(
        np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in zip(mine, yours))
    valid, errors, warnings = cog_validate(ours, strict=True, quiet=True)
    print("ok    " if same and valid else "FAILED", name, options, f"{len(mine)} levels", *errors, *warnings)
    return same and valid


def main():
    rsproc, work = sys.argv[1], Path(sys.argv[2])
    work.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    good = True
    for width, height, bands, options, is_sparse in SHAPES:
        values = (random.random((bands, height, width)) * 0.8 + 0.05).astype("float32")
        values[random.random(values.shape) < 0.02] = np.nan
        if is_sparse:
            values[:, :1100, :1100] = np.nan
        source = work / "source.tif"
        with rasterio.open(
                source, "w", driver="GTiff", width=width, height=height, count=bands, dtype="float32",
                nodata=float("nan"), crs="EPSG:32639", transform=from_origin(500000, 4400000, 30, 30)) as file:
            file.write(values)
            for band in range(bands):
                file.update_tags(band + 1, RSP_QUANTITY="toaReflectance")
        good &= agrees(rsproc, work, source, options, f"{width} x {height} x {bands}")
    for path in sys.argv[3:]:
        good &= agrees(rsproc, work, path, "", Path(path).name)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
