/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The catalogue of broken files: each file of corpus/, refused in the words listed
 * here, or taken where none are. A file without a line fails, and so does a line
 * without a file. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "loaders.h"
#include "testing.h"

#define COUNT(lines) (sizeof(lines) / sizeof *(lines))

typedef struct Line {
    const char *file;
    const char *fault; /* what is said after the file's name; NULL: a good file */
} Line;

static const Line json_lines[] = {
    { "byte-order-mark.json", "byte 0: a value was expected." },
    { "colon-missing.json", "byte 5: a colon was expected." },
    { "comma-at-end.json", "byte 7: a string was expected." },
    { "comma-missing.json", "byte 3: a comma or ] was expected." },
    { "comment.json", "byte 1: a string was expected." },
    { "empty.json", "byte 0: a value was expected." },
    { "good-deep.json", NULL },
    { "good-space.json", NULL },
    { "good.json", NULL },
    { "key-not-text.json", "byte 1: a string was expected." },
    { "key-twice-escaped.json", "byte 23: a key is there twice." },
    { "key-twice.json", "byte 10: a key is there twice." },
    { "number-hexadecimal.json", "byte 2: a comma or ] was expected." },
    { "number-leading-zero.json", "byte 2: a comma or ] was expected." },
    { "number-minus-only.json", "byte 2: a value was expected." },
    { "number-nan.json", "byte 1: a value was expected." },
    { "number-no-exponent.json", "byte 3: a number without digits in its exponent." },
    { "number-no-fraction.json", "byte 3: a number without digits after its point." },
    { "number-plus.json", "byte 1: a value was expected." },
    { "only-space.json", "byte 3: a value was expected." },
    { "open-array.json", "byte 4: a comma or ] was expected." },
    { "open-object.json", "byte 6: a comma or } was expected." },
    { "open-string.json", "byte 3: a string does not end." },
    { "string-control.json", "byte 4: a control character in a string." },
    { "string-escape-cut.json", "byte 3: an unknown escape." },
    { "string-escape-short.json", "byte 6: \\u needs four hexadecimal digits." },
    { "string-escape-unknown.json", "byte 3: an unknown escape." },
    { "string-nul.json", "byte 9: a string holds U+0000." },
    { "string-single-quotes.json", "byte 1: a string was expected." },
    { "string-surrogate-high.json", "byte 8: a lone surrogate." },
    { "string-surrogate-low.json", "byte 8: a lone surrogate." },
    { "string-surrogate-pair.json", "byte 14: a lone surrogate." },
    { "text-after-end.json", "byte 3: more text after the end." },
    { "too-deep-by-far.json", "byte 9: nested too deeply." },
    { "too-deep.json", "byte 9: nested too deeply." },
    { "too-many-members.json", "byte 2049: more than 1024 members." },
    { "utf8-cut.json", "byte 2: a string is not UTF-8." },
    { "utf8-lone-continuation.json", "byte 2: a string is not UTF-8." },
    { "utf8-overlong.json", "byte 2: a string is not UTF-8." },
    { "utf8-surrogate.json", "byte 2: a string is not UTF-8." },
    { "utf8-too-high.json", "byte 2: a string is not UTF-8." },
    { "word-cut.json", "byte 1: a value was expected." },
    { "word-unknown.json", "byte 1: a value was expected." },
};

