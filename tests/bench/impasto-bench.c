/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The measurements: what a painting costs, in time and in memory.
 *
 *     load      the network and a style, from their files
 *     measure   the photo brought to its working size (to read it is not the engine's
 *               part, and not counted), the moments, the first paint
 *     paint     the full painting, coarse to fine, per megapixel; a photo that is no
 *               larger than its first paint needs none of it
 *     limit     GFLOP/s of direct convolution while it paints (only the last step
 *               counted, and no halo) over those of OpenBLAS' best product of large
 *               matrices on as many threads
 *     layers    one tile, one thread: seconds and GFLOP/s of direct convolution, and
 *               what the halo of such a tile multiplies them by
 *
 * Each is the median of the repeats; `spread` is (largest - smallest) / median. */
#include "config.h"

#if IMP_HAVE_BLAS
#include <cblas.h>
#endif
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "impasto.h"
#include "pixels.h"

enum { LAYERS_MAX = 160, LAYER_RUNS = 9, SGEMM_SIDE = 2048, SGEMM_RUNS = 9 };

typedef struct Options {
    char *photo;
    char *style;
    double megapixels, brush_size;
    int threads, repeat, tile;
    gboolean json, layers;
} Options;

typedef struct Series {
    double *seconds;
    int n;
} Series;

typedef struct Bench {
    Options options;
    GdkPixbuf *photo; /* NULL: drawn */
    int width, height;
    ImpPool *pool;
    ImpModel *model;
    ImpStyle *style;
    double reading; /* seconds of this run that went into reading the photo */
} Bench;

static double now(void)
{
    return (double)g_get_monotonic_time() * 1e-6;
}

static gint compare_seconds(gconstpointer a, gconstpointer b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(const Series *series)
{
    qsort(series->seconds, (size_t)series->n, sizeof *series->seconds, compare_seconds);
    return series->seconds[series->n / 2];
}

static double spread(const Series *series)
{
    const double middle = median(series);

    return middle > 0 ? (series->seconds[series->n - 1] - series->seconds[0]) / middle
                      : 0;
}

static gboolean check(ImpStatus status, const ImpError *err)
{
    if (status != IMP_OK)
        g_printerr("impasto-bench: %s\n", err->text);
    return status == IMP_OK;
}

/* A photo's stand-in of any size: gradients, edges and grain. */
static void draw(const Bench *bench, int x, int y, int w, int h, float *rgba)
{
    for (int row = y; row < y + h; row++)
        for (int column = x; column < x + w; column++, rgba += 4) {
            const guint32 grain =
                ((guint32)column * 2654435761u ^ (guint32)row * 40503u) >> 24;
            rgba[0] = (float)column / (float)bench->width;
            rgba[1] = (column / 190 + row / 130) % 2 ? 0.7f : 0.25f;
            rgba[2] = (float)row / (float)bench->height + (float)grain / 2560;
            rgba[3] = 1;
        }
}

/* ImpSource.read */
static bool read_photo(void *user, int x, int y, int w, int h, float *rgba)
{
    Bench *const bench = user;
    const double start = now();

    if (bench->photo)
        pixbuf_get_floats(bench->photo, x, y, w, h, rgba);
    else
        draw(bench, x, y, w, h, rgba);
    bench->reading += now() - start;
    return true;
}

static bool drop(void *user, int x, int y, int w, int h, const float *rgb)
{
    *(double *)user += rgb[0]; /* somebody reads it */
    return true;
}

static gboolean load(Bench *bench, const char *styles, double *seconds)
{
    g_autofree char *painter = g_build_filename(styles, "painter.safetensors", NULL);
    g_autofree char *reader = g_build_filename(styles, "reader.safetensors", NULL);
    g_autofree char *vector = g_build_filename(styles, "gallery", bench->options.style,
                                               "vector.safetensors", NULL);
    const double start = now();
    ImpError err;

    imp_style_destroy(&bench->style);
    imp_model_destroy(&bench->model);
    if (!check(imp_model_load(&bench->model, painter, reader, imp_cpu_best(), &err),
               &err) ||
        !check(imp_style_load(&bench->style, bench->model, vector, &err), &err))
        return FALSE;
    *seconds = now() - start;
    return TRUE;
}

static gboolean paint(Bench *bench, double *measure, double *render)
{
    const ImpSource source = { bench->width, bench->height, read_photo, bench };
    double sum = 0;
    const ImpSink sink = { drop, &sum };
    ImpPhoto *photo = NULL;
    ImpPainting *painting = NULL;
    ImpError err;
    const double start = now();

    bench->reading = 0;
    gboolean ok = check(imp_photo_create(&photo, bench->pool, &source,
                                         bench->options.brush_size, NULL, &err),
                        &err) &&
                  check(imp_painting_begin(&painting, bench->model, bench->pool,
                                           bench->style, photo, NULL, &err),
                        &err);
    *measure = now() - start - bench->reading;
    if (ok) {
        const double middle = now();
        ok = check(imp_painting_render(painting, bench->pool, 0, 0, bench->width,
                                       bench->height, &sink, NULL, &err),
                   &err);
        *render = now() - middle;
    }
    imp_painting_destroy(&painting);
    imp_photo_destroy(&photo);
    return ok;
}

/* Largest resident size of this process, bytes: of all that was done so far. */
static double peak_bytes(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss * 1024;
}

/* GFLOP/s of the best of some large products; 0: there is no BLAS. */
static double sgemm_gflops(int threads)
{
    double best = 0;
#if IMP_HAVE_BLAS
    const size_t floats = (size_t)SGEMM_SIDE * SGEMM_SIDE;
    g_autofree float *memory = g_new(float, 3 * floats);
    const double flop = 2.0 * SGEMM_SIDE * (double)floats;

    for (size_t i = 0; i < 3 * floats; i++)
        memory[i] = (float)(i % 17) / 17;
    openblas_set_num_threads(threads);
    for (int i = 0; i < SGEMM_RUNS; i++) {
        const double start = now();
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, SGEMM_SIDE, SGEMM_SIDE,
                    SGEMM_SIDE, 1, memory, SGEMM_SIDE, memory + floats, SGEMM_SIDE, 0,
                    memory + 2 * floats, SGEMM_SIDE);
        best = MAX(best, 1e-9 * flop / (now() - start));
    }
    openblas_set_num_threads(1);
#endif
    return best;
}

