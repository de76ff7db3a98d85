/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* What the dialog needs from whoever runs it (the GIMP plug-in, or a program that
 * shows it on an image file). The dialog knows nothing of GIMP and nothing of the
 * network; it knows this page.
 *
 * All functions are called from the main thread and return at once; all callbacks
 * come on the main thread, from the default main context. Pictures are GdkPixbufs,
 * 8 bit R'G'B'(A), immutable once handed over. */
#ifndef IMPASTO_UI_HOST_H
#define IMPASTO_UI_HOST_H

#include <cairo.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib.h>

G_BEGIN_DECLS

/* As GDK 3 has it (C11 allows a typedef twice), so that a program without a window
 * needs no GTK. */
typedef cairo_rectangle_int_t GdkRectangle;

/* The values of the dialog and of plug-in-impasto, in the units that users see. */
typedef struct UiSettings {
    char *style;        /* gallery id, or absolute path of a picture; owned */
    double strength;    /* 0 .. 100 % */
    double brush_size;  /* 0.25 .. 4, 1 is the default */
    double keep_colors; /* 0 .. 100 % */
    char *second_style; /* "" for none; owned */
    double mix;         /* 0 .. 100 %, how much of the second style */
} UiSettings;

/* One style of the gallery. Strings are owned by the host and live until the next
 * "styles changed". */
typedef struct UiStyle {
    const char *id, *title, *artist, *year;
    const char *source, *license;
    GdkPixbuf *thumbnail;     /* square, 256 px; never NULL (neutral if damaged) */
    const char *picture_path; /* the picture it was read from, or NULL */
    gboolean is_users;        /* made by the user: may be renamed and deleted */
    gboolean is_favorite;
} UiStyle;

/* How far a preview has come. */
typedef enum UiStage {
    UI_STAGE_COARSE, /* painted small, shown enlarged: something to look at quickly */
    UI_STAGE_FULL,   /* what the preview is */
    UI_STAGE_DETAIL, /* full-size pixels of the rectangle asked for (zoomed in) */
    UI_STAGE_FAILED, /* `error` says why; the last good preview stays */
} UiStage;

typedef struct UiPreview {
    UiStage stage;
    /* RGB; COARSE and FULL: the whole picture at their own size; DETAIL: the rectangle.
     * NULL on FAILED */
    GdkPixbuf *painting;
    gboolean more;       /* FULL: a finer one follows, of the same request */
    GdkRectangle area;   /* DETAIL: the rectangle, in pixels of the full picture */
    guint serial;        /* that of the request it answers */
    const GError *error; /* FAILED only */
} UiPreview;

typedef struct UiHost UiHost;

typedef struct UiHostEvents {
    void (*preview)(gpointer data, const UiPreview *preview);
    /* fraction 0 .. 1; seconds_left < 0 while not known yet. `done_area` (may be NULL):
     * a rectangle of the full picture that was just painted, with its pixels (RGB, not
     * blended, scaled to at most 1024 px), so that the preview can show progress in
     * place. */
    void (*progress)(gpointer data, double fraction, double seconds_left,
                     const GdkRectangle *done_area, GdkPixbuf *pixels);
    /* paint ended: error NULL on success; G_IO_ERROR_CANCELLED after a cancel. */
    void (*painted)(gpointer data, const GError *error);
    /* The gallery changed (style added, renamed, deleted, starred, thumbnail ready). */
    void (*styles_changed)(gpointer data);
    /* add_style ended: the new style's id, or an error. */
    void (*style_added)(gpointer data, const char *id, const GError *error);
    /* A style that was added is learned from its picture, in the background: fraction 0
     * .. 1. At 1 it paints better than before, and its previews are to be asked for
     * anew; below 0 it stays as it was read. */
    void (*learning)(gpointer data, const char *id, double fraction);
} UiHostEvents;

/* A picture that a style can be read from besides files: a layer of an open image. */
typedef struct UiStyleSource {
    char *title;          /* "image.xcf: Background"; owned by the array */
    GdkPixbuf *thumbnail; /* small, may be NULL; owned by the array */
    int id;               /* the host's own */
} UiStyleSource;

