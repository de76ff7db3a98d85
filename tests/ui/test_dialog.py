# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
#
# The dialog's own behavior, on a host that paints by a cheap filter (fake-host.c). One case
# a behavior; `meson test --suite ui` runs them all.
import os
import re
import subprocess
import tempfile
import time

from harness import Failure, check, run, until, xdo
import harness

CONTROLS = [('text', 'Search styles'), ('table', 'Styles'), ('list item', 'Garden in June'),
            ('image', 'Preview'),
            ('slider', 'Strength'), ('slider', 'Brush size'), ('slider', 'Keep colors'),
            ('slider', 'Mix'), ('text', 'Strength, number'), ('text', 'Brush size, number'),
            ('text', 'Keep colors, number'), ('text', 'Mix, number'), ('combo box', 'Mix with'),
            ('push button', 'Zoom to fit'), ('push button', 'Zoom to 50%'),
            ('push button', 'Zoom to 100%'), ('toggle button', 'Compare with the photo'),
            ('push button', 'Help'), ('push button', 'Reset'), ('push button', 'Cancel'),
            ('push button', 'Paint')]
INTERACTIVE = ('push button', 'toggle button', 'slider', 'text', 'combo box', 'table', 'list item',
               'image', 'menu item', 'progress bar')


def opened(start, *args, **env):
    """A dialog whose first preview is complete."""
    dialog = start(*args, **env)
    dialog.wait_said('answer full 1')
    dialog.settled(dialog.right)
    return dialog


def names(start):
    """Every control is there by role and name, and nothing interactive is nameless."""
    dialog = opened(start)
    for role, name in CONTROLS:
        until(lambda: dialog.all(role, name), f'a {role} named "{name}"')
    for accessible in dialog.walk():
        role = accessible.get_role_name()
        if not accessible.get_state_set().contains(harness.Atspi.StateType.VISIBLE):
            continue
        if role in INTERACTIVE and accessible.get_parent().get_role_name() != 'combo box':
            check(accessible.get_name(), f'a {role} without a name in '
                  f'"{accessible.get_parent().get_name()}"')
    check(dialog.all('label', 'Garden in June'), 'the chosen work is named below the gallery')
    check(dialog.tile('Storm').get_description() == 'Édouard Émail, 1899',
          'artist and year describe a style')


def fits(start):
    """All of it on 1280 x 720, frame included, and only the gallery scrolls."""
    dialog = opened(start)
    check(len(dialog.all('scroll pane')) == 1, 'one scroll pane: the gallery')
    for role, name in CONTROLS:
        if role in ('list item', 'table'):  # these scroll
            continue
        x, y, w, h = dialog.box(dialog.find(role, name))
        check(x >= 0 and y >= 0 and x + w <= 1280 and y + h <= 720 and w > 0 and h > 0,
              f'{role} "{name}" at {x},{y} {w}x{h} is on the screen')
    x, y, w, h = dialog.canvas()
    check(w * h > 0.45 * 1280 * 720, f'the picture gets the room, not {w}x{h}')
    dialog.shot('light')


def strength(start):
    """The slider blends at once and asks for no other preview."""
    dialog = opened(start, IMPASTO_UI_TIMING='1')
    left, right = dialog.left(), dialog.right()
    dialog.slide('Strength', 20)
    until(lambda: dialog.right() != right, 'another blend is shown')
    check(dialog.left() == left, 'the photo stays')
    check(dialog.text_of('text', 'Strength, number') == '20%', 'the number follows')
    weak = dialog.settled(dialog.right)
    dialog.slide('Keep colors', 100)
    until(lambda: dialog.right() != weak, 'keep colors is shown')
    dialog.slide('Keep colors', 0)
    dialog.slide('Strength', 80)
    until(lambda: dialog.right() == right, 'and all is as before')
    dialog.slide('Strength', 100)
    full = until(lambda: dialog.right() != right and dialog.settled(dialog.right),
                 'nothing but the painting')
    dialog.slide('Strength', 80)
    until(lambda: dialog.right() == right, 'and all is as before, again')
    dialog.slide('Keep colors', 50)
    dialog.slide('Strength', 100)
    until(lambda: dialog.right() not in (right, full), 'its colors at full strength')
    dialog.slide('Keep colors', 0)
    until(lambda: dialog.right() == full, 'the painting again')
    entry = dialog.type_into('text', 'Strength, number', '45')
    entry.get_action_iface().do_action(0)
    until(lambda: dialog.find('slider', 'Strength').get_value_iface().get_current_value() == 45,
          'a number that is typed in moves the slider')
    dialog.errors.clear()
    for value in range(0, 101, 2):
        dialog.slide('Strength', value)
    dialog.settled(dialog.right)
    frames = sorted(float(e.split()[-1]) for e in dialog.errors if ' drawn in ' in e)
    check(frames, 'frames were drawn')
    print(f'{len(frames)} frames, median {frames[len(frames) // 2]:.1f} ms, '
          f'worst {frames[-1]:.1f} ms')
    check(len(dialog.said('preview')) == 1, 'no other preview was asked for')


