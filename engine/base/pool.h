/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Fork-join worker pool: the cores belong to it. */
#ifndef IMP_POOL_H
#define IMP_POOL_H

#include "impasto.h"

/* One item of a job. worker: 0 .. threads - 1, for per-worker memory; which worker gets
 * which item is not determined, so results must not depend on it. Return false to stop
 * the job: items not yet begun are dropped. Runs on a pool thread or on the caller of
 * imp_pool_run; must not run a job of the same pool. */
typedef bool ImpPoolFn(void *context, int item, int worker);

/* Run items 0 .. items - 1 and wait for all; items are begun in order. The calling
 * thread works too, as worker 0. Returns false when some item returned false. pool
 * NULL: runs on the calling thread. */
bool imp_pool_run(ImpPool *pool, int items, ImpPoolFn *fn, void *context);

/* Workers of its jobs; pool NULL: the calling thread alone. */
static inline int imp_pool_workers(const ImpPool *pool)
{
    return pool ? imp_pool_threads(pool) : 1;
}

/* Memory of a run, uninitialised, to be given back after it: what was taken last is
 * given back first. It is kept for the runs to come, as long as the pool lives, so a
 * preview need not have its pages cleared anew each time. NULL: there is no memory. pool
 * NULL: kept by none. The thread that runs jobs. */
void *imp_pool_take(ImpPool *pool, size_t bytes);
void imp_pool_give(void *memory);

#endif
