# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""The painter, the style reader, and a discriminator that is used in training only.

painting = Painter(photo, style), style = Reader(picture). The shapes are the contract of
styles/FORMAT.md and of the engine: change nothing here without changing both.

* Johnson et al. 2016 (arXiv:1603.08155): down twice, residual blocks, up twice.
* Dumoulin et al. 2017 (arXiv:1610.07629), Ghiasi et al. 2017 (arXiv:1705.06830): the style
  is the scale and shift of every normalised channel, and a second network can read it.
* Odena et al. 2016 (doi:10.23915/distill.00003): nearest upsampling, then a convolution.
* No padding inside. The photo is extended once, by reflection; every convolution is valid.

Axes are [n, c, h, w]; pictures are R'G'B' in 0 ... 1.
"""
import json
import struct

import torch
import torch.nn.functional as F
from torch import nn

WIDTHS = (24, 48, 96)
BLOCKS = 5
EPSILON = 1e-3          # floor under the variance: a flat picture stays flat
HALO = 52               # rows that the reflection puts before the picture
READER_SIDE = 224       # short side of the picture that the reader looks at

BINOMIAL = torch.tensor([[1., 2, 1], [2, 4, 2], [1, 2, 1]])[None, None] / 16


def channels(widths=WIDTHS, blocks=BLOCKS):
    """Normalised channels in the order of a style vector: name -> count."""
    a, b, c = widths
    return {'down0': a, 'down1': b, 'down2': c,
            **{f'block{i}.{j}': c for i in range(blocks) for j in (0, 1)},
            'up0': b, 'up1': a, 'out': 3}


STYLE = sum(channels().values())        # 1203


def extended(side):
    """Rows of input for `side` rows of painting: a valid run turns 4q + 91 into 4q - 14."""
    return 4 * -(-(side + 14) // 4) + 91


def reflect_index(size, before, total):
    """Source row of each of `total` rows: ... 2 1 0 1 2 ... size-1 ... 2 1 0 1 2 ..."""
    i = torch.arange(total) - before
    if size == 1:
        return torch.zeros_like(i)
    i = i.abs() % (2 * size - 2)
    return torch.where(i < size, i, 2 * size - 2 - i)


def extend(photo):
    """Reflect [n, 3, h, w] by the halo, to the next size that the strides accept."""
    h, w = photo.shape[-2:]
    rows = reflect_index(h, HALO, extended(h)).to(photo.device)
    cols = reflect_index(w, HALO, extended(w)).to(photo.device)
    return photo.index_select(2, rows).index_select(3, cols)


def normalise(x, scale, shift, epsilon):
    """scale (x - mean) / sqrt(variance + epsilon) + shift, per picture and channel.

    As one batch_norm over n*c channels: a single fused kernel, far faster on the CPU.
    """
    n, c, h, w = x.shape
    y = F.batch_norm(x.reshape(1, n * c, h, w), None, None, scale.reshape(-1),
                     shift.reshape(-1), training=True, eps=epsilon)
    return y.reshape(n, c, h, w)


def unsmooth(kernel):
    """The [oc, ic, k-2, k-2] kernel that BINOMIAL smooths to (nearly) this one: least squares."""
    oc, ic, k, _ = kernel.shape
    unit = torch.eye((k - 2) ** 2).reshape(-1, 1, k - 2, k - 2)
    basis = F.conv2d(unit, BINOMIAL, padding=2).reshape(-1, k * k).T
    found = torch.linalg.lstsq(basis, kernel.reshape(-1, k * k).T.contiguous()).solution
    return found.T.reshape(oc, ic, k - 2, k - 2)


class Painter(nn.Module):
    def __init__(self, widths=WIDTHS, blocks=BLOCKS, epsilon=EPSILON, smooth=False):
        """smooth: in training, `out` is a 7x7 kernel smoothed by BINOMIAL. What it gives has
        nothing at the Nyquist frequency, so no checkerboard can come of it."""
        super().__init__()
        self.smooth = smooth
        a, b, c = widths
        shapes = {'down0': (a, 3, 9), 'down1': (b, a, 3), 'down2': (c, b, 3),
                  **{f'block{i}.{j}': (c, c, 3) for i in range(blocks) for j in (0, 1)},
                  'up0': (b, c, 3), 'up1': (a, b, 3), 'out': (3, a, 9)}
        self.blocks = blocks
        self.epsilon = epsilon
        self.order = channels(widths, blocks)
        self.kernels = nn.ParameterDict()
        for name, (oc, ic, k) in shapes.items():
            k = k - 2 if smooth and name == 'out' else k
            self.kernels[name.replace('.', '_')] = nn.Parameter(torch.empty(oc, ic, k, k))
            nn.init.kaiming_normal_(self.kernels[name.replace('.', '_')])

    def weight(self, name):
        """The kernel that the file holds."""
        kernel = self.kernels[name.replace('.', '_')]
        if not (self.smooth and name == 'out'):
            return kernel
        oc, ic, k, _ = kernel.shape
        kernel = F.conv2d(kernel.reshape(oc * ic, 1, k, k), BINOMIAL.to(kernel), padding=2)
        return kernel.reshape(oc, ic, k + 2, k + 2)

    def valid(self, x, scale, shift, layers=None):
        """Paint an already extended picture [n, 3, 4q+91, 4r+91] -> [n, 3, 4q-14, 4r-14].

        scale, shift: [n, 1203]. `layers`, if a dict, receives what each convolution gave.
        """
        scale = dict(zip(self.order, scale.split(tuple(self.order.values()), 1)))
        shift = dict(zip(self.order, shift.split(tuple(self.order.values()), 1)))

        def layer(name, x, stride=1):
            x = F.conv2d(x, self.weight(name), stride=stride)
            if layers is not None:
                layers[name] = x
            return normalise(x, scale[name], shift[name], self.epsilon)

        x = layer('down0', x).relu()
        x = layer('down1', x, 2).relu()
        x = layer('down2', x, 2).relu()
        for i in range(self.blocks):
            y = layer(f'block{i}.1', layer(f'block{i}.0', x).relu())
            x = x[:, :, 2:-2, 2:-2] + y
        for name in ('up0', 'up1'):
            x = layer(name, F.interpolate(x, scale_factor=2.0, mode='nearest')).relu()
        return layer('out', x).sigmoid()

    def forward(self, photo, scale, shift, layers=None):
        """Paint photos [n, 3, h, w] of any size, in the style scale, shift [n, 1203]."""
        h, w = photo.shape[-2:]
        return self.valid(extend(photo), scale, shift, layers)[:, :, :h, :w]

    def tensors(self):
        """The weights under the names of the file format."""
        return {f'{name}.weight': self.weight(name) for name in self.order}

    def load_tensors(self, tensors):
        with torch.no_grad():
            for name in self.order:
                tensor = tensors[f'{name}.weight'].float()
                self.kernels[name.replace('.', '_')].copy_(
                    unsmooth(tensor) if self.smooth and name == 'out' else tensor)


class Reader(nn.Module):
    """Picture -> style vector. Mean and deviation of every level of a small network."""

    def __init__(self, style=STYLE):
        super().__init__()
        widths = (3, 24, 48, 96, 128)
        for i, (ic, oc) in enumerate(zip(widths, widths[1:])):
            setattr(self, f'conv{i}', nn.Conv2d(ic, oc, 5 if i == 0 else 3, stride=2))
        self.norm = nn.LayerNorm(2 * sum(widths), eps=1e-5)
        self.fc0 = nn.Linear(2 * sum(widths), 256)
        self.fc1 = nn.Linear(256, 2 * style)

    def features(self, picture):
        def moments(x):
            x = x.float()
            variance = x.var((2, 3), unbiased=False)
            return torch.cat([x.mean((2, 3)), (variance + 1e-4).sqrt()], 1)

        x = picture * 2 - 1
        found = [moments(x)]
        for i in range(4):
            x = getattr(self, f'conv{i}')(x).relu()
            found.append(moments(x))
        return torch.cat(found, 1)

    def forward(self, picture):
        """picture [n, 3, h, w], its short side READER_SIDE -> scale, shift [n, 1203]."""
        with torch.autocast(picture.device.type, enabled=False):
            x = self.norm(self.features(picture.float()))
            return self.fc1(self.fc0(x).relu()).chunk(2, 1)


class StyleNetwork(nn.Module):
    """Small features whose Gram matrices stand for VGG-19's relu1_1 ... relu5_1 (distill.py).

    VGG's plan (Simonyan and Zisserman 2014, arXiv:1409.1556) with fewer channels: 3x3 convolutions,
    zero padding, ReLU; average pooling, which is kinder to gradients of pixels (Gatys et al. 2016).
    """
    widths = (48, 64, 128, 96, 96)      # of relu1_1 ... relu5_1

    def __init__(self):
        super().__init__()
        ic = 3
        for i, width in enumerate(self.widths):
            setattr(self, f'conv{i}_1', nn.Conv2d(ic, width, 3, padding=1))
            if i < len(self.widths) - 1:
                setattr(self, f'conv{i}_2', nn.Conv2d(width, width, 3, padding=1))
            self.register_buffer(f'end{i}', torch.eye(width))
            ic = width

    def forward(self, x, ends=True):
        """[n, 3, h, w], R'G'B' 0 ... 1 -> the features of each level, [n, widths[i], h >> i, w >> i]."""
        found, x = [], x * 2 - 1
        for i in range(len(self.widths)):
            if i:
                x = F.avg_pool2d(getattr(self, f'conv{i - 1}_2')(x).relu(), 2)
            x = getattr(self, f'conv{i}_1')(x).relu()
            found.append(F.conv2d(x, getattr(self, f'end{i}')[:, :, None, None]) if ends else x)
        return found


