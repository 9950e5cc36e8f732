/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <string.h>

#include "ww-approval.h"
#include "ww-fixture.h"
#include "ww-hpke.h"

#define ACCOUNT    3
#define NEW_DEVICE 5
#define STRANGER   7

static const uint8_t account_id[16] = "an account's id";
static const uint8_t device_id[16] = "the new device's";
static const uint8_t other_id[16] = "another's id....";

static void
test_commitment (void)
{
  uint8_t nonce[32] = "a nonce nobody can guess", commitment[32];
  WwBytes device = TEST_TEXT ("keys");

  g_assert_cmpint (ww_approval_commit (nonce, account_id, device, commitment), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_approval_check (commitment, nonce, account_id, device), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_approval_check (commitment, nonce, other_id, device), ==, WW_CRYPTO_MISMATCH);
  g_assert_cmpint (ww_approval_check (commitment, nonce, account_id, TEST_TEXT ("keyt")), ==, WW_CRYPTO_MISMATCH);
  nonce[31] ^= 1;
  g_assert_cmpint (ww_approval_check (commitment, nonce, account_id, device), ==, WW_CRYPTO_MISMATCH);
  nonce[31] ^= 1;
  commitment[0] ^= 1;
  g_assert_cmpint (ww_approval_check (commitment, nonce, account_id, device), ==, WW_CRYPTO_MISMATCH);
}

typedef struct
{
  uint8_t new_nonce[32], approver_nonce[32], account[16], record[32], approver[16];
  WwBytes device;
} Exchange;

static void
digits_of (const Exchange *exchange, char out[7])
{
  g_assert_cmpint (ww_approval_digits (exchange->new_nonce, exchange->approver_nonce, exchange->account,
                                       exchange->record, exchange->device, exchange->approver, out),
                   ==, WW_CRYPTO_OK);
  g_assert_cmpuint (strlen (out), ==, 6);
  g_assert_cmpuint (strspn (out, "0123456789"), ==, 6);
}

/* Everything that goes in changes what comes out. */
static void
test_digits (void)
{
  const Exchange base = { .new_nonce = "new",
                          .approver_nonce = "old",
                          .account = "acc",
                          .record = "rec",
                          .approver = "app",
                          .device = TEST_TEXT ("keys") };
  Exchange changed[7];
  char digits[7], again[7];

  for (size_t i = 0; i < G_N_ELEMENTS (changed); i++)
    changed[i] = base;
  changed[0].new_nonce[31] = 1;
  changed[1].approver_nonce[31] = 1;
  changed[2].account[15] = 1;
  changed[3].record[31] = 1;
  changed[4].approver[15] = 1;
  changed[5].device = TEST_TEXT ("keyt");
  memcpy (changed[6].new_nonce, base.approver_nonce, 32);
  memcpy (changed[6].approver_nonce, base.new_nonce, 32);

  digits_of (&base, digits);
  digits_of (&base, again);
  g_assert_cmpstr (digits, ==, again);
  for (size_t i = 0; i < G_N_ELEMENTS (changed); i++)
    {
      digits_of (&changed[i], again);
      g_assert_cmpstr (digits, !=, again);
    }
}

/* Leading zeros stay, and all digits come up about equally often. */
static void
test_digits_spread (void)
{
  Exchange exchange = { .device = TEST_TEXT ("keys") };
  int seen[6][10] = { 0 };
  char digits[7];

  for (int i = 0; i < 2000; i++)
    {
      exchange.new_nonce[0] = (uint8_t) i;
      exchange.new_nonce[1] = (uint8_t) (i >> 8);
      digits_of (&exchange, digits);
      for (int j = 0; j < 6; j++)
        seen[j][digits[j] - '0']++;
    }
  for (int j = 0; j < 6; j++)
    for (int digit = 0; digit < 10; digit++)
      g_assert_cmpint (seen[j][digit], >, 120);
}

