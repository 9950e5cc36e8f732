/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-server.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <curl/curl.h>
#include <glib/gstdio.h>

#include "ww-activity.h"
#include "ww-approval-relay.h"
#include "ww-attachments.h"
#include "ww-claims.h"
#include "ww-clock.h"
#include "ww-connection.h"
#include "ww-enrolment.h"
#include "ww-listener.h"
#include "ww-log.h"
#include "ww-presence.h"
#include "ww-sqlite.h"
#include "ww-verification-mail.h"
#include "ww-verification-phone.h"

#define HOUSEKEEPING_MS  60000
#define EXPIRE_ROWS      500
#define IDLE_LINK_MS     (10 * 60 * 1000)
#define WAITING_LINK_MS  (2 * 60 * 60 * 1000)
#define STOP_TICK_MS     10
#define STOP_REQUESTS_MS 10000 /* how long requests may take to finish when stopping */
#define STOP_LINKS_MS    2000  /* how long links may take to close */

typedef enum
{
  RUNNING,
  FINISHING_REQUESTS,
  CLOSING_LINKS,
  TEARING_DOWN,
} Phase;

typedef struct
{
  WwServices services;
  uv_loop_t loop;
  const char *config_file;
  WwMailer *mailer;
  WwVerificationMail *mail;
  WwSmsGateway *sms; /* NULL: nothing reaches telephones */
  uv_signal_t terminate;
  uv_signal_t interrupt;
  uv_signal_t hang_up;
  uv_timer_t housekeeping;
  uv_timer_t stop;
  Phase phase;
  int64_t phase_ms;
  int lock;
  bool failed;
} WwServer;

/* --- Stopping ------------------------------------------------------------------------------ */

static void
close_link_cb (WwConnection *connection, void *data)
{
  ww_connection_close (connection, WW_CLOSE_GOING_AWAY);
}

/* What was accepted is finished first, then the links are closed, then the loop ends. */
static void
stop_cb (uv_timer_t *timer)
{
  WwServer *self = timer->data;
  int64_t waited_ms = ww_clock_monotonic_ms () - self->phase_ms;

  if (self->phase == FINISHING_REQUESTS && (self->services.running == 0 || waited_ms > STOP_REQUESTS_MS))
    {
      self->phase = CLOSING_LINKS;
      self->phase_ms = ww_clock_monotonic_ms ();
      ww_presence_each (self->services.presence, close_link_cb, NULL);
    }
  else if (self->phase == CLOSING_LINKS && (self->services.metrics.connections == 0 || waited_ms > STOP_LINKS_MS))
    uv_stop (&self->loop);
}

static void
begin_stop (WwServer *self)
{
  if (self->phase != RUNNING)
    return;
  self->phase = FINISHING_REQUESTS;
  self->phase_ms = ww_clock_monotonic_ms ();
  self->services.stopping = true;
  uv_timer_start (&self->stop, stop_cb, STOP_TICK_MS, STOP_TICK_MS);
}

static void
terminate_cb (uv_signal_t *handle, int number)
{
  ww_log (WW_LOG_INFO, "stopping");
  begin_stop (handle->data);
}

/* --- Reloading ----------------------------------------------------------------------------- */

static WwVerificationRates
verification_rates (const WwConfig *config)
{
  return (WwVerificationRates) { config->verifications_per_handle, config->verifications_per_address,
                                 config->sms_per_range, config->sms };
}

/* What can change while the server runs: the limits. The rest needs a restart, and the documentation says so. */
static void
apply_limits (WwServer *self, const WwConfig *fresh)
{
  WwConfig *config = self->services.config;
  const WwVerificationRates rates = verification_rates (fresh);

  config->connections = fresh->connections;
  config->connections_per_address = fresh->connections_per_address;
  config->attachment_bytes = fresh->attachment_bytes;
  config->attachment_quota = fresh->attachment_quota;
  config->attachment_ms = fresh->attachment_ms;
  config->transfers = fresh->transfers;
  config->claim_hold_ms = fresh->claim_hold_ms;
  config->transfers_per_address = fresh->transfers_per_address;
  ww_verification_set_rates (self->services.verification, &rates);
  ww_rate_limit_set_rate (self->services.requests, fresh->requests_per_address);
  ww_rate_limit_set_rate (self->services.look_ups, fresh->look_ups_per_device);
  ww_rate_limit_set_rate (self->services.sends, fresh->sends_per_device);
  ww_rate_limit_set_rate (self->services.transients, fresh->transients_per_device);
  ww_rate_limit_set_rate (self->services.uploads, fresh->uploads_per_device);
}

