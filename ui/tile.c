/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The thumbnail is drawn here rather than by GtkImage for its round corners on any
 * screen. The accessible is a container's that also says whether the tile is selected,
 * which GTK 3 tells of a flow box only as a whole. */
#include "i18n.h"
#include "tile.h"

#include "look.h"

#include <gtk/gtk-a11y.h>

enum { CORNER = 6 };

struct _UiTile {
    GtkFlowBoxChild parent;

    char *id, *name, *words; /* words: what the search looks at */
    GdkPixbuf *thumbnail;
    cairo_surface_t *surface; /* of `surface_scale` */
    int surface_scale;
    GtkWidget *frame, *picture, *star, *star_image, *title, *spinner;
    gboolean updating;
    int percent; /* that is learned; -1: it is not being learned */
};

G_DEFINE_TYPE(UiTile, ui_tile, GTK_TYPE_FLOW_BOX_CHILD)

enum { STAR_TOGGLED, PRESSED, MENU, N_SIGNALS };
static guint signals[N_SIGNALS];

typedef struct UiTileAccessible {
    GtkContainerAccessible parent;
} UiTileAccessible;
typedef struct UiTileAccessibleClass {
    GtkContainerAccessibleClass parent;
} UiTileAccessibleClass;

static GType ui_tile_accessible_get_type(void);
G_DEFINE_TYPE(UiTileAccessible, ui_tile_accessible, GTK_TYPE_CONTAINER_ACCESSIBLE)

static AtkStateSet *accessible_ref_state_set(AtkObject *object)
{
    AtkStateSet *const states =
        ATK_OBJECT_CLASS(ui_tile_accessible_parent_class)->ref_state_set(object);
    GtkWidget *const tile = gtk_accessible_get_widget(GTK_ACCESSIBLE(object));

    if (tile != NULL && UI_TILE(tile)->id != NULL) {
        atk_state_set_add_state(states, ATK_STATE_SELECTABLE);
        if (gtk_flow_box_child_is_selected(GTK_FLOW_BOX_CHILD(tile)))
            atk_state_set_add_state(states, ATK_STATE_SELECTED);
    }
    return states;
}

static void ui_tile_accessible_class_init(UiTileAccessibleClass *class)
{
    ATK_OBJECT_CLASS(class)->ref_state_set = accessible_ref_state_set;
}

static void ui_tile_accessible_init(UiTileAccessible *accessible) {}

static void tile_state_flags_changed(GtkWidget *widget, GtkStateFlags before)
{
    const GtkStateFlags now = gtk_widget_get_state_flags(widget);

    if ((now ^ before) & GTK_STATE_FLAG_SELECTED)
        atk_object_notify_state_change(gtk_widget_get_accessible(widget),
                                       ATK_STATE_SELECTED,
                                       (now & GTK_STATE_FLAG_SELECTED) != 0);
    GTK_WIDGET_CLASS(ui_tile_parent_class)->state_flags_changed(widget, before);
}

static gboolean draw_picture(GtkWidget *widget, cairo_t *cr, gpointer data)
{
    UiTile *const tile = data;
    GtkStyleContext *const style = gtk_widget_get_style_context(widget);
    const int scale = gtk_widget_get_scale_factor(widget);
    const int w = gtk_widget_get_allocated_width(widget);
    const int h = gtk_widget_get_allocated_height(widget);

    gtk_render_background(style, cr, 0, 0, w, h);
    gtk_render_frame(style, cr, 0, 0, w, h);
    if (tile->thumbnail == NULL)
        return GDK_EVENT_STOP;
    if (tile->surface == NULL || tile->surface_scale != scale) {
        g_clear_pointer(&tile->surface, cairo_surface_destroy);
        tile->surface = ui_square_surface(tile->thumbnail, UI_TILE_SIZE, CORNER, scale);
        tile->surface_scale = scale;
    }
    cairo_set_source_surface(cr, tile->surface, (w - UI_TILE_SIZE) / 2,
                             (h - UI_TILE_SIZE) / 2);
    cairo_paint(cr);
    return GDK_EVENT_STOP;
}

static void star_toggled(UiTile *tile)
{
    if (!tile->updating)
        g_signal_emit(tile, signals[STAR_TOGGLED], 0,
                      gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(tile->star)));
}

static gboolean button_pressed(GtkWidget *widget, GdkEventButton *event, gpointer data)
{
    if (event->type == GDK_BUTTON_PRESS &&
        gdk_event_triggers_context_menu((GdkEvent *)event)) {
        g_signal_emit(data, signals[MENU], 0, event);
        return GDK_EVENT_STOP;
    }
    if (event->type == GDK_BUTTON_PRESS && event->button == GDK_BUTTON_PRIMARY)
        g_signal_emit(data, signals[PRESSED], 0);
    return GDK_EVENT_PROPAGATE;
}

