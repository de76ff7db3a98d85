/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Two layers, the whole and the detail, each a photo and a painting over it. Strength is
 * how opaque the painting is drawn, so that the slider computes no pixel but those in
 * sight; colors are kept once a change, in draw, so that many changes between two
 * frames cost one. */
#include "config.h"
#include "scene.h"

#include <math.h>

typedef struct Layer {
    GdkRectangle area;   /* what it covers, in pixels of the picture */
    GdkPixbuf *photo;    /* NULL: the layer is empty */
    GdkPixbuf *painting; /* as it came, RGB, or NULL */
    GdkPixbuf *scaled;   /* of the photo's size; NULL: not needed yet */
    GdkPixbuf *mixed;    /* of the photo's size and channels, its colors kept */
    cairo_surface_t *photo_surface, *mixed_surface;
    gboolean stale; /* mixed is of other colors or another painting */
} Layer;

struct UiScene {
    const UiHost *host;
    int width, height;
    Layer whole, detail, previous; /* previous: the last painted detail, drawn below */
    double painting_zoom;          /* pixels of the painting a pixel of the picture */
    double strength, keep_colors;
    /* While painting for good. */
    cairo_region_t *painted;
    GdkPixbuf *before;
};

static void layer_clear(Layer *layer)
{
    g_clear_object(&layer->photo);
    g_clear_object(&layer->painting);
    g_clear_object(&layer->scaled);
    g_clear_object(&layer->mixed);
    g_clear_pointer(&layer->photo_surface, cairo_surface_destroy);
    g_clear_pointer(&layer->mixed_surface, cairo_surface_destroy);
}

/* Takes photo. */
static void layer_take_photo(Layer *layer, GdkPixbuf *photo, const GdkRectangle *area)
{
    layer_clear(layer);
    layer->area = *area;
    layer->photo = photo;
    layer->photo_surface = gdk_cairo_surface_create_from_pixbuf(photo, 1, NULL);
}

static void layer_set_painting(Layer *layer, GdkPixbuf *painting)
{
    g_set_object(&layer->painting, painting);
    g_clear_object(&layer->scaled);
    layer->stale = TRUE;
}

/* The painting at the photo's size; NULL: no memory. Owned by the layer. */
static GdkPixbuf *layer_scale(Layer *layer)
{
    const int w = gdk_pixbuf_get_width(layer->photo);
    const int h = gdk_pixbuf_get_height(layer->photo);

    if (layer->scaled != NULL)
        return layer->scaled;
    if (gdk_pixbuf_get_width(layer->painting) == w &&
        gdk_pixbuf_get_height(layer->painting) == h)
        layer->scaled = g_object_ref(layer->painting);
    else
        layer->scaled =
            gdk_pixbuf_scale_simple(layer->painting, w, h, GDK_INTERP_BILINEAR);
    return layer->scaled;
}

/* What full strength shows: the painting as it came where neither the photo's colors
 * nor its shape count, so that a first picture waits for nothing. NULL: no memory.
 * Owned by the layer. */
static GdkPixbuf *layer_keep_colors(const UiScene *scene, Layer *layer)
{
    const UiHost *const host = scene->host;

    if (scene->keep_colors <= 0 && !gdk_pixbuf_get_has_alpha(layer->photo))
        return layer->painting;
    if (layer->mixed == NULL)
        layer->mixed = gdk_pixbuf_copy(layer->photo);
    if (layer->mixed == NULL || layer_scale(layer) == NULL)
        return NULL;
    host->keep_colors(host->self, layer->mixed, layer->photo, layer->scaled,
                      scene->keep_colors);
    return layer->mixed;
}

static void layer_mix(const UiScene *scene, Layer *layer)
{
    if (!layer->stale || layer->painting == NULL)
        return;
    GdkPixbuf *const mixed = layer_keep_colors(scene, layer);
    if (mixed == NULL)
        return; /* the last mix stays */
    g_clear_pointer(&layer->mixed_surface, cairo_surface_destroy);
    layer->mixed_surface = gdk_cairo_surface_create_from_pixbuf(mixed, 1, NULL);
    layer->stale = FALSE;
}

static void layer_draw(const Layer *layer, cairo_surface_t *surface, cairo_t *cr,
                       double zoom, double opacity)
{
    const double scale_x =
        (double)layer->area.width / cairo_image_surface_get_width(surface);
    const double scale_y =
        (double)layer->area.height / cairo_image_surface_get_height(surface);
    const double enlarged = zoom * scale_x;
    cairo_pattern_t *const pattern = cairo_pattern_create_for_surface(surface);

    cairo_save(cr);
    cairo_translate(cr, layer->area.x, layer->area.y);
    cairo_scale(cr, scale_x, scale_y);
    /* Exact at 100 %; pixels as squares when they are looked at one by one; cairo's own
     * averaging where bilinear would skip pixels. */
    cairo_pattern_set_filter(pattern, fabs(enlarged - 1) < 1e-6 ? CAIRO_FILTER_FAST
                                      : enlarged > 2 && scale_x <= 1
                                          ? CAIRO_FILTER_NEAREST
                                      : enlarged < 0.6 ? CAIRO_FILTER_GOOD
                                                       : CAIRO_FILTER_BILINEAR);
    cairo_pattern_set_extend(pattern, CAIRO_EXTEND_PAD);
    cairo_rectangle(cr, 0, 0, cairo_image_surface_get_width(surface),
                    cairo_image_surface_get_height(surface));
    cairo_clip(cr);
    cairo_set_source(cr, pattern);
    cairo_paint_with_alpha(cr, opacity);
    cairo_restore(cr);
    cairo_pattern_destroy(pattern);
}

