/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A server that lies to one device about the device's own account: it keeps records back, invents some, goes back to old
 * ones, speaks of claims that there are not. Each lie is caught and shown as an alert, once; none makes the device forget
 * anything.
 */
#include "ww-house.h"
#include "ww-proxy.h"

#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-record-builder.h"
#include "ww-signature.h"

#define ALICE "mailto:alice@example.org"
#define BOB   "mailto:bob@example.org"
#define CAROL "mailto:carol@example.org"

/* Alice's laptop and Bob are on the real server; Alice's desktop talks to the liar. */
typedef struct
{
  WwHouse *house;
  WwProxy *proxy;
  WwClient *laptop, *desktop, *bob;
} Stage;

static Stage stage;

static void
stage_open (void)
{
  stage.house = ww_house_new ();
  stage.proxy = ww_proxy_new (stage.house->url);
  stage.laptop = ww_house_enrol (stage.house, "laptop", NULL, ALICE);
  stage.bob = ww_house_enrol (stage.house, "bob", NULL, BOB);
  stage.desktop = ww_house_join_over (stage.house, "desktop", ww_proxy_get_url (stage.proxy), stage.laptop, ALICE);
}

static void
stage_close (void)
{
  ww_proxy_set_alter (stage.proxy, NULL, NULL);
  ww_house_close (stage.desktop);
  ww_house_close (stage.laptop);
  ww_house_close (stage.bob);
  ww_proxy_free (stage.proxy);
  ww_house_free (stage.house);
}

static void
reopen_desktop (void)
{
  ww_house_close (stage.desktop);
  stage.desktop = ww_house_open (stage.house, "desktop");
}

static WwRecord *
record_of (WwClient *client)
{
  return ww_account_get_record (client->account);
}

static const WwSigningKey *
account_key_of (WwClient *client)
{
  return ww_identity_get_account_key (client->identity);
}

static const char *
code_of (WwError code)
{
  g_autoptr (GError) error = ww_error_new (code);

  return ww_error_get_code (error);
}

static guint
count_alerts (WwAlertKind kind, const char *code)
{
  GListModel *alerts = ww_client_get_alerts (stage.desktop);
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

  return count_alerts (wait->kind, wait->code) >= wait->n;
}

/* Waits for the alert number `n`, gives others the time to appear, and wants none. */
static void
expect_alerts (WwAlertKind kind, const char *code, guint n)
{
  AlertWait wait = { kind, code, n };

  ww_house_wait (alerts_are_there, &wait, code != NULL ? code : "an alert");
  ww_house_spin (200);
  g_assert_cmpuint (count_alerts (kind, code), ==, n);
}

static gboolean
knows_all (gpointer data)
{
  return ww_client_get_record_sequence (stage.desktop) == ww_client_get_record_sequence (stage.laptop);
}

static gboolean
is_removed (gpointer data)
{
  return ww_client_get_state (stage.desktop) == WW_CLIENT_STATE_REMOVED;
}

/* One more record of Alice's account. */
static void
publish_next (void)
{
  static guint n;
  g_autofree char *name = g_strdup_printf ("Name %u", n++);

  ww_house_await (ww_client_rename_device (stage.laptop, ww_client_get_device_id (stage.laptop), name));
}

static void
replace (ProtobufCBinaryData *field, const void *data, gsize len)
{
  free (field->data);
  field->data = malloc (len);
  memcpy (field->data, data, len);
  field->len = len;
}

/* Puts a changed record in place of what travels; `key` NULL: with the signature that it had. */
static void
put_record (Waxwing__SignedRecord *travelling, const Waxwing__AccountRecord *record, const WwSigningKey *key)
{
  WW_AUTO_BUFFER packed = { 0 };
  WwBytes part;
  guint8 signature[WW_SIGNATURE_SIZE];

  packed.data = ww_message_pack (record, &packed.len);
  part = WW_BYTES_OF_BUFFER (&packed);
  replace (&travelling->record, packed.data, packed.len);
  if (key == NULL)
    return;
  g_assert_cmpint (ww_signing_key_sign (key, WW_TAG_RECORD, &part, 1, signature), ==, WW_CRYPTO_OK);
  replace (&travelling->signature, signature, sizeof signature);
}

static void
put_built (Waxwing__SignedRecord *travelling, const WwRecord *record)
{
  WwBytes bytes = ww_record_bytes (record);

  replace (&travelling->record, bytes.data, bytes.len);
  replace (&travelling->signature, ww_record_signature (record), WW_SIGNATURE_SIZE);
}

/* --- Records ------------------------------------------------------------------------------- */

typedef void (*Lie) (Waxwing__LookUpResult *found, Waxwing__SignedRecord *travelling, Waxwing__AccountRecord *last);

/* The record says that the desktop is gone and shall forget everything. Signed by `key`. */
static void
put_wipe (Waxwing__SignedRecord *travelling, const Waxwing__AccountRecord *last, const WwSigningKey *key)
{
  Waxwing__AccountRecord changed = *last;
  ProtobufCBinaryData wiped = { WW_ID_SIZE, (guint8 *) ww_identity_get_device_id (stage.desktop->identity) };
  Waxwing__Device *devices[WW_MAX_DEVICES];
  size_t n = 0;

  for (size_t i = 0; i < last->n_devices; i++)
    if (memmem (last->devices[i]->device.data, last->devices[i]->device.len, wiped.data, wiped.len) == NULL)
      devices[n++] = last->devices[i];
  changed.devices = devices;
  changed.n_devices = n;
  changed.wiped = &wiped;
  changed.n_wiped = 1;
  put_record (travelling, &changed, key);
}

