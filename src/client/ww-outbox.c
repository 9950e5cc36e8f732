/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-outbox"

#include "ww-outbox.h"

#include <glib/gi18n-lib.h>

#include "ww-checks.h"
#include "ww-error-codes.h"
#include "ww-error-private.h"
#include "ww-limits.h"
#include "ww-sealing.h"
#include "ww-store-groups.h"
#include "ww-until.h"

#define MAX_BUSY_LANES 4
#define MAX_WINDOW     32
#define HELD_PAUSE_US  G_USEC_PER_SEC
#define MAX_TRANSIENT  4 /* on their way at once; what would be more is left out */

/*
 * The rows of one account. Its rows are sent in their order without waiting for each answer, and the server handles a
 * connection's requests in their order, so that what arrives is in order. When the server could not take one, the lane
 * goes on with one row at a time, so that what follows cannot overtake it.
 */
typedef struct
{
  gboolean busy;
  guint window; /* rows on their way at once */
  guint attempt;
  gint64 blocked_until; /* monotonic µs */
} Lane;

struct _WwOutbox
{
  GObject parent_instance;

  WwStore *store;
  WwLink *link;
  WwDirectory *directory;
  WwIdentity *identity;
  WwConversationList *conversations;
  char *name;
  DexPromise *closing;
  GHashTable *lanes; /* account (GBytes) → Lane */
  guint n_busy;
  guint n_transient;
  gboolean scanning;
  gboolean scan_again;
  guint timer;
  DexPromise *settled; /* who waits until nothing can go out now; nullable */
};

G_DEFINE_FINAL_TYPE (WwOutbox, ww_outbox, G_TYPE_OBJECT)

/* One batch of one lane. */
typedef struct
{
  WwOutbox *outbox;
  GBytes *peer;
  GPtrArray *rows; /* of WwOutboxRow */
} Batch;