/* An empty canvas where the photo cannot be had: the dialog still opens. */
static GdkPixbuf *no_photo(void)
{
    GdkPixbuf *const photo = gdk_pixbuf_new(GDK_COLORSPACE_RGB, TRUE, 8, 16, 16);

    gdk_pixbuf_fill(photo, 0);
    return photo;
}

UiScene *ui_scene_new(const UiHost *host)
{
    UiScene *const scene = g_new0(UiScene, 1);
    GdkPixbuf *photo = host->photo(host->self);

    scene->host = host;
    scene->strength = 100;
    host->picture_size(host->self, &scene->width, &scene->height);
    scene->width = MAX(scene->width, 1);
    scene->height = MAX(scene->height, 1);
    if (photo == NULL)
        photo = no_photo();
    layer_take_photo(&scene->whole, photo,
                     &(GdkRectangle) { 0, 0, scene->width, scene->height });
    return scene;
}

void ui_scene_drop_detail(UiScene *scene)
{
    layer_clear(&scene->detail);
    layer_clear(&scene->previous);
}

void ui_scene_free(UiScene *scene)
{
    if (scene == NULL)
        return;
    layer_clear(&scene->whole);
    ui_scene_drop_detail(scene);
    g_clear_pointer(&scene->painted, cairo_region_destroy);
    g_clear_object(&scene->before);
    g_free(scene);
}

void ui_scene_get_size(const UiScene *scene, int *width, int *height)
{
    *width = scene->width;
    *height = scene->height;
}

gboolean ui_scene_has_alpha(const UiScene *scene)
{
    return gdk_pixbuf_get_has_alpha(scene->whole.photo);
}

gboolean ui_scene_has_painting(const UiScene *scene)
{
    return scene->whole.painting != NULL;
}

double ui_scene_sharp_zoom(const UiScene *scene)
{
    const double photo_zoom =
        (double)gdk_pixbuf_get_width(scene->whole.photo) / scene->width;

    return scene->whole.painting == NULL ? photo_zoom
                                         : MIN(photo_zoom, scene->painting_zoom);
}

void ui_scene_set_painting(UiScene *scene, GdkPixbuf *painting)
{
    scene->painting_zoom = (double)gdk_pixbuf_get_width(painting) / scene->width;
    layer_set_painting(&scene->whole, painting);
    layer_clear(&scene->previous);
    g_clear_object(&scene->detail.painting);
    g_clear_object(&scene->detail.scaled);
    g_clear_pointer(&scene->detail.mixed_surface, cairo_surface_destroy);
}

void ui_scene_set_detail_photo(UiScene *scene, const GdkRectangle *area)
{
    GdkPixbuf *const photo = scene->host->photo_area(scene->host->self, area);

    if (photo == NULL)
        return;
    if (scene->detail.painting != NULL) {
        layer_clear(&scene->previous);
        scene->previous = scene->detail;
        scene->detail = (Layer) { 0 };
    }
    layer_take_photo(&scene->detail, photo, area);
}

void ui_scene_set_detail_painting(UiScene *scene, const GdkRectangle *area,
                                  GdkPixbuf *painting)
{
    if (scene->detail.photo == NULL || !gdk_rectangle_equal(&scene->detail.area, area))
        ui_scene_set_detail_photo(scene, area);
    if (scene->detail.photo != NULL && gdk_rectangle_equal(&scene->detail.area, area))
        layer_set_painting(&scene->detail, painting);
}

gboolean ui_scene_has_detail(const UiScene *scene, const GdkRectangle *area,
                             gboolean painted)
{
    GdkRectangle both;

    return scene->detail.photo != NULL &&
           (!painted || scene->detail.painting != NULL) &&
           gdk_rectangle_intersect(&scene->detail.area, area, &both) &&
           gdk_rectangle_equal(&both, area);
}

void ui_scene_set_blend(UiScene *scene, double strength, double keep_colors)
{
    scene->strength = strength;
    if (keep_colors == scene->keep_colors)
        return;
    scene->keep_colors = keep_colors;
    scene->whole.stale = scene->detail.stale = scene->previous.stale = TRUE;
}

