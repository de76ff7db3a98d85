/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* _() of the dialog: Impasto's own gettext domain, whoever shows it. */
#ifndef IMPASTO_UI_I18N_H
#define IMPASTO_UI_I18N_H

#include "config.h"

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

#endif
