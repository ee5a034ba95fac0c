#!/usr/bin/env python3
"""Times `rsproc zonal` beside exactextract: many plots over one large raster.

    python zonal.py RSPROC PEERS_PYTHON WORK_FOLDER [--size 10980] [--plots 100000] [--runs 3]

PEERS_PYTHON has exactextract, rasterio, geopandas and pyogrio. The raster is float32, tiled, in UTM; plots are polygons of 8
corners, about 30 pixels wide, one per cell of a jittered grid. Both read the same GeoPackage and write a CSV.
"""
import argparse
import json
import os

import measure

MAKE = """
import sys
import geopandas, numpy as np, rasterio, shapely
from rasterio.transform import from_origin
raster, plots, size, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
rng = np.random.default_rng(5)
with rasterio.open(raster, "w", driver="GTiff", width=size, height=size, count=1, dtype="float32", crs="EPSG:32639",
                   transform=from_origin(300000, 4500000, 10, 10), tiled=True, blockxsize=512, blockysize=512) as target:
    target.set_band_description(1, "index")
    for row in range(0, size, 512):
        height = min(512, size - row)
        block = 0.4 + 0.2 * np.sin(np.arange(row, row + height)[:, None] / 300) + rng.normal(0, 0.05, (height, size))
        target.write(block.astype("float32"), 1, window=((row, row + height), (0, size)))
across = int(np.ceil(np.sqrt(count)))
cell = size * 10 / across
number = np.arange(count)
centres = np.c_[300000 + (number % across + 0.5) * cell, 4500000 - (number // across + 0.5) * cell]
centres += rng.uniform(-0.02, 0.02, centres.shape) * cell
angles = (np.arange(8) + rng.uniform(-0.3, 0.3, (count, 8))) * np.pi / 4
lengths = cell / 2 * rng.uniform(0.75, 1, (count, 8))
rings = centres[:, None, :] + lengths[..., None] * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
frame = geopandas.GeoDataFrame({"plot_id": (number + 1).astype("int32")}, geometry=shapely.polygons(rings), crs=32639)
frame.to_file(plots, driver="GPKG")
print("pixels per plot", float(frame.area.mean() / 100), "valid", bool(frame.is_valid.all()))
"""

RIVAL = """
import sys
import geopandas
from exactextract import exact_extract
raster, plots, table, strategy, statistics = sys.argv[1:6]
plots = geopandas.read_file(plots)
exact_extract(raster, plots, statistics.split(","), include_cols=["plot_id"], strategy=strategy, output="pandas",
              max_cells_in_memory=30_000_000).to_csv(table, index=False)
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rsproc")
    parser.add_argument("python")
    parser.add_argument("work")
    parser.add_argument("--size", type=int, default=10980)
    parser.add_argument("--plots", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    os.makedirs(options.work, exist_ok=True)
    raster, plots = os.path.join(options.work, "raster.tif"), os.path.join(options.work, "plots.gpkg")
    if not os.path.exists(plots):
        print(measure.run([options.python, "-c", MAKE, raster, plots, str(options.size), str(options.plots)])["stdout"])
    rows = {}
    for names in (("mean,std,min,max,sum,count", "mean,stdev,min,max,sum,count"),
                  ("mean,median,p10,p90,count", "mean,median,quantile(q=0.1),quantile(q=0.9),count")):
        commands = {}
        for threads in (1, 2):
            table = os.path.join(options.work, f"ours-{threads}.csv")
            commands[f"rsproc, {threads} threads"] = [
                options.rsproc, "zonal", raster, "--zones", plots, "--id", "plot_id", "--stats", names[0], "--to", table,
                "--threads", str(threads), "--quiet", "--overwrite"]
        for strategy in ("feature-sequential", "raster-sequential"):
            table = os.path.join(options.work, f"{strategy}.csv")
            commands[f"exactextract, {strategy}"] = [
                options.python, "-c", RIVAL, raster, plots, table, strategy, names[1]]
        samples = {name: [] for name in commands}
        for _ in range(options.runs):
            for name, command in commands.items():
                samples[name].append(measure.run(command))
        for name, found in samples.items():
            row = measure.medians(found)
            rows[f"{names[0]}: {name}"] = row
            print(f"{names[0]:28} {name:34} wall {row['wall']:7.2f} s  CPU {row['cpu']:7.2f} s  peak {row['peak_mib']:6.0f} MiB",
                  flush=True)
    with open(os.path.join(options.work, "zonal.json"), "w") as file:
        json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
