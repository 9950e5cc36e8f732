/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-client-fixture.h"

#include "waxwing.pb-c.h"
#include "ww-envelope.h"
#include "ww-limits.h"
#include "ww-store-alerts.h"
#include "ww-store-contacts.h"

/* Functions of ww-store-*.h on a database of this thread. */

static WwInsertResult
insert (WwDatabase *database, WwMessageRow *row, gint64 now_ms)
{
  g_autoptr (GError) error = NULL;
  WwInsertResult result;

  g_assert_true (ww_store_insert_message (database, row, test_peer, now_ms, &result, &error));
  g_assert_no_error (error);
  return result;
}

static void
insert_new (WwDatabase *database, guint64 number, guint64 conversation, const char *text, gint64 now_ms)
{
  g_autoptr (WwMessageRow) row = test_message (number, conversation, text);

  g_assert_cmpint (insert (database, row, now_ms), ==, WW_INSERTED);
}

/* Positions follow arrival, are unique, and no clock moves anything back: neither the sender's nor this device's. */
static void
test_positions (void)
{
  static const struct
  {
    gint64 created_ms;
    gint64 now_ms;
    gint64 position;
  } rows[] = {
    { 0, 5000, 5001 },                                      /* the conversation began at 5000 */
    { 9999999, 5000, 5002 },                                /* the same millisecond */
    { G_MAXINT64, 7000, 7000 }, { G_MININT64, 6000, 7001 }, /* the clock was set back */
    { -1, 7001, 7002 },         { 1, 9000, 9000 },
  };
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (GPtrArray) page = NULL;
  guint8 conversation[16];
  gboolean older;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (WwMessageRow) row = test_message (i, 1, "x");

      row->created_ms = rows[i].created_ms;
      g_assert_cmpint (insert (database, row, rows[i].now_ms), ==, WW_INSERTED);
      g_assert_cmpint (row->position, ==, rows[i].position);
      g_assert_cmpuint (row->unread, ==, i + 1);
    }

  test_id (conversation, 1);
  g_assert_true (ww_store_read_page (database, conversation, G_MAXINT64, 100, &page, &older, NULL));
  g_assert_false (older);
  g_assert_cmpuint (page->len, ==, G_N_ELEMENTS (rows));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      WwMessageRow *row = page->pdata[i];

      g_assert_cmpint (row->position, ==, rows[i].position);
      g_assert_cmpint (row->created_ms, ==, rows[i].created_ms);
    }
}

/* The same message again is nothing new; its id with anything else in it is a replay. */
static void
test_replay (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (WwMessageRow) first = test_message (1, 1, "first");
  g_autoptr (WwMessageRow) same = test_message (1, 1, "first");
  g_autoptr (WwMessageRow) other_content = test_message (1, 1, "other");
  g_autoptr (WwMessageRow) other_sender = test_message (1, 1, "first");
  g_autoptr (WwMessageRow) found = NULL;

  other_content->content_hash[31] ^= 1;
  other_sender->account[15] ^= 1;

  g_assert_cmpint (insert (database, first, 100), ==, WW_INSERTED);
  g_assert_cmpint (insert (database, same, 200), ==, WW_INSERTED_BEFORE);
  g_assert_cmpint (insert (database, other_content, 300), ==, WW_INSERTED_OTHER);
  g_assert_cmpint (insert (database, other_sender, 400), ==, WW_INSERTED_OTHER);

  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM messages"), ==, 1);
  g_assert_cmpint (test_database_int (database, "SELECT unread FROM conversations"), ==, 1);
  g_assert_true (ww_store_find_message (database, first->id, &found, NULL));
  g_assert_cmpstr (found->text, ==, "first");
  g_assert_cmpmem (found->content_hash, 32, first->content_hash, 32);
  g_assert_true (g_bytes_equal (found->payload, first->payload));
}

