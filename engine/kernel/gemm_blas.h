/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The matrix product of kernels.h through CBLAS. gemm_blas.c alone includes cblas.h. */
#ifndef IMP_GEMM_BLAS_H
#define IMP_GEMM_BLAS_H

#include "kernels.h"

void imp_gemm_f32_blas(const ImpGemm *product);
void imp_gemm_pack_f32_blas(float *packed, const float *b, int k, int n);

/* Hold the library to one thread a caller (the engine's pool owns the cores) and see
 * that it obeyed. False where it did not: its threads would fight ours, so the caller
 * takes another product. */
bool imp_blas_hold_to_one_thread(void);

#endif
