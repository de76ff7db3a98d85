#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""Impasto and other engines, side by side, on the same network and the same picture.

    tests/bench/peers.py BUILD [--megapixels 0.25 1 4 12] [--threads 2] [--level x86v3]

BUILD is the meson build folder. Below BUILD/peers a virtual environment is made with what
PIP names, and for each size the picture and the painter with one style folded in, as ONNX
(styles/training/export.py). No part of Impasto needs any of it. A pip that finds PyTorch's
CUDA build first is told otherwise: PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu.

Each engine runs in a process of its own, one at a time, in rounds: forth, back, forth. A
process runs the network once without counting it, then --runs times. Each painting is
compared with the reference's, the first engine of the list that is there.

What is compared: `impasto tiles` paints with the moments given, as the ONNX file has them
folded in: the same work (up to 1 MP layer by layer, as the engine does). `impasto measured` measures them on this picture as well, which the
other engines are spared. The engine itself takes the second way up to 1 MP, the first above:
that row is the one the ratios are of, at the precision it takes itself; `, f32` is the same at
level x86v4, for the comparison of fp32. Our time has the reflection of the borders in it; the
others get an extended picture. `impasto user` is the whole way of a user's photo: first
paint, second measurement, and the paint at full size (impasto-bench); that is another
picture, so it is not compared.

limit: what a direct convolution of the picture would multiply and add, over the time; and that over
OpenBLAS' product of matrices (impasto-bench), the machine's peak.

--level x86v3 keeps to AVX2 those that obey: Impasto (IMPASTO_CPU), oneDNN and so PyTorch and
OpenVINO (ONEDNN_MAX_CPU_ISA), PyTorch's own kernels (ATEN_CPU_CAPABILITY), OpenCV
(OPENCV_CPU_DISABLE). ONNX Runtime and ncnn have no such switch and run at their best.

