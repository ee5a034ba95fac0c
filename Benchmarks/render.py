#!/usr/bin/env python3
"""Writes RESULTS.md from the parts' records in results/*.json: `render.py` for the tables as they are now."""
import json
import os
import sys

from chains import RIVAL_NAMES

ORDER = ["kernels", "reference", "zstd", "int16", "striped", "jp2", "threads", "memory"]
ROW_NAMES = {**RIVAL_NAMES, "rsproc": "rsproc", "floor": "codec floor"}
# Case, row compared with, largest allowed quotient rsproc / row, or smallest allowed row / rsproc.
MOST, LEAST = "at most", "at least"
CHAIN_TARGETS = [
    ("reference", "floor", MOST, 1.0), ("zstd", "floor", MOST, 1.25), ("reference", "numexpr", LEAST, 3.0),
    ("zstd", "numexpr", LEAST, 5.0), ("reference", "otb", LEAST, 15.0)]
CHAIN_COMPARED = [
    ("int16", "floor", MOST), ("striped", "floor", MOST), ("int16", "numexpr", LEAST), ("striped", "numexpr", LEAST),
    ("jp2", "pair", LEAST)]
GIGAPIXELS, TIMES_NUMEXPR, SCALING = 1.5, 2.0, 1.85


def table(header, rows):
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def number(value, digits=2):
    return f"{value:.{digits}f}"


def verdict(value, kind, wanted):
    if value is None:
        return "not measured"
    return "pass" if (value <= wanted if kind == MOST else value >= wanted) else "**falls short**"


def row_of(records, case, name):
    return records.get(case, {}).get("result", {}).get("rows", {}).get(name)


def quotient(records, case, name, kind):
    """rsproc in units of the floor, or a rival in units of rsproc."""
    ours, theirs = row_of(records, case, "rsproc"), row_of(records, case, name)
    if not ours or not theirs:
        return None
    return ours["wall"] / theirs["wall"] if kind == MOST else theirs["wall"] / ours["wall"]


# MARK: Targets


def targets(records):
    rows = []

    def add(what, value, kind, wanted, unit="x", digits=2):
        measured = "" if value is None else f"{value:.{digits}f} {unit}"
        rows.append([what, measured, f"{kind} {wanted:.{digits}f} {unit}" if wanted else "",
                     verdict(value, kind, wanted) if wanted else ""])

    titles = {name: record["result"]["title"] for name, record in records.items()
              if "title" in record.get("result", {})}
    for case, name, kind, wanted in CHAIN_TARGETS + [(*compared, None) for compared in CHAIN_COMPARED]:
        what = "time of rsproc / codec floor" if kind == MOST else f"speed of rsproc / {ROW_NAMES[name]}"
        value = quotient(records, case, name, kind)
        problems = records.get(case, {}).get("result", {}).get("problems", {})
        problem = problems.get("rsproc") or problems.get(name)
        if value is None and problem:
            rows.append([f"{titles[case]}: {what}", f"not run: {problem}", "", "not measured"])
        elif value is not None or wanted:
            add(f"{titles.get(case, case)}: {what}", value, kind, wanted)
    one, two = row_of(records, "threads", "1"), row_of(records, "threads", "2")
    add("Speed of two threads / one", one["wall"] / two["wall"] if one and two else None, LEAST, SCALING)
    digests = records.get("threads", {}).get("result", {}).get("digests")
    same = len(set(digests.values())) == 1 if digests else None
    rows.append(["Outputs of 1, 2, 3 and 7 threads", "" if same is None else "equal" if same else "differ",
                 "equal bytes", "not measured" if same is None else "pass" if same else "**falls short**"])
    memory = records.get("memory", {}).get("result", {})
    for row in memory.get("rows", []):
        add(f"Peak memory at {row['size']} x {row['size']} with --memory {memory['promise_mib']}M", row["peak_mib"],
            MOST, memory["promise_mib"] + memory["allowance_mib"], "MiB", 0)
    for size, problem in memory.get("problems", {}).items():
        rows.append([f"Peak memory at {size} x {size}", f"not run: {problem}", "", "not measured"])
    ndvi, four, theirs = (row_of(records, "kernels", name) for name in (
        "rsproc: ndvi", "rsproc: four indices", "numexpr: four indices"))
    add("NDVI from UInt16 in the cache, one core", 1 / ndvi["ns_per_pixel"] if ndvi else None, LEAST, GIGAPIXELS,
        "Gpx/s")
    add("Four-index chain in the cache, one core: speed / numexpr",
        theirs["ns_per_pixel"] / four["ns_per_pixel"] if four and theirs else None, LEAST, TIMES_NUMEXPR)
    return table(["", "measured", "wanted", ""], rows)


