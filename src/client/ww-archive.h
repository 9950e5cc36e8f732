/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "waxwing.pb-c.h"
#include "ww-attachment.h"
#include "ww-types.h"

G_BEGIN_DECLS

/*
 * Pieces of an archive, as they travel between own devices and lie in backups: docs/protocol.md, "History". Nothing here
 * touches a disk; all of it takes a while, and belongs on a thread of its own. Whatever is read may be hostile:
 * WW_ERROR_MESSAGE_MALFORMED, WW_ERROR_MESSAGE_ALTERED.
 */

/* Compressed, behind a head that says how large it was; and back, never larger than WW_MAX_ARCHIVE_CHUNK. */
GBytes *ww_archive_pack (GBytes *chunk, GError **error);
GBytes *ww_archive_unpack (GBytes *packed, GError **error);

/* Sealed like an attachment, under a key of its own. */
typedef struct
{
  GBytes *sealed;
  guint8 key[WW_ATTACHMENT_KEY_SIZE];
  guint8 hash[WW_ATTACHMENT_HASH_SIZE];
  guint64 size; /* of what is sealed */
} WwSealedChunk;
void ww_sealed_chunk_clear (WwSealedChunk *self); /* wipes */

gboolean ww_archive_seal (GBytes *packed, WwSealedChunk *out, GError **error);
GBytes *ww_archive_open (const WwSealedChunk *sealed, GError **error);

/* Sizes only; free with waxwing__archive_chunk__free_unpacked(). */
Waxwing__ArchiveChunk *ww_archive_parse (GBytes *chunk, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WwSealedChunk, ww_sealed_chunk_clear)

G_END_DECLS
