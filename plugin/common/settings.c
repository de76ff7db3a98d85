/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Values of a painting: defaults, ranges, text. */
#include "config.h"

#include "settings.h"

#include "gerror.h"

#include <math.h>
#include <string.h>

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

#define GROUP "impasto"
#define STATE_GROUP "dialog"
#define TEXT_VERSION 1

enum { TEXT_BYTES_MAX = 64 * 1024 };

/* Every number: its name everywhere (option, argument, key), its place, its range. */
static const struct Number {
    const char *name;
    gsize offset;
    double min, max, normal;
} numbers[] = {
    { "strength", G_STRUCT_OFFSET(UiSettings, strength), 0, 100, 100 },
    { "brush-size", G_STRUCT_OFFSET(UiSettings, brush_size), IMP_BRUSH_SIZE_MIN,
      IMP_BRUSH_SIZE_MAX, 1 },
    { "keep-colors", G_STRUCT_OFFSET(UiSettings, keep_colors), 0, 100, 0 },
    { "mix", G_STRUCT_OFFSET(UiSettings, mix), 0, 100, 50 },
};

#define NUMBER(settings, i) (*(double *)G_STRUCT_MEMBER_P(settings, numbers[i].offset))
#define NUMBER_CONST(settings, i)                                                      \
    (*(const double *)G_STRUCT_MEMBER_P(settings, numbers[i].offset))

/* NaN is outside every range. */
static gboolean in_range(const struct Number *number, double value)
{
    return value >= number->min && value <= number->max;
}

UiSettings *settings_new(StyleLibrary *library)
{
    UiSettings *const settings = g_new0(UiSettings, 1);
    const char *const style = library ? style_library_default(library) : NULL;

    settings->style = g_strdup(style ? style : "");
    settings->second_style = g_strdup("");
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
        NUMBER(settings, i) = numbers[i].normal;
    return settings;
}

UiSettings *settings_copy(const UiSettings *settings)
{
    UiSettings *const copy = g_new(UiSettings, 1);

    *copy = *settings;
    copy->style = g_strdup(settings->style ? settings->style : "");
    copy->second_style = g_strdup(settings->second_style ? settings->second_style : "");
    return copy;
}

void settings_free(UiSettings *settings)
{
    if (!settings)
        return;
    g_free(settings->style);
    g_free(settings->second_style);
    g_free(settings);
}

static gboolean check_style(StyleLibrary *library, const char *style, GError **error)
{
    gboolean is_picture;
    g_autofree char *path = style_library_resolve(library, style, &is_picture, error);

    return path != NULL;
}

gboolean settings_check(const UiSettings *settings, StyleLibrary *library,
                        GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        const double value = NUMBER_CONST(settings, i);
        if (isnan(value))
            g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_VALUE,
                        _("%s must be from %g to %g; what was given is not a number."),
                        numbers[i].name, numbers[i].min, numbers[i].max);
        else if (!in_range(&numbers[i], value))
            g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_VALUE,
                        _("%s must be from %g to %g, not %g."), numbers[i].name,
                        numbers[i].min, numbers[i].max, value);
        if (!in_range(&numbers[i], value))
            return FALSE;
    }
    if (!check_style(library, settings->style, error))
        return FALSE;
    return !settings->second_style || !*settings->second_style ||
           check_style(library, settings->second_style, error);
}

/* Opens no file where there is nothing to do: every preview comes by here. */
static void make_absolute(char **style, StyleLibrary *library)
{
    gboolean is_picture;
    g_autofree char *path = NULL;

    if (!*style || !**style || g_path_is_absolute(*style))
        return;
    path = style_library_resolve(library, *style, &is_picture, NULL);
    if (path && is_picture) {
        g_free(*style);
        *style = g_steal_pointer(&path);
    }
}

void settings_make_absolute(UiSettings *settings, StyleLibrary *library)
{
    make_absolute(&settings->style, library);
    make_absolute(&settings->second_style, library);
}

/* The sentence that says that it was replaced, or NULL; transfer full. */
static char *repair_style(char **style, StyleLibrary *library, const char *normal)
{
    g_autofree char *gone = NULL, *shown = NULL;

    if (check_style(library, *style, NULL))
        return NULL;
    gone = *style;
    *style = g_strdup(normal ? normal : "");
    if (!gone || !*gone)
        return NULL;
    shown = g_filename_display_name(gone);
    return g_strdup_printf(_("There is no style \"%s\"."), shown);
}

