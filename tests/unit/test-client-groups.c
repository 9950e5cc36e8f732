/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Groups on many devices at once. Each device is a real store and the functions by which the engine uses it; between them is a
 * network that this test cuts, delays and reorders, by seeds that it prints. Whatever happened: once everything has arrived
 * and everybody has written something, all who are in a group agree on it, and all who are out know that.
 */
#include "ww-client-fixture.h"

#include <string.h>

#include "ww-conversation-id.h"
#include "ww-envelope.h"
#include "ww-frame.h"
#include "ww-record-builder.h"
#include "ww-sealing.h"
#include "ww-store-group-act.h"
#include "ww-store-inbox.h"
#include "ww-store-standing.h"

#define N_ACCOUNTS 6
#define N_DEVICES  8 /* the first two accounts have two */
#define N_RUNS     200
#define N_STEPS    60
#define A_WHILE_MS (11 * 60 * 1000LL) /* after which the same is said again */

typedef struct
{
  guint8 account[16];
  guint8 device[16];
  char *directory;
  WwDatabase *database;
  WwIdentity *identity;
  WwRecord *record; /* of the account, with this device only: enough to check what it signed */
  gboolean online;
  GArray *mailbox; /* of guint: numbers of envelopes, in the order in which they came */
} Device;

/* What was sealed, with what a recipient would find in it. */
typedef struct
{
  guint sender;
  guint8 id[16];
  guint kind;
  guint8 conversation[16];
  gint64 created_ms;
  GArray *accounts; /* of guint8[16], ascending, the sender's among them */
  GBytes *heads;    /* NULL: between two people, or among own devices */
  GBytes *payload;
} Envelope;

static Device devices[N_DEVICES];
static GPtrArray *envelopes;
static GRand *chance;
static gint64 now_ms = 1000000;
static guint8 group[16];

static guint
roll (guint n)
{
  return (guint) g_rand_int_range (chance, 0, (gint32) n);
}

static void
envelope_free (gpointer data)
{
  Envelope *self = data;

  g_array_unref (self->accounts);
  g_clear_pointer (&self->heads, g_bytes_unref);
  g_bytes_unref (self->payload);
  g_free (self);
}

static void
account_id (guint number, guint8 out[16])
{
  memset (out, (int) ('a' + number), 16);
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, 16);
}

static gboolean
has_account (const GArray *accounts, const guint8 account[16])
{
  for (guint i = 0; i < accounts->len; i++)
    if (memcmp (accounts->data + i * 16, account, 16) == 0)
      return TRUE;
  return FALSE;
}

static void
exec (Device *device, const char *sql)
{
  g_autoptr (GError) error = NULL;

  ww_database_exec (device->database, sql, &error);
  g_assert_no_error (error);
}

/* Everybody has agreed to hear from everybody. */
static void
accept_all (Device *device)
{
  for (guint i = 0; i < N_ACCOUNTS; i++)
    {
      g_autoptr (WwContactRow) contact = g_new0 (WwContactRow, 1);
      g_autoptr (GError) error = NULL;

      account_id (i, contact->account);
      contact->standing = WW_STANDING_ACCEPTED;
      ww_store_set_contact_decision (device->database, contact, &error);
      g_assert_no_error (error);
    }
}

static WwRecord *
make_record (const guint8 account[16], const guint8 device[16], const WwDeviceKeys *keys,
             const WwSigningKey *account_key)
{
  guint8 push_address[32] = { 1 }, public_key[WW_POINT_SIZE];
  g_autoptr (GBytes) statement = ww_device_statement_new (device, keys, push_address, 1000);
  WwNewDevice listed = { 0 };
  WwRecord *record;

  listed.statement = WW_BYTES (g_bytes_get_data (statement, NULL), g_bytes_get_size (statement));
  ww_signing_key_public (account_key, public_key);
  g_assert_cmpint (ww_signing_key_sign_device (ww_device_keys_signing (keys), account, public_key, listed.statement,
                                               listed.signature),
                   ==, WW_CRYPTO_OK);
  record = ww_record_build_first (account_key, account, "mailto:a@example.org", &listed, 1000);
  g_assert_nonnull (record);
  return record;
}

