/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Convolutions in the transform domain (Lavin & Gray 2016, arXiv:1509.09308).
 *
 * One call walks a few rows of tiles from left to right in groups of tiles:
 *     input tiles -> V [frequency][tile row][tile][ic]
 *     M[frequency] = V[frequency] U[frequency]      one product a frequency and row
 *     M [frequency][tile][columns] -> output tiles, through the epilogue
 * A group's V and M stay in the L2 cache. U may be larger than that, and is read less
 * often the more tiles a group has; so where there are many output channels, the last
 * two steps are done for one slab of them after the other, and M is as much smaller.
 * Tiles that stick out of the picture at the right or at the bottom go through a patch:
 * zeros outside, and only what is inside is written back.
 *
 * The nested form. A 9x9 kernel is 3 x 3 blocks of 3x3 kernels, and so its output the
 * sum of nine 3x3 convolutions of the picture shifted by multiples of 3 pixels. With
 * F(3x3, 3x3), whose tiles are 3 pixels apart, the nine read the very same tiles: each
 * is transformed once, and the product of an output tile runs over 3 x 3 neighbouring
 * tiles of V. Of 729 multiplications of the direct convolution 225 are left.
 *
 * The phase form. Rows 2i and 2i + 1 of a nearest-upsampled picture under a 3-tap
 * kernel w:
 *     y[2i]     = (w0 + w1) x[i] +       w2  x[i + 1]
 *     y[2i + 1] =       w0  x[i] + (w1 + w2) x[i + 1]
 * Two 2-tap kernels on the same x: F(3, 2) with points 0, 1, -1, infinity gives each as
 *     G g = (g0, (g0 + g1) / 2, (g0 - g1) / 2, g1)
 * and the product at point 1, (w0 + w1 + w2) / 2, is the same for both. In two
 * dimensions that leaves 7 x 7 products for 6 x 6 outputs, where the direct convolution
 * has 324.
 *
 * The strided form. A 3-tap kernel w of stride 2, over the even and the odd samples of
 * x:
 *     y[i] = w0 e[i] + w2 e[i + 1] + w1 o[i],    e[i] = x[2i], o[i] = x[2i + 1]
 * F(3, 2) of both with the same points; the odd ones' second tap is 0, and so is what
 * they give at infinity. Products over e and o are one product over twice the channels.
 * In two dimensions 7 x 7 products are left of 81. */
#include "config.h"

#include "winograd.h"

#include <string.h>

#include "compiler.h"

/* Floats between the planes of V and M beyond their content: a plane of 32 x 96 floats
 * is a multiple of 4 KiB, and 36 streams that far apart would share one set of the L1
 * cache. */
#define SKEW 16

/* Output channels of a slab: whole panels of a product at every level. */
#define SLAB 48

/* One form's geometry. */
typedef struct Shape {
    ImpTransform transform;
    int side; /* of a tile of frequencies */
    int in_tile, in_step;
    int out_tile;  /* pixels: of a tile of the input, to the next, of the output */
    int tile_rows; /* rows of output tiles in one call */
    int blocks;    /* an output tile sums over blocks x blocks tiles of V */
    int parts;     /* most phases of the input in a tile of V */
    int slab;      /* output channels done at a time */
    int channels;  /* of M: those, or their lanes */
    int groups;    /* most columns of one product, in units of `channels` */
    int tiles;     /* of a group, a multiple of 4; measured (tests/bench/LOG.md) */
} Shape;

/* Three output channels would fill no vector: their sums stay spread over lanes. */
static bool has_lanes(const ImpConv *conv)
{
    return conv->form == IMP_CONV_NESTED && conv->oc == 3;
}

static Shape shape_of(const ImpConv *conv)
{
    const ImpKernels *const k = conv->kernels;
    const int oc = conv->oc;

    switch (conv->form) {
    case IMP_CONV_PHASES:
        return (Shape) { k->phase, 4, 4, 3, 6, 1, 1, 1, oc, oc, 4, 32 };
    case IMP_CONV_NESTED:
        return (Shape) { k->wino3, 5, 5, 3,  3,
                         4,        3, 1, oc, has_lanes(conv) ? oc * k->lanes : oc,
                         1,        24 };
    case IMP_CONV_STRIDED:
        return (Shape) { k->stride, 4, 7, 6, 3, 1, 1, 4, oc, oc, 1, 24 };
    default: {
        const int slab = oc % SLAB == 0 ? SLAB : oc;
        return (Shape) { k->wino6, 8, 8, 6, 6, 1, 1, 1, slab, slab, 1, 16 };
    }
    }
}

