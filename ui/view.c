/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Pane, picture, zoom and center are given; settle() makes the rest of them, and keeps
 * the center where the picture can be seen. */
#include "config.h"
#include "view.h"

#include <math.h>

enum { MARGIN = 14, LEAST_PANE = 8 };

static const double zoom_max = 8, fit_max = 4; /* fit_max: logical pixels a pixel */

double ui_view_fit_zoom(const UiView *view)
{
    const double w = MAX(view->pane_width - 2 * MARGIN, LEAST_PANE);
    const double h = MAX(view->pane_height - 2 * MARGIN, LEAST_PANE);

    return MIN(MIN(w / view->picture_width, h / view->picture_height), fit_max) *
           view->device;
}

/* Along one axis: the center of `picture` pixels in a pane that shows `seen` of them. */
static double keep_center(double center, double picture, double seen)
{
    return picture <= seen ? picture / 2 : CLAMP(center, seen / 2, picture - seen / 2);
}

static void settle(UiView *view)
{
    const double w = view->pane_width, h = view->pane_height, device = view->device;

    if (view->fit)
        view->zoom = ui_view_fit_zoom(view);
    view->scale = view->zoom / device;
    view->width = view->picture_width * view->scale;
    view->height = view->picture_height * view->scale;
    view->center_x = keep_center(view->center_x, view->picture_width, w / view->scale);
    view->center_y = keep_center(view->center_y, view->picture_height, h / view->scale);
    view->x = round((w / 2 - view->center_x * view->scale) * device) / device;
    view->y = round((h / 2 - view->center_y * view->scale) * device) / device;
    view->box =
        (UiBox) { MAX(view->x, 0), MAX(view->y, 0), MIN(view->x + view->width, w),
                  MIN(view->y + view->height, h) };
}

void ui_view_init(UiView *view, int width, int height)
{
    *view = (UiView) { .picture_width = width,
                       .picture_height = height,
                       .pane_width = 1,
                       .pane_height = 1,
                       .device = 1,
                       .fit = TRUE };
    settle(view);
}

void ui_view_set_pane(UiView *view, int width, int height, int device)
{
    view->pane_width = width;
    view->pane_height = height;
    view->device = device;
    settle(view);
}

void ui_view_fit(UiView *view)
{
    view->fit = TRUE;
    settle(view);
}

void ui_view_zoom_about(UiView *view, double zoom, double x, double y)
{
    const double fit = ui_view_fit_zoom(view);

    zoom = CLAMP(zoom, MIN(fit, 1), MAX(zoom_max, fit));
    view->fit = zoom <= fit && zoom < 1; /* smaller than Fit is of no use */
    if (!view->fit) {
        const double scale = zoom / view->device;
        view->zoom = zoom;
        view->center_x =
            (x - view->x) / view->scale + (view->pane_width / 2.0 - x) / scale;
        view->center_y =
            (y - view->y) / view->scale + (view->pane_height / 2.0 - y) / scale;
    }
    settle(view);
}

gboolean ui_view_can_pan(const UiView *view)
{
    return view->width > view->pane_width + 0.5 ||
           view->height > view->pane_height + 0.5;
}

void ui_view_pan_by(UiView *view, double x, double y)
{
    ui_view_pan_to(view, view->center_x + x / view->scale,
                   view->center_y + y / view->scale);
}

void ui_view_pan_to(UiView *view, double center_x, double center_y)
{
    view->center_x = center_x;
    view->center_y = center_y;
    settle(view);
}

gboolean ui_view_visible_area(const UiView *view, GdkRectangle *area)
{
    const UiBox *const box = &view->box;
    /* 1e-6: a side on a pixel's edge is often computed a little beyond it. */
    const double left = floor((box->left - view->x) / view->scale + 1e-6);
    const double top = floor((box->top - view->y) / view->scale + 1e-6);
    const double right = ceil((box->right - view->x) / view->scale - 1e-6);
    const double bottom = ceil((box->bottom - view->y) / view->scale - 1e-6);

    area->x = (int)CLAMP(left, 0, view->picture_width);
    area->y = (int)CLAMP(top, 0, view->picture_height);
    area->width = (int)CLAMP(right, 0, view->picture_width) - area->x;
    area->height = (int)CLAMP(bottom, 0, view->picture_height) - area->y;
    return area->width > 0 && area->height > 0;
}

void ui_view_limit_area(GdkRectangle *area, int pixels, int side)
{
    const double scale = sqrt(pixels / ((double)area->width * area->height));
    int w = MIN(area->width, side), h = MIN(area->height, side);

    if (scale < 1) {
        w = MIN(w, MAX(1, (int)(area->width * scale)));
        h = MIN(h, MAX(1, (int)(area->height * scale)));
    }
    area->x += (area->width - w) / 2;
    area->y += (area->height - h) / 2;
    area->width = w;
    area->height = h;
}
