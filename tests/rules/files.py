# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
#
# The tree as a whole: license headers, file lengths, sizes, and no more at the top
# level than a newcomer expects.
import os

import tree

TOP = set('''meson.build meson_options.txt plugin engine ui styles po tests README.md LICENSE
    CONTRIBUTING.md NEWS.md'''.split())  # and dot files
SOURCE = ('.c', '.h', '.py', '.sh', '.scm', '.css', '.ui', '.xml', '.build', '.supp')
SPDX = 'SPDX-License-Identifier: GPL-3.0-or-later'
COPYRIGHT = 'Copyright 2026 The Impasto authors'
LINES_MAX = 600  # of a .c of the programs, kernels excepted
FILE_MAX = 5 << 20
STYLES_MAX = 15 << 20

faults = []
names = tree.files()
styles_bytes = 0
for path in names:
    full = os.path.join(tree.ROOT, path)
    size = os.path.getsize(full)
    top = path.partition('/')[0]
    if top not in TOP and not top.startswith('.'):
        faults.append(f'{path}: not a place of the top level')
    if size > FILE_MAX:
        faults.append(f'{path}: {size} bytes, at most {FILE_MAX}')
    if path.startswith('styles/') and not path.startswith('styles/training/'):
        styles_bytes += size

    with open(full, 'rb') as f:
        start = f.read(1000)
    if path.endswith(SOURCE) or start.startswith(b'#!'):
        head = start.decode('utf-8', 'replace').split('\n')[:6]
        for wanted in SPDX, COPYRIGHT:
            if not any(wanted in line for line in head):
                faults.append(f'{path}: its first lines lack "{wanted}"')
    if path.endswith('.c') and not path.startswith(('engine/kernel/', 'tests/')):
        lines = tree.read(path).count('\n')
        if lines > LINES_MAX:
            faults.append(f'{path}: {lines} lines; what is above {LINES_MAX} is split')
        elif lines > LINES_MAX // 2:
            print(f'note: {path} has {lines} lines (aim: {LINES_MAX // 2})')

if styles_bytes > STYLES_MAX:
    faults.append(f'styles/ ships {styles_bytes} bytes, at most {STYLES_MAX}')
print(f'styles/ ships {styles_bytes / 2**20:.1f} MB')
tree.finish(faults, len(names), 'files')
