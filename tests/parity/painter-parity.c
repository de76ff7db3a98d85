/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The painter against PyTorch, at every CPU level of this machine: each layer's mean
 * and variance, and the painting, for a style of the gallery and for one read off a
 * picture. A layer's moments depend on every number of all layers before it. */
#include "parity.h"

#include "cpu.h"
#include "model.h"
#include "network.h"
#include "style.h"

/* Terms of bfloat16: each normalisation, and the painting of 0 .. 1, of which the issue
 * of reduced precision allows 2/255 on average. */
static const Tolerance bf16_layers = { 2e-2, 2e-2 };
static const Tolerance bf16_painting = { 32.0 / 255, 2.0 / 255 };

typedef struct Picture {
    int width, height;
    float *rgb;
} Picture;

static void fill(const void *user, int y, int x, int width, float *rgb, float *scratch)
{
    const Picture *const picture = user;
    const int row = imp_reflect(y, picture->height);

    for (int i = 0; i < width; i++)
        memcpy(rgb + 3 * i,
               picture->rgb +
                   3 * (row * picture->width + imp_reflect(x + i, picture->width)),
               3 * sizeof *rgb);
}

/* Bytes or floats of a tensor that must be there; imp_free it. */
static float *fixture_floats(const ImpSafetensors *fixture, const char *style,
                             const char *layer, const char *what, size_t count)
{
    char name[64];
    float *values;
    ImpError err;

    snprintf(name, sizeof name, "%s.%s.%s", style, layer, what);
    const ImpTensor *const tensor = imp_safetensors_find(fixture, name);
    if (!tensor)
        fail_msg("the fixture has no %s", name);
    assert_int_equal(tensor->count, count);
    assert_ok(imp_safetensors_floats(&values, fixture, name, &err), &err);
    return values;
}

/* The normalisation of each layer, as the fixture's moments give it. */
static void compare_layers(const ImpSafetensors *fixture, const ImpModel *model,
                           const char *name, const ImpStyle *style,
                           const ImpAffine *affine)
{
    double worst_of_all = 0;

    for (int i = 0, channel = 0; i < model->weights.convs; i++) {
        const ImpConvWeights *const layer = &model->weights.conv[i];
        const size_t n = (size_t)layer->oc;
        float *const mean = fixture_floats(fixture, name, layer->name, "mean", n);
        float *const variance =
            fixture_floats(fixture, name, layer->name, "variance", n);
        double worst[2] = { 0 }, sum[2] = { 0 }, largest[2] = { 0 };

        for (size_t c = 0; c < n; c++, channel++) {
            const double scale =
                style->scale[channel] / sqrt(variance[c] + model->weights.epsilon);
            const double wanted[2] = { scale, style->shift[channel] - scale * mean[c] };
            const double got[2] = { affine->scale[channel], affine->shift[channel] };
            for (int k = 0; k < 2; k++) {
                worst[k] = fmax(worst[k], fabs(got[k] - wanted[k]));
                sum[k] += fabs(got[k] - wanted[k]) / (double)n;
                largest[k] = fmax(largest[k], fabs(wanted[k]));
            }
        }
        print_message(
            "%-12s %-9s scale: max %.2g, mean %.2g; shift: max %.2g, mean %.2g\n", name,
            layer->name, worst[0] / largest[0], sum[0] / largest[0],
            worst[1] / largest[1], sum[1] / largest[1]);
        worst_of_all =
            fmax(worst_of_all, fmax(worst[0] / largest[0], worst[1] / largest[1]));
        imp_free(mean);
        imp_free(variance);
    }
    const bool bf16 = imp_cpu_has_bf16(imp_model_cpu(model));
    assert_true(worst_of_all <= (bf16 ? bf16_layers : exact).worst);
}

