/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The flow box selects as its cursor moves (browse mode), so arrow keys walk the
 * styles. The tile that adds is never selected: the selection springs back to the
 * style. */
#include "i18n.h"
#include "gallery.h"

#include "look.h"
#include "style-menu.h"
#include "tile.h"

enum { COLUMNS = 3, EDGE = 14 };

struct _UiGallery {
    GtkBox parent;

    const UiHost *host;
    char *selected;
    gboolean quiet;  /* selection changes are our own */
    gboolean reveal; /* the selected tile, as soon as it has been given its place */
    GtkWidget *search, *scroller, *flow, *none, *title, *credit, *add;
};

G_DEFINE_TYPE(UiGallery, ui_gallery, GTK_TYPE_BOX)

enum { SELECTED, ADD, FAILED, LEAVE, N_SIGNALS };
static guint signals[N_SIGNALS];

static UiTile *tile_at(UiGallery *gallery, int i)
{
    GtkFlowBoxChild *const child =
        gtk_flow_box_get_child_at_index(GTK_FLOW_BOX(gallery->flow), i);

    return child == NULL ? NULL : UI_TILE(child);
}

static UiTile *find_tile(UiGallery *gallery, const char *id)
{
    UiTile *tile;

    for (int i = 0; (tile = tile_at(gallery, i)) != NULL; i++)
        if (g_strcmp0(ui_tile_get_id(tile), id) == 0)
            return tile;
    return NULL;
}

/* --- the chosen work -------------------------------------------------------------- */

static void show_caption(UiGallery *gallery)
{
    const UiStyle *const style = ui_host_find_style(gallery->host, gallery->selected);
    char *title, *credit;

    if (style != NULL) {
        title = g_strdup(style->title);
        credit = ui_style_credit(style);
    } else {
        title = gallery->selected == NULL ? g_strdup("")
                                          : g_path_get_basename(gallery->selected);
        credit = g_strdup(gallery->selected == NULL ? "" : _("a picture of yours"));
    }
    gtk_label_set_text(GTK_LABEL(gallery->title), title);
    gtk_label_set_text(GTK_LABEL(gallery->credit), credit);
    gtk_widget_set_tooltip_text(gallery->title, title);
    gtk_widget_set_tooltip_text(gallery->credit, credit);
    g_free(credit);
    g_free(title);
}

/* Selects the tile of `selected`, or none. */
static void show_selection(UiGallery *gallery)
{
    UiTile *const tile =
        gallery->selected == NULL ? NULL : find_tile(gallery, gallery->selected);

    gallery->quiet = TRUE;
    if (tile != NULL)
        gtk_flow_box_select_child(GTK_FLOW_BOX(gallery->flow),
                                  GTK_FLOW_BOX_CHILD(tile));
    else
        gtk_flow_box_unselect_all(GTK_FLOW_BOX(gallery->flow));
    gallery->quiet = FALSE;
    show_caption(gallery);
}

/* A tile that is new has its place only after the next layout: see `placed`. */
static void scroll_to(UiGallery *gallery, UiTile *tile)
{
    GtkAdjustment *const adjustment =
        gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(gallery->scroller));
    GtkAllocation place;

    gtk_widget_get_allocation(GTK_WIDGET(tile), &place);
    gallery->reveal = place.height <= 1;
    if (!gallery->reveal)
        gtk_adjustment_clamp_page(adjustment, place.y - 4, place.y + place.height + 4);
}

static void placed(UiGallery *gallery)
{
    UiTile *const tile =
        gallery->selected == NULL ? NULL : find_tile(gallery, gallery->selected);

    if (gallery->reveal && tile != NULL)
        scroll_to(gallery, tile);
}

static void choose(UiGallery *gallery, UiTile *tile)
{
    const char *const id = ui_tile_get_id(tile);

    if (id == NULL || g_strcmp0(id, gallery->selected) == 0) {
        show_selection(gallery);
        return;
    }
    g_free(gallery->selected);
    gallery->selected = g_strdup(id);
    show_selection(gallery);
    g_signal_emit(gallery, signals[SELECTED], 0);
}