static void
test_paging (void)
{
  static const struct
  {
    gint64 before;
    guint limit;
    guint first, n;
    gboolean older;
  } rows[] = {
    { G_MAXINT64, 10, 240, 10, TRUE }, { G_MAXINT64, 250, 0, 250, FALSE }, { G_MAXINT64, 249, 1, 249, TRUE },
    { 1100, 100, 0, 100, FALSE },      { 1100, 99, 1, 99, TRUE },          { 1000, 10, 0, 0, FALSE },
    { G_MININT64, 10, 0, 0, FALSE },   { 1001, 10, 0, 1, FALSE },          { G_MAXINT64, 1, 249, 1, TRUE },
  };
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  guint8 conversation[16];

  test_id (conversation, 1);
  g_assert_true (ww_database_begin (database, NULL));
  for (guint i = 0; i < 250; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      /* Another conversation in between must not show. */
      insert_new (database, 10000 + i, 2, "other", 1000 + i);
      insert_new (database, i, 1, text, i == 0 ? 999 : 1000 + i);
    }
  g_assert_true (ww_database_commit (database, NULL));

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) page = NULL;
      gboolean older;

      g_assert_true (ww_store_read_page (database, conversation, rows[i].before, rows[i].limit, &page, &older, NULL));
      g_assert_cmpuint (page->len, ==, rows[i].n);
      g_assert_cmpint (older, ==, rows[i].older);
      for (guint j = 0; j < page->len; j++)
        {
          WwMessageRow *row = page->pdata[j];

          g_assert_cmpuint (g_ascii_strtoull (row->text, NULL, 10), ==, rows[i].first + j);
        }
    }
}

static WwMessageRow *
outgoing (guint64 number)
{
  WwMessageRow *row = test_message (number, 1, "mine");

  memcpy (row->account, test_self, 16);
  row->has_content_hash = FALSE;
  return row;
}

/* Stored and queued together; the state only moves forward; what failed goes out again under the same id. */
static void
test_outgoing (void)
{
  static const struct
  {
    WwMessageState state;
    guint suite;
    const char *error;
    gboolean changed;
    WwMessageState expected;
    guint expected_suite;
    const char *expected_error;
  } steps[] = {
    { WW_MESSAGE_STATE_FAILED, 0, "No.", TRUE, WW_MESSAGE_STATE_FAILED, 0, "No." },
    { WW_MESSAGE_STATE_WAITING, 0, NULL, TRUE, WW_MESSAGE_STATE_WAITING, 0, NULL },
    { WW_MESSAGE_STATE_WAITING, 0, NULL, FALSE, WW_MESSAGE_STATE_WAITING, 0, NULL },
    { WW_MESSAGE_STATE_SENT, 2, NULL, TRUE, WW_MESSAGE_STATE_SENT, 2, NULL },
    { WW_MESSAGE_STATE_READ, 0, "ignored", TRUE, WW_MESSAGE_STATE_READ, 2, NULL },
    { WW_MESSAGE_STATE_DELIVERED, 1, NULL, FALSE, WW_MESSAGE_STATE_READ, 2, NULL },
    { WW_MESSAGE_STATE_FAILED, 1, "late", FALSE, WW_MESSAGE_STATE_READ, 2, NULL },
  };
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (WwMessageRow) row = outgoing (1);
  g_autoptr (GError) error = NULL;
  guint8 unknown[16] = { 9 };
  gboolean changed;

  row->suite = 0;
  g_assert_true (ww_store_set_draft (database, row->conversation, "draft", NULL));
  g_assert_true (ww_store_insert_outgoing (database, row, test_peer, 100, &error));
  g_assert_no_error (error);
  g_assert_cmpint (row->state, ==, WW_MESSAGE_STATE_WAITING);
  g_assert_cmpuint (row->unread, ==, 0);
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM outbox o JOIN messages m ON m.id=o.id"
                                                " AND m.payload=o.payload AND o.kind=1 AND o.peer=x'"
                                                "bb010000000000000000000000000000'"),
                   ==, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (WwMessageRow) found = NULL;

      g_assert_true (ww_store_set_message_state (database, row->id, steps[i].state, steps[i].suite, steps[i].error,
                                                 &changed, NULL));
      g_assert_cmpint (changed, ==, steps[i].changed);
      g_assert_true (ww_store_find_message (database, row->id, &found, NULL));
      g_assert_cmpint (found->state, ==, steps[i].expected);
      g_assert_cmpuint (found->suite, ==, steps[i].expected_suite);
      g_assert_cmpstr (found->error, ==, steps[i].expected_error);
    }

  g_assert_true (ww_store_set_message_state (database, unknown, WW_MESSAGE_STATE_SENT, 2, NULL, &changed, NULL));
  g_assert_false (changed);

  /* The same id twice is a mistake of ours, not a message. */
  g_assert_false (ww_store_insert_outgoing (database, row, test_peer, 200, &error));
}

