/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Each row is an adjustment with a scale and an entry on it. Brush size is moved by its
 * logarithm: the same way along the slider is the same factor anywhere. */
#include "i18n.h"
#include "controls.h"

#include "factor-scale.h"
#include "look.h"

#include <cairo-gobject.h>
#include <math.h>
#include <string.h>

enum { ICON_SIZE = 22 };

typedef enum Value { STRENGTH, BRUSH_SIZE, KEEP_COLORS, MIX, N_VALUES } Value;

typedef struct Row {
    UiControls *controls;
    Value value;
    GtkAdjustment *adjustment; /* percent, or log2 of the brush size */
    GtkWidget *label, *scale, *entry;
} Row;

struct _UiControls {
    GtkGrid parent;

    const UiHost *host;
    Row rows[N_VALUES];
    GtkWidget *second_label, *second;
    gboolean quiet;
};

G_DEFINE_TYPE(UiControls, ui_controls, GTK_TYPE_GRID)

enum { BLEND, PAINT, N_SIGNALS };
static guint signals[N_SIGNALS];

enum { COLUMN_ID, COLUMN_TITLE, COLUMN_SURFACE, N_COLUMNS };

static double row_get(const Row *row)
{
    const double x = gtk_adjustment_get_value(row->adjustment);

    return row->value == BRUSH_SIZE ? exp2(x) : x;
}

static void row_set(Row *row, double value)
{
    gtk_adjustment_set_value(row->adjustment,
                             row->value == BRUSH_SIZE ? log2(value) : value);
}

/* With the user's decimal point. */
static char *row_text(const Row *row)
{
    return row->value == BRUSH_SIZE
               ? g_strdup_printf("%.2f ×", row_get(row))
               /* Translators: percent; with a space before the sign where that is
                * right. */
               : g_strdup_printf(_("%.0f%%"), row_get(row));
}

static double row_default(const Row *row)
{
    const UiSettings *const defaults =
        row->controls->host->defaults(row->controls->host->self);

    switch (row->value) {
    case STRENGTH:
        return defaults->strength;
    case BRUSH_SIZE:
        return defaults->brush_size;
    case KEEP_COLORS:
        return defaults->keep_colors;
    default:
        return defaults->mix;
    }
}

static void row_show(Row *row)
{
    char *const text = row_text(row);

    gtk_entry_set_text(GTK_ENTRY(row->entry), text);
    ui_set_description(row->scale, text);
    g_free(text);
}

static void row_changed(Row *row)
{
    UiControls *const controls = row->controls;

    row_show(row);
    if (!controls->quiet)
        g_signal_emit(
            controls,
            signals[row->value == STRENGTH || row->value == KEEP_COLORS ? BLEND
                                                                        : PAINT],
            0);
}

/* Whatever stands before the unit; nonsense brings the old number back. */
static void entry_done(Row *row)
{
    const char *const text = gtk_entry_get_text(GTK_ENTRY(row->entry));
    char *end, *const shown = row_text(row);
    const double value = g_strtod(text, &end);

    if (end != text && isfinite(value) && strcmp(text, shown) != 0 &&
        (row->value != BRUSH_SIZE || value > 0))
        row_set(row, value);
    row_show(row);
    g_free(shown);
}

static gboolean entry_left(GtkWidget *entry, GdkEventFocus *event, Row *row)
{
    entry_done(row);
    gtk_editable_select_region(GTK_EDITABLE(entry), 0, 0);
    return GDK_EVENT_PROPAGATE;
}

