/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* What layer.c and painted-layer.c share. */
#ifndef IMPASTO_LAYER_INTERNAL_H
#define IMPASTO_LAYER_INTERNAL_H

#include "layer-pixels.h"
#include "layer.h"

struct Layer {
    Picture picture;
    StyleLibrary *library;
    gint32 image, drawable;
    gint32 above;             /* where the new layer goes: the active one */
    gint32 replaced, painted; /* -1: none */
    gboolean beside;          /* `replaced` stays */
    GeglRectangle area;       /* of the drawable */
    gint64 selected;          /* PaintedFrom's */
    GeglRectangle bounds;     /* of the drawable in the image */
    LayerPixels *pixels;      /* NULL before prepare */
};

/* Of a drawable in its image. */
GeglRectangle layer_bounds(gint32 drawable);
gboolean layer_has_size(gint32 drawable, const GeglRectangle *size);
/* An item that was made and not inserted belongs to its image too, but is not in it. */
gboolean layer_is_in_image(gint32 image, gint32 item);
/* What was opened can still be painted; else FALSE with a sentence. */
gboolean layer_still_there(const Layer *layer, GError **error);

/* Picture's (painted-layer.c): make the new layer and put it where it belongs. */
gboolean layer_finish(gpointer self, const UiSettings *settings, GError **error);

#endif
