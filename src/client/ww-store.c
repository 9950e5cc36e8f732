/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-store"

#include "ww-store.h"

#include "ww-answer.h"
#include "ww-database-private.h"
#include "ww-error-private.h"
#include "ww-store-search-index.h"

/*
 * The thread takes what was asked for in order. Writes that wait one behind another share a transaction, each behind a
 * savepoint of its own, so that a burst of arrivals costs one sync to the disk and not thousands; their futures
 * resolve after the commit. A read ends such a group, because it must not see what might still be rolled back.
 */
#define MAX_GROUP 256

typedef enum
{
  JOB_WRITE,
  JOB_READ,
  JOB_PURGE,
  JOB_CLOSE,
} JobKind;

typedef struct
{
  JobKind kind;
  WwStoreFunc func;
  gpointer data;
  GDestroyNotify destroy;
  WwAnswer *answer;
  GValue result;
  GError *error;
} Job;

/* What the thread and the object share. The thread owns the database. */
typedef struct
{
  gatomicrefcount ref_count;
  GAsyncQueue *jobs;
  GMutex mutex;
  gboolean closed; /* under the mutex: nothing is queued after JOB_CLOSE */
  WwAnswer *done;  /* the thread's */
  DexFuture *closed_future;

  char *path;
  WwStoreKey key;
  gboolean create;
  WwAnswer *opened; /* the thread's */
} Worker;

struct _WwStore
{
  GObject parent_instance;

  Worker *worker;
};

G_DEFINE_FINAL_TYPE (WwStore, ww_store, G_TYPE_OBJECT)

/* Lets go of the data on this thread, then answers. */
static void
job_finish (Job *job)
{
  if (job->destroy != NULL)
    job->destroy (job->data);

  if (job->error != NULL)
    ww_answer_reject (job->answer, job->error);
  else
    ww_answer_resolve (job->answer, &job->result);

  if (G_IS_VALUE (&job->result))
    g_value_unset (&job->result);
  g_free (job);
}

static void
worker_unref (Worker *worker)
{
  if (!g_atomic_ref_count_dec (&worker->ref_count))
    return;

  g_async_queue_unref (worker->jobs);
  g_mutex_clear (&worker->mutex);
  dex_clear (&worker->closed_future);
  ww_wipe (&worker->key, sizeof worker->key);
  g_free (worker->path);
  g_free (worker);
}

static Worker *
worker_ref (Worker *worker)
{
  g_atomic_ref_count_inc (&worker->ref_count);
  return worker;
}

static gboolean
job_call (WwDatabase *database, Job *job)
{
  ww_database_advance_stamp (database);

  if (job->func (database, job->data, &job->result, &job->error) && job->error == NULL)
    return TRUE;

  if (job->error == NULL)
    job->error = ww_error_new (WW_ERROR_FAILED);
  return FALSE;
}

static void
fail_jobs (GPtrArray *jobs, const GError *error)
{
  for (guint i = 0; i < jobs->len; i++)
    {
      Job *job = g_ptr_array_index (jobs, i);

      if (job->error == NULL)
        job->error = g_error_copy (error);
    }
}

/* One write within the group's transaction. FALSE when the whole transaction is lost, with `error` set. */
static gboolean
run_in_group (WwDatabase *database, Job *job, GError **error)
{
  if (!ww_database_exec (database, "SAVEPOINT job", error))
    return FALSE;

  if (job_call (database, job))
    return ww_database_exec (database, "RELEASE job", error);

  /* SQLite gives up all of a transaction when there is no room: then the group's other writes are gone as well. */
  if (!ww_database_in_transaction (database))
    {
      g_propagate_error (error, g_error_copy (job->error));
      return FALSE;
    }

  return ww_database_exec (database, "ROLLBACK TO job; RELEASE job", error);
}

