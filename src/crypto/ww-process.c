/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-process.h"

#include <openssl/crypto.h>

/*
 * ww_crypto_outlive_main:
 *
 * Keeps OpenSSL from taking itself apart when the process exits. Threads of a
 * pool are not joined then: one that is still inside OpenSSL, or only ends its
 * thread's part of it, would meet locks that are gone, and a command that did
 * all it should would end with SIGSEGV. Has an effect only as OpenSSL's first
 * initialisation (OPENSSL_init_crypto(3)). Keys are wiped by their owners, not by that.
 */
void
ww_crypto_outlive_main (void)
{
  OPENSSL_init_crypto (OPENSSL_INIT_NO_ATEXIT, NULL);
}
