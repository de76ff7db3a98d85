/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The engine's loaders, from memory. */
#include "loaders.h"

#include "json.h"
#include "painter_file.h"
#include "reader.h"
#include "status.h"
#include "style.h"
#include "style_network.h"

enum { CORPUS_CHANNELS = 12 };

ImpStatus load_json(const void *bytes, size_t size, const char *name, ImpError *err)
{
    ImpJson json;
    ImpJsonFault fault;
    const ImpStatus status = imp_json_parse(&json, bytes, size, &fault);

    if (status == IMP_BAD_FILE)
        return imp_fail_file(err, status, name, "byte %zu: %s.", fault.at, fault.text);
    if (status != IMP_OK)
        return imp_fail_memory(err, size);
    imp_json_clear(&json);
    return imp_succeed(err);
}

ImpStatus load_safetensors(const void *bytes, size_t size, const char *name,
                           ImpError *err)
{
    ImpSafetensors file;
    ImpStatus status = imp_safetensors_parse(&file, bytes, size, name, err);

    if (status != IMP_OK)
        return status;
    for (int i = 0; i < file.count && status == IMP_OK; i++) {
        float *values;

        status = imp_safetensors_floats(&values, &file, file.tensors[i].name, err);
        if (status == IMP_OK)
            imp_free(values);
    }
    imp_safetensors_clear(&file);
    return status;
}

ImpStatus load_painter(const void *bytes, size_t size, const char *name, ImpError *err)
{
    ImpSafetensors file;
    ImpPainterWeights weights;
    ImpStatus status = imp_safetensors_parse(&file, bytes, size, name, err);

    if (status != IMP_OK)
        return status;
    status = imp_painter_weights_read(&weights, &file, err);
    imp_safetensors_clear(&file);
    if (status == IMP_OK)
        imp_painter_weights_clear(&weights);
    return status;
}

ImpStatus load_reader(const void *bytes, size_t size, const char *name, ImpError *err)
{
    ImpSafetensors file;
    ImpReader reader;
    ImpStatus status = imp_safetensors_parse(&file, bytes, size, name, err);

    if (status != IMP_OK)
        return status;
    status = imp_reader_read(&reader, &file, err);
    imp_safetensors_clear(&file);
    if (status == IMP_OK)
        imp_reader_clear(&reader);
    return status;
}

ImpStatus load_style(const void *bytes, size_t size, const char *name, ImpError *err)
{
    ImpSafetensors file;
    ImpStyle *style;
    ImpStatus status = imp_safetensors_parse(&file, bytes, size, name, err);

    if (status != IMP_OK)
        return status;
    status = imp_style_from_file(&style, &file, CORPUS_CHANNELS, err);
    imp_safetensors_clear(&file);
    if (status == IMP_OK)
        imp_style_destroy(&style);
    return status;
}

ImpStatus load_network(const void *bytes, size_t size, const char *name, ImpError *err)
{
    ImpSafetensors file;
    ImpStyleNetwork *network;
    ImpStatus status = imp_safetensors_parse(&file, bytes, size, name, err);

    if (status != IMP_OK)
        return status;
    status = imp_style_network_read(&network, &file, IMP_CPU_GENERIC, err);
    imp_safetensors_clear(&file);
    if (status == IMP_OK)
        imp_style_network_destroy(&network);
    return status;
}

const Loader loaders[6] = {
    { "json", load_json },       { "safetensors", load_safetensors },
    { "painter", load_painter }, { "reader", load_reader },
    { "style", load_style },     { "network", load_network },
};