static void
batch_free (gpointer data)
{
  Batch *self = data;

  g_clear_object (&self->outbox);
  g_bytes_unref (self->peer);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

WwOutbox *
ww_outbox_new (WwStore *store, WwLink *link, WwDirectory *directory, WwIdentity *identity,
               WwConversationList *conversations, const char *name)
{
  WwOutbox *self = g_object_new (WW_TYPE_OUTBOX, NULL);

  self->store = g_object_ref (store);
  self->link = g_object_ref (link);
  self->directory = g_object_ref (directory);
  self->identity = ww_identity_ref (identity);
  self->conversations = g_object_ref (conversations);
  self->name = g_strdup (name);
  return self;
}

/* Nobody waits any more. */
static void
resolve_settled (WwOutbox *self)
{
  if (self->settled != NULL)
    dex_promise_resolve_boolean (self->settled, TRUE);
  dex_clear (&self->settled);
}

void
ww_outbox_close (WwOutbox *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (dex_future_is_pending (DEX_FUTURE (self->closing)))
    dex_promise_reject (self->closing, ww_error_new (WW_ERROR_CANCELLED));
  resolve_settled (self);
}

static gboolean
is_closed (WwOutbox *self)
{
  return !dex_future_is_pending (DEX_FUTURE (self->closing));
}

static Lane *
get_lane (WwOutbox *self, GBytes *peer)
{
  Lane *lane = g_hash_table_lookup (self->lanes, peer);

  if (lane == NULL)
    {
      lane = g_new0 (Lane, 1);
      lane->window = MAX_WINDOW;
      g_hash_table_insert (self->lanes, g_bytes_ref (peer), lane);
    }
  return lane;
}

static gboolean
timer_cb (gpointer data)
{
  WwOutbox *self = data;

  self->timer = 0;
  ww_outbox_wake (self);
  return G_SOURCE_REMOVE;
}

/* Wakes when the first lane's wait is over. */
static void
set_timer (WwOutbox *self)
{
  gint64 now = g_get_monotonic_time (), first = G_MAXINT64;
  GHashTableIter iter;
  gpointer lane;

  g_clear_handle_id (&self->timer, g_source_remove);
  g_hash_table_iter_init (&iter, self->lanes);
  while (g_hash_table_iter_next (&iter, NULL, &lane))
    if (((Lane *) lane)->blocked_until > now)
      first = MIN (first, ((Lane *) lane)->blocked_until);
  if (first != G_MAXINT64 && !is_closed (self))
    self->timer = g_timeout_add ((guint) ((first - now) / 1000 + 1), timer_cb, self);
}

static void
block (Lane *lane)
{
  lane->blocked_until = g_get_monotonic_time () + 1000 * (gint64) ww_link_backoff_ms (lane->attempt, g_random_int ());
  lane->attempt = MIN (lane->attempt + 1, 16);
  lane->window = 1;
}

/* The current record of an account to which something may go; an error when what the server last showed was refused. */
static WwRecord *
get_trusted (WwOutbox *self, const guint8 account[16], GError **error)
{
  g_autoptr (WwRecord)
      record = dex_await_boxed (ww_until (ww_directory_get (self->directory, account), self->closing), error);
  g_autoptr (GError) problem = NULL;

  if (record == NULL)
    return NULL;
  problem = ww_directory_dup_problem (self->directory, account);
  if (problem == NULL)
    return g_steal_pointer (&record);
  /* Only the server can mend it, by showing what continues the chain. */
  return dex_await_boxed (ww_until (ww_directory_refresh (self->directory, account), self->closing), error);
}

/* What the person decided about the account, read when the record is there: 0 when nothing stands against it. */
static gboolean
read_objection (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  WwRecord *record = data;
  g_autoptr (WwContactRow) contact = NULL;
  int objection = -1;

  if (!ww_store_get_contact (database, ww_record_account_id (record), &contact, error))
    return FALSE;
  if (contact != NULL && contact->has_trusted_key &&
      memcmp (contact->trusted_key, ww_record_account_key (record), WW_POINT_SIZE) != 0)
    objection = WW_ERROR_IDENTITY_CHANGED;
  else if (contact != NULL && contact->standing == WW_STANDING_BLOCKED)
    objection = WW_ERROR_BLOCKED;
  g_value_init (result, G_TYPE_INT);
  g_value_set_int (result, objection);
  return TRUE;
}

/* Nothing is sealed to an identity that the person has not agreed to, or to somebody they blocked. */
static gboolean
check_agreed (WwOutbox *self, WwRecord *peer, GError **error)
{
  g_autoptr (GError) local = NULL;
  int objection = dex_await_int (
      ww_until (ww_store_read (self->store, read_objection, ww_record_ref (peer), (GDestroyNotify) ww_record_unref),
                self->closing),
      &local);

  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (objection >= 0)
    ww_error_set (error, (WwError) objection);
  else
    return TRUE;
  return FALSE;
}

/* Whom the rows of a batch are for, as the store says. */
typedef struct
{
  guint8 own_account[16];
  guint8 peer[16];
  GBytes *extra; /* nullable */
} Addressing;

static void
addressing_free (gpointer data)
{
  Addressing *self = data;

  g_clear_pointer (&self->extra, g_bytes_unref);
  g_free (self);
}

static gboolean
read_recipients (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Addressing *addressing = data;
  WwRecipients *recipients;

  if (!ww_store_read_recipients (database, addressing->own_account, addressing->peer, addressing->extra, &recipients,
                                 error))
    return FALSE;
  g_value_init (result, WW_TYPE_RECIPIENTS);
  g_value_take_boxed (result, recipients);
  return TRUE;
}

static WwRecipients *
find_recipients (Batch *batch, GError **error)
{
  WwOutbox *self = batch->outbox;
  const WwOutboxRow *row = batch->rows->pdata[0];
  Addressing *addressing = g_new0 (Addressing, 1);

  memcpy (addressing->own_account, ww_identity_get_account_id (self->identity), WW_ID_SIZE);
  memcpy (addressing->peer, g_bytes_get_data (batch->peer, NULL), WW_ID_SIZE);
  addressing->extra = row->extra != NULL ? g_bytes_ref (row->extra) : NULL;
  return dex_await_boxed (
      ww_until (ww_store_read (self->store, read_recipients, addressing, addressing_free), self->closing), error);
}

/* Of a pair, any objection is the end of it. */
static gboolean
add_person (Batch *batch, GPtrArray *peers, const guint8 *account, GError **error)
{
  WwOutbox *self = batch->outbox;
  g_autoptr (WwRecord) record = get_trusted (self, account, error);

  if (record == NULL || !check_agreed (self, record, error))
    return FALSE;
  ww_sealing_peers_add (peers, account, record, FALSE);
  return TRUE;
}

/* A record that is known, though not to be relied on. */
static WwRecord *
get_known (WwOutbox *self, const guint8 account[16])
{
  return dex_await_boxed (ww_until (ww_directory_get (self->directory, account), self->closing), NULL);
}

/*
 * Of a group, one member does not stop the others: who has vanished, or of whom the server shows what had to be refused, is
 * named but left out. Whose identity has changed stops it: that is for the person to decide, but for somebody who is told
 * that they were taken out. FALSE: not now.
 */
static gboolean
add_member (Batch *batch, GPtrArray *peers, const guint8 *account, gboolean gone, GError **error)
{
  WwOutbox *self = batch->outbox;
  g_autoptr (GError) local = NULL;
  g_autoptr (WwRecord) record = get_trusted (self, account, &local);
  gboolean left_out = record == NULL;

  if (record == NULL && !ww_error_is_record (local) && !g_error_matches (local, WW_ERROR, WW_ERROR_NO_SUCH_PERSON))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (record != NULL && !check_agreed (self, record, &local) && !g_error_matches (local, WW_ERROR, WW_ERROR_BLOCKED))
    {
      left_out = TRUE;
      if (!gone || !g_error_matches (local, WW_ERROR, WW_ERROR_IDENTITY_CHANGED))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  if (record == NULL)
    record = get_known (self, account);
  ww_sealing_peers_add (peers, account, record, left_out);
  return TRUE;
}

static gboolean
is_among (GBytes *ids, const guint8 account[16])
{
  gsize len = 0;
  const guint8 *data = ids != NULL ? g_bytes_get_data (ids, &len) : NULL;

  for (gsize i = 0; i + WW_ID_SIZE <= len; i += WW_ID_SIZE)
    if (memcmp (data + i, account, WW_ID_SIZE) == 0)
      return TRUE;
  return FALSE;
}

static GPtrArray *
find_peers (Batch *batch, const WwRecipients *recipients, GError **error)
{
  g_autoptr (GPtrArray) peers = ww_sealing_peers_new ();
  GBytes *extra = ((WwOutboxRow *) batch->rows->pdata[0])->extra;

  for (guint i = 0; i < recipients->accounts->len; i++)
    {
      const guint8 *account = (const guint8 *) recipients->accounts->data + i * WW_ID_SIZE;
      gboolean added = recipients->heads == NULL ? add_person (batch, peers, account, error)
                                                 : add_member (batch, peers, account, is_among (extra, account), error);

      if (!added)
        return NULL;
    }
  return g_steal_pointer (&peers);
}

/* Whether the group is still what it was when the records were asked for. */
static gboolean
is_unchanged (Batch *batch, const WwRecipients *recipients, GError **error)
{
  g_autoptr (WwRecipients) now = NULL;

  if (recipients->heads == NULL)
    return TRUE;
  now = find_recipients (batch, error);
  if (now == NULL)
    return FALSE;
  if (now->heads != NULL && g_bytes_equal (now->heads, recipients->heads))
    return TRUE;
  ww_error_set (error, WW_ERROR_OFFLINE);
  return FALSE;
}

static WwSealing *
seal_batch (Batch *batch, GError **error)
{
  WwOutbox *self = batch->outbox;
  g_autoptr (WwRecord) own = get_trusted (self, ww_identity_get_account_id (self->identity), error);
  g_autoptr (WwRecipients) recipients = own != NULL ? find_recipients (batch, error) : NULL;
  g_autoptr (GPtrArray) peers = NULL;
  g_autoptr (WwSealing) sealing = NULL;

  if (recipients == NULL)
    return NULL;
  if (recipients->changed != NULL)
    {
      ww_error_set (error, WW_ERROR_IDENTITY_CHANGED);
      return NULL;
    }
  peers = find_peers (batch, recipients, error);
  if (peers == NULL)
    return NULL;
  sealing = ww_sealing_new (self->identity, own, peers, recipients->heads, self->name, batch->rows);
  /* Somebody may have been taken out meanwhile. */
  if (!dex_await (ww_until (ww_sealing_run (sealing), self->closing), error) ||
      !is_unchanged (batch, recipients, error))
    return NULL;
  return g_steal_pointer (&sealing);
}

static void
fill_recipient (Waxwing__Recipient *recipient, const WwRecord *record)
{
  waxwing__recipient__init (recipient);
  recipient->account_id.data = (guint8 *) ww_record_account_id (record);
  recipient->account_id.len = WW_ID_SIZE;
  recipient->record_sequence = ww_record_sequence (record);
}

static DexFuture *
send_sealed (WwOutbox *self, const WwSealing *sealing, const WwSealed *sealed)
{
  const WwEnvelope *envelope = &sealed->envelope;
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__Send send = WAXWING__SEND__INIT;
  Waxwing__Envelope packed = WAXWING__ENVELOPE__INIT;
  g_autofree Waxwing__Recipient *storage = g_new0 (Waxwing__Recipient, sealing->peers->len + 1);
  g_autofree Waxwing__Recipient **recipients = g_new0 (Waxwing__Recipient *, sealing->peers->len + 1);
  g_autofree Waxwing__Wrap *wraps = g_new0 (Waxwing__Wrap, envelope->n_wraps);
  g_autofree Waxwing__Wrap **list = g_new0 (Waxwing__Wrap *, envelope->n_wraps);

  for (size_t i = 0; i < envelope->n_wraps; i++)
    {
      waxwing__wrap__init (&wraps[i]);
      wraps[i].device_id.data = (guint8 *) envelope->wraps[i].device_id;
      wraps[i].device_id.len = WW_ID_SIZE;
      wraps[i].suite = envelope->wraps[i].suite;
      wraps[i].sealed_key.data = envelope->wraps[i].sealed_key.data;
      wraps[i].sealed_key.len = envelope->wraps[i].sealed_key.len;
      list[i] = &wraps[i];
    }
  packed.header.data = (guint8 *) envelope->header;
  packed.header.len = WW_HEADER_SIZE;
  packed.body.data = envelope->body.data;
  packed.body.len = envelope->body.len;
  packed.wraps = list;
  packed.n_wraps = envelope->n_wraps;
  fill_recipient (&storage[send.n_recipients++], sealing->own);
  for (guint i = 0; i < sealing->peers->len; i++)
    {
      const WwSealingPeer *peer = sealing->peers->pdata[i];

      if (!peer->left_out)
        fill_recipient (&storage[send.n_recipients++], peer->record);
    }
  for (gsize i = 0; i < send.n_recipients; i++)
    recipients[i] = &storage[i];
  send.recipients = recipients;
  send.envelope = &packed;
  request.body_case = WAXWING__REQUEST__BODY_SEND;
  request.send = &send;
  return ww_link_request (self->link, &request, WAXWING__RESPONSE__BODY_SENT, WW_REQUEST_TIMEOUT_MS);
}

/* What the answers mean together. */
typedef struct
{
  GPtrArray *outcomes; /* of WwOutboxOutcome: rows that are done with */
  GBytes *accounts;    /* of a group: to whom they went; nullable */
  gboolean stale;
  gboolean retry;
} Verdict;

static void
judge (Verdict *verdict, const WwSealed *sealed, const GError *error)
{
  if (error == NULL)
    {
      ww_outbox_outcomes_add (verdict->outcomes, sealed->row->id, sealed->weakest, NULL);
      if (verdict->accounts != NULL)
        ww_outbox_outcomes_set_accounts (verdict->outcomes, verdict->accounts);
    }
  else if (g_str_equal (ww_error_get_code (error), WW_CODE_STALE_RECORD))
    verdict->stale = TRUE;
  else if (error->domain != WW_ERROR || ww_error_is_retryable (error) || error->code == WW_ERROR_CANCELLED)
    verdict->retry = TRUE;
  else
    ww_outbox_outcomes_add (verdict->outcomes, sealed->row->id, 0, error->message);
}

/* Sends what was sealed, all at once, and takes the answers in their order. */
static void
send_batch (Batch *batch, WwSealing *sealing, Verdict *verdict)
{
  WwOutbox *self = batch->outbox;
  guint n_rows = batch->rows->len;
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (dex_unref);

  for (guint i = 0; i < n_rows; i++)
    {
      WwSealed *sealed = &sealing->sealed[i];

      if (sealed->status != WW_CRYPTO_OK)
        g_ptr_array_add (
            answers, dex_future_new_reject (WW_ERROR, WW_ERROR_FAILED,
                                            _ ("This message cannot be sealed for every device of its recipient.")));
      else if (sealed->envelope.n_wraps == 0)
        g_ptr_array_add (answers, dex_future_new_true ());
      else
        g_ptr_array_add (answers, send_sealed (self, sealing, sealed));
    }
  for (guint i = 0; i < n_rows; i++)
    {
      g_autoptr (GError) error = NULL;

      dex_await (ww_until (dex_ref (answers->pdata[i]), self->closing), &error);
      judge (verdict, &sealing->sealed[i], error);
    }
}

typedef struct
{
  GPtrArray *outcomes;
} Settlement;

static void
settlement_free (gpointer data)
{
  Settlement *self = data;

  g_ptr_array_unref (self->outcomes);
  g_free (self);
}

static gboolean
settle (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Settlement *settlement = data;
  g_autoptr (GPtrArray) changes = ww_state_changes_new ();

  if (!ww_store_settle_outbox (database, settlement->outcomes, changes, error))
    return FALSE;
  g_value_init (result, G_TYPE_PTR_ARRAY);
  g_value_take_boxed (result, g_steal_pointer (&changes));
  return TRUE;
}

static gboolean
settle_batch (WwOutbox *self, GPtrArray *outcomes, GError **error)
{
  Settlement *settlement;
  g_autoptr (GPtrArray) changes = NULL;

  if (outcomes->len == 0)
    return TRUE;
  settlement = g_new0 (Settlement, 1);
  settlement->outcomes = g_ptr_array_ref (outcomes);
  changes = dex_await_boxed (ww_store_run (self->store, settle, settlement, settlement_free), error);
  if (changes == NULL)
    return FALSE;
  for (guint i = 0; i < changes->len; i++)
    {
      const WwStateChange *change = changes->pdata[i];

      ww_conversation_list_apply_state (self->conversations, change->id, change->state, change->suite, change->error);
    }
  return TRUE;
}

/* The server says that a record is not current. TRUE when there really is a newer one now. */
static gboolean
refresh_one (WwOutbox *self, WwRecord *used, gboolean *newer, GError **error)
{
  g_autoptr (WwRecord) record = dex_await_boxed (
      ww_until (ww_directory_refresh (self->directory, ww_record_account_id (used)), self->closing), error);

  if (record == NULL)
    return FALSE;
  *newer = *newer || ww_record_sequence (record) > ww_record_sequence (used);
  return TRUE;
}

static gboolean
refresh_records (WwOutbox *self, WwSealing *sealing, GError **error)
{
  gboolean newer = FALSE;

  if (!refresh_one (self, sealing->own, &newer, error))
    return FALSE;
  for (guint i = 0; i < sealing->peers->len; i++)
    {
      const WwSealingPeer *peer = sealing->peers->pdata[i];
      g_autoptr (GError) local = NULL;

      if (peer->left_out || refresh_one (self, peer->record, &newer, &local))
        continue;
      /* What is refused is the directory's problem with that member, who is left out from now on. */
      if (sealing->heads == NULL || !ww_error_is_record (local))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      newer = TRUE;
    }
  if (!newer)
    ww_error_set (error, WW_ERROR_PROTOCOL);
  return newer;
}

/* Those of a group to whom something was sealed; NULL for a pair, whose state is the one person's. */
static GBytes *
list_accounts (const WwSealing *sealing)
{
  g_autoptr (GByteArray) ids = g_byte_array_new ();

  if (sealing->heads == NULL)
    return NULL;
  for (guint i = 0; i < sealing->peers->len; i++)
    {
      const WwSealingPeer *peer = sealing->peers->pdata[i];

      if (!peer->left_out)
        g_byte_array_append (ids, peer->account, WW_ID_SIZE);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&ids));
}

static gboolean
run_batch (Batch *batch, GError **error)
{
  WwOutbox *self = batch->outbox;
  g_autoptr (WwSealing) sealing = seal_batch (batch, error);
  g_autoptr (GPtrArray) outcomes = ww_outbox_outcomes_new ();
  g_autoptr (GBytes) accounts = NULL;
  Verdict verdict = { .outcomes = outcomes };

  if (sealing == NULL)
    return FALSE;
  verdict.accounts = accounts = list_accounts (sealing);
  send_batch (batch, sealing, &verdict);
  if (!settle_batch (self, outcomes, error))
    return FALSE;
  if (verdict.retry)
    {
      ww_error_set (error, WW_ERROR_OFFLINE);
      return FALSE;
    }
  return !verdict.stale || refresh_records (self, sealing, error);
}

/* Nobody has this account any more, and nobody ever showed a record of it: no use in trying again. */
static void
give_up (Batch *batch, const GError *error)
{
  g_autoptr (GPtrArray) outcomes = ww_outbox_outcomes_new ();
  g_autoptr (GError) local = NULL;

  for (guint i = 0; i < batch->rows->len; i++)
    ww_outbox_outcomes_add (outcomes, ((WwOutboxRow *) batch->rows->pdata[i])->id, 0, error->message);
  if (!settle_batch (batch->outbox, outcomes, &local))
    g_message ("the outbox could not be written: %s", local->message);
}

static DexFuture *
batch_fiber (gpointer data)
{
  Batch *batch = data;
  WwOutbox *self = batch->outbox;
  Lane *lane = get_lane (self, batch->peer);
  g_autoptr (GError) error = NULL;
  gboolean done = run_batch (batch, &error);

  if (!done && g_error_matches (error, WW_ERROR, WW_ERROR_NO_SUCH_PERSON))
    give_up (batch, error);
  lane->busy = FALSE;
  self->n_busy--;
  if (done)
    {
      lane->attempt = 0;
      lane->window = MIN (lane->window * 2, MAX_WINDOW);
    }
  else if (g_error_matches (error, WW_ERROR, WW_ERROR_IDENTITY_CHANGED) ||
           g_error_matches (error, WW_ERROR, WW_ERROR_BLOCKED))
    {
      /* Read before it was known, or decided; the outbox leaves it out from now on, until the person decides. */
      lane->blocked_until = g_get_monotonic_time () + HELD_PAUSE_US;
    }
  else
    {
      g_debug ("a lane waits: %s", error->message);
      block (lane);
    }
  ww_outbox_wake (self);
  return dex_future_new_true ();
}

/* What a scan of the outbox asks for, and finds. */
typedef struct
{
  GHashTable *windows; /* account (GBytes) → rows to read; 0: not now */
  guint most;          /* lanes */
} Scan;

static void
scan_free (gpointer data)
{
  Scan *self = data;

  g_hash_table_unref (self->windows);
  g_free (self);
}

static gboolean
scan (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Scan *self = data;
  g_autoptr (GPtrArray) peers = NULL;
  g_autoptr (GPtrArray) batches = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);

  if (!ww_store_list_outbox_peers (database, &peers, error))
    return FALSE;
  for (guint i = 0; i < peers->len && batches->len < self->most; i++)
    {
      gpointer window;
      GPtrArray *rows;

      /* A lane that nothing was sent through yet isn't in the table, and has the whole window. */
      if (!g_hash_table_lookup_extended (self->windows, peers->pdata[i], NULL, &window))
        window = GUINT_TO_POINTER (MAX_WINDOW);
      if (GPOINTER_TO_UINT (window) == 0)
        continue;
      if (!ww_store_list_outbox (database, g_bytes_get_data (peers->pdata[i], NULL), GPOINTER_TO_UINT (window), &rows,
                                 error))
        return FALSE;
      g_ptr_array_add (batches, rows);
    }
  g_value_init (result, G_TYPE_PTR_ARRAY);
  g_value_take_boxed (result, g_steal_pointer (&batches));
  return TRUE;
}

