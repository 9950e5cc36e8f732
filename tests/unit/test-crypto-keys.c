/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <string.h>

#include "ww-fixture.h"
#include "ww-hpke.h"
#include "ww-keys-private.h"
#include "ww-signature.h"

static const char order[] = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
static const char order_minus_one[] = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550";

static void
test_signing_scalars (void)
{
  static const struct
  {
    const char *secret;
    WwCryptoStatus status;
  } cases[] = {
    { "0000000000000000000000000000000000000000000000000000000000000001", WW_CRYPTO_OK },
    { order_minus_one, WW_CRYPTO_OK },
    { "0000000000000000000000000000000000000000000000000000000000000000", WW_CRYPTO_BAD_KEY },
    { order, WW_CRYPTO_BAD_KEY },
    { "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", WW_CRYPTO_BAD_KEY },
    { "01", WW_CRYPTO_BAD_SIZE },
    { "", WW_CRYPTO_BAD_SIZE },
    { "000000000000000000000000000000000000000000000000000000000000000001", WW_CRYPTO_BAD_SIZE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) secret = test_unhex (cases[i].secret);
      g_autoptr (WwSigningKey) key = NULL;

      g_assert_cmpint (ww_signing_key_parse (TEST_BYTES (secret), &key), ==, cases[i].status);
      g_assert_true ((key != NULL) == (cases[i].status == WW_CRYPTO_OK));
    }
}

static void
test_signing_round_trip (void)
{
  g_autoptr (WwSigningKey) key = NULL;
  g_autoptr (WwSigningKey) other = NULL;
  g_autoptr (WwSigningKey) again = NULL;
  WW_AUTO_BUFFER secret = { 0 };
  uint8_t a[65], b[65], signature[64];

  g_assert_cmpint (ww_signing_key_generate (&key), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_signing_key_generate (&other), ==, WW_CRYPTO_OK);
  ww_signing_key_public (key, a);
  ww_signing_key_public (other, b);
  g_assert_false (ww_bytes_equal (WW_BYTES_OF (a), WW_BYTES_OF (b)));
  g_assert_true (ww_point_is_valid (WW_BYTES_OF (a)));

  g_assert_cmpint (ww_signing_key_serialise (key, &secret), ==, WW_CRYPTO_OK);
  g_assert_cmpuint (secret.len, ==, 32);
  g_assert_cmpint (ww_signing_key_parse (WW_BYTES_OF_BUFFER (&secret), &again), ==, WW_CRYPTO_OK);
  ww_signing_key_public (again, b);
  test_assert_bytes (WW_BYTES_OF (a), WW_BYTES_OF (b));

  g_assert_cmpint (ww_signing_key_sign (again, "tag", &TEST_TEXT ("text"), 1, signature), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_signature_verify (a, "tag", &TEST_TEXT ("text"), 1, signature), ==, WW_CRYPTO_OK);
  ww_signing_key_free (NULL);
}

static void
test_device_round_trip (void)
{
  g_autoptr (WwDeviceKeys) keys = NULL;
  g_autoptr (WwDeviceKeys) again = NULL;
  WW_AUTO_BUFFER secret = { 0 };
  WW_AUTO_BUFFER second = { 0 };
  WW_AUTO_BUFFER sealed = { 0 };
  WW_AUTO_BUFFER opened = { 0 };
  uint8_t point[65];

  g_assert_cmpint (ww_device_keys_generate (&keys), ==, WW_CRYPTO_OK);
  g_assert_true (ww_rsa_key_is_valid (ww_device_keys_rsa_public (keys)));
  g_assert_cmpint (ww_device_keys_serialise (keys, &secret), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_device_keys_parse (WW_BYTES_OF_BUFFER (&secret), &again), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_device_keys_serialise (again, &second), ==, WW_CRYPTO_OK);
  test_assert_bytes (WW_BYTES_OF_BUFFER (&secret), WW_BYTES_OF_BUFFER (&second));

  /* Sealed to the first, opened by what was read back, in both suites. */
  ww_device_keys_p256_public (keys, point);
  g_assert_cmpint (ww_hpke_seal (point, TEST_TEXT ("i"), TEST_TEXT ("a"), TEST_TEXT ("text"), &sealed), ==,
                   WW_CRYPTO_OK);
  g_assert_cmpint (ww_hpke_open (again, TEST_TEXT ("i"), TEST_TEXT ("a"), WW_BYTES_OF_BUFFER (&sealed), &opened), ==,
                   WW_CRYPTO_OK);
  test_assert_bytes (WW_BYTES_OF_BUFFER (&opened), TEST_TEXT ("text"));
  ww_buffer_clear (&sealed);
  ww_buffer_clear (&opened);
  g_assert_cmpint (ww_oaep_seal (ww_device_keys_rsa (keys), TEST_TEXT ("label"), TEST_TEXT ("text"), &sealed), ==,
                   WW_CRYPTO_OK);
  g_assert_cmpint (
      ww_oaep_open (ww_device_keys_rsa (again), TEST_TEXT ("label"), WW_BYTES_OF_BUFFER (&sealed), &opened), ==,
      WW_CRYPTO_OK);
  test_assert_bytes (WW_BYTES_OF_BUFFER (&opened), TEST_TEXT ("text"));
}

