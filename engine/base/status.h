/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Filling an ImpError, and sizes that come from files: checked before use. */
#ifndef IMP_STATUS_H
#define IMP_STATUS_H

#include "impasto.h"

/* Write one sentence into err (may be NULL) and return `status`. Any thread. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
ImpStatus imp_fail(ImpError *err, ImpStatus status, const char *format, ...);

/* The sentence for a failed allocation of `bytes`. */
ImpStatus imp_fail_memory(ImpError *err, size_t bytes);

/* *out = a * b (a + b); false on overflow, *out then untouched. */
bool imp_size_mul(size_t *out, size_t a, size_t b);
bool imp_size_add(size_t *out, size_t a, size_t b);

/* 64-byte aligned memory for `count` objects of `size` bytes; NULL when there is none or the
 * product overflows. Free with imp_free. Contents undefined. Every allocation of the engine
 * goes through here, so that a test can make each one fail in turn. */
void *imp_alloc(size_t count, size_t size);
void *imp_alloc_zero(size_t count, size_t size);
void imp_free(void *memory);

#endif
