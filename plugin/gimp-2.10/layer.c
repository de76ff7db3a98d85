/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* From the layer that GIMP hands over to the painted one. */
#include "config.h"

#include "layer.h"

#include "color.h"
#include "gerror.h"
#include "parasite.h"
#include "layer-pixels.h"

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>
#include <string.h>

#define SIDE_MAX 262144 /* the engine's */

static const char name_prefix[] = "Impasto: ";

struct Layer {
    Picture picture;
    StyleLibrary *library;
    gint32 image, drawable;
    gint32 above;             /* where the new layer goes: the active one */
    gint32 replaced, painted; /* -1: none */
    gboolean beside;          /* `replaced` stays */
    GeglRectangle area;       /* of the drawable */
    gint64 selected;          /* PaintedFrom's */
    GeglRectangle bounds;     /* of the drawable in the image */
    LayerPixels *pixels;      /* NULL before prepare */
};

/* ---- what is asked of GIMP ---- */

static GeglRectangle get_bounds(gint32 drawable)
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

static gboolean has_size(gint32 drawable, const GeglRectangle *size)
{
    return gimp_drawable_width(drawable) == size->width &&
           gimp_drawable_height(drawable) == size->height;
}

/* An item that was made and not inserted belongs to its image too, but is not in it. */
static gboolean is_in_image(gint32 image, gint32 item)
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

