/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The style reader against PyTorch: features, scale and shift of style.png, as the
 * starter weights gave them in fp32. */
#include "parity.h"

#include "model.h"
#include "style.h"

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
    compare(&fixture, "reader.features", features, model->reader.features, exact);
    assert_ok(imp_style_read(&style, model, NULL, rgb, width, height, &err), &err);
    compare(&fixture, "reader.scale", style->scale, style->channels, exact);
    compare(&fixture, "reader.shift", style->shift, style->channels, exact);

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