static const Line safetensors_lines[] = {
    { "bytes-left-over.safetensors", "bytes at its end belong to no tensor: 1." },
    { "bytes-without-tensors.safetensors", "bytes at its end belong to no tensor: 1." },
    { "dtype-bf16.safetensors", "tensor \"t\" is of type BF16; F32 and F16 are read." },
    { "dtype-is-number.safetensors", "tensor \"t\" has no dtype." },
    { "dtype-lower-case.safetensors",
      "tensor \"t\" is of type f32; F32 and F16 are read." },
    { "dtype-missing.safetensors", "tensor \"t\" has no dtype." },
    { "empty.safetensors", "it has 0 bytes, too few for a safetensors file." },
    { "good-empty-tensor.safetensors", NULL },
    { "good-half.safetensors", NULL },
    { "good-no-tensors.safetensors", NULL },
    { "good-out-of-order.safetensors", NULL },
    { "good-padding.safetensors", NULL },
    { "good-scalar.safetensors", NULL },
    { "good.safetensors", NULL },
    { "header-begins-with-space.safetensors", "its header does not begin with {." },
    { "header-cut.safetensors", "byte 30 of its header: a colon was expected." },
    { "header-has-text-after.safetensors",
      "byte 2 of its header: more text after the end." },
    { "header-is-array.safetensors", "its header does not begin with {." },
    { "header-is-not-utf8.safetensors",
      "byte 2 of its header: a string is not UTF-8." },
    { "header-length-huge.safetensors",
      "its header would have 18446744073709551615 bytes; at most 1048576 are read." },
    { "header-length-over-limit.safetensors",
      "its header would have 1048577 bytes; at most 1048576 are read." },
    { "header-length-zero.safetensors", "its header does not begin with {." },
    { "header-longer-than-file.safetensors",
      "its header has 3 bytes, but only 2 are there." },
    { "hole-at-start.safetensors", "bytes before tensor \"a\" belong to none: 4." },
    { "hole-between.safetensors", "bytes before tensor \"b\" belong to none: 4." },
    { "member-unknown.safetensors",
      "tensor \"t\" has members beside dtype, shape and data_offsets." },
    { "metadata-holds-number.safetensors", "metadata \"version\" is no text." },
    { "metadata-is-text.safetensors", "the metadata is no object." },
    { "metadata-key-twice.safetensors",
      "byte 28 of its header: a key is there twice." },
    { "name-very-long.safetensors",
      "tensor \"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\" "
      "has 8 bytes, which do not fit its shape." },
    { "name-with-newline.safetensors",
      "tensor \"a?b\" has 8 bytes, which do not fit its shape." },
    { "offsets-fraction.safetensors", "tensor \"t\" has no pair of data_offsets." },
    { "offsets-huge.safetensors", "tensor \"t\" has no pair of data_offsets." },
    { "offsets-missing.safetensors", "tensor \"t\" has no pair of data_offsets." },
    { "offsets-negative.safetensors", "tensor \"t\" has no pair of data_offsets." },
    { "offsets-one.safetensors", "tensor \"t\" has no pair of data_offsets." },
    { "offsets-outside.safetensors", "tensor \"t\" ends at byte 16 of 8." },
    { "offsets-reversed.safetensors", "tensor \"t\" ends before it begins." },
    { "offsets-three.safetensors", "tensor \"t\" has no pair of data_offsets." },
    { "offsets-too-few-bytes.safetensors",
      "tensor \"t\" has 4 bytes, which do not fit its shape." },
    { "offsets-too-many-bytes.safetensors",
      "tensor \"t\" has 8 bytes, which do not fit its shape." },
    { "seven-bytes.safetensors", "it has 7 bytes, too few for a safetensors file." },
    { "shape-above-double.safetensors", "tensor \"t\" has an axis that is no size." },
    { "shape-above-int.safetensors", "tensor \"t\" has an axis that is no size." },
    { "shape-exponent.safetensors", "tensor \"t\" has an axis that is no size." },
    { "shape-five-axes.safetensors", "tensor \"t\" has 5 axes; at most 4 are read." },
    { "shape-fraction.safetensors", "tensor \"t\" has an axis that is no size." },
    { "shape-is-number.safetensors", "tensor \"t\" has no shape." },
    { "shape-missing.safetensors", "tensor \"t\" has no shape." },
    { "shape-negative.safetensors", "tensor \"t\" has an axis that is no size." },
    { "shape-overflow-to-fit.safetensors", "tensor \"t\" is larger than any memory." },
    { "shape-overflow.safetensors", "tensor \"t\" is larger than any memory." },
    { "shape-text.safetensors", "tensor \"t\" has an axis that is no size." },
    { "tensor-is-number.safetensors", "tensor \"t\" has no dtype." },
    { "tensor-twice.safetensors", "byte 63 of its header: a key is there twice." },
    { "tensors-overlap.safetensors", "tensor \"b\" overlaps another." },
    { "tensors-share-bytes.safetensors", "tensor \"b\" overlaps another." },
};

