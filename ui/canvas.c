/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The widget: what is drawn, and what mouse and keys do. Where the picture lies is the
 * view's, what it is made of the scene's. */
#include "i18n.h"
#include "canvas.h"

#include "canvas-draw.h"
#include "look.h"
#include "timing.h"
#include "view.h"

#include <math.h>

enum { GRIP = 12, REST_MS = 150 };
/* A screen of today, and a side that cairo draws. Of a larger one, or of a view that is
 * zoomed out on a large one, the middle is sharp. */
enum { DETAIL_PIXELS = 3840 * 2160, DETAIL_SIDE = 16384 };

static const double zoom_step = 1.25;

typedef enum Drag { DRAG_NONE, DRAG_DIVIDER, DRAG_PAN } Drag;

struct _UiCanvas {
    GtkDrawingArea parent;

    const UiHost *host;
    UiScene *scene;
    UiView view;
    gboolean compare, expecting;
    double divider; /* 0 .. 1 of what is visible */
    guint detail_serial, rest_source;
    GdkRectangle detail_area; /* asked for, while there is a detail_serial */
    const char *fresh;        /* what the next frame is the first to show, or NULL */

    Drag drag;
    gboolean moved;
    double press_x, press_y, press_center_x, press_center_y;
    double press_divider[2]; /* at the last press, and at the one before */
};

G_DEFINE_TYPE(UiCanvas, ui_canvas, GTK_TYPE_DRAWING_AREA)

enum { VIEW_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static double divider_x(const UiCanvas *canvas)
{
    const UiBox *const box = &canvas->view.box;

