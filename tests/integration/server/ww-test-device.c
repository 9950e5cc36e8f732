/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-test-client.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "ww-approval.h"
#include "ww-frame.h"
#include "ww-hash.h"

#define BYTES(array) ((ProtobufCBinaryData) { sizeof (array), (array) })

static void
randomise (void *data, size_t len)
{
  g_assert_cmpint (RAND_bytes (data, (int) len), ==, 1);
}

/* --- Verification -------------------------------------------------------------------------- */

/* The token of a new verification; its mail is on the way. */
void
test_start_verification (TestLink *link, const char *handle, uint8_t token[WW_TOKEN_SIZE])
{
  Waxwing__StartVerification start = WAXWING__START_VERIFICATION__INIT;
  g_autoptr (TestFrame) frame = NULL;

  start.handle = (char *) handle;
  start.language = (char *) "en";
  frame = test_link_call (link, WAXWING__REQUEST__BODY_START_VERIFICATION, &start,
                          WAXWING__RESPONSE__BODY_VERIFICATION);
  g_assert_cmpint (frame->response->verification->state, ==, WAXWING__VERIFICATION_STATE__STATE__WAITING);
  memcpy (token, frame->response->verification->token.data, WW_TOKEN_SIZE);
}

/* As the person does. */
void
test_click (const char *url)
{
  g_assert_cmpuint (test_server_http ("POST", url, NULL, NULL), ==, 200);
}

/* See the header. */
void
test_verify (TestServer *server, TestLink *link, const char *address, uint8_t token[WW_TOKEN_SIZE])
{
  g_autofree char *handle = g_strconcat ("mailto:", address, NULL);
  g_autofree char *url = NULL;
  g_autoptr (TestFrame) event = NULL;
  static GHashTable *counts = NULL;
  g_autofree char *key = g_strdup_printf ("%s %s", server->data, address);
  guint count;

  if (counts == NULL)
    counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, key)) + 1;
  g_hash_table_insert (counts, g_steal_pointer (&key), GUINT_TO_POINTER (count));

  test_start_verification (link, handle, token);
  url = test_server_link (server, address, count);
  test_click (url);
  event = test_link_event (link, WAXWING__EVENT__BODY_VERIFICATION);
  g_assert_cmpint (event->event->verification->state, ==, WAXWING__VERIFICATION_STATE__STATE__CONFIRMED);
  g_assert_cmpmem (event->event->verification->token.data, WW_TOKEN_SIZE, token, WW_TOKEN_SIZE);
}

/* --- Accounts and devices ------------------------------------------------------------------ */

/* With a key, and nothing in it yet. */
TestAccount *
test_account_new (void)
{
  TestAccount *self = g_new0 (TestAccount, 1);

  randomise (self->account_id, sizeof self->account_id);
  g_assert_cmpint (ww_signing_key_generate (&self->account_key), ==, WW_CRYPTO_OK);
  ww_signing_key_public (self->account_key, self->account_public);
  self->handles = g_ptr_array_new_with_free_func (g_free);
  self->devices = g_ptr_array_new ();
  return self;
}

/* Its devices stay. */
void
test_account_free (TestAccount *self)
{
  ww_signing_key_free (self->account_key);
  g_ptr_array_unref (self->handles);
  g_ptr_array_unref (self->devices);
  g_free (self);
}

/* A device that says it belongs to the account, in no record yet. */
TestDevice *
test_device_new (TestAccount *account)
{
  TestDevice *self = g_new0 (TestDevice, 1);

  self->account = account;
  randomise (self->id, sizeof self->id);
  randomise (self->nonce, sizeof self->nonce);
  g_assert_cmpint (ww_device_keys_generate (&self->keys), ==, WW_CRYPTO_OK);
  return self;
}

/* Frees it; the account stays. */
void
test_device_free (TestDevice *self)
{
  ww_device_keys_free (self->keys);
  g_clear_pointer (&self->device, g_bytes_unref);
  g_free (self);
}

/* See the header. */
void
test_device_sign (TestDevice *self)
{
  const WwSigningKey *signing = ww_device_keys_signing (self->keys);
  Waxwing__DeviceKeys keys = WAXWING__DEVICE_KEYS__INIT;
  uint8_t signing_key[WW_POINT_SIZE], p256_key[WW_POINT_SIZE];
  uint32_t suites[] = { 1, 2 };
  WwBytes rsa = ww_device_keys_rsa_public (self->keys);
  uint8_t *bytes;
  size_t len;

  ww_signing_key_public (signing, signing_key);
  ww_device_keys_p256_public (self->keys, p256_key);
  keys.device_id = BYTES (self->id);
  keys.signing_key = BYTES (signing_key);
  keys.p256_key = BYTES (p256_key);
  keys.rsa_key = (ProtobufCBinaryData) { rsa.len, (uint8_t *) rsa.data };
  keys.suites = suites;
  keys.n_suites = G_N_ELEMENTS (suites);
  keys.enrolled_ms = (uint64_t) g_get_real_time () / 1000;
  keys.push_address = BYTES (self->push_address);
  bytes = ww_message_pack (&keys, &len);
  g_clear_pointer (&self->device, g_bytes_unref);
  self->device = g_bytes_new (bytes, len);
  free (bytes);
  g_assert_cmpint (ww_signing_key_sign_device (signing, self->account->account_id, self->account->account_public,
                                               WW_BYTES (g_bytes_get_data (self->device, NULL), len), self->signature),
                   ==, WW_CRYPTO_OK);
}

