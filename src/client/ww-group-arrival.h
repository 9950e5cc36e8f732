/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-directory.h"
#include "ww-store-inbox.h"

G_BEGIN_DECLS

/*
 * For fibers. Changes of a group in an authentic message: each is read, and its signature checked under the record of its
 * author that it names, wherever the message came from. Fills in `arrival->changes`, or refuses the arrival. FALSE: not to be
 * judged now.
 */
gboolean ww_group_arrival_check (WwDirectory *directory, WwArrival *arrival, DexPromise *closing, GError **error);

G_END_DECLS
