/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A tile is 16 rows of 64 bytes. One instruction adds to 16 x 16 sums the products of 16 rows of
 * A, 16 pairs each, with 16 pairs of 16 columns of B. B is packed in panels of 16 columns,
 * [panel][pair][column][term]: a tile of B is contiguous, and a tile of A is rows of V as they
 * lie. Three panels share a tile of A: 3 + 1 + 3 of the eight tiles, and 4 loads for 3 products,
 * which take twice as long.
 *
 * A row's sum is added in the same order in whichever block of rows it stands.
 *
 * Tiles need not be full: rows at the end of A, and steps of K where 16 pairs do not divide a
 * segment (48 channels are 24 pairs: two steps of 12), have a shape of their own, and nothing
 * beyond them is read. */
#include "config.h"

#include "gemm_amx.h"

#include <string.h>

#include "compiler.h"

#ifndef IMP_TILES_EMULATED /* tests/kernel has AMX in C */
#include <immintrin.h>
#endif

enum { ROWS = 16, PAIRS = 16, COLUMNS = 16, PANELS = 3 };

/* The upper half of x, rounded to nearest, ties to even. */
static uint16_t term(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof bits);
    if ((bits & 0x7fffffff) > 0x7f800000) /* not a number, and to stay so */
        return (uint16_t)(bits >> 16 | 0x40);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

void imp_gemm_pairs_pack_amx(float *packed, const float *b, int k, int n)
{
    uint16_t *to = (uint16_t *)packed;

    for (int j0 = 0; j0 < n; j0 += COLUMNS)
        for (int i = 0; i < k; i += 2)
            for (int j = j0; j < j0 + COLUMNS; j++)
                for (int t = 0; t < 2; t++)
                    *to++ = term(j < n ? b[((size_t)i + t) * n + j] : 0.0f);
}

/* What ldtilecfg reads. */
typedef struct Shapes {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
} Shapes;

/* Tiles 0 to 2: sums of three panels; 3: of A; 4 to 6: of three panels of B. The intrinsics want
 * numbers in plain digits. */
static void set_shapes(int rows, int pairs)
{
    Shapes shapes = { .palette = 1 };

    for (int t = 0; t < 7; t++) {
        shapes.rows[t] = (uint8_t)(t < 4 ? rows : pairs);
        shapes.row_bytes[t] = (uint16_t)(t == 3 ? 4 * pairs : 4 * COLUMNS);
    }
    IMP_WRITTEN(&shapes); /* gcc before 13.3 believes that 8 bytes of it are read (PR 114098) */
    _tile_loadconfig(&shapes);
}

/* Sums of `rows` rows from i and `panels` panels from j, `pairs` pairs of K at a time. */
static void block(const ImpGemm *g, int i, int rows, int j, int panels, int pairs)
{
    const size_t k_all = (size_t)g->segments * (size_t)g->length;
    const size_t panel = k_all * COLUMNS;
    const ptrdiff_t a_bytes = g->a_row * 4;
    const float *const a = g->a + i * g->a_row;
    const float *b = g->b + (size_t)j * panel;
    const int column0 = j * COLUMNS, left = g->n - column0;
    const int columns = imp_min(panels * COLUMNS, left);
    const bool whole = columns == panels * COLUMNS && !g->scale && !g->relu;
    float sums[ROWS][PANELS * COLUMNS];
    float *const to = whole ? g->c + i * g->c_row + column0 : sums[0];
    const ptrdiff_t to_bytes = whole ? g->c_row * 4 : (ptrdiff_t)sizeof sums[0];

    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    for (int s = 0; s < g->segments; s++)
        for (int k = 0; k < g->length; k += pairs, b += pairs * COLUMNS) {
            _tile_loadd(3, a + s * g->a_segment + k, a_bytes);
            _tile_loadd(4, b, 4 * COLUMNS);
            _tile_dpbf16ps(0, 3, 4);
            if (panels > 1) {
                _tile_loadd(5, b + panel, 4 * COLUMNS);
                _tile_dpbf16ps(1, 3, 5);
            }
            if (panels > 2) {
                _tile_loadd(6, b + 2 * panel, 4 * COLUMNS);
                _tile_dpbf16ps(2, 3, 6);
            }
        }
    _tile_stored(0, to, to_bytes);
    if (panels > 1) _tile_stored(1, to + COLUMNS, to_bytes);
    if (panels > 2) _tile_stored(2, to + 2 * COLUMNS, to_bytes);
    if (whole) return;
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < columns; c++) {
            float y = sums[r][c];
            if (g->scale) y = y * g->scale[column0 + c] + g->shift[column0 + c];
            g->c[(i + r) * g->c_row + column0 + c] = g->relu && !(y > 0.0f) ? 0.0f : y;
        }
}

void imp_gemm_pairs_amx(const ImpGemm *g)
{
    const int panels = (g->n + COLUMNS - 1) / COLUMNS;
    int pairs = imp_min(PAIRS, g->length), shaped = 0;

    while (g->length % pairs) pairs--;
    for (int i = 0; i < g->m; i += ROWS) {
        const int rows = imp_min(ROWS, g->m - i);
        if (rows != shaped) set_shapes(shaped = rows, pairs);
        for (int j = 0; j < panels; j += PANELS)
            block(g, i, rows, j, imp_min(PANELS, panels - j), pairs);
    }
    _tile_release();
}
