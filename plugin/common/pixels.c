/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Pixbufs and floats. */
#include "config.h"

#include "pixels.h"

#include "gerror.h"

#include <glib/gstdio.h>
#include <string.h>

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

static guchar to_byte(float value)
{
    return value > 0 ? value < 1 ? (guchar)(value * 255 + 0.5f) : 255 : 0;
}

static guchar *pixel(GdkPixbuf *pixbuf, int x, int y)
{
    return gdk_pixbuf_get_pixels(pixbuf) + (gsize)y * gdk_pixbuf_get_rowstride(pixbuf) +
           (gsize)x * gdk_pixbuf_get_n_channels(pixbuf);
}

static const guchar *pixel_const(const GdkPixbuf *pixbuf, int x, int y)
{
    return gdk_pixbuf_read_pixels(pixbuf) +
           (gsize)y * gdk_pixbuf_get_rowstride(pixbuf) +
           (gsize)x * gdk_pixbuf_get_n_channels(pixbuf);
}

void pixbuf_get_floats(const GdkPixbuf *pixbuf, int x, int y, int w, int h, float *rgba)
{
    const int channels = gdk_pixbuf_get_n_channels(pixbuf);

    for (int row = 0; row < h; row++) {
        const guchar *in = pixel_const(pixbuf, x, y + row);
        for (int i = 0; i < w; i++, in += channels, rgba += 4) {
            for (int c = 0; c < 3; c++)
                rgba[c] = in[c] / 255.0f;
            rgba[3] = channels == 4 ? in[3] / 255.0f : 1.0f;
        }
    }
}

void pixbuf_set_floats(GdkPixbuf *pixbuf, int x, int y, int w, int h, const float *rgba)
{
    const int channels = gdk_pixbuf_get_n_channels(pixbuf);

    for (int row = 0; row < h; row++) {
        guchar *out = pixel(pixbuf, x, y + row);
        for (int i = 0; i < w; i++, out += channels, rgba += 4)
            for (int c = 0; c < channels; c++)
                out[c] = to_byte(rgba[c]);
    }
}

void pixbuf_set_rgb(GdkPixbuf *pixbuf, int x, int y, int w, int h, const float *rgb)
{
    for (int row = 0; row < h; row++) {
        guchar *const out = pixel(pixbuf, x, y + row);
        for (int i = 0; i < 3 * w; i++)
            out[i] = to_byte(*rgb++);
    }
}

bool pixbuf_read(void *pixbuf, int x, int y, int w, int h, float *rgba)
{
    pixbuf_get_floats(pixbuf, x, y, w, h, rgba);
    return true;
}

GdkPixbuf *pixbuf_flatten(GdkPixbuf *pixbuf)
{
    if (!gdk_pixbuf_get_has_alpha(pixbuf))
        return g_object_ref(pixbuf);

    const int width = gdk_pixbuf_get_width(pixbuf);
    const int height = gdk_pixbuf_get_height(pixbuf);
    GdkPixbuf *const flat = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, width, height);
    for (int y = 0; flat && y < height; y++) {
        const guchar *in = pixel_const(pixbuf, 0, y);
        guchar *out = pixel(flat, 0, y);
        for (int x = 0; x < width; x++, in += 4, out += 3)
            for (int c = 0; c < 3; c++)
                out[c] = (guchar)((in[c] * in[3] + 255 * (255 - in[3]) + 127) / 255);
    }
    return flat;
}

float *pixbuf_to_rgb(const GdkPixbuf *pixbuf)
{
    const int width = gdk_pixbuf_get_width(pixbuf);
    const int height = gdk_pixbuf_get_height(pixbuf);
    const int channels = gdk_pixbuf_get_n_channels(pixbuf);
    float *const rgb = g_try_malloc_n((gsize)width * height, 3 * sizeof(float));
    float *out = rgb;

    for (int y = 0; rgb && y < height; y++) {
        const guchar *in = pixel_const(pixbuf, 0, y);
        for (int x = 0; x < width; x++, in += channels, out += 3) {
            const float alpha = channels == 4 ? in[3] / 255.0f : 1.0f;
            for (int c = 0; c < 3; c++)
                out[c] = in[c] / 255.0f * alpha + (1 - alpha);
        }
    }
    return rgb;
}

GdkPixbuf *pixbuf_square(GdkPixbuf *picture, int size)
{
    const int width = gdk_pixbuf_get_width(picture);
    const int height = gdk_pixbuf_get_height(picture);
    const int side = MIN(width, height);
    g_autoptr(GdkPixbuf) square =
        gdk_pixbuf_new_subpixbuf(picture, (width - side) / 2, (height - side) / 2, side,
                                 side);

    return gdk_pixbuf_scale_simple(square, size, size, GDK_INTERP_BILINEAR);
}

