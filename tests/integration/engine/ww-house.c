/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-house.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <signal.h>
#include <sys/prctl.h>

#define LIMIT_SECONDS 60

static gboolean
alarm_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_CONTINUE;
}

/* Does nothing but wake the main loop, so that a condition that another thread fulfilled is looked at. */
static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
spin_until_done (DexFuture *future)
{
  gboolean late = FALSE;
  guint alarm = g_timeout_add_seconds (LIMIT_SECONDS, alarm_cb, &late);
  guint tick = g_timeout_add (5, tick_cb, NULL);

  while (dex_future_is_pending (future) && !late)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (alarm);
  g_source_remove (tick);
  g_assert_false (late);
}

void
ww_house_await (DexFuture *future)
{
  g_autoptr (GError) error = NULL;

  spin_until_done (future);
  dex_future_get_value (future, &error);
  g_assert_no_error (error);
  dex_unref (future);
}

gpointer
ww_house_await_object (DexFuture *future)
{
  g_autoptr (GError) error = NULL;
  const GValue *value;
  gpointer object;

  spin_until_done (future);
  value = dex_future_get_value (future, &error);
  g_assert_no_error (error);
  object = g_value_dup_object (value);
  dex_unref (future);
  return object;
}

char *
ww_house_await_string (DexFuture *future)
{
  g_autoptr (GError) error = NULL;
  const GValue *value;
  char *text;

  spin_until_done (future);
  value = dex_future_get_value (future, &error);
  g_assert_no_error (error);
  text = g_value_dup_string (value);
  dex_unref (future);
  return text;
}

GError *
ww_house_await_error (DexFuture *future)
{
  GError *error = NULL;

  spin_until_done (future);
  g_assert_null (dex_future_get_value (future, &error));
  dex_unref (future);
  return error;
}

void
ww_house_wait (WwHouseCondition condition, gpointer data, const char *what)
{
  gboolean late = FALSE;
  guint alarm = g_timeout_add_seconds (LIMIT_SECONDS, alarm_cb, &late);
  guint tick = g_timeout_add (10, tick_cb, NULL);

  while (!condition (data) && !late)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (alarm);
  g_source_remove (tick);
  if (late)
    g_error ("waited in vain for: %s", what);
}

typedef struct
{
  gpointer object;
  int state;
} StateWait;

static gboolean
has_state (gpointer data)
{
  StateWait *wait = data;

  if (WW_IS_CLIENT (wait->object))
    return (int) ww_client_get_state (wait->object) == wait->state;
  if (WW_IS_ENROLMENT (wait->object))
    return (int) ww_enrolment_get_state (wait->object) == wait->state;
  return (int) ww_handle_addition_get_state (wait->object) == wait->state;
}

void
ww_house_wait_state (gpointer object, int state)
{
  StateWait wait = { object, state };

  ww_house_wait (has_state, &wait, G_OBJECT_TYPE_NAME (object));
}

void
ww_house_await_code (DexFuture *future, const char *code)
{
  g_autoptr (GError) error = ww_house_await_error (future);

  g_assert_cmpstr (ww_error_get_code (error), ==, code);
}

void
ww_house_assert_handles (WwClient *client, const char *joined)
{
  g_autofree char *handles = g_strjoinv (" ", (GStrv) ww_client_get_handles (client));

  g_assert_cmpstr (handles, ==, joined);
}

void
ww_house_spin (guint ms)
{
  gboolean over = FALSE;
  guint alarm = g_timeout_add (ms, alarm_cb, &over);

  while (!over)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (alarm);
}

/* A test that fails ends at once; its server must not stay behind. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Starts it on `listen`, and reads on standard error where it listens. */
static void
start_server (WwHouse *self, const char *listen)
{
  const char *program = g_getenv ("WAXWING_SERVER");
  g_autofree char *config = g_build_filename (self->directory, "server.conf", NULL);
  g_autofree char *data = g_build_filename (self->directory, "server", NULL);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (program);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  if (self->clock_offset_ms != 0)
    {
      g_autofree char *offset = g_strdup_printf ("%" G_GINT64_FORMAT, self->clock_offset_ms);

      g_subprocess_launcher_setenv (launcher, "WAXWING_TEST_CLOCK_OFFSET_MS", offset, TRUE);
    }
  self->server = g_subprocess_launcher_spawn (launcher, &error, program, "--config", config, "--data", data, "--listen",
                                              listen, NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stderr_pipe (self->server));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
      const char *found;

      g_assert_no_error (error);
      g_assert_nonnull (line);
      found = strstr (line, "listening on http://");
      if (found != NULL)
        {
          g_set_str (&self->url, found + strlen ("listening on "));
          g_strstrip (self->url);
          break;
        }
    }
}

