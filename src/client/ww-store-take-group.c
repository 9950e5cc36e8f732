/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-store-taking.h"

#include "ww-checks.h"
#include "ww-conversation-id.h"
#include "ww-envelope.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-limits.h"
#include "ww-store-groups.h"
#include "ww-store-messages-private.h"

/* What arrives in a group, and what arrives about one: docs/protocol.md, "Groups". */

/* The delivery as the event that it was. */
static GBytes *
pack_event (const WwArrival *arrival)
{
  Waxwing__Frame frame = WAXWING__FRAME__INIT;
  Waxwing__Event event = WAXWING__EVENT__INIT;
  guint8 *packed;
  gsize len;

  event.body_case = WAXWING__EVENT__BODY_DELIVERY;
  event.delivery = ww_reply_event (arrival->reply)->delivery;
  frame.body_case = WAXWING__FRAME__BODY_EVENT;
  frame.event = &event;
  packed = ww_frame_pack (&frame, &len);
  return g_bytes_new_with_free_func (packed, len, free, packed);
}

static const guint8 (*get_heads (const WwArrival *arrival))[WW_HASH_SIZE]
{
  return (const guint8 (*)[WW_HASH_SIZE]) arrival->heads->data;
}

static const guint8 *
find_unknown_head (const WwGroupLog *log, const guint8 (*heads)[WW_HASH_SIZE], gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (log == NULL || !ww_group_log_has (log, heads[i]))
      return heads[i];
  return NULL;
}

/*
 * Whether the person has agreed to hear from the group, or from who wrote: nobody else learns from an answer that this device is
 * there.
 */
static gboolean
may_answer (WwTaking *self, const WwArrival *arrival, const guint8 group[16], gboolean *may, GError **error)
{
  g_autoptr (WwContactRow) about_group = NULL;
  g_autoptr (WwContactRow) sender = NULL;

  if (!ww_store_get_contact (self->database, group, &about_group, error) ||
      !ww_store_get_contact (self->database, arrival->account, &sender, error))
    return FALSE;
  *may = arrival->own || (about_group != NULL && about_group->standing == WW_STANDING_ACCEPTED) ||
         (sender != NULL && sender->standing == WW_STANDING_ACCEPTED);
  return TRUE;
}

static gboolean
ask (WwTaking *self, const WwArrival *arrival, const guint8 group[16], const guint8 *missing, GError **error)
{
  gboolean may;

  if (!may_answer (self, arrival, group, &may, error))
    return FALSE;
  if (!may)
    return TRUE;
  self->taken->outbox = TRUE;
  return ww_store_ask_for_changes (self->database, self->own_account, group, arrival->account, arrival->device, missing,
                                   self->now_ms, error);
}

/* It was sealed on changes that are not here: kept until they are, and they are asked for. */
static gboolean
hold (WwTaking *self, const WwArrival *arrival, const guint8 *missing, GError **error)
{
  g_autoptr (GBytes) event = pack_event (arrival);

  return ww_store_hold_delivery (self->database, arrival->peer, event, self->now_ms, error) &&
         ask (self, arrival, arrival->peer, missing, error);
}

static gboolean
has_own_change (WwTaking *self, const WwGroupLog *log, const GArray *indices)
{
  for (guint i = 0; i < indices->len; i++)
    if (memcmp (ww_group_log_change (log, g_array_index (indices, guint, i))->account, self->own_account, WW_ID_SIZE) ==
        0)
      return TRUE;
  return FALSE;
}

/*
 * Who writes on older changes than are here may lack some that nobody else brings them: changes of this account, from before
 * it knew them; that this account is out; that they are. And own devices have the same.
 */
static gboolean
tell_what_is_lacking (WwTaking *self, const WwArrival *arrival, const WwGroupLog *log, GError **error)
{
  const WwGroupState *now = ww_group_log_state (log);
  gboolean member = ww_group_state_has (now, arrival->account), may;
  g_autoptr (GArray) missing = NULL;

  if (!may_answer (self, arrival, arrival->peer, &may, error))
    return FALSE;
  if (!may)
    return TRUE;
  missing = member ? ww_group_log_missing (log, get_heads (arrival), arrival->heads->len)
                   : ww_group_log_farewell (log, arrival->account, get_heads (arrival), arrival->heads->len);
  if (member && !arrival->own && ww_group_state_has (now, self->own_account) && !has_own_change (self, log, missing))
    return TRUE;
  self->taken->outbox = self->taken->outbox || missing->len > 0;
  return ww_store_tell_changes (self->database, self->own_account, log, missing, arrival->account, self->now_ms, error);
}

