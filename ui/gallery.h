/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Search, the thumbnails, and the name of the chosen work below them. Renames, deletes
 * and stars through the host itself. Main thread.
 *
 * Signals: "selected" (), another style was chosen by the user;
 *          "add-style" (), the user wants another style;
 *          "failed" (const char *sentence);
 *          "leave" (), Escape in an empty search. */
#ifndef IMPASTO_UI_GALLERY_H
#define IMPASTO_UI_GALLERY_H

#include "host.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define UI_TYPE_GALLERY (ui_gallery_get_type())
G_DECLARE_FINAL_TYPE(UiGallery, ui_gallery, UI, GALLERY, GtkBox)

/* `host` must outlive the gallery. */
GtkWidget *ui_gallery_new(const UiHost *host);

/* Show the host's styles as they are now. TRUE: the selected one is gone, and another
 * is selected. */
gboolean ui_gallery_reload(UiGallery *gallery);

/* Does not emit "selected". An id that is not in the gallery (a picture's path) selects
 * nothing and is returned by get all the same. */
void ui_gallery_select(UiGallery *gallery, const char *id);
const char *ui_gallery_get_selected(UiGallery *gallery);

/* A style is being read. */
void ui_gallery_set_busy(UiGallery *gallery, gboolean busy);
void ui_gallery_grab_focus(UiGallery *gallery);
void ui_gallery_grab_search(UiGallery *gallery);
/* A style is being learned, 0 .. 1, or no more (< 0). */
void ui_gallery_set_learning(UiGallery *gallery, const char *id, double fraction);
/* Where the menu of "add-style" belongs. */
GtkWidget *ui_gallery_get_add_tile(UiGallery *gallery);

G_END_DECLS
#endif
