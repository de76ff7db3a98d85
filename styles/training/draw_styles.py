#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
#
# Draws the project's own style pictures: prints, drawings, paintings and patterns that need no master,
# each with large, decided marks that a painter network can learn. The subject is the sample photo.
# Numpy and Pillow only, and the same bytes on every run.
#
#     draw_styles.py OUTDIR [ID ...] [--photo ../sample.jpg] [--list]

import argparse
import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

SIDE = 768
STYLES = {}


def style(name):
    def register(function):
        STYLES[name] = function
        return function
    return register


# ---- tools -------------------------------------------------------------------------------------

def blur(a, sigma):
    """Gaussian blur of [h, w] or [h, w, c], by its transform; the border is reflected."""
    pad = int(3 * sigma) + 1
    padded = np.pad(a, [(pad, pad)] * 2 + [(0, 0)] * (a.ndim - 2), mode='reflect')
    f = [np.exp(-2 * (np.pi * sigma * np.fft.fftfreq(n)) ** 2) for n in padded.shape[:2]]
    k = f[0][:, None] * f[1][None, :]
    out = np.fft.ifft2(np.fft.fft2(padded, axes=(0, 1)) * (k if a.ndim == 2 else k[..., None]), axes=(0, 1)).real
    return out[pad:-pad, pad:-pad].astype(np.float32)


def cloud(seed, size, side=SIDE):
    """Smooth random field of features about `size` pixels, mean 0, deviation 1."""
    n = blur(np.random.RandomState(seed).normal(size=(side, side)), size / 2)
    return (n - n.mean()) / n.std()


def ramp(low, high, x):
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def grey(rgb):
    return rgb @ np.array([0.299, 0.587, 0.114], np.float32)


def spread(g, amount=0.7):
    """Tones moved towards an even histogram."""
    flat = np.argsort(np.argsort(g.ravel(), kind='stable'), kind='stable').reshape(g.shape) / g.size
    return (g * (1 - amount) + flat * amount).astype(np.float32)


def saturate(rgb, amount):
    g = grey(rgb)[..., None]
    return np.clip(g + (rgb - g) * amount, 0, 1)


def flow(g, sigma=9):
    """Direction along the edges (radians), from the smoothed structure tensor (Bigun & Granlund 1987)."""
    gy, gx = np.gradient(blur(g, 1.5))
    xx, yy, xy = blur(gx * gx, sigma), blur(gy * gy, sigma), blur(gx * gy, sigma)
    return 0.5 * np.arctan2(2 * xy, xx - yy) + math.pi / 2


def edges(g, sigma=1.6):
    """Dark lines along the contours, 0 ... 1."""
    d = blur(g, sigma) - 0.985 * blur(g, sigma * 1.6)
    return ramp(0.004, -0.018, d)


def displaced(dx, dy):
    """The index by which a field is seen as an unsteady hand draws it: each pixel's place, (dx, dy) further."""
    yy, xx = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    return np.clip(yy + dy, 0, SIDE - 1).astype(int), np.clip(xx + dx, 0, SIDE - 1).astype(int)


def picture(rgb):
    return Image.fromarray((np.clip(rgb, 0, 1) * 255 + 0.5).astype(np.uint8))


def at(field, x, y):
    h, w = field.shape[:2]
    return field[min(max(int(y), 0), h - 1), min(max(int(x), 0), w - 1)]


def jittered(pitch, seed, side=SIDE):
    """Points on a shaken grid, in random order."""
    r = np.random.RandomState(seed)
    n = int(side / pitch) + 2
    p = (np.stack(np.meshgrid(np.arange(n), np.arange(n)), -1).reshape(-1, 2) + r.uniform(-0.45, 0.45, (n * n, 2))) * pitch
    return p[r.permutation(len(p))]


def trace(angles, x, y, length, offset=0.0, step=4.0):
    """A polyline of `length` pixels centred on (x, y) along the field."""
    sides = []
    for sign in (1, -1):
        px, py, last, line = x, y, None, []
        for _ in range(int(length / 2 / step)):
            a = at(angles, px, py) + offset
            dx, dy = math.cos(a) * sign, math.sin(a) * sign
            if last and dx * last[0] + dy * last[1] < 0:
                dx, dy = -dx, -dy
            px, py, last = px + dx * step, py + dy * step, (dx, dy)
            line.append((px, py))
        sides.append(line)
    return sides[1][::-1] + [(x, y)] + sides[0]


def taper(canvas, line, width, colour, k):
    """A stroke that swells in its middle; `k` is the canvas's scale."""
    n = len(line)
    left, right = [], []
    for i, (x, y) in enumerate(line):
        (x0, y0), (x1, y1) = line[max(i - 1, 0)], line[min(i + 1, n - 1)]
        d = math.hypot(x1 - x0, y1 - y0) or 1
        w = width / 2 * math.sin(math.pi * (i + 0.35) / (n - 0.3)) ** 0.6
        nx, ny = -(y1 - y0) / d * w, (x1 - x0) / d * w
        left.append(((x + nx) * k, (y + ny) * k))
        right.append(((x - nx) * k, (y - ny) * k))
    canvas.polygon(left + right[::-1], colour)


