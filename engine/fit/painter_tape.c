/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Forward and back through the painter, layer by layer. With z what a convolution gave,
 * n values of a channel:
 *
 *     x = (z - mean) / sqrt(variance + epsilon)         y = relu(scale x + shift)
 *
 *     by scale: sum of g x      by shift: sum of g
 *     by z: scale (g - mean g - x mean(g x)) / sqrt(variance + epsilon)
 *
 * where g is the gradient by y where the ReLU let it through (Ioffe and Szegedy 2015,
 * arXiv:1502.03167, for one picture). */
#include "config.h"

#include "painter_tape.h"

#include <math.h>
#include <string.h>

#include "compiler.h"
#include "pool.h"
#include "status.h"

/* ---- memory ---------------------------------------------------------------------- */

static void plan(ImpPainterTape *tape, ImpArena *arena, int extended, int workers)
{
    const ImpPainterWeights *const w = &tape->model->weights;
    size_t turn = imp_plane_room(extended, extended, 3), spread = 0, sums = 0;
    int side = extended;

    tape->in = imp_plane(imp_arena_take(arena, turn), extended, extended, 3);
    for (int i = 0; i < w->convs; i++) {
        const ImpLayer *const layer = &tape->layer[i];
        const int oc = layer->conv.oc, in = side;
        const size_t back = imp_plane_room(in, in, layer->conv.ic);
        side = imp_conv_size(&layer->conv, in);
        const size_t floats = imp_plane_room(side, side, oc);
        const size_t wide = imp_layer_spread_floats(layer, side, side);
        tape->raw[i] = imp_plane(imp_arena_take(arena, floats), side, side, oc);
        imp_want(&turn, floats);
        imp_want(&turn, back);
        imp_want(&spread, wide);
        imp_want(&sums, (size_t)imp_strips(side) * 2 * oc);
        imp_want(&tape->scratch_floats, imp_layer_scratch(layer));
    }
    const size_t picture = imp_plane_room(side, side, 3);
    tape->painting = imp_plane(imp_arena_take(arena, picture), side, side, 3);
    tape->gradient = imp_plane(imp_arena_take(arena, picture), side, side, 3);
    for (int i = 0; i < 3; i++)
        tape->turn[i] = imp_arena_take(arena, turn);
    tape->spread = imp_arena_take(arena, spread);
    tape->mean = imp_arena_take(arena, (size_t)w->channels);
    tape->rate = imp_arena_take(arena, (size_t)w->channels);
    tape->sums = (double *)imp_arena_take(arena, 2 * sums);
    tape->scratch = imp_arena_take(arena, (size_t)workers * tape->scratch_floats);
}

ImpStatus imp_painter_tape_init(ImpPainterTape *tape, const ImpModel *model,
                                const ImpKernels *kernels, int side, ImpPool *pool,
                                ImpError *err)
{
    const ImpPainterWeights *const w = &model->weights;
    ImpStatus status = IMP_OK;
    ImpArena arena = { 0 };

    *tape = (ImpPainterTape) { .model = model,
                               .shape = imp_shape(model),
                               .kernels = kernels };
    for (int i = 0; i < w->convs && status == IMP_OK; i++) {
        const ImpConv *const like = &model->conv[i];
        status =
            imp_layer_init(&tape->layer[i], kernels, w->conv[i].w, like->oc, like->ic,
                           like->kernel, like->stride, like->upsample, err);
    }
    if (status == IMP_OK) {
        const int extended = imp_shape_extended(&tape->shape, side),
                  workers = imp_pool_workers(pool);
        plan(tape, &arena, extended, workers);
        tape->memory = imp_alloc(arena.floats, sizeof *tape->memory);
        if (!tape->memory)
            status = imp_fail_memory(err, arena.floats * sizeof(float));
        arena = (ImpArena) { .memory = tape->memory };
        if (status == IMP_OK)
            plan(tape, &arena, extended, workers);
    }
    if (status != IMP_OK)
        imp_painter_tape_clear(tape);
    return status;
}

