/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-store.h"

G_BEGIN_DECLS

/*
 * Sees to the search index in the background: puts into it what an older Waxwing stored, or what was in it before it was
 * damaged, and looks now and then whether it finds what it should. In small pieces with pauses as long as these, so that
 * nobody waits for it. Lives on the client's thread.
 */
#define WW_TYPE_SEARCH_KEEPER (ww_search_keeper_get_type ())
G_DECLARE_FINAL_TYPE (WwSearchKeeper, ww_search_keeper, WW, SEARCH_KEEPER, GObject)

/* Begins after `delay_ms`. */
WwSearchKeeper *ww_search_keeper_new (WwStore *store, guint delay_ms);
void ww_search_keeper_close (WwSearchKeeper *self);

G_END_DECLS