static void selection_changed(UiGallery *gallery)
{
    if (gallery->quiet)
        return;
    GList *const children =
        gtk_flow_box_get_selected_children(GTK_FLOW_BOX(gallery->flow));
    if (children != NULL) {
        choose(gallery, children->data);
        scroll_to(gallery, children->data);
    } else { /* Ctrl takes the last one away: there is always a style */
        show_selection(gallery);
    }
    g_list_free(children);
}

static void child_activated(UiGallery *gallery, GtkFlowBoxChild *child)
{
    if (ui_tile_get_id(UI_TILE(child)) == NULL)
        g_signal_emit(gallery, signals[ADD], 0);
}

/* Return would go to the default button. */
static gboolean add_key(UiGallery *gallery, GdkEventKey *event)
{
    if (event->keyval != GDK_KEY_Return && event->keyval != GDK_KEY_KP_Enter &&
        event->keyval != GDK_KEY_space)
        return GDK_EVENT_PROPAGATE;
    g_signal_emit(gallery, signals[ADD], 0);
    return GDK_EVENT_STOP;
}

/* --- menu ------------------------------------------------------------------------- */

static void set_favorite(UiTile *tile, gboolean favorite, UiGallery *gallery)
{
    /* The host's "styles changed" may destroy the tile. */
    char *const id = g_strdup(ui_tile_get_id(tile));

    gallery->host->set_favorite(gallery->host->self, id, favorite);
    g_free(id);
}

static void menu_failed(GObject *gallery, const char *sentence)
{
    g_signal_emit(gallery, signals[FAILED], 0, sentence);
}

static void show_menu(UiTile *tile, GdkEvent *event, UiGallery *gallery)
{
    ui_style_menu_popup(gallery->host, tile, event, menu_failed, G_OBJECT(gallery));
}

static gboolean menu_key(GtkWidget *flow, UiGallery *gallery)
{
    GtkWidget *const focus = gtk_container_get_focus_child(GTK_CONTAINER(flow));

    if (focus == NULL || ui_tile_get_id(UI_TILE(focus)) == NULL)
        return FALSE;
    show_menu(UI_TILE(focus), NULL, gallery);
    return TRUE;
}

/* --- search ----------------------------------------------------------------------- */

static gboolean filter(GtkFlowBoxChild *child, gpointer data)
{
    UiGallery *const gallery = data;

    return ui_tile_matches(UI_TILE(child),
                           gtk_entry_get_text(GTK_ENTRY(gallery->search)));
}

static UiTile *first_match(UiGallery *gallery)
{
    const char *const text = gtk_entry_get_text(GTK_ENTRY(gallery->search));
    UiTile *tile;

    for (int i = 0; (tile = tile_at(gallery, i)) != NULL; i++)
        if (ui_tile_get_id(tile) != NULL && ui_tile_matches(tile, text))
            return tile;
    return NULL;
}

static void show_matches(UiGallery *gallery)
{
    gtk_flow_box_invalidate_filter(GTK_FLOW_BOX(gallery->flow));
    gtk_widget_set_visible(gallery->none, first_match(gallery) == NULL);
}

static void search_changed(UiGallery *gallery)
{
    show_matches(gallery);
    gtk_adjustment_set_value(
        gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(gallery->scroller)), 0);
    gallery->reveal = gtk_entry_get_text(GTK_ENTRY(gallery->search))[0] == '\0';
}

static void stop_search(UiGallery *gallery)
{
    if (gtk_entry_get_text(GTK_ENTRY(gallery->search))[0] != '\0')
        gtk_entry_set_text(GTK_ENTRY(gallery->search), "");
    else
        g_signal_emit(gallery, signals[LEAVE], 0);
}

static void take_first_match(UiGallery *gallery)
{
    UiTile *const tile = first_match(gallery);

    if (tile == NULL)
        return;
    gtk_widget_grab_focus(GTK_WIDGET(tile));
    choose(gallery, tile);
}

