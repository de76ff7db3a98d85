/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Bringing a photo to the size of its first paint, read once from top to bottom in
 * bands: each source row is resized along x, then all are added into the rows that they
 * count in. */
#include "config.h"

#include "photo.h"

#include <math.h>

#include "axis.h"
#include "compiler.h"
#include "fill.h"
#include "pool.h"
#include "progress.h"
#include "reference.h"
#include "status.h"

/* Source rows read at a time, as many as GIMP's tiles have. */
#define BAND 64
#define SIDE_MAX 262144

void imp_working_size(int width, int height, double brush_size, int *working_width,
                      int *working_height)
{
    const int long_side = width > height ? width : height;
    const double wanted = IMP_WORKING_LENGTH / brush_size;
    const double scale = fmin(wanted / long_side, IMP_ENLARGE_MAX);

    *working_width = (int)fmax(1.0, floor(width * scale + 0.5));
    *working_height = (int)fmax(1.0, floor(height * scale + 0.5));
}

typedef struct Reduction {
    ImpAxis columns, rows;
    int full_width;
    float *band;    /* [BAND][full width][4], of the source's rows */
    int begin, end; /* these */
    float *row;     /* [BAND][width][4], resized along x, premultiplied */
    float *sums;    /* [height][width][4] */
    int oldest;     /* first row that these or later source rows still count in */
} Reduction;

/* One row of the band, straight -> r->row, premultiplied. The band is overwritten. */
static bool reduce_row(void *context, int item, int worker)
{
    const Reduction *const r = context;
    ImpPixel_u *const row = (ImpPixel_u *)r->row + (size_t)item * r->columns.samples;
    ImpPixel_u *const source = (ImpPixel_u *)r->band + (size_t)item * r->full_width;

    for (int x = 0; x < r->full_width; x++) {
        const ImpPixel p = imp_pixel_clamp01(source[x]);
        source[x] = p * (ImpPixel) { p[3], p[3], p[3], 1 };
    }
    for (int x = 0; x < r->columns.samples; x++)
        row[x] = imp_axis_pixel(&r->columns, x, (float *)source, 4, 0, r->full_width);
    return true;
}

/* Add what counts of the band, in order, to one row from r->oldest on. */
static bool add_rows(void *context, int item, int worker)
{
    const Reduction *const r = context;
    const int i = r->oldest + item, first = r->rows.first[i];
    const int end = imp_min(first + r->rows.count[i], r->end);
    const size_t floats = 4 * (size_t)r->columns.samples;
    const float *const weights = r->rows.weight + (size_t)i * (size_t)r->rows.taps;
    float *const sum = r->sums + (size_t)i * floats;

    for (int y = imp_max(first, r->begin); y < end; y++) {
        const float *const row = r->row + (size_t)(y - r->begin) * floats;
        for (size_t j = 0; j < floats; j++)
            sum[j] += weights[y - first] * row[j];
    }
    return true;
}

static void reduce_band(Reduction *r, ImpPool *pool)
{
    const ImpAxis *const rows = &r->rows;
    int end = r->oldest;

    while (end < rows->samples && rows->first[end] < r->end)
        end++;
    (void)imp_pool_run(pool, r->end - r->begin, reduce_row, r); /* neither stops */
    (void)imp_pool_run(pool, end - r->oldest, add_rows, r);
    while (r->oldest < end && rows->first[r->oldest] + rows->count[r->oldest] <= r->end)
        r->oldest++;
}

static ImpStatus reduce(Reduction *r, ImpPool *pool, const ImpSource *source,
                        const ImpWatch *watch, ImpError *err)
{
    ImpProgress progress;
    ImpStatus status = IMP_OK;

    imp_progress_init(&progress, watch, source->height);
    for (int y = 0; y < source->height && status == IMP_OK; y += BAND) {
        const int rows = imp_min(source->height - y, BAND);
        if (!source->read(source->user, 0, y, source->width, rows, r->band)) {
            status =
                imp_fail(err, IMP_HOST_ERROR,
                         "The photo's rows %d to %d cannot be read.", y, y + rows - 1);
            break;
        }
        r->begin = y;
        r->end = y + rows;
        reduce_band(r, pool);
        if (!imp_progress_add(&progress, rows))
            status = imp_fail(err, IMP_CANCELLED, "Cancelled.");
    }
    imp_progress_clear(&progress);
    return status;
}

