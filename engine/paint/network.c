/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The painter network layer by layer: measuring, and small pictures. */
#include "config.h"

#include "network.h"

#include <math.h>
#include <string.h>

#include "compiler.h"
#include "network_shape.h"
#include "pool.h"
#include "status.h"
#include "style.h"

/* Rows of one item of the pool, of the picture and of the painting. A layer's items are its
 * chunks: enough of them for 16 workers at the working size, and the same for any number of
 * threads, so that moments are merged in the same order. */
#define STRIP 16

int imp_reflect(int i, int n)
{
    if (n == 1) return 0;
    const int period = 2 * (n - 1);
    i %= period;
    if (i < 0) i += period;
    return i < n ? i : period - i;
}

ImpStatus imp_affine_init(ImpAffine *affine, const ImpModel *model, ImpError *err)
{
    const size_t n = (size_t)model->weights.channels;

    affine->scale = imp_alloc_zero(2 * n, sizeof *affine->scale);
    if (!affine->scale) return imp_fail_memory(err, 2 * n * sizeof *affine->scale);
    affine->shift = affine->scale + n;
    return IMP_OK;
}

void imp_affine_clear(ImpAffine *affine)
{
    imp_free(affine->scale);
    affine->scale = affine->shift = NULL;
}

double imp_network_work(int width, int height)
{
    return (double)width * height;
}

double imp_network_flop(const ImpModel *model, int width, int height)
{
    double flop = 0.0;

    for (int i = 0; i < model->weights.convs; i++) flop += imp_shape_share(model, i);
    return flop * width * height;
}

/* A layer's planes, [height][width][channels]. */
typedef struct Planes {
    float *data;
    int height, width;
} Planes;

/* One layer over the whole picture. */
typedef struct Pass {
    const ImpModel *model;
    const ImpConv *conv;
    Planes in, out;
    const float *residual; /* the block's input, NULL without; cropped by 2 */
    int residual_width;
    bool measure;
    ImpEpilogue epilogue;
    double *sums;             /* [chunks][2][oc]                                 */
    float *scratch;           /* [workers][scratch_floats]                       */
    size_t scratch_floats;
    ImpProgress *progress;
    double work;              /* of the layer, then of one chunk */
} Pass;

static float *row_of(const Planes *p, int row, int channels)
{
    return p->data + (size_t)row * p->width * channels;
}

static const float *residual_row(const Pass *p, int row)
{
    return p->residual
               ? p->residual + ((size_t)(row + 2) * p->residual_width + 2) * p->conv->oc
               : NULL;
}

/* Convolve one chunk; when measuring, raw, and fold it into its moments while it is in cache. */
static bool convolve_chunk(void *context, int item, int worker)
{
    const Pass *const p = context;
    const int oc = p->conv->oc, row = item * p->conv->chunk;
    const int rows = imp_min(p->conv->chunk, p->out.height - row);
    ImpEpilogue epilogue = p->measure ? (ImpEpilogue) { 0 } : p->epilogue;
    float *const out = row_of(&p->out, row, oc);
    int in_first, in_end;

    imp_conv_need(p->conv, row, rows, &in_first, &in_end);
    if (!p->measure && p->residual) {
        epilogue.residual = residual_row(p, row);
        epilogue.residual_row = (ptrdiff_t)p->residual_width * oc;
    }
    imp_conv_rows(p->conv, out, (ptrdiff_t)p->out.width * oc,
                  row_of(&p->in, in_first, p->conv->ic), (ptrdiff_t)p->in.width * p->conv->ic,
                  p->in.width, rows, &epilogue,
                  p->scratch + (size_t)worker * p->scratch_floats);
    if (p->measure) {
        double *const sum = p->sums + (size_t)item * 2 * oc;
        memset(sum, 0, 2 * (size_t)oc * sizeof *sum);
        p->conv->kernels->moments(sum, sum + oc, out, oc, (size_t)rows * p->out.width);
    }
    return imp_progress_add(p->progress, p->work);
}

