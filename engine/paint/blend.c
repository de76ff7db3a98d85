/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Strength and keep colors (impasto.h). Both are linear in R'G'B': with Y' the luma of BT.601 and
 * chroma the rest, keeping chroma means t = painting + keep * ((photo - Y'photo) - (painting -
 * Y'painting)). */
#include "config.h"

#include "impasto.h"

static const float luma_r = 0.299f, luma_g = 0.587f, luma_b = 0.114f;

static float luma(const float *rgb)
{
    return luma_r * rgb[0] + luma_g * rgb[1] + luma_b * rgb[2];
}

static float clamp01(float x)
{
    return x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f;
}

static void blend_pixel(float out[3], const float photo[3], const float painting[3],
                        float strength, float keep)
{
    const float shift = luma(painting) - luma(photo);

    for (int c = 0; c < 3; c++) {
        const float kept = clamp01(photo[c] + shift);
        const float target = painting[c] + keep * (kept - painting[c]);
        out[c] = photo[c] + strength * (target - photo[c]);
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
            for (int c = 0; c < 3; c++) blended[c] = photo[c];
        } else {
            blend_pixel(blended, photo, painting, strength, keep_colors);
        }
        for (int c = 0; c < 3; c++) out[c] = blended[c];
        if (channels == 4) out[3] = alpha;
    }
}

void imp_blend_u8(uint8_t *out, const uint8_t *photo, const uint8_t *painting, size_t pixels,
                  int channels, float strength, float keep_colors)
{
    for (size_t i = 0; i < pixels;
         i++, out += channels, photo += channels, painting += 3) {
        const float p[3] = { photo[0] / 255.0f, photo[1] / 255.0f, photo[2] / 255.0f };
        const float q[3] = { painting[0] / 255.0f, painting[1] / 255.0f,
                             painting[2] / 255.0f };
        const uint8_t alpha = channels == 4 ? photo[3] : 0;
        float blended[3];
        blend_pixel(blended, p, q, strength, keep_colors);
        for (int c = 0; c < 3; c++) out[c] = (uint8_t)(clamp01(blended[c]) * 255.0f + 0.5f);
        if (channels == 4) out[3] = alpha;
    }
}
