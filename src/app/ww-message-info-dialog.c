/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-message-info-dialog"

#include "ww-message-info-dialog.h"

#include <glib/gi18n.h>

#include "ww-clock.h"
#include "ww-time.h"

struct _WwMessageInfoDialog
{
  AdwDialog parent_instance;
  AdwActionRow *sender_row;
  AdwActionRow *time_row;
  AdwActionRow *state_row;
  AdwActionRow *suite_row;
  AdwActionRow *device_row;
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
}

static void
ww_message_info_dialog_dispose (GObject *object)
{
  WwMessageInfoDialog *self = WW_MESSAGE_INFO_DIALOG (object);

  g_clear_object (&self->item_signals);
  g_clear_object (&self->item);
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
  gtk_widget_class_bind_template_child (widget_class, WwMessageInfoDialog, state_row);
  gtk_widget_class_bind_template_child (widget_class, WwMessageInfoDialog, suite_row);
  gtk_widget_class_bind_template_child (widget_class, WwMessageInfoDialog, device_row);
}

static void
ww_message_info_dialog_init (WwMessageInfoDialog *self)
{
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