/* The members as of the heads, all of them and nobody else. */
static gboolean
has_exactly (const WwGroupState *state, const GArray *participants)
{
  return ww_group_state_n_members (state) == participants->len &&
         memcmp (state->members->data, participants->data, participants->len * WW_ID_SIZE) == 0;
}

static gboolean
is_blocked_group (WwTaking *self, const guint8 group[16], gboolean *blocked, GError **error)
{
  g_autoptr (WwContactRow) contact = NULL;

  if (!ww_store_get_contact (self->database, group, &contact, error))
    return FALSE;
  *blocked = contact != NULL && contact->standing == WW_STANDING_BLOCKED;
  return TRUE;
}

/*
 * What somebody writes who is not in the group any more, by what is known here, is nobody's: they may not have known it
 * when they wrote, so that nobody is told. The same goes for what comes to a group that this account has left.
 */
static gboolean
judge (WwTaking *self, WwArrival *arrival, const WwGroupLog *log, gboolean *admitted, GError **error)
{
  const WwGroupState *now = ww_group_log_state (log);
  g_autoptr (WwGroupState) then = ww_group_log_state_at (log, get_heads (arrival), arrival->heads->len);
  gboolean blocked = FALSE;

  if (!tell_what_is_lacking (self, arrival, log, error))
    return FALSE;
  if (then == NULL)
    return hold (self, arrival, find_unknown_head (log, get_heads (arrival), arrival->heads->len), error);
  if (!has_exactly (then, arrival->participants))
    return ww_taking_refuse (self, arrival, WW_ERROR_MESSAGE_NOT_PARTICIPANT, error);
  if (!is_blocked_group (self, arrival->peer, &blocked, error))
    return FALSE;
  *admitted = arrival->own ||
              (!blocked && ww_group_state_has (now, arrival->account) && ww_group_state_has (now, self->own_account));
  return TRUE;
}

gboolean
ww_taking_admit_to_group (WwTaking *self, WwArrival *arrival, gboolean *admitted, GError **error)
{
  g_autoptr (WwGroupLog) log = NULL;

  *admitted = FALSE;
  if (!ww_store_load_group (self->database, arrival->peer, &log, error))
    return FALSE;
  if (log == NULL)
    return hold (self, arrival, get_heads (arrival)[0], error);
  return judge (self, arrival, log, admitted, error);
}

/* Who put this account into a group that is new, by what came. */
static const guint8 *
find_adder (WwTaking *self, const WwArrival *arrival)
{
  for (guint i = arrival->changes->len; i > 0; i--)
    {
      const WwGroupChange *change = arrival->changes->pdata[i - 1];

      if (!ww_group_change_is_removal (change) && ww_group_change_names (change, self->own_account))
        return change->account;
    }
  return arrival->account;
}

/* How the person stands to a group that is new: as to who put them in. 0: it is not to be taken. */
static gboolean
find_standing (WwTaking *self, const WwArrival *arrival, const guint8 group[16], guint *standing, GError **error)
{
  const guint8 *adder = find_adder (self, arrival);
  g_autoptr (WwContactRow) before = NULL;
  g_autoptr (WwContactRow) contact = NULL;
  gboolean room;

  if (!ww_store_get_contact (self->database, group, &before, error) ||
      !ww_store_get_contact (self->database, adder, &contact, error))
    return FALSE;
  *standing = WW_STANDING_ACCEPTED;
  if (before != NULL && before->standing != 0)
    *standing = before->standing;
  else if (!arrival->own && memcmp (adder, self->own_account, WW_ID_SIZE) != 0 &&
           (contact == NULL || contact->standing != WW_STANDING_ACCEPTED))
    *standing = contact != NULL && contact->standing == WW_STANDING_BLOCKED ? 0 : WW_STANDING_REQUEST;
  if (*standing != WW_STANDING_REQUEST)
    return TRUE;
  if (!ww_store_has_room_for_request (self->database, group, &room, error))
    return FALSE;
  if (room)
    return TRUE;
  *standing = 0;
  return ww_taking_tell_full (self, error);
}

