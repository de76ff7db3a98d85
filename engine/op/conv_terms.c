/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A call walks from left to right in strips of POSITIONS output pixels:
 *     rows of pixels -> terms [row][column][ic]
 *     terms x weights -> sums [position][columns]     a product a row (im2col by
 *                                                     addressing)
 *     sums -> a row of output, through the epilogue
 * The first step is left out where the input holds terms already, and no product reads
 * beyond a run. Floats are split into two terms each, so that nothing is lost of a
 * picture: a sky whose values are rounded to 2^-9 has steps, and the painter paints
 * them.
 *
 * Nearest x2, then 3x3: the four output pixels over one position read the same 2 x 2
 * input pixels, under kernels that add up the taps which fall on one of them. So a
 * position has 2 x oc columns for each of two output rows, and 16 multiplications stand
 * for 36.
 *
 * Three output channels of a wide kernel would fill 3 of 16 columns. There the kernel's
 * columns become columns of the product: position x has for every tap t what it adds to
 * output pixel x - t, and those sums are spread over the pixels at the end. */
#include "config.h"

#include "conv_terms.h"

#include <string.h>

#include "compiler.h"

enum { POSITIONS = 64 }; /* a multiple of IMP_TERMS_ROWS */

/* What a convolution is as a product. */
typedef struct Shape {
    bool spread;
    int products; /* output rows over one row of positions */
    int segments, length;
    int columns; /* of one product */
    int pixel;  /* columns of an output pixel: sixteens where several share a product */
    int across; /* output pixels over one position */
    int step, reach; /* input columns from position to position, and under one */
    int positions;   /* whose sums make a strip of output */
} Shape;

static int round_up(int n, int multiple)
{
    return (n + multiple - 1) / multiple * multiple;
}

/* Terms of an input pixel. */
static int depth(const ImpConv *conv)
{
    return conv->terms_in ? conv->ic : 2 * conv->ic;
}

static Shape shape_of(const ImpConv *conv)
{
    const int kernel = conv->kernel, stride = conv->stride, oc = conv->oc,
              d = depth(conv);

    if (conv->upsample == 2) {
        const int pixel =
            2 * oc % IMP_TERMS_COLUMNS ? round_up(oc, IMP_TERMS_COLUMNS) : oc;
        return (Shape) { false, 2, 2, 2 * d, 2 * pixel, pixel, 2, 1, 2, POSITIONS };
    }
    if (oc == 3 && stride == 1 && kernel > 5)
        return (Shape) { true,       1, kernel, d, 3 * kernel,
                         3 * kernel, 1, 1,      1, POSITIONS - kernel + 1 };
    /* two pixels share a product if that fills its columns and takes no more steps */
    const bool two = oc % IMP_TERMS_COLUMNS == IMP_TERMS_COLUMNS / 2 &&
                     imp_terms_run((kernel + stride) * d) == imp_terms_run(kernel * d);
    const int across = two ? 2 : 1, reach = kernel + (across - 1) * stride;
    return (Shape) { false, 1,      kernel,          reach * d, across * oc,
                     oc,    across, across * stride, reach,     POSITIONS };
}

/* Terms of the packed weights of one product. */
static size_t packed_terms(const Shape *s)
{
    return imp_terms_packed(s->segments, s->length, s->columns);
}

int imp_conv_terms_ring_chunk(const ImpConv *conv)
{
    return conv->kernel > 4 ? 8 : 4;
}

size_t imp_conv_terms_packed(const ImpConv *conv)
{
    const Shape s = shape_of(conv);

    return ((size_t)s.products * packed_terms(&s) + 1) / 2;
}

size_t imp_conv_terms_matrix(const ImpConv *conv)
{
    const Shape s = shape_of(conv);

    return (size_t)s.segments * s.length * s.columns;
}

/* The input pixel, 0 or 1, on which tap t falls from phase i of a picture that was
 * doubled. */
static int doubled(int i, int t)
{
    return (i + t) / 2;
}

/* Matrix [segment][length][columns] of output row `phase`; a weight's place is where
 * its input lies, in both terms of what is split. */
static void fill_matrix(const ImpConv *conv, const Shape *s, int phase,
                        const float *weights, float *matrix)
{
    const int d = depth(conv), split = d / conv->ic;

    memset(matrix, 0, imp_conv_terms_matrix(conv) * sizeof *matrix);
    for (int o = 0; o < conv->oc; o++)
        for (int c = 0; c < conv->ic; c++)
            for (int i = 0; i < conv->kernel; i++)
                for (int j = 0; j < conv->kernel; j++, weights++)
                    for (int p = 0; p < s->across; p++) {
                        const bool up = conv->upsample == 2;
                        const int row = up ? doubled(phase, i) : i;
                        const int tap = up          ? doubled(p, j)
                                        : s->spread ? 0
                                                    : p * conv->stride + j;
                        const int column = s->spread ? 3 * j + o : p * s->pixel + o;
                        float *const at =
                            matrix +
                            ((size_t)row * s->length + (size_t)tap * d + c * split) *
                                s->columns +
                            column;
                        for (int t = 0; t < split; t++)
                            at[t * s->columns] += *weights;
                    }
}

void imp_conv_terms_pack(const ImpConv *conv, const float *weights, float *matrix)
{
    const Shape s = shape_of(conv);
    uint16_t *packed = (uint16_t *)conv->packed;

    for (int i = 0; i < s.products; i++, packed += packed_terms(&s)) {
        fill_matrix(conv, &s, i, weights, matrix);
        conv->kernels->terms->pack(packed, matrix, s.segments, s.length, s.columns);
    }
}

