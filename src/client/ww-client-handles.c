/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-client"

#include "ww-client-private.h"

#include "ww-error-private.h"

GListModel *
ww_client_get_additions (WwClient *self)
{
  return G_LIST_MODEL (self->additions_list);
}

const char *const *
ww_client_get_verifies (WwClient *self)
{
  return (const char *const *) self->verifies;
}

/* What the server said of itself at this connection; it stays while there is none. */
void
ww_client_set_verifies (WwClient *self, const char *const *verifies)
{
  if (g_strv_equal ((const char *const *) self->verifies, verifies))
    return;
  g_strfreev (self->verifies);
  self->verifies = g_strdupv ((char **) verifies);
  g_object_notify (G_OBJECT (self), "verifies");
}

/**
 * ww_client_add_handle:
 * @handle: an address or number, as typed
 * @flags: as for ww_enrolment_start()
 *
 * Has a mail or message sent that proves that the handle is the person's; the rest goes on by itself. One that is under way
 * already is sent again.
 *
 * Returns: (transfer full): a future of the #WwHandleAddition, as soon as the server has sent it. WW_ERROR_INVALID_ARGUMENT,
 *   WW_ERROR_COST_NOT_ACCEPTED for a number without %WW_ENROLMENT_ACCEPT_COST, WW_ERROR_REFUSED, WW_ERROR_OFFLINE
 */
DexFuture *
ww_client_add_handle (WwClient *self, const char *handle, WwEnrolmentFlags flags)
{
  g_autofree char *normalised = ww_handle_text_normalise (handle);

  if (self->state != WW_CLIENT_STATE_READY || self->additions == NULL)
    return ww_error_reject (WW_ERROR_NOT_ENROLLED);
  if (normalised == NULL)
    {
      g_autofree char *sentence = ww_handle_text_explain (handle);

      return dex_future_new_reject (WW_ERROR, WW_ERROR_INVALID_ARGUMENT, "%s", sentence);
    }
  return ww_additions_add (self->additions, normalised, flags);
}
