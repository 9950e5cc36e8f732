/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-client-fixture.h"

#include <sqlite3.h>

#include "ww-error.h"
#include "ww-hex.h"
#include "ww-search-keeper.h"
#include "ww-search-private.h"
#include "ww-store-search-index.h"
#include "ww-store-search.h"

/* Whether the words are found in the text, and that the index, where it can say anything, does not stand in the way. */
static void
test_words (void)
{
  static const struct
  {
    const char *text;
    const char *query;
    gboolean found;
  } rows[] = {
    { "See you on Tuesday", "tues", TRUE },
    { "See you on Tuesday", "UESDA", TRUE },
    { "See you on Tuesday", "day see", TRUE },
    { "See you on Tuesday", "\"day see\"", FALSE },
    { "See you\n on  Tuesday", "\"you on tue\"", TRUE },
    { "See you on Tuesday", "\"you on", TRUE },
    { "See you on Tuesday", "on", TRUE },
    { "See you on Tuesday", "x", FALSE },
    { "See you on Tuesday", "wednesday", FALSE },
    { "Crème brûlée, señor", "creme BRULEE senor", TRUE },
    { "Creme brulee", "crème", TRUE },
    { "Straße und Maß", "strasse mass", TRUE },
    { "ﬁne ﬀort", "fine ffort", TRUE },
    { "İstanbul, ılık", "istanbul ilik", TRUE },
    { "Ὀδυσσεύς", "οδυσσευσ", TRUE },
    { "Ёлка", "елка", TRUE },
    { "我们明天去北京吃饭", "北京", TRUE },
    { "我们明天去北京吃饭", "京", TRUE },
    { "我们明天去北京吃饭", "饭", TRUE },
    { "我们明天去北京吃饭", "明天去", TRUE },
    { "我们明天去北京吃饭", "东京", FALSE },
    { "東京タワーへ行きたい", "タワー", TRUE },
    { "ﾀﾜｰ ｶﾞｽ", "タワー ガス", TRUE },
    { "ガス", "カス", FALSE },
    { "안녕하세요", "안녕", TRUE },
    { "ＷＡＸＷＩＮＧ １２３", "waxwing 123", TRUE },
    { "a \"quoted\" 'word' * -x", "quot", TRUE },
    { "100% sure_thing", "100%", TRUE },
    { "100 sure thing", "100%", FALSE },
    { "AND OR NOT NEAR(", "NEAR(", TRUE },
    { "soft\302\255hyphen", "softhyphen", TRUE },
    { "مُحَمَّد", "محمد", TRUE },
    { "हिन्दी", "हन", FALSE },
    { "👍🏽 ok", "👍", TRUE },
    { "nothing", " \t ", FALSE },
  };
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (WwSearchQuery) query = ww_search_query_new (rows[i].query);
      g_autoptr (WwSearch) search = ww_search_new (query, 5);
      g_autoptr (WwMessageRow) row = test_message (i + 1, 1, rows[i].text);
      g_auto (GValue) result = G_VALUE_INIT;
      WwInsertResult inserted;

      g_test_message ("“%s” in “%s”", rows[i].query, rows[i].text);
      g_assert_cmpint (ww_search_query_matches (query, rows[i].text), ==, rows[i].found);
      g_assert_true (ww_store_insert_message (database, row, test_peer, (gint64) i, &inserted, NULL));
      g_assert_true (ww_store_search (database, search, &result, NULL));
      g_assert_cmpuint (((WwSearchFound *) g_value_get_boxed (&result))->rows->len > 0 &&
                            ((WwMessageRow *) ((WwSearchFound *) g_value_get_boxed (&result))->rows->pdata[0])->row ==
                                row->row,
                        ==, rows[i].found);
    }
}

/* All that is found, to the end. Of WwMessageRow. */
static GPtrArray *
search_all (WwDatabase *database, const char *text, guint limit, const guint8 *conversation, const guint8 *before,
            gboolean *has_more)
{
  g_autoptr (WwSearchQuery) query = ww_search_query_new (text);
  g_autoptr (WwSearch) search = ww_search_new (query, limit);
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_message_row_free);

  if (conversation != NULL)
    {
      search->scoped = TRUE;
      memcpy (search->conversation, conversation, 16);
    }
  if (before != NULL)
    {
      search->has_before = TRUE;
      memcpy (search->before, before, 16);
    }
  while (search != NULL)
    {
      g_auto (GValue) result = G_VALUE_INIT;
      WwSearchFound *found;
      g_autoptr (GError) error = NULL;

      ww_store_search (database, search, &result, &error);
      g_assert_no_error (error);
      found = g_value_get_boxed (&result);
      for (guint i = 0; i < found->rows->len; i++)
        g_ptr_array_add (rows, ww_message_row_copy (found->rows->pdata[i]));
      *has_more = found->has_more;
      ww_search_free (search);
      search = found->next != NULL ? ww_search_copy (found->next) : NULL;
    }
  return rows;
}

