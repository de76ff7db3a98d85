/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The engine as the hosts use it: loaded once, styles kept by file and time. */
#define _POSIX_C_SOURCE 200809L /* st_mtim: a file may change twice in a second */

#include "config.h"

#include "painter.h"

#include "pixels.h"

#include <glib/gstdio.h>

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

/* Long side that a style picture is reduced to when it is read: the reader's is 224,
 * and this keeps a poster scan from taking gigabytes as floats. */
enum { STYLE_PICTURE_SIDE = 1024 };
enum { STYLES_KEPT = 256 };
/* Thumbnails: strokes of twice the normal size on a square of 512, so that they can
 * still be seen on a tile of the gallery (UI_TILE_SIZE). */
enum { THUMBNAIL_PHOTO = 512, THUMBNAIL_SIZE = 256 };
#define THUMBNAIL_BRUSH 2.0

/* ---- orders ---------------------------------------------------------------- */

PaintOrder *paint_order_new(StyleLibrary *library, const UiSettings *settings,
                            GError **error)
{
    PaintOrder *order;

    if (!settings_check(settings, library, error))
        return NULL;
    order = g_new0(PaintOrder, 1);
    order->settings = settings_copy(settings);
    settings_make_absolute(order->settings, library);
    order->first.path =
        style_library_resolve(library, settings->style, &order->first.is_picture, NULL);
    if (settings->second_style && *settings->second_style && settings->mix > 0)
        order->second.path = style_library_resolve(library, settings->second_style,
                                                   &order->second.is_picture, NULL);
    return order;
}

void paint_order_free(PaintOrder *order)
{
    if (!order)
        return;
    settings_free(order->settings);
    g_free(order->first.path);
    g_free(order->second.path);
    g_free(order);
}

/* Changes when the file does. */
static char *style_key(const StyleRef *ref)
{
    GStatBuf file = { 0 };

    if (!ref->path)
        return g_strdup("");
    (void)g_stat(ref->path, &file); /* where it fails, reading the style says so */
    return g_strdup_printf("%s\n%" G_GINT64_FORMAT ".%ld %" G_GINT64_FORMAT, ref->path,
                           (gint64)file.st_mtim.tv_sec, file.st_mtim.tv_nsec,
                           (gint64)file.st_size);
}

static char *mixed_key(const PaintOrder *order)
{
    g_autofree char *first = style_key(&order->first);
    g_autofree char *second = style_key(&order->second);

    return g_strdup_printf("%s\n%s\n%.6g", first, second,
                           order->second.path ? order->settings->mix : 0);
}

char *paint_order_key(const PaintOrder *order)
{
    g_autofree char *style = mixed_key(order);

    return g_strdup_printf("%s\n%.6g", style, order->settings->brush_size);
}

/* ---- the engine ------------------------------------------------------------ */

static void destroy_style(gpointer style)
{
    imp_style_destroy(&(ImpStyle *) { style });
}

Painter *painter_new(StyleLibrary *library, int threads)
{
    Painter *const painter = g_new0(Painter, 1);

    painter->library = library;
    painter->threads = threads;
    painter->painter_path = style_library_find_file(library, "painter.safetensors");
    painter->reader_path = style_library_find_file(library, "reader.safetensors");
    painter->network_path =
        style_library_find_file(library, "style-network.safetensors");
    painter->sample_path = style_library_find_file(library, "sample.jpg");
    painter->styles = cache_new(STYLES_KEPT, destroy_style);
    return painter;
}

void painter_free(Painter *painter)
{
    if (!painter)
        return;
    imp_photo_destroy(&painter->sample);
    cache_free(painter->styles);
    imp_style_network_destroy(&painter->network);
    imp_model_destroy(&painter->model);
    imp_pool_destroy(&painter->pool);
    g_free(painter->reader_fault);
    g_free(painter->painter_path);
    g_free(painter->reader_path);
    g_free(painter->network_path);
    g_free(painter->sample_path);
    g_free(painter);
}

gboolean painter_load(Painter *painter, GError **error)
{
    const char *const wanted = g_getenv("IMPASTO_CPU");
    const ImpCpu cpu = imp_cpu_best();
    ImpError detail;
    ImpStatus status;

    if (painter->model)
        return TRUE;
    if (wanted && *wanted && !g_str_equal(wanted, imp_cpu_name(cpu)))
        g_warning("IMPASTO_CPU=%s does not run here; painting at level %s", wanted,
                  imp_cpu_name(cpu));
    if (!painter->pool) {
        status = imp_pool_create(&painter->pool, painter->threads, &detail);
        if (status != IMP_OK)
            return imp_to_gerror(error, status, &detail);
    }
    status = imp_model_load(&painter->model, painter->painter_path,
                            painter->reader_path, cpu, &detail);
    if (status != IMP_OK) {
        /* without a reader the gallery still works */
        g_autofree char *fault = g_utf8_make_valid(detail.text, -1);
        status =
            imp_model_load(&painter->model, painter->painter_path, NULL, cpu, &detail);
        if (status == IMP_OK)
            painter->reader_fault = g_steal_pointer(&fault);
    }
    return status == IMP_OK || imp_to_gerror(error, status, &detail);
}

