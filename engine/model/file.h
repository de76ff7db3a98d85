/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Whole files, in and out. */
#ifndef IMP_FILE_H
#define IMP_FILE_H

#include "impasto.h"

/* Read a regular file of at most `limit` bytes; imp_free *bytes.
 * IMP_IO_ERROR, IMP_BAD_FILE (too large), IMP_NO_MEMORY. Any thread. */
ImpStatus imp_file_read(void **bytes, size_t *size, const char *path, size_t limit,
                        ImpError *err) IMP_MUST_CHECK;

/* Write a file in one step: under a temporary name in the same folder, flushed to the
 * disk, then renamed. On failure what was there is still there, and nothing else.
 * IMP_IO_ERROR, IMP_NO_MEMORY. Any thread. */
ImpStatus imp_file_replace(const char *path, const void *bytes, size_t size,
                           ImpError *err) IMP_MUST_CHECK;

#endif
