/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Errors, checked sizes, memory, UTF-8. */
#include "status.h"

#include "testing.h"
#include "utf8.h"

static void test_fail_fills_the_error(void **state)
{
    ImpError err;

    assert_int_equal(imp_fail(&err, IMP_BAD_ARGUMENT, "Side %d is %s.", 3, "long"),
                     IMP_BAD_ARGUMENT);
    assert_int_equal(err.status, IMP_BAD_ARGUMENT);
    assert_string_equal(err.text, "Side 3 is long.");
    assert_int_equal(imp_fail(NULL, IMP_IO_ERROR, "Nobody listens."), IMP_IO_ERROR);
    assert_int_equal(imp_fail_file(NULL, IMP_IO_ERROR, "x", "Nobody."), IMP_IO_ERROR);
    assert_int_equal(imp_succeed(NULL), IMP_OK);
    assert_int_equal(imp_succeed(&err), IMP_OK);
    assert_int_equal(err.status, IMP_OK);
    assert_string_equal(err.text, "");
    assert_int_equal(imp_fail_memory(&err, 12), IMP_NO_MEMORY);
    assert_string_equal(err.text, "There is no memory left for 12 more bytes.");
}

static void test_fail_keeps_one_line_of_utf8(void **state)
{
    ImpError err;

    (void)imp_fail(&err, IMP_BAD_FILE, "a\nb\tc\x7f, %s, %s, \xc3\xa9", "\xc3(",
                   "\xed\xa0\x80");
    assert_string_equal(err.text, "a?b?c?, ?(, ?\?\?, \xc3\xa9");
}

static void test_fail_cuts_between_characters(void **state)
{
    for (size_t before = 500; before < 515; before++) {
        char text[600];
        ImpError err;

        memset(text, 'x', before);
        memcpy(text + before, "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac", 13);
        (void)imp_fail(&err, IMP_BAD_FILE, "%s", text);

        const size_t length = strlen(err.text);
        assert_in_range(length, 505, sizeof err.text - 1);
        for (size_t i = 0; i < length;) {
            const int bytes = imp_utf8_length(err.text + i, length - i);
            assert_true(bytes > 0);
            i += (size_t)bytes;
        }
        if (before + 12 >= sizeof err.text)
            assert_string_equal(err.text + length - 3, "...");
        else
            assert_string_equal(err.text, text);
    }
}

static void test_fail_file_shows_a_long_path_by_its_end(void **state)
{
    char path[4096];
    ImpError err;

    memset(path, 'd', sizeof path);
    strcpy(path + 3000, "/painter.safetensors");
    (void)imp_fail_file(&err, IMP_BAD_FILE, path, "it has %d faults.", 2);
    assert_memory_equal(err.text, "\"...ddd", 7);
    assert_non_null(strstr(err.text, "d/painter.safetensors\": it has 2 faults."));
    (void)imp_fail_file(&err, IMP_BAD_FILE, "a b.safetensors", "it is empty.");
    assert_string_equal(err.text, "\"a b.safetensors\": it is empty.");
}

static void test_sizes(void **state)
{
    size_t out = 7;

    assert_true(imp_size_mul(&out, SIZE_MAX / 3, 3));
    assert_int_equal(out, SIZE_MAX / 3 * 3);
    assert_true(imp_size_mul(&out, SIZE_MAX, 0));
    assert_int_equal(out, 0);
    assert_true(imp_size_add(&out, SIZE_MAX - 4, 4));
    assert_int_equal(out, SIZE_MAX);
    out = 7;
    assert_false(imp_size_mul(&out, SIZE_MAX / 3 + 1, 3));
    assert_false(imp_size_mul(&out, SIZE_MAX, SIZE_MAX));
    assert_false(imp_size_add(&out, SIZE_MAX - 4, 5));
    assert_int_equal(out, 7);
}

static void test_memory(void **state)
{
    for (size_t bytes = 0; bytes < 200; bytes += 13) {
        char *const memory = imp_alloc(bytes, 1);

        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % 64, 0);
        memset(memory, 1, bytes);
        imp_free(memory);
    }
    int *const zero = imp_alloc_zero(1000, sizeof *zero);
    assert_non_null(zero);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(zero[i], 0);
    imp_free(zero);
    imp_free(NULL);
    assert_null(imp_alloc(SIZE_MAX / 2, 3));
    assert_null(imp_alloc_zero(SIZE_MAX, 1)); /* no room to round up */
}

static void test_utf8_all_characters(void **state)
{
    for (unsigned code = 0; code <= 0x10FFFF; code++) {
        char text[4];

        if (code >= 0xD800 && code <= 0xDFFF)
            continue;
        const int bytes = imp_utf8_write(text, code);
        if (imp_utf8_length(text, (size_t)bytes) != bytes ||
            imp_utf8_length(text, (size_t)bytes - 1) != 0)
            fail_msg("U+%04X", code);
    }
}

static void test_utf8_refuses(void **state)
{
    static const char *const wrong[] = {
        "\x80",
        "\xbf",
        "\xc0\x80",
        "\xc1\xbf",
        "\xc3(",
        "\xe0\x9f\xbf",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xe2\x82(",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xff",
        "\xf0\x9f\x98",
    };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (imp_utf8_length(wrong[i], strlen(wrong[i])) != 0)
            fail_msg("sequence %zu was taken", i);
    assert_int_equal(imp_utf8_length("", 0), 0);
    assert_int_equal(imp_utf8_length("", 1), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fail_fills_the_error),
        cmocka_unit_test(test_fail_keeps_one_line_of_utf8),
        cmocka_unit_test(test_fail_cuts_between_characters),
        cmocka_unit_test(test_fail_file_shows_a_long_path_by_its_end),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_utf8_all_characters),
        cmocka_unit_test(test_utf8_refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
