/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Painting again (refine.h), block by block: a block is painted with a margin, since
 * what is taken back at one pixel depends on the pixels around it. */
#include "config.h"

#include "refine.h"

#include <math.h>

#include "compiler.h"
#include "pool.h"
#include "sink.h"
#include "status.h"

/* How much of the change at the size of the smaller painting is taken back. */
#define KEEP 0.6f
/* A block, at most: whole tiles, enough of them to share out. */
#define BLOCK_WIDTH 4096
#define BLOCK_HEIGHT 1664
/* Rows of an item of work, and of a call of the sink. */
#define STRIP 32

typedef struct Rect {
    int x, y, width, height;
} Rect;

/* The rectangle that has to be painted for this one to be right. */
static Rect with_margin(const Rect *r, const ImpSmaller *from, int to_width,
                        int to_height)
{
    const double scale =
        fmax((double)to_width / from->width, (double)to_height / from->height);
    /* E reaches 2 smaller pixels, D 2 more of them, and both round outwards */
    const int margin = (int)ceil(5.0 * fmax(scale, 1.0)) + 2;
    const int left = r->x > margin ? (r->x - margin) / IMP_GRID * IMP_GRID : 0;
    const int top = r->y > margin ? (r->y - margin) / IMP_GRID * IMP_GRID : 0;
    const int right = r->x + r->width + margin, bottom = r->y + r->height + margin;

    return (Rect) { left, top, imp_min(right, to_width) - left,
                    imp_min(bottom, to_height) - top };
}

/* Pixels begin .. end - 1 of the smaller painting that pixels from .. to - 1 of the
 * larger are of. */
static void shrunk_range(int from, int to, int size, int to_size, int *begin, int *end)
{
    const double scale = (double)size / to_size;
    const double support = 2.0 * fmax(scale, 1.0) + 1.0; /* of E */

    *begin = imp_max(0, (int)floor(scale * from - support));
    *end = imp_min(size, (int)ceil(scale * to + support));
}

/* The part of the smaller painting that `painted` is made of: what the network reads of
 * it. */
static Rect part_of(const Rect *painted, const ImpModel *model, const ImpSmaller *from,
                    int to_width, int to_height)
{
    int before, after, left, right, top, bottom;

    imp_network_reach(model, &before, &after);
    shrunk_range(painted->x - before, painted->x + painted->width + after, from->width,
                 to_width, &left, &right);
    shrunk_range(painted->y - before, painted->y + painted->height + after,
                 from->height, to_height, &top, &bottom);
    return (Rect) { left, top, right - left, bottom - top };
}

/* Equal parts of at most `most`: a thin last block would be mostly margin. */
static int equal_part(int size, int most)
{
    const int parts = (size + most - 1) / most;

    return (size + parts - 1) / parts;
}

/* The next block of `all` after `block` (width 0: the first one); false: there is
 * none. */
static bool next_block(Rect *block, const Rect *all)
{
    const int right = all->x + all->width, bottom = all->y + all->height;
    const int width = equal_part(all->width, BLOCK_WIDTH);
    const int height = equal_part(all->height, BLOCK_HEIGHT);

    if (block->width == 0) {
        block->x = all->x;
        block->y = all->y;
    } else {
        block->x += block->width;
        if (block->x >= right) {
            block->x = all->x;
            block->y += block->height;
        }
    }
    block->width = imp_min(right - block->x, width);
    block->height = imp_min(bottom - block->y, height);
    return block->y < bottom;
}

double imp_again_work(const ImpModel *model, const ImpSmaller *from, int to_width,
                      int to_height, int x, int y, int width, int height)
{
    const Rect all = { x, y, width, height };
    Rect block = { 0 };
    double work = 0;

    while (next_block(&block, &all)) {
        const Rect painted = with_margin(&block, from, to_width, to_height);
        const Rect part = part_of(&painted, model, from, to_width, to_height);
        work += imp_network_work(painted.width, painted.height) +
                from->work(from->user, part.x, part.y, part.width, part.height);
    }
    return work;
}

/* Everything of one block. */
typedef struct Block {
    ImpKept from;        /* holds all that is taken or read */
    ImpKept painted;     /* Y, with the margin */
    Rect wanted, taken;  /* taken: in pixels of `from` */
    float *difference;   /* of `taken`: P - D(Y) */
    ImpResized down, up; /* D of painted; E of difference; the axes are borrowed */
    float *scratch;      /* [workers][scratch_floats] */
    size_t scratch_floats;
    ImpSharedSink *sink;
} Block;

/* A strip of P - D(Y). */
static bool subtract_strip(void *context, int item, int worker)
{
    Block *const b = context;
    const ImpRows rows = imp_resized_rows(&b->down);
    float *const scratch = b->scratch + (size_t)worker * b->scratch_floats;

    for (int i = item * STRIP; i < (item + 1) * STRIP && i < b->taken.height; i++) {
        float *const out = b->difference + (size_t)i * b->taken.width * 3;
        const uint16_t *const p = imp_kept_at(&b->from, b->taken.x, b->taken.y + i);
        rows.fill(rows.user, b->taken.y + i, b->taken.x, b->taken.width, out, scratch);
        for (int j = 0; j < 3 * b->taken.width; j++)
            out[j] = p[j] / IMP_KEPT_ONE - out[j];
    }
    return true;
}

