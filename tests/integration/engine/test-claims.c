/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the server says of claims, moved handles, other devices' activity and devices that want to join: once each, and held
 * against what is signed.
 */
#include "ww-stage.h"

#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-record-builder.h"
#include "ww-signature.h"

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
  ww_proxy_inject (ww_stage.proxy, &event);
}

static WwAlert *
find_alert (WwAlertKind kind)
{
  GListModel *alerts = ww_client_get_alerts (ww_stage.desktop);

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

  ww_stage_open ();
  g_assert_cmpint (ww_signing_key_generate (&key), ==, WW_CRYPTO_OK);
  claim_init (&reset, WAXWING__CLAIM__KIND__RESET);
  claim_set_record (&reset, ww_stage_build_reset (key));
  claim_init (&handle, WAXWING__CLAIM__KIND__HANDLE);
  for (guint i = 0; i < 4; i++)
    {
      if (i == 2)
        {
          ww_stage_reopen_desktop ();
          ww_house_await (ww_client_wait_online (ww_stage.desktop, 60000));
        }
      claim_send (&reset);
      claim_send (&handle);
      ww_stage_expect_alerts (WW_ALERT_KIND_RESET_CLAIMED, NULL, 1);
      ww_stage_expect_alerts (WW_ALERT_KIND_HANDLE_CLAIMED, NULL, 1);
    }
  g_assert_cmpuint (ww_stage_count_alerts (WW_ALERT_KIND_RECORD_PROBLEM, NULL), ==, 0);
  alert = find_alert (WW_ALERT_KIND_RESET_CLAIMED);
  g_assert_cmpstr (ww_alert_get_handle (alert), ==, ALICE);
  g_assert_cmpint (ww_alert_get_due_ms (alert), ==, (gint64) reset.claim.due_ms);
  g_assert_true (ww_alert_get_can_refuse (alert));
  reset.claim.state = WAXWING__CLAIM__STATE__EXPIRED;
  claim_send (&reset);
  ww_house_wait (cannot_refuse, alert, "the end of the claim");
  reset.claim.state = WAXWING__CLAIM__STATE__WAITING;
  claim_send (&reset);
  ww_stage_expect_alerts (WW_ALERT_KIND_RESET_CLAIMED, NULL, 1);
  g_assert_false (ww_alert_get_can_refuse (alert));
  refused = ww_house_await_error (ww_client_refuse_claim (ww_stage.desktop, alert));
  g_assert_error (refused, WW_ERROR, WW_ERROR_INVALID_ARGUMENT);
  ww_stage_reopen_desktop ();
  g_clear_object (&alert);
  alert = find_alert (WW_ALERT_KIND_RESET_CLAIMED);
  g_assert_false (ww_alert_get_can_refuse (alert));
  ww_record_unref (reset.reset);
  ww_signing_key_free (key);
  ww_stage_close ();
}

/* When its time has come, the person is not offered what no longer helps. */
static void
test_claim_due (void)
{
  TestClaim handle;
  g_autoptr (WwAlert) alert = NULL;

  ww_stage_open ();
  claim_init (&handle, WAXWING__CLAIM__KIND__HANDLE);
  handle.claim.due_ms = (guint64) ww_now_ms () + 1500;
  claim_send (&handle);
  ww_stage_expect_alerts (WW_ALERT_KIND_HANDLE_CLAIMED, NULL, 1);
  alert = find_alert (WW_ALERT_KIND_HANDLE_CLAIMED);
  ww_house_wait (cannot_refuse, alert, "the claim to be due");
  g_assert_cmpint (ww_now_ms (), >=, (gint64) handle.claim.due_ms);
  ww_stage_close ();
}

#define TWO_DAYS_MS (2 * 24 * 60 * 60 * 1000LL)

static void
be_behind (Waxwing__Frame *frame, gpointer data)
{
  if (frame->body_case == WAXWING__FRAME__BODY_HELLO)
    frame->hello->now_ms -= TWO_DAYS_MS;
}

