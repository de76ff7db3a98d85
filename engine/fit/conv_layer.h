/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A convolution and its adjoint: what a gradient goes back through.
 *
 * With g the gradient by the output, the gradient by the input is again a convolution:
 * of g with zeros between its pixels (stride) and around them, by the kernel turned
 * round, inputs and outputs exchanged (Dumoulin and Visin 2016, arXiv:1603.07285).
 * After nearest x2, whose adjoint sums four pixels, it is one of stride 2 whose kernel
 * is summed up two by two. */
#ifndef IMP_CONV_LAYER_H
#define IMP_CONV_LAYER_H

#include "plane.h"

typedef struct ImpLayer {
    ImpConv conv, adjoint;
} ImpLayer;

/* As imp_conv_init, all of floats. IMP_NO_MEMORY; the layer is then clear. */
ImpStatus imp_layer_init(ImpLayer *layer, const ImpKernels *kernels,
                         const float *weights, int oc, int ic, int kernel, int stride,
                         int upsample, ImpError *err);
void imp_layer_clear(ImpLayer *layer);

/* Floats of scratch that one worker needs for either. */
size_t imp_layer_scratch(const ImpLayer *layer);

/* A whole plane through a convolution. in is dense within its rows; out has room for
 * imp_conv_size of it. The epilogue has no residual. scratch: scratch_floats for each
 * worker of the pool. */
void imp_layer_run(const ImpConv *conv, ImpPool *pool, const ImpPlane *out,
                   const ImpPlane *in, const ImpEpilogue *epilogue, float *scratch,
                   size_t scratch_floats);

/* The adjoint's input, all zeros, for an output of height x width; crop: without so
 * many pixels of the gradient on each side (those of a border). Where the output's
 * gradient has to be written is returned. */
ImpPlane imp_layer_spread(const ImpLayer *layer, float *memory, int height, int width,
                          int crop, ImpPlane *spread);
/* Floats of `memory` for that. */
size_t imp_layer_spread_floats(const ImpLayer *layer, int height, int width);

#endif
