/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The vector kernels, written once on vectors of IMP_LANES floats and compiled once a CPU
 * level: kernels_<level>.c defines IMP_LANES, IMP_REGISTERS (of that width), IMP_LEVEL and
 * includes this page, template_gemm.h and template_table.h. The compiler turns a * b + c into fused multiply-adds
 * (-ffp-contract=fast) where the level has them.
 *
 * Channels are walked in whole vectors, then in a scalar tail: widths that are multiples of
 * the vector are the fast ones. */
#include "compiler.h"
#include "kernels.h"

#include <string.h>

IMP_VECTOR_TYPES(Vec, IMP_LANES);

enum { L = IMP_LANES };

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

/* ---- channel walks ---------------------------------------------------------------------
 *
 * A transform is written as a body on type T with loads and stores LD, ST; WALK runs it on
 * whole vectors of channels, then channel by channel. */
#define WALK(channels, vector_body, scalar_body)                                         \
    do {                                                                                 \
        int c = 0;                                                                       \
        for (; c + L <= (channels); c += L) vector_body(c);                              \
        for (; c < (channels); c++) scalar_body(c);                                      \
    } while (0)

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

/* ---- Winograd F(4x4, 3x3) ----------------------------------------------------------------
 *
 * Points 0, 1, -1, 2, -2, infinity:
 *     | 4  0 -5  0  1  0 |        | 1  1  1  1  1  0 |
 *     | 0 -4 -4  1  1  0 |   T    | 0  1 -1  2 -2  0 |
 * B = | 0  4 -4 -1  1  0 |  A  =  | 0  1  1  4  4  0 |
 *     | 0 -2 -1  2  1  0 |        | 0  1 -1  8 -8  1 |
 *     | 0  2 -1 -2  1  0 |
 *     | 0  4  0 -5  0  1 |   (B transposed; op/winograd.c has G) */
#define WINO_B(T, r, d0, d1, d2, d3, d4, d5)                                             \
    do {                                                                                 \
        const T a = (d4) - 4.0f * (d2), b = (d3) - 4.0f * (d1);                          \
        const T e = (d4) - (d2), f = 2.0f * ((d3) - (d1));                               \
        (r)[0] = 4.0f * (d0) - 5.0f * (d2) + (d4);                                       \
        (r)[1] = a + b;                                                                  \
        (r)[2] = a - b;                                                                  \
        (r)[3] = e + f;                                                                  \
        (r)[4] = e - f;                                                                  \
        (r)[5] = 4.0f * (d1) - 5.0f * (d3) + (d5);                                       \
    } while (0)

/* Neighbouring tiles share two columns: their vertical transforms are kept. */
#define WINO_INPUT(T, LD, ST)                                                            \
    do {                                                                                 \
        T column[6][6]; /* [x][frequency down] */                                        \
        for (int t = 0; t < tiles; t++) {                                                \
            const float *p = in + (ptrdiff_t)4 * t * channels + c;                       \
            int x0 = 0;                                                                  \
            if (t > 0) {                                                                 \
                IMP_UNROLL for (int q = 0; q < 6; q++)                                   \
                {                                                                        \
                    column[0][q] = column[4][q];                                         \
                    column[1][q] = column[5][q];                                         \
                }                                                                        \
                x0 = 2;                                                                  \
            }                                                                            \
            for (int x = x0; x < 6; x++) {                                               \
                const float *d = p + (ptrdiff_t)x * channels;                            \
                const T d0 = LD(d), d1 = LD(d + in_row), d2 = LD(d + 2 * in_row),        \
                        d3 = LD(d + 3 * in_row), d4 = LD(d + 4 * in_row),                \
                        d5 = LD(d + 5 * in_row);                                         \
                WINO_B(T, column[x], d0, d1, d2, d3, d4, d5);                            \
            }                                                                            \
            IMP_UNROLL for (int q = 0; q < 6; q++)                                       \
            {                                                                            \
                T r[6];                                                                  \
                WINO_B(T, r, column[0][q], column[1][q], column[2][q], column[3][q],     \
                       column[4][q], column[5][q]);                                      \
                float *const o = v + 6 * q * v_step + (ptrdiff_t)t * channels + c;       \
                IMP_UNROLL for (int x = 0; x < 6; x++) ST(o + x * v_step, r[x]);         \
            }                                                                            \
        }                                                                                \
    } while (0)

