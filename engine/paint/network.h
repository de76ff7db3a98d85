/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The painter network on a picture of any size, in two ways:
 *
 *   whole   layer by layer over the whole picture, rows shared out to the pool. The
 *           only way to measure: instance normalisation needs the moments of each layer
 *           before the next one.
 *   tiles   with the moments known the net is local: each worker streams one tile from
 *           top to bottom, a few rows of every layer at a time, so that its planes stay
 *           in the cache and memory does not grow with the picture.
 *
 * Sizes (b blocks): a run turns 4 n + 16 b + 11 rows into 4 n - 14. The picture is
 * extended once, by reflection that does not repeat the edge pixel: 8 b + 12 rows
 * before it, the rest after it; its first rows are the painting. The strided layers fix
 * a grid: a tile begins at a multiple of 4 of the picture. Columns likewise. */
#ifndef IMP_NETWORK_H
#define IMP_NETWORK_H

#include "model.h"
#include "progress.h"

/* Where a part of a painting may begin, so that it has the very bytes of the whole: a
 * multiple of the reduction, 4, and in every layer of the groups of imp_conv_step. */
#define IMP_GRID 24

/* Every normalisation with the moments of its channel and the style folded in:
 * y = scale * x + shift, for all channels in the painter's order. */
typedef struct ImpAffine {
    float *scale, *shift; /* [model->weights.channels]; one allocation, scale's */
} ImpAffine;

ImpStatus imp_affine_init(ImpAffine *affine, const ImpModel *model, ImpError *err);
void imp_affine_clear(ImpAffine *affine);

/* i reflected into 0 .. n - 1, bouncing as often as needed; n 1 gives 0. */
int imp_reflect_outside(int i, int n);
static inline int imp_reflect(int i, int n)
{
    return i >= 0 && i < n ? i : imp_reflect_outside(i, n);
}

/* Rows of the extended picture: write pixels x .. x + width - 1 of row y (picture
 * coordinates, they may lie outside: reflect) as [width][3] R'G'B'. Called by several
 * workers at once. scratch: `scratch_floats` of the worker's own. */
typedef struct ImpRows {
    void (*fill)(const void *user, int y, int x, int width, float *rgb, float *scratch);
    const void *user;
    int width, height; /* of the picture */
    size_t scratch_floats;
} ImpRows;

/* Layer by layer. style not NULL: measure, and fill `affine` (initialised); NULL: paint
 * with `affine` as it is. painting: [height][width][3], or NULL to measure only.
 * Moments run over a layer's whole valid output, halo included. Memory: about 280 bytes
 * a pixel, half of it in terms. Adds imp_network_work of the picture to progress.
 * IMP_CANCELLED, IMP_NO_MEMORY. */
ImpStatus imp_network_whole(const ImpModel *model, ImpPool *pool, const ImpStyle *style,
                            ImpAffine *affine, const ImpRows *picture, float *painting,
                            ImpProgress *progress, ImpError *err);

/* Pixels before and after what is painted in tiles, along one axis, that its bytes may
 * depend on: more after it, for in every layer the last group is computed whole. Where
 * the picture ends before that, it is reflected. */
void imp_network_reach(const ImpModel *model, int *before, int *after);

/* In tiles: paint x, y, width, height of the picture (x and y multiples of IMP_GRID)
 * into the sink, whose rectangles are in the same coordinates. The bytes are those of
 * imp_network_whole with the same `affine`, whatever part is painted, and a whole
 * picture of 1.1 MP or less is painted that way. Adds imp_network_work of the area. */
ImpStatus imp_network_tiles(const ImpModel *model, ImpPool *pool,
                            const ImpAffine *affine, const ImpRows *picture, int x,
                            int y, int width, int height, const ImpSink *sink,
                            ImpProgress *progress, ImpError *err);

/* Progress units: output pixels. */
double imp_network_work(int width, int height);

/* Multiplications and additions of direct convolution for one pixel of a painting,
 * without any halo. */
double imp_network_flop(const ImpModel *model);

#endif
