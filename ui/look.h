/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Small things that all widgets of the dialog share. Main thread. */
#ifndef IMPASTO_UI_LOOK_H
#define IMPASTO_UI_LOOK_H

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Install the style sheet on the default screen; more than once is fine. */
void ui_look_install(void);

void ui_add_class(GtkWidget *widget, const char *css_class);
void ui_set_class(GtkWidget *widget, const char *css_class, gboolean on);

/* What a screen reader, and a test, calls the widget. */
void ui_set_name(GtkWidget *widget, const char *name);
void ui_set_description(GtkWidget *widget, const char *description);

/* Destroy a pop-up when the main loop is idle: what to connect to a menu's
 * "selection-done" and a popover's "closed". At once would be too soon. GTK still looks
 * at a popover after "closed"; and an assistive tool may choose in a menu while GTK
 * asks it about a key event (at-spi answers calls while it waits), which GTK then
 * delivers to the menu without having held a reference to it. */
void ui_destroy_soon(GtkWidget *widget);

/* The path of a rectangle with round corners. */
void ui_round_rectangle(cairo_t *cr, double x, double y, double width, double height,
                        double radius);

/* `picture` filling a square of `size` logical pixels, cropped at its middle, with
 * round corners, sharp at `scale` device pixels a logical one. Transfer full. */
cairo_surface_t *ui_square_surface(const GdkPixbuf *picture, int size, double radius,
                                   int scale);

G_END_DECLS
#endif
