"""Peak memory of the reference chain for scenes of growing size, under one promise."""
import glob
import os
import shutil

from chains import CASES, CHAIN_BANDS, make_scene, rsproc
from large_scene import make_large_scene
from measure import Failed, fresh, own_peak_mib, run

PROMISE_MIB = 256
# Stacks, code, and libraries; in MB as the target is put.
ALLOWANCE_MIB = 100e6 / 2 ** 20
# Inputs, staged planes and maps of the reference chain, generously.
DISK_BYTES_PER_PIXEL = 36
# Larger scenes are made of the tiles of a small one.
LARGEST_SYNTHETIC, SMALL = 8192, 2048


def run_memory(options):
    result = {"rows": [], "problems": {}, "promise_mib": PROMISE_MIB, "allowance_mib": ALLOWANCE_MIB,
              "threads": options.threads}
    for size in options.memory_sizes:
        folder = fresh(options.work_disk + "/memory")
        try:
            needed = DISK_BYTES_PER_PIXEL * size * size
            if shutil.disk_usage(folder).free < needed:
                raise Failed(f"{options.work_disk} has less than {needed / 1e9:.0f} GB free")
            result["rows"].append(measure_size(options, folder, size))
        except (Failed, OSError, ValueError) as failure:
            result["problems"][str(size)] = str(failure)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    result["parent_mib"] = own_peak_mib()
    return result


def measure_size(options, folder, size):
    options.say(f"memory: making a scene of {size} x {size}")
    scene = make_scene(options, folder, min(size, LARGEST_SYNTHETIC if size <= LARGEST_SYNTHETIC else SMALL))
    if size > LARGEST_SYNTHETIC:
        scene = make_large_scene(scene, folder, size, CHAIN_BANDS)
    options.say(f"memory: {size} x {size}")
    out = folder + "/out"
    command = rsproc(options, CASES["reference"], scene, out, options.threads)
    command[2:2] = ["--memory", f"{PROMISE_MIB}M"]
    sample = run(command)
    maps = glob.glob(out + "/*.tif")
    for path in maps:
        if f"Size is {size}, {size}" not in run(["gdalinfo", path])["stdout"]:
            raise Failed(f"{os.path.basename(path)} has another size")
    return {"size": size, "peak_mib": sample["peak_mib"], "wall": sample["wall"], "cpu": sample["cpu"],
            "maps": len(maps), "map_bytes": sum(map(os.path.getsize, maps)),
            "input_bytes": sum(map(os.path.getsize, glob.glob(scene + "/*")))}