static void
make_identity (Device *device)
{
  WwSigningKey *account_key;
  WwDeviceKeys *keys;

  g_assert_cmpint (ww_signing_key_generate (&account_key), ==, WW_CRYPTO_OK);
  g_assert_cmpint (ww_device_keys_generate (&keys), ==, WW_CRYPTO_OK);
  device->record = make_record (device->account, device->device, keys, account_key);
  device->identity = ww_identity_new (device->account, device->device, keys, account_key);
}

static void
device_open (Device *device, guint number)
{
  account_id (number % N_ACCOUNTS, device->account);
  memset (device->device, (int) ('A' + number), 16);
  device->directory = test_directory_new ();
  device->database = test_database_new (device->directory);
  exec (device, "PRAGMA synchronous=OFF");
  make_identity (device);
  device->mailbox = g_array_new (FALSE, FALSE, sizeof (guint));
  accept_all (device);
}

static void
device_close (Device *device)
{
  ww_identity_unref (device->identity);
  ww_record_unref (device->record);
  ww_database_close (device->database);
  test_directory_free (device->directory);
  g_array_unref (device->mailbox);
}

/* --- What goes out ------------------------------------------------------------------------- */

/* Nobody but the members, as the sender knows them at this moment, gets what is written. */
static void
assert_only_members (Device *device, const WwOutboxRow *row, const GArray *accounts)
{
  g_autoptr (WwGroupRow) members = NULL;

  if (row->kind != WW_ENVELOPE_MESSAGE)
    return;
  g_assert_true (ww_store_get_group (device->database, row->peer, &members, NULL));
  g_assert_cmpmem (accounts->data, accounts->len * 16, members->accounts->data, members->accounts->len * 16);
}

static void
seal (guint sender, const WwOutboxRow *row, const WwRecipients *recipients)
{
  Device *device = &devices[sender];
  Envelope *envelope = g_new0 (Envelope, 1);
  guint number = envelopes->len;

  envelope->sender = sender;
  memcpy (envelope->id, row->id, 16);
  envelope->kind = row->kind;
  memcpy (envelope->conversation, row->conversation, 16);
  envelope->created_ms = row->created_ms;
  envelope->accounts = g_array_new (FALSE, FALSE, 16);
  g_array_append_vals (envelope->accounts, device->account, 1);
  g_array_append_vals (envelope->accounts, recipients->accounts->data, recipients->accounts->len);
  g_array_sort (envelope->accounts, compare_ids);
  envelope->heads = recipients->heads != NULL ? g_bytes_ref (recipients->heads) : NULL;
  envelope->payload = g_bytes_ref (row->payload);
  assert_only_members (device, row, envelope->accounts);
  g_ptr_array_add (envelopes, envelope);
  for (guint i = 0; i < N_DEVICES; i++)
    if (i != sender && has_account (envelope->accounts, devices[i].account))
      g_array_append_val (devices[i].mailbox, number);
}

static GBytes *
list_recipients (const WwRecipients *recipients)
{
  return recipients->heads != NULL ? g_bytes_new (recipients->accounts->data, recipients->accounts->len * 16) : NULL;
}

/* One batch for one peer, as the outbox does it. */
static void
send_to (guint sender, const guint8 *peer)
{
  WwDatabase *database = devices[sender].database;
  g_autoptr (GPtrArray) rows = NULL, outcomes = ww_outbox_outcomes_new (), changes = ww_state_changes_new ();
  g_autoptr (WwRecipients) recipients = NULL;
  g_autoptr (GBytes) accounts = NULL;
  g_autoptr (GError) error = NULL;

  ww_store_list_outbox (database, peer, 16, &rows, &error);
  g_assert_no_error (error);
  ww_store_read_recipients (database, devices[sender].account, peer, ((WwOutboxRow *) rows->pdata[0])->extra,
                            &recipients, &error);
  g_assert_no_error (error);
  accounts = list_recipients (recipients);
  for (guint i = 0; i < rows->len; i++)
    {
      const WwOutboxRow *row = rows->pdata[i];

      seal (sender, row, recipients);
      ww_outbox_outcomes_add (outcomes, row->id, WW_SUITE_HPKE, NULL);
      if (accounts != NULL)
        ww_outbox_outcomes_set_accounts (outcomes, accounts);
    }
  ww_store_settle_outbox (database, outcomes, changes, &error);
  g_assert_no_error (error);
}