def walk(start):
    """Arrow keys walk the gallery, and each step is painted."""
    dialog = opened(start)
    dialog.activate()
    until(lambda: dialog.focuses('Garden in June'), 'the chosen style has the focus')
    right = dialog.right()
    dialog.keys('Right')
    dialog.wait_said('preview 2 style=harbor')
    until(lambda: dialog.selected() == ['Harbor at Dawn'], 'the selection moved')
    dialog.wait_said('answer full 2')
    until(lambda: dialog.right() != right, 'its painting is shown')
    dialog.keys('Up')
    dialog.wait_said('preview 3 style=cubes')
    dialog.wait_said('answer full 3')


def press(start):
    """A style is asked for while the button is still down."""
    dialog = opened(start)
    dialog.activate()
    xdo('mousemove', *dialog.center(dialog.tile('Dancers')))
    xdo('mousedown', 1)
    dialog.wait_said('preview 2 style=dancers')
    xdo('mouseup', 1)
    dialog.wait_said('answer full 2')
    check(len(dialog.said('preview')) == 2, 'and not again on release')


def stale(start):
    """Answers to older requests are ignored, however late they come."""
    dialog = start('--stale', '--delay', '1500')
    dialog.wait_said('preview 1')
    dialog.choose('Storm')
    dialog.wait_said('preview 2')
    dialog.choose('Dancers')
    dialog.wait_said('preview 3 style=dancers')
    dialog.wait_said('answer full 3')
    check(not dialog.said('answer full 1'), 'the older answers are still to come')
    right = dialog.settled(dialog.right)
    dialog.wait_said('answer full 2')
    dialog.wait_said('answer full 1')
    check(dialog.settled(dialog.right) == right, 'the newest painting stays')


def finer(start):
    """The first paint is looked at while a finer one is on its way."""
    dialog = start('--hold', '--manual')
    dialog.wait_said('answer first 1')
    first = dialog.settled(dialog.right)
    dialog.tell('.')
    dialog.wait_said('answer full 1')
    until(lambda: dialog.right() != first, 'the finer one is shown')
    dialog.choose('Storm')
    dialog.wait_said('answer first 2')
    dialog.press('push button', 'Paint')
    dialog.wait_said('paint')
    dialog.press('push button', 'Cancel')
    dialog.wait_said('preview 3 style=storm')  # it was not complete
    dialog.tell('.')
    dialog.wait_said('answer full 3')
    fine = dialog.settled(dialog.right)
    dialog.press('push button', 'Paint')
    dialog.wait_said('paint', 2)
    dialog.press('push button', 'Cancel')
    until(lambda: dialog.sensitive('push button', 'Paint'), 'the dialog is usable again')
    until(lambda: dialog.right() == fine, 'the preview is as before')
    check(len(dialog.said('preview')) == 3, 'nothing was left to ask for')


def slow(start):
    """A dragged brush size is asked for as it goes, without a request for every step."""
    dialog = opened(start, '--delay', '400')
    begin = time.monotonic()
    for i in range(60):
        dialog.slide('Brush size', 2 ** (i / 30 - 1))
    seconds = time.monotonic() - begin
    dialog.wait_said('preview', 2)
    until(lambda: 'brush=1.95' in dialog.said('preview')[-1], 'the last value is asked for')
    n = len(dialog.said('preview'))
    check(2 < n < 4 + seconds / 0.25, f'{n - 1} requests for 60 steps in {seconds:.1f} s')
    dialog.wait_said(f'answer full {n}')


def search(start):
    """Search filters by title, artist and year, without accents; Escape clears."""
    dialog = opened(start)
    check(dialog.tiles()[:2] == ['Circles in Circles', 'Cubes III'], 'all styles')
    dialog.type_into('text', 'Search styles', 'theo')
    until(lambda: dialog.tiles() == ['Night over the River', 'The Red Bridge', 'Add a style'],
          'two works of one artist')
    dialog.shot('search')
    dialog.type_into('text', 'Search styles', 'edouard ema')
    until(lambda: dialog.tiles() == ['Storm', 'Add a style'], 'accents do not matter')
    dialog.type_into('text', 'Search styles', 'zebra')
    dialog.find('label', 'No style matches.')
    dialog.activate()
    entry = dialog.find('text', 'Search styles')
    entry.get_component_iface().grab_focus()
    dialog.keys('Escape')
    until(lambda: dialog.tiles()[:2] == ['Circles in Circles', 'Cubes III'],
          'Escape clears the search')
    dialog.type_into('text', 'Search styles', '1912')
    dialog.keys('Return')
    dialog.wait_said('preview 2 style=cubes')
    check(len(dialog.said('response')) == 0, 'and does not leave')


def compare(start):
    """Hold to see the photo: by mouse, by key."""
    dialog = opened(start)
    left, right = dialog.left(), dialog.right()
    dialog.activate()
    xdo('mousemove', *dialog.center(dialog.find('toggle button', 'Compare with the photo')))
    xdo('mousedown', 1)
    until(lambda: dialog.right() != right, 'the photo alone')
    check(harness.distance(dialog.left(), left) <= 2, 'the photo was there before')
    dialog.shot('compare')
    xdo('mouseup', 1)
    until(lambda: dialog.right() == right, 'the painting again')
    xdo('keydown', 'backslash')
    until(lambda: dialog.right() != right, 'the photo, by key')
    xdo('keyup', 'backslash')
    until(lambda: dialog.right() == right, 'the painting again')
    dialog.press('toggle button', 'Compare with the photo')
    until(lambda: dialog.right() != right, 'the photo, by an assistive tool')
    dialog.press('toggle button', 'Compare with the photo')
    until(lambda: dialog.right() == right, 'the painting again')


