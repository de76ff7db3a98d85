/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The vector kernels, written once on vectors of IMP_LANES floats and compiled once a
 * CPU level: kernels_<level>.c defines IMP_LANES, IMP_REGISTERS (of that width),
 * IMP_LEVEL and includes this page, template_transform.h, template_gemm.h and
 * template_table.h. The compiler turns a * b + c into fused multiply-adds
 * (-ffp-contract=fast) where the level has them.
 *
 * Channels are walked in whole vectors, then in a scalar tail: widths that are
 * multiples of the vector are the fast ones. */
#include "compiler.h"
#include "kernels.h"

#include <string.h>

IMP_VECTOR_TYPES(Vec, IMP_LANES);
IMP_VECTOR_TYPES(Half, IMP_LANES > 4 ? IMP_LANES / 2 : IMP_LANES);
IMP_VECTOR_TYPES(Quad, 4);

enum { L = IMP_LANES, H = sizeof(Half) / sizeof(float) };

IMP_INLINE Vec load(const float *p)
{
    return *(const Vec_u *)p;
}

IMP_INLINE void store(float *p, Vec x)
{
    *(Vec_u *)p = x;
}

IMP_INLINE Vec zero(void)
{
    return (Vec) { 0 };
}

IMP_INLINE Vec relu(Vec x)
{
    return (Vec)((Vec_bits)x & (x > zero()));
}

IMP_INLINE Half load_half(const float *p)
{
    return *(const Half_u *)p;
}

IMP_INLINE void store_half(float *p, Half x)
{
    *(Half_u *)p = x;
}

IMP_INLINE Half relu_half(Half x)
{
    return (Half)((Half_bits)x & (x > (Half) { 0 }));
}

IMP_INLINE float load1(const float *p)
{
    return *p;
}

IMP_INLINE void store1(float *p, float x)
{
    *p = x;
}

IMP_INLINE float relu1(float x)
{
    return x > 0.0f ? x : 0.0f;
}

/* Channels are walked in whole vectors, half ones (24 channels are one and a half of
 * 16), and what is left one by one. body: a macro of the type and its load, store and
 * relu. */
#define WALK_INTO(channels, body, ST, ST_HALF, ST1)                                    \
    do {                                                                               \
        int c = 0;                                                                     \
        for (; c + L <= (channels); c += L)                                            \
            body(Vec, load, ST, relu);                                                 \
        for (; c + H <= (channels); c += H)                                            \
            body(Half, load_half, ST_HALF, relu_half);                                 \
        for (; c < (channels); c++)                                                    \
            body(float, load1, ST1, relu1);                                            \
    } while (0)
#define WALK(channels, body) WALK_INTO(channels, body, store, store_half, store1)

/* ---- element-wise ---------------------------------------------------------------- */

static void epilogue_(float *out, const float *from, ptrdiff_t from_pixel, int channels,
                      size_t pixels, const ImpEpilogue *epilogue)
{
    const float *r = epilogue->residual;

#define ONE(T, LD, ST, RELU)                                                           \
    do {                                                                               \
        T y = LD(from + c);                                                            \
        if (epilogue->scale)                                                           \
            y = y * LD(epilogue->scale + c) + LD(epilogue->shift + c);                 \
        if (r)                                                                         \
            y += LD(r + c);                                                            \
        ST(out + c, epilogue->relu ? RELU(y) : y);                                     \
    } while (0)
    for (size_t i = 0; i < pixels; i++) {
        WALK(channels, ONE);
        out += channels;
        from += from_pixel;
        if (r)
            r += channels;
    }
#undef ONE
}

/* Double lanes: a float sum over a whole plane loses its low bits. */
static void moments(double *IMP_RESTRICT sum, double *IMP_RESTRICT square,
                    const float *IMP_RESTRICT x, int channels, size_t pixels)
{
    for (size_t i = 0; i < pixels; i++, x += channels)
        for (int c = 0; c < channels; c++) {
            const double d = x[c];
            sum[c] += d;
            square[c] += d * d;
        }
}

/* exp by 2^n * polynomial (Cody & Waite's reduction, degree 6 minimax on +-ln2/2).
 * Written on scalars that the compiler vectorizes. */
IMP_INLINE float sigmoid1(float x)
{
    const float limited = x > -80.0f ? (x < 80.0f ? x : 80.0f) : -80.0f;
    const float y = -limited * 1.44269504088896f;
    const float n = (y + 12582912.0f) - 12582912.0f; /* round to nearest: 1.5 * 2^23 */
    const float f = (y - n) * 0.693147180559945f;
    const float e =
        1.0f +
        f * (1.0f + f * (0.5f + f * (0.16666667f +
                                     f * (0.041666667f +
                                          f * (0.0083333338f + f * 0.0013888889f)))));
    union {
        int i;
        float f;
    } power = { .i = ((int)n + 127) << 23 };
    return 1.0f / (1.0f + e * power.f);
}

static void sigmoid(float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = sigmoid1(x[i]);
}
