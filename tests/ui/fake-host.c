/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A host for tests of the dialog's own behavior: draws its photo and styles, "paints"
 * by a cheap filter, and is slow, wrong or late on demand. Prints every call on
 * standard output, one line each, and the dialog's answer at the end.
 *
 *   ui-fake-host [--size WxH] [--delay MS] [--stale] [--hold] [--manual] [--damaged] \
 *                [--repaint] [--state FILE]
 *
 * A preview comes in three steps, with strokes that get finer: coarse, first, full.
 * --delay: of each of them and of each tile of the paint. --stale: a request does not
 * stop the one before, whose answers still come, after its own. --hold: each full
 * preview waits for a byte on standard input. --manual: the paint goes on by a tile for
 * each byte on standard input, and not by itself. --damaged: a style is left out.
 * --repaint: there is a layer to replace. Styles whose id begins with "bad" fail in the
 * preview, with "worse" in the paint. */
#include "dialog.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THUMB = 256, TILE = 512, PHOTO = 1024, WORKING = 832 };

typedef struct FakeStyle {
    char *id, *title, *artist, *year;
    float r, g, b;
    GdkPixbuf *thumbnail;
    gboolean is_users, is_favorite;
} FakeStyle;

typedef struct Fake {
    UiHost host;
    const UiHostEvents *events;
    gpointer data;
    int width, height, delay;
    gboolean stale, hold, manual, damaged;
    GPtrArray *styles; /* FakeStyle */
    GArray *shown;     /* UiStyle, for styles() */
    guint serial;
    UiSettings *requested, *initial, *defaults;
    GPtrArray *steps; /* guint source ids */
    guint paint_source;
    int tile;
    GKeyFile *state;
    const char *state_path;
} Fake;

static void say(const char *format, ...) G_GNUC_PRINTF(1, 2);
static void say(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    fflush(stdout);
}

static UiSettings *settings_copy(const UiSettings *settings)
{
    UiSettings *const copy = g_memdup2(settings, sizeof *settings);

    copy->style = g_strdup(settings->style);
    copy->second_style = g_strdup(settings->second_style);
    return copy;
}

/* --- the photo: a sunset over hills, any size ------------------------------------- */

static void photo_pixel(const Fake *fake, double x, double y, guchar *p)
{
    const double u = x / fake->width, v = y / fake->height;
    const double hill = 0.62 + 0.07 * sin(7 * u) + 0.03 * sin(19 * u + 1);
    const double near = 0.78 + 0.05 * sin(4 * u + 2) + 0.015 * sin(31 * u);
    const double sun = hypot((u - 0.62) * fake->width / fake->height, v - 0.42);
    const double leaf = ((int)(x / 7) * 31 + (int)(y / 5) * 17) % 13 / 13.0;
    double r, g, b;

    if (v > near) {
        r = 38 + 30 * leaf;
        g = 60 + 46 * leaf;
        b = 34 + 10 * leaf;
    } else if (v > hill) {
        r = 92 + 50 * (v - hill);
        g = 86 + 60 * leaf * (v - hill);
        b = 110;
    } else {
        const double glow = exp(-9 * sun * sun);
        r = 96 + 130 * v + 60 * glow;
        g = 120 + 50 * v + 60 * glow;
        b = 190 - 90 * v;
        if (sun < 0.07) {
            r = 255;
            g = 236;
            b = 190;
        }
    }
    p[0] = (guchar)CLAMP(r, 0, 255);
    p[1] = (guchar)CLAMP(g, 0, 255);
    p[2] = (guchar)CLAMP(b, 0, 255);
}

static GdkPixbuf *draw_photo(const Fake *fake, const GdkRectangle *area, int width,
                             int height)
{
    GdkPixbuf *const picture =
        gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, width, height);
    guchar *const pixels = gdk_pixbuf_get_pixels(picture);
    const int pitch = gdk_pixbuf_get_rowstride(picture);

    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            photo_pixel(fake, area->x + (x + 0.5) * area->width / width,
                        area->y + (y + 0.5) * area->height / height,
                        pixels + y * pitch + x * 3);
    return picture;
}

