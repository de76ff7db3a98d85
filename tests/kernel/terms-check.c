/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Products and planes of bfloat16 terms (kernels.h: ImpTermKernels; op/conv_terms.c),
 * on AMX in C on any machine, and on the CPU's where it has AMX. That convolutions of
 * them are near the reference is for kernel-check to say; this is about the bytes. */
#include "config.h"

#include "conv.h"
#include "cpu.h"
#include "data.h"
#include "terms-emulated.h"

#include <math.h>
#include <string.h>

/* The kernels to check: the emulated, then the CPU's or none. */
static const ImpKernels *kernels_of(int i)
{
    if (i == 0)
        return &imp_kernels_emulated;
    return imp_cpu_runs(IMP_CPU_X86AMX) ? imp_kernels_get(IMP_CPU_X86AMX) : NULL;
}

/* n floats as terms. */
static void round_to(const ImpTermKernels *terms, uint16_t *to, const float *from,
                     size_t n)
{
    terms->epilogue(to, from, 0, (int)n, 1, &(ImpEpilogue) { .terms = true });
}

/* Products of small whole numbers are exact, whatever lies beyond the rows that are
 * wanted. */
static void check_product(const ImpTermKernels *terms, int m, int n, int length,
                          int segments)
{
    const int rows = (m + IMP_TERMS_ROWS - 1) / IMP_TERMS_ROWS * IMP_TERMS_ROWS;
    const int columns =
        (n + IMP_TERMS_COLUMNS - 1) / IMP_TERMS_COLUMNS * IMP_TERMS_COLUMNS;
    const int row = imp_terms_run(length) + 2;
    const size_t a_n = (size_t)rows * row * segments,
                 b_n = (size_t)segments * length * n;
    const size_t packed_n = (imp_terms_packed(segments, length, n) + 1) / 2;
    float *a = guarded(a_n), *a_terms = guarded((a_n + 1) / 2), *b = guarded(b_n);
    float *packed = guarded(packed_n), *got = guarded((size_t)rows * columns);
    ImpTermGemm g = { .m = m,
                      .n = n,
                      .segments = segments,
                      .length = length,
                      .a = (const uint16_t *)a_terms,
                      .a_row = row,
                      .a_segment = (ptrdiff_t)rows * row,
                      .b = (const uint16_t *)packed,
                      .c = got,
                      .c_row = columns };

    for (size_t i = 0; i < a_n; i++)
        a[i] = (float)(next() % 255) - 127.0f;
    for (size_t i = 0; i < b_n; i++)
        b[i] = (float)(next() % 31) - 15.0f;
    round_to(terms, (uint16_t *)a_terms, a, a_n);
    check_guard(a_terms, (a_n + 1) / 2, "rounding");
    terms->pack((uint16_t *)packed, b, segments, length, n);
    check_guard(packed, packed_n, "packing");
    terms->begin(length);
    terms->gemm(&g);
    terms->end();
    check_guard(got, (size_t)rows * columns, "a product");
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            float sum = 0.0f;
            for (int s = 0; s < segments; s++)
                for (int k = 0; k < length; k++)
                    sum += a[s * g.a_segment + i * row + k] *
                           b[((size_t)s * length + k) * n + j];
            if (got[i * columns + j] != sum)
                fail_msg("%d x %d x %d x %d at %d, %d: %g, not %g", m, n, segments,
                         length, i, j, got[i * columns + j], sum);
        }
    release(a), release(a_terms), release(b), release(packed), release(got);
}

static void test_products(void **state)
{
    static const int ms[] = { 1, 15, 16, 17, 33, 64 };
    static const int ns[] = { 1, 16, 24, 33, 48, 96 };
    static const int lengths[] = { 1, 2, 24, 27, 31, 32, 33, 64, 72 };

    for (int i = 0; i < 2 && kernels_of(i); i++)
        for (int at = 0; at < 6 * 6 * 9; at++) {
            const ImpTermKernels *const terms = kernels_of(i)->terms;
            check_product(terms, ms[at / 54], ns[at / 9 % 6], lengths[at % 9], 1);
            check_product(terms, ms[at / 54], ns[at / 9 % 6], lengths[at % 9], 3);
        }
}

