"""Landsat folders of any size, made from a small one in little time by repeating its compressed tiles.

The bytes are really repeated, not only the references to them: a reader that maps files into memory must pay for all.
"""
import glob
import os
import random
import re
import struct

TYPE_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
WIDTH, LENGTH, TILE_WIDTH, TILE_LENGTH, TILE_OFFSETS, TILE_COUNTS = 256, 257, 322, 323, 324, 325
SHORT, LONG, LONG8 = 3, 4, 16


def read_tags(data):
    """The first directory of a little-endian classic TIFF: tag to type, count and bytes."""
    if data[:4] != b"II*\0":
        raise ValueError("not a little-endian classic TIFF")
    start = struct.unpack_from("<I", data, 4)[0]
    tags = {}
    for entry in range(struct.unpack_from("<H", data, start)[0]):
        at = start + 2 + 12 * entry
        tag, kind, count = struct.unpack_from("<HHI", data, at)
        size = TYPE_SIZES[kind] * count
        value = at + 8 if size <= 4 else struct.unpack_from("<I", data, at + 8)[0]
        tags[tag] = (kind, count, data[value:value + size])
    return tags


def numbers(tag):
    kind, count, data = tag
    return struct.unpack(f"<{count}{'H' if kind == SHORT else 'I'}", data)


def write_large(source, target, size, seed=7):
    """A BigTIFF of size x size pixels whose tiles are those of the source in a random order."""
    with open(source, "rb") as file:
        data = file.read()
    tags = read_tags(data)
    side = numbers(tags[TILE_WIDTH])[0]
    if numbers(tags[TILE_LENGTH])[0] != side or size % side:
        raise ValueError(f"{size} is not a multiple of the tile size {side}")
    tiles = [data[offset:offset + count] for offset, count in
             zip(numbers(tags[TILE_OFFSETS]), numbers(tags[TILE_COUNTS]))]
    # The same order in every file of a scene, so that bands and quality layers belong together.
    choose = random.Random(seed)
    order = [choose.randrange(len(tiles)) for _ in range((size // side) ** 2)]

    tags[WIDTH] = tags[LENGTH] = (LONG, 1, struct.pack("<I", size))
    tags[TILE_OFFSETS] = (LONG8, len(order), bytes(8 * len(order)))
    tags[TILE_COUNTS] = (LONG, len(order), struct.pack(f"<{len(order)}I", *(len(tiles[i]) for i in order)))
    position = 16 + 8 + 20 * len(tags) + 8
    places = {}
    for tag in sorted(tags):
        if len(tags[tag][2]) > 8:
            places[tag] = position
            position += (len(tags[tag][2]) + 7) // 8 * 8
    offsets = []
    for index in order:
        offsets.append(position if tiles[index] else 0)
        position += len(tiles[index])
    tags[TILE_OFFSETS] = (LONG8, len(order), struct.pack(f"<{len(order)}Q", *offsets))

    with open(target, "wb", buffering=1 << 22) as file:
        file.write(struct.pack("<2sHHHQQ", b"II", 43, 8, 0, 16, len(tags)))
        for tag in sorted(tags):
            kind, count, value = tags[tag]
            file.write(struct.pack("<HHQ", tag, kind, count))
            file.write(struct.pack("<Q", places[tag]) if tag in places else value.ljust(8, b"\0"))
        file.write(bytes(8))
        for tag in places:
            value = tags[tag][2]
            file.write(value.ljust((len(value) + 7) // 8 * 8, b"\0"))
        for index in order:
            file.write(tiles[index])


def make_large_scene(small, folder, size, bands):
    """A folder with the given bands of a small scene, enlarged; returns its path."""
    made = f"{folder}/{os.path.basename(small)}"
    os.makedirs(made)
    for path in glob.glob(small + "/*"):
        name = os.path.basename(path)
        if name.endswith("_MTL.txt"):
            with open(path) as file:
                text = re.sub(r"(_(?:LINES|SAMPLES) = )\d+", rf"\g<1>{size}", file.read())
            with open(f"{made}/{name}", "w") as file:
                file.write(text)
        elif any(name.endswith(f"_{band}.TIF") for band in bands):
            write_large(path, f"{made}/{name}", size)
    return made