static void
test_account_key (void)
{
  g_autoptr (WwSigningKey) key = test_signing_key (ACCOUNT);
  g_autoptr (WwSigningKey) opened = NULL;
  g_autoptr (WwDeviceKeys) device = test_device_keys (NEW_DEVICE);
  g_autoptr (WwDeviceKeys) stranger = test_device_keys (STRANGER);
  WW_AUTO_BUFFER sealed = { 0 };
  uint8_t p256[65], public_key[65], opened_public[65], other[65];

  ww_device_keys_p256_public (device, p256);
  ww_signing_key_public (key, public_key);
  g_assert_cmpint (ww_approval_seal_account_key (key, account_id, device_id, p256, &sealed), ==, WW_CRYPTO_OK);
  g_assert_cmpint (
      ww_approval_open_account_key (device, account_id, device_id, WW_BYTES_OF_BUFFER (&sealed), public_key, &opened),
      ==, WW_CRYPTO_OK);
  ww_signing_key_public (opened, opened_public);
  test_assert_bytes (WW_BYTES_OF (opened_public), WW_BYTES_OF (public_key));
  g_clear_pointer (&opened, ww_signing_key_free);

  ww_signing_key_public (ww_device_keys_signing (device), other);
  {
    const struct
    {
      const WwDeviceKeys *keys;
      const uint8_t *account, *id, *expected;
      size_t len;
      WwCryptoStatus status;
    } cases[] = {
      { stranger, account_id, device_id, public_key, sealed.len, WW_CRYPTO_NOT_FOR_US },
      { device, other_id, device_id, public_key, sealed.len, WW_CRYPTO_NOT_FOR_US },
      { device, account_id, other_id, public_key, sealed.len, WW_CRYPTO_NOT_FOR_US },
      { device, account_id, device_id, other, sealed.len, WW_CRYPTO_BAD_KEY },
      { device, account_id, device_id, public_key, sealed.len - 1, WW_CRYPTO_BAD_SIZE },
      { device, account_id, device_id, public_key, 0, WW_CRYPTO_BAD_SIZE },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
      {
        g_assert_cmpint (ww_approval_open_account_key (cases[i].keys, cases[i].account, cases[i].id,
                                                       WW_BYTES (sealed.data, cases[i].len), cases[i].expected,
                                                       &opened),
                         ==, cases[i].status);
        g_assert_null (opened);
      }
  }

  p256[1] ^= 1;
  ww_buffer_clear (&sealed);
  g_assert_cmpint (ww_approval_seal_account_key (key, account_id, device_id, p256, &sealed), ==, WW_CRYPTO_BAD_KEY);
}

/* Sealed as an account key, but no scalar. */
static void
test_account_key_zero (void)
{
  g_autoptr (WwDeviceKeys) device = test_device_keys (NEW_DEVICE);
  WW_AUTO_BUFFER sealed = { 0 };
  WwSigningKey *opened = NULL;
  uint8_t p256[65], aad[32], zero[32] = { 0 };

  ww_device_keys_p256_public (device, p256);
  memcpy (aad, account_id, 16);
  memcpy (aad + 16, device_id, 16);
  g_assert_cmpint (
      ww_hpke_seal (p256, TEST_TEXT ("waxwing/1/account-key"), WW_BYTES_OF (aad), WW_BYTES_OF (zero), &sealed), ==,
      WW_CRYPTO_OK);
  g_assert_cmpint (
      ww_approval_open_account_key (device, account_id, device_id, WW_BYTES_OF_BUFFER (&sealed), p256, &opened), ==,
      WW_CRYPTO_BAD_KEY);
  g_assert_null (opened);
}

static void
test_names (void)
{
  static const size_t lengths[] = { 1, 31, 32, 63, 64 };
  g_autoptr (WwSigningKey) key = test_signing_key (ACCOUNT);
  g_autoptr (WwSigningKey) stranger = test_signing_key (STRANGER);

  for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *name = g_strnfill (lengths[i], 'n');
      WW_AUTO_BUFFER sealed = { 0 };
      WW_AUTO_BUFFER again = { 0 };
      WW_AUTO_BUFFER opened = { 0 };
      WwBytes bytes;

      g_assert_cmpint (ww_name_seal (key, account_id, device_id, name, &sealed), ==, WW_CRYPTO_OK);
      g_assert_cmpint (ww_name_seal (key, account_id, device_id, name, &again), ==, WW_CRYPTO_OK);
      bytes = WW_BYTES_OF_BUFFER (&sealed);
      g_assert_false (ww_bytes_equal (bytes, WW_BYTES_OF_BUFFER (&again)));
      g_assert_cmpuint (sealed.len, ==, 12 + (lengths[i] + 1 + 31) / 32 * 32 + 16);
      g_assert_cmpuint (sealed.len, <=, WW_MAX_SEALED_NAME);

      g_assert_cmpint (ww_name_open (key, account_id, device_id, bytes, &opened), ==, WW_CRYPTO_OK);
      g_assert_cmpstr ((const char *) opened.data, ==, name);
      g_assert_cmpuint (opened.len, ==, lengths[i]);
      ww_buffer_clear (&opened);

      g_assert_cmpint (ww_name_open (stranger, account_id, device_id, bytes, &opened), ==, WW_CRYPTO_BAD_BODY);
      g_assert_cmpint (ww_name_open (key, other_id, device_id, bytes, &opened), ==, WW_CRYPTO_BAD_BODY);
      g_assert_cmpint (ww_name_open (key, account_id, other_id, bytes, &opened), ==, WW_CRYPTO_BAD_BODY);
      for (size_t at = 0; at < sealed.len; at++)
        {
          sealed.data[at] ^= 1;
          g_assert_cmpint (ww_name_open (key, account_id, device_id, bytes, &opened), ==, WW_CRYPTO_BAD_BODY);
          sealed.data[at] ^= 1;
        }
      g_assert_null (opened.data);
    }
}

