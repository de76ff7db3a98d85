/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Products of terms (kernels.h: ImpTermKernels) on AMX tiles of bfloat16: Intel's
 * Software Developer's Manual, volume 1, chapter 18. Only where
 * imp_cpu_runs(IMP_CPU_X86AMX) has asked the kernel for the tile registers. */
#ifndef IMP_GEMM_AMX_H
#define IMP_GEMM_AMX_H

#include "kernels.h"

void imp_terms_pack_amx(uint16_t *packed, const float *b, int segments, int length,
                        int n);
void imp_terms_begin_amx(int length);
void imp_terms_gemm_amx(const ImpTermGemm *product);
void imp_terms_end_amx(void);

#endif
