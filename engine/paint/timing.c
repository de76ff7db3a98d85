/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* What each layer costs, one thread, on one tile: for impasto-bench. */
#define _POSIX_C_SOURCE 200809L
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "compiler.h"
#include "network.h"
#include "network_shape.h"
#include "status.h"

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int compare_seconds(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The planes and tables of one layer's run. */
typedef struct Bench {
    float *in, *out, *scratch, *scale; /* scale: [2][oc], then shift */
    double *seconds;                   /* [runs] */
} Bench;

static void bench_clear(Bench *b)
{
    imp_free(b->in);
    imp_free(b->out);
    imp_free(b->scratch);
    imp_free(b->scale);
    imp_free(b->seconds);
}

static bool bench_init(Bench *b, const ImpConv *conv, int size, int runs)
{
    const size_t in = (size_t)size * (size_t)size * (size_t)conv->ic;
    const size_t out_size = (size_t)imp_conv_size(conv, size);

    *b = (Bench) { .in = imp_alloc(in + IMP_PLANE_EXTRA, sizeof *b->in),
                   .out = imp_alloc(out_size * out_size * (size_t)conv->oc,
                                    sizeof *b->out),
                   .scratch = imp_alloc(imp_conv_scratch(conv) + 1, sizeof *b->scratch),
                   .scale = imp_alloc_zero(2 * (size_t)conv->oc, sizeof *b->scale),
                   .seconds = imp_alloc((size_t)runs, sizeof *b->seconds) };
    if (!b->in || !b->out || !b->scratch || !b->scale || !b->seconds)
        return false;
    for (size_t i = 0; i < in; i++) /* as terms, finite too */
        b->in[i] = (float)(i % 17) / 17;
    for (int c = 0; c < conv->oc; c++)
        b->scale[c] = 1;
    return true;
}

static double run_layer(const Bench *b, const ImpConv *conv, int size, bool relu,
                        bool terms)
{
    const ImpEpilogue epilogue = {
        .scale = b->scale, .shift = b->scale + conv->oc, .relu = relu, .terms = terms
    };
    const int out_size = imp_conv_size(conv, size);
    const ptrdiff_t in_row =
        (ptrdiff_t)imp_plane_floats((size_t)size * conv->ic, conv->terms_in);
    const ptrdiff_t out_row =
        (ptrdiff_t)imp_plane_floats((size_t)out_size * conv->oc, terms);
    const double start = now();

    for (int row = 0; row < out_size; row += conv->ring_chunk) {
        const int rows = imp_min(conv->ring_chunk, out_size - row);
        int first, end;
        imp_conv_need(conv, row, rows, &first, &end);
        imp_conv_rows(conv, b->out + row * out_row, out_row, b->in + first * in_row,
                      in_row, size, rows, &epilogue, b->scratch);
    }
    return now() - start;
}

double imp_model_flop(const ImpModel *model)
{
    return imp_network_flop(model);
}

int imp_model_time_layers(const ImpModel *model, int tile, int runs,
                          ImpLayerTime *layers, int max)
{
    const ImpShape shape = imp_shape(model);
    int size = imp_shape_extended(&shape, tile), n = 0;

    if (tile < 1 || runs < 1)
        return 0;
    for (; n < shape.convs && n < max; n++) {
        const ImpConv *const conv = &model->conv[n];
        const int out_size = imp_conv_size(conv, size);
        Bench bench;
        const bool ok = bench_init(&bench, conv, size, runs);

        for (int i = 0; ok && i < runs; i++)
            bench.seconds[i] =
                run_layer(&bench, conv, size, imp_shape_has_relu(&shape, n),
                          imp_shape_holds_terms(model, n + 1));
        if (ok) {
            qsort(bench.seconds, (size_t)runs, sizeof *bench.seconds, compare_seconds);
            layers[n] =
                (ImpLayerTime) { .seconds = bench.seconds[runs / 2],
                                 .flop = imp_conv_flop(conv) * out_size * out_size };
            memcpy(layers[n].name, model->weights.conv[n].name, sizeof layers[n].name);
        }
        bench_clear(&bench);
        if (!ok)
            return 0;
        size = out_size;
    }
    return n;
}
