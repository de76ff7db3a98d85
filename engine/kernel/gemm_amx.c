/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A tile is 16 rows of 64 bytes. One instruction adds to 16 x 16 sums the products of
 * 16 rows of A, 16 pairs of terms each, with 16 pairs of 16 columns of B. B is packed
 * in panels of 16 columns, [panel][pair][column][term]: a tile of B is contiguous, and
 * a tile of A is rows of pixels as they lie. Two tiles of A meet two of B: 4 + 2 + 2 of
 * the eight tiles, and 4 loads for 4 products, which take twice as long. (4 tiles of A
 * and 1 of B read B half as often, from the L2 cache; they are slower by 15 to 60 %,
 * tests/bench/LOG.md.)
 *
 * A row's sum is added in the same order in whichever block of rows it stands. */
#include "config.h"

#include "gemm_amx.h"

#include <string.h>

#include "compiler.h"

#ifndef IMP_TILES_EMULATED /* tests/kernel has AMX in C */
#include <immintrin.h>
#endif

enum { ROWS = 16, COLUMNS = 16 };

/* The upper half of x, rounded to nearest, ties to even. */
static uint16_t term(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof bits);
    if ((bits & 0x7fffffff) > 0x7f800000) /* not a number, and to stay so */
        return (uint16_t)(bits >> 16 | 0x40);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

void imp_terms_pack_amx(uint16_t *packed, const float *b, int segments, int length,
                        int n)
{
    const int run = imp_terms_run(length);

    for (int j0 = 0; j0 < n; j0 += COLUMNS)
        for (int s = 0; s < segments; s++)
            for (int k = 0; k < run; k += 2)
                for (int j = j0; j < j0 + COLUMNS; j++)
                    for (int i = k; i < k + 2; i++)
                        *packed++ = i < length && j < n
                                        ? term(b[((size_t)s * length + i) * n + j])
                                        : 0;
}

/* Terms of K in one product of tiles. */
static int step_of(int length)
{
    return imp_min(imp_terms_run(length), IMP_TERMS_STEP);
}

/* What ldtilecfg reads. */
typedef struct Shapes {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
} Shapes;

/* Tiles 0 to 3: sums; 4 and 5: of A; 6 and 7: of B. */
void imp_terms_begin_amx(int length)
{
    const int step = step_of(length);
    Shapes shapes = { .palette = 1 };

    for (int t = 0; t < 8; t++) {
        shapes.rows[t] = (uint8_t)(t < 6 ? ROWS : step / 2);
        shapes.row_bytes[t] = (uint16_t)(t == 4 || t == 5 ? 2 * step : 4 * COLUMNS);
    }
    /* gcc before 13.3 believes that 8 bytes of it are read (PR 114098) */
    IMP_WRITTEN(&shapes);
    _tile_loadconfig(&shapes);
}

void imp_terms_end_amx(void)
{
    _tile_release();
}

/* 1 or 2 times 16 rows x 1 or 2 panels. The intrinsics want numbers in plain digits. */
IMP_INLINE void block(const ImpTermGemm *g, const int tall, const int panels,
                      const uint16_t *a, const uint16_t *b, float *c)
{
    const int run = imp_terms_run(g->length), step = step_of(g->length);
    const size_t panel = (size_t)g->segments * (size_t)run * COLUMNS;
    const ptrdiff_t a_bytes = g->a_row * 2, c_bytes = g->c_row * 4;

    _tile_zero(0);
    if (tall > 1)
        _tile_zero(1);
    if (panels > 1)
        _tile_zero(2);
    if (tall > 1 && panels > 1)
        _tile_zero(3);
    for (int s = 0; s < g->segments; s++)
        for (int k = 0; k < run; k += step, b += step * COLUMNS) {
            const uint16_t *const at = a + s * g->a_segment + k;
            _tile_loadd(6, b, 4 * COLUMNS);
            _tile_loadd(4, at, a_bytes);
            _tile_dpbf16ps(0, 4, 6);
            if (tall > 1) {
                _tile_loadd(5, at + ROWS * g->a_row, a_bytes);
                _tile_dpbf16ps(1, 5, 6);
            }
            if (panels > 1) {
                _tile_loadd(7, b + panel, 4 * COLUMNS);
                _tile_dpbf16ps(2, 4, 7);
                if (tall > 1)
                    _tile_dpbf16ps(3, 5, 7);
            }
        }
    _tile_stored(0, c, c_bytes);
    if (tall > 1)
        _tile_stored(1, c + ROWS * g->c_row, c_bytes);
    if (panels > 1)
        _tile_stored(2, c + COLUMNS, c_bytes);
    if (tall > 1 && panels > 1)
        _tile_stored(3, c + COLUMNS + ROWS * g->c_row, c_bytes);
}

void imp_terms_gemm_amx(const ImpTermGemm *g)
{
    const int panels = (g->n + COLUMNS - 1) / COLUMNS;
    const size_t panel =
        (size_t)g->segments * (size_t)imp_terms_run(g->length) * COLUMNS;

    for (int i = 0; i < g->m; i += 2 * ROWS) {
        const bool tall = i + ROWS < g->m;
        for (int j = 0; j < panels; j += 2) {
            const uint16_t *const a = g->a + i * g->a_row, *const b = g->b + j * panel;
            float *const c = g->c + i * g->c_row + j * COLUMNS;
            if (tall && j + 1 < panels)
                block(g, 2, 2, a, b, c);
            else if (tall)
                block(g, 2, 1, a, b, c);
            else if (j + 1 < panels)
                block(g, 1, 2, a, b, c);
            else
                block(g, 1, 1, a, b, c);
        }
    }
}