static void
lie_unsigned_wipe (Waxwing__LookUpResult *found, Waxwing__SignedRecord *travelling, Waxwing__AccountRecord *last)
{
  put_wipe (travelling, last, NULL);
}

/* Bob's key signs a wipe of Alice's desktop, and the server calls it Alice's. */
static void
lie_wrong_key (Waxwing__LookUpResult *found, Waxwing__SignedRecord *travelling, Waxwing__AccountRecord *last)
{
  put_wipe (travelling, last, account_key_of (stage.bob));
}

/* Bob's own record, which is right in itself. */
static void
lie_other_account (Waxwing__LookUpResult *found, Waxwing__SignedRecord *travelling, Waxwing__AccountRecord *last)
{
  put_built (travelling, record_of (stage.bob));
}

/* The record that the desktop knows already, once more. */
static void
lie_replay (Waxwing__LookUpResult *found, Waxwing__SignedRecord *travelling, Waxwing__AccountRecord *last)
{
  put_built (travelling, record_of (stage.desktop));
  found->current_sequence = ww_record_sequence (record_of (stage.desktop)) - 1;
}

static void
lie_withheld (Waxwing__LookUpResult *found, Waxwing__SignedRecord *travelling, Waxwing__AccountRecord *last)
{
  waxwing__signed_record__free_unpacked (travelling, NULL);
  found->n_chain--;
  found->current_sequence--;
}

static void
lie_gap (Waxwing__LookUpResult *found, Waxwing__SignedRecord *travelling, Waxwing__AccountRecord *last)
{
  last->sequence++;
  put_record (travelling, last, account_key_of (stage.laptop));
  found->current_sequence++;
}

static void
lie_forked (Waxwing__LookUpResult *found, Waxwing__SignedRecord *travelling, Waxwing__AccountRecord *last)
{
  last->previous.data[0] ^= 1;
  put_record (travelling, last, account_key_of (stage.laptop));
}

static void
lie_rubbish (Waxwing__LookUpResult *found, Waxwing__SignedRecord *travelling, Waxwing__AccountRecord *last)
{
  replace (&travelling->record, "rubbish", 7);
}

static const struct
{
  const char *name;
  Lie lie;
  WwError code;
} record_lies[] = {
  { "a wipe that nobody signed", lie_unsigned_wipe, WW_ERROR_RECORD_SIGNATURE },
  { "a wipe that another account signed", lie_wrong_key, WW_ERROR_RECORD_SIGNATURE },
  { "another account's record", lie_other_account, WW_ERROR_RECORD_WRONG_ACCOUNT },
  { "an older record", lie_replay, WW_ERROR_RECORD_ROLLED_BACK },
  { "a record that is kept back", lie_withheld, WW_ERROR_RECORD_GAP },
  { "a record that was left out", lie_gap, WW_ERROR_RECORD_GAP },
  { "another history", lie_forked, WW_ERROR_RECORD_FORKED },
  { "rubbish", lie_rubbish, WW_ERROR_RECORD_MALFORMED },
};

static Waxwing__LookUpResult *
get_look_up (Waxwing__Frame *frame)
{
  if (frame->body_case != WAXWING__FRAME__BODY_RESPONSE ||
      frame->response->body_case != WAXWING__RESPONSE__BODY_LOOK_UP || frame->response->look_up->n_chain == 0)
    return NULL;
  return frame->response->look_up;
}

static gboolean
is_about (const Waxwing__LookUpResult *found, WwClient *client)
{
  return memcmp (found->account_id.data, ww_identity_get_account_id (client->identity), WW_ID_SIZE) == 0;
}

static void
alter_records (Waxwing__Frame *frame, gpointer data)
{
  Waxwing__LookUpResult *found = get_look_up (frame);
  Waxwing__SignedRecord *travelling;
  Waxwing__AccountRecord *last;

  if (found == NULL || !is_about (found, stage.laptop))
    return;
  travelling = found->chain[found->n_chain - 1];
  last = waxwing__account_record__unpack (NULL, travelling->record.len, travelling->record.data);
  (*(const Lie *) data) (found, travelling, last);
  waxwing__account_record__free_unpacked (last, NULL);
}

static void
test_records (void)
{
  stage_open ();
  for (gsize i = 0; i < G_N_ELEMENTS (record_lies); i++)
    {
      Lie lie = record_lies[i].lie;
      const char *code = code_of (record_lies[i].code);
      guint n_before = count_alerts (WW_ALERT_KIND_RECORD_PROBLEM, code);
      guint64 sequence = ww_client_get_record_sequence (stage.desktop);

      g_test_message ("%s", record_lies[i].name);
      ww_proxy_set_alter (stage.proxy, alter_records, &lie);
      publish_next ();
      expect_alerts (WW_ALERT_KIND_RECORD_PROBLEM, code, n_before + 1);
      g_assert_cmpint (ww_client_get_state (stage.desktop), ==, WW_CLIENT_STATE_READY);
      g_assert_cmpuint (ww_client_get_record_sequence (stage.desktop), ==, sequence);
      ww_proxy_set_alter (stage.proxy, NULL, NULL);
      publish_next ();
      ww_house_wait (knows_all, NULL, "the desktop to know the right record");
    }
  stage_close ();
}