int imp_winograd_step(const ImpConv *conv)
{
    return shape_of(conv).out_tile;
}

int imp_winograd_chunk(const ImpConv *conv)
{
    const Shape shape = shape_of(conv);

    return shape.out_tile * shape.tile_rows;
}

/* Columns of frequency (p, q), in units of oc. */
static int groups_of(const ImpConv *conv, int p, int q)
{
    return conv->form == IMP_CONV_PHASES ? imp_phase_groups(p, q) : 1;
}

/* Channels that frequency (p, q) sums over in one tile of V. */
static int depth_of(const ImpConv *conv, int p, int q)
{
    return conv->form == IMP_CONV_STRIDED ? imp_stride_parts(p, q) * conv->ic
                                          : conv->ic;
}

static const double wino6_g[8][3] = { { 1, 0, 0 },
                                      { -2.0 / 9, -2.0 / 9, -2.0 / 9 },
                                      { -2.0 / 9, 2.0 / 9, -2.0 / 9 },
                                      { 1.0 / 90, 1.0 / 45, 2.0 / 45 },
                                      { 1.0 / 90, -1.0 / 45, 2.0 / 45 },
                                      { 32.0 / 45, 16.0 / 45, 8.0 / 45 },
                                      { 32.0 / 45, -16.0 / 45, 8.0 / 45 },
                                      { 0, 0, 1 } };

static const double wino3_g[5][3] = { { 1.0 / 2, 0, 0 },
                                      { -1.0 / 2, -1.0 / 2, -1.0 / 2 },
                                      { -1.0 / 6, 1.0 / 6, -1.0 / 6 },
                                      { 1.0 / 6, 1.0 / 3, 2.0 / 3 },
                                      { 0, 0, 1 } };

/* [phase][point][tap of the 3x3 kernel] */
static const double phase_g[2][4][3] = {
    { { 1, 1, 0 }, { 0.5, 0.5, 0.5 }, { 0.5, 0.5, -0.5 }, { 0, 0, 1 } },
    { { 1, 0, 0 }, { 0.5, 0.5, 0.5 }, { 0.5, -0.5, -0.5 }, { 0, 1, 1 } },
};

static const double stride_g[2][4][3] = {
    { { 1, 0, 0 }, { 0.5, 0, 0.5 }, { 0.5, 0, -0.5 }, { 0, 0, 1 } },
    { { 0, 1, 0 }, { 0, 0.5, 0 }, { 0, 0.5, 0 } },
};

/* One point's weights for the three taps along an axis; phase: of the output or the
 * input. */
static const double *point(const ImpConv *conv, int p, int phase)
{
    switch (conv->form) {
    case IMP_CONV_PHASES:
        return phase_g[phase][p];
    case IMP_CONV_STRIDED:
        return stride_g[phase][p];
    case IMP_CONV_NESTED:
        return wino3_g[p];
    default:
        return wino6_g[p];
    }
}

/* Terms of a product in one float of V and U. */
static int terms(const Shape *shape)
{
    return shape->transform.pairs ? 2 : 1;
}

/* Packed floats of frequency (p, q) of a slab. */
static size_t packed_floats(const ImpConv *conv, const Shape *shape, int p, int q)
{
    const int blocks = shape->blocks;

    return has_lanes(conv)
               ? imp_dot3_packed_floats(blocks, blocks * conv->ic, conv->kernels->lanes)
               : imp_gemm_packed_floats(blocks * blocks * depth_of(conv, p, q) /
                                            terms(shape),
                                        groups_of(conv, p, q) * shape->slab);
}

static size_t packed_slab(const ImpConv *conv, const Shape *shape)
{
    size_t floats = 0;

    for (int p = 0; p < shape->side; p++)
        for (int q = 0; q < shape->side; q++)
            floats += packed_floats(conv, shape, p, q);
    return floats;
}

size_t imp_winograd_packed(const ImpConv *conv)
{
    const Shape shape = shape_of(conv);

    return packed_slab(conv, &shape) * (size_t)(conv->oc / shape.slab);
}

size_t imp_winograd_matrix(const ImpConv *conv)
{
    const Shape shape = shape_of(conv);

    return (size_t)shape.blocks * shape.blocks * shape.parts * conv->ic * shape.groups *
           shape.slab;
}

/* sum of a[i] * w[i] over the taps of a 3x3 kernel inside one of `side` columns. */
static float weigh(const double *a, const float *w, int side)
{
    double sum = 0.0;

    for (int y = 0; y < 3; y++)
        for (int x = 0; x < 3; x++)
            sum += a[3 * y + x] * w[side * y + x];
    return (float)sum;
}

