/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Photo, first paint, full paint of one picture; first paints and photos are kept. */
#include "config.h"

#include "session.h"

#include "pixels.h"

#define KEPT_BYTES ((gsize)192 << 20) /* of photos, and as much of paintings */

struct Session {
    Painter *painter;
    const Picture *picture;
    Cache *photos;      /* ImpPhoto by brush size */
    Cache *paintings;   /* ImpPainting by paint_order_key */
    GError *host_error; /* why a callback failed */
};

static void destroy_photo(gpointer photo)
{
    imp_photo_destroy(&(ImpPhoto *) { photo });
}

static void destroy_painting(gpointer painting)
{
    imp_painting_destroy(&(ImpPainting *) { painting });
}

Session *session_new(Painter *painter, const Picture *picture)
{
    Session *const session = g_new0(Session, 1);

    session->painter = painter;
    session->picture = picture;
    session->photos = cache_new(KEPT_BYTES, destroy_photo);
    session->paintings = cache_new(KEPT_BYTES, destroy_painting);
    return session;
}

void session_free(Session *session)
{
    if (!session)
        return;
    cache_free(session->photos);
    cache_free(session->paintings);
    g_clear_error(&session->host_error);
    g_free(session);
}

/* The engine's status as an error; what a callback of the host said goes first. */
static gboolean fail(Session *session, ImpStatus status, const ImpError *detail,
                     GError **error)
{
    if (status == IMP_HOST_ERROR && session->host_error) {
        g_propagate_error(error, g_steal_pointer(&session->host_error));
        return FALSE;
    }
    g_clear_error(&session->host_error);
    return imp_to_gerror(error, status, detail);
}

/* ---- progress of a part of the work ---------------------------------------- */

typedef struct Span {
    const ImpWatch *whole;
    double from, to;
} Span;

static bool span_tick(void *user, double fraction)
{
    const Span *const span = user;

    return span->whole->tick(span->whole->user,
                             span->from + fraction * (span->to - span->from));
}

double seconds_left(gint64 began, double fraction)
{
    const double elapsed = (double)(g_get_monotonic_time() - began) / G_USEC_PER_SEC;

    return elapsed > 0.5 && fraction > 0.02 ? elapsed * (1 - fraction) / fraction : -1;
}

/* ---- first paint ----------------------------------------------------------- */

static bool read_picture(void *user, int x, int y, int w, int h, float *rgba)
{
    Session *const session = user;

    g_clear_error(&session->host_error);
    return session->picture->read(session->picture->self, x, y, w, h, rgba,
                                  &session->host_error);
}

static const ImpPhoto *get_photo(Session *session, const char *key,
                                 const ImpSource *source, double brush_size,
                                 const ImpWatch *watch, GError **error)
{
    ImpPhoto *photo = cache_get(session->photos, key);
    ImpError detail;
    ImpStatus status;
    int width, height;

    if (photo)
        return photo;
    status = imp_photo_create(&photo, session->painter->pool, source, brush_size, watch,
                              &detail);
    if (status != IMP_OK) {
        fail(session, status, &detail, error);
        return NULL;
    }
    imp_photo_pixels(photo, &width, &height);
    cache_take(session->photos, key, photo, (gsize)width * height * 3 * sizeof(float));
    return photo;
}

ImpPainting *session_find(Session *session, const PaintOrder *order)
{
    g_autofree char *key = paint_order_key(order);

    return cache_get(session->paintings, key);
}

ImpPainting *session_begin(Session *session, const PaintOrder *order,
                           const ImpWatch *watch, GError **error)
{
    Painter *const painter = session->painter;
    g_autofree char *key = paint_order_key(order);
    g_autofree char *photo_key = g_strdup_printf("%.6g", order->settings->brush_size);
    ImpPainting *painting = cache_get(session->paintings, key);
    const ImpSource source = { .width = session->picture->width,
                               .height = session->picture->height,
                               .read = read_picture,
                               .user = session };
    /* reading the photo is a small part */
    Span read = { watch, 0, 0.1 }, paint = { watch, 0.1, 1 };
    const ImpPhoto *photo;
    const ImpStyle *style;
    ImpError detail;
    ImpStatus status;
    int width, height;

    if (painting)
        return painting;
    style = painter_get_style(painter, order, error);
    photo = style ? get_photo(session, photo_key, &source, order->settings->brush_size,
                              &(ImpWatch) { span_tick, &read }, error)
                  : NULL;
    if (!photo)
        return NULL;
    status = imp_painting_begin(&painting, painter->model, painter->pool, style, photo,
                                &(ImpWatch) { span_tick, &paint }, &detail);
    if (status != IMP_OK) {
        fail(session, status, &detail, error);
        return NULL;
    }
    imp_painting_first(painting, &width, &height);
    /* with the next larger size, which has up to five times the pixels */
    cache_take(session->paintings, key, painting,
               (gsize)width * height * 6 * 3 * sizeof(float));
    return painting;
}

gboolean session_refine(Session *session, ImpPainting *painting, const ImpWatch *watch,
                        GError **error)
{
    ImpError detail;
    const ImpStatus status =
        imp_painting_refine(painting, session->painter->pool, watch, &detail);

    return status == IMP_OK || fail(session, status, &detail, error);
}

GdkPixbuf *session_first_pixbuf(const ImpPainting *painting)
{
    int width, height;
    const float *const rgb = imp_painting_first(painting, &width, &height);
    GdkPixbuf *const pixbuf =
        gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, width, height);

    if (pixbuf)
        pixbuf_set_rgb(pixbuf, 0, 0, width, height, rgb);
    return pixbuf;
}

