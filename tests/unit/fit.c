/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Gradients against differences, convolutions against their adjoints, and a whole
 * fit: the style comes closer to its picture, by any number of threads with the same
 * bytes. */
#include <math.h>

#include "gram.h"
#include "painter_tape.h"
#include "reader_view.h"
#include "status.h"
#include "style.h"
#include "style_loss.h"
#include "testing.h"

static uint32_t seed = 1;

static float noise(void)
{
    seed = seed * 1664525u + 1013904223u;
    return (float)(seed >> 8) / (float)(1 << 24) - 0.5f;
}

static float *random_floats(size_t n)
{
    float *const x = imp_alloc(n + IMP_PLANE_EXTRA, sizeof *x);

    assert_non_null(x);
    for (size_t i = 0; i < n; i++)
        x[i] = noise();
    return x;
}

static double dot(const float *a, const float *b, size_t n)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++)
        sum += (double)a[i] * b[i];
    return sum;
}

static const ImpKernels *best_kernels(void)
{
    return imp_kernels_of_floats(imp_cpu_best());
}

/* <A x, y> = <x, A* y> for the convolution A of every shape that there is, of sizes
 * that it fits and that it does not. */
static void test_adjoint(void **state)
{
    static const struct {
        int oc, ic, kernel, stride, upsample, height, width;
    } cases[] = { { 24, 3, 9, 1, 1, 17, 20 },
                  { 3, 24, 9, 1, 1, 17, 20 },
                  { 8, 5, 3, 1, 1, 9, 14 },
                  { 8, 5, 3, 2, 1, 9, 15 },
                  { 5, 8, 3, 1, 2, 6, 9 } };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int oc = cases[i].oc, ic = cases[i].ic, kernel = cases[i].kernel;
        const ImpPlane x =
            imp_plane(random_floats((size_t)cases[i].height * cases[i].width * ic),
                      cases[i].height, cases[i].width, ic);
        float *const weights = random_floats((size_t)oc * ic * kernel * kernel);
        ImpLayer layer;
        ImpError err;

        assert_ok(imp_layer_init(&layer, best_kernels(), weights, oc, ic, kernel,
                                 cases[i].stride, cases[i].upsample, &err),
                  &err);
        const size_t scratch_floats = imp_layer_scratch(&layer);
        float *const scratch = random_floats(scratch_floats);
        const int height = imp_conv_size(&layer.conv, x.height),
                  width = imp_conv_size(&layer.conv, x.width);
        const size_t out_n = (size_t)height * width * oc;
        const ImpPlane a_x = imp_plane(random_floats(out_n), height, width, oc);
        float *const y = random_floats(out_n);
        float *const memory =
            random_floats(imp_layer_spread_floats(&layer, height, width));
        ImpPlane spread;

        imp_layer_run(&layer.conv, NULL, &a_x, &x, &(ImpEpilogue) { 0 }, scratch,
                      scratch_floats);
        const ImpPlane to = imp_layer_spread(&layer, memory, height, width, 0, &spread);
        for (int row = 0; row < height; row++)
            for (int column = 0; column < width; column++)
                memcpy(to.at + row * to.row + column * to.step,
                       y + ((size_t)row * width + column) * oc, (size_t)oc * sizeof *y);
        assert_int_equal(imp_conv_size(&layer.adjoint, spread.height), x.height);
        assert_int_equal(imp_conv_size(&layer.adjoint, spread.width), x.width);
        const ImpPlane back =
            imp_plane(random_floats((size_t)x.height * x.row), x.height, x.width, ic);
        imp_layer_run(&layer.adjoint, NULL, &back, &spread, &(ImpEpilogue) { 0 },
                      scratch, scratch_floats);

        const double there = dot(a_x.at, y, out_n),
                     here = dot(x.at, back.at, (size_t)x.height * x.row);
        if (fabs(there - here) >
            2e-5 * sqrt(dot(a_x.at, a_x.at, out_n) * dot(y, y, out_n)))
            fail_msg("case %zu: %g there, %g back", i, there, here);
        imp_layer_clear(&layer);
        imp_free(x.at), imp_free(weights), imp_free(scratch), imp_free(a_x.at),
            imp_free(y);
        imp_free(memory), imp_free(back.at);
    }
}

/* The derivative of f along `direction`, by differences that shrink until they agree to
 * a hundredth. */