memory: most resident MiB above what the process held when its libraries and the picture
were loaded. A run that takes longer than a minute, or fails, is a row that says so. Exit
status 1: paintings do not agree.
"""
import argparse
import importlib
import json
import os
import resource
import statistics
import subprocess
import sys
import time
import venv

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
STYLES = os.path.join(ROOT, 'styles')
STYLE = 'starry-night'
PIP = ['torch==2.13.0', 'onnx', 'onnxruntime', 'openvino', 'ncnn', 'pnnx', 'opencv-python-headless',
       'numpy', 'pillow']
HALO = 105              # rows of input beyond those of the painting (export.py)
RUN_SECONDS = 60
FP32_MAX, FP32_MEAN = 1 / 255, 0.02 / 255   # of 0 ... 1; in eighty additions of fp32 a layer
LOW_MEAN = 2 / 255
LOWERED = {'x86v3': {'IMPASTO_CPU': 'x86v3', 'ONEDNN_MAX_CPU_ISA': 'AVX2', 'DNNL_MAX_CPU_ISA': 'AVX2',
                     'ATEN_CPU_CAPABILITY': 'avx2', 'OPENBLAS_CORETYPE': 'Haswell',
                     'OPENCV_CPU_DISABLE': 'AVX512_SKX,AVX512F'}}


# ---- the other engines: each is made ready, and returns run() -> [1][3][h][w], precision

def torch_engine(folder, x, threads, compiled=False, last=False, precision='f32'):
    import numpy as np
    import onnx
    import torch
    from onnx import numpy_helper
    sys.path.insert(0, os.path.join(STYLES, 'training'))
    from export import run_folded

    torch.set_num_threads(threads)
    weights = {i.name: torch.from_numpy(np.array(numpy_helper.to_array(i)))
               for i in onnx.load(os.path.join(folder, 'model.onnx')).graph.initializer}
    form = {'memory_format': torch.channels_last} if last else {}
    layers = {name[:-len('.weight')]: (w.contiguous(**form), weights[name[:-len('weight')] + 'bias'])
              for name, w in weights.items() if name.endswith('.weight')}
    blocks = sum(name.startswith('block') for name in layers) // 2
    x = torch.from_numpy(x).contiguous(**form)

    def forward(x):
        return run_folded(layers, blocks, x)

    if compiled:
        forward = torch.compile(forward)

    def run():
        with torch.inference_mode(), torch.autocast('cpu', enabled=precision == 'bf16'):
            return forward(x).float().numpy()
    return run, precision


def onnxruntime_engine(folder, x, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(os.path.join(folder, 'model.onnx'), options,
                                           ['CPUExecutionProvider'])
    return lambda: session.run(None, {'photo': x})[0], 'f32'


def openvino_engine(folder, x, threads, precision=None):
    import openvino

    wanted = {'INFERENCE_NUM_THREADS': threads, 'PERFORMANCE_HINT': 'LATENCY'}
    if precision:
        wanted['INFERENCE_PRECISION_HINT'] = precision
    model = openvino.Core().compile_model(os.path.join(folder, 'model.onnx'), 'CPU', wanted)
    request = model.create_infer_request()
    chosen = model.get_property('INFERENCE_PRECISION_HINT').get_type_name()
    return (lambda: request.infer([x], share_inputs=True, share_outputs=True)[0],
            {'float': 'f32', 'f32': 'f32'}.get(chosen, chosen))


def ncnn_engine(folder, x, threads, precision=None):
    import ncnn
    import numpy as np

    net = ncnn.Net()
    net.opt.num_threads = threads
    if precision:
        for name in dir(net.opt):
            if name.startswith(('use_fp16', 'use_bf16')):
                setattr(net.opt, name, name.startswith('use_' + precision))
    net.load_param(os.path.join(folder, 'small.ncnn.param'))
    net.load_model(os.path.join(folder, 'small.ncnn.bin'))
    photo = ncnn.Mat(x[0])

    def run():
        extractor = net.create_extractor()
        extractor.input('in0', photo)
        return np.array(extractor.extract('out0')[1])[None]
    return run, 'f32' if precision == 'f32' else 'own' if not precision else precision


def opencv_engine(folder, x, threads, engine='ENGINE_AUTO'):
    import cv2

    cv2.setNumThreads(threads)
    net = cv2.dnn.readNetFromONNX(os.path.join(folder, 'model.onnx'), getattr(cv2.dnn, engine))

    def run():
        net.setInput(x)
        return net.forward()
    return run, 'f32'


# name -> library, function, arguments, precision: as held, or 'own'
PEERS = {
    'PyTorch': ('torch', torch_engine, {}, 'f32'),
    'PyTorch, channels last': ('torch', torch_engine, {'last': True}, 'f32'),
    'PyTorch, compiled': ('torch', torch_engine, {'compiled': True}, 'f32'),
    'ONNX Runtime': ('onnxruntime', onnxruntime_engine, {}, 'f32'),
    'OpenVINO, f32': ('openvino', openvino_engine, {'precision': 'f32'}, 'f32'),
    'OpenVINO': ('openvino', openvino_engine, {}, 'own'),
    'ncnn, f32': ('ncnn', ncnn_engine, {'precision': 'f32'}, 'f32'),
    'ncnn': ('ncnn', ncnn_engine, {}, 'own'),
    'OpenCV': ('cv2', opencv_engine, {}, 'f32'),
}
OURS = {'impasto tiles, f32': 'tiles', 'impasto measured, f32': 'measured',
        'impasto tiles': 'tiles', 'impasto measured': 'measured'}
FP32_LEVEL = 'x86v4'    # of ours that is held at fp32; ignored where the CPU has it not
WHOLE_PIXELS = 1e6      # painting.c


# ---- one engine in one process

def status_bytes(name):
    with open('/proc/self/status') as f:
        return next(1024 * int(line.split()[1]) for line in f if line.startswith(name))


def work(name, folder, threads, runs):
    """Run one peer here; prints one JSON object."""
    import numpy as np

    with open('/proc/self/oom_score_adj', 'w') as f:    # rather this than anything else
        f.write('1000')
    library, engine, arguments, _ = PEERS[name]
    importlib.import_module(library)
    size = json.load(open(os.path.join(folder, 'size.json')))
    x = np.fromfile(os.path.join(folder, 'extended.f32'), np.float32).reshape(
        1, 3, size['height'] + HALO, size['width'] + HALO)
    available = next(1024 * int(line.split()[1]) for line in open('/proc/meminfo')
                     if line.startswith('MemAvailable'))
    resource.setrlimit(resource.RLIMIT_AS, (status_bytes('VmSize') + available,) * 2)
    before = status_bytes('VmRSS')
    with open('/proc/self/clear_refs', 'w') as f:       # the peak so far is forgotten
        f.write('5')
    run, precision = engine(folder, x, threads, **arguments)
    start = time.perf_counter()
    painting = run()
    seconds = []
    if time.perf_counter() - start < RUN_SECONDS or arguments.get('compiled'):
        for _ in range(runs):
            start = time.perf_counter()
            painting = run()
            seconds.append(time.perf_counter() - start)
    memory = status_bytes('VmHWM') - before
    np.ascontiguousarray(painting[0].transpose(1, 2, 0)).tofile(painting_path(folder, name))
    print(json.dumps({'precision': precision, 'memory': memory, 'seconds': seconds}))


def painting_path(folder, name):
    return os.path.join(folder, name.replace(', ', '-').replace(' ', '-') + '.f32')


# ---- all of them

def make_environment(folder):
    """The virtual environment's Python; it is made where it is not there."""
    python = os.path.join(folder, 'bin', 'python')
    if not os.path.exists(os.path.join(folder, 'complete')):
        venv.create(folder, with_pip=True)
        subprocess.run([python, '-m', 'pip', 'install', '--quiet', *PIP], check=True)
        open(os.path.join(folder, 'complete'), 'w').close()
    return python


