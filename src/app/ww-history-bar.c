/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-history-bar"

#include "ww-history-bar.h"

#include <glib/gi18n.h>

#include "ww-future.h"
#include "ww-question.h"

#define QUIET_MS 20000

struct _WwHistoryBar
{
  GtkBox parent_instance;
  GtkLabel *label;
  GtkProgressBar *progress_bar;
  GtkWidget *buttons;

  WwClient *client;
  WwHistoryState state; /* of what comes here, as it was shown last; 0: nothing */
  guint64 given;        /* so much of it, when it was looked at last */
  guint quiet_source;
  gboolean quiet;
  gboolean loading;
  gboolean again;
  gboolean dismissed;
};

G_DEFINE_FINAL_TYPE (WwHistoryBar, ww_history_bar, GTK_TYPE_BOX)

static void load (WwHistoryBar *self);

/* By the window: what goes away with its last word would not be heard. */
static void
announce (WwHistoryBar *self, const char *sentence)
{
  gtk_accessible_announce (GTK_ACCESSIBLE (gtk_widget_get_root (GTK_WIDGET (self))), sentence,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW);
}

static void
be_quiet (gpointer data)
{
  WwHistoryBar *self = data;

  self->quiet_source = 0;
  self->quiet = TRUE;
  load (self);
}

/* The other device may be away for weeks: what doesn't move isn't being sent. */
static gboolean
is_moving (WwHistoryBar *self, const WwHistoryEntry *given)
{
  if (given == NULL)
    return FALSE;
  if (given->messages != self->given)
    {
      self->given = given->messages;
      self->quiet = FALSE;
      g_clear_handle_id (&self->quiet_source, g_source_remove);
      self->quiet_source = g_timeout_add_once (QUIET_MS, be_quiet, self);
    }
  return !self->quiet;
}

/* What comes here, or else what another device is given just now. */
static const WwHistoryEntry *
find (const GPtrArray *entries, gboolean giving)
{
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const WwHistoryEntry *entry = entries->pdata[i];

      if (entry->giving == giving &&
          (entry->state == WW_HISTORY_COMING || (!giving && entry->state == WW_HISTORY_FAILED)))
        return entry;
    }
  return NULL;
}

static const char *
find_device_name (WwHistoryBar *self, const char *id)
{
  GListModel *devices = ww_client_get_devices (self->client);

  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr (WwDevice) device = g_list_model_get_item (devices, i);

      /* The list holds it for as long as it is shown. */
      if (g_str_equal (ww_device_get_id (device), id))
        return ww_device_get_name (device);
    }
  return NULL;
}

static char *
dup_coming (const WwHistoryEntry *entry)
{
  /* Translators: how many earlier messages are here already, of about how many. */
  return g_strdup_printf (ngettext ("Bringing your history… %1$'lu of %2$'lu message",
                                    "Bringing your history… %1$'lu of %2$'lu messages", (gulong) entry->total),
                          (gulong) entry->messages, (gulong) entry->total);
}

static char *
dup_giving (WwHistoryBar *self, const WwHistoryEntry *entry)
{
  const char *name = find_device_name (self, entry->device_id);

  if (name == NULL || *name == '\0')
    return g_strdup (_ ("Sending your earlier messages to your new device…"));
  /* Translators: %s is the name of a device. */
  return g_strdup_printf (_ ("Sending your earlier messages to “%s”…"), name);
}

static void
show_progress (WwHistoryBar *self, const WwHistoryEntry *entry)
{
  g_autofree char *text = entry->giving ? dup_giving (self, entry) : dup_coming (entry);
  double fraction = entry->total > 0 ? (double) entry->messages / (double) entry->total : 0;

  gtk_label_set_label (self->label, text);
  gtk_progress_bar_set_fraction (self->progress_bar, CLAMP (fraction, 0, 1));
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), TRUE);
  gtk_widget_set_visible (self->buttons, FALSE);
}