static void check_derivative(double (*f)(void *), void *context, float *x,
                             const float *direction, size_t n, double gradient,
                             const char *what)
{
    double step = 0.02, found = 0.0;

    for (int i = 0; i < 5; i++, step /= 3) {
        double value[2];
        for (int side = 0; side < 2; side++) {
            const float by = (float)(side ? step : -step);
            for (size_t k = 0; k < n; k++)
                x[k] += by * direction[k];
            value[side] = f(context);
            for (size_t k = 0; k < n; k++)
                x[k] -= by * direction[k];
        }
        found = (value[1] - value[0]) / (2.0 * step);
        if (fabs(found - gradient) <= 0.01 * fabs(gradient))
            return;
    }
    fail_msg("%s: gradient %g, differences %g", what, gradient, found);
}

/* ---- the painter ----------------------------------------------------------------- */

typedef struct Painted {
    ImpPainterTape tape;
    float *style;   /* scale, shift */
    float *weights; /* of the pixels, in the number that is differentiated */
    int channels;
    size_t pixels;
} Painted;

static double paint_sum(void *context)
{
    Painted *const p = context;

    imp_painter_tape_paint(&p->tape, NULL, p->style, p->style + p->channels);
    return dot(p->tape.painting.at, p->weights, p->pixels);
}

static void test_painter_gradient(void **state)
{
    const ImpCpu level = best_kernels()->cpu;
    char path[512];
    ImpModel *model;
    ImpStyle *style;
    Painted p;
    ImpError err;

    styles_path(path, sizeof path, "painter.safetensors");
    assert_ok(imp_model_load(&model, path, NULL, level, &err), &err);
    styles_path(path, sizeof path, "gallery/great-wave/vector.safetensors");
    assert_ok(imp_style_load(&style, model, path, &err), &err);
    assert_ok(imp_painter_tape_init(&p.tape, model, imp_kernels_get(level), 6, NULL,
                                    &err),
              &err);
    p.channels = style->channels;
    p.style = random_floats(2 * (size_t)p.channels);
    memcpy(p.style, style->scale, (size_t)p.channels * sizeof(float));
    memcpy(p.style + p.channels, style->shift, (size_t)p.channels * sizeof(float));
    p.pixels = (size_t)p.tape.painting.height * p.tape.painting.row;
    p.weights = random_floats(p.pixels);
    for (ptrdiff_t i = 0; i < p.tape.in.height * p.tape.in.row; i++)
        p.tape.in.at[i] = 0.5f + 0.3f * sinf((float)i * 0.013f) + 0.3f * noise();

    (void)paint_sum(&p);
    float *const gradient = random_floats(2 * (size_t)p.channels);
    memcpy(p.tape.gradient.at, p.weights, p.pixels * sizeof(float));
    imp_painter_tape_back(&p.tape, NULL, p.style, p.style + p.channels, gradient,
                          gradient + p.channels);
    float *const direction = random_floats(2 * (size_t)p.channels);
    const double size = sqrt(dot(gradient, gradient, 2 * (size_t)p.channels));
    for (int i = 0; i < 2 * p.channels; i++)
        direction[i] = (float)(gradient[i] / size);
    check_derivative(paint_sum, &p, p.style, direction, 2 * (size_t)p.channels, size,
                     "painter, along the gradient");
    for (int half = 0; half < 2;
         half++) { /* one channel in five, by scale and by shift apart */
        for (int i = 0; i < 2 * p.channels; i++)
            direction[i] = i / p.channels == half && i % 5 == 2
                               ? copysignf(0.1f, gradient[i])
                               : 0.0f;
        check_derivative(paint_sum, &p, p.style, direction, 2 * (size_t)p.channels,
                         dot(gradient, direction, 2 * (size_t)p.channels),
                         half ? "by shift" : "by scale");
    }
    imp_free(gradient), imp_free(direction), imp_free(p.style), imp_free(p.weights);
    imp_painter_tape_clear(&p.tape);
    imp_style_destroy(&style);
    imp_model_destroy(&model);
}

/* ---- Gram matrices --------------------------------------------------------------- */

/* Against sums of double; of planes with fewer rows than parts, and with a border that
 * is no part of them. */