static bool normalise_chunk(void *context, int item, int worker)
{
    const Pass *const p = context;
    const int first = item * p->conv->chunk;
    const int end = imp_min(first + p->conv->chunk, p->out.height);

    (void)worker;
    for (int row = first; row < end; row++) {
        ImpEpilogue epilogue = p->epilogue;
        epilogue.residual = residual_row(p, row);
        p->conv->kernels->epilogue(row_of(&p->out, row, p->conv->oc), p->conv->oc,
                                   (size_t)p->out.width, &epilogue);
    }
    return true;
}

/* Partial sums in order -> scale and shift of this layer's channels. */
static void fold_moments(const Pass *p, int chunks, const ImpStyle *style, int channel0,
                         ImpAffine *affine)
{
    const int oc = p->conv->oc;
    const double n = (double)p->out.width * p->out.height;

    for (int c = 0; c < oc; c++) {
        double sum = 0.0, square = 0.0;
        for (int s = 0; s < chunks; s++) {
            sum += p->sums[(size_t)s * 2 * oc + c];
            square += p->sums[((size_t)s * 2 + 1) * oc + c];
        }
        const double mean = sum / n;
        const double variance = fmax(square / n - mean * mean, 0.0);
        const double scale =
            style->scale[channel0 + c] / sqrt(variance + p->model->weights.epsilon);
        affine->scale[channel0 + c] = (float)scale;
        affine->shift[channel0 + c] = (float)(style->shift[channel0 + c] - scale * mean);
    }
}

static ImpStatus run_pass(Pass *p, ImpPool *pool, const ImpStyle *style, int channel0,
                          ImpAffine *affine, ImpError *err)
{
    const int chunks = (p->out.height + p->conv->chunk - 1) / p->conv->chunk;

    p->work /= chunks;
    p->measure = style != NULL;
    if (!imp_pool_run(pool, chunks, convolve_chunk, p))
        return imp_fail(err, IMP_CANCELLED, "Cancelled.");
    if (style) {
        fold_moments(p, chunks, style, channel0, affine);
        (void)imp_pool_run(pool, chunks, normalise_chunk, p); /* never stops */
    }
    return IMP_OK;
}

/* Memory of one run: three planes buffers that the layers take turns in (a block's input must
 * outlive the convolution after it), scratch and partial sums. */
typedef struct Memory {
    float *planes[3];
    size_t floats; /* of each */
    float *scratch;
    size_t scratch_floats;
    double *sums;
} Memory;

static bool memory_init(Memory *m, const ImpModel *model, const ImpRows *picture, int height,
                        int width, int workers)
{
    size_t sums = 0;

    *m = (Memory) { .floats = (size_t)height * width * 3,
                    .scratch_floats = picture->scratch_floats };
    for (int i = 0; i < model->weights.convs; i++) {
        const ImpConv *const conv = &model->conv[i];
        const size_t scratch = imp_conv_scratch(conv);
        height = imp_conv_size(conv, height);
        width = imp_conv_size(conv, width);
        const size_t floats = (size_t)height * width * conv->oc;
        const size_t parts = ((size_t)height / conv->chunk + 1) * 2 * conv->oc;
        if (floats > m->floats) m->floats = floats;
        if (scratch > m->scratch_floats) m->scratch_floats = scratch;
        if (parts > sums) sums = parts;
    }
    m->scratch_floats = (m->scratch_floats + 15) / 16 * 16;
    m->scratch = imp_alloc((size_t)workers * m->scratch_floats + 1, sizeof *m->scratch);
    m->sums = imp_alloc(sums, sizeof *m->sums);
    for (int i = 0; i < 3; i++) m->planes[i] = imp_alloc(m->floats, sizeof *m->planes[i]);
    return m->scratch && m->sums && m->planes[0] && m->planes[1] && m->planes[2];
}

static void memory_clear(Memory *m)
{
    for (int i = 0; i < 3; i++) imp_free(m->planes[i]);
    imp_free(m->sums);
    imp_free(m->scratch);
}

/* The buffer that is neither a nor b. */
static float *free_planes(const Memory *m, const float *a, const float *b)
{
    for (int i = 0; i < 2; i++)
        if (m->planes[i] != a && m->planes[i] != b) return m->planes[i];
    return m->planes[2];
}

