/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-link"

#include "ww-link.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <time.h>

#include "ww-checks.h"
#include "ww-limits.h"
#include "ww-error-codes.h"
#include "ww-error-private.h"
#include "ww-requests.h"
#include "ww-server-address.h"

#define CONNECT_TIMEOUT_MS   30000
#define ANSWER_TIMEOUT_MS    15000
/*
 * How often a silent link is tried out. While somebody looks, a dead one is noticed soon; while nobody does, the processor may
 * sleep. A proxy or a router that forgets silent connections earlier shows in links that end in silence, one after the other.
 */
#define KEEPALIVE_SECONDS       30
#define KEEPALIVE_QUIET_SECONDS 240
#define PONG_TIMEOUT_SECONDS    20
#define SILENCE_SECONDS         45
#define SILENT_ENDS             2
/* After the network changed: whether the link still leads somewhere. */
#define CHECK_SECONDS      1
#define CHECK_PONG_SECONDS 5
/* So far the clock that goes on in a sleep must be ahead of the one that doesn't, for it to have been a sleep. */
#define SLEEP_MIN_US (5 * G_USEC_PER_SEC)

struct _WwLink
{
  GObject parent_instance;

  char *address;
  char *authority;
  WwIdentity *identity; /* nullable */

  WwLinkState state;
  GError *error;
  guint attempt;
  guint timer; /* of the state: its time limit, or the back-off */
  SoupSession *session;
  GCancellable *connecting;
  SoupWebsocketConnection *socket;
  WwRequests *requests;
  GPtrArray *waiters; /* of DexPromise, for ww_link_wait_up() */
  guint64 record_sequence;
  guint64 waiting;
  GStrv verifies;
  guint64 max_attachment;
  gint64 hello_ms; /* the server's clock in its last Hello */
  gint64 hello_at; /* when that came, monotonic, in µs; 0 before the first one */

  gboolean attentive;    /* somebody looks */
  guint quiet_seconds;   /* between two pings while nobody does */
  guint silent_ends;     /* links that ended in silence, one after the other */
  gint64 heard_at;       /* monotonic, in µs */
  gint64 slept_us;       /* how long the computer slept since it was started, as of the last look */
  gboolean is_checking;
};

G_DEFINE_FINAL_TYPE (WwLink, ww_link, G_TYPE_OBJECT)

typedef enum
{
  PROP_STATE = 1,
} WwLinkProperty;

static GParamSpec *properties[PROP_STATE + 1];
static guint signal_event;

static void move (WwLink *self, WwLinkInput input, const GError *error);

WwLink *
ww_link_new (const char *address, WwIdentity *identity)
{
  WwLink *self = g_object_new (WW_TYPE_LINK, NULL);

  self->address = g_strdup (address);
  self->authority = ww_server_address_dup_authority (address);
  self->identity = identity != NULL ? ww_identity_ref (identity) : NULL;
  return self;
}

WwLinkState
ww_link_get_state (WwLink *self)
{
  return self->state;
}

const GError *
ww_link_get_error (WwLink *self)
{
  return self->error;
}

guint64
ww_link_get_record_sequence (WwLink *self)
{
  return self->record_sequence;
}

guint64
ww_link_get_waiting (WwLink *self)
{
  return self->waiting;
}

guint64
ww_link_get_max_attachment (WwLink *self)
{
  /* Before the first Hello nothing is known, and the server is asked when it comes to that. */
  return self->hello_at == 0 ? G_MAXUINT64 : self->max_attachment;
}

const char *const *
ww_link_get_verifies (WwLink *self)
{
  return (const char *const *) self->verifies;
}

gint64
ww_link_get_server_now_ms (WwLink *self)
{
  if (self->hello_at == 0)
    return ww_now_ms ();
  return self->hello_ms + (g_get_monotonic_time () - self->hello_at) / 1000;
}

/* Once may be a server that was restarted; again, and what is between here and there forgets who is silent. */
static void
learn_from_loss (WwLink *self)
{
  if (self->state != WW_LINK_STATE_UP || self->attentive ||
      g_get_monotonic_time () - self->heard_at < SILENCE_SECONDS * G_USEC_PER_SEC)
    return;
  if (++self->silent_ends >= SILENT_ENDS)
    self->quiet_seconds = MAX (self->quiet_seconds / 2, KEEPALIVE_SECONDS);
}

