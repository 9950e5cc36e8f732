/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-pending-device-private.h"

DexFuture *
ww_pending_device_begin (WwPendingDevice *self)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Not built yet");
}

DexFuture *
ww_pending_device_approve (WwPendingDevice *self, const char *digits)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Not built yet");
}

DexFuture *
ww_pending_device_refuse (WwPendingDevice *self)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Not built yet");
}
