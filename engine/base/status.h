/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Filling an ImpError, and sizes that come from files: checked before use. */
#ifndef IMP_STATUS_H
#define IMP_STATUS_H

#include "compiler.h"
#include "impasto.h"

/* Write one sentence into err (may be NULL) and return `status`. What is no UTF-8 or
 * a control character becomes '?'; what is too long is cut between characters.
 * No floating-point conversions: their decimal point is the locale's. Any thread. */
ImpStatus imp_fail(ImpError *err, ImpStatus status, const char *format, ...)
    IMP_PRINTF(3, 4);

/* The same, about a file: `"path": fault.`, a long path shown by its end. */
ImpStatus imp_fail_file(ImpError *err, ImpStatus status, const char *path,
                        const char *format, ...) IMP_PRINTF(4, 5);

/* The sentence for a failed allocation of `bytes`. */
ImpStatus imp_fail_memory(ImpError *err, size_t bytes);

/* IMP_OK, and err (may be NULL) cleared. */
ImpStatus imp_succeed(ImpError *err);

/* *out = a * b (a + b); false on overflow, *out then untouched. */
bool imp_size_mul(size_t *out, size_t a, size_t b);
bool imp_size_add(size_t *out, size_t a, size_t b);

/* 64-byte aligned memory for `count` objects of `size` bytes; NULL when there is none
 * or the product overflows. Free with imp_free. Contents undefined. Every allocation of
 * the engine goes through here, so that a test can make each one fail in turn: it wraps
 * aligned_alloc, which nothing else calls. */
void *imp_alloc(size_t count, size_t size);
void *imp_alloc_zero(size_t count, size_t size);
void imp_free(void *memory);
/* The contents of `bytes` of such memory are needed no more: the system may have the
 * pages until they are written again. */
void imp_forget(void *memory, size_t bytes);

#endif
