/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Paintings kept. */
#include "config.h"

#include "kept.h"

#include "status.h"

ImpStatus imp_kept_init(ImpKept *kept, int x, int y, int width, int height,
                        ImpError *err)
{
    const size_t values = (size_t)width * (size_t)height * 3;

    *kept = (ImpKept) { imp_alloc(values, sizeof *kept->rgb), x, y, width, height };
    return kept->rgb ? IMP_OK : imp_fail_memory(err, values * sizeof *kept->rgb);
}

bool imp_kept_write(void *user, int x, int y, int w, int h, const float *rgb)
{
    for (int i = 0; i < h; i++, rgb += 3 * w) {
        uint16_t *const row = imp_kept_at(user, x, y + i);
        for (int j = 0; j < 3 * w; j++)
            row[j] = (uint16_t)(rgb[j] * IMP_KEPT_ONE + 0.5f);
    }
    return true;
}