char *settings_repair(UiSettings *settings, StyleLibrary *library)
{
    g_autofree char *first = NULL, *second = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
        if (!in_range(&numbers[i], NUMBER(settings, i)))
            NUMBER(settings, i) = numbers[i].normal;
    first = repair_style(&settings->style, library, style_library_default(library));
    second = repair_style(&settings->second_style, library, "");
    settings_make_absolute(settings, library);
    return first && second ? g_strjoin("\n", first, second, NULL)
                           : g_strdup(first ? first : second);
}

/* ---- text ------------------------------------------------------------------ */

static void to_key_file(const UiSettings *settings, GKeyFile *file)
{
    g_key_file_set_integer(file, GROUP, "version", TEXT_VERSION);
    g_key_file_set_boolean(file, GROUP, "painted-by-program", TRUE);
    g_key_file_set_string(file, GROUP, "program", "Impasto " IMP_VERSION);
    g_key_file_set_string(file, GROUP, "style", settings->style);
    g_key_file_set_string(file, GROUP, "second-style",
                          settings->second_style ? settings->second_style : "");
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) /* g_ascii_dtostr within */
        g_key_file_set_double(file, GROUP, numbers[i].name, NUMBER_CONST(settings, i));
}

static UiSettings *from_key_file(GKeyFile *file, GError **error)
{
    g_autofree char *style = g_key_file_get_string(file, GROUP, "style", NULL);
    g_autofree char *second = g_key_file_get_string(file, GROUP, "second-style", NULL);
    UiSettings *settings;

    if (g_key_file_get_integer(file, GROUP, "version", NULL) < 1) {
        g_set_error_literal(error, IMPASTO_ERROR, IMPASTO_ERROR_BAD_FILE,
                            _("These are no settings of Impasto."));
        return NULL;
    }
    settings = settings_new(NULL);
    if (style) {
        g_free(settings->style);
        settings->style = g_steal_pointer(&style);
    }
    if (second) {
        g_free(settings->second_style);
        settings->second_style = g_steal_pointer(&second);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_autoptr(GError) bad = NULL;
        const double value = g_key_file_get_double(file, GROUP, numbers[i].name, &bad);
        if (!bad)
            NUMBER(settings, i) = value;
    }
    return settings;
}

char *settings_to_text(const UiSettings *settings)
{
    g_autoptr(GKeyFile) file = g_key_file_new();

    to_key_file(settings, file);
    return g_key_file_to_data(file, NULL, NULL);
}

UiSettings *settings_from_text(const char *text, gssize size, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    const gsize length = size < 0 ? strlen(text) : (gsize)size;

    if (length == 0 || length > TEXT_BYTES_MAX ||
        !g_key_file_load_from_data(file, text, length, G_KEY_FILE_NONE, NULL)) {
        g_set_error_literal(error, IMPASTO_ERROR, IMPASTO_ERROR_BAD_FILE,
                            _("These are no settings of Impasto."));
        return NULL;
    }
    return from_key_file(file, error);
}

/* ---- the file -------------------------------------------------------------- */

static GKeyFile *load_file(const char *path)
{
    GKeyFile *const file = g_key_file_new();

    /* a damaged file is as good as none: it is replaced by the next save */
    if (path)
        g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL);
    return file;
}

static gboolean save_file(GKeyFile *file, const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);

    g_mkdir_with_parents(folder, 0755); /* where that fails, so does what follows */
    return g_key_file_save_to_file(file, path, error);
}

UiSettings *settings_load(const char *path)
{
    g_autoptr(GKeyFile) file = load_file(path);

    return from_key_file(file, NULL);
}

gboolean settings_save(const UiSettings *settings, const char *path, GError **error)
{
    g_autoptr(GKeyFile) file = load_file(path);

    to_key_file(settings, file);
    /* nothing is, here */
    g_key_file_remove_key(file, GROUP, "painted-by-program", NULL);
    return save_file(file, path, error);
}

char *state_get(const char *path, const char *key)
{
    g_autoptr(GKeyFile) file = load_file(path);

    return g_key_file_get_string(file, STATE_GROUP, key, NULL);
}

gboolean state_save(GHashTable *state, const char *path, GError **error)
{
    g_autoptr(GKeyFile) file = load_file(path);
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, state);
    while (g_hash_table_iter_next(&iter, &key, &value))
        if (value)
            g_key_file_set_string(file, STATE_GROUP, key, value);
        else
            g_key_file_remove_key(file, STATE_GROUP, key, NULL);
    return save_file(file, path, error);
}
