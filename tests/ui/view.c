/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Where the picture lies, without a window. After every step of every test the view
 * must be in agreement with itself (settled). */
#include "view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

static const double tiny = 1e-9;

#define assert_near(a, b, by) assert_true(fabs((double)(a) - (double)(b)) <= (by))

/* Centered within a device pixel or without a gap, on device pixels, the box the
 * visible part of it. */
static void check_axis(double at, double length, double pane, double center,
                       const UiView *view, double from, double to)
{
    const double pixel = 1.0 / view->device;

    if (length <= pane) {
        assert_near(at + length / 2, pane / 2, pixel);
    } else {
        assert_true(at <= tiny);
        assert_true(at + length >= pane - pixel / 2 - tiny);
    }
    assert_near(at * view->device, round(at * view->device), tiny);
    assert_near(at + center * view->scale, pane / 2, pixel / 2 + tiny);
    assert_near(from, fmax(at, 0), tiny);
    assert_near(to, fmin(at + length, pane), tiny);
}

static void check(const UiView *view)
{
    assert_near(view->scale * view->device, view->zoom, tiny);
    assert_near(view->width, view->picture_width * view->scale, tiny);
    assert_near(view->height, view->picture_height * view->scale, tiny);
    if (view->fit)
        assert_near(view->zoom, ui_view_fit_zoom(view), tiny);
    check_axis(view->x, view->width, view->pane_width, view->center_x, view,
               view->box.left, view->box.right);
    check_axis(view->y, view->height, view->pane_height, view->center_y, view,
               view->box.top, view->box.bottom);
}

static UiView make(int width, int height, int pane_width, int pane_height, int device)
{
    UiView view;

    ui_view_init(&view, width, height);
    ui_view_set_pane(&view, pane_width, pane_height, device);
    check(&view);
    return view;
}

static void zoom_about(UiView *view, double zoom, double x, double y)
{
    ui_view_zoom_about(view, zoom, x, y);
    check(view);
}

static void pan_to(UiView *view, double x, double y)
{
    ui_view_pan_to(view, x, y);
    check(view);
}

static void test_fit(void **state)
{
    UiView view = make(3000, 2000, 828, 628, 1);

    assert_near(view.zoom, 800 / 3000.0, tiny); /* a margin of 14 */
    assert_near(view.x, 14, tiny);
    assert_near(view.width, 800, tiny);
    assert_false(ui_view_can_pan(&view));
    ui_view_set_pane(&view, 1028, 228, 1); /* now the height */
    check(&view);
    assert_near(view.height, 200, tiny);
    assert_near(view.y, 14, tiny);
    ui_view_set_pane(&view, 1028, 228, 2); /* the same on the screen */
    check(&view);
    assert_near(view.zoom, 0.2, tiny);
    assert_near(view.height, 200, tiny);

    view = make(10, 10, 828, 628, 1); /* at most four times */
    assert_near(view.zoom, 4, tiny);
    assert_near(view.x, 394, tiny);
    view = make(3000, 2000, 20, 10, 1); /* less room than margins */
    assert_near(view.zoom, 8 / 3000.0, tiny);
}

static void test_zoom_about(void **state)
{
    UiView view = make(3000, 2000, 800, 600, 1);

    /* At most half a device pixel from the point, where rounding puts it. */
    for (double zoom = 0.5; zoom <= 8; zoom *= 1.25) {
        const double x = 500, y = 250;
        const double picture_x = (x - view.x) / view.scale;
        const double picture_y = (y - view.y) / view.scale;
        zoom_about(&view, zoom, x, y);
        assert_false(view.fit);
        assert_near(view.zoom, zoom, tiny);
        assert_near(view.x + picture_x * view.scale, x, 0.5 + tiny);
        assert_near(view.y + picture_y * view.scale, y, 0.5 + tiny);
    }
    zoom_about(&view, 100, 400, 300);
    assert_near(view.zoom, 8, tiny);
    zoom_about(&view, 0.01, 400, 300);
    assert_true(view.fit);

    view = make(100, 100, 800, 600, 1); /* Fit is 400 %: out to 100 %, not to Fit */
    zoom_about(&view, 0.1, 400, 300);
    assert_false(view.fit);
    assert_near(view.zoom, 1, tiny);
    view = make(100, 100, 800, 600, 4); /* Fit is more than 800 % */
    zoom_about(&view, 100, 400, 300);
    assert_near(view.zoom, 16, tiny);
}

static void test_fit_after_zooming_out(void **state)
{
    UiView view = make(3000, 2000, 800, 600, 1);
    const double fit = view.zoom;

    zoom_about(&view, 1, 100, 100);
    pan_to(&view, 0, 0);
    zoom_about(&view, fit * 1.01, 100, 100);
    assert_false(view.fit);
    zoom_about(&view, fit, 100, 100);
    assert_true(view.fit);
    assert_near(view.center_x, 1500, tiny);
    assert_near(view.center_y, 1000, tiny);

    zoom_about(&view, 1, 100, 100);
    ui_view_fit(&view);
    check(&view);
    assert_true(view.fit);
    ui_view_set_pane(&view, 400, 300, 1);
    check(&view);
    assert_near(view.zoom, 372.0 / 3000, tiny);
}