def paper(seed, tooth=1.0):
    """Grain of a sheet, mean 0: fibres and tooth."""
    return tooth * (0.5 * cloud(seed, 1.6) + 0.5 * cloud(seed + 1, 4))


def nearest(points, angles=None, square=False, side=SIDE, scale=1):
    """For every pixel the nearest point's index (jump flooding, Rong & Tan 2006), and the offset to it
    in the point's own axes. square: by the larger of the two offsets, which makes tiles."""
    n = side // scale
    best = np.full((n, n), -1, np.int32)
    p = points / scale
    c, s = (np.cos(angles), np.sin(angles)) if angles is not None else (np.ones(len(p)), np.zeros(len(p)))
    ix, iy = np.clip(p.T.astype(int), 0, n - 1)
    best[iy, ix] = np.arange(len(p))
    yy, xx = np.mgrid[0:n, 0:n].astype(np.float32)

    def offset(i):
        dx, dy = xx - p[i, 0], yy - p[i, 1]
        return dx * c[i] + dy * s[i], dy * c[i] - dx * s[i]

    def distance(i):
        u, v = offset(i)
        d = np.maximum(abs(u), abs(v)) + 0.12 * np.hypot(u, v) if square else np.hypot(u, v)
        return np.where(i < 0, 1e9, d)

    dist = distance(best)
    jump = 1 << (n - 1).bit_length() - 1
    while jump:
        for ox in (-jump, 0, jump):
            for oy in (-jump, 0, jump):
                other = np.roll(best, (oy, ox), (0, 1))
                d = distance(other)
                take = d < dist
                best, dist = np.where(take, other, best), np.where(take, d, dist)
        jump //= 2
    u, v = offset(best)
    return best, u * scale, v * scale


def means(index, values, count):
    """Mean of `values` over each cell."""
    flat, n = index.ravel(), np.maximum(np.bincount(index.ravel(), minlength=count), 1)
    return np.stack([np.bincount(flat, values[..., k].ravel(), count) / n for k in range(values.shape[-1])], -1)


def gaps(index, width):
    """1 on the lines between cells, `width` pixels wide, soft."""
    border = ((index != shifted(index, 1, 0)) | (index != shifted(index, 0, 1))).astype(np.float32)
    return ramp(0.20, 0.45, blur(border, width / 2.6) * width * 0.8)


def snap(rgb, palette, softness=0.0):
    """The palette's nearest colour (in a space that weighs lightness most)."""
    palette = np.asarray(palette, np.float32)
    weight = np.array([0.9, 1.2, 0.7])
    d = (((rgb[..., None, :] - palette) * weight) ** 2).sum(-1)
    chosen = palette[d.argmin(-1)]
    return chosen * (1 - softness) + rgb * softness


def shifted(a, y, x):
    """The field moved down and right; the border is repeated."""
    return np.pad(a, ((y, 0), (x, 0)), mode='edge')[:a.shape[0], :a.shape[1]]


def hexes(text):
    return [[int(w[i:i + 2], 16) / 255 for i in (0, 2, 4)] for w in text.split()]


# ---- prints and drawings -----------------------------------------------------------------------

@style('ink-hatching')
def ink_hatching(photo):
    """Pen and ink: short strokes across the form, crossed where it is dark, on warm paper."""
    dark = (1 - spread(grey(photo), 0.8)) ** 1.8
    angles = flow(grey(photo), 34) + 0.30 * cloud(5, 240)
    k = 3
    sheet = Image.new('L', (SIDE * k, SIDE * k), 255)
    canvas = ImageDraw.Draw(sheet)
    r = np.random.RandomState(1)
    for threshold, offset, pitch in ((0.07, 0.75, 24.0), (0.34, -0.40, 26.0), (0.62, 0.15, 26.0)):
        for x, y in jittered(pitch, int(threshold * 100)):
            tone = at(dark, x, y)
            if tone > threshold + r.normal(0, 0.03):
                line = trace(angles, x, y, r.uniform(48, 84), offset + r.normal(0, 0.04))
                taper(canvas, line, 3.2 + 3.6 * min(1, (tone - threshold) * 2.2), r.randint(0, 40), k)
    ink = 1 - np.asarray(sheet.resize((SIDE, SIDE), Image.LANCZOS), np.float32) / 255
    ink = np.maximum(ink, 0.9 * edges(grey(photo), 2.0))
    ink = np.clip(ink * (1 + 0.10 * paper(3)), 0, 1)[..., None]
    sheet = np.array([0.955, 0.925, 0.855]) + 0.012 * paper(8)[..., None]
    return sheet * (1 - ink) + np.array([0.075, 0.065, 0.085]) * ink


