/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-connection.h"

#include <string.h>

#include <libwebsockets.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "ww-activity.h"
#include "ww-clock.h"
#include "ww-listener.h"
#include "ww-log.h"
#include "ww-mailbox.h"
#include "ww-presence.h"
#include "ww-request.h"

/* Above this nothing more is read from the peer, nor taken out of its mailbox, until it has read. */
#define SOFT_BYTES (512 * 1024)
/* Above this it is not a slow reader but none. */
#define HARD_BYTES      (8 * 1024 * 1024)
#define HARD_FRAMES     4096
#define FRAMES_PER_TURN 32

typedef struct
{
  size_t len;
  uint8_t data[]; /* LWS_PRE bytes for the WebSocket header, then the message */
} Outgoing;

/* A connection with one reference, for the socket. */
WwConnection *
ww_connection_new (WwServices *services, struct lws *wsi, const char *client, const char *authority)
{
  WwConnection *self = g_new0 (WwConnection, 1);

  self->refs = 1;
  self->wsi = wsi;
  self->services = services;
  self->client = g_strdup (client);
  self->authority = g_strdup (authority);
  self->opened_ms = ww_clock_monotonic_ms ();
  g_queue_init (&self->outgoing);
  if (RAND_bytes (self->challenge, sizeof self->challenge) != 1)
    g_error ("no random bytes");
  services->metrics.connections++;
  services->metrics.connections_total++;
  return self;
}

/* One reference more. */
WwConnection *
ww_connection_ref (WwConnection *self)
{
  self->refs++;
  return self;
}

/* One reference less. */
void
ww_connection_unref (WwConnection *self)
{
  if (--self->refs > 0)
    return;
  OPENSSL_cleanse (self->watched_token, sizeof self->watched_token);
  g_free (self->client);
  g_free (self->authority);
  g_free (self);
}

/* --- Reading ------------------------------------------------------------------------------- */

static void
drop_incoming (WwConnection *self)
{
  g_clear_pointer (&self->incoming, g_byte_array_unref);
}

/* Data that arrives while we are about to close, or too much at once, is not looked at. */
static bool
receive_complete (WwConnection *self, const uint8_t *data, size_t len)
{
  if (self->close_status != 0)
    return true;
  return ww_request_receive (self, data, len);
}

static void
update_reading (WwConnection *self)
{
  bool pause = self->outgoing_bytes > SOFT_BYTES;

  if (self->wsi == NULL || pause == self->reading_paused)
    return;
  self->reading_paused = pause;
  lws_rx_flow_control (self->wsi, pause ? 0 : 1);
}

/* A piece of a message. False: the peer broke the rules, close_status says which, and the socket is to be closed. */
bool
ww_connection_receive (WwConnection *self, const uint8_t *data, size_t len, bool last)
{
  size_t before = self->incoming != NULL ? self->incoming->len : 0;
  bool accepted;

  if (len > WW_MAX_FRAME - before)
    {
      drop_incoming (self);
      self->close_status = WW_CLOSE_TOO_LARGE;
      ww_log_bounded (WW_LOG_WARNING, "too-large", "a message was too large; closed the link");
      return false;
    }
  if (last && self->incoming == NULL)
    accepted = receive_complete (self, data, len);
  else
    {
      if (self->incoming == NULL)
        self->incoming = g_byte_array_new ();
      g_byte_array_append (self->incoming, data, (guint) len);
      if (!last)
        return true;
      accepted = receive_complete (self, self->incoming->data, self->incoming->len);
      drop_incoming (self);
    }
  if (!accepted)
    {
      self->close_status = WW_CLOSE_PROTOCOL_ERROR;
      ww_log_bounded (WW_LOG_WARNING, "malformed", "a message was malformed; closed the link");
      return false;
    }
  update_reading (self);
  return true;
}

/* --- Writing ------------------------------------------------------------------------------- */

