/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-handover"

#include "ww-handover.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "ww-archive.h"
#include "ww-attachment-file.h"
#include "ww-checks.h"
#include "ww-crash-point.h"
#include "ww-error-private.h"
#include "ww-transfers-sealed.h"
#include "ww-until.h"

#define RETRY_MS 5000 /* after something that another try may mend */

typedef gboolean (*Step) (WwHandover *self);

/* One of the two sides: a fiber that makes steps until there is nothing more to do. */
typedef struct
{
  Step step;
  gboolean running;
  gboolean again;
} Side;

struct _WwHandover
{
  GObject parent_instance;

  WwStore *store;
  WwAccount *account;
  WwIdentity *identity;
  WwTransfers *transfers;
  DexPromise *closing;
  Side giving;
  Side taking;
};

G_DEFINE_FINAL_TYPE (WwHandover, ww_handover, G_TYPE_OBJECT)

enum
{
  SIGNAL_BROUGHT,
  SIGNAL_CHANGED,
  SIGNAL_OUTBOX_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static gboolean
is_closed (WwHandover *self)
{
  return !dex_future_is_pending (DEX_FUTURE (self->closing));
}

static const guint8 *
own_account (WwHandover *self)
{
  return ww_identity_get_account_id (self->identity);
}

static gboolean
is_own_device (WwHandover *self, const guint8 device[16])
{
  const WwRecord *record = ww_account_get_record (self->account);

  return record != NULL && ww_record_find_device (record, device) != NULL;
}

/* FALSE: the object is closed, and nothing of it may be touched. */
static gboolean
pause_before_retry (WwHandover *self, const GError *error)
{
  if (is_closed (self))
    return FALSE;
  g_debug ("history waits: %s", error != NULL ? error->message : "");
  dex_await (ww_until (dex_timeout_new_msec (RETRY_MS), self->closing), NULL);
  return !is_closed (self);
}

static void
tell_changed (WwHandover *self)
{
  if (is_closed (self))
    return;
  g_signal_emit (self, signals[SIGNAL_OUTBOX_CHANGED], 0);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* --- On the store's thread ----------------------------------------------------------------- */

/* What a store function is asked, and what it answers beside its future. Counted: a fiber may end before it runs. */
typedef struct
{
  guint8 own_account[16];
  guint8 device[16];
  WwHistoryPiece *piece;
  char *file;
  WwAttachmentPointer pointer;
  WwHistoryParcel *parcel;
  GBytes *chunk;
  char *code;
  gboolean final;
  GPtrArray *list;
} Job;

static void
job_clear (gpointer data)
{
  Job *self = data;

  g_clear_pointer (&self->piece, ww_history_piece_unref);
  g_free (self->file);
  ww_wipe (&self->pointer, sizeof self->pointer);
  g_clear_pointer (&self->parcel, ww_history_parcel_free);
  g_clear_pointer (&self->chunk, g_bytes_unref);
  g_free (self->code);
  g_clear_pointer (&self->list, g_ptr_array_unref);
}

static void
job_unref (Job *self)
{
  g_atomic_rc_box_release_full (self, job_clear);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_unref)

static Job *
job_new (WwHandover *self)
{
  Job *job = g_atomic_rc_box_new0 (Job);

  memcpy (job->own_account, own_account (self), sizeof job->own_account);
  return job;
}

static DexFuture *
run_job (WwHandover *self, WwStoreFunc func, Job *job)
{
  return ww_until (ww_store_run (self->store, func, g_atomic_rc_box_acquire (job), (GDestroyNotify) job_unref),
                   self->closing);
}

static DexFuture *
read_job (WwHandover *self, WwStoreFunc func, Job *job)
{
  return ww_until (ww_store_read (self->store, func, g_atomic_rc_box_acquire (job), (GDestroyNotify) job_unref),
                   self->closing);
}

static gboolean
list_over_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  return ww_store_list_over (database, &((Job *) data)->list, error);
}

static gboolean
forget_over_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  return ww_store_forget_over (database, ((Job *) data)->file, error);
}

