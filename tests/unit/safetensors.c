/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Safetensors and whole files: what good ones hold, and what the system may refuse.
 * Files that break the format are tests/fuzz/catalogue.c. */
#define _POSIX_C_SOURCE 200809L
#include "safetensors.h"

#include <dirent.h>
#include <math.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "status.h"
#include "testing.h"

static char folder[] = "/tmp/impasto-unit-XXXXXX";

static int make_folder(void **state)
{
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    return rmdir(folder); /* fails when a test left something behind */
}

static void in_folder(char *path, size_t room, const char *name)
{
    snprintf(path, room, "%s/%s", folder, name);
}

static ImpSafetensors load(const char *file)
{
    static char path[512]; /* outlives the file, as it must */
    ImpSafetensors loaded;
    ImpError err;

    corpus_path(path, sizeof path, "safetensors", file);
    assert_ok(imp_safetensors_load(&loaded, path, &err), &err);
    return loaded;
}

static void test_tensors_by_name(void **state)
{
    ImpSafetensors file = load("good-out-of-order.safetensors");
    const ImpTensor *const a = imp_safetensors_find(&file, "a");
    const ImpTensor *const b = imp_safetensors_find(&file, "b");

    assert_int_equal(file.count, 2);
    assert_ptr_equal(a, &file.tensors[0]); /* by place */
    assert_int_equal(a->begin, 0);
    assert_int_equal(b->begin, 4);
    assert_int_equal(b->axes, 1);
    assert_int_equal(b->count, 1);
    assert_null(imp_safetensors_find(&file, "c"));
    assert_null(imp_safetensors_metadata(&file, "format"));
    imp_safetensors_clear(&file);

    file = load("good-scalar.safetensors");
    assert_int_equal(file.tensors[0].axes, 0);
    assert_int_equal(file.tensors[0].count, 1);
    imp_safetensors_clear(&file);

    file = load("good-empty-tensor.safetensors");
    assert_int_equal(imp_safetensors_find(&file, "e")->count, 0);
    imp_safetensors_clear(&file);
}

/* All of binary16, against its definition: (-1)^s 2^(e - 15) 1.f, or 2^-14 0.f. */
static void test_half_numbers(void **state)
{
    static uint8_t bytes[256 + 0x10000 * 2];
    const char *const format =
        "{\"t\":{\"dtype\":\"F16\",\"shape\":[%d],\"data_offsets\":[0,%d]}}";
    uint8_t *at;
    int count = 0;
    ImpSafetensors file;
    ImpError err;
    float *values;

    for (unsigned half = 0; half < 0x10000; half++)
        count += (half >> 10 & 31) != 31;
    const int length = sprintf((char *)bytes + 8, format, count, 2 * count);
    bytes[0] = (uint8_t)length;
    at = bytes + 8 + length;
    for (unsigned half = 0; half < 0x10000; half++)
        if ((half >> 10 & 31) != 31) {
            *at++ = (uint8_t)half;
            *at++ = (uint8_t)(half >> 8);
        }
    assert_ok(imp_safetensors_parse(&file, bytes, (size_t)(at - bytes), "x", &err),
              &err);
    assert_ok(imp_safetensors_floats(&values, &file, "t", &err), &err);
    for (unsigned half = 0, i = 0; half < 0x10000; half++) {
        const int exponent = half >> 10 & 31, fraction = half & 1023;

        if (exponent == 31)
            continue;
        const double value =
            exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24);
        if (values[i] != (half & 0x8000 ? -value : value) ||
            !signbit(values[i]) != !(half & 0x8000))
            fail_msg("half %04x became %a", half, values[i]);
        i++;
    }
    imp_free(values);
    imp_safetensors_clear(&file);
}

