/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* style.json rule by rule, titles to ids, and the style library on folders of its own:
 * what is damaged is left out by name, and the user's styles are added, renamed and
 * deleted. */
#include "gerror.h"
#include "style-folder.h"
#include "style-library.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>

/* ---- style.json ------------------------------------------------------------ */

static void refused(const char *text, gssize size, const char *word)
{
    StyleInfo info = { 0 };
    g_autoptr(GError) error = NULL;
    const gsize length = size < 0 ? strlen(text) : (gsize)size;
    /* of its exact size, so that a sanitizer sees a read beyond it */
    g_autofree char *data = g_memdup2(text, length ? length : 1);

    assert_false(style_info_parse(&info, data, length, &error));
    assert_true(g_error_matches(error, IMPASTO_ERROR, IMPASTO_ERROR_BAD_FILE));
    if (!strstr(error->message, word))
        fail_msg("\"%s\" does not say \"%s\"", error->message, word);
    assert_null(info.id);
}

static void test_json_rules(void **state)
{
    g_autofree char *deep = g_strnfill(40000, '[');
    g_autofree char *large = g_strnfill(65 * 1024, ' ');
    g_autofree char *long_text = g_strnfill(201, 'x');
    g_autofree char *long_title =
        g_strdup_printf("{\"id\":\"a\",\"title\":\"%s\"}", long_text);
    g_autofree char *long_id =
        g_strdup_printf("{\"id\":\"%.65s\",\"title\":\"b\"}", long_text);

    refused("", 0, "empty");
    refused("{", -1, "JSON");
    refused("nonsense", -1, "JSON");
    refused("[]", -1, "object");
    refused("\"id\"", -1, "object");
    refused("null", -1, "object");
    refused(deep, -1, "levels");
    refused(large, -1, "KiB");
    refused("{\"id\":\"a\",\"title\":\"\xff\"}", -1, "UTF-8");
    refused("{\"id\":\"a\",\0\"title\":\"b\"}", 22, "UTF-8");
    refused("{\"title\":\"b\"}", -1, "\"id\" is missing");
    refused("{\"id\":\"a\"}", -1, "\"title\" is missing");
    refused("{\"id\":1,\"title\":\"b\"}", -1, "not text");
    refused("{\"id\":\"a\",\"title\":[\"b\"]}", -1, "not text");
    refused("{\"id\":\"a\",\"title\":null}", -1, "not text");
    refused("{\"id\":\"a\",\"title\":\"\"}", -1, "0 bytes");
    refused(long_title, -1, "201 bytes");
    refused("{\"id\":\"a\",\"title\":\"x\\ny\"}", -1, "control");
    refused("{\"id\":\"a\",\"title\":\"b\",\"year\":\"1889\"}", -1, "whole number");
    refused("{\"id\":\"a\",\"title\":\"b\",\"year\":1889.5}", -1, "whole number");
    refused("{\"id\":\"a\",\"title\":\"b\",\"artist\":true}", -1, "not text");
    refused("{\"id\":\"../a\",\"title\":\"b\"}", -1, "../a");
    refused("{\"id\":\"-a\",\"title\":\"b\"}", -1, "-a");
    refused("{\"id\":\"A\",\"title\":\"b\"}", -1, "a-z");
    refused("{\"id\":\".\",\"title\":\"b\"}", -1, "a-z");
    refused(long_id, -1, "1 to 64");
}

static void test_json_round_trip(void **state)
{
    const char text[] =
        "{\"id\":\"a-1\",\"title\":\"Zwölf \\\"Boote\\\"\",\"year\":-300,"
        "\"licence\":\"CC0-1.0\",\"unknown\":{\"x\":[1,2]}}";
    StyleInfo info, again;
    g_autofree char *formatted = NULL;

    assert_true(style_info_parse(&info, text, sizeof text - 1, NULL));
    assert_string_equal(info.id, "a-1");
    assert_string_equal(info.title, "Zwölf \"Boote\"");
    assert_string_equal(info.year, "-300");
    assert_string_equal(info.artist, "");
    formatted = style_info_format(&info);
    assert_true(style_info_parse(&again, formatted, strlen(formatted), NULL));
    assert_string_equal(again.title, info.title);
    assert_string_equal(again.year, "-300");
    assert_string_equal(again.license, "CC0-1.0");
    assert_string_equal(again.source, "");
    style_info_clear(&info);
    style_info_clear(&again);
}

