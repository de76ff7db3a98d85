/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Each button has the signal of its number. */
#include "i18n.h"
#include "bottom-bar.h"

#include "look.h"
#include "progress-row.h"

enum { HELP, RESET, CANCEL, PAINT, N_BUTTONS };

static const char *const signal_names[N_BUTTONS] = { "help", "reset", "cancel",
                                                     "paint" };
static guint signals[N_BUTTONS];

struct _UiBottomBar {
    GtkBox parent;

    GtkWidget *buttons[N_BUTTONS];
    GtkWidget *progress, *replace; /* replace: NULL where it is not asked */
};

G_DEFINE_TYPE(UiBottomBar, ui_bottom_bar, GTK_TYPE_BOX)

static void clicked(GtkWidget *button, UiBottomBar *bar)
{
    int i = 0;

    while (bar->buttons[i] != button)
        i++;
    g_signal_emit(bar, signals[i], 0);
}

static GtkWidget *make_button(UiBottomBar *bar, int i, const char *label,
                              const char *tip)
{
    GtkWidget *const button = gtk_button_new_with_mnemonic(label);

    bar->buttons[i] = button;
    gtk_widget_set_tooltip_text(button, tip);
    g_signal_connect(button, "clicked", G_CALLBACK(clicked), bar);
    return button;
}

static void ui_bottom_bar_class_init(UiBottomBarClass *class)
{
    for (int i = 0; i < N_BUTTONS; i++)
        signals[i] =
            g_signal_new(signal_names[i], UI_TYPE_BOTTOM_BAR, G_SIGNAL_RUN_LAST, 0,
                         NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void ui_bottom_bar_init(UiBottomBar *bar)
{
    GtkBox *const box = GTK_BOX(bar);
    GtkWidget *const help = make_button(bar, HELP, _("_Help"), NULL);
    GtkWidget *const reset =
        make_button(bar, RESET, _("R_eset"),
                    _("Everything but the style back to its default"));
    GtkWidget *const cancel = make_button(bar, CANCEL, _("_Cancel"), NULL);
    GtkWidget *const paint =
        make_button(bar, PAINT, _("_Paint"), _("Paint the picture at its full size"));

    ui_add_class(paint, "suggested-action");
    gtk_widget_set_can_default(paint, TRUE);
    bar->progress = ui_progress_row_new();
    gtk_box_set_spacing(box, 8);
    ui_add_class(GTK_WIDGET(bar), "impasto-bottom");
    gtk_box_pack_start(box, help, FALSE, FALSE, 0);
    gtk_box_pack_start(box, reset, FALSE, FALSE, 0);
    gtk_box_pack_start(box, bar->progress, TRUE, TRUE, 12);
    gtk_box_pack_end(box, paint, FALSE, FALSE, 0);
    gtk_box_pack_end(box, cancel, FALSE, FALSE, 0);
}

GtkWidget *ui_bottom_bar_new(gboolean can_replace)
{
    UiBottomBar *const bar = g_object_new(UI_TYPE_BOTTOM_BAR, NULL);

    if (can_replace) {
        bar->replace = gtk_check_button_new_with_mnemonic(_("_Replace the layer"));
        gtk_widget_set_tooltip_text(
            bar->replace, _("Otherwise the painting becomes a new layer above it"));
        gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(bar->replace), TRUE);
        gtk_box_pack_end(GTK_BOX(bar), bar->replace, FALSE, FALSE, 4);
    }
    return GTK_WIDGET(bar);
}

gboolean ui_bottom_bar_get_replace(UiBottomBar *bar)
{
    return bar->replace != NULL &&
           gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(bar->replace));
}

void ui_bottom_bar_set_painting(UiBottomBar *bar, gboolean painting)
{
    gtk_widget_set_sensitive(bar->buttons[RESET], !painting);
    gtk_widget_set_sensitive(bar->buttons[PAINT], !painting);
    if (bar->replace != NULL)
        gtk_widget_set_sensitive(bar->replace, !painting);
    gtk_widget_set_visible(bar->progress, painting);
    if (painting)
        gtk_widget_grab_focus(bar->buttons[CANCEL]);
}

void ui_bottom_bar_set_progress(UiBottomBar *bar, double fraction, double seconds_left)
{
    ui_progress_row_set(UI_PROGRESS_ROW(bar->progress), fraction, seconds_left);
}

void ui_bottom_bar_set_stopping(UiBottomBar *bar)
{
    ui_progress_row_stopping(UI_PROGRESS_ROW(bar->progress));
}

GtkWidget *ui_bottom_bar_get_paint(UiBottomBar *bar)
{
    return bar->buttons[PAINT];
}
