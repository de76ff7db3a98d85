/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The GIMP 2.10 plug-in: three procedures, their arguments and their answers.
 *
 *     plug-in-impasto              paint a layer
 *     plug-in-impasto-list-styles  what can be painted with: ids and titles
 *     plug-in-impasto-add-style    keep the style of a picture in the user's gallery
 *
 * In GIMP's profile folder: `impastorc` has the last values and the dialog's state,
 * `impasto/` the user's styles. Beside the binary: `data/styles` and `locale`, where it
 * was installed for one user. */
#include "config.h"

#include "gegl-start.h"
#include "gerror.h"
#include "interactive.h"
#include "layer.h"
#include "settings.h"
#include "studio.h"
#include "style-library.h"

#define GETTEXT_PACKAGE IMP_GETTEXT_DOMAIN
#include <gegl.h>
#include <glib/gi18n-lib.h>
#include <libgimp/gimp.h>
#include <locale.h>
#include <string.h>

static const char paint_name[] = "plug-in-impasto";
static const char list_name[] = "plug-in-impasto-list-styles";
static const char add_name[] = "plug-in-impasto-add-style";

/* Positions in the arguments of plug-in-impasto. */
enum {
    RUN_MODE,
    IMAGE,
    DRAWABLE,
    STYLE,
    STRENGTH,
    BRUSH_SIZE,
    KEEP_COLORS,
    SECOND_STYLE,
    MIX,
    PAINT_ARGUMENTS, /* how many there are */
};
enum { ADD_ARGUMENTS = 2 };

/* ---- what a run works with ---- */

typedef struct Plugin {
    char *program_dir, *settings_file;
    StyleLibrary *library;
    Painter *painter;
} Plugin;

static int gegl_threads(void)
{
    int threads = 0;

    g_object_get(gegl_config(), "threads", &threads, NULL);
    return CLAMP(threads, 1, 256);
}

static char *get_program_dir(void)
{
    return g_path_get_dirname(gimp_get_progname());
}

static char *get_locale_dir(void)
{
    g_autofree char *program_dir = get_program_dir();
    g_autofree char *beside = g_build_filename(program_dir, "locale", NULL);

    return g_strdup(g_file_test(beside, G_FILE_TEST_IS_DIR) ? beside : IMP_LOCALE_DIR);
}

static void plugin_init(Plugin *plugin)
{
    g_autofree char *user_dir = g_build_filename(gimp_directory(), "impasto", NULL);

    plugin->program_dir = get_program_dir();
    plugin->settings_file = g_build_filename(gimp_directory(), "impastorc", NULL);
    plugin->library = style_library_new(plugin->program_dir, user_dir);
    plugin->painter = painter_new(plugin->library, gegl_threads());
}

static void plugin_clear(Plugin *plugin)
{
    painter_free(plugin->painter);
    style_library_free(plugin->library);
    g_free(plugin->settings_file);
    g_free(plugin->program_dir);
}

/* Name the styles that are damaged, in GIMP's own way; the others work. */
static void warn_of_damage(StyleLibrary *library)
{
    const char *const *warnings = style_library_warnings(library);

    if (warnings && *warnings) {
        g_autofree char *text = g_strjoinv("\n", (char **)warnings);

        g_message("%s", text);
    }
}

/* ---- plug-in-impasto ---- */

static gboolean show_progress(gpointer data, double fraction, double seconds_left)
{
    gimp_progress_update(fraction);
    return TRUE; /* GIMP's Cancel ends this process */
}

/* The arguments of a call by a script. */
static UiSettings *settings_from_arguments(const GimpParam *arguments)
{
    UiSettings *settings = settings_new(NULL);
    const char *style = arguments[STYLE].data.d_string;
    const char *second_style = arguments[SECOND_STYLE].data.d_string;

    g_free(settings->style);
    g_free(settings->second_style);
    settings->style = g_strdup(style ? style : "");
    settings->strength = arguments[STRENGTH].data.d_float;
    settings->brush_size = arguments[BRUSH_SIZE].data.d_float;
    settings->keep_colors = arguments[KEEP_COLORS].data.d_float;
    settings->second_style = g_strdup(second_style ? second_style : "");
    settings->mix = arguments[MIX].data.d_float;
    return settings;
}

static UiSettings *last_settings(const Plugin *plugin)
{
    UiSettings *settings = settings_load(plugin->settings_file);

    return settings ? settings : settings_new(plugin->library);
}

