/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Reads and writes style.json. The data may come from anywhere: size, encoding and
 * depth are checked before json-glib sees it (its parser calls itself for every
 * level). */
#include "config.h"

#include "style-json.h"

#include "gerror.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

enum {
    SIZE_MAX_BYTES = 64 * 1024,
    DEPTH_MAX = 32,
    ID_MAX = 64,
    ID_FROM_TITLE_MAX = 48,
    TEXT_MAX = 200,
};

static gboolean fail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static gboolean fail(GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    if (error)
        *error =
            g_error_new_valist(IMPASTO_ERROR, IMPASTO_ERROR_BAD_FILE, format, args);
    va_end(args);
    return FALSE;
}

static gboolean too_deep(const char *data, gsize size)
{
    gboolean in_string = FALSE;
    int depth = 0;

    for (gsize i = 0; i < size; i++) {
        const char c = data[i];
        if (in_string && c == '\\')
            i++;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && (c == '{' || c == '[') && ++depth > DEPTH_MAX)
            return TRUE;
        else if (!in_string && (c == '}' || c == ']'))
            depth--;
    }
    return FALSE;
}

static gboolean has_control(const char *text)
{
    for (const char *p = text; *p; p = g_utf8_next_char(p))
        if (g_unichar_iscntrl(g_utf8_get_char(p)))
            return TRUE;
    return FALSE;
}

/* *text: "" where the member is missing. */
static gboolean read_text(JsonObject *object, const char *name, const char **text,
                          GError **error)
{
    JsonNode *const node = json_object_get_member(object, name);

    *text = "";
    if (!node)
        return TRUE;
    if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_STRING)
        return fail(error, _("\"%s\" is not text."), name);
    *text = json_node_get_string(node);
    if (!**text || strlen(*text) > TEXT_MAX)
        return fail(error, _("\"%s\" has %zu bytes; 1 to %d are allowed."), name,
                    strlen(*text), TEXT_MAX);
    if (!g_utf8_validate(*text, -1, NULL) || has_control(*text))
        return fail(error, _("\"%s\" holds control characters."), name);
    return TRUE;
}

static gboolean read_year(JsonObject *object, char year[32], GError **error)
{
    JsonNode *const node = json_object_get_member(object, "year");

    year[0] = '\0';
    if (!node)
        return TRUE;
    if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_INT64)
        return fail(error, _("\"%s\" is not a whole number."), "year");
    g_snprintf(year, 32, "%" G_GINT64_FORMAT, json_node_get_int(node));
    return TRUE;
}

static gboolean read_boolean(JsonObject *object, const char *name, gboolean *value,
                             GError **error)
{
    JsonNode *const node = json_object_get_member(object, name);

    *value = FALSE;
    if (!node)
        return TRUE;
    if (!JSON_NODE_HOLDS_VALUE(node) ||
        json_node_get_value_type(node) != G_TYPE_BOOLEAN)
        return fail(error, _("\"%s\" is neither true nor false."), name);
    *value = json_node_get_boolean(node);
    return TRUE;
}

static gboolean read_object(StyleInfo *info, JsonObject *object, GError **error)
{
    const char *id, *title, *artist, *kind, *source, *license;
    char year[32];
    gboolean unlearned;

    if (!read_text(object, "id", &id, error) ||
        !read_text(object, "title", &title, error) ||
        !read_text(object, "artist", &artist, error) ||
        !read_text(object, "kind", &kind, error) ||
        !read_text(object, "source", &source, error) ||
        !read_text(object, "licence", &license, error) ||
        !read_year(object, year, error) ||
        !read_boolean(object, "unlearned", &unlearned, error))
        return FALSE;
    if (!*id || !*title)
        return fail(error, _("\"%s\" is missing."), *id ? "title" : "id");
    if (!style_id_valid(id))
        return fail(error,
                    _("The id \"%s\" is not 1 to %d of a-z, 0-9 and \"-\", not "
                      "beginning with \"-\"."),
                    id, ID_MAX);
    *info = (StyleInfo) {
        .id = g_strdup(id),
        .title = g_strdup(title),
        .artist = g_strdup(artist),
        .year = g_strdup(year),
        .kind = g_strdup(kind),
        .source = g_strdup(source),
        .license = g_strdup(license),
        .unlearned = unlearned,
    };
    return TRUE;
}

