/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* UiHost over the engine. One worker thread takes jobs, the most urgent kind first, and
 * posts what it has back to the main thread. A new request stops the job that it
 * replaces at once: every job has its own flag, which the engine asks after every
 * tile. */
#include "config.h"

#include "pixels.h"
#include "session.h"

#include <string.h>

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

enum { SHOWN_LENGTH = 1024 }; /* of the photo on the screen */
enum { AREA_LENGTH = 512 };   /* of what is shown of a rectangle just painted */
/* A first paint below this many pixels is quick enough without a sketch before it. */
enum { SKETCH_ABOVE = 160 * 1000 };

/* Most urgent first. */
typedef enum JobKind {
    JOB_PAINT,
    JOB_ADD_STYLE,
    JOB_PREVIEW,
    JOB_DETAIL,
    JOB_CHECK_STYLES,
} JobKind;

typedef struct Job {
    JobKind kind;
    gint cancelled; /* atomic */
    guint serial;
    gint64 began;
    PaintOrder *order;  /* PAINT, PREVIEW, DETAIL */
    GdkRectangle area;  /* DETAIL */
    char *path, *title; /* ADD_STYLE */
    GdkPixbuf *pixels;  /* ADD_STYLE: NULL: read `path`; PREVIEW: the photo, reduced */
    GPtrArray *vectors; /* CHECK_STYLES: id, path, id, path ... */
    struct Studio *studio;
} Job;

struct Studio {
    gint refs;       /* atomic: the owner and every post on its way */
    gboolean closed; /* main thread: posts do nothing any more */
    UiHost host;
    UiHostEvents events;
    gpointer events_data;
    Painter *painter;
    const Picture *picture;
    StudioConfig config;
    UiSettings *initial, *defaults;
    char *state_file;
    GHashTable *state; /* what set_state changed; written when the studio closes */
    GdkPixbuf *shown;  /* the photo, reduced */
    gboolean prepared, painting;
    double fraction, left;                       /* last progress of the paint */
    guint serial, preview_serial, detail_serial; /* of the last requests */
    UiSettings *requested;                       /* of the last preview */

    Session *session; /* the worker's */
    GThread *worker;
    GMutex lock; /* of what follows */
    GCond changed;
    GQueue jobs;  /* Job, most urgent first */
    Job *running; /* owned by the worker */
    gboolean quit;
};

/* ---- from the worker to the main thread ------------------------------------ */

typedef struct Post {
    Studio *studio;
    void (*deliver)(struct Post *post);
    UiPreview preview;
    double fraction, seconds_left;
    GdkRectangle area;
    GdkPixbuf *pixels;
    GError *error;
    UiSettings *settings;
    NewStyle *new_style;
    GPtrArray *damaged; /* id, why, id, why ... */
} Post;

static void studio_unref(Studio *studio)
{
    if (!g_atomic_int_dec_and_test(&studio->refs))
        return;
    g_mutex_clear(&studio->lock);
    g_cond_clear(&studio->changed);
    g_free(studio);
}

static gboolean deliver(gpointer data)
{
    Post *const post = data;

    if (!post->studio->closed)
        post->deliver(post);
    return G_SOURCE_REMOVE;
}

static void post_free(gpointer data)
{
    Post *const post = data;

    g_clear_object(&post->pixels);
    g_clear_error(&post->error);
    settings_free(post->settings);
    new_style_free(post->new_style);
    g_clear_pointer(&post->damaged, g_ptr_array_unref);
    studio_unref(post->studio);
    g_free(post);
}

/* Takes what the post holds. Not g_main_context_invoke: that calls at once, on this
 * very thread, when the main thread is not inside its loop just then. */
static void post_send(Studio *studio, void (*deliver_post)(Post *post),
                      const Post *content)
{
    Post *const post = g_new(Post, 1);
    GSource *const source = g_idle_source_new();

    *post = *content;
    post->studio = studio;
    post->deliver = deliver_post;
    g_atomic_int_inc(&studio->refs);
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, deliver, post, post_free);
    g_source_attach(source, NULL);
    g_source_unref(source);
}

static void deliver_preview(Post *post)
{
    Studio *const studio = post->studio;
    UiPreview *const preview = &post->preview;
    const gboolean wanted = preview->serial == studio->preview_serial ||
                            preview->serial == studio->detail_serial;

    preview->painting = post->pixels;
    preview->error = post->error;
    if (wanted && studio->events.preview)
        studio->events.preview(studio->events_data, preview);
}

