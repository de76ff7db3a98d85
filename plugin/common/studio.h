/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* What a host does with the engine: paint a picture now (scripts), or serve the dialog
 * with previews and paint in the background (UiHost). Both go the same way and give the
 * same pixels.
 *
 *     StyleLibrary *library = style_library_new(program_dir, user_dir);
 *     Painter *painter = painter_new(library, threads);
 *     paint_now(painter, &picture, settings, progress, data, &error);       scripts
 *     Studio *studio = studio_new(painter, &picture, &config);              the dialog
 *     GtkWidget *dialog = ui_dialog_new(studio_get_ui_host(studio));
 *
 * All functions are for one thread, the main thread. */
#ifndef IMPASTO_STUDIO_H
#define IMPASTO_STUDIO_H

#include "host.h"
#include "picture.h"
#include "style-library.h"

G_BEGIN_DECLS

/* The engine with its network and threads; the network is read at first use, so this
 * costs nothing. Borrows `library`, which must outlive it. It serves a studio or the
 * calls of scripts (.._now), never both at once: it has no lock.
 * threads: 1 .. 256, or 0 for one per CPU. */
typedef struct Painter Painter;
Painter *painter_new(StyleLibrary *library, int threads);
void painter_free(Painter *painter); /* NULL is fine */

/* Called on the thread that called paint_now, about ten times a second; seconds_left
 * is < 0 while not known. Return FALSE to cancel. */
typedef gboolean PaintProgress(gpointer data, double fraction, double seconds_left);

/* Paint `picture` with `settings`: checks them (settings_check), paints on threads of
 * its own, hands the pixels to picture->write and calls picture->finish. Returns when
 * all is done. progress may be NULL. FALSE: G_IO_ERROR_CANCELLED, or IMPASTO_ERROR
 * (gerror.h; IMPASTO_ERROR_VALUE means that the caller's arguments are at fault), or
 * the picture's own error; nothing is changed. */
gboolean paint_now(Painter *painter, const Picture *picture, const UiSettings *settings,
                   PaintProgress *progress, gpointer data, GError **error);

/* Read a style off a picture file, learn it (imp_style_fit, for some seconds; where
 * that fails it stays as it was read), and keep it among the user's styles (transfer
 * full: its new id). title NULL or "": the file's name. Blocks. */
char *add_style_now(Painter *painter, const char *path, const char *title,
                    GError **error);

/* Look into the vector of every style and leave out (style_library_leave_out) what is
 * damaged, before the styles are listed for somebody. How many were. */
guint check_styles_now(Painter *painter);

/* What else the dialog wants of the host; any function may be NULL. */
typedef struct StudioConfig {
    const UiSettings
        *initial; /* what the dialog opens with; NULL: the defaults. Copied.
                                  Values that cannot be used become defaults */
    const char
        *state_file; /* settings.h: the dialog's own state is kept there, and, after
                                  a painting, its values; NULL: nowhere. Copied */
    gpointer self;   /* first argument of the functions below */
    /* Layers of open images that a style can be read from (UiHost.style_sources). */
    GPtrArray *(*style_sources)(gpointer self);
    /* The pixels of one of them, long side at most 1024; transfer full. */
    GdkPixbuf *(*style_source)(gpointer self, int id, GError **error);
    void (*set_replace)(gpointer self, gboolean replace); /* UiHost's */
    const char *paint_help; /* UiHost's; lives as long as the studio */
} StudioConfig;

/* Borrows painter and picture. The worker thread sleeps until the first request. */
typedef struct Studio Studio;
Studio *studio_new(Painter *painter, const Picture *picture,
                   const StudioConfig *config);
const UiHost *studio_get_ui_host(Studio *studio);
/* Stops what runs (a paint is abandoned) and waits for the worker, which first adds the
 * styles that were asked for, a second each. Destroy the dialog first. */
void studio_free(Studio *studio);

G_END_DECLS
#endif
