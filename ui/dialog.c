/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Puts the widgets together and talks to the host. Three things can be under way: a
 * preview (`awaited`), the reading of a style, and the final paint (`painting`).
 *
 * A click on a style asks for its preview at once. A slider that is dragged asks again
 * only when the last preview has shown something, or is late: each request stops the
 * one before, and a hand that never rests would never see one. */
#include "config.h"
#include "dialog.h"

#include "add-style.h"
#include "bottom-bar.h"
#include "canvas.h"
#include "canvas-bar.h"
#include "controls.h"
#include "error-bar.h"
#include "gallery.h"
#include "help.h"
#include "look.h"
#include "timing.h"
#include "window-size.h"

enum { LATE_MS = 250 }; /* a dragged slider waits so long for the last preview */

#define UI_TYPE_DIALOG (ui_dialog_get_type())
G_DECLARE_FINAL_TYPE(UiDialog, ui_dialog, UI, DIALOG, GtkDialog)

struct _UiDialog {
    GtkDialog parent;

    const UiHost *host;
    gboolean opened;       /* the first preview was requested */
    guint serial;          /* of the last preview asked for; 0: its answers are void */
    gboolean awaited;      /* its last answer is still to come */
    gboolean shown;        /* something of it was shown */
    gboolean late_request; /* a slider moved meanwhile */
    guint late_source;
    gboolean painting, cancelling, leave_after, done;
    gboolean interrupted; /* a preview was stopped for the final paint */
    char *faults;         /* of styles, as last told */

    GtkWidget *canvas, *bar, *gallery, *controls, *column;
    GtkWidget *error, *bottom;
};

G_DEFINE_TYPE(UiDialog, ui_dialog, GTK_TYPE_DIALOG)

static void show_error(UiDialog *dialog, const char *sentence)
{
    ui_error_bar_show(UI_ERROR_BAR(dialog->error), sentence);
}

static void hide_error(UiDialog *dialog)
{
    ui_error_bar_hide(UI_ERROR_BAR(dialog->error));
}

/* --- previews --------------------------------------------------------------------- */

static UiSettings *get_settings(UiDialog *dialog)
{
    UiSettings *const settings = g_new0(UiSettings, 1);

    settings->style = g_strdup(ui_gallery_get_selected(UI_GALLERY(dialog->gallery)));
    ui_controls_get(UI_CONTROLS(dialog->controls), settings);
    return settings;
}

void ui_settings_free(UiSettings *settings)
{
    if (settings == NULL)
        return;
    g_free(settings->style);
    g_free(settings->second_style);
    g_free(settings);
}

static void request_preview(UiDialog *dialog)
{
    UiSettings *const settings = get_settings(dialog);

    g_clear_handle_id(&dialog->late_source, g_source_remove);
    dialog->late_request = FALSE;
    if (settings->style != NULL && !dialog->painting) {
        dialog->shown = FALSE;
        ui_canvas_expect_preview(UI_CANVAS(dialog->canvas), TRUE);
        dialog->serial = dialog->host->request_preview(dialog->host->self, settings);
        dialog->awaited = TRUE;
        ui_canvas_bar_set_busy(UI_CANVAS_BAR(dialog->bar), TRUE);
    }
    ui_settings_free(settings);
}

static gboolean late_cb(gpointer data)
{
    UiDialog *const dialog = data;

    dialog->late_source = 0;
    if (dialog->late_request)
        request_preview(dialog);
    return G_SOURCE_REMOVE;
}

/* For values that change many times a second. */
static void request_soon(UiDialog *dialog)
{
    if (!dialog->awaited || dialog->shown) {
        request_preview(dialog);
        return;
    }
    dialog->late_request = TRUE;
    if (dialog->late_source == 0)
        dialog->late_source = g_timeout_add(LATE_MS, late_cb, dialog);
}

static void preview_answered(UiDialog *dialog)
{
    dialog->shown = TRUE;
    if (dialog->late_request)
        request_preview(dialog);
}

static void blend_changed(UiDialog *dialog)
{
    UiSettings *const settings = get_settings(dialog);

    ui_timing("slider moved at %u", gtk_get_current_event_time());
    ui_canvas_set_blend(UI_CANVAS(dialog->canvas), settings->strength,
                        settings->keep_colors);
    ui_settings_free(settings);
}

static void style_selected(UiDialog *dialog)
{
    ui_timing("style chosen at %u", gtk_get_current_event_time());
    hide_error(dialog);
    request_preview(dialog);
    ui_timing("preview requested");
}

