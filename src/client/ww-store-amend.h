/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "waxwing.pb-c.h"
#include "ww-store-messages.h"

G_BEGIN_DECLS

/*
 * What is said about a message later: tapbacks, edits, unsending; and what the person deletes. docs/protocol.md,
 * "Payloads". On the store's thread, inside a WwStoreFunc.
 */
typedef struct
{
  guint8 id[16];           /* of the message that says it */
  guint8 account[16];      /* who says it */
  guint8 conversation[16]; /* where */
  gint64 created_ms;       /* when, as they say */
} WwAmendment;

typedef enum
{
  WW_AMENDED,
  WW_AMENDED_NOTHING, /* a later one counts, or there is nothing left that it could change */
  WW_AMENDED_LATER,   /* its message is not here; it waits */
  WW_AMENDED_REFUSED, /* not theirs, not here, or too late */
} WwAmendResult;

/* Whether it is one of the three. `target` (16 bytes, of the payload) is set then. */
gboolean ww_payload_is_amendment (const Waxwing__Payload *payload, const guint8 **target);

/*
 * Appends the message as it is now to `changed` (WwMessageRow). What waits is kept if `may_wait`. After an unsending the
 * write-ahead log has to be emptied by ww_store_purge().
 */
gboolean ww_store_amend (WwDatabase *database, const WwAmendment *amendment, const Waxwing__Payload *payload,
                         gboolean may_wait, gint64 now_ms, WwAmendResult *result, GPtrArray *changed, GError **error);
/* What waited for a message that has just been inserted. `row` becomes as it is afterwards. */
gboolean ww_store_amend_new (WwDatabase *database, WwMessageRow *row, gint64 now_ms, GError **error);
gboolean ww_store_prune_amendments (WwDatabase *database, gint64 now_ms, GError **error);
#define WW_AMENDMENTS_KEPT 10000

/* All wordings of a message, the first one first (WwWording). Empty when it was never edited. */
typedef struct
{
  char *text;
  gint64 at_ms;
} WwWording;
void ww_wording_free (WwWording *self);
gboolean ww_store_list_wordings (WwDatabase *database, const guint8 message[16], GPtrArray **wordings, GError **error);

/* Forgets messages of one's own accord; unknown ids are remembered. Appends the conversations that changed, as they are
 * now (WwConversationRow). `ids`: 16 bytes each. */
gboolean ww_store_delete_messages (WwDatabase *database, const guint8 *ids, gsize n, gint64 now_ms,
                                   GPtrArray *conversations, GError **error);
gboolean ww_store_is_deleted (WwDatabase *database, const guint8 id[16], gboolean *deleted, GError **error);

/* Who has an own message (WwDeliveryRow), by person. */
typedef struct
{
  guint8 account[16];
  WwMessageState state;
  gint64 at_ms;
} WwDeliveryRow;
gboolean ww_store_note_delivery (WwDatabase *database, const guint8 message[16], const guint8 account[16],
                                 WwMessageState state, gint64 at_ms, GError **error);
/* The state of the one who is behind all others; WAITING when nobody is waited for. */
gboolean ww_store_summarise_deliveries (WwDatabase *database, const guint8 message[16], WwMessageState *state,
                                        GError **error);
gboolean ww_store_has_delivery (WwDatabase *database, const guint8 message[16], const guint8 account[16], gboolean *has,
                                GError **error);
gboolean ww_store_list_deliveries (WwDatabase *database, const guint8 message[16], GPtrArray **deliveries,
                                   GError **error);

/* Deletes what belongs to the messages of a conversation, or to one message, but not these themselves. */
gboolean ww_store_forget_details (WwDatabase *database, const guint8 message[16], GError **error);
gboolean ww_store_forget_conversation_details (WwDatabase *database, const guint8 conversation[16], GError **error);

G_END_DECLS
