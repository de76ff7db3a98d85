/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The style reader against PyTorch: features, scale and shift of style.png, as the starter
 * weights gave them in fp32. */
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <math.h>

#include "model.h"
#include "status.h"
#include "style.h"
#include "testing.h"

static const double tolerance = 1e-3; /* of the largest number of its kind */

static float *read_picture(const char *path, int *width, int *height)
{
    GError *error = NULL;
    GdkPixbuf *const picture = gdk_pixbuf_new_from_file(path, &error);

    if (!picture)
        fail_msg("%s", error->message);
    *width = gdk_pixbuf_get_width(picture);
    *height = gdk_pixbuf_get_height(picture);

    const int channels = gdk_pixbuf_get_n_channels(picture);
    const int pitch = gdk_pixbuf_get_rowstride(picture);
    const guint8 *const bytes = gdk_pixbuf_read_pixels(picture);
    float *const rgb = malloc((size_t)(*width * *height * 3) * sizeof *rgb);
    assert_non_null(rgb);
    for (int y = 0, i = 0; y < *height; y++)
        for (int x = 0; x < *width; x++)
            for (int c = 0; c < 3; c++, i++)
                rgb[i] = (float)bytes[y * pitch + x * channels + c] / 255;
    g_object_unref(picture);
    return rgb;
}

static void compare(const ImpSafetensors *fixture, const char *name, const float *got,
                    int count)
{
    const ImpTensor *const tensor = imp_safetensors_find(fixture, name);
    double worst = 0, sum = 0, largest = 0;
    float *wanted;
    ImpError err;

    assert_non_null(tensor);
    assert_int_equal(tensor->count, count);
    assert_ok(imp_safetensors_floats(&wanted, fixture, name, &err), &err);
    for (int i = 0; i < count; i++) {
        worst = fmax(worst, fabs(got[i] - wanted[i]));
        sum += fabs(got[i] - wanted[i]);
        largest = fmax(largest, fabs(wanted[i]));
    }
    imp_free(wanted);
    print_message("%-16s max %.2g, mean %.2g of %.3g\n", name, worst / largest,
                  sum / count / largest, largest);
    assert_true(worst <= tolerance * largest);
}

static void test_reader(void **state)
{
    ImpModel *model = NULL;
    ImpStyle *style = NULL;
    ImpSafetensors fixture;
    ImpError err;
    char painter[512], reader[512];
    int width, height;
    float *const rgb = read_picture(TEST_PARITY "/style.png", &width, &height);

    styles_path(painter, sizeof painter, "painter.safetensors");
    styles_path(reader, sizeof reader, "reader.safetensors");
    assert_ok(imp_model_load(&model, painter, reader, IMP_CPU_REF, &err), &err);
    assert_ok(imp_safetensors_load(&fixture, TEST_PARITY "/fixture.safetensors", &err),
              &err);

    float *const features = malloc((size_t)model->reader.features * sizeof *features);
    assert_non_null(features);
    assert_ok(imp_reader_features(&model->reader, NULL, rgb, width, height, features,
                                  &err),
              &err);
    compare(&fixture, "reader.features", features, model->reader.features);
    assert_ok(imp_style_read(&style, model, NULL, rgb, width, height, &err), &err);
    compare(&fixture, "reader.scale", style->scale, style->channels);
    compare(&fixture, "reader.shift", style->shift, style->channels);

    free(features);
    imp_style_destroy(&style);
    imp_safetensors_clear(&fixture);
    imp_model_destroy(&model);
    free(rgb);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_reader) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
