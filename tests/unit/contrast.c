/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Which pictures lack contrast, and the strip that they are measured beside. */
#include "contrast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "testing.h"

enum { WIDTH = 60, HEIGHT = 40 };

static float pixels[WIDTH * HEIGHT * 3];
static const ImpPlane picture = { pixels, WIDTH, HEIGHT };

/* A card of 0.4 with a grain of that deviation. */
static void draw(float deviation)
{
    for (int i = 0; i < WIDTH * HEIGHT * 3; i++)
        pixels[i] = 0.4f + (i % 2 ? deviation : -deviation);
}

static void test_lack(void **state)
{
    draw(0);
    assert_true(imp_lack_of_contrast(&picture) > 0.999f);
    draw(2 / 255.0f);
    assert_true(fabsf(imp_lack_of_contrast(&picture) - 0.75f) < 0.01f);
    draw(8.01f / 255);
    assert_true(imp_lack_of_contrast(&picture) == 0);
}

static void fill_row(const void *user, int y, int x, int width, float *rgb,
                     float *scratch)
{
    memcpy(rgb, pixels + 3 * ((size_t)y * WIDTH + (size_t)x),
           (size_t)width * 3 * sizeof *rgb);
}

static void test_strip(void **state)
{
    const ImpRows rows = { fill_row, NULL, WIDTH, HEIGHT, 0 };
    ImpPlane wide;
    ImpError err;
    double sum = 0, square = 0;
    int n = 0;

    draw(1 / 255.0f);
    assert_ok(imp_beside_contrast(&wide, &rows, 1, &err), &err);
    assert_true(wide.width > WIDTH && wide.height == HEIGHT);
    for (int y = 0; y < HEIGHT; y++) {
        const float *const row = wide.rgb + (size_t)y * (size_t)wide.width * 3;
        assert_memory_equal(row, pixels + (size_t)y * WIDTH * 3,
                            WIDTH * 3 * sizeof *row);
        for (int i = WIDTH * 3; i < wide.width * 3; i++, n++) {
            assert_true(row[i] >= 0 && row[i] <= 1);
            sum += row[i];
            square += row[i] * row[i];
        }
    }
    assert_true(sqrt(square / n - sum * sum / n / n) > 0.15);
    free(wide.rgb);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_lack),
                                        cmocka_unit_test(test_strip) };

    return cmocka_run_group_tests_name("contrast", tests, NULL, NULL);
}
