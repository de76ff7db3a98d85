# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""Turn a checkpoint of train.py into the files that the engine reads, or into ONNX.

    export.py weights CHECKPOINT OUT [--f16]     painter, reader, styles.safetensors
    export.py compact CHECKPOINT FILE            one F16 file to resume from (train.py --start)
    export.py onnx PAINTER VECTOR PHOTO FILE     the painter with one style folded in

CHECKPOINT is checkpoint.pt or a compact file; the averaged weights are exported. The style
vectors of styles.safetensors go into the gallery by gallery.py --table. The layout of every
file is in ../FORMAT.md.
"""
import argparse
import os

import torch
import torch.nn.functional as F

import data
from network import STYLE, Painter, extend, load_file, load_painter, save_file

SAMPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'sample.jpg')


def load_checkpoint(path):
    """-> painter, reader and table tensors (F32) and the number of steps."""
    if path.endswith('.pt'):
        state = torch.load(path, map_location='cpu', weights_only=True)
        mean = state['mean']
        net = Painter(smooth=mean['painter']['kernels.out'].shape[-1] == 7)
        net.load_state_dict(mean['painter'])
        painter = {k: v.detach() for k, v in net.tensors().items()}
        table = {}
        for name, v in mean['table'].items():
            table[name + '.scale'], table[name + '.shift'] = v[:STYLE], v[STYLE:]
        return painter, mean['reader'], table, state['step']
    tensors, meta = load_file(path)
    part = lambda p: {k[len(p):]: v.float() for k, v in tensors.items() if k.startswith(p)}
    return part('painter.'), part('reader.'), part('table.'), int(meta['steps'])


def reference():
    """The photo beside which flat ones are measured, [h, w, 3] (reference.py)."""
    sample = data.to_float(data.load_picture(SAMPLE))[None]
    small = F.interpolate(sample, (320, 480), mode='bicubic', antialias=True)[0]
    return small.clamp(0, 1).permute(1, 2, 0).half()


def export_weights(a):
    painter, reader, table, _ = load_checkpoint(a.checkpoint)
    kind = torch.float16 if a.f16 else torch.float32
    cast = lambda tensors, t: {k: v.to(t) for k, v in tensors.items()}
    os.makedirs(a.out, exist_ok=True)
    save_file({**cast(painter, kind), 'reference': reference()}, os.path.join(a.out, 'painter.safetensors'),
              {'format': 'impasto-painter', 'version': '1', 'epsilon': '0.001'})
    save_file(cast(reader, kind), os.path.join(a.out, 'reader.safetensors'),
              {'format': 'impasto-reader', 'version': '1', 'short_side': '224'})
    save_file(cast(table, torch.float32), os.path.join(a.out, 'styles.safetensors'),
              {'format': 'impasto-styles', 'version': '1'})


def export_compact(a):
    painter, reader, table, steps = load_checkpoint(a.checkpoint)
    tensors = {p + k: v.half() for p, part in (('painter.', painter), ('reader.', reader),
                                               ('table.', table)) for k, v in part.items()}
    save_file(tensors, a.out, {'format': 'impasto-checkpoint', 'version': '1',
                               'steps': str(steps)})


def folded(painter, scale, shift, photo):
    """Weights and biases with the moments of `photo` and one style folded in.

    scale (Wx - mean) / s + shift, s = sqrt(variance + epsilon), is (scale W / s) x + (shift -
    scale mean / s). Two arrays a layer, in the order of the network.
    """
    class Moments(dict):                    # of each layer as it comes: 12 MP fit in memory
        def __setitem__(self, name, x):
            flat = x[0].flatten(1)
            moments = [torch.stack(torch.var_mean(row.double(), unbiased=False)) for row in flat]
            super().__setitem__(name, torch.stack(moments).T)

    found = Moments()
    with torch.no_grad():
        painter.valid(extend(photo), scale[None], shift[None], found)
    at, layers = 0, {}
    for name, n in painter.order.items():
        variance, mean = found[name]
        gain = scale[at:at + n].double() / (variance + painter.epsilon).sqrt()
        layers[name] = ((painter.weight(name).double() * gain.view(-1, 1, 1, 1)).float().detach(),
                        (shift[at:at + n].double() - gain * mean).float())
        at += n
    return layers


def run_folded(layers, blocks, x):
    """The folded network in PyTorch: what the ONNX graph must give."""
    conv = lambda name, x, stride=1: F.conv2d(x, *layers[name], stride=stride)
    x = conv('down0', x).relu()
    x = conv('down1', x, 2).relu()
    x = conv('down2', x, 2).relu()
    for i in range(blocks):
        y = conv(f'block{i}.1', conv(f'block{i}.0', x).relu())
        x = x[:, :, 2:-2, 2:-2] + y
    for name in ('up0', 'up1'):
        x = conv(name, F.interpolate(x, scale_factor=2.0, mode='nearest')).relu()
    return conv('out', x).sigmoid()


def onnx_model(layers, blocks, height=None, width=None):
    """The same as an ONNX graph: input [1, 3, 4q+91, 4r+91], output [1, 3, 4q-14, 4r-14]."""
    import numpy as np
    from onnx import TensorProto, checker, helper, numpy_helper

    constants = [numpy_helper.from_array(np.array(v, np.int64), k) for k, v in
                 (('two', [2, 2]), ('minus_two', [-2, -2]), ('axes', [2, 3]))]
    constants.append(numpy_helper.from_array(np.array([1, 1, 2, 2], np.float32), 'twice'))
    nodes = []

    def node(kind, inputs, output, **attributes):
        nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def conv(name, x, stride=1, relu=True):
        for array, suffix in zip(layers[name], ('weight', 'bias')):
            constants.append(numpy_helper.from_array(array.numpy(), f'{name}.{suffix}'))
        y = node('Conv', [x, f'{name}.weight', f'{name}.bias'], f'{name}.conv',
                 strides=[stride, stride])
        return node('Relu', [y], f'{name}.relu') if relu else y

    x = conv('down2', conv('down1', conv('down0', 'photo'), 2), 2)
    for i in range(blocks):
        y = conv(f'block{i}.1', conv(f'block{i}.0', x), relu=False)
        x = node('Slice', [x, 'two', 'minus_two', 'axes'], f'block{i}.crop')
        x = node('Add', [x, y], f'block{i}')
    for name in ('up0', 'up1'):
        x = node('Resize', [x, '', 'twice'], f'{name}.twice', mode='nearest',
                 coordinate_transformation_mode='asymmetric', nearest_mode='floor')
        x = conv(name, x)
    node('Sigmoid', [conv('out', x, relu=False)], 'painting')
    less = lambda side: side and side - 105
    graph = helper.make_graph(
        nodes, 'impasto-painter',
        [helper.make_tensor_value_info('photo', TensorProto.FLOAT,
                                       [1, 3, height or 'h', width or 'w'])],
        [helper.make_tensor_value_info('painting', TensorProto.FLOAT,
                                       [1, 3, less(height) or 'oh', less(width) or 'ow'])],
        constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)], ir_version=8)
    checker.check_model(model, full_check=True)
    return model


def export_onnx(a):
    painter = load_painter(a.painter)
    vector, _ = load_file(a.vector)
    photo = data.to_float(data.load_picture(a.photo))[None]
    layers = folded(painter, vector['scale'].float(), vector['shift'].float(), photo)
    x = extend(photo)
    with torch.no_grad():
        whole = painter.valid(x, vector['scale'].float()[None], vector['shift'].float()[None])
        print('folded against normalised, largest difference:',
              float((run_folded(layers, painter.blocks, x) - whole).abs().max()))
    import onnx
    onnx.save(onnx_model(layers, painter.blocks, *(a.input or ())), a.out)


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    sub = p.add_subparsers(required=True)
    w = sub.add_parser('weights', help='painter, reader and styles as safetensors')
    w.add_argument('checkpoint')
    w.add_argument('out', help='folder')
    w.add_argument('--f16', action='store_true', help='painter and reader in half precision')
    w.set_defaults(run=export_weights)
    c = sub.add_parser('compact', help='one F16 file to resume from')
    c.add_argument('checkpoint')
    c.add_argument('out')
    c.set_defaults(run=export_compact)
    o = sub.add_parser('onnx', help='the painter with one style folded in')
    o.add_argument('painter', help='painter.safetensors')
    o.add_argument('vector', help='vector.safetensors of a style')
    o.add_argument('photo', help='the picture whose moments are folded in')
    o.add_argument('out')
    o.add_argument('--input', type=int, nargs=2, metavar=('H', 'W'),
                   help='fixed size of the extended photo, 4q + 91; default: any')
    o.set_defaults(run=export_onnx)
    a = p.parse_args()
    a.run(a)


if __name__ == '__main__':
    main()
