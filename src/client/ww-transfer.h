/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-types.h"

G_BEGIN_DECLS

typedef enum
{
  WW_TRANSFER_UP = 1,
  WW_TRANSFER_DOWN = 2,
} WwTransferDirection;

typedef enum
{
  WW_TRANSFER_RUNNING = 1, /* or waits for the server, or for an earlier one */
  WW_TRANSFER_PAUSED = 2,
  WW_TRANSFER_DONE = 3,
  WW_TRANSFER_FAILED = 4,    /* not by itself any more; ww_transfer_resume() tries again */
  WW_TRANSFER_CANCELLED = 5, /* nothing is left of it */
} WwTransferState;

/*
 * An attachment on its way, up or down. It goes on after a lost connection, and after a restart of this program or of the
 * server, from what was acknowledged last. Belongs to the thread that made it.
 *
 * Properties, all to be read and notified: "state" (guint, WwTransferState), "done" and "total" (guint64, sealed bytes; while
 * a file is being sealed "done" is 0 and "total" what it will be, or 0 when that is not known yet).
 */
#define WW_TYPE_TRANSFER (ww_transfer_get_type ())
G_DECLARE_FINAL_TYPE (WwTransfer, ww_transfer, WW, TRANSFER, GObject)

WwTransferDirection ww_transfer_get_direction (WwTransfer *self);
WwTransferState ww_transfer_get_state (WwTransfer *self);
guint64 ww_transfer_get_done (WwTransfer *self);
guint64 ww_transfer_get_total (WwTransfer *self);
const GError *ww_transfer_get_error (WwTransfer *self); /* why it failed; nullable */

void ww_transfer_pause (WwTransfer *self);
void ww_transfer_resume (WwTransfer *self);
/* Removes what is there of it, on the server too. A download that is done cannot be cancelled any more. */
void ww_transfer_cancel (WwTransfer *self);
/* Resolves to TRUE when it is done; rejects when it fails or is cancelled. */
DexFuture *ww_transfer_wait (WwTransfer *self);

G_END_DECLS
