/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-device-removal"

#include "ww-device-removal.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ww-question.h"

/* What a dialog about one removal has to remember. */
typedef struct
{
  WwClient *client;
  char *device_id;
  GtkWidget *wipe; /* unowned: the dialog's */
  GWeakRef parent;
} Removal;

static void
removal_free (gpointer data)
{
  Removal *removal = data;

  g_object_unref (removal->client);
  g_free (removal->device_id);
  g_weak_ref_clear (&removal->parent);
  g_free (removal);
}

static WwDevice *
find_device (WwClient *client, const char *id)
{
  GListModel *devices = ww_client_get_devices (client);

  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr (WwDevice) device = g_list_model_get_item (devices, i);

      if (g_str_equal (ww_device_get_id (device), id))
        return g_steal_pointer (&device);
    }
  return NULL;
}

/* The alerts about a device that is gone have been answered. */
static void
mark_alerts (WwClient *client, const char *device_id)
{
  GListModel *alerts = ww_client_get_alerts (client);

  for (guint i = 0; i < g_list_model_get_n_items (alerts); i++)
    {
      g_autoptr (WwAlert) alert = g_list_model_get_item (alerts, i);

      if (ww_alert_get_kind (alert) == WW_ALERT_KIND_DEVICE_ADDED && !ww_alert_get_seen (alert) &&
          g_strcmp0 (ww_alert_get_device_id (alert), device_id) == 0)
        dex_future_disown (ww_client_mark_alert_seen (client, alert));
    }
}

static void
response_cb (AdwAlertDialog *dialog, const char *response, gpointer user_data)
{
  Removal *removal = user_data;
  g_autoptr (GtkWidget) parent = g_weak_ref_get (&removal->parent);
  gboolean wipe = gtk_check_button_get_active (GTK_CHECK_BUTTON (removal->wipe));
  DexFuture *future;

  if (!g_str_equal (response, "remove"))
    return;
  future = ww_client_remove_device (removal->client, removal->device_id, wipe);
  mark_alerts (removal->client, removal->device_id);
  if (parent != NULL)
    ww_question_report (future, _ ("Couldn't Remove the Device"), parent);
  else
    dex_future_disown (future);
}

/**
 * ww_device_removal_ask:
 * @device_id: one of the account's other devices
 * @parent: where the question is asked, and what went wrong is said
 *
 * Asks first: what a removed device held stays on it, but it can't come back without being approved again.
 */
void
ww_device_removal_ask (WwClient *client, const char *device_id, GtkWidget *parent)
{
  g_autoptr (WwDevice) device = find_device (client, device_id);
  g_autofree char *heading = NULL;
  Removal *removal;
  AdwDialog *dialog;

  if (device == NULL || ww_device_get_is_this (device))
    return;

  /* Translators: %s is the name of a device. */
  heading = g_strdup_printf (_ ("Remove “%s”?"), ww_device_get_name (device));
  dialog = adw_alert_dialog_new (heading, _ ("It gets no more messages and can't send any. To come back it has to be "
                                             "approved again. What it has stays on it unless you erase it."));
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "remove", _ ("_Remove Device"),
                                  NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "remove", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");

  removal = g_new0 (Removal, 1);
  removal->client = g_object_ref (client);
  removal->device_id = g_strdup (device_id);
  removal->wipe = gtk_check_button_new_with_mnemonic (_ ("Also _erase its messages at once"));
  g_weak_ref_init (&removal->parent, parent);
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), removal->wipe);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), removal,
                         (GClosureNotify) (void (*) (void)) removal_free, 0);
  adw_dialog_present (dialog, parent);
}
