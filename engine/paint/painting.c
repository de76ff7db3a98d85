/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A painting: measured and painted once at its working size, then painted again at larger sizes
 * (refine.h) up to the full one. Each size is at most STEP_MAX times the one before. The top is the
 * last one that is kept whole; a rectangle of one above it is painted from a part of the one below,
 * which is painted when it is needed and forgotten again. So memory does not grow with the picture. */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "contrast.h"
#include "network.h"
#include "photo.h"
#include "refine.h"
#include "status.h"
#include "style.h"

/* Up to this many pixels a first paint is measured and painted in one run over the whole picture;
 * a larger one is measured on a thumbnail of this size (Chen et al. 2022, arXiv:2103.11784). */
#define WHOLE_PIXELS (1000 * 1000)
/* What is hardly larger is only resized. */
#define STEP_MIN 1.25
/* A larger step shows the pixels of the smaller painting in the larger one. */
#define STEP_MAX 2.25
/* Paintings of more pixels are not kept whole: 48 MB, of the first step, which a preview looks at,
 * 192 MB. */
#define KEPT_PIXELS 8e6
#define KEPT_PIXELS_FIRST 32e6

struct ImpPainting {
    const ImpModel *model;
    ImpStyle style;              /* a copy                                          */
    float lack;                  /* of contrast, of the photo                       */
    ImpPlane first;              /* what a preview shows                            */
    int full_width, full_height; /* of the full painting                            */
    int levels;                  /* paints again up to the full size                */
    int level;                   /* of them done: size of the top                   */
    ImpKept top;                 /* the largest so far; level 0: the first paint    */
    bool knows_fine;
    ImpAffine fine; /* of all paints but the first, measured on that */
};

void imp_painting_destroy(ImpPainting **painting)
{
    if (!*painting) return;
    imp_affine_clear(&(*painting)->fine);
    imp_free((*painting)->top.rgb);
    imp_free((*painting)->first.rgb);
    imp_free((*painting)->style.scale);
    imp_free(*painting);
    *painting = NULL;
}

/* Width and height of a level of the painting. */
static void level_size(const ImpPainting *p, int level, int *width, int *height)
{
    const double part = p->levels ? (double)level / p->levels : 0.0;

    *width = (int)(p->first.width * pow((double)p->full_width / p->first.width, part) + 0.5);
    *height = (int)(p->first.height * pow((double)p->full_height / p->first.height, part) + 0.5);
}

static int count_levels(const ImpPainting *p)
{
    const double ratio = fmax((double)p->full_width / p->first.width,
                              (double)p->full_height / p->first.height);

    return ratio > STEP_MIN ? (int)fmax(1.0, ceil(log(ratio) / log(STEP_MAX))) : 0;
}

/* The largest level that is kept whole: not the last one, but where it is the only one. */
static int last_kept(const ImpPainting *p)
{
    const int most = p->levels > 1 ? p->levels - 1 : p->levels;
    int kept = 0;

    for (int width, height; kept < most; kept++) {
        level_size(p, kept + 1, &width, &height);
        if ((double)width * height > (kept ? KEPT_PIXELS : KEPT_PIXELS_FIRST)) break;
    }
    return kept;
}

/* A sink into a plane. */
static bool write_plane(void *user, int x, int y, int w, int h, const float *rgb)
{
    const ImpPlane *const plane = user;

    for (int i = 0; i < h; i++)
        memcpy(plane->rgb + ((size_t)(y + i) * plane->width + x) * 3, rgb + (size_t)i * w * 3,
               (size_t)w * 3 * sizeof *rgb);
    return true;
}

/* A sink into what is kept: whole, or a part in the coordinates of the whole. */
static bool write_kept(void *user, int x, int y, int w, int h, const float *rgb)
{
    const ImpKept *const kept = user;

    for (int i = 0; i < h; i++, rgb += 3 * w) {
        uint16_t *const row =
            kept->rgb + ((size_t)(y + i - kept->y) * kept->width + (x - kept->x)) * 3;
        for (int j = 0; j < 3 * w; j++) row[j] = (uint16_t)(rgb[j] * IMP_KEPT_ONE + 0.5f);
    }
    return true;
}

static bool kept_init(ImpKept *kept, int x, int y, int width, int height)
{
    *kept = (ImpKept) { imp_alloc((size_t)width * (size_t)height * 3, sizeof *kept->rgb), x, y,
                        width, height };
    return kept->rgb != NULL;
}

static bool plane_init(ImpPlane *plane, int width, int height)
{
    *plane = (ImpPlane) { imp_alloc((size_t)width * (size_t)height * 3, sizeof *plane->rgb), width,
                          height };
    return plane->rgb != NULL;
}

