/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A rectangle of a level has the same bytes however many of the levels below it are
 * kept whole and however many painted part by part; the work that was promised is what
 * is done. */
#include "levels.h"

#include <math.h>

#include "status.h"
#include "testing.h"

enum { FIRST_WIDTH = 150, FIRST_HEIGHT = 40, WIDTH = 1500, HEIGHT = 400, LAST = 3 };
enum { X = 703, Y = 101, W = 90, H = 60 };

static void test_sizes(void **state)
{
    const ImpLevels none = imp_levels(800, 600, 1000, 750);
    const ImpLevels camera = imp_levels(864, 576, 6000, 4000);
    const ImpLevels huge = imp_levels(864, 576, 30000, 20000);
    int width, height, before = 864;

    assert_int_equal(none.last, 0);
    assert_int_equal(imp_levels_kept(&none), 0);
    assert_int_equal(imp_levels_kept(&camera), camera.last - 1);
    assert_true(imp_levels_kept(&huge) < huge.last - 1);
    for (int i = 1; i <= huge.last; i++) {
        imp_level_size(&huge, i, &width, &height);
        assert_true(width > before && width <= 2.45 * before + 1);
        before = width;
    }
    assert_int_equal(width, 30000);
    assert_int_equal(height, 20000);
}

static bool tick(void *user, double fraction)
{
    double *const last = user;

    assert_true(fraction >= *last);
    *last = fraction;
    return true;
}

/* The rectangle of `level`, painted from level `paint->kept` on. */
static ImpKept paint_part(ImpLevelPaint *paint, int level, int x, int y, int width,
                          int height)
{
    double last = 0;
    const ImpWatch watch = { tick, &last };
    ImpKept part;
    const ImpSink sink = { imp_kept_write, &part };
    ImpProgress progress;
    ImpError err;

    assert_ok(imp_kept_init(&part, x, y, width, height, &err), &err);
    imp_progress_init(&progress, &watch,
                      imp_level_work(paint, level, x, y, width, height));
    paint->progress = &progress;
    assert_ok(imp_level_paint(paint, level, x, y, width, height, &sink, &err), &err);
    assert_true(fabs(last - 1) < 1e-9);
    imp_progress_clear(&progress);
    return part;
}

static bool stop(void *user, double fraction)
{
    return false;
}

static bool unwanted(void *user, int x, int y, int w, int h, const float *rgb)
{
    fail_msg("Rows from %d on were painted after all.", y);
    return false;
}

/* Who cancels does not wait for the first rows. */
static void check_stops_early(const ImpModel *model, const ImpAffine *affine,
                              const ImpRows *picture)
{
    const ImpWatch watch = { stop, NULL };
    const ImpSink sink = { unwanted, NULL };
    ImpProgress progress;
    ImpError err;

    imp_progress_init(&progress, &watch, 1);
    assert_failed(imp_network_tiles(model, NULL, affine, picture, 0, 0,
                                    picture->width - 1, picture->height, &sink,
                                    &progress, &err),
                  IMP_CANCELLED, &err, "Cancelled");
    imp_progress_clear(&progress);
}

static void test_depths(void **state)
{
    const ImpLevels levels = imp_levels(FIRST_WIDTH, FIRST_HEIGHT, WIDTH, HEIGHT);
    float photo[FIRST_WIDTH * FIRST_HEIGHT * 3];
    ImpModel *model;
    ImpStyle *style;
    ImpPool *pool;
    ImpAffine affine;
    ImpResized view;
    ImpProgress progress;
    ImpKept top, wanted = { .rgb = NULL };
    ImpError err;
    char path[512];

    assert_int_equal(levels.last, LAST);
    for (int i = 0; i < FIRST_WIDTH * FIRST_HEIGHT * 3; i++)
        photo[i] = 0.5f + 0.4f * sinf((float)i * 0.01f) * sinf((float)i * 0.0013f);
    styles_path(path, sizeof path, "painter.safetensors");
    assert_ok(imp_model_load(&model, path, NULL, imp_cpu_best(), &err), &err);
    styles_path(path, sizeof path, "gallery/scream/vector.safetensors");
    assert_ok(imp_style_load(&style, model, path, &err), &err);
    assert_ok(imp_pool_create(&pool, 2, &err), &err);
    assert_ok(imp_affine_init(&affine, model, &err), &err);
    assert_ok(imp_resized_init(&view, photo, FIRST_WIDTH, FIRST_HEIGHT, FIRST_WIDTH,
                               FIRST_HEIGHT, &err),
              &err);
    const ImpRows rows = imp_resized_rows(&view);
    imp_progress_init(&progress, NULL, 1);
    assert_ok(imp_network_whole(model, pool, style, &affine, &rows, NULL, &progress,
                                &err),
              &err);
    imp_progress_clear(&progress);

    check_stops_early(model, &affine, &rows);

    assert_ok(imp_kept_init(&top, 0, 0, FIRST_WIDTH, FIRST_HEIGHT, &err), &err);
    (void)imp_kept_write(&top, 0, 0, FIRST_WIDTH, FIRST_HEIGHT, photo);
    for (int kept = 0; kept < LAST; kept++) {
        ImpLevelPaint paint = { model, pool, &affine, NULL, &levels, &top, kept };
        const ImpKept part = paint_part(&paint, LAST, X, Y, W, H);
        int width, height;
        if (wanted.rgb) {
            assert_memory_equal(part.rgb, wanted.rgb, W * H * 3 * sizeof *part.rgb);
            imp_free(part.rgb);
        } else {
            wanted = part;
        }
        imp_level_size(&levels, kept + 1, &width, &height);
        const ImpKept next = paint_part(&paint, kept + 1, 0, 0, width, height);
        imp_free(top.rgb);
        top = next;
    }
    for (int row = 0; row < H; row++) /* the last top is the whole painting */
        assert_memory_equal(wanted.rgb + (size_t)row * W * 3,
                            top.rgb + ((size_t)(Y + row) * WIDTH + X) * 3,
                            W * 3 * sizeof *top.rgb);
    imp_free(wanted.rgb);
    imp_free(top.rgb);
    imp_resized_clear(&view);
    imp_affine_clear(&affine);
    imp_pool_destroy(&pool);
    imp_style_destroy(&style);
    imp_model_destroy(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_depths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
