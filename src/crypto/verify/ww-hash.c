/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-hash.h"

#include <string.h>

#include <openssl/evp.h>

/*
 * ww_hash:
 * @tag: (nullable): what the hash is for; goes in with its terminating zero byte
 *
 * SHA-256 (FIPS 180-4) over the tag and the parts, one after the other. The
 * parts are not delimited: callers give all but one of them a fixed size.
 */
WwCryptoStatus
ww_hash (const char *tag, const WwBytes *parts, size_t n_parts, uint8_t out[32])
{
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  bool ok;

  ok = context != NULL && EVP_DigestInit_ex2 (context, EVP_sha256 (), NULL) == 1;
  if (ok && tag != NULL)
    ok = EVP_DigestUpdate (context, tag, strlen (tag) + 1) == 1;
  for (size_t i = 0; ok && i < n_parts; i++)
    ok = parts[i].len == 0 || EVP_DigestUpdate (context, parts[i].data, parts[i].len) == 1;
  ok = ok && EVP_DigestFinal_ex (context, out, NULL) == 1;
  EVP_MD_CTX_free (context);

  return ok ? WW_CRYPTO_OK : WW_CRYPTO_INTERNAL;
}
