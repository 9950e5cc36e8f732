/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-incoming.h"

#include "ww-checks.h"
#include "ww-conversation-id.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-hash.h"
#include "ww-limits.h"

static void
incoming_free (gpointer data)
{
  WwIncoming *self = data;

  g_clear_pointer (&self->arrival, ww_arrival_free);
  g_clear_pointer (&self->opened, ww_opened_free);
  g_clear_pointer (&self->sender, ww_record_unref);
  g_free (self);
}

WwIncomingBatch *
ww_incoming_batch_new (WwIdentity *identity, WwRecord *own)
{
  WwIncomingBatch *self = g_atomic_rc_box_new0 (WwIncomingBatch);
  const WwRecordDevice *device = ww_record_find_device (own, ww_identity_get_device_id (identity));

  self->identity = ww_identity_ref (identity);
  if (device != NULL)
    self->strongest = ww_suite_choose (device->suites, device->n_suites, device->rsa_key.len > 0,
                                       device->p256_key.len > 0);
  self->items = g_ptr_array_new_with_free_func (incoming_free);
  return self;
}

static void
batch_clear (gpointer data)
{
  WwIncomingBatch *self = data;

  ww_identity_unref (self->identity);
  g_ptr_array_unref (self->items);
}

void
ww_incoming_batch_unref (WwIncomingBatch *self)
{
  g_atomic_rc_box_release_full (self, batch_clear);
}

/* `reply` is an event with a delivery. */
void
ww_incoming_batch_add (WwIncomingBatch *self, WwReply *reply)
{
  WwIncoming *item = g_new0 (WwIncoming, 1);

  item->arrival = ww_arrival_new (reply);
  g_ptr_array_add (self->items, item);
}

void
ww_incoming_refuse (WwIncoming *self, WwError code)
{
  g_autoptr (GError) error = ww_error_new (code);

  ww_arrival_refuse (self->arrival, ww_error_get_code (error));
}

const guint8 *
ww_incoming_sender (WwIncoming *self)
{
  return self->opened != NULL ? ww_opened_header (self->opened)->sender_account : NULL;
}

const WwRecordDevice *
ww_incoming_find_device (WwIncoming *self)
{
  if (self->sender == NULL || self->opened == NULL)
    return NULL;
  return ww_record_find_device (self->sender, ww_opened_header (self->opened)->sender_device);
}

static void
open_one (WwIncomingBatch *self, WwIncoming *item)
{
  const Waxwing__Delivery *delivery = ww_reply_event (item->arrival->reply)->delivery;
  const guint8 *this_device = ww_identity_get_device_id (self->identity);
  WwCryptoStatus status;

  if (memcmp (delivery->wrap->device_id.data, this_device, WW_ID_SIZE) != 0)
    {
      ww_incoming_refuse (item, WW_ERROR_MESSAGE_NOT_FOR_US);
      return;
    }
  if (delivery->wrap->suite < self->strongest)
    {
      ww_incoming_refuse (item, WW_ERROR_MESSAGE_WEAK_SUITE);
      return;
    }
  status = ww_envelope_open (ww_identity_get_keys (self->identity), this_device,
                             WW_BYTES (delivery->header.data, delivery->header.len),
                             WW_BYTES (delivery->body.data, delivery->body.len), (WwSuite) delivery->wrap->suite,
                             WW_BYTES (delivery->wrap->sealed_key.data, delivery->wrap->sealed_key.len), &item->opened);
  if (status != WW_CRYPTO_OK)
    {
      ww_incoming_refuse (item, ww_error_from_crypto (status));
      return;
    }
  item->arrival->suite = delivery->wrap->suite;
  memcpy (item->sender_hash, ww_opened_sender_record (item->opened), WW_HASH_SIZE);
}

static DexFuture *
open_fiber (gpointer data)
{
  WwIncomingBatch *self = data;

  for (guint i = 0; i < self->items->len; i++)
    open_one (self, self->items->pdata[i]);
  return dex_future_new_true ();
}

DexFuture *
ww_incoming_open_all (WwIncomingBatch *self)
{
  return dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, open_fiber, g_atomic_rc_box_acquire (self),
                              (GDestroyNotify) ww_incoming_batch_unref);
}

