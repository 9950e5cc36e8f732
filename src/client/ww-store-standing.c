/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store-standing"

#include "ww-store-standing.h"

#include "ww-checks.h"
#include "ww-conversation-id.h"
#include "ww-error-private.h"
#include "ww-limits.h"
#include "ww-store-amend.h"
#include "ww-store-groups.h"
#include "ww-store-messages-private.h"
#include "ww-store-meta.h"

G_DEFINE_BOXED_TYPE (WwDecided, ww_decided, ww_decided_ref, ww_decided_unref)

static WwDecided *
decided_new (void)
{
  WwDecided *self = g_atomic_rc_box_new0 (WwDecided);

  self->states = ww_state_changes_new ();
  return self;
}

WwDecided *
ww_decided_ref (WwDecided *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
decided_clear (gpointer data)
{
  WwDecided *self = data;

  g_clear_pointer (&self->contact, ww_contact_row_free);
  g_clear_pointer (&self->conversation, ww_conversation_row_free);
  g_clear_pointer (&self->states, g_ptr_array_unref);
}

void
ww_decided_unref (WwDecided *self)
{
  g_atomic_rc_box_release_full (self, decided_clear);
}

static void
fill_state (Waxwing__ContactState *state, WwContactRow *contact, gboolean group)
{
  waxwing__contact_state__init (state);
  state->group = group;
  state->account_id = (ProtobufCBinaryData) { WW_ID_SIZE, contact->account };
  state->standing = (Waxwing__ContactState__Standing) contact->standing;
  if (contact->has_trusted_key)
    state->trusted_key = (ProtobufCBinaryData) { WW_POINT_SIZE, contact->trusted_key };
  state->verified = contact->verified;
  state->changed_ms = (guint64) contact->changed_ms;
}

static gboolean
queue_states (WwDatabase *database, const guint8 own_account[16], WwContactRow *const *contacts, guint n, gint64 now_ms,
              GError **error)
{
  Waxwing__ContactState storage[WW_MAX_CONTACT_STATES];
  Waxwing__ContactState *list[WW_MAX_CONTACT_STATES];
  Waxwing__ContactStates states = WAXWING__CONTACT_STATES__INIT;
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;

  for (guint i = 0; i < n; i++)
    {
      gboolean group;

      if (!ww_store_has_group (database, contacts[i]->account, &group, error))
        return FALSE;
      fill_state (&storage[i], contacts[i], group);
      list[i] = &storage[i];
    }
  states.states = list;
  states.n_states = n;
  payload.kind_case = WAXWING__PAYLOAD__KIND_CONTACT_STATES;
  payload.contact_states = &states;
  return ww_store_queue_payload (database, NULL, own_account, now_ms, &payload, error);
}

gboolean
ww_store_queue_contact_states (WwDatabase *database, const guint8 own_account[16], gint64 now_ms, GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;

  if (!ww_store_list_decided_contacts (database, &rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i += WW_MAX_CONTACT_STATES)
    if (!queue_states (database, own_account, (WwContactRow *const *) rows->pdata + i,
                       MIN (rows->len - i, WW_MAX_CONTACT_STATES), now_ms, error))
      return FALSE;
  return TRUE;
}

/* The groups in which the person is wait for them too. */
static gboolean
follow_groups (WwDatabase *database, const WwContactRow *contact, GPtrArray *states, GError **error)
{
  g_autoptr (GPtrArray) groups = NULL;

  if (!ww_store_list_groups (database, contact->account, &groups, error))
    return FALSE;
  for (guint i = 0; i < groups->len; i++)
    if (!ww_store_follow_group (database, g_bytes_get_data (groups->pdata[i], NULL), states, error))
      return FALSE;
  return TRUE;
}

gboolean
ww_store_follow_contact (WwDatabase *database, const WwContactRow *contact, GPtrArray *states, GError **error)
{
  if (!follow_groups (database, contact, states, error))
    return FALSE;
  if (contact->standing == WW_STANDING_BLOCKED)
    return ww_store_drop_outbox (database, contact->account, ww_error_get_sentence (WW_ERROR_BLOCKED), states, error);
  return ww_store_hold_outbox (
      database, contact->account,
      ww_contact_row_is_changed (contact) ? ww_error_get_sentence (WW_ERROR_IDENTITY_CHANGED) : NULL, states, error);
}

/* A person of whom nothing is known yet has a row of zeros. */
static WwContactRow *
get_contact (WwDatabase *database, const guint8 account[16], GError **error)
{
  WwContactRow *row;

  if (!ww_store_get_contact (database, account, &row, error))
    return NULL;
  if (row == NULL)
    {
      row = g_new0 (WwContactRow, 1);
      memcpy (row->account, account, WW_ID_SIZE);
    }
  return row;
}

static void
trust_current (WwContactRow *contact)
{
  contact->has_trusted_key = contact->has_account_key;
  memcpy (contact->trusted_key, contact->account_key, WW_POINT_SIZE);
}

/* Later than any decision before, whatever the clocks say. */
static gboolean
write_decision (WwDatabase *database, const guint8 own_account[16], WwContactRow *contact, gint64 now_ms,
                GError **error)
{
  contact->changed_ms = MAX (now_ms, contact->changed_ms + 1);
  return ww_store_set_contact_decision (database, contact, error) &&
         queue_states (database, own_account, &contact, 1, now_ms, error);
}

static gboolean
run_for (WwDatabase *database, const char *sql, const guint8 id[16], GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, id, WW_ID_SIZE);
  return ww_statement_run (statement, error);
}

static gboolean
queue_deletion (WwDatabase *database, const WwDecision *decision, GByteArray *ids, gboolean last, gint64 now_ms,
                GError **error)
{
  gsize n = ids->len / WW_ID_SIZE;
  g_autofree ProtobufCBinaryData *list = g_new0 (ProtobufCBinaryData, n + 1);
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Deletion deletion = WAXWING__DELETION__INIT;

  for (gsize i = 0; i < n; i++)
    list[i] = (ProtobufCBinaryData) { WW_ID_SIZE, ids->data + i * WW_ID_SIZE };
  deletion.message_ids = list;
  deletion.n_message_ids = n;
  if (last)
    deletion.conversation_id = (ProtobufCBinaryData) { WW_ID_SIZE, (guint8 *) decision->conversation };
  payload.kind_case = WAXWING__PAYLOAD__KIND_DELETION;
  payload.deletion = &deletion;
  return ww_store_queue_payload (database, NULL, decision->own_account, now_ms, &payload, error);
}

/* The own devices hear which messages went, and that the conversation did. Notices are each device's own. */
static gboolean
tell_erasure (WwDatabase *database, const WwDecision *decision, gint64 now_ms, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT id FROM messages WHERE conversation=?1 AND kind<>?2 ORDER BY position", error);
  g_autoptr (GByteArray) ids = g_byte_array_new ();
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, decision->conversation, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, WW_MESSAGE_KIND_NOTICE);
  while ((step = ww_statement_step (statement, error)) == WW_STEP_ROW)
    {
      guint8 id[WW_ID_SIZE];

      ww_store_read_fixed (statement, 0, id, sizeof id);
      g_byte_array_append (ids, id, sizeof id);
      if (ids->len < WW_MAX_DELETION_IDS * WW_ID_SIZE)
        continue;
      if (!queue_deletion (database, decision, ids, FALSE, now_ms, error))
        return FALSE;
      g_byte_array_set_size (ids, 0);
    }
  return step == WW_STEP_DONE && queue_deletion (database, decision, ids, TRUE, now_ms, error);
}

