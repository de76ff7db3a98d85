# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""Two color profiles made from nothing (ICC.1:2001, version 2.1): a wide RGB space with gamma 2.2
and a gray one with gamma 1.8. Standard library only."""

import struct


def fixed(*values):
    return b"".join(struct.pack(">i", round(v * 65536)) for v in values)


def xyz(*values):
    return b"XYZ \0\0\0\0" + fixed(*values)


def gamma(value):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256)) + b"\0\0"


def profile(space, tags):
    text = b"Impasto test profile\0"
    tags = {b"cprt": b"text\0\0\0\0" + b"No copyright\0",
            b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78),
            b"wtpt": xyz(0.9642, 1.0, 0.8249), **tags}
    table, body, at = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        table += name + struct.pack(">II", at + len(body), len(data))
        body += data
    header = (struct.pack(">I4sI", at + len(body), b"\0\0\0\0", 0x02100000) + b"mntr" + space
              + b"XYZ " + struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
              + fixed(0.9642, 1.0, 0.8249) + bytes(48))
    return header + table + body


# Primaries of Adobe RGB (1998), adapted to D50; rows X, Y, Z.
WIDE_TO_XYZ = ((0.60974, 0.20528, 0.14919), (0.31111, 0.62567, 0.06322),
               (0.01947, 0.06087, 0.74457))


def wide_rgb():
    red, green, blue = zip(*WIDE_TO_XYZ)
    return profile(b"RGB ", {
        b"rXYZ": xyz(*red), b"gXYZ": xyz(*green), b"bXYZ": xyz(*blue),
        b"rTRC": gamma(2.2), b"gTRC": gamma(2.2), b"bTRC": gamma(2.2)})


def gray():
    return profile(b"GRAY", {b"kTRC": gamma(1.8)})
