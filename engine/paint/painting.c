/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A painting: measured and painted once at its working size, then painted again at
 * larger sizes level by level (levels.h) up to the full one. */
#include "config.h"

#include <math.h>

#include "compiler.h"
#include "levels.h"
#include "network.h"
#include "photo.h"
#include "reference.h"
#include "sink.h"
#include "status.h"
#include "style.h"

/* Up to this many pixels a first paint is measured and painted in one run over the
 * whole picture; a larger one is measured on a thumbnail of this size (Chen et al.
 * 2022, arXiv:2103.11784), or smaller beside the reference (reference.h). */
#define WHOLE_PIXELS (1000 * 1000)

struct ImpPainting {
    const ImpModel *model;
    ImpStyle *style;   /* a copy */
    ImpPicture first;  /* what a preview shows */
    ImpPicture beside; /* painted: what it was measured on, beside the reference; rgb
                        NULL where the photo was measured alone */
    ImpLevels levels;
    int level;   /* of the top */
    ImpKept top; /* the largest so far; level 0: the first paint */
    bool knows_fine;
    ImpAffine fine; /* of all paints but the first, measured on that or on `beside` */
};

void imp_painting_destroy(ImpPainting **painting)
{
    if (!*painting)
        return;
    imp_affine_clear(&(*painting)->fine);
    imp_free((*painting)->top.rgb);
    imp_free((*painting)->beside.rgb);
    imp_free((*painting)->first.rgb);
    imp_style_destroy(&(*painting)->style);
    imp_free(*painting);
    *painting = NULL;
}

static bool picture_init(ImpPicture *picture, int width, int height)
{
    *picture = (ImpPicture) { imp_alloc((size_t)width * (size_t)height * 3,
                                        sizeof *picture->rgb),
                              width, height };
    return picture->rgb != NULL;
}

/* The size at which width x height is measured. */
static void measured_size(int *width, int *height)
{
    const double scale = fmin(1.0, sqrt((double)WHOLE_PIXELS / *width / *height));

    *width = (int)fmax(1.0, floor(*width * scale));
    *height = (int)fmax(1.0, floor(*height * scale));
}

/* Moments of a picture seen at width x height, which is painted in the same run unless
 * `painting` is NULL. */
static ImpStatus measure(const ImpPainting *p, ImpPool *pool, ImpAffine *affine,
                         const ImpPicture *picture, int width, int height,
                         float *painting, ImpProgress *progress, ImpError *err)
{
    ImpResized view;
    ImpStatus status = imp_resized_init(&view, picture->rgb, picture->width,
                                        picture->height, width, height, err);

    if (status != IMP_OK)
        return status;
    const ImpRows rows = imp_resized_rows(&view);
    status = imp_network_whole(p->model, pool, p->style, affine, &rows, painting,
                               progress, err);
    imp_resized_clear(&view);
    return status;
}

/* The photo, painted in tiles by an affine that is known. */
static ImpStatus paint_tiles(ImpPainting *p, ImpPool *pool, const ImpAffine *affine,
                             const ImpPicture *photo, ImpProgress *progress,
                             ImpError *err)
{
    ImpCanvas canvas = { p->first.rgb, p->first.width };
    const ImpSink sink = { imp_canvas_write, &canvas };
    ImpResized view;
    ImpStatus status = imp_resized_init(&view, photo->rgb, photo->width, photo->height,
                                        photo->width, photo->height, err);

    if (status != IMP_OK)
        return status;
    const ImpRows rows = imp_resized_rows(&view);
    status = imp_network_tiles(p->model, pool, affine, &rows, 0, 0, photo->width,
                               photo->height, &sink, progress, err);
    imp_resized_clear(&view);
    return status;
}

/* The photo by itself: in one run where it is small enough. */
static ImpStatus first_paint_alone(ImpPainting *p, ImpPool *pool, ImpAffine *affine,
                                   const ImpPicture *photo, const ImpWatch *watch,
                                   ImpError *err)
{
    const double work = imp_network_work(photo->width, photo->height);
    int width = photo->width, height = photo->height;
    ImpProgress progress;

    measured_size(&width, &height);
    const bool whole = width == photo->width && height == photo->height;
    imp_progress_init(&progress, watch,
                      whole ? work : work + imp_network_work(width, height));
    ImpStatus status = measure(p, pool, affine, photo, width, height,
                               whole ? p->first.rgb : NULL, &progress, err);
    if (status == IMP_OK && !whole)
        status = paint_tiles(p, pool, affine, photo, &progress, err);
    imp_progress_clear(&progress);
    return status;
}

