/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* How far the final paint is, and how long it still takes. Hidden at first; to show and
 * hide it is the owner's. Main thread. */
#ifndef IMPASTO_UI_PROGRESS_ROW_H
#define IMPASTO_UI_PROGRESS_ROW_H

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define UI_TYPE_PROGRESS_ROW (ui_progress_row_get_type())
G_DECLARE_FINAL_TYPE(UiProgressRow, ui_progress_row, UI, PROGRESS_ROW, GtkBox)

GtkWidget *ui_progress_row_new(void);

/* fraction: 0 ... 1; seconds_left: negative where nobody knows. */
void ui_progress_row_set(UiProgressRow *row, double fraction, double seconds_left);
/* It was asked to stop. */
void ui_progress_row_stopping(UiProgressRow *row);

G_END_DECLS
#endif