void imp_painter_tape_clear(ImpPainterTape *tape)
{
    for (int i = 0; i < IMP_CONVS_MAX; i++)
        imp_layer_clear(&tape->layer[i]);
    imp_free(tape->memory);
    *tape = (ImpPainterTape) { 0 };
}

/* ---- one normalised layer, by strips --------------------------------------------- */

typedef struct Norm {
    const ImpKernels *kernels;
    const ImpPlane *raw;
    ImpPlane to; /* y, or the gradient by z */
    const ImpPlane *by_y;
    const ImpEpilogue *epilogue; /* what turns z into y */
    const float *mean, *rate;
    const float *mean_g, *mean_gx; /* of the channels, once they are known */
    double *sums;                  /* [strips][2][channels] */
} Norm;

static bool moments_strip(void *context, int item, int worker)
{
    const Norm *const n = context;
    const ImpPlane *const z = n->raw;
    const int first = item * IMP_STRIP, rows = imp_strip_end(item, z->height) - first;
    double *const sums = n->sums + (size_t)item * 2 * z->channels;

    (void)worker;
    memset(sums, 0, 2 * (size_t)z->channels * sizeof *sums);
    n->kernels->moments(sums, sums + z->channels, z->at + first * z->row, z->channels,
                        (size_t)rows * z->width);
    return true;
}

static bool apply_strip(void *context, int item, int worker)
{
    const Norm *const n = context;
    const ImpPlane *const z = n->raw;

    (void)worker;
    for (int y = item * IMP_STRIP; y < imp_strip_end(item, z->height); y++) {
        ImpEpilogue epilogue = *n->epilogue;
        if (epilogue.residual)
            epilogue.residual += y * epilogue.residual_row;
        n->kernels->epilogue(n->to.at + y * n->to.row, z->at + y * z->row, z->channels,
                             z->channels, (size_t)z->width, &epilogue);
    }
    return true;
}

/* The gradient by y where the ReLU let it through: floor is 0, or minus infinity where
 * there is none. */
static float let_through(float g, float y, float floor)
{
    return y > floor ? g : 0.0f;
}

static float floor_of(const ImpEpilogue *epilogue)
{
    return epilogue->relu ? 0.0f : -INFINITY;
}

/* One pixel of sums_strip, and of back_strip; nothing overlaps. */
static void add_pixel(float *restrict sum_g, float *restrict sum_gx,
                      const float *restrict g, const float *restrict z,
                      const float *restrict scale, const float *restrict shift,
                      const float *restrict mean, const float *restrict rate,
                      float floor, int channels)
{
    for (int c = 0; c < channels; c++) {
        const float through = let_through(g[c], scale[c] * z[c] + shift[c], floor);
        sum_g[c] += through;
        sum_gx[c] += through * ((z[c] - mean[c]) * rate[c]);
    }
}

static void back_pixel(float *restrict by_z, const float *restrict g,
                       const float *restrict z, const float *restrict scale,
                       const float *restrict shift, const float *restrict mean,
                       const float *restrict rate, const float *restrict mean_g,
                       const float *restrict mean_gx, float floor, int channels)
{
    for (int c = 0; c < channels; c++) {
        const float through = let_through(g[c], scale[c] * z[c] + shift[c], floor);
        by_z[c] =
            scale[c] * (through - mean_g[c] - (z[c] - mean[c]) * rate[c] * mean_gx[c]);
    }
}