static const Waxwing__Participant *
find_participant (const Waxwing__Content *content, const guint8 account[16])
{
  for (size_t i = 0; i < content->n_participants; i++)
    if (memcmp (content->participants[i]->account_id.data, account, WW_ID_SIZE) == 0)
      return content->participants[i];
  return NULL;
}

/* The records that the signature binds must be the ones that the content names. */
static gboolean
records_agree (const WwIncoming *item, const Waxwing__Content *content, const guint8 sender[16])
{
  g_autofree guint8 (*accounts)[WW_ID_SIZE] = g_malloc_n (content->n_participants + 1, WW_ID_SIZE);
  g_autofree guint8 (*records)[WW_HASH_SIZE] = g_malloc_n (content->n_participants + 1, WW_HASH_SIZE);
  guint8 digest[WW_HASH_SIZE];
  size_t n = 0;

  for (size_t i = 0; i < content->n_participants; i++)
    {
      const Waxwing__Participant *participant = content->participants[i];

      if (memcmp (participant->account_id.data, sender, WW_ID_SIZE) == 0)
        {
          if (memcmp (participant->record_hash.data, ww_opened_sender_record (item->opened), WW_HASH_SIZE) != 0)
            return FALSE;
          continue;
        }
      memcpy (accounts[n], participant->account_id.data, WW_ID_SIZE);
      memcpy (records[n], participant->record_hash.data, WW_HASH_SIZE);
      n++;
    }
  return ww_envelope_hash_records ((const guint8 (*)[16]) accounts, (const guint8 (*)[32]) records, n, digest) ==
             WW_CRYPTO_OK &&
         memcmp (digest, ww_opened_recipients_record (item->opened), WW_HASH_SIZE) == 0;
}

/*
 * In a group: whether these are its people is for the store to say, which has its log. Nobody can have made the
 * conversation of two people look like one, because its id is none that a group can have.
 */
static gboolean
check_group (WwIncomingBatch *self, WwIncoming *item, const Waxwing__Content *content)
{
  const guint8 *sender = ww_opened_header (item->opened)->sender_account;
  WwArrival *arrival = item->arrival;

  if (find_participant (content, ww_identity_get_account_id (self->identity)) == NULL ||
      find_participant (content, sender) == NULL)
    return FALSE;
  memcpy (arrival->peer, content->conversation_id.data, WW_ID_SIZE);
  arrival->participants = g_array_new (FALSE, FALSE, WW_ID_SIZE);
  for (size_t i = 0; i < content->n_participants; i++)
    g_array_append_vals (arrival->participants, content->participants[i]->account_id.data, 1);
  arrival->heads = g_array_new (FALSE, FALSE, WW_HASH_SIZE);
  for (size_t i = 0; i < content->n_group_heads; i++)
    g_array_append_vals (arrival->heads, content->group_heads[i].data, 1);
  return TRUE;
}

/* Two people, this account one of them. */
static gboolean
check_pair (WwIncomingBatch *self, WwIncoming *item, const Waxwing__Content *content)
{
  const guint8 *own = ww_identity_get_account_id (self->identity);
  const guint8 *sender = ww_opened_header (item->opened)->sender_account;
  const guint8 *first, *second;
  guint8 conversation[WW_ID_SIZE];

  if (content->n_participants != 2 || find_participant (content, own) == NULL ||
      find_participant (content, sender) == NULL)
    return FALSE;
  first = content->participants[0]->account_id.data;
  second = content->participants[1]->account_id.data;
  if (memcmp (first, second, WW_ID_SIZE) >= 0)
    return FALSE;
  memcpy (item->arrival->peer, memcmp (first, own, WW_ID_SIZE) == 0 ? second : first, WW_ID_SIZE);
  ww_conversation_id_for_pair (first, second, conversation);
  return memcmp (conversation, content->conversation_id.data, WW_ID_SIZE) == 0;
}