static void deliver_progress(Post *post)
{
    Studio *const studio = post->studio;

    if (!post->pixels) {
        studio->fraction = post->fraction;
        studio->left = post->seconds_left;
    }
    if (studio->painting && studio->events.progress)
        studio->events.progress(studio->events_data, studio->fraction, studio->left,
                                post->pixels ? &post->area : NULL, post->pixels);
}

static void deliver_painted(Post *post)
{
    Studio *const studio = post->studio;
    const Picture *const picture = studio->picture;

    studio->painting = FALSE;
    if (!post->error)
        picture->finish(picture->self, post->settings, &post->error);
    if (post->error)
        picture->abandon(picture->self);
    else if (studio->state_file)
        settings_save(post->settings, studio->state_file, NULL);
    if (studio->events.painted)
        studio->events.painted(studio->events_data, post->error);
}

/* Paint could not even begin. */
static void deliver_refused(Post *post)
{
    Studio *const studio = post->studio;

    if (studio->events.painted)
        studio->events.painted(studio->events_data, post->error);
}

static void styles_changed(Studio *studio)
{
    if (studio->events.styles_changed)
        studio->events.styles_changed(studio->events_data);
}

static void deliver_style(Post *post)
{
    Studio *const studio = post->studio;
    g_autofree char *id = NULL;

    if (post->new_style)
        id = new_style_keep(post->new_style, studio->painter->library, &post->error);
    if (id)
        styles_changed(studio);
    if (studio->events.style_added)
        studio->events.style_added(studio->events_data, id, post->error);
}

static void deliver_checked(Post *post)
{
    for (guint i = 0; i < post->damaged->len; i += 2)
        style_library_leave_out(post->studio->painter->library,
                                g_ptr_array_index(post->damaged, i),
                                g_ptr_array_index(post->damaged, i + 1));
    styles_changed(post->studio);
}

/* ---- the worker ------------------------------------------------------------ */

static void job_free(Job *job)
{
    paint_order_free(job->order);
    g_free(job->path);
    g_free(job->title);
    g_clear_object(&job->pixels);
    g_clear_pointer(&job->vectors, g_ptr_array_unref);
    g_free(job);
}

static bool job_tick(void *user, double fraction)
{
    return !g_atomic_int_get(&((Job *)user)->cancelled);
}

static bool paint_tick(void *user, double fraction)
{
    Job *const job = user;

    post_send(job->studio, deliver_progress,
              &(Post) { .fraction = fraction,
                        .seconds_left = seconds_left(job->began, fraction) });
    return !g_atomic_int_get(&job->cancelled);
}

/* Reduced by taking every n-th pixel: it is on the screen for seconds. */
static void painted_area(gpointer data, const GdkRectangle *area, const float *rgb)
{
    Job *const job = data;
    const int step = (MAX(area->width, area->height) + AREA_LENGTH - 1) / AREA_LENGTH;
    const int width = (area->width + step - 1) / step;
    const int height = (area->height + step - 1) / step;
    GdkPixbuf *const pixels =
        gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, width, height);

    for (int y = 0; pixels && y < height; y++)
        for (int x = 0; x < width; x++)
            pixbuf_set_rgb(pixels, x, y, 1, 1,
                           rgb + 3 * ((gsize)y * step * area->width + (gsize)x * step));
    if (pixels)
        post_send(job->studio, deliver_progress,
                  &(Post) { .area = *area, .pixels = pixels });
}

static void do_paint(Studio *studio, Job *job)
{
    Post post = { .settings = settings_copy(job->order->settings) };

    job->began = g_get_monotonic_time();
    session_paint(studio->session, job->order, &(ImpWatch) { paint_tick, job },
                  painted_area, job, &post.error);
    post_send(studio, deliver_painted, &post);
}

static void send_preview(Studio *studio, const Job *job, UiStage stage,
                         GdkPixbuf *painting, GError *error)
{
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_error_free(error); /* whoever stopped it knows */
        return;
    }
    if (!painting && !error)
        imp_to_gerror(&error, IMP_NO_MEMORY, NULL);
    post_send(studio, deliver_preview,
              &(Post) { .preview = { .stage = painting ? stage : UI_STAGE_FAILED,
                                     .area = job->area,
                                     .serial = job->serial },
                        .pixels = painting,
                        .error = error });
}

