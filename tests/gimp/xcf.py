# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""Read what a test must know of a GIMP 2.10 XCF file: every layer's place, name, parasites and
exact pixels. The format is described in GIMP's devel-docs/xcf.txt. Standard library only."""

import array
import struct
import sys
import zlib
from dataclasses import dataclass, field

PROP_END, PROP_OPACITY, PROP_OFFSETS, PROP_TATTOO, PROP_PARASITES = 0, 6, 15, 20, 21
PROP_COMPRESSION, PROP_MODE, PROP_GROUP, PROP_ITEM_PATH = 17, 7, 29, 30

# precision -> (array code or None for half, bytes, largest value of integers, linear?)
PRECISIONS = {
    100: ("B", 255, True), 150: ("B", 255, False),
    200: ("H", 65535, True), 250: ("H", 65535, False),
    300: ("I", 2**32 - 1, True), 350: ("I", 2**32 - 1, False),
    500: ("e", 1, True), 550: ("e", 1, False),
    600: ("f", 1, True), 650: ("f", 1, False),
    700: ("d", 1, True), 750: ("d", 1, False),
}


@dataclass
class Drawable:
    name: str
    width: int
    height: int
    channels: int = 0
    values: list = field(default_factory=list)  # [height * width * channels], 0 .. 1 for integers
    raw: bytes = b""                            # the same, big endian, as in the file
    props: dict = field(default_factory=dict)
    mask: "Drawable" = None

    @property
    def offsets(self):
        return struct.unpack(">ii", self.props[PROP_OFFSETS])

    @property
    def path(self):
        """Indices from the top of the layer tree: (0,), (0, 1) ..."""
        data = self.props.get(PROP_ITEM_PATH)
        return struct.unpack(f">{len(data) // 4}I", data) if data else None

    @property
    def parasites(self):
        found, data = {}, self.props.get(PROP_PARASITES, b"")
        while data:
            n = struct.unpack_from(">I", data)[0]
            name = data[4:4 + n - 1].decode()
            flags, size = struct.unpack_from(">II", data, 4 + n)
            found[name] = (flags, data[12 + n:12 + n + size].rstrip(b"\0").decode())
            data = data[12 + n + size:]
        return found

    def pixel(self, x, y):
        at = (y * self.width + x) * self.channels
        return self.values[at:at + self.channels]


@dataclass
class Image:
    width: int
    height: int
    base_type: int
    precision: int
    layers: list
    channels: list  # the selection, where there is one, is among them: "Selection Mask"

    @property
    def linear(self):
        return PRECISIONS[self.precision][2]

    def layer(self, name):
        return next(layer for layer in self.layers if layer.name == name)


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, fmt):
        values = struct.unpack_from(">" + fmt, self.data, self.at)
        self.at += struct.calcsize(">" + fmt)
        return values if len(values) > 1 else values[0]

    def string(self):
        n = self.take("I")
        text = self.data[self.at:self.at + max(0, n - 1)].decode()
        self.at += n
        return text

    def props(self):
        found = {}
        while True:
            kind, size = self.take("II")
            if kind == PROP_END:
                return found
            found[kind] = self.data[self.at:self.at + size]
            self.at += size


def unpack_rle(data, at, planes, n):
    """One tile: each byte of the pixels is a plane of its own."""
    tile = bytearray(planes * n)
    for plane in range(planes):
        filled = bytearray()
        while len(filled) < n:
            op = data[at]
            at += 1
            if op >= 128:                       # copy
                length = 256 - op
                if length == 128:
                    length = data[at] << 8 | data[at + 1]
                    at += 2
                filled += data[at:at + length]
                at += length
            else:                               # repeat
                length = op + 1
                if length == 128:
                    length = data[at] << 8 | data[at + 1]
                    at += 2
                filled += data[at:at + 1] * length
                at += 1
        tile[plane::planes] = filled
    return bytes(tile)


def read_hierarchy(data, at, pointer, compression):
    r = Reader(data)
    r.at = at
    width, height, bpp = r.take("III")
    r.at = r.take(pointer)
    r.take("II")
    raw = bytearray(width * height * bpp)
    for ty in range(0, height, 64):
        for tx in range(0, width, 64):
            start = r.take(pointer)
            w, h = min(64, width - tx), min(64, height - ty)
            if compression == 0:
                tile = data[start:start + w * h * bpp]
            elif compression == 1:
                tile = unpack_rle(data, start, bpp, w * h)
            else:
                tile = zlib.decompressobj().decompress(data[start:])
            for y in range(h):
                to = ((ty + y) * width + tx) * bpp
                raw[to:to + w * bpp] = tile[y * w * bpp:(y + 1) * w * bpp]
    return bytes(raw), bpp


def decode(raw, precision):
    code, largest, _ = PRECISIONS[precision]
    if code == "e":
        return list(struct.unpack(f">{len(raw) // 2}e", raw))
    values = array.array(code, raw)
    if sys.byteorder == "little":
        values.byteswap()
    return [v / largest for v in values] if largest > 1 else list(values)


def read_drawable(data, at, pointer, compression, precision, is_layer):
    r = Reader(data)
    r.at = at
    width, height = r.take("II")
    if is_layer:
        r.take("I")
    drawable = Drawable(r.string(), width, height)
    drawable.props = r.props()
    hierarchy = r.take(pointer)
    mask = r.take(pointer) if is_layer else 0
    drawable.raw, bpp = read_hierarchy(data, hierarchy, pointer, compression)
    drawable.values = decode(drawable.raw, precision)
    drawable.channels = len(drawable.values) // (width * height)
    if mask:
        drawable.mask = read_drawable(data, mask, pointer, compression, precision, False)
    return drawable


def read(path):
    data = open(path, "rb").read()
    version = 0 if data[9:13] == b"file" else int(data[10:13])
    pointer = "Q" if version >= 11 else "I"
    r = Reader(data)
    r.at = 14
    width, height, base_type = r.take("III")
    precision = r.take("I") if version >= 4 else 150
    props = r.props()
    compression = props[PROP_COMPRESSION][0]
    image = Image(width, height, base_type, precision, [], [])
    while at := r.take(pointer):
        image.layers.append(read_drawable(data, at, pointer, compression, precision, True))
    while at := r.take(pointer):
        image.channels.append(read_drawable(data, at, pointer, compression, precision, False))
    return image


def to_display(image, drawable, index):
    """One value as the sRGB curve shows it (alpha and gamma images: as it is)."""
    v = drawable.values[index]
    alpha = drawable.channels in (2, 4) and index % drawable.channels == drawable.channels - 1
    if alpha or not image.linear:
        return v
    return 12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055