/* The filter: blocks of `stroke` times the brush's size, in the style's tint. */
static GdkPixbuf *draw_painting(const Fake *fake, const UiSettings *settings,
                                const GdkRectangle *area, int width, int height,
                                double stroke)
{
    GdkPixbuf *const picture = draw_photo(fake, area, width, height);
    guchar *const pixels = gdk_pixbuf_get_pixels(picture);
    const int pitch = gdk_pixbuf_get_rowstride(picture);
    const double block = 12 * stroke * settings->brush_size * fake->width / WORKING;
    const FakeStyle *style = fake->styles->pdata[0];

    for (guint i = 0; i < fake->styles->len; i++)
        if (strcmp(((FakeStyle *)fake->styles->pdata[i])->id, settings->style) == 0)
            style = fake->styles->pdata[i];
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            const double px = area->x + (x + 0.5) * area->width / width;
            const double py = area->y + (y + 0.5) * area->height / height;
            guchar *const p = pixels + y * pitch + x * 3;
            photo_pixel(fake, (floor(px / block) + 0.5) * block,
                        (floor(py / block) + 0.5) * block, p);
            p[0] = (guchar)(p[0] * style->r);
            p[1] = (guchar)(p[1] * style->g);
            p[2] = (guchar)(p[2] * style->b);
        }
    return picture;
}

/* --- styles ----------------------------------------------------------------------- */

static void style_free(gpointer data)
{
    FakeStyle *const style = data;

    g_free(style->id);
    g_free(style->title);
    g_free(style->artist);
    g_free(style->year);
    g_object_unref(style->thumbnail);
    g_free(style);
}

static FakeStyle *style_new(const char *id, const char *title, const char *artist,
                            const char *year, gboolean is_users)
{
    FakeStyle *const style = g_new0(FakeStyle, 1);
    const guint seed = g_str_hash(id);

    style->id = g_strdup(id);
    style->title = g_strdup(title);
    style->artist = g_strdup(artist);
    style->year = g_strdup(year);
    style->is_users = is_users;
    style->r = 0.35f + 0.65f * (float)(seed % 7) / 6;
    style->g = 0.35f + 0.65f * (float)(seed / 7 % 7) / 6;
    style->b = 0.35f + 0.65f * (float)(seed / 49 % 7) / 6;
    style->thumbnail = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, THUMB, THUMB);
    for (int y = 0; y < THUMB; y++)
        for (int x = 0; x < THUMB; x++) {
            guchar *const p = gdk_pixbuf_get_pixels(style->thumbnail) +
                              y * gdk_pixbuf_get_rowstride(style->thumbnail) + x * 3;
            const double wave =
                0.5 + 0.5 * sin((x * (seed % 5 + 1) + y * (seed % 3 + 1)) / 40.0 +
                                3 * sin(y / 50.0 + seed % 11));
            p[0] = (guchar)(255 * style->r * (0.4 + 0.6 * wave));
            p[1] = (guchar)(255 * style->g * (0.5 + 0.5 * wave));
            p[2] = (guchar)(255 * style->b * (0.6 + 0.4 * (1 - wave)));
        }
    return style;
}

static int favorites_first(gconstpointer a, gconstpointer b)
{
    const FakeStyle *const first = *(FakeStyle *const *)a;
    const FakeStyle *const second = *(FakeStyle *const *)b;

    if (first->is_favorite != second->is_favorite)
        return first->is_favorite ? -1 : 1;
    return strcmp(first->title, second->title);
}

static FakeStyle *find(Fake *fake, const char *id)
{
    for (guint i = 0; i < fake->styles->len; i++)
        if (strcmp(((FakeStyle *)fake->styles->pdata[i])->id, id) == 0)
            return fake->styles->pdata[i];
    return NULL;
}

static const UiStyle *get_styles(gpointer self, guint *n)
{
    Fake *const fake = self;

    g_ptr_array_sort(fake->styles, favorites_first);
    g_array_set_size(fake->shown, 0);
    for (guint i = 0; i < fake->styles->len; i++) {
        const FakeStyle *const style = fake->styles->pdata[i];
        const UiStyle shown = { .id = style->id,
                                .title = style->title,
                                .artist = style->artist,
                                .year = style->year,
                                .source = "Nowhere",
                                .license = "Public domain",
                                .thumbnail = style->thumbnail,
                                .is_users = style->is_users,
                                .is_favorite = style->is_favorite };
        g_array_append_val(fake->shown, shown);
    }
    *n = fake->shown->len;
    return (const UiStyle *)(void *)fake->shown->data;
}