static void print_limit(const Bench *bench, double paint_seconds)
{
    const double sgemm = sgemm_gflops(imp_pool_threads(bench->pool));
    const double direct = 1e-9 * imp_model_flop(bench->model) * bench->width *
                          bench->height / paint_seconds;

    if (bench->options.json)
        g_print(", \"direct_gflops\": %.2f, \"sgemm_gflops\": %.2f", direct, sgemm);
    else if (sgemm > 0)
        g_print("limit    %9.1f GFLOP/s direct, sgemm %.1f: %.2f\n", direct, sgemm,
                direct / sgemm);
    else
        g_print("limit    %9.1f GFLOP/s direct, no BLAS to compare with\n", direct);
}

static void print_layers(const Bench *bench, gboolean json)
{
    ImpLayerTime layers[LAYERS_MAX];
    const int n = imp_model_time_layers(bench->model, bench->options.tile, LAYER_RUNS,
                                        layers, LAYERS_MAX);
    double halo = 0;

    for (int i = 0; i < n; i++)
        halo += layers[i].flop;
    halo /= imp_model_flop(bench->model) * bench->options.tile * bench->options.tile;
    g_print(json ? ", \"halo\": %.4f" : "halo     %9.4f x\n", halo);
    if (json)
        g_print(", \"tile\": %d, \"layers\": [", bench->options.tile);
    for (int i = 0; i < n; i++)
        g_print(json ? "%s{\"name\": \"%s\", \"seconds\": %.6f, \"gflops\": %.2f}"
                     : "%s%-10s %10.6f s %8.1f GFLOP/s\n",
                json && i ? ", " : "", layers[i].name, layers[i].seconds,
                layers[i].flop / layers[i].seconds * 1e-9);
    if (json)
        g_print("]");
}

