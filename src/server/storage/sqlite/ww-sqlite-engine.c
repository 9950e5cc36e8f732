/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-sqlite.h"

#include <uv.h>

#include "ww-log.h"
#include "ww-sqlite-queue.h"

/*
 * One writer thread, which owns the only connection that writes and commits in groups, and a few readers.
 * Operations travel to them in two queues and come back in a third; an async handle wakes the loop.
 */
#define READERS           2
#define GROUP_OPERATIONS  256
#define GROUP_LINGER_NS   (2 * 1000 * 1000)
#define MAX_WAITING_BYTES (64 * 1024 * 1024)

typedef struct
{
  WwStorage base;
  WwVerificationStore verifications;
  WwSqlite *writer;
  WwSqlite *readers[READERS];
  WwSqliteQueue writes;
  WwSqliteQueue reads;
  WwSqliteQueue finished;
  uv_thread_t writer_thread;
  uv_thread_t reader_threads[READERS];
  unsigned reader_index; /* handed out to the readers as they start */
  uv_mutex_t reader_mutex;
  uv_async_t wake;
  bool wake_closed;
  uv_loop_t *loop;
} WwSqliteEngine;

/* --- The writer ---------------------------------------------------------------------------- */

static bool
run_plain (WwSqlite *db, const char *sql)
{
  return ww_sqlite_run (db, sql, "") >= 0;
}

/* One operation in its own savepoint, so that it can fail alone. False when the whole transaction is gone. */
static bool
run_one (WwSqlite *db, WwOperation *op)
{
  db->failed = false;
  if (!run_plain (db, "SAVEPOINT operation"))
    {
      op->status = WW_STORAGE_UNAVAILABLE;
      return !sqlite3_get_autocommit (db->handle);
    }
  op->status = op->run (db, op);
  /* A full disk may have made SQLite roll everything back by itself. */
  if (sqlite3_get_autocommit (db->handle))
    return false;
  if (op->status != WW_STORAGE_OK)
    run_plain (db, "ROLLBACK TO operation");
  return run_plain (db, "RELEASE operation");
}

static void
fail_all (WwOperation *list)
{
  for (WwOperation *op = list; op != NULL; op = op->next)
    op->status = WW_STORAGE_UNAVAILABLE;
}

/* A group: one transaction, one sync of the disk. */
static void
run_group (WwSqlite *db, WwOperation *list)
{
  bool intact;

  db->failed = false;
  intact = run_plain (db, "BEGIN IMMEDIATE");
  for (WwOperation *op = list; op != NULL && intact; op = op->next)
    intact = run_one (db, op);
  if (intact && run_plain (db, "COMMIT"))
    return;

  if (!sqlite3_get_autocommit (db->handle))
    sqlite3_exec (db->handle, "ROLLBACK", NULL, NULL, NULL);
  fail_all (list);
}

static unsigned
count (const WwOperation *list)
{
  unsigned n = 0;

  for (; list != NULL; list = list->next)
    n++;
  return n;
}

static void
writer_main (void *data)
{
  WwSqliteEngine *self = data;
  unsigned last = 1;

  while (true)
    {
      /*
       * A lone operation is not held up. After a group, as many are likely to come again, from those who were just
       * answered; a little patience lets them share a sync once more. More than that is not waited for.
       */
      WwOperation *list = ww_sqlite_queue_pop (&self->writes, GROUP_OPERATIONS, last, GROUP_LINGER_NS);

      if (list == NULL)
        break;
      last = count (list);
      run_group (self->writer, list);
      ww_sqlite_queue_push_list (&self->finished, list);
      uv_async_send (&self->wake);
    }
}

/* --- The readers --------------------------------------------------------------------------- */

static void
reader_main (void *data)
{
  WwSqliteEngine *self = data;
  WwSqlite *db;
  WwOperation *op;

  uv_mutex_lock (&self->reader_mutex);
  db = self->readers[self->reader_index++];
  uv_mutex_unlock (&self->reader_mutex);

  while ((op = ww_sqlite_queue_pop (&self->reads, 1, 1, 0)) != NULL)
    {
      db->failed = false;
      /* What an operation reads with several statements is of one moment. */
      if (run_plain (db, "BEGIN"))
        op->status = op->run (db, op);
      else
        op->status = WW_STORAGE_UNAVAILABLE;
      run_plain (db, "COMMIT");
      ww_sqlite_queue_push_list (&self->finished, op);
      uv_async_send (&self->wake);
    }
}

/* --- The loop's side ----------------------------------------------------------------------- */

/* Whether there was any. */
static bool
finish_all (WwSqliteEngine *self)
{
  WwOperation *list = ww_sqlite_queue_take (&self->finished);
  bool any = list != NULL;

  while (list != NULL)
    {
      WwOperation *op = list;

      list = op->next;
      ww_operation_finish (op);
    }
  return any;
}

