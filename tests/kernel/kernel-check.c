/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Every kernel and every form of convolution, at every CPU level that this machine
 * runs, against the reference; with --bench, the speed of each on the painter's shapes.
 *
 *     kernel-check [--seed N]     check (a test)
 *     kernel-check --level NAME   check one level, convolutions on one kind of data:
 *                                 what an emulated machine has the time for
 *     kernel-check --bench        GFLOP/s of direct convolution a layer and level
 *
 * Tolerance: |got - ref| <= C * 2^-24 * S, S the largest sum of |a * b| of the shape.
 * Products add K terms in some order: C = K + 2. A transform multiplies the rounding of
 * its inputs by the largest row of |A||G||B| along an axis, twice: 40^2 for F(6x6,
 * 3x3), 14^2 for F(3x3, 3x3), 6^2 for F(3x3, 2x2); but those roundings are independent
 * and few. C = 750, 100, 60, with K added inside, is 15 x what was ever seen.
 *
 * bfloat16: terms are rounded to 2^-9, products and sums are not, so C has no K and
 * 2^-9 takes the place of 2^-24. C = 96 for F(6x6, 3x3) and 5 for F(3x3, 2x2) is 4 x
 * what was ever seen. A direct product of two such terms is off by twice 2^-9 of
 * itself: C = 2.1. */
#include "config.h"

#include "conv.h"
#include "cpu.h"
#include "data.h"
#include "status.h"
#include "terms-emulated.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *only; /* --level */

static bool checks(ImpCpu level)
{
    return imp_cpu_runs(level) && (!only || !strcmp(only, imp_cpu_name(level)));
}

static const ImpCpu levels[] = { IMP_CPU_GENERIC, IMP_CPU_X86V3,  IMP_CPU_X86V4,
                                 IMP_CPU_X86BF16, IMP_CPU_X86AMX, IMP_CPU_NEON };
#define LEVELS (sizeof levels / sizeof *levels)

/* ---- convolution ----------------------------------------------------------------- */

typedef struct Case {
    int oc, ic, kernel, stride, upsample, height, width; /* of the input */
} Case;

/* A whole picture through one convolution, chunk by chunk. Returns the output,
 * guarded. */
static float *convolve(const ImpConv *conv, const float *in, int height, int width,
                       const ImpEpilogue *epilogue, int *out_height, int *out_width)
{
    const int oh = imp_conv_size(conv, height), ow = imp_conv_size(conv, width);
    const size_t scratch_size = imp_conv_scratch(conv);
    float *out = guarded((size_t)oh * ow * conv->oc), *scratch = guarded(scratch_size);

    for (int row = 0; row < oh; row += conv->chunk) {
        const int rows = oh - row < conv->chunk ? oh - row : conv->chunk;
        ImpEpilogue here = *epilogue;
        int first, end;
        imp_conv_need(conv, row, rows, &first, &end);
        assert_true(first >= 0 && end <= height);
        if (here.residual)
            here.residual += row * here.residual_row;
        imp_conv_rows(conv, out + (size_t)row * ow * conv->oc, (ptrdiff_t)ow * conv->oc,
                      in + (size_t)first * width * conv->ic,
                      (ptrdiff_t)width * conv->ic, width, rows, &here, scratch);
    }
    check_guard(out, (size_t)oh * ow * conv->oc, "a convolution");
    check_guard(scratch, scratch_size, "a convolution's scratch");
    release(scratch);
    *out_height = oh;
    *out_width = ow;
    return out;
}

static bool has_pairs(const ImpConv *conv)
{
    const ImpKernels *k = conv->kernels;

    return conv->form == IMP_CONV_TERMS ||
           (conv->form == IMP_CONV_WINOGRAD && k->wino6.pairs) ||
           (conv->form == IMP_CONV_PHASES && k->phase.pairs) ||
           (conv->form == IMP_CONV_STRIDED && k->stride.pairs);
}

