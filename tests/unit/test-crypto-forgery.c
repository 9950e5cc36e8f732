/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Envelopes that are wrong in one place each. */
#include <glib.h>
#include <string.h>

#include "ww-envelope-private.h"
#include "ww-fixture.h"
#include "ww-hash.h"
#include "ww-hpke.h"
#include "ww-keys-private.h"
#include "ww-signature.h"

#define SENDER    3
#define RECIPIENT 5
#define STRANGER  7

static const uint8_t recipient_id[16] = "the recipient's";
static const uint8_t other_id[16] = "another device's";
static const char text[] = "Something to be kept between two people";

/*
 * An envelope made step by step, so that it can be wrong at each: by someone in between, or by a recipient,
 * who knows the content key and can encrypt, hash and wrap again.
 */
typedef struct
{
  WwEnvelopeHeader header;
  WwBuffer inner;
  WwBuffer body;
  WwBuffer wrap;
  WwSuite suite;
  size_t wrapped; /* how much of the key is wrapped */
  WwSuite bound;  /* the suite in the wrap's binding */
  uint8_t device_id[16];
  uint8_t header_bytes[122];
  size_t header_len;
  size_t body_len;
  size_t wrap_len;
  uint8_t opener;
} Forged;

typedef void (*Change) (Forged *self);

/* Shorthands for the table below. */
static void
id (Forged *f)
{
  f->header.message_id[0] ^= 1;
}
static void
account (Forged *f)
{
  f->header.sender_account[15] ^= 1;
}
static void
device (Forged *f)
{
  f->header.sender_device[0] ^= 1;
}
static void
created (Forged *f)
{
  f->header.created_ms ^= 1;
}
static void
kind (Forged *f)
{
  f->header.kind = WW_ENVELOPE_SILENT;
}
static void
commitment (Forged *f)
{
  f->header.commitment[31] ^= 1;
}
static void
body_hash (Forged *f)
{
  f->header.body_hash[0] ^= 1;
}
static void
unknown_kind (Forged *f)
{
  f->header.kind = 4;
}
static void
transient_kind (Forged *f)
{
  f->header.kind = WW_ENVELOPE_TRANSIENT;
}
static void
no_kind (Forged *f)
{
  f->header.kind = 0;
}
static void
version (Forged *f)
{
  f->header.version = 2;
}
static void
inner_version (Forged *f)
{
  f->inner.data[0] = 2;
}
static void
inner_signature (Forged *f)
{
  f->inner.data[1] ^= 1;
}
static void
inner_sender_record (Forged *f)
{
  f->inner.data[65] ^= 1;
}
static void
inner_recipients_record (Forged *f)
{
  f->inner.data[128] ^= 1;
}
static void
inner_content (Forged *f)
{
  f->inner.data[133] ^= 1;
}
static void
inner_longer (Forged *f)
{
  f->inner.data[132] += 1;
}
static void
inner_shorter (Forged *f)
{
  f->inner.data[132] -= 1;
}
static void
inner_too_long (Forged *f)
{
  f->inner.data[131] = 1;
}
static void
inner_huge (Forged *f)
{
  memset (f->inner.data + 129, 0xff, 4);
}
static void
inner_padding (Forged *f)
{
  f->inner.data[f->inner.len - 1] = 1;
}
static void
inner_first_padding (Forged *f)
{
  f->inner.data[133 + sizeof text - 1] = 1;
}
static void
body_first (Forged *f)
{
  f->body.data[0] ^= 1;
}
static void
body_tag (Forged *f)
{
  f->body.data[f->body.len - 1] ^= 1;
}
static void
wrap_first (Forged *f)
{
  f->wrap.data[1] ^= 1;
}
static void
wrap_last (Forged *f)
{
  f->wrap.data[f->wrap.len - 1] ^= 1;
}
static void
wrap_short (Forged *f)
{
  f->wrap_len--;
}
static void
header_short (Forged *f)
{
  f->header_len--;
}
static void
body_short (Forged *f)
{
  f->body_len--;
}
static void
body_tagless (Forged *f)
{
  f->body_len = 15;
}
static void
body_only_tag (Forged *f)
{
  f->body_len = 16;
}
static void
other_device (Forged *f)
{
  memcpy (f->device_id, other_id, 16);
}
static void
other_keys (Forged *f)
{
  f->opener = STRANGER;
}
static void
short_key (Forged *f)
{
  f->wrapped = 31;
}
static void
other_suite_bound (Forged *f)
{
  f->bound = f->suite == WW_SUITE_RSA ? WW_SUITE_HPKE : WW_SUITE_RSA;
}
static void
suite_none (Forged *f)
{
  f->suite = WW_SUITE_NONE;
}
static void
suite_ratchet (Forged *f)
{
  f->suite = WW_SUITE_RATCHET;
}
static void
suite_unknown (Forged *f)
{
  f->suite = (WwSuite) 200;
}
static void
suite_swapped (Forged *f)
{
  f->suite = f->suite == WW_SUITE_RSA ? WW_SUITE_HPKE : WW_SUITE_RSA;
}
static void
nothing (Forged *f)
{
  (void) f;
}