static void check_painting(const ImpSafetensors *fixture, const ImpModel *model,
                           const char *name, const ImpStyle *style)
{
    Picture photo;
    photo.rgb = read_picture(TEST_PARITY "/photo.png", &photo.width, &photo.height);
    const ImpRows rows = { fill, &photo, photo.width, photo.height, 1 };
    const int pixels = photo.width * photo.height;
    float *const painting = malloc((size_t)pixels * 3 * sizeof *painting);
    float *const planes = malloc((size_t)pixels * 3 * sizeof *planes);
    ImpProgress progress;
    ImpPool *pool = NULL;
    ImpAffine affine;
    ImpError err;
    char tensor[64];

    assert_non_null(painting);
    assert_non_null(planes);
    imp_progress_init(&progress, NULL, 1);
    assert_ok(imp_pool_create(&pool, 2, &err), &err);
    assert_ok(imp_affine_init(&affine, model, &err), &err);
    assert_ok(imp_network_whole(model, pool, style, &affine, &rows, painting, &progress,
                                &err),
              &err);
    compare_layers(fixture, model, name, style, &affine);
    for (int i = 0; i < pixels; i++) /* [h][w][3] -> [3][h][w] */
        for (int c = 0; c < 3; c++)
            planes[c * pixels + i] = painting[3 * i + c];
    snprintf(tensor, sizeof tensor, "%s.painting", name);
    compare(fixture, tensor, planes, 3 * pixels,
            imp_cpu_has_bf16(imp_model_cpu(model)) ? bf16_painting : exact);

    imp_affine_clear(&affine);
    imp_pool_destroy(&pool);
    imp_progress_clear(&progress);
    free(planes);
    free(painting);
    free(photo.rgb);
}

static void test_level(void **state)
{
    const ImpCpu cpu = *(const ImpCpu *)*state;
    ImpModel *model = NULL;
    ImpStyle *style = NULL;
    ImpSafetensors fixture;
    ImpError err;
    char painter[512], reader[512], vector[512];

    styles_path(painter, sizeof painter, "painter.safetensors");
    styles_path(reader, sizeof reader, "reader.safetensors");
    styles_path(vector, sizeof vector, "gallery/starry-night/vector.safetensors");
    assert_ok(imp_model_load(&model, painter, reader, cpu, &err), &err);
    assert_int_equal(imp_model_cpu(model), cpu);
    print_message("level %s\n", imp_cpu_name(cpu));
    assert_ok(imp_safetensors_load(&fixture, TEST_PARITY "/fixture.safetensors", &err),
              &err);

    assert_ok(imp_style_load(&style, model, vector, &err), &err);
    check_painting(&fixture, model, "starry-night", style);
    imp_style_destroy(&style);

    int width, height;
    float *const rgb = read_picture(TEST_PARITY "/style.png", &width, &height);
    assert_ok(imp_style_read(&style, model, NULL, rgb, width, height, &err), &err);
    check_painting(&fixture, model, "read", style);
    imp_style_destroy(&style);

    free(rgb);
    imp_safetensors_clear(&fixture);
    imp_model_destroy(&model);
}

int main(void)
{
    static const ImpCpu x86[] = { IMP_CPU_REF,   IMP_CPU_GENERIC, IMP_CPU_X86V3,
                                  IMP_CPU_X86V4, IMP_CPU_X86BF16, IMP_CPU_X86AMX };
    static const ImpCpu arm[] = { IMP_CPU_REF, IMP_CPU_GENERIC, IMP_CPU_NEON };
    const ImpCpu best = imp_cpu_best();
    const ImpCpu *const levels = best == IMP_CPU_NEON ? arm : x86;
    struct CMUnitTest tests[sizeof x86 / sizeof *x86];
    size_t n = 0;

    do
        tests[n] = (struct CMUnitTest) { .name = imp_cpu_name(levels[n]),
                                         .test_func = test_level,
                                         .initial_state = (void *)&levels[n] };
    while (levels[n++] != best);
    return _cmocka_run_group_tests("painter parity", tests, n, NULL, NULL);
}
