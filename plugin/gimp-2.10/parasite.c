/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The parasite of painted layers, through GKeyFile. */
#include "parasite.h"

#include <string.h>

static const char settings_name[] = "impasto-settings";
static const char photo_name[] = "impasto-photo";
static const char group[] = "gimp";

/* ---- parasites as text ---- */

static void attach(gint32 layer, const char *name, const char *text)
{
    GimpParasite *parasite =
        gimp_parasite_new(name, GIMP_PARASITE_PERSISTENT | GIMP_PARASITE_UNDOABLE,
                          (guint32)strlen(text) + 1, text);

    gimp_item_attach_parasite(layer, parasite);
    gimp_parasite_free(parasite);
}

/* Asking for a parasite that is not there would be an error that GIMP shows. */
static gboolean has_parasite(gint32 layer, const char *name)
{
    gint n = 0;
    char **names = gimp_item_get_parasite_list(layer, &n);
    gboolean found = FALSE;

    for (gint i = 0; i < n; i++) {
        found = found || strcmp(names[i], name) == 0;
        g_free(names[i]);
    }
    g_free(names);
    return found;
}

/* Transfer full; NULL: there is none. */
static char *get_text(gint32 layer, const char *name)
{
    GimpParasite *parasite =
        has_parasite(layer, name) ? gimp_item_get_parasite(layer, name) : NULL;
    char *text;

    if (!parasite)
        return NULL;
    text = g_strndup(gimp_parasite_data(parasite),
                     (gsize)gimp_parasite_data_size(parasite));
    gimp_parasite_free(parasite);
    return text;
}

/* ---- the photo ---- */

static gboolean is_photo(gint32 layer, const char *id)
{
    g_autofree char *own = get_text(layer, photo_name);

    return own && strcmp(own, id) == 0;
}

/* The first layer with the mark, from the top; -1: none. */
static gint32 find_marked(const gint *layers, gint n, const char *id)
{
    gint32 found = -1;

    for (gint i = 0; i < n && found == -1; i++) {
        if (is_photo(layers[i], id)) {
            found = layers[i];
        } else if (gimp_item_is_group(layers[i])) {
            gint n_children = 0;
            g_autofree gint *children = gimp_item_get_children(layers[i], &n_children);

            found = find_marked(children, n_children, id);
        }
    }
    return found;
}

static gint32 find_photo(gint32 image, const char *id, guint64 tattoo)
{
    const gint32 photo = tattoo > 0 && tattoo <= G_MAXUINT32
                             ? gimp_image_get_layer_by_tattoo(image, (guint)tattoo)
                             : -1;
    gint n = 0;
    g_autofree gint *layers = NULL;

    if (photo != -1 && is_photo(photo, id))
        return photo;
    layers = gimp_image_get_layers(image, &n);
    return find_marked(layers, n, id);
}

/* ---- in and out ---- */

void parasite_attach(gint32 layer, const UiSettings *settings, const PaintedFrom *from)
{
    g_autofree char *text = settings_to_text(settings);
    g_autofree char *id = get_text(from->photo, photo_name);
    g_autofree char *all = NULL;
    g_autoptr(GKeyFile) file = g_key_file_new();

    if (!id) {
        id = g_uuid_string_random();
        attach(from->photo, photo_name, id);
    }
    g_key_file_load_from_data(file, text, strlen(text), G_KEY_FILE_NONE, NULL);
    g_key_file_set_string(file, group, "photo", id);
    g_key_file_set_uint64(file, group, "tattoo", gimp_item_get_tattoo(from->photo));
    g_key_file_set_integer(file, group, "photo-width", from->width);
    g_key_file_set_integer(file, group, "photo-height", from->height);
    g_key_file_set_integer(file, group, "x", from->area.x);
    g_key_file_set_integer(file, group, "y", from->area.y);
    g_key_file_set_integer(file, group, "width", from->area.width);
    g_key_file_set_integer(file, group, "height", from->area.height);
    g_key_file_set_int64(file, group, "selected", from->selected);
    all = g_key_file_to_data(file, NULL, NULL);
    attach(layer, settings_name, all);
}

UiSettings *parasite_get(gint32 image, gint32 layer, PaintedFrom *from)
{
    g_autofree char *text = get_text(layer, settings_name);
    g_autofree char *id = NULL;
    g_autoptr(GKeyFile) file = g_key_file_new();

    *from = (PaintedFrom) { .photo = -1 };
    if (!text)
        return NULL;
    if (g_key_file_load_from_data(file, text, strlen(text), G_KEY_FILE_NONE, NULL)) {
        id = g_key_file_get_string(file, group, "photo", NULL);
        from->width = g_key_file_get_integer(file, group, "photo-width", NULL);
        from->height = g_key_file_get_integer(file, group, "photo-height", NULL);
        from->area =
            (GeglRectangle) { g_key_file_get_integer(file, group, "x", NULL),
                              g_key_file_get_integer(file, group, "y", NULL),
                              g_key_file_get_integer(file, group, "width", NULL),
                              g_key_file_get_integer(file, group, "height", NULL) };
        from->selected = g_key_file_get_int64(file, group, "selected", NULL);
        if (id)
            from->photo =
                find_photo(image, id,
                           g_key_file_get_uint64(file, group, "tattoo", NULL));
        if (from->photo == layer)
            from->photo = -1;
    }
    return settings_from_text(text, -1, NULL);
}
