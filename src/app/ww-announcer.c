/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-announcer"

#include "ww-announcer.h"

#include <glib/gi18n.h>

#include "ww-attachment-text.h"
#include "ww-message-words.h"

/* After something was said, what comes within this time is gathered and said together: nobody can listen faster. */
#define GATHER_MS 1500

struct _WwAnnouncer
{
  GObject parent_instance;
  GtkWidget *widget; /* unowned: it owns this */
  WwClient *client;
  GSettings *settings;
  WwConversation *conversation; /* of what is gathered */
  WwMessage *last;              /* of what is gathered, the newest */
  guint gathered;               /* messages */
  guint not_sent;               /* messages, gathered too */
  char *why;                    /* the last of them was not sent */
  guint source;                 /* runs while something was said just now */
};

G_DEFINE_FINAL_TYPE (WwAnnouncer, ww_announcer, G_TYPE_OBJECT)

enum
{
  IS_READING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* On a message of which was told that it was not sent: other changes of it don't tell that again. */
static G_DEFINE_QUARK (ww - announcer - told, told)

static void
say (WwAnnouncer *self, const char *sentence, GtkAccessibleAnnouncementPriority priority)
{
  gtk_accessible_announce (GTK_ACCESSIBLE (self->widget), sentence, priority);
}

/* One message is said whole; of many their number, and the newest. */
static char *
dup_sentence (WwMessage *message, guint count)
{
  g_autofree char *words = ww_message_dup_words (message);
  const char *sender = ww_message_get_sender_name (message);

  if (count == 1)
    /* Translators: who wrote, and what. */
    return g_strdup_printf (_ ("New message from %1$s: %2$s"), sender, words);
  /* Translators: announced when many come at once; how many, who wrote the last one, and what it says. */
  return g_strdup_printf (
      ngettext ("%1$u new message. The last from %2$s: %3$s", "%1$u new messages. The last from %2$s: %3$s", count),
      count, sender, words);
}

static void
say_not_sent (WwAnnouncer *self)
{
  g_autofree char *sentence = NULL;

  if (self->not_sent == 1)
    sentence = g_strdup (self->why != NULL ? self->why : _ ("A message was not sent."));
  else
    sentence = g_strdup_printf (ngettext ("%u message was not sent.", "%u messages were not sent.", self->not_sent),
                                self->not_sent);
  say (self, sentence, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
  self->not_sent = 0;
  g_clear_pointer (&self->why, g_free);
}

static gboolean
is_reading (WwAnnouncer *self, WwConversation *conversation)
{
  gboolean reading = FALSE;

  g_signal_emit (self, signals[IS_READING], 0, conversation, &reading);
  return reading;
}

/* Whoever went elsewhere meanwhile is told no more of it. */
static void
say_gathered (WwAnnouncer *self)
{
  g_autoptr (WwConversation) conversation = g_steal_pointer (&self->conversation);
  g_autoptr (WwMessage) last = g_steal_pointer (&self->last);
  g_autofree char *sentence = dup_sentence (last, self->gathered);

  self->gathered = 0;
  if (is_reading (self, conversation))
    say (self, sentence, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static gboolean
said_cb (gpointer data)
{
  WwAnnouncer *self = data;

  if (self->not_sent == 0 && self->gathered == 0)
    {
      self->source = 0;
      return G_SOURCE_REMOVE;
    }
  if (self->not_sent > 0)
    say_not_sent (self);
  if (self->gathered > 0)
    say_gathered (self);
  return G_SOURCE_CONTINUE;
}

/* The first is said at once, and whatever follows too fast waits for its turn. */
static void
say_in_turn (WwAnnouncer *self)
{
  if (self->source != 0)
    return;
  said_cb (self);
  self->source = g_timeout_add (GATHER_MS, said_cb, self);
}

/* What waited on the server while this device was away is a backlog, which the person reads at their own pace. */
static gboolean
is_live (WwAnnouncer *self)
{
  return ww_client_get_connection (self->client) == WW_CONNECTION_STATE_ONLINE;
}

static gboolean
is_uploading (GListModel *attachments)
{
  for (guint i = 0; attachments != NULL && i < g_list_model_get_n_items (attachments); i++)
    {
      g_autoptr (WwAttachment) attachment = g_list_model_get_item (attachments, i);

      if (ww_attachment_get_state (attachment) == WW_ATTACHMENT_STATE_UPLOADING)
        return TRUE;
    }
  return FALSE;
}

/* Files take their time. That they set out is told here; that they arrived, or did not, by their button. */
static void
say_sending (WwAnnouncer *self, WwMessage *message)
{
  GListModel *attachments = ww_message_get_attachments (message);
  g_autofree char *summary = NULL;
  g_autofree char *sentence = NULL;

  if (!is_uploading (attachments))
    return;
  summary = ww_attachment_text_summary (attachments);
  /* Translators: announced; what sets out, as in “2 photos”. */
  sentence = g_strdup_printf (_ ("Sending: %s"), summary);
  say (self, sentence, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
message_added_cb (WwAnnouncer *self, WwConversation *conversation, WwMessage *message)
{
  if (!is_reading (self, conversation))
    return;
  if (ww_message_get_outgoing (message))
    {
      say_sending (self, message);
      return;
    }
  if (ww_message_get_kind (message) == WW_MESSAGE_KIND_NOTICE)
    {
      say (self, ww_message_get_text (message), GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
      return;
    }
  if (!is_live (self) || !g_settings_get_boolean (self->settings, "announce-messages"))
    return;
  if (ww_message_get_kind (message) == WW_MESSAGE_KIND_GROUP_EVENT)
    {
      say (self, ww_message_get_text (message), GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
      return;
    }
  if (g_set_object (&self->conversation, conversation))
    self->gathered = 0;
  self->gathered++;
  g_set_object (&self->last, message);
  say_in_turn (self);
}

static void
message_changed_cb (WwAnnouncer *self, WwMessage *message)
{
  gboolean failed = ww_message_get_state (message) == WW_MESSAGE_STATE_FAILED;
  gboolean was_told = g_object_get_qdata (G_OBJECT (message), told_quark ()) != NULL;

  if (failed == was_told)
    return;
  g_object_set_qdata (G_OBJECT (message), told_quark (), GINT_TO_POINTER (failed));
  if (!failed)
    return;
  self->not_sent++;
  g_set_str (&self->why, ww_message_get_error (message));
  say_in_turn (self);
}

static void
ww_announcer_dispose (GObject *object)
{
  WwAnnouncer *self = WW_ANNOUNCER (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_object (&self->conversation);
  g_clear_object (&self->last);
  g_clear_object (&self->client);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->why, g_free);
  G_OBJECT_CLASS (ww_announcer_parent_class)->dispose (object);
}

static void
ww_announcer_class_init (WwAnnouncerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ww_announcer_dispose;
  signals[IS_READING] = g_signal_new ("is-reading", WW_TYPE_ANNOUNCER, G_SIGNAL_RUN_LAST, 0,
                                      g_signal_accumulator_first_wins, NULL, NULL, G_TYPE_BOOLEAN, 1,
                                      WW_TYPE_CONVERSATION);
}

static void
ww_announcer_init (WwAnnouncer *self)
{
}

WwAnnouncer *
ww_announcer_new (GtkWidget *widget, WwClient *client, GSettings *settings)
{
  WwAnnouncer *self = g_object_new (WW_TYPE_ANNOUNCER, NULL);

  self->widget = widget;
  self->client = g_object_ref (client);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (client, "message-added", G_CALLBACK (message_added_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "message-changed", G_CALLBACK (message_changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}