/* U of frequency (p, q) for output channels [first, first + oc), [block down][block
 * across][part][ic][group][oc] */
static void fill_matrix(const ImpConv *conv, const float *weights, int first, int oc,
                        float *matrix, int p, int q)
{
    const int blocks = shape_of(conv).blocks, side = conv->kernel;
    const int ic = conv->ic, groups = groups_of(conv, p, q);
    const int parts = depth_of(conv, p, q) / ic;
    const int across =
        conv->form == IMP_CONV_PHASES ? (q == 1 ? 1 : 2) : (q == 3 ? 1 : 2);

    weights += (size_t)first * ic * side * side;
    for (int i = 0; i < parts * groups; i++) { /* one of the two is 1 */
        const double *const row = point(conv, p, i / across);
        const double *const column = point(conv, q, i % across);
        double a[9];
        for (int j = 0; j < 9; j++)
            a[j] = row[j / 3] * column[j % 3];
        for (int block = 0; block < blocks * blocks; block++)
            for (int c = 0; c < ic; c++) {
                const float *w = weights + (size_t)c * side * side +
                                 block / blocks * 3 * side + block % blocks * 3;
                float *to =
                    matrix +
                    (((size_t)block * parts + i / groups) * ic + c) * groups * oc +
                    i % groups * oc;
                for (int o = 0; o < oc; o++, w += (size_t)ic * side * side)
                    *to++ = weigh(a, w, side);
            }
    }
}

static float *pack_slab(const ImpConv *conv, const Shape *shape, const float *weights,
                        int first, float *packed, float *matrix)
{
    const ImpKernels *const k = conv->kernels;
    const int blocks = shape->blocks;

    for (int p = 0; p < shape->side; p++)
        for (int q = 0; q < shape->side; q++) {
            fill_matrix(conv, weights, first, shape->slab, matrix, p, q);
            if (has_lanes(conv))
                k->dot3_pack(packed, matrix, blocks, blocks * conv->ic);
            else
                (shape->transform.pairs ? k->gemm_pairs_pack : k->gemm_pack)(
                    packed, matrix, blocks * blocks * depth_of(conv, p, q),
                    groups_of(conv, p, q) * shape->slab);
            packed += packed_floats(conv, shape, p, q);
        }
    return packed;
}

void imp_winograd_pack(const ImpConv *conv, const float *weights, float *matrix)
{
    const Shape shape = shape_of(conv);
    float *packed = conv->packed;

    for (int first = 0; first < conv->oc; first += shape.slab)
        packed = pack_slab(conv, &shape, weights, first, packed, matrix);
}

/* One call: its arguments, and where the parts of the scratch lie. */
typedef struct Walk {
    const ImpConv *conv;
    const ImpEpilogue *epilogue;
    Shape shape;
    int width, rows; /* of the output */
    int in_width, in_rows;
    /* floats from tile to tile of V, row of tiles to row, and frequency to frequency */
    ptrdiff_t v_tile, v_row, v_step, m_step;
    size_t u_slab; /* packed floats of a slab */
    float *v, *m;
    float *patch_in, *patch_out, *patch_residual;
    size_t patch_in_floats, patch_out_floats;
} Walk;

/* Lay out the scratch, unless it is NULL; its floats in all. */
static size_t walk_init(Walk *w, const ImpConv *conv, float *scratch)
{
    const Shape s = shape_of(conv);
    const size_t frequencies = (size_t)s.side * s.side;

    *w = (Walk) { .conv = conv, .shape = s };
    w->v_tile = (ptrdiff_t)s.parts * conv->ic / terms(&s);
    w->v_row = (s.tiles + s.blocks - 1) * w->v_tile;
    w->v_step = (s.tile_rows + s.blocks - 1) * w->v_row + SKEW;
    w->m_step = (ptrdiff_t)s.tiles * s.groups * s.channels + SKEW;
    w->patch_in_floats = (size_t)s.in_tile * s.in_tile * conv->ic;
    w->patch_out_floats = (size_t)s.out_tile * s.out_tile * s.channels;
    if (has_lanes(conv)) /* a row of tiles, and what lane_sum3 reads beyond it */
        w->patch_out_floats =
            w->patch_out_floats * (size_t)s.tiles + 3 * (size_t)s.channels;
    w->u_slab = packed_slab(conv, &w->shape);
    const size_t v = frequencies * (size_t)w->v_step;
    const size_t m = frequencies * (size_t)w->m_step;
    if (scratch) {
        w->v = scratch;
        w->m = w->v + v;
        w->patch_in = w->m + m;
        w->patch_out = w->patch_in + w->patch_in_floats;
        w->patch_residual = w->patch_out + w->patch_out_floats;
    }
    return v + m + w->patch_in_floats + 2 * w->patch_out_floats;
}

