# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
#
# Each header compiles when it is the first thing included: with the flags that the
# build folder (argument 1) has for a source of the same folder, warnings as errors.
import json
import os
import shlex
import subprocess
import sys

import tree

build = os.path.abspath(sys.argv[1])
with open(os.path.join(build, 'compile_commands.json'), encoding='utf-8') as f:
    commands = json.load(f)

flags = {}  # folder: compiler and flags
for entry in commands:
    source = os.path.relpath(os.path.join(entry['directory'], entry['file']), tree.ROOT)
    words = shlex.split(entry['command'])
    for option in '-o', '-MF', '-MQ', '-MT':
        if option in words:
            at = words.index(option)
            del words[at:at + 2]
    words = [w for w in words if w not in ('-c', '-MD', entry['file'])]
    flags.setdefault(os.path.dirname(source), words)
flags.setdefault('engine', flags.get('engine/base'))

faults = []
checked = 0
for path in tree.files():
    folder, name = os.path.split(path)
    # A template is a file's body, included with its macros set: no interface.
    if not path.endswith('.h') or name.startswith('template') or not flags.get(folder):
        continue
    checked += 1
    run = subprocess.run(flags[folder] + ['-fsyntax-only', '-Werror', '-x', 'c', '-'], cwd=build,
                         input=f'#include "{name}"\n', capture_output=True, text=True)
    if run.returncode:
        faults.append(f'{path} does not compile alone:\n{run.stderr}')
tree.finish(faults, checked, 'headers')