static double tolerance(const ImpConv *conv)
{
    const int k = conv->kernel * conv->kernel * conv->ic;

    if (has_pairs(conv))
        return ldexp(conv->form == IMP_CONV_WINOGRAD ? 96.0
                     : conv->form == IMP_CONV_TERMS  ? 2.1
                                                     : 5.0,
                     24 - 9);
    return conv->form == IMP_CONV_WINOGRAD                                   ? 750.0 + k
           : conv->form == IMP_CONV_NESTED                                   ? 100.0 + k
           : conv->form == IMP_CONV_PHASES || conv->form == IMP_CONV_STRIDED ? 60.0 + k
                                                                             : k + 2.0;
}

static void check_conv(const Case *c, const ImpKernels *kernels, int kind,
                       bool with_epilogue)
{
    const size_t weights_n = (size_t)c->oc * c->ic * c->kernel * c->kernel;
    const size_t in_n = (size_t)c->height * c->width * c->ic;
    float *weights = filled(weights_n, PLAIN), *in = filled(in_n, kind);
    float *scale = filled((size_t)c->oc, PLAIN), *shift = filled((size_t)c->oc, PLAIN);
    ImpConv ref, conv, bound;
    int oh, ow;

    assert_int_equal(imp_conv_init(&ref, imp_kernels_get(IMP_CPU_REF), weights, c->oc,
                                   c->ic, c->kernel, c->stride, c->upsample, false,
                                   NULL),
                     IMP_OK);
    assert_int_equal(imp_conv_init(&conv, kernels, weights, c->oc, c->ic, c->kernel,
                                   c->stride, c->upsample, false, NULL),
                     IMP_OK);
    const size_t out_n =
        (size_t)imp_conv_size(&ref, c->height) * imp_conv_size(&ref, c->width) * c->oc;
    float *residual = filled(out_n, kind);
    ImpEpilogue epilogue = { 0 };
    if (with_epilogue)
        epilogue = (ImpEpilogue) {
            .scale = scale,
            .shift = shift,
            .relu = c->oc != 3,
            .residual =
                c->upsample == 1 && c->kernel == 3 && c->stride == 1 ? residual : NULL,
            .residual_row = (ptrdiff_t)imp_conv_size(&ref, c->width) * c->oc
        };
    float *want = convolve(&ref, in, c->height, c->width, &epilogue, &oh, &ow);
    float *got = convolve(&conv, in, c->height, c->width, &epilogue, &oh, &ow);

    /* The bound: the same sums of magnitudes. */
    for (size_t i = 0; i < weights_n; i++)
        weights[i] = fabsf(weights[i]);
    for (size_t i = 0; i < in_n; i++)
        in[i] = fabsf(in[i]);
    assert_int_equal(imp_conv_init(&bound, imp_kernels_get(IMP_CPU_REF), weights, c->oc,
                                   c->ic, c->kernel, c->stride, c->upsample, false,
                                   NULL),
                     IMP_OK);
    float *sums =
        convolve(&bound, in, c->height, c->width, &(ImpEpilogue) { 0 }, &oh, &ow);
    double largest = 0.0, worst = 0.0, error2 = 0.0, power = 0.0;
    for (size_t i = 0; i < out_n; i++) {
        const double extra = fabs(epilogue.shift ? epilogue.shift[i % c->oc] : 0.0) +
                             fabs(epilogue.residual ? epilogue.residual[i] : 0.0);
        largest = fmax(largest, fmax(sums[i] + extra, 0.0));
    }
    for (size_t i = 0; i < out_n; i++) {
        const double d = (double)got[i] - want[i];
        if (isnan(got[i]))
            fail_msg("NaN at %zu", i);
        worst = fmax(worst, fabs(d));
        error2 += d * d;
        power += (double)want[i] * want[i];
    }
    const double allowed = tolerance(&conv) * ldexp(1.0, -24) * largest;
    const double nmse = !has_pairs(&conv)                ? 1e-9
                        : conv.form == IMP_CONV_WINOGRAD ? 2e-2
                        : conv.form == IMP_CONV_TERMS    ? 1e-3
                                                         : 1e-4;
    /* of a few sums, all may be small by chance */
    if (worst > allowed ||
        (power > 0.0 && kind != CANCELLING && out_n >= 16 && error2 / power > nmse))
        fail_msg("%s form %d oc %d ic %d kernel %d stride %d up %d %dx%d kind %d: "
                 "max %g, allowed %g, NMSE %g",
                 imp_cpu_name(kernels->cpu), conv.form, c->oc, c->ic, c->kernel,
                 c->stride, c->upsample, c->width, c->height, kind, worst, allowed,
                 power > 0.0 ? error2 / power : 0.0);
    imp_conv_clear(&ref);
    imp_conv_clear(&conv);
    imp_conv_clear(&bound);
    release(weights), release(in), release(scale), release(shift), release(residual);
    release(want), release(got), release(sums);
}

