/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-enrolment-private.h"

DexFuture *
ww_enrolment_check_server (WwEnrolment *self, const char *server)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Not built yet");
}

DexFuture *
ww_enrolment_start (WwEnrolment *self, const char *handle, const char *name, const char *device_name)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Not built yet");
}

DexFuture *
ww_enrolment_resend (WwEnrolment *self)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Not built yet");
}

DexFuture *
ww_enrolment_submit_code (WwEnrolment *self, const char *code)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Not built yet");
}

void
ww_enrolment_cancel (WwEnrolment *self)
{
}