static const Line painter_lines[] = {
    { "axes-three.safetensors", "tensor \"up0.weight\" has 3 axes, not 4." },
    { "block-gap.safetensors", "tensor \"block1.0.weight\" belongs to no painter." },
    { "block-half.safetensors", "tensor \"block0.1.weight\" is missing." },
    { "block-leading-zero.safetensors",
      "tensor \"block01.0.weight\" belongs to no painter." },
    { "blocks-too-many.safetensors", "it has more than 64 blocks." },
    { "colors-four.safetensors", "axis 0 of tensor \"out.weight\" is 4, not 3." },
    { "cut-by-one-byte.safetensors",
      "tensor \"out.weight\" ends at byte 2304 of 2303." },
    { "cut-in-half.safetensors", "tensor \"down0.weight\" ends at byte 972 of 808." },
    { "down0-missing.safetensors", "tensor \"down0.weight\" is missing." },
    { "epsilon-comma.safetensors",
      "its epsilon is \"0,001\"; it must be a number of 1e-12 to 1." },
    { "epsilon-digits.safetensors",
      "its epsilon is \"0.111111111111111111111111111111\"; it must be a number of "
      "1e-12 to 1." },
    { "epsilon-empty.safetensors",
      "its epsilon is \"\"; it must be a number of 1e-12 to 1." },
    { "epsilon-exponent-cut.safetensors",
      "its epsilon is \"1e\"; it must be a number of 1e-12 to 1." },
    { "epsilon-exponent-long.safetensors",
      "its epsilon is \"1e-100\"; it must be a number of 1e-12 to 1." },
    { "epsilon-infinite.safetensors",
      "its epsilon is \"1e99\"; it must be a number of 1e-12 to 1." },
    { "epsilon-large.safetensors",
      "its epsilon is \"1.5\"; it must be a number of 1e-12 to 1." },
    { "epsilon-missing.safetensors",
      "its epsilon is \"\"; it must be a number of 1e-12 to 1." },
    { "epsilon-nan.safetensors",
      "its epsilon is \"nan\"; it must be a number of 1e-12 to 1." },
    { "epsilon-negative.safetensors",
      "its epsilon is \"-0.001\"; it must be a number of 1e-12 to 1." },
    { "epsilon-points.safetensors",
      "its epsilon is \"0.0.1\"; it must be a number of 1e-12 to 1." },
    { "epsilon-space.safetensors",
      "its epsilon is \" 0.001\"; it must be a number of 1e-12 to 1." },
    { "epsilon-tiny.safetensors",
      "its epsilon is \"1e-13\"; it must be a number of 1e-12 to 1." },
    { "epsilon-unit.safetensors",
      "its epsilon is \"0.001x\"; it must be a number of 1e-12 to 1." },
    { "epsilon-zero.safetensors",
      "its epsilon is \"0\"; it must be a number of 1e-12 to 1." },
    { "format-missing.safetensors", "its format is \"\", not \"impasto-painter\"." },
    { "format-of-style.safetensors",
      "its format is \"impasto-style\", not \"impasto-painter\"." },
    { "good-epsilon-exponent.safetensors", NULL },
    { "good-half.safetensors", NULL },
    { "good-no-blocks.safetensors", NULL },
    { "good-reference.safetensors", NULL },
    { "good.safetensors", NULL },
    { "input-four.safetensors", "axis 1 of tensor \"down0.weight\" is 4, not 3." },
    { "kernel-five.safetensors", "axis 2 of tensor \"down1.weight\" is 5, not 3." },
    { "kernel-not-square.safetensors", "axis 3 of tensor \"up1.weight\" is 4, not 3." },
    { "number-infinite-half.safetensors",
      "number 242 of tensor \"out.weight\" is not finite." },
    { "number-infinite.safetensors",
      "number 242 of tensor \"out.weight\" is not finite." },
    { "number-nan.safetensors", "number 17 of tensor \"up0.weight\" is not finite." },
    { "one-byte-more.safetensors", "bytes at its end belong to no tensor: 1." },
    { "out-missing.safetensors", "tensor \"out.weight\" is missing." },
    { "reference-beyond-one.safetensors", "its reference has a number beyond 0 to 1." },
    { "reference-channels.safetensors", "axis 2 of tensor \"reference\" is 4, not 3." },
    { "reference-large.safetensors",
      "axis 0 of tensor \"reference\" is 1025; it must be 1 to 1024." },
    { "reference-negative.safetensors", "its reference has a number beyond 0 to 1." },
    { "reference-small.safetensors",
      "its reference is 15 x 16; both sides must be 16 or more." },
    { "tensor-bias.safetensors", "tensor \"down0.bias\" belongs to no painter." },
    { "tensor-name-prefix.safetensors",
      "tensor \"down0.weight2\" belongs to no painter." },
    { "tensor-unknown.safetensors", "tensor \"down3.weight\" belongs to no painter." },
    { "version-missing.safetensors",
      "it is of version \"\"; this program reads version 1." },
    { "version-two.safetensors",
      "it is of version \"2\"; this program reads version 1." },
    { "width-disagrees.safetensors", "axis 1 of tensor \"down2.weight\" is 3, not 2." },
    { "width-of-block.safetensors",
      "axis 0 of tensor \"block0.1.weight\" is 2, not 1." },
    { "width-of-up.safetensors", "axis 0 of tensor \"up0.weight\" is 3, not 2." },
    { "width-too-large.safetensors",
      "axis 0 of tensor \"down1.weight\" is 1025; it must be 1 to 1024." },
    { "width-zero.safetensors",
      "axis 0 of tensor \"down0.weight\" is 0; it must be 1 to 1024." },
};

