/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-client-fixture.h"

#include "ww-error.h"
#include "ww-hex.h"
#include "ww-limits.h"
#include "ww-message-list.h"

typedef struct
{
  char *directory;
  WwStore *store;
  WwConversationList *list;
  guint added;
  guint changed;
  guint outbox;
} House;

static void
added_cb (WwConversationList *list, WwConversation *conversation, WwMessage *message, gpointer user_data)
{
  House *house = user_data;

  g_assert_cmpstr (ww_message_get_conversation_id (message), ==, ww_conversation_get_id (conversation));
  house->added++;
}

static void
count_cb (gpointer object, WwMessage *message, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
count_outbox_cb (gpointer object, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static House *
house_new (void)
{
  House *house = g_new0 (House, 1);

  house->directory = test_directory_new ();
  house->store = test_store_new (house->directory);
  house->list = ww_conversation_list_new ();
  ww_conversation_list_set_self (house->list, test_self, test_device, "Alice", "mailto:alice@example.org");
  g_signal_connect (house->list, "message-added", G_CALLBACK (added_cb), house);
  g_signal_connect (house->list, "message-changed", G_CALLBACK (count_cb), &house->changed);
  g_signal_connect (house->list, "outbox-changed", G_CALLBACK (count_outbox_cb), &house->outbox);
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

/* Through store and models, as the engine does. The peer of a conversation goes by its number. */
static WwMessage *
arrive (House *house, guint64 number, guint64 conversation, const char *text, gint64 now_ms)
{
  guint8 peer[16];
  g_autoptr (WwMessageRow) row = NULL;
  WwMessageRow *fresh = test_message (number, conversation, text);

  test_id (peer, 1000 + conversation);
  memcpy (fresh->account, peer, 16);
  row = test_insert (house->store, fresh, peer, now_ms);
  return ww_conversation_list_apply_message (house->list, row, peer);
}

static WwConversation *
conversation_at (House *house, guint index)
{
  g_autoptr (WwConversation) conversation = g_list_model_get_item (G_LIST_MODEL (house->list), index);

  /* The list keeps it. */
  return conversation;
}

static void
assert_order (House *house, const char *titles)
{
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (house->list)); i++)
    g_string_append_c (found, ww_conversation_get_id (conversation_at (house, i))[31]);

  g_assert_cmpstr (found->str, ==, titles);
}

/* Newest first, each change the smallest that covers it, and the same again after the list is loaded anew. */
static void
test_order (void)
{
  static const struct
  {
    guint64 conversation;
    gint64 now_ms;
    const char *order;
    guint changed; /* how many items the change spans */
  } rows[] = {
    { 1, 1000, "1", 1 },   { 2, 2000, "21", 1 },  { 3, 3000, "321", 1 }, { 3, 4000, "321", 0 },
    { 1, 5000, "132", 3 }, { 3, 6000, "312", 2 }, { 4, 500, "3124", 1 }, { 4, 7000, "4312", 4 },
  };
  g_autoptr (House) house = house_new ();
  g_autoptr (TestMirror) mirror = test_mirror_new (G_LIST_MODEL (house->list));

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint before = mirror->added;
      g_autoptr (WwMessage) message = arrive (house, i, rows[i].conversation, "hello", rows[i].now_ms);

      assert_order (house, rows[i].order);
      g_assert_cmpuint (mirror->added - before, ==, rows[i].changed);
    }
  g_assert_cmpuint (house->added, ==, G_N_ELEMENTS (rows));

  test_await (ww_conversation_list_load (house->list, house->store));
  assert_order (house, "4312");
  ww_conversation_list_clear (house->list);
  g_assert_cmpuint (mirror->items->len, ==, 0);
}

