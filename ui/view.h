/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Where a picture lies in a pane that it is zoomed and panned in: geometry alone, no
 * widget. The picture keeps a margin when it is fitted in; a picture smaller than the
 * pane is centered, a larger one shows no gap at the pane's sides. Its corner lies on a
 * device pixel, so that 100 % shows the very pixels on any screen.
 *
 * Lengths are logical pixels of the pane, from its top left corner, unless they say
 * otherwise; "pixels" are the picture's. Any thread. */
#ifndef IMPASTO_UI_VIEW_H
#define IMPASTO_UI_VIEW_H

#include "host.h"

G_BEGIN_DECLS

typedef struct UiBox {
    double left, top, right, bottom;
} UiBox;

/* For reading; the functions below write it, and leave all of it in agreement. */
typedef struct UiView {
    int picture_width, picture_height; /* pixels */
    int pane_width, pane_height;
    int device; /* device pixels a logical one */

    gboolean fit; /* the zoom is the one that fits the picture in */
    double zoom;  /* device pixels a pixel; 1 is 100 % */
    double center_x,
        center_y; /* the picture's point, in pixels, at the pane's middle */

    double scale;               /* logical pixels a pixel */
    double x, y, width, height; /* the picture */
    UiBox box;                  /* what is visible of it */
} UiView;

/* Fitted into a pane of one pixel, until there is another. width, height: > 0, in
 * pixels. */
void ui_view_init(UiView *view, int width, int height);
/* width, height, device: > 0. */
void ui_view_set_pane(UiView *view, int width, int height, int device);

/* Fit, and the zoom that it is. */
void ui_view_fit(UiView *view);
double ui_view_fit_zoom(const UiView *view);
/* The point (x, y) of the pane stays on the same point of the picture, as far as the
 * sides allow. zoom: out to 100 %, or to Fit where that is less, which it then becomes;
 * in to 800 %, or to Fit where that is more. */
void ui_view_zoom_about(UiView *view, double zoom, double x, double y);

/* Whether some of the picture is out of sight. */
gboolean ui_view_can_pan(const UiView *view);
/* Where the pane goes over the picture: by so much, or its middle to a point in
 * pixels. */
void ui_view_pan_by(UiView *view, double x, double y);
void ui_view_pan_to(UiView *view, double center_x, double center_y);

/* The pixels that are seen, if only in part. FALSE: none. */
gboolean ui_view_visible_area(const UiView *view, GdkRectangle *area);
/* Shrink an area about its middle to at most `pixels`, and `side` on a side: > 0. */
void ui_view_limit_area(GdkRectangle *area, int pixels, int side);

G_END_DECLS
#endif
