/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-message-history"

#include "ww-message-private.h"

#include "ww-error-private.h"
#include "ww-limits.h"
#include "ww-message-parts-private.h"
#include "ww-store-amend.h"

/* What may still be done about a message, and what became of it: read from the store when somebody asks. */

static gboolean
is_within (WwMessage *self, gint64 within_ms)
{
  gint64 age = g_get_real_time () / 1000 - ww_message_get_created_ms (self);

  return age <= within_ms;
}

/**
 * ww_message_can_edit:
 *
 * Returns: whether ww_conversation_edit() would take it: an own text, or the text of own attachments, for 15 minutes
 */
gboolean
ww_message_can_edit (WwMessage *self)
{
  WwMessageKind kind = ww_message_get_kind (self);

  return ww_message_get_outgoing (self) && (kind == WW_MESSAGE_KIND_TEXT || kind == WW_MESSAGE_KIND_ATTACHMENTS) &&
         is_within (self, WW_EDIT_MS);
}

/**
 * ww_message_can_unsend:
 *
 * Returns: whether ww_conversation_unsend() would take it: an own message, for a day
 */
gboolean
ww_message_can_unsend (WwMessage *self)
{
  return ww_message_get_outgoing (self) && ww_message_can_tap_back (self) && is_within (self, WW_UNSEND_MS);
}

gboolean
ww_message_can_tap_back (WwMessage *self)
{
  WwMessageKind kind = ww_message_get_kind (self);

  return kind != WW_MESSAGE_KIND_NOTICE && kind != WW_MESSAGE_KIND_UNSENT && kind != WW_MESSAGE_KIND_GROUP_EVENT;
}

typedef struct
{
  guint8 id[16];
} Asked;

static DexFuture *
read_for (WwMessage *self, WwStoreFunc func, DexFutureCallback callback)
{
  WwConversationList *list = ww_message_get_list (self);
  WwStore *store = list != NULL ? ww_conversation_list_get_store (list) : NULL;
  Asked *asked;

  if (store == NULL)
    return ww_error_reject (WW_ERROR_CANCELLED);
  asked = g_new0 (Asked, 1);
  memcpy (asked->id, ww_message_get_id_bytes (self), sizeof asked->id);
  return dex_future_then (ww_store_read (store, func, asked, g_free), callback, g_object_ref (self), g_object_unref);
}

static gboolean
read_wordings (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  const Asked *asked = data;
  GPtrArray *wordings;

  if (!ww_store_list_wordings (database, asked->id, &wordings, error))
    return FALSE;
  g_value_init (result, G_TYPE_PTR_ARRAY);
  g_value_take_boxed (result, wordings);
  return TRUE;
}

static DexFuture *
wordings_read_cb (DexFuture *completed, gpointer user_data)
{
  GPtrArray *wordings = g_value_get_boxed (dex_future_get_value (completed, NULL));
  GListStore *store = g_list_store_new (WW_TYPE_MESSAGE_EDIT);

  for (guint i = 0; i < wordings->len; i++)
    {
      const WwWording *wording = wordings->pdata[i];
      g_autoptr (WwMessageEdit) edit = ww_message_edit_new (wording->text, wording->at_ms);

      g_list_store_append (store, edit);
    }
  return dex_future_new_take_object (store);
}

DexFuture *
ww_message_load_edits (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), NULL);

  return read_for (self, read_wordings, wordings_read_cb);
}

static gboolean
read_deliveries (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  const Asked *asked = data;
  GPtrArray *deliveries;

  if (!ww_store_list_deliveries (database, asked->id, &deliveries, error))
    return FALSE;
  g_value_init (result, G_TYPE_PTR_ARRAY);
  g_value_take_boxed (result, deliveries);
  return TRUE;
}

static DexFuture *
deliveries_read_cb (DexFuture *completed, gpointer user_data)
{
  WwConversationList *list = ww_message_get_list (user_data);
  GPtrArray *deliveries = g_value_get_boxed (dex_future_get_value (completed, NULL));
  GListStore *store = g_list_store_new (WW_TYPE_DELIVERY);

  for (guint i = 0; list != NULL && i < deliveries->len; i++)
    {
      const WwDeliveryRow *row = deliveries->pdata[i];
      const char *handle;
      g_autofree char *name = ww_conversation_list_dup_sender (list, row->account, &handle);
      g_autoptr (WwDelivery) delivery = ww_delivery_new (row, name);

      g_list_store_append (store, delivery);
    }
  return dex_future_new_take_object (store);
}

DexFuture *
ww_message_load_deliveries (WwMessage *self)
{
  g_return_val_if_fail (WW_IS_MESSAGE (self), NULL);

  return read_for (self, read_deliveries, deliveries_read_cb);
}
