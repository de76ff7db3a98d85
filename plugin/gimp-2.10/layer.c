/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Which layer is meant, what of it is painted, and its pixels. */
#include "config.h"

#include "layer-internal.h"

#include "color.h"
#include "gerror.h"
#include "parasite.h"

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

#define SIDE_MAX 262144 /* the engine's */

/* ---- what is asked of GIMP ---- */

GeglRectangle layer_bounds(gint32 drawable)
{
    GeglRectangle bounds = { 0, 0, gimp_drawable_width(drawable),
                             gimp_drawable_height(drawable) };

    gimp_drawable_offsets(drawable, &bounds.x, &bounds.y);
    return bounds;
}

/* How many pixels are selected, soft ones in part: two selections that touch the same
 * area are compared by it. A selection of any other shape than a sharp rectangle is
 * counted beyond the area too, which does not matter. */
static gint64 count_selected(gint32 image, const GeglRectangle *area)
{
    double mean, deviation, median, pixels, percentile, count;
    gboolean some;
    gint x1, y1, x2, y2;

    if (gimp_selection_bounds(image, &some, &x1, &y1, &x2, &y2) && some &&
        gimp_drawable_histogram(gimp_image_get_selection(image), GIMP_HISTOGRAM_VALUE,
                                0, 1, &mean, &deviation, &median, &pixels, &count,
                                &percentile) &&
        count < (double)(x2 - x1) * (y2 - y1))
        return (gint64)(count + 0.5);
    return (gint64)area->width * area->height;
}

gboolean layer_has_size(gint32 drawable, const GeglRectangle *size)
{
    return gimp_drawable_width(drawable) == size->width &&
           gimp_drawable_height(drawable) == size->height;
}

gboolean layer_is_in_image(gint32 image, gint32 item)
{
    gint n = 0;
    g_autofree gint *top = NULL;
    gboolean found = FALSE;

    if (!gimp_item_is_valid(item) || gimp_item_get_image(item) != image)
        return FALSE;
    for (gint32 parent; (parent = gimp_item_get_parent(item)) > 0;)
        item = parent;
    top = gimp_image_get_layers(image, &n);
    for (gint i = 0; i < n; i++)
        found = found || top[i] == item;
    return found;
}

gboolean layer_still_there(const Layer *layer, GError **error)
{
    const char *sentence = NULL;

    if (!gimp_image_is_valid(layer->image))
        sentence = _("The image was closed in the meantime.");
    else if (!layer_is_in_image(layer->image, layer->drawable))
        sentence = _("The layer was deleted in the meantime.");
    else if (gimp_image_base_type(layer->image) == GIMP_INDEXED)
        sentence = _("The image was made indexed in the meantime.");
    if (sentence)
        g_set_error_literal(error, IMPASTO_ERROR, IMPASTO_ERROR_FAILED, sentence);
    return !sentence;
}

/* ---- Picture: pixels ---- */

static gboolean layer_prepare(gpointer self, GError **error)
{
    Layer *const layer = self;
    const GeglRectangle *area = &layer->area;

    if (layer->pixels)
        return TRUE;
    if (!layer_still_there(layer, error))
        return FALSE;
    if (layer->replaced != -1 && gimp_drawable_has_alpha(layer->replaced))
        layer->pixels = layer_pixels_new(layer->image, layer->drawable, area,
                                         LAYER_COVERAGE_IS, layer->replaced, 0, 0);
    else if (layer->replaced == -1 && !gimp_selection_is_empty(layer->image))
        layer->pixels =
            layer_pixels_new(layer->image, layer->drawable, area, LAYER_COVERAGE_TIMES,
                             gimp_image_get_selection(layer->image),
                             layer->bounds.x + area->x, layer->bounds.y + area->y);
    else
        layer->pixels = layer_pixels_new(layer->image, layer->drawable, area,
                                         LAYER_COVERAGE_NONE, -1, 0, 0);
    return TRUE;
}

static GdkPixbuf *layer_thumbnail(gpointer self, int length)
{
    const Layer *const layer = self;

    /* of linear bytes the dark parts would show steps: made from layer_read instead */
    if (!layer_still_there(layer, NULL) || color_is_linear(layer->image))
        return NULL;
    return color_get_thumbnail(layer->image, layer->drawable, &layer->area, length);
}

static gboolean layer_read(gpointer self, int x, int y, int w, int h, float *rgba,
                           GError **error)
{
    const Layer *const layer = self;

    return layer_pixels_read(layer->pixels, x, y, w, h, rgba, error);
}