/* Whether there was something. */
static gboolean
send_some (guint sender)
{
  g_autoptr (GPtrArray) peers = NULL;
  g_autoptr (GError) error = NULL;

  ww_store_list_outbox_peers (devices[sender].database, &peers, &error);
  g_assert_no_error (error);
  if (peers->len == 0)
    return FALSE;
  send_to (sender, g_bytes_get_data (peers->pdata[roll (peers->len)], NULL));
  return TRUE;
}

/* --- What comes in ------------------------------------------------------------------------- */

/* The number of the envelope is all that is in it. */
static WwReply *
make_reply (const Device *device, guint number)
{
  Waxwing__Frame frame = WAXWING__FRAME__INIT;
  Waxwing__Event event = WAXWING__EVENT__INIT;
  Waxwing__Delivery delivery = WAXWING__DELIVERY__INIT;
  Waxwing__Wrap wrap = WAXWING__WRAP__INIT;
  guint8 header[WW_HEADER_SIZE] = { 0 }, key[32] = { 0 };
  WW_AUTO_BUFFER packed = { 0 };
  WwReply *reply;

  wrap.device_id = (ProtobufCBinaryData) { 16, (guint8 *) device->device };
  wrap.suite = WW_SUITE_HPKE;
  wrap.sealed_key = (ProtobufCBinaryData) { sizeof key, key };
  delivery.sequence = number + 1;
  delivery.header = (ProtobufCBinaryData) { sizeof header, header };
  delivery.body = (ProtobufCBinaryData) { sizeof number, (guint8 *) &number };
  delivery.wrap = &wrap;
  event.body_case = WAXWING__EVENT__BODY_DELIVERY;
  event.delivery = &delivery;
  frame.body_case = WAXWING__FRAME__BODY_EVENT;
  frame.event = &event;
  packed.data = ww_frame_pack (&frame, &packed.len);
  reply = ww_reply_new (packed.data, packed.len);
  g_assert_nonnull (reply);
  return reply;
}

static guint
read_number (WwReply *reply)
{
  guint number;

  memcpy (&number, ww_reply_event (reply)->delivery->body.data, sizeof number);
  return number;
}

static void
check_signature (const WwGroupChange *change)
{
  for (guint i = 0; i < N_DEVICES; i++)
    if (memcmp (change->device, devices[i].device, 16) == 0)
      g_assert_cmpint (ww_group_change_check (change, devices[i].record), ==, WW_GROUP_OK);
}

/* As ww-group-arrival.c does. */
static GPtrArray *
read_changes (GBytes *bytes)
{
  Waxwing__Payload *payload = ww_payload_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  GPtrArray *changes = NULL;

  g_assert_nonnull (payload);
  if (payload->kind_case == WAXWING__PAYLOAD__KIND_GROUP_CHANGE)
    {
      changes = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_group_change_unref);
      for (size_t i = 0; i < payload->group_change->n_changes; i++)
        {
          const Waxwing__SignedChange *change = payload->group_change->changes[i];
          WwGroupChange *read;

          g_assert_cmpint (
              ww_group_change_new (WW_BYTES (change->change.data, change->change.len), change->signature.data, &read),
              ==, WW_GROUP_OK);
          check_signature (read);
          g_ptr_array_add (changes, read);
        }
    }
  waxwing__payload__free_unpacked (payload, NULL);
  return changes;
}