static void
inner_more_padding (Forged *f)
{
  WwBuffer longer = { 0 };

  g_assert_true (ww_buffer_alloc (&longer, 512));
  memcpy (longer.data, f->inner.data, f->inner.len);
  ww_buffer_clear (&f->inner);
  f->inner = longer;
}

typedef enum
{
  ON_HEADER, /* signed, not yet encrypted: a recipient who seals again */
  ON_BODY,   /* encrypted, not yet hashed */
  ON_HASH,   /* hashed, not yet wrapped */
  ON_WRAP,   /* how the key is wrapped */
  ON_WAY,    /* all done: someone in between */
} Stage;

static const struct
{
  const char *name;
  Stage stage;
  Change change;
  WwCryptoStatus open;
  WwCryptoStatus verify;
} forgeries[] = {
  { "nothing", ON_WAY, nothing, WW_CRYPTO_OK, WW_CRYPTO_OK },

  { "sealed again with another id", ON_HEADER, id, WW_CRYPTO_OK, WW_CRYPTO_BAD_SIGNATURE },
  { "sealed again from another account", ON_HEADER, account, WW_CRYPTO_OK, WW_CRYPTO_BAD_SIGNATURE },
  { "sealed again from another device", ON_HEADER, device, WW_CRYPTO_OK, WW_CRYPTO_BAD_SIGNATURE },
  { "sealed again at another time", ON_HEADER, created, WW_CRYPTO_OK, WW_CRYPTO_BAD_SIGNATURE },
  { "sealed again as another kind", ON_HEADER, kind, WW_CRYPTO_OK, WW_CRYPTO_BAD_SIGNATURE },
  { "commitment to another key", ON_HEADER, commitment, WW_CRYPTO_BAD_COMMITMENT, WW_CRYPTO_OK },
  { "sealed again as transient", ON_HEADER, transient_kind, WW_CRYPTO_OK, WW_CRYPTO_BAD_SIGNATURE },
  { "unknown kind", ON_HEADER, unknown_kind, WW_CRYPTO_BAD_VERSION, WW_CRYPTO_OK },
  { "no kind", ON_HEADER, no_kind, WW_CRYPTO_BAD_VERSION, WW_CRYPTO_OK },
  { "other version", ON_HEADER, version, WW_CRYPTO_BAD_VERSION, WW_CRYPTO_OK },
  { "inner version", ON_HEADER, inner_version, WW_CRYPTO_BAD_VERSION, WW_CRYPTO_OK },
  { "other signature", ON_HEADER, inner_signature, WW_CRYPTO_OK, WW_CRYPTO_BAD_SIGNATURE },
  { "other sender's record", ON_HEADER, inner_sender_record, WW_CRYPTO_OK, WW_CRYPTO_BAD_SIGNATURE },
  { "other recipients' records", ON_HEADER, inner_recipients_record, WW_CRYPTO_OK, WW_CRYPTO_BAD_SIGNATURE },
  { "other content", ON_HEADER, inner_content, WW_CRYPTO_OK, WW_CRYPTO_BAD_SIGNATURE },
  { "content with a zero more", ON_HEADER, inner_longer, WW_CRYPTO_OK, WW_CRYPTO_BAD_SIGNATURE },
  { "content cut", ON_HEADER, inner_shorter, WW_CRYPTO_BAD_BODY, WW_CRYPTO_OK },
  { "length past the end", ON_HEADER, inner_too_long, WW_CRYPTO_BAD_BODY, WW_CRYPTO_OK },
  { "length of 4 GiB", ON_HEADER, inner_huge, WW_CRYPTO_BAD_BODY, WW_CRYPTO_OK },
  { "something in the last byte of padding", ON_HEADER, inner_padding, WW_CRYPTO_BAD_BODY, WW_CRYPTO_OK },
  { "something in the first byte of padding", ON_HEADER, inner_first_padding, WW_CRYPTO_BAD_BODY, WW_CRYPTO_OK },
  { "more padding than Padmé's", ON_HEADER, inner_more_padding, WW_CRYPTO_BAD_BODY, WW_CRYPTO_OK },

  { "body altered and hashed again", ON_BODY, body_first, WW_CRYPTO_BAD_BODY, WW_CRYPTO_OK },
  { "tag altered and hashed again", ON_BODY, body_tag, WW_CRYPTO_BAD_BODY, WW_CRYPTO_OK },
  { "hash of another body", ON_HASH, body_hash, WW_CRYPTO_BAD_BODY, WW_CRYPTO_OK },

  { "a key of 31 bytes", ON_WRAP, short_key, WW_CRYPTO_NOT_FOR_US, WW_CRYPTO_OK },
  { "bound to the other suite", ON_WRAP, other_suite_bound, WW_CRYPTO_NOT_FOR_US, WW_CRYPTO_OK },

  { "body altered", ON_WAY, body_first, WW_CRYPTO_BAD_BODY, WW_CRYPTO_OK },
  { "id altered", ON_WAY, id, WW_CRYPTO_NOT_FOR_US, WW_CRYPTO_OK },
  { "account altered", ON_WAY, account, WW_CRYPTO_NOT_FOR_US, WW_CRYPTO_OK },
  { "device altered", ON_WAY, device, WW_CRYPTO_NOT_FOR_US, WW_CRYPTO_OK },
  { "time altered", ON_WAY, created, WW_CRYPTO_NOT_FOR_US, WW_CRYPTO_OK },
  { "kind altered", ON_WAY, kind, WW_CRYPTO_NOT_FOR_US, WW_CRYPTO_OK },
  { "commitment altered", ON_WAY, commitment, WW_CRYPTO_NOT_FOR_US, WW_CRYPTO_OK },
  { "body's hash altered", ON_WAY, body_hash, WW_CRYPTO_NOT_FOR_US, WW_CRYPTO_OK },
  { "wrap altered at the start", ON_WAY, wrap_first, WW_CRYPTO_NOT_FOR_US, WW_CRYPTO_OK },
  { "wrap altered at the end", ON_WAY, wrap_last, WW_CRYPTO_NOT_FOR_US, WW_CRYPTO_OK },
  { "another device's wrap", ON_WAY, other_device, WW_CRYPTO_NOT_FOR_US, WW_CRYPTO_OK },
  { "another device's keys", ON_WAY, other_keys, WW_CRYPTO_NOT_FOR_US, WW_CRYPTO_OK },
  { "wrap cut", ON_WAY, wrap_short, WW_CRYPTO_BAD_SIZE, WW_CRYPTO_OK },
  { "header cut", ON_WAY, header_short, WW_CRYPTO_BAD_SIZE, WW_CRYPTO_OK },
  { "body cut", ON_WAY, body_short, WW_CRYPTO_BAD_SIZE, WW_CRYPTO_OK },
  { "body shorter than a tag", ON_WAY, body_tagless, WW_CRYPTO_BAD_SIZE, WW_CRYPTO_OK },
  { "body of a tag only", ON_WAY, body_only_tag, WW_CRYPTO_BAD_SIZE, WW_CRYPTO_OK },
  { "no suite", ON_WAY, suite_none, WW_CRYPTO_BAD_SUITE, WW_CRYPTO_OK },
  { "suite that is to come", ON_WAY, suite_ratchet, WW_CRYPTO_BAD_SUITE, WW_CRYPTO_OK },
  { "unknown suite", ON_WAY, suite_unknown, WW_CRYPTO_BAD_SUITE, WW_CRYPTO_OK },
  { "the other suite", ON_WAY, suite_swapped, WW_CRYPTO_BAD_SIZE, WW_CRYPTO_OK },
};

