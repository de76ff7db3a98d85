/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A plug-in for tests, which calls another one's procedure with too few arguments. GIMP
 * lets a C program do that; Script-Fu and Python-Fu do not. */
#include <libgimp/gimp.h>

static const char test_name[] = "test-impasto-call-short";

/* procedure, how many arguments, run mode -> status, message */
static void run(const gchar *name, gint n, const GimpParam *arguments, gint *n_values,
                GimpParam **values)
{
    static GimpParam answer[3];
    const GimpParam given[] = {
        { .type = GIMP_PDB_INT32, .data.d_int32 = arguments[2].data.d_int32 },
        { .type = GIMP_PDB_IMAGE, .data.d_image = -1 },
        { .type = GIMP_PDB_DRAWABLE, .data.d_drawable = -1 },
        { .type = GIMP_PDB_STRING, .data.d_string = (char *)"starry-night" },
    };
    const GimpParam path = { .type = GIMP_PDB_STRING, .data.d_string = (char *)"x" };
    const gboolean has_run_mode = arguments[2].data.d_int32 >= 0;
    gint n_got = 0;
    GimpParam *got =
        gimp_run_procedure2(arguments[0].data.d_string, &n_got,
                            arguments[1].data.d_int32, has_run_mode ? given : &path);

    answer[0].type = GIMP_PDB_STATUS;
    answer[0].data.d_status = GIMP_PDB_SUCCESS;
    answer[1].type = GIMP_PDB_INT32;
    answer[1].data.d_int32 = got[0].data.d_status;
    answer[2].type = GIMP_PDB_STRING;
    answer[2].data.d_string = g_strdup(
        n_got > 1 && got[1].type == GIMP_PDB_STRING ? got[1].data.d_string : "");
    gimp_destroy_params(got, n_got);
    *n_values = G_N_ELEMENTS(answer);
    *values = answer;
}

static void query(void)
{
    static const GimpParamDef arguments[] = {
        { GIMP_PDB_STRING, (char *)"procedure", (char *)"Whose procedure" },
        { GIMP_PDB_INT32, (char *)"count", (char *)"How many arguments" },
        { GIMP_PDB_INT32, (char *)"run-mode", (char *)"The first; -1: a path" },
    };
    static const GimpParamDef results[] = {
        { GIMP_PDB_INT32, (char *)"status", (char *)"As a number" },
        { GIMP_PDB_STRING, (char *)"message", (char *)"\"\" for none" },
    };

    gimp_install_procedure(test_name, "For tests", "", "", "", "2026", NULL, NULL,
                           GIMP_PLUGIN, G_N_ELEMENTS(arguments), G_N_ELEMENTS(results),
                           arguments, results);
}

const GimpPlugInInfo PLUG_IN_INFO = { NULL, NULL, query, run };

MAIN()
