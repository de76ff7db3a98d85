/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The files of one style's folder (styles/FORMAT.md). */
#ifndef IMPASTO_STYLE_FOLDER_H
#define IMPASTO_STYLE_FOLDER_H

#include "style-json.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

G_BEGIN_DECLS

#define STYLE_JSON "style.json"
#define STYLE_VECTOR "vector.safetensors"
#define STYLE_THUMBNAIL "thumbnail.png"
#define STYLE_PICTURE "picture.png"

gboolean style_folder_read_info(const char *folder, StyleInfo *info, GError **error);
gboolean style_folder_write_info(const char *folder, const StyleInfo *info,
                                 GError **error);

/* Square, size x size; a plain gray tile where there is none or it is damaged. */
GdkPixbuf *style_folder_load_thumbnail(const char *folder, int size);
/* picture.png, reduced, and thumbnail.png; thumbnail NULL: the middle of the
 * picture. */
gboolean style_folder_write_pictures(const char *folder, GdkPixbuf *picture,
                                     GdkPixbuf *thumbnail, int thumbnail_size,
                                     GError **error);

/* thumbnail.png alone, in one step. */
gboolean style_folder_write_thumbnail(const char *folder, GdkPixbuf *thumbnail,
                                      int size, GError **error);

/* A new hidden folder in `parent` to fill (its path, transfer full), and its renaming
 * to what it is to be. begin also removes what an interrupted one left behind. */
char *style_folder_begin(const char *parent, GError **error);
gboolean style_folder_end(const char *making, const char *folder, GError **error);

/* Delete the folder and the files in it; a link is only unlinked, and folders in it are
 * left alone (and then this fails). */
gboolean style_folder_delete(const char *folder, GError **error);

G_END_DECLS
#endif
