/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The settings' ranges and sentences, and their text. Styles are those of the
 * repository. */
#include "gerror.h"
#include "settings.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>

static StyleLibrary *library;

static int make_library(void **state)
{
    library = style_library_new(NULL, NULL);
    return style_library_default(library) ? 0 : 1;
}

static int free_library(void **state)
{
    style_library_free(library);
    return 0;
}

static void refused(const UiSettings *settings, const char *sentence)
{
    g_autoptr(GError) error = NULL;

    assert_false(settings_check(settings, library, &error));
    assert_true(g_error_matches(error, IMPASTO_ERROR, IMPASTO_ERROR_VALUE));
    assert_string_equal(error->message, sentence);
}

static void test_ranges(void **state)
{
    UiSettings *const settings = settings_new(library);
    struct {
        double *value, min, max;
        const char *low, *high;
    } numbers[] = {
        { &settings->strength, 0, 100, "strength must be from 0 to 100, not -0.001.",
          "strength must be from 0 to 100, not 101." },
        { &settings->brush_size, 0.25, 4,
          "brush-size must be from 0.25 to 4, not 0.249.",
          "brush-size must be from 0.25 to 4, not 5." },
        { &settings->keep_colors, 0, 100,
          "keep-colors must be from 0 to 100, not -0.001.",
          "keep-colors must be from 0 to 100, not 101." },
        { &settings->mix, 0, 100, "mix must be from 0 to 100, not -0.001.",
          "mix must be from 0 to 100, not 101." },
    };

    assert_true(settings_check(settings, library, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        const double normal = *numbers[i].value;
        g_autoptr(GError) error = NULL;
        *numbers[i].value = numbers[i].min;
        assert_true(settings_check(settings, library, NULL));
        *numbers[i].value = numbers[i].max;
        assert_true(settings_check(settings, library, NULL));
        *numbers[i].value = numbers[i].min - 0.001;
        refused(settings, numbers[i].low);
        *numbers[i].value = numbers[i].max + 1;
        refused(settings, numbers[i].high);
        *numbers[i].value = NAN;
        assert_false(settings_check(settings, library, &error));
        assert_non_null(strstr(error->message, "not a number"));
        *numbers[i].value = INFINITY;
        assert_false(settings_check(settings, library, NULL));
        *numbers[i].value = normal;
    }
    settings_free(settings);
}

static void test_styles(void **state)
{
    UiSettings *const settings = settings_new(library);
    g_autoptr(GError) error = NULL;

    g_free(settings->second_style);
    settings->second_style = g_strdup("no-such-style");
    assert_false(settings_check(settings, library, &error));
    assert_non_null(strstr(error->message, "no-such-style"));
    g_clear_error(&error);
    g_free(settings->second_style);
    settings->second_style = NULL; /* as a PDB caller may give it */
    assert_true(settings_check(settings, library, NULL));
    g_free(settings->style);
    settings->style = NULL;
    assert_false(settings_check(settings, library, &error));
    settings_free(settings);
}

static void test_repair(void **state)
{
    UiSettings *const settings = settings_new(NULL);
    g_autofree char *told = NULL;

    settings->strength = NAN;
    settings->brush_size = 99;
    settings->keep_colors = 30;
    g_free(settings->second_style);
    settings->second_style = g_strdup("gone");
    told = settings_repair(settings, library);
    assert_string_equal(told, "There is no style \"gone\".");
    assert_true(settings->strength == 100 && settings->brush_size == 1);
    assert_true(settings->keep_colors == 30);
    assert_string_equal(settings->second_style, "");
    assert_string_equal(settings->style, style_library_default(library));
    assert_true(settings_check(settings, library, NULL));
    settings_free(settings);
}

/* What is painted with a picture near by is remembered for any place. */
static void test_absolute_paths(void **state)
{
    g_autofree char *before = g_get_current_dir();
    g_autofree char *folder = g_dir_make_tmp("impasto-settings-XXXXXX", NULL);
    g_autoptr(GdkPixbuf) pixels = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, 3, 2);
    UiSettings *const settings = settings_new(library);
    g_autofree char *expected = NULL;

    assert_int_equal(g_chdir(folder), 0);
    gdk_pixbuf_fill(pixels, 0x336699ff);
    assert_true(gdk_pixbuf_save(pixels, "udnie", "png", NULL, NULL));
    assert_true(gdk_pixbuf_save(pixels, "mine.png", "png", NULL, NULL));
    g_free(settings->style);
    g_free(settings->second_style);
    settings->style = g_strdup("udnie"); /* the gallery's */
    settings->second_style = g_strdup("mine.png");
    expected = g_canonicalize_filename("mine.png", NULL);
    settings_make_absolute(settings, library);
    assert_string_equal(settings->style, "udnie");
    assert_string_equal(settings->second_style, expected);
    g_free(settings->style);
    settings->style = g_strdup("mine.png");
    assert_null(settings_repair(settings, library));
    assert_string_equal(settings->style, expected);
    assert_string_equal(settings->second_style, expected);
    g_unlink("udnie");
    g_unlink("mine.png");
    assert_int_equal(g_chdir(before), 0);
    g_rmdir(folder);
    settings_free(settings);
}

