/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Antialiased bicubic resizing. Each row of the view gathers its rows of the picture
 * into one row, then that row's columns: memory is a row for each worker, not a
 * picture. */
#include "config.h"

#include "reader_view.h"

#include <math.h>

#include "axis.h"
#include "pool.h"
#include "status.h"

typedef struct View {
    float *out;
    const float *rgb;
    int width, view_width;
    ImpAxis columns, rows;
    float *gathered; /* [workers][width][3] */
} View;

static bool view_row(void *context, int y, int worker)
{
    const View *const v = context;
    const size_t row = (size_t)v->width * 3;
    const float *const down = v->rows.weight + (size_t)y * (size_t)v->rows.taps;
    float *const gathered = v->gathered + (size_t)worker * row;
    float *const out = v->out + (size_t)y * (size_t)v->view_width * 3;

    for (size_t i = 0; i < row; i++)
        gathered[i] = 0;
    for (int k = 0; k < v->rows.count[y]; k++) {
        const float *const in = v->rgb + (size_t)(v->rows.first[y] + k) * row;

        for (size_t i = 0; i < row; i++)
            gathered[i] += down[k] * imp_clamp01(in[i]);
    }
    for (int x = 0; x < v->view_width; x++) {
        const float *const across =
            v->columns.weight + (size_t)x * (size_t)v->columns.taps;
        const float *in = gathered + (size_t)v->columns.first[x] * 3;
        float sum[3] = { 0 };

        for (int k = 0; k < v->columns.count[x]; k++, in += 3)
            for (int c = 0; c < 3; c++)
                sum[c] += across[k] * in[c];
        for (int c = 0; c < 3; c++)
            out[3 * x + c] = 2 * imp_clamp01(sum[c]) - 1;
    }
    return true;
}

void imp_reader_view_size(int width, int height, int short_side, int *view_width,
                          int *view_height)
{
    const bool wide = width >= height;
    const double aspect = wide ? (double)width / height : (double)height / width;
    const int long_side = (int)rint(short_side * fmin(aspect, IMP_READER_ASPECT_MAX));

    *view_width = wide ? long_side : short_side;
    *view_height = wide ? short_side : long_side;
}

ImpStatus imp_reader_view(float *view, int view_width, int view_height,
                          const float *rgb, int width, int height, ImpPool *pool,
                          ImpError *err)
{
    const size_t workers = (size_t)imp_pool_workers(pool);
    View v = { .out = view, .rgb = rgb, .width = width, .view_width = view_width };
    ImpStatus status = IMP_OK;

    v.gathered = imp_alloc(workers * (size_t)width * 3, sizeof *v.gathered);
    if (imp_axis_init(&v.columns, width, view_width) &&
        imp_axis_init(&v.rows, height, view_height) && v.gathered)
        (void)imp_pool_run(pool, view_height, view_row, &v); /* view_row never stops */
    else
        status = imp_fail_memory(err, workers * (size_t)width * 3 * sizeof *v.gathered);
    imp_axis_clear(&v.rows);
    imp_axis_clear(&v.columns);
    imp_free(v.gathered);
    return status;
}
