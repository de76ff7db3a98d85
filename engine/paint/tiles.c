/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The painter network in tiles, each streamed from top to bottom.
 *
 * Every layer of a tile has a ring: a window of a few rows that slides down. To make
 * the next chunk of a layer, the layers above it are first asked for the rows it needs,
 * then rows that no layer needs any more are dropped. Only the last layer leaves the
 * ring.
 *
 *     picture rows -> [ring 0] -conv 0-> [ring 1] -conv 1-> ... -conv n-1-> sink
 *
 * Row r lies at place r modulo the ring's rows. The products read several rows at one
 * stride, though, and some of those reads go on beyond the end: as many of the first
 * places as they reach are there once more. How many rows each ring has, and then how
 * many of them twice, is found by running the same schedule without arithmetic. */
#include "config.h"

#include <math.h>
#include <string.h>

#include "compiler.h"
#include "network.h"
#include "network_shape.h"
#include "pool.h"
#include "sink.h"
#include "status.h"

/* Painted columns of a tile, at most, for halo costs more than caches save
 * (tests/bench/LOG.md). A tile of 1152 has rings of some 35 MB; so what all workers have
 * together is limited too, down to that width. A tile may be as high as it likes, for
 * it is streamed. */
#define TILE_MOST 2304
#define TILE_LEAST 1152
#define TILE_SUM 9216
/* Painted rows handed to the sink at a time, at most; the last layer's chunk is no
 * more. */
#define SINK_ROWS 36
/* Pixels of a picture that is painted layer by layer rather. */
#define WHOLE 1.1e6
#define RINGS_MAX (IMP_CONVS_MAX + 1)

static int divide_up(int a, int b)
{
    return (a + b - 1) / b;
}

typedef struct Ring {
    float *data;
    int width, channels;
    bool terms;   /* rows hold bfloat16 (conv.h) */
    size_t row;   /* floats of a row */
    int in_width; /* columns of the ring above it is made from */
    int height;   /* rows to the end of the picture */
    int end;      /* rows there have been */
    int rows;     /* places for rows, whole chunks; 0 until planned */
    int again;    /* of them, from the first, those that are there twice */
} Ring;

/* What is known of the rings. */
typedef enum Plan {
    PLAN_ROWS,  /* nothing: rows are counted */
    PLAN_AGAIN, /* their rows: those that are held twice are counted */
    PLANNED,    /* all */
} Plan;

typedef struct Tile {
    const ImpModel *model;
    Plan plan;
    ImpShape shape;
    const ImpAffine *affine;
    const ImpRows *picture;
    ImpProgress *progress;
    int x, y; /* of the extended tile, in the picture */
    int channel0[IMP_CONVS_MAX];
    Ring ring[RINGS_MAX];
    float *scratch, *fill_scratch;
} Tile;

static float *ring_row(const Ring *ring, int row)
{
    return ring->data + (size_t)(row % ring->rows) * ring->row;
}

/* Floats of a ring's memory, whole cache lines. */
static size_t ring_floats(const Ring *ring)
{
    return ((size_t)(ring->rows + ring->again) * ring->row + IMP_PLANE_EXTRA + 15) /
           16 * 16;
}

/* Sizes of every ring for `width` painted columns of the picture's last `across` x
 * `down` pixels; no memory yet. A ring is as wide as whole groups of columns need it,
 * or goes to the end of the picture: so no column can tell that there is a tile. */
