/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The painter with all kept that its gradient by the style needs (reverse-mode
 * differentiation: Griewank and Walther 2008, doi:10.1137/1.9780898717761). One picture
 * of one size, in floats at every CPU level. */
#ifndef IMP_PAINTER_TAPE_H
#define IMP_PAINTER_TAPE_H

#include "conv_layer.h"
#include "network_shape.h"

typedef struct ImpPainterTape {
    const ImpModel *model;
    ImpShape shape;
    const ImpKernels *kernels;
    ImpLayer layer[IMP_CONVS_MAX];
    ImpPlane raw[IMP_CONVS_MAX]; /* what each convolution gave */
    ImpPlane in;        /* the photo, extended: for the caller to fill, R'G'B' */
    ImpPlane painting;  /* [side][side], of the photo from in's pixel shape.halo */
    ImpPlane gradient;  /* likewise, by the painting: for the caller to fill */
    float *mean, *rate; /* [model->weights.channels]: of each, 1 / deviation */
    float *turn[3];     /* planes that layers take turns in */
    float *spread;
    double *sums; /* [strips][2][channels of a layer] */
    float *scratch;
    size_t scratch_floats;
    float *memory;
} ImpPainterTape;

/* side: of the painting; it is brought up to the next size that the network makes.
 * kernels: of floats (conv.h). 2.5 KB a pixel. IMP_NO_MEMORY; the tape is then
 * clear. */
ImpStatus imp_painter_tape_init(ImpPainterTape *tape, const ImpModel *model,
                                const ImpKernels *kernels, int side, ImpPool *pool,
                                ImpError *err);
void imp_painter_tape_clear(ImpPainterTape *tape);

/* tape->in -> tape->painting, in 0 .. 1. The pool of imp_painter_tape_init; so for the
 * next. */
void imp_painter_tape_paint(ImpPainterTape *tape, ImpPool *pool, const float *scale,
                            const float *shift);

/* tape->gradient, by the last painting, -> the gradient by the style that it was
 * painted with. gradient is overwritten. scale, shift and the gradients by them:
 * [model->weights.channels]. */
void imp_painter_tape_back(ImpPainterTape *tape, ImpPool *pool, const float *scale,
                           const float *shift, float *by_scale, float *by_shift);

#endif
