/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "ww-attachment-file.h"
#include "ww-store-transfers.h"
#include "ww-transfers.h"

G_BEGIN_DECLS

struct _WwTransfers
{
  GObject parent_instance;

  WwStore *store;
  WwLink *link;
  char *address;
  char *directory; /* of the sealed bytes */
  SoupSession *session;
  GPtrArray *list;   /* of WwTransfer */
  GHashTable *bound; /* id of a WwAttachment → WwTransfer */
  guint moving;      /* fibers */
  gboolean held;
  gboolean closed;
};

struct _WwTransfer
{
  GObject parent_instance;

  WwTransfers *owner; /* NULL once that is closed */
  WwTransferRow *row;
  char *source; /* UP, until it is sealed */
  WwAttachmentLayout layout;
  GError *error;

  gboolean moving;           /* its fiber runs, or ends */
  gboolean stays_on_server;  /* when it is forgotten */
  GCancellable *cancellable; /* of what the fiber does */
  DexPromise *stop;          /* rejected together with it */
  DexPromise *finished;
};

WwTransfer *ww_transfer_new (WwTransfers *owner, WwTransferRow *row, const char *source);
/* To be freed with g_free(). */
char *ww_transfer_dup_path (WwTransfer *self);
void ww_transfer_set_done (WwTransfer *self, guint64 done);
void ww_transfer_set_state (WwTransfer *self, WwTransferState state, const GError *error);
void ww_transfer_stop (WwTransfer *self);
/* Whatever its state: row and file go as soon as nothing writes to them. */
void ww_transfer_drop (WwTransfer *self);
/* Writes the row as it is now. */
DexFuture *ww_transfer_store (WwTransfer *self);

/* ww-transfers.c */
void ww_transfers_wake (WwTransfers *self);
void ww_transfers_forget (WwTransfers *self, WwTransfer *transfer);

/* What a fiber does until its transfer is done: TRUE, or an error; WW_ERROR_CANCELLED when it was stopped. */
gboolean ww_transfer_upload (WwTransfer *self, GError **error);
gboolean ww_transfer_download (WwTransfer *self, GError **error);

/* ww-transfer-http.c */
SoupMessage *ww_transfer_message (WwTransfer *self, const char *method, const guint8 token[32]);
/* Resolves to a GInputStream when the headers of the answer are there. */
DexFuture *ww_transfer_send (WwTransfer *self, SoupMessage *message);
/* Resolves to GBytes, at most `count` and none at the end. */
DexFuture *ww_transfer_read (WwTransfer *self, GInputStream *stream, gsize count);
/* Reads the little that a refusal says, so that the connection can be used again. Consumes the stream. */
void ww_transfer_drain (WwTransfer *self, GInputStream *stream);
/* A number in a header of the answer; FALSE when it is not there. */
gboolean ww_transfer_header (SoupMessage *message, const char *name, guint64 *value);
/* What is final becomes an error and FALSE is returned; after anything else it is worth trying again. */
gboolean ww_transfer_may_retry (guint status, GError **error);
/* Waits before the next attempt, and until the server is there. FALSE when stopped. */
gboolean ww_transfer_wait_for_server (WwTransfer *self, guint attempt, GError **error);

G_END_DECLS
