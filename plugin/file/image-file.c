/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Image files in and out by gdk-pixbuf. */
#define _POSIX_C_SOURCE 200809L /* fsync, fileno, realpath */
#define _XOPEN_SOURCE 700

#include "config.h"

#include "image-file.h"

#include "gerror.h"
#include "pixels.h"
#include "png-profile.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

struct ImageFile {
    Picture picture;
    GdkPixbuf *photo;
    GdkPixbuf *painting; /* between begin and finish; the photo itself when in_place */
    char *output;        /* NULL: ask */
    gboolean in_place;
    char *(*choose)(gpointer data);
    gpointer choose_data;
};

/* ---- writing --------------------------------------------------------------- */

/* gdk-pixbuf's name of the kind that an ending stands for; NULL: none. */
static const char *kind_of(const char *path)
{
    static const struct {
        const char *ending, *kind;
    } kinds[] = {
        { ".png", "png" },  { ".jpg", "jpeg" },  { ".jpeg", "jpeg" },
        { ".tif", "tiff" }, { ".tiff", "tiff" },
    };
    const char *const dot = strrchr(path, '.');

    for (gsize i = 0; dot && i < G_N_ELEMENTS(kinds); i++)
        if (g_ascii_strcasecmp(dot, kinds[i].ending) == 0)
            return kinds[i].kind;
    return NULL;
}

gboolean image_file_check_output(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *shown = g_filename_display_name(path);
    g_autofree char *shown_folder = g_filename_display_name(folder);

    if (!kind_of(path))
        g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_VALUE,
                    _("\"%s\" must end in .png, .jpg, .jpeg, .tif or .tiff."), shown);
    else if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
        g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_IO,
                    _("\"%s\" cannot be written: there is no folder \"%s\"."), shown,
                    shown_folder);
    else if (g_file_test(path, G_FILE_TEST_EXISTS) &&
             !g_file_test(path, G_FILE_TEST_IS_REGULAR))
        g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_IO,
                    _("\"%s\" cannot be written: it is not a file."), shown);
    else if (g_access(folder, W_OK | X_OK) != 0)
        g_set_error(
            error, IMPASTO_ERROR, IMPASTO_ERROR_IO,
            _("\"%s\" cannot be written: the folder \"%s\" may not be written."), shown,
            shown_folder);
    else
        return TRUE;
    return FALSE;
}

/* A file on its way: `chunk`, where there is one, goes in at PNG_PROFILE_AT. */
typedef struct Stream {
    FILE *file;
    gsize at;
    GBytes *chunk;
} Stream;

static gboolean to_stream(const char *data, gsize size, GError **error, gpointer user)
{
    Stream *const stream = user;
    gsize before = size, chunk_size;
    gboolean ok;

    if (stream->chunk && stream->at <= PNG_PROFILE_AT &&
        stream->at + size > PNG_PROFILE_AT)
        before = PNG_PROFILE_AT - stream->at;
    ok = fwrite(data, 1, before, stream->file) == before;
    if (ok && before < size) {
        const void *const chunk = g_bytes_get_data(stream->chunk, &chunk_size);
        ok = fwrite(chunk, 1, chunk_size, stream->file) == chunk_size &&
             fwrite(data + before, 1, size - before, stream->file) == size - before;
    }
    stream->at += size;
    if (!ok)
        g_set_error_literal(error, IMPASTO_ERROR, IMPASTO_ERROR_IO, g_strerror(errno));
    return ok;
}

static gboolean encode(GdkPixbuf *pixbuf, const char *kind, FILE *file, GError **error)
{
    const char *const profile = gdk_pixbuf_get_option(pixbuf, "icc-profile");
    const gboolean jpeg = g_str_equal(kind, "jpeg"), png = g_str_equal(kind, "png");
    g_autoptr(GdkPixbuf) flat = jpeg ? pixbuf_flatten(pixbuf) : g_object_ref(pixbuf);
    g_autoptr(GBytes) chunk = png && profile ? png_profile_chunk(profile) : NULL;
    Stream stream = { .file = file, .chunk = chunk };
    const char *keys[3], *values[3];
    int n = 0;

    if (!flat)
        return imp_to_gerror(error, IMP_NO_MEMORY, NULL);
    if (jpeg) {
        keys[n] = "quality";
        values[n++] = "95";
    } else if (!png) {
        keys[n] = "compression"; /* of TIFF */
        values[n++] = "8";       /* deflate */
    }
    if (profile && !png) {
        keys[n] = "icc-profile";
        values[n++] = profile;
    }
    keys[n] = values[n] = NULL;
    return gdk_pixbuf_save_to_callbackv(flat, to_stream, &stream, kind, (char **)keys,
                                        (char **)values, error);
}

/* A file that is made is readable as the user's mask says; one that is replaced keeps
 * its mode. */
