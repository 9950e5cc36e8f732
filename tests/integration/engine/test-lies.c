/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A server that lies to one device about the device's own account: it keeps records back, invents some, goes back to old
 * ones, speaks of claims that there are not. Each lie is caught and shown as an alert, once; none makes the device forget
 * anything.
 */
#include "ww-stage.h"

#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-record-builder.h"
#include "ww-signature.h"

/* --- Records ------------------------------------------------------------------------------- */

typedef void (*Lie) (Waxwing__LookUpResult *found, Waxwing__SignedRecord *travelling, Waxwing__AccountRecord *last);

/* The record says that the desktop is gone and shall forget everything. Signed by `key`. */
static void
put_wipe (Waxwing__SignedRecord *travelling, const Waxwing__AccountRecord *last, const WwSigningKey *key)
{
  Waxwing__AccountRecord changed = *last;
  ProtobufCBinaryData wiped = { WW_ID_SIZE, (guint8 *) ww_identity_get_device_id (ww_stage.desktop->identity) };
  Waxwing__Device *devices[WW_MAX_DEVICES];
  size_t n = 0;

  for (size_t i = 0; i < last->n_devices; i++)
    if (memmem (last->devices[i]->device.data, last->devices[i]->device.len, wiped.data, wiped.len) == NULL)
      devices[n++] = last->devices[i];
  changed.devices = devices;
  changed.n_devices = n;
  changed.wiped = &wiped;
  changed.n_wiped = 1;
  ww_stage_put_record (travelling, &changed, key);
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
  put_wipe (travelling, last, ww_stage_account_key_of (ww_stage.bob));
}

/* Nobody who starts an account over can have its devices forget: such a record is none. */
static void
lie_reset_wipe (Waxwing__LookUpResult *found, Waxwing__SignedRecord *travelling, Waxwing__AccountRecord *last)
{
  last->reset = TRUE;
  put_wipe (travelling, last, ww_stage_account_key_of (ww_stage.laptop));
}

/* Bob's own record, which is right in itself. */
static void
lie_other_account (Waxwing__LookUpResult *found, Waxwing__SignedRecord *travelling, Waxwing__AccountRecord *last)
{
  ww_stage_put_built (travelling, ww_stage_record_of (ww_stage.bob));
}

/* The record that the desktop knows already, once more. */
static void
lie_replay (Waxwing__LookUpResult *found, Waxwing__SignedRecord *travelling, Waxwing__AccountRecord *last)
{
  ww_stage_put_built (travelling, ww_stage_record_of (ww_stage.desktop));
  found->current_sequence = ww_record_sequence (ww_stage_record_of (ww_stage.desktop)) - 1;
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
  ww_stage_put_record (travelling, last, ww_stage_account_key_of (ww_stage.laptop));
  found->current_sequence++;
}

static void
lie_forked (Waxwing__LookUpResult *found, Waxwing__SignedRecord *travelling, Waxwing__AccountRecord *last)
{
  last->previous.data[0] ^= 1;
  ww_stage_put_record (travelling, last, ww_stage_account_key_of (ww_stage.laptop));
}

static void
lie_rubbish (Waxwing__LookUpResult *found, Waxwing__SignedRecord *travelling, Waxwing__AccountRecord *last)
{
  ww_stage_replace (&travelling->record, "rubbish", 7);
}

