/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The transforms of tiles (op/winograd.c); included by kernels_<level>.c after
 * template.h. */

#ifndef IMP_BF16 /* 1: products in the transform domain are of bfloat16 */
#define IMP_BF16 0
#endif

/* The same for a transform into V, whose terms may be shorter than a float. */
#if IMP_BF16
#include "template_bf16.h"
#define WALK_TERMS(channels, body) WALK_INTO(channels, body, put, put_half, put1)
#else
#define WALK_TERMS WALK
typedef float Term;
#endif

/* The epilogue's of channel c, once for all tiles. */
#define SCALE_AND_SHIFT(LD, scale, shift)                                              \
    if (epilogue->scale) {                                                             \
        (scale) = LD(epilogue->scale + c);                                             \
        (shift) = LD(epilogue->shift + c);                                             \
    }

/* ---- transforms of tiles ------------------------------------------------------------
 *
 * B(T, r, d) takes n samples d to n frequencies r, A(T, y, m) takes n products m to
 * `step` samples y; both are applied down and across. Neighbouring tiles share n - step
 * columns: their vertical transforms are kept. PLACE(n, q, x): where row q, column x of
 * the result goes, in a tile of `parts` times the channels. */
#define FREQUENCY(n, q, x) (((q) * (n) + (x)) * v_step)
#define TILE_INPUT(T, LD, ST, RELU, n, step, B, parts, PLACE)                          \
    do {                                                                               \
        T column[n][n]; /* [x][frequency down] */                                      \
        T scale = { 0 }, shift = { 0 };                                                \
        if (epilogue) {                                                                \
            SCALE_AND_SHIFT(LD, scale, shift)                                          \
        }                                                                              \
        for (int t = 0; t < tiles; t++) {                                              \
            const float *const p = in + (ptrdiff_t)t * (step)*channels + c;            \
            const int kept = t > 0 ? (n) - (step) : 0;                                 \
            for (int x = 0; x < kept; x++)                                             \
                IMP_UNROLL                                                             \
            for (int q = 0; q < (n); q++)                                              \
                column[x][q] = column[x + (step)][q];                                  \
            for (int x = kept; x < (n); x++) {                                         \
                T d[n];                                                                \
                IMP_UNROLL                                                             \
                for (int y = 0; y < (n); y++) {                                        \
                    d[y] = LD(p + y * in_row + (ptrdiff_t)x * channels);               \
                    if (epilogue && epilogue->scale)                                   \
                        d[y] = d[y] * scale + shift;                                   \
                    if (epilogue && epilogue->relu)                                    \
                        d[y] = RELU(d[y]);                                             \
                }                                                                      \
                B(T, column[x], d);                                                    \
            }                                                                          \
            const ptrdiff_t o = (ptrdiff_t)t * channels * (parts) + c;                 \
            IMP_UNROLL                                                                 \
            for (int q = 0; q < (n); q++) {                                            \
                T d[n], r[n];                                                          \
                IMP_UNROLL                                                             \
                for (int x = 0; x < (n); x++)                                          \
                    d[x] = column[x][q];                                               \
                B(T, r, d);                                                            \
                IMP_UNROLL                                                             \
                for (int x = 0; x < (n); x++)                                          \
                    ST(v + o + PLACE(n, q, x), r[x]);                                  \
            }                                                                          \
        }                                                                              \
    } while (0)

/* y -> out, through the epilogue; r: the residual of that pixel. */
#define FINISH(LD, ST, RELU, out, y, scale, shift, r)                                  \
    do {                                                                               \
        if (epilogue->scale)                                                           \
            y = y * (scale) + (shift);                                                 \
        if (epilogue->residual)                                                        \
            (y) += LD(r);                                                              \
        if (epilogue->relu)                                                            \
            (y) = RELU(y);                                                             \
        ST(out, y);                                                                    \
    } while (0)

