/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-store-inbox.h"

#include "ww-checks.h"
#include "ww-envelope.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-hash.h"
#include "ww-limits.h"
#include "ww-store-messages-private.h"

G_DEFINE_BOXED_TYPE (WwTaken, ww_taken, ww_taken_ref, ww_taken_unref)

/* The transaction while it runs. */
typedef struct
{
  WwDatabase *database;
  const guint8 *own_account;
  gint64 now_ms;
  WwTaken *taken;
  GHashTable *receipts; /* peer (GBytes) → GByteArray of message ids, for the conversation of each */
} Taking;

WwArrival *
ww_arrival_new (WwReply *reply)
{
  WwArrival *self = g_new0 (WwArrival, 1);

  self->reply = ww_reply_ref (reply);
  return self;
}

void
ww_arrival_free (WwArrival *self)
{
  ww_reply_unref (self->reply);
  g_free (self->code);
  g_clear_pointer (&self->payload, g_bytes_unref);
  g_free (self->sender_name);
  g_free (self->handle);
  g_free (self);
}

void
ww_arrival_refuse (WwArrival *self, const char *code)
{
  if (self->code == NULL)
    self->code = g_strdup (code);
}

static const Waxwing__Delivery *
get_delivery (const WwArrival *arrival)
{
  return ww_reply_event (arrival->reply)->delivery;
}

static WwTaken *
taken_new (void)
{
  WwTaken *self = g_atomic_rc_box_new0 (WwTaken);

  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_message_row_free);
  self->peers = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->states = ww_state_changes_new ();
  self->reads = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_read_change_free);
  self->contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_contact_row_free);
  self->alerts = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_alert_row_free);
  self->decided = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_decided_unref);
  return self;
}

