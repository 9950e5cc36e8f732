/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was accepted is there, whatever happens to the server; what cannot be stored is refused; what is not ours is left. */
#include "ww-test-client.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include <glib/gstdio.h>

static TestDevice *alice, *bob;

static TestServer *
house (const char *config)
{
  TestServer *server = test_server_start (test_server_new (config));

  alice = test_enroll (server, "alice@example.org");
  bob = test_enroll (server, "bob@example.org");
  return server;
}

static void
leave (TestServer *server)
{
  test_account_free (alice->account);
  test_account_free (bob->account);
  test_device_free (alice);
  test_device_free (bob);
  test_server_free (server);
}

/* --- Killed in the middle ------------------------------------------------------------------ */

#define MESSAGES  1000
#define IN_FLIGHT 32

static void
message_text (char text[32], unsigned number)
{
  g_snprintf (text, 32, "message %u", number);
}

static uint64_t
send_number (TestLink *link, unsigned number)
{
  g_autoptr (TestMessage) message = NULL;
  uint8_t id[WW_ID_SIZE];
  char text[32];

  message_text (text, number);
  test_id (id, number);
  message = test_message_new (alice, id, text, strlen (text), bob->account, NULL);
  return test_link_send (link, WAXWING__REQUEST__BODY_SEND, &message->send);
}

static bool
take_answer (TestLink *link, uint64_t id)
{
  for (GList *l = link->frames.head; l != NULL; l = l->next)
    {
      Waxwing__Frame *frame = l->data;

      if (frame->body_case == WAXWING__FRAME__BODY_RESPONSE && frame->id == id)
        {
          g_assert_cmpint (frame->response->body_case, ==, WAXWING__RESPONSE__BODY_SENT);
          g_queue_delete_link (&link->frames, l);
          test_frame_free (frame);
          return true;
        }
    }
  return false;
}

/* Sends in order from `first` on with a few at once, and has the server killed when so many were answered. */
static unsigned
send_until_killed (TestServer *server, unsigned first, unsigned kill_after)
{
  g_autoptr (TestLink) link = test_connect (server, alice);
  uint64_t ids[MESSAGES];
  unsigned sent = first, answered = first;
  bool killed = false;

  while (answered < MESSAGES)
    {
      while (sent < MESSAGES && sent - answered < IN_FLIGHT && test_link_is_open (link))
        {
          ids[sent] = send_number (link, sent);
          sent++;
        }
      if (take_answer (link, ids[answered]))
        answered++;
      else if (link->closed)
        break;
      else
        test_turn ();
      if (answered - first >= kill_after && !killed)
        {
          test_server_kill (server);
          killed = true;
        }
    }
  if (!killed)
    test_server_kill (server);
  return answered;
}

static void
receive_all (TestServer *server)
{
  g_autoptr (TestLink) link = test_connect (server, bob);

  for (unsigned i = 0; i < MESSAGES; i++)
    {
      char text[32];

      message_text (text, i);
      test_acknowledge (link, test_expect_text (link, text));
    }
  test_frame_free (test_link_event (link, WAXWING__EVENT__BODY_MAILBOX_DRAINED));
  test_link_assert_no_event (link, WAXWING__EVENT__BODY_DELIVERY);
}

/* The sender goes on with the first that was not answered: each arrives once, in order. */
static void
test_killed (void)
{
  TestServer *server = house ("[limits]\nsends-per-device=1000000000/1000000\n");
  unsigned next = 0, kills = 0;

  while (next < MESSAGES)
    {
      unsigned before = next;

      next = send_until_killed (server, next, 37 + 23 * kills);
      kills++;
      test_server_start (server);
      /* Everything that was answered is there. */
      g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM deliveries"), >=, next);
      g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM deliveries"), <=, next + IN_FLIGHT);
      g_test_message ("killed after %u, %u were answered", before, next);
    }
  g_assert_cmpuint (kills, >, 5);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM deliveries"), ==, MESSAGES);
  receive_all (server);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM messages"), ==, 0);
  leave (server);
}

/* --- A full disk --------------------------------------------------------------------------- */

static gint64
file_size (TestServer *server, const char *name)
{
  g_autofree char *path = g_build_filename (server->data, name, NULL);
  GStatBuf status;

  return g_stat (path, &status) == 0 ? status.st_size : 0;
}

static void
limit_files (TestServer *server, rlim_t bytes)
{
  struct rlimit limit = { bytes, RLIM_INFINITY };

  g_assert_cmpint (prlimit (server->pid, RLIMIT_FSIZE, &limit, NULL), ==, 0);
}

