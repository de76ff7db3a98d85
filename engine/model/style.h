/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A style: scale and shift of every normalised channel, in the painter's order. */
#ifndef IMP_STYLE_H
#define IMP_STYLE_H

#include "safetensors.h"

struct ImpStyle {
    int channels;
    float *scale, *shift; /* [channels] */
};

/* Take a style from a file already parsed, for a painter of that many channels.
 * IMP_BAD_FILE, IMP_NO_MEMORY. Any thread. */
ImpStatus imp_style_from_file(ImpStyle **out, const ImpSafetensors *file, int channels,
                              ImpError *err) IMP_MUST_CHECK;

/* IMP_OK where the style is one for this model's painter, else IMP_BAD_ARGUMENT. */
ImpStatus imp_style_check(const ImpStyle *style, const ImpModel *model,
                          ImpError *err) IMP_MUST_CHECK;

/* IMP_OK where a picture of that size can be a style's: 1 .. 2^16 a side, else
 * IMP_BAD_ARGUMENT. */
ImpStatus imp_style_check_picture(int width, int height, ImpError *err) IMP_MUST_CHECK;

#endif