static gboolean search_key(GtkWidget *search, GdkEventKey *event, UiGallery *gallery)
{
    if (event->keyval != GDK_KEY_Down)
        return GDK_EVENT_PROPAGATE;
    take_first_match(gallery);
    return GDK_EVENT_STOP;
}

/* Tab goes to the chosen style and on to the next control; walking is for arrow
 * keys. */
static gboolean flow_focus(GtkWidget *flow, GtkDirectionType direction,
                           UiGallery *gallery)
{
    UiTile *tile;

    if (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD)
        return FALSE;
    if (gtk_container_get_focus_child(GTK_CONTAINER(flow)) != NULL) {
        g_signal_stop_emission_by_name(flow, "focus");
        return FALSE;
    }
    tile = gallery->selected == NULL ? NULL : find_tile(gallery, gallery->selected);
    if (tile == NULL || !gtk_widget_get_mapped(GTK_WIDGET(tile)))
        return FALSE;
    gtk_widget_grab_focus(GTK_WIDGET(tile));
    return TRUE;
}

/* --- styles ----------------------------------------------------------------------- */

static UiTile *add_tile(UiGallery *gallery, const UiStyle *style)
{
    GtkWidget *const tile = ui_tile_new(style);

    g_signal_connect(tile, "star-toggled", G_CALLBACK(set_favorite), gallery);
    g_signal_connect(tile, "menu", G_CALLBACK(show_menu), gallery);
    if (style != NULL) /* on press, so that it paints while the hand is still down */
        g_signal_connect_swapped(tile, "pressed", G_CALLBACK(choose), gallery);
    else
        g_signal_connect_swapped(tile, "key-press-event", G_CALLBACK(add_key), gallery);
    gtk_container_add(GTK_CONTAINER(gallery->flow), tile);
    return UI_TILE(tile);
}

static gboolean same_ids(UiGallery *gallery, const UiStyle *styles, guint n)
{
    for (guint i = 0; i < n; i++) {
        UiTile *const tile = tile_at(gallery, (int)i);
        if (tile == NULL || g_strcmp0(ui_tile_get_id(tile), styles[i].id) != 0)
            return FALSE;
    }
    return gallery->add != NULL && tile_at(gallery, (int)n) == UI_TILE(gallery->add);
}

/* A key may come before the next frame, which would realize a new tile. */
static void focus_tile(UiGallery *gallery, UiTile *tile)
{
    if (gtk_widget_get_realized(gallery->flow))
        gtk_widget_realize(GTK_WIDGET(tile));
    gtk_widget_grab_focus(GTK_WIDGET(tile));
}

static void rebuild(UiGallery *gallery, const UiStyle *styles, guint n)
{
    GtkWidget *const focus =
        gtk_container_get_focus_child(GTK_CONTAINER(gallery->flow));
    char *const focus_id =
        focus == NULL ? NULL : g_strdup(ui_tile_get_id(UI_TILE(focus)));
    GtkWidget *const add = gallery->add == NULL ? NULL : g_object_ref(gallery->add);
    UiTile *tile;

    gallery->quiet = TRUE;
    if (add != NULL)
        gtk_container_remove(GTK_CONTAINER(gallery->flow), add);
    while ((tile = tile_at(gallery, 0)) != NULL)
        gtk_widget_destroy(GTK_WIDGET(tile));
    for (guint i = 0; i < n; i++)
        add_tile(gallery, &styles[i]);
    if (add != NULL) {
        gtk_container_add(GTK_CONTAINER(gallery->flow), add);
        g_object_unref(add);
    } else {
        gallery->add = GTK_WIDGET(add_tile(gallery, NULL));
    }
    gallery->quiet = FALSE;
    tile = focus_id == NULL ? NULL : find_tile(gallery, focus_id);
    if (focus != NULL)
        focus_tile(gallery, tile != NULL ? tile : tile_at(gallery, 0));
    g_free(focus_id);
}

