/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Models and styles through the public interface. */
#define _POSIX_C_SOURCE 200809L
#include "style.h"

#include <dirent.h>
#include <math.h>
#include <unistd.h>

#include "model.h"
#include "testing.h"

static void path_of(char *path, size_t room, const char *kind, const char *file)
{
    if (kind)
        corpus_path(path, room, kind, file);
    else
        styles_path(path, room, file);
}

/* The tiny model of the corpus, or, kind NULL, the shipped one. */
static ImpModel *load_model(bool tiny)
{
    char painter[512], reader[512];
    ImpModel *model = NULL;
    ImpError err;

    path_of(painter, sizeof painter, tiny ? "painter" : NULL,
            tiny ? "good.safetensors" : "painter.safetensors");
    path_of(reader, sizeof reader, tiny ? "reader" : NULL,
            tiny ? "good.safetensors" : "reader.safetensors");
    assert_ok(imp_model_load(&model, painter, reader, IMP_CPU_REF, &err), &err);
    return model;
}

static ImpStyle *load_style(const ImpModel *model, const char *file)
{
    char path[512];
    ImpStyle *style = NULL;
    ImpError err;

    corpus_path(path, sizeof path, "style", file);
    assert_ok(imp_style_load(&style, model, path, &err), &err);
    return style;
}

static void test_models(void **state)
{
    char painter[512], reader[512];
    ImpModel *model = load_model(true);
    ImpError err;

    assert_int_equal(imp_model_cpu(model), IMP_CPU_REF);
    assert_true(model->has_reader);
    imp_model_destroy(&model);
    assert_null(model);
    imp_model_destroy(&model);

    corpus_path(painter, sizeof painter, "painter", "good.safetensors");
    corpus_path(reader, sizeof reader, "reader", "good-other-channels.safetensors");
    assert_failed(imp_model_load(&model, painter, reader, IMP_CPU_REF, &err),
                  IMP_BAD_FILE, &err,
                  "it reads styles of 13 channels, but the painter has 12.");
    assert_failed(imp_model_load(&model, reader, NULL, IMP_CPU_REF, &err), IMP_BAD_FILE,
                  &err, "its format is \"impasto-reader\", not \"impasto-painter\".");
    assert_failed(imp_model_load(&model, painter, painter, IMP_CPU_REF, &err),
                  IMP_BAD_FILE, &err,
                  "its format is \"impasto-painter\", not \"impasto-reader\".");
    assert_failed(imp_model_load(&model, painter, "/absent/reader", IMP_CPU_REF, &err),
                  IMP_IO_ERROR, &err, "\"/absent/reader\": it cannot be opened");
    assert_failed(imp_model_load(&model, painter, NULL, (ImpCpu)99, &err),
                  IMP_BAD_ARGUMENT, &err, "cannot run CPU level");
    assert_null(model);
}

static void test_load_checks_the_model(void **state)
{
    ImpModel *model = load_model(true);
    char path[512];
    ImpStyle *style = NULL;
    ImpError err;

    style = load_style(model, "good.safetensors");
    assert_int_equal(style->channels, 12);
    imp_style_destroy(&style);
    assert_null(style);
    imp_style_destroy(&style);
    corpus_path(path, sizeof path, "style", "channels-other.safetensors");
    assert_failed(imp_style_load(&style, model, path, &err), IMP_BAD_FILE, &err,
                  "axis 0 of tensor \"scale\" is 13, not 12.");
    assert_null(style);
    imp_model_destroy(&model);
}

/* Every style of the gallery suits the shipped painter. */
static void test_shipped_gallery(void **state)
{
    ImpModel *model = load_model(false);
    char gallery[512], path[1024];
    int styles = 0;

    styles_path(gallery, sizeof gallery, "gallery");
    DIR *const folder = opendir(gallery);
    assert_non_null(folder);
    for (const struct dirent *e; (e = readdir(folder));) {
        ImpStyle *style = NULL;
        ImpError err;

        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s/vector.safetensors", gallery, e->d_name);
        assert_ok(imp_style_load(&style, model, path, &err), &err);
        imp_style_destroy(&style);
        styles++;
    }
    closedir(folder);
    print_message("%d styles\n", styles);
    assert_true(styles > 0);
    imp_model_destroy(&model);
}

