# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
#
# Every global symbol of the engine's libraries in the build folder (argument 1) begins
# with imp_, so that the engine can be linked into any program.
import os
import shutil
import subprocess
import sys

import tree

OURS = ('imp_',)
# What sanitizers and coverage add on their own.
COMPILERS = ('__asan', '__odr_asan', '__tsan', '__ubsan', '__msan', '__sanitizer', '__start_',
             '__stop_', '.', 'DW.ref.', '__gcov', '__llvm')

nm = shutil.which('nm') or tree.skip('no nm (binutils) here')
libraries = sorted(os.path.join(folder, name)
                   for folder, _, names in os.walk(os.path.join(sys.argv[1], 'engine'))
                   for name in names if name.endswith('.a'))
faults = []
checked = 0
for library in libraries:
    out = subprocess.run([nm, '-g', '-P', '--defined-only', library], check=True,
                         capture_output=True, text=True).stdout
    for line in out.splitlines():
        words = line.split()
        if len(words) < 2 or words[0].startswith(COMPILERS) or line.endswith(':'):
            continue
        checked += 1
        if not words[0].startswith(OURS):
            faults.append(f'{os.path.basename(library)}: {words[0]}')
tree.finish(faults, checked, 'symbols')
