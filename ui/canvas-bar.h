/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The row under the preview: zoom, a spinner while a preview is painted, and Compare,
 * which shows the photo alone for as long as it is held. Main thread. */
#ifndef IMPASTO_UI_CANVAS_BAR_H
#define IMPASTO_UI_CANVAS_BAR_H

#include "canvas.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define UI_TYPE_CANVAS_BAR (ui_canvas_bar_get_type())
G_DECLARE_FINAL_TYPE(UiCanvasBar, ui_canvas_bar, UI, CANVAS_BAR, GtkBox)

/* `canvas` must outlive the bar. */
GtkWidget *ui_canvas_bar_new(UiCanvas *canvas);

/* A preview is awaited, or no longer. One that comes soon is not worth a spinner. */
void ui_canvas_bar_set_busy(UiCanvasBar *bar, gboolean busy);

/* Any key of the window: a backslash holds Compare, unless somebody is `typing`. Returns
 * whether it was that key. */
gboolean ui_canvas_bar_key(UiCanvasBar *bar, const GdkEventKey *event, gboolean typing);
/* The window lost the focus: the key's release goes elsewhere. */
void ui_canvas_bar_drop_key(UiCanvasBar *bar);

G_END_DECLS
#endif