static void test_ids_from_titles(void **state)
{
    static const struct {
        const char *title, *id;
    } cases[] = {
        { "The Starry Night", "the-starry-night" },
        { "../../etc/passwd", "etc-passwd" },
        { "C:\\WINDOWS\\x", "c-windows-x" },
        { "  Café \n Müller  ", "cafe-muller" },
        { "", "style" },
        { "...", "style" },
        { "星月夜", "style" },
        { "---a---", "a" },
        { "\xff\xfe", "style" },
        { NULL, "style" },
    };
    g_autofree char *many = g_strnfill(5000, 'q');
    g_autofree char *id = style_id_from_title(many);

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *made = style_id_from_title(cases[i].title);
        assert_string_equal(made, cases[i].id);
        assert_true(style_id_valid(made));
    }
    assert_int_equal(strlen(id), 48);
}

static void test_titles_from_paths(void **state)
{
    static const char *const paths[][2] = {
        { "/home/me/sun_flowers.jpg", "sun flowers" },
        { "mr.smith.png", "mr.smith" },
        { ".hidden", ".hidden" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autofree char *title = style_title_from_path(paths[i][0]);
        assert_string_equal(title, paths[i][1]);
    }
}

static void test_titles_are_cleaned(void **state)
{
    g_autofree char *spaces = style_title_clean(" \t a \r\n b\x01 ");
    g_autofree char *many = g_strdup("");
    g_autofree char *cut = NULL;

    assert_string_equal(spaces, "a b");
    for (int i = 0; i < 100; i++) {
        char *const longer = g_strconcat(many, "月", NULL);
        g_free(many);
        many = longer;
    }
    cut = style_title_clean(many);
    assert_true(strlen(cut) <= 200 && strlen(cut) > 190);
    assert_true(g_utf8_validate(cut, -1, NULL));
}

/* ---- folders --------------------------------------------------------------- */

typedef struct Place {
    char *root, *styles, *gallery, *user;
} Place;

static void write_file(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);

    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static char *add_folder(const char *parent, const char *id, const char *json)
{
    char *const folder = g_build_filename(parent, id, NULL);

    assert_int_equal(g_mkdir_with_parents(folder, 0755), 0);
    if (json)
        write_file(folder, STYLE_JSON, json);
    write_file(folder, STYLE_VECTOR, "vector");
    return folder;
}

static void add_good(const char *parent, const char *id, const char *title)
{
    g_autofree char *json =
        g_strdup_printf("{\"id\":\"%s\",\"title\":\"%s\"}", id, title);

    g_free(add_folder(parent, id, json));
}

static int make_place(void **state)
{
    Place *const place = g_new0(Place, 1);

    place->root = g_dir_make_tmp("impasto-library-XXXXXX", NULL);
    place->styles = g_build_filename(place->root, "styles", NULL);
    place->gallery = g_build_filename(place->styles, "gallery", NULL);
    place->user = g_build_filename(place->root, "user", "styles", NULL);
    assert_int_equal(g_mkdir_with_parents(place->gallery, 0755), 0);
    g_setenv("IMPASTO_STYLES", place->styles, TRUE);
    *state = place;
    return 0;
}

static void remove_all(const char *path)
{
    g_autoptr(GDir) dir =
        g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        remove_all(child);
    }
    g_remove(path);
}

static int remove_place(void **state)
{
    Place *const place = *state;

    remove_all(place->root);
    g_free(place->root);
    g_free(place->styles);
    g_free(place->gallery);
    g_free(place->user);
    g_free(place);
    return 0;
}

