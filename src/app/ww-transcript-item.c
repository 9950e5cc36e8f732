/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transcript-item"

#include "ww-transcript-item.h"

#include <glib/gi18n.h>

#include "ww-message-words.h"
#include "ww-quote-view.h"
#include "ww-tapbacks.h"
#include "ww-time.h"

/* As much of a message as is said of it when something happens to it. */
#define EXCERPT_MAX 60

struct _WwTranscriptItem
{
  GObject parent_instance;
  WwConversation *conversation; /* or NULL */
  WwMessage *message;
  WwPlace place;
  guint revision; /* of what the message says, tapbacks and states apart */
  char *tapbacks; /* in words, to tell what is new among them */
};

G_DEFINE_FINAL_TYPE (WwTranscriptItem, ww_transcript_item, G_TYPE_OBJECT)

enum
{
  CHANGED,
  EVENT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
emit_event (WwTranscriptItem *self, char *sentence)
{
  g_signal_emit (self, signals[EVENT], 0, sentence);
  g_free (sentence);
}

/* Which of its properties only tell how far a message has come. */
static gboolean
is_state (const char *property)
{
  return g_str_equal (property, "state") || g_str_equal (property, "error") || g_str_equal (property, "suite");
}

static void
notify_cb (WwTranscriptItem *self, GParamSpec *pspec)
{
  if (!is_state (pspec->name))
    self->revision++;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
edited_cb (WwTranscriptItem *self)
{
  if (!ww_message_get_outgoing (self->message))
    /* Translators: who changed a message, and what it says now. */
    emit_event (self, g_strdup_printf (_ ("%1$s edited a message: %2$s"), ww_message_get_sender_name (self->message),
                                       ww_message_get_text (self->message)));
}

static void
kind_cb (WwTranscriptItem *self)
{
  if (ww_message_get_kind (self->message) == WW_MESSAGE_KIND_UNSENT && !ww_message_get_outgoing (self->message))
    emit_event (self, ww_message_dup_words (self->message));
}

static char *
dup_excerpt (WwMessage *message)
{
  g_autofree char *words = ww_message_dup_words (message);

  if (g_utf8_strlen (words, -1) <= EXCERPT_MAX)
    return g_steal_pointer (&words);
  *g_utf8_offset_to_pointer (words, EXCERPT_MAX) = '\0';
  return g_strconcat (words, "…", NULL);
}

/* What is told of a message's tapbacks is the newest one, when somebody else made it. */
static void
tapbacks_cb (WwTranscriptItem *self, guint position, guint removed, guint added, GListModel *tapbacks)
{
  g_autofree char *words = ww_tapbacks_dup_words (tapbacks);
  g_autoptr (WwTapback) newest = NULL;

  g_signal_emit (self, signals[CHANGED], 0);
  if (!g_set_str (&self->tapbacks, words))
    return;
  for (guint i = 0; i < g_list_model_get_n_items (tapbacks); i++)
    {
      g_autoptr (WwTapback) tapback = g_list_model_get_item (tapbacks, i);

      if (newest == NULL || ww_tapback_get_created_ms (tapback) > ww_tapback_get_created_ms (newest))
        g_set_object (&newest, tapback);
    }
  if (newest != NULL && added >= removed && !ww_tapback_get_own (newest))
    {
      g_autofree char *excerpt = dup_excerpt (self->message);

      /* Translators: who tapped back, with which emoji, on which message. */
      emit_event (self, g_strdup_printf (_ ("%1$s tapped back %2$s on: %3$s"), ww_tapback_get_sender_name (newest),
                                         ww_tapback_get_emoji (newest), excerpt));
    }
}

static void
ww_transcript_item_dispose (GObject *object)
{
  WwTranscriptItem *self = WW_TRANSCRIPT_ITEM (object);

  g_clear_object (&self->conversation);
  g_clear_object (&self->message);
  G_OBJECT_CLASS (ww_transcript_item_parent_class)->dispose (object);
}

static void
ww_transcript_item_finalize (GObject *object)
{
  g_free (WW_TRANSCRIPT_ITEM (object)->tapbacks);
  G_OBJECT_CLASS (ww_transcript_item_parent_class)->finalize (object);
}

static void
ww_transcript_item_class_init (WwTranscriptItemClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ww_transcript_item_dispose;
  G_OBJECT_CLASS (klass)->finalize = ww_transcript_item_finalize;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[EVENT] = g_signal_new ("event", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ww_transcript_item_init (WwTranscriptItem *self)
{
}

/**
 * ww_transcript_item_new:
 * @conversation: (nullable): whose message it is
 */
WwTranscriptItem *
ww_transcript_item_new (WwConversation *conversation, WwMessage *message)
{
  WwTranscriptItem *self = g_object_new (WW_TYPE_TRANSCRIPT_ITEM, NULL);
  GListModel *tapbacks = ww_message_get_tapbacks (message);

  g_set_object (&self->conversation, conversation);
  self->message = g_object_ref (message);
  self->tapbacks = ww_tapbacks_dup_words (tapbacks);
  g_signal_connect_object (message, "notify", G_CALLBACK (notify_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (message, "notify::edited-ms", G_CALLBACK (edited_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (message, "notify::kind", G_CALLBACK (kind_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (tapbacks, "items-changed", G_CALLBACK (tapbacks_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * ww_transcript_item_get_conversation:
 *
 * Returns: (transfer none) (nullable): whose message it is
 */
WwConversation *
ww_transcript_item_get_conversation (WwTranscriptItem *self)
{
  return self->conversation;
}

WwMessage *
ww_transcript_item_get_message (WwTranscriptItem *self)
{
  return self->message;
}

/**
 * ww_transcript_item_get_revision:
 *
 * Returns: a number that is another one after what the message says has changed
 */
guint
ww_transcript_item_get_revision (WwTranscriptItem *self)
{
  return self->revision;
}

/**
 * ww_transcript_item_is_notice:
 *
 * Returns: whether nobody said it: it stands between the messages, without a bubble
 */
gboolean
ww_transcript_item_is_notice (WwTranscriptItem *self)
{
  WwMessageKind kind = ww_message_get_kind (self->message);

  return kind == WW_MESSAGE_KIND_NOTICE || kind == WW_MESSAGE_KIND_GROUP_EVENT;
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
    .sender = ww_transcript_item_is_notice (self) ? "" : ww_message_get_sender_account (self->message),
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
      return C_ ("state of a message", "Waiting");
    case WW_MESSAGE_STATE_SENT:
      return C_ ("state of a message", "Sent");
    case WW_MESSAGE_STATE_DELIVERED:
      return C_ ("state of a message", "Delivered");
    case WW_MESSAGE_STATE_READ:
      return C_ ("state of a message", "Read");
    case WW_MESSAGE_STATE_FAILED:
      return C_ ("state of a message", "Not Sent");
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

/* Puts one more fact behind a sentence. */
static char *
join (char *sentence, char *more)
{
  g_autofree char *before = sentence;
  g_autofree char *after = more;

  if (after == NULL)
    return g_steal_pointer (&before);
  /* Translators: joins two parts of what a screen reader says about a message. */
  return g_strdup_printf (_ ("%1$s, %2$s"), before, after);
}

static char *
dup_quote_words (WwQuote *quote)
{
  g_autofree char *words = quote != NULL ? ww_quote_dup_words (quote) : NULL;

  if (quote == NULL)
    return NULL;
  if (!ww_quote_get_available (quote))
    return g_strdup (_ ("in reply to a message that is not on this device"));
  if (ww_quote_get_outgoing (quote))
    /* Translators: a part of a sentence; %s is a message. */
    return g_strdup_printf (_ ("in reply to you: “%s”"), words);
  /* Translators: a part of a sentence: a person's name and a message. */
  return g_strdup_printf (_ ("in reply to %1$s: “%2$s”"), ww_quote_get_sender_name (quote), words);
}

/**
 * ww_transcript_item_dup_sentence:
 *
 * Returns: (transfer full): who, what, in reply to what, tapbacks, when, and its state, as one sentence for a screen
 *   reader
 */
char *
ww_transcript_item_dup_sentence (WwTranscriptItem *self, GDateTime *now)
{
  WwMessage *message = self->message;
  const char *state = ww_message_state_for_people (ww_message_get_state (message));
  g_autofree char *words = ww_message_dup_words (message);
  char *sentence;

  if (ww_transcript_item_is_notice (self) || ww_message_get_kind (message) == WW_MESSAGE_KIND_UNSENT)
    sentence = g_steal_pointer (&words);
  else if (ww_message_get_outgoing (message))
    /* Translators: what the person wrote. */
    sentence = g_strdup_printf (_ ("You: %s"), words);
  else
    /* Translators: who, what. */
    sentence = g_strdup_printf (_ ("%1$s: %2$s"), ww_message_get_sender_name (message), words);

  sentence = join (sentence, dup_quote_words (ww_message_get_quote (message)));
  sentence = join (sentence, ww_tapbacks_dup_words (ww_message_get_tapbacks (message)));
  if (ww_message_get_edited_ms (message) > 0)
    sentence = join (sentence, g_strdup (_ ("edited")));
  sentence = join (sentence, ww_time_format_absolute (ww_transcript_item_get_shown_ms (self), now));
  if (ww_message_get_outgoing (message) && ww_message_get_kind (message) != WW_MESSAGE_KIND_UNSENT)
    sentence = join (sentence, g_strdup (state));
  return sentence;
}
