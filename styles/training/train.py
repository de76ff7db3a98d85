# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 The Impasto authors
"""Train the painter, a table of style vectors and the style reader together.

Of each batch, some photos are painted in styles of the table (their vectors are parameters),
the others in styles that the reader reads off random paintings; the painter is shared. The
run stops after --minutes or --steps, whichever comes first, and goes on from its checkpoint
when started again with the same --out. Pictures that appear in the --styles folders become
table entries at the next checkpoint. See README.md.
"""
import argparse
import copy
import json
import os
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from PIL import Image

import data
import export
import losses
import reference
from network import HALO, STYLE, Discriminator, Painter, Reader, load_file, load_reader

NEW_ENTRY = 60              # updates during which a new table entry learns four times faster


def arguments():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument('--data', required=True, help='folder of photos/ paintings/ losses/')
    p.add_argument('--styles', action='append', default=[], help='folder of style pictures')
    p.add_argument('--collection', action='append', default=[], metavar='ID=ID,ID,...',
                   help='one more table entry: one style out of the pictures of several')
    p.add_argument('--only', default='', help='table entries to train, id,id,...')
    p.add_argument('--start', help='folder with painter, reader, styles.safetensors, or a '
                   'compact checkpoint; without it, from nothing; not read where --out has a '
                   'checkpoint to go on from')
    p.add_argument('--out', required=True, help='checkpoints, log, sheets')
    p.add_argument('--minutes', type=float, default=60, help='of all starts together')
    p.add_argument('--steps', type=int, default=10 ** 9, help='likewise')
    p.add_argument('--batch', type=int, default=4)
    p.add_argument('--read', type=int, default=2, help='of the batch, how many through the reader')
    p.add_argument('--crop', type=int, default=254, help='painted pixels a side, 4q - 14')
    p.add_argument('--plain', type=float, default=0.0, metavar='X',
                   help='photos are enlarged by at most this, and otherwise as they are')
    p.add_argument('--target', type=int, default=0, metavar='SIDE',
                   help='short side of the style pictures, which keep their finest texture: '
                   'what evaluate.py asks for')
    p.add_argument('--rate', type=float, default=7e-4)
    p.add_argument('--style', type=float, default=14.0)
    p.add_argument('--layers', choices=list(losses.LAYERS), default='stroke')
    p.add_argument('--freeze', default='', metavar='painter,reader', help='what stays as it is')
    p.add_argument('--push', default='', metavar='ID=X,ID=X,...',
                   help='--style is X times as much for these table entries')
    p.add_argument('--share', default='', metavar='ID=X,ID=X,...',
                   help='these table entries are drawn X times as often')
    p.add_argument('--content', type=float, default=1.0)
    p.add_argument('--calm', type=float, default=20.0)
    p.add_argument('--ring', type=float, default=60.0)
    p.add_argument('--form', type=float, default=12.0)
    p.add_argument('--hatch', type=float, default=8.0)
    p.add_argument('--checker', type=float, default=60.0)
    p.add_argument('--lattice', type=float, default=100.0)
    p.add_argument('--grain', type=float, default=40.0)
    p.add_argument('--variation', type=float, default=0.05)
    p.add_argument('--adversarial', type=float, default=0.0, help='weight; 0: no discriminator')
    p.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    p.add_argument('--workers', type=int, default=0, help='loader processes')
    p.add_argument('--parts', type=int, default=1, help='threads, each with a part of the batch: '
                   'on a busy CPU better than threads inside an operation (OMP_NUM_THREADS=1)')
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--save-minutes', type=float, default=8)
    p.add_argument('--look-steps', type=int, default=200, help='steps between sheets')
    a = p.parse_args()
    if (a.crop + 14) % 4 or a.read > a.batch:
        p.error('--crop must be 4q - 14, --read at most --batch')
    if a.adversarial and a.parts > 1:
        p.error('--adversarial needs --parts 1')
    return a


def by_name(text):
    """'ID=X,ID=X,...' as a dict of numbers."""
    return {name: float(x) for name, x in (pair.split('=') for pair in text.split(',') if pair)}