static void
fill_place (WwArrival *arrival, const Device *device, const Envelope *envelope)
{
  gsize len;
  const guint8 *heads;

  if (envelope->heads != NULL)
    {
      heads = g_bytes_get_data (envelope->heads, &len);
      memcpy (arrival->peer, envelope->conversation, 16);
      arrival->participants = g_array_ref (envelope->accounts);
      arrival->heads = g_array_new (FALSE, FALSE, WW_HASH_SIZE);
      g_array_append_vals (arrival->heads, heads, (guint) (len / WW_HASH_SIZE));
      return;
    }
  arrival->own_only = envelope->accounts->len == 1;
  for (guint i = 0; i < envelope->accounts->len; i++)
    if (memcmp (envelope->accounts->data + i * 16, device->account, 16) != 0)
      memcpy (arrival->peer, envelope->accounts->data + i * 16, 16);
}

static WwArrival *
make_arrival (const Device *device, WwReply *reply /* full */)
{
  WwArrival *arrival = ww_arrival_new (reply);
  guint number = read_number (reply);
  const Envelope *envelope = envelopes->pdata[number];

  memcpy (arrival->id, envelope->id, 16);
  memcpy (arrival->account, devices[envelope->sender].account, 16);
  memcpy (arrival->device, devices[envelope->sender].device, 16);
  memcpy (arrival->conversation, envelope->conversation, 16);
  arrival->own = memcmp (arrival->account, device->account, 16) == 0;
  arrival->kind = envelope->kind;
  arrival->suite = WW_SUITE_HPKE;
  arrival->created_ms = envelope->created_ms;
  arrival->payload = g_bytes_ref (envelope->payload);
  memcpy (arrival->content_hash, &number, sizeof number);
  fill_place (arrival, device, envelope);
  if (arrival->kind == WW_ENVELOPE_SILENT)
    arrival->changes = read_changes (arrival->payload);
  ww_reply_unref (reply);
  return arrival;
}

static void reconsider (Device *device, const guint8 id[16]);

static void
take (Device *device, GPtrArray *arrivals)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WwTaken) taken = NULL;

  exec (device, "BEGIN IMMEDIATE");
  taken = ww_store_take_arrivals (device->database, device->account, arrivals, now_ms, &error);
  g_assert_no_error (error);
  exec (device, "COMMIT");
  for (guint i = 0; i < taken->groups->len; i++)
    reconsider (device, ((WwConversationRow *) taken->groups->pdata[i])->id);
}

static void
reconsider (Device *device, const guint8 id[16])
{
  g_autoptr (GPtrArray) events = NULL, arrivals = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_arrival_free);
  g_autoptr (GArray) numbers = NULL;
  g_autoptr (GError) error = NULL;

  ww_store_list_held (device->database, id, &events, &numbers, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < events->len; i++)
    {
      gsize len;
      const guint8 *data = g_bytes_get_data (events->pdata[i], &len);

      ww_store_forget_held (device->database, g_array_index (numbers, gint64, i), &error);
      g_assert_no_error (error);
      g_ptr_array_add (arrivals, make_arrival (device, ww_reply_new (data, len)));
    }
  if (arrivals->len > 0)
    take (device, arrivals);
}

/* A few of what waits, not always the oldest. Whether there was something. */
static gboolean
take_some (Device *device)
{
  g_autoptr (GPtrArray) arrivals = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_arrival_free);

  for (guint n = 1 + roll (3); n > 0 && device->mailbox->len > 0; n--)
    {
      guint which = roll (MIN (device->mailbox->len, 3));

      g_ptr_array_add (arrivals,
                       make_arrival (device, make_reply (device, g_array_index (device->mailbox, guint, which))));
      g_array_remove_index (device->mailbox, which);
    }
  if (arrivals->len > 0)
    take (device, arrivals);
  return arrivals->len > 0;
}

/* --- What people do ------------------------------------------------------------------------ */

