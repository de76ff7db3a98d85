/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The style reader against a scalar rendering of its description in double. What
 * PyTorch computes is tests/parity. */
#include "reader.h"

#include <math.h>

#include "pool.h"
#include "reader_view.h"
#include "status.h"
#include "testing.h"

enum { SIDE = 64, CONVS = IMP_READER_CONVS };

static ImpReader load(const char *file)
{
    ImpReader reader;
    char path[512];
    ImpError err;

    corpus_path(path, sizeof path, "reader", file);
    assert_ok(imp_reader_load(&reader, path, &err), &err);
    return reader;
}

/* A picture whose channels differ, with edges and a ramp; numbers repeat on any
 * machine. */
static float *draw(int width, int height)
{
    float *const rgb = malloc((size_t)width * (size_t)height * 3 * sizeof *rgb);
    uint32_t noise = 1;

    assert_non_null(rgb);
    for (int y = 0, i = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (int c = 0; c < 3; c++, i++) {
                noise = noise * 1664525 + 1013904223;
                rgb[i] = (float)(0.5 * (x + c * y) / (width + height * c) +
                                 0.3 * ((x / 8 + y / 8 + c) % 2) +
                                 0.2 * (noise >> 8) / (1 << 24));
            }
    return rgb;
}

/* One valid convolution of stride 2 with ReLU, then its moments; returns the new
 * values. */
static double *convolve(const double *in, int *width, int *height, int ic, int oc,
                        int k, const float *w, const float *bias, double *features)
{
    const int wide = (*width - k) / 2 + 1, high = (*height - k) / 2 + 1;
    double *const out = malloc((size_t)(wide * high * oc) * sizeof *out);

    assert_non_null(out);
    for (int o = 0; o < oc; o++) {
        double sum = 0, squares = 0;

        for (int y = 0; y < high; y++)
            for (int x = 0; x < wide; x++) {
                double v = bias[o];

                for (int i = 0; i < ic; i++)
                    for (int dy = 0; dy < k; dy++)
                        for (int dx = 0; dx < k; dx++)
                            v += in[(i * *height + 2 * y + dy) * *width + 2 * x + dx] *
                                 (double)w[((o * ic + i) * k + dy) * k + dx];
                v = v > 0 ? v : 0;
                out[(o * high + y) * wide + x] = v;
                sum += v;
            }
        for (int i = 0; i < wide * high; i++)
            squares += pow(out[o * wide * high + i] - sum / (wide * high), 2);
        features[o] = sum / (wide * high);
        features[oc + o] = sqrt(squares / (wide * high) + 1e-4);
    }
    *width = wide;
    *height = high;
    return out;
}

/* Features of a picture that is already of the reader's size. */
static void reference(const char *path, const float *rgb, int width, int height,
                      double *features)
{
    ImpSafetensors file;
    ImpError err;
    const int pixels = width * height;
    double *values = malloc((size_t)pixels * 3 * sizeof *values);
    int ic = 3;

    assert_ok(imp_safetensors_load(&file, path, &err), &err);
    assert_non_null(values);
    for (int c = 0; c < 3; c++) {
        double sum = 0, squares = 0;

        for (int i = 0; i < pixels; i++)
            sum += values[c * pixels + i] = 2.0 * rgb[3 * i + c] - 1;
        for (int i = 0; i < pixels; i++)
            squares += pow(values[c * pixels + i] - sum / pixels, 2);
        features[c] = sum / pixels;
        features[3 + c] = sqrt(squares / pixels + 1e-4);
    }
    features += 6;
    for (int layer = 0; layer < CONVS; layer++) {
        char name[32];
        float *w, *bias;

        snprintf(name, sizeof name, "conv%d.weight", layer);
        assert_ok(imp_safetensors_floats(&w, &file, name, &err), &err);
        const int oc = imp_safetensors_find(&file, name)->shape[0];
        snprintf(name, sizeof name, "conv%d.bias", layer);
        assert_ok(imp_safetensors_floats(&bias, &file, name, &err), &err);
        double *const next =
            convolve(values, &width, &height, ic, oc, layer ? 3 : 5, w, bias, features);
        imp_free(w);
        imp_free(bias);
        free(values);
        values = next;
        ic = oc;
        features += 2 * oc;
    }
    free(values);
    imp_safetensors_clear(&file);
}

static void check_features(const char *file, int width, int height)
{
    ImpReader reader = load(file);
    float *const rgb = draw(width, height), *const got = malloc(4096);
    double *const wanted = malloc(8192);
    char path[512];
    double worst = 0;
    ImpError err;

    assert_true(got && wanted && reader.features <= 1024);
    corpus_path(path, sizeof path, "reader", file);
    reference(path, rgb, width, height, wanted);
    assert_ok(imp_reader_features(&reader, NULL, rgb, width, height, got, &err), &err);
    for (int i = 0; i < reader.features; i++)
        worst = fmax(worst, fabs(got[i] - wanted[i]) / fmax(fabs(wanted[i]), 0.01));
    print_message("%s, %d x %d: worst relative difference %.2g\n", file, width, height,
                  worst);
    assert_true(worst < 2e-5);
    free(wanted);
    free(got);
    free(rgb);
    imp_reader_clear(&reader);
}

static void test_features_against_the_description(void **state)
{
    check_features("good.safetensors", SIDE, SIDE);
    check_features("good-odd-widths.safetensors", SIDE, SIDE);
    check_features("good-odd-widths.safetensors", 101, SIDE);
    check_features("good-odd-widths.safetensors", SIDE, 203);
    check_features("good-odd-widths.safetensors", 8 * SIDE, SIDE);
}

static void test_threads_do_not_matter(void **state)
{
    ImpReader reader = load("good-odd-widths.safetensors");
    float *const rgb = draw(300, 211);
    float alone[64], together[64];
    ImpError err;

    assert_true(reader.features <= 64);
    assert_ok(imp_reader_features(&reader, NULL, rgb, 300, 211, alone, &err), &err);
    for (int threads = 1; threads <= 7; threads += threads < 2 ? 1 : 5) {
        ImpPool *pool = NULL;

        assert_ok(imp_pool_create(&pool, threads, &err), &err);
        assert_ok(imp_reader_features(&reader, pool, rgb, 300, 211, together, &err),
                  &err);
        assert_memory_equal(alone, together, (size_t)reader.features * sizeof *alone);
        imp_pool_destroy(&pool);
    }
    free(rgb);
    imp_reader_clear(&reader);
}

static void test_any_size_and_any_number(void **state)
{
    static const int sizes[][2] = { { 1, 1 }, { 1, 65536 }, { 65536, 1 },
                                    { 2, 3 }, { 63, 65 },   { 4000, 10 } };
    ImpReader reader = load("good.safetensors");
    float features[16], scale[12], shift[12];
    ImpError err;

    assert_int_equal(reader.channels, 12);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const int width = sizes[s][0], height = sizes[s][1];
        float *const rgb = draw(width, height);

        rgb[0] = NAN;
        rgb[1] = INFINITY;
        rgb[2] = -1e30f;
        assert_ok(imp_reader_features(&reader, NULL, rgb, width, height, features,
                                      &err),
                  &err);
        assert_ok(imp_reader_style(&reader, features, scale, shift, &err), &err);
        for (int i = 0; i < 12; i++)
            assert_true(isfinite(scale[i]) && isfinite(shift[i]));
        for (int c = 0; c < 3; c++)
            assert_true(features[c] >= -1 && features[c] <= 1);
        free(rgb);
    }
    imp_reader_clear(&reader);
}

