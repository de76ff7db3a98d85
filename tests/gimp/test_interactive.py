#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""The plug-in as a user has it: GIMP in a window under Xvfb, its menu, our dialog, Paint, Undo,
Repeat, painting again, leaving. GIMP and the dialog are driven through their accessible names,
GIMP's state is asked for through its Script-Fu server.

    test_interactive.py PLUG_IN FOLDER

Screenshots are left in FOLDER/shots. Runs under the distribution's python3 (python3-gi)."""

import os
import socket
import struct
import subprocess
import sys
import time
from types import SimpleNamespace

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ui"))
import harness
import icc
import session
import xcf
from harness import check, children, until


class Server:
    """Script-Fu in the running GIMP."""

    def __init__(self):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.socket = None

    def connect(self):
        def probe():
            try:
                self.socket = socket.create_connection(("127.0.0.1", self.port), 60)
                return True
            except OSError:
                return False
        until(probe, "GIMP's Script-Fu server", 60)

    def _receive(self, n):
        data = b""
        while len(data) < n:
            part = self.socket.recv(n - len(data))
            check(part, "the Script-Fu server hung up")
            data += part
        return data

    def __call__(self, code, answer=True):
        data = code.encode()
        self.socket.sendall(b"G" + struct.pack(">H", len(data)) + data)
        if not answer:
            return None
        _, failed, n = struct.unpack(">cBH", self._receive(4))
        text = self._receive(n).decode()
        check(not failed, f"Script-Fu: {text}")
        return text


class PlugIn(harness.Dialog):
    """The dialog of the plug-in that GIMP has started."""

    def __init__(self, out):
        self.out, self.lines, self.errors = out, [], []
        self.application = until(self._find, "the plug-in on the accessibility bus", 30)
        self.application.set_cache_mask(harness.Atspi.Cache.NONE)
        self.process = SimpleNamespace(pid=self.application.get_process_id())
        self.window = until(lambda: next(
            (w for w in children(self.application) if w.get_role_name() in ("dialog", "frame")
             and w.get_state_set().contains(harness.Atspi.StateType.SHOWING)), None),
            "the dialog's window", 30)

    @staticmethod
    def _find():
        for app in children(harness.Atspi.get_desktop(0)):
            if app.get_name() == "impasto" and app.get_child_count():
                return app
        return None

    def wait_gone(self):
        until(lambda: self._find() is None, "the end of the dialog", 120)


def menu_item(beginning):
    """An item of GIMP's image menu whose name begins so."""
    def walk(root, depth=0):
        for child in children(root):
            role = child.get_role_name()
            if role == "menu item" and (child.get_name() or "").startswith(beginning):
                yield child
            if depth < 9 and role in ("frame", "filler", "menu bar", "menu", "panel", "application"):
                yield from walk(child, depth + 1)
    for app in children(harness.Atspi.get_desktop(0)):
        if app.get_name().startswith("gimp"):
            return next(walk(app), None)
    return None


def choose_menu(beginning):
    until(lambda: menu_item(beginning), f'the menu item "{beginning}"', 60) \
        .get_action_iface().do_action(0)


def mean(rgb):
    """The mean color of RGB bytes."""
    return [sum(rgb[c::3]) / len(rgb[c::3]) for c in range(3)]


class Story:
    def __init__(self, gimp, server, shots):
        self.gimp, self.server, self.shots = gimp, server, shots
        self.n = 0

    def state(self):
        """The image as it is now."""
        self.n += 1
        path = self.gimp.path(f"state-{self.n}.xcf")
        self.server(f'(gimp-xcf-save 1 1 (car (gimp-image-get-active-layer 1)) "{path}" "{path}")')
        return xcf.read(path)

    def state_when(self, true, what):
        """The first state of which true() is so. A layer may go while it is asked for."""
        def probe():
            try:
                state = self.state()
            except harness.Failure:
                return None
            return state if true(state) else None
        return until(probe, what)

    def layers(self):
        return int(self.server("(car (gimp-image-get-layers 1))"))

    def activate_layer(self, index):
        self.server(f"(gimp-image-set-active-layer 1 (aref (cadr (gimp-image-get-layers 1)) {index}))")

    def open(self):
        choose_menu("Impasto")
        dialog = PlugIn(self.shots)
        until(lambda: dialog.tiles(), "the gallery", 30)
        return dialog

    def paint(self, dialog):
        dialog.press("push button", "Paint")
        dialog.wait_gone()

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
        values = open(os.path.join(self.gimp.profile, "impastorc")).read()
        check("style=scream" in values and "strength=80" in values, "the last values")
        dialog.shot("painted")

        choose_menu("Undo")
        until(lambda: self.layers() == 1, "one undo step")
        check(self.state().layers[0].raw == before.layers[0].raw, "undo")
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


def inside(plug_in, folder):
    import gi
    gi.require_version("Atspi", "2.0")
    gi.require_version("Gdk", "3.0")
    from gi.repository import Atspi, Gdk, GLib
    harness.Atspi, harness.Gdk, harness.GLib = Atspi, Gdk, GLib
    Gdk.init([])

    gimp = session.Session(folder, plug_in, extra_stock=["file-jpeg"])
    shots = gimp.path("shots")
    os.makedirs(shots)
    photo = os.path.join(os.environ["IMPASTO_STYLES"], "sample.jpg")
    open(gimp.path("wide.icc"), "wb").write(icc.wide_rgb())
    server = Server()
    env = gimp.environment(GTK_MODULES="gail:atk-bridge")
    env.pop("NO_GAIL", None)
    log = open(gimp.path("gimp.log"), "w")
    process = subprocess.Popen(
        ["gimp", "-s", "-d", "-f", photo, "-b",
         f'(plug-in-script-fu-server RUN-NONINTERACTIVE "127.0.0.1" {server.port} "")'],
        env=env, stdout=log, stderr=log)
    fault = None
    try:
        server.connect()
        Story(gimp, server, shots).run()
        server("(gimp-quit 1)", answer=False)
        process.wait(30)
    except Exception as error:
        fault = f"{type(error).__name__}: {error}"
        subprocess.run(["import", "-window", "root", os.path.join(shots, "failed.png")])
        process.terminate()
        process.wait()
    text = "".join(line for line in open(gimp.path("gimp.log"), errors="replace")
                   if line.strip() and "theme engine" not in line)
    complaints = [line for line in text.splitlines()
                  if ("impasto" in line.lower() or "Gtk-CRITICAL" in line)
                  and ("CRITICAL" in line or "WARNING" in line or "runtime error" in line)]
    for line in complaints:
        print("complaint:", line)
    if fault:
        print(text[-3000:])
        print("FAILED:", fault)
    print("screenshots:", shots)
    sys.stdout.flush()
    os._exit(1 if fault or complaints else 0)


def main():
    plug_in, folder = (os.path.abspath(path) for path in sys.argv[1:3])
    if "--inside" in sys.argv:
        inside(plug_in, folder)
    if not harness.shutil.which("gimp"):
        harness.skip("no gimp")
    harness.require()
    options = type("Options", (), {"size": "1600x1000"})
    sys.exit(harness.outer(options))


if __name__ == "__main__":
    main()
