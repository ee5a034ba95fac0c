#!/usr/bin/env python3
"""Times NDVI and the blue-red difference of a large SPOT-7 product beside rasterio + numexpr and OTB: from DIMAP to finished COGs.

    python spot.py RSPROC PEERS_PYTHON WORK_FOLDER [--size 20000] [--runs 3] [--skip-otb]

PEERS_PYTHON has rasterio and numexpr; `otbcli_BandMathX` and `gdal_translate` are on the path. The product is made by
`rsproc synth spot7`. Every tool reads the same tiled, deflated TIFF of four bands, turns numbers into reflectance with the
gains of the DIMAP, leaves out 0 and 4095, and writes two COGs (Float32, deflate 6, predictor, overviews by average). The maps of a
rival are compared with ours before its time counts. OTB takes long and is run once.
"""
import argparse
import glob
import json
import math
import os
import re
import shutil
import subprocess
import sys

import measure
import rivals

# Quotients only: a root of a difference that is zero but for rounding is a number with one tool and none with another.
FORMULAS = {"ndvi": "(N - R) / (N + R)", "nd_BR": "(B - R) / (B + R)"}
BAND_IDS = {"R": "B2", "G": "B1", "B": "B0", "N": "B3"}


def dimap(product):
    with open(glob.glob(f"{product}/**/DIM_*.XML", recursive=True)[0]) as file:
        return file.read()


def factors(product):
    """Reflectance per digital number, for each role: pi d^2 / (GAIN E0 sin(elevation)), elevation of the centre."""
    text = dimap(product)
    centre = re.search(r"<LOCATION_TYPE>Center</LOCATION_TYPE>.*?<SUN_ELEVATION>([\d.]+)", text, re.S)
    day = measure.datetime.date.fromisoformat(re.search(r"<IMAGING_DATE>([\d-]+)", text).group(1)).timetuple().tm_yday
    distance = 1 - 0.01673 * math.cos(math.radians(0.9856 * (day - 4)))
    found = {}
    for role, identity in BAND_IDS.items():
        gain = re.search(rf"<BAND_ID>{identity}</BAND_ID>(?:(?!BAND_ID).)*?<GAIN>([\d.]+)", text, re.S)
        irradiance = re.search(
            rf"<Band_Solar_Irradiance>\s*<BAND_ID>{identity}</BAND_ID>(?:(?!BAND_ID).)*?<VALUE>([\d.]+)", text, re.S)
        found[role] = math.pi * distance ** 2 / (
            float(gain.group(1)) * float(irradiance.group(1)) * math.sin(math.radians(float(centre.group(1)))))
    return found


def order(product):
    """Band numbers in the file by role: files are in the order of Band_Display_Order."""
    text = dimap(product)
    return {role: 1 + [re.search(rf"<{colour}_CHANNEL>(B\d)", text).group(1)
                       for colour in ("RED", "GREEN", "BLUE", "ALPHA")].index(identity)
            for role, identity in BAND_IDS.items()}


def with_numexpr(arguments, image, scale, places):
    import numexpr
    import numpy
    import rasterio
    numexpr.set_num_threads(arguments.threads)
    bands = {}
    with rasterio.open(image, num_threads=arguments.threads) as file:
        profile = file.profile
        stored = file.read([places[role] for role in BAND_IDS])
    for number, role in enumerate(BAND_IDS):
        bands[role] = numexpr.evaluate(
            "where((dn == 0) | (dn == 4095), nan, g * dn)",
            dict(dn=stored[number], g=numpy.float32(scale[role]), nan=numpy.float32("nan")))
    del stored
    for name, formula in FORMULAS.items():
        rivals.write(numexpr.evaluate(formula, bands), profile, name, arguments)


