/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The kernels of level x86amx: as x86bf16, with the products in AMX tiles. */
#include "config.h"

#include "gemm_amx.h"

#define IMP_LEVEL x86amx
#define IMP_LEVEL_CPU IMP_CPU_X86AMX
#define IMP_BF16 1
#define IMP_GEMM_PAIRS imp_gemm_pairs_amx
#define IMP_GEMM_PAIRS_PACK imp_gemm_pairs_pack_amx
#define IMP_LANES 16
#define IMP_REGISTERS 32
#include "template.h"
#include "template_gemm.h"
#include "template_dot.h"
#include "template_table.h"
