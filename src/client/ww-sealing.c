/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-sealing.h"

#include "ww-frame.h"
#include "ww-limits.h"

static void
peer_free (gpointer data)
{
  WwSealingPeer *self = data;

  g_clear_pointer (&self->record, ww_record_unref);
  g_free (self);
}

GPtrArray *
ww_sealing_peers_new (void)
{
  return g_ptr_array_new_with_free_func (peer_free);
}

void
ww_sealing_peers_add (GPtrArray *peers, const guint8 account[16], WwRecord *record, gboolean left_out)
{
  WwSealingPeer *peer = g_new0 (WwSealingPeer, 1);

  memcpy (peer->account, account, WW_ID_SIZE);
  peer->record = record != NULL ? ww_record_ref (record) : NULL;
  peer->left_out = left_out || record == NULL;
  g_ptr_array_add (peers, peer);
}

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
  g_ptr_array_unref (self->peers);
  g_clear_pointer (&self->heads, g_bytes_unref);
  g_free (self->name);
}

static int
compare_peers (gconstpointer a, gconstpointer b)
{
  const WwSealingPeer *const *one = a, *const *other = b;

  return memcmp ((*one)->account, (*other)->account, WW_ID_SIZE);
}

/* The rows are kept alive by their array; the peers are nobody else's to change any more. */
WwSealing *
ww_sealing_new (WwIdentity *identity, WwRecord *own, GPtrArray *peers, GBytes *heads, const char *name, GPtrArray *rows)
{
  WwSealing *self = g_atomic_rc_box_new0 (WwSealing);

  self->identity = ww_identity_ref (identity);
  self->own = ww_record_ref (own);
  self->peers = g_ptr_array_ref (peers);
  g_ptr_array_sort (self->peers, compare_peers);
  self->heads = heads != NULL ? g_bytes_ref (heads) : NULL;
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

static const guint8 no_hash[WW_HASH_SIZE];

static const guint8 *
peer_hash (const WwSealingPeer *peer)
{
  return peer->record != NULL ? ww_record_hash (peer->record) : no_hash;
}

static void
fill_participant (Waxwing__Participant *participant, const guint8 *account, const WwRecord *record)
{
  size_t n_handles = 0;
  const char *const *handles = record != NULL ? ww_record_handles (record, &n_handles) : NULL;

  waxwing__participant__init (participant);
  participant->account_id.data = (guint8 *) account;
  participant->account_id.len = WW_ID_SIZE;
  participant->record_hash.data = (guint8 *) (record != NULL ? ww_record_hash (record) : no_hash);
  participant->record_hash.len = WW_HASH_SIZE;
  if (n_handles > 0)
    participant->handle = (char *) handles[0];
}

/* All accounts, the own one in its place. */
static void
fill_participants (const WwSealing *self, Waxwing__Participant *storage)
{
  const guint8 *own = ww_record_account_id (self->own);
  gboolean done = FALSE;
  guint n = 0;

  for (guint i = 0; i < self->peers->len; i++)
    {
      const WwSealingPeer *peer = self->peers->pdata[i];

      if (!done && memcmp (own, peer->account, WW_ID_SIZE) < 0)
        {
          fill_participant (&storage[n++], own, self->own);
          done = TRUE;
        }
      fill_participant (&storage[n++], peer->account, peer->record);
    }
  if (!done)
    fill_participant (&storage[n], own, self->own);
}

static void
pack_content (const WwSealing *self, const WwOutboxRow *row, WwBuffer *out)
{
  Waxwing__Content content = WAXWING__CONTENT__INIT;
  guint n = self->peers->len + 1;
  g_autofree Waxwing__Participant *storage = g_new0 (Waxwing__Participant, n);
  g_autofree Waxwing__Participant **participants = g_new0 (Waxwing__Participant *, n);
  gsize heads_len = 0;
  const guint8 *heads = self->heads != NULL ? g_bytes_get_data (self->heads, &heads_len) : NULL;
  ProtobufCBinaryData list[WW_MAX_GROUP_PARENTS];

  fill_participants (self, storage);
  for (guint i = 0; i < n; i++)
    participants[i] = &storage[i];
  content.participants = participants;
  content.n_participants = n;
  content.n_group_heads = MIN (heads_len / WW_HASH_SIZE, WW_MAX_GROUP_PARENTS);
  content.group_heads = list;
  for (gsize i = 0; i < content.n_group_heads; i++)
    list[i] = (ProtobufCBinaryData) { WW_HASH_SIZE, (guint8 *) heads + i * WW_HASH_SIZE };
  content.conversation_id.data = (guint8 *) row->conversation;
  content.conversation_id.len = WW_ID_SIZE;
  content.payload.data = (guint8 *) g_bytes_get_data (row->payload, &content.payload.len);
  content.sender_name = self->name;
  out->data = ww_message_pack (&content, &out->len);
}

static WwCryptoStatus
hash_recipients (const WwSealing *self, guint8 out[WW_HASH_SIZE])
{
  guint n = self->peers->len;
  g_autofree guint8 (*accounts)[WW_ID_SIZE] = g_malloc_n (n + 1, WW_ID_SIZE);
  g_autofree guint8 (*records)[WW_HASH_SIZE] = g_malloc_n (n + 1, WW_HASH_SIZE);

  for (guint i = 0; i < n; i++)
    {
      const WwSealingPeer *peer = self->peers->pdata[i];

      memcpy (accounts[i], peer->account, WW_ID_SIZE);
      memcpy (records[i], peer_hash (peer), WW_HASH_SIZE);
    }
  return ww_envelope_hash_records ((const guint8 (*)[16]) accounts, (const guint8 (*)[32]) records, n, out);
}

static WwCryptoStatus
seal (const WwSealing *self, WwSealed *sealed, const GArray *recipients)
{
  WW_AUTO_BUFFER content = { 0 };
  WwEnvelopeHeader header = { 0 };
  guint8 recipients_record[WW_HASH_SIZE];
  WwCryptoStatus status = hash_recipients (self, recipients_record);

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

  for (guint i = 0; i < self->peers->len && possible; i++)
    {
      const WwSealingPeer *peer = self->peers->pdata[i];

      possible = peer->left_out || add_recipients (recipients, peer->record, this_device, &weakest);
    }
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
