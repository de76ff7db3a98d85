# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
#
# A dialog in a real window for tests: an X server of its own, a window manager, and the
# dialog's controls by their accessible names. Nothing waits for a fixed time: every step
# polls for what it needs until a deadline.
#
# run(cases) is a test program's main: `PROGRAM-OF-TESTS --program DIALOG --out DIR CASE`.
import argparse
import faulthandler
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

DEADLINE = float(os.environ.get('IMPASTO_UI_DEADLINE', '20'))
SKIP = 77


class Failure(Exception):
    """A test's own verdict; the text says what was expected."""


def check(true, text):
    if not true:
        raise Failure(text)


def until(probe, text, deadline=20):
    """What probe() returns as soon as it is true; Failure after the deadline, more where all is slow."""
    end = time.monotonic() + deadline * DEADLINE / 20
    while True:
        try:
            value = probe()
        except GLib.Error:  # an accessible that went away while it was looked at
            value = None
        if value:
            return value
        if time.monotonic() > end:
            raise Failure(f'waited in vain: {text}')
        time.sleep(0.02)


class Dialog:
    """A running program that shows the dialog."""

    def __init__(self, out, program, *args, name=None, **env):
        self.out = out
        self.name = name or os.path.basename(program)
        self.lines = []
        self.process = subprocess.Popen([program, *args], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True,
                                        stderr=subprocess.PIPE, env={**os.environ, **env})
        self.errors = []
        for pipe, lines in ((self.process.stdout, self.lines), (self.process.stderr, self.errors)):
            threading.Thread(target=self._read, args=(pipe, lines), daemon=True).start()
        self.application = until(self._find_application, f'{self.name} on the accessibility bus')
        self.window = until(lambda: next(
            (w for w in children(self.application) if w.get_role_name() in ('dialog', 'frame')
             and w.get_state_set().contains(Atspi.StateType.SHOWING)), None), 'the window')

    @staticmethod
    def _read(pipe, lines):
        for line in pipe:
            lines.append(line.rstrip('\n'))

    def _find_application(self):
        check(self.process.poll() is None, f'{self.name} ended at once: {self.errors}')
        for app in children(Atspi.get_desktop(0)):
            if app.get_process_id() == self.process.pid:
                return app if app.get_child_count() else None
        return None

    # --- controls

    def walk(self, root=None):
        if root is None:  # what is cached here is not what is on the screen
            self.application.clear_cache()
        for child in children(root or self.application):
            yield child
            yield from self.walk(child)

    def all(self, role=None, name=None, root=None):
        return [a for a in self.walk(root)
                if (role is None or a.get_role_name() == role)
                and (name is None or a.get_name() == name)]

    def find(self, role, name, root=None):
        """The one showing control of this role and name."""
        def probe():
            found = [a for a in self.all(role, name, root)
                     if a.get_state_set().contains(Atspi.StateType.SHOWING)]
            return found[0] if found else None
        return until(probe, f'a {role} named "{name}"')

    def gone(self, role, name):
        until(lambda: not any(a.get_state_set().contains(Atspi.StateType.SHOWING)
                              for a in self.all(role, name)), f'no {role} "{name}" any more')

    def press(self, role, name):
        self.find(role, name).get_action_iface().do_action(0)

    def slide(self, name, value):
        self.find('slider', name).get_value_iface().set_current_value(value)

    def type_into(self, role, name, text):
        entry = self.find(role, name)
        entry.get_editable_text_iface().set_text_contents(text)
        return entry

    def text_of(self, role, name):
        entry = self.find(role, name)
        return Atspi.Text.get_text(entry, 0, -1)

    def tiles(self):
        """Names of the styles that are shown in the gallery, in order."""
        return [t.get_name() for t in self.all('list item')
                if t.get_state_set().contains(Atspi.StateType.SHOWING)
                and t.get_parent().get_name() == 'Styles']

    def tile(self, name):
        return until(lambda: next((t for t in self.all('list item', name)), None),
                     f'the style "{name}"')

    def choose(self, name):
        table = self.find('table', 'Styles')
        tile = self.tile(name)
        table.get_selection_iface().select_child(tile.get_index_in_parent())

    def selected(self):
        selection = self.find('table', 'Styles').get_selection_iface()
        return [selection.get_selected_child(i).get_name()
                for i in range(selection.get_n_selected_children())]

    def focused(self):
        return next((a for a in self.walk()
                     if a.get_state_set().contains(Atspi.StateType.FOCUSED)), None)

    def focuses(self, name):
        """Is the focus on the control of this name? Between two of them it is nowhere."""
        focus = self.focused()
        return focus is not None and focus.get_name() == name

    def sensitive(self, role, name):
        return self.find(role, name).get_state_set().contains(Atspi.StateType.SENSITIVE)

    # --- mouse, keys, pictures

    def box(self, accessible):
        e = accessible.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
        return e.x, e.y, e.width, e.height

    def canvas(self):
        """x, y, w, h of the preview on the screen."""
        return self.box(self.find('image', 'Preview'))

    def view(self):
        return self.find('image', 'Preview').get_description()

    def activate(self):
        """Keys go to the dialog."""
        xid = until(lambda: xdo('search', '--onlyvisible', '--pid', str(self.process.pid)),
                    'the X window').split()[-1]
        xdo('windowactivate', '--sync', xid)
        return xid

    def keys(self, *keys):
        for key in keys:
            xdo('key', '--clearmodifiers', key)

    def close_button(self):
        """Press the one that openbox puts at the right end of the title bar. (It now and then
        does nothing at Alt+F4.)"""
        x, y, w, _ = self.box(self.window)
        xdo('mousemove', x + w - 12, y + 11)
        xdo('click', 1)

    def center(self, accessible):
        x, y, w, h = self.box(accessible)
        return x + w // 2, y + h // 2

    def click(self, accessible, button=1):
        x, y = self.center(accessible)
        xdo('mousemove', x, y)
        xdo('click', button)

    def drag(self, x0, y0, x1, y1, steps=8):
        xdo('mousemove', x0, y0)
        xdo('mousedown', 1)
        for i in range(1, steps + 1):
            xdo('mousemove', x0 + (x1 - x0) * i // steps, y0 + (y1 - y0) * i // steps)
        xdo('mouseup', 1)

    def picture(self, x, y, w, h):
        """RGB bytes of a part of the screen, and its pitch hidden away: rows joined."""
        pixbuf = Gdk.pixbuf_get_from_window(Gdk.get_default_root_window(), x, y, w, h)
        data, pitch = pixbuf.get_pixels(), pixbuf.get_rowstride()
        return b''.join(data[i * pitch:i * pitch + 3 * w] for i in range(h))

    def left(self):
        """What is shown left of the divider (at its first place, away from it)."""
        x, y, w, h = self.canvas()
        return self.picture(x + w // 8, y + h // 3, w // 4, h // 3)

    def right(self):
        x, y, w, h = self.canvas()
        return self.picture(x + w * 5 // 8, y + h // 3, w // 4, h // 3)

    def settled(self, part):
        """part() once two looks in a row see the same."""
        last = [None]

        def probe():
            now, before = part(), last[0]
            last[0] = now
            if now == before:
                return [now]
            time.sleep(0.15)
            return None
        return until(probe, 'a picture at rest')[0]

    def shot(self, name):
        path = os.path.join(self.out, name + '.png')
        root = Gdk.get_default_root_window()
        w, h = root.get_width(), root.get_height()
        Gdk.pixbuf_get_from_window(root, 0, 0, w, h).savev(path, 'png', [], [])

    # --- what the host was asked

    def said(self, start):
        return [line for line in list(self.lines) if line.startswith(start)]

    def wait_said(self, start, n=1):
        """The n-th line that begins so."""
        return until(lambda: self.said(start)[n - 1] if len(self.said(start)) >= n else None,
                     f'"{start}" said {n} times; said: {self.lines[-6:]}')

    def tell(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def wait_end(self):
        until(lambda: self.process.poll() is not None, f'the end of {self.name}')
        time.sleep(0.05)
        check(self.process.returncode == 0,
              f'{self.name} ended with {self.process.returncode}: {self.errors[-5:]}')

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
        bad = [e for e in self.errors if 'CRITICAL' in e or 'WARNING' in e or 'ERROR: ' in e
               or 'runtime error' in e]
        return bad


def distance(a, b):
    """The largest difference of two pictures of one size, 0 .. 255."""
    check(len(a) == len(b), 'pictures of one size')
    return max((abs(x - y) for x, y in zip(a, b) if x != y), default=0)


def children(accessible):
    for i in range(accessible.get_child_count()):
        child = accessible.get_child_at_index(i)
        if child is not None:
            yield child


def xdo(*words):
    run = subprocess.run(['xdotool', *map(str, words)], capture_output=True, text=True)
    return run.stdout.strip()


# --- the screen ---------------------------------------------------------------------------

def skip(why):
    print('skip:', why)
    sys.exit(SKIP)


def require():
    for tool, package in (('Xvfb', 'xvfb'), ('dbus-run-session', 'dbus'), ('openbox', 'openbox'),
                          ('xdotool', 'xdotool')):
        if not shutil.which(tool):
            skip(f'{tool} is not installed (package {package})')
    try:
        import gi
        gi.require_version('Atspi', '2.0')
        gi.require_version('Gdk', '3.0')
    except (ImportError, ValueError) as error:
        skip(f'no Atspi for {sys.executable} ({error}; packages python3-gi gir1.2-atspi-2.0)')


def start_screen(size, processes):
    """An X server on a free number, and a window manager that is ready: what comes up before it
    is, may never be closed by a key. Their processes are appended, the first to end first."""
    read, write = os.pipe()
    server = subprocess.Popen(['Xvfb', '-displayfd', str(write), '-screen', '0', f'{size}x24',
                               '-nolisten', 'tcp'], pass_fds=[write],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    processes.insert(0, server)
    os.close(write)
    number = os.read(read, 16).decode().strip()
    if not number:
        raise Failure('Xvfb did not start')
    os.environ['DISPLAY'] = f':{number}'
    ready = os.path.join(os.environ['HOME'], 'window-manager-is-ready')
    manager = subprocess.Popen(['openbox', '--sm-disable', '--startup', 'touch ' + ready],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    processes.insert(0, manager)
    until(lambda: os.path.exists(ready), 'the window manager')


def outer(options):
    """The screen and the session bus, and this program again inside."""
    require()
    for name in ('WAYLAND_DISPLAY', 'GTK_THEME', 'GDK_SCALE', 'LANGUAGE', 'NO_AT_BRIDGE',
                 'GTK_MODULES', 'DBUS_SESSION_BUS_ADDRESS'):
        os.environ.pop(name, None)
    home = tempfile.mkdtemp(prefix='impasto-ui-')
    os.environ.update(HOME=home, XDG_CONFIG_HOME=home + '/config', XDG_CACHE_HOME=home + '/cache',
                      XDG_DATA_HOME=home + '/data', XDG_RUNTIME_DIR=home, LC_ALL='C.UTF-8',
                      GSETTINGS_BACKEND='memory', GDK_BACKEND='x11', NO_GAIL='1')
    processes = []
    try:
        start_screen(options.size, processes)
        inner = subprocess.Popen(['dbus-run-session', '--', sys.executable, *sys.argv, '--inside'],
                                 stderr=subprocess.DEVNULL)
        return inner.wait()
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
            process.wait()
        shutil.rmtree(home, ignore_errors=True)


def inside(case, options):
    global Atspi, Gdk, GLib
    import gi
    gi.require_version('Atspi', '2.0')
    gi.require_version('Gdk', '3.0')
    from gi.repository import Atspi, Gdk, GLib
    faulthandler.dump_traceback_later(5 * DEADLINE, exit=True, file=sys.stdout)  # stuck in a call to the dialog
    Gdk.init([])
    dialogs = []

    def start(*args, **kwargs):
        dialogs.append(Dialog(options.out, options.program, *args, **kwargs))
        return dialogs[-1]

    faults = []
    try:
        case(start)
    except Failure as failure:
        faults.append(str(failure))
    except Exception:
        faults.append(traceback.format_exc())
    for i, dialog in enumerate(dialogs):
        if faults:
            dialog.shot(f'failed-{options.case}')
            print(f'what dialog {i} said:', *dialog.lines[-30:], sep='\n  ')
        faults += dialog.stop()
    for fault in faults:
        print('FAILED:', fault)
    sys.stdout.flush()
    os._exit(1 if faults else 0)  # the readers of pipes need no farewell


def run(cases):
    parser = argparse.ArgumentParser()
    parser.add_argument('--program', required=True)
    parser.add_argument('--out', required=True, help='where screenshots go')
    parser.add_argument('--size', default='1280x720')
    parser.add_argument('--inside', action='store_true')
    parser.add_argument('case', choices=sorted(cases))
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    if not options.inside:
        sys.exit(outer(options))
    inside(cases[options.case], options)
