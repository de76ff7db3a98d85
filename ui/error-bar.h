/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* One sentence that says what went wrong, until it is dismissed. Hidden at first. Main
 * thread. */
#ifndef IMPASTO_UI_ERROR_BAR_H
#define IMPASTO_UI_ERROR_BAR_H

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define UI_TYPE_ERROR_BAR (ui_error_bar_get_type())
G_DECLARE_FINAL_TYPE(UiErrorBar, ui_error_bar, UI, ERROR_BAR, GtkInfoBar)

GtkWidget *ui_error_bar_new(void);
void ui_error_bar_show(UiErrorBar *bar, const char *sentence);
void ui_error_bar_hide(UiErrorBar *bar);

G_END_DECLS
#endif