/* These tests enrol more often from one place, and with one address, than people do. */
#define CONFIG                              \
  "[limits]\n"                              \
  "verifications-per-handle = 10000/1000\n" \
  "verifications-per-address = 10000/1000\n"

WwHouse *
ww_house_new (void)
{
  return ww_house_new_holding (24);
}

WwHouse *
ww_house_new_holding (guint hours)
{
  g_autofree char *text = g_strdup_printf (CONFIG "claim-hold-hours = %u\n", hours);

  return ww_house_new_configured (text);
}

WwHouse *
ww_house_new_configured (const char *text)
{
  WwHouse *self = g_new0 (WwHouse, 1);
  g_autoptr (GString) config_text = g_string_new (text);
  g_autofree char *config = NULL, *secret = NULL;
  g_autoptr (GError) error = NULL;

  self->directory = g_dir_make_tmp ("waxwing-engine-XXXXXX", &error);
  g_assert_no_error (error);
  config = g_build_filename (self->directory, "server.conf", NULL);
  g_string_replace (config_text, "@DIRECTORY@", self->directory, 0);
  g_file_set_contents (config, config_text->str, -1, &error);
  g_assert_no_error (error);
  secret = g_build_filename (self->directory, "secret", NULL);
  g_file_set_contents_full (secret, WW_HOUSE_SECRET, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
  start_server (self, "127.0.0.1:0");
  return self;
}

void
ww_house_remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      ww_house_remove_tree (child);
    }
  g_remove (path);
}

static void
stop_server (WwHouse *self)
{
  g_subprocess_force_exit (self->server);
  g_subprocess_wait (self->server, NULL, NULL);
  g_clear_object (&self->server);
}

void
ww_house_restart (WwHouse *self)
{
  g_autofree char *listen = g_strdup (self->url + strlen ("http://"));

  stop_server (self);
  start_server (self, listen);
}

void
ww_house_restart_at (WwHouse *self, gint64 clock_offset_ms)
{
  self->clock_offset_ms = clock_offset_ms;
  ww_house_restart (self);
}

void
ww_house_free (WwHouse *self)
{
  stop_server (self);
  ww_house_remove_tree (self->directory);
  g_free (self->directory);
  g_free (self->url);
  g_free (self);
}

/* Everybody here knows everybody, unless a test is about strangers. */
static void
accept_cb (WwClient *client, WwConversation *conversation, WwMessage *message, gpointer data)
{
  WwHouse *self = data;

  if (!self->strangers && ww_conversation_get_standing (conversation) == WW_STANDING_REQUEST)
    dex_future_disown (ww_conversation_accept (conversation));
}

WwClient *
ww_house_open (WwHouse *self, const char *profile)
{
  g_autofree char *path = g_build_filename (self->directory, profile, NULL);
  WwClient *client = ww_client_new (path);

  g_signal_connect (client, "message-added", G_CALLBACK (accept_cb), self);

  ww_house_await (ww_client_open (client, WW_CLIENT_OPEN_DEFAULT));
  return client;
}

/* What the server put into its directory `kind` as number `number` (from 1), or NULL while it has not. */
static char *
read_sent (WwHouse *self, const char *kind, const char *suffix, guint number)
{
  g_autofree char *directory = g_build_filename (self->directory, "server", kind, NULL);
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *path = NULL;
  char *contents = NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, suffix))
      g_ptr_array_add (names, g_strdup (name));
  if (names->len < number)
    return NULL;
  g_ptr_array_sort_values (names, (GCompareFunc) strcmp);
  path = g_build_filename (directory, names->pdata[number - 1], NULL);
  g_file_get_contents (path, &contents, NULL, NULL);
  return contents;
}

