/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Errors of the hosts, and the engine's errors as GErrors. */
#ifndef IMPASTO_GERROR_H
#define IMPASTO_GERROR_H

#include "impasto.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define IMPASTO_ERROR (impasto_error_quark())
GQuark impasto_error_quark(void);

typedef enum ImpastoError {
    IMPASTO_ERROR_FAILED,   /* none of the others */
    IMPASTO_ERROR_VALUE,    /* an argument of the caller: GIMP_PDB_CALLING_ERROR,
                                exit status 2                                         */
    IMPASTO_ERROR_BAD_FILE, /* a file's content */
    IMPASTO_ERROR_IO,       /* a file cannot be opened, read or written */
    IMPASTO_ERROR_NO_MEMORY,
} ImpastoError;

/* Set *error from an engine call that did not return IMP_OK: a translated sentence,
 * with the engine's own (English) as detail. IMP_CANCELLED becomes
 * G_IO_ERROR_CANCELLED. Returns FALSE, so that callers can `return imp_to_gerror(...)`.
 * Any thread. */
gboolean imp_to_gerror(GError **error, ImpStatus status, const ImpError *detail);

/* G_IO_ERROR_CANCELLED with the sentence that goes with it; returns FALSE. */
gboolean set_cancelled(GError **error);

G_END_DECLS
#endif
