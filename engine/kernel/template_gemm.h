/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The matrix product on vectors of IMP_LANES floats; included by kernels_<level>.c
 * after template.h. */

/* ---- matrix product -----------------------------------------------------------------
 *
 * B is packed in panels, [panel][k][column], of 3, 2, 1 1/2 or 1 vectors of columns,
 * the last one filled up with zeros: 24 columns are one and a half vectors of 16. A
 * micro-tile of `rows` x panel sums stays in registers over the whole of K: 8 x 3 or 12
 * x 2 of 32 registers, 4 x 3 or 6 x 2 of 16.
 *
 * The packed B of all products of a layer is larger than the L2 cache, and one stream
 * that goes on where the product ends. So while the rows of A meet one panel, each
 * block of rows asks for its share of the next one, evenly. */
enum {
    ROWS3 = IMP_REGISTERS == 32 ? 8 : 4,
    ROWS2 = IMP_REGISTERS == 32 ? 12 : 6,
    ROWS1 = IMP_REGISTERS == 32 ? 16 : 8,
    ROWS_MAX = 16,
    LINE = 16, /* floats of a cache line */
    IN_L2 = 2, /* a prefetch that leaves the L1 cache to what is in use */
};

/* Columns of the next panel, of `left`. */
static int panel_columns(int left)
{
    const int vectors = (left + L - 1) / L;

    if (H < L && left > L && left <= L + H)
        return L + H;
    return (vectors == 4 ? 2 : vectors < 3 ? vectors : 3) * L;
}

static void gemm_pack(float *packed, const float *b, int k, int n)
{
    for (int j0 = 0; j0 < n; j0 += panel_columns(n - j0)) {
        const int end = j0 + panel_columns(n - j0);
        for (int i = 0; i < k; i++)
            for (int j = j0; j < end; j++)
                *packed++ = j < n ? b[(size_t)i * n + j] : 0.0f;
    }
}

/* sum += x * b, or where a float holds a pair of terms, both products. */
#if IMP_BF16
#define ADD_(sum, x, b, ADD_PAIRS)                                                     \
    do {                                                                               \
        if (pairs)                                                                     \
            (sum) = ADD_PAIRS(sum, x, b);                                              \
        else                                                                           \
            (sum) += (x) * (b);                                                        \
    } while (0)
#define ADD(sum, x, b) ADD_(sum, x, b, add_pairs)
#define ADD_HALF(sum, x, b) ADD_(sum, x, b, add_pairs_half)
#else
#define ADD(sum, x, b) ((sum) += (x) * (b))
#define ADD_HALF ADD
#endif

#if IMP_BF16
static void gemm_pairs_pack(float *packed, const float *b, int k, int n)
{
    Term *to = (Term *)packed;

    for (int j0 = 0; j0 < n; j0 += panel_columns(n - j0)) {
        const int end = j0 + panel_columns(n - j0);
        for (int i = 0; i < k; i += 2)
            for (int j = j0; j < end; j++) {
                *to++ = term(j < n ? b[(size_t)i * n + j] : 0.0f);
                *to++ = term(j < n ? b[((size_t)i + 1) * n + j] : 0.0f);
            }
    }
}
#endif

/* One vector of a row's sums, `y`, through the epilogue into c. */
#define FINISH_SUM(T, LD, ST, RELU, y, at)                                             \
    do {                                                                               \
        if (g->scale)                                                                  \
            y = y * LD(g->scale + column0 + (at)) + LD(g->shift + column0 + (at));     \
        ST(c + i * g->c_row + (at), g->relu ? RELU(y) : (y));                          \
    } while (0)

/* rows x (vectors, and a half) sums from a, b into c; `columns` of them are wanted.
 * pairs: a float of A and B is two terms. ahead: asked for, `step` floats with each of
 * K. */
