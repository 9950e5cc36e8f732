/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-checks.h"

#include <unistd.h>

#define END_OF_TIME_MS G_GUINT64_CONSTANT (253402300799999)

WwError
ww_error_from_record (WwRecordStatus status)
{
  switch (status)
    {
    case WW_RECORD_MALFORMED:
      return WW_ERROR_RECORD_MALFORMED;
    case WW_RECORD_BAD_SIGNATURE:
      return WW_ERROR_RECORD_SIGNATURE;
    case WW_RECORD_DEVICE_UNSIGNED:
      return WW_ERROR_RECORD_DEVICE_UNSIGNED;
    case WW_RECORD_ROLLED_BACK:
      return WW_ERROR_RECORD_ROLLED_BACK;
    case WW_RECORD_FORKED:
      return WW_ERROR_RECORD_FORKED;
    case WW_RECORD_GAP:
      return WW_ERROR_RECORD_GAP;
    case WW_RECORD_WRONG_ACCOUNT:
      return WW_ERROR_RECORD_WRONG_ACCOUNT;
    case WW_RECORD_WRONG_KEY:
      return WW_ERROR_RECORD_WRONG_KEY;
    case WW_RECORD_OK:
      break;
    }
  return WW_ERROR_FAILED;
}

WwError
ww_error_from_crypto (WwCryptoStatus status)
{
  switch (status)
    {
    case WW_CRYPTO_BAD_SIZE:
    case WW_CRYPTO_BAD_VERSION:
    case WW_CRYPTO_BAD_SUITE:
      return WW_ERROR_MESSAGE_MALFORMED;
    case WW_CRYPTO_NOT_FOR_US:
      return WW_ERROR_MESSAGE_NOT_FOR_US;
    case WW_CRYPTO_BAD_COMMITMENT:
    case WW_CRYPTO_BAD_BODY:
      return WW_ERROR_MESSAGE_ALTERED;
    case WW_CRYPTO_BAD_SIGNATURE:
    case WW_CRYPTO_BAD_KEY:
      return WW_ERROR_MESSAGE_SIGNATURE;
    case WW_CRYPTO_MISMATCH:
    case WW_CRYPTO_INTERNAL:
    case WW_CRYPTO_OK:
      break;
    }
  return WW_ERROR_FAILED;
}

gboolean
ww_error_is_record (const GError *error)
{
  return error != NULL && error->domain == WW_ERROR && error->code >= WW_ERROR_RECORD_MALFORMED &&
         error->code <= WW_ERROR_RECORD_WRONG_KEY;
}

gint64
ww_clamp_time (guint64 ms)
{
  return (gint64) MIN (ms, END_OF_TIME_MS);
}

gint64
ww_now_ms (void)
{
  return g_get_real_time () / 1000;
}

void
ww_random_bytes (guint8 *out, gsize len)
{
  if (getentropy (out, len) != 0)
    g_error ("the kernel gives no random numbers");
}
