/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The style network: small features whose Gram matrices stand for those of VGG-19, by
 * which a painting's style is judged (Gatys et al. 2016, CVPR;
 * styles/training/distill.py makes it; file layout: styles/FORMAT.md).
 *
 * At level i, S_i = relu(conv<i>_1 x) and x of the next level the mean of 2 x 2 of
 * relu(conv<i>_2 S_i), all 3 x 3 with a border of zeros; x of level 0 is the picture in
 * -1 .. 1. Features are P_i S_i with the matrix end<i>, of which only M = P^T P is ever
 * needed (style_loss.h). */
#ifndef IMP_STYLE_NETWORK_H
#define IMP_STYLE_NETWORK_H

#include "conv_layer.h"
#include "safetensors.h"

enum { IMP_STYLE_LEVELS = 5, IMP_STYLE_WIDTH_MAX = 256 };

struct ImpStyleNetwork {
    const ImpKernels *kernels;
    int width[IMP_STYLE_LEVELS];
    ImpLayer first[IMP_STYLE_LEVELS],
        second[IMP_STYLE_LEVELS - 1];      /* conv<i>_1, conv<i>_2 */
    float *bias[2 * IMP_STYLE_LEVELS - 1]; /* first and second in turn */
    float *ones;
    float *metric[IMP_STYLE_LEVELS]; /* M: [width][width] */
};

/* Take a network from a file already parsed. IMP_BAD_FILE, IMP_NO_MEMORY. */
ImpStatus imp_style_network_read(ImpStyleNetwork **out, const ImpSafetensors *file,
                                 ImpCpu cpu, ImpError *err) IMP_MUST_CHECK;

/* What the network sees in a picture, and its memory. */
typedef struct ImpSeen {
    ImpPlane in[IMP_STYLE_LEVELS];      /* what conv<i>_1 reads, without the border */
    ImpPlane feature[IMP_STYLE_LEVELS]; /* S, likewise */
    ImpPlane second[IMP_STYLE_LEVELS - 1]; /* relu(conv<i>_2 S) */
    float *gram[IMP_STYLE_LEVELS];         /* G */
    double *sums;                          /* for them */
    float *scratch;
    size_t scratch_floats;
    float *memory;
} ImpSeen;

/* For pictures of one size, 16 .. 2^16 a side; 700 bytes a pixel with the widths that
 * ship. IMP_NO_MEMORY. */
ImpStatus imp_seen_init(ImpSeen *seen, const ImpStyleNetwork *network, int height,
                        int width, ImpPool *pool, ImpError *err);
void imp_seen_clear(ImpSeen *seen);

/* Look at what the caller wrote into seen->in[0], -1 .. 1: features, and with `grams`
 * their Gram matrices. The pool of imp_seen_init, and so for the next. */
void imp_style_network_see(const ImpStyleNetwork *network, ImpPool *pool, ImpSeen *seen,
                           bool grams);

#endif
