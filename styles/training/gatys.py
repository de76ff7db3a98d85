#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""One picture at a time by optimisation: the yardstick that the painter is measured with.

Gatys, Ecker and Bethge 2016 (CVPR; arXiv:1508.06576): starting from the photo, the pixels
themselves are changed until VGG-19 sees the photo's content and the style's Gram matrices.
Here with the relative losses of losses.py, by L-BFGS, in two forms:

    min  style_weight * style + content + tv * variation        (optimise)
    min  style   so that   content <= budget                    (optimise, budget=...)

The second answers "how much style can be had for the content that this painting costs?". It is solved by the
augmented Lagrangian of Powell, Hestenes and Rockafellar (Nocedal and Wright 2006, chapter 17), which has no kink for
L-BFGS' line search to stop at.

    gatys.py PHOTO STYLE OUT --data DATA [--size 320] [--steps 200] [--budget 0.7]
"""
import argparse
import os

import torch

import data
import losses

STIFFNESS, ROUNDS = 20.0, 4     # of the augmented Lagrangian: content ends within 2 % of its budget


def optimise(network, photo, targets, steps=200, style_weight=4.0, budget=None, tv=0.05):
    """photo [1, 3, h, w], targets: Gram matrices by layer. -> the picture, style, content."""
    with torch.no_grad():
        content_targets = {k: v for k, v in network(photo).items() if k in losses.CONTENT_LAYERS}
    x = photo.clone().requires_grad_(True)
    rounds = 1 if budget is None else ROUNDS
    multiplier, excess = 0.0, 0.0

    def closure():
        nonlocal excess
        solver.zero_grad()
        seen = network(x)
        style = losses.style_loss(seen, targets).sum()
        content = losses.content_loss(seen, content_targets).sum()
        if budget is None:
            total = style_weight * style + content
        else:
            total = style + (multiplier + STIFFNESS * (content - budget)).relu().square() / (2 * STIFFNESS)
            excess = float(content.detach()) - budget
        outside = (x - x.clamp(0, 1)).square().mean()
        total = total + tv * losses.variation(x) + 100 * outside
        total.backward()
        return total

    for _ in range(rounds):
        solver = torch.optim.LBFGS([x], lr=1, max_iter=steps // rounds, history_size=20,
                                   tolerance_grad=0, tolerance_change=0, line_search_fn='strong_wolfe')
        solver.step(closure)
        multiplier = max(0.0, multiplier + STIFFNESS * excess)
    with torch.no_grad():
        picture = x.detach().clamp(0, 1)
        seen = network(picture)
        return (picture, float(losses.style_loss(seen, targets)),
                float(losses.content_loss(seen, content_targets)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('photo')
    parser.add_argument('style')
    parser.add_argument('out')
    parser.add_argument('--data', required=True, help='the data folder, for DATA/losses')
    parser.add_argument('--size', type=int, default=320, help='long side of the picture')
    parser.add_argument('--style-side', type=int, default=384, help='short side of the style')
    parser.add_argument('--steps', type=int, default=200)
    parser.add_argument('--style-weight', type=float, default=4.0)
    parser.add_argument('--budget', type=float, help='content loss that may be spent')
    a = parser.parse_args()
    network = losses.LossNetwork(os.path.join(a.data, 'losses')).eval()
    photo = data.to_float(data.load_picture(a.photo))
    h, w = photo.shape[1:]
    photo = data.resize(photo, round(h * a.size / max(h, w)), round(w * a.size / max(h, w)))[None]
    style = data.short_side(data.to_float(data.load_picture(a.style)), a.style_side)
    with torch.no_grad():
        targets = losses.grams(network(style[None]), losses.STYLE_LAYERS)
    picture, s, c = optimise(network, photo, targets, a.steps, a.style_weight, a.budget)
    data.to_image(picture[0]).save(a.out)
    print(f'style {s:.3f} content {c:.3f}')


if __name__ == '__main__':
    main()
