/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A GIMP in German writes 0,001; the files do not. Reads and writes them where the
 * decimal point is a comma, in a locale made on the spot. Exit status 77: it cannot be
 * made here. */
#define _POSIX_C_SOURCE 200809L
#include <locale.h>
#include <unistd.h>

#include "model.h"
#include "style.h"
#include "testing.h"

static void test_decimals(void **state)
{
    char text[16];
    double value;

    snprintf(text, sizeof text, "%.1f", 0.5);
    assert_string_equal(text, "0,5"); /* the locale is what it should be */
    assert_true(imp_parse_decimal("0.001", &value) && value == 0.001);
    assert_false(imp_parse_decimal("0,001", &value));
}

static void test_files(void **state)
{
    char painter[512], reader[512], vector[512], saved[64];
    size_t first, second;
    ImpModel *model = NULL;
    ImpStyle *style = NULL;
    ImpError err;

    corpus_path(painter, sizeof painter, "painter", "good.safetensors");
    corpus_path(reader, sizeof reader, "reader", "good.safetensors");
    corpus_path(vector, sizeof vector, "style", "good.safetensors");
    snprintf(saved, sizeof saved, "/tmp/impasto-unit-locale-%ld", (long)getpid());
    assert_ok(imp_model_load(&model, painter, reader, IMP_CPU_REF, &err), &err);
    assert_true(model->weights.epsilon == 0.001);
    assert_ok(imp_style_load(&style, model, vector, &err), &err);
    assert_ok(imp_style_save(style, saved, &err), &err);

    void *const ours = read_bytes(saved, &first);
    void *const theirs = read_bytes(vector, &second);
    assert_int_equal(first, second);
    assert_memory_equal(ours, theirs, first);
    free(ours);
    free(theirs);
    unlink(saved);
    assert_failed(imp_style_load(&style, model, "/absent", &err), IMP_IO_ERROR, &err,
                  "\"/absent\": it cannot be opened: there is no such file or folder");
    imp_style_destroy(&style);
    imp_model_destroy(&model);
}

/* Make de_DE in a folder of our own, and use it. */
static bool use_comma(const char *folder)
{
    char command[256];

    snprintf(command, sizeof command,
             "localedef --no-archive -i de_DE -f UTF-8 '%s/de_DE.UTF-8' 2>/dev/null",
             folder);
    (void)!system(
        command); /* warnings make its status useless: what counts is the locale */
    return setenv("LOCPATH", folder, 1) == 0 && setlocale(LC_ALL, "de_DE.UTF-8");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decimals),
        cmocka_unit_test(test_files),
    };
    char folder[] = "/tmp/impasto-locale-XXXXXX", command[64];
    int failed = 77;

    if (!mkdtemp(folder))
        return 1;
    if (use_comma(folder))
        failed = cmocka_run_group_tests(tests, NULL, NULL);
    else
        printf("localedef cannot make de_DE.UTF-8: install the package locales\n");
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command) == 0 ? failed : 1;
}
