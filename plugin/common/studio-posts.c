/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* From the worker to the main thread: what was painted, and what it means there. */
#include "config.h"

#include "studio-internal.h"

void studio_unref(Studio *studio)
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
    g_free(post->id);
    new_style_free(post->new_style);
    g_clear_pointer(&post->damaged, g_ptr_array_unref);
    studio_unref(post->studio);
    g_free(post);
}

/* Takes what the post holds. Not g_main_context_invoke: that calls at once, on this
 * very thread, when the main thread is not inside its loop just then. */
void studio_post(Studio *studio, void (*deliver_post)(Post *post), const Post *content)
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

void deliver_preview(Post *post)
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

void deliver_progress(Post *post)
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

void deliver_painted(Post *post)
{
    Studio *const studio = post->studio;
    const Picture *const picture = studio->picture;
    g_autoptr(GError) not_saved = NULL;

    studio->painting = FALSE;
    if (!post->error && studio->cancelled) /* the last moment to say no */
        set_cancelled(&post->error);
    if (!post->error)
        picture->finish(picture->self, post->settings, &post->error);
    if (post->error)
        picture->abandon(picture->self);
    else if (studio->state_file &&
             !settings_save(post->settings, studio->state_file, &not_saved))
        g_message("%s", not_saved->message); /* the painting is there, though */
    if (studio->events.painted)
        studio->events.painted(studio->events_data, post->error);
}

void deliver_refused(Post *post)
{
    Studio *const studio = post->studio;

    if (studio->events.painted)
        studio->events.painted(studio->events_data, post->error);
}

void studio_styles_changed(Studio *studio)
{
    if (studio->events.styles_changed)
        studio->events.styles_changed(studio->events_data);
}

NewStyle *studio_take_read(Studio *studio)
{
    NewStyle *style;

    g_mutex_lock(&studio->lock);
    style = g_queue_pop_head(&studio->read);
    g_mutex_unlock(&studio->lock);
    return style;
}

void deliver_style(Post *post)
{
    Studio *const studio = post->studio;
    g_autofree char *id = NULL;

    if (!post->error) {
        post->new_style = studio_take_read(studio);
        id = new_style_keep(post->new_style, studio->painter->library, &post->error);
    }
    if (id)
        studio_styles_changed(studio);
    if (studio->events.style_added)
        studio->events.style_added(studio->events_data, id, post->error);
    if (id) {
        Job *const job = g_new0(Job, 1);
        job->kind = JOB_LEARN_STYLE;
        job->id = g_steal_pointer(&id);
        job->new_style = g_steal_pointer(&post->new_style);
        studio_add_job(studio, job);
    }
}

static void tell_learning(Studio *studio, const char *id, double fraction)
{
    if (studio->events.learning)
        studio->events.learning(studio->events_data, id, fraction);
}

void deliver_learning(Post *post)
{
    tell_learning(post->studio, post->id, post->fraction);
}

void deliver_learned(Post *post)
{
    Studio *const studio = post->studio;
    const gboolean learned =
        post->new_style && new_style_replace(post->new_style, studio->painter->library,
                                             post->id, &post->error);

    if (post->error)
        g_info("the style stays as it was read: %s", post->error->message);
    if (learned)
        studio_styles_changed(studio);
    tell_learning(studio, post->id, learned ? 1 : -1);
}

void deliver_checked(Post *post)
{
    for (guint i = 0; i < post->damaged->len; i += 2)
        style_library_leave_out(post->studio->painter->library,
                                g_ptr_array_index(post->damaged, i),
                                g_ptr_array_index(post->damaged, i + 1));
    studio_styles_changed(post->studio);
}

void studio_post_preview(Studio *studio, const Job *job, UiStage stage,
                         GdkPixbuf *painting, GError *error)
{
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_error_free(error); /* whoever stopped it knows */
        return;
    }
    if (!painting && !error)
        imp_to_gerror(&error, IMP_NO_MEMORY, NULL);
    studio_post(studio, deliver_preview,
                &(Post) { .preview = { .stage = painting ? stage : UI_STAGE_FAILED,
                                       .more = painting && job->more,
                                       .area = job->area,
                                       .serial = job->serial },
                          .pixels = painting,
                          .error = error });
}