static void
hang_up_cb (uv_signal_t *handle, int number)
{
  WwServer *self = handle->data;
  g_autoptr (WwConfig) fresh = ww_config_new ();
  g_autofree char *error = NULL;

  if (self->phase != RUNNING)
    return;
  if (self->config_file != NULL && !ww_config_load (fresh, self->config_file, &error))
    {
      ww_log (WW_LOG_ERROR, "the configuration was not reloaded: %s", error);
      return;
    }
  if (self->config_file != NULL)
    apply_limits (self, fresh);
  if (!ww_listener_reload_certificate (self->services.listener))
    ww_log (WW_LOG_ERROR, "the certificate was not reloaded; the old one stays in use");
  else
    ww_log (WW_LOG_INFO, "reloaded");
}

/* --- Housekeeping -------------------------------------------------------------------------- */

static void expire (WwServer *self);

static void
expired_cb (WwOperation *base)
{
  const WwExpireOp *op = (WwExpireOp *) base;
  WwServer *self = base->data;

  if (base->status != WW_STORAGE_OK)
    return;
  self->services.metrics.expired_total += op->n_messages;
  if (op->more && self->phase == RUNNING)
    expire (self);
}

static void
expire (WwServer *self)
{
  WwExpireOp *op = ww_operation_new (WwExpireOp, expired_cb, self);

  op->now_ms = ww_clock_now_ms ();
  op->max_rows = EXPIRE_ROWS;
  self->services.storage->engine->expire (self->services.storage, op);
}

/* Who neither authenticates nor waits for a click or an approval has no business here for long. */
static void
close_idle_cb (WwConnection *connection, void *data)
{
  int64_t age_ms = ww_clock_monotonic_ms () - connection->opened_ms;
  bool waits = connection->watching || connection->state == WW_CONNECTION_PENDING;

  if (connection->state != WW_CONNECTION_DEVICE && age_ms > (waits ? WAITING_LINK_MS : IDLE_LINK_MS))
    ww_connection_close (connection, WW_CLOSE_POLICY);
}

static void
housekeeping_cb (uv_timer_t *timer)
{
  WwServer *self = timer->data;

  if (self->phase != RUNNING)
    return;
  ww_presence_each (self->services.presence, close_idle_cb, NULL);
  ww_approval_relay_expire (self->services.relay);
  ww_attachments_housekeeping (self->services.attachments);
  ww_claims_expire (&self->services);
  ww_activity_note_all (&self->services);
  if (self->services.verification != NULL)
    ww_verification_expire (self->services.verification);
  expire (self);
}

/* --- Starting ------------------------------------------------------------------------------ */

