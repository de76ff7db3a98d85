/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The worker pool. Linked with --wrap=pthread_create, so that a thread can be
 * denied. */
#define _GNU_SOURCE
#include "pool.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "testing.h"

enum { ITEMS = 20000, WORKERS = 256 };

static int threads_granted = 1 << 30;

int __real_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *),
                          void *);
int __wrap_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *),
                          void *);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *argument)
{
    return threads_granted-- > 0
               ? __real_pthread_create(thread, attributes, start, argument)
               : EAGAIN;
}

typedef struct Job {
    atomic_int runs[ITEMS];
    atomic_int begun;
    atomic_int inside[WORKERS]; /* threads that are this worker just now */
    atomic_int faults;
    int workers;
    int stop_at;
} Job;

static bool count_item(void *context, int item, int worker)
{
    Job *const job = context;

    if (worker < 0 || worker >= job->workers ||
        atomic_fetch_add(&job->inside[worker], 1))
        atomic_fetch_add(&job->faults, 1);
    atomic_fetch_add(&job->runs[item], 1);
    atomic_fetch_add(&job->begun, 1);
    atomic_fetch_sub(&job->inside[worker], 1);
    return item != job->stop_at;
}

static Job *job_create(int workers, int stop_at)
{
    Job *const job = calloc(1, sizeof *job);

    assert_non_null(job);
    job->workers = workers;
    job->stop_at = stop_at;
    return job;
}

static ImpPool *pool_create(int threads)
{
    ImpPool *pool = NULL;
    ImpError err;

    assert_ok(imp_pool_create(&pool, threads, &err), &err);
    assert_int_equal(imp_pool_threads(pool), threads);
    return pool;
}

static const int thread_counts[] = { 1, 2, 7 };

static void test_each_item_once(void **state)
{
    for (int t = 0; t < 3; t++) {
        ImpPool *pool = pool_create(thread_counts[t]);
        Job *const job = job_create(thread_counts[t], -1);

        assert_true(imp_pool_run(pool, ITEMS, count_item, job));
        for (int i = 0; i < ITEMS; i++)
            if (job->runs[i] != 1)
                fail_msg("item %d ran %d times", i, (int)job->runs[i]);
        assert_int_equal(job->faults, 0);
        free(job);
        imp_pool_destroy(&pool);
        assert_null(pool);
    }
}

static void test_stop_drops_the_rest(void **state)
{
    for (int t = 0; t < 3; t++) {
        const int threads = thread_counts[t];
        ImpPool *pool = pool_create(threads);
        Job *const job = job_create(threads, 100);

        assert_false(imp_pool_run(pool, ITEMS, count_item, job));
        for (int i = 0; i <= 100; i++) /* begun in order: all before it ran */
            assert_int_equal(job->runs[i], 1);
        if (threads == 1)
            assert_int_equal(job->begun, 101);
        assert_int_equal(job->faults, 0);
        free(job);

        Job *const next = job_create(threads, -1); /* the pool is as good as new */
        assert_true(imp_pool_run(pool, ITEMS, count_item, next));
        assert_int_equal(next->begun, ITEMS);
        free(next);
        imp_pool_destroy(&pool);
    }
}

static bool all_but_odd(void *context, int item, int worker)
{
    atomic_fetch_add((atomic_int *)context, 1);
    return item % 2 == 0;
}

static void test_last_item_may_stop(void **state)
{
    ImpPool *pool = pool_create(2);
    atomic_int ran = 0;

    assert_false(imp_pool_run(pool, 2, all_but_odd, &ran));
    assert_int_equal(ran, 2);
    assert_true(imp_pool_run(pool, 1, all_but_odd, &ran));
    imp_pool_destroy(&pool);
}

/* Each item waits for all others: only as many threads as items can finish it. */
static bool meet(void *context, int item, int worker)
{
    pthread_barrier_wait(context);
    return true;
}

static void test_all_threads_work_at_once(void **state)
{
    ImpPool *pool = pool_create(7);
    pthread_barrier_t barrier;

    assert_int_equal(pthread_barrier_init(&barrier, NULL, 7), 0);
    for (int i = 0; i < 100; i++)
        assert_true(imp_pool_run(pool, 7, meet, &barrier));
    pthread_barrier_destroy(&barrier);
    imp_pool_destroy(&pool);
}

static void test_many_small_jobs(void **state)
{
    ImpPool *pool = pool_create(7);

    for (int i = 0; i < 5000; i++) {
        atomic_int ran = 0;

        (void)imp_pool_run(pool, i % 5, all_but_odd, &ran);
        assert_true(ran >= (i % 5 < 2 ? i % 5 : 2) && ran <= i % 5);
    }
    imp_pool_destroy(&pool);
}

