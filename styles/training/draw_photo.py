#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
#
# Draws the project's own sample photo: a cabin on a mountain lake in the evening. Numpy and Pillow
# only, and the same bytes on every run. The land is a height field of eroded noise; per picture column
# its silhouette is followed outwards, the way old flight simulators drew. Cabin, jetty and boat are
# triangles in the same depth buffer, trees and grass are drawn strand by strand. The lake is the same
# world seen from below its surface, shaken by waves.
#
#     draw_photo.py ../sample.jpg [--scale 1.0] [--oversample 2]

import argparse

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1536, 1024
TAN_HALF_WIDTH = 0.50       # half of the field of view
HORIZON = 0.575             # of the height, from the top
EYE = 4.6                   # metres above the water
SUN = np.array([-0.80, 0.30, -0.22])
SUN /= np.linalg.norm(SUN)
FAR = 14000.0
BEYOND = 62.0               # where the spit with the cabin ends

# Linear light, roughly watts over watts.
SUNLIGHT = np.array([1.75, 1.18, 0.66]) * 1.25
SKYLIGHT = np.array([0.30, 0.40, 0.58])

rng = np.random.RandomState(20)
TABLE = rng.rand(256, 256).astype(np.float32) * 2 - 1


# ---- noise -------------------------------------------------------------------------------------

def lattice(x, z):
    """The cell's four corner values and the place inside it."""
    fx, fz = np.floor(x), np.floor(z)
    ix, iz = fx.astype(np.int32) & 255, fz.astype(np.int32) & 255
    jx, jz = (ix + 1) & 255, (iz + 1) & 255
    return (TABLE[iz, ix], TABLE[iz, jx], TABLE[jz, ix], TABLE[jz, jx],
            (x - fx).astype(np.float32), (z - fz).astype(np.float32))


def noise(x, z):
    """Value noise, -1 ... 1."""
    a, b, c, d, u, v = lattice(x, z)
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    return a + (b - a) * u + (c - a) * v + (a - b - c + d) * u * v


def noise_slope(x, z):
    """Value noise and its two derivatives."""
    a, b, c, d, u, v = lattice(x, z)
    su, sv = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    du, dv = 6 * u * (1 - u), 6 * v * (1 - v)
    k = a - b - c + d
    return (a + (b - a) * su + (c - a) * sv + k * su * sv,
            du * ((b - a) + k * sv), dv * ((c - a) + k * su))


def fbm(x, z, octaves, gain=0.5):
    total, weight = 0.0, 1.0
    for _ in range(octaves):
        total = total + weight * noise(x, z)
        weight *= gain
        x, z = 1.6 * x + 1.2 * z + 17.3, -1.2 * x + 1.6 * z + 5.1
    return total


def eroded(x, z, octaves):
    """fbm whose octaves fade where the ground is steep already (after I. Quilez): ridges and gullies."""
    total, weight, sx, sz = 0.0, 1.0, 0.0, 0.0
    for _ in range(octaves):
        n, dx, dz = noise_slope(x, z)
        sx, sz = sx + dx, sz + dz
        total = total + weight * n / (1 + 0.62 * (sx * sx + sz * sz))
        weight *= 0.5
        x, z = 1.6 * x + 1.2 * z, -1.2 * x + 1.6 * z
    return total


def smooth(low, high, x):
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


# ---- land --------------------------------------------------------------------------------------

CABIN = np.array([11.0, 1.15, 43.0])
TREES = []                  # filled by plant(): x, z, height, seed


def shore(x, z):
    """Signed height of the shore line over the lake's floor: positive is land."""
    wobble = 60 * noise(x / 300 + 3, z / 300) + 14 * noise(x / 60, z / 60 + 9)
    far = z - 950 - 0.25 * x + wobble * 2
    left = -x - 150 - 0.33 * z + wobble
    right = x - 62 - 0.30 * z + wobble * 0.8
    spit = 11.5 - np.hypot((x - CABIN[0] - 8.5) * 0.60, (z - CABIN[2] - 3) * 1.0) + 1.3 * noise(x / 5, z / 5)
    near = 0.75 * (9.6 - z * 0.66 - (x + 6.0) * 0.80) + 0.9 * noise(x / 3.1, z / 3.1) + 0.3 * noise(x, z)
    return np.maximum.reduce([far, left, right, spit * 1.2, near])


def ground(x, z, octaves=9):
    """Height of the land without trees."""
    s = shore(x, z)
    bank = np.where(s > 0, 1.6 * (1 - np.exp(-s / 7)) + 0.012 * np.clip(s, 0, 200), s * 0.2)
    hills = smooth(30, 1500, s) * (105 + 95 * fbm(x / 900 + 2, z / 900, 4))
    m = smooth(1900, 5400, z + 0.25 * np.abs(x))
    peaks = 0.0
    if np.any(m > 0):
        wx = x + 260 * noise(x / 1500, z / 1500 + 40)
        shape = 0.62 + 0.38 * np.cos((x + 700) / 2300 * 1.7) - 0.25 * smooth(500, 3000, x)
        peaks = m * np.clip(330 + 560 * shape + 820 * eroded(wx / 2100 + 7.3, z / 2100 + 1.8, octaves), 0, None)
    rough = 0.18 * fbm(x / 2.1, z / 2.1, 3) * (s > 0) * (z < 300)
    return (bank + hills + peaks + rough).astype(np.float32)