def with_otb(arguments, image, scale, places):
    expressions = []
    for formula in FORMULAS.values():
        used = [role for role in "RGBN" if re.search(rf"\b{role}\b", formula)]
        missing = [f"im1b{places[role]} == {value}" for role in used for value in (0, 4095)]
        value = re.sub(r"\b[BGRN]\b", lambda m: f"({scale[m[0]]!r} * im1b{places[m[0]]})", formula)
        expressions.append(f"({' or '.join(missing)}) ? 0.0/0.0 : {value}")
    stage = f"{arguments.out}/stage.tif"
    rivals.call("otbcli_BandMathX", "-progress", "0", "-ram", "4096", "-il", image, "-out", f"{stage}?&gdal:co:BIGTIFF=YES",
                "float", "-exp", "; ".join(expressions), ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS=str(arguments.threads),
                GDAL_NUM_THREADS=str(arguments.threads))
    for band, name in enumerate(FORMULAS, 1):
        rivals.translate_to_cog(stage, f"{arguments.out}/{name}.tif",
                                rivals.cog_options(arguments.codec, arguments.level, arguments.threads),
                                ["-b", str(band), "-a_nodata", "nan"])
    os.remove(stage)


TOOLS = {"numexpr": with_numexpr, "otb": with_otb}


def be_rival(words):
    parser = argparse.ArgumentParser()
    parser.add_argument("tool", choices=TOOLS)
    parser.add_argument("--product", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--threads", type=int, required=True)
    arguments = parser.parse_args(words)
    arguments.codec, arguments.level, arguments.int16 = "DEFLATE", 6, False
    image = glob.glob(f"{arguments.product}/**/IMG_*.TIF", recursive=True)[0]
    TOOLS[arguments.tool](arguments, image, factors(arguments.product), order(arguments.product))


def main():
    if sys.argv[1:2] == ["rival"]:
        return be_rival(sys.argv[2:])
    parser = argparse.ArgumentParser()
    parser.add_argument("rsproc")
    parser.add_argument("python")
    parser.add_argument("work")
    parser.add_argument("--size", type=int, default=20000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--skip-otb", action="store_true")
    options = parser.parse_args()
    threads = str(os.cpu_count())
    found = glob.glob(f"{options.work}/SPOT7_*")
    if not found:
        measure.run([options.rsproc, "synth", "spot7", "--size", str(options.size), "--no-truth", "--out", options.work])
        found = glob.glob(f"{options.work}/SPOT7_*")
    product = found[0]

    def ours(out):
        return [options.rsproc, "run", "--quiet", "--threads", threads, "read", product, "!", "toa", "!", "index",
                ",".join(FORMULAS), "!", "write", out + "/", "level=6"]

    def rival(tool):
        return lambda out: [options.python, os.path.abspath(__file__), "rival", tool, "--product", product, "--out", out,
                            "--threads", threads]

    contenders = {"rsproc": ours, "rasterio + numexpr + COG driver": rival("numexpr")}
    if not options.skip_otb:
        contenders["OTB BandMathX + COG driver"] = rival("otb")
    checked = measure.fresh(f"{options.work}/checked")
    samples = {name: [] for name in contenders}
    for number in range(options.runs):
        for name, command in contenders.items():
            if number and name.startswith("OTB"):
                continue
            out = checked if name == "rsproc" and not number else measure.fresh(f"{options.work}/timed")
            samples[name].append(measure.run(command(out)))
            print(f"run {number + 1}: {name}: {samples[name][-1]['wall']:.1f} s", flush=True)
            if not number and name != "rsproc":
                text = measure.run([options.python, f"{measure.HERE}/compare.py", checked, out])["stdout"]
                print(f"  compared with ours: {text.strip()[:300]}", flush=True)
                if json.loads(text)["problems"]:
                    sys.exit(f"{name}: its maps differ from ours")
            if out != checked:
                shutil.rmtree(out)
    for name, found in samples.items():
        row = measure.medians(found)
        print(f"{name:34} wall {row['wall']:7.1f} s  CPU {row['cpu']:7.1f} s  peak {row['peak_mib']:6.0f} MiB  {row['walls']}")
    shutil.rmtree(checked)


if __name__ == "__main__":
    main()
