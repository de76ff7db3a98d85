# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
#
# How long the user waits, measured inside the dialog with the real engine: from the press on a
# style to the first picture and to the full preview, from a move of the strength slider to the
# screen, from the start to the first frame, and from Cancel to the end of a paint. Run by hand,
# on a quiet machine:
#
#     tests/ui/timing.py --program BUILD/plugin/file/impasto-dialog --out SHOTS click
#
# IMPASTO_TIMING_PHOTO names the photo (styles/sample.jpg without it).
import os
import pathlib
import statistics
import time

import harness
from harness import run, until, xdo

ROOT = pathlib.Path(__file__).resolve().parents[2]
PHOTO = os.environ.get('IMPASTO_TIMING_PHOTO', str(ROOT / 'styles/sample.jpg'))


def opened(start):
    """The dialog after its first full preview, and when it was started."""
    began = time.monotonic() * 1000
    home = os.environ['HOME']
    dialog = start('--save', os.path.join(home, 'out.png'), '--state', os.path.join(home, 'state'),
                   PHOTO, IMPASTO_UI_TIMING='1', IMPASTO_STYLES=str(ROOT / 'styles'))
    until(lambda: events(dialog, 'shown full'), 'the first preview')
    return dialog, began


def events(dialog, what, after=0.0):
    """The milliseconds of every event that begins so, since a time."""
    lines = [line.split(maxsplit=2) for line in list(dialog.errors) if line.startswith('timing ')]
    return [float(ms) for _, ms, text in lines if text.startswith(what) and float(ms) >= after]


def report(what, values):
    values = sorted(values)
    print(f'{what}: median {statistics.median(values):.1f} ms, '
          f'{values[0]:.1f} to {values[-1]:.1f} ms, {len(values)} times')


def whole_tiles(dialog):
    """Names of the styles that are all in sight, but for the chosen one."""
    _, top, _, height = dialog.box(dialog.all('scroll pane')[0])
    boxes = {name: dialog.box(dialog.tile(name)) for name in dialog.tiles()}
    return [name for name, (_, y, _, h) in boxes.items() if y >= top and y + h <= top + height
            and name not in [*dialog.selected(), 'Add a style']]


def click(start):
    """Each style in sight is pressed when the one before has been painted."""
    dialog, began = opened(start)
    report('start to the first frame', [events(dialog, 'shown photo')[0] - began])
    report('start to the first full preview', [events(dialog, 'shown full')[0] - began])
    dialog.activate()
    dialog.find('text', 'Search styles')
    first, full, request = [], [], []
    for name in whole_tiles(dialog)[:9]:
        tile = dialog.tile(name)
        before = time.monotonic() * 1000
        xdo('mousemove', *dialog.center(tile))
        xdo('click', 1)
        until(lambda: events(dialog, 'shown full', before), f'{name} painted')
        pressed = until(lambda: [float(e.split()[-1]) for e in list(dialog.errors)
                                 if 'style chosen at' in e], 'the press')[-1]
        shown = events(dialog, 'shown coarse', before) + events(dialog, 'shown full', before)
        request.append(events(dialog, 'preview requested', before)[0] - pressed)
        first.append(shown[0] - pressed)
        full.append(events(dialog, 'shown full', before)[0] - pressed)
        time.sleep(0.3)
    report('press to request', request)
    report('press to first picture', first)
    report('press to full preview', full)


def hurry(start):
    """Each style is pressed while the one before is still being painted."""
    dialog, _ = opened(start)
    dialog.activate()
    tiles = [dialog.center(dialog.tile(name)) for name in whole_tiles(dialog)[:9]]
    first = []
    for i, tile in enumerate(tiles):
        before = time.monotonic() * 1000
        xdo('mousemove', *tile)
        xdo('click', 1)
        until(lambda: events(dialog, 'shown coarse', before) or events(dialog, 'shown full', before),
              'a first picture')
        pressed = [float(e.split()[-1]) for e in list(dialog.errors) if 'style chosen at' in e][-1]
        if i > 0 and events(dialog, 'shown coarse', before):
            first.append(events(dialog, 'shown coarse', before)[0] - pressed)
        time.sleep(0.05)
    report('press to first picture, while another is painted', first)


def drag(start):
    """The strength slider is dragged from end to end."""
    dialog, _ = opened(start)
    drag_strength(dialog)


def drag_zoomed(start):
    """The same at 100 % in a window as large as the screen (--size)."""
    dialog, _ = opened(start)
    xdo('windowsize', '--sync', dialog.activate(), *xdo('getdisplaygeometry').split())
    time.sleep(1)
    before = time.monotonic() * 1000
    dialog.press('push button', 'Zoom to 100%')
    until(lambda: events(dialog, 'shown detail', before), 'the detail')
    print('canvas of {} x {}'.format(*dialog.canvas()[2:]))
    drag_strength(dialog)


def drag_strength(dialog):
    dialog.activate()
    x, y, w, h = dialog.box(dialog.find('slider', 'Strength'))
    xdo('mousemove', x + w - 12, y + h // 2)
    xdo('mousedown', 1)
    time.sleep(0.3)
    before = time.monotonic() * 1000
    for i in range(60):
        xdo('mousemove', x + w - 12 - i * (w - 24) // 60, y + h // 2)
    xdo('mouseup', 1)
    time.sleep(0.5)
    # A frame shows the last of the moves since the one before: measured from the oldest of them.
    waits, moves = [], []
    for line in list(dialog.errors):
        words = line.split()
        if words[0] == 'timing' and float(words[1]) > before:
            if 'slider moved at' in line:
                moves.append(float(words[-1]))
            elif line.endswith('shown blend') and moves:
                waits.append(float(words[1]) - moves[0])
                moves = []
    report('slider move to the screen', waits)
    report('drawing of a frame', [float(e.split()[-1]) for e in dialog.errors
                                  if 'drawn in' in e and float(e.split()[1]) > before])


def stop(start):
    """The final paint is stopped in its first part and in its second."""
    dialog, _ = opened(start)
    waits = []
    for seconds in (0.2, 0.6, 1.5, 3):
        dialog.press('push button', 'Paint')
        time.sleep(seconds)
        before = time.monotonic() * 1000
        dialog.press('push button', 'Cancel')
        until(lambda: events(dialog, 'paint ended', before), 'the end of the paint')
        waits.append(events(dialog, 'paint ended', before)[0]
                     - events(dialog, 'stop asked for', before)[0])
    report('Cancel to the end of the paint', waits)


if __name__ == '__main__':
    run({case.__name__: case for case in (click, hurry, drag, drag_zoomed, stop)})
