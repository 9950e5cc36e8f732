/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-enrolment-view"

#include "ww-enrolment-view-private.h"

#include <glib/gi18n.h>

#include "ww-clock.h"
#include "ww-future.h"
#include "ww-address-text.h"
#include "ww-time.h"
#include "ww-widget.h"

static void
submitted_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  ww_proof_view_set_answer (WW_ENROLMENT_VIEW (owner)->proof_view, error);
}

static void
submit_cb (WwEnrolmentView *self, const char *code)
{
  ww_future_report (ww_enrolment_submit_code (self->enrolment, code), self, submitted_cb, NULL);
}

static void
resent_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  ww_proof_view_set_resent (WW_ENROLMENT_VIEW (owner)->proof_view, error);
}

static void
resend_cb (WwEnrolmentView *self)
{
  ww_future_report (ww_enrolment_resend (self->enrolment), self, resent_cb, NULL);
}

static void
change_address_cb (WwEnrolmentView *self)
{
  ww_enrolment_view_give_up (self);
}

static void
show_confirm (WwEnrolmentView *self)
{
  const char *handle = ww_enrolment_get_handle (self->enrolment);
  WwProofFacts facts = {
    .proof = ww_enrolment_get_proof (self->enrolment),
    .handle = handle != NULL ? handle : "",
    .send_to = ww_enrolment_get_send_to (self->enrolment),
    .send_text = ww_enrolment_get_send_text (self->enrolment),
    .tries_left = ww_enrolment_get_tries_left (self->enrolment),
    .resend_at_ms = ww_enrolment_get_resend_at_ms (self->enrolment),
  };
  g_autofree char *description = ww_proof_dup_description (&facts);

  g_object_set (self->confirm_page, "icon-name", ww_proof_icon (facts.proof), NULL);
  ww_setup_page_set_heading (self->confirm_page, ww_proof_heading (facts.proof));
  ww_setup_page_set_description (self->confirm_page, description);
  ww_setup_page_set_error (self->confirm_page, NULL);
  ww_proof_view_set_facts (self->proof_view, &facts);
  if (ww_enrolment_view_is_visible (self, "confirm"))
    return;
  /* Nothing of an earlier attempt is left on it. */
  ww_proof_view_set_answer (self->proof_view, NULL);
  ww_enrolment_view_go_to (self, "confirm");
  ww_proof_view_focus (self->proof_view);
}

static void
show_approve (WwEnrolmentView *self)
{
  const char *digits = ww_enrolment_get_digits (self->enrolment);

  ww_setup_page_set_description (
      self->approve_page, digits == NULL
                              ? _ ("This address has devices already. Open Waxwing on one of them: it says that "
                                   "this device wants to join. Choose “Review” there.")
                              : _ ("Compare these digits with those on your other device, and choose “They Match” "
                                   "there if they are the same."));
  gtk_stack_set_visible_child_name (self->digits_stack, digits != NULL ? "digits" : "waiting");
  if (digits != NULL && !g_str_equal (digits, ""))
    {
      ww_setup_page_say (self->approve_page);
      ww_label_show_digits (self->digits, digits);
    }
  /* Somebody who reads about starting over stays there, unless one of the devices turned up after all. */
  if (digits != NULL || !ww_enrolment_view_is_visible (self, "start-over"))
    {
      if (!ww_enrolment_view_go_back_to (self, "approve"))
        ww_enrolment_view_go_to (self, "approve");
    }
}

static void
no_device_cb (WwEnrolmentView *self)
{
  ww_setup_page_set_error (self->start_over_page, NULL);
  ww_enrolment_view_go_to (self, "start-over");
}

static void
started_over_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwEnrolmentView *self = owner;

  ww_setup_page_set_busy (self->start_over_page, FALSE);
  ww_setup_page_set_error (self->start_over_page, error != NULL ? error->message : NULL);
}

static void
start_over_response_cb (WwEnrolmentView *self, const char *response)
{
  if (!g_str_equal (response, "start-over"))
    return;
  ww_setup_page_set_error (self->start_over_page, NULL);
  ww_setup_page_set_busy (self->start_over_page, TRUE);
  ww_future_report (ww_enrolment_start_over (self->enrolment), self, started_over_cb, NULL);
}

