/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-sms-gateway.h"

#include <errno.h>
#include <string.h>

#include <curl/curl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <openssl/crypto.h>

#include "ww-clock.h"
#include "ww-log.h"
#include "ww-sms-text.h"

#define TIMEOUT_S  30
#define MAX_ANSWER 4096 /* of the gateway's answer, as much is looked at */

typedef struct
{
  char *to;
  char *text;
} Sms;

struct _WwSmsGateway
{
  WwSmsGatewaySettings settings;
  char *directory; /* NULL: by the gateway */
  char *password;
  char *headers; /* lines */
  GRegex *success;
  WwDelivery *delivery;
  unsigned counter; /* of files */
};

static void
sms_free (Sms *sms)
{
  g_free (sms->to);
  g_free (sms->text);
  g_free (sms);
}

/* --- Templates ----------------------------------------------------------------------------- */

static void
append_json (GString *out, const char *value)
{
  for (const char *p = value; *p != '\0'; p++)
    if (*p == '"' || *p == '\\')
      g_string_append_printf (out, "\\%c", *p);
    else if ((unsigned char) *p < 0x20 || *p == 0x7f)
      g_string_append_printf (out, "\\u%04x", (unsigned) *p);
    else
      g_string_append_c (out, *p);
}

static const char *
find_value (const WwSmsValues *values, const char *name, size_t len)
{
  const struct
  {
    const char *name;
    const char *value;
  } known[] = {
    { "to", values->to },
    { "to-digits", values->to[0] == '+' ? values->to + 1 : values->to },
    { "text", values->text },
    { "from", values->from },
    { "user", values->user },
    { "password", values->password },
    { "coding", ww_sms_is_gsm7 (values->text) ? "0" : "2" },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (known); i++)
    if (strlen (known[i].name) == len && strncmp (known[i].name, name, len) == 0)
      return known[i].value != NULL ? known[i].value : "";
  return NULL;
}

/* See the header. Braces around anything else stay as they are: JSON has many. */
char *
ww_sms_fill (const char *template_text, const WwSmsValues *values, WwSmsEncoding encoding)
{
  GString *out = g_string_new (NULL);

  for (const char *p = template_text; *p != '\0';)
    {
      const char *close = *p == '{' ? strchr (p, '}') : NULL;
      const char *value = close != NULL ? find_value (values, p + 1, (size_t) (close - p) - 1) : NULL;

      if (value == NULL)
        {
          g_string_append_c (out, *p++);
          continue;
        }
      if (encoding == WW_SMS_ENCODE_JSON)
        append_json (out, value);
      else
        g_string_append_uri_escaped (out, value, NULL, FALSE);
      p = close + 1;
    }
  return g_string_free (out, FALSE);
}

/* --- Settings ------------------------------------------------------------------------------ */

/* Frees what they hold. */
void
ww_sms_gateway_settings_clear (WwSmsGatewaySettings *self)
{
  g_free (self->url);
  g_free (self->method);
  g_free (self->body);
  g_free (self->content_type);
  g_free (self->headers_file);
  g_free (self->success_status);
  g_free (self->success_pattern);
  g_free (self->user);
  g_free (self->password_file);
  g_free (self->sender);
}

static void
settings_copy (WwSmsGatewaySettings *self, const WwSmsGatewaySettings *from)
{
  self->url = g_strdup (from->url);
  self->method = g_strdup (from->method != NULL ? from->method : from->body != NULL ? "POST" : "GET");
  self->body = g_strdup (from->body);
  self->content_type = g_strdup (from->content_type);
  self->headers_file = g_strdup (from->headers_file);
  self->success_status = g_strdup (from->success_status);
  self->success_pattern = g_strdup (from->success_pattern);
  self->user = g_strdup (from->user);
  self->password_file = g_strdup (from->password_file);
  self->sender = g_strdup (from->sender);
}

static bool
is_loopback_host (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return g_ascii_strcasecmp (host, "localhost") == 0 || (address != NULL && g_inet_address_get_is_loopback (address));
}

/* Codes travel in it: in clear only within the machine. */
static bool
is_good_url (const char *template_text)
{
  const WwSmsValues values = { "+15550100", "1", "1", "1", "1" };
  g_autofree char *url = ww_sms_fill (template_text, &values, WW_SMS_ENCODE_FORM);
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (host == NULL || host[0] == '\0')
    return false;
  return strcmp (g_uri_get_scheme (uri), "https") == 0 ||
         (strcmp (g_uri_get_scheme (uri), "http") == 0 && is_loopback_host (host));
}