static gboolean paint(const Plugin *plugin, const Layer *layer,
                      const UiSettings *settings, GError **error)
{
    gboolean ok;

    gimp_progress_init(_("Impasto"));
    ok = paint_now(plugin->painter, layer_get_picture(layer), settings, show_progress,
                   NULL, error);
    gimp_progress_end();
    return ok;
}

/* FALSE without an error: the user left the dialog. */
static gboolean paint_with_dialog(const Plugin *plugin, gint32 image, gint32 drawable,
                                  gint32 *painted, GError **error)
{
    UiSettings *initial = NULL;
    Layer *layer;

    if (!interactive_init(error))
        return FALSE;
    layer = layer_open_again(image, drawable, plugin->library, &initial, error);
    if (!layer) {
        settings_free(initial);
        return FALSE;
    }
    if (!initial)
        initial = last_settings(plugin);
    interactive_run(plugin->painter, layer, initial, plugin->settings_file);
    *painted = layer_get_painted(layer);
    layer_free(layer);
    settings_free(initial);
    return *painted != -1;
}

/* Takes the layer; NULL: that it cannot be painted is in *error. */
static gboolean paint_layer(const Plugin *plugin, Layer *layer,
                            const UiSettings *settings, gint32 *painted, GError **error)
{
    gboolean ok;

    if (!layer)
        return FALSE;
    ok = settings_check(settings, plugin->library, error) &&
         paint(plugin, layer, settings, error);
    *painted = layer_get_painted(layer);
    layer_free(layer);
    return ok;
}

/* Whoever repeats gave no style, so its absence is not the caller's mistake. */
static gboolean check_last_style(const Plugin *plugin, const char *style,
                                 GError **error)
{
    gboolean is_picture;
    g_autofree char *path =
        style_library_resolve(plugin->library, style, &is_picture, NULL);

    if (!path)
        g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_FAILED,
                    _("The style \"%s\", painted with last, is not there any more: "
                      "choose another with Filters > Artistic > Impasto."),
                    style);
    return path != NULL;
}

static gboolean repeat(const Plugin *plugin, gint32 image, gint32 drawable,
                       gint32 *painted, GError **error)
{
    UiSettings *settings = last_settings(plugin);
    const gboolean ok =
        check_last_style(plugin, settings->style, error) &&
        (!*settings->second_style ||
         check_last_style(plugin, settings->second_style, error)) &&
        paint_layer(plugin,
                    layer_open_again(image, drawable, plugin->library, NULL, error),
                    settings, painted, error);

    settings_free(settings);
    return ok;
}

/* GIMP itself does not count the arguments of a call by a C program. */
static gboolean check_count(const char *name, int n, int needed, GError **error)
{
    if (n < needed)
        g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_VALUE,
                    _("%s takes %d arguments, not %d."), name, needed, n);
    return n >= needed;
}

static gboolean run_paint(const Plugin *plugin, int n, const GimpParam *arguments,
                          gint32 *painted, GError **error)
{
    const gint32 run_mode = n > RUN_MODE ? arguments[RUN_MODE].data.d_int32 : -1;
    /* GIMP's menu gives run mode, image and drawable only */
    const int needed = run_mode == GIMP_RUN_NONINTERACTIVE ? PAINT_ARGUMENTS : STYLE;
    UiSettings *settings = NULL;
    gint32 image, drawable;
    gboolean ok = FALSE;

    if (!check_count(paint_name, n, needed, error))
        return FALSE;
    image = arguments[IMAGE].data.d_image;
    drawable = arguments[DRAWABLE].data.d_drawable;
    switch (run_mode) {
    case GIMP_RUN_INTERACTIVE:
        ok = paint_with_dialog(plugin, image, drawable, painted, error);
        break;
    case GIMP_RUN_WITH_LAST_VALS:
        ok = repeat(plugin, image, drawable, painted, error);
        break;
    case GIMP_RUN_NONINTERACTIVE:
        settings = settings_from_arguments(arguments);
        ok = paint_layer(plugin, layer_open(image, drawable, plugin->library, error),
                         settings, painted, error);
        settings_free(settings);
        break;
    default:
        g_set_error(error, IMPASTO_ERROR, IMPASTO_ERROR_VALUE,
                    _("The run mode must be RUN-INTERACTIVE, RUN-NONINTERACTIVE or "
                      "RUN-WITH-LAST-VALS."));
    }
    if (ok && run_mode != GIMP_RUN_NONINTERACTIVE)
        gimp_displays_flush();
    return ok;
}

