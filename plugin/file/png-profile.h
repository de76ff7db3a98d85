/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The color profile of a PNG file that gdk-pixbuf writes. gdk-pixbuf (2.42) hands the
 * profile to libpng before the header, and libpng then refuses every RGB profile ("not
 * permitted on grayscale PNG"), so the chunk is put in here. */
#ifndef IMPASTO_PNG_PROFILE_H
#define IMPASTO_PNG_PROFILE_H

#include <glib.h>

G_BEGIN_DECLS

/* The iCCP chunk comes after the signature and the header, which have this many
 * bytes. */
#define PNG_PROFILE_AT 33

/* The whole chunk for a profile in base64, as gdk-pixbuf's option "icc-profile" has it;
 * NULL where that is not base64. */
GBytes *png_profile_chunk(const char *base64);

G_END_DECLS
#endif
