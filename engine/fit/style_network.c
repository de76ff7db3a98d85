/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The style network: its file, what it sees, and the losses' gradient back to the picture. */
#include "config.h"

#include "style_network.h"

#include <stdio.h>
#include <string.h>

#include "compiler.h"
#include "cpu.h"
#include "pool.h"
#include "status.h"

enum { LEVELS = IMP_STYLE_LEVELS, STRIP = 8, GRAM_ROWS = 8 };

#define TINY 1e-12 /* under what is divided by */

/* As losses.py weighs relu1_1 .. relu5_1. */
static const double level_weight[LEVELS] = { 1.0, 1.0, 1.0, 1.0, 0.5 };

#define BAD(...) imp_fail_file(err, IMP_BAD_FILE, file->path, __VA_ARGS__)

/* ---- the file -------------------------------------------------------------------------------------- */

/* conv<level>_<place>; *oc 0: as many channels as the file states. */
static ImpStatus read_layer(ImpStyleNetwork *network, ImpLayer *layer, float **bias, const ImpSafetensors *file,
                            int level, int place, int *oc, int ic, ImpError *err)
{
    int shape[4] = { *oc, ic, 3, 3 };
    float *weights = NULL;
    char name[32];

    snprintf(name, sizeof name, "conv%d_%d.weight", level, place);
    ImpStatus status = imp_safetensors_shape(file, name, 4, shape, IMP_STYLE_WIDTH_MAX, err);
    if (status == IMP_OK) status = imp_safetensors_floats(&weights, file, name, err);
    if (status != IMP_OK) return status;
    *oc = shape[0];
    status = imp_layer_init(layer, network->kernels, weights, *oc, ic, 3, 1, 1, err);
    imp_free(weights);
    snprintf(name, sizeof name, "conv%d_%d.bias", level, place);
    if (status == IMP_OK) status = imp_safetensors_shape(file, name, 1, shape, IMP_STYLE_WIDTH_MAX, err);
    return status == IMP_OK ? imp_safetensors_floats(bias, file, name, err) : status;
}

/* M = P^T P of end<level>. */
static ImpStatus read_metric(ImpStyleNetwork *network, const ImpSafetensors *file, int level, ImpError *err)
{
    const int n = network->width[level];
    int shape[2] = { n, n };
    float *end = NULL;
    char name[32];

    snprintf(name, sizeof name, "end%d", level);
    ImpStatus status = imp_safetensors_shape(file, name, 2, shape, IMP_STYLE_WIDTH_MAX, err);
    if (status == IMP_OK) status = imp_safetensors_floats(&end, file, name, err);
    if (status != IMP_OK) return status;
    float *const metric = imp_alloc((size_t)n * n, sizeof *metric);
    network->metric[level] = metric;
    if (!metric) status = imp_fail_memory(err, (size_t)n * n * sizeof *metric);
    for (int a = 0; metric && a < n; a++)
        for (int b = 0; b < n; b++) {
            double sum = 0.0;
            for (int k = 0; k < n; k++) sum += (double)end[k * n + a] * end[k * n + b];
            metric[a * n + b] = (float)sum;
        }
    imp_free(end);
    return status;
}

static ImpStatus read_all(ImpStyleNetwork *network, const ImpSafetensors *file, ImpError *err)
{
    const int tensors = 2 * (2 * LEVELS - 1) + LEVELS;
    ImpStatus status = imp_safetensors_check_format(file, "impasto-style-network", err);
    int ic = 3;

    for (int i = 0; i < LEVELS && status == IMP_OK; i++) {
        int *const width = &network->width[i];
        status = read_layer(network, &network->first[i], &network->bias[2 * i], file, i, 1, width, ic, err);
        if (status == IMP_OK && i < LEVELS - 1)
            status = read_layer(network, &network->second[i], &network->bias[2 * i + 1], file, i, 2, width,
                                *width, err);
        if (status == IMP_OK) status = read_metric(network, file, i, err);
        ic = *width;
    }
    if (status == IMP_OK && file->count != tensors) /* names are unique, and all of these were found */
        return BAD("it has %d tensors; a style network has %d.", file->count, tensors);
    if (status != IMP_OK) return status;
    network->ones = imp_alloc(IMP_STYLE_WIDTH_MAX, sizeof *network->ones);
    if (!network->ones) return imp_fail_memory(err, IMP_STYLE_WIDTH_MAX * sizeof *network->ones);
    for (int c = 0; c < IMP_STYLE_WIDTH_MAX; c++) network->ones[c] = 1.0f;
    return IMP_OK;
}