/* bfloat16 is rounded to nearest, ties to even; not a number stays that. */
static void test_rounding(void **state)
{
    static const struct {
        uint32_t from;
        uint16_t to;
    } values[] = {
        { 0x3f800000, 0x3f80 }, { 0x3f807fff, 0x3f80 }, { 0x3f808000, 0x3f80 },
        { 0x3f808001, 0x3f81 }, { 0x3f818000, 0x3f82 }, { 0xbf818000, 0xbf82 },
        { 0x7f7fffff, 0x7f80 }, { 0x7f800000, 0x7f80 }, { 0xff800000, 0xff80 },
    };
    const float nan[1] = { NAN };
    uint16_t got, packed[IMP_TERMS_COLUMNS * 2];

    for (int k = 0; k < 2 && kernels_of(k); k++) {
        const ImpTermKernels *const terms = kernels_of(k)->terms;
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            float x;
            memcpy(&x, &values[i].from, sizeof x);
            round_to(terms, &got, &x, 1);
            assert_int_equal(got, values[i].to);
            terms->pack(packed, &x, 1, 1, 1);
            assert_int_equal(packed[0], values[i].to);
        }
        for (int i = 0; i < 99; i++) { /* what is split is there again */
            const float x = uniform();
            uint16_t parts[2];
            float sum = 0.0f;
            terms->split(parts, &x, 1);
            for (int t = 0; t < 2; t++) {
                const uint32_t bits = (uint32_t)parts[t] << 16;
                float part;
                memcpy(&part, &bits, sizeof part);
                sum += part;
            }
            assert_true(fabsf(sum - x) <= ldexpf(fabsf(x), -17));
        }
        round_to(terms, &got, nan, 1);
        assert_true((got & 0x7f80) == 0x7f80 && (got & 0x7f) != 0);
        terms->pack(packed, nan, 1, 1, 1);
        assert_true((packed[0] & 0x7f80) == 0x7f80 && (packed[0] & 0x7f) != 0);
    }
}

typedef struct Case {
    int oc, ic, kernel, stride, upsample, height, width; /* of the input */
} Case;

static const Case cases[] = {
    { 24, 3, 9, 1, 1, 18, 79 },  { 48, 24, 3, 2, 1, 15, 163 },
    { 96, 48, 3, 2, 1, 11, 37 }, { 96, 96, 3, 1, 1, 13, 99 },
    { 48, 96, 3, 1, 2, 9, 34 },  { 24, 48, 3, 1, 2, 9, 84 },
    { 3, 24, 9, 1, 1, 24, 145 }, { 5, 7, 3, 1, 1, 11, 13 },
    { 7, 5, 3, 1, 2, 6, 7 },     { 24, 24, 3, 1, 1, 11, 15 },
};

/* A picture, chunk by chunk: rows of floats, or of terms. */
static void convolve(const ImpConv *conv, float *out, const float *in, const Case *c,
                     const ImpEpilogue *epilogue)
{
    const int oh = imp_conv_size(conv, c->height), ow = imp_conv_size(conv, c->width);
    const size_t in_row = imp_plane_floats((size_t)c->width * c->ic, conv->terms_in);
    const size_t out_row = imp_plane_floats((size_t)ow * c->oc, epilogue->terms);
    float *scratch = guarded(imp_conv_scratch(conv));

    for (int row = 0; row < oh; row += conv->chunk) {
        const int rows = oh - row < conv->chunk ? oh - row : conv->chunk;
        ImpEpilogue here = *epilogue;
        int first, end;
        imp_conv_need(conv, row, rows, &first, &end);
        if (here.residual)
            here.residual += row * here.residual_row;
        imp_conv_rows(conv, out + row * out_row, (ptrdiff_t)out_row,
                      in + first * in_row, (ptrdiff_t)in_row, c->width, rows, &here,
                      scratch);
    }
    check_guard(scratch, imp_conv_scratch(conv), "a convolution's scratch");
    release(scratch);
}

/* Rows of n floats -> rows of terms, followed by what is not a number. */
static float *rounded(const ImpTermKernels *terms, const float *from, int rows,
                      size_t n)
{
    const size_t row = imp_plane_floats(n, true), extra = IMP_PLANE_EXTRA;
    float *to = guarded(rows * row + extra);

    for (size_t i = 0; i < rows * row + extra; i++)
        to[i] = NAN;
    for (int r = 0; r < rows; r++)
        round_to(terms, (uint16_t *)(to + r * row), from + r * n, n);
    return to;
}

/* Planes of terms give what planes of floats give that hold the same, and moments are
 * their sums. */