gboolean ui_gallery_reload(UiGallery *gallery)
{
    guint n;
    const UiStyle *const styles = gallery->host->styles(gallery->host->self, &n);
    UiTile *const before =
        gallery->selected == NULL ? NULL : find_tile(gallery, gallery->selected);
    const guint place =
        before == NULL
            ? 0
            : (guint)gtk_flow_box_child_get_index(GTK_FLOW_BOX_CHILD(before));
    gboolean lost = FALSE;

    if (same_ids(gallery, styles, n))
        for (guint i = 0; i < n; i++)
            ui_tile_update(tile_at(gallery, (int)i), &styles[i]);
    else
        rebuild(gallery, styles, n);
    if (n > 0 && ui_host_find_style(gallery->host, gallery->selected) == NULL &&
        (gallery->selected == NULL || !g_path_is_absolute(gallery->selected))) {
        g_free(gallery->selected);
        gallery->selected = g_strdup(styles[MIN(place, n - 1)].id); /* took its place */
        gallery->reveal = TRUE;
        lost = TRUE;
    }
    show_selection(gallery);
    show_matches(gallery);
    return lost;
}

void ui_gallery_select(UiGallery *gallery, const char *id)
{
    UiTile *tile;

    if (g_strcmp0(id, gallery->selected) != 0) {
        g_free(gallery->selected);
        gallery->selected = g_strdup(id);
    }
    show_selection(gallery);
    if (id == NULL || (tile = find_tile(gallery, id)) == NULL)
        return;
    scroll_to(gallery, tile);
    if (gtk_container_get_focus_child(GTK_CONTAINER(gallery->flow)) != NULL)
        focus_tile(gallery, tile);
}

const char *ui_gallery_get_selected(UiGallery *gallery)
{
    return gallery->selected;
}

void ui_gallery_set_busy(UiGallery *gallery, gboolean busy)
{
    ui_tile_set_busy(UI_TILE(gallery->add), busy);
}

void ui_gallery_set_learning(UiGallery *gallery, const char *id, double fraction)
{
    UiTile *const tile = find_tile(gallery, id);

    if (tile != NULL)
        ui_tile_set_learning(tile, fraction);
}

void ui_gallery_grab_focus(UiGallery *gallery)
{
    UiTile *const tile =
        gallery->selected == NULL ? NULL : find_tile(gallery, gallery->selected);

    gtk_widget_grab_focus(tile != NULL ? GTK_WIDGET(tile) : gallery->search);
}

void ui_gallery_grab_search(UiGallery *gallery)
{
    gtk_widget_grab_focus(gallery->search);
}

GtkWidget *ui_gallery_get_add_tile(UiGallery *gallery)
{
    return gallery->add;
}

static void gallery_finalize(GObject *object)
{
    g_free(UI_GALLERY(object)->selected);
    G_OBJECT_CLASS(ui_gallery_parent_class)->finalize(object);
}

