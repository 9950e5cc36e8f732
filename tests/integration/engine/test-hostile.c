/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-forgery.h"

#include "ww-checks.h"
#include "ww-conversation-id.h"
#include "ww-envelope.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-hex.h"
#include "ww-record-builder.h"
#include "ww-signature.h"

/* --- Records ------------------------------------------------------------------------------- */

static void
replace (ProtobufCBinaryData *field, const void *data, gsize len)
{
  free (field->data);
  field->data = malloc (len);
  memcpy (field->data, data, len);
  field->len = len;
}

/* Puts a changed record in place of what travels, signed by `key`, or with the signature that it had. */
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

typedef void (*ChangeRecord) (Waxwing__LookUpResult *found, Waxwing__AccountRecord *last,
                              Waxwing__SignedRecord *travelling);

static const WwSigningKey *
alice_key (void)
{
  return ww_identity_get_account_key (alice->identity);
}

/* The server adds a device of its own. */
static void
change_device_added (Waxwing__LookUpResult *found, Waxwing__AccountRecord *last, Waxwing__SignedRecord *travelling)
{
  Waxwing__DeviceKeys *keys = waxwing__device_keys__unpack (NULL, last->devices[0]->device.len,
                                                            last->devices[0]->device.data);
  Waxwing__Device copy = *last->devices[0];
  Waxwing__Device *devices[2] = { last->devices[0], &copy };
  Waxwing__AccountRecord changed = *last;
  WW_AUTO_BUFFER packed = { 0 };

  keys->device_id.data[0] ^= 1;
  packed.data = ww_message_pack (keys, &packed.len);
  copy.device = (ProtobufCBinaryData) { packed.len, packed.data };
  changed.devices = devices;
  changed.n_devices = 2;
  put_record (travelling, &changed, NULL);
  waxwing__device_keys__free_unpacked (keys, NULL);
}

/* A device that never said that it belongs to the account, in a record that the account did sign. */
static void
change_device_unsigned (Waxwing__LookUpResult *found, Waxwing__AccountRecord *last, Waxwing__SignedRecord *travelling)
{
  last->devices[0]->signature.data[40] ^= 1;
  put_record (travelling, last, alice_key ());
}

/* Another account's key signs the record, and stands in it. */
static void
change_wrong_key (Waxwing__LookUpResult *found, Waxwing__AccountRecord *last, Waxwing__SignedRecord *travelling)
{
  const WwSigningKey *key = ww_identity_get_account_key (carol->identity);
  guint8 public_key[WW_POINT_SIZE];

  ww_signing_key_public (key, public_key);
  replace (&last->account_key, public_key, sizeof public_key);
  for (size_t i = 0; i < last->n_devices; i++)
    {
      guint8 signature[WW_SIGNATURE_SIZE];

      ww_signing_key_sign_device (ww_device_keys_signing (ww_identity_get_keys (alice->identity)),
                                  last->account_id.data, public_key,
                                  WW_BYTES (last->devices[i]->device.data, last->devices[i]->device.len), signature);
      replace (&last->devices[i]->signature, signature, sizeof signature);
    }
  put_record (travelling, last, key);
}

/* Another history: the same number, signed by the account, but it does not follow what was shown before. */
static void
change_forked (Waxwing__LookUpResult *found, Waxwing__AccountRecord *last, Waxwing__SignedRecord *travelling)
{
  last->previous.data[0] ^= 1;
  put_record (travelling, last, alice_key ());
}

/* A record in between is kept back. */
static void
change_gap (Waxwing__LookUpResult *found, Waxwing__AccountRecord *last, Waxwing__SignedRecord *travelling)
{
  last->sequence++;
  put_record (travelling, last, alice_key ());
  found->current_sequence++;
}

/* The server says that there is nothing newer than what is older than what it showed before. */
static void
change_rolled_back (Waxwing__LookUpResult *found, Waxwing__AccountRecord *last, Waxwing__SignedRecord *travelling)
{
  waxwing__signed_record__free_unpacked (travelling, NULL);
  found->n_chain--;
  found->current_sequence = 0;
}