# MARK: Parts


def case_section(record):
    result = record["result"]
    size = result["size"]
    text = [f"{size} x {size} pixels, {result['threads']} threads, medians of {record['runs']} runs taken in turn. "
            + agreement_text(result)]
    rows = []
    for name in ["rsproc", "floor", *RIVAL_NAMES]:
        row = result["rows"].get(name)
        if not row:
            continue
        rows.append([ROW_NAMES[name], number(row["wall"]), number(row["cpu"]),
                     "" if name == "floor" else number(row["peak_mib"], 0),
                     f"{min(row['walls']):.2f} ... {max(row['walls']):.2f}" if len(row["walls"]) > 1 else "one run"])
    text.append(table(["", "wall s", "CPU s", "peak MiB", "wall s, least ... most"], rows))
    floor = result["rows"].get("floor")
    if floor:
        text.append(floor_text(result, floor))
    text += problems_text(result)
    return "\n\n".join(text)


def agreement_text(result):
    found = [f"{ROW_NAMES[name]} {said['largest_difference']:.2g}" for name, said in result["agreement"].items()
             if said["largest_difference"] is not None]
    if not found:
        return "Outputs were not compared."
    return ("Outputs agree, no-data and overviews included; largest difference of any value: " + ", ".join(found)
            + ".") if not any(said["problems"] for said in result["agreement"].values()) else (
        "Outputs were compared; largest difference: " + ", ".join(found) + ".")


def floor_text(result, floor):
    encoded, written = floor["encoded_bytes"], floor["written_bytes"]
    lines = [
        f"Codec floor ({result['codec']} level {result['level']}, predictor {floor['predictor']:.0f}, tiles of "
        f"{floor['tile']:.0f}): {floor['decoded_bytes'] / 1e6:.0f} MB decoded, {encoded / 1e6:.0f} MB encoded to "
        f"{written / 1e6:.0f} MB (ratio {encoded / written:.2f}), together "
        f"{(floor['decoded_bytes'] + encoded) / floor['wall'] / 1e6:.0f} MB/s. Of its CPU time, decoding "
        f"{floor['decode_cpu']:.2f} s, encoding {floor['encode_cpu']:.2f} s "
        f"({encoded / floor['encode_cpu'] / 1e6:.0f} MB/s per core), writing {floor['write_cpu']:.2f} s."]
    one, driver = result["rows"].get("floor_one_map"), result["rows"].get("cog_driver_one_map")
    if one and driver:
        lines.append(
            f"Is it a floor? One map with its overviews, encoding and writing: floor {one['wall']:.2f} s, GDAL's COG "
            f"driver {driver['wall']:.2f} s from uncompressed pixels with finished overviews"
            + (" (the floor is not slower)." if one["wall"] <= driver["wall"] else
               " (**the floor is slower: it is not a floor**)."))
    return " ".join(lines)


def problems_text(result):
    return [f"{ROW_NAMES.get(name, name)}: not run: {problem}" if not problem.startswith("not timed")
            else f"{ROW_NAMES.get(name, name)}: {problem}" for name, problem in result["problems"].items()]


