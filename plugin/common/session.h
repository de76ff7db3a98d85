/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Inside the studio: one picture being painted, with what can be used again when only
 * some of the settings change. For the thread that uses the painter (painter.h). */
#ifndef IMPASTO_SESSION_H
#define IMPASTO_SESSION_H

#include "painter.h"

G_BEGIN_DECLS

typedef struct Session Session;

/* Borrows both. */
Session *session_new(Painter *painter, const Picture *picture);
void session_free(Session *session);

/* The first paint, from the cache or painted now; borrowed until the next call. find:
 * only from the cache. */
ImpPainting *session_begin(Session *session, const PaintOrder *order,
                           const ImpWatch *watch, GError **error);
ImpPainting *session_find(Session *session, const PaintOrder *order);
/* Paint the next larger size, where there is one: then the first paint looks as the
 * full painting will (imp_painting_refine). */
gboolean session_refine(Session *session, ImpPainting *painting, const ImpWatch *watch,
                        GError **error);

/* A quick small painting of `small` (the picture, reduced), to look at while the first
 * paint is made. NULL on failure. */
GdkPixbuf *session_sketch(Session *session, const PaintOrder *order,
                          const GdkPixbuf *small, const ImpWatch *watch,
                          GError **error);
/* The first paint as a pixbuf, and a rectangle of the full painting. */
GdkPixbuf *session_first_pixbuf(const ImpPainting *painting);
GdkPixbuf *session_detail(Session *session, const PaintOrder *order,
                          const GdkRectangle *area, const ImpWatch *watch,
                          GError **error);

/* A rectangle of the full painting was written; rgb: [h][w][3], not blended. On a
 * thread of the pool, one call at a time. */
typedef void PaintedArea(gpointer data, const GdkRectangle *area, const float *rgb);

/* Paint everything into picture->write (between its begin and finish, which are the
 * caller's). painted: may be NULL. */
gboolean session_paint(Session *session, const PaintOrder *order, const ImpWatch *watch,
                       PaintedArea *painted, gpointer data, GError **error);

/* Seconds that are left, from the time when it began (g_get_monotonic_time); < 0 while
 * that cannot be known. */
double seconds_left(gint64 began, double fraction);

G_END_DECLS
#endif