/* A record of somebody else. */
static void
change_account (Waxwing__LookUpResult *found, Waxwing__AccountRecord *last, Waxwing__SignedRecord *travelling)
{
  last->account_id.data[0] ^= 1;
  for (size_t i = 0; i < last->n_devices; i++)
    {
      guint8 signature[WW_SIGNATURE_SIZE];

      ww_signing_key_sign_device (ww_device_keys_signing (ww_identity_get_keys (alice->identity)),
                                  last->account_id.data, last->account_key.data,
                                  WW_BYTES (last->devices[i]->device.data, last->devices[i]->device.len), signature);
      replace (&last->devices[i]->signature, signature, sizeof signature);
    }
  put_record (travelling, last, alice_key ());
}

static void
change_rubbish (Waxwing__LookUpResult *found, Waxwing__AccountRecord *last, Waxwing__SignedRecord *travelling)
{
  replace (&travelling->record, "rubbish", 7);
}

static const struct
{
  const char *name;
  ChangeRecord change;
  WwError code;
} record_cases[] = {
  { "a device that the account key did not sign", change_device_added, WW_ERROR_RECORD_SIGNATURE },
  { "a device that did not sign back", change_device_unsigned, WW_ERROR_RECORD_DEVICE_UNSIGNED },
  { "an older record", change_rolled_back, WW_ERROR_RECORD_ROLLED_BACK },
  { "a forked chain", change_forked, WW_ERROR_RECORD_FORKED },
  { "a gap", change_gap, WW_ERROR_RECORD_GAP },
  { "another account's key", change_wrong_key, WW_ERROR_RECORD_WRONG_KEY },
  { "another account", change_account, WW_ERROR_RECORD_WRONG_ACCOUNT },
  { "rubbish", change_rubbish, WW_ERROR_RECORD_MALFORMED },
};

static void
alter_look_up (Waxwing__Frame *frame, gpointer data)
{
  ChangeRecord change = *(const ChangeRecord *) data;
  Waxwing__LookUpResult *found;
  Waxwing__SignedRecord *travelling;
  Waxwing__AccountRecord *last;

  if (frame->body_case != WAXWING__FRAME__BODY_RESPONSE ||
      frame->response->body_case != WAXWING__RESPONSE__BODY_LOOK_UP)
    return;
  found = frame->response->look_up;
  if (found->n_chain == 0)
    return;
  travelling = found->chain[found->n_chain - 1];
  last = waxwing__account_record__unpack (NULL, travelling->record.len, travelling->record.data);
  change (found, last, travelling);
  waxwing__account_record__free_unpacked (last, NULL);
}

static WwMessage *
send_text (WwClient *client, const char *handle, const char *text)
{
  g_autoptr (WwConversation) conversation = ww_house_await_object (ww_client_start_conversation (client, handle));

  return ww_house_await_object (ww_conversation_send_text (conversation, text));
}

static gboolean
has_problem (gpointer conversation)
{
  return ww_conversation_get_problem (conversation) != NULL;
}

static gboolean
knows_sequence (gpointer sequence)
{
  return ww_client_get_record_sequence (alice) == *(guint64 *) sequence;
}

/* Alice's account gets one more record: the same devices, the next number. */
static void
publish_next (void)
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__PublishRecord publish = WAXWING__PUBLISH_RECORD__INIT;
  Waxwing__SignedRecord signed_record;
  WwRecordChange nothing = { 0 };
  WwRecord *next = ww_record_build_next (alice_key (), ww_account_get_record (alice->account), &nothing, ww_now_ms (),
                                         NULL);
  guint64 sequence;

  g_assert_nonnull (next);
  sequence = ww_record_sequence (next);
  ww_record_fill_signed (next, &signed_record);
  publish.record = &signed_record;
  request.body_case = WAXWING__REQUEST__BODY_PUBLISH_RECORD;
  request.publish_record = &publish;
  ww_house_await (ww_link_request (alice->link, &request, WAXWING__RESPONSE__BODY_DONE, WW_REQUEST_TIMEOUT_MS));
  ww_house_wait (knows_sequence, &sequence, "Alice to know her own record");
  ww_record_unref (next);
}

static gboolean
bob_has_text (gpointer text)
{
  g_autofree char *texts = ww_house_texts (bob, ALICE);

  return strstr (texts, text) != NULL;
}

