/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* LayerPixels in and out of GIMP's formats and profiles. */
#include "config.h"

#include "layer-pixels.h"

#include "color.h"
#include "gegl-start.h"
#include "gerror.h"

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>
#include <string.h>

struct LayerPixels {
    GeglBuffer *photo, *coverage, *painting;
    LayerCoverage coverage_kind;
    int width, height;
    const Babl *srgb;    /* what the engine speaks: R'G'B'A float            */
    const Babl *own;     /* float, alpha, the layer's own numbers            */
    const Babl *painted; /* the layer's format, with alpha                   */
    const Babl *cover;   /* one float of the coverage                        */
    GimpColorTransform *to_srgb, *from_srgb; /* NULL: babl's conversion is right      */
};

static gboolean no_memory(GError **error)
{
    g_set_error_literal(error, IMPASTO_ERROR, IMPASTO_ERROR_NO_MEMORY,
                        _("There is not enough memory."));
    return FALSE;
}

static gboolean is_linear(gint32 image)
{
    switch (gimp_image_get_precision(image)) {
    case GIMP_PRECISION_U8_LINEAR:
    case GIMP_PRECISION_U16_LINEAR:
    case GIMP_PRECISION_U32_LINEAR:
    case GIMP_PRECISION_HALF_LINEAR:
    case GIMP_PRECISION_FLOAT_LINEAR:
    case GIMP_PRECISION_DOUBLE_LINEAR:
        return TRUE;
    default:
        return FALSE;
    }
}

/* Color model and curve of the drawable, with alpha, and components of `type`. */
static const Babl *format_with_alpha(gint32 image, gint32 drawable, const char *type)
{
    const gboolean linear = is_linear(image);
    const char *model = gimp_drawable_is_gray(drawable) ? (linear ? "YA" : "Y'A")
                                                        : (linear ? "RGBA" : "R'G'B'A");
    g_autofree char *name = g_strdup_printf("%s %s", model, type);

    return babl_format(name);
}

static GeglBuffer *copy_drawable(gint32 drawable, const GeglRectangle *area)
{
    const GeglRectangle at = { 0, 0, area->width, area->height };
    GeglBuffer *source = gimp_drawable_get_buffer(drawable);
    GeglBuffer *copy = gegl_buffer_new(&at, gimp_drawable_get_format(drawable));

    gegl_buffer_copy(source, area, GEGL_ABYSS_NONE, copy, &at);
    g_object_unref(source);
    return copy;
}

LayerPixels *layer_pixels_new(gint32 image, gint32 drawable, const GeglRectangle *area,
                              LayerCoverage coverage, gint32 cover, int cover_x,
                              int cover_y)
{
    LayerPixels *pixels = g_new(LayerPixels, 1);
    GimpColorProfile *profile;

    gegl_start();
    *pixels = (LayerPixels) {
        .photo = copy_drawable(drawable, area),
        .coverage_kind = coverage,
        .width = area->width,
        .height = area->height,
        .srgb = babl_format("R'G'B'A float"),
        .own = format_with_alpha(image, drawable, "float"),
    };
    pixels->painted = format_with_alpha(
        image, drawable,
        babl_get_name(babl_format_get_type(gegl_buffer_get_format(pixels->photo), 0)));
    if (coverage != LAYER_COVERAGE_NONE)
        pixels->coverage =
            copy_drawable(cover,
                          GEGL_RECTANGLE(cover_x, cover_y, area->width, area->height));
    /* a mask is "Y", not "Y'", which would put a curve on it */
    pixels->cover =
        coverage == LAYER_COVERAGE_IS
            ? babl_format_new("name", "impasto alpha float", babl_model("RGBA"),
                              babl_type("float"), babl_component("A"), NULL)
            : babl_format("Y float");

    profile = color_get_foreign_profile(image);
    if (profile) {
        pixels->to_srgb = color_transform_to_srgb(profile, pixels->own);
        pixels->from_srgb = color_transform_from_srgb(profile, pixels->own);
        g_object_unref(profile);
    }
    if (!pixels->to_srgb ||
        !pixels->from_srgb) { /* unusable: GIMP too shows bare numbers */
        g_clear_object(&pixels->to_srgb);
        g_clear_object(&pixels->from_srgb);
    }
    return pixels;
}

void layer_pixels_free(LayerPixels *pixels)
{
    if (!pixels)
        return;
    g_clear_object(&pixels->photo);
    g_clear_object(&pixels->coverage);
    g_clear_object(&pixels->painting);
    g_clear_object(&pixels->to_srgb);
    g_clear_object(&pixels->from_srgb);
    g_free(pixels);
}