static void test_shape(void **state)
{
    ImpSafetensors file = load("good.safetensors"); /* t [2] */
    ImpError err;
    int any[1] = { 0 }, right[1] = { 2 }, wrong[1] = { 3 }, two[2] = { 0, 0 };

    assert_ok(imp_safetensors_shape(&file, "t", 1, any, 2, &err), &err);
    assert_int_equal(any[0], 2);
    assert_ok(imp_safetensors_shape(&file, "t", 1, right, 0, &err), &err);
    assert_failed(imp_safetensors_shape(&file, "t", 1, wrong, 9, &err), IMP_BAD_FILE,
                  &err, "good.safetensors\": axis 0 of tensor \"t\" is 2, not 3.");
    any[0] = 0;
    assert_failed(imp_safetensors_shape(&file, "t", 1, any, 1, &err), IMP_BAD_FILE,
                  &err, "is 2; it must be 1 to 1.");
    assert_failed(imp_safetensors_shape(&file, "t", 2, two, 9, &err), IMP_BAD_FILE,
                  &err, "has 1 axes, not 2.");
    assert_failed(imp_safetensors_shape(&file, "u", 1, any, 9, &err), IMP_BAD_FILE,
                  &err, "tensor \"u\" is missing.");
    imp_safetensors_clear(&file);
}

static void test_files_that_cannot_be_read(void **state)
{
    char path[512];
    ImpSafetensors file;
    ImpError err;

    in_folder(path, sizeof path, "absent.safetensors");
    assert_failed(imp_safetensors_load(&file, path, &err), IMP_IO_ERROR, &err,
                  "absent.safetensors\": it cannot be opened: there is no such file");
    assert_failed(imp_safetensors_load(&file, folder, &err), IMP_IO_ERROR, &err,
                  "it is no regular file.");
    in_folder(path, sizeof path, "pipe");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_failed(imp_safetensors_load(&file, path, &err), IMP_IO_ERROR, &err,
                  "it is no regular file."); /* and does not wait for a writer */
    unlink(path);
    assert_failed(imp_safetensors_load(&file, "/dev/null", &err), IMP_IO_ERROR, &err,
                  "it is no regular file.");
    corpus_path(path, sizeof path, "safetensors", "good.safetensors/x");
    assert_failed(imp_safetensors_load(&file, path, &err), IMP_IO_ERROR, &err,
                  "a part of the path is no folder");

    in_folder(path, sizeof path, "large.safetensors");
    FILE *const large = fopen(path, "wb");
    assert_non_null(large);
    assert_int_equal(ftruncate(fileno(large), (off_t)1 << 40), 0); /* no block of it */
    fclose(large);
    assert_failed(imp_safetensors_load(&file, path, &err), IMP_BAD_FILE, &err,
                  "it has 1099511627776 bytes; at most 268435456 are read.");
    unlink(path);
}

static void test_save_then_load(void **state)
{
    static const float first[] = { 1.5f, -0.0f, 3e-45f, 3.4e38f }, second[] = { -7 };
    const ImpVector vectors[] = { { "first", first, 4 }, { "second", second, 1 } };
    char path[512];
    ImpSafetensors file;
    ImpError err;
    float *values;

    in_folder(path, sizeof path, "saved.safetensors");
    for (int twice = 0; twice < 2; twice++) { /* the second replaces the first */
        assert_ok(imp_safetensors_save(path, "test", vectors, 2, &err), &err);
        assert_ok(imp_safetensors_load(&file, path, &err), &err);
        assert_ok(imp_safetensors_check_format(&file, "test", &err), &err);
        assert_int_equal(file.count, 2);
        assert_int_equal((file.data - (uint8_t *)file.owned) % 8, 0);
        assert_ok(imp_safetensors_floats(&values, &file, "first", &err), &err);
        assert_memory_equal(values, first, sizeof first);
        imp_free(values);
        assert_ok(imp_safetensors_floats(&values, &file, "second", &err), &err);
        assert_memory_equal(values, second, sizeof second);
        imp_free(values);
        imp_safetensors_clear(&file);
    }
    assert_int_equal(unlink(path), 0);
}

