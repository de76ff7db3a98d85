# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""A real GIMP with a profile of its own and nothing but Impasto, Script-Fu and PNG in its plug-in
path. Standard library only."""

import os
import re
import shutil
import struct
import subprocess
import sys
import zlib

SKIP = 77
STOCK_PLUG_INS = ["script-fu", "file-png"]


def skip(reason):
    print("skipped:", reason)
    sys.exit(SKIP)


def stock_folder():
    """Where GIMP's own plug-ins are, without a development package."""
    for folder in [os.environ.get("IMPASTO_GIMP_PLUG_INS", ""), "/usr/lib/gimp/2.0/plug-ins",
                   "/usr/lib64/gimp/2.0/plug-ins", "/usr/local/lib/gimp/2.0/plug-ins"]:
        if os.path.isdir(os.path.join(folder, "script-fu")):
            return folder
    skip("GIMP's own plug-ins were not found (IMPASTO_GIMP_PLUG_INS can name their folder)")


class Session:
    """folder: emptied and filled; plug_in: the binary under test; helpers: plug-ins of tests;
    gimprc: lines of preferences."""

    def __init__(self, folder, plug_in, extra_stock=(), helpers=(), gimprc=""):
        if not shutil.which("gimp"):
            skip("no gimp")
        self.folder = os.path.abspath(folder)
        self.profile = os.path.join(self.folder, "profile")
        shutil.rmtree(self.folder, ignore_errors=True)
        plug_ins = os.path.join(self.folder, "plug-ins")
        os.makedirs(self.profile)
        self.plug_in = os.path.join(plug_ins, "impasto", "impasto")
        for binary in (plug_in, *helpers):  # each in a folder of its name
            name = os.path.basename(binary)
            os.makedirs(os.path.join(plug_ins, name))
            os.symlink(os.path.abspath(binary), os.path.join(plug_ins, name, name))
        for name in [*STOCK_PLUG_INS, *extra_stock]:
            os.symlink(os.path.join(stock_folder(), name), os.path.join(plug_ins, name))
        with open(os.path.join(self.profile, "gimprc"), "w") as f:
            f.write(f'(plug-in-path "{plug_ins}")\n(undo-levels 20)\n(undo-size 200M)\n'
                    '(show-tips no)\n(check-updates no)\n(language "C")\n' + gimprc)

    def path(self, name):
        return os.path.join(self.folder, name)

    def environment(self, **changes):
        env = dict(os.environ, GIMP2_DIRECTORY=self.profile, LC_ALL="C.UTF-8", LANGUAGE="C",
                   HOME=self.folder, XDG_DATA_HOME=self.path("data"))
        env.update(changes)
        return env

    def run_scheme(self, code, timeout=500, **changes):
        """Run Scheme without a display; returns (what it wrote with `say`, one list of fields a
        line; GIMP's own output). Fails when GIMP stopped before the end."""
        script, results = self.path("script.scm"), self.path("results.txt")
        with open(script, "w") as f:
            f.write(PRELUDE.replace("RESULTS", results) + code + '\n(say "end")\n')
        if os.path.exists(results):
            os.remove(results)
        env = self.environment(**changes)
        env.pop("DISPLAY", None)
        done = subprocess.run(
            ["gimp", "-i", "-d", "-f", "-b", f'(load "{script}")', "-b", "(gimp-quit 1)"],
            env=env, capture_output=True, text=True, errors="replace", timeout=timeout)
        output = done.stdout + done.stderr
        with open(self.path("gimp.log"), "a") as f:
            f.write(output)
        said = open(results).read().splitlines() if os.path.exists(results) else []
        if "end" not in said:
            print(output[-4000:])
            raise AssertionError("GIMP stopped before the end of the script; it said: "
                                 + " / ".join(said[-3:]))
        return [line.split("\t") for line in said[:-1]], output


# say: a line of fields into the results. attempt: calls thunk, says name and "ok" and its value,
# or "failed" and the message. A message is known only to the batch interpreter's console, so
# it is read off gimp-error's text: `*error-hook*` of TinyScheme.
PRELUDE = r'''
(define say-port (open-output-file "RESULTS"))
(define (say . fields)
  (let loop ((rest fields))
    (display (car rest) say-port)
    (if (pair? (cdr rest)) (begin (display "\t" say-port) (loop (cdr rest)))))
  (newline say-port))
(define last-message "")
(define (error-text x)
  (if (string? x) x (let ((p (open-output-string))) (write x p) (get-output-string p))))
(define old-hook *error-hook*)
(set! *error-hook*
  (lambda x (set! last-message (if (pair? x) (error-text (car x)) "")) (apply old-hook x)))
(define (attempt name thunk)
  (set! last-message "")
  (let ((value (catch 'failed (thunk))))
    (if (eq? value 'failed) (say name "failed" last-message) (say name "ok" value))
    value))
(define (active image) (car (gimp-image-get-active-layer image)))
(define (save image path) (gimp-xcf-save RUN-NONINTERACTIVE image (active image) path path))
(define (open path) (car (gimp-file-load RUN-NONINTERACTIVE path path)))
'''


def log_complaints(output):
    """Lines of GIMP's output that speak of a fault in the plug-in itself."""
    bad = re.compile(r"CRITICAL|WARNING|crashed|AddressSanitizer|LeakSanitizer|runtime error")
    return [line for line in output.splitlines()
            if bad.search(line) and not line.startswith("gimp:")]


def write_png(path, width, height, pixel, channels=3):
    """pixel(x, y) -> `channels` bytes."""
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    rows = b"".join(b"\0" + bytes(v for x in range(width) for v in pixel(x, y))
                    for y in range(height))

    def chunk(name, data):
        return (struct.pack(">I", len(data)) + name + data
                + struct.pack(">I", zlib.crc32(name + data)))

    with open(path, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n"
                + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0))
                + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def scene(width, height):
    """A picture with smooth and sharp parts, colors and grays, for write_png."""
    def pixel(x, y):
        u, v = x / max(1, width - 1), y / max(1, height - 1)
        if (u - 0.3) ** 2 + (v - 0.4) ** 2 < 0.04:
            return 240, 190, 60
        if v > 0.65:
            return int(40 + 60 * u), int(90 + 50 * (x // 7 % 2)), int(50 + 30 * v)
        return int(80 + 100 * v), int(120 + 90 * v), int(230 - 60 * u)
    return pixel