/* Cubic filters ring: bring a row of sums back to what premultiplied colors can be. */
static bool settle_row(void *context, int item, int worker)
{
    const Reduction *const r = context;
    const int width = r->columns.samples;
    ImpPixel_u *const row = (ImpPixel_u *)r->sums + (size_t)item * width;

    for (int x = 0; x < width; x++) {
        ImpPixel p = imp_pixel_clamp01(row[x]);
        const float a = p[3] < 1.0f / 512 ? 0 : p[3] > 1.0f - 1.0f / 512 ? 1 : p[3];
        p[3] = a;
        row[x] = imp_pixel_least(p, (ImpPixel) { a, a, a, a });
    }
    return true;
}

static ImpStatus photo_new(ImpPhoto **out, int width, int height, ImpError *err)
{
    ImpPhoto *photo = imp_alloc_zero(1, sizeof *photo);

    if (photo)
        photo->rgb = imp_alloc((size_t)width * (size_t)height * 3, sizeof(float));
    if (!photo || !photo->rgb) {
        imp_photo_destroy(&photo);
        return imp_fail_memory(err, (size_t)width * (size_t)height * 3 * sizeof(float));
    }
    photo->width = width;
    photo->height = height;
    *out = photo;
    return IMP_OK;
}

/* The source at width x height, holes filled. */
static ImpStatus resized(ImpPhoto **out, ImpPool *pool, const ImpSource *source,
                         int width, int height, const ImpWatch *watch, ImpError *err)
{
    Reduction r = { .full_width = source->width };
    ImpPhoto *photo = NULL;
    ImpStatus status = photo_new(&photo, width, height, err);

    if (status != IMP_OK)
        return status;
    photo->full_width = source->width;
    photo->full_height = source->height;

    r.band = imp_alloc((size_t)source->width * BAND * 4, sizeof *r.band);
    r.row = imp_alloc((size_t)width * BAND * 4, sizeof *r.row);
    r.sums = imp_alloc_zero((size_t)width * (size_t)height * 4, sizeof *r.sums);
    const bool axes = imp_axis_init(&r.columns, source->width, width) &&
                      imp_axis_init(&r.rows, source->height, height);
    if (!r.band || !r.row || !r.sums || !axes)
        status =
            imp_fail_memory(err, (size_t)width * (size_t)height * 4 * sizeof(float));
    else
        status = reduce(&r, pool, source, watch, err);
    if (status == IMP_OK) {
        (void)imp_pool_run(pool, height, settle_row, &r); /* never stops */
        status = imp_fill(photo->rgb, r.sums, width, height, err);
    }
    if (status == IMP_OK)
        photo->reference_share =
            imp_reference_share(&(ImpPicture) { photo->rgb, width, height });
    imp_axis_clear(&r.rows);
    imp_axis_clear(&r.columns);
    imp_free(r.sums);
    imp_free(r.row);
    imp_free(r.band);
    if (status != IMP_OK) {
        imp_photo_destroy(&photo);
        return status;
    }
    *out = photo;
    return imp_succeed(err);
}

static bool is_side(int side)
{
    return side >= 1 && side <= SIDE_MAX;
}

ImpStatus imp_photo_create(ImpPhoto **out, ImpPool *pool, const ImpSource *source,
                           double brush_size, const ImpWatch *watch, ImpError *err)
{
    int width, height;

    if (!is_side(source->width) || !is_side(source->height))
        return imp_fail(err, IMP_BAD_ARGUMENT,
                        "A photo of %d x %d pixels: a side is 1 to %d.", source->width,
                        source->height, SIDE_MAX);
    if (!(brush_size >= IMP_BRUSH_SIZE_MIN && brush_size <= IMP_BRUSH_SIZE_MAX))
        return imp_fail(err, IMP_BAD_ARGUMENT, "The brush size is not from 0.25 to 4.");
    imp_working_size(source->width, source->height, brush_size, &width, &height);
    return resized(out, pool, source, width, height, watch, err);
}

const float *imp_photo_pixels(const ImpPhoto *photo, int *width, int *height)
{
    *width = photo->width;
    *height = photo->height;
    return photo->rgb;
}

void imp_photo_destroy(ImpPhoto **photo)
{
    if (!*photo)
        return;
    imp_free((*photo)->rgb);
    imp_free(*photo);
    *photo = NULL;
}
