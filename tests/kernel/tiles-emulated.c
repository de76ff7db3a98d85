/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* AMX in C, under the names of its intrinsics, so that gemm_amx.c is checked on any
 * machine. What the CPU refuses (a tile that has no shape, shapes that do not fit) ends
 * the program. */
#undef NDEBUG
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct Tile {
    int rows, row_bytes;
    uint8_t at[16][64];
} Tile;

static Tile tiles[8];

static Tile *tile(int t)
{
    assert(t >= 0 && t < 8 && tiles[t].rows > 0 && tiles[t].row_bytes > 0);
    return &tiles[t];
}

static void _tile_release(void)
{
    memset(tiles, 0, sizeof tiles);
}

static void _tile_loadconfig(const void *shapes)
{
    const uint8_t *const p = shapes;

    _tile_release();
    assert(p[0] == 1 && p[1] == 0);
    for (int i = 2; i < 16; i++)
        assert(p[i] == 0);
    for (int t = 0; t < 16; t++) {
        uint16_t bytes;

        memcpy(&bytes, p + 16 + 2 * t, sizeof bytes);
        assert(bytes <= 64 && p[48 + t] <= 16 && !bytes == !p[48 + t]);
        assert(t < 8 || !bytes);
        if (t < 8) {
            tiles[t].rows = p[48 + t];
            tiles[t].row_bytes = bytes;
        }
    }
}

static void _tile_zero(int t)
{
    memset(tile(t)->at, 0, sizeof tiles[t].at);
}

static void _tile_loadd(int t, const void *from, ptrdiff_t stride)
{
    _tile_zero(t);
    for (int r = 0; r < tile(t)->rows; r++)
        memcpy(tiles[t].at[r], (const uint8_t *)from + r * stride,
               (size_t)tiles[t].row_bytes);
}

static void _tile_stored(int t, void *to, ptrdiff_t stride)
{
    for (int r = 0; r < tile(t)->rows; r++)
        memcpy((uint8_t *)to + r * stride, tiles[t].at[r], (size_t)tiles[t].row_bytes);
}

static float tile_term(const Tile *t, int row, int at)
{
    uint32_t bits = (uint32_t)(t->at[row][2 * at] | t->at[row][2 * at + 1] << 8) << 16;
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

static void _tile_dpbf16ps(int c, int a, int b)
{
    Tile *const sums = tile(c);
    const Tile *const left = tile(a), *const right = tile(b);

    assert(c != a && c != b && a != b);
    assert(sums->rows == left->rows && sums->row_bytes == right->row_bytes);
    assert(left->row_bytes == 4 * right->rows);
    for (int m = 0; m < sums->rows; m++)
        for (int n = 0; n < sums->row_bytes / 4; n++) {
            float sum;

            memcpy(&sum, sums->at[m] + 4 * n, sizeof sum);
            for (int k = 0; k < right->rows; k++)
                for (int t = 0; t < 2; t++)
                    sum +=
                        tile_term(left, m, 2 * k + t) * tile_term(right, k, 2 * n + t);
            memcpy(sums->at[m] + 4 * n, &sum, sizeof sum);
        }
}

#define IMP_TILES_EMULATED
#define imp_terms_pack_amx pack_emulated
#define imp_terms_begin_amx begin_emulated
#define imp_terms_gemm_amx gemm_emulated
#define imp_terms_end_amx end_emulated
#include "gemm_amx.c"

#include "terms-emulated.h"

static float value_of(uint16_t bits)
{
    const uint32_t all = (uint32_t)bits << 16;
    float x;

    memcpy(&x, &all, sizeof x);
    return x;
}

static void split_emulated(uint16_t *to, const float *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        to[2 * i] = term(from[i]);
        to[2 * i + 1] = term(from[i] - value_of(to[2 * i]));
    }
}

static float finish(float y, size_t at, int c, const ImpEpilogue *epilogue)
{
    if (epilogue->scale)
        y = y * epilogue->scale[c] + epilogue->shift[c];
    if (epilogue->residual)
        y += value_of(((const uint16_t *)epilogue->residual)[at]);
    return epilogue->relu && !(y > 0.0f) ? 0.0f : y;
}

static void epilogue_emulated(uint16_t *out, const float *from, ptrdiff_t from_pixel,
                              int channels, size_t pixels, const ImpEpilogue *epilogue)
{
    for (size_t i = 0; i < pixels * (size_t)channels; i++) {
        const int c = (int)(i % (size_t)channels);
        const ptrdiff_t pixel = (ptrdiff_t)(i / (size_t)channels);
        out[i] = term(finish(from[pixel * from_pixel + c], i, c, epilogue));
    }
}

static void of_terms_emulated(uint16_t *out, const uint16_t *from, int channels,
                              size_t pixels, const ImpEpilogue *epilogue)
{
    for (size_t i = 0; i < pixels * (size_t)channels; i++)
        out[i] =
            term(finish(value_of(from[i]), i, (int)(i % (size_t)channels), epilogue));
}

static void moments_emulated(double *sum, double *square, const float *from,
                             ptrdiff_t from_pixel, const float *shift, int channels,
                             size_t pixels)
{
    for (size_t i = 0; i < pixels; i++)
        for (int c = 0; c < channels; c++) {
            const double x = (double)from[(ptrdiff_t)i * from_pixel + c] + shift[c];
            sum[c] += x;
            square[c] += x * x;
        }
}

static void spread3_emulated(float *out, const float *from, ptrdiff_t from_pixel,
                             int taps, size_t pixels, const ImpEpilogue *epilogue)
{
    for (size_t i = 0; i < pixels; i++)
        for (int c = 0; c < 3; c++) {
            float sum = 0.0f;
            for (int t = 0; t < taps; t++)
                sum += from[(ptrdiff_t)(i + (size_t)t) * from_pixel + 3 * t + c];
            out[3 * i + (size_t)c] = finish(sum, 0, c, epilogue);
        }
}

static void plain_epilogue(float *out, const float *from, ptrdiff_t from_pixel,
                           int channels, size_t pixels, const ImpEpilogue *epilogue)
{
    imp_kernels_ref.epilogue(out, from, from_pixel, channels, pixels, epilogue);
}

static const ImpTermKernels terms = {
    .pack = pack_emulated,
    .split = split_emulated,
    .begin = begin_emulated,
    .gemm = gemm_emulated,
    .end = end_emulated,
    .epilogue = epilogue_emulated,
    .epilogue_of_terms = of_terms_emulated,
    .moments = moments_emulated,
    .spread3 = spread3_emulated,
};

const ImpKernels imp_kernels_emulated = {
    .cpu = IMP_CPU_X86AMX,
    .terms = &terms,
    .epilogue = plain_epilogue,
};
