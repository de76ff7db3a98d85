/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The row at the bottom: Help, Reset, the progress of the paint, whether it replaces a
 * layer, Cancel and Paint. Main thread.
 *
 * Signals (no arguments) of the buttons: "help", "reset", "cancel", "paint". */
#ifndef IMPASTO_UI_BOTTOM_BAR_H
#define IMPASTO_UI_BOTTOM_BAR_H

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define UI_TYPE_BOTTOM_BAR (ui_bottom_bar_get_type())
G_DECLARE_FINAL_TYPE(UiBottomBar, ui_bottom_bar, UI, BOTTOM_BAR, GtkBox)

/* can_replace: ask whether the painting replaces a layer. */
GtkWidget *ui_bottom_bar_new(gboolean can_replace);
/* The answer: yes at first; no where it is not asked. */
gboolean ui_bottom_bar_get_replace(UiBottomBar *bar);

/* While painting there is progress, and nothing to do but Help and Cancel, which gets
 * the focus. */
void ui_bottom_bar_set_painting(UiBottomBar *bar, gboolean painting);
/* See ui_progress_row_set; stopping: the paint was told to stop. */
void ui_bottom_bar_set_progress(UiBottomBar *bar, double fraction, double seconds_left);
void ui_bottom_bar_set_stopping(UiBottomBar *bar);

GtkWidget *ui_bottom_bar_get_paint(UiBottomBar *bar);

G_END_DECLS
#endif