static Scan *
scan_new (WwOutbox *self)
{
  Scan *scan_data = g_new0 (Scan, 1);
  gint64 now = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer peer, value;

  scan_data->most = MAX_BUSY_LANES - self->n_busy;
  scan_data->windows = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  g_hash_table_iter_init (&iter, self->lanes);
  while (g_hash_table_iter_next (&iter, &peer, &value))
    {
      Lane *lane = value;
      gboolean now_possible = !lane->busy && lane->blocked_until <= now;

      g_hash_table_insert (scan_data->windows, g_bytes_ref (peer), GUINT_TO_POINTER (now_possible ? lane->window : 0));
    }
  return scan_data;
}

static void
start_batch (WwOutbox *self, GPtrArray *rows)
{
  Batch *batch;
  Lane *lane;

  if (rows->len == 0)
    return;
  batch = g_new0 (Batch, 1);
  batch->outbox = g_object_ref (self);
  batch->peer = g_bytes_new (((WwOutboxRow *) rows->pdata[0])->peer, WW_ID_SIZE);
  batch->rows = g_ptr_array_ref (rows);
  lane = get_lane (self, batch->peer);
  lane->busy = TRUE;
  self->n_busy++;
  dex_future_disown (dex_scheduler_spawn (NULL, 0, batch_fiber, batch, batch_free));
}