@style('engraving')
def engraving(photo):
    """A banknote's engraving: parallel lines that swell with the shade and bend over the form."""
    k = 2
    g = np.asarray(picture(spread(grey(photo), 0.75)[..., None].repeat(3, 2)).resize((SIDE * k, SIDE * k), Image.BICUBIC), np.float32)[..., 0] / 255
    dark = blur(1 - g, 3)
    form = blur(g, 26) * 95 * k + cloud(3, 300, SIDE * k) * 10 * k
    yy, xx = np.mgrid[0:SIDE * k, 0:SIDE * k].astype(np.float32)
    pitch = 11.5 * k

    def lines(phase, amount):
        f = np.abs((phase / pitch) % 1 - 0.5) * 2
        return ramp(-0.10, 0.10, amount - f)

    ink = lines(yy + form + 0.22 * xx, 0.08 + 0.78 * dark)
    ink = np.maximum(ink, lines(xx * 0.9 - 0.5 * yy + form * 0.7, 1.35 * (dark - 0.56)))
    ink = np.maximum(ink, lines(xx * 0.5 + 0.9 * yy - form * 0.5, 1.9 * (dark - 0.78)))
    ink = np.asarray(picture(ink[..., None].repeat(3, 2)).resize((SIDE, SIDE), Image.LANCZOS), np.float32)[..., :1] / 255
    ink = np.maximum(ink, 0.95 * edges(grey(photo), 1.8)[..., None])
    tint = ramp(-1.2, 1.2, cloud(9, 240))[..., None]
    colour = np.array([0.055, 0.20, 0.17]) * tint + np.array([0.07, 0.13, 0.24]) * (1 - tint)
    sheet = np.array([0.93, 0.925, 0.85]) - 0.05 * ramp(0, 1, cloud(4, 160))[..., None] * np.array([1, 0.2, 0.6])
    return sheet * (1 - ink) + colour * ink


@style('woodcut')
def woodcut(photo):
    """A black block in which the light was cut with a gouge, along the form."""
    light = spread(grey(photo), 0.8)
    angles = flow(grey(photo), 14) + 0.2 * cloud(15, 120)
    k = 3
    block = Image.new('L', (SIDE * k, SIDE * k), 0)
    canvas = ImageDraw.Draw(block)
    r = np.random.RandomState(2)
    for x, y in jittered(11.5, 12):
        tone = at(light, x, y)
        if tone > 0.14 + r.normal(0, 0.03):
            taper(canvas, trace(angles, x, y, r.uniform(34, 62) * (0.6 + 0.6 * tone)), 2.0 + 13 * tone ** 1.5, 255, k)
    white = np.asarray(block.resize((SIDE, SIDE), Image.LANCZOS), np.float32) / 255
    white = white * (1 - 0.92 * edges(grey(photo), 2.6)) * ramp(0.05, 0.14, light)
    print_ = np.clip((1 - white) - 0.10 * ramp(1.2, 2.4, paper(31)), 0, 1)[..., None]
    sheet = np.array([0.94, 0.905, 0.825]) + 0.016 * paper(18)[..., None]
    return sheet * (1 - print_) + np.array([0.085, 0.075, 0.075]) * print_


@style('linocut')
def linocut(photo):
    """Four blocks, printed one over the other: ochre, red, teal, and the dark key block with its gouge marks."""
    light = spread(grey(blur(photo, 2)), 0.75)
    angles = flow(grey(photo), 14) + math.pi / 2 + 0.3 * cloud(25, 120)
    warm = blur(photo[..., 0] - photo[..., 2], 4)
    k = 2
    r = np.random.RandomState(3)
    sheet = np.ones((SIDE, SIDE, 3)) * np.array([0.96, 0.93, 0.86]) + 0.012 * paper(28)[..., None]
    blocks = ((0.80, np.array([0.93, 0.72, 0.30]), None), (0.60, np.array([0.86, 0.36, 0.22]), warm > np.median(warm)),
              (0.56, np.array([0.16, 0.50, 0.53]), warm <= np.median(warm)), (0.30, np.array([0.10, 0.11, 0.20]), None))
    for n, (level, ink, where) in enumerate(blocks):
        cover = ramp(level + 0.015, level - 0.015, light + 0.012 * cloud(40 + n, 6))
        if where is not None:
            cover = cover * ramp(0.45, 0.55, blur(where.astype(np.float32), 2.5))
        cut = Image.new('L', (SIDE * k, SIDE * k), 0)
        canvas = ImageDraw.Draw(cut)
        for x, y in jittered(13, 50 + n):
            inside = level - at(light, x, y)
            if 0 < inside < 0.17 and r.rand() < 0.85:
                taper(canvas, trace(angles, x, y, r.uniform(24, 46)), 6.2 * (1 - inside / 0.19), 255, k)
        cut = np.asarray(cut.resize((SIDE, SIDE), Image.LANCZOS), np.float32) / 255
        print_ = (cover * (1 - cut) * (1 - 0.16 * ramp(0.9, 2.2, paper(60 + n))))[..., None]
        sheet = sheet * (1 - print_) + ink * (0.96 + 0.04 * paper(70 + n)[..., None]) * print_
    return sheet


