/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Painting for scripts: the worker paints, the caller's thread waits and tells the
 * progress, so that a host's functions are only called where the host expects them. */
#include "config.h"

#include "session.h"

enum { PROGRESS_PER_SECOND = 10 };

typedef struct Task {
    Session *session;
    PaintOrder *order;
    gint cancelled; /* atomic */
    GMutex lock;    /* of what follows */
    GCond changed;
    double fraction;
    gboolean done, ok;
    GError *error;
} Task;

static bool tick(void *user, double fraction)
{
    Task *const task = user;

    g_mutex_lock(&task->lock);
    task->fraction = fraction;
    g_mutex_unlock(&task->lock);
    return !g_atomic_int_get(&task->cancelled);
}

static gpointer work(gpointer data)
{
    Task *const task = data;
    gboolean ok;

    ok = session_paint(task->session, task->order, &(ImpWatch) { tick, task }, NULL,
                       NULL, &task->error);
    g_mutex_lock(&task->lock);
    task->ok = ok;
    task->done = TRUE;
    g_cond_signal(&task->changed);
    g_mutex_unlock(&task->lock);
    return NULL;
}

static void wait_for(Task *task, PaintProgress *progress, gpointer data)
{
    const gint64 began = g_get_monotonic_time();
    gint64 next = began;

    g_mutex_lock(&task->lock);
    while (!task->done) {
        const double fraction = task->fraction;
        next += G_USEC_PER_SEC / PROGRESS_PER_SECOND;
        while (!task->done && g_cond_wait_until(&task->changed, &task->lock, next))
            continue;
        g_mutex_unlock(&task->lock);
        if (progress && !progress(data, fraction, seconds_left(began, fraction)))
            g_atomic_int_set(&task->cancelled, 1);
        g_mutex_lock(&task->lock);
    }
    g_mutex_unlock(&task->lock);
}

static gboolean paint(Task *task, const Picture *picture, PaintProgress *progress,
                      gpointer data, GError **error)
{
    GThread *const worker = g_thread_try_new("impasto-paint", work, task, error);

    if (!worker)
        return FALSE;
    wait_for(task, progress, data);
    g_thread_join(worker);
    if (!task->ok) {
        g_propagate_error(error, task->error);
        return FALSE;
    }
    /* the last moment to say no: what follows is seen by the user */
    if (progress && !progress(data, 1, 0))
        return set_cancelled(error);
    return picture->finish(picture->self, task->order->settings, error);
}

gboolean paint_now(Painter *painter, const Picture *picture, const UiSettings *settings,
                   PaintProgress *progress, gpointer data, GError **error)
{
    Task task = { .order = paint_order_new(painter->library, settings, error) };
    gboolean ok;

    if (!task.order)
        return FALSE;
    if ((picture->prepare && !picture->prepare(picture->self, error)) ||
        !picture->begin(picture->self, error)) {
        paint_order_free(task.order);
        return FALSE;
    }
    g_mutex_init(&task.lock);
    g_cond_init(&task.changed);
    task.session = session_new(painter, picture);
    ok = paint(&task, picture, progress, data, error);
    if (!ok)
        picture->abandon(picture->self);
    session_free(task.session);
    paint_order_free(task.order);
    g_cond_clear(&task.changed);
    g_mutex_clear(&task.lock);
    return ok;
}

char *add_style_now(Painter *painter, const char *path, const char *title,
                    GError **error)
{
    g_autoptr(GError) detail = NULL;
    NewStyle *new_style;
    char *id;

    new_style = new_style_read(painter, path, NULL, title, NULL, error);
    if (new_style && !new_style_learn(painter, new_style, NULL, &detail))
        g_info("the style stays as it was read: %s", detail->message);
    id = new_style ? new_style_keep(new_style, painter->library, error) : NULL;
    new_style_free(new_style);
    return id;
}

guint check_styles_now(Painter *painter)
{
    guint n, damaged = 0;
    const UiStyle *const styles = style_library_list_names(painter->library, &n);
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < n; i++)
        g_ptr_array_add(ids, g_strdup(styles[i].id));
    for (guint i = 0; i < ids->len; i++) {
        const char *const id = g_ptr_array_index(ids, i);
        g_autofree char *path = style_library_vector_path(painter->library, id);
        g_autofree char *why = painter_check_vector(painter, path);
        if (why) {
            style_library_leave_out(painter->library, id, why);
            damaged++;
        }
    }
    return damaged;
}