WwTaken *
ww_taken_ref (WwTaken *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
taken_clear (gpointer data)
{
  WwTaken *self = data;

  g_ptr_array_unref (self->messages);
  g_ptr_array_unref (self->peers);
  g_ptr_array_unref (self->states);
  g_ptr_array_unref (self->reads);
  g_ptr_array_unref (self->contacts);
  g_ptr_array_unref (self->alerts);
  g_ptr_array_unref (self->decided);
}

void
ww_taken_unref (WwTaken *self)
{
  g_atomic_rc_box_release_full (self, taken_clear);
}

static gboolean
keep_refused (Taking *self, const WwArrival *arrival, GError **error)
{
  g_autoptr (WwStatement) insert = ww_database_prepare (
      self->database, "INSERT INTO refused (at_ms, code, delivery) VALUES (?, ?, ?)", error);
  g_autoptr (WwStatement) prune = NULL;
  WW_AUTO_BUFFER packed = { 0 };

  if (insert == NULL)
    return FALSE;
  packed.data = ww_message_pack (get_delivery (arrival), &packed.len);
  ww_statement_bind_int (insert, 1, self->now_ms);
  ww_statement_bind_text (insert, 2, arrival->code);
  ww_statement_bind_blob (insert, 3, packed.data, packed.len);
  if (!ww_statement_run (insert, error))
    return FALSE;
  prune = ww_database_prepare (self->database, "DELETE FROM refused WHERE row <= (SELECT MAX (row) FROM refused) - ?",
                               error);
  if (prune == NULL)
    return FALSE;
  ww_statement_bind_int (prune, 1, WW_REFUSED_KEPT);
  return ww_statement_run (prune, error);
}

static gboolean
tell_refused (Taking *self, const WwArrival *arrival, GError **error)
{
  g_autoptr (WwAlertRow) row = ww_alert_row_new ();
  const Waxwing__Delivery *delivery = get_delivery (arrival);
  const WwBytes parts[] = { WW_BYTES ((const guint8 *) arrival->code, strlen (arrival->code) + 1),
                            WW_BYTES (delivery->header.data, delivery->header.len),
                            WW_BYTES (delivery->wrap->sealed_key.data, delivery->wrap->sealed_key.len) };
  guint8 digest[WW_HASH_SIZE];
  gboolean added;

  row->kind = WW_ALERT_KIND_MESSAGE_PROBLEM;
  row->at_ms = self->now_ms;
  row->code = g_strdup (arrival->code);
  row->handle = g_strdup (arrival->handle);
  if (ww_hash ("waxwing/client/message-problem", parts, G_N_ELEMENTS (parts), digest) == WW_CRYPTO_OK)
    row->source = g_bytes_new (digest, sizeof digest);
  if (!ww_store_insert_alert (self->database, row, &added, error))
    return FALSE;
  if (added)
    g_ptr_array_add (self->taken->alerts, g_steal_pointer (&row));
  return TRUE;
}

static gboolean
take_refused (Taking *self, const WwArrival *arrival, GError **error)
{
  return keep_refused (self, arrival, error) && tell_refused (self, arrival, error);
}

static gboolean
refuse (Taking *self, WwArrival *arrival, WwError code, GError **error)
{
  g_autoptr (GError) problem = ww_error_new (code);

  ww_arrival_refuse (arrival, ww_error_get_code (problem));
  return take_refused (self, arrival, error);
}

/* The display name of another person, as their newest message says. */
static gboolean
take_name (Taking *self, const WwArrival *arrival, GError **error)
{
  gboolean changed;
  WwContactRow *contact;

  if (arrival->own || arrival->sender_name == NULL || arrival->sender_name[0] == '\0')
    return TRUE;
  if (!ww_store_set_contact_name (self->database, arrival->account, arrival->sender_name, &changed, error))
    return FALSE;
  if (!changed)
    return TRUE;
  if (!ww_store_get_contact (self->database, arrival->account, &contact, error))
    return FALSE;
  if (contact != NULL)
    g_ptr_array_add (self->taken->contacts, contact);
  return TRUE;
}

static void
owe_receipt (Taking *self, const WwArrival *arrival)
{
  g_autoptr (GBytes) peer = g_bytes_new (arrival->account, WW_ID_SIZE);
  GByteArray *ids = g_hash_table_lookup (self->receipts, peer);

  if (ids == NULL)
    {
      /* The conversation of two is the same for all of them: it goes first. */
      ids = g_byte_array_new ();
      g_byte_array_append (ids, arrival->conversation, WW_ID_SIZE);
      g_hash_table_insert (self->receipts, g_steal_pointer (&peer), ids);
    }
  g_byte_array_append (ids, arrival->id, WW_ID_SIZE);
}

static WwMessageRow *
message_row_new (const WwArrival *arrival, const Waxwing__Payload *payload)
{
  WwMessageRow *row = ww_message_row_new ();

  memcpy (row->id, arrival->id, WW_ID_SIZE);
  memcpy (row->conversation, arrival->conversation, WW_ID_SIZE);
  memcpy (row->account, arrival->account, WW_ID_SIZE);
  memcpy (row->device, arrival->device, WW_ID_SIZE);
  row->created_ms = arrival->created_ms;
  row->outgoing = arrival->own;
  row->state = arrival->own ? WW_MESSAGE_STATE_SENT : WW_MESSAGE_STATE_RECEIVED;
  row->kind = payload->kind_case == WAXWING__PAYLOAD__KIND_TEXT ? WW_MESSAGE_KIND_TEXT : WW_MESSAGE_KIND_UNKNOWN;
  row->suite = arrival->suite;
  row->payload = g_bytes_ref (arrival->payload);
  g_free (row->text);
  row->text = g_strdup (row->kind == WW_MESSAGE_KIND_TEXT ? payload->text->body : "");
  row->has_content_hash = TRUE;
  memcpy (row->content_hash, arrival->content_hash, WW_HASH_SIZE);
  return row;
}

static Waxwing__Payload *
parse_payload (const WwArrival *arrival)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (arrival->payload, &len);

  return ww_payload_parse (data, len);
}

/* One alert for each day, however much of it comes: nothing of it is kept. */
#define DAY_MS (24 * 60 * 60 * 1000LL)

