/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-notifier"

#include "ww-notifier.h"

#include <glib/gi18n.h>

#include "ww-alert-answer.h"
#include "ww-message-notifier.h"
#include "ww-notification-desk.h"

struct _WwNotifier
{
  GObject parent_instance;
  WwClient *client;
  WwNotificationDesk *desk;
  WwMessageNotifier *messages;
  gboolean taken_up; /* what was on the screen before the program was started */
};

G_DEFINE_FINAL_TYPE (WwNotifier, ww_notifier, G_TYPE_OBJECT)

enum
{
  IS_READING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

#define ALERT    "alert-"
#define PENDING  "pending-"
#define IDENTITY "identity-"

static char *
alert_id (WwAlert *alert)
{
  return g_strdup_printf (ALERT "%" G_GINT64_FORMAT, ww_alert_get_row (alert));
}

static char *
pending_id (WwPendingDevice *device)
{
  return g_strconcat (PENDING, ww_pending_device_get_id (device), NULL);
}

static char *
identity_id (WwConversation *conversation)
{
  return g_strconcat (IDENTITY, ww_conversation_get_id (conversation), NULL);
}

/*
 * What concerns the account stays on the screen until it is answered, whatever else is wanted there: neither a conversation
 * that is muted nor a preference makes it less.
 */
static GNotification *
urgent_new (const char *title)
{
  GNotification *notification = g_notification_new (title);

  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_URGENT);
  return notification;
}