/* The scratch: terms, then sums. */
typedef struct Scratch {
    ptrdiff_t terms_row;
    size_t terms;
    int columns; /* of sums */
    size_t sums;
} Scratch;

static Scratch scratch_of(const ImpConv *conv, const Shape *s)
{
    int first, rows;
    Scratch scratch;

    imp_conv_need(conv, 0, IMP_CONV_TERMS_CHUNK, &first, &rows);
    scratch.terms_row =
        round_up(((POSITIONS - 1) * s->step + s->reach) * depth(conv) + IMP_TERMS_STEP,
                 IMP_TERMS_STEP);
    scratch.terms = (size_t)rows * scratch.terms_row;
    scratch.columns = round_up(s->columns, IMP_TERMS_COLUMNS);
    scratch.sums = (size_t)POSITIONS * scratch.columns + 16;
    return scratch;
}

size_t imp_conv_terms_scratch(const ImpConv *conv)
{
    const Shape s = shape_of(conv);
    const Scratch scratch = scratch_of(conv, &s);

    return scratch.terms / 2 + scratch.sums;
}

static const uint16_t *terms_at(const float *row, size_t n)
{
    return (const uint16_t *)row + n;
}

/* Pixels from column `first` of a row of input, as terms, and what a product may read
 * beyond them. */
static void fetch(const ImpConv *conv, uint16_t *to, const float *row, int first,
                  size_t pixels, const ImpEpilogue *input)
{
    const ImpTermKernels *const kernels = conv->kernels->terms;
    const size_t at = (size_t)first * conv->ic, values = pixels * conv->ic;

    if (!conv->terms_in)
        kernels->split(to, row + at, values);
    else if (input)
        kernels->epilogue_of_terms(to, terms_at(row, at), conv->ic, pixels, input);
    else
        memcpy(to, terms_at(row, at), values * sizeof *to);
    memset(to + pixels * depth(conv), 0, IMP_TERMS_STEP * sizeof *to);
}

/* sums -> pixels over the positions from x of output row r of a call, which begins at
 * `out`. */
static void finish(const ImpConv *conv, const Shape *s, const Scratch *place,
                   float *out, int r, int x, size_t pixels, const float *sums,
                   const ImpEpilogue *epilogue)
{
    const ImpTermKernels *const kernels = conv->kernels->terms;
    const size_t at = (size_t)x * s->across * conv->oc;
    const ptrdiff_t from_pixel = place->columns / s->across;
    ImpEpilogue here = *epilogue;

    if (here.residual) {
        const float *const row = here.residual + r * here.residual_row;
        here.residual = here.terms ? (const float *)terms_at(row, at) : row + at;
    }
    if (here.moments)
        kernels->moments(here.moments, here.moments + conv->oc, sums, from_pixel,
                         here.shift, conv->oc, pixels);
    if (here.terms)
        kernels->epilogue((uint16_t *)out + at, sums, from_pixel, conv->oc, pixels,
                          &here);
    else if (s->spread)
        kernels->spread3(out + at, sums, from_pixel, conv->kernel, pixels, &here);
    else
        conv->kernels->epilogue(out + at, sums, from_pixel, conv->oc, pixels, &here);
}

void imp_conv_terms_rows(const ImpConv *conv, float *out, ptrdiff_t out_row,
                         const float *in, ptrdiff_t in_row, int in_width, int rows,
                         const ImpEpilogue *epilogue, float *scratch)
{
    const ImpTermKernels *const kernels = conv->kernels->terms;
    const Shape s = shape_of(conv);
    const Scratch place = scratch_of(conv, &s);
    const int d = depth(conv), width = imp_conv_size(conv, in_width);
    const int all = (width + s.across - 1) / s.across; /* positions */
    /* a last position of which not all pixels are wanted reads beyond the row, and 0
     * times what is not a number is none */
    const bool in_place = conv->terms_in && !epilogue->input && width % s.across == 0 &&
                          imp_terms_run(s.length) == s.length &&
                          (size_t)d * IMP_TERMS_ROWS <= IMP_PLANE_EXTRA;
    uint16_t *const terms = (uint16_t *)scratch;
    float *const sums = scratch + place.terms / 2;
    int first, in_rows;
    ImpTermGemm product = { .n = s.columns,
                            .segments = s.segments,
                            .length = s.length,
                            .a_row = (ptrdiff_t)s.step * d,
                            .a_segment = in_place ? 2 * in_row : place.terms_row,
                            .c = sums,
                            .c_row = place.columns };

    imp_conv_need(conv, 0, rows, &first, &in_rows);
    kernels->begin(s.length);
    for (int x = 0; x < all; x += s.positions) {
        const int positions = imp_min(s.positions, all - x), from = x * s.step;
        const int pixels = imp_min(positions * s.across, width - x * s.across);
        const int reach = imp_min((POSITIONS - 1) * s.step + s.reach, in_width - from);
        for (int r = 0; r < in_rows && !in_place; r++)
            fetch(conv, terms + r * place.terms_row, in + r * in_row, from,
                  (size_t)reach, epilogue->input);
        product.m = s.spread ? positions + conv->kernel - 1 : positions;
        for (int r = 0; r < rows; r++) {
            const int in_first = r / s.products * conv->stride;
            product.a = in_place ? terms_at(in + in_first * in_row, (size_t)from * d)
                                 : terms + in_first * place.terms_row;
            product.b =
                (const uint16_t *)conv->packed + (r % s.products) * packed_terms(&s);
            kernels->gemm(&product);
            finish(conv, &s, &place, out + r * out_row, r, x, (size_t)pixels, sums,
                   epilogue);
        }
    }
    kernels->end();
}