static ImpStatus no_plane(int width, int height, ImpError *err)
{
    return imp_fail_memory(err, (size_t)width * (size_t)height * 3 * sizeof(float));
}

/* The size at which width x height is measured. */
static void measured_size(int *width, int *height)
{
    const double scale = fmin(1.0, sqrt((double)WHOLE_PIXELS / *width / *height));

    *width = (int)fmax(1.0, floor(*width * scale));
    *height = (int)fmax(1.0, floor(*height * scale));
}

/* Moments of a picture seen at width x height. `painting`, NULL or room for what is painted, is
 * filled in the same run unless the photo lacks contrast: then *painted is false. */
static ImpStatus measure(const ImpPainting *p, ImpPool *pool, ImpAffine *affine,
                         const ImpPlane *picture, int width, int height, float *painting,
                         bool *painted, ImpProgress *progress, ImpError *err)
{
    ImpPlane wide = { .rgb = NULL };
    ImpResized view, wide_view = { 0 };
    ImpStatus status = imp_resized_init(&view, picture->rgb, picture->width, picture->height,
                                        width, height, err);
    ImpRows rows = imp_resized_rows(&view);

    *painted = painting && p->lack <= 0.0f;
    if (status == IMP_OK && p->lack > 0.0f) {
        status = imp_beside_contrast(&wide, &rows, p->lack, err);
        if (status == IMP_OK)
            status = imp_resized_init(&wide_view, wide.rgb, wide.width, wide.height, wide.width,
                                      wide.height, err);
        rows = imp_resized_rows(&wide_view);
    }
    if (status == IMP_OK)
        status = imp_network_whole(p->model, pool, &p->style, affine, &rows,
                                   *painted ? painting : NULL, progress, err);
    imp_resized_clear(&wide_view);
    imp_resized_clear(&view);
    imp_free(wide.rgb);
    return status;
}

/* The photo, painted in tiles by an affine that is known. */
static ImpStatus paint_tiles(ImpPainting *p, ImpPool *pool, const ImpAffine *affine,
                             const ImpPlane *photo, ImpProgress *progress, ImpError *err)
{
    const ImpSink sink = { write_plane, &p->first };
    ImpResized view;
    ImpStatus status = imp_resized_init(&view, photo->rgb, photo->width, photo->height,
                                        photo->width, photo->height, err);

    if (status != IMP_OK) return status;
    const ImpRows rows = imp_resized_rows(&view);
    status = imp_network_tiles(p->model, pool, affine, &rows, 0, 0, photo->width, photo->height,
                               &sink, progress, err);
    imp_resized_clear(&view);
    return status;
}

static ImpStatus first_paint(ImpPainting *p, ImpPool *pool, const ImpPlane *photo,
                             const ImpWatch *watch, ImpError *err)
{
    const double work = imp_network_work(photo->width, photo->height);
    int width = photo->width, height = photo->height;
    bool painted;
    ImpAffine affine;
    ImpProgress progress;
    ImpStatus status = imp_affine_init(&affine, p->model, err);

    if (status != IMP_OK) return status;
    measured_size(&width, &height);
    const bool whole = width == photo->width && height == photo->height;
    imp_progress_init(&progress, watch, whole ? work : work + imp_network_work(width, height));
    status = measure(p, pool, &affine, photo, width, height, whole ? p->first.rgb : NULL, &painted,
                     &progress, err);
    if (status == IMP_OK && !painted) status = paint_tiles(p, pool, &affine, photo, &progress, err);
    imp_progress_clear(&progress);
    imp_affine_clear(&affine);
    return status;
}

static bool copy_style(ImpStyle *to, const ImpStyle *from)
{
    const size_t n = (size_t)from->channels;

    *to = (ImpStyle) { .channels = from->channels, .scale = imp_alloc(2 * n, sizeof *to->scale) };
    if (!to->scale) return false;
    to->shift = to->scale + n;
    memcpy(to->scale, from->scale, n * sizeof *to->scale);
    memcpy(to->shift, from->shift, n * sizeof *to->shift);
    return true;
}

