/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The JSON reader: what it finds in good texts. Bad ones are tests/fuzz/catalogue.c. */
#include "json.h"

#include "testing.h"

static ImpJson parse(const char *text)
{
    ImpJson json;
    ImpJsonFault fault;

    if (imp_json_parse(&json, text, strlen(text), &fault) != IMP_OK)
        fail_msg("%s: byte %zu: %s", text, fault.at, fault.text ? fault.text : "");
    return json;
}

static void test_tree(void **state)
{
    ImpJson json = parse(" {\"a\": [10, \"x\", true, {}], \"b\": {\"c\": null}} ");
    const ImpJsonNode *const root = json.nodes;
    const ImpJsonNode *const a = imp_json_member(root, "a");
    const ImpJsonNode *const b = imp_json_member(root, "b");

    assert_int_equal(root->kind, IMP_JSON_OBJECT);
    assert_int_equal(root->children, 2);
    assert_null(root->key);
    assert_ptr_equal(root->child, a);
    assert_ptr_equal(a->next, b);
    assert_null(b->next);
    assert_null(imp_json_member(root, "c"));
    assert_null(imp_json_member(a, "a")); /* an array has no members */

    assert_int_equal(a->kind, IMP_JSON_ARRAY);
    assert_int_equal(a->children, 4);
    const ImpJsonNode *item = a->child;
    assert_int_equal(item->kind, IMP_JSON_NUMBER);
    assert_string_equal(item->text, "10");
    item = item->next;
    assert_int_equal(item->kind, IMP_JSON_STRING);
    assert_string_equal(item->text, "x");
    item = item->next;
    assert_int_equal(item->kind, IMP_JSON_WORD);
    assert_string_equal(item->text, "true");
    item = item->next;
    assert_int_equal(item->kind, IMP_JSON_OBJECT);
    assert_int_equal(item->children, 0);
    assert_null(item->child);
    assert_null(item->next);
    assert_string_equal(imp_json_member(b, "c")->text, "null");
    imp_json_clear(&json);
    assert_null(json.nodes);
    imp_json_clear(&json);
}

static void test_strings(void **state)
{
    ImpJson json = parse("{\"\\u0061\\/\\\\\":\"\\\"\\b\\f\\n\\r\\t\\u00E9\\u20ac"
                         "\\ud83d\\ude00\xc3\xa9\xf0\x9f\x98\x80\", \"\": \"\"}");

    assert_string_equal(imp_json_member(json.nodes, "a/\\")->text,
                        "\"\b\f\n\r\t\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xc3\xa9"
                        "\xf0\x9f\x98\x80");
    assert_string_equal(imp_json_member(json.nodes, "")->text, "");
    imp_json_clear(&json);
}

static void test_numbers_as_spelled(void **state)
{
    static const char *const spelled[] = {
        "0", "-0", "-1.50", "1e5", "1E+5", "0.1e-09", "123456789012345678901234567890"
    };

    for (size_t i = 0; i < sizeof spelled / sizeof *spelled; i++) {
        ImpJson json = parse(spelled[i]);

        assert_int_equal(json.nodes->kind, IMP_JSON_NUMBER);
        assert_string_equal(json.nodes->text, spelled[i]);
        imp_json_clear(&json);
    }
}

static void test_integers(void **state)
{
    static const struct {
        const char *text;
        bool good;
        size_t value;
    } cases[] = {
        { "0", true, 0 },
        { "42", true, 42 },
        { "9007199254740991", true, 9007199254740991 }, /* 2^53 - 1 */
        { "9007199254740992", false, 0 },
        { "90071992547409910", false, 0 },
        { "18446744073709551617", false, 0 }, /* 2^64 + 1 */
        { "-1", false, 0 },
        { "-0", false, 0 },
        { "1.0", false, 0 },
        { "1e1", false, 0 },
        { "\"1\"", false, 0 },
        { "null", false, 0 },
        { "[1]", false, 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ImpJson json = parse(cases[i].text);
        size_t value = 7;

        if (imp_json_integer(json.nodes, &value) != cases[i].good ||
            value != (cases[i].good ? cases[i].value : 7))
            fail_msg("%s became %zu", cases[i].text, value);
        imp_json_clear(&json);
    }
    assert_false(imp_json_integer(NULL, &(size_t) { 0 }));
}

/* Every text that punctuation can make fits the memory planned for it: the sanitizers
 * see the first byte that does not. */
static void test_every_short_text(void **state)
{
    static const char letters[] = "[]{},:\"1a \\";
    enum { LETTERS = sizeof letters - 1, LENGTH = 5 };
    long count = 1, good = 0;

    for (int i = 0; i < LENGTH; i++)
        count *= LETTERS;
    for (long n = 0; n < count; n++) {
        char *const text = malloc(LENGTH);
        ImpJson json;
        ImpJsonFault fault;
        long rest = n;

        assert_non_null(text);
        for (int i = 0; i < LENGTH; i++, rest /= LETTERS)
            text[i] = letters[rest % LETTERS];
        if (imp_json_parse(&json, text, LENGTH, &fault) == IMP_OK) {
            imp_json_clear(&json);
            good++;
        } else if (!fault.text || fault.at > LENGTH) {
            fail_msg("%.*s: no fault is told", LENGTH, text);
        }
        free(text);
    }
    print_message("%ld of %ld texts are JSON\n", good, count);
    assert_in_range(good, 500, count / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_numbers_as_spelled),
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_every_short_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
