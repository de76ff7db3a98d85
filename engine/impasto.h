/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The engine's public interface: a photo and a style become a painting.
 *
 *     ImpPool *pool;        worker threads, as many as the user allows
 *     ImpModel *model;      the painter network, read once, shared
 *     ImpStyle *style;      one style vector: from a file, a picture, or a mix
 *     ImpPhoto *photo;      the photo at the size of its first paint, holes filled
 *     ImpPainting *p;       the first paint (the preview) and all that is needed
 *                           to paint any rectangle of the layer at full size
 *
 *     imp_painting_begin(&p, model, pool, style, photo, watch, &err);
 *     imp_painting_render(p, pool, 0, 0, width, height, sink, watch, &err);
 *     imp_blend_f32(out, photo_rgb, painting_rgb, ...);        strength, keep colors
 *
 * Colors everywhere are R'G'B' (sRGB transfer curve), nominally 0 .. 1; values
 * outside that range and NaN are clamped where a photo enters the engine.
 *
 * Threads: every object but ImpPool and ImpPainting is immutable once created, so
 * it may be shared by any number of threads. A pool runs one job at a time: calls
 * that take the same pool must not overlap. Refining and rendering write to a
 * painting: no other call that takes it may overlap them. Nothing here touches
 * globals, locale, standard output or errno, and nothing calls exit or abort.
 *
 * Errors: every fallible call returns an ImpStatus and, when `err` is not NULL,
 * fills it with one English sentence. Output pointers are set only on IMP_OK. Every
 * destroy takes the address of a pointer, which may hold NULL, and clears it.
 * Results are the same bytes for any number of threads. */
#ifndef IMPASTO_H
#define IMPASTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define IMP_API __attribute__((visibility("default")))
#define IMP_MUST_CHECK __attribute__((warn_unused_result))
#else
#define IMP_API
#define IMP_MUST_CHECK
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ImpStatus {
    IMP_OK = 0,
    IMP_CANCELLED,    /* the watch asked to stop: neither success nor failure */
    IMP_NO_MEMORY,    /* an allocation failed; nothing was left half-done */
    IMP_IO_ERROR,     /* a file cannot be opened, read or written */
    IMP_BAD_FILE,     /* a file's content breaks a rule of its format */
    IMP_BAD_ARGUMENT, /* a value outside the range this header states */
    IMP_HOST_ERROR,   /* a source or sink callback failed */
} ImpStatus;

typedef struct ImpError {
    ImpStatus status;
    char text[512]; /* one sentence, UTF-8, no newline; "" on success */
} ImpError;

/* ---- threads and CPU level ------------------------------------------------ */

/* SIMD levels, each a superset of the one before within its architecture. */
typedef enum ImpCpu {
    IMP_CPU_REF = 0, /* scalar kernels that accumulate in double: the truth */
    IMP_CPU_GENERIC, /* portable C, on vectors of four */
    IMP_CPU_X86V3,   /* AVX2 + FMA + F16C */
    IMP_CPU_X86V4,   /* AVX-512 F, CD, BW, DQ, VL */
    IMP_CPU_X86BF16, /* AVX512-BF16: products of bfloat16 in the network. A */
                     /* painting is within 2/255 of the others' on average */
    IMP_CPU_X86AMX,  /* planes of bfloat16, in AMX tiles, where Linux permits */
                     /* them. Within 1/255 of the others' on average */
    IMP_CPU_NEON,    /* AArch64 Advanced SIMD */
} ImpCpu;

/* The best level that this machine and this build can run, lowered by the
 * environment variable IMPASTO_CPU (ref, generic, x86v3, x86v4, x86bf16, x86amx, neon)
 * where it names a runnable level. Any thread. */
IMP_API ImpCpu imp_cpu_best(void);
IMP_API const char *imp_cpu_name(ImpCpu cpu);

typedef struct ImpPool ImpPool;

/* A pool of worker threads, the caller's own thread included.
 * threads: 1 .. 256, or 0 for one per online CPU that this process may use.
 * IMP_NO_MEMORY, IMP_BAD_ARGUMENT. */
IMP_API ImpStatus imp_pool_create(ImpPool **out, int threads,
                                  ImpError *err) IMP_MUST_CHECK;
IMP_API void imp_pool_destroy(ImpPool **pool);
IMP_API int imp_pool_threads(const ImpPool *pool);

