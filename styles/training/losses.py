# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""What a painting is judged by. Every loss: its formula, its source, its reason.

Two loss networks, both frozen:
* VGG-19 (Simonyan and Zisserman 2014, arXiv:1409.1556) to relu3_1, Keras weights: BGR,
  0 ... 255, less the mean, zero padding, max pooling.
* A 16 times smaller VGG-19 distilled for style transfer (Wang et al. 2020,
  arXiv:2003.08436) to relu5_1: R'G'B' 0 ... 1, reflection padding. It costs almost nothing,
  so the deep layers and the second scale are its own.

All style and content losses are *relative*: divided by the energy of their target, so that
layers and styles weigh alike without tuning. Pictures are [n, 3, h, w], R'G'B' 0 ... 1.
"""
import os

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

# The yardstick of facts and reports: plain sums, one scale.
STYLE_LAYERS = {'relu1_1': 1.0, 'relu2_1': 1.0, 'relu3_1': 1.0, 'relu4_1': 1.0, 'relu5_1': 0.5}
# What training asks for: less of the pixel, more of the stroke. `half.*` are layers of the
# distilled network on the painting and its target at half size: there a hatch of three
# pixels has averaged out, and only strokes twice as large can satisfy the loss.
STROKE_LAYERS = {'relu1_1': 0.5, 'relu2_1': 0.75, 'relu3_1': 1.25, 'relu4_1': 1.25,
                 'relu5_1': 0.75, 'half.1_1': 0.25, 'half.2_1': 0.5, 'half.3_1': 1.0,
                 'half.4_1': 1.0, 'half.5_1': 0.5}
LAYERS = {'stroke': STROKE_LAYERS, 'style': STYLE_LAYERS,
          'both': {k: (v + STYLE_LAYERS.get(k, 0)) / 2 for k, v in STROKE_LAYERS.items()}}
# An enlarged target is blurred, and must not teach the finest layers blur: see style_loss.
FINE_LAYERS = {'relu1_1': 1.0, 'relu2_1': 0.5}
CONTENT_LAYERS = ('d3_1', 'd4_1')


class LossNetwork(nn.Module):
    """Features of both networks, by name: relu1_1 ... relu3_1 of VGG-19, d3_1 and the
    deep relu4_1 (also d4_1), relu5_1 of the distilled one."""

    def __init__(self, folder):
        super().__init__()
        vgg = np.load(os.path.join(folder, 'vgg19-to-relu3_4.npz'))
        small = np.load(os.path.join(folder, 'vgg19-distilled-to-relu5_1.npz'))
        for prefix, z in (('v_', vgg), ('d_', small)):
            for key in z.files:
                self.register_buffer(prefix + key.replace('.', '_'), torch.from_numpy(z[key]))
        self.register_buffer('mean', torch.tensor([103.939, 116.779, 123.68]).view(1, 3, 1, 1))

    def vgg(self, x):
        found = {}
        x = x.flip(1) * 255 - self.mean
        for name in ('1_1', '1_2', '2_1', '2_2', '3_1'):
            if name in ('2_1', '3_1'):
                x = F.max_pool2d(x, 2)
            x = F.conv2d(x, getattr(self, f'v_conv{name}_weight'),
                         getattr(self, f'v_conv{name}_bias'), padding=1).relu()
            if name.endswith('_1'):
                found['relu' + name] = x
        return found

    def distilled(self, x, last=5):
        found = {}
        x = F.conv2d(x, self.d_conv0_weight, self.d_conv0_bias)
        for name in ('11', '12', '21', '22', '31', '32', '33', '34', '41', '42', '43', '44', '51'):
            if name[1] == '1' and name[0] != '1':
                x = F.max_pool2d(x, 2, ceil_mode=True)
            x = F.conv2d(F.pad(x, (1, 1, 1, 1), 'reflect'), getattr(self, f'd_conv{name}_weight'),
                         getattr(self, f'd_conv{name}_bias')).relu()
            if name[1] == '1':
                found[f'{name[0]}_1'] = x
                if int(name[0]) == last:
                    break
        return found

    def forward(self, x, half=False):
        small = self.distilled(x)
        found = self.vgg(x)
        found.update({'d3_1': small['3_1'], 'd4_1': small['4_1'],
                      'relu4_1': small['4_1'], 'relu5_1': small['5_1']})
        if half:
            found.update({f'half.{k}': v for k, v in self.distilled(F.avg_pool2d(x, 2)).items()})
        return found


def gram(features):
    """G = F F^T / (h w) of [n, c, h, w] -> [n, c, c] (Gatys et al. 2016, CVPR)."""
    n, c, h, w = features.shape
    f = features.reshape(n, c, h * w)
    return torch.bmm(f, f.transpose(1, 2)).float() / (h * w)


def grams(features, layers):
    return {k: gram(features[k]) for k in layers}


def style_loss(features, targets, layers=STYLE_LAYERS):
    """sum_l w_l |G_l - T_l|^2 / |T_l|^2, one number per picture -> [n].

    Gatys et al. 2016; Johnson et al. 2016 (arXiv:1603.08155). targets: name -> [n, c, c]; if
    targets['blur'] [n] (0 ... 1) is there, fine layers count (1 - blur FINE_LAYERS[l]).
    """
    total = 0
    for name, weight in layers.items():
        t = targets[name]
        d = gram(features[name]) - t
        if 'blur' in targets and name in FINE_LAYERS:
            weight = weight * (1 - targets['blur'] * FINE_LAYERS[name])
        total = total + weight * d.square().sum((1, 2)) / (t.square().sum((1, 2)) + 1e-12)
    return total


def content_loss(features, targets, layers=CONTENT_LAYERS):
    """sum_l |F_l - C_l|^2 / |C_l|^2 -> [n]. Gatys et al. 2016, relative."""
    total = 0
    for name in layers:
        c = targets[name].float()
        d = features[name].float() - c
        total = total + d.square().sum((1, 2, 3)) / (c.square().sum((1, 2, 3)) + 1e-12)
    return total


LOW_PASS = torch.tensor([-1., 4, 10, 4, -1]) / 16


def low_passed(picture):
    """[n, c, h, w] without its finest texture: per axis 0 at a period of two pixels, 0.44 at three,
    0.75 at four and 0.94 at six; edges by reflection."""
    c = picture.shape[1]
    k = LOW_PASS.to(picture)
    return F.conv2d(F.pad(picture, (2, 2, 2, 2), 'reflect'),
                    (k[:, None] * k).expand(c, 1, 5, 5), groups=c)


def soft(loss, knee=4.0):
    """knee log(1 + L / knee): random paintings have a heavy tail, and must not rule."""
    return knee * torch.log1p(loss / knee)


def variation(x):
    """Mean absolute difference of neighbours (total variation, anisotropic)."""
    return ((x[:, :, 1:] - x[:, :, :-1]).abs().mean()
            + (x[:, :, :, 1:] - x[:, :, :, :-1]).abs().mean())


def _steps(x, distance):
    return (x[:, :, distance:] - x[:, :, :-distance],
            x[:, :, :, distance:] - x[:, :, :, :-distance])


def calm_loss(painting, photo, cell=16, distances=(1, 4), flat=0.02, power=1):
    """Where the photo does not change, the painting's cells must not either (our own).

    Both are pooled to cells; for cells each of `distances` apart, summed: mean of w |dp|^power, with
    w = exp(-(|d photo| / flat)^2). power 1 at 16 px removes slow blotches, and over four cells slow
    ramps; power 2 at 8 px, over one to four cells, removes the light ring along a silhouette (a large
    step over a short way) and leaves the small steps from stroke to stroke.
    """
    painting, photo = F.avg_pool2d(painting, cell), F.avg_pool2d(photo, cell)
    total = 0
    for distance in distances:
        for dp, dc in zip(_steps(painting, distance), _steps(photo, distance)):
            w = torch.exp(-(dc.norm(dim=1, keepdim=True) / flat).square())
            total = total + (w * dp.abs().pow(power)).mean()
    return total


LUMA = (0.299, 0.587, 0.114)


def form_loss(painting, photo, cell=8, keep=0.5):
    """Where the photo gets lighter, so must the painting, by `keep` of the photo's step (our own).

    Cells of the luma, one, two and four apart: mean of max(0, keep |dc| - sign(dc) dp). A painting may
    exaggerate light and shade and choose its colors, but a spire stays dark on its sky and eyes in their face.
    """
    k = torch.tensor(LUMA).to(painting).view(1, 3, 1, 1)
    painting, photo = (F.avg_pool2d((x * k).sum(1, keepdim=True), cell) for x in (painting, photo))
    return sum((keep * dc.abs() - dc.sign() * dp).relu().mean() for d in (1, 2, 4)
               for dp, dc in zip(_steps(painting, d), _steps(photo, d)))


def fine_energy(x, cell=16):
    """Root mean square, per cell, of what a 5 px box does not keep -> [n, 1, h', w']."""
    fine = x - F.avg_pool2d(F.pad(x, (2, 2, 2, 2), 'reflect'), 5, 1)
    return (F.avg_pool2d(fine.square().mean(1, keepdim=True), cell) + 1e-8).sqrt()


def hatch_loss(painting, photo, allowed, flat=0.01):
    """Fine texture in flat places beyond what the style itself has (our own).

    allowed [n]: the median fine_energy of the style picture. In cells where the photo is
    flat, sum of w max(0, e - allowed) over sum of w, w = exp(-(e_photo / flat)^2). It takes
    away the one hatch that a painter otherwise puts into every flat field, whatever the style.
    """
    w = torch.exp(-(fine_energy(photo) / flat).square())
    over = (fine_energy(painting) - allowed.view(-1, 1, 1, 1)).relu()
    return (w * over).sum() / (w.sum() + 0.02 * w.numel())


def grain_loss(painting):
    """Mean absolute value of what a 3 px binomial filter takes away (our own).

    Texture of one or two pixels is no stroke: it is noise at the screen's size, and enlarged
    with the painting it is a grid. An edge costs a little, a flat field nothing.
    """
    c = painting.shape[1]
    k = torch.tensor([1., 2, 1], device=painting.device) / 4
    k = (k[:, None] * k)[None, None].expand(c, 1, 3, 3)
    return (painting[:, :, 1:-1, 1:-1] - F.conv2d(painting, k, groups=c)).abs().mean()


def nyquist(x, cell=16):
    """Energy at the Nyquist frequency of rows, or of columns if that is more -> [n, h / cell, w / cell].

    Of every row of a cell the Fourier coefficient at a period of two pixels under a Hann window, squared:
    one column in two brighter by 2 a gives a^2; an edge, which has all frequencies, next to nothing.
    """
    k = torch.hann_window(cell).to(x)
    k = (k / k.sum() * (-1.0) ** torch.arange(cell).to(x))[None, None, None]
    g = x.mean(1, keepdim=True)
    rows = F.avg_pool2d(F.conv2d(g, k, stride=(1, cell)).square(), (cell, 1))
    columns = F.avg_pool2d(F.conv2d(g, k.mT, stride=(cell, 1)).square(), (1, cell))
    return torch.maximum(rows, columns)[:, 0]


def checker_loss(painting, photo):
    """Amplitude at the Nyquist frequency beyond the photo's, root mean square over the cells."""
    rms = lambda x: (nyquist(x).mean((1, 2)) + 1e-10).sqrt()
    return (rms(painting) - rms(photo)).relu().mean()


