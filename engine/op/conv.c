/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Choice of form, packing, and the forms that are one matrix product. */
#include "config.h"

#include "conv.h"

#include <string.h>

#include "status.h"
#include "winograd.h"

/* Rows that a plain product makes in one go: enough to walk the rings of a tile seldom. */
#define DIRECT_CHUNK 4

static ImpConvForm choose_form(const ImpConv *conv)
{
    if (conv->kernels->cpu == IMP_CPU_REF) return IMP_CONV_REFERENCE;
    if (conv->upsample == 2) return IMP_CONV_PHASES;
    if (conv->stride == 1 && conv->kernel == 3) return IMP_CONV_WINOGRAD;
    if (conv->stride == 1 && conv->oc <= 4 && conv->kernel > 1) return IMP_CONV_COLUMNS;
    if (conv->stride == 1 && conv->ic <= 4) return IMP_CONV_PAIRS;
    return IMP_CONV_DIRECT;
}

static bool is_transformed(const ImpConv *conv)
{
    return conv->form == IMP_CONV_WINOGRAD || conv->form == IMP_CONV_PHASES;
}

/* Inner size K and columns n of the product of a plain form. */
static void product_size(const ImpConv *conv, int *k, int *n)
{
    *k = conv->kernel * conv->kernel * conv->ic;
    *n = conv->oc;
    if (conv->form == IMP_CONV_PAIRS) {
        *k = conv->kernel * (conv->kernel + 1) * conv->ic;
        *n = 2 * conv->oc;
    } else if (conv->form == IMP_CONV_COLUMNS) {
        *k = conv->kernel * conv->ic;
        *n = conv->z_pixel;
    }
}

/* Where weight (o, c, y, x) stands in the product's matrix of n columns; pair: 0 or 1. */
static size_t matrix_at(const ImpConv *conv, int n, int o, int c, int y, int x, int pair)
{
    const int side = conv->kernel;

    switch (conv->form) {
    case IMP_CONV_COLUMNS:
        return ((size_t)y * conv->ic + c) * n + (size_t)x * conv->oc + o;
    case IMP_CONV_PAIRS:
        return (((size_t)y * (side + 1) + x + pair) * conv->ic + c) * n +
               (size_t)pair * conv->oc + o;
    default: return (((size_t)y * side + x) * conv->ic + c) * n + o;
    }
}

static void pack_product(const ImpConv *conv, const float *weights, float *matrix, int k,
                         int n)
{
    const int side = conv->kernel;

    memset(matrix, 0, (size_t)k * (size_t)n * sizeof *matrix);
    for (int pair = 0; pair < (conv->form == IMP_CONV_PAIRS ? 2 : 1); pair++) {
        const float *w = weights;
        for (int o = 0; o < conv->oc; o++)
            for (int c = 0; c < conv->ic; c++)
                for (int y = 0; y < side; y++)
                    for (int x = 0; x < side; x++)
                        matrix[matrix_at(conv, n, o, c, y, x, pair)] = *w++;
    }
    conv->kernels->gemm_pack(conv->packed, matrix, k, n);
}

ImpStatus imp_conv_init(ImpConv *conv, const ImpKernels *kernels, const float *weights,
                        int oc, int ic, int kernel, int stride, int upsample, ImpError *err)
{
    int k = ic, n = 4 * oc;
    size_t floats;
    float *matrix = NULL;

    *conv = (ImpConv) { .kernels = kernels,
                        .ic = ic,
                        .oc = oc,
                        .kernel = kernel,
                        .stride = stride,
                        .upsample = upsample,
                        .z_pixel = (kernel * oc + 15) / 16 * 16 };
    conv->form = choose_form(conv);
    conv->chunk = conv->form == IMP_CONV_WINOGRAD ? 4
                  : conv->form == IMP_CONV_PHASES ? 6
                                                  : DIRECT_CHUNK;
    if (conv->form == IMP_CONV_REFERENCE) {
        floats = (size_t)oc * ic * kernel * kernel;
    } else if (is_transformed(conv)) {
        floats = imp_winograd_packed(conv);
    } else {
        product_size(conv, &k, &n);
        floats = imp_gemm_packed_floats(k, n);
    }
    conv->packed = imp_alloc(floats, sizeof *conv->packed);
    if (conv->form != IMP_CONV_REFERENCE)
        matrix = imp_alloc((size_t)k * (size_t)n, sizeof *matrix);
    if (!conv->packed || (conv->form != IMP_CONV_REFERENCE && !matrix)) {
        imp_conv_clear(conv);
        return imp_fail_memory(err, floats * sizeof(float));
    }
    if (conv->form == IMP_CONV_REFERENCE)
        memcpy(conv->packed, weights, floats * sizeof *weights);
    else if (is_transformed(conv))
        imp_winograd_pack(conv, weights, matrix);
    else
        pack_product(conv, weights, matrix, k, n);
    imp_free(matrix);
    return IMP_OK;
}

void imp_conv_clear(ImpConv *conv)
{
    imp_free(conv->packed);
    conv->packed = NULL;
}

int imp_conv_size(const ImpConv *conv, int in)
{
    return (in * conv->upsample - conv->kernel) / conv->stride + 1;
}

void imp_conv_need(const ImpConv *conv, int row, int rows, int *first, int *end)
{
    const int last = (row + rows - 1) * conv->stride + conv->kernel - 1; /* upsampled row */

    *first = row * conv->stride / conv->upsample;
    *end = last / conv->upsample + 1;
}

