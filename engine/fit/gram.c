/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Gram matrices, as products of matrices: a row of pixels [column][channel] is B, and
 * by its strides A as well. */
#include "config.h"

#include "gram.h"

#include <string.h>

typedef struct Gram {
    const ImpKernels *kernels;
    const ImpPlane *plane;
    double *sums;
    float *scratch;
    size_t scratch_floats;
} Gram;

static bool sum_part(void *context, int item, int worker)
{
    const Gram *const g = context;
    const ImpPlane *const s = g->plane;
    const int n = s->channels, count = n * n,
              end = s->height * (item + 1) / IMP_GRAM_PARTS;
    float *const packed = g->scratch + (size_t)worker * g->scratch_floats,
                 *const product = packed + imp_gemm_packed_floats(s->width, n);
    double *const sums = g->sums + (size_t)item * (size_t)count;

    memset(sums, 0, (size_t)count * sizeof *sums);
    for (int y = s->height * item / IMP_GRAM_PARTS; y < end; y++) {
        const float *const row = imp_plane_row(s, y);
        g->kernels->gemm_pack(packed, row, s->width, n);
        g->kernels->gemm(&(ImpGemm) { .m = n, /* a row of A is a channel */
                                      .n = n,
                                      .segments = s->width,
                                      .length = 1,
                                      .a = row,
                                      .a_row = 1,
                                      .a_segment = s->step,
                                      .b = packed,
                                      .c = product,
                                      .c_row = n });
        for (int i = 0; i < count; i++)
            sums[i] += (double)product[i];
    }
    return true;
}

void imp_gram(float *gram, const ImpKernels *kernels, ImpPool *pool,
              const ImpPlane *plane, double *sums, float *scratch,
              size_t scratch_floats)
{
    const int count = plane->channels * plane->channels;
    Gram work = { kernels, plane, sums, scratch, scratch_floats };

    (void)imp_pool_run(pool, IMP_GRAM_PARTS, sum_part, &work); /* never stops */
    for (int i = 0; i < count; i++) {
        double sum = 0.0;
        for (int part = 0; part < IMP_GRAM_PARTS; part++)
            sum += sums[part * count + i];
        gram[i] = (float)(sum / ((double)plane->height * plane->width));
    }
}
