/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include "ww-error-private.h"
#include "ww-handover.h"
#include "ww-hex.h"
#include "ww-limits.h"
#include "ww-store-handover.h"

/* History between own devices, as far as people see it. */

static gboolean
list_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  GPtrArray *entries;

  if (!ww_store_list_handovers (database, &entries, error))
    return FALSE;
  g_value_init (result, G_TYPE_PTR_ARRAY);
  g_value_take_boxed (result, entries);
  return TRUE;
}

/**
 * ww_client_load_history:
 *
 * Returns: (transfer full): resolves to a #GPtrArray of #WwHistoryEntry: what comes here first, then what is given
 */
DexFuture *
ww_client_load_history (WwClient *self)
{
  g_return_val_if_fail (WW_IS_CLIENT (self), NULL);

  if (self->store == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  return ww_store_read (self->store, list_on_store, NULL, NULL);
}

/**
 * ww_client_ask_for_history:
 *
 * Asks the device that offered its messages for what is missing here: after something failed, or when this device did not
 * want them before.
 *
 * Returns: (transfer full): resolves to %TRUE; WW_ERROR_NO_HISTORY
 */
DexFuture *
ww_client_ask_for_history (WwClient *self)
{
  g_return_val_if_fail (WW_IS_CLIENT (self), NULL);

  if (self->handover == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  return ww_handover_ask (self->handover);
}

/**
 * ww_client_offer_history:
 * @device_id: 32 hex digits, of another device of the account
 *
 * Offers that device what is here. It comes there if it is new, or when its person asks for it.
 *
 * Returns: (transfer full): resolves to %TRUE; WW_ERROR_INVALID_ARGUMENT when the account has no such device
 */
DexFuture *
ww_client_offer_history (WwClient *self, const char *device_id)
{
  guint8 id[WW_ID_SIZE];

  g_return_val_if_fail (WW_IS_CLIENT (self), NULL);

  if (self->handover == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  if (!ww_hex_decode (device_id, id, sizeof id))
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  return ww_handover_offer (self->handover, id);
}
