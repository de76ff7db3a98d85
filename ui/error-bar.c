/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

#include "i18n.h"
#include "error-bar.h"

#include "look.h"

struct _UiErrorBar {
    GtkInfoBar parent;

    GtkWidget *text;
};

G_DEFINE_TYPE(UiErrorBar, ui_error_bar, GTK_TYPE_INFO_BAR)

/* A screen reader tells of a bar when it comes in sight, with the text that is in sight
 * then: so each sentence shows the bar anew, and nothing slides in. */
void ui_error_bar_hide(UiErrorBar *bar)
{
    gtk_widget_hide(GTK_WIDGET(bar));
}

void ui_error_bar_show(UiErrorBar *bar, const char *sentence)
{
    ui_error_bar_hide(bar);
    gtk_label_set_text(GTK_LABEL(bar->text), sentence);
    gtk_widget_show(GTK_WIDGET(bar));
}

static void ui_error_bar_class_init(UiErrorBarClass *class) {}

static void ui_error_bar_init(UiErrorBar *bar)
{
    GtkBox *const content = GTK_BOX(gtk_info_bar_get_content_area(GTK_INFO_BAR(bar)));
    GtkWidget *const close =
        gtk_button_new_from_icon_name("window-close-symbolic", GTK_ICON_SIZE_MENU);

    bar->text = gtk_label_new(NULL);
    gtk_label_set_line_wrap(GTK_LABEL(bar->text), TRUE);
    gtk_label_set_selectable(GTK_LABEL(bar->text), TRUE);
    gtk_widget_set_can_focus(bar->text, FALSE);
    gtk_label_set_xalign(GTK_LABEL(bar->text), 0);
    ui_add_class(GTK_WIDGET(bar), "impasto-error");
    ui_set_name(close, _("Dismiss")); /* GtkInfoBar's own button has no name */
    gtk_container_add(GTK_CONTAINER(content),
                      gtk_image_new_from_icon_name("dialog-error-symbolic",
                                                   GTK_ICON_SIZE_MENU));
    gtk_container_add(GTK_CONTAINER(content), bar->text);
    gtk_box_pack_end(content, close, FALSE, FALSE, 0);
    g_signal_connect_swapped(close, "clicked", G_CALLBACK(ui_error_bar_hide), bar);
    gtk_widget_show_all(GTK_WIDGET(content));
    gtk_widget_set_no_show_all(GTK_WIDGET(bar), TRUE);
}

GtkWidget *ui_error_bar_new(void)
{
    /* The type, by which GTK also names the bar, is a construct property: it would
     * overwrite what init sets. */
    return g_object_new(UI_TYPE_ERROR_BAR, "message-type", GTK_MESSAGE_ERROR, "valign",
                        GTK_ALIGN_START, NULL);
}
