/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* UTF-8. */
#include "utf8.h"

/* First byte     second byte  bytes        (RFC 3629, section 4)
 * 00 .. 7F                    1
 * C2 .. DF       80 .. BF     2
 * E0             A0 .. BF     3            below: overlong
 * ED             80 .. 9F     3            above: a surrogate
 * E1 .. EF       80 .. BF     3
 * F0             90 .. BF     4            below: overlong
 * F4             80 .. 8F     4            above: past U+10FFFF
 * F1 .. F3       80 .. BF     4
 * All further bytes are 80 .. BF. */
int imp_utf8_length(const char *text, size_t length)
{
    const unsigned char *const b = (const unsigned char *)text;

    if (length == 0)
        return 0;
    if (b[0] < 0x80)
        return 1;
    if (b[0] < 0xC2 || b[0] > 0xF4)
        return 0;

    const int bytes = b[0] < 0xE0 ? 2 : b[0] < 0xF0 ? 3 : 4;
    const int low = b[0] == 0xE0 ? 0xA0 : b[0] == 0xF0 ? 0x90 : 0x80;
    const int high = b[0] == 0xED ? 0x9F : b[0] == 0xF4 ? 0x8F : 0xBF;

    if (length < (size_t)bytes || b[1] < low || b[1] > high)
        return 0;
    for (int i = 2; i < bytes; i++)
        if ((b[i] & 0xC0) != 0x80)
            return 0;
    return bytes;
}

int imp_utf8_write(char *out, unsigned code)
{
    const int bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };

    for (int i = bytes - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)(lead[bytes] | code);
    return bytes;
}
