/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Errors, checked sizes and memory. */
#if defined(__linux__)
#define _DEFAULT_SOURCE
#include <sys/mman.h> /* madvise */
#endif
#include "config.h"

#include "status.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

enum {
    ALIGNMENT = 64,      /* a cache line, and the widest vector */
    HUGE_PAGE = 1 << 21, /* bytes, of x86 and of most ARM */
    PATH_SHOWN = 200     /* bytes of a path in a sentence of ImpError's 511 */
};

/* Keep what is valid UTF-8 without control characters; an ellipsis where it was cut. */
static void tidy(char *text, bool cut)
{
    const size_t length = strlen(text);
    size_t i = 0;

    while (i < length) {
        const int bytes = imp_utf8_length(text + i, length - i);

        if (bytes == 0 || (unsigned char)text[i] < 0x20 || text[i] == 0x7F)
            text[i] = '?';
        i += bytes ? (size_t)bytes : 1;
    }
    if (!cut || length < 3)
        return;
    i = length - 3;
    while (i > 0 && ((unsigned char)text[i] & 0xC0) == 0x80)
        i--;
    memcpy(text + i, "...", 4);
}

static void write_text(ImpError *err, size_t from, const char *format,
                       va_list arguments)
{
    const size_t room = sizeof err->text - from;
    const int length = vsnprintf(err->text + from, room, format, arguments);

    if (length < 0)
        err->text[from] = '\0';
    tidy(err->text, length >= 0 && (size_t)length >= room);
}

ImpStatus imp_fail(ImpError *err, ImpStatus status, const char *format, ...)
{
    va_list arguments;

    if (!err)
        return status;
    err->status = status;
    va_start(arguments, format);
    write_text(err, 0, format, arguments);
    va_end(arguments);
    return status;
}

ImpStatus imp_fail_file(ImpError *err, ImpStatus status, const char *path,
                        const char *format, ...)
{
    va_list arguments;

    if (!err)
        return status;

    const size_t length = strlen(path);
    const bool cut = length > PATH_SHOWN;
    const char *shown = cut ? path + length - PATH_SHOWN : path;
    while (((unsigned char)*shown & 0xC0) == 0x80) /* begin at a character */
        shown++;
    const int prefix =
        snprintf(err->text, sizeof err->text, "\"%s%s\": ", cut ? "..." : "", shown);

    err->status = status;
    va_start(arguments, format);
    write_text(err, prefix < 0 ? 0 : (size_t)prefix, format, arguments);
    va_end(arguments);
    return status;
}

ImpStatus imp_fail_memory(ImpError *err, size_t bytes)
{
    return imp_fail(err, IMP_NO_MEMORY, "There is no memory left for %zu more bytes.",
                    bytes);
}

ImpStatus imp_succeed(ImpError *err)
{
    if (err)
        *err = (ImpError) { .status = IMP_OK };
    return IMP_OK;
}

bool imp_size_mul(size_t *out, size_t a, size_t b)
{
    if (b != 0 && a > SIZE_MAX / b)
        return false;
    *out = a * b;
    return true;
}

bool imp_size_add(size_t *out, size_t a, size_t b)
{
    if (a > SIZE_MAX - b)
        return false;
    *out = a + b;
    return true;
}

/* Planes of a whole picture are touched first by the run that fills them: in pages of 4
 * KiB the kernel took a tenth of a preview's time to hand them out
 * (tests/bench/LOG.md). */
void *imp_alloc(size_t count, size_t size)
{
    size_t bytes;

    if (!imp_size_mul(&bytes, count, size))
        return NULL;
    const size_t alignment = bytes >= 2 * HUGE_PAGE ? HUGE_PAGE : ALIGNMENT;
    if (!imp_size_add(&bytes, bytes, alignment - 1))
        return NULL;
    bytes -= bytes % alignment; /* C11: a multiple of the alignment */
    void *const memory = aligned_alloc(alignment, bytes ? bytes : alignment);
#if defined(MADV_HUGEPAGE)
    if (memory && alignment == HUGE_PAGE)
        (void)madvise(memory, bytes, MADV_HUGEPAGE); /* a wish: no failure */
#endif
    return memory;
}

void *imp_alloc_zero(size_t count, size_t size)
{
    void *const memory = imp_alloc(count, size);

    if (memory)
        memset(memory, 0, count * size);
    return memory;
}

void imp_forget(void *memory, size_t bytes)
{
#if defined(MADV_DONTNEED) && defined(__linux__)
    const uintptr_t begin = (uintptr_t)memory, end = begin + bytes;
    const uintptr_t first = (begin + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;

    if (first < end / HUGE_PAGE * HUGE_PAGE)
        (void)madvise((void *)first, end / HUGE_PAGE * HUGE_PAGE - first,
                      MADV_DONTNEED);
#endif
}

void imp_free(void *memory)
{
    free(memory);
}
