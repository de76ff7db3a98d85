/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Finds, reads and lists styles, and keeps the user's own. */
#include "config.h"

#include "style-library.h"

#include "gerror.h"
#include "style-folder.h"

#include <errno.h>
#include <string.h>

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

enum { THUMBNAIL_SIZE = 256 };

typedef struct Style {
    StyleInfo info;
    char *folder;
    char *picture_path; /* NULL: none kept */
    gboolean is_users, is_favorite;
    GdkPixbuf *thumbnail; /* NULL: not loaded yet */
} Style;

struct StyleLibrary {
    char *styles_dir;      /* holds painter.safetensors and gallery/ */
    char *user_dir;        /* NULL: none */
    GPtrArray *styles;     /* Style, in the order of the list */
    GHashTable *by_id;     /* id -> Style, borrowed from `styles` */
    GHashTable *favorites; /* set of ids, also of styles that are not there now */
    GHashTable *left_out;  /* id -> why: found damaged while in use */
    GPtrArray *warnings;   /* NULL-terminated */
    GHashTable *refused;   /* id -> its sentence among `warnings`, borrowed */
    GArray *shown;         /* UiStyle, parallel to `styles`; NULL: to be made */
};

static void style_free(Style *style)
{
    style_info_clear(&style->info);
    g_free(style->folder);
    g_free(style->picture_path);
    g_clear_object(&style->thumbnail);
    g_free(style);
}

/* ---- reading --------------------------------------------------------------- */

static void warn(StyleLibrary *library, const char *id, const char *why)
{
    g_autofree char *shown = g_utf8_make_valid(id, -1);
    char *const text =
        g_strdup_printf(_("The style \"%s\" is left out: %s"), shown, why);

    g_ptr_array_insert(library->warnings, (int)library->warnings->len - 1, text);
    if (!g_hash_table_contains(library->refused, id)) /* the gallery's comes first */
        g_hash_table_insert(library->refused, g_strdup(id), text);
}

static Style *style_read(const char *folder, const char *id, gboolean is_users,
                         GError **error)
{
    StyleInfo info;
    g_autofree char *vector = g_build_filename(folder, STYLE_VECTOR, NULL);
    g_autofree char *picture = g_build_filename(folder, STYLE_PICTURE, NULL);
    Style *style;

    if (!style_folder_read_info(folder, &info, error))
        return NULL;
    if (!g_str_equal(info.id, id)) {
        g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_BAD_FILE,
                    _("Its %s says \"%s\"; it must be the folder's name."), STYLE_JSON,
                    info.id);
        style_info_clear(&info);
        return NULL;
    }
    if (!g_file_test(vector, G_FILE_TEST_IS_REGULAR)) {
        g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_BAD_FILE, _("It has no %s."),
                    STYLE_VECTOR);
        style_info_clear(&info);
        return NULL;
    }
    style = g_new0(Style, 1);
    style->info = info;
    style->folder = g_strdup(folder);
    style->is_users = is_users;
    if (g_file_test(picture, G_FILE_TEST_IS_REGULAR))
        style->picture_path = g_steal_pointer(&picture);
    return style;
}

static void read_folder(StyleLibrary *library, const char *path, gboolean is_users)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *id;

    while (dir && (id = g_dir_read_name(dir))) {
        g_autofree char *folder = g_build_filename(path, id, NULL);
        g_autoptr(GError) error = NULL;
        const char *known = g_hash_table_lookup(library->left_out, id);
        Style *style;

        if (id[0] == '.' || !g_file_test(folder, G_FILE_TEST_IS_DIR))
            continue;
        if (g_hash_table_contains(library->by_id, id)) {
            warn(library, id, _("The gallery has a style of that id."));
            continue;
        }
        style = known ? NULL : style_read(folder, id, is_users, &error);
        if (!style) {
            warn(library, id, known ? known : error->message);
            continue;
        }
        style->is_favorite = g_hash_table_contains(library->favorites, id);
        g_ptr_array_add(library->styles, style);
        g_hash_table_insert(library->by_id, style->info.id, style);
    }
}

static int compare_styles(gconstpointer a, gconstpointer b)
{
    const Style *const s = *(Style *const *)a, *const t = *(Style *const *)b;
    int order;

    if (s->is_favorite != t->is_favorite)
        return s->is_favorite ? -1 : 1;
    if (s->is_users != t->is_users)
        return s->is_users ? 1 : -1;
    order = g_utf8_collate(s->info.title, t->info.title);
    return order ? order : strcmp(s->info.id, t->info.id);
}

static char *favorites_path(StyleLibrary *library)
{
    return g_build_filename(library->user_dir, "favorites", NULL);
}