/* A number alone, of a record that there is not: told once, and nothing is asked for without end. */
static void
test_invented_number (void)
{
  Waxwing__Event event = WAXWING__EVENT__INIT;
  Waxwing__RecordChanged changed = WAXWING__RECORD_CHANGED__INIT;
  const char *code = code_of (WW_ERROR_RECORD_GAP);

  stage_open ();
  changed.account_id = (ProtobufCBinaryData) { WW_ID_SIZE,
                                               (guint8 *) ww_identity_get_account_id (stage.desktop->identity) };
  changed.sequence = 1000;
  event.body_case = WAXWING__EVENT__BODY_RECORD_CHANGED;
  event.record_changed = &changed;
  for (guint i = 0; i < 3; i++)
    {
      ww_proxy_inject (stage.proxy, &event);
      expect_alerts (WW_ALERT_KIND_RECORD_PROBLEM, code, 1);
    }
  reopen_desktop ();
  expect_alerts (WW_ALERT_KIND_RECORD_PROBLEM, code, 1);
  publish_next ();
  ww_house_wait (knows_all, NULL, "the desktop to go on");
  stage_close ();
}

/* The desktop hears of no record after the second, in whatever way. */
static void
alter_everything (Waxwing__Frame *frame, gpointer data)
{
  Waxwing__LookUpResult *found;

  if (frame->body_case == WAXWING__FRAME__BODY_EVENT && frame->event->body_case == WAXWING__EVENT__BODY_RECORD_CHANGED)
    frame->event->record_changed->sequence = 2;
  if (frame->body_case != WAXWING__FRAME__BODY_RESPONSE)
    return;
  if (frame->response->body_case == WAXWING__RESPONSE__BODY_AUTHENTICATED)
    frame->response->authenticated->record_sequence = 2;
  if (frame->response->body_case != WAXWING__RESPONSE__BODY_LOOK_UP)
    return;
  found = frame->response->look_up;
  if (!is_about (found, stage.laptop))
    return;
  while (found->n_chain > 0 && found->current_sequence > 2)
    {
      waxwing__signed_record__free_unpacked (found->chain[--found->n_chain], NULL);
      found->current_sequence--;
    }
  found->current_sequence = 2;
}

static gboolean
desktop_has_text (gpointer text)
{
  g_autofree char *texts = ww_house_texts (stage.desktop, BOB);

  return strstr (texts, text) != NULL;
}

/* What the server hides, the account's other device says in its messages. */
static void
test_hidden_from_one (void)
{
  g_autoptr (WwConversation) conversation = NULL;
  g_autoptr (WwMessage) message = NULL;

  stage_open ();
  ww_proxy_set_alter (stage.proxy, alter_everything, NULL);
  publish_next ();
  conversation = ww_house_await_object (ww_client_start_conversation (stage.laptop, BOB));
  message = ww_house_await_object (ww_conversation_send_text (conversation, "relies on what is hidden"));
  expect_alerts (WW_ALERT_KIND_MESSAGE_PROBLEM, code_of (WW_ERROR_RECORD_ROLLED_BACK), 1);
  g_assert_false (desktop_has_text ((gpointer) "relies"));
  g_assert_cmpuint (ww_client_get_record_sequence (stage.desktop), ==, 2);
  ww_proxy_set_alter (stage.proxy, NULL, NULL);
  publish_next ();
  ww_house_wait (knows_all, NULL, "the desktop to know the right record");
  stage_close ();
}

/* After the desktop knew a third record, the server says at its next start that the second is the last. */
static void
test_rolled_back (void)
{
  const char *code = code_of (WW_ERROR_RECORD_ROLLED_BACK);

  stage_open ();
  publish_next ();
  ww_house_wait (knows_all, NULL, "the desktop to know the third record");
  ww_proxy_set_alter (stage.proxy, alter_everything, NULL);
  reopen_desktop ();
  expect_alerts (WW_ALERT_KIND_RECORD_PROBLEM, code, 1);
  reopen_desktop ();
  expect_alerts (WW_ALERT_KIND_RECORD_PROBLEM, code, 1);
  g_assert_cmpuint (ww_client_get_record_sequence (stage.desktop), ==, 3);
  stage_close ();
}

/* --- A reset by somebody else -------------------------------------------------------------- */

typedef struct
{
  WwRecord *reset;
  WwRecord *after;
} Reset;

static void
alter_reset (Waxwing__Frame *frame, gpointer data)
{
  const Reset *reset = data;
  WwRecord *records[] = { reset->reset, reset->after };
  Waxwing__LookUpResult *found;

  if (frame->body_case != WAXWING__FRAME__BODY_RESPONSE ||
      frame->response->body_case != WAXWING__RESPONSE__BODY_LOOK_UP)
    return;
  found = frame->response->look_up;
  if (!is_about (found, stage.laptop))
    return;
  for (size_t i = 0; i < found->n_chain; i++)
    waxwing__signed_record__free_unpacked (found->chain[i], NULL);
  free (found->chain);
  found->chain = calloc (2, sizeof *found->chain);
  found->n_chain = 2;
  for (guint i = 0; i < 2; i++)
    {
      found->chain[i] = malloc (sizeof *found->chain[i]);
      waxwing__signed_record__init (found->chain[i]);
      put_built (found->chain[i], records[i]);
    }
  found->current_sequence = ww_record_sequence (reset->after);
}