static gboolean warned(StyleLibrary *library, const char *id, const char *word)
{
    g_autofree char *quoted = g_strdup_printf("\"%s\"", id);

    for (const char *const *text = style_library_warnings(library); *text; text++)
        if (strstr(*text, quoted) && strstr(*text, word))
            return TRUE;
    return FALSE;
}

static void test_damaged_are_named(void **state)
{
    const Place *const place = *state;
    g_autofree char *no_vector = add_folder(place->gallery, "no-vector",
                                            "{\"id\":\"no-vector\",\"title\":\"x\"}");
    g_autofree char *vector = g_build_filename(no_vector, STYLE_VECTOR, NULL);
    g_autofree char *as_folder =
        g_build_filename(place->gallery, "as-folder", STYLE_JSON, NULL);
    g_autoptr(StyleLibrary) library = NULL;
    gboolean is_picture;
    g_autoptr(GError) error = NULL;
    const UiStyle *list;
    guint n;

    g_unlink(vector);
    add_good(place->gallery, "good", "Good");
    g_free(add_folder(place->gallery, "half", "{\"id\":\"half\",\"ti"));
    g_free(add_folder(place->gallery, "other", "{\"id\":\"another\",\"title\":\"x\"}"));
    g_free(add_folder(place->gallery, "no-json", NULL));
    g_free(add_folder(place->gallery, "UPPER", "{\"id\":\"UPPER\",\"title\":\"x\"}"));
    g_mkdir_with_parents(as_folder, 0755);
    add_good(place->gallery, ".hidden", "Hidden");
    write_file(place->gallery, "README", "not a style");
    add_good(place->user, "good", "Mine"); /* the shipped one wins */

    library = style_library_new(NULL, place->user);
    list = style_library_list(library, &n);
    assert_int_equal(n, 1);
    assert_string_equal(list[0].id, "good");
    assert_string_equal(list[0].title, "Good");
    assert_int_equal(gdk_pixbuf_get_width(list[0].thumbnail),
                     256); /* the neutral one */
    assert_true(warned(library, "half", "JSON"));
    assert_true(warned(library, "other", "\"another\""));
    assert_true(warned(library, "no-json", "style.json"));
    assert_true(warned(library, "as-folder", "style.json"));
    assert_true(warned(library, "UPPER", "a-z"));
    assert_true(warned(library, "no-vector", "vector.safetensors"));
    assert_true(warned(library, "good", "gallery"));
    assert_int_equal(g_strv_length((char **)style_library_warnings(library)), 7);

    assert_null(style_library_resolve(library, "half", &is_picture, &error));
    assert_true(g_error_matches(error, IMPASTO_ERROR, IMPASTO_ERROR_VALUE));
    assert_non_null(strstr(error->message, "JSON"));
    g_clear_error(&error);
    /* named in the sentence about "other", but not left out itself */
    assert_null(style_library_resolve(library, "another", &is_picture, &error));
    assert_non_null(strstr(error->message, "neither"));
    g_clear_error(&error);
    style_library_reload(library);
    assert_null(style_library_resolve(library, "no-vector", &is_picture, &error));
    assert_non_null(strstr(error->message, "vector.safetensors"));
}

static void test_left_out_stays_out(void **state)
{
    const Place *const place = *state;
    g_autoptr(StyleLibrary) library = NULL;
    guint n;

    add_good(place->gallery, "one", "One");
    add_good(place->gallery, "two", "Two");
    library = style_library_new(NULL, NULL);
    style_library_leave_out(library, "one", "Its vector is cut short.");
    style_library_reload(library);
    assert_string_equal(style_library_list_names(library, &n)[0].id, "two");
    assert_int_equal(n, 1);
    assert_true(warned(library, "one", "cut short"));
}

static void test_no_gallery(void **state)
{
    const Place *const place = *state;
    g_autoptr(StyleLibrary) library = NULL;
    guint n;

    g_rmdir(place->gallery);
    library = style_library_new(NULL, NULL);
    style_library_list(library, &n);
    assert_int_equal(n, 0);
    assert_null(style_library_default(library));
    assert_non_null(strstr(style_library_warnings(library)[0], place->gallery));
}

