/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* _() and ngettext() of the dialog: Impasto's own gettext domain, whoever shows it. */
#ifndef IMPASTO_UI_I18N_H
#define IMPASTO_UI_I18N_H

#include "config.h"

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

/* libintl's would ask the program's domain, which in GIMP is nobody's. */
#undef ngettext
#define ngettext(one, many, n) g_dngettext(GETTEXT_PACKAGE, one, many, n)

#endif
