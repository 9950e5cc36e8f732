/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "waxwing.pb-c.h"
#include "ww-store-standing.h"

G_BEGIN_DECLS

/*
 * What the store holds as an archive, and an archive as what the store holds: docs/protocol.md, "History". On the store's
 * thread, inside a WwStoreFunc.
 */

/* How far an archive is read. Nothing but this is kept between two chunks, so that it can be in the store itself. */
typedef struct
{
  guint section;    /* 0 at the beginning */
  guint8 after[64]; /* the last one of it that was read */
  gsize after_len;
  gint64 row; /* of messages: those before this one are to come; set by ww_store_begin_archive() */
} WwArchiveCursor;

typedef struct
{
  guint8 account[16];
  guint8 archive[16];
  guint32 index;
  gboolean backup; /* what has not been sent comes too: nobody else has it */
} WwArchiveOrder;

typedef struct
{
  GBytes *chunk; /* a serialised ArchiveChunk */
  guint64 messages;
  gboolean last;
} WwArchivePiece;

/* Everything that is here now; what comes later is not in it. `messages`: about so many. */
gboolean ww_store_begin_archive (WwDatabase *database, WwArchiveCursor *cursor, guint64 *messages, GError **error);
/* The next chunk; moves the cursor on. */
gboolean ww_store_read_archive (WwDatabase *database, const WwArchiveOrder *order, WwArchiveCursor *cursor,
                                WwArchivePiece *piece, GError **error);

/* What a chunk brought, for the models. Boxed, counted. */
typedef struct
{
  GPtrArray *conversations; /* of WwConversationRow, as they are now: some are new */
  GPtrArray *contacts;      /* of WwContactRow */
  GPtrArray *decided;       /* of WwDecided */
  GPtrArray *changed;       /* of WwMessageRow: were here, and something more was said about them */
  guint64 added;            /* messages that were not here */
  gboolean settings;        /* of the account */
} WwArchiveTaken;

#define WW_TYPE_ARCHIVE_TAKEN (ww_archive_taken_get_type ())
GType ww_archive_taken_get_type (void);
WwArchiveTaken *ww_archive_taken_ref (WwArchiveTaken *self);
void ww_archive_taken_unref (WwArchiveTaken *self);

/*
 * Puts in what is not here. What is here stays as it is, but for what was said about it and what is later; nothing is
 * deleted, and what was deleted does not come back. An entry that cannot be is left out.
 */
WwArchiveTaken *ww_store_take_archive (WwDatabase *database, const guint8 own_account[16],
                                       const Waxwing__ArchiveChunk *chunk, gint64 now_ms, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwArchiveTaken, ww_archive_taken_unref)

G_END_DECLS
