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
#include <math.h>
#include <string.h>

struct LayerPixels {
    GeglBuffer *photo, *coverage, *painting;
    LayerCoverage coverage_kind;
    int width, height;
    Colors *colors;      /* of the photo and the painting */
    const Babl *painted; /* the layer's format, with alpha */
    const Babl *cover;   /* one float of the coverage */
};

static gboolean no_memory(GError **error)
{
    g_set_error_literal(error, IMPASTO_ERROR, IMPASTO_ERROR_NO_MEMORY,
                        _("There is not enough memory."));
    return FALSE;
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

/* ---- beginning and end ---- */

LayerPixels *layer_pixels_new(gint32 image, gint32 drawable, const GeglRectangle *area,
                              LayerCoverage coverage, gint32 cover, int cover_x,
                              int cover_y)
{
    LayerPixels *pixels = g_new(LayerPixels, 1);

    gegl_start();
    *pixels = (LayerPixels) {
        .photo = copy_drawable(drawable, area),
        .coverage_kind = coverage,
        .width = area->width,
        .height = area->height,
        .colors = colors_new(image, drawable),
    };
    pixels->painted = colors_get_format(
        pixels->colors,
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
    return pixels;
}

void layer_pixels_free(LayerPixels *pixels)
{
    if (!pixels)
        return;
    g_clear_object(&pixels->photo);
    g_clear_object(&pixels->coverage);
    g_clear_object(&pixels->painting);
    colors_free(pixels->colors);
    g_free(pixels);
}

/* ---- bytes by hand ---- */

/* A rectangle as floats in `format`: the buffer's own numbers, with alpha added or
 * nothing but alpha. Bytes are done by hand, because babl takes 0.1 to 1 s to find the
 * best way for each pair of formats with bytes in it, in every process. */
static gboolean get_floats(GeglBuffer *buffer, const GeglRectangle *area,
                           const Babl *format, float *floats, GError **error)
{
    const Babl *from = gegl_buffer_get_format(buffer);
    const int have = babl_format_get_n_components(from);
    const int want = babl_format_get_n_components(format);
    const gsize n = (gsize)area->width * (gsize)area->height;
    const int first = want == 1 ? have - 1 : 0; /* alpha, or a mask's only component */
    guchar *bytes;

    if (babl_format_get_type(from, 0) != babl_type("u8") ||
        babl_format_is_palette(from)) {
        gegl_buffer_get(buffer, area, 1.0, format, floats, GEGL_AUTO_ROWSTRIDE,
                        GEGL_ABYSS_NONE);
        return TRUE;
    }
    bytes = g_try_malloc_n(n, (gsize)have);
    if (!bytes)
        return no_memory(error);
    gegl_buffer_get(buffer, area, 1.0, from, bytes, GEGL_AUTO_ROWSTRIDE,
                    GEGL_ABYSS_NONE);
    for (gsize i = 0; i < n; i++)
        for (int c = 0; c < want; c++)
            floats[i * (gsize)want + (gsize)c] =
                first + c < have
                    ? (float)bytes[i * (gsize)have + (gsize)(first + c)] / 255.0f
                    : 1.0f;
    g_free(bytes);
    return TRUE;
}

/* The other way: floats of the buffer's own numbers and channels. */
static gboolean set_floats(GeglBuffer *buffer, const GeglRectangle *area,
                           const Babl *format, const float *floats, GError **error)
{
    const Babl *to = gegl_buffer_get_format(buffer);
    const gsize n = (gsize)area->width * (gsize)area->height *
                    (gsize)babl_format_get_n_components(to);
    guchar *bytes;

    if (babl_format_get_type(to, 0) != babl_type("u8")) {
        gegl_buffer_set(buffer, area, 0, format, floats, GEGL_AUTO_ROWSTRIDE);
        return TRUE;
    }
    bytes = g_try_malloc(n);
    if (!bytes)
        return no_memory(error);
    for (gsize i = 0; i < n; i++) { /* NaN becomes 0 */
        const float v = floats[i] > 0 ? floats[i] : 0;

        bytes[i] = (guchar)((v < 1 ? v : 1) * 255.0f + 0.5f);
    }
    gegl_buffer_set(buffer, area, 0, to, bytes, GEGL_AUTO_ROWSTRIDE);
    g_free(bytes);
    return TRUE;
}

/* ---- in ---- */

void layer_coverage_of(guchar *alpha, const guchar *photo, gsize n)
{
    for (gsize i = 0; i < n; i++)
        alpha[i] = alpha[i] < photo[i] ? (guchar)(alpha[i] * 255 / photo[i]) : 255;
}

/* NaN and infinity would survive every blend: black, and four stops over white.
 * Strength 0, where they shall survive, does not come this way
 * (layer_pixels_restore). */
static void make_finite(float *floats, gsize n)
{
    for (gsize i = 0; i < n; i++)
        if (!isfinite(floats[i]))
            floats[i] = floats[i] > 0 ? 16.0f : 0.0f;
}

/* A rectangle of a buffer of these colors in sRGB. */
static gboolean read_srgb(GeglBuffer *buffer, const Colors *colors,
                          const GeglRectangle *area, float *rgba, GError **error)
{
    const Babl *format = colors_get_format(colors, "float");
    const gsize n = (gsize)area->width * (gsize)area->height;
    float *own = NULL;
    gboolean ok;

    if (colors_are_srgb(colors)) {
        ok = get_floats(buffer, area, format, rgba, error);
    } else {
        own = g_try_malloc_n(n, 4 * sizeof(float));
        ok = own ? get_floats(buffer, area, format, own, error) : no_memory(error);
        if (ok)
            colors_to_srgb(colors, own, rgba, n);
    }
    if (ok)
        make_finite(rgba, 4 * n);
    g_free(own);
    return ok;
}

gboolean layer_pixels_read(const LayerPixels *pixels, int x, int y, int w, int h,
                           float *rgba, GError **error)
{
    return read_srgb(pixels->photo, pixels->colors, GEGL_RECTANGLE(x, y, w, h), rgba,
                     error);
}

/* The mean of the last channel in each cell of [height][width] over an area. */
static gboolean reduce_alpha(GeglBuffer *buffer, const GeglRectangle *area,
                             const Babl *format, int width, int height, guchar *alpha)
{
    const int rows_max = area->height / height + 1;
    float *floats = g_try_malloc_n((gsize)area->width * (gsize)rows_max, sizeof(float));
    double *sums = g_new(double, (gsize)width);
    int *counts = g_new(int, (gsize)width);
    gboolean ok = floats != NULL;

    for (int y = 0; ok && y < height; y++) {
        const int from = (int)((gint64)y * area->height / height);
        const int to = (int)((gint64)(y + 1) * area->height / height);
        const GeglRectangle rows = { area->x, area->y + from, area->width, to - from };

        ok = get_floats(buffer, &rows, format, floats, NULL);
        memset(sums, 0, (gsize)width * sizeof *sums);
        memset(counts, 0, (gsize)width * sizeof *counts);
        for (int i = 0; ok && i < rows.width * rows.height; i++) {
            const int cell = (int)((gint64)(i % rows.width) * width / rows.width);

            sums[cell] += CLAMP(floats[i], 0, 1);
            counts[cell]++;
        }
        for (int x = 0; ok && x < width; x++)
            alpha[(gsize)y * (gsize)width + (gsize)x] =
                (guchar)(sums[x] / counts[x] * 255 + 0.5);
    }
    g_free(counts);
    g_free(sums);
    g_free(floats);
    return ok;
}

gboolean layer_pixels_get_coverage(const LayerPixels *pixels, const GeglRectangle *area,
                                   int width, int height, guchar *coverage)
{
    guchar *photo;

    if (!pixels->coverage ||
        !reduce_alpha(pixels->coverage, area, pixels->cover, width, height, coverage))
        return FALSE;
    if (pixels->coverage_kind != LAYER_COVERAGE_IS ||
        !babl_format_has_alpha(gegl_buffer_get_format(pixels->photo)))
        return TRUE;
    photo = g_try_malloc_n((gsize)width, (gsize)height);
    if (photo && reduce_alpha(pixels->photo, area, pixels->cover, width, height, photo))
        layer_coverage_of(coverage, photo, (gsize)width * (gsize)height);
    g_free(photo);
    return TRUE;
}

/* ---- out ---- */

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

/* What alpha becomes, in place. */
static gboolean cover(const LayerPixels *pixels, const GeglRectangle *area, float *rgba,
                      GError **error)
{
    const gsize n = (gsize)area->width * (gsize)area->height;
    float *coverage = g_try_malloc_n(n, sizeof(float));
    gboolean ok;

    if (!coverage)
        return no_memory(error);
    ok = get_floats(pixels->coverage, area, pixels->cover, coverage, error);
    for (gsize i = 0; ok && i < n; i++)
        rgba[4 * i + 3] = pixels->coverage_kind == LAYER_COVERAGE_IS
                              ? coverage[i]
                              : rgba[4 * i + 3] * coverage[i];
    g_free(coverage);
    return ok;
}

static gboolean write_srgb(GeglBuffer *buffer, const Colors *colors,
                           const GeglRectangle *area, const float *rgba, GError **error)
{
    const Babl *format = colors_get_format(colors, "float");
    const gsize n = (gsize)area->width * (gsize)area->height;
    float *own;
    gboolean ok;

    if (colors_are_srgb(colors))
        return set_floats(buffer, area, format, rgba, error);
    own = g_try_malloc_n(n, 4 * sizeof(float));
    if (!own)
        return no_memory(error);
    colors_from_srgb(colors, rgba, own, n);
    ok = set_floats(buffer, area, format, own, error);
    g_free(own);
    return ok;
}

gboolean layer_pixels_write(LayerPixels *pixels, int x, int y, int w, int h,
                            const float *rgba, GError **error)
{
    const GeglRectangle area = { x, y, w, h };
    const gsize bytes = (gsize)w * (gsize)h * 4 * sizeof(float);
    float *covered;
    gboolean ok;

    if (!pixels->coverage)
        return write_srgb(pixels->painting, pixels->colors, &area, rgba, error);
    covered = g_try_malloc(bytes);
    if (!covered)
        return no_memory(error);
    memcpy(covered, rgba, bytes);
    ok = cover(pixels, &area, covered, error) &&
         write_srgb(pixels->painting, pixels->colors, &area, covered, error);
    g_free(covered);
    return ok;
}

/* Rows of a rectangle that are worked on at a time. */
static int band_of(const LayerPixels *pixels)
{
    return MAX(1, 65536 / pixels->width);
}

gboolean layer_pixels_follow(LayerPixels *pixels, gint32 image, gint32 drawable,
                             GError **error)
{
    Colors *colors = colors_new(image, drawable);
    const int band = band_of(pixels);
    const gboolean same = colors_equal(colors, pixels->colors);
    GeglBuffer *painting = NULL;
    float *rgba = NULL;
    gboolean ok = TRUE;

    if (same)
        goto end;
    rgba = g_try_malloc_n((gsize)pixels->width * (gsize)band, 4 * sizeof(float));
    if (!rgba) {
        ok = no_memory(error);
        goto end;
    }
    painting = gegl_buffer_new(gegl_buffer_get_extent(pixels->painting),
                               colors_get_format(colors, "float"));
    for (int y = 0; ok && y < pixels->height; y += band) {
        const GeglRectangle rows = { 0, y, pixels->width,
                                     MIN(band, pixels->height - y) };

        ok = read_srgb(pixels->painting, pixels->colors, &rows, rgba, error) &&
             write_srgb(painting, colors, &rows, rgba, error);
    }
    if (ok) {
        layer_pixels_end(pixels);
        pixels->painting = g_steal_pointer(&painting);
    }

end:
    g_clear_object(&painting);
    g_free(rgba);
    colors_free(colors);
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
    const int band = band_of(pixels);
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
