/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The style sheet, names for accessibility, and round corners. */
#include "config.h"
#include "look.h"

#include "impasto-ui-resources.h"

void ui_look_install(void)
{
    static gboolean installed;

    if (installed)
        return;
    installed = TRUE;
    g_resources_register(impasto_ui_get_resource());
    GtkCssProvider *const provider = gtk_css_provider_new();
    gtk_css_provider_load_from_resource(provider, "/org/impasto/ui/look.css");
    gtk_style_context_add_provider_for_screen(gdk_screen_get_default(),
                                              GTK_STYLE_PROVIDER(provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    g_object_unref(provider);
}

void ui_add_class(GtkWidget *widget, const char *css_class)
{
    gtk_style_context_add_class(gtk_widget_get_style_context(widget), css_class);
}

void ui_set_class(GtkWidget *widget, const char *css_class, gboolean on)
{
    GtkStyleContext *const style = gtk_widget_get_style_context(widget);

    if (on)
        gtk_style_context_add_class(style, css_class);
    else
        gtk_style_context_remove_class(style, css_class);
}

void ui_set_name(GtkWidget *widget, const char *name)
{
    atk_object_set_name(gtk_widget_get_accessible(widget), name);
}

void ui_set_description(GtkWidget *widget, const char *description)
{
    atk_object_set_description(gtk_widget_get_accessible(widget), description);
}

static gboolean destroy_cb(gpointer widget)
{
    gtk_widget_destroy(widget);
    return G_SOURCE_REMOVE;
}

void ui_destroy_soon(GtkWidget *widget)
{
    g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, destroy_cb, g_object_ref(widget),
                    g_object_unref);
}

void ui_round_rectangle(cairo_t *cr, double x, double y, double width, double height,
                        double radius)
{
    const double r = MIN(radius, MIN(width, height) / 2);

    cairo_new_sub_path(cr);
    cairo_arc(cr, x + width - r, y + r, r, -G_PI / 2, 0);
    cairo_arc(cr, x + width - r, y + height - r, r, 0, G_PI / 2);
    cairo_arc(cr, x + r, y + height - r, r, G_PI / 2, G_PI);
    cairo_arc(cr, x + r, y + r, r, G_PI, 1.5 * G_PI);
    cairo_close_path(cr);
}

cairo_surface_t *ui_square_surface(const GdkPixbuf *picture, int size, double radius,
                                   int scale)
{
    const int w = gdk_pixbuf_get_width(picture), h = gdk_pixbuf_get_height(picture);
    const int pixels = size * scale;
    const double zoom = (double)pixels / MIN(w, h);
    cairo_surface_t *const surface =
        cairo_image_surface_create(CAIRO_FORMAT_ARGB32, pixels, pixels);
    cairo_t *const cr = cairo_create(surface);
    /* gdk-pixbuf averages when it makes a picture smaller; cairo's quick filters do
     * not. */
    GdkPixbuf *const scaled =
        gdk_pixbuf_scale_simple(picture, MAX(pixels, (int)(w * zoom + 0.5)),
                                MAX(pixels, (int)(h * zoom + 0.5)),
                                GDK_INTERP_BILINEAR);

    if (scaled != NULL) {
        ui_round_rectangle(cr, 0, 0, pixels, pixels, radius * scale);
        cairo_clip(cr);
        gdk_cairo_set_source_pixbuf(cr, scaled,
                                    (pixels - gdk_pixbuf_get_width(scaled)) / 2,
                                    (pixels - gdk_pixbuf_get_height(scaled)) / 2);
        cairo_paint(cr);
        g_object_unref(scaled);
    }
    cairo_destroy(cr);
    cairo_surface_set_device_scale(surface, scale, scale);
    return surface;
}
