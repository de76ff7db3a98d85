/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Inside the studio: its parts are studio.c (UiHost; main thread), studio-jobs.c (the
 * worker thread) and studio-posts.c (what the worker has for the main thread). */
#ifndef IMPASTO_STUDIO_INTERNAL_H
#define IMPASTO_STUDIO_INTERNAL_H

#include "session.h"

G_BEGIN_DECLS

/* Most urgent first. */
typedef enum JobKind {
    JOB_ADD_STYLE, /* quick, and after a paint the dialog may close */
    JOB_PAINT,
    JOB_PREVIEW,
    JOB_DETAIL,
    JOB_CHECK_STYLES,
    JOB_LEARN_STYLE, /* the others are done in between */
    JOB_KINDS,
} JobKind;

typedef struct Job {
    JobKind kind;
    gint cancelled; /* atomic */
    guint serial;
    gint64 began;
    double told;         /* PAINT: the fraction that was posted last */
    PaintOrder *order;   /* PAINT, PREVIEW, DETAIL */
    GdkRectangle area;   /* DETAIL */
    gboolean more;       /* PREVIEW: a finer one follows the next that is posted */
    char *path, *title;  /* ADD_STYLE, LEARN_STYLE */
    GdkPixbuf *pixels;   /* ADD_STYLE: NULL: read `path`; PREVIEW: the photo, reduced */
    GPtrArray *vectors;  /* CHECK_STYLES: id, path, id, path ... */
    char *id;            /* LEARN_STYLE, and */
    NewStyle *new_style; /* what was read; NULL: read `path` */
    struct Studio *studio;
    struct Job *interrupted; /* by this one, while it runs */
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
    char *gone; /* says which styles of the initial values are not there; or NULL */
    char *state_file;
    GHashTable *state; /* what set_state changed; written when the studio closes */
    GdkPixbuf *shown;  /* the photo, reduced */
    gboolean prepared, painting;
    gboolean cancelled;    /* the paint: also after its last tile, on the way here */
    double fraction, left; /* last progress of the paint */
    guint serial, preview_serial, detail_serial; /* of the last requests */
    UiSettings *requested;                       /* of the last preview */

    Session *session; /* the worker's */
    GThread *worker;
    GMutex lock; /* of what follows */
    GCond changed;
    GQueue jobs; /* Job, most urgent first */
    GQueue read; /* NewStyle, not in the library yet: one for each post without error */
    Job *running; /* owned by the worker */
    gboolean quit;
};

/* Something on its way to the main thread, with what it owns. */
typedef struct Post {
    Studio *studio;
    void (*deliver)(struct Post *post);
    UiPreview preview;
    double fraction, seconds_left;
    GdkRectangle area;
    GdkPixbuf *pixels;
    GError *error;
    UiSettings *settings;
    char *id; /* of the style that is learned */
    NewStyle *new_style;
    GPtrArray *damaged; /* id, why, id, why ... */
} Post;

/* Worker or main thread: have `deliver` called on the main thread, from its loop. Takes
 * what the post holds. Posts to a studio that was closed meanwhile are dropped. */
void studio_post(Studio *studio, void (*deliver)(Post *post), const Post *content);
void studio_unref(Studio *studio);
/* What can be delivered. */
void deliver_preview(Post *post);
void deliver_progress(Post *post);
void deliver_painted(Post *post);
void deliver_refused(Post *post); /* Paint could not even begin */
void deliver_style(Post *post);
void deliver_learning(Post *post);
void deliver_learned(Post *post);
void deliver_checked(Post *post);
void studio_styles_changed(Studio *studio); /* main thread */
/* Post a preview, taking painting and error; painting NULL: that it failed (nothing at
 * all where it was cancelled). */
void studio_post_preview(Studio *studio, const Job *job, UiStage stage,
                         GdkPixbuf *painting, GError *error);

/* Main thread: the first of those read, to be freed; NULL: there is none. */
NewStyle *studio_take_read(Studio *studio);

/* The worker: a thread's function, data is the studio. Ends when `quit` is set. */
gpointer studio_work(gpointer data);
/* Main thread. Takes the job. */
void studio_add_job(Studio *studio, Job *job);
/* Stop every job of the kinds first .. last: the one that runs ends within a tile,
 * those that wait end when it is their turn, so that each still answers. */
void studio_stop_jobs(Studio *studio, JobKind first, JobKind last);
/* The style was deleted; another may get its id. What was learned of it is dropped. */
void studio_stop_learning(Studio *studio, const char *id);
void job_free(Job *job);

G_END_DECLS
#endif
