/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include "ww-attachment.h"
#include "ww-error-private.h"
#include "ww-hex.h"
#include "ww-store-messages.h"

/* Messages found by their id, wherever they are; and what the server lets them carry. */

static gboolean
read_message (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  WwMessageRow *row;

  if (!ww_store_find_message (database, data, &row, error))
    return FALSE;
  if (row == NULL)
    {
      ww_error_set (error, WW_ERROR_INVALID_ARGUMENT);
      return FALSE;
    }
  g_value_init (result, WW_TYPE_MESSAGE_ROW);
  g_value_take_boxed (result, row);
  return TRUE;
}

static DexFuture *
message_cb (DexFuture *completed, gpointer data)
{
  WwClient *self = data;

  return dex_future_new_take_object (ww_conversation_list_take_message (
      self->conversations, g_value_get_boxed (dex_future_get_value (completed, NULL))));
}

/**
 * ww_client_load_message:
 * @message_id: 32 hex digits
 *
 * Returns: (transfer full): resolves to the #WwMessage; WW_ERROR_INVALID_ARGUMENT when it is not on this device
 */
DexFuture *
ww_client_load_message (WwClient *self, const char *message_id)
{
  guint8 id[WW_ID_SIZE];

  g_return_val_if_fail (WW_IS_CLIENT (self), NULL);

  if (self->store == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  if (!ww_hex_decode (message_id, id, sizeof id))
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  return dex_future_then (ww_store_read (self->store, read_message, g_memdup2 (id, sizeof id), g_free), message_cb,
                          g_object_ref (self), g_object_unref);
}

/**
 * ww_client_get_file_limit:
 * @limit: (out): how many bytes a file that is sent may have; as many as any, before the server was ever reached
 *
 * Returns: whether this server takes files at all
 */
gboolean
ww_client_get_file_limit (WwClient *self, guint64 *limit)
{
  g_return_val_if_fail (WW_IS_CLIENT (self), FALSE);

  *limit = WW_ATTACHMENT_MAX_SIZE;
  return self->link == NULL || ww_attachment_largest (ww_link_get_max_attachment (self->link), limit);
}
