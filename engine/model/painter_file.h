/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The painter's weights as the file holds them (styles/FORMAT.md). */
#ifndef IMP_PAINTER_FILE_H
#define IMP_PAINTER_FILE_H

#include "safetensors.h"

#define IMP_WIDTH_MAX 1024
#define IMP_BLOCKS_MAX 64
#define IMP_CONVS_MAX (6 + 2 * IMP_BLOCKS_MAX)

typedef struct ImpConvWeights {
    char name[16]; /* "down0", "block3.1", "out" ... */
    int oc, ic, kernel;
    float *w; /* [oc][ic][kernel][kernel], 64-byte aligned */
} ImpConvWeights;

/* Sides of the reference photo. */
#define IMP_REFERENCE_MIN 16
#define IMP_REFERENCE_MAX 1024

typedef struct ImpPainterWeights {
    int width[3];   /* channels at full, half and quarter size: 1 .. IMP_WIDTH_MAX */
    int blocks;     /* 0 .. IMP_BLOCKS_MAX */
    double epsilon; /* added to every variance: 1e-12 .. 1 */
    int convs;      /* 6 + 2 * blocks */
    ImpConvWeights conv[IMP_CONVS_MAX]; /* down0 down1 down2 block0.0 block0.1 ...
                                           up0 up1 out */
    int channels;                       /* normalised ones, in all: the sum of oc */
    float *reference; /* the photo beside which flat ones are measured, [height][width]
                         [3] R'G'B'; NULL: there is none, each is measured alone */
    int reference_width, reference_height; /* IMP_REFERENCE_MIN .. _MAX */
} ImpPainterWeights;

/* Load a file, or take the weights from one already parsed. Clear `out` after IMP_OK.
 * IMP_IO_ERROR, IMP_BAD_FILE, IMP_NO_MEMORY. Any thread. */
ImpStatus imp_painter_weights_load(ImpPainterWeights *out, const char *path,
                                   ImpError *err) IMP_MUST_CHECK;
ImpStatus imp_painter_weights_read(ImpPainterWeights *out, const ImpSafetensors *file,
                                   ImpError *err) IMP_MUST_CHECK;
void imp_painter_weights_clear(ImpPainterWeights *weights);

/* Decimal text such as "0.001" or "1e-5" in any locale; false where it is none. Digits
 * beyond the 15th do not count. */
bool imp_parse_decimal(const char *text, double *out);

#endif
