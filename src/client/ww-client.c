/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include "ww-checks.h"
#include "ww-enrolment-private.h"
#include "ww-hex.h"

G_DEFINE_FINAL_TYPE (WwClient, ww_client, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (WwClientState, ww_client_state, G_DEFINE_ENUM_VALUE (WW_CLIENT_STATE_CLOSED, "closed"),
                    G_DEFINE_ENUM_VALUE (WW_CLIENT_STATE_OPENING, "opening"),
                    G_DEFINE_ENUM_VALUE (WW_CLIENT_STATE_LOCKED, "locked"),
                    G_DEFINE_ENUM_VALUE (WW_CLIENT_STATE_NOT_ENROLLED, "not-enrolled"),
                    G_DEFINE_ENUM_VALUE (WW_CLIENT_STATE_READY, "ready"),
                    G_DEFINE_ENUM_VALUE (WW_CLIENT_STATE_REMOVED, "removed"),
                    G_DEFINE_ENUM_VALUE (WW_CLIENT_STATE_FAILED, "failed"))

G_DEFINE_ENUM_TYPE (WwConnectionState, ww_connection_state,
                    G_DEFINE_ENUM_VALUE (WW_CONNECTION_STATE_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (WW_CONNECTION_STATE_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (WW_CONNECTION_STATE_DRAINING, "draining"),
                    G_DEFINE_ENUM_VALUE (WW_CONNECTION_STATE_ONLINE, "online"))

typedef enum
{
  PROP_PROFILE = 1,
  PROP_STATE,
  PROP_CONNECTION,
  PROP_CONNECTION_SINCE_MS,
  PROP_CONNECTION_ERROR,
  PROP_ERROR,
  PROP_SERVER,
  PROP_ACCOUNT_ID,
  PROP_DEVICE_ID,
  PROP_DEVICE_NAME,
  PROP_NAME,
  PROP_HANDLES,
  PROP_RECORD_SEQUENCE,
  PROP_CONVERSATIONS,
  PROP_DEVICES,
  PROP_PENDING_DEVICES,
  PROP_ALERTS,
  PROP_ADDITIONS,
  PROP_VERIFIES,
  PROP_ENROLMENT,
  PROP_SEND_RECEIPTS,
  PROP_SEND_TYPING,
  PROP_MAKE_PREVIEWS,
} WwClientProperty;

static GParamSpec *properties[PROP_MAKE_PREVIEWS + 1];

enum
{
  SIGNAL_MESSAGE_ADDED,
  SIGNAL_MESSAGE_CHANGED,
  SIGNAL_MESSAGE_AMENDED,
  SIGNAL_ALERT_ADDED,
  SIGNAL_PENDING_DEVICE_ADDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/**
 * ww_client_new:
 * @profile: (nullable): a name below $XDG_DATA_HOME/waxwing/, or a path with a slash; %NULL is "default"
 *
 * Makes a client that is closed: it touches neither disk, keyring nor network before ww_client_open().
 */
WwClient *
ww_client_new (const char *profile)
{
  return g_object_new (WW_TYPE_CLIENT, "profile", profile, NULL);
}

WwClientState
ww_client_get_state (WwClient *self)
{
  return self->state;
}

WwConnectionState
ww_client_get_connection (WwClient *self)
{
  return self->connection;
}

gint64
ww_client_get_connection_since_ms (WwClient *self)
{
  return self->connection_since_ms;
}

const GError *
ww_client_get_connection_error (WwClient *self)
{
  return self->connection_error;
}

const GError *
ww_client_get_error (WwClient *self)
{
  return self->error;
}

const char *
ww_client_get_server (WwClient *self)
{
  return self->server;
}

const char *
ww_client_get_account_id (WwClient *self)
{
  return self->account_id;
}

const char *
ww_client_get_device_id (WwClient *self)
{
  return self->device_id;
}

const char *
ww_client_get_device_name (WwClient *self)
{
  return self->device_name;
}

const char *
ww_client_get_name (WwClient *self)
{
  return self->name;
}

const char *const *
ww_client_get_handles (WwClient *self)
{
  return (const char *const *) self->handles;
}

guint64
ww_client_get_record_sequence (WwClient *self)
{
  return self->record_sequence;
}

GListModel *
ww_client_get_conversations (WwClient *self)
{
  return G_LIST_MODEL (self->conversations);
}

GListModel *
ww_client_get_devices (WwClient *self)
{
  return G_LIST_MODEL (self->devices);
}

GListModel *
ww_client_get_pending_devices (WwClient *self)
{
  return G_LIST_MODEL (self->pending_devices);
}

GListModel *
ww_client_get_alerts (WwClient *self)
{
  return G_LIST_MODEL (self->alerts);
}

WwEnrolment *
ww_client_get_enrolment (WwClient *self)
{
  return self->enrolment;
}

static void
set_error (GError **slot, const GError *error)
{
  g_clear_error (slot);
  *slot = error != NULL ? g_error_copy (error) : NULL;
}

/* Moves to a state; `error` is what LOCKED and FAILED show. */
void
ww_client_set_state (WwClient *self, WwClientState state, const GError *error)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (error != NULL || self->error != NULL)
    {
      set_error (&self->error, error);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
    }
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  g_object_thaw_notify (G_OBJECT (self));
  ww_client_check_waiters (self);
}

/* Moves the connection; `error` is why it is OFFLINE, or why what arrives cannot be stored. */
void
ww_client_set_connection (WwClient *self, WwConnectionState connection, const GError *error)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (error != NULL || self->connection_error != NULL)
    {
      set_error (&self->connection_error, error);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTION_ERROR]);
    }
  if (self->connection != connection)
    {
      self->connection = connection;
      self->connection_since_ms = ww_now_ms ();
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTION]);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTION_SINCE_MS]);
    }
  g_object_thaw_notify (G_OBJECT (self));
  ww_client_check_waiters (self);
}

