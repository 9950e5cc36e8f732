/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-inbox"

#include "ww-inbox.h"

#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-group-arrival.h"
#include "ww-incoming.h"
#include "ww-limits.h"
#include "ww-store-groups.h"
#include "ww-until.h"

/* The server keeps to WW_MAX_DELIVERIES_IN_FLIGHT; one that does not is not followed without end. */
#define MAX_QUEUED (4 * WW_MAX_DELIVERIES_IN_FLIGHT)
#define RETRY_MS   5000
/* So long the models are told of what came before everything else has its turn. */
#define SLICE_US 4000

struct _WwInbox
{
  GObject parent_instance;

  WwStore *store;
  WwLink *link;
  WwDirectory *directory;
  WwIdentity *identity;
  WwConversationList *conversations;
  DexPromise *closing;
  GQueue queue; /* of WwReply */
  guint epoch;  /* counts the links, so that an old batch does not put anything back */
  gboolean running;
  gboolean drain_announced;
  GError *problem; /* of the store, which keeps what arrives from being taken */
};

G_DEFINE_FINAL_TYPE (WwInbox, ww_inbox, G_TYPE_OBJECT)

enum
{
  SIGNAL_ALERT_ADDED,
  SIGNAL_OUTBOX_CHANGED,
  SIGNAL_SETTINGS_CHANGED,
  SIGNAL_HISTORY_CHANGED,
  SIGNAL_DRAINED,
  SIGNAL_PROBLEM_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

WwInbox *
ww_inbox_new (WwStore *store, WwLink *link, WwDirectory *directory, WwIdentity *identity,
              WwConversationList *conversations)
{
  WwInbox *self = g_object_new (WW_TYPE_INBOX, NULL);

  self->store = g_object_ref (store);
  self->link = g_object_ref (link);
  self->directory = g_object_ref (directory);
  self->identity = ww_identity_ref (identity);
  self->conversations = g_object_ref (conversations);
  return self;
}

static void
clear_queue (WwInbox *self)
{
  g_queue_clear_full (&self->queue, (GDestroyNotify) ww_reply_unref);
}

void
ww_inbox_close (WwInbox *self)
{
  clear_queue (self);
  if (dex_future_is_pending (DEX_FUTURE (self->closing)))
    dex_promise_reject (self->closing, ww_error_new (WW_ERROR_CANCELLED));
}

void
ww_inbox_reset (WwInbox *self)
{
  clear_queue (self);
  self->epoch++;
  self->drain_announced = FALSE;
}

static gboolean
is_closed (WwInbox *self)
{
  return !dex_future_is_pending (DEX_FUTURE (self->closing));
}

/* Whether a look-up failed for a reason that says nothing about the message: then nobody may judge it now. */
static gboolean
is_temporary (const GError *error)
{
  return error != NULL && !ww_error_is_record (error) && !g_error_matches (error, WW_ERROR, WW_ERROR_NO_SUCH_PERSON);
}

static void
refuse_for (WwIncoming *item, const GError *error)
{
  ww_incoming_refuse (item, ww_error_is_record (error) ? (WwError) error->code : WW_ERROR_MESSAGE_SENDER_DEVICE);
}

static void
set_sender (WwIncoming *item, WwRecord *record /* full */)
{
  size_t n_handles;
  const char *const *handles = ww_record_handles (record, &n_handles);

  g_clear_pointer (&item->sender, ww_record_unref);
  item->sender = record;
  g_free (item->arrival->handle);
  item->arrival->handle = n_handles > 0 ? g_strdup (handles[0]) : NULL;
}

/* The sender's current record, asked for anew when the device is not in the one known. FALSE: not to be judged now. */
static gboolean
find_sender (WwInbox *self, WwIncoming *item, GError **error)
{
  g_autoptr (GError) local = NULL;
  const guint8 *account = ww_incoming_sender (item);
  WwRecord *record = dex_await_boxed (ww_until (ww_directory_get (self->directory, account), self->closing), &local);

  if (record != NULL)
    {
      set_sender (item, record);
      if (ww_incoming_find_device (item) != NULL)
        return TRUE;
      record = dex_await_boxed (ww_until (ww_directory_refresh (self->directory, account), self->closing), &local);
      if (record != NULL)
        {
          set_sender (item, record);
          if (ww_incoming_find_device (item) == NULL)
            ww_incoming_refuse (item, WW_ERROR_MESSAGE_SENDER_DEVICE);
          return TRUE;
        }
    }
  if (is_temporary (local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  refuse_for (item, local);
  return TRUE;
}

/*
 * A record that an authentic message relies on has to be in the chain that the server shows to us too; else two people
 * are shown two directories. FALSE: not to be judged now. *known says how it ended.
 */
static gboolean
check_hash (WwInbox *self, WwIncoming *item, const guint8 account[16], const guint8 hash[32], gboolean *known,
            GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (WwRecord) record = NULL;

  *known = dex_await_boolean (ww_until (ww_directory_has_hash (self->directory, account, hash), self->closing), &local);
  if (local != NULL || *known)
    {
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      return *known;
    }
  record = dex_await_boxed (ww_until (ww_directory_refresh (self->directory, account), self->closing), &local);
  if (is_temporary (local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  /* What the server shows instead is what is wrong, and not the message. */
  if (local != NULL)
    refuse_for (item, local);
  *known = record != NULL &&
           dex_await_boolean (ww_until (ww_directory_has_hash (self->directory, account, hash), self->closing), &local);
  return TRUE;
}

static gboolean
check_hashes (WwInbox *self, WwIncoming *item, GError **error)
{
  g_autoptr (WwRecord) record = NULL;
  gboolean known;

  if (!check_hash (self, item, item->arrival->account, item->sender_hash, &known, error))
    return FALSE;
  if (!known)
    {
      ww_incoming_refuse (item, WW_ERROR_RECORD_ROLLED_BACK);
      return TRUE;
    }
  /* Asking may have shown that the device was removed meanwhile. */
  record = dex_await_boxed (ww_until (ww_directory_get (self->directory, item->arrival->account), self->closing),
                            error);
  if (record == NULL)
    return FALSE;
  if (ww_record_find_device (record, item->arrival->device) == NULL)
    {
      ww_incoming_refuse (item, WW_ERROR_MESSAGE_SENDER_DEVICE);
      return TRUE;
    }
  if (!check_hash (self, item, ww_identity_get_account_id (self->identity), item->own_hash, &known, error))
    return FALSE;
  if (!known)
    ww_incoming_refuse (item, WW_ERROR_RECORD_FORKED);
  return TRUE;
}

/* A sent copy may be the first that this device hears of a person: who that is should be known before it is shown. */
static gboolean
meet_peer (WwInbox *self, WwIncoming *item, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (WwRecord) record = NULL;

  if (!item->arrival->own || item->arrival->own_only || item->arrival->participants != NULL)
    return TRUE;
  record = dex_await_boxed (ww_until (ww_directory_get (self->directory, item->arrival->peer), self->closing), &local);
  if (!is_temporary (local))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Takes the arrivals of the first items, up to the first that cannot be judged now. */
static GPtrArray *
judge (WwInbox *self, WwIncomingBatch *batch, GError **error)
{
  g_autoptr (GPtrArray) arrivals = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_arrival_free);
  guint n = 0;

  if (!dex_await (ww_until (ww_incoming_open_all (batch), self->closing), error))
    return g_steal_pointer (&arrivals);
  for (; n < batch->items->len; n++)
    {
      WwIncoming *item = batch->items->pdata[n];

      if (item->arrival->code == NULL && !find_sender (self, item, error))
        break;
    }
  if (!dex_await (ww_until (ww_incoming_verify_all (batch), self->closing), *error == NULL ? error : NULL))
    return g_steal_pointer (&arrivals);
  for (guint i = 0; i < n; i++)
    {
      WwIncoming *item = batch->items->pdata[i];

      if (item->arrival->code == NULL && (!check_hashes (self, item, error) || !meet_peer (self, item, error)))
        break;
      if (item->arrival->code == NULL && !ww_group_arrival_check (self->directory, item->arrival, self->closing, error))
        break;
      g_ptr_array_add (arrivals, g_steal_pointer (&item->arrival));
    }
  return g_steal_pointer (&arrivals);
}

typedef struct
{
  guint8 own_account[16];
  GPtrArray *arrivals;
  GArray *reconsidered; /* of gint64: rows of what was kept aside before; nullable */
  gboolean held;        /* it waited for a group, and was not refused */
} Storing;

static void
storing_free (gpointer data)
{
  Storing *self = data;

  g_ptr_array_unref (self->arrivals);
  g_clear_pointer (&self->reconsidered, g_array_unref);
  g_free (self);
}

static gboolean
store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Storing *self = data;
  WwTaken *taken;

  for (guint i = 0; self->reconsidered != NULL && i < self->arrivals->len; i++)
    {
      gint64 number = g_array_index (self->reconsidered, gint64, i);

      if (!(self->held ? ww_store_forget_held (database, number, error)
                       : ww_store_forget_refused (database, number, error)))
        return FALSE;
    }
  taken = ww_store_take_arrivals (database, self->own_account, self->arrivals, ww_now_ms (), error);
  if (taken == NULL)
    return FALSE;
  g_value_init (result, WW_TYPE_TAKEN);
  g_value_take_boxed (result, taken);
  return TRUE;
}

/* A person that only another device knew is to have a name here. */
static void
apply_decided (WwInbox *self, const WwDecided *decided)
{
  const char *handle = decided->contact->handle;

  if (decided->erased)
    {
      ww_conversation_list_apply_erased (self->conversations, decided);
      return;
    }
  ww_conversation_list_apply_decided (self->conversations, decided);
  /* The server does not learn what is no person. */
  if (decided->group)
    return;
  if (handle == NULL || *handle == '\0')
    dex_future_disown (ww_directory_get (self->directory, decided->contact->account));
}

static void reconsider (WwInbox *self, const guint8 id[16], gboolean held);

/* What waited for this can be judged now. */
static void
apply_group (WwInbox *self, const WwConversationRow *row)
{
  ww_conversation_list_apply_conversation (self->conversations, row);
  reconsider (self, row->id, TRUE);
}

/* A group's members are to have names, before all that waited counts as here. Without a connection they get them later. */
static void
meet_members (WwInbox *self, const WwGroupRow *group)
{
  for (guint i = 0; group != NULL && i < ww_group_row_n_members (group) && !is_closed (self); i++)
    {
      const guint8 *account = ww_group_row_member (group, i);
      const WwContactRow *contact = ww_conversation_list_get_contact (self->conversations, account);
      g_autoptr (GError) error = NULL;

      if (contact != NULL && contact->handle != NULL && *contact->handle != '\0')
        continue;
      dex_await (ww_until (ww_directory_get (self->directory, account), self->closing), &error);
      if (is_temporary (error))
        return;
    }
}

/* FALSE: nobody wants to hear of it any more. */
static gboolean
breathe (WwInbox *self, gint64 *start_us)
{
  if (g_get_monotonic_time () - *start_us < SLICE_US)
    return TRUE;
  /* Not 0, which would come before the next frame is drawn. */
  dex_await (ww_until (dex_timeout_new_msec (1), self->closing), NULL);
  *start_us = g_get_monotonic_time ();
  return !is_closed (self);
}

static void
apply (WwInbox *self, WwTaken *taken)
{
  gint64 start_us = g_get_monotonic_time ();

  for (guint i = 0; i < taken->contacts->len; i++)
    ww_conversation_list_apply_contact (self->conversations, taken->contacts->pdata[i]);
  for (guint i = 0; i < taken->groups->len; i++)
    apply_group (self, taken->groups->pdata[i]);
  for (guint i = 0; i < taken->messages->len; i++)
    {
      g_autoptr (WwMessage) message = ww_conversation_list_apply_message (
          self->conversations, taken->messages->pdata[i], g_bytes_get_data (taken->peers->pdata[i], NULL));

      if (!breathe (self, &start_us))
        return;
    }
  for (guint i = 0; i < taken->states->len && breathe (self, &start_us); i++)
    {
      const WwStateChange *change = taken->states->pdata[i];

      ww_conversation_list_apply_state (self->conversations, change->id, change->state, change->suite, change->error);
    }
  for (guint i = 0; i < taken->changed->len && breathe (self, &start_us); i++)
    ww_conversation_list_apply_changed (self->conversations, taken->changed->pdata[i]);
  for (guint i = 0; i < taken->deleted->len; i++)
    ww_conversation_list_apply_deleted (self->conversations, g_bytes_get_data (taken->deleted->pdata[i], NULL));
  if (is_closed (self))
    return;
  for (guint i = 0; i < taken->conversations->len; i++)
    ww_conversation_list_apply_settled (self->conversations, taken->conversations->pdata[i]);
  for (guint i = 0; i < taken->reads->len; i++)
    ww_conversation_list_apply_read (self->conversations, taken->reads->pdata[i]);
  for (guint i = 0; i < taken->alerts->len; i++)
    g_signal_emit (self, signals[SIGNAL_ALERT_ADDED], 0, taken->alerts->pdata[i]);
  for (guint i = 0; i < taken->decided->len; i++)
    apply_decided (self, taken->decided->pdata[i]);
  if (taken->settings)
    g_signal_emit (self, signals[SIGNAL_SETTINGS_CHANGED], 0);
  if (taken->history)
    g_signal_emit (self, signals[SIGNAL_HISTORY_CHANGED], 0);
  if (taken->purge)
    dex_future_disown (ww_store_purge (self->store));
  if (taken->outbox || taken->decided->len > 0)
    g_signal_emit (self, signals[SIGNAL_OUTBOX_CHANGED], 0);
}

/* Nobody waits for the answer: what is not acknowledged comes again, and is known then. */
static void
acknowledge (WwInbox *self, const guint64 *sequences, guint n)
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__Acknowledge acknowledged = WAXWING__ACKNOWLEDGE__INIT;

  if (n == 0 || ww_link_get_state (self->link) != WW_LINK_STATE_UP)
    return;
  acknowledged.sequences = (guint64 *) sequences;
  acknowledged.n_sequences = n;
  request.body_case = WAXWING__REQUEST__BODY_ACKNOWLEDGE;
  request.acknowledge = &acknowledged;
  dex_future_disown (ww_link_request (self->link, &request, WAXWING__RESPONSE__BODY_DONE, WW_REQUEST_TIMEOUT_MS));
}

/* How many of the replies are in the store now; `error` says why not all. `reconsidered`, `held`: see Storing. */
static guint
process (WwInbox *self, GPtrArray *replies, GArray *reconsidered, gboolean held, WwRecord *own, GError **error)
{
  g_autoptr (WwIncomingBatch) batch = ww_incoming_batch_new (self->identity, own);
  g_autoptr (GPtrArray) arrivals = NULL;
  g_autoptr (WwTaken) taken = NULL;
  g_autofree guint64 *sequences = g_new0 (guint64, replies->len);
  Storing *storing;
  guint n;

  for (guint i = 0; i < replies->len; i++)
    {
      ww_incoming_batch_add (batch, replies->pdata[i]);
      sequences[i] = ww_reply_event (replies->pdata[i])->delivery->sequence;
    }
  arrivals = judge (self, batch, error);
  n = arrivals->len;
  if (n == 0)
    return 0;
  storing = g_new0 (Storing, 1);
  memcpy (storing->own_account, ww_identity_get_account_id (self->identity), WW_ID_SIZE);
  storing->arrivals = g_ptr_array_ref (arrivals);
  storing->reconsidered = reconsidered != NULL ? g_array_ref (reconsidered) : NULL;
  storing->held = held;
  taken = dex_await_boxed (ww_store_run (self->store, store, storing, storing_free), *error == NULL ? error : NULL);
  if (taken == NULL)
    return 0;
  if (reconsidered == NULL)
    acknowledge (self, sequences, n);
  apply (self, taken);
  for (guint i = 0; i < taken->groups->len; i++)
    meet_members (self, ((const WwConversationRow *) taken->groups->pdata[i])->group);
  return n;
}

static GPtrArray *
pop_batch (WwInbox *self)
{
  GPtrArray *replies = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_reply_unref);

  while (replies->len < WW_MAX_DELIVERIES_IN_FLIGHT && !g_queue_is_empty (&self->queue))
    g_ptr_array_add (replies, g_queue_pop_head (&self->queue));
  return replies;
}

static void
put_back (WwInbox *self, GPtrArray *replies, guint from)
{
  for (guint i = replies->len; i > from; i--)
    g_queue_push_head (&self->queue, ww_reply_ref (replies->pdata[i - 1]));
}

const GError *
ww_inbox_get_problem (WwInbox *self)
{
  return self->problem;
}

/* Whose reason lies here and not with the server: the person is told, because only they can make room. */
static void
set_problem (WwInbox *self, const GError *error)
{
  gboolean ours = g_error_matches (error, WW_ERROR, WW_ERROR_STORE_FULL) ||
                  g_error_matches (error, WW_ERROR, WW_ERROR_STORE_FAILED);

  if (!ours && self->problem == NULL)
    return;
  g_clear_error (&self->problem);
  if (ours)
    self->problem = g_error_copy (error);
  g_signal_emit (self, signals[SIGNAL_PROBLEM_CHANGED], 0);
}

static void
run_once (WwInbox *self)
{
  g_autoptr (GPtrArray) replies = pop_batch (self);
  g_autoptr (GError) error = NULL;
  guint epoch = self->epoch, n_done = 0;
  g_autoptr (WwRecord) own = dex_await_boxed (
      ww_until (ww_directory_get (self->directory, ww_identity_get_account_id (self->identity)), self->closing),
      &error);

  if (own != NULL)
    n_done = process (self, replies, NULL, FALSE, own, &error);
  if (!is_closed (self))
    set_problem (self, error);
  if (n_done == replies->len || is_closed (self) || epoch != self->epoch)
    return;
  put_back (self, replies, n_done);
  g_debug ("%u deliveries wait: %s", replies->len - n_done, error != NULL ? error->message : "");
  dex_await (ww_until (dex_timeout_new_msec (RETRY_MS), self->closing), NULL);
}

static DexFuture *
run_fiber (gpointer data)
{
  WwInbox *self = data;

  while (!g_queue_is_empty (&self->queue) && !is_closed (self))
    run_once (self);
  self->running = FALSE;
  if (self->drain_announced && !is_closed (self))
    {
      self->drain_announced = FALSE;
      g_signal_emit (self, signals[SIGNAL_DRAINED], 0);
    }
  return dex_future_new_true ();
}

static void
run (WwInbox *self)
{
  if (self->running || is_closed (self))
    return;
  self->running = TRUE;
  dex_future_disown (dex_scheduler_spawn (NULL, 0, run_fiber, g_object_ref (self), g_object_unref));
}

void
ww_inbox_take (WwInbox *self, WwReply *reply)
{
  const Waxwing__Event *event = ww_reply_event (reply);

  if (event->body_case == WAXWING__EVENT__BODY_MAILBOX_DRAINED)
    self->drain_announced = TRUE;
  else if (event->body_case == WAXWING__EVENT__BODY_DELIVERY && self->queue.length < MAX_QUEUED)
    g_queue_push_tail (&self->queue, ww_reply_ref (reply));
  else
    return;
  run (self);
}

/* What was kept aside, on its way from the store. */
typedef struct
{
  WwInbox *inbox;
  guint8 id[16];     /* of an account, or of a group */
  gboolean held;     /* what waited for a group, and not what was refused from an account */
  GPtrArray *events; /* of GBytes */
  GArray *numbers;
} Kept;

static void
kept_clear (gpointer data)
{
  Kept *self = data;

  g_object_unref (self->inbox);
  g_clear_pointer (&self->events, g_ptr_array_unref);
  g_clear_pointer (&self->numbers, g_array_unref);
}

static void
kept_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, kept_clear);
}

