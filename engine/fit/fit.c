/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A style fitted to its picture.
 *
 * A reader reads a style at a glance, and what it misses (a palette that it never saw,
 * a stroke between two that it knows) the painter could still paint. So the vector is
 * trained further for this one picture, by the losses and the optimiser of training
 * (Adam: Kingma and Ba 2015, arXiv:1412.6980) on parts of one photo; it serves every
 * other photo as well (styles/training/LOG.md has the numbers). */
#include "config.h"

#include <math.h>
#include <string.h>

#include "network.h"
#include "painter_tape.h"
#include "photo.h"
#include "pool.h"
#include "progress.h"
#include "reader_view.h"
#include "status.h"
#include "style.h"
#include "style_loss.h"

enum {
    PART = 178,        /* side of what is painted a step: 283 pixels with the halo */
    TARGET_SIDE = 640, /* short side of the style's picture, at most, */
    TARGET_PIXELS = 640 * 1280, /* and all of it */
};
static const double rate = 8e-3, beta1 = 0.9, beta2 = 0.99, content_weight = 0.05;

/* One run. Of pairs the first is for the scale, the second for the shift. */
typedef struct Fit {
    const ImpModel *model;
    const ImpStyleNetwork *network;
    ImpPool *pool;
    const ImpPhoto *photo;
    int steps;
    ImpStyle *style;
    ImpPainterTape tape;
    ImpSeen target, painted, photographed;
    ImpStyleLoss gradient;
    float *by_style[2];          /* the gradient; owns what follows */
    float *first[2], *second[2]; /* Adam's moments of it */
} Fit;

/* Short side of the style's picture when its strokes are learned: as training takes
 * it, but that a long strip is held to what takes a moment to look at. */
static int target_side(int width, int height)
{
    const double shorter = imp_min(width, height), longer = imp_max(width, height);
    const double enlarged = longer <= 256 ? 1.75 : 1.25;
    const double aspect = fmin(longer / shorter, IMP_READER_ASPECT_MAX);
    const double most = fmin(TARGET_SIDE, sqrt(TARGET_PIXELS / aspect));

    return imp_max(16, (int)lround(fmin(enlarged * shorter, most)));
}

/* Of what is seen in the style's picture the Gram matrices alone are kept: its planes
 * may be large. */
static ImpStatus keep_grams(Fit *fit, const ImpSeen *picture, ImpError *err)
{
    const ImpStatus status =
        imp_seen_init(&fit->target, fit->network, 16, 16, fit->pool, err);

    for (int i = 0; i < IMP_STYLE_LEVELS && status == IMP_OK; i++)
        memcpy(fit->target.gram[i], picture->gram[i],
               (size_t)fit->network->width[i] * fit->network->width[i] * sizeof(float));
    return status;
}

static ImpStatus see_target(Fit *fit, const float *rgb, int width, int height,
                            ImpError *err)
{
    ImpSeen picture = { 0 };
    int view_width, view_height;

    imp_reader_view_size(width, height, target_side(width, height), &view_width,
                         &view_height);
    float *const view = imp_alloc((size_t)view_width * view_height, 3 * sizeof *view);
    if (!view)
        return imp_fail_memory(err,
                               (size_t)view_width * view_height * 3 * sizeof *view);
    ImpStatus status = imp_reader_view(view, view_width, view_height, rgb, width,
                                       height, fit->pool, err);
    if (status == IMP_OK)
        status = imp_seen_init(&picture, fit->network, view_height, view_width,
                               fit->pool, err);
    if (status == IMP_OK) {
        const ImpPlane *const in = &picture.in[0];
        for (int y = 0; y < view_height; y++)
            memcpy(in->at + y * in->row, view + (size_t)y * view_width * 3,
                   (size_t)view_width * 3 * sizeof *view);
        imp_style_network_see(fit->network, fit->pool, &picture, true);
        status = keep_grams(fit, &picture, err);
    }
    imp_seen_clear(&picture);
    imp_free(view);
    return status;
}

