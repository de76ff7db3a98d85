/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* One 'valid' convolution of the network, some rows at a time, with what follows it
 * fused in.
 *
 * The form is chosen once, by shape:
 *   reference  scalar, direct, in double: the truth (level ref)
 *   direct     implicit matrix product over pixel-major rows
 *   terms      the same of terms in bfloat16, where the CPU has a unit for them
 *              (conv_terms.c)
 *   winograd   3x3, stride 1: F(6x6, 3x3), 5 x fewer multiplications
 *   phases     nearest x2, then 3x3: four 2x2 convolutions on the small picture, which
 *              share their transforms as F(3x3, 2x2), 6.6 x fewer multiplications
 *   nested     9x9, stride 1, as nine 3x3: F(3x3, 3x3), 3.2 x fewer multiplications
 *   strided    3x3, stride 2, as 2x2 ones of every other pixel: F(3x3, 2x2), 1.65 x
 *              fewer
 *
 * Facts for whoever runs it: halo: kernel - stride input rows and columns in all, none
 * added; alignment: floats; scratch: imp_conv_scratch; size change: imp_conv_size;
 * global statistics: none; in place: no. */
#ifndef IMP_CONV_H
#define IMP_CONV_H

#include "kernels.h"

typedef enum ImpConvForm {
    IMP_CONV_REFERENCE,
    IMP_CONV_DIRECT,
    IMP_CONV_TERMS,
    IMP_CONV_WINOGRAD,
    IMP_CONV_PHASES,
    IMP_CONV_NESTED,
    IMP_CONV_STRIDED,
} ImpConvForm;

/* Immutable once initialised: shared by threads. */
typedef struct ImpConv {
    const ImpKernels *kernels;
    ImpConvForm form;
    int ic, oc;
    int kernel, stride;
    int upsample; /* 1, or 2: nearest x2 before the convolution (kernel 3, stride 1) */
    int chunk;    /* rows to ask for at a time; the last ones may be fewer */
    int ring_chunk; /* likewise where a ring holds them; divides `chunk` */
    bool terms_in;  /* the input holds terms */
    float *packed;  /* owned; layout by form */
} ImpConv;

/* Pack the weights [oc][ic][kernel][kernel] (not kept) for one level. ic, oc 1 .. 1024,
 * kernel 1 .. 9, stride 1 .. 2. terms_in: the input will hold terms, where
 * kernels->terms is. IMP_NO_MEMORY; conv is then clear. */
ImpStatus imp_conv_init(ImpConv *conv, const ImpKernels *kernels, const float *weights,
                        int oc, int ic, int kernel, int stride, int upsample,
                        bool terms_in, ImpError *err);
void imp_conv_clear(ImpConv *conv);

/* Planes hold floats, or the terms that the next convolution would round them to, two
 * in the place of a float. Strides count floats in both. After the last row of a plane
 * IMP_PLANE_EXTRA floats more may be read. */
#define IMP_PLANE_EXTRA ((size_t)IMP_TERMS_ROWS * 192)

/* Floats that hold a row of n values. */
static inline size_t imp_plane_floats(size_t n, bool terms)
{
    return terms ? (n + 1) / 2 : n;
}

/* Value n of a row; of terms, n is even. */
static inline float *imp_plane_at(float *row, size_t n, bool terms)
{
    return row + (terms ? n / 2 : n);
}

/* Output rows (or columns) from `in` of them. */
int imp_conv_size(const ImpConv *conv, int in);

/* Input rows [*first, *end) that output rows [row, row + rows) need. With upsample, row
 * is even. */
void imp_conv_need(const ImpConv *conv, int row, int rows, int *first, int *end);

/* Output columns, and rows, that are computed together: the bytes of one depend on the
 * whole input of its group. Group i is columns [i * step, (i + 1) * step). */
int imp_conv_step(const ImpConv *conv);

/* Floats of scratch for one call on rows of in_width pixels. */
size_t imp_conv_scratch(const ImpConv *conv);

/* Whether imp_conv_rows does the epilogue's input: the form is a transformed one, or of
 * terms that are given. */
bool imp_conv_finishes(const ImpConv *conv);

/* `rows` output rows -> out, out_row floats apart. in: input row *first of
 * imp_conv_need, in_row floats apart, in_width pixels each. rows: at most `chunk`; the
 * first row of a call is a multiple of `chunk` or of `ring_chunk`, so that the same
 * bytes come out however a picture is cut into calls. The epilogue's residual: 3x3 of
 * stride 1 alone; its terms and moments: form terms alone; its input: where
 * imp_conv_finishes. */
void imp_conv_rows(const ImpConv *conv, float *out, ptrdiff_t out_row, const float *in,
                   ptrdiff_t in_row, int in_width, int rows,
                   const ImpEpilogue *epilogue, float *scratch);

/* Multiplications and additions of the direct convolution for one output pixel. */
double imp_conv_flop(const ImpConv *conv);

#endif