def forest(x, z, height):
    """Height of the trees on the land, one cone a cell; each point's tree (for its colour); the cover."""
    cover = smooth(14, 30, shore(x, z)) * smooth(130, 190, z) * smooth(-0.55, 0.05, noise(x / 170, z / 170) + 0.45)
    cover = cover * smooth(430, 300, height + 90 * noise(x / 120, z / 120))
    best, colour = np.zeros_like(x), np.zeros_like(x)
    if not np.any(cover > 0):
        return best, colour, cover
    size = 9.0
    cx, cz = np.floor(x / size), np.floor(z / size)
    for ox in (-1, 0, 1):
        for oz in (-1, 0, 1):
            ix, iz = (cx + ox).astype(np.int32) & 255, (cz + oz).astype(np.int32) & 255
            r1, r2, r3 = TABLE[iz, ix], TABLE[ix, iz], TABLE[(iz + 77) & 255, (ix + 31) & 255]
            d = np.hypot(x - (cx + ox + 0.5 + 0.45 * r1) * size, z - (cz + oz + 0.5 + 0.45 * r2) * size)
            tall = 17 + 7 * r3
            h = tall * (1 - d / (4.6 + 1.2 * r1))
            take = h > best
            best, colour = np.where(take, h, best), np.where(take, r3, colour)
    return (best * cover).astype(np.float32), colour, cover


class Land:
    """The land as the columns of the picture see it, from `eye` metres over (or under) the water."""

    def __init__(self, tans_x, tans_y, eye, nearest):
        steps = [nearest]
        while steps[-1] < FAR:
            steps.append(steps[-1] * 1.0022 + 0.02)
        z = np.array(steps, np.float32)
        top = np.empty((len(z), len(tans_x)), np.float32)
        for i, d in enumerate(z):
            x = tans_x * d
            zz = np.full_like(x, d)
            h = ground(x, zz)
            if 120 < d < 5000:
                h = h + forest(x, zz, h)[0]
            t = (h - eye) / d
            if eye < 0:
                t[h <= 0.02] = -9
            else:
                t = np.maximum(t, -eye / d)
            top[i] = t
        top = np.maximum.accumulate(top, 0)
        rows, cols = len(tans_y), len(tans_x)
        self.depth = np.full((rows, cols), np.inf, np.float32)
        for c in range(cols):
            i = np.searchsorted(top[:, c], tans_y)
            ok = i < len(z)
            j = np.minimum(i, len(z) - 1)
            k = np.maximum(j - 1, 0)
            span = top[j, c] - top[k, c]
            part = np.clip((tans_y - top[k, c]) / np.maximum(span, 1e-9), 0, 1)
            self.depth[ok, c] = (z[k] + (z[j] - z[k]) * part)[ok]


# ---- light -------------------------------------------------------------------------------------

def sky(dx, dy, dz):
    """Colour of the sky in a direction (unit vectors, dy up), with soft clouds."""
    up = np.clip(dy, 0, 1)
    toward = dx * SUN[0] + dy * SUN[1] + dz * SUN[2]
    blue = np.stack([0.22 + 0 * up, 0.42 + 0 * up, 0.78 + 0 * up], -1)
    pale = np.array([0.98, 0.80, 0.62])
    rosy = np.array([0.80, 0.66, 0.66])
    low = np.exp(-up * 6.5)[..., None]
    warm = smooth(-0.2, 0.9, toward)[..., None]
    colour = blue * (1 - low) + (pale * warm + rosy * (1 - warm)) * low
    colour = colour + (np.array([1.0, 0.62, 0.28]) * 0.55) * (np.clip(toward, 0, 1) ** 7)[..., None]

    h = 1.0 / (up + 0.09)
    x, z = dx * h, dz * h
    def cover(x, z):
        wx, wz = x + 0.35 * fbm(x * 1.1, z * 1.1 + 4, 3), z + 0.35 * fbm(x * 1.1 + 8, z * 1.1, 3)
        return fbm(wx * 0.75 + 1.2, wz * 1.5 + 0.4, 7, 0.52)
    d = cover(x, z)
    toward_sun = cover(x + SUN[0] * 0.16, z + SUN[2] * 0.16)
    mass = smooth(0.10, 0.95, d) * smooth(0.03, 0.10, up) * (1 - 0.55 * smooth(0.22, 0.40, up))
    lit = np.clip(0.62 + 0.9 * (d - toward_sun), 0, 1.25)[..., None]
    cloud = lit * np.array([1.18, 0.93, 0.74]) + (1.2 - lit) * np.array([0.47, 0.47, 0.60])
    veil = (0.30 * smooth(-0.1, 0.9, fbm(x * 0.35 + 9 + 0.2 * z, z * 1.9, 6, 0.55)) * smooth(0.1, 0.3, up))[..., None]
    colour = colour * (1 - veil) + np.array([1.02, 0.88, 0.80]) * veil
    mass = (0.86 * mass)[..., None]
    return (colour * (1 - mass) + cloud * mass).astype(np.float32)


def haze(colour, depth, dx, dz):
    """Distance turns everything to the colour of the low sky."""
    toward = smooth(-0.3, 0.9, dx * SUN[0] + dz * SUN[2])[..., None]
    air = toward * np.array([1.0, 0.76, 0.55]) + (1 - toward) * np.array([0.55, 0.60, 0.74])
    lost = 1 - np.exp(-(np.minimum(depth, FAR) / np.array([[15500.0], [12500.0], [9800.0]])[:, :, None]) ** 1.05)
    lost = np.moveaxis(lost, 0, -1) if lost.ndim == 3 else lost
    return colour * (1 - lost) + air * 0.92 * lost


def shade(normal, albedo, sunny=1.0, open_sky=1.0):
    """Sun, sky and what the ground throws back."""
    direct = np.clip(normal @ SUN, 0, 1)[..., None] * np.asarray(sunny)[..., None]
    above = (0.62 + 0.38 * normal[..., 1])[..., None] * np.asarray(open_sky)[..., None]
    return albedo * (direct * SUNLIGHT + above * SKYLIGHT)