static ImpStatus fit_init(Fit *fit, ImpError *err)
{
    const size_t channels = (size_t)fit->model->weights.channels;
    ImpStatus status = imp_painter_tape_init(&fit->tape, fit->model,
                                             imp_kernels_of_floats(fit->model->cpu),
                                             PART, fit->pool, err);

    const int side = fit->tape.painting.height;
    if (status == IMP_OK)
        status = imp_seen_init(&fit->painted, fit->network, side, side, fit->pool, err);
    if (status == IMP_OK)
        status =
            imp_seen_init(&fit->photographed, fit->network, side, side, fit->pool, err);
    if (status == IMP_OK)
        status = imp_style_loss_init(&fit->gradient, fit->network, &fit->painted, err);
    if (status != IMP_OK)
        return status;
    fit->by_style[0] = imp_alloc_zero(6 * channels, sizeof(float));
    if (!fit->by_style[0])
        return imp_fail_memory(err, 6 * channels * sizeof(float));
    fit->by_style[1] = fit->by_style[0] + channels;
    for (int i = 0; i < 2; i++) {
        fit->first[i] = fit->by_style[0] + (2 + i) * channels;
        fit->second[i] = fit->by_style[0] + (4 + i) * channels;
    }
    return IMP_OK;
}

static void fit_clear(Fit *fit)
{
    imp_painter_tape_clear(&fit->tape);
    imp_seen_clear(&fit->target);
    imp_seen_clear(&fit->painted);
    imp_seen_clear(&fit->photographed);
    imp_style_loss_clear(&fit->gradient);
    imp_free(fit->by_style[0]);
}

/* R'G'B' as the style network reads it. `from` may be larger. */
static void show(const ImpSeen *seen, const ImpPlane *from)
{
    const ImpPlane *const in = &seen->in[0];

    for (int y = 0; y < in->height; y++)
        for (int i = 0; i < 3 * in->width; i++)
            imp_plane_row(in, y)[i] = 2.0f * imp_plane_row(from, y)[i] - 1.0f;
}

/* The part of a step: evenly spread over the photo (Roberts 2018's R2 sequence), the
 * same in every run. */
static void take_part(Fit *fit, int step)
{
    const ImpPhoto *const photo = fit->photo;
    const ImpPlane *const in = &fit->tape.in;
    const int halo = fit->tape.shape.halo, side = fit->tape.painting.height;
    const double u = fmod(0.5 + 0.7548776662466927 * step, 1.0),
                 v = fmod(0.5 + 0.5698402909980532 * step, 1.0);
    const int left = (int)(u * imp_max(0, photo->width - side)),
              top = (int)(v * imp_max(0, photo->height - side));

    for (int y = 0; y < in->height; y++) {
        const float *const row =
            photo->rgb +
            (size_t)imp_reflect(top + y - halo, photo->height) * photo->width * 3;
        for (int x = 0; x < in->width; x++)
            memcpy(in->at + y * in->row + x * in->step,
                   row + (size_t)imp_reflect(left + x - halo, photo->width) * 3,
                   3 * sizeof(float));
    }
    const ImpPlane part = imp_plane_inside(in, halo);
    show(&fit->photographed, &part);
}

/* Style and content loss of the painted part, and the gradient by the style. */
static void find_gradient(Fit *fit, int step, double loss[2])
{
    const ImpPlane *const painting = &fit->tape.painting;

    take_part(fit, step);
    imp_style_network_see(fit->network, fit->pool, &fit->photographed, false);
    imp_painter_tape_paint(&fit->tape, fit->pool, fit->style->scale, fit->style->shift);
    show(&fit->painted, painting);
    imp_style_network_see(fit->network, fit->pool, &fit->painted, true);
    imp_style_loss(fit->network, fit->pool, &fit->painted, &fit->target,
                   &fit->photographed, content_weight, &fit->gradient,
                   &fit->tape.gradient, loss);
    for (ptrdiff_t i = 0; i < painting->height * painting->row; i++)
        fit->tape.gradient.at[i] *= 2.0f; /* of 2 x - 1 */
    imp_painter_tape_back(&fit->tape, fit->pool, fit->style->scale, fit->style->shift,
                          fit->by_style[0], fit->by_style[1]);
}