static void
test_retry (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (WwMessageRow) row = outgoing (1);
  gboolean changed;

  g_assert_true (ww_store_insert_outgoing (database, row, test_peer, 100, NULL));
  g_assert_true (ww_store_retry_message (database, row->id, 150, &changed, NULL));
  g_assert_false (changed);

  g_assert_true (ww_store_set_message_state (database, row->id, WW_MESSAGE_STATE_FAILED, 0, "No.", &changed, NULL));
  g_assert_true (ww_database_exec (database, "DELETE FROM outbox", NULL));
  g_assert_true (ww_store_retry_message (database, row->id, 200, &changed, NULL));
  g_assert_true (changed);
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM outbox o JOIN messages m ON m.id=o.id"
                                                " AND m.payload=o.payload AND m.created_ms=o.created_ms AND m.state=0"
                                                " AND length(o.peer)=16"),
                   ==, 1);
}

/* What went into the outbox beside messages. */
static guint
count_receipts (WwDatabase *database, guint *n_rows, guint *n_read_states)
{
  g_autoptr (WwStatement)
      statement = ww_database_prepare (database, "SELECT payload, peer, kind FROM outbox ORDER BY row", NULL);
  guint ids = 0;

  *n_rows = *n_read_states = 0;
  while (ww_statement_step (statement, NULL) == WW_STEP_ROW)
    {
      gsize len, peer_len;
      const guint8 *data = ww_statement_blob (statement, 0, &len);
      Waxwing__Payload *payload = waxwing__payload__unpack (NULL, len, data);
      const guint8 *peer = ww_statement_blob (statement, 1, &peer_len);

      g_assert_nonnull (payload);
      g_assert_cmpint (ww_statement_int (statement, 2), ==, WW_ENVELOPE_SILENT);
      if (payload->kind_case == WAXWING__PAYLOAD__KIND_RECEIPT)
        {
          g_assert_cmpint (payload->receipt->state, ==, WAXWING__RECEIPT__STATE__READ);
          g_assert_cmpuint (payload->receipt->n_message_ids, <=, WW_MAX_RECEIPT_IDS);
          g_assert_cmpmem (peer, peer_len, test_peer, 16);
          ids += (guint) payload->receipt->n_message_ids;
          (*n_rows)++;
        }
      else
        {
          g_assert_cmpint (payload->kind_case, ==, WAXWING__PAYLOAD__KIND_READ_STATE);
          g_assert_cmpmem (peer, peer_len, test_self, 16);
          (*n_read_states)++;
        }
      waxwing__payload__free_unpacked (payload, NULL);
    }

  return ids;
}

