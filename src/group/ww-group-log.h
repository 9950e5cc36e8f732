/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-group-change.h"
#include "ww-group-state.h"

G_BEGIN_DECLS

/*
 * All changes of one group that a device knows, and what follows from them: docs/protocol.md, "Groups". Whoever has the
 * same changes has the same state, in whatever order they came. Signatures are not its affair: what is added here was
 * checked with ww_group_change_check().
 */
typedef struct _WwGroupLog WwGroupLog;

WwGroupLog *ww_group_log_new (void);
void ww_group_log_free (WwGroupLog *self);

/*
 * WW_GROUP_OK: it is in the log now. WW_GROUP_WAITS: not before its parents. WW_GROUP_FORBIDDEN: for ever, because its
 * author was not in the group by what they knew themselves, or what it says was not possible there.
 */
WwGroupStatus ww_group_log_add (WwGroupLog *self, WwGroupChange *change);

guint ww_group_log_n_changes (const WwGroupLog *self);
/* In an order in which they can be added; transfer none. */
WwGroupChange *ww_group_log_change (const WwGroupLog *self, guint index);
gboolean ww_group_log_has (const WwGroupLog *self, const guint8 hash[WW_HASH_SIZE]);
/* Whether the change has effect: nobody took its author out without knowing of it. */
gboolean ww_group_log_counts (const WwGroupLog *self, guint index);
/* The id; NULL while it is empty. */
const guint8 *ww_group_log_group (const WwGroupLog *self);

/* Of all changes. Valid until the next one is added. */
const WwGroupState *ww_group_log_state (const WwGroupLog *self);
/* Of those heads and all that they follow. NULL when one of them is not here. */
WwGroupState *ww_group_log_state_at (const WwGroupLog *self, const guint8 (*heads)[WW_HASH_SIZE], guint n);

/* The newest changes, ascending by hash: the parents of the next one, at most WW_MAX_GROUP_PARENTS. Returns how many. */
guint ww_group_log_heads (const WwGroupLog *self, guint8 (*out)[WW_HASH_SIZE]);
/* What somebody with those heads does not have (indices, ascending). Heads that are not here are passed over. */
GArray *ww_group_log_missing (const WwGroupLog *self, const guint8 (*heads)[WW_HASH_SIZE], guint n);
/* The same for somebody who is not in the group (any more): only why that is, with what precedes it. Empty for others. */
GArray *ww_group_log_farewell (const WwGroupLog *self, const guint8 account[WW_ID_SIZE],
                               const guint8 (*heads)[WW_HASH_SIZE], guint n);
/* The index of the change by which somebody is in the group; -1 when they are not. */
int ww_group_log_addition (const WwGroupLog *self, const guint8 account[WW_ID_SIZE]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwGroupLog, ww_group_log_free)

G_END_DECLS