#define TILE_OUTPUT(T, LD, ST, RELU, n, step, A)                                       \
    do {                                                                               \
        T scale = { 0 }, shift = { 0 };                                                \
        SCALE_AND_SHIFT(LD, scale, shift)                                              \
        for (int t = 0; t < tiles; t++) {                                              \
            const float *const at_tile = m + (ptrdiff_t)(first + t) * channels + c;    \
            T half[step][n]; /* [y][frequency across] */                               \
            IMP_UNROLL                                                                 \
            for (int x = 0; x < (n); x++) {                                            \
                T down[n], y[step];                                                    \
                IMP_UNROLL                                                             \
                for (int p = 0; p < (n); p++)                                          \
                    down[p] = LD(at_tile + (p * (n) + x) * m_step);                    \
                A(T, y, down);                                                         \
                IMP_UNROLL                                                             \
                for (int i = 0; i < (step); i++)                                       \
                    half[i][x] = y[i];                                                 \
            }                                                                          \
            IMP_UNROLL                                                                 \
            for (int i = 0; i < (step); i++) {                                         \
                T y[step];                                                             \
                A(T, y, half[i]);                                                      \
                const ptrdiff_t at = t * (step)*out_pixel + c;                         \
                const float *const r =                                                 \
                    epilogue->residual                                                 \
                        ? epilogue->residual + i * epilogue->residual_row + at         \
                        : NULL;                                                        \
                float *const o = out + i * out_row + at;                               \
                IMP_UNROLL                                                             \
                for (int j = 0; j < (step); j++)                                       \
                    FINISH(LD, ST, RELU, o + j * out_pixel, y[j], scale, shift,        \
                           r + j * out_pixel);                                         \
            }                                                                          \
        }                                                                              \
    } while (0)

#define INPUT_FUNCTION(name, BODY, V, WALK_CHANNELS)                                   \
    static void name(float *v_floats, ptrdiff_t v_floats_step, const float *in,        \
                     ptrdiff_t in_row, int channels, int tiles,                        \
                     const ImpEpilogue *epilogue)                                      \
    {                                                                                  \
        V *const v = (V *)v_floats;                                                    \
        const ptrdiff_t v_step =                                                       \
            v_floats_step * (ptrdiff_t)(sizeof(float) / sizeof(V));                    \
        WALK_CHANNELS(channels, BODY);                                                 \
    }

#define OUTPUT_FUNCTION(name, BODY)                                                    \
    static void name(float *out, ptrdiff_t out_row, ptrdiff_t out_pixel,               \
                     const float *m, ptrdiff_t m_step, int channels, int first,        \
                     int tiles, const ImpEpilogue *epilogue)                           \
    {                                                                                  \
        WALK(channels, BODY);                                                          \
    }

/* F(6, 3): points 0, 1, -1, 2, -2, 1/2, -1/2, infinity (op/winograd.c has G):
 *     | 1   0    -21/4   0    21/4   0   -1  0 |
 *     | 0   1     1   -17/4  -17/4   1    1  0 |      | 1  1  1  1   1    1     1  0 |
 *     | 0  -1     1    17/4  -17/4  -1    1  0 |      | 0  1 -1  2  -2   1/2  -1/2 0 |
 * B = | 0  1/2   1/4   -5/2   -5/4   2    1  0 |  T   | 0  1  1  4   4   1/4   1/4 0 |
 *     | 0 -1/2   1/4    5/2   -5/4  -2    1  0 | A  = | 0  1 -1  8  -8   1/8  -1/8 0 |
 *     | 0   2     4    -5/2   -5    1/2   1  0 |      | 0  1  1 16  16  1/16  1/16 0 |
 *     | 0  -2     4     5/2   -5   -1/2   1  0 |      | 0  1 -1 32 -32  1/32 -1/32 1 |
 *     | 0  -1     0    21/4    0  -21/4   0  1 |   (B transposed) */
#define WINO6_B(T, r, d)                                                               \
    do {                                                                               \
        const T even1 = (d)[2] + (d)[6] - 4.25f * (d)[4];                              \
        const T odd1 = (d)[1] + (d)[5] - 4.25f * (d)[3];                               \
        const T even2 = (d)[6] + 0.25f * (d)[2] - 1.25f * (d)[4];                      \
        const T odd2 = 0.5f * (d)[1] - 2.5f * (d)[3] + 2.0f * (d)[5];                  \
        const T even3 = (d)[6] + 4.0f * (d)[2] - 5.0f * (d)[4];                        \
        const T odd3 = 2.0f * (d)[1] - 2.5f * (d)[3] + 0.5f * (d)[5];                  \
        (r)[0] = (d)[0] - (d)[6] + 5.25f * ((d)[4] - (d)[2]);                          \
        (r)[1] = even1 + odd1;                                                         \
        (r)[2] = even1 - odd1;                                                         \
        (r)[3] = even2 + odd2;                                                         \
        (r)[4] = even2 - odd2;                                                         \
        (r)[5] = even3 + odd3;                                                         \
        (r)[6] = even3 - odd3;                                                         \
        (r)[7] = (d)[7] - (d)[1] + 5.25f * ((d)[3] - (d)[5]);                          \
    } while (0)