static void
start_over_cb (WwEnrolmentView *self)
{
  AdwDialog *dialog = adw_alert_dialog_new (
      _ ("Start Over?"), _ ("Your other devices will be removed from your account, and the people you write with will "
                            "see it. This can't be undone once the 24 hours are over."));

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "start-over", _ ("_Start Over"),
                                  NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "start-over", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (start_over_response_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
show_held (WwEnrolmentView *self)
{
  const char *handle = ww_enrolment_get_handle (self->enrolment);
  g_autoptr (GDateTime) now = ww_clock_dup_now (ww_clock_get_default ());
  g_autofree char *when = ww_time_format_sentence (ww_enrolment_get_held_until_ms (self->enrolment), now);
  g_autofree char *shown = ww_address_text_international (handle != NULL ? handle : "");
  /* Translators: an address or a number, then when, as in “tomorrow at 10:32”. */
  g_autofree char *description = g_strdup_printf (
      _ ("The devices of %1$s have been asked. Unless one of them refuses, your account starts over on this device "
         "%2$s."),
      shown, when);

  ww_setup_page_set_description (self->held_page, description);
  ww_setup_page_set_busy (self->start_over_page, FALSE);
  ww_enrolment_view_go_to (self, "held");
}

static void
cancel_held_response_cb (WwEnrolmentView *self, const char *response)
{
  if (g_str_equal (response, "give-up"))
    ww_enrolment_view_give_up (self);
}

static void
cancel_held_cb (WwEnrolmentView *self)
{
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Cancel Starting Over?"),
                                            _ ("Your account stays as it is, with the devices that it has."));

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "wait", _ ("_Keep Waiting"), "give-up",
                                  _ ("_Cancel Starting Over"), NULL);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "wait");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "wait");
  g_signal_connect_object (dialog, "response", G_CALLBACK (cancel_held_response_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
show_failure (WwEnrolmentView *self)
{
  const GError *error = ww_enrolment_get_error (self->enrolment);
  WwSetupPage *page = self->address_page;

  ww_setup_page_set_busy (self->address_page, FALSE);
  ww_setup_page_set_busy (self->start_over_page, FALSE);
  /* After a restart there is no page of the address to go back to. */
  if (!ww_enrolment_view_go_back_to (self, "address"))
    {
      ww_enrolment_view_go_back_to (self, "welcome");
      page = self->welcome_page;
    }
  if (error != NULL)
    ww_setup_page_set_error (page, error->message);
}

/**
 * ww_enrolment_view_update:
 *
 * Shows the page of the enrolment's state. Called whenever something about it has changed.
 */
void
ww_enrolment_view_update (WwEnrolmentView *self)
{
  switch (ww_enrolment_get_state (self->enrolment))
    {
    case WW_ENROLMENT_STATE_IDLE:
      ww_setup_page_set_busy (self->address_page, FALSE);
      break;
    case WW_ENROLMENT_STATE_CONNECTING:
      break;
    case WW_ENROLMENT_STATE_CONFIRMING:
      show_confirm (self);
      break;
    case WW_ENROLMENT_STATE_PREPARING:
      ww_setup_page_set_description (self->confirm_page,
                                     _ ("Your address is confirmed. This device is making its keys…"));
      break;
    case WW_ENROLMENT_STATE_APPROVING:
      show_approve (self);
      break;
    case WW_ENROLMENT_STATE_HELD:
      show_held (self);
      break;
    case WW_ENROLMENT_STATE_DONE:
      ww_enrolment_view_go_to (self, "ready");
      break;
    case WW_ENROLMENT_STATE_FAILED:
      show_failure (self);
      break;
    }
}

void
ww_enrolment_view_bind_progress (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, confirm_page);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, proof_view);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, approve_page);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, digits_stack);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, digits);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, start_over_page);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, held_page);
  gtk_widget_class_bind_template_callback (widget_class, submit_cb);
  gtk_widget_class_bind_template_callback (widget_class, resend_cb);
  gtk_widget_class_bind_template_callback (widget_class, change_address_cb);
  gtk_widget_class_bind_template_callback (widget_class, no_device_cb);
  gtk_widget_class_bind_template_callback (widget_class, start_over_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_held_cb);
}
