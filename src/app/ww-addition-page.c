/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-addition-page"

#include "ww-addition-page.h"

#include <glib/gi18n.h>

#include "ww-clock.h"
#include "ww-future.h"
#include "ww-address-text.h"
#include "ww-proof-view.h"
#include "ww-time.h"

struct _WwAdditionPage
{
  WwSetupPage parent_instance;
  GtkStack *stack;
  WwProofView *proof_view;
  WwHandleAddition *addition;
};

G_DEFINE_FINAL_TYPE (WwAdditionPage, ww_addition_page, WW_TYPE_SETUP_PAGE)

enum
{
  FINISHED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
submitted_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  ww_proof_view_set_answer (WW_ADDITION_PAGE (owner)->proof_view, error);
}

static void
submit_cb (WwAdditionPage *self, const char *code)
{
  ww_future_report (ww_handle_addition_submit_code (self->addition, code), self, submitted_cb, NULL);
}

static void
resent_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  ww_proof_view_set_resent (WW_ADDITION_PAGE (owner)->proof_view, error);
}

static void
resend_cb (WwAdditionPage *self)
{
  ww_future_report (ww_handle_addition_resend (self->addition), self, resent_cb, NULL);
}

static void
cancelled_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  if (error != NULL)
    ww_setup_page_set_error (owner, error->message);
  else
    g_signal_emit (owner, signals[FINISHED], 0);
}

static void
cancel_cb (WwAdditionPage *self)
{
  ww_future_report (ww_handle_addition_cancel (self->addition), self, cancelled_cb, NULL);
}

static void
finish_cb (WwAdditionPage *self)
{
  g_signal_emit (self, signals[FINISHED], 0);
}

static char *
dup_held (WwHandleAddition *addition)
{
  g_autoptr (GDateTime) now = ww_clock_dup_now (ww_clock_get_default ());
  g_autofree char *when = ww_time_format_sentence (ww_handle_addition_get_held_until_ms (addition), now);

  /* Translators: %s is when, as in “tomorrow at 10:32”. */
  return g_strdup_printf (_ ("Another account has it and is asked first. Unless it refuses, it becomes yours %s."),
                          when);
}

/**
 * ww_addition_dup_state:
 *
 * Returns: (transfer full): how it stands, as a line in a list
 */
char *
ww_addition_dup_state (WwHandleAddition *addition)
{
  const GError *error = ww_handle_addition_get_error (addition);

  switch (ww_handle_addition_get_state (addition))
    {
    case WW_HANDLE_ADDITION_STATE_CONFIRMING:
      switch (ww_handle_addition_get_proof (addition))
        {
        case WW_PROOF_LINK:
          return g_strdup (_ ("Waiting until you open the link in the mail"));
        case WW_PROOF_CODE:
          return g_strdup (_ ("Waiting for the code from the message"));
        case WW_PROOF_INBOUND:
          return g_strdup (_ ("Waiting for your message"));
        }
      break;
    case WW_HANDLE_ADDITION_STATE_PUBLISHING:
      return g_strdup (_ ("Confirmed, being added…"));
    case WW_HANDLE_ADDITION_STATE_HELD:
      return dup_held (addition);
    case WW_HANDLE_ADDITION_STATE_DONE:
      return g_strdup (_ ("Added"));
    case WW_HANDLE_ADDITION_STATE_FAILED:
      return g_strdup (error != NULL ? error->message : _ ("Not added"));
    }
  return g_strdup ("");
}

static void
show_proof (WwAdditionPage *self, const char *handle)
{
  WwProofFacts facts = {
    .proof = ww_handle_addition_get_proof (self->addition),
    .handle = handle,
    .send_to = ww_handle_addition_get_send_to (self->addition),
    .send_text = ww_handle_addition_get_send_text (self->addition),
    .tries_left = ww_handle_addition_get_tries_left (self->addition),
    .resend_at_ms = ww_handle_addition_get_resend_at_ms (self->addition),
  };
  g_autofree char *description = ww_proof_dup_description (&facts);

  g_object_set (self, "icon-name", ww_proof_icon (facts.proof), NULL);
  ww_setup_page_set_heading (WW_SETUP_PAGE (self), ww_proof_heading (facts.proof));
  ww_setup_page_set_description (WW_SETUP_PAGE (self), description);
  ww_proof_view_set_facts (self->proof_view, &facts);
  gtk_stack_set_visible_child_name (self->stack, "proof");
}