static void
kill_slow_reader (WwConnection *self)
{
  self->services->metrics.slow_readers_total++;
  ww_log_bounded (WW_LOG_WARNING, "slow-reader", "a peer did not read; closed the link");
  self->close_status = WW_CLOSE_POLICY;
  g_queue_clear_full (&self->outgoing, g_free);
  self->outgoing_bytes = 0;
  lws_set_timeout (self->wsi, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_ASYNC);
}

/* Queues a frame. Never blocks; a peer that lets too much pile up is dropped. */
void
ww_connection_send (WwConnection *self, const Waxwing__Frame *frame)
{
  size_t len = waxwing__frame__get_packed_size (frame);
  Outgoing *message;

  if (self->wsi == NULL || self->close_status != 0)
    return;
  if (self->outgoing_bytes + len > HARD_BYTES || g_queue_get_length (&self->outgoing) >= HARD_FRAMES)
    {
      kill_slow_reader (self);
      return;
    }
  message = g_malloc (sizeof *message + LWS_PRE + len);
  message->len = len;
  waxwing__frame__pack (frame, message->data + LWS_PRE);
  g_queue_push_tail (&self->outgoing, message);
  self->outgoing_bytes += len;
  update_reading (self);
  lws_callback_on_writable (self->wsi);
}

/* Queues an event. `message` is what belongs to `body`; it is not kept. */
void
ww_connection_send_event (WwConnection *self, Waxwing__Event__BodyCase body, void *message)
{
  Waxwing__Frame frame = WAXWING__FRAME__INIT;
  Waxwing__Event event = WAXWING__EVENT__INIT;

  event.body_case = body;
  /* All members of the union are pointers. */
  event.delivery = message;
  frame.body_case = WAXWING__FRAME__BODY_EVENT;
  frame.event = &event;
  ww_connection_send (self, &frame);
}

/* Writes what is queued, as long as the socket takes it. False: the socket is broken. */
bool
ww_connection_write (WwConnection *self)
{
  for (unsigned i = 0; i < FRAMES_PER_TURN && !g_queue_is_empty (&self->outgoing); i++)
    {
      Outgoing *message;
      int written;

      /* The first one fits: that is why we are called. */
      if (i > 0 && lws_send_pipe_choked (self->wsi))
        break;
      message = g_queue_pop_head (&self->outgoing);
      self->outgoing_bytes -= message->len;
      written = lws_write (self->wsi, message->data + LWS_PRE, message->len, LWS_WRITE_BINARY);
      g_free (message);
      if (written < 0)
        return false;
    }
  if (!g_queue_is_empty (&self->outgoing))
    lws_callback_on_writable (self->wsi);
  else if (self->close_status != 0 && !self->close_scheduled)
    {
      self->close_scheduled = true;
      ww_listener_close_link (self->services->listener, self);
    }
  update_reading (self);
  if (self->mailbox != NULL && ww_connection_has_room (self))
    ww_mailbox_pump (self->mailbox);
  return true;
}

/* See the header. */
bool
ww_connection_has_room (const WwConnection *self)
{
  return self->wsi != NULL && self->close_status == 0 && self->outgoing_bytes < SOFT_BYTES;
}

/* See the header. `status` is one of WW_CLOSE_… */
void
ww_connection_close (WwConnection *self, unsigned status)
{
  if (self->wsi == NULL || self->close_status != 0)
    return;
  self->close_status = status;
  lws_callback_on_writable (self->wsi);
}

/* The socket is gone: forgets everything that only made sense with it, and drops its reference. */
void
ww_connection_closed (WwConnection *self)
{
  self->wsi = NULL;
  drop_incoming (self);
  g_queue_clear_full (&self->outgoing, g_free);
  self->outgoing_bytes = 0;
  ww_activity_note (self);
  ww_presence_remove (self->services->presence, self);
  g_clear_pointer (&self->mailbox, ww_mailbox_unref);
  self->services->metrics.connections--;
  ww_connection_unref (self);
}