/* Alice writes while Bob's server hides the record that she relies on. */
static WwMessage *
write_meanwhile (gsize i, const char *code, GString *expected)
{
  g_autofree char *text = g_strdup_printf ("meanwhile %zu", i);
  AlertWait wait = { WW_ALERT_KIND_MESSAGE_PROBLEM, code, count_alerts (bob, WW_ALERT_KIND_MESSAGE_PROBLEM, code) + 1 };
  WwMessage *message = send_text (alice, BOB, text);

  ww_house_wait (alert_is_there, &wait, "the message of a hidden record to be refused");
  g_assert_false (bob_has_text (text));
  g_string_append_printf (expected, "|%s", text);
  return message;
}

static void
refuse_record (gsize i, WwConversation *conversation, GString *expected)
{
  const char *code = code_of (record_cases[i].code);
  ChangeRecord change = record_cases[i].change;
  guint n_before = count_alerts (bob, WW_ALERT_KIND_RECORD_PROBLEM, code);
  g_autoptr (GError) error = NULL;
  g_autoptr (WwMessage) message = NULL;
  g_autoptr (WwMessage) meanwhile = NULL;

  g_test_message ("%s", record_cases[i].name);
  publish_next ();
  ww_proxy_set_alter (proxy, alter_look_up, &change);
  error = ww_house_await_error (ww_client_look_up (bob, ALICE));
  g_assert_error (error, WW_ERROR, (int) record_cases[i].code);
  g_assert_true (has_problem (conversation));
  g_assert_cmpuint (count_alerts (bob, WW_ALERT_KIND_RECORD_PROBLEM, code), ==, n_before + 1);

  message = send_text (bob, ALICE, record_cases[i].name);
  ww_house_spin (300);
  g_assert_cmpint (ww_message_get_state (message), ==, WW_MESSAGE_STATE_WAITING);
  /* The same evidence is told once, however often it is shown. */
  g_assert_cmpuint (count_alerts (bob, WW_ALERT_KIND_RECORD_PROBLEM, code), ==, n_before + 1);

  meanwhile = write_meanwhile (i, code, expected);

  ww_proxy_set_alter (proxy, NULL, NULL);
  g_object_unref (ww_house_await_object (ww_client_look_up (bob, ALICE)));
  g_assert_false (has_problem (conversation));
  ww_house_await (ww_client_wait_message_state (bob, ww_message_get_id (message), WW_MESSAGE_STATE_SENT, 60000));
  g_string_append_printf (expected, "|%s", record_cases[i].name);
  ww_house_wait_texts (alice, BOB, expected->str);
  /* What was refused for a record that was hidden counts after all. */
  ww_house_wait (bob_has_text, (gpointer) ww_message_get_text (meanwhile), ww_message_get_text (meanwhile));
  /* And when both know that all has arrived, nothing of this case is on its way into the next. */
  ww_house_await (ww_client_wait_message_state (bob, ww_message_get_id (message), WW_MESSAGE_STATE_DELIVERED, 60000));
  ww_house_await (
      ww_client_wait_message_state (alice, ww_message_get_id (meanwhile), WW_MESSAGE_STATE_DELIVERED, 60000));
}

/*
 * Alice's record changes, and the server shows Bob a wrong one. It is refused with its own error, shown once, and what Bob
 * writes waits; as soon as the server shows the right one, it goes out.
 */
static void
test_records (void)
{
  g_autoptr (WwMessage) first = send_text (bob, ALICE, "before");
  g_autoptr (WwConversation) conversation = ww_client_find_conversation (bob, ALICE);
  g_autoptr (GString) expected = NULL;
  g_autofree char *there = NULL;

  ww_house_await (ww_client_wait_message_state (bob, ww_message_get_id (first), WW_MESSAGE_STATE_DELIVERED, 60000));
  there = ww_house_texts (alice, BOB);
  expected = g_string_new (there);
  for (gsize i = 0; i < G_N_ELEMENTS (record_cases); i++)
    refuse_record (i, conversation, expected);
}

/* --- Messages ------------------------------------------------------------------------------ */

static void
before_nothing (Forgery *self)
{
}

static void
after_body (Forgery *self)
{
  self->envelope.body.data[self->envelope.body.len / 2] ^= 1;
}

static void
after_key (Forgery *self)
{
  self->envelope.wraps[0].sealed_key.data[80] ^= 1;
}