static void check_planes(const ImpKernels *kernels, const Case *c)
{
    const ImpTermKernels *const terms = kernels->terms;
    const size_t weights_n = (size_t)c->oc * c->ic * c->kernel * c->kernel;
    float *weights = filled(weights_n, PLAIN),
          *in = filled((size_t)c->height * c->width * c->ic, PLAIN);
    float *scale = filled((size_t)c->oc, PLAIN), *shift = filled((size_t)c->oc, PLAIN);
    ImpConv conv, of_floats;

    assert_int_equal(imp_conv_init(&of_floats, kernels, weights, c->oc, c->ic,
                                   c->kernel, c->stride, c->upsample, false, NULL),
                     IMP_OK);
    assert_int_equal(imp_conv_init(&conv, kernels, weights, c->oc, c->ic, c->kernel,
                                   c->stride, c->upsample, true, NULL),
                     IMP_OK);
    /* a term, and nothing left */
    for (size_t i = 0; i < (size_t)c->height * c->width * c->ic; i++)
        in[i] = (float)((int)(next() % 255) - 127) / 128.0f;
    const int oh = imp_conv_size(&conv, c->height), ow = imp_conv_size(&conv, c->width);
    const size_t out_row = (size_t)ow * c->oc,
                 terms_row = imp_plane_floats(out_row, true);
    float *raw = guarded(oh * out_row), *same = guarded(oh * out_row),
          *out = guarded(oh * terms_row);
    float *want = guarded(oh * terms_row), *residual = filled(oh * out_row, PLAIN);
    float *in_terms = rounded(terms, in, c->height, (size_t)c->width * c->ic);
    float *residual_terms = rounded(terms, residual, oh, out_row);
    double *moments = calloc(4 * (size_t)c->oc, sizeof *moments);

    convolve(&conv, raw, in_terms, c, &(ImpEpilogue) { 0 });
    check_guard(raw, oh * out_row, "a convolution of terms");
    convolve(&of_floats, same, in, c, &(ImpEpilogue) { 0 });
    check_guard(same, oh * out_row, "a convolution of floats");
    /* the same products, added in another order */
    for (size_t i = 0; i < oh * out_row; i++)
        if (!(fabsf(raw[i] - same[i]) <=
              ldexpf((float)(c->kernel * c->kernel * c->ic), -23)))
            fail_msg("terms give %g, floats %g", raw[i], same[i]);
    if (c->oc != 3) {
        const bool adds = c->kernel == 3 && c->stride == 1 && c->upsample == 1;
        float *const ones = guarded((size_t)c->oc);
        for (int i = 0; i < c->oc; i++)
            ones[i] = 1.0f;
        ImpEpilogue e = {
            .terms = true, .moments = moments, .scale = ones, .shift = shift
        };
        convolve(&conv, out, in_terms, c, &e);
        check_guard(out, oh * terms_row, "a convolution to terms");
        for (size_t i = 0; i < oh * out_row; i++) {
            const double x = (double)raw[i] + shift[i % c->oc];
            moments[2 * c->oc + i % c->oc] += x;
            moments[3 * c->oc + i % c->oc] += x * x;
        }
        for (int i = 0; i < 2 * c->oc; i++) /* 64 floats are added, then doubles */
            assert_true(fabs(moments[i] - moments[2 * c->oc + i]) <=
                        64 * ldexp(1.0, -24) *
                            (moments[3 * c->oc + i % c->oc] + oh * ow));
        release(ones);
        e = (ImpEpilogue) { .terms = true,
                            .scale = scale,
                            .shift = shift,
                            .relu = c->oc % 2,
                            .residual = adds ? residual_terms : NULL,
                            .residual_row = (ptrdiff_t)terms_row };
        convolve(&conv, out, in_terms, c, &e);
        for (int r = 0; r < oh; r++) {
            ImpEpilogue row = e;
            row.residual = adds ? residual_terms + r * terms_row : NULL;
            terms->epilogue((uint16_t *)(want + r * terms_row), raw + r * out_row,
                            c->oc, c->oc, (size_t)ow, &row);
            assert_memory_equal(out + r * terms_row, want + r * terms_row, 2 * out_row);
            /* in place, of raw values that are terms */
            uint16_t *const x = (uint16_t *)(want + r * terms_row),
                            *const y = (uint16_t *)(out + r * terms_row);
            float *const values = raw + r * out_row;
            round_to(terms, x, values, out_row);
            for (size_t i = 0; i < out_row; i++) {
                const uint32_t bits = (uint32_t)x[i] << 16;
                memcpy(&values[i], &bits, sizeof bits);
            }
            terms->epilogue(y, values, c->oc, c->oc, (size_t)ow, &row);
            terms->epilogue_of_terms(x, x, c->oc, (size_t)ow, &row);
            assert_memory_equal(x, y, 2 * out_row);
        }
    }
    /* what is done to the input on its way is what is done to it before */
    float *in_scale = filled((size_t)c->ic, PLAIN),
          *in_shift = filled((size_t)c->ic, PLAIN);
    const ImpEpilogue before = {
        .scale = in_scale, .shift = in_shift, .relu = true, .terms = true
    };
    convolve(&conv, raw, in_terms, c, &(ImpEpilogue) { .input = &before });
    const size_t in_row = imp_plane_floats((size_t)c->width * c->ic, true);
    for (int r = 0; r < c->height; r++) {
        uint16_t *const x = (uint16_t *)(in_terms + r * in_row);
        terms->epilogue_of_terms(x, x, c->ic, (size_t)c->width, &before);
    }
    convolve(&conv, same, in_terms, c, &(ImpEpilogue) { 0 });
    assert_memory_equal(raw, same, oh * out_row * sizeof *raw);
    release(in_scale), release(in_shift);
    imp_conv_clear(&conv);
    imp_conv_clear(&of_floats);
    free(moments);
    release(weights), release(in), release(scale), release(shift), release(raw),
        release(same);
    release(out), release(want), release(residual), release(in_terms),
        release(residual_terms);
}

static void test_planes(void **state)
{
    for (int i = 0; i < 2 && kernels_of(i); i++)
        for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
            check_planes(kernels_of(i), &cases[c]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_products),
        cmocka_unit_test(test_rounding),
        cmocka_unit_test(test_planes),
    };

    return cmocka_run_group_tests_name("terms-check", tests, NULL, NULL);
}
