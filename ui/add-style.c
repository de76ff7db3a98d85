/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The file chooser shows the picture, read in the background, and asks for a title. */
#include "i18n.h"
#include "add-style.h"

#include "look.h"

enum { PREVIEW_SIZE = 220, LAYER_SIZE = 32 };

typedef struct Chooser {
    const UiHost *host;
    GtkWidget *dialog, *preview, *title;
    GCancellable *reading; /* the picture under the cursor */
    gboolean titled;       /* by the user: no longer follows the file name */
    gboolean setting_title;
    void (*started)(gpointer data);
    gpointer data;
} Chooser;

/* "sun_flowers.jpg" -> "sun flowers" */
static char *title_from_path(const char *path)
{
    char *const base = g_filename_display_basename(path);
    char *const dot = strrchr(base, '.');

    if (dot != NULL && dot != base)
        *dot = '\0';
    return g_strstrip(g_strdelimit(base, "_", ' '));
}

static void preview_read(GObject *source, GAsyncResult *result, gpointer data)
{
    GError *error = NULL;
    GdkPixbuf *const picture = gdk_pixbuf_new_from_stream_finish(result, &error);

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_error_free(error); /* `data` may be gone */
        return;
    }
    Chooser *const chooser = data;
    gtk_image_clear(GTK_IMAGE(chooser->preview));
    if (picture != NULL) {
        GdkPixbuf *const turned = gdk_pixbuf_apply_embedded_orientation(picture);
        cairo_surface_t *const surface = gdk_cairo_surface_create_from_pixbuf(
            turned, gtk_widget_get_scale_factor(chooser->dialog), NULL);
        gtk_image_set_from_surface(GTK_IMAGE(chooser->preview), surface);
        cairo_surface_destroy(surface);
        g_object_unref(turned);
        g_object_unref(picture);
    }
    g_clear_error(&error);
}

static void stop_reading(Chooser *chooser)
{
    if (chooser->reading != NULL)
        g_cancellable_cancel(chooser->reading);
    g_clear_object(&chooser->reading);
}

static void file_opened(GObject *source, GAsyncResult *result, gpointer data)
{
    GError *error = NULL;
    GFileInputStream *const stream = g_file_read_finish(G_FILE(source), result, &error);

    if (stream == NULL) {
        g_error_free(error);
        return;
    }
    Chooser *const chooser = data;
    const int size = PREVIEW_SIZE * gtk_widget_get_scale_factor(chooser->dialog);
    gdk_pixbuf_new_from_stream_at_scale_async(G_INPUT_STREAM(stream), size, size, TRUE,
                                              chooser->reading, preview_read, chooser);
    g_object_unref(stream);
}

static void selection_moved(Chooser *chooser)
{
    char *const path =
        gtk_file_chooser_get_preview_filename(GTK_FILE_CHOOSER(chooser->dialog));

    stop_reading(chooser);
    if (path == NULL || g_file_test(path, G_FILE_TEST_IS_DIR)) {
        gtk_image_clear(GTK_IMAGE(chooser->preview));
        g_free(path);
        return;
    }
    GFile *const file = g_file_new_for_path(path);
    chooser->reading = g_cancellable_new();
    g_file_read_async(file, G_PRIORITY_DEFAULT, chooser->reading, file_opened, chooser);
    g_object_unref(file);
    if (!chooser->titled) {
        char *const title = title_from_path(path);
        chooser->setting_title = TRUE;
        gtk_entry_set_text(GTK_ENTRY(chooser->title), title);
        chooser->setting_title = FALSE;
        g_free(title);
    }
    g_free(path);
}

static void title_changed(Chooser *chooser)
{
    if (!chooser->setting_title)
        chooser->titled = gtk_entry_get_text(GTK_ENTRY(chooser->title))[0] != '\0';
}

static void chooser_free(Chooser *chooser)
{
    stop_reading(chooser);
    g_free(chooser);
}

