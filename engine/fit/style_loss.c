/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Both losses, and their gradient back through the style network. */
#include "config.h"

#include "style_loss.h"

#include <string.h>

#include "compiler.h"
#include "pool.h"
#include "status.h"

enum { LEVELS = IMP_STYLE_LEVELS };

#define TINY 1e-12 /* under what is divided by */

/* As losses.py weighs relu1_1 .. relu5_1. */
static const double level_weight[LEVELS] = { 1.0, 1.0, 1.0, 1.0, 0.5 };

/* ---- memory ---------------------------------------------------------------------- */

static void plan_gradient(ImpStyleLoss *gradient, const ImpStyleNetwork *network,
                          const ImpSeen *seen, ImpArena *arena)
{
    size_t room = 0, spread = 0, packed = 0, matrix = 0;

    for (int i = 0; i < LEVELS; i++) {
        const ImpPlane *const s = &seen->feature[i];
        const size_t n = (size_t)s->channels;
        const size_t floats =
            imp_plane_room(s->height, s->width,
                           imp_max(s->channels, seen->in[i].channels));
        const size_t wide =
            imp_layer_spread_floats(&network->first[i], s->height, s->width);
        imp_want(&room, floats);
        imp_want(&spread, wide);
        imp_want(&packed, imp_gemm_packed_floats((int)n, (int)n));
        imp_want(&matrix, n * n);
    }
    gradient->feature.at = imp_arena_take(arena, room);
    gradient->other = imp_arena_take(arena, room);
    gradient->more = imp_arena_take(arena, room);
    gradient->spread = imp_arena_take(arena, spread);
    gradient->packed = imp_arena_take(arena, packed);
    for (int i = 0; i < 3; i++)
        gradient->matrix[i] = imp_arena_take(arena, matrix);
}

ImpStatus imp_style_loss_init(ImpStyleLoss *gradient, const ImpStyleNetwork *network,
                              const ImpSeen *seen, ImpError *err)
{
    ImpArena arena = { 0 };

    *gradient = (ImpStyleLoss) { 0 };
    plan_gradient(gradient, network, seen, &arena);
    gradient->memory = imp_alloc(arena.floats, sizeof *gradient->memory);
    if (!gradient->memory)
        return imp_fail_memory(err, arena.floats * sizeof *gradient->memory);
    arena = (ImpArena) { .memory = gradient->memory };
    plan_gradient(gradient, network, seen, &arena);
    return IMP_OK;
}

void imp_style_loss_clear(ImpStyleLoss *gradient)
{
    imp_free(gradient->memory);
    *gradient = (ImpStyleLoss) { 0 };
}

/* ---- rows of planes, shared out -------------------------------------------------- */

typedef struct Rows {
    const ImpPlane *to, *from, *where;
    const ImpKernels *kernels;
    const float *packed; /* of a product */
    float factor;
    int shift;
} Rows;

/* to = factor from, each pixel of it over 2^shift x 2^shift, where the ReLU let it
 * through. With a shift of 1 and a quarter, the adjoint of halving. */
static bool relu_strip(void *context, int item, int worker)
{
    const Rows *const r = context;
    const int height = r->from->height << r->shift, width = r->from->width << r->shift;

    (void)worker;
    for (int y = item * IMP_STRIP; y < imp_strip_end(item, height); y++)
        for (int x = 0; x < width; x++) {
            const float *const where = imp_plane_row(r->where, y) + x * r->where->step;
            const float *const from =
                imp_plane_row(r->from, y >> r->shift) + (x >> r->shift) * r->from->step;
            float *restrict const to = imp_plane_row(r->to, y) + x * r->to->step;
            for (int c = 0; c < r->to->channels; c++)
                to[c] = where[c] > 0.0f ? r->factor * from[c] : 0.0f;
        }
    return true;
}

/* to += factor from */
static bool add_strip(void *context, int item, int worker)
{
    const Rows *const r = context;

    (void)worker;
    for (int y = item * IMP_STRIP; y < imp_strip_end(item, r->to->height); y++)
        for (ptrdiff_t i = 0; i < r->to->row; i++)
            imp_plane_row(r->to, y)[i] += r->factor * imp_plane_row(r->from, y)[i];
    return true;
}