ImpStatus imp_painting_begin(ImpPainting **out, const ImpModel *model, ImpPool *pool,
                             const ImpStyle *style, const ImpPhoto *photo,
                             const ImpWatch *watch, ImpError *err)
{
    const ImpPlane picture = { photo->rgb, photo->width, photo->height };
    ImpPainting *p = imp_alloc_zero(1, sizeof *p);
    ImpStatus status = IMP_OK;

    if (!p) return imp_fail_memory(err, sizeof *p);
    p->model = model;
    p->full_width = photo->full_width;
    p->full_height = photo->full_height;
    if (!copy_style(&p->style, style) || !plane_init(&p->first, photo->width, photo->height) ||
        !kept_init(&p->top, 0, 0, photo->width, photo->height))
        status = no_plane(photo->width, photo->height, err);
    if (status == IMP_OK) {
        p->levels = count_levels(p);
        p->lack = imp_lack_of_contrast(&picture);
        status = first_paint(p, pool, &picture, watch, err);
    }
    if (status == IMP_OK)
        (void)write_kept(&p->top, 0, 0, photo->width, photo->height, p->first.rgb);
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

void imp_painting_size(const ImpPainting *painting, int *width, int *height)
{
    *width = painting->full_width;
    *height = painting->full_height;
}

/* ---- larger ------------------------------------------------------------------ */

static double fine_work(const ImpPainting *p)
{
    int width = p->first.width, height = p->first.height;

    if (p->knows_fine) return 0;
    measured_size(&width, &height);
    return imp_network_work(width, height);
}

static ImpStatus know_fine(ImpPainting *p, ImpPool *pool, ImpProgress *progress, ImpError *err)
{
    int width = p->first.width, height = p->first.height;
    bool painted;
    ImpStatus status = IMP_OK;

    if (p->knows_fine) return IMP_OK;
    measured_size(&width, &height);
    if (!p->fine.scale) status = imp_affine_init(&p->fine, p->model, err);
    if (status == IMP_OK)
        status = measure(p, pool, &p->fine, &p->first, width, height, NULL, &painted, progress,
                         err);
    p->knows_fine = status == IMP_OK;
    return status;
}

/* A level as the next one sees it: the top, or painted part by part. */
typedef struct Level {
    const ImpPainting *painting;
    ImpPool *pool;
    ImpProgress *progress;
    int number, top; /* of this level; of the one that is kept */
    ImpKept part;    /* owned; empty for the top */
} Level;

static ImpSmaller below(Level *level);

static ImpStatus paint_part(const Level *level, int x, int y, int width, int height,
                            const ImpSink *sink, ImpError *err)
{
    const ImpPainting *const p = level->painting;
    Level smaller = *level;
    int to_width, to_height;

    smaller.number--;
    smaller.part.rgb = NULL;
    const ImpSmaller from = below(&smaller);
    level_size(p, level->number, &to_width, &to_height);
    const ImpStatus status =
        imp_paint_again(p->model, level->pool, &p->fine, &from, to_width, to_height, x, y, width,
                        height, sink, level->progress, err);
    imp_free(smaller.part.rgb);
    return status;
}

static double part_work(const Level *level, int x, int y, int width, int height)
{
    Level smaller = *level;
    int to_width, to_height;

    smaller.number--;
    const ImpSmaller from = below(&smaller);
    level_size(level->painting, level->number, &to_width, &to_height);
    return imp_again_work(level->painting->model, &from, to_width, to_height, x, y, width, height);
}

/* ImpSmaller.part */
static ImpStatus level_part(void *user, int x, int y, int width, int height, ImpKept *part,
                            ImpError *err)
{
    Level *const level = user;
    const ImpSink sink = { write_kept, &level->part };
    ImpStatus status = IMP_OK;

    if (level->number == level->top) {
        *part = level->painting->top;
        return IMP_OK;
    }
    imp_free(level->part.rgb);
    status = kept_init(&level->part, x, y, width, height)
                 ? paint_part(level, x, y, width, height, &sink, err)
                 : no_plane(width, height, err);
    *part = level->part;
    return status;
}

/* ImpSmaller.work */
static double level_work(void *user, int x, int y, int width, int height)
{
    const Level *const level = user;

    return level->number == level->top ? 0 : part_work(level, x, y, width, height);
}

static ImpSmaller below(Level *level)
{
    ImpSmaller from = { .part = level_part, .work = level_work, .user = level };

    level_size(level->painting, level->number, &from.width, &from.height);
    return from;
}

/* Work of the levels above the top, up to this one. */
static double levels_work(const ImpPainting *p, int level)
{
    double work = level > p->level ? fine_work(p) : 0;

    for (int i = p->level; i < level; i++) {
        const Level next = { .painting = p, .number = i + 1, .top = i };
        int width, height;
        level_size(p, i + 1, &width, &height);
        work += part_work(&next, 0, 0, width, height);
    }
    return work;
}

/* What a preview shows becomes the top, seen at the size of the preview. */
static ImpStatus look_again(ImpPainting *p, ImpError *err)
{
    ImpResized view;
    ImpStatus status = imp_resized_init(&view, NULL, p->top.width, p->top.height, p->first.width,
                                        p->first.height, err);

    if (status != IMP_OK) return status;
    view.kept = p->top.rgb;
    const ImpRows rows = imp_resized_rows(&view);
    float *const scratch = imp_alloc(rows.scratch_floats, sizeof *scratch);
    if (!scratch) status = imp_fail_memory(err, rows.scratch_floats * sizeof *scratch);
    for (int y = 0; y < p->first.height && status == IMP_OK; y++)
        rows.fill(rows.user, y, 0, p->first.width,
                  p->first.rgb + (size_t)y * p->first.width * 3, scratch);
    imp_free(scratch);
    imp_resized_clear(&view);
    return status;
}

/* The top becomes the next level. */
static ImpStatus paint_level(ImpPainting *p, ImpPool *pool, ImpProgress *progress, ImpError *err)
{
    ImpKept next;
    const ImpSink sink = { write_kept, &next };
    int width, height;
    ImpStatus status = know_fine(p, pool, progress, err);

    if (status != IMP_OK) return status;
    level_size(p, p->level + 1, &width, &height);
    if (!kept_init(&next, 0, 0, width, height)) return no_plane(width, height, err);
    const Level level = { p, pool, progress, p->level + 1, p->level, { .rgb = NULL } };
    status = paint_part(&level, 0, 0, width, height, &sink, err);
    if (status != IMP_OK) {
        imp_free(next.rgb);
        return status;
    }
    imp_free(p->top.rgb);
    p->top = next;
    return ++p->level == 1 ? look_again(p, err) : IMP_OK;
}

static ImpStatus paint_levels(ImpPainting *p, ImpPool *pool, int level, ImpProgress *progress,
                              ImpError *err)
{
    ImpStatus status = IMP_OK;

    while (status == IMP_OK && p->level < level) status = paint_level(p, pool, progress, err);
    return status;
}

bool imp_painting_is_coarse(const ImpPainting *p)
{
    return p->level == 0 && last_kept(p) > 0;
}

ImpStatus imp_painting_refine(ImpPainting *p, ImpPool *pool, const ImpWatch *watch, ImpError *err)
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
static ImpStatus render_top(const ImpPainting *p, int x, int y, int width, int height,
                            const ImpSink *sink, ImpProgress *progress, ImpError *err)
{
    enum { BAND = 64 };
    ImpResized view;
    ImpStatus status = imp_resized_init(&view, NULL, p->top.width, p->top.height, p->full_width,
                                        p->full_height, err);

    if (status != IMP_OK) return status;
    view.kept = p->top.rgb;
    const ImpRows rows = imp_resized_rows(&view);
    float *const band = imp_alloc((size_t)BAND * width * 3, sizeof *band);
    float *const scratch = imp_alloc(rows.scratch_floats, sizeof *scratch);
    if (!band || !scratch) status = imp_fail_memory(err, (size_t)BAND * width * 3 * 4);
    for (int row = 0; row < height && status == IMP_OK; row += BAND) {
        const int n = height - row < BAND ? height - row : BAND;
        for (int i = 0; i < n; i++)
            rows.fill(rows.user, y + row + i, x, width, band + (size_t)i * width * 3, scratch);
        if (!sink->write(sink->user, x, y + row, width, n, band))
            status = imp_fail(err, IMP_HOST_ERROR, "The painting cannot be stored.");
        else if (!imp_progress_add(progress, imp_network_work(width, n)))
            status = imp_fail(err, IMP_CANCELLED, "Cancelled.");
    }
    imp_free(scratch);
    imp_free(band);
    imp_resized_clear(&view);
    return status;
}

ImpStatus imp_painting_render(ImpPainting *p, ImpPool *pool, int x, int y, int width, int height,
                              const ImpSink *sink, const ImpWatch *watch, ImpError *err)
{
    const int kept = last_kept(p);
    ImpProgress progress;
    const Level full = { p, pool, &progress, p->levels, kept, { .rgb = NULL } };
    ImpStatus status;
    double work;

    if (x < 0 || y < 0 || width < 1 || height < 1 || width > p->full_width - x ||
        height > p->full_height - y)
        return imp_fail(err, IMP_BAD_ARGUMENT,
                        "The rectangle %d, %d, %d x %d is not inside a painting of %d x %d.", x,
                        y, width, height, p->full_width, p->full_height);
    work = kept < p->levels ? part_work(&full, x, y, width, height) + fine_work(p) * (kept == 0)
                            : imp_network_work(width, height);
    imp_progress_init(&progress, watch, levels_work(p, kept) + work);
    status = paint_levels(p, pool, kept, &progress, err);
    if (status == IMP_OK && kept < p->levels) status = know_fine(p, pool, &progress, err);
    if (status == IMP_OK)
        status = kept < p->levels ? paint_part(&full, x, y, width, height, sink, err)
                                  : render_top(p, x, y, width, height, sink, &progress, err);
    imp_progress_clear(&progress);
    return status == IMP_OK ? imp_succeed(err) : status;
}