ImpStatus imp_style_network_read(ImpStyleNetwork **out, const ImpSafetensors *file, ImpCpu cpu, ImpError *err)
{
    ImpStyleNetwork *network = imp_alloc_zero(1, sizeof *network);

    if (!network) return imp_fail_memory(err, sizeof *network);
    network->kernels = imp_kernels_get(imp_cpu_has_bf16(cpu) ? IMP_CPU_X86V4 : cpu);
    const ImpStatus status = read_all(network, file, err);
    if (status != IMP_OK) {
        imp_style_network_destroy(&network);
        return status;
    }
    *out = network;
    return imp_succeed(err);
}

ImpStatus imp_style_network_load(ImpStyleNetwork **out, const char *path, ImpCpu cpu, ImpError *err)
{
    ImpSafetensors file;
    ImpStatus status = imp_safetensors_load(&file, path, err);

    if (status != IMP_OK) return status;
    status = imp_style_network_read(out, &file, cpu, err);
    imp_safetensors_clear(&file);
    return status;
}

void imp_style_network_destroy(ImpStyleNetwork **network)
{
    ImpStyleNetwork *const n = *network;

    if (!n) return;
    for (int i = 0; i < LEVELS; i++) {
        imp_layer_clear(&n->first[i]);
        if (i < LEVELS - 1) imp_layer_clear(&n->second[i]);
        imp_free(n->metric[i]);
    }
    for (int i = 0; i < 2 * LEVELS - 1; i++) imp_free(n->bias[i]);
    imp_free(n->ones);
    imp_free(n);
    *network = NULL;
}

/* ---- memory ----------------------------------------------------------------------------------------- */

/* Without its border, which is zeros: the memory is cleared once, and nobody writes there. */
static ImpPlane take_bordered(ImpArena *arena, int height, int width, int channels)
{
    const ImpPlane outer = imp_plane(imp_arena_take(arena, imp_plane_room(height + 2, width + 2, channels)),
                                     height + 2, width + 2, channels);

    return imp_plane_inside(&outer, 1);
}

static void plan(ImpSeen *seen, const ImpStyleNetwork *network, ImpArena *arena, int height, int width, int workers)
{
    for (int i = 0, ic = 3; i < LEVELS; i++, height /= 2, width /= 2) {
        const int c = network->width[i];
        size_t scratch = imp_layer_scratch(&network->first[i]);
        seen->in[i] = take_bordered(arena, height, width, ic);
        seen->feature[i] = take_bordered(arena, height, width, c);
        seen->gram[i] = imp_arena_take(arena, (size_t)c * c);
        if (scratch > seen->scratch_floats) seen->scratch_floats = scratch;
        ic = c;
        if (i == LEVELS - 1) break;
        seen->second[i] = imp_plane(imp_arena_take(arena, imp_plane_room(height, width, c)), height, width, c);
        scratch = imp_layer_scratch(&network->second[i]);
        if (scratch > seen->scratch_floats) seen->scratch_floats = scratch;
    }
    seen->scratch = imp_arena_take(arena, (size_t)workers * seen->scratch_floats);
}

