#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
#
# Writes the small seeded model of the golden pictures: painter.safetensors (widths 4 8 12,
# one block) and vector.safetensors, as styles/FORMAT.md describes them. Needed again only
# where the format changes; the golden pictures must then be made anew.
import json
import os
import random
import struct

SEED, WIDTHS, BLOCKS = 20261121, (4, 8, 12), 1
HERE = os.path.dirname(os.path.abspath(__file__))


def write(name, metadata, tensors):
    header, data = {'__metadata__': metadata}, b''
    for key, shape, values in tensors:
        raw = struct.pack(f'<{len(values)}e', *values)
        header[key] = {'dtype': 'F16', 'shape': shape, 'data_offsets': [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    with open(os.path.join(HERE, name), 'wb') as f:
        f.write(struct.pack('<Q', len(text)) + text + data)


def main():
    seeded = random.Random(SEED)
    c0, c1, c2 = WIDTHS
    shapes = [('down0', [c0, 3, 9, 9]), ('down1', [c1, c0, 3, 3]), ('down2', [c2, c1, 3, 3])]
    shapes += [(f'block{i}.{j}', [c2, c2, 3, 3]) for i in range(BLOCKS) for j in (0, 1)]
    shapes += [('up0', [c1, c2, 3, 3]), ('up1', [c0, c1, 3, 3]), ('out', [3, c0, 9, 9])]
    tensors = []
    for name, (o, i, h, w) in shapes:
        sigma = (i * h * w) ** -0.5
        tensors.append((name + '.weight', [o, i, h, w],
                        [seeded.gauss(0, sigma) for _ in range(o * i * h * w)]))
    n = sum(shape[0] for _, shape in shapes)
    vector = [seeded.uniform(0.5, 1.5) for _ in range(n)], [seeded.uniform(-0.5, 0.5) for _ in range(n)]
    tensors.append(('reference', [24, 32, 3], [seeded.random() for _ in range(24 * 32 * 3)]))
    write('painter.safetensors', {'format': 'impasto-painter', 'version': '1', 'epsilon': '0.001'},
          tensors)
    write('vector.safetensors', {'format': 'impasto-style', 'version': '1'},
          [('scale', [n], vector[0]), ('shift', [n], vector[1])])


main()
