/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* style.json: what is known of one style (styles/FORMAT.md). One JSON object, UTF-8, at
 * most 64 KiB and 32 levels deep, with the text members id (required: 1 .. 64 of a-z
 * 0-9 "-", not beginning with "-"), title (required), artist, kind, source, licence,
 * each 1 .. 200 bytes without control characters, the whole number year, and the
 * boolean unlearned; other members are ignored. */
#ifndef IMPASTO_STYLE_JSON_H
#define IMPASTO_STYLE_JSON_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct StyleInfo {
    char *id, *title;
    char *artist, *year, *kind, *source, *license; /* "" where not given */
    gboolean unlearned; /* the vector is as it was read off the picture */
} StyleInfo;

/* Fill *info from `size` bytes of anything, NUL-terminated or not. FALSE: `error`
 * (IMPASTO_ERROR_BAD_FILE) names the rule that is broken and *info is untouched.
 * Any thread. */
gboolean style_info_parse(StyleInfo *info, const char *data, gsize size,
                          GError **error);
/* The text of style.json; transfer full. */
char *style_info_format(const StyleInfo *info);
void style_info_clear(StyleInfo *info);

gboolean style_id_valid(const char *id);
/* An id made from a title, safe as a folder's name: its ASCII letters and digits
 * (others are brought to ASCII where that is possible), "-" for all else; "style" where
 * nothing is left. At most 48 characters, so that a number can follow. Transfer
 * full. */
char *style_id_from_title(const char *title);
/* The title as it is kept: valid UTF-8, no control characters, no space around it, cut
 * to 200 bytes at a character; "" where nothing is left. Transfer full. */
char *style_title_clean(const char *title);

G_END_DECLS
#endif
