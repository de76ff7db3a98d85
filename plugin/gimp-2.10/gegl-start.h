/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* GEGL for its buffers alone. Starting it as GIMP does takes 0.5 to 1.1 s, most of which goes
 * into loading operations and into measuring conversions between pixel formats; without the
 * former and with the latter kept from one run to the next it takes 0.1 s (Zen 4, both cores
 * busy, 2026-11). Main thread. */
#ifndef IMPASTO_GEGL_START_H
#define IMPASTO_GEGL_START_H

/* Start GEGL where it does not run yet, with LAYER_MEMORY for tiles at most. */
#define LAYER_MEMORY (512 * 1024 * 1024)
void gegl_start(void);
/* At the end of the process: keeps babl's measurements for the next, removes swap files and
 * complains of buffers that were forgotten. */
void gegl_stop(void);

#endif
