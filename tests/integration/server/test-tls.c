/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TLS by the server itself, with a certificate that is renewed while it runs. */
#include <signal.h>
#include <string.h>

#include "ww-test-client.h"

static void
make_certificate (const char *directory, const char *name)
{
  g_autofree char *certificate = g_build_filename (directory, "certificate.pem", NULL);
  g_autofree char *key = g_build_filename (directory, "key.pem", NULL);
  g_autofree char *subject = g_strconcat ("/CN=", name, NULL);
  g_autoptr (GSubprocess)
      process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL,
                                  "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                                  "-nodes", "-days", "2", "-subj", subject, "-keyout", key, "-out", certificate, NULL);

  g_assert_nonnull (process);
  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
}

static gboolean
accept_cb (SoupMessage *message, GTlsCertificate *certificate, GTlsCertificateFlags errors, gpointer data)
{
  char **subject = data;

  g_free (*subject);
  *subject = g_tls_certificate_get_subject_name (certificate);
  return TRUE;
}

/* Whom a new connection meets. */
static char *
meet (TestServer *server)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autofree char *url = g_strconcat (server->url, "/.well-known/waxwing", NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  char *subject = NULL;

  g_signal_connect (message, "accept-certificate", G_CALLBACK (accept_cb), &subject);
  bytes = soup_session_send_and_read (session, message, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
  return subject;
}

static void
reload (TestServer *server, const char *says)
{
  g_autofree char *log = NULL;

  g_subprocess_send_signal (server->process, SIGHUP);
  do
    {
      g_free (log);
      log = test_server_log (server);
      test_turn ();
    }
  while (strstr (log, says) == NULL);
}

static void
test_renews (void)
{
  g_autofree char *directory = g_dir_make_tmp ("waxwing-tls-XXXXXX", NULL);
  g_autofree char *certificate = g_build_filename (directory, "certificate.pem", NULL);
  g_autofree char *key = g_build_filename (directory, "key.pem", NULL);
  g_autofree char *config = g_strdup_printf ("[server]\ntls-certificate=%s\ntls-key=%s\n", certificate, key);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  TestServer *server;

  make_certificate (directory, "first");
  server = test_server_start (test_server_new (config));
  g_assert_true (g_str_has_prefix (server->url, "https://"));
  first = meet (server);
  g_assert_cmpstr (first, ==, "CN=first");
  make_certificate (directory, "second");
  reload (server, "info: reloaded");
  second = meet (server);
  g_assert_cmpstr (second, ==, "CN=second");
  /* A file that is no certificate does not end the service. */
  g_assert_true (g_file_set_contents (certificate, "nonsense", -1, NULL));
  reload (server, "was not reloaded");
  third = meet (server);
  g_assert_cmpstr (third, ==, "CN=second");
  test_server_free (server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tls/renews", test_renews);
  return g_test_run ();
}