class Entry:
    """A style of the table: the Gram matrices of its pictures, and what is allowed of it."""

    def __init__(self, pictures, net, device, push, side):
        self.views = [data.to_float(p) for p in pictures]
        self.pictures = [data.short_side(v, side) if side else data.style_target(v) for v in self.views]
        self.targets = [style_targets(p.to(device), net, not side and data.is_sharp(v, p), push=push)
                        for p, v in zip(self.pictures, self.views)]


def style_targets(picture, net, sharp, blur=0.0, push=1.0):
    """Gram matrices of one picture, and the fine energy that its style may have.

    A sharp picture loses its texture of two and three pixels: a painter that is asked for it makes
    a weave, not strokes, and at full size the weave shows.
    """
    if sharp:
        picture = losses.low_passed(picture[None])[0]
    with torch.no_grad(), torch.autocast(picture.device.type, torch.bfloat16):
        found = net(picture[None], half=True)
        return {**losses.grams(found, losses.STROKE_LAYERS),
                'fine': losses.fine_energy(picture[None]).median().view(1),
                'blur': torch.full((1,), blur, device=picture.device),
                'push': torch.full((1,), push, device=picture.device)}


def stack_targets(targets):
    return {k: torch.cat([t[k] for t in targets]) for k in targets[0]}