static gboolean still_there(const Layer *layer, GError **error)
{
    const char *sentence = NULL;

    if (!gimp_image_is_valid(layer->image))
        sentence = _("The image was closed in the meantime.");
    else if (!is_in_image(layer->image, layer->drawable))
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
    if (!still_there(layer, error))
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
    if (!still_there(layer, NULL) || color_is_linear(layer->image))
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
        return still_there(layer, NULL) ? get_small_coverage(layer, area, width, height)
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

/* ---- Picture: the new layer ---- */

/* "Starry Night", or what a picture is called. */
static char *style_title(const Layer *layer, const char *style)
{
    guint n = 0;
    const UiStyle *styles = style_library_list_names(layer->library, &n);

    for (guint i = 0; i < n; i++)
        if (strcmp(styles[i].id, style) == 0)
            return g_strdup(styles[i].title);
    return style_title_from_path(style);
}

static char *layer_name(const Layer *layer, const UiSettings *settings)
{
    const gboolean mixed =
        settings->second_style && *settings->second_style && settings->mix > 0;
    g_autofree char *first = style_title(layer, settings->style);
    g_autofree char *second = mixed ? style_title(layer, settings->second_style) : NULL;

    return g_strconcat(name_prefix, first, mixed ? " + " : NULL, second, NULL);
}

static void copy_into(GeglBuffer *source, const GeglRectangle *area, gint32 drawable)
{
    GeglBuffer *target = gimp_drawable_get_buffer(drawable);

    gegl_buffer_copy(source, area, GEGL_ABYSS_NONE, target, GEGL_RECTANGLE(0, 0, 0, 0));
    gegl_buffer_flush(target);
    g_object_unref(target);
    gimp_drawable_update(drawable, 0, 0, gimp_drawable_width(drawable),
                         gimp_drawable_height(drawable));
}

/* The photo's mask, where it has one that is in force, cut to the painting. FALSE: GIMP
 * does not take it. */
static gboolean copy_mask(const Layer *layer, gint32 painted)
{
    const gint32 mask = gimp_layer_get_mask(layer->drawable);
    gint32 copy;
    GeglBuffer *source;

    if (mask == -1 || !gimp_layer_get_apply_mask(layer->drawable))
        return TRUE;
    copy = gimp_layer_create_mask(painted, GIMP_ADD_MASK_WHITE);
    if (copy == -1)
        return FALSE;
    if (!gimp_layer_add_mask(painted, copy)) {
        gimp_item_delete(copy);
        return FALSE;
    }
    source = gimp_drawable_get_buffer(mask);
    copy_into(source, &layer->area, copy);
    g_object_unref(source);
    gimp_layer_set_edit_mask(painted, FALSE);
    return TRUE;
}

/* A layer with the painting, not part of the image yet; -1 on failure. */
static gint32 make_new(const Layer *layer, const char *name)
{
    const GeglRectangle now = get_bounds(layer->drawable);
    const gboolean same_size = has_size(layer->drawable, &layer->bounds);
    /* a layer that was moved meanwhile takes its painting along */
    const GeglRectangle at = same_size ? now : layer->bounds;
    const gint32 painted =
        gimp_layer_new(layer->image, name, layer->area.width, layer->area.height,
                       gimp_image_base_type(layer->image) == GIMP_GRAY
                           ? GIMP_GRAYA_IMAGE
                           : GIMP_RGBA_IMAGE,
                       100.0, gimp_image_get_default_new_layer_mode(layer->image));

    if (painted == -1)
        return -1;
    copy_into(layer_pixels_get_painting(layer->pixels), NULL, painted);
    gimp_layer_set_offsets(painted, at.x + layer->area.x, at.y + layer->area.y);
    if (same_size && !copy_mask(layer, painted)) {
        gimp_item_delete(painted);
        return -1;
    }
    return painted;
}

/* The same from the layer that it will replace, with all that is that layer's. */
static gint32 make_replacement(const Layer *layer, const char *name)
{
    g_autofree char *old_name = gimp_item_get_name(layer->replaced);
    const gint32 painted = gimp_layer_copy(layer->replaced);
    gboolean locked;

    if (painted == -1)
        return -1;
    /* GIMP ends a plug-in that writes to locked pixels */
    locked = gimp_item_get_lock_content(painted);
    gimp_item_set_lock_content(painted, FALSE);
    gimp_layer_add_alpha(painted);
    copy_into(layer_pixels_get_painting(layer->pixels), NULL, painted);
    gimp_item_set_lock_content(painted, locked);
    gimp_item_set_name(painted, layer->beside || g_str_has_prefix(old_name, name_prefix)
                                    ? name
                                    : old_name);
    return painted;
}

/* Put the painting where it belongs, in one undo step. FALSE: GIMP does not take it;
 * what there was is as it was. */
static gboolean insert(const Layer *layer, gint32 painted, gboolean again,
                       const UiSettings *settings)
{
    const gint32 above =
        is_in_image(layer->image, layer->above) ? layer->above : layer->drawable;
    const gint32 parent = gimp_item_get_parent(above);
    /* as long as the old layer is there, the new one has another */
    g_autofree char *wanted = gimp_item_get_name(painted);
    gboolean ok;

    /* a refusal within an undo group would leave an empty one, and no redo */
    if (gimp_drawable_is_rgb(painted) !=
        (gimp_image_base_type(layer->image) == GIMP_RGB))
        return FALSE;
    gimp_image_undo_group_start(layer->image);
    ok = gimp_image_insert_layer(layer->image, painted, parent > 0 ? parent : 0,
                                 gimp_image_get_item_position(layer->image, above));
    if (ok)
        parasite_attach(painted, settings,
                        &(PaintedFrom) { .photo = layer->drawable,
                                         .width = layer->bounds.width,
                                         .height = layer->bounds.height,
                                         .area = layer->area,
                                         .selected = layer->selected });
    if (ok && again && !layer->beside) {
        gimp_image_remove_layer(layer->image, layer->replaced);
        gimp_item_set_name(painted, wanted);
    }
    gimp_image_undo_group_end(layer->image);
    return ok;
}

static gboolean layer_finish(gpointer self, const UiSettings *settings, GError **error)
{
    Layer *const layer = self;
    g_autofree char *name = layer_name(layer, settings);
    gboolean again;
    gint32 painted;

    if (!still_there(layer, error))
        return FALSE;
    /* deleted meanwhile, scaled or cropped, or with something pasted on it, which would
     * go with it: the painting then gets a layer of its own */
    again = layer->replaced != -1 && is_in_image(layer->image, layer->replaced) &&
            has_size(layer->replaced, &layer->area) &&
            (gimp_image_get_floating_sel(layer->image) <= 0 ||
             gimp_image_floating_sel_attached_to(layer->image) != layer->replaced);
    if (settings->strength == 0 && !layer_pixels_restore(layer->pixels, error))
        return FALSE;
    if (!layer_pixels_follow(layer->pixels, layer->image, layer->drawable, error))
        return FALSE;

    painted = again ? make_replacement(layer, name) : make_new(layer, name);
    if (painted == -1) {
        g_set_error_literal(error, IMPASTO_ERROR, IMPASTO_ERROR_FAILED,
                            _("GIMP could not make a new layer."));
        return FALSE;
    }
    if (!insert(layer, painted, again, settings)) {
        gimp_item_delete(painted);
        g_set_error_literal(
            error, IMPASTO_ERROR, IMPASTO_ERROR_FAILED,
            _("GIMP did not take the painting as a new layer, because the image was "
              "changed in the meantime (its mode, for example). Paint again."));
        return FALSE;
    }
    layer->painted = painted;
    layer_pixels_end(layer->pixels);
    return TRUE;
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
        .bounds = get_bounds(drawable),
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
        else if (!is_in_image(image, drawable))
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
    const GeglRectangle photo = get_bounds(from->photo), shown = get_bounds(painted);

    if (photo.width != from->width || photo.height != from->height ||
        !has_size(painted, &from->area))
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
