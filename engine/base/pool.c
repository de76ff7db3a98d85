/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Fork-join worker pool. One lock guards everything: an item is a tile or a row,
 * thousands of times the price of claiming it. What is atomic is also looked at without
 * it. */
#if defined(__linux__)
#define _GNU_SOURCE /* sched_getaffinity */
#else
#define _POSIX_C_SOURCE 200809L
#endif
#include "config.h"

#include "pool.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

#include "compiler.h"
#include "status.h"

enum { THREADS_MAX = 256 };
/* How often a thread looks before it sleeps, some 50 us: as long as it takes to be woken,
 * and mostly the next layer has begun by then. */
enum { LOOKS = 1000 };

typedef struct Worker {
    ImpPool *pool;
    pthread_t thread;
    int index;
} Worker;

/* What precedes memory that was taken, in a cache line of its own. */
typedef union Taken {
    struct {
        size_t bytes;        /* with this */
        struct Stack *stack; /* NULL: allocated by itself */
    };
    char line[64];
} Taken;

/* Memory for runs, taken from the bottom. */
typedef struct Stack {
    char *memory;
    size_t bytes, used;
} Stack;

struct ImpPool {
    pthread_mutex_t lock;
    pthread_cond_t work; /* a job was posted, or quit */
    pthread_cond_t done; /* the last worker has left the job */
    bool quit;
    int threads;     /* the caller included */
    Worker *workers; /* [threads - 1], worker i is called i + 1 */

    atomic_uint job; /* number of the job posted last */
    ImpPoolFn *fn;
    void *context;
    int items;
    int next;        /* first item not begun */
    atomic_int busy; /* threads within work_on_job: running an item */
    bool stopped;    /* some item returned false */

    Stack stacks[2]; /* the second for what finds no room in the first */
};

/* Run items until none is left. Called and left with the lock held. A worker that wakes
 * too late finds none: the caller does not wait for it. */
static void work_on_job(ImpPool *pool, int worker)
{
    pool->busy++;
    while (pool->next < pool->items) {
        const int item = pool->next++;
        ImpPoolFn *const fn = pool->fn;
        void *const context = pool->context;

        pthread_mutex_unlock(&pool->lock);
        const bool go_on = fn(context, item, worker);
        pthread_mutex_lock(&pool->lock);
        if (!go_on) {
            pool->stopped = true;
            pool->next = pool->items;
        }
    }
    if (--pool->busy == 0)
        pthread_cond_signal(&pool->done);
}

static void *worker_main(void *argument)
{
    const Worker *const worker = argument;
    ImpPool *const pool = worker->pool;
    unsigned seen = 0;

    for (;;) {
        for (int i = 0; i < LOOKS && pool->job == seen; i++)
            imp_pause();
        pthread_mutex_lock(&pool->lock);
        while (!pool->quit && pool->job == seen)
            pthread_cond_wait(&pool->work, &pool->lock);
        const bool quit = pool->quit;
        seen = pool->job;
        if (!quit)
            work_on_job(pool, worker->index);
        pthread_mutex_unlock(&pool->lock);
        if (quit)
            return NULL;
    }
}

/* CPUs that this process may use, 1 .. THREADS_MAX. */
static int cpu_count(void)
{
    long count = 0;
#if defined(__linux__)
    cpu_set_t allowed;

    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
        count = CPU_COUNT(&allowed);
#endif
    if (count < 1)
        count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > THREADS_MAX ? THREADS_MAX : (int)count;
}

/* Stop and join the workers created so far, then free the pool. */
static void dismiss(ImpPool *pool, int created)
{
    pthread_mutex_lock(&pool->lock);
    pool->quit = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < created; i++)
        pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
    for (int i = 0; i < 2; i++)
        imp_free(pool->stacks[i].memory);
    imp_free(pool->workers);
    imp_free(pool);
}