static void
set_text (WwClient *self, char **slot, const char *text, WwClientProperty property)
{
  if (g_set_str (slot, text))
    g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
ww_client_set_self (WwClient *self, const char *server, const char *name, const char *device_name)
{
  g_autofree char *account_id = NULL, *device_id = NULL;

  if (self->identity != NULL)
    {
      account_id = ww_hex_encode (ww_identity_get_account_id (self->identity), WW_ID_SIZE);
      device_id = ww_hex_encode (ww_identity_get_device_id (self->identity), WW_ID_SIZE);
    }
  g_object_freeze_notify (G_OBJECT (self));
  set_text (self, &self->server, server, PROP_SERVER);
  set_text (self, &self->name, name, PROP_NAME);
  set_text (self, &self->device_name, device_name, PROP_DEVICE_NAME);
  set_text (self, &self->account_id, account_id, PROP_ACCOUNT_ID);
  set_text (self, &self->device_id, device_id, PROP_DEVICE_ID);
  g_object_thaw_notify (G_OBJECT (self));
}

/* `record` is the own account's current one, or NULL. */
void
ww_client_set_record (WwClient *self, WwRecord *record)
{
  size_t n_handles = 0;
  const char *const *handles = record != NULL ? ww_record_handles (record, &n_handles) : NULL;

  g_clear_pointer (&self->handles, g_strfreev);
  self->handles = g_new0 (char *, n_handles + 1);
  for (size_t i = 0; i < n_handles; i++)
    self->handles[i] = g_strdup (handles[i]);
  self->record_sequence = record != NULL ? ww_record_sequence (record) : 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HANDLES]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RECORD_SEQUENCE]);
}

