/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The painter's file.
 *
 * Metadata: format "impasto-painter", version "1", epsilon (decimal text, 1e-12 .. 1).
 * Tensors, and no others, a = width[0] and so on:
 *     down0.weight [a,3,9,9]     down1.weight [b,a,3,3]     down2.weight [c,b,3,3]
 *     block<i>.0.weight, block<i>.1.weight [c,c,3,3]        i = 0 .. blocks - 1
 *     up0.weight   [b,c,3,3]     up1.weight   [a,b,3,3]     out.weight   [3,a,9,9]
 *     reference    [h,w,3], R'G'B' of 0 .. 1; h and w 16 .. 1024; may be missing
 * The widths are those that down0, down1 and down2 state; the blocks are counted. */
#include "config.h"

#include "painter_file.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "status.h"

static const double epsilon_min = 1e-12, epsilon_max = 1;

#define BAD(...) imp_fail_file(err, IMP_BAD_FILE, file->path, __VA_ARGS__)

/* 10^exponent; exact up to 22. */
static double power_of_ten(int exponent)
{
    double power = 1;

    while (exponent-- > 0)
        power *= 10;
    return power;
}

bool imp_parse_decimal(const char *text, double *out)
{
    const uint64_t enough = UINT64_C(100000000000000); /* 15 digits */
    uint64_t digits = 0;
    int exponent = 0, written = 0, read = 0;
    bool point = false;

    for (; (*text >= '0' && *text <= '9') || (*text == '.' && !point); text++) {
        if (*text == '.') {
            point = true;
            continue;
        }
        if (++read > 99)
            return false;
        if (digits < enough) {
            digits = digits * 10 + (uint64_t)(*text - '0');
            exponent -= point;
        } else {
            exponent += !point;
        }
    }
    if (read == 0)
        return false;
    if (*text == 'e' || *text == 'E') {
        text++;
        const bool negative = *text == '-';
        text += *text == '-' || *text == '+';
        if (*text == '\0')
            return false;
        for (; *text >= '0' && *text <= '9'; text++)
            if ((written = written * 10 + (*text - '0')) > 99)
                return false;
        exponent += negative ? -written : written;
    }
    if (*text != '\0')
        return false;
    *out = exponent < 0 ? (double)digits / power_of_ten(-exponent)
                        : (double)digits * power_of_ten(exponent);
    return true;
}

static bool has_block(const ImpSafetensors *file, int block)
{
    char name[32];

    snprintf(name, sizeof name, "block%d.0.weight", block);
    return imp_safetensors_find(file, name) != NULL;
}

/* Add the next convolution; *oc 0: as many output channels as the file states. */
static ImpStatus read_conv(ImpPainterWeights *out, const ImpSafetensors *file,
                           const char *name, int *oc, int ic, int kernel, ImpError *err)
{
    ImpConvWeights *const conv = &out->conv[out->convs];
    int shape[4] = { *oc, ic, kernel, kernel };
    char tensor[32];

    snprintf(conv->name, sizeof conv->name, "%s", name);
    snprintf(tensor, sizeof tensor, "%s.weight", name);
    ImpStatus status =
        imp_safetensors_shape(file, tensor, 4, shape, IMP_WIDTH_MAX, err);
    if (status == IMP_OK)
        status = imp_safetensors_floats(&conv->w, file, tensor, err);
    if (status != IMP_OK)
        return status;
    conv->oc = *oc = shape[0];
    conv->ic = ic;
    conv->kernel = kernel;
    out->convs++;
    out->channels += conv->oc;
    return IMP_OK;
}

static ImpStatus read_blocks(ImpPainterWeights *out, const ImpSafetensors *file,
                             ImpError *err)
{
    int *const width = &out->width[2];
    char name[32];

    while (has_block(file, out->blocks))
        if (++out->blocks > IMP_BLOCKS_MAX)
            return BAD("it has more than %d blocks.", IMP_BLOCKS_MAX);
    for (int i = 0; i < 2 * out->blocks; i++) {
        snprintf(name, sizeof name, "block%d.%d", i / 2, i % 2);
        const ImpStatus status = read_conv(out, file, name, width, *width, 3, err);
        if (status != IMP_OK)
            return status;
    }
    return IMP_OK;
}

