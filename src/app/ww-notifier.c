/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-notifier"

#include "ww-notifier.h"

#include <glib/gi18n.h>

#include "ww-alert-answer.h"
#include "ww-markup-daemon.h"
#include "ww-message-words.h"

/* Messages that come together are told of together, so long after the first of them. */
#define GATHER_MS 200

struct _WwNotifier
{
  GObject parent_instance;
  GApplication *application; /* unowned: it owns this */
  WwClient *client;
  GSettings *settings;
  WwMarkupDaemon *daemon;
  GHashTable *gathering; /* of WwConversation, which something new came for */
  guint gather_source;
  GHashTable *sent; /* ids of what may be on the screen */
};

G_DEFINE_FINAL_TYPE (WwNotifier, ww_notifier, G_TYPE_OBJECT)

enum
{
  IS_READING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static char *
message_id (WwConversation *conversation)
{
  return g_strconcat ("message-", ww_conversation_get_id (conversation), NULL);
}

static char *
alert_id (WwAlert *alert)
{
  return g_strdup_printf ("alert-%" G_GINT64_FORMAT, ww_alert_get_row (alert));
}

static char *
pending_id (WwPendingDevice *device)
{
  return g_strconcat ("pending-", ww_pending_device_get_id (device), NULL);
}

/* Some daemons read markup in the body, and what a person wrote must show letter for letter there too. */
static void
set_body (WwNotifier *self, GNotification *notification, const char *body)
{
  g_autofree char *safe = ww_markup_daemon_escape (self->daemon, body);

  g_notification_set_body (notification, safe);
}

static void
send (WwNotifier *self, const char *id, GNotification *notification)
{
  g_application_send_notification (self->application, id, notification);
  g_hash_table_add (self->sent, g_strdup (id));
}

static void
withdraw (WwNotifier *self, const char *id)
{
  g_application_withdraw_notification (self->application, id);
  g_hash_table_remove (self->sent, id);
}

/* A device that is out of the account, or has forgotten its messages, leaves none of them on the screen. */
static void
withdraw_all (WwNotifier *self)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->sent);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_application_withdraw_notification (self->application, id);
  g_hash_table_remove_all (self->sent);
  g_hash_table_remove_all (self->gathering);
}

static void
unread_changed_cb (WwNotifier *self, GParamSpec *pspec, WwConversation *conversation)
{
  g_autofree char *id = message_id (conversation);

  if (ww_conversation_get_unread (conversation) == 0)
    withdraw (self, id);
}

static void
watch_unread (WwNotifier *self, WwConversation *conversation)
{
  gulong id = g_signal_handler_find (conversation, G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA, 0, 0, NULL,
                                     (gpointer) unread_changed_cb, self);

  if (id == 0)
    g_signal_connect_object (conversation, "notify::unread", G_CALLBACK (unread_changed_cb), self, G_CONNECT_SWAPPED);
}

/* A stranger gets neither a name nor a word onto the screen by writing. */
static void
notify_request (WwNotifier *self, WwConversation *conversation)
{
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *id = message_id (conversation);

  if (ww_conversation_get_standing (conversation) != WW_STANDING_REQUEST)
    return;
  watch_unread (self, conversation);
  notification = g_notification_new (_ ("Message Request"));
  set_body (self, notification, _ ("Somebody who isn't in your conversations wrote to you."));
  g_notification_set_category (notification, "im.received");
  g_notification_set_default_action_and_target (notification, "app.open-conversation", "s",
                                                ww_conversation_get_id (conversation));
  send (self, id, notification);
}

static void
set_words (WwNotifier *self, GNotification *notification, WwConversation *conversation)
{
  WwMessage *last = ww_conversation_get_last_message (conversation);
  gboolean group = ww_conversation_get_kind (conversation) == WW_CONVERSATION_KIND_GROUP;
  g_autofree char *words = NULL;

  if (last != NULL && g_settings_get_boolean (self->settings, "notification-text"))
    words = ww_message_dup_preview (last, group);
  set_body (self, notification, words != NULL ? words : _ ("New message"));
}

static void
notify_conversation (WwNotifier *self, WwConversation *conversation)
{
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *id = message_id (conversation);
  gboolean is_reading = FALSE;

  g_signal_emit (self, signals[IS_READING], 0, conversation, &is_reading);
  if (is_reading || ww_conversation_get_unread (conversation) == 0 || ww_conversation_get_muted (conversation))
    return;
  if (ww_conversation_get_standing (conversation) != WW_STANDING_ACCEPTED)
    {
      notify_request (self, conversation);
      return;
    }

  watch_unread (self, conversation);
  notification = g_notification_new (ww_conversation_get_title (conversation));
  set_words (self, notification, conversation);
  g_notification_set_category (notification, "im.received");
  g_notification_set_default_action_and_target (notification, "app.open-conversation", "s",
                                                ww_conversation_get_id (conversation));
  g_notification_add_button_with_target (notification, _ ("Mark as Read"), "app.mark-read", "s",
                                         ww_conversation_get_id (conversation));
  send (self, id, notification);
}

static gboolean
gathered_cb (gpointer user_data)
{
  WwNotifier *self = user_data;
  GHashTableIter iter;
  gpointer conversation;

  self->gather_source = 0;
  g_hash_table_iter_init (&iter, self->gathering);
  while (g_hash_table_iter_next (&iter, &conversation, NULL))
    notify_conversation (self, conversation);
  g_hash_table_remove_all (self->gathering);
  return G_SOURCE_REMOVE;
}

static void
message_added_cb (WwNotifier *self, WwConversation *conversation, WwMessage *message)
{
  if (ww_message_get_outgoing (message) || ww_conversation_get_muted (conversation) ||
      !g_settings_get_boolean (self->settings, "notify-messages"))
    return;
  g_hash_table_add (self->gathering, g_object_ref (conversation));
  if (self->gather_source == 0)
    self->gather_source = g_timeout_add (GATHER_MS, gathered_cb, self);
}