static const Case cases[] = {
    /* the painter's layers, small */
    { 24, 3, 9, 1, 1, 24, 59 },
    { 48, 24, 3, 2, 1, 15, 43 },
    { 96, 48, 3, 2, 1, 11, 27 },
    { 96, 96, 3, 1, 1, 13, 19 },
    { 48, 96, 3, 1, 2, 9, 14 },
    { 24, 48, 3, 1, 2, 9, 14 },
    { 3, 24, 9, 1, 1, 14, 45 },
    /* tiny */
    { 8, 8, 3, 1, 1, 3, 3 },
    { 8, 8, 3, 1, 1, 4, 5 },
    { 8, 8, 3, 1, 2, 2, 2 },
    { 8, 8, 3, 2, 1, 3, 3 },
    { 3, 8, 9, 1, 1, 9, 9 },
    { 8, 3, 9, 1, 1, 9, 10 },
    { 3, 5, 9, 1, 1, 22, 90 },
    { 4, 9, 9, 1, 1, 13, 12 },
    { 1, 1, 3, 1, 1, 3, 3 },
    /* odd channel counts */
    { 5, 7, 3, 1, 1, 11, 13 },
    { 7, 5, 3, 1, 2, 6, 7 },
    { 13, 11, 3, 2, 1, 12, 14 },
    { 20, 12, 3, 1, 1, 10, 22 },
    { 2, 20, 9, 1, 1, 12, 20 },
    { 17, 3, 9, 1, 1, 12, 21 },
    { 40, 56, 3, 1, 2, 8, 9 },
    /* wide: several groups of tiles */
    { 16, 16, 3, 1, 1, 7, 301 },
    { 8, 16, 3, 1, 2, 7, 211 },
    { 72, 40, 3, 2, 1, 9, 403 },
};

/* What is done to the input on its way is what is done to it before: the same bytes,
 * but of channels beyond whole vectors, which the compiler may contract otherwise. */
static void check_input(const Case *c, const ImpKernels *kernels)
{
    const size_t pixels = (size_t)c->height * c->width;
    float *weights = filled((size_t)c->oc * c->ic * c->kernel * c->kernel, PLAIN);
    float *in = filled(pixels * c->ic, PLAIN);
    float *scale = filled((size_t)c->ic, PLAIN), *shift = filled((size_t)c->ic, PLAIN);
    const ImpEpilogue before = { .scale = scale, .shift = shift, .relu = true };
    ImpConv conv;
    int oh, ow;

    assert_int_equal(imp_conv_init(&conv, kernels, weights, c->oc, c->ic, c->kernel,
                                   c->stride, c->upsample, false, NULL),
                     IMP_OK);
    if (imp_conv_finishes(&conv)) {
        float *got = convolve(&conv, in, c->height, c->width,
                              &(ImpEpilogue) { .input = &before }, &oh, &ow);
        kernels->epilogue(in, in, c->ic, c->ic, pixels, &before);
        float *want =
            convolve(&conv, in, c->height, c->width, &(ImpEpilogue) { 0 }, &oh, &ow);
        float largest = 0.0f;
        for (int i = 0; i < oh * ow * c->oc; i++)
            largest = fmaxf(largest, fabsf(want[i]));
        for (int i = 0; i < oh * ow * c->oc; i++)
            if (c->ic % 8 ? !(fabsf(got[i] - want[i]) <= 1e-4f * largest)
                          : got[i] != want[i])
                fail_msg("%s form %d oc %d ic %d: value %d is %g, not %g",
                         imp_cpu_name(kernels->cpu), conv.form, c->oc, c->ic, i,
                         (double)got[i], (double)want[i]);
        release(got), release(want);
    }
    imp_conv_clear(&conv);
    release(weights), release(in), release(scale), release(shift);
}

