/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* UiHost over the engine. A new request stops the job that it replaces at once: every
 * job has its own flag, which the engine asks after every tile. */
#include "config.h"

#include "pixels.h"
#include "studio-internal.h"

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>
#include <string.h>

enum { SHOWN_LENGTH = 1024 }; /* of the photo on the screen */
static const char coverage_key[] = "impasto-coverage";

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

/* The preview shows the photo where the painting will not cover it: how much it does is
 * kept with each photo that is handed out, and used in keep_colors. Such a photo gets
 * an alpha channel, because the painting over one without is shown as it came. Takes
 * photo. */
static GdkPixbuf *with_coverage(const Picture *picture, GdkPixbuf *photo,
                                const GdkRectangle *area)
{
    const int width = photo ? gdk_pixbuf_get_width(photo) : 0;
    const int height = photo ? gdk_pixbuf_get_height(photo) : 0;
    const gsize pixels = (gsize)width * height;
    guchar *coverage = NULL;
    gboolean covers_all = TRUE;

    if (photo && picture->coverage)
        coverage = picture->coverage(picture->self, area, width, height);
    for (gsize i = 0; coverage && covers_all && i < pixels; i++)
        covers_all = coverage[i] == 255;
    if (covers_all) {
        g_free(coverage);
        return photo;
    }
    if (!gdk_pixbuf_get_has_alpha(photo)) {
        GdkPixbuf *const opaque = photo;

        photo = gdk_pixbuf_add_alpha(opaque, FALSE, 0, 0, 0);
        g_object_unref(opaque);
    }
    g_object_set_data_full(G_OBJECT(photo), coverage_key, coverage, g_free);
    return photo;
}

/* Borrowed; NULL where the picture cannot be read. */
static GdkPixbuf *get_shown(Studio *studio)
{
    const Picture *const picture = studio->picture;
    const GdkRectangle all = { 0, 0, picture->width, picture->height };

    if (studio->shown)
        return studio->shown;
    if (picture->thumbnail)
        studio->shown = picture->thumbnail(picture->self, SHOWN_LENGTH);
    if (!studio->shown && prepare(studio, NULL))
        studio->shown = picture_reduce(picture, SHOWN_LENGTH, NULL);
    studio->shown = with_coverage(picture, studio->shown, &all);
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

    if (!prepare(studio, NULL))
        return NULL;
    return with_coverage(studio->picture,
                         picture_read_pixbuf(studio->picture, area, NULL), area);
}

static const UiStyle *styles(gpointer self, guint *n)
{
    return style_library_list(((Studio *)self)->painter->library, n);
}

static char *style_faults(gpointer self)
{
    const Studio *const studio = self;
    const char *const *const warnings =
        style_library_warnings(studio->painter->library);
    g_autofree char *damaged = *warnings ? g_strjoinv("\n", (char **)warnings) : NULL;

    return studio->gone && damaged ? g_strjoin("\n", studio->gone, damaged, NULL)
                                   : g_strdup(studio->gone ? studio->gone : damaged);
}

static void set_favorite(gpointer self, const char *id, gboolean favorite)
{
    g_autoptr(GError) error = NULL;

    if (!style_library_set_favorite(((Studio *)self)->painter->library, id, favorite,
                                    &error))
        g_warning("%s", error->message);
    studio_styles_changed(self);
}

static gboolean rename_style(gpointer self, const char *id, const char *title,
                             GError **error)
{
    const gboolean ok =
        style_library_rename(((Studio *)self)->painter->library, id, title, error);

    if (ok)
        studio_styles_changed(self);
    return ok;
}

static gboolean delete_style(gpointer self, const char *id, GError **error)
{
    const gboolean ok =
        style_library_delete(((Studio *)self)->painter->library, id, error);

    if (ok) {
        studio_stop_learning(self, id);
        studio_styles_changed(self);
    }
    return ok;
}

static void add_style_file(gpointer self, const char *path, const char *title)
{
    Job *const job = g_new0(Job, 1);

    job->kind = JOB_ADD_STYLE;
    job->path = g_strdup(path);
    job->title = g_strdup(title);
    studio_add_job(self, job);
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
        studio_post(studio, deliver_style, &(Post) { .error = error });
        return;
    }
    job = g_new0(Job, 1);
    job->kind = JOB_ADD_STYLE;
    job->path = g_strdup(title && *title ? title : _("Layer"));
    job->title = g_strdup(job->path);
    job->pixels = pixels;
    studio_add_job(studio, job);
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
        studio_post_preview(studio, &(Job) { .serial = serial }, UI_STAGE_FAILED, NULL,
                            error);
    return order;
}

static guint request_preview(gpointer self, const UiSettings *settings)
{
    Studio *const studio = self;
    GdkPixbuf *const shown = get_shown(studio);
    PaintOrder *order;
    Job *job;

    studio_stop_jobs(studio, JOB_PREVIEW, JOB_DETAIL);
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
        studio_add_job(studio, job);
    }
    return studio->preview_serial;
}

static guint request_detail(gpointer self, const GdkRectangle *area)
{
    Studio *const studio = self;
    const GdkRectangle all = { 0, 0, studio->picture->width, studio->picture->height };
    PaintOrder *order;
    Job *job;

    studio_stop_jobs(studio, JOB_DETAIL, JOB_DETAIL);
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
        studio_add_job(studio, job);
    }
    return studio->detail_serial;
}

