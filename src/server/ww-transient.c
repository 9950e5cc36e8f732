/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-transient.h"

#include <string.h>

#include "ww-clock.h"
#include "ww-mailbox.h"
#include "ww-presence.h"

/*
 * Nothing of this touches the storage: no mailbox, no record is asked, nothing is tried again. So the answer tells the sender
 * that it was taken, and never who is there.
 */
typedef struct
{
  const Waxwing__Envelope *envelope;
  GHashTable *wraps; /* device id → Waxwing__Wrap* */
  uint64_t now_ms;
} Passing;

static guint
id_hash (gconstpointer id)
{
  guint hash;

  memcpy (&hash, id, sizeof hash);
  return hash;
}

static gboolean
id_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, WW_ID_SIZE) == 0;
}

/* Whoever does not read as fast as others write misses it: there will be a next one. */
static void
pass_cb (WwConnection *connection, void *data)
{
  const Passing *passing = data;
  Waxwing__Wrap *wrap = g_hash_table_lookup (passing->wraps, connection->device_id);
  Waxwing__Delivery delivery = WAXWING__DELIVERY__INIT;

  if (wrap == NULL || connection->mailbox == NULL || !ww_mailbox_can_pass (connection->mailbox))
    return;
  delivery.header = passing->envelope->header;
  delivery.body = passing->envelope->body;
  delivery.wrap = wrap;
  delivery.received_ms = passing->now_ms;
  ww_connection_send_event (connection, WAXWING__EVENT__BODY_DELIVERY, &delivery);
  /* Once, even if the account is named twice. */
  g_hash_table_remove (passing->wraps, connection->device_id);
  connection->services->metrics.transients_total++;
}

/* See the header. */
void
ww_transient_send (WwRequest *request)
{
  const Waxwing__Send *send = request->body->send;
  g_autoptr (GHashTable) wraps = g_hash_table_new (id_hash, id_equal);
  Passing passing = { send->envelope, wraps, (uint64_t) ww_clock_now_ms () };
  Waxwing__Sent sent = WAXWING__SENT__INIT;

  if (send->envelope->body.len > WW_MAX_TRANSIENT)
    {
      ww_request_fail (request, WW_CODE_TOO_LARGE, "This is too large for something that nobody keeps.");
      return;
    }
  for (size_t i = 0; i < send->envelope->n_wraps; i++)
    g_hash_table_insert (wraps, send->envelope->wraps[i]->device_id.data, send->envelope->wraps[i]);
  for (size_t i = 0; i < send->n_recipients; i++)
    ww_presence_each_of_account (request->services->presence, send->recipients[i]->account_id.data, pass_cb, &passing);
  sent.received_ms = passing.now_ms;
  ww_request_respond (request, WAXWING__RESPONSE__BODY_SENT, &sent);
}
