/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* One page on how the dialog is used. Main thread. */
#ifndef IMPASTO_UI_HELP_H
#define IMPASTO_UI_HELP_H

#include "host.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Above `parent`, not modal; the one that is open comes to the front. */
void ui_help_show(GtkWindow *parent, const UiHost *host);

G_END_DECLS
#endif
