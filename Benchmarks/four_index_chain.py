#!/usr/bin/env python3
"""Times the four-index chain (toa, mask, ndvi, ndsi_RN, sqrt_BR, crsi as float32 COGs, deflate 6) of rsproc beside
rasterio + numexpr + GDAL's COG driver and gdal_calc.py + COG driver, on one Landsat Level-1 folder.

    Benchmarks/four_index_chain.py --rsproc .build/release/rsproc --scene SCENE --work DIR [--runs 3]

Needs numpy, numexpr and rasterio (PyPI), gdal_translate and gdal_calc.py (Debian: gdal-bin, python3-gdal). All use the
same codec, level, predictor, block size and overviews, and two threads. The outputs are compared before any timing is
believed. Prints wall time, CPU time and peak memory of each.
"""
import argparse, glob, math, os, re, shutil, statistics, subprocess, sys, time

COG = ["-of", "COG", "-co", "COMPRESS=DEFLATE", "-co", "LEVEL=6", "-co", "PREDICTOR=YES", "-co", "BLOCKSIZE=512",
       "-co", "OVERVIEW_RESAMPLING=AVERAGE", "-co", "BIGTIFF=IF_SAFER"]
INDICES = ["ndvi", "ndsi_RN", "sqrt_BR", "crsi"]


def constants(scene):
    text = open(glob.glob(scene + "/*_MTL.txt")[0]).read()
    sine = math.sin(math.radians(float(re.search(r"SUN_ELEVATION = ([-\d.]+)", text).group(1))))
    return 2.0e-5 / sine, -0.1 / sine


def with_numexpr(scene, out, threads):
    import numexpr, numpy, rasterio
    numexpr.set_num_threads(threads)
    gain, offset = constants(scene)
    def read(suffix):
        with rasterio.open(glob.glob(f"{scene}/*_{suffix}.TIF")[0], num_threads=threads) as f:
            return f.read(1), f.profile
    bands = {}
    for name, suffix in dict(B="B2", G="B3", R="B4", N="B5").items():
        bands[name], profile = read(suffix)
    qa, _ = read("QA_PIXEL")
    radsat, _ = read("QA_RADSAT")
    nan = numpy.float32("nan")
    for bit, name in [(1, "B"), (2, "G"), (3, "R"), (4, "N")]:
        dn = bands[name]
        bands[name] = numexpr.evaluate(
            "where((dn == 0) | ((radsat & m) != 0) | ((qa & 24) != 0), nan, g * dn + o)",
            dict(dn=dn, radsat=radsat, qa=qa, m=1 << bit, nan=nan, g=numpy.float32(gain), o=numpy.float32(offset))
        ).astype("float32")
    formulas = {
        "ndvi": "(N - R) / (N + R)", "ndsi_RN": "(R - N) / (R + N)", "sqrt_BR": "sqrt(B * R)",
        "crsi": "sqrt((N * R - G * B) / (N * R + G * B))"}
    profile.update(driver="GTiff", dtype="float32", nodata=float("nan"), compress=None, tiled=True, blockxsize=512,
                   blockysize=512, predictor=None)
    profile.pop("compress"), profile.pop("predictor")
    for name, formula in formulas.items():
        stage = f"{out}/{name}_stage.tif"
        with rasterio.open(stage, "w", **profile) as f:
            f.write(numexpr.evaluate(formula, bands).astype("float32"), 1)
        subprocess.run(["gdal_translate", "-q", *COG, "-co", f"NUM_THREADS={threads}", stage, f"{out}/{name}.tif"],
                       check=True)
        os.remove(stage)


def with_gdal_calc(scene, out, threads):
    gain, offset = constants(scene)
    files = {k: glob.glob(f"{scene}/*_{v}.TIF")[0]
             for k, v in dict(B="B2", G="B3", R="B4", N="B5", Q="QA_PIXEL", S="QA_RADSAT").items()}
    def band(name, bit):
        return (f"where(({name}==0)|((S&{1 << bit})!=0)|((Q&24)!=0),nan,"
                f"float32({gain!r})*{name}+float32({offset!r}))")
    b, g, r, n = band("B", 1), band("G", 2), band("R", 3), band("N", 4)
    formulas = {
        "ndvi": f"({n}-{r})/({n}+{r})", "ndsi_RN": f"({r}-{n})/({r}+{n})", "sqrt_BR": f"sqrt({b}*{r})",
        "crsi": f"sqrt(({n}*{r}-{g}*{b})/({n}*{r}+{g}*{b}))"}
    for name, formula in formulas.items():
        stage = f"{out}/{name}_stage.tif"
        inputs = [x for k, f in files.items() for x in (f"-{k}", f)]
        subprocess.run(["gdal_calc.py", "--quiet", *inputs, f"--outfile={stage}", f"--calc={formula}",
                        "--type=Float32", "--NoDataValue=nan", "--hideNoData", "--co=TILED=YES"], check=True,
                       stderr=subprocess.DEVNULL)
        subprocess.run(["gdal_translate", "-q", *COG, "-co", f"NUM_THREADS={threads}", stage, f"{out}/{name}.tif"],
                       check=True)
        os.remove(stage)


def measure(command):
    start = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed: {command}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(ours, theirs):
    import numpy, rasterio
    for name in INDICES:
        with rasterio.open(glob.glob(f"{ours}/*_{name}.tif")[0]) as a, rasterio.open(f"{theirs}/{name}.tif") as b:
            x, y = a.read(1), b.read(1)
            y[~numpy.isfinite(y)] = numpy.nan
            missing = int((numpy.isnan(x) != numpy.isnan(y)).sum())
            print(f"  {name}: largest difference {numpy.nanmax(abs(x - y)):.2e}, {missing} pixels differ in no-data")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rsproc", default=".build/release/rsproc")
    parser.add_argument("--scene", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--only", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        if arguments.only == "compare":
            compare(arguments.scene, arguments.work)
        else:
            {"numexpr": with_numexpr, "gdal_calc": with_gdal_calc}[arguments.only](
                arguments.scene, arguments.work, arguments.threads)
        return
    folders = {name: f"{arguments.work}/{name}" for name in ("rsproc", "numexpr", "gdal_calc")}
    commands = {
        "rsproc": [arguments.rsproc, "run", "--quiet", "--overwrite", "--threads", str(arguments.threads), "read",
                   arguments.scene, "!", "toa", "!", "mask", "cloud,shadow", "!", "index", ",".join(INDICES), "!",
                   "write", folders["rsproc"] + "/", "level=6"]}
    for name in ("numexpr", "gdal_calc"):
        commands[name] = [sys.executable, __file__, "--scene", arguments.scene, "--work", folders[name], "--threads",
                          str(arguments.threads), "--only", name]
    results = {name: [] for name in commands}
    for run in range(arguments.runs):
        for name, command in commands.items():
            os.makedirs(folders[name], exist_ok=True)
            results[name].append(measure(command))
        if run == 0:
            for name in ("numexpr", "gdal_calc"):
                print(f"rsproc and {name}:", flush=True)
                # In a process of its own: a child's peak memory starts at what its parent holds.
                subprocess.run([sys.executable, __file__, "--scene", folders["rsproc"], "--work", folders[name],
                                "--only", "compare"], check=True)
    print(f"{'':12} {'wall s':>8} {'CPU s':>8} {'peak MiB':>9}   (medians of {arguments.runs})")
    for name, rows in results.items():
        print(f"{name:12} " + " ".join(f"{statistics.median(column):8.1f}" for column in zip(*rows)))
    shutil.rmtree(arguments.work)


if __name__ == "__main__":
    main()
