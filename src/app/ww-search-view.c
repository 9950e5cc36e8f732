/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-search-view"

#include "ww-search-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ww-future.h"
#include "ww-search-row.h"
#include "ww-widget.h"

/* So many are fetched at a time. */
#define PAGE 60

struct _WwSearchView
{
  GtkWidget parent_instance;
  GtkStack *stack;
  GtkListView *list;
  AdwStatusPage *nothing_page;

  WwClient *client;
  DexFuture *search;
  GListStore *pages; /* of WwSearchResults: what is found, and what was fetched after it */
  GtkFilterListModel *people;
  GtkFilterListModel *messages;
  char *text; /* what is searched for; NULL for nothing */
};

G_DEFINE_FINAL_TYPE (WwSearchView, ww_search_view, GTK_TYPE_WIDGET)

enum
{
  OPEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, WwSearchView *self)
{
  GtkWidget *row = ww_search_row_new ();

  g_object_bind_property (row, "sentence", list_item, "accessible-label", G_BINDING_SYNC_CREATE);
  gtk_list_item_set_child (list_item, row);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, WwSearchView *self)
{
  ww_search_row_set_hit (WW_SEARCH_ROW (gtk_list_item_get_child (list_item)), gtk_list_item_get_item (list_item));
}

static void
setup_header_cb (GtkSignalListItemFactory *factory, GtkListHeader *header, WwSearchView *self)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  gtk_widget_add_css_class (label, "search-heading");
  gtk_list_header_set_child (header, label);
}

static void
bind_header_cb (GtkSignalListItemFactory *factory, GtkListHeader *header, WwSearchView *self)
{
  WwSearchHit *hit = gtk_list_header_get_item (header);

  gtk_label_set_text (GTK_LABEL (gtk_list_header_get_child (header)),
                      ww_search_hit_get_message (hit) == NULL ? _ ("People and Groups") : _ ("Messages"));
}

static void
open_position (WwSearchView *self, guint position)
{
  GListModel *model = G_LIST_MODEL (gtk_list_view_get_model (self->list));
  g_autoptr (WwSearchHit) hit = g_list_model_get_item (model, position);
  WwMessage *message = hit != NULL ? ww_search_hit_get_message (hit) : NULL;

  if (hit != NULL)
    g_signal_emit (self, signals[OPEN], 0, ww_search_hit_get_conversation (hit),
                   message != NULL ? ww_message_get_id (message) : NULL);
}

static void
activate_cb (WwSearchView *self, guint position)
{
  open_position (self, position);
}

static WwSearchResults *
get_last (WwSearchView *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->pages));
  g_autoptr (WwSearchResults) last = n > 0 ? g_list_model_get_item (G_LIST_MODEL (self->pages), n - 1) : NULL;

  return last;
}

static void
update (WwSearchView *self)
{
  WwSearchResults *last = get_last (self);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (self->list)));

  if (n > 0)
    gtk_stack_set_visible_child_name (self->stack, "results");
  else if (self->search != NULL || last == NULL || ww_search_results_get_searching (last))
    gtk_stack_set_visible_child_name (self->stack, "wait");
  else
    {
      gtk_stack_set_visible_child_name (self->stack, "nothing");
      gtk_accessible_announce (GTK_ACCESSIBLE (self), adw_status_page_get_title (self->nothing_page),
                               GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
    }
}

static void
found_cb (gpointer owner, const GValue *value, const GError *error, gpointer more)
{
  WwSearchView *self = owner;
  WwSearchResults *results;

  dex_clear (&self->search);
  if (error != NULL)
    {
      g_warning ("search: %s", error->message);
      update (self);
      return;
    }
  results = g_value_get_object (value);
  g_signal_connect_object (results, "notify::searching", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  /* What was found before stays on the screen until there is something else to show. */
  g_list_store_splice (self->pages, more != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->pages)) : 0,
                       more != NULL ? 0 : g_list_model_get_n_items (G_LIST_MODEL (self->pages)), (gpointer *) &results,
                       1);
  update (self);
}