static void
after_other_wrap (Forgery *self)
{
  self->wrap_device[0] ^= 1;
}

static void
after_commitment (Forgery *self)
{
  self->envelope.header[58] ^= 1;
}

static void
before_replay (Forgery *self)
{
  memcpy (self->header.message_id, self->other_id, WW_ID_SIZE);
}

static void
before_weak (Forgery *self)
{
  self->suite = WW_SUITE_RSA;
}

/* Carol says that she is Alice. */
static void
before_signature (Forgery *self)
{
  self->author = carol;
}

static void
before_device (Forgery *self)
{
  self->header.sender_device[3] ^= 1;
}

/* Alice says that she is another of Bob's devices, and that he wrote this. */
static void
before_copy (Forgery *self)
{
  memcpy (self->header.sender_account, account_of (bob), WW_ID_SIZE);
}

static void
before_conversation (Forgery *self)
{
  self->conversation[0] ^= 1;
}

/* A conversation of Alice and Carol, sealed to Bob. */
static void
before_participants (Forgery *self)
{
  set_participants (self, alice, carol);
}

/* Alice says that Bob's message to Carol has arrived. */
static void
before_receipt (Forgery *self)
{
  self->header.kind = WW_ENVELOPE_SILENT;
  self->receipt.state = WAXWING__RECEIPT__STATE__READ;
  self->receipt_id = (ProtobufCBinaryData) { WW_ID_SIZE, self->other_id };
  self->receipt.message_ids = &self->receipt_id;
  self->receipt.n_message_ids = 1;
  self->payload.kind_case = WAXWING__PAYLOAD__KIND_RECEIPT;
  self->payload.receipt = &self->receipt;
}

/* Alice says what Bob has read. */
static void
before_read_state (Forgery *self)
{
  self->header.kind = WW_ENVELOPE_SILENT;
  self->read_state.message_id = (ProtobufCBinaryData) { WW_ID_SIZE, self->other_id };
  self->payload.kind_case = WAXWING__PAYLOAD__KIND_READ_STATE;
  self->payload.read_state = &self->read_state;
}

/* Alice says that Bob has blocked Carol. */
static void
before_contact_state (Forgery *self)
{
  self->header.kind = WW_ENVELOPE_SILENT;
  waxwing__contact_states__init (&self->contact_states);
  waxwing__contact_state__init (&self->contact_state);
  self->contact_state.account_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) account_of (carol) };
  self->contact_state.standing = WAXWING__CONTACT_STATE__STANDING__BLOCKED;
  self->contact_state.changed_ms = (guint64) G_MAXINT64;
  self->contact_list[0] = &self->contact_state;
  self->contact_states.states = self->contact_list;
  self->contact_states.n_states = 1;
  self->payload.kind_case = WAXWING__PAYLOAD__KIND_CONTACT_STATES;
  self->payload.contact_states = &self->contact_states;
}

/* A receipt that would be shown as a message. */
static void
before_loud_receipt (Forgery *self)
{
  before_receipt (self);
  self->header.kind = WW_ENVELOPE_MESSAGE;
}

/* Alice was shown another record of Bob than Bob has. */
static void
before_other_directory (Forgery *self)
{
  guint bob_is = memcmp (self->participants[0].account_id.data, account_of (bob), WW_ID_SIZE) == 0 ? 0 : 1;

  self->hashes[bob_is][5] ^= 1;
}

/* Alice relies on a record of her own that Bob's server keeps from him. */
static void
before_kept_back (Forgery *self)
{
  guint alice_is = memcmp (self->participants[0].account_id.data, account_of (alice), WW_ID_SIZE) == 0 ? 0 : 1;

  self->hashes[alice_is][5] ^= 1;
}

/* --- What is said about messages later */

static void
say_tapback (Forgery *self, guint8 id[16], const char *emoji)
{
  self->header.kind = WW_ENVELOPE_SILENT;
  waxwing__tapback__init (&self->tapback);
  self->tapback.message_id = (ProtobufCBinaryData) { WW_ID_SIZE, id };
  self->tapback.emoji = (char *) emoji;
  self->payload.kind_case = WAXWING__PAYLOAD__KIND_TAPBACK;
  self->payload.tapback = &self->tapback;
}

