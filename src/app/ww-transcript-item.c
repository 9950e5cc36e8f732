/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transcript-item"

#include "ww-transcript-item.h"

#include <glib/gi18n.h>

#include "ww-message-words.h"
#include "ww-time.h"

struct _WwTranscriptItem
{
  GObject parent_instance;
  WwMessage *message;
  WwPlace place;
};

G_DEFINE_FINAL_TYPE (WwTranscriptItem, ww_transcript_item, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
state_changed_cb (WwTranscriptItem *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
ww_transcript_item_dispose (GObject *object)
{
  WwTranscriptItem *self = WW_TRANSCRIPT_ITEM (object);

  g_clear_object (&self->message);
  G_OBJECT_CLASS (ww_transcript_item_parent_class)->dispose (object);
}

static void
ww_transcript_item_class_init (WwTranscriptItemClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ww_transcript_item_dispose;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
ww_transcript_item_init (WwTranscriptItem *self)
{
}

WwTranscriptItem *
ww_transcript_item_new (WwMessage *message)
{
  WwTranscriptItem *self = g_object_new (WW_TYPE_TRANSCRIPT_ITEM, NULL);

  self->message = g_object_ref (message);
  g_signal_connect_object (message, "notify::state", G_CALLBACK (state_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (message, "notify::error", G_CALLBACK (state_changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

WwMessage *
ww_transcript_item_get_message (WwTranscriptItem *self)
{
  return self->message;
}

WwPlace
ww_transcript_item_get_place (WwTranscriptItem *self)
{
  return self->place;
}

void
ww_transcript_item_set_place (WwTranscriptItem *self, WwPlace place)
{
  if (self->place == place)
    return;
  self->place = place;
  g_signal_emit (self, signals[CHANGED], 0);
}

gint64
ww_transcript_item_get_shown_ms (WwTranscriptItem *self)
{
  return ww_message_shown_ms (ww_message_get_created_ms (self->message), ww_message_get_position (self->message));
}

WwGroupKey
ww_transcript_item_get_key (WwTranscriptItem *self)
{
  return (WwGroupKey) {
    /* What nobody sent belongs to nobody's group. */
    .sender = ww_message_get_kind (self->message) == WW_MESSAGE_KIND_NOTICE
                  ? ""
                  : ww_message_get_sender_account (self->message),
    .outgoing = ww_message_get_outgoing (self->message),
    .ms = ww_transcript_item_get_shown_ms (self),
  };
}

/**
 * ww_message_state_for_people:
 *
 * Returns: (nullable): the word under a message; %NULL for one from somebody else
 */
const char *
ww_message_state_for_people (WwMessageState state)
{
  switch (state)
    {
    case WW_MESSAGE_STATE_WAITING:
      return _ ("Waiting");
    case WW_MESSAGE_STATE_SENT:
      return _ ("Sent");
    case WW_MESSAGE_STATE_DELIVERED:
      return _ ("Delivered");
    case WW_MESSAGE_STATE_READ:
      return _ ("Read");
    case WW_MESSAGE_STATE_FAILED:
      return _ ("Not Sent");
    case WW_MESSAGE_STATE_RECEIVED:
      return NULL;
    }
  return NULL;
}

/**
 * ww_message_state_icon:
 *
 * Returns: (nullable): the name of the icon beside that word
 */
const char *
ww_message_state_icon (WwMessageState state)
{
  switch (state)
    {
    case WW_MESSAGE_STATE_WAITING:
      return "waxwing-waiting-symbolic";
    case WW_MESSAGE_STATE_SENT:
      return "waxwing-sent-symbolic";
    case WW_MESSAGE_STATE_DELIVERED:
    case WW_MESSAGE_STATE_READ:
      return "waxwing-delivered-symbolic";
    case WW_MESSAGE_STATE_FAILED:
      return "waxwing-failed-symbolic";
    case WW_MESSAGE_STATE_RECEIVED:
      return NULL;
    }
  return NULL;
}

/**
 * ww_transcript_item_dup_sentence:
 *
 * Returns: (transfer full): who, what, when and its state, as one sentence for a screen reader
 */
char *
ww_transcript_item_dup_sentence (WwTranscriptItem *self, GDateTime *now)
{
  WwMessage *message = self->message;
  const char *state = ww_message_state_for_people (ww_message_get_state (message));
  g_autofree char *text = ww_message_dup_words (message);
  g_autofree char *when = ww_time_format_sentence (ww_transcript_item_get_shown_ms (self), now);

  if (ww_message_get_kind (message) == WW_MESSAGE_KIND_NOTICE)
    /* Translators: what happened, when. */
    return g_strdup_printf (_ ("%1$s, %2$s"), ww_message_get_text (message), when);
  if (!ww_message_get_outgoing (message))
    /* Translators: who, what, when. */
    return g_strdup_printf (_ ("%1$s: %2$s, %3$s"), ww_message_get_sender_name (message), text, when);
  /* Translators: what, when, and the state of a message that the person wrote. */
  return g_strdup_printf (_ ("You: %1$s, %2$s, %3$s"), text, when, state != NULL ? state : "");
}