static void
set_flag (WwClient *self, gboolean *slot, gboolean value, WwClientProperty property)
{
  if (*slot == value)
    return;
  *slot = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
ww_client_set_preferences (WwClient *self, const WwPreferences *preferences)
{
  set_flag (self, &self->preferences.send_receipts, preferences->send_receipts, PROP_SEND_RECEIPTS);
  set_flag (self, &self->preferences.send_typing, preferences->send_typing, PROP_SEND_TYPING);
  set_flag (self, &self->preferences.make_previews, preferences->make_previews, PROP_MAKE_PREVIEWS);
}

void
ww_client_emit_alert_added (WwClient *self, WwAlert *alert)
{
  g_signal_emit (self, signals[SIGNAL_ALERT_ADDED], 0, alert);
}

void
ww_client_emit_pending_device_added (WwClient *self, WwPendingDevice *device)
{
  g_signal_emit (self, signals[SIGNAL_PENDING_DEVICE_ADDED], 0, device);
}

static void
message_added_cb (WwConversationList *list, WwConversation *conversation, WwMessage *message, gpointer data)
{
  g_signal_emit (data, signals[SIGNAL_MESSAGE_ADDED], 0, conversation, message);
}

static void
message_changed_cb (WwConversationList *list, WwMessage *message, gpointer data)
{
  g_signal_emit (data, signals[SIGNAL_MESSAGE_CHANGED], 0, message);
}

static void
message_amended_cb (WwConversationList *list, WwMessage *message, guint change, const char *account, gpointer data)
{
  g_signal_emit (data, signals[SIGNAL_MESSAGE_AMENDED], 0, message, change, account);
}

static void
outbox_changed_cb (WwConversationList *list, gpointer data)
{
  WwClient *self = data;

  if (self->outbox != NULL)
    ww_outbox_wake (self->outbox);
}

static void
ww_client_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WwClient *self = WW_CLIENT (object);

  switch ((WwClientProperty) id)
    {
    case PROP_PROFILE:
      g_value_set_string (value, self->profile);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_CONNECTION:
      g_value_set_enum (value, self->connection);
      break;
    case PROP_CONNECTION_SINCE_MS:
      g_value_set_int64 (value, self->connection_since_ms);
      break;
    case PROP_CONNECTION_ERROR:
      g_value_set_boxed (value, self->connection_error);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_SERVER:
      g_value_set_string (value, self->server);
      break;
    case PROP_ACCOUNT_ID:
      g_value_set_string (value, self->account_id);
      break;
    case PROP_DEVICE_ID:
      g_value_set_string (value, self->device_id);
      break;
    case PROP_DEVICE_NAME:
      g_value_set_string (value, self->device_name);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_HANDLES:
      g_value_set_boxed (value, self->handles);
      break;
    case PROP_RECORD_SEQUENCE:
      g_value_set_uint64 (value, self->record_sequence);
      break;
    case PROP_CONVERSATIONS:
      g_value_set_object (value, self->conversations);
      break;
    case PROP_DEVICES:
      g_value_set_object (value, self->devices);
      break;
    case PROP_PENDING_DEVICES:
      g_value_set_object (value, self->pending_devices);
      break;
    case PROP_ALERTS:
      g_value_set_object (value, self->alerts);
      break;
    case PROP_ADDITIONS:
      g_value_set_object (value, self->additions_list);
      break;
    case PROP_VERIFIES:
      g_value_set_boxed (value, self->verifies);
      break;
    case PROP_ENROLMENT:
      g_value_set_object (value, self->enrolment);
      break;
    case PROP_SEND_RECEIPTS:
      g_value_set_boolean (value, self->preferences.send_receipts);
      break;
    case PROP_SEND_TYPING:
      g_value_set_boolean (value, self->preferences.send_typing);
      break;
    case PROP_MAKE_PREVIEWS:
      g_value_set_boolean (value, self->preferences.make_previews);
      break;
    }
}

static void
ww_client_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  WwClient *self = WW_CLIENT (object);

  g_assert (id == PROP_PROFILE);
  self->profile = g_value_dup_string (value);
  if (self->profile == NULL)
    self->profile = g_strdup ("default");
}

static void
ww_client_dispose (GObject *object)
{
  WwClient *self = WW_CLIENT (object);

  if (self->enrolment != NULL)
    ww_enrolment_release (self->enrolment);
  g_clear_object (&self->enrolment);
  dex_future_disown (ww_client_stop (self));
  if (self->profile_lock != NULL)
    ww_profile_close (self->profile_lock);
  g_clear_object (&self->profile_lock);
  g_clear_object (&self->keyring);
  G_OBJECT_CLASS (ww_client_parent_class)->dispose (object);
}

