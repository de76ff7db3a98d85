#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
#
# Writes trained style vectors into the gallery. A gallery style is a folder with a style.json written
# by hand; this program takes the scale and shift of every such folder from the trainer's table
# (`<id>.scale`, `<id>.shift`), checks the folder against ../FORMAT.md, and writes vector.safetensors.
#
#     gallery.py --table styles.safetensors            write the vectors of all gallery styles
#     gallery.py --table styles.safetensors scream     ... of one
#     gallery.py --read DIR mosaic                     ... what the reader says of DIR/mosaic.png
#     gallery.py --check                               check every folder of the gallery, write nothing

import argparse
import json
import re
import sys
from pathlib import Path

import torch
from PIL import Image

import data
from network import STYLE, load_file, load_reader, save_file

GALLERY = Path(__file__).resolve().parent.parent / "gallery"
KINDS = ("painting", "print", "drawing", "pattern")
TEXTS = ("id", "title", "artist", "source", "licence", "kind")

# Gallery ids whose picture has another name in the training data.
RENAMED = {"tableau-no-2": "pier-and-ocean"}


def check_style(folder):
    """The style's metadata; raises ValueError with a sentence on the first fault."""
    style = json.loads((folder / "style.json").read_text(encoding="utf-8"))
    for key in TEXTS:
        if not isinstance(style.get(key), str) or not style[key].strip():
            raise ValueError(f"{folder.name}/style.json: {key} must be a text")
    if style["id"] != folder.name or not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", style["id"]):
        raise ValueError(f"{folder.name}/style.json: id {style['id']!r} is not the folder's name")
    if not isinstance(style.get("year"), int):
        raise ValueError(f"{folder.name}/style.json: year must be a whole number")
    if style["kind"] not in KINDS:
        raise ValueError(f"{folder.name}/style.json: kind must be one of {', '.join(KINDS)}")
    return style


def check_vector(folder, vector):
    """Raises ValueError unless `vector` is a style's scale and shift."""
    if set(vector) != {"scale", "shift"}:
        raise ValueError(f"{folder.name}: the vector must have scale and shift, not {sorted(vector)}")
    if any(v.shape != (STYLE,) for v in vector.values()):
        raise ValueError(f"{folder.name}: scale and shift must be one row of {STYLE} numbers each")
    if not all(v.isfinite().all() for v in vector.values()):
        raise ValueError(f"{folder.name}: the vector has a number that is not finite")


def check_thumbnail(folder):
    path = folder / "thumbnail.png"
    with Image.open(path) as image:
        if (image.format, image.size) != ("PNG", (256, 256)) or image.mode not in ("RGB", "P"):
            raise ValueError(f"{folder.name}: thumbnail.png must be a PNG of 256 x 256, RGB or palette")
    if path.stat().st_size > 1 << 20:
        raise ValueError(f"{folder.name}: thumbnail.png is larger than 1 MiB")


def trained(folder, table):
    """The style's vector out of the trainer's table."""
    key = RENAMED.get(folder.name, folder.name)
    return {part: table[f"{key}.{part}"] for part in ("scale", "shift")}


@torch.no_grad()
def read(folder, pictures):
    """The style's vector as the reader reads it off its picture."""
    picture = data.to_float(data.load_picture(pictures / f"{folder.name}.png"))
    reader = load_reader(GALLERY.parent / "reader.safetensors")
    scale, shift = reader(data.reader_view(picture)[None])
    return {"scale": scale[0], "shift": shift[0]}


def write_vector(folder, vector, dtype):
    vector = {part: v.to(dtype) for part, v in vector.items()}
    check_vector(folder, vector)
    save_file(vector, folder / "vector.safetensors", {"format": "impasto-style", "version": "1"})


def main():
    parser = argparse.ArgumentParser(description="Write or check the vectors of the gallery.")
    parser.add_argument("ids", nargs="*", help="gallery styles (default: all)")
    parser.add_argument("--table", type=Path, help="the trainer's styles.safetensors")
    parser.add_argument("--read", type=Path, help="folder of style pictures for the reader")
    parser.add_argument("--gallery", type=Path, default=GALLERY)
    parser.add_argument("--f16", action="store_true", help="write half precision")
    parser.add_argument("--check", action="store_true", help="check only")
    args = parser.parse_args()
    if not (args.check or args.table or args.read):
        parser.error("--table, --read or --check is needed")

    table = load_file(args.table)[0] if args.table else {}
    folders = ([args.gallery / i for i in args.ids] or
               sorted(p.parent for p in args.gallery.glob("*/style.json")))
    faults = 0
    for folder in folders:
        try:
            check_style(folder)
            if args.check:
                check_vector(folder, load_file(folder / "vector.safetensors")[0])
                check_thumbnail(folder)
            else:
                vector = trained(folder, table) if args.table else read(folder, args.read)
                write_vector(folder, vector, torch.float16 if args.f16 else torch.float32)
        except (ValueError, OSError, KeyError) as error:
            faults += 1
            print(f"fault: {error}", file=sys.stderr)
    if table:
        known = {RENAMED.get(p.parent.name, p.parent.name) for p in args.gallery.glob("*/style.json")}
        left = sorted({k.rsplit(".", 1)[0] for k in table} - known)
        if left:
            print("in the table, not in the gallery:", ", ".join(left))
    print(f"{len(folders) - faults} of {len(folders)} styles are right")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
