/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-cli-objects.h"

/**
 * ww_cli_object_set:
 * @object: where to
 * @member: its name
 * @value: (nullable): a string that others may have chosen
 *
 * Sets a string that is certainly valid UTF-8, or null.
 */
void
ww_cli_object_set (JsonObject *object, const char *member, const char *value)
{
  g_autofree char *valid = value != NULL ? g_utf8_make_valid (value, -1) : NULL;

  if (valid != NULL)
    json_object_set_string_member (object, member, valid);
  else
    json_object_set_null_member (object, member);
}

static void
set_strings (JsonObject *object, const char *member, const char *const *values)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    {
      g_autofree char *valid = g_utf8_make_valid (values[i], -1);

      json_array_add_string_element (array, valid);
    }
  json_object_set_array_member (object, member, array);
}

/* The word for a value, which is the nick of its enumeration. */
static const char *
nick (GType type, int value)
{
  g_autoptr (GEnumClass) values = g_type_class_ref (type);
  const GEnumValue *found = g_enum_get_value (values, value);

  return found != NULL ? found->value_nick : NULL;
}

static void
add_tapbacks (JsonObject *object, GListModel *tapbacks)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (tapbacks); i++)
    {
      g_autoptr (WwTapback) tapback = g_list_model_get_item (tapbacks, i);
      JsonObject *entry = json_object_new ();

      ww_cli_object_set (entry, "emoji", ww_tapback_get_emoji (tapback));
      ww_cli_object_set (entry, "sender", ww_tapback_get_sender_handle (tapback));
      ww_cli_object_set (entry, "sender_name", ww_tapback_get_sender_name (tapback));
      ww_cli_object_set (entry, "sender_account", ww_tapback_get_account (tapback));
      json_object_set_boolean_member (entry, "own", ww_tapback_get_own (tapback));
      json_object_set_int_member (entry, "created_ms", ww_tapback_get_created_ms (tapback));
      json_array_add_object_element (array, entry);
    }
  json_object_set_array_member (object, "tapbacks", array);
}

/* What is known of the message that is answered; it need not be on this device. */
static void
add_quote (JsonObject *object, WwMessage *message)
{
  WwQuote *quote = ww_message_get_quote (message);
  JsonObject *entry;

  ww_cli_object_set (object, "reply_to", ww_message_get_reply_to (message));
  if (quote == NULL)
    return;
  entry = json_object_new ();
  ww_cli_object_set (entry, "id", ww_quote_get_message_id (quote));
  json_object_set_boolean_member (entry, "available", ww_quote_get_available (quote));
  ww_cli_object_set (entry, "sender_name", ww_quote_get_sender_name (quote));
  json_object_set_boolean_member (entry, "outgoing", ww_quote_get_outgoing (quote));
  ww_cli_object_set (entry, "text", ww_quote_get_text (quote));
  json_object_set_object_member (object, "quote", entry);
}

JsonObject *
ww_cli_object_of_message (WwMessage *message)
{
  JsonObject *object = json_object_new ();

  ww_cli_object_set (object, "id", ww_message_get_id (message));
  ww_cli_object_set (object, "conversation", ww_message_get_conversation_id (message));
  ww_cli_object_set (object, "sender", ww_message_get_sender_handle (message));
  ww_cli_object_set (object, "sender_name", ww_message_get_sender_name (message));
  ww_cli_object_set (object, "sender_account", ww_message_get_sender_account (message));
  ww_cli_object_set (object, "sender_device", ww_message_get_sender_device (message));
  json_object_set_boolean_member (object, "outgoing", ww_message_get_outgoing (message));
  json_object_set_int_member (object, "created_ms", ww_message_get_created_ms (message));
  json_object_set_int_member (object, "position", ww_message_get_position (message));
  ww_cli_object_set (object, "state", ww_message_state_to_string (ww_message_get_state (message)));
  json_object_set_int_member (object, "suite", ww_message_get_suite (message));
  ww_cli_object_set (object, "kind", ww_message_kind_to_string (ww_message_get_kind (message)));
  if (ww_message_get_kind (message) != WW_MESSAGE_KIND_UNKNOWN)
    ww_cli_object_set (object, "text", ww_message_get_text (message));
  if (ww_message_get_kind (message) == WW_MESSAGE_KIND_NOTICE)
    ww_cli_object_set (object, "notice", ww_message_get_notice (message));
  if (ww_message_get_error (message) != NULL)
    ww_cli_object_set (object, "error", ww_message_get_error (message));
  ww_cli_object_add_media (object, message);
  add_quote (object, message);
  add_tapbacks (object, ww_message_get_tapbacks (message));
  json_object_set_boolean_member (object, "edited", ww_message_get_edited_ms (message) != 0);
  json_object_set_int_member (object, "edited_ms", ww_message_get_edited_ms (message));
  json_object_set_boolean_member (object, "unsent", ww_message_get_kind (message) == WW_MESSAGE_KIND_UNSENT);
  return object;
}