static void
wake_cb (uv_async_t *handle)
{
  finish_all (handle->data);
}

/* What cannot be queued is answered from the loop as well, never from within the call. */
static void
submit (WwSqliteEngine *self, WwSqliteQueue *queue, WwOperation *op)
{
  if (ww_sqlite_queue_push (queue, op))
    return;
  op->status = WW_STORAGE_UNAVAILABLE;
  ww_sqlite_queue_push_list (&self->finished, op);
  /* While the engine closes, it looks by itself. */
  if (!uv_is_closing ((uv_handle_t *) &self->wake))
    uv_async_send (&self->wake);
}

#define DEFINE_OPERATION(name, Type, queue)                             \
  static WwStorageStatus run_##name (void *connection, WwOperation *op) \
  {                                                                     \
    return ww_sqlite_##name (connection, (Type *) op);                  \
  }                                                                     \
  static void submit_##name (WwStorage *storage, Type *op)              \
  {                                                                     \
    WwSqliteEngine *self = (WwSqliteEngine *) storage;                  \
                                                                        \
    op->base.run = run_##name;                                          \
    submit (self, &self->queue, &op->base);                             \
  }

/* The same for the part that the verification service sees. */
#define DEFINE_VERIFICATION_OPERATION(name, Type, queue)                               \
  static WwStorageStatus run_##name (void *connection, WwOperation *op)                \
  {                                                                                    \
    return ww_sqlite_##name (connection, (Type *) op);                                 \
  }                                                                                    \
  static void submit_##name (WwVerificationStore *store, Type *op)                     \
  {                                                                                    \
    char *part = (char *) store;                                                       \
    WwSqliteEngine *self = (void *) (part - offsetof (WwSqliteEngine, verifications)); \
                                                                                       \
    op->base.run = run_##name;                                                         \
    submit (self, &self->queue, &op->base);                                            \
  }

DEFINE_VERIFICATION_OPERATION (start_verification, WwStartVerificationOp, writes)
DEFINE_VERIFICATION_OPERATION (resend_verification, WwResendVerificationOp, writes)
DEFINE_VERIFICATION_OPERATION (load_verification, WwLoadVerificationOp, reads)
DEFINE_VERIFICATION_OPERATION (confirm_verification, WwConfirmVerificationOp, writes)
DEFINE_VERIFICATION_OPERATION (consume_verification, WwConsumeVerificationOp, writes)
DEFINE_VERIFICATION_OPERATION (expire_verifications, WwExpireVerificationsOp, writes)
DEFINE_OPERATION (load_chain, WwLoadChainOp, reads)
DEFINE_OPERATION (load_device, WwLoadDeviceOp, reads)
DEFINE_OPERATION (prepare_device, WwPrepareDeviceOp, writes)
DEFINE_OPERATION (create_account, WwCreateAccountOp, writes)
DEFINE_OPERATION (publish_record, WwPublishRecordOp, writes)
DEFINE_OPERATION (load_claims, WwLoadClaimsOp, reads)
DEFINE_OPERATION (refuse_claim, WwRefuseClaimOp, writes)
DEFINE_OPERATION (expire_claims, WwExpireClaimsOp, writes)
DEFINE_OPERATION (touch_devices, WwTouchDevicesOp, writes)
DEFINE_OPERATION (load_activity, WwLoadActivityOp, reads)
DEFINE_OPERATION (retire_device, WwRetireDeviceOp, writes)
DEFINE_OPERATION (join_account, WwJoinAccountOp, writes)
DEFINE_OPERATION (forget_pending, WwForgetPendingOp, writes)
DEFINE_OPERATION (load_pending, WwLoadPendingOp, reads)
DEFINE_OPERATION (send, WwSendOp, writes)
DEFINE_OPERATION (load_deliveries, WwLoadDeliveriesOp, reads)
DEFINE_OPERATION (acknowledge, WwAcknowledgeOp, writes)
DEFINE_OPERATION (prepare_upload, WwPrepareUploadOp, writes)
DEFINE_OPERATION (load_attachment, WwLoadAttachmentOp, reads)
DEFINE_OPERATION (advance_upload, WwAdvanceUploadOp, writes)
DEFINE_OPERATION (delete_attachment, WwDeleteAttachmentOp, writes)
DEFINE_OPERATION (expire_attachments, WwExpireAttachmentsOp, writes)
DEFINE_OPERATION (find_attachments, WwFindAttachmentsOp, reads)
DEFINE_OPERATION (expire, WwExpireOp, writes)
DEFINE_OPERATION (load_statistics, WwLoadStatisticsOp, reads)

/* Before the first send: the threads read these without a lock. */
static void
engine_set_limits (WwStorage *storage, uint64_t mailbox_messages, int64_t mailbox_ms)
{
  WwSqliteEngine *self = (WwSqliteEngine *) storage;

  self->writer->mailbox_messages = mailbox_messages;
  self->writer->mailbox_ms = mailbox_ms;
}

