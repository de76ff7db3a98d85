/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The style network: its file, and what it sees. */
#include "config.h"

#include "style_network.h"

#include <stdio.h>
#include <string.h>

#include "compiler.h"
#include "cpu.h"
#include "gram.h"
#include "pool.h"
#include "status.h"

enum { LEVELS = IMP_STYLE_LEVELS };

#define BAD(...) imp_fail_file(err, IMP_BAD_FILE, file->path, __VA_ARGS__)

/* ---- the file -------------------------------------------------------------------- */

/* conv<level>_<place>; *oc 0: as many channels as the file states. */
static ImpStatus read_layer(ImpStyleNetwork *network, ImpLayer *layer, float **bias,
                            const ImpSafetensors *file, int level, int place, int *oc,
                            int ic, ImpError *err)
{
    int shape[4] = { *oc, ic, 3, 3 };
    float *weights = NULL;
    char name[32];

    snprintf(name, sizeof name, "conv%d_%d.weight", level, place);
    ImpStatus status =
        imp_safetensors_shape(file, name, 4, shape, IMP_STYLE_WIDTH_MAX, err);
    if (status == IMP_OK)
        status = imp_safetensors_floats(&weights, file, name, err);
    if (status != IMP_OK)
        return status;
    *oc = shape[0];
    status = imp_layer_init(layer, network->kernels, weights, *oc, ic, 3, 1, 1, err);
    imp_free(weights);
    snprintf(name, sizeof name, "conv%d_%d.bias", level, place);
    if (status == IMP_OK)
        status = imp_safetensors_shape(file, name, 1, shape, IMP_STYLE_WIDTH_MAX, err);
    return status == IMP_OK ? imp_safetensors_floats(bias, file, name, err) : status;
}

/* M = P^T P of end<level>. */
static ImpStatus read_metric(ImpStyleNetwork *network, const ImpSafetensors *file,
                             int level, ImpError *err)
{
    const int n = network->width[level];
    int shape[2] = { n, n };
    float *end = NULL;
    char name[32];

    snprintf(name, sizeof name, "end%d", level);
    ImpStatus status =
        imp_safetensors_shape(file, name, 2, shape, IMP_STYLE_WIDTH_MAX, err);
    if (status == IMP_OK)
        status = imp_safetensors_floats(&end, file, name, err);
    if (status != IMP_OK)
        return status;
    float *const metric = imp_alloc((size_t)n * n, sizeof *metric);
    network->metric[level] = metric;
    if (!metric)
        status = imp_fail_memory(err, (size_t)n * n * sizeof *metric);
    for (int a = 0; metric && a < n; a++)
        for (int b = 0; b < n; b++) {
            double sum = 0.0;
            for (int k = 0; k < n; k++)
                sum += (double)end[k * n + a] * end[k * n + b];
            metric[a * n + b] = (float)sum;
        }
    imp_free(end);
    return status;
}

static ImpStatus read_all(ImpStyleNetwork *network, const ImpSafetensors *file,
                          ImpError *err)
{
    const int tensors = 2 * (2 * LEVELS - 1) + LEVELS;
    ImpStatus status = imp_safetensors_check_format(file, "impasto-style-network", err);
    int ic = 3;

    for (int i = 0; i < LEVELS && status == IMP_OK; i++) {
        int *const width = &network->width[i];
        status = read_layer(network, &network->first[i], &network->bias[2 * i], file, i,
                            1, width, ic, err);
        if (status == IMP_OK && i < LEVELS - 1)
            status = read_layer(network, &network->second[i], &network->bias[2 * i + 1],
                                file, i, 2, width, *width, err);
        if (status == IMP_OK)
            status = read_metric(network, file, i, err);
        ic = *width;
    }
    if (status == IMP_OK &&
        file->count != tensors) /* names are unique, and all of these were found */
        return BAD("it has %d tensors; a style network has %d.", file->count, tensors);
    if (status != IMP_OK)
        return status;
    network->ones = imp_alloc(IMP_STYLE_WIDTH_MAX, sizeof *network->ones);
    if (!network->ones)
        return imp_fail_memory(err, IMP_STYLE_WIDTH_MAX * sizeof *network->ones);
    for (int c = 0; c < IMP_STYLE_WIDTH_MAX; c++)
        network->ones[c] = 1.0f;
    return IMP_OK;
}

ImpStatus imp_style_network_read(ImpStyleNetwork **out, const ImpSafetensors *file,
                                 ImpCpu cpu, ImpError *err)
{
    ImpStyleNetwork *network = imp_alloc_zero(1, sizeof *network);

    if (!network)
        return imp_fail_memory(err, sizeof *network);
    network->kernels = imp_kernels_of_floats(cpu);
    const ImpStatus status = read_all(network, file, err);
    if (status != IMP_OK) {
        imp_style_network_destroy(&network);
        return status;
    }
    *out = network;
    return imp_succeed(err);
}

ImpStatus imp_style_network_load(ImpStyleNetwork **out, const char *path, ImpCpu cpu,
                                 ImpError *err)
{
    ImpSafetensors file;
    ImpStatus status = imp_cpu_check(cpu, err);

    if (status == IMP_OK)
        status = imp_safetensors_load(&file, path, err);
    if (status != IMP_OK)
        return status;
    status = imp_style_network_read(out, &file, cpu, err);
    imp_safetensors_clear(&file);
    return status;
}