static void test_pan(void **state)
{
    UiView view = make(3000, 2000, 800, 600, 1);

    zoom_about(&view, 0.5, 400, 300);
    pan_to(&view, 1500, 1000);
    assert_true(ui_view_can_pan(&view));
    ui_view_pan_by(&view, 10, -20);
    check(&view);
    assert_near(view.center_x, 1520, tiny);
    assert_near(view.center_y, 960, tiny);
    pan_to(&view, -1e6, 1e6); /* no gap at the sides */
    assert_near(view.x, 0, tiny);
    assert_near(view.y, 600 - 1000, tiny);
    assert_near(view.center_x, 800, tiny);
    assert_near(view.center_y, 1400, tiny);
    ui_view_set_pane(&view, 1000, 500, 1); /* nor in a pane that grows */
    check(&view);
    assert_near(view.center_x, 1000, tiny);

    ui_view_set_pane(&view, 1600, 600, 1); /* wide enough: only up and down */
    check(&view);
    assert_near(view.center_x, 1500, tiny);
    assert_true(ui_view_can_pan(&view));
    pan_to(&view, 0, 0);
    assert_near(view.center_x, 1500, tiny);
    assert_near(view.center_y, 600, tiny);
}

static void test_device_pixels(void **state)
{
    UiView view = make(3000, 2000, 801, 601, 2);
    gboolean half = FALSE;

    zoom_about(&view, 1, 400, 300);
    assert_near(view.scale, 0.5, tiny);
    for (double x = 1400; x < 1401; x += 0.1) {
        pan_to(&view, x, 1000); /* check() looks at the corner */
        half = half || fabs(view.x - round(view.x)) > 0.4;
    }
    assert_true(half); /* between two logical pixels, too */
}

static void assert_area(const UiView *view, int x, int y, int width, int height)
{
    GdkRectangle area;

    assert_true(ui_view_visible_area(view, &area));
    assert_int_equal(area.x, x);
    assert_int_equal(area.y, y);
    assert_int_equal(area.width, width);
    assert_int_equal(area.height, height);
}

static void test_visible_area(void **state)
{
    UiView view = make(3000, 2000, 800, 600, 1);

    assert_area(&view, 0, 0, 3000, 2000);
    zoom_about(&view, 1, 400, 300);
    pan_to(&view, 1500, 1000);
    assert_area(&view, 1100, 700, 800, 600);
    pan_to(&view, 0, 0);
    assert_area(&view, 0, 0, 800, 600);
    pan_to(&view, 1e6, 1e6);
    assert_area(&view, 2200, 1400, 800, 600);
    zoom_about(&view, 3, 800, 600); /* pixels that are seen in part count */
    assert_area(&view, 3000 - 267, 1800, 267, 200);
    pan_to(&view, 0, 0);
    assert_area(&view, 0, 0, 267, 200);

    ui_view_set_pane(&view, 800, 600, 2);
    zoom_about(&view, 1, 0, 0);
    assert_area(&view, 0, 0, 1600, 1200);
    view = make(1, 1, 800, 600, 1);
    assert_area(&view, 0, 0, 1, 1);
    zoom_about(&view, 0.5, 0, 0);
    assert_area(&view, 0, 0, 1, 1);
    view = make(20000, 10, 800, 600, 1); /* less than a pixel of the screen high */
    assert_area(&view, 0, 0, 20000, 10);
}

static void assert_limited(GdkRectangle area, int x, int y, int width, int height)
{
    ui_view_limit_area(&area, 1000 * 1000, 4000);
    assert_int_equal(area.x, x);
    assert_int_equal(area.y, y);
    assert_int_equal(area.width, width);
    assert_int_equal(area.height, height);
}

static void test_limit_area(void **state)
{
    assert_limited((GdkRectangle) { 7, 8, 1250, 800 }, 7, 8, 1250, 800);
    assert_limited((GdkRectangle) { 100, 200, 4000, 1000 }, 1100, 450, 2000, 500);
    assert_limited((GdkRectangle) { 0, 50, 9000, 10 }, 2500, 50, 4000, 10);
    assert_limited((GdkRectangle) { 0, 0, 1, 9000 }, 0, 2500, 1, 4000);
    assert_limited((GdkRectangle) { 0, 0, 100000, 10000 }, 48419, 4842, 3162, 316);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fit),
        cmocka_unit_test(test_zoom_about),
        cmocka_unit_test(test_fit_after_zooming_out),
        cmocka_unit_test(test_pan),
        cmocka_unit_test(test_device_pixels),
        cmocka_unit_test(test_visible_area),
        cmocka_unit_test(test_limit_area),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
