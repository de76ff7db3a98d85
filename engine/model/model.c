/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Loading a model. */
#include "config.h"

#include "model.h"

#include "cpu.h"
#include "status.h"

static ImpStatus load_reader(ImpModel *model, const char *path, ImpError *err)
{
    const ImpStatus status = imp_reader_load(&model->reader, path, err);

    if (status != IMP_OK)
        return status;
    model->has_reader = true;
    if (model->reader.channels != model->weights.channels)
        return imp_fail_file(err, IMP_BAD_FILE, path,
                             "it reads styles of %d channels, but the painter has %d.",
                             model->reader.channels, model->weights.channels);
    return IMP_OK;
}

/* Strides and upsampling are the layer's place: down1 and down2 halve, up0 and up1
 * double. */
static ImpStatus pack(ImpModel *model, ImpError *err)
{
    const ImpPainterWeights *const w = &model->weights;
    ImpStatus status = IMP_OK;

    for (int i = 0; i < w->convs && status == IMP_OK; i++) {
        const ImpConvWeights *const c = &w->conv[i];
        const bool halves = i == 1 || i == 2;
        const bool doubles = i == w->convs - 3 || i == w->convs - 2;
        status = imp_conv_init(&model->conv[i], imp_kernels_get(model->cpu), c->w,
                               c->oc, c->ic, c->kernel, halves ? 2 : 1, doubles ? 2 : 1,
                               i > 0, err);
    }
    return status;
}

ImpStatus imp_model_load(ImpModel **out, const char *painter_path,
                         const char *reader_path, ImpCpu cpu, ImpError *err)
{
    ImpStatus status = imp_cpu_check(cpu, err);

    if (status != IMP_OK)
        return status;
    ImpModel *model = imp_alloc_zero(1, sizeof *model);
    if (!model)
        return imp_fail_memory(err, sizeof *model);
    model->cpu = cpu;
    status = imp_painter_weights_load(&model->weights, painter_path, err);
    if (status == IMP_OK && reader_path)
        status = load_reader(model, reader_path, err);
    if (status == IMP_OK)
        status = pack(model, err);
    if (status != IMP_OK) {
        imp_model_destroy(&model);
        return status;
    }
    *out = model;
    return imp_succeed(err);
}

void imp_model_destroy(ImpModel **model)
{
    if (!*model)
        return;
    for (int i = 0; i < IMP_CONVS_MAX; i++)
        imp_conv_clear(&(*model)->conv[i]);
    imp_reader_clear(&(*model)->reader);
    imp_painter_weights_clear(&(*model)->weights);
    imp_free(*model);
    *model = NULL;
}

ImpCpu imp_model_cpu(const ImpModel *model)
{
    return model->cpu;
}
