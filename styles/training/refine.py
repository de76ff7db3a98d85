#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""Train the style vectors further and nothing else: painter and reader stay as they are.

The last touch to a gallery, and the way to add a style to weights that are already out: a step costs
a fraction of train.py's, and the other styles do not change. The arguments are train.py's.

    refine.py --data DATA --styles DATA/masterworks --styles OWN --only mosaic,woodcut \\
        --start checkpoint/impasto.safetensors --out RUN --read 0 --crop 190 --minutes 20
"""
import train


class Refiner(train.Trainer):
    def __init__(self, a):
        super().__init__(a)
        self.painter.requires_grad_(False)
        self.reader.requires_grad_(False)


if __name__ == '__main__':
    train.Trainer = Refiner
    train.main()
