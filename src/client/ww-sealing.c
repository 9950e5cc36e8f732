/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-sealing.h"

#include "ww-frame.h"

static void
sealing_clear (gpointer data)
{
  WwSealing *self = data;

  for (guint i = 0; i < self->rows->len; i++)
    ww_envelope_clear (&self->sealed[i].envelope);
  g_free (self->sealed);
  g_ptr_array_unref (self->rows);
  ww_identity_unref (self->identity);
  ww_record_unref (self->own);
  g_clear_pointer (&self->peer, ww_record_unref);
  g_free (self->name);
}

/* The rows are kept alive by their array. */
WwSealing *
ww_sealing_new (WwIdentity *identity, WwRecord *own, WwRecord *peer, const char *name, GPtrArray *rows)
{
  WwSealing *self = g_atomic_rc_box_new0 (WwSealing);

  self->identity = ww_identity_ref (identity);
  self->own = ww_record_ref (own);
  self->peer = peer != NULL ? ww_record_ref (peer) : NULL;
  self->name = g_strdup (name);
  self->rows = g_ptr_array_ref (rows);
  self->sealed = g_new0 (WwSealed, rows->len);
  for (guint i = 0; i < rows->len; i++)
    self->sealed[i].row = rows->pdata[i];
  return self;
}

void
ww_sealing_unref (WwSealing *self)
{
  g_atomic_rc_box_release_full (self, sealing_clear);
}

/* FALSE when a device can do nothing that this version can. */
static gboolean
add_recipients (GArray *recipients, const WwRecord *record, const guint8 *but, WwSuite *weakest)
{
  size_t n_devices;
  const WwRecordDevice *devices = ww_record_devices (record, &n_devices);

  for (size_t i = 0; i < n_devices; i++)
    {
      const WwRecordDevice *device = &devices[i];
      WwEnvelopeRecipient recipient = { 0 };

      if (memcmp (device->device_id, but, WW_ID_SIZE) == 0)
        continue;
      memcpy (recipient.device_id, device->device_id, WW_ID_SIZE);
      recipient.suite = ww_suite_choose (device->suites, device->n_suites, device->rsa_key.len > 0,
                                         device->p256_key.len > 0);
      if (recipient.suite == WW_SUITE_NONE)
        return FALSE;
      recipient.public_key = recipient.suite == WW_SUITE_RSA ? device->rsa_key : device->p256_key;
      *weakest = *weakest == WW_SUITE_NONE ? recipient.suite : MIN (*weakest, recipient.suite);
      g_array_append_val (recipients, recipient);
    }
  return TRUE;
}

static void
fill_participant (Waxwing__Participant *participant, const WwRecord *record)
{
  size_t n_handles;
  const char *const *handles = ww_record_handles (record, &n_handles);

  waxwing__participant__init (participant);
  participant->account_id.data = (guint8 *) ww_record_account_id (record);
  participant->account_id.len = WW_ID_SIZE;
  participant->record_hash.data = (guint8 *) ww_record_hash (record);
  participant->record_hash.len = WW_HASH_SIZE;
  if (n_handles > 0)
    participant->handle = (char *) handles[0];
}

static void
pack_content (const WwSealing *self, const WwOutboxRow *row, WwBuffer *out)
{
  Waxwing__Content content = WAXWING__CONTENT__INIT;
  Waxwing__Participant storage[2];
  Waxwing__Participant *participants[2] = { &storage[0], &storage[1] };

  fill_participant (&storage[0], self->own);
  content.n_participants = 1;
  if (self->peer != NULL)
    {
      fill_participant (&storage[1], self->peer);
      content.n_participants = 2;
      if (memcmp (ww_record_account_id (self->own), ww_record_account_id (self->peer), WW_ID_SIZE) > 0)
        {
          participants[0] = &storage[1];
          participants[1] = &storage[0];
        }
    }
  content.participants = participants;
  content.conversation_id.data = (guint8 *) row->conversation;
  content.conversation_id.len = WW_ID_SIZE;
  content.payload.data = (guint8 *) g_bytes_get_data (row->payload, &content.payload.len);
  content.sender_name = self->name;
  out->data = ww_message_pack (&content, &out->len);
}

static WwCryptoStatus
seal (const WwSealing *self, WwSealed *sealed, const GArray *recipients)
{
  WW_AUTO_BUFFER content = { 0 };
  WwEnvelopeHeader header = { 0 };
  guint8 recipients_record[WW_HASH_SIZE];
  guint8 accounts[1][WW_ID_SIZE], records[1][WW_HASH_SIZE];
  WwCryptoStatus status;

  if (self->peer != NULL)
    {
      memcpy (accounts[0], ww_record_account_id (self->peer), WW_ID_SIZE);
      memcpy (records[0], ww_record_hash (self->peer), WW_HASH_SIZE);
    }
  status = ww_envelope_hash_records ((const guint8 (*)[16]) accounts, (const guint8 (*)[32]) records,
                                     self->peer != NULL ? 1 : 0, recipients_record);
  if (status != WW_CRYPTO_OK)
    return status;
  pack_content (self, sealed->row, &content);
  if (content.data == NULL)
    return WW_CRYPTO_INTERNAL;
  header.version = WW_ENVELOPE_VERSION;
  header.kind = (guint8) sealed->row->kind;
  memcpy (header.message_id, sealed->row->id, WW_ID_SIZE);
  memcpy (header.sender_account, ww_identity_get_account_id (self->identity), WW_ID_SIZE);
  memcpy (header.sender_device, ww_identity_get_device_id (self->identity), WW_ID_SIZE);
  header.created_ms = (guint64) MAX (sealed->row->created_ms, 0);
  return ww_envelope_seal (ww_device_keys_signing (ww_identity_get_keys (self->identity)), &header,
                           ww_record_hash (self->own), recipients_record, WW_BYTES_OF_BUFFER (&content),
                           (const WwEnvelopeRecipient *) recipients->data, recipients->len, &sealed->envelope);
}

static DexFuture *
sealing_fiber (gpointer data)
{
  WwSealing *self = data;
  const guint8 *this_device = ww_identity_get_device_id (self->identity);
  g_autoptr (GArray) recipients = g_array_new (FALSE, FALSE, sizeof (WwEnvelopeRecipient));
  WwSuite weakest = WW_SUITE_NONE;
  gboolean possible = TRUE;

  if (self->peer != NULL)
    possible = add_recipients (recipients, self->peer, this_device, &weakest);
  possible = possible && add_recipients (recipients, self->own, this_device, &weakest);
  for (guint i = 0; i < self->rows->len; i++)
    {
      self->sealed[i].weakest = weakest;
      if (!possible)
        self->sealed[i].status = WW_CRYPTO_BAD_SUITE;
      else if (recipients->len > 0)
        self->sealed[i].status = seal (self, &self->sealed[i], recipients);
    }
  return dex_future_new_true ();
}

DexFuture *
ww_sealing_run (WwSealing *self)
{
  return dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, sealing_fiber,
                              g_atomic_rc_box_acquire (self), (GDestroyNotify) ww_sealing_unref);
}
