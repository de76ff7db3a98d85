/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* How flat or of one color a picture is, and the reference beside it. */
#include "reference.h"

#include <math.h>

#include "status.h"
#include "testing.h"

enum { WIDTH = 96, HEIGHT = 64 };

static float pixels[WIDTH * HEIGHT * 3];
static const ImpPicture picture = { pixels, WIDTH, HEIGHT };

/* From column x on a card of 0.4, with a grain of that deviation; a cell is of 3 pixels,
 * and each of a gray of its own, up to `spread` from it. */
static void draw(int x, float deviation, float spread)
{
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        const int column = i % WIDTH / 3, row = i / WIDTH / 3;
        const float gray = (float)((column * 7 + row * 5) % 32 - 16) / 16 * spread;
        for (int c = 0; c < 3; c++)
            if (i % WIDTH >= x)
                pixels[3 * i + c] =
                    0.4f + gray + ((i + i / WIDTH + c) % 2 ? deviation : -deviation);
    }
}

static void test_flat(void **state)
{
    draw(0, 0, 0);
    assert_true(fabs(imp_reference_share(&picture) - 4) < 1e-6);
    draw(0, 1 / 255.0f, 0.4f); /* the grain of a camera */
    assert_true(imp_reference_share(&picture) > 3.8);
    draw(0, 40 / 255.0f, 0.4f);
    assert_true(imp_reference_share(&picture) == 0);
    draw(WIDTH * 9 / 10, 0, 0.4f); /* a tenth is flat: that does no harm */
    assert_true(imp_reference_share(&picture) == 0);
    draw(WIDTH * 5 / 8, 0, 0.4f); /* over a third: not worth a second run */
    assert_true(imp_reference_share(&picture) == 0);
    draw(WIDTH / 2, 0, 0.4f);
    assert_true(fabs(imp_reference_share(&picture) - 4 * (0.2 / 0.7) * (0.2 / 0.7)) <
                1e-6);
}

/* Rough all over, but of one color. */
static void test_alike(void **state)
{
    static const struct {
        float spread, share;
    } of[] = { { 6, 4 }, { 16, 1.533f }, { 20, 0.194f }, { 24, 0 } }; /* reference.py */

    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        draw(0, 40 / 255.0f, of[i].spread / 255);
        assert_true(fabs(imp_reference_share(&picture) - of[i].share) < 1e-3);
    }
}

/* A smaller picture of the same thing has nearly the same share, an odd one too. */
static void test_scale(void **state)
{
    static float small[47 * 31 * 3];
    const ImpPicture smaller = { small, 47, 31 };

    draw(0, 40 / 255.0f, 0.4f);
    draw(WIDTH / 3, 0, 0);
    for (int y = 0; y < 31; y++)
        for (int x = 0; x < 47; x++)
            for (int c = 0; c < 3; c++)
                small[3 * (47 * y + x) + c] =
                    pixels[3 * (WIDTH * 2 * y + 2 * x + (x + y) % 2) + c];
    assert_true(imp_reference_share(&picture) > 1);
    assert_true(fabs(imp_reference_share(&smaller) - imp_reference_share(&picture)) <
                0.1);
}

static void test_beside(void **state)
{
    float colors[20 * 16 * 3];
    const ImpPicture reference = { colors, 20, 16 };
    ImpPicture wide;
    ImpError err;

    for (int i = 0; i < 20 * 16 * 3; i++)
        colors[i] = i % 3 == 0 ? 0.9f : 0.1f;
    draw(0, 1 / 255.0f, 0);
    assert_ok(imp_beside_reference(&wide, NULL, &picture, &reference, 0.5, &err), &err);
    assert_int_equal(wide.width, WIDTH + WIDTH / 2);
    assert_int_equal(wide.height, HEIGHT);
    for (int y = 0; y < HEIGHT; y++) {
        const float *const row = wide.rgb + (size_t)y * (size_t)wide.width * 3;
        assert_memory_equal(row, pixels + (size_t)y * WIDTH * 3,
                            WIDTH * 3 * sizeof *row);
        for (int i = WIDTH * 3; i < wide.width * 3; i++)
            assert_true(fabsf(row[i] - (i % 3 == 0 ? 0.9f : 0.1f)) < 1e-5f);
    }
    imp_free(wide.rgb);
}

/* Large pictures are measured small, and none is too thin. */
static void test_sizes(void **state)
{
    static const struct {
        int width, height;
    } sizes[] = { { 864, 576 }, { 2000, 3 }, { 3, 2000 }, { 1, 1 } };
    float colors[16 * 16 * 3] = { 0 };
    const ImpPicture reference = { colors, 16, 16 };
    ImpPicture wide;
    ImpError err;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const ImpPicture large = {
            imp_alloc_zero((size_t)sizes[i].width * (size_t)sizes[i].height, 12),
            sizes[i].width, sizes[i].height
        };
        assert_non_null(large.rgb);
        assert_true(fabs(imp_reference_share(&large) - 4) < 1e-6);
        assert_ok(imp_beside_reference(&wide, NULL, &large, &reference, 2, &err), &err);
        assert_true(wide.width >= 2 && wide.height >= 1);
        assert_true(wide.width * wide.height <= 384 * 384);
        imp_free(wide.rgb);
        imp_free(large.rgb);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_flat),
                                        cmocka_unit_test(test_alike),
                                        cmocka_unit_test(test_scale),
                                        cmocka_unit_test(test_beside),
                                        cmocka_unit_test(test_sizes) };

    return cmocka_run_group_tests_name("reference", tests, NULL, NULL);
}
