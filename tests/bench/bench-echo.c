/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The least that a server on libwebsockets and libuv can do: every message goes back where it came from. Set up as
 * src/server/ww-listener.c sets up the server's links, so that what differs is what Waxwing does.
 */
#include <stdio.h>
#include <string.h>

#include <sys/resource.h>

#include <glib.h>
#include <libwebsockets.h>
#include <uv.h>

#define RX_BUFFER      2048
#define SERVICE_BUFFER 16384

typedef struct
{
  size_t len;
  uint8_t data[]; /* LWS_PRE bytes, then the message */
} Message;

typedef struct
{
  GQueue waiting; /* of Message */
} Session;

static void
keep (struct lws *wsi, Session *session, const void *data, size_t len)
{
  Message *message = g_malloc (sizeof *message + LWS_PRE + len);

  message->len = len;
  memcpy (message->data + LWS_PRE, data, len);
  g_queue_push_tail (&session->waiting, message);
  lws_callback_on_writable (wsi);
}

static int
give_back (struct lws *wsi, Session *session)
{
  g_autofree Message *message = g_queue_pop_head (&session->waiting);

  if (message == NULL)
    return 0;
  if (!g_queue_is_empty (&session->waiting))
    lws_callback_on_writable (wsi);
  return lws_write (wsi, message->data + LWS_PRE, message->len, LWS_WRITE_BINARY) < 0 ? -1 : 0;
}

static int
echo_cb (struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
  Session *session = user;

  switch ((int) reason)
    {
    case LWS_CALLBACK_ESTABLISHED:
      g_queue_init (&session->waiting);
      return 0;
    case LWS_CALLBACK_RECEIVE:
      keep (wsi, session, in, len);
      return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
      return give_back (wsi, session);
    case LWS_CALLBACK_CLOSED:
      g_queue_clear_full (&session->waiting, g_free);
      return 0;
    default:
      return lws_callback_http_dummy (wsi, reason, user, in, len);
    }
}

static const struct lws_protocols protocols[] = {
  { "echo", echo_cb, sizeof (Session), RX_BUFFER, 0, NULL, 0 },
  LWS_PROTOCOL_LIST_TERM,
};

int
main (void)
{
  struct lws_context_creation_info info = { 0 };
  struct rlimit limit;
  struct lws_context *context;
  uv_loop_t loop;
  void *loops[] = { &loop };

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  uv_loop_init (&loop);
  lws_set_log_level (LLL_ERR, NULL);
  info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_DISABLE_IPV6;
  info.foreign_loops = loops;
  info.protocols = protocols;
  info.port = 0;
  info.iface = "127.0.0.1";
  info.pt_serv_buf_size = SERVICE_BUFFER;
  context = lws_create_context (&info);
  if (context == NULL)
    return 1;
  fprintf (stderr, "listening on http://127.0.0.1:%d\n",
           lws_get_vhost_listen_port (lws_get_vhost_by_name (context, "default")));
  /* Until it is killed. */
  uv_run (&loop, UV_RUN_DEFAULT);
  return 0;
}
