/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The parasite of painted layers, through GKeyFile. */
#include "parasite.h"

#include <string.h>

static const char parasite_name[] = "impasto-settings";
static const char group[] = "gimp";

void parasite_attach(gint32 layer, const UiSettings *settings, const PaintedFrom *from)
{
    g_autofree char *values = settings_to_text(settings);
    g_autoptr(GString) text = g_string_new(values);
    GimpParasite *parasite;

    g_string_append_printf(text,
                           "\n[%s]\nphoto=%u\nx=%d\ny=%d\nwidth=%d\nheight=%d\n"
                           "selected=%" G_GINT64_FORMAT "\n",
                           group, gimp_item_get_tattoo(from->photo), from->area.x,
                           from->area.y, from->area.width, from->area.height,
                           from->selected);
    parasite = gimp_parasite_new(parasite_name,
                                 GIMP_PARASITE_PERSISTENT | GIMP_PARASITE_UNDOABLE,
                                 (guint32)text->len + 1, text->str);
    gimp_item_attach_parasite(layer, parasite);
    gimp_parasite_free(parasite);
}

/* Asking for a parasite that is not there would be an error that GIMP shows. */
static gboolean has_parasite(gint32 layer)
{
    gint n = 0;
    char **names = gimp_item_get_parasite_list(layer, &n);
    gboolean found = FALSE;

    for (gint i = 0; i < n; i++) {
        found = found || strcmp(names[i], parasite_name) == 0;
        g_free(names[i]);
    }
    g_free(names);
    return found;
}

UiSettings *parasite_get(gint32 image, gint32 layer, PaintedFrom *from)
{
    GimpParasite *parasite =
        has_parasite(layer) ? gimp_item_get_parasite(layer, parasite_name) : NULL;
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *text = NULL;
    guint64 tattoo;

    *from = (PaintedFrom) { .photo = -1 };
    if (!parasite)
        return NULL;
    text = g_strndup(gimp_parasite_data(parasite),
                     (gsize)gimp_parasite_data_size(parasite));
    gimp_parasite_free(parasite);
    if (g_key_file_load_from_data(file, text, strlen(text), G_KEY_FILE_NONE, NULL)) {
        tattoo = g_key_file_get_uint64(file, group, "photo", NULL);
        from->area =
            (GeglRectangle) { g_key_file_get_integer(file, group, "x", NULL),
                              g_key_file_get_integer(file, group, "y", NULL),
                              g_key_file_get_integer(file, group, "width", NULL),
                              g_key_file_get_integer(file, group, "height", NULL) };
        from->selected = g_key_file_get_int64(file, group, "selected", NULL);
        if (tattoo > 0 && tattoo <= G_MAXUINT32)
            from->photo = gimp_image_get_layer_by_tattoo(image, (guint)tattoo);
        if (from->photo == layer)
            from->photo = -1;
    }
    return settings_from_text(text, -1, NULL);
}