static void
test_full_disk (void)
{
  TestServer *server = house (NULL);
  g_autoptr (TestLink) from = test_connect (server, alice);
  g_autoptr (TestLink) to = NULL;
  g_autofree char *body = g_strnfill (200000, 'x');
  g_autofree char *health = g_strconcat (server->administration, "/health", NULL);
  rlim_t limit = (rlim_t) MAX (file_size (server, "waxwing.db-wal"), file_size (server, "waxwing.db")) + 100000;
  uint8_t id[WW_ID_SIZE];
  g_autoptr (TestMessage) large = NULL;

  test_send_text (from, alice, bob->account, 1, "before");
  limit_files (server, limit);
  test_id (id, 2);
  large = test_message_new (alice, id, body, strlen (body), bob->account, NULL);
  for (unsigned i = 0; i < 5; i++)
    g_assert_true (test_link_call_fails (from, WAXWING__REQUEST__BODY_SEND, &large->send, WW_CODE_UNAVAILABLE));
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM messages"), ==, 1);
  /* It reads, and it lives. */
  g_assert_cmpuint (test_server_http ("GET", health, NULL, NULL), ==, 200);
  to = test_connect (server, bob);
  test_expect_text (to, "before");

  limit_files (server, RLIM_INFINITY);
  g_assert_false (test_send (from, large));
  g_assert_true (test_send (from, large));
  test_acknowledge (to, 1);
  test_acknowledge (to, test_expect_text (to, body));
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM messages"), ==, 0);
  test_link_free (g_steal_pointer (&from));
  test_link_free (g_steal_pointer (&to));
  leave (server);
}

/* --- Limits of a mailbox ------------------------------------------------------------------- */

static void
test_full_mailbox (void)
{
  TestServer *server = house ("[limits]\nmailbox-messages=10\n");
  g_autoptr (TestLink) from = test_connect (server, alice);
  g_autoptr (TestLink) to = NULL;
  g_autoptr (TestMessage) message = NULL;
  uint8_t id[WW_ID_SIZE];

  for (unsigned i = 0; i < 10; i++)
    test_send_text (from, alice, bob->account, i, "fits");
  test_id (id, 10);
  message = test_message_new (alice, id, "fits", 4, bob->account, NULL);
  g_assert_true (test_link_call_fails (from, WAXWING__REQUEST__BODY_SEND, &message->send, WW_CODE_MAILBOX_FULL));
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM messages"), ==, 10);
  to = test_connect (server, bob);
  test_acknowledge (to, test_expect_text (to, "fits"));
  g_assert_false (test_send (from, message));
  test_link_free (g_steal_pointer (&from));
  test_link_free (g_steal_pointer (&to));
  leave (server);
}

static void
test_expiry (void)
{
  TestServer *server = house (NULL);
  g_autoptr (TestLink) from = test_connect (server, alice);
  g_autoptr (TestMessage) message = NULL;
  uint8_t id[WW_ID_SIZE];

  test_id (id, 1);
  message = test_message_new (alice, id, "old", 3, bob->account, NULL);
  g_assert_false (test_send (from, message));
  test_link_free (g_steal_pointer (&from));
  test_server_stop (server);
  test_server_set_clock (server, WW_MAILBOX_MS - 60000);
  test_server_start (server);
  from = test_connect (server, alice);
  g_assert_true (test_send (from, message));
  test_send_text (from, alice, bob->account, 2, "young");
  test_link_free (g_steal_pointer (&from));
  test_server_stop (server);
  test_server_set_clock (server, WW_MAILBOX_MS + 60000);
  test_server_start (server);
  test_wait_for (test_server_query (server, "SELECT count(*) FROM messages") == 1);
  g_assert_cmpint (test_server_query (server, "SELECT sum(waiting) FROM devices"), ==, 1);
  g_assert_cmpint (test_server_query (server, "SELECT count(*) FROM sends"), ==, 1);
  {
    g_autoptr (TestLink) to = test_connect (server, bob);

    test_acknowledge (to, test_expect_text (to, "young"));
    test_frame_free (test_link_event (to, WAXWING__EVENT__BODY_MAILBOX_DRAINED));
  }
  leave (server);
}

/* --- Databases ----------------------------------------------------------------------------- */

static void
make_database (TestServer *server, const char *sql)
{
  g_autofree char *path = g_build_filename (server->data, "waxwing.db", NULL);
  sqlite3 *handle = NULL;

  g_assert_cmpint (g_mkdir_with_parents (server->data, 0700), ==, 0);
  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);
}

