/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-directory.h"
#include "ww-record.h"

/* What one publication needs until it is durable. */
typedef struct
{
  WwRecord *record;
  const Waxwing__GrantApproval *grant; /* of the request; NULL: another one */
  bool reset;
  bool has_token;
  uint8_t token_hash[WW_HASH_SIZE];
} WwPublication;

/* Checks the record and submits it as `how` says, of which a copy is kept. */
void ww_directory_begin (WwRequest *request, const Waxwing__SignedRecord *asked, const WwPublication *how);