/* Between two rows of 8 bit pixels, in place of the upper one. */
static void cover_row(guchar *painted, const guchar *photo_row, const guchar *coverage,
                      int width, int channels)
{
    for (int x = 0; x < width; x++, painted += channels, photo_row += channels)
        for (int c = 0; coverage[x] < 255 && c < channels; c++)
            painted[c] = (guchar)((painted[c] * coverage[x] +
                                   photo_row[c] * (255 - coverage[x]) + 127) /
                                  255);
}

static void keep_colors(gpointer self, GdkPixbuf *out, const GdkPixbuf *photo_pixels,
                        const GdkPixbuf *painting, double percent)
{
    const int width = gdk_pixbuf_get_width(out);
    const int channels = gdk_pixbuf_get_n_channels(out);
    const gsize out_pitch = (gsize)gdk_pixbuf_get_rowstride(out);
    const gsize photo_pitch = (gsize)gdk_pixbuf_get_rowstride(photo_pixels);
    const gsize painting_pitch = (gsize)gdk_pixbuf_get_rowstride(painting);
    const guchar *const coverage =
        g_object_get_data(G_OBJECT(photo_pixels), coverage_key);
    guchar *const pixels = gdk_pixbuf_get_pixels(out);

    for (int y = 0; y < gdk_pixbuf_get_height(out); y++) {
        const guchar *const photo_row =
            gdk_pixbuf_read_pixels(photo_pixels) + y * photo_pitch;
        guchar *const row = pixels + y * out_pitch;

        imp_keep_colors_u8(row, photo_row,
                           gdk_pixbuf_read_pixels(painting) + y * painting_pitch,
                           (gsize)width, channels, (float)(percent / 100));
        if (coverage)
            cover_row(row, photo_row, coverage + (gsize)y * width, width, channels);
    }
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
    studio_stop_jobs(studio, JOB_PREVIEW, JOB_DETAIL);
    if (!order || !prepare(studio, &error) || !picture->begin(picture->self, &error)) {
        paint_order_free(order);
        studio_post(studio, deliver_refused, &(Post) { .error = error });
        return;
    }
    studio->painting = TRUE;
    studio->cancelled = FALSE;
    studio->fraction = 0;
    studio->left = -1;
    job = g_new0(Job, 1);
    job->kind = JOB_PAINT;
    job->order = order;
    studio_add_job(studio, job);
}

static void set_replace(gpointer self, gboolean replace)
{
    const StudioConfig *const config = &((Studio *)self)->config;

    config->set_replace(config->self, replace);
}

static void cancel(gpointer self)
{
    ((Studio *)self)->cancelled = TRUE;
    studio_stop_jobs(self, JOB_PAINT, JOB_DETAIL);
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
    studio_add_job(studio, job);
}

/* Styles that were added when there was no time to learn them. */
static void add_learning(Studio *studio)
{
    StyleLibrary *const library = studio->painter->library;
    guint n;
    const UiStyle *const list = style_library_list_names(library, &n);

    for (guint i = 0; i < n; i++)
        if (list[i].picture_path && style_library_is_unlearned(library, list[i].id)) {
            Job *const job = g_new0(Job, 1);
            job->kind = JOB_LEARN_STYLE;
            job->id = g_strdup(list[i].id);
            job->path = g_strdup(list[i].picture_path);
            studio_add_job(studio, job);
        }
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
    studio->gone = settings_repair(studio->initial, painter->library);
    studio->config.initial = NULL; /* the caller's: not ours to look at from now on */
    studio->config.state_file = NULL;
    studio->host = (UiHost) {
        .self = studio,
        .set_events = set_events,
        .picture_size = picture_size,
        .photo = photo,
        .photo_area = photo_area,
        .styles = styles,
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
        .set_replace = config->set_replace ? set_replace : NULL,
        .paint = paint,
        .cancel = cancel,
        .initial = initial,
        .defaults = defaults,
        .get_state = get_state,
        .set_state = set_state,
        .paint_help = config->paint_help,
    };
    g_mutex_init(&studio->lock);
    g_cond_init(&studio->changed);
    g_queue_init(&studio->jobs);
    studio->session = session_new(painter, picture);
    studio->worker = g_thread_new("impasto-studio", studio_work, studio);
    add_check(studio);
    add_learning(studio);
    return studio;
}

const UiHost *studio_get_ui_host(Studio *studio)
{
    return &studio->host;
}

/* What was read and could not be delivered any more. */
static void keep_read(Studio *studio)
{
    NewStyle *style;

    while ((style = studio_take_read(studio))) {
        g_autoptr(GError) error = NULL;
        g_autofree char *id = new_style_keep(style, studio->painter->library, &error);
        if (!id)
            g_message("%s", error->message);
        new_style_free(style);
    }
}

void studio_free(Studio *studio)
{
    Job *job;

    if (!studio)
        return;
    studio->closed = TRUE;
    g_mutex_lock(&studio->lock);
    studio->quit = TRUE;
    g_cond_signal(&studio->changed);
    g_mutex_unlock(&studio->lock);
    studio_stop_jobs(studio, JOB_PAINT, JOB_LEARN_STYLE); /* all but JOB_ADD_STYLE */
    g_thread_join(studio->worker);
    keep_read(studio);
    while ((job = g_queue_pop_head(&studio->jobs)))
        job_free(job);
    if (studio->painting)
        studio->picture->abandon(studio->picture->self);
    if (studio->state_file && g_hash_table_size(studio->state))
        state_save(studio->state, studio->state_file, NULL);
    session_free(studio->session);
    settings_free(studio->initial);
    settings_free(studio->defaults);
    settings_free(studio->requested);
    g_hash_table_unref(studio->state);
    g_clear_object(&studio->shown);
    g_free(studio->state_file);
    g_free(studio->gone);
    studio_unref(studio);
}