size_t imp_winograd_scratch(const ImpConv *conv)
{
    Walk walk;

    return walk_init(&walk, conv, NULL);
}

/* Copy `channels` floats of each pixel of a rows x columns corner. */
static void copy_patch(float *to, ptrdiff_t to_row, ptrdiff_t to_pixel,
                       const float *from, ptrdiff_t from_row, ptrdiff_t from_pixel,
                       int rows, int columns, int channels)
{
    for (int r = 0; r < rows; r++)
        for (int x = 0; x < columns; x++)
            memcpy(to + r * to_row + x * to_pixel, from + r * from_row + x * from_pixel,
                   (size_t)channels * sizeof *to);
}

/* How many of `tiles` lie inside: tile i takes pixels i * step .. i * step + side - 1
 * of `pixels`. */
static int tiles_inside(int tiles, int side, int step, int pixels)
{
    return pixels < side ? 0 : imp_min(tiles, (pixels - side) / step + 1);
}

/* Row r of tiles of V, from tile t0. in: the call's. What is outside of the picture
 * stays 0, whatever is first done to the input. */
static void forward(const Walk *w, const float *in, ptrdiff_t in_row, int r, int t0,
                    int tiles)
{
    const Shape *const s = &w->shape;
    const int ic = w->conv->ic, rows = w->in_rows - r * s->in_step;
    const int columns = w->in_width - t0 * s->in_step;
    const int inside =
        rows < s->in_tile ? 0 : tiles_inside(tiles, s->in_tile, s->in_step, columns);
    float *const v = w->v + r * w->v_row;
    const ImpEpilogue *const finish =
        w->epilogue->input ? w->epilogue->input : &(ImpEpilogue) { 0 };

    in += r * s->in_step * in_row + (ptrdiff_t)t0 * s->in_step * ic;
    if (inside)
        s->transform.input(v, w->v_step, in, in_row, ic, inside, w->epilogue->input);
    for (int t = inside; t < tiles; t++) {
        const int x = t * s->in_step, across = imp_min(columns - x, s->in_tile);
        memset(w->patch_in, 0, w->patch_in_floats * sizeof *w->patch_in);
        for (int y = 0; y < imp_min(rows, s->in_tile); y++)
            w->conv->kernels->epilogue(w->patch_in + (ptrdiff_t)y * s->in_tile * ic,
                                       in + y * in_row + (ptrdiff_t)x * ic, ic, ic,
                                       (size_t)across, finish);
        s->transform.input(v + t * w->v_tile, w->v_step, w->patch_in,
                           (ptrdiff_t)s->in_tile * ic, ic, 1, NULL);
    }
}

/* M of row r of tiles, of the output channels from `first`. */
static void multiply(const Walk *w, int r, int first, int tiles)
{
    const Shape *const s = &w->shape;
    const ImpConv *const conv = w->conv;
    const float *u = conv->packed + (size_t)(first / s->slab) * w->u_slab;

    for (int f = 0; f < s->side * s->side; f++) {
        const int p = f / s->side, q = f % s->side, groups = groups_of(conv, p, q);
        const ImpGemm product = { .m = tiles,
                                  .n = groups * s->slab,
                                  .segments = s->blocks,
                                  .length = s->blocks * depth_of(conv, p, q) / terms(s),
                                  .a = w->v + f * w->v_step + r * w->v_row,
                                  .a_row = w->v_tile,
                                  .a_segment = w->v_row,
                                  .b = u,
                                  .c = w->m + f * w->m_step,
                                  .c_row = (ptrdiff_t)groups * s->channels };
        if (has_lanes(conv))
            conv->kernels->dot3(&product);
        else if (s->transform.pairs)
            conv->kernels->gemm_pairs(&product);
        else
            conv->kernels->gemm(&product);
        u += packed_floats(conv, s, p, q);
    }
}

/* M -> row r of output tiles, from tile t0, of the output channels from `first`. out:
 * the call's. */
