/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Color profiles: GIMP's own formats carry bare numbers, whose colors an image's
 * profile tells. Everything is a no-op for an image whose profile is GIMP's built-in
 * sRGB (or gray), linear or not: babl's conversions are right there. Main thread. */
#ifndef IMPASTO_COLOR_H
#define IMPASTO_COLOR_H

#include <gegl.h>
#include <libgimp/gimp.h>

/* The image's profile; NULL where it is a built-in one. Transfer full. No GEGL. */
GimpColorProfile *color_get_foreign_profile(gint32 image);

/* Whether the image's numbers are linear light. */
gboolean color_is_linear(gint32 image);

/* From numbers of `profile` in `format` to sRGB as "R'G'B'A float", and back. Relative
 * colorimetric with black point compensation, as GIMP does. NULL: the profile is
 * unusable. */
GimpColorTransform *color_transform_to_srgb(GimpColorProfile *profile,
                                            const Babl *format);
GimpColorTransform *color_transform_from_srgb(GimpColorProfile *profile,
                                              const Babl *format);

/* A small copy of a rectangle of a drawable in sRGB, long side at most length (1 ..
 * 1024), never enlarged; NULL on failure. The dark parts of a linear image are coarse.
 * Starts GEGL only for a foreign profile or a linear image. */
GdkPixbuf *color_get_thumbnail(gint32 image, gint32 drawable, const GeglRectangle *area,
                               int length);

#endif