/* The last channel of a rectangle of a drawable, reduced; g_free. NULL: failed. */
static guchar *get_small(gint32 drawable, const GeglRectangle *area, int width,
                         int height)
{
    g_autoptr(GdkPixbuf) small =
        gimp_drawable_get_sub_thumbnail(drawable, area->x, area->y, area->width,
                                        area->height, width, height,
                                        GIMP_PIXBUF_KEEP_ALPHA);
    guchar *values;

    if (!small || gdk_pixbuf_get_width(small) != width ||
        gdk_pixbuf_get_height(small) != height)
        return NULL;
    values = g_new(guchar, (gsize)width * (gsize)height);
    for (int y = 0; y < height; y++) {
        const int channels = gdk_pixbuf_get_n_channels(small);
        const guchar *row = gdk_pixbuf_read_pixels(small) +
                            (gsize)y * (gsize)gdk_pixbuf_get_rowstride(small);

        for (int x = 0; x < width; x++)
            values[(gsize)y * (gsize)width + (gsize)x] =
                row[x * channels + channels - 1];
    }
    return values;
}

/* Before prepare from GIMP itself, without GEGL: the dialog opens quickly. */
static guchar *get_small_coverage(const Layer *layer, const GdkRectangle *area,
                                  int width, int height)
{
    const gint32 photo = layer->drawable, replaced = layer->replaced;
    GeglRectangle at = { layer->area.x + area->x, layer->area.y + area->y, area->width,
                         area->height };
    g_autofree guchar *alpha = NULL;
    guchar *coverage = NULL;

    if (replaced == -1 && !gimp_selection_is_empty(layer->image)) {
        at.x += layer->bounds.x;
        at.y += layer->bounds.y;
        coverage =
            get_small(gimp_image_get_selection(layer->image), &at, width, height);
    } else if (replaced != -1 && gimp_drawable_has_alpha(replaced)) {
        coverage =
            get_small(replaced,
                      GEGL_RECTANGLE(area->x, area->y, area->width, area->height),
                      width, height);
        if (coverage && gimp_drawable_has_alpha(photo))
            alpha = get_small(photo, &at, width, height);
        if (alpha)
            layer_coverage_of(coverage, alpha, (gsize)width * (gsize)height);
    }
    return coverage;
}

static guchar *layer_coverage(gpointer self, const GdkRectangle *area, int width,
                              int height)
{
    const Layer *const layer = self;
    guchar *coverage;

    if (!layer->pixels) /* the photo is GIMP's thumbnail, so there are such */
        return layer_still_there(layer, NULL)
                   ? get_small_coverage(layer, area, width, height)
                   : NULL;
    coverage = g_try_malloc_n((gsize)width, (gsize)height);
    if (coverage &&
        !layer_pixels_get_coverage(
            layer->pixels, GEGL_RECTANGLE(area->x, area->y, area->width, area->height),
            width, height, coverage))
        g_clear_pointer(&coverage, g_free);
    return coverage;
}

static gboolean layer_begin(gpointer self, GError **error)
{
    Layer *const layer = self;

    layer_pixels_begin(layer->pixels);
    return TRUE;
}

static gboolean layer_write(gpointer self, int x, int y, int w, int h,
                            const float *rgba, GError **error)
{
    const Layer *const layer = self;

    return layer_pixels_write(layer->pixels, x, y, w, h, rgba, error);
}

static void layer_abandon(gpointer self)
{
    const Layer *const layer = self;

    if (layer->pixels)
        layer_pixels_end(layer->pixels);
}

/* ---- opening ---- */

static Layer *layer_new(gint32 image, gint32 drawable, const GeglRectangle *area,
                        gint64 selected, StyleLibrary *library)
{
    Layer *layer = g_new(Layer, 1);

    *layer = (Layer) {
        .picture = { .self = layer,
                     .width = area->width,
                     .height = area->height,
                     .prepare = layer_prepare,
                     .thumbnail = layer_thumbnail,
                     .read = layer_read,
                     .coverage = layer_coverage,
                     .begin = layer_begin,
                     .write = layer_write,
                     .finish = layer_finish,
                     .abandon = layer_abandon },
        .library = library,
        .image = image,
        .drawable = drawable,
        .above = drawable,
        .replaced = -1,
        .painted = -1,
        .area = *area,
        .selected = selected,
        .bounds = layer_bounds(drawable),
    };
    return layer;
}

