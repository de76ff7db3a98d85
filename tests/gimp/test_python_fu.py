#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""The three procedures from Python-Fu, where this machine's GIMP has it (Debian 12 has not;
.ci/python-fu fetches it).

    test_python_fu.py PLUG_IN FOLDER"""

import glob
import os
import subprocess
import sys

import session

CODE = '''
import gimpfu
from gimpfu import pdb
out = open("{results}", "w")
n, ids, n2, titles = pdb.plug_in_impasto_list_styles()
out.write("%d %d %s\\n" % (n, n2, dict(zip(ids, titles))["starry-night"]))
image = pdb.gimp_file_load("{photo}", "{photo}")
layer = pdb.plug_in_impasto(image, image.active_layer, "starry-night", 100, 1, 0, "", 0)
out.write("%s %d %d\\n" % (layer.name, layer.width, layer.height))
out.write(pdb.plug_in_impasto_add_style("{photo}", "Mine") + "\\n")
try:
    pdb.plug_in_impasto(image, layer, "starry-night", 101, 1, 0, "", 0)
    out.write("not refused\\n")
except RuntimeError as error:
    out.write(str(error) + "\\n")
pdb.gimp_image_delete(image)
out.close()
'''


def main():
    has_python = any(glob.glob(pattern) for folder in [session.stock_folder()]
                     for pattern in (folder + "/python-eval*", folder + "/python-console*"))
    if not has_python:
        session.skip("this GIMP has no Python-Fu (no python-eval in " + session.stock_folder() + ")")
    stock = [os.path.basename(p) for p in glob.glob(session.stock_folder() + "/python-eval*")]
    gimp = session.Session(sys.argv[2], sys.argv[1], extra_stock=stock)
    photo, results, script = (gimp.path(n) for n in ("photo.png", "results.txt", "t.py"))
    session.write_png(photo, 60, 40, session.scene(60, 40))
    with open(script, "w") as f:
        f.write(CODE.format(results=results, photo=photo))
    env = gimp.environment()
    env.pop("DISPLAY", None)
    done = subprocess.run(["gimp", "-i", "-d", "-f", "--batch-interpreter=python-fu-eval", "-b",
                           f'execfile("{script}")', "-b", "pdb.gimp_quit(1)"], env=env,
                          capture_output=True, text=True, errors="replace", timeout=250)
    lines = open(results).read().splitlines() if os.path.exists(results) else []
    wanted = ["The Starry Night", "Impasto: The Starry Night 60 40", "mine",
              "strength must be from 0 to 100"]
    if len(lines) != 4 or not all(w in line for w, line in zip(wanted, lines)):
        print(done.stdout, done.stderr, lines, sep="\n")
        sys.exit(1)
    print(*lines, sep="\n")


if __name__ == "__main__":
    main()
