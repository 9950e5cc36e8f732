/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-client-fixture.h"

#include <ftw.h>
#include <glib/gstdio.h>

#include "ww-error.h"

const WwStoreKey test_key = { .bytes = { 0xc0, 0xff, 0xee, 1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13,
                                         14,   15,   16,   17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29 } };
const guint8 test_self[16] = { 0xaa, 1 };
const guint8 test_device[16] = { 0xdd, 1 };
const guint8 test_peer[16] = { 0xbb, 1 };

static DexFuture *
answered_cb (DexFuture *completed, gpointer user_data)
{
  gboolean *answered = user_data;

  *answered = TRUE;
  return dex_ref (completed);
}

/* What was awaited lately, so that its values stay valid. */
static GPtrArray *kept;

void
test_forget_futures (void)
{
  g_clear_pointer (&kept, g_ptr_array_unref);
}

static DexFuture *
settle (const char *where, DexFuture *future)
{
  gboolean answered = FALSE;
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  DexFuture *waiting = dex_future_finally (dex_ref (future), answered_cb, &answered, NULL);

  while (!answered)
    {
      if (g_get_monotonic_time () > end)
        g_error ("%s: a future was not answered within a minute", where);
      g_main_context_iteration (NULL, TRUE);
    }

  dex_unref (waiting);
  if (kept == NULL)
    kept = g_ptr_array_new_with_free_func (dex_unref);
  g_ptr_array_add (kept, future);
  if (kept->len > 64)
    g_ptr_array_remove_index (kept, 0);
  return future;
}

const GValue *
test_await_at (const char *where, DexFuture *future)
{
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (settle (where, future), &error);

  if (value == NULL)
    g_error ("%s: rejected: %s", where, error->message);
  return value;
}

void
test_await_error_at (const char *where, DexFuture *future, int code)
{
  g_autoptr (GError) error = NULL;

  if (dex_future_get_value (settle (where, future), &error) != NULL)
    g_error ("%s: resolved, and should have been rejected", where);
  if (!g_error_matches (error, WW_ERROR, code))
    g_error ("%s: rejected with %s, %d, not %d: %s", where, g_quark_to_string (error->domain), error->code, code,
             error->message);
}

char *
test_directory_new (void)
{
  g_autoptr (GError) error = NULL;
  char *directory = g_dir_make_tmp ("waxwing-client-XXXXXX", &error);

  g_assert_no_error (error);
  return directory;
}

static int
remove_cb (const char *path, const struct stat *info, int kind, struct FTW *walk)
{
  return g_remove (path);
}

void
test_directory_free (char *directory)
{
  nftw (directory, remove_cb, 16, FTW_DEPTH | FTW_PHYS);
  g_free (directory);
}

WwDatabase *
test_database_new (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "store.db", NULL);
  g_autoptr (GError) error = NULL;
  WwDatabase *database = ww_database_open (path, &test_key, TRUE, &error);

  g_assert_no_error (error);
  return database;
}

WwStore *
test_store_new (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "store.db", NULL);

  return g_value_dup_object (test_await (ww_store_open (path, &test_key, TRUE)));
}

void
test_store_close (WwStore *store)
{
  test_await (ww_store_close (store));
  g_object_unref (store);
}

static gboolean
exec (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  return ww_database_exec (database, data, error);
}

DexFuture *
test_store_exec (WwStore *store, const char *sql)
{
  return ww_store_run (store, exec, g_strdup (sql), g_free);
}

gint64
test_database_int (WwDatabase *database, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WwStatement) statement = ww_database_prepare (database, sql, &error);

  g_assert_no_error (error);
  g_assert_cmpint (ww_statement_step (statement, &error), ==, WW_STEP_ROW);
  return ww_statement_int (statement, 0);
}

static gboolean
read_int (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  g_value_init (result, G_TYPE_INT64);
  g_value_set_int64 (result, test_database_int (database, data));
  return TRUE;
}

gint64
test_store_int (WwStore *store, const char *sql)
{
  return g_value_get_int64 (test_await (ww_store_read (store, read_int, g_strdup (sql), g_free)));
}

void
test_id (guint8 id[16], guint64 number)
{
  guint64 big_endian = GUINT64_TO_BE (number);

  memset (id, 0x77, 8);
  memcpy (id + 8, &big_endian, 8);
}

WwMessageRow *
test_message (guint64 number, guint64 conversation, const char *text)
{
  WwMessageRow *row = ww_message_row_new ();

  test_id (row->id, number);
  test_id (row->conversation, conversation);
  memcpy (row->account, test_peer, 16);
  memcpy (row->device, test_device, 16);
  row->created_ms = 1000;
  row->state = WW_MESSAGE_STATE_RECEIVED;
  row->kind = WW_MESSAGE_KIND_TEXT;
  row->suite = 2;
  row->text = g_strdup (text);
  row->payload = g_bytes_new (text, strlen (text));
  row->has_content_hash = TRUE;
  memset (row->content_hash, (int) number & 0xff, sizeof row->content_hash);
  return row;
}

typedef struct
{
  WwMessageRow *row;
  guint8 peer[16];
  gint64 now_ms;
} Insertion;

static void
insertion_free (gpointer data)
{
  Insertion *insertion = data;

  ww_message_row_free (insertion->row);
  g_free (insertion);
}

static gboolean
insert (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  Insertion *insertion = data;
  WwInsertResult inserted;

  if (!ww_store_insert_message (database, insertion->row, insertion->peer, insertion->now_ms, &inserted, error))
    return FALSE;

  g_assert_cmpint (inserted, ==, WW_INSERTED);
  g_value_init (result, WW_TYPE_MESSAGE_ROW);
  g_value_set_boxed (result, insertion->row);
  return TRUE;
}

WwMessageRow *
test_insert (WwStore *store, WwMessageRow *row, const guint8 peer[16], gint64 now_ms)
{
  Insertion *insertion = g_new0 (Insertion, 1);

  insertion->row = row;
  memcpy (insertion->peer, peer, 16);
  insertion->now_ms = now_ms;
  return g_value_dup_boxed (test_await (ww_store_run (store, insert, insertion, insertion_free)));
}

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  TestMirror *self = user_data;

  g_assert_cmpuint (position + removed, <=, self->items->len);
  if (removed > 0)
    g_ptr_array_remove_range (self->items, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (self->items, (int) (position + i), g_list_model_get_item (model, position + i));

  self->changes++;
  self->removed += removed;
  self->added += added;

  g_assert_cmpuint (self->items->len, ==, g_list_model_get_n_items (model));
  for (guint i = 0; i < self->items->len; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      g_assert_true (item == self->items->pdata[i]);
    }
}

TestMirror *
test_mirror_new (GListModel *model)
{
  TestMirror *self = g_new0 (TestMirror, 1);

  self->model = g_object_ref (model);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (self->items, g_list_model_get_item (model, i));
  g_signal_connect (model, "items-changed", G_CALLBACK (items_changed_cb), self);
  return self;
}

void
test_mirror_free (TestMirror *self)
{
  g_signal_handlers_disconnect_by_data (self->model, self);
  g_object_unref (self->model);
  g_ptr_array_unref (self->items);
  g_free (self);
}
