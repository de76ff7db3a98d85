/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The kernels of level x86amx: direct convolutions in AMX tiles of bfloat16. A product
 * of tiles is so fast there that transforms cost more than they save
 * (tests/bench/LOG.md). */
#include "config.h"

#include "gemm_amx.h"

#define IMP_LANES 16
#define IMP_REGISTERS 32
#include "template.h"
#include "template_terms.h"

static const ImpTermKernels terms = {
    .pack = imp_terms_pack_amx,
    .split = split,
    .begin = imp_terms_begin_amx,
    .gemm = imp_terms_gemm_amx,
    .end = imp_terms_end_amx,
    .epilogue = epilogue_terms,
    .epilogue_of_terms = epilogue_of_terms,
    .moments = moments_terms,
    .spread3 = spread3,
};

const ImpKernels imp_kernels_x86amx = {
    .cpu = IMP_CPU_X86AMX,
    .terms = &terms,
    .epilogue = epilogue_,
    .moments = moments,
    .sigmoid = sigmoid,
};
