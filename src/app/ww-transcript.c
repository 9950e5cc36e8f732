/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transcript"

#include "ww-transcript.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ww-future.h"
#include "ww-transcript-anchor.h"
#include "ww-transcript-model.h"
#include "ww-transcript-row.h"
#include "ww-widget.h"

/* The view counts as being at its end this close to it, in pixels; older messages are fetched this close to the top. */
#define END_SLACK 24
#define TOP_SLACK 600
/* Reading starts at the first unread message only with more than so many of them, and it is looked for in so many pages. */
#define UNREAD_MIN     10
#define SEEK_PAGES_MAX 10

struct _WwTranscript
{
  GtkWidget parent_instance;
  GtkScrolledWindow *scrolled;
  GtkListView *list;
  GtkRevealer *jump_revealer;
  GtkWidget *jump_button;
  GtkLabel *jump_count;

  WwConversation *conversation;
  WwMessageList *messages;
  WwTranscriptModel *model;
  WwTranscriptAnchor *anchor;
  GSignalGroup *model_signals;
  GSignalGroup *conversation_signals;
  DexFuture *loading_older;
  guint missed;     /* messages that came while the end was out of view */
  guint unread;     /* of the conversation when it was opened; looked for once its messages are there */
  guint seek_pages; /* how many more may be fetched to find the first of them; 0 once reading has begun */
  gboolean at_end;
  gboolean opened; /* the first messages are there and in view */
};

G_DEFINE_FINAL_TYPE (WwTranscript, ww_transcript, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_AT_END,
  N_PROPS
};

enum
{
  RETRY,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
retry_cb (WwTranscript *self, WwMessage *message)
{
  g_signal_emit (self, signals[RETRY], 0, message);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, WwTranscript *self)
{
  GtkWidget *row = ww_transcript_row_new ();

  g_signal_connect_object (row, "retry", G_CALLBACK (retry_cb), self, G_CONNECT_SWAPPED);
  g_object_bind_property (row, "sentence", list_item, "accessible-label", G_BINDING_SYNC_CREATE);
  gtk_list_item_set_child (list_item, row);
  gtk_list_item_set_activatable (list_item, FALSE);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, WwTranscript *self)
{
  ww_transcript_row_set_item (WW_TRANSCRIPT_ROW (gtk_list_item_get_child (list_item)),
                              gtk_list_item_get_item (list_item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, WwTranscript *self)
{
  ww_transcript_row_set_item (WW_TRANSCRIPT_ROW (gtk_list_item_get_child (list_item)), NULL);
}

static void
update_jump (WwTranscript *self)
{
  g_autofree char *count = g_strdup_printf (self->missed > 99 ? "99+" : "%u", self->missed);
  g_autofree char *label = NULL;

  gtk_revealer_set_reveal_child (self->jump_revealer, !self->at_end);
  gtk_widget_set_can_target (GTK_WIDGET (self->jump_revealer), !self->at_end);
  gtk_widget_set_sensitive (self->jump_button, !self->at_end);
  gtk_widget_set_visible (GTK_WIDGET (self->jump_count), self->missed > 0);
  gtk_label_set_text (self->jump_count, count);
  if (self->missed > 0)
    label = g_strdup_printf (
        ngettext ("Jump to Latest, %u new message", "Jump to Latest, %u new messages", self->missed), self->missed);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->jump_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label != NULL ? label : _ ("Jump to Latest"), -1);
}

static void
set_at_end (WwTranscript *self, gboolean at_end)
{
  if (self->at_end == at_end)
    return;
  self->at_end = at_end;
  if (at_end)
    self->missed = 0;
  update_jump (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AT_END]);
}

/* The item that a child of the list shows: GTK puts a widget of its own around each row. */
static gpointer
item_of (GtkWidget *child)
{
  GtkWidget *row = gtk_widget_get_first_child (child);

  return WW_IS_TRANSCRIPT_ROW (row) ? ww_transcript_row_get_item (WW_TRANSCRIPT_ROW (row)) : NULL;
}

/**
 * ww_transcript_scroll_to_end:
 *
 * Brings the newest message into view and keeps the view there as more arrive.
 */
void
ww_transcript_scroll_to_end (WwTranscript *self)
{
  guint n = self->model != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->model)) : 0;

  self->seek_pages = 0;
  if (n > 0)
    ww_transcript_anchor_place (self->anchor, n - 1, 1);
  set_at_end (self, TRUE);
}

