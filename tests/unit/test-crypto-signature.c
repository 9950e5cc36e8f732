/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "ww-fixture.h"
#include "ww-signature.h"

static const uint8_t account_id[16] = "an account's id";
static const uint8_t device_id[16] = "a device's id..";
static const uint8_t challenge[32] = "thirty-two bytes of a challenge";

static const struct
{
  const char *message;
  const char *signature;
} rfc6979[] = {
  { "sample", "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
              "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8" },
  { "test", "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
            "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083" },
};

/* RFC 6979, A.2.5: the same bytes as the standard's, so that the nonce is the deterministic one. */
static void
test_rfc6979 (void)
{
  g_autoptr (GBytes) secret = test_unhex ("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
  g_autoptr (GBytes) public_key = test_unhex ("0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
                                              "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
  g_autoptr (WwSigningKey) key = NULL;
  uint8_t point[65];

  g_assert_cmpint (ww_signing_key_parse (TEST_BYTES (secret), &key), ==, WW_CRYPTO_OK);
  ww_signing_key_public (key, point);
  test_assert_bytes (WW_BYTES_OF (point), TEST_BYTES (public_key));

  for (size_t i = 0; i < G_N_ELEMENTS (rfc6979); i++)
    {
      g_autoptr (GBytes) expected = test_unhex (rfc6979[i].signature);
      uint8_t signature[64];

      g_assert_cmpint (ww_signing_key_sign (key, NULL, &TEST_TEXT (rfc6979[i].message), 1, signature), ==,
                       WW_CRYPTO_OK);
      test_assert_bytes (WW_BYTES_OF (signature), TEST_BYTES (expected));
      g_assert_cmpint (ww_signature_verify (point, NULL, &TEST_TEXT (rfc6979[i].message), 1, signature), ==,
                       WW_CRYPTO_OK);
    }
}

typedef struct
{
  uint8_t key[65];
  const char *tag;
  const char *text;
  uint8_t signature[64];
} Signed;

static void
other_tag (Signed *self)
{
  self->tag = WW_TAG_RECORD;
}

static void
no_tag (Signed *self)
{
  self->tag = NULL;
}

static void
other_text (Signed *self)
{
  self->text = "texu";
}

static void
longer_text (Signed *self)
{
  self->text = "textt";
}

static void
other_key (Signed *self)
{
  g_autoptr (WwSigningKey) key = test_signing_key (9);

  ww_signing_key_public (key, self->key);
}

static void
altered_r (Signed *self)
{
  self->signature[0] ^= 1;
}

static void
altered_s (Signed *self)
{
  self->signature[63] ^= 1;
}

static void
zero_signature (Signed *self)
{
  memset (self->signature, 0, 64);
}

static void
zero_s (Signed *self)
{
  memset (self->signature + 32, 0, 32);
}

static void
full_signature (Signed *self)
{
  memset (self->signature, 0xff, 64);
}

static void
point_off_curve (Signed *self)
{
  self->key[64] ^= 1;
}

static void
compressed_point (Signed *self)
{
  self->key[0] = 2 | (self->key[64] & 1);
}

static void
hybrid_point (Signed *self)
{
  self->key[0] = 6 | (self->key[64] & 1);
}

static void
zero_point (Signed *self)
{
  memset (self->key, 0, 65);
}

static const struct
{
  const char *name;
  void (*change) (Signed *);
  WwCryptoStatus status;
} changes[] = {
  { "other tag", other_tag, WW_CRYPTO_BAD_SIGNATURE },
  { "no tag", no_tag, WW_CRYPTO_BAD_SIGNATURE },
  { "other text", other_text, WW_CRYPTO_BAD_SIGNATURE },
  { "longer text", longer_text, WW_CRYPTO_BAD_SIGNATURE },
  { "other key", other_key, WW_CRYPTO_BAD_SIGNATURE },
  { "altered r", altered_r, WW_CRYPTO_BAD_SIGNATURE },
  { "altered s", altered_s, WW_CRYPTO_BAD_SIGNATURE },
  { "zeros", zero_signature, WW_CRYPTO_BAD_SIGNATURE },
  { "s zero", zero_s, WW_CRYPTO_BAD_SIGNATURE },
  { "r and s above the order", full_signature, WW_CRYPTO_BAD_SIGNATURE },
  { "point not on the curve", point_off_curve, WW_CRYPTO_BAD_KEY },
  { "compressed point", compressed_point, WW_CRYPTO_BAD_KEY },
  { "hybrid point", hybrid_point, WW_CRYPTO_BAD_KEY },
  { "point of zeros", zero_point, WW_CRYPTO_BAD_KEY },
};

static void
test_altered (void)
{
  g_autoptr (WwSigningKey) key = test_signing_key (7);
  Signed good = { .tag = WW_TAG_MESSAGE, .text = "text" };

  ww_signing_key_public (key, good.key);
  g_assert_cmpint (ww_signing_key_sign (key, good.tag, &TEST_TEXT (good.text), 1, good.signature), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_signature_verify (good.key, good.tag, &TEST_TEXT (good.text), 1, good.signature), ==,
                   WW_CRYPTO_OK);

  for (size_t i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      Signed bad = good;

      g_test_message ("%s", changes[i].name);
      changes[i].change (&bad);
      g_assert_cmpint (ww_signature_verify (bad.key, bad.tag, &TEST_TEXT (bad.text), 1, bad.signature), ==,
                       changes[i].status);
    }
}

static void
test_device (void)
{
  g_autoptr (WwSigningKey) key = test_signing_key (7);
  uint8_t point[65], account_key[65], signature[64], id[16];
  WwBytes device = TEST_TEXT ("a device's keys");

  ww_signing_key_public (key, point);
  memset (account_key, 4, sizeof account_key);
  g_assert_cmpint (ww_signing_key_sign_device (key, account_id, account_key, device, signature), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_signature_verify_device (point, account_id, account_key, device, signature), ==, WW_CRYPTO_OK);

  memcpy (id, account_id, 16);
  id[15] ^= 1;
  g_assert_cmpint (ww_signature_verify_device (point, id, account_key, device, signature), ==, WW_CRYPTO_BAD_SIGNATURE);
  account_key[64] ^= 1;
  g_assert_cmpint (ww_signature_verify_device (point, account_id, account_key, device, signature), ==,
                   WW_CRYPTO_BAD_SIGNATURE);
  account_key[64] ^= 1;
  g_assert_cmpint (
      ww_signature_verify_device (point, account_id, account_key, TEST_TEXT ("a device's keyt"), signature), ==,
      WW_CRYPTO_BAD_SIGNATURE);
}

static void
test_link (void)
{
  g_autoptr (WwSigningKey) key = test_signing_key (7);
  uint8_t point[65], signature[64], id[16], other[32];

  ww_signing_key_public (key, point);
  g_assert_cmpint (ww_signing_key_sign_link (key, device_id, challenge, "example.org:8443", signature), ==,
                   WW_CRYPTO_OK);
  g_assert_cmpint (ww_signature_verify_link (point, device_id, challenge, "example.org:8443", signature), ==,
                   WW_CRYPTO_OK);

  memcpy (id, device_id, 16);
  id[0] ^= 1;
  g_assert_cmpint (ww_signature_verify_link (point, id, challenge, "example.org:8443", signature), ==,
                   WW_CRYPTO_BAD_SIGNATURE);
  memcpy (other, challenge, 32);
  other[31] ^= 1;
  g_assert_cmpint (ww_signature_verify_link (point, device_id, other, "example.org:8443", signature), ==,
                   WW_CRYPTO_BAD_SIGNATURE);
  g_assert_cmpint (ww_signature_verify_link (point, device_id, challenge, "example.org", signature), ==,
                   WW_CRYPTO_BAD_SIGNATURE);
}

static void
test_points (void)
{
  g_autoptr (WwSigningKey) key = test_signing_key (7);
  uint8_t point[66] = { 0 };

  ww_signing_key_public (key, point);
  g_assert_true (ww_point_is_valid (WW_BYTES (point, 65)));
  g_assert_false (ww_point_is_valid (WW_BYTES (point, 64)));
  g_assert_false (ww_point_is_valid (WW_BYTES (point, 66)));
  g_assert_false (ww_point_is_valid (WW_BYTES (point, 0)));
  g_assert_false (ww_point_is_valid (WW_BYTES ((const uint8_t *) "\0", 1)));
  point[64] ^= 1;
  g_assert_false (ww_point_is_valid (WW_BYTES (point, 65)));
  /* x is the prime itself, which is 0 in disguise. */
  {
    g_autoptr (GBytes) unreduced = test_unhex ("04ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"
                                               "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4");

    g_assert_false (ww_point_is_valid (TEST_BYTES (unreduced)));
  }
}

/* DER of the public half of a fresh key. */
static GBytes *
public_der (EVP_PKEY *key)
{
  uint8_t *der = NULL;
  int len = i2d_PUBKEY (key, &der);
  GBytes *bytes = g_bytes_new (der, (gsize) len);

  OPENSSL_free (der);
  EVP_PKEY_free (key);

  return bytes;
}

static EVP_PKEY *
rsa_with_exponent (unsigned int bits, unsigned long exponent)
{
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name (NULL, "RSA", NULL);
  BIGNUM *e = BN_new ();
  EVP_PKEY *key = NULL;

  BN_set_word (e, exponent);
  g_assert_cmpint (EVP_PKEY_keygen_init (context), ==, 1);
  g_assert_cmpint (EVP_PKEY_CTX_set_rsa_keygen_bits (context, (int) bits), ==, 1);
  g_assert_cmpint (EVP_PKEY_CTX_set1_rsa_keygen_pubexp (context, e), ==, 1);
  g_assert_cmpint (EVP_PKEY_generate (context, &key), ==, 1);
  BN_free (e);
  EVP_PKEY_CTX_free (context);

  return key;
}

static void
test_rsa_keys (void)
{
  g_autoptr (WwDeviceKeys) keys = test_device_keys (1);
  WwBytes good = ww_device_keys_rsa_public (keys);
  g_autofree uint8_t *copy = g_malloc0 (good.len + 1);
  g_autoptr (GBytes) larger = public_der (EVP_RSA_gen (2048));
  g_autoptr (GBytes) smaller = public_der (EVP_RSA_gen (1272));
  g_autoptr (GBytes) exponent = public_der (rsa_with_exponent (1280, 3));
  g_autoptr (GBytes) curve = public_der (EVP_EC_gen ("P-256"));

  g_assert_cmpuint (good.len, <=, WW_MAX_RSA_KEY);
  g_assert_true (ww_rsa_key_is_valid (good));
  g_assert_false (ww_rsa_key_is_valid ((WwBytes) { 0 }));
  g_assert_false (ww_rsa_key_is_valid (WW_BYTES (good.data, good.len - 1)));
  g_assert_false (ww_rsa_key_is_valid (TEST_BYTES (larger)));
  g_assert_false (ww_rsa_key_is_valid (TEST_BYTES (smaller)));
  g_assert_false (ww_rsa_key_is_valid (TEST_BYTES (exponent)));
  g_assert_false (ww_rsa_key_is_valid (TEST_BYTES (curve)));

  memcpy (copy, good.data, good.len);
  g_assert_true (ww_rsa_key_is_valid (WW_BYTES (copy, good.len)));
  g_assert_false (ww_rsa_key_is_valid (WW_BYTES (copy, good.len + 1)));
  /* The last five bytes are the exponent; the modulus ends before them, and begins after 29 bytes. */
  copy[good.len - 6] ^= 1;
  g_assert_false (ww_rsa_key_is_valid (WW_BYTES (copy, good.len)));
  copy[good.len - 6] ^= 1;
  copy[29] ^= 0x80;
  g_assert_false (ww_rsa_key_is_valid (WW_BYTES (copy, good.len)));
  copy[29] ^= 0x80;
  for (size_t i = 0; i < good.len; i++)
    {
      copy[i] ^= 2;
      g_assert_true (ww_rsa_key_is_valid (WW_BYTES (copy, good.len)) == (i >= 29 && i < good.len - 5));
      copy[i] ^= 2;
    }
}

/* The same key with a length in the long form, as BER has it: one key must not have two encodings. */
static void
test_rsa_not_der (void)
{
  g_autoptr (WwDeviceKeys) keys = test_device_keys (1);
  WwBytes good = ww_device_keys_rsa_public (keys);
  g_autofree uint8_t *ber = g_malloc0 (good.len + 1);
  const unsigned char *cursor = ber;
  EVP_PKEY *read;

  /* SEQUENCE, 0x81, length: made 0x82, 0, length. */
  g_assert_cmphex (good.data[0], ==, 0x30);
  g_assert_cmphex (good.data[1], ==, 0x81);
  ber[0] = 0x30;
  ber[1] = 0x82;
  memcpy (ber + 3, good.data + 2, good.len - 2);

  /* OpenSSL takes it, and so did we if nobody compared. */
  read = d2i_PUBKEY (NULL, &cursor, (long) good.len + 1);
  g_assert_nonnull (read);
  EVP_PKEY_free (read);
  g_assert_false (ww_rsa_key_is_valid (WW_BYTES (ber, good.len + 1)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/signature/rfc6979", test_rfc6979);
  g_test_add_func ("/crypto/signature/altered", test_altered);
  g_test_add_func ("/crypto/signature/device", test_device);
  g_test_add_func ("/crypto/signature/link", test_link);
  g_test_add_func ("/crypto/points", test_points);
  g_test_add_func ("/crypto/rsa-keys", test_rsa_keys);
  g_test_add_func ("/crypto/rsa-not-der", test_rsa_not_der);

  return g_test_run ();
}
