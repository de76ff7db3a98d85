/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The pictures that the preview shows: the photo and its painting as a whole, and at
 * full size for one rectangle, blended by strength and keep colors. No widget in here.
 * Lengths are pixels of the full picture unless they say otherwise. Main thread. */
#ifndef IMPASTO_UI_SCENE_H
#define IMPASTO_UI_SCENE_H

#include "host.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct UiScene UiScene;

/* Asks the host for the photo. `host` must outlive the scene. */
UiScene *ui_scene_new(const UiHost *host);
void ui_scene_free(UiScene *scene);

void ui_scene_get_size(const UiScene *scene, int *width, int *height);
gboolean ui_scene_has_alpha(const UiScene *scene);
gboolean ui_scene_has_painting(const UiScene *scene);
/* Beyond this many device pixels a pixel, what there is of the whole is enlarged. */
double ui_scene_sharp_zoom(const UiScene *scene);

/* The whole painting, any size; forgets the painted detail, which is of another
 * paint. */
void ui_scene_set_painting(UiScene *scene, GdkPixbuf *painting);

/* Show full-size photo pixels of `area` (at once), and its painting when it is
 * there. */
void ui_scene_set_detail_photo(UiScene *scene, const GdkRectangle *area);
void ui_scene_set_detail_painting(UiScene *scene, const GdkRectangle *area,
                                  GdkPixbuf *painting);
/* Is all of `area` shown at full size, painted too if `painted`? */
gboolean ui_scene_has_detail(const UiScene *scene, const GdkRectangle *area,
                             gboolean painted);
void ui_scene_drop_detail(UiScene *scene);

/* Percent. Strength costs nothing but the drawing, other keep_colors a pass over what is
 * in sight at the next draw. */
void ui_scene_set_blend(UiScene *scene, double strength, double keep_colors);

/* The final paint, tile by tile. `keep`: it is done; otherwise all is as before
 * begin. */
void ui_scene_begin_painting(UiScene *scene);
void ui_scene_add_painted(UiScene *scene, const GdkRectangle *area, GdkPixbuf *pixels);
void ui_scene_end_painting(UiScene *scene, gboolean keep);
/* What of the final paint is done; NULL outside begin .. end. Owned by the scene. */
const cairo_region_t *ui_scene_get_painted(const UiScene *scene);

/* Draw on `cr`, whose user space is pixels of the picture and which is clipped to what
 * is wanted. `zoom`: device pixels a pixel. */
void ui_scene_draw_photo(UiScene *scene, cairo_t *cr, double zoom);
void ui_scene_draw_painting(UiScene *scene, cairo_t *cr, double zoom);

G_END_DECLS
#endif
