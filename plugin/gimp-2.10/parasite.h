/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* What a painted layer knows of itself: a parasite "impasto-settings" whose text is a
 * key file. Group [impasto] holds the values (plugin/common/settings.h) and says that
 * the layer was painted by a program; group [gimp] holds what it was painted from:
 *     photo = a random id, which the photo's layer has in a parasite "impasto-photo"
 *     tattoo = tattoo of that layer
 *     photo-width, photo-height = its size
 *     x, y, width, height = the painted rectangle, in pixels of that layer
 *     selected = how many of its pixels were selected, soft ones in part
 * A tattoo alone does not do: each image counts its own, so that a layer that is copied
 * to another image, or its image duplicated, finds some other layer by it. With the id
 * it tells the photo from copies of the photo.
 * Both are saved in XCF files and are part of the layer's undo. */
#ifndef IMPASTO_PARASITE_H
#define IMPASTO_PARASITE_H

#include "settings.h"

#include <gegl.h>
#include <libgimp/gimp.h>

typedef struct PaintedFrom {
    gint32 photo;      /* -1: not there any more */
    int width, height; /* of the photo */
    GeglRectangle area;
    gint64 selected;
} PaintedFrom;

/* Also marks the photo, where it is not yet: within the undo group of the painting. */
void parasite_attach(gint32 layer, const UiSettings *settings, const PaintedFrom *from);

/* The values that a layer was painted with, transfer full; NULL where it has no
 * parasite or a damaged one. */
UiSettings *parasite_get(gint32 image, gint32 layer, PaintedFrom *from);

#endif
