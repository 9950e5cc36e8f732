/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The worked examples of docs/protocol.md: computed again, compared with tests/vectors/examples.json, and looked
 * for in the document. What is random by nature (content key, wraps, nonces) is taken from the file and opened.
 * With WAXWING_WRITE_EXAMPLES set the file is written instead, to be copied into the document.
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "ww-approval.h"
#include "ww-envelope-private.h"
#include "ww-fixture.h"
#include "ww-frame.h"
#include "ww-group-change.h"
#include "ww-hash.h"
#include "ww-hpke.h"
#include "ww-keys-private.h"
#include "ww-record.h"
#include "ww-safety-number.h"
#include "ww-signature.h"

#define RECIPIENT 0x31

static JsonObject *stored; /* NULL when writing */
static JsonObject *computed;

static void
set (const char *name, WwBytes bytes)
{
  g_autofree char *hex = test_hex (bytes);

  json_object_set_string_member (computed, name, hex);
}

/* What can't be computed twice: as it is stored, or fresh. The caller owns it. */
static GBytes *
keep (const char *name, WwBytes fresh)
{
  GBytes *bytes = stored != NULL ? test_member (stored, name) : g_bytes_new (fresh.data, fresh.len);

  set (name, TEST_BYTES (bytes));

  return bytes;
}

static void
account (TestRecord *test)
{
  WwRecord *record = NULL;

  test_record_init (test, 1);
  test_record_sign_devices (test);
  test_record_sign (test);
  g_assert_cmpint (ww_record_new (TEST_BYTES (test->bytes), WW_BYTES_OF (test->signature), &record), ==, WW_RECORD_OK);
  set ("account_key", WW_BYTES_OF (test->public_key));
  set ("device_keys", TEST_BYTES (test->devices[0].bytes));
  set ("device_signature", WW_BYTES_OF (test->devices[0].signature));
  set ("record", TEST_BYTES (test->bytes));
  set ("record_hash", WW_BYTES (ww_record_hash (record), 32));
  set ("record_signature", WW_BYTES_OF (test->signature));
  ww_record_unref (record);
}

static void
fingerprint (const TestRecord *test)
{
  const TestDevice *device = &test->devices[0];
  uint8_t out[32];

  g_assert_cmpint (ww_fingerprint (device->signing_key, WW_BYTES_OF (device->p256_key),
                                   ww_device_keys_rsa_public (device->keys), out),
                   ==, WW_CRYPTO_OK);
  set ("fingerprint", WW_BYTES_OF (out));
}

static void
link_signature (const TestRecord *test)
{
  uint8_t challenge[32], signature[64];

  memset (challenge, 0xc1, sizeof challenge);
  g_assert_cmpint (ww_signing_key_sign_link (ww_device_keys_signing (test->devices[0].keys), test->devices[0].id,
                                             challenge, "chat.example.org:8443", signature),
                   ==, WW_CRYPTO_OK);
  set ("link_signature", WW_BYTES_OF (signature));
}

static void
approval (const TestRecord *test)
{
  uint8_t new_nonce[32], approver_nonce[32], commitment[32], hash[32];
  WwBytes bytes = TEST_BYTES (test->bytes), device = TEST_BYTES (test->devices[0].bytes);
  char digits[7];

  memset (new_nonce, 0xd1, 32);
  memset (approver_nonce, 0xd2, 32);
  g_assert_cmpint (ww_hash (NULL, &bytes, 1, hash), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_approval_commit (new_nonce, test->id, device, commitment), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_approval_digits (new_nonce, approver_nonce, test->id, hash, device, test->devices[0].id, digits),
                   ==, WW_CRYPTO_OK);
  set ("approval_commitment", WW_BYTES_OF (commitment));
  json_object_set_string_member (computed, "approval_digits", digits);
}

/* With an account of the id 0xb2… that has the same key. */
static void
safety_number (const TestRecord *test)
{
  uint8_t other[16];
  char one_half[31], other_half[31], number[61], turned[61];

  memset (other, 0xb2, sizeof other);
  g_assert_cmpint (ww_safety_number_half (test->id, test->public_key, one_half), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_safety_number_half (other, test->public_key, other_half), ==, WW_CRYPTO_OK);
  ww_safety_number_join (one_half, other_half, number);
  ww_safety_number_join (other_half, one_half, turned);
  g_assert_cmpstr (number, ==, turned);
  json_object_set_string_member (computed, "safety_number", number);
}

static void
name (const TestRecord *test)
{
  WW_AUTO_BUFFER fresh = { 0 };
  WW_AUTO_BUFFER opened = { 0 };
  g_autoptr (GBytes) sealed = NULL;

  g_assert_cmpint (ww_name_seal (test->account_key, test->id, test->devices[0].id, "Laptop", &fresh), ==, WW_CRYPTO_OK);
  sealed = keep ("sealed_name", WW_BYTES_OF_BUFFER (&fresh));
  g_assert_cmpint (ww_name_open (test->account_key, test->id, test->devices[0].id, TEST_BYTES (sealed), &opened), ==,
                   WW_CRYPTO_OK);
  g_assert_cmpstr ((const char *) opened.data, ==, "Laptop");
}

