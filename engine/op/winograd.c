/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Convolutions in the transform domain (Lavin & Gray 2016, arXiv:1509.09308).
 *
 * One call walks one row of tiles from left to right in groups of tiles:
 *     input tiles -> V [frequency][tile][ic]
 *     M[frequency] = V[frequency] U[frequency]      one product a frequency
 *     M -> output tiles, through the epilogue
 * A group's V and M stay in the L2 cache. Tiles that stick out of the picture at the right or
 * at the bottom go through a patch: zeros outside, and only what is inside is written back.
 *
 * The phase form. Rows 2i and 2i + 1 of a nearest-upsampled picture under a 3-tap kernel w:
 *     y[2i]     = (w0 + w1) x[i] +       w2  x[i + 1]
 *     y[2i + 1] =       w0  x[i] + (w1 + w2) x[i + 1]
 * Two 2-tap kernels on the same x: F(3, 2) with points 0, 1, -1, infinity gives each as
 *     G g = (g0, (g0 + g1) / 2, (g0 - g1) / 2, g1)
 * and the product at point 1, (w0 + w1 + w2) / 2, is the same for both. In two dimensions that
 * leaves 7 x 7 products for 6 x 6 outputs, where the direct convolution has 324. */
#include "config.h"

#include "winograd.h"

#include <string.h>

/* Tiles in a group: V and M of 96 channels are 14 kB a tile each, U is 1.3 MB and is read once
 * a group (tests/bench/LOG.md). */
#define GROUP 32
/* Floats between the planes of V and M beyond their content: a plane of 32 x 96 floats is a
 * multiple of 4 KiB, and 36 streams that far apart would share one set of the L1 cache. */
#define SKEW 16

/* One form's geometry. */
typedef struct Shape {
    int frequencies;
    int in_tile, in_step; /* pixels of an input tile, and from tile to tile */
    int out_tile;         /* output pixels of a tile                        */
    int columns;          /* most columns of one product, in units of oc    */
} Shape;

static Shape shape_of(const ImpConv *conv)
{
    return conv->form == IMP_CONV_WINOGRAD ? (Shape) { IMP_WINO_FREQUENCIES, 6, 4, 4, 1 }
                                           : (Shape) { IMP_PHASE_FREQUENCIES, 4, 3, 6, 4 };
}

/* Columns of frequency f, in units of oc. */
static int groups_of(const ImpConv *conv, int f)
{
    return conv->form == IMP_CONV_WINOGRAD ? 1 : imp_phase_groups(f / 4, f % 4);
}

static const double wino_g[6][3] = { { 1.0 / 4, 0, 0 },
                                     { -1.0 / 6, -1.0 / 6, -1.0 / 6 },
                                     { -1.0 / 6, 1.0 / 6, -1.0 / 6 },
                                     { 1.0 / 24, 1.0 / 12, 1.0 / 6 },
                                     { 1.0 / 24, -1.0 / 12, 1.0 / 6 },
                                     { 0, 0, 1 } };

/* [phase][point][tap of the 3x3 kernel] */
static const double phase_g[2][4][3] = {
    { { 1, 1, 0 }, { 0.5, 0.5, 0.5 }, { 0.5, 0.5, -0.5 }, { 0, 0, 1 } },
    { { 1, 0, 0 }, { 0.5, 0.5, 0.5 }, { 0.5, -0.5, -0.5 }, { 0, 1, 1 } },
};

/* sum over y, x of down[y] * w[y][x] * across[x] */
static float transformed(const float *w, const double *down, const double *across)
{
    double sum = 0.0;

    for (int y = 0; y < 3; y++)
        for (int x = 0; x < 3; x++) sum += down[y] * across[x] * w[3 * y + x];
    return (float)sum;
}

size_t imp_winograd_packed(const ImpConv *conv)
{
    size_t floats = 0;

    for (int f = 0; f < shape_of(conv).frequencies; f++)
        floats += imp_gemm_packed_floats(conv->ic, groups_of(conv, f) * conv->oc);
    return floats;
}

void imp_winograd_pack(const ImpConv *conv, const float *weights, float *matrix)
{
    const bool wino = conv->form == IMP_CONV_WINOGRAD;
    float *packed = conv->packed;

    for (int f = 0; f < shape_of(conv).frequencies; f++) {
        const int p = wino ? f / 6 : f / 4, q = wino ? f % 6 : f % 4;
        const int across = q == 1 ? 1 : 2; /* phase form: groups along a row */
        const int n = groups_of(conv, f) * conv->oc;

        for (int c = 0; c < conv->ic; c++)
            for (int j = 0; j < n; j++) {
                const int group = j / conv->oc, o = j % conv->oc;
                const float *w = weights + ((size_t)o * conv->ic + c) * 9;
                matrix[(size_t)c * n + j] =
                    wino ? transformed(w, wino_g[p], wino_g[q])
                         : transformed(w, phase_g[group / across][p],
                                       phase_g[group % across][q]);
            }
        conv->kernels->gemm_pack(packed, matrix, conv->ic, n);
        packed += imp_gemm_packed_floats(conv->ic, n);
    }
}

/* Where the parts of the scratch begin. */
typedef struct Scratch {
    ptrdiff_t v_step, m_step; /* floats from frequency to frequency */
    size_t m, patch_in, patch_out, patch_residual, total;
} Scratch;

