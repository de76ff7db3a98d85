/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Choice of form, packing, and the forms that are one matrix product. */
#include "config.h"

#include "conv.h"

#include <string.h>

#include "conv_terms.h"
#include "status.h"
#include "winograd.h"

/* Rows that a plain product makes in one go: enough to walk the rings of a tile
 * seldom. */
#define DIRECT_CHUNK 4

static ImpConvForm choose_form(const ImpConv *conv)
{
    if (conv->kernels->cpu == IMP_CPU_REF)
        return IMP_CONV_REFERENCE;
    if (conv->kernels->terms)
        return IMP_CONV_TERMS;
    if (conv->upsample == 2)
        return IMP_CONV_PHASES;
    if (conv->kernel == 3)
        return conv->stride == 1 ? IMP_CONV_WINOGRAD : IMP_CONV_STRIDED;
    if (conv->stride == 1 && conv->kernel == 9)
        return IMP_CONV_NESTED;
    return IMP_CONV_DIRECT;
}

/* [oc][ic][kernel][kernel] -> [kernel][kernel][ic][oc] */
static void pack_direct(const ImpConv *conv, const float *weights, float *matrix)
{
    const int taps = conv->kernel * conv->kernel, k = taps * conv->ic;

    for (int o = 0; o < conv->oc; o++)
        for (int c = 0; c < conv->ic; c++)
            for (int tap = 0; tap < taps; tap++)
                matrix[((size_t)tap * conv->ic + c) * conv->oc + o] = *weights++;
    conv->kernels->gemm_pack(conv->packed, matrix, k, conv->oc);
}

ImpStatus imp_conv_init(ImpConv *conv, const ImpKernels *kernels, const float *weights,
                        int oc, int ic, int kernel, int stride, int upsample,
                        bool terms_in, ImpError *err)
{
    const size_t weights_floats = (size_t)oc * ic * kernel * kernel;
    size_t packed = weights_floats, matrix_floats = weights_floats;
    float *matrix;

    if (kernels->gemm_pairs && ic % 2) /* an odd number has no pairs */
        kernels = imp_kernels_of_floats(kernels->cpu);
    *conv = (ImpConv) { .kernels = kernels,
                        .ic = ic,
                        .oc = oc,
                        .kernel = kernel,
                        .stride = stride,
                        .upsample = upsample,
                        .terms_in = terms_in && kernels->terms,
                        .chunk = DIRECT_CHUNK,
                        .ring_chunk = DIRECT_CHUNK };
    conv->form = choose_form(conv);
    if (conv->form == IMP_CONV_DIRECT) {
        packed = imp_gemm_packed_floats(kernel * kernel * ic, oc);
    } else if (conv->form == IMP_CONV_TERMS) {
        conv->chunk = IMP_CONV_TERMS_CHUNK;
        conv->ring_chunk = imp_conv_terms_ring_chunk(conv);
        packed = imp_conv_terms_packed(conv);
        matrix_floats = imp_conv_terms_matrix(conv);
    } else if (conv->form != IMP_CONV_REFERENCE) {
        conv->chunk = conv->ring_chunk = imp_winograd_chunk(conv);
        packed = imp_winograd_packed(conv);
        matrix_floats = imp_winograd_matrix(conv);
    }
    conv->packed = imp_alloc(packed, sizeof *conv->packed);
    matrix = imp_alloc(matrix_floats, sizeof *matrix);
    if (!conv->packed || !matrix) {
        imp_free(matrix);
        imp_conv_clear(conv);
        return imp_fail_memory(err, (packed + matrix_floats) * sizeof(float));
    }
    if (conv->form == IMP_CONV_REFERENCE)
        memcpy(conv->packed, weights, packed * sizeof *weights);
    else if (conv->form == IMP_CONV_DIRECT)
        pack_direct(conv, weights, matrix);
    else if (conv->form == IMP_CONV_TERMS)
        imp_conv_terms_pack(conv, weights, matrix);
    else
        imp_winograd_pack(conv, weights, matrix);
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
    const int last =
        (row + rows - 1) * conv->stride + conv->kernel - 1; /* upsampled row */

    *first = row * conv->stride / conv->upsample;
    *end = last / conv->upsample + 1;
}

static bool is_transformed(const ImpConv *conv)
{
    return conv->form >= IMP_CONV_WINOGRAD;
}

int imp_conv_step(const ImpConv *conv)
{
    return is_transformed(conv) ? imp_winograd_step(conv) : conv->upsample;
}

bool imp_conv_finishes(const ImpConv *conv)
{
    return is_transformed(conv) || (conv->form == IMP_CONV_TERMS && conv->terms_in);
}

size_t imp_conv_scratch(const ImpConv *conv)
{
    return conv->form == IMP_CONV_TERMS ? imp_conv_terms_scratch(conv)
           : is_transformed(conv)       ? imp_winograd_scratch(conv)
                                        : 0;
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
                            sum +=
                                (double)in[iy * in_row + (ptrdiff_t)ix * conv->ic + c] *
                                *w++;
                        }
                if (epilogue->scale)
                    sum = sum * epilogue->scale[o] + epilogue->shift[o];
                if (epilogue->residual)
                    sum += epilogue->residual[r * epilogue->residual_row + at];
                out[r * out_row + at] = epilogue->relu && sum < 0.0 ? 0.0f : (float)sum;
            }
}

static void direct_rows(const ImpConv *conv, float *out, ptrdiff_t out_row,
                        const float *in, ptrdiff_t in_row, int in_width, int rows,
                        const ImpEpilogue *epilogue)
{
    ImpGemm product = { .m = imp_conv_size(conv, in_width),
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

    for (int r = 0; r < rows; r++) {
        product.a = in + r * conv->stride * in_row;
        product.c = out + r * out_row;
        conv->kernels->gemm(&product);
    }
}

void imp_conv_rows(const ImpConv *conv, float *out, ptrdiff_t out_row, const float *in,
                   ptrdiff_t in_row, int in_width, int rows,
                   const ImpEpilogue *epilogue, float *scratch)
{
    if (conv->form == IMP_CONV_REFERENCE)
        reference_rows(conv, out, out_row, in, in_row, in_width, rows, epilogue);
    else if (conv->form == IMP_CONV_DIRECT)
        direct_rows(conv, out, out_row, in, in_row, in_width, rows, epilogue);
    else if (conv->form == IMP_CONV_TERMS)
        imp_conv_terms_rows(conv, out, out_row, in, in_row, in_width, rows, epilogue,
                            scratch);
    else
        imp_winograd_rows(conv, out, out_row, in, in_row, in_width, rows, epilogue,
                          scratch);
}