class ShadowMap:
    """The far land's heights on a grid, to ask whether a point sees the sun."""

    def __init__(self):
        self.cell, n = 12.0, 1200
        x = (np.arange(n) - n * 0.62) * self.cell
        z = np.arange(n) * self.cell
        self.x0 = x[0]
        self.h = ground(*np.meshgrid(x.astype(np.float32), z.astype(np.float32)), octaves=8)

    def at(self, x, z):
        u = np.clip((x - self.x0) / self.cell, 0, self.h.shape[1] - 2)
        v = np.clip(z / self.cell, 0, self.h.shape[0] - 2)
        i, j = v.astype(np.int32), u.astype(np.int32)
        a, b = v - i, u - j
        h = self.h
        return (h[i, j] * (1 - a) * (1 - b) + h[i + 1, j] * a * (1 - b)
                + h[i, j + 1] * (1 - a) * b + h[i + 1, j + 1] * a * b)

    def sunny(self, x, y, z):
        lit = np.ones_like(x)
        t = 25.0
        while t < 4500:
            over = y + SUN[1] * t - self.at(x + SUN[0] * t, z + SUN[2] * t)
            lit = np.minimum(lit, np.clip(0.5 + over / (0.05 * t), 0, 1))
            t *= 1.22
        return lit


def local_shade(x, z):
    """Shadows of the cabin and of the single trees on the ground."""
    flat = np.hypot(SUN[0], SUN[2])
    ax, az = -SUN[0] / flat, -SUN[2] / flat
    lit = np.ones_like(x)
    for ox, oz, tall, wide in [(CABIN[0] + 4, CABIN[2] + 2.5, 5.0, 4.0)] + [(t[0], t[1], t[2], 1.6) for t in TREES]:
        along, across = (x - ox) * ax + (z - oz) * az, np.abs((x - ox) * az - (z - oz) * ax)
        reach = tall * flat / SUN[1]
        inside = smooth(-0.8, 0.3, along) * smooth(reach, reach * 0.8, along)
        lit = lit * (1 - 0.85 * inside * smooth(wide, wide * 0.6, across + wide * 0.5 * along / reach))
        lit = lit * (1 - 0.5 * np.exp(-(along ** 2 + across ** 2) / (wide * wide * 1.2)))
    return lit


