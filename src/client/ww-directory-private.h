/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-directory.h"

G_BEGIN_DECLS

/* Shared by ww-directory.c and ww-directory-chain.c. */

/* What is checked on a worker: a piece of chain as a look-up gave it. Atomically counted. */
typedef struct
{
  WwReply *reply;
  WwRecord *known; /* nullable */
  gboolean has_account;
  guint8 account[16];
  WwRecordStatus status;
  GPtrArray *records; /* of WwRecord: new ones, verified */
} WwChainCheck;

/* Resolves to TRUE when `check` has its status. Transfer none; the worker holds its own reference (g_atomic_rc_box). */
WwChainCheck *ww_chain_check_new (WwReply *reply, WwRecord *known, const guint8 *account);
void ww_chain_check_unref (WwChainCheck *self);
DexFuture *ww_chain_check_run (WwChainCheck *self);

/*
 * What the own account's person must be told: the differences of consecutive records. Appends WwAlertRow. Those of a
 * record whose hash (GBytes) is among `expected` are seen and notified already: the person did it here.
 */
void ww_chain_add_alerts (GPtrArray *alerts, WwIdentity *identity, const WwRecord *previous, GPtrArray *records,
                          GHashTable *expected);
/* About a refused record, the same for the same evidence. Transfer full. */
WwAlertRow *ww_chain_problem_alert (const guint8 account[16], WwReply *reply, const char *code, const char *handle);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwChainCheck, ww_chain_check_unref)

G_END_DECLS
