/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A GIMP layer as the Picture that is painted (plugin/common/picture.h), and the layer
 * that becomes of it. Opening asks GIMP a few questions, `prepare` copies the pixels,
 * `finish` makes the new layer; nothing before it touches the image.
 *
 * The new layer lies above the old one, in the same group. It always has alpha: soft
 * edges of the selection become alpha, and an eraser shows the photo again. It gets a
 * copy of the old one's mask where that has one. All functions are for the main thread;
 * of the Picture, read and write are for any (layer-pixels.h).
 */
#ifndef IMPASTO_LAYER_H
#define IMPASTO_LAYER_H

#include "picture.h"
#include "style-library.h"

#include <libgimp/gimp.h>

typedef struct Layer Layer;

/* drawable: a layer or group of `image`, or the mask of one (its layer is then
 * painted). library: for the names of new layers; borrowed. NULL with
 * IMPASTO_ERROR_VALUE and a sentence where it cannot be painted: an indexed image, a
 * channel, a floating selection, a selection that misses the layer, another image's
 * drawable. */
Layer *layer_open(gint32 image, gint32 drawable, StyleLibrary *library, GError **error);

/* The same, and where `drawable` was painted by Impasto from a layer that is still
 * there: that layer is read. The painting replaces `drawable`, keeping its alpha, mask,
 * mode and a name that the user gave; or, where something else is selected now than
 * was, it is a new layer above `drawable`. *settings (transfer full; may be NULL): what
 * it was painted with, also where its photo is gone and it is itself painted; NULL for
 * any other layer. */
Layer *layer_open_again(gint32 image, gint32 drawable, StyleLibrary *library,
                        UiSettings **settings, GError **error);
/* The layer that will be replaced, or -1. */
gint32 layer_get_replaced(const Layer *layer);
/* FALSE: it stays, and the painting becomes a layer of its own above it, with its alpha,
 * mask and mode. */
void layer_set_replace(Layer *layer, gboolean replace);

const Picture *layer_get_picture(const Layer *layer);
/* The new layer, after finish; -1 before. */
gint32 layer_get_painted(const Layer *layer);
void layer_free(Layer *layer); /* NULL is fine */

#endif