static void
test_reading (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  guint8 conversation[16], unknown[16] = { 1 }, id[16];
  WwReadChange change;
  guint n_rows, n_read_states;
  gboolean changed;

  test_id (conversation, 1);
  for (guint i = 0; i < 300; i++)
    insert_new (database, i, 1, "x", 1000 + i);
  {
    g_autoptr (WwMessageRow) own = outgoing (500);

    own->outgoing = TRUE;
    own->state = WW_MESSAGE_STATE_SENT;
    g_assert_cmpint (insert (database, own, 2000), ==, WW_INSERTED);
    g_assert_cmpuint (own->unread, ==, 300);
  }

  /* As far as it was seen: position 1099 is message 98, because the conversation itself took 1000. */
  g_assert_true (ww_store_mark_read (database, conversation, 1099, test_self, 3000, &change, NULL));
  g_assert_true (change.changed);
  g_assert_cmpuint (change.unread, ==, 201);
  g_assert_cmpuint (count_receipts (database, &n_rows, &n_read_states), ==, 99);
  g_assert_cmpuint (n_rows, ==, 1);
  g_assert_cmpuint (n_read_states, ==, 1);

  /* Again, and further back: nothing. */
  g_assert_true (ww_store_mark_read (database, conversation, 1099, test_self, 3000, &change, NULL));
  g_assert_false (change.changed);
  g_assert_true (ww_store_mark_read (database, conversation, 5, test_self, 3000, &change, NULL));
  g_assert_false (change.changed);
  g_assert_true (ww_store_mark_read (database, unknown, 5, test_self, 3000, &change, NULL));
  g_assert_false (change.changed);
  g_assert_cmpuint (count_receipts (database, &n_rows, &n_read_states), ==, 99);

  /* The rest needs two receipts no longer: 201 fit into one. */
  g_assert_true (ww_store_mark_read (database, conversation, G_MAXINT64, test_self, 3000, &change, NULL));
  g_assert_true (change.changed);
  g_assert_cmpuint (change.unread, ==, 0);
  g_assert_cmpint (change.read_position, ==, 2000);
  g_assert_cmpuint (count_receipts (database, &n_rows, &n_read_states), ==, 300);
  g_assert_cmpuint (n_rows, ==, 2);
  g_assert_cmpuint (n_read_states, ==, 2);
  g_assert_cmpint (test_database_int (database, "SELECT count(DISTINCT id) FROM outbox"), ==, 4);

  /* Receipts hold 256 at most. */
  g_assert_true (ww_database_exec (database, "DELETE FROM outbox; UPDATE conversations SET read_position=0", NULL));
  g_assert_true (ww_store_mark_read (database, conversation, G_MAXINT64, test_self, 3000, &change, NULL));
  g_assert_cmpuint (count_receipts (database, &n_rows, &n_read_states), ==, 300);
  g_assert_cmpuint (n_rows, ==, 2);

  /* What another own device read: counted, and not told again. */
  insert_new (database, 700, 1, "x", 4000);
  insert_new (database, 701, 1, "x", 4001);
  g_assert_true (ww_database_exec (database, "DELETE FROM outbox", NULL));
  test_id (id, 700);
  g_assert_true (ww_store_apply_read_state (database, id, &change, NULL));
  g_assert_true (change.changed);
  g_assert_cmpuint (change.unread, ==, 1);
  g_assert_cmpmem (change.conversation, 16, conversation, 16);
  g_assert_true (ww_store_apply_read_state (database, id, &change, NULL));
  g_assert_false (change.changed);
  g_assert_true (ww_store_apply_read_state (database, unknown, &change, NULL));
  g_assert_false (change.changed);
  g_assert_cmpuint (count_receipts (database, &n_rows, &n_read_states), ==, 0);
  g_assert_true (ww_store_set_message_state (database, id, WW_MESSAGE_STATE_READ, 0, NULL, &changed, NULL));
  g_assert_false (changed);
}

static void
test_conversations (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (WwConversationRow) made = NULL, again = NULL, none = NULL;
  guint8 id[16], nobody[16] = { 3 };

  insert_new (database, 1, 1, "one", 100);
  insert_new (database, 2, 2, "two", 300);
  insert_new (database, 3, 1, "three", 200);
  test_id (id, 3);
  g_assert_true (ww_store_create_conversation (database, id, nobody, 250, &made, NULL));
  g_assert_null (made->last);
  g_assert_null (made->contact);
  g_assert_cmpint (made->last_position, ==, 250);
  g_assert_true (ww_store_create_conversation (database, id, test_peer, 999, &again, NULL));
  g_assert_cmpint (again->created_ms, ==, 250);
  g_assert_cmpmem (again->peer, 16, nobody, 16);
  g_assert_true (ww_store_set_contact_record (database, test_peer, "mailto:bob@example.org", TRUE, NULL, NULL));
  g_assert_true (ww_store_set_draft (database, id, "<draft>", NULL));

  g_assert_true (ww_store_list_conversations (database, &rows, NULL));
  g_assert_cmpuint (rows->len, ==, 3);
  g_assert_cmpstr (((WwConversationRow *) rows->pdata[0])->last->text, ==, "two");
  g_assert_cmpstr (((WwConversationRow *) rows->pdata[1])->draft, ==, "<draft>");
  g_assert_null (((WwConversationRow *) rows->pdata[1])->last);
  g_assert_cmpstr (((WwConversationRow *) rows->pdata[2])->last->text, ==, "three");
  g_assert_cmpuint (((WwConversationRow *) rows->pdata[2])->unread, ==, 2);
  g_assert_cmpstr (((WwConversationRow *) rows->pdata[2])->contact->handle, ==, "mailto:bob@example.org");
  g_assert_true (((WwConversationRow *) rows->pdata[2])->contact->weak);

  test_id (id, 77);
  g_assert_true (ww_store_find_conversation (database, id, &none, NULL));
  g_assert_null (none);
}

