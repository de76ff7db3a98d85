/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* JSON. Two arrays hold a whole text: the nodes, as many as its punctuation allows, and
 * the strings, no longer than their spelling. */
#include "config.h"

#include "json.h"

#include <stdint.h>
#include <string.h>

#include "status.h"
#include "utf8.h"

typedef struct Parser {
    const char *text, *at, *end;
    ImpJsonNode *node; /* the next free one */
    char *string;      /* the next free byte */
    const char *fault;
} Parser;

static bool fail(Parser *p, const char *fault)
{
    p->fault = fault;
    return false;
}

static void skip_space(Parser *p)
{
    while (p->at < p->end &&
           (*p->at == ' ' || *p->at == '\t' || *p->at == '\n' || *p->at == '\r'))
        p->at++;
}

static bool take(Parser *p, char c)
{
    if (p->at == p->end || *p->at != c)
        return false;
    p->at++;
    return true;
}

static bool parse_hex4(Parser *p, unsigned *code)
{
    *code = 0;
    for (int i = 0; i < 4; i++, p->at++) {
        static const char digits[] = "0123456789abcdef";
        const char c = p->at < p->end ? *p->at : '\0';
        const char lower = c >= 'A' && c <= 'F' ? (char)(c - 'A' + 'a') : c;
        const char *const digit = c ? strchr(digits, lower) : NULL;

        if (!digit)
            return fail(p, "\\u needs four hexadecimal digits");
        *code = *code << 4 | (unsigned)(digit - digits);
    }
    return true;
}