static void
test_names_refused (void)
{
  g_autoptr (WwSigningKey) key = test_signing_key (ACCOUNT);
  g_autofree char *long_name = g_strnfill (WW_MAX_DEVICE_NAME + 1, 'n');
  uint8_t bytes[200] = { 0 };
  WW_AUTO_BUFFER out = { 0 };
  uint8_t p256[65];

  g_assert_cmpint (ww_name_seal (key, account_id, device_id, "", &out), ==, WW_CRYPTO_BAD_SIZE);
  g_assert_cmpint (ww_name_seal (key, account_id, device_id, long_name, &out), ==, WW_CRYPTO_BAD_SIZE);
  for (size_t len = 0; len <= 28; len++)
    g_assert_cmpint (ww_name_open (key, account_id, device_id, WW_BYTES (bytes, len), &out), ==, WW_CRYPTO_BAD_SIZE);
  g_assert_cmpint (ww_name_open (key, account_id, device_id, WW_BYTES (bytes, 12 + 96 + 16 + 1), &out), ==,
                   WW_CRYPTO_BAD_SIZE);
  ww_signing_key_public (key, p256);
  g_assert_cmpint (ww_pending_name_seal (p256, account_id, device_id, "", &out), ==, WW_CRYPTO_BAD_SIZE);
  g_assert_cmpint (ww_pending_name_seal (p256, account_id, device_id, long_name, &out), ==, WW_CRYPTO_BAD_SIZE);
}