/* See the header. */
int
ww_server_lock_data (const char *data_dir, char **error)
{
  g_autofree char *path = g_build_filename (data_dir, "lock", NULL);
  int fd;

  if (g_mkdir_with_parents (data_dir, 0700) != 0)
    {
      *error = g_strdup_printf ("cannot create %s: %s", data_dir, g_strerror (errno));
      return -1;
    }
  fd = open (path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  *error = errno == EWOULDBLOCK ? g_strdup_printf ("another server uses %s", data_dir)
                                : g_strdup_printf ("cannot lock %s: %s", path, g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

/* As many links as the system allows; a full disk or a file that grew too large is an error, not a signal. */
static void
prepare_process (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
  signal (SIGPIPE, SIG_IGN);
  signal (SIGXFSZ, SIG_IGN);
  umask (077);
  curl_global_init (CURL_GLOBAL_DEFAULT);
}

static void
start_watching (WwServer *self)
{
  uv_signal_init (&self->loop, &self->terminate);
  uv_signal_init (&self->loop, &self->interrupt);
  uv_signal_init (&self->loop, &self->hang_up);
  uv_timer_init (&self->loop, &self->housekeeping);
  uv_timer_init (&self->loop, &self->stop);
  self->terminate.data = self->interrupt.data = self->hang_up.data = self;
  self->housekeeping.data = self->stop.data = self;
  uv_signal_start (&self->terminate, terminate_cb, SIGTERM);
  uv_signal_start (&self->interrupt, terminate_cb, SIGINT);
  uv_signal_start (&self->hang_up, hang_up_cb, SIGHUP);
  uv_timer_start (&self->housekeeping, housekeeping_cb, 1000, HOUSEKEEPING_MS);
}

static char *
find_public_url (WwServer *self)
{
  WwNetAddress listen, administration;
  g_autofree char *address = NULL;

  if (self->services.config->public_url != NULL)
    return g_strdup (self->services.config->public_url);
  ww_listener_get_addresses (self->services.listener, &listen, &administration);
  address = ww_net_address_to_string (&listen);
  return g_strdup_printf ("%s://%s", self->services.config->tls_certificate != NULL ? "https" : "http", address);
}

static void
say_addresses (WwServer *self)
{
  WwNetAddress listen, administration;
  g_autofree char *listen_text = NULL;
  g_autofree char *administration_text = NULL;

  ww_listener_get_addresses (self->services.listener, &listen, &administration);
  listen_text = ww_net_address_to_string (&listen);
  administration_text = ww_net_address_to_string (&administration);
  fprintf (stderr, "administration on http://%s\n", administration_text);
  fprintf (stderr, "listening on %s://%s\n", self->services.config->tls_certificate != NULL ? "https" : "http",
           listen_text);
}

static void
start_verification (WwServer *self)
{
  WwServices *services = &self->services;
  const WwConfig *config = services->config;
  const WwVerificationRates rates = verification_rates (config);
  WwVerificationKind kind = ww_verification_mail_kind (self->mail);

  services->verification = ww_verification_new (services->storage->verifications, services->public_url, &rates);
  ww_verification_add_kind (services->verification, &kind);
  if (self->sms != NULL)
    {
      kind = ww_verification_phone_kind (self->sms);
      ww_verification_add_kind (services->verification, &kind);
    }
  if (services->inbound_secret != NULL)
    {
      kind = ww_verification_inbound_kind (config->sms_inbound_number);
      ww_verification_add_kind (services->verification, &kind);
    }
}

/* The sockets come last: nobody is let in before everything behind them is ready. */
static bool
start_listening (WwServer *self, char **error)
{
  WwServices *services = &self->services;

  services->listener = ww_listener_new (services, error);
  if (services->listener == NULL)
    return false;
  services->public_url = find_public_url (self);
  start_verification (self);
  ww_enrolment_init (services);
  say_addresses (self);
  return true;
}

static void
pending_loaded_cb (bool loaded, void *data)
{
  WwServer *self = data;
  g_autofree char *error = NULL;

  if (!loaded)
    error = g_strdup ("cannot read the database");
  if (loaded && start_listening (self, &error))
    return;
  ww_log (WW_LOG_ERROR, "%s", error);
  self->failed = true;
  uv_stop (&self->loop);
}

static bool
read_inbound_secret (WwServices *services, char **error)
{
  g_autoptr (GError) failure = NULL;

  if (services->config->sms_inbound_secret_file == NULL)
    return true;
  if (!g_file_get_contents (services->config->sms_inbound_secret_file, &services->inbound_secret, NULL, &failure))
    *error = g_strdup (failure->message);
  else if (*g_strstrip (services->inbound_secret) == '\0')
    *error = g_strdup_printf ("%s is empty", services->config->sms_inbound_secret_file);
  return *error == NULL;
}

/* What carries mails and messages. Without any setting both go into files; a server with mail but no gateway has no SMS. */
static bool
start_senders (WwServer *self, char **error)
{
  WwServices *services = &self->services;
  const WwConfig *config = services->config;
  g_autofree char *mail_directory = g_build_filename (config->data_dir, "mail", NULL);
  g_autofree char *sms_directory = g_build_filename (config->data_dir, "sms", NULL);
  const WwMailerSettings mail = { config->smtp,         mail_directory,  config->mail_user, config->mail_password_file,
                                  config->mail_ca_file, config->mail_tls };

  self->mailer = ww_mailer_new (&mail, &services->metrics.mails, error);
  if (self->mailer == NULL)
    return false;
  self->mail = ww_verification_mail_new (self->mailer, config->mail_from, config->name, error);
  if (self->mail == NULL)
    return false;
  if (config->sms_gateway.url != NULL || config->smtp == NULL)
    {
      self->sms = ww_sms_gateway_new (&config->sms_gateway, sms_directory, &services->metrics.sms, error);
      if (self->sms == NULL)
        return false;
    }
  return read_inbound_secret (services, error);
}

static bool
start (WwServer *self, char **error)
{
  WwServices *services = &self->services;
  const WwConfig *config = services->config;
  g_autofree char *database = ww_config_database_path (config);

  self->lock = ww_server_lock_data (config->data_dir, error);
  if (self->lock < 0)
    return false;
  services->storage = ww_sqlite_storage_open (database, &self->loop, error);
  if (services->storage == NULL)
    return false;
  services->storage->engine->set_limits (services->storage, config->mailbox_messages, config->mailbox_ms);
  services->attachments = ww_attachments_new (services, error);
  if (services->attachments == NULL)
    return false;
  if (!start_senders (self, error))
    return false;
  services->presence = ww_presence_new ();
  services->requests = ww_rate_limit_new (config->requests_per_address);
  services->look_ups = ww_rate_limit_new (config->look_ups_per_device);
  services->sends = ww_rate_limit_new (config->sends_per_device);
  services->transients = ww_rate_limit_new (config->transients_per_device);
  services->uploads = ww_rate_limit_new (config->uploads_per_device);
  services->relay = ww_approval_relay_new (services);
  start_watching (self);
  ww_approval_relay_load (services->relay, pending_loaded_cb, self);
  return true;
}

/* --- The end ------------------------------------------------------------------------------- */

static void
close_handle_cb (uv_handle_t *handle, void *data)
{
  if (!uv_is_closing (handle))
    uv_close (handle, NULL);
}

/* Backwards; whatever was not started is NULL. The storage goes when nothing can ask it for anything any more. */
static void
tear_down (WwServer *self)
{
  WwServices *services = &self->services;

  /*
   * Closing turns the loop, and a timer or a signal may come just then: none may reach for a part that is gone. The
   * signals stay watched, or a second SIGTERM would end the process in the middle.
   */
  self->phase = TEARING_DOWN;
  g_clear_pointer (&services->listener, ww_listener_free);
  /* It turns the loop, whose callbacks still look for it. */
  if (services->attachments != NULL)
    ww_attachments_free (services->attachments);
  services->attachments = NULL;
  if (services->storage != NULL)
    services->storage->engine->close (services->storage);
  g_clear_pointer (&services->verification, ww_verification_free);
  g_clear_pointer (&services->relay, ww_approval_relay_free);
  g_clear_pointer (&services->presence, ww_presence_free);
  g_clear_pointer (&services->requests, ww_rate_limit_free);
  g_clear_pointer (&services->look_ups, ww_rate_limit_free);
  g_clear_pointer (&services->sends, ww_rate_limit_free);
  g_clear_pointer (&services->transients, ww_rate_limit_free);
  g_clear_pointer (&services->uploads, ww_rate_limit_free);
  g_clear_pointer (&self->mail, ww_verification_mail_free);
  g_clear_pointer (&self->mailer, ww_mailer_free);
  g_clear_pointer (&self->sms, ww_sms_gateway_free);
  g_clear_pointer (&services->inbound_secret, g_free);
  g_clear_pointer (&services->public_url, g_free);
  uv_walk (&self->loop, close_handle_cb, NULL);
  uv_run (&self->loop, UV_RUN_DEFAULT);
  uv_loop_close (&self->loop);
  if (self->lock >= 0)
    close (self->lock);
  curl_global_cleanup ();
}

/* See the header. */
int
ww_server_run (WwConfig *config, const char *config_file)
{
  WwServer self = { .config_file = config_file, .lock = -1 };
  g_autofree char *error = NULL;

  prepare_process ();
  ww_config_complete (config);
  uv_loop_init (&self.loop);
  self.services.loop = &self.loop;
  self.services.config = config;
  if (start (&self, &error))
    uv_run (&self.loop, UV_RUN_DEFAULT);
  else
    {
      ww_log (WW_LOG_ERROR, "%s", error);
      self.failed = true;
    }
  tear_down (&self);
  return self.failed ? 1 : 0;
}
