#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""Train the style network: a small one whose Gram matrices stand for those of the loss networks.

Knowledge distillation (Hinton et al. 2015, arXiv:1503.02531; for style transfer Wang et al. 2020,
arXiv:2003.08436): at each level a linear map W of the student's features S has to give the teacher's, T:

    sum over the levels of |T - W S|^2 / |T|^2 + |G_T - W G_S W^T|^2 / |G_T|^2

on photos, on paintings, and on what the painter makes of photos, where a student is asked most. W is not
trained but solved for: the least squares of the batch (variable projection, Golub and Pereyra 1973,
doi:10.1137/0710036). At the end |W D W^T|^2 = |P D P^T|^2 for D = G_S - G_S', with P^T P = W^T W: the network
ends each level in P, and the plain difference of its Gram matrices is the teacher's.

    distill.py --data DATA --weights .. --out RUN --minutes 40
"""
import argparse
import os
import random
import time

import torch
import torch.nn.functional as F

import data
import losses
from network import STYLE, StyleNetwork, load_painter, load_reader, save_file

CROP = 176


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument('--data', required=True)
    p.add_argument('--weights', default=os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
    p.add_argument('--out', required=True, help='checkpoint and log')
    p.add_argument('--minutes', type=float, default=40, help='of all starts together')
    p.add_argument('--batch', type=int, default=6, help='a third photos, paintings, and painted photos each')
    p.add_argument('--rate', type=float, default=2e-3)
    a = p.parse_args()
    os.makedirs(a.out, exist_ok=True)
    rng = random.Random(1)
    torch.manual_seed(1)
    teacher = losses.LossNetwork(os.path.join(a.data, 'losses')).eval()
    painter = load_painter(os.path.join(a.weights, 'painter.safetensors')).eval()
    reader = load_reader(os.path.join(a.weights, 'reader.safetensors')).eval()
    photos, paintings = (data.list_pictures(os.path.join(a.data, k), False) for k in ('photos', 'paintings'))
    student = StyleNetwork()
    names = list(losses.STYLE_LAYERS)
    with torch.no_grad():       # features of VGG are in the hundreds: to a root mean square of 1
        seen = teacher(torch.stack([data.short_side(data.to_float(data.load_picture(p)), 192)[:, :192, :192]
                                    for p in photos[:8]]))
    size = {name: seen[name].square().mean().sqrt() for name in names}
    path = os.path.join(a.out, 'checkpoint.pt')
    parameters = list(student.parameters())
    optimizer = torch.optim.Adam(parameters, lr=a.rate, betas=(0.9, 0.99))
    mean, moments, step, seconds = [v.detach().clone() for v in parameters], {}, 0, 0.0
    if os.path.exists(path):
        state = torch.load(path, weights_only=True)
        student.load_state_dict(state['student'])
        optimizer.load_state_dict(state['optimizer'])
        mean, moments, step = state['mean'], state['moments'], state['step']
        seconds = state['seconds']
        rng.seed(1 + step)
        torch.manual_seed(1 + step)

    def crop(picture, scale):
        h, w = picture.shape[1:]
        s = max(scale, (CROP + 1) / min(h, w))
        picture = data.resize(picture, round(h * s), round(w * s))
        y, x = (rng.randrange(n - CROP + 1) for n in picture.shape[1:])
        picture = picture[:, y:y + CROP, x:x + CROP]
        return picture.flip(2) if rng.random() < 0.5 else picture

    def pictures():
        k = a.batch // 3
        load = lambda paths: data.to_float(data.load_picture(rng.choice(paths)))
        plain = [crop(load(photos), rng.uniform(0.6, 2)) for _ in range(2 * k)]
        styles = [load(paintings) for _ in range(k)]
        vector = torch.cat([torch.cat(reader(data.reader_view(s)[None]), 1) for s in styles])
        vector = vector * (1 + 0.2 * torch.randn_like(vector)) + 0.05 * torch.randn_like(vector)
        painted = painter(torch.stack(plain[:k]), vector[:, :STYLE], vector[:, STYLE:])
        return torch.cat([painted.float(), torch.stack(plain[k:] + [crop(s, rng.uniform(1, 2)) for s in styles])])

    def solve(ss, ts, ridge):
        return torch.linalg.solve(ss + (ridge * ss.diagonal().mean() + 1e-6) * torch.eye(len(ss)), ts.T).T

    def best_map(name, t, s):
        """W for this batch; what it is made of is kept, averaged over the last batches."""
        t, s = (x.transpose(0, 1).flatten(1) for x in (t, s))
        now = s @ s.T / s.shape[1], t @ s.T / s.shape[1]
        moments[name] = tuple(torch.lerp(b, n.detach(), 0.03) for b, n in
                              zip(moments.get(name, [n.detach() for n in now]), now))
        return solve(*now, 1e-2)

    def gather():
        """The student with P at each level's end."""
        state = dict(zip([k for k, _ in student.named_parameters()], mean))
        for i, name in enumerate(names):
            w = solve(*moments[name], 1e-4)
            values, vectors = torch.linalg.eigh(w.T.double() @ w.double())
            state[f'end{i}'] = (values.clamp(min=0).sqrt()[:, None] * vectors.T).float()
        return state

    begun, log = time.monotonic() - seconds, []
    while True:
        seconds = time.monotonic() - begun
        done = seconds / 60 / a.minutes
        with torch.autocast('cpu', torch.bfloat16):
            with torch.no_grad():
                x = pictures()
                wanted = teacher(x)
            found = student(x, ends=False)
        parts = []                      # in F32: W may be large, and its terms cancel
        for name, s in zip(names, found):
            s, t = s.float(), wanted[name].float() / size[name]
            w = best_map(name, t, s)
            r = F.conv2d(s, w[:, :, None, None]) - t
            g, h = losses.gram(t), w @ losses.gram(s) @ w.T
            parts.append(torch.stack([r.square().sum() / t.square().sum(),
                                      ((g - h).square().sum((1, 2)) / g.square().sum((1, 2))).mean()]))
        total = torch.stack(parts)
        for group in optimizer.param_groups:
            group['lr'] = a.rate * min(1, (step + 1) / 50) * (1 if done < 0.6 else 0.03 ** ((done - 0.6) / 0.4))
        optimizer.zero_grad()
        total.sum().backward()
        torch.nn.utils.clip_grad_norm_(parameters, 2.0)
        optimizer.step()
        with torch.no_grad():
            for m, v in zip(mean, parameters):
                m.lerp_(v, 0.1 if step < 100 else 0.01)
        log.append(total.detach())
        step += 1
        if step % 50 == 0 or done >= 1:
            last = torch.stack(log[-50:]).mean(0)
            print(step, f'{done * a.minutes:.1f} min; features', *(f'{v:.3f}' for v in last[:, 0]),
                  'Gram', *(f'{v:.4f}' for v in last[:, 1]), flush=True)
            save_file({k: v.half() for k, v in gather().items()}, os.path.join(a.out, 'style-network.safetensors'),
                      {'format': 'impasto-style-network', 'version': '1'})
            torch.save({'student': student.state_dict(), 'optimizer': optimizer.state_dict(), 'mean': mean,
                        'moments': moments, 'step': step, 'seconds': seconds}, path + '.new')
            os.replace(path + '.new', path)
        if done >= 1:
            break


if __name__ == '__main__':
    main()
