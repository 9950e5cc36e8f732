/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-client.h"

#include <gio/gunixconnection.h>
#include <gio/gunixsocketaddress.h>
#include <libsoup/soup.h>

#include "ww-process.h"

/**
 * ww_client_prepare_process:
 *
 * To be called once, first thing in main(), before there is any other thread.
 *
 * GObject can deadlock when one thread initialises a class whose class_init
 * registers a type that another thread is registering at that moment: the one
 * holds the lock of class initialisation and waits for the type, the other has
 * begun the type and waits for the lock. A SoupSession made while GDBus connects
 * in its thread met exactly that, over the address types of GIO, about once in
 * twenty-five starts. Whatever both sides need exists after this.
 */
void
ww_client_prepare_process (void)
{
  /* Sealing and opening run on a pool of threads that nobody joins at exit. */
  ww_crypto_outlive_main ();

  g_type_ensure (G_TYPE_INET_SOCKET_ADDRESS);
  g_type_ensure (G_TYPE_PROXY_ADDRESS);
  g_type_ensure (G_TYPE_UNIX_SOCKET_ADDRESS);
  g_type_class_get (G_TYPE_SOCKET_CLIENT);
  g_type_class_get (G_TYPE_UNIX_CONNECTION);
  g_type_class_get (G_TYPE_TCP_CONNECTION);
  g_type_class_get (SOUP_TYPE_SESSION);
  g_type_class_get (SOUP_TYPE_MESSAGE);
  g_type_class_get (SOUP_TYPE_WEBSOCKET_CONNECTION);

  dex_init ();
}
