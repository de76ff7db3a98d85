/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Pictures as rows for the network: as they are, or resized on the fly. */
#ifndef IMP_ENLARGE_H
#define IMP_ENLARGE_H

#include "axis.h"
#include "kept.h"
#include "network.h"

/* [height][width][3] R'G'B'. */
typedef struct ImpPicture {
    float *rgb;
    int width, height;
} ImpPicture;

/* A picture [height][width][3], or a part of one, borrowed, seen at another size (or
 * its own). */
typedef struct ImpResized {
    const float *rgb;
    const uint16_t *kept;    /* in place of rgb: an ImpKept's */
    int x, y, width, height; /* what rgb holds; pixels outside do not count */
    bool is_difference;      /* values may be negative: not clamped to 0 .. 1 */
    ImpAxis columns, rows;
} ImpResized;

/* rgb (width x height) seen at to_width x to_height. IMP_NO_MEMORY. */
ImpStatus imp_resized_init(ImpResized *view, const float *rgb, int width, int height,
                           int to_width, int to_height, ImpError *err);
/* From now on the view holds this part of its picture. */
void imp_resized_hold(ImpResized *view, const ImpKept *part);
void imp_resized_clear(ImpResized *view);

/* Floats of scratch for rows of a view that holds so many columns. */
static inline size_t imp_resized_scratch(int width)
{
    return 3 * (size_t)width + 1;
}

/* The view as rows for the network; borrows `view`. */
ImpRows imp_resized_rows(const ImpResized *view);

/* The view's pixels x, y, width x height -> rgb, rows `pitch` pixels apart.
 * IMP_NO_MEMORY. */
ImpStatus imp_resized_copy(const ImpResized *view, ImpPool *pool, int x, int y,
                           int width, int height, float *rgb, int pitch, ImpError *err);

#endif
