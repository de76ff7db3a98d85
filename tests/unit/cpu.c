/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* CPU levels and how IMPASTO_CPU lowers them. */
#define _POSIX_C_SOURCE 200809L
#include "cpu.h"

#include "testing.h"

static const ImpCpu levels[] = { IMP_CPU_REF,   IMP_CPU_GENERIC, IMP_CPU_X86V3,
                                 IMP_CPU_X86V4, IMP_CPU_X86BF16, IMP_CPU_X86AMX,
                                 IMP_CPU_NEON };
enum { LEVELS = sizeof levels / sizeof *levels };

static void test_names_are_the_documented_ones(void **state)
{
    static const char *const names[] = { "ref",     "generic", "x86v3", "x86v4",
                                         "x86bf16", "x86amx",  "neon" };

    for (int i = 0; i < LEVELS; i++)
        assert_string_equal(imp_cpu_name(levels[i]), names[i]);
    assert_string_equal(imp_cpu_name((ImpCpu)99), "unknown");
}

static void test_every_build_runs_portable_code(void **state)
{
    assert_true(imp_cpu_runs(IMP_CPU_REF));
    assert_true(imp_cpu_runs(IMP_CPU_GENERIC));
    assert_false(imp_cpu_runs((ImpCpu)99));
    assert_true(!imp_cpu_runs(IMP_CPU_X86V4) || imp_cpu_runs(IMP_CPU_X86V3));
    assert_false(imp_cpu_runs(IMP_CPU_NEON) && imp_cpu_runs(IMP_CPU_X86V3));
}

#if defined(__x86_64__)
/* The kernel lists a flag only where it also saves the registers. */
static bool kernel_lists(const char *flag)
{
    static char text[1 << 16];
    char word[32];
    FILE *const file = fopen("/proc/cpuinfo", "r");

    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    snprintf(word, sizeof word, " %s ", flag);
    return strstr(text, word) != NULL;
}

static void test_agrees_with_the_kernel(void **state)
{
    static const char *const v3[] = { "avx2", "fma",   "f16c", "bmi1",
                                      "bmi2", "movbe", "abm" };
    static const char *const v4[] = { "avx512f", "avx512bw", "avx512cd", "avx512dq",
                                      "avx512vl" };
    bool has_v3 = true, has_v4 = true;

    for (int i = 0; i < 7; i++)
        has_v3 = has_v3 && kernel_lists(v3[i]);
    for (int i = 0; i < 5; i++)
        has_v4 = has_v4 && kernel_lists(v4[i]);
    print_message("kernel: x86v3 %d, x86v4 %d; engine: %d, %d\n", has_v3, has_v4,
                  imp_cpu_runs(IMP_CPU_X86V3), imp_cpu_runs(IMP_CPU_X86V4));
    if (TEST_SIMD_X86) {
        assert_int_equal(imp_cpu_runs(IMP_CPU_X86V3), has_v3);
        assert_int_equal(imp_cpu_runs(IMP_CPU_X86V4), has_v3 && has_v4);
        assert_int_equal(imp_cpu_runs(IMP_CPU_X86BF16),
                         has_v3 && has_v4 && kernel_lists("avx512_bf16"));
        assert_true(!imp_cpu_runs(IMP_CPU_X86AMX) ||
                    (imp_cpu_runs(IMP_CPU_X86BF16) && kernel_lists("amx_bf16")));
    } else {
        assert_false(imp_cpu_runs(IMP_CPU_X86V3) || imp_cpu_runs(IMP_CPU_X86V4));
    }
}
#endif

static void test_lowering(void **state)
{
    const ImpCpu best = imp_cpu_lower(NULL);

    assert_true(imp_cpu_runs(best) && best >= IMP_CPU_GENERIC);
    for (int i = 0; i < LEVELS; i++) {
        const ImpCpu lowered = imp_cpu_lower(imp_cpu_name(levels[i]));

        assert_int_equal(lowered, imp_cpu_runs(levels[i]) ? levels[i] : best);
        assert_true(levels[i] <= best || !imp_cpu_runs(levels[i]));
    }
    assert_int_equal(imp_cpu_lower(""), best);
    assert_int_equal(imp_cpu_lower("REF"), best);
    assert_int_equal(imp_cpu_lower("reference"), best);
}

static void test_environment(void **state)
{
    assert_int_equal(setenv("IMPASTO_CPU", "ref", 1), 0);
    assert_int_equal(imp_cpu_best(), IMP_CPU_REF);
    assert_int_equal(setenv("IMPASTO_CPU", "pentium", 1), 0);
    assert_int_equal(imp_cpu_best(), imp_cpu_lower(NULL));
    assert_int_equal(unsetenv("IMPASTO_CPU"), 0);
    assert_int_equal(imp_cpu_best(), imp_cpu_lower(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_the_documented_ones),
        cmocka_unit_test(test_every_build_runs_portable_code),
#if defined(__x86_64__)
        cmocka_unit_test(test_agrees_with_the_kernel),
#endif
        cmocka_unit_test(test_lowering),
        cmocka_unit_test(test_environment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
