/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-markup-daemon"

#include "ww-markup-daemon.h"

#include <libportal/portal.h>

/*
 * GNotification hands the body on as it is. GNOME's own service and the portal take it for plain text; a daemon of the
 * freedesktop.org specification announces "body-markup" when it reads markup, and only then is escaping right.
 */
#define FREEDESKTOP "org.freedesktop.Notifications"
#define GNOME       "org.gtk.Notifications"

struct _WwMarkupDaemon
{
  GObject parent_instance;
  GDBusConnection *connection;
  GCancellable *cancellable;
  guint gnome_watch;
  guint freedesktop_watch;
  gboolean portal; /* GNotification takes this way in a sandbox, */
  gboolean gnome;  /* and prefers this one where it is there */
  gboolean reads_markup;
  gboolean known;
};

G_DEFINE_FINAL_TYPE (WwMarkupDaemon, ww_markup_daemon, G_TYPE_OBJECT)

enum
{
  KNOWN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
set_known (WwMarkupDaemon *self)
{
  if (self->known)
    return;
  self->known = TRUE;
  g_signal_emit (self, signals[KNOWN], 0);
}

static void
capabilities_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autofree const char **names = NULL;
  WwMarkupDaemon *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply != NULL)
    {
      g_variant_get (reply, "(^a&s)", &names);
      self->reads_markup = g_strv_contains (names, "body-markup");
    }
  set_known (self);
}

static void
appeared_cb (GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  WwMarkupDaemon *self = user_data;

  if (g_str_equal (name, GNOME))
    {
      self->gnome = TRUE;
      return;
    }
  g_dbus_connection_call (connection, owner, "/org/freedesktop/Notifications", FREEDESKTOP, "GetCapabilities", NULL,
                          G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, capabilities_cb,
                          self);
}

static void
vanished_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  WwMarkupDaemon *self = user_data;

  if (g_str_equal (name, GNOME))
    self->gnome = FALSE;
  else
    {
      /* Nothing shows notifications now. What comes next may read markup, so it is taken to. */
      self->reads_markup = TRUE;
      set_known (self);
    }
}

gboolean
ww_markup_daemon_is_known (WwMarkupDaemon *self)
{
  return self->known;
}

/**
 * ww_markup_daemon_escape:
 *
 * Returns: (transfer full): @text in the form in which this desktop shows it letter for letter
 */
char *
ww_markup_daemon_escape (WwMarkupDaemon *self, const char *text)
{
  if (self->portal || self->gnome || !self->reads_markup)
    return g_strdup (text);
  return g_markup_escape_text (text, -1);
}

/**
 * ww_markup_daemon_leads_back:
 *
 * Returns: whether a notification that is pressed starts the program when it doesn't run
 */
gboolean
ww_markup_daemon_leads_back (WwMarkupDaemon *self)
{
  return self->portal || self->gnome;
}

static void
ww_markup_daemon_dispose (GObject *object)
{
  WwMarkupDaemon *self = WW_MARKUP_DAEMON (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->gnome_watch, g_bus_unwatch_name);
  g_clear_handle_id (&self->freedesktop_watch, g_bus_unwatch_name);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (ww_markup_daemon_parent_class)->dispose (object);
}

static void
ww_markup_daemon_finalize (GObject *object)
{
  g_object_unref (WW_MARKUP_DAEMON (object)->cancellable);
  G_OBJECT_CLASS (ww_markup_daemon_parent_class)->finalize (object);
}

static void
ww_markup_daemon_class_init (WwMarkupDaemonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ww_markup_daemon_dispose;
  object_class->finalize = ww_markup_daemon_finalize;
  signals[KNOWN] = g_signal_new ("known", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
ww_markup_daemon_init (WwMarkupDaemon *self)
{
  self->cancellable = g_cancellable_new ();
  self->reads_markup = TRUE;
}

/**
 * ww_markup_daemon_new:
 * @connection: (nullable): the session bus; without one nothing is shown, and nothing need be known
 */
WwMarkupDaemon *
ww_markup_daemon_new (GDBusConnection *connection)
{
  WwMarkupDaemon *self = g_object_new (WW_TYPE_MARKUP_DAEMON, NULL);

  self->portal = xdp_portal_running_under_sandbox ();
  if (connection == NULL || self->portal)
    {
      self->known = TRUE;
      return self;
    }
  self->connection = g_object_ref (connection);
  self->gnome_watch = g_bus_watch_name_on_connection (connection, GNOME, G_BUS_NAME_WATCHER_FLAGS_NONE, appeared_cb,
                                                      vanished_cb, self, NULL);
  self->freedesktop_watch = g_bus_watch_name_on_connection (
      connection, FREEDESKTOP, G_BUS_NAME_WATCHER_FLAGS_AUTO_START, appeared_cb, vanished_cb, self, NULL);
  return self;
}