static gboolean
tell_full (Taking *self, GError **error)
{
  g_autoptr (WwAlertRow) row = ww_alert_row_new ();
  g_autoptr (GError) problem = ww_error_new (WW_ERROR_TOO_MANY_REQUESTS);
  guint64 day = GUINT64_TO_BE ((guint64) (self->now_ms / DAY_MS));
  const WwBytes part = WW_BYTES ((const guint8 *) &day, sizeof day);
  guint8 digest[WW_HASH_SIZE];
  gboolean added;

  row->kind = WW_ALERT_KIND_MESSAGE_PROBLEM;
  row->at_ms = self->now_ms;
  row->code = g_strdup (ww_error_get_code (problem));
  if (ww_hash ("waxwing/client/requests-full", &part, 1, digest) == WW_CRYPTO_OK)
    row->source = g_bytes_new (digest, sizeof digest);
  if (!ww_store_insert_alert (self->database, row, &added, error))
    return FALSE;
  if (added)
    g_ptr_array_add (self->taken->alerts, g_steal_pointer (&row));
  return ww_store_count_refused_request (self->database, error);
}

/* The conversation that the message goes to, and the message's place in it after what has to be said first. */
static gboolean
begin_conversation (Taking *self, const WwArrival *arrival, GError **error)
{
  WwMessageRow *notice;

  if (!ww_store_begin_conversation (self->database, arrival->conversation, arrival->peer, self->now_ms, &notice, error))
    return FALSE;
  if (notice != NULL)
    {
      g_ptr_array_add (self->taken->messages, notice);
      g_ptr_array_add (self->taken->peers, g_bytes_new (arrival->peer, WW_ID_SIZE));
    }
  return TRUE;
}

static gboolean
set_request (Taking *self, const WwArrival *arrival, WwContactRow *contact, GError **error)
{
  WwContactRow *changed;

  contact->standing = WW_STANDING_REQUEST;
  if (!ww_store_set_contact_decision (self->database, contact, error) ||
      !ww_store_get_contact (self->database, arrival->account, &changed, error))
    return FALSE;
  if (changed != NULL)
    g_ptr_array_add (self->taken->contacts, changed);
  return TRUE;
}

/* Whether somebody else's message may come in: a stranger's first one makes a request, and those are bounded. */
static gboolean
admit_stranger (Taking *self, const WwArrival *arrival, gboolean *admitted, gboolean *request, GError **error)
{
  g_autoptr (WwContactRow) contact = NULL;

  if (!ww_store_get_contact (self->database, arrival->account, &contact, error))
    return FALSE;
  if (contact == NULL)
    {
      contact = g_new0 (WwContactRow, 1);
      memcpy (contact->account, arrival->account, WW_ID_SIZE);
    }
  *request = contact->standing != WW_STANDING_ACCEPTED;
  *admitted = !*request;
  if (!*request)
    return TRUE;
  if (!ww_store_has_room_for_request (self->database, arrival->conversation, admitted, error))
    return FALSE;
  if (!*admitted)
    return tell_full (self, error);
  return contact->standing == WW_STANDING_REQUEST || set_request (self, arrival, contact, error);
}

/* A copy of what another own device sent. */
static gboolean
admit_copy (Taking *self, const WwArrival *arrival, GError **error)
{
  WwContactRow *changed;

  if (!ww_store_accept_by_copy (self->database, arrival->peer, &changed, error))
    return FALSE;
  if (changed != NULL)
    g_ptr_array_add (self->taken->contacts, changed);
  return TRUE;
}

static gboolean
admit (Taking *self, const WwArrival *arrival, gboolean *admitted, gboolean *request, GError **error)
{
  *admitted = TRUE;
  *request = FALSE;
  return arrival->own ? admit_copy (self, arrival, error) : admit_stranger (self, arrival, admitted, request, error);
}

/* Nothing of what somebody blocked sends leaves a trace. */
static gboolean
is_blocked (Taking *self, const WwArrival *arrival, gboolean *blocked, GError **error)
{
  g_autoptr (WwContactRow) contact = NULL;

  *blocked = FALSE;
  if (arrival->own)
    return TRUE;
  if (!ww_store_get_contact (self->database, arrival->account, &contact, error))
    return FALSE;
  *blocked = contact != NULL && contact->standing == WW_STANDING_BLOCKED;
  return TRUE;
}

