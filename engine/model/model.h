/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The model: the painter's weights, the style reader, and the kernels they run on. */
#ifndef IMP_MODEL_H
#define IMP_MODEL_H

#include "conv.h"
#include "painter_file.h"
#include "reader.h"

struct ImpModel {
    ImpCpu cpu;
    ImpPainterWeights weights;
    ImpConv conv[IMP_CONVS_MAX]; /* weights.conv, packed for `cpu`; same order */
    bool has_reader;
    ImpReader reader;
};

#endif
