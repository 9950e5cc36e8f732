/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

/* How far what this account's devices have of earlier times is on its way from one to another. */
typedef enum
{
  WW_HISTORY_OFFERED = 1, /* the other device has not answered */
  WW_HISTORY_COMING = 2,
  WW_HISTORY_DONE = 3,
  WW_HISTORY_FAILED = 4, /* it can be asked for again */
} WwHistoryState;
const char *ww_history_state_to_string (WwHistoryState state); /* as in waxwing-cli --json */

typedef struct
{
  gboolean giving; /* this device gives; else it takes */
  char *device_id; /* the other one, hex */
  WwHistoryState state;
  guint64 messages; /* in place */
  guint64 total;    /* about so many in all */
  char *error;      /* a sentence; nullable */
} WwHistoryEntry;

void ww_history_entry_free (WwHistoryEntry *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwHistoryEntry, ww_history_entry_free)

G_END_DECLS
