/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-test-client.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

/* A server that has not been started yet. `config` is the text of a configuration file, or NULL. */
TestServer *
test_server_new (const char *config)
{
  TestServer *self = g_new0 (TestServer, 1);

  self->directory = g_dir_make_tmp ("waxwing-server-XXXXXX", NULL);
  g_assert_nonnull (self->directory);
  self->data = g_build_filename (self->directory, "data", NULL);
  self->log_path = g_build_filename (self->directory, "log", NULL);
  self->config = g_strdup (config);
  self->environment = g_ptr_array_new_with_free_func (g_free);
  return self;
}

/* See the header. */
void
test_server_set_clock (TestServer *self, gint64 offset_ms)
{
  g_ptr_array_add (self->environment, g_strdup_printf ("WAXWING_TEST_CLOCK_OFFSET_MS=%" G_GINT64_FORMAT, offset_ms));
}

/* All that it said. */
char *
test_server_log (TestServer *self)
{
  char *text = NULL;

  if (!g_file_get_contents (self->log_path, &text, NULL, NULL))
    return g_strdup ("");
  return text;
}

static char *
find_address (const char *log, const char *before)
{
  const char *start = g_strrstr (log, before);
  const char *end = start != NULL ? strchr (start, '\n') : NULL;

  return end != NULL ? g_strndup (start + strlen (before), (gsize) (end - start) - strlen (before)) : NULL;
}

static const char *
program (void)
{
  const char *path = g_getenv ("WAXWING_SERVER");

  g_assert_nonnull (path);
  return path;
}

/* Starts it and waits until it listens. Returns self. */
TestServer *
test_server_start (TestServer *self)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *config_path = g_build_filename (self->directory, "conf", NULL);
  g_autofree char *url = NULL;
  gint64 end = g_get_monotonic_time () + TEST_TIMEOUT_MS * 1000;

  for (guint i = 0; i < self->environment->len; i++)
    {
      g_auto (GStrv) pair = g_strsplit (self->environment->pdata[i], "=", 2);

      g_subprocess_launcher_setenv (launcher, pair[0], pair[1], TRUE);
    }
  g_remove (self->log_path);
  g_subprocess_launcher_set_stderr_file_path (launcher, self->log_path);
  g_ptr_array_add (argv, (gpointer) program ());
  g_ptr_array_add (argv, (gpointer) "--data");
  g_ptr_array_add (argv, self->data);
  g_ptr_array_add (argv, (gpointer) "--listen");
  g_ptr_array_add (argv, (gpointer) (self->authority != NULL ? self->authority : "127.0.0.1:0"));
  if (self->config != NULL)
    {
      g_assert_true (g_file_set_contents (config_path, self->config, -1, NULL));
      g_ptr_array_add (argv, (gpointer) "--config");
      g_ptr_array_add (argv, config_path);
    }
  g_ptr_array_add (argv, NULL);
  self->process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  self->pid = atoi (g_subprocess_get_identifier (self->process));

  while (url == NULL)
    {
      g_autofree char *log = test_server_log (self);

      url = find_address (log, "listening on ");
      g_set_str (&self->administration, NULL);
      self->administration = find_address (log, "administration on ");
      if (url == NULL && (g_subprocess_get_identifier (self->process) == NULL || g_get_monotonic_time () > end))
        g_error ("the server does not start: %s", log);
      test_turn ();
    }
  g_set_str (&self->url, url);
  g_set_str (&self->authority, strstr (url, "//") + 2);
  return self;
}

/* See the header. */
void
test_server_stop (TestServer *self)
{
  g_autofree char *log = NULL;

  g_subprocess_send_signal (self->process, SIGTERM);
  g_assert_true (g_subprocess_wait (self->process, NULL, NULL));
  log = test_server_log (self);
  if (!g_subprocess_get_if_exited (self->process) || g_subprocess_get_exit_status (self->process) != 0)
    g_error ("the server did not end well: %s", log);
  g_clear_object (&self->process);
}

/* As a power cut would, for the process. */
void
test_server_kill (TestServer *self)
{
  g_subprocess_send_signal (self->process, SIGKILL);
  g_assert_true (g_subprocess_wait (self->process, NULL, NULL));
  g_clear_object (&self->process);
}

