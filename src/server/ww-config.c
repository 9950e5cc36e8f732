/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-config.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "ww-limits.h"

#define DEFAULT_PORT                8480
#define DEFAULT_ADMINISTRATION_PORT 8481
#define MIB                         (1024ULL * 1024)

/* The configuration of a server that was told nothing. */
WwConfig *
ww_config_new (void)
{
  WwConfig *self = g_new0 (WwConfig, 1);

  self->data_dir = g_build_filename (g_get_user_data_dir (), "waxwing-server", NULL);
  self->listen = (WwNetAddress) { "127.0.0.1", DEFAULT_PORT };
  self->administration = (WwNetAddress) { "127.0.0.1", DEFAULT_ADMINISTRATION_PORT };
  self->mail_from = g_strdup ("Waxwing <waxwing@localhost>");
  self->connections = 20000;
  self->connections_per_address = 256;
  self->mailbox_messages = WW_MAILBOX_MESSAGES;
  self->mailbox_ms = WW_MAILBOX_MS;
  self->attachment_bytes = WW_MAX_ATTACHMENT;
  self->attachment_quota = 2048 * MIB;
  self->attachment_reserve = 256 * MIB;
  self->attachment_ms = WW_ATTACHMENT_MS;
  self->claim_hold_ms = WW_HOLD_MS;
  self->transfers = 128;
  self->transfers_per_address = 16;
  self->verifications_per_handle = (WwRate) { 6, 6 };
  self->verifications_per_address = (WwRate) { 60, 30 };
  self->sms_per_range = (WwRate) { 30, 10 };
  self->sms = (WwRate) { 600, 100 };
  self->requests_per_address = (WwRate) { 200.0 * 3600, 10000 };
  self->look_ups_per_device = (WwRate) { 3600, 300 };
  self->sends_per_device = (WwRate) { 200.0 * 3600, 2000 };
  self->transients_per_device = (WwRate) { 2.0 * 3600, 60 };
  self->uploads_per_device = (WwRate) { 600, 100 };
  return self;
}

/* Frees everything. */
void
ww_config_free (WwConfig *self)
{
  g_free (self->name);
  g_free (self->data_dir);
  g_free (self->public_url);
  g_free (self->tls_certificate);
  g_free (self->tls_key);
  g_free (self->smtp);
  g_free (self->mail_from);
  g_free (self->mail_user);
  g_free (self->mail_password_file);
  g_free (self->mail_ca_file);
  ww_sms_gateway_settings_clear (&self->sms_gateway);
  g_free (self->sms_inbound_number);
  g_free (self->sms_inbound_secret_file);
  g_free (self);
}

/* --- One setter for each kind of value ------------------------------------------------------ */

typedef bool (*Parse) (const char *value, void *field);

static bool
parse_text (const char *value, void *field)
{
  char **text = field;

  g_free (*text);
  *text = value[0] == '\0' ? NULL : g_strdup (value);
  return true;
}

/* A line that goes into a page or a mail's header. */
static bool
parse_line (const char *value, void *field)
{
  if (value[0] == '\0' || strlen (value) > 200 || strpbrk (value, "\r\n") != NULL)
    return false;
  return parse_text (value, field);
}

/* Digits, with or without a plus: a short number is one too. */
static bool
parse_number (const char *value, void *field)
{
  const char *digits = value[0] == '+' ? value + 1 : value;
  size_t len = strlen (digits);

  if (value[0] == '\0')
    return parse_text (value, field);
  if (len < 3 || strlen (value) >= WW_MAX_SEND_TO || strspn (digits, "0123456789") != len)
    return false;
  return parse_text (value, field);
}

static bool
parse_address (const char *value, void *field)
{
  return ww_net_address_parse (value, field);
}

