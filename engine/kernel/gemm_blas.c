/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The matrix product through OpenBLAS: the portable path of level generic. */
#include "config.h"

#include "gemm_blas.h"

#include <cblas.h>
#include <string.h>

bool imp_blas_hold_to_one_thread(void)
{
    openblas_set_num_threads(1);
    return openblas_get_num_threads() == 1;
}

void imp_gemm_pack_f32_blas(float *packed, const float *b, int k, int n)
{
    memcpy(packed, b, (size_t)k * (size_t)n * sizeof *packed);
}

/* One call a run, and several where neighbouring rows of A overlap (a_row < length),
 * which BLAS does not allow: its lda is then the piece. */
void imp_gemm_f32_blas(const ImpGemm *g)
{
    const int piece = g->a_row < g->length ? (int)g->a_row : g->length;
    const float *b = g->b;
    float beta = 0.0f;

    for (int s = 0; s < g->segments; s++)
        for (int k = 0; k < g->length; k += piece) {
            const int now = piece < g->length - k ? piece : g->length - k;
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, g->m, g->n, now,
                        1.0f, g->a + s * g->a_segment + k, (int)g->a_row, b, g->n, beta,
                        g->c, (int)g->c_row);
            b += (size_t)now * (size_t)g->n;
            beta = 1.0f;
        }
    if (!g->scale && !g->relu)
        return;
    for (int i = 0; i < g->m; i++)
        for (int j = 0; j < g->n; j++) {
            float y = g->c[i * g->c_row + j];
            if (g->scale)
                y = y * g->scale[j] + g->shift[j];
            g->c[i * g->c_row + j] = g->relu && y < 0.0f ? 0.0f : y;
        }
}
