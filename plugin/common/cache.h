/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A few costly things by name, the least recently used dropped first. One thread. */
#ifndef IMPASTO_CACHE_H
#define IMPASTO_CACHE_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct Cache Cache;

/* capacity: the sum of the costs that it keeps; what was put in last stays whatever it
 * costs. */
Cache *cache_new(gsize capacity, GDestroyNotify destroy);
void cache_free(Cache *cache);

/* NULL where it is not there. Borrowed: valid until the next cache_take. */
gpointer cache_get(Cache *cache, const char *key);
/* Takes the value; what was there under `key` is destroyed. */
void cache_take(Cache *cache, const char *key, gpointer value, gsize cost);

G_END_DECLS
#endif