static void test_resolve(void **state)
{
    const Place *const place = *state;
    g_autoptr(StyleLibrary) library = NULL;
    g_autofree char *picture = g_build_filename(place->root, "picture.png", NULL);
    g_autofree char *text = g_build_filename(place->root, "text.png", NULL);
    g_autofree char *path = NULL, *vector = NULL;
    g_autoptr(GdkPixbuf) pixels = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, 3, 2);
    const struct {
        const char *style, *word;
    } wrong[] = {
        { "", "No style" },
        { NULL, "No style" },
        { "nope", "--list-styles" },
        { "../gallery/one", "neither" },
        { place->root, "folder" },
        { text, "not a picture" },
        { "/dev/null", "not a picture" },
        { "\xff", "neither" },
    };
    gboolean is_picture;

    add_good(place->gallery, "one", "One");
    gdk_pixbuf_fill(pixels, 0x336699ff);
    assert_true(gdk_pixbuf_save(pixels, picture, "png", NULL, NULL));
    write_file(place->root, "text.png", "this is no picture");
    library = style_library_new(NULL, place->user);
    vector = style_library_resolve(library, "one", &is_picture, NULL);
    assert_true(vector && g_str_has_suffix(vector, "one/vector.safetensors") &&
                !is_picture);
    path = style_library_resolve(library, picture, &is_picture, NULL);
    assert_string_equal(path, picture);
    assert_true(is_picture);
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(
            style_library_resolve(library, wrong[i].style, &is_picture, &error));
        assert_true(g_error_matches(error, IMPASTO_ERROR, IMPASTO_ERROR_VALUE));
        assert_true(g_utf8_validate(error->message, -1, NULL));
        if (!strstr(error->message, wrong[i].word))
            fail_msg("\"%s\" does not say \"%s\"", error->message, wrong[i].word);
    }
}

/* ---- the user's own -------------------------------------------------------- */

static gboolean save_vector(gpointer data, const char *path, GError **error)
{
    if (data)
        return g_file_set_contents(path, data, -1, error);
    g_set_error_literal(error, IMPASTO_ERROR, IMPASTO_ERROR_IO, "the disk is full");
    return FALSE;
}

static char *add(StyleLibrary *library, const char *title, GError **error)
{
    g_autoptr(GdkPixbuf) picture =
        gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, 1600, 20);

    gdk_pixbuf_fill(picture, 0xc08040ff);
    return style_library_add(library, title, "from.jpg", picture, NULL, TRUE,
                             save_vector, "vector", error);
}

static const UiStyle *find(StyleLibrary *library, const char *id)
{
    guint n;
    const UiStyle *const list = style_library_list(library, &n);

    for (guint i = 0; i < n; i++)
        if (g_str_equal(list[i].id, id))
            return &list[i];
    return NULL;
}

static guint count_files(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint n = 0;

    while (dir && g_dir_read_name(dir))
        n++;
    return n;
}

