#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""impasto-paint as its users call it: every option, wrong values, formats, odd pictures, damaged
files, Ctrl-C. Called with the program and the folder styles/; standard library only."""
import glob
import itertools
import math
import os
import pathlib
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

import png

PROGRAM, STYLES = sys.argv[1:3]


def photo(width, height, channels=3):
    pixels = bytearray()
    for y in range(height):
        for x in range(width):
            wave = math.sin(x * 0.2) * math.cos(y * 0.15)
            pixels += bytes((int(128 + 100 * wave), x * 255 // width, y * 255 // height))
            if channels == 4:
                pixels.append((x * 7 + y * 3) % 256)
    return bytes(pixels)


def most_different(a, b):
    return max(abs(p - q) for p, q in zip(a, b, strict=True))


def icc_profile(space):
    header = bytearray(128)
    header[8:12] = b'\x02\x10\0\0'
    header[12:24] = b'mntr' + space + b'XYZ '
    header[36:40] = b'acsp'
    header[68:80] = struct.pack('>III', 0xf6d6, 0x10000, 0xd32d)
    tag = b'desc' + bytes(4) + struct.pack('>I', 5) + b'Test\0' + \
        random.Random(1).randbytes(300)  # libpng 1.6 takes a very short chunk for broken
    tags = struct.pack('>I4sII', 1, b'desc', 144, len(tag))
    profile = header + tags + tag
    profile[0:4] = struct.pack('>I', len(profile))
    return bytes(profile)


class Programs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='impasto-paint-')
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.photo = self.path('photo.png')
        self.out = self.path('out.png')
        self.pixels = photo(96, 64)
        png.write(self.photo, 96, 64, 3, self.pixels)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def environment(self, **more):
        return {'PATH': os.environ['PATH'], 'IMPASTO_STYLES': STYLES, 'LC_ALL': 'C.UTF-8',
                'HOME': self.folder, 'XDG_DATA_HOME': self.path('data'),
                **{k: v for k, v in os.environ.items()
                   if k == 'IMPASTO_CPU' or k.endswith('SAN_OPTIONS')}, **more}

    def call(self, *arguments, **environment):
        return subprocess.run([PROGRAM, *arguments], env=self.environment(**environment),
                              capture_output=True, text=True, timeout=280)

    def paint(self, *options, photo=None, style='starry-night', out=None, **environment):
        """Paint with success; the pixels of a PNG."""
        out = out or self.out
        done = self.call(*options, photo or self.photo, style, out, **environment)
        self.assertEqual((done.returncode, done.stderr, done.stdout), (0, '', ''))
        return png.read(out) if out.endswith('.png') else None

    def refused(self, status, words, *arguments, **environment):
        """One clear sentence, no OUT and nothing else left behind."""
        before = sorted(os.listdir(self.folder))
        done = self.call(*arguments, **environment)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertTrue(done.stderr.startswith('impasto-paint: '), done.stderr)
        for word in words if isinstance(words, tuple) else (words,):
            self.assertIn(word, done.stderr)
        self.assertLessEqual(len(done.stderr.splitlines()), 2, done.stderr)
        self.assertEqual(done.stdout, '')
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    # ---- words -----------------------------------------------------------------------

    def spread_about_a_bird(self, waves, style):
        """A bird on the sky, or a sea with waves of that many levels, darker by 14 towards the corners: the
        largest distance between the mean colors of cells of the painting away from the bird."""
        width, height, cell = 360, 240, 40
        pixels, means = bytearray(), []
        for y in range(height):
            for x in range(width):
                dx, dy = x / width - 0.5, y / height - 0.5
                bird = (dx / 0.14) ** 2 + (dy / 0.09) ** 2 < 1
                dark = round(28 * (dx * dx + dy * dy) + waves * math.sin(0.8 * y + 2 * math.sin(x / 20)))
                pixels += (b'\xfa\xd7\xd7' if dy < 0 else b'\x1e\x19\x1e') if bird else bytes(
                    (100 - dark, 120 - dark, 165 - dark))
        photo = self.path('sky.png')
        png.write(photo, width, height, 3, bytes(pixels))
        painting = self.paint(photo=photo, style=style)[-1]
        for y in range(0, height, cell):
            for x in range(0, width, cell):
                if abs(x + cell / 2 - width / 2) >= 110 or abs(y + cell / 2 - height / 2) >= 70:
                    rows = [painting[3 * (j * width + x):3 * (j * width + x + cell)]
                            for j in range(y, y + cell)]
                    means.append([sum(sum(row[c::3]) for row in rows) / cell ** 2 for c in range(3)])
        return max(max(c) - min(c) for c in zip(*means))

    def test_a_sky_and_a_sea_stay_of_one_color(self):
        """Both were once painted in two colors, 120 to 150 levels apart."""
        for waves, style in itertools.product((0, 20), ('linocut', 'watercolor', 'wheat-field')):
            self.assertLess(self.spread_about_a_bird(waves, style), 70, (waves, style))

    def test_version_and_help(self):
        self.assertRegex(self.call('--version').stdout, r'^impasto-paint \d+\.\d+\.\d+\n$')
        text = self.call('--help').stdout
        for option in ('strength', 'brush-size', 'keep-colors', 'second-style', 'mix', 'threads',
                       'list-styles', 'version'):
            self.assertIn('--' + option, text)

    def test_list_styles(self):
        done = self.call('--list-styles')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        lines = [line.split('\t') for line in done.stdout.splitlines()]
        folders = os.listdir(os.path.join(STYLES, 'gallery'))
        self.assertEqual(sorted(line[0] for line in lines), sorted(folders))
        self.assertIn(['starry-night', 'The Starry Night', 'Vincent van Gogh', '1889'], lines)
        self.assertEqual({len(line) for line in lines}, {4})

    def test_list_styles_keeps_its_columns(self):
        styles = self.copy_styles('udnie', 'scream')
        for style, more in (('udnie', ', "year": 1913'), ('scream', '')):
            pathlib.Path(styles, 'gallery', style, 'style.json').write_text(
                f'{{"id": "{style}", "title": "{style.title()}"{more}}}')
        self.assertEqual(self.call('--list-styles', IMPASTO_STYLES=styles).stdout,
                         'scream\tScream\t\t\nudnie\tUdnie\t\t1913\n')

    def test_wrong_use(self):
        photo, out = self.photo, self.out
        needed = 'PHOTO STYLE OUT'
        self.refused(2, needed)
        self.refused(2, needed, photo, 'udnie')
        self.refused(2, needed, photo, 'udnie', out, 'more')
        self.refused(2, 'no arguments', '--list-styles', photo)
        self.refused(2, '--bogus', '--bogus')
        for option, word in (
                ('--strength=101', 'strength must be from 0 to 100, not 101.'),
                ('--strength=-1', 'strength must be from 0 to 100, not -1.'),
                ('--strength=nan', 'not a number'), ('--strength=inf', 'strength must be'),
                ('--strength=x', '--strength'), ('--strength=', '--strength'),
                ('--brush-size=0.2', 'brush-size must be from 0.25 to 4, not 0.2.'),
                ('--brush-size=4.1', 'brush-size must be'), ('--brush-size=nan', 'not a number'),
                ('--keep-colors=101', 'keep-colors must be from 0 to 100, not 101.'),
                ('--mix=-0.5', 'mix must be from 0 to 100, not -0.5.'),
                ('--second-style=nope', ('"nope"', '--list-styles')),
                ('--threads=-1', 'threads must be'), ('--threads=257', 'threads must be'),
                ('--threads=two', '--threads')):
            with self.subTest(option):
                self.refused(2, word, option, photo, 'udnie', out)

    def test_wrong_styles(self):
        no_picture = self.path('text.png')
        pathlib.Path(no_picture).write_text('not a picture')
        for style, word in (('nope', '--list-styles'), ('', 'No style'),
                            (self.folder, 'is a folder'), (no_picture, 'not a picture'),
                            (self.path('none.jpg'), 'neither'), ('../starry-night', 'neither')):
            with self.subTest(style):
                self.refused(2, word, self.photo, style, self.out)

    def test_wrong_photos(self):
        text, empty, half = self.path('t.png'), self.path('e.png'), self.path('h.png')
        pathlib.Path(text).write_text('not a picture')
        pathlib.Path(empty).write_bytes(b'')
        whole = pathlib.Path(self.photo).read_bytes()
        pathlib.Path(half).write_bytes(whole[:len(whole) // 2])
        for path, word in ((text, 'not a picture'), (empty, 'not a picture'), (half, half),
                           (self.folder, 'It is a folder.'), ('/dev/zero', 'not a file'),
                           (self.path('none.png'), 'no such file')):
            with self.subTest(path):
                self.refused(1, ('cannot be read', word), path, 'udnie', self.out)

    def test_wrong_outputs(self):
        for out, status, word in ((self.path('o.gif'), 2, 'must end in'),
                                  (self.path('o'), 2, 'must end in'),
                                  (self.path('none', 'o.png'), 1, 'no folder'),
                                  ('/proc/impasto.png', 1, 'cannot be written')):
            with self.subTest(out):
                self.refused(status, word, self.photo, 'udnie', out)
        os.mkdir(self.path('folder.png'))
        self.refused(1, 'not a file', self.photo, 'udnie', self.path('folder.png'))

    def test_read_only_folder(self):
        folder = self.path('locked')
        os.mkdir(folder, 0o555)
        if os.access(folder, os.W_OK):  # root: as the next best, where nobody can write
            folder = '/proc'
        self.refused(1, 'cannot be written', self.photo, 'udnie', os.path.join(folder, 'o.png'))

    # ---- painting ----------------------------------------------------------------------

    def test_strength(self):
        self.assertEqual(self.paint('--strength=0'), (96, 64, 3, self.pixels))
        full = self.paint()[3]
        self.assertGreater(most_different(full, self.pixels), 40)
        half = self.paint('--strength', '50')[3]
        middle = [(p + q) / 2 for p, q in zip(full, self.pixels)]
        self.assertLessEqual(most_different(half, middle), 1.01)

    def test_alpha_is_kept(self):
        pixels = photo(50, 40, 4)
        png.write(self.photo, 50, 40, 4, pixels)
        self.assertEqual(self.paint('--strength=0'), (50, 40, 4, pixels))
        painted = self.paint()[3]
        self.assertEqual(painted[3::4], pixels[3::4])
        self.assertNotEqual(painted, pixels)

    def test_what_is_transparent_has_no_influence(self):
        pixels = photo(50, 40, 4)
        visible = [255 if x < 25 else 0 for y in range(40) for x in range(50)]
        black, white = bytearray(pixels), bytearray(pixels)
        for i, alpha in enumerate(visible):
            black[4 * i + 3] = white[4 * i + 3] = alpha
            if not alpha:
                black[4 * i:4 * i + 3], white[4 * i:4 * i + 3] = b'\0\0\0', b'\xff\xff\xff'
        painted = []
        for pixels in (black, white):
            png.write(self.photo, 50, 40, 4, pixels)
            painted.append(self.paint()[3])
        self.assertEqual(*[b''.join(p[4 * i:4 * i + 4] for i, alpha in enumerate(visible) if alpha)
                           for p in painted])

    def test_options_matter(self):
        png.write(self.photo, 480, 20, 3, photo(480, 20))  # brush size 0.5 is no larger than 1
        plain = self.paint()[3]
        for option in ('--brush-size=2', '--brush-size=0.5', '--keep-colors=100',
                       '--second-style=udnie'):
            with self.subTest(option):
                self.assertGreater(most_different(plain, self.paint(option)[3]), 20)
        self.assertEqual(plain, self.paint('-s', '100', '-b', '1', '-k', '0', '-m', '70', '-q')[3])

    def test_mix(self):
        one, two = self.paint()[3], self.paint(style='udnie')[3]
        self.assertEqual(self.paint('--second-style=udnie', '--mix=0')[3], one)
        self.assertLessEqual(
            most_different(self.paint('--second-style=udnie', '--mix=100')[3], two), 1)
        half = self.paint('--second-style', 'udnie')[3]
        self.assertEqual(self.paint('--second-style', 'udnie', '--mix', '50')[3], half)
        self.assertGreater(most_different(half, one), 10)
        self.assertGreater(most_different(half, two), 10)

    def test_keep_colors(self):
        gray = bytes(v for i in range(96 * 64) for v in 3 * [i * 255 // (96 * 64)])
        png.write(self.photo, 96, 64, 3, gray)
        kept = self.paint('--keep-colors=100', style='scream')[3]
        self.assertLessEqual(max(most_different(kept[0::3], kept[1::3]),
                                 most_different(kept[1::3], kept[2::3])), 2)
        colored = self.paint(style='scream')[3]
        self.assertGreater(most_different(colored[0::3], colored[2::3]), 40)

    def test_threads_do_not_matter(self):
        png.write(self.photo, 700, 500, 3, photo(700, 500))
        files = []
        for threads in ('1', '2', '7'):
            self.paint('--threads', threads, '--brush-size=2')
            files.append(pathlib.Path(self.out).read_bytes())
        self.assertEqual(files[0], files[1])
        self.assertEqual(files[0], files[2])

    def test_cpu_level(self):
        png.write(self.photo, 24, 16, 3, photo(24, 16))  # the reference takes its time
        reference = self.paint('--brush-size=4', IMPASTO_CPU='ref')[3]
        portable = self.paint('--brush-size=4', IMPASTO_CPU='generic')[3]
        self.assertLessEqual(most_different(portable, reference), 2)
        best = self.paint('--brush-size=4')[3]  # of bfloat16, it may be
        self.assertLessEqual(sum(abs(a - b) for a, b in zip(best, reference)), 2 * len(best))

    def test_odd_sizes(self):
        for width, height in ((1, 1), (1, 300), (2, 3), (2000, 10)):
            with self.subTest(width=width, height=height):
                png.write(self.photo, width, height, 3, photo(width, height))
                painted = self.paint()
                self.assertEqual(painted[:3], (width, height, 3))

    def test_20000x10(self):
        png.write(self.photo, 20000, 10, 3, photo(20000, 10))
        self.assertEqual(self.paint('--brush-size=4')[:3], (20000, 10, 3))

    def test_all_transparent(self):
        pixels = bytes(4 * 60 * 60)
        png.write(self.photo, 60, 60, 4, pixels)
        self.assertEqual(self.paint()[3][3::4], bytes(60 * 60))

    # ---- files ----------------------------------------------------------------------------

    def test_formats(self):
        alpha = photo(50, 40, 4)
        png.write(self.path('alpha.png'), 50, 40, 4, alpha)
        for ending, magic in (('jpg', b'\xff\xd8\xff'), ('JPEG', b'\xff\xd8\xff'),
                              ('tif', b'II*\0'), ('tiff', b'II*\0'), ('PNG', b'\x89PNG')):
            with self.subTest(ending):
                out = self.path('o.' + ending)
                self.paint('--strength=0', out=out)
                self.assertEqual(pathlib.Path(out).read_bytes()[:len(magic)], magic)
                back = self.paint('--strength=0', photo=out)
                exact = not ending.lower().startswith('j')
                self.assertLessEqual(most_different(back[3], self.pixels), 0 if exact else 24)
                self.paint('--strength=0', photo=self.path('alpha.png'), out=out)
                back = self.paint('--strength=0', photo=out)
                self.assertEqual(back[2], 4 if exact else 3)
                if ending == 'PNG':
                    self.assertEqual(back[3], alpha)

    def test_cut_jpeg(self):
        whole, half = self.path('whole.jpg'), self.path('half.jpg')
        self.paint('--strength=0', out=whole)
        data = pathlib.Path(whole).read_bytes()
        pathlib.Path(half).write_bytes(data[:len(data) * 2 // 3])
        self.refused(1, 'It is cut short.', half, 'udnie', self.out)
        self.refused(1, 'It is cut short.', self.photo, half, self.out)
        pathlib.Path(half).write_bytes(data + b'what a camera adds')
        self.paint('--strength=0', photo=half)

    def test_exif_orientation(self):
        upright, turned = self.path('upright.jpg'), self.path('turned.jpg')
        self.paint('--strength=0', out=upright)
        data = pathlib.Path(upright).read_bytes()
        tiff = b'MM\0*\0\0\0\x08' + struct.pack('>HHHIHHI', 1, 0x112, 3, 1, 6, 0, 0)
        exif = b'Exif\0\0' + tiff
        pathlib.Path(turned).write_bytes(
            data[:2] + b'\xff\xe1' + struct.pack('>H', len(exif) + 2) + exif + data[2:])
        before = self.paint('--strength=0', photo=upright)[3]
        width, height, _, after = self.paint('--strength=0', photo=turned)
        self.assertEqual((width, height), (64, 96))
        for x, y in ((0, 0), (95, 0), (40, 50), (95, 63)):  # clockwise by a quarter
            at = 3 * (x * 64 + 63 - y)
            self.assertEqual(after[at:at + 3], before[3 * (y * 96 + x):3 * (y * 96 + x) + 3])

    def test_color_profile_goes_along(self):
        profile = icc_profile(b'RGB ')
        png.write(self.photo, 96, 64, 3, self.pixels, png.icc_chunk(profile))
        for ending in ('png', 'jpg', 'tif'):
            with self.subTest(ending):
                out = self.path('o.' + ending)
                self.paint('--brush-size=4', out=out)
                if ending == 'png':
                    self.assertTrue(b'iCCP' in png.chunks(out))
                else:
                    self.assertTrue(profile in pathlib.Path(out).read_bytes())
                again = self.path('again.jpg')
                self.paint('--brush-size=4', photo=out, out=again)
                self.assertTrue(profile in pathlib.Path(again).read_bytes())

    def test_profile_of_gray_stays_behind(self):
        """The painting has colors, so the profile would not be its own."""
        profile = icc_profile(b'GRAY')
        png.write(self.photo, 96, 64, 1, self.pixels[::3], png.icc_chunk(profile))
        self.paint('--brush-size=4')
        self.assertFalse(b'iCCP' in png.chunks(self.out))
        out = self.path('o.jpg')
        self.paint('--brush-size=4', out=out)
        self.assertFalse(profile in pathlib.Path(out).read_bytes())

    def test_output_is_replaced(self):
        for path in (self.out, self.photo):  # the photo itself, too
            pathlib.Path(path).touch()
            os.chmod(path, 0o640)
            self.paint('--brush-size=4', out=path)
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o640)
        link = self.path('link.png')
        os.symlink(self.out, link)
        os.remove(self.out)
        pathlib.Path(self.out).write_text('old')
        self.paint('--brush-size=4', out=link)
        self.assertTrue(os.path.islink(link))
        self.assertEqual(png.read(self.out)[:2], (96, 64))

    def test_odd_names(self):
        name = self.path('-ü "Ω" \n%s.png')
        shutil.copy(self.photo, name)
        self.paint('--brush-size=4', photo=name, out=self.path('%d ☆.png'))

    def interrupt(self, number, out):
        large = self.path('large.png')
        png.write(large, 6000, 4000, 3, bytes(3 * 6000 * 4000))  # seconds, by any CPU
        with subprocess.Popen([PROGRAM, large, 'udnie', out], env=self.environment(),
                              stderr=subprocess.PIPE, text=True) as painting:
            time.sleep(1.5)
            self.assertIsNone(painting.poll())
            painting.send_signal(number)
            sent = time.monotonic()
            text = painting.communicate(timeout=120)[1]
            self.assertLess(time.monotonic() - sent, 60)
            self.assertEqual((painting.returncode, text), (1, 'impasto-paint: Cancelled.\n'))
        self.assertEqual(glob.glob(self.path('.impasto-*')), [])

    def test_interrupt_leaves_nothing(self):
        self.interrupt(signal.SIGINT, self.out)
        self.assertFalse(os.path.exists(self.out))
        pathlib.Path(self.out).write_text('what was there')
        self.interrupt(signal.SIGTERM, self.out)
        self.assertEqual(pathlib.Path(self.out).read_text(), 'what was there')

    # ---- styles ------------------------------------------------------------------------------

    def copy_styles(self, *ids):
        styles = self.path('styles')
        os.mkdir(styles)
        for name in ('painter.safetensors', 'reader.safetensors'):
            shutil.copy(os.path.join(STYLES, name), styles)
        for style in ids:
            shutil.copytree(os.path.join(STYLES, 'gallery', style),
                            os.path.join(styles, 'gallery', style))
        return styles

    @staticmethod
    def cut(*names):
        path = pathlib.Path(*names)
        data = path.read_bytes()
        path.write_bytes(data[:len(data) // 2])

    def test_picture_as_style(self):
        style = self.path('style.png')
        pixels = bytes(v for y in range(300) for x in range(260)
                       for v in ((255, 40, 0) if (x + y) // 9 % 2 else (0, 30, 120)))
        png.write(style, 260, 300, 3, pixels)
        painted = self.paint(style=style)[3]
        self.assertGreater(most_different(painted, self.pixels), 40)
        self.assertEqual(self.paint(style=style)[3], painted)
        self.paint('--second-style', style, '--brush-size=4')
        png.write(style, 1, 1, 3, b'\xff\0\0')
        self.paint('--brush-size=4', style=style)

    def test_damaged_styles_are_named(self):
        styles = self.copy_styles('starry-night', 'udnie', 'scream', 'night-cafe', 'tahiti')
        gallery = os.path.join(styles, 'gallery')
        self.cut(gallery, 'udnie', 'vector.safetensors')
        self.cut(gallery, 'scream', 'style.json')
        os.remove(os.path.join(gallery, 'night-cafe', 'vector.safetensors'))
        self.cut(gallery, 'tahiti', 'thumbnail.png')  # this one still works
        done = self.call('--list-styles', IMPASTO_STYLES=styles)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(sorted(line.split('\t')[0] for line in done.stdout.splitlines()),
                         ['starry-night', 'tahiti'])
        for style in ('udnie', 'scream', 'night-cafe'):
            self.assertEqual(done.stderr.count('"%s"' % style), 1, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 3)
        self.paint('--brush-size=4', IMPASTO_STYLES=styles)
        self.paint('--brush-size=4', style='tahiti', IMPASTO_STYLES=styles)
        self.refused(1, 'udnie', self.photo, 'udnie', self.out, IMPASTO_STYLES=styles)
        self.refused(2, ('"scream"', 'JSON'), self.photo, 'scream', self.out,
                     IMPASTO_STYLES=styles)

    def test_damaged_network(self):
        styles = self.copy_styles('starry-night')
        self.cut(styles, 'reader.safetensors')
        self.paint('--brush-size=4', IMPASTO_STYLES=styles)
        self.refused(1, 'reader.safetensors', self.photo, self.photo, self.out,
                     IMPASTO_STYLES=styles)
        self.cut(styles, 'painter.safetensors')
        self.refused(1, 'painter.safetensors', self.photo, 'starry-night', self.out,
                     IMPASTO_STYLES=styles)
        os.remove(os.path.join(styles, 'painter.safetensors'))
        self.refused(1, 'painter.safetensors', self.photo, 'starry-night', self.out,
                     IMPASTO_STYLES=styles)

    def test_no_styles(self):
        self.refused(2, 'no gallery', self.photo, 'starry-night', self.out,
                     IMPASTO_STYLES=self.path('nowhere'))
        self.refused(1, 'no gallery', '--list-styles', IMPASTO_STYLES=self.path('nowhere'))

    def test_users_styles(self):
        own = self.path('data', 'impasto', 'styles', 'mine')
        shutil.copytree(os.path.join(STYLES, 'gallery', 'udnie'), own)
        pathlib.Path(own, 'style.json').write_text('{"id": "mine", "title": "Mein ☆"}')
        self.assertIn('mine\tMein ☆\t\t\n', self.call('--list-styles').stdout)
        self.assertEqual(self.paint(style='mine')[3], self.paint(style='udnie')[3])


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
