/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The one place where an ImpStatus becomes a GError and translated text. */
#include "config.h"

#include "gerror.h"

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

G_DEFINE_QUARK(impasto - error - quark, impasto_error)

gboolean set_cancelled(GError **error)
{
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled."));
    return FALSE;
}

gboolean imp_to_gerror(GError **error, ImpStatus status, const ImpError *detail)
{
    const char *text = NULL;
    ImpastoError code = IMPASTO_ERROR_FAILED;

    switch (status) {
    case IMP_CANCELLED:
        return set_cancelled(error);
    case IMP_NO_MEMORY:
        code = IMPASTO_ERROR_NO_MEMORY;
        text = _("There is not enough memory.");
        break;
    case IMP_IO_ERROR:
        code = IMPASTO_ERROR_IO;
        text = _("A file cannot be read or written.");
        break;
    case IMP_BAD_FILE:
        code = IMPASTO_ERROR_BAD_FILE;
        text = _("A file is damaged.");
        break;
    case IMP_BAD_ARGUMENT:
        code = IMPASTO_ERROR_VALUE;
        text = _("A value is outside its range.");
        break;
    case IMP_OK: /* not an error; a caller's mistake would end here */
    case IMP_HOST_ERROR:
        text = _("The picture's pixels cannot be read or written.");
        break;
    }
    if (detail && detail->text[0]) {
        /* a file's name in it may be in any encoding */
        g_autofree char *shown = g_utf8_make_valid(detail->text, -1);
        g_set_error(error, IMPASTO_ERROR, code, "%s %s", text, shown);
    } else {
        g_set_error_literal(error, IMPASTO_ERROR, code, text);
    }
    return FALSE;
}
