/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* What a painting's style and content lose, and which way the picture must go (Gatys et
 * al. 2016, CVPR), seen by the style network. At each level, with its features S, their
 * Gram matrix G = S^T S / pixels, and M:
 *
 *     style(G, T)   = sum over levels of weight tr(M D M D) / tr(M T M T), D = G - T
 *     content(S, C) = sum over two levels of tr((S - C) M (S - C)^T) / tr(C M C^T)
 *
 * which are the relative losses of P S (styles/training/losses.py). */
#ifndef IMP_STYLE_LOSS_H
#define IMP_STYLE_LOSS_H

#include "style_network.h"

enum {
    IMP_STYLE_CONTENT = 2 /* the first of the two levels that content is compared at */
};

/* Memory of imp_style_loss, for what is seen in pictures of one size. */
typedef struct ImpStyleLoss {
    ImpPlane feature;    /* the gradient by S, of one level after the other */
    float *other, *more; /* planes */
    float *matrix[3], *packed;
    float *spread;
    float *memory;
} ImpStyleLoss;

ImpStatus imp_style_loss_init(ImpStyleLoss *gradient, const ImpStyleNetwork *network,
                              const ImpSeen *seen, ImpError *err);
void imp_style_loss_clear(ImpStyleLoss *gradient);

/* style + content_weight content of what is seen against the Gram matrices of `style`
 * and the features of `photo`, which is of the same size; both parts in loss[2].
 * by_picture, of the size of in[0] and dense: the gradient by it. */
void imp_style_loss(const ImpStyleNetwork *network, ImpPool *pool, const ImpSeen *seen,
                    const ImpSeen *style, const ImpSeen *photo, double content_weight,
                    ImpStyleLoss *gradient, const ImpPlane *by_picture, double loss[2]);

#endif