static void read_favorites(StyleLibrary *library)
{
    g_autofree char *path = NULL, *text = NULL;
    g_auto(GStrv) lines = NULL;

    g_hash_table_remove_all(library->favorites);
    if (!library->user_dir)
        return;
    path = favorites_path(library);
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return;
    lines = g_strsplit(text, "\n", 10000);
    for (char **line = lines; *line; line++)
        if (style_id_valid(*line))
            g_hash_table_add(library->favorites, g_strdup(*line));
}

/* The order or the styles changed. */
static void changed(StyleLibrary *library)
{
    g_ptr_array_sort(library->styles, compare_styles);
    g_clear_pointer(&library->shown, g_array_unref);
}

void style_library_reload(StyleLibrary *library)
{
    g_autofree char *gallery = g_build_filename(library->styles_dir, "gallery", NULL);

    g_hash_table_remove_all(library->by_id);
    g_hash_table_remove_all(library->refused);
    g_ptr_array_set_size(library->styles, 0);
    g_ptr_array_set_size(library->warnings, 0);
    g_ptr_array_add(library->warnings, NULL);
    read_favorites(library);
    if (!g_file_test(gallery, G_FILE_TEST_IS_DIR))
        g_ptr_array_insert(
            library->warnings, 0,
            g_strdup_printf(_("There is no gallery of styles: \"%s\" is not "
                              "a folder."),
                            gallery));
    read_folder(library, gallery, FALSE);
    if (library->user_dir)
        read_folder(library, library->user_dir, TRUE);
    changed(library);
}

static char *find_styles(const char *program_dir)
{
    const char *const given = g_getenv("IMPASTO_STYLES");

    if (given && *given)
        return g_strdup(given);
    if (program_dir) {
        g_autofree char *beside = g_build_filename(program_dir, "data", "styles", NULL);
        if (g_file_test(beside, G_FILE_TEST_IS_DIR))
            return g_steal_pointer(&beside);
    }
    return g_strdup(IMP_STYLES_DIR);
}

StyleLibrary *style_library_new(const char *program_dir, const char *user_dir)
{
    StyleLibrary *const library = g_new0(StyleLibrary, 1);

    library->styles_dir = find_styles(program_dir);
    library->user_dir = g_strdup(user_dir);
    library->styles = g_ptr_array_new_with_free_func((GDestroyNotify)style_free);
    library->by_id = g_hash_table_new(g_str_hash, g_str_equal);
    library->favorites = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    library->left_out = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    library->warnings = g_ptr_array_new_with_free_func(g_free);
    library->refused = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    style_library_reload(library);
    return library;
}

void style_library_free(StyleLibrary *library)
{
    if (!library)
        return;
    g_clear_pointer(&library->shown, g_array_unref);
    g_hash_table_unref(library->by_id);
    g_hash_table_unref(library->favorites);
    g_hash_table_unref(library->left_out);
    g_ptr_array_unref(library->styles);
    g_hash_table_unref(library->refused);
    g_ptr_array_unref(library->warnings);
    g_free(library->user_dir);
    g_free(library->styles_dir);
    g_free(library);
}

/* ---- asking ---------------------------------------------------------------- */

const UiStyle *style_library_list_names(StyleLibrary *library, guint *n)
{
    *n = library->styles->len;
    if (library->shown)
        return (const UiStyle *)library->shown->data;
    library->shown = g_array_sized_new(TRUE, TRUE, sizeof(UiStyle), *n);
    for (guint i = 0; i < *n; i++) {
        const Style *const style = g_ptr_array_index(library->styles, i);
        const UiStyle shown = {
            .id = style->info.id,
            .title = style->info.title,
            .artist = style->info.artist,
            .year = style->info.year,
            .source = style->info.source,
            .license = style->info.license,
            .picture_path = style->picture_path,
            .thumbnail = style->thumbnail,
            .is_users = style->is_users,
            .is_favorite = style->is_favorite,
        };
        g_array_append_val(library->shown, shown);
    }
    return (const UiStyle *)library->shown->data;
}

const UiStyle *style_library_list(StyleLibrary *library, guint *n)
{
    style_library_list_names(library, n);
    for (guint i = 0; i < *n; i++) {
        Style *const style = g_ptr_array_index(library->styles, i);
        if (!style->thumbnail)
            style->thumbnail =
                style_folder_load_thumbnail(style->folder, THUMBNAIL_SIZE);
        g_array_index(library->shown, UiStyle, i).thumbnail = style->thumbnail;
    }
    return (const UiStyle *)library->shown->data;
}

const char *const *style_library_warnings(StyleLibrary *library)
{
    return (const char *const *)library->warnings->pdata;
}

