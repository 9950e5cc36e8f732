/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include "ww-checks.h"
#include "ww-conversation-private.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-store-settings.h"

/* What a person sets for the whole account, and what comes of it. */

static gboolean
read_flag (WwDatabase *database, const char *key, gboolean *value, GError **error)
{
  gint64 number;

  if (!ww_store_get_number (database, NULL, key, 1, &number, error))
    return FALSE;
  *value = number != 0;
  return TRUE;
}

/* The answer is filled in on the store's thread, and looked at when that is done. */
static gboolean
read_preferences (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  WwPreferences *preferences = data;

  return read_flag (database, WW_SETTING_RECEIPTS, &preferences->send_receipts, error) &&
         read_flag (database, WW_SETTING_TYPING, &preferences->send_typing, error) &&
         read_flag (database, WW_SETTING_PREVIEWS, &preferences->make_previews, error);
}

gboolean
ww_client_load_preferences (WwClient *self, GError **error)
{
  WwPreferences *preferences = g_atomic_rc_box_new0 (WwPreferences);
  gboolean read = dex_await (
      ww_store_read (self->store, read_preferences, g_atomic_rc_box_acquire (preferences), g_atomic_rc_box_release),
      error);

  if (read)
    ww_client_set_preferences (self, preferences);
  g_atomic_rc_box_release (preferences);
  return read;
}

static DexFuture *
refresh_fiber (gpointer data)
{
  WwClient *self = data;
  g_autoptr (GError) error = NULL;

  if (self->store != NULL && !ww_client_load_preferences (self, &error))
    g_message ("the settings could not be read: %s", error->message);
  return dex_future_new_true ();
}

void
ww_client_refresh_preferences (WwClient *self)
{
  dex_future_disown (
      ww_client_add_work (self, dex_scheduler_spawn (NULL, 0, refresh_fiber, g_object_ref (self), g_object_unref)));
}

typedef struct
{
  guint8 own_account[16];
  const char *key; /* static */
  gboolean value;
} Change;

static gboolean
change (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Change *self = data;
  gboolean changed;

  return ww_store_change_setting (database, self->own_account, NULL, self->key, self->value, "", ww_now_ms (), &changed,
                                  error);
}

static DexFuture *
changed_cb (DexFuture *completed, gpointer data)
{
  WwClient *self = data;

  if (self->outbox != NULL)
    ww_outbox_wake (self->outbox);
  return dex_scheduler_spawn (NULL, 0, refresh_fiber, g_object_ref (self), g_object_unref);
}

static DexFuture *
set (WwClient *self, const char *key, gboolean value)
{
  Change *data;
  DexFuture *future;

  if (self->state != WW_CLIENT_STATE_READY)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  data = g_new0 (Change, 1);
  memcpy (data->own_account, ww_identity_get_account_id (self->identity), sizeof data->own_account);
  data->key = key;
  data->value = !!value;
  future = dex_future_then (ww_store_run (self->store, change, data, g_free), changed_cb, g_object_ref (self),
                            g_object_unref);
  dex_future_disown (dex_ref (future));
  return future;
}

gboolean
ww_client_get_send_receipts (WwClient *self)
{
  g_return_val_if_fail (WW_IS_CLIENT (self), FALSE);

  return self->preferences.send_receipts;
}

gboolean
ww_client_get_send_typing (WwClient *self)
{
  g_return_val_if_fail (WW_IS_CLIENT (self), FALSE);

  return self->preferences.send_typing;
}

gboolean
ww_client_get_make_previews (WwClient *self)
{
  g_return_val_if_fail (WW_IS_CLIENT (self), FALSE);

  return self->preferences.make_previews;
}

/**
 * ww_client_set_send_receipts:
 * @send: whether others hear what was read
 *
 * Conversations for which the person set something of its own keep it.
 *
 * Returns: (transfer full): resolves to %TRUE when it is stored; the other own devices hear of it
 */
DexFuture *
ww_client_set_send_receipts (WwClient *self, gboolean send)
{
  g_return_val_if_fail (WW_IS_CLIENT (self), NULL);

  return set (self, WW_SETTING_RECEIPTS, send);
}

/**
 * ww_client_set_send_typing:
 * @send: whether others see that the person writes
 *
 * Returns: (transfer full): resolves to %TRUE when it is stored; the other own devices hear of it
 */
DexFuture *
ww_client_set_send_typing (WwClient *self, gboolean send)
{
  g_return_val_if_fail (WW_IS_CLIENT (self), NULL);

  return set (self, WW_SETTING_TYPING, send);
}

/**
 * ww_client_set_make_previews:
 * @make: whether this account's devices look at the links that are sent
 *
 * Returns: (transfer full): resolves to %TRUE when it is stored; the other own devices hear of it
 */
DexFuture *
ww_client_set_make_previews (WwClient *self, gboolean make)
{
  g_return_val_if_fail (WW_IS_CLIENT (self), NULL);

  return set (self, WW_SETTING_PREVIEWS, make);
}

void
ww_client_tell_typing (WwClient *self, WwConversation *conversation, gboolean active)
{
  Waxwing__Typing typing = WAXWING__TYPING__INIT;
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  g_autoptr (GBytes) bytes = NULL;
  guint8 *packed;

  if (self->outbox == NULL || !self->preferences.send_typing)
    return;
  typing.active = active;
  payload.kind_case = WAXWING__PAYLOAD__KIND_TYPING;
  payload.typing = &typing;
  packed = g_malloc (waxwing__payload__get_packed_size (&payload));
  bytes = g_bytes_new_take (packed, waxwing__payload__pack (&payload, packed));
  ww_outbox_send_transient (self->outbox, ww_conversation_get_id_bytes (conversation),
                            ww_conversation_get_peer (conversation), bytes);
}