/* to = from - where */
static bool subtract_strip(void *context, int item, int worker)
{
    const Rows *const r = context;

    (void)worker;
    for (int y = item * IMP_STRIP; y < imp_strip_end(item, r->to->height); y++)
        for (ptrdiff_t i = 0; i < r->to->row; i++)
            imp_plane_row(r->to, y)[i] =
                imp_plane_row(r->from, y)[i] - imp_plane_row(r->where, y)[i];
    return true;
}

static bool product_strip(void *context, int item, int worker)
{
    const Rows *const r = context;
    const int n = r->to->channels;

    (void)worker;
    for (int y = item * IMP_STRIP; y < imp_strip_end(item, r->to->height); y++)
        r->kernels->gemm(&(ImpGemm) { .m = r->to->width,
                                      .n = n,
                                      .segments = 1,
                                      .length = n,
                                      .a = imp_plane_row(r->from, y),
                                      .a_row = r->from->step,
                                      .b = r->packed,
                                      .c = imp_plane_row(r->to, y),
                                      .c_row = r->to->step });
    return true;
}

static void run_rows(ImpPool *pool, int height, ImpPoolFn *strip, Rows rows)
{
    (void)imp_pool_run(pool, imp_strips(height), strip, &rows); /* never stops */
}

/* ---- losses ---------------------------------------------------------------------- */

/* A dense plane of the size of another. */
static ImpPlane like(const ImpPlane *plane, float *memory)
{
    return imp_plane(memory, plane->height, plane->width, plane->channels);
}

/* to = from times a square matrix */
static void multiply(const ImpStyleNetwork *network, ImpPool *pool, const ImpPlane *to,
                     const ImpPlane *from, const float *matrix, float *packed)
{
    network->kernels->gemm_pack(packed, matrix, to->channels, to->channels);
    run_rows(pool, to->height, product_strip,
             (Rows) { .to = to,
                      .from = from,
                      .kernels = network->kernels,
                      .packed = packed });
}

/* to = M A M, of matrices of a level; half: room for as much. */
static void between(const ImpStyleNetwork *network, ImpPool *pool, int level, float *to,
                    float *half, const float *a, float *packed)
{
    const int n = network->width[level];
    const ImpPlane metric = imp_plane(network->metric[level], 1, n, n),
                   left = imp_plane(half, 1, n, n), both = imp_plane(to, 1, n, n);

    multiply(network, pool, &left, &metric, a, packed);
    multiply(network, pool, &both, &left, network->metric[level], packed);
}

static double inner(const float *a, const float *b, int count)
{
    double sum = 0.0;

    for (int i = 0; i < count; i++)
        sum += (double)a[i] * b[i];
    return sum;
}

/* Sum of a . b over all pixels. */
static double inner_planes(const ImpPlane *a, const ImpPlane *b)
{
    double sum = 0.0;

    for (int y = 0; y < a->height; y++)
        for (int x = 0; x < a->width; x++)
            sum += inner(imp_plane_row(a, y) + x * a->step,
                         imp_plane_row(b, y) + x * b->step, a->channels);
    return sum;
}

/* Adds the gradient of level i's style loss by S to gradient->feature. */
static double style_level(const ImpStyleNetwork *network, ImpPool *pool,
                          const ImpSeen *seen, const ImpSeen *style, int i,
                          ImpStyleLoss *gradient)
{
    const int count = network->width[i] * network->width[i];
    const ImpPlane *const s = &seen->feature[i];
    float *const difference = gradient->matrix[0], *const half = gradient->matrix[1];
    float *const by_gram = gradient->matrix[2];

    between(network, pool, i, by_gram, half, style->gram[i], gradient->packed);
    const double whole = inner(by_gram, style->gram[i], count) + TINY;
    for (int k = 0; k < count; k++)
        difference[k] = seen->gram[i][k] - style->gram[i][k];
    between(network, pool, i, by_gram, half, difference, gradient->packed);
    const double loss = level_weight[i] * inner(by_gram, difference, count) / whole;
    const double factor = 4.0 * level_weight[i] /
                          (whole * s->height * s->width); /* 2 of D^2, 2 of S^T S */
    for (int k = 0; k < count; k++)
        by_gram[k] = (float)(factor * by_gram[k]);
    const ImpPlane by_s = like(s, gradient->other);
    multiply(network, pool, &by_s, s, by_gram, gradient->packed);
    run_rows(pool, s->height, add_strip,
             (Rows) { .to = &gradient->feature, .from = &by_s, .factor = 1.0f });
    return loss;
}