ImpStyle *painter_read_style(Painter *painter, const GdkPixbuf *picture, GError **error)
{
    g_autofree float *rgb = NULL;
    ImpStyle *style = NULL;
    ImpError detail;
    ImpStatus status;

    if (!painter_load(painter, error))
        return NULL;
    if (painter->reader_fault) {
        g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_BAD_FILE,
                    _("Styles cannot be read off pictures: %s"), painter->reader_fault);
        return NULL;
    }
    rgb = pixbuf_to_rgb(picture);
    status = rgb ? imp_style_read(&style, painter->model, painter->pool, rgb,
                                  gdk_pixbuf_get_width(picture),
                                  gdk_pixbuf_get_height(picture), &detail)
                 : IMP_NO_MEMORY;
    if (status != IMP_OK)
        imp_to_gerror(error, status, rgb ? &detail : NULL);
    return style;
}

static ImpStyle *load_style(Painter *painter, const StyleRef *ref, GError **error)
{
    ImpStyle *style = NULL;
    ImpError detail;
    ImpStatus status;

    if (ref->is_picture) {
        g_autoptr(GdkPixbuf) picture =
            pixbuf_load(ref->path, STYLE_PICTURE_SIDE, error);
        return picture ? painter_read_style(painter, picture, error) : NULL;
    }
    status = imp_style_load(&style, painter->model, ref->path, &detail);
    if (status != IMP_OK)
        imp_to_gerror(error, status, &detail);
    return style;
}

static const ImpStyle *get_one(Painter *painter, const StyleRef *ref, GError **error)
{
    g_autofree char *key = style_key(ref);
    ImpStyle *style = cache_get(painter->styles, key);

    if (!style && (style = load_style(painter, ref, error)))
        cache_take(painter->styles, key, style, 1);
    return style;
}

const ImpStyle *painter_get_style(Painter *painter, const PaintOrder *order,
                                  GError **error)
{
    g_autofree char *key = NULL;
    const ImpStyle *first, *second;
    ImpStyle *mixed;
    ImpError detail;
    ImpStatus status;

    if (!painter_load(painter, error))
        return NULL;
    if (!order->second.path)
        return get_one(painter, &order->first, error);
    key = mixed_key(order);
    mixed = cache_get(painter->styles, key);
    if (mixed)
        return mixed;
    first = get_one(painter, &order->first, error);
    second = first ? get_one(painter, &order->second, error) : NULL;
    if (!second)
        return NULL;
    status = imp_style_mix(&mixed, first, second, order->settings->mix / 100, &detail);
    if (status != IMP_OK) {
        imp_to_gerror(error, status, &detail);
        return NULL;
    }
    cache_take(painter->styles, key, mixed, 1);
    return mixed;
}

char *painter_check_vector(Painter *painter, const char *path)
{
    ImpStyle *style = NULL;
    ImpError detail;

    if (!painter_load(painter, NULL) ||
        imp_style_load(&style, painter->model, path, &detail) == IMP_OK) {
        imp_style_destroy(&style);
        return NULL;
    }
    return g_utf8_make_valid(detail.text, -1);
}

/* ---- thumbnails and new styles --------------------------------------------- */

static const ImpPhoto *get_sample(Painter *painter, GError **error)
{
    g_autoptr(GdkPixbuf) photo = NULL, square = NULL;
    ImpSource source = { .width = THUMBNAIL_PHOTO,
                         .height = THUMBNAIL_PHOTO,
                         .read = pixbuf_read };
    ImpError detail;
    ImpStatus status;

    if (painter->sample)
        return painter->sample;
    photo = pixbuf_load(painter->sample_path, 0, error);
    if (!photo)
        return NULL;
    source.user = square = pixbuf_square(photo, THUMBNAIL_PHOTO);
    status = square ? imp_photo_create(&painter->sample, painter->pool, &source,
                                       THUMBNAIL_BRUSH, NULL, &detail)
                    : IMP_NO_MEMORY;
    if (status != IMP_OK)
        imp_to_gerror(error, status, square ? &detail : NULL);
    return painter->sample;
}

