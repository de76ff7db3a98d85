/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Filter weights of a resize along one axis. */
#include "config.h"

#include "axis.h"

#include <math.h>

#include "status.h"

/* Keys' cubic with a = -1/2. */
static double cubic(double x)
{
    x = fabs(x);
    if (x < 1)
        return (1.5 * x - 2.5) * x * x + 1;
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

bool imp_axis_init(ImpAxis *axis, int source, int samples)
{
    const double scale = (double)source / samples;
    const double stretch = scale > 1 ? scale : 1;
    const double support = 2 * stretch;

    axis->samples = samples;
    axis->taps = (int)ceil(support) * 2 + 1;
    axis->first = imp_alloc((size_t)samples, sizeof *axis->first);
    axis->count = imp_alloc((size_t)samples, sizeof *axis->count);
    axis->weight =
        imp_alloc((size_t)samples * (size_t)axis->taps, sizeof *axis->weight);
    if (!axis->first || !axis->count || !axis->weight)
        return false;
    for (int i = 0; i < samples; i++) {
        const double center = scale * (i + 0.5);
        const int low = (int)fmax(center - support + 0.5, 0);
        const int high = (int)fmin(center + support + 0.5, source);
        float *const weight = axis->weight + (size_t)i * (size_t)axis->taps;
        double sum = 0;

        for (int k = low; k < high; k++)
            sum += cubic((k - center + 0.5) / stretch);
        for (int k = low; k < high; k++)
            weight[k - low] = (float)(cubic((k - center + 0.5) / stretch) / sum);
        axis->first[i] = low;
        axis->count[i] = high - low;
    }
    return true;
}

void imp_axis_clear(ImpAxis *axis)
{
    imp_free(axis->weight);
    imp_free(axis->count);
    imp_free(axis->first);
    *axis = (ImpAxis) { 0 };
}
