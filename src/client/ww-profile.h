/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

/*
 * A profile: one directory (mode 0700), one account, one device. In clear it holds its random id (profile.id), a lock, and,
 * while and after it was forgotten, one word that says so (ww-profile-wipe.h); all the rest is in the encrypted store. Held
 * by one process at a time for as long as the object lives.
 */
#define WW_TYPE_PROFILE (ww_profile_get_type ())
G_DECLARE_FINAL_TYPE (WwProfile, ww_profile, WW, PROFILE, GObject)

/*
 * `name`: a name below $XDG_DATA_HOME/waxwing/, or a path when it has a slash; NULL is "default". Makes the directory and
 * the id if need be, on a thread. Resolves to a WwProfile; WW_ERROR_PROFILE_IN_USE when another process has it open,
 * WW_ERROR_INVALID_ARGUMENT for a name that is none, WW_ERROR_STORE_FULL, WW_ERROR_STORE_FAILED.
 */
DexFuture *ww_profile_open (const char *name);
/* Gives the lock back before the object goes. */
void ww_profile_close (WwProfile *self);

const char *ww_profile_get_id (WwProfile *self); /* 32 hex digits: the attribute "profile" in the keyring */
const char *ww_profile_get_directory (WwProfile *self);
const char *ww_profile_get_store_path (WwProfile *self);
/* Whether a store was ever made here. Never enrol over one. Touches the disk, briefly. */
gboolean ww_profile_has_store (WwProfile *self);

G_END_DECLS
