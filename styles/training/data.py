# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""Photos, paintings and style pictures: the hold-out rule, a decoded cache, crops.

Every file is decoded once into one flat array on disk that all loader processes map, so a
sample costs a crop and a resize. `workers` of the DataLoader keep a GPU busy.
"""
import hashlib
import json
import os
import random

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch.utils.data import DataLoader, IterableDataset

from network import HALO, READER_SIDE, extend

PICTURES = ('.jpg', '.jpeg', '.png')
STYLE_SIDE = 864            # short side of a style picture whose strokes are learned, at most
ENLARGED = 1.25             # ... and so much of its own
PAINTING_ENLARGED = 1.75    # small paintings (222 px): strokes of more than a pixel


def held_out(name):
    """The fixed rule: about one file in twenty, by its name, is never trained on."""
    return hashlib.sha256(os.path.basename(name).encode()).digest()[0] % 20 == 0


def list_pictures(folder, held=None):
    """Sorted paths; held: True the held-out ones, False the others, None all."""
    names = sorted(n for n in os.listdir(folder) if n.lower().endswith(PICTURES))
    return [os.path.join(folder, n) for n in names if held is None or held_out(n) == held]


def load_picture(path):
    """-> uint8 [3, h, w], R'G'B'; transparency on white."""
    image = Image.open(path)
    if image.mode in ('RGBA', 'LA', 'P'):
        image = image.convert('RGBA')
        white = Image.new('RGBA', image.size, 'white')
        image = Image.alpha_composite(white, image)
    return torch.from_numpy(np.array(image.convert('RGB'))).permute(2, 0, 1).contiguous()


def to_float(picture):
    return picture.float().div(255)


def round_bytes(picture):
    """As a file of eight bits a channel keeps it."""
    return (picture.clamp(0, 1) * 255).round() / 255


def to_image(picture):
    """float [3, h, w] -> PIL image."""
    return Image.fromarray((picture.detach().float().clamp(0, 1) * 255).round().byte()
                           .permute(1, 2, 0).cpu().numpy())


def resize(picture, height, width):
    """float [3, h, w] -> [3, height, width], antialiased bicubic, clamped."""
    if picture.shape[-2:] == (height, width):
        return picture
    return F.interpolate(picture[None], (height, width), mode='bicubic', antialias=True,
                         align_corners=False)[0].clamp(0, 1)


def short_side(picture, side):
    h, w = picture.shape[-2:]
    s = side / min(h, w)
    return resize(picture, max(1, round(h * s)), max(1, round(w * s)))


def reader_view(picture):
    return short_side(picture, READER_SIDE)


def style_target(picture):
    """The style picture at the scale at which its strokes are learned."""
    if max(picture.shape[-2:]) <= 256:
        return short_side(picture, round(min(picture.shape[-2:]) * PAINTING_ENLARGED))
    side = min(picture.shape[-2:])
    return short_side(picture, min(STYLE_SIDE, round(side * ENLARGED)))


def is_sharp(picture, scaled):
    """Does `scaled` have texture of two pixels? What was enlarged by a fifth or more has not."""
    return scaled.shape[-1] < 1.2 * picture.shape[-1]


class Cache:
    """Pictures of a list of files, decoded, in one memory-mapped file."""

    def __init__(self, paths, stem):
        index = stem + '.json'
        if not os.path.exists(index) or json.load(open(index))['paths'] != paths:
            os.makedirs(os.path.dirname(stem), exist_ok=True)
            shapes, at = [], 0
            with open(stem + '.raw', 'wb') as f:
                for path in paths:
                    picture = load_picture(path).numpy()
                    shapes.append([at, *picture.shape[1:]])
                    at += picture.size
                    f.write(picture.tobytes())
            with open(index, 'w') as f:
                json.dump({'paths': paths, 'shapes': shapes}, f)
        self.shapes = json.load(open(index))['shapes']
        self.data = np.memmap(stem + '.raw', np.uint8, 'r')

    def __len__(self):
        return len(self.shapes)

    def __getitem__(self, i):
        at, h, w = self.shapes[i]
        return torch.from_numpy(np.array(self.data[at:at + 3 * h * w])).view(3, h, w)


def photo_crop(photo, size, rng, plain):
    """A training input [3, size, size] out of the photo, enlarged and reflected by the halo.

    Border and middle are both seen. The photo is enlarged by up to twice: a working picture
    of the engine has a long side of 800 to 1000 px and is smoother than a small photo. With
    `plain`, which is not 0, it is enlarged by that at most and keeps its tones.
    """
    photo = to_float(photo)
    h, w = photo.shape[-2:]
    least = max((size - 2 * HALO - 1) / min(h, w), 0.8)
    s = rng.uniform(least, max(plain or 2.0, least))
    photo = resize(photo, round(h * s), round(w * s))
    if not plain:
        photo = changed_tones(photo, rng)
    if rng.random() < 0.5:
        photo = photo.flip(2)
    photo = extend(photo[None])[0]
    top = rng.randrange(photo.shape[1] - size + 1)
    left = rng.randrange(photo.shape[2] - size + 1)
    return photo[:, top:top + size, left:left + size].contiguous()


def changed_tones(photo, rng):
    """One in twenty is grey, one in twenty a flat or nearly flat card with a camera's grain."""
    if rng.random() < 0.05:
        photo = photo.mean(0, keepdim=True).expand(3, -1, -1)
    if rng.random() < 0.05:
        photo = photo.mean((1, 2), keepdim=True) + (photo - photo.mean()) * rng.choice((0, 0.05))
        grain = torch.randn(photo.shape) * rng.uniform(0, 3 / 255)
        photo = (photo + rng.uniform(-0.4, 0.4) + grain).clamp(0, 1)
    if rng.random() < 0.3:
        photo = photo ** rng.uniform(0.6, 1.6)
    return photo


class Samples(IterableDataset):
    """Endless batches: photo crops [n, 3, size, size], paintings for the reader (a list)."""

    def __init__(self, photos, paintings, size, batch, read, seed, plain):
        self.photos, self.paintings = photos, paintings
        self.size, self.batch, self.read, self.seed, self.plain = size, batch, read, seed, plain

    def __iter__(self):
        worker = torch.utils.data.get_worker_info()
        rng = random.Random(self.seed * 1000 + (worker.id if worker else 0))
        while True:
            crops = [photo_crop(self.photos[rng.randrange(len(self.photos))], self.size, rng, self.plain)
                     for _ in range(self.batch)]
            paintings = []
            for _ in range(self.read):
                p = to_float(self.paintings[rng.randrange(len(self.paintings))])
                paintings.append(p.flip(2) if rng.random() < 0.5 else p)
            yield torch.stack(crops), paintings


def loader(samples, workers, pin):
    return DataLoader(samples, batch_size=None, num_workers=workers, pin_memory=pin,
                      persistent_workers=workers > 0, prefetch_factor=4 if workers else None)
