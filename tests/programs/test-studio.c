/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The studio with the real engine on a picture in memory: the order of events, that a
 * new request stops the old one, that a detail and the preview are of the painting that
 * Paint then makes, that cancel and failure abandon, and that scripts get the same
 * pixels as the dialog. */
#include "gerror.h"
#include "painter.h"
#include "settings.h"
#include "studio.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>

enum { WIDTH = 1100, HEIGHT = 300, TIMEOUT_SECONDS = 120 };

/* ---- a picture in memory --------------------------------------------------- */

typedef struct Canvas {
    Picture picture;
    float *photo, *painting; /* [height][width][4] */
    guchar *written;         /* how often each pixel was */
    GMutex lock;             /* written one call at a time: a second one is a failure */
    int prepared, begun, finished, abandoned;
    gboolean fail_prepare, fail_read, fail_begin, fail_write, fail_finish, overlapped;
} Canvas;

static gboolean fail_if(gboolean fail, const char *text, GError **error)
{
    if (fail)
        g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_IO, text);
    return !fail;
}

static gboolean canvas_prepare(gpointer self, GError **error)
{
    Canvas *const canvas = self;

    canvas->prepared++;
    return fail_if(canvas->fail_prepare, "no prepare", error);
}

static gboolean canvas_read(gpointer self, int x, int y, int w, int h, float *rgba,
                            GError **error)
{
    Canvas *const canvas = self;
    const int width = canvas->picture.width;

    assert_true(x >= 0 && y >= 0 && w > 0 && h > 0);
    assert_true(x + w <= width && y + h <= canvas->picture.height);
    for (int row = 0; row < h; row++)
        memcpy(rgba + 4 * (gsize)row * w,
               canvas->photo + 4 * ((gsize)(y + row) * width + x),
               4 * (gsize)w * sizeof(float));
    return fail_if(canvas->fail_read, "no read", error);
}

static gboolean canvas_begin(gpointer self, GError **error)
{
    Canvas *const canvas = self;

    canvas->begun++;
    memset(canvas->written, 0, (gsize)canvas->picture.width * canvas->picture.height);
    return fail_if(canvas->fail_begin, "no begin", error);
}

static gboolean canvas_write(gpointer self, int x, int y, int w, int h,
                             const float *rgba, GError **error)
{
    Canvas *const canvas = self;
    const int width = canvas->picture.width;

    if (!g_mutex_trylock(&canvas->lock)) {
        canvas->overlapped = TRUE;
        return FALSE;
    }
    for (int row = 0; row < h; row++) {
        const gsize at = (gsize)(y + row) * width + x;
        memcpy(canvas->painting + 4 * at, rgba + 4 * (gsize)row * w,
               4 * (gsize)w * sizeof(float));
        for (int i = 0; i < w; i++)
            canvas->written[at + i]++;
    }
    g_mutex_unlock(&canvas->lock);
    return fail_if(canvas->fail_write, "no write", error);
}

static gboolean canvas_finish(gpointer self, const UiSettings *settings, GError **error)
{
    Canvas *const canvas = self;

    canvas->finished++;
    assert_non_null(settings->style);
    return fail_if(canvas->fail_finish, "no finish", error);
}

static void canvas_abandon(gpointer self)
{
    ((Canvas *)self)->abandoned++;
}

static Canvas *canvas_new(int width, int height)
{
    Canvas *const canvas = g_new0(Canvas, 1);
    const gsize pixels = (gsize)width * height;

    canvas->picture = (Picture) {
        .self = canvas,
        .width = width,
        .height = height,
        .prepare = canvas_prepare,
        .read = canvas_read,
        .begin = canvas_begin,
        .write = canvas_write,
        .finish = canvas_finish,
        .abandon = canvas_abandon,
    };
    canvas->photo = g_new(float, 4 * pixels);
    canvas->painting = g_new0(float, 4 * pixels);
    canvas->written = g_new0(guchar, pixels);
    g_mutex_init(&canvas->lock);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            float *const p = canvas->photo + 4 * ((gsize)y * width + x);
            const float wave = sinf(x * 0.05f) * cosf(y * 0.03f);
            p[0] = 0.5f + 0.4f * wave;
            p[1] = (float)x / width;
            p[2] = (float)y / height;
            p[3] = x < 40 ? 0.25f : 1.0f;
        }
    return canvas;
}

static void canvas_free(Canvas *canvas)
{
    g_mutex_clear(&canvas->lock);
    g_free(canvas->photo);
    g_free(canvas->painting);
    g_free(canvas->written);
    g_free(canvas);
}

