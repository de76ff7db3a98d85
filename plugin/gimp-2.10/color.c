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

GimpColorTransform *color_transform_to_srgb(GimpColorProfile *profile,
                                            const Babl *format)
{
    GimpColorProfile *srgb = gimp_color_profile_new_rgb_srgb();
    GimpColorTransform *transform =
        transform_new(profile, format, srgb, babl_format("R'G'B'A float"));

    g_object_unref(srgb);
    return transform;
}

GimpColorTransform *color_transform_from_srgb(GimpColorProfile *profile,
                                              const Babl *format)
{
    GimpColorProfile *srgb = gimp_color_profile_new_rgb_srgb();
    GimpColorTransform *transform =
        transform_new(srgb, babl_format("R'G'B'A float"), profile, format);

    g_object_unref(srgb);
    return transform;
}

/* GIMP makes thumbnails of bare numbers, too: linear bytes of a linear layer, and all
 * of them in the image's profile. transform: NULL for linear light of sRGB. */
static void thumbnail_to_srgb(GdkPixbuf *pixbuf, GimpColorTransform *transform)
{
    const gsize channels = (gsize)gdk_pixbuf_get_n_channels(pixbuf);
    const gsize width = (gsize)gdk_pixbuf_get_width(pixbuf);
    const Babl *format = babl_format(channels == 4 ? "R'G'B'A u8" : "R'G'B' u8");
    g_autofree guchar *copy = g_malloc(width * channels);
    guchar *row = gdk_pixbuf_get_pixels(pixbuf), curve[256];

    for (int i = 0; i < 256; i++) {
        const double v = i / 255.0;

        curve[i] =
            (guchar)(0.5 + 255 * (v <= 0.0031308 ? 12.92 * v
                                                 : 1.055 * pow(v, 1 / 2.4) - 0.055));
    }
    for (int y = 0; y < gdk_pixbuf_get_height(pixbuf); y++) {
        memcpy(copy, row, width * channels);
        if (transform)
            gimp_color_transform_process_pixels(transform, format, copy, format, row,
                                                width);
        else
            for (gsize i = 0; i < width * channels; i++)
                row[i] = i % channels == 3 ? copy[i] : curve[copy[i]];
        row += gdk_pixbuf_get_rowstride(pixbuf);
    }
}

static void thumbnail_from_profile(GdkPixbuf *pixbuf, GimpColorProfile *profile)
{
    const Babl *format =
        babl_format(gdk_pixbuf_get_has_alpha(pixbuf) ? "R'G'B'A u8" : "R'G'B' u8");
    GimpColorProfile *srgb = gimp_color_profile_new_rgb_srgb();
    GimpColorTransform *transform = transform_new(profile, format, srgb, format);

    if (transform)
        thumbnail_to_srgb(pixbuf, transform);
    g_clear_object(&transform);
    g_object_unref(srgb);
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

GdkPixbuf *color_get_thumbnail(gint32 image, gint32 drawable, const GeglRectangle *area,
                               int length)
{
    const double scale = MIN(1.0, (double)length / MAX(area->width, area->height));
    const int width = MAX(1, (int)(area->width * scale + 0.5));
    const int height = MAX(1, (int)(area->height * scale + 0.5));
    GimpColorProfile *profile = color_get_foreign_profile(image);
    GdkPixbuf *pixbuf =
        gimp_drawable_get_sub_thumbnail(drawable, area->x, area->y, area->width,
                                        area->height, width, height,
                                        GIMP_PIXBUF_KEEP_ALPHA);

    if (pixbuf && (profile || color_is_linear(image)))
        gegl_start();
    if (pixbuf && profile && gimp_color_profile_is_rgb(profile))
        thumbnail_from_profile(pixbuf, profile);
    else if (pixbuf && color_is_linear(image))
        thumbnail_to_srgb(pixbuf, NULL);
    g_clear_object(&profile);
    return pixbuf;
}