/* Files in the folder, the two dots not counted. */
static int files_left(void)
{
    DIR *const entries = opendir(folder);
    int files = -2;

    assert_non_null(entries);
    while (readdir(entries))
        files++;
    closedir(entries);
    return files;
}

static void test_replace_leaves_nothing_behind(void **state)
{
    char path[512], taken[600];
    void *bytes;
    size_t size;
    ImpError err;

    in_folder(path, sizeof path, "target");
    assert_ok(imp_file_replace(path, "old", 3, &err), &err);
    assert_int_equal(files_left(), 1);
    snprintf(taken, sizeof taken, "%s.0.tmp", path); /* left by a crash, say */
    assert_ok(imp_file_replace(taken, "crash", 5, &err), &err);
    assert_ok(imp_file_replace(path, "newer", 5, &err), &err);
    assert_int_equal(files_left(), 2);
    assert_ok(imp_file_read(&bytes, &size, path, 100, &err), &err);
    assert_int_equal(size, 5);
    assert_memory_equal(bytes, "newer", 5);
    imp_free(bytes);
    assert_failed(imp_file_read(&bytes, &size, path, 4, &err), IMP_BAD_FILE, &err,
                  "it has 5 bytes; at most 4 are read.");
    unlink(taken);
    unlink(path);

    assert_int_equal(mkdir(path, 0700), 0); /* a folder cannot be replaced by a file */
    assert_failed(imp_file_replace(path, "x", 1, &err), IMP_IO_ERROR, &err,
                  "it cannot be replaced: something of that name is in the way");
    assert_int_equal(files_left(), 1);
    rmdir(path);

    in_folder(path, sizeof path, "absent/target");
    assert_failed(imp_file_replace(path, "x", 1, &err), IMP_IO_ERROR, &err,
                  "it cannot be written: there is no such file or folder");
    assert_int_equal(files_left(), 0);
}

static void test_replace_in_the_working_folder(void **state)
{
    char before[4096];
    ImpError err;

    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(folder), 0);
    assert_ok(imp_file_replace("plain-name", "x", 1, &err), &err);
    assert_int_equal(unlink("plain-name"), 0);
    assert_int_equal(chdir(before), 0);
}

/* RLIMIT_FSIZE stands in for a disk that fills up: the write fails half-way. */
static void test_write_fails_half_way(void **state)
{
    static char large[1 << 16];
    const struct rlimit little = { .rlim_cur = 1 << 12, .rlim_max = RLIM_INFINITY };
    struct rlimit before;
    char path[512];
    void *bytes;
    size_t size;
    ImpError err;

    in_folder(path, sizeof path, "target");
    assert_ok(imp_file_replace(path, "old", 3, &err), &err);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    const ImpStatus status = imp_file_replace(path, large, sizeof large, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_failed(status, IMP_IO_ERROR, &err, "it cannot be written");
    assert_int_equal(files_left(), 1);
    assert_ok(imp_file_read(&bytes, &size, path, 100, &err), &err);
    assert_int_equal(size, 3);
    assert_memory_equal(bytes, "old", 3);
    imp_free(bytes);
    unlink(path);
}

static void test_folder_that_takes_no_files(void **state)
{
    ImpError err;

    assert_failed(imp_file_replace("/proc/self/target", "x", 1, &err), IMP_IO_ERROR,
                  &err, "\"/proc/self/target\": it cannot be written");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tensors_by_name),
        cmocka_unit_test(test_half_numbers),
        cmocka_unit_test(test_shape),
        cmocka_unit_test(test_files_that_cannot_be_read),
        cmocka_unit_test(test_save_then_load),
        cmocka_unit_test(test_replace_leaves_nothing_behind),
        cmocka_unit_test(test_replace_in_the_working_folder),
        cmocka_unit_test(test_write_fails_half_way),
        cmocka_unit_test(test_folder_that_takes_no_files),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
