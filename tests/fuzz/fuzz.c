/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* One fuzz target for each loader, FUZZ_LOADER. Beside what the sanitizers see, it
 * holds the loader to its contract: a refusal is one sentence of UTF-8 that names the
 * file, and when one allocation fails (--wrap=aligned_alloc) it says so or never needed
 * it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loaders.h"
#include "utf8.h"

enum { ALLOCATIONS = 16 }; /* of the first so many, one fails */

static long until_failure = -1;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return until_failure-- == 0 ? NULL : __real_aligned_alloc(alignment, size);
}

static bool is_one_line(const char *text)
{
    const size_t length = strlen(text);

    for (size_t i = 0; i < length;) {
        const int bytes = imp_utf8_length(text + i, length - i);

        if (bytes == 0 || (unsigned char)text[i] < 0x20)
            return false;
        i += (size_t)bytes;
    }
    return length > 0 && text[length - 1] == '.';
}

/* Load, with allocation `failing` failing (-1: none), and check what is said. */
static ImpStatus load(const uint8_t *data, size_t size, long failing)
{
    ImpError err = { .text = "untouched" };

    until_failure = failing;
    const ImpStatus status = FUZZ_LOADER(data, size, "fuzzed.file", &err);

    if (err.status != status ||
        (status == IMP_OK ? err.text[0] != '\0' : !is_one_line(err.text)) ||
        (status == IMP_BAD_FILE && !strstr(err.text, "\"fuzzed.file\": ")) ||
        (status != IMP_OK && status != IMP_BAD_FILE && status != IMP_NO_MEMORY)) {
        fprintf(stderr, "status %d, error %d \"%s\"\n", (int)status, (int)err.status,
                err.text);
        abort();
    }
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const long failing = (long)((size + (size ? data[size / 2] : 0)) % ALLOCATIONS);
    const ImpStatus status = load(data, size, -1);
    const ImpStatus starved = load(data, size, failing);

    if (starved != status && starved != IMP_NO_MEMORY) {
        fprintf(stderr, "status %d, %d without allocation %ld\n", (int)status,
                (int)starved, failing);
        abort();
    }
    return 0;
}