static void assert_all_written_once(const Canvas *canvas)
{
    for (gsize i = 0; i < (gsize)canvas->picture.width * canvas->picture.height; i++)
        assert_int_equal(canvas->written[i], 1);
    assert_false(canvas->overlapped);
}

/* ---- a dialog that only listens -------------------------------------------- */

typedef struct Listener {
    GThread *main_thread;
    int coarse, full, detail, failed, painted, progressed, areas, changed, added;
    int added_before_painted;
    int learning;      /* told while it went on */
    int learned, kept; /* of styles that were, that were not */
    int begun;         /* learnings: their fractions begin anew */
    double learning_fraction;
    const char *instead; /* at the first learning: a picture for another style */
    guint serial;        /* of the last preview */
    GdkPixbuf *painting, *pixels;
    GdkRectangle area;
    double fraction;
    GError *error; /* of the last event */
    char *id;
    const UiHost *host;
    gboolean cancel_at_progress;
    gulong cancel_after; /* so many microseconds, in which nothing is listened to */
} Listener;

static void set_error(Listener *l, const GError *error)
{
    g_clear_error(&l->error);
    l->error = error ? g_error_copy(error) : NULL;
}

static void on_preview(gpointer data, const UiPreview *preview)
{
    Listener *const l = data;

    assert_ptr_equal(g_thread_self(), l->main_thread);
    l->serial = preview->serial;
    set_error(l, preview->error);
    switch (preview->stage) {
    case UI_STAGE_COARSE:
        l->coarse++;
        break;
    case UI_STAGE_FULL:
        l->full++;
        break;
    case UI_STAGE_DETAIL:
        l->detail++;
        break;
    case UI_STAGE_FAILED:
        l->failed++;
        break;
    }
    assert_true((preview->painting == NULL) == (preview->stage == UI_STAGE_FAILED));
    l->area = preview->area;
    if (preview->stage == UI_STAGE_DETAIL)
        g_set_object(&l->pixels, preview->painting);
    else if (preview->painting)
        g_set_object(&l->painting, preview->painting);
}

static void on_progress(gpointer data, double fraction, double seconds_left,
                        const GdkRectangle *area, GdkPixbuf *pixels)
{
    Listener *const l = data;

    assert_ptr_equal(g_thread_self(), l->main_thread);
    assert_true(fraction >= l->fraction && fraction <= 1);
    l->fraction = fraction;
    l->progressed++;
    assert_true((area == NULL) == (pixels == NULL));
    if (area) {
        l->areas++;
        assert_true(gdk_pixbuf_get_width(pixels) <= 1024);
        assert_true(gdk_pixbuf_get_height(pixels) <= 1024);
        assert_true(area->x >= 0 && area->x + area->width <= WIDTH);
        assert_true(area->y >= 0 && area->y + area->height <= HEIGHT);
    }
    if (l->cancel_at_progress) {
        g_usleep(l->cancel_after);
        l->cancel_after = 0;
        l->host->cancel(l->host->self);
    }
}

static void on_painted(gpointer data, const GError *error)
{
    Listener *const l = data;

    assert_ptr_equal(g_thread_self(), l->main_thread);
    l->painted++;
    l->added_before_painted = l->added;
    set_error(l, error);
}

static void on_changed(gpointer data)
{
    ((Listener *)data)->changed++;
}

static void on_added(gpointer data, const char *id, const GError *error)
{
    Listener *const l = data;

    l->added++;
    set_error(l, error);
    g_free(l->id);
    l->id = g_strdup(id);
}

static void on_learning(gpointer data, const char *id, double fraction)
{
    Listener *const l = data;

    assert_ptr_equal(g_thread_self(), l->main_thread);
    if (fraction == 1) {
        l->learned++;
    } else if (fraction < 0) {
        l->kept++;
    } else {
        if (l->learning++ == 0 || fraction <= l->learning_fraction)
            l->begun++;
        l->learning_fraction = fraction;
        if (l->learning == 1 && l->instead) {
            assert_true(l->host->delete_style(l->host->self, id, NULL));
            l->host->add_style_file(l->host->self, l->instead, NULL);
        }
    }
}

/* ---- one studio ------------------------------------------------------------ */

typedef struct Room {
    char *user_dir, *state_file;
    StyleLibrary *library;
    Painter *painter, *scripts; /* of the studio, of the calls of scripts */
    Canvas *canvas;
    Studio *studio;
    const UiHost *host;
    UiSettings *settings;
    Listener listener;
    UiHostEvents events;
} Room;

static Room *enter(void **state)
{
    return *state;
}