static gboolean measure(Bench *bench, const char *styles)
{
    const int n = bench->options.repeat;
    const double megapixels = (double)bench->width * bench->height * 1e-6;
    g_autofree double *memory = g_new(double, 3 * n);
    const Series loads = { memory, n }, measures = { memory + n, n },
                 paints = { memory + 2 * n, n };

    for (int i = 0; i < n; i++)
        if (!load(bench, styles, &loads.seconds[i]) ||
            !paint(bench, &measures.seconds[i], &paints.seconds[i]))
            return FALSE;
    const double per_megapixel = median(&paints) / megapixels;
    const double peak = peak_bytes();
    if (bench->options.json) {
        g_print(
            "{\"cpu\": \"%s\", \"threads\": %d, \"repeat\": %d, \"style\": \"%s\", "
            "\"megapixels\": %.6f, \"width\": %d, \"height\": %d, "
            "\"load_seconds\": %.6f, \"measure_seconds\": %.6f, "
            "\"paint_seconds\": %.6f, \"paint_seconds_per_megapixel\": %.6f, "
            "\"measure_spread\": %.4f, \"paint_spread\": %.4f, \"peak_bytes\": %.0f",
            imp_cpu_name(imp_model_cpu(bench->model)), imp_pool_threads(bench->pool), n,
            bench->options.style, megapixels, bench->width, bench->height,
            median(&loads), median(&measures), median(&paints), per_megapixel,
            spread(&measures), spread(&paints), peak);
        print_limit(bench, median(&paints));
        if (bench->options.layers)
            print_layers(bench, TRUE);
        g_print("}\n");
        return TRUE;
    }
    g_print("%s, %d threads, %d x %d (%.2f MP), %d runs\n",
            imp_cpu_name(imp_model_cpu(bench->model)), imp_pool_threads(bench->pool),
            bench->width, bench->height, megapixels, n);
    g_print("load     %9.4f s\n", median(&loads));
    g_print("measure  %9.4f s  (spread %.0f %%)\n", median(&measures),
            100 * spread(&measures));
    g_print("paint    %9.4f s  (spread %.0f %%), %.4f s/MP\n", median(&paints),
            100 * spread(&paints), per_megapixel);
    g_print("peak     %9.1f MiB\n", peak / 1048576);
    print_limit(bench, median(&paints));
    if (bench->options.layers)
        print_layers(bench, FALSE);
    return TRUE;
}

static gboolean parse(Options *options, int *argc, char ***argv)
{
    const GOptionEntry entries[] = {
        { "photo", 'p', 0, G_OPTION_ARG_FILENAME, &options->photo, "Picture to paint",
          "FILE" },
        { "megapixels", 'm', 0, G_OPTION_ARG_DOUBLE, &options->megapixels,
          "Without --photo: size of a drawn one (1)", "NUMBER" },
        { "style", 's', 0, G_OPTION_ARG_STRING, &options->style, "Id of a style",
          "STYLE" },
        { "brush-size", 'b', 0, G_OPTION_ARG_DOUBLE, &options->brush_size,
          "0.25 to 4 (1)", "SIZE" },
        { "threads", 't', 0, G_OPTION_ARG_INT, &options->threads, "0: one per CPU",
          "NUMBER" },
        { "repeat", 'r', 0, G_OPTION_ARG_INT, &options->repeat, "Runs (5)", "NUMBER" },
        { "layers", 'l', 0, G_OPTION_ARG_NONE, &options->layers, "Time every layer too",
          NULL },
        { "tile", 0, 0, G_OPTION_ARG_INT, &options->tile,
          "Side of the layers' tile (256)", "PIXELS" },
        { "json", 'j', 0, G_OPTION_ARG_NONE, &options->json, "Print one JSON object",
          NULL },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, &error)) {
        g_printerr("impasto-bench: %s\n", error->message);
        return FALSE;
    }
    if (*argc > 1 || options->repeat < 1 || options->repeat > 1000 ||
        options->tile < 1 || options->tile > 4096 ||
        !(options->megapixels > 0 && options->megapixels <= 1000)) {
        g_printerr("impasto-bench: see --help\n");
        return FALSE;
    }
    return TRUE;
}

int main(int argc, char **argv)
{
    const char *const styles =
        g_getenv("IMPASTO_STYLES") ? g_getenv("IMPASTO_STYLES") : IMP_STYLES_DIR;
    Bench bench = { .options = {
                        .megapixels = 1, .brush_size = 1, .repeat = 5, .tile = 256 } };
    g_autoptr(GError) error = NULL;
    ImpError err;
    int exit_status = 2;

    if (!parse(&bench.options, &argc, &argv))
        goto done;
    exit_status = 1;
    if (!bench.options.style)
        bench.options.style = g_strdup("starry-night");
    bench.height = (int)(1000 * sqrt(bench.options.megapixels / 1.5));
    bench.width = (int)(bench.options.megapixels * 1e6 / MAX(bench.height, 1));
    if (bench.options.photo) {
        bench.photo = pixbuf_load(bench.options.photo, 0, &error);
        if (!bench.photo) {
            g_printerr("impasto-bench: %s\n", error->message);
            goto done;
        }
        bench.width = gdk_pixbuf_get_width(bench.photo);
        bench.height = gdk_pixbuf_get_height(bench.photo);
    }
    if (check(imp_pool_create(&bench.pool, bench.options.threads, &err), &err) &&
        measure(&bench, styles))
        exit_status = 0;
done:
    imp_style_destroy(&bench.style);
    imp_model_destroy(&bench.model);
    imp_pool_destroy(&bench.pool);
    g_clear_object(&bench.photo);
    g_free(bench.options.photo);
    g_free(bench.options.style);
    return exit_status;
}
