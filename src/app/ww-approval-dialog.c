/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-approval-dialog"

#include "ww-approval-dialog.h"

#include <glib/gi18n.h>

#include "ww-clock.h"
#include "ww-future.h"
#include "ww-handle-text.h"
#include "ww-time.h"
#include "ww-widget.h"

struct _WwApprovalDialog
{
  AdwDialog parent_instance;
  GtkLabel *heading;
  GtkLabel *facts;
  GtkStack *stack;
  GtkLabel *waiting;
  GtkLabel *digits;
  GtkLabel *question;
  GtkLabel *outcome;

  WwPendingDevice *device;
  gboolean decided; /* what comes next is the outcome of this person's own decision */
};

G_DEFINE_FINAL_TYPE (WwApprovalDialog, ww_approval_dialog, ADW_TYPE_DIALOG)

static void
end (WwApprovalDialog *self, const char *sentence)
{
  gtk_label_set_text (self->outcome, sentence);
  gtk_stack_set_visible_child_name (self->stack, "ended");
  gtk_accessible_announce (GTK_ACCESSIBLE (self), sentence, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static void
wait (WwApprovalDialog *self, const char *sentence)
{
  gtk_label_set_text (self->waiting, sentence);
  gtk_stack_set_visible_child_name (self->stack, "waiting");
}

static void
show_digits (WwApprovalDialog *self, const char *digits)
{
  gtk_stack_set_visible_child_name (self->stack, "comparing");
  ww_label_show_digits (self->digits, digits);
}

static void
update (WwApprovalDialog *self)
{
  const char *name = ww_pending_device_get_name (self->device);
  const char *digits = ww_pending_device_get_digits (self->device);
  g_autofree char *sentence = NULL;

  switch (ww_pending_device_get_state (self->device))
    {
    case WW_PENDING_DEVICE_STATE_WAITING:
    case WW_PENDING_DEVICE_STATE_EXCHANGING:
      /* Translators: %s is the name of a device. */
      sentence = g_strdup_printf (_ ("Waiting for “%s” to answer. Keep Waxwing open on it."), name);
      wait (self, sentence);
      break;
    case WW_PENDING_DEVICE_STATE_COMPARING:
      if (digits != NULL && !self->decided)
        show_digits (self, digits);
      break;
    case WW_PENDING_DEVICE_STATE_APPROVING:
      wait (self, _ ("Adding the device…"));
      break;
    case WW_PENDING_DEVICE_STATE_ENDED:
      if (!self->decided)
        end (self, _ ("This request is over: it was answered on another device, given up, or waited for too long."));
      break;
    }
}

static void
begun_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwApprovalDialog *self = owner;

  if (error != NULL && !self->decided)
    end (self, error->message);
}

static void
approved_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwApprovalDialog *self = owner;
  g_autofree char *sentence = NULL;

  if (error != NULL)
    {
      end (self, error->message);
      return;
    }
  /* Translators: %s is the name of a device. */
  sentence = g_strdup_printf (_ ("“%s” is now one of your devices."), ww_pending_device_get_name (self->device));
  end (self, sentence);
}

static void
refused_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwApprovalDialog *self = owner;
  g_autofree char *sentence = NULL;

  if (error != NULL)
    {
      end (self, error->message);
      return;
    }
  /* Translators: %s is the name of a device. */
  sentence = g_strdup_printf (
      _ ("“%s” was turned away and can't read anything. If it isn't yours, somebody can read the "
         "mail that confirms your address: change that mailbox's password."),
      ww_pending_device_get_name (self->device));
  end (self, sentence);
}

static void
approve_cb (WwApprovalDialog *self)
{
  g_autofree char *digits = g_strdup (ww_pending_device_get_digits (self->device));

  if (digits == NULL)
    return;
  self->decided = TRUE;
  wait (self, _ ("Adding the device…"));
  ww_future_report (ww_pending_device_approve (self->device, digits), self, approved_cb, NULL);
}

static void
refuse_cb (WwApprovalDialog *self)
{
  self->decided = TRUE;
  wait (self, _ ("Turning the device away…"));
  ww_future_report (ww_pending_device_refuse (self->device), self, refused_cb, NULL);
}

static void
ww_approval_dialog_dispose (GObject *object)
{
  WwApprovalDialog *self = WW_APPROVAL_DIALOG (object);

  g_clear_object (&self->device);
  G_OBJECT_CLASS (ww_approval_dialog_parent_class)->dispose (object);
}

static void
ww_approval_dialog_class_init (WwApprovalDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_approval_dialog_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-approval-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WwApprovalDialog, heading);
  gtk_widget_class_bind_template_child (widget_class, WwApprovalDialog, facts);
  gtk_widget_class_bind_template_child (widget_class, WwApprovalDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, WwApprovalDialog, waiting);
  gtk_widget_class_bind_template_child (widget_class, WwApprovalDialog, digits);
  gtk_widget_class_bind_template_child (widget_class, WwApprovalDialog, question);
  gtk_widget_class_bind_template_child (widget_class, WwApprovalDialog, outcome);
  gtk_widget_class_bind_template_callback (widget_class, approve_cb);
  gtk_widget_class_bind_template_callback (widget_class, refuse_cb);
}

static void
ww_approval_dialog_init (WwApprovalDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Digits have one order, whichever way the language is read. */
  gtk_widget_set_direction (GTK_WIDGET (self->digits), GTK_TEXT_DIR_LTR);
}

/**
 * ww_approval_dialog_new:
 *
 * Begins the exchange of the digits: opening this dialog is the person's wish to look at the device.
 */
AdwDialog *
ww_approval_dialog_new (WwPendingDevice *device)
{
  WwApprovalDialog *self = g_object_new (WW_TYPE_APPROVAL_DIALOG, NULL);
  g_autoptr (GDateTime) now = ww_clock_dup_now (ww_clock_get_default ());
  g_autofree char *when = ww_time_format_sentence (ww_pending_device_get_requested_ms (device), now);
  g_autofree char *heading = NULL;
  g_autofree char *facts = NULL;
  g_autofree char *question = NULL;

  /* Translators: %s is the name of a device. */
  heading = g_strdup_printf (_ ("“%s” wants to join your account"), ww_pending_device_get_name (device));
  /* Translators: an address, then when. */
  facts = g_strdup_printf (_ ("It confirmed %1$s and asked %2$s."),
                           ww_handle_text_for_people (ww_pending_device_get_handle (device)), when);
  /* Translators: %s is the name of a device. */
  question = g_strdup_printf (_ ("Look at “%s”. Does it show the same six digits?"),
                              ww_pending_device_get_name (device));

  self->device = g_object_ref (device);
  gtk_label_set_text (self->heading, heading);
  gtk_label_set_text (self->facts, facts);
  gtk_label_set_text (self->question, question);
  g_signal_connect_object (device, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (device, "notify::digits", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  if (ww_pending_device_get_state (device) == WW_PENDING_DEVICE_STATE_WAITING)
    ww_future_report (ww_pending_device_begin (device), self, begun_cb, NULL);
  return ADW_DIALOG (self);
}

WwPendingDevice *
ww_approval_dialog_get_device (WwApprovalDialog *self)
{
  return self->device;
}