static WwRecord *
build_reset (const WwSigningKey *key)
{
  guint8 id[WW_ID_SIZE] = { 0x66 }, push_address[WW_PUSH_ADDRESS_SIZE] = { 1 }, public_key[WW_POINT_SIZE];
  WwDeviceKeys *keys = NULL;
  g_autoptr (GBytes) statement = NULL;
  WwNewDevice device = { 0 };
  WwRecordChange change = { .device_added = &device,
                            .handle_added = ALICE,
                            .reset = TRUE,
                            .device_removed = ww_identity_get_device_id (stage.desktop->identity),
                            .wipe = TRUE };
  g_autoptr (GError) error = NULL;
  WwRecord *record;

  g_assert_cmpint (ww_device_keys_generate (&keys), ==, WW_CRYPTO_OK);
  statement = ww_device_statement_new (id, keys, push_address, ww_now_ms ());
  device.statement = WW_BYTES (g_bytes_get_data (statement, NULL), g_bytes_get_size (statement));
  ww_signing_key_public (key, public_key);
  ww_signing_key_sign_device (ww_device_keys_signing (keys), ww_record_account_id (record_of (stage.desktop)),
                              public_key, device.statement, device.signature);
  record = ww_record_build_next (key, record_of (stage.desktop), &change, ww_now_ms (), &error);
  g_assert_no_error (error);
  g_assert_true (ww_record_wipes (record, ww_identity_get_device_id (stage.desktop->identity)));
  ww_device_keys_free (keys);
  return record;
}

/* No reset any more, but of the key that the reset brought. */
static WwRecord *
build_wipe_after (const WwSigningKey *key, const WwRecord *reset)
{
  g_autoptr (WwRecord) plain = ww_record_build_next (key, reset, &(WwRecordChange) { 0 }, ww_now_ms (), NULL);
  WwBytes bytes = ww_record_bytes (plain);
  Waxwing__AccountRecord *message = waxwing__account_record__unpack (NULL, bytes.len, bytes.data);
  Waxwing__SignedRecord *signed_record = malloc (sizeof *signed_record);
  WwRecord *record = NULL;

  waxwing__signed_record__init (signed_record);
  put_wipe (signed_record, message, key);
  g_assert_cmpint (ww_record_new (WW_BYTES (signed_record->record.data, signed_record->record.len),
                                  WW_BYTES (signed_record->signature.data, signed_record->signature.len), &record),
                   ==, WW_RECORD_OK);
  waxwing__signed_record__free_unpacked (signed_record, NULL);
  waxwing__account_record__free_unpacked (message, NULL);
  return record;
}

/*
 * Somebody has the mailbox, or is the server: the account is started over, and the new records say that the desktop shall
 * forget everything. It is removed, says so, and keeps what it has.
 */
static void
test_reset (void)
{
  WwSigningKey *key = NULL;
  Reset reset;
  g_autoptr (WwConversation) conversation = NULL;
  g_autoptr (WwMessage) message = NULL;

  stage_open ();
  conversation = ww_house_await_object (ww_client_start_conversation (stage.bob, ALICE));
  message = ww_house_await_object (ww_conversation_send_text (conversation, "kept"));
  ww_house_wait_texts (stage.desktop, BOB, "kept");
  g_assert_cmpint (ww_signing_key_generate (&key), ==, WW_CRYPTO_OK);
  reset.reset = build_reset (key);
  reset.after = build_wipe_after (key, reset.reset);
  ww_proxy_set_alter (stage.proxy, alter_reset, &reset);
  publish_next ();
  ww_house_wait (is_removed, NULL, "the desktop to be removed");
  for (guint i = 0; i < 2; i++)
    {
      expect_alerts (WW_ALERT_KIND_RESET, NULL, 1);
      g_assert_true (is_removed (NULL));
      g_assert_nonnull (ww_client_get_error (stage.desktop));
      ww_house_wait_texts (stage.desktop, BOB, "kept");
      reopen_desktop ();
    }
  stage_close ();
  ww_record_unref (reset.reset);
  ww_record_unref (reset.after);
  ww_signing_key_free (key);
}

/* --- Claims -------------------------------------------------------------------------------- */

typedef struct
{
  Waxwing__Claim claim;
  guint8 id[WW_ID_SIZE];
  guint8 account[WW_ID_SIZE];
  Waxwing__SignedRecord record;
  WwRecord *reset;
} TestClaim;

static void
claim_init (TestClaim *self, Waxwing__Claim__Kind kind)
{
  memset (self, 0, sizeof *self);
  waxwing__claim__init (&self->claim);
  ww_random_bytes (self->id, sizeof self->id);
  ww_random_bytes (self->account, sizeof self->account);
  self->claim.claim_id = (ProtobufCBinaryData) { WW_ID_SIZE, self->id };
  self->claim.kind = kind;
  self->claim.state = WAXWING__CLAIM__STATE__WAITING;
  self->claim.handle = (char *) ALICE;
  self->claim.account_id = (ProtobufCBinaryData) { WW_ID_SIZE, self->account };
  self->claim.requested_ms = (guint64) ww_now_ms ();
  self->claim.due_ms = self->claim.requested_ms + WW_HOLD_MS;
}

static void
claim_set_record (TestClaim *self, WwRecord *record)
{
  self->reset = record;
  ww_record_fill_signed (record, &self->record);
  self->claim.record = &self->record;
}

static void
claim_send (TestClaim *self)
{
  Waxwing__Event event = WAXWING__EVENT__INIT;

  event.body_case = WAXWING__EVENT__BODY_CLAIM;
  event.claim = &self->claim;
  ww_proxy_inject (stage.proxy, &event);
}

static WwAlert *
find_alert (WwAlertKind kind)
{
  GListModel *alerts = ww_client_get_alerts (stage.desktop);

  for (guint i = 0; i < g_list_model_get_n_items (alerts); i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (alerts, i);

      if (ww_alert_get_kind (alert) == kind)
        return g_steal_pointer (&alert);
    }
  return NULL;
}

