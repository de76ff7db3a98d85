#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""Fail when corpus/ is not what make-corpus.py writes: no file more, less or different.

    corpus-is-current.py MAKE_CORPUS CORPUS
"""
import pathlib
import subprocess
import sys
import tempfile


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes()
            for p in pathlib.Path(folder).rglob('*') if p.is_file()}


script, corpus = sys.argv[1:]
with tempfile.TemporaryDirectory() as fresh:
    subprocess.run([sys.executable, script, fresh], check=True)
    made, kept = contents(fresh), contents(corpus)
wrong = sorted(name for name in made.keys() | kept.keys() if made.get(name) != kept.get(name))
print(f'{len(made)} files made, {len(kept)} kept, {len(wrong)} differ', *wrong, sep='\n  ')
sys.exit(bool(wrong) or not made)