static void
act (Device *device, WwGroupKind kind, const guint8 *person)
{
  g_autoptr (WwGroupAct) doing = ww_group_act_new (device->identity, device->record, kind);
  g_auto (GValue) result = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  doing->has_group = kind != WW_GROUP_CREATE;
  memcpy (doing->group, group, 16);
  doing->name = g_strdup_printf ("name %u", roll (1000));
  if (person != NULL)
    g_array_append_vals (doing->people, person, 1);
  exec (device, "BEGIN IMMEDIATE");
  if (ww_store_act_in_group (device->database, doing, &result, &error))
    {
      exec (device, "COMMIT");
      if (kind == WW_GROUP_CREATE)
        memcpy (group, ((WwGroupActed *) g_value_get_boxed (&result))->conversation->id, 16);
      return;
    }
  /* Not in the group, not another time, the last one, the log is full. */
  g_assert_true (g_error_matches (error, WW_ERROR, WW_ERROR_NOT_IN_GROUP) ||
                 g_error_matches (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT));
  exec (device, "ROLLBACK");
}

/* The group as the device knows it; NULL: not at all. */
static WwGroupRow *
look (Device *device)
{
  WwGroupRow *row;

  g_assert_true (ww_store_get_group (device->database, group, &row, NULL));
  return row;
}

static void
write_text (Device *device)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Text text = WAXWING__TEXT__INIT;
  g_autoptr (WwGroupRow) row = look (device);
  g_autoptr (GBytes) bytes = NULL;
  WW_AUTO_BUFFER packed = { 0 };
  guint8 id[16];

  if (row == NULL || row->left)
    return;
  text.body = (char *) "hello";
  payload.kind_case = WAXWING__PAYLOAD__KIND_TEXT;
  payload.text = &text;
  packed.data = ww_message_pack (&payload, &packed.len);
  bytes = g_bytes_new (packed.data, packed.len);
  for (guint i = 0; i < sizeof id; i++)
    id[i] = (guint8) roll (256);
  g_assert_true (ww_store_insert_outbox (device->database, id, group, group, WW_ENVELOPE_MESSAGE, now_ms, bytes, NULL));
}

static void
do_something (Device *device)
{
  g_autoptr (WwGroupRow) row = look (device);
  guint8 person[16];

  account_id (roll (N_ACCOUNTS), person);
  if (row == NULL || memcmp (person, device->account, 16) == 0)
    return;
  switch (roll (8))
    {
    case 0:
    case 1:
    case 2:
      act (device, ww_group_row_has_member (row, person) ? WW_GROUP_REMOVE : WW_GROUP_ADD, person);
      break;
    case 3:
      act (device, WW_GROUP_ADD, person);
      break;
    case 4:
    case 5:
      act (device, WW_GROUP_RENAME, NULL);
      break;
    case 6:
      if (roll (3) == 0)
        act (device, WW_GROUP_LEAVE, NULL);
      break;
    default:
      write_text (device);
      break;
    }
}

static void
step (void)
{
  guint which = roll (N_DEVICES);
  Device *device = &devices[which];

  now_ms += 1000;
  if (roll (6) == 0)
    device->online = !device->online;
  if (device->online && roll (2) == 0)
    take_some (device);
  if (roll (3) == 0)
    do_something (device);
  if (device->online && roll (2) == 0)
    send_some (which);
}

static void
deliver_all (void)
{
  gboolean any = TRUE;

  for (guint turns = 0; any; turns++)
    {
      any = FALSE;
      g_assert_cmpuint (turns, <, 2000);
      for (guint i = 0; i < N_DEVICES; i++)
        any = take_some (&devices[i]) || any;
      for (guint i = 0; i < N_DEVICES; i++)
        any = send_some (i) || any;
    }
}

/* --- What has to come of it ---------------------------------------------------------------- */

static gboolean
is_in (const WwGroupRow *row)
{
  return row != NULL && !row->left;
}

static void
assert_agreement (void)
{
  WwGroupRow *rows[N_DEVICES];

  for (guint i = 0; i < N_DEVICES; i++)
    rows[i] = look (&devices[i]);
  for (guint i = 0; i < N_DEVICES; i++)
    for (guint j = 0; j < N_DEVICES && is_in (rows[i]); j++)
      {
        gboolean member = ww_group_row_has_member (rows[i], devices[j].account);

        if (member != is_in (rows[j]))
          g_error ("device %u says that device %u is %s the group, which does not", i, j, member ? "in" : "out of");
        if (!member)
          continue;
        g_assert_cmpstr (rows[i]->name, ==, rows[j]->name);
        g_assert_cmpmem (rows[i]->accounts->data, rows[i]->accounts->len * 16, rows[j]->accounts->data,
                         rows[j]->accounts->len * 16);
      }
  for (guint i = 0; i < N_DEVICES; i++)
    g_clear_pointer (&rows[i], ww_group_row_free);
}

