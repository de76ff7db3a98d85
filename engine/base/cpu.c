/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* CPU levels, found at run time. Built without ISA flags. A level counts only when
 * the CPU has all of its instructions and the kernel saves its registers. */
#define _DEFAULT_SOURCE /* syscall */
#include "config.h"

#include "cpu.h"

#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "compiler.h"
#include "status.h"

static const char *const level_names[] = {
    [IMP_CPU_REF] = "ref",         [IMP_CPU_GENERIC] = "generic",
    [IMP_CPU_X86V3] = "x86v3",     [IMP_CPU_X86V4] = "x86v4",
    [IMP_CPU_X86BF16] = "x86bf16", [IMP_CPU_X86AMX] = "x86amx",
    [IMP_CPU_NEON] = "neon",
};

enum { LEVELS = sizeof level_names / sizeof *level_names };

#ifdef IMP_HAVE_CPUID
/* Bits of cpuid leaf 1 ecx, leaf 7 ebx and leaf 0x80000001 ecx that make up the
 * levels of the x86-64 psABI: the compiler may use any of them in an ISA file. */
static const uint32_t v3_leaf1 = 1u << 0 | 1u << 9 | 1u << 12 | 1u << 13 | 1u << 19 |
                                 1u << 20 | 1u << 22 | 1u << 23 | 1u << 27 | 1u << 28 |
                                 1u << 29; /* SSE3 SSSE3 FMA CX16 SSE4.1 SSE4.2 MOVBE
                                              POPCNT OSXSAVE AVX F16C */
static const uint32_t v3_leaf7 = 1u << 3 | 1u << 5 | 1u << 8; /* BMI1 AVX2 BMI2 */
static const uint32_t v3_extended = 1u << 0 | 1u << 5;        /* LAHF LZCNT */
static const uint32_t v4_leaf7 =
    1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31; /* AVX-512 F DQ CD BW VL */
static const uint32_t bf16_leaf7_1 = 1u << 5;             /* subleaf 1: AVX512_BF16 */
static const uint32_t amx_leaf7 = 1u << 22 | 1u << 24;    /* edx: AMX-BF16 AMX-TILE */
static const uint64_t v3_saved = 1u << 1 | 1u << 2;       /* xmm ymm */
static const uint64_t v4_saved = 1u << 1 | 1u << 2 | 1u << 5 | 1u << 6 | 1u << 7;
static const uint64_t amx_saved = 1u << 17 | 1u << 18; /* tile shapes, tiles */

/* Linux gives a process the 8 KiB of tiles only when it asks
 * (Documentation/arch/x86/xstate.rst, since 5.16); threads share the permission. Asking
 * again is fine; an older kernel refuses. */
static bool kernel_permits_tiles(void)
{
#if defined(__linux__)
    enum { ARCH_REQ_XCOMP_PERM = 0x1023, XFEATURE_XTILEDATA = 18 };

    return syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0;
#else
    return false;
#endif
}

static bool has(uint64_t flags, uint64_t wanted)
{
    return (flags & wanted) == wanted;
}

static bool machine_runs(ImpCpu cpu)
{
    uint32_t leaf1[4], leaf7[4], leaf7_1[4], extended[4];

    imp_cpuid(1, 0, leaf1);
    imp_cpuid(7, 0, leaf7);
    imp_cpuid(7, 1, leaf7_1); /* there where leaf 7's eax, its last subleaf, is not 0 */
    imp_cpuid(0x80000001, 0, extended);
    if (!has(leaf1[2], v3_leaf1) || !has(leaf7[1], v3_leaf7) ||
        !has(extended[2], v3_extended) || !has(imp_xgetbv(), v3_saved))
        return false;
    if (cpu == IMP_CPU_X86V3)
        return true;
    if (!has(leaf7[1], v4_leaf7) || !has(imp_xgetbv(), v4_saved))
        return false;
    if (cpu == IMP_CPU_X86V4)
        return true;
    if (!leaf7[0] || !has(leaf7_1[0], bf16_leaf7_1))
        return false;
    return cpu == IMP_CPU_X86BF16 ||
           (cpu == IMP_CPU_X86AMX && has(leaf7[3], amx_leaf7) &&
            has(imp_xgetbv(), amx_saved) && kernel_permits_tiles());
}
#elif defined(__aarch64__)
static bool machine_runs(ImpCpu cpu)
{
    return cpu == IMP_CPU_NEON; /* part of the base architecture */
}
#else
static bool machine_runs(ImpCpu cpu)
{
    return false;
}
#endif

static bool build_has(ImpCpu cpu)
{
    switch (cpu) {
#if defined(IMP_SIMD_X86V3) && IMP_SIMD_X86V3
    case IMP_CPU_X86V3:
        return true;
#endif
#if defined(IMP_SIMD_X86V4) && IMP_SIMD_X86V4
    case IMP_CPU_X86V4:
        return true;
#endif
#if defined(IMP_SIMD_X86BF16) && IMP_SIMD_X86BF16
    case IMP_CPU_X86BF16:
        return true;
#endif
#if defined(IMP_SIMD_X86AMX) && IMP_SIMD_X86AMX
    case IMP_CPU_X86AMX:
        return true;
#endif
#if defined(IMP_SIMD_NEON) && IMP_SIMD_NEON
    case IMP_CPU_NEON:
        return true;
#endif
    default:
        return false;
    }
}

bool imp_cpu_runs(ImpCpu cpu)
{
    return cpu == IMP_CPU_REF || cpu == IMP_CPU_GENERIC ||
           (build_has(cpu) && machine_runs(cpu));
}

ImpStatus imp_cpu_check(ImpCpu cpu, ImpError *err)
{
    if (imp_cpu_runs(cpu))
        return IMP_OK;
    return imp_fail(err, IMP_BAD_ARGUMENT,
                    "This machine or this build cannot run CPU level %s.",
                    imp_cpu_name(cpu));
}

ImpCpu imp_cpu_lower(const char *name)
{
    ImpCpu best = IMP_CPU_GENERIC;

    for (int level = IMP_CPU_REF; level < LEVELS; level++) {
        if (!imp_cpu_runs((ImpCpu)level))
            continue;
        if (name && strcmp(name, level_names[level]) == 0)
            return (ImpCpu)level;
        if (level > (int)best)
            best = (ImpCpu)level;
    }
    return best;
}

ImpCpu imp_cpu_best(void)
{
    return imp_cpu_lower(getenv("IMPASTO_CPU"));
}

bool imp_cpu_has_bf16(ImpCpu cpu)
{
    return cpu == IMP_CPU_X86BF16 || cpu == IMP_CPU_X86AMX;
}

const char *imp_cpu_name(ImpCpu cpu)
{
    return (unsigned)cpu < LEVELS ? level_names[cpu] : "unknown";
}