GdkPixbuf *session_sketch(Session *session, const PaintOrder *order,
                          const GdkPixbuf *small, const ImpWatch *watch, GError **error)
{
    Painter *const painter = session->painter;
    const ImpSource source = { .width = gdk_pixbuf_get_width(small),
                               .height = gdk_pixbuf_get_height(small),
                               .read = pixbuf_read,
                               .user = (gpointer)small };
    const ImpStyle *const style = painter_get_style(painter, order, error);
    /* the smallest first paint there is: 216 pixels; the same photo for every style */
    const ImpPhoto *const photo =
        style ? get_photo(session, "sketch", &source, IMP_BRUSH_SIZE_MAX, watch, error)
              : NULL;
    ImpPainting *painting = NULL;
    GdkPixbuf *pixbuf = NULL;
    ImpError detail;
    ImpStatus status;

    if (!photo)
        return NULL;
    status = imp_painting_begin(&painting, painter->model, painter->pool, style, photo,
                                watch, &detail);
    if (status == IMP_OK)
        pixbuf = session_first_pixbuf(painting);
    else
        fail(session, status, &detail, error);
    imp_painting_destroy(&painting);
    return pixbuf;
}

/* ---- rectangles of the full painting --------------------------------------- */

typedef struct Detail {
    GdkPixbuf *pixbuf;
    int x, y;
} Detail;

static bool write_detail(void *user, int x, int y, int w, int h, const float *rgb)
{
    const Detail *const detail = user;

    pixbuf_set_rgb(detail->pixbuf, x - detail->x, y - detail->y, w, h, rgb);
    return true;
}

GdkPixbuf *session_detail(Session *session, const PaintOrder *order,
                          const GdkRectangle *area, const ImpWatch *watch,
                          GError **error)
{
    ImpPainting *const painting = session_begin(session, order, watch, error);
    g_autoptr(GdkPixbuf) pixbuf = NULL;
    Detail detail = { .x = area->x, .y = area->y };
    ImpError engine;
    ImpStatus status;

    if (!painting)
        return NULL;
    detail.pixbuf = pixbuf =
        gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, area->width, area->height);
    if (!pixbuf) {
        imp_to_gerror(error, IMP_NO_MEMORY, NULL);
        return NULL;
    }
    status = imp_painting_render(painting, session->painter->pool, area->x, area->y,
                                 area->width, area->height,
                                 &(ImpSink) { write_detail, &detail }, watch, &engine);
    if (status != IMP_OK) {
        fail(session, status, &engine, error);
        return NULL;
    }
    return g_steal_pointer(&pixbuf);
}

/* ---- everything ------------------------------------------------------------ */

typedef struct Final {
    Session *session;
    float strength, keep_colors;
    PaintedArea *painted;
    gpointer data;
    float *rgba; /* of one rectangle */
    gsize room;  /* pixels in rgba */
} Final;

static bool write_final(void *user, int x, int y, int w, int h, const float *rgb)
{
    Final *const final = user;
    const Picture *const picture = final->session->picture;
    GError **const error = &final->session->host_error;
    const gsize pixels = (gsize)w * h;

    g_clear_error(error);
    if (pixels > final->room) {
        g_free(final->rgba);
        final->rgba = g_try_malloc_n(pixels, 4 * sizeof(float));
        final->room = final->rgba ? pixels : 0;
    }
    if (!final->rgba)
        return imp_to_gerror(error, IMP_NO_MEMORY, NULL);
    if (!picture->read(picture->self, x, y, w, h, final->rgba, error))
        return false;
    imp_blend_f32(final->rgba, final->rgba, rgb, pixels, 4, final->strength,
                  final->keep_colors);
    if (!picture->write(picture->self, x, y, w, h, final->rgba, error))
        return false;
    if (final->painted)
        final->painted(final->data, &(GdkRectangle) { x, y, w, h }, rgb);
    return true;
}

/* The part of the work that is the first paint: as its pixels to all pixels. */
static double first_part(Session *session, const PaintOrder *order)
{
    const Picture *const picture = session->picture;
    const double full = (double)picture->width * picture->height;
    double first;
    int width, height;

    if (session_find(session, order))
        return 0;
    imp_working_size(picture->width, picture->height, order->settings->brush_size,
                     &width, &height);
    first = (double)width * height;
    return first / (first + (full > first ? full : 0.05 * full));
}

gboolean session_paint(Session *session, const PaintOrder *order, const ImpWatch *watch,
                       PaintedArea *painted, gpointer data, GError **error)
{
    const Picture *const picture = session->picture;
    const double part = first_part(session, order);
    Span first = { watch, 0, part }, full = { watch, part, 1 };
    Final final = {
        .session = session,
        .strength = (float)(order->settings->strength / 100),
        .keep_colors = (float)(order->settings->keep_colors / 100),
        .painted = painted,
        .data = data,
    };
    ImpPainting *const painting =
        session_begin(session, order, &(ImpWatch) { span_tick, &first }, error);
    ImpError detail;
    ImpStatus status;

    if (!painting)
        return FALSE;
    status = imp_painting_render(painting, session->painter->pool, 0, 0, picture->width,
                                 picture->height, &(ImpSink) { write_final, &final },
                                 &(ImpWatch) { span_tick, &full }, &detail);
    g_free(final.rgba);
    return status == IMP_OK || fail(session, status, &detail, error);
}