/* The link in the mail number `number` (from 1), or NULL while it has not come. */
static char *
find_link (WwHouse *self, guint number)
{
  g_autofree char *mail = read_sent (self, "mail", ".eml", number);
  const char *link;
  g_autoptr (GString) joined = NULL;

  if (mail == NULL)
    return NULL;
  /* Quoted-printable breaks lines with "=". */
  joined = g_string_new (mail);
  g_string_replace (joined, "=\r\n", "", 0);
  g_string_replace (joined, "=\n", "", 0);
  g_string_replace (joined, "=3D", "=", 0);
  link = strstr (joined->str, "http://127.0.0.1");
  return link != NULL ? g_strndup (link, strcspn (link, " \r\n\"<>")) : NULL;
}

typedef struct
{
  WwHouse *house;
  char *link;
} MailWait;

static gboolean
mail_is_there (gpointer data)
{
  MailWait *wait = data;

  wait->link = find_link (wait->house, wait->house->n_mails + 1);
  return wait->link != NULL;
}

/* What the page's only form does. */
static void
press (const char *link)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = soup_message_new ("POST", link);
  g_autoptr (GUri) uri = g_uri_parse (link, G_URI_FLAGS_NONE, NULL);
  g_autofree char *origin = g_strdup_printf ("http://%s:%d", g_uri_get_host (uri), g_uri_get_port (uri));
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;

  soup_message_headers_replace (soup_message_get_request_headers (message), "Origin", origin);
  soup_message_set_request_body_from_bytes (message, "application/x-www-form-urlencoded", nothing);
  body = soup_session_send_and_read (session, message, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
}

DexFuture *
ww_house_begin (WwHouse *self, WwClient *client, const char *handle, WwEnrolmentFlags flags)
{
  WwEnrolment *enrolment = ww_client_get_enrolment (client);

  g_free (ww_house_await_string (ww_enrolment_check_server (enrolment, self->url)));
  return ww_enrolment_start (enrolment, handle, "Alice", "A device", flags);
}

void
ww_house_confirm (WwHouse *self)
{
  MailWait wait = { self, NULL };

  ww_house_wait (mail_is_there, &wait, "the mail");
  self->n_mails++;
  press (wait.link);
  g_free (wait.link);
}

typedef struct
{
  WwHouse *house;
  char *code;
} CodeWait;

static gboolean
code_is_there (gpointer data)
{
  CodeWait *wait = data;
  g_autofree char *message = read_sent (wait->house, "sms", ".txt", wait->house->n_codes + 1);
  g_autoptr (GRegex) code = g_regex_new ("(?<![0-9+])[0-9]{6}(?![0-9])", G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  if (message != NULL && g_regex_match (code, message, G_REGEX_MATCH_DEFAULT, &match))
    wait->code = g_match_info_fetch (match, 0);
  return wait->code != NULL;
}

char *
ww_house_read_code (WwHouse *self)
{
  CodeWait wait = { self, NULL };

  ww_house_wait (code_is_there, &wait, "the code");
  self->n_codes++;
  return wait.code;
}

guint
ww_house_receive_message (WwHouse *self, const char *secret, const char *from, const char *text)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autofree char *query = soup_form_encode ("secret", secret, "from", from, "text", text, NULL);
  g_autofree char *uri = g_strconcat (self->url, "/v1/sms/inbound?", query, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", uri);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;

  body = soup_session_send_and_read (session, message, NULL, &error);
  g_assert_no_error (error);
  return soup_message_get_status (message);
}

static DexFuture *
begin_enrolment (WwHouse *self, WwClient *client, const char *server, const char *handle)
{
  WwEnrolment *enrolment = ww_client_get_enrolment (client);
  g_autofree char *name = ww_house_await_string (
      ww_enrolment_check_server (enrolment, server != NULL ? server : self->url));

  g_assert_nonnull (name);
  return ww_enrolment_start (enrolment, handle, handle + strlen ("mailto:"), "A device", WW_ENROLMENT_DEFAULT);
}

WwClient *
ww_house_enrol (WwHouse *self, const char *profile, const char *server, const char *handle)
{
  WwClient *client = ww_house_open (self, profile);
  DexFuture *done = begin_enrolment (self, client, server, handle);

  ww_house_confirm (self);
  ww_house_await (done);
  g_assert_cmpint (ww_client_get_state (client), ==, WW_CLIENT_STATE_READY);
  ww_house_await (ww_client_wait_drained (client, 10000));
  return client;
}

static gboolean
has_pending (gpointer client)
{
  return g_list_model_get_n_items (ww_client_get_pending_devices (client)) > 0;
}

static gboolean
has_digits (gpointer enrolment)
{
  return ww_enrolment_get_digits (enrolment) != NULL;
}

WwClient *
ww_house_join (WwHouse *self, const char *profile, WwClient *approver, const char *handle)
{
  return ww_house_join_over (self, profile, NULL, approver, handle);
}

static gboolean
has_history (WwClient *client)
{
  DexFuture *future = ww_client_load_history (client);
  GPtrArray *entries;
  gboolean settled = FALSE;

  ww_house_await (dex_ref (future));
  entries = g_value_get_boxed (dex_future_get_value (future, NULL));
  for (guint i = 0; i < entries->len; i++)
    settled = settled || ((WwHistoryEntry *) entries->pdata[i])->state >= WW_HISTORY_DONE;
  dex_unref (future);
  return settled;
}

/* What came before is on its way from one device to the other, in messages and in a file; tests begin after that. */
static void
wait_history (WwClient *client)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (!has_history (client))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      ww_house_spin (5);
    }
}

