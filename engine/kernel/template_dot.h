/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The matrix product of three columns, on vectors of at most 8 floats; included by
 * kernels_<level>.c after template.h.
 *
 * Lanes walk K, not the columns: a row of A is read in whole vectors, each multiplied
 * by one of b for every column, [segment][vector][column][lane]. A segment's last
 * vector is filled up with zeros, in b at packing and in A by a mask (what lies there
 * may be anything). A micro-tile of `rows` x 3 sums stays in registers: 8 of 32, 4 of
 * 16.
 *
 * Not on vectors of 16: the painter's 24 channels are three vectors of 8, which never
 * straddle two cache lines, and the sums that are left over are half as many. */
IMP_VECTOR_TYPES(Dot, IMP_LANES < 8 ? IMP_LANES : 8);

enum { D = sizeof(Dot) / sizeof(float), DOT_ROWS = IMP_REGISTERS == 32 ? 8 : 4 };

static void dot3_pack(float *packed, const float *b, int segments, int length)
{
    const int vectors = (length + D - 1) / D;

    for (int s = 0; s < segments; s++, b += 3 * length)
        for (int v = 0; v < vectors; v++)
            for (int j = 0; j < 3; j++)
                for (int k = v * D; k < (v + 1) * D; k++)
                    *packed++ = k < length ? b[3 * k + j] : 0.0f;
}

/* One vector of K: mask its lanes of A, and add its products. */
#define DOT_STEP(mask)                                                                 \
    do {                                                                               \
        const Dot b0 = *(const Dot_u *)b, b1 = *(const Dot_u *)(b + D),                \
                  b2 = *(const Dot_u *)(b + 2 * D);                                    \
        IMP_UNROLL                                                                     \
        for (int i = 0; i < rows; i++) {                                               \
            const Dot x = mask(*(const Dot_u *)(p + i * g->a_row));                    \
            acc[i][0] += x * b0;                                                       \
            acc[i][1] += x * b1;                                                       \
            acc[i][2] += x * b2;                                                       \
        }                                                                              \
        b += 3 * D;                                                                    \
    } while (0)
#define WHOLE(x) (x)
#define TAIL(x) (Dot)(tail & (Dot_bits)(x))

IMP_INLINE void dot_tile(const int rows, const ImpGemm *g, const float *a, float *c)
{
    const int whole = g->length / D;
    Dot_bits tail = { 0 };
    const float *b = g->b;
    Dot acc[DOT_ROWS][3];

    for (int k = whole * D; k < g->length; k++)
        tail[k - whole * D] = -1;
    IMP_UNROLL
    for (int i = 0; i < rows; i++) {
        IMP_UNROLL
        for (int j = 0; j < 3; j++)
            acc[i][j] = (Dot) { 0 };
    }
    for (int s = 0; s < g->segments; s++, a += g->a_segment) {
        const float *p = a;
        for (int v = 0; v < whole; v++, p += D)
            DOT_STEP(WHOLE);
        if (g->length % D)
            DOT_STEP(TAIL);
    }
    IMP_UNROLL
    for (int i = 0; i < rows; i++) {
        IMP_UNROLL
        for (int j = 0; j < 3; j++)
            *(Dot_u *)(c + i * g->c_row + j * D) = acc[i][j];
    }
}

static void dot3(const ImpGemm *g)
{
    int i = 0;

    for (; i + DOT_ROWS <= g->m; i += DOT_ROWS)
        dot_tile(DOT_ROWS, g, g->a + i * g->a_row, g->c + i * g->c_row);
    for (; i < g->m; i++)
        dot_tile(1, g, g->a + i * g->a_row, g->c + i * g->c_row);
}

/* The lanes of x in four sums. */
IMP_INLINE Quad fold(const float *x)
{
    Quad sum = *(const Quad_u *)x;

    if (D == 8)
        sum += *(const Quad_u *)(x + D - 4);
    return sum;
}

/* Sums of all lanes of four neighbours. */
IMP_INLINE Quad fold4(const float *x)
{
    const Quad a = fold(x), b = fold(x + D), c = fold(x + 2 * D), d = fold(x + 3 * D);
    const Quad ab = IMP_SHUFFLE4(Quad_bits, a, b, 0, 4, 1, 5) +
                    IMP_SHUFFLE4(Quad_bits, a, b, 2, 6, 3, 7);
    const Quad cd = IMP_SHUFFLE4(Quad_bits, c, d, 0, 4, 1, 5) +
                    IMP_SHUFFLE4(Quad_bits, c, d, 2, 6, 3, 7);
    return IMP_SHUFFLE4(Quad_bits, ab, cd, 0, 1, 4, 5) +
           IMP_SHUFFLE4(Quad_bits, ab, cd, 2, 3, 6, 7);
}

/* Four pixels are twelve sums: three vectors, whose scales repeat. */
static void lane_sum3(float *out, const float *x, size_t pixels,
                      const ImpEpilogue *epilogue)
{
    float scale[12], shift[12], rest[12];

    for (int i = 0; i < 12; i++) {
        scale[i] = epilogue->scale ? epilogue->scale[i % 3] : 1.0f;
        shift[i] = epilogue->scale ? epilogue->shift[i % 3] : 0.0f;
    }
    for (; pixels > 0; x += 12 * D, out += 12) {
        const size_t now = pixels < 4 ? pixels : 4;
        float *const to = now == 4 ? out : rest;
        IMP_UNROLL
        for (int i = 0; i < 12; i += 4) {
            Quad y = fold4(x + i * D) * *(const Quad_u *)(scale + i) +
                     *(const Quad_u *)(shift + i);
            if (epilogue->relu)
                y = (Quad)((Quad_bits)y & (y > (Quad) { 0 }));
            *(Quad_u *)(to + i) = y;
        }
        if (now < 4)
            memcpy(out, rest, now * 3 * sizeof *out);
        pixels -= now;
    }
}
