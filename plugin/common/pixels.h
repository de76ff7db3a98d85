/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Between pixbufs (8 bit R'G'B'(A)) and floats, and pictures from files. Any thread. */
#ifndef IMPASTO_PIXELS_H
#define IMPASTO_PIXELS_H

#include "picture.h"

#include <stdbool.h>

G_BEGIN_DECLS

/* A rectangle of a pixbuf as [h][w][4] floats (alpha 1 where it has none), and back,
 * rounded to nearest and clamped, NaN as 0; alpha is dropped where the pixbuf has
 * none. */
void pixbuf_get_floats(const GdkPixbuf *pixbuf, int x, int y, int w, int h,
                       float *rgba);
void pixbuf_set_floats(GdkPixbuf *pixbuf, int x, int y, int w, int h,
                       const float *rgba);
/* The same from [h][w][3] floats into a pixbuf without alpha. */
void pixbuf_set_rgb(GdkPixbuf *pixbuf, int x, int y, int w, int h, const float *rgb);
/* ImpSource.read where its user is a pixbuf. */
bool pixbuf_read(void *pixbuf, int x, int y, int w, int h, float *rgba);
/* All of a pixbuf as [height][width][3], what is transparent over white; g_free. NULL:
 * no memory. */
float *pixbuf_to_rgb(const GdkPixbuf *pixbuf);
/* A pixbuf without alpha; what is transparent over white. Transfer full, maybe the
 * same. */
GdkPixbuf *pixbuf_flatten(GdkPixbuf *pixbuf);

/* The middle square, scaled to size x size; transfer full. */
GdkPixbuf *pixbuf_square(GdkPixbuf *pixbuf, int size);

/* Read a picture file, turned as its EXIF orientation says; `side` > 0: reduced to a
 * long side of at most `side`. A file that is cut short is refused. Errors:
 * IMPASTO_ERROR_IO, IMPASTO_ERROR_BAD_FILE, with the file's name. */
GdkPixbuf *pixbuf_load(const char *path, int side, GError **error);

/* A rectangle of a picture as a pixbuf (RGBA), and the whole, reduced to a long side of
 * at most `length` (area-averaged, alpha as weight). NULL on failure. */
GdkPixbuf *picture_read_pixbuf(const Picture *picture, const GdkRectangle *area,
                               GError **error);
GdkPixbuf *picture_reduce(const Picture *picture, int length, GError **error);

G_END_DECLS
#endif