static guint
count (WwDatabase *database, const char *text)
{
  gboolean has_more;
  g_autoptr (GPtrArray) rows = search_all (database, text, 1000, NULL, NULL, &has_more);

  return rows->len;
}

static void
insert (WwDatabase *database, guint64 number, guint64 conversation, const char *text)
{
  g_autoptr (WwMessageRow) row = test_message (number, conversation, text);
  g_autoptr (GError) error = NULL;
  WwInsertResult inserted;
  guint8 peer[16];

  test_id (peer, 1000 + conversation);
  ww_store_insert_message (database, row, peer, (gint64) number, &inserted, &error);
  g_assert_no_error (error);
}

static void
exec (WwDatabase *database, const char *sql)
{
  g_autoptr (GError) error = NULL;

  ww_database_exec (database, sql, &error);
  g_assert_no_error (error);
}

/* Newest first, a page at a time, within one conversation or all; nobody who is blocked. */
static void
test_pages (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  const char *const queries[] = { "common", "o" };

  for (guint i = 1; i <= 100; i++)
    insert (database, i, i % 4, "A common word");
  exec (database,
        "INSERT OR REPLACE INTO contacts (account, standing) SELECT peer, CASE WHEN hex (peer) LIKE '%EB' THEN 3"
        " ELSE 2 END FROM conversations");
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM contacts WHERE standing = 3"), ==, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      guint8 before[16], conversation[16];
      gint64 last = G_MAXINT64;
      gboolean has_more = TRUE;
      guint n = 0;

      for (guint page = 0; has_more; page++)
        {
          g_autoptr (GPtrArray) rows = search_all (database, queries[i], 10, NULL, page > 0 ? before : NULL, &has_more);

          for (guint j = 0; j < rows->len; j++)
            {
              const WwMessageRow *row = rows->pdata[j];

              g_assert_cmpint (row->row, <, last);
              g_assert_cmpint (row->created_ms, ==, 1000);
              last = row->row;
              memcpy (before, row->id, sizeof before);
              n++;
            }
        }
      g_assert_cmpuint (n, ==, 75);

      test_id (conversation, 2);
      n = 0;
      has_more = TRUE;
      for (guint page = 0; has_more; page++)
        {
          g_autoptr (GPtrArray)
              rows = search_all (database, queries[i], 10, conversation, page > 0 ? before : NULL, &has_more);

          for (guint j = 0; j < rows->len; j++)
            {
              const WwMessageRow *row = rows->pdata[j];

              g_assert_cmpmem (row->conversation, 16, conversation, 16);
              memcpy (before, row->id, sizeof before);
              n++;
            }
        }
      g_assert_cmpuint (n, ==, 25);
    }
}

static char *
random_text (void)
{
  static const char *const parts[] = { "ab", "bc", "c", " ", "é", "中", "国", "人", "x", "かな", "ZZ", "\"", "a b" };
  GString *text = g_string_new (NULL);

  for (int i = g_test_rand_int_range (1, 12); i > 0; i--)
    g_string_append (text, parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
  return g_string_free (text, FALSE);
}

static guint
count_by_reading (WwDatabase *database, const char *text)
{
  g_autoptr (WwSearchQuery) query = ww_search_query_new (text);
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "SELECT text FROM messages WHERE notice IS NULL", NULL);
  guint n = 0;

  while (ww_statement_step (statement, NULL) == WW_STEP_ROW)
    n += ww_search_query_matches (query, ww_statement_text (statement, 0));
  return n;
}

/* Whatever is written, changed and deleted, the index is what it would be if it were made now. */
static void
test_index_follows (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  guint64 number = 1;

  for (guint round = 0; round < 30; round++)
    {
      exec (database, "BEGIN");
      for (guint i = 0; i < 40; i++)
        {
          g_autofree char *text = random_text ();
          g_autofree char *sql = NULL;
          guint64 which = (guint64) g_test_rand_int_range (1, (int) number + 1);

          switch (g_test_rand_int_range (0, 4))
            {
            case 0:
              sql = g_strdup_printf ("DELETE FROM messages WHERE row=%" G_GUINT64_FORMAT, which);
              break;
            case 1:
              sql = g_strdup_printf ("UPDATE messages SET text='%s' WHERE row=%" G_GUINT64_FORMAT, text, which);
              break;
            default:
              insert (database, number++, which % 3, text);
              break;
            }
          if (sql != NULL)
            exec (database, sql);
        }
      exec (database, "COMMIT");
      exec (database, "INSERT INTO search (search, rank) VALUES ('integrity-check', 1)");
      for (guint i = 0; i < 10; i++)
        {
          g_autofree char *text = random_text ();

          g_assert_cmpuint (count (database, text), ==, count_by_reading (database, text));
        }
    }
}

