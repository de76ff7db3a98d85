#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
#
# Paints the gallery's thumbnails with the engine: the cabin of ../sample.jpg in each style. Run it after
# every change of weights or vectors.
#
#     thumbnails.py BUILD/plugin/file/impasto-paint [ID ...]

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

STYLES = Path(__file__).resolve().parent.parent
CROP = (820, 150, 1520, 850)    # of sample.jpg
PAINTED = 384                   # side of the picture that is painted, then reduced: strokes stay visible
SIDE = 256
WORKING_LENGTH = 864            # engine/impasto.h: the first paint's long side at brush size 1


def thumbnail(program, style, photo, folder):
    """Paints `photo` in one style and reduces it to 256 colors, a third of the bytes."""
    out = Path(folder) / f"{style}.png"
    subprocess.run([program, "--brush-size", f"{WORKING_LENGTH / PAINTED:.4f}", photo, style, out], check=True,
                   stdout=subprocess.DEVNULL, env={**os.environ, "IMPASTO_STYLES": str(STYLES)})
    image = Image.open(out).convert("RGB").resize((SIDE, SIDE), Image.LANCZOS)
    image = image.quantize(256, dither=Image.Dither.FLOYDSTEINBERG)
    image.save(STYLES / "gallery" / style / "thumbnail.png", optimize=True)


def main():
    parser = argparse.ArgumentParser(description="Paint the gallery's thumbnails with the engine.")
    parser.add_argument("program", help="the built impasto-paint")
    parser.add_argument("ids", nargs="*", help="gallery styles (default: all)")
    args = parser.parse_args()
    ids = args.ids or sorted(p.parent.name for p in STYLES.glob("gallery/*/style.json"))
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "photo.png"
        crop = Image.open(STYLES / "sample.jpg").convert("RGB").crop(CROP)
        crop.resize((PAINTED, PAINTED), Image.LANCZOS).save(photo)
        for style in ids:
            thumbnail(args.program, style, photo, folder)
    print(f"{len(ids)} thumbnails painted")


if __name__ == "__main__":
    sys.exit(main())