/* ---- watching a long call -------------------------------------------------- */

/* Progress and cancel in one. `tick` is called every few milliseconds, one call at a
 * time, from any thread of the pool, so it must be quick; many calls have the fraction
 * of the last one. fraction: 0 .. 1, never falling within one engine call. Return false
 * to cancel: the engine call then soon returns IMP_CANCELLED. It may be called from the
 * creating thread too; it must not call the engine. NULL watch: no progress, no
 * cancel. */
typedef struct ImpWatch {
    bool (*tick)(void *user, double fraction);
    void *user;
} ImpWatch;

/* ---- the network and its styles ------------------------------------------- */

typedef struct ImpModel ImpModel;

/* Read the painter (and, when reader_path is not NULL, the style reader) from
 * safetensors files; the layouts are in styles/FORMAT.md. Paths are in the file
 * system's encoding. IMP_IO_ERROR, IMP_BAD_FILE, IMP_NO_MEMORY, IMP_BAD_ARGUMENT (a
 * level that does not run here). */
IMP_API ImpStatus imp_model_load(ImpModel **out, const char *painter_path,
                                 const char *reader_path, ImpCpu cpu,
                                 ImpError *err) IMP_MUST_CHECK;
IMP_API void imp_model_destroy(ImpModel **model);
IMP_API ImpCpu imp_model_cpu(const ImpModel *model);

typedef struct ImpStyle ImpStyle;

/* Read or write a style vector (`vector.safetensors`, styles/FORMAT.md): scale
 * and shift of every normalised channel. Reading checks it against the model:
 * IMP_IO_ERROR, IMP_BAD_FILE (a vector of another painter, too), IMP_NO_MEMORY.
 * Writing replaces the file in one step (temporary name, then rename): IMP_IO_ERROR,
 * IMP_NO_MEMORY. */
IMP_API ImpStatus imp_style_load(ImpStyle **out, const ImpModel *model,
                                 const char *path, ImpError *err) IMP_MUST_CHECK;
IMP_API ImpStatus imp_style_save(const ImpStyle *style, const char *path,
                                 ImpError *err) IMP_MUST_CHECK;

/* Read a style off a picture with the model's style reader (Ghiasi et al. 2017,
 * arXiv:1705.06830). rgb: [height][width][3] R'G'B' floats, no alpha; width and
 * height 1 .. 2^16. Its short side is brought to the reader's short_side (224 as
 * shipped); longer than 8:1, it is squeezed. IMP_NO_MEMORY, IMP_BAD_ARGUMENT (a size
 * out of range; a model loaded without a reader). */
IMP_API ImpStatus imp_style_read(ImpStyle **out, const ImpModel *model, ImpPool *pool,
                                 const float *rgb, int width, int height,
                                 ImpError *err) IMP_MUST_CHECK;

/* a + amount * (b - a), amount 0 .. 1 (Dumoulin et al. 2017, arXiv:1610.07629).
 * IMP_NO_MEMORY, IMP_BAD_ARGUMENT (another amount; styles of two painters). */
IMP_API ImpStatus imp_style_mix(ImpStyle **out, const ImpStyle *a, const ImpStyle *b,
                                double amount, ImpError *err) IMP_MUST_CHECK;
IMP_API void imp_style_destroy(ImpStyle **style);

/* ---- the photo ------------------------------------------------------------- */

/* Where a photo's pixels come from. `read` fills rgba, [h][w][4] floats, straight
 * alpha 0 .. 1, R'G'B', for a rectangle inside the photo; false: it failed (the
 * engine returns IMP_HOST_ERROR). Called one at a time, from the calling thread
 * only, in bands from top to bottom. */
typedef struct ImpSource {
    int width, height; /* 1 .. 262144 each */
    bool (*read)(void *user, int x, int y, int w, int h, float *rgba);
    void *user;
} ImpSource;

/* Long side, in pixels, that a photo is brought to for its first paint at brush
 * size 1; at brush size b it is IMP_WORKING_LENGTH / b. A photo is enlarged for
 * its first paint by at most IMP_ENLARGE_MAX. */
#define IMP_WORKING_LENGTH 864
#define IMP_ENLARGE_MAX 2.0
#define IMP_BRUSH_SIZE_MIN 0.25
#define IMP_BRUSH_SIZE_MAX 4.0

/* Size of the first paint of a photo of width x height at this brush size. */
IMP_API void imp_working_size(int width, int height, double brush_size,
                              int *working_width, int *working_height);