static gboolean entry_key(GtkWidget *entry, GdkEventKey *event, Row *row)
{
    const double step = gtk_adjustment_get_step_increment(row->adjustment);
    const double page = gtk_adjustment_get_page_increment(row->adjustment);
    double change;

    switch (event->keyval) {
    case GDK_KEY_Up:
        change = step;
        break;
    case GDK_KEY_Down:
        change = -step;
        break;
    case GDK_KEY_Page_Up:
        change = page;
        break;
    case GDK_KEY_Page_Down:
        change = -page;
        break;
    default:
        return GDK_EVENT_PROPAGATE;
    }
    entry_done(row);
    gtk_adjustment_set_value(row->adjustment,
                             gtk_adjustment_get_value(row->adjustment) + change);
    return GDK_EVENT_STOP;
}

/* The wheel over a slider belongs to nobody here (the picture is zoomed by it): a value
 * changed by accident on the way is worse than one more drag. */
static gboolean ignore_scroll(GtkWidget *widget, GdkEvent *event, gpointer data)
{
    return GDK_EVENT_STOP;
}

static gboolean label_pressed(GtkWidget *widget, GdkEventButton *event, Row *row)
{
    if (event->type != GDK_2BUTTON_PRESS || !gtk_widget_get_sensitive(row->scale))
        return GDK_EVENT_PROPAGATE;
    row_set(row, row_default(row));
    return GDK_EVENT_STOP;
}

static void add_row(UiControls *controls, Value value, int y, const char *label,
                    const char *name, const char *tip)
{
    Row *const row = &controls->rows[value];
    GtkWidget *const box = gtk_event_box_new();
    char *const number = g_strdup_printf(_("%s, number"), name);

    row->controls = controls;
    row->value = value;
    row->adjustment = value == BRUSH_SIZE ? gtk_adjustment_new(0, -2, 2, 0.05, 0.5, 0)
                                          : gtk_adjustment_new(0, 0, 100, 1, 10, 0);
    row->scale = value == BRUSH_SIZE
                     ? ui_factor_scale_new(row->adjustment)
                     : gtk_scale_new(GTK_ORIENTATION_HORIZONTAL, row->adjustment);
    gtk_scale_set_draw_value(GTK_SCALE(row->scale), FALSE);
    gtk_range_set_round_digits(GTK_RANGE(row->scale), value == BRUSH_SIZE ? 3 : 0);
    gtk_widget_set_hexpand(row->scale, TRUE);
    gtk_widget_set_tooltip_text(row->scale, tip);
    ui_set_name(row->scale, name);
    g_signal_connect(row->scale, "scroll-event", G_CALLBACK(ignore_scroll), NULL);
    if (value == BRUSH_SIZE) /* its default is in the middle: nothing fills up to it */
        gtk_scale_set_has_origin(GTK_SCALE(row->scale), FALSE);

    row->label = gtk_label_new_with_mnemonic(label);
    gtk_label_set_mnemonic_widget(GTK_LABEL(row->label), row->scale);
    gtk_label_set_xalign(GTK_LABEL(row->label), 0);
    gtk_event_box_set_visible_window(GTK_EVENT_BOX(box), FALSE);
    gtk_container_add(GTK_CONTAINER(box), row->label);
    gtk_widget_set_tooltip_text(box, _("Double-click for the default"));
    g_signal_connect(box, "button-press-event", G_CALLBACK(label_pressed), row);

    row->entry = gtk_entry_new();
    gtk_entry_set_width_chars(GTK_ENTRY(row->entry), 6);
    gtk_entry_set_max_width_chars(GTK_ENTRY(row->entry), 6);
    gtk_entry_set_alignment(GTK_ENTRY(row->entry), 1);
    gtk_widget_set_valign(row->entry, GTK_ALIGN_CENTER);
    ui_add_class(row->entry, "impasto-value");
    ui_set_name(row->entry, number);
    g_signal_connect_swapped(row->entry, "activate", G_CALLBACK(entry_done), row);
    g_signal_connect(row->entry, "focus-out-event", G_CALLBACK(entry_left), row);
    g_signal_connect(row->entry, "key-press-event", G_CALLBACK(entry_key), row);

    g_signal_connect_swapped(row->adjustment, "value-changed", G_CALLBACK(row_changed),
                             row);
    gtk_grid_attach(GTK_GRID(controls), box, 0, y, 1, 1);
    gtk_grid_attach(GTK_GRID(controls), row->scale, 1, y, 1, 1);
    gtk_grid_attach(GTK_GRID(controls), row->entry, 2, y, 1, 1);
    g_free(number);
}