static void assert_same(const UiSettings *a, const UiSettings *b)
{
    assert_string_equal(a->style, b->style);
    assert_string_equal(a->second_style, b->second_style);
    assert_true(a->strength == b->strength && a->brush_size == b->brush_size);
    assert_true(a->keep_colors == b->keep_colors && a->mix == b->mix);
}

static UiSettings *odd_settings(void)
{
    UiSettings *const settings = settings_new(NULL);

    g_free(settings->style);
    g_free(settings->second_style);
    settings->style = g_strdup("/home/mé/a = b;\n[impasto]\n\\ picture #1.jpg ");
    settings->second_style = g_strdup(" leading");
    settings->strength = 1.0 / 3;
    settings->brush_size = 0.25;
    settings->keep_colors = 99.999999999;
    settings->mix = 0;
    return settings;
}

static void test_text(void **state)
{
    UiSettings *const settings = odd_settings();
    g_autofree char *text = settings_to_text(settings);
    UiSettings *again = settings_from_text(text, -1, NULL);

    assert_same(settings, again);
    assert_non_null(strstr(text, "painted-by-program=true"));
    settings_free(again);
    settings_free(settings);
    again = settings_from_text("[impasto]\nversion=1\nstrength=x\nmix=7\n", -1, NULL);
    assert_true(again->strength == 100 && again->mix == 7);
    settings_free(again);
}

static void test_damaged_text(void **state)
{
    static const char *const damaged[] = {
        "",
        "x",
        "[impasto]",
        "[other]\nversion=1\n",
        "[impasto]\nversion=zero\n",
        "version=1\n",
        "\xff\xfe[impasto]\nversion=1",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(damaged); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(settings_from_text(damaged[i], -1, &error));
        assert_true(g_error_matches(error, IMPASTO_ERROR, IMPASTO_ERROR_BAD_FILE));
    }
    assert_null(settings_from_text("[impasto]\nversion=1", 0, NULL));
}

static void test_file(void **state)
{
    g_autofree char *folder = g_dir_make_tmp("impasto-settings-XXXXXX", NULL);
    g_autofree char *below = g_build_filename(folder, "below", NULL);
    g_autofree char *path = g_build_filename(below, "state", NULL);
    UiSettings *const settings = odd_settings();
    UiSettings *again;
    g_autofree char *size = NULL, *gone = NULL;
    g_autoptr(GHashTable) kept = g_hash_table_new(g_str_hash, g_str_equal);

    assert_null(settings_load(path));
    assert_null(state_get(path, "size"));
    g_hash_table_insert(kept, "size", "800x600");
    g_hash_table_insert(kept, "other", "x");
    assert_true(state_save(kept, path, NULL));
    assert_true(settings_save(settings, path, NULL)); /* keeps the state */
    g_hash_table_remove(kept, "size");
    g_hash_table_insert(kept, "other", NULL);
    assert_true(state_save(kept, path, NULL)); /* keeps the values and the size */
    again = settings_load(path);
    assert_same(settings, again);
    size = state_get(path, "size");
    assert_string_equal(size, "800x600");
    gone = state_get(path, "other");
    assert_null(gone);
    settings_free(again);
    assert_true(g_file_set_contents(path, "\0\1\2 damaged", 12, NULL));
    assert_null(settings_load(path));
    assert_true(settings_save(settings, path, NULL));
    again = settings_load(path);
    assert_same(settings, again);
    settings_free(again);
    settings_free(settings);
    g_unlink(path);
    g_rmdir(below);
    g_rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges), cmocka_unit_test(test_styles),
        cmocka_unit_test(test_repair), cmocka_unit_test(test_absolute_paths),
        cmocka_unit_test(test_text),   cmocka_unit_test(test_damaged_text),
        cmocka_unit_test(test_file),
    };

    return cmocka_run_group_tests(tests, make_library, free_library);
}
