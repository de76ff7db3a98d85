/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Where another style comes from: a picture file, or a layer of an open image. */
#ifndef IMPASTO_UI_ADD_STYLE_H
#define IMPASTO_UI_ADD_STYLE_H

#include "host.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Let the user choose: a menu at `at` where the host has layers to offer, else the file
 * chooser at once. Calls `started` with `data` when the host was asked to read a style
 * (it answers by style_added), nothing when the user changed their mind. Returns at
 * once. */
void ui_add_style(const UiHost *host, GtkWidget *at, GCallback started, gpointer data);

G_END_DECLS
#endif