static Scratch scratch_of(const ImpConv *conv)
{
    const Shape shape = shape_of(conv);
    const size_t in_patch = (size_t)shape.in_tile * shape.in_tile * conv->ic;
    const size_t out_patch = (size_t)shape.out_tile * shape.out_tile * conv->oc;
    Scratch s = { .v_step = (ptrdiff_t)GROUP * conv->ic + SKEW,
                  .m_step = (ptrdiff_t)GROUP * shape.columns * conv->oc + SKEW };

    s.m = (size_t)(shape.frequencies * s.v_step);
    s.patch_in = s.m + (size_t)(shape.frequencies * s.m_step);
    s.patch_out = s.patch_in + in_patch;
    s.patch_residual = s.patch_out + out_patch;
    s.total = s.patch_residual + out_patch;
    return s;
}

size_t imp_winograd_scratch(const ImpConv *conv)
{
    return scratch_of(conv).total;
}

/* Copy a rows x columns corner of one patch to another, `channels` floats a pixel. */
static void copy_patch(float *to, ptrdiff_t to_row, const float *from, ptrdiff_t from_row,
                       int rows, int columns, int channels)
{
    for (int r = 0; r < rows; r++)
        memcpy(to + r * to_row, from + r * from_row,
               (size_t)columns * (size_t)channels * sizeof *to);
}

static int at_most(int a, int b)
{
    return a < b ? a : b;
}

void imp_winograd_rows(const ImpConv *conv, float *out, ptrdiff_t out_row, const float *in,
                       ptrdiff_t in_row, int in_width, int rows, const ImpEpilogue *epilogue,
                       float *scratch)
{
    const bool wino = conv->form == IMP_CONV_WINOGRAD;
    const ImpKernels *const k = conv->kernels;
    void (*const forward)(float *, ptrdiff_t, const float *, ptrdiff_t, int, int) =
        wino ? k->wino_input : k->phase_input;
    void (*const back)(float *, ptrdiff_t, const float *, ptrdiff_t, int, int, int,
                       const ImpEpilogue *) = wino ? k->wino_output : k->phase_output;
    const Shape shape = shape_of(conv);
    const Scratch s = scratch_of(conv);
    const int ic = conv->ic, oc = conv->oc;
    const ptrdiff_t in_patch_row = (ptrdiff_t)shape.in_tile * ic;
    const ptrdiff_t out_patch_row = (ptrdiff_t)shape.out_tile * oc;
    const int width = imp_conv_size(conv, in_width);
    const int tiles = (width + shape.out_tile - 1) / shape.out_tile;
    /* Tiles that lie inside the picture on all sides. */
    const int whole = rows == shape.out_tile ? width / shape.out_tile : 0;
    const int in_rows = conv->upsample == 2 ? rows / 2 + 1 : rows + 2;
    float *const v = scratch, *const m = scratch + s.m;
    float *const patch_in = scratch + s.patch_in, *const patch_out = scratch + s.patch_out;
    float *const patch_residual = scratch + s.patch_residual;

    for (int t0 = 0; t0 < tiles; t0 += GROUP) {
        const int t1 = at_most(t0 + GROUP, tiles);
        const int inside = t0 < whole ? at_most(t1, whole) - t0 : 0;

        if (inside)
            forward(v, s.v_step, in + (ptrdiff_t)t0 * shape.in_step * ic, in_row, ic, inside);
        for (int t = t0 + inside; t < t1; t++) {
            const int x = t * shape.in_step;
            memset(patch_in, 0, (s.patch_out - s.patch_in) * sizeof *patch_in);
            copy_patch(patch_in, in_patch_row, in + (ptrdiff_t)x * ic, in_row, in_rows,
                       at_most(in_width - x, shape.in_tile), ic);
            forward(v + (ptrdiff_t)(t - t0) * ic, s.v_step, patch_in, in_patch_row, ic, 1);
        }

        const float *u = conv->packed;
        for (int f = 0; f < shape.frequencies; f++) {
            const int n = groups_of(conv, f) * oc;
            const ImpGemm product = { .m = t1 - t0,
                                      .n = n,
                                      .segments = 1,
                                      .length = ic,
                                      .a = v + f * s.v_step,
                                      .a_row = ic,
                                      .b = u,
                                      .c = m + f * s.m_step,
                                      .c_row = n };
            k->gemm(&product);
            u += imp_gemm_packed_floats(ic, n);
        }

        ImpEpilogue here = *epilogue;
        if (inside) {
            const ptrdiff_t at = (ptrdiff_t)t0 * shape.out_tile * oc;
            if (here.residual) here.residual += at;
            back(out + at, out_row, m, s.m_step, oc, 0, inside, &here);
        }
        for (int t = t0 + inside; t < t1; t++) {
            const ptrdiff_t at = (ptrdiff_t)t * shape.out_tile * oc;
            const int columns = at_most(width - t * shape.out_tile, shape.out_tile);
            if (epilogue->residual) {
                memset(patch_residual, 0, (s.total - s.patch_residual) * sizeof *scratch);
                copy_patch(patch_residual, out_patch_row, epilogue->residual + at,
                           epilogue->residual_row, rows, columns, oc);
                here.residual = patch_residual;
                here.residual_row = out_patch_row;
            }
            back(patch_out, out_patch_row, m, s.m_step, oc, t - t0, 1, &here);
            copy_patch(out + at, out_row, patch_out, out_patch_row, rows, columns, oc);
        }
    }
}