/* A strip of Y + keep E(difference), handed out. */
static bool add_strip(void *context, int item, int worker)
{
    Block *const b = context;
    const ImpRows rows = imp_resized_rows(&b->up);
    const int first = item * STRIP, n = imp_min(b->wanted.height - first, STRIP);
    const size_t floats = (size_t)b->wanted.width * 3;
    float *const strip = b->scratch + (size_t)worker * b->scratch_floats;
    float *const scratch = strip + STRIP * floats;

    for (int i = 0; i < n; i++) {
        const int row = b->wanted.y + first + i;
        float *const sum = strip + i * floats;
        const uint16_t *const y = imp_kept_at(&b->painted, b->wanted.x, row);
        rows.fill(rows.user, row, b->wanted.x, b->wanted.width, sum, scratch);
        for (size_t j = 0; j < floats; j++)
            sum[j] = imp_clamp01(y[j] / IMP_KEPT_ONE + KEEP * sum[j]);
    }
    return imp_shared_sink_write(b->sink, b->wanted.x, b->wanted.y + first,
                                 b->wanted.width, n, strip);
}

/* Pixels of the smaller painting that samples begin .. begin + n - 1 of an axis are
 * made of. */
static void axis_range(const ImpAxis *axis, int begin, int n, int *first, int *count)
{
    const int last = begin + n - 1;

    *first = axis->first[begin];
    *count = axis->first[last] + axis->count[last] - *first;
}

static ImpStatus paint_block(Block *b, const ImpModel *model, ImpPool *pool,
                             const ImpAffine *affine, const ImpRows *picture,
                             ImpProgress *progress, ImpError *err)
{
    const ImpSink painted = { imp_kept_write, &b->painted };
    const size_t workers = (size_t)imp_pool_workers(pool);

    axis_range(&b->up.columns, b->wanted.x, b->wanted.width, &b->taken.x,
               &b->taken.width);
    axis_range(&b->up.rows, b->wanted.y, b->wanted.height, &b->taken.y,
               &b->taken.height);
    b->scratch_floats = imp_resized_scratch(imp_max(b->painted.width, b->taken.width)) +
                        3 * STRIP * (size_t)b->wanted.width;
    const size_t floats =
        3 * (size_t)b->taken.width * b->taken.height + workers * b->scratch_floats;
    const size_t bytes = floats * sizeof(float) + 3 * (size_t)b->painted.width *
                                                      b->painted.height *
                                                      sizeof(uint16_t);
    float *const memory = imp_pool_take(pool, bytes);
    if (!memory)
        return imp_fail_memory(err, bytes);
    b->difference = memory;
    b->scratch = memory + floats - workers * b->scratch_floats;
    b->painted.rgb = (uint16_t *)(memory + floats);
    ImpStatus status =
        imp_network_tiles(model, pool, affine, picture, b->painted.x, b->painted.y,
                          b->painted.width, b->painted.height, &painted, progress, err);
    if (status == IMP_OK) {
        imp_resized_hold(&b->down, &b->painted);
        b->up.kept = NULL;
        b->up.rgb = b->difference;
        b->up.x = b->taken.x;
        b->up.y = b->taken.y;
        b->up.width = b->taken.width;
        b->up.height = b->taken.height;
        b->up.is_difference = true;
        (void)imp_pool_run(pool, (b->taken.height + STRIP - 1) / STRIP, subtract_strip,
                           b);
        if (!imp_pool_run(pool, (b->wanted.height + STRIP - 1) / STRIP, add_strip, b))
            status = imp_shared_sink_stopped(b->sink, err);
    }
    imp_pool_give(memory);
    return status;
}

ImpStatus imp_paint_again(const ImpModel *model, ImpPool *pool, const ImpAffine *affine,
                          const ImpSmaller *from, int to_width, int to_height, int x,
                          int y, int width, int height, const ImpSink *sink,
                          ImpProgress *progress, ImpError *err)
{
    const Rect all = { x, y, width, height };
    ImpResized up = { 0 }, down = { 0 };
    Rect wanted = { 0 };
    ImpSharedSink shared;
    ImpStatus status = imp_resized_init(&up, NULL, from->width, from->height, to_width,
                                        to_height, err);

    if (status == IMP_OK)
        status = imp_resized_init(&down, NULL, to_width, to_height, from->width,
                                  from->height, err);
    imp_shared_sink_init(&shared, sink);
    while (status == IMP_OK && next_block(&wanted, &all)) {
        const Rect painted = with_margin(&wanted, from, to_width, to_height);
        Block block = { .painted = { NULL, painted.x, painted.y, painted.width,
                                     painted.height },
                        .wanted = wanted,
                        .down = down,
                        .up = up,
                        .sink = &shared };
        const Rect part = part_of(&painted, model, from, to_width, to_height);
        status = from->part(from->user, part.x, part.y, part.width, part.height,
                            &block.from, err);
        if (status != IMP_OK)
            break;
        imp_resized_hold(&up, &block.from);
        const ImpRows picture = imp_resized_rows(&up);
        status = paint_block(&block, model, pool, affine, &picture, progress, err);
    }
    imp_shared_sink_clear(&shared);
    imp_resized_clear(&down);
    imp_resized_clear(&up);
    return status;
}