static void wino_input(float *v, ptrdiff_t v_step, const float *in, ptrdiff_t in_row,
                       int channels, int tiles)
{
#define VECTOR(c) WINO_INPUT(Vec, load, store)
#define SCALAR(c) WINO_INPUT(float, load1, store1)
    WALK(channels, VECTOR, SCALAR);
#undef VECTOR
#undef SCALAR
}

#define WINO_A(T, y, m0, m1, m2, m3, m4, m5)                                             \
    do {                                                                                 \
        const T a = (m1) + (m2), b = (m1) - (m2), e = (m3) + (m4), f = (m3) - (m4);      \
        (y)[0] = (m0) + a + e;                                                           \
        (y)[1] = b + 2.0f * f;                                                           \
        (y)[2] = a + 4.0f * e;                                                           \
        (y)[3] = b + 8.0f * f + (m5);                                                    \
    } while (0)

/* y -> out, through the epilogue; r: the residual of that pixel. */
#define FINISH(LD, ST, RELU, out, y, scale, shift, r)                                    \
    do {                                                                                 \
        if (epilogue->scale) (y) = (y) * (scale) + (shift);                              \
        if (epilogue->residual) (y) += LD(r);                                            \
        if (epilogue->relu) (y) = RELU(y);                                               \
        ST(out, y);                                                                      \
    } while (0)

#define WINO_OUTPUT(T, LD, ST, RELU)                                                     \
    do {                                                                                 \
        T scale = { 0 }, shift = { 0 };                                                  \
        if (epilogue->scale) {                                                           \
            scale = LD(epilogue->scale + c);                                             \
            shift = LD(epilogue->shift + c);                                             \
        }                                                                                \
        for (int t = 0; t < tiles; t++) {                                                \
            const float *const at_tile = m + (ptrdiff_t)(first + t) * channels + c;      \
            T half[4][6]; /* [y][frequency across] */                                    \
            IMP_UNROLL for (int x = 0; x < 6; x++)                                       \
            {                                                                            \
                T y[4];                                                                  \
                const float *const g = at_tile + x * m_step;                             \
                WINO_A(T, y, LD(g), LD(g + 6 * m_step), LD(g + 12 * m_step),             \
                       LD(g + 18 * m_step), LD(g + 24 * m_step), LD(g + 30 * m_step));   \
                IMP_UNROLL for (int i = 0; i < 4; i++) half[i][x] = y[i];                \
            }                                                                            \
            IMP_UNROLL for (int i = 0; i < 4; i++)                                       \
            {                                                                            \
                T y[4];                                                                  \
                WINO_A(T, y, half[i][0], half[i][1], half[i][2], half[i][3], half[i][4], \
                       half[i][5]);                                                      \
                const ptrdiff_t at = (ptrdiff_t)4 * t * channels + c;                    \
                const float *const r =                                                   \
                    epilogue->residual                                                   \
                        ? epilogue->residual + i * epilogue->residual_row + at           \
                        : NULL;                                                          \
                float *const o = out + i * out_row + at;                                 \
                IMP_UNROLL for (int j = 0; j < 4; j++) FINISH(                           \
                    LD, ST, RELU, o + (ptrdiff_t)j * channels, y[j], scale, shift,       \
                    r + (ptrdiff_t)j * channels);                                        \
            }                                                                            \
        }                                                                                \
    } while (0)

