/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* style.json: what is known of one style. An object with the strings id (required: a to z,
 * 0 to 9 and "-", 1 .. 64 characters, no "-" at either end), title (required, 1 .. 200
 * characters), artist, year (or a whole number), source, licence, each at most 500
 * characters; other members are ignored. Nothing larger than 64 KiB is read. */
#ifndef IMPASTO_STYLE_JSON_H
#define IMPASTO_STYLE_JSON_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct StyleInfo {
    char *id, *title;
    char *artist, *year, *source, *license; /* "" where not given */
} StyleInfo;

/* Fill *info from `size` bytes of anything, NUL-terminated or not. FALSE: `error`
 * (IMPASTO_ERROR_BAD_FILE) names the rule that is broken and *info is untouched.
 * Any thread. */
gboolean style_info_parse(StyleInfo *info, const char *data, gsize size, GError **error);
/* The text of style.json; transfer full. */
char *style_info_format(const StyleInfo *info);
void style_info_clear(StyleInfo *info);

gboolean style_id_valid(const char *id);
/* An id made from a title: safe as a folder's name; "style" where nothing is left of it. */
char *style_id_from_title(const char *title);
/* The title as it is kept: valid UTF-8, no control characters, no space around it, cut
 * to 200 characters; "" where nothing is left. Transfer full. */
char *style_title_clean(const char *title);

G_END_DECLS
#endif
