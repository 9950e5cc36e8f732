/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said about messages later: tapbacks, edits, unsending, deletion, settings. Each rule is a row of a table, and the
 * order in which things come must make no difference.
 */
#include "ww-client-fixture.h"

#include "waxwing.pb-c.h"
#include "ww-frame.h"
#include "ww-limits.h"
#include "ww-store-amend.h"
#include "ww-store-settings.h"

#define SENT_MS 1000000

typedef enum
{
  TAPBACK,
  EDIT,
  UNSEND,
} What;

/* Something that is said about message 1 of conversation 1, which the peer sent at SENT_MS. */
typedef struct
{
  What what;
  guint64 id;
  gboolean own; /* said by the own account, who did not send it */
  guint64 conversation;
  gint64 created_ms;
  const char *text;
} Said;

static void
fill_payload (const Said *said, guint8 target[16], Waxwing__Payload *payload, Waxwing__Tapback *tapback,
              Waxwing__Edit *edit, Waxwing__Unsend *unsend)
{
  const ProtobufCBinaryData id = { WW_ID_SIZE, target };

  waxwing__payload__init (payload);
  waxwing__tapback__init (tapback);
  waxwing__edit__init (edit);
  waxwing__unsend__init (unsend);
  test_id (target, 1);
  tapback->message_id = edit->message_id = unsend->message_id = id;
  if (said->what == TAPBACK)
    {
      payload->kind_case = WAXWING__PAYLOAD__KIND_TAPBACK;
      tapback->emoji = (char *) said->text;
      payload->tapback = tapback;
    }
  else if (said->what == EDIT)
    {
      payload->kind_case = WAXWING__PAYLOAD__KIND_EDIT;
      edit->body = (char *) said->text;
      payload->edit = edit;
    }
  else
    {
      payload->kind_case = WAXWING__PAYLOAD__KIND_UNSEND;
      payload->unsend = unsend;
    }
}

static WwAmendResult
say (WwDatabase *database, const Said *said, gboolean may_wait)
{
  g_autoptr (GError) error = NULL;
  WwAmendment amendment = { .created_ms = said->created_ms };
  Waxwing__Payload payload;
  Waxwing__Tapback tapback;
  Waxwing__Edit edit;
  Waxwing__Unsend unsend;
  WwAmendResult result;
  guint8 target[16];

  test_id (amendment.id, said->id);
  test_id (amendment.conversation, said->conversation);
  memcpy (amendment.account, said->own ? test_self : test_peer, 16);
  fill_payload (said, target, &payload, &tapback, &edit, &unsend);
  g_assert_true (ww_store_amend (database, &amendment, &payload, may_wait, SENT_MS, &result, NULL, &error));
  g_assert_no_error (error);
  return result;
}

static void
insert (WwDatabase *database, guint64 number, const char *text)
{
  g_autoptr (WwMessageRow) row = test_message (number, 1, text);
  WwInsertResult result;

  row->created_ms = SENT_MS;
  g_assert_true (ww_store_insert_message (database, row, test_peer, SENT_MS, &result, NULL));
  g_assert_true (ww_store_amend_new (database, row, SENT_MS, NULL));
}

static WwMessageRow *
read_back (WwDatabase *database)
{
  WwMessageRow *row;
  guint8 id[16];

  test_id (id, 1);
  g_assert_true (ww_store_find_message (database, id, &row, NULL));
  g_assert_nonnull (row);
  return row;
}

