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

/* Rows of one item of the pool, of the picture and of the painting. A layer's items are
 * its chunks: enough of them for 16 workers at the working size, and the same for any
 * number of threads, so that moments are merged in the same order. */
#define STRIP 16

int imp_reflect_outside(int i, int n)
{
    if (n == 1)
        return 0;
    const int period = 2 * (n - 1);
    i %= period;
    if (i < 0)
        i += period;
    return i < n ? i : period - i;
}

ImpStatus imp_affine_init(ImpAffine *affine, const ImpModel *model, ImpError *err)
{
    const size_t n = (size_t)model->weights.channels;

    affine->scale = imp_alloc_zero(2 * n, sizeof *affine->scale);
    if (!affine->scale)
        return imp_fail_memory(err, 2 * n * sizeof *affine->scale);
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

double imp_network_flop(const ImpModel *model)
{
    double flop = 0.0;

    for (int i = 0; i < model->weights.convs; i++)
        flop += imp_shape_share(model, i);
    return flop;
}

/* A layer's planes, [height][width][channels]. */
typedef struct Planes {
    float *data;
    int height, width;
    bool terms; /* rows hold bfloat16 (conv.h) */
    size_t row; /* floats of a row */
} Planes;

/* Terms have 8 bits: of raw sums, whose mean may be far from 0 against how they vary (a
 * flat picture's hardly do), what they have is not kept by rounding. So where raw sums
 * are held as terms, a value from among them is taken off each channel first. */
typedef struct Centre {
    float *one, *minus; /* [channels]: the epilogue that takes it off */
    float *sums;        /* [2][PROBE][channels]: of the pixels that give the value */
} Centre;

/* The value is the mean of so many pixels, in so many places along the diagonal. */
#define PROBE 16
#define PROBES 8

/* One layer over the whole picture. */
typedef struct Pass {
    const ImpModel *model;
    const ImpConv *conv;
    Planes in, out;
    Planes block; /* the block's input, to be added, cropped by 2; data NULL without */
    bool measure;
    const ImpEpilogue *input; /* what is left to do to the input, or NULL */
    const Centre *centre;     /* where terms are measured */
    ImpEpilogue epilogue;
    double *sums;   /* [chunks][2][oc] */
    float *scratch; /* [workers][scratch_floats] */
    size_t scratch_floats;
    ImpProgress *progress;
    double work; /* of the layer, then of one chunk */
} Pass;

static float *row_of(const Planes *p, int row)
{
    return p->data + (size_t)row * p->row;
}

static const float *residual_row(const Pass *p, int row)
{
    return p->block.data ? imp_plane_at(row_of(&p->block, row + 2),
                                        2 * (size_t)p->conv->oc, p->block.terms)
                         : NULL;
}

/* Convolve one chunk; when measuring, raw, and fold it into its moments while it is in
 * cache. */
static bool convolve_chunk(void *context, int item, int worker)
{
    const Pass *const p = context;
    const int oc = p->conv->oc, row = item * p->conv->chunk;
    const int rows = imp_min(p->conv->chunk, p->out.height - row);
    double *const moments = p->sums + (size_t)item * 2 * oc;
    ImpEpilogue epilogue = p->epilogue;
    int in_first, in_end;

    imp_conv_need(p->conv, row, rows, &in_first, &in_end);
    if (p->measure) {
        memset(moments, 0, 2 * (size_t)oc * sizeof *moments);
        epilogue = (ImpEpilogue) { .input = p->input };
        if (p->out.terms) {
            epilogue.terms = true;
            epilogue.moments = moments;
            epilogue.scale = p->centre->one;
            epilogue.shift = p->centre->minus;
        }
    } else if (p->block.data) {
        epilogue.residual = residual_row(p, row);
        epilogue.residual_row = (ptrdiff_t)p->block.row;
    }
    imp_conv_rows(p->conv, row_of(&p->out, row), (ptrdiff_t)p->out.row,
                  row_of(&p->in, in_first), (ptrdiff_t)p->in.row, p->in.width, rows,
                  &epilogue, p->scratch + (size_t)worker * p->scratch_floats);
    if (p->measure && !p->out.terms)
        p->conv->kernels->moments(moments, moments + oc, row_of(&p->out, row), oc,
                                  (size_t)rows * p->out.width);
    return imp_progress_add(p->progress, p->work);
}

static bool normalise_chunk(void *context, int item, int worker)
{
    const Pass *const p = context;
    const ImpKernels *const kernels = p->conv->kernels;
    const int first = item * p->conv->chunk;
    const int end = imp_min(first + p->conv->chunk, p->out.height);

    (void)worker;
    for (int row = first; row < end; row++) {
        ImpEpilogue epilogue = p->epilogue;
        epilogue.residual = residual_row(p, row);
        float *const x = row_of(&p->out, row);
        const size_t width = (size_t)p->out.width;
        const int oc = p->conv->oc;
        if (epilogue.terms)
            kernels->terms->epilogue_of_terms((uint16_t *)x, (uint16_t *)x, oc, width,
                                              &epilogue);
        else
            kernels->epilogue(x, x, oc, oc, width, &epilogue);
    }
    return true;
}

/* Place i of the PROBES along an axis of `size` pixels, of which `taken` are taken:
 * even. */
static int probe_at(int i, int size, int taken)
{
    return (size - taken) * i / (PROBES - 1) / 2 * 2;
}

/* The value to take off each channel of the output. */
static void find_centre(const Pass *p)
{
    const ImpConv *const conv = p->conv;
    const Centre *const centre = p->centre;
    const int width = imp_min(p->out.width, PROBE);
    const int rows = conv->upsample; /* one of the input */

    for (int c = 0; c < conv->oc; c++) {
        centre->one[c] = 1.0f;
        centre->minus[c] = 0.0f;
    }
    for (int i = 0; i < PROBES; i++) {
        const int x = probe_at(i, p->out.width, width),
                  y = probe_at(i, p->out.height, rows);
        int first, end, column, in_end;
        imp_conv_need(conv, y, rows, &first, &end);
        imp_conv_need(conv, x, width, &column, &in_end);
        imp_conv_rows(conv, centre->sums, (ptrdiff_t)PROBE * conv->oc,
                      imp_plane_at(row_of(&p->in, first), (size_t)column * conv->ic,
                                   p->in.terms),
                      (ptrdiff_t)p->in.row, in_end - column, rows,
                      &(ImpEpilogue) { .input = p->input }, p->scratch);
        for (int c = 0; c < conv->oc; c++) {
            double sum = 0.0;
            for (int k = 0; k < width; k++)
                sum += centre->sums[k * conv->oc + c];
            centre->minus[c] -= (float)(sum / (width * PROBES));
        }
    }
}

/* Partial sums in order -> scale and shift of this layer's channels: of its raw sums to
 * `affine`, of what is held of them to `held`, [2][oc]. */
static void fold_moments(const Pass *p, int chunks, const ImpStyle *style, int channel0,
                         ImpAffine *affine, float *held)
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
        const double shift = style->shift[channel0 + c] - scale * mean;
        const double centre = p->out.terms ? -p->centre->minus[c] : 0.0;
        held[c] = affine->scale[channel0 + c] = (float)scale;
        held[oc + c] = (float)shift;
        affine->shift[channel0 + c] = (float)(shift - scale * centre);
    }
}

