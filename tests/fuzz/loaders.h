/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The engine's loaders, as the fuzzers and the catalogue of broken files call them. */
#ifndef IMP_TEST_LOADERS_H
#define IMP_TEST_LOADERS_H

#include "impasto.h"

/* Read `size` bytes called `name` and free what was read. err is always filled. */
typedef ImpStatus LoadBytes(const void *bytes, size_t size, const char *name,
                            ImpError *err);

LoadBytes load_json; /* err->text: "byte N: fault" */
LoadBytes load_safetensors;
LoadBytes load_painter;
LoadBytes load_reader;
LoadBytes load_style; /* for a painter of 12 channels, as the corpus has */
LoadBytes load_network;

typedef struct Loader {
    const char *kind; /* "painter": also its folder in corpus/ */
    LoadBytes *load;
} Loader;

extern const Loader loaders[6];

#endif
