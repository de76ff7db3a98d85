/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* What a painted layer knows of itself: a parasite "impasto-settings" whose text is a
 * key file. Group [impasto] holds the values (plugin/common/settings.h) and says that
 * the layer was painted by a program; group [gimp] holds what it was painted from:
 *     photo = tattoo of its layer
 *     x, y, width, height = the painted rectangle, in pixels of that layer
 *     selected = how many of its pixels were selected, soft ones in part
 * It is saved in XCF files and is part of the layer's undo. */
#ifndef IMPASTO_PARASITE_H
#define IMPASTO_PARASITE_H

#include "settings.h"

#include <gegl.h>
#include <libgimp/gimp.h>

typedef struct PaintedFrom {
    gint32 photo;       /* -1: not there any more */
    GeglRectangle area; /* of the photo */
    gint64 selected;
} PaintedFrom;

void parasite_attach(gint32 layer, const UiSettings *settings, const PaintedFrom *from);

/* The values that a layer was painted with, transfer full; NULL where it has no
 * parasite or a damaged one. */
UiSettings *parasite_get(gint32 image, gint32 layer, PaintedFrom *from);

#endif
