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

/* What the numbers of an image's layers mean, from when it was asked: their profile,
 * curve and channels. GEGL must run (gegl-start.h). */
typedef struct Colors Colors;

Colors *colors_new(gint32 image, gint32 drawable);
void colors_free(Colors *colors); /* NULL is fine */
/* Whether the same numbers mean the same. */
gboolean colors_equal(const Colors *a, const Colors *b);

/* A format of such numbers with alpha, in components of `type` ("u8", "float"). */
const Babl *colors_get_format(const Colors *colors, const char *type);

/* n pixels of colors_get_format(colors, "float") to sRGB as "R'G'B'A float", and back.
 * Relative colorimetric with black point compensation, as GIMP does; a profile that is
 * unusable is passed over, as by GIMP. Any thread. */
void colors_to_srgb(const Colors *colors, const float *own, float *srgb, gsize n);
void colors_from_srgb(const Colors *colors, const float *srgb, float *own, gsize n);
/* Both would only copy. */
gboolean colors_are_srgb(const Colors *colors);

/* A small copy of a rectangle of a drawable in sRGB, long side at most length (1 ..
 * 1024), never enlarged; NULL on failure, and where the user has turned previews of
 * layers off. The dark parts of a linear image are coarse. Starts GEGL only for a
 * foreign profile. */
GdkPixbuf *color_get_thumbnail(gint32 image, gint32 drawable, const GeglRectangle *area,
                               int length);

#endif
