/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The levels of a painting, each painted again from the one below (refine.h). */
#include "config.h"

#include "levels.h"

#include <math.h>

#include "status.h"

/* What is hardly larger is only resized. */
#define STEP_MIN 1.25
/* A larger step shows the pixels of the smaller painting in the larger one. */
#define STEP_MAX 2.45
/* Pixels of a level that is kept whole, at most, at 6 bytes; and of level 1. */
#define KEPT_PIXELS 12.5e6
#define KEPT_PIXELS_FIRST 32e6

ImpLevels imp_levels(int width, int height, int full_width, int full_height)
{
    const double ratio = fmax((double)full_width / width, (double)full_height / height);

    return (ImpLevels) { width, height, full_width, full_height,
                         ratio > STEP_MIN
                             ? (int)fmax(1.0, ceil(log(ratio) / log(STEP_MAX)))
                             : 0 };
}

void imp_level_size(const ImpLevels *l, int level, int *width, int *height)
{
    const double part = l->last ? (double)level / l->last : 0.0;

    *width = (int)(l->width * pow((double)l->full_width / l->width, part) + 0.5);
    *height = (int)(l->height * pow((double)l->full_height / l->height, part) + 0.5);
}

int imp_levels_kept(const ImpLevels *l)
{
    const int most = l->last > 1 ? l->last - 1 : l->last;
    int kept = 0;

    for (int width, height; kept < most; kept++) {
        imp_level_size(l, kept + 1, &width, &height);
        if ((double)width * height > (kept ? KEPT_PIXELS : KEPT_PIXELS_FIRST))
            break;
    }
    return kept;
}

/* A level as the next one sees it. */
typedef struct Below {
    const ImpLevelPaint *paint;
    int level;
    ImpKept part; /* owned; empty for the kept level */
} Below;

/* ImpSmaller.part */
static ImpStatus below_part(void *user, int x, int y, int width, int height,
                            ImpKept *part, ImpError *err)
{
    Below *const b = user;
    const ImpSink sink = { imp_kept_write, &b->part };

    if (b->level == b->paint->kept) {
        *part = *b->paint->top;
        return IMP_OK;
    }
    imp_free(b->part.rgb);
    ImpStatus status = imp_kept_init(&b->part, x, y, width, height, err);
    if (status == IMP_OK)
        status = imp_level_paint(b->paint, b->level, x, y, width, height, &sink, err);
    *part = b->part;
    return status;
}

/* ImpSmaller.work */
static double below_work(void *user, int x, int y, int width, int height)
{
    const Below *const b = user;

    return b->level == b->paint->kept
               ? 0
               : imp_level_work(b->paint, b->level, x, y, width, height);
}

static ImpSmaller smaller(Below *below)
{
    ImpSmaller from = { .part = below_part, .work = below_work, .user = below };

    imp_level_size(below->paint->levels, below->level, &from.width, &from.height);
    return from;
}

ImpStatus imp_level_paint(const ImpLevelPaint *paint, int level, int x, int y,
                          int width, int height, const ImpSink *sink, ImpError *err)
{
    Below below = { .paint = paint, .level = level - 1 };
    const ImpSmaller from = smaller(&below);
    int to_width, to_height;

    imp_level_size(paint->levels, level, &to_width, &to_height);
    const ImpStatus status =
        imp_paint_again(paint->model, paint->pool, paint->affine, &from, to_width,
                        to_height, x, y, width, height, sink, paint->progress, err);
    imp_free(below.part.rgb);
    return status;
}

double imp_level_work(const ImpLevelPaint *paint, int level, int x, int y, int width,
                      int height)
{
    Below below = { .paint = paint, .level = level - 1 };
    const ImpSmaller from = smaller(&below);
    int to_width, to_height;

    imp_level_size(paint->levels, level, &to_width, &to_height);
    return imp_again_work(paint->model, &from, to_width, to_height, x, y, width,
                          height);
}
