/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* One style in the gallery: thumbnail with a star, and the title below; or the last
 * tile, which adds a style. Main thread.
 *
 * Signals: "star-toggled" (gboolean favorite), when the user clicked the star;
 *          "pressed" (), mouse button 1 went down on it;
 *          "menu" (GdkEvent *), the user wants the menu (right button). */
#ifndef IMPASTO_UI_TILE_H
#define IMPASTO_UI_TILE_H

#include "host.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

enum { UI_TILE_SIZE = 100 }; /* of the thumbnail, logical pixels */

#define UI_TYPE_TILE (ui_tile_get_type())
G_DECLARE_FINAL_TYPE(UiTile, ui_tile, UI, TILE, GtkFlowBoxChild)

GtkWidget *ui_tile_new(const UiStyle *style); /* NULL: the tile that adds */
/* What it shows now; `style` is not kept. */
void ui_tile_update(UiTile *tile, const UiStyle *style);
/* NULL for the tile that adds. */
const char *ui_tile_get_id(UiTile *tile);
/* Does the search text match title, artist and year? "" matches all. */
gboolean ui_tile_matches(UiTile *tile, const char *text);
/* The style is being learned, 0 .. 1, or no more (< 0). */
void ui_tile_set_learning(UiTile *tile, double fraction);
/* The tile that adds: a style is being read. */
void ui_tile_set_busy(UiTile *tile, gboolean busy);

/* "Vincent van Gogh, 1889", as far as known; transfer full. */
char *ui_style_credit(const UiStyle *style);

G_END_DECLS
#endif
