/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The style reader.
 *
 * File: metadata format "impasto-reader", version "1", short_side (64 .. 512); tensors,
 * and no others:
 *     conv0.weight [a,3,5,5]  conv1.weight [b,a,3,3]  conv2, conv3 likewise  bias [oc]
 *     norm.weight, norm.bias [f]               f = 2 (3 + a + b + c + d)
 *     fc0.weight [h,f], fc0.bias [h]           fc1.weight [2n,h], fc1.bias [2n]
 *
 * features = moments of the picture (-1 .. 1) and of each valid convolution of stride 2
 * after its ReLU; (scale, shift) = fc1 relu(fc0 layer_norm(features)).
 *
 * A reading is a tenth of a second of work, once a picture: plain C is fast enough. */
#include "config.h"

#include "reader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler.h"
#include "painter_file.h"
#include "pool.h"
#include "reader_view.h"
#include "status.h"

enum {
    LANES = IMP_READER_LANES,
    PIXELS = 4, /* neighbours that one pass over a block's weights serves */
    STRIDE = 2,
    SHORT_SIDE_MIN = 64, /* four convolutions leave 2 pixels of it */
    SHORT_SIDE_MAX = 512,
    WIDTH_MAX = 512,
    HIDDEN_MAX = 4096,
    OUTPUTS_MAX = 1 << 20
};

static const int kernel_size[IMP_READER_CONVS] = { 5, 3, 3, 3 };
static const double variance_floor = 1e-4, norm_epsilon = 1e-5;

#define BAD(...) imp_fail_file(err, IMP_BAD_FILE, file->path, __VA_ARGS__)

/* ---- the file -------------------------------------------------------------------- */

static int blocks_of(int channels)
{
    return (channels + LANES - 1) / LANES;
}

/* Channels as they lie in memory: the picture's 3, else whole blocks. */
static int lanes_of(int layer, int channels)
{
    return layer == 0 ? channels : blocks_of(channels) * LANES;
}

/* A tensor of this shape; 0 in the shape: any size up to `limit`, filled in. */
static ImpStatus read_tensor(float **out, const ImpSafetensors *file, const char *name,
                             int axes, int *shape, int limit, ImpError *err)
{
    const ImpStatus status = imp_safetensors_shape(file, name, axes, shape, limit, err);

    return status == IMP_OK ? imp_safetensors_floats(out, file, name, err) : status;
}

/* [oc][ic][taps] to [oc / 8][taps][ic as in memory][8]. */
static void pack(float *out, const float *w, int oc, int ic, int ic_lanes, int taps)
{
    for (int o = 0; o < oc; o++) {
        float *const block =
            out + (size_t)(o / LANES * taps) * (size_t)(ic_lanes * LANES);

        for (int i = 0; i < ic; i++)
            for (int t = 0; t < taps; t++)
                block[(t * ic_lanes + i) * LANES + o % LANES] = *w++;
    }
}

static ImpStatus read_conv(ImpReader *out, const ImpSafetensors *file, int layer,
                           ImpError *err)
{
    const int k = kernel_size[layer], ic = out->width[layer];
    const int ic_lanes = lanes_of(layer, ic);
    int shape[4] = { 0, ic, k, k };
    float *weight = NULL, *bias = NULL;
    char name[16];

    snprintf(name, sizeof name, "conv%d.weight", layer);
    ImpStatus status = read_tensor(&weight, file, name, 4, shape, WIDTH_MAX, err);
    if (status != IMP_OK)
        return status;

    const int oc = out->width[layer + 1] = shape[0];
    const size_t padded = (size_t)blocks_of(oc) * LANES;
    const size_t inputs = (size_t)(k * k) * (size_t)ic_lanes;

    snprintf(name, sizeof name, "conv%d.bias", layer);
    status = read_tensor(&bias, file, name, 1, shape, 0, err);
    if (status != IMP_OK)
        goto free_tensors;
    out->conv_weight[layer] = imp_alloc_zero(padded * inputs, sizeof(float));
    out->conv_bias[layer] = imp_alloc_zero(padded, sizeof(float));
    if (!out->conv_weight[layer] || !out->conv_bias[layer]) {
        status = imp_fail_memory(err, padded * (inputs + 1) * sizeof(float));
        goto free_tensors;
    }
    pack(out->conv_weight[layer], weight, oc, ic, ic_lanes, k * k);
    memcpy(out->conv_bias[layer], bias, (size_t)oc * sizeof *bias);
free_tensors:
    imp_free(bias);
    imp_free(weight);
    return status;
}

