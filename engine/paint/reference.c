/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* How much of a photo is flat, and the reference beside it (reference.h). */
#include "config.h"

#include "reference.h"

#include <math.h>

#include "compiler.h"
#include "status.h"

#define CELLS 32 /* along the long side */
/* Deviation within a cell that has no subject: half of a foggy morning's. */
#define FLAT (8.0 / 255)
/* Less of it does no harm: three photos in five have no more. */
#define FLAT_FROM 0.3
/* Of a picture that is flat all over: with 2, a sky with a vignette of a few 255ths
 * still came out in two colors. The share rises with the square, so that a photo with
 * an ordinary sky keeps the contrasts that the style gives it. */
#define SHARE_MAX 4.0
/* Less than this would move the moments by a twentieth at most, which does not show,
 * and cost a run of its own. */
#define SHARE_MIN 0.05
#define PIXELS_MAX (512 * 512)

/* 1: all its pixels are alike; nearly 0: deviations of twice FLAT. */
static double cell_flatness(const ImpPicture *picture, int x0, int y0, int x1, int y1)
{
    const double pixels = (double)(x1 - x0) * (y1 - y0);
    double sum[3] = { 0 }, square[3] = { 0 }, variance = 0;

    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++)
            for (int c = 0; c < 3; c++) {
                const double v =
                    picture->rgb[3 * ((size_t)y * (size_t)picture->width + x) + c];
                sum[c] += v;
                square[c] += v * v;
            }
    for (int c = 0; c < 3; c++) {
        const double mean = sum[c] / pixels;
        variance += fmax(square[c] / pixels - mean * mean, 0.0) / 3;
    }
    return exp(-variance / (FLAT * FLAT));
}

double imp_reference_share(const ImpPicture *picture)
{
    const int w = picture->width, h = picture->height;
    const int cell = imp_max(2, (imp_max(w, h) + CELLS / 2) / CELLS);
    double flat = 0;

    for (int y = 0; y < h; y += cell)
        for (int x = 0; x < w; x += cell) {
            const int x1 = imp_min(x + cell, w);
            const int y1 = imp_min(y + cell, h);
            flat += cell_flatness(picture, x, y, x1, y1) * (x1 - x) * (y1 - y);
        }
    flat /= (double)w * h;
    const double beyond = fmax(0.0, (flat - FLAT_FROM) / (1 - FLAT_FROM));
    const double share = SHARE_MAX * beyond * beyond;
    return share < SHARE_MIN ? 0 : share;
}

/* The middle of `from`, seen at width x height -> columns `at` .. `end` - 1 of out. */
static ImpStatus put(ImpPicture *out, int at, int end, const ImpPicture *from,
                     int width, int height, ImpError *err)
{
    ImpResized view;
    ImpStatus status = imp_resized_init(&view, from->rgb, from->width, from->height,
                                        width, height, err);

    if (status != IMP_OK)
        return status;
    status = imp_resized_copy(&view, (width - (end - at)) / 2,
                              (height - out->height) / 2, end - at, out->height,
                              out->rgb + 3 * (size_t)at, out->width, err);
    imp_resized_clear(&view);
    return status;
}

ImpStatus imp_beside_reference(ImpPicture *out, const ImpPicture *picture,
                               const ImpPicture *reference, double share, ImpError *err)
{
    const double wanted = (double)picture->width * picture->height * (1 + share);
    const double scale = fmin(1.0, sqrt(PIXELS_MAX / wanted));
    const int width = (int)fmax(1.0, floor(picture->width * scale));
    const int height = (int)fmax(1.0, floor(picture->height * scale));
    const int strip = (int)fmax(1.0, floor(picture->width * scale * share));
    const double cover =
        fmax((double)strip / reference->width, (double)height / reference->height);
    const size_t floats = ((size_t)width + (size_t)strip) * (size_t)height * 3;

    *out = (ImpPicture) { imp_alloc(floats, sizeof *out->rgb), width + strip, height };
    if (!out->rgb)
        return imp_fail_memory(err, floats * sizeof *out->rgb);
    ImpStatus status = put(out, 0, width, picture, width, height, err);
    if (status == IMP_OK)
        status = put(out, width, width + strip, reference,
                     (int)fmax(strip, ceil(reference->width * cover)),
                     (int)fmax(height, ceil(reference->height * cover)), err);
    if (status != IMP_OK) {
        imp_free(out->rgb);
        out->rgb = NULL;
    }
    return status;
}