static void
forged_clear (Forged *self)
{
  ww_buffer_clear (&self->inner);
  ww_buffer_clear (&self->body);
  ww_buffer_clear (&self->wrap);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Forged, forged_clear)

static void
forge_inner (Forged *self)
{
  g_autoptr (WwSigningKey) sender = test_signing_key (SENDER);
  WwMessageParts message;
  uint8_t *at;

  g_assert_true (ww_buffer_alloc (&self->inner, 256));
  at = self->inner.data;
  at[0] = 1;
  memset (at + 65, 1, 32);
  memset (at + 97, 2, 32);
  at[132] = sizeof text - 1;
  memcpy (at + 133, text, sizeof text - 1);
  g_assert_cmpint (ww_message_parts_init (&message, &self->header, at + 65, at + 97, TEST_TEXT (text)), ==,
                   WW_CRYPTO_OK);
  g_assert_cmpint (ww_signing_key_sign (sender, WW_TAG_MESSAGE, message.parts, WW_MESSAGE_PARTS, at + 1), ==,
                   WW_CRYPTO_OK);
}

static void
forge_wrap (Forged *self, const uint8_t cek[32])
{
  g_autoptr (WwDeviceKeys) keys = test_device_keys (RECIPIENT);
  uint8_t binding[32], point[65];
  WwBytes key = WW_BYTES (cek, self->wrapped);
  WwCryptoStatus status;

  ww_device_keys_p256_public (keys, point);
  g_assert_cmpint (ww_envelope_bind (self->bound, self->header_bytes, recipient_id, binding), ==, WW_CRYPTO_OK);
  if (self->suite == WW_SUITE_RSA)
    status = ww_oaep_seal (ww_device_keys_rsa (keys), WW_BYTES_OF (binding), key, &self->wrap);
  else
    status = ww_hpke_seal (point, TEST_TEXT ("waxwing/1/wrap"), WW_BYTES_OF (binding), key, &self->wrap);
  g_assert_cmpint (status, ==, WW_CRYPTO_OK);
}