/* --- second style ----------------------------------------------------------------- */

static const char *second_id(UiControls *controls)
{
    const char *const id = gtk_combo_box_get_active_id(GTK_COMBO_BOX(controls->second));

    return id == NULL ? "" : id;
}

static void update_mix(UiControls *controls)
{
    const Row *const row = &controls->rows[MIX];
    const gboolean on = second_id(controls)[0] != '\0';

    gtk_widget_set_sensitive(row->label, on);
    gtk_widget_set_sensitive(row->scale, on);
    gtk_widget_set_sensitive(row->entry, on);
}

static void second_changed(UiControls *controls)
{
    update_mix(controls);
    if (!controls->quiet)
        g_signal_emit(controls, signals[PAINT], 0);
}

static void add_second(UiControls *controls, int y)
{
    GtkListStore *const store =
        gtk_list_store_new(N_COLUMNS, G_TYPE_STRING, G_TYPE_STRING,
                           CAIRO_GOBJECT_TYPE_SURFACE);
    GtkCellRenderer *const icon = gtk_cell_renderer_pixbuf_new();
    GtkCellRenderer *const text = gtk_cell_renderer_text_new();

    controls->second = gtk_combo_box_new_with_model(GTK_TREE_MODEL(store));
    g_object_unref(store);
    gtk_combo_box_set_id_column(GTK_COMBO_BOX(controls->second), COLUMN_ID);
    g_object_set(icon, "xpad", 3, NULL);
    g_object_set(text, "ellipsize", PANGO_ELLIPSIZE_END, "width-chars", 12,
                 "max-width-chars", 12, NULL);
    gtk_cell_layout_pack_start(GTK_CELL_LAYOUT(controls->second), text, TRUE);
    gtk_cell_layout_pack_end(GTK_CELL_LAYOUT(controls->second), icon, FALSE);
    gtk_cell_layout_set_attributes(GTK_CELL_LAYOUT(controls->second), icon, "surface",
                                   COLUMN_SURFACE, NULL);
    gtk_cell_layout_set_attributes(GTK_CELL_LAYOUT(controls->second), text, "text",
                                   COLUMN_TITLE, NULL);
    gtk_widget_set_hexpand(controls->second, TRUE);
    ui_set_name(controls->second, _("Mix with"));
    gtk_widget_set_tooltip_text(controls->second, _("A second style to paint with"));
    g_signal_connect(controls->second, "scroll-event", G_CALLBACK(ignore_scroll), NULL);
    g_signal_connect_swapped(controls->second, "changed", G_CALLBACK(second_changed),
                             controls);

    controls->second_label = gtk_label_new_with_mnemonic(_("Mix _with"));
    gtk_label_set_mnemonic_widget(GTK_LABEL(controls->second_label), controls->second);
    gtk_label_set_xalign(GTK_LABEL(controls->second_label), 0);
    gtk_grid_attach(GTK_GRID(controls), controls->second_label, 0, y, 1, 1);
    gtk_grid_attach(GTK_GRID(controls), controls->second, 1, y, 2, 1);
}

static void add_choice(GtkListStore *store, const char *id, const char *title,
                       cairo_surface_t *surface)
{
    gtk_list_store_insert_with_values(store, NULL, -1, COLUMN_ID, id, COLUMN_TITLE,
                                      title, COLUMN_SURFACE, surface, -1);
}