/* What comes late, or a second time, stays away. */
static gboolean
remember_erased (WwDatabase *database, const WwDecision *decision, gint64 now_ms, GError **error)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database,
                                       "INSERT OR IGNORE INTO deleted (id, at_ms)"
                                       " SELECT id, ?2 FROM messages WHERE conversation=?1 AND kind<>?3",
                                       error);

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, decision->conversation, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, now_ms);
  ww_statement_bind_int (statement, 3, WW_MESSAGE_KIND_NOTICE);
  return ww_statement_run (statement, error);
}

/*
 * The pages are overwritten (secure_delete), and the log is emptied by ww_store_purge(). Somebody blocked stays in the
 * list, so that they can be unblocked; a stranger is one again.
 */
static gboolean
erase (WwDatabase *database, const WwDecision *decision, WwContactRow *contact, GError **error)
{
  gboolean blocked = contact->standing == WW_STANDING_BLOCKED;

  if (!run_for (database, "DELETE FROM outbox WHERE conversation=?1 AND id IN (SELECT id FROM messages)",
                decision->conversation, error) ||
      !ww_store_forget_conversation_details (database, decision->conversation, error) ||
      !run_for (database, "DELETE FROM messages WHERE conversation=?1", decision->conversation, error) ||
      !run_for (database, "DELETE FROM settings WHERE conversation=?1 AND key='draft'", decision->conversation,
                error) ||
      !run_for (database,
                blocked ? "UPDATE conversations SET unread=0, draft='' WHERE id=?1"
                        : "DELETE FROM conversations WHERE id=?1",
                decision->conversation, error))
    return FALSE;
  if (contact->standing != WW_STANDING_REQUEST)
    return TRUE;
  contact->standing = 0;
  return ww_store_set_contact_decision (database, contact, error) &&
         run_for (database, "UPDATE contacts SET name='' WHERE account=?1", contact->account, error);
}