static void
forge (Forged *self, WwSuite suite, Stage stage, Change change)
{
  uint8_t cek[32];

  memset (cek, 0x99, 32);
  *self = (Forged) { .header = test_envelope_header (),
                     .suite = suite,
                     .bound = suite,
                     .wrapped = 32,
                     .opener = RECIPIENT,
                     .header_len = 122 };
  memcpy (self->device_id, recipient_id, 16);
  g_assert_cmpint (ww_envelope_commit (cek, self->header.commitment), ==, WW_CRYPTO_OK);
  forge_inner (self);
  if (stage == ON_HEADER)
    change (self);

  ww_envelope_header_serialise (&self->header, self->header_bytes);
  g_assert_true (ww_buffer_alloc (&self->body, self->inner.len + 16));
  g_assert_cmpint (ww_aead_seal (cek, ww_body_nonce, WW_BYTES (self->header_bytes, 90),
                                 WW_BYTES_OF_BUFFER (&self->inner), self->body.data),
                   ==, WW_CRYPTO_OK);
  if (stage == ON_BODY)
    change (self);
  g_assert_cmpint (ww_hash (NULL, &WW_BYTES_OF_BUFFER (&self->body), 1, self->header.body_hash), ==, WW_CRYPTO_OK);
  if (stage == ON_HASH || stage == ON_WRAP)
    change (self);

  ww_envelope_header_serialise (&self->header, self->header_bytes);
  forge_wrap (self, cek);
  self->body_len = self->body.len;
  self->wrap_len = self->wrap.len;
  if (stage == ON_WAY)
    change (self);
  ww_envelope_header_serialise (&self->header, self->header_bytes);
}

