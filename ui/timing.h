/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* When things happen, for tests/ui/timing.py: with IMPASTO_UI_TIMING=1 in the
 * environment, lines "timing MILLISECONDS WHAT" on standard error, by the monotonic
 * clock, which is also that of an X server's events. Main thread. */
#ifndef IMPASTO_UI_TIMING_H
#define IMPASTO_UI_TIMING_H

#include <glib.h>

G_BEGIN_DECLS

gboolean ui_timing_on(void);
void ui_timing(const char *format, ...) G_GNUC_PRINTF(1, 2);

G_END_DECLS
#endif