static gboolean
step_index (WwDatabase *database, WwStoreFunc func)
{
  gint64 now_ms = 12345;
  g_auto (GValue) result = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  exec (database, "BEGIN");
  func (database, &now_ms, &result, &error);
  g_assert_no_error (error);
  exec (database, "COMMIT");
  return g_value_get_boolean (&result);
}

/* A store from before there was an index: everything is found at once, and what is written meanwhile; then by the index. */
static void
test_build (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  guint pieces = 0;

  exec (database, "UPDATE search_state SET first=9223372036854775807");
  exec (database, "BEGIN");
  for (guint i = 1; i <= 1000; i++)
    insert (database, i, 1, i % 100 == 0 ? "A needle" : "Hay");
  exec (database, "COMMIT");
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM search WHERE search MATCH '\"hay\"'"), ==, 0);
  g_assert_cmpuint (count (database, "needle"), ==, 10);

  exec (database, "UPDATE search_state SET first=1001");
  while (step_index (database, ww_store_search_build))
    {
      pieces++;
      insert (database, 2000 + pieces, 1, "A fresh needle");
      exec (database, "DELETE FROM messages WHERE row=(SELECT min(row) FROM messages WHERE text='A needle')");
      exec (database, "UPDATE messages SET text='Straw' WHERE row=(SELECT max(row) FROM messages WHERE text='Hay')");
      g_assert_cmpuint (count (database, "needle"), ==, 10);
      g_assert_cmpuint (count (database, "straw"), ==, pieces);
    }
  g_assert_cmpuint (pieces, >=, 2);
  g_assert_cmpint (test_database_int (database, "SELECT checked_ms FROM search_state"), ==, 12345);
  exec (database, "UPDATE search_state SET checked_ms=0");
  g_assert_cmpint (test_database_int (database, "SELECT first=-9223372036854775808 FROM search_state"), ==, 1);
  exec (database, "INSERT INTO search (search, rank) VALUES ('integrity-check', 1)");
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM search WHERE search MATCH '\"nee\"'"), ==, 10);

  while (step_index (database, ww_store_search_check))
    ;
  g_assert_cmpint (test_database_int (database, "SELECT checked_ms FROM search_state"), ==, 12345);
  g_assert_cmpint (test_database_int (database, "SELECT first=-9223372036854775808 FROM search_state"), ==, 1);

  /* One that it does not find: the check comes upon it. */
  exec (database, "INSERT INTO search (search, rowid, text, scope) SELECT 'delete', row, text, scope FROM search_source"
                  " WHERE row=500");
  while (step_index (database, ww_store_search_check))
    ;
  g_assert_cmpint (test_database_int (database, "SELECT first>0 FROM search_state"), ==, 1);
}

/* With SQLite itself, as the disk or a bug of ours might. */
static void
damage (const char *directory, const char *sql)
{
  g_autofree char *path = g_build_filename (directory, "store.db", NULL);
  g_autofree char *hex = ww_hex_encode (test_key.bytes, sizeof test_key.bytes);
  g_autofree char *key = g_strdup_printf ("PRAGMA key=\"x'%s'\"", hex);
  sqlite3 *handle;

  g_assert_cmpint (sqlite3_open_v2 (path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, key, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (handle), ==, SQLITE_OK);
}

/* A store of the version before the index, as it was made then. */
static void
make_old_store (const char *directory)
{
  static const char *const files[] = { "ww-store-schema.sql", "ww-store-schema-2.sql", "ww-store-schema-3.sql",
                                       "ww-store-schema-4.sql" };
  g_autoptr (GString) sql = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_strconcat ("/im/waxwing/client/", files[i], NULL);
      g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

      g_string_append (sql, g_bytes_get_data (bytes, NULL));
    }
  g_string_append (
      sql, "PRAGMA application_id=1466005591; PRAGMA user_version=4;"
           "INSERT INTO conversations (id, peer, created_ms, last_position) VALUES (zeroblob (16), x'01', 1, 30);"
           "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<30)"
           " INSERT INTO messages (id, conversation, position, account, device, created_ms, outgoing, state, kind,"
           " suite, payload, text) SELECT randomblob (16), zeroblob (16), i, x'01', x'01', 1, 0, 5, 0, 2, x'',"
           " 'An old needle' FROM n");
  damage (directory, sql->str);
}

