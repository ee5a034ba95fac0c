#!/usr/bin/env python3
"""Runs the benchmark and writes RESULTS.md: see README.md for the parts and the variables."""
import contextlib
import fcntl
import glob
import json
import os
import re
import shutil
import sys
import time
import traceback

import chains
import memory
import render
from measure import BUILT, HERE, ROOT, VENV_PYTHON, Failed, environment, fresh, medians, run

KERNELS_SCENE = 1024


class Options:
    """The BENCH_ variables."""

    def __init__(self, variables):
        def get(name, default):
            return variables.get("BENCH_" + name) or default
        self.size = int(get("SIZE", 7680))
        self.jp2_size = int(get("JP2_SIZE", 10980))
        self.memory_sizes = [int(size) for size in get("MEMORY_SIZES", "2048,8192,20480,40960").split(",")]
        self.runs = int(get("RUNS", 5))
        self.threads = int(get("THREADS", len(os.sched_getaffinity(0))))
        self.only = [name for name in get("ONLY", "").split(",") if name]
        # Folders of our own inside, since they are deleted in the end.
        self.work = os.path.abspath(get("WORK", "/dev/shm")) + "/rspipeline-bench"
        self.work_disk = os.path.abspath(get("WORK_DISK", "/var/tmp")) + "/rspipeline-bench"
        self.results = os.path.abspath(get("RESULTS", HERE))
        self.rsproc = os.path.abspath(get("RSPROC", ROOT + "/.build/release/rsproc"))
        self.scene = get("SCENE", None)
        if self.scene:
            found = glob.glob(self.scene + "/*_MTL.txt")
            if not found:
                sys.exit(f"BENCH_SCENE: there is no MTL file in {self.scene}")
            with open(found[0]) as file:
                self.size = int(re.search(r"REFLECTIVE_LINES = (\d+)", file.read()).group(1))

    def say(self, text):
        print(f"  {time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def run_kernels(options):
    """The library's loops and those of numpy and numexpr on one core, in turn."""
    scene = chains.make_scene(options, options.work + "/kernels", KERNELS_SCENE)
    result = {"rows": {}, "problems": {}}
    samples = {}
    for _ in range(options.runs):
        out = fresh(options.work + "/kernels/out")
        for command in ([f"{BUILT}/kernels", scene, out], [VENV_PYTHON, f"{HERE}/kernels.py", scene, out]):
            try:
                # One core, the same for all.
                sample = run(["taskset", "-c", str(min(os.sched_getaffinity(0))), *command])
            except Failed as failure:
                result["problems"][os.path.basename(command[-3])] = str(failure)
                continue
            for row in json.loads(sample["stdout"]):
                key = f"{row.pop('tool', 'rsproc')}: {row.pop('name')}"
                samples.setdefault(key, []).append({**row, "wall": row["ns_per_pixel"]})
    result["rows"] = {name: medians(list_) for name, list_ in samples.items()}
    shutil.rmtree(options.work + "/kernels")
    return result


PARTS = {
    "kernels": run_kernels,
    **{name: (lambda options, name=name: chains.run_case(options, name)) for name in chains.CASES},
    "threads": chains.run_threads,
    "memory": memory.run_memory,
}


@contextlib.contextmanager
def alone():
    """Two benchmarks at a time would measure each other."""
    with open("/tmp/rspipeline-bench.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit("another benchmark is running on this machine")
        yield


def main():
    options = Options(os.environ)
    unknown = [name for name in options.only if name not in PARTS]
    if unknown:
        sys.exit(f"BENCH_ONLY: there is no {', '.join(unknown)}; there are {', '.join(PARTS)}")
    kept = options.results + "/results"
    os.makedirs(kept, exist_ok=True)
    failed = []
    with alone():
        # Once, before our own work makes the load.
        facts = environment()
        try:
            for name, part in PARTS.items():
                if not options.only or name in options.only:
                    options.say(name)
                    os.makedirs(options.work, exist_ok=True)
                    record = {"environment": facts, "runs": options.runs}
                    try:
                        record["result"] = part(options)
                    except Exception as error:
                        traceback.print_exc()
                        failed.append(name)
                        record["failed"] = str(error) or type(error).__name__
                    with open(f"{kept}/{name}.json", "w") as file:
                        # Messages without the places of this machine.
                        text = json.dumps(record, indent=1)
                        for place in (options.work, options.work_disk, ROOT):
                            text = text.replace(place + "/", "")
                        file.write(text + "\n")
                    render.write(options.results)
        finally:
            for folder in (options.work, options.work_disk):
                shutil.rmtree(folder, ignore_errors=True)
    print(f"{options.results}/RESULTS.md")
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
