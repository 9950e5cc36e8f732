/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-sidebar"

#include "ww-sidebar.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>

#include "ww-history-bar.h"
#include "ww-search-view.h"
#include "ww-sidebar-row.h"
#include "ww-notice-card.h"
#include "ww-widget.h"

/* More than this many notices would push the conversations away; the rest is under “Account Activity”. */
#define NOTICES_MAX 2

struct _WwSidebar
{
  AdwNavigationPage parent_instance;
  GtkSearchBar *search_bar;
  GtkEditable *search_entry;
  WwSearchView *search_view;
  AdwBanner *banner;
  WwHistoryBar *history_bar;
  GtkBox *notices;
  GtkStack *stack;
  GtkListView *list;
  GtkWidget *back_button;
  GtkWidget *new_button;
  GtkWidget *requests_button;
  GtkLabel *requests_count;

  WwClient *client;
  GtkFilterListModel *filtered; /* without a filter: switches between the lists */
  GtkSingleSelection *selection;
  WwConversation *open; /* what the selection follows, wherever the list moves it */
  char *notice;         /* the first of the notices, in words; NULL when there is none */
  gboolean following;
  gboolean searching; /* what was found stands in the list's place */
  gboolean requests;  /* whether the list is the one of the strangers */
};

G_DEFINE_FINAL_TYPE (WwSidebar, ww_sidebar, ADW_TYPE_NAVIGATION_PAGE)

enum
{
  PROP_0,
  PROP_NOTICE,
  N_PROPS
};

enum
{
  OPEN,
  OPEN_MESSAGE,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, WwSidebar *self)
{
  GtkWidget *row = ww_sidebar_row_new ();

  g_object_bind_property (row, "sentence", list_item, "accessible-label", G_BINDING_SYNC_CREATE);
  /* Under this name it is the first of the item's actions, which is the one that is done. */
  ww_widget_make_activatable (row, "conversation");
  gtk_list_item_set_child (list_item, row);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, WwSidebar *self)
{
  ww_sidebar_row_set_conversation (WW_SIDEBAR_ROW (gtk_list_item_get_child (list_item)),
                                   gtk_list_item_get_item (list_item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, WwSidebar *self)
{
  ww_sidebar_row_set_conversation (WW_SIDEBAR_ROW (gtk_list_item_get_child (list_item)), NULL);
}

static void
update_stack (WwSidebar *self)
{
  const char *page = "list";

  if (self->searching)
    page = "results";
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->filtered)) == 0)
    page = "empty";
  gtk_stack_set_visible_child_name (self->stack, page);
}

static guint
find_position (WwSidebar *self, WwConversation *conversation)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  for (guint i = 0; i < n && conversation != NULL; i++)
    {
      g_autoptr (WwConversation) here = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      if (here == conversation)
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

/* The list moves a conversation to its top by taking it out and putting it in again, which loses the selection. */
static void
follow_open (WwSidebar *self)
{
  self->following = TRUE;
  gtk_single_selection_set_selected (self->selection, find_position (self, self->open));
  self->following = FALSE;
}

static void
items_changed_cb (WwSidebar *self)
{
  follow_open (self);
  update_stack (self);
}

static void
open_position (WwSidebar *self, guint position, gboolean stay)
{
  g_autoptr (WwConversation) conversation = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (conversation != NULL)
    g_signal_emit (self, signals[OPEN], 0, conversation, stay);
}

static void
selected_cb (WwSidebar *self)
{
  guint position = gtk_single_selection_get_selected (self->selection);

  if (!self->following && position != GTK_INVALID_LIST_POSITION)
    open_position (self, position, TRUE);
}

/* The menu of the row that has the keyboard, which is in the list's item around it. */
static gboolean
menu_cb (GtkWidget *list, GVariant *arguments, gpointer user_data)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (list));
  GtkWidget *row = focus != NULL ? gtk_widget_get_first_child (focus) : NULL;

  if (row == NULL || !WW_IS_SIDEBAR_ROW (row))
    return FALSE;
  ww_sidebar_row_show_menu (WW_SIDEBAR_ROW (row));
  return TRUE;
}

static void
add_menu_keys (WwSidebar *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Menu|<Shift>F10"),
                                                          gtk_callback_action_new (menu_cb, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self->list), keys);
}

