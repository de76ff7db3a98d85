/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

#include "canvas-draw.h"

#include "look.h"

#include <math.h>

enum { HANDLE = 14 }; /* radius of the divider's */

void ui_draw_checks(cairo_t *cr, const UiBox *box)
{
    static cairo_pattern_t *checks;

    if (checks == NULL) {
        cairo_surface_t *const tile =
            cairo_image_surface_create(CAIRO_FORMAT_RGB24, 16, 16);
        cairo_t *const tile_cr = cairo_create(tile);
        cairo_set_source_rgb(tile_cr, 0.6, 0.6, 0.6);
        cairo_paint(tile_cr);
        cairo_set_source_rgb(tile_cr, 0.4, 0.4, 0.4);
        cairo_rectangle(tile_cr, 0, 0, 8, 8);
        cairo_rectangle(tile_cr, 8, 8, 8, 8);
        cairo_fill(tile_cr);
        cairo_destroy(tile_cr);
        checks = cairo_pattern_create_for_surface(tile);
        cairo_pattern_set_extend(checks, CAIRO_EXTEND_REPEAT);
        cairo_surface_destroy(tile);
    }
    cairo_set_source(cr, checks);
    cairo_rectangle(cr, box->left, box->top, box->right - box->left,
                    box->bottom - box->top);
    cairo_fill(cr);
}

void ui_draw_word(GtkWidget *widget, cairo_t *cr, const char *word, double x, double y,
                  gboolean right, double room)
{
    PangoLayout *const layout = gtk_widget_create_pango_layout(widget, word);
    PangoAttrList *const attributes = pango_attr_list_new();
    int w, h;

    pango_attr_list_insert(attributes, pango_attr_scale_new(PANGO_SCALE_SMALL));
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
    pango_layout_get_pixel_size(layout, &w, &h);
    if (w + 46 <= room) {
        const double left = right ? x - w - 16 : x + 16;
        ui_round_rectangle(cr, left - 8, y + 8, w + 16, h + 6, (h + 6) / 2.0);
        cairo_set_source_rgba(cr, 0, 0, 0, 0.5);
        cairo_fill(cr);
        cairo_move_to(cr, left, y + 11);
        cairo_set_source_rgba(cr, 1, 1, 1, 0.92);
        pango_cairo_show_layout(cr, layout);
    }
    g_object_unref(layout);
}

void ui_draw_divider(GtkWidget *widget, cairo_t *cr, double x, const UiBox *box)
{
    const double y = round((box->top + box->bottom) / 2);

    cairo_set_source_rgba(cr, 0, 0, 0, 0.35);
    cairo_rectangle(cr, x - 2, box->top, 4, box->bottom - box->top);
    cairo_fill(cr);
    cairo_set_source_rgba(cr, 1, 1, 1, 0.95);
    cairo_rectangle(cr, x - 1, box->top, 2, box->bottom - box->top);
    cairo_fill(cr);

    cairo_new_path(cr);
    cairo_arc(cr, x, y, HANDLE + 1.5, 0, 2 * G_PI);
    cairo_set_source_rgba(cr, 0, 0, 0, 0.35);
    cairo_fill(cr);
    cairo_arc(cr, x, y, HANDLE, 0, 2 * G_PI);
    cairo_set_source_rgba(cr, 1, 1, 1, 0.97);
    cairo_fill(cr);
    if (gtk_widget_has_visible_focus(widget)) {
        GdkRGBA accent;
        if (gtk_style_context_lookup_color(gtk_widget_get_style_context(widget),
                                           "theme_selected_bg_color", &accent)) {
            gdk_cairo_set_source_rgba(cr, &accent);
            cairo_set_line_width(cr, 3);
            cairo_arc(cr, x, y, HANDLE + 1, 0, 2 * G_PI);
            cairo_stroke(cr);
        }
    }
    cairo_set_source_rgb(cr, 0.2, 0.2, 0.2);
    for (int side = -1; side <= 1; side += 2) {
        cairo_move_to(cr, x + side * 3, y - 4.5);
        cairo_line_to(cr, x + side * 8, y);
        cairo_line_to(cr, x + side * 3, y + 4.5);
        cairo_close_path(cr);
        cairo_fill(cr);
    }
}

void ui_draw_veil(cairo_t *cr, int width, int height, const cairo_region_t *painted)
{
    cairo_region_t *const rest =
        cairo_region_create_rectangle(&(GdkRectangle) { 0, 0, width, height });

    cairo_region_subtract(rest, painted);
    gdk_cairo_region(cr, rest);
    cairo_region_destroy(rest);
    cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE);
    cairo_set_source_rgba(cr, 0.13, 0.13, 0.13, 0.55);
    cairo_fill(cr);
}
