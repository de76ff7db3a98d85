/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Golden pictures: the whole way of the engine, from pixels to blended pixels, on a
 * small seeded model, against what it once gave (raw floats, [height][width][3],
 * little-endian).
 *
 *     golden            compare, at every CPU level of this machine; a picture that
 *                       differs is left as <case>-<level>.ppm, photo's size, in the
 *                       working folder
 *     golden --update   write the pictures anew, by the reference
 *
 * They say that nothing changed, not that it was right: tests/parity does that. */
#include <math.h>

#include "cpu.h"
#include "testing.h"

typedef struct Golden {
    const char *name;
    int width, height;
    double brush_size;
    float strength, keep_colors;
    bool has_hole; /* a transparent disk, bright red underneath */
    bool is_flat;  /* but for a corner, and alone measured beside the reference */
} Golden;

static const Golden goldens[] = {
    { "plain", 64, 64, 1, 1, 0, false, false },
    { "hole", 64, 64, 1, 1, 0, true, false },
    { "blended", 64, 64, 1, 0.6f, 0.5f, false, false },
    { "second-paint", 280, 40, 4, 1, 0, false, false },
    { "odd", 37, 53, 0.25, 1, 0, false, false },
    { "flat", 300, 60, 4, 1, 0, false, true },
};

/* Of the reference, whose only freedom is libm's; the other levels round elsewhere. */
static const double tolerance_ref = 2e-5, tolerance = 1e-3;
/* Of bfloat16, on weights that nothing trained to forgive it. */
static const double tolerance_bf16 = 0.25, tolerance_bf16_mean = 6.0 / 255;

static bool read_photo(void *user, int x, int y, int w, int h, float *rgba)
{
    const Golden *const golden = user;

    for (int row = y; row < y + h; row++)
        for (int column = x; column < x + w; column++, rgba += 4) {
            const int dx = column - golden->width / 2, dy = row - golden->height / 2;
            const bool hole = golden->has_hole && dx * dx + dy * dy < 150;
            rgba[0] = hole ? 1 : (float)((column * 7 + row * 3) % 64) / 63;
            rgba[1] = hole ? 0 : (float)row / (float)golden->height;
            rgba[2] = hole ? 0 : (column / 9 + row / 6) % 2 ? 0.75f : 0.2f;
            rgba[3] = hole ? 0 : 1;
            for (int c = 0; c < 3 && golden->is_flat && row + column > 90; c++)
                rgba[c] = 0.4f + 0.001f * (float)row;
        }
    return true;
}

typedef struct Canvas {
    int width;
    float *rgb;
} Canvas;

static bool write_canvas(void *user, int x, int y, int w, int h, const float *rgb)
{
    const Canvas *const canvas = user;

    for (int row = 0; row < h; row++)
        memcpy(canvas->rgb + 3 * ((y + row) * canvas->width + x), rgb + 3 * row * w,
               3 * (size_t)w * sizeof *rgb);
    return true;
}

/* The case painted at a level, [height][width][3]; free it. */
static float *paint(const Golden *golden, ImpCpu cpu)
{
    const int w = golden->width, h = golden->height;
    const size_t pixels = (size_t)w * (size_t)h;
    const ImpSource source = { w, h, read_photo, (void *)golden };
    Canvas canvas = { w, malloc(pixels * 3 * sizeof(float)) };
    float *const rgba = malloc(pixels * 4 * sizeof *rgba);
    float *const photo_rgb = malloc(pixels * 3 * sizeof *photo_rgb);
    const ImpSink sink = { write_canvas, &canvas };
    ImpPool *pool = NULL;
    ImpModel *model = NULL;
    ImpStyle *style = NULL;
    ImpPhoto *photo = NULL;
    ImpPainting *painting = NULL;
    ImpError err;

    assert_non_null(canvas.rgb);
    assert_non_null(rgba);
    assert_non_null(photo_rgb);
    assert_ok(imp_pool_create(&pool, 2, &err), &err);
    assert_ok(imp_model_load(&model, TEST_GOLDEN "/painter.safetensors", NULL, cpu,
                             &err),
              &err);
    assert_ok(imp_style_load(&style, model, TEST_GOLDEN "/vector.safetensors", &err),
              &err);
    assert_ok(imp_photo_create(&photo, NULL, &source, golden->brush_size, NULL, &err),
              &err);
    assert_ok(imp_painting_begin(&painting, model, pool, style, photo, NULL, &err),
              &err);
    assert_ok(imp_painting_render(painting, pool, 0, 0, w, h, &sink, NULL, &err), &err);

    read_photo((void *)golden, 0, 0, w, h, rgba);
    for (size_t i = 0; i < 3 * pixels; i++)
        photo_rgb[i] = rgba[i / 3 * 4 + i % 3];
    imp_blend_f32(canvas.rgb, photo_rgb, canvas.rgb, pixels, 3, golden->strength,
                  golden->keep_colors);

    imp_painting_destroy(&painting);
    imp_photo_destroy(&photo);
    imp_style_destroy(&style);
    imp_model_destroy(&model);
    imp_pool_destroy(&pool);
    free(photo_rgb);
    free(rgba);
    return canvas.rgb;
}