static DexFuture *
scan_fiber (gpointer data)
{
  WwOutbox *self = data;
  g_autoptr (GError) error = NULL;

  do
    {
      g_autoptr (GPtrArray) batches = NULL;

      self->scan_again = FALSE;
      batches = dex_await_boxed (
          ww_until (ww_store_read (self->store, scan, scan_new (self), scan_free), self->closing), &error);
      for (guint i = 0; batches != NULL && !is_closed (self) && i < batches->len; i++)
        start_batch (self, batches->pdata[i]);
    }
  while (error == NULL && self->scan_again && self->n_busy < MAX_BUSY_LANES && !is_closed (self));
  self->scanning = FALSE;
  if (error != NULL && !is_closed (self))
    g_message ("the outbox could not be read: %s", error->message);
  /* A lane that is at work looks again when it is done. */
  if (self->n_busy == 0 && self->n_transient == 0)
    resolve_settled (self);
  set_timer (self);
  return dex_future_new_true ();
}

void
ww_outbox_wake (WwOutbox *self)
{
  if (is_closed (self) || ww_link_get_state (self->link) != WW_LINK_STATE_UP)
    {
      resolve_settled (self);
      return;
    }
  self->scan_again = TRUE;
  if (self->scanning || self->n_busy >= MAX_BUSY_LANES)
    return;
  self->scanning = TRUE;
  dex_future_disown (dex_scheduler_spawn (NULL, 0, scan_fiber, g_object_ref (self), g_object_unref));
}

