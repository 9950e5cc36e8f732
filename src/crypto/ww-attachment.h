/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-bytes.h"
#include "ww-crypto-status.h"

/*
 * Files sealed segment by segment: docs/protocol.md, "Attachments". Bytes in, bytes out: who reads and who writes them
 * is the caller's business, and memory does not depend on the file.
 */

#define WW_ATTACHMENT_KEY_SIZE    32
#define WW_ATTACHMENT_HASH_SIZE   32
#define WW_ATTACHMENT_PLAIN_SIZE  65536                           /* of every segment but the last */
#define WW_ATTACHMENT_SEALED_SIZE (WW_ATTACHMENT_PLAIN_SIZE + 16) /* likewise */
#define WW_ATTACHMENT_MAX_SIZE    ((uint64_t) 1 << 40)            /* of a file */

/* What follows from the size of a file. */
typedef struct
{
  uint64_t size;   /* of the file */
  uint64_t padded; /* with the zeros behind it */
  uint64_t sealed; /* of all segments, sealed */
  uint64_t segments;
} WwAttachmentLayout;

WwCryptoStatus ww_attachment_layout_init (WwAttachmentLayout *self, uint64_t size);
/* The largest file of which at most so many bytes are sealed; false: not even an empty one. */
bool ww_attachment_largest (uint64_t sealed, uint64_t *size);
/* How much of the file is in this segment, how much of the padded file, and how large the segment is sealed. */
size_t ww_attachment_layout_file_bytes (const WwAttachmentLayout *self, uint64_t segment);
size_t ww_attachment_layout_padded_bytes (const WwAttachmentLayout *self, uint64_t segment);
size_t ww_attachment_layout_sealed_bytes (const WwAttachmentLayout *self, uint64_t segment);

/*
 * Seals one file, once, from its first segment to its last, under a key that it makes itself. There is no way to seal a
 * segment again: a second plaintext under the same key and nonce would give both away.
 */
typedef struct _WwAttachmentSealer WwAttachmentSealer;

WwCryptoStatus ww_attachment_sealer_new (uint64_t size, WwAttachmentSealer **out);
void ww_attachment_sealer_free (WwAttachmentSealer *self);
const WwAttachmentLayout *ww_attachment_sealer_get_layout (const WwAttachmentSealer *self);
const uint8_t *ww_attachment_sealer_get_key (const WwAttachmentSealer *self); /* 32 */
/* How many bytes of the file the next segment takes; 0 when only padding is left. */
size_t ww_attachment_sealer_wants (const WwAttachmentSealer *self);
bool ww_attachment_sealer_is_done (const WwAttachmentSealer *self);
WwCryptoStatus ww_attachment_sealer_next (WwAttachmentSealer *self, WwBytes file_bytes, uint8_t *out, size_t *out_len);

/* Opens segments in any order. */
typedef struct _WwAttachmentOpener WwAttachmentOpener;

WwCryptoStatus ww_attachment_opener_new (const uint8_t key[WW_ATTACHMENT_KEY_SIZE], uint64_t size,
                                         WwAttachmentOpener **out);
void ww_attachment_opener_free (WwAttachmentOpener *self);
const WwAttachmentLayout *ww_attachment_opener_get_layout (const WwAttachmentOpener *self);
WwCryptoStatus ww_attachment_opener_open (WwAttachmentOpener *self, uint64_t segment, WwBytes sealed, uint8_t *out,
                                          size_t *out_len);

/* SHA-256 of the sealed bytes, as they come. */
typedef struct _WwAttachmentDigest WwAttachmentDigest;

WwCryptoStatus ww_attachment_digest_new (WwAttachmentDigest **out);
void ww_attachment_digest_free (WwAttachmentDigest *self);
WwCryptoStatus ww_attachment_digest_update (WwAttachmentDigest *self, WwBytes sealed);
WwCryptoStatus ww_attachment_digest_finish (WwAttachmentDigest *self, uint8_t out[WW_ATTACHMENT_HASH_SIZE]);