static void test_gram(void **state)
{
    static const struct {
        int height, width, channels;
    } cases[] = {
        { 1, 1, 1 }, { 5, 33, 3 }, { 37, 50, 24 }, { 64, 7, 96 }, { 40, 90, 33 }
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int n = cases[i].channels, height = cases[i].height,
                  width = cases[i].width;
        const ImpPlane outer =
            imp_plane(random_floats((size_t)(height + 2) * (width + 2) * n), height + 2,
                      width + 2, n);
        for (ptrdiff_t k = 0; k < outer.height * outer.row; k++)
            outer.at[k] = NAN;
        const ImpPlane plane = imp_plane_inside(&outer, 1);
        for (int y = 0; y < height; y++)
            for (int k = 0; k < width * n; k++)
                imp_plane_row(&plane, y)[k] = noise();
        const size_t scratch_floats = imp_gram_scratch(width, n);
        float *const scratch = random_floats(scratch_floats), *const gram =
                                                                  random_floats(
                                                                      (size_t)n * n);
        double *const sums = imp_alloc(imp_gram_sums(n), sizeof *sums);
        assert_non_null(sums);
        imp_gram(gram, best_kernels(), NULL, &plane, sums, scratch, scratch_floats);
        for (int a = 0; a < n; a++)
            for (int b = 0; b < n; b++) {
                double sum = 0.0, size = 0.0;
                for (int y = 0; y < height; y++)
                    for (int x = 0; x < width; x++) {
                        const float *const p =
                            imp_plane_row(&plane, y) + x * plane.step;
                        sum += (double)p[a] * p[b];
                        size += fabs((double)p[a] * p[b]);
                    }
                const double pixels = (double)height * width;
                /* kernels.h, K being a row; and once more where float is made of
                 * double */
                const double allowed = (width + 4) * 0x1p-24 * size / pixels;
                assert_true(fabs(gram[a * n + b] - sum / pixels) <= allowed);
            }
        imp_free(outer.at), imp_free(scratch), imp_free(gram), imp_free(sums);
    }
}

/* ---- the style network ----------------------------------------------------------- */

enum { HEIGHT = 37, WIDTH = 50 };

typedef struct Judged {
    ImpStyleNetwork *network;
    ImpSeen style, photo, seen;
    ImpStyleLoss gradient;
    ImpPlane picture, by_picture;
    double content_weight, loss[2];
} Judged;

static void look_at(const Judged *j, ImpSeen *seen, const float *picture)
{
    for (int y = 0; y < HEIGHT; y++)
        memcpy(seen->in[0].at + y * seen->in[0].row, picture + (size_t)y * WIDTH * 3,
               WIDTH * 3 * sizeof(float));
    imp_style_network_see(j->network, NULL, seen, true);
}

static double judge(void *context)
{
    Judged *const j = context;

    look_at(j, &j->seen, j->picture.at);
    imp_style_loss(j->network, NULL, &j->seen, &j->style, &j->photo, j->content_weight,
                   &j->gradient, &j->by_picture, j->loss);
    return j->loss[0] + j->content_weight * j->loss[1];
}

static void test_loss_gradient(void **state)
{
    const size_t n = HEIGHT * WIDTH * 3;
    char path[512];
    Judged j;
    ImpError err;

    corpus_path(path, sizeof path, "network", "good.safetensors");
    assert_ok(imp_style_network_load(&j.network, path, best_kernels()->cpu, &err),
              &err);
    assert_ok(imp_seen_init(&j.style, j.network, HEIGHT, WIDTH, NULL, &err), &err);
    assert_ok(imp_seen_init(&j.photo, j.network, HEIGHT, WIDTH, NULL, &err), &err);
    assert_ok(imp_seen_init(&j.seen, j.network, HEIGHT, WIDTH, NULL, &err), &err);
    assert_ok(imp_style_loss_init(&j.gradient, j.network, &j.seen, &err), &err);
    j.picture = imp_plane(random_floats(n), HEIGHT, WIDTH, 3);
    j.by_picture = imp_plane(random_floats(n), HEIGHT, WIDTH, 3);
    float *const direction = random_floats(n);
    look_at(&j, &j.style, j.by_picture.at);
    look_at(&j, &j.photo, direction);

    j.content_weight = 1.0; /* nothing is lost between a picture and itself */
    look_at(&j, &j.seen, direction);
    imp_style_loss(j.network, NULL, &j.seen, &j.seen, &j.photo, 1.0, &j.gradient,
                   &j.by_picture, j.loss);
    assert_true(j.loss[0] < 1e-9 && j.loss[1] < 1e-9);
    assert_true(dot(j.by_picture.at, j.by_picture.at, n) < 1e-9);

    for (int with_content = 0; with_content < 2; with_content++) {
        j.content_weight = with_content;
        (void)judge(&j);
        const double size = sqrt(dot(j.by_picture.at, j.by_picture.at, n));
        assert_true(size > 0.0 && j.loss[0] > 0.0 && j.loss[1] > 0.0);
        for (size_t i = 0; i < n; i++)
            direction[i] = (float)(j.by_picture.at[i] / size);
        check_derivative(judge, &j, j.picture.at, direction, n, size,
                         with_content ? "both losses" : "style");
    }
    imp_free(direction), imp_free(j.picture.at), imp_free(j.by_picture.at);
    imp_style_loss_clear(&j.gradient);
    imp_seen_clear(&j.seen), imp_seen_clear(&j.photo), imp_seen_clear(&j.style);
    imp_style_network_destroy(&j.network);
}

