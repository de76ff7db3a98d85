/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The styles that there are: the gallery that came with Impasto, then the user's own, each
 * a folder <id>/ with style.json, vector.safetensors and thumbnail.png (styles/FORMAT.md),
 * the user's also with picture.png, a small copy of what it was read from. A damaged style
 * is left out and named in the warnings; the rest works. Knows nothing of the engine.
 *
 * All functions are for the main thread, but style_library_find and the paths, which any
 * thread may call while the main thread does not change the library. */
#ifndef IMPASTO_STYLE_LIBRARY_H
#define IMPASTO_STYLE_LIBRARY_H

#include "host.h"
#include "style-json.h"

G_BEGIN_DECLS

typedef struct StyleLibrary StyleLibrary;

/* program_dir: the folder of the running program, for `data/styles` beside it; may be NULL.
 * user_dir: the user's own styles and favorites; made when first needed; NULL: none.
 * The shipped styles are in the first of these that exists: $IMPASTO_STYLES,
 * program_dir/data/styles, the configured folder. Never fails: a library may be empty and
 * its warnings say why. */
StyleLibrary *style_library_new(const char *program_dir, const char *user_dir);
void style_library_free(StyleLibrary *library); /* NULL is fine */

/* Read everything again. */
void style_library_reload(StyleLibrary *library);

/* Favorites first, then the gallery by title, then the user's; with thumbnails, which are
 * loaded by the first call. Valid until the library changes. */
const UiStyle *style_library_list(StyleLibrary *library, guint *n);
/* The same without thumbnails (NULL in each), for lists of names. */
const UiStyle *style_library_list_names(StyleLibrary *library, guint *n);
/* Sentences, one for each style that was left out; NULL-terminated. */
const char *const *style_library_warnings(StyleLibrary *library);

/* Paths; transfer full. vector_path: NULL where there is no style of that id. */
char *style_library_model_path(StyleLibrary *library, const char *file_name);
char *style_library_vector_path(StyleLibrary *library, const char *id);
gboolean style_library_has(StyleLibrary *library, const char *id);
/* The id of the default style: "starry-night", or the first that there is; NULL: none. */
const char *style_library_default(StyleLibrary *library);

gboolean style_library_set_favorite(StyleLibrary *library, const char *id,
                                    gboolean favorite, GError **error);
gboolean style_library_rename(StyleLibrary *library, const char *id, const char *title,
                              GError **error);
gboolean style_library_delete(StyleLibrary *library, const char *id, GError **error);

/* Add a style of the user's in one step: a hidden folder is filled and then renamed, so
 * that a style is there whole or not at all. save_vector writes the vector to the path that
 * it is given. picture: what it was read from; becomes thumbnail and picture.png, reduced.
 * source: where it came from ("sunset.jpg"). Returns the new id (transfer full), made from
 * the title: letters and digits of ASCII, "-" for the rest, "-2" where it is taken. */
typedef gboolean StyleSaveVector(gpointer data, const char *path, GError **error);
char *style_library_add(StyleLibrary *library, const char *title, const char *source,
                        GdkPixbuf *picture, StyleSaveVector *save_vector, gpointer data,
                        GError **error);
/* Replace the thumbnail of a user's style (painted by the engine later). */
gboolean style_library_set_thumbnail(StyleLibrary *library, const char *id,
                                     GdkPixbuf *thumbnail, GError **error);

G_END_DECLS
#endif
