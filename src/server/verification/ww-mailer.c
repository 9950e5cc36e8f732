/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-mailer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <openssl/crypto.h>
#include <uv.h>

#include "ww-clock.h"
#include "ww-log.h"

#define MAX_WAITING 1000
#define MAX_TRIES   4
#define RETRY_MS    5000 /* after the first try; four times as long after each further one */
#define TIMEOUT_S   30

typedef struct
{
  char *from;
  char *to;
  char *message;
  unsigned tries;
  int64_t due_ms; /* monotonic */
} Mail;

struct _WwMailer
{
  char *directory; /* NULL: by SMTP */
  char *server;
  char *user;
  char *password;
  WwMailTls tls;
  WwMetrics *metrics;
  uv_thread_t thread;
  uv_mutex_t mutex;
  uv_cond_t cond;
  GQueue waiting; /* of Mail */
  bool closing;
  unsigned counter; /* of files */
};

static void
mail_free (Mail *mail)
{
  g_free (mail->from);
  g_free (mail->to);
  g_free (mail->message);
  g_free (mail);
}

/* --- Into a directory ---------------------------------------------------------------------- */

/* Complete or not at all: whoever watches the directory sees only whole mails. */
static bool
write_file (WwMailer *self, const Mail *mail)
{
  g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT "-%u.eml", ww_clock_now_ms (), self->counter++);
  g_autofree char *path = g_build_filename (self->directory, name, NULL);
  g_autoptr (GError) error = NULL;

  if (g_file_set_contents_full (path, mail->message, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    return true;
  ww_log_bounded (WW_LOG_ERROR, "mail-file", "cannot write a mail: %s", error->message);
  return false;
}

/* --- By SMTP ------------------------------------------------------------------------------- */

typedef struct
{
  const char *text;
  size_t left;
} Upload;

static size_t
upload_cb (char *buffer, size_t size, size_t n, void *data)
{
  Upload *upload = data;
  size_t len = MIN (size * n, upload->left);

  memcpy (buffer, upload->text, len);
  upload->text += len;
  upload->left -= len;
  return len;
}

static bool
is_on_loopback (const char *server)
{
  g_autoptr (GUri) uri = g_uri_parse (server, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_autoptr (GInetAddress) address = host != NULL ? g_inet_address_new_from_string (host) : NULL;

  return g_strcmp0 (host, "localhost") == 0 || (address != NULL && g_inet_address_get_is_loopback (address));
}

static long
curl_tls_level (WwMailTls tls, const char *server)
{
  switch (tls)
    {
    case WW_MAIL_TLS_AUTOMATIC:
      return is_on_loopback (server) ? CURLUSESSL_TRY : CURLUSESSL_ALL;
    case WW_MAIL_TLS_NONE:
      return CURLUSESSL_NONE;
    case WW_MAIL_TLS_OPPORTUNISTIC:
      return CURLUSESSL_TRY;
    case WW_MAIL_TLS_REQUIRED:
      return CURLUSESSL_ALL;
    default:
      g_assert_not_reached ();
    }
}

static bool
send_smtp (WwMailer *self, const Mail *mail)
{
  CURL *curl = curl_easy_init ();
  g_autofree char *from = g_strdup_printf ("<%s>", mail->from);
  g_autofree char *to = g_strdup_printf ("<%s>", mail->to);
  struct curl_slist *recipients = curl_slist_append (NULL, to);
  Upload upload = { mail->message, strlen (mail->message) };
  CURLcode code;

  curl_easy_setopt (curl, CURLOPT_URL, self->server);
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt (curl, CURLOPT_USE_SSL, curl_tls_level (self->tls, self->server));
  if (self->user != NULL)
    curl_easy_setopt (curl, CURLOPT_USERNAME, self->user);
  if (self->password != NULL)
    curl_easy_setopt (curl, CURLOPT_PASSWORD, self->password);
  curl_easy_setopt (curl, CURLOPT_MAIL_FROM, from);
  curl_easy_setopt (curl, CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt (curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt (curl, CURLOPT_READFUNCTION, upload_cb);
  curl_easy_setopt (curl, CURLOPT_READDATA, &upload);
  curl_easy_setopt (curl, CURLOPT_TIMEOUT, (long) TIMEOUT_S);
  curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT, (long) TIMEOUT_S / 3);
  curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
  code = curl_easy_perform (curl);
  if (code != CURLE_OK)
    ww_log_bounded (WW_LOG_WARNING, "mail-smtp", "the mail server did not take a mail: %s", curl_easy_strerror (code));
  curl_slist_free_all (recipients);
  curl_easy_cleanup (curl);
  return code == CURLE_OK;
}

/* --- The thread ---------------------------------------------------------------------------- */

/* The first mail that is due; waits for it. NULL: closing, and nothing is left. */
static Mail *
next_mail (WwMailer *self)
{
  while (true)
    {
      int64_t now_ms = ww_clock_monotonic_ms ();
      int64_t first_ms = G_MAXINT64;

      for (GList *link = self->waiting.head; link != NULL; link = link->next)
        {
          Mail *mail = link->data;

          if (mail->due_ms <= now_ms || self->closing)
            {
              g_queue_delete_link (&self->waiting, link);
              return mail;
            }
          first_ms = MIN (first_ms, mail->due_ms);
        }
      if (self->closing)
        return NULL;
      if (first_ms == G_MAXINT64)
        uv_cond_wait (&self->cond, &self->mutex);
      else
        uv_cond_timedwait (&self->cond, &self->mutex, (uint64_t) (first_ms - now_ms) * 1000000);
    }
}

/* What failed waits for its next turn, a few times. */
static void
note_result (WwMailer *self, Mail *mail, bool sent)
{
  if (sent)
    g_atomic_int_inc (&self->metrics->mails_sent_total);
  else if (++mail->tries < MAX_TRIES && !self->closing)
    {
      mail->due_ms = ww_clock_monotonic_ms () + (RETRY_MS << (2 * (mail->tries - 1)));
      g_queue_push_tail (&self->waiting, mail);
      return;
    }
  else
    g_atomic_int_inc (&self->metrics->mails_failed_total);
  mail_free (mail);
}

static void
mailer_main (void *data)
{
  WwMailer *self = data;
  Mail *mail;

  uv_mutex_lock (&self->mutex);
  while ((mail = next_mail (self)) != NULL)
    {
      bool sent;

      uv_mutex_unlock (&self->mutex);
      sent = self->directory != NULL ? write_file (self, mail) : send_smtp (self, mail);
      uv_mutex_lock (&self->mutex);
      note_result (self, mail, sent);
    }
  uv_mutex_unlock (&self->mutex);
}

/* --- The loop's side ----------------------------------------------------------------------- */

static bool
read_password (WwMailer *self, const char *file, char **error)
{
  g_autoptr (GError) failure = NULL;

  if (file == NULL || g_file_get_contents (file, &self->password, NULL, &failure))
    {
      if (self->password != NULL)
        g_strchomp (self->password);
      return true;
    }
  *error = g_strdup (failure->message);
  return false;
}

static void
mailer_dispose (WwMailer *self)
{
  g_free (self->directory);
  g_free (self->server);
  g_free (self->user);
  if (self->password != NULL)
    OPENSSL_cleanse (self->password, strlen (self->password));
  g_free (self->password);
  g_free (self);
}

/* Starts the thread. On failure NULL and a sentence in `error`, to be freed by the caller. */
WwMailer *
ww_mailer_new (const WwConfig *config, WwMetrics *metrics, char **error)
{
  WwMailer *self = g_new0 (WwMailer, 1);

  self->metrics = metrics;
  self->server = g_strdup (config->smtp);
  self->user = g_strdup (config->mail_user);
  self->tls = config->mail_tls;
  g_queue_init (&self->waiting);
  if (self->server == NULL)
    self->directory = g_build_filename (config->data_dir, "mail", NULL);
  if (self->directory != NULL && g_mkdir_with_parents (self->directory, 0700) != 0)
    {
      *error = g_strdup_printf ("cannot create %s: %s", self->directory, g_strerror (errno));
      mailer_dispose (self);
      return NULL;
    }
  if (!read_password (self, config->mail_password_file, error))
    {
      mailer_dispose (self);
      return NULL;
    }
  uv_mutex_init (&self->mutex);
  uv_cond_init (&self->cond);
  if (uv_thread_create (&self->thread, mailer_main, self) != 0)
    g_error ("cannot start the mailer's thread");
  return self;
}

/* See the header. */
void
ww_mailer_free (WwMailer *self)
{
  uv_mutex_lock (&self->mutex);
  self->closing = true;
  uv_cond_signal (&self->cond);
  uv_mutex_unlock (&self->mutex);
  uv_thread_join (&self->thread);
  uv_cond_destroy (&self->cond);
  uv_mutex_destroy (&self->mutex);
  mailer_dispose (self);
}

/* See the header. `from` and `to` are bare addresses. */
bool
ww_mailer_send (WwMailer *self, const char *from, const char *to, const char *message)
{
  bool accepted;

  uv_mutex_lock (&self->mutex);
  accepted = g_queue_get_length (&self->waiting) < MAX_WAITING;
  if (accepted)
    {
      Mail *mail = g_new0 (Mail, 1);

      mail->from = g_strdup (from);
      mail->to = g_strdup (to);
      mail->message = g_strdup (message);
      g_queue_push_tail (&self->waiting, mail);
      uv_cond_signal (&self->cond);
    }
  uv_mutex_unlock (&self->mutex);
  return accepted;
}