static void test_add_rename_delete(void **state)
{
    const Place *const place = *state;
    g_autofree char *very_long = g_strnfill(100000, 'L');
    const struct {
        const char *title, *id, *shown;
    } cases[] = {
        { "Sunset", "sunset", "Sunset" },
        { "Sunset", "sunset-2", "Sunset" },
        { "Gallery", "gallery-2", "Gallery" }, /* an id of the gallery's */
        { "a/b\\c:..", "a-b-c", "a/b\\c:.." },
        { "/", "style", "/" },
        { "星月夜 ☆", "style-2", "星月夜 ☆" },
        { " tabs\tand\nlines ", "tabs-and-lines", "tabs and lines" },
    };
    g_autoptr(StyleLibrary) library = NULL, again = NULL;
    g_autofree char *long_id = NULL;

    add_good(place->gallery, "gallery", "Gallery");
    library = style_library_new(NULL, place->user);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *id = add(library, cases[i].title, NULL);
        assert_string_equal(id, cases[i].id);
        assert_string_equal(find(library, id)->title, cases[i].shown);
    }
    long_id = add(library, very_long, NULL);
    assert_true(style_id_valid(long_id));

    again = style_library_new(NULL, place->user); /* as the next session finds them */
    assert_null(style_library_warnings(again)[0]);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const UiStyle *const style = find(again, cases[i].id);
        assert_non_null(style);
        assert_string_equal(style->title, cases[i].shown);
        assert_string_equal(style->source, "from.jpg");
        assert_true(style->is_users);
        assert_true(g_file_test(style->picture_path, G_FILE_TEST_IS_REGULAR));
        assert_int_equal(gdk_pixbuf_get_width(style->thumbnail), 256);
        assert_int_equal(gdk_pixbuf_get_height(style->thumbnail), 256);
    }
    assert_true(style_library_rename(again, "sunset", "  Über/allem ", NULL));
    style_library_reload(again);
    assert_string_equal(find(again, "sunset")->title, "Über/allem");
    assert_string_equal(find(again, "sunset")->source, "from.jpg");
    assert_true(style_library_delete(again, "sunset", NULL));
    assert_null(find(again, "sunset"));
    style_library_reload(again);
    assert_null(find(again, "sunset"));
    assert_non_null(find(again, "sunset-2"));
}

static void test_refusals_change_nothing(void **state)
{
    const Place *const place = *state;
    g_autoptr(StyleLibrary) library = NULL;
    g_autoptr(GdkPixbuf) picture = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, 2, 2);
    g_autoptr(GError) error = NULL;

    gdk_pixbuf_fill(picture, 0);
    add_good(place->gallery, "gallery", "Gallery");
    library = style_library_new(NULL, place->user);
    assert_null(add(library, " \n ", &error));
    assert_true(g_error_matches(error, IMPASTO_ERROR, IMPASTO_ERROR_VALUE));
    g_clear_error(&error);
    assert_null(style_library_add(library, "x", NULL, picture, NULL, TRUE, save_vector,
                                  NULL, &error));
    assert_string_equal(error->message, "the disk is full");
    g_clear_error(&error);
    assert_int_equal(count_files(place->user), 0); /* no leftover */
    assert_false(style_library_rename(library, "gallery", "Mine", &error));
    assert_non_null(strstr(error->message, "only your own"));
    g_clear_error(&error);
    assert_false(style_library_delete(library, "gallery", &error));
    g_clear_error(&error);
    assert_false(style_library_delete(library, "nope", &error));
    g_clear_error(&error);
    assert_false(style_library_delete(library, "../gallery", &error));
    g_clear_error(&error);
    assert_string_equal(find(library, "gallery")->title, "Gallery");
}

static void test_no_user_dir(void **state)
{
    const Place *const place = *state;
    g_autoptr(StyleLibrary) library = style_library_new(NULL, NULL);
    g_autoptr(StyleLibrary) blocked = NULL;
    g_autofree char *below_file = g_build_filename(place->root, "file", "styles", NULL);
    g_autoptr(GError) error = NULL;

    assert_null(add(library, "x", &error));
    assert_non_null(error);
    g_clear_error(&error);
    write_file(place->root, "file", "in the way");
    blocked = style_library_new(NULL, below_file);
    assert_null(add(blocked, "x", &error));
    assert_true(g_error_matches(error, IMPASTO_ERROR, IMPASTO_ERROR_IO));
}