static void
test_device_bad_secrets (void)
{
  g_autoptr (GBytes) good = test_device_secret (5);
  WwBytes bytes = TEST_BYTES (good);
  g_autofree uint8_t *copy = g_malloc0 (2048);
  static const struct
  {
    const char *name;
    size_t at; /* where a byte is set */
    uint8_t value;
    int longer; /* bytes more or less */
    WwCryptoStatus status;
  } cases[] = {
    { "as it is", 0, 1, 0, WW_CRYPTO_OK },           { "other version", 0, 2, 0, WW_CRYPTO_BAD_VERSION },
    { "a byte more", 0, 1, 1, WW_CRYPTO_BAD_KEY },   { "a byte less", 0, 1, -1, WW_CRYPTO_BAD_KEY },
    { "much more", 0, 1, 1000, WW_CRYPTO_BAD_SIZE }, { "not RSA", 65, 0x31, 0, WW_CRYPTO_BAD_KEY },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WwDeviceKeys) keys = NULL;

      g_test_message ("%s", cases[i].name);
      memcpy (copy, bytes.data, bytes.len);
      copy[cases[i].at] = cases[i].value;
      g_assert_cmpint (ww_device_keys_parse (WW_BYTES (copy, bytes.len + (size_t) cases[i].longer), &keys), ==,
                       cases[i].status);
      g_assert_true ((keys != NULL) == (cases[i].status == WW_CRYPTO_OK));
    }

  for (size_t at = 1; at <= 33; at += 32)
    {
      g_autoptr (WwDeviceKeys) keys = NULL;

      memcpy (copy, bytes.data, bytes.len);
      memset (copy + at, 0, 32);
      g_assert_cmpint (ww_device_keys_parse (WW_BYTES (copy, bytes.len), &keys), ==, WW_CRYPTO_BAD_KEY);
    }
  for (size_t len = 0; len <= 65; len++)
    {
      g_autoptr (WwDeviceKeys) keys = NULL;

      g_assert_cmpint (ww_device_keys_parse (WW_BYTES (bytes.data, len), &keys), ==, WW_CRYPTO_BAD_SIZE);
    }
  ww_device_keys_free (NULL);
}

static void
test_fingerprint (void)
{
  g_autoptr (WwDeviceKeys) keys = test_device_keys (5);
  WwBytes rsa = ww_device_keys_rsa_public (keys);
  uint8_t signing[65], p256[65], base[32], other[32];

  ww_signing_key_public (ww_device_keys_signing (keys), signing);
  ww_device_keys_p256_public (keys, p256);
  g_assert_cmpint (ww_fingerprint (signing, WW_BYTES_OF (p256), rsa, base), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_fingerprint (signing, (WwBytes) { 0 }, rsa, other), ==, WW_CRYPTO_OK);
  g_assert_false (ww_bytes_equal (WW_BYTES_OF (base), WW_BYTES_OF (other)));
  g_assert_cmpint (ww_fingerprint (signing, WW_BYTES_OF (p256), (WwBytes) { 0 }, other), ==, WW_CRYPTO_OK);
  g_assert_false (ww_bytes_equal (WW_BYTES_OF (base), WW_BYTES_OF (other)));
  g_assert_cmpint (ww_fingerprint (p256, WW_BYTES_OF (p256), rsa, other), ==, WW_CRYPTO_OK);
  g_assert_false (ww_bytes_equal (WW_BYTES_OF (base), WW_BYTES_OF (other)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/keys/signing-scalars", test_signing_scalars);
  g_test_add_func ("/crypto/keys/signing-round-trip", test_signing_round_trip);
  g_test_add_func ("/crypto/keys/device-round-trip", test_device_round_trip);
  g_test_add_func ("/crypto/keys/device-bad-secrets", test_device_bad_secrets);
  g_test_add_func ("/crypto/keys/fingerprint", test_fingerprint);

  return g_test_run ();
}
