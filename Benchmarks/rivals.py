#!/usr/bin/env python3
"""The chains of the benchmark with other people's tools, each a complete run from a scene to finished COGs.

    rivals.py numexpr|translate|gdal_calc|otb --scene DIR --out DIR --codec DEFLATE --level 6 --threads N [--int16]
    rivals.py pair --scene DIR ...      NDVI of DIR/red.jp2 and DIR/nir.jp2 with rasterio + numexpr

`numexpr` gives the maps to the COG driver in memory; `translate` stages them as files for gdal_translate, as scripts
usually do. A process of its own per run, so that wall time, CPU time and peak memory are those of the whole work.
"""
import argparse
import glob
import math
import os
import re
import subprocess
import sys

INDICES = ["ndvi", "ndsi_RN", "sqrt_BR", "crsi"]
BANDS = {"B": "B2", "G": "B3", "R": "B4", "N": "B5"}
SATURATION_BITS = {"B": 1, "G": 2, "R": 3, "N": 4}
CLOUD_OR_SHADOW = 24
FORMULAS = {
    "ndvi": "(N - R) / (N + R)", "ndsi_RN": "(R - N) / (R + N)", "sqrt_BR": "sqrt(B * R)",
    "crsi": "sqrt((N * R - G * B) / (N * R + G * B))"}
INT16_SCALE, INT16_NODATA = 10000, -32768
# Reflectance of the pair: as Sentinel-2 Level-2A stores it.
PAIR_SCALE, PAIR_OFFSET = 1e-4, -0.1


def cog_options(codec, level, threads):
    return {"COMPRESS": codec, "LEVEL": str(level), "PREDICTOR": "YES", "BLOCKSIZE": "512",
            "OVERVIEW_RESAMPLING": "AVERAGE", "BIGTIFF": "IF_SAFER", "NUM_THREADS": str(threads)}


def call(*command, **environment):
    """Runs a tool; where it fails, its last words are ours."""
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    if done.returncode:
        lines = (done.stderr + done.stdout).strip().splitlines()
        sys.exit(f"{command[0]}: exit code {done.returncode}" + (f": {lines[-1]}" if lines else ""))


def translate_to_cog(source, target, options, extra=()):
    words = [word for key, value in options.items() for word in ("-co", f"{key}={value}")]
    call("gdal_translate", "-q", "-of", "COG", *words, *extra, source, target)


def file_of(scene, suffix):
    return glob.glob(f"{scene}/*_{suffix}.TIF")[0]


def calibration(scene):
    """Gain and offset of top-of-atmosphere reflectance; the synthetic scene has one pair for all bands."""
    with open(glob.glob(f"{scene}/*_MTL.txt")[0]) as file:
        text = file.read()
    numbers = {(kind, float(value)) for band in "2345"
               for kind in ("MULT", "ADD")
               for value in re.findall(rf"REFLECTANCE_{kind}_BAND_{band} = (\S+)", text)}
    (_, offset), (_, gain) = sorted(numbers)
    sine = math.sin(math.radians(float(re.search(r"SUN_ELEVATION = (\S+)", text).group(1))))
    return gain / sine, offset / sine


def read(path, threads):
    import rasterio
    with rasterio.open(path, num_threads=threads) as file:
        return file.read(1), file.profile


def write(values, profile, name, arguments):
    """One map as a COG; NaN is no-data, or -32768 with scaled whole numbers."""
    import numexpr
    import numpy
    import rasterio
    import rasterio.shutil
    noData = float("nan")
    if arguments.int16:
        noData = INT16_NODATA
        values = numexpr.evaluate(
            "where(x != x, m, where(x < 0, x * s - h, x * s + h))",
            dict(x=values, s=numpy.float32(INT16_SCALE), h=numpy.float32(0.5), m=numpy.float32(noData))
        ).astype("int16")
    plain = dict(driver="GTiff", dtype=values.dtype, nodata=noData, count=1, width=profile["width"],
                 height=profile["height"], crs=profile["crs"], transform=profile["transform"], tiled=True,
                 blockxsize=512, blockysize=512)
    options = cog_options(arguments.codec, arguments.level, arguments.threads)
    target = f"{arguments.out}/{name}.tif"
    if arguments.tool == "translate":
        stage = f"{arguments.out}/{name}_stage.tif"
        with rasterio.open(stage, "w", **plain) as file:
            file.write(values, 1)
        translate_to_cog(stage, target, options)
        os.remove(stage)
        return
    with rasterio.MemoryFile() as memory:
        with memory.open(**plain) as file:
            file.write(values, 1)
        del values
        with rasterio.Env(GDAL_NUM_THREADS=str(arguments.threads)), memory.open() as file:
            rasterio.shutil.copy(file, target, driver="COG", **options)


