# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
#
# impasto-bench prints one JSON object with what scripts rely on, and refuses wrong use.
import json
import subprocess
import sys

program = sys.argv[1]
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