static gboolean
read_kept (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Kept *self = data;

  return self->held ? ww_store_list_held (database, self->id, &self->events, &self->numbers, error)
                    : ww_store_list_refused (database, self->id, &self->events, &self->numbers, error);
}

static DexFuture *
reconsider_fiber (gpointer data)
{
  Kept *kept = data;
  WwInbox *self = kept->inbox;
  g_autoptr (GPtrArray) replies = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_reply_unref);
  g_autoptr (GError) error = NULL;
  g_autoptr (WwRecord) own = NULL;

  if (!dex_await (
          ww_until (ww_store_read (self->store, read_kept, g_atomic_rc_box_acquire (kept), kept_unref), self->closing),
          &error))
    return dex_future_new_true ();
  for (guint i = 0; i < kept->events->len; i++)
    {
      gsize len;
      const guint8 *bytes = g_bytes_get_data (kept->events->pdata[i], &len);
      WwReply *reply = ww_reply_new (bytes, len);

      /* It was parsed when it came. */
      if (reply == NULL)
        return dex_future_new_true ();
      g_ptr_array_add (replies, reply);
    }
  if (replies->len == 0)
    return dex_future_new_true ();
  own = dex_await_boxed (
      ww_until (ww_directory_get (self->directory, ww_identity_get_account_id (self->identity)), self->closing),
      &error);
  if (own != NULL)
    process (self, replies, kept->numbers, kept->held, own, &error);
  return dex_future_new_true ();
}

