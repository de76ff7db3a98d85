/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The style of a picture as a user gets it, and what it costs: read, then learned.
 *
 *     impasto-fit PICTURE READ.safetensors LEARNED.safetensors [THREADS]
 *
 * Writes both vectors (styles/training/evaluate.py paints with them) and prints the
 * seconds of each. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "painter.h"

static double seconds_since(gint64 begin)
{
    return (double)(g_get_monotonic_time() - begin) * 1e-6;
}

static gboolean save(const ImpStyle *style, const char *path, GError **error)
{
    ImpError detail;
    const ImpStatus status = imp_style_save(style, path, &detail);

    return status == IMP_OK || imp_to_gerror(error, status, &detail);
}

static gboolean run(Painter *painter, char **argv, GError **error)
{
    NewStyle *style;
    gboolean ok;
    double reading;
    gint64 begin;

    if (!painter_load(painter, error))
        return FALSE;
    begin = g_get_monotonic_time();
    style = new_style_read(painter, argv[1], NULL, NULL, NULL, error);
    if (!style)
        return FALSE;
    reading = seconds_since(begin);
    begin = g_get_monotonic_time();
    ok = save(style->style, argv[2], error) &&
         new_style_learn(painter, style, NULL, error) &&
         save(style->style, argv[3], error);
    if (ok)
        printf("read %.3f s, learned %.3f s\n", reading, seconds_since(begin));
    new_style_free(style);
    return ok;
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;

    if (argc < 4) {
        fputs(
            "usage: impasto-fit PICTURE READ.safetensors LEARNED.safetensors [THREADS]\n",
            stderr);
        return EXIT_FAILURE;
    }
    StyleLibrary *const library = style_library_new(NULL, NULL);
    Painter *const painter = painter_new(library, argc > 4 ? atoi(argv[4]) : 0);
    const gboolean ok = run(painter, argv, &error);

    if (!ok)
        fprintf(stderr, "impasto-fit: %s\n", error->message);
    painter_free(painter);
    style_library_free(library);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
