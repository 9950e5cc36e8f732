/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Why a cryptographic operation was refused. The words of ww_crypto_status_to_string() are for logs
 * and for the details of an error; they never depend on a secret.
 */
typedef enum
{
  WW_CRYPTO_OK = 0,
  WW_CRYPTO_BAD_SIZE, /* a length outside of what the format allows */
  WW_CRYPTO_BAD_KEY,  /* not a key of the right kind, or not on the curve */
  WW_CRYPTO_BAD_VERSION,
  WW_CRYPTO_BAD_SUITE,      /* unknown here, or weaker than the recipient's record offers */
  WW_CRYPTO_NOT_FOR_US,     /* the wrap does not open with this device's key */
  WW_CRYPTO_BAD_COMMITMENT, /* the content key is not the one that the header commits to */
  WW_CRYPTO_BAD_BODY,       /* the body was altered */
  WW_CRYPTO_BAD_SIGNATURE,
  WW_CRYPTO_MISMATCH, /* of a revealed nonce with its commitment */
  WW_CRYPTO_INTERNAL, /* no memory, or the library failed */
} WwCryptoStatus;

const char *ww_crypto_status_to_string (WwCryptoStatus status);