IMP_INLINE void micro_tile(const int rows, const int vectors, const int half,
                           const bool pairs, const ImpGemm *g, const float *a,
                           const float *b, float *c, int column0, int columns,
                           const float *ahead, int step)
{
    const int width = vectors * L + half * H;
    Vec acc[ROWS_MAX][3];
    Half acc_half[ROWS_MAX];

    IMP_UNROLL
    for (int i = 0; i < rows; i++) {
        IMP_UNROLL
        for (int v = 0; v < vectors; v++)
            acc[i][v] = zero();
        if (half)
            acc_half[i] = (Half) { 0 };
    }
    for (int s = 0; s < g->segments; s++) {
        const float *const segment = a + s * g->a_segment;
        for (ptrdiff_t k = 0; k < g->length; k++, b += width) {
            Vec bv[3];
            IMP_UNROLL
            for (int v = 0; v < vectors; v++)
                if (v * LINE < step)
                    __builtin_prefetch(ahead + v * LINE, 0, IN_L2);
            ahead += step;
            IMP_UNROLL
            for (int v = 0; v < vectors; v++)
                bv[v] = load(b + v * L);
            const Half bh = half ? load_half(b + vectors * L) : (Half) { 0 };
            IMP_UNROLL
            for (int i = 0; i < rows; i++) {
                const float x = segment[i * g->a_row + k];
                IMP_UNROLL
                for (int v = 0; v < vectors; v++)
                    ADD(acc[i][v], x, bv[v]);
                if (half)
                    ADD_HALF(acc_half[i], x, bh);
            }
        }
    }
    if (columns == width) {
        IMP_UNROLL
        for (int i = 0; i < rows; i++) {
            IMP_UNROLL
            for (int v = 0; v < vectors; v++)
                FINISH_SUM(Vec, load, store, relu, acc[i][v], v * L);
            if (half)
                FINISH_SUM(Half, load_half, store_half, relu_half, acc_half[i],
                           vectors * L);
        }
    } else {
        float line[3 * L] = { 0 };
        IMP_UNROLL
        for (int i = 0; i < rows; i++) {
            IMP_UNROLL
            for (int v = 0; v < vectors; v++)
                store(line + v * L, acc[i][v]);
            if (half)
                store_half(line + vectors * L, acc_half[i]);
            for (int j = 0; j < columns; j++)
                FINISH_SUM(float, load1, store1, relu1, line[j], j);
        }
    }
}

/* `rows` rows of one panel, from row i of the product. */
#define ROWS(rows, vectors, half)                                                      \
    micro_tile(rows, vectors, half, pairs, g, g->a + i * g->a_row, b,                  \
               g->c + i * g->c_row + column0, column0, columns,                        \
               next + k * width * i / g->m, width * (rows) / g->m)

/* All rows of one panel. The last block overlaps the one before it: each row's sum
 * is added in the same order wherever it stands, so rows written twice get the same
 * bytes. */
#define PANEL(name, rows, vectors, half)                                               \
    IMP_INLINE void name(const bool pairs, const ImpGemm *g, const float *b,           \
                         int column0, int columns)                                     \
    {                                                                                  \
        int i = 0;                                                                     \
        const ptrdiff_t k = g->segments * g->length;                                   \
        const int width = (vectors)*L + (half)*H;                                      \
        const float *const next = b + k * width;                                       \
        for (; i + (rows) <= g->m; i += (rows))                                        \
            ROWS(rows, vectors, half);                                                 \
        for (; i + (rows) / 2 <= g->m; i += (rows) / 2)                                \
            ROWS((rows) / 2, vectors, half);                                           \
        if (i < g->m && g->m >= (rows) / 2) {                                          \
            i = g->m - (rows) / 2;                                                     \
            ROWS((rows) / 2, vectors, half);                                           \
        } else {                                                                       \
            for (; i < g->m; i++)                                                      \
                ROWS(1, vectors, half);                                                \
        }                                                                              \
    }
PANEL(panel1, ROWS1, 1, 0)
PANEL(panel1_half, ROWS2, 1, 1)
PANEL(panel2, ROWS2, 2, 0)
PANEL(panel3, ROWS3, 3, 0)

IMP_INLINE void all_panels(const bool pairs, const ImpGemm *g)
{
    const size_t k = (size_t)g->segments * (size_t)g->length;
    const float *b = g->b;
    int width;

    for (int j = 0; j < g->n; j += width) {
        width = panel_columns(g->n - j);
        const int columns = g->n - j < width ? g->n - j : width;
        if (width == 3 * L)
            panel3(pairs, g, b, j, columns);
        else if (width == 2 * L)
            panel2(pairs, g, b, j, columns);
        else if (width == L)
            panel1(pairs, g, b, j, columns);
        else
            panel1_half(pairs, g, b, j, columns);
        b += k * (size_t)width;
    }
}

static void gemm(const ImpGemm *g)
{
    all_panels(false, g);
}

#if IMP_BF16
static void gemm_pairs(const ImpGemm *g)
{
    all_panels(true, g);
}
#endif
