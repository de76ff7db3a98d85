/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The styles that there are: the gallery that came with Impasto, then the user's own,
 * each a folder <id>/ with style.json, vector.safetensors and thumbnail.png
 * (styles/FORMAT.md), the user's also with picture.png, a small copy of what it was
 * read from. A damaged style is left out and named in the warnings; the rest works.
 * Knows nothing of the engine. Main thread only. */
#ifndef IMPASTO_STYLE_LIBRARY_H
#define IMPASTO_STYLE_LIBRARY_H

#include "host.h"
#include "style-json.h"

G_BEGIN_DECLS

typedef struct StyleLibrary StyleLibrary;

/* program_dir: the folder of the running program, for `data/styles` beside it; may be
 * NULL. user_dir: the user's own styles and favorites; made when first needed; NULL:
 * none. The shipped styles are in the first of these that is there: $IMPASTO_STYLES
 * (where it is set it is the only one), program_dir/data/styles, the configured folder.
 * Never fails: a library may be empty, and its warnings say why. */
StyleLibrary *style_library_new(const char *program_dir, const char *user_dir);
void style_library_free(StyleLibrary *library); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StyleLibrary, style_library_free)

/* Read everything again. */
void style_library_reload(StyleLibrary *library);

/* Favorites first, then the gallery, then the user's, each by title. Valid until the
 * library changes. names: the same with thumbnails NULL, quicker. */
const UiStyle *style_library_list(StyleLibrary *library, guint *n);
const UiStyle *style_library_list_names(StyleLibrary *library, guint *n);
/* Sentences, one for each style that was left out; NULL-terminated. */
const char *const *style_library_warnings(StyleLibrary *library);
/* Leave a style out from now on: its vector proved to be damaged (`why`: a
 * sentence). */
void style_library_leave_out(StyleLibrary *library, const char *id, const char *why);

/* Paths; transfer full. find_file: a file of the styles folder itself. vector_path:
 * NULL where there is no style of that id. */
char *style_library_find_file(StyleLibrary *library, const char *name);
char *style_library_vector_path(StyleLibrary *library, const char *id);
/* Whether a style of the user's is as it was read off its picture, to be learned from
 * it. */
gboolean style_library_is_unlearned(StyleLibrary *library, const char *id);
/* The id of the default style: "starry-night", or the first that there is; NULL:
 * none. */
const char *style_library_default(StyleLibrary *library);

/* What a style argument means: the id of a style (*is_picture FALSE, returns the path
 * of its vector) or the path of a picture (TRUE, returns it, absolute). Transfer full.
 * NULL: IMPASTO_ERROR_VALUE, a sentence that says what is wrong with it and what may be
 * given. The picture's first bytes are looked at, so that what is no picture is refused
 * here. */
char *style_library_resolve(StyleLibrary *library, const char *style,
                            gboolean *is_picture, GError **error);

/* What people call the style of a picture: "sun flowers" for "/home/me/sun_flowers.jpg",
 * as the dialog does; transfer full. */
char *style_title_from_path(const char *path);

gboolean style_library_set_favorite(StyleLibrary *library, const char *id,
                                    gboolean favorite, GError **error);
/* Of the user's own styles only. */
gboolean style_library_rename(StyleLibrary *library, const char *id, const char *title,
                              GError **error);
gboolean style_library_delete(StyleLibrary *library, const char *id, GError **error);

/* Add a style of the user's in one step: a hidden folder is filled and then renamed, so
 * that a style is there whole or not at all. The vector is written by save_vector to
 * the path that it is given. picture: what it was read from, kept reduced. thumbnail:
 * square; NULL: the middle of the picture. source: where it came from ("sunset.jpg"),
 * may be NULL. unlearned: style_library_is_unlearned from now on. Returns the new id,
 * made from the title, with a number where it is taken (transfer full). */
typedef gboolean StyleSaveVector(gpointer data, const char *path, GError **error);
char *style_library_add(StyleLibrary *library, const char *title, const char *source,
                        GdkPixbuf *picture, GdkPixbuf *thumbnail, gboolean unlearned,
                        StyleSaveVector *save_vector, gpointer data, GError **error);
/* The learned vector and thumbnail for a style of the user's. On failure the vector
 * that was there is still there. */
gboolean style_library_replace(StyleLibrary *library, const char *id,
                               GdkPixbuf *thumbnail, StyleSaveVector *save_vector,
                               gpointer data, GError **error);

G_END_DECLS
#endif
