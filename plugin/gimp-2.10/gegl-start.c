/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Starting and stopping GEGL, once a process. */
#include "gegl-start.h"

#include <gegl.h>

static gboolean started;

void gegl_set_environment(void)
{
    g_setenv("GEGL_PATH", "/nonexistent", TRUE);
    g_setenv("BABL_INHIBIT_CACHE", "1", TRUE);
}

void gegl_start(void)
{
    guint64 cache = 0;

    if (started)
        return;
    started = TRUE;
    gegl_init(NULL, NULL);
    g_object_get(gegl_config(), "tile-cache-size", &cache, NULL);
    if (cache > LAYER_MEMORY)
        g_object_set(gegl_config(), "tile-cache-size", (guint64)LAYER_MEMORY, NULL);
}

void gegl_stop(void)
{
    if (started)
        gegl_exit();
}