size_t imp_conv_scratch(const ImpConv *conv, int in_width)
{
    switch (conv->form) {
    case IMP_CONV_PAIRS: return 4 * (size_t)conv->oc;
    case IMP_CONV_COLUMNS: return (size_t)in_width * (size_t)conv->z_pixel;
    case IMP_CONV_WINOGRAD:
    case IMP_CONV_PHASES: return imp_winograd_scratch(conv);
    default: return 0;
    }
}

double imp_conv_flop(const ImpConv *conv)
{
    return 2.0 * conv->kernel * conv->kernel * conv->ic * conv->oc;
}

static void reference_rows(const ImpConv *conv, float *out, ptrdiff_t out_row,
                           const float *in, ptrdiff_t in_row, int in_width, int rows,
                           const ImpEpilogue *epilogue)
{
    const int width = imp_conv_size(conv, in_width), side = conv->kernel;

    for (int r = 0; r < rows; r++)
        for (int x = 0; x < width; x++)
            for (int o = 0; o < conv->oc; o++) {
                const float *w = conv->packed + (size_t)o * conv->ic * side * side;
                const ptrdiff_t at = (ptrdiff_t)x * conv->oc + o;
                double sum = 0.0;
                for (int c = 0; c < conv->ic; c++)
                    for (int i = 0; i < side; i++)
                        for (int j = 0; j < side; j++) {
                            const int iy = (r * conv->stride + i) / conv->upsample;
                            const int ix = (x * conv->stride + j) / conv->upsample;
                            sum += (double)in[iy * in_row + (ptrdiff_t)ix * conv->ic + c] *
                                   *w++;
                        }
                if (epilogue->scale) sum = sum * epilogue->scale[o] + epilogue->shift[o];
                if (epilogue->residual)
                    sum += epilogue->residual[r * epilogue->residual_row + at];
                out[r * out_row + at] = epilogue->relu && sum < 0.0 ? 0.0f : (float)sum;
            }
}

/* One row of pairs; an odd width ends with a pair that overlaps the one before. */
static void pairs_row(const ImpConv *conv, ImpGemm product, int width)
{
    product.m = width / 2;
    product.n = 2 * conv->oc;
    product.length = (conv->kernel + 1) * conv->ic;
    product.a_row = 2 * (ptrdiff_t)conv->ic;
    product.c_row = 2 * (ptrdiff_t)conv->oc;
    conv->kernels->gemm(&product);
    if (width % 2) {
        product.a += (ptrdiff_t)(width - 2) * conv->ic;
        product.c += (ptrdiff_t)(width - 2) * conv->oc;
        product.m = 1;
        conv->kernels->gemm(&product);
    }
}

/* One row of the columns form: the product into z [in_width][z_pixel], then its sums. */
static void columns_row(const ImpConv *conv, ImpGemm product, int in_width,
                        const ImpEpilogue *epilogue, float *z)
{
    float *const out = product.c;

    product.m = in_width;
    product.n = conv->z_pixel;
    product.length = conv->ic;
    product.a_row = conv->ic;
    product.c = z;
    product.c_row = conv->z_pixel;
    product.scale = product.shift = NULL;
    product.relu = false;
    conv->kernels->gemm(&product);
    const int width = imp_conv_size(conv, in_width);
    conv->kernels->shift_add(out, z, conv->z_pixel, conv->kernel, conv->oc, width,
                             epilogue);
    if (epilogue->relu)
        conv->kernels->epilogue(out, conv->oc, (size_t)width,
                                &(ImpEpilogue) { .relu = true });
}

void imp_conv_rows(const ImpConv *conv, float *out, ptrdiff_t out_row, const float *in,
                   ptrdiff_t in_row, int in_width, int rows, const ImpEpilogue *epilogue,
                   float *scratch)
{
    const int width = imp_conv_size(conv, in_width);
    ImpGemm product = { .m = width,
                        .n = conv->oc,
                        .segments = conv->kernel,
                        .length = conv->kernel * conv->ic,
                        .a_row = (ptrdiff_t)conv->stride * conv->ic,
                        .a_segment = in_row,
                        .b = conv->packed,
                        .c_row = conv->oc,
                        .scale = epilogue->scale,
                        .shift = epilogue->shift,
                        .relu = epilogue->relu };

    if (conv->form == IMP_CONV_REFERENCE) {
        reference_rows(conv, out, out_row, in, in_row, in_width, rows, epilogue);
        return;
    }
    if (is_transformed(conv)) {
        imp_winograd_rows(conv, out, out_row, in, in_row, in_width, rows, epilogue, scratch);
        return;
    }
    if (conv->form == IMP_CONV_PAIRS && epilogue->scale) { /* for both pixels of a pair */
        for (int p = 0; p < 2; p++) {
            const size_t bytes = (size_t)conv->oc * sizeof *scratch;
            memcpy(scratch + p * conv->oc, epilogue->scale, bytes);
            memcpy(scratch + (2 + p) * conv->oc, epilogue->shift, bytes);
        }
        product.scale = scratch;
        product.shift = scratch + 2 * conv->oc;
    }
    for (int r = 0; r < rows; r++) {
        product.a = in + r * conv->stride * in_row;
        product.c = out + r * out_row;
        if (conv->form == IMP_CONV_PAIRS)
            pairs_row(conv, product, width);
        else if (conv->form == IMP_CONV_COLUMNS)
            columns_row(conv, product, in_width, epilogue, scratch);
        else
            conv->kernels->gemm(&product);
    }
}