def make_ncnn(folder):
    """small.ncnn.*, which fit any size: converted at a small one, since pnnx runs the model."""
    import onnx

    model = onnx.load(os.path.join(folder, 'model.onnx'))
    side = 4 * 26 + 91
    for value, size in (model.graph.input[0], side), (model.graph.output[0], side - HALO):
        for dim in value.type.tensor_type.shape.dim[2:]:
            dim.dim_value = size
    onnx.save(model, os.path.join(folder, 'small.onnx'))
    subprocess.run([os.path.join(sys.prefix, 'bin', 'pnnx'), 'small.onnx', f'inputshape=[1,3,{side},{side}]',
                    'fp16=0'], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_model(folder, megapixels):
    """Picture, extended picture, ONNX and ncnn model of one size. -> width, height"""
    import numpy as np
    import torch
    from PIL import Image
    sys.path.insert(0, os.path.join(STYLES, 'training'))
    from network import extend

    sources = [os.path.join(STYLES, 'painter.safetensors'),
               os.path.join(STYLES, 'gallery', STYLE, 'vector.safetensors')]
    at = lambda name: os.path.join(folder, name)
    # A run paints 4 n - 14 rows and columns.
    height = int((1e6 * megapixels / 1.5) ** 0.5 / 4) * 4 + 2
    width = int((1e6 * megapixels / height - 2) / 4) * 4 + 2
    size = {'width': width, 'height': height}
    if os.path.exists(at('size.json')) and json.load(open(at('size.json'))) == size and all(
            os.path.getmtime(path) < os.path.getmtime(at('size.json')) for path in sources):
        return width, height
    os.makedirs(folder, exist_ok=True)
    picture = Image.open(os.path.join(STYLES, 'sample.jpg')).convert('RGB')
    picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    picture.save(at('photo.png'))
    photo = np.asarray(picture, np.float32) / 255
    photo.tofile(at('photo.f32'))
    extend(torch.from_numpy(photo.transpose(2, 0, 1))[None]).contiguous().numpy().tofile(at('extended.f32'))
    subprocess.run([sys.executable, os.path.join(STYLES, 'training', 'export.py'), 'onnx', *sources,
                    at('photo.png'), at('model.onnx'), '--input', str(height + HALO), str(width + HALO)],
                   check=True)
    make_ncnn(folder)
    with open(at('size.json'), 'w') as f:
        json.dump(size, f)
    return width, height


def run_engine(name, folder, build, width, height, a):
    """One visit of one engine. -> its JSON object, or a reason"""
    program = lambda which: os.path.join(build, 'tests', 'bench', which)
    env = {**os.environ, 'IMPASTO_STYLES': STYLES, 'OMP_NUM_THREADS': str(a.threads),
           'TORCHINDUCTOR_CACHE_DIR': os.path.join(os.path.dirname(folder), f'inductor-{a.level or "best"}'),
           **LOWERED.get(a.level, {})}
    if name == 'impasto user':
        words = [program('impasto-bench'), '--json', '--photo', os.path.join(folder, 'photo.png'),
                 '--style', STYLE, f'--threads={a.threads}', f'--repeat={a.runs}']
    elif name in OURS:
        if name.endswith('f32'):
            env['IMPASTO_CPU'] = env.get('IMPASTO_CPU', FP32_LEVEL)
        words = [program('impasto-network'), OURS[name], os.path.join(folder, 'photo.f32'), str(width),
                 str(height), painting_path(folder, name), STYLE, str(a.threads), str(a.runs)]
    else:
        words = [sys.executable, __file__, 'work', name, folder, str(a.threads), str(a.runs)]
    try:
        run = subprocess.run(words, env=env, capture_output=True, text=True,
                             timeout=RUN_SECONDS * (a.runs + 1) + 120)
    except subprocess.TimeoutExpired:
        return 'took more than a minute a run'
    if run.returncode:
        last = (run.stderr.strip().splitlines() or [''])[-1]
        return 'killed: out of memory?' if run.returncode < 0 else 'failed: ' + last[:80]
    got = json.loads(run.stdout.strip().splitlines()[-1])
    if name == 'impasto user':
        got = {'precision': 'bf16' if got['cpu'] in ('x86bf16', 'x86amx') else 'f32', 'memory': got['peak_bytes'],
               'seconds': [got['measure_seconds'] + got['paint_seconds']], 'sgemm': got['sgemm_gflops']}
    return got if got['seconds'] else 'took more than a minute a run'


def compare(folder, name, reference):
    """Largest and mean difference, 0 ... 1."""
    import numpy as np

    a, b = (np.memmap(painting_path(folder, n), np.float32, 'r') for n in (name, reference))
    if a.shape != b.shape:
        return 1.0, 1.0
    difference = np.abs(a - b)
    return float(difference.max()), float(difference.mean(dtype=np.float64))


def one_size(megapixels, build, folder, a):
    """Run all engines on one size and print their table. -> whether all agree"""
    width, height = make_model(folder, megapixels)
    names = [n for n in [*PEERS, *OURS, 'impasto user'] if not a.only or any(n.startswith(o) for o in a.only)]
    seconds, memory, precision, failed = ({n: [] for n in names} for _ in range(4))
    flop = sgemm = 0
    for i in range(a.rounds):
        for name in names[::-1] if i % 2 else names:
            if failed[name]:
                continue
            got = run_engine(name, folder, build, width, height, a)
            if isinstance(got, str):
                failed[name] = got
                continue
            seconds[name] += got['seconds']
            memory[name].append(got['memory'])
            precision[name] = got['precision']
            flop, sgemm = max(flop, got.get('flop', 0)), max(sgemm, got.get('sgemm', 0))

    size = width * height / 1e6
    print(f'\n**{size:.2f} MP** ({width} x {height}), {a.threads} thread{"s"[:a.threads > 1]}'
          f'{", " + a.level if a.level else ""}, {a.rounds} rounds of {a.runs}\n')
    print('| engine | precision | median s | least s | s/MP | x impasto | memory MiB | max diff /255 | mean diff /255 |')
    print('|---|---|--:|--:|--:|--:|--:|--:|--:|')
    ran = [n for n in names if seconds[n]]
    reference = ran[0] if ran else None
    mine = 'impasto measured' if size * 1e6 <= WHOLE_PIXELS else 'impasto tiles'
    ours = statistics.median(seconds[mine]) if mine in ran else float('nan')
    agree = True
    for name in names:
        if failed[name]:
            print(f'| {name} | {failed[name]} | | | | | | | |')
            continue
        median = statistics.median(seconds[name])
        if name == 'impasto user':
            far = '| |'
        else:
            largest, mean = compare(folder, name, reference)
            exact = precision[name] == 'f32'
            good = largest <= FP32_MAX and mean <= FP32_MEAN if exact else mean <= LOW_MEAN
            agree &= good
            far = f'{255 * largest:.4f} | {255 * mean:.5f}{"" if good else " **disagrees**"} |'
        print(f'| {f"**{name}**" if name == mine else name} | {precision[name]} | {median:.4f} | {min(seconds[name]):.4f} | {median / size:.4f} | '
              f'{median / ours:.2f} | {max(memory[name]) / 2**20:.0f} | {far}')
    if mine in ran:
        for held, which in ('f32', [n for n in ran if n in PEERS and PEERS[n][3] == 'f32']), \
                           ('own', [n for n in ran if n in PEERS]):
            own = mine + ', f32' if held == 'f32' else mine
            if which and own in ran:
                ours = statistics.median(seconds[own])
                best = min(which, key=lambda n: statistics.median(seconds[n]))
                least = min(which, key=lambda n: min(seconds[n]))
                print(f'\n{"fp32 held" if held == "f32" else "own precision"}: best {best}, '
                      f'{statistics.median(seconds[best]) / ours:.2f} x impasto by the median, '
                      f'{min(seconds[least]) / min(seconds[own]):.2f} x by the least')
    for name in [n for n in ran if n in OURS and sgemm]:
        rate = flop / statistics.median(seconds[name]) * 1e-9
        print(f'\nlimit: {name}: {rate:.0f} GFLOP/s of direct convolution, {rate / sgemm:.2f} x OpenBLAS\' sgemm of {sgemm:.0f}')
    sys.stdout.flush()
    return agree


def main():
    if sys.argv[1:2] == ['work']:
        return work(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('build', help='the meson build folder')
    p.add_argument('--megapixels', type=float, nargs='+', default=[0.25, 1, 4, 12])
    p.add_argument('--threads', type=int, default=os.cpu_count())
    p.add_argument('--level', choices=LOWERED, help='lower the CPU level of those that obey')
    p.add_argument('--rounds', type=int, default=3)
    p.add_argument('--runs', type=int, default=3, help='timed runs a round')
    p.add_argument('--only', nargs='+', metavar='NAME', help='engines whose names begin so')
    p.add_argument('--venv', help='a virtual environment that is there already')
    a = p.parse_args()
    build = os.path.abspath(a.build)
    environment = os.path.abspath(a.venv or os.path.join(build, 'peers', 'venv'))
    if sys.prefix != environment:
        python = os.path.join(environment, 'bin', 'python') if a.venv else make_environment(environment)
        os.execv(python, [python, *sys.argv])
    agree = [one_size(m, build, os.path.join(build, 'peers', f'{m:g}'), a) for m in a.megapixels]
    sys.exit(0 if all(agree) else 1)


if __name__ == '__main__':
    main()