@style('halftone')
def halftone(photo):
    """A comic's print: large dots of four inks, black contours."""
    rgb = saturate(blur(photo, 1.5), 1.9)
    g = spread(grey(rgb), 0.6)
    rgb = np.clip(rgb * ((g + 0.12) / (grey(rgb) + 0.12))[..., None], 0, 1)
    rgb = rgb ** 0.72
    cmy = 1 - rgb
    black = np.clip(cmy.min(-1) * 1.2 - 0.45, 0, 1)
    yy, xx = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)

    def dots(cover, degrees, pitch):
        c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        u, v = (xx * c + yy * s) / pitch, (yy * c - xx * s) / pitch
        fu, fv = u - np.floor(u) - 0.5, v - np.floor(v) - 0.5
        px = np.clip(((np.floor(u) + 0.5) * c - (np.floor(v) + 0.5) * s) * pitch, 0, SIDE - 1).astype(int)
        py = np.clip(((np.floor(u) + 0.5) * s + (np.floor(v) + 0.5) * c) * pitch, 0, SIDE - 1).astype(int)
        radius = np.sqrt(np.clip(blur(cover, 4)[py, px], 0, 1) / math.pi) * 1.22
        return ramp(0.75 / pitch, -0.75 / pitch, np.hypot(fu, fv) - radius)

    sheet = np.ones((SIDE, SIDE, 3)) * np.array([0.975, 0.955, 0.90])
    for cover, degrees, ink in ((cmy[..., 2] * 0.95, 0, [0.99, 0.86, 0.10]), (cmy[..., 1] * 0.85, 75, [0.90, 0.12, 0.42]),
                                (cmy[..., 0] * 0.85, 15, [0.05, 0.58, 0.85]), (black, 45, [0.08, 0.08, 0.10])):
        d = dots(cover, degrees, 18.0)[..., None]
        sheet = sheet * (1 - d * (1 - np.array(ink)))
    line = np.clip(edges(grey(photo), 2.8) * 1.15, 0, 1)[..., None]
    return sheet * (1 - line) + np.array([0.07, 0.06, 0.09]) * line


@style('sanguine')
def sanguine(photo):
    """Sanguine on laid paper: broad slanted hatching, pressed in the shade."""
    return chalk_drawing(photo, np.array([0.90, 0.83, 0.70]), np.array([0.66, 0.235, 0.12]), None, 41)


@style('charcoal')
def charcoal(photo):
    """Charcoal and white chalk on grey-blue paper."""
    return chalk_drawing(photo, np.array([0.60, 0.62, 0.64]), np.array([0.085, 0.085, 0.095]), np.array([0.97, 0.96, 0.93]), 47)


def chalk_drawing(photo, sheet, dark_chalk, light_chalk, seed):
    g = spread(grey(photo), 0.75)
    tooth = paper(seed, 1.0)
    yy = np.mgrid[0:SIDE, 0:SIDE][0]
    out = np.ones((SIDE, SIDE, 3)) * sheet + 0.020 * tooth[..., None] + 0.012 * np.sin(yy * 2 * np.pi / 7)[..., None]
    angles = 2.25 + 0.16 * cloud(seed + 2, 200)
    form = flow(grey(photo), 10)

    def layer(tone, threshold, pitch, width, length, field, offset, n):
        k = 2
        image = Image.new('L', (SIDE * k, SIDE * k), 0)
        canvas = ImageDraw.Draw(image)
        r = np.random.RandomState(seed + n)
        for x, y in jittered(pitch, seed * 10 + n):
            t = at(tone, x, y)
            if t > threshold + r.normal(0, 0.04):
                taper(canvas, trace(field, x, y, r.uniform(0.6, 1.2) * length, offset), width * r.uniform(0.7, 1.2),
                      int(95 + 150 * min(1, (t - threshold) * 1.6)), k)
        a = np.asarray(image.resize((SIDE, SIDE), Image.LANCZOS), np.float32) / 255
        return np.clip(a * 1.25 * ramp(-1.5, 0.8, blur(tooth, 0.8) + 2.2 * a - 0.6), 0, 1)

    dark = (1 - g) ** 1.5
    smear = 0.34 * ramp(0.25, 0.95, blur(dark, 7)) * ramp(-2.6, 0.6, blur(tooth, 1))
    ink = smear
    for n, (threshold, pitch, width, length, field, offset) in enumerate((
            (0.16, 13, 5.0, 84, angles, 0.0), (0.46, 12.5, 5.8, 62, form, 0.2), (0.72, 12, 6.6, 56, angles, -0.7))):
        a = layer(dark, threshold, pitch, width, length, field, offset, n)
        ink = 1 - (1 - ink) * (1 - 0.80 * a)
    ink = np.maximum(ink, 0.90 * edges(grey(photo), 2.4) * ramp(-1.6, 0.6, tooth))[..., None]
    out = out * (1 - ink) + dark_chalk * (1 + 0.05 * tooth[..., None]) * ink
    if light_chalk is not None:
        a = np.maximum(layer(g, 0.66, 13, 6.4, 76, angles, 0.0, 8), layer(g, 0.84, 12, 8.0, 58, form, 0.1, 9))[..., None]
        out = out * (1 - 0.92 * a) + light_chalk * 0.92 * a
    return out


