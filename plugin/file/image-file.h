/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* An image file as a Picture: read by gdk-pixbuf (8 bits a channel, turned as its EXIF
 * orientation says), painted in memory, written as PNG, JPEG or TIFF by the name's
 * ending, in one step. A color profile goes along from file to file; the numbers are
 * painted as they are. One thread. */
#ifndef IMPASTO_IMAGE_FILE_H
#define IMPASTO_IMAGE_FILE_H

#include "picture.h"

G_BEGIN_DECLS

typedef struct ImageFile ImageFile;

/* Errors: IMPASTO_ERROR_IO, IMPASTO_ERROR_BAD_FILE, with the file's name. */
ImageFile *image_file_open(const char *path, GError **error);
void image_file_free(ImageFile *image); /* NULL is fine */

/* FALSE where this can never work: IMPASTO_ERROR_VALUE for an ending that is not .png
 * .jpg .jpeg .tif or .tiff, IMPASTO_ERROR_IO for a folder that is not there or not
 * writable, or a path that is a folder. To be asked before an hour of painting. */
gboolean image_file_check_output(const char *path, GError **error);

/* Where finish writes to. in_place: the painting takes the photo's memory, so that the
 * photo is gone once painted. The picture must not be in use. */
void image_file_set_output(ImageFile *image, const char *path, gboolean in_place);
/* Asked for the path (transfer full) by finish when none was set; NULL: the user
 * left. */
void image_file_set_chooser(ImageFile *image, char *(*choose)(gpointer data),
                            gpointer data);

/* Its functions are those of picture.h; borrowed. */
const Picture *image_file_get_picture(ImageFile *image);

/* Write a pixbuf to `path`: JPEG at quality 95 and without alpha (over white), TIFF
 * deflated. What was there stays until all is written, and for good on failure. */
gboolean image_file_write(GdkPixbuf *pixbuf, const char *path, GError **error);

G_END_DECLS
#endif
