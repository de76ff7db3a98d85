/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The view is a zoom and the picture's point at the widget's middle. Everything is
 * drawn in logical pixels; the picture's corner is rounded to device pixels, so that
 * 100 % shows the very pixels on any screen. */
#include "i18n.h"
#include "canvas.h"

#include "canvas-draw.h"
#include "look.h"
#include "timing.h"

#include <math.h>

enum { MARGIN = 14, GRIP = 12, REST_MS = 150, DETAIL_LIMIT = 2048 };

static const double zoom_max = 8, fit_max = 4, zoom_step = 1.25;

typedef enum Drag { DRAG_NONE, DRAG_DIVIDER, DRAG_PAN } Drag;

struct _UiCanvas {
    GtkDrawingArea parent;

    const UiHost *host;
    UiScene *scene;
    gboolean fit, compare, expecting;
    double zoom, center_x, center_y; /* zoom: device pixels a pixel */
    double divider;
    guint detail_serial, rest_source;
    GdkRectangle detail_area; /* asked for, while there is a detail_serial */
    const char *fresh;        /* what the next frame is the first to show, or NULL */

    Drag drag;
    gboolean moved;
    double press_x, press_y, press_center_x, press_center_y, press_divider;
};

G_DEFINE_TYPE(UiCanvas, ui_canvas, GTK_TYPE_DRAWING_AREA)

