/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* GEGL for its buffers alone. Started as GIMP starts it, it takes 0.6 to 1.1 s: it
 * loads all its operations, and babl times its look-up tables (in 360 MB of memory) as
 * soon as its cache of conversions knows one from bytes. Without operations and
 * without that cache it takes 0.1 to 0.2 s (GEGL 0.4.42, babl 0.1.98, Zen 4 with both
 * cores busy, 2026-11); the conversions from bytes are done by hand in layer-pixels.c.
 * Main thread. */
#ifndef IMPASTO_GEGL_START_H
#define IMPASTO_GEGL_START_H

/* At the beginning of the process: no thread may read the environment while it is
 * written. */
void gegl_set_environment(void);

/* Start GEGL where it does not run yet, with LAYER_MEMORY for tiles at most. */
#define LAYER_MEMORY (512 * 1024 * 1024)
void gegl_start(void);
/* At the end of the process: removes swap files, complains of buffers that were
 * forgotten. */
void gegl_stop(void);

#endif