static void test_view_sizes(void **state)
{
    static const int cases[][4] = {
        { 64, 64, 64, 64 },    { 640, 480, 85, 64 },  { 480, 640, 64, 85 },
        { 1, 1, 64, 64 },      { 512, 64, 512, 64 },  { 513, 64, 512, 64 },
        { 65536, 1, 512, 64 }, { 1, 65536, 64, 512 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int width, height;

        imp_reader_view_size(cases[i][0], cases[i][1], 64, &width, &height);
        assert_int_equal(width, cases[i][2]);
        assert_int_equal(height, cases[i][3]);
    }
}

static void test_view_of_equal_size_is_a_copy(void **state)
{
    float *const rgb = draw(101, SIDE);
    float *const view = malloc(101 * SIDE * 3 * sizeof *view);
    ImpError err;

    assert_non_null(view);
    assert_ok(imp_reader_view(view, 101, SIDE, rgb, 101, SIDE, NULL, &err), &err);
    for (int i = 0; i < 101 * SIDE * 3; i++)
        assert_true(view[i] == 2 * rgb[i] - 1);
    free(view);
    free(rgb);
}

/* What any good resize does: flat stays flat, the mean stays, nothing leaves -1 .. 1,
 * and a chessboard of single pixels becomes gray when it is made small. */
static void test_view_resizes_well(void **state)
{
    static const int sizes[][2] = { { 1, 1 }, { 7, 5 }, { 500, 400 }, { 1999, 70 } };
    static float view[512 * SIDE * 3];
    ImpError err;

    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const int width = sizes[s][0], height = sizes[s][1], count = width * height * 3;
        float *const rgb = malloc((size_t)count * sizeof *rgb);
        int wide, high;

        assert_non_null(rgb);
        imp_reader_view_size(width, height, SIDE, &wide, &high);
        for (int i = 0; i < count; i++)
            rgb[i] = 0.75f;
        assert_ok(imp_reader_view(view, wide, high, rgb, width, height, NULL, &err),
                  &err);
        for (int i = 0; i < wide * high * 3; i++)
            assert_true(fabsf(view[i] - 0.5f) < 1e-5f);
        for (int i = 0; i < count; i++)
            rgb[i] = (float)((i / 3 % width + i / 3 / width) % 2);
        assert_ok(imp_reader_view(view, wide, high, rgb, width, height, NULL, &err),
                  &err);
        for (int i = 0; i < wide * high * 3; i++) {
            assert_true(view[i] >= -1 && view[i] <= 1);
            if (width == 500)
                assert_true(fabsf(view[i]) < 0.1f);
        }
        free(rgb);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_features_against_the_description),
        cmocka_unit_test(test_threads_do_not_matter),
        cmocka_unit_test(test_any_size_and_any_number),
        cmocka_unit_test(test_view_sizes),
        cmocka_unit_test(test_view_of_equal_size_is_a_copy),
        cmocka_unit_test(test_view_resizes_well),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
