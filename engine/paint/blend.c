/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Strength and keep colors (impasto.h). Both are linear in R'G'B': with Y' the luma of
 * BT.601 and chroma the rest, keeping chroma means t = painting + keep * ((photo -
 * Y'photo) - (painting - Y'painting)). */
#include "config.h"

#include "compiler.h"
#include "impasto.h"

static const float luma_r = 0.299f, luma_g = 0.587f, luma_b = 0.114f;

static float luma(const float *rgb)
{
    return luma_r * rgb[0] + luma_g * rgb[1] + luma_b * rgb[2];
}

static void blend_pixel(float out[3], const float photo[3], const float painting[3],
                        float strength, float keep)
{
    const float shift = luma(painting) - luma(photo);

    for (int c = 0; c < 3; c++) {
        const float kept = imp_clamp01(photo[c] + shift);
        const float target = painting[c] + keep * (kept - painting[c]);
        /* a photo's infinity must not make not-a-number of the painting */
        out[c] = strength < 1.0f ? photo[c] + strength * (target - photo[c]) : target;
    }
}

void imp_blend_f32(float *out, const float *photo, const float *painting, size_t pixels,
                   int channels, float strength, float keep_colors)
{
    for (size_t i = 0; i < pixels;
         i++, out += channels, photo += channels, painting += 3) {
        const float alpha = channels == 4 ? photo[3] : 0.0f;
        float blended[3];
        if (strength <= 0.0f) { /* exactly the photo, not-a-number included */
            for (int c = 0; c < 3; c++)
                blended[c] = photo[c];
        } else {
            blend_pixel(blended, photo, painting, strength, keep_colors);
        }
        for (int c = 0; c < 3; c++)
            out[c] = blended[c];
        if (channels == 4)
            out[3] = alpha;
    }
}

/* Fixed point: ONE is 1. */
enum { ONE_BITS = 15, ONE = 1 << ONE_BITS };

static int luma_u8(const uint8_t *rgb)
{
    return (int)(luma_r * ONE) * rgb[0] + (int)(luma_g * ONE) * rgb[1] +
           (int)(luma_b * ONE) * rgb[2];
}

/* `channels` a constant where this is called: each has a loop of its own. */
static inline void keep_colors_u8(uint8_t *out, const uint8_t *photo,
                                  const uint8_t *painting, size_t pixels, int channels,
                                  int keep)
{
    for (size_t i = 0; i < pixels;
         i++, out += channels, photo += channels, painting += 3) {
        const int shift = (luma_u8(painting) - luma_u8(photo) + ONE / 2) >> ONE_BITS;
        const uint8_t alpha = photo[channels - 1];
        for (int c = 0; c < 3; c++) {
            const int moved = photo[c] + shift;
            const int kept = moved < 0 ? 0 : moved > 255 ? 255 : moved;
            out[c] = (uint8_t)((painting[c] * (ONE - keep) + kept * keep + ONE / 2) >>
                               ONE_BITS);
        }
        if (channels == 4)
            out[3] = alpha;
    }
}

void imp_keep_colors_u8(uint8_t *out, const uint8_t *photo, const uint8_t *painting,
                        size_t pixels, int channels, float keep_colors)
{
    const int keep = (int)(keep_colors * ONE + 0.5f);

    if (channels == 4)
        keep_colors_u8(out, photo, painting, pixels, 4, keep);
    else
        keep_colors_u8(out, photo, painting, pixels, 3, keep);
}
