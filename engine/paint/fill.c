/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Push-pull: means over ever larger squares on the way down, and on the way up each
 * pixel's lack of alpha is made good from the coarser level, bilinearly. */
#include "config.h"

#include "fill.h"

#include <string.h>

#include "status.h"

#define LEVELS_MAX 32

typedef struct Level {
    float *rgba;
    int width, height;
} Level;

/* Each coarse pixel is the sum of its 2 x 2, brought back to alpha 1 where it is
 * more. */
static void push(const Level *fine, Level *coarse)
{
    for (int y = 0; y < coarse->height; y++)
        for (int x = 0; x < coarse->width; x++) {
            float sum[4] = { 0 };
            for (int i = 2 * y; i < imp_min(2 * y + 2, fine->height); i++)
                for (int j = 2 * x; j < imp_min(2 * x + 2, fine->width); j++)
                    for (int c = 0; c < 4; c++)
                        sum[c] += fine->rgba[((size_t)i * fine->width + j) * 4 + c];
            const float scale = sum[3] > 1.0f ? 1.0f / sum[3] : 1.0f;
            for (int c = 0; c < 4; c++)
                coarse->rgba[((size_t)y * coarse->width + x) * 4 + c] = sum[c] * scale;
        }
}

/* The coarse pixel next to that of a fine one, on the nearer side. */
static int neighbour(int fine, int coarse_size)
{
    const int far = fine / 2 + (fine % 2 ? 1 : -1);

    return imp_max(0, imp_min(far, coarse_size - 1));
}

static void pull(Level *fine, const Level *coarse)
{
    for (int y = 0; y < fine->height; y++)
        for (int x = 0; x < fine->width; x++) {
            float *const p = fine->rgba + ((size_t)y * fine->width + x) * 4;
            if (p[3] >= 1.0f)
                continue;
            const size_t w = (size_t)coarse->width;
            const size_t y0 = (size_t)(y / 2),
                         y1 = (size_t)neighbour(y, coarse->height);
            const size_t x0 = (size_t)(x / 2), x1 = (size_t)neighbour(x, coarse->width);
            for (int c = 0; c < 3; c++) {
                const float *const q = coarse->rgba + c;
                const float top =
                    0.75f * q[(y0 * w + x0) * 4] + 0.25f * q[(y0 * w + x1) * 4];
                const float bottom =
                    0.75f * q[(y1 * w + x0) * 4] + 0.25f * q[(y1 * w + x1) * 4];
                p[c] += (1.0f - p[3]) * (0.75f * top + 0.25f * bottom);
            }
            p[3] = 1.0f;
        }
}

ImpStatus imp_fill(float *rgb, float *rgba, int width, int height, ImpError *err)
{
    const size_t pixels = (size_t)width * height;
    Level level[LEVELS_MAX] = { { rgba, width, height } };
    size_t extra = 0;
    int levels = 1;
    bool opaque = true;
    float *memory = NULL;

    for (size_t i = 0; i < pixels && opaque; i++)
        opaque = rgba[4 * i + 3] >= 1.0f;
    while (!opaque && (level[levels - 1].width > 1 || level[levels - 1].height > 1)) {
        Level *const l = &level[levels], *const finer = &level[levels - 1];
        l->width = (finer->width + 1) / 2;
        l->height = (finer->height + 1) / 2;
        extra += (size_t)l->width * l->height;
        levels++;
    }
    if (levels > 1) {
        memory = imp_alloc(extra * 4, sizeof *memory);
        if (!memory)
            return imp_fail_memory(err, extra * 4 * sizeof *memory);
    }
    float *at = memory;
    for (int i = 1; i < levels; i++) {
        level[i].rgba = at;
        at += (size_t)level[i].width * level[i].height * 4;
        push(&level[i - 1], &level[i]);
    }
    if (!opaque) { /* what the last pixel lacks is gray */
        float *const p = level[levels - 1].rgba;
        for (int c = 0; c < 3; c++)
            p[c] += 0.5f * (1.0f - p[3]);
        p[3] = 1.0f;
    }
    for (int i = levels - 2; i >= 0; i--)
        pull(&level[i], &level[i + 1]);
    imp_free(memory);
    for (size_t i = 0; i < pixels; i++)
        for (int c = 0; c < 3; c++)
            rgb[3 * i + c] = imp_clamp01(rgba[4 * i + c]);
    return IMP_OK;
}
