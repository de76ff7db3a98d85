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

static int at_most(int a, int b)
{
    return a < b ? a : b;
}

/* Each coarse pixel is the sum of its 2 x 2, brought back to alpha 1 where it is
 * more. */
static void push(const Level *fine, Level *coarse)
{
    for (int y = 0; y < coarse->height; y++)
        for (int x = 0; x < coarse->width; x++) {
            float sum[4] = { 0 };
            for (int i = 2 * y; i < at_most(2 * y + 2, fine->height); i++)
                for (int j = 2 * x; j < at_most(2 * x + 2, fine->width); j++)
                    for (int c = 0; c < 4; c++)
                        sum[c] += fine->rgba[((size_t)i * fine->width + j) * 4 + c];
            const float scale = sum[3] > 1.0f ? 1.0f / sum[3] : 1.0f;
            for (int c = 0; c < 4; c++)
                coarse->rgba[((size_t)y * coarse->width + x) * 4 + c] = sum[c] * scale;
        }
}

/* Neighbours and weight of a fine sample on the coarse level. */
static void neighbours(int fine, int coarse_size, int *low, int *high, float *weight)
{
    const int side = fine % 2 ? 1 : -1; /* the nearer other pixel */
    const int near = fine / 2, far = near + side;

    *low = near;
    *high = far < 0 ? 0 : at_most(far, coarse_size - 1);
    *weight = 0.25f;
}

static void pull(Level *fine, const Level *coarse)
{
    for (int y = 0; y < fine->height; y++)
        for (int x = 0; x < fine->width; x++) {
            float *const p = fine->rgba + ((size_t)y * fine->width + x) * 4;
            int y0, y1, x0, x1;
            float wy, wx;
            if (p[3] >= 1.0f)
                continue;
            neighbours(y, coarse->height, &y0, &y1, &wy);
            neighbours(x, coarse->width, &x0, &x1, &wx);
            for (int c = 0; c < 3; c++) {
                const float *const q = coarse->rgba + c;
                const size_t w = (size_t)coarse->width;
                const float top = q[((size_t)y0 * w + x0) * 4] * (1 - wx) +
                                  q[((size_t)y0 * w + x1) * 4] * wx;
                const float bottom = q[((size_t)y1 * w + x0) * 4] * (1 - wx) +
                                     q[((size_t)y1 * w + x1) * 4] * wx;
                p[c] += (1.0f - p[3]) * (top * (1 - wy) + bottom * wy);
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
        for (int c = 0; c < 3; c++) {
            const float x = rgba[4 * i + c];
            rgb[3 * i + c] = x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f;
        }
    return IMP_OK;
}
