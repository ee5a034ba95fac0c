#!/usr/bin/env python3
"""Compares `rsproc zonal` with exactextract on random polygons over a raster.

    python zonal_exactextract.py RSPROC RASTER WORK_FOLDER

Convex and concave polygons, holes, several parts, polygons smaller than a pixel, at the raster's edge and partly outside,
overlapping each other. Needs exactextract, rasterio, geopandas, shapely and pyogrio.

Counts (sums of covered shares), means, sums and standard deviations agree within 1e-6 of their size, minima and maxima
exactly, hectares with pyproj's geodesic areas
within 1e-5; medians of zones of whole pixels with numpy's (exactextract interpolates between values otherwise). The same from zones in longitude and latitude, where
exactextract is given the polygons with sides drawn as fine as ours.
"""
import subprocess
import sys
from pathlib import Path

import geopandas
import numpy as np
import pandas
import pyproj
import rasterio
import shapely
from exactextract import exact_extract
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon

SEED = 20261121


def star(rng, x, y, radius, corners, least):
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
    lengths = radius * rng.uniform(least, 1, corners)
    return Polygon(np.c_[x + lengths * np.cos(angles), y + lengths * np.sin(angles)])


def polygons(rng, bounds, pixel, count):
    """Valid polygons of every kind, in the raster's coordinates."""
    left, bottom, right, top = bounds
    made = []
    while len(made) < count:
        kind = ["convex", "concave", "hole", "multi", "tiny", "edge", "pixels"][len(made) % 7]
        x, y = rng.uniform(left, right), rng.uniform(bottom, top)
        size = pixel * np.exp(rng.uniform(np.log(1.5), np.log(60)))
        if kind == "convex":
            shape = star(rng, x, y, size, 12, 0.9).convex_hull
        elif kind == "concave":
            shape = star(rng, x, y, size, int(rng.integers(5, 40)), 0.2)
        elif kind == "hole":
            shape = star(rng, x, y, size, 20, 0.8)
            inner = affinity.scale(shape, 0.5, 0.4)
            shape = shape.difference(inner)
        elif kind == "multi":
            shape = MultiPolygon(
                [star(rng, x + i * 2.5 * size, y, size, 9, 0.5) for i in range(int(rng.integers(2, 5)))])
        elif kind == "tiny":
            shape = star(rng, x, y, pixel * np.exp(rng.uniform(np.log(0.01), np.log(0.4))), 6, 0.4)
        elif kind == "edge":
            x = rng.choice([left, right]) if rng.uniform() < 0.5 else x
            y = rng.choice([bottom, top]) if x not in (left, right) else y
            shape = star(rng, x, y, size, 10, 0.5)
        else:
            # Sides along the borders of pixels.
            i, j = rng.integers(0, int((right - left) / pixel) - 9), rng.integers(0, int((top - bottom) / pixel) - 9)
            w, h = rng.integers(1, 9, 2)
            shape = shapely.box(left + i * pixel, top - (j + h) * pixel, left + (i + w) * pixel, top - j * pixel)
        if shape.is_valid and not shape.is_empty and shape.geom_type in ("Polygon", "MultiPolygon"):
            made.append((kind, shape))
    return made


def worst(ours, theirs, least=0.0):
    """The largest difference as a share; both must lack the same values."""
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    assert (np.isnan(ours) == np.isnan(theirs)).all(), "values are missing in different zones"
    known = ~np.isnan(ours)
    return float(np.max(np.abs(ours - theirs)[known] / np.maximum(np.abs(theirs[known]), least or 1e-300), initial=0))