static ImpStatus read_dense(ImpReader *out, const ImpSafetensors *file, ImpError *err)
{
    int norm[1] = { out->features }, fc0[2] = { 0, out->features }, fc1[2] = { 0, 0 };
    const struct {
        float **values;
        const char *name;
        int axes, *shape, limit;
    } tensors[] = {
        { &out->norm_weight, "norm.weight", 1, norm, 0 },
        { &out->norm_bias, "norm.bias", 1, norm, 0 },
        { &out->fc0_weight, "fc0.weight", 2, fc0, HIDDEN_MAX },
        { &out->fc0_bias, "fc0.bias", 1, fc0, 0 },
        { &out->fc1_weight, "fc1.weight", 2, fc1, OUTPUTS_MAX },
        { &out->fc1_bias, "fc1.bias", 1, fc1, 0 },
    };

    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++) {
        const ImpStatus status =
            read_tensor(tensors[i].values, file, tensors[i].name, tensors[i].axes,
                        tensors[i].shape, tensors[i].limit, err);
        if (status != IMP_OK)
            return status;
        fc1[1] = fc0[0]; /* known once fc0 is */
    }
    if (fc1[0] % 2)
        return BAD("fc1 gives %d numbers, no pairs of scale and shift.", fc1[0]);
    out->hidden = fc0[0];
    out->channels = fc1[0] / 2;
    return IMP_OK;
}

static ImpStatus read_all(ImpReader *out, const ImpSafetensors *file, ImpError *err)
{
    const char *const text = imp_safetensors_metadata(file, "short_side");
    double side;
    ImpStatus status = imp_safetensors_check_format(file, "impasto-reader", err);

    if (status != IMP_OK)
        return status;
    if (!text || !imp_parse_decimal(text, &side) || side < SHORT_SIDE_MIN ||
        side > SHORT_SIDE_MAX || side != floor(side))
        return BAD("its short_side is \"%.32s\"; it must be an integer of %d to %d.",
                   text ? text : "", SHORT_SIDE_MIN, SHORT_SIDE_MAX);
    out->short_side = (int)side;
    out->width[0] = 3;
    out->features = 2 * out->width[0];
    for (int i = 0; i < IMP_READER_CONVS; i++) {
        status = read_conv(out, file, i, err);
        if (status != IMP_OK)
            return status;
        out->features += 2 * out->width[i + 1];
    }
    status = read_dense(out, file, err);
    if (status == IMP_OK && file->count != 2 * IMP_READER_CONVS + 6)
        return BAD("it has %d tensors; a style reader has %d.", file->count,
                   2 * IMP_READER_CONVS + 6);
    return status;
}

ImpStatus imp_reader_read(ImpReader *out, const ImpSafetensors *file, ImpError *err)
{
    ImpReader reader = { 0 };
    const ImpStatus status = read_all(&reader, file, err);

    if (status != IMP_OK) {
        imp_reader_clear(&reader);
        return status;
    }
    *out = reader;
    return imp_succeed(err);
}

ImpStatus imp_reader_load(ImpReader *out, const char *path, ImpError *err)
{
    ImpSafetensors file;
    ImpStatus status = imp_safetensors_load(&file, path, err);

    if (status != IMP_OK)
        return status;
    status = imp_reader_read(out, &file, err);
    imp_safetensors_clear(&file);
    return status;
}

void imp_reader_clear(ImpReader *reader)
{
    for (int i = 0; i < IMP_READER_CONVS; i++) {
        imp_free(reader->conv_weight[i]);
        imp_free(reader->conv_bias[i]);
    }
    imp_free(reader->norm_weight);
    imp_free(reader->norm_bias);
    imp_free(reader->fc0_weight);
    imp_free(reader->fc0_bias);
    imp_free(reader->fc1_weight);
    imp_free(reader->fc1_bias);
    *reader = (ImpReader) { 0 };
}

/* ---- features -------------------------------------------------------------------- */

/* What the reader sees at one depth: [height][width][lanes], the first `channels` of
 * the lanes being meant. Layer 0 is the picture. */
typedef struct Level {
    int width, height, channels, lanes;
    float *values;
} Level;

typedef struct ConvJob {
    const ImpReader *reader;
    int layer;
    const Level *in, *out;
    double *sums; /* [out->height][2][channels]: sum and sum of squares of each row */
} ConvJob;

