/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <string.h>

#include "ww-bytes.h"
#include "ww-crypto-status.h"
#include "ww-fixture.h"
#include "ww-hash.h"
#include "ww-suite.h"

static void
test_buffer (void)
{
  WwBuffer buffer = { 0 };

  ww_buffer_clear (&buffer);
  g_assert_true (ww_buffer_alloc (&buffer, 3));
  g_assert_cmpuint (buffer.len, ==, 3);
  test_assert_bytes (WW_BYTES_OF_BUFFER (&buffer), WW_BYTES ((const uint8_t *) "\0\0\0", 3));
  ww_buffer_clear (&buffer);
  g_assert_null (buffer.data);
  g_assert_cmpuint (buffer.len, ==, 0);

  g_assert_true (ww_buffer_alloc (&buffer, 0));
  g_assert_nonnull (buffer.data);
  ww_buffer_clear (&buffer);

  g_assert_false (ww_buffer_alloc (&buffer, SIZE_MAX));
  g_assert_null (buffer.data);
  g_assert_cmpuint (buffer.len, ==, 0);
}

static void
test_wipe (void)
{
  uint8_t secret[4] = { 1, 2, 3, 4 };

  ww_wipe (secret, 3);
  test_assert_bytes (WW_BYTES_OF (secret), WW_BYTES ((const uint8_t *) "\0\0\0\4", 4));
}

static void
test_equal (void)
{
  g_assert_true (ww_bytes_equal (TEST_TEXT ("abc"), TEST_TEXT ("abc")));
  g_assert_false (ww_bytes_equal (TEST_TEXT ("abc"), TEST_TEXT ("abd")));
  g_assert_false (ww_bytes_equal (TEST_TEXT ("abc"), TEST_TEXT ("bbc")));
  g_assert_false (ww_bytes_equal (TEST_TEXT ("abc"), TEST_TEXT ("ab")));
  g_assert_true (ww_bytes_equal ((WwBytes) { 0 }, (WwBytes) { 0 }));
  g_assert_false (ww_bytes_equal ((WwBytes) { 0 }, TEST_TEXT ("a")));
}

/* FIPS 180-4's own examples, whole and in parts, and with a tag in front. */
static void
test_hash (void)
{
  static const char *const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  static const char *const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  g_autoptr (GBytes) abc_hash = test_unhex (abc);
  g_autoptr (GBytes) empty_hash = test_unhex (empty);
  uint8_t out[32];
  uint8_t tagged[32];

  g_assert_cmpint (ww_hash (NULL, &TEST_TEXT ("abc"), 1, out), ==, WW_CRYPTO_OK);
  test_assert_bytes (WW_BYTES_OF (out), TEST_BYTES (abc_hash));
  g_assert_cmpint (ww_hash (NULL, (WwBytes[]) { TEST_TEXT ("a"), (WwBytes) { 0 }, TEST_TEXT ("bc") }, 3, out), ==,
                   WW_CRYPTO_OK);
  test_assert_bytes (WW_BYTES_OF (out), TEST_BYTES (abc_hash));
  g_assert_cmpint (ww_hash (NULL, NULL, 0, out), ==, WW_CRYPTO_OK);
  test_assert_bytes (WW_BYTES_OF (out), TEST_BYTES (empty_hash));

  g_assert_cmpint (ww_hash ("ab", &TEST_TEXT ("c"), 1, tagged), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_hash (NULL, &WW_BYTES ((const uint8_t *) "ab\0c", 4), 1, out), ==, WW_CRYPTO_OK);
  test_assert_bytes (WW_BYTES_OF (tagged), WW_BYTES_OF (out));
}

/* Each status has words of its own, and none is missing. */
static void
test_words (void)
{
  for (int i = WW_CRYPTO_OK; i <= WW_CRYPTO_INTERNAL; i++)
    {
      g_assert_cmpstr (ww_crypto_status_to_string ((WwCryptoStatus) i), !=, "unknown status");
      for (int j = 0; j < i; j++)
        g_assert_cmpstr (ww_crypto_status_to_string ((WwCryptoStatus) i), !=,
                         ww_crypto_status_to_string ((WwCryptoStatus) j));
    }
  g_assert_cmpstr (ww_crypto_status_to_string ((WwCryptoStatus) 999), ==, "unknown status");
}

static void
test_suites (void)
{
  static const struct
  {
    uint32_t offered[3];
    size_t n;
    bool has_rsa, has_p256;
    WwSuite chosen;
  } cases[] = {
    { { 1, 2 }, 2, true, true, WW_SUITE_HPKE },    { { 2, 1 }, 2, true, true, WW_SUITE_HPKE },
    { { 1, 2 }, 2, true, false, WW_SUITE_RSA },    { { 1, 2 }, 2, false, true, WW_SUITE_HPKE },
    { { 1 }, 1, true, true, WW_SUITE_RSA },        { { 1 }, 1, false, true, WW_SUITE_NONE },
    { { 2 }, 1, true, true, WW_SUITE_HPKE },       { { 2 }, 1, true, false, WW_SUITE_NONE },
    { { 1, 2, 3 }, 3, true, true, WW_SUITE_HPKE }, { { 1, 7, 4000000000 }, 3, true, true, WW_SUITE_RSA },
    { { 0, 3, 9 }, 3, true, true, WW_SUITE_NONE }, { { 0 }, 0, true, true, WW_SUITE_NONE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (ww_suite_choose (cases[i].offered, cases[i].n, cases[i].has_rsa, cases[i].has_p256), ==,
                     cases[i].chosen);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/buffer", test_buffer);
  g_test_add_func ("/crypto/wipe", test_wipe);
  g_test_add_func ("/crypto/equal", test_equal);
  g_test_add_func ("/crypto/hash", test_hash);
  g_test_add_func ("/crypto/words", test_words);
  g_test_add_func ("/crypto/suites", test_suites);

  return g_test_run ();
}