static gboolean wants_sketch(Studio *studio, const Job *job)
{
    int width, height;

    if (!job->pixels || session_find(studio->session, job->order))
        return FALSE;
    imp_working_size(studio->picture->width, studio->picture->height,
                     job->order->settings->brush_size, &width, &height);
    return (gint64)width * height > SKETCH_ABOVE;
}

static void do_preview(Studio *studio, Job *job)
{
    const ImpWatch watch = { job_tick, job };
    GError *error = NULL;
    const ImpPainting *painting;

    /* walking the gallery by key leaves many behind */
    if (g_atomic_int_get(&job->cancelled))
        return;
    if (wants_sketch(studio, job)) {
        GdkPixbuf *const sketch =
            session_sketch(studio->session, job->order, job->pixels, &watch, &error);
        if (!sketch) {
            send_preview(studio, job, UI_STAGE_COARSE, NULL, error);
            return;
        }
        send_preview(studio, job, UI_STAGE_COARSE, sketch, NULL);
    }
    painting = session_begin(studio->session, job->order, &watch, &error);
    send_preview(studio, job, UI_STAGE_FULL,
                 painting ? session_first_pixbuf(painting) : NULL, error);
}

static void do_detail(Studio *studio, Job *job)
{
    GError *error = NULL;
    GdkPixbuf *pixels;

    if (g_atomic_int_get(&job->cancelled))
        return;
    pixels = session_detail(studio->session, job->order, &job->area,
                            &(ImpWatch) { job_tick, job }, &error);
    send_preview(studio, job, UI_STAGE_DETAIL, pixels, error);
}

static void do_add_style(Studio *studio, Job *job)
{
    Post post = { 0 };

    post.new_style = new_style_read(studio->painter, job->path, job->pixels, job->title,
                                    &(ImpWatch) { job_tick, job }, &post.error);
    post_send(studio, deliver_style, &post);
}

static void do_check_styles(Studio *studio, Job *job)
{
    GPtrArray *const damaged = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < job->vectors->len && !g_atomic_int_get(&job->cancelled);
         i += 2) {
        char *const why = painter_check_vector(studio->painter,
                                               g_ptr_array_index(job->vectors, i + 1));
        if (why) {
            g_ptr_array_add(damaged, g_strdup(g_ptr_array_index(job->vectors, i)));
            g_ptr_array_add(damaged, why);
        }
    }
    if (damaged->len)
        post_send(studio, deliver_checked, &(Post) { .damaged = damaged });
    else
        g_ptr_array_unref(damaged);
}

static void do_job(Studio *studio, Job *job)
{
    switch (job->kind) {
    case JOB_PAINT:
        do_paint(studio, job);
        break;
    case JOB_ADD_STYLE:
        do_add_style(studio, job);
        break;
    case JOB_PREVIEW:
        do_preview(studio, job);
        break;
    case JOB_DETAIL:
        do_detail(studio, job);
        break;
    case JOB_CHECK_STYLES:
        do_check_styles(studio, job);
        break;
    }
}

static gpointer work(gpointer data)
{
    Studio *const studio = data;

    g_mutex_lock(&studio->lock);
    for (;;) {
        Job *job;
        while (!studio->quit && g_queue_is_empty(&studio->jobs))
            g_cond_wait(&studio->changed, &studio->lock);
        if (studio->quit)
            break;
        job = studio->running = g_queue_pop_head(&studio->jobs);
        g_mutex_unlock(&studio->lock);
        g_mutex_lock(&studio->painter->busy);
        do_job(studio, job);
        g_mutex_unlock(&studio->painter->busy);
        g_mutex_lock(&studio->lock);
        studio->running = NULL;
        job_free(job);
    }
    g_mutex_unlock(&studio->lock);
    return NULL;
}

static int compare_jobs(gconstpointer a, gconstpointer b, gpointer unused)
{
    /* equals stay in the order they came: insertion is before the first that is
     * greater */
    return ((const Job *)a)->kind < ((const Job *)b)->kind ? -1 : 1;
}

static void add_job(Studio *studio, Job *job)
{
    job->studio = studio;
    g_mutex_lock(&studio->lock);
    g_queue_insert_sorted(&studio->jobs, job, compare_jobs, NULL);
    g_cond_signal(&studio->changed);
    g_mutex_unlock(&studio->lock);
}

