/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-conversation-settings"

#include "ww-conversation-private.h"

#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-store-settings.h"

/* What the person sets for one conversation, on all their devices. */
typedef struct
{
  guint8 conversation[16];
  guint8 own_account[16];
  const char *key; /* static */
  gint64 number;
  char *text;
} Setting;

static void
setting_free (gpointer data)
{
  Setting *self = data;

  g_free (self->text);
  g_free (self);
}

static gboolean
change (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Setting *self = data;
  WwConversationRow *row;
  gboolean changed;

  if (!ww_store_change_setting (database, self->own_account, self->conversation, self->key, self->number, self->text,
                                ww_now_ms (), &changed, error) ||
      !ww_store_find_conversation (database, self->conversation, &row, error))
    return FALSE;
  g_value_init (result, WW_TYPE_CONVERSATION_ROW);
  g_value_take_boxed (result, row);
  return TRUE;
}

static DexFuture *
changed_cb (DexFuture *completed, gpointer user_data)
{
  WwConversationList *list = ww_conversation_get_list (user_data);
  const WwConversationRow *row = g_value_get_boxed (dex_future_get_value (completed, NULL));

  if (list != NULL && row != NULL)
    ww_conversation_list_apply_settled (list, row);
  if (list != NULL)
    ww_conversation_list_outbox_changed (list);
  return dex_future_new_true ();
}

static DexFuture *
set (WwConversation *self, const char *key, gint64 number, const char *text)
{
  WwConversationList *list = ww_conversation_get_list (self);
  WwStore *store = list != NULL ? ww_conversation_list_get_store (list) : NULL;
  Setting *setting;
  DexFuture *future;

  if (store == NULL)
    return ww_error_reject (WW_ERROR_CANCELLED);
  setting = g_new0 (Setting, 1);
  memcpy (setting->conversation, ww_conversation_get_id_bytes (self), sizeof setting->conversation);
  memcpy (setting->own_account, ww_conversation_list_get_account (list), sizeof setting->own_account);
  setting->key = key;
  setting->number = number;
  setting->text = g_strdup (text);
  future = dex_future_then (ww_store_run (store, change, setting, setting_free), changed_cb, g_object_ref (self),
                            g_object_unref);
  dex_future_disown (dex_ref (future));
  return future;
}

/**
 * ww_conversation_set_muted_until:
 * @until_ms: milliseconds since 1970-01-01 UTC; 0: not muted; %G_MAXINT64: for good
 */
DexFuture *
ww_conversation_set_muted_until (WwConversation *self, gint64 until_ms)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  return until_ms >= 0 ? set (self, WW_SETTING_MUTED, until_ms, "") : ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
}

/**
 * ww_conversation_set_pinned:
 *
 * The one that was pinned last is the first of all.
 */
DexFuture *
ww_conversation_set_pinned (WwConversation *self, gboolean pinned)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  if (!!pinned == ww_conversation_get_pinned (self))
    return dex_future_new_true ();
  return set (self, WW_SETTING_PINNED, pinned ? ww_now_ms () : 0, "");
}

DexFuture *
ww_conversation_set_receipts (WwConversation *self, WwReceipts receipts)
{
  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);

  return set (self, WW_SETTING_RECEIPTS, receipts, "");
}