/* later: the next pass does to its input what is left to do here. */
static ImpStatus run_pass(Pass *p, ImpPool *pool, const ImpStyle *style, int channel0,
                          ImpAffine *affine, float *held, bool later, ImpError *err)
{
    const int chunks = (p->out.height + p->conv->chunk - 1) / p->conv->chunk;

    p->work /= chunks;
    p->measure = style != NULL;
    if (p->measure && p->out.terms)
        find_centre(p);
    if (!imp_pool_run(pool, chunks, convolve_chunk, p))
        return imp_fail(err, IMP_CANCELLED, "Cancelled.");
    if (style) {
        fold_moments(p, chunks, style, channel0, affine, held);
        p->epilogue.scale = held;
        p->epilogue.shift = held + p->conv->oc;
        if (!later)
            (void)imp_pool_run(pool, chunks, normalise_chunk, p); /* never stops */
    }
    return IMP_OK;
}

/* Memory of one run, in one piece: three planes buffers that the layers take turns in,
 * scratch, and what is measured. */
typedef struct Memory {
    size_t bytes;
    float *planes[3]; /* the first is where the memory begins */
    size_t floats;    /* of the first two, */
    size_t third;     /* and of the last: only the end of a block needs it, where both
                         its input and the convolution before must still be there */
    float *scratch;
    size_t scratch_floats;
    Centre centre;
    float *held[2]; /* [2][channels], which layers take turns in */
    double *sums;
} Memory;

