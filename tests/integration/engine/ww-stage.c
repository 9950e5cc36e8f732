/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-stage.h"

#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-record-builder.h"
#include "ww-signature.h"

WwStage ww_stage;

void
ww_stage_open (void)
{
  ww_stage.house = ww_house_new ();
  ww_stage.proxy = ww_proxy_new (ww_stage.house->url);
  ww_stage.laptop = ww_house_enrol (ww_stage.house, "laptop", NULL, ALICE);
  ww_stage.bob = ww_house_enrol (ww_stage.house, "bob", NULL, BOB);
  ww_stage.desktop = ww_house_join_over (ww_stage.house, "desktop", ww_proxy_get_url (ww_stage.proxy), ww_stage.laptop,
                                         ALICE);
}

void
ww_stage_close (void)
{
  ww_proxy_set_alter (ww_stage.proxy, NULL, NULL);
  ww_house_close (ww_stage.desktop);
  ww_house_close (ww_stage.laptop);
  ww_house_close (ww_stage.bob);
  ww_proxy_free (ww_stage.proxy);
  ww_house_free (ww_stage.house);
}

void
ww_stage_reopen_desktop (void)
{
  ww_house_close (ww_stage.desktop);
  ww_stage.desktop = ww_house_open (ww_stage.house, "desktop");
}

WwRecord *
ww_stage_record_of (WwClient *client)
{
  return ww_account_get_record (client->account);
}

const WwSigningKey *
ww_stage_account_key_of (WwClient *client)
{
  return ww_identity_get_account_key (client->identity);
}

const char *
ww_stage_code_of (WwError code)
{
  g_autoptr (GError) error = ww_error_new (code);

  return ww_error_get_code (error);
}

guint
ww_stage_count_alerts (WwAlertKind kind, const char *code)
{
  GListModel *alerts = ww_client_get_alerts (ww_stage.desktop);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (alerts); i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (alerts, i);

      n += ww_alert_get_kind (alert) == kind && (code == NULL || g_strcmp0 (ww_alert_get_code (alert), code) == 0);
    }
  return n;
}

typedef struct
{
  WwAlertKind kind;
  const char *code;
  guint n;
} AlertWait;

static gboolean
alerts_are_there (gpointer data)
{
  AlertWait *wait = data;

  return ww_stage_count_alerts (wait->kind, wait->code) >= wait->n;
}

/* Waits for the alert number `n`, gives others the time to appear, and wants none. */
void
ww_stage_expect_alerts (WwAlertKind kind, const char *code, guint n)
{
  AlertWait wait = { kind, code, n };

  ww_house_wait (alerts_are_there, &wait, code != NULL ? code : "an alert");
  ww_house_spin (200);
  g_assert_cmpuint (ww_stage_count_alerts (kind, code), ==, n);
}

gboolean
ww_stage_knows_all (gpointer data)
{
  return ww_client_get_record_sequence (ww_stage.desktop) == ww_client_get_record_sequence (ww_stage.laptop);
}

/* One more record of Alice's account. */
void
ww_stage_publish_next (void)
{
  static guint n;
  g_autofree char *name = g_strdup_printf ("Name %u", n++);

  ww_house_await (ww_client_rename_device (ww_stage.laptop, ww_client_get_device_id (ww_stage.laptop), name));
}

void
ww_stage_replace (ProtobufCBinaryData *field, const void *data, gsize len)
{
  free (field->data);
  field->data = malloc (len);
  memcpy (field->data, data, len);
  field->len = len;
}

/* Puts a changed record in place of what travels; `key` NULL: with the signature that it had. */
void
ww_stage_put_record (Waxwing__SignedRecord *travelling, const Waxwing__AccountRecord *record, const WwSigningKey *key)
{
  WW_AUTO_BUFFER packed = { 0 };
  WwBytes part;
  guint8 signature[WW_SIGNATURE_SIZE];

  packed.data = ww_message_pack (record, &packed.len);
  part = WW_BYTES_OF_BUFFER (&packed);
  ww_stage_replace (&travelling->record, packed.data, packed.len);
  if (key == NULL)
    return;
  g_assert_cmpint (ww_signing_key_sign (key, WW_TAG_RECORD, &part, 1, signature), ==, WW_CRYPTO_OK);
  ww_stage_replace (&travelling->signature, signature, sizeof signature);
}

void
ww_stage_put_built (Waxwing__SignedRecord *travelling, const WwRecord *record)
{
  WwBytes bytes = ww_record_bytes (record);

  ww_stage_replace (&travelling->record, bytes.data, bytes.len);
  ww_stage_replace (&travelling->signature, ww_record_signature (record), WW_SIGNATURE_SIZE);
}

gboolean
ww_stage_is_about (const Waxwing__LookUpResult *found, WwClient *client)
{
  return memcmp (found->account_id.data, ww_identity_get_account_id (client->identity), WW_ID_SIZE) == 0;
}

WwRecord *
ww_stage_build_reset (const WwSigningKey *key)
{
  guint8 id[WW_ID_SIZE] = { 0x66 }, push_address[WW_PUSH_ADDRESS_SIZE] = { 1 }, public_key[WW_POINT_SIZE];
  WwDeviceKeys *keys = NULL;
  g_autoptr (GBytes) statement = NULL;
  WwNewDevice device = { 0 };
  WwRecordChange change = { .device_added = &device, .handle_added = ALICE, .reset = TRUE };
  g_autoptr (GError) error = NULL;
  WwRecord *record;

  g_assert_cmpint (ww_device_keys_generate (&keys), ==, WW_CRYPTO_OK);
  statement = ww_device_statement_new (id, keys, push_address, ww_now_ms ());
  device.statement = WW_BYTES (g_bytes_get_data (statement, NULL), g_bytes_get_size (statement));
  ww_signing_key_public (key, public_key);
  ww_signing_key_sign_device (ww_device_keys_signing (keys),
                              ww_record_account_id (ww_stage_record_of (ww_stage.desktop)), public_key,
                              device.statement, device.signature);
  record = ww_record_build_next (key, ww_stage_record_of (ww_stage.desktop), &change, ww_now_ms (), &error);
  g_assert_no_error (error);
  ww_device_keys_free (keys);
  return record;
}