static void check_cases(const ImpKernels *kernels, int kinds)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_input(&cases[i], kernels);
        for (int kind = 0; kind < kinds; kind++) {
            check_conv(&cases[i], kernels, kind, false);
            check_conv(&cases[i], kernels, kind, true);
        }
    }
}

static void test_convolutions(void **state)
{
    for (size_t l = 0; l < LEVELS; l++) {
        if (checks(levels[l]))
            check_cases(imp_kernels_get(levels[l]), only ? 1 : KINDS);
        print_message("level %s: %s\n", imp_cpu_name(levels[l]),
                      checks(levels[l]) ? "checked"
                      : only            ? "not checked"
                                        : "not on this machine");
    }
    if (!only) /* of terms, on any machine; it is slow */
        check_cases(&imp_kernels_emulated, 1);
}

/* Not-a-number and infinity must come out where they go in, not stop the machine. */
static void test_not_finite(void **state)
{
    const Case c = { 16, 16, 3, 1, 1, 9, 12 };

    for (size_t l = 0; l < LEVELS; l++) {
        ImpConv conv;
        int oh, ow;
        if (!checks(levels[l]))
            continue;
        float *weights = filled((size_t)c.oc * c.ic * 9, PLAIN);
        float *in = filled((size_t)c.height * c.width * c.ic, PLAIN);
        in[(4 * c.width + 5) * c.ic] = NAN;
        in[(8 * c.width + 11) * c.ic + 3] = INFINITY;
        assert_int_equal(imp_conv_init(&conv, imp_kernels_get(levels[l]), weights, c.oc,
                                       c.ic, 3, 1, 1, false, NULL),
                         IMP_OK);
        float *out =
            convolve(&conv, in, c.height, c.width, &(ImpEpilogue) { 0 }, &oh, &ow);
        assert_true(isnan(out[(4 * ow + 5) * c.oc]));
        imp_conv_clear(&conv);
        release(weights), release(in), release(out);
    }
}

/* ---- products and element-wise kernels ------------------------------------------- */

static void test_products(void **state)
{
    static const int ms[] = { 1, 2, 7, 12, 13, 33 };
    static const int ns[] = { 1, 3, 15, 16, 17, 24, 32, 48, 49, 64, 96, 100 };
    static const int ks[] = { 1, 2, 9, 96 };

    for (size_t l = 0; l < LEVELS; l++) {
        const ImpKernels *kernels = imp_kernels_get(levels[l]);
        const ImpKernels *ref = imp_kernels_get(IMP_CPU_REF);
        if (!checks(levels[l]) || !kernels->gemm)
            continue;
        for (size_t a = 0; a < 6; a++)
            for (size_t b = 0; b < 12; b++)
                for (size_t c = 0; c < 4; c++) {
                    const int m = ms[a], n = ns[b], k = ks[c];
                    const size_t row = (size_t)k + 3, gap = 5, out_row = (size_t)n + 2;
                    float *A = filled((size_t)m * row + 2 * gap + row, PLAIN);
                    float *B = filled((size_t)2 * k * n, PLAIN);
                    float *packed = guarded(imp_gemm_packed_floats(2 * k, n));
                    float *scale = filled((size_t)n, PLAIN),
                          *shift = filled((size_t)n, PLAIN);
                    float *got = guarded((size_t)m * out_row - 2);
                    float *want = guarded((size_t)m * out_row - 2);
                    ImpGemm g = { .m = m,
                                  .n = n,
                                  .segments = 2,
                                  .length = k,
                                  .a = A,
                                  .a_row = (ptrdiff_t)row,
                                  .a_segment = (ptrdiff_t)gap,
                                  .b = B,
                                  .c = want,
                                  .c_row = (ptrdiff_t)out_row,
                                  .scale = b % 2 ? scale : NULL,
                                  .shift = shift,
                                  .relu = c % 2 };
                    ref->gemm(&g);
                    kernels->gemm_pack(packed, B, 2 * k, n);
                    g.b = packed;
                    g.c = got;
                    kernels->gemm(&g);
                    check_guard(got, (size_t)m * out_row - 2, "a product");
                    check_guard(packed, imp_gemm_packed_floats(2 * k, n), "packing");
                    for (size_t i = 0; i < (size_t)m * out_row - 2; i++)
                        if (fabsf(got[i] - want[i]) >
                            (2 * k + 4) * ldexpf(1.0f, -24) * 2 * k + 1e-6f)
                            fail_msg("%s %dx%dx%d at %zu: %g, not %g",
                                     imp_cpu_name(levels[l]), m, n, k, i, got[i],
                                     want[i]);
                    release(A), release(B), release(packed), release(scale),
                        release(shift);
                    release(got), release(want);
                }
    }
}

