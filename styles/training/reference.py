# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""Photos that are flat over large parts, painted as the engine does it (engine/paint/reference.h).

Such a photo is measured beside the painter's reference photo. Pictures are [1, 3, h, w], R'G'B' 0 ... 1.
"""
import math

import torch
import torch.nn.functional as F

from export import folded, run_folded
from network import extend, load_file

CELLS, FLAT, FLAT_FROM, SHARE_MAX, SHARE_MIN = 32, 8 / 255, 0.3, 4.0, 0.05
PIXELS_MAX = 512 * 512


def load(painter_path):
    """The reference of a painter's file [1, 3, h, w], or None."""
    found = load_file(painter_path)[0].get('reference')
    return None if found is None else found.float().permute(2, 0, 1)[None]


def share(photo):
    """The reference's width over the photo's: 0 ... 4, the more the more of it is flat."""
    h, w = photo.shape[-2:]
    cell = max(2, int(max(h, w) / CELLS + 0.5))
    pool = lambda x: F.avg_pool2d(x, cell, ceil_mode=True, count_include_pad=False)
    variance = (pool(photo.double().square()) - pool(photo.double()).square()).mean(1, keepdim=True)
    pixels = F.avg_pool2d(torch.ones(1, 1, h, w, dtype=torch.float64, device=photo.device), cell, ceil_mode=True, divisor_override=1)
    flat = ((-variance.clamp(min=0) / FLAT ** 2).exp() * pixels).sum() / (h * w)
    found = SHARE_MAX * max(0.0, (float(flat) - FLAT_FROM) / (1 - FLAT_FROM)) ** 2
    return found if found >= SHARE_MIN else 0.0


def seen(picture, height, width):
    return F.interpolate(picture, (height, width), mode='bicubic', antialias=True).clamp(0, 1)


def middle(reference, height, width):
    """The middle of the reference, as large as covers height x width."""
    h, w = reference.shape[-2:]
    cover = max(width / w, height / h)
    h, w = max(height, math.ceil(h * cover)), max(width, math.ceil(w * cover))
    y, x = (h - height) // 2, (w - width) // 2
    return seen(reference, h, w)[:, :, y:y + height, x:x + width]


def beside(photo, reference, k):
    """The photo and, right of it, the reference, k times as wide; at most PIXELS_MAX in all."""
    h, w = photo.shape[-2:]
    scale = min(1.0, (PIXELS_MAX / (h * w * (1 + k))) ** 0.5)
    size, strip = (max(1, int(h * scale)), max(1, int(w * scale))), max(1, int(w * scale * k))
    return torch.cat([seen(photo, *size), middle(reference, size[0], strip)], 3)


def beside_crop(crop, reference, k):
    """A training input [1, 3, 4q+91, 4q+91] and, right of it, the reference, k times as wide as what is painted. A crop
    keeps its size, so at most PIXELS_MAX in all by a narrower strip."""
    side = crop.shape[-1]
    strip = int(min(k * (side - 105), PIXELS_MAX / side - side)) // 4 * 4
    return torch.cat([crop, middle(reference, side, strip)], 3) if strip else crop


def paint(painter, reference, photo, scale, shift):
    """painter(photo, scale, shift), measured as the engine does. scale, shift: [1, n]; no gradients."""
    k = share(photo) if reference is not None else 0
    if k == 0:
        return painter(photo, scale, shift)
    h, w = photo.shape[-2:]
    layers = folded(painter, scale[0], shift[0], beside(photo, reference, k))
    return run_folded(layers, painter.blocks, extend(photo))[:, :, :h, :w]