void style_library_leave_out(StyleLibrary *library, const char *id, const char *why)
{
    g_hash_table_insert(library->left_out, g_strdup(id), g_strdup(why));
    style_library_reload(library);
}

char *style_library_find_file(StyleLibrary *library, const char *name)
{
    return g_build_filename(library->styles_dir, name, NULL);
}

char *style_library_vector_path(StyleLibrary *library, const char *id)
{
    const Style *const style = g_hash_table_lookup(library->by_id, id);

    return style ? g_build_filename(style->folder, STYLE_VECTOR, NULL) : NULL;
}

const char *style_library_default(StyleLibrary *library)
{
    if (g_hash_table_contains(library->by_id, "starry-night"))
        return "starry-night";
    return library->styles->len
               ? ((Style *)g_ptr_array_index(library->styles, 0))->info.id
               : NULL;
}

static char *refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static char *refuse(GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    if (error)
        *error = g_error_new_valist(IMPASTO_ERROR, IMPASTO_ERROR_VALUE, format, args);
    va_end(args);
    return NULL;
}

/* Not g_canonicalize_filename: what ".." means after a link only the system knows. */
static char *absolute_path(const char *path)
{
    g_autofree char *folder = g_get_current_dir();

    return g_path_is_absolute(path) ? g_strdup(path)
                                    : g_build_filename(folder, path, NULL);
}

char *style_library_resolve(StyleLibrary *library, const char *style,
                            gboolean *is_picture, GError **error)
{
    char *const vector =
        style && *style ? style_library_vector_path(library, style) : NULL;
    g_autofree char *shown = g_utf8_make_valid(style ? style : "", -1);
    const char *const why = style ? g_hash_table_lookup(library->refused, style) : NULL;

    *is_picture = !vector;
    if (vector)
        return vector;
    if (!style || !*style)
        return refuse(error,
                      _("No style is given. It is the id of a style (`impasto-paint "
                        "--list-styles` or plug-in-impasto-list-styles names them) or "
                        "the path of a picture."));
    if (why && style_id_valid(style))
        return refuse(error, "%s", why);
    if (style_id_valid(style) && library->styles->len == 0 &&
        library->warnings->len > 1)
        return refuse(error, "%s", (const char *)library->warnings->pdata[0]);
    if (g_file_test(style, G_FILE_TEST_IS_DIR))
        return refuse(error, _("The style \"%s\" is a folder, not a picture."), shown);
    if (!g_file_test(style, G_FILE_TEST_EXISTS))
        return refuse(error,
                      _("There is no style \"%s\": it is neither the id of a style "
                        "(`impasto-paint --list-styles` or "
                        "plug-in-impasto-list-styles names them) nor the path of a "
                        "picture."),
                      shown);
    if (!g_file_test(style, G_FILE_TEST_IS_REGULAR) ||
        !gdk_pixbuf_get_file_info(style, NULL, NULL))
        return refuse(error, _("The style \"%s\" is not a picture that can be read."),
                      shown);
    return absolute_path(style);
}

char *style_title_from_path(const char *path)
{
    char *const name = g_filename_display_basename(path);
    char *const dot = strrchr(name, '.');

    if (dot && dot != name)
        *dot = '\0';
    return g_strstrip(g_strdelimit(name, "_", ' '));
}

/* ---- changing -------------------------------------------------------------- */

static gboolean need_user_dir(StyleLibrary *library, GError **error)
{
    if (!library->user_dir) {
        g_set_error_literal(error, IMPASTO_ERROR, IMPASTO_ERROR_FAILED,
                            _("There is no folder for your own styles."));
        return FALSE;
    }
    if (g_mkdir_with_parents(library->user_dir, 0755) != 0) {
        g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_IO,
                    _("The folder \"%s\" cannot be made: %s."), library->user_dir,
                    g_strerror(errno));
        return FALSE;
    }
    return TRUE;
}

gboolean style_library_set_favorite(StyleLibrary *library, const char *id,
                                    gboolean favorite, GError **error)
{
    Style *const style = g_hash_table_lookup(library->by_id, id);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *path = NULL;
    GHashTableIter iter;
    gpointer key;

    if (!style) {
        refuse(error, _("There is no style \"%s\"."), id);
        return FALSE;
    }
    style->is_favorite = favorite;
    changed(library); /* for this session, even where it cannot be kept */
    if (!need_user_dir(library, error))
        return FALSE;
    read_favorites(library); /* another dialog may have kept some since */
    if (favorite)
        g_hash_table_add(library->favorites, g_strdup(id));
    else
        g_hash_table_remove(library->favorites, id);
    g_hash_table_iter_init(&iter, library->favorites);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        g_string_append_printf(text, "%s\n", (const char *)key);
    path = favorites_path(library);
    return g_file_set_contents(path, text->str, (gssize)text->len, error);
}