ImpStatus imp_seen_init(ImpSeen *seen, const ImpStyleNetwork *network, int height, int width, ImpPool *pool,
                        ImpError *err)
{
    ImpArena arena = { 0 };

    *seen = (ImpSeen) { 0 };
    plan(seen, network, &arena, height, width, imp_pool_workers(pool));
    seen->memory = imp_alloc_zero(arena.floats, sizeof *seen->memory);
    if (!seen->memory) return imp_fail_memory(err, arena.floats * sizeof *seen->memory);
    arena = (ImpArena) { .memory = seen->memory };
    plan(seen, network, &arena, height, width, imp_pool_workers(pool));
    return IMP_OK;
}

void imp_seen_clear(ImpSeen *seen)
{
    imp_free(seen->memory);
    *seen = (ImpSeen) { 0 };
}

static void plan_gradient(ImpSeenGradient *gradient, const ImpStyleNetwork *network, const ImpSeen *seen,
                          ImpArena *arena)
{
    size_t room = 0, spread = 0, packed = 0, matrix = 0;

    for (int i = 0; i < LEVELS; i++) {
        const ImpPlane *const s = &seen->feature[i];
        const size_t n = (size_t)s->channels;
        const size_t floats = imp_plane_room(s->height, s->width, imp_max(s->channels, seen->in[i].channels));
        const size_t wide = imp_layer_spread_floats(&network->first[i], s->height, s->width);
        if (floats > room) room = floats;
        if (wide > spread) spread = wide;
        if (imp_gemm_packed_floats((int)n, (int)n) > packed) packed = imp_gemm_packed_floats((int)n, (int)n);
        if (n * n > matrix) matrix = n * n;
    }
    gradient->feature.at = imp_arena_take(arena, room);
    gradient->other = imp_arena_take(arena, room);
    gradient->more = imp_arena_take(arena, room);
    gradient->spread = imp_arena_take(arena, spread);
    gradient->packed = imp_arena_take(arena, packed);
    for (int i = 0; i < 3; i++) gradient->matrix[i] = imp_arena_take(arena, matrix);
}

ImpStatus imp_seen_gradient_init(ImpSeenGradient *gradient, const ImpStyleNetwork *network, const ImpSeen *seen,
                                 ImpError *err)
{
    ImpArena arena = { 0 };

    *gradient = (ImpSeenGradient) { 0 };
    plan_gradient(gradient, network, seen, &arena);
    gradient->memory = imp_alloc(arena.floats, sizeof *gradient->memory);
    if (!gradient->memory) return imp_fail_memory(err, arena.floats * sizeof *gradient->memory);
    arena = (ImpArena) { .memory = gradient->memory };
    plan_gradient(gradient, network, seen, &arena);
    return IMP_OK;
}

void imp_seen_gradient_clear(ImpSeenGradient *gradient)
{
    imp_free(gradient->memory);
    *gradient = (ImpSeenGradient) { 0 };
}

/* ---- rows of planes, shared out ---------------------------------------------------------------------- */

typedef struct Rows {
    const ImpPlane *to, *from, *where;
    const ImpKernels *kernels;
    const float *packed; /* of a product */
    float factor;
} Rows;

static float *row_of(const ImpPlane *plane, int y)
{
    return plane->at + y * plane->row;
}

/* to = the mean of 2 x 2 of from */
static bool halve_strip(void *context, int item, int worker)
{
    const Rows *const r = context;
    const int channels = r->to->channels;

    (void)worker;
    for (int y = item * STRIP; y < imp_min((item + 1) * STRIP, r->to->height); y++)
        for (int x = 0; x < r->to->width; x++) {
            const float *const a = row_of(r->from, 2 * y) + 2 * x * r->from->step, *const b = a + r->from->row;
            float *const to = row_of(r->to, y) + x * r->to->step;
            for (int c = 0; c < channels; c++)
                to[c] = 0.25f * (a[c] + a[c + channels] + b[c] + b[c + channels]);
        }
    return true;
}