/* After "\u". A character beyond U+FFFF is a pair of surrogates. */
static bool parse_unicode_escape(Parser *p)
{
    unsigned code, low;

    if (!parse_hex4(p, &code))
        return false;
    if (code == 0)
        return fail(p, "a string holds U+0000");
    if (code >= 0xDC00 && code <= 0xDFFF)
        return fail(p, "a lone surrogate");
    if (code >= 0xD800 && code <= 0xDBFF) {
        if (!take(p, '\\') || !take(p, 'u'))
            return fail(p, "a lone surrogate");
        if (!parse_hex4(p, &low))
            return false;
        if (low < 0xDC00 || low > 0xDFFF)
            return fail(p, "a lone surrogate");
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    p->string += imp_utf8_write(p->string, code);
    return true;
}

static bool parse_escape(Parser *p)
{
    static const char spelled[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char c = p->at < p->end ? *p->at : '\0';
    const char *const escape = c ? strchr(spelled, c) : NULL;

    if (c == 'u') {
        p->at++;
        return parse_unicode_escape(p);
    }
    if (!escape)
        return fail(p, "an unknown escape");
    p->at++;
    *p->string++ = meant[escape - spelled];
    return true;
}

static bool parse_string(Parser *p, const char **out)
{
    if (!take(p, '"'))
        return fail(p, "a string was expected");
    *out = p->string;
    while (!take(p, '"')) {
        const int bytes = imp_utf8_length(p->at, (size_t)(p->end - p->at));

        if (p->at == p->end)
            return fail(p, "a string does not end");
        if (bytes == 0)
            return fail(p, "a string is not UTF-8");
        if ((unsigned char)*p->at < 0x20)
            return fail(p, "a control character in a string");
        if (take(p, '\\')) {
            if (!parse_escape(p))
                return false;
        } else {
            memcpy(p->string, p->at, (size_t)bytes);
            p->string += bytes;
            p->at += bytes;
        }
    }
    *p->string++ = '\0';
    return true;
}

static bool take_digits(Parser *p)
{
    const char *const begin = p->at;

    while (p->at < p->end && *p->at >= '0' && *p->at <= '9')
        p->at++;
    return p->at > begin;
}

/* -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)? */
static bool parse_number(Parser *p)
{
    take(p, '-');
    if (!take(p, '0') && !take_digits(p))
        return fail(p, "a value was expected");
    if (take(p, '.') && !take_digits(p))
        return fail(p, "a number without digits after its point");
    if (take(p, 'e') || take(p, 'E')) {
        if (!take(p, '+'))
            take(p, '-');
        if (!take_digits(p))
            return fail(p, "a number without digits in its exponent");
    }
    return true;
}

static bool parse_word(Parser *p)
{
    static const char *const words[] = { "true", "false", "null" };

    for (int i = 0; i < 3; i++) {
        const size_t length = strlen(words[i]);

        if ((size_t)(p->end - p->at) >= length && !memcmp(p->at, words[i], length)) {
            p->at += length;
            return true;
        }
    }
    return fail(p, "a value was expected");
}

/* What is spelled from `begin` up to here, kept as a string. */
static const char *keep(Parser *p, const char *begin)
{
    const size_t length = (size_t)(p->at - begin);
    char *const kept = p->string;

    memcpy(kept, begin, length);
    kept[length] = '\0';
    p->string += length + 1;
    return kept;
}

static bool parse_value(Parser *p, ImpJsonNode *node, int depth);

/* The children of an object or array, after its opening bracket. */
static bool parse_children(Parser *p, ImpJsonNode *parent, int depth)
{
    const bool object = parent->kind == IMP_JSON_OBJECT;
    const char close = object ? '}' : ']';
    ImpJsonNode *last = NULL;

    if (depth >= IMP_JSON_DEPTH)
        return fail(p, "nested too deeply");
    skip_space(p);
    if (take(p, close))
        return true;
    do {
        ImpJsonNode *const child = p->node++;

        *child = (ImpJsonNode) { .kind = IMP_JSON_WORD };
        if (++parent->children > IMP_JSON_CHILDREN)
            return fail(p, "more than 1024 members");
        skip_space(p);
        if (object) {
            if (!parse_string(p, &child->key))
                return false;
            if (imp_json_member(parent, child->key))
                return fail(p, "a key is there twice");
            skip_space(p);
            if (!take(p, ':'))
                return fail(p, "a colon was expected");
            skip_space(p);
        }
        if (!parse_value(p, child, depth + 1))
            return false;
        if (last)
            last->next = child;
        else
            parent->child = child;
        last = child;
        skip_space(p);
    } while (take(p, ','));
    return take(p, close) ||
           fail(p, object ? "a comma or } was expected" : "a comma or ] was expected");
}

static bool parse_value(Parser *p, ImpJsonNode *node, int depth)
{
    const char *const begin = p->at;
    const char first = p->at < p->end ? *p->at : '\0';

    if (first == '{' || first == '[') {
        node->kind = first == '{' ? IMP_JSON_OBJECT : IMP_JSON_ARRAY;
        p->at++;
        return parse_children(p, node, depth);
    }
    if (first == '"') {
        node->kind = IMP_JSON_STRING;
        return parse_string(p, &node->text);
    }
    const bool number = first == '-' || (first >= '0' && first <= '9');
    if (!(number ? parse_number(p) : parse_word(p)))
        return false;
    node->kind = number ? IMP_JSON_NUMBER : IMP_JSON_WORD;
    node->text = keep(p, begin);
    return true;
}

ImpStatus imp_json_parse(ImpJson *out, const char *text, size_t length,
                         ImpJsonFault *fault)
{
    size_t nodes = 1; /* each further value follows a comma or opens a container */
    size_t strings;   /* a number and its NUL need one byte more than the number */

    for (size_t i = 0; i < length; i++)
        nodes += text[i] == ',' || text[i] == '[' || text[i] == '{';
    *fault = (ImpJsonFault) { 0 };
    if (!imp_size_add(&strings, length, nodes))
        return IMP_NO_MEMORY;

    ImpJson json = { .nodes = imp_alloc(nodes, sizeof *json.nodes),
                     .strings = imp_alloc(strings, 1) };
    if (!json.nodes || !json.strings) {
        imp_json_clear(&json);
        return IMP_NO_MEMORY;
    }

    Parser p = { .text = text,
                 .at = text,
                 .end = text + length,
                 .node = json.nodes + 1,
                 .string = json.strings };
    json.nodes[0] = (ImpJsonNode) { .kind = IMP_JSON_WORD };
    skip_space(&p);
    bool good = parse_value(&p, &json.nodes[0], 0);
    skip_space(&p);
    if (good && p.at != p.end)
        good = fail(&p, "more text after the end");
    if (!good) {
        *fault = (ImpJsonFault) { .at = (size_t)(p.at - text), .text = p.fault };
        imp_json_clear(&json);
        return IMP_BAD_FILE;
    }
    *out = json;
    return IMP_OK;
}

void imp_json_clear(ImpJson *json)
{
    imp_free(json->strings);
    imp_free(json->nodes);
    *json = (ImpJson) { 0 };
}

const ImpJsonNode *imp_json_member(const ImpJsonNode *node, const char *key)
{
    if (node->kind != IMP_JSON_OBJECT)
        return NULL;
    for (const ImpJsonNode *child = node->child; child; child = child->next)
        if (strcmp(child->key, key) == 0)
            return child;
    return NULL;
}

bool imp_json_integer(const ImpJsonNode *node, size_t *out)
{
    uint64_t value = 0;

    if (!node || node->kind != IMP_JSON_NUMBER)
        return false;
    for (const char *c = node->text; *c; c++) {
        if (*c < '0' || *c > '9' || value >= (uint64_t)1 << 53)
            return false;
        value = value * 10 + (uint64_t)(*c - '0');
    }
    if (value >= (uint64_t)1 << 53 || value > SIZE_MAX)
        return false;
    *out = (size_t)value;
    return true;
}
