/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Safetensors files: named tensors, as huggingface/safetensors describes them. */
#ifndef IMP_SAFETENSORS_H
#define IMP_SAFETENSORS_H

#include "json.h"

#define IMP_TENSOR_AXES 4

typedef struct ImpTensor {
    const char *name;
    int axes;
    int shape[IMP_TENSOR_AXES];
    size_t count;      /* product of the shape */
    bool half;         /* F16; else F32 */
    size_t begin, end; /* bytes of the file's data */
} ImpTensor;

typedef struct ImpSafetensors {
    const char *path;    /* for messages; borrowed */
    const uint8_t *data; /* where tensors' bytes begin */
    ImpTensor *tensors;  /* by their place in the file */
    int count;
    ImpJson header;
    void *owned; /* the file's bytes where they were read, else NULL */
} ImpSafetensors;

/* Read a file, or `size` bytes in memory, which must outlive `out` and are called
 * `path` in messages. Checked: all rules of the format, see safetensors.c. `path` must
 * outlive `out`. IMP_IO_ERROR, IMP_BAD_FILE, IMP_NO_MEMORY. Any thread. */
ImpStatus imp_safetensors_load(ImpSafetensors *out, const char *path,
                               ImpError *err) IMP_MUST_CHECK;
ImpStatus imp_safetensors_parse(ImpSafetensors *out, const void *bytes, size_t size,
                                const char *path, ImpError *err) IMP_MUST_CHECK;
void imp_safetensors_clear(ImpSafetensors *file);

/* Check the metadata: "format" is `format`, "version" is "1". IMP_BAD_FILE. */
ImpStatus imp_safetensors_check_format(const ImpSafetensors *file, const char *format,
                                       ImpError *err) IMP_MUST_CHECK;
/* An entry of the metadata, or NULL. */
const char *imp_safetensors_metadata(const ImpSafetensors *file, const char *key);

const ImpTensor *imp_safetensors_find(const ImpSafetensors *file, const char *name);

/* Find a tensor and take its shape: as many axes as asked, each 1 .. limit, and equal
 * to shape[axis] where that is not 0. Fills the zeros. IMP_BAD_FILE. */
ImpStatus imp_safetensors_shape(const ImpSafetensors *file, const char *name, int axes,
                                int *shape, int limit, ImpError *err) IMP_MUST_CHECK;

/* A tensor's numbers as floats, all finite, in memory for the caller to imp_free.
 * The tensor must exist. IMP_BAD_FILE, IMP_NO_MEMORY. */
ImpStatus imp_safetensors_floats(float **out, const ImpSafetensors *file,
                                 const char *name, ImpError *err) IMP_MUST_CHECK;

/* One vector to write. */
typedef struct ImpVector {
    const char *name; /* plain ASCII without quotes */
    const float *values;
    size_t count;
} ImpVector;

/* Write vectors as F32 with metadata format and version "1": to a temporary name beside
 * `path`, flushed to the disk, then renamed. IMP_IO_ERROR, IMP_NO_MEMORY. */
ImpStatus imp_safetensors_save(const char *path, const char *format,
                               const ImpVector *vectors, int count,
                               ImpError *err) IMP_MUST_CHECK;

#endif
