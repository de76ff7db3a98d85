#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""The plug-in as a user has it: GIMP in a window under Xvfb, its menu, our dialog, Paint, Undo,
Repeat, painting again, leaving.

    test_interactive.py PLUG_IN FOLDER

Screenshots are left in FOLDER/shots. Runs under the distribution's python3 (python3-gi)."""

import os
import struct
import subprocess
import time

import icc
import live
import xcf
from live import choose_menu, harness, menu_item
from harness import check, until


def mean(rgb):
    """The mean color of RGB bytes."""
    return [sum(rgb[c::3]) / len(rgb[c::3]) for c in range(3)]


class Interactive(live.Story):
    def run(self):
        self.server("(begin (gimp-image-scale 1 600 400) (gimp-image-clean-all 1)"
                    " (gimp-displays-flush))")
        before = self.state()

        started = time.monotonic()
        dialog = self.open()
        print(f"from the menu to the gallery: {time.monotonic() - started:.2f} s")
        xid = harness.xdo("search", "--onlyvisible", "--name", "^Impasto").split()
        transient = subprocess.run(["xprop", "-id", xid[-1], "WM_TRANSIENT_FOR"],
                                   capture_output=True, text=True).stdout if xid else ""
        check("window id" in transient or not harness.shutil.which("xprop"),
              f"the dialog is not transient for GIMP's window: {transient}")
        photo = mean(dialog.settled(dialog.left))
        dialog.choose("The Scream")
        dialog.slide("Strength", 80)
        dialog.settled(dialog.right)
        dialog.shot("dialog")
        self.paint(dialog)
        until(lambda: self.layers() == 2, "the new layer")
        after = self.state()
        painted = after.layers[0]
        check(painted.name == "Impasto: The Scream", f"the new layer is named {painted.name}")
        check("strength=80" in painted.parasites["impasto-settings"][1], "the parasite")
        check(after.layers[1].raw == before.layers[0].raw, "the photo has changed")
        check("impasto-photo" in after.layers[1].parasites, "the photo's mark")
        values = open(os.path.join(self.gimp.profile, "impastorc")).read()
        check("style=scream" in values and "strength=80" in values, "the last values")
        dialog.shot("painted")

        choose_menu("Undo")
        until(lambda: self.layers() == 1, "one undo step")
        photo_now = self.state().layers[0]
        check((photo_now.raw, photo_now.parasites) ==
              (before.layers[0].raw, before.layers[0].parasites), "undo")
        choose_menu("Redo")
        until(lambda: self.layers() == 2, "redo")
        check(self.state().layers[0].raw == painted.raw, "redo")
        choose_menu("Undo")
        until(lambda: self.layers() == 1, "the second undo")

        # Repeat: the last values, no dialog
        choose_menu("Repeat")
        until(lambda: self.layers() == 2, "Repeat", 60)
        again = self.state().layers[0]
        check((again.name, again.raw) == (painted.name, painted.raw), "Repeat paints the same")

        # painting again replaces the painting
        self.server("(gimp-layer-set-opacity (car (gimp-image-get-active-layer 1)) 60)")
        dialog = self.open()
        title = dialog.window.get_name()
        check("Impasto: The Scream" in title, f"the title is {title}")
        table = dialog.find("table", "Styles").get_selection_iface()
        until(lambda: table.get_selected_child(0).get_name() == "The Scream",
              "the style that it was painted with")
        strength = dialog.find("slider", "Strength").get_value_iface().get_current_value()
        check(strength == 80, f"strength {strength}")
        dialog.choose("Water Lilies")
        dialog.slide("Strength", 100)
        dialog.shot("again")
        self.paint(dialog)
        replaced = self.state_when(lambda s: s.layers[0].name == "Impasto: Water Lilies",
                                   "the replacement")
        check(len(replaced.layers) == 2, f"{len(replaced.layers)} layers")
        check(replaced.layers[1].raw == before.layers[0].raw, "the photo has changed")
        check(replaced.layers[0].raw != painted.raw, "is not painted again")
        opacity = struct.unpack(">I", replaced.layers[0].props[xcf.PROP_OPACITY])[0]
        check(opacity == 153, f"the opacity {opacity} was not kept")
        choose_menu("Undo")
        self.state_when(lambda s: s.layers[0].raw == painted.raw, "undo of the replacement")
        check(self.layers() == 2, "layers after the undo")

        # or paints beside it
        self.activate_layer(0)
        dialog = self.open()
        dialog.press("check box", "Replace the layer")
        dialog.choose("Water Lilies")
        dialog.shot("beside")
        self.paint(dialog)
        beside = self.state_when(lambda s: len(s.layers) == 3, "the second painting")
        check([layer.name for layer in beside.layers[:2]]
              == ["Impasto: Water Lilies", "Impasto: The Scream"], "above the first")
        check(beside.layers[1].raw == painted.raw, "the first has changed")
        choose_menu("Undo")
        self.state_when(lambda s: s.layers[0].raw == painted.raw, "undo of the second")

        # a soft selection: painted again without it, the edge stays; and moved, it stays there
        self.activate_layer(1)
        self.server("(begin (gimp-context-set-feather TRUE)"
                    " (gimp-context-set-feather-radius 20 20)"
                    " (gimp-image-select-ellipse 1 2 200 100 200 150) (gimp-displays-flush))")
        self.paint(self.open())
        soft = self.state_when(lambda s: len(s.layers) == 3, "the third layer").layers[1]
        alpha = soft.values[3::4]
        check(len(set(alpha)) > 50, "the edge is not soft")
        self.server("(begin (gimp-selection-none 1) (gimp-layer-translate"
                    " (car (gimp-image-get-active-layer 1)) 30 -10) (gimp-displays-flush))")
        dialog = self.open()
        dialog.choose("Udnie")
        self.paint(dialog)
        moved = self.state_when(lambda s: s.layers[1].name == "Impasto: Udnie",
                                "the soft layer again").layers[1]
        check(moved.values[3::4] == alpha, "the edge has changed")
        check(moved.offsets == (soft.offsets[0] + 30, soft.offsets[1] - 10),
              f"the layer is at {moved.offsets}")
        dialog.shot("soft")
        self.server("(begin (gimp-image-remove-layer 1 (car (gimp-image-get-active-layer 1)))"
                    " (gimp-image-set-active-layer 1 (aref (cadr (gimp-image-get-layers 1)) 0))"
                    " (gimp-displays-flush))")
        self.server("(gimp-context-set-feather FALSE)")

        # leaving changes nothing; help; a style from a layer
        now = self.state()
        dialog = self.open()
        dialog.press("push button", "Help")
        dialog.find("push button", "Close")
        dialog.shot("help")
        dialog.press("push button", "Close")
        dialog.gone("push button", "Close")
        dialog.tile("Add a style")
        dialog.activate()
        dialog.tile("Add a style").get_component_iface().grab_focus()
        until(lambda: dialog.focuses("Add a style"), "focus")
        dialog.keys("Return")
        layer = until(lambda: next((a for a in dialog.all("menu item")
                                    if a.get_name() == "sample.jpg"), None), "a layer to add")
        layer.get_action_iface().do_action(0)
        until(lambda: dialog.selected() == ["sample.jpg"], "the new style, chosen", 60)
        dialog.shot("added")
        added = [n for n in os.listdir(os.path.join(self.gimp.profile, "impasto"))
                 if n.startswith("sample")]
        check(len(added) == 1, f"user's styles: {added}")
        dialog.choose("Udnie")
        dialog.press("push button", "Cancel")
        dialog.wait_gone()
        check([l.raw for l in self.state().layers] == [l.raw for l in now.layers], "Cancel")
        check("style=udnie" in open(os.path.join(self.gimp.profile, "impastorc")).read(),
              "Cancel has changed the last values")

        # the layer is deleted under the open dialog
        self.activate_layer(1)
        dialog = self.open()
        self.server("(gimp-image-remove-layer 1 (aref (cadr (gimp-image-get-layers 1)) 1))")
        dialog.press("push button", "Paint")
        until(lambda: any("deleted" in (l.get_name() or "") for l in dialog.all("label")),
              "a sentence about the deleted layer", 30)
        dialog.shot("deleted")
        check(self.layers() == 1, "a layer was made")
        dialog.press("push button", "Cancel")
        dialog.wait_gone()
        choose_menu("Undo")
        until(lambda: self.layers() == 2, "the layer again")
        self.activate_layer(1)

        # linear light and a profile of its own look the same
        open(self.gimp.path("wide.icc"), "wb").write(icc.wide_rgb())
        for name, code in (("linear", "(gimp-image-convert-precision 1 600)"),
                           ("profile", "(gimp-image-convert-precision 1 150)"
                            "(gimp-image-convert-color-profile-from-file 1"
                            f' "file://{self.gimp.path("wide.icc")}" 1 TRUE)')):
            self.server(f"(begin {code} (gimp-displays-flush))")
            dialog = self.open()
            now = mean(dialog.settled(dialog.left))
            dialog.shot(name)
            check(max(abs(a - b) for a, b in zip(photo, now)) < 3,
                  f"the photo looks {now} in {name}, not {photo}")
            dialog.press("push button", "Cancel")
            dialog.wait_gone()

        # so does gray of a profile of its own
        open(self.gimp.path("gray.icc"), "wb").write(icc.gray())
        looks = []
        for code in ("(gimp-image-convert-grayscale 1)",
                     "(gimp-image-convert-color-profile-from-file 1"
                     f' "file://{self.gimp.path("gray.icc")}" 1 TRUE)'):
            self.do(code)
            dialog = self.open()
            looks.append(mean(dialog.settled(dialog.left)))
            dialog.shot("gray")
            dialog.press("push button", "Cancel")
            dialog.wait_gone()
        check(abs(looks[0][0] - looks[1][0]) < 3, f"the gray photo looks {looks}")
        self.do("(gimp-image-convert-rgb 1)")

        # stopped while it paints
        self.server("(begin (gimp-image-scale 1 3000 2000) (gimp-image-clean-all 1)"
                    " (gimp-displays-flush))")
        dialog = self.open()
        dialog.press("push button", "Paint")
        until(lambda: not dialog.sensitive("push button", "Paint"), "painting")
        dialog.press("push button", "Cancel")
        until(lambda: dialog.sensitive("push button", "Paint"), "the end of painting")
        check(self.layers() == 2, "a layer was made")
        check(int(self.server("(car (gimp-image-is-dirty 1))")) == 0, "the image has changed")
        dialog.press("push button", "Cancel")
        dialog.wait_gone()

        # not for indexed images
        self.server('(begin (gimp-image-convert-indexed 1 0 0 16 0 0 "") (gimp-displays-flush))')
        until(lambda: not menu_item("Impasto").get_state_set()
              .contains(harness.Atspi.StateType.SENSITIVE), "the greyed menu entry")


if __name__ == "__main__":
    live.main(Interactive)
