/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Inside the studio: the engine with its network, styles by file, and an order to
 * paint. An order is made on the main thread and holds all that a worker needs, so that
 * the style library stays with the main thread. Everything else here is for one thread
 * at a time: a studio's worker, or that of a call of a script. */
#ifndef IMPASTO_PAINTER_H
#define IMPASTO_PAINTER_H

#include "cache.h"
#include "gerror.h"
#include "settings.h"
#include "studio.h"

G_BEGIN_DECLS

/* Where a style comes from. */
typedef struct StyleRef {
    char *path; /* NULL: no style */
    gboolean is_picture;
} StyleRef;

typedef struct PaintOrder {
    UiSettings *settings;
    StyleRef first, second;
} PaintOrder;

/* Checks the settings; NULL with IMPASTO_ERROR_VALUE. */
PaintOrder *paint_order_new(StyleLibrary *library, const UiSettings *settings,
                            GError **error);
void paint_order_free(PaintOrder *order);
/* What a first paint depends on, as a name; transfer full. */
char *paint_order_key(const PaintOrder *order);

struct Painter {
    StyleLibrary *library; /* borrowed; main thread only */
    int threads;
    char *painter_path, *reader_path, *network_path, *sample_path;
    ImpPool *pool; /* these three: NULL until first use */
    ImpModel *model;
    ImpStyleNetwork *network;
    char *reader_fault; /* why there is no reader; NULL: there is one */
    Cache *styles;      /* ImpStyle by path and time */
    ImpPhoto *sample;   /* the middle of the sample photo; NULL until first use */
};

/* Threads and network, once; later calls do nothing. */
gboolean painter_load(Painter *painter, GError **error);
/* The style of an order, mixed where it has two; borrowed from the cache until the next
 * call. */
const ImpStyle *painter_get_style(Painter *painter, const PaintOrder *order,
                                  GError **error);
/* Read a style off pixels; imp_style_destroy. */
ImpStyle *painter_read_style(Painter *painter, const GdkPixbuf *picture,
                             GError **error);
/* The sample photo painted in a style, square; NULL where that cannot be done (no
 * sample). */
GdkPixbuf *painter_paint_thumbnail(Painter *painter, const ImpStyle *style,
                                   const ImpWatch *watch);
/* NULL, or the sentence that says why the vector at `path` cannot be used; transfer
 * full. */
char *painter_check_vector(Painter *painter, const char *path);

/* Where a style is read from, before it is added to the library. */
typedef struct NewStyle {
    char *title, *source;
    GdkPixbuf *picture, *thumbnail; /* thumbnail: NULL where it could not be painted */
    gboolean learned;
    ImpStyle *style;
} NewStyle;

/* Worker: read the style off a picture and paint its thumbnail. pixels NULL: the
 * picture is the file `path`; else path is what the pixels are called. title NULL or
 * "": the file's name. NULL on failure. */
NewStyle *new_style_read(Painter *painter, const char *path, GdkPixbuf *pixels,
                         const char *title, const ImpWatch *watch, GError **error);
/* Worker: fit the style that was read to its picture (imp_style_fit), some seconds, and
 * paint its thumbnail anew. watch->tick is called on this thread, between steps, and
 * may use the painter there. FALSE: the style is as it was read. */
gboolean new_style_learn(Painter *painter, NewStyle *new_style, const ImpWatch *watch,
                         GError **error);
/* Main thread: put it into the library; its id, transfer full. */
char *new_style_keep(NewStyle *new_style, StyleLibrary *library, GError **error);
/* Main thread: put what was learned in the place of what was read; FALSE where that
 * style is gone. */
gboolean new_style_replace(NewStyle *new_style, StyleLibrary *library, const char *id,
                           GError **error);
void new_style_free(NewStyle *new_style);

G_END_DECLS
#endif