static mode_t mode_for(const char *path)
{
    GStatBuf file;
    mode_t mask;

    if (g_stat(path, &file) == 0)
        return file.st_mode & 0777;
    mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static gboolean write_stream(GdkPixbuf *pixbuf, const char *kind, int fd, mode_t mode,
                             GError **error)
{
    FILE *const stream = fdopen(fd, "wb");
    gboolean ok;

    if (!stream) {
        close(fd);
        return imp_to_gerror(error, IMP_NO_MEMORY, NULL);
    }
    ok = encode(pixbuf, kind, stream, error);
    if (ok && (fchmod(fd, mode) != 0 || fflush(stream) != 0 || fsync(fd) != 0)) {
        ok = FALSE;
        g_set_error_literal(error, IMPASTO_ERROR, IMPASTO_ERROR_IO, g_strerror(errno));
    }
    if (fclose(stream) != 0 && ok) {
        ok = FALSE;
        g_set_error_literal(error, IMPASTO_ERROR, IMPASTO_ERROR_IO, g_strerror(errno));
    }
    return ok;
}

static gboolean replace(GdkPixbuf *pixbuf, const char *kind, const char *path,
                        GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *temporary = g_build_filename(folder, ".impasto-XXXXXX", NULL);
    const mode_t mode = mode_for(path);
    const int fd = g_mkstemp(temporary);

    if (fd < 0) {
        g_set_error_literal(error, IMPASTO_ERROR, IMPASTO_ERROR_IO, g_strerror(errno));
        return FALSE;
    }
    if (write_stream(pixbuf, kind, fd, mode, error)) {
        if (g_rename(temporary, path) == 0)
            return TRUE;
        g_set_error_literal(error, IMPASTO_ERROR, IMPASTO_ERROR_IO, g_strerror(errno));
    }
    g_unlink(temporary);
    return FALSE;
}

gboolean image_file_write(GdkPixbuf *pixbuf, const char *path, GError **error)
{
    char *const target = realpath(path, NULL); /* of a link: what it links to */
    g_autofree char *shown = g_filename_display_name(path);
    g_autoptr(GError) why = NULL;
    gboolean ok = image_file_check_output(path, error);

    if (ok) {
        ok = replace(pixbuf, kind_of(path), target ? target : path, &why);
        if (!ok)
            g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_IO,
                        _("\"%s\" cannot be written: %s"), shown, why->message);
    }
    free(target);
    return ok;
}

/* ---- the picture ----------------------------------------------------------- */

static gboolean read_pixels(gpointer self, int x, int y, int w, int h, float *rgba,
                            GError **error)
{
    pixbuf_get_floats(((ImageFile *)self)->photo, x, y, w, h, rgba);
    return TRUE;
}

static GdkPixbuf *thumbnail(gpointer self, int length)
{
    GdkPixbuf *const photo = ((ImageFile *)self)->photo;
    const int width = gdk_pixbuf_get_width(photo),
              height = gdk_pixbuf_get_height(photo);
    const double scale = (double)length / MAX(width, height);

    if (scale >= 1)
        return gdk_pixbuf_copy(photo);
    return gdk_pixbuf_scale_simple(photo, MAX(1, (int)(width * scale + 0.5)),
                                   MAX(1, (int)(height * scale + 0.5)),
                                   GDK_INTERP_BILINEAR);
}

static gboolean begin(gpointer self, GError **error)
{
    ImageFile *const image = self;

    image->painting =
        image->in_place
            ? g_object_ref(image->photo)
            : gdk_pixbuf_new(GDK_COLORSPACE_RGB, gdk_pixbuf_get_has_alpha(image->photo),
                             8, image->picture.width, image->picture.height);
    return image->painting || imp_to_gerror(error, IMP_NO_MEMORY, NULL);
}

static gboolean write_pixels(gpointer self, int x, int y, int w, int h,
                             const float *rgba, GError **error)
{
    pixbuf_set_floats(((ImageFile *)self)->painting, x, y, w, h, rgba);
    return TRUE;
}

static gboolean finish(gpointer self, const UiSettings *settings, GError **error)
{
    ImageFile *const image = self;
    g_autofree char *output = image->output || !image->choose
                                  ? g_strdup(image->output)
                                  : image->choose(image->choose_data);
    const char *const profile = gdk_pixbuf_get_option(image->photo, "icc-profile");

    if (!output)
        return set_cancelled(error);
    if (profile && !image->in_place)
        gdk_pixbuf_set_option(image->painting, "icc-profile", profile);
    if (!image_file_write(image->painting, output, error))
        return FALSE;
    g_clear_object(&image->painting);
    return TRUE;
}

static void abandon(gpointer self)
{
    g_clear_object(&((ImageFile *)self)->painting);
}

ImageFile *image_file_open(const char *path, GError **error)
{
    GdkPixbuf *const photo = pixbuf_load(path, 0, error);
    ImageFile *image;

    if (!photo)
        return NULL;
    image = g_new0(ImageFile, 1);
    image->photo = photo;
    image->picture = (Picture) {
        .self = image,
        .width = gdk_pixbuf_get_width(photo),
        .height = gdk_pixbuf_get_height(photo),
        .thumbnail = thumbnail,
        .read = read_pixels,
        .begin = begin,
        .write = write_pixels,
        .finish = finish,
        .abandon = abandon,
    };
    return image;
}

void image_file_free(ImageFile *image)
{
    if (!image)
        return;
    g_clear_object(&image->photo);
    g_clear_object(&image->painting);
    g_free(image->output);
    g_free(image);
}

void image_file_set_output(ImageFile *image, const char *path, gboolean in_place)
{
    g_free(image->output);
    image->output = g_strdup(path);
    image->in_place = in_place;
}

void image_file_set_chooser(ImageFile *image, char *(*choose)(gpointer data),
                            gpointer data)
{
    image->choose = choose;
    image->choose_data = data;
}

const Picture *image_file_get_picture(ImageFile *image)
{
    return &image->picture;
}
