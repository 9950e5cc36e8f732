/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-desktop-session"

#include "ww-desktop-session.h"

#include <libportal/portal.h>

#define LOGIN       "org.freedesktop.login1"
#define LOGIN_PATH  "/org/freedesktop/login1"
#define MANAGER     LOGIN ".Manager"
#define SESSION     LOGIN ".Session"
#define PROPERTIES  "org.freedesktop.DBus.Properties"
#define LOCKED_HINT "LockedHint"

/* Who may say that the screen is locked. It is as long as one of them says so. */
typedef enum
{
  SAYS_GNOME = 1 << 0,
  SAYS_FREEDESKTOP = 1 << 1,
  SAYS_LOGIN = 1 << 2,
  SAYS_PORTAL = 1 << 3,
} Says;

/* A screen saver of the session. They all speak in the same way: GetActive, ActiveChanged. */
typedef struct
{
  WwDesktopSession *owner;
  Says says;
  const char *name;
  const char *path;
  guint watch;
  guint signal;
} Saver;

struct _WwDesktopSession
{
  GObject parent_instance;
  GDBusConnection *session_bus;
  GDBusConnection *system_bus;
  XdpPortal *portal; /* in a sandbox, which the screen savers can't be seen from */
  GCancellable *cancellable;
  Says locked;
  Saver gnome;
  Saver freedesktop;
  guint sleep_signal;
  guint hint_signal;
};

G_DEFINE_FINAL_TYPE (WwDesktopSession, ww_desktop_session, G_TYPE_OBJECT)

typedef enum
{
  PROP_LOCKED = 1,
} WwDesktopSessionProperty;

static GParamSpec *properties[PROP_LOCKED + 1];

enum
{
  WOKE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
set_locked (WwDesktopSession *self, Says who, gboolean locked)
{
  gboolean before = self->locked != 0;

  self->locked = locked ? self->locked | who : self->locked & ~who;
  if ((self->locked != 0) != before)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOCKED]);
}

/* --- Screen savers ------------------------------------------------------------------------- */

static void
active_changed_cb (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
                   const char *signal, GVariant *parameters, gpointer data)
{
  Saver *saver = data;
  gboolean active;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &active);
  set_locked (saver->owner, saver->says, active);
}

static void
active_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  Saver *saver = data;
  gboolean active;

  /* Cancelled, and the owner is gone, or one that can't say. */
  if (reply == NULL)
    return;
  g_variant_get (reply, "(b)", &active);
  set_locked (saver->owner, saver->says, active);
}

static void
saver_appeared_cb (GDBusConnection *connection, const char *name, const char *owner, gpointer data)
{
  Saver *saver = data;

  g_dbus_connection_call (connection, owner, saver->path, name, "GetActive", NULL, G_VARIANT_TYPE ("(b)"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, saver->owner->cancellable, active_cb, saver);
}

static void
saver_vanished_cb (GDBusConnection *connection, const char *name, gpointer data)
{
  Saver *saver = data;

  set_locked (saver->owner, saver->says, FALSE);
}

static void
watch_saver (WwDesktopSession *self, Saver *saver)
{
  saver->signal = g_dbus_connection_signal_subscribe (self->session_bus, saver->name, saver->name, "ActiveChanged",
                                                      NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, active_changed_cb, saver,
                                                      NULL);
  saver->watch = g_bus_watch_name_on_connection (self->session_bus, saver->name, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                 saver_appeared_cb, saver_vanished_cb, saver, NULL);
}

/* --- The login service --------------------------------------------------------------------- */

static void
hint_changed_cb (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
                 const char *signal, GVariant *parameters, gpointer data)
{
  g_autoptr (GVariant) changed = NULL;
  gboolean locked;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv}as)")))
    return;
  changed = g_variant_get_child_value (parameters, 1);
  if (g_variant_lookup (changed, LOCKED_HINT, "b", &locked))
    set_locked (data, SAYS_LOGIN, locked);
}

static void
hint_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_autoptr (GVariant) value = NULL;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(v)", &value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    set_locked (data, SAYS_LOGIN, g_variant_get_boolean (value));
}

/* The signals of a session come from its own path, not from the one that means “mine”. */
static void
session_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  WwDesktopSession *self = data;
  const char *path;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(&o)", &path);
  self->hint_signal = g_dbus_connection_signal_subscribe (self->system_bus, LOGIN, PROPERTIES, "PropertiesChanged",
                                                          path, SESSION, G_DBUS_SIGNAL_FLAGS_NONE, hint_changed_cb,
                                                          self, NULL);
  g_dbus_connection_call (self->system_bus, LOGIN, path, PROPERTIES, "Get",
                          g_variant_new ("(ss)", SESSION, LOCKED_HINT), G_VARIANT_TYPE ("(v)"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable, hint_cb, self);
}

