/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* impasto-dialog: the dialog on an image file, for work on it and for its tests. */
#include "config.h"

#include "dialog.h"
#include "gerror.h"
#include "image-file.h"
#include "programs.h"
#include "settings.h"
#include "studio.h"

#include <gtk/gtk.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

enum { EXIT_FAILED = 1, EXIT_WRONG_USE = 2 };

typedef struct Options {
    char *save, *style, *state;
    gint threads;
    char **arguments; /* PHOTO */
} Options;

typedef struct Window {
    GtkWidget *dialog;
    const char *photo;
} Window;

/* "photo-painted.png" beside "photo.jpg" */
static char *suggest_name(const char *photo)
{
    g_autofree char *name = g_path_get_basename(photo);
    char *const dot = strrchr(name, '.');

    if (dot && dot != name)
        *dot = '\0';
    return g_strdup_printf("%s-painted.png", name);
}

/* A name that can be written; says why another cannot. */
static gboolean is_output(GtkWidget *chooser, const char *path)
{
    g_autoptr(GError) error = NULL;
    GtkWidget *message;

    if (image_file_check_output(path, &error))
        return TRUE;
    message =
        gtk_message_dialog_new(GTK_WINDOW(chooser), GTK_DIALOG_MODAL, GTK_MESSAGE_ERROR,
                               GTK_BUTTONS_CLOSE, "%s", error->message);
    gtk_dialog_run(GTK_DIALOG(message));
    gtk_widget_destroy(message);
    return FALSE;
}

/* Asks until there is one, for the painting would be lost. NULL: cancelled. */
static char *choose_output(gpointer data)
{
    const Window *const window = data;
    g_autofree char *name = suggest_name(window->photo);
    g_autofree char *folder = g_path_get_dirname(window->photo);
    GtkWidget *const chooser =
        gtk_file_chooser_dialog_new(_("Save the painting"), GTK_WINDOW(window->dialog),
                                    GTK_FILE_CHOOSER_ACTION_SAVE, _("_Cancel"),
                                    GTK_RESPONSE_CANCEL, _("_Save"),
                                    GTK_RESPONSE_ACCEPT, NULL);
    char *path = NULL;

    gtk_dialog_set_default_response(GTK_DIALOG(chooser), GTK_RESPONSE_ACCEPT);
    gtk_file_chooser_set_do_overwrite_confirmation(GTK_FILE_CHOOSER(chooser), TRUE);
    gtk_file_chooser_set_current_folder(GTK_FILE_CHOOSER(chooser), folder);
    gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(chooser), name);
    while (!path && gtk_dialog_run(GTK_DIALOG(chooser)) == GTK_RESPONSE_ACCEPT) {
        path = gtk_file_chooser_get_filename(GTK_FILE_CHOOSER(chooser));
        if (path && !is_output(chooser, path))
            g_clear_pointer(&path, g_free);
    }
    gtk_widget_destroy(chooser);
    return path;
}

static int fail(const char *text, int status)
{
    g_printerr("impasto-dialog: %s\n", text);
    return status;
}

static int show(ImageFile *image, Painter *painter, StyleLibrary *library,
                const Options *options)
{
    UiSettings *initial = settings_load(options->state);
    Studio *studio;
    Window window = { .photo = options->arguments[0] };
    int answer;

    if (!initial)
        initial = settings_new(library);
    if (options->style) {
        g_free(initial->style);
        initial->style = g_strdup(options->style);
    }
    studio = studio_new(painter, image_file_get_picture(image),
                        &(StudioConfig) {
                            .initial = initial,
                            .state_file = options->state,
                            .paint_help = _("Paint makes the painting at full size and "
                                            "writes it to a file."),
                        });
    settings_free(initial);
    window.dialog = ui_dialog_new(studio_get_ui_host(studio));
    image_file_set_output(image, options->save, FALSE);
    image_file_set_chooser(image, choose_output, &window);
    g_signal_connect(window.dialog, "delete-event",
                     G_CALLBACK(gtk_widget_hide_on_delete), NULL);
    answer = gtk_dialog_run(GTK_DIALOG(window.dialog));
    gtk_widget_destroy(window.dialog);
    studio_free(studio);
    return answer == GTK_RESPONSE_OK ? EXIT_SUCCESS : EXIT_FAILED;
}

static int run(Options *options)
{
    g_autofree char *program_dir = programs_dir();
    g_autofree char *user_dir = programs_user_styles_dir();
    g_autoptr(GError) error = NULL;
    g_autoptr(StyleLibrary) library = NULL;
    ImageFile *image;
    Painter *painter;
    int status;

    if (!options->arguments || g_strv_length(options->arguments) != 1)
        return fail(_("One argument is needed: PHOTO."), EXIT_WRONG_USE);
    if (options->threads < 0 || options->threads > 256)
        return fail(_("threads must be from 1 to 256, or 0 for one per CPU."),
                    EXIT_WRONG_USE);
    if (options->save && !image_file_check_output(options->save, &error))
        return fail(error->message, EXIT_WRONG_USE);
    if (!gtk_init_check(NULL, NULL))
        return fail(_("A display is needed."), EXIT_FAILED);
    image = image_file_open(options->arguments[0], &error);
    if (!image)
        return fail(error->message, EXIT_FAILED);
    if (!options->state)
        options->state = programs_state_file();
    library = style_library_new(program_dir, user_dir);
    painter = painter_new(library, options->threads);
    status = show(image, painter, library, options);
    painter_free(painter);
    image_file_free(image);
    return status;
}

int main(int argc, char **argv)
{
    Options options = { 0 };
    const GOptionEntry entries[] = {
        { "save", 'o', 0, G_OPTION_ARG_FILENAME, &options.save,
          N_("Where Paint writes to (asked for without it)"), N_("OUT") },
        { "style", 's', 0, G_OPTION_ARG_FILENAME, &options.style,
          N_("The style to open with"), N_("STYLE") },
        { "state", 0, 0, G_OPTION_ARG_FILENAME, &options.state,
          N_("Where values are remembered"), N_("FILE") },
        { "threads", 't', 0, G_OPTION_ARG_INT, &options.threads,
          N_("Threads to paint with, 1 to 256 (0: one per CPU)"), N_("NUMBER") },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.arguments,
          NULL, NULL },
        { NULL, 0, 0, 0, NULL, NULL, NULL },
    };
    g_autoptr(GOptionContext) context = NULL;
    g_autoptr(GError) error = NULL;
    int status;

    setlocale(LC_ALL, "");
    bindtextdomain(GETTEXT_PACKAGE, IMP_LOCALE_DIR);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    g_set_prgname("impasto-dialog");
    context = g_option_context_new(_("PHOTO"));
    g_option_context_add_main_entries(context, entries, GETTEXT_PACKAGE);
    g_option_context_set_summary(context,
                                 _("Shows Impasto's dialog on the picture file "
                                   "PHOTO. The exit status is 0 when it was "
                                   "painted."));
    if (g_option_context_parse(context, &argc, &argv, &error))
        status = run(&options);
    else
        status = fail(error->message, EXIT_WRONG_USE);
    g_strfreev(options.arguments);
    g_free(options.save);
    g_free(options.style);
    g_free(options.state);
    return status;
}
