/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The picture that is painted, as a host hands it over: where its pixels are read
 * from and where the painting goes. In GIMP both are GeglBuffers of the plug-in's own
 * (the drawable is copied in before the first read and out in `finish`); for an image
 * file both are GdkPixbufs.
 *
 * Pixels are [h][w][4] floats, R'G'B' and straight alpha, nominally 0 .. 1; the
 * rectangle always lies inside the picture.
 *
 * The order of one paint: prepare (once in the picture's life), begin, write ..., then
 * finish; abandon where the paint was cancelled or failed, also after a finish that
 * returned FALSE. prepare, begin, finish and abandon are called on the thread
 * that owns the host (the one that calls paint_now, or the main thread of the dialog);
 * read and write on any thread, read by several at once, write one call at a time. */
#ifndef IMPASTO_PICTURE_H
#define IMPASTO_PICTURE_H

#include "host.h"

G_BEGIN_DECLS

typedef struct Picture {
    gpointer self;     /* first argument of every function */
    int width, height; /* 1 .. 262144 each; constant */

    /* Make `read` work (copy the layer, start GEGL); may be NULL. Called before the
     * first read or begin. */
    gboolean (*prepare)(gpointer self, GError **error);
    /* A small copy to show, RGB or RGBA, long side about `length` or the picture's own
     * size if smaller; transfer full. May be NULL, or return NULL: it is then made from
     * `read`. Needs no `prepare`. */
    GdkPixbuf *(*thumbnail)(gpointer self, int length);
    gboolean (*read)(gpointer self, int x, int y, int w, int h, float *rgba,
                     GError **error);
    /* How much of the painting will be seen above the photo, for the preview:
     * [height][width] bytes of a rectangle of the picture, reduced to that size; g_free.
     * NULL: all of it (or it is not known); the function may be NULL, too. Main thread;
     * needs no `prepare`. */
    guchar *(*coverage)(gpointer self, const GdkRectangle *area, int width, int height);

    /* Get room for the painting; nothing that the user sees changes yet. */
    gboolean (*begin)(gpointer self, GError **error);
    /* Finished pixels: blended by strength, alpha as it was read. Disjoint rectangles
     * that cover the picture, in no promised order. */
    gboolean (*write)(gpointer self, int x, int y, int w, int h, const float *rgba,
                      GError **error);
    /* All is written: make the layer, save the file. `settings`: what it was painted
     * with. FALSE leaves everything as it was before begin. */
    gboolean (*finish)(gpointer self, const UiSettings *settings, GError **error);
    /* Cancelled or failed, maybe in finish: drop what begin made, if it is still
     * there. */
    void (*abandon)(gpointer self);
} Picture;

G_END_DECLS
#endif