static char *style_faults(gpointer self)
{
    const Fake *const fake = self;

    return fake->damaged
               ? g_strdup("The style “eaten” is left out: its vector is gone.")
               : NULL;
}

static void set_favorite(gpointer self, const char *id, gboolean favorite)
{
    Fake *const fake = self;

    say("favorite %s %d", id, favorite);
    find(fake, id)->is_favorite = favorite;
    fake->events->styles_changed(fake->data);
}

static gboolean rename_style(gpointer self, const char *id, const char *title,
                             GError **error)
{
    Fake *const fake = self;
    FakeStyle *const style = find(fake, id);

    say("rename %s %s", id, title);
    if (strcmp(title, "impossible") == 0) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                    "The style cannot be renamed.");
        return FALSE;
    }
    g_free(style->title);
    style->title = g_strdup(title);
    fake->events->styles_changed(fake->data);
    return TRUE;
}

static gboolean delete_style(gpointer self, const char *id, GError **error)
{
    Fake *const fake = self;

    say("delete %s", id);
    g_ptr_array_remove(fake->styles, find(fake, id));
    fake->events->styles_changed(fake->data);
    return TRUE;
}

typedef struct Learning {
    Fake *fake;
    char id[32];
} Learning;

static gboolean learned(GIOChannel *channel, GIOCondition condition, gpointer data)
{
    Learning *const learning = data;
    char byte;

    if (read(STDIN_FILENO, &byte, 1) == 1) {
        say("learned %s", learning->id);
        learning->fake->events->learning(learning->fake->data, learning->id, 1);
    }
    return G_SOURCE_REMOVE;
}

/* A byte on standard input ends it. */
static void learn_by_hand(Fake *fake, const char *id)
{
    GIOChannel *const channel = g_io_channel_unix_new(STDIN_FILENO);
    Learning *const learning = g_new0(Learning, 1);

    learning->fake = fake;
    g_strlcpy(learning->id, id, sizeof learning->id);
    g_io_add_watch_full(channel, G_PRIORITY_DEFAULT, G_IO_IN, learned, learning,
                        g_free);
    g_io_channel_unref(channel);
}

typedef struct Adding {
    Fake *fake;
    char *title, *path;
} Adding;

static gboolean added(gpointer data)
{
    Adding *const adding = data;
    Fake *const fake = adding->fake;
    GError *error = NULL;

    if (adding->path != NULL && !gdk_pixbuf_get_file_info(adding->path, NULL, NULL)) {
        g_set_error(&error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s is not a picture.",
                    adding->path);
        fake->events->style_added(fake->data, NULL, error);
        g_error_free(error);
    } else {
        char *const id = g_strdup_printf("user-%u", fake->styles->len);
        g_ptr_array_add(fake->styles, style_new(id, adding->title, "", "", TRUE));
        fake->events->styles_changed(fake->data);
        fake->events->style_added(fake->data, id, NULL);
        fake->events->learning(fake->data, id, 0.37);
        learn_by_hand(fake, id);
        g_free(id);
    }
    g_free(adding->title);
    g_free(adding->path);
    g_free(adding);
    return G_SOURCE_REMOVE;
}

static void add_later(Fake *fake, const char *path, const char *title)
{
    Adding *const adding = g_new0(Adding, 1);

    *adding = (Adding) { fake, g_strdup(title), g_strdup(path) };
    g_timeout_add((guint)fake->delay, added, adding);
}

static void add_style_file(gpointer self, const char *path, const char *title)
{
    say("add-file %s %s", path, title);
    add_later(self, path, title);
}

static void source_free(gpointer data)
{
    UiStyleSource *const source = data;

    g_free(source->title);
    g_clear_object(&source->thumbnail);
    g_free(source);
}

static GPtrArray *style_sources(gpointer self)
{
    Fake *const fake = self;
    GPtrArray *const sources = g_ptr_array_new_with_free_func(source_free);

    for (int i = 0; i < 2; i++) {
        UiStyleSource *const source = g_new0(UiStyleSource, 1);
        source->id = 40 + i;
        source->title = g_strdup(i == 0 ? "sketch.xcf: Background" : "sketch.xcf: Ink");
        source->thumbnail =
            g_object_ref(((FakeStyle *)fake->styles->pdata[i])->thumbnail);
        g_ptr_array_add(sources, source);
    }
    return sources;
}

