/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-attachments-private.h"

#include <string.h>

#include <openssl/rand.h>

#include "ww-clock.h"
#include "ww-hash.h"
#include "ww-log.h"

#define TAG_SIZE       16
#define MIN_COUNTED    (64 * 1024) /* of each attachment, in the quota: files cost more than their bytes */
#define EXPIRE_AT_ONCE 256
#define SWEEP_MS       (24LL * 60 * 60 * 1000)

/* --- Preparing ----------------------------------------------------------------------------- */

typedef struct
{
  WwRequest *request;
  uint8_t upload_token[WW_TOKEN_SIZE];
  uint8_t download_token[WW_TOKEN_SIZE];
} Preparation;

/* See the header. The limit of the configuration is one of the padded file. */
uint64_t
ww_attachments_get_max (const WwAttachments *self)
{
  uint64_t padded = self->services->config->attachment_bytes;

  return padded + (padded + WW_ATTACHMENT_SEGMENT - 1) / WW_ATTACHMENT_SEGMENT * TAG_SIZE;
}

static bool
make_secrets (Preparation *self, WwStoredAttachment *attachment)
{
  return RAND_bytes (attachment->attachment_id, WW_ID_SIZE) == 1 &&
         RAND_bytes (self->upload_token, WW_TOKEN_SIZE) == 1 && RAND_bytes (self->download_token, WW_TOKEN_SIZE) == 1 &&
         ww_hash (NULL, &WW_BYTES_OF (self->upload_token), 1, attachment->upload_hash) == WW_CRYPTO_OK &&
         ww_hash (NULL, &WW_BYTES_OF (self->download_token), 1, attachment->download_hash) == WW_CRYPTO_OK;
}

static void
preparation_free (Preparation *self)
{
  ww_wipe (self, sizeof *self);
  g_free (self);
}

static void
answer_prepared (const Preparation *self, const WwStoredAttachment *attachment)
{
  Waxwing__UploadPrepared prepared = WAXWING__UPLOAD_PREPARED__INIT;

  prepared.attachment_id = ww_protobuf_bytes (attachment->attachment_id, WW_ID_SIZE);
  prepared.upload_token = ww_protobuf_bytes (self->upload_token, WW_TOKEN_SIZE);
  prepared.download_token = ww_protobuf_bytes (self->download_token, WW_TOKEN_SIZE);
  prepared.expires_ms = (uint64_t) attachment->expires_ms;
  prepared.part_size = WW_MAX_PART;
  ww_request_respond (self->request, WAXWING__RESPONSE__BODY_UPLOAD_PREPARED, &prepared);
}

static void
prepared_cb (WwOperation *base)
{
  Preparation *self = base->data;

  if (base->status == WW_STORAGE_OK)
    answer_prepared (self, &((WwPrepareUploadOp *) base)->attachment);
  else if (base->status == WW_STORAGE_FULL)
    ww_request_fail (self->request, WW_CODE_QUOTA_EXCEEDED, "The attachments of this account take too much room.");
  else if (base->status == WW_STORAGE_NOT_FOUND)
    ww_request_fail (self->request, WW_CODE_UNAUTHENTICATED, "This account is no more.");
  else
    ww_request_fail_unavailable (self->request);
  preparation_free (self);
}

static void
submit_preparation (WwRequest *request)
{
  WwServices *services = request->services;
  Preparation *self = g_new0 (Preparation, 1);
  WwPrepareUploadOp *op = ww_operation_new (WwPrepareUploadOp, prepared_cb, self);

  self->request = request;
  if (!make_secrets (self, &op->attachment))
    {
      g_free (op);
      preparation_free (self);
      ww_request_fail_unavailable (request);
      return;
    }
  memcpy (op->attachment.account_id, request->connection->account_id, WW_ID_SIZE);
  op->attachment.size = request->body->prepare_upload->size;
  op->attachment.expires_ms = ww_clock_now_ms () + WW_UPLOAD_MS;
  op->quota = services->config->attachment_quota;
  op->min_size = MIN_COUNTED;
  services->storage->engine->prepare_upload (services->storage, op);
}

