/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The reference: scalar, adding in double; the truth that every other level is held to.
 * Built without SIMD flags and without contraction. */
#include "config.h"

#include "kernels.h"

#include <math.h>
#include <string.h>

static void gemm_pack_ref(float *packed, const float *b, int k, int n)
{
    memcpy(packed, b, (size_t)k * (size_t)n * sizeof *packed);
}

static void gemm_ref(const ImpGemm *g)
{
    for (int i = 0; i < g->m; i++)
        for (int j = 0; j < g->n; j++) {
            double sum = 0.0;
            for (int s = 0; s < g->segments; s++)
                for (int k = 0; k < g->length; k++)
                    sum += (double)g->a[i * g->a_row + s * g->a_segment + k] *
                           g->b[((size_t)s * g->length + k) * g->n + j];
            if (g->scale)
                sum = sum * g->scale[j] + g->shift[j];
            g->c[i * g->c_row + j] = g->relu && sum < 0.0 ? 0.0f : (float)sum;
        }
}

static void epilogue_ref(float *out, const float *from, ptrdiff_t from_pixel,
                         int channels, size_t pixels, const ImpEpilogue *epilogue)
{
    for (size_t i = 0; i < pixels * (size_t)channels; i++) {
        const size_t c = i % (size_t)channels;
        double y = from[(ptrdiff_t)(i / (size_t)channels) * from_pixel + (ptrdiff_t)c];
        if (epilogue->scale)
            y = y * epilogue->scale[c] + epilogue->shift[c];
        if (epilogue->residual)
            y += epilogue->residual[i];
        out[i] = epilogue->relu && y < 0.0 ? 0.0f : (float)y;
    }
}

static void moments_ref(double *sum, double *square, const float *x, int channels,
                        size_t pixels)
{
    for (size_t i = 0; i < pixels * (size_t)channels; i++) {
        sum[i % (size_t)channels] += x[i];
        square[i % (size_t)channels] += (double)x[i] * x[i];
    }
}

static void sigmoid_ref(float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = isnan(x[i]) ? 0.0f : (float)(1.0 / (1.0 + exp(-(double)x[i])));
}

const ImpKernels imp_kernels_ref = {
    .cpu = IMP_CPU_REF,
    .gemm_pack = gemm_pack_ref,
    .gemm = gemm_ref,
    .epilogue = epilogue_ref,
    .moments = moments_ref,
    .sigmoid = sigmoid_ref,
};