static void ui_gallery_class_init(UiGalleryClass *class)
{
    G_OBJECT_CLASS(class)->finalize = gallery_finalize;
    signals[SELECTED] = g_signal_new("selected", UI_TYPE_GALLERY, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[ADD] = g_signal_new("add-style", UI_TYPE_GALLERY, G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[FAILED] = g_signal_new("failed", UI_TYPE_GALLERY, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
    signals[LEAVE] = g_signal_new("leave", UI_TYPE_GALLERY, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void ui_gallery_init(UiGallery *gallery)
{
    GtkWidget *const list = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    GtkWidget *const caption = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);

    gtk_orientable_set_orientation(GTK_ORIENTABLE(gallery), GTK_ORIENTATION_VERTICAL);
    gtk_box_set_spacing(GTK_BOX(gallery), 8);

    gallery->search = gtk_search_entry_new();
    gtk_entry_set_placeholder_text(GTK_ENTRY(gallery->search), _("Search styles"));
    gtk_widget_set_margin_end(gallery->search, EDGE);
    ui_set_name(gallery->search, _("Search styles"));
    g_signal_connect_swapped(gallery->search, "changed", G_CALLBACK(search_changed),
                             gallery);
    g_signal_connect_swapped(gallery->search, "stop-search", G_CALLBACK(stop_search),
                             gallery);
    g_signal_connect_swapped(gallery->search, "activate", G_CALLBACK(take_first_match),
                             gallery);
    g_signal_connect(gallery->search, "key-press-event", G_CALLBACK(search_key),
                     gallery);

    gallery->none = gtk_label_new(_("No style matches."));
    gtk_widget_set_no_show_all(gallery->none, TRUE);
    g_object_set(gallery->none, "margin", 12, NULL);
    ui_add_class(gallery->none, "dim-label");

    gallery->flow = gtk_flow_box_new();
    /* none is, where the style is a picture */
    gtk_flow_box_set_selection_mode(GTK_FLOW_BOX(gallery->flow), GTK_SELECTION_SINGLE);
    gtk_flow_box_set_homogeneous(GTK_FLOW_BOX(gallery->flow), TRUE);
    gtk_flow_box_set_min_children_per_line(GTK_FLOW_BOX(gallery->flow), COLUMNS);
    gtk_flow_box_set_max_children_per_line(GTK_FLOW_BOX(gallery->flow), COLUMNS);
    gtk_flow_box_set_column_spacing(GTK_FLOW_BOX(gallery->flow), 2);
    gtk_flow_box_set_row_spacing(GTK_FLOW_BOX(gallery->flow), 2);
    gtk_flow_box_set_filter_func(GTK_FLOW_BOX(gallery->flow), filter, gallery, NULL);
    gtk_widget_set_valign(gallery->flow, GTK_ALIGN_START);
    gtk_widget_set_margin_end(gallery->flow, EDGE); /* the scroll bar's */
    ui_set_name(gallery->flow, _("Styles"));
    g_signal_connect_swapped(gallery->flow, "selected-children-changed",
                             G_CALLBACK(selection_changed), gallery);
    g_signal_connect_swapped(gallery->flow, "child-activated",
                             G_CALLBACK(child_activated), gallery);
    g_signal_connect(gallery->flow, "focus", G_CALLBACK(flow_focus), gallery);
    g_signal_connect_swapped(gallery->flow, "size-allocate", G_CALLBACK(placed),
                             gallery);
    g_signal_connect(gallery->flow, "popup-menu", G_CALLBACK(menu_key), gallery);

    gallery->scroller = gtk_scrolled_window_new(NULL, NULL);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(gallery->scroller),
                                   GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_min_content_height(GTK_SCROLLED_WINDOW(gallery->scroller),
                                               150);
    gtk_widget_set_vexpand(gallery->scroller, TRUE);
    ui_add_class(gallery->scroller, "impasto-gallery");
    gtk_box_pack_start(GTK_BOX(list), gallery->none, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(list), gallery->flow, FALSE, FALSE, 0);
    gtk_container_add(GTK_CONTAINER(gallery->scroller), list);

    gallery->title = gtk_label_new(NULL);
    gallery->credit = gtk_label_new(NULL);
    gtk_label_set_ellipsize(GTK_LABEL(gallery->title), PANGO_ELLIPSIZE_END);
    gtk_label_set_ellipsize(GTK_LABEL(gallery->credit), PANGO_ELLIPSIZE_END);
    ui_add_class(gallery->title, "impasto-heading");
    ui_add_class(gallery->credit, "dim-label");
    ui_add_class(caption, "impasto-caption");
    gtk_box_pack_start(GTK_BOX(caption), gallery->title, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(caption), gallery->credit, FALSE, FALSE, 0);
    gtk_widget_set_margin_end(caption, EDGE);

    gtk_box_pack_start(GTK_BOX(gallery), gallery->search, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(gallery), gallery->scroller, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(gallery), caption, FALSE, FALSE, 0);
    gtk_widget_show_all(GTK_WIDGET(gallery));
}

GtkWidget *ui_gallery_new(const UiHost *host)
{
    UiGallery *const gallery = g_object_new(UI_TYPE_GALLERY, NULL);

    gallery->host = host;
    ui_gallery_reload(gallery);
    return GTK_WIDGET(gallery);
}
