/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The dialog (design section 8). */
#ifndef IMPASTO_UI_DIALOG_H
#define IMPASTO_UI_DIALOG_H

#include "host.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The dialog on a host; `host` must outlive it. Not shown yet, so that the caller can
 * make it transient for a window of another process on "realize". gtk_init_check must
 * have succeeded; main thread only.
 * Paint runs inside the dialog, with progress; the dialog answers GTK_RESPONSE_OK when
 * the painting is done, GTK_RESPONSE_CANCEL (or DELETE_EVENT) when the user left. */
GtkWidget *ui_dialog_new(const UiHost *host);

/* What the dialog shows now; transfer full. */
UiSettings *ui_dialog_get_settings(GtkWidget *dialog);
/* With its strings; NULL is nothing. */
void ui_settings_free(UiSettings *settings);

G_END_DECLS
#endif
