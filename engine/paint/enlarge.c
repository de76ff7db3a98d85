/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Resizing on the fly: one row gathers its rows of the picture, then its columns. */
#include "config.h"

#include "enlarge.h"

#include <string.h>

#include "status.h"

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

/* Columns of the picture that columns x .. x + width - 1 of the view are made of. */
static void find_columns(const ImpResized *v, int x, int width, int *low, int *high)
{
    *low = v->x + v->width;
    *high = v->x;
    for (int i = 0; i < width; i++) {
        const int column = imp_reflect(x + i, v->columns.samples);
        const int first = v->columns.first[column];
        if (first < *low)
            *low = first;
        if (first + v->columns.count[column] > *high)
            *high = first + v->columns.count[column];
    }
    if (*low < v->x)
        *low = v->x;
    if (*high > v->x + v->width)
        *high = v->x + v->width;
}

/* ImpRows.fill */
static void fill_row(const void *user, int y, int x, int width, float *rgb,
                     float *gathered)
{
    const ImpResized *const v = user;
    const int row = imp_reflect(y, v->rows.samples);
    const float *const down = v->rows.weight + (size_t)row * (size_t)v->rows.taps;
    int low, high;

    find_columns(v, x, width, &low, &high);
    const size_t floats = high > low ? 3 * (size_t)(high - low) : 0;
    memset(gathered, 0, floats * sizeof *gathered);
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
    for (int i = 0; i < width; i++) {
        const int column = imp_reflect(x + i, v->columns.samples);
        const float *const across =
            v->columns.weight + (size_t)column * (size_t)v->columns.taps;
        const int first = v->columns.first[column];
        const int begin = first < low ? low - first : 0;
        const int end = first + v->columns.count[column] > high
                            ? high - first
                            : v->columns.count[column];
        float sum[3] = { 0 };
        for (int k = begin; k < end; k++)
            for (int c = 0; c < 3; c++)
                sum[c] += across[k] * gathered[3 * (first + k - low) + c];
        for (int c = 0; c < 3; c++)
            rgb[3 * i + c] = v->is_difference ? sum[c] : imp_clamp01(sum[c]);
    }
}

ImpRows imp_resized_rows(const ImpResized *view)
{
    return (ImpRows) { .fill = fill_row,
                       .user = view,
                       .width = view->columns.samples,
                       .height = view->rows.samples,
                       .scratch_floats = 3 * (size_t)view->width };
}

ImpStatus imp_resized_copy(const ImpResized *view, int x, int y, int width, int height,
                           float *rgb, int pitch, ImpError *err)
{
    const ImpRows rows = imp_resized_rows(view);
    float *const scratch = imp_alloc(rows.scratch_floats, sizeof *scratch);

    if (!scratch)
        return imp_fail_memory(err, rows.scratch_floats * sizeof *scratch);
    for (int i = 0; i < height; i++)
        rows.fill(rows.user, y + i, x, width, rgb + (size_t)i * pitch * 3, scratch);
    imp_free(scratch);
    return IMP_OK;
}