static gboolean
cannot_refuse (gpointer alert)
{
  return !ww_alert_get_can_refuse (alert);
}

/* Told once, through repetitions and restarts; at its end it can no longer be refused, whatever is said later. */
static void
test_claims (void)
{
  WwSigningKey *key = NULL;
  TestClaim reset, handle;
  g_autoptr (WwAlert) alert = NULL;
  g_autoptr (GError) refused = NULL;

  stage_open ();
  g_assert_cmpint (ww_signing_key_generate (&key), ==, WW_CRYPTO_OK);
  claim_init (&reset, WAXWING__CLAIM__KIND__RESET);
  claim_set_record (&reset, build_reset (key));
  claim_init (&handle, WAXWING__CLAIM__KIND__HANDLE);
  for (guint i = 0; i < 4; i++)
    {
      if (i == 2)
        {
          reopen_desktop ();
          ww_house_await (ww_client_wait_online (stage.desktop, 60000));
        }
      claim_send (&reset);
      claim_send (&handle);
      expect_alerts (WW_ALERT_KIND_RESET_CLAIMED, NULL, 1);
      expect_alerts (WW_ALERT_KIND_HANDLE_CLAIMED, NULL, 1);
    }
  g_assert_cmpuint (count_alerts (WW_ALERT_KIND_RECORD_PROBLEM, NULL), ==, 0);
  alert = find_alert (WW_ALERT_KIND_RESET_CLAIMED);
  g_assert_cmpstr (ww_alert_get_handle (alert), ==, ALICE);
  g_assert_cmpint (ww_alert_get_due_ms (alert), ==, (gint64) reset.claim.due_ms);
  g_assert_true (ww_alert_get_can_refuse (alert));
  reset.claim.state = WAXWING__CLAIM__STATE__EXPIRED;
  claim_send (&reset);
  ww_house_wait (cannot_refuse, alert, "the end of the claim");
  reset.claim.state = WAXWING__CLAIM__STATE__WAITING;
  claim_send (&reset);
  expect_alerts (WW_ALERT_KIND_RESET_CLAIMED, NULL, 1);
  g_assert_false (ww_alert_get_can_refuse (alert));
  refused = ww_house_await_error (ww_client_refuse_claim (stage.desktop, alert));
  g_assert_error (refused, WW_ERROR, WW_ERROR_INVALID_ARGUMENT);
  reopen_desktop ();
  g_clear_object (&alert);
  alert = find_alert (WW_ALERT_KIND_RESET_CLAIMED);
  g_assert_false (ww_alert_get_can_refuse (alert));
  ww_record_unref (reset.reset);
  ww_signing_key_free (key);
  stage_close ();
}

/* When its time has come, the person is not offered what no longer helps. */
static void
test_claim_due (void)
{
  TestClaim handle;
  g_autoptr (WwAlert) alert = NULL;

  stage_open ();
  claim_init (&handle, WAXWING__CLAIM__KIND__HANDLE);
  handle.claim.due_ms = (guint64) ww_now_ms () + 1500;
  claim_send (&handle);
  expect_alerts (WW_ALERT_KIND_HANDLE_CLAIMED, NULL, 1);
  alert = find_alert (WW_ALERT_KIND_HANDLE_CLAIMED);
  ww_house_wait (cannot_refuse, alert, "the claim to be due");
  g_assert_cmpint (ww_now_ms (), >=, (gint64) handle.claim.due_ms);
  stage_close ();
}

static void
say_done (Waxwing__Frame *frame, gpointer data)
{
  if (frame->body_case != WAXWING__FRAME__BODY_RESPONSE || frame->response->body_case != WAXWING__RESPONSE__BODY_ERROR)
    return;
  waxwing__error__free_unpacked (frame->response->error, NULL);
  frame->response->done = malloc (sizeof *frame->response->done);
  waxwing__done__init (frame->response->done);
  frame->response->body_case = WAXWING__RESPONSE__BODY_DONE;
}

static void
test_refuse (void)
{
  TestClaim handle;
  g_autoptr (WwAlert) alert = NULL;

  stage_open ();
  claim_init (&handle, WAXWING__CLAIM__KIND__HANDLE);
  claim_send (&handle);
  expect_alerts (WW_ALERT_KIND_HANDLE_CLAIMED, NULL, 1);
  alert = find_alert (WW_ALERT_KIND_HANDLE_CLAIMED);
  /* There is no such claim at the real server, which would say so. */
  ww_proxy_set_alter (stage.proxy, say_done, NULL);
  ww_house_await (ww_client_refuse_claim (stage.desktop, alert));
  g_assert_false (ww_alert_get_can_refuse (alert));
  g_assert_true (ww_alert_get_seen (alert));
  stage_close ();
}

typedef void (*SpoilClaim) (TestClaim *claim, const WwSigningKey *key);

static void
spoil_foreign (TestClaim *claim, const WwSigningKey *key)
{
  claim->claim.handle = (char *) CAROL;
}

static void
spoil_nothing_inside (TestClaim *claim, const WwSigningKey *key)
{
  claim->claim.record = NULL;
}

static void
spoil_signature (TestClaim *claim, const WwSigningKey *key)
{
  static guint8 signature[WW_SIGNATURE_SIZE];

  memcpy (signature, ww_record_signature (claim->reset), sizeof signature);
  signature[10] ^= 1;
  claim->record.signature.data = signature;
}