static void
run_group (WwDatabase *database, GPtrArray *jobs)
{
  g_autoptr (GError) error = NULL;
  gboolean good = ww_database_begin (database, &error);

  for (guint i = 0; good && i < jobs->len; i++)
    good = run_in_group (database, g_ptr_array_index (jobs, i), &error);

  if (good)
    good = ww_database_commit (database, &error);

  if (!good)
    {
      ww_database_rollback (database);
      fail_jobs (jobs, error);
    }

  for (guint i = 0; i < jobs->len; i++)
    job_finish (g_ptr_array_index (jobs, i));
}

/* A transaction too, so that all that is read belongs together; rolled back, so that nothing can be written. */
static void
run_read (WwDatabase *database, Job *job)
{
  if (ww_database_exec (database, "BEGIN; PRAGMA query_only=ON", &job->error))
    {
      job_call (database, job);
      ww_database_exec (database, "PRAGMA query_only=OFF", NULL);
      ww_database_rollback (database);
    }

  job_finish (job);
}

/* The log keeps what pages were before, until it begins anew; this ends it. Outside of any transaction. */
static void
run_purge (WwDatabase *database, Job *job)
{
  ww_database_exec (database, "PRAGMA wal_checkpoint(TRUNCATE)", &job->error);
  job_finish (job);
}

/* An index that is damaged could keep messages out, whose triggers write into it: it goes, and is built anew in time. */
static void
heal_index (WwDatabase *database)
{
  if (!ww_database_take_index_damage (database) || !ww_database_begin (database, NULL))
    return;

  if (!ww_store_search_reset (database, NULL) || !ww_database_commit (database, NULL))
    ww_database_rollback (database);
  else
    g_message ("The search index was damaged and is made anew");
  ww_database_take_index_damage (database);
}

static void
run_until_closed (Worker *worker, WwDatabase *database)
{
  Job *job = NULL;

  while (TRUE)
    {
      heal_index (database);
      if (job == NULL)
        job = g_async_queue_pop (worker->jobs);

      if (job->kind == JOB_WRITE)
        {
          g_autoptr (GPtrArray) group = g_ptr_array_new ();

          do
            {
              g_ptr_array_add (group, job);
              job = g_async_queue_try_pop (worker->jobs);
            }
          while (job != NULL && job->kind == JOB_WRITE && group->len < MAX_GROUP);

          run_group (database, group);
        }
      else if (job->kind == JOB_READ)
        {
          run_read (database, g_steal_pointer (&job));
        }
      else if (job->kind == JOB_PURGE)
        {
          run_purge (database, g_steal_pointer (&job));
        }
      else
        {
          g_free (job);
          return;
        }
    }
}

static gpointer
worker_thread (gpointer data)
{
  Worker *worker = data;
  WwDatabase *database;
  GError *error = NULL;
  GValue result = G_VALUE_INIT;

  database = ww_database_open (worker->path, &worker->key, worker->create, &error);
  ww_wipe (&worker->key, sizeof worker->key);

  if (database == NULL)
    {
      ww_answer_reject (worker->opened, error);
      ww_answer_resolve (worker->done, &result);
    }
  else
    {
      WwStore *store = g_object_new (WW_TYPE_STORE, NULL);

      store->worker = worker_ref (worker);
      ww_answer_resolve_object (worker->opened, store);

      run_until_closed (worker, database);
      ww_database_close (database);
      ww_answer_resolve (worker->done, &result);
    }

  worker_unref (worker);
  return NULL;
}

static void
close_worker (Worker *worker)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&worker->mutex);
  Job *job;

  if (worker->closed)
    return;

  worker->closed = TRUE;
  job = g_new0 (Job, 1);
  job->kind = JOB_CLOSE;
  g_async_queue_push (worker->jobs, job);
}

static void
ww_store_finalize (GObject *object)
{
  WwStore *self = WW_STORE (object);

  if (self->worker != NULL)
    close_worker (self->worker);
  g_clear_pointer (&self->worker, worker_unref);

  G_OBJECT_CLASS (ww_store_parent_class)->finalize (object);
}

