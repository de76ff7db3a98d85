/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Everything in the engine that C11 does not have: the one place for compiler
 * extensions. */
#ifndef IMP_COMPILER_H
#define IMP_COMPILER_H

#include <stddef.h>
#include <stdint.h>

static inline int imp_min(int a, int b)
{
    return a < b ? a : b;
}

static inline int imp_max(int a, int b)
{
    return a > b ? a : b;
}

/* NaN gives 0. */
static inline float imp_clamp01(float x)
{
    return x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f;
}

/* Memory that several share, one after the other: the most that any of them wants. */
static inline void imp_want(size_t *most, size_t wanted)
{
    if (wanted > *most)
        *most = wanted;
}

#if defined(__GNUC__)
#define IMP_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define IMP_PRINTF(text, first)
#endif

#if defined(__GNUC__) && defined(__x86_64__)
#include <cpuid.h>

#define IMP_HAVE_CPUID 1

/* cpuid: regs = eax, ebx, ecx, edx; all zero where the CPU lacks the leaf. */
static inline void imp_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t regs[4])
{
    regs[0] = regs[1] = regs[2] = regs[3] = 0;
    __get_cpuid_count(leaf, subleaf, &regs[0], &regs[1], &regs[2], &regs[3]);
}

/* XCR0: the register files that the kernel saves. Only where cpuid shows OSXSAVE. */
static inline uint64_t imp_xgetbv(void)
{
    uint32_t low, high;

    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}
#endif

#if defined(__GNUC__)
#define IMP_INLINE static inline __attribute__((always_inline))
#define IMP_RESTRICT __restrict__

/* A thread looks for something again and again. */
static inline void imp_pause(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* *p is in memory now, all of it: for an instruction that reads more than the compiler
 * knows. */
#define IMP_WRITTEN(p) __asm__ volatile("" : : "r"(p) : "memory")

/* Unroll the loop that follows completely, so that arrays of vectors live in
 * registers. */
#define IMP_UNROLL _Pragma("GCC unroll 32")

/* `name`: a vector of `lanes` floats; name_u: the same at any float's address;
 * name_bits: as many ints, what a comparison gives. */
#define IMP_VECTOR_TYPES(name, lanes)                                                  \
    typedef int name##_bits __attribute__((vector_size(4 * (lanes))));                 \
    typedef float name __attribute__((vector_size(4 * (lanes)), may_alias));           \
    typedef float name##_u                                                             \
        __attribute__((vector_size(4 * (lanes)), aligned(4), may_alias))

/* A vector of four from lanes of a (0 to 3) and b (4 to 7). */
#if defined(__clang__)
#define IMP_SHUFFLE4(bits, a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l)
#else
#define IMP_SHUFFLE4(bits, a, b, i, j, k, l)                                           \
    __builtin_shuffle(a, b, (bits) { i, j, k, l })
#endif
#endif

#endif