/* A record of Bob's. */
static void
spoil_account (TestClaim *claim, const WwSigningKey *key)
{
  ww_record_fill_signed (record_of (stage.bob), &claim->record);
}

/* An ordinary record of ours, which starts nothing over. */
static void
spoil_no_reset (TestClaim *claim, const WwSigningKey *key)
{
  ww_record_fill_signed (record_of (stage.desktop), &claim->record);
}

/* A reset that follows nothing that we know. */
static void
spoil_predecessor (TestClaim *claim, const WwSigningKey *key)
{
  static WwRecord *unknown;
  g_autoptr (WwRecord) next = ww_record_build_next (key, claim->reset, &(WwRecordChange) { 0 }, ww_now_ms (), NULL);
  WwBytes bytes = ww_record_bytes (next);
  Waxwing__AccountRecord *message = waxwing__account_record__unpack (NULL, bytes.len, bytes.data);
  Waxwing__SignedRecord *signed_record = malloc (sizeof *signed_record);

  waxwing__signed_record__init (signed_record);
  message->reset = TRUE;
  put_record (signed_record, message, key);
  g_clear_pointer (&unknown, ww_record_unref);
  g_assert_cmpint (ww_record_new (WW_BYTES (signed_record->record.data, signed_record->record.len),
                                  WW_BYTES (signed_record->signature.data, signed_record->signature.len), &unknown),
                   ==, WW_RECORD_OK);
  ww_record_fill_signed (unknown, &claim->record);
  waxwing__signed_record__free_unpacked (signed_record, NULL);
  waxwing__account_record__free_unpacked (message, NULL);
}

static const struct
{
  const char *name;
  SpoilClaim spoil;
  WwError code;
} claim_lies[] = {
  { "a handle that is not ours", spoil_foreign, WW_ERROR_PROTOCOL },
  { "no record inside", spoil_nothing_inside, WW_ERROR_RECORD_MALFORMED },
  { "a record that nobody signed", spoil_signature, WW_ERROR_RECORD_SIGNATURE },
  { "a record of somebody else", spoil_account, WW_ERROR_RECORD_WRONG_ACCOUNT },
  { "a record that starts nothing over", spoil_no_reset, WW_ERROR_RECORD_MALFORMED },
  { "a record that follows nothing", spoil_predecessor, WW_ERROR_RECORD_FORKED },
};

static void
test_claim_lies (void)
{
  WwSigningKey *key = NULL;

  stage_open ();
  g_assert_cmpint (ww_signing_key_generate (&key), ==, WW_CRYPTO_OK);
  for (gsize i = 0; i < G_N_ELEMENTS (claim_lies); i++)
    {
      const char *code = code_of (claim_lies[i].code);
      guint n = count_alerts (WW_ALERT_KIND_RECORD_PROBLEM, code);
      guint n_all = count_alerts (WW_ALERT_KIND_RECORD_PROBLEM, NULL);
      TestClaim claim;

      g_test_message ("%s", claim_lies[i].name);
      claim_init (&claim, WAXWING__CLAIM__KIND__RESET);
      claim_set_record (&claim, build_reset (key));
      claim_lies[i].spoil (&claim, key);
      claim_send (&claim);
      /* The same kind of lie about the same handle is told once: two of these are of one kind. */
      expect_alerts (WW_ALERT_KIND_RECORD_PROBLEM, code, n > 0 ? n : 1);
      ww_random_bytes (claim.id, sizeof claim.id);
      claim_send (&claim);
      ww_house_spin (200);
      g_assert_cmpuint (count_alerts (WW_ALERT_KIND_RECORD_PROBLEM, NULL), ==, n > 0 ? n_all : n_all + 1);
      ww_record_unref (claim.reset);
    }
  g_assert_cmpuint (count_alerts (WW_ALERT_KIND_RESET_CLAIMED, NULL), ==, 0);
  ww_signing_key_free (key);
  stage_close ();
}

/* --- Handles that moved -------------------------------------------------------------------- */

static void
send_moved (const char *handle, const guint8 account[16])
{
  Waxwing__Event event = WAXWING__EVENT__INIT;
  Waxwing__HandleMoved moved = WAXWING__HANDLE_MOVED__INIT;

  moved.handle = (char *) handle;
  moved.account_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) account };
  event.body_case = WAXWING__EVENT__BODY_HANDLE_MOVED;
  event.handle_moved = &moved;
  ww_proxy_inject (stage.proxy, &event);
}

/* Bob's next record, which lists Alice's handle. */
static void
alter_bob (Waxwing__Frame *frame, gpointer data)
{
  WwRecord *next = data;
  Waxwing__LookUpResult *found;
  size_t n;

  if (frame->body_case != WAXWING__FRAME__BODY_RESPONSE ||
      frame->response->body_case != WAXWING__RESPONSE__BODY_LOOK_UP)
    return;
  found = frame->response->look_up;
  if (!is_about (found, stage.bob) || found->current_sequence != 1)
    return;
  n = found->n_chain++;
  found->chain = realloc (found->chain, found->n_chain * sizeof *found->chain);
  found->chain[n] = malloc (sizeof *found->chain[n]);
  waxwing__signed_record__init (found->chain[n]);
  put_built (found->chain[n], next);
  found->current_sequence = 2;
}

