/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The values of a painting: their ranges, in one place, and their text, which is kept
 * between sessions and in the new layer's parasite. Numbers are written in the C
 * locale. */
#ifndef IMPASTO_SETTINGS_H
#define IMPASTO_SETTINGS_H

#include "host.h"
#include "style-library.h"

G_BEGIN_DECLS

/* Full strength, brush size 1, no kept colors, no second style, half of each in a mix;
 * style: the library's default ("" where it is empty or library is NULL). */
UiSettings *settings_new(StyleLibrary *library);
UiSettings *settings_copy(const UiSettings *settings);
void settings_free(UiSettings *settings); /* NULL is fine */

/* FALSE: IMPASTO_ERROR_VALUE with a sentence such as "strength must be from 0 to 100,
 * not 101." Checks the numbers, and that each style means something
 * (style_library_resolve). */
gboolean settings_check(const UiSettings *settings, StyleLibrary *library,
                        GError **error);
/* A picture's path as a caller gives it may be relative: make it absolute, so that what
 * is remembered means the same wherever the next program is started. */
void settings_make_absolute(UiSettings *settings, StyleLibrary *library);
/* The same, and every value that cannot be used becomes its default. Returns a line for
 * each style that was replaced; transfer full, NULL where there is none. */
char *settings_repair(UiSettings *settings, StyleLibrary *library);

/* Key file text: the group [impasto] with the keys version, painted-by-program (a note
 * for whoever finds it in a layer's parasite) and the values. from: NULL and
 * IMPASTO_ERROR_BAD_FILE where it is not such a text; missing values are defaults,
 * others are not checked (settings_check, settings_repair). size -1: NUL-terminated. */
char *settings_to_text(const UiSettings *settings);
UiSettings *settings_from_text(const char *text, gssize size, GError **error);

/* The last values, and the dialog's small state, share one file, replaced in one step
 * (its folder is made where it is missing). load: NULL where there is none or it is
 * damaged. get_state: NULL where unset; transfer full. */
UiSettings *settings_load(const char *path);
gboolean settings_save(const UiSettings *settings, const char *path, GError **error);
char *state_get(const char *path, const char *key);
/* state: char * by key, NULL to forget it; the other keys stay. */
gboolean state_save(GHashTable *state, const char *path, GError **error);

G_END_DECLS
#endif
