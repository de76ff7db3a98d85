/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The network alone on one picture, to be held against other engines by peers.py:
 *
 *     impasto-network WAY PHOTO WIDTH HEIGHT PAINTING STYLE THREADS RUNS
 *
 * PHOTO and PAINTING are raw floats, [height][width][3]. The moments are of this
 * picture at this size, so that the painting is that of styles/training/export.py onnx.
 * WAY:
 *
 *     tiles     paint with the moments given, tile by tile: what the ONNX file does,
 *               and what the engine does once it has measured
 *     measured  measure and paint, layer by layer: what the engine does up to 1 MP
 *
 * Prints one JSON object. memory: peak resident bytes above what the process held
 * before its first run: weights, planes and the painting. One run before the timed ones
 * is not counted. */
#define _POSIX_C_SOURCE 200809L
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cpu.h"
#include "model.h"
#include "network.h"
#include "status.h"
#include "style.h"

typedef struct Picture {
    int width, height;
    float *photo, *painting;
} Picture;

typedef struct Bench {
    Picture picture;
    ImpPool *pool;
    ImpModel *model;
    ImpStyle *style;
    ImpAffine affine;
} Bench;

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* A line of /proc/self/status, bytes: VmRSS, VmHWM. */
static double status_bytes(const char *name)
{
    char line[128];
    double kib = 0;
    FILE *const file = fopen("/proc/self/status", "r");

    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0)
            kib = strtod(line + strlen(name) + 1, NULL);
    if (file)
        fclose(file);
    return 1024 * kib;
}

static void forget_peak(void)
{
    FILE *const file = fopen("/proc/self/clear_refs", "w");

    if (file) {
        fputs("5", file);
        fclose(file);
    }
}

static void fill(const void *user, int y, int x, int width, float *rgb, float *scratch)
{
    const Picture *const p = user;
    const float *const row =
        p->photo + (size_t)imp_reflect(y, p->height) * (size_t)p->width * 3;

    (void)scratch;
    for (int i = 0; i < width; i++)
        memcpy(rgb + 3 * (size_t)i, row + 3 * (size_t)imp_reflect(x + i, p->width),
               3 * sizeof *rgb);
}

static bool keep(void *user, int x, int y, int w, int h, const float *rgb)
{
    const Picture *const p = user;

    for (int i = 0; i < h; i++)
        memcpy(p->painting + ((size_t)(y + i) * (size_t)p->width + (size_t)x) * 3,
               rgb + (size_t)i * (size_t)w * 3, (size_t)w * 3 * sizeof *rgb);
    return true;
}

static ImpStatus paint(Bench *b, bool measure, ImpError *err)
{
    const Picture *const p = &b->picture;
    const ImpRows rows = { fill, p, p->width, p->height, 1 };
    const ImpSink sink = { keep, &b->picture };
    ImpProgress progress;
    ImpStatus status;

    imp_progress_init(&progress, NULL, 1);
    status = measure ? imp_network_whole(b->model, b->pool, b->style, &b->affine, &rows,
                                         p->painting, &progress, err)
                     : imp_network_tiles(b->model, b->pool, &b->affine, &rows, 0, 0,
                                         p->width, p->height, &sink, &progress, err);
    imp_progress_clear(&progress);
    return status;
}

static ImpStatus load(Bench *b, const char *style, int threads, ImpError *err)
{
    const char *const styles =
        getenv("IMPASTO_STYLES") ? getenv("IMPASTO_STYLES") : IMP_STYLES_DIR;
    char painter[1024], reader[1024], vector[1024];
    ImpStatus status = imp_pool_create(&b->pool, threads, err);

    snprintf(painter, sizeof painter, "%s/painter.safetensors", styles);
    snprintf(reader, sizeof reader, "%s/reader.safetensors", styles);
    snprintf(vector, sizeof vector, "%s/gallery/%s/vector.safetensors", styles, style);
    if (status == IMP_OK)
        status = imp_model_load(&b->model, painter, reader, imp_cpu_best(), err);
    if (status == IMP_OK)
        status = imp_style_load(&b->style, b->model, vector, err);
    if (status == IMP_OK)
        status = imp_affine_init(&b->affine, b->model, err);
    return status;
}