/* What arrived before is told as delivered now. */
static gboolean
send_late_receipts (WwDatabase *database, const WwDecision *decision, gint64 now_ms, GError **error)
{
  guint8 newest[WW_ID_SIZE];
  gboolean any;

  return ww_store_queue_receipts (database, decision->own_account, decision->conversation, decision->peer, G_MININT64,
                                  G_MAXINT64, WAXWING__RECEIPT__STATE__DELIVERED, now_ms, newest, &any, error);
}

static gboolean
is_current (const WwDecision *decision, const WwContactRow *contact, GError **error)
{
  if (contact->has_account_key && memcmp (contact->account_key, decision->key, WW_POINT_SIZE) == 0)
    return TRUE;
  ww_error_set (error, WW_ERROR_IDENTITY_CHANGED);
  return FALSE;
}

/* *same: it is as it was decided before. */
static gboolean
change (WwDatabase *database, const WwDecision *decision, WwContactRow *contact, gboolean *same, gint64 now_ms,
        GError **error)
{
  guint standing = contact->standing;

  *same = FALSE;
  switch (decision->kind)
    {
    case WW_DECISION_ACCEPT:
      if (standing == WW_STANDING_BLOCKED)
        {
          ww_error_set (error, WW_ERROR_BLOCKED);
          return FALSE;
        }
      *same = standing == WW_STANDING_ACCEPTED;
      contact->standing = WW_STANDING_ACCEPTED;
      if (!contact->has_trusted_key)
        trust_current (contact);
      return standing != WW_STANDING_REQUEST || send_late_receipts (database, decision, now_ms, error);
    case WW_DECISION_BLOCK:
      *same = standing == WW_STANDING_BLOCKED;
      contact->standing = WW_STANDING_BLOCKED;
      return TRUE;
    case WW_DECISION_UNBLOCK:
      *same = standing != WW_STANDING_BLOCKED;
      contact->standing = *same ? standing : WW_STANDING_ACCEPTED;
      return TRUE;
    case WW_DECISION_TRUST:
    case WW_DECISION_VERIFY:
      if (!is_current (decision, contact, error))
        return FALSE;
      contact->verified = decision->kind == WW_DECISION_VERIFY ||
                          (contact->verified && !ww_contact_row_is_changed (contact));
      trust_current (contact);
      return TRUE;
    case WW_DECISION_DOUBT:
      *same = !contact->verified;
      contact->verified = FALSE;
      return TRUE;
    case WW_DECISION_DELETE:
      *same = TRUE;
      return tell_erasure (database, decision, now_ms, error) && remember_erased (database, decision, now_ms, error) &&
             erase (database, decision, contact, error);
    }
  return FALSE;
}

WwDecided *
ww_store_decide (WwDatabase *database, const WwDecision *decision, gint64 now_ms, GError **error)
{
  g_autoptr (WwContactRow) contact = get_contact (database, decision->peer, error);
  g_autoptr (WwDecided) decided = decided_new ();
  gboolean same;

  if (contact == NULL || !change (database, decision, contact, &same, now_ms, error))
    return NULL;
  decided->erased = decision->kind == WW_DECISION_DELETE;
  if (!same && (!write_decision (database, decision->own_account, contact, now_ms, error) ||
                !ww_store_follow_contact (database, contact, decided->states, error)))
    return NULL;
  if (!ww_store_get_contact (database, decision->peer, &decided->contact, error) ||
      !ww_store_find_conversation (database, decision->conversation, &decided->conversation, error))
    return NULL;
  if (decided->erased && decided->contact == NULL)
    decided->contact = g_steal_pointer (&contact);
  return g_steal_pointer (&decided);
}