static GBytes *
make_content (const TestRecord *test, const uint8_t hash[32])
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Text text = WAXWING__TEXT__INIT;
  Waxwing__Content content = WAXWING__CONTENT__INIT;
  Waxwing__Participant a = WAXWING__PARTICIPANT__INIT;
  Waxwing__Participant *participants[] = { &a };
  uint8_t conversation[16];
  uint8_t *bytes;
  size_t len;

  memset (conversation, 0xe1, 16);
  text.body = (char *) "Hello";
  payload.kind_case = WAXWING__PAYLOAD__KIND_TEXT;
  payload.text = &text;
  a.account_id = (ProtobufCBinaryData) { 16, (uint8_t *) test->id };
  a.record_hash = (ProtobufCBinaryData) { 32, (uint8_t *) hash };
  content.conversation_id = (ProtobufCBinaryData) { 16, conversation };
  content.participants = participants;
  content.n_participants = 1;
  content.payload.data = ww_message_pack (&payload, &content.payload.len);
  bytes = ww_message_pack (&content, &len);
  free (content.payload.data);

  return g_bytes_new_with_free_func (bytes, len, free, bytes);
}

static void
wraps (const uint8_t header[122], const WwBytes body, const uint8_t sender[65], WwBytes cek, GBytes *content)
{
  g_autoptr (WwDeviceKeys) keys = test_device_keys (RECIPIENT);
  uint8_t device_id[16], point[65];

  memset (device_id, RECIPIENT, 16);
  ww_device_keys_p256_public (keys, point);
  for (WwSuite suite = WW_SUITE_RSA; suite <= WW_SUITE_HPKE; suite++)
    {
      WW_AUTO_BUFFER fresh = { 0 };
      g_autoptr (GBytes) wrap = NULL;
      g_autoptr (WwOpened) opened = NULL;
      uint8_t binding[32];
      WwBytes got;

      g_assert_cmpint (ww_envelope_bind (suite, header, device_id, binding), ==, WW_CRYPTO_OK);
      set (suite == WW_SUITE_RSA ? "binding_1" : "binding_2", WW_BYTES_OF (binding));
      if (suite == WW_SUITE_RSA)
        g_assert_cmpint (ww_oaep_seal (ww_device_keys_rsa (keys), WW_BYTES_OF (binding), cek, &fresh), ==,
                         WW_CRYPTO_OK);
      else
        g_assert_cmpint (ww_hpke_seal (point, TEST_TEXT (WW_WRAP_INFO), WW_BYTES_OF (binding), cek, &fresh), ==,
                         WW_CRYPTO_OK);
      wrap = keep (suite == WW_SUITE_RSA ? "wrap_1" : "wrap_2", WW_BYTES_OF_BUFFER (&fresh));
      g_assert_cmpint (
          ww_envelope_open (keys, device_id, WW_BYTES (header, 122), body, suite, TEST_BYTES (wrap), &opened), ==,
          WW_CRYPTO_OK);
      g_assert_cmpint (ww_opened_verify (opened, sender, &got), ==, WW_CRYPTO_OK);
      test_assert_bytes (got, TEST_BYTES (content));
    }
}

static void
envelope (const TestRecord *test)
{
  const TestDevice *device = &test->devices[0];
  WwEnvelopeHeader header = { .version = 1, .kind = WW_ENVELOPE_MESSAGE, .created_ms = 1767225600123 };
  uint8_t cek[32], own[32], others[32], others_record[1][32], others_account[1][16], bytes[122], inner[256], body[272];
  g_autoptr (GBytes) content = NULL;
  WwBytes record = TEST_BYTES (test->bytes);
  WwMessageParts message;

  memset (cek, 0x0c, 32);
  memset (others_account, 0xb2, 16);
  memset (others_record, 0x77, 32);
  memset (header.message_id, 0xf1, 16);
  memcpy (header.sender_account, test->id, 16);
  memcpy (header.sender_device, device->id, 16);
  g_assert_cmpint (ww_hash (NULL, &record, 1, own), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_envelope_hash_records ((const uint8_t (*)[16]) others_account,
                                             (const uint8_t (*)[32]) others_record, 1, others),
                   ==, WW_CRYPTO_OK);
  set ("recipients_record", WW_BYTES_OF (others));
  g_assert_cmpint (ww_envelope_commit (cek, header.commitment), ==, WW_CRYPTO_OK);
  set ("commitment", WW_BYTES_OF (header.commitment));

  content = make_content (test, own);
  set ("content", TEST_BYTES (content));
  g_assert_cmpint (ww_message_parts_init (&message, &header, own, others, TEST_BYTES (content)), ==, WW_CRYPTO_OK);
  memset (inner, 0, sizeof inner);
  inner[0] = 1;
  g_assert_cmpint (ww_signing_key_sign (ww_device_keys_signing (device->keys), WW_TAG_MESSAGE, message.parts,
                                        WW_MESSAGE_PARTS, inner + 1),
                   ==, WW_CRYPTO_OK);
  set ("message_signature", WW_BYTES (inner + 1, 64));
  memcpy (inner + 65, own, 32);
  memcpy (inner + 97, others, 32);
  inner[132] = (uint8_t) g_bytes_get_size (content);
  memcpy (inner + 133, g_bytes_get_data (content, NULL), g_bytes_get_size (content));

  ww_envelope_header_serialise (&header, bytes);
  g_assert_cmpint (ww_aead_seal (cek, ww_body_nonce, WW_BYTES (bytes, 90), WW_BYTES_OF (inner), body), ==,
                   WW_CRYPTO_OK);
  set ("body", WW_BYTES_OF (body));
  g_assert_cmpint (ww_hash (NULL, &WW_BYTES_OF (body), 1, header.body_hash), ==, WW_CRYPTO_OK);
  ww_envelope_header_serialise (&header, bytes);
  set ("header", WW_BYTES_OF (bytes));
  wraps (bytes, WW_BYTES_OF (body), device->signing_key, WW_BYTES_OF (cek), content);
}