static int open_room(void **state)
{
    Room *const room = g_new0(Room, 1);

    room->events = (UiHostEvents) { on_preview, on_progress, on_painted,
                                    on_changed, on_added,    on_learning };
    room->user_dir = g_dir_make_tmp("impasto-studio-XXXXXX", NULL);
    room->state_file = g_build_filename(room->user_dir, "state", NULL);
    room->library = style_library_new(NULL, room->user_dir);
    room->painter = painter_new(room->library, 2);
    room->scripts = painter_new(room->library, 2);
    room->canvas = canvas_new(WIDTH, HEIGHT);
    room->settings = settings_new(room->library);
    room->studio = studio_new(room->painter, &room->canvas->picture,
                              &(StudioConfig) { .state_file = room->state_file });
    room->host = studio_get_ui_host(room->studio);
    room->listener = (Listener) { .main_thread = g_thread_self(), .host = room->host };
    room->host->set_events(room->host->self, &room->events, &room->listener);
    *state = room;
    return 0;
}

static void clear_folder(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        clear_folder(child);
    }
    g_remove(path);
}

static int leave_room(void **state)
{
    Room *const room = *state;

    studio_free(room->studio);
    while (
        g_main_context_iteration(NULL, FALSE)) /* what was on its way finds it closed */
        continue;
    painter_free(room->painter);
    painter_free(room->scripts);
    style_library_free(room->library);
    canvas_free(room->canvas);
    settings_free(room->settings);
    g_clear_object(&room->listener.painting);
    g_clear_object(&room->listener.pixels);
    g_clear_error(&room->listener.error);
    g_free(room->listener.id);
    clear_folder(room->user_dir);
    g_free(room->user_dir);
    g_free(room->state_file);
    g_free(room);
    return 0;
}

static gboolean on_timeout(gpointer late)
{
    *(gboolean *)late = TRUE;
    return G_SOURCE_CONTINUE;
}

/* Run the main loop until *count reaches `wanted`. */
static void wait_for(const int *count, int wanted)
{
    gboolean late = FALSE;
    const guint timeout = g_timeout_add_seconds(TIMEOUT_SECONDS, on_timeout, &late);

    while (*count < wanted && !late)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(timeout);
    assert_false(late);
}

static void set_style(Room *room, const char *style)
{
    g_free(room->settings->style);
    room->settings->style = g_strdup(style);
}

static guint request(Room *room)
{
    return room->host->request_preview(room->host->self, room->settings);
}

/* ---- tests ----------------------------------------------------------------- */

static void test_coarse_then_full(void **state)
{
    Room *const room = enter(state);
    Listener *const l = &room->listener;
    const guint serial = request(room);
    int width, height;

    wait_for(&l->coarse, 1);
    assert_int_equal(l->full, 0);
    assert_true(gdk_pixbuf_get_width(l->painting) <= 256);
    wait_for(&l->full, 1);
    assert_int_equal(l->coarse, 1);
    assert_int_equal(l->serial, serial);
    imp_working_size(WIDTH, HEIGHT, 1, &width, &height);
    assert_int_equal(gdk_pixbuf_get_width(l->painting), width);
    assert_int_equal(gdk_pixbuf_get_height(l->painting), height);

    request(room); /* again: kept, so no sketch */
    wait_for(&l->full, 2);
    assert_int_equal(l->coarse, 1);
    assert_int_equal(l->failed, 0);
    assert_int_equal(room->canvas->prepared, 1);
}

static void test_new_request_stops_the_old(void **state)
{
    Room *const room = enter(state);
    static const char *const walk[] = { "udnie", "scream", "great-wave",
                                        "starry-night" };
    guint serial = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(walk); i++) {
        set_style(room, walk[i]);
        serial = request(room);
    }
    wait_for(&room->listener.full, 1);
    assert_int_equal(room->listener.serial, serial);
    assert_int_equal(room->listener.full, 1);
    assert_true(room->listener.coarse <= 1);
}

static void test_bad_style_fails_and_the_next_works(void **state)
{
    Room *const room = enter(state);
    guint serial;

    set_style(room, "no-such-style");
    serial = request(room);
    wait_for(&room->listener.failed, 1);
    assert_int_equal(room->listener.serial, serial);
    assert_non_null(strstr(room->listener.error->message, "no-such-style"));
    set_style(room, "udnie");
    request(room);
    wait_for(&room->listener.full, 1);
    assert_null(room->listener.error);
}

static void test_read_failure_is_told(void **state)
{
    Room *const room = enter(state);

    room->canvas->fail_read = TRUE;
    request(room);
    wait_for(&room->listener.failed, 1);
    assert_string_equal(room->listener.error->message, "no read");
}

