/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Ownership of UiSettings. */
#include "config.h"
#include "dialog.h"

UiSettings *ui_settings_copy(const UiSettings *settings)
{
    UiSettings *const copy = g_memdup2(settings, sizeof *settings);

    copy->style = g_strdup(settings->style);
    copy->second_style = g_strdup(settings->second_style);
    return copy;
}

void ui_settings_free(UiSettings *settings)
{
    if (settings == NULL)
        return;
    g_free(settings->style);
    g_free(settings->second_style);
    g_free(settings);
}