static void
remove_directory (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_remove (child) != 0)
        remove_directory (child);
    }
  g_rmdir (path);
}

/* Stops it if it runs, and removes its directory. */
void
test_server_free (TestServer *self)
{
  if (self->process != NULL)
    test_server_stop (self);
  remove_directory (self->directory);
  g_free (self->directory);
  g_free (self->data);
  g_free (self->config);
  g_free (self->url);
  g_free (self->authority);
  g_free (self->administration);
  g_free (self->log_path);
  g_ptr_array_unref (self->environment);
  g_free (self);
}

/* See the header. */
int
test_server_run (TestServer *self, char **output, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  const char *argument;
  va_list arguments;

  g_ptr_array_add (argv, (gpointer) program ());
  g_ptr_array_add (argv, (gpointer) "--data");
  g_ptr_array_add (argv, self->data);
  va_start (arguments, output);
  while ((argument = va_arg (arguments, const char *)) != NULL)
    g_ptr_array_add (argv, (gpointer) argument);
  va_end (arguments);
  g_ptr_array_add (argv, NULL);
  process = g_subprocess_newv ((const char *const *) argv->pdata,
                               G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &text, NULL, &error));
  if (output != NULL)
    *output = g_steal_pointer (&text);
  g_assert_true (g_subprocess_get_if_exited (process));
  return g_subprocess_get_exit_status (process);
}

/* --- Mails --------------------------------------------------------------------------------- */

static int
compare_names (const void *a, const void *b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static GPtrArray *
mails_to (TestServer *self, const char *address)
{
  g_autofree char *path = g_build_filename (self->data, "mail", NULL);
  g_autofree char *to = g_strdup_printf ("\r\nTo: %s\r\n", address);
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *mails = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    if (g_str_has_suffix (name, ".eml"))
      g_ptr_array_add (names, g_build_filename (path, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      char *text = NULL;

      if (g_file_get_contents (names->pdata[i], &text, NULL, NULL) && strstr (text, to) != NULL)
        g_ptr_array_add (mails, text);
      else
        g_free (text);
    }
  return mails;
}

/* See the header. */
char *
test_server_link (TestServer *self, const char *address, unsigned number)
{
  g_autoptr (GPtrArray) mails = NULL;
  g_autofree char *start = g_strconcat (self->url, "/confirm/", NULL);
  const char *link;
  gint64 end = g_get_monotonic_time () + TEST_TIMEOUT_MS * 1000;

  do
    {
      g_clear_pointer (&mails, g_ptr_array_unref);
      mails = mails_to (self, address);
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      test_turn ();
    }
  while (mails->len < number);
  link = strstr (mails->pdata[number - 1], start);
  g_assert_nonnull (link);
  return g_strndup (link, strcspn (link, "\r\n"));
}

/* --- HTTP and the database ----------------------------------------------------------------- */

/* The status; `body` and `message` may be NULL. */
unsigned
test_server_http (const char *method, const char *url, char **body, SoupMessage **message)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) request = soup_message_new (method, url);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  soup_message_set_flags (request, SOUP_MESSAGE_NO_REDIRECT);
  bytes = soup_session_send_and_read (session, request, NULL, &error);
  g_assert_no_error (error);
  if (body != NULL)
    *body = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (message != NULL)
    *message = g_object_ref (request);
  return soup_message_get_status (request);
}

/* See the header. */
sqlite3 *
test_server_hold_up (TestServer *self)
{
  g_autofree char *path = g_build_filename (self->data, "waxwing.db", NULL);
  sqlite3 *handle = NULL;

  g_assert_cmpint (sqlite3_open_v2 (path, &handle, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  sqlite3_busy_timeout (handle, 5000);
  g_assert_cmpint (sqlite3_exec (handle, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  return handle;
}

/* A number out of the database, as another program sees it. */
gint64
test_server_query (TestServer *self, const char *sql)
{
  g_autofree char *path = g_build_filename (self->data, "waxwing.db", NULL);
  sqlite3 *handle = NULL;
  sqlite3_stmt *statement = NULL;
  gint64 result;

  g_assert_cmpint (sqlite3_open_v2 (path, &handle, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  sqlite3_busy_timeout (handle, 5000);
  g_assert_cmpint (sqlite3_prepare_v2 (handle, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  result = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (handle);
  return result;
}