gboolean style_info_parse(StyleInfo *info, const char *data, gsize size, GError **error)
{
    g_autoptr(JsonParser) parser = NULL;
    g_autoptr(GError) detail = NULL;
    JsonNode *root;

    if (size > SIZE_MAX_BYTES)
        return fail(error, _("It has more than %d KiB."), SIZE_MAX_BYTES / 1024);
    if (size == 0)
        return fail(error, _("It is empty."));
    if (!g_utf8_validate(data, (gssize)size, NULL))
        return fail(error, _("It is not UTF-8 text."));
    if (too_deep(data, size))
        return fail(error, _("It is nested more than %d levels deep."), DEPTH_MAX);
    parser = json_parser_new_immutable();
    if (!json_parser_load_from_data(parser, data, (gssize)size, &detail)) {
        /* json-glib lets half a surrogate pair through, and quotes it */
        g_autofree char *shown = g_utf8_make_valid(detail->message, -1);
        return fail(error, _("It is not JSON: %s"), shown);
    }
    root = json_parser_get_root(parser);
    if (!root || !JSON_NODE_HOLDS_OBJECT(root))
        return fail(error, _("It is not a JSON object."));
    return read_object(info, json_node_get_object(root), error);
}

char *style_info_format(const StyleInfo *info)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(JsonNode) root = NULL;
    const struct {
        const char *name, *text;
    } members[] = {
        { "id", info->id },         { "title", info->title },
        { "artist", info->artist }, { "kind", info->kind },
        { "source", info->source }, { "licence", info->license },
    };

    json_builder_begin_object(builder);
    for (gsize i = 0; i < G_N_ELEMENTS(members); i++)
        if (members[i].text && *members[i].text) {
            json_builder_set_member_name(builder, members[i].name);
            json_builder_add_string_value(builder, members[i].text);
        }
    if (info->year && *info->year) {
        json_builder_set_member_name(builder, "year");
        json_builder_add_int_value(builder, g_ascii_strtoll(info->year, NULL, 10));
    }
    if (info->unlearned) {
        json_builder_set_member_name(builder, "unlearned");
        json_builder_add_boolean_value(builder, TRUE);
    }
    json_builder_end_object(builder);
    root = json_builder_get_root(builder);
    return json_to_string(root, TRUE);
}

void style_info_clear(StyleInfo *info)
{
    g_free(info->id);
    g_free(info->title);
    g_free(info->artist);
    g_free(info->year);
    g_free(info->kind);
    g_free(info->source);
    g_free(info->license);
    *info = (StyleInfo) { 0 };
}

gboolean style_id_valid(const char *id)
{
    const size_t length = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return length >= 1 && length <= ID_MAX && id[length] == '\0' && id[0] != '-';
}

char *style_id_from_title(const char *title)
{
    g_autofree char *clean = style_title_clean(title);
    /* "C": the same id in every locale */
    g_autofree char *ascii = g_str_to_ascii(clean, "C");
    g_autoptr(GString) id = g_string_new(NULL);

    for (const char *p = ascii; *p && id->len < ID_FROM_TITLE_MAX; p++)
        if (g_ascii_isalnum(*p))
            g_string_append_c(id, g_ascii_tolower(*p));
        else if (id->len && id->str[id->len - 1] != '-')
            g_string_append_c(id, '-');
    while (id->len && id->str[id->len - 1] == '-')
        g_string_truncate(id, id->len - 1);
    return g_strdup(id->len ? id->str : "style");
}

char *style_title_clean(const char *title)
{
    g_autofree char *valid = g_utf8_make_valid(title ? title : "", -1);
    g_autoptr(GString) clean = g_string_new(NULL);

    for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
        const gunichar c = g_utf8_get_char(p);
        const gboolean blank = g_unichar_iscntrl(c) || g_unichar_isspace(c);
        if (clean->len + 6 > TEXT_MAX)
            break;
        if (!blank)
            g_string_append_unichar(clean, c);
        else if (clean->len && clean->str[clean->len - 1] != ' ')
            g_string_append_c(clean, ' ');
    }
    return g_strdup(g_strchomp(clean->str));
}
