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

    def of_its_name(name):
        def check(image):
            replaced(image)
            expect(image.layers[0].name == name, f'is named "{image.layers[0].name}"')
        return check

    case("first", "(paint i d)", lambda image: count(image, 2))
    case("right", "(select i 40 0 40 60) (paint i d)", lambda image: at(image.layers[0], 40, 0, 40, 60))
    case("repeated", "(again i (paint i d))", of_its_name(PAINTED))
    case("renamed", '(set! l (paint i d)) (gimp-item-set-name l "My sky") (again i (again i l))',
         of_its_name("My sky"))
    case("all-selected", "(set! l (paint i d)) (gimp-selection-all i) (again i l)", replaced)
    case("beyond-selected", "(gimp-image-resize i 160 120 20 10) (set! l (paint i d)) (gimp-selection-all i)"
         "(set! l (again i l)) (select i 10 5 120 100) (again i l)", replaced)

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


def other_image_cases():
    """Tattoos are counted in each image by itself, so they say nothing in another one."""
    to_j = "(gimp-image-delete i) (set! i j) (set! l (active i)) (again i l)"

    def replaced(n):
        def check(image):
            count(image, n)
            same_as(image.layers[0], "first")
        return check

    case("duplicate", "(paint i d) (set! j (car (gimp-image-duplicate i)))" + to_j, replaced(2))
    case("duplicate-of-two", "(paint i d) (set! l (paint i d)) (gimp-image-set-active-layer i l)"
         "(set! j (car (gimp-image-duplicate i)))" + to_j, replaced(3))
    copy = ("(define (copy d position) (let ((l (car (gimp-layer-new-from-drawable d j))))"
            " (gimp-image-insert-layer j l 0 position) l))")
    scheme.append(copy)
    other = f'(set! j (open "{gimp.path("other.png")}"))'

    def stranger(image):
        count(image, 3)
        mean = [sum(image.layers[0].values[c::4]) for c in range(3)]
        expect(mean != [sum(xcf.read(gimp.path("other.xcf")).layers[0].values[c::4])
                        for c in range(3)], "the other image's photo is painted")

    case("other", other + "(gimp-image-delete i) (set! i j) (paint i (active i))",
         lambda image: count(image, 2))
    case("painting-to-other-image", other + "(copy (paint i d) 0)" + to_j, stranger)
    case("both-to-other-image", other + "(set! l (paint i d)) (copy d 0) (copy l 0)" + to_j,
         replaced(3))
    case("in-a-group", "(set! l (paint i d)) (set! j (car (gimp-layer-group-new i)))"
         "(gimp-image-insert-layer i j 0 1) (gimp-image-reorder-item i d j 0)"
         "(gimp-image-set-active-layer i l) (set! j (car (gimp-image-duplicate i)))" + to_j,
         replaced(3))


def changed_photo_cases():
    def right(image):
        count(image, 2)
        same_as(image.layers[0], "right")

    part = "(select i 40 0 40 60) (set! l (paint i d)) (gimp-selection-none i)"
    case("photo-enlarged", part + "(gimp-layer-resize d 100 80 10 10) (again i l)", right)
    case("photo-renamed", part + '(gimp-item-set-name d "Lake") (again i l)', right)
    case("painting-moved", part + "(gimp-layer-translate l -20 7) (again i l)", right)

    def out_of_photo(image):
        count(image, 3)  # a rectangle that the photo does not have: the painting is the photo
        expect(min(image.layers[0].values[3::4]) == 1, "is painted from what is not there")

    # Scheme strings have no search: the line x=0 is found by hand
    scheme.append('''
(define (swap text old new)
  (let loop ((at 0))
    (if (string=? (substring text at (+ at (string-length old))) old)
        (string-append (substring text 0 at) new
                       (substring text (+ at (string-length old)) (string-length text)))
        (loop (+ at 1)))))
(define (craft l old new)
  (let ((text (caddr (car (gimp-item-get-parasite l "impasto-settings")))))
    (gimp-item-attach-parasite l (list "impasto-settings" 3 (swap text old new)))))''')
    for line in ("x=2147483600", "x=-1", "y=2147483600", "y=1"):
        old = f"{line[0]}=0"
        case(f"crafted-{line}", f'(set! l (paint i d)) (craft l "\\n{old}\\n" "\\n{line}\\n")'
             " (again i l)", out_of_photo)


gimp = session.Session(sys.argv[2], sys.argv[1])
session.write_png(gimp.path("photo.png"), W, H, session.scene(W, H))
session.write_png(gimp.path("other.png"), W, H, lambda x, y: (3 * x, 4 * y, 90))
open(os.path.join(gimp.profile, "impastorc"), "w").write(VALUES)
selection_cases()
other_image_cases()
changed_photo_cases()
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