static void
older_loaded_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  if (error != NULL)
    g_warning ("older messages: %s", error->message);
}

static void
load_older_if_near_top (WwTranscript *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);

  if (self->messages == NULL || !self->opened || !ww_message_list_get_has_older (self->messages) ||
      ww_message_list_get_loading (self->messages) || !ww_transcript_anchor_get_settled (self->anchor) ||
      gtk_adjustment_get_value (adjustment) > TOP_SLACK)
    return;
  dex_clear (&self->loading_older);
  self->loading_older = ww_future_watch (ww_message_list_load_older (self->messages), self, older_loaded_cb, NULL);
}

static gboolean
is_near_end (WwTranscript *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);

  return gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment) >=
         gtk_adjustment_get_upper (adjustment) - END_SLACK;
}

/* The person scrolled, or the view came to its place. */
static void
moved (WwTranscript *self)
{
  set_at_end (self, is_near_end (self));
  load_older_if_near_top (self);
}

static void
value_changed_cb (WwTranscript *self)
{
  if (!self->opened || !ww_transcript_anchor_get_settled (self->anchor))
    return;
  self->seek_pages = 0;
  moved (self);
}

static void
settled_cb (WwTranscript *self)
{
  if (self->opened)
    moved (self);
}

/* Heights change as rows are measured, the window is resized, or the composer grows. A view at its end stays there. */
static void
size_changed_cb (WwTranscript *self)
{
  if (self->opened && self->at_end && !is_near_end (self))
    ww_transcript_scroll_to_end (self);
}

/* With many unread messages reading starts at the first of them, or as far up as was fetched. */
static void
show_first_unread (WwTranscript *self)
{
  guint first = ww_transcript_model_get_first_unread (self->model);

  if (first == G_MAXUINT || self->seek_pages == 0)
    return;
  /* It may be above what is there. */
  self->seek_pages = first == 0 ? self->seek_pages - 1 : 0;
  set_at_end (self, FALSE);
  ww_transcript_anchor_place (self->anchor, first, 0);
}

static void
open_at_first_messages (WwTranscript *self)
{
  self->opened = TRUE;
  ww_transcript_model_mark_unread (self->model, self->unread);
  ww_transcript_scroll_to_end (self);
  self->seek_pages = self->unread > UNREAD_MIN ? SEEK_PAGES_MAX : 0;
  show_first_unread (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AT_END]);
}

/**
 * ww_transcript_hold:
 *
 * To be called before rows change their height: what one reads stays where it is.
 */
void
ww_transcript_hold (WwTranscript *self)
{
  if (self->opened && !self->at_end)
    ww_transcript_anchor_hold (self->anchor);
}

/* Before the list hears of it: what one reads is not pushed away by what comes above it. */
static void
items_change_cb (WwTranscript *self, guint position, guint removed, guint added, GListModel *model)
{
  if (position + added < g_list_model_get_n_items (model))
    ww_transcript_hold (self);
}

static void
items_changed_cb (WwTranscript *self, guint position, guint removed, guint added, GListModel *model)
{
  guint n = g_list_model_get_n_items (model);
  g_autoptr (WwTranscriptItem) last = NULL;

  if (n == 0 || added == 0)
    return;
  if (!self->opened)
    {
      open_at_first_messages (self);
      return;
    }
  if (position + added < n)
    {
      show_first_unread (self);
      return;
    }

  last = g_list_model_get_item (model, n - 1);
  if (self->at_end || ww_message_get_outgoing (ww_transcript_item_get_message (last)))
    ww_transcript_scroll_to_end (self);
  else
    {
      self->missed += added;
      update_jump (self);
    }
}

static void
jump_cb (WwTranscript *self)
{
  ww_transcript_scroll_to_end (self);
}

/* A stranger's messages become like any other's once they are accepted. */
static void
standing_cb (WwTranscript *self)
{
  if (self->model != NULL && self->conversation != NULL)
    ww_transcript_model_set_plain (self->model,
                                   ww_conversation_get_standing (self->conversation) != WW_STANDING_ACCEPTED);
}

/**
 * ww_transcript_set_conversation:
 * @conversation: (nullable): whose messages are shown
 */