/* The layer that `drawable` stands for; -1 with a sentence where there is none. */
static gint32 find_layer(gint32 image, gint32 drawable, GError **error)
{
    const char *sentence = NULL;

    if (!gimp_image_is_valid(image) || !gimp_item_is_valid(drawable) ||
        gimp_item_get_image(drawable) != image) {
        sentence = _("The drawable must be a layer of the given image.");
    } else if (gimp_image_base_type(image) == GIMP_INDEXED) {
        sentence =
            _("Impasto does not paint indexed images: change the image to RGB first "
              "(Image > Mode > RGB).");
    } else if (gimp_image_get_floating_sel(image) > 0) {
        sentence =
            _("There is a floating selection: anchor it or make it a layer first "
              "(Layer > Anchor Layer, Layer > To New Layer).");
    } else {
        if (gimp_item_is_layer_mask(drawable))
            drawable = gimp_layer_from_mask(drawable);
        if (drawable == -1 || !gimp_item_is_layer(drawable))
            sentence =
                _("Impasto paints layers, not channels or the selection: choose a "
                  "layer first.");
        else if (!layer_is_in_image(image, drawable))
            sentence = _("The layer is not part of its image yet: insert it first.");
    }
    if (!sentence)
        return drawable;
    g_set_error_literal(error, IMPASTO_ERROR, IMPASTO_ERROR_VALUE, sentence);
    return -1;
}

/* What is selected of a layer. */
static Layer *open_selected(gint32 image, gint32 drawable, StyleLibrary *library,
                            GError **error)
{
    GeglRectangle area;

    if (!gimp_drawable_mask_intersect(drawable, &area.x, &area.y, &area.width,
                                      &area.height) ||
        area.width < 1 || area.height < 1) {
        g_set_error_literal(
            error, IMPASTO_ERROR, IMPASTO_ERROR_VALUE,
            _("The selection does not touch the layer: select a part of it, "
              "or nothing (Select > None) for the whole layer."));
        return NULL;
    }
    if (area.width > SIDE_MAX || area.height > SIDE_MAX) {
        g_set_error(
            error, IMPASTO_ERROR, IMPASTO_ERROR_VALUE,
            _("The layer is too large: Impasto paints up to %d pixels on a side."),
            SIDE_MAX);
        return NULL;
    }
    return layer_new(image, drawable, &area, count_selected(image, &area), library);
}

Layer *layer_open(gint32 image, gint32 drawable, StyleLibrary *library, GError **error)
{
    drawable = find_layer(image, drawable, error);
    return drawable == -1 ? NULL : open_selected(image, drawable, library, error);
}

/* Bring from->area up to what `painted` shows now. Where the painted layer was moved,
 * that is what it was painted from; where the image was scaled or cropped, or the
 * photo's boundary moved, what lies under it. */
static gboolean find_area(gint32 painted, PaintedFrom *from)
{
    const GeglRectangle photo = layer_bounds(from->photo),
                        shown = layer_bounds(painted);

    if (photo.width != from->width || photo.height != from->height ||
        !layer_has_size(painted, &from->area))
        from->area = (GeglRectangle) { shown.x - photo.x, shown.y - photo.y,
                                       shown.width, shown.height };
    /* gegl_rectangle_contains adds, and the sum of numbers from a file may wrap */
    return from->area.x >= 0 && from->area.x <= photo.width - from->area.width &&
           from->area.y >= 0 && from->area.y <= photo.height - from->area.height;
}

/* Whether the selection of now is not the one that was painted; where there is none,
 * nobody wants another part. */
static gboolean other_part_selected(gint32 image, const PaintedFrom *from)
{
    GeglRectangle area;

    if (gimp_selection_is_empty(image))
        return FALSE;
    return !gimp_drawable_mask_intersect(from->photo, &area.x, &area.y, &area.width,
                                         &area.height) ||
           !gegl_rectangle_equal(&area, &from->area) ||
           count_selected(image, &area) != from->selected;
}

Layer *layer_open_again(gint32 image, gint32 drawable, StyleLibrary *library,
                        UiSettings **settings, GError **error)
{
    PaintedFrom from;
    UiSettings *painted_with;
    Layer *layer;

    if (settings)
        *settings = NULL;
    drawable = find_layer(image, drawable, error);
    if (drawable == -1)
        return NULL;
    painted_with = parasite_get(image, drawable, &from);
    if (!painted_with || from.photo == -1) {
        layer = open_selected(image, drawable, library, error);
    } else if (other_part_selected(image, &from)) {
        layer = open_selected(image, from.photo, library, error);
    } else if (find_area(drawable, &from)) {
        layer = layer_new(image, from.photo, &from.area, from.selected, library);
        layer->replaced = drawable;
    } else {
        layer = open_selected(image, drawable, library, error);
    }
    if (layer)
        layer->above = drawable;
    if (settings)
        *settings = painted_with;
    else
        settings_free(painted_with);
    return layer;
}

gint32 layer_get_replaced(const Layer *layer)
{
    return layer->replaced;
}

void layer_set_replace(Layer *layer, gboolean replace)
{
    layer->beside = !replace;
}

const Picture *layer_get_picture(const Layer *layer)
{
    return &layer->picture;
}

gint32 layer_get_painted(const Layer *layer)
{
    return layer->painted;
}

void layer_free(Layer *layer)
{
    if (!layer)
        return;
    layer_pixels_free(layer->pixels);
    g_free(layer);
}