/* Terms of small whole numbers: the product of pairs must be exact. Halves of K in one
 * segment, and in two. */
static void check_pairs(const ImpKernels *kernels, int m, int n, int pairs,
                        int segments)
{
    const int k = 2 * pairs;
    const size_t packed_n = imp_gemm_packed_floats(pairs, n);
    float *A = guarded((size_t)m * k), *A16 = guarded((size_t)m * pairs);
    float *B = guarded((size_t)k * n), *packed = guarded(packed_n);
    float *want = guarded((size_t)m * n), *got = guarded((size_t)m * n);
    float *scale = guarded((size_t)n), *shift = guarded((size_t)n);
    ImpGemm g = { .m = m,
                  .n = n,
                  .segments = 1,
                  .length = k,
                  .a = A,
                  .a_row = k,
                  .b = B,
                  .c = want,
                  .c_row = n,
                  .scale = n % 3 ? NULL : scale,
                  .shift = shift,
                  .relu = pairs == 9 };

    for (int j = 0; j < n; j++) {
        scale[j] = (float)(next() % 7) - 3.0f;
        shift[j] = (float)(next() % 99);
    }
    for (size_t j = 0; j < (size_t)k * n; j++)
        B[j] = (float)(next() % 31) - 15.0f;
    for (size_t j = 0; j < (size_t)m * k; j++) {
        uint32_t bits;
        A[j] = (float)(next() % 255) - 127.0f;
        memcpy(&bits, &A[j], sizeof bits);
        ((uint16_t *)A16)[j] = (uint16_t)(bits >> 16);
    }
    imp_kernels_get(IMP_CPU_REF)->gemm(&g);
    kernels->gemm_pairs_pack(packed, B, k, n);
    g.segments = segments;
    g.length = pairs / segments;
    g.a = A16;
    g.a_row = pairs;
    g.a_segment = g.length;
    g.b = packed;
    g.c = got;
    kernels->gemm_pairs(&g);
    check_guard(packed, packed_n, "packing pairs");
    check_guard(got, (size_t)m * n, "a product of pairs");
    assert_memory_equal(got, want, (size_t)m * n * sizeof *got);
    release(A), release(A16), release(B), release(packed), release(want), release(got);
    release(scale), release(shift);
}

static void test_pairs(void **state)
{
    static const int ms[] = { 1, 2, 7, 12, 13, 16, 33 };
    static const int ns[] = { 1, 15, 16, 24, 33, 48, 49, 96 };
    static const int pairs[] = { 1, 2, 9, 24, 34, 48 };

    for (size_t l = 0; l < LEVELS; l++) {
        const ImpKernels *kernels = imp_kernels_get(levels[l]);
        if (!checks(levels[l]) || !kernels->gemm_pairs)
            continue;
        for (size_t i = 0; i < 7 * 8 * 6; i++) {
            const int p = pairs[i % 6];
            check_pairs(kernels, ms[i / 48], ns[i / 6 % 8], p, 1);
            if (p % 2 == 0)
                check_pairs(kernels, ms[i / 48], ns[i / 6 % 8], p, 2);
        }
    }
}

