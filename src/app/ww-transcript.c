/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transcript"

#include "ww-transcript-private.h"

#include "ww-widget.h"

G_DEFINE_FINAL_TYPE (WwTranscript, ww_transcript, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_AT_END,
  PROP_SELECTED,
  PROP_SELECTING,
  N_PROPS
};

enum
{
  RETRY,
  EVENT,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

void
ww_transcript_notify_at_end (WwTranscript *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AT_END]);
}

void
ww_transcript_notify_selected (WwTranscript *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

static void
event_cb (WwTranscript *self, const char *sentence)
{
  g_signal_emit (self, signals[EVENT], 0, sentence);
}

/* A stranger's messages become like any other's once they are accepted. */
static void
standing_cb (WwTranscript *self)
{
  if (self->model != NULL && self->conversation != NULL)
    ww_transcript_model_set_plain (self->model,
                                   ww_conversation_get_standing (self->conversation) != WW_STANDING_ACCEPTED);
}

static void
typing_cb (WwTranscript *self)
{
  ww_transcript_update_typing (self);
}

static void
unread_cb (WwTranscript *self)
{
  ww_transcript_update_jump (self);
}

static void
jump_cb (WwTranscript *self)
{
  ww_transcript_scroll_to_end (self);
}

static GListModel *
create_model (WwTranscript *self)
{
  g_autoptr (GListStore) parts = g_list_store_new (G_TYPE_LIST_MODEL);

  g_list_store_append (parts, self->model);
  g_list_store_append (parts, self->typing);
  return G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (g_steal_pointer (&parts))));
}

static void
close_conversation (WwTranscript *self)
{
  ww_transcript_stop_selecting (self);
  ww_transcript_forget_place (self);
  g_signal_group_set_target (self->model_signals, NULL);
  gtk_list_view_set_model (self->list, NULL);
  g_list_store_remove_all (self->typing);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);
  g_clear_object (&self->messages);
}

/**
 * ww_transcript_set_conversation:
 * @conversation: (nullable): whose messages are shown
 */
void
ww_transcript_set_conversation (WwTranscript *self, WwConversation *conversation)
{
  g_autoptr (GListModel) all = NULL;

  if (self->conversation == conversation)
    return;

  close_conversation (self);
  g_set_object (&self->conversation, conversation);
  g_signal_group_set_target (self->conversation_signals, conversation);
  ww_transcript_update_jump (self);
  if (conversation == NULL)
    return;

  self->messages = ww_conversation_dup_messages (conversation);
  self->model = ww_transcript_model_new (conversation, G_LIST_MODEL (self->messages));
  standing_cb (self);
  /* Before the list's own, so that the anchor still sees the rows as they are. */
  g_signal_group_set_target (self->model_signals, self->model);
  all = create_model (self);
  self->selection = ww_transcript_selection_new (all);
  g_signal_connect_object (self->selection, "notify::count", G_CALLBACK (ww_transcript_notify_selected), self,
                           G_CONNECT_SWAPPED);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  ww_transcript_update_typing (self);
  ww_transcript_open_place (self);
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
hold_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ww_transcript_hold (WW_TRANSCRIPT (widget));
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
    case PROP_SELECTED:
      g_value_set_uint (value, self->selection != NULL ? ww_transcript_selection_get_count (self->selection) : 0);
      break;
    case PROP_SELECTING:
      g_value_set_boolean (value, self->selection != NULL && ww_transcript_selection_get_selecting (self->selection));
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
  dex_clear (&self->loading_newer);
  dex_clear (&self->jumping);
  g_clear_object (&self->model_signals);
  g_clear_object (&self->conversation_signals);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);
  g_clear_object (&self->messages);
  g_clear_object (&self->conversation);
  g_clear_object (&self->typing);
  g_clear_object (&self->anchor);
  g_clear_object (&self->hover);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_TRANSCRIPT);
  G_OBJECT_CLASS (ww_transcript_parent_class)->dispose (object);
}

static void
ww_transcript_finalize (GObject *object)
{
  WwTranscript *self = WW_TRANSCRIPT (object);

  g_free (self->goal);
  g_free (self->flash);
  g_free (self->highlight);
  G_OBJECT_CLASS (ww_transcript_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  properties[PROP_AT_END] = g_param_spec_boolean ("at-end", NULL, NULL, TRUE, flags);
  properties[PROP_SELECTED] = g_param_spec_uint ("selected", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_SELECTING] = g_param_spec_boolean ("selecting", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ww_transcript_class_init (WwTranscriptClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ww_transcript_get_property;
  object_class->dispose = ww_transcript_dispose;
  object_class->finalize = ww_transcript_finalize;
  install_properties (object_class);
  signals[RETRY] = g_signal_new ("retry", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, WW_TYPE_MESSAGE);
  signals[EVENT] = g_signal_new ("event", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_install_action (widget_class, "transcript.hold", NULL, hold_action);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-transcript.ui");
  gtk_widget_class_bind_template_child (widget_class, WwTranscript, overlay);
  gtk_widget_class_bind_template_child (widget_class, WwTranscript, scrolled);
  gtk_widget_class_bind_template_child (widget_class, WwTranscript, list);
  gtk_widget_class_bind_template_child (widget_class, WwTranscript, jump_revealer);
  gtk_widget_class_bind_template_child (widget_class, WwTranscript, jump_button);
  gtk_widget_class_bind_template_child (widget_class, WwTranscript, jump_count);
  gtk_widget_class_bind_template_callback (widget_class, jump_cb);
  ww_transcript_bind_rows (widget_class);
}

static void
ww_transcript_init (WwTranscript *self)
{
  self->at_end = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));

  self->typing = g_list_store_new (WW_TYPE_CONVERSATION);
  ww_transcript_watch_rows (self);
  ww_transcript_watch_place (self);
  self->hover = ww_transcript_hover_new (self->overlay, self->scrolled, GTK_WIDGET (self->list));

  self->model_signals = g_signal_group_new (WW_TYPE_TRANSCRIPT_MODEL);
  g_signal_group_connect_swapped (self->model_signals, "items-changed", G_CALLBACK (ww_transcript_items_change), self);
  g_signal_group_connect_data (self->model_signals, "items-changed", G_CALLBACK (ww_transcript_items_changed), self,
                               NULL, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_group_connect_swapped (self->model_signals, "event", G_CALLBACK (event_cb), self);

  self->conversation_signals = g_signal_group_new (WW_TYPE_CONVERSATION);
  g_signal_group_connect_swapped (self->conversation_signals, "notify::standing", G_CALLBACK (standing_cb), self);
  g_signal_group_connect_swapped (self->conversation_signals, "notify::typing", G_CALLBACK (typing_cb), self);
  g_signal_group_connect_swapped (self->conversation_signals, "notify::unread", G_CALLBACK (unread_cb), self);
}