static void test_mix(void **state)
{
    ImpModel *model = load_model(true);
    ImpStyle *a = load_style(model, "good.safetensors");
    ImpStyle *b = load_style(model, "good-other.safetensors");
    const size_t bytes = 12 * sizeof(float);
    ImpStyle *mixed = NULL;
    ImpError err;

    assert_memory_not_equal(a->scale, b->scale, bytes);
    assert_ok(imp_style_mix(&mixed, a, b, 0, &err), &err);
    assert_memory_equal(mixed->scale, a->scale, bytes);
    assert_memory_equal(mixed->shift, a->shift, bytes);
    imp_style_destroy(&mixed);
    assert_ok(imp_style_mix(&mixed, a, b, 1, &err), &err);
    assert_memory_equal(mixed->scale, b->scale, bytes);
    assert_memory_equal(mixed->shift, b->shift, bytes);
    imp_style_destroy(&mixed);
    assert_ok(imp_style_mix(&mixed, a, b, 0.25, &err), &err);
    for (int i = 0; i < 12; i++) {
        assert_true(fabs(mixed->scale[i] - (0.75 * a->scale[i] + 0.25 * b->scale[i])) <
                    1e-7);
        assert_true(fabs(mixed->shift[i] - (0.75 * a->shift[i] + 0.25 * b->shift[i])) <
                    1e-7);
    }
    imp_style_destroy(&mixed);

    static const double wrong[] = { -0.001, 1.001, NAN, INFINITY };
    for (int i = 0; i < 4; i++)
        assert_failed(imp_style_mix(&mixed, a, b, wrong[i], &err), IMP_BAD_ARGUMENT,
                      &err, "must be 0 to 1");
    ImpStyle shorter = *b;
    shorter.channels = 11;
    assert_failed(imp_style_mix(&mixed, a, &shorter, 0.5, &err), IMP_BAD_ARGUMENT, &err,
                  "Styles of 12 and of 11 channels cannot be mixed.");
    assert_null(mixed);
    imp_style_destroy(&a);
    imp_style_destroy(&b);
    imp_model_destroy(&model);
}

/* The tiny style network of the corpus. */
static ImpStyleNetwork *load_network(void)
{
    char path[512];
    ImpStyleNetwork *network = NULL;
    ImpError err;

    corpus_path(path, sizeof path, "network", "good.safetensors");
    assert_ok(imp_style_network_load(&network, path, IMP_CPU_REF, &err), &err);
    return network;
}

static void test_network_levels(void **state)
{
    const ImpCpu wrong = imp_cpu_best() == IMP_CPU_NEON ? IMP_CPU_X86V3 : IMP_CPU_NEON;
    ImpStyleNetwork *network = NULL;
    char path[512];
    ImpError err;

    corpus_path(path, sizeof path, "network", "good.safetensors");
    assert_failed(imp_style_network_load(&network, path, wrong, &err), IMP_BAD_ARGUMENT,
                  &err, "cannot run CPU level");
    assert_failed(imp_style_network_load(&network, path, (ImpCpu)99, &err),
                  IMP_BAD_ARGUMENT, &err, "cannot run CPU level");
    assert_null(network);
}

static bool read_gray(void *user, int x, int y, int w, int h, float *rgba)
{
    for (int i = 0; i < 4 * w * h; i++)
        rgba[i] = i % 4 == 3 ? 1.0f : 0.5f;
    return true;
}