static void
ww_client_finalize (GObject *object)
{
  WwClient *self = WW_CLIENT (object);

  g_clear_pointer (&self->profile, g_free);
  g_clear_error (&self->connection_error);
  g_clear_error (&self->error);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->account_id, g_free);
  g_clear_pointer (&self->device_id, g_free);
  g_clear_pointer (&self->device_name, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->handles, g_strfreev);
  dex_clear (&self->opening);
  dex_clear (&self->work);
  g_clear_pointer (&self->waiters, g_ptr_array_unref);
  g_clear_object (&self->conversations);
  g_clear_object (&self->devices);
  g_clear_object (&self->pending_devices);
  g_clear_object (&self->alerts);
  g_clear_object (&self->additions_list);
  g_clear_pointer (&self->verifies, g_strfreev);
  G_OBJECT_CLASS (ww_client_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  properties[PROP_PROFILE] = g_param_spec_string ("profile", NULL, NULL, NULL,
                                                  G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, WW_TYPE_CLIENT_STATE, WW_CLIENT_STATE_CLOSED, flags);
  properties[PROP_CONNECTION] = g_param_spec_enum ("connection", NULL, NULL, WW_TYPE_CONNECTION_STATE,
                                                   WW_CONNECTION_STATE_OFFLINE, flags);
  properties[PROP_CONNECTION_SINCE_MS] = g_param_spec_int64 ("connection-since-ms", NULL, NULL, 0, G_MAXINT64, 0,
                                                             flags);
  properties[PROP_CONNECTION_ERROR] = g_param_spec_boxed ("connection-error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_SERVER] = g_param_spec_string ("server", NULL, NULL, NULL, flags);
  properties[PROP_ACCOUNT_ID] = g_param_spec_string ("account-id", NULL, NULL, NULL, flags);
  properties[PROP_DEVICE_ID] = g_param_spec_string ("device-id", NULL, NULL, NULL, flags);
  properties[PROP_DEVICE_NAME] = g_param_spec_string ("device-name", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_HANDLES] = g_param_spec_boxed ("handles", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_RECORD_SEQUENCE] = g_param_spec_uint64 ("record-sequence", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_CONVERSATIONS] = g_param_spec_object ("conversations", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_DEVICES] = g_param_spec_object ("devices", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_PENDING_DEVICES] = g_param_spec_object ("pending-devices", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_ALERTS] = g_param_spec_object ("alerts", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_ADDITIONS] = g_param_spec_object ("additions", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_VERIFIES] = g_param_spec_boxed ("verifies", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_ENROLMENT] = g_param_spec_object ("enrolment", NULL, NULL, WW_TYPE_ENROLMENT, flags);
  properties[PROP_SEND_RECEIPTS] = g_param_spec_boolean ("send-receipts", NULL, NULL, TRUE, flags);
  properties[PROP_SEND_TYPING] = g_param_spec_boolean ("send-typing", NULL, NULL, TRUE, flags);
  properties[PROP_MAKE_PREVIEWS] = g_param_spec_boolean ("make-previews", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ww_client_class_init (WwClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ww_client_get_property;
  object_class->set_property = ww_client_set_property;
  object_class->dispose = ww_client_dispose;
  object_class->finalize = ww_client_finalize;
  install_properties (object_class);

  signals[SIGNAL_MESSAGE_ADDED] = g_signal_new ("message-added", WW_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                G_TYPE_NONE, 2, WW_TYPE_CONVERSATION, WW_TYPE_MESSAGE);
  signals[SIGNAL_MESSAGE_CHANGED] = g_signal_new ("message-changed", WW_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                                  NULL, G_TYPE_NONE, 1, WW_TYPE_MESSAGE);
  signals[SIGNAL_MESSAGE_AMENDED] = g_signal_new ("message-amended", WW_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                                  NULL, G_TYPE_NONE, 3, WW_TYPE_MESSAGE, G_TYPE_UINT, G_TYPE_STRING);
  signals[SIGNAL_ALERT_ADDED] = g_signal_new ("alert-added", WW_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                              G_TYPE_NONE, 1, WW_TYPE_ALERT);
  g_signal_new ("history-changed", WW_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("backup-progress", WW_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                G_TYPE_UINT64, G_TYPE_UINT64);
  signals[SIGNAL_PENDING_DEVICE_ADDED] = g_signal_new ("pending-device-added", WW_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0,
                                                       NULL, NULL, NULL, G_TYPE_NONE, 1, WW_TYPE_PENDING_DEVICE);
}

static void
ww_client_init (WwClient *self)
{
  self->preferences = (WwPreferences) { TRUE, TRUE, TRUE };
  self->name = g_strdup ("");
  self->handles = g_new0 (char *, 1);
  self->waiters = g_ptr_array_new_with_free_func (ww_client_waiter_free);
  self->conversations = ww_conversation_list_new ();
  g_signal_connect_object (self->conversations, "message-added", G_CALLBACK (message_added_cb), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (self->conversations, "message-changed", G_CALLBACK (message_changed_cb), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (self->conversations, "message-amended", G_CALLBACK (message_amended_cb), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (self->conversations, "outbox-changed", G_CALLBACK (outbox_changed_cb), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (self->conversations, "typing", G_CALLBACK (ww_client_tell_typing), self, G_CONNECT_SWAPPED);
  self->devices = g_list_store_new (WW_TYPE_DEVICE);
  self->pending_devices = g_list_store_new (WW_TYPE_PENDING_DEVICE);
  self->alerts = g_list_store_new (WW_TYPE_ALERT);
  self->additions_list = g_list_store_new (WW_TYPE_HANDLE_ADDITION);
  self->verifies = g_new0 (char *, 1);
  self->enrolment = ww_enrolment_new (self);
}
