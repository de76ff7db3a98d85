/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Which table goes with which CPU level. */
#include "config.h"

#include "kernels.h"

#include "cpu.h"

const ImpKernels *imp_kernels_get(ImpCpu cpu)
{
    switch (cpu) {
#if IMP_SIMD_X86AMX
    case IMP_CPU_X86AMX:
        return &imp_kernels_x86amx;
#endif
#if IMP_SIMD_X86BF16
    case IMP_CPU_X86BF16:
        return &imp_kernels_x86bf16;
#endif
#if IMP_SIMD_X86V4
    case IMP_CPU_X86V4:
        return &imp_kernels_x86v4;
#endif
#if IMP_SIMD_X86V3
    case IMP_CPU_X86V3:
        return &imp_kernels_x86v3;
#endif
#if IMP_SIMD_NEON
    case IMP_CPU_NEON:
        return &imp_kernels_neon;
#endif
    case IMP_CPU_REF:
        return &imp_kernels_ref;
    default:
        return &imp_kernels_generic;
    }
}

const ImpKernels *imp_kernels_of_floats(ImpCpu cpu)
{
    return imp_kernels_get(imp_cpu_has_bf16(cpu) ? IMP_CPU_X86V4 : cpu);
}
