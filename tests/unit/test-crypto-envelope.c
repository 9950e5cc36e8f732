/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <string.h>

#include "ww-envelope-private.h"
#include "ww-fixture.h"
#include "ww-hash.h"

#define SENDER    3
#define RECIPIENT 5
#define STRANGER  7

static const uint8_t recipient_id[16] = "the recipient's";
static const uint8_t other_id[16] = "another device's";
static const char text[] = "Something to be kept between two people";

static WwEnvelopeRecipient
make_recipient (WwDeviceKeys *keys, WwSuite suite, uint8_t point[65])
{
  WwEnvelopeRecipient recipient = { .suite = suite };

  memcpy (recipient.device_id, recipient_id, 16);
  ww_device_keys_p256_public (keys, point);
  recipient.public_key = suite == WW_SUITE_RSA ? ww_device_keys_rsa_public (keys) : WW_BYTES (point, 65);

  return recipient;
}

static void
test_round_trip (gconstpointer data)
{
  WwSuite suite = (WwSuite) GPOINTER_TO_INT (data);
  g_autoptr (WwSigningKey) sender = test_signing_key (SENDER);
  g_autoptr (WwDeviceKeys) keys = test_device_keys (RECIPIENT);
  g_auto (WwEnvelope) envelope = { 0 };
  g_auto (WwEnvelope) second = { 0 };
  g_autoptr (WwOpened) opened = NULL;
  WwEnvelopeHeader header = test_envelope_header ();
  uint8_t point[65], sender_point[65], mine[32], theirs[32];
  WwEnvelopeRecipient recipient = make_recipient (keys, suite, point);
  WwBytes content;

  memset (mine, 1, 32);
  memset (theirs, 2, 32);
  ww_signing_key_public (sender, sender_point);
  g_assert_cmpint (ww_envelope_seal (sender, &header, mine, theirs, TEST_TEXT (text), &recipient, 1, &envelope), ==,
                   WW_CRYPTO_OK);
  g_assert_cmpuint (envelope.body.len, ==, 256 + 16);
  g_assert_cmpuint (envelope.n_wraps, ==, 1);
  g_assert_cmpuint (envelope.wraps[0].sealed_key.len, ==, suite == WW_SUITE_RSA ? 160 : 65 + 32 + 16);
  test_assert_bytes (WW_BYTES_OF (envelope.wraps[0].device_id), WW_BYTES_OF (recipient_id));
  g_assert_cmpint (envelope.wraps[0].suite, ==, suite);

  g_assert_cmpint (ww_envelope_open (keys, recipient_id, WW_BYTES_OF (envelope.header),
                                     WW_BYTES_OF_BUFFER (&envelope.body), suite,
                                     WW_BYTES_OF_BUFFER (&envelope.wraps[0].sealed_key), &opened),
                   ==, WW_CRYPTO_OK);
  g_assert_cmpuint (ww_opened_header (opened)->created_ms, ==, header.created_ms);
  test_assert_bytes (WW_BYTES_OF (ww_opened_header (opened)->message_id), WW_BYTES_OF (header.message_id));
  test_assert_bytes (WW_BYTES (ww_opened_sender_record (opened), 32), WW_BYTES_OF (mine));
  test_assert_bytes (WW_BYTES (ww_opened_recipients_record (opened), 32), WW_BYTES_OF (theirs));
  g_assert_cmpint (ww_opened_verify (opened, sender_point, &content), ==, WW_CRYPTO_OK);
  test_assert_bytes (content, TEST_TEXT (text));

  /* Every envelope has a content key of its own. */
  g_assert_cmpint (ww_envelope_seal (sender, &header, mine, theirs, TEST_TEXT (text), &recipient, 1, &second), ==,
                   WW_CRYPTO_OK);
  g_assert_false (ww_bytes_equal (WW_BYTES (envelope.header + 58, 32), WW_BYTES (second.header + 58, 32)));
  g_assert_false (ww_bytes_equal (WW_BYTES_OF_BUFFER (&envelope.body), WW_BYTES_OF_BUFFER (&second.body)));
}

