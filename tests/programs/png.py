# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""Just enough of PNG, with the standard library only: 8 bit RGB and RGBA in and out, gray out."""
import struct
import zlib


def _chunk(kind, data):
    return (struct.pack('>I', len(data)) + kind + data +
            struct.pack('>I', zlib.crc32(kind + data)))


def write(path, width, height, channels, pixels, extra=b''):
    """pixels: bytes, [height][width][channels]; extra: chunks after the header."""
    pitch = width * channels
    rows = b''.join(b'\0' + pixels[y * pitch:(y + 1) * pitch] for y in range(height))
    header = struct.pack('>IIBBBBB', width, height, 8, {1: 0, 3: 2, 4: 6}[channels], 0, 0, 0)
    with open(path, 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n' + _chunk(b'IHDR', header) + extra +
                   _chunk(b'IDAT', zlib.compress(rows, 1)) + _chunk(b'IEND', b''))


def icc_chunk(profile):
    return _chunk(b'iCCP', b'test\0\0' + zlib.compress(profile))


def chunks(path):
    """{kind: data} of a file; IDATs joined."""
    with open(path, 'rb') as file:
        data = file.read()
    assert data[:8] == b'\x89PNG\r\n\x1a\n', path
    found, at = {}, 8
    while at < len(data):
        length, kind = struct.unpack('>I4s', data[at:at + 8])
        found[kind] = found.get(kind, b'') + data[at + 8:at + 8 + length]
        at += 12 + length
    return found


def read(path):
    """(width, height, channels, pixels)"""
    found = chunks(path)
    width, height, depth, kind = struct.unpack('>IIBB', found[b'IHDR'][:10])
    assert depth == 8, depth
    channels = {2: 3, 6: 4}[kind]
    raw, pitch = zlib.decompress(found[b'IDAT']), width * channels
    before, rows, at = bytearray(pitch), [], 0
    for _ in range(height):
        how, row = raw[at], bytearray(raw[at + 1:at + 1 + pitch])
        at += 1 + pitch
        for i in range(pitch if how else 0):
            left = row[i - channels] if i >= channels else 0
            up = before[i]
            corner = before[i - channels] if i >= channels else 0
            if how == 1:
                guess = left
            elif how == 2:
                guess = up
            elif how == 3:
                guess = (left + up) // 2
            else:
                near = left + up - corner
                guess = min((abs(near - left), 0, left), (abs(near - up), 1, up),
                            (abs(near - corner), 2, corner))[2]
            row[i] = row[i] + guess & 255
        rows.append(bytes(row))
        before = row
    return width, height, channels, b''.join(rows)