WwClient *
ww_house_join_over (WwHouse *self, const char *profile, const char *server, WwClient *approver, const char *handle)
{
  WwClient *client = ww_house_open (self, profile);
  WwEnrolment *enrolment = ww_client_get_enrolment (client);
  DexFuture *done = begin_enrolment (self, client, server, handle);
  g_autoptr (WwPendingDevice) pending = NULL;
  g_autofree char *digits = NULL;

  ww_house_confirm (self);
  ww_house_wait (has_pending, approver, "the pending device");
  pending = g_list_model_get_item (ww_client_get_pending_devices (approver), 0);
  g_assert_cmpstr (ww_pending_device_get_name (pending), ==, "A device");
  g_assert_cmpstr (ww_pending_device_get_handle (pending), ==, handle);
  digits = ww_house_await_string (ww_pending_device_begin (pending));
  ww_house_wait (has_digits, enrolment, "the digits");
  g_assert_cmpstr (ww_enrolment_get_digits (enrolment), ==, digits);
  ww_house_await (ww_pending_device_approve (pending, digits));
  ww_house_await (done);
  wait_history (client);
  wait_history (approver);
  ww_house_await (ww_client_wait_drained (client, 10000));
  return client;
}

void
ww_house_close (WwClient *client)
{
  ww_house_await (ww_client_close (client));
  g_object_unref (client);
}

char *
ww_house_texts (WwClient *client, const char *handle)
{
  g_autoptr (WwConversation) conversation = ww_client_find_conversation (client, handle);
  g_autoptr (GListModel) messages = NULL;
  g_autoptr (GString) texts = g_string_new (NULL);

  if (conversation == NULL)
    return g_strdup ("");
  messages = ww_house_await_object (
      ww_client_list_messages (client, ww_conversation_get_id (conversation), 5000, NULL));
  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (WwMessage) message = g_list_model_get_item (messages, i);

      g_string_append_printf (texts, "%s%s", i > 0 ? "|" : "", ww_message_get_text (message));
    }
  return g_string_free (g_steal_pointer (&texts), FALSE);
}

typedef struct
{
  WwClient *client;
  const char *handle;
  const char *texts;
} TextWait;

static gboolean
texts_are_there (gpointer data)
{
  TextWait *wait = data;
  g_autofree char *texts = ww_house_texts (wait->client, wait->handle);

  return g_str_equal (texts, wait->texts);
}

void
ww_house_wait_texts (WwClient *client, const char *handle, const char *texts)
{
  TextWait wait = { client, handle, texts };

  ww_house_wait (texts_are_there, &wait, texts);
}
