/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Buttons that call the canvas, and show what its view has become. */
#include "i18n.h"
#include "canvas-bar.h"

#include "look.h"

#include <math.h>

enum { PATIENCE_MS = 300 }; /* a preview that takes longer says so */

struct _UiCanvasBar {
    GtkBox parent;

    UiCanvas *canvas;
    guint patience_source;
    guint16 held_key; /* hardware code of the key that holds Compare; 0: none */
    GtkWidget *fit, *half, *full, *zoom, *busy, *compare;
};

G_DEFINE_TYPE(UiCanvasBar, ui_canvas_bar, GTK_TYPE_BOX)

static void show_busy(UiCanvasBar *bar, gboolean busy)
{
    g_clear_handle_id(&bar->patience_source, g_source_remove);
    gtk_widget_set_opacity(bar->busy, busy ? 1 : 0);
    g_object_set(bar->busy, "active", busy, NULL);
}

static gboolean patience_cb(gpointer data)
{
    UiCanvasBar *const bar = data;

    bar->patience_source = 0;
    show_busy(bar, TRUE);
    return G_SOURCE_REMOVE;
}

void ui_canvas_bar_set_busy(UiCanvasBar *bar, gboolean busy)
{
    if (!busy)
        show_busy(bar, FALSE);
    else if (bar->patience_source == 0 && gtk_widget_get_opacity(bar->busy) < 1)
        bar->patience_source = g_timeout_add(PATIENCE_MS, patience_cb, bar);
}

static gboolean compare_pressed(GtkWidget *widget, GdkEventButton *event, gpointer data)
{
    if (event->button != GDK_BUTTON_PRIMARY)
        return GDK_EVENT_PROPAGATE;
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(widget),
                                 event->type != GDK_BUTTON_RELEASE);
    return GDK_EVENT_STOP;
}

static gboolean compare_key(GtkWidget *widget, GdkEventKey *event, gpointer data)
{
    if (event->keyval != GDK_KEY_space && event->keyval != GDK_KEY_Return)
        return GDK_EVENT_PROPAGATE;
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(widget),
                                 event->type == GDK_KEY_PRESS);
    return GDK_EVENT_STOP;
}

static void compare_toggled(UiCanvasBar *bar)
{
    ui_canvas_set_compare(bar->canvas, gtk_toggle_button_get_active(
                                           GTK_TOGGLE_BUTTON(bar->compare)));
}

static void hold_compare(UiCanvasBar *bar, guint16 key)
{
    bar->held_key = key;
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(bar->compare), key != 0);
}

/* The key is known again by its place: where a backslash needs AltGr, that may be let go
 * first, and then the same key is another character. */
gboolean ui_canvas_bar_key(UiCanvasBar *bar, const GdkEventKey *event, gboolean typing)
{
    const gboolean pressed = event->type == GDK_KEY_PRESS;

    if (bar->held_key != 0 && event->hardware_keycode == bar->held_key) {
        if (!pressed)
            hold_compare(bar, 0);
        return TRUE;
    }
    if (!pressed || event->keyval != GDK_KEY_backslash || typing)
        return FALSE;
    hold_compare(bar, event->hardware_keycode);
    return TRUE;
}

void ui_canvas_bar_drop_key(UiCanvasBar *bar)
{
    if (bar->held_key != 0)
        hold_compare(bar, 0);
}

static void zoom_clicked(GtkWidget *button, UiCanvasBar *bar)
{
    if (button == bar->fit)
        ui_canvas_fit(bar->canvas);
    else
        ui_canvas_set_zoom(bar->canvas, button == bar->half ? 0.5 : 1);
}

static void mark(GtkWidget *button, gboolean on)
{
    if (on)
        gtk_widget_set_state_flags(button, GTK_STATE_FLAG_CHECKED, FALSE);
    else
        gtk_widget_unset_state_flags(button, GTK_STATE_FLAG_CHECKED);
}

