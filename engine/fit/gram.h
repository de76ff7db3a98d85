/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Gram matrices: what a picture's style is told by (Gatys et al. 2016, CVPR). */
#ifndef IMP_GRAM_H
#define IMP_GRAM_H

#include "kernels.h"
#include "plane.h"
#include "pool.h"

enum { IMP_GRAM_PARTS = 16 }; /* of the rows of a plane; each has its own sums */

/* Doubles of `sums`, and floats of scratch of one worker, for planes of so many columns
 * and channels. */
static inline size_t imp_gram_sums(int channels)
{
    return (size_t)IMP_GRAM_PARTS * (size_t)channels * (size_t)channels;
}

static inline size_t imp_gram_scratch(int width, int channels)
{
    return imp_gemm_packed_floats(width, channels) +
           (size_t)channels * (size_t)channels;
}

/* gram [channels][channels] = S^T S / pixels of the pixels S of a plane, dense within
 * its rows: within a row sums of floats, else of double, always in one order. scratch:
 * scratch_floats for each worker of the pool. */
void imp_gram(float *gram, const ImpKernels *kernels, ImpPool *pool,
              const ImpPlane *plane, double *sums, float *scratch,
              size_t scratch_floats);

#endif