static void
test_forged (gconstpointer data)
{
  WwSuite suite = (WwSuite) GPOINTER_TO_INT (data);
  g_autoptr (WwSigningKey) sender = test_signing_key (SENDER);
  uint8_t sender_point[65];

  ww_signing_key_public (sender, sender_point);
  for (size_t i = 0; i < G_N_ELEMENTS (forgeries); i++)
    {
      g_auto (Forged) forged = { 0 };
      g_autoptr (WwDeviceKeys) keys = NULL;
      g_autoptr (WwOpened) opened = NULL;
      WwBytes content = TEST_TEXT ("untouched");
      WwCryptoStatus expected = forgeries[i].open;

      /* Of OAEP's sealed form the size says nothing, of HPKE's it says all. */
      if (forgeries[i].change == short_key && suite == WW_SUITE_HPKE)
        expected = WW_CRYPTO_BAD_SIZE;
      g_test_message ("%s", forgeries[i].name);
      forge (&forged, suite, forgeries[i].stage, forgeries[i].change);
      keys = test_device_keys (forged.opener);
      g_assert_cmpint (ww_envelope_open (keys, forged.device_id, WW_BYTES (forged.header_bytes, forged.header_len),
                                         WW_BYTES (forged.body.data, forged.body_len), forged.suite,
                                         WW_BYTES (forged.wrap.data, forged.wrap_len), &opened),
                       ==, expected);
      if (expected != WW_CRYPTO_OK)
        {
          g_assert_null (opened);
          continue;
        }
      g_assert_cmpint (ww_opened_verify (opened, sender_point, &content), ==, forgeries[i].verify);
      if (forgeries[i].verify == WW_CRYPTO_OK)
        test_assert_bytes (content, TEST_TEXT (text));
      else
        g_assert_null (content.data);
    }
}

/* The right content under the key of another device of anyone. */
static void
test_other_sender (void)
{
  g_auto (Forged) forged = { 0 };
  g_autoptr (WwDeviceKeys) keys = test_device_keys (RECIPIENT);
  g_autoptr (WwSigningKey) other = test_signing_key (STRANGER);
  g_autoptr (WwOpened) opened = NULL;
  uint8_t point[65];
  WwBytes content;

  forge (&forged, WW_SUITE_HPKE, ON_WAY, nothing);
  g_assert_cmpint (ww_envelope_open (keys, recipient_id, WW_BYTES_OF (forged.header_bytes),
                                     WW_BYTES_OF_BUFFER (&forged.body), forged.suite, WW_BYTES_OF_BUFFER (&forged.wrap),
                                     &opened),
                   ==, WW_CRYPTO_OK);
  ww_signing_key_public (other, point);
  g_assert_cmpint (ww_opened_verify (opened, point, &content), ==, WW_CRYPTO_BAD_SIGNATURE);
  g_assert_null (content.data);
  point[64] ^= 1;
  g_assert_cmpint (ww_opened_verify (opened, point, &content), ==, WW_CRYPTO_BAD_KEY);
  g_assert_null (content.data);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/crypto/forgery/rsa", GINT_TO_POINTER (WW_SUITE_RSA), test_forged);
  g_test_add_data_func ("/crypto/forgery/hpke", GINT_TO_POINTER (WW_SUITE_HPKE), test_forged);
  g_test_add_func ("/crypto/forgery/other-sender", test_other_sender);

  return g_test_run ();
}