class Discriminator(nn.Module):
    """Patch discriminator conditioned on the style (training only).

    Isola et al. 2017 (arXiv:1611.07004): a score per patch, here of 46 px. The style enters
    by projection (Miyato and Koyama 2018, arXiv:1802.05637): score = w.h + <V s, h>, where s
    is the style's vector. Spectral normalisation: Miyato et al. 2018 (arXiv:1802.05957).
    """

    def __init__(self, style=2 * STYLE, widths=(48, 96, 192, 256)):
        super().__init__()
        norm = nn.utils.parametrizations.spectral_norm
        layers = []
        for i, (ic, oc) in enumerate(zip((3,) + widths, widths)):
            layers += [norm(nn.Conv2d(ic, oc, 4, stride=2 if i < 3 else 1)), nn.LeakyReLU(0.2)]
        self.body = nn.Sequential(*layers)
        self.head = norm(nn.Conv2d(widths[-1], 1, 1))
        self.project = norm(nn.Linear(style, widths[-1]))

    def forward(self, picture, style):
        h = self.body(picture * 2 - 1)
        return self.head(h) + (h * self.project(style)[:, :, None, None]).sum(1, keepdim=True)


# --- safetensors: written here so that training needs no package beside PyTorch ---

_TYPES = {'F32': torch.float32, 'F16': torch.float16, 'I64': torch.int64}
_NAMES = {v: k for k, v in _TYPES.items()}


