/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Filling what is transparent from what is visible. */
#ifndef IMP_FILL_H
#define IMP_FILL_H

#include "impasto.h"

/* rgba [height][width][4], premultiplied, alpha 0 .. 1 -> rgb [height][width][3],
 * opaque: push-pull (Gortler et al. 1996, "The Lumigraph", section 4.3;
 * doi:10.1145/237170.237200). Visible pixels keep their color, hidden ones take a
 * smooth mean of the visible ones around them, mid-gray where nothing is visible. rgba
 * is overwritten. Results lie in 0 .. 1. Scratch: a third of rgba, owned here.
 * IMP_NO_MEMORY. */
ImpStatus imp_fill(float *rgb, float *rgba, int width, int height,
                   ImpError *err) IMP_MUST_CHECK;

#endif