/* ---- plug-in-impasto-add-style ---- */

static char *run_add_style(const Plugin *plugin, int n, const GimpParam *arguments,
                           GError **error)
{
    GError *fault = NULL;
    const char *path;
    char *id;

    if (!check_count(add_name, n, ADD_ARGUMENTS, error))
        return NULL;
    path = arguments[0].data.d_string ? arguments[0].data.d_string : "";
    id = add_style_now(plugin->painter, path, arguments[1].data.d_string, &fault);
    if (id)
        return id;
    /* what is no picture is the caller's mistake, as it is in plug-in-impasto */
    if (fault->domain == IMPASTO_ERROR &&
        (!g_file_test(path, G_FILE_TEST_IS_REGULAR) || /* a pipe would be waited for */
         !gdk_pixbuf_get_file_info(path, NULL, NULL)))
        fault->code = IMPASTO_ERROR_VALUE;
    g_propagate_error(error, fault);
    return NULL;
}

/* ---- the answer ---- */

/* Status and values: libgimp reads them after run() has returned. */
typedef struct Answer {
    GimpParam values[5];
    int n;
} Answer;

static Answer answer;

static GimpParamData *answer_add(GimpPDBArgType type)
{
    GimpParam *value = &answer.values[answer.n++];

    value->type = type;
    return &value->data;
}

static void answer_strings(guint n, char **strings)
{
    answer_add(GIMP_PDB_INT32)->d_int32 = (gint32)n;
    answer_add(GIMP_PDB_STRINGARRAY)->d_stringarray = strings;
}