class Trainer:
    def __init__(self, a):
        self.a, self.device = a, torch.device(a.device)
        self.net = losses.LossNetwork(os.path.join(a.data, 'losses')).to(self.device).eval()
        self.push, self.share = by_name(a.push), by_name(a.share)
        self.reference = export.reference().float().permute(2, 0, 1)[None].to(self.device)
        self.painter, self.reader, self.table = Painter(smooth=True), Reader(), {}
        self.checkpoint = os.path.join(a.out, 'checkpoint.pt')
        resuming = os.path.exists(self.checkpoint)
        if a.start and not resuming:
            self.load_start(a.start)
        self.painter.to(self.device)
        self.reader.to(self.device)
        for part in a.freeze.split(',') if a.freeze else []:
            getattr(self, part).requires_grad_(False)
        self.step, self.seconds, self.updates, self.entries = 0, 0.0, {}, {}
        self.running = {}           # style loss of each entry: poor ones are drawn more often
        self.critic = Discriminator().to(self.device) if a.adversarial else None
        self.optimizer = torch.optim.Adam([
            {'params': list(self.painter.parameters()), 'name': 'painter', 'scale': 1.0},
            {'params': list(self.reader.parameters()), 'name': 'reader', 'scale': 1.5},
        ], lr=a.rate, betas=(0.9, 0.99))
        for name in list(self.table):
            self.add_vector(name, self.table[name], old=True)
        if self.critic:
            self.critic_optimizer = torch.optim.Adam(self.critic.parameters(), lr=2e-4,
                                                     betas=(0.5, 0.99))
        self.pool = ThreadPoolExecutor(a.parts)
        # Running averages of the weights: what is exported.
        self.mean = {'painter': copy.deepcopy(self.painter.state_dict()),
                     'reader': copy.deepcopy(self.reader.state_dict()),
                     'table': {k: v.detach().clone() for k, v in self.table.items()}}
        if resuming:
            self.resume()
        self.random = random.Random(a.seed + self.step)
        self.scan()
        lost = [n for n in self.table if n not in self.entries and self.wanted(n)]
        if lost:
            print('no picture, so not trained:', *lost, flush=True)

    # --- what there is to learn ---

    def load_start(self, start):
        """A folder in the layout of the shipped files, or one compact checkpoint."""
        if os.path.isdir(start):
            self.painter.load_tensors(load_file(os.path.join(start, 'painter.safetensors'))[0])
            self.reader = load_reader(os.path.join(start, 'reader.safetensors'))
            styles, _ = load_file(os.path.join(start, 'styles.safetensors'))
        else:
            tensors, _ = load_file(start)
            part = lambda p: {k[len(p):]: v.float() for k, v in tensors.items() if k.startswith(p)}
            self.painter.load_tensors(part('painter.'))
            self.reader.load_state_dict(part('reader.'))
            styles = part('table.')
        for name in sorted({k.rsplit('.', 1)[0] for k in styles}):
            self.table[name] = torch.cat([styles[name + '.scale'], styles[name + '.shift']]).float()

    def add_vector(self, name, value, old=False):
        self.table[name] = torch.nn.Parameter(value.detach().clone().to(self.device))
        self.updates[name] = NEW_ENTRY if old else 0
        self.optimizer.add_param_group({'params': [self.table[name]], 'lr': self.a.rate,
                                        'name': name, 'scale': 4.0})

    def wanted(self, name):
        return not self.a.only or name in self.a.only.split(',')

    def scan(self):
        """Find the pictures of the table; a new one starts from what the reader says."""
        paths = {os.path.splitext(os.path.basename(p))[0]: [p]
                 for folder in self.a.styles if os.path.isdir(folder)
                 for p in data.list_pictures(folder)}
        for text in self.a.collection:
            name, members = text.split('=')
            paths[name] = [paths[m][0] for m in members.split(',')]
        for name, files in paths.items():
            if name in self.entries or not self.wanted(name):
                continue
            try:
                self.entries[name] = Entry([data.load_picture(f) for f in files], self.net,
                                           self.device, self.push.get(name, 1.0), self.a.target)
            except OSError as error:        # half written: it is there at the next look
                print(name, error, flush=True)
                continue
            self.running.setdefault(name, 1.0)
            if name not in self.table:
                with torch.no_grad():
                    read = [torch.cat(self.reader(data.reader_view(v)[None].to(self.device)), 1)
                            for v in self.entries[name].views]
                    self.add_vector(name, torch.cat(read).mean(0))
                self.mean['table'][name] = self.table[name].detach().clone()
                print(f'new table entry {name}', flush=True)

    # --- one step ---

    def styles_of_batch(self, count, paintings):
        """-> names, vectors [n, 2406], stacked targets, pictures (for the discriminator)."""
        names, vectors, targets, pictures = [], [], [], []
        pool = list(self.entries)
        weights = [self.running[n] ** 0.5 * (3 if self.updates[n] < NEW_ENTRY else 1)
                   * self.share.get(n, 1.0) for n in pool]
        while len(names) < count:
            name = self.random.choices(pool, weights)[0]
            if name in names and len(pool) > self.a.batch:
                continue
            entry = self.entries[name]
            k = self.random.randrange(len(entry.targets))
            names.append(name)
            vectors.append(self.table[name][None])
            targets.append(entry.targets[k])
            pictures.append(entry.pictures[k])
        for painting in paintings:
            if self.random.random() < 0.25:     # a sharp picture, part of a table style
                view = self.random.choice(self.entries[self.random.choice(pool)].views)
                h, w = view.shape[-2:]
                s = self.random.uniform(0.6, 1.0)
                ch, cw = int(h * s), int(w * s)
                y, x = self.random.randrange(h - ch + 1), self.random.randrange(w - cw + 1)
                painting = view[:, y:y + ch, x:x + cw]
                whole = min(data.STYLE_SIDE, min(h, w) * data.ENLARGED)
                target = data.short_side(painting, round(whole * s))
                sharp, blur = data.is_sharp(painting, target), 0.0
            else:
                target, sharp, blur = data.style_target(painting), False, 0.7
            names.append(None)
            view = data.reader_view(painting)[None].to(self.device)
            vectors.append(torch.cat(self.reader(view), 1))
            targets.append(style_targets(target.to(self.device), self.net, sharp, blur))
            pictures.append(target)
        return names, torch.cat(vectors), stack_targets(targets), pictures

    def losses(self, painting, photo, targets):
        """-> total, dict of parts (tensors, detached), plain style loss per picture."""
        a = self.a
        with torch.autocast(self.device.type, torch.bfloat16):
            found = self.net(painting, half=True)
            with torch.no_grad():
                small = self.net.distilled(photo, last=4)
            content = losses.content_loss(found, {'d3_1': small['3_1'], 'd4_1': small['4_1']})
            stroke = losses.style_loss(found, targets, losses.LAYERS[a.layers])
            with torch.no_grad():
                plain = losses.style_loss(found, {**targets, 'blur': 0 * targets['blur']})
        parts = {
            'stroke': a.style * (targets['push'] * losses.soft(stroke, 6.0)).mean(),
            'content': a.content * losses.soft(content, 2.0).mean(),
            'calm': a.calm * losses.calm_loss(painting, photo),
            'ring': a.ring * losses.calm_loss(painting, photo, 8, (1, 2, 4), power=2),
            'form': a.form * losses.form_loss(painting, photo),
            'hatch': a.hatch * losses.hatch_loss(painting, photo, targets['fine']),
            'checker': a.checker * losses.checker_loss(painting, photo),
            'lattice': a.lattice * losses.lattice_lines(painting).mean(),
            'grain': a.grain * losses.grain_loss(painting),
            'variation': a.variation * losses.variation(painting),
        }
        return sum(parts.values()), {k: v.detach() for k, v in parts.items()}, plain

    def paint(self, crops, photo, vectors):
        """Crops [n, 3, 4q+91, 4q+91] of `photo` -> paintings; flat ones are measured beside the reference."""
        wide = [reference.beside_crop(crops[i:i + 1], self.reference, reference.share(photo[i:i + 1]))
                for i in range(len(crops))]
        alike = all(w.shape == crops[:1].shape for w in wide)
        with torch.autocast(self.device.type, torch.bfloat16):
            run = lambda x, v: self.painter.valid(x, v[:, :STYLE], v[:, STYLE:])
            painted = [run(crops, vectors)] if alike else [run(w, v[None]) for w, v in zip(wide, vectors)]
        return torch.cat([p[..., :photo.shape[-1]] for p in painted]).float()

    def gradients(self, crops, paintings):
        """Forward and backward of one part of the batch; gradients add up in the parameters."""
        crops = crops.to(self.device, non_blocking=True)
        names, vectors, targets, pictures = self.styles_of_batch(len(crops) - len(paintings),
                                                                 paintings)
        out = crops.shape[-1] - 105
        photo = crops[:, :, HALO:HALO + out, HALO:HALO + out]
        painting = self.paint(crops, photo, vectors)
        total, parts, plain = self.losses(painting, photo, targets)
        if self.critic:
            parts.update(self.train_critic(painting.detach(), pictures, vectors.detach(), names))
            self.critic.requires_grad_(False)
            score = -self.critic(painting, vectors.detach()).mean()
            self.critic.requires_grad_(True)
            total = total + self.a.adversarial * score
            parts['adversarial'] = score.detach()
        (total / self.a.parts).backward()
        return {k: float(v) for k, v in parts.items()}, list(zip(names, plain.tolist()))

    def one_step(self, crops, paintings):
        self.optimizer.zero_grad(set_to_none=True)
        k = self.a.parts
        jobs = [(crops[i::k], paintings[i::k]) for i in range(k)]
        if k == 1:
            done = [self.gradients(*jobs[0])]
        else:
            done = list(self.pool.map(lambda job: self.gradients(*job), jobs))
        parts = {name: float(np.mean([d[0][name] for d in done])) for name in done[0][0]}
        plain = [pair for d in done for pair in d[1]]
        if not np.isfinite(sum(parts.values()) + sum(value for _, value in plain)):
            print(f'step {self.step}: a loss is not finite, nothing is updated', flush=True)
            return {}
        self.update()
        for name, value in plain:
            if name:
                self.running[name] = 0.8 * self.running[name] + 0.2 * min(value, 4.0)
                self.updates[name] += 1
        table = [v for n, v in plain if n]
        read = [v for n, v in plain if not n]
        return {**parts, **({'table': float(np.mean(table))} if table else {}),
                **({'read': float(np.median(read))} if read else {})}

    def train_critic(self, painting, pictures, vectors, names):
        """One step of the discriminator: hinge loss (Lim and Ye 2017, arXiv:1705.02894).

        Real: a crop of the style's own picture. False: the painting; and a real crop under
        another style's vector, so that the condition is heard.
        """
        loss = 0
        for i, picture in enumerate(pictures):
            side = min(painting.shape[-1], *picture.shape[-2:])
            y = self.random.randrange(picture.shape[1] - side + 1)
            x = self.random.randrange(picture.shape[2] - side + 1)
            real = picture[None, :, y:y + side, x:x + side].to(self.device)
            v = vectors[i:i + 1]
            loss = loss + (1 - self.critic(real, v)).relu().mean()
            loss = loss + (1 + self.critic(painting[i:i + 1], v)).relu().mean()
            j = (i + 1) % len(pictures)
            if names[i] is None or names[i] != names[j]:
                loss = loss + 0.5 * (1 + self.critic(real, vectors[j:j + 1])).relu().mean()
        loss = loss / len(pictures)
        self.critic_optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.critic_optimizer.step()
        return {'critic': loss.detach()}

    def update(self):
        """Warm up, hold, and fall to a twentieth over the last third; clip each part apart."""
        done = min(1.0, max(self.seconds / 60 / self.a.minutes, self.step / self.a.steps))
        rate = self.a.rate * min(1.0, (self.step + 1) / 40)
        rate *= 1.0 if done < 0.65 else 0.05 ** ((done - 0.65) / 0.35)
        for group in self.optimizer.param_groups:
            new = group['name'] in self.table and self.updates[group['name']] < NEW_ENTRY
            group['lr'] = rate * group['scale'] * (4.0 if new else 1.0)
            torch.nn.utils.clip_grad_norm_(group['params'],
                                           2.0 if group['name'] == 'painter' else 1.0)
        self.optimizer.step()
        self.average(0.99 if self.step > 100 else 0.9)

    def average(self, keep):
        with torch.no_grad():
            for part, now in (('painter', self.painter.state_dict()),
                              ('reader', self.reader.state_dict()), ('table', self.table)):
                for k, v in now.items():
                    self.mean[part][k].lerp_(v.detach(), 1 - keep)

    # --- files ---

    def save(self):
        state = {'painter': self.painter.state_dict(), 'reader': self.reader.state_dict(),
                 'table': {k: v.detach() for k, v in self.table.items()}, 'mean': self.mean,
                 'optimizer': self.optimizer.state_dict(), 'step': self.step,
                 'seconds': self.seconds, 'updates': self.updates,
                 'running': self.running}
        if self.critic:
            state['critic'] = self.critic.state_dict()
            state['critic_optimizer'] = self.critic_optimizer.state_dict()
        torch.save(state, self.checkpoint + '.new')
        os.replace(self.checkpoint + '.new', self.checkpoint)

    def resume(self):
        state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        self.painter.load_state_dict(state['painter'])
        self.reader.load_state_dict(state['reader'])
        for name, value in state['table'].items():      # in its order, which is the optimizer's
            self.add_vector(name, value)
        self.optimizer.load_state_dict(state['optimizer'])
        self.mean, self.step, self.seconds = state['mean'], state['step'], state['seconds']
        self.updates, self.running = state['updates'], state['running']
        if self.critic and 'critic' in state:
            self.critic.load_state_dict(state['critic'])
            self.critic_optimizer.load_state_dict(state['critic_optimizer'])
        print(f'resumed at step {self.step}, minute {self.seconds / 60:.1f}', flush=True)

    # --- looking ---

    def look(self, photos, paintings, shown):
        """Held-out photos in table and read styles, by the averaged weights: sheet, numbers."""
        painter, reader = Painter(smooth=True).to(self.device), Reader().to(self.device)
        painter.load_state_dict(self.mean['painter'])
        reader.load_state_dict(self.mean['reader'])
        rows, table, read, content = [], [], [], []
        paint = lambda photo, v: reference.paint(painter, self.reference, photo, v[:, :STYLE], v[:, STYLE:])
        with torch.no_grad(), torch.autocast(self.device.type, torch.bfloat16):
            def judge(photo, vector, targets):
                y = paint(photo, vector).float().clamp(0, 1)
                found = self.net(y)
                content.append(losses.content_loss(found, self.net(photo)).item())
                return y, losses.style_loss(found, targets).item()
            for k, (name, entry) in enumerate(self.entries.items()):
                y, s = judge(photos[k % len(photos)], self.mean['table'][name][None],
                             entry.targets[0])
                table.append(s)
            for k, painting in enumerate(paintings):
                vector = torch.cat(reader(data.reader_view(painting)[None].to(self.device)), 1)
                target = style_targets(data.style_target(painting).to(self.device), self.net, False)
                y, s = judge(photos[k % len(photos)], vector, target)
                read.append(s)
            names = [n for n in shown if n in self.entries]
            columns = [(self.entries[n].views[0], self.mean['table'][n][None]) for n in names]
            columns += [(p, torch.cat(reader(data.reader_view(p)[None].to(self.device)), 1))
                        for p in paintings[:4]]
            rows.append([None] + [p for p, _ in columns])
            for photo in photos[:3]:
                rows.append([photo[0]] + [paint(photo, v)[0] for _, v in columns])
        sheet(rows, os.path.join(self.a.out, 'sheets', f'{self.step:06d}.jpg'))
        return {'held.table': float(np.mean(table)) if table else None,
                'held.read': float(np.median(read)), 'held.content': float(np.mean(content))}