/* What an older version stored is found at once, and then through the index. */
static void
test_upgrade (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = NULL;

  make_old_store (directory);
  database = test_database_new (directory);
  g_assert_cmpint (test_database_int (database, "SELECT first FROM search_state"), ==, 31);
  g_assert_cmpuint (count (database, "needle"), ==, 30);
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM search WHERE search MATCH '\"nee\"'"), ==, 0);
  insert (database, 1, 1, "A new needle");
  g_assert_cmpuint (count (database, "needle"), ==, 31);
  while (step_index (database, ww_store_search_build))
    ;
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM search WHERE search MATCH '\"nee\"'"), ==, 31);
  g_assert_cmpuint (count (database, "needle"), ==, 31);
}

static gboolean
count_found (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  g_value_init (result, G_TYPE_UINT);
  g_value_set_uint (result, count (database, data));
  return TRUE;
}

static guint
found_in (WwStore *store, const char *text)
{
  return g_value_get_uint (test_await (ww_store_read (store, count_found, (gpointer) text, NULL)));
}

static gboolean
is_built (WwStore *store, gint64 n)
{
  return test_store_int (store, "SELECT first=-9223372036854775808 FROM search_state") == 1 &&
         test_store_int (store, "SELECT count(*) FROM search WHERE search MATCH '\"nee\"'") == n;
}

/* What meets the damage first may have to be written again. */
static void
write_at_last (WwStore *store)
{
  DexFuture *future = test_store_exec (store, "UPDATE messages SET text='A needle in the barn' WHERE row=1");

  test_wait_for (!dex_future_is_pending (future));
  if (dex_future_is_rejected (future))
    test_await (test_store_exec (store, "UPDATE messages SET text='A needle in the barn' WHERE row=1"));
  dex_unref (future);
}

/* A damaged index keeps no message out, and finds everything again soon, whether it looked damaged or just empty. */
static void
test_damage (void)
{
  static const char *const damages[] = {
    "UPDATE search_data SET block=x'00' WHERE id>10",
    "UPDATE search_data SET block=x'ffffffffffffffffffffffffffffffffffff' WHERE id>10",
    "UPDATE search_data SET block=x'ffffffffffffffffffffffffffffffffffff' WHERE id=10",
    "DELETE FROM search_data WHERE id>10",
    "DELETE FROM search_data",
    "DELETE FROM search_idx",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autoptr (TestDirectory) directory = test_directory_new ();
      WwStore *store = test_store_new (directory);
      g_autoptr (WwSearchKeeper) keeper = NULL;
      guint8 peer[16];

      g_test_message ("%s", damages[i]);
      test_id (peer, 1001);
      for (guint j = 1; j <= 30; j++)
        ww_message_row_free (test_insert (store, test_message (j, 1, "A needle in the hay"), peer, j));
      test_store_close (store);
      damage (directory, damages[i]);

      store = test_store_new (directory);
      found_in (store, "needle");
      write_at_last (store);
      ww_message_row_free (test_insert (store, test_message (100, 1, "One more needle"), peer, 100));
      keeper = ww_search_keeper_new (store, 1);
      test_wait_for (is_built (store, 31));
      ww_search_keeper_close (keeper);
      g_assert_cmpuint (found_in (store, "needle"), ==, 31);
      test_await (test_store_exec (store, "INSERT INTO search (search, rank) VALUES ('integrity-check', 1)"));
      test_store_close (store);
      test_forget_futures ();
    }
}

typedef struct
{
  char *directory;
  WwStore *store;
  WwConversationList *list;
} House;

static House *
house_new (void)
{
  House *house = g_new0 (House, 1);

  house->directory = test_directory_new ();
  house->store = test_store_new (house->directory);
  house->list = ww_conversation_list_new ();
  ww_conversation_list_set_self (house->list, test_self, test_device, "Alice", "mailto:alice@example.org");
  test_await (ww_conversation_list_load (house->list, house->store));
  return house;
}