static void tile_shape(Tile *t, int width, int across, int down)
{
    int h = imp_shape_extended(&t->shape, down),
        w = imp_shape_extended(&t->shape, across);
    int channels = 3, channel0 = 0, needed = width;

    for (int i = 0; i <= t->shape.convs; i++) {
        Ring *const ring = &t->ring[i];
        ring->width = w;
        ring->height = h;
        ring->channels = channels;
        ring->terms = imp_shape_holds_terms(t->model, i);
        ring->end = 0;
        if (i == t->shape.convs)
            break;
        h = imp_conv_size(&t->model->conv[i], h);
        w = imp_conv_size(&t->model->conv[i], w);
        channels = t->model->conv[i].oc;
        t->channel0[i] = channel0;
        channel0 += channels;
    }
    for (int i = t->shape.convs; i > 0; i--) {
        const ImpConv *const conv = &t->model->conv[i - 1];
        const int step = imp_conv_step(conv), whole = (needed + step - 1) / step * step;
        int first;
        if (whole < t->ring[i].width) {
            t->ring[i].width = whole;
            imp_conv_need(conv, 0, whole, &first, &needed);
        } else {
            needed = t->ring[i - 1].width;
        }
        t->ring[i].in_width = needed;
    }
    t->ring[0].width = needed;
    for (int i = 0; i <= t->shape.convs; i++) {
        Ring *const ring = &t->ring[i];
        ring->row = imp_plane_floats((size_t)ring->width * ring->channels, ring->terms);
    }
}

void imp_network_reach(const ImpModel *model, int *before, int *after)
{
    const ImpShape shape = imp_shape(model);

    *before = shape.halo;
    *after = 0;
    /* with these sizes every layer's last group or chunk has had every number of
     * columns or rows */
    for (int size = 1; size <= 4 * IMP_GRID; size++) {
        int first, needed = size;
        for (int i = shape.convs; i > 0; i--) {
            const ImpConv *const conv = &model->conv[i - 1];
            const int group = imp_max(conv->ring_chunk, imp_conv_step(conv));
            imp_conv_need(conv, 0, (needed + group - 1) / group * group, &first,
                          &needed);
        }
        *after = imp_max(*after, needed - shape.halo - size);
    }
}

/* The first row of ring i that is still to be read: by the convolution below it, and at
 * the input of a block by the addition at its end. */
static int still_needed(const Tile *t, int i)
{
    int first, end;

    if (i == t->shape.convs)
        return t->ring[i].end; /* the sink has had them all */
    imp_conv_need(&t->model->conv[i], t->ring[i + 1].end, 1, &first, &end);
    if (imp_shape_begins_block(&t->shape, i) && t->ring[i + 2].end + 2 < first)
        first = t->ring[i + 2].end + 2;
    return first;
}

/* Rows of a chunk of ring i; the last one has what is left. */
static int chunk_of(const Tile *t, int i)
{
    return i ? t->model->conv[i - 1].ring_chunk : 4;
}

/* Ring i gets `rows` more rows beside those that are still needed. */
static void want_room(Tile *t, int i, int rows)
{
    Ring *const ring = &t->ring[i];
    const int held = ring->end - imp_min(still_needed(t, i), ring->end) + rows;

    if (t->plan == PLAN_ROWS)
        ring->rows =
            imp_max(ring->rows, divide_up(held, chunk_of(t, i)) * chunk_of(t, i));
}

/* Rows [first, end) of ring i are to be read at one stride. */
static void want_rows(Tile *t, int i, int first, int end)
{
    Ring *const ring = &t->ring[i];

    if (t->plan == PLAN_AGAIN)
        ring->again =
            imp_max(ring->again, first % ring->rows + end - first - ring->rows);
}

/* Of the `rows` new rows at the end of a ring, those that are held twice. */
static void repeat_rows(Ring *ring, int rows)
{
    const int at = ring->end % ring->rows, again = imp_min(ring->again - at, rows);

    if (again > 0)
        memcpy(ring->data + (size_t)(ring->rows + at) * ring->row,
               ring->data + (size_t)at * ring->row,
               (size_t)again * ring->row * sizeof *ring->data);
}

