/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-limits.h"
#include "ww-store.h"
#include "ww-transfer.h"

G_BEGIN_DECLS

/* Rows of `transfers`: attachments on their way. On the store's thread, inside a WwStoreFunc. */
typedef struct
{
  gint64 row; /* 0: not stored yet */
  gboolean has_message;
  guint8 message[WW_ID_SIZE]; /* whose file it is */
  WwTransferDirection direction;
  WwTransferState state;
  char *file;      /* name below the directory of the sealed bytes */
  gboolean has_id; /* and tokens */
  guint8 id[WW_ID_SIZE];
  guint8 upload_token[WW_TOKEN_SIZE];
  guint8 download_token[WW_TOKEN_SIZE];
  guint8 key[WW_HASH_SIZE];
  guint8 hash[WW_HASH_SIZE];
  guint64 size;
  guint64 done;
  char *error; /* code; nullable */
} WwTransferRow;

WwTransferRow *ww_transfer_row_new (WwTransferDirection direction);
WwTransferRow *ww_transfer_row_copy (const WwTransferRow *self);
void ww_transfer_row_free (WwTransferRow *self); /* wipes */

/*
 * Inserts a row that has none, and gives it its number; else writes all of it again. Its number is 0 afterwards when it has been
 * forgotten: its message is not there any more, or was taken back.
 */
gboolean ww_store_put_transfer (WwDatabase *database, WwTransferRow *row, GError **error);
gboolean ww_store_delete_transfer (WwDatabase *database, gint64 row, GError **error);
/* All of them (WwTransferRow), in their order. */
gboolean ww_store_list_transfers (WwDatabase *database, GPtrArray **rows, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwTransferRow, ww_transfer_row_free)

G_END_DECLS