static int
compare_strings (const void *a, const void *b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static void
notified_cb (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  GString *names = user_data;

  g_string_append_printf (names, "%s ", pspec->name);
}

/* What was notified since the last time, in the order of the alphabet. */
static void
assert_notified (GString *names, const char *expected)
{
  g_auto (GStrv) parts = NULL;
  g_autofree char *joined = NULL;

  g_strchomp (names->str);
  parts = g_strsplit (names->str, " ", -1);
  qsort (parts, g_strv_length (parts), sizeof parts[0], compare_strings);
  joined = g_strjoinv (" ", parts);
  g_assert_cmpstr (joined, ==, expected);
  g_string_truncate (names, 0);
}

static void
note_muted_cb (WwConversation *conversation, GParamSpec *pspec, gpointer user_data)
{
  gboolean *told = user_data;

  *told = ww_conversation_get_muted (conversation);
}

/* A mute with an end is over by itself, and whoever shows it hears of it. */
static void
test_mute (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (WwMessage) message = arrive (house, 1, 1, "one", 1000);
  WwConversation *conversation = conversation_at (house, 0);
  gboolean told = FALSE;

  g_signal_connect (conversation, "notify::muted", G_CALLBACK (note_muted_cb), &told);
  /* On a busy machine a short one may be over before the model has it. */
  for (gint64 ms = 250; !told; ms *= 2)
    {
      gint64 until = g_get_real_time () / 1000 + ms;

      test_await (ww_conversation_set_muted_until (conversation, until));
      test_wait_for (ww_conversation_get_muted_until_ms (conversation) == until);
    }
  test_wait_for (!told);
  g_assert_false (ww_conversation_get_muted (conversation));
  g_signal_handlers_disconnect_by_func (conversation, note_muted_cb, &told);
}

/* What a conversation shows, and that it says so. */
static void
test_conversation (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (WwMessage) first = arrive (house, 1, 1, "<b>one</b>\n  two", 1000);
  g_autoptr (WwMessage) second = NULL;
  WwConversation *conversation = conversation_at (house, 0);
  WwContactRow contact = { .name = (char *) "Bob\xe2\x80\xae\nEve", .handle = (char *) "mailto:bob@example.org" };

  g_assert_cmpstr (ww_conversation_get_title (conversation), ==, "Unknown Person");
  g_assert_cmpstr (ww_conversation_get_self_handle (conversation), ==, "mailto:alice@example.org");
  g_assert_cmpstr (ww_conversation_get_preview (conversation), ==, "<b>one</b> two");
  g_assert_cmpstr (ww_message_get_text (first), ==, "<b>one</b>\n  two");
  g_assert_cmpuint (ww_conversation_get_unread (conversation), ==, 1);
  g_assert_true (ww_conversation_get_last_message (conversation) == first);

  g_signal_connect (conversation, "notify", G_CALLBACK (notified_cb), names);
  test_id (contact.account, 1001);
  ww_conversation_list_apply_contact (house->list, &contact);
  assert_notified (names, "handle handles title");
  g_assert_cmpstr (ww_conversation_get_title (conversation), ==, "Bob Eve");

  contact.name = (char *) "";
  contact.weak = TRUE;
  contact.problem = (char *) "record-rolled-back";
  ww_conversation_list_apply_contact (house->list, &contact);
  g_assert_cmpstr (ww_conversation_get_title (conversation), ==, "bob@example.org");
  g_assert_true (ww_conversation_get_weak (conversation));
  g_assert_nonnull (strstr (ww_conversation_get_problem (conversation), "older account record"));
  assert_notified (names, "problem title weak");

  contact.problem = NULL;
  ww_conversation_list_apply_contact (house->list, &contact);
  g_assert_null (ww_conversation_get_problem (conversation));

  g_string_truncate (names, 0);
  second = arrive (house, 2, 1, "three", 2000);
  assert_notified (names, "last-message last-ms preview unread");
  g_assert_cmpstr (ww_message_get_sender_handle (second), ==, "mailto:bob@example.org");
  g_assert_cmpstr (ww_message_get_sender_name (second), ==, "bob@example.org");
  g_assert_true (ww_conversation_list_find_by_handle (house->list, "mailto:bob@example.org") == conversation);
  g_assert_true (ww_conversation_list_find_by_peer (house->list, contact.account) == conversation);
  g_assert_true (ww_conversation_list_find (house->list, ww_conversation_get_id (conversation)) == conversation);
  g_assert_null (ww_conversation_list_find (house->list, "nothing"));
}

/* Stored, queued, shown; empty and over-long ones are refused; the draft goes unless there is a new one. */
static void
test_send (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (WwMessage) incoming = arrive (house, 1, 1, "hello", 1000);
  WwConversation *conversation = conversation_at (house, 0);
  g_autofree char *longest = g_strnfill (WW_MAX_TEXT, 'x');
  g_autofree char *too_long = g_strnfill (WW_MAX_TEXT + 1, 'x');
  g_autoptr (WwMessageList) messages = ww_conversation_dup_messages (conversation);
  g_autoptr (TestMirror) mirror = test_mirror_new (G_LIST_MODEL (messages));
  static const char *const bad[] = { NULL, "", " \n\t ", "\xff", "\xc2\xa0" };
  DexFuture *sent;
  WwMessage *message;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    test_await_error (ww_conversation_send_text (conversation, bad[i]), WW_ERROR_INVALID_ARGUMENT);
  test_await_error (ww_conversation_send_text (conversation, too_long), WW_ERROR_INVALID_ARGUMENT);

  /* The own devices hear of the draft, and of its end together with the message. */
  test_await (ww_conversation_set_draft (conversation, "draft"));
  g_assert_cmpint (test_store_int (house->store, "SELECT count(*) FROM conversations WHERE draft='draft'"), ==, 1);
  g_assert_cmpuint (house->outbox, ==, 1);

  message = g_value_get_object (test_await (ww_conversation_send_text (conversation, " an answer ")));
  g_assert_cmpstr (ww_message_get_text (message), ==, " an answer ");
  g_assert_cmpint (ww_message_get_state (message), ==, WW_MESSAGE_STATE_WAITING);
  g_assert_true (ww_message_get_outgoing (message));
  g_assert_cmpstr (ww_message_get_sender_name (message), ==, "Alice");
  g_assert_cmpstr (ww_conversation_get_draft (conversation), ==, "");
  g_assert_true (ww_conversation_get_preview_outgoing (conversation));
  g_assert_cmpuint (house->outbox, ==, 2);
  g_assert_cmpint (test_store_int (house->store, "SELECT count(*) FROM outbox WHERE conversation IS NOT NULL"), ==, 1);
  g_assert_cmpint (test_store_int (house->store, "SELECT count(*) FROM conversations WHERE draft=''"), ==, 1);

  /* Typed while it was on its way. */
  sent = ww_conversation_send_text (conversation, longest);
  test_await (ww_conversation_set_draft (conversation, "next"));
  test_await (sent);
  g_assert_cmpstr (ww_conversation_get_draft (conversation), ==, "next");
  g_assert_cmpint (test_store_int (house->store, "SELECT count(*) FROM conversations WHERE draft='next'"), ==, 1);

  /* Nobody waits for this one, and it goes out all the same. */
  dex_unref (ww_conversation_send_text (conversation, "third"));
  test_wait_for (mirror->items->len == 4);
  g_assert_cmpuint (house->outbox, ==, 5);
  g_assert_cmpint (test_store_int (house->store, "SELECT count(*) FROM outbox WHERE conversation IS NOT NULL"), ==, 3);
  g_assert_cmpstr (ww_message_get_text (mirror->items->pdata[1]), ==, " an answer ");
  g_assert_true (mirror->items->pdata[0] == incoming);
}

static void
test_states (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (WwMessage) incoming = arrive (house, 1, 1, "hello", 1000);
  g_autoptr (GString) names = g_string_new (NULL);
  WwConversation *conversation = conversation_at (house, 0);
  g_autoptr (WwMessage) message = g_value_dup_object (test_await (ww_conversation_send_text (conversation, "x")));
  g_autoptr (WwMessage) found = NULL;
  guint8 id[16], unknown[16] = { 1 };

  g_assert_true (ww_hex_decode (ww_message_get_id (message), id, sizeof id));
  g_signal_connect (message, "notify", G_CALLBACK (notified_cb), names);

  test_await_error (ww_conversation_retry (conversation, message), WW_ERROR_INVALID_ARGUMENT);

  ww_conversation_list_apply_state (house->list, id, WW_MESSAGE_STATE_FAILED, 0, "Did not work.");
  assert_notified (names, "error state");
  g_assert_cmpstr (ww_message_get_error (message), ==, "Did not work.");
  g_assert_cmpuint (house->changed, ==, 1);

  test_await (test_store_exec (house->store, "UPDATE messages SET state=4 WHERE outgoing"));
  test_await (ww_conversation_retry (conversation, message));
  g_assert_cmpint (ww_message_get_state (message), ==, WW_MESSAGE_STATE_WAITING);
  g_assert_null (ww_message_get_error (message));
  g_assert_cmpuint (house->outbox, ==, 2);

  g_string_truncate (names, 0);
  ww_conversation_list_apply_state (house->list, id, WW_MESSAGE_STATE_DELIVERED, 1, NULL);
  assert_notified (names, "state suite");
  g_assert_cmpuint (ww_message_get_suite (message), ==, 1);
  g_assert_cmpuint (house->changed, ==, 3);

  /* Late news, and news about nothing. */
  ww_conversation_list_apply_state (house->list, id, WW_MESSAGE_STATE_SENT, 2, NULL);
  ww_conversation_list_apply_state (house->list, unknown, WW_MESSAGE_STATE_SENT, 2, NULL);
  g_assert_cmpint (ww_message_get_state (message), ==, WW_MESSAGE_STATE_DELIVERED);
  g_assert_cmpuint (house->changed, ==, 3);

  found = ww_conversation_list_find_message (house->list, ww_message_get_id (message));
  g_assert_true (found == message);
}

static void
test_reading (void)
{
  g_autoptr (House) house = house_new ();
  WwConversation *conversation;

  for (guint i = 0; i < 5; i++)
    g_object_unref (arrive (house, i, 1, "x", 1000 + i));
  conversation = conversation_at (house, 0);
  g_assert_cmpuint (ww_conversation_get_unread (conversation), ==, 5);

  /* What arrives meanwhile was not seen. */
  {
    DexFuture *read = ww_conversation_mark_read (conversation);
    g_autoptr (WwMessage) late = arrive (house, 6, 1, "late", 2000);

    test_await (read);
    g_assert_cmpuint (ww_conversation_get_unread (conversation), ==, 1);
  }
  g_assert_cmpuint (house->outbox, ==, 1);
  g_assert_cmpint (test_store_int (house->store, "SELECT count(*) FROM outbox WHERE conversation IS NOT NULL"), ==, 2);
  g_assert_cmpint (test_store_int (house->store, "SELECT unread FROM conversations"), ==, 1);

  test_await (ww_conversation_mark_read (conversation));
  test_await (ww_conversation_mark_read (conversation));
  g_assert_cmpuint (ww_conversation_get_unread (conversation), ==, 0);
  g_assert_cmpuint (house->outbox, ==, 2);
}

/* The news of commits come in any order, and what is shown is what is stored. */
static void
test_any_order (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (WwMessage) first = arrive (house, 1, 1, "first", 1000);
  WwConversation *conversation = conversation_at (house, 0);
  g_autoptr (WwMessageList) messages = ww_conversation_dup_messages (conversation);
  g_autoptr (TestMirror) mirror = test_mirror_new (G_LIST_MODEL (messages));
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_message_row_free);
  guint8 peer[16];

  test_wait_for (mirror->items->len == 1);
  test_id (peer, 1001);
  for (guint i = 2; i < 30; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      g_ptr_array_add (rows, test_insert (house->store, test_message (i, 1, text), peer, 1000 + i));
    }
  while (rows->len > 0)
    {
      g_autoptr (WwMessageRow)
          row = g_ptr_array_steal_index_fast (rows, (guint) g_test_rand_int_range (0, (int) rows->len));
      g_autoptr (WwMessage) message = ww_conversation_list_apply_message (house->list, row, peer);
      g_autoptr (WwMessage) again = ww_conversation_list_apply_message (house->list, row, peer);

      g_assert_true (message == again);
    }

  test_wait_for (mirror->items->len == 29);
  for (guint i = 1; i < mirror->items->len; i++)
    g_assert_cmpint (ww_message_get_position (mirror->items->pdata[i - 1]), <,
                     ww_message_get_position (mirror->items->pdata[i]));
  g_assert_cmpstr (ww_conversation_get_preview (conversation), ==, "29");
  g_assert_cmpuint (ww_conversation_get_unread (conversation), ==, 29);
}

