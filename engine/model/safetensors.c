/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Safetensors files.
 *
 *     bytes 0 .. 7     n, the header's length, little-endian
 *     8 .. 8 + n - 1   JSON, padded with spaces at its end:
 *                      { "__metadata__": { key: text ... },          may be absent
 *                        name: { "dtype": "F32" or "F16", "shape": [...],
 *                                "data_offsets": [begin, end] } ... }
 *     8 + n ..         the tensors, row-major, little-endian; offsets count from here
 *
 * Rules, each with a broken file in tests/fuzz/corpus:
 *  - the file is a regular one of at most FILE_MAX bytes; n is 2 .. HEADER_MAX and the
 *    header lies within the file; it begins with {
 *  - the JSON obeys json.h (no key twice); metadata are texts
 *  - a tensor has exactly those three members, at most IMP_TENSOR_AXES axes, and as
 *    many bytes as its shape and type need
 *  - the tensors cover the data: none outside, none overlapping, no byte left over */
#include "config.h"

#include "safetensors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "status.h"

enum {
    HEADER_AT = 8,
    HEADER_MAX = 1 << 20, /* the format allows 100 MB; ours is 1.4 kB */
    FILE_MAX = 1 << 28,
    NAME_SHOWN = 64 /* bytes of a tensor's name in a sentence */
};

#define BAD(...) imp_fail_file(err, IMP_BAD_FILE, file->path, __VA_ARGS__)

static uint64_t little_endian(const uint8_t *bytes, int count)
{
    uint64_t value = 0;

    while (count-- > 0)
        value = value << 8 | bytes[count];
    return value;
}

static uint8_t *put_little_endian(uint8_t *bytes, uint64_t value, int count)
{
    for (int i = 0; i < count; i++, value >>= 8)
        *bytes++ = (uint8_t)value;
    return bytes;
}

static ImpStatus read_shape(const ImpSafetensors *file, ImpTensor *tensor,
                            const ImpJsonNode *shape, ImpError *err)
{
    tensor->count = 1;
    if (!shape || shape->kind != IMP_JSON_ARRAY)
        return BAD("tensor \"%.*s\" has no shape.", NAME_SHOWN, tensor->name);
    if (shape->children > IMP_TENSOR_AXES)
        return BAD("tensor \"%.*s\" has %d axes; at most %d are read.", NAME_SHOWN,
                   tensor->name, shape->children, IMP_TENSOR_AXES);
    for (const ImpJsonNode *axis = shape->child; axis; axis = axis->next) {
        size_t length;

        if (!imp_json_integer(axis, &length) || length > INT32_MAX)
            return BAD("tensor \"%.*s\" has an axis that is no size.", NAME_SHOWN,
                       tensor->name);
        if (!imp_size_mul(&tensor->count, tensor->count, length))
            return BAD("tensor \"%.*s\" is larger than any memory.", NAME_SHOWN,
                       tensor->name);
        tensor->shape[tensor->axes++] = (int)length;
    }
    return IMP_OK;
}

static ImpStatus read_tensor(const ImpSafetensors *file, ImpTensor *tensor,
                             const ImpJsonNode *node, size_t data_size, ImpError *err)
{
    const ImpJsonNode *const type = imp_json_member(node, "dtype");
    const ImpJsonNode *const offsets = imp_json_member(node, "data_offsets");
    size_t bytes;

    *tensor = (ImpTensor) { .name = node->key };
    if (node->kind != IMP_JSON_OBJECT || !type || type->kind != IMP_JSON_STRING)
        return BAD("tensor \"%.*s\" has no dtype.", NAME_SHOWN, tensor->name);
    tensor->half = strcmp(type->text, "F16") == 0;
    if (!tensor->half && strcmp(type->text, "F32") != 0)
        return BAD("tensor \"%.*s\" is of type %.16s; F32 and F16 are read.",
                   NAME_SHOWN, tensor->name, type->text);

    const ImpStatus status =
        read_shape(file, tensor, imp_json_member(node, "shape"), err);
    if (status != IMP_OK)
        return status;

    if (!offsets || offsets->kind != IMP_JSON_ARRAY || offsets->children != 2 ||
        !imp_json_integer(offsets->child, &tensor->begin) ||
        !imp_json_integer(offsets->child->next, &tensor->end))
        return BAD("tensor \"%.*s\" has no pair of data_offsets.", NAME_SHOWN,
                   tensor->name);
    if (node->children != 3)
        return BAD("tensor \"%.*s\" has members beside dtype, shape and data_offsets.",
                   NAME_SHOWN, tensor->name);
    if (tensor->begin > tensor->end)
        return BAD("tensor \"%.*s\" ends before it begins.", NAME_SHOWN, tensor->name);
    if (tensor->end > data_size)
        return BAD("tensor \"%.*s\" ends at byte %zu of %zu.", NAME_SHOWN, tensor->name,
                   tensor->end, data_size);
    if (!imp_size_mul(&bytes, tensor->count, tensor->half ? 2 : 4) ||
        bytes != tensor->end - tensor->begin)
        return BAD("tensor \"%.*s\" has %zu bytes, which do not fit its shape.",
                   NAME_SHOWN, tensor->name, tensor->end - tensor->begin);
    return IMP_OK;
}

static int compare_place(const void *left, const void *right)
{
    const ImpTensor *const a = left, *const b = right;

    return a->begin != b->begin ? (a->begin < b->begin ? -1 : 1)
                                : (a->end > b->end) - (a->end < b->end);
}

/* The tensors, sorted by place, follow each other from the first byte to the last. */
static ImpStatus check_cover(const ImpSafetensors *file, size_t data_size,
                             ImpError *err)
{
    size_t covered = 0;

    for (int i = 0; i < file->count; i++) {
        const ImpTensor *const tensor = &file->tensors[i];

        if (tensor->begin < covered)
            return BAD("tensor \"%.*s\" overlaps another.", NAME_SHOWN, tensor->name);
        if (tensor->begin > covered)
            return BAD("bytes before tensor \"%.*s\" belong to none: %zu.", NAME_SHOWN,
                       tensor->name, tensor->begin - covered);
        covered = tensor->end;
    }
    if (covered < data_size)
        return BAD("bytes at its end belong to no tensor: %zu.", data_size - covered);
    return IMP_OK;
}

static ImpStatus check_metadata(const ImpSafetensors *file, const ImpJsonNode *metadata,
                                ImpError *err)
{
    if (metadata->kind != IMP_JSON_OBJECT)
        return BAD("the metadata is no object.");
    for (const ImpJsonNode *entry = metadata->child; entry; entry = entry->next)
        if (entry->kind != IMP_JSON_STRING)
            return BAD("metadata \"%.*s\" is no text.", NAME_SHOWN, entry->key);
    return IMP_OK;
}

/* After file->header is parsed. */
static ImpStatus read_header(ImpSafetensors *file, size_t data_size, ImpError *err)
{
    const ImpJsonNode *const root = file->header.nodes;
    ImpStatus status;

    file->tensors = imp_alloc((size_t)root->children, sizeof *file->tensors);
    if (!file->tensors)
        return imp_fail_memory(err, (size_t)root->children * sizeof *file->tensors);
    for (const ImpJsonNode *node = root->child; node; node = node->next) {
        if (strcmp(node->key, "__metadata__") == 0)
            status = check_metadata(file, node, err);
        else
            status =
                read_tensor(file, &file->tensors[file->count++], node, data_size, err);
        if (status != IMP_OK)
            return status;
    }
    qsort(file->tensors, (size_t)file->count, sizeof *file->tensors, compare_place);
    return check_cover(file, data_size, err);
}

ImpStatus imp_safetensors_parse(ImpSafetensors *out, const void *bytes, size_t size,
                                const char *path, ImpError *err)
{
    ImpSafetensors parsed = { .path = path }, *const file = &parsed;
    const char *const text = (const char *)bytes + HEADER_AT;
    ImpJsonFault fault;

    if (size < HEADER_AT)
        return BAD("it has %zu bytes, too few for a safetensors file.", size);
    const uint64_t length = little_endian(bytes, HEADER_AT);
    if (length > HEADER_MAX)
        return BAD("its header would have %llu bytes; at most %d are read.",
                   (unsigned long long)length, HEADER_MAX);
    if (length > size - HEADER_AT)
        return BAD("its header has %llu bytes, but only %zu are there.",
                   (unsigned long long)length, size - HEADER_AT);
    if (length < 2 || text[0] != '{')
        return BAD("its header does not begin with {.");

    ImpStatus status = imp_json_parse(&parsed.header, text, (size_t)length, &fault);
    if (status == IMP_BAD_FILE)
        return BAD("byte %zu of its header: %s.", fault.at, fault.text);
    if (status != IMP_OK)
        return imp_fail_memory(err, (size_t)length);

    parsed.data = (const uint8_t *)text + length;
    status = read_header(&parsed, size - HEADER_AT - (size_t)length, err);
    if (status != IMP_OK) {
        imp_safetensors_clear(&parsed);
        return status;
    }
    *out = parsed;
    return imp_succeed(err);
}

ImpStatus imp_safetensors_load(ImpSafetensors *out, const char *path, ImpError *err)
{
    void *bytes;
    size_t size;

    ImpStatus status = imp_file_read(&bytes, &size, path, FILE_MAX, err);
    if (status != IMP_OK)
        return status;
    status = imp_safetensors_parse(out, bytes, size, path, err);
    if (status == IMP_OK)
        out->owned = bytes;
    else
        imp_free(bytes);
    return status;
}

void imp_safetensors_clear(ImpSafetensors *file)
{
    imp_json_clear(&file->header);
    imp_free(file->tensors);
    imp_free(file->owned);
    *file = (ImpSafetensors) { 0 };
}

const char *imp_safetensors_metadata(const ImpSafetensors *file, const char *key)
{
    const ImpJsonNode *const metadata =
        imp_json_member(file->header.nodes, "__metadata__");
    const ImpJsonNode *const entry = metadata ? imp_json_member(metadata, key) : NULL;

    return entry ? entry->text : NULL;
}

ImpStatus imp_safetensors_check_format(const ImpSafetensors *file, const char *format,
                                       ImpError *err)
{
    const char *const found = imp_safetensors_metadata(file, "format");
    const char *const version = imp_safetensors_metadata(file, "version");

    if (!found || strcmp(found, format) != 0)
        return BAD("its format is \"%.*s\", not \"%s\".", NAME_SHOWN,
                   found ? found : "", format);
    if (!version || strcmp(version, "1") != 0)
        return BAD("it is of version \"%.*s\"; this program reads version 1.",
                   NAME_SHOWN, version ? version : "");
    return IMP_OK;
}

const ImpTensor *imp_safetensors_find(const ImpSafetensors *file, const char *name)
{
    for (int i = 0; i < file->count; i++)
        if (strcmp(file->tensors[i].name, name) == 0)
            return &file->tensors[i];
    return NULL;
}

ImpStatus imp_safetensors_shape(const ImpSafetensors *file, const char *name, int axes,
                                int *shape, int limit, ImpError *err)
{
    const ImpTensor *const tensor = imp_safetensors_find(file, name);

    if (!tensor)
        return BAD("tensor \"%s\" is missing.", name);
    if (tensor->axes != axes)
        return BAD("tensor \"%s\" has %d axes, not %d.", name, tensor->axes, axes);
    for (int i = 0; i < axes; i++) {
        const int length = tensor->shape[i];

        if (shape[i] ? length != shape[i] : length < 1 || length > limit)
            return shape[i] ? BAD("axis %d of tensor \"%s\" is %d, not %d.", i, name,
                                  length, shape[i])
                            : BAD("axis %d of tensor \"%s\" is %d; it must be 1 to %d.",
                                  i, name, length, limit);
        shape[i] = length;
    }
    return IMP_OK;
}

/* IEEE 754 binary16 to binary32, exactly. */
static uint32_t widen_half(uint32_t half)
{
    const uint32_t sign = (half & 0x8000) << 16;
    uint32_t exponent = half >> 10 & 0x1F, fraction = half & 0x3FF;

    if (exponent == 0x1F)
        return sign | 0x7F800000 | fraction << 13;
    if (exponent == 0) {
        if (fraction == 0)
            return sign;
        /* The exponent wraps below 0, as it should. */
        for (exponent = 1; !(fraction & 0x400); exponent--)
            fraction <<= 1;
        fraction &= 0x3FF;
    }
    return sign | (exponent + (127 - 15)) << 23 | fraction << 13;
}

ImpStatus imp_safetensors_floats(float **out, const ImpSafetensors *file,
                                 const char *name, ImpError *err)
{
    const ImpTensor *const tensor = imp_safetensors_find(file, name);
    const uint8_t *const bytes = file->data + tensor->begin;
    float *const values = imp_alloc(tensor->count, sizeof *values);

    if (!values)
        return imp_fail_memory(err, tensor->count * sizeof *values);
    for (size_t i = 0; i < tensor->count; i++) {
        const uint32_t bits =
            tensor->half ? widen_half((uint32_t)little_endian(bytes + 2 * i, 2))
                         : (uint32_t)little_endian(bytes + 4 * i, 4);

        if ((bits & 0x7F800000) == 0x7F800000) {
            imp_free(values);
            return BAD("number %zu of tensor \"%s\" is not finite.", i, name);
        }
        memcpy(&values[i], &bits, sizeof bits);
    }
    *out = values;
    return IMP_OK;
}

/* The header of a file of vectors into text[room]; its length without padding, or 0
 * where there is no room. */
static size_t write_header(char *text, size_t room, const char *format,
                           const ImpVector *vectors, int count)
{
    size_t offset = 0;
    int at =
        snprintf(text, room, "{\"__metadata__\":{\"format\":\"%s\",\"version\":\"1\"}",
                 format);

    for (int i = 0; i < count && at >= 0 && (size_t)at < room; i++) {
        const size_t end = offset + vectors[i].count * sizeof(float);

        at += snprintf(text + at, room - (size_t)at,
                       ",\"%s\":{\"dtype\":\"F32\",\"shape\":[%zu],"
                       "\"data_offsets\":[%zu,%zu]}",
                       vectors[i].name, vectors[i].count, offset, end);
        offset = end;
    }
    if (at < 0 || (size_t)at + 1 >= room)
        return 0;
    text[at++] = '}';
    return (size_t)at;
}

ImpStatus imp_safetensors_save(const char *path, const char *format,
                               const ImpVector *vectors, int count, ImpError *err)
{
    char header[1024];
    const size_t length = write_header(header, sizeof header, format, vectors, count);
    const size_t padded = (length + 7) / 8 * 8;
    size_t values = 0;

    if (length == 0)
        return imp_fail_file(err, IMP_BAD_ARGUMENT, path, "too many vectors to write.");
    for (int i = 0; i < count; i++)
        values += vectors[i].count;

    const size_t size = HEADER_AT + padded + values * sizeof(float);
    uint8_t *const bytes = imp_alloc(size, 1);
    if (!bytes)
        return imp_fail_memory(err, size);

    uint8_t *at = put_little_endian(bytes, padded, HEADER_AT);
    memset(at, ' ', padded);
    memcpy(at, header, length);
    at += padded;
    for (int i = 0; i < count; i++)
        for (size_t j = 0; j < vectors[i].count; j++) {
            uint32_t bits;

            memcpy(&bits, &vectors[i].values[j], sizeof bits);
            at = put_little_endian(at, bits, sizeof bits);
        }

    const ImpStatus status = imp_file_replace(path, bytes, size, err);
    imp_free(bytes);
    return status;
}