/* A pending device is anyone: whatever it seals, nothing but a name in its one form comes out. */
static void
test_pending_names (void)
{
  static const struct
  {
    const char *padded;
    size_t len;
    WwCryptoStatus status;
  } cases[] = {
    { "\3abc", 32, WW_CRYPTO_OK },        { "\37nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn", 32, WW_CRYPTO_OK },
    { "\3abc", 64, WW_CRYPTO_BAD_BODY },  /* padded too far */
    { "\3abc", 31, WW_CRYPTO_BAD_BODY },  /* not to the step */
    { "\3abcd", 32, WW_CRYPTO_BAD_BODY }, /* something in the padding */
    { "\3a\0c", 32, WW_CRYPTO_BAD_BODY }, /* a zero byte in the name */
    { "\0", 32, WW_CRYPTO_BAD_BODY },     /* no name */
    { "\40", 32, WW_CRYPTO_BAD_SIZE },    /* longer than what is there */
    { "\101", 96, WW_CRYPTO_BAD_SIZE },   /* longer than any name */
    { "\377", 96, WW_CRYPTO_BAD_SIZE },   { "\3abc", 128, WW_CRYPTO_BAD_SIZE },
  };
  g_autoptr (WwDeviceKeys) keys = test_device_keys (NEW_DEVICE);
  g_autoptr (WwDeviceKeys) stranger = test_device_keys (STRANGER);
  WW_AUTO_BUFFER sealed = { 0 };
  WW_AUTO_BUFFER opened = { 0 };
  uint8_t p256[65], aad[32], padded[160];

  ww_device_keys_p256_public (keys, p256);
  memcpy (aad, account_id, 16);
  memcpy (aad + 16, device_id, 16);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      memset (padded, 0, sizeof padded);
      memcpy (padded, cases[i].padded, cases[i].padded[0] == 3 ? 5 : MAX (strlen (cases[i].padded), 1));
      g_test_message ("case %zu", i);
      g_assert_cmpint (ww_hpke_seal (p256, TEST_TEXT ("waxwing/1/pending-name"), WW_BYTES_OF (aad),
                                     WW_BYTES (padded, cases[i].len), &sealed),
                       ==, WW_CRYPTO_OK);
      g_assert_cmpint (ww_pending_name_open (keys, account_id, device_id, WW_BYTES_OF_BUFFER (&sealed), &opened), ==,
                       cases[i].status);
      g_assert_true ((opened.data != NULL) == (cases[i].status == WW_CRYPTO_OK));
      ww_buffer_clear (&sealed);
      ww_buffer_clear (&opened);
    }

  g_assert_cmpint (ww_pending_name_seal (p256, account_id, device_id, "Laptop", &sealed), ==, WW_CRYPTO_OK);
  g_assert_cmpuint (sealed.len, <=, WW_MAX_SEALED_NAME);
  g_assert_cmpint (ww_pending_name_open (stranger, account_id, device_id, WW_BYTES_OF_BUFFER (&sealed), &opened), ==,
                   WW_CRYPTO_NOT_FOR_US);
  g_assert_cmpint (ww_pending_name_open (keys, other_id, device_id, WW_BYTES_OF_BUFFER (&sealed), &opened), ==,
                   WW_CRYPTO_NOT_FOR_US);
  g_assert_cmpint (ww_pending_name_open (keys, account_id, other_id, WW_BYTES_OF_BUFFER (&sealed), &opened), ==,
                   WW_CRYPTO_NOT_FOR_US);
  g_assert_cmpint (ww_pending_name_open (keys, account_id, device_id, WW_BYTES_OF_BUFFER (&sealed), &opened), ==,
                   WW_CRYPTO_OK);
  g_assert_cmpstr ((const char *) opened.data, ==, "Laptop");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/approval/commitment", test_commitment);
  g_test_add_func ("/crypto/approval/digits", test_digits);
  g_test_add_func ("/crypto/approval/digits-spread", test_digits_spread);
  g_test_add_func ("/crypto/approval/account-key", test_account_key);
  g_test_add_func ("/crypto/approval/account-key-zero", test_account_key_zero);
  g_test_add_func ("/crypto/names", test_names);
  g_test_add_func ("/crypto/names/refused", test_names_refused);
  g_test_add_func ("/crypto/names/pending", test_pending_names);

  return g_test_run ();
}