/* Of many that come at once a few are shown in each frame, so that what shows them has time to; but what somebody writes is
 * there at once. */
static void
test_pace (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (WwMessage) first = arrive (house, 1, 1, "first", 1000);
  g_autoptr (WwMessageList) messages = ww_conversation_dup_messages (conversation_at (house, 0));
  g_autoptr (TestMirror) mirror = test_mirror_new (G_LIST_MODEL (messages));
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_message_row_free);
  guint8 peer[16];
  guint before;

  test_wait_for (mirror->items->len == 1);
  test_id (peer, 1001);
  for (guint i = 2; i <= 40; i++)
    g_ptr_array_add (rows, test_insert (house->store, test_message (i, 1, "one of many"), peer, 1000 + i));
  ((WwMessageRow *) rows->pdata[rows->len - 1])->outgoing = TRUE;
  for (guint i = 0; i < rows->len; i++)
    g_object_unref (ww_conversation_list_apply_message (house->list, rows->pdata[i], peer));
  g_assert_cmpuint (mirror->items->len, <, 20);
  g_assert_true (ww_message_get_outgoing (mirror->items->pdata[mirror->items->len - 1]));
  do
    {
      before = mirror->items->len;
      g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (mirror->items->len - before, <, 6);
    }
  while (mirror->items->len < 40);
}

