/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Least recently used first out. A list: with the few hundred entries that the largest
 * of them holds, finding one is nothing beside painting with it. */
#include "config.h"

#include "cache.h"

typedef struct Entry {
    char *key;
    gpointer value;
    gsize cost;
} Entry;

struct Cache {
    GQueue entries; /* Entry, most recently used first */
    gsize capacity, cost;
    GDestroyNotify destroy;
};

static GList *find(Cache *cache, const char *key)
{
    for (GList *link = cache->entries.head; link; link = link->next)
        if (g_str_equal(((const Entry *)link->data)->key, key))
            return link;
    return NULL;
}

static void drop(Cache *cache, GList *link)
{
    Entry *const entry = link->data;

    cache->cost -= entry->cost;
    cache->destroy(entry->value);
    g_free(entry->key);
    g_free(entry);
    g_queue_delete_link(&cache->entries, link);
}

Cache *cache_new(gsize capacity, GDestroyNotify destroy)
{
    Cache *const cache = g_new0(Cache, 1);

    g_queue_init(&cache->entries);
    cache->capacity = capacity;
    cache->destroy = destroy;
    return cache;
}

void cache_free(Cache *cache)
{
    if (!cache)
        return;
    while (cache->entries.head)
        drop(cache, cache->entries.head);
    g_free(cache);
}

gpointer cache_get(Cache *cache, const char *key)
{
    GList *const link = find(cache, key);

    if (!link)
        return NULL;
    g_queue_unlink(&cache->entries, link);
    g_queue_push_head_link(&cache->entries, link);
    return ((const Entry *)link->data)->value;
}

void cache_take(Cache *cache, const char *key, gpointer value, gsize cost)
{
    GList *const old = find(cache, key);
    Entry *const entry = g_new(Entry, 1);

    if (old)
        drop(cache, old);
    *entry = (Entry) { .key = g_strdup(key), .value = value, .cost = cost };
    g_queue_push_head(&cache->entries, entry);
    cache->cost += cost;
    while (cache->cost > cache->capacity && cache->entries.length > 1)
        drop(cache, cache->entries.tail);
}
