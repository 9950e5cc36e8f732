/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-store-inbox.h"

#include "ww-checks.h"
#include "ww-envelope.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-hash.h"
#include "ww-limits.h"
#include "ww-store-amend.h"
#include "ww-store-groups.h"
#include "ww-store-messages-private.h"
#include "ww-store-taking.h"

G_DEFINE_BOXED_TYPE (WwTaken, ww_taken, ww_taken_ref, ww_taken_unref)

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
  g_clear_pointer (&self->participants, g_array_unref);
  g_clear_pointer (&self->heads, g_array_unref);
  g_clear_pointer (&self->changes, g_ptr_array_unref);
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
  self->changed = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_message_row_free);
  self->deleted = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->conversations = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_conversation_row_free);
  self->groups = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_conversation_row_free);
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
  g_ptr_array_unref (self->changed);
  g_ptr_array_unref (self->deleted);
  g_ptr_array_unref (self->conversations);
  g_ptr_array_unref (self->groups);
}

void
ww_taken_unref (WwTaken *self)
{
  g_atomic_rc_box_release_full (self, taken_clear);
}

static gboolean
keep_refused (WwTaking *self, const WwArrival *arrival, GError **error)
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
tell_refused (WwTaking *self, const WwArrival *arrival, GError **error)
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
take_refused (WwTaking *self, const WwArrival *arrival, GError **error)
{
  return keep_refused (self, arrival, error) && tell_refused (self, arrival, error);
}

gboolean
ww_taking_refuse (WwTaking *self, WwArrival *arrival, WwError code, GError **error)
{
  g_autoptr (GError) problem = ww_error_new (code);

  ww_arrival_refuse (arrival, ww_error_get_code (problem));
  return take_refused (self, arrival, error);
}

Waxwing__Payload *
ww_arrival_parse (const WwArrival *arrival)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (arrival->payload, &len);

  return ww_payload_parse (data, len);
}

/* Nothing of what somebody blocked sends leaves a trace. */
static gboolean
is_blocked (WwTaking *self, const WwArrival *arrival, gboolean *blocked, GError **error)
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
put_receipts (WwTaking *self, GError **error)
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
prune_seen (WwTaking *self, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (self->database, "DELETE FROM seen WHERE at_ms < ?", error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_int (statement, 1, self->now_ms - WW_SEEN_MS);
  return ww_statement_run (statement, error);
}

static gboolean
take_content (WwTaking *self, WwArrival *arrival, gboolean *silent, GError **error)
{
  gboolean admitted = TRUE;

  if (arrival->participants != NULL && !ww_taking_admit_to_group (self, arrival, &admitted, error))
    return FALSE;
  if (!admitted)
    return TRUE;
  if (arrival->kind == WW_ENVELOPE_MESSAGE)
    return ww_taking_message (self, arrival, error);
  *silent = TRUE;
  return ww_taking_silent (self, arrival, error);
}

/* An account whose id is a group's would be taken for it. */
static gboolean
is_group (WwTaking *self, const WwArrival *arrival, gboolean *group, GError **error)
{
  return ww_store_has_group (self->database, arrival->account, group, error);
}

static gboolean
take_one (WwTaking *self, WwArrival *arrival, gboolean *silent, GError **error)
{
  gboolean blocked, group;

  if (arrival->code != NULL)
    return take_refused (self, arrival, error);
  if (!is_blocked (self, arrival, &blocked, error) || !is_group (self, arrival, &group, error))
    return FALSE;
  if (group)
    return ww_taking_refuse (self, arrival, WW_ERROR_MESSAGE_NOT_PARTICIPANT, error);
  if (arrival->changes != NULL)
    return ww_taking_group_changes (self, arrival, blocked, error);
  return blocked || take_content (self, arrival, silent, error);
}

static gboolean
take_all (WwTaking *self, GPtrArray *arrivals, GError **error)
{
  gboolean silent = FALSE;

  /* A batch fits into one receipt. */
  g_assert (arrivals->len <= WW_MAX_RECEIPT_IDS);
  for (guint i = 0; i < arrivals->len; i++)
    if (!take_one (self, arrivals->pdata[i], &silent, error))
      return FALSE;
  return put_receipts (self, error) &&
         (!silent || (prune_seen (self, error) && ww_store_prune_amendments (self->database, self->now_ms, error)));
}

WwTaken *
ww_store_take_arrivals (WwDatabase *database, const guint8 own_account[16], GPtrArray *arrivals, gint64 now_ms,
                        GError **error)
{
  g_autoptr (WwTaken) taken = taken_new ();
  g_autoptr (GHashTable) receipts = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref,
                                                           (GDestroyNotify) g_byte_array_unref);
  WwTaking taking = { database, own_account, now_ms, taken, receipts };

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