static void responded(GtkDialog *dialog, int response, Chooser *chooser)
{
    char *const path = gtk_file_chooser_get_filename(GTK_FILE_CHOOSER(dialog));
    const UiHost *const host = chooser->host;

    if (response == GTK_RESPONSE_ACCEPT && path != NULL) {
        char *const title =
            chooser->titled ? g_strdup(gtk_entry_get_text(GTK_ENTRY(chooser->title)))
                            : title_from_path(path);
        char *const folder = g_path_get_dirname(path);
        host->set_state(host->self, "add-style-folder", folder);
        g_free(folder);
        chooser->started(chooser->data);
        host->add_style_file(host->self, path, title);
        g_free(title);
    }
    g_free(path);
    gtk_widget_destroy(GTK_WIDGET(dialog));
}

static void choose_file(const UiHost *host, GtkWidget *at, GCallback started,
                        gpointer data)
{
    Chooser *const chooser = g_new0(Chooser, 1);
    GtkWidget *const box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
    GtkWidget *const label = gtk_label_new_with_mnemonic(_("_Title"));
    GtkFileFilter *const filter = gtk_file_filter_new();
    char *folder = host->get_state(host->self, "add-style-folder");

    chooser->host = host;
    chooser->started = (void (*)(gpointer))started;
    chooser->data = data;
    chooser->dialog = gtk_file_chooser_dialog_new(
        _("Add a Style"), GTK_WINDOW(gtk_widget_get_toplevel(at)),
        GTK_FILE_CHOOSER_ACTION_OPEN, _("_Cancel"), GTK_RESPONSE_CANCEL, _("_Add"),
        GTK_RESPONSE_ACCEPT, NULL);
    gtk_dialog_set_default_response(GTK_DIALOG(chooser->dialog), GTK_RESPONSE_ACCEPT);
    ui_add_class(gtk_dialog_get_widget_for_response(GTK_DIALOG(chooser->dialog),
                                                    GTK_RESPONSE_ACCEPT),
                 "suggested-action");
    gtk_window_set_modal(GTK_WINDOW(chooser->dialog), TRUE);
    gtk_window_set_destroy_with_parent(GTK_WINDOW(chooser->dialog), TRUE);
    gtk_file_chooser_set_local_only(GTK_FILE_CHOOSER(chooser->dialog), TRUE);

    chooser->preview = gtk_image_new();
    gtk_widget_set_size_request(chooser->preview, PREVIEW_SIZE, PREVIEW_SIZE);
    g_object_set(chooser->preview, "margin", 8, NULL);
    ui_set_name(chooser->preview, _("Picture"));
    gtk_widget_show(chooser->preview);
    gtk_file_chooser_set_preview_widget(GTK_FILE_CHOOSER(chooser->dialog),
                                        chooser->preview);
    gtk_file_chooser_set_use_preview_label(GTK_FILE_CHOOSER(chooser->dialog), FALSE);

    chooser->title = gtk_entry_new();
    gtk_entry_set_activates_default(GTK_ENTRY(chooser->title), TRUE);
    gtk_widget_set_hexpand(chooser->title, TRUE);
    gtk_label_set_mnemonic_widget(GTK_LABEL(label), chooser->title);
    ui_set_name(chooser->title, _("Title of the style"));
    gtk_container_add(GTK_CONTAINER(box), label);
    gtk_container_add(GTK_CONTAINER(box), chooser->title);
    g_object_set(box, "margin", 6, NULL);
    gtk_widget_show_all(box);
    gtk_file_chooser_set_extra_widget(GTK_FILE_CHOOSER(chooser->dialog), box);

    gtk_file_filter_set_name(filter, _("Pictures"));
    gtk_file_filter_add_pixbuf_formats(filter);
    gtk_file_chooser_add_filter(GTK_FILE_CHOOSER(chooser->dialog), filter);
    if (folder == NULL) /* rather than GTK's list of recent files */
        folder = g_strdup(g_get_user_special_dir(G_USER_DIRECTORY_PICTURES));
    gtk_file_chooser_set_current_folder(GTK_FILE_CHOOSER(chooser->dialog),
                                        folder == NULL ? g_get_home_dir() : folder);
    g_free(folder);

    g_signal_connect_swapped(chooser->title, "changed", G_CALLBACK(title_changed),
                             chooser);
    g_signal_connect_swapped(chooser->dialog, "update-preview",
                             G_CALLBACK(selection_moved), chooser);
    g_signal_connect(chooser->dialog, "response", G_CALLBACK(responded), chooser);
    g_signal_connect_swapped(chooser->dialog, "destroy", G_CALLBACK(chooser_free),
                             chooser);
    gtk_window_present(GTK_WINDOW(chooser->dialog));
}

