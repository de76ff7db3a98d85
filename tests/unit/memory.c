/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Every allocation made to fail in turn: the call then says IMP_NO_MEMORY, gives
 * nothing out and keeps nothing. Linked with --wrap=aligned_alloc and --wrap=free,
 * which the engine calls in one place only (base/status.c). */
#define _POSIX_C_SOURCE 200809L
#include <unistd.h>

#include "pool.h"
#include "style.h"
#include "testing.h"

enum { LIVE_MAX = 4096, WIDTH = 300, HEIGHT = 40 };

static long allocations;  /* so far */
static long fail_at = -1; /* the number of the one that fails, from 0 */
static void *live[LIVE_MAX];
static int live_count;

void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *memory);
void __wrap_free(void *memory);

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    if (allocations++ == fail_at)
        return NULL;
    void *const memory = __real_aligned_alloc(alignment, size);
    if (live_count == LIVE_MAX)
        abort(); /* the test is too small, not the engine wrong */
    if (memory)
        live[live_count++] = memory;
    return memory;
}

void __wrap_free(void *memory)
{
    for (int i = 0; memory && i < live_count; i++)
        if (live[i] == memory) {
            live[i] = live[--live_count];
            break;
        }
    __real_free(memory);
}

typedef ImpStatus Attempt(ImpError *err);

static char painter_path[512], reader_path[512], style_path[512], network_path[512],
    save_path[64];
static ImpModel *model;
static ImpStyleNetwork *network;
static ImpStyle *style;
static ImpPhoto *photo, *flat_photo;

static ImpStatus attempt_pool(ImpError *err)
{
    ImpPool *created = NULL;
    const ImpStatus status = imp_pool_create(&created, 3, err);

    assert_int_equal(created != NULL, status == IMP_OK);
    imp_pool_destroy(&created);
    return status;
}

static ImpStatus attempt_model(ImpError *err)
{
    ImpModel *loaded = NULL;
    const ImpStatus status =
        imp_model_load(&loaded, painter_path, reader_path, IMP_CPU_REF, err);

    assert_int_equal(loaded != NULL, status == IMP_OK);
    imp_model_destroy(&loaded);
    return status;
}

static ImpStatus attempt_style_load(ImpError *err)
{
    ImpStyle *loaded = NULL;
    const ImpStatus status = imp_style_load(&loaded, model, style_path, err);

    assert_int_equal(loaded != NULL, status == IMP_OK);
    imp_style_destroy(&loaded);
    return status;
}

static ImpStatus attempt_style_read(ImpError *err)
{
    static const float rgb[12] = { 0.1f, 0.5f, 0.9f, 0.2f };
    ImpStyle *read = NULL;
    const ImpStatus status = imp_style_read(&read, model, NULL, rgb, 2, 2, err);

    assert_int_equal(read != NULL, status == IMP_OK);
    imp_style_destroy(&read);
    return status;
}

static ImpStatus attempt_style_mix(ImpError *err)
{
    ImpStyle *mixed = NULL;
    const ImpStatus status = imp_style_mix(&mixed, style, style, 0.5, err);

    assert_int_equal(mixed != NULL, status == IMP_OK);
    imp_style_destroy(&mixed);
    return status;
}

static ImpStatus attempt_style_save(ImpError *err)
{
    const ImpStatus status = imp_style_save(style, save_path, err);

    assert_int_equal(access(save_path, F_OK) == 0, status == IMP_OK);
    unlink(save_path);
    return status;
}

/* A gradient with a transparent hole. */
static bool read_photo(void *user, int x, int y, int w, int h, float *rgba)
{
    for (int i = 0; i < w * h; i++, rgba += 4) {
        const int column = x + i % w, row = y + i / w;

        rgba[0] = rgba[1] = (float)column / WIDTH;
        rgba[2] = (float)row / HEIGHT;
        rgba[3] = column < 8 && row < 8 ? 0.0f : 1.0f;
    }
    return true;
}

static bool read_flat(void *user, int x, int y, int w, int h, float *rgba)
{
    for (int i = 0; i < 4 * w * h; i++)
        rgba[i] = 1.0f;
    return true;
}

static bool write_nothing(void *user, int x, int y, int w, int h, const float *rgb)
{
    return true;
}

static const ImpSource source = { .width = WIDTH,
                                  .height = HEIGHT,
                                  .read = read_photo };
static const ImpSource flat_source = { .width = WIDTH,
                                       .height = HEIGHT,
                                       .read = read_flat };
static const ImpSink sink = { .write = write_nothing };

static ImpStatus attempt_photo(ImpError *err)
{
    ImpPhoto *created = NULL;
    const ImpStatus status = imp_photo_create(&created, NULL, &source, 4, NULL, err);

    assert_int_equal(created != NULL, status == IMP_OK);
    imp_photo_destroy(&created);
    return status;
}

/* A pool each, since a pool keeps memory; of one thread, since that is all the counting
 * knows. */
static ImpStatus begin(ImpPainting **begun, ImpPool **pool, const ImpPhoto *of,
                       ImpError *err)
{
    ImpStatus status = imp_pool_create(pool, 1, err);

    if (status == IMP_OK)
        status = imp_painting_begin(begun, model, *pool, style, of, NULL, err);
    assert_int_equal(*begun != NULL, status == IMP_OK);
    return status;
}

