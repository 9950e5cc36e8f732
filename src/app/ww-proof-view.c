/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-proof-view"

#include "ww-proof-view.h"

#include <glib/gi18n.h>

#include "ww-handle-text.h"
#include "ww-address-text.h"

#define CODE_DIGITS 6

struct _WwProofView
{
  AdwBin parent_instance;
  GtkStack *stack;
  GtkEditable *code_row;
  GtkWidget *code_spinner;
  GtkLabel *tries_label;
  AdwActionRow *text_row;
  AdwActionRow *number_row;
  GtkLabel *error_label;
  GtkWidget *resend_button;

  WwProof proof;
  char *send_to;
  char *send_text;
  gint64 resend_at_ms;
  guint countdown; /* source that counts down to the next mail or message */
  gboolean checking;
  gboolean filling; /* the entry is being changed by this code, not by the person */
};

G_DEFINE_FINAL_TYPE (WwProofView, ww_proof_view, ADW_TYPE_BIN)

enum
{
  SUBMIT,
  RESEND,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

const char *
ww_proof_heading (WwProof proof)
{
  switch (proof)
    {
    case WW_PROOF_LINK:
      return _ ("Look at Your Mail");
    case WW_PROOF_CODE:
      return _ ("Look at Your Phone");
    case WW_PROOF_INBOUND:
      return _ ("Send a Text Message");
    }
  return NULL;
}

const char *
ww_proof_icon (WwProof proof)
{
  return proof == WW_PROOF_LINK ? "waxwing-mail-symbolic" : "waxwing-phone-symbolic";
}

/**
 * ww_proof_dup_description:
 *
 * Returns: (transfer full): what the person does now, in a sentence or two
 */
char *
ww_proof_dup_description (const WwProofFacts *facts)
{
  g_autofree char *shown = ww_address_text_international (facts->handle);
  g_autofree char *number = NULL;

  switch (facts->proof)
    {
    case WW_PROOF_LINK:
      /* Translators: %s is an e-mail address. */
      return g_strdup_printf (_ ("We sent a link to %s. Open it and confirm: this page moves on by itself."), shown);
    case WW_PROOF_CODE:
      /* Translators: %s is a phone number. */
      return g_strdup_printf (_ ("We sent a code of six digits to %s. Type it here: this page moves on by itself."),
                              shown);
    case WW_PROOF_INBOUND:
      number = facts->send_to != NULL ? ww_address_text_international (facts->send_to) : g_strdup ("");
      /* Translators: a text to send, the number to send it to, the number to send it from. */
      return g_strdup_printf (_ ("Send “%1$s” to %2$s from %3$s. This page moves on by itself once it has arrived."),
                              facts->send_text != NULL ? facts->send_text : "", number, shown);
    }
  return g_strdup ("");
}

/**
 * ww_proof_dup_code:
 * @typed: what a person typed or pasted, with digits of any script
 *
 * Returns: (transfer full) (nullable): the six ASCII digits in it; %NULL when it holds more, fewer, or anything else than
 *   digits and what people put between them
 */
char *
ww_proof_dup_code (const char *typed)
{
  char code[CODE_DIGITS + 1] = "";
  gsize n = 0;

  for (const char *p = typed; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      int digit = g_unichar_digit_value (c);

      if (digit < 0 && (g_unichar_isspace (c) || g_unichar_iszerowidth (c) || g_unichar_type (c) == G_UNICODE_FORMAT ||
                        g_unichar_type (c) == G_UNICODE_DASH_PUNCTUATION))
        continue;
      if (digit < 0 || n == CODE_DIGITS)
        return NULL;
      code[n++] = (char) ('0' + digit);
    }
  return n == CODE_DIGITS ? g_strdup (code) : NULL;
}

static void
set_error (WwProofView *self, const char *sentence)
{
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), sentence != NULL);
  if (sentence == NULL)
    return;
  gtk_label_set_text (self->error_label, sentence);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), sentence, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static void
set_checking (WwProofView *self, gboolean checking)
{
  self->checking = checking;
  gtk_editable_set_editable (self->code_row, !checking);
  gtk_widget_set_visible (self->code_spinner, checking);
}

static gboolean
submit (WwProofView *self)
{
  g_autofree char *code = ww_proof_dup_code (gtk_editable_get_text (self->code_row));

  if (code == NULL || self->checking)
    return code != NULL;
  set_error (self, NULL);
  set_checking (self, TRUE);
  g_signal_emit (self, signals[SUBMIT], 0, code);
  memset (code, 0, CODE_DIGITS);
  return TRUE;
}

static void
code_changed_cb (WwProofView *self)
{
  if (self->filling || *gtk_editable_get_text (self->code_row) == '\0')
    return;
  set_error (self, NULL);
  submit (self);
}

static void
code_activated_cb (WwProofView *self)
{
  if (!submit (self))
    set_error (self, _ ("A code has six digits. Look at the message again."));
}

static void
copy_text_cb (WwProofView *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->send_text != NULL ? self->send_text : "");
  gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("Copied"), GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
copy_number_cb (WwProofView *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          self->send_to != NULL ? ww_handle_text_for_people (self->send_to) : "");
  gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("Copied"), GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
launched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwProofView) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!gtk_uri_launcher_launch_finish (GTK_URI_LAUNCHER (source), result, &error) &&
      !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    set_error (self, _ ("Nothing on this computer sends text messages. Send it from your phone."));
}

