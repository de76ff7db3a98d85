#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""The dialog in a GIMP whose previews of layers are turned off: it gives a question mark for every
thumbnail, and calls that a success.

    test_no_previews.py PLUG_IN FOLDER"""

import os

import live
import test_repaint
from live import harness
from harness import check, until


class NoPreviews(test_repaint.Repaint):
    gimprc = "(layer-previews no)\n"

    def color(self, rgb, what, wanted):
        got = [sum(rgb[c::3]) / len(rgb[c::3]) for c in range(3)]
        check(max(abs(a - b) for a, b in zip(got, wanted)) < 3, f"{what} is {got}, not {wanted}")

    def add_layer(self, dialog, name):
        """A style from a layer; the picture that is kept of it."""
        dialog.tile("Add a style")
        dialog.activate()
        dialog.tile("Add a style").get_component_iface().grab_focus()
        until(lambda: dialog.focuses("Add a style"), "focus")
        dialog.keys("Return")
        item = until(lambda: next((a for a in dialog.all("menu item") if a.get_name().split(": ")[-1] == name),
                                  None), f"{name} in the menu")
        dialog.shot("menu")
        item.get_action_iface().do_action(0)
        until(lambda: name in (dialog.selected() or [""])[0], f"the style of {name}", 60)
        folder = os.path.join(self.gimp.profile, "impasto")
        style = max((os.path.join(folder, n) for n in os.listdir(folder)), key=os.path.getmtime)
        path = next(os.path.join(style, n) for n in os.listdir(style) if n.startswith("picture"))
        from gi.repository import GdkPixbuf
        picture = GdkPixbuf.Pixbuf.new_from_file(path)
        w, pitch, channels = picture.get_width(), picture.get_rowstride(), picture.get_n_channels()
        check(channels == 3, f"the picture has {channels} channels")
        data = picture.get_pixels()
        return b"".join(data[y * pitch:y * pitch + 3 * w] for y in range(picture.get_height()))

    def run(self):
        self.do("(gimp-image-scale 1 600 400)")
        self.paint(self.open())
        until(lambda: self.layers() == 2, "the first painting")
        self.shape()
        self.do("(gimp-image-set-active-layer 1 (layer 2))"
                "(gimp-context-set-foreground '(200 90 40))"
                "(gimp-drawable-edit-fill (active) FILL-FOREGROUND)")
        dialog = self.open()
        self.color(dialog.settled(dialog.left), "the photo", (200, 90, 40))
        dialog.shot("photo")
        self.color(self.add_layer(dialog, "sample.jpg"), "the style's picture", (200, 90, 40))
        dialog.press("push button", "Cancel")
        dialog.wait_gone()

        # an indexed layer of another image: its palette, not its numbers
        self.server("(define j (car (gimp-image-duplicate 1)))")
        self.do("(gimp-item-set-name (car (gimp-image-get-active-layer j)) \"Indexed\")"
                "(gimp-image-convert-indexed j 0 0 16 0 0 \"\")")
        dialog = self.open()
        self.color(self.add_layer(dialog, "Indexed"), "the indexed picture", (200, 90, 40))
        dialog.press("push button", "Cancel")
        dialog.wait_gone()
        self.server("(gimp-image-delete j)")


if __name__ == "__main__":
    live.main(NoPreviews)
