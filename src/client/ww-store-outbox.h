/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-store-messages.h"

G_BEGIN_DECLS

/* Rows of `outbox`, for the engine. On the store's thread, inside a WwStoreFunc. */
typedef struct
{
  gint64 row;
  guint8 id[16];
  gboolean has_conversation;
  guint8 conversation[16];
  guint8 peer[16]; /* the own account: for the own devices only */
  guint kind;      /* WwEnvelopeKind */
  gint64 created_ms;
  GBytes *payload;
  GBytes *extra; /* ids of those who get it although they are not in the group any more; nullable */
} WwOutboxRow;

void ww_outbox_row_free (WwOutboxRow *self);

/* The accounts for which something waits, longest first (GBytes); without those for whom it is held, and without
 * messages whose files are not on the server yet. */
gboolean ww_store_list_outbox_peers (WwDatabase *database, GPtrArray **peers, GError **error);
/* The first up to `limit` rows for one of them (WwOutboxRow), in order, as far as they go to the same people. */
gboolean ww_store_list_outbox (WwDatabase *database, const guint8 peer[16], guint limit, GPtrArray **rows,
                               GError **error);

/* What became of a row that was tried. */
typedef struct
{
  guint8 id[16];
  guint suite;      /* sent: the weakest one used */
  char *error;      /* NULL: sent. Else the sentence for which it will not go out by itself. */
  GBytes *accounts; /* of a group: to whom it went, ids one after the other; nullable */
} WwOutboxOutcome;

typedef struct
{
  guint8 id[16];
  WwMessageState state;
  guint suite;
  char *error;
} WwStateChange;

GPtrArray *ww_state_changes_new (void);
void ww_state_changes_add (GPtrArray *changes, const guint8 id[16], WwMessageState state, guint suite,
                           const char *error);

GPtrArray *ww_outbox_outcomes_new (void);
void ww_outbox_outcomes_add (GPtrArray *outcomes, const guint8 id[16], guint suite, const char *error);
/* The last one that was added went to these (ids, one after the other). */
void ww_outbox_outcomes_set_accounts (GPtrArray *outcomes, GBytes *accounts);
/* Rows leave the outbox and their messages get their state, in one transaction. Appends WwStateChange of what changed. */
gboolean ww_store_settle_outbox (WwDatabase *database, GPtrArray *outcomes, GPtrArray *changes, GError **error);

/* The messages that wait for that person say why (`sentence`), or do not any more (NULL). Appends WwStateChange. */
gboolean ww_store_hold_outbox (WwDatabase *database, const guint8 peer[16], const char *sentence, GPtrArray *changes,
                               GError **error);
/* Nothing of what waits for that person will go out by itself. Appends WwStateChange. */
gboolean ww_store_drop_outbox (WwDatabase *database, const guint8 peer[16], const char *sentence, GPtrArray *changes,
                               GError **error);
/* The same for the messages of a group that this account is not in any more; its changes go out all the same. */
gboolean ww_store_drop_group_outbox (WwDatabase *database, const guint8 group[16], const char *sentence,
                                     GPtrArray *changes, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwOutboxRow, ww_outbox_row_free)

G_END_DECLS