/* Nothing of those who are in the group is left waiting for what does not come. */
static void
assert_nothing_held (Device *device)
{
  g_autoptr (WwGroupRow) row = look (device);
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GArray) numbers = NULL;

  g_assert_true (ww_store_list_held (device->database, group, &events, &numbers, NULL));
  for (guint i = 0; i < events->len && is_in (row); i++)
    {
      gsize len;
      const guint8 *data = g_bytes_get_data (events->pdata[i], &len);
      g_autoptr (WwReply) reply = ww_reply_new (data, len);
      const Envelope *envelope = envelopes->pdata[read_number (reply)];

      g_assert_false (ww_group_row_has_member (row, devices[envelope->sender].account));
    }
}

static void
forget_group (void)
{
  for (guint i = 0; i < N_DEVICES; i++)
    {
      g_array_set_size (devices[i].mailbox, 0);
      exec (&devices[i], "DELETE FROM group_changes; DELETE FROM group_waiting; DELETE FROM groups;"
                         " DELETE FROM group_members; DELETE FROM group_held; DELETE FROM group_asked;"
                         " DELETE FROM outbox; DELETE FROM messages; DELETE FROM conversations; DELETE FROM seen;"
                         " DELETE FROM contacts");
      accept_all (&devices[i]);
    }
  g_ptr_array_set_size (envelopes, 0);
}

static void
run (guint32 seed)
{
  guint8 person[16];

  g_test_message ("seed %u", seed);
  chance = g_rand_new_with_seed (seed);
  account_id (1, person);
  for (guint i = 0; i < N_DEVICES; i++)
    devices[i].online = TRUE;
  act (&devices[0], WW_GROUP_CREATE, person);
  for (guint i = 0; i < N_STEPS; i++)
    step ();
  deliver_all ();
  /* Whoever lacks something learns of it at the latest from what is written. */
  for (guint round = 0; round < 3; round++)
    {
      now_ms += A_WHILE_MS;
      for (guint i = 0; i < N_DEVICES; i++)
        write_text (&devices[i]);
      deliver_all ();
    }
  assert_agreement ();
  for (guint i = 0; i < N_DEVICES; i++)
    assert_nothing_held (&devices[i]);
  forget_group ();
  g_clear_pointer (&chance, g_rand_free);
}

static void
test_convergence (void)
{
  const char *seed = g_getenv ("WAXWING_TEST_SEED");

  if (seed != NULL)
    {
      run ((guint32) g_ascii_strtoull (seed, NULL, 10));
      return;
    }
  for (guint32 i = 0; i < N_RUNS; i++)
    run (i);
}

/* --- What has to be there before anybody writes --------------------------------------------- */

/* A group of the first three accounts, known to all of their devices. */
static void
begin (void)
{
  guint8 person[16];

  chance = g_rand_new_with_seed (1);
  account_id (1, person);
  act (&devices[0], WW_GROUP_CREATE, person);
  account_id (2, person);
  act (&devices[0], WW_GROUP_ADD, person);
  deliver_all ();
}

static void
end (void)
{
  assert_agreement ();
  forget_group ();
  g_clear_pointer (&chance, g_rand_free);
}

static void
assert_members (guint which, const char *expected)
{
  g_autoptr (WwGroupRow) row = look (&devices[which]);
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < ww_group_row_n_members (row); i++)
    g_string_append_c (found, (char) ww_group_row_member (row, i)[0]);
  g_assert_cmpstr (found->str, ==, expected);
}

static void
act_on (guint which, WwGroupKind kind, guint account)
{
  guint8 person[16];

  account_id (account, person);
  act (&devices[which], kind, person);
}

