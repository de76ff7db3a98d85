/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A whole painting by 1, 2 and 7 threads: the same bytes; a part of it painted alone,
 * by as many: the same bytes; at the best level and at level generic. A cancel from any
 * tile ends it, and so does a sink that fails. ThreadSanitizer runs this too. */
#include "sink.h"

#include <math.h>
#include <stdatomic.h>

#include "testing.h"

/* Over 2.45 times the first paint, so that it is painted again twice. */
enum { WIDTH = 555, HEIGHT = 150, BYTES = WIDTH * HEIGHT * 3 * (int)sizeof(float) };
enum { MODELS = 2 };

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
    ImpModel *models[MODELS];
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
    for (int i = 0; i < MODELS; i++)
        assert_ok(imp_model_load(&scene->models[i], path, NULL,
                                 i ? IMP_CPU_GENERIC : imp_cpu_best(), &err),
                  &err);
    styles_path(path, sizeof path, "gallery/starry-night/vector.safetensors");
    assert_ok(imp_style_load(&scene->style, scene->models[0], path, &err), &err);
    assert_ok(imp_photo_create(&scene->photo, NULL, &source, IMP_BRUSH_SIZE_MAX, NULL,
                               &err),
              &err);
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    Scene *const scene = *state;

    imp_photo_destroy(&scene->photo);
    imp_style_destroy(&scene->style);
    for (int i = 0; i < MODELS; i++)
        imp_model_destroy(&scene->models[i]);
    free(scene);
    return 0;
}

/* Paint the rectangle; free what is returned. */
static float *paint(const Scene *scene, int model, int threads, int x, int y, int w,
                    int h)
{
    Canvas canvas = { x, y, w, calloc((size_t)w * (size_t)h * 3, sizeof(float)) };
    const ImpSink sink = { write_canvas, &canvas };
    ImpPool *pool = NULL;
    ImpPainting *painting = NULL;
    ImpError err;

    assert_non_null(canvas.rgb);
    assert_ok(imp_pool_create(&pool, threads, &err), &err);
    assert_ok(imp_painting_begin(&painting, scene->models[model], pool, scene->style,
                                 scene->photo, NULL, &err),
              &err);
    assert_ok(imp_painting_render(painting, pool, x, y, w, h, &sink, NULL, &err), &err);
    imp_painting_destroy(&painting);
    imp_pool_destroy(&pool);
    return canvas.rgb;
}

static void test_same_bytes(void **state)
{
    for (int model = 0; model < MODELS; model++) {
        float *const one = paint(*state, model, 1, 0, 0, WIDTH, HEIGHT);
        for (int threads = 2; threads <= 7; threads += 5) {
            float *const many = paint(*state, model, threads, 0, 0, WIDTH, HEIGHT);
            assert_memory_equal(many, one, BYTES);
            free(many);
        }
        free(one);
    }
}

/* The photo, at a size that several bands of rows count in. */
static void test_same_photo(void **state)
{
    const ImpSource source = { .width = WIDTH, .height = HEIGHT, .read = read_photo };
    const Scene *const scene = *state;
    int width, height, same_width, same_height;
    const float *const one = imp_photo_pixels(scene->photo, &width, &height);

    for (int threads = 2; threads <= 7; threads += 5) {
        ImpPhoto *photo = NULL;
        ImpPool *pool = NULL;
        ImpError err;
        assert_ok(imp_pool_create(&pool, threads, &err), &err);
        assert_ok(imp_photo_create(&photo, pool, &source, IMP_BRUSH_SIZE_MAX, NULL,
                                   &err),
                  &err);
        const float *const many = imp_photo_pixels(photo, &same_width, &same_height);
        assert_int_equal(same_width, width);
        assert_int_equal(same_height, height);
        assert_memory_equal(many, one, 3 * (size_t)width * height * sizeof *one);
        imp_photo_destroy(&photo);
        imp_pool_destroy(&pool);
    }
}

/* A part is painted in tiles, which are cut for the threads; the whole layer by
 * layer. */
static void test_part_alone(void **state)
{
    static const struct {
        int x, y, width, height, threads;
    } parts[] = { { 237, 21, 149, 43, 2 },
                  { 3, 21, 550, 123, 1 },
                  { 3, 21, 550, 123, 2 },
                  { 3, 21, 550, 123, 7 } };

    for (int model = 0; model < MODELS; model++) {
        float *const whole = paint(*state, model, 2, 0, 0, WIDTH, HEIGHT);
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            const int x = parts[i].x, y = parts[i].y, w = parts[i].width,
                      h = parts[i].height;
            float *const part = paint(*state, model, parts[i].threads, x, y, w, h);
            for (int row = 0; row < h; row++)
                assert_memory_equal(part + row * 3 * w,
                                    whole + 3 * ((row + y) * WIDTH + x),
                                    3 * (size_t)w * sizeof *part);
            free(part);
        }
        free(whole);
    }
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
        assert_int_equal(imp_painting_begin(&painting, scene->models[0], pool,
                                            scene->style, scene->photo, &watch, &err),
                         IMP_CANCELLED);
        assert_null(painting);
    }
    imp_pool_destroy(&pool);
}

/* Fails at the call that brings `left` to zero. */
static bool write_some(void *user, int x, int y, int w, int h, const float *rgb)
{
    return --*(int *)user > 0;
}

static void test_no_call_after_failure(void **state)
{
    int left = 2;
    const ImpSink sink = { write_some, &left };
    ImpSharedSink shared;
    ImpError err;

    imp_shared_sink_init(&shared, &sink);
    assert_true(imp_shared_sink_write(&shared, 0, 0, 1, 1, NULL));
    assert_failed(imp_shared_sink_stopped(&shared, &err), IMP_CANCELLED, &err,
                  "Cancelled");
    for (int i = 0; i < 2; i++)
        assert_false(imp_shared_sink_write(&shared, 0, 0, 1, 1, NULL));
    assert_int_equal(left, 0);
    assert_failed(imp_shared_sink_stopped(&shared, &err), IMP_HOST_ERROR, &err,
                  "cannot be stored");
    imp_shared_sink_clear(&shared);
}

/* Where the painting is painted again, and where the first paint is only resized. */
static void test_sink_fails(void **state)
{
    const ImpSource small = { .width = 90, .height = 75, .read = read_photo };
    const Scene *const scene = *state;
    ImpPhoto *first_only = NULL;
    ImpPool *pool = NULL;
    ImpError err;

    assert_ok(imp_pool_create(&pool, 3, &err), &err);
    assert_ok(imp_photo_create(&first_only, NULL, &small, IMP_BRUSH_SIZE_MAX, NULL,
                               &err),
              &err);
    for (int i = 0; i < 4; i++) {
        int left = 1 + i / 2;
        const ImpSink sink = { write_some, &left };
        ImpPainting *painting = NULL;
        assert_ok(imp_painting_begin(&painting, scene->models[0], pool, scene->style,
                                     i % 2 ? first_only : scene->photo, NULL, &err),
                  &err);
        assert_failed(imp_painting_render(painting, pool, 0, 0, i % 2 ? 90 : WIDTH,
                                          i % 2 ? 75 : HEIGHT, &sink, NULL, &err),
                      IMP_HOST_ERROR, &err, "cannot be stored");
        assert_int_equal(left, 0);
        imp_painting_destroy(&painting);
    }
    imp_pool_destroy(&pool);
    imp_photo_destroy(&first_only);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_same_photo),
        cmocka_unit_test(test_part_alone),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_no_call_after_failure),
        cmocka_unit_test(test_sink_fails),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
