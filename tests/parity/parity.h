/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* What the parity tests share: a picture's numbers as PyTorch had them, and the
 * comparison with a tensor of the fixture. */
#ifndef IMP_PARITY_H
#define IMP_PARITY_H

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <math.h>

#include "safetensors.h"
#include "status.h"
#include "testing.h"

/* Of the largest number of its kind. */
typedef struct Tolerance {
    double worst, mean;
} Tolerance;

static const Tolerance exact = { 1e-3, 1e-3 };

/* [height][width][3], 0 .. 1; free it. */
static inline float *read_picture(const char *path, int *width, int *height)
{
    GError *error = NULL;
    GdkPixbuf *const picture = gdk_pixbuf_new_from_file(path, &error);

    if (!picture)
        fail_msg("%s", error->message);
    *width = gdk_pixbuf_get_width(picture);
    *height = gdk_pixbuf_get_height(picture);

    const int channels = gdk_pixbuf_get_n_channels(picture);
    const int pitch = gdk_pixbuf_get_rowstride(picture);
    const guint8 *const bytes = gdk_pixbuf_read_pixels(picture);
    float *const rgb = malloc((size_t)(*width * *height * 3) * sizeof *rgb);
    assert_non_null(rgb);
    for (int y = 0, i = 0; y < *height; y++)
        for (int x = 0; x < *width; x++)
            for (int c = 0; c < 3; c++, i++)
                rgb[i] = (float)bytes[y * pitch + x * channels + c] / 255;
    g_object_unref(picture);
    return rgb;
}

/* Prints the largest and the mean difference, and fails above `tolerance`. */
static inline void compare(const ImpSafetensors *fixture, const char *name,
                           const float *got, int count, Tolerance tolerance)
{
    const ImpTensor *const tensor = imp_safetensors_find(fixture, name);
    double worst = 0, sum = 0, largest = 0;
    float *wanted;
    ImpError err;

    assert_non_null(tensor);
    assert_int_equal(tensor->count, count);
    assert_ok(imp_safetensors_floats(&wanted, fixture, name, &err), &err);
    for (int i = 0; i < count; i++) {
        worst = fmax(worst, fabs(got[i] - wanted[i]));
        sum += fabs(got[i] - wanted[i]);
        largest = fmax(largest, fabs(wanted[i]));
    }
    imp_free(wanted);
    print_message("%-24s max %.2g, mean %.2g of %.3g\n", name, worst / largest,
                  sum / count / largest, largest);
    assert_true(worst <= tolerance.worst * largest);
    assert_true(sum <= tolerance.mean * count * largest);
}

#endif