static void
test_many (void)
{
  g_autoptr (WwSigningKey) sender = test_signing_key (SENDER);
  g_autoptr (WwDeviceKeys) a = test_device_keys (RECIPIENT);
  g_autoptr (WwDeviceKeys) b = test_device_keys (STRANGER);
  g_auto (WwEnvelope) envelope = { 0 };
  WwEnvelopeHeader header = test_envelope_header ();
  uint8_t a_point[65], b_point[65], record[32] = { 0 };
  WwEnvelopeRecipient recipients[] = { make_recipient (a, WW_SUITE_HPKE, a_point),
                                       make_recipient (b, WW_SUITE_RSA, b_point) };

  memcpy (recipients[1].device_id, other_id, 16);
  g_assert_cmpint (ww_envelope_seal (sender, &header, record, record, TEST_TEXT (text), recipients, 2, &envelope), ==,
                   WW_CRYPTO_OK);
  for (int i = 0; i < 2; i++)
    for (int j = 0; j < 2; j++)
      {
        g_autoptr (WwOpened) opened = NULL;

        g_assert_cmpint (ww_envelope_open (i == 0 ? a : b, recipients[i].device_id, WW_BYTES_OF (envelope.header),
                                           WW_BYTES_OF_BUFFER (&envelope.body), envelope.wraps[j].suite,
                                           WW_BYTES_OF_BUFFER (&envelope.wraps[j].sealed_key), &opened),
                         ==, i == j ? WW_CRYPTO_OK : WW_CRYPTO_NOT_FOR_US);
      }
}

static void
test_seal_refuses (void)
{
  g_autoptr (WwSigningKey) sender = test_signing_key (SENDER);
  g_autoptr (WwDeviceKeys) keys = test_device_keys (RECIPIENT);
  uint8_t point[65], bad_point[65], record[32] = { 0 };
  WwEnvelopeRecipient good = make_recipient (keys, WW_SUITE_HPKE, point);
  WwEnvelopeRecipient rsa = make_recipient (keys, WW_SUITE_RSA, point);
  WwEnvelopeRecipient none = good, ratchet = good, off_curve = good, short_key = good, swapped = good;
  WwEnvelopeHeader header = test_envelope_header (), bad_kind = test_envelope_header ();
  g_auto (WwEnvelope) envelope = { 0 };

  memcpy (bad_point, point, 65);
  bad_point[64] ^= 1;
  none.suite = WW_SUITE_NONE;
  ratchet.suite = WW_SUITE_RATCHET;
  off_curve.public_key = WW_BYTES_OF (bad_point);
  short_key.public_key.len = 64;
  swapped.suite = WW_SUITE_RSA;
  bad_kind.kind = 4;

  {
    const struct
    {
      WwEnvelopeRecipient second;
      WwCryptoStatus status;
    } table[] = {
      { rsa, WW_CRYPTO_OK },
      { none, WW_CRYPTO_BAD_SUITE },
      { ratchet, WW_CRYPTO_BAD_SUITE },
      { off_curve, WW_CRYPTO_BAD_KEY },
      { short_key, WW_CRYPTO_BAD_KEY },
      { swapped, WW_CRYPTO_BAD_KEY },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (table); i++)
      {
        g_auto (WwEnvelope) made = { 0 };
        WwEnvelopeRecipient both[] = { good, table[i].second };

        g_assert_cmpint (ww_envelope_seal (sender, &header, record, record, TEST_TEXT (text), both, 2, &made), ==,
                         table[i].status);
        g_assert_true ((made.wraps != NULL) == (table[i].status == WW_CRYPTO_OK));
      }
  }

  g_assert_cmpint (ww_envelope_seal (sender, &header, record, record, TEST_TEXT (text), NULL, 0, &envelope), ==,
                   WW_CRYPTO_BAD_SIZE);
  g_assert_cmpint (ww_envelope_seal (sender, &bad_kind, record, record, TEST_TEXT (text), &good, 1, &envelope), ==,
                   WW_CRYPTO_BAD_VERSION);
}

