/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The kernels: straight-line arithmetic on the planes of one tile, one table of
 * functions a CPU level. Nothing here allocates, fails or knows the network.
 *
 * Layout: activations are pixel-major, [row][column][channel], channels contiguous;
 * strides count floats. Channel counts are any positive number. No alignment is needed
 * beyond that of float; outputs never overlap inputs unless a function says so. Any
 * thread.
 *
 * Accuracy: sums of K products differ from the exact sum by at most (K + 2) * 2^-24 *
 * sum |a * b| (each level adds in its own order, fused where the CPU can); the
 * reference adds in double. tests/kernel checks every level against it. */
#ifndef IMP_KERNELS_H
#define IMP_KERNELS_H

#include "impasto.h"

/* What follows a convolution, fused into its last step: y = x * scale + shift, then
 * + residual, then ReLU. scale NULL: y = x (the raw sums, for measuring). */
typedef struct ImpEpilogue ImpEpilogue;
struct ImpEpilogue {
    const float *scale, *shift; /* [output channels], both or neither */
    const float *residual;      /* same shape as the output, or NULL */
    ptrdiff_t residual_row;     /* floats from row to row of it */
    bool relu;
    bool terms; /* out is rounded to terms of bfloat16, and residual holds such */
    /* with terms: [2][output channels], to which x + shift and its square are added
     * (scale is then 1); or NULL */
    double *moments;
    const ImpEpilogue *input; /* first done to the input (imp_conv_finishes); or NULL */
};

/* C[m][n] = A B, where a row of A is `segments` runs of `length` contiguous floats: a
 * convolution over pixel-major rows is this product with no copy of its input (im2col
 * by addressing): a run is one kernel row, a_row one output pixel's step.
 *     A[i][s * length + k] = a[i * a_row + s * a_segment + k]
 * b: packed by gemm_pack of the same level. */
typedef struct ImpGemm {
    int m, n;             /* rows and columns of C, n as packed */
    int segments, length; /* K = segments * length */
    const float *a;
    ptrdiff_t a_row, a_segment;
    const float *b;
    float *c;
    ptrdiff_t c_row;
    const float *scale, *shift; /* [n] or NULL: c = sum * scale + shift */
    bool relu;
} ImpGemm;

/* Floats that kernels->dot3_pack writes; lanes: kernels->lanes. */
static inline size_t imp_dot3_packed_floats(int segments, int length, int lanes)
{
    return (size_t)segments * (size_t)((length + lanes - 1) / lanes * lanes) * 3;
}

/* A tile-wise transform (Lavin & Gray 2016, arXiv:1509.09308): tiles of n x n input
 * pixels, m apart, to n x n frequencies, and products of them back to m x m output
 * pixels.
 *
 * input: `tiles` neighbouring tiles. v[frequency * v_step + tile * channels + c].
 * epilogue: first done to the input, or NULL (its scale, shift and relu).
 * output: tiles [first, first + tiles) of m, which is laid out as v. out and the
 * epilogue's residual: the first pixel of tile `first`; their pixels are out_pixel
 * floats apart, `channels` or more. */
typedef struct ImpTransform {
    void (*input)(float *v, ptrdiff_t v_step, const float *in, ptrdiff_t in_row,
                  int channels, int tiles, const ImpEpilogue *epilogue);
    void (*output)(float *out, ptrdiff_t out_row, ptrdiff_t out_pixel, const float *m,
                   ptrdiff_t m_step, int channels, int first, int tiles,
                   const ImpEpilogue *epilogue);
    bool pairs; /* v holds pairs: see gemm_pairs; channels is even */
} ImpTransform;

/* Columns of frequency (p, q) of the phase form, in multiples of the output
 * channels: phases share a product where the interpolation point is 1 (op/winograd.c
 * says why). */
static inline int imp_phase_groups(int p, int q)
{
    return (p == 1 ? 1 : 2) * (q == 1 ? 1 : 2);
}

/* Phases of the input that frequency (p, q) of the stride form sums over: the odd ones
 * have one tap along an axis, and nothing at infinity (p or q 3). */
static inline int imp_stride_parts(int p, int q)
{
    return (p == 3 ? 1 : 2) * (q == 3 ? 1 : 2);
}

/* C[m][n] = A B of terms in bfloat16, 2^-9 of their value off at most; sums are of
 * floats. A row of A is `segments` runs of `length` terms, as in ImpGemm.
 *
 * All is done in blocks of IMP_TERMS_ROWS rows, IMP_TERMS_COLUMNS columns and, where a
 * run is longer, IMP_TERMS_STEP terms: so many more may be read of A, of which the rest
 * of a run must be finite, and are written of C. */
typedef struct ImpTermGemm {
    int m, n;
    int segments, length;
    const uint16_t *a;
    ptrdiff_t a_row, a_segment; /* terms */
    const uint16_t *b;          /* packed by terms_pack */
    float *c;
    ptrdiff_t c_row;
} ImpTermGemm;

enum { IMP_TERMS_ROWS = 16, IMP_TERMS_COLUMNS = 16, IMP_TERMS_STEP = 32 };

/* The matrix unit of a CPU: products of terms, and what turns a convolution into
 * them. */