static Waxwing__Device *
device_message (const TestDevice *device)
{
  Waxwing__Device *message = g_new (Waxwing__Device, 1);
  gsize len;
  const void *data = g_bytes_get_data (device->device, &len);

  waxwing__device__init (message);
  message->device = (ProtobufCBinaryData) { len, (uint8_t *) data };
  message->signature = (ProtobufCBinaryData) { WW_SIGNATURE_SIZE, (uint8_t *) device->signature };
  return message;
}

/* See the header. */
TestRecord *
test_account_record (TestAccount *self)
{
  TestRecord *signed_record = g_new0 (TestRecord, 1);
  Waxwing__AccountRecord record = WAXWING__ACCOUNT_RECORD__INIT;
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_free);
  ProtobufCBinaryData wiped;
  WwBytes bytes;
  size_t len;

  for (guint i = 0; i < self->devices->len; i++)
    g_ptr_array_add (devices, device_message (self->devices->pdata[i]));
  record.account_id = BYTES (self->account_id);
  record.sequence = self->sequence + 1;
  if (self->sequence > 0)
    record.previous = BYTES (self->hash);
  record.handles = (char **) self->handles->pdata;
  record.n_handles = self->handles->len;
  record.account_key = BYTES (self->account_public);
  record.devices = (Waxwing__Device **) devices->pdata;
  record.n_devices = devices->len;
  record.created_ms = (uint64_t) g_get_real_time () / 1000;
  record.reset = self->reset;
  if (self->wiped != NULL)
    {
      wiped = (ProtobufCBinaryData) { WW_ID_SIZE, (uint8_t *) self->wiped };
      record.wiped = &wiped;
      record.n_wiped = 1;
    }
  signed_record->record = ww_message_pack (&record, &len);
  bytes = WW_BYTES (signed_record->record, len);
  g_assert_cmpint (ww_signing_key_sign (self->account_key, "waxwing/1/record", &bytes, 1, signed_record->signature), ==,
                   WW_CRYPTO_OK);
  waxwing__signed_record__init (&signed_record->message);
  signed_record->message.record = (ProtobufCBinaryData) { len, signed_record->record };
  signed_record->message.signature = BYTES (signed_record->signature);
  return signed_record;
}

/* Frees the record. */
void
test_record_free (TestRecord *self)
{
  free (self->record);
  g_free (self);
}

/* See the header. */
void
test_account_accept (TestAccount *self, const TestRecord *record)
{
  WwBytes bytes = WW_BYTES (record->message.record.data, record->message.record.len);

  self->sequence++;
  g_assert_cmpint (ww_hash (NULL, &bytes, 1, self->hash), ==, WW_CRYPTO_OK);
}

/* See the header. */
TestDevice *
test_enroll (TestServer *server, const char *address)
{
  g_autoptr (TestLink) link = test_link_new (server);
  TestAccount *account = test_account_new ();
  TestDevice *device = test_device_new (account);
  Waxwing__PrepareDevice prepare = WAXWING__PREPARE_DEVICE__INIT;
  Waxwing__CreateAccount create = WAXWING__CREATE_ACCOUNT__INIT;
  uint8_t token[WW_TOKEN_SIZE];
  g_autoptr (TestFrame) prepared = NULL;
  g_autoptr (TestFrame) created = NULL;
  g_autoptr (TestRecord) record = NULL;

  test_verify (server, link, address, token);
  prepare.token = BYTES (token);
  prepared = test_link_call (link, WAXWING__REQUEST__BODY_PREPARE_DEVICE, &prepare,
                             WAXWING__RESPONSE__BODY_DEVICE_PREPARED);
  g_assert_cmpuint (prepared->response->device_prepared->n_chain, ==, 0);
  memcpy (device->push_address, prepared->response->device_prepared->push_address.data, WW_PUSH_ADDRESS_SIZE);
  test_device_sign (device);
  g_ptr_array_add (account->handles, g_strconcat ("mailto:", address, NULL));
  g_ptr_array_add (account->devices, device);
  record = test_account_record (account);
  create.token = BYTES (token);
  create.record = &record->message;
  created = test_link_call (link, WAXWING__REQUEST__BODY_CREATE_ACCOUNT, &create, WAXWING__RESPONSE__BODY_DONE);
  test_account_accept (account, record);
  return device;
}

/* The response, whichever it is. */
Waxwing__Frame *
test_authenticate (TestServer *server, TestLink *link, TestDevice *device)
{
  Waxwing__Authenticate request = WAXWING__AUTHENTICATE__INIT;
  uint8_t signature[WW_SIGNATURE_SIZE];

  g_assert_cmpint (ww_signing_key_sign_link (ww_device_keys_signing (device->keys), device->id, link->challenge,
                                             server->authority, signature),
                   ==, WW_CRYPTO_OK);
  request.device_id = BYTES (device->id);
  request.signature = BYTES (signature);
  request.authority = server->authority;
  return test_link_response (link, test_link_send (link, WAXWING__REQUEST__BODY_AUTHENTICATE, &request));
}

/* See the header. */
TestLink *
test_connect (TestServer *server, TestDevice *device)
{
  TestLink *link = test_link_new (server);
  g_autoptr (TestFrame) frame = test_authenticate (server, link, device);

  if (frame->response->body_case == WAXWING__RESPONSE__BODY_ERROR)
    g_error ("refused: %s", frame->response->error->code);
  g_assert_cmpmem (frame->response->authenticated->account_id.data, WW_ID_SIZE, device->account->account_id,
                   WW_ID_SIZE);
  return link;
}