    return round(box->left + canvas->divider * (box->right - box->left));
}

static gboolean shows_divider(UiCanvas *canvas)
{
    return !canvas->compare && ui_scene_has_painting(canvas->scene);
}

/* --- full-size pixels ------------------------------------------------------------- */

static gboolean rest_cb(gpointer data)
{
    UiCanvas *const canvas = data;
    GdkRectangle area;

    canvas->rest_source = 0;
    if (ui_scene_get_painted(canvas->scene) != NULL ||
        !ui_view_visible_area(&canvas->view, &area))
        return G_SOURCE_REMOVE;
    /* 1.02: nothing is gained where the whole is enlarged by less than can be seen. */
    if (canvas->view.fit ||
        canvas->view.zoom <= 1.02 * ui_scene_sharp_zoom(canvas->scene)) {
        canvas->detail_serial = 0;
        ui_scene_drop_detail(canvas->scene);
        gtk_widget_queue_draw(GTK_WIDGET(canvas));
        return G_SOURCE_REMOVE;
    }
    ui_view_limit_area(&area, DETAIL_PIXELS, DETAIL_SIDE);
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

static void clip_to(cairo_t *cr, const UiView *view, double left, double right)
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
    const UiView *const view = &canvas->view;
    const UiBox *const box = &view->box;
    const gboolean divided = shows_divider(canvas);
    const double divider = divided ? divider_x(canvas) : box->right;
    const cairo_region_t *const painted = ui_scene_get_painted(canvas->scene);

    gtk_render_background(gtk_widget_get_style_context(widget), cr, 0, 0,
                          view->pane_width, view->pane_height);
    if (box->right <= box->left || box->bottom <= box->top)
        return;
    if (ui_scene_has_alpha(canvas->scene))
        ui_draw_checks(cr, box);
    if (divider > box->left) {
        cairo_save(cr);
        clip_to(cr, view, box->left, divider);
        ui_scene_draw_photo(canvas->scene, cr, view->zoom);
        cairo_restore(cr);
    }
    if (divider < box->right) {
        cairo_save(cr);
        clip_to(cr, view, divider, box->right);
        ui_scene_draw_painting(canvas->scene, cr, view->zoom);
        if (painted != NULL)
            ui_draw_veil(cr, view->picture_width, view->picture_height, painted);
        cairo_restore(cr);
    }
    if (divided) {
        ui_draw_divider(widget, cr, divider, box);
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

/* The frame is on its way to the screen: what is left is the display server's, and
 * counts too. */
static void after_paint(UiCanvas *canvas)
{
    if (canvas->fresh != NULL) {
        gdk_display_sync(gtk_widget_get_display(GTK_WIDGET(canvas)));
        ui_timing("shown %s", canvas->fresh);
    }
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

static void zoom_about(UiCanvas *canvas, double zoom, double x, double y)
{
    ui_view_zoom_about(&canvas->view, zoom, x, y);
    view_changed(canvas);
}

static void pan_by(UiCanvas *canvas, double x, double y)
{
    ui_view_pan_by(&canvas->view, x, y);
    view_changed(canvas);
}

static void put_divider(UiCanvas *canvas, double x)
{
    const UiBox *const box = &canvas->view.box;

    if (box->right > box->left)
        ui_canvas_set_divider(canvas, (x - box->left) / (box->right - box->left));
}

/* --- mouse and keys --------------------------------------------------------------- */

static gboolean near_divider(UiCanvas *canvas, double x)
{
    return shows_divider(canvas) && fabs(x - divider_x(canvas)) <= GRIP;
}

static void update_cursor(UiCanvas *canvas, double x)
{
    GdkWindow *const window = gtk_widget_get_window(GTK_WIDGET(canvas));
    const char *name = "default";

    if (canvas->drag == DRAG_DIVIDER ||
        (canvas->drag == DRAG_NONE && near_divider(canvas, x)))
        name = "col-resize";
    else if (canvas->drag == DRAG_PAN)
        name = "grabbing";
    else if (ui_view_can_pan(&canvas->view))
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

    if (event->button > 2)
        return GDK_EVENT_PROPAGATE;
    gtk_widget_grab_focus(widget);
    if (event->type == GDK_2BUTTON_PRESS) {
        /* As before the first click. The second came as a press of its own, too. */
        ui_canvas_set_divider(canvas, canvas->press_divider[1]);
        if (canvas->view.fit)
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
    canvas->press_center_x = canvas->view.center_x;
    canvas->press_center_y = canvas->view.center_y;
    canvas->press_divider[1] = canvas->press_divider[0];
    canvas->press_divider[0] = canvas->divider;
    canvas->drag = event->button == 2                     ? DRAG_PAN
                   : near_divider(canvas, event->x)       ? DRAG_DIVIDER
                   : ui_view_can_pan(&canvas->view)       ? DRAG_PAN
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
        ui_view_pan_to(&canvas->view, canvas->press_center_x - dx / canvas->view.scale,
                       canvas->press_center_y - dy / canvas->view.scale);
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
        zoom_about(canvas, canvas->view.zoom * pow(zoom_step, -dy), event->x, event->y);
    else
        pan_by(canvas, dx * 40, 0);
    return GDK_EVENT_STOP;
}

static gboolean move_by_key(UiCanvas *canvas, const GdkEventKey *event, int x, int y)
{
    if (x != 0 &&
        ((event->state & GDK_CONTROL_MASK) || !ui_view_can_pan(&canvas->view)))
        ui_canvas_set_divider(canvas, canvas->divider + x * 0.02);
    else if (ui_view_can_pan(&canvas->view))
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
        ui_canvas_set_zoom(canvas, canvas->view.zoom * zoom_step);
        return GDK_EVENT_STOP;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
        ui_canvas_set_zoom(canvas, canvas->view.zoom / zoom_step);
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

static void pane_changed(UiCanvas *canvas)
{
    GtkWidget *const widget = GTK_WIDGET(canvas);

    ui_view_set_pane(&canvas->view, gtk_widget_get_allocated_width(widget),
                     gtk_widget_get_allocated_height(widget),
                     gtk_widget_get_scale_factor(widget));
    view_changed(canvas);
}

static void canvas_size_allocate(GtkWidget *widget, GtkAllocation *allocation)
{
    GTK_WIDGET_CLASS(ui_canvas_parent_class)->size_allocate(widget, allocation);
    pane_changed(UI_CANVAS(widget));
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
    int width, height;

    canvas->host = host;
    canvas->scene = ui_scene_new(host);
    ui_scene_get_size(canvas->scene, &width, &height);
    ui_view_init(&canvas->view, width, height);
    g_signal_connect(canvas, "notify::scale-factor", G_CALLBACK(pane_changed), NULL);
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
    return canvas->view.zoom;
}

void ui_canvas_set_zoom(UiCanvas *canvas, double zoom)
{
    zoom_about(canvas, zoom, canvas->view.pane_width / 2.0,
               canvas->view.pane_height / 2.0);
}

gboolean ui_canvas_is_fit(UiCanvas *canvas)
{
    return canvas->view.fit;
}

void ui_canvas_fit(UiCanvas *canvas)
{
    ui_view_fit(&canvas->view);
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
