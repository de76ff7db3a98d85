/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The clock is read before anything is formatted. */
#include "config.h"
#include "timing.h"

#include <stdarg.h>

gboolean ui_timing_on(void)
{
    static int on = -1;

    if (on < 0)
        on = g_getenv("IMPASTO_UI_TIMING") != NULL;
    return on;
}

void ui_timing(const char *format, ...)
{
    const gint64 now = g_get_monotonic_time();
    va_list args;

    if (!ui_timing_on())
        return;
    va_start(args, format);
    char *const what = g_strdup_vprintf(format, args);
    va_end(args);
    g_printerr("timing %.2f %s\n", (double)now / 1000, what);
    g_free(what);
}