/* The clock of this computer is two days ahead: by it, the claim was due before it was made. */
static void
test_wrong_clock (void)
{
  TestClaim handle;
  g_autoptr (WwAlert) alert = NULL;

  ww_stage_open ();
  ww_proxy_set_alter (ww_stage.proxy, be_behind, NULL);
  ww_stage_reopen_desktop ();
  ww_house_await (ww_client_wait_online (ww_stage.desktop, 60000));
  claim_init (&handle, WAXWING__CLAIM__KIND__HANDLE);
  handle.claim.requested_ms -= TWO_DAYS_MS;
  handle.claim.due_ms -= TWO_DAYS_MS;
  claim_send (&handle);
  ww_stage_expect_alerts (WW_ALERT_KIND_HANDLE_CLAIMED, NULL, 1);
  alert = find_alert (WW_ALERT_KIND_HANDLE_CLAIMED);
  g_assert_true (ww_alert_get_can_refuse (alert));
  ww_stage_close ();
}

static void
count_look_ups (const Waxwing__Frame *frame, gpointer data)
{
  if (frame->request->body_case == WAXWING__REQUEST__BODY_LOOK_UP)
    ++*(guint *) data;
}

static gboolean
is_quiet (gpointer data)
{
  return ww_stage.desktop->n_events == 0;
}

/* However many the server speaks of, few are looked into at once; when those are done, others are. */
static void
test_flood (void)
{
  TestClaim handle;
  guint n_look_ups = 0;

  ww_stage_open ();
  ww_proxy_set_watch (ww_stage.proxy, count_look_ups, &n_look_ups);
  claim_init (&handle, WAXWING__CLAIM__KIND__HANDLE);
  handle.claim.handle = (char *) CAROL;
  for (guint i = 0; i < 2000; i++)
    claim_send (&handle);
  ww_stage_expect_alerts (WW_ALERT_KIND_RECORD_PROBLEM, NULL, 1);
  ww_house_wait (is_quiet, NULL, "the end of the flood");
  g_assert_cmpuint (n_look_ups, <, 500);
  claim_init (&handle, WAXWING__CLAIM__KIND__HANDLE);
  claim_send (&handle);
  ww_stage_expect_alerts (WW_ALERT_KIND_HANDLE_CLAIMED, NULL, 1);
  ww_proxy_set_watch (ww_stage.proxy, NULL, NULL);
  ww_stage_close ();
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

  ww_stage_open ();
  claim_init (&handle, WAXWING__CLAIM__KIND__HANDLE);
  claim_send (&handle);
  ww_stage_expect_alerts (WW_ALERT_KIND_HANDLE_CLAIMED, NULL, 1);
  alert = find_alert (WW_ALERT_KIND_HANDLE_CLAIMED);
  /* There is no such claim at the real server, which would say so. */
  ww_proxy_set_alter (ww_stage.proxy, say_done, NULL);
  ww_house_await (ww_client_refuse_claim (ww_stage.desktop, alert));
  g_assert_false (ww_alert_get_can_refuse (alert));
  g_assert_true (ww_alert_get_seen (alert));
  ww_stage_close ();
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
  ww_record_fill_signed (ww_stage_record_of (ww_stage.bob), &claim->record);
}

/* An ordinary record of ours, which starts nothing over. */
static void
spoil_no_reset (TestClaim *claim, const WwSigningKey *key)
{
  ww_record_fill_signed (ww_stage_record_of (ww_stage.desktop), &claim->record);
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
  ww_stage_put_record (signed_record, message, key);
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

  ww_stage_open ();
  g_assert_cmpint (ww_signing_key_generate (&key), ==, WW_CRYPTO_OK);
  for (gsize i = 0; i < G_N_ELEMENTS (claim_lies); i++)
    {
      const char *code = ww_stage_code_of (claim_lies[i].code);
      guint n = ww_stage_count_alerts (WW_ALERT_KIND_RECORD_PROBLEM, code);
      guint n_all = ww_stage_count_alerts (WW_ALERT_KIND_RECORD_PROBLEM, NULL);
      TestClaim claim;

      g_test_message ("%s", claim_lies[i].name);
      claim_init (&claim, WAXWING__CLAIM__KIND__RESET);
      claim_set_record (&claim, ww_stage_build_reset (key));
      claim_lies[i].spoil (&claim, key);
      claim_send (&claim);
      /* The same kind of lie about the same handle is told once: two of these are of one kind. */
      ww_stage_expect_alerts (WW_ALERT_KIND_RECORD_PROBLEM, code, n > 0 ? n : 1);
      ww_random_bytes (claim.id, sizeof claim.id);
      claim_send (&claim);
      ww_house_spin (200);
      g_assert_cmpuint (ww_stage_count_alerts (WW_ALERT_KIND_RECORD_PROBLEM, NULL), ==, n > 0 ? n_all : n_all + 1);
      ww_record_unref (claim.reset);
    }
  g_assert_cmpuint (ww_stage_count_alerts (WW_ALERT_KIND_RESET_CLAIMED, NULL), ==, 0);
  ww_signing_key_free (key);
  ww_stage_close ();
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
  ww_proxy_inject (ww_stage.proxy, &event);
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
  if (!ww_stage_is_about (found, ww_stage.bob) || found->current_sequence != 1)
    return;
  n = found->n_chain++;
  found->chain = realloc (found->chain, found->n_chain * sizeof *found->chain);
  found->chain[n] = malloc (sizeof *found->chain[n]);
  waxwing__signed_record__init (found->chain[n]);
  ww_stage_put_built (found->chain[n], next);
  found->current_sequence = 2;
}

