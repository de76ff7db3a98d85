/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* What a painted layer knows of itself: a parasite "impasto-settings" whose text is a
 * key file. Group [impasto] holds the values (plugin/common/settings.h) and says that
 * the layer was painted by a program; group [gimp] holds where the photo is:
 *     photo = tattoo of its layer
 *     x, y, width, height = the painted rectangle, in pixels of that layer
 * It is saved in XCF files and is part of the layer's undo. */
#ifndef IMPASTO_PARASITE_H
#define IMPASTO_PARASITE_H

#include "settings.h"

#include <gegl.h>
#include <libgimp/gimp.h>

void parasite_attach(gint32 layer, const UiSettings *settings, gint32 photo,
                     const GeglRectangle *area);

/* The values that a layer was painted with, transfer full; NULL where it has no
 * parasite or a damaged one. *photo: the layer that it was painted from, -1 where that
 * is gone; *area: the rectangle of it. */
UiSettings *parasite_get(gint32 image, gint32 layer, gint32 *photo,
                         GeglRectangle *area);

#endif