/* The product of three columns; what lies between the segments is not a number. */
static void test_three_columns(void **state)
{
    static const int ms[] = { 1, 3, 4, 8, 21 };
    static const int lengths[] = { 1, 7, 8, 9, 72 };
    enum { SEGMENTS = 2, N = 3 };

    for (size_t l = 0; l < LEVELS; l++) {
        const ImpKernels *kernels = imp_kernels_get(levels[l]);
        if (!checks(levels[l]) || !kernels->dot3)
            continue;
        for (size_t a = 0; a < 5; a++)
            for (size_t b = 0; b < 5; b++) {
                const int m = ms[a], k = lengths[b], lanes = kernels->lanes;
                const size_t row = (size_t)k + 8,
                             sums_n = ((size_t)m + 3) / 4 * 4 * N * lanes;
                float *A = guarded((size_t)SEGMENTS * m * row);
                float *B = filled((size_t)SEGMENTS * k * N, PLAIN);
                const size_t packed_n = imp_dot3_packed_floats(SEGMENTS, k, lanes);
                float *packed = guarded(packed_n), *sums = guarded(sums_n);
                float *got = guarded((size_t)m * N), *want = guarded((size_t)m * N);
                float *scale = filled(N, PLAIN), *shift = filled(N, PLAIN);
                const ImpEpilogue e = { .scale = scale, .shift = shift, .relu = b % 2 };
                ImpGemm g = { .m = m,
                              .n = N,
                              .segments = SEGMENTS,
                              .length = k,
                              .a = A,
                              .a_row = (ptrdiff_t)row,
                              .a_segment = (ptrdiff_t)(m * row),
                              .b = B,
                              .c = want,
                              .c_row = N,
                              .scale = scale,
                              .shift = shift,
                              .relu = e.relu };
                for (size_t i = 0; i < (size_t)SEGMENTS * m * row; i++)
                    A[i] = i % row < (size_t)k ? value(PLAIN, i) : NAN;
                imp_kernels_get(IMP_CPU_REF)->gemm(&g);
                kernels->dot3_pack(packed, B, SEGMENTS, k);
                g.b = packed;
                g.c = sums;
                g.c_row = (ptrdiff_t)N * lanes;
                kernels->dot3(&g);
                check_guard(packed, packed_n, "packing of three columns");
                check_guard(sums, sums_n, "a product of three columns");
                kernels->lane_sum3(got, sums, (size_t)m, &e);
                check_guard(got, (size_t)m * N, "the sum of lanes");
                for (int i = 0; i < m * N; i++)
                    if (!(fabsf(got[i] - want[i]) <=
                          (2 * k + 4) * ldexpf(1.0f, -24) * 2 * k))
                        fail_msg("%s %dx3x%d at %d: %g, not %g",
                                 imp_cpu_name(levels[l]), m, k, i, got[i], want[i]);
                release(A), release(B), release(packed), release(sums);
                release(got), release(want), release(scale), release(shift);
            }
    }
}

static void test_elementwise(void **state)
{
    static const int channels[] = { 1, 3, 8, 20, 24, 96 };
    const size_t pixels = 77;
    const ImpKernels *ref = imp_kernels_get(IMP_CPU_REF);

    for (size_t l = 0; l < LEVELS; l++) {
        const ImpKernels *kernels = imp_kernels_get(levels[l]);
        if (!checks(levels[l]))
            continue;
        for (size_t i = 0; i < 6; i++) {
            const int c = channels[i];
            const size_t n = pixels * (size_t)c;
            float *x = filled(n, CANCELLING), *y = guarded(n), *r = filled(n, PLAIN);
            float *scale = filled((size_t)c, PLAIN), *shift = filled((size_t)c, PLAIN);
            double sum[2][96] = { { 0 } }, square[2][96] = { { 0 } };
            ImpEpilogue e = {
                .scale = scale, .shift = shift, .residual = r, .relu = i % 2
            };

            kernels->moments(sum[0], square[0], x, c, pixels);
            ref->moments(sum[1], square[1], x, c, pixels);
            for (int j = 0; j < c; j++) {
                assert_true(fabs(sum[0][j] - sum[1][j]) <=
                            1e-12 * 1e3 * (double)pixels);
                assert_true(fabs(square[0][j] - square[1][j]) <= 1e-12 * square[1][j]);
            }
            memcpy(y, x, n * sizeof *x);
            kernels->epilogue(y, y, c, c, pixels, &e);
            ref->epilogue(x, x, c, c, pixels, &e);
            for (size_t j = 0; j < n; j++)
                assert_true(fabsf(x[j] - y[j]) <= 3e-4f);
            for (size_t j = 0; j < n; j++)
                x[j] = y[j] = uniform() * 100.0f;
            x[0] = y[0] = NAN;
            kernels->sigmoid(y, n);
            ref->sigmoid(x, n);
            for (size_t j = 0; j < n; j++)
                if (!(fabsf(x[j] - y[j]) <= 2e-7f))
                    fail_msg("sigmoid %g, not %g", y[j], x[j]);
            check_guard(y, n, "an element-wise kernel");
            release(x), release(y), release(r), release(scale), release(shift);
        }
    }
}