static ImpStatus read_reference(ImpPainterWeights *out, const ImpSafetensors *file,
                                ImpError *err)
{
    const char *const name = "reference";
    int shape[3] = { 0, 0, 3 };

    if (!imp_safetensors_find(file, name))
        return IMP_OK;
    ImpStatus status =
        imp_safetensors_shape(file, name, 3, shape, IMP_REFERENCE_MAX, err);
    if (status == IMP_OK &&
        (shape[0] < IMP_REFERENCE_MIN || shape[1] < IMP_REFERENCE_MIN))
        return BAD("its reference is %d x %d; both sides must be %d or more.", shape[1],
                   shape[0], IMP_REFERENCE_MIN);
    if (status == IMP_OK)
        status = imp_safetensors_floats(&out->reference, file, name, err);
    if (status != IMP_OK)
        return status;
    out->reference_width = shape[1];
    out->reference_height = shape[0];
    for (int i = 0; i < shape[0] * shape[1] * 3; i++)
        if (out->reference[i] < 0 || out->reference[i] > 1)
            return BAD("its reference has a number beyond 0 to 1.");
    return IMP_OK;
}

/* Every tensor of the file is a convolution of the painter, or its reference. */
static ImpStatus check_no_other(const ImpPainterWeights *weights,
                                const ImpSafetensors *file, ImpError *err)
{
    for (int i = 0; i < file->count; i++) {
        const char *const name = file->tensors[i].name;
        bool known = strcmp(name, "reference") == 0;

        for (int j = 0; j < weights->convs && !known; j++) {
            const size_t length = strlen(weights->conv[j].name);

            known = strncmp(name, weights->conv[j].name, length) == 0 &&
                    strcmp(name + length, ".weight") == 0;
        }
        if (!known)
            return BAD("tensor \"%.64s\" belongs to no painter.", name);
    }
    return IMP_OK;
}

static ImpStatus read_all(ImpPainterWeights *out, const ImpSafetensors *file,
                          ImpError *err)
{
    int *const w = out->width;
    int colors = 3;
    ImpStatus status = imp_safetensors_check_format(file, "impasto-painter", err);
    const char *const epsilon = imp_safetensors_metadata(file, "epsilon");

    if (status != IMP_OK)
        return status;
    if (!epsilon || !imp_parse_decimal(epsilon, &out->epsilon) ||
        out->epsilon < epsilon_min || out->epsilon > epsilon_max)
        return BAD("its epsilon is \"%.32s\"; it must be a number of 1e-12 to 1.",
                   epsilon ? epsilon : "");
    if ((status = read_conv(out, file, "down0", &w[0], 3, 9, err)) != IMP_OK ||
        (status = read_conv(out, file, "down1", &w[1], w[0], 3, err)) != IMP_OK ||
        (status = read_conv(out, file, "down2", &w[2], w[1], 3, err)) != IMP_OK ||
        (status = read_blocks(out, file, err)) != IMP_OK ||
        (status = read_conv(out, file, "up0", &w[1], w[2], 3, err)) != IMP_OK ||
        (status = read_conv(out, file, "up1", &w[0], w[1], 3, err)) != IMP_OK ||
        (status = read_conv(out, file, "out", &colors, w[0], 9, err)) != IMP_OK ||
        (status = read_reference(out, file, err)) != IMP_OK)
        return status;
    return check_no_other(out, file, err);
}

ImpStatus imp_painter_weights_read(ImpPainterWeights *out, const ImpSafetensors *file,
                                   ImpError *err)
{
    ImpPainterWeights weights = { 0 };
    const ImpStatus status = read_all(&weights, file, err);

    if (status != IMP_OK) {
        imp_painter_weights_clear(&weights);
        return status;
    }
    *out = weights;
    return imp_succeed(err);
}

ImpStatus imp_painter_weights_load(ImpPainterWeights *out, const char *path,
                                   ImpError *err)
{
    ImpSafetensors file;
    ImpStatus status = imp_safetensors_load(&file, path, err);

    if (status != IMP_OK)
        return status;
    status = imp_painter_weights_read(out, &file, err);
    imp_safetensors_clear(&file);
    return status;
}

void imp_painter_weights_clear(ImpPainterWeights *weights)
{
    for (int i = 0; i < weights->convs; i++)
        imp_free(weights->conv[i].w);
    imp_free(weights->reference);
    *weights = (ImpPainterWeights) { 0 };
}
