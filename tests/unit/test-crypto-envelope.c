/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <string.h>

#include "ww-envelope-private.h"
#include "ww-fixture.h"
#include "ww-hash.h"
#include "ww-hpke.h"
#include "ww-keys-private.h"
#include "ww-signature.h"

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WwEnvelope, ww_envelope_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwOpened, ww_opened_free)

#define SENDER    3
#define RECIPIENT 5
#define STRANGER  7

static const uint8_t recipient_id[16] = "the recipient's";
static const uint8_t other_id[16] = "another device's";
static const char text[] = "Something to be kept between two people";

static WwEnvelopeHeader
make_header (void)
{
  WwEnvelopeHeader header = { .version = WW_ENVELOPE_VERSION,
                              .kind = WW_ENVELOPE_MESSAGE,
                              .created_ms = 0x0102030405060708 };

  memset (header.message_id, 0xaa, 16);
  memset (header.sender_account, 0xbb, 16);
  memset (header.sender_device, 0xcc, 16);

  return header;
}

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
  WwEnvelopeHeader header = make_header ();
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
  WwEnvelopeHeader header = make_header ();
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
  f->header.kind = 3;
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
  *self = (Forged) {
    .header = make_header (), .suite = suite, .bound = suite, .wrapped = 32, .opener = RECIPIENT, .header_len = 122
  };
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

static void
test_seal_refuses (void)
{
  g_autoptr (WwSigningKey) sender = test_signing_key (SENDER);
  g_autoptr (WwDeviceKeys) keys = test_device_keys (RECIPIENT);
  uint8_t point[65], bad_point[65], record[32] = { 0 };
  WwEnvelopeRecipient good = make_recipient (keys, WW_SUITE_HPKE, point);
  WwEnvelopeRecipient rsa = make_recipient (keys, WW_SUITE_RSA, point);
  WwEnvelopeRecipient none = good, ratchet = good, off_curve = good, short_key = good, swapped = good;
  WwEnvelopeHeader header = make_header (), bad_kind = make_header ();
  g_auto (WwEnvelope) envelope = { 0 };

  memcpy (bad_point, point, 65);
  bad_point[64] ^= 1;
  none.suite = WW_SUITE_NONE;
  ratchet.suite = WW_SUITE_RATCHET;
  off_curve.public_key = WW_BYTES_OF (bad_point);
  short_key.public_key.len = 64;
  swapped.suite = WW_SUITE_RSA;
  bad_kind.kind = 3;

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
  WwEnvelopeHeader header = make_header ();
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
  WwEnvelopeHeader header = make_header ();
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
  WwEnvelopeHeader header = make_header (), again;
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
  WwEnvelopeHeader header = make_header ();
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
  g_test_add_data_func ("/crypto/envelope/forged/rsa", GINT_TO_POINTER (WW_SUITE_RSA), test_forged);
  g_test_add_data_func ("/crypto/envelope/forged/hpke", GINT_TO_POINTER (WW_SUITE_HPKE), test_forged);
  g_test_add_func ("/crypto/envelope/other-sender", test_other_sender);
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