static ImpStatus first_paint_beside(ImpPainting *p, ImpPool *pool, ImpAffine *affine,
                                    const ImpPicture *photo, double share,
                                    const ImpWatch *watch, ImpError *err)
{
    const ImpPainterWeights *const w = &p->model->weights;
    const ImpPicture reference = { w->reference, w->reference_width,
                                   w->reference_height };
    ImpPicture wide;
    ImpProgress progress;
    ImpStatus status = imp_beside_reference(&wide, pool, photo, &reference, share, err);

    if (status != IMP_OK)
        return status;
    imp_progress_init(&progress, watch,
                      imp_network_work(wide.width, wide.height) +
                          imp_network_work(photo->width, photo->height));
    if (!picture_init(&p->beside, wide.width, wide.height))
        status = imp_fail_memory(err, (size_t)wide.width * (size_t)wide.height * 12);
    if (status == IMP_OK)
        status = measure(p, pool, affine, &wide, wide.width, wide.height, p->beside.rgb,
                         &progress, err);
    if (status == IMP_OK)
        status = paint_tiles(p, pool, affine, photo, &progress, err);
    imp_progress_clear(&progress);
    imp_free(wide.rgb);
    return status;
}

static ImpStatus first_paint(ImpPainting *p, ImpPool *pool, const ImpPhoto *photo,
                             const ImpWatch *watch, ImpError *err)
{
    const ImpPicture picture = { photo->rgb, photo->width, photo->height };
    const bool beside = p->model->weights.reference && photo->reference_share > 0;
    ImpAffine affine;
    ImpStatus status = imp_affine_init(&affine, p->model, err);

    if (status != IMP_OK)
        return status;
    status = beside ? first_paint_beside(p, pool, &affine, &picture,
                                         photo->reference_share, watch, err)
                    : first_paint_alone(p, pool, &affine, &picture, watch, err);
    imp_affine_clear(&affine);
    return status;
}

ImpStatus imp_painting_begin(ImpPainting **out, const ImpModel *model, ImpPool *pool,
                             const ImpStyle *style, const ImpPhoto *photo,
                             const ImpWatch *watch, ImpError *err)
{
    ImpStatus status = imp_style_check(style, model, err);

    if (status != IMP_OK)
        return status;
    ImpPainting *p = imp_alloc_zero(1, sizeof *p);
    if (!p)
        return imp_fail_memory(err, sizeof *p);
    p->model = model;
    p->levels =
        imp_levels(photo->width, photo->height, photo->full_width, photo->full_height);
    status = imp_style_mix(&p->style, style, style, 0.0, err); /* a copy */
    if (status == IMP_OK && !picture_init(&p->first, photo->width, photo->height))
        status = imp_fail_memory(err, (size_t)photo->width * photo->height * 12);
    if (status == IMP_OK)
        status = imp_kept_init(&p->top, 0, 0, photo->width, photo->height, err);
    if (status == IMP_OK)
        status = first_paint(p, pool, photo, watch, err);
    if (status == IMP_OK)
        (void)imp_kept_write(&p->top, 0, 0, photo->width, photo->height, p->first.rgb);
    if (status != IMP_OK) {
        imp_painting_destroy(&p);
        return status;
    }
    *out = p;
    return imp_succeed(err);
}

const float *imp_painting_first(const ImpPainting *painting, int *width, int *height)
{
    *width = painting->first.width;
    *height = painting->first.height;
    return painting->first.rgb;
}

/* ---- larger ------------------------------------------------------------------ */

/* What the moments of all further paints are measured on. */
static const ImpPicture *fine_picture(const ImpPainting *p, int *width, int *height)
{
    const ImpPicture *const picture = p->beside.rgb ? &p->beside : &p->first;

    *width = picture->width;
    *height = picture->height;
    measured_size(width, height);
    return picture;
}

static double fine_work(const ImpPainting *p)
{
    int width, height;

    if (p->knows_fine)
        return 0;
    (void)fine_picture(p, &width, &height);
    return imp_network_work(width, height);
}

static ImpStatus know_fine(ImpPainting *p, ImpPool *pool, ImpProgress *progress,
                           ImpError *err)
{
    int width, height;
    const ImpPicture *const picture = fine_picture(p, &width, &height);
    ImpStatus status = IMP_OK;

    if (p->knows_fine)
        return IMP_OK;
    if (!p->fine.scale)
        status = imp_affine_init(&p->fine, p->model, err);
    if (status == IMP_OK)
        status =
            measure(p, pool, &p->fine, picture, width, height, NULL, progress, err);
    p->knows_fine = status == IMP_OK;
    return status;
}

/* Work of the levels above the top, up to this one. */
static double levels_work(const ImpPainting *p, int level)
{
    double work = level > p->level ? fine_work(p) : 0;

    for (int i = p->level; i < level; i++) {
        const ImpLevelPaint next = { .model = p->model,
                                     .levels = &p->levels,
                                     .kept = i };
        int width, height;
        imp_level_size(&p->levels, i + 1, &width, &height);
        work += imp_level_work(&next, i + 1, 0, 0, width, height);
    }
    return work;
}

/* What a preview shows becomes `top`, seen at the size of the preview. On failure it is
 * as it was. */
static ImpStatus look_again(ImpPainting *p, ImpPool *pool, const ImpKept *top,
                            ImpError *err)
{
    ImpResized view;
    ImpStatus status = imp_resized_init(&view, NULL, top->width, top->height,
                                        p->first.width, p->first.height, err);

    if (status != IMP_OK)
        return status;
    imp_resized_hold(&view, top);
    status = imp_resized_copy(&view, pool, 0, 0, p->first.width, p->first.height,
                              p->first.rgb, p->first.width, err);
    imp_resized_clear(&view);
    return status;
}