/* One takes c out while the other lets d in: d hears of it from who did it, and c too. */
static void
test_added_meanwhile (void)
{
  begin ();
  act_on (0, WW_GROUP_REMOVE, 2);
  act_on (1, WW_GROUP_ADD, 3);
  deliver_all ();
  for (guint i = 0; i < 4; i++)
    assert_members (i, "abd");
  end ();
}

/* C is out, on all devices but C's own, who then takes B out: too late. And C learns how it is. */
static void
test_too_late (void)
{
  g_autoptr (WwGroupRow) row = NULL;

  begin ();
  act_on (0, WW_GROUP_REMOVE, 2);
  while (send_some (0))
    ;
  for (guint i = 0; i < N_DEVICES; i++)
    while (i != 2 && take_some (&devices[i]))
      ;
  act_on (2, WW_GROUP_REMOVE, 1);
  deliver_all ();
  assert_members (0, "ab");
  assert_members (1, "ab");
  row = look (&devices[2]);
  g_assert_true (row->left);
  end ();
}

/* --- As many people as there can be -------------------------------------------------------- */

static GPtrArray *
make_peers (const Device *device, guint n)
{
  GPtrArray *peers = ww_sealing_peers_new ();
  guint8 account[16] = { 0xc0 }, id[16] = { 0xd0 };

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WwRecord) record = NULL;

      account[1] = id[1] = (guint8) i;
      record = make_record (account, id, ww_identity_get_keys (device->identity),
                            ww_identity_get_account_key (device->identity));
      ww_sealing_peers_add (peers, account, record, FALSE);
    }
  return peers;
}

static GPtrArray *
make_text_row (void)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_outbox_row_free);
  WwOutboxRow *row = g_new0 (WwOutboxRow, 1);

  row->kind = WW_ENVELOPE_MESSAGE;
  row->created_ms = 1000;
  row->payload = g_bytes_new_static ("\x0a\x07\x0a\x05hello", 9);
  g_ptr_array_add (rows, row);
  return rows;
}

/* A text to 255 others: each of them gets a wrap, and what goes to the server fits into one frame many times. */
static void
test_largest (void)
{
  Device *device = &devices[0];
  g_autoptr (GPtrArray) peers = make_peers (device, WW_MAX_PARTICIPANTS - 1);
  g_autoptr (GPtrArray) rows = make_text_row ();
  g_autoptr (GBytes) heads = g_bytes_new_static ("0123456789abcdef0123456789abcdef", 32);
  gint64 began = g_get_monotonic_time ();
  WwSealing *sealing = ww_sealing_new (device->identity, device->record, peers, heads, "A", rows);
  const WwEnvelope *envelope;
  gsize size;

  test_await (ww_sealing_run (sealing));
  g_assert_cmpint (sealing->sealed[0].status, ==, WW_CRYPTO_OK);
  envelope = &sealing->sealed[0].envelope;
  g_assert_cmpuint (envelope->n_wraps, ==, WW_MAX_PARTICIPANTS - 1);
  size = envelope->body.len;
  for (size_t i = 0; i < envelope->n_wraps; i++)
    size += envelope->wraps[i].sealed_key.len + WW_ID_SIZE + 16;
  g_test_message ("a text to 255 people: %zu bytes, sealed in %d ms", size,
                  (int) ((g_get_monotonic_time () - began) / 1000));
  g_assert_cmpuint (size, <, 128 * 1024);
  ww_sealing_unref (sealing);
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  envelopes = g_ptr_array_new_with_free_func (envelope_free);
  for (guint i = 0; i < N_DEVICES; i++)
    device_open (&devices[i], i);
  g_test_add_func ("/client/groups/added-meanwhile", test_added_meanwhile);
  g_test_add_func ("/client/groups/too-late", test_too_late);
  g_test_add_func ("/client/groups/largest", test_largest);
  g_test_add_func ("/client/groups/convergence", test_convergence);
  status = g_test_run ();
  for (guint i = 0; i < N_DEVICES; i++)
    device_close (&devices[i]);
  g_ptr_array_unref (envelopes);
  return status;
}