/* The next chunk of ring i, and before it what it is made from. False: stop. */
static bool produce(Tile *t, int i)
{
    Ring *const out = &t->ring[i];
    const int rows = imp_min(chunk_of(t, i), out->height - out->end);

    if (i == 0) {
        want_room(t, 0, rows);
        if (t->plan == PLANNED) {
            for (int r = 0; r < rows; r++)
                t->picture->fill(t->picture->user, t->y + out->end + r, t->x,
                                 out->width, ring_row(out, out->end + r),
                                 t->fill_scratch);
            repeat_rows(out, rows);
        }
        out->end += rows;
        return true;
    }
    const Ring *const in = &t->ring[i - 1];
    const ImpConv *const conv = &t->model->conv[i - 1];
    const bool ends_block = imp_shape_ends_block(&t->shape, i - 1);
    int first, end;

    imp_conv_need(conv, out->end, rows, &first, &end);
    while (in->end < end)
        if (!produce(t, i - 1))
            return false;
    want_room(t, i, rows);
    want_rows(t, i - 1, first, end);
    if (ends_block)
        want_rows(t, i - 2, out->end + 2, out->end + 2 + rows);
    if (t->plan == PLANNED) {
        ImpEpilogue epilogue = { .scale = t->affine->scale + t->channel0[i - 1],
                                 .shift = t->affine->shift + t->channel0[i - 1],
                                 .relu = imp_shape_has_relu(&t->shape, i - 1),
                                 .terms = out->terms };
        if (ends_block) {
            const Ring *const block = &t->ring[i - 2];
            epilogue.residual = imp_plane_at(ring_row(block, out->end + 2),
                                             2 * (size_t)block->channels, block->terms);
            epilogue.residual_row = (ptrdiff_t)block->row;
        }
        imp_conv_rows(conv, ring_row(out, out->end), (ptrdiff_t)out->row,
                      ring_row(in, first), (ptrdiff_t)in->row, out->in_width, rows,
                      &epilogue, t->scratch);
        repeat_rows(out, rows);
    }
    out->end += rows;
    /* nothing that can be seen is done, but whoever waits need wait no longer */
    return t->plan != PLANNED || imp_progress_add(t->progress, 0);
}

/* An axis cut into parts. */
typedef struct Cut {
    int parts;
    int each, last; /* of all but the last one a multiple of IMP_GRID */
    double cost;    /* of the dearest part, in pixels without a halo */
} Cut;

static int part_size(const Cut *cut, int part)
{
    return part < cut->parts - 1 ? cut->each : cut->last;
}

static int largest_part(const Cut *cut)
{
    return imp_max(cut->each, cut->last);
}

/* One paint in tiles. */
typedef struct Job {
    const ImpModel *model;
    const ImpAffine *affine;
    const ImpRows *picture;
    ImpSharedSink sink;
    ImpProgress *progress;
    int x, y, width, height; /* what is painted */
    Cut columns, rows;       /* of tiles */
    Tile *tiles;             /* [workers] */
    float *band;             /* [workers][band_floats] */
    float *memory;           /* taken of the pool: rings, scratch, then band */
} Job;

static size_t band_floats(const Job *job)
{
    return (size_t)SINK_ROWS * largest_part(&job->columns) * 3;
}

static bool paint_tile(void *context, int item, int worker)
{
    Job *const job = context;
    Tile *const t = &job->tiles[worker];
    float *const band = job->band + (size_t)worker * band_floats(job);
    const Cut *const columns = &job->columns, *const rows_of = &job->rows;
    const int across = item % columns->parts, down = item / columns->parts;
    const int left = across * columns->each, top = down * rows_of->each;
    const int width = part_size(columns, across), height = part_size(rows_of, down);
    const ImpKernels *const kernels = job->model->conv[0].kernels;
    Ring *const painted = &t->ring[t->shape.convs];
    const int chunk = job->model->conv[t->shape.convs - 1].ring_chunk;

    tile_shape(t, width, job->picture->width - (job->x + left),
               job->picture->height - (job->y + top));
    t->x = job->x + left - t->shape.halo;
    t->y = job->y + top - t->shape.halo;
    for (int row = 0; row < height;) {
        int rows = 0;
        while (rows + chunk <= SINK_ROWS && row + rows < height) {
            const int begin = painted->end;
            if (!produce(t, t->shape.convs))
                return false;
            for (int r = begin; r < painted->end && r < height; r++, rows++)
                memcpy(band + (size_t)rows * width * 3, ring_row(painted, r),
                       (size_t)width * 3 * sizeof *band);
        }
        kernels->sigmoid(band, (size_t)rows * width * 3);
        if (!imp_shared_sink_write(&job->sink, job->x + left, job->y + top + row, width,
                                   rows, band) ||
            !imp_progress_add(job->progress, imp_network_work(width, rows)))
            return false;
        row += rows;
    }
    return true;
}

