/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The menu of a style's tile, and the popovers of its entries: favorite, picture,
 * title, delete. Acts through the host. Main thread. */
#ifndef IMPASTO_UI_STYLE_MENU_H
#define IMPASTO_UI_STYLE_MENU_H

#include "host.h"
#include "tile.h"

G_BEGIN_DECLS

/* Pop up at the place of `event`, or at the tile where that is NULL. Nothing for the
 * tile that adds. Where the host cannot rename or delete, failed(owner, its sentence).
 * `host` must outlive the tile; the menu holds a reference to `owner`. */
void ui_style_menu_popup(const UiHost *host, UiTile *tile, const GdkEvent *event,
                         void (*failed)(GObject *owner, const char *sentence),
                         GObject *owner);

G_END_DECLS
#endif
