#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""The image changes while the dialog is open: what its numbers mean, its mode while the new layer
is being made, something pasted on the layer to replace, layers that go while they are listed.

    test_meanwhile.py PLUG_IN FOLDER"""

import icc
import live
from live import harness
from harness import check, until


class Meanwhile(live.Story):
    def colors_change(self, name, code, tolerance):
        """At strength 0 the painting is the photo: it must look as what GIMP made of that."""
        dialog = self.open()
        dialog.slide("Strength", 0)
        dialog.settled(dialog.right)  # its pixels were read
        self.do(code)
        self.paint(dialog)
        state = self.state_when(lambda s: len(s.layers) == 2, f"{name}: the painting")
        painted, photo = state.layers
        n, m, c = painted.channels, photo.channels, 3 if photo.channels > 2 else 1
        worst = max(abs(a - b) for k in range(c)
                    for a, b in zip(painted.values[k::n], photo.values[k::m], strict=True))
        print(f"{name}: the painting differs from the photo by {worst:.4f}")
        check(worst < tolerance, f"{name}: the painting has other colors than the photo")
        self.do("(gimp-image-remove-layer 1 (active)) (gimp-image-set-active-layer 1 (layer 0))")

    def colors(self):
        with open(self.gimp.path("wide.icc"), "wb") as f:
            f.write(icc.wide_rgb())
        self.colors_change("profile", "(gimp-image-convert-color-profile-from-file 1"
                           f' "file://{self.gimp.path("wide.icc")}" 1 TRUE)', 2.5 / 255)
        self.colors_change("linear", "(gimp-image-convert-precision 1 600)", 2.5 / 255)
        self.colors_change("bytes", "(gimp-image-convert-precision 1 150)", 2.5 / 255)
        self.colors_change("gray", "(gimp-image-convert-grayscale 1)", 5 / 255)

    def mode_changes_at_the_end(self):
        """GIMP does not take the new layer: its mode changed while the pixels came."""
        self.do("(gimp-image-convert-rgb 1) (gimp-image-scale 1 3000 2000)")
        self.paint(self.open())
        until(lambda: self.layers() == 2, "a painting to be replaced")
        dialog = self.open()
        dialog.slide("Strength", 0)
        dialog.settled(dialog.right)
        now = self.state()
        # the next item that comes is the new layer
        self.server('(let ((next (+ 1 (car (gimp-layer-new 1 1 1 RGBA-IMAGE "" 100 28)))))'
                    "(let loop () (if (= 0 (car (gimp-item-is-valid next))) (loop)))"
                    "(gimp-image-convert-grayscale 1))", answer=False)
        dialog.press("push button", "Paint")
        self.server.answer()
        until(lambda: any("Paint again" in (l.get_name() or "") for l in dialog.all("label")),
              "a sentence about the layer that GIMP did not take", 30)
        dialog.shot("mode")
        after = self.state()
        check([l.name for l in after.layers] == [l.name for l in now.layers],
              f"the layers are {[l.name for l in after.layers]}")
        dialog.press("push button", "Paint")
        dialog.wait_gone()
        check(self.layers() == 2 and self.state().layers[0].channels == 2, "painted in gray")

    def something_is_pasted(self):
        """A floating selection on the painting that was to be replaced: neither is lost."""
        self.activate_layer(0)
        dialog = self.open()
        self.do("(gimp-edit-copy (layer 0)) (gimp-edit-paste (layer 0) FALSE)")
        check(self.layers() == 3, "nothing floats")
        self.paint(dialog)
        check(self.layers() == 4 and self.server("(car (gimp-image-get-floating-sel 1))") != "-1",
              "a layer of its own below what floats")
        self.do("(gimp-floating-sel-remove (car (gimp-image-get-floating-sel 1)))")

    def layers_go(self):
        """Layers are deleted while "Add a style" lists them."""
        self.do("(gimp-image-scale 1 600 400)"
                "(let loop ((n 150)) (if (> n 0) (begin (gimp-image-insert-layer 1"
                " (car (gimp-layer-copy (layer 0) FALSE)) 0 0) (loop (- n 1)))))")
        dialog = self.open()
        dialog.tile("Add a style")
        dialog.activate()
        dialog.tile("Add a style").get_component_iface().grab_focus()
        until(lambda: dialog.focuses("Add a style"), "focus")
        self.server("(let loop ((n 140)) (if (> n 0) (begin"
                    " (gimp-image-remove-layer 1 (layer (+ n 1))) (loop (- n 1)))))", answer=False)
        dialog.keys("Return")
        self.server.answer()
        until(lambda: dialog.all("menu item"), "the list of layers")
        print(len(dialog.all("menu item")), "menu items")
        dialog.keys("Escape")
        dialog.press("push button", "Cancel")
        dialog.wait_gone()

    def run(self):
        self.do("(gimp-image-scale 1 600 400)")
        self.colors()
        self.mode_changes_at_the_end()
        self.something_is_pasted()
        self.layers_go()


if __name__ == "__main__":
    live.main(Meanwhile)