def main():
    rsproc, raster, work = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    work.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    with rasterio.open(raster) as source:
        band, crs, bounds, pixel = source.read(1, masked=True), source.crs, source.bounds, source.res[0]
        transform = source.transform
        profile = dict(driver="GTiff", width=source.width, height=source.height, count=1, dtype="float64", crs=crs,
                       transform=transform, nodata=-9999)
    # One band, whose spread makes every pixel count.
    values = np.where(band.mask, -9999, band.astype(float).filled(0) + rng.uniform(0, 0.5, band.shape)).astype("float32")
    values = np.where(rng.uniform(size=band.shape) < 0.02, -9999, values)
    single = str(work / "single.tif")
    with rasterio.open(single, "w", **{**profile, "dtype": "float32"}) as target:
        target.write(values.astype("float32"), 1)
    made = polygons(rng, bounds, pixel, 2100)
    frame = geopandas.GeoDataFrame(
        {"plot_id": [f"P{i:04d}" for i in range(len(made))], "kind": [kind for kind, _ in made]},
        geometry=[shape for _, shape in made], crs=crs)
    frame.to_file(work / "zones.gpkg", driver="GPKG")
    limits = {}
    for name, zones in [("projected", frame), ("geographic", frame.to_crs(4326))]:
        file = work / f"{name}.gpkg"
        zones.to_file(file, driver="GPKG")
        table = work / f"{name}.csv"
        subprocess.run(
            [rsproc, "zonal", single, "--zones", str(file), "--id", "plot_id", "--stats",
             "mean,std,min,max,sum,count,median", "--to", str(table), "--overwrite", "--quiet"], check=True)
        ours = pandas.read_csv(table)
        plane = next(c for c in ours.columns if c.endswith("_mean"))[:-5]
        given = zones
        if name == "geographic":
            # As fine as a straight side may be taken: 20 m.
            fine = shapely.segmentize(zones.geometry.values, 20 / 111_000)
            given = geopandas.GeoDataFrame(zones.drop(columns="geometry"), geometry=fine, crs=4326).to_crs(crs)
        theirs = exact_extract(
            single, given, ["count", "mean", "stdev", "min", "max", "sum", "median"], include_cols=["plot_id"],
            output="pandas")
        assert list(ours.plot_id) == list(theirs.plot_id)
        # Zones that touch no pixel have a count of 0 and nothing else.
        touched = theirs["count"] > 0
        assert ((ours[f"{plane}_count"] > 0) == touched).all()
        found = {}
        for mine, other in [("count", "count"), ("mean", "mean"), ("sum", "sum"), ("std", "stdev"), ("median", "median")]:
            found[mine] = worst(ours[f"{plane}_{mine}"][touched], theirs[other][touched], 0.5 if mine == "std" else 0)
        for word in ("min", "max"):
            mine, other = ours[f"{plane}_{word}"][touched], theirs[word][touched]
            found[word + " differs in"] = int((mine.astype("float32") != other.astype("float32")).sum())
        # Sides straight where they were drawn, which we follow to a millimetre: the area is off by that times the outline at most.
        drawn = zones.geometry.segmentize(20 if name == "projected" else 20 / 111_000).to_crs(4326)
        hectares = np.array([abs(pyproj.Geod(ellps="WGS84").geometry_area_perimeter(shape)[0]) / 1e4 for shape in drawn])
        found["zone_ha"] = worst(ours.zone_ha, hectares, 0.1)
        found["zone_ha, mm of outline"] = float((np.abs(ours.zone_ha - hectares) * 1e4 / frame.length * 1e3).max())
        whole = (ours.kind == "pixels") & (ours[f"{plane}_count"] == ours[f"{plane}_count"].round())
        medians = []
        for shape in frame.geometry[whole]:
            left, bottom, right, top = shape.bounds
            window = rasterio.windows.from_bounds(left, bottom, right, top, transform).round_offsets().round_lengths()
            part = values[int(window.row_off):int(window.row_off + window.height),
                          int(window.col_off):int(window.col_off + window.width)].astype("float32")
            medians.append(np.median(part[part != -9999]) if (part != -9999).any() else np.nan)
        found[f"median of {len(medians)} against numpy"] = worst(ours[f"{plane}_median"][whole], medians)
        columns = [c for c in ours.columns if c.startswith(plane) and c.endswith("_ha")]
        found["zone_ha - parts, ha"] = float(np.abs(ours.zone_ha - ours.outside_ha - ours[columns].sum(axis=1)).max())
        print(name, len(ours), "zones,", int((~touched).sum()), "without a value:",
              ", ".join(f"{key} {value:.2e}" for key, value in found.items()))
        limits[name] = found
    for name, bound in [("count", 1e-6), ("mean", 1e-6), ("sum", 1e-6), ("std", 1e-6)]:
        assert limits["projected"][name] <= bound, (name, limits["projected"][name])
    assert limits["projected"]["min differs in"] == 0 and limits["projected"]["max differs in"] == 0
    assert all(found["zone_ha, mm of outline"] < 1 for found in limits.values())
    assert all(value < 1e-6 for key, value in limits["projected"].items() if "numpy" in key)
    # A side may pass 0.01 pixels from its true course, and plots along pixel borders touch neighbours by rounding.
    assert limits["geographic"]["count"] < 1e-3 and limits["geographic"]["mean"] < 1e-4


if __name__ == "__main__":
    main()
