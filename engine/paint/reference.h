/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Photos that are flat over large parts. Instance normalisation brings whatever there
 * is to zero mean and unit variance: a sky that fills the picture comes to lie across
 * the thresholds of every layer, and its own faint gradient, a vignette, or the grain
 * of a gray card would be painted in all colors of the style. So such a photo is
 * measured beside the painter's reference photo, as if both were parts of one picture,
 * and the more of it is flat the larger the reference. */
#ifndef IMP_REFERENCE_H
#define IMP_REFERENCE_H

#include "enlarge.h"

/* The reference's width over the picture's, both as high: 0 (nothing of the picture is
 * flat, or little), 0.05 .. 4 (all is). Cells of a 32nd of the long side, so it is the
 * same for a smaller picture of the same thing. */
double imp_reference_share(const ImpPicture *picture);

/* The picture, and to the right of it the middle of the reference, `share` (above 0)
 * times as wide, in a new picture for the caller to imp_free: together at most 512 x
 * 512 pixels, so that measuring is cheap. (A photo of 864 x 576 measured as small as
 * that moves its painting by 2 to 4 of 255 on average, and no stroke.)
 * IMP_NO_MEMORY. */
ImpStatus imp_beside_reference(ImpPicture *out, const ImpPicture *picture,
                               const ImpPicture *reference, double share,
                               ImpError *err);

#endif