/* Plan every ring for the largest tile and give each worker its memory. */
static ImpStatus job_plan(Job *job, ImpPool *pool, ImpError *err)
{
    const int workers = imp_pool_workers(pool);
    Tile plan = { .model = job->model, .shape = imp_shape(job->model) };
    const int width = largest_part(&job->columns);
    const int height = largest_part(&job->rows);
    const size_t band = band_floats(job);
    size_t floats = 0, scratch = 0;

    for (; plan.plan < PLANNED; plan.plan++) {
        tile_shape(&plan, width, job->picture->width - job->x,
                   job->picture->height - job->y);
        Ring *const painted = &plan.ring[plan.shape.convs];
        while (painted->end < imp_min(height, painted->height))
            (void)produce(&plan, plan.shape.convs); /* never stops */
    }
    for (int i = 0; i <= plan.shape.convs; i++) {
        Ring *const ring = &plan.ring[i];
        if (i < plan.shape.convs)
            imp_want(&scratch, imp_conv_scratch(&job->model->conv[i]));
        floats += ring_floats(ring);
    }
    floats += scratch + job->picture->scratch_floats + 32;
    floats = (floats + 15) / 16 * 16; /* every worker's begin at a cache line */
    job->tiles = imp_alloc((size_t)workers, sizeof *job->tiles);
    job->memory =
        imp_pool_take(pool, (size_t)workers * (floats + band) * sizeof *job->memory);
    if (!job->tiles || !job->memory)
        return imp_fail_memory(err, (size_t)workers * (floats + band) * sizeof(float));
    job->band = job->memory + (size_t)workers * floats;
    for (int w = 0; w < workers; w++) {
        float *at = job->memory + (size_t)w * floats;
        Tile *const t = &job->tiles[w];
        *t = plan;
        t->affine = job->affine;
        t->picture = job->picture;
        t->progress = job->progress;
        for (int i = 0; i <= plan.shape.convs; i++) {
            t->ring[i].data = at;
            at += ring_floats(&t->ring[i]);
        }
        t->scratch = at;
        t->fill_scratch = at + (scratch + 15) / 16 * 16;
    }
    return IMP_OK;
}

/* What a part of `size` pixels at the end of the picture or `rest` before it costs: the
 * layers' columns (rows), by their share of the work. */
static double part_cost(const ImpModel *model, int size, int rest, bool rows)
{
    const ImpShape shape = imp_shape(model);
    const double flop = imp_network_flop(model);
    int full[IMP_CONVS_MAX], needed = size;
    double cost = 0;

    for (int i = 0, n = imp_shape_extended(&shape, size + rest); i < shape.convs; i++)
        full[i] = n = imp_conv_size(&model->conv[i], n);
    for (int i = shape.convs - 1, first; i >= 0; i--) {
        const ImpConv *const conv = &model->conv[i];
        const int group = rows ? conv->ring_chunk : imp_conv_step(conv);
        needed = imp_min(divide_up(needed, group) * group, full[i]);
        cost += imp_shape_share(model, i) / flop * needed / full[i] * (size + rest);
        imp_conv_need(conv, 0, needed, &first, &needed);
    }
    return cost;
}

/* `size` pixels cut so that no part takes long: those before the last one go on into the
 * next, where whole groups of pixels are worked on once more. */