# ---- paintings ---------------------------------------------------------------------------------

@style('watercolor')
def watercolor(photo):
    """Line and wash: clear colors that run into each other and gather at their rims, white paper, a broken pen line."""
    g = spread(grey(photo), 0.7)
    rgb = saturate(photo, 1.5)
    rgb = np.clip(rgb * ((0.32 + 0.68 * g) / (grey(rgb) + 0.08))[..., None], 0, 1)
    run = np.stack([cloud(70 + c, 90) for c in range(3)], -1)
    rgb = np.clip(rgb * (1 + 0.24 * (run - run.mean(-1, keepdims=True))), 0, 1)
    warmth = np.clip(rgb[..., :1] - rgb[..., 2:], 0, 1)
    rgb = np.clip(rgb + warmth * np.array([0.02, -0.12, 0.24]), 0, 1)      # rose rather than orange
    density = -np.log(np.clip(blur(saturate(rgb, 1.4), 3), 0.08, 0.99))
    density = density * (1 - 0.7 * ramp(0.4, 0.9, g))[..., None]           # lights are nearly bare paper
    sheet = np.ones((SIDE, SIDE, 3)) * np.array([0.99, 0.98, 0.95])
    for n, (level, smoothness) in enumerate(((0.84, 12), (0.66, 10), (0.48, 7), (0.30, 5), (0.14, 4))):
        hand = displaced(cloud(90 + n, 26) * 5 + cloud(94 + n, 7) * 1.2, cloud(98 + n, 26) * 5 + cloud(102 + n, 7) * 1.2)
        inside = ramp(level + 0.015, level - 0.015, blur(g, smoothness)[hand])
        rim = inside * ramp(0.85, 0.50, blur(inside, 6))
        blooms = np.clip(0.85 + 0.20 * cloud(110 + n, 60) + 0.10 * cloud(114 + n, 16), 0.3, 1.6)
        sheet = sheet * np.exp(-0.3 * (inside * blooms + 0.9 * rim)[..., None] * blur(density, smoothness)[hand])
    pen = edges(blur(grey(photo), 1.2), 1.5)[displaced(cloud(120, 30) * 2.5, cloud(121, 30) * 2.5)]
    pen = pen * ramp(-1.0, -0.2, cloud(122, 24))
    return sheet * np.exp(-pen[..., None] * np.array([1.6, 1.9, 2.1]))


def dab(colour, height, x, y, angle, length, width, rgb, r, thick):
    """One loaded stroke: bristles along it, a ridge at its rims and its end."""
    reach = int(math.hypot(length, width) / 2) + 2
    x0, x1, y0, y1 = max(int(x) - reach, 0), min(int(x) + reach, SIDE), max(int(y) - reach, 0), min(int(y) + reach, SIDE)
    if x0 >= x1 or y0 >= y1:
        return
    yy, xx = np.mgrid[y0:y1, x0:x1].astype(np.float32)
    c, s = math.cos(angle), math.sin(angle)
    u, v = ((xx - x) * c + (yy - y) * s) / (length / 2), ((yy - y) * c - (xx - x) * s) / (width / 2)
    v = v + 0.16 * np.sin(u * 2.4 + r.uniform(0, 6))
    bristles = r.normal(size=24)
    b = np.interp((v + 1.2) * 10, np.arange(24), bristles)
    end = 1 + 0.10 * b
    mask = ramp(1.0, 0.90, np.abs(v)) * ramp(end, end - 0.16, np.abs(u))
    shape = 0.45 + 0.22 * b + 0.75 * ramp(0.55, 0.95, np.abs(v)) + 0.55 * ramp(0.55, 0.95, u)
    h, m = height[y0:y1, x0:x1], mask[..., None]
    height[y0:y1, x0:x1] = h * (1 - mask) + (0.55 * h.mean() + thick * shape) * mask
    part = colour[y0:y1, x0:x1]
    part[:] = part * (1 - m) + np.clip(rgb + 0.030 * b[..., None] + 0.03 * np.array([1, 0.6, -0.5]) * v[..., None], 0, 1) * m