static void
test_moved (void)
{
  guint8 nobody[WW_ID_SIZE] = { 0x77 };
  const char *lie = code_of (WW_ERROR_RECORD_WRONG_ACCOUNT);
  g_autoptr (WwRecord) next = NULL;
  g_autoptr (WwAlert) alert = NULL;
  WwRecordChange change = { .handle_added = ALICE };

  stage_open ();
  /* Neither an account that there is not nor one that does not say so itself, and not a handle of others. */
  send_moved (ALICE, nobody);
  expect_alerts (WW_ALERT_KIND_RECORD_PROBLEM, lie, 1);
  send_moved (ALICE, ww_identity_get_account_id (stage.bob->identity));
  expect_alerts (WW_ALERT_KIND_RECORD_PROBLEM, lie, 1);
  send_moved (CAROL, ww_identity_get_account_id (stage.bob->identity));
  send_moved (ALICE, ww_identity_get_account_id (stage.desktop->identity));
  expect_alerts (WW_ALERT_KIND_RECORD_PROBLEM, NULL, 1);
  g_assert_cmpuint (count_alerts (WW_ALERT_KIND_HANDLE_MOVED, NULL), ==, 0);

  next = ww_record_build_next (account_key_of (stage.bob), record_of (stage.bob), &change, ww_now_ms (), NULL);
  ww_proxy_set_alter (stage.proxy, alter_bob, next);
  for (guint i = 0; i < 3; i++)
    {
      send_moved (ALICE, ww_identity_get_account_id (stage.bob->identity));
      expect_alerts (WW_ALERT_KIND_HANDLE_MOVED, "last-handle", 1);
      if (i == 1)
        {
          reopen_desktop ();
          ww_house_await (ww_client_wait_online (stage.desktop, 60000));
        }
    }
  /* It was the last one, and stays in the record until there is another. */
  g_assert_cmpstr (ww_client_get_handles (stage.desktop)[0], ==, ALICE);
  alert = find_alert (WW_ALERT_KIND_HANDLE_MOVED);
  g_assert_nonnull (strstr (ww_alert_get_body (alert), "only address"));
  stage_close ();
}

/* --- Other answers ------------------------------------------------------------------------- */

/* Of the laptop, and of a device that there is not. */
static void
say_activity (Waxwing__Frame *frame, gpointer data)
{
  static guint8 nobody[WW_ID_SIZE] = { 0x77 };
  const guint8 *ids[] = { ww_identity_get_device_id (stage.laptop->identity), nobody };
  Waxwing__Activity *activity;

  if (frame->body_case != WAXWING__FRAME__BODY_RESPONSE)
    return;
  if (frame->response->body_case == WAXWING__RESPONSE__BODY_ERROR)
    waxwing__error__free_unpacked (frame->response->error, NULL);
  else if (frame->response->body_case == WAXWING__RESPONSE__BODY_ACTIVITY)
    waxwing__activity__free_unpacked (frame->response->activity, NULL);
  else
    return;
  activity = malloc (sizeof *activity);
  waxwing__activity__init (activity);
  activity->n_devices = 2;
  activity->devices = calloc (2, sizeof *activity->devices);
  for (guint i = 0; i < 2; i++)
    {
      activity->devices[i] = malloc (sizeof *activity->devices[i]);
      waxwing__device_activity__init (activity->devices[i]);
      replace (&activity->devices[i]->device_id, ids[i], WW_ID_SIZE);
      activity->devices[i]->last_seen_ms = i == 0 ? 1767225600000 : G_MAXUINT64;
      activity->devices[i]->connected = TRUE;
    }
  frame->response->activity = activity;
  frame->response->body_case = WAXWING__RESPONSE__BODY_ACTIVITY;
}

static void
test_activity (void)
{
  g_autoptr (WwDevice) this_one = NULL;
  g_autoptr (WwDevice) other = NULL;
  g_autoptr (WwDevice) later = NULL;

  stage_open ();
  ww_proxy_set_alter (stage.proxy, say_activity, NULL);
  ww_house_await (ww_client_refresh_activity (stage.desktop));
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_devices (stage.desktop)), ==, 2);
  this_one = g_list_model_get_item (ww_client_get_devices (stage.desktop), 0);
  other = g_list_model_get_item (ww_client_get_devices (stage.desktop), 1);
  g_assert_cmpint (ww_device_get_last_seen_ms (this_one), ==, 0);
  g_assert_false (ww_device_get_connected (this_one));
  g_assert_cmpint (ww_device_get_last_seen_ms (other), ==, 1767225600000);
  g_assert_true (ww_device_get_connected (other));

  /* A record comes: what the server said is still known. */
  ww_proxy_set_alter (stage.proxy, NULL, NULL);
  publish_next ();
  ww_house_wait (knows_all, NULL, "the desktop to know the next record");
  later = g_list_model_get_item (ww_client_get_devices (stage.desktop), 1);
  g_assert_cmpint (ww_device_get_last_seen_ms (later), ==, 1767225600000);
  stage_close ();
}

/* An account's last device: the server must have been told before anything is forgotten. */
static void
refuse_everything (Waxwing__Frame *frame, gpointer data)
{
  if (frame->body_case != WAXWING__FRAME__BODY_RESPONSE || frame->response->body_case != WAXWING__RESPONSE__BODY_DONE)
    return;
  waxwing__done__free_unpacked (frame->response->done, NULL);
  frame->response->error = malloc (sizeof *frame->response->error);
  waxwing__error__init (frame->response->error);
  frame->response->error->code = strdup ("unavailable");
  frame->response->error->message = strdup ("Not now.");
  frame->response->body_case = WAXWING__RESPONSE__BODY_ERROR;
}

