/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-message-info-dialog"

#include "ww-message-info-dialog.h"

#include <glib/gi18n.h>

#include "ww-clock.h"
#include "ww-future.h"
#include "ww-time.h"

struct _WwMessageInfoDialog
{
  AdwDialog parent_instance;
  AdwActionRow *sender_row;
  AdwActionRow *time_row;
  AdwActionRow *edited_row;
  AdwActionRow *state_row;
  AdwActionRow *suite_row;
  AdwActionRow *device_row;
  AdwPreferencesGroup *deliveries_group;
  GPtrArray *delivery_rows; /* unowned, in the group */
  DexFuture *deliveries;
  GSignalGroup *item_signals;
  WwTranscriptItem *item;
};

G_DEFINE_FINAL_TYPE (WwMessageInfoDialog, ww_message_info_dialog, ADW_TYPE_DIALOG)

/**
 * ww_suite_for_people:
 *
 * Returns: what a suite of docs/protocol.md is called on the pages that go into detail
 */
const char *
ww_suite_for_people (guint suite)
{
  switch (suite)
    {
    case 0:
      return _ ("Not decided yet");
    case 1:
      return _ ("RSA 1280 and AES-GCM (older devices)");
    case 2:
      return _ ("HPKE with P-256 and AES-GCM");
    default:
      return _ ("A newer kind of encryption");
    }
}

/* A person without a state has not got the message yet. */
static const char *
delivery_for_people (WwMessageState state)
{
  const char *words = ww_message_state_for_people (state);

  return words != NULL ? words : _ ("On its way");
}

static void
add_delivery (WwMessageInfoDialog *self, WwDelivery *delivery, GDateTime *now)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name (ww_message_state_icon (ww_delivery_get_state (delivery)));
  g_autofree char *when = ww_delivery_get_at_ms (delivery) > 0
                              ? ww_time_format_sentence (ww_delivery_get_at_ms (delivery), now)
                              : NULL;
  g_autofree char *words = NULL;

  if (when != NULL)
    /* Translators: the state of a message at one person, and since when: “Read today at 10:32”. */
    words = g_strdup_printf (_ ("%1$s %2$s"), delivery_for_people (ww_delivery_get_state (delivery)), when);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), ww_delivery_get_name (delivery));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               words != NULL ? words : delivery_for_people (ww_delivery_get_state (delivery)));
  gtk_accessible_update_state (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  if (ww_delivery_get_state (delivery) == WW_MESSAGE_STATE_READ)
    gtk_widget_add_css_class (icon, "accent");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), icon);
  adw_preferences_group_add (self->deliveries_group, row);
  g_ptr_array_add (self->delivery_rows, row);
}

static void
deliveries_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwMessageInfoDialog *self = owner;
  g_autoptr (GDateTime) now = ww_clock_dup_now (ww_clock_get_default ());
  GListModel *deliveries;

  dex_clear (&self->deliveries);
  if (error != NULL)
    {
      g_warning ("deliveries: %s", error->message);
      return;
    }
  deliveries = g_value_get_object (value);
  for (guint i = 0; i < self->delivery_rows->len; i++)
    adw_preferences_group_remove (self->deliveries_group, g_ptr_array_index (self->delivery_rows, i));
  g_ptr_array_set_size (self->delivery_rows, 0);
  for (guint i = 0; i < g_list_model_get_n_items (deliveries); i++)
    {
      g_autoptr (WwDelivery) delivery = g_list_model_get_item (deliveries, i);

      add_delivery (self, delivery, now);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->deliveries_group), self->delivery_rows->len > 0);
}

static void
update_edited (WwMessageInfoDialog *self, WwMessage *message, GDateTime *now)
{
  gint64 ms = ww_message_get_edited_ms (message);
  g_autofree char *when = ms > 0 ? ww_time_format_sentence (ms, now) : NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->edited_row), ms > 0);
  adw_action_row_set_subtitle (self->edited_row, when != NULL ? when : "");
}

static void
update (WwMessageInfoDialog *self)
{
  WwMessage *message = ww_transcript_item_get_message (self->item);
  const char *state = ww_message_state_for_people (ww_message_get_state (message));
  g_autoptr (GDateTime) now = ww_clock_dup_now (ww_clock_get_default ());
  g_autofree char *when = ww_time_format_sentence (ww_transcript_item_get_shown_ms (self->item), now);

  adw_action_row_set_subtitle (self->sender_row,
                               ww_message_get_outgoing (message) ? _ ("You") : ww_message_get_sender_name (message));
  adw_action_row_set_subtitle (self->time_row, when);
  adw_action_row_set_subtitle (self->state_row, ww_message_get_error (message) != NULL ? ww_message_get_error (message)
                                                : state != NULL                        ? state
                                                                                       : _ ("Received"));
  adw_action_row_set_subtitle (self->suite_row, ww_suite_for_people (ww_message_get_suite (message)));
  adw_action_row_set_subtitle (self->device_row, ww_message_get_sender_device (message));
  update_edited (self, message, now);
  if (!ww_message_get_outgoing (message))
    return;
  dex_clear (&self->deliveries);
  self->deliveries = ww_future_watch (ww_message_load_deliveries (message), self, deliveries_cb, NULL);
}

static void
ww_message_info_dialog_dispose (GObject *object)
{
  WwMessageInfoDialog *self = WW_MESSAGE_INFO_DIALOG (object);

  dex_clear (&self->deliveries);
  g_clear_object (&self->item_signals);
  g_clear_object (&self->item);
  g_clear_pointer (&self->delivery_rows, g_ptr_array_unref);
  G_OBJECT_CLASS (ww_message_info_dialog_parent_class)->dispose (object);
}

static void
ww_message_info_dialog_class_init (WwMessageInfoDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_message_info_dialog_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-message-info-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WwMessageInfoDialog, sender_row);
  gtk_widget_class_bind_template_child (widget_class, WwMessageInfoDialog, time_row);
  gtk_widget_class_bind_template_child (widget_class, WwMessageInfoDialog, edited_row);
  gtk_widget_class_bind_template_child (widget_class, WwMessageInfoDialog, deliveries_group);
  gtk_widget_class_bind_template_child (widget_class, WwMessageInfoDialog, state_row);
  gtk_widget_class_bind_template_child (widget_class, WwMessageInfoDialog, suite_row);
  gtk_widget_class_bind_template_child (widget_class, WwMessageInfoDialog, device_row);
}

static void
ww_message_info_dialog_init (WwMessageInfoDialog *self)
{
  self->delivery_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  self->item_signals = g_signal_group_new (WW_TYPE_TRANSCRIPT_ITEM);
  g_signal_group_connect_swapped (self->item_signals, "changed", G_CALLBACK (update), self);
}

AdwDialog *
ww_message_info_dialog_new (WwTranscriptItem *item)
{
  WwMessageInfoDialog *self = g_object_new (WW_TYPE_MESSAGE_INFO_DIALOG, NULL);

  self->item = g_object_ref (item);
  g_signal_group_set_target (self->item_signals, item);
  update (self);
  return ADW_DIALOG (self);
}