static void
reconsider (WwInbox *self, const guint8 id[16], gboolean held)
{
  Kept *kept = g_atomic_rc_box_new0 (Kept);

  kept->inbox = g_object_ref (self);
  kept->held = held;
  memcpy (kept->id, id, WW_ID_SIZE);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, reconsider_fiber, kept, kept_unref));
}

void
ww_inbox_reconsider (WwInbox *self, const guint8 account[16])
{
  reconsider (self, account, FALSE);
}

static void
ww_inbox_dispose (GObject *object)
{
  ww_inbox_close (WW_INBOX (object));
  G_OBJECT_CLASS (ww_inbox_parent_class)->dispose (object);
}

static void
ww_inbox_finalize (GObject *object)
{
  WwInbox *self = WW_INBOX (object);

  g_clear_object (&self->store);
  g_clear_object (&self->link);
  g_clear_object (&self->directory);
  g_clear_pointer (&self->identity, ww_identity_unref);
  g_clear_object (&self->conversations);
  dex_clear (&self->closing);
  g_clear_error (&self->problem);
  G_OBJECT_CLASS (ww_inbox_parent_class)->finalize (object);
}

static void
ww_inbox_class_init (WwInboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ww_inbox_dispose;
  object_class->finalize = ww_inbox_finalize;
  signals[SIGNAL_ALERT_ADDED] = g_signal_new ("alert-added", WW_TYPE_INBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                              G_TYPE_NONE, 1, WW_TYPE_ALERT_ROW | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_OUTBOX_CHANGED] = g_signal_new ("outbox-changed", WW_TYPE_INBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                                 NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_SETTINGS_CHANGED] = g_signal_new ("settings-changed", WW_TYPE_INBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                                   NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_HISTORY_CHANGED] = g_signal_new ("history-changed", WW_TYPE_INBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                                  NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_DRAINED] = g_signal_new ("drained", WW_TYPE_INBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                          0);
  signals[SIGNAL_PROBLEM_CHANGED] = g_signal_new ("problem-changed", WW_TYPE_INBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                                  NULL, G_TYPE_NONE, 0);
}

static void
ww_inbox_init (WwInbox *self)
{
  self->closing = dex_promise_new ();
  g_queue_init (&self->queue);
}
