/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-archive.h"
#include "ww-transfers.h"

G_BEGIN_DECLS

/* Transfers of what no person sees as a file: its bytes are sealed before, or opened after, in memory. */

/* A name for a sealed file, 32 hex digits, and where that lies. */
char *ww_transfers_make_file (void);
char *ww_transfers_dup_path (WwTransfers *self, const char *file);
/* The sealed file is there. Transfer full; kept in the list as any other. */
WwTransfer *ww_transfers_upload_sealed (WwTransfers *self, const char *file, const WwSealedChunk *sealed);
/* The download of that attachment; transfer none, nullable. */
WwTransfer *ww_transfers_find_parcel (WwTransfers *self, const guint8 attachment_id[16]);
/* Of a download that is done: where its sealed bytes are. */
char *ww_transfer_dup_sealed_path (WwTransfer *self);
/* What was uploaded is to leave the server. Resolves to TRUE when it has, or was not there. */
DexFuture *ww_transfer_withdraw (WwTransfer *self);
/* Nothing is left of it, whatever state it is in: row, file, and what was uploaded. */
void ww_transfer_discard (WwTransfer *self);

G_END_DECLS
