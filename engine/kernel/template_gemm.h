/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The matrix product on vectors of IMP_LANES floats; included by kernels_<level>.c after
 * template.h. */

/* ---- matrix product ------------------------------------------------------------------
 *
 * B is packed in panels of up to 3 vectors of columns, [panel][k][vector]; the last vector
 * is filled up with zeros. A micro-tile of `rows` x `vectors` sums stays in registers over the
 * whole of K: 8 x 3 or 12 x 2 of 32 registers, 4 x 3 or 6 x 2 of 16. */
enum {
    ROWS3 = IMP_REGISTERS == 32 ? 8 : 4,
    ROWS2 = IMP_REGISTERS == 32 ? 12 : 6,
    ROWS1 = IMP_REGISTERS == 32 ? 16 : 8,
    ROWS_MAX = 16,
};

static int panel_vectors(int vectors_left)
{
    return vectors_left == 4 ? 2 : vectors_left < 3 ? vectors_left : 3;
}

static void gemm_pack(float *packed, const float *b, int k, int n)
{
    const int vectors = (n + L - 1) / L;

    for (int v0 = 0; v0 < vectors;) {
        const int columns = panel_vectors(vectors - v0) * L;
        for (int i = 0; i < k; i++)
            for (int j = 0; j < columns; j++)
                *packed++ = v0 * L + j < n ? b[(size_t)i * n + v0 * L + j] : 0.0f;
        v0 += columns / L;
    }
}

/* rows x vectors sums from a, b into c; `columns` of them are wanted. */
IMP_INLINE void micro_tile(const int rows, const int vectors, const ImpGemm *g,
                           const float *a, const float *b, float *c, int column0,
                           int columns)
{
    Vec acc[ROWS_MAX][3];
    const float *row[ROWS_MAX];

    IMP_UNROLL for (int i = 0; i < rows; i++)
    {
        row[i] = a + i * g->a_row;
        IMP_UNROLL for (int v = 0; v < vectors; v++) acc[i][v] = zero();
    }
    for (int s = 0; s < g->segments; s++) {
        const ptrdiff_t offset = s * g->a_segment;
        for (ptrdiff_t k = offset; k < offset + g->length; k++) {
            Vec bv[3];
            IMP_UNROLL for (int v = 0; v < vectors; v++) bv[v] = load(b + v * L);
            IMP_UNROLL for (int i = 0; i < rows; i++)
            {
                const float x = row[i][k];
                IMP_UNROLL for (int v = 0; v < vectors; v++) acc[i][v] += x * bv[v];
            }
            b += vectors * L;
        }
    }
    if (columns == vectors * L) {
        IMP_UNROLL for (int v = 0; v < vectors; v++)
        {
            if (g->scale) {
                const Vec scale = load(g->scale + column0 + v * L);
                const Vec shift = load(g->shift + column0 + v * L);
                IMP_UNROLL for (int i = 0; i < rows; i++)
                    acc[i][v] = acc[i][v] * scale + shift;
            }
            IMP_UNROLL for (int i = 0; i < rows; i++)
                store(c + i * g->c_row + v * L, g->relu ? relu(acc[i][v]) : acc[i][v]);
        }
    } else {
        float line[3 * L] = { 0 };
        IMP_UNROLL for (int i = 0; i < rows; i++)
        {
            IMP_UNROLL for (int v = 0; v < vectors; v++) store(line + v * L, acc[i][v]);
            for (int j = 0; j < columns; j++) {
                float y = line[j];
                if (g->scale) y = y * g->scale[column0 + j] + g->shift[column0 + j];
                c[i * g->c_row + j] = g->relu && y < 0.0f ? 0.0f : y;
            }
        }
    }
}

/* All rows of one panel. The last block overlaps the one before it: each row's sum is added in
 * the same order wherever it stands, so rows written twice get the same bytes. */
#define PANEL(name, rows, vectors)                                                       \
    static void name(const ImpGemm *g, const float *b, int column0, int columns)         \
    {                                                                                    \
        int i = 0;                                                                       \
        for (; i + (rows) <= g->m; i += (rows))                                          \
            micro_tile(rows, vectors, g, g->a + i * g->a_row, b,                         \
                       g->c + i * g->c_row + column0, column0, columns);                 \
        if (i < g->m && g->m >= (rows)) {                                                \
            i = g->m - (rows);                                                           \
            micro_tile(rows, vectors, g, g->a + i * g->a_row, b,                         \
                       g->c + i * g->c_row + column0, column0, columns);                 \
        } else {                                                                         \
            for (; i < g->m; i++)                                                        \
                micro_tile(1, vectors, g, g->a + i * g->a_row, b,                        \
                           g->c + i * g->c_row + column0, column0, columns);             \
        }                                                                                \
    }
PANEL(panel1, ROWS1, 1)
PANEL(panel2, ROWS2, 2)
PANEL(panel3, ROWS3, 3)

static void gemm(const ImpGemm *g)
{
    const int vectors = (g->n + L - 1) / L;
    const size_t k = (size_t)g->segments * (size_t)g->length;
    const float *b = g->b;

    for (int v0 = 0; v0 < vectors;) {
        const int pv = panel_vectors(vectors - v0);
        const int left = g->n - v0 * L;
        const int columns = left < pv * L ? left : pv * L;
        if (pv == 3)
            panel3(g, b, v0 * L, columns);
        else if (pv == 2)
            panel2(g, b, v0 * L, columns);
        else
            panel1(g, b, v0 * L, columns);
        b += k * (size_t)pv * L;
        v0 += pv;
    }
}