static void wino_output(float *out, ptrdiff_t out_row, const float *m, ptrdiff_t m_step,
                        int channels, int first, int tiles,
                        const ImpEpilogue *epilogue)
{
#define VECTOR(c) WINO_OUTPUT(Vec, load, store, relu)
#define SCALAR(c) WINO_OUTPUT(float, load1, store1, relu1)
    WALK(channels, VECTOR, SCALAR);
#undef VECTOR
#undef SCALAR
}

/* ---- nearest x2 + 3x3 as phases, F(3x3, 2x2) ------------------------------------------------
 *
 * Points 0, 1, -1, infinity; all four phases read the same 2 x 2 input pixels, so one input
 * transform serves them:
 *     V = (d0 - d2, d1 + d2, d2 - d1, d3 - d1)
 *     y = (m0 + m1 + m2, m1 - m2, m1 + m2 + m3) */
#define PHASE_INPUT(T, LD, ST)                                                           \
    for (int t = 0; t < tiles; t++) {                                                    \
        const float *const p = in + (ptrdiff_t)3 * t * channels + c;                     \
        T column[4][4];                                                                  \
        IMP_UNROLL for (int x = 0; x < 4; x++)                                           \
        {                                                                                \
            const float *const d = p + (ptrdiff_t)x * channels;                          \
            const T d0 = LD(d), d1 = LD(d + in_row), d2 = LD(d + 2 * in_row),            \
                    d3 = LD(d + 3 * in_row);                                             \
            column[x][0] = d0 - d2;                                                      \
            column[x][1] = d1 + d2;                                                      \
            column[x][2] = d2 - d1;                                                      \
            column[x][3] = d3 - d1;                                                      \
        }                                                                                \
        IMP_UNROLL for (int q = 0; q < 4; q++)                                           \
        {                                                                                \
            float *const o = v + 4 * q * v_step + (ptrdiff_t)t * channels + c;           \
            ST(o, column[0][q] - column[2][q]);                                          \
            ST(o + v_step, column[1][q] + column[2][q]);                                 \
            ST(o + 2 * v_step, column[2][q] - column[1][q]);                             \
            ST(o + 3 * v_step, column[3][q] - column[1][q]);                             \
        }                                                                                \
    }

static void phase_input(float *v, ptrdiff_t v_step, const float *in, ptrdiff_t in_row,
                        int channels, int tiles)
{
#define VECTOR(c) PHASE_INPUT(Vec, load, store)
#define SCALAR(c) PHASE_INPUT(float, load1, store1)
    WALK(channels, VECTOR, SCALAR);
#undef VECTOR
#undef SCALAR
}

#define PHASE_OUTPUT(T, LD, ST, RELU)                                                    \
    do {                                                                                 \
        T scale = { 0 }, shift = { 0 };                                                  \
        if (epilogue->scale) {                                                           \
            scale = LD(epilogue->scale + c);                                             \
            shift = LD(epilogue->shift + c);                                             \
        }                                                                                \
        for (int t = 0; t < tiles; t++)                                                  \
            for (int phase = 0; phase < 4; phase++) {                                    \
                const int a = phase >> 1, b = phase & 1;                                 \
                T half[3][4]; /* [y][frequency across] */                                \
                IMP_UNROLL for (int q = 0; q < 4; q++)                                   \
                {                                                                        \
                    T f[4];                                                              \
                    IMP_UNROLL for (int p = 0; p < 4; p++)                               \
                    {                                                                    \
                        const int across = q == 1 ? 1 : 2, bq = q == 1 ? 0 : b;          \
                        const int group = (p == 1 ? 0 : a) * across + bq;                \
                        f[p] = LD(m + (4 * p + q) * m_step +                             \
                                  ((ptrdiff_t)(first + t) * imp_phase_groups(p, q) + group) * \
                                      channels +                                         \
                                  c);                                                    \
                    }                                                                    \
                    half[0][q] = f[0] + f[1] + f[2];                                     \
                    half[1][q] = f[1] - f[2];                                            \
                    half[2][q] = f[1] + f[2] + f[3];                                     \
                }                                                                        \
                IMP_UNROLL for (int i = 0; i < 3; i++)                                   \
                {                                                                        \
                    T y[3];                                                              \
                    y[0] = half[i][0] + half[i][1] + half[i][2];                         \
                    y[1] = half[i][1] - half[i][2];                                      \
                    y[2] = half[i][1] + half[i][2] + half[i][3];                         \
                    float *const o = out + (2 * i + a) * out_row +                       \
                                     (ptrdiff_t)(6 * t + b) * channels + c;              \
                    IMP_UNROLL for (int j = 0; j < 3; j++)                               \
                    {                                                                    \
                        if (epilogue->scale) y[j] = y[j] * scale + shift;                \
                        if (epilogue->relu) y[j] = RELU(y[j]);                           \
                        ST(o + (ptrdiff_t)2 * j * channels, y[j]);                       \
                    }                                                                    \
                }                                                                        \
            }                                                                            \
    } while (0)

