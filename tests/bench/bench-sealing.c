/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Prints what sealing a text to 1, 10 and 100 devices costs, and opening it on one of them, as
 * "operation suite devices microseconds" lines: CPU time of this thread, the median of many runs.
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ww-envelope.h"

#define CONTENT_SIZE 200
#define MAX_DEVICES  100
#define SECONDS      1.0
#define MAX_RUNS     20000

typedef struct
{
  WwDeviceKeys *keys[MAX_DEVICES];
  uint8_t points[MAX_DEVICES][65];
  WwEnvelopeRecipient recipients[MAX_DEVICES];
  WwEnvelopeHeader header;
  uint8_t record[32];
  uint8_t content[CONTENT_SIZE];
} Bench;

static double
cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);

  return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
report (const char *operation, WwSuite suite, size_t devices, double *times, size_t n)
{
  qsort (times, n, sizeof *times, compare);
  g_print ("%s %d %zu %.2f\n", operation, suite, devices, times[n / 2]);
}

static void
check (WwCryptoStatus status)
{
  if (status != WW_CRYPTO_OK)
    g_error ("%s", ww_crypto_status_to_string (status));
}

static void
prepare (Bench *self)
{
  for (size_t i = 0; i < MAX_DEVICES; i++)
    {
      check (ww_device_keys_generate (&self->keys[i]));
      ww_device_keys_p256_public (self->keys[i], self->points[i]);
      self->recipients[i].device_id[0] = i;
    }
  self->header.kind = WW_ENVELOPE_MESSAGE;
  memset (self->content, 'w', sizeof self->content);
}

static void
choose (Bench *self, WwSuite suite)
{
  for (size_t i = 0; i < MAX_DEVICES; i++)
    {
      self->recipients[i].suite = suite;
      self->recipients[i].public_key = suite == WW_SUITE_RSA ? ww_device_keys_rsa_public (self->keys[i])
                                                             : WW_BYTES_OF (self->points[i]);
    }
}

static void
seal (Bench *self, size_t devices, WwEnvelope *out)
{
  check (ww_envelope_seal (ww_device_keys_signing (self->keys[0]), &self->header, self->record, self->record,
                           WW_BYTES_OF (self->content), self->recipients, devices, out));
}

static void
time_sealing (Bench *self, WwSuite suite, size_t devices)
{
  g_autofree double *times = g_new (double, MAX_RUNS);
  double end = cpu_us () + SECONDS * 1e6;
  size_t n = 0;

  while (n < MAX_RUNS && (n < 5 || cpu_us () < end))
    {
      WwEnvelope envelope = { 0 };
      double start = cpu_us ();

      seal (self, devices, &envelope);
      times[n++] = cpu_us () - start;
      ww_envelope_clear (&envelope);
    }
  report ("seal", suite, devices, times, n);
}

static void
open_once (Bench *self, const WwEnvelope *envelope, const uint8_t signing_key[65])
{
  WwOpened *opened = NULL;
  WwBytes content;
  const WwEnvelopeWrap *wrap = &envelope->wraps[0];

  check (ww_envelope_open (self->keys[0], wrap->device_id, WW_BYTES_OF (envelope->header),
                           WW_BYTES_OF_BUFFER (&envelope->body), wrap->suite, WW_BYTES_OF_BUFFER (&wrap->sealed_key),
                           &opened));
  check (ww_opened_verify (opened, signing_key, &content));
  ww_opened_free (opened);
}

static void
time_opening (Bench *self, WwSuite suite, size_t devices)
{
  g_autofree double *times = g_new (double, MAX_RUNS);
  uint8_t signing_key[65];
  WwEnvelope envelope = { 0 };
  double end;
  size_t n = 0;

  ww_signing_key_public (ww_device_keys_signing (self->keys[0]), signing_key);
  seal (self, devices, &envelope);
  end = cpu_us () + SECONDS * 1e6;
  while (n < MAX_RUNS && (n < 5 || cpu_us () < end))
    {
      double start = cpu_us ();

      open_once (self, &envelope, signing_key);
      times[n++] = cpu_us () - start;
    }
  report ("open", suite, devices, times, n);
  ww_envelope_clear (&envelope);
}

int
main (void)
{
  static const size_t devices[] = { 1, 10, 100 };
  static const WwSuite suites[] = { WW_SUITE_HPKE, WW_SUITE_RSA };
  static Bench bench;

  prepare (&bench);
  for (size_t s = 0; s < G_N_ELEMENTS (suites); s++)
    {
      choose (&bench, suites[s]);
      for (size_t i = 0; i < G_N_ELEMENTS (devices); i++)
        {
          time_sealing (&bench, suites[s], devices[i]);
          time_opening (&bench, suites[s], devices[i]);
        }
    }
  for (size_t i = 0; i < MAX_DEVICES; i++)
    ww_device_keys_free (bench.keys[i]);

  return EXIT_SUCCESS;
}
