#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""plugin/gimp-2.10/install-user: into a user's GIMP that has never been started, painting with
nothing but what was installed, a second install, and out again.

    test_install.py BUILD_FOLDER FOLDER"""

import json
import os
import shutil
import subprocess
import sys

import session

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
SCRIPT = os.path.join(ROOT, "plugin", "gimp-2.10", "install-user")


def check(condition, text):
    if not condition:
        print("FAILED:", text)
        sys.exit(1)


def installed_styles(build):
    """What `meson install` puts into the styles folder: names of files and folders."""
    with open(os.path.join(build, "meson-info", "intro-installed.json")) as file:
        places = json.load(file).values()
    mark = os.sep + os.path.join("impasto", "styles") + os.sep
    return [place.split(mark)[1] for place in places if mark in place]


def main():
    build, folder = (os.path.abspath(path) for path in sys.argv[1:3])
    if not shutil.which("gimp"):
        session.skip("no gimp")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    profile = os.path.join(folder, "new", "GIMP profile")  # with a space
    env = dict(os.environ, HOME=folder, GIMP2_DIRECTORY=profile, LC_ALL="C.UTF-8")
    for name in ("IMPASTO_STYLES", "DISPLAY"):
        env.pop(name, None)

    def install(*args):
        return subprocess.run(["sh", SCRIPT, *args], env=env, cwd=folder, capture_output=True,
                              text=True)

    check(install().returncode == 2, "no argument is wrong use")
    wrong = install(folder)
    check(wrong.returncode == 1 and "build it first" in wrong.stderr, f"no build: {wrong.stderr}")
    os.makedirs(os.path.dirname(profile))
    done = install(build)
    check(done.returncode == 0, done.stderr)
    check(os.path.exists(os.path.join(profile, "gimprc")) or
          os.path.isdir(os.path.join(profile, "brushes")), "GIMP did not make its profile")
    plug_in = os.path.join(profile, "plug-ins", "impasto")
    styles = installed_styles(build)
    check("sample.jpg" in styles and "gallery" in styles, f"meson installs only {styles}")
    for name in ["impasto", "data/styles/gallery/starry-night/vector.safetensors",
                 *("data/styles/" + name for name in styles)]:
        check(os.path.exists(os.path.join(plug_in, name)), f"{name} is missing")

    photo, painting = (os.path.join(folder, name) for name in ("photo.png", "painting.png"))
    session.write_png(photo, 80, 60, session.scene(80, 60))
    code = f'''(let* ((i (car (gimp-file-load RUN-NONINTERACTIVE "{photo}" "{photo}"))))
      (plug-in-impasto RUN-NONINTERACTIVE i (car (gimp-image-get-active-layer i)) "starry-night"
                       100 1 0 "" 0)
      (file-png-save RUN-NONINTERACTIVE i (car (gimp-image-flatten i)) "{painting}" "p"
                     0 9 0 0 0 0 0))'''
    run = subprocess.run(["gimp", "-i", "-d", "-f", "-b", code, "-b", "(gimp-quit 1)"], env=env,
                         capture_output=True, text=True, timeout=200)
    check(os.path.exists(painting), f"no painting: {run.stdout}{run.stderr}")
    check(open(painting, "rb").read() != open(photo, "rb").read(), "is not painted")

    again = install(build)
    check(again.returncode == 0, again.stderr)
    check(sorted(os.listdir(os.path.join(profile, "plug-ins"))) == ["impasto"], "leftovers")
    check(not [n for n in os.listdir(profile) if n.startswith("impasto-new")], "leftovers")
    gone = install("--uninstall")
    check(gone.returncode == 0 and not os.path.exists(plug_in), "--uninstall")
    print("installed, painted, installed again, removed")


if __name__ == "__main__":
    main()
