/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-transients"

#include "ww-transients.h"

#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-frame.h"
#include "ww-incoming.h"
#include "ww-limits.h"
#include "ww-until.h"

/* Whoever sends more than that at once is not heard any better for it. */
#define MAX_RUNNING 8
#define MAX_DEVICES 4096

struct _WwTransients
{
  GObject parent_instance;

  WwStore *store;
  WwDirectory *directory;
  WwIdentity *identity;
  WwConversationList *conversations;
  DexPromise *closing;
  GHashTable *newest; /* device (GBytes) → gint64: when it created the newest one, so that none counts twice */
  guint n_running;
};

G_DEFINE_FINAL_TYPE (WwTransients, ww_transients, G_TYPE_OBJECT)

WwTransients *
ww_transients_new (WwStore *store, WwDirectory *directory, WwIdentity *identity, WwConversationList *conversations)
{
  WwTransients *self = g_object_new (WW_TYPE_TRANSIENTS, NULL);

  self->store = g_object_ref (store);
  self->directory = g_object_ref (directory);
  self->identity = ww_identity_ref (identity);
  self->conversations = g_object_ref (conversations);
  return self;
}

void
ww_transients_close (WwTransients *self)
{
  if (dex_future_is_pending (DEX_FUTURE (self->closing)))
    dex_promise_reject (self->closing, ww_error_new (WW_ERROR_CANCELLED));
}

gboolean
ww_transients_is_one (WwReply *reply)
{
  const Waxwing__Event *event = ww_reply_event (reply);

  return event->body_case == WAXWING__EVENT__BODY_DELIVERY && event->delivery->sequence == 0;
}

typedef struct
{
  WwTransients *transients;
  WwReply *reply;
} Task;

static void
task_free (gpointer data)
{
  Task *self = data;

  g_object_unref (self->transients);
  ww_reply_unref (self->reply);
  g_free (self);
}

/* Of a person whose record is here already, and whom nobody blocked. */
static gboolean
read_known (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  const guint8 *account = data;
  g_autoptr (WwContactRow) contact = NULL;

  if (!ww_store_get_contact (database, account, &contact, error))
    return FALSE;
  g_value_init (result, G_TYPE_BOOLEAN);
  g_value_set_boolean (result, contact != NULL && contact->standing != WW_STANDING_BLOCKED);
  return TRUE;
}

static gboolean
is_known (WwTransients *self, const guint8 account[16])
{
  if (memcmp (account, ww_identity_get_account_id (self->identity), WW_ID_SIZE) == 0)
    return FALSE;
  return dex_await_boolean (
      ww_until (ww_store_read (self->store, read_known, g_memdup2 (account, WW_ID_SIZE), g_free), self->closing), NULL);
}

static WwRecord *
get_record (WwTransients *self, const guint8 account[16])
{
  return dex_await_boxed (ww_until (ww_directory_get (self->directory, account), self->closing), NULL);
}

/* Neither old nor from the future, and later than the last one of that device: a replay shows nothing. */
static gboolean
is_fresh (WwTransients *self, const WwArrival *arrival)
{
  g_autoptr (GBytes) device = g_bytes_new (arrival->device, WW_ID_SIZE);
  gint64 now = ww_now_ms (), *newest = g_hash_table_lookup (self->newest, device);

  if (arrival->created_ms < now - WW_TRANSIENT_MS || arrival->created_ms > now + WW_TRANSIENT_MS)
    return FALSE;
  if (newest != NULL && arrival->created_ms <= *newest)
    return FALSE;
  if (g_hash_table_size (self->newest) >= MAX_DEVICES)
    g_hash_table_remove_all (self->newest);
  g_hash_table_insert (self->newest, g_steal_pointer (&device),
                       g_memdup2 (&arrival->created_ms, sizeof arrival->created_ms));
  return TRUE;
}

static void
apply (WwTransients *self, const WwArrival *arrival)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (arrival->payload, &len);
  Waxwing__Payload *payload = ww_payload_parse (data, len);

  if (payload == NULL)
    return;
  if (payload->kind_case == WAXWING__PAYLOAD__KIND_TYPING && is_fresh (self, arrival))
    ww_conversation_list_apply_typing (self->conversations, arrival->conversation, arrival->account,
                                       payload->typing->active);
  waxwing__payload__free_unpacked (payload, NULL);
}

static void
take (Task *task)
{
  WwTransients *self = task->transients;
  g_autoptr (WwRecord) own = get_record (self, ww_identity_get_account_id (self->identity));
  g_autoptr (WwIncomingBatch) batch = NULL;
  WwIncoming *item;

  if (own == NULL)
    return;
  batch = ww_incoming_batch_new (self->identity, own);
  batch->transient = TRUE;
  ww_incoming_batch_add (batch, task->reply);
  item = batch->items->pdata[0];
  if (!dex_await (ww_until (ww_incoming_open_all (batch), self->closing), NULL) || item->arrival->code != NULL ||
      !is_known (self, ww_incoming_sender (item)))
    return;
  item->sender = get_record (self, ww_incoming_sender (item));
  if (!dex_await (ww_until (ww_incoming_verify_all (batch), self->closing), NULL) || !item->verified ||
      item->arrival->code != NULL)
    return;
  apply (self, item->arrival);
}

static DexFuture *
take_fiber (gpointer data)
{
  Task *task = data;

  take (task);
  task->transients->n_running--;
  return dex_future_new_true ();
}

void
ww_transients_take (WwTransients *self, WwReply *reply)
{
  Task *task;

  if (self->n_running >= MAX_RUNNING || !dex_future_is_pending (DEX_FUTURE (self->closing)))
    return;
  task = g_new0 (Task, 1);
  task->transients = g_object_ref (self);
  task->reply = ww_reply_ref (reply);
  self->n_running++;
  dex_future_disown (dex_scheduler_spawn (NULL, 0, take_fiber, task, task_free));
}

static void
ww_transients_dispose (GObject *object)
{
  ww_transients_close (WW_TRANSIENTS (object));
  G_OBJECT_CLASS (ww_transients_parent_class)->dispose (object);
}

static void
ww_transients_finalize (GObject *object)
{
  WwTransients *self = WW_TRANSIENTS (object);

  g_clear_object (&self->store);
  g_clear_object (&self->directory);
  g_clear_pointer (&self->identity, ww_identity_unref);
  g_clear_object (&self->conversations);
  dex_clear (&self->closing);
  g_clear_pointer (&self->newest, g_hash_table_unref);
  G_OBJECT_CLASS (ww_transients_parent_class)->finalize (object);
}

static void
ww_transients_class_init (WwTransientsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ww_transients_dispose;
  object_class->finalize = ww_transients_finalize;
}

static void
ww_transients_init (WwTransients *self)
{
  self->closing = dex_promise_new ();
  self->newest = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, g_free);
}