typedef struct ImpPhoto ImpPhoto;

/* The photo at the size of its first paint: area-averaged (or enlarged) with
 * alpha as weight, and what is transparent filled smoothly from what is visible,
 * so that hidden colors never reach a stroke. A wholly transparent photo becomes
 * mid-gray. brush_size: IMP_BRUSH_SIZE_MIN .. MAX. Memory: 28 bytes a pixel of
 * the first paint, or 34 where there is something to fill, of which 12 stay with
 * the photo; and 32 rows each of both, of which the source is read once, by the
 * calling thread. pool NULL: that does all. IMP_CANCELLED, IMP_NO_MEMORY,
 * IMP_BAD_ARGUMENT, IMP_HOST_ERROR. */
IMP_API ImpStatus imp_photo_create(ImpPhoto **out, ImpPool *pool,
                                   const ImpSource *source, double brush_size,
                                   const ImpWatch *watch, ImpError *err) IMP_MUST_CHECK;
/* The filled photo, [height][width][3] R'G'B', owned by `photo`. */
IMP_API const float *imp_photo_pixels(const ImpPhoto *photo, int *width, int *height);
IMP_API void imp_photo_destroy(ImpPhoto **photo);

/* ---- fitting a style -------------------------------------------------------- */

typedef struct ImpStyleNetwork ImpStyleNetwork;

/* Read the style network, by whose features a painting is compared with the style's
 * picture (`style-network.safetensors`, styles/FORMAT.md). Errors as imp_model_load. */
IMP_API ImpStatus imp_style_network_load(ImpStyleNetwork **out, const char *path,
                                         ImpCpu cpu, ImpError *err) IMP_MUST_CHECK;
IMP_API void imp_style_network_destroy(ImpStyleNetwork **network);

/* Steps of imp_style_fit after which little is gained. */
#define IMP_FIT_STEPS 80

/* A style, read off the picture rgb ([height][width][3], as for imp_style_read),
 * trained further for it: `steps` (1 .. 1000) down the style loss (Gatys et al. 2016,
 * CVPR) of what the painter makes of parts of `photo`, with the content loss beside it.
 * A tenth of a second each. `photo`: any; the result serves all photos. `start` is not
 * changed. In floats at every CPU level. Memory: 270 MB, or 750 bytes for each pixel of
 * the picture enlarged by a quarter, up to a short side of 640 and 0.8 MP, whichever is
 * more.
 * Progress runs 0 .. 1; the watch is called on this thread, after each step, when the
 * pool is free: there, it may call the engine. IMP_CANCELLED, IMP_NO_MEMORY,
 * IMP_BAD_ARGUMENT (a style of another painter, or one that paints nothing finite). */
IMP_API ImpStatus imp_style_fit(ImpStyle **out, const ImpModel *model,
                                const ImpStyleNetwork *network, ImpPool *pool,
                                const ImpStyle *start, const float *rgb, int width,
                                int height, const ImpPhoto *photo, int steps,
                                const ImpWatch *watch, ImpError *err) IMP_MUST_CHECK;

/* ---- painting --------------------------------------------------------------- */

typedef struct ImpPainting ImpPainting;

/* Measure, then first paint (design section 5). The result holds the first paint, on
 * which the first call that paints more of it measures again; it borrows nothing but
 * `model`, which must outlive it. Progress runs 0 .. 1 over this call. Memory: 280
 * bytes a pixel of the first paint, of 1 MP at most, and per thread a tile's.
 * IMP_CANCELLED, IMP_NO_MEMORY, IMP_BAD_ARGUMENT (a style of another painter). */
IMP_API ImpStatus imp_painting_begin(ImpPainting **out, const ImpModel *model,
                                     ImpPool *pool, const ImpStyle *style,
                                     const ImpPhoto *photo, const ImpWatch *watch,
                                     ImpError *err) IMP_MUST_CHECK;
IMP_API void imp_painting_destroy(ImpPainting **painting);

/* The first paint, [height][width][3] R'G'B' in 0 .. 1, owned by the painting:
 * this is what a preview shows. imp_painting_refine and imp_painting_render write
 * to it. */
IMP_API const float *imp_painting_first(const ImpPainting *painting, int *width,
                                        int *height);