/* error NULL: the user cancelled. */
static void answer_failure(const GError *error)
{
    GimpPDBStatusType status = GIMP_PDB_EXECUTION_ERROR;

    if (!error || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        status = GIMP_PDB_CANCEL;
    else if (g_error_matches(error, IMPASTO_ERROR, IMPASTO_ERROR_VALUE))
        status = GIMP_PDB_CALLING_ERROR;
    answer.n = 0;
    answer_add(GIMP_PDB_STATUS)->d_status = status;
    if (status != GIMP_PDB_CANCEL)
        answer_add(GIMP_PDB_STRING)->d_string = g_strdup(error->message);
}

static void answer_styles(StyleLibrary *library)
{
    guint n = 0;
    const UiStyle *styles = style_library_list_names(library, &n);
    char **ids = g_new0(char *, n + 1), **titles = g_new0(char *, n + 1);

    for (guint i = 0; i < n; i++) {
        ids[i] = g_strdup(styles[i].id);
        titles[i] = g_strdup(styles[i].title);
    }
    answer_strings(n, ids);
    answer_strings(n, titles);
    warn_of_damage(library);
}

static void run(const gchar *name, gint n, const GimpParam *arguments, gint *n_values,
                GimpParam **values)
{
    g_autofree char *locale_dir = get_locale_dir();
    g_autoptr(GError) error = NULL;
    Plugin plugin;
    gint32 painted = -1;

    gegl_set_environment();
    setlocale(LC_ALL, "");
    bindtextdomain(IMP_GETTEXT_DOMAIN, locale_dir);
    bind_textdomain_codeset(IMP_GETTEXT_DOMAIN, "UTF-8");
    textdomain(IMP_GETTEXT_DOMAIN);
    gimp_plugin_set_pdb_error_handler(GIMP_PDB_ERROR_HANDLER_PLUGIN);

    plugin_init(&plugin);
    answer.n = 0;
    answer_add(GIMP_PDB_STATUS)->d_status = GIMP_PDB_SUCCESS;
    if (strcmp(name, list_name) == 0) {
        check_styles_now(plugin.painter); /* what is damaged is not listed */
        answer_styles(plugin.library);
    } else if (strcmp(name, add_name) == 0) {
        char *id = run_add_style(&plugin, n, arguments, &error);

        if (id)
            answer_add(GIMP_PDB_STRING)->d_string = id;
        else
            answer_failure(error);
    } else if (strcmp(name, paint_name) == 0) {
        if (run_paint(&plugin, n, arguments, &painted, &error))
            answer_add(GIMP_PDB_LAYER)->d_layer = painted;
        else
            answer_failure(error);
    } else {
        answer.values[0].data.d_status = GIMP_PDB_CALLING_ERROR;
    }
    plugin_clear(&plugin);
    gegl_stop();
    *n_values = answer.n;
    *values = answer.values;
}

/* ---- registration ---- */

#define AUTHOR "The Impasto authors"
#define COPYRIGHT "Copyright 2026 The Impasto authors, GPL-3.0-or-later"

static void query(void)
{
    static const GimpParamDef paint_arguments[PAINT_ARGUMENTS] = {
        { GIMP_PDB_INT32, "run-mode",
          "The run mode { RUN-INTERACTIVE (0), RUN-NONINTERACTIVE (1), "
          "RUN-WITH-LAST-VALS (2) }" },
        { GIMP_PDB_IMAGE, "image", "The image, RGB or gray" },
        { GIMP_PDB_DRAWABLE, "drawable", "The layer to paint; it is not changed" },
        { GIMP_PDB_STRING, "style",
          "Id of a style (plug-in-impasto-list-styles gives them), or the path of a "
          "picture "
          "whose style is read" },
        { GIMP_PDB_FLOAT, "strength", "From photo to painting: 0 .. 100 percent" },
        { GIMP_PDB_FLOAT, "brush-size", "Size of the strokes: 0.25 .. 4, 1 is usual" },
        { GIMP_PDB_FLOAT, "keep-colors",
          "How much of the photo's colors stays: 0 .. 100 percent" },
        { GIMP_PDB_STRING, "second-style",
          "A style to mix with, as style; \"\" for none" },
        { GIMP_PDB_FLOAT, "mix", "How much of the second style: 0 .. 100 percent" },
    };
    static const GimpParamDef paint_values[] = {
        { GIMP_PDB_LAYER, "layer", "The painting: a new layer above the drawable" },
    };
    static const GimpParamDef list_values[] = {
        { GIMP_PDB_INT32, "num-ids", "Number of ids" },
        { GIMP_PDB_STRINGARRAY, "ids", "What plug-in-impasto takes as style" },
        { GIMP_PDB_INT32, "num-titles", "Number of titles, the same" },
        { GIMP_PDB_STRINGARRAY, "titles", "What people call them, in the same order" },
    };
    static const GimpParamDef add_arguments[ADD_ARGUMENTS] = {
        { GIMP_PDB_STRING, "picture", "Path of a picture: PNG, JPEG, TIFF, ..." },
        { GIMP_PDB_STRING, "title", "The style's title; \"\" for the picture's name" },
    };
    static const GimpParamDef add_values[] = {
        { GIMP_PDB_STRING, "id", "The new style's id, for plug-in-impasto" },
    };
    g_autofree char *locale_dir = get_locale_dir();

    gimp_plugin_domain_register(IMP_GETTEXT_DOMAIN, locale_dir);
    gimp_install_procedure(
        paint_name, N_("Turn a photo into a painting"),
        "Paints the layer, or what is selected of it, in the style of a painting, and "
        "puts "
        "the result above it as a new layer, in one undo step. Soft edges of the "
        "selection "
        "become the new layer's alpha. Works at any size and in any precision, in RGB "
        "and "
        "gray, without a display. The new layer carries its settings in the parasite "
        "\"impasto-settings\", which also says that a program painted it.",
        AUTHOR, COPYRIGHT, "2026", N_("_Impasto…"), "RGB*, GRAY*", GIMP_PLUGIN,
        PAINT_ARGUMENTS, G_N_ELEMENTS(paint_values), paint_arguments, paint_values);
    gimp_plugin_menu_register(paint_name, "<Image>/Filters/Artistic");
    gimp_install_procedure(list_name,
                           "List the styles that plug-in-impasto paints with",
                           "Gives the ids and the titles of all styles: favorites "
                           "first, then the gallery by "
                           "title, then the user's own.",
                           AUTHOR, COPYRIGHT, "2026", NULL, NULL, GIMP_PLUGIN, 0,
                           G_N_ELEMENTS(list_values), NULL, list_values);
    gimp_install_procedure(add_name, "Keep the style of a picture in the gallery",
                           "Reads the style off a picture, learns it from the picture "
                           "for some seconds, and keeps it, with a thumbnail, among "
                           "the user's styles for plug-in-impasto and its dialog.",
                           AUTHOR, COPYRIGHT, "2026", NULL, NULL, GIMP_PLUGIN,
                           ADD_ARGUMENTS, G_N_ELEMENTS(add_values), add_arguments,
                           add_values);
}

const GimpPlugInInfo PLUG_IN_INFO = { NULL, NULL, query, run };

MAIN()
