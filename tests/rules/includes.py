# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
#
# Who may include what: the table of the folders, as #include lines. An include of
# ours is written "file.h", without a folder, and belongs to the folder that has it.
import re
import sys

import tree

LIBC = set('''assert ctype errno fcntl fenv float inttypes limits math pthread sched
    setjmp signal stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn
    string strings time unistd cpuid immintrin arm_neon sys/auxv sys/mman sys/stat
    sys/types sys/resource sys/syscall sys/time'''.split())
LIBRARIES = {  # of an include in angle brackets, by how it begins
    'glib': 'glib', 'gio/': 'glib', 'gmodule': 'glib', 'gobject': 'glib',
    'json-glib/': 'glib', 'libintl.h': 'glib', 'locale.h': 'glib',
    'gdk-pixbuf/': 'pixbuf', 'gdk/': 'gtk', 'gtk/': 'gtk', 'cairo': 'gtk', 'pango/': 'gtk',
    'atk/': 'gtk', 'libgimp/gimpui': 'gimpui', 'libgimpwidgets/': 'gimpui',
    'libgimp': 'gimp', 'gegl': 'gimp', 'babl/': 'gimp', 'cblas.h': 'cblas',
    'openblas': 'cblas',
}
PUBLIC = {'engine/impasto.h': 'engine', 'ui/host.h': 'ui host', 'ui/dialog.h': 'ui dialog'}

# Folder -> what it may include: libraries, other folders, public headers.
# Its own headers go without saying, and so do generated ones.
BELOW_PAINT = {'libc', 'engine', 'engine/base', 'engine/kernel', 'engine/op', 'engine/model'}
HOST = {'libc', 'glib', 'pixbuf', 'gtk', 'engine', 'ui host', 'ui dialog', 'plugin/common'}
TABLE = {
    'engine': {'libc'},
    'engine/base': {'libc', 'engine'},
    'engine/kernel': {'libc', 'engine', 'engine/base'},
    'engine/op': {'libc', 'engine', 'engine/base', 'engine/kernel'},
    'engine/model': BELOW_PAINT,
    'engine/paint': BELOW_PAINT,
    'engine/fit': BELOW_PAINT | {'engine/paint'},
    'ui': {'libc', 'glib', 'pixbuf', 'gtk', 'ui host', 'ui dialog'},
    'plugin/common': {'libc', 'glib', 'pixbuf', 'engine', 'ui host'},
    'plugin/file': HOST,
    'plugin/gimp-2.10': HOST | {'gimp'},
}
GENERATED = ('config.h', 'impasto-ui-resources.h')
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def folder_of(path):
    """The table's row of a file: its longest prefix there."""
    rows = [row for row in TABLE if path.startswith(row + '/')]
    return max(rows, key=len) if rows else None


def target(bracket, name, owners):
    """(what an include reaches: a public header, a folder, a library or None, fault)."""
    if bracket == '"':
        if name in GENERATED:
            return None, None
        if '/' in name:
            return None, f'"{name}" names a folder: include "file.h"'
        if name not in owners:
            return None, f'"{name}" is no header of ours; others go in angle brackets'
        owner = owners[name]
        return PUBLIC.get(owner) or folder_of(owner) or owner.rpartition('/')[0], None
    if name.endswith('.h') and name[:-2] in LIBC:
        return 'libc', None
    for start in sorted(LIBRARIES, key=len, reverse=True):
        if name.startswith(start):
            return LIBRARIES[start], None
    return None, f'<{name}> is of no library that the table knows'


def check(sources):
    """sources: {path: text} of all C files. Returns the faults."""
    faults = []
    owners = {}
    for path in sources:
        if path.endswith('.h'):
            name = path.rpartition('/')[2]
            if name in owners:
                faults.append(f'{path}: a second {name} beside {owners[name]}')
            owners[name] = path
    for path, text in sources.items():
        row = folder_of(path)
        if row is None and not path.startswith('tests/'):
            faults.append(f'{path}: C outside the folders of the table')
            continue
        for bracket, name in INCLUDE.findall(text):
            if '../' in name:
                faults.append(f'{path}: "{name}" climbs out of its folder')
                continue
            if row is None:  # tests may include all
                continue
            reached, fault = target(bracket, name, owners)
            if fault:
                faults.append(f'{path}: {fault}')
            elif reached is not None and reached != row and reached not in TABLE[row]:
                faults.append(f'{path}: {row} must not know {reached} ({name})')
    return faults


# One breach a rule: the test of the test, run each time before the tree is judged.
BREACHES = [
    ('engine/base/a.c', '#include <glib.h>'),
    ('engine/base/a.c', '#include "k.h"'),
    ('engine/kernel/a.c', '#include "o.h"'),
    ('engine/kernel/a.c', '#include "../base/b.h"'),
    ('engine/kernel/a.c', '#include "base/b.h"'),
    ('engine/kernel/a.c', '#include <cblas.h>'),
    ('engine/op/a.c', '#include <gtk/gtk.h>'),
    ('engine/op/a.c', '#include "m.h"'),
    ('engine/model/a.c', '#include "p.h"'),
    ('engine/model/a.c', '#include <locale.h>'),
    ('engine/paint/a.c', '#include <libgimp/gimp.h>'),
    ('engine/paint/a.c', '#include "host.h"'),
    ('ui/a.c', '#include <libgimp/gimp.h>'),
    ('ui/a.c', '#  include <gegl.h>'),
    ('ui/a.c', '#include "impasto.h"'),
    ('ui/a.c', '#include "c.h"'),
    ('plugin/common/a.c', '#include <libgimp/gimp.h>'),
    ('plugin/common/a.c', '#include <gtk/gtk.h>'),
    ('plugin/common/a.c', '#include "w.h"'),
    ('plugin/common/a.c', '#include "g.h"'),
    ('plugin/file/a.c', '#include <libgimp/gimp.h>'),
    ('plugin/file/a.c', '#include "g.h"'),
    ('plugin/gimp-2.10/a.c', '#include <libgimp/gimpui.h>'),
    ('plugin/gimp-2.10/a.c', '#include "k.h"'),
    ('plugin/gimp-2.10/a.c', '#include "m.h"'),
    ('plugin/gimp-2.10/a.c', '#include "f.h"'),
    ('tests/unit/a.c', '#include "../b.h"'),
    ('styles/a.c', '#include <stdio.h>'),
    ('engine/op/k.h', ''),
]
ALLOWED = [
    ('engine/paint/a.c', '#include "m.h"\n#include <pthread.h>'),
    ('ui/a.c', '#include "w.h"\n#include "host.h"'),
    ('plugin/file/a.c', '#include "c.h"\n#include <gtk/gtk.h>'),
    ('plugin/gimp-2.10/a.c', '#include <libgimp/gimp.h>\n#include "impasto.h"'),
    ('tests/unit/a.c', '#include "m.h"'),
]
HEADERS = ['engine/impasto.h', 'engine/base/b.h', 'engine/kernel/k.h', 'engine/op/o.h',
           'engine/model/m.h', 'engine/paint/p.h', 'ui/host.h', 'ui/w.h',
           'plugin/common/c.h', 'plugin/file/f.h', 'plugin/gimp-2.10/g.h']

for cases, wanted in (BREACHES, 1), (ALLOWED, 0):
    for path, text in cases:
        if len(check({**dict.fromkeys(HEADERS, ''), path: text})) != wanted:
            sys.exit(f'this test is broken: {path} with {text} gives not {wanted} faults')

c_files = [p for p in tree.files() if p.endswith(('.c', '.h'))]
tree.finish(check({p: tree.read(p) for p in c_files}), len(c_files), 'C files')
