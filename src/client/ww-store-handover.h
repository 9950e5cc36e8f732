/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client-history.h"
#include "ww-limits.h"
#include "ww-store-archive.h"
#include "ww-transfers.h"

G_BEGIN_DECLS

/*
 * History on its way between two own devices: docs/protocol.md, "History". All that either side needs to go on after a
 * restart. On the store's thread, inside a WwStoreFunc. Whatever is to be told to the other device enters the outbox in the
 * same transaction.
 */

/* --- Who gives --------------------------------------------------------------------------- */

/* Offers what is here to an own device, in place of what was offered to it before. */
gboolean ww_store_offer_history (WwDatabase *database, const guint8 own_account[16], const guint8 device[16],
                                 gint64 now_ms, GError **error);

/* A chunk to be made. Boxed, counted. */
typedef struct
{
  guint8 device[16];
  WwArchiveOrder order;
  WwArchivePiece piece;
  WwArchiveCursor next; /* behind it */
  guint64 messages;     /* up to its end */
  guint64 total;
} WwHistoryPiece;

#define WW_TYPE_HISTORY_PIECE (ww_history_piece_get_type ())
GType ww_history_piece_get_type (void);
WwHistoryPiece *ww_history_piece_ref (WwHistoryPiece *self);
void ww_history_piece_unref (WwHistoryPiece *self);

/* The next one that may be sent; *piece is NULL when there is none now. */
gboolean ww_store_next_history_piece (WwDatabase *database, const guint8 own_account[16], WwHistoryPiece **piece,
                                      GError **error);
/* The sealed file is about to be uploaded; one that was, and was not sent, is over. */
gboolean ww_store_begin_history_piece (WwDatabase *database, const WwHistoryPiece *piece, const char *file,
                                       GError **error);
/* It is on the server: the other device is told. *current FALSE: it is not wanted any more. */
gboolean ww_store_send_history_piece (WwDatabase *database, const guint8 own_account[16], const WwHistoryPiece *piece,
                                      const char *file, const WwAttachmentPointer *pointer, gint64 now_ms,
                                      gboolean *current, GError **error);
/* Files (char *) of chunks that are over. */
gboolean ww_store_list_over (WwDatabase *database, GPtrArray **files, GError **error);
gboolean ww_store_forget_over (WwDatabase *database, const char *file, GError **error);
/* The device is not one of the account any more. */
gboolean ww_store_end_history (WwDatabase *database, const guint8 device[16], GError **error);

/* --- Who takes --------------------------------------------------------------------------- */

/* A device that is new takes what the first own device offers. */
gboolean ww_store_want_history (WwDatabase *database, gboolean want, GError **error);
/* Asks the device that offered last for what is missing. WW_ERROR_NO_HISTORY. */
gboolean ww_store_ask_for_history (WwDatabase *database, const guint8 own_account[16], gint64 now_ms, GError **error);

/* A chunk that is to be fetched. Boxed. */
typedef struct
{
  guint8 device[16];
  guint8 archive[16];
  guint32 index;
  WwAttachmentPointer pointer;
  guint64 messages; /* up to its end */
} WwHistoryParcel;

#define WW_TYPE_HISTORY_PARCEL (ww_history_parcel_get_type ())
GType ww_history_parcel_get_type (void);
WwHistoryParcel *ww_history_parcel_copy (const WwHistoryParcel *self);
void ww_history_parcel_free (WwHistoryParcel *self);

/* In the order in which they go in (WwHistoryParcel): none, the next one, or that and the one after it. */
gboolean ww_store_list_history_parcels (WwDatabase *database, GPtrArray **parcels, GError **error);
/* Puts it in and says so. NULL with WW_ERROR_CANCELLED when it is not wanted any more. */
WwArchiveTaken *ww_store_take_history_parcel (WwDatabase *database, const guint8 own_account[16],
                                              const WwHistoryParcel *parcel, const Waxwing__ArchiveChunk *chunk,
                                              gint64 now_ms, GError **error);
/* It could not be had, and is asked for again, a few times; or it is not what it should be (`final`). */
gboolean ww_store_fail_history_parcel (WwDatabase *database, const guint8 own_account[16],
                                       const WwHistoryParcel *parcel, const char *code, gboolean final, gint64 now_ms,
                                       GError **error);

/* --- What arrives ------------------------------------------------------------------------ */

/* One of the four payloads, from an own device, for `this_device`. *refused: nobody asked for it. *changed: there is
 * something to do. */
gboolean ww_store_take_history_payload (WwDatabase *database, const guint8 own_account[16],
                                        const guint8 this_device[16], const guint8 sender[16],
                                        const Waxwing__Payload *payload, gint64 now_ms, gboolean *refused,
                                        gboolean *changed, GError **error);

/* All of both kinds (WwHistoryEntry), for people. */
gboolean ww_store_list_handovers (WwDatabase *database, GPtrArray **entries, GError **error);

#define WW_HISTORY_TRIES       5
#define WW_META_HISTORY_WANTED "history-wanted"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwHistoryPiece, ww_history_piece_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwHistoryParcel, ww_history_parcel_free)

G_END_DECLS