/* The largest content, and one byte more. */
static void
test_largest (void)
{
  g_autoptr (WwSigningKey) sender = test_signing_key (SENDER);
  g_autoptr (WwDeviceKeys) keys = test_device_keys (RECIPIENT);
  g_auto (WwEnvelope) envelope = { 0 };
  g_auto (WwEnvelope) too_large = { 0 };
  g_autoptr (WwOpened) opened = NULL;
  WwEnvelopeHeader header = test_envelope_header ();
  uint8_t point[65], sender_point[65], record[32] = { 0 };
  WwEnvelopeRecipient recipient = make_recipient (keys, WW_SUITE_HPKE, point);
  size_t max = 1032192 - 133;
  g_autofree uint8_t *content = g_malloc (max + 1);
  WwBytes got;

  memset (content, 'x', max + 1);
  ww_signing_key_public (sender, sender_point);
  g_assert_cmpint (
      ww_envelope_seal (sender, &header, record, record, WW_BYTES (content, max + 1), &recipient, 1, &too_large), ==,
      WW_CRYPTO_BAD_SIZE);
  g_assert_cmpint (
      ww_envelope_seal (sender, &header, record, record, WW_BYTES (content, SIZE_MAX), &recipient, 1, &too_large), ==,
      WW_CRYPTO_BAD_SIZE);
  g_assert_cmpint (
      ww_envelope_seal (sender, &header, record, record, WW_BYTES (content, max), &recipient, 1, &envelope), ==,
      WW_CRYPTO_OK);
  g_assert_cmpuint (envelope.body.len, <=, WW_MAX_BODY);
  g_assert_cmpint (ww_envelope_open (keys, recipient_id, WW_BYTES_OF (envelope.header),
                                     WW_BYTES_OF_BUFFER (&envelope.body), WW_SUITE_HPKE,
                                     WW_BYTES_OF_BUFFER (&envelope.wraps[0].sealed_key), &opened),
                   ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_opened_verify (opened, sender_point, &got), ==, WW_CRYPTO_OK);
  g_assert_cmpuint (got.len, ==, max);
}

/* Nothing at all can be said, too. */
static void
test_empty (void)
{
  g_autoptr (WwSigningKey) sender = test_signing_key (SENDER);
  g_autoptr (WwDeviceKeys) keys = test_device_keys (RECIPIENT);
  g_auto (WwEnvelope) envelope = { 0 };
  g_autoptr (WwOpened) opened = NULL;
  WwEnvelopeHeader header = test_envelope_header ();
  uint8_t point[65], sender_point[65], record[32] = { 0 };
  WwEnvelopeRecipient recipient = make_recipient (keys, WW_SUITE_HPKE, point);
  WwBytes got;

  ww_signing_key_public (sender, sender_point);
  g_assert_cmpint (ww_envelope_seal (sender, &header, record, record, (WwBytes) { 0 }, &recipient, 1, &envelope), ==,
                   WW_CRYPTO_OK);
  g_assert_cmpint (ww_envelope_open (keys, recipient_id, WW_BYTES_OF (envelope.header),
                                     WW_BYTES_OF_BUFFER (&envelope.body), WW_SUITE_HPKE,
                                     WW_BYTES_OF_BUFFER (&envelope.wraps[0].sealed_key), &opened),
                   ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_opened_verify (opened, sender_point, &got), ==, WW_CRYPTO_OK);
  g_assert_cmpuint (got.len, ==, 0);
}