/* See the header. */
bool
ww_sms_gateway_settings_check (const WwSmsGatewaySettings *self, char **error)
{
  const char *const files[] = { self->headers_file, self->password_file };
  g_autoptr (GRegex) pattern = NULL;

  for (unsigned i = 0; i < G_N_ELEMENTS (files); i++)
    if (files[i] != NULL && !g_file_test (files[i], G_FILE_TEST_EXISTS))
      {
        *error = g_strdup_printf ("there is no file %s", files[i]);
        return false;
      }
  if (self->url == NULL)
    return true;
  if (self->success_pattern != NULL)
    pattern = g_regex_new (self->success_pattern, 0, 0, NULL);
  if (!is_good_url (self->url))
    *error = g_strdup ("[sms] url has to be https://… (or http:// on a loopback address)");
  else if (self->method != NULL && strcmp (self->method, "GET") != 0 && strcmp (self->method, "POST") != 0)
    *error = g_strdup ("[sms] method has to be GET or POST");
  else if (self->body != NULL && g_strcmp0 (self->method, "GET") == 0)
    *error = g_strdup ("[sms] body goes with method=POST");
  else if (strstr (self->url, "{text}") == NULL && (self->body == NULL || strstr (self->body, "{text}") == NULL))
    *error = g_strdup ("[sms] neither url nor body has {text} in it");
  else if (self->success_pattern != NULL && pattern == NULL)
    *error = g_strdup_printf ("[sms] success-pattern: “%s” is not a regular expression", self->success_pattern);
  else
    return true;
  return false;
}

/* --- Sending ------------------------------------------------------------------------------- */

/* Complete or not at all: whoever watches the directory sees only whole messages. */
static WwDeliveryResult
write_file (WwSmsGateway *self, const Sms *sms)
{
  g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT "-%u.txt", ww_clock_now_ms (), self->counter++);
  g_autofree char *path = g_build_filename (self->directory, name, NULL);
  g_autofree char *contents = g_strdup_printf ("To: %s\n\n%s\n", sms->to, sms->text);
  g_autoptr (GError) error = NULL;

  if (g_file_set_contents_full (path, contents, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    return WW_DELIVERY_DONE;
  ww_log_bounded (WW_LOG_ERROR, "sms-file", "cannot write a message: %s", error->message);
  return WW_DELIVERY_FAILED;
}

static size_t
answer_cb (char *data, size_t size, size_t n, void *user_data)
{
  GString *answer = user_data;

  if (answer->len < MAX_ANSWER)
    g_string_append_len (answer, data, (gssize) MIN (size * n, MAX_ANSWER - answer->len));
  return size * n;
}

static struct curl_slist *
make_headers (const WwSmsGateway *self)
{
  struct curl_slist *list = NULL;
  g_auto (GStrv) lines = g_strsplit (self->headers != NULL ? self->headers : "", "\n", -1);

  if (self->settings.body != NULL)
    {
      g_autofree char *type = g_strdup_printf ("Content-Type: %s", self->settings.content_type != NULL
                                                                       ? self->settings.content_type
                                                                       : "application/x-www-form-urlencoded");

      list = curl_slist_append (list, type);
    }
  for (unsigned i = 0; lines[i] != NULL; i++)
    if (strchr (g_strstrip (lines[i]), ':') != NULL)
      list = curl_slist_append (list, lines[i]);
  return list;
}

static bool
is_success_status (const WwSmsGateway *self, long status)
{
  g_auto (GStrv) good = NULL;
  g_autofree char *number = g_strdup_printf ("%ld", status);

  if (self->settings.success_status == NULL)
    return status >= 200 && status < 300;
  good = g_strsplit (self->settings.success_status, ",", -1);
  for (unsigned i = 0; good[i] != NULL; i++)
    if (strcmp (g_strstrip (good[i]), number) == 0)
      return true;
  return false;
}

/* A gateway that does not want this message will not want it in a minute either. */
static WwDeliveryResult
judge (const WwSmsGateway *self, long status, const char *answer)
{
  if (is_success_status (self, status) && (self->success == NULL || g_regex_match (self->success, answer, 0, NULL)))
    return WW_DELIVERY_DONE;
  ww_log_bounded (WW_LOG_WARNING, "sms-status", "the SMS gateway did not take a message (status %ld)", status);
  return status >= 400 && status < 500 && status != 408 && status != 429 ? WW_DELIVERY_REFUSED : WW_DELIVERY_FAILED;
}

static bool
uses (const WwSmsGateway *self, const char *name)
{
  return strstr (self->settings.url, name) != NULL ||
         (self->settings.body != NULL && strstr (self->settings.body, name) != NULL);
}

static void
set_options (WwSmsGateway *self, CURL *curl, const char *url, const char *body, struct curl_slist *headers,
             GString *answer)
{
  curl_easy_setopt (curl, CURLOPT_URL, url);
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, answer_cb);
  curl_easy_setopt (curl, CURLOPT_WRITEDATA, answer);
  curl_easy_setopt (curl, CURLOPT_TIMEOUT, (long) TIMEOUT_S);
  curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT, (long) TIMEOUT_S / 3);
  curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
  if (strcmp (self->settings.method, "POST") == 0)
    curl_easy_setopt (curl, CURLOPT_COPYPOSTFIELDS, body != NULL ? body : "");
  /* Who is named in a template needs no second introduction. */
  if (self->settings.user != NULL && !uses (self, "{user}"))
    {
      curl_easy_setopt (curl, CURLOPT_USERNAME, self->settings.user);
      curl_easy_setopt (curl, CURLOPT_PASSWORD, self->password != NULL ? self->password : "");
    }
}