/* Stop every job of the kinds first .. last: the one that runs ends within a tile,
 * those that wait end when it is their turn, so that each still answers. */
static void stop_jobs(Studio *studio, JobKind first, JobKind last)
{
    g_mutex_lock(&studio->lock);
    for (GList *link = studio->jobs.head; link; link = link->next) {
        Job *const job = link->data;
        if (job->kind >= first && job->kind <= last)
            g_atomic_int_set(&job->cancelled, 1);
    }
    if (studio->running && studio->running->kind >= first &&
        studio->running->kind <= last)
        g_atomic_int_set(&studio->running->cancelled, 1);
    g_mutex_unlock(&studio->lock);
}

/* ---- UiHost ---------------------------------------------------------------- */

static gboolean prepare(Studio *studio, GError **error)
{
    const Picture *const picture = studio->picture;

    if (!studio->prepared)
        studio->prepared = !picture->prepare || picture->prepare(picture->self, error);
    return studio->prepared;
}

static void set_events(gpointer self, const UiHostEvents *events, gpointer data)
{
    Studio *const studio = self;

    studio->events = events ? *events : (UiHostEvents) { 0 };
    studio->events_data = data;
}

static void picture_size(gpointer self, int *width, int *height)
{
    const Studio *const studio = self;

    *width = studio->picture->width;
    *height = studio->picture->height;
}

/* Borrowed; NULL where the picture cannot be read. */
static GdkPixbuf *get_shown(Studio *studio)
{
    const Picture *const picture = studio->picture;

    if (!studio->shown && picture->thumbnail)
        studio->shown = picture->thumbnail(picture->self, SHOWN_LENGTH);
    if (!studio->shown && prepare(studio, NULL))
        studio->shown = picture_reduce(picture, SHOWN_LENGTH, NULL);
    return studio->shown;
}

static GdkPixbuf *photo(gpointer self)
{
    GdkPixbuf *const shown = get_shown(self);

    return shown ? g_object_ref(shown) : NULL;
}

static GdkPixbuf *photo_area(gpointer self, const GdkRectangle *area)
{
    Studio *const studio = self;

    return prepare(studio, NULL) ? picture_read_pixbuf(studio->picture, area, NULL)
                                 : NULL;
}

static const UiStyle *styles(gpointer self, guint *n)
{
    return style_library_list(((Studio *)self)->painter->library, n);
}

static void set_favorite(gpointer self, const char *id, gboolean favorite)
{
    g_autoptr(GError) error = NULL;

    if (!style_library_set_favorite(((Studio *)self)->painter->library, id, favorite,
                                    &error))
        g_warning("%s", error->message);
    styles_changed(self);
}

static gboolean rename_style(gpointer self, const char *id, const char *title,
                             GError **error)
{
    const gboolean ok =
        style_library_rename(((Studio *)self)->painter->library, id, title, error);

    if (ok)
        styles_changed(self);
    return ok;
}

static gboolean delete_style(gpointer self, const char *id, GError **error)
{
    const gboolean ok =
        style_library_delete(((Studio *)self)->painter->library, id, error);

    if (ok)
        styles_changed(self);
    return ok;
}

static void add_style_file(gpointer self, const char *path, const char *title)
{
    Job *const job = g_new0(Job, 1);

    job->kind = JOB_ADD_STYLE;
    job->path = g_strdup(path);
    job->title = g_strdup(title);
    add_job(self, job);
}

static GPtrArray *style_sources(gpointer self)
{
    const StudioConfig *const config = &((Studio *)self)->config;

    return config->style_sources ? config->style_sources(config->self)
                                 : g_ptr_array_new();
}

static void add_style_source(gpointer self, int source_id, const char *title)
{
    Studio *const studio = self;
    const StudioConfig *const config = &studio->config;
    GError *error = NULL;
    GdkPixbuf *const pixels =
        config->style_source ? config->style_source(config->self, source_id, &error)
                             : NULL;
    Job *job;

    if (!pixels) {
        if (!error)
            imp_to_gerror(&error, IMP_HOST_ERROR, NULL);
        post_send(studio, deliver_style, &(Post) { .error = error });
        return;
    }
    job = g_new0(Job, 1);
    job->kind = JOB_ADD_STYLE;
    job->path = g_strdup(title && *title ? title : _("Layer"));
    job->title = g_strdup(job->path);
    job->pixels = pixels;
    add_job(studio, job);
}

