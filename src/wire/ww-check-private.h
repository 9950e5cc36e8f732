/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <string.h>

#include "ww-limits.h"
#include "waxwing.pb-c.h"

/* The sizes of one field each. What a message has to hold stands in ww-frame.c and ww-payload.c. */

static inline bool
ww_is_size (const ProtobufCBinaryData *bytes, size_t size)
{
  return bytes->len == size;
}

static inline bool
ww_is_size_or_empty (const ProtobufCBinaryData *bytes, size_t size)
{
  return bytes->len == 0 || bytes->len == size;
}

/* Not empty, and no larger. */
static inline bool
ww_is_within (const ProtobufCBinaryData *bytes, size_t max)
{
  return bytes->len > 0 && bytes->len <= max;
}

static inline bool
ww_is_text (const char *text, size_t max)
{
  return strnlen (text, max + 1) <= max;
}

bool ww_check_signed_record (const Waxwing__SignedRecord *record);
bool ww_check_chain (Waxwing__SignedRecord *const *chain, size_t n);
/* Each of `size` bytes, ascending, nothing twice, at most `max` of them. */
bool ww_check_ascending (const ProtobufCBinaryData *list, size_t n, size_t size, size_t max);
bool ww_check_group_changes (const Waxwing__GroupChanges *changes);
bool ww_check_setting (const Waxwing__Setting *setting);
bool ww_check_deletion (const Waxwing__Deletion *deletion);
bool ww_check_contact_state (const Waxwing__ContactState *state);
