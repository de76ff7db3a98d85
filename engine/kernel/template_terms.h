/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* What stands around products of terms (kernels.h: ImpTermKernels), on vectors of 16
 * floats; included by kernels_<level>.c after template.h. */
#include <immintrin.h>

/* The lanes of n values that vector `block` of 16 holds. */
IMP_INLINE __mmask16 lanes_of(size_t n, size_t block)
{
    const size_t left = n - 16 * block;

    return left >= 16 ? 0xffff : (__mmask16)((1u << left) - 1);
}

/* 16 values, of which the first term is the lower half of a lane. */
IMP_INLINE __m512i split_terms(__m512 x)
{
    const __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(x));
    const __m512 rest = x - _mm512_castsi512_ps(_mm512_slli_epi32(high, 16));

    return _mm512_or_si512(high,
                           _mm512_slli_epi32(_mm512_cvtepu16_epi32(
                                                 (__m256i)_mm512_cvtneps_pbh(rest)),
                                             16));
}

static void split(uint16_t *to, const float *from, size_t n)
{
    for (size_t i = 0; i < n; i += 16) {
        const __mmask16 lanes = lanes_of(n, i / 16);
        _mm512_mask_storeu_epi32(to + 2 * i, lanes,
                                 split_terms(_mm512_maskz_loadu_ps(lanes, from + i)));
    }
}

IMP_INLINE __m512 terms_of(__m256i bits)
{
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
}

enum { BLOCKS_MAX = 6 };

/* The epilogue of `count` channels, `blocks` x 16 or somewhat fewer, of pixels of
 * `channels`; from: floats, or with of_terms, terms. Scales and shifts stay in
 * registers, and planes are walked as they lie: channel by channel, a tenth of a run
 * was lost. */
IMP_INLINE void finish_pixels(const int blocks, const bool of_terms,
                              const bool with_residual, uint16_t *out, const void *from,
                              ptrdiff_t from_pixel, int count, int channels,
                              size_t pixels, const ImpEpilogue *e, int channel0)
{
    const uint16_t *residual =
        (const uint16_t *)e->residual + (with_residual ? channel0 : 0);
    const float *floats = (const float *)from + (of_terms ? 0 : channel0);
    const uint16_t *terms = (const uint16_t *)from + (of_terms ? channel0 : 0);
    const bool with_relu = e->relu;
    __m512 scale[BLOCKS_MAX], shift[BLOCKS_MAX];

    out += channel0;
    IMP_UNROLL
    for (int b = 0; b < blocks; b++) {
        const __mmask16 lanes = lanes_of((size_t)count, (size_t)b);
        const ptrdiff_t c = channel0 + 16 * b;
        scale[b] = e->scale ? _mm512_maskz_loadu_ps(lanes, e->scale + c)
                            : _mm512_set1_ps(1.0f);
        shift[b] =
            e->scale ? _mm512_maskz_loadu_ps(lanes, e->shift + c) : _mm512_setzero_ps();
    }
    for (size_t i = 0; i < pixels; i++) {
        IMP_UNROLL
        for (int b = 0; b < blocks; b++) {
            const __mmask16 lanes =
                b + 1 < blocks ? 0xffff : lanes_of((size_t)count, (size_t)b);
            __m512 y = of_terms
                           ? terms_of(_mm256_maskz_loadu_epi16(lanes, terms + 16 * b))
                           : _mm512_maskz_loadu_ps(lanes, floats + 16 * b);
            y = _mm512_fmadd_ps(y, scale[b], shift[b]);
            if (with_residual)
                y += terms_of(_mm256_maskz_loadu_epi16(lanes, residual + 16 * b));
            if (with_relu)
                y = (__m512)relu((Vec)y);
            _mm256_mask_storeu_epi16(out + 16 * b, lanes,
                                     (__m256i)_mm512_cvtneps_pbh(y));
        }
        out += channels;
        floats += of_terms ? 0 : from_pixel;
        terms += of_terms ? from_pixel : 0;
        if (with_residual)
            residual += channels;
    }
}