static void
test_rules (void)
{
  static const struct
  {
    Said said;
    WwAmendResult result;
  } cases[] = {
    /* Everybody in the conversation may tap back, whenever they want. */
    { { TAPBACK, 10, FALSE, 1, SENT_MS, "👍" }, WW_AMENDED },
    { { TAPBACK, 11, TRUE, 1, SENT_MS + 1, "👍" }, WW_AMENDED },
    { { TAPBACK, 12, TRUE, 1, G_MAXINT64, "👍" }, WW_AMENDED },
    { { TAPBACK, 13, TRUE, 1, G_MININT64, "👍" }, WW_AMENDED },
    { { TAPBACK, 14, TRUE, 2, SENT_MS, "👍" }, WW_AMENDED_REFUSED },
    /* Who sent it may edit it, for a quarter of an hour by their own clock, there. */
    { { EDIT, 15, FALSE, 1, SENT_MS, "b" }, WW_AMENDED },
    { { EDIT, 16, FALSE, 1, SENT_MS + WW_EDIT_MS, "b" }, WW_AMENDED },
    { { EDIT, 17, FALSE, 1, SENT_MS + WW_EDIT_MS + 1, "b" }, WW_AMENDED_REFUSED },
    { { EDIT, 18, FALSE, 1, SENT_MS - 1, "b" }, WW_AMENDED_REFUSED },
    { { EDIT, 19, FALSE, 1, G_MAXINT64, "b" }, WW_AMENDED_REFUSED },
    { { EDIT, 20, FALSE, 1, G_MININT64, "b" }, WW_AMENDED_REFUSED },
    { { EDIT, 21, TRUE, 1, SENT_MS, "b" }, WW_AMENDED_REFUSED },
    { { EDIT, 22, FALSE, 2, SENT_MS, "b" }, WW_AMENDED_REFUSED },
    /* And take it back, for a day. */
    { { UNSEND, 23, FALSE, 1, SENT_MS + WW_UNSEND_MS }, WW_AMENDED },
    { { UNSEND, 24, FALSE, 1, SENT_MS + WW_UNSEND_MS + 1 }, WW_AMENDED_REFUSED },
    { { UNSEND, 25, FALSE, 1, SENT_MS - 1 }, WW_AMENDED_REFUSED },
    { { UNSEND, 26, FALSE, 1, G_MININT64 }, WW_AMENDED_REFUSED },
    { { UNSEND, 27, TRUE, 1, SENT_MS }, WW_AMENDED_REFUSED },
    { { UNSEND, 28, FALSE, 2, SENT_MS }, WW_AMENDED_REFUSED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestDirectory) directory = test_directory_new ();
      g_autoptr (WwDatabase) database = test_database_new (directory);
      g_autoptr (WwMessageRow) row = NULL;

      insert (database, 1, "a");
      if (say (database, &cases[i].said, TRUE) != cases[i].result)
        g_error ("case %zu", i);
      row = read_back (database);
      if (cases[i].result == WW_AMENDED_REFUSED)
        {
          g_assert_cmpstr (row->text, ==, "a");
          g_assert_null (row->tapbacks);
          g_assert_cmpint (row->kind, ==, WW_MESSAGE_KIND_TEXT);
        }
    }
}

/* What counts in the end, whatever came first: the message itself too. */
static void
test_order (void)
{
  static const Said all[] = {
    { TAPBACK, 10, TRUE, 1, SENT_MS + 5, "👍" },   { TAPBACK, 11, TRUE, 1, SENT_MS + 7, "❤️" },
    { TAPBACK, 12, TRUE, 1, SENT_MS + 7, "😂" },   { TAPBACK, 13, FALSE, 1, SENT_MS + 9, "👎" },
    { TAPBACK, 14, FALSE, 1, SENT_MS + 10, "" },   { EDIT, 15, FALSE, 1, SENT_MS + 20, "second" },
    { EDIT, 16, FALSE, 1, SENT_MS + 30, "third" }, { EDIT, 17, FALSE, 1, SENT_MS + 30, "third, too" },
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261128);

  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (TestDirectory) directory = test_directory_new ();
      g_autoptr (WwDatabase) database = test_database_new (directory);
      g_autoptr (WwMessageRow) row = NULL;
      guint order[G_N_ELEMENTS (all)], before = (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (all) + 1);

      for (guint i = 0; i < G_N_ELEMENTS (all); i++)
        order[i] = i;
      for (guint i = G_N_ELEMENTS (all) - 1; i > 0; i--)
        {
          guint j = (guint) g_rand_int_range (rand, 0, (gint32) i + 1);
          guint swapped = order[i];

          order[i] = order[j];
          order[j] = swapped;
        }
      for (guint i = 0; i < G_N_ELEMENTS (all); i++)
        {
          if (i == before)
            insert (database, 1, "first");
          say (database, &all[order[i]], TRUE);
        }
      if (before == G_N_ELEMENTS (all))
        insert (database, 1, "first");

      row = read_back (database);
      g_assert_cmpstr (row->text, ==, "third, too");
      g_assert_cmpint (row->edited_ms, ==, SENT_MS + 30);
      g_assert_cmpuint (row->tapbacks->len, ==, 1);
      g_assert_cmpstr (((WwTapbackRow *) row->tapbacks->pdata[0])->emoji, ==, "😂");
      g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM amendments"), ==, 0);
      g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM wordings"), ==, 4);
    }
}

