/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The sizes that a painting goes through, from its first paint, level 0, to the full
 * one. Each is at most 2.45 times the one before. The top is the last level that is
 * kept whole; a rectangle of one above it is painted from a part of the level below,
 * which is painted when it is needed and forgotten again. So memory does not grow with
 * the picture. */
#ifndef IMP_LEVELS_H
#define IMP_LEVELS_H

#include "refine.h"

typedef struct ImpLevels {
    int width, height;           /* of the first paint */
    int full_width, full_height; /* of the full painting */
    int last; /* number of the full one; 0: the first paint, resized */
} ImpLevels;

ImpLevels imp_levels(int width, int height, int full_width, int full_height);
void imp_level_size(const ImpLevels *levels, int level, int *width, int *height);

/* The largest level that is to be kept whole: at most 75 MB, level 1, which a preview
 * looks at, 192 MB; not the last one, but where it is the only one. */
int imp_levels_kept(const ImpLevels *levels);

/* Everything that painting a rectangle of a level takes; borrowed. */
typedef struct ImpLevelPaint {
    const ImpModel *model;
    ImpPool *pool;
    const ImpAffine *affine;
    ImpProgress *progress;
    const ImpLevels *levels;
    const ImpKept *top; /* level number `kept`, whole */
    int kept;
} ImpLevelPaint;

/* x, y, width, height of `level`, above the kept one, into the sink. The bytes do not
 * depend on the rectangle. Errors and memory: as imp_paint_again, and for each level
 * between, a part. */
ImpStatus imp_level_paint(const ImpLevelPaint *paint, int level, int x, int y,
                          int width, int height, const ImpSink *sink, ImpError *err);

/* What that adds to progress. Only model, levels and kept are needed. */
double imp_level_work(const ImpLevelPaint *paint, int level, int x, int y, int width,
                      int height);

#endif