/* An order for a preview or a detail; NULL: the answer that it failed is on its way. */
static PaintOrder *order_for(Studio *studio, const UiSettings *settings, guint serial)
{
    GError *error = NULL;
    PaintOrder *const order =
        prepare(studio, &error)
            ? paint_order_new(studio->painter->library, settings, &error)
            : NULL;

    if (!order)
        send_preview(studio, &(Job) { .serial = serial }, UI_STAGE_FAILED, NULL, error);
    return order;
}

static guint request_preview(gpointer self, const UiSettings *settings)
{
    Studio *const studio = self;
    GdkPixbuf *const shown = get_shown(studio);
    PaintOrder *order;
    Job *job;

    stop_jobs(studio, JOB_PREVIEW, JOB_DETAIL);
    studio->preview_serial = studio->detail_serial = ++studio->serial;
    settings_free(studio->requested);
    studio->requested = settings_copy(settings);
    order = order_for(studio, settings, studio->preview_serial);
    if (order) {
        job = g_new0(Job, 1);
        job->kind = JOB_PREVIEW;
        job->serial = studio->preview_serial;
        job->order = order;
        job->pixels = shown ? g_object_ref(shown) : NULL;
        add_job(studio, job);
    }
    return studio->preview_serial;
}

static guint request_detail(gpointer self, const GdkRectangle *area)
{
    Studio *const studio = self;
    const GdkRectangle all = { 0, 0, studio->picture->width, studio->picture->height };
    PaintOrder *order;
    Job *job;

    stop_jobs(studio, JOB_DETAIL, JOB_DETAIL);
    studio->detail_serial = ++studio->serial;
    order = studio->requested
                ? order_for(studio, studio->requested, studio->detail_serial)
                : NULL;
    if (order) {
        job = g_new0(Job, 1);
        job->kind = JOB_DETAIL;
        job->serial = studio->detail_serial;
        job->order = order;
        job->area = (GdkRectangle) { CLAMP(area->x, 0, all.width - 1),
                                     CLAMP(area->y, 0, all.height - 1), 0, 0 };
        job->area.width =
            CLAMP(area->x + area->width, job->area.x + 1, all.width) - job->area.x;
        job->area.height =
            CLAMP(area->y + area->height, job->area.y + 1, all.height) - job->area.y;
        add_job(studio, job);
    }
    return studio->detail_serial;
}

static void blend(gpointer self, GdkPixbuf *out, const GdkPixbuf *photo_pixels,
                  const GdkPixbuf *painting, double strength, double keep_colors)
{
    const int width = gdk_pixbuf_get_width(out);
    const int channels = gdk_pixbuf_get_n_channels(out);
    const gsize out_pitch = (gsize)gdk_pixbuf_get_rowstride(out);
    const gsize photo_pitch = (gsize)gdk_pixbuf_get_rowstride(photo_pixels);
    const gsize painting_pitch = (gsize)gdk_pixbuf_get_rowstride(painting);
    guchar *const pixels = gdk_pixbuf_get_pixels(out);

    for (int y = 0; y < gdk_pixbuf_get_height(out); y++)
        imp_blend_u8(pixels + y * out_pitch,
                     gdk_pixbuf_read_pixels(photo_pixels) + y * photo_pitch,
                     gdk_pixbuf_read_pixels(painting) + y * painting_pitch,
                     (gsize)width, channels, (float)(strength / 100),
                     (float)(keep_colors / 100));
}

static void paint(gpointer self, const UiSettings *settings)
{
    Studio *const studio = self;
    const Picture *const picture = studio->picture;
    GError *error = NULL;
    PaintOrder *const order =
        paint_order_new(studio->painter->library, settings, &error);
    Job *job;

    /* the dialog does not ask twice; if it does, one is enough */
    if (studio->painting) {
        paint_order_free(order);
        g_clear_error(&error);
        return;
    }
    stop_jobs(studio, JOB_PREVIEW, JOB_DETAIL);
    if (!order || !prepare(studio, &error) || !picture->begin(picture->self, &error)) {
        paint_order_free(order);
        post_send(studio, deliver_refused, &(Post) { .error = error });
        return;
    }
    studio->painting = TRUE;
    studio->fraction = 0;
    studio->left = -1;
    job = g_new0(Job, 1);
    job->kind = JOB_PAINT;
    job->order = order;
    add_job(studio, job);
}