typedef struct ImpTermKernels {
    /* b [segments][length][n] row-major -> packed, imp_terms_packed of them. */
    void (*pack)(uint16_t *packed, const float *b, int segments, int length, int n);
    /* Each value as two terms, one after the other, whose sum is 2^-17 of it off at
     * most. */
    void (*split)(uint16_t *to, const float *from, size_t n);
    /* Products of one length, on one thread, stand between these two. */
    void (*begin)(int length);
    void (*gemm)(const ImpTermGemm *product);
    void (*end)(void);
    /* ImpKernels.epilogue to terms (to nearest, ties to even; denormal ones to 0), of
     * floats and of terms (in place if out is from). */
    void (*epilogue)(uint16_t *out, const float *from, ptrdiff_t from_pixel,
                     int channels, size_t pixels, const ImpEpilogue *epilogue);
    void (*epilogue_of_terms)(uint16_t *out, const uint16_t *from, int channels,
                              size_t pixels, const ImpEpilogue *epilogue);
    /* ImpKernels.moments of few pixels, `from_pixel` floats apart, with shift[c] added
     * to each: sums of floats, added to double. */
    void (*moments)(double *sum, double *square, const float *from,
                    ptrdiff_t from_pixel, const float *shift, int channels,
                    size_t pixels);
    /* out[pixel][3] = the sum over t < taps of from[(pixel + t) * from_pixel + 3 t
     * ...], then the epilogue (no residual). Reads one float more. */
    void (*spread3)(float *out, const float *from, ptrdiff_t from_pixel, int taps,
                    size_t pixels, const ImpEpilogue *epilogue);
} ImpTermKernels;

/* Terms of K that a run takes in packed form: a multiple of 2. */
static inline int imp_terms_run(int length)
{
    const int step = length < IMP_TERMS_STEP ? 2 : IMP_TERMS_STEP;

    return (length + step - 1) / step * step;
}

static inline size_t imp_terms_packed(int segments, int length, int n)
{
    return (size_t)segments * (size_t)imp_terms_run(length) *
           (((size_t)n + IMP_TERMS_COLUMNS - 1) / IMP_TERMS_COLUMNS *
            IMP_TERMS_COLUMNS);
}

typedef struct ImpKernels {
    ImpCpu cpu;

    /* Not NULL: all convolutions are direct, by these, and of the others there are the
     * element-wise ones alone. */
    const ImpTermKernels *terms;

    /* b [k][n] row-major -> packed, imp_gemm_packed_floats(k, n) floats. */
    void (*gemm_pack)(float *packed, const float *b, int k, int n);
    void (*gemm)(const ImpGemm *product);

    /* The same of terms rounded to bfloat16, or NULL (imp_cpu_has_bf16): where ImpGemm
     * has a float of A or b, there are two terms of K, 2i and 2i + 1; length and
     * strides count such pairs. Each term is within 2^-9 of its value; sums are of
     * floats. gemm_pairs_pack: k even -> imp_gemm_packed_floats(k / 2, n) floats. */
    void (*gemm_pairs_pack)(float *packed, const float *b, int k, int n);
    void (*gemm_pairs)(const ImpGemm *product);

    /* The product for n = 3 columns, which would fill no vector: each sum stays spread
     * over `lanes` parts, c[i * c_row + column * lanes + lane]. No scale, no ReLU.
     * dot3_pack: b [segments * length][3] -> imp_dot3_packed_floats. */
    int lanes;
    void (*dot3_pack)(float *packed, const float *b, int segments, int length);
    void (*dot3)(const ImpGemm *product);
    /* out [pixels][3] = the sums of x [pixels][3][lanes], then the epilogue (no
     * residual). x: room for a multiple of 4 pixels; what lies beyond `pixels` may be
     * anything. */
    void (*lane_sum3)(float *out, const float *x, size_t pixels,
                      const ImpEpilogue *epilogue);

    /* The transforms; empty in the reference, which convolves directly. */
    ImpTransform wino6; /* F(6x6, 3x3): n 8, m 6 */
    ImpTransform wino3; /* F(3x3, 3x3): n 5, m 3 */
    /* Nearest x2 + 3x3 convolution as four 2x2 phase convolutions, each F(3x3, 2x2): n
     * 4, m 3, and 6 x 6 output pixels a tile. m of frequency (p, q):
     * [tile][imp_phase_groups(p, q)][channels]; no residual. */
    ImpTransform phase;
    /* 3x3 convolution of stride 2 as 2x2 ones of the four phases of the input, each
     * F(3x3, 2x2): n 4, from 7 x 7 input pixels, m 3. v of frequency (p, q): [tile][4
     * channels], of which imp_stride_parts(p, q) times the channels are there. */
    ImpTransform stride;

    /* The epilogue alone: pixels `from_pixel` floats apart -> contiguous ones (the
     * residual's are too). In place if out and from are the same. */
    void (*epilogue)(float *out, const float *from, ptrdiff_t from_pixel, int channels,
                     size_t pixels, const ImpEpilogue *epilogue);
    /* sum[c] += x, square[c] += x * x over `pixels` contiguous pixels, in double. */
    void (*moments)(double *sum, double *square, const float *x, int channels,
                    size_t pixels);
    /* 1 / (1 + exp(-x)), in place. Within 2e-7 of the exact value; NaN gives 0. */
    void (*sigmoid)(float *x, size_t n);
} ImpKernels;

/* The table of a level; generic's for one that is not in this build. Constant,
 * shared. */
const ImpKernels *imp_kernels_get(ImpCpu cpu);
/* The best table that takes no term for a float: a level of bfloat16 gives the one
 * below. */
const ImpKernels *imp_kernels_of_floats(ImpCpu cpu);

/* Floats that gemm_pack writes, the same at every level. */
static inline size_t imp_gemm_packed_floats(int k, int n)
{
    return (size_t)k * (((size_t)n + 15) / 16 * 16);
}

/* One table a level; only kernels.c names them. */
extern const ImpKernels imp_kernels_ref, imp_kernels_generic, imp_kernels_x86v3,
    imp_kernels_x86v4, imp_kernels_x86bf16, imp_kernels_x86amx, imp_kernels_neon;

#endif
