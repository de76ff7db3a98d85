# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""impasto-dialog with the real engine, in a real window: what it paints is what impasto-paint
paints, a cancel leaves nothing behind, and the second use opens as the first one was left.
The screen and the controls are those of tests/ui/harness.py. One case a behavior:

    IMPASTO_PAINT=PROGRAM dialog.py --program IMPASTO_DIALOG --out SHOTS CASE
"""
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / 'ui'))
import harness  # noqa: E402
import png  # noqa: E402
from harness import check, until  # noqa: E402


def folder_with_photo(width=420, height=300):
    folder = tempfile.mkdtemp(prefix='impasto-dialog-', dir=os.environ['HOME'])
    # rows of one color: the photo is the same left and right of the divider
    pixels = b''.join(bytes((y * 5 % 256, y * 255 // height, (y ^ 77) % 256)) * width
                      for y in range(height))
    photo = os.path.join(folder, 'photo.png')
    png.write(photo, width, height, 3, pixels)
    return folder, photo, os.path.join(folder, 'out.png')


def opened(start, *arguments):
    """The dialog, once its preview shows a painting."""
    dialog = start(*arguments)
    until(lambda: harness.distance(dialog.right(), dialog.left()) > 40,
          'a painting in the preview', 60)
    return dialog


def paint(start):
    """Paint writes the very file that impasto-paint writes with these values."""
    folder, photo, out = folder_with_photo()
    dialog = opened(start, '--save', out, '--style', 'udnie', photo)
    dialog.slide('Strength', 60)
    dialog.slide('Keep colors', 30)
    dialog.slide('Brush size', 2)
    dialog.shot('impasto-dialog')
    dialog.press('push button', 'Paint')
    until(lambda: dialog.process.poll() is not None, 'the end of the painting', 80)
    check(dialog.process.returncode == 0, f'it ended with {dialog.process.returncode}')
    same = os.path.join(folder, 'same.png')
    subprocess.run([os.environ['IMPASTO_PAINT'], '-q', '-s', '60', '-k', '30', '-b', '2', photo, 'udnie', same],
                   check=True)
    check(pathlib.Path(out).read_bytes() == pathlib.Path(same).read_bytes(),
          'the same file from the dialog and from impasto-paint')
    check(sorted(os.listdir(folder)) == ['out.png', 'photo.png', 'same.png'], 'nothing else')

    again = opened(start, '--save', out, photo)  # as it was left
    check(again.selected() == ['Udnie'], f'Udnie is selected again, not {again.selected()}')
    slider = again.find('slider', 'Strength').get_value_iface()
    check(slider.get_current_value() == 60, 'the strength is 60 again')


def cancel(start):
    """A painting that is stopped, and a dialog that is left, write no file. A style that is not there
    is named."""
    folder, photo, out = folder_with_photo(3000, 2000)
    dialog = opened(start, '--save', out, '--style', '/gone/mine.jpg', photo)
    dialog.find('label', 'There is no style "/gone/mine.jpg".')
    check(dialog.selected() == ['The Starry Night'], f'the default style: {dialog.selected()}')
    dialog.press('push button', 'Paint')
    dialog.find('progress bar', 'Progress')
    dialog.press('push button', 'Cancel')
    until(lambda: dialog.sensitive('push button', 'Paint'), 'Paint can be pressed again', 30)
    check(dialog.process.poll() is None, 'the dialog stays')
    dialog.press('push button', 'Cancel')
    until(lambda: dialog.process.poll() is not None, 'the end')
    check(dialog.process.returncode == 1, f'it ended with {dialog.process.returncode}')
    check(os.listdir(folder) == ['photo.png'], f'no file is left: {os.listdir(folder)}')


def choose(start):
    """A name that cannot be written is asked for again; the painting waits. The style of a picture is
    remembered by a path that means the same anywhere."""
    folder, photo, _ = folder_with_photo()
    dialog = opened(start, '--style', os.path.relpath(photo), photo)
    check(not dialog.selected(), f'{dialog.selected()} is not the style')
    dialog.press('push button', 'Paint')
    dialog.find('file chooser', 'Save the painting')
    harness.xdo('key', 'ctrl+a')
    harness.xdo('type', 'painting')
    harness.xdo('key', 'Return')
    dialog.find('alert', 'Error')
    dialog.shot('impasto-dialog-choose')
    dialog.press('push button', 'Close')
    dialog.gone('alert', 'Error')
    harness.xdo('key', 'ctrl+a')
    harness.xdo('type', 'painting.png')
    harness.xdo('key', 'Return')
    until(lambda: dialog.process.poll() is not None, 'the end')
    check(sorted(os.listdir(folder)) == ['painting.png', 'photo.png'], 'the painting is there')
    kept = pathlib.Path(os.environ['XDG_CONFIG_HOME'], 'impasto', 'dialog').read_text()
    style = kept.split('\nstyle=')[1].split('\n')[0]
    check(os.path.isabs(style) and os.path.samefile(style, photo), f'the path of {photo}, not {style}')


if __name__ == '__main__':
    harness.run({'paint': paint, 'cancel': cancel, 'choose': choose})