static void
test_edits_are_bounded (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (GPtrArray) wordings = NULL;
  guint8 id[16];

  insert (database, 1, "0");
  for (guint i = 1; i <= WW_MAX_EDITS + 1; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      const Said said = { EDIT, 100 + i, FALSE, 1, SENT_MS + i, text };

      g_assert_cmpint (say (database, &said, TRUE), ==, i <= WW_MAX_EDITS ? WW_AMENDED : WW_AMENDED_REFUSED);
    }
  test_id (id, 1);
  g_assert_true (ww_store_list_wordings (database, id, &wordings, NULL));
  g_assert_cmpuint (wordings->len, ==, WW_MAX_EDITS + 1);
  g_assert_cmpstr (((WwWording *) wordings->pdata[0])->text, ==, "0");
}

/* What waits is bounded: the oldest go. Nobody's waits who may not. */
static void
test_waiting_is_bounded (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  const Said stranger = { TAPBACK, 9, FALSE, 1, SENT_MS, "👍" };

  g_assert_cmpint (say (database, &stranger, FALSE), ==, WW_AMENDED_NOTHING);
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM amendments"), ==, 0);
  g_assert_true (ww_database_exec (database,
                                   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<10000)"
                                   " INSERT INTO amendments SELECT randomblob(16), randomblob(16), randomblob(16),"
                                   " randomblob(16), i, i, x'' FROM n",
                                   NULL));
  g_assert_cmpint (say (database, &stranger, TRUE), ==, WW_AMENDED_LATER);
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM amendments"), ==, WW_AMENDMENTS_KEPT);
  g_assert_cmpint (test_database_int (database, "SELECT min(at_ms) FROM amendments"), ==, 2);
  g_assert_true (ww_store_prune_amendments (database, SENT_MS + WW_AMENDMENT_MS + 1, NULL));
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM amendments"), ==, 0);
}

/* Nothing is left of what was taken back, and nothing brings it back: neither a retry, nor an edit, nor a tapback. */
static void
test_unsent (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (WwMessageRow) row = NULL, again = test_message (1, 1, "a");
  const Said edited = { EDIT, 10, FALSE, 1, SENT_MS + 1, "b" }, tapped = { TAPBACK, 11, TRUE, 1, SENT_MS + 2, "👍" },
             unsent = { UNSEND, 12, FALSE, 1, SENT_MS + 3 }, late = { EDIT, 13, FALSE, 1, SENT_MS + 4, "c" },
             tapped_late = { TAPBACK, 14, TRUE, 1, SENT_MS + 5, "👍" };
  g_autoptr (GBytes) payload = g_bytes_new_static ("b", 1);
  WwInsertResult result;
  guint8 id[16];

  insert (database, 1, "a");
  g_assert_cmpint (say (database, &edited, TRUE), ==, WW_AMENDED);
  /* As if it were on its way out. */
  test_id (id, edited.id);
  g_assert_true (ww_store_insert_outbox (database, id, NULL, test_peer, 2, SENT_MS, payload, NULL));
  g_assert_cmpint (say (database, &tapped, TRUE), ==, WW_AMENDED);
  g_assert_cmpint (say (database, &unsent, TRUE), ==, WW_AMENDED);
  g_assert_cmpint (say (database, &unsent, TRUE), ==, WW_AMENDED_NOTHING);
  g_assert_cmpint (say (database, &late, TRUE), ==, WW_AMENDED_NOTHING);
  g_assert_cmpint (say (database, &tapped_late, TRUE), ==, WW_AMENDED_NOTHING);
  g_assert_true (ww_store_insert_message (database, again, test_peer, SENT_MS, &result, NULL));
  g_assert_cmpint (result, ==, WW_INSERTED_BEFORE);

  row = read_back (database);
  g_assert_cmpint (row->kind, ==, WW_MESSAGE_KIND_UNSENT);
  g_assert_cmpstr (row->text, ==, "");
  g_assert_false (row->has_content_hash);
  g_assert_null (row->tapbacks);
  g_assert_cmpuint (g_bytes_get_size (row->payload), ==, 0);
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM wordings"), ==, 0);
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM outbox"), ==, 0);
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM tapbacks"), ==, 0);
}

