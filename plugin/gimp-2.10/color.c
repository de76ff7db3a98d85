/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Profiles through libgimpcolor, which takes babl's short way for a matrix profile and
 * Little CMS for the rest. */
#include "color.h"

#include "gegl-start.h"

#include <math.h>
#include <string.h>

static gboolean is_built_in(GimpColorProfile *profile)
{
    GimpColorProfile *(*const built_in[])(void) = {
        gimp_color_profile_new_rgb_srgb, gimp_color_profile_new_rgb_srgb_linear,
        gimp_color_profile_new_d65_gray_srgb_trc, gimp_color_profile_new_d65_gray_linear
    };
    gboolean equal = FALSE;

    for (guint i = 0; i < G_N_ELEMENTS(built_in) && !equal; i++) {
        g_autoptr(GObject) ours = G_OBJECT(built_in[i]());

        equal = gimp_color_profile_is_equal(profile, GIMP_COLOR_PROFILE(ours));
    }
    return equal;
}

GimpColorProfile *color_get_foreign_profile(gint32 image)
{
    GimpColorProfile *profile = gimp_image_get_color_profile(image);

    if (profile && is_built_in(profile))
        g_clear_object(&profile);
    return profile;
}

static GimpColorTransform *transform_new(GimpColorProfile *from,
                                         const Babl *from_format, GimpColorProfile *to,
                                         const Babl *to_format)
{
    return gimp_color_transform_new(
        from, from_format, to, to_format,
        GIMP_COLOR_RENDERING_INTENT_RELATIVE_COLORIMETRIC,
        GIMP_COLOR_TRANSFORM_FLAGS_BLACK_POINT_COMPENSATION);
}

gboolean color_is_linear(gint32 image)
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

/* ---- full size ---- */

struct Colors {
    GimpColorProfile *profile; /* NULL: a built-in one */
    gboolean linear, gray;
    const Babl *srgb, *own;                  /* floats with alpha */
    const Babl *to_fish, *from_fish;         /* own to srgb and back */
    GimpColorTransform *to_srgb, *from_srgb; /* NULL: babl's conversion is right */
};

Colors *colors_new(gint32 image, gint32 drawable)
{
    Colors *colors = g_new(Colors, 1);
    GimpColorProfile *srgb = gimp_color_profile_new_rgb_srgb();

    *colors = (Colors) {
        .profile = color_get_foreign_profile(image),
        .linear = color_is_linear(image),
        .gray = gimp_drawable_is_gray(drawable),
        .srgb = babl_format("R'G'B'A float"),
    };
    colors->own = colors_get_format(colors, "float");
    colors->to_fish = babl_fish(colors->own, colors->srgb);
    colors->from_fish = babl_fish(colors->srgb, colors->own);
    if (colors->profile) {
        colors->to_srgb =
            transform_new(colors->profile, colors->own, srgb, colors->srgb);
        colors->from_srgb =
            transform_new(srgb, colors->srgb, colors->profile, colors->own);
    }
    if (!colors->to_srgb ||
        !colors->from_srgb) { /* unusable: GIMP too shows bare numbers */
        g_clear_object(&colors->to_srgb);
        g_clear_object(&colors->from_srgb);
    }
    g_object_unref(srgb);
    return colors;
}

void colors_free(Colors *colors)
{
    if (!colors)
        return;
    g_clear_object(&colors->profile);
    g_clear_object(&colors->to_srgb);
    g_clear_object(&colors->from_srgb);
    g_free(colors);
}

gboolean colors_equal(const Colors *a, const Colors *b)
{
    return a->own == b->own &&
           (a->profile && b->profile
                ? gimp_color_profile_is_equal(a->profile, b->profile)
                : a->profile == b->profile);
}

const Babl *colors_get_format(const Colors *colors, const char *type)
{
    const char *model = colors->gray ? (colors->linear ? "YA" : "Y'A")
                                     : (colors->linear ? "RGBA" : "R'G'B'A");
    g_autofree char *name = g_strdup_printf("%s %s", model, type);

    return babl_format(name);
}

void colors_to_srgb(const Colors *colors, const float *own, float *srgb, gsize n)
{
    if (colors->to_srgb)
        gimp_color_transform_process_pixels(colors->to_srgb, colors->own, own,
                                            colors->srgb, srgb, n);
    else
        babl_process(colors->to_fish, own, srgb, (glong)n);
}

void colors_from_srgb(const Colors *colors, const float *srgb, float *own, gsize n)
{
    if (colors->from_srgb)
        gimp_color_transform_process_pixels(colors->from_srgb, colors->srgb, srgb,
                                            colors->own, own, n);
    else
        babl_process(colors->from_fish, srgb, own, (glong)n);
}

