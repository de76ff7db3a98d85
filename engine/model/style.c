/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Style vectors.
 *
 * File: metadata format "impasto-style", version "1"; tensors scale [n] and shift [n],
 * and no others, n = the painter's normalised channels. */
#include "config.h"

#include "style.h"

#include "model.h"
#include "status.h"

static const char style_format[] = "impasto-style";

/* A style with room for its vectors, or NULL. */
static ImpStyle *create(int channels)
{
    ImpStyle *style = imp_alloc_zero(1, sizeof *style);

    if (!style)
        return NULL;
    style->channels = channels;
    style->scale = imp_alloc((size_t)channels, sizeof *style->scale);
    style->shift = imp_alloc((size_t)channels, sizeof *style->shift);
    if (!style->scale || !style->shift)
        imp_style_destroy(&style);
    return style;
}

static ImpStatus fail_memory(ImpError *err, int channels)
{
    return imp_fail_memory(err,
                           sizeof(ImpStyle) + 2 * sizeof(float) * (size_t)channels);
}

ImpStatus imp_style_from_file(ImpStyle **out, const ImpSafetensors *file, int channels,
                              ImpError *err)
{
    ImpStatus status = imp_safetensors_check_format(file, style_format, err);
    int shape[1] = { channels };

    if (status == IMP_OK)
        status = imp_safetensors_shape(file, "scale", 1, shape, 0, err);
    if (status == IMP_OK)
        status = imp_safetensors_shape(file, "shift", 1, shape, 0, err);
    if (status != IMP_OK)
        return status;
    if (file->count != 2)
        return imp_fail_file(err, IMP_BAD_FILE, file->path,
                             "it has tensors beside scale and shift.");

    ImpStyle *style = imp_alloc_zero(1, sizeof *style);
    if (!style)
        return fail_memory(err, channels);
    style->channels = channels;
    status = imp_safetensors_floats(&style->scale, file, "scale", err);
    if (status == IMP_OK)
        status = imp_safetensors_floats(&style->shift, file, "shift", err);
    if (status != IMP_OK) {
        imp_style_destroy(&style);
        return status;
    }
    *out = style;
    return imp_succeed(err);
}

ImpStatus imp_style_load(ImpStyle **out, const ImpModel *model, const char *path,
                         ImpError *err)
{
    ImpSafetensors file;
    ImpStatus status = imp_safetensors_load(&file, path, err);

    if (status != IMP_OK)
        return status;
    status = imp_style_from_file(out, &file, model->weights.channels, err);
    imp_safetensors_clear(&file);
    return status;
}

ImpStatus imp_style_save(const ImpStyle *style, const char *path, ImpError *err)
{
    const size_t count = (size_t)style->channels;
    const ImpVector vectors[] = { { "scale", style->scale, count },
                                  { "shift", style->shift, count } };

    return imp_safetensors_save(path, style_format, vectors, 2, err);
}

ImpStatus imp_style_check_picture(int width, int height, ImpError *err)
{
    if (width < 1 || height < 1 || width > 1 << 16 || height > 1 << 16)
        return imp_fail(
            err, IMP_BAD_ARGUMENT,
            "The style picture is %d x %d pixels; each side must be 1 to %d.", width,
            height, 1 << 16);
    return IMP_OK;
}

ImpStatus imp_style_read(ImpStyle **out, const ImpModel *model, ImpPool *pool,
                         const float *rgb, int width, int height, ImpError *err)
{
    const ImpReader *const reader = &model->reader;

    if (!model->has_reader)
        return imp_fail(err, IMP_BAD_ARGUMENT,
                        "This model was loaded without a style reader.");
    if (imp_style_check_picture(width, height, err) != IMP_OK)
        return IMP_BAD_ARGUMENT;

    ImpStyle *style = create(reader->channels);
    float *const features = imp_alloc((size_t)reader->features, sizeof *features);
    ImpStatus status = style && features ? IMP_OK : fail_memory(err, reader->channels);

    if (status == IMP_OK)
        status = imp_reader_features(reader, pool, rgb, width, height, features, err);
    if (status == IMP_OK)
        status = imp_reader_style(reader, features, style->scale, style->shift, err);
    imp_free(features);
    if (status != IMP_OK) {
        imp_style_destroy(&style);
        return status;
    }
    *out = style;
    return imp_succeed(err);
}

ImpStatus imp_style_check(const ImpStyle *style, const ImpModel *model, ImpError *err)
{
    if (style->channels == model->weights.channels)
        return IMP_OK;
    return imp_fail(err, IMP_BAD_ARGUMENT,
                    "A style of %d channels is not for a painter of %d.",
                    style->channels, model->weights.channels);
}

/* Exact at both ends: at 0 the first, at 1 the second. */
static void mix(float *out, const float *a, const float *b, int count, double amount)
{
    for (int i = 0; i < count; i++)
        out[i] = (float)((1 - amount) * a[i] + amount * b[i]);
}

ImpStatus imp_style_mix(ImpStyle **out, const ImpStyle *a, const ImpStyle *b,
                        double amount, ImpError *err)
{
    if (!(amount >= 0 && amount <= 1))
        return imp_fail(err, IMP_BAD_ARGUMENT, "The amount of a mix must be 0 to 1.");
    if (a->channels != b->channels)
        return imp_fail(err, IMP_BAD_ARGUMENT,
                        "Styles of %d and of %d channels cannot be mixed.", a->channels,
                        b->channels);

    ImpStyle *const style = create(a->channels);
    if (!style)
        return fail_memory(err, a->channels);
    mix(style->scale, a->scale, b->scale, a->channels, amount);
    mix(style->shift, a->shift, b->shift, a->channels, amount);
    *out = style;
    return imp_succeed(err);
}

void imp_style_destroy(ImpStyle **style)
{
    if (!*style)
        return;
    imp_free((*style)->shift);
    imp_free((*style)->scale);
    imp_free(*style);
    *style = NULL;
}
