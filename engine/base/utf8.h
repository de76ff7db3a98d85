/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* UTF-8 (RFC 3629), checked one character at a time. */
#ifndef IMP_UTF8_H
#define IMP_UTF8_H

#include <stddef.h>

/* Bytes of the character that begins at text[0], of `length` bytes: 1 .. 4, or 0 where
 * there is none: cut short, overlong, a surrogate, above U+10FFFF, or length 0. */
int imp_utf8_length(const char *text, size_t length);

/* Write the character `code` (no surrogate, at most U+10FFFF); its bytes, 1 .. 4. */
int imp_utf8_write(char *out, unsigned code);

#endif