static void
ww_store_class_init (WwStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ww_store_finalize;
}

static void
ww_store_init (WwStore *self)
{
}

/**
 * ww_store_open:
 * @path: the store's file
 * @key: copied, and wiped as soon as the file is open
 * @create: whether a missing file is made
 *
 * Starts the thread that owns the connection until ww_store_close(), or until the object goes.
 *
 * Returns: (transfer full): resolves to a WwStore; rejects as ww_database_open() does
 */
DexFuture *
ww_store_open (const char *path, const WwStoreKey *key, gboolean create)
{
  Worker *worker = g_new0 (Worker, 1);
  DexFuture *opened;

  g_atomic_ref_count_init (&worker->ref_count);
  g_mutex_init (&worker->mutex);
  worker->jobs = g_async_queue_new ();
  worker->done = ww_answer_new (&worker->closed_future);
  worker->path = g_strdup (path);
  worker->key = *key;
  worker->create = create;
  worker->opened = ww_answer_new (&opened);

  g_thread_unref (g_thread_new ("ww-store", worker_thread, worker));

  return opened;
}

/**
 * ww_store_close:
 *
 * What was asked for before is still done. Afterwards everything is rejected with WW_ERROR_CANCELLED.
 *
 * Returns: (transfer full): resolves to %TRUE when the file is closed
 */
DexFuture *
ww_store_close (WwStore *self)
{
  g_return_val_if_fail (WW_IS_STORE (self), NULL);

  close_worker (self->worker);
  return dex_ref (self->worker->closed_future);
}

static DexFuture *
enqueue (WwStore *self, JobKind kind, WwStoreFunc func, gpointer data, GDestroyNotify destroy)
{
  g_autoptr (GMutexLocker) locker = NULL;
  DexFuture *future;
  Job *job;

  locker = g_mutex_locker_new (&self->worker->mutex);

  if (self->worker->closed)
    {
      g_clear_pointer (&locker, g_mutex_locker_free);
      if (destroy != NULL)
        destroy (data);
      return ww_error_reject (WW_ERROR_CANCELLED);
    }

  job = g_new0 (Job, 1);
  job->kind = kind;
  job->func = func;
  job->data = data;
  job->destroy = destroy;
  job->answer = ww_answer_new (&future);
  g_async_queue_push (self->worker->jobs, job);

  return future;
}

/**
 * ww_store_run:
 * @func: runs on the store's thread; may run no other thread's code
 * @data: plain data, that no other thread touches meanwhile
 * @destroy: (nullable): runs on the store's thread, before the future is answered
 *
 * Returns: (transfer full): resolves after the commit is on the disk, to what @func put into its result, else to %TRUE.
 *   Rejects with the error of @func, or with WW_ERROR_STORE_FULL or WW_ERROR_STORE_FAILED when the commit failed: then
 *   nothing of it happened.
 */
DexFuture *
ww_store_run (WwStore *self, WwStoreFunc func, gpointer data, GDestroyNotify destroy)
{
  g_return_val_if_fail (WW_IS_STORE (self), NULL);

  return enqueue (self, JOB_WRITE, func, data, destroy);
}

/**
 * ww_store_read:
 *
 * As ww_store_run(), for a @func that only reads: a write in it fails.
 */
DexFuture *
ww_store_read (WwStore *self, WwStoreFunc func, gpointer data, GDestroyNotify destroy)
{
  g_return_val_if_fail (WW_IS_STORE (self), NULL);

  return enqueue (self, JOB_READ, func, data, destroy);
}

/**
 * ww_store_purge:
 *
 * Takes what was deleted out of the store's log as well.
 *
 * Returns: (transfer full): resolves to %TRUE when the files hold nothing any more of what was deleted before
 */
DexFuture *
ww_store_purge (WwStore *self)
{
  g_return_val_if_fail (WW_IS_STORE (self), NULL);

  return enqueue (self, JOB_PURGE, NULL, NULL, NULL);
}