static int difference(const GdkPixbuf *pixbuf, int x, int y, const float *rgba)
{
    const guchar *const p = gdk_pixbuf_read_pixels(pixbuf) +
                            (gsize)y * gdk_pixbuf_get_rowstride(pixbuf) +
                            (gsize)x * gdk_pixbuf_get_n_channels(pixbuf);
    int most = 0;

    for (int c = 0; c < 3; c++)
        most = MAX(most, abs(p[c] - (int)(rgba[c] * 255 + 0.5f)));
    return most;
}

/* Detail, Paint and paint_now are the same painting. */
static void test_detail_and_paint(void **state)
{
    Room *const room = enter(state);
    Listener *const l = &room->listener;
    const GdkRectangle area = { 880, 100, 200, 150 };
    const gsize numbers = 4 * (gsize)WIDTH * HEIGHT;
    g_autofree float *by_dialog = NULL;

    request(room);
    room->host->request_detail(room->host->self, &area);
    wait_for(&l->detail, 1);
    assert_memory_equal(&l->area, &area, sizeof area);
    room->host->paint(room->host->self, room->settings);
    wait_for(&l->painted, 1);
    assert_null(l->error);
    assert_int_equal(room->canvas->finished, 1);
    assert_int_equal(room->canvas->abandoned, 0);
    assert_all_written_once(room->canvas);
    assert_true(l->areas > 1 && l->progressed > l->areas && l->fraction > 0.9);
    for (int y = 0; y < area.height; y++)
        for (int x = 0; x < area.width; x++)
            assert_true(
                difference(l->pixels, x, y,
                           room->canvas->painting +
                               4 * ((gsize)(area.y + y) * WIDTH + area.x + x)) <= 1);
    for (gsize i = 3; i < numbers; i += 4)
        assert_true(room->canvas->painting[i] == room->canvas->photo[i]);

    by_dialog = g_memdup2(room->canvas->painting, numbers * sizeof(float));
    memset(room->canvas->painting, 0, numbers * sizeof(float));
    assert_true(paint_now(room->scripts, &room->canvas->picture, room->settings, NULL,
                          NULL, NULL));
    assert_memory_equal(by_dialog, room->canvas->painting, numbers * sizeof(float));
}

static void test_paint_remembers(void **state)
{
    Room *const room = enter(state);
    UiSettings *kept;

    set_style(room, "udnie");
    room->settings->brush_size = 4;
    room->settings->strength = 0;
    room->host->paint(room->host->self, room->settings);
    wait_for(&room->listener.painted, 1);
    assert_null(room->listener.error);
    assert_memory_equal(room->canvas->painting, room->canvas->photo,
                        4 * (gsize)WIDTH * HEIGHT * sizeof(float)); /* strength 0 */
    kept = settings_load(room->state_file);
    assert_string_equal(kept->style, "udnie");
    assert_true(kept->brush_size == 4 && kept->strength == 0);
    settings_free(kept);
}

static void count_message(const char *domain, GLogLevelFlags level, const char *message,
                          gpointer count)
{
    ++*(int *)count;
}

static void test_paint_that_cannot_be_remembered(void **state)
{
    Room *const room = enter(state);
    int messages = 0;
    const guint handler =
        g_log_set_handler(NULL, G_LOG_LEVEL_MESSAGE, count_message, &messages);

    assert_int_equal(g_mkdir(room->state_file, 0755), 0); /* in the file's place */
    room->settings->brush_size = 4;
    room->host->paint(room->host->self, room->settings);
    wait_for(&room->listener.painted, 1);
    g_log_remove_handler(NULL, handler);
    assert_null(room->listener.error);
    assert_int_equal(messages, 1);
}

