/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attachments against the primitives in them, in one process and on one core, for tests/bench/attachment.py. Each line:
 * what, MiB a second; the last one: KiB of memory that sealing added.
 *
 * `openssl` is the loop of `openssl speed -evp aes-256-gcm` over blocks of a segment's size: one key, one nonce, no tag.
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <openssl/evp.h>

#include "ww-attachment.h"

#define MIB      (1024.0 * 1024.0)
#define SIZE     ((uint64_t) 256 << 20)
#define ROUNDS   5
#define SEGMENTS (SIZE / WW_ATTACHMENT_PLAIN_SIZE)

static uint8_t plain[WW_ATTACHMENT_PLAIN_SIZE];
static uint8_t sealed[WW_ATTACHMENT_SEALED_SIZE];

static double
cpu_s (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

static void
run_openssl (void)
{
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();
  uint8_t key[32] = { 1 }, nonce[12] = { 0 };
  int len;

  EVP_EncryptInit_ex2 (context, EVP_aes_256_gcm (), key, nonce, NULL);
  for (uint64_t i = 0; i < SEGMENTS; i++)
    EVP_EncryptUpdate (context, sealed, &len, plain, sizeof plain);
  EVP_CIPHER_CTX_free (context);
}

static void
run_hash (void)
{
  WwAttachmentDigest *digest;
  uint8_t hash[32];

  g_assert (ww_attachment_digest_new (&digest) == WW_CRYPTO_OK);
  for (uint64_t i = 0; i < SEGMENTS; i++)
    ww_attachment_digest_update (digest, WW_BYTES_OF (sealed));
  ww_attachment_digest_finish (digest, hash);
  ww_attachment_digest_free (digest);
}

static void
run_seal (void)
{
  WwAttachmentSealer *sealer;
  size_t len;

  g_assert (ww_attachment_sealer_new (SIZE, &sealer) == WW_CRYPTO_OK);
  while (!ww_attachment_sealer_is_done (sealer))
    g_assert (ww_attachment_sealer_next (sealer, WW_BYTES (plain, ww_attachment_sealer_wants (sealer)), sealed, &len) ==
              WW_CRYPTO_OK);
  ww_attachment_sealer_free (sealer);
}

static void
run_open (void)
{
  static uint8_t out[WW_ATTACHMENT_PLAIN_SIZE];
  WwAttachmentSealer *sealer;
  WwAttachmentOpener *opener;
  size_t len;

  g_assert (ww_attachment_sealer_new (SIZE, &sealer) == WW_CRYPTO_OK);
  g_assert (ww_attachment_sealer_next (sealer, WW_BYTES_OF (plain), sealed, &len) == WW_CRYPTO_OK);
  g_assert (ww_attachment_opener_new (ww_attachment_sealer_get_key (sealer), SIZE, &opener) == WW_CRYPTO_OK);
  for (uint64_t i = 0; i < SEGMENTS; i++)
    g_assert (ww_attachment_opener_open (opener, 0, WW_BYTES_OF (sealed), out, &len) == WW_CRYPTO_OK);
  ww_attachment_opener_free (opener);
  ww_attachment_sealer_free (sealer);
}

static long
peak_kib (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

int
main (void)
{
  static const struct
  {
    const char *name;
    void (*run) (void);
  } parts[] = { { "openssl", run_openssl }, { "sha256", run_hash }, { "seal", run_seal }, { "open", run_open } };
  double best[G_N_ELEMENTS (parts)] = { 0 };
  long before;

  memset (plain, 0x5a, sizeof plain);
  run_openssl ();
  run_hash ();
  before = peak_kib ();
  /* In turns, so that whatever else the machine does meets all of them alike; the best of each counts. */
  for (unsigned round = 0; round < ROUNDS; round++)
    for (unsigned i = 0; i < G_N_ELEMENTS (parts); i++)
      {
        double start = cpu_s ();

        parts[i].run ();
        best[i] = MAX (best[i], (double) SIZE / MIB / (cpu_s () - start));
      }
  for (unsigned i = 0; i < G_N_ELEMENTS (parts); i++)
    printf ("%s %.0f\n", parts[i].name, best[i]);
  printf ("memory %ld\n", peak_kib () - before);

  return 0;
}
