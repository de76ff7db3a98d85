/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

#include "i18n.h"
#include "progress-row.h"

#include "look.h"

#include <math.h>

struct _UiProgressRow {
    GtkBox parent;

    GtkWidget *bar, *remaining;
};

G_DEFINE_TYPE(UiProgressRow, ui_progress_row, GTK_TYPE_BOX)

static char *remaining_text(double seconds)
{
    const int s = (int)ceil(seconds), minutes = (s + 30) / 60;

    if (seconds < 0)
        return g_strdup(_("Painting…"));
    if (s < 100)
        return g_strdup_printf(ngettext("%d s left", "%d s left", (gulong)s), s);
    return g_strdup_printf(ngettext("%d min left", "%d min left", (gulong)minutes),
                           minutes);
}

void ui_progress_row_set(UiProgressRow *row, double fraction, double seconds_left)
{
    char *const text = remaining_text(seconds_left);

    gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(row->bar), CLAMP(fraction, 0, 1));
    gtk_label_set_text(GTK_LABEL(row->remaining), text);
    g_free(text);
}

void ui_progress_row_stopping(UiProgressRow *row)
{
    gtk_label_set_text(GTK_LABEL(row->remaining), _("Stopping…"));
}

static void ui_progress_row_class_init(UiProgressRowClass *class) {}

static void ui_progress_row_init(UiProgressRow *row)
{
    row->bar = gtk_progress_bar_new();
    row->remaining = gtk_label_new(NULL);
    gtk_widget_set_valign(row->bar, GTK_ALIGN_CENTER);
    ui_add_class(row->bar, "impasto-progress");
    ui_set_name(row->bar, _("Progress"));
    gtk_label_set_width_chars(GTK_LABEL(row->remaining), 12);
    gtk_label_set_xalign(GTK_LABEL(row->remaining), 0);
    gtk_box_pack_start(GTK_BOX(row), row->bar, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(row), row->remaining, FALSE, FALSE, 0);
    gtk_widget_show_all(GTK_WIDGET(row));
    gtk_widget_set_no_show_all(GTK_WIDGET(row), TRUE);
    gtk_widget_hide(GTK_WIDGET(row));
}

GtkWidget *ui_progress_row_new(void)
{
    return g_object_new(UI_TYPE_PROGRESS_ROW, "spacing", 12, NULL);
}