static void add_style_source(gpointer self, int id, const char *title)
{
    say("add-source %d %s", id, title);
    add_later(self, NULL, title);
}

/* --- previews --------------------------------------------------------------------- */

typedef struct Step {
    Fake *fake;
    UiSettings *settings;
    UiStage stage;
    gboolean more;
    guint serial;
    GdkRectangle area;
} Step;

static void step_free(gpointer data)
{
    Step *const step = data;

    ui_settings_free(step->settings);
    g_free(step);
}

static gboolean step_cb(gpointer data)
{
    Step *const step = data;
    Fake *const fake = step->fake;
    const GdkRectangle all = { 0, 0, fake->width, fake->height };
    UiPreview preview = { .stage = step->stage,
                          .more = step->more,
                          .serial = step->serial,
                          .area = step->area };
    const double zoom = step->stage == UI_STAGE_COARSE ? 0.25 : 1;
    const double working = MIN(1, (double)WORKING / MAX(fake->width, fake->height));
    GError *error = NULL;

    if (g_str_has_prefix(step->settings->style, "bad")) {
        preview.stage = UI_STAGE_FAILED;
        error = g_error_new(G_IO_ERROR, G_IO_ERROR_FAILED, "The style “%s” is damaged.",
                            step->settings->style);
        preview.error = error;
    } else if (step->stage == UI_STAGE_DETAIL) {
        preview.painting = draw_painting(fake, step->settings, &step->area,
                                         step->area.width, step->area.height, 1);
    } else {
        preview.painting = draw_painting(fake, step->settings, &all,
                                         MAX(1, (int)(fake->width * working * zoom)),
                                         MAX(1, (int)(fake->height * working * zoom)),
                                         step->more ? 2 : 1);
    }
    say("answer %s %u",
        preview.stage == UI_STAGE_FAILED   ? "failed"
        : preview.stage == UI_STAGE_COARSE ? "coarse"
        : preview.more                     ? "first"
        : preview.stage == UI_STAGE_FULL   ? "full"
                                           : "detail",
        step->serial);
    fake->events->preview(fake->data, &preview);
    g_clear_object(&preview.painting);
    g_clear_error(&error);
    for (guint i = 0; i < fake->steps->len; i++)
        if (GPOINTER_TO_UINT(fake->steps->pdata[i]) ==
            g_source_get_id(g_main_current_source()))
            g_ptr_array_remove_index_fast(fake->steps, i--);
    return G_SOURCE_REMOVE;
}

static gboolean step_by_hand(GIOChannel *channel, GIOCondition condition, gpointer data)
{
    char byte;

    return read(STDIN_FILENO, &byte, 1) == 1 && step_cb(data);
}

static void stop_steps(Fake *fake)
{
    for (guint i = 0; i < fake->steps->len; i++)
        g_source_remove(GPOINTER_TO_UINT(fake->steps->pdata[i]));
    g_ptr_array_set_size(fake->steps, 0);
}

static void add_step(Fake *fake, UiStage stage, gboolean more, guint serial,
                     const GdkRectangle *area, int delay)
{
    Step *const step = g_new0(Step, 1);
    guint id;

    *step = (Step) { fake,   settings_copy(fake->requested),
                     stage,  more,
                     serial, area == NULL ? (GdkRectangle) { 0 } : *area };
    if (fake->hold && stage == UI_STAGE_FULL && !more) {
        GIOChannel *const channel = g_io_channel_unix_new(STDIN_FILENO);
        id = g_io_add_watch_full(channel, G_PRIORITY_DEFAULT, G_IO_IN, step_by_hand,
                                 step, step_free);
        g_io_channel_unref(channel);
    } else {
        id = g_timeout_add_full(G_PRIORITY_DEFAULT, (guint)delay, step_cb, step,
                                step_free);
    }
    g_ptr_array_add(fake->steps, GUINT_TO_POINTER(id));
}