static gboolean
fill (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  guint n = GPOINTER_TO_UINT (data);
  guint8 peer[16];

  test_id (peer, 1000 + n);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      g_autoptr (WwMessageRow) row = test_message ((guint64) n * 1000000 + i, n, text);
      WwInsertResult inserted;

      if (!ww_store_insert_message (database, row, peer, i, &inserted, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_rows (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  g_value_init (result, G_TYPE_UINT64);
  g_value_set_uint64 (result, ww_database_get_rows_read (database));
  return TRUE;
}

static guint64
rows_read (House *house)
{
  return g_value_get_uint64 (test_await (ww_store_read (house->store, read_rows, NULL, NULL)));
}

static WwConversation *
find_filled (House *house, guint n)
{
  guint8 id[16];
  g_autofree char *hex = NULL;

  test_id (id, n);
  hex = ww_hex_encode (id, sizeof id);
  return ww_conversation_list_find (house->list, hex);
}

/* A page at a time, backwards, without a gap; new ones at the end; the same object for as long as it lives. */
static void
test_paging (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (WwMessageList) messages = NULL, same = NULL;
  g_autoptr (TestMirror) mirror = NULL;
  g_autoptr (WwMessage) fresh = NULL;
  WwConversation *conversation;
  gpointer newest;
  DexFuture *one, *two;

  test_await (ww_store_run (house->store, fill, GUINT_TO_POINTER (250), NULL));
  test_await (ww_conversation_list_load (house->list, house->store));
  conversation = find_filled (house, 250);

  messages = ww_conversation_dup_messages (conversation);
  same = ww_conversation_dup_messages (conversation);
  g_assert_true (messages == same);
  mirror = test_mirror_new (G_LIST_MODEL (messages));
  g_assert_true (ww_message_list_get_loading (messages));
  g_assert_cmpuint (g_value_get_uint (test_await (ww_message_list_load_older (messages))), ==, 100);
  g_assert_false (ww_message_list_get_loading (messages));
  g_assert_true (ww_message_list_get_has_older (messages));
  g_assert_cmpuint (mirror->items->len, ==, 100);
  g_assert_cmpuint (mirror->changes, ==, 1);
  newest = mirror->items->pdata[99];
  g_assert_true (newest == ww_conversation_get_last_message (conversation));

  one = ww_message_list_load_older (messages);
  two = ww_message_list_load_older (messages);
  fresh = arrive (house, 99999, 250, "fresh", 1000000);
  test_await (one);
  test_await (two);
  g_assert_cmpuint (mirror->items->len, ==, 201);
  g_assert_true (mirror->items->pdata[200] == fresh);
  g_assert_true (mirror->items->pdata[199] == newest);

  g_assert_cmpuint (g_value_get_uint (test_await (ww_message_list_load_older (messages))), ==, 50);
  g_assert_false (ww_message_list_get_has_older (messages));
  g_assert_cmpuint (g_value_get_uint (test_await (ww_message_list_load_older (messages))), ==, 0);
  g_assert_cmpuint (mirror->items->len, ==, 251);
  for (guint i = 0; i < 250; i++)
    g_assert_cmpuint (g_ascii_strtoull (ww_message_get_text (mirror->items->pdata[i]), NULL, 10), ==, i);
}

/* Messages that come in while the first page is being read are neither lost nor doubled. */
static void
test_arrival_while_loading (void)
{
  g_autoptr (House) house = house_new ();

  for (guint round = 1; round <= 20; round++)
    {
      g_autoptr (WwMessage) first = arrive (house, round * 10, round, "a", round * 1000);
      g_autoptr (WwMessageList) messages = ww_conversation_dup_messages (conversation_at (house, 0));
      g_autoptr (TestMirror) mirror = test_mirror_new (G_LIST_MODEL (messages));
      g_autoptr (WwMessage) second = arrive (house, round * 10 + 1, round, "b", round * 1000);

      test_wait_for (!ww_message_list_get_loading (messages));
      g_assert_cmpuint (mirror->items->len, ==, 2);
      g_assert_true (mirror->items->pdata[0] == first);
      g_assert_true (mirror->items->pdata[1] == second);
      ww_conversation_list_clear (house->list);
      test_await (ww_conversation_list_load (house->list, house->store));
    }
}

static guint
at (DexFuture *future)
{
  return g_value_get_uint (test_await (future));
}

static void
assert_texts (TestMirror *mirror, guint first, guint n)
{
  g_assert_cmpuint (mirror->items->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (g_ascii_strtoull (ww_message_get_text (mirror->items->pdata[i]), NULL, 10), ==, first + i);
}

static char *
id_of (guint n, guint number)
{
  guint8 id[16];

  test_id (id, (guint64) n * 1000000 + number);
  return ww_hex_encode (id, sizeof id);
}

/* The window is laid around what was jumped to, grows at both ends without a gap, and takes what is new only at the end. */
static void
test_jump (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (WwMessageList) messages = NULL;
  g_autoptr (TestMirror) mirror = NULL;
  g_autoptr (WwMessage) unseen = NULL, seen = NULL;
  g_autofree char *there = id_of (900, 400), *near = id_of (900, 420), *elsewhere = id_of (7, 1);
  DexFuture *superseded;

  test_await (ww_store_run (house->store, fill, GUINT_TO_POINTER (900), NULL));
  test_await (ww_store_run (house->store, fill, GUINT_TO_POINTER (7), NULL));
  test_await (ww_conversation_list_load (house->list, house->store));
  messages = ww_conversation_dup_messages (find_filled (house, 900));
  mirror = test_mirror_new (G_LIST_MODEL (messages));

  /* In place of the first page, which is on its way. */
  g_assert_cmpuint (at (ww_message_list_jump (messages, there)), ==, 50);
  g_assert_cmpuint (mirror->changes, ==, 1);
  assert_texts (mirror, 350, 100);
  g_assert_true (ww_message_list_get_has_older (messages));
  g_assert_true (ww_message_list_get_has_newer (messages));

  /* One that is here moves nothing. */
  g_assert_cmpuint (at (ww_message_list_jump (messages, near)), ==, 70);
  g_assert_cmpuint (mirror->changes, ==, 1);
  test_await_error (ww_message_list_jump (messages, elsewhere), WW_ERROR_INVALID_ARGUMENT);
  test_await_error (ww_message_list_jump (messages, "0"), WW_ERROR_INVALID_ARGUMENT);
  assert_texts (mirror, 350, 100);

  unseen = arrive (house, 77777, 900, "900", 1000000);
  g_assert_cmpuint (mirror->items->len, ==, 100);
  g_assert_cmpuint (at (ww_message_list_load_newer (messages)), ==, 100);
  g_assert_cmpuint (at (ww_message_list_load_older (messages)), ==, 100);
  assert_texts (mirror, 250, 300);
  for (guint i = 0; i < 4; i++)
    test_await (ww_message_list_load_newer (messages));
  assert_texts (mirror, 250, 651);
  g_assert_true (mirror->items->pdata[650] == unseen);
  g_assert_false (ww_message_list_get_has_newer (messages));
  g_assert_cmpuint (at (ww_message_list_load_newer (messages)), ==, 0);
  seen = arrive (house, 77778, 900, "901", 1000001);
  assert_texts (mirror, 250, 652);

  /* The last one counts. */
  g_free (there);
  there = id_of (900, 10);
  superseded = ww_message_list_jump (messages, there);
  g_assert_cmpuint (at (ww_message_list_jump_newest (messages)), ==, 99);
  test_await_error (superseded, WW_ERROR_CANCELLED);
  assert_texts (mirror, 802, 100);
  g_assert_cmpuint (at (ww_message_list_jump (messages, there)), ==, 10);
  assert_texts (mirror, 0, 60);
  g_assert_false (ww_message_list_get_has_older (messages));
}

/* What comes in while the last newer page is being read is neither lost nor doubled. */
static void
test_arrival_while_loading_newer (void)
{
  g_autoptr (House) house = house_new ();
  g_autofree char *first = id_of (120, 0);

  test_await (ww_store_run (house->store, fill, GUINT_TO_POINTER (120), NULL));
  test_await (ww_conversation_list_load (house->list, house->store));
  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (WwMessageList) messages = ww_conversation_dup_messages (find_filled (house, 120));
      g_autoptr (TestMirror) mirror = test_mirror_new (G_LIST_MODEL (messages));
      g_autofree char *text = g_strdup_printf ("%u", 120 + round);
      g_autoptr (WwMessage) fresh = NULL;
      DexFuture *newer;

      g_assert_cmpuint (at (ww_message_list_jump (messages, first)), ==, 0);
      test_await (ww_message_list_load_newer (messages));
      newer = ww_message_list_load_newer (messages);
      fresh = arrive (house, 50000 + round, 120, text, 1000000 + round);
      test_await (newer);
      assert_texts (mirror, 0, 121 + round);
      test_forget_futures ();
    }
}

/* Reading goes on at the first message that nobody has read; own ones and notices are none. */
static void
test_jump_unread (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (WwMessageList) messages = NULL;
  g_autoptr (TestMirror) mirror = NULL;

  test_await (ww_store_run (house->store, fill, GUINT_TO_POINTER (500), NULL));
  test_await (test_store_exec (house->store, "UPDATE conversations SET read_position = 299"));
  test_await (test_store_exec (house->store, "UPDATE messages SET outgoing = 1 WHERE position = 300"));
  test_await (test_store_exec (house->store, "UPDATE messages SET notice = 'x', kind = 2 WHERE position = 301"));
  test_await (ww_conversation_list_load (house->list, house->store));
  messages = ww_conversation_dup_messages (find_filled (house, 500));
  mirror = test_mirror_new (G_LIST_MODEL (messages));
  g_assert_cmpuint (at (ww_message_list_jump_unread (messages)), ==, 50);
  g_assert_cmpuint (mirror->changes, ==, 1);
  g_assert_cmpint (ww_message_get_position (mirror->items->pdata[50]), ==, 302);

  test_await (test_store_exec (house->store, "UPDATE conversations SET read_position = 500"));
  g_assert_cmpuint (at (ww_message_list_jump_unread (messages)), ==, G_MAXUINT);
  assert_texts (mirror, 400, 100);
}

static double
open_time (House *house, guint n, guint64 *rows)
{
  guint64 before = rows_read (house);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (WwMessageList) messages = ww_conversation_dup_messages (find_filled (house, n));

  test_await (ww_message_list_load_older (messages));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (messages)), ==, 100);
  test_forget_futures ();

  start = g_get_monotonic_time () - start;
  *rows = rows_read (house) - before;
  return (double) start;
}

/* A conversation of 100,000 messages opens like one of a hundred, and so does the list. */
static void
test_large (void)
{
  g_autoptr (House) house = house_new ();
  double small = G_MAXDOUBLE, large = G_MAXDOUBLE;
  guint64 rows, before;

  test_await (ww_store_run (house->store, fill, GUINT_TO_POINTER (101), NULL));
  test_await (ww_store_run (house->store, fill, GUINT_TO_POINTER (100000), NULL));

  before = rows_read (house);
  test_await (ww_conversation_list_load (house->list, house->store));
  g_assert_cmpuint (rows_read (house) - before, <=, 2);

  for (guint i = 0; i < 5; i++)
    {
      small = MIN (small, open_time (house, 101, &rows));
      g_assert_cmpuint (rows, <=, 102);
      large = MIN (large, open_time (house, 100000, &rows));
      g_assert_cmpuint (rows, <=, 102);
    }

  g_test_message ("101 messages: %.0f us, 100,000 messages: %.0f us", small, large);
  g_assert_cmpfloat (large, <, 5 * small + 5000);
}

/* When the store is gone, asking is answered, and nothing is left hanging. */
static void
test_closed (void)
{
  g_autoptr (House) house = house_new ();
  g_autoptr (WwMessage) first = arrive (house, 1, 1, "a", 1000);
  g_autoptr (WwConversation) conversation = g_object_ref (conversation_at (house, 0));
  g_autoptr (WwMessageList) messages = ww_conversation_dup_messages (conversation);

  ww_conversation_list_clear (house->list);
  test_await_error (ww_conversation_send_text (conversation, "x"), WW_ERROR_CANCELLED);
  test_await_error (ww_conversation_mark_read (conversation), WW_ERROR_CANCELLED);
  test_await_error (ww_conversation_set_draft (conversation, "x"), WW_ERROR_CANCELLED);
  test_await_error (ww_conversation_retry (conversation, first), WW_ERROR_CANCELLED);
  test_wait_for (!ww_message_list_get_loading (messages));
  test_await_error (ww_message_list_load_older (messages), WW_ERROR_CANCELLED);
  g_assert_cmpstr (ww_conversation_get_preview (conversation), ==, "a");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  g_test_add_func ("/models/order", test_order);
  g_test_add_func ("/models/conversation", test_conversation);
  g_test_add_func ("/models/mute", test_mute);
  g_test_add_func ("/models/send", test_send);
  g_test_add_func ("/models/states", test_states);
  g_test_add_func ("/models/reading", test_reading);
  g_test_add_func ("/models/any-order", test_any_order);
  g_test_add_func ("/models/pace", test_pace);
  g_test_add_func ("/models/paging", test_paging);
  g_test_add_func ("/models/arrival-while-loading", test_arrival_while_loading);
  g_test_add_func ("/models/jump", test_jump);
  g_test_add_func ("/models/arrival-while-loading-newer", test_arrival_while_loading_newer);
  g_test_add_func ("/models/jump-unread", test_jump_unread);
  g_test_add_func ("/models/large", test_large);
  g_test_add_func ("/models/closed", test_closed);

  return g_test_run ();
}
