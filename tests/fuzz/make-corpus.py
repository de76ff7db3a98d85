#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""Write the corpus: good files, and one broken by hand for every rule of the formats.

    tests/fuzz/make-corpus.py [FOLDER]          (default: corpus/ beside this script)

A file's name is the rule it breaks. What is said about each is listed in catalogue.c,
which fails when a file has no line there. The same bytes on every machine.
"""
import json
import math
import pathlib
import random
import struct
import sys

random.seed(20261121)
FOLDER = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else
                      pathlib.Path(__file__).resolve().parent / 'corpus')
CHANNELS = 12           # of the tiny painter: 1 + 2 + 1 + 1 + 1 + 2 + 1 + 3


def write(kind, name, data):
    path = FOLDER / kind / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def raw(header, data=b'', length=None):
    """A file from its header's text (str, bytes or an object) and its data."""
    if isinstance(header, dict):
        header = json.dumps(header, separators=(',', ':'))
    if isinstance(header, str):
        header = header.encode()
    return struct.pack('<Q', len(header) if length is None else length) + header + data


def entry(shape, begin, end, dtype='F32'):
    return {'dtype': dtype, 'shape': shape, 'data_offsets': [begin, end]}


class File:
    """Tensors by name, each a shape and its numbers, and metadata."""

    def __init__(self, fmt, **metadata):
        self.metadata = {'format': fmt, 'version': '1', **metadata}
        self.tensors = {}

    def add(self, name, *shape):
        self.tensors[name] = (shape, [random.uniform(-0.5, 0.5)
                                      for _ in range(math.prod(shape))])
        return self

    def lit(self, name, *shape):
        """Numbers of 0 ... 1."""
        self.add(name, *shape)
        self.tensors[name] = (shape, [abs(x) for x in self.tensors[name][1]])
        return self

    def without(self, name):
        del self.tensors[name]
        return self

    def tell(self, **metadata):
        for key, value in metadata.items():
            if value is None:
                del self.metadata[key]
            else:
                self.metadata[key] = value
        return self

    def put(self, name, number):
        """The tensor's last number."""
        self.tensors[name][1][-1] = number
        return self

    def bytes(self, dtype='F32'):
        head, data = {'__metadata__': self.metadata}, b''
        code, size = {'F32': ('f', 4), 'F16': ('e', 2)}[dtype]
        for name, (shape, numbers) in self.tensors.items():
            head[name] = entry(list(shape), len(data), len(data) + size * len(numbers), dtype)
            data += struct.pack(f'<{len(numbers)}{code}', *numbers)
        text = json.dumps(head, separators=(',', ':'))
        return raw(text + ' ' * (-len(text) % 8), data)


def painter(a=1, b=2, c=1, blocks=1):
    f = File('impasto-painter', epsilon='0.001')
    f.add('down0.weight', a, 3, 9, 9).add('down1.weight', b, a, 3, 3)
    f.add('down2.weight', c, b, 3, 3)
    for i in range(blocks):
        f.add(f'block{i}.0.weight', c, c, 3, 3).add(f'block{i}.1.weight', c, c, 3, 3)
    f.add('up0.weight', b, c, 3, 3).add('up1.weight', a, b, 3, 3)
    return f.add('out.weight', 3, a, 9, 9)


def reader(widths=(1, 1, 1, 1), hidden=2, outputs=2 * CHANNELS):
    f = File('impasto-reader', short_side='64')
    for i, (ic, oc) in enumerate(zip((3,) + widths, widths)):
        k = 5 if i == 0 else 3
        f.add(f'conv{i}.weight', oc, ic, k, k).add(f'conv{i}.bias', oc)
    n = 2 * (3 + sum(widths))
    f.add('norm.weight', n).add('norm.bias', n)
    f.add('fc0.weight', hidden, n).add('fc0.bias', hidden)
    return f.add('fc1.weight', outputs, hidden).add('fc1.bias', outputs)


def style(channels=CHANNELS):
    return File('impasto-style').add('scale', channels).add('shift', channels)


def network(widths=(2, 3, 2, 3, 2)):
    f = File('impasto-style-network')
    for i, (ic, oc) in enumerate(zip((3,) + widths, widths)):
        f.add(f'conv{i}_1.weight', oc, ic, 3, 3).add(f'conv{i}_1.bias', oc)
        if i < 4:
            f.add(f'conv{i}_2.weight', oc, oc, 3, 3).add(f'conv{i}_2.bias', oc)
        f.add(f'end{i}', oc, oc)
    return f