static void test_no_items_and_no_pool(void **state)
{
    ImpPool *pool = pool_create(2);
    Job *const job = job_create(1, 5);

    assert_true(imp_pool_run(pool, 0, count_item, job));
    assert_true(imp_pool_run(NULL, 0, count_item, job));
    assert_int_equal(job->begun, 0);
    assert_true(imp_pool_run(NULL, 5, count_item, job));
    assert_int_equal(job->begun, 5);
    assert_false(imp_pool_run(NULL, 10, count_item, job));
    assert_int_equal(job->begun, 11);
    assert_int_equal(job->faults, 0);
    free(job);
    imp_pool_destroy(&pool);
    imp_pool_destroy(&pool); /* NULL by now */
}

static void test_zero_is_one_thread_a_cpu(void **state)
{
    cpu_set_t before, one;
    ImpPool *pool = NULL;
    ImpError err;

    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    assert_ok(imp_pool_create(&pool, 0, &err), &err);
    assert_int_equal(imp_pool_threads(pool), CPU_COUNT(&before));
    imp_pool_destroy(&pool);

    int first = 0;
    while (!CPU_ISSET(first, &before))
        first++;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    assert_ok(imp_pool_create(&pool, 0, &err), &err);
    assert_int_equal(imp_pool_threads(pool), 1);
    imp_pool_destroy(&pool);
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
}

static void test_wrong_counts(void **state)
{
    static const int wrong[] = { -1, -2147483647 - 1, 257, 2147483647 };

    for (int i = 0; i < 4; i++) {
        ImpPool *pool = NULL;
        ImpError err;

        assert_failed(imp_pool_create(&pool, wrong[i], &err), IMP_BAD_ARGUMENT, &err,
                      "it must be 0 to 256");
        assert_null(pool);
    }
}

static void test_denied_threads(void **state)
{
    for (int granted = 0; granted < 6; granted++) {
        ImpPool *pool = NULL;
        ImpError err;

        threads_granted = granted;
        const ImpStatus status = imp_pool_create(&pool, 7, &err);
        threads_granted = 1 << 30;
        assert_failed(status, IMP_NO_MEMORY, &err, "of 7 threads");
        assert_null(pool);
    }
}

static void test_memory_is_kept(void **state)
{
    ImpPool *pool = NULL;
    ImpError err;

    assert_ok(imp_pool_create(&pool, 2, &err), &err);
    char *const first = imp_pool_take(pool, 1000);
    char *const second = imp_pool_take(pool, 3000); /* finds no room beside it */
    assert_true(first && second && first != second);
    assert_int_equal((uintptr_t)first % 64, 0);
    assert_int_equal((uintptr_t)second % 64, 0);
    memset(first, 1, 1000);
    memset(second, 2, 3000);
    assert_int_equal(first[999], 1);
    imp_pool_give(second);
    imp_pool_give(first);
    /* there is room for these, one after the other */
    assert_ptr_equal(imp_pool_take(pool, 100), first);
    char *const inner = imp_pool_take(pool, 100);
    assert_true(inner > first + 100 && inner < first + 1000);
    memset(inner, 4, 100);
    imp_pool_give(inner);
    /* and what found none is there still */
    assert_ptr_equal(imp_pool_take(pool, 2500), second);
    char *const third = imp_pool_take(pool, 9000); /* by itself */
    assert_non_null(third);
    memset(third, 4, 9000);
    imp_pool_give(third);
    imp_pool_give(second);
    imp_pool_give(first);
    char *const larger = imp_pool_take(pool, 3 << 20);
    assert_non_null(larger);
    memset(larger, 5, 3 << 20);
    imp_pool_give(larger);
    assert_ptr_equal(imp_pool_take(pool, 800), larger);
    imp_pool_give(larger);
    assert_null(imp_pool_take(pool, SIZE_MAX - 10));
    imp_pool_give(NULL);
    imp_pool_destroy(&pool);
    imp_pool_give(imp_pool_take(NULL, 100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_item_once),
        cmocka_unit_test(test_stop_drops_the_rest),
        cmocka_unit_test(test_last_item_may_stop),
        cmocka_unit_test(test_all_threads_work_at_once),
        cmocka_unit_test(test_many_small_jobs),
        cmocka_unit_test(test_no_items_and_no_pool),
        cmocka_unit_test(test_zero_is_one_thread_a_cpu),
        cmocka_unit_test(test_wrong_counts),
        cmocka_unit_test(test_denied_threads),
        cmocka_unit_test(test_memory_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