/* Whoever is written to in a group is who they are now, from now on. */
static gboolean
trust_members (WwDatabase *database, const guint8 group[16], GError **error)
{
  return run_for (database,
                  "UPDATE contacts SET trusted_key=account_key WHERE trusted_key IS NULL AND account_key IS NOT NULL"
                  " AND account IN (SELECT account FROM group_members WHERE grp=?1)",
                  group, error);
}

static gboolean
has_messages (WwDatabase *database, const guint8 conversation[16], gboolean *any, GError **error)
{
  g_autoptr (WwStatement) statement = ww_database_prepare (
      database, "SELECT 1 FROM messages WHERE conversation=?1 AND kind<>?2 LIMIT 1", error);
  WwStep step;

  if (statement == NULL)
    return FALSE;
  ww_statement_bind_blob (statement, 1, conversation, WW_ID_SIZE);
  ww_statement_bind_int (statement, 2, WW_MESSAGE_KIND_NOTICE);
  step = ww_statement_step (statement, error);
  *any = step == WW_STEP_ROW;
  return step != WW_STEP_ERROR;
}

gboolean
ww_store_apply_erasure (WwDatabase *database, const guint8 conversation[16], WwDecided **decided, GError **error)
{
  g_autoptr (WwConversationRow) row = NULL;
  g_autoptr (WwContactRow) contact = NULL;
  g_autoptr (WwDecided) result = decided_new ();
  WwDecision decision = { .kind = WW_DECISION_DELETE };
  gboolean any;

  *decided = NULL;
  if (!ww_store_find_conversation (database, conversation, &row, error) ||
      !has_messages (database, conversation, &any, error))
    return FALSE;
  if (row == NULL || any)
    return TRUE;
  memcpy (decision.peer, row->peer, sizeof decision.peer);
  memcpy (decision.conversation, conversation, sizeof decision.conversation);
  contact = get_contact (database, row->peer, error);
  if (contact == NULL || !erase (database, &decision, contact, error) ||
      !ww_store_get_contact (database, row->peer, &result->contact, error) ||
      !ww_store_find_conversation (database, conversation, &result->conversation, error) ||
      !ww_store_has_group (database, row->peer, &result->group, error))
    return FALSE;
  if (result->contact == NULL)
    result->contact = g_steal_pointer (&contact);
  result->erased = TRUE;
  *decided = g_steal_pointer (&result);
  return TRUE;
}

gboolean
ww_store_accept_by_writing (WwDatabase *database, const guint8 own_account[16], const guint8 peer[16], gint64 now_ms,
                            WwContactRow **contact, GError **error)
{
  g_autoptr (WwContactRow) row = get_contact (database, peer, error);

  *contact = NULL;
  if (row == NULL)
    return FALSE;
  if (row->standing == WW_STANDING_BLOCKED)
    {
      ww_error_set (error, WW_ERROR_BLOCKED);
      return FALSE;
    }
  if (!trust_members (database, peer, error))
    return FALSE;
  if (row->standing == WW_STANDING_ACCEPTED && (row->has_trusted_key || !row->has_account_key))
    return TRUE;
  row->standing = WW_STANDING_ACCEPTED;
  if (!row->has_trusted_key)
    trust_current (row);
  if (!write_decision (database, own_account, row, now_ms, error))
    return FALSE;
  return ww_store_get_contact (database, peer, contact, error);
}

gboolean
ww_store_accept_by_copy (WwDatabase *database, const guint8 peer[16], WwContactRow **contact, GError **error)
{
  g_autoptr (WwContactRow) row = get_contact (database, peer, error);

  *contact = NULL;
  if (row == NULL)
    return FALSE;
  if (row->standing == WW_STANDING_ACCEPTED || row->standing == WW_STANDING_BLOCKED)
    return TRUE;
  row->standing = WW_STANDING_ACCEPTED;
  return ww_store_set_contact_decision (database, row, error) && ww_store_get_contact (database, peer, contact, error);
}

/* Of two decisions of the same millisecond, the same one on every device. */
static gboolean
is_later (const Waxwing__ContactState *state, WwContactRow *contact)
{
  Waxwing__ContactState known;
  g_autofree guint8 *ours = NULL, *theirs = NULL;
  gsize our_len, their_len;
  gint64 changed_ms = ww_clamp_time (state->changed_ms);
  int order;

  if (changed_ms != contact->changed_ms)
    return changed_ms > contact->changed_ms;
  fill_state (&known, contact, state->group);
  ours = g_malloc (waxwing__contact_state__get_packed_size (&known));
  our_len = waxwing__contact_state__pack (&known, ours);
  theirs = g_malloc (waxwing__contact_state__get_packed_size (state));
  their_len = waxwing__contact_state__pack (state, theirs);
  order = memcmp (theirs, ours, MIN (our_len, their_len));
  return order != 0 ? order > 0 : their_len > our_len;
}

