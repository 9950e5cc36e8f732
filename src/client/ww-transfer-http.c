/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transfer-http"

#include "ww-transfer-private.h"

#include <glib/gi18n-lib.h>

#include "ww-error-codes.h"
#include "ww-error-private.h"
#include "ww-hex.h"
#include "ww-http.h"
#include "ww-server-address.h"
#include "ww-until.h"

#define MAX_REFUSAL 4096
#define FIRST_MS    200
#define LONGEST_MS  30000

SoupMessage *
ww_transfer_message (WwTransfer *self, const char *method, const guint8 token[32])
{
  g_autofree char *id = ww_hex_encode (self->row->id, sizeof self->row->id);
  g_autofree char *path = g_strconcat ("/v1/attachments/", id, NULL);
  g_autofree char *uri = ww_server_address_dup_uri (self->owner->address, path);
  g_autofree char *hex = ww_hex_encode (token, WW_TOKEN_SIZE);
  g_autofree char *bearer = g_strconcat ("Bearer ", hex, NULL);
  SoupMessage *message = soup_message_new (method, uri);

  soup_message_set_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", bearer);
  return message;
}

DexFuture *
ww_transfer_send (WwTransfer *self, SoupMessage *message)
{
  return ww_http_send (self->owner->session, message, G_PRIORITY_DEFAULT, self->cancellable);
}

DexFuture *
ww_transfer_read (WwTransfer *self, GInputStream *stream, gsize count)
{
  return ww_http_read (stream, count, G_PRIORITY_DEFAULT, self->cancellable);
}

void
ww_transfer_drain (WwTransfer *self, GInputStream *stream)
{
  g_autoptr (GInputStream) owned = stream;
  gsize total = 0, len;

  do
    {
      g_autoptr (GBytes) bytes = dex_await_boxed (ww_transfer_read (self, owned, MAX_REFUSAL), NULL);

      len = bytes != NULL ? g_bytes_get_size (bytes) : 0;
      total += len;
    }
  while (len > 0 && total < MAX_REFUSAL);
  dex_await (dex_input_stream_close (owned, G_PRIORITY_DEFAULT), NULL);
}

gboolean
ww_transfer_header (SoupMessage *message, const char *name, guint64 *value)
{
  const char *text = soup_message_headers_get_one (soup_message_get_response_headers (message), name);

  return text != NULL && g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, value, NULL);
}

/* Statuses of docs/protocol.md, "The store". */
gboolean
ww_transfer_may_retry (guint status, GError **error)
{
  switch (status)
    {
    case 423:
    case 429:
    case 507:
      return TRUE;
    case 404:
      g_propagate_error (error,
                         ww_error_new_refused (WW_CODE_NOT_FOUND,
                                               _ ("This attachment is not on the server any more. Ask for it to be "
                                                  "sent again."),
                                               FALSE));
      return FALSE;
    default:
      if (status >= 500)
        return TRUE;
      g_debug ("A transfer was answered with %u", status);
      ww_error_set (error, WW_ERROR_PROTOCOL);
      return FALSE;
    }
}

/*
 * Twice as long each time, and never at the same moment as all the others that lost the same server. Then until the
 * link is up: where that is not, nothing else is.
 */
gboolean
ww_transfer_wait_for_server (WwTransfer *self, guint attempt, GError **error)
{
  guint longest = MIN (LONGEST_MS, FIRST_MS << MIN (attempt, 10));
  guint wait_ms = longest / 2 + (guint) g_random_int_range (0, (gint32) (longest / 2));

  dex_await (ww_until (dex_timeout_new_msec ((int) wait_ms), self->stop), NULL);
  if (g_cancellable_is_cancelled (self->cancellable))
    {
      ww_error_set (error, WW_ERROR_CANCELLED);
      return FALSE;
    }
  return dex_await (ww_until (ww_link_wait_up (self->owner->link), self->stop), error);
}