static void
house_free (House *house)
{
  test_store_close (house->store);
  test_forget_futures ();
  g_assert_finalize_object (house->list);
  test_directory_free (house->directory);
  g_free (house);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (House, house_free)

static void
arrive (House *house, guint64 number, guint64 conversation, const char *text)
{
  guint8 peer[16];
  g_autoptr (WwMessageRow) row = NULL;
  g_autoptr (WwMessage) message = NULL;

  test_id (peer, 1000 + conversation);
  row = test_insert (house->store, test_message (number, conversation, text), peer, (gint64) number);
  message = ww_conversation_list_apply_message (house->list, row, peer);
}

static WwSearchResults *
search (House *house, const char *text, guint limit)
{
  WwSearchResults *results = g_value_dup_object (test_await (ww_search_begin (house->list, NULL, text, limit, NULL)));

  test_wait_for (!ww_search_results_get_searching (results));
  return results;
}

static char *
marked (WwSearchHit *hit)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *snippet = ww_search_hit_get_snippet (hit);
  const WwSearchRange *matches;
  guint n, at = 0;

  matches = ww_search_hit_get_matches (hit, &n);
  for (guint i = 0; i < n; i++)
    {
      g_string_append_len (text, snippet + at, matches[i].start - at);
      g_string_append_printf (text, "[%.*s]", (int) (matches[i].end - matches[i].start), snippet + matches[i].start);
      at = matches[i].end;
    }
  g_string_append (text, snippet + at);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_hit (WwSearchResults *results, guint index, const char *expected, gboolean message)
{
  g_autoptr (WwSearchHit) hit = g_list_model_get_item (G_LIST_MODEL (results), index);
  g_autofree char *found = marked (hit);

  g_assert_cmpstr (found, ==, expected);
  g_assert_cmpint (ww_search_hit_get_message (hit) != NULL, ==, message);
  g_assert_nonnull (ww_search_hit_get_conversation (hit));
}

/* What a list of results shows: people first, then messages, each with what was found marked, on one line. */
static void
test_results (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (WwSearchResults) results = NULL, limited = NULL, nothing = NULL, none = NULL;
  g_autofree char *far = g_strdup_printf ("%0200d words before\nthe <b>Näedle</b>\nand \342\200\256after", 0);
  WwContactRow contact = { .name = (char *) "Ned Needleman", .handle = (char *) "mailto:ned@example.org" };

  arrive (house, 1, 1, "One needle, two NEEDLES");
  arrive (house, 2, 1, far);
  arrive (house, 3, 2, "Nothing");
  test_id (contact.account, 1002);
  ww_conversation_list_apply_contact (house->list, &contact);

  results = search (house, "needle", 10);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (results)), ==, 2);
  assert_hit (results, 0, "Ned [Needle]man", FALSE);
  assert_hit (results, 1, "One [needle], two [NEEDLE]S", TRUE);
  g_clear_object (&results);

  results = search (house, "edle n", 10);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (results)), ==, 3);
  assert_hit (results, 1, "…words before the <b>[N]ä[edle]</b> a[n]d after", TRUE);

  limited = search (house, "n", 2);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (limited)), >=, 2);
  g_assert_true (ww_search_results_get_has_more (limited));
  nothing = search (house, "  ", 2);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (nothing)), ==, 0);
  none = search (house, "haystack", 2);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (none)), ==, 0);
  test_await_error (ww_search_begin (house->list, NULL, "x", 2, "no id"), WW_ERROR_INVALID_ARGUMENT);
}

/* A letter more: the search before ends. Within a conversation another one may be under way. */
static void
test_superseded (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (WwConversation) conversation = NULL;
  DexFuture *first, *second, *within;

  arrive (house, 1, 1, "One needle");
  conversation = g_list_model_get_item (G_LIST_MODEL (house->list), 0);
  within = ww_conversation_find (conversation, "needle", 5, NULL);
  first = ww_search_begin (house->list, NULL, "need", 5, NULL);
  second = ww_search_begin (house->list, NULL, "needle", 5, NULL);
  test_await_error (first, WW_ERROR_CANCELLED);
  g_assert_cmpuint (g_list_model_get_n_items (g_value_get_object (test_await (second))), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (g_value_get_object (test_await (within))), ==, 1);

  /* Nobody waits, and the store goes. */
  dex_unref (ww_search_begin (house->list, NULL, "needle", 5, NULL));
  ww_conversation_list_clear (house->list);
  test_await_error (ww_conversation_find (conversation, "needle", 5, NULL), WW_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  g_test_add_func ("/search/words", test_words);
  g_test_add_func ("/search/pages", test_pages);
  g_test_add_func ("/search/index-follows", test_index_follows);
  g_test_add_func ("/search/build", test_build);
  g_test_add_func ("/search/upgrade", test_upgrade);
  g_test_add_func ("/search/damage", test_damage);
  g_test_add_func ("/search/results", test_results);
  g_test_add_func ("/search/superseded", test_superseded);

  return g_test_run ();
}