void
ww_transcript_set_conversation (WwTranscript *self, WwConversation *conversation)
{
  g_autoptr (GtkNoSelection) selection = NULL;

  if (!g_set_object (&self->conversation, conversation))
    return;

  dex_clear (&self->loading_older);
  g_signal_group_set_target (self->conversation_signals, conversation);
  g_signal_group_set_target (self->model_signals, NULL);
  ww_transcript_anchor_release (self->anchor);
  gtk_list_view_set_model (self->list, NULL);
  g_clear_object (&self->model);
  g_clear_object (&self->messages);
  self->missed = 0;
  self->seek_pages = 0;
  self->opened = FALSE;
  self->at_end = TRUE;
  update_jump (self);
  if (conversation == NULL)
    return;

  self->unread = ww_conversation_get_unread (conversation);
  self->messages = ww_conversation_dup_messages (conversation);
  self->model = ww_transcript_model_new (G_LIST_MODEL (self->messages));
  standing_cb (self);
  /* Before the list's own, so that the anchor still sees the rows as they are. */
  g_signal_group_set_target (self->model_signals, self->model);
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->model)));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  if (g_list_model_get_n_items (G_LIST_MODEL (self->model)) > 0)
    open_at_first_messages (self);
}

/**
 * ww_transcript_get_at_end:
 *
 * Returns: whether the newest message is in view; before any is there, none is
 */
gboolean
ww_transcript_get_at_end (WwTranscript *self)
{
  return self->opened && self->at_end;
}

/**
 * ww_transcript_focus_last:
 *
 * Returns: whether there was a message to give the keyboard to
 */
gboolean
ww_transcript_focus_last (WwTranscript *self)
{
  guint n = self->model != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->model)) : 0;

  if (n == 0)
    return FALSE;
  gtk_list_view_scroll_to (self->list, n - 1, GTK_LIST_SCROLL_FOCUS, NULL);
  return gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
ww_transcript_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WwTranscript *self = WW_TRANSCRIPT (object);

  switch (id)
    {
    case PROP_AT_END:
      g_value_set_boolean (value, ww_transcript_get_at_end (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ww_transcript_dispose (GObject *object)
{
  WwTranscript *self = WW_TRANSCRIPT (object);

  dex_clear (&self->loading_older);
  g_clear_object (&self->model_signals);
  g_clear_object (&self->conversation_signals);
  g_clear_object (&self->model);
  g_clear_object (&self->messages);
  g_clear_object (&self->conversation);
  g_clear_object (&self->anchor);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_TRANSCRIPT);
  G_OBJECT_CLASS (ww_transcript_parent_class)->dispose (object);
}

static void
ww_transcript_class_init (WwTranscriptClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ww_transcript_get_property;
  object_class->dispose = ww_transcript_dispose;

  properties[PROP_AT_END] = g_param_spec_boolean ("at-end", NULL, NULL, TRUE,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[RETRY] = g_signal_new ("retry", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, WW_TYPE_MESSAGE);

  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-transcript.ui");
  gtk_widget_class_bind_template_child (widget_class, WwTranscript, scrolled);
  gtk_widget_class_bind_template_child (widget_class, WwTranscript, list);
  gtk_widget_class_bind_template_child (widget_class, WwTranscript, jump_revealer);
  gtk_widget_class_bind_template_child (widget_class, WwTranscript, jump_button);
  gtk_widget_class_bind_template_child (widget_class, WwTranscript, jump_count);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_bind_template_callback (widget_class, jump_cb);
}

static void
ww_transcript_init (WwTranscript *self)
{
  GtkAdjustment *adjustment;

  self->at_end = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));

  self->anchor = ww_transcript_anchor_new (self->scrolled, self->list, item_of);
  g_signal_connect_object (self->anchor, "settled", G_CALLBACK (settled_cb), self, G_CONNECT_SWAPPED);

  self->model_signals = g_signal_group_new (G_TYPE_LIST_MODEL);
  g_signal_group_connect_swapped (self->model_signals, "items-changed", G_CALLBACK (items_change_cb), self);
  g_signal_group_connect_data (self->model_signals, "items-changed", G_CALLBACK (items_changed_cb), self, NULL,
                               G_CONNECT_SWAPPED | G_CONNECT_AFTER);

  self->conversation_signals = g_signal_group_new (WW_TYPE_CONVERSATION);
  g_signal_group_connect_swapped (self->conversation_signals, "notify::standing", G_CALLBACK (standing_cb), self);

  adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (value_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (size_changed_cb), self, G_CONNECT_SWAPPED);
}