static void
show_failure (WwHistoryBar *self, const WwHistoryEntry *entry)
{
  gtk_label_set_label (self->label,
                       _ ("Your earlier messages couldn't be brought to this device. Keep the other device "
                          "connected, then try again."));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->label), entry->error);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), FALSE);
  gtk_widget_set_visible (self->buttons, TRUE);
}

/* Said at the beginning, at the end, and when it fails: nobody wants to hear numbers. */
static void
tell (WwHistoryBar *self, const WwHistoryEntry *taken)
{
  WwHistoryState state = taken != NULL ? taken->state : 0;

  /* While the first pages are there it is not to be heard yet. */
  if (state == self->state || !gtk_widget_get_mapped (gtk_widget_get_parent (GTK_WIDGET (self))))
    return;
  if (state == WW_HISTORY_COMING)
    announce (self, _ ("Your earlier messages are on their way to this device."));
  else if (state == WW_HISTORY_FAILED)
    announce (self, gtk_label_get_label (self->label));
  else if (self->state == WW_HISTORY_COMING)
    announce (self, _ ("Your earlier messages are here."));
  self->dismissed = FALSE;
  self->state = state;
}

static void
show (WwHistoryBar *self, const GPtrArray *entries)
{
  const WwHistoryEntry *taken = find (entries, FALSE);
  const WwHistoryEntry *given = find (entries, TRUE);
  const WwHistoryEntry *shown = is_moving (self, given) ? given : NULL;

  if (taken != NULL && !(self->dismissed && taken->state == WW_HISTORY_FAILED))
    shown = taken;
  if (shown != NULL && shown->state == WW_HISTORY_FAILED)
    show_failure (self, shown);
  else if (shown != NULL)
    show_progress (self, shown);
  tell (self, taken);
  gtk_widget_set_visible (GTK_WIDGET (self), shown != NULL);
}

static void
loaded_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwHistoryBar *self = owner;

  self->loading = FALSE;
  show (self, value != NULL ? g_value_get_boxed (value) : NULL);
  if (self->again)
    load (self);
}

/* One at a time: what changes meanwhile is looked at once, afterwards. */
static void
load (WwHistoryBar *self)
{
  self->again = self->loading;
  if (self->loading)
    return;
  self->loading = TRUE;
  ww_future_report (ww_client_load_history (self->client), self, loaded_cb, NULL);
}

static void
map_cb (WwHistoryBar *self)
{
  if (self->client != NULL)
    load (self);
}

static void
retry_cb (WwHistoryBar *self)
{
  ww_question_report (ww_client_ask_for_history (self->client), _ ("Couldn't Ask for Your Messages"),
                      GTK_WIDGET (self));
}

static void
dismiss_cb (WwHistoryBar *self)
{
  self->dismissed = TRUE;
  load (self);
}

static void
ww_history_bar_dispose (GObject *object)
{
  WwHistoryBar *self = WW_HISTORY_BAR (object);

  g_clear_handle_id (&self->quiet_source, g_source_remove);
  g_clear_object (&self->client);
  gtk_widget_dispose_template (GTK_WIDGET (self), WW_TYPE_HISTORY_BAR);
  G_OBJECT_CLASS (ww_history_bar_parent_class)->dispose (object);
}

static void
ww_history_bar_class_init (WwHistoryBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_history_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-history-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, WwHistoryBar, label);
  gtk_widget_class_bind_template_child (widget_class, WwHistoryBar, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, WwHistoryBar, buttons);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, dismiss_cb);
}

static void
ww_history_bar_init (WwHistoryBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "map", G_CALLBACK (map_cb), NULL);
  self->given = G_MAXUINT64;
}

/**
 * ww_history_bar_set_client:
 *
 * Called once, when the window is made.
 */
void
ww_history_bar_set_client (WwHistoryBar *self, WwClient *client)
{
  self->client = g_object_ref (client);
  g_signal_connect_object (client, "history-changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "notify::state", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  load (self);
}