static gboolean
next_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Job *job = data;

  return ww_store_next_history_piece (database, job->own_account, &job->piece, error);
}

static gboolean
begin_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Job *job = data;

  return ww_store_begin_history_piece (database, job->piece, job->file, error);
}

static gboolean
send_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Job *job = data;
  gboolean current;

  return ww_store_send_history_piece (database, job->own_account, job->piece, job->file, &job->pointer, ww_now_ms (),
                                      &current, error);
}

static gboolean
end_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  return ww_store_end_history (database, ((Job *) data)->device, error);
}

static gboolean
offer_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Job *job = data;

  return ww_store_offer_history (database, job->own_account, job->device, ww_now_ms (), error);
}

static gboolean
ask_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  return ww_store_ask_for_history (database, ((Job *) data)->own_account, ww_now_ms (), error);
}

static gboolean
list_parcels_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  return ww_store_list_history_parcels (database, &((Job *) data)->list, error);
}

static gboolean
take_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Job *job = data;
  Waxwing__ArchiveChunk *chunk = ww_archive_parse (job->chunk, error);
  WwArchiveTaken *brought;

  if (chunk == NULL)
    return FALSE;
  brought = ww_store_take_history_parcel (database, job->own_account, job->parcel, chunk, ww_now_ms (), error);
  waxwing__archive_chunk__free_unpacked (chunk, NULL);
  if (brought == NULL)
    return FALSE;
  g_value_init (result, WW_TYPE_ARCHIVE_TAKEN);
  g_value_take_boxed (result, brought);
  return TRUE;
}

static gboolean
fail_on_store (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Job *job = data;

  return ww_store_fail_history_parcel (database, job->own_account, job->parcel, job->code, job->final, ww_now_ms (),
                                       error);
}

/* --- On a thread of their own -------------------------------------------------------------- */

/* A chunk between memory and its sealed file. */
typedef struct
{
  GBytes *chunk;
  char *path;
  WwSealedChunk sealed;
} Sealing;

static void
sealing_clear (gpointer data)
{
  Sealing *self = data;

  g_clear_pointer (&self->chunk, g_bytes_unref);
  g_free (self->path);
  ww_sealed_chunk_clear (&self->sealed);
}

static void
sealing_unref (Sealing *self)
{
  g_atomic_rc_box_release_full (self, sealing_clear);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sealing, sealing_unref)

static gboolean
run_sealing (WwHandover *self, Sealing *sealing, WwAttachmentWork work, GError **error)
{
  return dex_await (
      ww_until (ww_attachment_work (work, g_atomic_rc_box_acquire (sealing), (GDestroyNotify) sealing_unref),
                self->closing),
      error);
}

static gboolean
seal_work (gpointer data, GError **error)
{
  Sealing *self = data;
  g_autoptr (GBytes) packed = ww_archive_pack (self->chunk, error);
  gsize len;
  const char *bytes;

  if (packed == NULL || !ww_archive_seal (packed, &self->sealed, error))
    return FALSE;
  bytes = g_bytes_get_data (self->sealed.sealed, &len);
  if (g_file_set_contents_full (self->path, bytes, (gssize) len, G_FILE_SET_CONTENTS_DURABLE, 0600, NULL))
    return TRUE;
  ww_error_set (error, WW_ERROR_STORE_FULL);
  return FALSE;
}

static gboolean
open_work (gpointer data, GError **error)
{
  Sealing *self = data;
  WwAttachmentLayout layout;
  g_autoptr (GBytes) packed = NULL;

  if (ww_attachment_layout_init (&layout, self->sealed.size) != WW_CRYPTO_OK)
    {
      ww_error_set (error, WW_ERROR_MESSAGE_MALFORMED);
      return FALSE;
    }
  self->sealed.sealed = ww_attachment_file_read (self->path, 0, layout.sealed, error);
  if (self->sealed.sealed == NULL)
    return FALSE;
  packed = ww_archive_open (&self->sealed, error);
  if (packed == NULL)
    return FALSE;
  self->chunk = ww_archive_unpack (packed, error);
  return self->chunk != NULL;
}

