/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* What the host is asked to do may destroy the tiles ("styles changed"), and the
 * popovers with them, so whoever asks holds what it needs afterwards. The menu itself
 * is attached to the flow box and stays: see ui_destroy_soon. */
#include "i18n.h"
#include "style-menu.h"

#include "look.h"

enum { PICTURE_SIZE = 360 };

typedef struct Menu {
    grefcount refs; /* one an item, one a question */
    const UiHost *host;
    UiTile *tile; /* weak */
    char *id;     /* of the style */
    void (*failed)(GObject *owner, const char *sentence);
    GObject *owner;
} Menu;

static Menu *menu_ref(Menu *menu)
{
    g_ref_count_inc(&menu->refs);
    return menu;
}

static void menu_unref(gpointer data)
{
    Menu *const menu = data;

    if (!g_ref_count_dec(&menu->refs))
        return;
    g_clear_weak_pointer(&menu->tile);
    g_object_unref(menu->owner);
    g_free(menu->id);
    g_free(menu);
}

static void unref_closure(gpointer menu, GClosure *closure)
{
    menu_unref(menu);
}

/* NULL: it has gone since the menu opened, or its tile has. */
static const UiStyle *style_of(const Menu *menu)
{
    return menu->tile == NULL ? NULL : ui_host_find_style(menu->host, menu->id);
}

static void report(const Menu *menu, GError *error)
{
    if (error == NULL)
        return;
    menu->failed(menu->owner, error->message);
    g_error_free(error);
}

/* A popover at the tile with `child` in it, destroyed as it closes. */
static GtkWidget *popover_at(UiTile *tile, GtkWidget *child, const char *name)
{
    GtkWidget *const popover = gtk_popover_new(GTK_WIDGET(tile));

    gtk_popover_set_position(GTK_POPOVER(popover), GTK_POS_LEFT);
    g_object_set(child, "margin", 12, NULL);
    gtk_container_add(GTK_CONTAINER(popover), child);
    ui_set_name(popover, name);
    g_signal_connect(popover, "closed", G_CALLBACK(ui_destroy_soon), NULL);
    gtk_widget_show_all(child);
    gtk_popover_popup(GTK_POPOVER(popover));
    return popover;
}

/* The popover that holds the widget. */
static void close_popover(GtkWidget *widget)
{
    gtk_popover_popdown(GTK_POPOVER(gtk_widget_get_ancestor(widget, GTK_TYPE_POPOVER)));
}

/* --- title ------------------------------------------------------------------------ */

static void rename_now(GtkEntry *entry, Menu *menu)
{
    char *const title = g_strstrip(g_strdup(gtk_entry_get_text(entry)));
    GError *error = NULL;

    menu_ref(menu);
    close_popover(GTK_WIDGET(entry));
    if (title[0] != '\0')
        menu->host->rename_style(menu->host->self, menu->id, title, &error);
    report(menu, error);
    menu_unref(menu);
    g_free(title);
}

static void rename_clicked(Menu *menu)
{
    const UiStyle *const style = style_of(menu);

    if (style == NULL)
        return;
    GtkWidget *const box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    GtkWidget *const entry = gtk_entry_new();
    GtkWidget *const button = gtk_button_new_with_mnemonic(_("_Rename"));

    gtk_entry_set_text(GTK_ENTRY(entry), style->title);
    ui_set_name(entry, _("New title"));
    ui_add_class(button, "suggested-action");
    gtk_container_add(GTK_CONTAINER(box), entry);
    gtk_container_add(GTK_CONTAINER(box), button);
    g_signal_connect_data(entry, "activate", G_CALLBACK(rename_now), menu_ref(menu),
                          unref_closure, 0);
    g_signal_connect_swapped(button, "clicked", G_CALLBACK(gtk_widget_activate), entry);
    popover_at(menu->tile, box, _("Rename style"));
    gtk_widget_grab_focus(entry);
}

/* --- delete ----------------------------------------------------------------------- */

static void delete_now(GtkWidget *button, Menu *menu)
{
    GError *error = NULL;

    menu_ref(menu);
    close_popover(button);
    menu->host->delete_style(menu->host->self, menu->id, &error);
    report(menu, error);
    menu_unref(menu);
}

static void delete_clicked(Menu *menu)
{
    const UiStyle *const style = style_of(menu);

    if (style == NULL)
        return;
    char *const text = g_strdup_printf(_("Delete “%s” for good?"), style->title);
    GtkWidget *const box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
    GtkWidget *const button = gtk_button_new_with_mnemonic(_("_Delete"));

    ui_add_class(button, "destructive-action");
    gtk_container_add(GTK_CONTAINER(box), gtk_label_new(text));
    gtk_container_add(GTK_CONTAINER(box), button);
    g_signal_connect_data(button, "clicked", G_CALLBACK(delete_now), menu_ref(menu),
                          unref_closure, 0);
    popover_at(menu->tile, box, _("Delete style"));
    g_free(text);
}