void ui_scene_begin_painting(UiScene *scene)
{
    Layer *const whole = &scene->whole;

    scene->painted = cairo_region_create();
    scene->before = whole->painting;
    if (whole->painting != NULL && layer_scale(whole) != NULL) {
        whole->painting = gdk_pixbuf_copy(whole->scaled);
    } else {
        whole->painting = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8,
                                         gdk_pixbuf_get_width(whole->photo),
                                         gdk_pixbuf_get_height(whole->photo));
        gdk_pixbuf_composite_color(whole->photo, whole->painting, 0, 0,
                                   gdk_pixbuf_get_width(whole->photo),
                                   gdk_pixbuf_get_height(whole->photo), 0, 0, 1, 1,
                                   GDK_INTERP_NEAREST, 255, 0, 0, 16, 0x808080,
                                   0x808080);
    }
    g_clear_object(&whole->scaled);
    whole->stale = TRUE;
    ui_scene_drop_detail(scene);
}

void ui_scene_add_painted(UiScene *scene, const GdkRectangle *area, GdkPixbuf *pixels)
{
    GdkPixbuf *const all = scene->whole.painting;
    const double zoom_x = (double)gdk_pixbuf_get_width(all) / scene->width;
    const double zoom_y = (double)gdk_pixbuf_get_height(all) / scene->height;
    GdkRectangle to,
        bounds = { 0, 0, gdk_pixbuf_get_width(all), gdk_pixbuf_get_height(all) };

    cairo_region_union_rectangle(scene->painted, area);
    to.x = (int)floor(area->x * zoom_x);
    to.y = (int)floor(area->y * zoom_y);
    to.width = (int)ceil((area->x + area->width) * zoom_x) - to.x;
    to.height = (int)ceil((area->y + area->height) * zoom_y) - to.y;
    if (!gdk_rectangle_intersect(&to, &bounds, &to))
        return;
    gdk_pixbuf_scale(pixels, all, to.x, to.y, to.width, to.height, area->x * zoom_x,
                     area->y * zoom_y,
                     area->width * zoom_x / gdk_pixbuf_get_width(pixels),
                     area->height * zoom_y / gdk_pixbuf_get_height(pixels),
                     GDK_INTERP_BILINEAR);
    g_clear_object(&scene->whole.scaled);
    scene->whole.stale = TRUE;
}

void ui_scene_end_painting(UiScene *scene, gboolean keep)
{
    Layer *const whole = &scene->whole;

    if (scene->painted == NULL)
        return;
    if (!keep) {
        g_clear_object(&whole->painting);
        g_clear_object(&whole->scaled);
        whole->painting = g_steal_pointer(&scene->before);
        whole->stale = TRUE;
    }
    g_clear_object(&scene->before);
    g_clear_pointer(&scene->painted, cairo_region_destroy);
}

const cairo_region_t *ui_scene_get_painted(const UiScene *scene)
{
    return scene->painted;
}

static gboolean layer_shows(const Layer *layer, gboolean painted)
{
    return layer->photo != NULL && (!painted || layer->mixed_surface != NULL);
}

/* Is nothing to be seen of what lies below? */
static gboolean layer_covers(const Layer *layer, cairo_t *cr, gboolean painted)
{
    const GdkRectangle *const area = &layer->area;
    double left, top, right, bottom;

    cairo_clip_extents(cr, &left, &top, &right, &bottom);
    return layer_shows(layer, painted) && left >= area->x && top >= area->y &&
           right <= area->x + area->width && bottom <= area->y + area->height;
}

/* A photo with alpha takes the place of what lies below it, and does so in a group of
 * its own. */
static void begin_group(const UiScene *scene, cairo_t *cr)
{
    if (!ui_scene_has_alpha(scene))
        return;
    cairo_push_group(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_SOURCE);
}

static void end_group(const UiScene *scene, cairo_t *cr)
{
    if (!ui_scene_has_alpha(scene))
        return;
    cairo_pop_group_to_source(cr);
    cairo_paint(cr);
}

static void draw_layers(UiScene *scene, cairo_t *cr, double zoom, gboolean painted)
{
    Layer *const layers[] = { &scene->whole, &scene->previous, &scene->detail };
    gsize i = G_N_ELEMENTS(layers);

    do { /* down to the first below which nothing can be seen */
        i--;
        if (painted)
            layer_mix(scene, layers[i]);
    } while (i > 0 && !layer_covers(layers[i], cr, painted));

    begin_group(scene, cr);
    for (; i < G_N_ELEMENTS(layers); i++) {
        const Layer *const layer = layers[i];
        if (i > 0 && !layer_shows(layer, painted))
            continue;
        if (!painted || layer->mixed_surface == NULL || scene->strength < 100)
            layer_draw(layer, layer->photo_surface, cr, zoom, 1);
        if (painted && layer->mixed_surface != NULL)
            layer_draw(layer, layer->mixed_surface, cr, zoom, scene->strength / 100);
    }
    end_group(scene, cr);
}

void ui_scene_draw_photo(UiScene *scene, cairo_t *cr, double zoom)
{
    draw_layers(scene, cr, zoom, FALSE);
}

void ui_scene_draw_painting(UiScene *scene, cairo_t *cr, double zoom)
{
    draw_layers(scene, cr, zoom, scene->whole.painting != NULL);
}