static const Line reader_lines[] = {
    { "bias-length.safetensors", "axis 0 of tensor \"conv0.bias\" is 2, not 1." },
    { "bias-missing.safetensors", "tensor \"conv3.bias\" is missing." },
    { "conv-input.safetensors", "axis 1 of tensor \"conv1.weight\" is 2, not 1." },
    { "conv-kernel.safetensors", "axis 2 of tensor \"conv1.weight\" is 5, not 3." },
    { "conv-missing.safetensors", "tensor \"conv2.weight\" is missing." },
    { "conv-too-wide.safetensors",
      "axis 0 of tensor \"conv3.weight\" is 513; it must be 1 to 512." },
    { "cut-in-half.safetensors", "its header has 1040 bytes, but only 988 are there." },
    { "fc0-bias.safetensors", "axis 0 of tensor \"fc0.bias\" is 3, not 2." },
    { "fc0-columns.safetensors", "axis 1 of tensor \"fc0.weight\" is 15, not 14." },
    { "fc1-bias.safetensors", "axis 0 of tensor \"fc1.bias\" is 23, not 24." },
    { "fc1-columns.safetensors", "axis 1 of tensor \"fc1.weight\" is 3, not 2." },
    { "fc1-odd.safetensors", "fc1 gives 23 numbers, no pairs of scale and shift." },
    { "format-of-painter.safetensors",
      "its format is \"impasto-painter\", not \"impasto-reader\"." },
    { "good-half.safetensors", NULL },
    { "good-odd-widths.safetensors", NULL },
    { "good-other-channels.safetensors", NULL },
    { "good.safetensors", NULL },
    { "norm-length.safetensors", "axis 0 of tensor \"norm.weight\" is 13, not 14." },
    { "norm-missing.safetensors", "tensor \"norm.bias\" is missing." },
    { "number-nan.safetensors", "number 23 of tensor \"fc1.bias\" is not finite." },
    { "side-fraction.safetensors",
      "its short_side is \"64.5\"; it must be an integer of 64 to 512." },
    { "side-large.safetensors",
      "its short_side is \"513\"; it must be an integer of 64 to 512." },
    { "side-missing.safetensors",
      "its short_side is \"\"; it must be an integer of 64 to 512." },
    { "side-negative.safetensors",
      "its short_side is \"-64\"; it must be an integer of 64 to 512." },
    { "side-small.safetensors",
      "its short_side is \"63\"; it must be an integer of 64 to 512." },
    { "side-word.safetensors",
      "its short_side is \"short\"; it must be an integer of 64 to 512." },
    { "tensor-unknown.safetensors", "it has 15 tensors; a style reader has 14." },
    { "version-two.safetensors",
      "it is of version \"2\"; this program reads version 1." },
};

static const Line style_lines[] = {
    { "axes-two.safetensors", "tensor \"scale\" has 2 axes, not 1." },
    { "channels-differ.safetensors", "axis 0 of tensor \"shift\" is 11, not 12." },
    { "channels-other.safetensors", "axis 0 of tensor \"scale\" is 13, not 12." },
    { "cut-in-half.safetensors", "its header has 176 bytes, but only 132 are there." },
    { "format-missing.safetensors", "its format is \"\", not \"impasto-style\"." },
    { "format-of-painter.safetensors",
      "its format is \"impasto-painter\", not \"impasto-style\"." },
    { "good-half.safetensors", NULL },
    { "good-other.safetensors", NULL },
    { "good.safetensors", NULL },
    { "number-infinite.safetensors", "number 11 of tensor \"shift\" is not finite." },
    { "number-nan.safetensors", "number 11 of tensor \"scale\" is not finite." },
    { "scale-missing.safetensors", "tensor \"scale\" is missing." },
    { "shift-missing.safetensors", "tensor \"shift\" is missing." },
    { "tensor-unknown.safetensors", "it has tensors beside scale and shift." },
    { "version-two.safetensors",
      "it is of version \"2\"; this program reads version 1." },
};

