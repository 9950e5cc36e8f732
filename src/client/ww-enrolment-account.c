/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-enrolment"

#include "ww-enrolment-private.h"

#include "ww-approval.h"
#include "ww-checks.h"
#include "ww-client-private.h"
#include "ww-contact-private.h"
#include "ww-crash-point.h"
#include "ww-error-private.h"
#include "ww-record-builder.h"
#include "ww-store-directory.h"
#include "ww-store-meta.h"
#include "ww-until.h"

/*
 * What is written where, and when, so that a crash anywhere leaves something to go on with: the keys are in the keyring
 * before the server hears of the device; "enrolled" enters the store last. Without it the profile counts as not
 * enrolled, the next attempt finds the keys in the keyring, and uses them again if the account turns out to have them.
 */

typedef struct
{
  WwFinding *finding;
  WwHeldClaim *claim; /* nullable */
  char *server;
  char *name;
  char *device_name;
} Settings;

static void
settings_free (gpointer data)
{
  Settings *self = data;

  ww_finding_free (self->finding);
  g_clear_pointer (&self->claim, ww_held_claim_free);
  g_free (self->server);
  g_free (self->name);
  g_free (self->device_name);
  g_free (self);
}

static gboolean
write_settings (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Settings *self = data;

  return ww_store_set_meta_text (database, WW_META_SERVER, self->server, error) &&
         ww_store_set_meta_text (database, WW_META_NAME, self->name, error) &&
         ww_store_set_meta_text (database, WW_META_DEVICE_NAME, self->device_name, error) &&
         (self->claim == NULL || ww_store_set_held_claim (database, self->claim, error)) &&
         ww_store_write_finding (database, self->finding, result, error);
}

static WwStore *
create_store (WwClient *client, WwIdentity *identity, GError **error)
{
  g_autoptr (WwStoreKey) key = NULL;

  if (!dex_await (ww_client_discard_store (client), error) || !dex_await (ww_keyring_clear (client->keyring), error))
    return NULL;
  ww_crash_point ("cleared");
  key = dex_await_boxed (ww_keyring_create_store_key (client->keyring), error);
  if (key == NULL || !dex_await (ww_keyring_store_identity (client->keyring, identity), error))
    return NULL;
  ww_crash_point ("keyring");
  return dex_await_object (ww_store_open (ww_profile_get_store_path (client->profile_lock), key, TRUE), error);
}

static WwFinding *
find (const guint8 *account_id, WwRecord *const *records, gsize n_records)
{
  WwFinding *finding = ww_finding_new (account_id);
  size_t n_handles;
  const char *const *handles = ww_record_handles (records[n_records - 1], &n_handles);

  finding->shown_handle = g_strdup (n_handles > 0 ? handles[0] : "");
  finding->weak = ww_contact_record_is_weak (records[n_records - 1]);
  for (gsize i = 0; i < n_records; i++)
    g_ptr_array_add (finding->records, ww_record_ref (records[i]));
  return finding;
}

WwStore *
ww_enrolment_store (WwEnrolmentRun *self, WwIdentity *identity, WwRecord *const *records, gsize n_records,
                    GError **error)
{
  WwClient *client = self->enrolment->client;
  g_autoptr (WwStore) store = NULL;
  Settings *settings;

  if (client == NULL)
    {
      ww_error_set (error, WW_ERROR_CANCELLED);
      return NULL;
    }
  store = create_store (client, identity, error);
  if (store == NULL)
    return NULL;
  settings = g_new0 (Settings, 1);
  settings->server = g_strdup (self->enrolment->server);
  settings->name = g_strdup (self->name);
  settings->device_name = g_strdup (self->device_name);
  settings->finding = find (ww_identity_get_account_id (identity), records, n_records);
  if (self->start_over != NULL)
    settings->claim = ww_enrolment_run_dup_claim (self);
  if (!dex_await (ww_store_run (store, write_settings, settings, settings_free), error))
    return NULL;
  ww_crash_point ("stored");
  return g_steal_pointer (&store);
}

/* `data` is a WwFinding, or NULL. */
static gboolean
write_enrolled (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  return (data == NULL || ww_store_write_finding (database, data, result, error)) &&
         ww_store_delete_held_claim (database, error) && ww_store_set_meta_int (database, WW_META_ENROLLED, 1, error);
}

gboolean
ww_enrolment_finish (WwEnrolmentRun *self, WwStore *store, WwIdentity *identity, GPtrArray *records, GError **error)
{
  WwClient *client = self->enrolment->client;
  WwFinding *finding = NULL;

  if (records != NULL)
    finding = find (ww_identity_get_account_id (identity), (WwRecord *const *) records->pdata, records->len);
  ww_crash_point ("answered");
  if (!dex_await (ww_store_run (store, write_enrolled, finding, finding != NULL ? ww_finding_free : NULL), error))
    return FALSE;
  ww_crash_point ("enrolled");
  /* The anonymous link has done its work before the device's own comes up. */
  ww_link_stop (self->link);
  if (client == NULL)
    {
      ww_error_set (error, WW_ERROR_CANCELLED);
      return FALSE;
    }
  return dex_await (ww_client_start (client, store, identity), error);
}

