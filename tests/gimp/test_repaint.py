#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""Painting a painted layer again, in GIMP's window: whatever was done to the layer, to the image
or to the selection since.

    test_repaint.py PLUG_IN FOLDER"""

import live
from harness import check, until


class Repaint(live.Story):
    def place(self):
        """Sizes, places and names of the layers, topmost first."""
        return [(*layer.offsets, layer.width, layer.height, layer.name)
                for layer in self.state().layers]

    def repaint(self, style):
        dialog = self.open()
        check("Repaint" in dialog.window.get_name(), f"the title is {dialog.window.get_name()}")
        dialog.choose(style)
        self.paint(dialog)

    def locked(self):
        """Lock pixels holds for the user's brushes, not for what the layer is painted anew."""
        self.do("(gimp-item-set-lock-content (active) TRUE)")
        before = self.state()
        self.repaint("Udnie")
        after = self.state_when(lambda s: s.layers[0].name == "Impasto: Udnie", "the locked layer")
        check(len(after.layers) == 2, f"{len(after.layers)} layers")
        check(after.layers[0].raw != before.layers[0].raw, "is not painted again")
        check(self.server("(car (gimp-item-get-lock-content (active)))") == "1", "the lock is gone")
        self.do("(gimp-item-set-lock-content (active) FALSE)")

    def scaled_meanwhile(self):
        """A painting of the size that the layers had goes above the one it cannot replace."""
        dialog = self.open()
        dialog.choose("The Scream")
        self.do("(gimp-image-scale 1 300 200)")
        before = self.state()
        self.paint(dialog)
        until(lambda: self.layers() == 3, "a layer of its own")
        after = self.state()
        check([l.raw for l in after.layers[1:]] == [l.raw for l in before.layers],
              "a layer that was there has changed")
        check((after.layers[0].width, after.layers[0].height) == (600, 400), "its size")
        self.do("(gimp-image-remove-layer 1 (active))"
                " (gimp-image-set-active-layer 1 (layer 0)) (gimp-image-scale 1 600 400)")

    def changed(self, dialog):
        """What the strength changes on the screen, as a part of the rectangle round it."""
        looks = []
        for strength in (0, 100):
            dialog.slide("Strength", strength)
            looks.append(dialog.settled(lambda: dialog.picture(*dialog.canvas())))
        w = dialog.canvas()[2]
        points = [(i // 3 % w, i // 3 // w) for i in range(0, len(looks[0]), 3)
                  if looks[0][i:i + 3] != looks[1][i:i + 3]]
        check(points, "the strength changes nothing")
        xs, ys = zip(*points)
        return len(points) / ((max(xs) - min(xs) + 1) * (max(ys) - min(ys) + 1))

    def look(self, name):
        """The dialog, once its preview shows an ellipse of painting."""
        dialog = self.open()
        dialog.settled(dialog.right)
        part = self.changed(dialog)
        dialog.shot(name)
        check(0.6 < part < 0.85, f"{name}: {part:.2f} of the rectangle is painted, no ellipse")
        return dialog

    def shape(self):
        """The preview shows the photo where the painting will not cover it."""
        self.do("(gimp-image-set-active-layer 1 (layer 1))"
                "(gimp-image-select-ellipse 1 2 150 100 300 200)")
        self.paint(self.look("selected"))
        until(lambda: self.layers() == 3, "the ellipse")
        self.do("(gimp-selection-none 1)")
        dialog = self.look("repainted")
        dialog.press("push button", "Cancel")
        dialog.wait_gone()

    def run(self):
        self.do("(gimp-image-scale 1 600 400)")
        self.paint(self.open())
        until(lambda: self.layers() == 2, "the first painting")
        self.locked()
        self.scaled_meanwhile()
        self.shape()


if __name__ == "__main__":
    live.main(Repaint)