#define WINO6_A(T, y, m)                                                               \
    do {                                                                               \
        const T even1 = (m)[1] + (m)[2], odd1 = (m)[1] - (m)[2];                       \
        const T even2 = (m)[3] + (m)[4], odd2 = (m)[3] - (m)[4];                       \
        const T even3 = (m)[5] + (m)[6], odd3 = (m)[5] - (m)[6];                       \
        (y)[0] = (m)[0] + even1 + even2 + even3;                                       \
        (y)[1] = odd1 + 2.0f * odd2 + 0.5f * odd3;                                     \
        (y)[2] = even1 + 4.0f * even2 + 0.25f * even3;                                 \
        (y)[3] = odd1 + 8.0f * odd2 + 0.125f * odd3;                                   \
        (y)[4] = even1 + 16.0f * even2 + 0.0625f * even3;                              \
        (y)[5] = odd1 + 32.0f * odd2 + 0.03125f * odd3 + (m)[7];                       \
    } while (0)
#define WINO6_INPUT(T, LD, ST, RELU)                                                   \
    TILE_INPUT(T, LD, ST, RELU, 8, 6, WINO6_B, 1, FREQUENCY)
INPUT_FUNCTION(wino6_input, WINO6_INPUT, Term, WALK_TERMS)
#define WINO6_OUTPUT(T, LD, ST, RELU) TILE_OUTPUT(T, LD, ST, RELU, 8, 6, WINO6_A)
OUTPUT_FUNCTION(wino6_output, WINO6_OUTPUT)

/* F(3, 3): points 0, 1, -1, 2, infinity:
 *     | 2 -1 -2  1  0 |
 *     | 0 -2 -1  1  0 |   T    | 1  1  1  1  0 |
 * B = | 0  2 -3  1  0 |  A  =  | 0  1 -1  2  0 |
 *     | 0 -1  0  1  0 |        | 0  1  1  4  1 |
 *     | 0  2 -1 -2  1 |   (B transposed) */
#define WINO3_B(T, r, d)                                                               \
    do {                                                                               \
        const T a = (d)[3] - (d)[2], b = (d)[3] - (d)[1];                              \
        (r)[0] = 2.0f * ((d)[0] - (d)[2]) + b;                                         \
        (r)[1] = a - 2.0f * (d)[1];                                                    \
        (r)[2] = a - 2.0f * ((d)[2] - (d)[1]);                                         \
        (r)[3] = b;                                                                    \
        (r)[4] = (d)[4] - (d)[2] - 2.0f * b;                                           \
    } while (0)
#define WINO3_A(T, y, m)                                                               \
    do {                                                                               \
        const T a = (m)[1] + (m)[2];                                                   \
        (y)[0] = (m)[0] + a + (m)[3];                                                  \
        (y)[1] = (m)[1] - (m)[2] + 2.0f * (m)[3];                                      \
        (y)[2] = a + 4.0f * (m)[3] + (m)[4];                                           \
    } while (0)
#define WINO3_INPUT(T, LD, ST, RELU)                                                   \
    TILE_INPUT(T, LD, ST, RELU, 5, 3, WINO3_B, 1, FREQUENCY)
INPUT_FUNCTION(wino3_input, WINO3_INPUT, float, WALK)
#define WINO3_OUTPUT(T, LD, ST, RELU) TILE_OUTPUT(T, LD, ST, RELU, 5, 3, WINO3_A)
OUTPUT_FUNCTION(wino3_output, WINO3_OUTPUT)

/* ---- nearest x2 + 3x3 as phases, F(3x3, 2x2) ----------------------------------------
 *
 * Points 0, 1, -1, infinity; all four phases read the same 2 x 2 input pixels, so one
 * input transform serves them:
 *     V = (d0 - d2, d1 + d2, d2 - d1, d3 - d1)
 *     y = (m0 + m1 + m2, m1 - m2, m1 + m2 + m3) */
#define PHASE_B(T, r, d)                                                               \
    do {                                                                               \
        (r)[0] = (d)[0] - (d)[2];                                                      \
        (r)[1] = (d)[1] + (d)[2];                                                      \
        (r)[2] = (d)[2] - (d)[1];                                                      \
        (r)[3] = (d)[3] - (d)[1];                                                      \
    } while (0)
#define PHASE_INPUT(T, LD, ST, RELU)                                                   \
    TILE_INPUT(T, LD, ST, RELU, 4, 3, PHASE_B, 1, FREQUENCY)
INPUT_FUNCTION(phase_input, PHASE_INPUT, Term, WALK_TERMS)