/* Resolves when nothing more can go out now: all of it has, or what is left waits for another try or for the link. */
DexFuture *
ww_outbox_settle (WwOutbox *self)
{
  DexFuture *settled;

  if (self->settled == NULL)
    self->settled = dex_promise_new ();
  settled = DEX_FUTURE (dex_ref (self->settled));
  ww_outbox_wake (self);
  return settled;
}

void
ww_outbox_unblock (WwOutbox *self, const guint8 *account)
{
  GHashTableIter iter;
  gpointer peer, lane;

  g_hash_table_iter_init (&iter, self->lanes);
  while (g_hash_table_iter_next (&iter, &peer, &lane))
    if (account == NULL || memcmp (g_bytes_get_data (peer, NULL), account, WW_ID_SIZE) == 0)
      {
        ((Lane *) lane)->blocked_until = 0;
        ((Lane *) lane)->attempt = 0;
      }
  ww_outbox_wake (self);
}

/* --- What nobody keeps --------------------------------------------------------------------- */

static DexFuture *
transient_fiber (gpointer data)
{
  Batch *batch = data;
  WwOutbox *self = batch->outbox;
  g_autoptr (GError) error = NULL;
  g_autoptr (WwSealing) sealing = seal_batch (batch, &error);

  if (sealing != NULL && sealing->sealed[0].status == WW_CRYPTO_OK && sealing->sealed[0].envelope.n_wraps > 0)
    dex_await (ww_until (send_sealed (self, sealing, &sealing->sealed[0]), self->closing), &error);
  if (error != NULL)
    g_debug ("something that nobody keeps was not sent: %s", error->message);
  self->n_transient--;
  if (self->settled != NULL)
    ww_outbox_wake (self);
  return dex_future_new_true ();
}

