/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The preview: photo left of a divider, painting right of it, at any zoom.
 *
 * Mouse: drag the divider; a click puts it at the pointer; a drag elsewhere pans a
 * picture larger than the widget and moves the divider of a smaller one; the wheel
 * zooms about the pointer, with Shift it pans; a double click goes to 100 % and back.
 * Keys: + - 1 0 zoom; arrows pan, or move the divider when there is nothing to pan;
 * Ctrl with left and right always moves the divider; Home and End put it at the sides.
 *
 * Zoomed in beyond the first paint, it asks the host for full-size pixels of what is
 * visible as soon as the view rests. Main thread.
 *
 * Signal "view-changed" (no arguments): another zoom or divider. */
#ifndef IMPASTO_UI_CANVAS_H
#define IMPASTO_UI_CANVAS_H

#include "host.h"
#include "scene.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define UI_TYPE_CANVAS (ui_canvas_get_type())
G_DECLARE_FINAL_TYPE(UiCanvas, ui_canvas, UI, CANVAS, GtkDrawingArea)

/* `host` must outlive the canvas. */
GtkWidget *ui_canvas_new(const UiHost *host);

/* What the host answered: COARSE, FULL or DETAIL. Answers to older requests for a
 * detail are ignored; the caller has already ignored those to older previews. */
void ui_canvas_take_preview(UiCanvas *canvas, const UiPreview *preview);
/* Another preview was requested (details wait for it), or it failed. */
void ui_canvas_expect_preview(UiCanvas *canvas, gboolean expect);
/* The detail that was asked for last; 0 when none is awaited. */
guint ui_canvas_get_detail_serial(UiCanvas *canvas);

/* Percent. */
void ui_canvas_set_blend(UiCanvas *canvas, double strength, double keep_colors);

/* Device pixels a pixel of the picture, 1 is 100 %. Setting it leaves Fit. */
double ui_canvas_get_zoom(UiCanvas *canvas);
void ui_canvas_set_zoom(UiCanvas *canvas, double zoom);
gboolean ui_canvas_is_fit(UiCanvas *canvas);
void ui_canvas_fit(UiCanvas *canvas);

/* Show the photo alone. */
void ui_canvas_set_compare(UiCanvas *canvas, gboolean compare);

/* 0 .. 1 of what is visible of the picture. */
double ui_canvas_get_divider(UiCanvas *canvas);
void ui_canvas_set_divider(UiCanvas *canvas, double divider);

/* The final paint, shown in place; area may be NULL in progress. */
void ui_canvas_begin_painting(UiCanvas *canvas);
void ui_canvas_add_painted(UiCanvas *canvas, const GdkRectangle *area,
                           GdkPixbuf *pixels);
void ui_canvas_end_painting(UiCanvas *canvas, gboolean keep);

G_END_DECLS
#endif