static void
test_moved (void)
{
  guint8 nobody[WW_ID_SIZE] = { 0x77 };
  const char *lie = ww_stage_code_of (WW_ERROR_RECORD_WRONG_ACCOUNT);
  g_autoptr (WwRecord) next = NULL;
  g_autoptr (WwAlert) alert = NULL;
  WwRecordChange change = { .handle_added = ALICE };

  ww_stage_open ();
  /* Neither an account that there is not nor one that does not say so itself, and not a handle of others. */
  send_moved (ALICE, nobody);
  ww_stage_expect_alerts (WW_ALERT_KIND_RECORD_PROBLEM, lie, 1);
  send_moved (ALICE, ww_identity_get_account_id (ww_stage.bob->identity));
  ww_stage_expect_alerts (WW_ALERT_KIND_RECORD_PROBLEM, lie, 1);
  send_moved (CAROL, ww_identity_get_account_id (ww_stage.bob->identity));
  send_moved (ALICE, ww_identity_get_account_id (ww_stage.desktop->identity));
  ww_stage_expect_alerts (WW_ALERT_KIND_RECORD_PROBLEM, NULL, 1);
  g_assert_cmpuint (ww_stage_count_alerts (WW_ALERT_KIND_HANDLE_MOVED, NULL), ==, 0);

  next = ww_record_build_next (ww_stage_account_key_of (ww_stage.bob), ww_stage_record_of (ww_stage.bob), &change,
                               ww_now_ms (), NULL);
  ww_proxy_set_alter (ww_stage.proxy, alter_bob, next);
  for (guint i = 0; i < 3; i++)
    {
      send_moved (ALICE, ww_identity_get_account_id (ww_stage.bob->identity));
      ww_stage_expect_alerts (WW_ALERT_KIND_HANDLE_MOVED, "last-handle", 1);
      if (i == 1)
        {
          ww_stage_reopen_desktop ();
          ww_house_await (ww_client_wait_online (ww_stage.desktop, 60000));
        }
    }
  /* It was the last one, and stays in the record until there is another. */
  g_assert_cmpstr (ww_client_get_handles (ww_stage.desktop)[0], ==, ALICE);
  alert = find_alert (WW_ALERT_KIND_HANDLE_MOVED);
  g_assert_nonnull (strstr (ww_alert_get_body (alert), "only address"));
  ww_stage_close ();
}

/*
 * A directory in which Alice has a second handle, and Bob that one too; it takes the record that Alice's desktop
 * publishes. The real server knows nothing of it.
 */
#define SECOND "mailto:second@example.org"

typedef struct
{
  WwRecord *second; /* Alice's, with the second handle */
  WwRecord *bob;
  WwRecord *published;
  guint n_published;
} Directory;

static void
take_published (const Waxwing__Frame *frame, gpointer data)
{
  Directory *self = data;
  const Waxwing__SignedRecord *record;

  if (frame->body_case != WAXWING__FRAME__BODY_REQUEST ||
      frame->request->body_case != WAXWING__REQUEST__BODY_PUBLISH_RECORD)
    return;
  record = frame->request->publish_record->record;
  g_clear_pointer (&self->published, ww_record_unref);
  self->n_published++;
  g_assert_cmpint (ww_record_new (WW_BYTES (record->record.data, record->record.len),
                                  WW_BYTES (record->signature.data, record->signature.len), &self->published),
                   ==, WW_RECORD_OK);
}

static void
show_record (Waxwing__LookUpResult *found, WwRecord *record)
{
  for (size_t i = 0; i < found->n_chain; i++)
    waxwing__signed_record__free_unpacked (found->chain[i], NULL);
  free (found->chain);
  found->n_chain = 1;
  found->chain = calloc (1, sizeof *found->chain);
  found->chain[0] = malloc (sizeof *found->chain[0]);
  waxwing__signed_record__init (found->chain[0]);
  ww_stage_put_built (found->chain[0], record);
  found->current_sequence = ww_record_sequence (record);
}