def half(data):
    return data[:len(data) // 2]


def write_json():
    texts = {
        'good.json': '{"a":[1,-2.5e+3,0.5,true,false,null,"\\u00e9\\ud83d\\ude00\\n/"],'
                     '"b":{"c":{}},"d":[]}',
        'good-space.json': ' \t\r\n{ "a" : [ 1 , 2 ] } \n',
        'good-deep.json': '[' * 8 + ']' * 8,
        'empty.json': '',
        'only-space.json': '   ',
        'open-object.json': '{"a":1',
        'open-array.json': '[1,2',
        'open-string.json': '{"a',
        'comma-at-end.json': '{"a":1,}',
        'comma-missing.json': '[1 2]',
        'colon-missing.json': '{"a" 1}',
        'key-not-text.json': '{1:2}',
        'key-twice.json': '{"a":1,"a":2}',
        'key-twice-escaped.json': '{"scale":1,"\\u0073cale":2}',
        'text-after-end.json': '{} {}',
        'too-deep.json': '[' * 9 + ']' * 9,
        'too-deep-by-far.json': '[' * 10000,
        'too-many-members.json': '[' + ','.join('0' * 1025) + ']',
        'word-unknown.json': '[True]',
        'word-cut.json': '[tru',
        'number-leading-zero.json': '[01]',
        'number-plus.json': '[+1]',
        'number-minus-only.json': '[-]',
        'number-no-fraction.json': '[1.]',
        'number-no-exponent.json': '[1e]',
        'number-hexadecimal.json': '[0x10]',
        'number-nan.json': '[NaN]',
        'string-control.json': '["a\nb"]',
        'string-nul.json': '["a\\u0000b"]',
        'string-escape-unknown.json': '["\\x41"]',
        'string-escape-cut.json': '["\\',
        'string-escape-short.json': '["\\u12"]',
        'string-surrogate-high.json': '["\\ud800"]',
        'string-surrogate-low.json': '["\\udc00"]',
        'string-surrogate-pair.json': '["\\ud800\\u0041"]',
        'string-single-quotes.json': "{'a':1}",
        'comment.json': '{/* no */}',
        'byte-order-mark.json': '\ufeff{}',
    }
    for name, text in texts.items():
        write('json', name, text.encode())
    write('json', 'utf8-overlong.json', b'["\xc0\xaf"]')
    write('json', 'utf8-surrogate.json', b'["\xed\xa0\x80"]')
    write('json', 'utf8-cut.json', b'["\xe2\x82"]')
    write('json', 'utf8-too-high.json', b'["\xf4\x90\x80\x80"]')
    write('json', 'utf8-lone-continuation.json', b'["\x80"]')


def write_safetensors():
    def put(name, *args, **kwargs):
        write('safetensors', name + '.safetensors', raw(*args, **kwargs))

    def one(name, tensor, size=8):
        put(name, {'t': tensor}, bytes(size))

    whole = entry([2], 0, 8)
    one('good', whole)
    put('good-no-tensors', '{}')
    put('good-padding', '{}      ')
    one('good-scalar', entry([], 0, 4), 4)
    put('good-empty-tensor', {'e': entry([0, 5], 8, 8), 't': whole}, bytes(8))
    put('good-out-of-order', {'b': entry([1], 4, 8), 'a': entry([1], 0, 4)}, bytes(8))
    put('good-half', {'t': entry([8], 0, 16, 'F16')},
        struct.pack('<8H', 0, 0x8000, 1, 0x03FF, 0x0400, 0x3C00, 0xC500, 0x7BFF))

    write('safetensors', 'empty.safetensors', b'')
    write('safetensors', 'seven-bytes.safetensors', bytes(7))
    put('header-length-zero', '', bytes(8))
    put('header-length-over-limit', '{}', length=(1 << 20) + 1)
    put('header-length-huge', '{}', length=(1 << 64) - 1)
    put('header-longer-than-file', '{}', length=3)
    put('header-begins-with-space', ' {}')
    put('header-is-array', '[]')
    put('header-cut', half(json.dumps({'t': whole}).encode()))
    put('header-has-text-after', '{}x')
    put('header-is-not-utf8', b'{"\xff":1}')
    put('tensor-twice', '{"t":%s,"t":%s}' % ((json.dumps(whole),) * 2), bytes(8))
    put('metadata-is-text', {'__metadata__': 'x', 't': whole}, bytes(8))
    put('metadata-holds-number', {'__metadata__': {'version': 1}, 't': whole}, bytes(8))
    put('metadata-key-twice', '{"__metadata__":{"a":"1","a":"2"}}')
    one('tensor-is-number', 1)
    one('dtype-missing', {'shape': [2], 'data_offsets': [0, 8]})
    one('dtype-is-number', {'dtype': 32, 'shape': [2], 'data_offsets': [0, 8]})
    one('dtype-bf16', entry([4], 0, 8, 'BF16'))
    one('dtype-lower-case', entry([2], 0, 8, 'f32'))
    one('shape-missing', {'dtype': 'F32', 'data_offsets': [0, 8]})
    one('shape-is-number', entry(2, 0, 8))
    one('shape-negative', entry([-2], 0, 8))
    one('shape-fraction', entry([2.0], 0, 8))
    put('shape-exponent', '{"t":{"dtype":"F32","shape":[2e0],"data_offsets":[0,8]}}', bytes(8))
    one('shape-text', entry(['2'], 0, 8))
    one('shape-above-int', entry([1 << 31], 0, 8))
    one('shape-above-double', entry([1 << 64], 0, 8))
    one('shape-overflow', entry([(1 << 31) - 1] * 3, 0, 8))
    one('shape-overflow-to-fit', entry([1 << 30, 1 << 30, 4, 1 << 2], 0, 0), 0)
    one('shape-five-axes', entry([1, 1, 1, 1, 2], 0, 8))
    one('offsets-missing', {'dtype': 'F32', 'shape': [2]})
    one('offsets-one', {'dtype': 'F32', 'shape': [2], 'data_offsets': [0]})
    one('offsets-three', {'dtype': 'F32', 'shape': [2], 'data_offsets': [0, 8, 8]})
    one('offsets-negative', entry([2], -8, 0))
    one('offsets-fraction', entry([2], 0, 8.0))
    one('offsets-huge', entry([2], 0, 1 << 63))
    one('offsets-reversed', entry([2], 8, 0))
    one('offsets-outside', entry([4], 0, 16))
    one('offsets-too-few-bytes', entry([2], 0, 4))
    one('offsets-too-many-bytes', entry([1], 0, 8))
    one('member-unknown', {**whole, 'name': 'x'})
    put('tensors-overlap', {'a': entry([2], 0, 8), 'b': entry([2], 4, 12)}, bytes(12))
    put('tensors-share-bytes', {'a': whole, 'b': whole}, bytes(8))
    put('hole-at-start', {'a': entry([1], 4, 8)}, bytes(8))
    put('hole-between', {'a': entry([1], 0, 4), 'b': entry([1], 8, 12)}, bytes(12))
    put('bytes-left-over', {'a': entry([1], 0, 4)}, bytes(5))
    put('bytes-without-tensors', '{}', bytes(1))
    put('name-very-long', {'n' * 5000: entry([1], 0, 8)}, bytes(8))
    put('name-with-newline', {'a\nb': entry([1], 0, 8)}, bytes(8))


def write_painter():
    def put(name, f, dtype='F32'):
        write('painter', name + '.safetensors', f.bytes(dtype))

    put('good', painter())
    put('good-half', painter(), 'F16')
    put('good-no-blocks', painter(blocks=0))
    put('good-epsilon-exponent', painter().tell(epsilon='1e-05'))
    put('format-missing', painter().tell(format=None))
    put('format-of-style', painter().tell(format='impasto-style'))
    put('version-missing', painter().tell(version=None))
    put('version-two', painter().tell(version='2'))
    for name, text in {'missing': None, 'empty': '', 'zero': '0', 'negative': '-0.001',
                       'tiny': '1e-13', 'large': '1.5', 'nan': 'nan', 'infinite': '1e99',
                       'comma': '0,001', 'space': ' 0.001', 'unit': '0.001x',
                       'points': '0.0.1', 'exponent-cut': '1e', 'exponent-long': '1e-100',
                       'digits': '0.' + '1' * 200}.items():
        put('epsilon-' + name, painter().tell(epsilon=text))
    put('down0-missing', painter().without('down0.weight'))
    put('out-missing', painter().without('out.weight'))
    put('block-half', painter().without('block0.1.weight'))
    put('block-gap', painter(blocks=2).without('block0.0.weight').without('block0.1.weight'))
    put('block-leading-zero', painter().add('block01.0.weight', 1, 1, 3, 3))
    put('blocks-too-many', painter(blocks=65))
    put('tensor-unknown', painter().add('down3.weight', 1, 1, 3, 3))
    put('tensor-bias', painter().add('down0.bias', 1))
    put('tensor-name-prefix', painter().add('down0.weight2', 1))
    put('colors-four', painter().without('out.weight').add('out.weight', 4, 1, 9, 9))
    put('input-four', painter().without('down0.weight').add('down0.weight', 1, 4, 9, 9))
    put('kernel-five', painter().without('down1.weight').add('down1.weight', 2, 1, 5, 5))
    put('kernel-not-square', painter().without('up1.weight').add('up1.weight', 1, 2, 3, 4))
    put('axes-three', painter().without('up0.weight').add('up0.weight', 2, 1, 9))
    put('width-zero', painter().without('down0.weight').add('down0.weight', 0, 3, 9, 9))
    put('width-too-large',
        painter().without('down1.weight').add('down1.weight', 1025, 1, 3, 3), 'F16')
    put('width-disagrees', painter().without('down2.weight').add('down2.weight', 1, 3, 3, 3))
    put('width-of-block', painter().without('block0.1.weight')
        .add('block0.1.weight', 2, 1, 3, 3))
    put('width-of-up', painter().without('up0.weight').add('up0.weight', 3, 1, 3, 3))
    put('number-nan', painter().put('up0.weight', math.nan))
    put('number-infinite', painter().put('out.weight', -math.inf))
    put('number-infinite-half', painter().put('out.weight', math.inf), 'F16')
    write('painter', 'cut-in-half.safetensors', half(painter().bytes()))
    write('painter', 'cut-by-one-byte.safetensors', painter().bytes()[:-1])
    write('painter', 'one-byte-more.safetensors', painter().bytes() + b'\0')


def write_reader():
    def put(name, f, dtype='F32'):
        write('reader', name + '.safetensors', f.bytes(dtype))

    put('good', reader())
    put('good-half', reader(), 'F16')
    put('good-odd-widths', reader((5, 9, 3, 8), 4))
    put('format-of-painter', reader().tell(format='impasto-painter'))
    put('version-two', reader().tell(version='2'))
    for name, text in {'missing': None, 'small': '63', 'large': '513', 'fraction': '64.5',
                       'negative': '-64', 'word': 'short'}.items():
        put('side-' + name, reader().tell(short_side=text))
    put('conv-missing', reader().without('conv2.weight'))
    put('conv-kernel', reader().without('conv1.weight').add('conv1.weight', 1, 1, 5, 5))
    put('conv-input', reader().without('conv1.weight').add('conv1.weight', 1, 2, 3, 3))
    put('conv-too-wide', reader().without('conv3.weight')
        .add('conv3.weight', 513, 1, 3, 3), 'F16')
    put('bias-missing', reader().without('conv3.bias'))
    put('bias-length', reader().without('conv0.bias').add('conv0.bias', 2))
    put('norm-length', reader().without('norm.weight').add('norm.weight', 13))
    put('norm-missing', reader().without('norm.bias'))
    put('fc0-columns', reader().without('fc0.weight').add('fc0.weight', 2, 15))
    put('fc0-bias', reader().without('fc0.bias').add('fc0.bias', 3))
    put('fc1-columns', reader().without('fc1.weight').add('fc1.weight', 24, 3))
    put('fc1-bias', reader().without('fc1.bias').add('fc1.bias', 23))
    put('fc1-odd', reader(outputs=23))
    put('tensor-unknown', reader().add('fc2.bias', 1))
    put('number-nan', reader().put('fc1.bias', math.nan))
    write('reader', 'cut-in-half.safetensors', half(reader().bytes()))
    put('good-other-channels', reader(outputs=26))


def write_style():
    def put(name, f, dtype='F32'):
        write('style', name + '.safetensors', f.bytes(dtype))

    put('good', style())
    put('good-other', style())
    put('good-half', style(), 'F16')
    put('format-missing', style().tell(format=None))
    put('format-of-painter', style().tell(format='impasto-painter'))
    put('version-two', style().tell(version='2'))
    put('scale-missing', style().without('scale'))
    put('shift-missing', style().without('shift'))
    put('channels-other', style(13))
    put('channels-differ', style().without('shift').add('shift', 11))
    put('axes-two', style().without('scale').add('scale', 1, 12))
    put('tensor-unknown', style().add('gain', 12))
    put('number-nan', style().put('scale', math.nan))
    put('number-infinite', style().put('shift', math.inf))
    write('style', 'cut-in-half.safetensors', half(style().bytes()))


def write_style_json():
    """style.json, one for each rule."""
    def put(name, data):
        write('style-json', name + '.json', data.encode() if isinstance(data, str) else data)

    good = {'id': 'a-1', 'title': 'Zw\u00f6lf "Boote"', 'artist': 'A', 'year': 1889,
            'kind': 'painting', 'source': 'S', 'licence': 'CC0-1.0', 'unknown': {'x': [1, {}]}}
    put('good', json.dumps(good, ensure_ascii=False))
    put('good-escapes', json.dumps(good))
    put('cut-in-half', half(json.dumps(good).encode()))
    put('empty', '')
    put('no-object', '[]')
    put('nested', '[' * 33 + ']' * 33)
    put('nested-in-member', '{"a":' * 40 + '1' + '}' * 40)
    put('not-utf8', b'{"id":"a","title":"\xff"}')
    put('nul', b'{"id":"a",\0"title":"b"}')
    put('nul-escaped', '{"id":"a\\u0000b","title":"b"}')
    put('surrogate', '{"id":"a","title":"\\ud800"}')
    put('surrogate-then-fault', '{"id":"a","te":"\\ud800"}x')
    put('large', ' ' * (64 * 1024) + '{}')
    for name in ('id', 'title'):
        put(name + '-missing', json.dumps({k: v for k, v in good.items() if k != name}))
    for name, member, value in (
            ('id-number', 'id', 1), ('id-upper', 'id', 'A'), ('id-path', 'id', '../a'),
            ('id-dash', 'id', '-a'), ('id-long', 'id', 'a' * 65), ('title-list', 'title', ['b']),
            ('title-null', 'title', None), ('title-empty', 'title', ''),
            ('title-long', 'title', 'x' * 201), ('title-control', 'title', 'x\ny'),
            ('year-text', 'year', '1889'), ('year-fraction', 'year', 1889.5),
            ('year-huge', 'year', 10 ** 40), ('artist-bool', 'artist', True),
            ('unlearned-number', 'unlearned', 1), ('good-unlearned', 'unlearned', True)):
        put(name, json.dumps({**good, member: value}))


def write_network():
    def put(name, f, dtype='F32'):
        write('network', name + '.safetensors', f.bytes(dtype))

    put('good', network())
    put('good-half', network(), 'F16')
    put('format-of-reader', network().tell(format='impasto-reader'))
    put('version-two', network().tell(version='2'))
    put('conv-missing', network().without('conv2_2.weight'))
    put('conv-kernel', network().without('conv1_1.weight').add('conv1_1.weight', 3, 2, 5, 5))
    put('conv-input', network().without('conv3_1.weight').add('conv3_1.weight', 3, 3, 3, 3))
    put('conv-too-wide', network().without('conv0_1.weight').add('conv0_1.weight', 257, 3, 3, 3), 'F16')
    put('second-widens', network().without('conv0_2.weight').add('conv0_2.weight', 3, 2, 3, 3))
    put('bias-missing', network().without('conv4_1.bias'))
    put('bias-length', network().without('conv3_2.bias').add('conv3_2.bias', 2))
    put('end-missing', network().without('end4'))
    put('end-not-square', network().without('end1').add('end1', 3, 2))
    put('tensor-unknown', network().add('conv4_2.bias', 2))
    put('number-nan', network().put('end0', math.nan))
    write('network', 'cut-in-half.safetensors', half(network().bytes()))


def write_reference():
    """The painter's, and last: those before keep their numbers."""
    def put(name, f):
        write('painter', name + '.safetensors', f.bytes('F16'))

    put('good-reference', painter().lit('reference', 16, 17, 3))
    put('reference-beyond-one', painter().lit('reference', 16, 16, 3).put('reference', 1.5))
    put('reference-channels', painter().lit('reference', 16, 16, 4))
    put('reference-large', painter().lit('reference', 1025, 1, 3))
    put('reference-negative', painter().lit('reference', 16, 16, 3).put('reference', -0.5))
    put('reference-small', painter().lit('reference', 16, 15, 3))


for part in (write_json, write_safetensors, write_painter, write_reader, write_style,
             write_style_json, write_network, write_reference):
    part()
