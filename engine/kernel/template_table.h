/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The table of one level; included by kernels_<level>.c after its functions. */

#define TABLE_(level) imp_kernels_##level
#define TABLE(level) TABLE_(level)

const ImpKernels TABLE(IMP_LEVEL) = {
    .cpu = IMP_LEVEL_CPU,
    .gemm_pack = gemm_pack,
    .gemm = gemm,
#if IMP_BF16
    .gemm_pairs_pack = gemm_pairs_pack,
    .gemm_pairs = gemm_pairs,
#endif
    .lanes = D,
    .dot3_pack = dot3_pack,
    .dot3 = dot3,
    .lane_sum3 = lane_sum3,
    .wino6 = { wino6_input, wino6_output, IMP_BF16 },
    .wino3 = { wino3_input, wino3_output, false },
    .phase = { phase_input, phase_output, IMP_BF16 },
    .stride = { stride_input, stride_output, IMP_BF16 },
    .epilogue = epilogue_,
    .moments = moments,
    .sigmoid = sigmoid,
};