static void
alter_directory (Waxwing__Frame *frame, gpointer data)
{
  Directory *self = data;
  Waxwing__LookUpResult *found;

  say_done (frame, NULL);
  alter_bob (frame, self->bob);
  if (frame->body_case != WAXWING__FRAME__BODY_RESPONSE ||
      frame->response->body_case != WAXWING__RESPONSE__BODY_LOOK_UP)
    return;
  found = frame->response->look_up;
  if (ww_stage_is_about (found, ww_stage.laptop))
    show_record (found, self->published != NULL ? self->published : self->second);
}

static gboolean
has_second (gpointer data)
{
  return g_strv_contains (ww_client_get_handles (ww_stage.desktop), SECOND);
}

static gboolean
has_no_second (gpointer data)
{
  return !has_second (data);
}

/* Not the last one: told, and given up by a record of this device, with nothing else changed. */
static void
test_moved_away (void)
{
  Directory directory = { 0 };
  WwRecordChange change = { .handle_added = SECOND };
  Waxwing__Event event = WAXWING__EVENT__INIT;
  Waxwing__RecordChanged changed = WAXWING__RECORD_CHANGED__INIT;
  size_t n;

  ww_stage_open ();
  directory.second = ww_record_build_next (ww_stage_account_key_of (ww_stage.laptop),
                                           ww_stage_record_of (ww_stage.desktop), &change, ww_now_ms (), NULL);
  directory.bob = ww_record_build_next (ww_stage_account_key_of (ww_stage.bob), ww_stage_record_of (ww_stage.bob),
                                        &change, ww_now_ms (), NULL);
  ww_proxy_set_alter (ww_stage.proxy, alter_directory, &directory);
  ww_proxy_set_watch (ww_stage.proxy, take_published, &directory);
  changed.account_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) ww_record_account_id (directory.second) };
  changed.sequence = ww_record_sequence (directory.second);
  event.body_case = WAXWING__EVENT__BODY_RECORD_CHANGED;
  event.record_changed = &changed;
  ww_proxy_inject (ww_stage.proxy, &event);
  ww_house_wait (has_second, NULL, "the second handle");
  ww_stage_expect_alerts (WW_ALERT_KIND_HANDLE_ADDED, NULL, 1);

  send_moved (SECOND, ww_record_account_id (directory.bob));
  ww_house_wait (has_no_second, NULL, "the second handle to be given up");
  send_moved (SECOND, ww_record_account_id (directory.bob));
  ww_stage_expect_alerts (WW_ALERT_KIND_HANDLE_MOVED, NULL, 1);
  ww_stage_expect_alerts (WW_ALERT_KIND_HANDLE_REMOVED, NULL, 1);
  g_assert_cmpuint (ww_stage_count_alerts (WW_ALERT_KIND_HANDLE_MOVED, "last-handle"), ==, 0);
  g_assert_cmpuint (directory.n_published, ==, 1);
  ww_record_handles (directory.published, &n);
  g_assert_cmpuint (n, ==, 1);
  ww_record_devices (directory.published, &n);
  g_assert_cmpuint (n, ==, 2);
  ww_proxy_set_watch (ww_stage.proxy, NULL, NULL);
  ww_stage_close ();
  ww_record_unref (directory.second);
  ww_record_unref (directory.bob);
  ww_record_unref (directory.published);
}

/* --- Other answers ------------------------------------------------------------------------- */

