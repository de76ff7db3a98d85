# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""Photos that are flat or of one color over large parts, painted as the engine does it (engine/paint/reference.h).

Such a photo is measured beside the painter's reference photo. Pictures are [1, 3, h, w], R'G'B' 0 ... 1.
"""
import math

import torch
import torch.nn.functional as F

from export import folded, run_folded
from network import extend, load_file

CELLS, FLAT, FLAT_FROM, ALIKE, ALIKE_FROM, ALIKE_TO = 32, 8 / 255, 0.3, 24 / 255, 0.5, 0.72
SHARE_MAX, SHARE_MIN = 4.0, 0.05
PIXELS_LEAST, PIXELS_MOST = 256 ** 2, 384 ** 2


def load(painter_path):
    """The reference of a painter's file [1, 3, h, w], or None."""
    found = load_file(painter_path)[0].get('reference')
    return None if found is None else found.float().permute(2, 0, 1)[None]


def alikeness(means):
    """How alike colors [n, 3] are, on average over all pairs."""
    return float((1 - torch.cdist(means, means).square() / (3 * ALIKE ** 2)).clamp(min=0).mean())


def share(photo):
    """The reference's width over the photo's: 0 ... 4, the more the more of it is flat or of one color."""
    h, w = photo.shape[-2:]
    cell = max(2, int(max(h, w) / CELLS + 0.5))
    pool = lambda x: F.avg_pool2d(x, cell, ceil_mode=True, count_include_pad=False)
    means = pool(photo.double())
    variance = (pool(photo.double().square()) - means.square()).mean(1, keepdim=True)
    pixels = F.avg_pool2d(torch.ones(1, 1, h, w, dtype=torch.float64, device=photo.device), cell, ceil_mode=True, divisor_override=1)
    flat = ((-variance.clamp(min=0) / FLAT ** 2).exp() * pixels).sum() / (h * w)
    beyond = max(0.0, (float(flat) - FLAT_FROM) / (1 - FLAT_FROM),
                 min(1.0, (alikeness(means[0].flatten(1).T) - ALIKE_FROM) / (ALIKE_TO - ALIKE_FROM)))
    found = SHARE_MAX * beyond ** 2
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
    """The photo and, right of it, the reference, k times as wide, measured small."""
    h, w = photo.shape[-2:]
    most = min(max(2 * h * w, PIXELS_LEAST), PIXELS_MOST)
    scale = min(1.0, (most / (h * w * (1 + k))) ** 0.5)
    size, strip = (max(1, int(h * scale)), max(1, int(w * scale))), max(1, int(w * scale * k))
    return torch.cat([seen(photo, *size), middle(reference, size[0], strip)], 3)


def beside_crop(crop, reference, k):
    """A training input [1, 3, 4q+91, 4q+91] and, right of it, the reference, k times as wide as what is painted. A crop
    keeps its size, so the strip is at most three times as wide."""
    side = crop.shape[-1]
    strip = int(min(k, 3) * (side - 105)) // 4 * 4
    return torch.cat([crop, middle(reference, side, strip)], 3) if strip else crop


def paint(painter, reference, photo, scale, shift):
    """painter(photo, scale, shift), measured as the engine does. scale, shift: [1, n]; no gradients."""
    k = share(photo) if reference is not None else 0
    if k == 0:
        return painter(photo, scale, shift)
    h, w = photo.shape[-2:]
    layers = folded(painter, scale[0], shift[0], beside(photo, reference, k))
    return run_folded(layers, painter.blocks, extend(photo))[:, :, :h, :w]