/* The first change of a group: the device makes one of its account and of the one with the id 0xb2…. */
static void
group_change (const TestRecord *test)
{
  const TestDevice *device = &test->devices[0];
  guint8 members[2][WW_ID_SIZE], nonce[WW_ID_SIZE], signature[WW_SIGNATURE_SIZE];
  g_autoptr (GBytes) record_hash = test_member (computed, "record_hash");
  WwGroupDraft draft = { .account = test->id,
                         .device = device->id,
                         .record = g_bytes_get_data (record_hash, NULL),
                         .created_ms = test_envelope_header ().created_ms,
                         .nonce = nonce,
                         .kind = WW_GROUP_CREATE,
                         .members = (const guint8 (*)[WW_ID_SIZE]) members,
                         .n_members = 2,
                         .name = "Choir" };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (WwGroupChange) change = NULL;

  memcpy (members[0], test->id, WW_ID_SIZE);
  memset (members[1], 0xb2, WW_ID_SIZE);
  memset (nonce, 0xe1, sizeof nonce);
  bytes = ww_group_draft_pack (&draft);
  g_assert_cmpint (
      ww_signing_key_sign (ww_device_keys_signing (device->keys), WW_TAG_GROUP, &TEST_BYTES (bytes), 1, signature), ==,
      WW_CRYPTO_OK);
  g_assert_cmpint (ww_group_change_new (TEST_BYTES (bytes), signature, &change), ==, WW_GROUP_OK);
  set ("group_change", TEST_BYTES (bytes));
  set ("group_change_hash", WW_BYTES_OF (change->hash));
  set ("group_id", WW_BYTES_OF (change->group));
  set ("group_signature", WW_BYTES_OF (signature));
}

static void
compute (void)
{
  g_auto (TestRecord) test = { 0 };

  account (&test);
  fingerprint (&test);
  link_signature (&test);
  approval (&test);
  safety_number (&test);
  name (&test);
  envelope (&test);
  group_change (&test);
}

static void
write_examples (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("WAXWING_SOURCE"), "tests", "vectors", "examples.json", NULL);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;

  json_node_set_object (node, computed);
  text = json_to_string (node, TRUE);
  line = g_strconcat (text, "\n", NULL);
  g_assert_true (g_file_set_contents (path, line, -1, NULL));
}

static void
test_examples (void)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GList) names = NULL;

  computed = json_object_new ();
  if (g_getenv ("WAXWING_WRITE_EXAMPLES") != NULL)
    {
      compute ();
      write_examples ();
      json_object_unref (computed);
      return;
    }

  node = test_vectors ("examples.json");
  stored = json_node_get_object (node);
  compute ();
  names = json_object_get_members (stored);
  g_assert_cmpuint (json_object_get_size (stored), ==, json_object_get_size (computed));
  for (GList *l = names; l != NULL; l = l->next)
    {
      g_test_message ("%s", (const char *) l->data);
      g_assert_cmpstr (json_object_get_string_member (computed, l->data), ==,
                       json_object_get_string_member (stored, l->data));
    }
  json_object_unref (computed);
}

/* Every example stands in the document, as it is. */
static void
test_document (void)
{
  g_autoptr (JsonNode) node = test_vectors ("examples.json");
  g_autofree char *document = test_source_file ("docs/protocol.md");
  JsonObject *examples = json_node_get_object (node);
  g_autoptr (GList) names = json_object_get_members (examples);
  char *end = document;

  for (const char *c = document; *c != '\0'; c++)
    if (!g_ascii_isspace (*c))
      *end++ = *c;
  *end = '\0';

  for (GList *l = names; l != NULL; l = l->next)
    if (strstr (document, json_object_get_string_member (examples, l->data)) == NULL)
      g_error ("docs/protocol.md does not have the example “%s”", (const char *) l->data);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/examples", test_examples);
  g_test_add_func ("/protocol/document", test_document);

  return g_test_run ();
}
