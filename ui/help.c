/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A grid of two columns: what it is about, and what to do. */
#include "i18n.h"
#include "help.h"

#include "look.h"

enum { TEXT_CHARS = 52 };

static void add_line(GtkGrid *grid, int *y, const char *about, const char *text)
{
    GtkWidget *const left = gtk_label_new(about), *const right = gtk_label_new(text);
    GtkWidget *const labels[] = { left, right };

    for (int i = 0; i < 2; i++) {
        gtk_label_set_xalign(GTK_LABEL(labels[i]), 0);
        gtk_label_set_yalign(GTK_LABEL(labels[i]), 0);
        gtk_grid_attach(grid, labels[i], i, *y, 1, 1);
    }
    gtk_label_set_line_wrap(GTK_LABEL(right), TRUE);
    gtk_label_set_width_chars(GTK_LABEL(right), TEXT_CHARS);
    gtk_label_set_max_width_chars(GTK_LABEL(right), TEXT_CHARS);
    gtk_label_set_selectable(GTK_LABEL(right), TRUE);
    gtk_widget_set_can_focus(right, FALSE); /* it would open with all of it selected */
    ui_add_class(left, "impasto-heading");
    (*y)++;
}

static GtkWidget *make_page(const UiHost *host)
{
    GtkGrid *const grid = GTK_GRID(gtk_grid_new());
    int y = 0;

    gtk_grid_set_column_spacing(grid, 24);
    gtk_grid_set_row_spacing(grid, 12);
    g_object_set(grid, "margin", 20, NULL);
    add_line(
        grid, &y, _("Styles"),
        _("Click a style, or walk through them with the arrow keys: the picture is "
          "painted as you go. The last tile adds a style of your own, from any picture "
          "or layer; a right click on such a style lets you rename or delete it."));
    add_line(
        grid, &y, _("Preview"),
        _("Drag the line in the picture to compare, or hold Compare (or \\). The wheel "
          "zooms, a double click goes to full size and back, dragging moves the "
          "picture."));
    add_line(
        grid, &y, _("Sliders"),
        _("Strength goes from the photo to the painting. Brush size sets how large the "
          "strokes are on the page. Keep colors brings the photo's colors back. A double "
          "click on a slider's name brings its default back."));
    if (host->paint_help != NULL)
        add_line(grid, &y, _("Paint"), host->paint_help);
    add_line(
        grid, &y, _("Keys"),
        _("Ctrl+F searches the styles, the menu key opens a style's menu. In the "
          "picture, + and − zoom, 1 is full size, 0 fits it in, arrows move it, and "
          "Ctrl with left and right moves the line."));
    return GTK_WIDGET(grid);
}

static void forget(GtkWindow *parent)
{
    g_object_set_data(G_OBJECT(parent), "impasto-help", NULL);
}

void ui_help_show(GtkWindow *parent, const UiHost *host)
{
    GtkWidget *help = g_object_get_data(G_OBJECT(parent), "impasto-help");

    if (help == NULL) {
        help = gtk_dialog_new_with_buttons(_("Impasto Help"), parent,
                                           GTK_DIALOG_DESTROY_WITH_PARENT, _("_Close"),
                                           GTK_RESPONSE_CLOSE, NULL);
        gtk_container_add(GTK_CONTAINER(gtk_dialog_get_content_area(GTK_DIALOG(help))),
                          make_page(host));
        gtk_window_set_resizable(GTK_WINDOW(help), FALSE);
        gtk_dialog_set_default_response(GTK_DIALOG(help), GTK_RESPONSE_CLOSE);
        /* Where gtk_dialog_run keeps the events of its own group for the parent. */
        GtkWindowGroup *const group = gtk_window_group_new();
        gtk_window_group_add_window(group, GTK_WINDOW(help));
        g_object_unref(group);
        ui_add_class(help, "impasto-help");
        g_signal_connect(help, "response", G_CALLBACK(gtk_widget_destroy), NULL);
        g_object_set_data(G_OBJECT(parent), "impasto-help", help);
        g_signal_connect_swapped(help, "destroy", G_CALLBACK(forget), parent);
        gtk_widget_show_all(help);
    }
    gtk_window_present(GTK_WINDOW(help));
}
