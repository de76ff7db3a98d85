# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
#
# What the tests of the rules share: the tracked files, and a list of faults that
# becomes the exit status (0 none, 1 some, 77 skipped).
import os
import subprocess
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..'))
SKIPPED = 77


def files():
    """Paths of all tracked files below ROOT; outside git, of all files but build folders."""
    try:
        out = subprocess.run(['git', '-c', 'safe.directory=*', 'ls-files', '-z'], cwd=ROOT,
                             check=True, capture_output=True).stdout
        paths = [os.fsdecode(name) for name in out.split(b'\0') if name]
        return sorted(p for p in paths if os.path.isfile(os.path.join(ROOT, p)))
    except (OSError, subprocess.CalledProcessError):
        pass
    found = []
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = [s for s in subfolders if s != '.git'
                         and not os.path.exists(os.path.join(folder, s, 'meson-private'))]
        found += [os.path.relpath(os.path.join(folder, n), ROOT) for n in names]
    return sorted(found)


def read(path):
    with open(os.path.join(ROOT, path), encoding='utf-8') as f:
        return f.read()


def finish(faults, checked, what):
    """Print the faults and end. Nothing checked is a fault too."""
    for fault in faults:
        print(fault)
    print(f'{checked} {what} checked, {len(faults)} faults')
    sys.exit(1 if faults or not checked else 0)


def skip(why):
    print('skipped: ' + why)
    sys.exit(SKIPPED)