static gboolean crossed(GtkWidget *widget, GdkEventCrossing *event, gpointer data)
{
    if (event->detail != GDK_NOTIFY_INFERIOR)
        ui_set_class(data, "hover", event->type == GDK_ENTER_NOTIFY);
    return GDK_EVENT_PROPAGATE;
}

static void tile_finalize(GObject *object)
{
    UiTile *const tile = UI_TILE(object);

    g_free(tile->id);
    g_free(tile->name);
    g_free(tile->words);
    g_clear_object(&tile->thumbnail);
    g_clear_pointer(&tile->surface, cairo_surface_destroy);
    G_OBJECT_CLASS(ui_tile_parent_class)->finalize(object);
}

static void ui_tile_class_init(UiTileClass *class)
{
    GtkWidgetClass *const widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->finalize = tile_finalize;
    widget_class->state_flags_changed = tile_state_flags_changed;
    gtk_widget_class_set_accessible_type(widget_class, ui_tile_accessible_get_type());
    gtk_widget_class_set_accessible_role(widget_class, ATK_ROLE_LIST_ITEM);
    signals[STAR_TOGGLED] =
        g_signal_new("star-toggled", UI_TYPE_TILE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                     NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
    signals[PRESSED] = g_signal_new("pressed", UI_TYPE_TILE, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);
    signals[MENU] =
        g_signal_new("menu", UI_TYPE_TILE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                     G_TYPE_NONE, 1, GDK_TYPE_EVENT | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void ui_tile_init(UiTile *tile)
{
    GtkWidget *const box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 1);

    tile->percent = -1;
    tile->frame = gtk_event_box_new();
    gtk_widget_add_events(tile->frame, GDK_ENTER_NOTIFY_MASK | GDK_LEAVE_NOTIFY_MASK);
    g_signal_connect(tile->frame, "button-press-event", G_CALLBACK(button_pressed),
                     tile);
    g_signal_connect(tile->frame, "enter-notify-event", G_CALLBACK(crossed), tile);
    g_signal_connect(tile->frame, "leave-notify-event", G_CALLBACK(crossed), tile);

    tile->title = gtk_label_new(NULL);
    gtk_label_set_ellipsize(GTK_LABEL(tile->title), PANGO_ELLIPSIZE_END);
    gtk_label_set_width_chars(GTK_LABEL(tile->title), 6);
    gtk_label_set_max_width_chars(GTK_LABEL(tile->title), 6);
    ui_add_class(tile->title, "impasto-title");

    gtk_box_pack_end(GTK_BOX(box), tile->title, FALSE, FALSE, 0);
    gtk_container_add(GTK_CONTAINER(tile->frame), box);
    gtk_container_add(GTK_CONTAINER(tile), tile->frame);
    gtk_widget_set_valign(GTK_WIDGET(tile), GTK_ALIGN_START);
}

static void add_thumbnail(UiTile *tile)
{
    GtkWidget *const overlay = gtk_overlay_new();

    tile->picture = gtk_drawing_area_new();
    gtk_widget_set_size_request(tile->picture, UI_TILE_SIZE + 8, UI_TILE_SIZE + 8);
    gtk_widget_set_halign(tile->picture, GTK_ALIGN_CENTER);
    ui_add_class(tile->picture, "impasto-thumb");
    g_signal_connect(tile->picture, "draw", G_CALLBACK(draw_picture), tile);

    /* Not in the Tab order, which is for walking on; by keyboard the star is in the
     * menu. */
    tile->star = gtk_toggle_button_new();
    tile->star_image =
        gtk_image_new_from_icon_name("non-starred-symbolic", GTK_ICON_SIZE_MENU);
    gtk_container_add(GTK_CONTAINER(tile->star), tile->star_image);
    gtk_widget_set_can_focus(tile->star, FALSE);
    gtk_widget_set_halign(tile->star, GTK_ALIGN_END);
    gtk_widget_set_valign(tile->star, GTK_ALIGN_START);
    ui_add_class(tile->star, "impasto-star");
    g_signal_connect_swapped(tile->star, "toggled", G_CALLBACK(star_toggled), tile);

    gtk_container_add(GTK_CONTAINER(overlay), tile->picture);
    gtk_overlay_add_overlay(GTK_OVERLAY(overlay), tile->star);
    gtk_box_pack_start(GTK_BOX(gtk_bin_get_child(GTK_BIN(tile->frame))), overlay, FALSE,
                       FALSE, 0);
}

static void add_plus(UiTile *tile)
{
    GtkWidget *const stack = gtk_stack_new();

    gtk_stack_add_named(
        GTK_STACK(stack),
        gtk_image_new_from_icon_name("list-add-symbolic", GTK_ICON_SIZE_DND), "add");
    tile->spinner = gtk_spinner_new();
    gtk_widget_set_size_request(tile->spinner, 28, 28);
    gtk_widget_set_halign(tile->spinner, GTK_ALIGN_CENTER);
    gtk_widget_set_valign(tile->spinner, GTK_ALIGN_CENTER);
    gtk_stack_add_named(GTK_STACK(stack), tile->spinner, "busy");
    tile->picture = stack;
    gtk_widget_set_size_request(stack, UI_TILE_SIZE, UI_TILE_SIZE);
    gtk_widget_set_halign(stack, GTK_ALIGN_CENTER);
    g_object_set(stack, "margin", 4, NULL); /* a thumbnail's frame */
    ui_add_class(stack, "impasto-add");
    gtk_box_pack_start(GTK_BOX(gtk_bin_get_child(GTK_BIN(tile->frame))), stack, FALSE,
                       FALSE, 0);
    gtk_label_set_text(GTK_LABEL(tile->title), _("Add…"));
    gtk_widget_set_tooltip_text(GTK_WIDGET(tile),
                                _("Read a style off any picture and keep it here"));
    ui_set_name(GTK_WIDGET(tile), _("Add a style"));
}

GtkWidget *ui_tile_new(const UiStyle *style)
{
    UiTile *const tile = g_object_new(UI_TYPE_TILE, NULL);

    if (style != NULL) {
        add_thumbnail(tile);
        ui_tile_update(tile, style);
    } else {
        add_plus(tile);
    }
    gtk_widget_show_all(GTK_WIDGET(tile));
    return GTK_WIDGET(tile);
}

char *ui_style_credit(const UiStyle *style)
{
    const gboolean artist = style->artist != NULL && style->artist[0] != '\0';
    const gboolean year = style->year != NULL && style->year[0] != '\0';

    return artist && year ? g_strdup_printf("%s, %s", style->artist, style->year)
                          : g_strdup(artist ? style->artist
                                     : year ? style->year
                                            : "");
}

static void show_title(UiTile *tile)
{
    /* Translators: below a style's thumbnail; how much of the style is learned */
    char *const learning = g_strdup_printf(_("Learning… %d%%"), tile->percent);

    gtk_label_set_text(GTK_LABEL(tile->title),
                       tile->percent < 0 ? tile->name : learning);
    g_free(learning);
}

void ui_tile_set_learning(UiTile *tile, double fraction)
{
    tile->percent = fraction < 0 ? -1 : (int)(100 * fraction);
    show_title(tile);
}

void ui_tile_update(UiTile *tile, const UiStyle *style)
{
    char *const credit = ui_style_credit(style);
    char *const tip =
        g_markup_printf_escaped(credit[0] != '\0' ? "<b>%s</b>\n%s" : "<b>%s</b>%s",
                                style->title, credit);
    /* Translators: the star on a style; %s is the style's title. */
    char *const star = g_strdup_printf(_("Favorite: %s"), style->title);

    tile->updating = TRUE;
    g_free(tile->id);
    tile->id = g_strdup(style->id);
    g_free(tile->words);
    tile->words = g_strdup_printf("%s %s", style->title, credit);
    if (tile->thumbnail != style->thumbnail) {
        g_set_object(&tile->thumbnail, style->thumbnail);
        g_clear_pointer(&tile->surface, cairo_surface_destroy);
        gtk_widget_queue_draw(tile->picture);
    }
    g_free(tile->name);
    tile->name = g_strdup(style->title);
    show_title(tile);
    gtk_widget_set_tooltip_markup(GTK_WIDGET(tile), tip);
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(tile->star), style->is_favorite);
    gtk_image_set_from_icon_name(GTK_IMAGE(tile->star_image),
                                 style->is_favorite ? "starred-symbolic"
                                                    : "non-starred-symbolic",
                                 GTK_ICON_SIZE_MENU);
    gtk_widget_set_tooltip_text(tile->star, style->is_favorite
                                                ? _("Remove from favorites")
                                                : _("Add to favorites"));
    ui_set_name(GTK_WIDGET(tile), style->title);
    ui_set_description(GTK_WIDGET(tile), credit);
    ui_set_name(tile->star, star);
    tile->updating = FALSE;
    g_free(star);
    g_free(tip);
    g_free(credit);
}

const char *ui_tile_get_id(UiTile *tile)
{
    return tile->id;
}

gboolean ui_tile_matches(UiTile *tile, const char *text)
{
    return text[0] == '\0' || tile->id == NULL ||
           g_str_match_string(text, tile->words, TRUE);
}

void ui_tile_set_busy(UiTile *tile, gboolean busy)
{
    gtk_stack_set_visible_child_name(GTK_STACK(tile->picture), busy ? "busy" : "add");
    g_object_set(tile->spinner, "active", busy, NULL);
    gtk_label_set_text(GTK_LABEL(tile->title), busy ? _("Reading…") : _("Add…"));
}
