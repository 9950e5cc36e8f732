/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-keyring.h"
#include "ww-link.h"
#include "ww-store-directory.h"
#include "ww-store.h"

G_BEGIN_DECLS

/*
 * Verified account records: asked for, checked, stored, remembered. Nothing enters that does not continue the chain
 * seen before; what was refused is remembered as the account's problem, and told once.
 *
 * Signals: "contact-changed" (WwContactRow), "conversation-changed" (WwFindingResult), "alert-added" (WwAlertRow), "own-record" (WwRecord) when the own account has
 * a new one, "recovered" (account, GBytes) when the server shows a right record again after a wrong one. All after the
 * commit.
 */
#define WW_TYPE_DIRECTORY (ww_directory_get_type ())
G_DECLARE_FINAL_TYPE (WwDirectory, ww_directory, WW, DIRECTORY, GObject)

WwDirectory *ww_directory_new (WwStore *store, WwLink *link, WwIdentity *identity);
/* Ends all that is under way. */
void ww_directory_close (WwDirectory *self);
/* This device is about to publish that record, because its person wants it: its alerts count as seen here. */
void ww_directory_expect (WwDirectory *self, const guint8 hash[32]);

/* All resolve to a WwRecord (boxed): the newest verified one. Or WW_ERROR_RECORD_*, WW_ERROR_NO_SUCH_PERSON, WW_ERROR_OFFLINE, … */
DexFuture *ww_directory_look_up (WwDirectory *self, const char *handle);       /* asks the server */
DexFuture *ww_directory_refresh (WwDirectory *self, const guint8 account[16]); /* asks the server */
DexFuture *ww_directory_refresh_over (WwDirectory *self, WwLink *link,
                                      const guint8 account[16]);             /* over another link */
DexFuture *ww_directory_get (WwDirectory *self, const guint8 account[16]);   /* asks only about the unknown */
DexFuture *ww_directory_find_handle (WwDirectory *self, const char *handle); /* never asks; WW_ERROR_NO_SUCH_PERSON */

/* Never asks: the record of the account's verified chain with that hash; WW_ERROR_NO_SUCH_PERSON. */
DexFuture *ww_directory_get_by_hash (WwDirectory *self, const guint8 account[16], const guint8 hash[32]);
/* Resolves to a gboolean: whether a record with that hash belongs to the verified chain of the account. */
DexFuture *ww_directory_has_hash (WwDirectory *self, const guint8 account[16], const guint8 hash[32]);
/* The error for which the newest record that the server showed was refused; NULL when all is well. New. */
GError *ww_directory_dup_problem (WwDirectory *self, const guint8 account[16]);

G_END_DECLS