/* ---- speed ----------------------------------------------------------------------- */

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int compare_doubles(const void *a, const void *b)
{
    const double d = *(const double *)a - *(const double *)b;
    return d < 0 ? -1 : d > 0;
}

static void bench(void)
{
    static const Case layers[] = {
        { 24, 3, 9, 1, 1, 40, 1129 }, { 48, 24, 3, 2, 1, 65, 1121 },
        { 96, 48, 3, 2, 1, 65, 560 }, { 96, 96, 3, 1, 1, 66, 280 },
        { 48, 96, 3, 1, 2, 49, 260 }, { 24, 48, 3, 1, 2, 49, 518 },
        { 3, 24, 9, 1, 1, 40, 1032 },
    };
    double runs[9];

    printf("%-8s", "level");
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++)
        printf("  %3d>%-2d k%d%s", layers[i].ic, layers[i].oc, layers[i].kernel,
               layers[i].stride == 2     ? "/2"
               : layers[i].upsample == 2 ? "x2"
                                         : "  ");
    printf("   GFLOP/s of direct convolution, one thread, median of 9\n");
    for (size_t l = 0; l < LEVELS; l++) {
        if (!checks(levels[l]))
            continue;
        printf("%-8s", imp_cpu_name(levels[l]));
        for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
            const Case *c = &layers[i];
            float *w = filled((size_t)c->oc * c->ic * c->kernel * c->kernel, PLAIN);
            float *in = filled((size_t)c->height * c->width * c->ic, PLAIN);
            ImpConv conv;
            int oh = 0, ow = 0;
            if (imp_conv_init(&conv, imp_kernels_get(levels[l]), w, c->oc, c->ic,
                              c->kernel, c->stride, c->upsample, false, NULL))
                exit(1);
            for (int r = 0; r < 9; r++) {
                const double t = now();
                release(convolve(&conv, in, c->height, c->width, &(ImpEpilogue) { 0 },
                                 &oh, &ow));
                runs[r] = now() - t;
            }
            qsort(runs, 9, sizeof *runs, compare_doubles);
            printf("  %9.0f", imp_conv_flop(&conv) * oh * ow / runs[4] * 1e-9);
            imp_conv_clear(&conv);
            release(w), release(in);
        }
        printf("\n");
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_products),      cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_three_columns), cmocka_unit_test(test_elementwise),
        cmocka_unit_test(test_convolutions),  cmocka_unit_test(test_not_finite),
    };

    if (argc == 2 && !strcmp(argv[1], "--bench")) {
        bench();
        return 0;
    }
    if (argc == 3 && !strcmp(argv[1], "--seed"))
        seed = strtoull(argv[2], NULL, 0);
    if (argc == 3 && !strcmp(argv[1], "--level")) {
        size_t l = 0;
        only = argv[2];
        while (l < LEVELS && !checks(levels[l]))
            l++;
        if (l == LEVELS) {
            fprintf(stderr, "level %s: not on this machine\n", only);
            return 1;
        }
    }
    printf("seed %llu\n", (unsigned long long)seed);
    return cmocka_run_group_tests_name("kernel-check", tests, NULL, NULL);
}
