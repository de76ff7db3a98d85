/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* A slider for a factor: moved by its logarithm (its adjustment is log2 of the factor),
 * the factor itself for assistive tools. Main thread. */
#ifndef IMPASTO_UI_FACTOR_SCALE_H
#define IMPASTO_UI_FACTOR_SCALE_H

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *ui_factor_scale_new(GtkAdjustment *log2_of_factor);

G_END_DECLS
#endif