/* Its adjoint, where the ReLU let through what was halved. */
static bool double_strip(void *context, int item, int worker)
{
    const Rows *const r = context;
    const int height = r->from->height * 2, width = r->from->width * 2;

    (void)worker;
    for (int y = item * STRIP; y < imp_min((item + 1) * STRIP, height); y++)
        for (int x = 0; x < width; x++) {
            const float *const where = row_of(r->where, y) + x * r->where->step;
            const float *const from = row_of(r->from, y / 2) + x / 2 * r->from->step;
            float *const to = row_of(r->to, y) + x * r->to->step;
            for (int c = 0; c < r->to->channels; c++) to[c] = where[c] > 0.0f ? 0.25f * from[c] : 0.0f;
        }
    return true;
}

/* to = from, where the ReLU let it through */
static bool relu_strip(void *context, int item, int worker)
{
    const Rows *const r = context;

    (void)worker;
    for (int y = item * STRIP; y < imp_min((item + 1) * STRIP, r->to->height); y++)
        for (int x = 0; x < r->to->width; x++) {
            const float *const where = row_of(r->where, y) + x * r->where->step;
            const float *const from = row_of(r->from, y) + x * r->from->step;
            float *const to = row_of(r->to, y) + x * r->to->step;
            for (int c = 0; c < r->to->channels; c++) to[c] = where[c] > 0.0f ? from[c] : 0.0f;
        }
    return true;
}

/* to += factor from */
static bool add_strip(void *context, int item, int worker)
{
    const Rows *const r = context;

    (void)worker;
    for (int y = item * STRIP; y < imp_min((item + 1) * STRIP, r->to->height); y++)
        for (ptrdiff_t i = 0; i < r->to->row; i++) row_of(r->to, y)[i] += r->factor * row_of(r->from, y)[i];
    return true;
}

/* to = from - where */
static bool subtract_strip(void *context, int item, int worker)
{
    const Rows *const r = context;

    (void)worker;
    for (int y = item * STRIP; y < imp_min((item + 1) * STRIP, r->to->height); y++)
        for (ptrdiff_t i = 0; i < r->to->row; i++)
            row_of(r->to, y)[i] = row_of(r->from, y)[i] - row_of(r->where, y)[i];
    return true;
}

static bool product_strip(void *context, int item, int worker)
{
    const Rows *const r = context;
    const int n = r->to->channels;

    (void)worker;
    for (int y = item * STRIP; y < imp_min((item + 1) * STRIP, r->to->height); y++)
        r->kernels->gemm(&(ImpGemm) { .m = r->to->width,
                                      .n = n,
                                      .segments = 1,
                                      .length = n,
                                      .a = row_of(r->from, y),
                                      .a_row = r->from->step,
                                      .b = r->packed,
                                      .c = row_of(r->to, y),
                                      .c_row = r->to->step });
    return true;
}

static void run_rows(ImpPool *pool, int height, ImpPoolFn *strip, Rows rows)
{
    (void)imp_pool_run(pool, (height + STRIP - 1) / STRIP, strip, &rows); /* never stops */
}

/* ---- seeing ------------------------------------------------------------------------------------------ */

typedef struct Gram {
    const ImpPlane *from;
    float *to;
} Gram;

/* Some rows of the matrix, of all pixels: whoever computes them, sums are of one order. */
static bool gram_rows(void *context, int item, int worker)
{
    const Gram *const g = context;
    const ImpPlane *const s = g->from;
    const int n = s->channels, first = item * GRAM_ROWS, rows = imp_min(GRAM_ROWS, n - first);
    double sums[GRAM_ROWS][IMP_STYLE_WIDTH_MAX] = { { 0.0 } };

    (void)worker;
    for (int y = 0; y < s->height; y++) {
        float line[GRAM_ROWS][IMP_STYLE_WIDTH_MAX] = { { 0.0f } };
        for (int x = 0; x < s->width; x++) {
            const float *const p = row_of(s, y) + x * s->step;
            for (int a = 0; a < rows; a++)
                for (int b = 0; b < n; b++) line[a][b] += p[first + a] * p[b];
        }
        for (int a = 0; a < rows; a++)
            for (int b = 0; b < n; b++) sums[a][b] += line[a][b];
    }
    for (int a = 0; a < rows; a++)
        for (int b = 0; b < n; b++)
            g->to[(first + a) * n + b] = (float)(sums[a][b] / ((double)s->height * s->width));
    return true;
}