static void
activate_cb (WwSidebar *self, guint position)
{
  open_position (self, position, FALSE);
}

static void
search_changed_cb (WwSidebar *self)
{
  const char *text = gtk_editable_get_text (self->search_entry);

  self->searching = *text != '\0';
  ww_search_view_set_text (self->search_view, text);
  update_stack (self);
}

static void
search_activate_cb (WwSidebar *self)
{
  ww_search_view_open_first (self->search_view);
}

static void
found_cb (WwSidebar *self, WwConversation *conversation, const char *message_id)
{
  if (message_id == NULL)
    g_signal_emit (self, signals[OPEN], 0, conversation, FALSE);
  else
    g_signal_emit (self, signals[OPEN_MESSAGE], 0, conversation, message_id);
}

/* From what one searches for down to what was found. */
static gboolean
search_key_cb (WwSidebar *self, guint key, guint code, GdkModifierType modifiers)
{
  if (!self->searching || (key != GDK_KEY_Down && key != GDK_KEY_KP_Down))
    return GDK_EVENT_PROPAGATE;
  return gtk_widget_grab_focus (GTK_WIDGET (self->search_view)) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
}

static void
stop_search_cb (WwSidebar *self)
{
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
}

static void
update_requests (WwSidebar *self)
{
  guint n = g_list_model_get_n_items (ww_client_get_requests (self->client));
  g_autofree char *count = g_strdup_printf (n > 99 ? "99+" : "%u", n);
  g_autofree char *label = g_strdup_printf (
      ngettext ("Message Requests, %u person waits", "Message Requests, %u people wait", n), n);

  gtk_widget_set_visible (self->requests_button, n > 0 && !self->requests);
  gtk_label_set_text (self->requests_count, count);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->requests_button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/* Strangers have a list of their own, in the place of the other. */
static void
show_requests (WwSidebar *self, gboolean requests)
{
  const char *title = requests ? _ ("Message Requests") : _ ("Waxwing");

  if (self->requests == requests)
    return;
  self->requests = requests;
  gtk_filter_list_model_set_model (self->filtered, requests ? ww_client_get_requests (self->client)
                                                            : ww_client_get_conversations (self->client));
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  requests ? _ ("Message Requests") : _ ("Conversations"), -1);
  gtk_widget_set_visible (self->back_button, requests);
  gtk_widget_set_visible (self->new_button, !requests);
  update_requests (self);
  items_changed_cb (self);
}

static void
requests_changed_cb (WwSidebar *self)
{
  if (self->requests && g_list_model_get_n_items (ww_client_get_requests (self->client)) == 0)
    show_requests (self, FALSE);
  update_requests (self);
}

static void
requests_cb (WwSidebar *self)
{
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  show_requests (self, TRUE);
  ww_sidebar_focus_list (self);
}

static void
back_cb (WwSidebar *self)
{
  ww_sidebar_close_requests (self);
}

/* Returns whether the list of the strangers was there to be left. */
gboolean
ww_sidebar_close_requests (WwSidebar *self)
{
  if (!self->requests)
    return FALSE;
  show_requests (self, FALSE);
  ww_sidebar_focus_list (self);
  return TRUE;
}

static void
add_notice (WwSidebar *self, GtkWidget *card, guint *count)
{
  if ((*count)++ < NOTICES_MAX)
    gtk_box_append (self->notices, card);
  else
    g_object_unref (g_object_ref_sink (card));
}