def with_numexpr(arguments):
    import numexpr
    import numpy
    numexpr.set_num_threads(arguments.threads)
    gain, offset = calibration(arguments.scene)
    quality, _ = read(file_of(arguments.scene, "QA_PIXEL"), arguments.threads)
    saturation, _ = read(file_of(arguments.scene, "QA_RADSAT"), arguments.threads)
    bands = {}
    for name, suffix in BANDS.items():
        stored, profile = read(file_of(arguments.scene, suffix), arguments.threads)
        bands[name] = numexpr.evaluate(
            "where((dn == 0) | ((radsat & bit) != 0) | ((qa & mask) != 0), nan, g * dn + o)",
            dict(dn=stored, radsat=saturation, qa=quality, bit=1 << SATURATION_BITS[name], mask=CLOUD_OR_SHADOW,
                 nan=numpy.float32("nan"), g=numpy.float32(gain), o=numpy.float32(offset)))
    for name in INDICES:
        write(numexpr.evaluate(FORMULAS[name], bands), profile, name, arguments)


def with_pair(arguments):
    import numexpr
    import numpy
    numexpr.set_num_threads(arguments.threads)
    red, profile = read(f"{arguments.scene}/red.jp2", arguments.threads)
    nir, _ = read(f"{arguments.scene}/nir.jp2", arguments.threads)
    ndvi = numexpr.evaluate(
        "where((r == 0) | (n == 0), nan, ((g * n + o) - (g * r + o)) / ((g * n + o) + (g * r + o)))",
        dict(r=red, n=nir, nan=numpy.float32("nan"), g=numpy.float32(PAIR_SCALE), o=numpy.float32(PAIR_OFFSET)))
    ndvi[~numpy.isfinite(ndvi)] = numpy.nan
    write(ndvi, profile, "ndvi", arguments)


def with_gdal_calc(arguments):
    gain, offset = calibration(arguments.scene)
    letters = {**BANDS, "Q": "QA_PIXEL", "S": "QA_RADSAT"}
    for name in INDICES:
        formula = re.sub(
            r"\b[BGRN]\b",
            lambda m: f"where(({m[0]}==0)|((S&{1 << SATURATION_BITS[m[0]]})!=0)|((Q&{CLOUD_OR_SHADOW})!=0),nan,"
                      f"float32({gain!r})*{m[0]}+float32({offset!r}))",
            FORMULAS[name])
        used = [letter for letter in letters if letter in FORMULAS[name].replace("sqrt", "") or letter in "QS"]
        inputs = [word for letter in used for word in (f"-{letter}", file_of(arguments.scene, letters[letter]))]
        stage = f"{arguments.out}/{name}_stage.tif"
        call("gdal_calc.py", "--quiet", *inputs, f"--outfile={stage}", f"--calc={formula}", "--type=Float32",
             "--NoDataValue=nan", "--hideNoData", "--co=TILED=YES")
        translate_to_cog(stage, f"{arguments.out}/{name}.tif",
                         cog_options(arguments.codec, arguments.level, arguments.threads))
        os.remove(stage)


def with_otb(arguments):
    """All indices in one BandMathX run, then one gdal_translate per band."""
    gain, offset = calibration(arguments.scene)
    images = {letter: f"im{position}b1" for position, letter in enumerate([*BANDS, "Q", "S"], 1)}
    expressions = []
    for name in INDICES:
        formula = FORMULAS[name]
        used = [letter for letter in BANDS if re.search(rf"\b{letter}\b", formula)]
        missing = [f"{images[letter]} == 0" for letter in used]
        bits = sum(1 << SATURATION_BITS[letter] for letter in used)
        missing += [f"((int){images['Q']} & {CLOUD_OR_SHADOW}) != 0", f"((int){images['S']} & {bits}) != 0"]
        value = re.sub(r"\b[BGRN]\b", lambda m: f"({gain!r} * {images[m[0]]} + {offset!r})", formula)
        if value.startswith("sqrt"):
            # A negative argument would be a complex number, which ends the run.
            missing.append(f"{value[len('sqrt'):]} < 0")
        expressions.append(f"({' or '.join(missing)}) ? 0.0/0.0 : {value}")
    files = [file_of(arguments.scene, suffix) for suffix in [*BANDS.values(), "QA_PIXEL", "QA_RADSAT"]]
    stage = f"{arguments.out}/stage.tif"
    call("otbcli_BandMathX", "-progress", "0", "-ram", "2048", "-il", *files, "-out", stage, "float", "-exp",
         "; ".join(expressions), ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS=str(arguments.threads),
         GDAL_NUM_THREADS=str(arguments.threads))
    for band, name in enumerate(INDICES, 1):
        translate_to_cog(stage, f"{arguments.out}/{name}.tif",
                         cog_options(arguments.codec, arguments.level, arguments.threads),
                         ["-b", str(band), "-a_nodata", "nan"])
    os.remove(stage)


def main():
    parser = argparse.ArgumentParser()
    tools = {"numexpr": with_numexpr, "translate": with_numexpr, "pair": with_pair, "gdal_calc": with_gdal_calc,
             "otb": with_otb}
    parser.add_argument("tool", choices=tools)
    parser.add_argument("--scene", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--codec", default="DEFLATE")
    parser.add_argument("--level", type=int, default=6)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--int16", action="store_true")
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    tools[arguments.tool](arguments)


if __name__ == "__main__":
    main()