static void on_preview(gpointer data, const UiPreview *preview)
{
    UiDialog *const dialog = data;
    UiCanvas *const canvas = UI_CANVAS(dialog->canvas);

    ui_timing("answer %u, stage %d", preview->serial, (int)preview->stage);
    if (preview->stage == UI_STAGE_DETAIL) {
        ui_canvas_take_preview(canvas, preview);
        return;
    }
    const gboolean of_detail =
        preview->serial != 0 && preview->serial == ui_canvas_get_detail_serial(canvas);
    if (preview->serial != dialog->serial &&
        !(preview->stage == UI_STAGE_FAILED && of_detail))
        return;
    if (preview->stage == UI_STAGE_FAILED) {
        if (!g_error_matches(preview->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            show_error(dialog, preview->error->message);
        ui_canvas_expect_preview(canvas, FALSE);
    } else {
        ui_canvas_take_preview(canvas, preview);
    }
    if (preview->stage != UI_STAGE_COARSE && !preview->more) {
        dialog->awaited = FALSE;
        ui_canvas_bar_set_busy(UI_CANVAS_BAR(dialog->bar), FALSE);
    }
    preview_answered(dialog);
}

/* --- painting for good ------------------------------------------------------------ */

static void set_painting(UiDialog *dialog, gboolean painting)
{
    dialog->painting = painting;
    dialog->cancelling = FALSE;
    gtk_widget_set_sensitive(dialog->column, !painting);
    ui_bottom_bar_set_painting(UI_BOTTOM_BAR(dialog->bottom), painting);
}

static void start_painting(UiDialog *dialog)
{
    const UiHost *const host = dialog->host;

    /* Takes over what is being typed: Alt+P leaves the focus where it is. */
    gtk_window_set_focus(GTK_WINDOW(dialog), NULL);
    UiSettings *const settings = get_settings(dialog);

    if (settings->style != NULL && !dialog->painting) {
        hide_error(dialog);
        ui_canvas_bar_set_busy(UI_CANVAS_BAR(dialog->bar), FALSE);
        dialog->interrupted = dialog->awaited || dialog->late_request;
        dialog->awaited = FALSE;
        dialog->serial = 0;
        dialog->late_request = FALSE;
        ui_bottom_bar_set_progress(UI_BOTTOM_BAR(dialog->bottom), 0, -1);
        ui_canvas_begin_painting(UI_CANVAS(dialog->canvas));
        set_painting(dialog, TRUE);
        if (host->set_replace != NULL)
            host->set_replace(host->self,
                              ui_bottom_bar_get_replace(UI_BOTTOM_BAR(dialog->bottom)));
        host->paint(host->self, settings);
    }
    ui_settings_free(settings);
}

static void stop_painting(UiDialog *dialog)
{
    if (dialog->cancelling)
        return;
    ui_timing("stop asked for");
    dialog->cancelling = TRUE;
    ui_bottom_bar_set_stopping(UI_BOTTOM_BAR(dialog->bottom));
    dialog->host->cancel(dialog->host->self);
}

static void on_progress(gpointer data, double fraction, double seconds_left,
                        const GdkRectangle *done_area, GdkPixbuf *pixels)
{
    UiDialog *const dialog = data;

    if (!dialog->painting || dialog->cancelling)
        return;
    ui_bottom_bar_set_progress(UI_BOTTOM_BAR(dialog->bottom), fraction, seconds_left);
    if (done_area != NULL && pixels != NULL)
        ui_canvas_add_painted(UI_CANVAS(dialog->canvas), done_area, pixels);
}

static void on_painted(gpointer data, const GError *error)
{
    UiDialog *const dialog = data;

    if (!dialog->painting)
        return;
    ui_timing("paint ended");
    ui_canvas_end_painting(UI_CANVAS(dialog->canvas), error == NULL);
    set_painting(dialog, FALSE);
    if (error == NULL) {
        dialog->done = TRUE;
        gtk_dialog_response(GTK_DIALOG(dialog), GTK_RESPONSE_OK);
        return;
    }
    if (dialog->leave_after) {
        gtk_dialog_response(GTK_DIALOG(dialog), GTK_RESPONSE_CANCEL);
        return;
    }
    if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        show_error(dialog, error->message);
    gtk_widget_grab_focus(ui_bottom_bar_get_paint(UI_BOTTOM_BAR(dialog->bottom)));
    if (dialog->interrupted)
        request_preview(dialog);
}

/* --- styles ----------------------------------------------------------------------- */

/* Each is told once. */
static void tell_style_faults(UiDialog *dialog)
{
    char *const faults = dialog->host->style_faults(dialog->host->self);

    if (faults != NULL && g_strcmp0(faults, dialog->faults) != 0)
        show_error(dialog, faults);
    g_free(dialog->faults);
    dialog->faults = faults;
}

static void on_styles_changed(gpointer data)
{
    UiDialog *const dialog = data;
    const gboolean lost_style = ui_gallery_reload(UI_GALLERY(dialog->gallery));
    const gboolean lost_second = ui_controls_reload(UI_CONTROLS(dialog->controls));

    tell_style_faults(dialog);
    if (lost_style || lost_second)
        request_preview(dialog);
}

static void on_style_added(gpointer data, const char *id, const GError *error)
{
    UiDialog *const dialog = data;

    ui_gallery_set_busy(UI_GALLERY(dialog->gallery), FALSE);
    if (error != NULL) {
        if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            show_error(dialog, error->message);
        return;
    }
    on_styles_changed(dialog); /* whichever of the two events comes first */
    if (dialog->painting)
        return;
    ui_gallery_select(UI_GALLERY(dialog->gallery), id);
    style_selected(dialog);
}

static void on_learning(gpointer data, const char *id, double fraction)
{
    UiDialog *const dialog = data;
    UiSettings *const settings = get_settings(dialog);

    ui_gallery_set_learning(UI_GALLERY(dialog->gallery), id,
                            fraction < 1 ? fraction : -1);
    if (fraction >= 1 && (g_strcmp0(id, settings->style) == 0 ||
                          g_strcmp0(id, settings->second_style) == 0))
        request_preview(dialog);
    ui_settings_free(settings);
}

static void adding_started(UiDialog *dialog)
{
    hide_error(dialog);
    ui_gallery_set_busy(UI_GALLERY(dialog->gallery), TRUE);
}

static void add_clicked(UiDialog *dialog)
{
    ui_add_style(dialog->host, ui_gallery_get_add_tile(UI_GALLERY(dialog->gallery)),
                 G_CALLBACK(adding_started), dialog);
}

/* --- buttons and keys ------------------------------------------------------------- */

static void reset_clicked(UiDialog *dialog)
{
    ui_controls_set(UI_CONTROLS(dialog->controls),
                    dialog->host->defaults(dialog->host->self));
    blend_changed(dialog);
    request_preview(dialog);
}

static void help_clicked(UiDialog *dialog)
{
    ui_help_show(GTK_WINDOW(dialog), dialog->host);
}

/* The button, and Escape. */
static void cancel_clicked(UiDialog *dialog)
{
    if (dialog->painting)
        stop_painting(dialog);
    else
        gtk_dialog_response(GTK_DIALOG(dialog), GTK_RESPONSE_CANCEL);
}

static void escape(UiDialog *dialog)
{
    g_signal_stop_emission_by_name(dialog, "close");
    cancel_clicked(dialog);
}

static void keep_state(UiDialog *dialog)
{
    const UiHost *const host = dialog->host;
    char text[64];

    ui_window_size_keep(GTK_WINDOW(dialog), host);
    g_ascii_formatd(text, sizeof text, "%.3f",
                    ui_canvas_get_divider(UI_CANVAS(dialog->canvas)));
    host->set_state(host->self, "divider", text);
}

/* Runs before the caller's handlers. While painting nobody leaves: closing the window
 * cancels, and the dialog answers when the painting has stopped. */
static void responded(UiDialog *dialog, int response)
{
    if (dialog->painting) {
        dialog->leave_after = TRUE;
        stop_painting(dialog);
        g_signal_stop_emission_by_name(dialog, "response");
        return;
    }
    keep_state(dialog);
    if (!dialog->done)
        dialog->host->cancel(dialog->host->self); /* a preview nobody waits for */
}

static gboolean delete_event(UiDialog *dialog)
{
    if (dialog->painting)
        return TRUE;
    return gtk_widget_hide_on_delete(GTK_WIDGET(dialog));
}

/* Keys that count wherever the focus is. */
static gboolean window_key(GtkWidget *window, GdkEventKey *event, UiDialog *dialog)
{
    const gboolean typing = GTK_IS_ENTRY(gtk_window_get_focus(GTK_WINDOW(window)));

    if (ui_canvas_bar_key(UI_CANVAS_BAR(dialog->bar), event, typing))
        return GDK_EVENT_STOP;
    if (event->type == GDK_KEY_PRESS && event->keyval == GDK_KEY_f &&
        (event->state & GDK_CONTROL_MASK)) {
        ui_gallery_grab_search(UI_GALLERY(dialog->gallery));
        return GDK_EVENT_STOP;
    }
    return GDK_EVENT_PROPAGATE;
}

static gboolean window_left(UiDialog *dialog)
{
    ui_canvas_bar_drop_key(UI_CANVAS_BAR(dialog->bar));
    return GDK_EVENT_PROPAGATE;
}

/* --- assembly --------------------------------------------------------------------- */

static GtkWidget *make_left(UiDialog *dialog)
{
    GtkWidget *const left = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    GtkWidget *const overlay = gtk_overlay_new();

    dialog->canvas = ui_canvas_new(dialog->host);
    gtk_widget_set_size_request(dialog->canvas, 480, 320);
    gtk_widget_set_hexpand(dialog->canvas, TRUE);
    gtk_widget_set_vexpand(dialog->canvas, TRUE);
    dialog->error = ui_error_bar_new();
    gtk_container_add(GTK_CONTAINER(overlay), dialog->canvas);
    gtk_overlay_add_overlay(GTK_OVERLAY(overlay), dialog->error);
    gtk_box_pack_start(GTK_BOX(left), overlay, TRUE, TRUE, 0);
    dialog->bar = ui_canvas_bar_new(UI_CANVAS(dialog->canvas));
    gtk_box_pack_start(GTK_BOX(left), dialog->bar, FALSE, FALSE, 0);
    return left;
}

/* handler: its first argument is the dialog. */
static void on(UiDialog *dialog, GtkWidget *widget, const char *signal,
               GCallback handler)
{
    g_signal_connect_swapped(widget, signal, handler, dialog);
}

static GtkWidget *make_column(UiDialog *dialog)
{
    dialog->column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
    dialog->gallery = ui_gallery_new(dialog->host);
    dialog->controls = ui_controls_new(dialog->host);
    gtk_widget_set_margin_end(dialog->controls, 14);
    gtk_widget_set_hexpand(dialog->column, FALSE); /* its sliders would ask for more */
    ui_add_class(dialog->column, "impasto-column");
    gtk_box_pack_start(GTK_BOX(dialog->column), dialog->gallery, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(dialog->column), dialog->controls, FALSE, FALSE, 0);
    on(dialog, dialog->gallery, "selected", G_CALLBACK(style_selected));
    on(dialog, dialog->gallery, "add-style", G_CALLBACK(add_clicked));
    on(dialog, dialog->gallery, "failed", G_CALLBACK(show_error));
    on(dialog, dialog->gallery, "leave", G_CALLBACK(cancel_clicked));
    on(dialog, dialog->controls, "blend", G_CALLBACK(blend_changed));
    on(dialog, dialog->controls, "paint", G_CALLBACK(request_soon));
    return dialog->column;
}

static GtkWidget *make_bottom(UiDialog *dialog)
{
    dialog->bottom = ui_bottom_bar_new(dialog->host->set_replace != NULL);
    on(dialog, dialog->bottom, "help", G_CALLBACK(help_clicked));
    on(dialog, dialog->bottom, "reset", G_CALLBACK(reset_clicked));
    on(dialog, dialog->bottom, "cancel", G_CALLBACK(cancel_clicked));
    on(dialog, dialog->bottom, "paint", G_CALLBACK(start_painting));
    return dialog->bottom;
}

static void assemble(UiDialog *dialog)
{
    GtkWidget *const content = gtk_dialog_get_content_area(GTK_DIALOG(dialog));
    GtkWidget *const top = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);

    gtk_box_pack_start(GTK_BOX(top), make_left(dialog), TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(top), make_column(dialog), FALSE, FALSE, 0);
    gtk_container_set_border_width(GTK_CONTAINER(content), 0);
    gtk_box_set_spacing(GTK_BOX(content), 0);
    gtk_box_pack_start(GTK_BOX(content), top, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(content), make_bottom(dialog), FALSE, FALSE, 0);
    gtk_widget_show_all(content);
    /* The buttons share a bar with the progress, which GtkDialog's own area does not
     * allow. */
    G_GNUC_BEGIN_IGNORE_DEPRECATIONS
    GtkWidget *const actions = gtk_dialog_get_action_area(GTK_DIALOG(dialog));
    G_GNUC_END_IGNORE_DEPRECATIONS
    gtk_widget_set_no_show_all(actions, TRUE);
    gtk_widget_hide(actions);
    gtk_widget_grab_default(ui_bottom_bar_get_paint(UI_BOTTOM_BAR(dialog->bottom)));
}

static void open_as_left(UiDialog *dialog)
{
    const UiHost *const host = dialog->host;
    const UiSettings *const initial = host->initial(host->self);
    char *const divider = host->get_state(host->self, "divider");

    if (initial->style != NULL && initial->style[0] != '\0')
        ui_gallery_select(UI_GALLERY(dialog->gallery), initial->style);
    ui_gallery_reload(UI_GALLERY(dialog->gallery)); /* an unknown style: the first */
    ui_controls_set(UI_CONTROLS(dialog->controls), initial);
    blend_changed(dialog);
    if (divider != NULL)
        ui_canvas_set_divider(UI_CANVAS(dialog->canvas), g_ascii_strtod(divider, NULL));
    g_free(divider);
    /* before show: it would take the first */
    ui_gallery_grab_focus(UI_GALLERY(dialog->gallery));
    tell_style_faults(dialog);
}

static gboolean mapped(UiDialog *dialog)
{
    if (dialog->opened)
        return GDK_EVENT_PROPAGATE;
    dialog->opened = TRUE;
    ui_timing("dialog mapped");
    ui_gallery_select(UI_GALLERY(dialog->gallery), /* scrolls to it */
                      ui_gallery_get_selected(UI_GALLERY(dialog->gallery)));
    request_preview(dialog);
    return GDK_EVENT_PROPAGATE;
}

static const UiHostEvents events = {
    .preview = on_preview,
    .progress = on_progress,
    .painted = on_painted,
    .styles_changed = on_styles_changed,
    .style_added = on_style_added,
    .learning = on_learning,
};

static void dialog_dispose(GObject *object)
{
    UiDialog *const dialog = UI_DIALOG(object);

    if (dialog->host != NULL) {
        dialog->host->set_events(dialog->host->self, NULL, NULL);
        /* What goes with the window, the focus first, may still change a value. */
        g_signal_handlers_disconnect_by_data(dialog->gallery, dialog);
        g_signal_handlers_disconnect_by_data(dialog->controls, dialog);
    }
    dialog->host = NULL;
    g_clear_handle_id(&dialog->late_source, g_source_remove);
    G_OBJECT_CLASS(ui_dialog_parent_class)->dispose(object);
}

static void dialog_finalize(GObject *object)
{
    g_free(UI_DIALOG(object)->faults);
    G_OBJECT_CLASS(ui_dialog_parent_class)->finalize(object);
}

static void ui_dialog_class_init(UiDialogClass *class)
{
    G_OBJECT_CLASS(class)->dispose = dialog_dispose;
    G_OBJECT_CLASS(class)->finalize = dialog_finalize;
}

static void ui_dialog_init(UiDialog *dialog) {}

GtkWidget *ui_dialog_new(const UiHost *host)
{
    ui_timing("dialog asked for");
    ui_look_install();
    UiDialog *const dialog =
        g_object_new(UI_TYPE_DIALOG, "title", "Impasto", "use-header-bar", FALSE, NULL);

    dialog->host = host;
    g_signal_connect(dialog, "response", G_CALLBACK(responded), NULL);
    g_signal_connect(dialog, "delete-event", G_CALLBACK(delete_event), NULL);
    g_signal_connect(dialog, "close", G_CALLBACK(escape), NULL);
    g_signal_connect(dialog, "key-press-event", G_CALLBACK(window_key), dialog);
    g_signal_connect(dialog, "key-release-event", G_CALLBACK(window_key), dialog);
    g_signal_connect(dialog, "focus-out-event", G_CALLBACK(window_left), NULL);
    assemble(dialog);
    ui_window_size_restore(GTK_WINDOW(dialog), host);
    open_as_left(dialog);
    host->set_events(host->self, &events, dialog);
    g_signal_connect(dialog, "map-event", G_CALLBACK(mapped), NULL);
    ui_timing("dialog made");
    return GTK_WIDGET(dialog);
}

UiSettings *ui_dialog_get_settings(GtkWidget *dialog)
{
    return get_settings(UI_DIALOG(dialog));
}