/* RFC 5724: the number, and the text as its body. */
static void
open_message_cb (WwProofView *self)
{
  g_autoptr (GtkUriLauncher) launcher = NULL;
  g_autofree char *number = NULL;
  g_autofree char *text = NULL;
  g_autofree char *uri = NULL;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->send_to == NULL || self->send_text == NULL)
    return;
  number = g_uri_escape_string (ww_handle_text_for_people (self->send_to), "+", FALSE);
  text = g_uri_escape_string (self->send_text, NULL, FALSE);
  uri = g_strdup_printf ("sms:%s?body=%s", number, text);
  launcher = gtk_uri_launcher_new (uri);
  gtk_uri_launcher_launch (launcher, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, launched_cb,
                           g_object_ref (self));
}

static void
resend_cb (WwProofView *self)
{
  gtk_widget_set_sensitive (self->resend_button, FALSE);
  set_error (self, NULL);
  g_signal_emit (self, signals[RESEND], 0);
}

static gboolean
countdown_cb (gpointer user_data)
{
  WwProofView *self = user_data;
  gint64 left = self->resend_at_ms - g_get_real_time () / 1000;
  g_autofree char *label = NULL;

  gtk_widget_set_sensitive (self->resend_button, left <= 0);
  if (left <= 0)
    {
      self->countdown = 0;
      gtk_button_set_label (GTK_BUTTON (self->resend_button), _ ("Send Again"));
      return G_SOURCE_REMOVE;
    }
  /* Translators: %u counts down seconds. */
  label = g_strdup_printf (_ ("Send Again in %u s"), (guint) MIN (left / 1000 + 1, 999));
  gtk_button_set_label (GTK_BUTTON (self->resend_button), label);
  return G_SOURCE_CONTINUE;
}

static void
start_countdown (WwProofView *self)
{
  g_clear_handle_id (&self->countdown, g_source_remove);
  if (countdown_cb (self))
    self->countdown = g_timeout_add_seconds (1, countdown_cb, self);
}

static const char *
stack_page (WwProof proof)
{
  switch (proof)
    {
    case WW_PROOF_LINK:
      return "link";
    case WW_PROOF_CODE:
      return "code";
    case WW_PROOF_INBOUND:
      return "inbound";
    }
  return "link";
}

static void
show_tries (WwProofView *self, guint tries_left)
{
  g_autofree char *text = g_strdup_printf (ngettext ("%u try left", "%u tries left", tries_left), tries_left);

  gtk_widget_set_visible (GTK_WIDGET (self->tries_label), tries_left > 0);
  gtk_label_set_text (self->tries_label, text);
}

/**
 * ww_proof_view_set_facts:
 * @facts: how it stands now; copied
 */
void
ww_proof_view_set_facts (WwProofView *self, const WwProofFacts *facts)
{
  g_autofree char *number = facts->send_to != NULL ? ww_address_text_international (facts->send_to) : g_strdup ("");

  self->proof = facts->proof;
  self->resend_at_ms = facts->resend_at_ms;
  g_set_str (&self->send_to, facts->send_to);
  g_set_str (&self->send_text, facts->send_text);
  adw_action_row_set_subtitle (self->text_row, facts->send_text != NULL ? facts->send_text : "");
  adw_action_row_set_subtitle (self->number_row, number);
  show_tries (self, facts->tries_left);
  gtk_stack_set_visible_child_name (self->stack, stack_page (facts->proof));
  /* What the person sends themselves, they send again themselves. */
  gtk_widget_set_visible (self->resend_button, facts->proof != WW_PROOF_INBOUND);
  start_countdown (self);
}

/**
 * ww_proof_view_set_answer:
 * @error: (nullable): why the code that was submitted isn't taken
 */
void
ww_proof_view_set_answer (WwProofView *self, const GError *error)
{
  set_checking (self, FALSE);
  self->filling = TRUE;
  gtk_editable_set_text (self->code_row, "");
  self->filling = FALSE;
  set_error (self, error != NULL ? error->message : NULL);
  if (error != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->code_row));
}

/* What became of sending it again. */
void
ww_proof_view_set_resent (WwProofView *self, const GError *error)
{
  set_error (self, error != NULL ? error->message : NULL);
  if (error == NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("Sent again"), GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  start_countdown (self);
}

void
ww_proof_view_focus (WwProofView *self)
{
  if (self->proof == WW_PROOF_CODE)
    gtk_widget_grab_focus (GTK_WIDGET (self->code_row));
}

static void
ww_proof_view_dispose (GObject *object)
{
  WwProofView *self = WW_PROOF_VIEW (object);

  g_clear_handle_id (&self->countdown, g_source_remove);
  g_clear_pointer (&self->send_to, g_free);
  g_clear_pointer (&self->send_text, g_free);
  G_OBJECT_CLASS (ww_proof_view_parent_class)->dispose (object);
}

static void
ww_proof_view_class_init (WwProofViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_proof_view_dispose;
  signals[SUBMIT] = g_signal_new ("submit", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[RESEND] = g_signal_new ("resend", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-proof-view.ui");
  gtk_widget_class_bind_template_child (widget_class, WwProofView, stack);
  gtk_widget_class_bind_template_child (widget_class, WwProofView, code_row);
  gtk_widget_class_bind_template_child (widget_class, WwProofView, code_spinner);
  gtk_widget_class_bind_template_child (widget_class, WwProofView, tries_label);
  gtk_widget_class_bind_template_child (widget_class, WwProofView, text_row);
  gtk_widget_class_bind_template_child (widget_class, WwProofView, number_row);
  gtk_widget_class_bind_template_child (widget_class, WwProofView, error_label);
  gtk_widget_class_bind_template_child (widget_class, WwProofView, resend_button);
  gtk_widget_class_bind_template_callback (widget_class, code_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, code_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_text_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_number_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_message_cb);
  gtk_widget_class_bind_template_callback (widget_class, resend_cb);
}

static void
ww_proof_view_init (WwProofView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