static void back(const Walk *w, float *out, ptrdiff_t out_row, int r, int first, int t0,
                 int tiles)
{
    const Shape *const s = &w->shape;
    const int oc = w->conv->oc, x0 = t0 * s->out_tile;
    const int rows = imp_min(w->rows - r * s->out_tile, s->out_tile);
    const int inside = rows < s->out_tile ? 0
                                          : tiles_inside(tiles, s->out_tile,
                                                         s->out_tile, w->width - x0);
    const ptrdiff_t patch_row = (ptrdiff_t)s->out_tile * s->slab;
    const float *residual = w->epilogue->residual;
    ImpEpilogue here = *w->epilogue;

    out += r * s->out_tile * out_row + (ptrdiff_t)x0 * oc + first;
    if (here.scale) {
        here.scale += first;
        here.shift += first;
    }
    if (residual)
        residual += r * s->out_tile * here.residual_row + (ptrdiff_t)x0 * oc + first;
    here.residual = residual;
    if (inside)
        s->transform.output(out, out_row, oc, w->m, w->m_step, s->slab, 0, inside,
                            &here);
    for (int t = inside; t < tiles; t++) {
        const ptrdiff_t at = (ptrdiff_t)t * s->out_tile * oc;
        const int columns = imp_min(w->width - x0 - t * s->out_tile, s->out_tile);
        if (residual) {
            memset(w->patch_residual, 0,
                   w->patch_out_floats * sizeof *w->patch_residual);
            copy_patch(w->patch_residual, patch_row, s->slab, residual + at,
                       w->epilogue->residual_row, oc, rows, columns, s->slab);
            here.residual = w->patch_residual;
            here.residual_row = patch_row;
        }
        s->transform.output(w->patch_out, patch_row, s->slab, w->m, w->m_step, s->slab,
                            t, 1, &here);
        copy_patch(out + at, out_row, oc, w->patch_out, patch_row, s->slab, rows,
                   columns, s->slab);
    }
}

/* The same for sums that are spread over lanes: they are added up last. */
static void back_lanes(const Walk *w, float *out, ptrdiff_t out_row, int r, int t0,
                       int tiles)
{
    const Shape *const s = &w->shape;
    const ptrdiff_t patch_row = (ptrdiff_t)tiles * s->out_tile * s->channels;
    const int y0 = r * s->out_tile, x0 = t0 * s->out_tile;
    const size_t pixels = (size_t)imp_min(w->width - x0, tiles * s->out_tile);

    s->transform.output(w->patch_out, patch_row, s->channels, w->m, w->m_step,
                        s->channels, 0, tiles, &(ImpEpilogue) { 0 });
    out += y0 * out_row + (ptrdiff_t)x0 * w->conv->oc;
    for (int y = 0; y < imp_min(w->rows - y0, s->out_tile); y++)
        w->conv->kernels->lane_sum3(out + y * out_row, w->patch_out + y * patch_row,
                                    pixels, w->epilogue);
}

/* Tiles of the next group: of `left` tiles, as few groups as at most `most` tiles each
 * allow, nearly equal ones, and whole micro-tiles of a product or halves of them. */
static int group_of(int left, int most)
{
    const int fours = (left + 3) / 4, groups = (fours + most / 4 - 1) / (most / 4);

    return imp_min(left, (fours + groups - 1) / groups * 4);
}

void imp_winograd_rows(const ImpConv *conv, float *out, ptrdiff_t out_row,
                       const float *in, ptrdiff_t in_row, int in_width, int rows,
                       const ImpEpilogue *epilogue, float *scratch)
{
    Walk w;
    int in_first;

    walk_init(&w, conv, scratch);
    w.epilogue = epilogue;
    w.width = imp_conv_size(conv, in_width);
    w.rows = rows;
    w.in_width = in_width;
    imp_conv_need(conv, 0, rows, &in_first, &w.in_rows);
    const Shape *const s = &w.shape;
    const int tiles = (w.width + s->out_tile - 1) / s->out_tile;
    const int tile_rows = (rows + s->out_tile - 1) / s->out_tile;

    for (int t0 = 0, n; t0 < tiles; t0 += n) {
        n = group_of(tiles - t0, s->tiles);
        for (int r = 0; r < tile_rows + s->blocks - 1; r++)
            forward(&w, in, in_row, r, t0, n + s->blocks - 1);
        for (int first = 0; first < conv->oc; first += s->slab)
            for (int r = 0; r < tile_rows; r++) {
                multiply(&w, r, first, n);
                if (has_lanes(conv))
                    back_lanes(&w, out, out_row, r, t0, n);
                else
                    back(&w, out, out_row, r, first, t0, n);
            }
    }
}
