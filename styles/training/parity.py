# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""Write the fixtures of tests/parity: what PyTorch computes, in fp32, from given weights.

    parity.py [--styles ../] [--out ../../tests/parity]

Both inputs are drawn here. For the style `starry-night` and for the one read off style.png
(`read`): the painting, and for each layer the mean and the variance of the convolution's
output before normalisation (for the first also its first four channels); and the reader's
features and vector. Run it whenever weights change, and commit weights and fixtures together.
"""
import argparse
import os

import numpy as np
import torch
from PIL import Image

from data import load_picture, to_float
from network import load_file, load_painter, load_reader, save_file

HERE = os.path.dirname(os.path.abspath(__file__))
STYLE_ID = 'starry-night'


def draw_photo(h=96, w=128):
    """A sky, a sun, hills and a picket fence: flat, smooth, round and sharp."""
    y, x = np.mgrid[0:h, 0:w] / h
    picture = np.stack([0.45 + 0.4 * y, 0.62 + 0.25 * y, 0.88 - 0.1 * y], -1)
    sun = np.hypot(x - 0.95, y - 0.28) < 0.13
    picture[sun] = (0.98, 0.86, 0.45)
    for k, color in enumerate(((0.42, 0.50, 0.52), (0.30, 0.42, 0.28), (0.16, 0.24, 0.14))):
        hill = y > 0.52 + 0.13 * k + 0.07 * np.sin((3 + 2 * k) * x + 1.7 * k)
        picture[hill] = np.array(color) * (1 + 0.15 * np.sin(40 * x + 25 * y))[hill][:, None]
    fence = (y > 0.78) & ((x * 9) % 1 < 0.45)
    picture[fence] = (0.85, 0.82, 0.76)
    return picture


def draw_style(h=224, w=260):
    """Curved bands of broken color in three hues, with dark seams."""
    y, x = np.mgrid[0:h, 0:w] / h
    band = 7 * np.hypot(x - 0.3, y - 1.2) + 0.6 * np.sin(5 * x)
    hue = np.array([(0.13, 0.22, 0.50), (0.88, 0.66, 0.20), (0.72, 0.29, 0.18)])
    picture = hue[np.floor(band).astype(int) % 3]
    stroke = 0.5 + 0.5 * np.sin(2 * np.pi * 14 * np.arctan2(y - 1.2, x - 0.3) + 3 * np.floor(band))
    picture = picture * (0.75 + 0.35 * stroke[..., None])
    picture[band % 1 < 0.09] *= 0.25
    return picture


def save_picture(picture, path):
    Image.fromarray((picture.clip(0, 1) * 255).round().astype(np.uint8)).save(path)


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument('--styles', default=os.path.join(HERE, '..'))
    p.add_argument('--out', default=os.path.join(HERE, '..', '..', 'tests', 'parity'))
    a = p.parse_args()
    save_picture(draw_photo(), os.path.join(a.out, 'photo.png'))
    save_picture(draw_style(), os.path.join(a.out, 'style.png'))
    photo = to_float(load_picture(os.path.join(a.out, 'photo.png')))[None]
    style = to_float(load_picture(os.path.join(a.out, 'style.png')))[None]
    painter = load_painter(os.path.join(a.styles, 'painter.safetensors'))
    reader = load_reader(os.path.join(a.styles, 'reader.safetensors'))
    vector, _ = load_file(os.path.join(a.styles, 'gallery', STYLE_ID, 'vector.safetensors'))
    found = {}
    with torch.no_grad():
        scale, shift = reader(style)
        found['reader.features'] = reader.features(style)[0]
        found['reader.scale'], found['reader.shift'] = scale[0].clone(), shift[0].clone()
        for name, v in ((STYLE_ID, (vector['scale'].float()[None], vector['shift'].float()[None])),
                        ('read', (scale, shift))):
            layers = {}
            found[f'{name}.painting'] = painter(photo, *v, layers)[0]
            for layer, x in layers.items():
                variance, mean = torch.var_mean(x, (0, 2, 3), unbiased=False)
                found[f'{name}.{layer}.mean'], found[f'{name}.{layer}.variance'] = mean, variance
                if name == STYLE_ID:
                    found[f'{name}.{layer}.first4'] = x[0, :4]
    save_file(found, os.path.join(a.out, 'fixture.safetensors'),
              {'format': 'impasto-parity', 'version': '1'})


if __name__ == '__main__':
    main()
