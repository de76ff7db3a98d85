/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Direct convolutions of terms in bfloat16, where kernels->terms is there. Callers are
 * conv.c alone; the functions are those of conv.h. */
#ifndef IMP_CONV_TERMS_H
#define IMP_CONV_TERMS_H

#include "conv.h"

/* Rows of one call: many, since each call reads its halo anew and does to it what is
 * left to do. */
enum { IMP_CONV_TERMS_CHUNK = 16 };
/* ImpConv's ring_chunk: few, since with sixteen a tile's rings are three times as large
 * and wait for memory (tests/bench/LOG.md); a wide kernel's halo wants some more. */
int imp_conv_terms_ring_chunk(const ImpConv *conv);

/* Floats of the packed weights, and of the matrix that imp_conv_terms_pack needs. */
size_t imp_conv_terms_packed(const ImpConv *conv);
size_t imp_conv_terms_matrix(const ImpConv *conv);
void imp_conv_terms_pack(const ImpConv *conv, const float *weights, float *matrix);
size_t imp_conv_terms_scratch(const ImpConv *conv);
void imp_conv_terms_rows(const ImpConv *conv, float *out, ptrdiff_t out_row,
                         const float *in, ptrdiff_t in_row, int in_width, int rows,
                         const ImpEpilogue *epilogue, float *scratch);

#endif
