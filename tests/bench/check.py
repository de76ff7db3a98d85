# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
#
# impasto-bench and impasto-network print one JSON object with what scripts rely on, and refuse
# wrong use; the network paints the same layer by layer and in tiles.
import array
import json
import math
import os
import subprocess
import sys
import tempfile

program, network = sys.argv[1:]
text = subprocess.run([program, '--json', '--layers', '--megapixels=0.9', '--repeat=2', '--tile=32',
                       '--threads=2', '--brush-size=4'], check=True, capture_output=True, text=True).stdout
got = json.loads(text)
for name in ('paint_seconds_per_megapixel', 'measure_seconds', 'load_seconds', 'peak_bytes'):
    assert got[name] > 0, (name, got)
assert abs(got['megapixels'] - 0.9) < 0.01 and got['threads'] == 2 and got['cpu'], got
assert [layer['name'] for layer in got['layers']][:3] == ['down0', 'down1', 'down2'], got
assert all(layer['seconds'] > 0 and layer['gflops'] > 0 for layer in got['layers']), got
assert got['direct_gflops'] > 0 and got['sgemm_gflops'] >= 0, got
assert 1 < got['halo'] < 40, got    # 4 n - 14 rows and columns: a tile of 32 works on 137 of them
for wrong in ('--repeat=0', '--megapixels=nan', '--no-such-option', 'photo.jpg'):
    assert subprocess.run([program, wrong], capture_output=True).returncode == 2, wrong
for failing in ('--photo=/nowhere.jpg', '--style=no-such-style', '--threads=1000', '--brush-size=9'):
    run = subprocess.run([program, failing], capture_output=True, text=True)
    assert run.returncode == 1 and run.stderr.startswith('impasto-bench: '), (failing, run)
print(text)

width, height = 150, 90
photo = array.array('f', (0.5 + 0.5 * math.sin(0.001 * i * (1 + i % 3)) for i in range(3 * width * height)))
paintings = []
with tempfile.TemporaryDirectory() as folder:
    at = lambda name: os.path.join(folder, name)
    with open(at('photo'), 'wb') as f:
        photo.tofile(f)
    for way in ('measured', 'tiles'):
        words = [network, way, at('photo'), str(width), str(height), at(way), 'starry-night', '2', '2']
        got = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
        assert len(got['seconds']) == 2 and min(got['seconds']) > 0 and got['memory'] > 0, got
        with open(at(way), 'rb') as f:
            paintings.append(array.array('f', f.read()))
    for wrong, status in (words[:-1], 2), ([network, 'whole', *words[2:]], 2), (words[:3] + ['151'] + words[4:], 1):
        assert subprocess.run(wrong, capture_output=True).returncode == status, wrong
measured, tiles = paintings
assert len(tiles) == len(photo) and max(tiles) - min(tiles) > 0.1
# bfloat16 rounds once more where it measures
different = [abs(a - b) for a, b in zip(measured, tiles)]
if got['precision'] == 'bf16':
    assert sum(different) < 0.05 * len(tiles), sum(different) / len(tiles)
else:
    assert max(different) < 1e-3, max(different)
