#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""Repeat on a layer that Impasto painted, in a real GIMP without a display: what is painted, and
what the painting replaces, after the selection, the layers or the image have changed.

    test_again.py PLUG_IN FOLDER"""

import os
import sys

import session
import xcf

W, H = 80, 60
PAINTED = "Impasto: The Scream"
VALUES = "[impasto]\nversion=1\nstyle=scream\nstrength=100\nbrush-size=1\nkeep-colors=0\nmix=50\n"

PRELUDE = '''
(define (paint i d) (car (plug-in-impasto 1 i d "scream" 100 1 0 "" 50)))
(define (again i d) (car (plug-in-impasto RUN-WITH-LAST-VALS i d "" 0 0 0 "" 0)))
(define (select i . r) (apply gimp-image-select-rectangle i 2 r))
(define (ellipse i . r) (apply gimp-image-select-ellipse i 2 r))
(define i 0) (define j 0) (define d 0) (define l 0)
'''

scheme, cases = [PRELUDE], []


def case(name, code, check):
    """code works on the image i, whose photo is d; check gets the image that it leaves."""
    path = gimp.path(name + ".xcf")
    scheme.append(f"""(set! i (open "{gimp.path('photo.png')}")) (set! d (active i))
(attempt "{name}" (lambda () {code} (save i "{path}"))) (gimp-image-delete i)""")
    cases.append((name, check))


def expect(condition, text):
    if not condition:
        raise AssertionError(text)


def at(layer, x, y, w, h):
    got = (*layer.offsets, layer.width, layer.height)
    expect(got == (x, y, w, h), f'"{layer.name}" is at {got}')


def count(image, n):
    expect(len(image.layers) == n, f"{len(image.layers)} layers: {[l.name for l in image.layers]}")


def same_as(layer, name):
    """Painted from the photo: as that case's topmost layer, which was."""
    expect(layer.raw == xcf.read(gimp.path(name + ".xcf")).layers[0].raw,
           f'"{layer.name}" is not painted as {name}')


def selection_cases():
    def replaced(image):
        count(image, 2)
        same_as(image.layers[0], "first")

    case("first", "(paint i d)", lambda image: count(image, 2))
    case("right", "(select i 40 0 40 60) (paint i d)", lambda image: at(image.layers[0], 40, 0, 40, 60))
    case("repeated", "(again i (paint i d))", replaced)
    case("all-selected", "(set! l (paint i d)) (gimp-selection-all i) (again i l)", replaced)

    def kept_selection(image):
        count(image, 2)
        same_as(image.layers[0], "right")

    case("selection-kept", "(select i 40 0 40 60) (again i (paint i d))", kept_selection)
    case("selection-none", "(select i 40 0 40 60) (set! l (paint i d)) (gimp-selection-none i)"
         "(again i l)", kept_selection)

    def other_half(image):
        count(image, 3)
        at(image.layers[0], 40, 0, 40, 60)
        at(image.layers[1], 0, 0, 40, 60)
        same_as(image.layers[0], "right")

    case("other-half", "(select i 0 0 40 60) (set! l (paint i d)) (select i 40 0 40 60) (again i l)",
         other_half)

    def part_of_whole(image):
        count(image, 3)
        at(image.layers[0], 40, 0, 40, 60)  # above the whole painting, where it is seen
        same_as(image.layers[0], "right")

    case("part-of-whole", "(set! l (paint i d)) (select i 40 0 40 60) (again i l)", part_of_whole)

    def around(image):
        count(image, 3)
        at(image.layers[0], 0, 0, W, H)
        expect(image.layers[0].pixel(40, 30)[3] == 0 and image.layers[0].pixel(0, 0)[3] == 1,
               "is not around the ellipse")
        same_as(image.layers[0], "around-first")

    case("around-first", "(ellipse i 20 10 40 40) (gimp-selection-invert i) (paint i d)",
         lambda image: count(image, 2))
    case("around", "(set! l (paint i d)) (ellipse i 20 10 40 40) (gimp-selection-invert i)"
         "(again i l)", around)


gimp = session.Session(sys.argv[2], sys.argv[1])
session.write_png(gimp.path("photo.png"), W, H, session.scene(W, H))
open(os.path.join(gimp.profile, "impastorc"), "w").write(VALUES)
selection_cases()
said, output = gimp.run_scheme("\n".join(scheme))
answers = {fields[0]: fields[1:] for fields in said}
failed = 0
for name, check in cases:
    try:
        expect(answers[name][0] == "ok", answers[name][1])
        check(xcf.read(gimp.path(name + ".xcf")))
        print("ok  ", name)
    except Exception as error:  # a check that breaks is a check that fails
        failed += 1
        print("FAIL", name, "-", f"{type(error).__name__}: {error}")
complaints = session.log_complaints(output)
for line in complaints:
    print("FAIL complaint:", line)
sys.exit(1 if failed or complaints else 0)