static Cut cut_axis(const ImpModel *model, int size, int parts, bool rows)
{
    Cut best = { 1, divide_up(size, IMP_GRID) * IMP_GRID, size,
                 part_cost(model, size, 0, rows) };

    if (parts == 1)
        return best;
    best.cost = INFINITY;
    for (int each = divide_up(divide_up(size, parts), IMP_GRID) * IMP_GRID; each > 0;
         each -= IMP_GRID) {
        const int last = size - (parts - 1) * each;
        if (last <= 0)
            continue;
        const double cost = fmax(part_cost(model, each, size - each, rows),
                                 part_cost(model, last, 0, rows));
        if (cost >= best.cost)
            break;
        best = (Cut) { parts, each, last, cost };
    }
    return best;
}

/* Tiles that let all workers end soonest. What is painted does not depend on it. */
static void cut(Job *job, int workers)
{
    enum { PARTS = 64 }; /* of an axis at most; far more tiles than workers */
    const int widest = imp_min(imp_max(TILE_SUM / workers, TILE_LEAST), TILE_MOST);
    const int least = divide_up(job->width, widest);
    Cut rows[PARTS];
    double best = INFINITY;

    for (int i = 0; i < imp_min(2 * workers, PARTS); i++)
        rows[i] = cut_axis(job->model, job->height, i + 1, true);
    for (int i = least; i <= least + imp_min(workers, PARTS); i++) {
        const Cut columns = cut_axis(job->model, job->width, i, false);
        for (int j = 1; j <= imp_min(2 * workers, PARTS); j++) {
            const double time =
                divide_up(i * j, workers) * columns.cost * rows[j - 1].cost;
            if (time >= best)
                continue;
            best = time;
            job->columns = columns;
            job->rows = rows[j - 1];
        }
    }
}

/* Layer by layer: the same bytes, and no pixel is worked on twice. Only where planes
 * are small. */
static ImpStatus paint_whole(const ImpModel *model, ImpPool *pool,
                             const ImpAffine *affine, const ImpRows *picture,
                             ImpSharedSink *sink, ImpProgress *progress, ImpError *err)
{
    const int width = picture->width, height = picture->height;
    const size_t bytes = (size_t)width * height * 3 * sizeof(float);
    float *const rgb = imp_alloc(1, bytes);
    ImpAffine same = *affine;
    ImpStatus status =
        rgb ? imp_network_whole(model, pool, NULL, &same, picture, rgb, progress, err)
            : imp_fail_memory(err, bytes);

    if (status == IMP_OK && !imp_shared_sink_write(sink, 0, 0, width, height, rgb))
        status = imp_shared_sink_stopped(sink, err);
    imp_free(rgb);
    return status;
}

ImpStatus imp_network_tiles(const ImpModel *model, ImpPool *pool,
                            const ImpAffine *affine, const ImpRows *picture, int x,
                            int y, int width, int height, const ImpSink *sink,
                            ImpProgress *progress, ImpError *err)
{
    Job job = { .model = model,
                .affine = affine,
                .picture = picture,
                .progress = progress,
                .x = x,
                .y = y,
                .width = width,
                .height = height };
    const int workers = imp_pool_workers(pool);
    ImpStatus status;

    imp_shared_sink_init(&job.sink, sink);
    if (width == picture->width && height == picture->height &&
        (double)width * height <= WHOLE) {
        status = paint_whole(model, pool, affine, picture, &job.sink, progress, err);
    } else {
        cut(&job, workers);
        status = job_plan(&job, pool, err);
        if (status == IMP_OK &&
            !imp_pool_run(pool, job.columns.parts * job.rows.parts, paint_tile, &job))
            status = imp_shared_sink_stopped(&job.sink, err);
        imp_pool_give(job.memory);
        imp_free(job.tiles);
    }
    imp_shared_sink_clear(&job.sink);
    return status;
}
