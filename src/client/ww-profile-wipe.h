/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-profile.h"

G_BEGIN_DECLS

/*
 * Forgetting a profile in an order that a crash cannot turn around: first a mark beside the store, then the keys (the
 * keyring's part), then the files, then the mark goes. While the mark is there nothing of the store is opened any more.
 * The marks are in clear and hold one word: why.
 */
typedef enum
{
  WW_FAREWELL_NONE,
  WW_FAREWELL_SIGNED_OUT, /* the person did it here */
  WW_FAREWELL_REMOVED,    /* another device did it */
} WwFarewell;

/* Resolves to TRUE when the mark is on the disk. One that is there stays as it is. */
DexFuture *ww_profile_begin_wipe (WwProfile *self, WwFarewell farewell);
/* Resolves to an int: the WwFarewell of a wipe that has begun and not ended. */
DexFuture *ww_profile_load_wipe (WwProfile *self);
/* Resolves to TRUE when no file of a store is left. */
DexFuture *ww_profile_delete_store (WwProfile *self);
/* Resolves to TRUE. What another device did stays to be told, until ww_profile_forget_farewell(). */
DexFuture *ww_profile_end_wipe (WwProfile *self);
/* Resolves to an int: the WwFarewell that is to be told. */
DexFuture *ww_profile_load_farewell (WwProfile *self);
DexFuture *ww_profile_forget_farewell (WwProfile *self);

G_END_DECLS
