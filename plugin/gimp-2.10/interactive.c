/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* GIMP 2.10 is a GTK 2 program, so its own gimp_ui_init is out of reach (libgimpui is
 * GTK 2): what it does for a GTK 2 dialog is done here for a GTK 3 one. */
#include "config.h"

#include "interactive.h"

#include "color.h"
#include "dialog.h"
#include "gerror.h"
#include "layer-pixels.h"
#include "pixels.h"

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>
#ifdef GDK_WINDOWING_X11
#include <gdk/gdkx.h>
#endif
#include <string.h>

#define SOURCES_MAX 200
#define SOURCE_LENGTH 1024 /* of a picture whose style is read */

gboolean interactive_init(GError **error)
{
    const char *display = gimp_display_name();
    g_autofree char *theme = NULL;
    g_autofree char *theme_lower = NULL;

    if (display && *display)
        g_setenv("DISPLAY", display, TRUE);
    g_set_prgname("impasto");
    gdk_set_allowed_backends("x11,*"); /* GIMP 2.10 is an X11 client, on Wayland too */
    if (!gtk_init_check(NULL, NULL)) {
        g_set_error_literal(error, IMPASTO_ERROR, IMPASTO_ERROR_FAILED,
                            _("The dialog needs a display; without one, call "
                              "plug-in-impasto with RUN-NONINTERACTIVE."));
        return FALSE;
    }
    if (gimp_wm_class())
        gdk_set_program_class(gimp_wm_class()); /* one group with GIMP in task bars */

    theme = gimp_gimprc_query("theme");
    theme_lower = theme ? g_ascii_strdown(theme, -1) : NULL;
    if (theme_lower)
        g_object_set(gtk_settings_get_default(), "gtk-application-prefer-dark-theme",
                     strstr(theme_lower, "dark") || strstr(theme_lower, "gray"), NULL);
    return TRUE;
}

static void stay_above_gimp(GtkWidget *dialog, gpointer data)
{
#ifdef GDK_WINDOWING_X11
    GdkDisplay *display = gtk_widget_get_display(dialog);
    const guint32 xid =
        gimp_progress_get_window_handle(); /* 0 for a call by a script */
    GdkWindow *gimp = xid && GDK_IS_X11_DISPLAY(display)
                          ? gdk_x11_window_foreign_new_for_display(display, xid)
                          : NULL;

    if (gimp)
        gdk_window_set_transient_for(gtk_widget_get_window(dialog), gimp);
    g_clear_object(&gimp);
#endif
}

/* ---- layers of open images as sources of styles ---- */

/* "photo.jpg", also where GIMP says "[photo] (imported)"; "Untitled". NULL: the image
 * was closed just now. */
static char *image_title(gint32 image)
{
    g_autofree char *uri = gimp_image_get_uri(image);
    g_autofree char *path = NULL;

    if (!uri)
        uri = gimp_image_get_imported_uri(image);
    path = uri ? g_filename_from_uri(uri, NULL, NULL) : NULL;
    return path ? g_filename_display_basename(path) : gimp_image_get_name(image);
}

static void add_sources(GPtrArray *sources, gint32 image, const gint *items, gint n)
{
    g_autofree char *image_name = image_title(image);

    for (gint i = 0; image_name && i < n && sources->len < SOURCES_MAX; i++) {
        g_autofree char *name = gimp_item_get_name(items[i]);
        const GeglRectangle whole = { 0, 0, gimp_drawable_width(items[i]),
                                      gimp_drawable_height(items[i]) };
        UiStyleSource *source;

        if (!name || whole.width < 1 || whole.height < 1) /* deleted just now */
            continue;
        source = g_new0(UiStyleSource, 1);
        source->title = strcmp(name, image_name) == 0
                            ? g_strdup(name)
                            : g_strdup_printf("%s: %s", image_name, name);
        source->thumbnail = color_get_thumbnail(image, items[i], &whole, 64);
        source->id = items[i];
        g_ptr_array_add(sources, source);
        if (gimp_item_is_group(items[i])) {
            gint n_children = 0;
            g_autofree gint *children = gimp_item_get_children(items[i], &n_children);

            add_sources(sources, image, children, n_children);
        }
    }
}

