/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Profiles through libgimpcolor, which takes babl's short way for a matrix profile and
 * Little CMS for the rest. */
#include "color.h"

#include "gegl-start.h"

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

/* GIMP makes thumbnails of the bare numbers, with sRGB's curve on linear ones. */
static void thumbnail_to_srgb(GdkPixbuf *pixbuf, gint32 image,
                              GimpColorProfile *profile)
{
    const gboolean has_alpha = gdk_pixbuf_get_has_alpha(pixbuf);
    const int width = gdk_pixbuf_get_width(pixbuf);
    const gsize row_bytes = (gsize)width * (has_alpha ? 4 : 3);
    const Babl *format;
    GimpColorProfile *encoded = NULL, *srgb;
    GimpColorTransform *transform;

    if (!gimp_color_profile_is_rgb(profile))
        return;
    gegl_start();
    format = babl_format(has_alpha ? "R'G'B'A u8" : "R'G'B' u8");
    if (gimp_color_profile_is_linear(profile))
        encoded = gimp_color_profile_new_srgb_trc_from_color_profile(profile);
    srgb = gimp_color_profile_new_rgb_srgb();
    transform = transform_new(encoded ? encoded : profile, format, srgb, format);
    if (transform) {
        g_autofree guchar *row = g_malloc(row_bytes);

        for (int y = 0; y < gdk_pixbuf_get_height(pixbuf); y++) {
            guchar *pixels = gdk_pixbuf_get_pixels(pixbuf) +
                             (gsize)y * (gsize)gdk_pixbuf_get_rowstride(pixbuf);

            memcpy(row, pixels, row_bytes);
            gimp_color_transform_process_pixels(transform, format, row, format, pixels,
                                                (gsize)width);
        }
        g_object_unref(transform);
    }
    g_object_unref(srgb);
    g_clear_object(&encoded);
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

    if (pixbuf && profile)
        thumbnail_to_srgb(pixbuf, image, profile);
    g_clear_object(&profile);
    return pixbuf;
}
