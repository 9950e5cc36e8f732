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

#include "ww-clock.h"
#include "ww-log.h"

#define TIMEOUT_S 30

typedef struct
{
  char *from;
  char *to;
  char *message;
} Mail;

struct _WwMailer
{
  char *directory; /* NULL: by SMTP */
  char *server;
  char *user;
  char *password;
  char *ca_file;
  WwMailTls tls;
  WwDelivery *delivery;
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
  if (self->ca_file != NULL)
    curl_easy_setopt (curl, CURLOPT_CAINFO, self->ca_file);
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

static WwDeliveryResult
deliver (void *data, void *item)
{
  WwMailer *self = data;
  bool sent = self->directory != NULL ? write_file (self, item) : send_smtp (self, item);

  return sent ? WW_DELIVERY_DONE : WW_DELIVERY_FAILED;
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

/* Starts the thread. On failure NULL and a sentence in `error`, to be freed by the caller. */
WwMailer *
ww_mailer_new (const WwMailerSettings *settings, WwDeliveryCounts *counts, char **error)
{
  WwMailer *self = g_new0 (WwMailer, 1);

  self->server = g_strdup (settings->server);
  self->user = g_strdup (settings->user);
  self->ca_file = g_strdup (settings->ca_file);
  self->tls = settings->tls;
  if (self->server == NULL)
    self->directory = g_strdup (settings->directory);
  if (self->directory != NULL && g_mkdir_with_parents (self->directory, 0700) != 0)
    {
      *error = g_strdup_printf ("cannot create %s: %s", self->directory, g_strerror (errno));
      ww_mailer_free (self);
      return NULL;
    }
  if (!read_password (self, settings->password_file, error))
    {
      ww_mailer_free (self);
      return NULL;
    }
  self->delivery = ww_delivery_new (deliver, self, (GDestroyNotify) mail_free, counts);
  return self;
}

/* See the header. */
void
ww_mailer_free (WwMailer *self)
{
  g_clear_pointer (&self->delivery, ww_delivery_free);
  g_free (self->directory);
  g_free (self->server);
  g_free (self->user);
  g_free (self->ca_file);
  if (self->password != NULL)
    OPENSSL_cleanse (self->password, strlen (self->password));
  g_free (self->password);
  g_free (self);
}

/* See the header. `from` and `to` are bare addresses. */
bool
ww_mailer_send (WwMailer *self, const char *from, const char *to, const char *message)
{
  Mail *mail = g_new0 (Mail, 1);

  mail->from = g_strdup (from);
  mail->to = g_strdup (to);
  mail->message = g_strdup (message);
  return ww_delivery_add (self->delivery, mail);
}
