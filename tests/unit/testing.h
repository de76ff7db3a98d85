/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* cmocka, and what several tests need: the corpus, styles/, a folder of one's own. */
#ifndef IMP_TESTING_H
#define IMP_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "impasto.h"

static inline void corpus_path(char *path, size_t room, const char *kind,
                               const char *file)
{
    snprintf(path, room, "%s/%s/%s", TEST_CORPUS, kind, file);
}

/* A file of the folder that IMPASTO_STYLES names. */
static inline void styles_path(char *path, size_t room, const char *file)
{
    const char *const folder = getenv("IMPASTO_STYLES");

    assert_non_null(folder);
    snprintf(path, room, "%s/%s", folder, file);
}

/* A whole file in memory of exactly its size; free it. */
static inline void *read_bytes(const char *path, size_t *size)
{
    FILE *const file = fopen(path, "rb");

    if (!file)
        fail_msg("%s cannot be opened", path);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *size = (size_t)ftell(file);
    rewind(file);
    void *const bytes = malloc(*size ? *size : 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

/* A call failed as it should: with this status, in a sentence that holds `phrase`. */
static inline void assert_failed(ImpStatus got, ImpStatus status, const ImpError *err,
                                 const char *phrase)
{
    if (got != status || err->status != status || !strstr(err->text, phrase))
        fail_msg("status %d, error %d \"%s\"; wanted %d and \"%s\"", (int)got,
                 (int)err->status, err->text, (int)status, phrase);
}

/* A call that should succeed did. */
static inline void assert_ok(ImpStatus got, const ImpError *err)
{
    if (got != IMP_OK)
        fail_msg("status %d: %s", (int)got, err->text);
}

#endif