static void
lose (WwLink *self, WwError code)
{
  g_autoptr (GError) error = ww_error_new (code);

  learn_from_loss (self);
  move (self, WW_LINK_INPUT_LOST, error);
}

static gboolean
timer_cb (gpointer data)
{
  WwLink *self = data;

  self->timer = 0;
  if (self->state == WW_LINK_STATE_WAITING || self->state == WW_LINK_STATE_YIELDING ||
      self->state == WW_LINK_STATE_UNKNOWN_DEVICE)
    move (self, WW_LINK_INPUT_TIMER, NULL);
  else
    lose (self, WW_ERROR_TIMED_OUT);
  return G_SOURCE_REMOVE;
}

static void
set_timer (WwLink *self, guint ms)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (ms > 0)
    self->timer = g_timeout_add (ms, timer_cb, self);
}

static void
send_frame (gpointer data, const guint8 *bytes, gsize len)
{
  WwLink *self = data;

  if (self->socket != NULL && soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_binary (self->socket, bytes, len);
}

/* Lets connection and requests go, whatever state they are in. */
static void
drop_connection (WwLink *self)
{
  g_autoptr (SoupWebsocketConnection) socket = g_steal_pointer (&self->socket);
  g_autoptr (GError) error = ww_error_new (WW_ERROR_OFFLINE);

  if (self->connecting != NULL)
    g_cancellable_cancel (self->connecting);
  g_clear_object (&self->connecting);
  if (socket != NULL)
    {
      g_signal_handlers_disconnect_by_data (socket, self);
      if (soup_websocket_connection_get_state (socket) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_close (socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
    }
  ww_requests_reject_all (self->requests, error);
}

/* What outlives the connection. */
static void
remember_hello (WwLink *self, const Waxwing__Hello *hello)
{
  self->max_attachment = hello->max_attachment;
  g_clear_pointer (&self->verifies, g_strfreev);
  self->verifies = g_new0 (char *, hello->n_verifies + 1);
  for (size_t i = 0; i < hello->n_verifies; i++)
    self->verifies[i] = g_strdup (hello->verifies[i]);
  self->hello_ms = ww_clamp_time (hello->now_ms);
  self->hello_at = g_get_monotonic_time ();
}

static void
take_hello (WwLink *self, const Waxwing__Hello *hello)
{
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__Authenticate authenticate = WAXWING__AUTHENTICATE__INIT;
  guint8 signature[WW_SIGNATURE_SIZE];

  if (hello->version != 1 || self->state != WW_LINK_STATE_GREETING)
    {
      lose (self, WW_ERROR_PROTOCOL);
      return;
    }
  remember_hello (self, hello);
  if (self->identity == NULL)
    {
      move (self, WW_LINK_INPUT_HELLO_ANONYMOUS, NULL);
      return;
    }
  if (ww_signing_key_sign_link (ww_device_keys_signing (ww_identity_get_keys (self->identity)),
                                ww_identity_get_device_id (self->identity), hello->challenge.data, self->authority,
                                signature) != WW_CRYPTO_OK)
    {
      lose (self, WW_ERROR_FAILED);
      return;
    }
  move (self, WW_LINK_INPUT_HELLO, NULL);
  authenticate.device_id.data = (guint8 *) ww_identity_get_device_id (self->identity);
  authenticate.device_id.len = WW_ID_SIZE;
  authenticate.signature.data = signature;
  authenticate.signature.len = sizeof signature;
  authenticate.authority = self->authority;
  request.body_case = WAXWING__REQUEST__BODY_AUTHENTICATE;
  request.authenticate = &authenticate;
  ww_requests_authenticate (self->requests, &request);
}

static gboolean
is_rejection (const Waxwing__Error *refusal)
{
  return g_str_equal (refusal->code, WW_CODE_UNAUTHENTICATED) && !refusal->retryable;
}

static void
take_authentication (WwLink *self, const Waxwing__Response *response)
{
  g_autoptr (GError) error = NULL;

  if (response->body_case == WAXWING__RESPONSE__BODY_AUTHENTICATED)
    {
      if (memcmp (response->authenticated->account_id.data, ww_identity_get_account_id (self->identity), WW_ID_SIZE) !=
          0)
        {
          lose (self, WW_ERROR_PROTOCOL);
          return;
        }
      self->record_sequence = response->authenticated->record_sequence;
      self->waiting = response->authenticated->waiting;
      move (self, WW_LINK_INPUT_AUTHENTICATED, NULL);
      return;
    }
  if (response->body_case != WAXWING__RESPONSE__BODY_ERROR)
    {
      lose (self, WW_ERROR_PROTOCOL);
      return;
    }
  error = ww_error_new_refused (response->error->code, response->error->message, response->error->retryable);
  move (self, is_rejection (response->error) ? WW_LINK_INPUT_REJECTED : WW_LINK_INPUT_LOST, error);
}

static void
take_event (WwLink *self, WwReply *reply)
{
  const Waxwing__Event *event = ww_reply_event (reply);

  if (event->body_case == WAXWING__EVENT__BODY_DISPLACED)
    {
      g_autoptr (GError) error = g_error_new_literal (
          WW_ERROR, WW_ERROR_OFFLINE, _ ("Waxwing runs a second time with this device’s keys. Close one of the two."));

      move (self, WW_LINK_INPUT_DISPLACED, error);
      return;
    }
  if (self->state == WW_LINK_STATE_UP)
    g_signal_emit (self, signal_event, 0, reply);
}

static void
message_cb (SoupWebsocketConnection *socket, int type, GBytes *message, gpointer data)
{
  g_autoptr (WwLink) self = g_object_ref (data);
  g_autoptr (WwReply) reply = NULL;
  gsize len;
  const guint8 *bytes = g_bytes_get_data (message, &len);
  const Waxwing__Frame *frame;

  self->heard_at = g_get_monotonic_time ();
  if (type == SOUP_WEBSOCKET_DATA_BINARY && bytes != NULL)
    reply = ww_reply_new (bytes, len);
  if (reply == NULL)
    {
      lose (self, WW_ERROR_PROTOCOL);
      return;
    }
  frame = ww_reply_frame (reply);
  if (frame->body_case == WAXWING__FRAME__BODY_HELLO)
    take_hello (self, frame->hello);
  else if (frame->body_case == WAXWING__FRAME__BODY_EVENT)
    take_event (self, reply);
  else if (frame->body_case != WAXWING__FRAME__BODY_RESPONSE)
    lose (self, WW_ERROR_PROTOCOL);
  else if (self->state == WW_LINK_STATE_AUTHENTICATING && ww_requests_take_authentication (self->requests, frame->id))
    take_authentication (self, ww_reply_response (reply));
  else if (!ww_requests_take (self->requests, reply))
    lose (self, WW_ERROR_PROTOCOL);
}

static void
set_keepalive (WwLink *self)
{
  if (self->socket == NULL)
    return;
  soup_websocket_connection_set_keepalive_pong_timeout (self->socket,
                                                        self->is_checking ? CHECK_PONG_SECONDS : PONG_TIMEOUT_SECONDS);
  soup_websocket_connection_set_keepalive_interval (self->socket, self->is_checking ? CHECK_SECONDS
                                                                  : self->attentive ? KEEPALIVE_SECONDS
                                                                                    : self->quiet_seconds);
}

static void
pong_cb (SoupWebsocketConnection *socket, GBytes *message, gpointer data)
{
  WwLink *self = data;

  self->heard_at = g_get_monotonic_time ();
  self->silent_ends = 0;
  if (!self->is_checking)
    return;
  self->is_checking = FALSE;
  set_keepalive (self);
}

static void
closed_cb (SoupWebsocketConnection *socket, gpointer data)
{
  lose (data, WW_ERROR_OFFLINE);
}

static void
error_cb (SoupWebsocketConnection *socket, const GError *error, gpointer data)
{
  g_debug ("the link failed: %s", error->message);
  lose (data, WW_ERROR_OFFLINE);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (WwLink) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupWebsocketConnection)
      socket = soup_session_websocket_connect_finish (SOUP_SESSION (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->state != WW_LINK_STATE_CONNECTING)
    return;
  g_clear_object (&self->connecting);
  if (socket == NULL)
    {
      g_debug ("no link: %s", error->message);
      lose (self, WW_ERROR_OFFLINE);
      return;
    }
  soup_websocket_connection_set_max_incoming_payload_size (socket, WW_MAX_FRAME);
  g_signal_connect_object (socket, "message", G_CALLBACK (message_cb), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (socket, "closed", G_CALLBACK (closed_cb), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (socket, "error", G_CALLBACK (error_cb), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (socket, "pong", G_CALLBACK (pong_cb), self, G_CONNECT_DEFAULT);
  g_set_object (&self->socket, socket);
  self->heard_at = g_get_monotonic_time ();
  self->is_checking = FALSE;
  set_keepalive (self);
  move (self, WW_LINK_INPUT_CONNECTED, NULL);
}

static void
begin_connecting (WwLink *self)
{
  g_autofree char *uri = ww_server_address_dup_uri (self->address, "/v1/link");
  g_autoptr (SoupMessage) message = soup_message_new ("GET", uri);

  set_timer (self, CONNECT_TIMEOUT_MS);
  if (self->session == NULL)
    self->session = soup_session_new ();
  self->connecting = g_cancellable_new ();
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_session_websocket_connect_async (self->session, message, NULL, NULL, G_PRIORITY_DEFAULT, self->connecting,
                                        connected_cb, g_object_ref (self));
}

static void
resolve_waiters (WwLink *self, const GError *error)
{
  g_autoptr (GPtrArray) waiters = g_steal_pointer (&self->waiters);

  self->waiters = g_ptr_array_new_with_free_func (dex_unref);
  for (guint i = 0; i < waiters->len; i++)
    {
      DexPromise *promise = waiters->pdata[i];

      if (error == NULL)
        dex_promise_resolve_boolean (promise, TRUE);
      else
        dex_promise_reject (promise, g_error_copy (error));
    }
}

static void
enter_state (WwLink *self)
{
  g_autoptr (GError) stopped = NULL;

  switch (self->state)
    {
    case WW_LINK_STATE_STOPPED:
      drop_connection (self);
      self->attempt = 0;
      stopped = ww_error_new (WW_ERROR_OFFLINE);
      resolve_waiters (self, stopped);
      break;
    case WW_LINK_STATE_CONNECTING:
      begin_connecting (self);
      break;
    case WW_LINK_STATE_GREETING:
    case WW_LINK_STATE_AUTHENTICATING:
      set_timer (self, ANSWER_TIMEOUT_MS);
      break;
    case WW_LINK_STATE_UP:
      self->attempt = 0;
      resolve_waiters (self, NULL);
      break;
    case WW_LINK_STATE_WAITING:
      drop_connection (self);
      set_timer (self, ww_link_backoff_ms (self->attempt++, g_random_int ()));
      break;
    case WW_LINK_STATE_YIELDING:
    case WW_LINK_STATE_UNKNOWN_DEVICE:
      drop_connection (self);
      set_timer (self, ww_link_yield_ms (g_random_int ()));
      if (self->state == WW_LINK_STATE_UNKNOWN_DEVICE)
        resolve_waiters (self, self->error);
      break;
    }
}

/* Everything that happens to the link goes through here. `error` is why it is not up. */
static void
move (WwLink *self, WwLinkInput input, const GError *error)
{
  WwLinkState next = ww_link_state_next (self->state, input);
  g_autoptr (WwLink) keep = NULL;

  if (next == self->state)
    return;
  keep = g_object_ref (self);
  self->state = next;
  set_timer (self, 0);
  if (next == WW_LINK_STATE_UP || error != NULL)
    g_clear_error (&self->error);
  if (error != NULL)
    self->error = g_error_copy (error);
  enter_state (self);
  if (self->state == next)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
ww_link_start (WwLink *self)
{
  move (self, WW_LINK_INPUT_START, NULL);
}

void
ww_link_stop (WwLink *self)
{
  move (self, WW_LINK_INPUT_STOP, NULL);
}

void
ww_link_retry_now (WwLink *self)
{
  move (self, WW_LINK_INPUT_NETWORK, NULL);
}

/**
 * ww_link_wake:
 *
 * To be called when the computer woke from a sleep: whatever was connected then counts as lost, and a new link is made at
 * once instead of when the old one has been silent for long enough.
 */
void
ww_link_wake (WwLink *self)
{
  g_autoptr (GError) error = ww_error_new (WW_ERROR_OFFLINE);

  move (self, WW_LINK_INPUT_LOST, error);
  self->attempt = 0;
  move (self, WW_LINK_INPUT_NETWORK, NULL);
}

/**
 * ww_link_set_attentive:
 * @attentive: whether somebody looks, as is taken for granted until this is called
 *
 * A link that nobody looks at wakes the processor rarely, and notices later that it is dead.
 */
void
ww_link_set_attentive (WwLink *self, gboolean attentive)
{
  if (self->attentive == attentive)
    return;
  self->attentive = attentive;
  /* Who begins to look wants to know now. */
  self->is_checking = attentive && self->state == WW_LINK_STATE_UP;
  set_keepalive (self);
}

DexFuture *
ww_link_request (WwLink *self, const Waxwing__Request *request, Waxwing__Response__BodyCase expected, guint timeout_ms)
{
  if (self->state != WW_LINK_STATE_UP)
    return ww_error_reject (WW_ERROR_OFFLINE);
  return ww_requests_send (self->requests, request, expected, timeout_ms);
}

DexFuture *
ww_link_wait_up (WwLink *self)
{
  DexPromise *promise;

  if (self->state == WW_LINK_STATE_UP)
    return dex_future_new_true ();
  if (self->state == WW_LINK_STATE_STOPPED)
    return ww_error_reject (WW_ERROR_OFFLINE);
  if (self->state == WW_LINK_STATE_UNKNOWN_DEVICE)
    return dex_future_new_for_error (g_error_copy (self->error));
  promise = dex_promise_new ();
  g_ptr_array_add (self->waiters, dex_ref (promise));
  return DEX_FUTURE (promise);
}

static gint64
get_slept_us (void)
{
  struct timespec awake, all;

  if (clock_gettime (CLOCK_MONOTONIC, &awake) != 0 || clock_gettime (CLOCK_BOOTTIME, &all) != 0)
    return 0;
  return (all.tv_sec - awake.tv_sec) * G_USEC_PER_SEC + (all.tv_nsec - awake.tv_nsec) / 1000;
}

/* A sandbox may hide from us that the computer slept, but not that the network came back. */
static void
network_changed_cb (GNetworkMonitor *monitor, gboolean available, gpointer data)
{
  WwLink *self = data;
  gint64 slept_us = get_slept_us ();
  gboolean slept = slept_us - self->slept_us > SLEEP_MIN_US;

  if (!available)
    return;
  self->slept_us = slept_us;
  if (slept)
    {
      ww_link_wake (self);
      return;
    }
  self->attempt = 0;
  self->silent_ends = 0;
  ww_link_retry_now (self);
  if (self->state != WW_LINK_STATE_UP || self->is_checking)
    return;
  self->is_checking = TRUE;
  set_keepalive (self);
}

static void
ww_link_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((WwLinkProperty) id)
    {
    case PROP_STATE:
      g_value_set_enum (value, WW_LINK (object)->state);
      break;
    }
}

static void
ww_link_dispose (GObject *object)
{
  WwLink *self = WW_LINK (object);

  ww_link_stop (self);
  if (self->session != NULL)
    soup_session_abort (self->session);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ww_link_parent_class)->dispose (object);
}

static void
ww_link_finalize (GObject *object)
{
  WwLink *self = WW_LINK (object);

  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->authority, g_free);
  g_clear_pointer (&self->identity, ww_identity_unref);
  g_clear_error (&self->error);
  g_clear_pointer (&self->requests, ww_requests_free);
  g_clear_pointer (&self->waiters, g_ptr_array_unref);
  g_clear_pointer (&self->verifies, g_strfreev);
  G_OBJECT_CLASS (ww_link_parent_class)->finalize (object);
}

static void
ww_link_class_init (WwLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ww_link_get_property;
  object_class->dispose = ww_link_dispose;
  object_class->finalize = ww_link_finalize;
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, WW_TYPE_LINK_STATE, WW_LINK_STATE_STOPPED,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  signal_event = g_signal_new ("event", WW_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                               WW_TYPE_REPLY);
}

static void
ww_link_init (WwLink *self)
{
  self->requests = ww_requests_new (send_frame, self);
  self->attentive = TRUE;
  self->quiet_seconds = KEEPALIVE_QUIET_SECONDS;
  self->slept_us = get_slept_us ();
  self->verifies = g_new0 (char *, 1);
  self->waiters = g_ptr_array_new_with_free_func (dex_unref);
  g_signal_connect_object (g_network_monitor_get_default (), "network-changed", G_CALLBACK (network_changed_cb), self,
                           G_CONNECT_DEFAULT);
}
