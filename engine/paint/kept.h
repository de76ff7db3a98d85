/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Paintings as they are kept between two paints, in half the memory of floats. */
#ifndef IMP_KEPT_H
#define IMP_KEPT_H

#include "impasto.h"

#include <stddef.h>
#include <stdint.h>

/* A painting, or the part of it at x, y: [height][width][3] R'G'B', IMP_KEPT_ONE is 1.
 * What is rounded off, 1/131070, does not show. */
typedef struct ImpKept {
    uint16_t *rgb;
    int x, y, width, height;
} ImpKept;

#define IMP_KEPT_ONE 65535.0f

/* Room for a part, or the whole; rgb is owned by the caller, for imp_free.
 * IMP_NO_MEMORY. */
ImpStatus imp_kept_init(ImpKept *kept, int x, int y, int width, int height,
                        ImpError *err);

/* Where pixel x, y of the painting lies. */
static inline uint16_t *imp_kept_at(const ImpKept *kept, int x, int y)
{
    return kept->rgb +
           ((size_t)(y - kept->y) * (size_t)kept->width + (size_t)(x - kept->x)) * 3;
}

/* ImpSink.write into it, in the coordinates of the painting; user: ImpKept. */
bool imp_kept_write(void *user, int x, int y, int w, int h, const float *rgb);

#endif