/* Whether the server knows the device: the answer to CreateAccount may have been lost with the connection. */
static gboolean
probe (WwEnrolmentRun *self, WwIdentity *identity)
{
  g_autoptr (WwLink) link = ww_link_new (self->enrolment->server, identity);
  gboolean known;

  ww_link_start (link);
  known = dex_await (ww_until (ww_link_wait_up (link), self->closing), NULL);
  ww_link_stop (link);
  return known;
}

static gboolean
ask_create (WwEnrolmentRun *self, WwIdentity *identity, WwRecord *record, GError **error)
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__CreateAccount create = WAXWING__CREATE_ACCOUNT__INIT;
  Waxwing__SignedRecord signed_record;
  g_autoptr (WwReply) reply = NULL;
  g_autoptr (GError) refusal = NULL;

  ww_record_fill_signed (record, &signed_record);
  create.token = (ProtobufCBinaryData) { sizeof self->token, self->token };
  create.record = &signed_record;
  request.body_case = WAXWING__REQUEST__BODY_CREATE_ACCOUNT;
  request.create_account = &create;
  reply = ww_enrolment_run_ask (self, &request, WAXWING__RESPONSE__BODY_DONE, &refusal);
  ww_crash_point ("asked");
  if (reply != NULL)
    return TRUE;
  if (g_error_matches (refusal, WW_ERROR, WW_ERROR_REFUSED) && probe (self, identity))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&refusal));
  return FALSE;
}

/* Record 1 of an account that holds this device and the verified handle. */
static WwRecord *
build_record (WwEnrolmentRun *self, const WwSigningKey *account_key, const guint8 account_id[16], GError **error)
{
  guint8 public_key[WW_POINT_SIZE];
  WwNewDevice device = { 0 };
  WW_AUTO_BUFFER name = { 0 };
  g_autoptr (GBytes) statement = NULL;
  gsize len;
  WwRecord *record;

  ww_signing_key_public (account_key, public_key);
  statement = ww_enrolment_run_state_device (self, self->keys, account_id, public_key, device.signature, error);
  if (statement == NULL)
    return NULL;
  device.statement.data = g_bytes_get_data (statement, &len);
  device.statement.len = len;
  if (ww_name_seal (account_key, account_id, self->device_id, self->device_name, &name) == WW_CRYPTO_OK)
    device.sealed_name = WW_BYTES_OF_BUFFER (&name);
  record = ww_record_build_first (account_key, account_id, self->handle, &device, self->enrolled_ms);
  if (record == NULL)
    ww_error_set (error, WW_ERROR_FAILED);
  return record;
}

gboolean
ww_enrolment_create_account (WwEnrolmentRun *self, GError **error)
{
  WwSigningKey *account_key = NULL;
  guint8 account_id[WW_ID_SIZE];
  g_autoptr (WwIdentity) identity = NULL;
  g_autoptr (WwRecord) record = NULL;
  g_autoptr (WwStore) store = NULL;

  if (ww_signing_key_generate (&account_key) != WW_CRYPTO_OK)
    {
      ww_error_set (error, WW_ERROR_FAILED);
      return FALSE;
    }
  ww_random_bytes (account_id, sizeof account_id);
  record = build_record (self, account_key, account_id, error);
  identity = ww_identity_new (account_id, self->device_id, g_steal_pointer (&self->keys), account_key);
  if (record == NULL)
    return FALSE;
  store = ww_enrolment_store (self, identity, &record, 1, error);
  return store != NULL && ask_create (self, identity, record, error) &&
         ww_enrolment_finish (self, store, identity, NULL, error);
}

/* Whether the record holds the identity's device with exactly these keys, under this account key. */
gboolean
ww_enrolment_record_has_identity (const WwRecord *record, WwIdentity *identity)
{
  const WwRecordDevice *device = ww_record_find_device (record, ww_identity_get_device_id (identity));
  guint8 signing[WW_POINT_SIZE], account[WW_POINT_SIZE];

  if (device == NULL || ww_identity_get_account_key (identity) == NULL)
    return FALSE;
  ww_signing_key_public (ww_device_keys_signing (ww_identity_get_keys (identity)), signing);
  ww_signing_key_public (ww_identity_get_account_key (identity), account);
  return memcmp (device->signing_key, signing, sizeof signing) == 0 &&
         memcmp (ww_record_account_key (record), account, sizeof account) == 0;
}

gboolean
ww_enrolment_adopt (WwEnrolmentRun *self, gboolean *adopted, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (WwIdentity) identity = NULL;
  g_autoptr (WwStore) store = NULL;

  *adopted = FALSE;
  if (self->enrolment->client == NULL)
    return TRUE;
  identity = dex_await_boxed (ww_until (ww_keyring_load_identity (self->enrolment->client->keyring), self->closing),
                              &local);
  if (identity == NULL)
    {
      if (g_error_matches (local, WW_ERROR, WW_ERROR_KEYS_MISSING))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!ww_enrolment_record_has_identity (ww_enrolment_run_newest (self), identity))
    return TRUE;
  store = ww_enrolment_store (self, identity, (WwRecord *const *) self->chain->pdata, self->chain->len, error);
  *adopted = store != NULL && ww_enrolment_finish (self, store, identity, NULL, error);
  return *adopted;
}
