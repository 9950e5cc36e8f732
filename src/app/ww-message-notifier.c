/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-message-notifier"

#include "ww-message-notifier.h"

#include <glib/gi18n.h>

#include "ww-message-words.h"

/* Messages that come together are told of together: so long after the first of them, */
#define GATHER_MS 200
/* and when it was told of others just now, so long after that. */
#define PAUSE_MS 2000

/* How a conversation's notification comes to the screen. */
typedef enum
{
  QUIETLY = 1, /* what is there already says something else now */
  LOUDLY,      /* something new came */
} Manner;

struct _WwMessageNotifier
{
  GObject parent_instance;
  WwNotificationDesk *desk;
  WwClient *client;
  WwDesktopSession *session;
  GSettings *settings;
  GHashTable *gathering; /* WwConversation → Manner */
  GHashTable *fresh;     /* ids of conversations that were told of since the screen was last unlocked */
  guint gather_source;
  gint64 told_at; /* monotonic, in µs */
};

G_DEFINE_FINAL_TYPE (WwMessageNotifier, ww_message_notifier, G_TYPE_OBJECT)

enum
{
  IS_READING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void gather (WwMessageNotifier *self, WwConversation *conversation, Manner manner);

static char *
dup_id (WwConversation *conversation)
{
  return g_strconcat (WW_MESSAGE_NOTIFICATION, ww_conversation_get_id (conversation), NULL);
}

static gboolean
is_shown (WwMessageNotifier *self, WwConversation *conversation)
{
  g_autofree char *id = dup_id (conversation);

  return ww_notification_desk_has (self->desk, id);
}

/**
 * ww_message_notifier_get_contents:
 *
 * Returns: what may be on the screen now: as the person chose, and nothing while anybody may stand before it
 */
WwNotificationContents
ww_message_notifier_get_contents (WwMessageNotifier *self)
{
  if (ww_desktop_session_get_locked (self->session))
    return WW_NOTIFICATION_CONTENTS_NOTHING;
  return (WwNotificationContents) g_settings_get_enum (self->settings, "notification-contents");
}

/* --- What it says -------------------------------------------------------------------------- */

static char *
dup_count (guint n)
{
  if (n == 1)
    return g_strdup (_ ("New message"));
  return g_strdup_printf (ngettext ("%u new message", "%u new messages", n), n);
}

static char *
dup_title (WwMessageNotifier *self, WwConversation *conversation)
{
  guint n = ww_conversation_get_unread (conversation);

  if (ww_message_notifier_get_contents (self) == WW_NOTIFICATION_CONTENTS_NOTHING)
    return g_strdup (_ ("Waxwing"));
  if (n == 1)
    return g_strdup (ww_conversation_get_title (conversation));
  /* Translators: who wrote, and how many messages, as in “Ana Lindqvist (3)”. */
  return g_strdup_printf (_ ("%1$s (%2$u)"), ww_conversation_get_title (conversation), n);
}

static char *
dup_body (WwMessageNotifier *self, WwConversation *conversation)
{
  WwMessage *last = ww_conversation_get_last_message (conversation);
  gboolean group = ww_conversation_get_kind (conversation) == WW_CONVERSATION_KIND_GROUP;

  if (ww_message_notifier_get_contents (self) != WW_NOTIFICATION_CONTENTS_ALL || last == NULL ||
      ww_message_get_outgoing (last))
    return dup_count (ww_conversation_get_unread (conversation));
  return ww_message_dup_preview (last, group);
}

static void
add_buttons (GNotification *notification, WwConversation *conversation)
{
  const char *id = ww_conversation_get_id (conversation);

  if (!ww_conversation_get_left (conversation))
    g_notification_add_button_with_target (notification, _ ("Reply"), "app.reply", "s", id);
  g_notification_add_button_with_target (notification, _ ("Mark as Read"), "app.mark-read", "s", id);
}

static GNotification *
notification_new (const char *title, WwConversation *conversation, Manner manner)
{
  GNotification *notification = g_notification_new (title);

  g_notification_set_category (notification, "im.received");
  g_notification_set_priority (notification, manner == LOUDLY ? G_NOTIFICATION_PRIORITY_NORMAL
                                                              : G_NOTIFICATION_PRIORITY_LOW);
  g_notification_set_default_action_and_target (notification, "app.open-conversation", "s",
                                                ww_conversation_get_id (conversation));
  return notification;
}

/* A stranger gets neither a name nor a word onto the screen by writing. */
static void
tell_request (WwMessageNotifier *self, WwConversation *conversation, Manner manner)
{
  g_autoptr (GNotification) notification = notification_new (_ ("Message Request"), conversation, manner);
  g_autofree char *id = dup_id (conversation);

  ww_notification_desk_send (self->desk, id, notification, _ ("Somebody who isn't in your conversations wrote to you."));
}

static void
tell_messages (WwMessageNotifier *self, WwConversation *conversation, Manner manner)
{
  g_autofree char *title = dup_title (self, conversation);
  g_autofree char *body = dup_body (self, conversation);
  g_autofree char *id = dup_id (conversation);
  g_autoptr (GNotification) notification = notification_new (title, conversation, manner);

  /* Whoever stands before a locked screen answers nothing and marks nothing. */
  if (!ww_desktop_session_get_locked (self->session))
    add_buttons (notification, conversation);
  ww_notification_desk_send (self->desk, id, notification, body);
}

/* --- When it is said ----------------------------------------------------------------------- */

static void
unread_changed_cb (WwMessageNotifier *self, GParamSpec *pspec, WwConversation *conversation)
{
  g_autofree char *id = dup_id (conversation);

  if (ww_conversation_get_unread (conversation) == 0)
    ww_notification_desk_withdraw (self->desk, id);
  else
    gather (self, conversation, QUIETLY);
}

/* Edited or taken back: it must not go on standing there. */
static void
preview_changed_cb (WwMessageNotifier *self, GParamSpec *pspec, WwConversation *conversation)
{
  gather (self, conversation, QUIETLY);
}

static void
watch (WwMessageNotifier *self, WwConversation *conversation)
{
  if (g_signal_handler_find (conversation, G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA, 0, 0, NULL,
                             (gpointer) unread_changed_cb, self) != 0)
    return;
  g_signal_connect_object (conversation, "notify::unread", G_CALLBACK (unread_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (conversation, "notify::preview", G_CALLBACK (preview_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (conversation, "notify::title", G_CALLBACK (preview_changed_cb), self, G_CONNECT_SWAPPED);
}

static gboolean
is_wanted (WwMessageNotifier *self, WwConversation *conversation, Manner manner)
{
  gboolean is_reading = FALSE;

  if (ww_conversation_get_unread (conversation) == 0)
    return FALSE;
  if (manner == QUIETLY)
    return is_shown (self, conversation);
  if (ww_conversation_get_muted (conversation) || !g_settings_get_boolean (self->settings, "notify-messages"))
    return FALSE;
  g_signal_emit (self, signals[IS_READING], 0, conversation, &is_reading);
  return !is_reading;
}

static void
tell (WwMessageNotifier *self, WwConversation *conversation, Manner manner)
{
  if (!is_wanted (self, conversation, manner))
    return;
  if (manner == LOUDLY)
    {
      self->told_at = g_get_monotonic_time ();
      g_hash_table_add (self->fresh, g_strdup (ww_conversation_get_id (conversation)));
    }
  switch (ww_conversation_get_standing (conversation))
    {
    case WW_STANDING_REQUEST:
      tell_request (self, conversation, manner);
      break;
    case WW_STANDING_ACCEPTED:
      tell_messages (self, conversation, manner);
      break;
    case WW_STANDING_BLOCKED:
      return;
    }
  watch (self, conversation);
}

static gboolean
gathered_cb (gpointer user_data)
{
  WwMessageNotifier *self = user_data;
  g_autoptr (GHashTable) gathered = g_steal_pointer (&self->gathering);
  GHashTableIter iter;
  gpointer conversation, manner;

  self->gathering = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->gather_source = 0;
  g_hash_table_iter_init (&iter, gathered);
  while (g_hash_table_iter_next (&iter, &conversation, &manner))
    tell (self, conversation, (Manner) GPOINTER_TO_INT (manner));
  return G_SOURCE_REMOVE;
}

static gboolean
is_draining (WwMessageNotifier *self)
{
  return ww_client_get_connection (self->client) == WW_CONNECTION_STATE_DRAINING;
}

/* What waited on the server is told of when all of it is here, once for each conversation. */
static void
schedule (WwMessageNotifier *self)
{
  gint64 since_ms = (g_get_monotonic_time () - self->told_at) / 1000;

  if (self->gather_source != 0 || g_hash_table_size (self->gathering) == 0 || is_draining (self))
    return;
  self->gather_source = g_timeout_add (self->told_at != 0 && since_ms < PAUSE_MS - GATHER_MS
                                           ? (guint) (PAUSE_MS - since_ms)
                                           : GATHER_MS,
                                       gathered_cb, self);
}

static void
gather (WwMessageNotifier *self, WwConversation *conversation, Manner manner)
{
  Manner before = (Manner) GPOINTER_TO_INT (g_hash_table_lookup (self->gathering, conversation));

  if (manner > before)
    g_hash_table_insert (self->gathering, g_object_ref (conversation), GINT_TO_POINTER (manner));
  schedule (self);
}

static void
message_added_cb (WwMessageNotifier *self, WwConversation *conversation, WwMessage *message)
{
  WwMessageKind kind = ww_message_get_kind (message);

  if (!ww_message_get_outgoing (message) && kind != WW_MESSAGE_KIND_NOTICE && kind != WW_MESSAGE_KIND_GROUP_EVENT)
    gather (self, conversation, LOUDLY);
}

static void
connection_changed_cb (WwMessageNotifier *self)
{
  if (is_draining (self))
    g_clear_handle_id (&self->gather_source, g_source_remove);
  schedule (self);
}

/*
 * The screen was locked or unlocked, or the person wants to see more or less: what is there is brought up to that at once. What
 * was there all the time since the last unlocking is taken down: the person has seen it, may have dismissed it, which nobody tells
 * us, and would find it on the screen again after each time that it was locked.
 */
static void
contents_changed_cb (WwMessageNotifier *self)
{
  g_auto (GStrv) ids = ww_notification_desk_dup_ids (self->desk, WW_MESSAGE_NOTIFICATION);

  for (guint i = 0; ids[i] != NULL; i++)
    {
      g_autoptr (WwConversation) conversation = ww_client_find_conversation (self->client, ids[i]);
      g_autofree char *id = g_strconcat (WW_MESSAGE_NOTIFICATION, ids[i], NULL);

      if (conversation != NULL && g_hash_table_contains (self->fresh, ids[i]))
        tell (self, conversation, QUIETLY);
      else
        ww_notification_desk_withdraw (self->desk, id);
    }
}

static void
locked_cb (WwMessageNotifier *self)
{
  contents_changed_cb (self);
  if (!ww_desktop_session_get_locked (self->session))
    g_hash_table_remove_all (self->fresh);
}

void
ww_message_notifier_take_up (WwMessageNotifier *self)
{
  g_auto (GStrv) ids = ww_notification_desk_dup_ids (self->desk, WW_MESSAGE_NOTIFICATION);

  for (guint i = 0; ids[i] != NULL; i++)
    {
      g_autoptr (WwConversation) conversation = ww_client_find_conversation (self->client, ids[i]);
      g_autofree char *id = g_strconcat (WW_MESSAGE_NOTIFICATION, ids[i], NULL);

      if (conversation == NULL || ww_conversation_get_unread (conversation) == 0)
        ww_notification_desk_withdraw (self->desk, id);
      else
        watch (self, conversation);
    }
}

static void
ww_message_notifier_dispose (GObject *object)
{
  WwMessageNotifier *self = WW_MESSAGE_NOTIFIER (object);

  g_clear_handle_id (&self->gather_source, g_source_remove);
  g_clear_pointer (&self->gathering, g_hash_table_unref);
  g_clear_pointer (&self->fresh, g_hash_table_unref);
  g_clear_object (&self->desk);
  g_clear_object (&self->client);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ww_message_notifier_parent_class)->dispose (object);
}

static void
ww_message_notifier_class_init (WwMessageNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ww_message_notifier_dispose;
  signals[IS_READING] = g_signal_new ("is-reading", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                      g_signal_accumulator_first_wins, NULL, NULL, G_TYPE_BOOLEAN, 1,
                                      WW_TYPE_CONVERSATION);
}

static void
ww_message_notifier_init (WwMessageNotifier *self)
{
  self->settings = g_settings_new (APPLICATION_ID);
  self->gathering = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->fresh = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

WwMessageNotifier *
ww_message_notifier_new (WwNotificationDesk *desk, WwClient *client, WwDesktopSession *session)
{
  WwMessageNotifier *self = g_object_new (WW_TYPE_MESSAGE_NOTIFIER, NULL);

  self->desk = g_object_ref (desk);
  self->client = g_object_ref (client);
  self->session = g_object_ref (session);
  g_signal_connect_object (client, "message-added", G_CALLBACK (message_added_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "notify::connection", G_CALLBACK (connection_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::locked", G_CALLBACK (locked_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::notification-contents", G_CALLBACK (contents_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}