def load_file(path):
    """Tensors and metadata of a safetensors file."""
    with open(path, 'rb') as f:
        head = json.loads(f.read(struct.unpack('<Q', f.read(8))[0]))
        data = bytearray(f.read())
    meta = head.pop('__metadata__', {})
    tensors = {}
    for name, t in head.items():
        a, b = t['data_offsets']
        tensors[name] = torch.frombuffer(data[a:b], dtype=_TYPES[t['dtype']]).reshape(t['shape'])
    return tensors, meta


def save_file(tensors, path, metadata):
    """Write a safetensors file: sorted names, tensors packed without gaps."""
    head, blobs, at = {'__metadata__': metadata}, [], 0
    for name in sorted(tensors):
        t = tensors[name].detach().cpu().contiguous()
        blob = t.numpy().tobytes()
        head[name] = {'dtype': _NAMES[t.dtype], 'shape': list(t.shape),
                      'data_offsets': [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(head, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as f:
        f.write(struct.pack('<Q', len(text)) + text + b''.join(blobs))


def load_painter(path):
    tensors, meta = load_file(path)
    blocks = sum(1 for name in tensors if name.startswith('block')) // 2
    widths = tuple(tensors[f'down{i}.weight'].shape[0] for i in range(3))
    painter = Painter(widths, blocks, float(meta['epsilon']))
    painter.load_tensors(tensors)
    return painter


def load_reader(path):
    tensors, _ = load_file(path)
    reader = Reader(tensors['fc1.bias'].numel() // 2)
    reader.load_state_dict({k: v.float() for k, v in tensors.items()})
    return reader
