/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* One fuzz target for each loader, FUZZ_LOADER. Beside what the sanitizers see, it holds the
 * loader to its contract: a refusal is one sentence of UTF-8 that names the file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loaders.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ImpError err = { .text = "untouched" };
    const ImpStatus status = FUZZ_LOADER(data, size, "fuzzed.file", &err);

    if (err.status != status ||
        (status == IMP_OK ? err.text[0] != '\0' : !is_one_line(err.text)) ||
        (status == IMP_BAD_FILE && !strstr(err.text, "\"fuzzed.file\": ")) ||
        (status != IMP_OK && status != IMP_BAD_FILE && status != IMP_NO_MEMORY)) {
        fprintf(stderr, "status %d, error %d \"%s\"\n", (int)status, (int)err.status,
                err.text);
        abort();
    }
    return 0;
}