void
ww_outbox_send_transient (WwOutbox *self, const guint8 conversation[16], const guint8 peer[16], GBytes *payload)
{
  WwOutboxRow *row;
  Batch *batch;

  if (is_closed (self) || ww_link_get_state (self->link) != WW_LINK_STATE_UP || self->n_transient >= MAX_TRANSIENT)
    return;
  row = g_new0 (WwOutboxRow, 1);
  ww_random_bytes (row->id, sizeof row->id);
  row->has_conversation = TRUE;
  memcpy (row->conversation, conversation, sizeof row->conversation);
  memcpy (row->peer, peer, sizeof row->peer);
  row->kind = WW_ENVELOPE_TRANSIENT;
  row->created_ms = ww_now_ms ();
  row->payload = g_bytes_ref (payload);
  batch = g_new0 (Batch, 1);
  batch->outbox = g_object_ref (self);
  batch->peer = g_bytes_new (peer, WW_ID_SIZE);
  batch->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_outbox_row_free);
  g_ptr_array_add (batch->rows, row);
  self->n_transient++;
  dex_future_disown (dex_scheduler_spawn (NULL, 0, transient_fiber, batch, batch_free));
}

static void
ww_outbox_dispose (GObject *object)
{
  ww_outbox_close (WW_OUTBOX (object));
  G_OBJECT_CLASS (ww_outbox_parent_class)->dispose (object);
}

static void
ww_outbox_finalize (GObject *object)
{
  WwOutbox *self = WW_OUTBOX (object);

  g_clear_object (&self->store);
  g_clear_object (&self->link);
  g_clear_object (&self->directory);
  g_clear_pointer (&self->identity, ww_identity_unref);
  g_clear_object (&self->conversations);
  g_clear_pointer (&self->name, g_free);
  dex_clear (&self->closing);
  g_clear_pointer (&self->lanes, g_hash_table_unref);
  G_OBJECT_CLASS (ww_outbox_parent_class)->finalize (object);
}

static void
ww_outbox_class_init (WwOutboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ww_outbox_dispose;
  object_class->finalize = ww_outbox_finalize;
}

static void
ww_outbox_init (WwOutbox *self)
{
  self->closing = dex_promise_new ();
  self->lanes = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, g_free);
}
