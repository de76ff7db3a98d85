/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* bfloat16, the upper half of a float, as the terms of products: AVX512-BF16. Rounded
 * to nearest, ties to even; denormal terms count as zero. Included by template.h. */
#include <immintrin.h>

typedef uint16_t Term;

IMP_INLINE void put(Term *p, Vec x)
{
    _mm256_storeu_si256((__m256i *)p, (__m256i)_mm512_cvtneps_pbh((__m512)x));
}

IMP_INLINE void put_half(Term *p, Half x)
{
    _mm_storeu_si128((__m128i *)p, (__m128i)_mm256_cvtneps_pbh((__m256)x));
}

IMP_INLINE Term term(float x)
{
    const Half all = { x };

    return (Term)_mm_extract_epi16((__m128i)_mm256_cvtneps_pbh((__m256)all), 0);
}

IMP_INLINE void put1(Term *p, float x)
{
    *p = term(x);
}

/* sum + the products of both terms of x and of each lane's two of b. */
IMP_INLINE Vec add_pairs(Vec sum, float x, Vec b)
{
    return (Vec)_mm512_dpbf16_ps((__m512)sum, (__m512bh)_mm512_set1_ps(x), (__m512bh)b);
}

IMP_INLINE Half add_pairs_half(Half sum, float x, Half b)
{
    return (Half)_mm256_dpbf16_ps((__m256)sum, (__m256bh)_mm256_set1_ps(x),
                                  (__m256bh)b);
}