static bool memory_init(Memory *m, const ImpModel *model, const ImpRows *picture,
                        int height, int width, ImpPool *pool)
{
    const ImpShape shape = imp_shape(model);
    const int workers = imp_pool_workers(pool);
    size_t sums = 0, channels = 0;

    *m = (Memory) { .floats = (size_t)height * width * 3,
                    .scratch_floats = picture->scratch_floats };
    for (int i = 0; i < model->weights.convs; i++) {
        const ImpConv *const conv = &model->conv[i];
        height = imp_conv_size(conv, height);
        width = imp_conv_size(conv, width);
        const size_t floats =
            height * imp_plane_floats((size_t)width * conv->oc,
                                      imp_shape_holds_terms(model, i + 1));
        const size_t parts = ((size_t)height / conv->chunk + 1) * 2 * conv->oc;
        imp_want(&m->floats, floats);
        if (imp_shape_ends_block(&shape, i))
            imp_want(&m->third, floats);
        imp_want(&m->scratch_floats, imp_conv_scratch(conv));
        imp_want(&sums, parts);
        imp_want(&channels, (size_t)conv->oc);
    }
    m->scratch_floats = (m->scratch_floats + 15) / 16 * 16;
    m->floats = (m->floats + IMP_PLANE_EXTRA) / 16 * 16;
    m->third = (m->third + IMP_PLANE_EXTRA) / 16 * 16;
    channels = (channels + 15) / 16 * 16;
    m->bytes = (2 * m->floats + m->third + (size_t)workers * m->scratch_floats +
                (6 + 2 * PROBE) * channels) *
                   sizeof(float) +
               sums * sizeof(double);
    m->planes[0] = imp_pool_take(pool, m->bytes);
    if (!m->planes[0])
        return false;
    m->planes[1] = m->planes[0] + m->floats;
    m->planes[2] = m->planes[1] + m->floats;
    m->scratch = m->planes[2] + m->third;
    m->centre.one = m->scratch + (size_t)workers * m->scratch_floats;
    m->centre.minus = m->centre.one + channels;
    m->held[0] = m->centre.minus + channels;
    m->held[1] = m->held[0] + 2 * channels;
    m->centre.sums = m->held[1] + 2 * channels;
    m->sums = (double *)(m->centre.sums + 2 * PROBE * channels);
    return true;
}

/* The two ends of a run: the picture into the first planes, the last ones into the
 * painting. */
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
                         row_of(&e->planes, y),
                         e->memory->scratch +
                             (size_t)worker * e->memory->scratch_floats);
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
        memcpy(row, row_of(&e->planes, y), floats * sizeof *row);
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
    const double work = imp_network_work(picture->width, picture->height);
    const double flop = imp_network_flop(model);
    Planes block = { 0 };
    ImpEpilogue input;
    bool has_input = false;
    int channel0 = 0;
    Memory memory;
    ImpStatus status = IMP_OK;
    Planes x = { .height = imp_shape_extended(&shape, picture->height),
                 .width = imp_shape_extended(&shape, picture->width) };

    if (!memory_init(&memory, model, picture, x.height, x.width, pool))
        return imp_fail_memory(err, memory.bytes);
    x.data = memory.planes[0];
    x.row = (size_t)x.width * 3;
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
        if (begins_block)
            block = x;
        Planes out = { .data = imp_shape_free_turn(memory.planes, x.data, block.data),
                       .height = imp_conv_size(conv, x.height),
                       .width = imp_conv_size(conv, x.width),
                       .terms = imp_shape_holds_terms(model, i + 1) };
        out.row = imp_plane_floats((size_t)out.width * conv->oc, out.terms);
        Pass pass = { .model = model,
                      .conv = conv,
                      .in = x,
                      .out = out,
                      .block = ends_block ? block : (Planes) { 0 },
                      .input = has_input ? &input : NULL,
                      .centre = &memory.centre,
                      .sums = memory.sums,
                      .scratch = memory.scratch,
                      .scratch_floats = memory.scratch_floats,
                      .progress = progress };
        pass.work = work * imp_shape_share(model, i) / flop;
        pass.epilogue = (ImpEpilogue) { .scale = affine->scale + channel0,
                                        .shift = affine->shift + channel0,
                                        .relu = imp_shape_has_relu(&shape, i),
                                        .terms = out.terms };
        /* what blocks add up must be there, and pictures too */
        const bool later = style && i + 1 < convs && !ends_block &&
                           !imp_shape_begins_block(&shape, i + 1) &&
                           imp_conv_finishes(conv + 1);
        status = run_pass(&pass, pool, style, channel0, affine, memory.held[i % 2],
                          later, err);
        input = pass.epilogue;
        has_input = later;
        x = pass.out;
        channel0 += conv->oc;
        if (ends_block)
            block.data = NULL;
    }
    ends.planes = x;
    if (status == IMP_OK && painting)
        run_strips(&ends, pool, picture->height, finish_strip);
    imp_pool_give(memory.planes[0]);
    return status;
}
