/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* As much of cmocka as the tests of the engine call, for a build without it: a bare
 * machine, or a foreign CPU. An assertion that fails ends its test and is printed, a
 * test that failed makes the exit status; a crash is the shell's to report. One thread
 * may assert. */
#ifndef CMOCKA_H
#define CMOCKA_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct CMUnitTest {
    const char *name;
    void (*test_func)(void **state);
    void *initial_state;
};

#define cmocka_unit_test(test)                                                         \
    {                                                                                  \
        .name = #test, .test_func = (test)                                             \
    }

static jmp_buf cmocka_test_end;

#define print_message(...) ((void)printf(__VA_ARGS__))
#define fail_msg(...) (print_message(__VA_ARGS__), cmocka_fail(__FILE__, __LINE__))

static inline _Noreturn void cmocka_fail(const char *file, int line)
{
    printf("\n%s:%d: error: Failure!\n", file, line);
    longjmp(cmocka_test_end, 1);
}

#define assert_true(c) ((c) ? (void)0 : fail_msg("%s", #c))
#define assert_false(c) assert_true(!(c))
#define assert_null(p) assert_true((p) == NULL)
#define assert_non_null(p) assert_true((p) != NULL)
#define assert_ptr_equal(a, b) assert_true((const void *)(a) == (const void *)(b))

#define assert_int_equal(a, b)                                                         \
    cmocka_in_range((intmax_t)(a), (intmax_t)(b), (intmax_t)(b), __FILE__, __LINE__)
#define assert_in_range(value, from, to)                                               \
    cmocka_in_range((intmax_t)(value), (intmax_t)(from), (intmax_t)(to), __FILE__,     \
                    __LINE__)

static inline void cmocka_in_range(intmax_t value, intmax_t from, intmax_t to,
                                   const char *file, int line)
{
    if (value >= from && value <= to)
        return;
    printf("%jd is not from %jd to %jd", value, from, to);
    cmocka_fail(file, line);
}

#define assert_string_equal(a, b) cmocka_same_text(a, b, __FILE__, __LINE__)

static inline void cmocka_same_text(const char *a, const char *b, const char *file,
                                    int line)
{
    if (strcmp(a, b) == 0)
        return;
    printf("\"%s\" != \"%s\"", a, b);
    cmocka_fail(file, line);
}

#define assert_memory_equal(a, b, size) assert_true(memcmp(a, b, size) == 0)
#define assert_memory_not_equal(a, b, size) assert_true(memcmp(a, b, size) != 0)

static inline bool cmocka_passes(const struct CMUnitTest *test, void *state)
{
    if (setjmp(cmocka_test_end) != 0)
        return false;
    test->test_func(&state);
    return true;
}

static inline int _cmocka_run_group_tests(const char *name,
                                          const struct CMUnitTest *tests, size_t count,
                                          int (*setup)(void **),
                                          int (*teardown)(void **))
{
    size_t failed = 0;
    void *state = NULL;

    if (setup && setup(&state) != 0) {
        printf("[  FAILED  ] %s: setup\n", name);
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        void *const own = tests[i].initial_state;

        printf("[ RUN      ] %s\n", tests[i].name);
        fflush(stdout); /* before a crash */
        const bool passed = cmocka_passes(&tests[i], own ? own : state);
        printf("[ %8s ] %s\n", passed ? "OK" : "FAILED", tests[i].name);
        failed += !passed;
    }
    if (teardown && teardown(&state) != 0) {
        printf("[  FAILED  ] %s: teardown\n", name);
        failed++;
    }
    printf("%s: %zu tests, %zu failed\n", name, count, failed);
    return failed > 0;
}

#define cmocka_run_group_tests_name(name, tests, setup, teardown)                      \
    _cmocka_run_group_tests(name, tests, sizeof(tests) / sizeof *(tests), setup,       \
                            teardown)
#define cmocka_run_group_tests(tests, setup, teardown)                                 \
    cmocka_run_group_tests_name(#tests, tests, setup, teardown)

#endif