static gboolean
write_standing (WwTaking *self, const guint8 group[16], guint standing, GError **error)
{
  g_autoptr (WwContactRow) contact = NULL;

  if (!ww_store_get_contact (self->database, group, &contact, error))
    return FALSE;
  if (contact == NULL)
    {
      contact = g_new0 (WwContactRow, 1);
      memcpy (contact->account, group, WW_ID_SIZE);
    }
  if (contact->standing == standing)
    return TRUE;
  contact->standing = standing;
  return ww_store_set_contact_decision (self->database, contact, error);
}

/* What has become of the group, for the models, and for what waited for it. */
static gboolean
report (WwTaking *self, const guint8 group[16], WwExtended *extended, GError **error)
{
  WwConversationRow *row;

  if (!ww_store_find_conversation (self->database, group, &row, error))
    return FALSE;
  if (row != NULL)
    g_ptr_array_add (self->taken->groups, row);
  for (guint i = 0; i < extended->events->len; i++)
    {
      g_ptr_array_add (self->taken->messages, ww_message_row_copy (extended->events->pdata[i]));
      g_ptr_array_add (self->taken->peers, g_bytes_new (group, WW_ID_SIZE));
    }
  for (guint i = 0; i < extended->states->len; i++)
    {
      const WwStateChange *change = extended->states->pdata[i];

      ww_state_changes_add (self->taken->states, change->id, change->state, change->suite, change->error);
    }
  /* What was held back by somebody may go out now. */
  self->taken->outbox = TRUE;
  return TRUE;
}

/* Those who don't know that they are out are told why. The log has what they handed on, though the store does not. */
static gboolean
tell_farewell (WwTaking *self, const WwArrival *arrival, const WwGroupLog *log, const Waxwing__GroupChanges *said,
               GError **error)
{
  guint8 heads[WW_MAX_GROUP_PARENTS][WW_HASH_SIZE];
  g_autoptr (GArray) missing = NULL;
  gboolean may;

  if (!may_answer (self, arrival, said->group_id.data, &may, error))
    return FALSE;
  if (!may)
    return TRUE;
  for (size_t i = 0; i < said->n_heads; i++)
    memcpy (heads[i], said->heads[i].data, WW_HASH_SIZE);
  missing = ww_group_log_farewell (log, arrival->account, (const guint8 (*)[WW_HASH_SIZE]) heads,
                                   (guint) said->n_heads);
  self->taken->outbox = self->taken->outbox || missing->len > 0;
  return ww_store_tell_changes (self->database, self->own_account, log, missing, arrival->account, self->now_ms, error);
}

/* Whoever hands on what they may not is refused aloud only if they can't have been right at any time. */
static gboolean
take_refusal (WwTaking *self, WwArrival *arrival, const WwExtended *extended, const Waxwing__GroupChanges *changes,
              gboolean known, GError **error)
{
  gboolean member = FALSE;

  if (!ww_store_is_member (self->database, arrival->peer, arrival->account, &member, error))
    return FALSE;
  if (known && !member && extended->code == WW_ERROR_GROUP_CHANGE)
    return tell_farewell (self, arrival, extended->log, changes, error);
  return ww_taking_refuse (self, arrival, extended->code, error);
}

/* What this device did without knowing of them, whom others have added meanwhile. */
static gboolean
tell_one (WwTaking *self, const guint8 *device, const WwGroupLog *log, const guint8 account[16], GError **error)
{
  int addition = ww_group_log_addition (log, account);
  g_autoptr (GArray) missing = NULL;
  gboolean any = FALSE;

  if (addition < 0)
    return TRUE;
  missing = ww_group_log_missing (
      log, (const guint8 (*)[WW_HASH_SIZE]) & ww_group_log_change (log, (guint) addition)->hash, 1);
  for (guint i = 0; i < missing->len; i++)
    {
      const WwGroupChange *change = ww_group_log_change (log, g_array_index (missing, guint, i));

      any = any || (memcmp (change->account, self->own_account, WW_ID_SIZE) == 0 &&
                    memcmp (change->device, device, WW_ID_SIZE) == 0);
    }
  if (!any)
    return TRUE;
  self->taken->outbox = TRUE;
  return ww_store_tell_changes (self->database, self->own_account, log, missing, account, self->now_ms, error);
}