static void test_cancel_abandons(void **state)
{
    Room *const room = enter(state);

    room->listener.cancel_at_progress = TRUE;
    room->host->paint(room->host->self, room->settings);
    wait_for(&room->listener.painted, 1);
    assert_true(
        g_error_matches(room->listener.error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
    assert_int_equal(room->canvas->begun, 1);
    assert_int_equal(room->canvas->finished, 0);
    assert_int_equal(room->canvas->abandoned, 1);
    assert_null(settings_load(room->state_file));
    room->listener.cancel_at_progress = FALSE; /* and it can be painted after all */
    room->listener.fraction = 0;
    room->host->paint(room->host->self, room->settings);
    wait_for(&room->listener.painted, 2);
    assert_null(room->listener.error);
    assert_all_written_once(room->canvas);
}

/* All is painted, and the main thread has not heard of it. */
static void test_cancel_at_the_end_abandons(void **state)
{
    Room *const room = enter(state);

    room->settings->brush_size = 4; /* quick */
    room->listener.cancel_at_progress = TRUE;
    room->listener.cancel_after = G_USEC_PER_SEC;
    room->host->paint(room->host->self, room->settings);
    wait_for(&room->listener.painted, 1);
    assert_true(
        g_error_matches(room->listener.error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
    assert_int_equal(room->canvas->finished, 0);
    assert_int_equal(room->canvas->abandoned, 1);
}

static void test_failures_abandon(void **state)
{
    Room *const room = enter(state);
    Canvas *const canvas = room->canvas;

    room->settings->brush_size = 4; /* quick */
    canvas->fail_begin = TRUE;
    room->host->paint(room->host->self, room->settings);
    assert_int_equal(room->listener.painted, 0); /* never from within the call */
    wait_for(&room->listener.painted, 1);
    assert_string_equal(room->listener.error->message, "no begin");
    assert_int_equal(canvas->abandoned, 0);
    canvas->fail_begin = FALSE;
    canvas->fail_write = TRUE;
    room->host->paint(room->host->self, room->settings);
    wait_for(&room->listener.painted, 2);
    assert_string_equal(room->listener.error->message, "no write");
    assert_int_equal(canvas->abandoned, 1);
    canvas->fail_write = FALSE;
    canvas->fail_finish = TRUE;
    room->listener.fraction = 0;
    room->host->paint(room->host->self, room->settings);
    wait_for(&room->listener.painted, 3);
    assert_string_equal(room->listener.error->message, "no finish");
    assert_int_equal(canvas->abandoned, 2);
}

static void test_close_while_painting(void **state)
{
    Room *const room = enter(state);

    room->host->paint(room->host->self, room->settings);
    wait_for(&room->listener.progressed, 1);
    studio_free(room->studio);
    room->studio = NULL;
    assert_int_equal(room->canvas->abandoned, 1);
    assert_int_equal(room->canvas->finished, 0);
    assert_int_equal(room->listener.painted, 0);
}

static gboolean stop_at_once(gpointer count, double fraction, double seconds_left)
{
    ++*(int *)count;
    return FALSE;
}

static gboolean stop_at_the_end(gpointer unused, double fraction, double seconds_left)
{
    return fraction < 1;
}

static void test_paint_now_stops(void **state)
{
    Room *const room = enter(state);
    g_autoptr(GError) error = NULL;
    int calls = 0;

    assert_false(paint_now(room->scripts, &room->canvas->picture, room->settings,
                           stop_at_once, &calls, &error));
    assert_true(g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
    assert_true(calls >= 1);
    assert_int_equal(room->canvas->abandoned, 1);
    g_clear_error(&error);
    room->settings->brush_size = 4;
    assert_false(paint_now(room->scripts, &room->canvas->picture, room->settings,
                           stop_at_the_end, NULL, &error));
    assert_true(g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
    assert_int_equal(room->canvas->finished, 0);
    assert_int_equal(room->canvas->abandoned, 2);
    g_clear_error(&error);
    room->settings->strength = 101;
    assert_false(paint_now(room->scripts, &room->canvas->picture, room->settings, NULL,
                           NULL, &error));
    assert_true(g_error_matches(error, IMPASTO_ERROR, IMPASTO_ERROR_VALUE));
    assert_int_equal(room->canvas->begun, 2);
}

static char *make_picture(Room *room)
{
    char *const path = g_build_filename(room->user_dir, "Sun & Sea.png", NULL);
    g_autoptr(GdkPixbuf) pixels = gdk_pixbuf_new(GDK_COLORSPACE_RGB, TRUE, 8, 300, 260);

    gdk_pixbuf_fill(pixels, 0xff8000a0);
    for (int y = 0; y < 260; y += 20) {
        g_autoptr(GdkPixbuf) line = gdk_pixbuf_new_subpixbuf(pixels, 0, y, 300, 7);
        gdk_pixbuf_fill(line, 0x0040c0ff);
    }
    assert_true(gdk_pixbuf_save(pixels, path, "png", NULL, NULL));
    return path;
}

static void test_add_style(void **state)
{
    Room *const room = enter(state);
    Listener *const l = &room->listener;
    const UiHost *const host = room->host;
    g_autofree char *path = make_picture(room);
    g_autofree char *id = NULL;
    g_autoptr(GdkPixbuf) read = NULL;

    host->add_style_file(host->self, path, NULL);
    wait_for(&l->added, 1);
    assert_null(l->error);
    assert_string_equal(l->id, "sun-sea");
    assert_int_equal(l->changed, 1);
    set_style(room, "sun-sea");
    request(room);
    wait_for(&l->full, 1);
    assert_int_equal(l->failed, 0);
    assert_int_equal(l->learned, 0); /* the preview did not wait for it */
    read = g_object_ref(l->painting);
    wait_for(&l->learned, 1);
    assert_true(l->learning > 0);
    request(room);
    wait_for(&l->full, 2);
    assert_int_not_equal(0, memcmp(gdk_pixbuf_read_pixels(read),
                                   gdk_pixbuf_read_pixels(l->painting),
                                   gdk_pixbuf_get_byte_length(read)));

    host->add_style_file(host->self, "/nonexistent.png", "x");
    wait_for(&l->added, 2);
    assert_null(l->id);
    assert_true(g_error_matches(l->error, IMPASTO_ERROR, IMPASTO_ERROR_IO));
    host->add_style_file(host->self, path, " ");
    wait_for(&l->added, 3);
    assert_true(g_error_matches(l->error, IMPASTO_ERROR, IMPASTO_ERROR_VALUE));

    id = add_style_now(room->scripts, path, "By script", NULL);
    assert_string_equal(id, "by-script");
    assert_true(host->rename_style(host->self, "sun-sea", "Renamed", NULL));
    assert_true(host->delete_style(host->self, "sun-sea", NULL));
    request(room);
    wait_for(&l->failed, 1);
}

/* The dialog closes after Paint: a style that was asked for before is there by then. */
static void test_add_style_then_paint(void **state)
{
    Room *const room = enter(state);
    g_autofree char *path = make_picture(room);

    room->settings->brush_size = 4; /* quick */
    request(room);
    room->host->add_style_file(room->host->self, path, NULL);
    room->host->paint(room->host->self, room->settings);
    wait_for(&room->listener.painted, 1);
    assert_int_equal(room->listener.added_before_painted, 1);
}

/* A style that is deleted while it is learned; another gets its id at once. */
static void test_deleted_while_it_is_learned(void **state)
{
    Room *const room = enter(state);
    Listener *const l = &room->listener;
    g_autofree char *path = make_picture(room);

    l->instead = path;
    room->host->add_style_file(room->host->self, path, NULL);
    wait_for(&l->added, 2);
    assert_string_equal(l->id, "sun-sea");
    wait_for(&l->learned, 1);
    assert_int_equal(l->begun, 2); /* that was the second */
    assert_int_equal(l->kept, 0);
    assert_false(style_library_is_unlearned(room->library, "sun-sea"));
}

/* Two: neither the one that is read nor the one that waits is lost; nor, after a while,
 * what was read and not yet delivered. */
static void close_while_adding(Room *room, gulong after)
{
    g_autofree char *path = make_picture(room);

    room->host->add_style_file(room->host->self, path, NULL);
    room->host->add_style_file(room->host->self, path, "Second");
    g_usleep(after);
    studio_free(room->studio);
    room->studio = NULL;
    assert_true(style_library_is_unlearned(room->library, "sun-sea"));
    assert_true(style_library_is_unlearned(room->library, "second"));
    assert_int_equal(room->listener.added, 0); /* nobody listens any more */
}

static void test_close_while_adding(void **state)
{
    close_while_adding(enter(state), 0);
}

static void test_close_after_adding(void **state)
{
    close_while_adding(enter(state), 3 * G_USEC_PER_SEC);
}

static void test_close_while_learning(void **state)
{
    Room *const room = enter(state);
    g_autofree char *path = make_picture(room);

    room->host->add_style_file(room->host->self, path, NULL);
    wait_for(&room->listener.added, 1);
    assert_true(style_library_is_unlearned(room->library, "sun-sea"));
    studio_free(room->studio);
    room->listener.learned = 0;
    room->studio = studio_new(room->painter, &room->canvas->picture,
                              &(StudioConfig) { .state_file = room->state_file });
    room->host = studio_get_ui_host(room->studio);
    room->host->set_events(room->host->self, &room->events, &room->listener);
    wait_for(&room->listener.learned, 1); /* the next one goes on */
    assert_false(style_library_is_unlearned(room->library, "sun-sea"));
}

/* Without the sample photo a style is read but not learned; the reason names the file. */
static void test_learning_without_sample(void **state)
{
    Room *const room = enter(state);
    g_autofree char *path = make_picture(room);
    g_autoptr(GError) error = NULL;
    NewStyle *style;

    g_free(room->scripts->sample_path);
    room->scripts->sample_path = g_build_filename(room->user_dir, "sample.jpg", NULL);
    style = new_style_read(room->scripts, path, NULL, NULL, NULL, NULL);
    assert_non_null(style);
    assert_false(new_style_learn(room->scripts, style, NULL, &error));
    assert_true(g_error_matches(error, IMPASTO_ERROR, IMPASTO_ERROR_IO));
    assert_non_null(strstr(error->message, "sample.jpg"));
    assert_false(style->learned);
    new_style_free(style);
}

/* A style picture that changes is read again. */
static void test_picture_as_style(void **state)
{
    Room *const room = enter(state);
    g_autofree char *path = make_picture(room);
    g_autoptr(GdkPixbuf) first = NULL, other = NULL;
    const guchar *a, *b;

    set_style(room, path);
    request(room);
    wait_for(&room->listener.full, 1);
    first = g_object_ref(room->listener.painting);
    other = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, 20, 20);
    gdk_pixbuf_fill(other, 0x20c020ff);
    assert_true(gdk_pixbuf_save(other, path, "png", NULL, NULL));
    request(room);
    wait_for(&room->listener.full, 2);
    a = gdk_pixbuf_read_pixels(first);
    b = gdk_pixbuf_read_pixels(room->listener.painting);
    assert_true(memcmp(a, b, gdk_pixbuf_get_byte_length(first)) != 0);
}

static void test_paint_remembers_where_a_picture_is(void **state)
{
    Room *const room = enter(state);
    g_autofree char *path = make_picture(room);
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *before = g_get_current_dir();
    UiSettings *kept;

    assert_int_equal(g_chdir(room->user_dir), 0);
    set_style(room, name);
    room->settings->brush_size = 4;
    room->host->paint(room->host->self, room->settings);
    wait_for(&room->listener.painted, 1);
    assert_int_equal(g_chdir(before), 0);
    assert_null(room->listener.error);
    kept = settings_load(room->state_file);
    assert_true(g_path_is_absolute(kept->style));
    assert_true(g_file_test(kept->style, G_FILE_TEST_IS_REGULAR));
    settings_free(kept);
}

static void test_style_that_is_gone_is_told(void **state)
{
    Room *const room = enter(state);
    Studio *studio;
    const UiHost *host;
    g_autofree char *faults = NULL;

    set_style(room, "/gone/mine.jpg");
    studio = studio_new(room->scripts, &room->canvas->picture,
                        &(StudioConfig) { .initial = room->settings });
    host = studio_get_ui_host(studio);
    faults = host->style_faults(host->self);
    assert_string_equal(faults, "There is no style \"/gone/mine.jpg\".");
    assert_string_equal(host->initial(host->self)->style,
                        style_library_default(room->library));
    studio_free(studio);
}

static void test_damaged_vector_is_left_out(void **state)
{
    Room *const room = enter(state);
    g_autofree char *path = make_picture(room);
    g_autofree char *id = add_style_now(room->scripts, path, "Cut", NULL);
    g_autofree char *vector = style_library_vector_path(room->library, id);
    g_autofree char *data = NULL;
    gsize size;
    guint before, after;

    assert_true(g_file_get_contents(vector, &data, &size, NULL));
    assert_true(g_file_set_contents(vector, data, (gssize)size / 2, NULL));
    style_library_list_names(room->library, &before);
    assert_int_equal(check_styles_now(room->scripts), 1);
    assert_null(style_library_vector_path(room->library, id));
    assert_non_null(strstr(style_library_warnings(room->library)[0], "\"cut\""));
    style_library_list_names(room->library, &after);
    assert_int_equal(after, before - 1);
}

static void test_keep_colors_and_areas(void **state)
{
    Room *const room = enter(state);
    const UiHost *const host = room->host;
    const GdkRectangle area = { 30, 10, 20, 8 };
    g_autoptr(GdkPixbuf) photo = host->photo_area(host->self, &area);
    g_autoptr(GdkPixbuf) whole = host->photo(host->self);
    g_autoptr(GdkPixbuf) out = gdk_pixbuf_copy(photo);
    g_autoptr(GdkPixbuf) painting = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, 20, 8);
    const guchar *const before = gdk_pixbuf_read_pixels(photo);
    const guint gray = (299 * before[0] + 587 * before[1] + 114 * before[2]) / 1000;
    const guchar *pixel;
    int width, height;

    host->picture_size(host->self, &width, &height);
    assert_true(width == WIDTH && height == HEIGHT);
    assert_int_equal(gdk_pixbuf_get_width(whole), 1024);
    for (int y = 0; y < 8; y++)
        for (int x = 0; x < 20; x++)
            assert_int_equal(difference(photo, x, y,
                                        room->canvas->photo +
                                            4 * ((gsize)(10 + y) * WIDTH + 30 + x)),
                             0);
    gdk_pixbuf_fill(painting, 0x102030ff);
    host->keep_colors(host->self, out, photo, painting, 0);
    pixel = gdk_pixbuf_read_pixels(out);
    assert_true(pixel[0] == 0x10 && pixel[1] == 0x20 && pixel[2] == 0x30 &&
                pixel[3] == 64);
    /* a gray as light as the photo's pixel takes its very color */
    gdk_pixbuf_fill(painting, gray << 24 | gray << 16 | gray << 8 | 255);
    host->keep_colors(host->self, out, photo, painting, 100);
    for (int c = 0; c < 4; c++)
        assert_in_range(pixel[c] + 2 - before[c], 0, 4);
}

/* The right half of the picture. */
static guchar *right_half(gpointer self, const GdkRectangle *area, int width,
                          int height)
{
    guchar *const coverage = g_malloc((gsize)width * height);

    for (int i = 0; i < width * height; i++)
        coverage[i] =
            area->x + (i % width + 0.5) * area->width / width < WIDTH / 2 ? 0 : 255;
    return coverage;
}

static void assert_half_painted(const Room *room, GdkPixbuf *photo, int middle)
{
    const int width = gdk_pixbuf_get_width(photo),
              height = gdk_pixbuf_get_height(photo);
    g_autoptr(GdkPixbuf) out = gdk_pixbuf_copy(photo);
    g_autoptr(GdkPixbuf) painting =
        gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, width, height);

    gdk_pixbuf_fill(painting, 0x102030ff);
    room->host->keep_colors(room->host->self, out, photo, painting, 0);
    assert_true(
        gdk_pixbuf_get_has_alpha(photo)); /* or the dialog would not ask for it */
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            const gsize at = (gsize)y * gdk_pixbuf_get_rowstride(out) + 4 * (gsize)x;
            const guchar *const pixel = gdk_pixbuf_read_pixels(out) + at;
            const guchar *const before = gdk_pixbuf_read_pixels(photo) + at;
            const guchar painted[4] = { 0x10, 0x20, 0x30, before[3] };
            assert_memory_equal(pixel, x < middle ? before : painted, 4);
        }
}

static void test_covered_part_is_shown(void **state)
{
    Room *const room = enter(state);
    const UiHost *const host = room->host;
    const GdkRectangle area = { WIDTH / 2 - 12, 10, 20, 8 };

    room->canvas->picture.coverage = right_half;
    g_autoptr(GdkPixbuf) whole = host->photo(host->self);
    g_autoptr(GdkPixbuf) detail = host->photo_area(host->self, &area);
    assert_half_painted(room, whole, gdk_pixbuf_get_width(whole) / 2);
    assert_half_painted(room, detail, 12);
}

static void test_state_is_kept(void **state)
{
    Room *const room = enter(state);
    const UiHost *const host = room->host;
    g_autofree char *now = NULL, *later = NULL;

    assert_null(host->get_state(host->self, "size"));
    host->set_state(host->self, "size", "1x2");
    now = host->get_state(host->self, "size");
    assert_string_equal(now, "1x2");
    studio_free(room->studio);
    room->studio = NULL;
    later = state_get(room->state_file, "size");
    assert_string_equal(later, "1x2");
}

#define IN_ROOM(test) cmocka_unit_test_setup_teardown(test, open_room, leave_room)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ROOM(test_coarse_then_full),
        IN_ROOM(test_new_request_stops_the_old),
        IN_ROOM(test_bad_style_fails_and_the_next_works),
        IN_ROOM(test_read_failure_is_told),
        IN_ROOM(test_detail_and_paint),
        IN_ROOM(test_paint_remembers),
        IN_ROOM(test_paint_that_cannot_be_remembered),
        IN_ROOM(test_cancel_abandons),
        IN_ROOM(test_cancel_at_the_end_abandons),
        IN_ROOM(test_failures_abandon),
        IN_ROOM(test_close_while_painting),
        IN_ROOM(test_paint_now_stops),
        IN_ROOM(test_add_style),
        IN_ROOM(test_add_style_then_paint),
        IN_ROOM(test_close_while_adding),
        IN_ROOM(test_close_after_adding),
        IN_ROOM(test_deleted_while_it_is_learned),
        IN_ROOM(test_close_while_learning),
        IN_ROOM(test_learning_without_sample),
        IN_ROOM(test_picture_as_style),
        IN_ROOM(test_paint_remembers_where_a_picture_is),
        IN_ROOM(test_style_that_is_gone_is_told),
        IN_ROOM(test_damaged_vector_is_left_out),
        IN_ROOM(test_keep_colors_and_areas),
        IN_ROOM(test_covered_part_is_shown),
        IN_ROOM(test_state_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