static void run_layer(const ImpStyleNetwork *network, ImpPool *pool, ImpSeen *seen, const ImpConv *conv,
                      const float *bias, const ImpPlane *out, const ImpPlane *in)
{
    const ImpPlane bordered = imp_plane_inside(in, -1);

    imp_layer_run(conv, pool, out, &bordered,
                  &(ImpEpilogue) { .scale = network->ones, .shift = bias, .relu = true }, seen->scratch,
                  seen->scratch_floats);
}

void imp_style_network_see(const ImpStyleNetwork *network, ImpPool *pool, ImpSeen *seen, bool grams)
{
    for (int i = 0; i < LEVELS; i++) {
        run_layer(network, pool, seen, &network->first[i].conv, network->bias[2 * i], &seen->feature[i],
                  &seen->in[i]);
        if (grams) {
            Gram gram = { &seen->feature[i], seen->gram[i] };
            (void)imp_pool_run(pool, (network->width[i] + GRAM_ROWS - 1) / GRAM_ROWS, gram_rows, &gram);
        }
        if (i == LEVELS - 1) break;
        run_layer(network, pool, seen, &network->second[i].conv, network->bias[2 * i + 1], &seen->second[i],
                  &seen->feature[i]);
        run_rows(pool, seen->in[i + 1].height, halve_strip,
                 (Rows) { .to = &seen->in[i + 1], .from = &seen->second[i] });
    }
}

/* ---- losses ------------------------------------------------------------------------------------------ */

/* to = M A M; half: room for as much. */
static void between(float *to, float *half, const float *metric, const float *a, int n)
{
    for (int pass = 0; pass < 2; pass++) { /* M A = (A M)^T, as both are symmetric */
        const float *const from = pass ? half : a;
        float *const out = pass ? to : half;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) {
                double sum = 0.0;
                for (int k = 0; k < n; k++) sum += (double)metric[i * n + k] * from[j * n + k];
                out[i * n + j] = (float)sum;
            }
    }
}

/* A dense plane of the size of another. */
static ImpPlane like(const ImpPlane *plane, float *memory)
{
    return imp_plane(memory, plane->height, plane->width, plane->channels);
}

/* to = from times a square matrix */
static void multiply(const ImpStyleNetwork *network, ImpPool *pool, const ImpPlane *to, const ImpPlane *from,
                     const float *matrix, float *packed)
{
    network->kernels->gemm_pack(packed, matrix, to->channels, to->channels);
    run_rows(pool, to->height, product_strip,
             (Rows) { .to = to, .from = from, .kernels = network->kernels, .packed = packed });
}

static double inner(const float *a, const float *b, int count)
{
    double sum = 0.0;

    for (int i = 0; i < count; i++) sum += (double)a[i] * b[i];
    return sum;
}

/* Sum of a . b over all pixels. */
static double inner_planes(const ImpPlane *a, const ImpPlane *b)
{
    double sum = 0.0;

    for (int y = 0; y < a->height; y++)
        for (int x = 0; x < a->width; x++)
            sum += inner(row_of(a, y) + x * a->step, row_of(b, y) + x * b->step, a->channels);
    return sum;
}