static void
say_edit (Forgery *self, guint8 id[16])
{
  self->header.kind = WW_ENVELOPE_SILENT;
  waxwing__edit__init (&self->edit);
  self->edit.message_id = (ProtobufCBinaryData) { WW_ID_SIZE, id };
  self->edit.body = (char *) "put into another's mouth";
  self->payload.kind_case = WAXWING__PAYLOAD__KIND_EDIT;
  self->payload.edit = &self->edit;
}

static void
say_unsend (Forgery *self, guint8 id[16])
{
  self->header.kind = WW_ENVELOPE_SILENT;
  waxwing__unsend__init (&self->unsend);
  self->unsend.message_id = (ProtobufCBinaryData) { WW_ID_SIZE, id };
  self->payload.kind_case = WAXWING__PAYLOAD__KIND_UNSEND;
  self->payload.unsend = &self->unsend;
}

static void
before_tapback_elsewhere (Forgery *self)
{
  say_tapback (self, self->other_id, "👍");
}

static void
before_tapback_of_words (Forgery *self)
{
  say_tapback (self, self->bobs_id, "send money");
}

static void
before_loud_tapback (Forgery *self)
{
  say_tapback (self, self->bobs_id, "👍");
  self->header.kind = WW_ENVELOPE_MESSAGE;
}

static void
before_edit (Forgery *self)
{
  say_edit (self, self->bobs_id);
}

static void
before_edit_elsewhere (Forgery *self)
{
  say_edit (self, self->other_id);
}

static void
before_unsend (Forgery *self)
{
  say_unsend (self, self->bobs_id);
}

static void
before_unsend_elsewhere (Forgery *self)
{
  say_unsend (self, self->other_id);
}

/* Carol edits what Bob wrote to her, in Bob's name. */
static void
before_edit_of_a_copy (Forgery *self)
{
  say_edit (self, self->bobs_id);
  before_copy (self);
}

/* Alice mutes a conversation of Bob's for good. */
static void
before_setting (Forgery *self)
{
  self->header.kind = WW_ENVELOPE_SILENT;
  waxwing__settings__init (&self->settings);
  waxwing__setting__init (&self->setting);
  self->setting.conversation_id = (ProtobufCBinaryData) { WW_ID_SIZE, self->conversation };
  self->setting.key = (char *) "muted";
  self->setting.number = G_MAXINT64;
  self->setting.changed_ms = G_MAXUINT64;
  self->setting_list[0] = &self->setting;
  self->settings.settings = self->setting_list;
  self->settings.n_settings = 1;
  self->payload.kind_case = WAXWING__PAYLOAD__KIND_SETTINGS;
  self->payload.settings = &self->settings;
}

static void
before_deletion (Forgery *self)
{
  self->header.kind = WW_ENVELOPE_SILENT;
  waxwing__deletion__init (&self->deletion);
  self->receipt_id = (ProtobufCBinaryData) { WW_ID_SIZE, self->bobs_id };
  self->deletion.message_ids = &self->receipt_id;
  self->deletion.n_message_ids = 1;
  self->payload.kind_case = WAXWING__PAYLOAD__KIND_DELETION;
  self->payload.deletion = &self->deletion;
}

static void
say_typing (Forgery *self)
{
  self->header.kind = WW_ENVELOPE_TRANSIENT;
  waxwing__typing__init (&self->typing);
  self->typing.active = TRUE;
  self->payload.kind_case = WAXWING__PAYLOAD__KIND_TYPING;
  self->payload.typing = &self->typing;
}

/* The server has kept what nobody keeps. */
static void
before_kept_typing (Forgery *self)
{
  say_typing (self);
}

static void
before_silent_typing (Forgery *self)
{
  say_typing (self);
  self->header.kind = WW_ENVELOPE_SILENT;
}

typedef void (*Forge) (Forgery *self);

