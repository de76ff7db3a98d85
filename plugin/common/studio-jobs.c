/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The worker thread: takes jobs, the most urgent kind first. */
#include "config.h"

#if defined(__linux__)
#include <sys/resource.h>
#endif

#include "pixels.h"
#include "studio-internal.h"

enum { AREA_LENGTH = 1024 }; /* of what is shown of a rectangle just painted */
/* A first paint below this many pixels is quick enough without a sketch before it. */
enum { SKETCH_ABOVE = 160 * 1000 };

void job_free(Job *job)
{
    paint_order_free(job->order);
    g_free(job->path);
    g_free(job->title);
    g_clear_object(&job->pixels);
    g_clear_pointer(&job->vectors, g_ptr_array_unref);
    g_free(job->id);
    new_style_free(job->new_style);
    g_free(job);
}

static bool job_tick(void *user, double fraction)
{
    return !g_atomic_int_get(&((Job *)user)->cancelled);
}

static bool paint_tick(void *user, double fraction)
{
    Job *const job = user;

    if (fraction > job->told) { /* many ticks only ask whether to go on */
        studio_post(job->studio, deliver_progress,
                    &(Post) { .fraction = fraction,
                              .seconds_left = seconds_left(job->began, fraction) });
        job->told = fraction;
    }
    return !g_atomic_int_get(&job->cancelled);
}

/* The mean color of a rectangle of rgb, whose rows are `width` pixels. */
static void mean_color(float mean[3], const float *rgb, int width, int x, int y, int w,
                       int h)
{
    double sum[3] = { 0 };

    for (int j = y; j < y + h; j++)
        for (int i = 0; i < w; i++)
            for (int c = 0; c < 3; c++)
                sum[c] += rgb[3 * ((gsize)j * width + x + i) + c];
    for (int c = 0; c < 3; c++)
        mean[c] = (float)(sum[c] / ((double)w * h));
}

/* Averaged, not picked: strokes that are picked apart look like noise. */
static void painted_area(gpointer data, const GdkRectangle *area, const float *rgb)
{
    Job *const job = data;
    const int step = (MAX(area->width, area->height) + AREA_LENGTH - 1) / AREA_LENGTH;
    const int width = (area->width + step - 1) / step;
    const int height = (area->height + step - 1) / step;
    GdkPixbuf *const pixels =
        gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, width, height);

    for (int y = 0; pixels && y < height; y++)
        for (int x = 0; x < width; x++) {
            float mean[3];
            mean_color(mean, rgb, area->width, x * step, y * step,
                       MIN(step, area->width - x * step),
                       MIN(step, area->height - y * step));
            pixbuf_set_rgb(pixels, x, y, 1, 1, mean);
        }
    if (pixels)
        studio_post(job->studio, deliver_progress,
                    &(Post) { .area = *area, .pixels = pixels });
}

static void do_paint(Studio *studio, Job *job)
{
    Post post = { .settings = settings_copy(job->order->settings) };

    job->began = g_get_monotonic_time();
    session_paint(studio->session, job->order, &(ImpWatch) { paint_tick, job },
                  painted_area, job, &post.error);
    studio_post(studio, deliver_painted, &post);
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
    ImpPainting *painting;

    /* walking the gallery by key leaves many behind */
    if (g_atomic_int_get(&job->cancelled))
        return;
    if (wants_sketch(studio, job)) {
        GdkPixbuf *const sketch =
            session_sketch(studio->session, job->order, job->pixels, &watch, &error);
        if (!sketch) {
            studio_post_preview(studio, job, UI_STAGE_COARSE, NULL, error);
            return;
        }
        studio_post_preview(studio, job, UI_STAGE_COARSE, sketch, NULL);
    }
    painting = session_begin(studio->session, job->order, &watch, &error);
    job->more = painting && imp_painting_is_coarse(painting);
    studio_post_preview(studio, job, UI_STAGE_FULL,
                        painting ? session_first_pixbuf(painting) : NULL, error);
    if (job->more) {
        error = NULL;
        job->more = FALSE;
        studio_post_preview(studio, job, UI_STAGE_FULL,
                            session_refine(studio->session, painting, &watch, &error)
                                ? session_first_pixbuf(painting)
                                : NULL,
                            error);
    }
}

static void do_detail(Studio *studio, Job *job)
{
    GError *error = NULL;
    GdkPixbuf *pixels;

    if (g_atomic_int_get(&job->cancelled))
        return;
    pixels = session_detail(studio->session, job->order, &job->area,
                            &(ImpWatch) { job_tick, job }, &error);
    studio_post_preview(studio, job, UI_STAGE_DETAIL, pixels, error);
}

