/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-background"

#include "ww-background.h"

#include <glib/gi18n.h>
#include <libportal-gtk4/portal-gtk4.h>

#include "ww-autostart.h"

struct _WwBackground
{
  GObject parent_instance;
  char *application_id;
  char *profile;
  GSettings *settings;
  GCancellable *cancellable;
  XdpPortal *portal; /* nullable: not in a sandbox */
  gboolean login;    /* as the system was told last */
  char *status;
};

G_DEFINE_FINAL_TYPE (WwBackground, ww_background, G_TYPE_OBJECT)

enum
{
  REFUSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
runs_on (WwBackground *self)
{
  return g_settings_get_boolean (self->settings, "run-in-background");
}

/* What is to be started at login but may not go on without a window would end at once. */
static gboolean
starts_at_login (WwBackground *self)
{
  return runs_on (self) && g_settings_get_boolean (self->settings, "start-at-login");
}

static void
refuse (WwBackground *self, GTask *task, const char *key, const char *sentence)
{
  self->login = FALSE;
  g_settings_set_boolean (self->settings, key, FALSE);
  g_signal_emit (self, signals[REFUSED], 0, sentence);
  g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, sentence);
}

static void
portal_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  WwBackground *self = g_task_get_source_object (task);

  if (xdp_portal_request_background_finish (XDP_PORTAL (source), result, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_debug ("the portal refuses: %s", error->message);
  if (g_task_return_error_if_cancelled (task))
    return;
  refuse (self, task, "run-in-background",
          _ ("Your system doesn't let Waxwing go on without a window. When you close it, it ends, and messages arrive when "
             "you open it again."));
}

static void
request_portal (WwBackground *self, GtkWindow *parent, GTask *task)
{
  g_auto (GStrv) command = ww_autostart_dup_command (self->profile);
  g_autoptr (GPtrArray) commandline = g_ptr_array_new ();
  XdpParent *xdp_parent = parent != NULL ? xdp_parent_new_gtk (parent) : NULL;

  for (guint i = 0; command[i] != NULL; i++)
    g_ptr_array_add (commandline, command[i]);
  xdp_portal_request_background (self->portal, xdp_parent, _ ("Messages arrive while the window is closed."), commandline,
                                 self->login ? XDP_BACKGROUND_FLAG_AUTOSTART : XDP_BACKGROUND_FLAG_NONE,
                                 g_task_get_cancellable (task), portal_cb, task);
  g_clear_pointer (&xdp_parent, xdp_parent_free);
}

static void
autostart_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;

  if (ww_autostart_set_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else if (!g_task_return_error_if_cancelled (task))
    {
      g_warning ("Waxwing can't be started at login: %s", error->message);
      refuse (g_task_get_source_object (task), task, "start-at-login",
              _ ("Waxwing can't be started when you log in: the folder for that can't be written to."));
    }
}

void
ww_background_request_async (WwBackground *self, GtkWindow *parent, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, self->cancellable, callback, data);

  g_task_set_source_tag (task, ww_background_request_async);
  self->login = starts_at_login (self);
  if (self->portal != NULL)
    request_portal (self, parent, task);
  else
    ww_autostart_set_async (self->application_id, self->profile, self->login, self->cancellable, autostart_cb, task);
}

gboolean
ww_background_request_finish (WwBackground *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
background_changed_cb (WwBackground *self)
{
  if (runs_on (self) || self->login)
    ww_background_request_async (self, NULL, NULL, NULL);
}

static void
login_changed_cb (WwBackground *self)
{
  if (starts_at_login (self) != self->login)
    ww_background_request_async (self, NULL, NULL, NULL);
}

/* The person may have switched it off with a program for that. */
static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean there = ww_autostart_look_finish (result, &error);
  WwBackground *self = data;

  if (error != NULL || there || !starts_at_login (self))
    return;
  self->login = FALSE;
  g_settings_set_boolean (self->settings, "start-at-login", FALSE);
}

static void
status_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!xdp_portal_set_background_status_finish (XDP_PORTAL (source), result, &error))
    g_debug ("the status isn't shown: %s", error->message);
}

void
ww_background_set_status (WwBackground *self, const char *status)
{
  if (self->portal != NULL && g_set_str (&self->status, status))
    xdp_portal_set_background_status (self->portal, status, self->cancellable, status_cb, NULL);
}

static void
ww_background_dispose (GObject *object)
{
  WwBackground *self = WW_BACKGROUND (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->portal);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ww_background_parent_class)->dispose (object);
}

static void
ww_background_finalize (GObject *object)
{
  WwBackground *self = WW_BACKGROUND (object);

  g_object_unref (self->cancellable);
  g_free (self->application_id);
  g_free (self->profile);
  g_free (self->status);
  G_OBJECT_CLASS (ww_background_parent_class)->finalize (object);
}

static void
ww_background_class_init (WwBackgroundClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ww_background_dispose;
  object_class->finalize = ww_background_finalize;
  signals[REFUSED] = g_signal_new ("refused", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ww_background_init (WwBackground *self)
{
  self->settings = g_settings_new (APPLICATION_ID);
  self->cancellable = g_cancellable_new ();
}

/**
 * ww_background_new:
 * @application_id: of this profile, on the session bus
 */
WwBackground *
ww_background_new (const char *application_id, const char *profile)
{
  WwBackground *self = g_object_new (WW_TYPE_BACKGROUND, NULL);

  self->application_id = g_strdup (application_id);
  self->profile = g_strdup (profile);
  self->login = starts_at_login (self);
  if (xdp_portal_running_under_sandbox ())
    self->portal = xdp_portal_initable_new (NULL);
  else if (self->login)
    ww_autostart_look_async (application_id, self->cancellable, looked_cb, self);
  g_signal_connect_object (self->settings, "changed::run-in-background", G_CALLBACK (background_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::start-at-login", G_CALLBACK (login_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}
