/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The product of pairs (kernels.h: gemm_pairs) on AMX tiles of bfloat16: Intel's Software
 * Developer's Manual, volume 1, chapter 18. Only where imp_cpu_runs(IMP_CPU_X86AMX) has asked the
 * kernel for the tile registers. */
#ifndef IMP_GEMM_AMX_H
#define IMP_GEMM_AMX_H

#include "kernels.h"

void imp_gemm_pairs_pack_amx(float *packed, const float *b, int k, int n);
void imp_gemm_pairs_amx(const ImpGemm *product);

#endif