/* The list of conversations goes by what is left; what comes about a deleted message is for nobody. */
static void
test_deleted (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (GPtrArray) conversations = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_conversation_row_free);
  const Said tapped = { TAPBACK, 11, TRUE, 1, SENT_MS, "👍" };
  WwConversationRow *row;
  guint8 ids[3][16];
  gboolean deleted;

  insert (database, 1, "a");
  insert (database, 2, "b");
  test_id (ids[0], 1);
  test_id (ids[1], 2);
  test_id (ids[2], 3);
  g_assert_true (ww_store_delete_messages (database, ids[1], 1, SENT_MS, conversations, NULL));
  g_assert_cmpuint (conversations->len, ==, 1);
  row = conversations->pdata[0];
  g_assert_cmpstr (row->last->text, ==, "a");
  g_assert_cmpuint (row->unread, ==, 1);
  g_assert_true (ww_store_delete_messages (database, ids[0], 3, SENT_MS, conversations, NULL));
  row = conversations->pdata[1];
  g_assert_null (row->last);
  g_assert_cmpuint (row->unread, ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_assert_true (ww_store_is_deleted (database, ids[i], &deleted, NULL));
      g_assert_true (deleted);
    }
  g_assert_cmpint (say (database, &tapped, TRUE), ==, WW_AMENDED_NOTHING);
}

static gboolean
apply (WwDatabase *database, const char *key, gint64 number, const char *text, guint64 changed_ms)
{
  Waxwing__Setting setting = WAXWING__SETTING__INIT;
  guint8 conversation[16];
  gboolean changed;

  test_id (conversation, 1);
  setting.conversation_id = (ProtobufCBinaryData) { 16, conversation };
  setting.key = (char *) key;
  setting.number = number;
  setting.text = (char *) text;
  setting.changed_ms = changed_ms;
  g_assert_true (ww_store_apply_setting (database, &setting, &changed, NULL));
  return changed;
}

static void
test_settings (void)
{
  g_autoptr (TestDirectory) directory = test_directory_new ();
  g_autoptr (WwDatabase) database = test_database_new (directory);
  g_autoptr (WwConversationRow) row = NULL;
  guint8 conversation[16];
  gboolean changed;
  gint64 number;

  insert (database, 1, "a");
  test_id (conversation, 1);
  g_assert_true (apply (database, WW_SETTING_MUTED, G_MAXINT64, "", 100));
  g_assert_false (apply (database, WW_SETTING_MUTED, 0, "", 99));
  g_assert_false (apply (database, WW_SETTING_MUTED, G_MAXINT64, "", 100));
  g_assert_false (apply (database, WW_SETTING_MUTED, 5, "", 100));
  g_assert_true (apply (database, WW_SETTING_PINNED, 7, "", G_MAXUINT64));
  g_assert_true (apply (database, WW_SETTING_DRAFT, 0, "Dear", 1));
  g_assert_true (apply (database, "of-a-later-version", 1, "x", 1));
  g_assert_true (ww_store_find_conversation (database, conversation, &row, NULL));
  g_assert_cmpint (row->muted_until_ms, ==, G_MAXINT64);
  g_assert_cmpint (row->pinned, ==, 7);
  g_assert_cmpstr (row->draft, ==, "Dear");

  /* Later than what is there, though this device's clock is behind; the same again tells nobody. */
  g_assert_true (
      ww_store_change_setting (database, test_self, conversation, WW_SETTING_MUTED, 0, "", 50, &changed, NULL));
  g_assert_true (changed);
  g_assert_true (
      ww_store_change_setting (database, test_self, conversation, WW_SETTING_MUTED, 0, "", 60, &changed, NULL));
  g_assert_false (changed);
  g_assert_true (ww_store_get_number (database, conversation, WW_SETTING_MUTED, -1, &number, NULL));
  g_assert_cmpint (number, ==, 0);
  g_assert_cmpint (test_database_int (database, "SELECT changed_ms FROM settings WHERE key='muted'"), ==, 101);
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM outbox"), ==, 1);
  g_assert_true (ww_store_queue_settings (database, test_self, 70, NULL));
  g_assert_cmpint (test_database_int (database, "SELECT count(*) FROM outbox"), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/amend/rules", test_rules);
  g_test_add_func ("/client/amend/order", test_order);
  g_test_add_func ("/client/amend/edits-are-bounded", test_edits_are_bounded);
  g_test_add_func ("/client/amend/waiting-is-bounded", test_waiting_is_bounded);
  g_test_add_func ("/client/amend/unsent", test_unsent);
  g_test_add_func ("/client/amend/deleted", test_deleted);
  g_test_add_func ("/client/amend/settings", test_settings);

  return g_test_run ();
}