static void source_free(gpointer data)
{
    UiStyleSource *source = data;

    g_free(source->title);
    g_clear_object(&source->thumbnail);
    g_free(source);
}

static GPtrArray *list_style_sources(gpointer self)
{
    GPtrArray *sources = g_ptr_array_new_with_free_func(source_free);
    gint n_images = 0;
    g_autofree gint *images = gimp_image_list(&n_images);

    for (gint i = 0; i < n_images; i++) {
        gint n = 0;
        g_autofree gint *layers = gimp_image_get_layers(images[i], &n);

        add_sources(sources, images[i], layers, n);
    }
    return sources;
}

static gboolean read_source(gpointer self, int x, int y, int w, int h, float *rgba,
                            GError **error)
{
    return layer_pixels_read(self, x, y, w, h, rgba, error);
}

/* GIMP's thumbnail is there at once, but thumbnails may be turned off, and in a linear
 * image a style deserves better than its numbers in bytes. */
static GdkPixbuf *get_style_source(gpointer self, int id, GError **error)
{
    const GeglRectangle whole = { 0, 0, gimp_drawable_width(id),
                                  gimp_drawable_height(id) };
    Picture picture = { .width = whole.width,
                        .height = whole.height,
                        .read = read_source };
    GdkPixbuf *reduced = NULL;
    gint32 image;

    if (!gimp_item_is_valid(id) || whole.width < 1 || whole.height < 1) {
        g_set_error_literal(error, IMPASTO_ERROR, IMPASTO_ERROR_FAILED,
                            _("The layer was deleted in the meantime."));
        return NULL;
    }
    image = gimp_item_get_image(id);
    if (!color_is_linear(image))
        reduced = color_get_thumbnail(image, id, &whole, SOURCE_LENGTH);
    if (reduced)
        return reduced;
    picture.self = layer_pixels_new(image, id, &whole, LAYER_COVERAGE_NONE, -1, 0, 0);
    reduced = picture_reduce(&picture, SOURCE_LENGTH, error);
    layer_pixels_free(picture.self);
    return reduced;
}

/* ---- the dialog ---- */

static void set_replace(gpointer self, gboolean replace)
{
    layer_set_replace(self, replace);
}

void interactive_run(Painter *painter, Layer *layer, const UiSettings *initial,
                     const char *state_file)
{
    GtkWidget *dialog;
    const StudioConfig config = {
        .initial = initial,
        .state_file = state_file,
        .self = layer,
        .set_replace = layer_get_replaced(layer) != -1 ? set_replace : NULL,
        .style_sources = list_style_sources,
        .style_source = get_style_source,
        .paint_help = _(
            "Paint makes a new layer above the photo, in one undo step. With a painted "
            "layer active, the filter opens as it was and paints that layer again; or "
            "a new one above it, where another part of the photo is selected now or the "
            "layer is not to be replaced."),
    };
    Studio *studio = studio_new(painter, layer_get_picture(layer), &config);

    dialog = ui_dialog_new(studio_get_ui_host(studio));
    if (layer_get_replaced(layer) != -1) {
        g_autofree char *name = gimp_item_get_name(layer_get_replaced(layer));
        /* Translators: the title of the dialog; %s is the name of a layer, which the
         * new painting will replace. */
        g_autofree char *title = g_strdup_printf(_("Impasto: Repaint “%s”"), name);

        gtk_window_set_title(GTK_WINDOW(dialog), title);
    }
    gtk_window_set_role(GTK_WINDOW(dialog), "impasto");
    g_signal_connect(dialog, "realize", G_CALLBACK(stay_above_gimp), NULL);
    g_signal_connect(dialog, "delete-event", G_CALLBACK(gtk_widget_hide_on_delete),
                     NULL);
    gtk_widget_show(dialog);
    gtk_window_present_with_time(GTK_WINDOW(dialog), gimp_user_time());
    gtk_dialog_run(GTK_DIALOG(dialog));
    gtk_widget_destroy(dialog);
    /* No main loop will send it. A window that goes only with this process may go while
     * GIMP asks X what is under the pointer, and GTK 2 ends GIMP over a window that is
     * not there. */
    gdk_display_sync(gdk_display_get_default());
    studio_free(studio);
}
