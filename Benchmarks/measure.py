"""Runs commands and measures them; facts about the machine and the software.

Standard library only: a child's peak memory starts at its parent's, so the parent stays small.
"""
import datetime
import os
import platform
import re
import shutil
import statistics
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HERE = os.path.join(ROOT, "Benchmarks")
VENV_PYTHON = os.path.join(HERE, ".venv/bin/python")
BUILT = os.path.join(HERE, ".build/release")


class Failed(Exception):
    """A command that did not succeed; the text is its last words."""


def run(command, **more):
    """Wall and CPU seconds and peak MiB of a command with all its children, and what it printed."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        try:
            process = subprocess.Popen(command, stdout=out, stderr=said, **more)
        except OSError as error:
            raise Failed(str(error)) from None
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0), said.seek(0)
        text, words = out.read().decode(errors="replace"), said.read().decode(errors="replace")
    sample = {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak_mib": usage.ru_maxrss / 1024, "stdout": text}
    if status:
        lines = (words or text).strip().splitlines()
        raise Failed(lines[-1][:300] if lines else f"exit code {process.returncode}")
    return sample


def own_peak_mib():
    """The peak that every child's begins with."""
    with open("/proc/self/status") as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)) / 1024


def medians(samples):
    """One row out of many: the median of every number, and all wall times."""
    keys = [key for key, value in samples[0].items() if isinstance(value, (int, float))]
    row = {key: statistics.median(sample[key] for sample in samples) for key in keys}
    row["walls"] = [round(sample["wall"], 3) for sample in samples]
    return row


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return folder


def words(command):
    """The output of a command, or '' where there is none."""
    try:
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT).stdout.strip()
    except OSError:
        return ""


def environment():
    """Machine, versions, commit and date: stored with every part, since parts may be run on different days."""
    def search(path, pattern):
        with open(path) as file:
            found = re.search(pattern, file.read())
        return found.group(1).strip() if found else "unknown"
    packages = words([VENV_PYTHON, "-c", "import numpy, numexpr, rasterio; print(numpy.__version__, numexpr.__version__,"
                                         "rasterio.__version__, rasterio.__gdal_version__)"]).split() or ["missing"] * 4
    commit = words(["git", "rev-parse", "--short", "HEAD"])
    if words(["git", "status", "--porcelain", "--", "Sources", "Package.swift"]):
        commit += " with changes"
    versions = {
        "rsproc": commit,
        "Swift": words(["swift", "--version"]).splitlines()[:1],
        "GDAL": words(["gdalinfo", "--version"]).split(",")[0].replace("GDAL ", ""),
        "libtiff": words(["pkg-config", "--modversion", "libtiff-4"]),
        "libdeflate": words(["pkg-config", "--modversion", "libdeflate"]),
        "zstd": words(["pkg-config", "--modversion", "libzstd"]),
        "numpy": packages[0], "numexpr": packages[1],
        "rasterio": f"{packages[2]} (with GDAL {packages[3]})",
        "OTB": words(["dpkg-query", "-W", "-f", "${Version}", "otb-bin"]),
    }
    versions["Swift"] = re.sub(r".*Swift version (\S+).*", r"\1", "".join(versions["Swift"]))
    return {
        "date": datetime.date.today().isoformat(),
        "cpu": search("/proc/cpuinfo", r"model name\s*:\s*(.*)"),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(int(search("/proc/meminfo", r"MemTotal:\s+(\d+)")) / 2 ** 20, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "load": round(os.getloadavg()[0], 2),
        "versions": {name: version or "missing" for name, version in versions.items()},
    }