/* The two ends of a run: the picture into the first planes, the last ones into the painting. */
typedef struct Ends {
    const ImpRows *picture;
    const ImpKernels *kernels;
    const Memory *memory;
    int halo;
    Planes planes;
    float *painting;
} Ends;

static bool extend_strip(void *context, int item, int worker)
{
    const Ends *const e = context;
    const int end = imp_min((item + 1) * STRIP, e->planes.height);

    for (int y = item * STRIP; y < end; y++)
        e->picture->fill(e->picture->user, y - e->halo, -e->halo, e->planes.width,
                         row_of(&e->planes, y, 3),
                         e->memory->scratch + (size_t)worker * e->memory->scratch_floats);
    return true;
}

static bool finish_strip(void *context, int item, int worker)
{
    const Ends *const e = context;
    const size_t floats = (size_t)e->picture->width * 3;
    const int end = imp_min((item + 1) * STRIP, e->picture->height);

    (void)worker;
    for (int y = item * STRIP; y < end; y++) {
        float *const row = e->painting + (size_t)y * floats;
        memcpy(row, row_of(&e->planes, y, 3), floats * sizeof *row);
        e->kernels->sigmoid(row, floats);
    }
    return true;
}

static void run_strips(Ends *ends, ImpPool *pool, int rows, ImpPoolFn *strip)
{
    (void)imp_pool_run(pool, (rows + STRIP - 1) / STRIP, strip, ends); /* never stops */
}

ImpStatus imp_network_whole(const ImpModel *model, ImpPool *pool, const ImpStyle *style,
                            ImpAffine *affine, const ImpRows *picture, float *painting,
                            ImpProgress *progress, ImpError *err)
{
    const ImpShape shape = imp_shape(model);
    const int convs = model->weights.convs;
    const int workers = pool ? imp_pool_threads(pool) : 1;
    const double work = imp_network_work(picture->width, picture->height);
    const double flop = imp_network_flop(model, 1, 1);
    const float *block_input = NULL;
    int block_width = 0, channel0 = 0;
    Memory memory;
    ImpStatus status = IMP_OK;
    Planes x = { .height = imp_shape_extended(&shape, picture->height),
                 .width = imp_shape_extended(&shape, picture->width) };

    if (!memory_init(&memory, model, picture, x.height, x.width, workers)) {
        status = imp_fail_memory(err, 3 * memory.floats * sizeof(float));
        goto done;
    }
    x.data = memory.planes[0];
    Ends ends = { .picture = picture,
                  .kernels = model->conv[0].kernels,
                  .memory = &memory,
                  .halo = shape.halo,
                  .planes = x,
                  .painting = painting };
    run_strips(&ends, pool, x.height, extend_strip);
    for (int i = 0; i < convs && status == IMP_OK; i++) {
        const ImpConv *const conv = &model->conv[i];
        const bool begins_block = imp_shape_begins_block(&shape, i);
        const bool ends_block = imp_shape_ends_block(&shape, i);
        if (begins_block) {
            block_input = x.data;
            block_width = x.width;
        }
        Pass pass = { .model = model,
                      .conv = conv,
                      .in = x,
                      .out = { .data = free_planes(&memory, x.data, block_input),
                               .height = imp_conv_size(conv, x.height),
                               .width = imp_conv_size(conv, x.width) },
                      .residual = ends_block ? block_input : NULL,
                      .residual_width = block_width,
                      .sums = memory.sums,
                      .scratch = memory.scratch,
                      .scratch_floats = memory.scratch_floats,
                      .progress = progress };
        pass.work = work * imp_shape_share(model, i) / flop;
        pass.epilogue = (ImpEpilogue) { .scale = affine->scale + channel0,
                                        .shift = affine->shift + channel0,
                                        .relu = imp_shape_has_relu(&shape, i) };
        status = run_pass(&pass, pool, style, channel0, affine, err);
        x = pass.out;
        channel0 += conv->oc;
        if (ends_block) block_input = NULL;
    }
    ends.planes = x;
    if (status == IMP_OK && painting)
        run_strips(&ends, pool, picture->height, finish_strip);
done:
    memory_clear(&memory);
    return status;
}
