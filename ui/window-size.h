/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The size of the dialog's window, from one session to the next. Main thread. */
#ifndef IMPASTO_UI_WINDOW_SIZE_H
#define IMPASTO_UI_WINDOW_SIZE_H

#include <gtk/gtk.h>

#include "host.h"

G_BEGIN_DECLS

/* As the last time, else most of the screen, and never more than it. Before the window
 * is shown. */
void ui_window_size_restore(GtkWindow *window, const UiHost *host);
void ui_window_size_keep(GtkWindow *window, const UiHost *host);

G_END_DECLS
#endif
