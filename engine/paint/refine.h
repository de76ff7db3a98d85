/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Coarse to fine (Gatys et al. 2017, arXiv:1611.07865): a painting is enlarged and
 * painted again, so that its strokes stay as large as they were and get crisp edges and
 * a surface of their own.
 *
 *     again(P) = Y + keep E(P - D(Y)),   Y = paint(E(P))
 *
 * E enlarges, D reduces to P's size again: what the second paint changed at the size of
 * P is partly taken back (back-projection: Irani and Peleg 1991,
 * doi:10.1016/1049-9652(91)90045-L), so that a painting seen as small as P looks like
 * P. With all of it taken back, the finest pixels of P would show, enlarged, through
 * the strokes. */
#ifndef IMP_REFINE_H
#define IMP_REFINE_H

#include "enlarge.h"

/* The smaller painting, of width x height, that is painted again. */
typedef struct ImpSmaller {
    int width, height;
    /* -> at least this part of it, valid until the next call. Called by the calling
     * thread. */
    ImpStatus (*part)(void *user, int x, int y, int width, int height, ImpKept *part,
                      ImpError *err);
    /* What part() will add to progress. */
    double (*work)(void *user, int x, int y, int width, int height);
    void *user;
} ImpSmaller;

/* Paint x, y, width, height of `from`, enlarged to to_width x to_height, into the sink,
 * a few rows at a time. affine: measured on the first of all paintings, or on what that
 * was measured on. The bytes do not depend on what is painted in one go, nor on how much
 * `from` gives beyond the part it is asked for. Memory: that of imp_network_tiles and at
 * most about 80 MB. Adds imp_again_work to progress. IMP_NO_MEMORY, IMP_CANCELLED,
 * IMP_HOST_ERROR, and what `from` fails with. */
ImpStatus imp_paint_again(const ImpModel *model, ImpPool *pool, const ImpAffine *affine,
                          const ImpSmaller *from, int to_width, int to_height, int x,
                          int y, int width, int height, const ImpSink *sink,
                          ImpProgress *progress, ImpError *err);

double imp_again_work(const ImpModel *model, const ImpSmaller *from, int to_width,
                      int to_height, int x, int y, int width, int height);

#endif
