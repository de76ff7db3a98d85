/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Data for the checks of kernels: random numbers of several kinds, in memory with guard
 * bands. */
#ifndef IMP_TEST_DATA_H
#define IMP_TEST_DATA_H

#include "compiler.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t seed = 20261121;

IMP_INLINE uint32_t next(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 32);
}

IMP_INLINE float uniform(void)
{
    return (float)next() / 2147483648.0f - 1.0f;
}

/* Kinds of data: plain, tiny, huge, cancelling (large equal and opposite
 * neighbours). */
enum { PLAIN, TINY, HUGE_VALUES, CANCELLING, KINDS };

IMP_INLINE float value(int kind, size_t i)
{
    switch (kind) {
    case TINY:
        return uniform() * 1e-30f;
    case HUGE_VALUES:
        return uniform() * 1e12f;
    case CANCELLING:
        return (i % 2 ? -1.0f : 1.0f) * 1000.0f + uniform();
    default:
        return uniform();
    }
}

/* Memory with guard bands: 64 floats of a pattern on both sides, at an odd address. */
#define GUARD 64
static const float guard_value = -12345.678f;

IMP_INLINE float *guarded(size_t n)
{
    float *p = malloc((n + 2 * GUARD + 1) * sizeof *p);

    assert_non_null(p);
    for (size_t i = 0; i < n + 2 * GUARD + 1; i++)
        p[i] = guard_value;
    return p + GUARD + 1; /* 4 bytes off any larger alignment */
}

IMP_INLINE void check_guard(const float *p, size_t n, const char *what)
{
    for (size_t i = 1; i <= GUARD; i++)
        if (p[-(ptrdiff_t)i] != guard_value || p[n + i - 1] != guard_value)
            fail_msg("%s wrote outside its output", what);
}

IMP_INLINE void release(float *p)
{
    free(p - GUARD - 1);
}

IMP_INLINE float *filled(size_t n, int kind)
{
    float *p = guarded(n);

    for (size_t i = 0; i < n; i++)
        p[i] = value(kind, i);
    return p;
}

#endif
