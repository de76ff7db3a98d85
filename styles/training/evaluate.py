#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""How good are the weights: numbers on pictures that training never saw, and sheets to look at.

    evaluate.py gallery   --data DATA [--style ID ...]   style and content loss of gallery styles
    evaluate.py read      --data DATA [--paintings 50]   ... of styles read off held-out paintings
    evaluate.py gatys     --data DATA [--pairs 6]        read styles against Gatys' method at their content loss
    evaluate.py artifacts --data DATA                    checkerboard, border, cards of one tone
    evaluate.py sheet     --data DATA                    every gallery style on the ten photos

Losses are the relative ones of losses.py: Gram matrices at relu1_1 ... relu5_1, content at relu3_1 and
relu4_1; photos are held out (data.held_out), their middle square at 320 pixels. A style's target is taken
at the scale that suits the painter best, as strokes have no size of their own. Photos are painted as the engine
paints them, flat ones measured beside the reference (reference.py), but with --alone. --weights is a folder like
styles/ (painter, reader, gallery/), --out where the sheets go.
"""
import argparse
import os
import statistics
import subprocess
import tempfile

import torch
import torch.nn.functional as F

import data
import gatys
import judge
import losses
import reference
from gallery import RENAMED
from network import load_file, load_painter, load_reader
from train import sheet

HERE = os.path.dirname(os.path.abspath(__file__))
SIDE = 320
SCALES = (256, 320, 384, 448, 512, 640, 768, 960)   # short side of a style picture
# Single-style networks of the literature (1.7 M weights each): content, style; on twelve photos, but not these, and at
# scales to 640, to which ours are held as well.
LITERATURE = {'scream': (0.531, 0.357), 'great-wave': (1.031, 0.094), 'udnie': (0.861, 0.098),
              'shipwreck': (0.475, 0.146)}


def stem(path):
    return os.path.splitext(os.path.basename(path))[0]


def load(path):
    return data.to_float(data.load_picture(path))


def middle_square(picture, side=SIDE):
    p = data.short_side(picture, side)
    h, w = p.shape[-2:]
    return p[:, (h - side) // 2:(h - side) // 2 + side, (w - side) // 2:(w - side) // 2 + side]


def within(allowed):
    """The largest strength of 0 ... 1, to a sixty-fourth, that is allowed; 0 is."""
    if allowed(1.0):
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(6):
        middle = (low + high) / 2
        low, high = (middle, high) if allowed(middle) else (low, middle)
    return low


class Judge:
    """The painter and the networks that judge it."""

    def __init__(self, a):
        self.network = losses.LossNetwork(os.path.join(a.data, 'losses')).eval()
        self.painter = load_painter(os.path.join(a.weights, 'painter.safetensors')).eval()
        self.reference = None if a.alone else reference.load(os.path.join(a.weights, 'painter.safetensors'))
        self.reader = load_reader(os.path.join(a.weights, 'reader.safetensors')).eval()
        self.gallery = os.path.join(a.weights, 'gallery')
        self.fit, self.weights = a.fit, a.weights
        held = data.list_pictures(os.path.join(a.data, 'photos'), True)
        paths = held[::max(1, len(held) // a.photos)][:a.photos]
        self.photo_names = [stem(p) for p in paths]
        self.photos = [middle_square(load(p))[None] for p in paths]
        self.untouched = [self.network(p) for p in self.photos]

    def vector(self, style):
        tensors, _ = load_file(os.path.join(self.gallery, style, 'vector.safetensors'))
        return tensors['scale'].float()[None], tensors['shift'].float()[None]

    def read(self, picture):
        """As a user gets it: read, and with --fit learned further by the engine."""
        if not self.fit:
            return self.reader(data.reader_view(picture)[None])
        with tempfile.TemporaryDirectory() as folder:
            files = [os.path.join(folder, name) for name in ('picture.png', 'read.safetensors', 'learned.safetensors')]
            data.to_image(picture).save(files[0])
            subprocess.run([self.fit, *files], check=True, stdout=subprocess.DEVNULL,
                           env={**os.environ, 'IMPASTO_STYLES': os.path.abspath(self.weights)})
            tensors, _ = load_file(files[2])
        return tensors['scale'][None], tensors['shift'][None]

    def targets(self, picture, scales, enlarged=1.25):
        """Gram matrices of the style picture at each scale it has the pixels for."""
        least = min(picture.shape[-2:])
        sides = [s for s in scales if s <= enlarged * least] or [least]
        return [losses.grams(self.network(data.short_side(picture, s)[None]), losses.STYLE_LAYERS)
                for s in sides]

    def paint_one(self, photo, vector):
        return reference.paint(self.painter, self.reference, photo, *vector).clamp(0, 1)

    def paint(self, vector):
        return [self.paint_one(photo, vector) for photo in self.photos]

    def judge(self, paintings, targets):
        """Means over the photos: content; style at the best scale; style of the photos as they are."""
        content, style, before = [], [], []
        for untouched, y in zip(self.untouched, paintings):
            seen = self.network(y)
            content.append(losses.content_loss(seen, untouched).item())
            style.append([losses.style_loss(seen, t).item() for t in targets])
            before.append([losses.style_loss(untouched, t).item() for t in targets])
        columns = [statistics.mean(c) for c in zip(*style)]
        best = columns.index(min(columns))
        return statistics.mean(content), columns[best], statistics.mean(c[best] for c in before)

    def judge_within(self, paintings, targets, budget):
        """The same at the strength, as the slider has it, that spends `budget` of content loss; and that strength."""
        blended = lambda strength: [torch.lerp(x, y, strength) for x, y in zip(self.photos, paintings)]
        strength = within(lambda x: self.judge(blended(x), targets)[0] <= budget)
        return self.judge(blended(strength), targets), strength


def style_picture(a, style):
    """The picture a gallery style was trained on, from the data or from --own; None if it is not there."""
    name = RENAMED.get(style, style)
    for path in [os.path.join(a.data, 'masterworks', name + '.jpg'), os.path.join(a.own or '', name + '.png')]:
        if os.path.exists(path):
            return load(path)
    return None


def gallery(a, j):
    print(f'{"style":26} content  style  photo   literature')
    rows = [[None] + [p[0] for p in j.photos[:6]]]
    for style in a.style or sorted(os.listdir(j.gallery)):
        picture = style_picture(a, style)
        if picture is None:
            print(f'{style:26} no picture')
            continue
        scales = [s for s in SCALES if s <= 640 or style not in LITERATURE]
        paintings, targets = j.paint(j.vector(style)), j.targets(picture, scales)
        content, loss, before = j.judge(paintings, targets)
        known = '{:.3f} / {:.3f}'.format(*LITERATURE[style]) if style in LITERATURE else ''
        if known and content > LITERATURE[style][0]:
            (c, s, _), strength = j.judge_within(paintings, targets, LITERATURE[style][0])
            known += f'; at strength {100 * strength:.0f} {c:.3f} / {s:.3f}'
        print(f'{style:26} {content:7.3f} {loss:6.3f} {before:6.2f}   {known}', flush=True)
        rows.append([picture] + [y[0] for y in paintings[:6]])
    sheet(rows, os.path.join(a.out, 'gallery.jpg'), 240)


def held_paintings(a, count):
    held = data.list_pictures(os.path.join(a.data, 'paintings'), True)
    return [(stem(p), load(p)) for p in held[::max(1, len(held) // count)][:count]]


def read(a, j):
    contents, styles, befores, rows = [], [], [], [[None] + [p[0] for p in j.photos[:6]]]
    for _, picture in held_paintings(a, a.paintings):
        paintings = j.paint(j.read(picture))
        content, loss, before = j.judge(paintings, j.targets(picture, (224, 280, 336, 448), 2))
        contents.append(content), styles.append(loss), befores.append(before)
        rows.append([picture] + [y[0] for y in paintings[:6]])
    print(f'{len(styles)} held-out paintings, median: content {statistics.median(contents):.3f} '
          f'style {statistics.median(styles):.3f}; the photos as they are {statistics.median(befores):.2f}')
    sheet(rows[:13], os.path.join(a.out, 'read.jpg'), 240)


def against_gatys(a, j):
    """Gatys' method may spend the content loss that the read style spent, and must beat its style loss: by the
    network that it optimises for, and by one that neither it nor the painter has seen. Its pictures stay in
    OUT/gatys: weights that come later are compared with them, at the strength that spends what they spent."""
    unseen = judge.UnseenNetwork()
    ratios, unseen_ratios, rows = [], [], []
    os.makedirs(os.path.join(a.out, 'gatys'), exist_ok=True)
    for k, (name, picture) in enumerate(held_paintings(a, a.pairs)):
        i = k % len(j.photos)
        photo, wanted = j.photos[i], j.untouched[i]
        painting = data.style_target(picture)[None]
        with torch.no_grad():
            target = losses.grams(j.network(painting), losses.STYLE_LAYERS)
            unseen_target = losses.grams(unseen(painting), judge.LAYERS)

            def measure(x):
                seen = j.network(x)
                return (losses.content_loss(seen, wanted).item(), losses.style_loss(seen, target).item(),
                        losses.style_loss(unseen(x), unseen_target, judge.LAYERS).item())

            full = j.paint_one(photo, j.read(picture))
        path = os.path.join(a.out, 'gatys', f'{name}-{j.photo_names[i]}-{a.steps}.png')
        if not os.path.exists(path):
            theirs, _, _ = gatys.optimise(j.network, photo, target, a.steps, budget=measure(full)[0])
            data.to_image(theirs[0]).save(path)
        with torch.no_grad():
            theirs = load(path)[None]
            spent, s, u = measure(theirs)
            at = lambda strength: data.round_bytes(torch.lerp(photo, full, strength))
            strength = within(lambda x: measure(at(x))[0] <= 1.02 * spent)
            ours = at(strength)
            c, our_s, our_u = measure(ours)
            before = losses.style_loss(unseen(photo), unseen_target, judge.LAYERS).item()
        ratios.append(our_s / s)
        unseen_ratios.append(our_u / u)
        print(f'{k:2} strength {100 * strength:3.0f} content {c:.3f} style {our_s:.3f}; Gatys: content {spent:.3f} '
              f'style {s:.4f}; ratio {ratios[-1]:.2f}; unseen: {our_u:.3f}, Gatys {u:.3f}, photo '
              f'{before:.3f}; ratio {unseen_ratios[-1]:.2f}', flush=True)
        rows.append([painting[0], photo[0], ours[0], theirs[0]])
    print(f'median ratio {statistics.median(ratios):.2f}, by the unseen network {statistics.median(unseen_ratios):.2f}, '
          f'over {len(ratios)} pairs')
    for first in range(0, len(rows), 10):
        sheet(rows[first:first + 10], os.path.join(a.out, f'gatys-{first // 10}.jpg'), 320)


CELL = 16


def finest(x):
    """Energy of the differences of neighbors, a map by cells: a checkerboard, and every edge as well."""
    k = torch.tensor([[[1., -1.], [1., -1.]], [[1., 1.], [-1., -1.]], [[1., -1.], [-1., 1.]]])[:, None] / 4
    c = F.conv2d(F.pad(x.mean(1, keepdim=True), (0, 1, 0, 1), 'replicate'), k.to(x)).square()
    return F.avg_pool2d(c, CELL).amax(1)


def flat_cells(x, limit=0.02):
    """Cells in which the photo hardly changes, away from edges."""
    g = x.mean(1, keepdim=True)
    deviation = (F.avg_pool2d(g.square(), CELL) - F.avg_pool2d(g, CELL).square()).clamp(min=0).sqrt()
    return -F.max_pool2d(-(deviation < limit).float(), 3, 1, 1)[:, 0] > 0.5


def border_step(x):
    """Difference of the outermost 8 pixels and the 16 inside them, in the channel where it is largest."""
    ring = torch.zeros(SIDE, SIDE)
    ring[:], ring[8:-8, 8:-8], ring[24:-24, 24:-24] = 1, 2, 0
    return (x[0, :, ring == 1].mean(1) - x[0, :, ring == 2].mean(1)).abs().max().item()


def artifacts(a, j):
    """In 255ths. Cards are whole pictures of one tone, with the grain of a camera or without; insets are black or
    white squares in photos, in whose inside nothing may happen: the largest difference of 16-pixel cells."""
    grain = torch.randn(1, 1, SIDE, SIDE, generator=torch.Generator().manual_seed(1)) / 255
    clean = torch.full((1, 3, SIDE, SIDE), 0.5)
    print(f'{"style":26} nyquist  photo  finest  photo  lattice  photo   border    card  grainy card  in black  in white')
    ratios = []
    for style in a.style or sorted(os.listdir(j.gallery)):
        paint = lambda x: data.round_bytes(j.paint_one(x, j.vector(style)))
        found, border, inset, lines = [[], [], [], []], [], {0.0: [], 1.0: []}, []
        for photo in j.photos:
            y = paint(photo)
            flat = flat_cells(photo)
            if flat.any():
                maps = losses.nyquist(y, CELL), losses.nyquist(photo, CELL), finest(y), finest(photo)
                for energies, energy in zip(found, maps):
                    energies.append(energy[flat].mean().item())
            border.append(border_step(y) - border_step(photo))
            lines.append([losses.lattice_lines(x).item() * 255 for x in (y, photo)])
        for photo in j.photos[:3]:
            for tone, steps in inset.items():
                x = photo.clone()
                x[..., 80:240, 80:240] = tone
                cells = F.avg_pool2d(paint(x)[..., 128:192, 128:192], 16)
                steps.append((cells.amax((2, 3)) - cells.amin((2, 3))).max().item())
        e, p, fine, photo_fine = (statistics.mean(v) ** 0.5 * 255 for v in found)
        card, grainy = (paint(x).std((2, 3)).max().item() * 255 for x in (clean, clean + grain))
        black, white = (max(inset[t]) * 255 for t in (0.0, 1.0))
        ratios.append((e / p) ** 2)
        lattice, photo_lattice = (statistics.median(c) for c in zip(*lines))
        print(f'{style:26} {e:7.2f} {p:6.2f} {fine:7.2f} {photo_fine:6.2f} {lattice:8.2f} {photo_lattice:6.2f} '
              f'{statistics.mean(border) * 255:8.2f} {card:7.2f} {grainy:12.2f} {black:9.2f} {white:9.2f}', flush=True)
    print(f"nyquist over the photo's, in energy: median {statistics.median(ratios):.2f}, worst {max(ratios):.2f}, "
          f'{sum(r <= 1.2 for r in ratios)} of {len(ratios)} at most 1.2')


def gallery_sheet(a, j):
    """Rows: photos given by --photo (or held-out ones), columns: gallery styles, at the engine's working size."""
    paths = a.photo or data.list_pictures(os.path.join(a.data, 'photos'), True)[:10]
    photos = [load(p) for p in paths]
    photos = [data.resize(p, *(round(n * a.long / max(p.shape[1:])) for n in p.shape[1:])) for p in photos]
    styles = a.style or sorted(os.listdir(j.gallery))
    for first in range(0, len(styles), 8):
        some = styles[first:first + 8]
        rows = [[p] + [j.paint_one(p[None], j.vector(s))[0] for s in some] for p in photos]
        sheet(rows, os.path.join(a.out, f'sheet-{first // 8}.jpg'), a.cell)
        print(f'sheet-{first // 8}.jpg:', ' '.join(some), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('what', choices=['gallery', 'read', 'gatys', 'artifacts', 'sheet'])
    parser.add_argument('--data', required=True)
    parser.add_argument('--weights', default=os.path.dirname(HERE))
    parser.add_argument('--fit', metavar='PROGRAM',
                        help='tests/bench/impasto-fit of a build: read styles are learned by it, as users get them')
    parser.add_argument('--alone', action='store_true', help='no photo is measured beside the reference')
    parser.add_argument('--own', help="folder of draw_styles.py's pictures")
    parser.add_argument('--out', default='evaluation')
    parser.add_argument('--style', nargs='*', help='gallery styles (default: all)')
    parser.add_argument('--photos', type=int, default=12)
    parser.add_argument('--paintings', type=int, default=50)
    parser.add_argument('--pairs', type=int, default=6)
    parser.add_argument('--steps', type=int, default=200)
    parser.add_argument('--photo', nargs='*', help='photos of the sheet')
    parser.add_argument('--long', type=int, default=640, help="long side of the sheet's paintings")
    parser.add_argument('--cell', type=int, default=320)
    a = parser.parse_args()
    with torch.no_grad():
        j = Judge(a)
        if a.what != 'gatys':
            return {'gallery': gallery, 'read': read, 'artifacts': artifacts, 'sheet': gallery_sheet}[a.what](a, j)
    against_gatys(a, j)


if __name__ == '__main__':
    main()