gboolean layer_pixels_read(const LayerPixels *pixels, int x, int y, int w, int h,
                           float *rgba, GError **error)
{
    const gsize n = (gsize)w * (gsize)h;
    float *own;

    if (!pixels->to_srgb) {
        gegl_buffer_get(pixels->photo, GEGL_RECTANGLE(x, y, w, h), 1.0, pixels->srgb,
                        rgba, GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
        return TRUE;
    }
    own = g_try_malloc_n(n, 4 * sizeof(float));
    if (!own)
        return no_memory(error);
    gegl_buffer_get(pixels->photo, GEGL_RECTANGLE(x, y, w, h), 1.0, pixels->own, own,
                    GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    gimp_color_transform_process_pixels(pixels->to_srgb, pixels->own, own, pixels->srgb,
                                        rgba, n);
    g_free(own);
    return TRUE;
}

void layer_pixels_begin(LayerPixels *pixels)
{
    layer_pixels_end(pixels);
    pixels->painting =
        gegl_buffer_new(gegl_buffer_get_extent(pixels->photo), pixels->painted);
}

GeglBuffer *layer_pixels_get_painting(const LayerPixels *pixels)
{
    return pixels->painting;
}

void layer_pixels_end(LayerPixels *pixels)
{
    g_clear_object(&pixels->painting);
}

/* The coverage of a rectangle, one float a pixel; NULL with error set: no memory. */
static float *get_coverage(const LayerPixels *pixels, const GeglRectangle *area,
                           GError **error)
{
    float *coverage =
        g_try_malloc_n((gsize)area->width * (gsize)area->height, sizeof(float));

    if (coverage)
        gegl_buffer_get(pixels->coverage, area, 1.0, pixels->cover, coverage,
                        GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    else
        no_memory(error);
    return coverage;
}

gboolean layer_pixels_write(LayerPixels *pixels, int x, int y, int w, int h,
                            const float *rgba, GError **error)
{
    const GeglRectangle area = { x, y, w, h };
    const gsize n = (gsize)w * (gsize)h;
    float *coverage = NULL, *covered_rgba = NULL, *own = NULL;
    gboolean ok = FALSE;

    if (pixels->coverage) {
        coverage = get_coverage(pixels, &area, error);
        if (!coverage)
            goto end;
        covered_rgba = g_try_malloc_n(n, 4 * sizeof(float));
        if (!covered_rgba) {
            no_memory(error);
            goto end;
        }
        memcpy(covered_rgba, rgba, n * 4 * sizeof(float));
        for (gsize i = 0; i < n; i++)
            covered_rgba[4 * i + 3] = pixels->coverage_kind == LAYER_COVERAGE_IS
                                          ? coverage[i]
                                          : rgba[4 * i + 3] * coverage[i];
        rgba = covered_rgba;
    }
    if (pixels->from_srgb) {
        own = g_try_malloc_n(n, 4 * sizeof(float));
        if (!own) {
            no_memory(error);
            goto end;
        }
        gimp_color_transform_process_pixels(pixels->from_srgb, pixels->srgb, rgba,
                                            pixels->own, own, n);
    }
    gegl_buffer_set(pixels->painting, &area, 0, own ? pixels->own : pixels->srgb,
                    own ? own : rgba, GEGL_AUTO_ROWSTRIDE);
    ok = TRUE;

end:
    g_free(own);
    g_free(covered_rgba);
    g_free(coverage);
    return ok;
}

gboolean layer_pixels_restore(LayerPixels *pixels, GError **error)
{
    const Babl *from = gegl_buffer_get_format(pixels->photo), *to = pixels->painted;
    const gsize from_bytes = (gsize)babl_format_get_bytes_per_pixel(from);
    const gsize to_bytes = (gsize)babl_format_get_bytes_per_pixel(to);
    const gsize to_channels = (gsize)babl_format_get_n_components(to);
    /* all of a pixel, but its alpha where that is not the photo's */
    const gsize bytes = pixels->coverage || from_bytes < to_bytes
                            ? to_bytes / to_channels * (to_channels - 1)
                            : to_bytes;
    const int band = MAX(1, 65536 / pixels->width);
    const gsize most = (gsize)pixels->width * (gsize)band;
    guchar *photo = g_try_malloc_n(most, from_bytes);
    guchar *painting = g_try_malloc_n(most, to_bytes);
    const gboolean ok = photo && painting;

    for (int y = 0; ok && y < pixels->height; y += band) {
        const GeglRectangle rows = { 0, y, pixels->width,
                                     MIN(band, pixels->height - y) };
        const gsize n = (gsize)rows.width * (gsize)rows.height;

        gegl_buffer_get(pixels->photo, &rows, 1.0, from, photo, GEGL_AUTO_ROWSTRIDE,
                        GEGL_ABYSS_NONE);
        gegl_buffer_get(pixels->painting, &rows, 1.0, to, painting, GEGL_AUTO_ROWSTRIDE,
                        GEGL_ABYSS_NONE);
        for (gsize i = 0; i < n; i++)
            memcpy(painting + i * to_bytes, photo + i * from_bytes, bytes);
        gegl_buffer_set(pixels->painting, &rows, 0, to, painting, GEGL_AUTO_ROWSTRIDE);
    }
    g_free(painting);
    g_free(photo);
    return ok || no_memory(error);
}
