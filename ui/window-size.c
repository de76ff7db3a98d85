/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The host keeps it as "WIDTHxHEIGHT", in logical pixels. */
#include "config.h"

#include "window-size.h"

#include <stdio.h>

enum { MIN_WIDTH = 940, MIN_HEIGHT = 560, LIKED_WIDTH = 1360, LIKED_HEIGHT = 860 };

void ui_window_size_restore(GtkWindow *window, const UiHost *host)
{
    GdkDisplay *const display = gtk_widget_get_display(GTK_WIDGET(window));
    GdkMonitor *monitor = gdk_display_get_primary_monitor(display);
    GdkRectangle room = { 0, 0, 1280, 720 };
    char *const size = host->get_state(host->self, "size");
    int w = 0, h = 0;

    if (monitor == NULL)
        monitor = gdk_display_get_monitor(display, 0);
    if (monitor != NULL)
        gdk_monitor_get_workarea(monitor, &room);
    if (size == NULL || sscanf(size, "%dx%d", &w, &h) != 2) {
        w = MIN(LIKED_WIDTH, room.width * 9 / 10);
        h = MIN(LIKED_HEIGHT, room.height * 9 / 10);
    }
    gtk_window_set_default_size(window, MIN(MAX(w, MIN_WIDTH), room.width),
                                MIN(MAX(h, MIN_HEIGHT), room.height));
    g_free(size);
}

void ui_window_size_keep(GtkWindow *window, const UiHost *host)
{
    char text[32];
    int w, h;

    gtk_window_get_size(window, &w, &h);
    g_snprintf(text, sizeof text, "%dx%d", w, h);
    host->set_state(host->self, "size", text);
}