static const struct
{
  const char *name;
  Forge before; /* it is sealed */
  Forge after;
  WwError code;
} message_cases[] = {
  { "an altered body", before_nothing, after_body, WW_ERROR_MESSAGE_ALTERED },
  { "an altered key", before_nothing, after_key, WW_ERROR_MESSAGE_NOT_FOR_US },
  { "a wrap for another device", before_nothing, after_other_wrap, WW_ERROR_MESSAGE_NOT_FOR_US },
  { "an altered commitment", before_nothing, after_commitment, WW_ERROR_MESSAGE_NOT_FOR_US },
  { "a known id with other words", before_replay, before_nothing, WW_ERROR_MESSAGE_REPLAYED },
  { "a weaker suite than offered", before_weak, before_nothing, WW_ERROR_MESSAGE_WEAK_SUITE },
  { "somebody else's signature", before_signature, before_nothing, WW_ERROR_MESSAGE_SIGNATURE },
  { "a device that is not the sender's", before_device, before_nothing, WW_ERROR_MESSAGE_SENDER_DEVICE },
  { "a forged copy of what was sent", before_copy, before_nothing, WW_ERROR_MESSAGE_SENDER_DEVICE },
  { "another conversation's id", before_conversation, before_nothing, WW_ERROR_MESSAGE_NOT_PARTICIPANT },
  { "a conversation of others", before_participants, before_nothing, WW_ERROR_MESSAGE_NOT_PARTICIPANT },
  { "a receipt for a message to somebody else", before_receipt, before_nothing, WW_ERROR_MESSAGE_NOT_PARTICIPANT },
  { "a read state from somebody else", before_read_state, before_nothing, WW_ERROR_MESSAGE_NOT_PARTICIPANT },
  { "a decision of somebody else's", before_contact_state, before_nothing, WW_ERROR_MESSAGE_NOT_PARTICIPANT },
  { "a receipt as a message", before_loud_receipt, before_nothing, WW_ERROR_MESSAGE_MALFORMED },
  { "a tapback on a message to somebody else", before_tapback_elsewhere, before_nothing,
    WW_ERROR_MESSAGE_NOT_PARTICIPANT },
  { "a tapback of words", before_tapback_of_words, before_nothing, WW_ERROR_MESSAGE_NOT_PARTICIPANT },
  { "a tapback as a message", before_loud_tapback, before_nothing, WW_ERROR_MESSAGE_MALFORMED },
  { "an edit of what another wrote", before_edit, before_nothing, WW_ERROR_MESSAGE_NOT_PARTICIPANT },
  { "an edit of a message to somebody else", before_edit_elsewhere, before_nothing, WW_ERROR_MESSAGE_NOT_PARTICIPANT },
  { "an edit in another's name", before_edit_of_a_copy, before_nothing, WW_ERROR_MESSAGE_SENDER_DEVICE },
  { "taking back what another wrote", before_unsend, before_nothing, WW_ERROR_MESSAGE_NOT_PARTICIPANT },
  { "taking back a message to somebody else", before_unsend_elsewhere, before_nothing,
    WW_ERROR_MESSAGE_NOT_PARTICIPANT },
  { "a setting of somebody else's", before_setting, before_nothing, WW_ERROR_MESSAGE_NOT_PARTICIPANT },
  { "a deletion of somebody else's", before_deletion, before_nothing, WW_ERROR_MESSAGE_NOT_PARTICIPANT },
  { "typing out of the mailbox", before_kept_typing, before_nothing, WW_ERROR_MESSAGE_MALFORMED },
  { "typing that is kept", before_silent_typing, before_nothing, WW_ERROR_MESSAGE_MALFORMED },
  { "a directory of its own", before_other_directory, before_nothing, WW_ERROR_RECORD_FORKED },
  { "a record that is kept back", before_kept_back, before_nothing, WW_ERROR_RECORD_ROLLED_BACK },
};

static void
assert_untouched (WwMessage *message)
{
  g_autoptr (WwConversation) conversation = ww_client_find_conversation (bob, ww_message_get_conversation_id (message));

  g_assert_cmpuint (g_list_model_get_n_items (ww_message_get_tapbacks (message)), ==, 0);
  g_assert_cmpint (ww_message_get_edited_ms (message), ==, 0);
  g_assert_cmpint (ww_message_get_kind (message), ==, WW_MESSAGE_KIND_TEXT);
  g_assert_false (ww_conversation_get_muted (conversation));
}

/*
 * Everything that Alice, Carol or the server could send: refused with its own error, shown, kept aside, and what was
 * there is as it was. The honest message after it arrives.
 */
