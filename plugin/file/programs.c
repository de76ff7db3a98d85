/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Folders of the programs. */
#include "config.h"

#include "programs.h"

char *programs_dir(void)
{
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);

    return program ? g_path_get_dirname(program) : NULL;
}

char *programs_user_styles_dir(void)
{
    return g_build_filename(g_get_user_data_dir(), "impasto", "styles", NULL);
}

char *programs_state_file(void)
{
    return g_build_filename(g_get_user_config_dir(), "impasto", "dialog", NULL);
}