def lit(colour, height, strength=0.55):
    """Oblique light from the upper left over the paint's relief."""
    gy, gx = np.gradient(blur(height, 0.7))
    slope = np.clip(-(gx + gy) * -strength, -0.55, 0.55)
    light = np.where(slope > 0, slope * 0.75, slope)
    return np.clip(colour * (1 + light[..., None]) + 0.16 * ramp(0.20, 0.55, slope)[..., None], 0, 1)


@style('palette-knife')
def palette_knife(photo):
    """Thick oil in broad slabs, coarse to fine along the form, under raking light."""
    rgb = saturate(photo, 1.7)
    g = spread(grey(photo), 0.45)
    rgb = np.clip(rgb * ((g + 0.1) / (grey(rgb) + 0.1))[..., None], 0, 1)
    angles = flow(grey(photo), 14)
    r = np.random.RandomState(7)
    colour, height = np.ones((SIDE, SIDE, 3)) * np.array([0.45, 0.30, 0.20]), np.zeros((SIDE, SIDE))
    detail = blur(np.abs(grey(photo) - blur(grey(photo), 8)), 5)
    for pitch, length, width, threshold in ((20, 92, 34, 0), (15, 62, 22, 0.012), (11, 42, 14, 0.030)):
        soft = blur(rgb, width / 4)
        for x, y in jittered(pitch, int(length)):
            if at(detail, x, y) < threshold:
                continue
            tone = np.clip(at(soft, x, y) * r.uniform(0.90, 1.12) + r.normal(0, 0.045, 3), 0, 1)
            dab(colour, height, x, y, at(angles, x, y) + r.normal(0, 0.20), length * r.uniform(0.7, 1.2),
                width * r.uniform(0.75, 1.2), tone, r, 2.6)
    return lit(colour, height)


@style('pastel')
def pastel(photo):
    """Soft pastels on dark blue paper: the paper stays open between the strokes."""
    rgb = saturate(photo, 1.9)
    g = spread(grey(photo), 0.5) * 0.85 + 0.15
    rgb = np.clip(rgb * ((g + 0.1) / (grey(rgb) + 0.1))[..., None], 0, 1)
    tooth = paper(121)
    out = np.ones((SIDE, SIDE, 3)) * np.array([0.13, 0.15, 0.23]) + 0.03 * tooth[..., None]
    angles = flow(grey(photo), 16) + 0.25 * cloud(122, 110)
    r = np.random.RandomState(8)
    k = 2
    for n, (pitch, length, width) in enumerate(((17, 88, 16), (14, 62, 12), (13, 44, 9))):
        image = Image.new('RGB', (SIDE * k, SIDE * k))
        mask = Image.new('L', (SIDE * k, SIDE * k), 0)
        canvas, cover = ImageDraw.Draw(image), ImageDraw.Draw(mask)
        soft = blur(rgb, width / 3)
        for x, y in jittered(pitch, 130 + n):
            if n and r.rand() < 0.35:
                continue
            c = at(soft, x, y)
            c = np.clip(c * r.uniform(0.85, 1.25) + r.normal(0, 0.06, 3), 0, 1)
            line = trace(angles, x, y, length * r.uniform(0.6, 1.2), r.normal(0, 0.12))
            w = width * r.uniform(0.7, 1.2)
            taper(canvas, line, w + 2, tuple(int(v * 255) for v in c), k)
            taper(cover, line, w, int(r.uniform(150, 255)), k)
        a = np.asarray(mask.resize((SIDE, SIDE), Image.LANCZOS), np.float32) / 255
        c = np.asarray(image.resize((SIDE, SIDE), Image.LANCZOS), np.float32) / 255
        a = (a * ramp(-1.9, 0.3, blur(tooth, 0.8) + 1.4 * a - 0.5))[..., None]
        out = out * (1 - a) + c * (1 + 0.05 * tooth[..., None]) * a
    return out


@style('pointillism')
def pointillism(photo):
    """Dots of unmixed colour that the eye mixes: each tone is split into its neighbours and its opposite."""
    rgb = saturate(photo, 2.0)
    g = spread(grey(photo), 0.5)
    rgb = np.clip(rgb * ((g + 0.12) / (grey(rgb) + 0.12))[..., None], 0, 1)
    k = 2
    image = Image.new('RGB', (SIDE * k, SIDE * k), (236, 226, 204))
    canvas = ImageDraw.Draw(image)
    r = np.random.RandomState(9)
    pure = np.array(hexes('1d3f8f 2f7fc4 6fc0d8 1f7a4d 6fae3f d9cf3a f2b52a e8762c c8352e a8327a 5b3a8c f6efdc e7b7a6 9fd0c2 35274f'))
    for n, (pitch, radius) in enumerate(((16, 10.5), (13.5, 8.6), (12.5, 6.8))):
        for x, y in jittered(pitch, 140 + n):
            want = at(rgb, x, y)
            d = ((pure - want - r.normal(0, 0.11, 3)) ** 2 * np.array([0.9, 1.2, 0.7])).sum(1)
            c = pure[d.argmin()] if r.rand() < 0.72 else want
            if r.rand() < 0.07:
                c = pure[((pure - (1 - want)) ** 2).sum(1).argmin()] * 0.6 + want * 0.4
            c = np.clip(c * r.uniform(0.92, 1.08), 0, 1)
            s, a = radius * r.uniform(0.8, 1.15) * k, r.uniform(0, math.pi)
            points = [((x * k + s * math.cos(t) * math.cos(a) - 0.78 * s * math.sin(t) * math.sin(a)),
                       (y * k + s * math.cos(t) * math.sin(a) + 0.78 * s * math.sin(t) * math.cos(a))) for t in np.linspace(0, 6.283, 14)]
            canvas.polygon(points, tuple(int(v * 255) for v in c))
    out = np.asarray(image.resize((SIDE, SIDE), Image.LANCZOS), np.float32) / 255
    return out * (1 + 0.02 * paper(150)[..., None])


