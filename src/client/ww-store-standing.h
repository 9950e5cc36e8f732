/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-store-outbox.h"

G_BEGIN_DECLS

/*
 * What a person decides about others: whether they may write, with which account key they are who they were, whether that
 * was compared. On the store's thread, inside a WwStoreFunc. Each decision is told to the own devices (ContactStates) in
 * the same transaction, and what waits for the other person is held, let go or given up with it.
 */
typedef enum
{
  WW_DECISION_ACCEPT,
  WW_DECISION_BLOCK,
  WW_DECISION_UNBLOCK,
  WW_DECISION_DELETE,
  WW_DECISION_TRUST,
  WW_DECISION_VERIFY,
  WW_DECISION_DOUBT, /* takes the mark of VERIFY away */
} WwDecisionKind;

typedef struct
{
  WwDecisionKind kind;
  guint8 own_account[16];
  guint8 peer[16];
  guint8 conversation[16];
  guint8 key[65]; /* TRUST, VERIFY: the account key that it is about; refused when the current one is another */
} WwDecision;

/* What a decision changed, for the models. Boxed, counted. */
typedef struct
{
  WwContactRow *contact;
  WwConversationRow *conversation; /* as it is now; NULL when there is none (any more) */
  GPtrArray *states;               /* of WwStateChange */
  gboolean group;                  /* it is about a group */
  gboolean erased;                 /* the messages are gone, and the conversation with them unless it is told above */
} WwDecided;

#define WW_TYPE_DECIDED (ww_decided_get_type ())
GType ww_decided_get_type (void);
WwDecided *ww_decided_ref (WwDecided *self);
void ww_decided_unref (WwDecided *self);

WwDecided *ww_store_decide (WwDatabase *database, const WwDecision *decision, gint64 now_ms, GError **error);

/*
 * The person writes to `peer`: that accepts, and trusts the account key that is current when none was trusted before.
 * WW_ERROR_BLOCKED for somebody blocked. *contact is as it is now, NULL when nothing changed.
 */
gboolean ww_store_accept_by_writing (WwDatabase *database, const guint8 own_account[16], const guint8 peer[16],
                                     gint64 now_ms, WwContactRow **contact, GError **error);
/* Another own device wrote to `peer`. *contact as above. */
gboolean ww_store_accept_by_copy (WwDatabase *database, const guint8 peer[16], WwContactRow **contact, GError **error);

/* A ContactState of another own device: the later one counts. *decided is NULL when it changed nothing. */
gboolean ww_store_apply_contact_state (WwDatabase *database, const guint8 own_account[16],
                                       const Waxwing__ContactState *state, gint64 now_ms, WwDecided **decided,
                                       GError **error);
/* Everything that was decided, for a device that is new. */
gboolean ww_store_queue_contact_states (WwDatabase *database, const guint8 own_account[16], gint64 now_ms,
                                        GError **error);

/*
 * Another own device deleted the conversation: it goes when nothing is left in it; *decided is NULL while something is.
 * What was in it goes by its own id, so that nothing is lost that the other device never had.
 */
gboolean ww_store_apply_erasure (WwDatabase *database, const guint8 conversation[16], WwDecided **decided,
                                 GError **error);

/* After the contact changed: what waits in the outbox for that person is held, or let go. Appends WwStateChange. */
gboolean ww_store_follow_contact (WwDatabase *database, const WwContactRow *contact, GPtrArray *states, GError **error);

/* A stranger's conversations, and the messages of one of them, are bounded; more is refused. */
#define WW_MAX_REQUESTS         500
#define WW_MAX_REQUEST_MESSAGES 100
gboolean ww_store_has_room_for_request (WwDatabase *database, const guint8 conversation[16], gboolean *room,
                                        GError **error);
/* How many were refused since the store was made is kept. */
gboolean ww_store_count_refused_request (WwDatabase *database, GError **error);
#define WW_META_REFUSED_REQUESTS "refused-requests"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwDecided, ww_decided_unref)

G_END_DECLS
