/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The style reader: a small network that reads a style vector off a picture (Ghiasi et
 * al. 2017, arXiv:1705.06830). File layout: styles/FORMAT.md. */
#ifndef IMP_READER_H
#define IMP_READER_H

#include "safetensors.h"

enum {
    IMP_READER_CONVS = 4,
    IMP_READER_LANES = 8 /* channels that one block of a packed convolution makes */
};

typedef struct ImpReader {
    int short_side;                       /* of the picture that it looks at */
    int width[IMP_READER_CONVS + 1];      /* channels: 3, then of each convolution */
    float *conv_weight[IMP_READER_CONVS]; /* [oc / 8][ky][kx][ic][8], zero-padded */
    float *conv_bias[IMP_READER_CONVS];   /* [oc / 8][8] */
    int features, hidden;
    int channels;                   /* of the style: half of what fc1 gives */
    float *norm_weight, *norm_bias; /* [features] */
    float *fc0_weight, *fc0_bias;   /* [hidden][features], [hidden] */
    float *fc1_weight, *fc1_bias;   /* [2 channels][hidden], [2 channels] */
} ImpReader;

/* Load a file, or take the weights from one already parsed. Clear `out` after IMP_OK.
 * IMP_IO_ERROR, IMP_BAD_FILE, IMP_NO_MEMORY. Any thread. */
ImpStatus imp_reader_load(ImpReader *out, const char *path,
                          ImpError *err) IMP_MUST_CHECK;
ImpStatus imp_reader_read(ImpReader *out, const ImpSafetensors *file,
                          ImpError *err) IMP_MUST_CHECK;
void imp_reader_clear(ImpReader *reader);

/* Mean, then sqrt(variance + 1e-4), of every channel of the picture and of every layer
 * after its ReLU: features[reader->features]. rgb: [height][width][3] R'G'B', clamped
 * to 0 .. 1, NaN counts as 0; width and height 1 .. 2^16. The same bytes for any pool.
 * Float convolutions of up to some thousand products, moments in double: about 1e-6 of
 * the largest feature. IMP_NO_MEMORY. */
ImpStatus imp_reader_features(const ImpReader *reader, ImpPool *pool, const float *rgb,
                              int width, int height, float *features,
                              ImpError *err) IMP_MUST_CHECK;

/* From the features to the style: scale and shift, [reader->channels] each.
 * Sums in double. IMP_NO_MEMORY. */
ImpStatus imp_reader_style(const ImpReader *reader, const float *features, float *scale,
                           float *shift, ImpError *err) IMP_MUST_CHECK;

#endif