static void adam(Fit *fit, int step)
{
    const double done = (double)step / fit->steps;
    const double now = rate * (done < 0.5 ? 1.0 : 2.0 * (1.0 - done));
    const double unbias1 = 1.0 - pow(beta1, step + 1),
                 unbias2 = 1.0 - pow(beta2, step + 1);

    for (int half = 0; half < 2; half++) {
        float *const x = half ? fit->style->shift : fit->style->scale;
        float *const m = fit->first[half], *const v = fit->second[half];
        for (int c = 0; c < fit->style->channels; c++) {
            const double g = fit->by_style[half][c];
            m[c] = (float)(beta1 * m[c] + (1.0 - beta1) * g);
            v[c] = (float)(beta2 * v[c] + (1.0 - beta2) * g * g);
            x[c] -= (float)(now * (m[c] / unbias1) / (sqrt(v[c] / unbias2) + 1e-8));
        }
    }
}

static bool is_finite(const ImpStyle *style)
{
    for (int c = 0; c < style->channels; c++)
        if (!isfinite(style->scale[c]) || !isfinite(style->shift[c]))
            return false;
    return true;
}

static ImpStatus run(Fit *fit, const ImpWatch *watch, ImpError *err)
{
    ImpProgress progress;
    ImpStatus status = IMP_OK;

    imp_progress_init(&progress, watch, fit->steps);
    for (int step = 0; step < fit->steps && status == IMP_OK; step++) {
        double loss[2];
        find_gradient(fit, step, loss);
        adam(fit, step);
        /* what is not finite may be lost before the losses (ReLU, sigmoid), but not in
         * the gradient */
        if (!isfinite(loss[0] + loss[1]) || !is_finite(fit->style))
            status =
                imp_fail(err, IMP_BAD_ARGUMENT,
                         "This style cannot be fitted: the painting is not finite.");
        else if (!imp_progress_add(&progress, 1.0))
            status = imp_fail(err, IMP_CANCELLED, "Cancelled.");
    }
    imp_progress_clear(&progress);
    return status;
}

ImpStatus imp_style_fit(ImpStyle **out, const ImpModel *model,
                        const ImpStyleNetwork *network, ImpPool *pool,
                        const ImpStyle *start, const float *rgb, int width, int height,
                        const ImpPhoto *photo, int steps, const ImpWatch *watch,
                        ImpError *err)
{
    Fit fit = {
        .model = model, .network = network, .pool = pool, .photo = photo, .steps = steps
    };

    if (imp_style_check_picture(width, height, err) != IMP_OK)
        return IMP_BAD_ARGUMENT;
    if (steps < 1 || steps > 1000)
        return imp_fail(err, IMP_BAD_ARGUMENT,
                        "A style is fitted in 1 to 1000 steps, not %d.", steps);
    ImpStatus status = imp_style_check(start, model, err);
    if (status == IMP_OK)
        status = imp_style_mix(&fit.style, start, start, 0.0, err); /* a copy */
    if (status == IMP_OK)
        status = see_target(&fit, rgb, width, height, err);
    if (status == IMP_OK)
        status = fit_init(&fit, err);
    if (status == IMP_OK)
        status = run(&fit, watch, err);
    if (status == IMP_OK)
        *out = fit.style;
    else
        imp_style_destroy(&fit.style);
    fit_clear(&fit);
    return status == IMP_OK ? imp_succeed(err) : status;
}