/* Read or write `floats` floats; false: said so. */
static bool transfer(const char *path, bool out, float *values, size_t floats)
{
    FILE *const file = fopen(path, out ? "wb" : "rb");
    size_t done = 0;

    if (file)
        done = out ? fwrite(values, sizeof *values, floats, file)
                   : fread(values, sizeof *values, floats, file);
    if (!file || (fclose(file) != 0) || done != floats) {
        fprintf(stderr, "impasto-network: %s: %s\n", path,
                errno ? strerror(errno) : "too short");
        return false;
    }
    return true;
}

static bool run(Bench *b, char **argv, double *seconds, int runs)
{
    const bool measure = strcmp(argv[1], "measured") == 0;
    const size_t floats = (size_t)b->picture.width * (size_t)b->picture.height * 3;
    const double before = status_bytes("VmRSS");
    ImpError err;

    if (load(b, argv[6], atoi(argv[7]), &err) != IMP_OK ||
        paint(b, true, &err) != IMP_OK)
        goto failed;
    if (!measure) { /* that run gave the moments, and its planes are gone */
        forget_peak();
        if (paint(b, false, &err) != IMP_OK)
            goto failed;
    }
    for (int i = 0; i < runs; i++) {
        const double start = now();
        if (paint(b, measure, &err) != IMP_OK)
            goto failed;
        seconds[i] = now() - start;
    }
    const ImpCpu cpu = imp_model_cpu(b->model);
    printf(
        "{\"precision\": \"%s\", \"cpu\": \"%s\", \"memory\": %.0f, \"flop\": %.0f, \"seconds\": [",
        imp_cpu_has_bf16(cpu) ? "bf16" : "f32", imp_cpu_name(cpu),
        status_bytes("VmHWM") - before,
        imp_network_flop(b->model) * b->picture.width * b->picture.height);
    for (int i = 0; i < runs; i++)
        printf("%s%.6f", i ? ", " : "", seconds[i]);
    printf("]}\n");
    return transfer(argv[5], true, b->picture.painting, floats);
failed:
    fprintf(stderr, "impasto-network: %s\n", err.text);
    return false;
}

int main(int argc, char **argv)
{
    Bench b = { .picture = { 0 } };
    const int runs = argc == 9 ? atoi(argv[8]) : 0;
    int exit_status = 2;
    double *seconds = NULL;
    size_t floats;

    if (runs < 1 || runs > 1000 ||
        (strcmp(argv[1], "tiles") != 0 && strcmp(argv[1], "measured") != 0)) {
        fputs("usage: impasto-network tiles|measured PHOTO WIDTH HEIGHT PAINTING STYLE "
              "THREADS RUNS\n",
              stderr);
        return exit_status;
    }
    exit_status = 1;
    b.picture.width = atoi(argv[3]);
    b.picture.height = atoi(argv[4]);
    if (b.picture.width < 1 || b.picture.height < 1 || b.picture.width > 65535 ||
        b.picture.height > 65535) {
        fputs("impasto-network: a side is 1 to 65535\n", stderr);
        return exit_status;
    }
    floats = (size_t)b.picture.width * (size_t)b.picture.height * 3;
    b.picture.photo = imp_alloc(floats, sizeof(float));
    b.picture.painting = imp_alloc(floats, sizeof(float));
    seconds = imp_alloc((size_t)runs, sizeof *seconds);
    if (b.picture.photo && b.picture.painting && seconds &&
        transfer(argv[2], false, b.picture.photo, floats) &&
        run(&b, argv, seconds, runs))
        exit_status = 0;
    imp_affine_clear(&b.affine);
    imp_style_destroy(&b.style);
    imp_model_destroy(&b.model);
    imp_pool_destroy(&b.pool);
    imp_free(seconds);
    imp_free(b.picture.painting);
    imp_free(b.picture.photo);
    return exit_status;
}
