/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-conversation-list.h"
#include "ww-database-private.h"
#include "ww-store-messages.h"
#include "ww-store.h"

/* What the tests of the client's store and models share. */

/* Fails the test when the future is rejected, or has not been answered within a minute. Consumes it. */
#define test_await(future) test_await_at (G_STRLOC, (future))
const GValue *test_await_at (const char *where, DexFuture *future);
/* The same, for one that must be rejected with that code. */
#define test_await_error(future, code) test_await_error_at (G_STRLOC, (future), (code))
void test_await_error_at (const char *where, DexFuture *future, int code);
/* Awaited futures are kept for a while, and what they hold with them. */
void test_forget_futures (void);
/* Turns the main loop until the condition holds. */
#define test_wait_for(condition)                                      \
  G_STMT_START                                                        \
  {                                                                   \
    gint64 test_end_ = g_get_monotonic_time () + 60 * G_USEC_PER_SEC; \
    while (!(condition))                                              \
      {                                                               \
        g_assert_cmpint (g_get_monotonic_time (), <, test_end_);      \
        g_main_context_iteration (NULL, FALSE);                       \
        g_usleep (200);                                               \
      }                                                               \
  }                                                                   \
  G_STMT_END

/* A directory of the test's own; test_directory_free() removes it with all that is in it. */
char *test_directory_new (void);
void test_directory_free (char *directory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwDatabase, ww_database_close)
typedef char TestDirectory;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestDirectory, test_directory_free)

extern const WwStoreKey test_key;
extern const guint8 test_self[16], test_device[16], test_peer[16];

/* A database in `directory`/store.db on this thread, for functions that take one. */
WwDatabase *test_database_new (const char *directory);
/* A store in `directory`/store.db. */
WwStore *test_store_new (const char *directory);
void test_store_close (WwStore *store);

/* Runs one statement without parameters on the store's thread. */
DexFuture *test_store_exec (WwStore *store, const char *sql);
gint64 test_store_int (WwStore *store, const char *sql);
gint64 test_database_int (WwDatabase *database, const char *sql);

/* Ids that differ by a number. */
void test_id (guint8 id[16], guint64 number);
/* A text of the peer's, in a conversation of that number, ready to be inserted. */
WwMessageRow *test_message (guint64 number, guint64 conversation, const char *text);
/* Inserts it on the store's thread and gives the row as it is then. */
WwMessageRow *test_insert (WwStore *store, WwMessageRow *row, const guint8 peer[16], gint64 now_ms);

/* Mirrors a list model and fails the test when a change does not lead from the old contents to the new. */
typedef struct
{
  GListModel *model;
  GPtrArray *items;
  guint changes;
  guint removed; /* in all */
  guint added;
} TestMirror;
TestMirror *test_mirror_new (GListModel *model);
void test_mirror_free (TestMirror *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestMirror, test_mirror_free)