static bool sums_strip(void *context, int item, int worker)
{
    const Norm *const n = context;
    const ImpPlane *const z = n->raw;
    const int channels = z->channels;
    double *const sums = n->sums + (size_t)item * 2 * channels;
    float row[2][IMP_WIDTH_MAX];

    (void)worker;
    memset(sums, 0, 2 * (size_t)channels * sizeof *sums);
    for (int y = item * IMP_STRIP; y < imp_strip_end(item, z->height); y++) {
        memset(row, 0, sizeof row);
        for (int x = 0; x < z->width; x++)
            add_pixel(row[0], row[1],
                      n->by_y->at + y * n->by_y->row + x * n->by_y->step,
                      z->at + y * z->row + x * z->step, n->epilogue->scale,
                      n->epilogue->shift, n->mean, n->rate, floor_of(n->epilogue),
                      channels);
        for (int c = 0; c < channels; c++) {
            sums[c] += row[0][c];
            sums[channels + c] += row[1][c];
        }
    }
    return true;
}

static bool back_strip(void *context, int item, int worker)
{
    const Norm *const n = context;
    const ImpPlane *const z = n->raw;

    (void)worker;
    for (int y = item * IMP_STRIP; y < imp_strip_end(item, z->height); y++)
        for (int x = 0; x < z->width; x++)
            back_pixel(n->to.at + y * n->to.row + x * n->to.step,
                       n->by_y->at + y * n->by_y->row + x * n->by_y->step,
                       z->at + y * z->row + x * z->step, n->epilogue->scale,
                       n->epilogue->shift, n->mean, n->rate, n->mean_g, n->mean_gx,
                       floor_of(n->epilogue), z->channels);
    return true;
}

/* Both sums of a channel over all strips, in order. */
static void sum_up(const Norm *n, int c, double *first, double *second)
{
    *first = *second = 0.0;
    for (int s = 0; s < imp_strips(n->raw->height); s++) {
        *first += n->sums[(size_t)s * 2 * n->raw->channels + c];
        *second += n->sums[((size_t)s * 2 + 1) * n->raw->channels + c];
    }
}

static void run_strips(ImpPool *pool, Norm *n, ImpPoolFn *strip)
{
    (void)imp_pool_run(pool, imp_strips(n->raw->height), strip, n); /* never stops */
}

/* ---- forward --------------------------------------------------------------------- */

/* scale and shift of the style with the moments folded in: y = scale' z + shift'. */
static ImpEpilogue fold(const ImpPainterTape *tape, int i, int channel0,
                        const float *scale, const float *shift,
                        float folded[2][IMP_WIDTH_MAX])
{
    for (int c = 0; c < tape->raw[i].channels; c++) {
        folded[0][c] = scale[channel0 + c] * tape->rate[channel0 + c];
        folded[1][c] = shift[channel0 + c] - folded[0][c] * tape->mean[channel0 + c];
    }
    return (ImpEpilogue) { .scale = folded[0],
                           .shift = folded[1],
                           .relu = imp_shape_has_relu(&tape->shape, i) };
}

void imp_painter_tape_paint(ImpPainterTape *tape, ImpPool *pool, const float *scale,
                            const float *shift)
{
    ImpPlane x = tape->in, block = { 0 };
    int channel0 = 0;

    for (int i = 0; i < tape->shape.convs; i++) {
        const ImpPlane *const z = &tape->raw[i];
        float folded[2][IMP_WIDTH_MAX];
        Norm norm = { .kernels = tape->kernels, .raw = z, .sums = tape->sums };

        if (imp_shape_begins_block(&tape->shape, i))
            block = x;
        imp_layer_run(&tape->layer[i].conv, pool, z, &x, &(ImpEpilogue) { 0 },
                      tape->scratch, tape->scratch_floats);
        run_strips(pool, &norm, moments_strip);
        for (int c = 0; c < z->channels; c++) {
            const double n = (double)z->height * z->width;
            double sum, square;
            sum_up(&norm, c, &sum, &square);
            const double mean = sum / n, variance = fmax(square / n - mean * mean, 0.0);
            tape->mean[channel0 + c] = (float)mean;
            tape->rate[channel0 + c] =
                (float)(1.0 / sqrt(variance + tape->model->weights.epsilon));
        }
        ImpEpilogue epilogue = fold(tape, i, channel0, scale, shift, folded);
        if (imp_shape_ends_block(&tape->shape, i)) {
            epilogue.residual = imp_plane_inside(&block, 2).at;
            epilogue.residual_row = block.row;
        }
        float *const memory = i == tape->shape.convs - 1
                                  ? tape->painting.at
                                  : imp_shape_free_turn(tape->turn, x.at, block.at);
        norm.to = imp_plane(memory, z->height, z->width, z->channels);
        norm.epilogue = &epilogue;
        run_strips(pool, &norm, apply_strip);
        x = norm.to;
        channel0 += z->channels;
    }
    tape->kernels->sigmoid(x.at, (size_t)x.height * (size_t)x.row);
}

