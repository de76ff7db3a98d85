/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* What the canvas draws beside the pictures themselves. Logical pixels of the widget,
 * but for the veil. Main thread. */
#ifndef IMPASTO_UI_CANVAS_DRAW_H
#define IMPASTO_UI_CANVAS_DRAW_H

#include "view.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* GIMP's gray checks, behind what is transparent. */
void ui_draw_checks(cairo_t *cr, const UiBox *box);

/* The line between photo and painting, with its handle; the focus is shown on it. */
void ui_draw_divider(GtkWidget *widget, cairo_t *cr, double x, const UiBox *box);

/* A word on a dark pill, readable on any picture, in the corner (x, y) at its top left
 * or, with `right`, its top right; nothing if it does not fit in `room`. */
void ui_draw_word(GtkWidget *widget, cairo_t *cr, const char *word, double x, double y,
                  gboolean right, double room);

/* What of the final paint is still to come lies under a veil: all but `painted` of a
 * picture of this size, in its pixels. Leaves another antialias mode on `cr`. */
void ui_draw_veil(cairo_t *cr, int width, int height, const cairo_region_t *painted);

G_END_DECLS
#endif