static void
test_contacts (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (WwContactRow) none = NULL, row = NULL, written = NULL;
  gboolean changed;

  g_assert_true (ww_store_get_contact (database, test_peer, &none, NULL));
  g_assert_null (none);
  g_assert_true (ww_store_set_contact_name (database, test_peer, "Bob", &changed, NULL));
  g_assert_true (changed);
  g_assert_true (ww_store_set_contact_name (database, test_peer, "Bob", &changed, NULL));
  g_assert_false (changed);
  g_assert_true (ww_store_set_contact_record (database, test_peer, "tel:+33612345678", TRUE, "record-forked", NULL));
  g_assert_true (ww_store_set_contact_name (database, test_peer, "Bobby", &changed, NULL));
  g_assert_true (changed);

  g_assert_true (ww_store_get_contact (database, test_peer, &row, NULL));
  g_assert_cmpstr (row->name, ==, "Bobby");
  g_assert_cmpstr (row->handle, ==, "tel:+33612345678");
  g_assert_true (row->weak);
  g_assert_cmpstr (row->problem, ==, "record-forked");

  g_set_str (&row->problem, NULL);
  g_assert_true (ww_store_set_contact (database, row, NULL));
  g_assert_true (ww_store_get_contact (database, test_peer, &written, NULL));
  g_assert_null (written->problem);
  g_assert_cmpstr (written->name, ==, "Bobby");
}

/* Exactly once for each source, whoever derives it how often, before and after it was seen. */
static void
test_alerts (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (GPtrArray) rows = NULL;
  gboolean added;
  WwAlertRow *newest;

  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < 250; i++)
        {
          g_autoptr (WwAlertRow) row = ww_alert_row_new ();

          row->kind = WW_ALERT_KIND_DEVICE_ADDED;
          row->at_ms = i;
          row->has_device = TRUE;
          row->device[0] = (guint8) i;
          row->device_name = g_strdup ("desktop");
          row->source = g_bytes_new (&i, sizeof i);
          g_assert_true (ww_store_insert_alert (database, row, &added, NULL));
          g_assert_cmpint (added, ==, round == 0);
          if (round == 0)
            g_assert_true (ww_store_mark_alert_seen (database, row->row, NULL));
        }
    }

  /* Without a source there is nothing that they could have in common. */
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (WwAlertRow) row = ww_alert_row_new ();

      row->kind = WW_ALERT_KIND_MESSAGE_PROBLEM;
      g_assert_true (ww_store_insert_alert (database, row, &added, NULL));
      g_assert_true (added);
      g_assert_true (ww_store_mark_alert_notified (database, row->row, NULL));
    }

  g_assert_true (ww_store_list_alerts (database, &rows, NULL));
  g_assert_cmpuint (rows->len, ==, WW_ALERTS_LISTED);
  newest = rows->pdata[0];
  g_assert_cmpint (newest->kind, ==, WW_ALERT_KIND_MESSAGE_PROBLEM);
  g_assert_false (newest->has_device);
  g_assert_true (newest->notified);
  g_assert_false (newest->seen);
  newest = rows->pdata[2];
  g_assert_cmpint (newest->at_ms, ==, 249);
  g_assert_true (newest->has_device);
  g_assert_cmpuint (newest->device[0], ==, 249);
  g_assert_cmpstr (newest->device_name, ==, "desktop");
  g_assert_true (newest->seen);
  g_assert_false (newest->notified);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  g_test_add_func ("/messages/positions", test_positions);
  g_test_add_func ("/messages/replay", test_replay);
  g_test_add_func ("/messages/paging", test_paging);
  g_test_add_func ("/messages/outgoing", test_outgoing);
  g_test_add_func ("/messages/retry", test_retry);
  g_test_add_func ("/messages/reading", test_reading);
  g_test_add_func ("/messages/conversations", test_conversations);
  g_test_add_func ("/messages/contacts", test_contacts);
  g_test_add_func ("/messages/alerts", test_alerts);

  return g_test_run ();
}