def threads_section(record):
    result = record["result"]
    rows = [[f"{name} thread{'s' if name != '1' else ''}", number(row["wall"]), number(row["cpu"]),
             number(row["peak_mib"], 0)] for name, row in result["rows"].items()]
    return "\n\n".join([
        f"Reference chain, {result['size']} x {result['size']} pixels, medians of {record['runs']} runs taken in turn.",
        table(["", "wall s", "CPU s", "peak MiB"], rows), *problems_text(result)])


def memory_section(record):
    result = record["result"]
    rows = [[f"{row['size']} x {row['size']}", number(row["peak_mib"], 0), number(row["wall"], 1),
             number(row["input_bytes"] / 1e6, 0), f"{row['maps']}, {row['map_bytes'] / 1e6:.0f} MB"]
            for row in result["rows"]]
    return "\n\n".join([
        f"Reference chain with --memory {result['promise_mib']}M and {result['threads']} threads, on disk, one run each. "
        f"The promise is that plus 100 MB: {result['promise_mib'] + result['allowance_mib']:.0f} MiB. A child's peak "
        f"begins with its parent's, here {result['parent_mib']:.0f} MiB.",
        table(["pixels", "peak MiB", "wall s", "input MB", "maps"], rows), *problems_text(result)])


def kernels_section(record):
    result = record["result"]
    rows = []
    for name, row in result["rows"].items():
        nanoseconds, bytes_ = row["ns_per_pixel"], row.get("bytes_per_pixel")
        rows.append([name, number(nanoseconds), number(1 / nanoseconds),
                     number(bytes_ / nanoseconds, 1) if bytes_ else ""])
    return "\n\n".join([
        f"One core, one block of 256 x 256 pixels that stays in the cache, medians of {record['runs']} runs taken in "
        "turn. GB/s counts stored numbers read and Float32 written. `reasons` is the program that says why pixels have "
        "no value, which runs only on blocks where some have none.",
        table(["", "ns per pixel", "Gpx/s", "GB/s"], rows), *problems_text(result)])


SECTIONS = {"kernels": ("Kernels", kernels_section), "threads": ("Threads", threads_section),
            "memory": ("Memory", memory_section)}


def section(name, record):
    result = record.get("result", {})
    title, body = SECTIONS.get(name, (result.get("title", name), case_section))
    facts = record["environment"]
    text = f"*{facts['date']}, rsproc {facts['versions']['rsproc']}, load before the start {facts['load']}*"
    said = body(record) if result else f"The part failed: {record['failed']}"
    return f"## {title}\n\n{text}\n\n{said}"


def machine_text(records):
    """Machine and versions: once where all parts agree, else the latest part's with a word."""
    latest = max(records.values(), key=lambda record: record["environment"]["date"])["environment"]
    others = any({**record["environment"]["versions"], "rsproc": ""} != {**latest["versions"], "rsproc": ""}
                 or record["environment"]["cpu"] != latest["cpu"] for record in records.values())
    versions = ", ".join(f"{name} {version}" for name, version in latest["versions"].items() if name != "rsproc")
    return (f"{latest['cpu']}, {latest['cores']} cores, {latest['memory_gib']} GiB of memory, {latest['system']}. "
            f"{versions}. Everything but the memory part works in tmpfs; nothing is synced to disk for the rivals or "
            "the floor." + (" **Some parts were measured on another machine or with other versions.**" if others else ""))


def write(folder):
    records = {}
    for name in ORDER:
        path = f"{folder}/results/{name}.json"
        if os.path.exists(path):
            with open(path) as file:
                records[name] = json.load(file)
    if not records:
        return
    parts = ["# Results", "Written by `make bench`; [README.md](README.md) says what is measured and how.",
             machine_text(records), "## Targets", targets(records),
             *(section(name, record) for name, record in records.items())]
    with open(f"{folder}/RESULTS.md", "w") as file:
        file.write("\n\n".join(parts) + "\n")


if __name__ == "__main__":
    write(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__)))
