/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-forgery.h"

#include "ww-checks.h"
#include "ww-conversation-id.h"
#include "ww-error-private.h"
#include "ww-frame.h"

WwHouse *house;
WwProxy *proxy;
WwClient *alice, *bob, *carol;

void
ww_forgery_open (void)
{
  house = ww_house_new ();
  proxy = ww_proxy_new (house->url);
  alice = ww_house_enrol (house, "alice", NULL, ALICE);
  carol = ww_house_enrol (house, "carol", NULL, CAROL);
  bob = ww_house_enrol (house, "bob", ww_proxy_get_url (proxy), BOB);
}

void
ww_forgery_close (void)
{
  ww_house_close (bob);
  ww_house_close (carol);
  ww_house_close (alice);
  ww_proxy_free (proxy);
  ww_house_free (house);
}

const char *
code_of (WwError code)
{
  g_autoptr (GError) error = ww_error_new (code);

  return ww_error_get_code (error);
}

guint
count_alerts (WwClient *client, WwAlertKind kind, const char *code)
{
  GListModel *alerts = ww_client_get_alerts (client);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (alerts); i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (alerts, i);

      n += ww_alert_get_kind (alert) == kind && g_strcmp0 (ww_alert_get_code (alert), code) == 0;
    }
  return n;
}

gboolean
alert_is_there (gpointer data)
{
  AlertWait *wait = data;

  return count_alerts (bob, wait->kind, wait->code) >= wait->n;
}

static gboolean
count_refused (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "SELECT COUNT(*) FROM refused WHERE code = ?", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_text (statement, 1, data);
  if (ww_statement_step (statement, error) != WW_STEP_ROW)
    return FALSE;
  g_value_init (result, G_TYPE_INT64);
  g_value_set_int64 (result, ww_statement_int (statement, 0));
  return TRUE;
}

gint64
get_refused (WwClient *client, const char *code)
{
  g_autoptr (DexFuture) future = ww_store_read (client->store, count_refused, g_strdup (code), g_free);
  gint64 n;

  ww_house_await (dex_ref (future));
  n = g_value_get_int64 (dex_future_get_value (future, NULL));
  return n;
}

const guint8 *
account_of (WwClient *client)
{
  return ww_identity_get_account_id (client->identity);
}

const WwRecord *
record_of (WwClient *client)
{
  return ww_account_get_record (client->account);
}

static void
name_participants (Forgery *self, WwClient *const *clients, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      waxwing__participant__init (&self->participants[i]);
      self->participants[i].account_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) account_of (clients[i]) };
      memcpy (self->hashes[i], ww_record_hash (record_of (clients[i])), WW_HASH_SIZE);
      self->participants[i].record_hash = (ProtobufCBinaryData) { WW_HASH_SIZE, self->hashes[i] };
      self->list[i] = &self->participants[i];
    }
  self->content.participants = self->list;
  self->content.n_participants = n;
}

static int
compare_clients (gconstpointer a, gconstpointer b)
{
  return memcmp (account_of (*(WwClient *const *) a), account_of (*(WwClient *const *) b), WW_ID_SIZE);
}

void
set_participants (Forgery *self, WwClient *a, WwClient *b)
{
  WwClient *pair[2] = { a, b };

  qsort (pair, 2, sizeof pair[0], compare_clients);
  name_participants (self, pair, 2);
  ww_conversation_id_for_pair (account_of (a), account_of (b), self->conversation);
  self->content.conversation_id = (ProtobufCBinaryData) { WW_ID_SIZE, self->conversation };
}

void
set_all_participants (Forgery *self)
{
  WwClient *all[FORGERY_PARTICIPANTS] = { alice, bob, carol };

  qsort (all, FORGERY_PARTICIPANTS, sizeof all[0], compare_clients);
  name_participants (self, all, FORGERY_PARTICIPANTS);
}

