# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""Take texture of one or two pixels out of trained weights, with no training.

    smooth.py --data DATA [--styles ../] [--out ../]

Trained on Gram matrices of the finest layer, a painter puts a weave into its strokes whose
period is two or three pixels; enlarged with the painting it is a grid. What we want is the
painting before its last normalisation through the low pass B = (-1 4 10 4 -1) / 16 along both
axes, which is 0 at the Nyquist frequency, 0.44 at a period of three pixels and 0.75 at four.
(The binomial (1 2 1) / 4, 0.25 and 0.5 there, costs two to three times the style loss.) B
after the last kernel W would be a 13 x 13 kernel; so this finds the 9 x 9 kernel k that comes
nearest on the features f that the painter really makes, over photos and all styles:

    min over k of  sum |k * f - B * (W * f)|^2        (least squares, 24 * 81 unknowns)

The weave was a part of the variance that the last normalisation divides by. Each style's last
three scales are therefore multiplied by deviation(k * f) / deviation(W * f), so that strokes
keep their contrast; the reader's by the mean of that over the gallery. Run it once on freshly
exported weights, then parity.py and thumbnails.py.
"""
import argparse
import glob
import os

import torch
import torch.nn.functional as F

import data
import losses
from network import load_file, load_painter, normalise, save_file

POSITIONS = 1500            # of a photo and style


@torch.no_grad()
def last_features(painter, photo, vector):
    """What the last convolution reads: [24, h + 8, w + 8]."""
    layers, (ic, oc) = {}, (painter.order['up1'], painter.order['out'])
    painter(photo, vector['scale'][None], vector['shift'][None], layers)
    scale, shift = (vector[k][None, -ic - oc:-oc] for k in ('scale', 'shift'))
    return normalise(layers['up1'].float(), scale, shift, painter.epsilon).relu()


@torch.no_grad()
def smoothed(kernel, features, epsilon=1e-4):
    """The kernel k of the least squares; features: a list of [1, ic, h, w]."""
    oc, ic, side, _ = kernel.shape
    n = ic * side * side
    gram, right = torch.zeros(n, n, dtype=torch.float64), torch.zeros(n, oc, dtype=torch.float64)
    low_pass = (losses.LOW_PASS[:, None] * losses.LOW_PASS).expand(oc, 1, 5, 5)
    for f in features:
        wanted = F.conv2d(F.conv2d(f, kernel), low_pass, groups=oc)[0].flatten(1).T
        patches = F.unfold(f[:, :, 2:-2, 2:-2], side)[0].T
        some = torch.randperm(len(patches))[:POSITIONS]
        patches, wanted = patches[some].double(), wanted[some].double()
        gram += patches.T @ patches
        right += patches.T @ wanted
    gram += epsilon * gram.diagonal().mean() * torch.eye(n, dtype=torch.float64)
    return torch.linalg.solve(gram, right).T.reshape(kernel.shape).float()


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument('--data', required=True)
    p.add_argument('--styles', default=os.path.join(os.path.dirname(__file__), '..'))
    p.add_argument('--out')
    a = p.parse_args()
    out = a.out or a.styles
    torch.manual_seed(1)

    painter = load_painter(os.path.join(a.styles, 'painter.safetensors'))
    files = sorted(glob.glob(os.path.join(a.styles, 'gallery', '*', 'vector.safetensors')))
    styles = {f: load_file(f) for f in files}
    photos = data.list_pictures(os.path.join(a.data, 'photos'), False)[::500][:2]
    photos = [data.short_side(data.to_float(data.load_picture(f)), 320)[None] for f in photos]
    features = {f: [last_features(painter, photo, v) for photo in photos]
                for f, (v, _) in styles.items()}
    kernel = painter.weight('out').detach()
    found = smoothed(kernel, sum(features.values(), []))

    def deviation(kernel, features):
        return torch.stack([F.conv2d(f, kernel)[0].flatten(1).var(1) for f in features]).mean(0).sqrt()
    ratios = {f: deviation(found, x) / deviation(kernel, x) for f, x in features.items()}
    for f, (vector, meta) in styles.items():
        vector['scale'][-3:] *= ratios[f]
        name = os.path.relpath(f, a.styles)
        os.makedirs(os.path.dirname(os.path.join(out, name)), exist_ok=True)
        save_file(vector, os.path.join(out, name), meta)
        print(name, ' '.join(f'{r:.3f}' for r in ratios[f]))

    path = 'painter.safetensors'
    tensors, meta = load_file(os.path.join(a.styles, path))
    tensors['out.weight'] = found.to(tensors['out.weight'].dtype)
    save_file(tensors, os.path.join(out, path), meta)
    path = 'reader.safetensors'
    tensors, meta = load_file(os.path.join(a.styles, path))
    mean = torch.stack(list(ratios.values())).mean(0)
    rows = slice(len(tensors['fc1.bias']) // 2 - 3, len(tensors['fc1.bias']) // 2)
    tensors['fc1.bias'][rows] *= mean
    tensors['fc1.weight'][rows] *= mean[:, None]
    save_file(tensors, os.path.join(out, path), meta)
    print('reader', ' '.join(f'{r:.3f}' for r in mean))


if __name__ == '__main__':
    main()