/* Likewise of the content loss. */
static double content_level(const ImpStyleNetwork *network, ImpPool *pool,
                            const ImpSeen *seen, const ImpSeen *photo, int i,
                            double weight, ImpStyleLoss *gradient)
{
    const ImpPlane *const s = &seen->feature[i], *const c = &photo->feature[i];
    const ImpPlane difference = like(s, gradient->other),
                   product = like(s, gradient->more);

    multiply(network, pool, &product, c, network->metric[i], gradient->packed);
    const double whole = inner_planes(&product, c) + TINY;
    run_rows(pool, s->height, subtract_strip,
             (Rows) { .to = &difference, .from = s, .where = c });
    multiply(network, pool, &product, &difference, network->metric[i],
             gradient->packed);
    run_rows(pool, s->height, add_strip,
             (Rows) { .to = &gradient->feature,
                      .from = &product,
                      .factor = (float)(2.0 * weight / whole) });
    return inner_planes(&difference, &product) / whole;
}

void imp_style_loss(const ImpStyleNetwork *network, ImpPool *pool, const ImpSeen *seen,
                    const ImpSeen *style, const ImpSeen *photo, double content_weight,
                    ImpStyleLoss *gradient, const ImpPlane *by_picture, double loss[2])
{
    const ImpEpilogue plain = { 0 };
    ImpPlane spread;

    loss[0] = loss[1] = 0.0;
    gradient->feature = like(&seen->feature[LEVELS - 1], gradient->feature.at);
    memset(gradient->feature.at, 0,
           (size_t)gradient->feature.height * (size_t)gradient->feature.row *
               sizeof(float));
    for (int i = LEVELS - 1; i >= 0; i--) {
        const ImpPlane *const s = &seen->feature[i];
        loss[0] += style_level(network, pool, seen, style, i, gradient);
        if (i == IMP_STYLE_CONTENT || i == IMP_STYLE_CONTENT + 1)
            loss[1] +=
                content_level(network, pool, seen, photo, i, content_weight, gradient);

        const ImpPlane by_in = i ? like(&seen->in[i], gradient->other) : *by_picture;
        ImpPlane by_sum = imp_layer_spread(&network->first[i], gradient->spread,
                                           s->height, s->width, 1, &spread);
        run_rows(pool, s->height, relu_strip,
                 (Rows) { .to = &by_sum,
                          .from = &gradient->feature,
                          .where = s,
                          .factor = 1.0f });
        imp_layer_run(&network->first[i].adjoint, pool, &by_in, &spread, &plain,
                      seen->scratch, seen->scratch_floats);
        if (i == 0)
            break;

        const ImpLayer *const second = &network->second[i - 1];
        const ImpPlane *const halved = &seen->second[i - 1];
        by_sum = imp_layer_spread(second, gradient->spread, halved->height,
                                  halved->width, 1, &spread);
        run_rows(pool, 2 * by_in.height, relu_strip,
                 (Rows) { .to = &by_sum,
                          .from = &by_in,
                          .where = halved,
                          .factor = 0.25f,
                          .shift = 1 });
        gradient->feature = like(&seen->feature[i - 1], gradient->feature.at);
        imp_layer_run(&second->adjoint, pool, &gradient->feature, &spread, &plain,
                      seen->scratch, seen->scratch_floats);
    }
}