/* ---- a whole fit ----------------------------------------------------------------- */

enum { SIDE = 64 };

/* No part of it is flat: it is painted by its own moments, as it is learned on. */
static bool read_photo(void *user, int x, int y, int w, int h, float *rgba)
{
    for (int i = 0; i < w * h; i++, rgba += 4) {
        const int column = x + i % w, row = y + i / w;
        rgba[0] = 0.5f + 0.5f * sinf((float)column * 0.3f);
        rgba[1] = (float)row / 200.0f;
        rgba[2] = (column / 10 + row / 10) % 2 ? 0.8f : 0.1f;
        rgba[3] = 1.0f;
    }
    return true;
}

/* Counts steps, and after `stop_after` says stop. */
typedef struct Steps {
    int seen, stop_after;
    double last;
} Steps;

static bool count_step(void *user, double fraction)
{
    Steps *const steps = user;

    assert_true(fraction >= steps->last && fraction <= 1.0);
    steps->last = fraction;
    return ++steps->seen != steps->stop_after;
}

static void see(const ImpStyleNetwork *network, ImpSeen *seen, const float *view,
                int height, int width)
{
    ImpError err;

    assert_ok(imp_seen_init(seen, network, height, width, NULL, &err), &err);
    for (int y = 0; y < height; y++)
        memcpy(seen->in[0].at + y * seen->in[0].row, view + (size_t)y * width * 3,
               (size_t)width * 3 * sizeof *view);
    imp_style_network_see(network, NULL, seen, true);
}

/* Of a painting in 0 .. 1, against the style's picture as imp_style_fit looks at it. */
static double style_loss(const ImpStyleNetwork *network, const float *painting,
                         int height, int width, const float *rgb)
{
    enum { VIEW = SIDE * 7 / 4 };
    float *const view = random_floats(VIEW * VIEW * 3), *const x = random_floats(
                                                            (size_t)height * width * 3);
    const ImpPlane by_picture =
        imp_plane(random_floats((size_t)height * width * 3), height, width, 3);
    ImpStyleLoss gradient;
    ImpSeen target, seen;
    double loss[2];
    ImpError err;

    assert_ok(imp_reader_view(view, VIEW, VIEW, rgb, SIDE, SIDE, NULL, &err), &err);
    for (int i = 0; i < height * width * 3; i++)
        x[i] = 2.0f * painting[i] - 1.0f;
    see(network, &target, view, VIEW, VIEW);
    see(network, &seen, x, height, width);
    assert_ok(imp_style_loss_init(&gradient, network, &seen, &err), &err);
    imp_style_loss(network, NULL, &seen, &target, &seen, 0.0, &gradient, &by_picture,
                   loss);
    imp_style_loss_clear(&gradient);
    imp_seen_clear(&target), imp_seen_clear(&seen);
    imp_free(view), imp_free(x), imp_free(by_picture.at);
    return loss[0];
}