/* One block of output channels at PIXELS places: bias + sum of taps * weights, ReLU.
 * in[p]: the window's corner; out[p]: LANES floats. Windows may be the same one. */
static void conv_block(float *const out[PIXELS], const float *const in[PIXELS],
                       const float *weight, const float *bias, int rows,
                       size_t row_taps, size_t pitch)
{
    float sum[PIXELS][LANES];

    for (int p = 0; p < PIXELS; p++)
        for (int l = 0; l < LANES; l++)
            sum[p][l] = bias[l];
    for (int y = 0; y < rows; y++)
        for (size_t t = 0; t < row_taps; t++, weight += LANES)
            for (int p = 0; p < PIXELS; p++)
                for (int l = 0; l < LANES; l++)
                    sum[p][l] += in[p][(size_t)y * pitch + t] * weight[l];
    for (int p = 0; p < PIXELS; p++)
        for (int l = 0; l < LANES; l++)
            out[p][l] = sum[p][l] > 0 ? sum[p][l] : 0;
}

static void sum_row(double *sums, const Level *level, int y)
{
    const float *row =
        level->values + (size_t)y * (size_t)level->width * (size_t)level->lanes;
    double *const squares = sums + level->channels;

    for (int c = 0; c < 2 * level->channels; c++)
        sums[c] = 0;
    for (int x = 0; x < level->width; x++, row += level->lanes)
        for (int c = 0; c < level->channels; c++) {
            sums[c] += row[c];
            squares[c] += (double)row[c] * row[c];
        }
}

/* Row y of a layer, and its sums. A row's last windows are repeated to fill PIXELS. */
static bool conv_row(void *context, int y, int worker)
{
    const ConvJob *const job = context;
    const Level *const in = job->in, *const out = job->out;
    const int kernel = kernel_size[job->layer];
    const size_t pitch = (size_t)in->width * (size_t)in->lanes;
    const size_t row_taps = (size_t)kernel * (size_t)in->lanes;
    const size_t block = (size_t)kernel * row_taps * LANES;
    const float *const corner = in->values + (size_t)(STRIDE * y) * pitch;
    float *const row =
        out->values + (size_t)y * (size_t)out->width * (size_t)out->lanes;

    for (int x = 0; x < out->width; x += PIXELS)
        for (int b = 0; b < out->lanes / LANES; b++) {
            const float *windows[PIXELS];
            float *places[PIXELS];

            for (int p = 0; p < PIXELS; p++) {
                const int at = x + p < out->width ? x + p : out->width - 1;

                windows[p] = corner + (size_t)(STRIDE * at) * (size_t)in->lanes;
                places[p] = row + (size_t)at * (size_t)out->lanes + (size_t)(b * LANES);
            }
            conv_block(places, windows,
                       job->reader->conv_weight[job->layer] + (size_t)b * block,
                       job->reader->conv_bias[job->layer] + b * LANES, kernel, row_taps,
                       pitch);
        }
    sum_row(job->sums + (size_t)y * 2 * (size_t)out->channels, out, y);
    return true;
}

/* features[2 * channels]: the means, then the deviations. Rows are added in their
 * order, so the result does not depend on who summed them. Consumes the sums. */
static void moments(float *features, double *sums, const Level *level)
{
    const double count = (double)level->width * level->height;
    const int channels = level->channels;

    for (int y = 1; y < level->height; y++)
        for (int c = 0; c < 2 * channels; c++)
            sums[c] += sums[(size_t)y * 2 * (size_t)channels + (size_t)c];
    for (int c = 0; c < channels; c++) {
        const double mean = sums[c] / count;
        const double variance = fmax(sums[channels + c] / count - mean * mean, 0);

        features[c] = (float)mean;
        features[channels + c] = (float)sqrt(variance + variance_floor);
    }
}

static size_t level_floats(const Level *level)
{
    return (size_t)level->width * (size_t)level->height * (size_t)level->lanes;
}