/* Adds the gradient of level i's style loss by S to gradient->feature. */
static double style_level(const ImpStyleNetwork *network, ImpPool *pool, const ImpSeen *seen, const ImpSeen *style,
                          int i, ImpSeenGradient *gradient)
{
    const int n = network->width[i], count = n * n;
    const ImpPlane *const s = &seen->feature[i];
    float *const difference = gradient->matrix[0], *const half = gradient->matrix[1];
    float *const by_gram = gradient->matrix[2];

    between(by_gram, half, network->metric[i], style->gram[i], n);
    const double whole = inner(by_gram, style->gram[i], count) + TINY;
    for (int k = 0; k < count; k++) difference[k] = seen->gram[i][k] - style->gram[i][k];
    between(by_gram, half, network->metric[i], difference, n);
    const double loss = level_weight[i] * inner(by_gram, difference, count) / whole;
    const double factor = 4.0 * level_weight[i] / (whole * s->height * s->width); /* 2 of D^2, 2 of S^T S */
    for (int k = 0; k < count; k++) by_gram[k] = (float)(factor * by_gram[k]);
    const ImpPlane by_s = like(s, gradient->other);
    multiply(network, pool, &by_s, s, by_gram, gradient->packed);
    run_rows(pool, s->height, add_strip, (Rows) { .to = &gradient->feature, .from = &by_s, .factor = 1.0f });
    return loss;
}

/* Likewise of the content loss. */
static double content_level(const ImpStyleNetwork *network, ImpPool *pool, const ImpSeen *seen, const ImpSeen *photo,
                            int i, double weight, ImpSeenGradient *gradient)
{
    const ImpPlane *const s = &seen->feature[i], *const c = &photo->feature[i];
    const ImpPlane difference = like(s, gradient->other), product = like(s, gradient->more);

    multiply(network, pool, &product, c, network->metric[i], gradient->packed);
    const double whole = inner_planes(&product, c) + TINY;
    run_rows(pool, s->height, subtract_strip, (Rows) { .to = &difference, .from = s, .where = c });
    multiply(network, pool, &product, &difference, network->metric[i], gradient->packed);
    run_rows(pool, s->height, add_strip,
             (Rows) { .to = &gradient->feature, .from = &product, .factor = (float)(2.0 * weight / whole) });
    return inner_planes(&difference, &product) / whole;
}

void imp_style_network_loss(const ImpStyleNetwork *network, ImpPool *pool, const ImpSeen *seen,
                            const ImpSeen *style, const ImpSeen *photo, double content_weight,
                            ImpSeenGradient *gradient, const ImpPlane *by_picture, double loss[2])
{
    const ImpEpilogue plain = { 0 };
    ImpPlane spread;

    loss[0] = loss[1] = 0.0;
    gradient->feature = like(&seen->feature[LEVELS - 1], gradient->feature.at);
    memset(gradient->feature.at, 0,
           (size_t)gradient->feature.height * (size_t)gradient->feature.row * sizeof(float));
    for (int i = LEVELS - 1; i >= 0; i--) {
        const ImpPlane *const s = &seen->feature[i];
        loss[0] += style_level(network, pool, seen, style, i, gradient);
        if (i == IMP_STYLE_CONTENT || i == IMP_STYLE_CONTENT + 1)
            loss[1] += content_level(network, pool, seen, photo, i, content_weight, gradient);

        const ImpPlane by_in = i ? like(&seen->in[i], gradient->other) : *by_picture;
        ImpPlane by_sum = imp_layer_spread(&network->first[i], gradient->spread, s->height, s->width, 1, &spread);
        run_rows(pool, s->height, relu_strip, (Rows) { .to = &by_sum, .from = &gradient->feature, .where = s });
        imp_layer_run(&network->first[i].adjoint, pool, &by_in, &spread, &plain, seen->scratch,
                      seen->scratch_floats);
        if (i == 0) break;

        const ImpLayer *const second = &network->second[i - 1];
        const ImpPlane *const halved = &seen->second[i - 1];
        by_sum = imp_layer_spread(second, gradient->spread, halved->height, halved->width, 1, &spread);
        run_rows(pool, 2 * by_in.height, double_strip, (Rows) { .to = &by_sum, .from = &by_in, .where = halved });
        gradient->feature = like(&seen->feature[i - 1], gradient->feature.at);
        imp_layer_run(&second->adjoint, pool, &gradient->feature, &spread, &plain, seen->scratch,
                      seen->scratch_floats);
    }
}