/* ---- back ------------------------------------------------------------------------ */

/* to, `crop` pixels inside, += from */
static void add_inside(const ImpPlane *to, int crop, const ImpPlane *from)
{
    const ImpPlane inside = imp_plane_inside(to, crop);

    for (int y = 0; y < inside.height; y++)
        for (ptrdiff_t i = 0; i < from->row; i++)
            inside.at[y * inside.row + i] += from->at[y * from->row + i];
}

void imp_painter_tape_back(ImpPainterTape *tape, ImpPool *pool, const float *scale,
                           const float *shift, float *by_scale, float *by_shift)
{
    ImpPlane g = tape->gradient, block = { 0 };
    int channel0 = tape->model->weights.channels;

    for (ptrdiff_t i = 0; i < g.height * g.row; i++)
        g.at[i] *= tape->painting.at[i] * (1.0f - tape->painting.at[i]);
    for (int i = tape->shape.convs - 1; i >= 0; i--) {
        const ImpLayer *const layer = &tape->layer[i];
        const ImpPlane *const z = &tape->raw[i];
        float folded[2][IMP_WIDTH_MAX], mean_g[IMP_WIDTH_MAX], mean_gx[IMP_WIDTH_MAX];

        channel0 -= z->channels;
        if (imp_shape_ends_block(&tape->shape, i))
            block = g;
        const ImpEpilogue epilogue = fold(tape, i, channel0, scale, shift, folded);
        Norm norm = { .raw = z,
                      .by_y = &g,
                      .epilogue = &epilogue,
                      .mean = tape->mean + channel0,
                      .rate = tape->rate + channel0,
                      .mean_g = mean_g,
                      .mean_gx = mean_gx,
                      .sums = tape->sums };
        run_strips(pool, &norm, sums_strip);
        for (int c = 0; c < z->channels; c++) {
            const double n = (double)z->height * z->width;
            double sum_g, sum_gx;
            sum_up(&norm, c, &sum_g, &sum_gx);
            by_shift[channel0 + c] = (float)sum_g;
            by_scale[channel0 + c] = (float)sum_gx;
            mean_g[c] = (float)(sum_g / n);
            mean_gx[c] = (float)(sum_gx / n);
        }
        if (i == 0)
            break; /* nobody asks for the photo's */
        ImpPlane spread;
        norm.to =
            imp_layer_spread(layer, tape->spread, z->height, z->width, 0, &spread);
        run_strips(pool, &norm, back_strip);
        const ImpPlane by_in =
            imp_plane(imp_shape_free_turn(tape->turn, g.at, block.at),
                      imp_conv_size(&layer->adjoint, spread.height),
                      imp_conv_size(&layer->adjoint, spread.width), layer->conv.ic);
        imp_layer_run(&layer->adjoint, pool, &by_in, &spread, &(ImpEpilogue) { 0 },
                      tape->scratch, tape->scratch_floats);
        if (imp_shape_begins_block(&tape->shape, i)) {
            add_inside(&by_in, 2, &block);
            block.at = NULL;
        }
        g = by_in;
    }
}
