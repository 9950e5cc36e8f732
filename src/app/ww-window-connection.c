/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-window"

#include "ww-window-private.h"

#include <glib/gi18n.h>

#include "ww-clock.h"
#include "ww-time.h"

/* A connection that is back within this time was not worth a word. */
#define PATIENCE_MS 4000

static void
set_banner (WwWindow *self, const char *text)
{
  ww_sidebar_set_banner (self->sidebar, text);
  /* In one column each page has it, side by side once is enough. */
  ww_conversation_page_set_banner (self->conversation_page,
                                   adw_navigation_split_view_get_collapsed (self->split_view) ? text : NULL);
}

static void
announce (WwWindow *self, const char *text)
{
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static gboolean
is_away (WwWindow *self)
{
  WwConnectionState connection = ww_client_get_connection (self->client);

  return ww_client_get_state (self->client) == WW_CLIENT_STATE_READY &&
         (connection == WW_CONNECTION_STATE_OFFLINE || connection == WW_CONNECTION_STATE_CONNECTING);
}

static void
say_away (WwWindow *self)
{
  gint64 since = ww_client_get_connection_since_ms (self->client);
  g_autoptr (GDateTime) now = ww_clock_dup_now (ww_clock_get_default ());
  g_autofree char *when = since > 0 ? ww_time_format_short (since, now) : NULL;
  g_autofree char *text = NULL;

  if (when != NULL)
    /* Translators: %s is a time or a day. */
    text = g_strdup_printf (_ ("No connection since %s. Messages go out when it's back."), when);
  else
    text = g_strdup (_ ("No connection. Messages go out when it's back."));
  set_banner (self, text);
  if (!self->was_offline)
    announce (self, text);
  self->was_offline = TRUE;
}

/* Connected, and yet what arrives can't be kept: the disk is full, say. It waits on the server meanwhile. */
static void
say_trouble (WwWindow *self)
{
  const GError *error = ww_client_get_connection_error (self->client);

  if (error == NULL || ww_client_get_state (self->client) != WW_CLIENT_STATE_READY)
    return;
  set_banner (self, error->message);
  announce (self, error->message);
}

static gboolean
patience_cb (gpointer user_data)
{
  WwWindow *self = user_data;

  self->banner_source = 0;
  if (is_away (self))
    say_away (self);
  return G_SOURCE_REMOVE;
}

static void
update (WwWindow *self)
{
  if (ww_client_get_state (self->client) == WW_CLIENT_STATE_REMOVED)
    {
      set_banner (self, _ ("This device was removed from your account. It gets no messages any more."));
      return;
    }
  if (is_away (self))
    {
      if (self->was_offline)
        say_away (self);
      else if (self->banner_source == 0)
        self->banner_source = g_timeout_add (PATIENCE_MS, patience_cb, self);
      return;
    }

  g_clear_handle_id (&self->banner_source, g_source_remove);
  set_banner (self, NULL);
  if (self->was_offline)
    announce (self, _ ("Connected again."));
  self->was_offline = FALSE;
  say_trouble (self);
}

static void
update_notice (WwWindow *self)
{
  ww_conversation_page_set_notice (self->conversation_page, adw_navigation_split_view_get_collapsed (self->split_view)
                                                                ? ww_sidebar_get_notice (self->sidebar)
                                                                : NULL);
}

/* While another window is in front, the desktop's notification says it. */
static void
notice_cb (WwWindow *self)
{
  const char *notice = ww_sidebar_get_notice (self->sidebar);

  if (notice != NULL && gtk_window_is_active (GTK_WINDOW (self)))
    gtk_accessible_announce (GTK_ACCESSIBLE (self), notice, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
  update_notice (self);
}

/* Tells the person, once, when the connection is away for long, and when it is back. */
void
ww_window_watch_connection (WwWindow *self)
{
  g_signal_connect_object (self->client, "notify::connection", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->client, "notify::connection-error", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->client, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->split_view, "notify::collapsed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->split_view, "notify::collapsed", G_CALLBACK (update_notice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sidebar, "notify::notice", G_CALLBACK (notice_cb), self, G_CONNECT_SWAPPED);
  update (self);
  update_notice (self);
}