static void golden_path(char *path, size_t room, const Golden *golden)
{
    snprintf(path, room, "%s/%s.f32", TEST_GOLDEN, golden->name);
}

static void save_ppm(const Golden *golden, ImpCpu cpu, const float *rgb)
{
    char path[256];

    snprintf(path, sizeof path, "%s-%s.ppm", golden->name, imp_cpu_name(cpu));
    FILE *const file = fopen(path, "wb");
    if (!file)
        return;
    fprintf(file, "P6 %d %d 255\n", golden->width, golden->height);
    for (int i = 0; i < golden->width * golden->height * 3; i++)
        fputc((int)lrint(fmin(fmax(rgb[i], 0), 1) * 255), file);
    fclose(file);
    print_message("see %s\n", path);
}

static void check_level(const Golden *golden, ImpCpu cpu)
{
    const size_t n = (size_t)golden->width * (size_t)golden->height * 3;
    const double allowed = cpu == IMP_CPU_REF      ? tolerance_ref
                           : imp_cpu_has_bf16(cpu) ? tolerance_bf16
                                                   : tolerance;
    const double allowed_mean = imp_cpu_has_bf16(cpu) ? tolerance_bf16_mean : allowed;
    float *const got = paint(golden, cpu);
    double worst = 0, sum = 0;
    size_t size;
    char path[512];

    golden_path(path, sizeof path, golden);
    float *const wanted = read_bytes(path, &size); /* a missing one fails */
    assert_int_equal(size, n * sizeof *wanted);
    for (size_t i = 0; i < n; i++) {
        const double d = fabs((double)got[i] - (double)wanted[i]);
        worst = d <= worst ? worst : d; /* NaN is the worst */
        sum += d;
    }
    print_message("%-12s %-8s max %.2g, mean %.2g\n", golden->name, imp_cpu_name(cpu),
                  worst, sum / (double)n);
    if (!(worst <= allowed && sum <= allowed_mean * (double)n)) {
        save_ppm(golden, cpu, got);
        fail_msg("%s differs by %g, at most %g", golden->name, worst, allowed);
    }
    free(wanted);
    free(got);
}

static void test_golden(void **state)
{
    static const ImpCpu levels[] = { IMP_CPU_REF,   IMP_CPU_GENERIC, IMP_CPU_X86V3,
                                     IMP_CPU_X86V4, IMP_CPU_X86BF16, IMP_CPU_X86AMX };
    const ImpCpu best = imp_cpu_best();

    for (size_t i = 0; i < sizeof levels / sizeof *levels && levels[i] <= best; i++)
        if (best != IMP_CPU_NEON || levels[i] <= IMP_CPU_GENERIC)
            check_level(*state, levels[i]);
    if (best == IMP_CPU_NEON)
        check_level(*state, IMP_CPU_NEON);
}

static int update(void)
{
    char path[512];

    for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++) {
        const Golden *const golden = &goldens[i];
        float *const rgb = paint(golden, IMP_CPU_REF);
        golden_path(path, sizeof path, golden);
        FILE *const file = fopen(path, "wb");
        const size_t n = (size_t)golden->width * (size_t)golden->height * 3;
        const bool ok = file && fwrite(rgb, sizeof *rgb, n, file) == n;
        if (!file || fclose(file) != 0 || !ok) {
            fprintf(stderr, "%s cannot be written\n", path);
            return 1;
        }
        free(rgb);
        printf("wrote %s\n", path);
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[sizeof goldens / sizeof *goldens];
    const size_t n = sizeof goldens / sizeof *goldens;

    if (argc == 2 && strcmp(argv[1], "--update") == 0)
        return update();
    for (size_t i = 0; i < n; i++)
        tests[i] = (struct CMUnitTest) { .name = goldens[i].name,
                                         .test_func = test_golden,
                                         .initial_state = (void *)&goldens[i] };
    return _cmocka_run_group_tests("golden", tests, n, NULL, NULL);
}