static WwDeliveryResult
send_http (WwSmsGateway *self, const Sms *sms)
{
  const WwSmsValues values = { sms->to, sms->text, self->settings.sender, self->settings.user, self->password };
  bool json = self->settings.content_type != NULL && strstr (self->settings.content_type, "json") != NULL;
  CURL *curl = curl_easy_init ();
  g_autofree char *url = ww_sms_fill (self->settings.url, &values, WW_SMS_ENCODE_FORM);
  g_autofree char *body = NULL;
  g_autoptr (GString) answer = g_string_new (NULL);
  struct curl_slist *headers = make_headers (self);
  WwDeliveryResult result = WW_DELIVERY_FAILED;
  long status = 0;
  CURLcode code;

  if (self->settings.body != NULL)
    body = ww_sms_fill (self->settings.body, &values, json ? WW_SMS_ENCODE_JSON : WW_SMS_ENCODE_FORM);
  set_options (self, curl, url, body, headers, answer);
  code = curl_easy_perform (curl);
  curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_OK)
    result = judge (self, status, answer->str);
  else
    ww_log_bounded (WW_LOG_WARNING, "sms-http", "the SMS gateway was not reached: %s", curl_easy_strerror (code));
  curl_slist_free_all (headers);
  curl_easy_cleanup (curl);
  OPENSSL_cleanse (url, strlen (url));
  if (body != NULL)
    OPENSSL_cleanse (body, strlen (body));
  return result;
}

static WwDeliveryResult
deliver (void *data, void *item)
{
  WwSmsGateway *self = data;

  return self->directory != NULL ? write_file (self, item) : send_http (self, item);
}

/* --- The loop's side ----------------------------------------------------------------------- */

static bool
read_file (const char *file, char **contents, char **error)
{
  g_autoptr (GError) failure = NULL;

  if (file == NULL)
    return true;
  if (!g_file_get_contents (file, contents, NULL, &failure))
    {
      *error = g_strdup (failure->message);
      return false;
    }
  g_strchomp (*contents);
  return true;
}

/* See the header. */
WwSmsGateway *
ww_sms_gateway_new (const WwSmsGatewaySettings *settings, const char *directory, WwDeliveryCounts *counts, char **error)
{
  WwSmsGateway *self = g_new0 (WwSmsGateway, 1);
  bool good = ww_sms_gateway_settings_check (settings, error);

  settings_copy (&self->settings, settings);
  if (good && settings->url == NULL)
    {
      self->directory = g_strdup (directory);
      good = g_mkdir_with_parents (directory, 0700) == 0;
      if (!good)
        *error = g_strdup_printf ("cannot create %s: %s", directory, g_strerror (errno));
    }
  if (good && settings->success_pattern != NULL)
    self->success = g_regex_new (settings->success_pattern, G_REGEX_RAW, 0, NULL);
  good = good && read_file (settings->password_file, &self->password, error) &&
         read_file (settings->headers_file, &self->headers, error);
  if (!good)
    {
      ww_sms_gateway_free (self);
      return NULL;
    }
  self->delivery = ww_delivery_new (deliver, self, (GDestroyNotify) sms_free, counts);
  return self;
}

static void
free_secret (char *secret)
{
  if (secret != NULL)
    OPENSSL_cleanse (secret, strlen (secret));
  g_free (secret);
}

/* See the header. */
void
ww_sms_gateway_free (WwSmsGateway *self)
{
  g_clear_pointer (&self->delivery, ww_delivery_free);
  g_clear_pointer (&self->success, g_regex_unref);
  ww_sms_gateway_settings_clear (&self->settings);
  free_secret (self->password);
  free_secret (self->headers);
  g_free (self->directory);
  g_free (self);
}

/* See the header. */
bool
ww_sms_gateway_send (WwSmsGateway *self, const char *to, const char *text)
{
  Sms *sms = g_new0 (Sms, 1);

  sms->to = g_strdup (to);
  sms->text = g_strdup (text);
  return ww_delivery_add (self->delivery, sms);
}