static guint request_preview(gpointer self, const UiSettings *settings)
{
    Fake *const fake = self;
    /* Stale answers come last: each older request is slower than the newest. */
    const int delay =
        fake->stale ? MAX(fake->delay * (4 - (int)fake->serial), 20) : fake->delay;

    if (!fake->stale)
        stop_steps(fake);
    ui_settings_free(fake->requested);
    fake->requested = settings_copy(settings);
    fake->serial++;
    say("preview %u style=%s brush=%.2f second=%s mix=%.0f", fake->serial,
        settings->style, settings->brush_size, settings->second_style, settings->mix);
    if (!g_str_has_prefix(settings->style, "bad")) {
        add_step(fake, UI_STAGE_COARSE, FALSE, fake->serial, NULL, delay);
        add_step(fake, UI_STAGE_FULL, TRUE, fake->serial, NULL, 2 * delay);
    }
    add_step(fake, UI_STAGE_FULL, FALSE, fake->serial, NULL, 3 * delay);
    return fake->serial;
}

static guint request_detail(gpointer self, const GdkRectangle *area)
{
    Fake *const fake = self;

    fake->serial++;
    say("detail %u %d,%d %dx%d", fake->serial, area->x, area->y, area->width,
        area->height);
    add_step(fake, UI_STAGE_DETAIL, FALSE, fake->serial, area, fake->delay);
    return fake->serial;
}

static void keep_colors(gpointer self, GdkPixbuf *out, const GdkPixbuf *photo,
                        const GdkPixbuf *painting, double percent)
{
    const int channels = gdk_pixbuf_get_n_channels(photo);
    const int k = (int)lround(percent * 2.56);

    for (int y = 0; y < gdk_pixbuf_get_height(photo); y++) {
        const guchar *a =
            gdk_pixbuf_read_pixels(photo) + y * gdk_pixbuf_get_rowstride(photo);
        const guchar *b =
            gdk_pixbuf_read_pixels(painting) + y * gdk_pixbuf_get_rowstride(painting);
        guchar *o = gdk_pixbuf_get_pixels(out) + y * gdk_pixbuf_get_rowstride(out);
        for (int x = 0; x < gdk_pixbuf_get_width(photo);
             x++, a += channels, b += 3, o += channels) {
            const int gray =
                (77 * (b[0] - a[0]) + 150 * (b[1] - a[1]) + 29 * (b[2] - a[2])) / 256;
            for (int c = 0; c < 3; c++) {
                const int kept = b[c] + k * (a[c] + gray - b[c]) / 256;
                o[c] = (guchar)CLAMP(kept, 0, 255);
            }
            if (channels == 4)
                o[3] = a[3];
        }
    }
}

/* --- painting --------------------------------------------------------------------- */

static gboolean paint_cb(gpointer data)
{
    Fake *const fake = data;
    const int columns = (fake->width + TILE - 1) / TILE;
    const int tiles = columns * ((fake->height + TILE - 1) / TILE);
    GdkRectangle area = { fake->tile % columns * TILE, fake->tile / columns * TILE,
                          TILE, TILE };
    const GdkRectangle all = { 0, 0, fake->width, fake->height };

    gdk_rectangle_intersect(&area, &all, &area);
    GdkPixbuf *const pixels =
        draw_painting(fake, fake->requested, &area, area.width, area.height, 1);
    fake->tile++;
    fake->events->progress(fake->data, (double)fake->tile / tiles,
                           fake->tile < 2 ? -1
                                          : (tiles - fake->tile) * fake->delay / 1000.0,
                           &area, pixels);
    g_object_unref(pixels);
    if (g_str_has_prefix(fake->requested->style, "worse") && fake->tile == 3) {
        GError *const error = g_error_new(G_IO_ERROR, G_IO_ERROR_FAILED,
                                          "There is not enough memory to paint.");
        fake->paint_source = 0;
        say("painted failed");
        fake->events->painted(fake->data, error);
        g_error_free(error);
        return G_SOURCE_REMOVE;
    }
    if (fake->tile < tiles)
        return G_SOURCE_CONTINUE;
    fake->paint_source = 0;
    say("painted");
    fake->events->painted(fake->data, NULL);
    return G_SOURCE_REMOVE;
}

static gboolean paint_by_hand(GIOChannel *channel, GIOCondition condition,
                              gpointer data)
{
    char byte;

    return read(STDIN_FILENO, &byte, 1) == 1 && paint_cb(data);
}