static gboolean
take_message (Taking *self, WwArrival *arrival, GError **error)
{
  gboolean admitted = FALSE, request = FALSE;
  g_autoptr (WwMessageRow) before = NULL;
  g_autoptr (WwMessageRow) row = NULL;
  Waxwing__Payload *payload = parse_payload (arrival);
  WwInsertResult result;

  /*
   * Receipts and read states are silent; as messages they would be something that nobody sends. Attachments are kept,
   * and shown as what a newer version can show.
   */
  if (payload == NULL || arrival->own_only ||
      (payload->kind_case != WAXWING__PAYLOAD__KIND_TEXT && payload->kind_case != WAXWING__PAYLOAD__KIND_ATTACHMENTS &&
       payload->kind_case != WAXWING__PAYLOAD__KIND_CARD && payload->kind_case != WAXWING__PAYLOAD__KIND_LOCATION &&
       payload->kind_case != WAXWING__PAYLOAD__KIND__NOT_SET))
    {
      if (payload != NULL)
        waxwing__payload__free_unpacked (payload, NULL);
      return refuse (self, arrival, WW_ERROR_MESSAGE_MALFORMED, error);
    }
  row = message_row_new (arrival, payload);
  waxwing__payload__free_unpacked (payload, NULL);
  /* What is here already is neither counted nor told again. */
  if (!ww_store_find_message (self->database, row->id, &before, error))
    return FALSE;
  if (before == NULL && !admit (self, arrival, &admitted, &request, error))
    return FALSE;
  if (before == NULL && !admitted)
    return TRUE;
  if (before == NULL && !begin_conversation (self, arrival, error))
    return FALSE;
  if (!ww_store_insert_message (self->database, row, arrival->peer, self->now_ms, &result, error))
    return FALSE;
  if (result == WW_INSERTED_BEFORE)
    return TRUE;
  if (result == WW_INSERTED_OTHER)
    return refuse (self, arrival, WW_ERROR_MESSAGE_REPLAYED, error);
  if (!take_name (self, arrival, error))
    return FALSE;
  if (!arrival->own && !request)
    owe_receipt (self, arrival);
  g_ptr_array_add (self->taken->messages, g_steal_pointer (&row));
  g_ptr_array_add (self->taken->peers, g_bytes_new (arrival->peer, WW_ID_SIZE));
  return TRUE;
}

/* Only who got the message can say that it arrived: *foreign is TRUE for a message of another conversation. */
static gboolean
take_receipt_id (Taking *self, const WwArrival *arrival, const guint8 id[16], WwMessageState state, gboolean *foreign,
                 GError **error)
{
  g_autoptr (WwMessageRow) row = NULL;
  gboolean changed;

  if (!ww_store_find_message (self->database, id, &row, error))
    return FALSE;
  if (row == NULL)
    return TRUE;
  if (!row->outgoing || memcmp (row->conversation, arrival->conversation, WW_ID_SIZE) != 0)
    {
      *foreign = TRUE;
      return TRUE;
    }
  if (!ww_store_set_message_state (self->database, id, state, 0, NULL, &changed, error))
    return FALSE;
  if (changed)
    ww_state_changes_add (self->taken->states, id, state, 0, NULL);
  return TRUE;
}

static gboolean
take_receipt (Taking *self, WwArrival *arrival, const Waxwing__Receipt *receipt, GError **error)
{
  WwMessageState state;
  gboolean foreign = FALSE;

  /* The own devices see what this account tells others; it says nothing about their messages. */
  if (arrival->own)
    return TRUE;
  if (receipt->state == WAXWING__RECEIPT__STATE__DELIVERED)
    state = WW_MESSAGE_STATE_DELIVERED;
  else if (receipt->state == WAXWING__RECEIPT__STATE__READ)
    state = WW_MESSAGE_STATE_READ;
  else
    return TRUE;
  for (size_t i = 0; i < receipt->n_message_ids; i++)
    if (!take_receipt_id (self, arrival, receipt->message_ids[i].data, state, &foreign, error))
      return FALSE;
  return !foreign || refuse (self, arrival, WW_ERROR_MESSAGE_NOT_PARTICIPANT, error);
}

static gboolean
take_read_state (Taking *self, WwArrival *arrival, const Waxwing__ReadState *read_state, GError **error)
{
  WwReadChange change = { 0 };

  /* What is read is the own devices' matter alone. */
  if (!arrival->own)
    return refuse (self, arrival, WW_ERROR_MESSAGE_NOT_PARTICIPANT, error);
  if (!ww_store_apply_read_state (self->database, read_state->message_id.data, &change, error))
    return FALSE;
  if (change.changed)
    g_ptr_array_add (self->taken->reads, ww_read_change_copy (&change));
  return TRUE;
}