static JsonArray *
array_of_members (GListModel *members)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (WwMember) member = g_list_model_get_item (members, i);
      JsonObject *object = json_object_new ();

      ww_cli_object_set (object, "account", ww_member_get_account (member));
      ww_cli_object_set (object, "name", ww_member_get_name (member));
      ww_cli_object_set (object, "handle", ww_member_get_handle (member));
      json_object_set_boolean_member (object, "own", ww_member_get_own (member));
      ww_cli_object_set (object, "trust", nick (WW_TYPE_TRUST, ww_member_get_trust (member)));
      json_object_set_boolean_member (object, "blocked", ww_member_get_blocked (member));
      json_array_add_object_element (array, object);
    }
  return array;
}

/* What only groups have. */
static void
set_group (JsonObject *object, WwConversation *conversation)
{
  GBytes *picture = ww_conversation_get_picture (conversation);
  g_autofree char *digest = picture != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, picture) : NULL;

  ww_cli_object_set (object, "name", ww_conversation_get_name (conversation));
  ww_cli_object_set (object, "picture", digest);
  json_object_set_boolean_member (object, "left", ww_conversation_get_left (conversation));
  json_object_set_array_member (object, "members", array_of_members (ww_conversation_get_members (conversation)));
}

JsonObject *
ww_cli_object_of_conversation (WwConversation *conversation)
{
  JsonObject *object = json_object_new ();

  ww_cli_object_set (object, "id", ww_conversation_get_id (conversation));
  ww_cli_object_set (object, "kind", nick (WW_TYPE_CONVERSATION_KIND, ww_conversation_get_kind (conversation)));
  ww_cli_object_set (object, "title", ww_conversation_get_title (conversation));
  ww_cli_object_set (object, "handle", ww_conversation_get_handle (conversation));
  set_strings (object, "handles", ww_conversation_get_handles (conversation));
  ww_cli_object_set (object, "standing", nick (WW_TYPE_STANDING, ww_conversation_get_standing (conversation)));
  ww_cli_object_set (object, "trust", nick (WW_TYPE_TRUST, ww_conversation_get_trust (conversation)));
  ww_cli_object_set (object, "preview", ww_conversation_get_preview (conversation));
  json_object_set_boolean_member (object, "preview_outgoing", ww_conversation_get_preview_outgoing (conversation));
  json_object_set_int_member (object, "last_ms", ww_conversation_get_last_ms (conversation));
  json_object_set_int_member (object, "unread", ww_conversation_get_unread (conversation));
  json_object_set_int_member (object, "read_position", ww_conversation_get_read_position (conversation));
  json_object_set_boolean_member (object, "muted", ww_conversation_get_muted (conversation));
  json_object_set_int_member (object, "muted_until_ms", ww_conversation_get_muted_until_ms (conversation));
  json_object_set_boolean_member (object, "pinned", ww_conversation_get_pinned (conversation));
  ww_cli_object_set (object, "receipts", nick (WW_TYPE_RECEIPTS, ww_conversation_get_receipts (conversation)));
  ww_cli_object_set (object, "draft", ww_conversation_get_draft (conversation));
  json_object_set_boolean_member (object, "weak", ww_conversation_get_weak (conversation));
  ww_cli_object_set (object, "problem", ww_conversation_get_problem (conversation));
  if (ww_conversation_get_kind (conversation) == WW_CONVERSATION_KIND_GROUP)
    set_group (object, conversation);
  return object;
}