/* ---- files ----------------------------------------------------------------- */

/* gdk-pixbuf fills what is missing of a JPEG with gray and says nothing, so look for
 * its end: the markers before the first scan are walked by their lengths (a camera's
 * small copy in them has an end of its own), after it every FF that is no stuffing is a
 * marker. */
static gboolean jpeg_is_whole(const guchar *data, gsize size)
{
    gboolean in_scan = FALSE;
    gsize i = 2;

    while (i + 2 <= size) {
        const guchar marker = data[i + 1];
        if (data[i] != 0xff) {
            if (!in_scan)
                return TRUE; /* not as expected: leave the judgment to the decoder */
            i++;
        } else if (marker == 0xd9) {
            return TRUE;
        } else if (marker == 0xff) {
            i++;
        } else if (marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= 0xd7)) {
            i += 2;
        } else {
            if (i + 4 > size)
                return FALSE;
            in_scan = in_scan || marker == 0xda;
            i += 2 + (gsize)(data[i + 2] << 8 | data[i + 3]);
        }
    }
    return FALSE;
}

/* `name`: gdk-pixbuf's. */
static gboolean is_of_kind(const char *path, const char *name)
{
    GdkPixbufFormat *const format = gdk_pixbuf_get_file_info(path, NULL, NULL);
    g_autofree char *found = format ? gdk_pixbuf_format_get_name(format) : NULL;

    return g_strcmp0(name, found) == 0;
}

static gboolean file_is_whole(const char *path)
{
    g_autofree char *data = NULL; /* not mapped: others may cut it short meanwhile */
    gsize size;

    return !is_of_kind(path, "jpeg") ||
           !g_file_get_contents(path, &data, &size, NULL) ||
           jpeg_is_whole((const guchar *)data, size);
}

static gboolean refuse_file(GError **error, ImpastoError code, const char *path,
                            const char *why)
{
    g_autofree char *shown = g_filename_display_name(path);

    g_set_error(error, IMPASTO_ERROR, code, _("\"%s\" cannot be read: %s"), shown, why);
    return FALSE;
}

/* gdk-pixbuf's own sentences repeat the name; these do not. */
static gboolean can_be_read(const char *path, GError **error)
{
    GStatBuf file;

    if (g_stat(path, &file) != 0)
        return refuse_file(error, IMPASTO_ERROR_IO, path, _("There is no such file."));
    if (S_ISDIR(file.st_mode))
        return refuse_file(error, IMPASTO_ERROR_IO, path, _("It is a folder."));
    if (!S_ISREG(file.st_mode))
        return refuse_file(error, IMPASTO_ERROR_IO, path, _("It is not a file."));
    if (g_access(path, R_OK) != 0)
        return refuse_file(error, IMPASTO_ERROR_IO, path, _("It may not be read."));
    if (!gdk_pixbuf_get_file_info(path, NULL, NULL))
        return refuse_file(
            error, IMPASTO_ERROR_BAD_FILE, path,
            _("It is not a picture, or of a kind that is not known here."));
    if (!file_is_whole(path))
        return refuse_file(error, IMPASTO_ERROR_BAD_FILE, path, _("It is cut short."));
    return TRUE;
}

static GdkPixbuf *load_reduced(const char *path, int side, GError **error)
{
    int width, height;

    gdk_pixbuf_get_file_info(path, &width, &height);
    return side > 0 && MAX(width, height) > side
               ? gdk_pixbuf_new_from_file_at_size(path, side, side, error)
               : gdk_pixbuf_new_from_file(path, error);
}

/* gdk-pixbuf gives every TIFF an alpha channel; drop one that says nothing. */
static GdkPixbuf *drop_opaque_alpha(GdkPixbuf *pixbuf)
{
    const int width = gdk_pixbuf_get_width(pixbuf);
    const int height = gdk_pixbuf_get_height(pixbuf);

    if (!gdk_pixbuf_get_has_alpha(pixbuf))
        return g_object_ref(pixbuf);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            if (pixel_const(pixbuf, x, y)[3] != 255)
                return g_object_ref(pixbuf);
    return pixbuf_flatten(pixbuf);
}

/* gdk-pixbuf makes RGB of gray and CMYK, and hands out their profiles all the same. */
static gboolean is_rgb_profile(const char *base64)
{
    enum { SPACE_AT = 16 }; /* of the data color space, ICC.1:2022, 7.2.6 */
    gsize size;
    g_autofree guchar *profile = g_base64_decode(base64, &size);

    return size >= SPACE_AT + 4 && memcmp(profile + SPACE_AT, "RGB ", 4) == 0;
}

