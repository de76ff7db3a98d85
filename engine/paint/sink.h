/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Where painted pixels go: a sink that workers share, and a sink into memory. */
#ifndef IMP_SINK_H
#define IMP_SINK_H

#include "impasto.h"

#include <pthread.h>

/* A sink, from all workers of one run. */
typedef struct ImpSharedSink {
    const ImpSink *sink;
    bool failed; /* guarded by `lock` */
    pthread_mutex_t lock;
} ImpSharedSink;

void imp_shared_sink_init(ImpSharedSink *shared, const ImpSink *sink);
void imp_shared_sink_clear(ImpSharedSink *shared);

/* ImpSink.write, one call at a time, and none after one that failed. Any thread. */
bool imp_shared_sink_write(ImpSharedSink *shared, int x, int y, int w, int h,
                           const float *rgb);

/* What a run that was stopped ends with: IMP_HOST_ERROR where the sink failed, else
 * IMP_CANCELLED. When the workers are done. */
ImpStatus imp_shared_sink_stopped(const ImpSharedSink *shared, ImpError *err);

/* A painting, in rows of `width` pixels. */
typedef struct ImpCanvas {
    float *rgb;
    int width;
} ImpCanvas;

/* ImpSink.write into it; user: ImpCanvas. */
bool imp_canvas_write(void *user, int x, int y, int w, int h, const float *rgb);

#endif