def sheet(rows, path, cell=320):
    """Save rows of pictures [3, h, w] (or None) as one picture, each fitted to a cell."""
    board = Image.new('RGB', (cell * max(map(len, rows)), cell * len(rows)), (40, 40, 40))
    for r, row in enumerate(rows):
        for c, picture in enumerate(row):
            if picture is None:
                continue
            image = data.to_image(picture)
            image.thumbnail((cell - 4, cell - 4), Image.LANCZOS)
            board.paste(image, (c * cell + 2, r * cell + 2))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    board.save(path, quality=90)


def main():
    a = arguments()
    torch.manual_seed(a.seed)
    os.makedirs(a.out, exist_ok=True)
    stem = os.path.join(a.out, 'cache')
    photo_cache = data.Cache(data.list_pictures(os.path.join(a.data, 'photos'), False),
                             os.path.join(stem, 'photos'))
    painting_cache = data.Cache(data.list_pictures(os.path.join(a.data, 'paintings'), False),
                                os.path.join(stem, 'paintings'))
    t = Trainer(a)
    if not t.entries and a.read < a.batch:
        raise SystemExit('nothing to train: no picture of a table entry in --styles; or give --read as large as --batch')
    held_photos = [data.short_side(data.to_float(data.load_picture(p)), 320)[None].to(t.device)
                   for p in data.list_pictures(os.path.join(a.data, 'photos'), True)[::9][:6]]
    held_paintings = [data.to_float(data.load_picture(p)) for p in
                      data.list_pictures(os.path.join(a.data, 'paintings'), True)[::12][:16]]
    samples = data.Samples(photo_cache, painting_cache, a.crop + 105, a.batch, a.read,
                           a.seed + t.step, a.plain)
    log = open(os.path.join(a.out, 'log.jsonl'), 'a')
    recent, saved, ended = [], time.monotonic(), []

    def look(shown):
        record = {'step': t.step, **t.look(held_photos, held_paintings, shown[:9])}
        log.write(json.dumps(record) + '\n')
        log.flush()
        print(record, flush=True)

    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))    # save, then stop
    for crops, paintings in data.loader(samples, a.workers, t.device.type == 'cuda'):
        begun = time.monotonic()
        if t.step % a.look_steps == 0:
            look(sorted(t.entries)[t.step // a.look_steps % 3::3])  # a third of the gallery
        recent.append(t.one_step(crops, paintings))
        t.step += 1
        t.seconds += time.monotonic() - begun
        if t.step % 20 == 0:
            found = {}
            for losses_of_step in recent:       # of a skipped one: none
                for k, v in losses_of_step.items():
                    found.setdefault(k, []).append(v)
            mean = {k: round(float(np.mean(v)), 4) for k, v in found.items()}
            record = {'step': t.step, 'minutes': round(t.seconds / 60, 1), **mean}
            log.write(json.dumps(record) + '\n')
            log.flush()
            print(record, flush=True)
            recent = []
        stop = ended or t.step >= a.steps or t.seconds >= 60 * a.minutes
        if stop or time.monotonic() - saved > 60 * a.save_minutes:
            t.save()
            t.scan()
            saved = time.monotonic()
        if stop:
            break
    if not ended:
        look(sorted(t.entries))


if __name__ == '__main__':
    main()