/* --- Alerts -------------------------------------------------------------------------------- */

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
watch_alert (WwNotifier *self, WwAlert *alert)
{
  g_signal_connect_object (alert, "notify::seen", G_CALLBACK (alert_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (alert, "notify::can-refuse", G_CALLBACK (alert_changed_cb), self, G_CONNECT_SWAPPED);
}

static void
notify_alert (WwNotifier *self, WwAlert *alert)
{
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *id = alert_id (alert);
  WwAlertAnswer answer = ww_alert_answer_for (alert);

  if (ww_alert_get_notified (alert) || ww_alert_get_seen (alert))
    return;

  notification = urgent_new (ww_alert_get_title (alert));
  g_notification_set_default_action (notification, "app.activity");
  if (answer.action != NULL)
    {
      g_notification_add_button_with_target (notification, _ ("It Was Me"), "app.alert-acknowledge", "x",
                                             ww_alert_get_row (alert));
      g_notification_add_button_with_target (notification, answer.label, answer.action, "x", ww_alert_get_row (alert));
    }
  ww_notification_desk_send (self->desk, id, notification, ww_alert_get_body (alert));
  watch_alert (self, alert);
  dex_future_disown (ww_client_mark_alert_notified (self->client, alert));
}

static void
alert_added_cb (WwNotifier *self, WwAlert *alert)
{
  notify_alert (self, alert);
}

/* --- Devices that want to join ------------------------------------------------------------- */

static void
pending_state_cb (WwNotifier *self, GParamSpec *pspec, WwPendingDevice *device)
{
  g_autofree char *id = pending_id (device);

  if (ww_pending_device_get_state (device) != WW_PENDING_DEVICE_STATE_WAITING)
    ww_notification_desk_withdraw (self->desk, id);
}

static void
pending_added_cb (WwNotifier *self, WwPendingDevice *device)
{
  g_autoptr (GNotification) notification = urgent_new (_ ("New device"));
  g_autofree char *id = pending_id (device);
  /* Translators: %s is the name of a device. */
  g_autofree char *body = g_strdup_printf (_ ("“%s” wants to join your account"), ww_pending_device_get_name (device));

  g_notification_set_default_action_and_target (notification, "app.review-device", "s",
                                                ww_pending_device_get_id (device));
  g_notification_add_button_with_target (notification, _ ("Review"), "app.review-device", "s",
                                         ww_pending_device_get_id (device));
  ww_notification_desk_send (self->desk, id, notification, body);
  g_signal_connect_object (device, "notify::state", G_CALLBACK (pending_state_cb), self, G_CONNECT_SWAPPED);
}

/* --- People whose identity changed --------------------------------------------------------- */

static gboolean
is_changed (WwConversation *conversation)
{
  return ww_conversation_get_trust (conversation) == WW_TRUST_CHANGED ||
         ww_conversation_get_trust (conversation) == WW_TRUST_VERIFIED_CHANGED;
}

static void
trust_changed_cb (WwNotifier *self, GParamSpec *pspec, WwConversation *conversation)
{
  g_autofree char *id = identity_id (conversation);

  if (!is_changed (conversation))
    ww_notification_desk_withdraw (self->desk, id);
}

static void
watch_trust (WwNotifier *self, WwConversation *conversation)
{
  if (g_signal_handler_find (conversation, G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA, 0, 0, NULL,
                             (gpointer) trust_changed_cb, self) == 0)
    g_signal_connect_object (conversation, "notify::trust", G_CALLBACK (trust_changed_cb), self, G_CONNECT_SWAPPED);
}

static char *
dup_identity_words (WwNotifier *self, WwConversation *conversation)
{
  if (ww_message_notifier_get_contents (self->messages) == WW_NOTIFICATION_CONTENTS_NOTHING)
    return g_strdup (_ ("Somebody's identity has changed. Compare the safety number to be sure who it is."));
  /* Translators: %s is a person's name. */
  return g_strdup_printf (_ ("%s's identity has changed. Compare the safety number to be sure who it is."),
                          ww_conversation_get_title (conversation));
}

/* The conversation says so by a message of its own. That is no message of the person's, and is told of apart from those. */
static void
message_added_cb (WwNotifier *self, WwConversation *conversation, WwMessage *message)
{
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *words = NULL;
  g_autofree char *id = NULL;
  gboolean is_reading = FALSE;

  if (ww_message_get_kind (message) != WW_MESSAGE_KIND_NOTICE ||
      ww_conversation_get_standing (conversation) != WW_STANDING_ACCEPTED || !is_changed (conversation))
    return;
  g_signal_emit (self, signals[IS_READING], 0, conversation, &is_reading);
  if (is_reading)
    return;
  id = identity_id (conversation);
  words = dup_identity_words (self, conversation);
  notification = urgent_new (_ ("Identity Changed"));
  g_notification_set_default_action_and_target (notification, "app.open-conversation", "s",
                                                ww_conversation_get_id (conversation));
  ww_notification_desk_send (self->desk, id, notification, words);
  watch_trust (self, conversation);
}

/* --- After the start ----------------------------------------------------------------------- */

static void
take_up_alerts (WwNotifier *self)
{
  GListModel *alerts = ww_client_get_alerts (self->client);
  g_auto (GStrv) rows = ww_notification_desk_dup_ids (self->desk, ALERT);

  for (guint i = 0; rows[i] != NULL; i++)
    {
      g_autofree char *id = g_strconcat (ALERT, rows[i], NULL);
      gboolean waits = FALSE;

      for (guint j = 0; !waits && j < g_list_model_get_n_items (alerts); j++)
        {
          g_autoptr (WwAlert) alert = g_list_model_get_item (alerts, j);
          g_autofree char *known = alert_id (alert);

          waits = g_str_equal (id, known) && !ww_alert_get_seen (alert);
          if (waits)
            watch_alert (self, alert);
        }
      if (!waits)
        ww_notification_desk_withdraw (self->desk, id);
    }
}

static void
take_up_identities (WwNotifier *self)
{
  g_auto (GStrv) conversations = ww_notification_desk_dup_ids (self->desk, IDENTITY);

  for (guint i = 0; conversations[i] != NULL; i++)
    {
      g_autoptr (WwConversation) conversation = ww_client_find_conversation (self->client, conversations[i]);
      g_autofree char *id = g_strconcat (IDENTITY, conversations[i], NULL);

      if (conversation != NULL && is_changed (conversation))
        watch_trust (self, conversation);
      else
        ww_notification_desk_withdraw (self->desk, id);
    }
}

static void
take_up_pending (WwNotifier *self)
{
  GListModel *pending = ww_client_get_pending_devices (self->client);
  g_auto (GStrv) devices = ww_notification_desk_dup_ids (self->desk, PENDING);

  for (guint i = 0; devices[i] != NULL; i++)
    {
      g_autofree char *id = g_strconcat (PENDING, devices[i], NULL);
      gboolean waits = FALSE;

      for (guint j = 0; !waits && j < g_list_model_get_n_items (pending); j++)
        {
          g_autoptr (WwPendingDevice) device = g_list_model_get_item (pending, j);

          waits = g_str_equal (ww_pending_device_get_id (device), devices[i]);
        }
      if (!waits)
        ww_notification_desk_withdraw (self->desk, id);
    }
}

static void
take_up (WwNotifier *self)
{
  if (self->taken_up)
    return;
  self->taken_up = TRUE;
  ww_message_notifier_take_up (self->messages);
  take_up_alerts (self);
  take_up_identities (self);
  take_up_pending (self);
}

/* Alerts that came while nothing could show them: before an unlock, or in the moment before a crash. */
static void
catch_up (WwNotifier *self)
{
  GListModel *alerts = ww_client_get_alerts (self->client);

  /* A device that is out of the account, or has forgotten its messages, leaves none of them on the screen. */
  if (ww_client_get_state (self->client) == WW_CLIENT_STATE_NOT_ENROLLED ||
      ww_client_get_state (self->client) == WW_CLIENT_STATE_REMOVED)
    ww_notification_desk_withdraw_all (self->desk);
  if (ww_client_get_state (self->client) != WW_CLIENT_STATE_READY || !ww_notification_desk_is_ready (self->desk))
    return;
  take_up (self);
  for (guint i = 0; i < g_list_model_get_n_items (alerts); i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (alerts, i);

      notify_alert (self, alert);
    }
}

static gboolean
is_reading_cb (WwNotifier *self, WwConversation *conversation)
{
  gboolean is_reading = FALSE;

  g_signal_emit (self, signals[IS_READING], 0, conversation, &is_reading);
  return is_reading;
}

/**
 * ww_notifier_close:
 *
 * To be called when the program ends.
 */
void
ww_notifier_close (WwNotifier *self)
{
  ww_notification_desk_close (self->desk, WW_MESSAGE_NOTIFICATION);
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

  ww_notification_desk_withdraw (self->desk, id);
}

static void
ww_notifier_dispose (GObject *object)
{
  WwNotifier *self = WW_NOTIFIER (object);

  g_clear_object (&self->messages);
  g_clear_object (&self->desk);
  g_clear_object (&self->client);
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
}

/**
 * ww_notifier_new:
 * @profile: under which name it is remembered what is on the screen
 */
WwNotifier *
ww_notifier_new (GApplication *application, const char *profile, WwClient *client, WwDesktopSession *session)
{
  WwNotifier *self = g_object_new (WW_TYPE_NOTIFIER, NULL);

  self->client = g_object_ref (client);
  self->desk = ww_notification_desk_new (application, profile);
  self->messages = ww_message_notifier_new (self->desk, client, session);
  g_signal_connect_object (self->messages, "is-reading", G_CALLBACK (is_reading_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "message-added", G_CALLBACK (message_added_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "alert-added", G_CALLBACK (alert_added_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "pending-device-added", G_CALLBACK (pending_added_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "notify::state", G_CALLBACK (catch_up), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->desk, "ready", G_CALLBACK (catch_up), self, G_CONNECT_SWAPPED);
  catch_up (self);
  return self;
}