JsonObject *
ww_cli_object_of_device (WwDevice *device)
{
  JsonObject *object = json_object_new ();

  ww_cli_object_set (object, "id", ww_device_get_id (device));
  ww_cli_object_set (object, "name", ww_device_get_name (device));
  ww_cli_object_set (object, "state", "enrolled");
  json_object_set_boolean_member (object, "this", ww_device_get_is_this (device));
  json_object_set_int_member (object, "enrolled_ms", ww_device_get_enrolled_ms (device));
  ww_cli_object_set (object, "fingerprint", ww_device_get_fingerprint (device));
  json_object_set_int_member (object, "suite", ww_device_get_suite (device));
  json_object_set_int_member (object, "last_seen_ms", ww_device_get_last_seen_ms (device));
  json_object_set_boolean_member (object, "connected", ww_device_get_connected (device));
  return object;
}

JsonObject *
ww_cli_object_of_pending_device (WwPendingDevice *device)
{
  JsonObject *object = json_object_new ();

  ww_cli_object_set (object, "id", ww_pending_device_get_id (device));
  ww_cli_object_set (object, "name", ww_pending_device_get_name (device));
  ww_cli_object_set (object, "state", nick (WW_TYPE_PENDING_DEVICE_STATE, ww_pending_device_get_state (device)));
  ww_cli_object_set (object, "handle", ww_pending_device_get_handle (device));
  json_object_set_int_member (object, "requested_ms", ww_pending_device_get_requested_ms (device));
  json_object_set_int_member (object, "expires_ms", ww_pending_device_get_expires_ms (device));
  ww_cli_object_set (object, "digits", ww_pending_device_get_digits (device));
  return object;
}

JsonObject *
ww_cli_object_of_alert (WwAlert *alert)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "id", ww_alert_get_row (alert));
  ww_cli_object_set (object, "kind", ww_alert_kind_to_string (ww_alert_get_kind (alert)));
  json_object_set_int_member (object, "at_ms", ww_alert_get_at_ms (alert));
  ww_cli_object_set (object, "device", ww_alert_get_device_id (alert));
  ww_cli_object_set (object, "device_name", ww_alert_get_device_name (alert));
  ww_cli_object_set (object, "handle", ww_alert_get_handle (alert));
  ww_cli_object_set (object, "code", ww_alert_get_code (alert));
  ww_cli_object_set (object, "title", ww_alert_get_title (alert));
  ww_cli_object_set (object, "body", ww_alert_get_body (alert));
  json_object_set_boolean_member (object, "seen", ww_alert_get_seen (alert));
  json_object_set_int_member (object, "due_ms", ww_alert_get_due_ms (alert));
  json_object_set_boolean_member (object, "can_refuse", ww_alert_get_can_refuse (alert));
  return object;
}

JsonObject *
ww_cli_object_of_addition (WwHandleAddition *addition)
{
  const GError *error = ww_handle_addition_get_error (addition);
  JsonObject *object = json_object_new ();

  ww_cli_object_set (object, "handle", ww_handle_addition_get_handle (addition));
  ww_cli_object_set (object, "state", nick (WW_TYPE_HANDLE_ADDITION_STATE, ww_handle_addition_get_state (addition)));
  json_object_set_boolean_member (object, "first", FALSE);
  ww_cli_object_set (object, "proof", ww_proof_to_string (ww_handle_addition_get_proof (addition)));
  ww_cli_object_set (object, "send_to", ww_handle_addition_get_send_to (addition));
  ww_cli_object_set (object, "send_text", ww_handle_addition_get_send_text (addition));
  json_object_set_int_member (object, "tries_left", ww_handle_addition_get_tries_left (addition));
  json_object_set_int_member (object, "resend_at_ms", ww_handle_addition_get_resend_at_ms (addition));
  json_object_set_int_member (object, "expires_ms", ww_handle_addition_get_expires_ms (addition));
  json_object_set_int_member (object, "held_until_ms", ww_handle_addition_get_held_until_ms (addition));
  ww_cli_object_set (object, "error", error != NULL ? ww_error_get_code (error) : NULL);
  ww_cli_object_set (object, "message", error != NULL ? error->message : NULL);
  return object;
}

