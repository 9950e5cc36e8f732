/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-conversation-list.h"
#include "ww-outgoing.h"
#include "ww-store.h"
#include "ww-transfers.h"

G_BEGIN_DECLS

/*
 * Own messages whose files are on their way to the server. Such a message is in the store and in the outbox from the start, and
 * held there until all of its files have a place (ww-store-uploads.h). Files of a message that failed can be tried again
 * as long as they were sealed.
 */
#define WW_TYPE_UPLOADS (ww_uploads_get_type ())
G_DECLARE_FINAL_TYPE (WwUploads, ww_uploads, WW, UPLOADS, GObject)

WwUploads *ww_uploads_new (WwStore *store, WwTransfers *transfers, WwConversationList *conversations);
/* After ww_transfers_load(): takes up what a restart interrupted. Resolves to TRUE. */
DexFuture *ww_uploads_load (WwUploads *self);
/* Resolves when nothing more can be brought to the server now: all of it is there, or it waits for the link, or for the person. */
DexFuture *ww_uploads_settle (WwUploads *self);
void ww_uploads_close (WwUploads *self);
WwTransfers *ww_uploads_get_transfers (WwUploads *self);

/* A message that was stored with ww_store_insert_uploads(): its files begin to move. */
void ww_uploads_begin (WwUploads *self, const guint8 message[16], WwOutgoing *outgoing);
/* The person wants a failed message to be tried again. */
void ww_uploads_retry (WwUploads *self, const guint8 message[16]);
/* It was deleted, or taken back: its files go, too. `everywhere`: on the server as well. */
void ww_uploads_forget (WwUploads *self, const guint8 message[16], gboolean everywhere);

G_END_DECLS
