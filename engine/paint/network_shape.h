/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The painter's shape: which layer does what, and how sizes change (network.h). */
#ifndef IMP_NETWORK_SHAPE_H
#define IMP_NETWORK_SHAPE_H

#include "model.h"

typedef struct ImpShape {
    int blocks;
    int convs;
    int halo; /* pixels before the picture */
} ImpShape;

static inline ImpShape imp_shape(const ImpModel *model)
{
    return (ImpShape) { .blocks = model->weights.blocks,
                        .convs = model->weights.convs,
                        .halo = 8 * model->weights.blocks + 12 };
}

/* Rows of the extended picture for `size` rows of painting. */
static inline int imp_shape_extended(const ImpShape *shape, int size)
{
    const int n = (size + 14 + 3) / 4;

    return 4 * n + 16 * shape->blocks + 11;
}

static inline bool imp_shape_in_blocks(const ImpShape *shape, int conv)
{
    return conv >= 3 && conv < 3 + 2 * shape->blocks;
}

static inline bool imp_shape_begins_block(const ImpShape *shape, int conv)
{
    return imp_shape_in_blocks(shape, conv) && (conv - 3) % 2 == 0;
}

/* The convolution whose output is added to the block's input, cropped by 2. */
static inline bool imp_shape_ends_block(const ImpShape *shape, int conv)
{
    return imp_shape_in_blocks(shape, conv) && (conv - 3) % 2 == 1;
}

static inline bool imp_shape_has_relu(const ImpShape *shape, int conv)
{
    return !imp_shape_ends_block(shape, conv) && conv != shape->convs - 1;
}

/* Whether what convolution `conv` reads are terms (conv.h); the painting are floats. */
static inline bool imp_shape_holds_terms(const ImpModel *model, int conv)
{
    return conv < model->weights.convs && model->conv[conv].terms_in;
}

/* A layer's multiplications and additions for one pixel of the painting. */
static inline double imp_shape_share(const ImpModel *model, int conv)
{
    const int convs = model->weights.convs;
    const bool half = conv == 1 || conv == convs - 3;
    const bool full = conv == 0 || conv >= convs - 2;

    return imp_conv_flop(&model->conv[conv]) / (full ? 1 : half ? 4 : 16);
}

/* Three buffers do for all layers: a layer reads one, the input of its block may lie in
 * another, and this is the one that is neither a nor b, either of which may be NULL. */
static inline float *imp_shape_free_turn(float *const turn[3], const float *a,
                                         const float *b)
{
    for (int i = 0; i < 2; i++)
        if (turn[i] != a && turn[i] != b)
            return turn[i];
    return turn[2];
}

#endif
