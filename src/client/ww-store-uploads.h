/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-database.h"
#include "ww-limits.h"

G_BEGIN_DECLS

/*
 * Rows of `uploads`: files of own messages that are not on the server yet. A message that has any does not leave the outbox.
 * On the store's thread, inside a WwStoreFunc.
 */
typedef struct
{
  guint8 message[WW_ID_SIZE];
  guint ordinal; /* among the message's files */
  char *file;    /* of its transfer, see WwTransferRow */
} WwUploadRow;

void ww_upload_row_free (WwUploadRow *self);

/* `files`: one name for each file of the message. */
gboolean ww_store_insert_uploads (WwDatabase *database, const guint8 message[WW_ID_SIZE], const char *const *files,
                                  GError **error);
/* All of them (WwUploadRow), those of one message together and in order. */
gboolean ww_store_list_uploads (WwDatabase *database, GPtrArray **rows, GError **error);

/* Whether a message waits for files of its own. */
gboolean ww_store_has_uploads (WwDatabase *database, const guint8 message[WW_ID_SIZE], gboolean *any, GError **error);

/* Where a file is on the server, and how it opens. */
typedef struct
{
  guint8 id[WW_ID_SIZE];
  guint8 download_token[WW_TOKEN_SIZE];
  guint8 key[WW_HASH_SIZE];
  guint8 hash[WW_HASH_SIZE];
  guint64 size;
} WwUploadPlace;

/* All files of the message are there: it says where, and may leave the outbox. One that is gone meanwhile stays gone. */
gboolean ww_store_finish_uploads (WwDatabase *database, const guint8 message[WW_ID_SIZE], const WwUploadPlace *places,
                                  guint n_places, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwUploadRow, ww_upload_row_free)

G_END_DECLS