#define PHASE_OUTPUT(T, LD, ST, RELU)                                                  \
    do {                                                                               \
        T scale = { 0 }, shift = { 0 };                                                \
        SCALE_AND_SHIFT(LD, scale, shift)                                              \
        for (int t = 0; t < tiles; t++)                                                \
            for (int phase = 0; phase < 4; phase++) {                                  \
                const int a = phase >> 1, b = phase & 1;                               \
                T half[3][4]; /* [y][frequency across] */                              \
                IMP_UNROLL                                                             \
                for (int q = 0; q < 4; q++) {                                          \
                    T f[4];                                                            \
                    IMP_UNROLL                                                         \
                    for (int p = 0; p < 4; p++) {                                      \
                        const int across = q == 1 ? 1 : 2, bq = q == 1 ? 0 : b;        \
                        const int group = (p == 1 ? 0 : a) * across + bq;              \
                        f[p] = LD(m + (4 * p + q) * m_step +                           \
                                  ((ptrdiff_t)(first + t) * imp_phase_groups(p, q) +   \
                                   group) *                                            \
                                      channels +                                       \
                                  c);                                                  \
                    }                                                                  \
                    half[0][q] = f[0] + f[1] + f[2];                                   \
                    half[1][q] = f[1] - f[2];                                          \
                    half[2][q] = f[1] + f[2] + f[3];                                   \
                }                                                                      \
                IMP_UNROLL                                                             \
                for (int i = 0; i < 3; i++) {                                          \
                    T y[3];                                                            \
                    y[0] = half[i][0] + half[i][1] + half[i][2];                       \
                    y[1] = half[i][1] - half[i][2];                                    \
                    y[2] = half[i][1] + half[i][2] + half[i][3];                       \
                    float *const o =                                                   \
                        out + (2 * i + a) * out_row + (6 * t + b) * out_pixel + c;     \
                    IMP_UNROLL                                                         \
                    for (int j = 0; j < 3; j++) {                                      \
                        if (epilogue->scale)                                           \
                            y[j] = y[j] * scale + shift;                               \
                        if (epilogue->relu)                                            \
                            y[j] = RELU(y[j]);                                         \
                        ST(o + 2 * j * out_pixel, y[j]);                               \
                    }                                                                  \
                }                                                                      \
            }                                                                          \
    } while (0)

OUTPUT_FUNCTION(phase_output, PHASE_OUTPUT)

/* ---- 3x3 of stride 2, F(3x3, 2x2) over the phases of the input ----------------------
 *
 * Even samples e have two taps, odd ones o one; the same points serve both
 * (op/winograd.c). B takes 7 samples to V of e and o in turn: (e0 - e2, o0 - o2, e1 +
 * e2, o1 + o2, e2 - e1, o2 - o1, e3 - e1): 2 p + 1 is point p of the odd ones, which
 * have none at infinity. */
#define STRIDE_B(T, r, d)                                                              \
    do {                                                                               \
        (r)[0] = (d)[0] - (d)[4];                                                      \
        (r)[1] = (d)[1] - (d)[5];                                                      \
        (r)[2] = (d)[2] + (d)[4];                                                      \
        (r)[3] = (d)[3] + (d)[5];                                                      \
        (r)[4] = (d)[4] - (d)[2];                                                      \
        (r)[5] = (d)[5] - (d)[3];                                                      \
        (r)[6] = (d)[6] - (d)[2];                                                      \
    } while (0)
#define STRIDE_A(T, y, m)                                                              \
    do {                                                                               \
        (y)[0] = (m)[0] + (m)[1] + (m)[2];                                             \
        (y)[1] = (m)[1] - (m)[2];                                                      \
        (y)[2] = (m)[1] + (m)[2] + (m)[3];                                             \
    } while (0)
#define STRIDE_PLACE(n, q, x)                                                          \
    ((4 * ((q) / 2) + (x) / 2) * v_step +                                              \
     (ptrdiff_t)((q) % 2 * ((x) == 6 ? 1 : 2) + (x) % 2) * channels)
#define STRIDE_INPUT(T, LD, ST, RELU)                                                  \
    TILE_INPUT(T, LD, ST, RELU, 7, 6, STRIDE_B, 4, STRIDE_PLACE)
INPUT_FUNCTION(stride_input, STRIDE_INPUT, Term, WALK_TERMS)
#define STRIDE_OUTPUT(T, LD, ST, RELU) TILE_OUTPUT(T, LD, ST, RELU, 4, 3, STRIDE_A)
OUTPUT_FUNCTION(stride_output, STRIDE_OUTPUT)
