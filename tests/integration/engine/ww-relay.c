/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-relay.h"

#include <gio/gio.h>
#include <sys/socket.h>
#include <unistd.h>

struct _WwRelay
{
  GSocketListener *listener;
  GCancellable *cancellable;
  GThread *thread;
  char *url;
  GSocketAddress *server;
  GMutex mutex;
  GPtrArray *sockets; /* of GSocket, both ends of what is open */
  guint64 up, down;
};

typedef struct
{
  WwRelay *relay;
  GSocket *from;
  GSocket *to;
  guint64 *count;
} Direction;

static void
relay_clear (gpointer data)
{
  WwRelay *self = data;

  g_object_unref (self->listener);
  g_object_unref (self->cancellable);
  g_object_unref (self->server);
  g_ptr_array_unref (self->sockets);
  g_mutex_clear (&self->mutex);
  g_free (self->url);
}

static gpointer
pass_thread (gpointer data)
{
  Direction *self = data;
  g_autofree char *buffer = g_malloc (65536);
  gssize len;

  while ((len = g_socket_receive (self->from, buffer, 65536, NULL, NULL)) > 0)
    {
      gssize sent = 0;

      g_mutex_lock (&self->relay->mutex);
      *self->count += (guint64) len;
      g_mutex_unlock (&self->relay->mutex);
      while (sent < len)
        {
          gssize n = g_socket_send (self->to, buffer + sent, (gsize) (len - sent), NULL, NULL);

          if (n <= 0)
            break;
          sent += n;
        }
      if (sent < len)
        break;
    }
  g_socket_shutdown (self->from, TRUE, TRUE, NULL);
  g_socket_shutdown (self->to, TRUE, TRUE, NULL);
  g_object_unref (self->from);
  g_object_unref (self->to);
  g_atomic_rc_box_release_full (self->relay, relay_clear);
  g_free (self);
  return NULL;
}

static void
pass (WwRelay *self, GSocket *from, GSocket *to, guint64 *count)
{
  Direction *direction = g_new0 (Direction, 1);

  direction->relay = g_atomic_rc_box_acquire (self);
  direction->from = g_object_ref (from);
  direction->to = g_object_ref (to);
  direction->count = count;
  g_thread_unref (g_thread_new ("relay", pass_thread, direction));
}

static gpointer
accept_thread (gpointer data)
{
  WwRelay *self = data;
  GSocket *client;

  while ((client = g_socket_listener_accept_socket (self->listener, NULL, self->cancellable, NULL)) != NULL)
    {
      GSocket *server = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

      if (g_socket_connect (server, self->server, NULL, NULL))
        {
          g_mutex_lock (&self->mutex);
          g_ptr_array_add (self->sockets, g_object_ref (client));
          g_ptr_array_add (self->sockets, g_object_ref (server));
          g_mutex_unlock (&self->mutex);
          pass (self, client, server, &self->up);
          pass (self, server, client, &self->down);
        }
      g_object_unref (client);
      g_object_unref (server);
    }
  return NULL;
}

/* To "http://127.0.0.1:PORT". */
WwRelay *
ww_relay_new (const char *server)
{
  WwRelay *self = g_atomic_rc_box_new0 (WwRelay);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;

  self->server = g_inet_socket_address_new_from_string ("127.0.0.1",
                                                        (guint) g_ascii_strtoull (strrchr (server, ':') + 1, NULL, 10));
  g_mutex_init (&self->mutex);
  self->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  self->listener = g_socket_listener_new ();
  self->cancellable = g_cancellable_new ();
  g_socket_listener_add_address (self->listener, any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound,
                                 &error);
  g_assert_no_error (error);
  self->url = g_strdup_printf ("http://127.0.0.1:%d", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  self->thread = g_thread_new ("relay-accept", accept_thread, self);
  return self;
}

/* See the header. */
void
ww_relay_cut (WwRelay *self)
{
  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->sockets->len; i++)
    g_socket_shutdown (self->sockets->pdata[i], TRUE, TRUE, NULL);
  g_ptr_array_set_size (self->sockets, 0);
  g_mutex_unlock (&self->mutex);
}

/* The threads of what was open end soon after, and the relay with the last of them. */
void
ww_relay_free (WwRelay *self)
{
  g_cancellable_cancel (self->cancellable);
  g_socket_listener_close (self->listener);
  g_thread_join (self->thread);
  ww_relay_cut (self);
  g_atomic_rc_box_release_full (self, relay_clear);
}

const char *
ww_relay_get_url (WwRelay *self)
{
  return self->url;
}

static guint64
get (WwRelay *self, const guint64 *count)
{
  guint64 value;

  g_mutex_lock (&self->mutex);
  value = *count;
  g_mutex_unlock (&self->mutex);
  return value;
}

guint64
ww_relay_get_up (WwRelay *self)
{
  return get (self, &self->up);
}

guint64
ww_relay_get_down (WwRelay *self)
{
  return get (self, &self->down);
}
