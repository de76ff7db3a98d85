/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A strict little JSON reader (RFC 8259), as much as a safetensors header needs.
 * Stricter than the RFC: an object has no key twice, no string holds U+0000, nothing is
 * nested deeper than IMP_JSON_DEPTH. */
#ifndef IMP_JSON_H
#define IMP_JSON_H

#include "impasto.h"

#define IMP_JSON_DEPTH 8       /* containers within containers */
#define IMP_JSON_CHILDREN 1024 /* members of one object or array */

typedef enum ImpJsonKind {
    IMP_JSON_OBJECT,
    IMP_JSON_ARRAY,
    IMP_JSON_STRING,
    IMP_JSON_NUMBER,
    IMP_JSON_WORD, /* true, false, null */
} ImpJsonKind;

/* Texts are UTF-8, escapes resolved; a number or a word is as it is spelled. */
typedef struct ImpJsonNode {
    ImpJsonKind kind;
    const char *key;                 /* of a member of an object, else NULL */
    const char *text;                /* of a string, number or word, else NULL */
    int children;                    /* of an object or array */
    const struct ImpJsonNode *child; /* the first child, or NULL */
    const struct ImpJsonNode *next;  /* of the same parent or NULL */
} ImpJsonNode;

typedef struct ImpJson {
    ImpJsonNode *nodes; /* nodes[0] is the root */
    char *strings;
} ImpJson;

/* Where a text breaks which rule. */
typedef struct ImpJsonFault {
    size_t at;        /* byte, from 0 */
    const char *text; /* "a key is there twice": constant */
} ImpJsonFault;

/* Read text, `length` bytes, not kept. Clear `out` after IMP_OK.
 * IMP_BAD_FILE (fault is filled), IMP_NO_MEMORY. Any thread. */
ImpStatus imp_json_parse(ImpJson *out, const char *text, size_t length,
                         ImpJsonFault *fault) IMP_MUST_CHECK;
void imp_json_clear(ImpJson *json);

/* The member of an object with this key, or NULL; also where node is no object. */
const ImpJsonNode *imp_json_member(const ImpJsonNode *node, const char *key);

/* A number that is a plain integer of 0 .. 2^53 - 1: no sign, fraction or exponent. */
bool imp_json_integer(const ImpJsonNode *node, size_t *out);

#endif