gboolean colors_are_srgb(const Colors *colors)
{
    return colors->own == colors->srgb && !colors->to_srgb;
}

/* ---- thumbnails ---- */

/* GIMP makes thumbnails of bare numbers: linear bytes of a linear layer, and all of them
 * in the image's profile. */
static void thumbnail_from_profile(GdkPixbuf *pixbuf, GimpColorProfile *profile)
{
    const gsize channels = (gsize)gdk_pixbuf_get_n_channels(pixbuf);
    const gsize width = (gsize)gdk_pixbuf_get_width(pixbuf);
    const Babl *format = babl_format(channels == 4 ? "R'G'B'A u8" : "R'G'B' u8");
    g_autofree guchar *copy = g_malloc(width * channels);
    g_autoptr(GObject) srgb = G_OBJECT(gimp_color_profile_new_rgb_srgb());
    GimpColorTransform *transform =
        transform_new(profile, format, GIMP_COLOR_PROFILE(srgb), format);
    guchar *row = gdk_pixbuf_get_pixels(pixbuf);

    for (int y = 0; transform && y < gdk_pixbuf_get_height(pixbuf); y++) {
        memcpy(copy, row, width * channels);
        gimp_color_transform_process_pixels(transform, format, copy, format, row,
                                            width);
        row += gdk_pixbuf_get_rowstride(pixbuf);
    }
    g_clear_object(&transform);
}

static void thumbnail_by_curve(GdkPixbuf *pixbuf, const guchar curve[256])
{
    const int channels = gdk_pixbuf_get_n_channels(pixbuf);
    guchar *row = gdk_pixbuf_get_pixels(pixbuf);

    for (int y = 0; y < gdk_pixbuf_get_height(pixbuf); y++) {
        for (int i = 0; i < channels * gdk_pixbuf_get_width(pixbuf); i++)
            if (i % channels < 3)
                row[i] = curve[row[i]];
        row += gdk_pixbuf_get_rowstride(pixbuf);
    }
}

static void linear_curve(guchar curve[256])
{
    for (int i = 0; i < 256; i++) {
        const double v = i / 255.0;

        curve[i] =
            (guchar)(0.5 + 255 * (v <= 0.0031308 ? 12.92 * v
                                                 : 1.055 * pow(v, 1 / 2.4) - 0.055));
    }
}

/* What a gray profile makes of each byte; as it is where the profile is unusable. */
static void gray_curve(guchar curve[256], GimpColorProfile *profile)
{
    g_autoptr(GObject) srgb = G_OBJECT(gimp_color_profile_new_rgb_srgb());
    const Babl *from = babl_format("Y' u8"), *to = babl_format("R'G'B' u8");
    GimpColorTransform *transform =
        transform_new(profile, from, GIMP_COLOR_PROFILE(srgb), to);
    guchar rgb[256][3];

    for (int i = 0; i < 256; i++)
        curve[i] = (guchar)i;
    if (!transform)
        return;
    gimp_color_transform_process_pixels(transform, from, curve, to, rgb, 256);
    for (int i = 0; i < 256; i++)
        curve[i] = rgb[i][1];
    g_object_unref(transform);
}

/* With previews of layers turned off in its preferences, GIMP gives a question mark for
 * every thumbnail. */
static gboolean has_thumbnails(void)
{
    static int known = -1; /* this process lives for one dialog */

    if (known == -1) {
        g_autofree char *previews = gimp_gimprc_query("layer-previews");

        known = g_strcmp0(previews, "no") != 0;
    }
    return known;
}

GdkPixbuf *color_get_thumbnail(gint32 image, gint32 drawable, const GeglRectangle *area,
                               int length)
{
    const double scale = MIN(1.0, (double)length / MAX(area->width, area->height));
    const int width = MAX(1, (int)(area->width * scale + 0.5));
    const int height = MAX(1, (int)(area->height * scale + 0.5));
    GimpColorProfile *profile;
    GdkPixbuf *pixbuf;
    guchar curve[256];

    if (!has_thumbnails())
        return NULL;
    profile = color_get_foreign_profile(image);
    pixbuf = gimp_drawable_get_sub_thumbnail(drawable, area->x, area->y, area->width,
                                             area->height, width, height,
                                             GIMP_PIXBUF_KEEP_ALPHA);

    if (pixbuf && profile) {
        gegl_start();
        if (gimp_color_profile_is_rgb(profile)) {
            thumbnail_from_profile(pixbuf, profile);
        } else {
            gray_curve(curve, profile);
            thumbnail_by_curve(pixbuf, curve);
        }
    } else if (pixbuf && color_is_linear(image)) {
        linear_curve(curve);
        thumbnail_by_curve(pixbuf, curve);
    }
    g_clear_object(&profile);
    return pixbuf;
}
