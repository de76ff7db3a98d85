/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The transformed forms of conv.h: weights into the transform domain, and rows of tiles
 * through transform, products and back. */
#ifndef IMP_WINOGRAD_H
#define IMP_WINOGRAD_H

#include "conv.h"

/* Floats of packed weights, and packing them; matrix: room for imp_winograd_matrix
 * floats. */
size_t imp_winograd_packed(const ImpConv *conv);
size_t imp_winograd_matrix(const ImpConv *conv);
void imp_winograd_pack(const ImpConv *conv, const float *weights, float *matrix);

/* imp_conv_step, and ImpConv's chunk. */
int imp_winograd_step(const ImpConv *conv);
int imp_winograd_chunk(const ImpConv *conv);
size_t imp_winograd_scratch(const ImpConv *conv);

/* As imp_conv_rows. */
void imp_winograd_rows(const ImpConv *conv, float *out, ptrdiff_t out_row,
                       const float *in, ptrdiff_t in_row, int in_width, int rows,
                       const ImpEpilogue *epilogue, float *scratch);

#endif