JsonObject *
ww_cli_object_of_contact (WwContact *contact)
{
  GListModel *devices = ww_contact_get_devices (contact);
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr (WwDevice) device = g_list_model_get_item (devices, i);
      JsonObject *entry = json_object_new ();

      ww_cli_object_set (entry, "id", ww_device_get_id (device));
      json_object_set_int_member (entry, "enrolled_ms", ww_device_get_enrolled_ms (device));
      ww_cli_object_set (entry, "fingerprint", ww_device_get_fingerprint (device));
      json_object_set_int_member (entry, "suite", ww_device_get_suite (device));
      json_array_add_object_element (array, entry);
    }
  ww_cli_object_set (object, "account", ww_contact_get_account_id (contact));
  set_strings (object, "handles", ww_contact_get_handles (contact));
  json_object_set_int_member (object, "record_sequence", (gint64) ww_contact_get_sequence (contact));
  ww_cli_object_set (object, "record_hash", ww_contact_get_record_hash (contact));
  json_object_set_array_member (object, "devices", array);
  return object;
}

JsonObject *
ww_cli_object_of_connection (WwClient *client)
{
  const GError *error = ww_client_get_connection_error (client);
  JsonObject *object = json_object_new ();

  ww_cli_object_set (object, "state", nick (WW_TYPE_CONNECTION_STATE, ww_client_get_connection (client)));
  json_object_set_int_member (object, "since_ms", ww_client_get_connection_since_ms (client));
  ww_cli_object_set (object, "error", error != NULL ? ww_error_get_code (error) : NULL);
  ww_cli_object_set (object, "message", error != NULL ? error->message : NULL);
  return object;
}

/* A request to start an account over that waits here, or null. */
static void
set_held_enrolment (JsonObject *object, WwEnrolment *enrolment)
{
  JsonObject *held;

  if (ww_enrolment_get_state (enrolment) != WW_ENROLMENT_STATE_HELD)
    {
      json_object_set_null_member (object, "enrolment");
      return;
    }
  held = json_object_new ();
  ww_cli_object_set (held, "state", "held");
  ww_cli_object_set (held, "handle", ww_enrolment_get_handle (enrolment));
  ww_cli_object_set (held, "server", ww_enrolment_get_server (enrolment));
  json_object_set_int_member (held, "held_until_ms", ww_enrolment_get_held_until_ms (enrolment));
  json_object_set_object_member (object, "enrolment", held);
}

JsonObject *
ww_cli_object_of_account (WwClient *client)
{
  JsonObject *object = json_object_new ();

  ww_cli_object_set (object, "state", nick (WW_TYPE_CLIENT_STATE, ww_client_get_state (client)));
  ww_cli_object_set (object, "account", ww_client_get_account_id (client));
  ww_cli_object_set (object, "name", ww_client_get_name (client));
  set_strings (object, "handles", ww_client_get_handles (client));
  ww_cli_object_set (object, "device", ww_client_get_device_id (client));
  ww_cli_object_set (object, "device_name", ww_client_get_device_name (client));
  ww_cli_object_set (object, "server", ww_client_get_server (client));
  json_object_set_int_member (object, "record_sequence", (gint64) ww_client_get_record_sequence (client));
  set_strings (object, "verifies", ww_client_get_verifies (client));
  set_held_enrolment (object, ww_client_get_enrolment (client));
  json_object_set_object_member (object, "connection", ww_cli_object_of_connection (client));
  return object;
}

/**
 * ww_cli_object_of_history:
 * @entry: an archive on its way between two devices
 *
 * Returns: (transfer full): what is printed of it
 */
JsonObject *
ww_cli_object_of_history (const WwHistoryEntry *entry)
{
  JsonObject *object = json_object_new ();

  ww_cli_object_set (object, "direction", entry->giving ? "to" : "from");
  ww_cli_object_set (object, "device", entry->device_id);
  ww_cli_object_set (object, "state", ww_history_state_to_string (entry->state));
  json_object_set_int_member (object, "messages", (gint64) entry->messages);
  json_object_set_int_member (object, "total", (gint64) entry->total);
  ww_cli_object_set (object, "message", entry->error);
  return object;
}
