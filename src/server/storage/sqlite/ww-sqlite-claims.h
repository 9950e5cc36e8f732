/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-sqlite.h"

/* Rows of claims, for the operations that make and end them. */
GPtrArray *ww_sqlite_claims_new (void);
/* The claim that was made with this token, or NULL. */
WwStoredClaim *ww_sqlite_find_claim (WwSqlite *db, const uint8_t token_hash[WW_HASH_SIZE]);
/* Deletes its row. Takes the claim over: into `claims`, with its last state, if its devices are to be told. */
void ww_sqlite_end_claim (WwSqlite *db, WwStoredClaim *claim, WwStoredClaimState state, GPtrArray **claims);