static void
test_messages (void)
{
  g_autoptr (WwMessage) to_carol = send_text (bob, CAROL, "to Carol");
  g_autoptr (WwMessage) to_alice = send_text (bob, ALICE, "to Alice");
  g_autofree char *before = NULL;
  g_autofree char *before_carol = NULL;

  ww_house_await (ww_client_wait_message_state (bob, ww_message_get_id (to_carol), WW_MESSAGE_STATE_DELIVERED, 60000));
  ww_house_await (ww_client_wait_message_state (bob, ww_message_get_id (to_alice), WW_MESSAGE_STATE_DELIVERED, 60000));
  before = ww_house_texts (bob, ALICE);
  before_carol = ww_house_texts (bob, CAROL);
  for (gsize i = 0; i < G_N_ELEMENTS (message_cases); i++)
    {
      Forgery forgery;
      const char *code = code_of (message_cases[i].code);
      AlertWait wait = { WW_ALERT_KIND_MESSAGE_PROBLEM, code,
                         count_alerts (bob, WW_ALERT_KIND_MESSAGE_PROBLEM, code) + 1 };
      gint64 n_refused = get_refused (bob, code);
      g_autofree char *after = NULL, *after_carol = NULL;

      g_test_message ("%s", message_cases[i].name);
      forgery_init (&forgery);
      ww_hex_decode (ww_message_get_id (to_carol), forgery.other_id, WW_ID_SIZE);
      ww_hex_decode (ww_message_get_id (to_alice), forgery.bobs_id, WW_ID_SIZE);
      message_cases[i].before (&forgery);
      seal (&forgery);
      message_cases[i].after (&forgery);
      deliver (&forgery);
      ww_house_wait (alert_is_there, &wait, message_cases[i].name);
      g_assert_cmpint (get_refused (bob, code), ==, n_refused + 1);
      after = ww_house_texts (bob, ALICE);
      after_carol = ww_house_texts (bob, CAROL);
      g_assert_cmpstr (after, ==, before);
      g_assert_cmpstr (after_carol, ==, before_carol);
      g_assert_cmpint (ww_message_get_state (to_carol), ==, WW_MESSAGE_STATE_DELIVERED);
      g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_blocked (bob)), ==, 0);
      assert_untouched (to_carol);
      assert_untouched (to_alice);
      forgery_clear (&forgery);
    }
}

/* --- What nobody keeps --------------------------------------------------------------------- */

static void
before_typing (Forgery *self)
{
  say_typing (self);
}

static void
before_typing_signature (Forgery *self)
{
  say_typing (self);
  before_signature (self);
}

static void
before_typing_copy (Forgery *self)
{
  say_typing (self);
  before_copy (self);
}

static void
before_old_typing (Forgery *self)
{
  say_typing (self);
  self->header.created_ms -= WW_TRANSIENT_MS + 1000;
}

static void
before_late_typing (Forgery *self)
{
  say_typing (self);
  self->header.created_ms = G_MAXUINT64;
}

static void
before_typing_elsewhere (Forgery *self)
{
  say_typing (self);
  before_conversation (self);
}

/* A text that would leave no trace of having been there. */
static void
before_transient_text (Forgery *self)
{
  self->header.kind = WW_ENVELOPE_TRANSIENT;
}

static const struct
{
  const char *name;
  Forge before;
  Forge after;
} transient_cases[] = {
  { "an altered body", before_typing, after_body },
  { "somebody else's signature", before_typing_signature, before_nothing },
  { "a forged copy", before_typing_copy, before_nothing },
  { "an old one", before_old_typing, before_nothing },
  { "one from the future", before_late_typing, before_nothing },
  { "another conversation's id", before_typing_elsewhere, before_nothing },
  { "a text", before_transient_text, before_nothing },
  { "a message outside of the mailbox", before_nothing, before_nothing },
  { "something silent outside of the mailbox", before_silent_typing, before_nothing },
};

static gboolean
somebody_types (gpointer conversation)
{
  return ww_conversation_get_typing (conversation)[0] != NULL;
}

static gboolean
nobody_types (gpointer conversation)
{
  return !somebody_types (conversation);
}

static void
deliver_typing (Forgery *forgery, const char *name, Forge before, Forge after)
{
  g_test_message ("%s", name);
  forgery_init (forgery);
  forgery->transient = TRUE;
  before (forgery);
  seal (forgery);
  after (forgery);
  deliver (forgery);
}

