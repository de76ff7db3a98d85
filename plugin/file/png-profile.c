/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* One PNG chunk: length, name, data, CRC; all big-endian (PNG specification, section
 * 5). */
#include "config.h"

#include "png-profile.h"

#include <gio/gio.h>

static guint32 crc32(const guint8 *data, gsize size)
{
    guint32 crc = 0xffffffff;

    for (gsize i = 0; i < size; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

static void append_u32(GByteArray *array, guint32 value)
{
    const guint32 big_endian = GUINT32_TO_BE(value);

    g_byte_array_append(array, (const guint8 *)&big_endian, 4);
}

static GBytes *compress(const guchar *data, gsize size)
{
    g_autoptr(GZlibCompressor) zlib =
        g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 9);
    g_autoptr(GOutputStream) memory = g_memory_output_stream_new_resizable();
    g_autoptr(GOutputStream) stream =
        g_converter_output_stream_new(memory, G_CONVERTER(zlib));

    if (!g_output_stream_write_all(stream, data, size, NULL, NULL, NULL) ||
        !g_output_stream_close(stream, NULL, NULL))
        return NULL;
    return g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(memory));
}

GBytes *png_profile_chunk(const char *base64)
{
    static const guint8 start[] = "iCCPICC profile\0"; /* and its own end: method 0 */
    gsize size, packed_size;
    g_autofree guchar *profile = g_base64_decode(base64, &size);
    g_autoptr(GBytes) packed = profile && size ? compress(profile, size) : NULL;
    const guint8 *const data = packed ? g_bytes_get_data(packed, &packed_size) : NULL;
    GByteArray *chunk;

    if (!data)
        return NULL;
    chunk = g_byte_array_new();
    append_u32(chunk, (guint32)(sizeof start - 4 + packed_size));
    g_byte_array_append(chunk, start, sizeof start);
    g_byte_array_append(chunk, data, (guint)packed_size);
    append_u32(chunk, crc32(chunk->data + 4, chunk->len - 4));
    return g_byte_array_free_to_bytes(chunk);
}