ImpStatus imp_pool_create(ImpPool **out, int threads, ImpError *err)
{
    if (threads < 0 || threads > THREADS_MAX)
        return imp_fail(err, IMP_BAD_ARGUMENT,
                        "The number of threads is %d; it must be 0 to %d.", threads,
                        THREADS_MAX);
    if (threads == 0)
        threads = cpu_count();

    ImpPool *const pool = imp_alloc_zero(1, sizeof *pool);
    Worker *const workers = imp_alloc_zero((size_t)threads, sizeof *workers);
    if (!pool || !workers) {
        imp_free(workers);
        imp_free(pool);
        return imp_fail_memory(err, sizeof *pool + (size_t)threads * sizeof *workers);
    }
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->done, NULL);
    pool->threads = threads;
    pool->workers = workers;
    for (int i = 0; i < threads - 1; i++) {
        Worker *const worker = &workers[i];

        *worker = (Worker) { .pool = pool, .index = i + 1 };
        if (pthread_create(&worker->thread, NULL, worker_main, worker) != 0) {
            dismiss(pool, i);
            return imp_fail(err, IMP_NO_MEMORY,
                            "The system gives no more than %d of %d threads.", i + 1,
                            threads);
        }
    }
    *out = pool;
    return imp_succeed(err);
}

void imp_pool_destroy(ImpPool **pool)
{
    if (!*pool)
        return;
    dismiss(*pool, (*pool)->threads - 1);
    *pool = NULL;
}

int imp_pool_threads(const ImpPool *pool)
{
    return pool->threads;
}

bool imp_pool_run(ImpPool *pool, int items, ImpPoolFn *fn, void *context)
{
    if (!pool) {
        for (int i = 0; i < items; i++)
            if (!fn(context, i, 0))
                return false;
        return true;
    }

    pthread_mutex_lock(&pool->lock);
    assert(pool->busy == 0); /* one job at a time, and none from within a job */
    pool->fn = fn;
    pool->context = context;
    pool->items = items;
    pool->next = 0;
    pool->stopped = false;
    pool->job++;
    pthread_cond_broadcast(&pool->work);
    work_on_job(pool, 0);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < LOOKS && pool->busy > 0; i++)
        imp_pause();
    pthread_mutex_lock(&pool->lock);
    while (pool->busy > 0)
        pthread_cond_wait(&pool->done, &pool->lock);
    const bool complete = !pool->stopped;
    pthread_mutex_unlock(&pool->lock);
    return complete;
}

/* An unused stack, at least so large. It has twice the room, since the next run is often
 * larger: memory that was never written costs nothing, but to write to new memory takes
 * longer than to read what was there. */
static bool enlarge(Stack *stack, size_t bytes)
{
    if (bytes <= stack->bytes)
        return true;
    if (!imp_size_mul(&bytes, bytes, 2))
        return false;
    imp_free(stack->memory); /* before the larger one is there */
    stack->memory = imp_alloc(1, bytes);
    stack->bytes = stack->memory ? bytes : 0;
    return stack->memory != NULL;
}

void *imp_pool_take(ImpPool *pool, size_t bytes)
{
    Stack *stack = NULL;
    Taken *taken;

    if (!imp_size_add(&bytes, bytes, 2 * sizeof *taken - 1))
        return NULL;
    bytes -= bytes % sizeof *taken;
    for (int i = 0; pool && !stack && i < 2; i++) {
        Stack *const s = &pool->stacks[i];
        if (s->used == 0 && !enlarge(s, bytes))
            return NULL;
        if (bytes <= s->bytes - s->used)
            stack = s;
        else /* what is free of it must not lie idle meanwhile */
            imp_forget(s->memory + s->used, s->bytes - s->used);
    }
    taken =
        stack ? (Taken *)(void *)(stack->memory + stack->used) : imp_alloc(1, bytes);
    if (!taken)
        return NULL;
    taken->bytes = bytes;
    taken->stack = stack;
    if (stack)
        stack->used += bytes;
    return taken + 1;
}

void imp_pool_give(void *memory)
{
    Taken *const taken = memory ? (Taken *)memory - 1 : NULL;

    if (taken && taken->stack) {
        taken->stack->used -= taken->bytes;
        assert(taken->stack->memory + taken->stack->used == (char *)taken);
    } else {
        imp_free(taken);
    }
}