static void phase_output(float *out, ptrdiff_t out_row, const float *m, ptrdiff_t m_step,
                         int channels, int first, int tiles,
                        const ImpEpilogue *epilogue)
{
#define VECTOR(c) PHASE_OUTPUT(Vec, load, store, relu)
#define SCALAR(c) PHASE_OUTPUT(float, load1, store1, relu1)
    WALK(channels, VECTOR, SCALAR);
#undef VECTOR
#undef SCALAR
}

/* ---- element-wise ---------------------------------------------------------------------------- */

static void shift_add(float *out, const float *z, int z_pixel, int kernel, int channels,
                      int width, const ImpEpilogue *epilogue)
{
    for (int x = 0; x < width; x++, z += z_pixel, out += channels)
        for (int c = 0; c < channels; c++) {
            float y = 0.0f;
            for (int k = 0; k < kernel; k++) y += z[k * (z_pixel + channels) + c];
            if (epilogue->scale) y = y * epilogue->scale[c] + epilogue->shift[c];
            out[c] = y;
        }
}

static void epilogue_(float *x, int channels, size_t pixels, const ImpEpilogue *epilogue)
{
    const float *r = epilogue->residual;

    for (size_t i = 0; i < pixels; i++, x += channels, r = r ? r + channels : r) {
#define ONE(T, LD, ST, RELU)                                                             \
    do {                                                                                 \
        T y = LD(x + c);                                                                 \
        if (epilogue->scale) y = y * LD(epilogue->scale + c) + LD(epilogue->shift + c);  \
        if (r) y += LD(r + c);                                                           \
        ST(x + c, epilogue->relu ? RELU(y) : y);                                         \
    } while (0)
#define VECTOR(c) ONE(Vec, load, store, relu)
#define SCALAR(c) ONE(float, load1, store1, relu1)
        WALK(channels, VECTOR, SCALAR);
#undef VECTOR
#undef SCALAR
#undef ONE
    }
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

/* exp by 2^n * polynomial (Cody & Waite's reduction, degree 6 minimax on +-ln2/2). Written on
 * scalars that the compiler vectorizes. */
IMP_INLINE float sigmoid1(float x)
{
    const float limited = x > -80.0f ? (x < 80.0f ? x : 80.0f) : -80.0f;
    const float y = -limited * 1.44269504088896f;
    const float n = (y + 12582912.0f) - 12582912.0f; /* round to nearest: 1.5 * 2^23 */
    const float f = (y - n) * 0.693147180559945f;
    const float e =
        1.0f +
        f * (1.0f +
             f * (0.5f +
                  f * (0.16666667f +
                       f * (0.041666667f + f * (0.0083333338f + f * 0.0013888889f)))));
    union {
        int i;
        float f;
    } power = { .i = ((int)n + 127) << 23 };
    return 1.0f / (1.0f + e * power.f);
}

static void sigmoid(float *x, size_t n)
{
    for (size_t i = 0; i < n; i++) x[i] = sigmoid1(x[i]);
}
