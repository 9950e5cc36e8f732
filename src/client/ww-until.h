/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/*
 * Everything a fiber of the engine waits for goes through this: `future` (transfer full), or the rejection of `closing`
 * when the object that the fiber works for is closed. So every fiber ends soon after its owner.
 *
 * `future` is disowned: it goes on to its own end, and is not discarded when `closing` comes first. libdex 0.10 loses
 * count of its runnable fibers when one is discarded in the same turn in which what it waits for completes, and then the
 * main loop spins for ever. On closing that is just what happens, because inner fibers wait for the same promise.
 */
static inline DexFuture *
ww_until (DexFuture *future, DexPromise *closing)
{
  dex_future_disown (DEX_FUTURE (dex_ref (future)));
  return dex_future_first (future, DEX_FUTURE (dex_ref (closing)), NULL);
}

G_END_DECLS