static gboolean
tell_who_came (WwTaking *self, const WwArrival *arrival, const WwExtended *extended, GError **error)
{
  const guint8 *device = ww_reply_event (arrival->reply)->delivery->wrap->device_id.data;

  for (guint i = 0; i < extended->came->len && !extended->is_new; i++)
    {
      const guint8 *account = (const guint8 *) extended->came->data + i * WW_ID_SIZE;

      if (memcmp (account, self->own_account, WW_ID_SIZE) != 0 &&
          !tell_one (self, device, extended->log, account, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
extend (WwTaking *self, WwArrival *arrival, const Waxwing__GroupChanges *changes, gboolean known, GError **error)
{
  g_autoptr (WwExtended) extended = ww_extended_new ();
  g_autoptr (GBytes) picture = g_bytes_new (changes->picture.data, changes->picture.len);
  WwExtension extension = {
    .own_account = self->own_account, .changes = arrival->changes, .picture = picture, .sender = arrival->account
  };
  static const guint8 nothing[WW_HASH_SIZE] = { 0 };
  guint standing = 0;

  memcpy (extension.group, changes->group_id.data, WW_ID_SIZE);
  memcpy (arrival->peer, extension.group, WW_ID_SIZE);
  if (!known && !find_standing (self, arrival, extension.group, &standing, error))
    return FALSE;
  if (!known && standing == 0)
    return TRUE;
  if (!ww_store_extend_group (self->database, &extension, self->now_ms, extended, error))
    return FALSE;
  if (extended->result == WW_EXTENDED_REFUSED)
    return take_refusal (self, arrival, extended, changes, known, error);
  if (extended->is_new && extended->result == WW_EXTENDED && !write_standing (self, extension.group, standing, error))
    return FALSE;
  if (!tell_who_came (self, arrival, extended, error) ||
      (extended->waits && !ask (self, arrival, extension.group, nothing, error)))
    return FALSE;
  if (extended->result == WW_EXTENDED_NOTHING && picture != NULL && g_bytes_get_size (picture) == 0)
    return TRUE;
  return report (self, extension.group, extended, error);
}

/* Somebody of the group lacks what is here: they get it. Who is out gets why. */
static gboolean
answer (WwTaking *self, const WwArrival *arrival, const Waxwing__GroupChanges *question, GError **error)
{
  g_autoptr (WwGroupLog) log = NULL;
  g_autoptr (GArray) missing = NULL;
  guint8 heads[WW_MAX_GROUP_PARENTS][WW_HASH_SIZE];
  guint n = (guint) question->n_heads;
  gboolean may;

  if (!may_answer (self, arrival, question->group_id.data, &may, error) ||
      !ww_store_load_group (self->database, question->group_id.data, &log, error))
    return FALSE;
  if (!may || log == NULL)
    return TRUE;
  for (guint i = 0; i < n; i++)
    memcpy (heads[i], question->heads[i].data, WW_HASH_SIZE);
  missing = arrival->own || ww_group_state_has (ww_group_log_state (log), arrival->account)
                ? ww_group_log_missing (log, (const guint8 (*)[WW_HASH_SIZE]) heads, n)
                : ww_group_log_farewell (log, arrival->account, (const guint8 (*)[WW_HASH_SIZE]) heads, n);
  self->taken->outbox = self->taken->outbox || missing->len > 0;
  return ww_store_queue_changes (self->database, self->own_account, log, missing, arrival->account, self->now_ms,
                                 error);
}

gboolean
ww_taking_group_changes (WwTaking *self, WwArrival *arrival, gboolean blocked, GError **error)
{
  const Waxwing__Delivery *delivery = ww_reply_event (arrival->reply)->delivery;
  Waxwing__Payload *payload = ww_arrival_parse (arrival);
  const Waxwing__GroupChanges *changes = payload->group_change;
  gboolean known, done, asked = changes->asked_device.len == WW_ID_SIZE;

  done = ww_store_has_group (self->database, changes->group_id.data, &known, error);
  /* What somebody blocked does to a group counts as for everybody else in it. */
  if (done && arrival->changes->len > 0 && (known || !blocked))
    done = extend (self, arrival, changes, known, error);
  if (done && asked && !blocked && memcmp (changes->asked_device.data, delivery->wrap->device_id.data, WW_ID_SIZE) == 0)
    done = answer (self, arrival, changes, error);
  waxwing__payload__free_unpacked (payload, NULL);
  return done;
}