static void
update_notices (WwSidebar *self)
{
  GListModel *pending = ww_client_get_pending_devices (self->client);
  GListModel *alerts = ww_client_get_alerts (self->client);
  gboolean had_focus = gtk_widget_get_focus_child (GTK_WIDGET (self->notices)) != NULL;
  GtkWidget *child;
  guint count = 0;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->notices))) != NULL)
    gtk_box_remove (self->notices, child);

  for (guint i = 0; i < g_list_model_get_n_items (pending); i++)
    {
      g_autoptr (WwPendingDevice) device = g_list_model_get_item (pending, i);

      if (ww_pending_device_get_state (device) != WW_PENDING_DEVICE_STATE_ENDED)
        add_notice (self, ww_notice_card_new_for_pending (device), &count);
    }
  for (guint i = 0; i < g_list_model_get_n_items (alerts); i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (alerts, i);

      if (!ww_alert_get_seen (alert))
        add_notice (self, ww_notice_card_new_for_alert (alert), &count);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->notices), count > 0);
  /* Whoever answers notices from the keyboard goes on with the next, or with the list. */
  if (had_focus && (count == 0 || !gtk_widget_child_focus (GTK_WIDGET (self->notices), GTK_DIR_TAB_FORWARD)))
    ww_sidebar_focus_list (self);
  child = gtk_widget_get_first_child (GTK_WIDGET (self->notices));
  if (g_set_str (&self->notice, child != NULL ? ww_notice_card_get_sentence (WW_NOTICE_CARD (child)) : NULL))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOTICE]);
}

/**
 * ww_sidebar_get_notice:
 *
 * Returns: (nullable): what the first notice says, for a window that shows one column and another page
 */
const char *
ww_sidebar_get_notice (WwSidebar *self)
{
  return self->notice;
}

static void
watch_items (WwSidebar *self, const char *property, GListModel *model, guint position, guint added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      g_signal_connect_object (item, property, G_CALLBACK (update_notices), self, G_CONNECT_SWAPPED);
    }
  update_notices (self);
}

static void
alerts_changed_cb (WwSidebar *self, guint position, guint removed, guint added, GListModel *model)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (model, i);

      g_signal_connect_object (alert, "notify::can-refuse", G_CALLBACK (update_notices), self, G_CONNECT_SWAPPED);
    }
  watch_items (self, "notify::seen", model, position, added);
}

static void
pending_changed_cb (WwSidebar *self, guint position, guint removed, guint added, GListModel *model)
{
  watch_items (self, "notify::state", model, position, added);
}

/**
 * ww_sidebar_set_client:
 *
 * Called once, when the window is made.
 */
