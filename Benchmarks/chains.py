"""Whole chains: rsproc beside the codec floor and other people's tools, and rsproc with different thread counts."""
import dataclasses
import glob
import hashlib
import json
import os
import shutil

import rivals
from measure import BUILT, HERE, VENV_PYTHON, Failed, fresh, medians, own_peak_mib, run

CHAIN_BANDS = [*rivals.BANDS.values(), "QA_PIXEL", "QA_RADSAT"]
RIVAL_NAMES = {
    "numexpr": "rasterio + numexpr + COG driver", "translate": "rasterio + numexpr, gdal_translate to COG",
    "pair": "rasterio + numexpr + COG driver", "gdal_calc": "gdal_calc.py + COG driver",
    "otb": "OTB BandMathX + COG driver"}
# Tools that take many minutes are run once, when they are checked.
RUN_ONCE = {"otb"}


@dataclasses.dataclass
class Case:
    title: str
    rivals: list
    codec: str = "DEFLATE"
    level: int = 6
    write: tuple = ("level=6",)
    int16: bool = False
    input: str = "scene"


CASES = {
    "reference": Case("Reference chain, Float32, deflate 6",
                      ["numexpr", "translate", "gdal_calc", "otb"]),
    "zstd": Case("Reference chain, Float32, zstd 1", ["numexpr", "translate"], codec="ZSTD", level=1,
                 write=("compress=zstd", "level=1")),
    "int16": Case("Reference chain, Int16 x 10000, deflate 6", ["numexpr"], int16=True,
                  write=("type=int16", "scale=0.0001", "level=6")),
    "striped": Case("Reference chain from striped LZW bands, deflate 6", ["numexpr"], input="striped"),
    "jp2": Case("NDVI of a JPEG 2000 pair, deflate 6", ["pair"], input="jp2"),
}


# MARK: Inputs


def make_scene(options, folder, size):
    """A synthetic Landsat folder."""
    made = f"{folder}/{size}"
    if not glob.glob(made + "/LC08_*"):
        run([options.rsproc, "synth", "landsat8", "--size", str(size), "--seed", "7", "--no-truth", "--out",
             fresh(made)])
    return glob.glob(made + "/LC08_*")[0]


def make_striped(options, scene):
    """The scene with the chain's bands as a striped LZW GeoTIFF each."""
    folder = f"{fresh(options.work + '/striped')}/{os.path.basename(scene)}"
    os.makedirs(folder)
    for path in glob.glob(scene + "/*"):
        target = f"{folder}/{os.path.basename(path)}"
        if path.endswith("_MTL.txt"):
            shutil.copy(path, target)
        elif any(path.endswith(f"_{band}.TIF") for band in CHAIN_BANDS):
            run(["gdal_translate", "-q", "-co", "COMPRESS=LZW", "-co", "PREDICTOR=2", path, target])
        else:
            os.symlink(os.path.abspath(path), target)
    return folder


def make_pair(options):
    """Two bands as lossless JPEG 2000 in tiles of 1024, like Sentinel-2's."""
    folder = fresh(options.work + "/jp2")
    scene = make_scene(options, folder, options.jp2_size)
    for name, band in (("red", "B4"), ("nir", "B5")):
        run(["gdal_translate", "-q", "-of", "JP2OpenJPEG", "-co", "BLOCKXSIZE=1024", "-co", "BLOCKYSIZE=1024", "-co",
             "REVERSIBLE=YES", "-co", "QUALITY=100", rivals.file_of(scene, band), f"{folder}/{name}.jp2"],
            env={**os.environ, "GDAL_NUM_THREADS": "ALL_CPUS"})
    shutil.rmtree(os.path.dirname(scene))
    return folder


# MARK: Commands


def rsproc(options, case, scene, out, threads):
    begin = [options.rsproc, "run", "--quiet", "--threads", str(threads), "read"]
    end = ["!", "write", out + "/", *case.write]
    if case.input == "jp2":
        return [*begin, f"{scene}/red.jp2", f"{scene}/nir.jp2", "roles=red,nir", "quantity=surfaceReflectance",
                f"scale={rivals.PAIR_SCALE}", f"offset={rivals.PAIR_OFFSET}", "nodata=0", "!", "index", "ndvi", *end]
    return [*begin, scene, "!", "toa", "!", "mask", "cloud,shadow", "!", "index", ",".join(rivals.INDICES), *end]


def rival(options, case, tool, scene, out):
    return [VENV_PYTHON, f"{HERE}/rivals.py", tool, "--scene", scene, "--out", out, "--codec", case.codec, "--level",
            str(case.level), "--threads", str(options.threads), *(["--int16"] if case.int16 else [])]


def floor(options, case, inputs, outputs):
    return [f"{BUILT}/codec-floor", "--threads", str(options.threads), "--level", str(case.level), "--scratch",
            options.work, *(["--inputs", *inputs] if inputs else []), "--outputs", *outputs]


def cog_driver(options, case, source, target):
    words = [word for key, value in rivals.cog_options(case.codec, case.level, options.threads).items()
             for word in ("-co", f"{key}={value}")]
    return ["gdal_translate", "-q", "-of", "COG", *words, source, target]


# MARK: Parts