enum { VIEW_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* Where the picture lies, in logical pixels of the widget. */
typedef struct View {
    double x, y, width, height; /* the picture */
    UiBox box;                  /* what is visible of it */
    double scale;               /* logical pixels a pixel */
    double divider;             /* x of the divider */
} View;

static double fit_zoom(UiCanvas *canvas)
{
    const int device = gtk_widget_get_scale_factor(GTK_WIDGET(canvas));
    const double w =
        MAX(gtk_widget_get_allocated_width(GTK_WIDGET(canvas)) - 2 * MARGIN, 8);
    const double h =
        MAX(gtk_widget_get_allocated_height(GTK_WIDGET(canvas)) - 2 * MARGIN, 8);
    int width, height;

    ui_scene_get_size(canvas->scene, &width, &height);
    return MIN(MIN(w / width, h / height), fit_max) * device;
}

/* Also keeps the picture where it can be seen: centered, or without a gap at its
 * sides. */
static View get_view(UiCanvas *canvas)
{
    const int device = gtk_widget_get_scale_factor(GTK_WIDGET(canvas));
    const double w = gtk_widget_get_allocated_width(GTK_WIDGET(canvas));
    const double h = gtk_widget_get_allocated_height(GTK_WIDGET(canvas));
    View view;
    int width, height;

    ui_scene_get_size(canvas->scene, &width, &height);
    if (canvas->fit)
        canvas->zoom = fit_zoom(canvas);
    view.scale = canvas->zoom / device;
    view.width = width * view.scale;
    view.height = height * view.scale;
    canvas->center_x = view.width <= w ? width / 2.0
                                       : CLAMP(canvas->center_x, w / 2 / view.scale,
                                               width - w / 2 / view.scale);
    canvas->center_y = view.height <= h ? height / 2.0
                                        : CLAMP(canvas->center_y, h / 2 / view.scale,
                                                height - h / 2 / view.scale);
    view.x = round((w / 2 - canvas->center_x * view.scale) * device) / device;
    view.y = round((h / 2 - canvas->center_y * view.scale) * device) / device;
    view.box.left = MAX(view.x, 0);
    view.box.top = MAX(view.y, 0);
    view.box.right = MIN(view.x + view.width, w);
    view.box.bottom = MIN(view.y + view.height, h);
    view.divider =
        round(view.box.left + canvas->divider * (view.box.right - view.box.left));
    return view;
}

static gboolean can_pan(UiCanvas *canvas, const View *view)
{
    return view->width > gtk_widget_get_allocated_width(GTK_WIDGET(canvas)) + 0.5 ||
           view->height > gtk_widget_get_allocated_height(GTK_WIDGET(canvas)) + 0.5;
}

static gboolean shows_divider(UiCanvas *canvas)
{
    return !canvas->compare && ui_scene_has_painting(canvas->scene);
}

/* --- full-size pixels ------------------------------------------------------------- */

static gboolean visible_area(UiCanvas *canvas, GdkRectangle *area)
{
    const View view = get_view(canvas);
    GdkRectangle bounds = { 0 };

    ui_scene_get_size(canvas->scene, &bounds.width, &bounds.height);
    area->x = (int)floor((view.box.left - view.x) / view.scale + 1e-6);
    area->y = (int)floor((view.box.top - view.y) / view.scale + 1e-6);
    area->width = (int)ceil((view.box.right - view.x) / view.scale - 1e-6) - area->x;
    area->height = (int)ceil((view.box.bottom - view.y) / view.scale - 1e-6) - area->y;
    return gdk_rectangle_intersect(area, &bounds, area);
}

static gboolean rest_cb(gpointer data)
{
    UiCanvas *const canvas = data;
    GdkRectangle area;

    canvas->rest_source = 0;
    if (ui_scene_get_painted(canvas->scene) != NULL || !visible_area(canvas, &area))
        return G_SOURCE_REMOVE;
    /* 1.02: nothing is gained where the whole is enlarged by less than can be seen. */
    if (canvas->fit || canvas->zoom <= 1.02 * ui_scene_sharp_zoom(canvas->scene) ||
        area.width > DETAIL_LIMIT || area.height > DETAIL_LIMIT) {
        canvas->detail_serial = 0;
        ui_scene_drop_detail(canvas->scene);
        gtk_widget_queue_draw(GTK_WIDGET(canvas));
        return G_SOURCE_REMOVE;
    }
    if (!ui_scene_has_detail(canvas->scene, &area, FALSE)) {
        ui_scene_set_detail_photo(canvas->scene, &area);
        gtk_widget_queue_draw(GTK_WIDGET(canvas));
    }
    if (!canvas->expecting && ui_scene_has_painting(canvas->scene) &&
        !ui_scene_has_detail(canvas->scene, &area, TRUE) &&
        !(canvas->detail_serial != 0 &&
          gdk_rectangle_equal(&canvas->detail_area, &area))) {
        canvas->detail_area = area;
        canvas->detail_serial = canvas->host->request_detail(canvas->host->self, &area);
    }
    return G_SOURCE_REMOVE;
}

static void look_when_at_rest(UiCanvas *canvas, guint delay)
{
    g_clear_handle_id(&canvas->rest_source, g_source_remove);
    canvas->rest_source = g_timeout_add(delay, rest_cb, canvas);
}

static void view_changed(UiCanvas *canvas)
{
    char *const text = g_strdup_printf(_("Divider at %d%%, zoom %d%%"),
                                       (int)lround(canvas->divider * 100),
                                       (int)lround(ui_canvas_get_zoom(canvas) * 100));

    ui_set_description(GTK_WIDGET(canvas), text);
    g_free(text);
    look_when_at_rest(canvas, REST_MS);
    gtk_widget_queue_draw(GTK_WIDGET(canvas));
    g_signal_emit(canvas, signals[VIEW_CHANGED], 0);
}

/* --- drawing ---------------------------------------------------------------------- */

static void clip_to(cairo_t *cr, const View *view, double left, double right)
{
    cairo_rectangle(cr, left, view->box.top, MAX(right - left, 0),
                    view->box.bottom - view->box.top);
    cairo_clip(cr);
    cairo_translate(cr, view->x, view->y);
    cairo_scale(cr, view->scale, view->scale);
}

static void draw_all(UiCanvas *canvas, cairo_t *cr)
{
    GtkWidget *const widget = GTK_WIDGET(canvas);
    const View view = get_view(canvas);
    const UiBox *const box = &view.box;
    const gboolean divided = shows_divider(canvas);
    const double divider = divided ? view.divider : box->right;
    const cairo_region_t *const painted = ui_scene_get_painted(canvas->scene);
    int width, height;

    ui_scene_get_size(canvas->scene, &width, &height);
    gtk_render_background(gtk_widget_get_style_context(widget), cr, 0, 0,
                          gtk_widget_get_allocated_width(widget),
                          gtk_widget_get_allocated_height(widget));
    if (box->right <= box->left || box->bottom <= box->top)
        return;
    if (ui_scene_has_alpha(canvas->scene))
        ui_draw_checks(cr, box);
    if (divider > box->left) {
        cairo_save(cr);
        clip_to(cr, &view, box->left, divider);
        ui_scene_draw_photo(canvas->scene, cr, canvas->zoom);
        cairo_restore(cr);
    }
    if (divider < box->right) {
        cairo_save(cr);
        clip_to(cr, &view, divider, box->right);
        ui_scene_draw_painting(canvas->scene, cr, canvas->zoom);
        if (painted != NULL)
            ui_draw_veil(cr, width, height, painted);
        cairo_restore(cr);
    }
    if (divided) {
        ui_draw_divider(widget, cr, view.divider, box);
        ui_draw_word(widget, cr, _("Photo"), box->left, box->top, FALSE,
                     divider - box->left);
        ui_draw_word(widget, cr, _("Painting"), box->right, box->top, TRUE,
                     box->right - divider);
    } else if (canvas->compare) {
        ui_draw_word(widget, cr, _("Photo"), box->left, box->top, FALSE,
                     box->right - box->left);
    }
}

static gboolean canvas_draw(GtkWidget *widget, cairo_t *cr)
{
    UiCanvas *const canvas = UI_CANVAS(widget);
    const gint64 begin = g_get_monotonic_time();

    draw_all(canvas, cr);
    ui_timing("drawn in %.2f", (double)(g_get_monotonic_time() - begin) / 1000);
    return GDK_EVENT_STOP;
}

/* The frame is on its way to the screen. */
static void after_paint(UiCanvas *canvas)
{
    if (canvas->fresh != NULL)
        ui_timing("shown %s", canvas->fresh);
    canvas->fresh = NULL;
}

static void canvas_realize(GtkWidget *widget)
{
    GTK_WIDGET_CLASS(ui_canvas_parent_class)->realize(widget);
    UI_CANVAS(widget)->fresh = "photo";
    if (ui_timing_on())
        g_signal_connect_object(gtk_widget_get_frame_clock(widget), "after-paint",
                                G_CALLBACK(after_paint), widget, G_CONNECT_SWAPPED);
}

static void show_fresh(UiCanvas *canvas, const char *what)
{
    canvas->fresh = what;
    gtk_widget_queue_draw(GTK_WIDGET(canvas));
}

/* --- zoom, pan, divider ----------------------------------------------------------- */

/* x, y: the point of the widget that stays where it is. */
static void zoom_about(UiCanvas *canvas, double zoom, double x, double y)
{
    const int device = gtk_widget_get_scale_factor(GTK_WIDGET(canvas));
    const View view = get_view(canvas);
    const double fit = fit_zoom(canvas);

    zoom = CLAMP(zoom, MIN(fit, 1), MAX(zoom_max, fit));
    canvas->fit = zoom <= fit && zoom < 1; /* smaller than Fit is of no use */
    if (!canvas->fit) {
        const double picture_x = (x - view.x) / view.scale;
        const double picture_y = (y - view.y) / view.scale;
        const double scale = zoom / device;
        canvas->zoom = zoom;
        canvas->center_x =
            picture_x +
            (gtk_widget_get_allocated_width(GTK_WIDGET(canvas)) / 2.0 - x) / scale;
        canvas->center_y =
            picture_y +
            (gtk_widget_get_allocated_height(GTK_WIDGET(canvas)) / 2.0 - y) / scale;
    }
    view_changed(canvas);
}

/* By logical pixels. */
static void pan_by(UiCanvas *canvas, double x, double y)
{
    const View view = get_view(canvas);

    canvas->center_x += x / view.scale;
    canvas->center_y += y / view.scale;
    view_changed(canvas);
}

static void put_divider(UiCanvas *canvas, double x)
{
    const View view = get_view(canvas);

    if (view.box.right > view.box.left)
        ui_canvas_set_divider(canvas,
                              (x - view.box.left) / (view.box.right - view.box.left));
}

/* --- mouse and keys --------------------------------------------------------------- */

static gboolean near_divider(UiCanvas *canvas, double x)
{
    return shows_divider(canvas) && fabs(x - get_view(canvas).divider) <= GRIP;
}

static void update_cursor(UiCanvas *canvas, double x)
{
    GdkWindow *const window = gtk_widget_get_window(GTK_WIDGET(canvas));
    const View view = get_view(canvas);
    const char *name = "default";

    if (canvas->drag == DRAG_DIVIDER ||
        (canvas->drag == DRAG_NONE && near_divider(canvas, x)))
        name = "col-resize";
    else if (canvas->drag == DRAG_PAN)
        name = "grabbing";
    else if (can_pan(canvas, &view))
        name = "grab";
    GdkCursor *const cursor =
        gdk_cursor_new_from_name(gtk_widget_get_display(GTK_WIDGET(canvas)), name);
    gdk_window_set_cursor(window, cursor);
    if (cursor != NULL)
        g_object_unref(cursor);
}

static gboolean canvas_button_press(GtkWidget *widget, GdkEventButton *event)
{
    UiCanvas *const canvas = UI_CANVAS(widget);
    const View view = get_view(canvas);

    if (event->button > 2)
        return GDK_EVENT_PROPAGATE;
    gtk_widget_grab_focus(widget);
    if (event->type == GDK_2BUTTON_PRESS) {
        /* as before the first click */
        ui_canvas_set_divider(canvas, canvas->press_divider);
        if (canvas->fit)
            zoom_about(canvas, 1, event->x, event->y);
        else
            ui_canvas_fit(canvas);
        canvas->drag = DRAG_NONE;
        return GDK_EVENT_STOP;
    }
    if (event->type != GDK_BUTTON_PRESS)
        return GDK_EVENT_STOP;
    canvas->moved = FALSE;
    canvas->press_x = event->x;
    canvas->press_y = event->y;
    canvas->press_center_x = canvas->center_x;
    canvas->press_center_y = canvas->center_y;
    canvas->press_divider = canvas->divider;
    canvas->drag = event->button == 2                     ? DRAG_PAN
                   : near_divider(canvas, event->x)       ? DRAG_DIVIDER
                   : can_pan(canvas, &view)               ? DRAG_PAN
                   : ui_scene_has_painting(canvas->scene) ? DRAG_DIVIDER
                                                          : DRAG_NONE;
    update_cursor(canvas, event->x);
    return GDK_EVENT_STOP;
}

static gboolean canvas_motion(GtkWidget *widget, GdkEventMotion *event)
{
    UiCanvas *const canvas = UI_CANVAS(widget);
    const double dx = event->x - canvas->press_x, dy = event->y - canvas->press_y;

    if (canvas->drag != DRAG_NONE &&
        (canvas->moved ||
         gtk_drag_check_threshold(widget, (int)canvas->press_x, (int)canvas->press_y,
                                  (int)event->x, (int)event->y)))
        canvas->moved = TRUE;
    if (canvas->drag == DRAG_DIVIDER && (canvas->moved || fabs(dx) >= 1)) {
        put_divider(canvas, event->x);
    } else if (canvas->drag == DRAG_PAN && canvas->moved) {
        const View view = get_view(canvas);
        canvas->center_x = canvas->press_center_x - dx / view.scale;
        canvas->center_y = canvas->press_center_y - dy / view.scale;
        view_changed(canvas);
    }
    update_cursor(canvas, event->x);
    return GDK_EVENT_STOP;
}

static gboolean canvas_button_release(GtkWidget *widget, GdkEventButton *event)
{
    UiCanvas *const canvas = UI_CANVAS(widget);

    if (canvas->drag != DRAG_NONE && !canvas->moved && event->button == 1 &&
        shows_divider(canvas))
        put_divider(canvas, event->x);
    canvas->drag = DRAG_NONE;
    update_cursor(canvas, event->x);
    return GDK_EVENT_STOP;
}

static gboolean canvas_scroll(GtkWidget *widget, GdkEventScroll *event)
{
    UiCanvas *const canvas = UI_CANVAS(widget);
    double dx = 0, dy = 0;

    switch (event->direction) {
    case GDK_SCROLL_UP:
        dy = -1;
        break;
    case GDK_SCROLL_DOWN:
        dy = 1;
        break;
    case GDK_SCROLL_LEFT:
        dx = -1;
        break;
    case GDK_SCROLL_RIGHT:
        dx = 1;
        break;
    default:
        dx = event->delta_x;
        dy = event->delta_y;
    }
    if (event->state & GDK_SHIFT_MASK)
        pan_by(canvas, (dx + dy) * 40, 0);
    else if (dy != 0)
        zoom_about(canvas, canvas->zoom * pow(zoom_step, -dy), event->x, event->y);
    else
        pan_by(canvas, dx * 40, 0);
    return GDK_EVENT_STOP;
}

static gboolean move_by_key(UiCanvas *canvas, const GdkEventKey *event, int x, int y)
{
    const View view = get_view(canvas);

    if (x != 0 && ((event->state & GDK_CONTROL_MASK) || !can_pan(canvas, &view)))
        ui_canvas_set_divider(canvas, canvas->divider + x * 0.02);
    else if (can_pan(canvas, &view))
        pan_by(canvas, x * 40, y * 40);
    else
        return GDK_EVENT_PROPAGATE;
    return GDK_EVENT_STOP;
}

static gboolean canvas_key_press(GtkWidget *widget, GdkEventKey *event)
{
    UiCanvas *const canvas = UI_CANVAS(widget);

    switch (event->keyval) {
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
        ui_canvas_set_zoom(canvas, canvas->zoom * zoom_step);
        return GDK_EVENT_STOP;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
        ui_canvas_set_zoom(canvas, canvas->zoom / zoom_step);
        return GDK_EVENT_STOP;
    case GDK_KEY_1:
    case GDK_KEY_KP_1:
        ui_canvas_set_zoom(canvas, 1);
        return GDK_EVENT_STOP;
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
        ui_canvas_fit(canvas);
        return GDK_EVENT_STOP;
    case GDK_KEY_Home:
        ui_canvas_set_divider(canvas, 0);
        return GDK_EVENT_STOP;
    case GDK_KEY_End:
        ui_canvas_set_divider(canvas, 1);
        return GDK_EVENT_STOP;
    case GDK_KEY_Left:
        return move_by_key(canvas, event, -1, 0);
    case GDK_KEY_Right:
        return move_by_key(canvas, event, 1, 0);
    case GDK_KEY_Up:
        return move_by_key(canvas, event, 0, -1);
    case GDK_KEY_Down:
        return move_by_key(canvas, event, 0, 1);
    default:
        return GTK_WIDGET_CLASS(ui_canvas_parent_class)->key_press_event(widget, event);
    }
}

static void canvas_size_allocate(GtkWidget *widget, GtkAllocation *allocation)
{
    GTK_WIDGET_CLASS(ui_canvas_parent_class)->size_allocate(widget, allocation);
    view_changed(UI_CANVAS(widget));
}

static void canvas_finalize(GObject *object)
{
    UiCanvas *const canvas = UI_CANVAS(object);

    g_clear_handle_id(&canvas->rest_source, g_source_remove);
    ui_scene_free(canvas->scene);
    G_OBJECT_CLASS(ui_canvas_parent_class)->finalize(object);
}

static void ui_canvas_class_init(UiCanvasClass *class)
{
    GtkWidgetClass *const widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->finalize = canvas_finalize;
    widget_class->draw = canvas_draw;
    widget_class->realize = canvas_realize;
    widget_class->size_allocate = canvas_size_allocate;
    widget_class->button_press_event = canvas_button_press;
    widget_class->button_release_event = canvas_button_release;
    widget_class->motion_notify_event = canvas_motion;
    widget_class->scroll_event = canvas_scroll;
    widget_class->key_press_event = canvas_key_press;
    gtk_widget_class_set_accessible_role(widget_class, ATK_ROLE_IMAGE);
    signals[VIEW_CHANGED] =
        g_signal_new("view-changed", UI_TYPE_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                     NULL, G_TYPE_NONE, 0);
}

static void ui_canvas_init(UiCanvas *canvas)
{
    GtkWidget *const widget = GTK_WIDGET(canvas);

    canvas->fit = TRUE;
    canvas->zoom = 1;
    canvas->divider = 0.5;
    gtk_widget_set_can_focus(widget, TRUE);
    gtk_widget_add_events(widget, GDK_BUTTON_PRESS_MASK | GDK_BUTTON_RELEASE_MASK |
                                      GDK_POINTER_MOTION_MASK | GDK_SCROLL_MASK |
                                      GDK_SMOOTH_SCROLL_MASK | GDK_KEY_PRESS_MASK);
    ui_add_class(widget, "impasto-canvas");
    ui_set_name(widget, _("Preview"));
}

GtkWidget *ui_canvas_new(const UiHost *host)
{
    UiCanvas *const canvas = g_object_new(UI_TYPE_CANVAS, NULL);

    canvas->host = host;
    canvas->scene = ui_scene_new(host);
    return GTK_WIDGET(canvas);
}

void ui_canvas_take_preview(UiCanvas *canvas, const UiPreview *preview)
{
    if (preview->stage == UI_STAGE_DETAIL) {
        if (preview->serial != canvas->detail_serial)
            return;
        canvas->detail_serial = 0;
        ui_scene_set_detail_painting(canvas->scene, &preview->area, preview->painting);
    } else {
        ui_scene_set_painting(canvas->scene, preview->painting);
        if (preview->stage == UI_STAGE_FULL && !preview->more) {
            canvas->expecting = FALSE;
            look_when_at_rest(canvas, 0);
        }
    }
    show_fresh(canvas, preview->stage == UI_STAGE_COARSE ? "coarse"
                       : preview->stage == UI_STAGE_FULL ? "full"
                                                         : "detail");
}

void ui_canvas_expect_preview(UiCanvas *canvas, gboolean expect)
{
    canvas->expecting = expect;
    canvas->detail_serial = 0;
}

guint ui_canvas_get_detail_serial(UiCanvas *canvas)
{
    return canvas->detail_serial;
}

void ui_canvas_set_blend(UiCanvas *canvas, double strength, double keep_colors)
{
    ui_scene_set_blend(canvas->scene, strength, keep_colors);
    show_fresh(canvas, "blend");
}

double ui_canvas_get_zoom(UiCanvas *canvas)
{
    return canvas->fit ? fit_zoom(canvas) : canvas->zoom;
}

void ui_canvas_set_zoom(UiCanvas *canvas, double zoom)
{
    zoom_about(canvas, zoom, gtk_widget_get_allocated_width(GTK_WIDGET(canvas)) / 2.0,
               gtk_widget_get_allocated_height(GTK_WIDGET(canvas)) / 2.0);
}

gboolean ui_canvas_is_fit(UiCanvas *canvas)
{
    return canvas->fit;
}

void ui_canvas_fit(UiCanvas *canvas)
{
    canvas->fit = TRUE;
    view_changed(canvas);
}

void ui_canvas_set_compare(UiCanvas *canvas, gboolean compare)
{
    canvas->compare = compare;
    gtk_widget_queue_draw(GTK_WIDGET(canvas));
}

double ui_canvas_get_divider(UiCanvas *canvas)
{
    return canvas->divider;
}

void ui_canvas_set_divider(UiCanvas *canvas, double divider)
{
    canvas->divider = CLAMP(divider, 0, 1);
    view_changed(canvas);
}

void ui_canvas_begin_painting(UiCanvas *canvas)
{
    canvas->detail_serial = 0;
    ui_scene_begin_painting(canvas->scene);
    gtk_widget_queue_draw(GTK_WIDGET(canvas));
}

void ui_canvas_add_painted(UiCanvas *canvas, const GdkRectangle *area,
                           GdkPixbuf *pixels)
{
    ui_scene_add_painted(canvas->scene, area, pixels);
    gtk_widget_queue_draw(GTK_WIDGET(canvas));
}

void ui_canvas_end_painting(UiCanvas *canvas, gboolean keep)
{
    ui_scene_end_painting(canvas->scene, keep);
    look_when_at_rest(canvas, 0);
    gtk_widget_queue_draw(GTK_WIDGET(canvas));
}
