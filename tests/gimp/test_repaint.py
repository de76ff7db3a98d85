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

    def run(self):
        self.do("(gimp-image-scale 1 600 400)")
        self.paint(self.open())
        until(lambda: self.layers() == 2, "the first painting")
        self.locked()
        self.scaled_meanwhile()


if __name__ == "__main__":
    live.main(Repaint)