static void
test_header (void)
{
  WwEnvelopeHeader header = test_envelope_header (), again;
  uint8_t bytes[123], second[122];

  memset (header.commitment, 0xdd, 32);
  memset (header.body_hash, 0xee, 32);
  ww_envelope_header_serialise (&header, bytes);
  g_assert_cmpint (ww_envelope_header_parse (WW_BYTES (bytes, 122), &again), ==, WW_CRYPTO_OK);
  ww_envelope_header_serialise (&again, second);
  test_assert_bytes (WW_BYTES (bytes, 122), WW_BYTES_OF (second));
  /* Big-endian, after version, kind and three ids. */
  test_assert_bytes (WW_BYTES (bytes + 50, 8), WW_BYTES ((const uint8_t *) "\1\2\3\4\5\6\7\10", 8));
  g_assert_cmpint (ww_envelope_header_parse (WW_BYTES (bytes, 123), &again), ==, WW_CRYPTO_BAD_SIZE);
  g_assert_cmpint (ww_envelope_header_parse (WW_BYTES (bytes, 121), &again), ==, WW_CRYPTO_BAD_SIZE);
  g_assert_cmpint (again.version, ==, 0);
  header.created_ms = UINT64_MAX;
  ww_envelope_header_serialise (&header, bytes);
  g_assert_cmpint (ww_envelope_header_parse (WW_BYTES (bytes, 122), &again), ==, WW_CRYPTO_OK);
  g_assert_cmpuint (again.created_ms, ==, UINT64_MAX);
}