static void set_replace(gpointer self, gboolean replace)
{
    say("replace %d", replace);
}

static void paint(gpointer self, const UiSettings *settings)
{
    Fake *const fake = self;

    say("paint style=%s strength=%.0f brush=%.2f", settings->style, settings->strength,
        settings->brush_size);
    stop_steps(fake);
    ui_settings_free(fake->requested);
    fake->requested = settings_copy(settings);
    fake->tile = 0;
    if (fake->manual) {
        GIOChannel *const channel = g_io_channel_unix_new(STDIN_FILENO);
        fake->paint_source = g_io_add_watch(channel, G_IO_IN, paint_by_hand, fake);
        g_io_channel_unref(channel);
    } else {
        fake->paint_source = g_timeout_add((guint)fake->delay, paint_cb, fake);
    }
}

static gboolean cancelled_cb(gpointer data)
{
    Fake *const fake = data;
    GError *const error = g_error_new(G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled");

    fake->events->painted(fake->data, error);
    g_error_free(error);
    return G_SOURCE_REMOVE;
}

static void cancel(gpointer self)
{
    Fake *const fake = self;

    say("cancel");
    stop_steps(fake);
    if (fake->paint_source == 0)
        return;
    g_source_remove(fake->paint_source);
    fake->paint_source = 0;
    g_idle_add(cancelled_cb, fake);
}

/* --- the rest --------------------------------------------------------------------- */

/* Nobody listens any more. */
static void no_preview(gpointer data, const UiPreview *preview) {}

static void no_progress(gpointer data, double fraction, double seconds_left,
                        const GdkRectangle *done_area, GdkPixbuf *pixels)
{
}

static void no_painted(gpointer data, const GError *error) {}

static void no_styles_changed(gpointer data) {}

static void no_style_added(gpointer data, const char *id, const GError *error) {}

static void no_learning(gpointer data, const char *id, double fraction) {}

static const UiHostEvents no_events = {
    .preview = no_preview,
    .progress = no_progress,
    .painted = no_painted,
    .styles_changed = no_styles_changed,
    .style_added = no_style_added,
    .learning = no_learning,
};

static void set_events(gpointer self, const UiHostEvents *events, gpointer data)
{
    Fake *const fake = self;

    fake->events = events == NULL ? &no_events : events;
    fake->data = data;
}

static void picture_size(gpointer self, int *width, int *height)
{
    Fake *const fake = self;

    *width = fake->width;
    *height = fake->height;
}

static GdkPixbuf *get_photo(gpointer self)
{
    Fake *const fake = self;
    const double zoom = MIN(1, (double)PHOTO / MAX(fake->width, fake->height));

    return draw_photo(fake, &(GdkRectangle) { 0, 0, fake->width, fake->height },
                      MAX(1, (int)(fake->width * zoom)),
                      MAX(1, (int)(fake->height * zoom)));
}

static GdkPixbuf *get_photo_area(gpointer self, const GdkRectangle *area)
{
    return draw_photo(self, area, area->width, area->height);
}

static const UiSettings *get_initial(gpointer self)
{
    return ((Fake *)self)->initial;
}

static const UiSettings *get_defaults(gpointer self)
{
    return ((Fake *)self)->defaults;
}

static char *get_state(gpointer self, const char *key)
{
    return g_key_file_get_string(((Fake *)self)->state, "state", key, NULL);
}

static void set_state(gpointer self, const char *key, const char *value)
{
    Fake *const fake = self;

    say("state %s %s", key, value);
    g_key_file_set_string(fake->state, "state", key, value);
    if (fake->state_path != NULL)
        g_key_file_save_to_file(fake->state, fake->state_path, NULL);
}

static const char *const works[][4] = {
    { "harbor", "Harbor at Dawn", "Ana Gram", "1872" },
    { "fields", "Yellow Fields", "Ana Gram", "1888" },
    { "night", "Night over the River", "Theo Rem", "1889" },
    { "bridge", "The Red Bridge", "Theo Rem", "1891" },
    { "garden", "Garden in June", "Clara Fication", "1893" },
    { "dancers", "Dancers", "Clara Fication", "1895" },
    { "storm", "Storm", "Édouard Émail", "1899" },
    { "cubes", "Cubes III", "Pan O'Rama", "1912" },
    { "circles", "Circles in Circles", "Pan O'Rama", "1923" },
    { "bad-canvas", "Torn Canvas", "Unknown", "" },
    { "worse-canvas", "Wet Canvas", "Unknown", "" },
};

static int parse(Fake *fake, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const gboolean more = i + 1 < argc;
        if (more && strcmp(argv[i], "--size") == 0) {
            if (sscanf(argv[++i], "%dx%d", &fake->width, &fake->height) != 2)
                return 2;
        } else if (more && strcmp(argv[i], "--delay") == 0) {
            fake->delay = atoi(argv[++i]);
        } else if (strcmp(argv[i], "--manual") == 0) {
            fake->manual = TRUE;
        } else if (strcmp(argv[i], "--stale") == 0) {
            fake->stale = TRUE;
        } else if (strcmp(argv[i], "--hold") == 0) {
            fake->hold = TRUE;
        } else if (strcmp(argv[i], "--damaged") == 0) {
            fake->damaged = TRUE;
        } else if (strcmp(argv[i], "--repaint") == 0) {
            fake->host.set_replace = set_replace;
        } else if (more && strcmp(argv[i], "--state") == 0) {
            fake->state_path = argv[++i];
        } else {
            fprintf(stderr, "ui-fake-host: unknown option %s\n", argv[i]);
            return 2;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    Fake fake = { .width = 3000, .height = 2000, .delay = 30 };

    fake.host = (UiHost) {
        .self = &fake,
        .set_events = set_events,
        .picture_size = picture_size,
        .photo = get_photo,
        .photo_area = get_photo_area,
        .styles = get_styles,
        .style_faults = style_faults,
        .set_favorite = set_favorite,
        .rename_style = rename_style,
        .delete_style = delete_style,
        .add_style_file = add_style_file,
        .style_sources = style_sources,
        .add_style_source = add_style_source,
        .request_preview = request_preview,
        .request_detail = request_detail,
        .keep_colors = keep_colors,
        .paint = paint,
        .cancel = cancel,
        .initial = get_initial,
        .defaults = get_defaults,
        .get_state = get_state,
        .set_state = set_state,
        .paint_help = "Paint prints a line.",
    };
    const int wrong = parse(&fake, argc, argv);
    if (wrong != 0)
        return wrong;
    g_set_prgname("ui-fake-host");
    if (!gtk_init_check(NULL, NULL)) {
        fprintf(stderr, "ui-fake-host: no display\n");
        return 1;
    }
    fake.styles = g_ptr_array_new_with_free_func(style_free);
    fake.shown = g_array_new(FALSE, FALSE, sizeof(UiStyle));
    fake.steps = g_ptr_array_new();
    fake.state = g_key_file_new();
    if (fake.state_path != NULL)
        g_key_file_load_from_file(fake.state, fake.state_path, G_KEY_FILE_NONE, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(works); i++)
        g_ptr_array_add(fake.styles, style_new(works[i][0], works[i][1], works[i][2],
                                               works[i][3], FALSE));
    g_ptr_array_add(fake.styles, style_new("user-mine", "My Own", "", "", TRUE));
    fake.defaults = &(UiSettings) { "", 100, 1, 0, "", 50 };
    fake.initial = &(UiSettings) { "garden", 80, 1, 0, "", 50 };

    GtkWidget *const dialog = ui_dialog_new(&fake.host);
    const int response = gtk_dialog_run(GTK_DIALOG(dialog));
    UiSettings *const settings = ui_dialog_get_settings(dialog);
    say("response %s", response == GTK_RESPONSE_OK             ? "ok"
                       : response == GTK_RESPONSE_CANCEL       ? "cancel"
                       : response == GTK_RESPONSE_DELETE_EVENT ? "closed"
                                                               : "other");
    say("settings style=%s strength=%.0f brush=%.2f keep=%.0f second=%s mix=%.0f",
        settings->style, settings->strength, settings->brush_size,
        settings->keep_colors, settings->second_style, settings->mix);
    ui_settings_free(settings);
    gtk_widget_destroy(dialog);
    stop_steps(&fake);
    g_ptr_array_unref(fake.steps);
    g_ptr_array_unref(fake.styles);
    g_array_unref(fake.shown);
    g_key_file_unref(fake.state);
    ui_settings_free(fake.requested);
    return 0;
}
