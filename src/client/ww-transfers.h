/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-attachment.h"
#include "ww-link.h"
#include "ww-store.h"
#include "ww-transfer.h"

G_BEGIN_DECLS

/*
 * All attachments on their way, of one profile: docs/protocol.md, "Attachments". Their sealed bytes are below the
 * profile's directory in "attachments", their rows in the store. A few move at once, the others wait for their turn.
 */
#define WW_TYPE_TRANSFERS (ww_transfers_get_type ())
G_DECLARE_FINAL_TYPE (WwTransfers, ww_transfers, WW, TRANSFERS, GObject)

/* What a message says of an attachment, as far as its bytes are concerned. */
typedef struct
{
  guint8 id[16];
  guint8 download_token[32];
  guint8 key[WW_ATTACHMENT_KEY_SIZE];
  guint8 hash[WW_ATTACHMENT_HASH_SIZE];
  guint64 size;
} WwAttachmentPointer;

WwTransfers *ww_transfers_new (WwStore *store, WwLink *link, const char *address, const char *profile_directory);
/* Once, before anything else: takes up what was on its way. Resolves to TRUE. */
DexFuture *ww_transfers_load (WwTransfers *self);
/* Everything stops; the rows say how to go on. */
/* Before it is loaded: nothing moves, because no network is to be touched. */
void ww_transfers_hold (WwTransfers *self);
/* Whether what is RUNNING can move just now. */
gboolean ww_transfers_can_move (WwTransfers *self);
void ww_transfers_close (WwTransfers *self);

/* Transfer full; they are kept here as well, with their files, until they are cancelled. */
WwTransfer *ww_transfers_upload (WwTransfers *self, const char *path);
WwTransfer *ww_transfers_download (WwTransfers *self, const WwAttachmentPointer *pointer);
/* The same for a message that is stored. `file`: a name that was chosen before, 32 hex digits, so that it can be found again after
 * a restart. */
WwTransfer *ww_transfers_upload_for (WwTransfers *self, const guint8 message[16], const char *path, const char *file);
WwTransfer *ww_transfers_download_for (WwTransfers *self, const guint8 message[16], const WwAttachmentPointer *pointer);
/* By that name; nullable, transfer none. */
WwTransfer *ww_transfers_find_file (WwTransfers *self, const char *file);
/* What an upload is for, as long as the program runs: WwAttachment looks for it by its id. */
void ww_transfers_bind (WwTransfers *self, const char *attachment, WwTransfer *transfer);
WwTransfer *ww_transfers_find_bound (WwTransfers *self, const char *attachment);
/* Those that were taken up or begun (WwTransfer). */
GPtrArray *ww_transfers_get_list (WwTransfers *self);

/* The one that brings, or brought, an attachment of that message, up or down; nullable, transfer none. What the pointer says has
 * to be what was sealed or asked for: an id alone is anybody's to name. */
WwTransfer *ww_transfers_find (WwTransfers *self, const guint8 message[16], const WwAttachmentPointer *pointer);

/* A message was deleted, or taken back, in the store: nothing of its files stays here. `everywhere`: nor on the server. */
void ww_transfers_forget_message (WwTransfers *self, const guint8 message[16], gboolean everywhere);
/* The same for whatever the store has forgotten meanwhile. Resolves to TRUE. */
DexFuture *ww_transfers_reconcile (WwTransfers *self);

/* Whether its bytes are here: it is a download that is done, or a file of the person's that was sealed. */
gboolean ww_transfer_get_readable (WwTransfer *self);
/* Opens them while they are read (WwSealedStream); NULL while they are not here. */
GInputStream *ww_transfer_open (WwTransfer *self);

/* Of an upload that is done: for the message. FALSE before that. */
gboolean ww_transfer_get_pointer (WwTransfer *self, WwAttachmentPointer *out);
/* Of one that is done: opens its file into a new one. Resolves to TRUE. */
DexFuture *ww_transfer_save (WwTransfer *self, const char *destination);

G_END_DECLS
