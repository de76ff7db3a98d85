/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* impasto-paint: paints an image file with a style, without GIMP and without a
 * display. */
#define _POSIX_C_SOURCE 200809L /* sigaction, isatty */

#include "config.h"

#include "gerror.h"
#include "image-file.h"
#include "programs.h"
#include "settings.h"
#include "studio.h"

#include <locale.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

enum { EXIT_FAILED = 1, EXIT_WRONG_USE = 2 };
enum { BAR_WIDTH = 40, LEFT_WIDTH = 24 }; /* left: what follows the bar */

typedef struct Options {
    UiSettings *settings;
    char *second_style;
    gint threads;
    gboolean list_styles, version, quiet;
    char **arguments; /* PHOTO STYLE OUT */
} Options;

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    interrupted = 1;
}

/* The first Ctrl-C asks to stop, the second one stops. */
static void catch_signals(void)
{
    const struct sigaction action = { .sa_handler = on_signal,
                                      .sa_flags = (int)(SA_RESETHAND | SA_RESTART) };

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static int fail(const GError *error)
{
    g_printerr("impasto-paint: %s\n", error->message);
    return g_error_matches(error, IMPASTO_ERROR, IMPASTO_ERROR_VALUE) ? EXIT_WRONG_USE
                                                                      : EXIT_FAILED;
}

static int wrong_use(const char *text)
{
    g_printerr("impasto-paint: %s\n%s\n", text, _("Try \"impasto-paint --help\"."));
    return EXIT_WRONG_USE;
}

static int list_styles(StyleLibrary *library, Painter *painter)
{
    const UiStyle *styles;
    guint n;

    check_styles_now(painter);
    styles = style_library_list_names(library, &n);
    for (guint i = 0; i < n; i++)
        g_print("%s\t%s\t%s\t%s\n", styles[i].id, styles[i].title, styles[i].artist,
                styles[i].year);
    for (const char *const *text = style_library_warnings(library); *text; text++)
        g_printerr("impasto-paint: %s\n", *text);
    return n ? EXIT_SUCCESS : EXIT_FAILED;
}

/* A bar on standard error, where that is a terminal. */
static gboolean show_progress(gpointer is_terminal, double fraction,
                              double seconds_left)
{
    if (is_terminal) {
        char bar[BAR_WIDTH + 1];
        for (int i = 0; i < BAR_WIDTH; i++)
            bar[i] = i < fraction * BAR_WIDTH ? '#' : '-';
        bar[BAR_WIDTH] = '\0';
        g_printerr("\r[%s] %3.0f %% ", bar, fraction * 100);
        if (fraction >= 1)
            g_printerr("%*s\n", LEFT_WIDTH, "");
        else if (seconds_left >= 0)
            g_printerr(g_dngettext(GETTEXT_PACKAGE, "%4.0f second left ",
                                   "%4.0f seconds left ", (gulong)ceil(seconds_left)),
                       ceil(seconds_left));
    }
    return !interrupted;
}

static int paint(StyleLibrary *library, Painter *painter, const Options *options)
{
    const char *const output = options->arguments[2];
    const gboolean bar = !options->quiet && isatty(STDERR_FILENO);
    g_autoptr(GError) error = NULL;
    ImageFile *image;
    gboolean ok;

    /* what is wrong with the call is said before anything takes time */
    if (!settings_check(options->settings, library, &error) ||
        !image_file_check_output(output, &error))
        return fail(error);
    catch_signals();
    image = image_file_open(options->arguments[0], &error);
    if (!image)
        return fail(error);
    image_file_set_output(image, output, TRUE);
    ok = paint_now(painter, image_file_get_picture(image), options->settings,
                   show_progress, GINT_TO_POINTER(bar), &error);
    if (!ok && bar)
        g_printerr("\n");
    image_file_free(image);
    return ok ? EXIT_SUCCESS : fail(error);
}

static int run(Options *options)
{
    const guint n = options->arguments ? g_strv_length(options->arguments) : 0;
    g_autofree char *program_dir = programs_dir();
    g_autofree char *user_dir = programs_user_styles_dir();
    StyleLibrary *library;
    Painter *painter;
    int status;

    if (options->version) {
        g_print("impasto-paint %s\n", IMP_VERSION);
        return EXIT_SUCCESS;
    }
    if (options->threads < 0 || options->threads > 256)
        return wrong_use(_("threads must be from 1 to 256, or 0 for one per CPU."));
    if (options->list_styles ? n != 0 : n != 3)
        return wrong_use(options->list_styles
                             ? _("--list-styles takes no arguments.")
                             : _("Three arguments are needed: PHOTO STYLE OUT."));
    library = style_library_new(program_dir, user_dir);
    painter = painter_new(library, options->threads);
    if (options->list_styles) {
        status = list_styles(library, painter);
    } else {
        g_free(options->settings->style);
        options->settings->style = g_strdup(options->arguments[1]);
        if (options->second_style) {
            g_free(options->settings->second_style);
            options->settings->second_style = g_strdup(options->second_style);
        }
        status = paint(library, painter, options);
    }
    painter_free(painter);
    style_library_free(library);
    return status;
}

static GOptionContext *make_context(Options *options)
{
    UiSettings *const s = options->settings;
    const GOptionEntry entries[] = {
        { "strength", 's', 0, G_OPTION_ARG_DOUBLE, &s->strength,
          N_("How much of the painting, 0 to 100 (100)"), N_("PERCENT") },
        { "brush-size", 'b', 0, G_OPTION_ARG_DOUBLE, &s->brush_size,
          N_("Size of the strokes, 0.25 to 4 (1)"), N_("SIZE") },
        { "keep-colors", 'k', 0, G_OPTION_ARG_DOUBLE, &s->keep_colors,
          N_("How much of the photo's colors, 0 to 100 (0)"), N_("PERCENT") },
        { "second-style", '2', 0, G_OPTION_ARG_FILENAME, &options->second_style,
          N_("A second style to mix in"), N_("STYLE") },
        { "mix", 'm', 0, G_OPTION_ARG_DOUBLE, &s->mix,
          N_("How much of the second style, 0 to 100 (50)"), N_("PERCENT") },
        { "threads", 't', 0, G_OPTION_ARG_INT, &options->threads,
          N_("Threads to paint with, 1 to 256 (0: one per CPU)"), N_("NUMBER") },
        { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options->quiet, N_("Show no progress"),
          NULL },
        { "list-styles", 'l', 0, G_OPTION_ARG_NONE, &options->list_styles,
          N_("List the styles: id, title, artist, year"), NULL },
        { "version", 'V', 0, G_OPTION_ARG_NONE, &options->version,
          N_("Show the version"), NULL },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->arguments,
          NULL, NULL },
        { NULL, 0, 0, 0, NULL, NULL, NULL },
    };
    GOptionContext *const context = g_option_context_new(_("PHOTO STYLE OUT"));

    g_option_context_add_main_entries(context, entries, GETTEXT_PACKAGE);
    g_option_context_set_summary(
        context,
        _("Paints the picture file PHOTO in a style and writes OUT (.png, .jpg or .tif; "
          "an existing file is replaced when all is done).\n"
          "STYLE is the id of a style, or any picture to take the style from."));
    g_option_context_set_description(
        context,
        _("Examples:\n"
          "  impasto-paint photo.jpg starry-night painting.png\n"
          "  impasto-paint --brush-size 2 --keep-colors 50 photo.jpg scream painting.jpg\n"
          "  impasto-paint --second-style udnie --mix 30 photo.jpg my-canvas.jpg painting.tif\n\n"
          "The exit status is 0 when the painting was written, 1 when something failed, 2 when\n"
          "the call was wrong. Ctrl-C stops and leaves no file behind.\n"
          "JPEG has no transparency: what is transparent becomes white there.\n"
          "IMPASTO_STYLES names another folder with the network and its styles."));
    return context;
}

int main(int argc, char **argv)
{
    Options options = { 0 };
    g_autoptr(GOptionContext) context = NULL;
    g_autoptr(GError) error = NULL;
    int status;

    setlocale(LC_ALL, "");
    bindtextdomain(GETTEXT_PACKAGE, IMP_LOCALE_DIR);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    options.settings = settings_new(NULL);
    context = make_context(&options);
    if (g_option_context_parse(context, &argc, &argv, &error))
        status = run(&options);
    else
        status = wrong_use(error->message);
    g_strfreev(options.arguments);
    g_free(options.second_style);
    settings_free(options.settings);
    return status;
}