static void
prepare_for_sleep_cb (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
                      const char *signal, GVariant *parameters, gpointer data)
{
  gboolean before;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &before);
  if (!before)
    g_signal_emit (data, signals[WOKE], 0);
}

static void
system_bus_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);
  WwDesktopSession *self = data;

  if (bus == NULL)
    {
      /* In a sandbox there is none. */
      g_debug ("no system bus: %s", error->message);
      return;
    }
  self->system_bus = g_steal_pointer (&bus);
  self->sleep_signal = g_dbus_connection_signal_subscribe (self->system_bus, LOGIN, MANAGER, "PrepareForSleep",
                                                           LOGIN_PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                                           prepare_for_sleep_cb, self, NULL);
  g_dbus_connection_call (self->system_bus, LOGIN, LOGIN_PATH, MANAGER, "GetSession", g_variant_new ("(s)", "auto"),
                          G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable, session_cb,
                          self);
}

/* --- The portal ---------------------------------------------------------------------------- */

static void
portal_state_cb (WwDesktopSession *self, gboolean screensaver_active, XdpLoginSessionState state)
{
  set_locked (self, SAYS_PORTAL, screensaver_active);
}

static void
portal_started_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!xdp_portal_session_monitor_start_finish (XDP_PORTAL (source), result, &error))
    g_debug ("the portal doesn't tell of the session: %s", error->message);
}

static void
watch_portal (WwDesktopSession *self)
{
  self->portal = xdp_portal_initable_new (NULL);
  if (self->portal == NULL)
    return;
  g_signal_connect_object (self->portal, "session-state-changed", G_CALLBACK (portal_state_cb), self,
                           G_CONNECT_SWAPPED);
  xdp_portal_session_monitor_start (self->portal, NULL, XDP_SESSION_MONITOR_FLAG_NONE, self->cancellable,
                                    portal_started_cb, NULL);
}

/* ------------------------------------------------------------------------------------------- */

gboolean
ww_desktop_session_get_locked (WwDesktopSession *self)
{
  return self->locked != 0;
}

static void
ww_desktop_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((WwDesktopSessionProperty) id)
    {
    case PROP_LOCKED:
      g_value_set_boolean (value, ww_desktop_session_get_locked (WW_DESKTOP_SESSION (object)));
      break;
    }
}

static void
unsubscribe (GDBusConnection *connection, guint *id)
{
  if (*id != 0)
    g_dbus_connection_signal_unsubscribe (connection, *id);
  *id = 0;
}

static void
ww_desktop_session_dispose (GObject *object)
{
  WwDesktopSession *self = WW_DESKTOP_SESSION (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->gnome.watch, g_bus_unwatch_name);
  g_clear_handle_id (&self->freedesktop.watch, g_bus_unwatch_name);
  unsubscribe (self->session_bus, &self->gnome.signal);
  unsubscribe (self->session_bus, &self->freedesktop.signal);
  unsubscribe (self->system_bus, &self->sleep_signal);
  unsubscribe (self->system_bus, &self->hint_signal);
  if (self->portal != NULL)
    xdp_portal_session_monitor_stop (self->portal);
  g_clear_object (&self->portal);
  g_clear_object (&self->session_bus);
  g_clear_object (&self->system_bus);
  G_OBJECT_CLASS (ww_desktop_session_parent_class)->dispose (object);
}

static void
ww_desktop_session_finalize (GObject *object)
{
  g_object_unref (WW_DESKTOP_SESSION (object)->cancellable);
  G_OBJECT_CLASS (ww_desktop_session_parent_class)->finalize (object);
}

static void
ww_desktop_session_class_init (WwDesktopSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ww_desktop_session_get_property;
  object_class->dispose = ww_desktop_session_dispose;
  object_class->finalize = ww_desktop_session_finalize;
  properties[PROP_LOCKED] = g_param_spec_boolean ("locked", NULL, NULL, FALSE,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  signals[WOKE] = g_signal_new ("woke", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                0);
}

static void
ww_desktop_session_init (WwDesktopSession *self)
{
  self->cancellable = g_cancellable_new ();
  self->gnome = (Saver) { self, SAYS_GNOME, "org.gnome.ScreenSaver", "/org/gnome/ScreenSaver", 0, 0 };
  self->freedesktop = (Saver) {
    self, SAYS_FREEDESKTOP, "org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", 0, 0
  };
}

/**
 * ww_desktop_session_new:
 * @session_bus: (nullable): without one only the system bus is asked
 */
WwDesktopSession *
ww_desktop_session_new (GDBusConnection *session_bus)
{
  WwDesktopSession *self = g_object_new (WW_TYPE_DESKTOP_SESSION, NULL);

  g_set_object (&self->session_bus, session_bus);
  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, system_bus_cb, self);
  if (session_bus != NULL && xdp_portal_running_under_sandbox ())
    watch_portal (self);
  else if (session_bus != NULL)
    {
      watch_saver (self, &self->gnome);
      watch_saver (self, &self->freedesktop);
    }
  return self;
}