/* Where the photo is over 1.25 times larger than its first paint: paint the next size,
 * of at most 2.45 times the side; from then on imp_painting_first is what the full
 * painting looks like at that size. Otherwise, where that size has over 32 million
 * pixels, and the second time, there is nothing to do. What was painted is used by
 * imp_painting_render. One call at a time for a painting. Memory: at most 192 MB stay
 * with the painting. IMP_CANCELLED, IMP_NO_MEMORY: the painting is as it was. */
IMP_API ImpStatus imp_painting_refine(ImpPainting *painting, ImpPool *pool,
                                      const ImpWatch *watch,
                                      ImpError *err) IMP_MUST_CHECK;
/* Whether imp_painting_refine has something to paint. */
IMP_API bool imp_painting_is_coarse(const ImpPainting *painting);

/* Where painted pixels go. rgb: [h][w][3] R'G'B' floats in 0 .. 1 of the
 * rectangle x, y, w, h of the full painting. The rectangles of one render are
 * disjoint and cover it. Called one at a time, from any thread of the pool, in no
 * promised order. false: it failed (IMP_HOST_ERROR). */
typedef struct ImpSink {
    bool (*write)(void *user, int x, int y, int w, int h, const float *rgb);
    void *user;
} ImpSink;

/* Paint the rectangle x, y, width, height of the full painting, which is as large as
 * the source of its photo. Where the photo is over 1.25 times larger than its first
 * paint, that is enlarged and painted again, coarse to fine (Gatys et al. 2017,
 * arXiv:1611.07865), by at most 2.45 times a step. The bytes of a pixel depend neither
 * on the rectangle nor on the number of threads. What comes before the last step is
 * painted whole, once, and kept, up to 75 MB (the first step 192 MB); of what is
 * larger, the parts that the rectangle needs are painted on the way. The rectangle must
 * lie inside the painting. One call at a time for a painting. Memory besides: per
 * thread, a tile's, and 300 MB; it does not grow with the picture. IMP_CANCELLED,
 * IMP_NO_MEMORY, IMP_BAD_ARGUMENT, IMP_HOST_ERROR. */
IMP_API ImpStatus imp_painting_render(ImpPainting *painting, ImpPool *pool, int x,
                                      int y, int width, int height, const ImpSink *sink,
                                      const ImpWatch *watch,
                                      ImpError *err) IMP_MUST_CHECK;

/* ---- blending ----------------------------------------------------------------- */

/* Strength and keep colors, per pixel:
 *     t   = painting with the photo's chroma kept by `keep_colors`
 *           (luminance of the painting, chroma of the photo: Y'CbCr BT.601 offsets;
 *           Gatys et al. 2016, arXiv:1606.05897)
 *     out = photo + strength * (t - photo)
 * strength, keep_colors: 0 .. 1. `channels` (3 or 4) is that of photo and out; painting
 * has 3. The fourth, alpha, is the photo's. `out` may be photo, or with 3 channels
 * painting. Any thread. Values of the photo beyond 0 .. 1, and NaN, come out unchanged
 * at strength 0; at strength 1 it is t, 0 .. 1 whatever the photo has; between, the
 * result is not clamped, and NaN and infinity stay. */
IMP_API void imp_blend_f32(float *out, const float *photo, const float *painting,
                           size_t pixels, int channels, float strength,
                           float keep_colors);
/* t alone, of bytes, within 1 of the nearest: for a display, which has strength as the
 * opacity of what it draws. */
IMP_API void imp_keep_colors_u8(uint8_t *out, const uint8_t *photo,
                                const uint8_t *painting, size_t pixels, int channels,
                                float keep_colors);

/* ---- measurements (impasto-bench) ---------------------------------------------- */

/* Multiplications and additions of direct convolution for one pixel of a painting,
 * without any halo. */
IMP_API double imp_model_flop(const ImpModel *model);

/* What one layer of the network costs at paint time. */
typedef struct ImpLayerTime {
    char name[16];  /* "down0", "block3.1", "out" ... */
    double seconds; /* median over the runs, one thread */
    double flop;    /* of direct convolution over the layer's output, multiply + add */
} ImpLayerTime;

/* Time every layer on one tile of tile x tile output pixels, on the calling
 * thread. layers: room for `max`; returns how many were written, 0 on failure. */
IMP_API int imp_model_time_layers(const ImpModel *model, int tile, int runs,
                                  ImpLayerTime *layers, int max);

#ifdef __cplusplus
}
#endif
#endif
