/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-crypto-status.h"

/* One English clause for logs and for the details of an error. Never NULL. */
const char *
ww_crypto_status_to_string (WwCryptoStatus status)
{
  switch (status)
    {
    case WW_CRYPTO_OK:
      return "no error";
    case WW_CRYPTO_BAD_SIZE:
      return "a length is outside of what the format allows";
    case WW_CRYPTO_BAD_KEY:
      return "not a valid key of the right kind";
    case WW_CRYPTO_BAD_VERSION:
      return "made by a version that is not known here";
    case WW_CRYPTO_BAD_SUITE:
      return "sealed with a suite that is not acceptable here";
    case WW_CRYPTO_NOT_FOR_US:
      return "does not open with this device's key";
    case WW_CRYPTO_BAD_COMMITMENT:
      return "the content key is not the one that the header commits to";
    case WW_CRYPTO_BAD_BODY:
      return "the body was altered";
    case WW_CRYPTO_BAD_SIGNATURE:
      return "the signature does not verify";
    case WW_CRYPTO_MISMATCH:
      return "the revealed nonce is not the committed one";
    case WW_CRYPTO_INTERNAL:
      return "out of memory, or the cryptographic library failed";
    }

  return "unknown status";
}
