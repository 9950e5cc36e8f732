/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-verify-dialog"

#include "ww-verify-dialog.h"

#include <glib/gi18n.h>

#include "ww-future.h"
#include "ww-address-text.h"
#include "ww-uri.h"
#include "ww-widget.h"

#define DIGITS 60

struct _WwVerifyDialog
{
  AdwDialog parent_instance;
  GtkEditable *number_row;
  GtkWidget *result;
  GtkImage *result_icon;
  GtkLabel *result_label;
  GtkWidget *mark_button;

  WwClient *client;
  WwConversation *found;
  char *number;
  DexFuture *finding;
};

G_DEFINE_FINAL_TYPE (WwVerifyDialog, ww_verify_dialog, ADW_TYPE_DIALOG)

static void
show_result (WwVerifyDialog *self, const char *icon, const char *css_class, const char *sentence)
{
  gtk_image_set_from_icon_name (self->result_icon, icon);
  ww_widget_set_css_class (GTK_WIDGET (self->result_icon), "success", g_strcmp0 (css_class, "success") == 0);
  ww_widget_set_css_class (GTK_WIDGET (self->result_icon), "warning", g_strcmp0 (css_class, "warning") == 0);
  gtk_label_set_text (self->result_label, sentence);
  gtk_widget_set_visible (self->result, TRUE);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), sentence, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static void
show_found (WwVerifyDialog *self)
{
  const char *name = ww_conversation_get_title (self->found);
  g_autofree char *handle = ww_address_text_for_display (ww_conversation_get_handle (self->found));
  gboolean verified = ww_conversation_get_trust (self->found) == WW_TRUST_VERIFIED;
  g_autofree char *sentence = NULL;

  if (verified)
    /* Translators: a person's name, then their address or number. */
    sentence = g_strdup_printf (_ ("This is your safety number with %1$s (%2$s). It is marked as verified."), name,
                                handle);
  else
    /* Translators: a person's name, then their address or number. */
    sentence = g_strdup_printf (_ ("This is your safety number with %1$s (%2$s). Mark it only if they gave it to you "
                                   "themselves."),
                                name, handle);
  show_result (self, verified ? "waxwing-verified-symbolic" : "waxwing-privacy-symbolic", verified ? "success" : NULL,
               sentence);
  gtk_widget_set_visible (self->mark_button, !verified);
}

static void
found_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwVerifyDialog *self = owner;

  if (error == NULL)
    {
      g_set_object (&self->found, g_value_get_object (value));
      show_found (self);
    }
  else if (g_error_matches (error, WW_ERROR, WW_ERROR_NO_SUCH_PERSON))
    show_result (
        self, "dialog-warning-symbolic", "warning",
        _ ("This isn't your safety number with anybody you know. If somebody gave it to you themselves, somebody "
           "else may sit between you and them."));
  else
    show_result (self, "dialog-warning-symbolic", "warning", error->message);
}

/* Digits of any script, and what people and links put around them. */
static char *
dup_digits (const char *typed)
{
  g_autofree char *argument = NULL;
  GString *digits = g_string_new (NULL);

  if (ww_uri_parse (typed, &argument) == WW_URI_VERIFY)
    typed = argument;
  for (const char *p = typed; *p != '\0' && digits->len <= DIGITS; p = g_utf8_next_char (p))
    if (g_unichar_digit_value (g_utf8_get_char (p)) >= 0)
      g_string_append_c (digits, (char) ('0' + g_unichar_digit_value (g_utf8_get_char (p))));
  return g_string_free (digits, FALSE);
}

static void
changed_cb (WwVerifyDialog *self)
{
  g_autofree char *digits = dup_digits (gtk_editable_get_text (self->number_row));

  if (g_strcmp0 (digits, self->number) == 0)
    return;
  g_set_str (&self->number, digits);
  dex_clear (&self->finding);
  g_clear_object (&self->found);
  gtk_widget_set_visible (self->result, FALSE);
  gtk_widget_set_visible (self->mark_button, FALSE);
  if (strlen (digits) == DIGITS)
    self->finding = ww_future_watch (ww_client_find_safety_number (self->client, digits), self, found_cb, NULL);
  else if (strlen (digits) > DIGITS)
    show_result (self, "dialog-warning-symbolic", "warning", _ ("A safety number has 60 digits. These are more."));
}

static void
marked_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwVerifyDialog *self = owner;

  gtk_widget_set_sensitive (self->mark_button, TRUE);
  if (error != NULL)
    show_result (self, "dialog-warning-symbolic", "warning", error->message);
  else if (self->found != NULL)
    show_found (self);
}

static void
mark_cb (WwVerifyDialog *self)
{
  if (self->found == NULL)
    return;
  gtk_widget_set_sensitive (self->mark_button, FALSE);
  ww_future_report (ww_conversation_mark_verified (self->found, self->number), self, marked_cb, NULL);
}

static void
ww_verify_dialog_dispose (GObject *object)
{
  WwVerifyDialog *self = WW_VERIFY_DIALOG (object);

  dex_clear (&self->finding);
  g_clear_object (&self->found);
  g_clear_object (&self->client);
  g_clear_pointer (&self->number, g_free);
  G_OBJECT_CLASS (ww_verify_dialog_parent_class)->dispose (object);
}

static void
ww_verify_dialog_class_init (WwVerifyDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_verify_dialog_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-verify-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WwVerifyDialog, number_row);
  gtk_widget_class_bind_template_child (widget_class, WwVerifyDialog, result);
  gtk_widget_class_bind_template_child (widget_class, WwVerifyDialog, result_icon);
  gtk_widget_class_bind_template_child (widget_class, WwVerifyDialog, result_label);
  gtk_widget_class_bind_template_child (widget_class, WwVerifyDialog, mark_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, mark_cb);
}

static void
ww_verify_dialog_init (WwVerifyDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ww_verify_dialog_new:
 * @number: what a link brought, or ""; nothing is marked before the person says so
 */
AdwDialog *
ww_verify_dialog_new (WwClient *client, const char *number)
{
  WwVerifyDialog *self = g_object_new (WW_TYPE_VERIFY_DIALOG, NULL);

  self->client = g_object_ref (client);
  gtk_editable_set_text (self->number_row, number);
  return ADW_DIALOG (self);
}
