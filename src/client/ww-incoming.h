/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-envelope.h"
#include "ww-error.h"
#include "ww-keyring.h"
#include "ww-record.h"
#include "ww-store-inbox.h"

G_BEGIN_DECLS

/*
 * Deliveries while they are checked: docs/protocol.md, "Sealing a message". What needs no look-up runs on a worker:
 * first ww_incoming_open_all(), then, with the senders' records, ww_incoming_verify_all().
 */
typedef struct
{
  WwArrival *arrival;     /* what becomes of it */
  WwOpened *opened;       /* nullable */
  WwRecord *sender;       /* the sender's current record; nullable */
  guint8 sender_hash[32]; /* the record that the sender relied on: its own … */
  guint8 own_hash[32];    /* … and, when verified, ours */
  gboolean verified;
} WwIncoming;

/* Atomically counted. */
typedef struct
{
  WwIdentity *identity;
  WwSuite strongest;  /* that this device's own record offers */
  gboolean transient; /* what came as something that nobody keeps */
  GPtrArray *items;   /* of WwIncoming */
} WwIncomingBatch;

WwIncomingBatch *ww_incoming_batch_new (WwIdentity *identity, WwRecord *own);
void ww_incoming_batch_unref (WwIncomingBatch *self);
void ww_incoming_batch_add (WwIncomingBatch *self, WwReply *reply);

void ww_incoming_refuse (WwIncoming *self, WwError code);
const guint8 *ww_incoming_sender (WwIncoming *self); /* account; NULL before it was opened */
const WwRecordDevice *ww_incoming_find_device (WwIncoming *self);

/* Resolve to TRUE. The first decrypts, the second checks signatures and what was signed. */
DexFuture *ww_incoming_open_all (WwIncomingBatch *self);
DexFuture *ww_incoming_verify_all (WwIncomingBatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwIncomingBatch, ww_incoming_batch_unref)

G_END_DECLS