static void view_changed(UiCanvasBar *bar)
{
    const double zoom = ui_canvas_get_zoom(bar->canvas);
    const gboolean fit = ui_canvas_is_fit(bar->canvas);
    char *const text = g_strdup_printf(_("%.0f%%"), zoom * 100);

    gtk_label_set_text(GTK_LABEL(bar->zoom), text);
    mark(bar->fit, fit);
    mark(bar->half, !fit && fabs(zoom - 0.5) < 1e-6);
    mark(bar->full, !fit && fabs(zoom - 1) < 1e-6);
    g_free(text);
}

static GtkWidget *zoom_button(UiCanvasBar *bar, GtkWidget *box, const char *label,
                              const char *name, const char *tip)
{
    GtkWidget *const button = gtk_button_new_with_mnemonic(label);

    ui_set_name(button, name);
    gtk_widget_set_tooltip_text(button, tip);
    gtk_container_add(GTK_CONTAINER(box), button);
    g_signal_connect(button, "clicked", G_CALLBACK(zoom_clicked), bar);
    return button;
}

static void canvas_bar_dispose(GObject *object)
{
    UiCanvasBar *const bar = UI_CANVAS_BAR(object);

    g_clear_handle_id(&bar->patience_source, g_source_remove);
    G_OBJECT_CLASS(ui_canvas_bar_parent_class)->dispose(object);
}

static void ui_canvas_bar_class_init(UiCanvasBarClass *class)
{
    G_OBJECT_CLASS(class)->dispose = canvas_bar_dispose;
}

static void ui_canvas_bar_init(UiCanvasBar *bar)
{
    GtkWidget *const zooms = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);

    ui_add_class(zooms, "linked");
    bar->fit = zoom_button(bar, zooms, _("_Fit"), _("Zoom to fit"),
                           _("The whole picture (0)"));
    bar->half = zoom_button(bar, zooms, _("_50%"), _("Zoom to 50%"),
                            _("Half the picture's own size"));
    bar->full = zoom_button(bar, zooms, _("_100%"), _("Zoom to 100%"),
                            _("The picture's own pixels (1)"));
    bar->zoom = gtk_label_new(NULL);
    gtk_label_set_width_chars(GTK_LABEL(bar->zoom), 6);
    gtk_label_set_xalign(GTK_LABEL(bar->zoom), 0);
    ui_add_class(bar->zoom, "dim-label");
    ui_set_name(bar->zoom, _("Zoom"));

    bar->compare = gtk_toggle_button_new_with_mnemonic(_("C_ompare"));
    gtk_widget_set_tooltip_text(bar->compare, _("Hold to see the photo (\\)"));
    ui_set_name(bar->compare, _("Compare with the photo"));
    g_signal_connect(bar->compare, "button-press-event", G_CALLBACK(compare_pressed),
                     NULL);
    g_signal_connect(bar->compare, "button-release-event", G_CALLBACK(compare_pressed),
                     NULL);
    g_signal_connect(bar->compare, "key-press-event", G_CALLBACK(compare_key), NULL);
    g_signal_connect(bar->compare, "key-release-event", G_CALLBACK(compare_key), NULL);
    g_signal_connect_swapped(bar->compare, "toggled", G_CALLBACK(compare_toggled), bar);

    bar->busy = gtk_spinner_new();
    gtk_widget_set_opacity(bar->busy, 0);
    ui_set_name(bar->busy, _("Painting the preview"));

    gtk_box_set_spacing(GTK_BOX(bar), 12);
    ui_add_class(GTK_WIDGET(bar), "impasto-canvas-bar");
    gtk_box_pack_start(GTK_BOX(bar), zooms, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(bar), bar->zoom, FALSE, FALSE, 0);
    gtk_box_pack_end(GTK_BOX(bar), bar->compare, FALSE, FALSE, 0);
    gtk_box_pack_end(GTK_BOX(bar), bar->busy, FALSE, FALSE, 0);
}

GtkWidget *ui_canvas_bar_new(UiCanvas *canvas)
{
    UiCanvasBar *const bar = g_object_new(UI_TYPE_CANVAS_BAR, NULL);

    bar->canvas = canvas;
    g_signal_connect_object(canvas, "view-changed", G_CALLBACK(view_changed), bar,
                            G_CONNECT_SWAPPED);
    view_changed(bar);
    return GTK_WIDGET(bar);
}