def agreement(ours, theirs):
    """How two folders of maps compare; in a process of its own, which may become large."""
    try:
        return json.loads(run([VENV_PYTHON, f"{HERE}/compare.py", ours, theirs])["stdout"])
    except Failed as failure:
        return {"problems": [f"cannot be compared: {failure}"], "largest_difference": None}


def run_case(options, name):
    """One case: check every tool once, then time them in turn."""
    case = CASES[name]
    folder = fresh(f"{options.work}/{name}")
    result = {"title": case.title, "codec": case.codec, "level": case.level, "threads": options.threads,
              "rows": {}, "problems": {}, "agreement": {}, "size": options.jp2_size if name == "jp2" else options.size}
    try:
        if case.input == "jp2":
            scene = make_pair(options)
        else:
            scene = options.scene or make_scene(options, options.work + "/scene", options.size)
            if case.input == "striped":
                scene = make_striped(options, scene)
        ours = folder + "/checked"
        try:
            run(rsproc(options, case, scene, ours, options.threads))
        except Failed as failure:
            result["problems"]["rsproc"] = str(failure)
            ours = None
        contenders = {"rsproc": lambda out: rsproc(options, case, scene, out, options.threads)} if ours else {}
        for tool in case.rivals:
            check_rival(options, case, tool, scene, ours, folder, contenders, result)
        if ours and case.input != "jp2":
            inputs = [rivals.file_of(scene, band) for band in CHAIN_BANDS]
            add_floor(options, case, inputs, sorted(glob.glob(ours + "/*.tif")), folder, contenders, result)
        time_in_turn(options, contenders, folder, result)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        for made in ("striped", "jp2"):
            shutil.rmtree(f"{options.work}/{made}", ignore_errors=True)
    result["parent_mib"] = own_peak_mib()
    return result


def check_rival(options, case, tool, scene, ours, folder, contenders, result):
    """Runs a tool once and lets it take part when its maps are ours."""
    out = fresh(f"{folder}/{tool}")
    options.say(f"checking {RIVAL_NAMES[tool]}")
    try:
        sample = run(rival(options, case, tool, scene, out))
    except Failed as failure:
        result["problems"][tool] = str(failure)
        return
    if ours:
        result["agreement"][tool] = agreement(ours, out)
        if result["agreement"][tool]["problems"]:
            result["problems"][tool] = "not timed: " + "; ".join(result["agreement"][tool]["problems"])
            return
    shutil.rmtree(out)
    if tool in RUN_ONCE:
        result["rows"][tool] = medians([sample])
    else:
        contenders[tool] = lambda target: rival(options, case, tool, scene, target)


def add_floor(options, case, inputs, outputs, folder, contenders, result):
    """The codec floor of the whole case; and of one map, beside the COG driver's encoding of the same pixels.

    The driver is given uncompressed pixels with finished overviews, so that it does little more than encode.
    """
    contenders["floor"] = lambda out: floor(options, case, inputs, outputs)
    stage = f"{folder}/one_map.tif"
    try:
        run(["gdal_translate", "-q", "-co", "TILED=YES", "-co", "BLOCKXSIZE=512", "-co", "BLOCKYSIZE=512", "-co",
             "COPY_SRC_OVERVIEWS=YES", "-co", "BIGTIFF=IF_SAFER", outputs[0], stage])
    except Failed as failure:
        result["problems"]["cog_driver_one_map"] = str(failure)
        return
    contenders["floor_one_map"] = lambda out: floor(options, case, [], outputs[:1])
    contenders["cog_driver_one_map"] = lambda out: cog_driver(options, case, stage, out + "/one.tif")


def time_in_turn(options, contenders, folder, result):
    """All tools once, then all again: what disturbs the machine for a while disturbs all alike."""
    samples = {name: [] for name in contenders}
    for number in range(options.runs):
        for name, command in contenders.items():
            if name in result["problems"]:
                continue
            options.say(f"run {number + 1} of {options.runs}: {name}")
            out = fresh(folder + "/timed")
            try:
                sample = run(command(out))
            except Failed as failure:
                result["problems"][name] = str(failure)
                continue
            finally:
                shutil.rmtree(out)
            if name.startswith("floor"):
                # It measures itself: loading the pixels beforehand does not count.
                sample.update(json.loads(sample["stdout"]))
            samples[name].append(sample)
    result["rows"].update({name: medians(list_) for name, list_ in samples.items() if list_})


def run_threads(options):
    """One thread and two, in turn; and the same bytes from 1, 2, 3 and 7."""
    case = CASES["reference"]
    scene = options.scene or make_scene(options, options.work + "/scene", options.size)
    folder = fresh(options.work + "/threads")
    result = {"size": options.size, "rows": {}, "problems": {}, "digests": {}}
    try:
        for threads in (1, 2, 3, 7):
            out = fresh(folder + "/out")
            run(rsproc(options, case, scene, out, threads))
            result["digests"][str(threads)] = digest(out)
            shutil.rmtree(out)
        contenders = {str(threads): (lambda out, threads=threads: rsproc(options, case, scene, out, threads))
                      for threads in (1, 2)}
        time_in_turn(options, contenders, folder, result)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return result


def digest(folder):
    """The sum of all names and bytes in a folder."""
    total = hashlib.sha256()
    for name in sorted(os.listdir(folder)):
        total.update(name.encode())
        with open(f"{folder}/{name}", "rb") as file:
            while part := file.read(1 << 20):
                total.update(part)
    return total.hexdigest()