/* The top becomes the next level; nothing is lost before that is whole. */
static ImpStatus paint_level(ImpPainting *p, ImpPool *pool, ImpProgress *progress,
                             ImpError *err)
{
    ImpKept next;
    const ImpSink sink = { imp_kept_write, &next };
    int width, height;
    ImpStatus status = know_fine(p, pool, progress, err);

    if (status != IMP_OK)
        return status;
    imp_level_size(&p->levels, p->level + 1, &width, &height);
    status = imp_kept_init(&next, 0, 0, width, height, err);
    if (status != IMP_OK)
        return status;
    const ImpLevelPaint paint = { p->model,   pool,    &p->fine, progress,
                                  &p->levels, &p->top, p->level };
    status = imp_level_paint(&paint, p->level + 1, 0, 0, width, height, &sink, err);
    if (status == IMP_OK && p->level == 0)
        status = look_again(p, pool, &next, err);
    if (status != IMP_OK) {
        imp_free(next.rgb);
        return status;
    }
    imp_free(p->top.rgb);
    p->top = next;
    p->level++;
    return IMP_OK;
}

static ImpStatus paint_levels(ImpPainting *p, ImpPool *pool, int level,
                              ImpProgress *progress, ImpError *err)
{
    ImpStatus status = IMP_OK;

    while (status == IMP_OK && p->level < level)
        status = paint_level(p, pool, progress, err);
    return status;
}

bool imp_painting_is_coarse(const ImpPainting *p)
{
    return p->level == 0 && imp_levels_kept(&p->levels) > 0;
}

ImpStatus imp_painting_refine(ImpPainting *p, ImpPool *pool, const ImpWatch *watch,
                              ImpError *err)
{
    const int level = imp_painting_is_coarse(p) ? 1 : 0;
    ImpProgress progress;
    ImpStatus status;

    imp_progress_init(&progress, watch, levels_work(p, level));
    status = paint_levels(p, pool, level, &progress, err);
    imp_progress_clear(&progress);
    return status == IMP_OK ? imp_succeed(err) : status;
}

/* The top, seen at the full size, into the sink. */
static ImpStatus render_top(const ImpPainting *p, ImpPool *pool, int x, int y,
                            int width, int height, const ImpSink *sink,
                            ImpProgress *progress, ImpError *err)
{
    enum { BAND = 64 };
    ImpSharedSink shared;
    ImpResized view;
    ImpStatus status =
        imp_resized_init(&view, NULL, p->top.width, p->top.height, p->levels.full_width,
                         p->levels.full_height, err);

    if (status != IMP_OK)
        return status;
    imp_resized_hold(&view, &p->top);
    float *const band = imp_alloc((size_t)BAND * width * 3, sizeof *band);
    imp_shared_sink_init(&shared, sink);
    if (!band)
        status = imp_fail_memory(err, (size_t)BAND * width * 3 * 4);
    for (int row = 0; row < height && status == IMP_OK; row += BAND) {
        const int n = imp_min(height - row, BAND);
        status = imp_resized_copy(&view, pool, x, y + row, width, n, band, width, err);
        if (status == IMP_OK &&
            (!imp_shared_sink_write(&shared, x, y + row, width, n, band) ||
             !imp_progress_add(progress, imp_network_work(width, n))))
            status = imp_shared_sink_stopped(&shared, err);
    }
    imp_shared_sink_clear(&shared);
    imp_free(band);
    imp_resized_clear(&view);
    return status;
}

ImpStatus imp_painting_render(ImpPainting *p, ImpPool *pool, int x, int y, int width,
                              int height, const ImpSink *sink, const ImpWatch *watch,
                              ImpError *err)
{
    const int kept = imp_levels_kept(&p->levels);
    ImpProgress progress;
    const int full = p->levels.last;
    const ImpLevelPaint paint = { p->model,   pool,    &p->fine, &progress,
                                  &p->levels, &p->top, kept };
    ImpStatus status;
    double work;

    if (x < 0 || y < 0 || width < 1 || height < 1 || width > p->levels.full_width - x ||
        height > p->levels.full_height - y)
        return imp_fail(
            err, IMP_BAD_ARGUMENT,
            "The rectangle %d, %d, %d x %d is not inside a painting of %d x %d.", x, y,
            width, height, p->levels.full_width, p->levels.full_height);
    work = kept < full ? imp_level_work(&paint, full, x, y, width, height) +
                             fine_work(p) * (kept == 0)
                       : imp_network_work(width, height);
    imp_progress_init(&progress, watch, levels_work(p, kept) + work);
    status = paint_levels(p, pool, kept, &progress, err);
    if (status == IMP_OK && kept < full)
        status = know_fine(p, pool, &progress, err);
    if (status == IMP_OK)
        status = kept < full
                     ? imp_level_paint(&paint, full, x, y, width, height, sink, err)
                     : render_top(p, pool, x, y, width, height, sink, &progress, err);
    imp_progress_clear(&progress);
    return status == IMP_OK ? imp_succeed(err) : status;
}
