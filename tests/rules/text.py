# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
#
# Text for people, one check an argument: `spelling` (codespell), `translations` (every
# source with text is listed, every catalog is sound and complete), `metadata` (XML and AppStream).
import os
import re
import shutil
import subprocess
import sys

import tree

MARKED = re.compile(r'\b(?:_|N_|C_|NC_|ngettext)\s*\(\s*"')
# Not prose, or not English.
UNSPELLED = ('.po', '.pot', '.json', '.safetensors', '.png', '.jpg', '.tif', '.xcf', '.f32', 'LINGUAS',
             'LICENSE')


def call(faults, *words):
    """Run a checker in ROOT; its output is the fault where it fails."""
    if not shutil.which(words[0]):
        tree.skip(f'no {words[0]} here')
    run = subprocess.run(words, cwd=tree.ROOT, capture_output=True, text=True)
    if run.returncode:
        faults.append(f'{words[0]}: {run.stdout}{run.stderr}'.strip())
    return run.stdout + run.stderr


def spelling(faults):
    paths = [p for p in tree.files() if not p.endswith(UNSPELLED)
             and not p.startswith(('tests/fuzz/', 'tests/parity/', 'tests/golden/'))]
    call(faults, 'codespell', '--ignore-words', '.ci/codespell-ignore', *paths)
    return len(paths), 'files'


def translations(faults):
    listed = [line.strip() for line in tree.read('po/POTFILES').splitlines()
              if line.strip() and not line.startswith('#')]
    names = tree.files()
    faults += [f'po/POTFILES lists {p}, which is not there' for p in listed if p not in names]
    for path in names:
        if path.startswith(('ui/', 'plugin/')) and path.endswith(('.c', '.h')):
            if MARKED.search(tree.read(path)) and path not in listed:
                faults.append(f'{path} has text to translate; list it in po/POTFILES')
    languages = [w for line in tree.read('po/LINGUAS').splitlines()
                 if not line.startswith('#') for w in line.split()]
    for language in languages:
        said = call(faults, 'msgfmt', '--check', '--statistics', '-o', os.devnull,
                    f'po/{language}.po')
        print(f'{language}: {said.strip()}')
        if 'untranslated' in said or 'fuzzy' in said:
            faults.append(f'po/{language}.po is not complete: {said.strip()}')
    return len(listed) + len(languages), 'sources and catalogs'


def metadata(faults):
    paths = [p for p in tree.files() if p.endswith(('.xml', '.ui', '.svg', '.metainfo.xml.in'))]
    call(faults, 'xmllint', '--noout', *paths)
    components = [p for p in paths if '.metainfo.xml' in p]
    call(faults, 'appstreamcli', 'validate', '--no-net', '--no-color', *components)
    return len(components), 'components'


def main():
    faults = []
    checks = {'spelling': spelling, 'translations': translations, 'metadata': metadata}
    checked, what = checks[sys.argv[1]](faults)
    tree.finish(faults, checked, what)


main()