/* Of the laptop, and of a device that there is not. */
static void
say_activity (Waxwing__Frame *frame, gpointer data)
{
  static guint8 nobody[WW_ID_SIZE] = { 0x77 };
  const guint8 *ids[] = { ww_identity_get_device_id (ww_stage.laptop->identity), nobody };
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
      ww_stage_replace (&activity->devices[i]->device_id, ids[i], WW_ID_SIZE);
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

  ww_stage_open ();
  ww_proxy_set_alter (ww_stage.proxy, say_activity, NULL);
  ww_house_await (ww_client_refresh_activity (ww_stage.desktop));
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_devices (ww_stage.desktop)), ==, 2);
  this_one = g_list_model_get_item (ww_client_get_devices (ww_stage.desktop), 0);
  other = g_list_model_get_item (ww_client_get_devices (ww_stage.desktop), 1);
  g_assert_cmpint (ww_device_get_last_seen_ms (this_one), ==, 0);
  g_assert_false (ww_device_get_connected (this_one));
  g_assert_cmpint (ww_device_get_last_seen_ms (other), ==, 1767225600000);
  g_assert_true (ww_device_get_connected (other));

  /* A record comes: what the server said is still known. */
  ww_proxy_set_alter (ww_stage.proxy, NULL, NULL);
  ww_stage_publish_next ();
  ww_house_wait (ww_stage_knows_all, NULL, "the desktop to know the next record");
  later = g_list_model_get_item (ww_client_get_devices (ww_stage.desktop), 1);
  g_assert_cmpint (ww_device_get_last_seen_ms (later), ==, 1767225600000);
  ww_stage_close ();
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
  return g_list_model_get_n_items (ww_client_get_pending_devices (ww_stage.desktop));
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
  return g_list_model_get_n_items (ww_client_get_pending_devices (ww_stage.laptop)) > 0;
}

static WwClient *
ask_to_join (const char *profile)
{
  WwClient *tablet = ww_house_open (ww_stage.house, profile);
  WwEnrolment *enrolment = ww_client_get_enrolment (tablet);

  g_free (ww_house_await_string (ww_enrolment_check_server (enrolment, ww_stage.house->url)));
  dex_future_disown (ww_enrolment_start (enrolment, ALICE, "", "Tablet", WW_ENROLMENT_DEFAULT));
  ww_house_confirm (ww_stage.house);
  return tablet;
}

/* Ten minutes and no longer, whatever the server says; and only who signed that they want to be part of this account. */
static void
test_announcements (void)
{
  Announcement announcement = { .expires_in_ms = G_MAXINT64 / 2 };
  g_autoptr (WwPendingDevice) pending = NULL;
  WwClient *tablet, *phone;

  ww_stage_open ();
  ww_proxy_set_alter (ww_stage.proxy, alter_announcement, &announcement);
  tablet = ask_to_join ("tablet");
  ww_house_wait (has_pending, NULL, "the tablet to ask");
  pending = g_list_model_get_item (ww_client_get_pending_devices (ww_stage.desktop), 0);
  g_assert_cmpstr (ww_pending_device_get_name (pending), ==, "Tablet");
  g_assert_cmpint (ww_pending_device_get_expires_ms (pending), <=, ww_now_ms () + WW_APPROVAL_MS);
  ww_house_close (tablet);
  ww_house_wait (has_no_pending, NULL, "the tablet to be gone");
  g_assert_cmpint (ww_pending_device_get_state (pending), ==, WW_PENDING_DEVICE_STATE_ENDED);
  g_clear_object (&pending);

  announcement.expires_in_ms = 1500;
  tablet = ask_to_join ("tablet");
  ww_house_wait (has_pending, NULL, "the tablet to ask again");
  pending = g_list_model_get_item (ww_client_get_pending_devices (ww_stage.desktop), 0);
  ww_house_wait (has_no_pending, NULL, "the time to be over");
  g_assert_cmpint (ww_pending_device_get_state (pending), ==, WW_PENDING_DEVICE_STATE_ENDED);
  ww_house_close (tablet);
  announcement = (Announcement) { .spoiled = TRUE };
  phone = ask_to_join ("phone");
  ww_house_wait (laptop_has_pending, NULL, "the phone to ask");
  ww_house_spin (300);
  g_assert_cmpuint (count_pending (), ==, 0);
  ww_house_close (phone);
  ww_stage_close ();
}

int
main (int argc, char **argv)
{
  ww_client_prepare_process ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/claims/claims", test_claims);
  g_test_add_func ("/engine/claims/claim-due", test_claim_due);
  g_test_add_func ("/engine/claims/wrong-clock", test_wrong_clock);
  g_test_add_func ("/engine/claims/flood", test_flood);
  g_test_add_func ("/engine/claims/refuse", test_refuse);
  g_test_add_func ("/engine/claims/claim-lies", test_claim_lies);
  g_test_add_func ("/engine/claims/moved", test_moved);
  g_test_add_func ("/engine/claims/moved-away", test_moved_away);
  g_test_add_func ("/engine/claims/activity", test_activity);
  g_test_add_func ("/engine/claims/last-device", test_last_device);
  g_test_add_func ("/engine/claims/announcements", test_announcements);
  return g_test_run ();
}