static Style *users_style(StyleLibrary *library, const char *id, GError **error)
{
    Style *const style = g_hash_table_lookup(library->by_id, id);

    if (!style)
        refuse(error, _("There is no style \"%s\"."), id);
    else if (!style->is_users)
        refuse(error,
               _("The style \"%s\" belongs to the gallery; only your own styles can "
                 "be changed."),
               id);
    return style && style->is_users ? style : NULL;
}

gboolean style_library_rename(StyleLibrary *library, const char *id, const char *title,
                              GError **error)
{
    Style *const style = users_style(library, id, error);
    g_autofree char *clean = style_title_clean(title);
    StyleInfo info;

    if (!style)
        return FALSE;
    if (!*clean) {
        refuse(error, _("A style needs a title."));
        return FALSE;
    }
    info = style->info;
    info.title = clean;
    if (!style_folder_write_info(style->folder, &info, error))
        return FALSE;
    g_free(style->info.title);
    style->info.title = g_steal_pointer(&clean);
    changed(library);
    return TRUE;
}

gboolean style_library_delete(StyleLibrary *library, const char *id, GError **error)
{
    Style *const style = users_style(library, id, error);

    if (!style || !style_folder_delete(style->folder, error))
        return FALSE;
    g_hash_table_remove(library->by_id, id);
    g_ptr_array_remove(library->styles, style);
    changed(library);
    return TRUE;
}

gboolean style_library_is_unlearned(StyleLibrary *library, const char *id)
{
    const Style *const style = g_hash_table_lookup(library->by_id, id);

    return style && style->is_users && style->info.unlearned;
}

/* An id that neither a style nor a folder of the user's has. */
static char *free_id(StyleLibrary *library, const char *title)
{
    g_autofree char *base = style_id_from_title(title);

    for (int i = 1;; i++) {
        g_autofree char *id =
            i == 1 ? g_strdup(base) : g_strdup_printf("%s-%d", base, i);
        g_autofree char *folder = g_build_filename(library->user_dir, id, NULL);
        if (!g_hash_table_contains(library->by_id, id) &&
            !g_file_test(folder, G_FILE_TEST_EXISTS))
            return g_steal_pointer(&id);
    }
}

char *style_library_add(StyleLibrary *library, const char *title, const char *source,
                        GdkPixbuf *picture, GdkPixbuf *thumbnail, gboolean unlearned,
                        StyleSaveVector *save_vector, gpointer data, GError **error)
{
    g_autofree char *clean = style_title_clean(title);
    g_autofree char *id = NULL, *folder = NULL, *making = NULL, *vector = NULL;
    g_autofree char *clean_source = style_title_clean(source);

    if (!*clean) {
        refuse(error, _("A style needs a title."));
        return NULL;
    }
    if (!need_user_dir(library, error))
        return NULL;
    id = free_id(library, clean);
    folder = g_build_filename(library->user_dir, id, NULL);
    making = style_folder_begin(library->user_dir, error);
    if (!making)
        return NULL;
    vector = g_build_filename(making, STYLE_VECTOR, NULL);
    if (!style_folder_write_info(making,
                                 &(StyleInfo) { .id = id,
                                                .title = clean,
                                                .source = clean_source,
                                                .unlearned = unlearned },
                                 error) ||
        !style_folder_write_pictures(making, picture, thumbnail, THUMBNAIL_SIZE,
                                     error) ||
        !save_vector(data, vector, error) || !style_folder_end(making, folder, error)) {
        style_folder_delete(making, NULL);
        return NULL;
    }
    g_hash_table_remove(library->left_out, id);
    style_library_reload(library);
    return g_steal_pointer(&id);
}

gboolean style_library_replace(StyleLibrary *library, const char *id,
                               GdkPixbuf *thumbnail, StyleSaveVector *save_vector,
                               gpointer data, GError **error)
{
    Style *const style = users_style(library, id, error);
    g_autofree char *vector =
        style ? g_build_filename(style->folder, STYLE_VECTOR, NULL) : NULL;

    if (!style || !save_vector(data, vector, error))
        return FALSE;
    style->info.unlearned = FALSE;
    if (!style_folder_write_info(style->folder, &style->info, NULL))
        g_warning("\"%s\" will be learned again", id);
    if (thumbnail &&
        !style_folder_write_thumbnail(style->folder, thumbnail, THUMBNAIL_SIZE, NULL))
        g_warning("the old thumbnail of \"%s\" stays", id);
    style_library_reload(library);
    return TRUE;
}
