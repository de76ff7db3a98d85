/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A whole painting by 1, 2 and 7 threads: the same bytes; a part of it painted alone:
 * the same bytes; a cancel from any tile ends it. ThreadSanitizer runs this too. */
#include "impasto.h"

#include <math.h>
#include <stdatomic.h>

#include "testing.h"

/* Over twice the first paint, so that it is painted again twice. */
enum { WIDTH = 519, HEIGHT = 75, BYTES = WIDTH * HEIGHT * 3 * (int)sizeof(float) };

static bool read_photo(void *user, int x, int y, int w, int h, float *rgba)
{
    for (int row = y; row < y + h; row++)
        for (int column = x; column < x + w; column++, rgba += 4) {
            rgba[0] = 0.5f + 0.5f * sinf((float)column * 0.05f);
            rgba[1] = (float)row / HEIGHT;
            rgba[2] = (column / 40 + row / 40) % 2 ? 0.8f : 0.1f;
            rgba[3] = 1;
        }
    return true;
}

typedef struct Canvas {
    int x, y, width;
    float *rgb;
} Canvas;

static bool write_canvas(void *user, int x, int y, int w, int h, const float *rgb)
{
    const Canvas *const canvas = user;

    for (int row = 0; row < h; row++)
        memcpy(canvas->rgb +
                   3 * ((size_t)(y - canvas->y + row) * (size_t)canvas->width +
                        (size_t)(x - canvas->x)),
               rgb + 3 * (size_t)row * (size_t)w, 3 * (size_t)w * sizeof *rgb);
    return true;
}

typedef struct Scene {
    ImpModel *model;
    ImpStyle *style;
    ImpPhoto *photo;
} Scene;

static int set_up(void **state)
{
    const ImpSource source = { .width = WIDTH, .height = HEIGHT, .read = read_photo };
    Scene *const scene = calloc(1, sizeof *scene);
    char path[512];
    ImpError err;

    assert_non_null(scene);
    styles_path(path, sizeof path, "painter.safetensors");
    assert_ok(imp_model_load(&scene->model, path, NULL, imp_cpu_best(), &err), &err);
    styles_path(path, sizeof path, "gallery/starry-night/vector.safetensors");
    assert_ok(imp_style_load(&scene->style, scene->model, path, &err), &err);
    assert_ok(imp_photo_create(&scene->photo, &source, IMP_BRUSH_SIZE_MAX, NULL, &err),
              &err);
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    Scene *const scene = *state;

    imp_photo_destroy(&scene->photo);
    imp_style_destroy(&scene->style);
    imp_model_destroy(&scene->model);
    free(scene);
    return 0;
}

/* Paint the rectangle; free what is returned. */
static float *paint(const Scene *scene, int threads, int x, int y, int w, int h)
{
    Canvas canvas = { x, y, w, calloc((size_t)w * (size_t)h * 3, sizeof(float)) };
    const ImpSink sink = { write_canvas, &canvas };
    ImpPool *pool = NULL;
    ImpPainting *painting = NULL;
    ImpError err;

    assert_non_null(canvas.rgb);
    assert_ok(imp_pool_create(&pool, threads, &err), &err);
    assert_ok(imp_painting_begin(&painting, scene->model, pool, scene->style,
                                 scene->photo, NULL, &err),
              &err);
    assert_ok(imp_painting_render(painting, pool, x, y, w, h, &sink, NULL, &err), &err);
    imp_painting_destroy(&painting);
    imp_pool_destroy(&pool);
    return canvas.rgb;
}

static void test_same_bytes(void **state)
{
    float *const one = paint(*state, 1, 0, 0, WIDTH, HEIGHT);

    for (int threads = 2; threads <= 7; threads += 5) {
        float *const many = paint(*state, threads, 0, 0, WIDTH, HEIGHT);
        assert_memory_equal(many, one, BYTES);
        free(many);
    }
    free(one);
}

static void test_part_alone(void **state)
{
    enum { X = 237, Y = 21, W = 149, H = 43 };
    float *const whole = paint(*state, 2, 0, 0, WIDTH, HEIGHT);
    float *const part = paint(*state, 2, X, Y, W, H);

    for (int row = 0; row < H; row++)
        assert_memory_equal(part + row * 3 * W, whole + 3 * ((row + Y) * WIDTH + X),
                            3 * W * sizeof *part);
    free(part);
    free(whole);
}

/* Says stop at the tick that brings `left` to zero. */
static bool tick(void *user, double fraction)
{
    return atomic_fetch_sub((atomic_int *)user, 1) > 1;
}

static void test_cancel(void **state)
{
    const Scene *const scene = *state;
    ImpPool *pool = NULL;
    ImpError err;

    assert_ok(imp_pool_create(&pool, 3, &err), &err);
    for (int ticks = 1; ticks <= 3; ticks++) {
        atomic_int left = ticks;
        const ImpWatch watch = { tick, &left };
        ImpPainting *painting = NULL;
        assert_int_equal(imp_painting_begin(&painting, scene->model, pool, scene->style,
                                            scene->photo, &watch, &err),
                         IMP_CANCELLED);
        assert_null(painting);
    }
    imp_pool_destroy(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_part_alone),
        cmocka_unit_test(test_cancel),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
