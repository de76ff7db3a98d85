/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The kernels of level generic: portable C on vectors of four, and the matrix product
 * of OpenBLAS where the build has it. */
#include "config.h"

#define IMP_LEVEL generic
#define IMP_LEVEL_CPU IMP_CPU_GENERIC
#define IMP_LANES 4
#define IMP_REGISTERS 16
#include "template.h"
#include "template_transform.h"

#if IMP_HAVE_BLAS
#include "gemm_blas.h"
#define IMP_GEMM imp_gemm_f32_blas
#define IMP_GEMM_PACK imp_gemm_pack_f32_blas
#else
#include "template_gemm.h"
#endif
#include "template_dot.h"
#include "template_table.h"