/* --- picture ---------------------------------------------------------------------- */

/* Title in bold, then what is known of the work. Transfer full. */
static char *about(const UiStyle *style)
{
    char *const credit = ui_style_credit(style);
    char *const title = g_markup_printf_escaped("<b>%s</b>", style->title);
    GString *const text = g_string_new(title);
    const char *const lines[] = { credit, style->source, style->license };

    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
        if (lines[i] != NULL && lines[i][0] != '\0') {
            char *const line = g_markup_escape_text(lines[i], -1);
            g_string_append_printf(text, i == 0 ? "\n%s" : "\n<small>%s</small>", line);
            g_free(line);
        }
    g_free(title);
    g_free(credit);
    return g_string_free(text, FALSE);
}

/* The picture the style was read from, else its thumbnail. */
static void picture_clicked(Menu *menu)
{
    const UiStyle *const style = style_of(menu);

    if (style == NULL)
        return;
    const int scale = gtk_widget_get_scale_factor(GTK_WIDGET(menu->tile));
    GdkPixbuf *picture = NULL;

    if (style->picture_path != NULL)
        picture =
            gdk_pixbuf_new_from_file_at_scale(style->picture_path, PICTURE_SIZE * scale,
                                              PICTURE_SIZE * scale, TRUE, NULL);
    if (picture == NULL)
        picture = g_object_ref(style->thumbnail);
    cairo_surface_t *const surface =
        gdk_cairo_surface_create_from_pixbuf(picture, scale, NULL);
    GtkWidget *const box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
    GtkWidget *const image = gtk_image_new_from_surface(surface);
    GtkWidget *const label = gtk_label_new(NULL);
    char *const text = about(style);

    gtk_label_set_markup(GTK_LABEL(label), text);
    gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_max_width_chars(GTK_LABEL(label), 44);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    ui_set_name(image, style->title);
    gtk_container_add(GTK_CONTAINER(box), image);
    gtk_container_add(GTK_CONTAINER(box), label);
    popover_at(menu->tile, box, _("Picture of the style"));
    g_free(text);
    cairo_surface_destroy(surface);
    g_object_unref(picture);
}

/* --- the menu --------------------------------------------------------------------- */

static void favorite_clicked(Menu *menu)
{
    const UiStyle *const style = style_of(menu);

    if (style != NULL)
        menu->host->set_favorite(menu->host->self, menu->id, !style->is_favorite);
}

static void add_item(GtkWidget *widget, Menu *menu, const char *label,
                     void (*clicked)(Menu *), gboolean sensitive)
{
    GtkWidget *const item = gtk_menu_item_new_with_mnemonic(label);

    gtk_widget_set_sensitive(item, sensitive);
    g_signal_connect_data(item, "activate", G_CALLBACK(clicked), menu_ref(menu),
                          unref_closure, G_CONNECT_SWAPPED);
    gtk_menu_shell_append(GTK_MENU_SHELL(widget), item);
}

void ui_style_menu_popup(const UiHost *host, UiTile *tile, const GdkEvent *event,
                         void (*failed)(GObject *owner, const char *sentence),
                         GObject *owner)
{
    const UiStyle *const style = ui_host_find_style(host, ui_tile_get_id(tile));

    if (style == NULL)
        return;
    GtkWidget *const widget = gtk_menu_new();
    Menu *const menu = g_new(Menu, 1);

    *menu = (Menu) { .host = host,
                     .id = g_strdup(style->id),
                     .failed = failed,
                     .owner = g_object_ref(owner) };
    g_set_weak_pointer(&menu->tile, tile);
    g_ref_count_init(&menu->refs);
    add_item(widget, menu,
             style->is_favorite ? _("Remove from _Favorites") : _("Add to _Favorites"),
             favorite_clicked, TRUE);
    add_item(widget, menu, _("Show the _Picture"), picture_clicked, TRUE);
    gtk_menu_shell_append(GTK_MENU_SHELL(widget), gtk_separator_menu_item_new());
    add_item(widget, menu, _("_Rename…"), rename_clicked, style->is_users);
    add_item(widget, menu, _("_Delete…"), delete_clicked, style->is_users);
    menu_unref(menu); /* the items hold it */
    gtk_widget_show_all(widget);
    gtk_menu_attach_to_widget(GTK_MENU(widget), gtk_widget_get_parent(GTK_WIDGET(tile)),
                              NULL);
    g_signal_connect(widget, "selection-done", G_CALLBACK(ui_destroy_soon), NULL);
    if (event != NULL)
        gtk_menu_popup_at_pointer(GTK_MENU(widget), event);
    else
        gtk_menu_popup_at_widget(GTK_MENU(widget), GTK_WIDGET(tile), GDK_GRAVITY_CENTER,
                                 GDK_GRAVITY_NORTH_WEST, NULL);
}
