/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-envelope.h"
#include "ww-keyring.h"
#include "ww-record.h"
#include "ww-store-outbox.h"

G_BEGIN_DECLS

/* One row of the outbox, sealed. */
typedef struct
{
  const WwOutboxRow *row;
  WwCryptoStatus status;
  WwSuite weakest; /* of the wraps; WW_SUITE_NONE when there are none */
  WwEnvelope envelope;
} WwSealed;

/* Another account that takes part. */
typedef struct
{
  guint8 account[16];
  WwRecord *record;  /* NULL: nobody ever showed one */
  gboolean left_out; /* named, but nothing is sealed to it */
} WwSealingPeer;

GPtrArray *ww_sealing_peers_new (void);
/* Without a record it is left out. */
void ww_sealing_peers_add (GPtrArray *peers, const guint8 account[16], WwRecord *record, gboolean left_out);

/*
 * Rows for other accounts (or for the own devices only), sealed on a worker. Atomically counted. Every device of
 * the records is a recipient but the sending one; each gets the strongest suite that its signed record offers.
 */
typedef struct
{
  WwIdentity *identity;
  WwRecord *own;
  GPtrArray *peers; /* of WwSealingPeer; empty: the own devices only */
  GBytes *heads;    /* of a group's log, one after the other; NULL: no group */
  char *name;
  GPtrArray *rows;  /* of WwOutboxRow */
  WwSealed *sealed; /* one for each row */
} WwSealing;

WwSealing *ww_sealing_new (WwIdentity *identity, WwRecord *own, GPtrArray *peers, GBytes *heads, const char *name,
                           GPtrArray *rows);
void ww_sealing_unref (WwSealing *self);
/* Resolves to TRUE when every row has its status. */
DexFuture *ww_sealing_run (WwSealing *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwSealing, ww_sealing_unref)

G_END_DECLS
