/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The pixels of one paint, in this process: three GeglBuffers whose origin is the
 * corner of the painted rectangle. GEGL keeps LAYER_MEMORY (gegl-start.h) of them in
 * memory and the rest in GIMP's swap folder.
 *     photo      the layer's rectangle, in its own format, never changed
 *     coverage   what alpha is multiplied with (the selection) or becomes (the alpha of
 *                a layer that the painting replaces); none: alpha stays
 *     painting   the result, the photo's format with alpha; between begin and end */
#ifndef IMPASTO_LAYER_PIXELS_H
#define IMPASTO_LAYER_PIXELS_H

#include <gegl.h>
#include <libgimp/gimp.h>

typedef enum LayerCoverage {
    LAYER_COVERAGE_NONE,
    LAYER_COVERAGE_TIMES, /* a selection: alpha times its value */
    LAYER_COVERAGE_IS,    /* a layer: alpha becomes the layer's */
} LayerCoverage;

typedef struct LayerPixels LayerPixels;

/* Copy the rectangle `area` of `drawable`, a layer of `image` (an indexed one can only
 * be read), and the rectangle of the same size at cover_x, cover_y of `cover`. Starts
 * GEGL (gegl-start.h). Main thread. */
LayerPixels *layer_pixels_new(gint32 image, gint32 drawable, const GeglRectangle *area,
                              LayerCoverage coverage, gint32 cover, int cover_x,
                              int cover_y);
void layer_pixels_free(LayerPixels *pixels); /* NULL is fine */

/* [h][w][4] floats, sRGB R'G'B' and straight alpha, of a rectangle inside the area, by
 * the image's profile; what lies outside 0 .. 1 stays. Any thread, several at once. */
gboolean layer_pixels_read(const LayerPixels *pixels, int x, int y, int w, int h,
                           float *rgba, GError **error);

/* [height][width] bytes, at most as many as the area has: which part of the photo's
 * alpha the painting's will be. FALSE: all of it, or there is no memory. Any thread. */
gboolean layer_pixels_get_coverage(const LayerPixels *pixels, const GeglRectangle *area,
                                   int width, int height, guchar *coverage);

/* The part that `alpha` is of the photo's, in its place. */
void layer_coverage_of(guchar *alpha, const guchar *photo, gsize n);

/* Make the painting; write to it as layer_pixels_read reads, covering its alpha (any
 * thread, one at a time); have it, owned by `pixels`; drop it. */
void layer_pixels_begin(LayerPixels *pixels);
gboolean layer_pixels_write(LayerPixels *pixels, int x, int y, int w, int h,
                            const float *rgba, GError **error);
GeglBuffer *layer_pixels_get_painting(const LayerPixels *pixels);
void layer_pixels_end(LayerPixels *pixels);

/* Strength 0: put the photo's colors into a painting that is written, bit for bit. What
 * floats cannot carry (32-bit integers, doubles) and what a profile's way there and
 * back loses is then as it was. */
gboolean layer_pixels_restore(LayerPixels *pixels, GError **error);

/* Where the image's profile, its linear light or its mode is not any more what it was
 * when `pixels` were copied: turn a painting that is written into what the numbers of
 * `drawable` mean now. To be called last, before the painting is handed on. Main
 * thread. */
gboolean layer_pixels_follow(LayerPixels *pixels, gint32 image, gint32 drawable,
                             GError **error);

#endif