gboolean
ww_store_apply_contact_state (WwDatabase *database, const guint8 own_account[16], const Waxwing__ContactState *state,
                              gint64 now_ms, WwDecided **decided, GError **error)
{
  const guint8 *account = state->account_id.data;
  g_autoptr (WwContactRow) contact = get_contact (database, account, error);
  g_autoptr (WwDecided) result = decided_new ();
  guint8 conversation[WW_ID_SIZE];

  *decided = NULL;
  if (contact == NULL)
    return FALSE;
  /* Requests are each device's own affair, and a newer version's standings say nothing here. */
  if (memcmp (account, own_account, WW_ID_SIZE) == 0 ||
      (state->standing != WAXWING__CONTACT_STATE__STANDING__ACCEPTED &&
       state->standing != WAXWING__CONTACT_STATE__STANDING__BLOCKED) ||
      !is_later (state, contact))
    return TRUE;
  contact->standing = (guint) state->standing;
  contact->has_trusted_key = state->trusted_key.len == WW_POINT_SIZE;
  if (contact->has_trusted_key)
    memcpy (contact->trusted_key, state->trusted_key.data, WW_POINT_SIZE);
  contact->verified = state->verified && contact->has_trusted_key;
  contact->changed_ms = ww_clamp_time (state->changed_ms);
  result->group = state->group;
  if (state->group)
    memcpy (conversation, account, WW_ID_SIZE);
  else
    ww_conversation_id_for_pair (own_account, account, conversation);
  if (!ww_store_set_contact_decision (database, contact, error) ||
      !ww_store_follow_contact (database, contact, result->states, error))
    return FALSE;
  /* Whoever is blocked can be unblocked on each device. */
  if (contact->standing == WW_STANDING_BLOCKED && !state->group &&
      !ww_store_ensure_conversation (database, conversation, account, now_ms, error))
    return FALSE;
  if (!ww_store_get_contact (database, account, &result->contact, error) ||
      !ww_store_find_conversation (database, conversation, &result->conversation, error))
    return FALSE;
  *decided = g_steal_pointer (&result);
  return TRUE;
}

static gboolean
count (WwStatement *statement, gint64 *number, GError **error)
{
  if (ww_statement_step (statement, error) != WW_STEP_ROW)
    return FALSE;
  *number = ww_statement_int (statement, 0);
  return TRUE;
}

gboolean
ww_store_has_room_for_request (WwDatabase *database, const guint8 conversation[16], gboolean *room, GError **error)
{
  g_autoptr (WwStatement) messages = ww_database_prepare (
      database, "SELECT count(*) FROM (SELECT 1 FROM messages WHERE conversation=?1 LIMIT ?2)", error);
  g_autoptr (WwStatement) requests = NULL;
  gint64 n_messages, n_requests;

  if (messages == NULL)
    return FALSE;
  ww_statement_bind_blob (messages, 1, conversation, WW_ID_SIZE);
  ww_statement_bind_int (messages, 2, WW_MAX_REQUEST_MESSAGES);
  if (!count (messages, &n_messages, error))
    return FALSE;
  *room = n_messages < WW_MAX_REQUEST_MESSAGES;
  if (n_messages > 0)
    return TRUE;
  requests = ww_database_prepare (
      database,
      "SELECT count(*) FROM conversations c JOIN contacts p ON p.account=c.peer WHERE p.standing=1 AND c.id<>?1",
      error);
  if (requests == NULL)
    return FALSE;
  ww_statement_bind_blob (requests, 1, conversation, WW_ID_SIZE);
  if (!count (requests, &n_requests, error))
    return FALSE;
  *room = n_requests < WW_MAX_REQUESTS;
  return TRUE;
}

gboolean
ww_store_count_refused_request (WwDatabase *database, GError **error)
{
  gint64 n;

  return ww_store_get_meta_int (database, WW_META_REFUSED_REQUESTS, 0, &n, error) &&
         ww_store_set_meta_int (database, WW_META_REFUSED_REQUESTS, n + 1, error);
}