/* A style of another painter is neither painted nor fitted. */
static void test_other_painter(void **state)
{
    static const float rgb[3 * 16 * 16];
    const ImpSource source = { .width = 16, .height = 16, .read = read_gray };
    ImpModel *model = load_model(true);
    ImpStyleNetwork *network = load_network();
    ImpStyle *style = load_style(model, "good.safetensors"), *fitted = NULL;
    ImpPainting *painting = NULL;
    ImpPhoto *photo = NULL;
    ImpError err;

    assert_ok(imp_photo_create(&photo, NULL, &source, 1, NULL, &err), &err);
    ImpStyle shorter = *style;
    shorter.channels = 11;
    assert_failed(imp_painting_begin(&painting, model, NULL, &shorter, photo, NULL,
                                     &err),
                  IMP_BAD_ARGUMENT, &err, "11 channels is not for a painter of 12");
    assert_failed(imp_style_fit(&fitted, model, network, NULL, &shorter, rgb, 16, 16,
                                photo, 1, NULL, &err),
                  IMP_BAD_ARGUMENT, &err, "11 channels is not for a painter of 12");
    assert_null(painting);
    assert_null(fitted);
    imp_photo_destroy(&photo);
    imp_style_network_destroy(&network);
    imp_style_destroy(&style);
    imp_model_destroy(&model);
}

static void test_save_and_load(void **state)
{
    ImpModel *model = load_model(true);
    ImpStyle *style = load_style(model, "good.safetensors"), *again = NULL;
    char folder[] = "/tmp/impasto-unit-XXXXXX", path[128];
    size_t first, second;
    ImpError err;

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/vector.safetensors", folder);
    assert_ok(imp_style_save(style, path, &err), &err);
    assert_ok(imp_style_load(&again, model, path, &err), &err);
    assert_memory_equal(again->scale, style->scale, 12 * sizeof(float));
    assert_memory_equal(again->shift, style->shift, 12 * sizeof(float));
    imp_style_destroy(&again);

    /* The same style is the same bytes as Python's safetensors would write. */
    char original[512];
    corpus_path(original, sizeof original, "style", "good.safetensors");
    void *const ours = read_bytes(path, &first);
    void *const theirs = read_bytes(original, &second);
    assert_int_equal(first, second);
    assert_memory_equal(ours, theirs, first);
    free(ours);
    free(theirs);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0); /* nothing else was left there */
    assert_failed(imp_style_save(style, path, &err), IMP_IO_ERROR, &err,
                  "it cannot be written: there is no such file or folder");
    assert_failed(imp_style_save(style, "/proc/vector.safetensors", &err), IMP_IO_ERROR,
                  &err, "it cannot be written");
    imp_style_destroy(&style);
    imp_model_destroy(&model);
}

static void test_read(void **state)
{
    static float rgb[20 * 30 * 3];
    ImpModel *model = load_model(true), *blind = NULL;
    ImpStyle *style = NULL;
    char painter[512];
    ImpError err;

    for (int i = 0; i < 20 * 30 * 3; i++)
        rgb[i] = (float)(i % 17) / 16;
    assert_ok(imp_style_read(&style, model, NULL, rgb, 20, 30, &err), &err);
    assert_int_equal(style->channels, 12);
    imp_style_destroy(&style);

    static const int wrong[][2] = {
        { 0, 5 }, { 5, 0 }, { -1, 5 }, { 65537, 1 }, { 1, 65537 }
    };
    for (int i = 0; i < 5; i++)
        assert_failed(imp_style_read(&style, model, NULL, rgb, wrong[i][0], wrong[i][1],
                                     &err),
                      IMP_BAD_ARGUMENT, &err, "each side must be 1 to 65536");
    corpus_path(painter, sizeof painter, "painter", "good.safetensors");
    assert_ok(imp_model_load(&blind, painter, NULL, IMP_CPU_REF, &err), &err);
    assert_failed(imp_style_read(&style, blind, NULL, rgb, 20, 30, &err),
                  IMP_BAD_ARGUMENT, &err, "without a style reader");
    assert_null(style);
    imp_model_destroy(&blind);
    imp_model_destroy(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_models),
        cmocka_unit_test(test_load_checks_the_model),
        cmocka_unit_test(test_shipped_gallery),
        cmocka_unit_test(test_mix),
        cmocka_unit_test(test_network_levels),
        cmocka_unit_test(test_other_painter),
        cmocka_unit_test(test_save_and_load),
        cmocka_unit_test(test_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
