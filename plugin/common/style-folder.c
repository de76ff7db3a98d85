/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Reads, fills and removes one style's folder. */
#include "config.h"

#include "style-folder.h"

#include "gerror.h"
#include "pixels.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <time.h>

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

#define MAKING_PREFIX ".new-"

enum {
    INFO_BYTES_MAX = 64 * 1024, /* style.json: the parser refuses more */
    THUMBNAIL_BYTES_MAX = 1024 * 1024,
    THUMBNAIL_SIDE_MAX = 2048,
    PICTURE_SIDE = 768,
    LEFTOVER_SECONDS = 3600, /* no other program can still be filling it */
};

gboolean style_folder_read_info(const char *folder, StyleInfo *info, GError **error)
{
    g_autofree char *path = g_build_filename(folder, STYLE_JSON, NULL);
    g_autofree char *data = NULL;
    g_autoptr(GError) detail = NULL;
    GStatBuf file;
    gsize size = 0;

    /* also keeps us from a pipe or a device, where reading could take forever */
    if (g_stat(path, &file) != 0 || !S_ISREG(file.st_mode)) {
        g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_BAD_FILE, _("It has no %s."),
                    STYLE_JSON);
        return FALSE;
    }
    if (file.st_size > INFO_BYTES_MAX) {
        g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_BAD_FILE,
                    _("Its %s has more than %d KiB."), STYLE_JSON,
                    INFO_BYTES_MAX / 1024);
        return FALSE;
    }
    if (!g_file_get_contents(path, &data, &size, &detail)) {
        g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_IO,
                    _("Its %s cannot be read: %s"), STYLE_JSON, detail->message);
        return FALSE;
    }
    if (!style_info_parse(info, data, size, &detail)) {
        g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_BAD_FILE,
                    _("Its %s is damaged: %s"), STYLE_JSON, detail->message);
        return FALSE;
    }
    return TRUE;
}

gboolean style_folder_write_info(const char *folder, const StyleInfo *info,
                                 GError **error)
{
    g_autofree char *path = g_build_filename(folder, STYLE_JSON, NULL);
    g_autofree char *text = style_info_format(info);

    return g_file_set_contents(path, text, -1, error);
}

static GdkPixbuf *load_thumbnail(const char *path)
{
    GStatBuf file;
    int width, height;

    if (g_stat(path, &file) != 0 || !S_ISREG(file.st_mode) ||
        file.st_size > THUMBNAIL_BYTES_MAX ||
        !gdk_pixbuf_get_file_info(path, &width, &height) ||
        width > THUMBNAIL_SIDE_MAX || height > THUMBNAIL_SIDE_MAX)
        return NULL;
    return gdk_pixbuf_new_from_file(path, NULL);
}

GdkPixbuf *style_folder_load_thumbnail(const char *folder, int size)
{
    g_autofree char *path = g_build_filename(folder, STYLE_THUMBNAIL, NULL);
    g_autoptr(GdkPixbuf) loaded = load_thumbnail(path);
    GdkPixbuf *thumbnail;

    if (loaded && gdk_pixbuf_get_width(loaded) == size &&
        gdk_pixbuf_get_height(loaded) == size)
        return g_steal_pointer(&loaded);
    thumbnail = loaded ? pixbuf_square(loaded, size) : NULL;
    if (!thumbnail) {
        thumbnail = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, size, size);
        gdk_pixbuf_fill(thumbnail, 0x808080ff);
    }
    return thumbnail;
}

gboolean style_folder_write_thumbnail(const char *folder, GdkPixbuf *thumbnail,
                                      int size, GError **error)
{
    g_autofree char *path = g_build_filename(folder, STYLE_THUMBNAIL, NULL);
    g_autofree char *bytes = NULL;
    g_autoptr(GdkPixbuf) square = pixbuf_square(thumbnail, size);
    gsize count;

    if (!square)
        return imp_to_gerror(error, IMP_NO_MEMORY, NULL);
    return gdk_pixbuf_save_to_buffer(square, &bytes, &count, "png", error, NULL) &&
           g_file_set_contents(path, bytes, (gssize)count, error);
}

