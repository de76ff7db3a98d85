/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Strength and keep colors: bytes against floats, the ends exact, alpha the photo's. */
#include "impasto.h"

#include <math.h>
#include <stdlib.h>

#include "testing.h"

enum { PIXELS = 4099 };

static void fill(uint8_t *bytes, size_t n, unsigned seed)
{
    for (size_t i = 0; i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(seed >> 24);
    }
}

static void compare(int channels, float strength, float keep)
{
    static uint8_t photo[PIXELS * 4], painting[PIXELS * 3], out[PIXELS * 4];
    static float photo_f[PIXELS * 4], painting_f[PIXELS * 3];
    const size_t n = (size_t)PIXELS * (size_t)channels;

    fill(photo, n, 1);
    fill(painting, sizeof painting, 2);
    for (size_t i = 0; i < n; i++)
        photo_f[i] = photo[i] / 255.0f;
    for (size_t i = 0; i < sizeof painting; i++)
        painting_f[i] = painting[i] / 255.0f;
    imp_keep_colors_u8(out, photo, painting, PIXELS, channels, keep);
    imp_blend_f32(photo_f, photo_f, painting_f, PIXELS, channels, strength, keep);
    for (size_t i = 0; i < n; i++) {
        const size_t pixel = i / (size_t)channels, channel = i % (size_t)channels;
        const float blended = photo[i] + strength * (float)(out[i] - photo[i]);
        assert_true(abs((int)(blended + 0.5f) - (int)(photo_f[i] * 255 + 0.5f)) <= 1);
        if (channel == 3)
            assert_int_equal(out[i], photo[i]);
        else if (keep == 0)
            assert_int_equal(out[i], painting[3 * pixel + channel]);
        if (strength == 0) /* exactly */
            assert_true(photo_f[i] == photo[i] / 255.0f);
    }
}

static void test_bytes_as_floats(void **state)
{
    const float parts[] = { 0, 0.003f, 0.5f, 0.77f, 1 };

    for (int channels = 3; channels <= 4; channels++)
        for (int i = 0; i < 5; i++)
            for (int j = 0; j < 5; j++)
                compare(channels, parts[i], parts[j]);
}

/* Whatever a float photo has, the whole painting is a painting. */
static void test_strange_values(void **state)
{
    static const float strange[] = { NAN, INFINITY, -INFINITY, 1e30f, -7 };
    const float painting[3] = { 0.2f, 0.5f, 0.9f };

    for (int i = 0; i < 5; i++) {
        const float photo[3] = { strange[i], 0.25f, 0.75f };
        float out[3];
        imp_blend_f32(out, photo, painting, 1, 3, 1, 0);
        assert_memory_equal(out, painting, sizeof out);
        imp_blend_f32(out, photo, painting, 1, 3, 1, 1);
        for (int c = 0; c < 3; c++)
            assert_true(out[c] >= 0 && out[c] <= 1);
        imp_blend_f32(out, photo, painting, 1, 3, 0, 0.5f);
        assert_memory_equal(out, photo, sizeof out);
        imp_blend_f32(out, photo, painting, 1, 3, 0.5f, 0);
        assert_int_equal(isfinite(out[0]), isfinite(photo[0]));
        assert_true(isfinite(out[1]) && isfinite(out[2]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_bytes_as_floats),
                                        cmocka_unit_test(test_strange_values) };

    return cmocka_run_group_tests_name("blend", tests, NULL, NULL);
}