/* --- the menu of layers ----------------------------------------------------------- */

typedef struct Menu {
    const UiHost *host;
    GtkWidget *at;
    GPtrArray *sources;
    GCallback started;
    gpointer data;
} Menu;

static void menu_free(gpointer data)
{
    Menu *const menu = data;

    g_object_unref(menu->at);
    g_ptr_array_unref(menu->sources);
    g_free(menu);
}

static void file_chosen(Menu *menu)
{
    choose_file(menu->host, menu->at, menu->started, menu->data);
}

static void layer_chosen(GtkMenuItem *item, Menu *menu)
{
    const UiStyleSource *const source = g_object_get_data(G_OBJECT(item), "source");

    ((void (*)(gpointer))menu->started)(menu->data);
    menu->host->add_style_source(menu->host->self, source->id, source->title);
}

static GtkWidget *layer_item(const UiStyleSource *source, int scale)
{
    GtkWidget *const item = gtk_menu_item_new();
    GtkWidget *const box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    GtkWidget *const label = gtk_label_new(source->title);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_MIDDLE);
    gtk_label_set_max_width_chars(GTK_LABEL(label), 40);
    if (source->thumbnail != NULL) {
        cairo_surface_t *const surface =
            ui_square_surface(source->thumbnail, LAYER_SIZE, 3, scale);
        gtk_container_add(GTK_CONTAINER(box), gtk_image_new_from_surface(surface));
        cairo_surface_destroy(surface);
    }
    gtk_container_add(GTK_CONTAINER(box), label);
    gtk_container_add(GTK_CONTAINER(item), box);
    ui_set_name(item, source->title);
    return item;
}

void ui_add_style(const UiHost *host, GtkWidget *at, GCallback started, gpointer data)
{
    GPtrArray *const sources = host->style_sources(host->self);

    if (sources == NULL || sources->len == 0) {
        g_clear_pointer((GPtrArray **)&sources, g_ptr_array_unref);
        choose_file(host, at, started, data);
        return;
    }
    GtkWidget *const widget = gtk_menu_new();
    GtkWidget *const file = gtk_menu_item_new_with_mnemonic(_("_Picture File…"));
    Menu *const menu = g_new0(Menu, 1);

    *menu = (Menu) { host, g_object_ref(at), sources, started, data };
    g_object_set_data_full(G_OBJECT(widget), "menu", menu, menu_free);
    g_signal_connect_swapped(file, "activate", G_CALLBACK(file_chosen), menu);
    gtk_menu_shell_append(GTK_MENU_SHELL(widget), file);
    gtk_menu_shell_append(GTK_MENU_SHELL(widget), gtk_separator_menu_item_new());
    for (guint i = 0; i < sources->len; i++) {
        GtkWidget *const item =
            layer_item(sources->pdata[i], gtk_widget_get_scale_factor(at));
        g_object_set_data(G_OBJECT(item), "source", sources->pdata[i]);
        g_signal_connect(item, "activate", G_CALLBACK(layer_chosen), menu);
        gtk_menu_shell_append(GTK_MENU_SHELL(widget), item);
    }
    gtk_widget_show_all(widget);
    gtk_menu_attach_to_widget(GTK_MENU(widget), at, NULL);
    g_signal_connect(widget, "selection-done", G_CALLBACK(ui_destroy_soon), NULL);
    gtk_menu_popup_at_widget(GTK_MENU(widget), at, GDK_GRAVITY_SOUTH_WEST,
                             GDK_GRAVITY_NORTH_WEST, NULL);
}