/* PrepareUpload. */
void
ww_attachments_prepare (WwRequest *request)
{
  WwServices *services = request->services;
  uint64_t size = request->body->prepare_upload->size;
  char key[24];
  uint64_t wait_ms;

  g_snprintf (key, sizeof key, "%" G_GINT64_FORMAT, request->connection->device);
  wait_ms = ww_rate_limit_take (services->uploads, key);
  if (wait_ms > 0)
    ww_request_fail_later (request, WW_CODE_RATE_LIMITED, "This device uploads too often.", wait_ms);
  else if (size == 0)
    ww_request_fail (request, WW_CODE_BAD_REQUEST, "An attachment has one byte at least.");
  else if (size > ww_attachments_get_max (services->attachments))
    ww_request_fail (request, WW_CODE_TOO_LARGE, "This server does not take files of this size.");
  else
    submit_preparation (request);
}

/* --- Deleting ------------------------------------------------------------------------------ */

static void
removed_cb (WwAttachmentStoreStatus status, void *data)
{
  WwAttachments *self = data;

  /* What is left there belongs to nothing, and the next sweep finds it. */
  if (status != WW_ATTACHMENT_STORE_OK)
    ww_log_bounded (WW_LOG_WARNING, "attachments", "an attachment's file could not be removed");
  self->work--;
}

static void
remove_bytes (WwAttachments *self, const uint8_t (*ids)[WW_ID_SIZE], size_t n)
{
  self->work++;
  self->store->engine->remove (self->store, ids, n, removed_cb, self);
}

static void
deleted_cb (WwOperation *base)
{
  WwDeleteAttachmentOp *op = (WwDeleteAttachmentOp *) base;
  WwRequest *request = base->data;

  request->services->attachments->work--;
  if (base->status != WW_STORAGE_OK && base->status != WW_STORAGE_NOT_FOUND)
    {
      ww_request_fail_unavailable (request);
      return;
    }
  if (base->status == WW_STORAGE_OK)
    remove_bytes (request->services->attachments, (const uint8_t (*)[WW_ID_SIZE]) & op->attachment_id, 1);
  ww_request_done (request);
}

/* DeleteAttachment. The row goes first: bytes without a row are never given to anybody. */
void
ww_attachments_delete (WwRequest *request)
{
  WwStorage *storage = request->services->storage;
  WwDeleteAttachmentOp *op = ww_operation_new (WwDeleteAttachmentOp, deleted_cb, request);

  memcpy (op->attachment_id, request->body->delete_attachment->attachment_id.data, WW_ID_SIZE);
  memcpy (op->account_id, request->connection->account_id, WW_ID_SIZE);
  request->services->attachments->work++;
  storage->engine->delete_attachment (storage, op);
}

/* --- Housekeeping -------------------------------------------------------------------------- */

static void expire (WwAttachments *self);

static void
expired_cb (WwOperation *base)
{
  WwExpireAttachmentsOp *op = (WwExpireAttachmentsOp *) base;
  WwAttachments *self = base->data;

  self->work--;
  if (base->status != WW_STORAGE_OK || op->n_ids == 0)
    return;
  remove_bytes (self, (const uint8_t (*)[WW_ID_SIZE]) op->ids, op->n_ids);
  if (op->n_ids == op->max && !self->services->stopping)
    expire (self);
}

static void
expire (WwAttachments *self)
{
  WwExpireAttachmentsOp *op = ww_operation_new (WwExpireAttachmentsOp, expired_cb, self);

  self->work++;
  op->now_ms = ww_clock_now_ms ();
  op->max = EXPIRE_AT_ONCE;
  self->services->storage->engine->expire_attachments (self->services->storage, op);
}

static void sweep (WwAttachments *self);

