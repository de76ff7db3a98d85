/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* GTK's accessible of a slider is kept, but for the numbers that it gives and takes. */
#include "config.h"
#include "factor-scale.h"

#include <gtk/gtk-a11y.h>
#include <math.h>

#define UI_TYPE_FACTOR_SCALE_ACCESSIBLE (ui_factor_scale_accessible_get_type())

typedef struct UiFactorScale {
    GtkScale parent;
} UiFactorScale;
typedef struct UiFactorScaleClass {
    GtkScaleClass parent;
} UiFactorScaleClass;
typedef struct UiFactorScaleAccessible {
    GtkScaleAccessible parent;
} UiFactorScaleAccessible;
typedef struct UiFactorScaleAccessibleClass {
    GtkScaleAccessibleClass parent;
} UiFactorScaleAccessibleClass;

static GType ui_factor_scale_get_type(void);
static GType ui_factor_scale_accessible_get_type(void);
static void value_iface_init(AtkValueIface *iface);

G_DEFINE_TYPE(UiFactorScale, ui_factor_scale, GTK_TYPE_SCALE)
G_DEFINE_TYPE_WITH_CODE(UiFactorScaleAccessible, ui_factor_scale_accessible,
                        GTK_TYPE_SCALE_ACCESSIBLE,
                        G_IMPLEMENT_INTERFACE(ATK_TYPE_VALUE, value_iface_init))

/* NULL when the widget is gone and its accessible lives on. */
static GtkAdjustment *get_adjustment(AtkValue *value)
{
    GtkWidget *const widget = gtk_accessible_get_widget(GTK_ACCESSIBLE(value));

    return widget == NULL ? NULL : gtk_range_get_adjustment(GTK_RANGE(widget));
}

static void get_value_and_text(AtkValue *value, double *factor, char **text)
{
    GtkAdjustment *const adjustment = get_adjustment(value);

    *factor = adjustment == NULL ? 1 : exp2(gtk_adjustment_get_value(adjustment));
    if (text != NULL)
        *text = g_strdup_printf("%.2f ×", *factor);
}

static AtkRange *get_range(AtkValue *value)
{
    GtkAdjustment *const adjustment = get_adjustment(value);

    return adjustment == NULL
               ? NULL
               : atk_range_new(exp2(gtk_adjustment_get_lower(adjustment)),
                               exp2(gtk_adjustment_get_upper(adjustment)), NULL);
}

/* No step is the same everywhere: 0 leaves it to the tool. */
static double get_increment(AtkValue *value)
{
    return 0;
}

static void set_value(AtkValue *value, double factor)
{
    GtkAdjustment *const adjustment = get_adjustment(value);

    if (adjustment != NULL && factor > 0)
        gtk_adjustment_set_value(adjustment, log2(factor));
}

static void get_current(AtkValue *value, GValue *number)
{
    double factor;

    get_value_and_text(value, &factor, NULL);
    g_value_init(number, G_TYPE_DOUBLE);
    g_value_set_double(number, factor);
}

static void get_end(AtkValue *value, GValue *number, double (*end)(GtkAdjustment *))
{
    GtkAdjustment *const adjustment = get_adjustment(value);

    g_value_init(number, G_TYPE_DOUBLE);
    g_value_set_double(number, adjustment == NULL ? 1 : exp2(end(adjustment)));
}

static void get_minimum(AtkValue *value, GValue *number)
{
    get_end(value, number, gtk_adjustment_get_lower);
}

static void get_maximum(AtkValue *value, GValue *number)
{
    get_end(value, number, gtk_adjustment_get_upper);
}

static gboolean set_current(AtkValue *value, const GValue *number)
{
    set_value(value, g_value_get_double(number));
    return TRUE;
}

static void value_iface_init(AtkValueIface *iface)
{
    iface->get_value_and_text = get_value_and_text;
    iface->get_range = get_range;
    iface->get_increment = get_increment;
    iface->set_value = set_value;
    /* What at-spi before 2.50 asks for. */
    iface->get_current_value = get_current;
    iface->get_minimum_value = get_minimum;
    iface->get_maximum_value = get_maximum;
    iface->set_current_value = set_current;
}

static void ui_factor_scale_accessible_class_init(UiFactorScaleAccessibleClass *class)
{
}

static void ui_factor_scale_accessible_init(UiFactorScaleAccessible *accessible) {}

static void ui_factor_scale_class_init(UiFactorScaleClass *class)
{
    gtk_widget_class_set_accessible_type(GTK_WIDGET_CLASS(class),
                                         UI_TYPE_FACTOR_SCALE_ACCESSIBLE);
}

static void ui_factor_scale_init(UiFactorScale *scale) {}

GtkWidget *ui_factor_scale_new(GtkAdjustment *log2_of_factor)
{
    return g_object_new(ui_factor_scale_get_type(), "orientation",
                        GTK_ORIENTATION_HORIZONTAL, "adjustment", log2_of_factor, NULL);
}
