/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Packing the adjoint, and whole planes through convolutions. */
#include "config.h"

#include "conv_layer.h"

#include <string.h>

#include "compiler.h"
#include "pool.h"
#include "status.h"

/* out[o] = sum over k of w[k] in[(stride o + k) / upsample], so by in[i] the gradient
 * is, of g with zeros between and kernel - 1 around, the sum over k and d < upsample of
 * w[k] g[upsample i + d + kernel - 1 - k]. */
static void turn(float *turned, const float *weights, int oc, int ic, int kernel,
                 int upsample)
{
    const int side = kernel + upsample - 1;

    for (int o = 0; o < oc; o++)
        for (int c = 0; c < ic; c++) {
            float *const to = turned + ((size_t)c * oc + o) * side * side;
            for (int k = 0; k < kernel * kernel; k++, weights++)
                for (int d = 0; d < upsample * upsample; d++)
                    to[(d / upsample + kernel - 1 - k / kernel) * side + d % upsample +
                       kernel - 1 - k % kernel] += *weights;
        }
}

ImpStatus imp_layer_init(ImpLayer *layer, const ImpKernels *kernels,
                         const float *weights, int oc, int ic, int kernel, int stride,
                         int upsample, ImpError *err)
{
    const int side = kernel + upsample - 1;
    const size_t count = (size_t)oc * ic * side * side;
    float *turned;

    *layer = (ImpLayer) { 0 };
    ImpStatus status = imp_conv_init(&layer->conv, kernels, weights, oc, ic, kernel,
                                     stride, upsample, false, err);
    if (status != IMP_OK)
        return status;
    turned = imp_alloc_zero(count, sizeof *turned);
    if (!turned) {
        imp_layer_clear(layer);
        return imp_fail_memory(err, count * sizeof *turned);
    }
    turn(turned, weights, oc, ic, kernel, upsample);
    status = imp_conv_init(&layer->adjoint, kernels, turned, ic, oc, side, upsample, 1,
                           false, err);
    imp_free(turned);
    if (status != IMP_OK)
        imp_layer_clear(layer);
    return status;
}

void imp_layer_clear(ImpLayer *layer)
{
    imp_conv_clear(&layer->conv);
    imp_conv_clear(&layer->adjoint);
}

size_t imp_layer_scratch(const ImpLayer *layer)
{
    size_t most = imp_conv_scratch(&layer->conv);

    imp_want(&most, imp_conv_scratch(&layer->adjoint));
    return (most + 15) / 16 * 16;
}

typedef struct Job {
    const ImpConv *conv;
    const ImpPlane *out, *in;
    const ImpEpilogue *epilogue;
    float *scratch;
    size_t scratch_floats;
    int height;
} Job;

static bool run_chunk(void *context, int item, int worker)
{
    const Job *const job = context;
    const int row = item * job->conv->chunk,
              rows = imp_min(job->conv->chunk, job->height - row);
    int first, end;

    imp_conv_need(job->conv, row, rows, &first, &end);
    imp_conv_rows(job->conv, job->out->at + row * job->out->row, job->out->row,
                  job->in->at + first * job->in->row, job->in->row, job->in->width,
                  rows, job->epilogue,
                  job->scratch + (size_t)worker * job->scratch_floats);
    return true;
}

void imp_layer_run(const ImpConv *conv, ImpPool *pool, const ImpPlane *out,
                   const ImpPlane *in, const ImpEpilogue *epilogue, float *scratch,
                   size_t scratch_floats)
{
    Job job = { conv,
                out,
                in,
                epilogue,
                scratch,
                scratch_floats,
                imp_conv_size(conv, in->height) };

    (void)imp_pool_run(pool, (job.height + conv->chunk - 1) / conv->chunk, run_chunk,
                       &job); /* never stops */
}

static int spread_side(const ImpLayer *layer, int side, int crop)
{
    return (side - 1) * layer->conv.stride + 1 + 2 * (layer->conv.kernel - 1 - crop);
}

size_t imp_layer_spread_floats(const ImpLayer *layer, int height, int width)
{
    return imp_plane_room(spread_side(layer, height, 0), spread_side(layer, width, 0),
                          layer->conv.oc);
}

ImpPlane imp_layer_spread(const ImpLayer *layer, float *memory, int height, int width,
                          int crop, ImpPlane *spread)
{
    const int stride = layer->conv.stride;

    *spread = imp_plane(memory, spread_side(layer, height, crop),
                        spread_side(layer, width, crop), layer->conv.oc);
    memset(memory, 0,
           imp_plane_room(spread->height, spread->width, spread->channels) *
               sizeof *memory);
    ImpPlane out = imp_plane_inside(spread, layer->conv.kernel - 1 - crop);
    out.height = height;
    out.width = width;
    out.row *= stride;
    out.step *= stride;
    return out;
}