static void
sweep_on (WwAttachments *self)
{
  self->next_shard++;
  if (self->next_shard < WW_ATTACHMENT_SHARDS && !self->services->stopping)
    sweep (self);
}

typedef struct
{
  WwAttachments *self;
  uint8_t (*ids)[WW_ID_SIZE];
} Listed;

static void
found_cb (WwOperation *base)
{
  WwFindAttachmentsOp *op = (WwFindAttachmentsOp *) base;
  Listed *listed = base->data;
  WwAttachments *self = listed->self;
  size_t n = 0;

  for (size_t i = 0; base->status == WW_STORAGE_OK && i < op->n_ids; i++)
    if (!op->known[i])
      memmove (listed->ids[n++], listed->ids[i], WW_ID_SIZE);
  if (n > 0)
    {
      ww_log (WW_LOG_INFO, "removing %zu files that belong to no attachment", n);
      remove_bytes (self, (const uint8_t (*)[WW_ID_SIZE]) listed->ids, n);
    }
  g_free (listed->ids);
  g_free (listed);
  self->work--;
  sweep_on (self);
}

static void
listed_cb (WwAttachmentStoreStatus status, const uint8_t (*ids)[WW_ID_SIZE], size_t n, void *data)
{
  WwAttachments *self = data;
  WwFindAttachmentsOp *op;
  Listed *listed;

  if (status != WW_ATTACHMENT_STORE_OK || n == 0)
    {
      self->work--;
      sweep_on (self);
      return;
    }
  listed = g_new0 (Listed, 1);
  listed->self = self;
  listed->ids = g_memdup2 (ids, n * WW_ID_SIZE);
  op = ww_operation_new (WwFindAttachmentsOp, found_cb, listed);
  op->ids = (const uint8_t (*)[WW_ID_SIZE]) listed->ids;
  op->n_ids = n;
  self->services->storage->engine->find_attachments (self->services->storage, op);
}

/*
 * Bytes that belong to nothing: left by a crash between two steps, or by an account that is no more. A file is made
 * after its row, so that what has no row now will never get one.
 */
static void
sweep (WwAttachments *self)
{
  self->work++;
  self->store->engine->list (self->store, self->next_shard, listed_cb, self);
}

/* See the header. */
void
ww_attachments_housekeeping (WwAttachments *self)
{
  int64_t now_ms = ww_clock_now_ms ();
  bool sweeping = self->swept_ms > 0 && self->next_shard < WW_ATTACHMENT_SHARDS;

  if (self->services->stopping)
    return;
  expire (self);
  if (sweeping || now_ms < self->swept_ms + SWEEP_MS)
    return;
  self->swept_ms = now_ms;
  self->next_shard = 0;
  sweep (self);
}

/* --- Beginning and end --------------------------------------------------------------------- */

static guint
hash_id (gconstpointer id)
{
  guint hash;

  memcpy (&hash, id, sizeof hash);
  return hash;
}

static gboolean
same_id (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, WW_ID_SIZE) == 0;
}

/* With the directory `attachments` below the server's data. On failure NULL and a sentence in `error`. */
WwAttachments *
ww_attachments_new (WwServices *services, char **error)
{
  g_autofree char *path = g_build_filename (services->config->data_dir, "attachments", NULL);
  WwAttachmentStore *store = ww_attachment_directory_open (path, services->config->attachment_reserve, services->loop,
                                                           error);
  WwAttachments *self;

  if (store == NULL)
    return NULL;
  self = g_new0 (WwAttachments, 1);
  self->services = services;
  self->store = store;
  self->clients = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->uploads = g_hash_table_new (hash_id, same_id);
  return self;
}

/* See the header. */
void
ww_attachments_free (WwAttachments *self)
{
  self->services->stopping = true;
  while (self->transfers > 0 || self->work > 0)
    uv_run (self->services->loop, UV_RUN_ONCE);
  self->store->engine->close (self->store);
  g_hash_table_unref (self->uploads);
  g_hash_table_unref (self->clients);
  g_free (self);
}