void
forgery_init (Forgery *self)
{
  memset (self, 0, sizeof *self);
  self->author = alice;
  self->suite = WW_SUITE_HPKE;
  self->header.version = WW_ENVELOPE_VERSION;
  self->header.kind = WW_ENVELOPE_MESSAGE;
  ww_random_bytes (self->header.message_id, WW_ID_SIZE);
  memcpy (self->header.sender_account, account_of (alice), WW_ID_SIZE);
  memcpy (self->header.sender_device, ww_identity_get_device_id (alice->identity), WW_ID_SIZE);
  memcpy (self->wrap_device, ww_identity_get_device_id (bob->identity), WW_ID_SIZE);
  self->header.created_ms = (guint64) ww_now_ms ();
  waxwing__content__init (&self->content);
  waxwing__payload__init (&self->payload);
  waxwing__text__init (&self->text);
  waxwing__receipt__init (&self->receipt);
  waxwing__read_state__init (&self->read_state);
  self->text.body = (char *) "forged";
  self->payload.kind_case = WAXWING__PAYLOAD__KIND_TEXT;
  self->payload.text = &self->text;
  set_participants (self, alice, bob);
}

void
seal (Forgery *self)
{
  WW_AUTO_BUFFER content = { 0 };
  WwEnvelopeRecipient recipient = { .suite = self->suite };
  const WwRecordDevice *device = ww_record_find_device (record_of (bob), ww_identity_get_device_id (bob->identity));
  guint8 accounts[FORGERY_PARTICIPANTS][WW_ID_SIZE], records[FORGERY_PARTICIPANTS][WW_HASH_SIZE],
      sender_record[WW_HASH_SIZE] = { 0 }, digest[WW_HASH_SIZE];
  gsize n = 0;

  for (guint i = 0; i < self->content.n_participants; i++)
    {
      if (memcmp (self->participants[i].account_id.data, self->header.sender_account, WW_ID_SIZE) == 0)
        memcpy (sender_record, self->hashes[i], WW_HASH_SIZE);
      else
        {
          memcpy (accounts[n], self->participants[i].account_id.data, WW_ID_SIZE);
          memcpy (records[n++], self->hashes[i], WW_HASH_SIZE);
        }
    }
  g_assert_cmpint (
      ww_envelope_hash_records ((const guint8 (*)[16]) accounts, (const guint8 (*)[32]) records, n, digest), ==,
      WW_CRYPTO_OK);
  self->packed_payload.data = ww_message_pack (&self->payload, &self->packed_payload.len);
  self->content.payload = (ProtobufCBinaryData) { self->packed_payload.len, self->packed_payload.data };
  content.data = ww_message_pack (&self->content, &content.len);
  memcpy (recipient.device_id, device->device_id, WW_ID_SIZE);
  recipient.public_key = self->suite == WW_SUITE_RSA ? device->rsa_key : device->p256_key;
  g_assert_cmpint (ww_envelope_seal (ww_device_keys_signing (ww_identity_get_keys (self->author->identity)),
                                     &self->header, sender_record, digest, WW_BYTES_OF_BUFFER (&content), &recipient, 1,
                                     &self->envelope),
                   ==, WW_CRYPTO_OK);
}

void
deliver (Forgery *self)
{
  static guint64 sequence = G_GUINT64_CONSTANT (1) << 40;
  Waxwing__Event event = WAXWING__EVENT__INIT;
  Waxwing__Delivery delivery = WAXWING__DELIVERY__INIT;
  Waxwing__Wrap wrap = WAXWING__WRAP__INIT;
  WwEnvelopeWrap *sealed = &self->envelope.wraps[0];

  wrap.device_id = (ProtobufCBinaryData) { WW_ID_SIZE, self->wrap_device };
  wrap.suite = self->suite;
  wrap.sealed_key = (ProtobufCBinaryData) { sealed->sealed_key.len, sealed->sealed_key.data };
  delivery.sequence = self->transient ? 0 : sequence++;
  delivery.header = (ProtobufCBinaryData) { WW_HEADER_SIZE, self->envelope.header };
  delivery.body = (ProtobufCBinaryData) { self->envelope.body.len, self->envelope.body.data };
  delivery.wrap = &wrap;
  event.body_case = WAXWING__EVENT__BODY_DELIVERY;
  event.delivery = &delivery;
  ww_proxy_inject (proxy, &event);
}

void
forgery_clear (Forgery *self)
{
  ww_envelope_clear (&self->envelope);
  ww_buffer_clear (&self->packed_payload);
}