/* --- Giving -------------------------------------------------------------------------------- */

/* FALSE: it is still on the server, which cannot be asked just now. */
static gboolean
discard_file (WwHandover *self, const char *file)
{
  g_autoptr (WwTransfer) transfer = NULL;
  WwTransfer *found = ww_transfers_find_file (self->transfers, file);

  if (found == NULL)
    return TRUE;
  transfer = g_object_ref (found);
  if (!dex_await (ww_until (ww_transfer_withdraw (transfer), self->closing), NULL))
    return FALSE;
  ww_transfer_discard (transfer);
  return TRUE;
}

/* What is in place on the other device is nobody's any more: on the server neither. */
static gboolean
clear_over (WwHandover *self, GError **error)
{
  g_autoptr (Job) job = job_new (self);

  if (!dex_await (read_job (self, list_over_on_store, job), error))
    return FALSE;
  for (guint i = 0; i < job->list->len; i++)
    {
      g_autoptr (Job) one = job_new (self);

      one->file = g_strdup (job->list->pdata[i]);
      if (discard_file (self, one->file) && !dex_await (run_job (self, forget_over_on_store, one), error))
        return FALSE;
    }
  return TRUE;
}

/* On the disk, sealed, and known to the store before it is uploaded, so that nothing of it is left lying about. */
static WwTransfer *
upload (WwHandover *self, Job *job, GError **error)
{
  g_autoptr (Sealing) sealing = g_atomic_rc_box_new0 (Sealing);

  job->file = ww_transfers_make_file ();
  sealing->chunk = g_bytes_ref (job->piece->piece.chunk);
  sealing->path = ww_transfers_dup_path (self->transfers, job->file);
  if (!run_sealing (self, sealing, seal_work, error) || !dex_await (run_job (self, begin_on_store, job), error))
    return NULL;
  return ww_transfers_upload_sealed (self->transfers, job->file, &sealing->sealed);
}

static gboolean
give (WwHandover *self, Job *job, GError **error)
{
  g_autoptr (WwTransfer) transfer = NULL;

  transfer = upload (self, job, error);
  if (transfer == NULL)
    return FALSE;
  ww_crash_point ("history-upload");
  if (!dex_await (ww_until (ww_transfer_wait (transfer), self->closing), error) ||
      !ww_transfer_get_pointer (transfer, &job->pointer))
    {
      if (error != NULL && *error == NULL)
        ww_error_set (error, WW_ERROR_FAILED);
      return FALSE;
    }
  ww_crash_point ("history-uploaded");
  return dex_await (run_job (self, send_on_store, job), error);
}

static gboolean
end_giving (WwHandover *self, const guint8 device[16], GError **error)
{
  g_autoptr (Job) job = job_new (self);

  memcpy (job->device, device, sizeof job->device);
  return dex_await (run_job (self, end_on_store, job), error);
}

/* One chunk. FALSE when there is none to be made now. */
static gboolean
give_step (WwHandover *self)
{
  g_autoptr (Job) job = job_new (self);
  g_autoptr (GError) error = NULL;

  if (!clear_over (self, &error) || !dex_await (read_job (self, next_on_store, job), &error))
    return pause_before_retry (self, error);
  if (job->piece == NULL)
    return FALSE;
  /* A device that was removed meanwhile gets no more. */
  if (!is_own_device (self, job->piece->device) ? end_giving (self, job->piece->device, &error)
                                                : give (self, job, &error))
    {
      tell_changed (self);
      return !is_closed (self);
    }
  return pause_before_retry (self, error);
}

/* --- Taking -------------------------------------------------------------------------------- */

static WwTransfer *
fetch (WwHandover *self, const WwHistoryParcel *parcel)
{
  WwTransfer *known = ww_transfers_find_parcel (self->transfers, parcel->pointer.id);

  if (known == NULL)
    return ww_transfers_download (self->transfers, &parcel->pointer);
  if (ww_transfer_get_state (known) == WW_TRANSFER_PAUSED)
    ww_transfer_resume (known);
  return g_object_ref (known);
}

