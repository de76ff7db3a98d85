# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""GIMP in a window under Xvfb with our dialog, as a user has it: both are driven through their
accessible names, GIMP's state is asked for through its Script-Fu server. main(story) is a test
program's main. Runs under the distribution's python3 (python3-gi)."""

import os
import socket
import struct
import subprocess
import sys
from types import SimpleNamespace

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ui"))
import harness
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
        return self.answer() if answer else None

    def answer(self):
        """Of the code that was sent; an error is a failure."""
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
    item = until(lambda: menu_item(beginning), f'the menu item "{beginning}"', 60)
    try:
        item.get_action_iface().do_action(0)
    except harness.GLib.Error:  # GIMP is busy, and answers too late; whoever chose waits for more
        pass


class Story:
    """What a test program derives its run() from. The image is the only one, with id 1."""

    gimprc = ""  # preferences of this GIMP

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

    def do(self, code):
        """Scheme that changes the image, and a screen that shows it."""
        self.server(f"(begin {code} (gimp-displays-flush))")

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

def inside(story, plug_in, folder):
    import gi
    gi.require_version("Atspi", "2.0")
    gi.require_version("Gdk", "3.0")
    from gi.repository import Atspi, Gdk, GLib
    harness.Atspi, harness.Gdk, harness.GLib = Atspi, Gdk, GLib
    Gdk.init([])

    gimp = session.Session(folder, plug_in, extra_stock=["file-jpeg"], gimprc=story.gimprc)
    shots = gimp.path("shots")
    os.makedirs(shots)
    photo = os.path.join(os.environ["IMPASTO_STYLES"], "sample.jpg")
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
        server("(define (active) (car (gimp-image-get-active-layer 1)))")
        server("(define (layer i) (aref (cadr (gimp-image-get-layers 1)) i))")
        story(gimp, server, shots).run()
        server("(gimp-quit 1)", answer=False)
        process.wait(30)
    except Exception as error:
        fault = f"{type(error).__name__}: {error}"
        subprocess.run(["import", "-window", "root", os.path.join(shots, "failed.png")])
        process.terminate()
        process.wait()
    text = "".join(line for line in open(gimp.path("gimp.log"), errors="replace")
                   if line.strip() and "theme engine" not in line and "equest " not in line)
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


def main(story):
    plug_in, folder = (os.path.abspath(path) for path in sys.argv[1:3])
    if "--inside" in sys.argv:
        inside(story, plug_in, folder)
    if not harness.shutil.which("gimp"):
        harness.skip("no gimp")
    harness.require()
    options = type("Options", (), {"size": "1600x1000"})
    sys.exit(harness.outer(options))
