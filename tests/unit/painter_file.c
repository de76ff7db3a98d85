/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The painter's file: names, order, shapes, numbers. Broken ones are
 * tests/fuzz/catalogue.c. */
#include "painter_file.h"

#include "testing.h"

static ImpPainterWeights load(const char *file)
{
    ImpPainterWeights weights;
    char path[512];
    ImpError err;

    corpus_path(path, sizeof path, "painter", file);
    assert_ok(imp_painter_weights_load(&weights, path, &err), &err);
    return weights;
}

static void test_tiny_painter(void **state)
{
    static const struct {
        const char *name;
        int oc, ic, kernel;
    } wanted[] = {
        { "down0", 1, 3, 9 },    { "down1", 2, 1, 3 },    { "down2", 1, 2, 3 },
        { "block0.0", 1, 1, 3 }, { "block0.1", 1, 1, 3 }, { "up0", 2, 1, 3 },
        { "up1", 1, 2, 3 },      { "out", 3, 1, 9 },
    };
    ImpPainterWeights w = load("good.safetensors");

    assert_int_equal(w.width[0], 1);
    assert_int_equal(w.width[1], 2);
    assert_int_equal(w.width[2], 1);
    assert_int_equal(w.blocks, 1);
    assert_int_equal(w.convs, 8);
    assert_int_equal(w.channels, 12);
    assert_true(w.epsilon == 0.001);
    for (int i = 0; i < w.convs; i++) {
        assert_string_equal(w.conv[i].name, wanted[i].name);
        assert_int_equal(w.conv[i].oc, wanted[i].oc);
        assert_int_equal(w.conv[i].ic, wanted[i].ic);
        assert_int_equal(w.conv[i].kernel, wanted[i].kernel);
        assert_int_equal((uintptr_t)w.conv[i].w % 64, 0);
    }
    imp_painter_weights_clear(&w);
    assert_int_equal(w.convs, 0);
    imp_painter_weights_clear(&w);
}

/* The corpus' script drew all numbers from -0.5 .. 0.5: in the file's order they are
 * the floats after the header, wherever they are put. */
static void test_numbers_are_those_of_the_file(void **state)
{
    ImpPainterWeights w = load("good.safetensors");
    char path[512];
    size_t size;

    corpus_path(path, sizeof path, "painter", "good.safetensors");
    uint8_t *const bytes = read_bytes(path, &size);
    const uint8_t *at = bytes + 8 + bytes[0] + 256 * bytes[1];
    for (int i = 0; i < w.convs; i++) {
        const size_t count = (size_t)(w.conv[i].oc * w.conv[i].ic) *
                             (size_t)(w.conv[i].kernel * w.conv[i].kernel);

        assert_memory_equal(w.conv[i].w, at, count * sizeof(float));
        at += count * sizeof(float);
    }
    assert_ptr_equal(at, bytes + size);
    free(bytes);
    imp_painter_weights_clear(&w);
}

static void test_variants(void **state)
{
    ImpPainterWeights w = load("good-no-blocks.safetensors");
    assert_int_equal(w.blocks, 0);
    assert_int_equal(w.convs, 6);
    assert_string_equal(w.conv[3].name, "up0");
    imp_painter_weights_clear(&w);

    w = load("good-epsilon-exponent.safetensors");
    assert_true(w.epsilon == 1e-5);
    assert_null(w.reference);
    imp_painter_weights_clear(&w);

    w = load("good-reference.safetensors");
    assert_int_equal(w.reference_width, 17);
    assert_int_equal(w.reference_height, 16);
    for (int i = 0; i < 16 * 17 * 3; i++)
        assert_true(w.reference[i] >= 0 && w.reference[i] <= 0.5f);
    imp_painter_weights_clear(&w);

    w = load("good-half.safetensors");
    for (int i = 0; i < 243; i++)
        assert_true(w.conv[0].w[i] >= -0.5f && w.conv[0].w[i] <= 0.5f &&
                    w.conv[0].w[i] * 16777216 ==
                        (float)(int)(w.conv[0].w[i] * 16777216));
    imp_painter_weights_clear(&w);
}

static void test_shipped_painter(void **state)
{
    ImpPainterWeights w;
    char path[512];
    ImpError err;
    int channels = 0;

    styles_path(path, sizeof path, "painter.safetensors");
    assert_ok(imp_painter_weights_load(&w, path, &err), &err);
    assert_int_equal(w.convs, 6 + 2 * w.blocks);
    assert_string_equal(w.conv[w.convs - 1].name, "out");
    for (int i = 0; i < w.blocks; i++) {
        snprintf(path, sizeof path, "block%d.1", i);
        assert_string_equal(w.conv[4 + 2 * i].name, path);
    }
    for (int i = 0; i < w.convs; i++)
        channels += w.conv[i].oc;
    assert_int_equal(w.channels, channels);
    assert_non_null(w.reference);
    imp_painter_weights_clear(&w);
}

static void test_decimals(void **state)
{
    static const struct {
        const char *text;
        double value;
    } good[] = {
        { "0", 0 },
        { "1", 1 },
        { "0.001", 0.001 },
        { "1e-5", 1e-5 },
        { "1E-05", 1e-5 },
        { "1e+2", 100 },
        { "12.50", 12.5 },
        { ".5", 0.5 },
        { "5.", 5 },
        { "0.1", 0.1 },
        { "0.3", 0.3 },
        { "2.5e-7", 2.5e-7 },
        { "123456789012345", 123456789012345 },
    };
    static const char *const bad[] = { "",      ".",     "-1",  "+1",  " 1",    "1 ",
                                       "1,5",   "1.2.3", "e5",  "1e",  "1e+",   "1e-",
                                       "1e100", "0x1",   "nan", "inf", "1e5e5", "1f" };
    double value;

    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!imp_parse_decimal(good[i].text, &value) || value != good[i].value)
            fail_msg("%s became %.17g", good[i].text, value);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (imp_parse_decimal(bad[i], &value))
            fail_msg("\"%s\" became %.17g", bad[i], value);
    /* Beyond 15 digits the rest does not count. */
    assert_true(imp_parse_decimal("9.999999747378752e-05", &value));
    assert_true(value > 9.99999974737874e-05 && value < 9.99999974737876e-05);
    assert_true(imp_parse_decimal("123456789012345678", &value));
    assert_true(value > 1.23456789012344e17 && value < 1.23456789012346e17);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tiny_painter),
        cmocka_unit_test(test_numbers_are_those_of_the_file),
        cmocka_unit_test(test_variants),
        cmocka_unit_test(test_shipped_painter),
        cmocka_unit_test(test_decimals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
