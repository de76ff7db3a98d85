/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Runs a fuzz target, without a fuzzer, on every file of the folders named, and on
 * every beginning of each: the corpus as an ordinary test. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PATH_ROOM = 4096, FILE_ROOM = 1 << 20, CUTS = 64 };

/* In memory of exactly that size, so that a sanitizer sees the first byte too many. */
static void run(const uint8_t *data, size_t size)
{
    uint8_t *const exact = malloc(size ? size : 1);

    if (!exact)
        exit(1);
    memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static int replay(const char *path)
{
    static uint8_t data[FILE_ROOM];
    FILE *const file = fopen(path, "rb");

    if (!file) {
        fprintf(stderr, "%s cannot be opened\n", path);
        exit(1);
    }
    const size_t size = fread(data, 1, sizeof data, file);
    const size_t step = size / CUTS + 1;
    int runs = 1;

    fclose(file);
    run(data, size);
    for (size_t cut = 0; cut < size; cut += step, runs++)
        run(data, cut);
    return runs;
}

int main(int count, char **folders)
{
    for (int i = 1; i < count; i++) {
        DIR *const folder = opendir(folders[i]);
        int files = 0, runs = 0;
        char path[PATH_ROOM];

        if (!folder) {
            fprintf(stderr, "%s is no folder\n", folders[i]);
            return 1;
        }
        for (const struct dirent *e; (e = readdir(folder));) {
            if (e->d_name[0] == '.')
                continue;
            snprintf(path, sizeof path, "%s/%s", folders[i], e->d_name);
            runs += replay(path);
            files++;
        }
        closedir(folder);
        printf("%s: %d files, %d runs\n", folders[i], files, runs);
        if (files == 0)
            return 1;
    }
    return count < 2;
}