static void test_fit(void **state)
{
    const ImpSource source = { .width = 240, .height = 200, .read = read_photo };
    float *const rgb = random_floats(SIDE * SIDE * 3);
    const char *const given =
        getenv("IMPASTO_LEARN_STEPS"); /* under sanitizers a few */
    const int steps_wanted = given ? atoi(given) : 20;
    ImpStyle *start, *fitted[2] = { NULL, NULL };
    ImpStyleNetwork *network;
    ImpModel *model;
    ImpPhoto *photo;
    char path[512];
    ImpError err;

    for (int i = 0; i < SIDE * SIDE * 3; i++) /* diagonal bars of red and white */
        rgb[i] = (i / 3 % SIDE + i / 3 / SIDE) / 9 % 2 || i % 3 == 0 ? 0.9f : 0.1f;
    styles_path(path, sizeof path, "painter.safetensors");
    assert_ok(imp_model_load(&model, path, NULL, imp_cpu_best(), &err), &err);
    styles_path(path, sizeof path, "gallery/great-wave/vector.safetensors");
    assert_ok(imp_style_load(&start, model, path, &err), &err);
    styles_path(path, sizeof path, "style-network.safetensors");
    assert_ok(imp_style_network_load(&network, path, imp_cpu_best(), &err), &err);
    assert_ok(imp_photo_create(&photo, NULL, &source, 4.0, NULL, &err), &err);

    for (int i = 0; i < 2; i++) {
        Steps steps = { 0 };
        const ImpWatch watch = { count_step, &steps };
        ImpPool *pool;
        assert_ok(imp_pool_create(&pool, i ? 3 : 1, &err), &err);
        assert_ok(imp_style_fit(&fitted[i], model, network, pool, start, rgb, SIDE,
                                SIDE, photo, steps_wanted, &watch, &err),
                  &err);
        assert_true(steps.last == 1.0 && steps.seen == steps_wanted);
        imp_pool_destroy(&pool);
    }
    assert_int_equal(fitted[0]->channels, start->channels);
    const size_t bytes = (size_t)start->channels * sizeof(float);
    assert_memory_equal(fitted[0]->scale, fitted[1]->scale, bytes);
    assert_memory_equal(fitted[0]->shift, fitted[1]->shift, bytes);

    Steps steps = { .stop_after = 2 };
    ImpStyle *none = NULL;
    assert_failed(imp_style_fit(&none, model, network, NULL, start, rgb, SIDE, SIDE,
                                photo, 9, &(ImpWatch) { count_step, &steps }, &err),
                  IMP_CANCELLED, &err, "Cancelled");
    assert_null(none);
    assert_int_equal(steps.seen, 2);
    assert_failed(imp_style_fit(&none, model, network, NULL, start, rgb, 0, SIDE, photo,
                                9, NULL, &err),
                  IMP_BAD_ARGUMENT, &err, "0 x 64");
    assert_failed(imp_style_fit(&none, model, network, NULL, start, rgb, SIDE, SIDE,
                                photo, 0, NULL, &err),
                  IMP_BAD_ARGUMENT, &err, "1 to 1000");

    /* what it is for */
    double loss[2];
    for (int i = 0; i < 2; i++) {
        ImpPainting *painting;
        int width, height;
        assert_ok(imp_painting_begin(&painting, model, NULL, i ? fitted[0] : start,
                                     photo, NULL, &err),
                  &err);
        const float *const first = imp_painting_first(painting, &width, &height);
        loss[i] = style_loss(network, first, height, width, rgb);
        imp_painting_destroy(&painting);
    }
    print_message("style loss %.3f, after %d steps %.3f\n", loss[0], steps_wanted,
                  loss[1]);
    assert_true(loss[1] < (steps_wanted < 20 ? 1.0 : 0.8) * loss[0]);

    imp_style_destroy(&fitted[0]), imp_style_destroy(&fitted[1]),
        imp_style_destroy(&start);
    imp_photo_destroy(&photo);
    imp_style_network_destroy(&network);
    imp_model_destroy(&model);
    imp_free(rgb);
}

/* What is not finite is lost on its way to the losses (ReLU, sigmoid), not on the way
 * back: a style of it is not given out. */
static void test_not_finite(void **state)
{
    static const float rgb[3 * 16 * 16], wrong[] = { NAN, INFINITY, -INFINITY, 3e38f };
    const ImpSource source = { .width = 240, .height = 200, .read = read_photo };
    ImpStyleNetwork *network;
    ImpModel *model;
    ImpPhoto *photo;
    char path[512];
    ImpError err;

    corpus_path(path, sizeof path, "painter", "good.safetensors");
    assert_ok(imp_model_load(&model, path, NULL, imp_cpu_best(), &err), &err);
    corpus_path(path, sizeof path, "network", "good.safetensors");
    assert_ok(imp_style_network_load(&network, path, imp_cpu_best(), &err), &err);
    assert_ok(imp_photo_create(&photo, NULL, &source, 4.0, NULL, &err), &err);
    corpus_path(path, sizeof path, "style", "good.safetensors");
    for (size_t i = 0; i < 2 * sizeof wrong / sizeof *wrong; i++) {
        ImpStyle *start, *fitted = NULL;
        assert_ok(imp_style_load(&start, model, path, &err), &err);
        (i % 2 ? start->scale : start->shift)[4] = wrong[i / 2];
        assert_failed(imp_style_fit(&fitted, model, network, NULL, start, rgb, 16, 16,
                                    photo, 1, NULL, &err),
                      IMP_BAD_ARGUMENT, &err, "not finite");
        assert_null(fitted);
        imp_style_destroy(&start);
    }
    imp_photo_destroy(&photo);
    imp_style_network_destroy(&network);
    imp_model_destroy(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_adjoint), cmocka_unit_test(test_painter_gradient),
        cmocka_unit_test(test_gram),    cmocka_unit_test(test_loss_gradient),
        cmocka_unit_test(test_fit),     cmocka_unit_test(test_not_finite)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