static void
test_padded_size (void)
{
  static const struct
  {
    size_t len, padded;
  } cases[] = {
    { 0, 256 },      { 1, 256 },          { 256, 256 },     { 257, 272 },         { 272, 272 },
    { 273, 288 },    { 511, 512 },        { 512, 512 },     { 513, 544 },         { 1000, 1024 },
    { 1025, 1088 },  { 65536, 65536 },    { 65537, 67584 }, { 1048560, 1048576 }, { 1048577, 1081344 },
    { SIZE_MAX, 0 }, { SIZE_MAX - 1, 0 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (ww_padded_size (cases[i].len), ==, cases[i].padded);

  for (size_t len = 257; len < 300000; len += 7)
    {
      size_t padded = ww_padded_size (len);

      g_assert_cmpuint (padded, >=, len);
      g_assert_cmpuint (padded - len, <=, len * 12 / 100);
      g_assert_cmpuint (ww_padded_size (padded), ==, padded);
    }
}

static void
test_hash_records (void)
{
  static const uint8_t accounts[3][16] = { "account number 2", "account number 1", "account number 3" };
  static const uint8_t swapped[3][16] = { "account number 1", "account number 2", "account number 3" };
  static const uint8_t twice[3][16] = { "account number 1", "account number 3", "account number 1" };
  uint8_t records[3][32], swapped_records[3][32], a[32], b[32], empty[32];

  for (int i = 0; i < 3; i++)
    memset (records[i], i, 32);
  memcpy (swapped_records, records, sizeof records);
  memset (swapped_records[0], 1, 32);
  memset (swapped_records[1], 0, 32);

  g_assert_cmpint (ww_envelope_hash_records (accounts, (const uint8_t (*)[32]) records, 3, a), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_envelope_hash_records (swapped, (const uint8_t (*)[32]) swapped_records, 3, b), ==, WW_CRYPTO_OK);
  test_assert_bytes (WW_BYTES_OF (a), WW_BYTES_OF (b));
  g_assert_cmpint (ww_hash (NULL,
                            (WwBytes[]) {
                                WW_BYTES (swapped[0], 16),
                                WW_BYTES (swapped_records[0], 32),
                                WW_BYTES (swapped[1], 16),
                                WW_BYTES (swapped_records[1], 32),
                                WW_BYTES (swapped[2], 16),
                                WW_BYTES (swapped_records[2], 32),
                            },
                            6, b),
                   ==, WW_CRYPTO_OK);
  test_assert_bytes (WW_BYTES_OF (a), WW_BYTES_OF (b));
  g_assert_cmpint (ww_envelope_hash_records (swapped, (const uint8_t (*)[32]) records, 3, b), ==, WW_CRYPTO_OK);
  g_assert_false (ww_bytes_equal (WW_BYTES_OF (a), WW_BYTES_OF (b)));
  g_assert_cmpint (ww_envelope_hash_records (twice, (const uint8_t (*)[32]) records, 3, b), ==, WW_CRYPTO_BAD_SIZE);
  g_assert_cmpint (ww_envelope_hash_records (NULL, NULL, 0, a), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_hash (NULL, NULL, 0, empty), ==, WW_CRYPTO_OK);
  test_assert_bytes (WW_BYTES_OF (a), WW_BYTES_OF (empty));
}

/* crypto/ knows nothing of wire/, so that the numbers both have are compared here. */
static void
test_limits (void)
{
  g_assert_cmpint (WW_ENVELOPE_MAX_BODY, ==, WW_MAX_BODY);
  g_assert_cmpint (WW_ENVELOPE_HEADER_SIZE, ==, WW_HEADER_SIZE);
  g_assert_cmpuint (ww_padded_size (0), ==, WW_MIN_PADDED);
}

/* How long sealing takes, with -m perf. */
static void
test_time (void)
{
  g_autoptr (WwSigningKey) sender = test_signing_key (SENDER);
  g_autoptr (WwDeviceKeys) keys = test_device_keys (RECIPIENT);
  WwEnvelopeHeader header = test_envelope_header ();
  uint8_t point[65], sender_point[65], record[32] = { 0 };
  static const size_t numbers[] = { 1, 10, 100 };

  if (!g_test_perf ())
    {
      g_test_skip ("a measurement");
      return;
    }

  ww_signing_key_public (sender, sender_point);
  for (WwSuite suite = WW_SUITE_RSA; suite <= WW_SUITE_HPKE; suite++)
    for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++)
      {
        WwEnvelopeRecipient recipients[100];
        double sealing, opening;
        int rounds = (int) (400 / numbers[i]);

        for (size_t j = 0; j < numbers[i]; j++)
          recipients[j] = make_recipient (keys, suite, point);
        g_test_timer_start ();
        for (int round = 0; round < rounds; round++)
          {
            g_auto (WwEnvelope) envelope = { 0 };

            g_assert_cmpint (
                ww_envelope_seal (sender, &header, record, record, TEST_TEXT (text), recipients, numbers[i], &envelope),
                ==, WW_CRYPTO_OK);
          }
        sealing = g_test_timer_elapsed () / rounds;

        {
          g_auto (WwEnvelope) envelope = { 0 };

          g_assert_cmpint (
              ww_envelope_seal (sender, &header, record, record, TEST_TEXT (text), recipients, 1, &envelope), ==,
              WW_CRYPTO_OK);
          g_test_timer_start ();
          for (int round = 0; round < 400; round++)
            {
              g_autoptr (WwOpened) opened = NULL;
              WwBytes content;

              g_assert_cmpint (ww_envelope_open (keys, recipient_id, WW_BYTES_OF (envelope.header),
                                                 WW_BYTES_OF_BUFFER (&envelope.body), suite,
                                                 WW_BYTES_OF_BUFFER (&envelope.wraps[0].sealed_key), &opened),
                               ==, WW_CRYPTO_OK);
              g_assert_cmpint (ww_opened_verify (opened, sender_point, &content), ==, WW_CRYPTO_OK);
            }
          opening = g_test_timer_elapsed () / 400;
        }
        g_test_minimized_result (sealing * 1e6, "suite %d, %zu devices: sealing %.0f µs, opening %.0f µs", suite,
                                 numbers[i], sealing * 1e6, opening * 1e6);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/crypto/envelope/round-trip/rsa", GINT_TO_POINTER (WW_SUITE_RSA), test_round_trip);
  g_test_add_data_func ("/crypto/envelope/round-trip/hpke", GINT_TO_POINTER (WW_SUITE_HPKE), test_round_trip);
  g_test_add_func ("/crypto/envelope/many", test_many);
  g_test_add_func ("/crypto/envelope/seal-refuses", test_seal_refuses);
  g_test_add_func ("/crypto/envelope/largest", test_largest);
  g_test_add_func ("/crypto/envelope/empty", test_empty);
  g_test_add_func ("/crypto/envelope/header", test_header);
  g_test_add_func ("/crypto/envelope/padded-size", test_padded_size);
  g_test_add_func ("/crypto/envelope/hash-records", test_hash_records);
  g_test_add_func ("/crypto/envelope/limits", test_limits);
  g_test_add_func ("/crypto/envelope/time", test_time);

  return g_test_run ();
}
