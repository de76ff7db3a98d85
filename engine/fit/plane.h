/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Planes of one run, and the one piece of memory that they lie in. */
#ifndef IMP_PLANE_H
#define IMP_PLANE_H

#include "compiler.h"
#include "conv.h"

/* Pixels of floats, channels contiguous. */
typedef struct ImpPlane {
    float *at; /* its first pixel */
    int height, width, channels;
    ptrdiff_t row, step; /* floats from row to row, and from pixel to pixel */
} ImpPlane;

/* Memory handed out from one piece. It is walked twice: with memory NULL, to learn how
 * many floats are needed, and then for good. */
typedef struct ImpArena {
    float *memory;
    size_t floats; /* handed out so far */
} ImpArena;

static inline float *imp_arena_take(ImpArena *arena, size_t floats)
{
    float *const taken = arena->memory ? arena->memory + arena->floats : NULL;

    arena->floats += (floats + 15) / 16 * 16;
    return taken;
}

/* Floats of a dense plane, with what a convolution may read behind it. */
static inline size_t imp_plane_room(int height, int width, int channels)
{
    return (size_t)height * (size_t)width * (size_t)channels + IMP_PLANE_EXTRA;
}

static inline ImpPlane imp_plane(float *memory, int height, int width, int channels)
{
    return (ImpPlane) { .at = memory,
                        .height = height,
                        .width = width,
                        .channels = channels,
                        .row = (ptrdiff_t)width * channels,
                        .step = channels };
}

static inline float *imp_plane_row(const ImpPlane *plane, int y)
{
    return plane->at + y * plane->row;
}

/* Rows of one item of work. */
enum { IMP_STRIP = 8 };

static inline int imp_strips(int height)
{
    return (height + IMP_STRIP - 1) / IMP_STRIP;
}

static inline int imp_strip_end(int strip, int height)
{
    return imp_min((strip + 1) * IMP_STRIP, height);
}

/* What is left without `border` pixels on all sides; with them, where border is
 * negative. */
static inline ImpPlane imp_plane_inside(const ImpPlane *plane, int border)
{
    ImpPlane inside = *plane;

    if (plane->at)
        inside.at += border * (plane->row + plane->step);
    inside.height -= 2 * border;
    inside.width -= 2 * border;
    return inside;
}

#endif