# ---- patterns ----------------------------------------------------------------------------------

@style('mosaic')
def mosaic(photo):
    """Stone and glass tesserae laid along the contours (after Hausner 2001), with gold among them."""
    rgb = saturate(photo, 1.7)
    g = 0.12 + 0.88 * spread(grey(photo), 0.7) ** 0.75
    rgb = np.clip(rgb * ((g + 0.10) / (grey(rgb) + 0.10))[..., None], 0, 1)
    angles = flow(grey(photo), 18)
    points = jittered(26, 160)
    points = points[(points >= 0).all(1) & (points < SIDE).all(1)]
    turn = lambda p: np.array([at(angles, x, y) for x, y in p])
    yy, xx = np.mgrid[0:SIDE:2, 0:SIDE:2].astype(np.float32)
    for _ in range(9):
        index, _, _ = nearest(points, turn(points), True, scale=2)
        centre = means(index, np.stack([xx, yy], -1), len(points))
        used = np.bincount(index.ravel(), minlength=len(points)) > 0
        points = centre[used]
    index, u, v = nearest(points, turn(points), True)
    r = np.random.RandomState(10)
    stone = snap(means(index, rgb, len(points)), hexes(
        '14213d 1f4e79 3a7ca5 81b1c9 c9d9d3 f2ead3 e0b84c c98f2b a4552f 7c2f23 3e2a20 2f5d3a 6f8f4b a9b97c d98f6f 5b4b6b'), 0.22)
    stone = np.clip(stone * r.uniform(0.80, 1.18, (len(points), 1)) + r.normal(0, 0.025, (len(points), 3)), 0, 1)
    tilt = r.normal(0, 0.008, (len(points), 2))
    out = stone[index] * (1 + tilt[index, 0] * u + tilt[index, 1] * v)[..., None] * (1 + 0.05 * cloud(161, 3))[..., None]
    grout = gaps(index, 5.0)
    relief = blur(1 - grout, 1.4)
    gy, gx = np.gradient(relief)
    out = out * (1 + 1.3 * np.clip(gx + gy, -0.3, 0.3))[..., None]
    grout = grout[..., None]
    return out * (1 - grout) + (np.array([0.33, 0.30, 0.27]) + 0.02 * paper(162)[..., None]) * grout


@style('stained-glass')
def stained_glass(photo):
    """Panes of glowing glass in lead."""
    rgb = saturate(blur(photo, 2), 2.3)
    g = spread(grey(photo), 0.75)
    rgb = np.clip(rgb * ((g + 0.15) / (grey(rgb) + 0.15))[..., None] * 1.15, 0, 1)
    r = np.random.RandomState(11)
    detail = ramp(0.0, 0.05, blur(np.abs(grey(photo) - blur(grey(photo), 10)), 8))
    points = np.array([p for p in jittered(36, 170) if r.rand() < 0.34 + 0.9 * at(detail, *p)])
    yy, xx = np.mgrid[0:SIDE:2, 0:SIDE:2].astype(np.float32)
    for _ in range(3):
        index, _, _ = nearest(points, scale=2)
        points = means(index, np.stack([xx, yy], -1), len(points)) * 0.6 + points * 0.4
    index, u, v = nearest(points)
    index_wobbly = index[displaced(cloud(172, 40) * 4, cloud(171, 40) * 4)]
    glass = snap(means(index_wobbly, rgb, len(points)), hexes(
        '0b2a8a 1560c0 2fa3dd 9fdcf0 0f7a4a 53b848 b6d84a ffd83a ffab1f f2661f d9202a 8f123f 6a2a9a f7f3d8 ffcf9a 2a1a5a'), 0.25)
    glass = np.clip(glass * r.uniform(0.82, 1.15, (len(points), 1)) + r.normal(0, 0.03, (len(points), 3)), 0, 1)
    glow = 0.86 + 0.10 * cloud(173, 34) + 0.05 * cloud(174, 8)
    lead = gaps(index_wobbly, 9.0)
    light = 1.12 - 0.50 * blur(lead, 7)
    out = glass[index_wobbly] * (glow * light)[..., None]
    gy, gx = np.gradient(blur(lead, 1.6))
    metal = np.array([0.085, 0.085, 0.10]) + 0.9 * np.clip(gx + gy, 0, 0.2)[..., None]
    lead = lead[..., None]
    return out * (1 - lead) + metal * lead


