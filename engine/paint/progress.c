/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Progress and cancel. */
#include "config.h"

#include "progress.h"

void imp_progress_init(ImpProgress *progress, const ImpWatch *watch, double total)
{
    *progress = (ImpProgress) { .watch = watch, .total = total };
    pthread_mutex_init(&progress->lock, NULL);
}

void imp_progress_clear(ImpProgress *progress)
{
    pthread_mutex_destroy(&progress->lock);
}

bool imp_progress_add(ImpProgress *progress, double amount)
{
    bool go_on;

    if (!progress->watch)
        return true;
    pthread_mutex_lock(&progress->lock);
    progress->done += amount;
    if (!progress->cancelled) {
        const double fraction = progress->done / progress->total;
        progress->cancelled = !progress->watch->tick(progress->watch->user,
                                                     fraction < 1.0 ? fraction : 1.0);
    }
    go_on = !progress->cancelled;
    pthread_mutex_unlock(&progress->lock);
    return go_on;
}
