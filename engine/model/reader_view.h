/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The picture as the style reader looks at it. */
#ifndef IMP_READER_VIEW_H
#define IMP_READER_VIEW_H

#include "impasto.h"

/* A longer picture is squeezed to this many short sides, so that the work is
 * bounded. */
#define IMP_READER_ASPECT_MAX 8

/* Size of the view of a picture of width x height. */
void imp_reader_view_size(int width, int height, int short_side, int *view_width,
                          int *view_height);

/* Fill view [view_height][view_width][3] with the picture [height][width][3], clamped
 * to 0 .. 1 (NaN: 0), resized and brought to -1 .. 1. Antialiased bicubic (Keys 1981,
 * doi:10.1109/TASSP.1981.1163711, a = -1/2), as the reader was trained with; at equal
 * size a copy. The same bytes for any pool. IMP_NO_MEMORY. */
ImpStatus imp_reader_view(float *view, int view_width, int view_height,
                          const float *rgb, int width, int height, ImpPool *pool,
                          ImpError *err) IMP_MUST_CHECK;

#endif