@style('cross-stitch')
def cross_stitch(photo):
    """Crossed threads of a few colours on a cloth."""
    cell = 19
    n = -(-SIDE // cell)
    rgb = saturate(photo, 1.8)
    g = spread(grey(photo), 0.6)
    rgb = np.clip(rgb * ((g + 0.12) / (grey(rgb) + 0.12))[..., None], 0, 1)
    small = np.asarray(picture(rgb).resize((n, n), Image.BOX), np.float32) / 255
    threads = snap(small, hexes('f4efe2 d9e4ea a8c8dc 6d9dc2 35618f 1d3557 20423a 4f7a4a 97ab5c e3c565 e9a23b d2622f b3302b 7a1f2b 5a3d2b 8d7b68 2b2230 e9c9b8'))
    yy, xx = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    weave = 0.5 + 0.25 * np.sin(xx * 2 * np.pi / 4) * np.sin(yy * 2 * np.pi / 4)
    out = np.array([0.93, 0.90, 0.83]) * (0.88 + 0.16 * weave)[..., None]
    out[(np.minimum(xx % cell, yy % cell) < 2)] *= 0.80
    r = np.random.RandomState(12)
    tone = r.uniform(0.90, 1.10, (n, n))
    colour = (threads * tone[..., None]).repeat(cell, 0).repeat(cell, 1)[:SIDE, :SIDE]
    u, v = xx % cell - cell / 2 + 0.5, yy % cell - cell / 2 + 0.5
    for sign, shade in ((1, 0.80), (-1, 1.06)):
        across, along = (u * sign - v) / math.sqrt(2), (u * sign + v) / math.sqrt(2)
        half = cell * 0.235
        mask = ramp(half, half - 1.3, np.abs(across)) * ramp(cell * 0.72, cell * 0.62, np.abs(along))
        round_ = np.sqrt(np.clip(1 - (across / (half + 0.4)) ** 2, 0, 1))
        twist = 1 + 0.10 * np.sin((along + across * 0.9) * 2.1)
        light = shade * (0.45 + 0.62 * round_) * twist
        shadow = blur(mask, 1.5)[..., None] * 0.30
        out = out * (1 - shadow * (1 - mask[..., None]))
        out = out * (1 - mask[..., None]) + colour * light[..., None] * mask[..., None]
    return out


@style('paper-cut')
def paper_cut(photo):
    """Sheets of coloured paper, cut and stacked, each throwing a shadow on the next."""
    g = spread(blur(grey(photo), 3.5), 0.85)
    palette = hexes('1b1f3b 35375f 6a4c7d b3567b e5736f f4a261 f6cd8b fbeed0')
    out = np.ones((SIDE, SIDE, 3)) * np.array(palette[-1]) + 0.012 * paper(181)[..., None]
    for n in range(len(palette) - 2, -1, -1):
        level = (n + 1) / len(palette)
        shape = blur(g, 2.0 + 0.5 * n) + 0.012 * cloud(182 + n, 30)
        sheet = ramp(0.45, 0.55, blur((shape < level).astype(np.float32), 2.6))
        shadow = shifted(np.maximum(blur(sheet, 7) * 0.75, blur(sheet, 3) * 0.55), 6, 5) * (1 - sheet)
        out = out * (1 - 0.62 * shadow[..., None])
        rim = np.clip(sheet - shifted(sheet, 2, 2), 0, 1)
        face = np.array(palette[n]) * (1 + 0.03 * paper(190 + n)[..., None]) + 0.10 * rim[..., None]
        out = out * (1 - sheet[..., None]) + face * sheet[..., None]
    return out


# ------------------------------------------------------------------------------------------------

def main():
    parser = argparse.ArgumentParser(description="Draw the project's own style pictures.")
    parser.add_argument("out", nargs="?", type=Path)
    parser.add_argument("ids", nargs="*", help="which (default: all)")
    parser.add_argument("--photo", type=Path, default=Path(__file__).resolve().parent.parent / "sample.jpg")
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    if args.list or not args.out:
        print("\n".join(STYLES))
        return
    photo = Image.open(args.photo).convert("RGB")
    w, h = photo.size
    photo = photo.crop((w - h, 0, w, h)).resize((SIDE, SIDE), Image.LANCZOS)
    photo = np.asarray(photo, np.float32) / 255
    args.out.mkdir(parents=True, exist_ok=True)
    for name in args.ids or STYLES:
        picture(STYLES[name](photo)).save(args.out / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