/* Dropped without a word: nothing is shown, told or kept. The honest one shows, and its replay does not. */
static void
test_transient (void)
{
  g_autoptr (WwConversation) conversation = ww_client_find_conversation (bob, ALICE);
  guint n_alerts = g_list_model_get_n_items (ww_client_get_alerts (bob));
  g_autofree char *before = ww_house_texts (bob, ALICE);
  g_autofree char *after = NULL;
  Forgery forgery;

  for (gsize i = 0; i < G_N_ELEMENTS (transient_cases); i++)
    {
      deliver_typing (&forgery, transient_cases[i].name, transient_cases[i].before, transient_cases[i].after);
      ww_house_spin (300);
      g_assert_true (nobody_types (conversation));
      forgery_clear (&forgery);
    }
  deliver_typing (&forgery, "an honest one", before_typing, before_nothing);
  ww_house_wait (somebody_types, conversation, "Bob to see that Alice types");
  ww_house_wait (nobody_types, conversation, "it to end by itself");
  deliver (&forgery);
  ww_house_spin (300);
  g_assert_true (nobody_types (conversation));
  forgery_clear (&forgery);
  after = ww_house_texts (bob, ALICE);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpuint (g_list_model_get_n_items (ww_client_get_alerts (bob)), ==, n_alerts);
}

/* Tapbacks of any time: one counts, and nothing breaks. */
static void
test_extreme_tapbacks (void)
{
  static const guint64 times[] = { G_MAXUINT64, 0, G_MAXINT64, 1, (guint64) G_MAXINT64 + 1 };
  g_autoptr (WwMessage) message = send_text (bob, ALICE, "tap this");
  GListModel *tapbacks = ww_message_get_tapbacks (message);
  g_autoptr (WwTapback) tapback = NULL;

  ww_house_await (ww_client_wait_message_state (bob, ww_message_get_id (message), WW_MESSAGE_STATE_DELIVERED, 60000));
  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      Forgery forgery;

      forgery_init (&forgery);
      forgery.header.created_ms = times[i];
      ww_hex_decode (ww_message_get_id (message), forgery.bobs_id, WW_ID_SIZE);
      say_tapback (&forgery, forgery.bobs_id, i == 0 ? "👍" : "🎉");
      if (i > 0 && times[i] >= G_MAXINT64)
        memset (forgery.header.message_id, 0, WW_ID_SIZE - 1);
      seal (&forgery);
      deliver (&forgery);
      ww_house_spin (200);
      forgery_clear (&forgery);
    }
  g_assert_cmpuint (g_list_model_get_n_items (tapbacks), ==, 1);
  tapback = g_list_model_get_item (tapbacks, 0);
  g_assert_cmpstr (ww_tapback_get_emoji (tapback), ==, "👍");
}

/* Times at the ends of the numbers: shown as some time, in the order of arrival. The same delivery again changes nothing. */
static void
test_extremes (void)
{
  static const guint64 times[] = { 0, 1, G_MAXINT64, (guint64) G_MAXINT64 + 1, G_MAXUINT64 };
  g_autofree char *before = ww_house_texts (bob, ALICE);
  g_autoptr (GString) expected = g_string_new (before);

  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      Forgery forgery;
      g_autofree char *text = g_strdup_printf ("time %zu", i);

      forgery_init (&forgery);
      forgery.header.created_ms = times[i];
      forgery.text.body = text;
      seal (&forgery);
      deliver (&forgery);
      deliver (&forgery);
      g_string_append_printf (expected, "%s%s", expected->len > 0 ? "|" : "", text);
      ww_house_wait_texts (bob, ALICE, expected->str);
      forgery_clear (&forgery);
    }
}

int
main (int argc, char **argv)
{
  int status;

  ww_client_prepare_process ();
  g_test_init (&argc, &argv, NULL);
  ww_forgery_open ();
  g_test_add_func ("/engine/hostile/messages", test_messages);
  g_test_add_func ("/engine/hostile/extremes", test_extremes);
  g_test_add_func ("/engine/hostile/extreme-tapbacks", test_extreme_tapbacks);
  g_test_add_func ("/engine/hostile/transient", test_transient);
  g_test_add_func ("/engine/hostile/records", test_records);
  status = g_test_run ();
  ww_forgery_close ();
  return status;
}