struct UiHost {
    gpointer self; /* first argument of every function */

    /* events: copied, or kept until the next call; NULL: nobody listens any more. */
    void (*set_events)(gpointer self, const UiHostEvents *events, gpointer data);

    /* Size of the full picture (the layer's selection bounds). */
    void (*picture_size)(gpointer self, int *width, int *height);
    /* The photo to show, RGBA or RGB, long side about 1024 or the picture's own size if
     * smaller; transfer full. */
    GdkPixbuf *(*photo)(gpointer self);
    /* The photo's pixels of a rectangle, full size (for zoomed views); transfer full;
     * NULL on failure. At most as many pixels as 3840 x 2160 has. */
    GdkPixbuf *(*photo_area)(gpointer self, const GdkRectangle *area);

    /* Styles, in gallery order (favorites first); array owned by the host. */
    const UiStyle *(*styles)(gpointer self, guint *n);
    /* A line for each style that is left out because it is damaged, or of the initial
     * settings and not there, naming it; transfer full, NULL where there is none. May
     * change with "styles changed". */
    char *(*style_faults)(gpointer self);
    void (*set_favorite)(gpointer self, const char *id, gboolean favorite);
    gboolean (*rename_style)(gpointer self, const char *id, const char *title,
                             GError **error);
    gboolean (*delete_style)(gpointer self, const char *id, GError **error);
    /* Read a style off a picture file, in the background; ends in style_added. */
    void (*add_style_file)(gpointer self, const char *path, const char *title);
    /* The same from a layer; the array (element-type UiStyleSource*) is transfer full,
     * empty where there are none. */
    GPtrArray *(*style_sources)(gpointer self);
    void (*add_style_source)(gpointer self, int source_id, const char *title);

    /* Ask for a preview with these settings (style, brush size, mix count; strength and
     * keep colors do not). Stops the previous request at once. Answered by one COARSE
     * (may be left out when FULL is quick), then by one FULL or more: the first paint,
     * and a finer one of a picture that is large. FAILED ends it too; what came before
     * stays. Returns the serial. */
    guint (*request_preview)(gpointer self, const UiSettings *settings);
    /* Ask for full-size pixels of a rectangle, of at most that size, with the settings
     * of the last request. */
    guint (*request_detail)(gpointer self, const GdkRectangle *area);

    /* What full strength shows: out = painting with the photo's colors kept by
     * keep_colors (percent), in the photo's shape. photo and out: same size and channels
     * (3 or 4); painting: same size, 3 channels. Quick: 0.5 MP in a few milliseconds. */
    void (*keep_colors)(gpointer self, GdkPixbuf *out, const GdkPixbuf *photo,
                        const GdkPixbuf *painting, double keep_colors);

    /* Whether the painting takes the place of an earlier one, or becomes a layer of its
     * own beside it: what the user chose, before each paint. NULL: there is none to
     * replace, and the dialog does not ask. */
    void (*set_replace)(gpointer self, gboolean replace);
    /* Paint for good with these settings; ends in painted(). */
    void (*paint)(gpointer self, const UiSettings *settings);
    /* Stop a running paint or preview at once. */
    void (*cancel)(gpointer self);

    /* The values that the dialog opens with (copied by the caller), and what Reset
     * means. */
    const UiSettings *(*initial)(gpointer self);
    const UiSettings *(*defaults)(gpointer self);
    /* State of the dialog itself (size, divider, ...): small strings that survive
     * sessions.
     * get: transfer full, NULL when unset. */
    char *(*get_state)(gpointer self, const char *key);
    void (*set_state)(gpointer self, const char *key, const char *value);

    /* What Paint does here, for the page of help: a sentence or two, translated. */
    const char *paint_help;
};

/* The host's style of this id (may be NULL), or NULL. */
static inline const UiStyle *ui_host_find_style(const UiHost *host, const char *id)
{
    guint n;
    const UiStyle *const styles = host->styles(host->self, &n);

    for (guint i = 0; i < n && id != NULL; i++)
        if (g_strcmp0(styles[i].id, id) == 0)
            return &styles[i];
    return NULL;
}

G_END_DECLS
#endif