static bool
parse_url (const char *value, void *field)
{
  g_autoptr (GUri) uri = g_uri_parse (value, G_URI_FLAGS_NONE, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : "";

  if (value[0] == '\0')
    return parse_text (value, field);
  if ((strcmp (scheme, "http") != 0 && strcmp (scheme, "https") != 0) || g_uri_get_host (uri) == NULL ||
      g_str_has_suffix (value, "/"))
    return false;
  return parse_text (value, field);
}

static bool
parse_smtp (const char *value, void *field)
{
  if (value[0] != '\0' && !g_str_has_prefix (value, "smtp://") && !g_str_has_prefix (value, "smtps://"))
    return false;
  return parse_text (value, field);
}

static bool
parse_bool (const char *value, void *field)
{
  bool *flag = field;

  *flag = strcmp (value, "true") == 0;
  return *flag || strcmp (value, "false") == 0;
}

static bool
parse_mail_tls (const char *value, void *field)
{
  static const char *const names[] = { "automatic", "none", "opportunistic", "required" };

  for (unsigned i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (value, names[i]) == 0)
      {
        *(WwMailTls *) field = (WwMailTls) i;
        return true;
      }
  return false;
}

static bool
parse_count (const char *value, void *field)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 1, 1000000, &number, NULL))
    return false;
  *(unsigned *) field = (unsigned) number;
  return true;
}

static bool
parse_mailbox_messages (const char *value, void *field)
{
  guint64 number;

  /* Clients count on no more than the protocol's limit. */
  if (!g_ascii_string_to_unsigned (value, 10, 1, WW_MAILBOX_MESSAGES, &number, NULL))
    return false;
  *(uint64_t *) field = number;
  return true;
}

static bool
parse_mailbox_days (const char *value, void *field)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 1, WW_MAILBOX_MS / 86400000, &number, NULL))
    return false;
  *(int64_t *) field = (int64_t) number * 86400000;
  return true;
}

static bool
parse_mib (const char *value, void *field, guint64 max)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 1, max, &number, NULL))
    return false;
  *(uint64_t *) field = number * MIB;
  return true;
}

static bool
parse_attachment_mib (const char *value, void *field)
{
  return parse_mib (value, field, 64 * 1024);
}

static bool
parse_quota_mib (const char *value, void *field)
{
  return parse_mib (value, field, 1024 * 1024 * 1024);
}

static bool
parse_attachment_days (const char *value, void *field)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 1, 3650, &number, NULL))
    return false;
  *(int64_t *) field = (int64_t) number * 86400000;
  return true;
}

/* 0: nobody is asked. More than a month would only lock people out. */
static bool
parse_hold_hours (const char *value, void *field)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 0, 720, &number, NULL))
    return false;
  *(int64_t *) field = (int64_t) number * 3600000;
  return true;
}

/* "RATE per hour, BURST at once", written RATE/BURST. */
static bool
parse_rate (const char *value, void *field)
{
  g_auto (GStrv) parts = g_strsplit (value, "/", -1);
  guint64 per_hour, burst;

  if (g_strv_length (parts) != 2 || !g_ascii_string_to_unsigned (parts[0], 10, 1, 1000000000, &per_hour, NULL) ||
      !g_ascii_string_to_unsigned (parts[1], 10, 1, 1000000000, &burst, NULL))
    return false;
  *(WwRate *) field = (WwRate) { (double) per_hour, (double) burst };
  return true;
}

#define KEY(group, name, parse, field) { group, name, parse, G_STRUCT_OFFSET (WwConfig, field) }