GdkPixbuf *painter_paint_thumbnail(Painter *painter, const ImpStyle *style,
                                   const ImpWatch *watch)
{
    const ImpPhoto *const sample = get_sample(painter, NULL);
    g_autoptr(GdkPixbuf) pixbuf = NULL;
    ImpPainting *painting = NULL;
    const float *rgb;
    int width, height;

    if (!sample || imp_painting_begin(&painting, painter->model, painter->pool, style,
                                      sample, watch, NULL) != IMP_OK)
        return NULL;
    rgb = imp_painting_first(painting, &width, &height);
    pixbuf = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, width, height);
    pixbuf_set_rgb(pixbuf, 0, 0, width, height, rgb);
    imp_painting_destroy(&painting);
    return pixbuf_square(pixbuf, THUMBNAIL_SIZE);
}

NewStyle *new_style_read(Painter *painter, const char *path, GdkPixbuf *pixels,
                         const char *title, const ImpWatch *watch, GError **error)
{
    g_autoptr(GdkPixbuf) picture =
        pixels ? g_object_ref(pixels) : pixbuf_load(path, STYLE_PICTURE_SIDE, error);
    ImpStyle *const style =
        picture ? painter_read_style(painter, picture, error) : NULL;
    NewStyle *new_style;
    g_autofree char *name = NULL;

    if (!style)
        return NULL;
    name = g_path_get_basename(path);
    new_style = g_new0(NewStyle, 1);
    new_style->title = title && *title ? g_strdup(title) : style_title_from_path(path);
    new_style->source = g_filename_display_name(name);
    new_style->thumbnail = painter_paint_thumbnail(painter, style, watch);
    new_style->picture = pixbuf_flatten(picture);
    new_style->style = style;
    return new_style;
}

/* The style fitted to its picture; NULL where that cannot be done. */
static ImpStyle *fit_style(Painter *painter, const NewStyle *read,
                           const ImpWatch *watch, GError **error)
{
    const ImpPhoto *const sample = get_sample(painter, error);
    /* for tests on slow machines */
    const char *const steps = g_getenv("IMPASTO_LEARN_STEPS");
    g_autofree float *rgb = NULL;
    ImpStyle *style = NULL;
    ImpError detail = { 0 };
    ImpStatus status = IMP_OK;

    if (!sample)
        return NULL;
    if (!painter->network)
        status = imp_style_network_load(&painter->network, painter->network_path,
                                        imp_model_cpu(painter->model), &detail);
    if (status == IMP_OK && !(rgb = pixbuf_to_rgb(read->picture)))
        status = IMP_NO_MEMORY;
    if (status == IMP_OK)
        status = imp_style_fit(&style, painter->model, painter->network, painter->pool,
                               read->style, rgb, gdk_pixbuf_get_width(read->picture),
                               gdk_pixbuf_get_height(read->picture), sample,
                               steps ? atoi(steps) : IMP_FIT_STEPS, watch, &detail);
    if (status != IMP_OK)
        imp_to_gerror(error, status, detail.text[0] ? &detail : NULL);
    return style;
}

gboolean new_style_learn(Painter *painter, NewStyle *new_style, const ImpWatch *watch,
                         GError **error)
{
    ImpStyle *const fitted = fit_style(painter, new_style, watch, error);
    GdkPixbuf *thumbnail;

    if (!fitted)
        return FALSE;
    imp_style_destroy(&new_style->style);
    new_style->style = fitted;
    new_style->learned = TRUE;
    thumbnail = painter_paint_thumbnail(painter, fitted, NULL);
    if (thumbnail) {
        g_clear_object(&new_style->thumbnail);
        new_style->thumbnail = thumbnail;
    }
    return TRUE;
}

static gboolean save_vector(gpointer style, const char *path, GError **error)
{
    ImpError detail;
    const ImpStatus status = imp_style_save(style, path, &detail);

    return status == IMP_OK || imp_to_gerror(error, status, &detail);
}

char *new_style_keep(NewStyle *new_style, StyleLibrary *library, GError **error)
{
    return style_library_add(library, new_style->title, new_style->source,
                             new_style->picture, new_style->thumbnail,
                             !new_style->learned, save_vector, new_style->style, error);
}

gboolean new_style_replace(NewStyle *new_style, StyleLibrary *library, const char *id,
                           GError **error)
{
    return style_library_replace(library, id, new_style->thumbnail, save_vector,
                                 new_style->style, error);
}

void new_style_free(NewStyle *new_style)
{
    if (!new_style)
        return;
    g_free(new_style->title);
    g_free(new_style->source);
    g_clear_object(&new_style->picture);
    g_clear_object(&new_style->thumbnail);
    imp_style_destroy(&new_style->style);
    g_free(new_style);
}
