/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Sinks. */
#include "config.h"

#include "sink.h"

#include <string.h>

#include "status.h"

void imp_shared_sink_init(ImpSharedSink *shared, const ImpSink *sink)
{
    *shared = (ImpSharedSink) { .sink = sink };
    pthread_mutex_init(&shared->lock, NULL);
}

void imp_shared_sink_clear(ImpSharedSink *shared)
{
    pthread_mutex_destroy(&shared->lock);
}

bool imp_shared_sink_write(ImpSharedSink *shared, int x, int y, int w, int h,
                           const float *rgb)
{
    pthread_mutex_lock(&shared->lock);
    const bool ok =
        !shared->failed && shared->sink->write(shared->sink->user, x, y, w, h, rgb);
    shared->failed = !ok;
    pthread_mutex_unlock(&shared->lock);
    return ok;
}

ImpStatus imp_shared_sink_stopped(const ImpSharedSink *shared, ImpError *err)
{
    return shared->failed
               ? imp_fail(err, IMP_HOST_ERROR, "The painting cannot be stored.")
               : imp_fail(err, IMP_CANCELLED, "Cancelled.");
}

bool imp_canvas_write(void *user, int x, int y, int w, int h, const float *rgb)
{
    const ImpCanvas *const canvas = user;

    for (int i = 0; i < h; i++)
        memcpy(canvas->rgb + ((size_t)(y + i) * canvas->width + x) * 3,
               rgb + (size_t)i * w * 3, (size_t)w * 3 * sizeof *rgb);
    return true;
}
