/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A painting: measured and painted once at its working size, then rendered rectangle by rectangle
 * at full size, coarse to fine. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "enlarge.h"
#include "network.h"
#include "photo.h"
#include "status.h"

/* Up to this many pixels a first paint is measured and painted in one run over the whole picture;
 * a larger one is measured on a thumbnail of this size (Chen et al. 2022, arXiv:2103.11784). */
#define WHOLE_PIXELS (1000 * 1000)

struct ImpPainting {
    const ImpModel *model;
    int width, height;           /* of the first paint       */
    int full_width, full_height; /* of the full painting     */
    float *first;                /* [height][width][3]       */
    ImpAffine affine;            /* of the first paint       */
    ImpAffine fine;              /* of the second one, where the full painting is larger */
};

/* Whether the full painting needs a second paint: below, the first one is only resized. */
static bool needs_second(const ImpPainting *p)
{
    return p->full_width > p->width || p->full_height > p->height;
}

void imp_painting_destroy(ImpPainting **painting)
{
    if (!*painting) return;
    imp_affine_clear(&(*painting)->fine);
    imp_affine_clear(&(*painting)->affine);
    imp_free((*painting)->first);
    imp_free(*painting);
    *painting = NULL;
}

/* A sink into [height][width][3]. */
typedef struct Plane {
    float *rgb;
    int width;
} Plane;

static bool write_plane(void *user, int x, int y, int w, int h, const float *rgb)
{
    const Plane *const plane = user;

    for (int i = 0; i < h; i++)
        memcpy(plane->rgb + ((size_t)(y + i) * plane->width + x) * 3, rgb + (size_t)i * w * 3,
               (size_t)w * 3 * sizeof *rgb);
    return true;
}

/* Moments of rgb (width x height), on a thumbnail where it is large; painting as in
 * imp_network_whole, only where it is not. */
static ImpStatus measure(const ImpModel *model, ImpPool *pool, const ImpStyle *style,
                         ImpAffine *affine, const float *rgb, int width, int height,
                         int to_width, int to_height, float *painting,
                         ImpProgress *progress, ImpError *err)
{
    ImpResized view;
    ImpStatus status = imp_resized_init(&view, rgb, width, height, to_width, to_height, err);

    if (status != IMP_OK) return status;
    const ImpRows rows = imp_resized_rows(&view);
    status = imp_network_whole(model, pool, style, affine, &rows, painting, progress, err);
    imp_resized_clear(&view);
    return status;
}

static ImpStatus first_paint(ImpPainting *p, ImpPool *pool, const ImpStyle *style,
                             const ImpPhoto *photo, const ImpWatch *watch, ImpError *err)
{
    const double pixels = (double)p->width * p->height;
    ImpProgress progress;
    ImpStatus status;

    if (pixels <= WHOLE_PIXELS) {
        imp_progress_init(&progress, watch, imp_network_work(p->width, p->height));
        status = measure(p->model, pool, style, &p->affine, photo->rgb, p->width, p->height,
                         p->width, p->height, p->first, &progress, err);
    } else {
        const double scale = WHOLE_PIXELS / pixels;
        int w = p->width, h = p->height;
        while ((double)w * h > WHOLE_PIXELS) { /* the aspect kept, in whole steps */
            w = (int)(w * (0.5 + 0.5 * scale)) - 1;
            h = (int)((double)w * p->height / p->width + 0.5);
        }
        ImpResized view;
        Plane plane = { p->first, p->width };
        const ImpSink sink = { write_plane, &plane };
        imp_progress_init(&progress, watch,
                          imp_network_work(p->width, p->height) + imp_network_work(w, h));
        status = measure(p->model, pool, style, &p->affine, photo->rgb, p->width, p->height, w,
                         h, NULL, &progress, err);
        if (status == IMP_OK)
            status = imp_resized_init(&view, photo->rgb, p->width, p->height, p->width,
                                      p->height, err);
        if (status == IMP_OK) {
            const ImpRows rows = imp_resized_rows(&view);
            status = imp_network_tiles(p->model, pool, &p->affine, &rows, 0, 0, p->width,
                                       p->height, &sink, &progress, err);
            imp_resized_clear(&view);
        }
    }
    imp_progress_clear(&progress);
    return status;
}

ImpStatus imp_painting_begin(ImpPainting **out, const ImpModel *model, ImpPool *pool,
                             const ImpStyle *style, const ImpPhoto *photo,
                             const ImpWatch *watch, ImpError *err)
{
    ImpPainting *p = imp_alloc_zero(1, sizeof *p);
    const size_t floats = (size_t)photo->width * (size_t)photo->height * 3;
    ImpStatus status;

    if (!p) return imp_fail_memory(err, sizeof *p);
    p->model = model;
    p->width = photo->width;
    p->height = photo->height;
    p->full_width = photo->full_width;
    p->full_height = photo->full_height;
    p->first = imp_alloc(floats, sizeof *p->first);
    status = p->first ? IMP_OK : imp_fail_memory(err, floats * sizeof *p->first);
    if (status == IMP_OK) status = imp_affine_init(&p->affine, model, err);
    if (status == IMP_OK) status = imp_affine_init(&p->fine, model, err);
    if (status == IMP_OK) status = first_paint(p, pool, style, photo, watch, err);
    if (status == IMP_OK && needs_second(p)) {
        ImpProgress none;
        imp_progress_init(&none, NULL, 1.0);
        status = measure(model, pool, style, &p->fine, p->first, p->width, p->height,
                         p->width, p->height, NULL, &none, err);
        imp_progress_clear(&none);
    }
    if (status != IMP_OK) {
        imp_painting_destroy(&p);
        return status;
    }
    *out = p;
    return imp_succeed(err);
}