gboolean style_folder_write_pictures(const char *folder, GdkPixbuf *picture,
                                     GdkPixbuf *thumbnail, int thumbnail_size,
                                     GError **error)
{
    const int width = gdk_pixbuf_get_width(picture);
    const int height = gdk_pixbuf_get_height(picture);
    const double scale = MIN(1.0, (double)PICTURE_SIDE / MAX(width, height));
    g_autofree char *picture_path = g_build_filename(folder, STYLE_PICTURE, NULL);
    g_autoptr(GdkPixbuf) reduced =
        gdk_pixbuf_scale_simple(picture, MAX(1, (int)(width * scale + 0.5)),
                                MAX(1, (int)(height * scale + 0.5)),
                                GDK_INTERP_BILINEAR);

    if (!reduced)
        return imp_to_gerror(error, IMP_NO_MEMORY, NULL);
    return gdk_pixbuf_save(reduced, picture_path, "png", error, NULL) &&
           style_folder_write_thumbnail(folder, thumbnail ? thumbnail : picture,
                                        thumbnail_size, error);
}

static void remove_leftovers(const char *parent)
{
    g_autoptr(GDir) dir = g_dir_open(parent, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(parent, name, NULL);
        GStatBuf folder;
        if (g_str_has_prefix(name, MAKING_PREFIX) && g_stat(path, &folder) == 0 &&
            folder.st_mtime + LEFTOVER_SECONDS < time(NULL))
            style_folder_delete(path, NULL);
    }
}

char *style_folder_begin(const char *parent, GError **error)
{
    char *const making = g_build_filename(parent, MAKING_PREFIX "XXXXXX", NULL);

    remove_leftovers(parent);
    if (g_mkdtemp_full(making, 0755))
        return making;
    g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_IO,
                _("The folder \"%s\" cannot be written: %s."), parent,
                g_strerror(errno));
    g_free(making);
    return NULL;
}

gboolean style_folder_end(const char *making, const char *folder, GError **error)
{
    if (g_rename(making, folder) == 0)
        return TRUE;
    g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_IO,
                _("The folder \"%s\" cannot be made: %s."), folder, g_strerror(errno));
    return FALSE;
}

/* The paths of what is in a folder; transfer full. */
static GPtrArray *list_folder(const char *folder)
{
    GPtrArray *const paths = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir)))
        g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
    return paths;
}

static gboolean is_folder(const char *path)
{
    return g_file_test(path, G_FILE_TEST_IS_DIR) &&
           !g_file_test(path, G_FILE_TEST_IS_SYMLINK);
}

/* 0, or an errno. Looks for what cannot be deleted before anything is: a style is there
 * whole or not at all. */
static int delete_folder(const char *folder)
{
    g_autofree char *parent = g_path_get_dirname(folder);
    g_autoptr(GPtrArray) paths = list_folder(folder);

    for (guint i = 0; i < paths->len; i++)
        if (is_folder(g_ptr_array_index(paths, i)))
            return ENOTEMPTY;
    if (g_access(parent, W_OK | X_OK) != 0 || g_access(folder, W_OK | X_OK) != 0)
        return errno;
    for (guint i = 0; i < paths->len; i++)
        if (g_unlink(g_ptr_array_index(paths, i)) != 0)
            return errno;
    return g_rmdir(folder) == 0 ? 0 : errno;
}

gboolean style_folder_delete(const char *folder, GError **error)
{
    int fault;

    if (g_file_test(folder, G_FILE_TEST_IS_SYMLINK))
        fault = g_unlink(folder) == 0 ? 0 : errno;
    else
        fault = delete_folder(folder);
    if (fault)
        g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_IO,
                    _("The folder \"%s\" cannot be deleted: %s."), folder,
                    g_strerror(fault));
    return fault == 0;
}