static GBytes *
open_parcel (WwHandover *self, WwTransfer *transfer, const WwHistoryParcel *parcel, GError **error)
{
  g_autoptr (Sealing) sealing = g_atomic_rc_box_new0 (Sealing);

  sealing->path = ww_transfer_dup_sealed_path (transfer);
  memcpy (sealing->sealed.key, parcel->pointer.key, sizeof sealing->sealed.key);
  memcpy (sealing->sealed.hash, parcel->pointer.hash, sizeof sealing->sealed.hash);
  sealing->sealed.size = parcel->pointer.size;
  if (sealing->path == NULL)
    {
      ww_error_set (error, WW_ERROR_CANCELLED);
      return NULL;
    }
  return run_sealing (self, sealing, open_work, error) ? g_bytes_ref (sealing->chunk) : NULL;
}

static WwArchiveTaken *
put_in (WwHandover *self, WwTransfer *transfer, const WwHistoryParcel *parcel, GError **error)
{
  g_autoptr (Job) job = job_new (self);

  if (!dex_await (ww_until (ww_transfer_wait (transfer), self->closing), error))
    return NULL;
  job->chunk = open_parcel (self, transfer, parcel, error);
  if (job->chunk == NULL)
    return NULL;
  ww_crash_point ("history-fetched");
  job->parcel = ww_history_parcel_copy (parcel);
  return dex_await_boxed (run_job (self, take_on_store, job), error);
}

/* What only this device can mend is tried again here; what the other one can, there; and what is wrong stays wrong. */
static gboolean
fail (WwHandover *self, WwTransfer *transfer, const WwHistoryParcel *parcel, const GError *problem)
{
  g_autoptr (Job) job = NULL;
  g_autoptr (GError) error = NULL;

  if (is_closed (self))
    return FALSE;
  if (g_error_matches (problem, WW_ERROR, WW_ERROR_CANCELLED))
    {
      ww_transfer_discard (transfer);
      return TRUE;
    }
  if (g_error_matches (problem, WW_ERROR, WW_ERROR_STORE_FULL) ||
      g_error_matches (problem, WW_ERROR, WW_ERROR_STORE_FAILED))
    {
      ww_transfer_resume (transfer);
      return pause_before_retry (self, problem);
    }
  job = job_new (self);
  job->parcel = ww_history_parcel_copy (parcel);
  job->code = g_strdup (ww_error_get_code (problem));
  job->final = ww_transfer_get_state (transfer) == WW_TRANSFER_DONE;
  ww_transfer_discard (transfer);
  if (!dex_await (run_job (self, fail_on_store, job), &error))
    return pause_before_retry (self, error);
  tell_changed (self);
  return !is_closed (self);
}

/* The next chunk, while the one after it is fetched. FALSE when there is none here. */
static gboolean
take_step (WwHandover *self)
{
  g_autoptr (Job) job = job_new (self);
  g_autoptr (GPtrArray) transfers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (WwArchiveTaken) brought = NULL;
  g_autoptr (GError) error = NULL;
  const WwHistoryParcel *parcel;

  if (!dex_await (read_job (self, list_parcels_on_store, job), &error))
    return pause_before_retry (self, error);
  if (job->list->len == 0)
    return FALSE;
  parcel = job->list->pdata[0];
  for (guint i = 0; i < job->list->len; i++)
    g_ptr_array_add (transfers, fetch (self, job->list->pdata[i]));
  if (is_own_device (self, parcel->device))
    brought = put_in (self, transfers->pdata[0], parcel, &error);
  else
    ww_error_set (&error, WW_ERROR_MESSAGE_SENDER_DEVICE);
  if (brought == NULL)
    return fail (self, transfers->pdata[0], parcel, error);
  if (is_closed (self))
    return FALSE;
  ww_crash_point ("history-taken");
  ww_transfer_discard (transfers->pdata[0]);
  g_signal_emit (self, signals[SIGNAL_BROUGHT], 0, brought);
  tell_changed (self);
  return TRUE;
}

