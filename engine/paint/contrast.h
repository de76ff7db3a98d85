/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Pictures with next to no contrast. Instance normalisation brings whatever there is to
 * unit variance, the grain of a gray card too: it would be painted as if it were a
 * subject. Such a picture is measured beside a strip of patches that do have contrast,
 * as if it were the sky of a larger photo; so it is painted as calmly as a sky. */
#ifndef IMP_CONTRAST_H
#define IMP_CONTRAST_H

#include "refine.h"

/* How much the picture lacks, 0 (nothing) to 1 (all is one color). */
float imp_lack_of_contrast(const ImpPlane *picture);

/* A picture seen at width x height, and to the right of it the strip, its contrast
 * scaled by `lack`, in a new plane. IMP_NO_MEMORY. */
ImpStatus imp_beside_contrast(ImpPlane *out, const ImpRows *picture, float lack,
                              ImpError *err);

#endif
