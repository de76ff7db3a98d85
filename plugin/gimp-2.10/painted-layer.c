/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The new layer: its name, mask and pixels, and its place in the image. */
#include "config.h"

#include "layer-internal.h"

#include "gerror.h"
#include "parasite.h"

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>
#include <string.h>

static const char name_prefix[] = "Impasto: ";

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
    const GeglRectangle now = layer_bounds(layer->drawable);
    const gboolean same_size = layer_has_size(layer->drawable, &layer->bounds);
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
        layer_is_in_image(layer->image, layer->above) ? layer->above : layer->drawable;
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

gboolean layer_finish(gpointer self, const UiSettings *settings, GError **error)
{
    Layer *const layer = self;
    g_autofree char *name = layer_name(layer, settings);
    gboolean again;
    gint32 painted;

    if (!layer_still_there(layer, error))
        return FALSE;
    /* deleted meanwhile, scaled or cropped, or with something pasted on it, which would
     * go with it: the painting then gets a layer of its own */
    again = layer->replaced != -1 && layer_is_in_image(layer->image, layer->replaced) &&
            layer_has_size(layer->replaced, &layer->area) &&
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