/* Sizes of all levels, and the most row sums that one of them needs. */
static size_t plan(Level levels[IMP_READER_CONVS + 1], const ImpReader *reader,
                   int width, int height)
{
    size_t most = 0;

    for (int i = 0; i <= IMP_READER_CONVS; i++) {
        Level *const level = &levels[i];

        *level = (Level) { .channels = reader->width[i],
                           .lanes = lanes_of(i, reader->width[i]) };
        if (i == 0)
            imp_reader_view_size(width, height, reader->short_side, &level->width,
                                 &level->height);
        else {
            level->width = (level[-1].width - kernel_size[i - 1]) / STRIDE + 1;
            level->height = (level[-1].height - kernel_size[i - 1]) / STRIDE + 1;
        }
        imp_want(&most, (size_t)level->height * 2 * (size_t)level->channels);
    }
    return most;
}

ImpStatus imp_reader_features(const ImpReader *reader, ImpPool *pool, const float *rgb,
                              int width, int height, float *features, ImpError *err)
{
    Level levels[IMP_READER_CONVS + 1];
    const size_t most = plan(levels, reader, width, height);
    double *const sums = imp_alloc(most, sizeof *sums);
    size_t total = 0;
    bool have_memory = sums != NULL;
    ImpStatus status;

    for (int i = 0; i <= IMP_READER_CONVS; i++) {
        total += level_floats(&levels[i]);
        levels[i].values = imp_alloc(level_floats(&levels[i]), sizeof(float));
        have_memory = have_memory && levels[i].values;
    }
    status = have_memory
                 ? imp_reader_view(levels[0].values, levels[0].width, levels[0].height,
                                   rgb, width, height, pool, err)
                 : imp_fail_memory(err, total * sizeof(float) + most * sizeof *sums);
    if (status != IMP_OK)
        goto free_levels;

    for (int y = 0; y < levels[0].height; y++)
        sum_row(sums + (size_t)y * 2 * (size_t)levels[0].channels, &levels[0], y);
    moments(features, sums, &levels[0]);
    features += 2 * levels[0].channels;
    for (int i = 0; i < IMP_READER_CONVS; i++) {
        const Level *const out = &levels[i + 1];
        ConvJob job = { reader, i, &levels[i], out, sums };

        /* No row stops the job. */
        (void)imp_pool_run(pool, out->height, conv_row, &job);
        moments(features, sums, out);
        features += 2 * out->channels;
    }
free_levels:
    for (int i = 0; i <= IMP_READER_CONVS; i++)
        imp_free(levels[i].values);
    imp_free(sums);
    return status;
}

/* ---- style ----------------------------------------------------------------------- */

/* weight (x - mean) / sqrt(variance + epsilon) + bias over all features (Ba et al.
 * 2016, arXiv:1607.06450). */
static void layer_norm(float *out, const float *x, const float *weight,
                       const float *bias, int count)
{
    double mean = 0, variance = 0;

    for (int i = 0; i < count; i++)
        mean += x[i] / (double)count;
    for (int i = 0; i < count; i++)
        variance += (x[i] - mean) * (x[i] - mean) / count;
    for (int i = 0; i < count; i++)
        out[i] = (float)((x[i] - mean) / sqrt(variance + norm_epsilon) * weight[i] +
                         bias[i]);
}

/* out = weight x + bias; weight [rows][columns]. */
static void dense(float *out, const float *x, const float *weight, const float *bias,
                  int rows, int columns)
{
    for (int r = 0; r < rows; r++) {
        double sum = bias[r];

        for (int c = 0; c < columns; c++)
            sum += (double)*weight++ * x[c];
        out[r] = (float)sum;
    }
}

ImpStatus imp_reader_style(const ImpReader *reader, const float *features, float *scale,
                           float *shift, ImpError *err)
{
    const size_t n = (size_t)reader->channels;
    const size_t count = (size_t)reader->features + (size_t)reader->hidden + 2 * n;
    float *const normed = imp_alloc(count, sizeof *normed);

    if (!normed)
        return imp_fail_memory(err, count * sizeof *normed);

    float *const hidden = normed + reader->features;
    float *const style = hidden + reader->hidden;

    layer_norm(normed, features, reader->norm_weight, reader->norm_bias,
               reader->features);
    dense(hidden, normed, reader->fc0_weight, reader->fc0_bias, reader->hidden,
          reader->features);
    for (int i = 0; i < reader->hidden; i++)
        hidden[i] = hidden[i] > 0 ? hidden[i] : 0;
    dense(style, hidden, reader->fc1_weight, reader->fc1_bias, 2 * reader->channels,
          reader->hidden);
    memcpy(scale, style, n * sizeof *scale);
    memcpy(shift, style + n, n * sizeof *shift);
    imp_free(normed);
    return IMP_OK;
}
