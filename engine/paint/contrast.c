/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The strip of patches (contrast.h). */
#include "config.h"

#include "contrast.h"

#include <math.h>
#include <string.h>

#include "status.h"

/* Root mean square from where a picture has contrast enough: 8 of 255. A foggy morning
 * has 15. */
#define ENOUGH (8.0 / 255)
/* The strip's share of the picture's width, and the side of a patch, in pixels. */
#define SHARE 8
#define PATCH 16

float imp_lack_of_contrast(const ImpPlane *picture)
{
    const size_t pixels = (size_t)picture->width * (size_t)picture->height;
    double sum[3] = { 0 }, square[3] = { 0 }, variance = 0;

    for (size_t i = 0; i < pixels; i++)
        for (int c = 0; c < 3; c++) {
            const double v = picture->rgb[3 * i + c];
            sum[c] += v;
            square[c] += v * v;
        }
    for (int c = 0; c < 3; c++) {
        const double mean = sum[c] / (double)pixels;
        variance += fmax(square[c] / (double)pixels - mean * mean, 0.0) / 3;
    }
    return (float)fmax(0.0, 1.0 - sqrt(variance) / ENOUGH);
}

/* A number of 0 .. 1 that is always the same for the same patch and channel. */
static float patch_value(int row, int column, int channel)
{
    uint32_t h = (uint32_t)row * 73856093u ^ (uint32_t)column * 19349663u ^
                 (uint32_t)channel * 83492791u;

    h = (h ^ h >> 15) * 2246822519u;
    h = (h ^ h >> 13) * 3266489917u;
    return (float)((h ^ h >> 16) & 0xffff) / 0xffff;
}

ImpStatus imp_beside_contrast(ImpPlane *out, const ImpRows *picture, float lack,
                              ImpError *err)
{
    const int strip = picture->width / SHARE + PATCH;
    const int width = picture->width + strip, height = picture->height;
    const size_t floats = (size_t)width * (size_t)height * 3;
    float *const scratch = imp_alloc(picture->scratch_floats + 1, sizeof *scratch);

    *out = (ImpPlane) { imp_alloc(floats, sizeof *out->rgb), width, height };
    if (!out->rgb || !scratch) {
        imp_free(scratch);
        imp_free(out->rgb);
        out->rgb = NULL;
        return imp_fail_memory(err, floats * sizeof *out->rgb);
    }
    for (int y = 0; y < height; y++) {
        float *const row = out->rgb + (size_t)y * width * 3;
        picture->fill(picture->user, y, 0, picture->width, row, scratch);
        for (int x = 0; x < strip; x++)
            for (int c = 0; c < 3; c++)
                row[3 * (picture->width + x) + c] =
                    0.5f + lack * (patch_value(y / PATCH, x / PATCH, c) - 0.5f);
    }
    imp_free(scratch);
    return IMP_OK;
}