def compare_key(start):
    """The key that is held ends it however it is let go."""
    dialog = opened(start)
    right = dialog.right()
    dialog.activate()
    subprocess.run(['setxkbmap', 'de'], check=True)
    alt_gr, sharp_s = 108, 20  # codes of the keys; both together: a backslash
    for first, last in ((alt_gr, sharp_s), (sharp_s, alt_gr)):
        xdo('keydown', alt_gr)
        xdo('keydown', sharp_s)
        until(lambda: dialog.right() != right, 'the photo')
        xdo('keyup', first)
        xdo('keyup', last)
        until(lambda: dialog.right() == right, 'the painting again')
    subprocess.run(['setxkbmap', 'us'], check=True)
    xdo('keydown', 'backslash')
    until(lambda: dialog.right() != right, 'the photo')
    dialog.press('push button', 'Help')
    dialog.find('push button', 'Close')
    xdo('keyup', 'backslash')
    dialog.press('push button', 'Close')
    dialog.gone('push button', 'Close')
    until(lambda: harness.distance(dialog.right(), right) <= 2,  # a part was drawn by itself
          'the painting, as another window had the focus')


def divider(start):
    """Dragged, clicked and moved by keys; where it stands is kept."""
    dialog = opened(start)
    check('Divider at 50%' in dialog.view(), dialog.view())
    left = dialog.left()
    x, y, w, h = dialog.canvas()
    dialog.activate()
    dialog.drag(x + w // 2, y + h // 2, x + w // 4, y + h // 2)
    until(lambda: re.search(r'Divider at 2[34]%', dialog.view()), 'the divider at a quarter')
    until(lambda: dialog.left() != left, 'painting where the photo was')
    xdo('mousemove', x + w * 3 // 4, y + h // 3)
    xdo('click', 1)
    until(lambda: re.search(r'Divider at 7[67]%', dialog.view()), 'a click brings it')
    brought = dialog.view()
    xdo('mousemove', x + w // 4, y + h // 3)
    xdo('click', '--repeat', 2, '--delay', 60, 1)
    until(lambda: 'zoom 100%' in dialog.view(), 'a double click zooms')
    check(dialog.view().split(',')[0] == brought.split(',')[0],
          f'the divider stays: {brought}, then {dialog.view()}')
    dialog.press('push button', 'Zoom to fit')
    until(lambda: dialog.view() == brought, 'all as before')
    dialog.keys('Home')
    until(lambda: 'Divider at 0%' in dialog.view(), 'Home')
    dialog.keys('Right', 'Right')
    until(lambda: 'Divider at 4%' in dialog.view(), 'the right arrow')
    dialog.keys('Escape')
    dialog.wait_said('state divider 0.040')
    dialog.wait_said('response cancel')
    dialog.wait_end()


def zoom(start):
    """100 % asks for the pixels that are seen; the wheel zooms about the pointer."""
    dialog = opened(start)
    x, y, w, h = dialog.canvas()
    left, right = dialog.left(), dialog.right()
    dialog.press('push button', 'Zoom to 100%')
    until(lambda: 'zoom 100%' in dialog.view(), 'zoom 100 %')
    line = dialog.wait_said('detail')
    check(line.split()[3] == f'{w}x{h}', f'the detail is what is seen ({w}x{h}): {line}')
    before = [int(v) for v in line.split()[2].split(',')]
    check(abs(before[0] - (3000 - w) / 2) < 1 and abs(before[1] - (2000 - h) / 2) < 1,
          f'the middle: {line}')
    dialog.wait_said('answer detail')
    dialog.settled(dialog.right)
    dialog.shot('zoomed')

    dialog.activate()
    dialog.drag(x + w // 4, y + h // 2, x + w // 4 + 200, y + h // 2 + 60)
    wanted = f'{before[0] - 200},{before[1] - 60}'  # the last one, where the drag took its time
    until(lambda: dialog.said('detail')[-1].split()[2] == wanted, f'a drag pans to {wanted}')

    # A point of the picture at 1/4 of the width; zoom out twice there and look again.
    px, py = x + w // 4, y + h // 4
    before = [before[0] - 200, before[1] - 60]
    xdo('mousemove', px, py)
    xdo('click', 5)
    xdo('click', 5)
    until(lambda: 'zoom 64%' in dialog.view(), f'zoom 64 %: {dialog.view()}')
    def whole():  # at rest, all that is seen was asked for
        last = dialog.said('detail')[-1]
        return last if abs(int(last.split()[3].split('x')[0]) - w / 0.64) <= 2 else None

    line = until(whole, 'a detail of what is seen at 64 %')
    corner = [int(v) for v in line.split()[2].split(',')]
    for axis, (at, size) in enumerate(((w // 4, w), (h // 4, h))):
        expected = before[axis] + at - at / 0.64
        check(abs(corner[axis] - expected) <= 2,
              f'the point under the pointer stays: corner {corner[axis]}, not {expected:.0f}')
    dialog.press('push button', 'Zoom to fit')
    until(lambda: dialog.right() == right and dialog.left() == left, 'all as at first')

    n = len(dialog.said('detail'))
    dialog.choose('Storm')
    dialog.wait_said('answer full')
    dialog.settled(dialog.right)
    check(len(dialog.said('detail')) == n, 'Fit asks for no detail')


def repaint_zoomed(start):
    """Another style while zoomed in: its preview first, then its detail."""
    dialog = opened(start)
    dialog.press('push button', 'Zoom to 50%')
    dialog.wait_said('answer detail')
    dialog.choose('Storm')
    dialog.wait_said('answer detail', 2)
    order = [line.split()[0:2] for line in dialog.lines if line.startswith('answer')]
    check([o[1] for o in order[-4:]] == ['coarse', 'first', 'full', 'detail'],
          f'in this order: {order}')


def detail_once(start):
    """What is being painted is not asked for again."""
    dialog = opened(start, '--delay', '1000')
    dialog.press('push button', 'Zoom to 100%')
    dialog.wait_said('detail')
    dialog.activate()
    dialog.find('image', 'Preview').get_component_iface().grab_focus()
    dialog.keys('Home')  # of the divider: the same pixels are seen
    until(lambda: 'Divider at 0%' in dialog.view(), 'the divider moved')
    dialog.wait_said('answer detail')
    dialog.settled(dialog.right)
    check(len(dialog.said('detail')) == 1, 'once')


def paint(start):
    """Paint: progress in place, then the answer."""
    dialog = opened(start, '--manual')
    right = dialog.right()
    dialog.press('push button', 'Paint')
    dialog.wait_said('paint style=garden strength=80')
    dialog.tell('.' * 10)
    bar = dialog.find('progress bar', 'Progress')
    until(lambda: bar.get_value_iface().get_current_value() > 0.2, 'progress')
    check(dialog.right() != right, 'progress is seen in the picture')
    check(not dialog.sensitive('push button', 'Paint'), 'no second paint')
    check(not dialog.sensitive('slider', 'Strength'), 'no values to change now')
    until(lambda: any(re.fullmatch(r'\d+ s left', label.get_name())
                      for label in dialog.all('label')), 'the remaining time')
    dialog.shot('painting')
    dialog.tell('.' * 14)
    dialog.wait_said('painted')
    dialog.wait_said('response ok')
    dialog.wait_said('settings style=garden strength=80 brush=1.00 keep=0 second= mix=50')
    dialog.wait_end()


def replace(start):
    """Only in a repaint it is asked whether the layer is replaced, and it is at first."""
    dialog = opened(start)
    check(not dialog.all('check box'), 'nothing to replace')
    dialog.press('push button', 'Paint')
    dialog.wait_said('response ok')
    check(not dialog.said('replace'), 'and it is not told')

    dialog = opened(start, '--repaint', '--manual')
    dialog.shot('repaint')
    dialog.press('push button', 'Paint')
    dialog.wait_said('replace 1')
    check(not dialog.sensitive('check box', 'Replace the layer'), 'it is too late to choose')
    dialog.press('push button', 'Cancel')
    until(lambda: dialog.sensitive('check box', 'Replace the layer'), 'it can be chosen again')
    dialog.activate()
    dialog.keys('alt+r')
    until(lambda: not dialog.find('check box', 'Replace the layer').get_state_set().contains(
        harness.Atspi.StateType.CHECKED), 'no longer')
    dialog.keys('alt+p')
    dialog.wait_said('paint', 2)
    told = [line for line in dialog.lines if line.startswith(('replace', 'paint'))]
    check([line.split()[:2] for line in told[::2]] == [['replace', '1'], ['replace', '0']],
          f'each time before it paints: {told}')


def cancel(start):
    """Cancel while painting stops it and stays; Escape too; then Cancel leaves."""
    dialog = opened(start, '--manual')
    right = dialog.right()
    for way in ('button', 'key'):
        dialog.press('push button', 'Paint')
        dialog.wait_said('paint', 1 if way == 'button' else 2)
        dialog.tell('...')
        until(lambda: dialog.right() != right, 'it paints')
        if way == 'button':
            dialog.press('push button', 'Cancel')
        else:
            dialog.activate()
            dialog.keys('Escape')
        dialog.wait_said('cancel', 1 if way == 'button' else 2)
        until(lambda: dialog.sensitive('push button', 'Paint'), 'the dialog is usable again')
        until(lambda: dialog.right() == right, 'the preview is as before')
        check(not dialog.said('painted') and not dialog.said('response'), 'nothing was painted')
        dialog.gone('progress bar', 'Progress')
    dialog.press('push button', 'Cancel')
    dialog.wait_said('response cancel')
    dialog.wait_end()


def close(start):
    """The window's close button while painting: stops first, then leaves."""
    dialog = opened(start, '--manual')
    dialog.press('push button', 'Paint')
    dialog.wait_said('paint')
    dialog.tell('..')
    dialog.activate()
    dialog.close_button()
    dialog.wait_said('cancel')
    dialog.wait_said('response cancel')
    dialog.wait_end()
    dialog = opened(start)
    dialog.activate()
    dialog.close_button()
    dialog.wait_said('response closed')
    dialog.wait_end()


def errors(start):
    """A failed preview and a failed paint are sentences in the dialog, which stays."""
    told = []  # what is in sight as the bar says that it is: a screen reader reads it then

    def bar_changed(event):
        if event.source.get_role_name() == 'info bar' and event.detail1:
            told.extend(label.get_name() for label in dialog.all('label')
                        if label.get_state_set().contains(harness.Atspi.StateType.SHOWING))

    def is_told(sentence):
        harness.GLib.MainContext.default().iteration(False)
        return sentence in told

    dialog = opened(start)
    dialog.gone('info bar', 'Error')
    listener = harness.Atspi.EventListener.new(bar_changed)
    listener.register('object:state-changed:showing')
    right = dialog.right()
    dialog.choose('Torn Canvas')
    dialog.find('label', 'The style “bad-canvas” is damaged.')
    until(lambda: is_told('The style “bad-canvas” is damaged.'), 'it is told')
    dialog.find('info bar', 'Error')
    dialog.settled(dialog.canvas)
    dialog.shot('error')
    check(dialog.right() == right, 'the last good preview stays')
    dialog.choose('Storm')
    dialog.gone('info bar', 'Error')
    dialog.wait_said('answer full', 2)
    dialog.choose('Wet Canvas')
    dialog.wait_said('answer full', 3)
    right = dialog.settled(dialog.right)
    dialog.press('push button', 'Paint')
    dialog.find('label', 'There is not enough memory to paint.')
    until(lambda: is_told('There is not enough memory to paint.'), 'it is told too')
    until(lambda: dialog.right() == right, 'the preview is as before')
    check(dialog.sensitive('push button', 'Paint'), 'it can be tried again')
    check(not dialog.said('response'), 'the dialog stays')
    check(len(dialog.all('alert')) == 0, 'no box in the way')


def damaged(start):
    """A style that is left out is named, once."""
    sentence = 'The style “eaten” is left out: its vector is gone.'
    dialog = opened(start, '--damaged')
    dialog.find('label', sentence)
    dialog.settled(dialog.right)
    dialog.shot('damaged')
    dialog.press('push button', 'Dismiss')
    dialog.gone('label', sentence)
    dialog.gone('info bar', 'Error')
    dialog.press('toggle button', 'Favorite: Storm')
    until(lambda: dialog.tiles()[0] == 'Storm', 'the gallery changes')
    dialog.settled(dialog.right)
    dialog.gone('label', sentence)


def menu(dialog, tile, item):
    dialog.activate()
    dialog.tile(tile).get_component_iface().grab_focus()
    until(lambda: dialog.focuses(tile), f'focus on {tile}')
    dialog.keys('shift+F10')
    found = dialog.find('menu item', item)
    until(lambda: xdo('search', '--onlyvisible', '--class', 'ui-fake-host'), 'the menu')
    return found


def manage(start):
    """Star, rename, delete and show a style, from its menu."""
    dialog = opened(start)
    dialog.press('toggle button', 'Favorite: Storm')
    dialog.wait_said('favorite storm 1')
    until(lambda: dialog.tiles()[0] == 'Storm', 'a favorite comes first')
    check(dialog.selected() == ['Garden in June'], 'the choice stays')

    menu(dialog, 'My Own', 'Add to Favorites').get_action_iface().do_action(0)
    dialog.wait_said('favorite user-mine 1')
    item = menu(dialog, 'Storm', 'Rename…')
    check(not item.get_state_set().contains(harness.Atspi.StateType.SENSITIVE),
          'a style that came with Impasto keeps its name')
    dialog.shot('menu')
    dialog.keys('Escape')
    dialog.gone('menu item', 'Rename…')

    menu(dialog, 'My Own', 'Rename…').get_action_iface().do_action(0)
    entry = dialog.find('text', 'New title')
    check(dialog.text_of('text', 'New title') == 'My Own', 'the old title to begin with')
    dialog.shot('rename')
    entry.get_editable_text_iface().set_text_contents('Sunday')
    dialog.press('push button', 'Rename')
    dialog.wait_said('rename user-mine Sunday')
    dialog.tile('Sunday')

    menu(dialog, 'Sunday', 'Rename…').get_action_iface().do_action(0)
    dialog.type_into('text', 'New title', 'impossible')
    dialog.press('push button', 'Rename')
    dialog.find('label', 'The style cannot be renamed.')

    menu(dialog, 'Storm', 'Show the Picture').get_action_iface().do_action(0)
    dialog.find('icon', 'Storm')
    dialog.settled(dialog.right)
    dialog.shot('style-picture')
    dialog.keys('Escape')
    dialog.gone('icon', 'Storm')

    dialog.choose('Sunday')
    dialog.wait_said('preview 2 style=user-mine')
    menu(dialog, 'Sunday', 'Delete…').get_action_iface().do_action(0)
    dialog.press('push button', 'Delete')
    dialog.wait_said('delete user-mine')
    until(lambda: not dialog.all('list item', 'Sunday'), 'it is gone')
    dialog.wait_said('preview 3')
    check(dialog.selected() == ['Circles in Circles'],
          f'the one that took its place is chosen: {dialog.selected()}')


def menu_race(start):
    """A menu answered by an assistive tool while keys are on their way to it."""
    dialog = opened(start)
    for k in range(8):
        entry = ('Add to Favorites', 'Remove from Favorites')[k % 2]
        item = menu(dialog, 'Storm', entry)
        keys = subprocess.Popen(['xdotool', 'key', '--delay', '1', *['Left'] * 60])
        item.get_action_iface().do_action(0)
        dialog.wait_said('favorite storm', k + 1)
        keys.wait()
        dialog.gone('menu item', entry)


def right_click(start):
    """A right click opens the menu and chooses nothing."""
    dialog = opened(start)
    dialog.activate()
    dialog.click(dialog.tile('Dancers'), button=3)
    dialog.find('menu item', 'Show the Picture')
    dialog.keys('Escape')
    dialog.gone('menu item', 'Show the Picture')
    check(dialog.selected() == ['Garden in June'], 'the choice stays')
    check(not dialog.said('response'), 'Escape closed only the menu')


def add_style(start):
    """A layer, a picture file, and a file that is none."""
    dialog = opened(start, '--delay', '60')
    dialog.tile('Add a style')
    dialog.activate()

    def open_menu():
        dialog.tile('Add a style').get_component_iface().grab_focus()
        until(lambda: dialog.focuses('Add a style'), 'focus')
        dialog.keys('Return')

    def chooser():
        return xdo('search', '--onlyvisible', '--name', 'Add a Style')

    open_menu()
    dialog.find('menu item', 'sketch.xcf: Background')
    dialog.shot('add-menu')
    dialog.find('menu item', 'sketch.xcf: Ink').get_action_iface().do_action(0)
    dialog.wait_said('add-source 41 sketch.xcf: Ink')
    dialog.wait_said('preview 2 style=user-12')
    until(lambda: dialog.selected() == ['sketch.xcf: Ink'], 'the new style is chosen')
    until(lambda: dialog.all('label', 'Learning… 37%'), 'the tile says that it is learned')
    dialog.shot('learning')
    dialog.tell('.')
    dialog.wait_said('learned user-12')
    dialog.wait_said('preview 3 style=user-12')
    until(lambda: not dialog.all('label', 'Learning… 37%'), 'its title is back')

    folder = tempfile.mkdtemp()
    good, bad = os.path.join(folder, 'red_barn.png'), os.path.join(folder, 'words.png')
    harness.Gdk.pixbuf_get_from_window(harness.Gdk.get_default_root_window(), 300, 100, 320,
                                       200).savev(good, 'png', [], [])
    with open(bad, 'w', encoding='utf-8') as f:
        f.write('words\n')
    for n, path in enumerate((good, bad)):
        dialog.activate()
        open_menu()
        dialog.find('menu item', 'Picture File…').get_action_iface().do_action(0)
        dialog.find('text', 'Title of the style')
        xdo('windowactivate', '--sync', until(chooser, 'the chooser').split()[-1])
        dialog.keys('ctrl+l')
        location = until(lambda: next((a for a in dialog.all('text') if a.get_state_set().contains(
            harness.Atspi.StateType.FOCUSED) and a.get_name() != 'Title of the style'), None),
            'the location')
        xdo('type', '--delay', 5, path)
        until(lambda: harness.Atspi.Text.get_text(location, 0, -1) == path, 'the path')
        if n == 0:
            dialog.shot('add-file')
        dialog.press('push button', 'Add')
        until(lambda: not chooser(), 'the chooser is gone')
        title = 'red barn' if path == good else 'words'
        dialog.wait_said(f'add-file {path} {title}')
        if path == good:
            until(lambda: dialog.selected() == ['red barn'], 'the new style is chosen')
            dialog.wait_said('state add-style-folder')
    dialog.find('label', f'{bad} is not a picture.')
    check(dialog.selected() == ['red barn'], 'the choice stays')
    dialog.press('push button', 'Cancel')
    dialog.wait_said('response cancel')
    dialog.wait_end()


def mix(start):
    """A second style, how much of it, and Reset."""
    dialog = opened(start)
    check(not dialog.sensitive('slider', 'Mix'), 'nothing to mix yet')
    combo = dialog.find('combo box', 'Mix with')
    combo.get_selection_iface().select_child(3)
    line = dialog.wait_said('preview 2')
    check('second=dancers' in line, line)
    until(lambda: dialog.sensitive('slider', 'Mix'), 'now there is')
    dialog.slide('Mix', 70)
    until(lambda: 'mix=70' in dialog.said('preview')[-1], 'the mix is asked for')
    dialog.slide('Brush size', 2)
    until(lambda: 'brush=2.00' in dialog.said('preview')[-1], 'the brush size, as a factor')
    value = dialog.find('slider', 'Brush size').get_value_iface()
    check([value.get_minimum_value(), value.get_current_value(), value.get_maximum_value()]
          == [0.25, 2, 4], 'factors for assistive tools')
    dialog.find('slider', 'Brush size').get_component_iface().grab_focus()
    dialog.keys('Home')
    until(lambda: 'brush=0.25' in dialog.said('preview')[-1], 'Home: the smallest')
    dialog.slide('Brush size', 2)
    until(lambda: 'brush=2.00' in dialog.said('preview')[-1], 'and back')
    check(dialog.text_of('text', 'Brush size, number') == '2.00 ×', 'and shown as a factor')
    dialog.slide('Strength', 10)
    dialog.press('push button', 'Reset')
    until(lambda: 'style=garden brush=1.00 second= mix=50' in dialog.said('preview')[-1],
          'all but the style is as at first')
    check(dialog.text_of('text', 'Strength, number') == '100%', 'strength too')
    check(not dialog.sensitive('slider', 'Mix'), 'nothing to mix again')


def type_number(dialog, name, number):
    dialog.activate()
    dialog.find('text', name).get_component_iface().grab_focus()
    until(lambda: dialog.focuses(name), f'the focus on {name}')
    dialog.keys('ctrl+a')
    xdo('type', number)
    until(lambda: dialog.text_of('text', name) == number, 'what was typed')


def typed(start):
    """A number that is still being typed counts, and nobody stumbles over it."""
    dialog = opened(start)
    type_number(dialog, 'Brush size, number', '2')
    dialog.keys('alt+p')
    dialog.wait_said('paint style=garden strength=80 brush=2.00')
    dialog.wait_said('response ok')
    dialog.wait_end()
    for name, keys in (('Brush size, number', 'Escape'), ('Strength, number', 'Escape'),
                       ('Brush size, number', 'alt+c'), ('Brush size, number', None)):
        dialog = opened(start)
        type_number(dialog, name, '3')
        if keys:
            dialog.keys(keys)
        else:
            dialog.close_button()
        dialog.wait_said('response')
        dialog.wait_end()


def comma(start):
    """Where the decimal point is a comma, either can be typed."""
    with tempfile.TemporaryDirectory() as folder:
        made = os.path.join(folder, 'de_DE.UTF-8')
        subprocess.run(f'localedef --no-archive -i de_DE -f UTF-8 {made}', shell=True)
        if not os.path.exists(made):
            harness.skip('localedef cannot make de_DE.UTF-8 (package locales)')
        dialog = opened(start, LOCPATH=folder, LC_ALL='de_DE.UTF-8')
        for number, shown in (('1.5', '1,50 ×'), ('0.5', '0,50 ×'), ('1,5', '1,50 ×')):
            type_number(dialog, 'Brush size, number', number)
            dialog.keys('Tab')
            until(lambda: dialog.text_of('text', 'Brush size, number') == shown, shown)


def help(start):
    """One page, one window, above the dialog, and both can be used."""
    dialog = opened(start)
    dialog.activate()
    for way in ('key', 'button'):
        dialog.press('push button', 'Help')
        close = dialog.find('push button', 'Close')
        for text in ('Ctrl+F searches', 'Drag the line', 'Paint prints a line.'):
            until(lambda: any(text in label.get_name() for label in dialog.all('label')), text)
        dialog.shot('help')
        dialog.press('push button', 'Help')
        check(len(dialog.all('push button', 'Close')) == 1, 'no second one')
        dialog.choose('Storm' if way == 'key' else 'Dancers')
        dialog.wait_said('preview', 2 if way == 'key' else 3)
        if way == 'key':
            until(lambda: xdo('search', '--onlyvisible', '--name', 'Impasto Help'), 'its window')
            xdo('windowactivate', '--sync',
                xdo('search', '--onlyvisible', '--name', 'Impasto Help').split()[-1])
            dialog.keys('Escape')
        else:
            close.get_action_iface().do_action(0)
        dialog.gone('push button', 'Close')
    check(not dialog.said('response'), 'the dialog stays')
    dialog.press('push button', 'Help')
    dialog.find('push button', 'Close')
    dialog.press('push button', 'Cancel')  # takes the page with it
    dialog.wait_said('response cancel')
    dialog.wait_end()


def scrolled(start):
    """What is chosen is in sight: at first, a style just added, and after a search."""
    def in_sight(name):
        x, y, w, h = dialog.box(dialog.tile(name))
        _, top, _, height = dialog.box(dialog.all('scroll pane')[0])
        return top <= y and y + h <= top + height and h > 50

    dialog = opened(start)
    until(lambda: in_sight('Garden in June'), 'the first choice is in sight')
    check(not in_sight('Yellow Fields'), 'not all styles are')
    dialog.activate()
    # Titles are in order: this one is the last but for the tile that adds.
    dialog.tile('Add a style').get_component_iface().grab_focus()
    dialog.keys('Return')
    dialog.find('menu item', 'sketch.xcf: Ink').get_action_iface().do_action(0)
    dialog.wait_said('preview 2 style=user-12')
    until(lambda: in_sight('sketch.xcf: Ink'), 'the new style is in sight')
    for name in ('Circles in Circles', 'Yellow Fields'):
        check(not in_sight(name) or name == 'Yellow Fields', 'at the other end')
        dialog.choose(name)
        until(lambda: in_sight(name), 'so is one chosen by an assistive tool')
    dialog.type_into('text', 'Search styles', 'storm')
    until(lambda: dialog.tiles() == ['Storm', 'Add a style'], 'a search')
    dialog.type_into('text', 'Search styles', '')
    until(lambda: in_sight('Yellow Fields'), 'and again after a search')


def selected(start):
    """The chosen tile says so itself, and says when that changes."""
    def is_selected(name):
        return dialog.tile(name).get_state_set().contains(harness.Atspi.StateType.SELECTED)

    dialog = opened(start)
    until(lambda: is_selected('Garden in June'), 'the first choice')
    changes = []
    listener = harness.Atspi.EventListener.new(
        lambda event: changes.append((event.source.get_name(), event.detail1)))
    listener.register('object:state-changed:selected')
    dialog.choose('Storm')
    until(lambda: is_selected('Storm') and not is_selected('Garden in June'), 'the second')

    def told():
        harness.GLib.MainContext.default().iteration(False)
        return ('Storm', 1) in changes and ('Garden in June', 0) in changes

    until(told, f'the change is told: {changes}')
    xdo('keydown', 'Control_L')
    xdo('mousemove', *dialog.center(dialog.tile('Storm')))
    xdo('click', 1)
    xdo('keyup', 'Control_L')
    dialog.settled(dialog.right)
    until(lambda: is_selected('Storm'), 'there is always a choice')
    check(not dialog.tile('Add a style').get_state_set().contains(
        harness.Atspi.StateType.SELECTABLE), 'the tile that adds is no choice')


def state(start):
    """The second use opens as the first was left."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'state')
        dialog = opened(start, '--state', path)
        dialog.activate()
        x, y, w, h = dialog.canvas()
        dialog.drag(x + w // 2, y + h // 2, x + w // 3, y + h // 2)
        xid = dialog.activate()
        xdo('windowsize', '--sync', xid, 1010, 600)
        until(lambda: dialog.canvas()[2] < w, 'a smaller window')
        size = dialog.canvas()[2:]
        view = dialog.view().split(',')[0]
        dialog.press('push button', 'Cancel')
        dialog.wait_end()
        dialog = opened(start, '--state', path)
        until(lambda: dialog.canvas()[2:] == size, 'the same size')
        check(dialog.view().split(',')[0] == view, f'{dialog.view()} is not {view}')


def keyboard(start):
    """Tab reaches every control; mnemonics go where they say."""
    dialog = opened(start)
    dialog.activate()
    wanted, seen, last = {c for c in CONTROLS if c[0] != 'table'}, set(), None

    def moved():
        focus = dialog.focused()
        name = focus and (focus.get_role_name(), focus.get_name())
        return name if name != last else None

    for _ in range(2 * len(wanted)):
        if wanted <= seen:
            break
        try:
            last = until(moved, 'the focus moves', 2)
            seen.add(last)
        except Failure:  # GTK 3 tells nobody when a combo box has the focus
            if not dialog.focused() and ('combo box', 'Mix with') not in seen:
                dialog.keys('Down')
                dialog.wait_said('preview 2 style=garden brush=1.00 second=')
                seen.add(('combo box', 'Mix with'))
                last = None
        dialog.keys('Tab')
    check(wanted <= seen, f'Tab does not reach {wanted - seen}; it reached {sorted(seen)}')
    for key, name in (('alt+s', 'Strength'), ('alt+b', 'Brush size'), ('alt+k', 'Keep colors')):
        dialog.keys(key)
        until(lambda: dialog.focuses(name), f'{key} goes to {name}')
    dialog.keys('ctrl+f')
    until(lambda: dialog.focuses('Search styles'), 'Ctrl+F goes to the search')
    dialog.keys('alt+p')
    dialog.wait_said('paint style=garden')
    dialog.wait_said('response ok')


def small(start):
    """A picture of a few pixels, and one that is very wide."""
    for size in ('1x1', '40x3', '20000x10'):
        dialog = opened(start, '--size', size)
        dialog.press('push button', 'Zoom to 100%')
        until(lambda: 'zoom 100%' in dialog.view(), f'{size} at 100 %')
        dialog.settled(dialog.right)
        dialog.press('push button', 'Paint')
        dialog.wait_said('response ok')
        dialog.wait_end()


def hidpi(start):
    """At twice the density 100 % is still one pixel a pixel of the screen."""
    dialog = opened(start, '--size', '6000x4000', GDK_SCALE='2', GTK_THEME='Adwaita:dark')
    dialog.shot('dark-2x')
    x, y, w, h = dialog.canvas()
    dialog.press('push button', 'Zoom to 100%')
    line = dialog.wait_said('detail')
    detail = [int(v) for v in line.split()[3].split('x')]
    # Extents come in logical or device pixels, as the version of at-spi has it.
    check(detail in ([w, h], [2 * w, 2 * h]), f'{line}; the preview is {w}x{h}')
    check(detail[0] > 1100, f'device pixels, not logical ones: {line}')


def large(start):
    """In a large window too, what is seen gets sharp; its middle, where that is too much."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'state')
        with open(path, 'w', encoding='utf-8') as f:
            f.write('[state]\nsize=2540x1400\n')
        dialog = opened(start, '--size', '6000x4000', '--state', path)
        _, _, w, h = dialog.canvas()
        check(w > 2100, f'a large preview, not {w}x{h}')
        dialog.press('push button', 'Zoom to 100%')
        check(dialog.wait_said('detail').split()[3] == f'{w}x{h}', 'all that is seen')
        dialog.wait_said('answer detail')
        dialog.press('push button', 'Zoom to 50%')
        line = dialog.wait_said('detail', 2)
        corner = [int(v) for v in line.split()[2].split(',')]
        size = [int(v) for v in line.split()[3].split('x')]
        check(0.99 < size[0] * size[1] / (3840 * 2160) <= 1, f'no more than can be had: {line}')
        check(abs(size[0] * h - size[1] * w) < w + h, f'of the shape of what is seen: {line}')
        for at, length, whole in zip(corner, size, (6000, 4000)):
            check(abs(2 * at + length - whole) <= 3, f'its middle: {line}')
        dialog.wait_said('answer detail', 2)


def dark(start):
    """Looks only; the picture is for the eye."""
    dialog = opened(start, GTK_THEME='Adwaita:dark')
    dialog.shot('dark')
    dialog.choose('Storm')
    dialog.wait_said('answer full', 2)


if __name__ == '__main__':
    run({case.__name__: case for case in (
        names, fits, strength, walk, press, stale, finer, slow, search, compare, compare_key,
        divider, zoom, repaint_zoomed, detail_once, paint, replace, cancel, close, errors,
        damaged, manage, menu_race, right_click, add_style, mix, typed, comma,
        help, scrolled, selected, state, keyboard, small, hidpi, large, dark)})
