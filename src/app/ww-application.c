/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-application"

#include "ww-application-private.h"

#include <glib/gi18n.h>
#include <glib-unix.h>
#include <signal.h>

#include "ww-future.h"
#include "ww-opened-copies.h"
#include "ww-time.h"

/* How long quitting waits for what is being written. The store is safe without it: this only spares a repair. */
#define CLOSE_SECONDS 5

G_DEFINE_FINAL_TYPE (WwApplication, ww_application, ADW_TYPE_APPLICATION)

static WwWindow *
find_window (WwApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (WW_IS_WINDOW (l->data))
      return l->data;
  return NULL;
}

/**
 * ww_application_present_window:
 *
 * Returns: (transfer none): the one window, in front
 */
WwWindow *
ww_application_present_window (WwApplication *self)
{
  WwWindow *window = find_window (self);

  if (window == NULL)
    window = ww_window_new (ADW_APPLICATION (self), self->client, self->profile);
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

static gboolean
is_reading_cb (WwApplication *self, WwConversation *conversation)
{
  WwWindow *window = find_window (self);

  return window != NULL && ww_window_is_reading (window, conversation);
}

static void
opened_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  if (error != NULL)
    g_debug ("the profile was not opened: %s", error->message);
}

static void
read_clock_format (WwApplication *self)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autoptr (GSettings) desktop = NULL;
  g_autofree char *format = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, "org.gnome.desktop.interface", TRUE);
  if (schema == NULL || !g_settings_schema_has_key (schema, "clock-format"))
    return;
  desktop = g_settings_new ("org.gnome.desktop.interface");
  format = g_settings_get_string (desktop, "clock-format");
  ww_time_set_twelve_hours (g_str_equal (format, "12h"));
}

static gboolean
signalled_cb (gpointer user_data)
{
  ww_application_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static void
state_changed_cb (WwApplication *self)
{
  if (ww_client_get_state (self->client) == WW_CLIENT_STATE_READY)
    ww_application_run_waiting (self);
}

/* What was taken back is not kept for other programs either. */
static void
amended_cb (WwApplication *self, WwMessage *message, guint change)
{
  if (change == WW_MESSAGE_CHANGE_UNSEND)
    ww_opened_copies_forget (ww_message_get_id (message));
}

static void
ww_application_shutdown (GApplication *application)
{
  ww_opened_copies_forget_all ();
  G_APPLICATION_CLASS (ww_application_parent_class)->shutdown (application);
}

static void
ww_application_startup (GApplication *application)
{
  WwApplication *self = WW_APPLICATION (application);

  G_APPLICATION_CLASS (ww_application_parent_class)->startup (application);

  gtk_window_set_default_icon_name (APPLICATION_ID);
  /* What a crash left. */
  ww_opened_copies_forget_all ();
  read_clock_format (self);
  self->settings = g_settings_new (APPLICATION_ID);
  self->client = ww_client_new (self->profile);
  self->notifier = ww_notifier_new (application, self->client);
  g_signal_connect_object (self->notifier, "is-reading", G_CALLBACK (is_reading_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->client, "notify::state", G_CALLBACK (state_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->client, "message-amended", G_CALLBACK (amended_cb), self, G_CONNECT_SWAPPED);
  ww_application_install_actions (self);

  g_unix_signal_add (SIGTERM, signalled_cb, self);
  g_unix_signal_add (SIGINT, signalled_cb, self);

  /* Messages come in without a window too; who closes the last one decides below whether that is wanted. */
  g_application_hold (application);
  ww_future_report (ww_client_open (self->client, WW_CLIENT_OPEN_DEFAULT), self, opened_cb, NULL);
}

static void
ww_application_activate (GApplication *application)
{
  ww_application_present_window (WW_APPLICATION (application));
}

static void
ww_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  for (int i = 0; i < n_files; i++)
    {
      g_autofree char *uri = g_file_get_uri (files[i]);

      ww_application_handle_uri (WW_APPLICATION (application), uri);
    }
}

static void
ww_application_window_removed (GtkApplication *application, GtkWindow *window)
{
  WwApplication *self = WW_APPLICATION (application);
  gboolean service = (g_application_get_flags (G_APPLICATION (self)) & G_APPLICATION_IS_SERVICE) != 0;
  gboolean stays;

  GTK_APPLICATION_CLASS (ww_application_parent_class)->window_removed (application, window);

  if (gtk_application_get_windows (application) != NULL)
    return;
  stays = ww_client_get_state (self->client) == WW_CLIENT_STATE_READY &&
          g_settings_get_boolean (self->settings, "run-in-background");
  if (!service && !stays)
    ww_application_quit (self);
}

static void
closed_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  g_application_quit (G_APPLICATION (owner));
}

static gboolean
waited_enough_cb (gpointer user_data)
{
  g_warning ("the profile took too long to close");
  g_application_quit (G_APPLICATION (user_data));
  return G_SOURCE_REMOVE;
}

/**
 * ww_application_quit:
 *
 * Hides everything at once, then ends when what is under way has been written.
 */
void
ww_application_quit (WwApplication *self)
{
  WwWindow *window = find_window (self);

  if (self->closing)
    return;
  self->closing = TRUE;
  if (window != NULL)
    gtk_window_destroy (GTK_WINDOW (window));
  g_timeout_add_seconds (CLOSE_SECONDS, waited_enough_cb, self);
  ww_future_report (ww_client_close (self->client), self, closed_cb, NULL);
}

static void
ww_application_dispose (GObject *object)
{
  WwApplication *self = WW_APPLICATION (object);

  g_clear_object (&self->notifier);
  g_clear_object (&self->client);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ww_application_parent_class)->dispose (object);
}

static void
ww_application_finalize (GObject *object)
{
  WwApplication *self = WW_APPLICATION (object);

  g_ptr_array_unref (self->waiting);
  g_free (self->profile);
  G_OBJECT_CLASS (ww_application_parent_class)->finalize (object);
}

static void
ww_application_class_init (WwApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->dispose = ww_application_dispose;
  object_class->finalize = ww_application_finalize;
  application_class->startup = ww_application_startup;
  application_class->shutdown = ww_application_shutdown;
  application_class->activate = ww_application_activate;
  application_class->open = ww_application_open;
  GTK_APPLICATION_CLASS (klass)->window_removed = ww_application_window_removed;
}

static void
ww_application_init (WwApplication *self)
{
  const GOptionEntry options[] = {
    /* It is read in main(), before there is an application; here it is for --help. */
    { "profile", 'p', G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, NULL, N_ ("Use another account on this computer"),
      N_ ("NAME") },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

/* Each profile is an application of its own on the session bus, so that each has one instance. */
static char *
id_for_profile (const char *profile)
{
  g_autofree char *hash = NULL;

  if (g_str_equal (profile, "default"))
    return g_strdup (APPLICATION_ID);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, profile, -1);
  return g_strdup_printf ("%s.profile_%.16s", APPLICATION_ID, hash);
}

/**
 * ww_application_new:
 * @profile: a name, or a path with a slash, as ww_client_new() takes it
 */
WwApplication *
ww_application_new (const char *profile)
{
  g_autofree char *id = id_for_profile (profile);
  WwApplication *self = g_object_new (WW_TYPE_APPLICATION, "application-id", id, "flags", G_APPLICATION_HANDLES_OPEN,
                                      "resource-base-path", "/im/waxwing/Waxwing", NULL);

  self->profile = g_strdup (profile);
  self->waiting = g_ptr_array_new_with_free_func (g_free);
  return self;
}