/* *seen is TRUE when it was handled before; from now on it is. */
static gboolean
mark_seen (Taking *self, const guint8 id[16], gboolean *seen, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (self->database, "INSERT OR IGNORE INTO seen (id, at_ms) VALUES (?, ?)", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, id, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, self->now_ms);
  if (!ww_statement_run (statement, error))
    return FALSE;
  *seen = ww_database_changes (self->database) == 0;
  return TRUE;
}

/* What is decided is the own devices' matter alone, and says nothing to anybody else. */
static gboolean
take_contact_states (Taking *self, WwArrival *arrival, const Waxwing__ContactStates *states, GError **error)
{
  if (!arrival->own || !arrival->own_only)
    return refuse (self, arrival, WW_ERROR_MESSAGE_NOT_PARTICIPANT, error);
  for (size_t i = 0; i < states->n_states; i++)
    {
      WwDecided *decided;

      if (!ww_store_apply_contact_state (self->database, self->own_account, states->states[i], self->now_ms, &decided,
                                         error))
        return FALSE;
      if (decided != NULL)
        g_ptr_array_add (self->taken->decided, decided);
    }
  return TRUE;
}

static gboolean
take_silent (Taking *self, WwArrival *arrival, GError **error)
{
  Waxwing__Payload *payload;
  gboolean seen, done;

  if (!mark_seen (self, arrival->id, &seen, error))
    return FALSE;
  if (seen)
    return TRUE;
  payload = parse_payload (arrival);
  if (payload == NULL || payload->kind_case == WAXWING__PAYLOAD__KIND_TEXT)
    done = refuse (self, arrival, WW_ERROR_MESSAGE_MALFORMED, error);
  else if (payload->kind_case == WAXWING__PAYLOAD__KIND_RECEIPT)
    done = take_receipt (self, arrival, payload->receipt, error);
  else if (payload->kind_case == WAXWING__PAYLOAD__KIND_READ_STATE)
    done = take_read_state (self, arrival, payload->read_state, error);
  else if (payload->kind_case == WAXWING__PAYLOAD__KIND_CONTACT_STATES)
    done = take_contact_states (self, arrival, payload->contact_states, error);
  else
    done = TRUE; /* of a newer version: nothing that a person would miss */
  if (payload != NULL)
    waxwing__payload__free_unpacked (payload, NULL);
  return done;
}

static GBytes *
pack_receipt (const GByteArray *ids)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Receipt receipt = WAXWING__RECEIPT__INIT;
  gsize n = ids->len / WW_ID_SIZE - 1;
  g_autofree ProtobufCBinaryData *list = g_new0 (ProtobufCBinaryData, n);
  guint8 *packed;
  gsize len;

  for (gsize i = 0; i < n; i++)
    {
      list[i].data = ids->data + (i + 1) * WW_ID_SIZE;
      list[i].len = WW_ID_SIZE;
    }
  receipt.state = WAXWING__RECEIPT__STATE__DELIVERED;
  receipt.message_ids = list;
  receipt.n_message_ids = n;
  payload.kind_case = WAXWING__PAYLOAD__KIND_RECEIPT;
  payload.receipt = &receipt;
  packed = ww_message_pack (&payload, &len);
  return g_bytes_new_with_free_func (packed, len, free, packed);
}

static gboolean
put_receipts (Taking *self, GError **error)
{
  GHashTableIter iter;
  gpointer peer, ids;

  g_hash_table_iter_init (&iter, self->receipts);
  while (g_hash_table_iter_next (&iter, &peer, &ids))
    {
      g_autoptr (GBytes) payload = pack_receipt (ids);
      guint8 id[WW_ID_SIZE];

      ww_random_bytes (id, sizeof id);
      if (!ww_store_insert_outbox (self->database, id, ((GByteArray *) ids)->data, g_bytes_get_data (peer, NULL),
                                   WW_ENVELOPE_SILENT, self->now_ms, payload, error))
        return FALSE;
      self->taken->outbox = TRUE;
    }
  return TRUE;
}