static void test_delete_follows_no_link(void **state)
{
    const Place *const place = *state;
    g_autoptr(StyleLibrary) library = NULL;
    g_autofree char *elsewhere =
        add_folder(place->root, "linked", "{\"id\":\"linked\",\"title\":\"x\"}");
    g_autofree char *link = g_build_filename(place->user, "linked", NULL);
    g_autofree char *json = g_build_filename(elsewhere, STYLE_JSON, NULL);
    g_autoptr(GFile) file = g_file_new_for_path(link);

    g_mkdir_with_parents(place->user, 0755);
    assert_true(g_file_make_symbolic_link(file, elsewhere, NULL, NULL));
    library = style_library_new(NULL, place->user);
    assert_true(style_library_delete(library, "linked", NULL));
    assert_true(g_file_test(json, G_FILE_TEST_EXISTS));
    assert_false(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
}

/* What cannot be deleted stays whole. */
static void test_delete_all_or_nothing(void **state)
{
    const Place *const place = *state;
    g_autoptr(StyleLibrary) library = NULL;
    g_autofree char *folder = g_build_filename(place->user, "mine", NULL);
    g_autofree char *below = g_build_filename(folder, "zz", NULL);
    g_autoptr(GError) error = NULL;

    /* listed last by name, and where what is newest comes first */
    assert_int_equal(g_mkdir_with_parents(below, 0755), 0);
    add_good(place->user, "mine", "Mine");
    library = style_library_new(NULL, place->user);
    assert_false(style_library_delete(library, "mine", &error));
    assert_non_null(strstr(error->message, folder));
    assert_int_equal(count_files(folder), 3);
    style_library_reload(library);
    assert_non_null(find(library, "mine"));
    assert_int_equal(g_rmdir(below), 0);
    assert_true(style_library_delete(library, "mine", NULL));
    assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
}

static void test_order_and_favorites(void **state)
{
    const Place *const place = *state;
    g_autoptr(StyleLibrary) library = NULL, again = NULL;
    const char *const order[] = { "c", "a", "b", "mine" };
    const UiStyle *list;
    guint n;

    add_good(place->gallery, "b", "Beta");
    add_good(place->gallery, "a", "Alpha");
    add_good(place->gallery, "c", "Gamma");
    add_good(place->user, "mine", "Aaa");
    library = style_library_new(NULL, place->user);
    assert_true(style_library_set_favorite(library, "c", TRUE, NULL));
    assert_true(style_library_set_favorite(library, "b", TRUE, NULL));
    assert_true(style_library_set_favorite(library, "b", FALSE, NULL));
    assert_false(style_library_set_favorite(library, "nope", TRUE, NULL));
    again = style_library_new(NULL, place->user);
    list = style_library_list(again, &n);
    assert_int_equal(n, 4);
    for (guint i = 0; i < n; i++)
        assert_string_equal(list[i].id, order[i]);
    assert_true(list[0].is_favorite && !list[1].is_favorite && list[3].is_users);
}

/* Two dialogs are open: neither drops what the other has kept. */
static void test_favorites_of_two(void **state)
{
    const Place *const place = *state;
    g_autoptr(StyleLibrary) one = NULL, two = NULL, again = NULL;

    add_good(place->gallery, "a", "Alpha");
    add_good(place->gallery, "b", "Beta");
    add_good(place->gallery, "c", "Gamma");
    one = style_library_new(NULL, place->user);
    two = style_library_new(NULL, place->user);
    assert_true(style_library_set_favorite(one, "a", TRUE, NULL));
    assert_true(style_library_set_favorite(one, "c", TRUE, NULL));
    assert_true(style_library_set_favorite(two, "b", TRUE, NULL));
    assert_true(style_library_set_favorite(one, "c", FALSE, NULL));
    again = style_library_new(NULL, place->user);
    assert_true(find(again, "a")->is_favorite);
    assert_true(find(again, "b")->is_favorite);
    assert_false(find(again, "c")->is_favorite);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_rules),
        cmocka_unit_test(test_json_round_trip),
        cmocka_unit_test(test_ids_from_titles),
        cmocka_unit_test(test_titles_from_paths),
        cmocka_unit_test(test_titles_are_cleaned),
        IN_PLACE(test_damaged_are_named),
        IN_PLACE(test_left_out_stays_out),
        IN_PLACE(test_no_gallery),
        IN_PLACE(test_resolve),
        IN_PLACE(test_add_rename_delete),
        IN_PLACE(test_refusals_change_nothing),
        IN_PLACE(test_no_user_dir),
        IN_PLACE(test_delete_follows_no_link),
        IN_PLACE(test_delete_all_or_nothing),
        IN_PLACE(test_order_and_favorites),
        IN_PLACE(test_favorites_of_two),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