static void do_add_style(Studio *studio, Job *job)
{
    GError *error = NULL;
    NewStyle *const style =
        new_style_read(studio->painter, job->path, job->pixels, job->title,
                       &(ImpWatch) { job_tick, job }, &error);

    if (style) {
        g_mutex_lock(&studio->lock);
        g_queue_push_tail(&studio->read, style);
        g_mutex_unlock(&studio->lock);
    }
    studio_post(studio, deliver_style, &(Post) { .error = error });
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
        studio_post(studio, deliver_checked, &(Post) { .damaged = damaged });
    else
        g_ptr_array_unref(damaged);
}

static gboolean do_next(Studio *studio, JobKind below);

/* Between two steps, the painter is free for what the user waits for. */
static bool learn_tick(void *user, double fraction)
{
    Job *const job = user;
    Studio *const studio = job->studio;
    gboolean go_on;

    if (fraction < 1 && job_tick(job, fraction))
        studio_post(studio, deliver_learning,
                    &(Post) { .id = g_strdup(job->id), .fraction = fraction });
    g_mutex_lock(&studio->lock);
    while (do_next(studio, JOB_LEARN_STYLE))
        ;
    go_on = !studio->quit && job_tick(job, fraction);
    g_mutex_unlock(&studio->lock);
    return go_on;
}

static void do_learn_style(Studio *studio, Job *job)
{
    GError *error = NULL;
    gboolean learned;

    if (g_atomic_int_get(&job->cancelled))
        return;
    if (!job->new_style)
        job->new_style =
            new_style_read(studio->painter, job->path, NULL, NULL, NULL, &error);
    learned =
        job->new_style && new_style_learn(studio->painter, job->new_style,
                                          &(ImpWatch) { learn_tick, job }, &error);
    if (g_atomic_int_get(&job->cancelled))
        g_clear_error(&error);
    else
        studio_post(studio, deliver_learned,
                    &(Post) { .id = g_strdup(job->id),
                              .new_style =
                                  learned ? g_steal_pointer(&job->new_style) : NULL,
                              .error = error });
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
    case JOB_LEARN_STYLE:
        do_learn_style(studio, job);
        break;
    case JOB_KINDS:
        g_assert_not_reached();
    }
}

/* Do the most urgent job, if it is more urgent than `below`; when the studio closes,
 * only styles are still added. Called, and returns, locked. */
static gboolean do_next(Studio *studio, JobKind below)
{
    Job *const interrupted = studio->running;
    Job *const job = g_queue_peek_head(&studio->jobs);

    if (!job || job->kind >= below || (studio->quit && job->kind != JOB_ADD_STYLE))
        return FALSE;
    job->interrupted = interrupted;
    studio->running = g_queue_pop_head(&studio->jobs);
    g_mutex_unlock(&studio->lock);
    do_job(studio, job);
    g_mutex_lock(&studio->lock);
    studio->running = interrupted;
    job_free(job);
    return TRUE;
}

/* The engine's workers take their priority from the thread that makes them, this one:
 * what the hand does is to be seen at once, whatever is being painted. */
static void yield_to_dialog(void)
{
#if defined(__linux__) /* elsewhere it is the process that has a priority */
    (void)setpriority(PRIO_PROCESS, 0, 10);
#endif
}

gpointer studio_work(gpointer data)
{
    Studio *const studio = data;

    yield_to_dialog();
    g_mutex_lock(&studio->lock);
    while (do_next(studio, JOB_KINDS) || !studio->quit)
        if (!studio->jobs.length && !studio->quit)
            g_cond_wait(&studio->changed, &studio->lock);
    g_mutex_unlock(&studio->lock);
    return NULL;
}

static int compare_jobs(gconstpointer a, gconstpointer b, gpointer unused)
{
    /* equals stay in the order they came: insertion is before the first that is
     * greater */
    return ((const Job *)a)->kind < ((const Job *)b)->kind ? -1 : 1;
}

void studio_add_job(Studio *studio, Job *job)
{
    job->studio = studio;
    g_mutex_lock(&studio->lock);
    g_queue_insert_sorted(&studio->jobs, job, compare_jobs, NULL);
    g_cond_signal(&studio->changed);
    g_mutex_unlock(&studio->lock);
}

void studio_stop_jobs(Studio *studio, JobKind first, JobKind last)
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

void studio_stop_learning(Studio *studio, const char *id)
{
    g_mutex_lock(&studio->lock);
    for (GList *link = studio->jobs.head; link; link = link->next) {
        Job *const job = link->data;
        if (job->kind == JOB_LEARN_STYLE && g_str_equal(job->id, id))
            g_atomic_int_set(&job->cancelled, 1);
    }
    for (Job *job = studio->running; job; job = job->interrupted)
        if (job->kind == JOB_LEARN_STYLE && g_str_equal(job->id, id))
            g_atomic_int_set(&job->cancelled, 1);
    g_mutex_unlock(&studio->lock);
}
