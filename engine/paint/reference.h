/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Photos that are flat, or of one color, over large parts: a sky, a sea, a meadow.
 * Instance normalisation brings whatever there is to zero mean and unit variance: such
 * a photo comes to lie across the thresholds of every layer, and its own faint
 * gradient, a vignette, or the grain of a gray card would be painted in all colors of
 * the style. So it is measured beside the painter's reference photo, as if both were
 * parts of one picture, and the more of it is flat or of one color the larger the
 * reference. */
#ifndef IMP_REFERENCE_H
#define IMP_REFERENCE_H

#include "enlarge.h"

/* The reference's width over the picture's, both as high: 0 (little of the picture is
 * flat or of one color), 0.05 .. 4 (all is). Cells of a 32nd of the long side, so it is
 * the same for a smaller picture of the same thing. */
double imp_reference_share(const ImpPicture *picture);

/* The picture, and to the right of it the middle of the reference, `share` (above 0)
 * times as wide, in a new picture for the caller to imp_free. So that measuring is
 * cheap, together they have at most twice the picture's pixels, or 256 x 256 if that
 * is more, and never above 384 x 384. (A photo of 864 x 576 measured as small as that
 * moves its painting by 2 to 5 of 255 on average, and no stroke.) IMP_NO_MEMORY. */
ImpStatus imp_beside_reference(ImpPicture *out, ImpPool *pool,
                               const ImpPicture *picture, const ImpPicture *reference,
                               double share, ImpError *err);

#endif
