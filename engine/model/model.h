/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The model: the painter's weights, the style reader, and the kernels they run on. */
#ifndef IMP_MODEL_H
#define IMP_MODEL_H

#include "painter_file.h"
#include "reader.h"

struct ImpModel {
    ImpCpu cpu;
    ImpPainterWeights weights;
    bool has_reader;
    ImpReader reader;
};

#endif