static void keep_profile(GdkPixbuf *to, GdkPixbuf *from)
{
    static const char key[] = "icc-profile";
    const char *const profile = gdk_pixbuf_get_option(from, key);

    if (profile && !is_rgb_profile(profile))
        gdk_pixbuf_remove_option(to, key);
    else if (profile && !gdk_pixbuf_get_option(to, key))
        gdk_pixbuf_set_option(to, key, profile);
}

GdkPixbuf *pixbuf_load(const char *path, int side, GError **error)
{
    g_autoptr(GError) detail = NULL;
    g_autoptr(GdkPixbuf) loaded = NULL, turned = NULL;

    if (!can_be_read(path, error))
        return NULL;
    loaded = load_reduced(path, side, &detail);
    if (!loaded) {
        refuse_file(error, IMPASTO_ERROR_BAD_FILE, path, detail->message);
        return NULL;
    }
    turned = gdk_pixbuf_apply_embedded_orientation(loaded);
    if (turned && is_of_kind(path, "tiff")) {
        GdkPixbuf *const all = turned;
        turned = drop_opaque_alpha(all);
        g_object_unref(all);
    }
    if (!turned) {
        imp_to_gerror(error, IMP_NO_MEMORY, NULL);
        return NULL;
    }
    keep_profile(turned, loaded);
    return g_steal_pointer(&turned);
}

/* ---- pictures -------------------------------------------------------------- */

GdkPixbuf *picture_read_pixbuf(const Picture *picture, const GdkRectangle *area,
                               GError **error)
{
    g_autoptr(GdkPixbuf) pixbuf =
        gdk_pixbuf_new(GDK_COLORSPACE_RGB, TRUE, 8, area->width, area->height);
    g_autofree float *rgba =
        g_try_malloc_n((gsize)area->width * area->height, 4 * sizeof(float));

    if (!pixbuf || !rgba) {
        imp_to_gerror(error, IMP_NO_MEMORY, NULL);
        return NULL;
    }
    if (!picture->read(picture->self, area->x, area->y, area->width, area->height, rgba,
                       error))
        return NULL;
    pixbuf_set_floats(pixbuf, 0, 0, area->width, area->height, rgba);
    return g_steal_pointer(&pixbuf);
}

/* Add rows of the picture to the cells of one reduced row; cell: 4 doubles, colors
 * times alpha. */
static void add_rows(double *cells, int cells_width, const float *rgba, int width,
                     int rows)
{
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < width; x++, rgba += 4) {
            double *const cell = cells + 4 * (gsize)((gint64)x * cells_width / width);
            for (int c = 0; c < 3; c++)
                cell[c] += rgba[c] * rgba[3];
            cell[3] += rgba[3];
        }
}

GdkPixbuf *picture_reduce(const Picture *picture, int length, GError **error)
{
    const int width = picture->width, height = picture->height;
    const double scale = MIN(1.0, (double)length / MAX(width, height));
    const int w = MAX(1, (int)(width * scale + 0.5));
    const int h = MAX(1, (int)(height * scale + 0.5));
    const int rows_max = height / h + 1;
    g_autoptr(GdkPixbuf) out = gdk_pixbuf_new(GDK_COLORSPACE_RGB, TRUE, 8, w, h);
    g_autofree float *rgba = g_try_malloc_n((gsize)width * rows_max, 4 * sizeof(float));
    g_autofree double *cells = g_new(double, 4 * (gsize)w);

    if (!out || !rgba) {
        imp_to_gerror(error, IMP_NO_MEMORY, NULL);
        return NULL;
    }
    for (int y = 0; y < h; y++) {
        const int from = (int)((gint64)y * height / h);
        const int rows = (int)((gint64)(y + 1) * height / h) - from;
        if (!picture->read(picture->self, 0, from, width, rows, rgba, error))
            return NULL;
        memset(cells, 0, 4 * (gsize)w * sizeof *cells);
        add_rows(cells, w, rgba, width, rows);
        for (int x = 0; x < w; x++) {
            const double *const cell = cells + 4 * x;
            const double columns = (double)(((gint64)(x + 1) * width + w - 1) / w -
                                            ((gint64)x * width + w - 1) / w);
            const double weight = cell[3] > 0 ? 1 / cell[3] : 0;
            const float reduced[4] = { (float)(cell[0] * weight),
                                       (float)(cell[1] * weight),
                                       (float)(cell[2] * weight),
                                       (float)(cell[3] / (columns * rows)) };
            pixbuf_set_floats(out, x, y, 1, 1, reduced);
        }
    }
    return g_steal_pointer(&out);
}