void
ww_sidebar_set_client (WwSidebar *self, WwClient *client)
{
  GListModel *alerts = ww_client_get_alerts (client);
  GListModel *pending = ww_client_get_pending_devices (client);

  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
  gtk_filter_list_model_set_model (self->filtered, ww_client_get_conversations (client));
  ww_search_view_set_client (self->search_view, client);
  ww_history_bar_set_client (self->history_bar, client);
  g_signal_connect_object (alerts, "items-changed", G_CALLBACK (alerts_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pending, "items-changed", G_CALLBACK (pending_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ww_client_get_requests (client), "items-changed", G_CALLBACK (requests_changed_cb), self,
                           G_CONNECT_SWAPPED);
  update_requests (self);
  alerts_changed_cb (self, 0, 0, g_list_model_get_n_items (alerts), alerts);
  pending_changed_cb (self, 0, 0, g_list_model_get_n_items (pending), pending);
  update_stack (self);
}

/**
 * ww_sidebar_set_banner:
 * @text: (nullable): what is said about the connection
 */
void
ww_sidebar_set_banner (WwSidebar *self, const char *text)
{
  if (text != NULL)
    adw_banner_set_title (self->banner, text);
  adw_banner_set_revealed (self->banner, text != NULL);
}

/**
 * ww_sidebar_show_open:
 * @conversation: (nullable): the one that the selection stands on
 */
void
ww_sidebar_show_open (WwSidebar *self, WwConversation *conversation)
{
  g_set_object (&self->open, conversation);
  if (conversation != NULL)
    show_requests (self, ww_conversation_get_standing (conversation) == WW_STANDING_REQUEST);
  follow_open (self);
}

void
ww_sidebar_open_search (WwSidebar *self)
{
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

/* Returns whether there was a search to close. */
gboolean
ww_sidebar_close_search (WwSidebar *self)
{
  gboolean open = gtk_search_bar_get_search_mode (self->search_bar);

  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  return open;
}

/**
 * ww_sidebar_open_neighbour:
 * @step: 1 for the conversation below the open one, -1 for the one above
 */
void
ww_sidebar_open_neighbour (WwSidebar *self, int step)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  guint position = find_position (self, self->open);

  if (n == 0)
    return;
  if (position == GTK_INVALID_LIST_POSITION)
    position = 0;
  else if ((step < 0 && position == 0) || (step > 0 && position + 1 >= n))
    return;
  else
    position = (guint) ((int) position + step);
  gtk_list_view_scroll_to (self->list, position, GTK_LIST_SCROLL_NONE, NULL);
  open_position (self, position, FALSE);
}

void
ww_sidebar_open_nth (WwSidebar *self, guint position)
{
  open_position (self, position, FALSE);
}

/* The open conversation comes first, wherever the keyboard was in the list before. */
static gboolean
focus_conversations (WwSidebar *self)
{
  guint position = find_position (self, self->open);

  if (position != GTK_INVALID_LIST_POSITION)
    gtk_list_view_scroll_to (self->list, position, GTK_LIST_SCROLL_FOCUS, NULL);
  return gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

/**
 * ww_sidebar_focus_list:
 *
 * Gives the keyboard to the conversations, or to what stands in their place.
 */
void
ww_sidebar_focus_list (WwSidebar *self)
{
  if (self->searching && !gtk_widget_grab_focus (GTK_WIDGET (self->search_view)))
    gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
  else if (!self->searching && !focus_conversations (self))
    gtk_widget_grab_focus (self->new_button);
}

/* The first button above the list. */
void
ww_sidebar_focus_header (WwSidebar *self)
{
  gtk_widget_grab_focus (gtk_widget_get_visible (self->new_button) ? self->new_button : self->back_button);
}

gboolean
ww_sidebar_in_list (WwSidebar *self, GtkWidget *widget)
{
  return gtk_widget_is_ancestor (widget, GTK_WIDGET (self->stack));
}

static void
ww_sidebar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_NOTICE:
      g_value_set_string (value, WW_SIDEBAR (object)->notice);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ww_sidebar_dispose (GObject *object)
{
  WwSidebar *self = WW_SIDEBAR (object);

  g_clear_object (&self->client);
  g_clear_object (&self->open);
  g_clear_object (&self->selection);
  g_clear_object (&self->filtered);
  G_OBJECT_CLASS (ww_sidebar_parent_class)->dispose (object);
}

static void
ww_sidebar_finalize (GObject *object)
{
  g_free (WW_SIDEBAR (object)->notice);
  G_OBJECT_CLASS (ww_sidebar_parent_class)->finalize (object);
}

static void
ww_sidebar_class_init (WwSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ww_sidebar_get_property;
  object_class->dispose = ww_sidebar_dispose;
  object_class->finalize = ww_sidebar_finalize;
  properties[PROP_NOTICE] = g_param_spec_string ("notice", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[OPEN] = g_signal_new ("open", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                2, WW_TYPE_CONVERSATION, G_TYPE_BOOLEAN);
  signals[OPEN_MESSAGE] = g_signal_new ("open-message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 2, WW_TYPE_CONVERSATION, G_TYPE_STRING);
  g_type_ensure (WW_TYPE_HISTORY_BAR);
  g_type_ensure (WW_TYPE_SEARCH_VIEW);

  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, WwSidebar, search_bar);
  gtk_widget_class_bind_template_child (widget_class, WwSidebar, search_entry);
  gtk_widget_class_bind_template_child (widget_class, WwSidebar, search_view);
  gtk_widget_class_bind_template_child (widget_class, WwSidebar, banner);
  gtk_widget_class_bind_template_child (widget_class, WwSidebar, history_bar);
  gtk_widget_class_bind_template_child (widget_class, WwSidebar, notices);
  gtk_widget_class_bind_template_child (widget_class, WwSidebar, stack);
  gtk_widget_class_bind_template_child (widget_class, WwSidebar, list);
  gtk_widget_class_bind_template_child (widget_class, WwSidebar, back_button);
  gtk_widget_class_bind_template_child (widget_class, WwSidebar, new_button);
  gtk_widget_class_bind_template_child (widget_class, WwSidebar, requests_button);
  gtk_widget_class_bind_template_child (widget_class, WwSidebar, requests_count);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, requests_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, found_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
}

static void
ww_sidebar_init (WwSidebar *self)
{
  GtkEventController *keys;

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, self->search_entry);
  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (search_key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->search_entry), keys);

  self->filtered = gtk_filter_list_model_new (NULL, NULL);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->filtered)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  add_menu_keys (self);
}