static const Line network_lines[] = {
    { "bias-length.safetensors", "axis 0 of tensor \"conv3_2.bias\" is 2, not 3." },
    { "bias-missing.safetensors", "tensor \"conv4_1.bias\" is missing." },
    { "conv-input.safetensors", "axis 1 of tensor \"conv3_1.weight\" is 3, not 2." },
    { "conv-kernel.safetensors", "axis 2 of tensor \"conv1_1.weight\" is 5, not 3." },
    { "conv-missing.safetensors", "tensor \"conv2_2.weight\" is missing." },
    { "conv-too-wide.safetensors",
      "axis 0 of tensor \"conv0_1.weight\" is 257; it must be 1 to 256." },
    { "cut-in-half.safetensors", "tensor \"conv0_2.weight\" ends at byte 368 of 260." },
    { "end-missing.safetensors", "tensor \"end4\" is missing." },
    { "end-not-square.safetensors", "axis 1 of tensor \"end1\" is 2, not 3." },
    { "format-of-reader.safetensors",
      "its format is \"impasto-reader\", not \"impasto-style-network\"." },
    { "good-half.safetensors", NULL },
    { "good.safetensors", NULL },
    { "number-nan.safetensors", "number 3 of tensor \"end0\" is not finite." },
    { "second-widens.safetensors", "axis 0 of tensor \"conv0_2.weight\" is 3, not 2." },
    { "tensor-unknown.safetensors", "it has 24 tensors; a style network has 23." },
    { "version-two.safetensors",
      "it is of version \"2\"; this program reads version 1." },
};

/* In the order of `loaders`. */
static const struct {
    const Line *lines;
    size_t count;
} catalogue[] = {
    { json_lines, COUNT(json_lines) },
    { safetensors_lines, COUNT(safetensors_lines) },
    { painter_lines, COUNT(painter_lines) },
    { reader_lines, COUNT(reader_lines) },
    { style_lines, COUNT(style_lines) },
    { network_lines, COUNT(network_lines) },
};

static void test_each_file(void **state)
{
    for (size_t k = 0; k < COUNT(catalogue); k++)
        for (size_t i = 0; i < catalogue[k].count; i++) {
            const Line *const line = &catalogue[k].lines[i];
            char path[512], wanted[1024];
            size_t size;
            ImpError err;

            corpus_path(path, sizeof path, loaders[k].kind, line->file);
            void *const bytes = read_bytes(path, &size);
            const ImpStatus status = loaders[k].load(bytes, size, line->file, &err);

            free(bytes);
            snprintf(wanted, sizeof wanted, "\"%s\": %s", line->file,
                     line->fault ? line->fault : "");
            if (!line->fault ? status != IMP_OK
                             : status != IMP_BAD_FILE || strcmp(err.text, wanted) != 0)
                fail_msg("%s/%s: status %d\n  said   %s\n  wanted %s", loaders[k].kind,
                         line->file, (int)status, err.text, line->fault ? wanted : "");
        }
}

static void test_no_file_is_missing_here(void **state)
{
    for (size_t k = 0; k < COUNT(catalogue); k++) {
        char path[512];

        corpus_path(path, sizeof path, loaders[k].kind, "");
        DIR *const folder = opendir(path);
        assert_non_null(folder);
        for (const struct dirent *e; (e = readdir(folder));) {
            bool listed = e->d_name[0] == '.';

            for (size_t i = 0; i < catalogue[k].count && !listed; i++)
                listed = strcmp(e->d_name, catalogue[k].lines[i].file) == 0;
            if (!listed)
                fail_msg("%s/%s is not in the catalogue", loaders[k].kind, e->d_name);
        }
        closedir(folder);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_file),
        cmocka_unit_test(test_no_file_is_missing_here),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
