/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Resizing on the fly: one row gathers its rows of the picture, then its columns. */
#include "config.h"

#include "enlarge.h"

#include <string.h>

#include "compiler.h"
#include "pool.h"
#include "status.h"

/* Rows of an item of work. */
#define STRIP 8

ImpStatus imp_resized_init(ImpResized *view, const float *rgb, int width, int height,
                           int to_width, int to_height, ImpError *err)
{
    *view = (ImpResized) { .rgb = rgb, .width = width, .height = height };
    if (imp_axis_init(&view->columns, width, to_width) &&
        imp_axis_init(&view->rows, height, to_height))
        return IMP_OK;
    imp_resized_clear(view);
    return imp_fail_memory(err, ((size_t)to_width + to_height) * sizeof(float));
}

void imp_resized_hold(ImpResized *view, const ImpKept *part)
{
    view->kept = part->rgb;
    view->x = part->x;
    view->y = part->y;
    view->width = part->width;
    view->height = part->height;
}

void imp_resized_clear(ImpResized *view)
{
    imp_axis_clear(&view->rows);
    imp_axis_clear(&view->columns);
}

/* Columns low .. high - 1 of what the view holds: all that its columns x .. x + width - 1,
 * those outside reflected, are made of. */
static void find_columns(const ImpResized *v, int x, int width, int *low, int *high)
{
    const ImpAxis *const columns = &v->columns;
    const int last = columns->samples - 1, end = x + width - 1;
    const int from = end > last ? imp_min(x, 2 * last - end) : x;
    const int to = x < 0 ? imp_max(end, -x) : end;
    const int a = imp_max(from, 0), b = imp_min(to, last);

    *low = imp_max(columns->first[a], v->x);
    *high = imp_min(columns->first[b] + columns->count[b], v->x + v->width);
}

/* Row y of the view, pixels low .. high - 1 of the picture. */
static void gather_rows(const ImpResized *v, int y, int low, int high, float *gathered)
{
    const int row = imp_reflect(y, v->rows.samples);
    const float *const down = v->rows.weight + (size_t)row * (size_t)v->rows.taps;
    const size_t floats = high > low ? 3 * (size_t)(high - low) : 0;

    memset(gathered, 0, (floats + 1) * sizeof *gathered);
    for (int k = 0; k < v->rows.count[row]; k++) {
        const int source = v->rows.first[row] + k - v->y;
        if (source < 0 || source >= v->height)
            continue;
        const size_t at = ((size_t)source * v->width + (low - v->x)) * 3;
        const float weight = v->kept ? down[k] / IMP_KEPT_ONE : down[k];
        if (v->kept)
            for (size_t i = 0; i < floats; i++)
                gathered[i] += weight * v->kept[at + i];
        else
            for (size_t i = 0; i < floats; i++)
                gathered[i] += weight * v->rgb[at + i];
    }
}

/* ImpRows.fill */
static void fill_row(const void *user, int y, int x, int width, float *rgb,
                     float *scratch)
{
    const ImpResized *const v = user;
    int low, high;

    find_columns(v, x, width, &low, &high);
    gather_rows(v, y, low, high, scratch);
    for (int i = 0; i < width; i++) {
        ImpPixel sum =
            imp_axis_pixel(&v->columns, imp_reflect(x + i, v->columns.samples), scratch,
                           3, low, high);
        if (!v->is_difference)
            sum = imp_pixel_clamp01(sum);
        if (i < width - 1) /* the next pixel overwrites the fourth float */
            *(ImpPixel_u *)(rgb + 3 * i) = sum;
        else
            for (int c = 0; c < 3; c++)
                rgb[3 * i + c] = sum[c];
    }
}

ImpRows imp_resized_rows(const ImpResized *view)
{
    return (ImpRows) { .fill = fill_row,
                       .user = view,
                       .width = view->columns.samples,
                       .height = view->rows.samples,
                       .scratch_floats = imp_resized_scratch(view->width) };
}

/* Pixels of a view on their way to rgb. */
typedef struct Copy {
    const ImpResized *view;
    int x, y, width, height;
    float *rgb;
    int pitch;
    float *scratch; /* [workers][imp_resized_scratch] */
} Copy;

static bool copy_strip(void *context, int item, int worker)
{
    const Copy *const c = context;
    float *const scratch =
        c->scratch + (size_t)worker * imp_resized_scratch(c->view->width);

    for (int i = item * STRIP; i < imp_min((item + 1) * STRIP, c->height); i++)
        fill_row(c->view, c->y + i, c->x, c->width,
                 c->rgb + (size_t)i * (size_t)c->pitch * 3, scratch);
    return true;
}

ImpStatus imp_resized_copy(const ImpResized *view, ImpPool *pool, int x, int y,
                           int width, int height, float *rgb, int pitch, ImpError *err)
{
    const size_t floats =
        (size_t)imp_pool_workers(pool) * imp_resized_scratch(view->width);
    Copy copy = { view,   x,   y,     width,
                  height, rgb, pitch, imp_alloc(floats, sizeof *copy.scratch) };

    if (!copy.scratch)
        return imp_fail_memory(err, floats * sizeof *copy.scratch);
    (void)imp_pool_run(pool, (height + STRIP - 1) / STRIP, copy_strip, &copy);
    imp_free(copy.scratch);
    return IMP_OK;
}
