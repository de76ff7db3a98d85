/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The fuzz target of style.json. Beside what the sanitizers see: a refusal is a
 * sentence in UTF-8, and what is accepted has an id that is safe as a folder's name and
 * comes out of style_info_format as it went in. */
#include "gerror.h"
#include "style-json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(gboolean holds)
{
    if (!holds)
        abort();
}

static void check_accepted(const StyleInfo *info)
{
    g_autofree char *text = style_info_format(info);
    g_autofree char *id = style_id_from_title(info->title);
    StyleInfo again;

    require(style_id_valid(info->id) && !strchr(info->id, '/') &&
            !strchr(info->id, '.'));
    require(style_id_valid(id));
    require(style_info_parse(&again, text, strlen(text), NULL));
    require(g_str_equal(again.id, info->id) && g_str_equal(again.title, info->title));
    require(g_str_equal(again.artist, info->artist) &&
            g_str_equal(again.year, info->year));
    require(g_str_equal(again.kind, info->kind) &&
            g_str_equal(again.source, info->source));
    require(g_str_equal(again.license, info->license));
    require(again.unlearned == info->unlearned);
    style_info_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    StyleInfo info = { 0 };

    if (style_info_parse(&info, (const char *)data, size, &error)) {
        require(!error);
        check_accepted(&info);
        style_info_clear(&info);
    } else {
        require(g_error_matches(error, IMPASTO_ERROR, IMPASTO_ERROR_BAD_FILE));
        require(*error->message && g_utf8_validate(error->message, -1, NULL));
        require(!info.id);
    }
    return 0;
}
