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

/*
 * Rows for one other account (or for the own devices only), sealed on a worker. Atomically counted. Every device of
 * the records is a recipient but the sending one; each gets the strongest suite that its signed record offers.
 */
typedef struct
{
  WwIdentity *identity;
  WwRecord *own;
  WwRecord *peer; /* NULL: the own devices only */
  char *name;
  GPtrArray *rows;  /* of WwOutboxRow */
  WwSealed *sealed; /* one for each row */
} WwSealing;

WwSealing *ww_sealing_new (WwIdentity *identity, WwRecord *own, WwRecord *peer, const char *name, GPtrArray *rows);
void ww_sealing_unref (WwSealing *self);
/* Resolves to TRUE when every row has its status. */
DexFuture *ww_sealing_run (WwSealing *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwSealing, ww_sealing_unref)

G_END_DECLS