const float *imp_painting_first(const ImpPainting *painting, int *width, int *height)
{
    *width = painting->width;
    *height = painting->height;
    return painting->first;
}

void imp_painting_size(const ImpPainting *painting, int *width, int *height)
{
    *width = painting->full_width;
    *height = painting->full_height;
}

/* The sink of a rectangle that was widened to the grid: passes on what was asked for. */
typedef struct Crop {
    const ImpSink *sink;
    int x, y, width, height;
    float *rows; /* room for what is cut */
} Crop;

static bool write_crop(void *user, int x, int y, int w, int h, const float *rgb)
{
    const Crop *const c = user;
    const int x0 = x > c->x ? x : c->x, y0 = y > c->y ? y : c->y;
    const int x1 = x + w < c->x + c->width ? x + w : c->x + c->width;
    const int y1 = y + h < c->y + c->height ? y + h : c->y + c->height;

    if (x0 >= x1 || y0 >= y1) return true;
    rgb += ((size_t)(y0 - y) * w + (x0 - x)) * 3;
    if (x0 > x || x1 < x + w) {
        for (int i = 0; i < y1 - y0; i++)
            memcpy(c->rows + (size_t)i * (x1 - x0) * 3, rgb + (size_t)i * w * 3,
                   (size_t)(x1 - x0) * 3 * sizeof *rgb);
        rgb = c->rows;
    }
    return c->sink->write(c->sink->user, x0, y0, x1 - x0, y1 - y0, rgb);
}

/* The first paint at the full size, without painting again. */
static ImpStatus render_resized(const ImpRows *rows, int x, int y, int width, int height,
                                const ImpSink *sink, ImpProgress *progress, ImpError *err)
{
    enum { BAND = 64 };
    float *const band = imp_alloc((size_t)BAND * width * 3, sizeof *band);
    float *const scratch = imp_alloc(rows->scratch_floats, sizeof *scratch);
    ImpStatus status = IMP_OK;

    if (!band || !scratch) status = imp_fail_memory(err, (size_t)BAND * width * 3 * 4);
    for (int row = 0; row < height && status == IMP_OK; row += BAND) {
        const int n = height - row < BAND ? height - row : BAND;
        for (int i = 0; i < n; i++)
            rows->fill(rows->user, y + row + i, x, width, band + (size_t)i * width * 3, scratch);
        if (!sink->write(sink->user, x, y + row, width, n, band))
            status = imp_fail(err, IMP_HOST_ERROR, "The painting cannot be stored.");
        else if (!imp_progress_add(progress, imp_network_work(width, n)))
            status = imp_fail(err, IMP_CANCELLED, "Cancelled.");
    }
    imp_free(scratch);
    imp_free(band);
    return status;
}

ImpStatus imp_painting_render(const ImpPainting *p, ImpPool *pool, int x, int y, int width,
                              int height, const ImpSink *sink, const ImpWatch *watch,
                              ImpError *err)
{
    ImpResized view;
    ImpProgress progress;
    ImpStatus status;

    if (x < 0 || y < 0 || width < 1 || height < 1 || width > p->full_width - x ||
        height > p->full_height - y)
        return imp_fail(err, IMP_BAD_ARGUMENT,
                        "The rectangle %d, %d, %d x %d is not inside a painting of %d x %d.", x,
                        y, width, height, p->full_width, p->full_height);
    status = imp_resized_init(&view, p->first, p->width, p->height, p->full_width,
                              p->full_height, err);
    if (status != IMP_OK) return status;
    const ImpRows rows = imp_resized_rows(&view);
    if (!needs_second(p)) {
        imp_progress_init(&progress, watch, imp_network_work(width, height));
        status = render_resized(&rows, x, y, width, height, sink, &progress, err);
    } else {
        const int grid_x = x - x % IMP_GRID, grid_y = y - y % IMP_GRID;
        const int grid_width = width + x - grid_x, grid_height = height + y - grid_y;
        Crop crop = { sink, x, y, width, height,
                      imp_alloc((size_t)grid_width * 64 * 3, sizeof(float)) };
        const ImpSink cropped = { write_crop, &crop };
        imp_progress_init(&progress, watch, imp_network_work(grid_width, grid_height));
        status = crop.rows ? imp_network_tiles(p->model, pool, &p->fine, &rows, grid_x, grid_y,
                                               grid_width, grid_height, &cropped, &progress, err)
                           : imp_fail_memory(err, (size_t)grid_width * 64 * 3 * 4);
        imp_free(crop.rows);
    }
    imp_progress_clear(&progress);
    imp_resized_clear(&view);
    return status == IMP_OK ? imp_succeed(err) : status;
}
