/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-outgoing.h"
#include "ww-store-messages.h"

G_BEGIN_DECLS

/* Bytes that are a file of this process only. */
typedef struct _WwOutgoingMemory WwOutgoingMemory;
WwOutgoingMemory *ww_outgoing_memory_ref (WwOutgoingMemory *self);
void ww_outgoing_memory_unref (WwOutgoingMemory *self);

typedef struct
{
  char *path;
  WwOutgoingMemory *memory; /* what `path` leads to; nullable */
  char *transfer;           /* name of the sealed bytes */
  char *name;
  char *media_type;
  guint64 size;
  guint width, height;
  GBytes *preview;
  gint64 duration_ms;
  gboolean voice;
  GBytes *levels;
} WwOutgoingFile;

/* Of WwOutgoingFile; never NULL. */
GPtrArray *ww_outgoing_get_files (WwOutgoing *self);
/* Names of the sealed bytes, in their order. */
GStrv ww_outgoing_dup_transfers (WwOutgoing *self);

/* Payload, kind, text and reply of a row, as they go out. FALSE, and WW_ERROR_INVALID_ARGUMENT, when there is nothing to send,
 * or too much. */
gboolean ww_outgoing_fill (WwOutgoing *self, WwMessageRow *row, GError **error);

G_END_DECLS