static void
test_last_device (void)
{
  WwHouse *house = ww_house_new ();
  WwProxy *proxy = ww_proxy_new (house->url);
  WwClient *alone = ww_house_enrol (house, "alone", ww_proxy_get_url (proxy), ALICE);
  g_autoptr (GError) refused = NULL;

  ww_proxy_set_alter (proxy, refuse_everything, NULL);
  refused = ww_house_await_error (ww_client_sign_out (alone));
  g_assert_error (refused, WW_ERROR, WW_ERROR_REFUSED);
  g_assert_cmpint (ww_client_get_state (alone), ==, WW_CLIENT_STATE_READY);
  ww_proxy_set_alter (proxy, say_done, NULL);
  ww_house_await (ww_client_sign_out (alone));
  g_assert_cmpint (ww_client_get_state (alone), ==, WW_CLIENT_STATE_NOT_ENROLLED);
  ww_house_close (alone);
  ww_proxy_free (proxy);
  ww_house_free (house);
}

/* --- Devices that want to join ------------------------------------------------------------- */

typedef struct
{
  gint64 expires_in_ms; /* 0: as it is */
  gboolean spoiled;
} Announcement;

static void
alter_announcement (Waxwing__Frame *frame, gpointer data)
{
  const Announcement *announcement = data;
  Waxwing__DevicePending *pending;

  if (frame->body_case != WAXWING__FRAME__BODY_EVENT || frame->event->body_case != WAXWING__EVENT__BODY_DEVICE_PENDING)
    return;
  pending = frame->event->device_pending;
  if (announcement->expires_in_ms != 0)
    pending->expires_ms = (guint64) (ww_now_ms () + announcement->expires_in_ms);
  if (announcement->spoiled)
    pending->signature.data[20] ^= 1;
}

static guint
count_pending (void)
{
  return g_list_model_get_n_items (ww_client_get_pending_devices (stage.desktop));
}

static gboolean
has_pending (gpointer data)
{
  return count_pending () > 0;
}

static gboolean
has_no_pending (gpointer data)
{
  return count_pending () == 0;
}

static gboolean
laptop_has_pending (gpointer data)
{
  return g_list_model_get_n_items (ww_client_get_pending_devices (stage.laptop)) > 0;
}

static WwClient *
ask_to_join (const char *profile)
{
  WwClient *tablet = ww_house_open (stage.house, profile);
  WwEnrolment *enrolment = ww_client_get_enrolment (tablet);

  g_free (ww_house_await_string (ww_enrolment_check_server (enrolment, stage.house->url)));
  dex_future_disown (ww_enrolment_start (enrolment, ALICE, "", "Tablet", WW_ENROLMENT_DEFAULT));
  ww_house_confirm (stage.house);
  return tablet;
}

/* Ten minutes and no longer, whatever the server says; and only who signed that they want to be part of this account. */
static void
test_announcements (void)
{
  Announcement announcement = { .expires_in_ms = G_MAXINT64 / 2 };
  g_autoptr (WwPendingDevice) pending = NULL;
  WwClient *tablet, *phone;

  stage_open ();
  ww_proxy_set_alter (stage.proxy, alter_announcement, &announcement);
  tablet = ask_to_join ("tablet");
  ww_house_wait (has_pending, NULL, "the tablet to ask");
  pending = g_list_model_get_item (ww_client_get_pending_devices (stage.desktop), 0);
  g_assert_cmpstr (ww_pending_device_get_name (pending), ==, "Tablet");
  g_assert_cmpint (ww_pending_device_get_expires_ms (pending), <=, ww_now_ms () + WW_APPROVAL_MS);
  ww_house_close (tablet);
  ww_house_wait (has_no_pending, NULL, "the tablet to be gone");
  g_assert_cmpint (ww_pending_device_get_state (pending), ==, WW_PENDING_DEVICE_STATE_ENDED);
  g_clear_object (&pending);

  announcement.expires_in_ms = 1500;
  tablet = ask_to_join ("tablet");
  ww_house_wait (has_pending, NULL, "the tablet to ask again");
  pending = g_list_model_get_item (ww_client_get_pending_devices (stage.desktop), 0);
  ww_house_wait (has_no_pending, NULL, "the time to be over");
  g_assert_cmpint (ww_pending_device_get_state (pending), ==, WW_PENDING_DEVICE_STATE_ENDED);
  ww_house_close (tablet);
  announcement = (Announcement) { .spoiled = TRUE };
  phone = ask_to_join ("phone");
  ww_house_wait (laptop_has_pending, NULL, "the phone to ask");
  ww_house_spin (300);
  g_assert_cmpuint (count_pending (), ==, 0);
  ww_house_close (phone);
  stage_close ();
}

int
main (int argc, char **argv)
{
  ww_client_prepare_process ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/lies/records", test_records);
  g_test_add_func ("/engine/lies/invented-number", test_invented_number);
  g_test_add_func ("/engine/lies/hidden-from-one", test_hidden_from_one);
  g_test_add_func ("/engine/lies/rolled-back", test_rolled_back);
  g_test_add_func ("/engine/lies/reset", test_reset);
  g_test_add_func ("/engine/lies/claims", test_claims);
  g_test_add_func ("/engine/lies/claim-due", test_claim_due);
  g_test_add_func ("/engine/lies/refuse", test_refuse);
  g_test_add_func ("/engine/lies/claim-lies", test_claim_lies);
  g_test_add_func ("/engine/lies/moved", test_moved);
  g_test_add_func ("/engine/lies/activity", test_activity);
  g_test_add_func ("/engine/lies/last-device", test_last_device);
  g_test_add_func ("/engine/lies/announcements", test_announcements);
  return g_test_run ();
}
