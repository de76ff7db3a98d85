/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Where the programs find and keep things. All transfer full. */
#ifndef IMPASTO_PROGRAMS_H
#define IMPASTO_PROGRAMS_H

#include <glib.h>

G_BEGIN_DECLS

/* The folder of the running program; NULL where the system does not tell. */
char *programs_dir(void);
/* The user's own styles, and what the dialog remembers: in the XDG folders. */
char *programs_user_styles_dir(void);
char *programs_state_file(void);

G_END_DECLS
#endif