static void
wake_closed_cb (uv_handle_t *handle)
{
  WwSqliteEngine *self = handle->data;

  self->wake_closed = true;
}

static void
free_engine (WwSqliteEngine *self)
{
  for (unsigned i = 0; i < READERS; i++)
    g_clear_pointer (&self->readers[i], ww_sqlite_close);
  g_clear_pointer (&self->writer, ww_sqlite_close);
  g_free (self);
}

/* Finishes what was submitted. The loop must not be running: this turns it until the wake-up handle is closed. */
static void
engine_close (WwStorage *storage)
{
  WwSqliteEngine *self = (WwSqliteEngine *) storage;

  ww_sqlite_queue_close (&self->writes);
  ww_sqlite_queue_close (&self->reads);
  uv_thread_join (&self->writer_thread);
  for (unsigned i = 0; i < READERS; i++)
    uv_thread_join (&self->reader_threads[i]);
  uv_close ((uv_handle_t *) &self->wake, wake_closed_cb);
  while (!self->wake_closed)
    uv_run (self->loop, UV_RUN_ONCE);
  /*
   * What is submitted now, by these callbacks or by what else the loop had to do meanwhile (a timer, a mail that went
   * out), is refused, and comes back as well.
   */
  while (finish_all (self))
    ;

  ww_sqlite_queue_clear (&self->writes);
  ww_sqlite_queue_clear (&self->reads);
  ww_sqlite_queue_clear (&self->finished);
  uv_mutex_destroy (&self->reader_mutex);
  free_engine (self);
}

static const WwStorageEngine sqlite_engine = {
  .name = "sqlite",
  .close = engine_close,
  .set_limits = engine_set_limits,
  .load_chain = submit_load_chain,
  .load_device = submit_load_device,
  .prepare_device = submit_prepare_device,
  .create_account = submit_create_account,
  .publish_record = submit_publish_record,
  .load_claims = submit_load_claims,
  .refuse_claim = submit_refuse_claim,
  .expire_claims = submit_expire_claims,
  .touch_devices = submit_touch_devices,
  .load_activity = submit_load_activity,
  .retire_device = submit_retire_device,
  .join_account = submit_join_account,
  .forget_pending = submit_forget_pending,
  .load_pending = submit_load_pending,
  .send = submit_send,
  .load_deliveries = submit_load_deliveries,
  .acknowledge = submit_acknowledge,
  .prepare_upload = submit_prepare_upload,
  .load_attachment = submit_load_attachment,
  .advance_upload = submit_advance_upload,
  .delete_attachment = submit_delete_attachment,
  .expire_attachments = submit_expire_attachments,
  .find_attachments = submit_find_attachments,
  .expire = submit_expire,
  .load_statistics = submit_load_statistics,
};

static const WwVerificationStoreEngine verification_engine = {
  .start = submit_start_verification,
  .resend = submit_resend_verification,
  .load = submit_load_verification,
  .confirm = submit_confirm_verification,
  .consume = submit_consume_verification,
  .expire = submit_expire_verifications,
};

static void
start_threads (WwSqliteEngine *self)
{
  ww_sqlite_queue_init (&self->writes, MAX_WAITING_BYTES);
  ww_sqlite_queue_init (&self->reads, MAX_WAITING_BYTES);
  ww_sqlite_queue_init (&self->finished, 0);
  uv_mutex_init (&self->reader_mutex);
  uv_async_init (self->loop, &self->wake, wake_cb);
  self->wake.data = self;
  if (uv_thread_create (&self->writer_thread, writer_main, self) != 0)
    g_error ("cannot start the writer's thread");
  for (unsigned i = 0; i < READERS; i++)
    if (uv_thread_create (&self->reader_threads[i], reader_main, self) != 0)
      g_error ("cannot start a reader's thread");
}

/*
 * Opens or creates the database and starts the threads. `loop` is the uv_loop_t on whose thread the
 * operations are finished. On failure NULL and a sentence in `error`, to be freed by the caller.
 */
WwStorage *
ww_sqlite_storage_open (const char *path, void *loop, char **error)
{
  WwSqliteEngine *self = g_new0 (WwSqliteEngine, 1);
  bool ready;

  self->base.engine = &sqlite_engine;
  self->base.verifications = &self->verifications;
  self->verifications.engine = &verification_engine;
  self->loop = loop;
  self->writer = ww_sqlite_open (path, true, error);
  ready = self->writer != NULL && ww_sqlite_prepare_schema (self->writer, path, error);
  for (unsigned i = 0; ready && i < READERS; i++)
    ready = (self->readers[i] = ww_sqlite_open (path, false, error)) != NULL;
  if (!ready)
    {
      free_engine (self);
      return NULL;
    }
  start_threads (self);
  return &self->base;
}