/* The painter's widths, 24, 48 and 96, are one piece each. */
IMP_INLINE void finish_channels(const bool of_terms, const bool with_residual,
                                uint16_t *out, const void *from, ptrdiff_t from_pixel,
                                int channels, size_t pixels, const ImpEpilogue *e)
{
#define PIECE(blocks)                                                                  \
    finish_pixels(blocks, of_terms, with_residual, out, from, from_pixel,              \
                  left < 16 * (blocks) ? left : 16 * (blocks), channels, pixels, e, c)
    for (int c = 0, left = channels; left > 0;) {
        const int blocks = left > 80 ? 6 : left > 32 ? 3 : left > 16 ? 2 : 1;
        if (blocks == 6)
            PIECE(6);
        else if (blocks == 3)
            PIECE(3);
        else if (blocks == 2)
            PIECE(2);
        else
            PIECE(1);
        c += 16 * blocks;
        left -= 16 * blocks;
    }
#undef PIECE
}

static void epilogue_terms(uint16_t *out, const float *from, ptrdiff_t from_pixel,
                           int channels, size_t pixels, const ImpEpilogue *e)
{
    if (e->residual)
        finish_channels(false, true, out, from, from_pixel, channels, pixels, e);
    else
        finish_channels(false, false, out, from, from_pixel, channels, pixels, e);
}

static void epilogue_of_terms(uint16_t *out, const uint16_t *from, int channels,
                              size_t pixels, const ImpEpilogue *e)
{
    if (e->residual)
        finish_channels(true, true, out, from, channels, channels, pixels, e);
    else
        finish_channels(true, false, out, from, channels, channels, pixels, e);
}

/* The doubles of `lanes`. */
IMP_INLINE void add_doubles(double *to, __m512 x, __mmask16 lanes)
{
    const __mmask8 low = (__mmask8)lanes, high = (__mmask8)(lanes >> 8);

    _mm512_mask_storeu_pd(to, low,
                          _mm512_maskz_loadu_pd(low, to) +
                              _mm512_cvtps_pd(_mm512_castps512_ps256(x)));
    _mm512_mask_storeu_pd(to + 8, high,
                          _mm512_maskz_loadu_pd(high, to + 8) +
                              _mm512_cvtps_pd(_mm512_extractf32x8_ps(x, 1)));
}

static void moments_terms(double *sum, double *square, const float *from,
                          ptrdiff_t from_pixel, const float *shift, int channels,
                          size_t pixels)
{
    for (int c = 0; c < channels; c += 16) {
        const __mmask16 lanes = lanes_of((size_t)channels, (size_t)c / 16);
        const __m512 add = _mm512_maskz_loadu_ps(lanes, shift + c);
        __m512 s = _mm512_setzero_ps(), q = s;
        for (size_t i = 0; i < pixels; i++) {
            const __m512 x =
                _mm512_maskz_loadu_ps(lanes, from + (ptrdiff_t)i * from_pixel + c) +
                add;
            s += x;
            q = _mm512_fmadd_ps(x, x, q);
        }
        add_doubles(sum + c, s, lanes);
        add_doubles(square + c, q, lanes);
    }
}

static void spread3(float *out, const float *from, ptrdiff_t from_pixel, int taps,
                    size_t pixels, const ImpEpilogue *epilogue)
{
    Quad scale = { 1, 1, 1, 1 }, shift = { 0 };

    for (int c = 0; epilogue->scale && c < 3; c++) {
        scale[c] = epilogue->scale[c];
        shift[c] = epilogue->shift[c];
    }
    for (size_t i = 0; i < pixels; i++, from += from_pixel, out += 3) {
        Quad y = { 0 };
        for (int t = 0; t < taps; t++)
            y += *(const Quad_u *)(from + t * (from_pixel + 3));
        y = y * scale + shift;
        if (epilogue->relu)
            y = (Quad)((Quad_bits)y & (y > (Quad) { 0 }));
        if (i + 1 < pixels)
            *(Quad_u *)out = y; /* the next pixel covers the fourth */
        else
            memcpy(out, &y, 3 * sizeof *out);
    }
}