static void
show_state (WwAdditionPage *self, const char *page, const char *icon, const char *heading, gboolean ended)
{
  g_autofree char *state = ww_addition_dup_state (self->addition);

  g_object_set (self, "icon-name", icon, NULL);
  ww_setup_page_set_heading (WW_SETUP_PAGE (self), heading);
  ww_setup_page_set_description (WW_SETUP_PAGE (self), state);
  gtk_stack_set_visible_child_name (self->stack, page);
  if (ended)
    {
      g_object_set (self, "alternative-label", NULL, NULL);
      ww_setup_page_set_action_label (WW_SETUP_PAGE (self), _ ("Done"));
    }
  gtk_accessible_announce (GTK_ACCESSIBLE (self), state, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
update (WwAdditionPage *self)
{
  g_autofree char *handle = g_strdup (ww_handle_addition_get_handle (self->addition));
  g_autofree char *shown = ww_address_text_international (handle);
  g_autofree char *added = NULL;

  switch (ww_handle_addition_get_state (self->addition))
    {
    case WW_HANDLE_ADDITION_STATE_CONFIRMING:
      show_proof (self, handle);
      break;
    case WW_HANDLE_ADDITION_STATE_PUBLISHING:
      show_state (self, "waiting", "waxwing-waiting-symbolic", shown, FALSE);
      break;
    case WW_HANDLE_ADDITION_STATE_HELD:
      show_state (self, "nothing", "waxwing-waiting-symbolic", shown, FALSE);
      break;
    case WW_HANDLE_ADDITION_STATE_DONE:
      /* Translators: %s is an address or a number. */
      added = g_strdup_printf (_ ("People can reach you by %s now."), shown);
      show_state (self, "nothing", "waxwing-ready-symbolic", _ ("Address Added"), TRUE);
      ww_setup_page_set_description (WW_SETUP_PAGE (self), added);
      break;
    case WW_HANDLE_ADDITION_STATE_FAILED:
      show_state (self, "nothing", "dialog-error-symbolic", _ ("Address Not Added"), TRUE);
      break;
    }
}

static void
shown_cb (WwAdditionPage *self)
{
  if (ww_handle_addition_get_state (self->addition) == WW_HANDLE_ADDITION_STATE_CONFIRMING)
    ww_proof_view_focus (self->proof_view);
}

static void
ww_addition_page_dispose (GObject *object)
{
  g_clear_object (&WW_ADDITION_PAGE (object)->addition);
  G_OBJECT_CLASS (ww_addition_page_parent_class)->dispose (object);
}

static void
ww_addition_page_class_init (WwAdditionPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_addition_page_dispose;
  signals[FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
  g_type_ensure (WW_TYPE_PROOF_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-addition-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WwAdditionPage, stack);
  gtk_widget_class_bind_template_child (widget_class, WwAdditionPage, proof_view);
  gtk_widget_class_bind_template_callback (widget_class, submit_cb);
  gtk_widget_class_bind_template_callback (widget_class, resend_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, finish_cb);
}

static void
ww_addition_page_init (WwAdditionPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "shown", G_CALLBACK (shown_cb), NULL);
}

AdwNavigationPage *
ww_addition_page_new (WwHandleAddition *addition)
{
  WwAdditionPage *self = g_object_new (WW_TYPE_ADDITION_PAGE, NULL);

  self->addition = g_object_ref (addition);
  g_signal_connect_object (addition, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return ADW_NAVIGATION_PAGE (self);
}