void imp_style_network_destroy(ImpStyleNetwork **network)
{
    ImpStyleNetwork *const n = *network;

    if (!n)
        return;
    for (int i = 0; i < LEVELS; i++) {
        imp_layer_clear(&n->first[i]);
        if (i < LEVELS - 1)
            imp_layer_clear(&n->second[i]);
        imp_free(n->metric[i]);
    }
    for (int i = 0; i < 2 * LEVELS - 1; i++)
        imp_free(n->bias[i]);
    imp_free(n->ones);
    imp_free(n);
    *network = NULL;
}

/* ---- memory ---------------------------------------------------------------------- */

/* Without its border, which is zeros: the memory is cleared once, and nobody writes
 * there. */
static ImpPlane take_bordered(ImpArena *arena, int height, int width, int channels)
{
    const ImpPlane outer =
        imp_plane(imp_arena_take(arena,
                                 imp_plane_room(height + 2, width + 2, channels)),
                  height + 2, width + 2, channels);

    return imp_plane_inside(&outer, 1);
}

static void plan(ImpSeen *seen, const ImpStyleNetwork *network, ImpArena *arena,
                 int height, int width, int workers)
{
    size_t sums = 0;

    for (int i = 0, ic = 3; i < LEVELS; i++, height /= 2, width /= 2) {
        const int c = network->width[i];
        seen->in[i] = take_bordered(arena, height, width, ic);
        seen->feature[i] = take_bordered(arena, height, width, c);
        seen->gram[i] = imp_arena_take(arena, (size_t)c * c);
        imp_want(&sums, imp_gram_sums(c));
        imp_want(&seen->scratch_floats, imp_layer_scratch(&network->first[i]));
        imp_want(&seen->scratch_floats, imp_gram_scratch(width, c));
        ic = c;
        if (i == LEVELS - 1)
            break;
        seen->second[i] =
            imp_plane(imp_arena_take(arena, imp_plane_room(height, width, c)), height,
                      width, c);
        imp_want(&seen->scratch_floats, imp_layer_scratch(&network->second[i]));
    }
    seen->sums = (void *)imp_arena_take(arena, 2 * sums);
    seen->scratch = imp_arena_take(arena, (size_t)workers * seen->scratch_floats);
}

ImpStatus imp_seen_init(ImpSeen *seen, const ImpStyleNetwork *network, int height,
                        int width, ImpPool *pool, ImpError *err)
{
    ImpArena arena = { 0 };

    *seen = (ImpSeen) { 0 };
    plan(seen, network, &arena, height, width, imp_pool_workers(pool));
    seen->memory = imp_alloc_zero(arena.floats, sizeof *seen->memory);
    if (!seen->memory)
        return imp_fail_memory(err, arena.floats * sizeof *seen->memory);
    arena = (ImpArena) { .memory = seen->memory };
    plan(seen, network, &arena, height, width, imp_pool_workers(pool));
    return IMP_OK;
}

void imp_seen_clear(ImpSeen *seen)
{
    imp_free(seen->memory);
    *seen = (ImpSeen) { 0 };
}

/* ---- seeing ---------------------------------------------------------------------- */

typedef struct Halve {
    const ImpPlane *to, *from;
} Halve;

/* to = the mean of 2 x 2 of from */
static bool halve_strip(void *context, int item, int worker)
{
    const Halve *const h = context;
    const int channels = h->to->channels;

    (void)worker;
    for (int y = item * IMP_STRIP; y < imp_strip_end(item, h->to->height); y++)
        for (int x = 0; x < h->to->width; x++) {
            const float *const a = imp_plane_row(h->from, 2 * y) +
                                   2 * x * h->from->step,
                               *const b = a + h->from->row;
            float *const to = imp_plane_row(h->to, y) + x * h->to->step;
            for (int c = 0; c < channels; c++)
                to[c] = 0.25f * (a[c] + a[c + channels] + b[c] + b[c + channels]);
        }
    return true;
}

static void run_layer(const ImpStyleNetwork *network, ImpPool *pool, ImpSeen *seen,
                      const ImpConv *conv, const float *bias, const ImpPlane *out,
                      const ImpPlane *in)
{
    const ImpPlane bordered = imp_plane_inside(in, -1);

    imp_layer_run(conv, pool, out, &bordered,
                  &(ImpEpilogue) {
                      .scale = network->ones, .shift = bias, .relu = true },
                  seen->scratch, seen->scratch_floats);
}

void imp_style_network_see(const ImpStyleNetwork *network, ImpPool *pool, ImpSeen *seen,
                           bool grams)
{
    for (int i = 0; i < LEVELS; i++) {
        run_layer(network, pool, seen, &network->first[i].conv, network->bias[2 * i],
                  &seen->feature[i], &seen->in[i]);
        if (grams)
            imp_gram(seen->gram[i], network->kernels, pool, &seen->feature[i],
                     seen->sums, seen->scratch, seen->scratch_floats);
        if (i == LEVELS - 1)
            break;
        run_layer(network, pool, seen, &network->second[i].conv,
                  network->bias[2 * i + 1], &seen->second[i], &seen->feature[i]);
        Halve halve = { &seen->in[i + 1], &seen->second[i] };
        (void)imp_pool_run(pool, imp_strips(seen->in[i + 1].height), halve_strip,
                           &halve); /* never stops */
    }
}