/* Older messages than those that are there. */
static void
edge_reached_cb (WwSearchView *self, GtkPositionType edge)
{
  WwSearchResults *last = get_last (self);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->messages));
  g_autoptr (WwSearchHit) oldest = n > 0 ? g_list_model_get_item (G_LIST_MODEL (self->messages), n - 1) : NULL;

  if (edge != GTK_POS_BOTTOM || self->search != NULL || last == NULL || oldest == NULL ||
      ww_search_results_get_searching (last) || !ww_search_results_get_has_more (last))
    return;
  self->search = ww_future_watch (
      ww_client_search (self->client, self->text, PAGE, ww_message_get_id (ww_search_hit_get_message (oldest))), self,
      found_cb, self);
}

/**
 * ww_search_view_set_text:
 * @text: what is searched for; "" for nothing
 */
void
ww_search_view_set_text (WwSearchView *self, const char *text)
{
  if (!g_set_str (&self->text, *text != '\0' ? text : NULL))
    return;
  dex_clear (&self->search);
  if (self->text == NULL || self->client == NULL)
    {
      g_list_store_remove_all (self->pages);
      update (self);
      return;
    }
  self->search = ww_future_watch (ww_client_search (self->client, self->text, PAGE, NULL), self, found_cb, NULL);
}

void
ww_search_view_set_client (WwSearchView *self, WwClient *client)
{
  g_set_object (&self->client, client);
}

/**
 * ww_search_view_open_first:
 *
 * Opens the best of what was found, as Enter does.
 */
void
ww_search_view_open_first (WwSearchView *self)
{
  open_position (self, 0);
}

static gboolean
is_person (gpointer item, gpointer user_data)
{
  return ww_search_hit_get_message (item) == NULL;
}

static gboolean
is_message (gpointer item, gpointer user_data)
{
  return ww_search_hit_get_message (item) != NULL;
}

static GtkFilterListModel *
create_part (WwSearchView *self, GtkCustomFilterFunc func)
{
  GListModel *all = G_LIST_MODEL (gtk_flatten_list_model_new (g_object_ref (G_LIST_MODEL (self->pages))));

  return gtk_filter_list_model_new (all, GTK_FILTER (gtk_custom_filter_new (func, NULL, NULL)));
}

static gboolean
ww_search_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (WW_SEARCH_VIEW (widget)->list));
}

static void
ww_search_view_dispose (GObject *object)
{
  WwSearchView *self = WW_SEARCH_VIEW (object);

  dex_clear (&self->search);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_SEARCH_VIEW);
  g_clear_object (&self->people);
  g_clear_object (&self->messages);
  g_clear_object (&self->pages);
  g_clear_object (&self->client);
  g_clear_pointer (&self->text, g_free);
  G_OBJECT_CLASS (ww_search_view_parent_class)->dispose (object);
}

static void
ww_search_view_class_init (WwSearchViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_search_view_dispose;
  widget_class->grab_focus = ww_search_view_grab_focus;
  signals[OPEN] = g_signal_new ("open", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                2, WW_TYPE_CONVERSATION, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-search-view.ui");
  gtk_widget_class_bind_template_child (widget_class, WwSearchView, stack);
  gtk_widget_class_bind_template_child (widget_class, WwSearchView, list);
  gtk_widget_class_bind_template_child (widget_class, WwSearchView, nothing_page);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_header_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_header_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, edge_reached_cb);
}

static void
ww_search_view_init (WwSearchView *self)
{
  g_autoptr (GListStore) parts = g_list_store_new (G_TYPE_LIST_MODEL);
  GtkSingleSelection *selection;
  GListModel *sections;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->pages = g_list_store_new (WW_TYPE_SEARCH_RESULTS);
  self->people = create_part (self, is_person);
  self->messages = create_part (self, is_message);
  g_list_store_append (parts, self->people);
  g_list_store_append (parts, self->messages);
  /* Each part is a section, with its own heading. */
  sections = G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (g_steal_pointer (&parts))));
  g_signal_connect_object (sections, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  selection = gtk_single_selection_new (sections);
  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_can_unselect (selection, TRUE);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  g_object_unref (selection);
}