/* Answered here or on another device, or what it warned of has ended: its buttons would do nothing any more. */
static void
alert_changed_cb (WwNotifier *self, GParamSpec *pspec, WwAlert *alert)
{
  gboolean claim = ww_alert_get_kind (alert) == WW_ALERT_KIND_RESET_CLAIMED ||
                   ww_alert_get_kind (alert) == WW_ALERT_KIND_HANDLE_CLAIMED;

  if (ww_alert_get_seen (alert) || (claim && !ww_alert_get_can_refuse (alert)))
    ww_notifier_withdraw_alert (self, alert);
}

static void
notify_alert (WwNotifier *self, WwAlert *alert)
{
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *id = alert_id (alert);
  WwAlertAnswer answer = ww_alert_answer_for (alert);

  if (ww_alert_get_notified (alert) || ww_alert_get_seen (alert))
    return;

  notification = g_notification_new (ww_alert_get_title (alert));
  set_body (self, notification, ww_alert_get_body (alert));
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  g_notification_set_default_action (notification, "app.activity");
  if (answer.action != NULL)
    {
      g_notification_add_button_with_target (notification, _ ("It Was Me"), "app.alert-acknowledge", "x",
                                             ww_alert_get_row (alert));
      g_notification_add_button_with_target (notification, answer.label, answer.action, "x", ww_alert_get_row (alert));
    }
  send (self, id, notification);
  g_signal_connect_object (alert, "notify::seen", G_CALLBACK (alert_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (alert, "notify::can-refuse", G_CALLBACK (alert_changed_cb), self, G_CONNECT_SWAPPED);
  dex_future_disown (ww_client_mark_alert_notified (self->client, alert));
}

static void
alert_added_cb (WwNotifier *self, WwAlert *alert)
{
  notify_alert (self, alert);
}

static void
pending_state_cb (WwNotifier *self, GParamSpec *pspec, WwPendingDevice *device)
{
  g_autofree char *id = pending_id (device);

  if (ww_pending_device_get_state (device) != WW_PENDING_DEVICE_STATE_WAITING)
    withdraw (self, id);
}

static void
pending_added_cb (WwNotifier *self, WwPendingDevice *device)
{
  g_autoptr (GNotification) notification = g_notification_new (_ ("New device"));
  g_autofree char *id = pending_id (device);
  /* Translators: %s is the name of a device. */
  g_autofree char *body = g_strdup_printf (_ ("“%s” wants to join your account"), ww_pending_device_get_name (device));

  set_body (self, notification, body);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  g_notification_set_default_action_and_target (notification, "app.review-device", "s",
                                                ww_pending_device_get_id (device));
  g_notification_add_button_with_target (notification, _ ("Review"), "app.review-device", "s",
                                         ww_pending_device_get_id (device));
  send (self, id, notification);
  g_signal_connect_object (device, "notify::state", G_CALLBACK (pending_state_cb), self, G_CONNECT_SWAPPED);
}

/* Alerts that came while nothing could show them: before an unlock, or in the moment before a crash. */
static void
catch_up (WwNotifier *self)
{
  GListModel *alerts = ww_client_get_alerts (self->client);

  if (ww_client_get_state (self->client) == WW_CLIENT_STATE_NOT_ENROLLED ||
      ww_client_get_state (self->client) == WW_CLIENT_STATE_REMOVED)
    withdraw_all (self);
  if (ww_client_get_state (self->client) != WW_CLIENT_STATE_READY || !ww_markup_daemon_is_known (self->daemon))
    return;
  for (guint i = 0; i < g_list_model_get_n_items (alerts); i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (alerts, i);

      notify_alert (self, alert);
    }
}

/**
 * ww_notifier_withdraw_alert:
 *
 * Called once the person has answered the alert in another way.
 */
void
ww_notifier_withdraw_alert (WwNotifier *self, WwAlert *alert)
{
  g_autofree char *id = alert_id (alert);

  withdraw (self, id);
}

static void
ww_notifier_dispose (GObject *object)
{
  WwNotifier *self = WW_NOTIFIER (object);

  g_clear_handle_id (&self->gather_source, g_source_remove);
  g_clear_pointer (&self->gathering, g_hash_table_unref);
  g_clear_pointer (&self->sent, g_hash_table_unref);
  g_clear_object (&self->daemon);
  g_clear_object (&self->client);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ww_notifier_parent_class)->dispose (object);
}

static void
ww_notifier_class_init (WwNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ww_notifier_dispose;
  signals[IS_READING] = g_signal_new ("is-reading", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                      g_signal_accumulator_first_wins, NULL, NULL, G_TYPE_BOOLEAN, 1,
                                      WW_TYPE_CONVERSATION);
}

static void
ww_notifier_init (WwNotifier *self)
{
  self->settings = g_settings_new (APPLICATION_ID);
  self->gathering = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->sent = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

WwNotifier *
ww_notifier_new (GApplication *application, WwClient *client)
{
  WwNotifier *self = g_object_new (WW_TYPE_NOTIFIER, NULL);

  self->application = application;
  self->client = g_object_ref (client);
  self->daemon = ww_markup_daemon_new (g_application_get_dbus_connection (application));
  g_signal_connect_object (client, "message-added", G_CALLBACK (message_added_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "alert-added", G_CALLBACK (alert_added_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "pending-device-added", G_CALLBACK (pending_added_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "notify::state", G_CALLBACK (catch_up), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->daemon, "known", G_CALLBACK (catch_up), self, G_CONNECT_SWAPPED);
  catch_up (self);
  return self;
}