static ImpStatus begin_only(const ImpPhoto *of, ImpError *err)
{
    ImpPool *pool = NULL;
    ImpPainting *begun = NULL;
    const ImpStatus status = begin(&begun, &pool, of, err);

    imp_painting_destroy(&begun);
    imp_pool_destroy(&pool);
    return status;
}

static ImpStatus attempt_painting(ImpError *err)
{
    return begin_only(photo, err);
}

/* Measured beside the reference. */
static ImpStatus attempt_flat(ImpError *err)
{
    return begin_only(flat_photo, err);
}

static ImpStatus attempt_render(ImpError *err)
{
    ImpPool *pool = NULL;
    ImpPainting *begun = NULL;
    ImpStatus status = begin(&begun, &pool, photo, err);

    if (status == IMP_OK)
        status =
            imp_painting_render(begun, pool, 0, 0, WIDTH, HEIGHT, &sink, NULL, err);
    imp_painting_destroy(&begun);
    imp_pool_destroy(&pool);
    return status;
}

/* Where it fails the painting is as it was: coarse, and the same to look at. */
static ImpStatus attempt_refine(ImpError *err)
{
    static float before[WIDTH * HEIGHT * 3];
    int width = 0, height = 0;
    ImpPool *pool = NULL;
    ImpPainting *begun = NULL;
    ImpStatus status = begin(&begun, &pool, photo, err);

    if (status == IMP_OK) {
        const float *const first = imp_painting_first(begun, &width, &height);
        const size_t bytes = (size_t)width * (size_t)height * 3 * sizeof *first;
        assert_true(bytes <= sizeof before);
        memcpy(before, first, bytes);
        assert_true(imp_painting_is_coarse(begun));
        status = imp_painting_refine(begun, pool, NULL, err);
        assert_int_equal(imp_painting_is_coarse(begun), status != IMP_OK);
        assert_int_equal(memcmp(before, first, bytes) == 0, status != IMP_OK);
    }
    imp_painting_destroy(&begun);
    imp_pool_destroy(&pool);
    return status;
}

static ImpStatus attempt_network(ImpError *err)
{
    ImpStyleNetwork *loaded = NULL;
    const ImpStatus status =
        imp_style_network_load(&loaded, network_path, IMP_CPU_REF, err);

    assert_int_equal(loaded != NULL, status == IMP_OK);
    imp_style_network_destroy(&loaded);
    return status;
}

static ImpStatus attempt_fit(ImpError *err)
{
    static const float rgb[12] = { 0.1f, 0.5f, 0.9f, 0.2f };
    ImpStyle *fitted = NULL;
    const ImpStatus status = imp_style_fit(&fitted, model, network, NULL, style, rgb, 2,
                                           2, photo, 1, NULL, err);

    assert_int_equal(fitted != NULL, status == IMP_OK);
    imp_style_destroy(&fitted);
    return status;
}

static void fail_each(Attempt *attempt, const char *what, int at_least)
{
    int failed = 0;
    ImpStatus status;

    do {
        const int before = live_count;
        ImpError err;

        allocations = 0;
        fail_at = failed;
        status = attempt(&err);
        fail_at = -1;
        assert_int_equal(live_count, before); /* nothing is kept */
        if (status != IMP_OK)
            assert_failed(status, IMP_NO_MEMORY, &err, "There is no memory left");
        failed += status != IMP_OK;
    } while (status != IMP_OK);
    print_message("%s: %d allocations, each failed once\n", what, failed);
    assert_true(failed >= at_least);
    assert_int_equal(allocations, failed); /* none was skipped */
}

static void test_each_allocation(void **state)
{
    fail_each(attempt_pool, "pool", 2);
    fail_each(attempt_model, "model", 20);
    fail_each(attempt_style_load, "style load", 6);
    fail_each(attempt_style_read, "style read", 15);
    fail_each(attempt_style_mix, "style mix", 3);
    fail_each(attempt_style_save, "style save", 2);
    fail_each(attempt_photo, "photo", 3);
    fail_each(attempt_painting, "painting", 3);
    fail_each(attempt_flat, "painting of a flat photo", 15);
    fail_each(attempt_render, "render", 10);
    fail_each(attempt_refine, "refine", 15);
    fail_each(attempt_network, "style network", 60);
    fail_each(attempt_fit, "fit", 30);
}

static int create_all(void **state)
{
    ImpError err;

    corpus_path(painter_path, sizeof painter_path, "painter",
                "good-reference.safetensors");
    corpus_path(reader_path, sizeof reader_path, "reader", "good.safetensors");
    corpus_path(style_path, sizeof style_path, "style", "good.safetensors");
    corpus_path(network_path, sizeof network_path, "network", "good.safetensors");
    snprintf(save_path, sizeof save_path, "/tmp/impasto-unit-memory-%ld",
             (long)getpid());
    return imp_model_load(&model, painter_path, reader_path, IMP_CPU_REF, &err) ||
           imp_style_load(&style, model, style_path, &err) ||
           imp_style_network_load(&network, network_path, IMP_CPU_REF, &err) ||
           imp_photo_create(&photo, NULL, &source, 4, NULL, &err) ||
           imp_photo_create(&flat_photo, NULL, &flat_source, 4, NULL, &err);
}

static int destroy_all(void **state)
{
    imp_photo_destroy(&flat_photo);
    imp_photo_destroy(&photo);
    imp_style_destroy(&style);
    imp_style_network_destroy(&network);
    imp_model_destroy(&model);
    return live_count;
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_each_allocation) };

    return cmocka_run_group_tests(tests, create_all, destroy_all);
}
