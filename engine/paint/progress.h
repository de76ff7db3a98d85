/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Progress and cancel of one engine call, from all of its workers. */
#ifndef IMP_PROGRESS_H
#define IMP_PROGRESS_H

#include "impasto.h"

#include <pthread.h>

typedef struct ImpProgress {
    const ImpWatch *watch; /* may be NULL */
    double done, total;    /* in any unit, guarded by */
    bool cancelled;        /* `lock` */
    pthread_mutex_t lock;
} ImpProgress;

void imp_progress_init(ImpProgress *progress, const ImpWatch *watch, double total);
void imp_progress_clear(ImpProgress *progress);

/* `amount` more is done: tell the watch. False: stop. Any thread. */
bool imp_progress_add(ImpProgress *progress, double amount);

#endif