LATTICE = [(u / 4, v / 4) for u in range(3) for v in range(-1, 3) if (u, v) not in ((0, 0), (0, -1), (2, -1))]


def lattice_lines(x, cell=48):
    """Amplitude of texture that repeats exactly every four pixels or two -> [n], our own.

    The painter enlarges twice, so what its last layers add by habit repeats with their phases: dots in rows,
    a weave. Strokes have a spectrum without lines. Per cell under a Hann window, for each frequency of the
    lattice the amplitude beyond that of its four neighbors (outside the window's main lobe), summed.
    """
    ramp = torch.arange(cell, dtype=torch.float32)
    window = torch.hann_window(cell)
    window = (window[:, None] * window / window.sum() ** 2).to(x)
    apart = 3.0 / cell
    kernels = []
    for u, v in LATTICE:
        for du, dv in ((0, 0), (apart, apart), (apart, -apart), (-apart, apart), (-apart, -apart)):
            phase = 2 * np.pi * (ramp[:, None] * (u + du) + ramp * (v + dv))
            kernels += [phase.cos(), phase.sin()]
    bank = torch.stack(kernels)[:, None].to(x) * window
    found = F.conv2d(x.mean(1, keepdim=True), bank, stride=cell // 2)
    n, _, h, w = found.shape
    energy = found.view(n, len(LATTICE), 5, 2, h, w).square().sum(3)
    amplitude = lambda e: (e + 1e-10).sqrt()
    return (amplitude(energy[:, :, 0]) - amplitude(energy[:, :, 1:].mean(2))).relu().sum(1).mean((1, 2))