static const struct
{
  const char *name;
  Lie lie;
  WwError code;
} record_lies[] = {
  { "a wipe that nobody signed", lie_unsigned_wipe, WW_ERROR_RECORD_SIGNATURE },
  { "a wipe that another account signed", lie_wrong_key, WW_ERROR_RECORD_SIGNATURE },
  { "a reset that wipes", lie_reset_wipe, WW_ERROR_RECORD_MALFORMED },
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

static void
alter_records (Waxwing__Frame *frame, gpointer data)
{
  Waxwing__LookUpResult *found = get_look_up (frame);
  Waxwing__SignedRecord *travelling;
  Waxwing__AccountRecord *last;

  if (found == NULL || !ww_stage_is_about (found, ww_stage.laptop))
    return;
  travelling = found->chain[found->n_chain - 1];
  last = waxwing__account_record__unpack (NULL, travelling->record.len, travelling->record.data);
  (*(const Lie *) data) (found, travelling, last);
  waxwing__account_record__free_unpacked (last, NULL);
}

static void
test_records (void)
{
  ww_stage_open ();
  for (gsize i = 0; i < G_N_ELEMENTS (record_lies); i++)
    {
      Lie lie = record_lies[i].lie;
      const char *code = ww_stage_code_of (record_lies[i].code);
      guint n_before = ww_stage_count_alerts (WW_ALERT_KIND_RECORD_PROBLEM, code);
      guint64 sequence = ww_client_get_record_sequence (ww_stage.desktop);

      g_test_message ("%s", record_lies[i].name);
      ww_proxy_set_alter (ww_stage.proxy, alter_records, &lie);
      ww_stage_publish_next ();
      ww_stage_expect_alerts (WW_ALERT_KIND_RECORD_PROBLEM, code, n_before + 1);
      g_assert_cmpint (ww_client_get_state (ww_stage.desktop), ==, WW_CLIENT_STATE_READY);
      g_assert_cmpuint (ww_client_get_record_sequence (ww_stage.desktop), ==, sequence);
      ww_proxy_set_alter (ww_stage.proxy, NULL, NULL);
      ww_stage_publish_next ();
      ww_house_wait (ww_stage_knows_all, NULL, "the desktop to know the right record");
    }
  ww_stage_close ();
}

/* A number alone, of a record that there is not: told once, and nothing is asked for without end. */
static void
test_invented_number (void)
{
  Waxwing__Event event = WAXWING__EVENT__INIT;
  Waxwing__RecordChanged changed = WAXWING__RECORD_CHANGED__INIT;
  const char *code = ww_stage_code_of (WW_ERROR_RECORD_GAP);

  ww_stage_open ();
  changed.account_id = (ProtobufCBinaryData) { WW_ID_SIZE,
                                               (guint8 *) ww_identity_get_account_id (ww_stage.desktop->identity) };
  changed.sequence = 1000;
  event.body_case = WAXWING__EVENT__BODY_RECORD_CHANGED;
  event.record_changed = &changed;
  for (guint i = 0; i < 3; i++)
    {
      ww_proxy_inject (ww_stage.proxy, &event);
      ww_stage_expect_alerts (WW_ALERT_KIND_RECORD_PROBLEM, code, 1);
    }
  ww_stage_reopen_desktop ();
  ww_stage_expect_alerts (WW_ALERT_KIND_RECORD_PROBLEM, code, 1);
  ww_stage_publish_next ();
  ww_house_wait (ww_stage_knows_all, NULL, "the desktop to go on");
  ww_stage_close ();
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
  if (!ww_stage_is_about (found, ww_stage.laptop))
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
  g_autofree char *texts = ww_house_texts (ww_stage.desktop, BOB);

  return strstr (texts, text) != NULL;
}

/* What the server hides, the account's other device says in its messages. */
static void
test_hidden_from_one (void)
{
  g_autoptr (WwConversation) conversation = NULL;
  g_autoptr (WwMessage) message = NULL;

  ww_stage_open ();
  ww_proxy_set_alter (ww_stage.proxy, alter_everything, NULL);
  ww_stage_publish_next ();
  conversation = ww_house_await_object (ww_client_start_conversation (ww_stage.laptop, BOB));
  message = ww_house_await_object (ww_conversation_send_text (conversation, "relies on what is hidden"));
  /* The message, and that Bob was accepted by it. */
  ww_stage_expect_alerts (WW_ALERT_KIND_MESSAGE_PROBLEM, ww_stage_code_of (WW_ERROR_RECORD_ROLLED_BACK), 2);
  g_assert_false (desktop_has_text ((gpointer) "relies"));
  g_assert_cmpuint (ww_client_get_record_sequence (ww_stage.desktop), ==, 2);
  ww_proxy_set_alter (ww_stage.proxy, NULL, NULL);
  ww_stage_publish_next ();
  ww_house_wait (ww_stage_knows_all, NULL, "the desktop to know the right record");
  ww_stage_close ();
}

/* After the desktop knew a third record, the server says at its next start that the second is the last. */
static void
test_rolled_back (void)
{
  const char *code = ww_stage_code_of (WW_ERROR_RECORD_ROLLED_BACK);

  ww_stage_open ();
  ww_stage_publish_next ();
  ww_house_wait (ww_stage_knows_all, NULL, "the desktop to know the third record");
  ww_proxy_set_alter (ww_stage.proxy, alter_everything, NULL);
  ww_stage_reopen_desktop ();
  ww_stage_expect_alerts (WW_ALERT_KIND_RECORD_PROBLEM, code, 1);
  ww_stage_reopen_desktop ();
  ww_stage_expect_alerts (WW_ALERT_KIND_RECORD_PROBLEM, code, 1);
  g_assert_cmpuint (ww_client_get_record_sequence (ww_stage.desktop), ==, 3);
  ww_stage_close ();
}

static gboolean
is_removed (gpointer data)
{
  return ww_client_get_state (ww_stage.desktop) == WW_CLIENT_STATE_REMOVED;
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
  if (!ww_stage_is_about (found, ww_stage.laptop))
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
      ww_stage_put_built (found->chain[i], records[i]);
    }
  found->current_sequence = ww_record_sequence (reset->after);
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
 * Somebody has the mailbox, or is the server: the account is started over, and the record after that says that the desktop shall
 * forget everything. It is removed, says so, and keeps what it has.
 */
static void
test_reset (void)
{
  WwSigningKey *key = NULL;
  Reset reset;
  g_autoptr (WwConversation) conversation = NULL;
  g_autoptr (WwMessage) message = NULL;

  ww_stage_open ();
  conversation = ww_house_await_object (ww_client_start_conversation (ww_stage.bob, ALICE));
  message = ww_house_await_object (ww_conversation_send_text (conversation, "kept"));
  ww_house_wait_texts (ww_stage.desktop, BOB, "kept");
  g_assert_cmpint (ww_signing_key_generate (&key), ==, WW_CRYPTO_OK);
  reset.reset = ww_stage_build_reset (key);
  reset.after = build_wipe_after (key, reset.reset);
  ww_proxy_set_alter (ww_stage.proxy, alter_reset, &reset);
  ww_stage_publish_next ();
  ww_house_wait (is_removed, NULL, "the desktop to be removed");
  for (guint i = 0; i < 2; i++)
    {
      ww_stage_expect_alerts (WW_ALERT_KIND_RESET, NULL, 1);
      g_assert_true (is_removed (NULL));
      g_assert_nonnull (ww_client_get_error (ww_stage.desktop));
      ww_house_wait_texts (ww_stage.desktop, BOB, "kept");
      ww_stage_reopen_desktop ();
    }
  ww_stage_close ();
  ww_record_unref (reset.reset);
  ww_record_unref (reset.after);
  ww_signing_key_free (key);
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
  return g_test_run ();
}
