/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/*
 * Everything a fiber of the engine waits for goes through this: `future` (transfer full), or the rejection of `closing`
 * when the object that the fiber works for is closed. So every fiber ends soon after its owner.
 */
static inline DexFuture *
ww_until (DexFuture *future, DexPromise *closing)
{
  return dex_future_first (future, DEX_FUTURE (dex_ref (closing)), NULL);
}

G_END_DECLS
