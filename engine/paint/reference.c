/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* How flat or of one color a photo is, and the reference beside it (reference.h). */
#include "config.h"

#include "reference.h"

#include <math.h>

#include "compiler.h"
#include "status.h"

enum { CELLS = 32, CELLS_MOST = 40 }; /* along the long side; of 79 pixels, 40 */
/* Deviation within a cell that has no subject: half of a foggy morning's. */
#define FLAT (8.0 / 255)
/* Cells whose mean colors are nearer than this are alike. */
#define ALIKE (24.0 / 255)
/* What does no harm: three photos in five are less flat, forty-nine in fifty have fewer
 * cells that are alike. */
#define FLAT_FROM 0.3
#define ALIKE_FROM 0.5
#define FLAT_TO 1.0
#define ALIKE_TO 0.72
/* Of a picture that is flat all over: with 2, a sky with a vignette of a few 255ths
 * still came out in two colors. The share rises with the square, so that a photo with
 * an ordinary sky keeps the contrasts that the style gives it. */
#define SHARE_MAX 4.0
/* Less than this would move the moments by a twentieth at most, which does not show,
 * and cost a run of its own. */
#define SHARE_MIN 0.05
/* At most so many pixels are measured, reference and all: twice the picture's, within
 * bounds that keep a preview quick and spare a small layer. */
#define PIXELS_LEAST (256.0 * 256)
#define PIXELS_MOST (384.0 * 384)

typedef struct Cell {
    float mean[3];
    double flatness; /* 1: its pixels are alike; nearly 0: deviations of twice FLAT */
    double pixels;
} Cell;

static Cell look_at(const ImpPicture *picture, int x0, int y0, int x1, int y1)
{
    Cell cell = { .pixels = (double)(x1 - x0) * (y1 - y0) };
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
        const double mean = sum[c] / cell.pixels;
        variance += fmax(square[c] / cell.pixels - mean * mean, 0.0) / 3;
        cell.mean[c] = (float)mean;
    }
    cell.flatness = exp(-variance / (FLAT * FLAT));
    return cell;
}

/* How alike two cells are, on average over all pairs: 1 for a picture of one color. */
static double alikeness(const Cell *cells, int n)
{
    double sum = n; /* each with itself */

    for (int i = 0; i < n; i++) {
        float beside = 0; /* of one row of pairs: floats are exact enough */
        for (int j = i + 1; j < n; j++) {
            float square = 0;
            for (int c = 0; c < 3; c++) {
                const float d = cells[i].mean[c] - cells[j].mean[c];
                square += d * d;
            }
            beside += fmaxf(0.0f, 1.0f - square * (float)(1 / (3 * ALIKE * ALIKE)));
        }
        sum += 2.0 * beside;
    }
    return sum / ((double)n * n);
}

static double part_of(double value, double from, double to)
{
    return fmin(fmax((value - from) / (to - from), 0.0), 1.0);
}

double imp_reference_share(const ImpPicture *picture)
{
    Cell cells[CELLS_MOST * CELLS_MOST];
    const int w = picture->width, h = picture->height;
    const int size = imp_max(2, (imp_max(w, h) + CELLS / 2) / CELLS);
    double flat = 0;
    int n = 0;

    for (int y = 0; y < h; y += size)
        for (int x = 0; x < w; x += size) {
            cells[n] =
                look_at(picture, x, y, imp_min(x + size, w), imp_min(y + size, h));
            flat += cells[n].flatness * cells[n].pixels / ((double)w * h);
            n++;
        }
    const double beyond = fmax(part_of(flat, FLAT_FROM, FLAT_TO),
                               part_of(alikeness(cells, n), ALIKE_FROM, ALIKE_TO));
    const double share = SHARE_MAX * beyond * beyond;
    return share < SHARE_MIN ? 0 : share;
}

/* The middle of `from`, seen at width x height -> columns `at` .. `end` - 1 of out. */
static ImpStatus put(ImpPicture *out, ImpPool *pool, int at, int end,
                     const ImpPicture *from, int width, int height, ImpError *err)
{
    ImpResized view;
    ImpStatus status = imp_resized_init(&view, from->rgb, from->width, from->height,
                                        width, height, err);

    if (status != IMP_OK)
        return status;
    status = imp_resized_copy(&view, pool, (width - (end - at)) / 2,
                              (height - out->height) / 2, end - at, out->height,
                              out->rgb + 3 * (size_t)at, out->width, err);
    imp_resized_clear(&view);
    return status;
}

ImpStatus imp_beside_reference(ImpPicture *out, ImpPool *pool,
                               const ImpPicture *picture, const ImpPicture *reference,
                               double share, ImpError *err)
{
    const double pixels = (double)picture->width * picture->height;
    const double most = fmin(fmax(2 * pixels, PIXELS_LEAST), PIXELS_MOST);
    const double scale = fmin(1.0, sqrt(most / (pixels * (1 + share))));
    const int width = (int)fmax(1.0, floor(picture->width * scale));
    const int height = (int)fmax(1.0, floor(picture->height * scale));
    const int strip = (int)fmax(1.0, floor(picture->width * scale * share));
    const double cover =
        fmax((double)strip / reference->width, (double)height / reference->height);
    const size_t floats = ((size_t)width + (size_t)strip) * (size_t)height * 3;

    *out = (ImpPicture) { imp_alloc(floats, sizeof *out->rgb), width + strip, height };
    if (!out->rgb)
        return imp_fail_memory(err, floats * sizeof *out->rgb);
    ImpStatus status = put(out, pool, 0, width, picture, width, height, err);
    if (status == IMP_OK)
        status = put(out, pool, width, width + strip, reference,
                     (int)fmax(strip, ceil(reference->width * cover)),
                     (int)fmax(height, ceil(reference->height * cover)), err);
    if (status != IMP_OK) {
        imp_free(out->rgb);
        out->rgb = NULL;
    }
    return status;
}
