/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What the server remembers of attachments: everything but their bytes, which are in the attachment store. A part of
 * ww-storage.h, which includes this.
 */

typedef struct
{
  uint8_t attachment_id[WW_ID_SIZE];
  uint8_t account_id[WW_ID_SIZE]; /* whose it is */
  uint8_t upload_hash[WW_HASH_SIZE];
  uint8_t download_hash[WW_HASH_SIZE];
  uint64_t size;
  uint64_t received; /* so many bytes, from the first one on, are durable in the attachment store */
  int64_t expires_ms;
} WwStoredAttachment;

/* A new one, of which nothing has been received. FULL: beyond the quota. NOT_FOUND: the account is no more. */
typedef struct
{
  WwOperation base;
  /* in */
  WwStoredAttachment attachment;
  uint64_t quota;    /* bytes of all the account's attachments */
  uint64_t min_size; /* what each counts at least */
} WwPrepareUploadOp;

/* Read only. */
typedef struct
{
  WwOperation base;
  /* in: attachment_id; out: the rest */
  WwStoredAttachment attachment;
} WwLoadAttachmentOp;

/* More has become durable. CONFLICT: it did not have `from` bytes. */
typedef struct
{
  WwOperation base;
  /* in */
  uint8_t attachment_id[WW_ID_SIZE];
  uint64_t from;
  uint64_t to;
  int64_t expires_ms;
} WwAdvanceUploadOp;

/* NOT_FOUND: there is none, or it is another account's. */
typedef struct
{
  WwOperation base;
  /* in */
  uint8_t attachment_id[WW_ID_SIZE];
  uint8_t account_id[WW_ID_SIZE];
} WwDeleteAttachmentOp;

/* Forgets those whose time has come, `max` at most; the caller removes their bytes. */
typedef struct
{
  WwOperation base;
  /* in */
  int64_t now_ms;
  unsigned max;
  /* out */
  uint8_t (*ids)[WW_ID_SIZE];
  unsigned n_ids;
} WwExpireAttachmentsOp;

/* Which of these are remembered. Read only. */
typedef struct
{
  WwOperation base;
  /* in */
  const uint8_t (*ids)[WW_ID_SIZE];
  size_t n_ids;
  /* out: for each of them; owned by the operation */
  bool *known;
} WwFindAttachmentsOp;