def land_colour(x, z, depth, shadows):
    """Radiance of the land at places the columns found."""
    e = np.maximum(0.05, depth * 0.0016)
    g = ground(x, z)
    trees, kind, cover = forest(x, z, g)
    h = g + trees
    def height(x, z):
        g = ground(x, z)
        return g + forest(x, z, g)[0]
    nx, nz = (h - height(x + e, z)) / e, (h - height(x, z + e)) / e
    normal = np.stack([nx, np.ones_like(nx), nz], -1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    n1, n2 = fbm(x / 9, z / 9, 5), fbm(x / 160 + 5, z / 160, 6)
    n3 = noise(x / 0.35, z / 0.35) * (depth < 400)

    grass = np.array([0.15, 0.17, 0.055]) * (1 + 0.35 * n1 + 0.3 * n3)[..., None]
    grass = grass + np.array([0.10, 0.055, 0.0]) * np.clip(n2 + 0.2, 0, 1)[..., None]
    stone = np.array([0.23, 0.205, 0.18]) * (1 + 0.30 * n1 + 0.2 * n2 + 0.25 * n3)[..., None]
    scree = np.array([0.30, 0.27, 0.24]) * (1 + 0.2 * n2)[..., None]
    snow = np.array([0.86, 0.88, 0.93])
    steep = 1 - normal[..., 1]
    colour = grass
    colour = mix(colour, stone, smooth(0.18, 0.34, steep + 0.05 * n1))
    colour = mix(colour, scree, smooth(380, 560, g + 120 * n2) * (1 - smooth(0.25, 0.5, steep)))
    colour = mix(colour, stone * 0.9, smooth(330, 520, g + 120 * n2) * smooth(0.2, 0.4, steep))
    colour = mix(colour, snow, smooth(680, 900, g + 200 * n2 + 60 * n1) * (1 - smooth(0.30, 0.52, steep + 0.06 * n1)))
    beach = smooth(0.62, 0.25, g) * (z < 400)
    colour = mix(colour, np.array([0.25, 0.21, 0.165]) * (1 + 0.35 * n3 + 0.2 * n1)[..., None], beach)
    fir = np.array([0.035, 0.058, 0.028]) * (1 + 0.45 * kind)[..., None] + np.array([0.05, 0.03, 0.0]) * (kind > 0.72)[..., None]
    wood = np.maximum(smooth(0.6, 2.0, trees), 0.9 * smooth(0.3, 0.8, cover))
    fir = fir * (0.55 + 0.9 * np.clip(trees / 20, 0, 1))[..., None]
    colour = mix(colour, fir, wood)
    normal = normal * (1 - 0.35 * wood[..., None]) + np.array([0, 0.35, 0]) * wood[..., None]
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    open_sky = np.clip(0.75 + 0.25 * n1 * 0.3, 0, 1) * (1 - 0.35 * wood)
    lit = shadows.sunny(x, h + 1, z) * local_shade(x, z)
    return shade(normal, colour, lit, open_sky)


def mix(a, b, t):
    t = np.asarray(t)[..., None]
    return a * (1 - t) + b * t


# ---- things ------------------------------------------------------------------------------------

class View:
    """A picture being made: its rays, its colours (linear) and its depths."""

    def __init__(self, width, height, rows, eye):
        px = TAN_HALF_WIDTH * 2 / width
        self.px, self.eye = px, eye
        self.tx = ((np.arange(width) + 0.5) * px - TAN_HALF_WIDTH).astype(np.float32)
        self.ty = ((HORIZON * height - np.arange(rows) - 0.5) * px).astype(np.float32)
        self.colour = np.zeros((rows, width, 3), np.float32)
        self.depth = np.full((rows, width), np.inf, np.float32)

    def box(self, points):
        """Rows and columns around projected points; None when out of sight."""
        u = points[:, 0] / points[:, 2]
        v = (points[:, 1] - self.eye) / points[:, 2]
        c0, c1 = np.searchsorted(self.tx, [u.min(), u.max()]) + [-1, 1]
        r0, r1 = np.searchsorted(-self.ty, [-v.max(), -v.min()]) + [-1, 1]
        c0, r0 = max(c0, 0), max(r0, 0)
        if c0 >= c1 or r0 >= r1 or c0 >= len(self.tx) or r0 >= len(self.ty):
            return None
        return slice(r0, r1), slice(c0, c1)

    def patch(self, origin, side1, side2, paint, triangle=False):
        """A parallelogram (or half of it), painted by paint(u, v, hit) -> albedo, glow."""
        o, a, b = (np.asarray(p, np.float64) for p in (origin, side1, side2))
        area = self.box(np.array([o, o + a, o + b] + ([] if triangle else [o + a + b])))
        if area is None:
            return
        normal = np.cross(a, b)
        normal /= np.linalg.norm(normal)
        d = np.stack(np.broadcast_arrays(self.tx[None, area[1]], self.ty[area[0], None], np.float32(1)), -1)
        with np.errstate(divide='ignore', invalid='ignore'):
            z = (normal @ (o - [0, self.eye, 0])) / (d @ normal)
        hit = d * z[..., None] + [0, self.eye, 0]
        r = hit - o
        aa, ab, bb, ra, rb = a @ a, a @ b, b @ b, r @ a, r @ b
        u = (ra * bb - rb * ab) / (aa * bb - ab * ab)
        v = (rb * aa - ra * ab) / (aa * bb - ab * ab)
        inside = (u >= 0) & (v >= 0) & ((u + v <= 1) if triangle else (u <= 1) & (v <= 1))
        inside &= (z > 0) & (z < self.depth[area])
        if self.eye < 0:
            inside &= hit[..., 1] > 0
        if not inside.any():
            return
        facing = np.where((d @ normal)[..., None] > 0, -normal, normal)
        albedo, glow = paint(u, v, hit)
        lit = shade(facing, albedo, np.ones_like(u), np.ones_like(u) * (0.6 + 0.4 * smooth(0, 1.4, hit[..., 1] - 0.6)))
        self.colour[area] = np.where(inside[..., None], lit + glow, self.colour[area])
        self.depth[area] = np.where(inside, z, self.depth[area])

    def strand_picture(self, x, y, z, wide, tall, draw):
        """Something drawn by strands on a card that faces us: draw(canvas, to_pixel, pixels a metre)."""
        area = self.box(np.array([[x - wide, y, z], [x + wide, y + tall, z]]))
        if area is None:
            return
        rows, cols = self.depth[area].shape
        k = 2
        card = Image.new('RGBA', (cols * k, rows * k), (18, 24, 14, 0))
        unit = k / (self.px * z)
        x0 = self.tx[area[1].start] - self.px / 2
        y0 = self.ty[area[0].start] + self.px / 2
        def to_pixel(px, py):
            return (((x + px) / z - x0) / self.px * k, (y0 - (y + py - self.eye) / z) / self.px * k)
        draw(ImageDraw.Draw(card), to_pixel, unit)
        card = np.asarray(card.convert('RGBa').resize((cols, rows), Image.BOX), np.float32) / 255
        alpha = card[..., 3:] * (z < self.depth[area])[..., None]
        colour = decode(card[..., :3] / np.maximum(card[..., 3:], 1e-3))
        self.colour[area] = self.colour[area] * (1 - alpha) + colour * alpha


def encode(c):
    """Linear light to bytes for strands; 1.6 is white."""
    return tuple(int(v) for v in np.clip(np.asarray(c) / 1.6, 0, 1) ** (1 / 2.2) * 255)


def decode(v):
    return v ** 2.2 * 1.6


def fir(height, seed):
    """A fir tree: boughs in whorls, needles along the boughs; light from the left."""
    def draw(canvas, at, unit):
        r = np.random.RandomState(seed)
        trunk = np.array([0.10, 0.07, 0.05])
        canvas.polygon([at(-0.16, 0), at(0.16, 0), at(0.02, height), at(-0.02, height)], encode(trunk))
        reach = height * r.uniform(0.20, 0.26)
        boughs = []
        y = height * 0.07
        while y < height * 0.985:
            t = y / height
            for _ in range(7):
                a = r.uniform(0, 2 * np.pi)
                length = reach * (1 - t) ** 1.05 * r.uniform(0.45, 1.12) + 0.10
                boughs.append((np.sin(a), y + r.uniform(-0.1, 0.1), np.cos(a) * length, length, t))
            y += height * 0.021 * (1.15 - 0.5 * t)
        for depth, y, dx, length, t in sorted(boughs):
            n = max(6, int(15 * length))
            side = np.clip(-0.5 * dx / max(reach * (1 - t), 0.2) + 0.18 - 0.15 * depth, -0.3, 0.9)
            for i in range(n):
                s = (i + 1) / n
                px, py = dx * s, y - 0.42 * length * s ** 1.3 + 0.20 * length * s ** 3 - 0.12 * depth * s * length * -1
                light = np.clip(side + 0.25 * s + r.uniform(-0.22, 0.22), 0, 1)
                dark = np.array([0.020, 0.036, 0.024]) * r.uniform(0.7, 1.5)
                bright = np.array([0.26, 0.23, 0.070]) * r.uniform(0.7, 1.2)
                colour = encode(dark * (1 - light) + bright * light ** 1.6)
                for _ in range(3):
                    ex, ey = px + r.uniform(-0.22, 0.22) + 0.10 * np.sign(dx), py + r.uniform(-0.38, 0.10)
                    canvas.line([at(px, py), at(ex, ey)], colour, max(1, int(0.045 * unit)))
    return draw


def birch(height, seed):
    """A birch in autumn: a white trunk, thin boughs, clouds of leaves with gaps between them."""
    def draw(canvas, at, unit):
        r = np.random.RandomState(seed)
        bend = r.uniform(-0.05, 0.05)
        stem = lambda y: bend * height * np.sin(3 * y / height)
        for i in range(40):
            y0, y1 = height * 0.94 * i / 40, height * 0.94 * (i + 1) / 40
            bark = np.array([0.62, 0.52, 0.42]) * (r.uniform(0.75, 1.05) if r.rand() < 0.75 else 0.25)
            canvas.line([at(stem(y0), y0), at(stem(y1), y1)], encode(bark), max(1, int(0.24 * (1 - y0 / height) * unit)))
        clouds = []
        for _ in range(75):
            t = r.uniform(0, 1)
            y = height * (0.30 + 0.70 * t)
            wide = 0.27 * height * np.sin(np.pi * (0.12 + 0.86 * t)) ** 0.8
            clouds.append((r.uniform(-1, 1) * wide, y, r.uniform(-1, 1)))
        for x, y, depth in sorted(clouds, key=lambda c: c[2]):
            canvas.line([at(stem(y * 0.85), y * 0.85), at(x, y)], encode([0.14, 0.10, 0.075]), max(1, int(0.03 * unit)))
            for _ in range(75):
                dx, dy = r.normal(0, 0.052 * height), r.normal(0, 0.030 * height)
                light = 0.40 - 1.5 * x / height + 0.22 * depth - 1.6 * dx / height + 3.5 * dy / height + r.uniform(-0.25, 0.25)
                light = np.clip(light, 0, 1)
                bright = np.array([0.90, 0.47, 0.070]) * r.uniform(0.55, 1.1)
                colour = encode(np.array([0.075, 0.048, 0.012]) * (1 - light) + bright * light)
                s = r.uniform(0.025, 0.060)
                a, b = at(x + dx - s, y + dy + 0.8 * s), at(x + dx + s, y + dy - 0.8 * s)
                canvas.ellipse([a[0], a[1], b[0] + 1, b[1] + 1], colour)
    return draw


def tuft(wide, tall, seed, blades):
    """Grass and reeds: bent blades, the sunny ones last."""
    def draw(canvas, at, unit):
        r = np.random.RandomState(seed)
        for i in range(blades):
            x, h, lean = r.normal(0, wide / 2.6), tall * r.uniform(0.35, 1.0), r.normal(0.10, 0.22)
            light = np.clip(r.uniform(-0.2, 0.75) + 0.25 * i / blades, 0, 1)
            base = np.array([0.035, 0.042, 0.016])
            tip = np.array([0.10, 0.10, 0.030]) * (1 - light) + np.array([0.85, 0.56, 0.19]) * light
            old = (x, 0)
            for k in range(1, 9):
                s = k / 8
                new = (x + lean * h * s ** 2 + 0.04 * s, h * s * (1 - 0.25 * lean * lean * s))
                canvas.line([at(*old), at(*new)], encode(base * (1 - s) + tip * s * r.uniform(0.85, 1.1)),
                            max(1, int(unit * 0.014 * (1.15 - s))))
                old = new
            if r.rand() < 0.10 and h > 0.6 * tall:
                for _ in range(16):
                    q = (old[0] + r.normal(0, 0.012), old[1] + r.uniform(-0.16, 0.03) * tall)
                    canvas.line([at(*old), at(*q)], encode(np.array([0.42, 0.26, 0.12]) * r.uniform(0.5, 1.5)),
                                max(1, int(unit * 0.012)))
    return draw


def grain_of_wood(u, v, hit, base, boards, across=True):
    """Planks: every board its own tone, dark joints, fibres."""
    t = (v if across else u) * boards
    i = np.floor(t)
    f = t - i
    tone = 1 + 0.22 * noise(i * 7.3 + 0.5, i * 3.1 + 0.5)
    fibre = noise(hit[..., 0] * 3 + i * 9, hit[..., 1] * 40 + hit[..., 2] * 3)
    joint = 1 - 0.6 * (smooth(0.10, 0.0, f) + smooth(0.93, 1.0, f))
    return np.asarray(base) * (tone * joint * (1 + 0.18 * fibre))[..., None]


def build_cabin(view):
    """Log walls, a shingle roof, lit windows, a chimney, a porch step; the long side faces us."""
    cx, cy, cz = CABIN
    long, deep, wall, ridge, over = 8.0, 5.4, 2.7, 2.5, 0.55
    turn = 0.42
    ex = np.array([np.cos(turn), 0, np.sin(turn)])
    ez = np.array([-np.sin(turn), 0, np.cos(turn)])
    up = np.array([0, 1.0, 0])
    o = np.array([cx, cy, cz])
    dark = np.array([0.030, 0.020, 0.015])

    def window(u, v, u0, u1, v0, v1, albedo, glow, aspect):
        """White frame, crossed bars, warm light inside."""
        inside = (u > u0) & (u < u1) & (v > v0) & (v < v1)
        fu, fv = (u - u0) / (u1 - u0), (v - v0) / (v1 - v0)
        bar = (np.abs(fu - 0.5) < 0.035) | (np.abs(fv - 0.5) < 0.035 * aspect)
        edge = (fu < 0.09) | (fu > 0.91) | (fv < 0.08) | (fv > 0.92)
        frame = inside & (bar | edge)
        pane = inside & ~frame
        warm = np.array([2.3, 1.25, 0.42]) * (0.55 + 0.6 * np.exp(-((fu - 0.45) ** 2 + (fv - 0.5) ** 2) * 4))[..., None]
        albedo = np.where(frame[..., None], [0.62, 0.58, 0.50], albedo)
        albedo = np.where(pane[..., None], 0.02, albedo)
        return albedo, np.where(pane[..., None], warm, glow)

    def logs(u, v, hit, base):
        t = v * 11
        f = t - np.floor(t)
        round_ = 0.45 + 0.75 * np.sqrt(np.clip(1 - (2 * f - 1) ** 2, 0, 1)) * (0.7 + 0.3 * f)
        tone = 1 + 0.25 * noise(np.floor(t) * 5.3 + 0.5, 0.5) + 0.20 * noise(u * 60, np.floor(t) * 9 + f * 3)
        return np.asarray(base) * (round_ * tone)[..., None]

    def front(u, v, hit):
        albedo, glow = logs(u, v, hit, [0.27, 0.062, 0.042]), np.zeros(u.shape + (3,))
        stone = v < 0.12
        rocks = 0.7 + 0.5 * noise(u * 38, v * 44) + 0.2 * noise(u * 110, v * 120)
        albedo = np.where(stone[..., None], np.array([0.22, 0.20, 0.18]) * rocks[..., None], albedo)
        albedo, glow = window(u, v, 0.10, 0.27, 0.38, 0.78, albedo, glow, 1.2)
        albedo, glow = window(u, v, 0.70, 0.87, 0.38, 0.78, albedo, glow, 1.2)
        door = (u > 0.43) & (u < 0.56) & (v > 0.12) & (v < 0.82)
        albedo = np.where(door[..., None], grain_of_wood(u, v, hit, [0.10, 0.13, 0.10], 50, False), albedo)
        rim = door & ((u < 0.44) | (u > 0.55) | (v > 0.79))
        albedo = np.where(rim[..., None], [0.62, 0.58, 0.50], albedo)
        shadow = smooth(0.84, 0.97, v)[..., None]
        corner = ((u < 0.018) | (u > 0.982))[..., None]
        albedo = np.where(corner, [0.55, 0.50, 0.43], albedo)
        return albedo * (1 - 0.75 * shadow), glow

    def side(u, v, hit):
        albedo, glow = logs(u, v, hit, [0.27, 0.062, 0.042]), np.zeros(u.shape + (3,))
        stone = v < 0.12
        albedo = np.where(stone[..., None], np.array([0.22, 0.20, 0.18]) * (0.7 + 0.5 * noise(u * 30, v * 44))[..., None], albedo)
        albedo, glow = window(u, v, 0.36, 0.64, 0.38, 0.78, albedo, glow, 1.0)
        corner = ((u < 0.022) | (u > 0.978))[..., None]
        return np.where(corner, [0.55, 0.50, 0.43], albedo), glow

    def gable(u, v, hit):
        base = grain_of_wood(u, v, hit, [0.33, 0.08, 0.05], 26, False)
        return base, np.zeros(u.shape + (3,))

    def shingles(u, v, hit):
        row = np.floor(v * 17)
        f = v * 17 - row
        col = np.floor(u * 46 + 0.5 * row)
        tone = 1 + 0.35 * noise(col * 3.7 + 0.5, row * 5.1 + 0.5)
        moss = smooth(0.1, 0.8, fbm(u * 9, v * 6, 4) + 0.5 * (0.4 - v))
        base = np.array([0.15, 0.125, 0.11]) * (tone * (0.55 + 0.55 * f))[..., None]
        return mix(base, np.array([0.10, 0.13, 0.045]) * tone[..., None], moss * 0.7), np.zeros(u.shape + (3,))

    def plain(colour):
        return lambda u, v, hit: (np.ones(u.shape + (3,)) * colour * (1 + 0.2 * noise(hit[..., 0] * 9 + hit[..., 2] * 7, hit[..., 1] * 9))[..., None],
                                  np.zeros(u.shape + (3,)))

    view.patch(o, ex * long, up * wall, front)
    view.patch(o, ez * deep, up * wall, side)
    top = o + up * wall
    peak = top + ez * deep / 2 + up * ridge
    view.patch(top, ez * deep / 2, ez * deep / 2 + up * ridge, gable, triangle=True)
    view.patch(top + ez * deep, -ez * deep / 2, -ez * deep / 2 + up * ridge, gable, triangle=True)
    slope = ez * deep / 2 + up * ridge
    drop = slope * (over / np.linalg.norm(slope))
    view.patch(top - drop - ex * over, ex * (long + 2 * over), slope + drop, shingles)
    view.patch(top + ez * deep + ex * -over, ex * (long + 2 * over), -ez * deep / 2 + up * ridge, shingles)
    for start, run in ((top - drop - ex * over, slope + drop), (peak - ex * over, ez * deep / 2 - up * ridge)):
        view.patch(start - up * 0.20, run, up * 0.22, plain([0.55, 0.50, 0.43]))
    view.patch(top - drop - ex * over - up * 0.16, ex * (long + 2 * over), up * 0.18, plain([0.50, 0.45, 0.39]))
    base = o + ex * long * 0.70 + ez * deep * 0.42 + up * (wall + ridge * 0.55)
    for a, b in ((ex * 0.8, up * 2.1), (ez * 0.8, up * 2.1)):
        view.patch(base, a, b, lambda u, v, hit: (np.array([0.25, 0.215, 0.19]) * (0.75 + 0.45 * noise(u * 5 + hit[..., 2] * 2, v * 13))[..., None],
                                                  np.zeros(u.shape + (3,))))
    view.patch(base - ex * 0.08 + up * 2.1 - ez * 0.08, ex * 0.96, up * 0.14, plain([0.18, 0.16, 0.15]))


def build_jetty(view):
    """Planks on posts, from the shore towards us."""
    start, along, across = np.array([8.2, 0.62, 38.5]), np.array([-6.4, 0, -7.6]), np.array([1.15, 0, -0.97])
    planks = lambda u, v, hit: (grain_of_wood(u, v, hit, [0.34, 0.29, 0.24], 44, False), np.zeros(u.shape + (3,)))
    side = lambda u, v, hit: (np.ones(u.shape + (3,)) * [0.16, 0.13, 0.105], np.zeros(u.shape + (3,)))
    for s in np.linspace(0.06, 0.97, 6):
        for q in (0.04, 0.96):
            p = start + along * s + across * q
            view.patch(p + [-0.09, -1.3, 0], [0.18, 0, 0], [0, 1.3 + (0.45 if q > 0.5 else 0.4), 0],
                       lambda u, v, hit: (np.array([0.24, 0.19, 0.145]) * (0.55 + 0.7 * np.sqrt(np.clip(1 - (2 * u - 0.7) ** 2, 0, 1)))[..., None],
                                          np.zeros(u.shape + (3,))))
    view.patch(start, along, across, planks)
    view.patch(start + along + [0, -0.16, 0], across, [0, 0.16, 0], side)
    view.patch(start - [0, 0.16, 0], along, [0, 0.16, 0], side)
    view.patch(start + across - [0, 0.16, 0], along, [0, 0.16, 0], side)


def build_boat(view):
    """A rowing boat: clinker planks over parabolas, thwarts, a white strake."""
    middle, length, beam = np.array([-1.7, -0.14, 24.5]), 4.6, 1.5
    turn = 0.40
    ax, az = np.array([np.cos(turn), 0, np.sin(turn)]), np.array([-np.sin(turn), 0, np.cos(turn)])

    def hull(s, t):
        """s: bow to stern -1 ... 1, t: keel to gunwale 0 ... 1 on one side."""
        full = (1 - abs(s) ** 2.4) if s < 0 else (1 - 0.42 * s ** 2.6)
        wide = beam / 2 * full * np.sin(t * np.pi / 2) ** 0.62
        rise = 0.62 * t + 0.26 * abs(s) ** 2.5 * t + 0.10 * abs(s) ** 3
        return wide, rise

    n, m = 26, 6
    for side in (1, -1):
        for i in range(n):
            for j in range(m):
                q = []
                for di, dj in ((0, 0), (1, 0), (0, 1), (1, 1)):
                    s, t = -1 + 2 * (i + di) / n, (j + dj) / m
                    w, y = hull(s, t)
                    q.append(middle + ax * (s * length / 2 * (1 + 0.06 * t)) + az * side * w + np.array([0, y, 0]))
                near = side < 0
                tone = 0.80 + 0.12 * (j % 2)
                base = np.array([0.72, 0.66, 0.56]) if j == m - 1 else np.array([0.045, 0.16, 0.19])
                inner = np.array([0.34, 0.22, 0.12])
                def paint(u, v, hit, base=base, inner=inner, tone=tone, near=near):
                    c = (base if near else inner) * tone
                    return c * (1 + 0.15 * noise(hit[..., 0] * 5, hit[..., 1] * 60))[..., None] * (0.75 + 0.25 * v)[..., None], np.zeros(u.shape + (3,))
                view.patch(q[0], q[1] - q[0], q[2] - q[0], paint, triangle=True)
                view.patch(q[3], q[2] - q[3], q[1] - q[3], paint, triangle=True)
    for s in (-0.45, 0.05, 0.55):
        w, _ = hull(s, 0.85)
        view.patch(middle + ax * (s * length / 2) - az * w + [0, 0.47, 0], az * 2 * w, ax * 0.26,
                   lambda u, v, hit: (grain_of_wood(u, v, hit, [0.42, 0.29, 0.17], 2), np.zeros(u.shape + (3,))))
    transom, _ = hull(1.0, 1.0)
    stern = middle + ax * (length / 2 * 1.03)
    view.patch(stern - az * transom + [0, 0.10, 0], az * 2 * transom, [0, 0.86, 0],
               lambda u, v, hit: (grain_of_wood(u, v, hit, [0.40, 0.26, 0.14], 4), np.zeros(u.shape + (3,))))


def plant():
    """Where the single trees stand: behind and beside the cabin, two birches by the water."""
    TREES.clear()
    r = np.random.RandomState(5)
    for x, z, h in ((21.5, 50, 13.5), (24.0, 47, 16.0), (18.2, 54, 15.0), (27.5, 51, 18.0), (15.2, 56, 12.0), (30.0, 46, 15.5),
                    (12.6, 53.5, 14.2), (22.8, 56, 17.5), (33, 53, 19), (26, 44.6, 10.5), (9.6, 54.0, 9.0)):
        TREES.append((x, z, h * r.uniform(0.95, 1.05), r.randint(1 << 30)))


def furnish(view, mirrored):
    """Everything that stands on the land, far to near."""
    build_cabin(view)
    build_jetty(view)
    build_boat(view)
    height = lambda x, z: float(ground(np.float32([x]), np.float32([z]))[0])
    cards = [(z, x, h * 0.30, h * 1.02, fir(h, seed)) for x, z, h, seed in TREES]
    cards.append((45.0, 7.9, 3.4, 9.2, birch(8.4, 11)))
    cards.append((42.0, 20.9, 2.6, 6.6, birch(6.0, 23)))
    r = np.random.RandomState(9)
    for _ in range(150):
        x, z = r.uniform(4, 30), r.uniform(33, 47)
        if 0.05 < height(x, z) < 1.2:
            cards.append((z, x, 0.7, 0.75, tuft(0.8, r.uniform(0.3, 0.6), r.randint(1 << 30), 40)))
    if not mirrored:
        for _ in range(560):
            x, z = r.uniform(-9, 5), r.uniform(7.5, 17)
            if -0.12 < height(x, z) < 2.5:
                cards.append((z, x, 0.7, 1.3, tuft(0.55, r.uniform(0.35, 1.05), r.randint(1 << 30), 46)))
    for z, x, wide, tall, draw in sorted(cards, key=lambda c: -c[0]):
        view.strand_picture(x, max(height(x, z), -0.1) - 0.05, z, wide, tall, draw)


# ---- the picture -------------------------------------------------------------------------------

def render(width, height, eye, rows, nearest, shadows):
    view = View(width, height, rows, eye)
    land = Land(view.tx, view.ty[::-1], eye, nearest)
    depth = land.depth[::-1]
    dx, dy = np.broadcast_arrays(view.tx[None, :], view.ty[:, None])
    length = np.sqrt(1 + dx * dx + dy * dy)
    view.colour[:] = sky(dx / length, dy / length, 1 / length)
    hit = np.isfinite(depth)
    for r0 in range(0, rows, 128):
        part = slice(r0, r0 + 128)
        h = hit[part]
        if h.any():
            d = depth[part][h]
            c = land_colour(dx[part][h] * d, d, d, shadows)
            c = haze(c[None], d[None], (dx[part][h] / length[part][h])[None], (1 / length[part][h])[None])[0]
            view.colour[part][h] = c
    view.depth = np.where(hit, depth, np.inf).astype(np.float32)
    return view


def waves(x, z, depth):
    """Slope of the water: ripples near, wind in patches, less with distance as a pixel covers many."""
    wind = smooth(-0.25, 0.75, fbm(x / 70 + 3, z / 26, 4)) * 0.8 + 0.2
    nx, nz = 0.0, 0.0
    for size, amount in ((7.0, 0.012), (2.6, 0.014), (1.0, 0.017), (0.42, 0.016), (0.2, 0.010)):
        seen = np.clip(size * 55 / np.maximum(depth, 1), 0, 1)
        _, sx, sz = noise_slope(x / size * 0.75 + size, z / size * 1.5 + 0.35 * x / size + size)
        nx, nz = nx + amount * seen * sx * wind, nz + amount * seen * sz * wind
    return nx, nz, wind


def lake(view, mirrors):
    """Paints the water: the mirrored view shaken by waves, darker where we look into it.

    Water behind the spit cannot mirror what stands before it: hence two mirrored views.
    """
    rows, cols = view.depth.shape
    below = (view.ty < 0)[:, None] & np.ones((1, cols), bool)
    with np.errstate(divide='ignore'):
        z = np.where(below, view.eye / np.maximum(-view.ty[:, None], 1e-6), np.inf)
    x = view.tx[None, :] * z
    wet = below & (z < FAR) & (view.depth >= z * 0.999)
    wet &= np.where(below, ground(np.where(wet, x, 0), np.where(wet, z, 1e3)) <= 0.02, False)
    r, c = np.nonzero(wet)
    x, z, t, tx = x[r, c], z[r, c], -view.ty[r], view.tx[c]
    nx, nz, wind = waves(x, z, z)
    blur = 0.004 + 0.010 * wind * smooth(15, 150, z)
    near, far = mirrors
    beyond = (z > CABIN[2] + 2)[:, None]
    total = 0.0
    for k in (-1.5, -0.75, 0, 0.75, 1.5):
        ry = np.clip(t - 2 * nz - 2 * tx * nx + k * blur, 0.0005, near.ty[0])
        row = np.clip(np.searchsorted(-near.ty, -ry), 0, near.colour.shape[0] - 1)
        col = np.clip(c + 2 * t * nx / view.px, 0, cols - 1).astype(np.int32)
        total = total + np.where(beyond, far.colour[row, col], near.colour[row, col])
    seen = total / 5
    facing = np.clip((t + nz) / np.sqrt(1 + t * t), 0.02, 1)
    f = (0.03 + 0.97 * (1 - facing) ** 5)[:, None]
    floor = np.array([0.018, 0.045, 0.050]) + np.array([0.05, 0.045, 0.025]) * np.exp(np.clip(ground(x, z), -3, 0) * 2.2)[:, None]
    colour = seen * f + floor * (1 - f)
    view.colour[r, c] = haze(colour[None], z[None], tx[None], np.ones_like(tx)[None])[0]
    view.depth[r, c] = z


def smoke(view):
    """A thread of smoke from the chimney."""
    r = np.random.RandomState(3)
    cx = CABIN[0] + 4.7
    rows, cols = view.depth.shape
    mask = np.zeros((rows, cols), np.float32)
    z = CABIN[2] + 4
    for i in range(70):
        s = i / 70
        x, y = cx + 0.7 * s + 2.2 * s ** 2 + 0.25 * np.sin(5 * s) + r.normal(0, 0.10 * s + 0.02), 8.1 + 5.0 * s
        w = (0.16 + 0.75 * s)
        u, v = (view.tx - x / z) * z / w, (view.ty - (y - view.eye) / z) * z / w
        mask += 0.22 * (1 - s) ** 1.5 * np.exp(-(u[None] ** 2 + v[:, None] ** 2)) * (0.10 / (0.10 + w * 0.35))
    yy, xx = np.meshgrid(view.ty * 60, view.tx * 60, indexing='ij')
    mask = np.clip(mask * (1 + 0.5 * fbm(xx, yy * 0.7, 4)), 0, 0.75)[..., None]
    view.colour = view.colour * (1 - mask) + np.array([0.86, 0.78, 0.74]) * mask


def develop(linear, width, height, seed=1):
    """What a camera does: a little glow, the tone curve, grain."""
    small = linear[::4, ::4]
    bright = np.clip(small - 0.95, 0, 2)
    glow = Image.fromarray((bright * 127).astype(np.uint8)).filter(ImageFilter.GaussianBlur(width / 170))
    glow = np.asarray(glow.resize(linear.shape[1::-1], Image.BILINEAR), np.float32) / 127
    x = (linear + 0.5 * glow) * 0.92
    x = x * (1 + x / 4.5) / (1 + x)             # Reinhard, white at 2.1
    x = np.clip(x * 1.32, 0, 1) ** (1 / 2.2)
    x = x + 0.10 * (x - 0.45) * (1 - np.abs(2 * x - 1))
    grey = x.mean(-1, keepdims=True)
    x = grey + (x - grey) * 1.10
    picture = Image.fromarray((np.clip(x, 0, 1) * 255 + 0.5).astype(np.uint8))
    picture = picture.resize((width, height), Image.LANCZOS)
    y = np.asarray(picture, np.float32)
    r = np.random.RandomState(seed)
    y = y + r.normal(0, 1.5, y.shape[:2])[..., None] + r.normal(0, 0.7, y.shape)
    return Image.fromarray(np.clip(y + 0.5, 0, 255).astype(np.uint8))


def draw(scale=1.0, oversample=2):
    width, height = round(WIDTH * scale), round(HEIGHT * scale)
    w, h = width * oversample, height * oversample
    plant()
    shadows = ShadowMap()
    upper = int(h * HORIZON) - 1
    mirrors = [render(w, h, -EYE, upper, nearest, shadows) for nearest in (18.0, BEYOND)]
    furnish(mirrors[0], True)
    view = render(w, h, EYE, h, 5.0, shadows)
    lake(view, mirrors)
    furnish(view, False)
    smoke(view)
    return develop(view.colour, width, height)


def main():
    parser = argparse.ArgumentParser(description="Draw the sample photo.")
    parser.add_argument("out")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--oversample", type=int, default=2)
    args = parser.parse_args()
    draw(args.scale, args.oversample).save(args.out, quality=90, optimize=True)


if __name__ == "__main__":
    main()