static const struct
{
  const char *group;
  const char *name;
  Parse parse;
  gsize offset;
} keys[] = {
  KEY ("server", "name", parse_line, name),
  KEY ("server", "data", parse_line, data_dir),
  KEY ("server", "listen", parse_address, listen),
  KEY ("server", "administration", parse_address, administration),
  KEY ("server", "public-url", parse_url, public_url),
  KEY ("server", "behind-proxy", parse_bool, behind_proxy),
  KEY ("server", "tls-certificate", parse_text, tls_certificate),
  KEY ("server", "tls-key", parse_text, tls_key),
  KEY ("mail", "smtp", parse_smtp, smtp),
  KEY ("mail", "from", parse_line, mail_from),
  KEY ("mail", "user", parse_text, mail_user),
  KEY ("mail", "password-file", parse_text, mail_password_file),
  KEY ("mail", "ca-file", parse_text, mail_ca_file),
  KEY ("mail", "tls", parse_mail_tls, mail_tls),
  KEY ("sms", "url", parse_line, sms_gateway.url),
  KEY ("sms", "method", parse_text, sms_gateway.method),
  KEY ("sms", "body", parse_text, sms_gateway.body),
  KEY ("sms", "content-type", parse_line, sms_gateway.content_type),
  KEY ("sms", "headers-file", parse_text, sms_gateway.headers_file),
  KEY ("sms", "success-status", parse_text, sms_gateway.success_status),
  KEY ("sms", "success-pattern", parse_text, sms_gateway.success_pattern),
  KEY ("sms", "user", parse_text, sms_gateway.user),
  KEY ("sms", "password-file", parse_text, sms_gateway.password_file),
  KEY ("sms", "sender", parse_text, sms_gateway.sender),
  KEY ("sms", "inbound-number", parse_number, sms_inbound_number),
  KEY ("sms", "inbound-secret-file", parse_text, sms_inbound_secret_file),
  KEY ("limits", "connections", parse_count, connections),
  KEY ("limits", "connections-per-address", parse_count, connections_per_address),
  KEY ("limits", "mailbox-messages", parse_mailbox_messages, mailbox_messages),
  KEY ("limits", "mailbox-days", parse_mailbox_days, mailbox_ms),
  KEY ("limits", "attachment-mib", parse_attachment_mib, attachment_bytes),
  KEY ("limits", "attachment-quota-mib", parse_quota_mib, attachment_quota),
  KEY ("limits", "attachment-reserve-mib", parse_quota_mib, attachment_reserve),
  KEY ("limits", "attachment-days", parse_attachment_days, attachment_ms),
  KEY ("limits", "transfers", parse_count, transfers),
  KEY ("limits", "transfers-per-address", parse_count, transfers_per_address),
  KEY ("limits", "claim-hold-hours", parse_hold_hours, claim_hold_ms),
  KEY ("limits", "verifications-per-handle", parse_rate, verifications_per_handle),
  KEY ("limits", "verifications-per-address", parse_rate, verifications_per_address),
  KEY ("limits", "sms-per-range", parse_rate, sms_per_range),
  KEY ("limits", "sms", parse_rate, sms),
  KEY ("limits", "requests-per-address", parse_rate, requests_per_address),
  KEY ("limits", "look-ups-per-device", parse_rate, look_ups_per_device),
  KEY ("limits", "sends-per-device", parse_rate, sends_per_device),
  KEY ("limits", "transients-per-device", parse_rate, transients_per_device),
  KEY ("limits", "uploads-per-device", parse_rate, uploads_per_device),
};

static bool
set_key (WwConfig *self, const char *file, const char *group, const char *name, const char *value, char **error)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (keys); i++)
    if (strcmp (keys[i].group, group) == 0 && strcmp (keys[i].name, name) == 0)
      {
        if (keys[i].parse (value, (char *) self + keys[i].offset))
          return true;
        *error = g_strdup_printf ("%s: [%s] %s: “%s” is not a value for this key", file, group, name, value);
        return false;
      }
  *error = g_strdup_printf ("%s: [%s] has no key “%s”", file, group, name);
  return false;
}

static bool
set_group (WwConfig *self, GKeyFile *keyfile, const char *file, const char *group, char **error)
{
  g_auto (GStrv) names = g_key_file_get_keys (keyfile, group, NULL, NULL);

  for (unsigned i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *value = g_key_file_get_string (keyfile, group, names[i], NULL);

      if (value == NULL)
        {
          *error = g_strdup_printf ("%s: [%s] %s: not a text", file, group, names[i]);
          return false;
        }
      if (!set_key (self, file, group, names[i], value, error))
        return false;
    }
  return true;
}

/*
 * Reads a configuration file over what is set already. Unknown keys are errors: a misspelt key must not
 * look as if it worked. A sentence in `error`, to be freed by the caller.
 */
bool
ww_config_load (WwConfig *self, const char *file, char **error)
{
  g_autoptr (GKeyFile) keyfile = g_key_file_new ();
  g_autoptr (GError) failure = NULL;
  g_auto (GStrv) groups = NULL;

  if (!g_key_file_load_from_file (keyfile, file, G_KEY_FILE_NONE, &failure))
    {
      *error = g_strdup_printf ("%s: %s", file, failure->message);
      return false;
    }
  groups = g_key_file_get_groups (keyfile, NULL);
  for (unsigned i = 0; groups[i] != NULL; i++)
    if (!set_group (self, keyfile, file, groups[i], error))
      return false;
  return true;
}