static void cancel(gpointer self)
{
    stop_jobs(self, JOB_PAINT, JOB_PAINT);
    stop_jobs(self, JOB_PREVIEW, JOB_DETAIL);
}

static const UiSettings *initial(gpointer self)
{
    return ((Studio *)self)->initial;
}

static const UiSettings *defaults(gpointer self)
{
    return ((Studio *)self)->defaults;
}

static char *get_state(gpointer self, const char *key)
{
    Studio *const studio = self;
    gpointer value;

    if (g_hash_table_lookup_extended(studio->state, key, NULL, &value))
        return g_strdup(value);
    return studio->state_file ? state_get(studio->state_file, key) : NULL;
}

static void set_state(gpointer self, const char *key, const char *value)
{
    g_hash_table_insert(((Studio *)self)->state, g_strdup(key), g_strdup(value));
}

static void show_help(gpointer self)
{
    const StudioConfig *const config = &((Studio *)self)->config;

    config->show_help(config->self);
}

/* ---- life ------------------------------------------------------------------ */

/* The engine loads and the vectors are looked into while the user is still looking at
 * the dialog. */
static void add_check(Studio *studio)
{
    Job *const job = g_new0(Job, 1);
    guint n;
    const UiStyle *const list = style_library_list_names(studio->painter->library, &n);

    job->kind = JOB_CHECK_STYLES;
    job->vectors = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < n; i++) {
        g_ptr_array_add(job->vectors, g_strdup(list[i].id));
        g_ptr_array_add(job->vectors,
                        style_library_vector_path(studio->painter->library,
                                                  list[i].id));
    }
    add_job(studio, job);
}

Studio *studio_new(Painter *painter, const Picture *picture, const StudioConfig *config)
{
    Studio *const studio = g_new0(Studio, 1);

    studio->refs = 1;
    studio->painter = painter;
    studio->picture = picture;
    studio->config = *config;
    studio->state_file = g_strdup(config->state_file);
    studio->state = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    studio->defaults = settings_new(painter->library);
    studio->initial =
        settings_copy(config->initial ? config->initial : studio->defaults);
    settings_repair(studio->initial, painter->library);
    studio->config.initial = NULL; /* the caller's: not ours to look at from now on */
    studio->config.state_file = NULL;
    studio->host = (UiHost) {
        .self = studio,
        .set_events = set_events,
        .picture_size = picture_size,
        .photo = photo,
        .photo_area = photo_area,
        .styles = styles,
        .set_favorite = set_favorite,
        .rename_style = rename_style,
        .delete_style = delete_style,
        .add_style_file = add_style_file,
        .style_sources = style_sources,
        .add_style_source = add_style_source,
        .request_preview = request_preview,
        .request_detail = request_detail,
        .blend = blend,
        .paint = paint,
        .cancel = cancel,
        .initial = initial,
        .defaults = defaults,
        .get_state = get_state,
        .set_state = set_state,
        .show_help = config->show_help ? show_help : NULL,
    };
    g_mutex_init(&studio->lock);
    g_cond_init(&studio->changed);
    g_queue_init(&studio->jobs);
    studio->session = session_new(painter, picture);
    studio->worker = g_thread_new("impasto-studio", work, studio);
    add_check(studio);
    return studio;
}

const UiHost *studio_get_ui_host(Studio *studio)
{
    return &studio->host;
}

static void save_state(Studio *studio)
{
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, studio->state);
    while (studio->state_file && g_hash_table_iter_next(&iter, &key, &value))
        state_set(studio->state_file, key, value, NULL);
}

void studio_free(Studio *studio)
{
    Job *job;

    if (!studio)
        return;
    studio->closed = TRUE;
    g_mutex_lock(&studio->lock);
    studio->quit = TRUE;
    if (studio->running)
        g_atomic_int_set(&studio->running->cancelled, 1);
    g_cond_signal(&studio->changed);
    g_mutex_unlock(&studio->lock);
    g_thread_join(studio->worker);
    while ((job = g_queue_pop_head(&studio->jobs)))
        job_free(job);
    if (studio->painting)
        studio->picture->abandon(studio->picture->self);
    save_state(studio);
    session_free(studio->session);
    settings_free(studio->initial);
    settings_free(studio->defaults);
    settings_free(studio->requested);
    g_hash_table_unref(studio->state);
    g_clear_object(&studio->shown);
    g_free(studio->state_file);
    studio_unref(studio);
}