static gboolean
prune_seen (Taking *self, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (self->database, "DELETE FROM seen WHERE at_ms < ?", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_int (statement, 1, self->now_ms - WW_SEEN_MS);
  return ww_statement_run (statement, error);
}

static gboolean
take_all (Taking *self, GPtrArray *arrivals, GError **error)
{
  gboolean silent = FALSE;

  /* A batch fits into one receipt. */
  g_assert (arrivals->len <= WW_MAX_RECEIPT_IDS);
  for (guint i = 0; i < arrivals->len; i++)
    {
      WwArrival *arrival = arrivals->pdata[i];
      gboolean done, blocked;

      if (arrival->code == NULL && !is_blocked (self, arrival, &blocked, error))
        return FALSE;
      if (arrival->code != NULL)
        done = take_refused (self, arrival, error);
      else if (blocked)
        done = TRUE;
      else if (arrival->kind == WW_ENVELOPE_MESSAGE)
        done = take_message (self, arrival, error);
      else
        done = silent = take_silent (self, arrival, error);
      if (!done)
        return FALSE;
    }
  return put_receipts (self, error) && (!silent || prune_seen (self, error));
}

WwTaken *
ww_store_take_arrivals (WwDatabase *database, const guint8 own_account[16], GPtrArray *arrivals, gint64 now_ms,
                        GError **error)
{
  g_autoptr (WwTaken) taken = taken_new ();
  g_autoptr (GHashTable) receipts = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref,
                                                           (GDestroyNotify) g_byte_array_unref);
  Taking taking = { database, own_account, now_ms, taken, receipts };

  if (!take_all (&taking, arrivals, error))
    return NULL;
  return g_steal_pointer (&taken);
}

/* The sender's account, at its place in an envelope's header. */
#define HEADER_ACCOUNT 18

/* A delivery as it was kept, as the event that it was. NULL when it is not from `account`. */
static GBytes *
remake_event (const guint8 *data, gsize len, const guint8 account[16])
{
  Waxwing__Delivery *delivery = waxwing__delivery__unpack (NULL, len, data);
  Waxwing__Frame frame = WAXWING__FRAME__INIT;
  Waxwing__Event event = WAXWING__EVENT__INIT;
  guint8 *packed = NULL;
  gsize packed_len = 0;

  if (delivery != NULL && delivery->header.len == WW_HEADER_SIZE &&
      memcmp (delivery->header.data + HEADER_ACCOUNT, account, WW_ID_SIZE) == 0)
    {
      event.body_case = WAXWING__EVENT__BODY_DELIVERY;
      event.delivery = delivery;
      frame.body_case = WAXWING__FRAME__BODY_EVENT;
      frame.event = &event;
      packed = ww_frame_pack (&frame, &packed_len);
    }
  if (delivery != NULL)
    waxwing__delivery__free_unpacked (delivery, NULL);
  return packed != NULL ? g_bytes_new_with_free_func (packed, packed_len, free, packed) : NULL;
}

/* At most as many as one transaction takes. */
gboolean
ww_store_list_refused (WwDatabase *database, const guint8 account[16], GPtrArray **events, GArray **numbers,
                       GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT row, delivery FROM refused WHERE code LIKE 'record-%' ORDER BY row", error);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  WwStep step = WW_STEP_ERROR;

  if (statement == NULL)
    return FALSE;
  while (found->len < WW_MAX_DELIVERIES_IN_FLIGHT && (step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      gint64 number = ww_statement_int (statement, 0);
      gsize len;
      const guint8 *data = ww_statement_blob (statement, 1, &len);
      GBytes *event = remake_event (data, len, account);

      if (event == NULL)
        continue;
      g_ptr_array_add (found, event);
      g_array_append_val (rows, number);
    }
  if (step == WW_STEP_ERROR)
    return FALSE;
  *events = g_steal_pointer (&found);
  *numbers = g_steal_pointer (&rows);
  return TRUE;
}

gboolean
ww_store_forget_refused (WwDatabase *database, gint64 number, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, "DELETE FROM refused WHERE row = ?", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_int (statement, 1, number);
  return ww_statement_run (statement, error);
}
