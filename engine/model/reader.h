/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The style reader: a small network that reads a style vector off a picture (Ghiasi et
 * al. 2017, arXiv:1705.06830). File layout: styles/FORMAT.md. */
#ifndef IMP_READER_H
#define IMP_READER_H

#include "safetensors.h"

enum { IMP_READER_CONVS = 4 };

/* A picture's long side is squeezed to this many short sides, so that the work is
 * bounded: at most 8 x 224 x 224 pixels, whatever the picture. */
#define IMP_READER_ASPECT_MAX 8

typedef struct ImpReader {
    int short_side;
    int width[IMP_READER_CONVS + 1]; /* channels: 3, then after each convolution      */
    int kernel[IMP_READER_CONVS];
    float *conv_weight[IMP_READER_CONVS]; /* [ky][kx][ic][oc padded to 8], see reader.c */
    float *conv_bias[IMP_READER_CONVS];   /* [oc padded to 8]                          */
    int features, hidden, channels; /* channels: of the style, half of fc1's outputs  */
    float *norm_weight, *norm_bias; /* [features]                                     */
    float *fc0_weight, *fc0_bias;   /* [hidden][features], [hidden]                   */
    float *fc1_weight, *fc1_bias;   /* [2 channels][hidden], [2 channels]             */
} ImpReader;

/* Load a file, or take the weights from one already parsed. Clear `out` after IMP_OK.
 * IMP_IO_ERROR, IMP_BAD_FILE, IMP_NO_MEMORY. Any thread. */
ImpStatus imp_reader_load(ImpReader *out, const char *path, ImpError *err) IMP_MUST_CHECK;
ImpStatus imp_reader_read(ImpReader *out, const ImpSafetensors *file,
                          ImpError *err) IMP_MUST_CHECK;
void imp_reader_clear(ImpReader *reader);

/* Mean, then sqrt(variance + 1e-4), of every channel of the picture and of every layer:
 * features[reader->features]. rgb: [height][width][3] R'G'B', NaN counts as 0; width and
 * height 1 .. 2^16. The same bytes for any pool. IMP_NO_MEMORY. */
ImpStatus imp_reader_features(const ImpReader *reader, ImpPool *pool, const float *rgb,
                              int width, int height, float *features,
                              ImpError *err) IMP_MUST_CHECK;

/* From the features to the style: scale and shift, [reader->channels] each. */
ImpStatus imp_reader_style(const ImpReader *reader, const float *features, float *scale,
                           float *shift, ImpError *err) IMP_MUST_CHECK;

#endif