static void choose_second(UiControls *controls, const char *id)
{
    GtkComboBox *const combo = GTK_COMBO_BOX(controls->second);

    if (gtk_combo_box_set_active_id(combo, id))
        return;
    if (g_path_is_absolute(id)) { /* a picture, from a script's last values */
        char *const title = g_path_get_basename(id);
        add_choice(GTK_LIST_STORE(gtk_combo_box_get_model(combo)), id, title, NULL);
        gtk_combo_box_set_active_id(combo, id);
        g_free(title);
    } else {
        gtk_combo_box_set_active_id(combo, "");
    }
}

gboolean ui_controls_reload(UiControls *controls)
{
    GtkListStore *const store =
        GTK_LIST_STORE(gtk_combo_box_get_model(GTK_COMBO_BOX(controls->second)));
    char *const before = g_strdup(second_id(controls));
    const int scale = gtk_widget_get_scale_factor(GTK_WIDGET(controls));
    guint n;
    const UiStyle *const styles = controls->host->styles(controls->host->self, &n);

    controls->quiet = TRUE;
    gtk_list_store_clear(store);
    /* Translators: no second style. */
    add_choice(store, "", C_("style", "None"), NULL);
    for (guint i = 0; i < n; i++) {
        cairo_surface_t *const surface =
            ui_square_surface(styles[i].thumbnail, ICON_SIZE, 3, scale);
        add_choice(store, styles[i].id, styles[i].title, surface);
        cairo_surface_destroy(surface);
    }
    choose_second(controls, before);
    update_mix(controls);
    controls->quiet = FALSE;
    const gboolean lost = strcmp(before, second_id(controls)) != 0;
    g_free(before);
    return lost;
}

void ui_controls_set(UiControls *controls, const UiSettings *settings)
{
    controls->quiet = TRUE;
    row_set(&controls->rows[STRENGTH], settings->strength);
    row_set(&controls->rows[BRUSH_SIZE], settings->brush_size);
    row_set(&controls->rows[KEEP_COLORS], settings->keep_colors);
    row_set(&controls->rows[MIX], settings->mix);
    for (int i = 0; i < N_VALUES; i++)
        row_show(&controls->rows[i]);
    choose_second(controls,
                  settings->second_style == NULL ? "" : settings->second_style);
    controls->quiet = FALSE;
}

void ui_controls_get(UiControls *controls, UiSettings *settings)
{
    settings->strength = row_get(&controls->rows[STRENGTH]);
    settings->brush_size = row_get(&controls->rows[BRUSH_SIZE]);
    settings->keep_colors = row_get(&controls->rows[KEEP_COLORS]);
    settings->mix = row_get(&controls->rows[MIX]);
    g_free(settings->second_style);
    settings->second_style = g_strdup(second_id(controls));
}

static void ui_controls_class_init(UiControlsClass *class)
{
    signals[BLEND] = g_signal_new("blend", UI_TYPE_CONTROLS, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
    signals[PAINT] = g_signal_new("paint", UI_TYPE_CONTROLS, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void ui_controls_init(UiControls *controls)
{
    gtk_grid_set_row_spacing(GTK_GRID(controls), 4);
    gtk_grid_set_column_spacing(GTK_GRID(controls), 8);
    add_row(controls, STRENGTH, 0, _("_Strength"), _("Strength"),
            _("From the photo to the painting"));
    add_row(controls, BRUSH_SIZE, 1, _("_Brush size"), _("Brush size"),
            _("How large the strokes are on the page"));
    add_row(controls, KEEP_COLORS, 2, _("_Keep colors"), _("Keep colors"),
            _("How much of the photo's own colors stays"));
    add_second(controls, 3);
    add_row(controls, MIX, 4, _("_Mix"), _("Mix"), _("How much of the second style"));
    gtk_widget_show_all(GTK_WIDGET(controls));
}

GtkWidget *ui_controls_new(const UiHost *host)
{
    UiControls *const controls = g_object_new(UI_TYPE_CONTROLS, NULL);

    controls->host = host;
    ui_controls_reload(controls);
    return GTK_WIDGET(controls);
}
