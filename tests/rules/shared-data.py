# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
#
# The pictures that training and tests may use (../shared/data beside the clone) are
# not ours to publish: no tracked file may be one of them.
import hashlib
import os

import tree

data = os.path.join(tree.ROOT, '..', 'shared', 'data')
if not os.path.isdir(data):
    tree.skip('no ../shared/data beside this clone to compare with')


def digest(path):
    with open(path, 'rb') as f:
        return hashlib.sha256(f.read()).digest()


theirs = {}  # size: [path]
for folder, _, found in os.walk(data):
    for name in found:
        path = os.path.join(folder, name)
        theirs.setdefault(os.path.getsize(path), []).append(path)

faults = []
names = tree.files()
for path in names:
    full = os.path.join(tree.ROOT, path)
    twins = theirs.get(os.path.getsize(full), [])
    if twins and os.path.getsize(full) > 0:
        ours = digest(full)
        faults += [f'{path} is {twin}' for twin in twins if digest(twin) == ours]
tree.finish(faults, len(names), 'files')