/*
 * The address of --listen. The administration goes to a free port of the loopback address then, so that a second
 * server on a machine needs no second setting.
 */
bool
ww_config_set_listen (WwConfig *self, const char *address, char **error)
{
  if (!ww_net_address_parse (address, &self->listen))
    {
      *error = g_strdup_printf ("“%s” is not ADDRESS:PORT", address);
      return false;
    }
  if (self->administration.port == DEFAULT_ADMINISTRATION_PORT && self->listen.port != DEFAULT_PORT)
    self->administration.port = 0;
  return true;
}

/*
 * Whether the files are a certificate with its chain and the key that belongs to it. For the start, and again before
 * a renewed certificate takes the place of one that works.
 */
bool
ww_config_check_certificate (const WwConfig *self)
{
  SSL_CTX *context = SSL_CTX_new (TLS_server_method ());
  bool good = context != NULL && SSL_CTX_use_certificate_chain_file (context, self->tls_certificate) == 1 &&
              SSL_CTX_use_PrivateKey_file (context, self->tls_key, SSL_FILETYPE_PEM) == 1 &&
              SSL_CTX_check_private_key (context) == 1;

  SSL_CTX_free (context);
  ERR_clear_error ();
  return good;
}

/* Whether the settings fit together. */
bool
ww_config_check (const WwConfig *self, char **error)
{
  if ((self->tls_certificate == NULL) != (self->tls_key == NULL))
    *error = g_strdup ("tls-certificate and tls-key are needed together");
  else if (self->tls_certificate == NULL && !self->behind_proxy && !ww_net_address_is_loopback (&self->listen))
    *error = g_strdup (
        "without tls-certificate the server listens on loopback addresses only, unless behind-proxy is true");
  else if (!ww_net_address_is_loopback (&self->listen) && self->public_url == NULL)
    *error = g_strdup ("public-url is needed: it stands in the mails that people get");
  else if (self->tls_certificate != NULL && !ww_config_check_certificate (self))
    *error = g_strdup_printf ("%s and %s are no certificate with its key that the server can read",
                              self->tls_certificate, self->tls_key);
  else if (self->mail_password_file != NULL && !g_file_test (self->mail_password_file, G_FILE_TEST_EXISTS))
    *error = g_strdup_printf ("there is no file %s", self->mail_password_file);
  else if (self->mail_ca_file != NULL && !g_file_test (self->mail_ca_file, G_FILE_TEST_EXISTS))
    *error = g_strdup_printf ("there is no file %s", self->mail_ca_file);
  else if ((self->sms_inbound_number == NULL) != (self->sms_inbound_secret_file == NULL))
    *error = g_strdup ("inbound-number and inbound-secret-file are needed together");
  else if (self->sms_inbound_secret_file != NULL && !g_file_test (self->sms_inbound_secret_file, G_FILE_TEST_EXISTS))
    *error = g_strdup_printf ("there is no file %s", self->sms_inbound_secret_file);
  else
    return ww_sms_gateway_settings_check (&self->sms_gateway, error);
  return false;
}

/*
 * Gives the server a name when it was given none: the host that people type, or this machine's. Mails and pages say
 * where somebody wants to use an address, and the name of the programme would not tell.
 */
void
ww_config_complete (WwConfig *self)
{
  g_autoptr (GUri) uri = NULL;

  if (self->name != NULL)
    return;
  if (self->public_url != NULL)
    uri = g_uri_parse (self->public_url, G_URI_FLAGS_NONE, NULL);
  self->name = g_strdup (uri != NULL && g_uri_get_host (uri) != NULL ? g_uri_get_host (uri) : g_get_host_name ());
}

/* Where the database is. To be freed with g_free(). */
char *
ww_config_database_path (const WwConfig *self)
{
  return g_build_filename (self->data_dir, "waxwing.db", NULL);
}