/* --- Both ---------------------------------------------------------------------------------- */

typedef struct
{
  WwHandover *handover;
  Side *side;
} Run;

static void
run_free (gpointer data)
{
  Run *self = data;

  g_object_unref (self->handover);
  g_free (self);
}

static DexFuture *
side_fiber (gpointer data)
{
  Run *run = data;
  Side *side = run->side;

  do
    {
      side->again = FALSE;
      while (!is_closed (run->handover) && side->step (run->handover))
        ;
    }
  while (side->again && !is_closed (run->handover));
  side->running = FALSE;
  return dex_future_new_true ();
}

static void
wake_side (WwHandover *self, Side *side)
{
  Run *run;

  side->again = TRUE;
  if (side->running)
    return;
  side->running = TRUE;
  run = g_new0 (Run, 1);
  run->handover = g_object_ref (self);
  run->side = side;
  dex_future_disown (dex_scheduler_spawn (NULL, 0, side_fiber, run, run_free));
}

void
ww_handover_wake (WwHandover *self)
{
  if (is_closed (self))
    return;
  wake_side (self, &self->giving);
  wake_side (self, &self->taking);
}

static DexFuture *
told_cb (DexFuture *future, gpointer data)
{
  tell_changed (data);
  ww_handover_wake (data);
  return NULL;
}

DexFuture *
ww_handover_offer (WwHandover *self, const guint8 device[16])
{
  g_autoptr (Job) job = job_new (self);

  if (!is_own_device (self, device) || memcmp (device, ww_identity_get_device_id (self->identity), WW_ID_SIZE) == 0)
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);
  memcpy (job->device, device, sizeof job->device);
  return dex_future_then (run_job (self, offer_on_store, job), told_cb, g_object_ref (self), g_object_unref);
}

DexFuture *
ww_handover_ask (WwHandover *self)
{
  g_autoptr (Job) job = job_new (self);

  return dex_future_then (run_job (self, ask_on_store, job), told_cb, g_object_ref (self), g_object_unref);
}

WwHandover *
ww_handover_new (WwStore *store, WwAccount *account, WwIdentity *identity, WwTransfers *transfers)
{
  WwHandover *self = g_object_new (WW_TYPE_HANDOVER, NULL);

  self->store = g_object_ref (store);
  self->account = g_object_ref (account);
  self->identity = ww_identity_ref (identity);
  self->transfers = g_object_ref (transfers);
  return self;
}

void
ww_handover_close (WwHandover *self)
{
  if (!is_closed (self))
    dex_promise_reject (self->closing, ww_error_new (WW_ERROR_CANCELLED));
}

static void
ww_handover_dispose (GObject *object)
{
  ww_handover_close (WW_HANDOVER (object));
  G_OBJECT_CLASS (ww_handover_parent_class)->dispose (object);
}

static void
ww_handover_finalize (GObject *object)
{
  WwHandover *self = WW_HANDOVER (object);

  g_clear_object (&self->store);
  g_clear_object (&self->account);
  g_clear_pointer (&self->identity, ww_identity_unref);
  g_clear_object (&self->transfers);
  dex_clear (&self->closing);
  G_OBJECT_CLASS (ww_handover_parent_class)->finalize (object);
}

static void
ww_handover_class_init (WwHandoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ww_handover_dispose;
  object_class->finalize = ww_handover_finalize;
  signals[SIGNAL_BROUGHT] = g_signal_new ("brought", WW_TYPE_HANDOVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, WW_TYPE_ARCHIVE_TAKEN | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", WW_TYPE_HANDOVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
  signals[SIGNAL_OUTBOX_CHANGED] = g_signal_new ("outbox-changed", WW_TYPE_HANDOVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                                 NULL, G_TYPE_NONE, 0);
}

static void
ww_handover_init (WwHandover *self)
{
  self->closing = dex_promise_new ();
  self->giving.step = give_step;
  self->taking.step = take_step;
}