static void
assert_left_alone (TestServer *server, const char *says)
{
  g_autofree char *path = g_build_filename (server->data, "waxwing.db", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *output = NULL;
  gsize len_before, len_after;

  g_assert_true (g_file_get_contents (path, &before, &len_before, NULL));
  g_assert_cmpint (test_server_run (server, &output, "--listen", "127.0.0.1:0", NULL), ==, 1);
  g_assert_nonnull (strstr (output, says));
  g_assert_true (g_file_get_contents (path, &after, &len_after, NULL));
  g_assert_cmpmem (before, len_before, after, len_after);
}

static void
test_foreign_databases (void)
{
  TestServer *server = test_server_new (NULL);
  g_autofree char *path = g_build_filename (server->data, "waxwing.db", NULL);

  make_database (server, "CREATE TABLE other (x); INSERT INTO other VALUES (1)");
  assert_left_alone (server, "belongs to another program");
  g_remove (path);
  make_database (server, "CREATE TABLE x (x); PRAGMA application_id=1465406326; PRAGMA user_version=1");
  assert_left_alone (server, "belongs to another program");
  g_remove (path);
  make_database (server, "CREATE TABLE x (x); PRAGMA application_id=0x57785376; PRAGMA user_version=99");
  assert_left_alone (server, "version 99");
  g_remove (path);
  g_assert_true (g_file_set_contents (path, "this is no database at all, but a text of some length", -1, NULL));
  assert_left_alone (server, "waxwing.db");
  test_server_free (server);
}

static void
test_two_servers (void)
{
  TestServer *server = test_server_start (test_server_new (NULL));
  g_autofree char *output = NULL;

  g_assert_cmpint (test_server_run (server, &output, "--listen", "127.0.0.1:0", NULL), ==, 1);
  g_assert_nonnull (strstr (output, "another server uses"));
  test_server_free (server);
}

static void
test_tools (void)
{
  TestServer *server = house (NULL);
  g_autofree char *file = g_build_filename (server->directory, "backup.db", NULL);
  g_autofree char *output = NULL;
  g_autofree char *account = NULL;

  {
    g_autoptr (TestLink) from = test_connect (server, alice);

    test_send_text (from, alice, bob->account, 1, "kept in the backup");
    g_assert_cmpint (test_server_run (server, NULL, "backup", file, NULL), ==, 0);
    /* A backup is never overwritten, and a database never replaced under a server. */
    g_assert_cmpint (test_server_run (server, NULL, "backup", file, NULL), ==, 1);
    g_assert_cmpint (test_server_run (server, NULL, "restore", file, NULL), ==, 1);
  }
  {
    g_autoptr (TestLink) to = test_connect (server, bob);

    test_acknowledge (to, test_expect_text (to, "kept in the backup"));
  }
  test_server_stop (server);
  g_assert_cmpint (test_server_run (server, NULL, "restore", file, NULL), ==, 0);
  test_server_start (server);
  {
    g_autoptr (TestLink) to = test_connect (server, bob);

    test_acknowledge (to, test_expect_text (to, "kept in the backup"));
  }
  g_assert_cmpint (test_server_run (server, &output, "stats", NULL), ==, 0);
  g_assert_nonnull (strstr (output, "accounts: 2\n"));
  g_clear_pointer (&output, g_free);
  g_assert_cmpint (test_server_run (server, &output, "accounts", NULL), ==, 0);
  g_assert_null (strstr (output, "example.org"));
  account = g_strndup (output, 2 * WW_ID_SIZE);
  g_assert_cmpint (test_server_run (server, NULL, "forget", account, NULL), ==, 0);
  g_assert_cmpint (test_server_run (server, NULL, "forget", account, NULL), ==, 1);
  g_assert_cmpint (test_server_run (server, NULL, "forget", "nonsense", NULL), ==, 1);
  g_assert_cmpint (test_server_run (server, NULL, "nonsense", NULL), ==, 2);
  g_assert_cmpint (test_server_run (server, NULL, "check-config", NULL), ==, 0);
  /* The first of the two was alice; a server that runs notices. */
  {
    g_autoptr (TestLink) link = test_link_new (server);
    g_autoptr (TestFrame) frame = test_authenticate (server, link, alice);

    g_assert_cmpint (frame->response->body_case, ==, WAXWING__RESPONSE__BODY_ERROR);
  }
  leave (server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/durability/killed", test_killed);
  g_test_add_func ("/durability/full-disk", test_full_disk);
  g_test_add_func ("/durability/full-mailbox", test_full_mailbox);
  g_test_add_func ("/durability/expiry", test_expiry);
  g_test_add_func ("/durability/foreign-databases", test_foreign_databases);
  g_test_add_func ("/durability/two-servers", test_two_servers);
  g_test_add_func ("/durability/tools", test_tools);
  return g_test_run ();
}
