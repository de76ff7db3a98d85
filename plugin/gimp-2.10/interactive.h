/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The dialog inside GIMP: GTK 3 set up as GIMP's child, the layers of open images as
 * sources of styles. */
#ifndef IMPASTO_INTERACTIVE_H
#define IMPASTO_INTERACTIVE_H

#include "layer.h"
#include "studio.h"

/* GTK on GIMP's display, in GIMP's theme. FALSE with a sentence where there is no
 * display. Before anything else of GTK. */
gboolean interactive_init(GError **error);

/* Show the dialog with `initial` (NULL: the defaults) on an open layer until the user
 * paints (layer_get_painted; the values are then kept in `state_file`) or leaves, which
 * changes nothing. */
void interactive_run(Painter *painter, Layer *layer, const UiSettings *initial,
                     const char *state_file);

#endif
