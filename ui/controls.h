/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The sliders and the second style. A slider and a number a value; a double click on
 * the name puts the default back. Main thread.
 *
 * Signals: "blend" (), strength or keep colors changed: only the display;
 *          "paint" (), brush size, second style or mix changed: another painting. */
#ifndef IMPASTO_UI_CONTROLS_H
#define IMPASTO_UI_CONTROLS_H

#include "host.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define UI_TYPE_CONTROLS (ui_controls_get_type())
G_DECLARE_FINAL_TYPE(UiControls, ui_controls, UI, CONTROLS, GtkGrid)

/* `host` must outlive the controls. */
GtkWidget *ui_controls_new(const UiHost *host);

/* The second style's list from the host's styles. TRUE: the chosen one is gone, and
 * there is none now. */
gboolean ui_controls_reload(UiControls *controls);

/* All values but the style. set emits nothing. */
void ui_controls_set(UiControls *controls, const UiSettings *settings);
/* Into `settings`, which owns its strings. */
void ui_controls_get(UiControls *controls, UiSettings *settings);

G_END_DECLS
#endif
