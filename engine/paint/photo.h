/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The photo at the size of its first paint. */
#ifndef IMP_PHOTO_H
#define IMP_PHOTO_H

#include "impasto.h"

struct ImpPhoto {
    int width, height;           /* of the first paint */
    int full_width, full_height; /* of the source */
    float *rgb;                  /* [height][width][3], 0 .. 1, owned */
    double reference_share;      /* imp_reference_share of it (reference.h) */
};

#endif
