/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Resizing along one axis: antialiased bicubic (Keys 1981,
 * doi:10.1109/TASSP.1981.1163711, a = -1/2), the filter stretched by the reduction so
 * that every source sample counts. Samples beyond the ends do not count. A
 * two-dimensional resize is one axis after the other. */
#ifndef IMP_AXIS_H
#define IMP_AXIS_H

#include <stdbool.h>
#include <stddef.h>

#include "compiler.h"

/* Sample i is the sum over k < count[i] of weight[i * taps + k] * source[first[i] + k];
 * the weights of a sample add up to 1. */
typedef struct ImpAxis {
    int samples, taps;
    int *first, *count;
    float *weight;
} ImpAxis;

/* `source` samples brought to `samples`; both 1 .. 2^24. False: no memory (still clear
 * it). */
bool imp_axis_init(ImpAxis *axis, int source, int samples);
void imp_axis_clear(ImpAxis *axis);

/* A pixel: colors, and alpha or whatever is next in memory. */
IMP_VECTOR_TYPES(ImpPixel, 4);

static inline ImpPixel imp_pixel_least(ImpPixel a, ImpPixel b)
{
    return (ImpPixel)(((ImpPixel_bits)a & (a < b)) | ((ImpPixel_bits)b & (a >= b)));
}

/* What is not a number gives 0. */
static inline ImpPixel imp_pixel_clamp01(ImpPixel p)
{
    return imp_pixel_least((ImpPixel)((ImpPixel_bits)p & (p > 0.0f)),
                           (ImpPixel) { 1, 1, 1, 1 });
}

/* Sample i of a row of pixels, `floats` apart, of which source[0] begins number `low`
 * and those from `high` on are not there. Four floats of each are read. */
static inline ImpPixel imp_axis_pixel(const ImpAxis *axis, int i, const float *source,
                                      ptrdiff_t floats, int low, int high)
{
    const float *const weight = axis->weight + (size_t)i * (size_t)axis->taps;
    const int first = axis->first[i];
    const int begin = imp_max(first, low), end = imp_min(first + axis->count[i], high);
    ImpPixel sum = { 0 };

    if (end - begin == 4) /* all of them, where a picture is enlarged */
        for (int k = 0; k < 4; k++)
            sum += weight[begin - first + k] *
                   *(const ImpPixel_u *)(source + (begin - low + k) * floats);
    else
        for (int k = begin; k < end; k++)
            sum +=
                weight[k - first] * *(const ImpPixel_u *)(source + (k - low) * floats);
    return sum;
}

#endif