/* Who talks to whom: this account's devices among themselves, a group, or two people. */
static gboolean
check_participants (WwIncomingBatch *self, WwIncoming *item, const Waxwing__Content *content)
{
  const guint8 *own = ww_identity_get_account_id (self->identity);
  WwArrival *arrival = item->arrival;

  arrival->own = memcmp (ww_opened_header (item->opened)->sender_account, own, WW_ID_SIZE) == 0;
  if (content->n_group_heads > 0)
    return check_group (self, item, content);
  if (content->n_participants == 1)
    {
      arrival->own_only = TRUE;
      return arrival->own && arrival->kind == WW_ENVELOPE_SILENT && find_participant (content, own) != NULL;
    }
  return check_pair (self, item, content);
}

/* The same for every sealing of one message, so that a retry is told from a replay with other words. */
static gboolean
hash_content (WwArrival *arrival)
{
  gsize len;
  const guint8 *payload = g_bytes_get_data (arrival->payload, &len);
  const WwBytes parts[] = { WW_BYTES_OF (arrival->conversation), WW_BYTES (payload, len) };

  return ww_hash ("waxwing/client/content", parts, G_N_ELEMENTS (parts), arrival->content_hash) == WW_CRYPTO_OK;
}

static void
take_content (WwIncomingBatch *self, WwIncoming *item, const Waxwing__Content *content)
{
  WwArrival *arrival = item->arrival;
  const Waxwing__Participant *own;

  if (!check_participants (self, item, content))
    {
      ww_incoming_refuse (item, WW_ERROR_MESSAGE_NOT_PARTICIPANT);
      return;
    }
  if (!records_agree (item, content, ww_opened_header (item->opened)->sender_account))
    {
      ww_incoming_refuse (item, WW_ERROR_MESSAGE_MALFORMED);
      return;
    }
  own = find_participant (content, ww_identity_get_account_id (self->identity));
  memcpy (item->own_hash, own->record_hash.data, WW_HASH_SIZE);
  memcpy (arrival->conversation, content->conversation_id.data, WW_ID_SIZE);
  arrival->payload = g_bytes_new (content->payload.data, content->payload.len);
  arrival->sender_name = g_strdup (content->sender_name);
  if (hash_content (arrival))
    item->verified = TRUE;
  else
    ww_incoming_refuse (item, WW_ERROR_FAILED);
}

static void
verify_one (WwIncomingBatch *self, WwIncoming *item)
{
  const WwEnvelopeHeader *header;
  const WwRecordDevice *device = ww_incoming_find_device (item);
  Waxwing__Content *content;
  WwBytes bytes;
  WwCryptoStatus status;

  if (item->arrival->code != NULL || item->verified || device == NULL)
    return;
  status = ww_opened_verify (item->opened, device->signing_key, &bytes);
  if (status != WW_CRYPTO_OK)
    {
      ww_incoming_refuse (item, ww_error_from_crypto (status));
      return;
    }
  header = ww_opened_header (item->opened);
  /* What nobody keeps is in no mailbox, and the other way round. */
  if ((header->kind == WW_ENVELOPE_TRANSIENT) != self->transient)
    {
      ww_incoming_refuse (item, WW_ERROR_MESSAGE_MALFORMED);
      return;
    }
  memcpy (item->arrival->id, header->message_id, WW_ID_SIZE);
  memcpy (item->arrival->account, header->sender_account, WW_ID_SIZE);
  memcpy (item->arrival->device, header->sender_device, WW_ID_SIZE);
  item->arrival->kind = header->kind;
  item->arrival->created_ms = ww_clamp_time (header->created_ms);
  content = ww_content_parse (bytes.data, bytes.len);
  if (content == NULL)
    {
      ww_incoming_refuse (item, WW_ERROR_MESSAGE_MALFORMED);
      return;
    }
  take_content (self, item, content);
  waxwing__content__free_unpacked (content, NULL);
}

static DexFuture *
verify_fiber (gpointer data)
{
  WwIncomingBatch *self = data;

  for (guint i = 0; i < self->items->len; i++)
    verify_one (self, self->items->pdata[i]);
  return dex_future_new_true ();
}

DexFuture *
ww_incoming_verify_all (WwIncomingBatch *self)
{
  return dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, verify_fiber, g_atomic_rc_box_acquire (self),
                              (GDestroyNotify) ww_incoming_batch_unref);
}
