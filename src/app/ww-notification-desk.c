/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-notification-desk"

#include "ww-notification-desk.h"

#include <string.h>

#include "ww-markup-daemon.h"

#define SHOWN_KEY "shown-notifications"
/* What is on a screen is never that much; what a person has not looked at for longer than that is not worth remembering. */
#define REMEMBERED_MAX 500

struct _WwNotificationDesk
{
  GObject parent_instance;
  GApplication *application; /* unowned: it owns this */
  char *profile;
  GSettings *settings;
  WwMarkupDaemon *daemon;
  GHashTable *shown; /* ids of what may be on the screen */
  guint save_source;
};

G_DEFINE_FINAL_TYPE (WwNotificationDesk, ww_notification_desk, G_TYPE_OBJECT)

enum
{
  READY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
remember (WwNotificationDesk *self)
{
  g_autoptr (GVariant) before = g_settings_get_value (self->settings, SHOWN_KEY);
  g_autoptr (GVariantDict) dict = g_variant_dict_new (before);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) ids = NULL;
  GHashTableIter iter;
  gpointer id;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->shown);
  while (n++ < REMEMBERED_MAX && g_hash_table_iter_next (&iter, &id, NULL))
    g_strv_builder_add (builder, id);
  ids = g_strv_builder_end (builder);
  g_variant_dict_insert (dict, self->profile, "^as", ids);
  g_settings_set_value (self->settings, SHOWN_KEY, g_variant_dict_end (dict));
}

static gboolean
save_cb (gpointer user_data)
{
  WwNotificationDesk *self = user_data;

  self->save_source = 0;
  remember (self);
  return G_SOURCE_REMOVE;
}

/* Once for all that changes together. */
static void
save (WwNotificationDesk *self)
{
  if (self->save_source == 0)
    self->save_source = g_idle_add_full (G_PRIORITY_LOW, save_cb, self, NULL);
}

static void
recall (WwNotificationDesk *self)
{
  g_autoptr (GVariant) all = g_settings_get_value (self->settings, SHOWN_KEY);
  g_auto (GStrv) ids = NULL;

  if (!g_variant_lookup (all, self->profile, "^as", &ids))
    return;
  for (guint i = 0; ids[i] != NULL; i++)
    g_hash_table_add (self->shown, g_steal_pointer (&ids[i]));
}

gboolean
ww_notification_desk_is_ready (WwNotificationDesk *self)
{
  return ww_markup_daemon_is_known (self->daemon);
}

void
ww_notification_desk_send (WwNotificationDesk *self, const char *id, GNotification *notification, const char *body)
{
  g_autofree char *safe = ww_markup_daemon_escape (self->daemon, body);

  g_notification_set_body (notification, safe);
  g_application_send_notification (self->application, id, notification);
  if (g_hash_table_add (self->shown, g_strdup (id)))
    save (self);
}

void
ww_notification_desk_withdraw (WwNotificationDesk *self, const char *id)
{
  g_application_withdraw_notification (self->application, id);
  if (g_hash_table_remove (self->shown, id))
    save (self);
}

void
ww_notification_desk_withdraw_all (WwNotificationDesk *self)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->shown);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_application_withdraw_notification (self->application, id);
  g_hash_table_remove_all (self->shown);
  save (self);
}

gboolean
ww_notification_desk_has (WwNotificationDesk *self, const char *id)
{
  return g_hash_table_contains (self->shown, id);
}

/**
 * ww_notification_desk_dup_ids:
 *
 * Returns: (transfer full): what follows @prefix in each id that begins with it
 */
GStrv
ww_notification_desk_dup_ids (WwNotificationDesk *self, const char *prefix)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->shown);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (g_str_has_prefix (id, prefix))
      g_strv_builder_add (builder, (const char *) id + strlen (prefix));
  return g_strv_builder_end (builder);
}

/**
 * ww_notification_desk_close:
 * @prefix: of the ids that it is about
 *
 * GNOME's service and the portal start the program again for what is pressed. A daemon of the freedesktop.org
 * specification can't: a notification that is left there leads nowhere, and its successor would come up beside it.
 */
void
ww_notification_desk_close (WwNotificationDesk *self, const char *prefix)
{
  g_auto (GStrv) ids = NULL;

  if (!ww_markup_daemon_leads_back (self->daemon))
    {
      ids = ww_notification_desk_dup_ids (self, prefix);
      for (guint i = 0; ids[i] != NULL; i++)
        {
          g_autofree char *id = g_strconcat (prefix, ids[i], NULL);

          ww_notification_desk_withdraw (self, id);
        }
    }
  if (self->save_source != 0)
    {
      g_clear_handle_id (&self->save_source, g_source_remove);
      remember (self);
    }
}

static void
known_cb (WwNotificationDesk *self)
{
  g_signal_emit (self, signals[READY], 0);
}

static void
ww_notification_desk_dispose (GObject *object)
{
  WwNotificationDesk *self = WW_NOTIFICATION_DESK (object);

  g_clear_handle_id (&self->save_source, g_source_remove);
  g_clear_object (&self->daemon);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ww_notification_desk_parent_class)->dispose (object);
}

static void
ww_notification_desk_finalize (GObject *object)
{
  WwNotificationDesk *self = WW_NOTIFICATION_DESK (object);

  g_hash_table_unref (self->shown);
  g_free (self->profile);
  G_OBJECT_CLASS (ww_notification_desk_parent_class)->finalize (object);
}

static void
ww_notification_desk_class_init (WwNotificationDeskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ww_notification_desk_dispose;
  object_class->finalize = ww_notification_desk_finalize;
  signals[READY] = g_signal_new ("ready", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
ww_notification_desk_init (WwNotificationDesk *self)
{
  self->settings = g_settings_new (APPLICATION_ID);
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * ww_notification_desk_new:
 * @profile: under which name it is remembered what is shown
 */
WwNotificationDesk *
ww_notification_desk_new (GApplication *application, const char *profile)
{
  WwNotificationDesk *self = g_object_new (WW_TYPE_NOTIFICATION_DESK, NULL);

  self->application = application;
  self->profile = g_strdup (profile);
  self->daemon = ww_markup_daemon_new (g_application_get_dbus_connection (application));
  g_signal_connect_object (self->daemon, "known", G_CALLBACK (known_cb), self, G_CONNECT_SWAPPED);
  recall (self);
  return self;
}
