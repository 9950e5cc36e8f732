/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-safety-number-page"

#include "ww-safety-number-page.h"

#include <glib/gi18n.h>

#include "ww-future.h"
#include "ww-qr-code.h"
#include "ww-widget.h"

#define GROUP          5
#define GROUPS_IN_LINE 3
/* A telephone reads a code of this size off a screen at arm's length. */
#define CODE_PIXELS 200

struct _WwSafetyNumberPage
{
  AdwNavigationPage parent_instance;
  AdwToastOverlay *toasts;
  GtkStack *stack;
  AdwStatusPage *failed_page;
  GtkWidget *status;
  GtkImage *status_icon;
  GtkLabel *status_label;
  GtkPicture *picture;
  GtkLabel *number_label;
  GtkLabel *explanation;
  GtkWidget *mark_button;

  WwConversation *conversation;
  DexFuture *loading;
  char *number; /* NULL until it is there */
};

G_DEFINE_FINAL_TYPE (WwSafetyNumberPage, ww_safety_number_page, ADW_TYPE_NAVIGATION_PAGE)

static char *
join_groups (const char *number, const char *in_line, const char *between_lines)
{
  GString *joined = g_string_new (NULL);
  gsize length = strlen (number);

  for (gsize i = 0; i * GROUP < length; i++)
    {
      if (i > 0)
        g_string_append (joined, i % GROUPS_IN_LINE == 0 ? between_lines : in_line);
      g_string_append_len (joined, number + i * GROUP, (gssize) MIN (GROUP, length - i * GROUP));
    }
  return g_string_free (joined, FALSE);
}

/**
 * ww_safety_number_format:
 * @number: digits without spaces
 *
 * Returns: (transfer full): in groups of five, three in a line, for people to compare
 */
char *
ww_safety_number_format (const char *number)
{
  return join_groups (number, "  ", "\n");
}

static void
toast (WwSafetyNumberPage *self, const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_overlay_add_toast (self->toasts, toast);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static void
update_mark (WwSafetyNumberPage *self)
{
  const char *name = ww_conversation_get_title (self->conversation);
  gboolean verified = ww_conversation_get_trust (self->conversation) == WW_TRUST_VERIFIED;
  /* Translators: %s is a person's name. */
  g_autofree char *status = g_strdup_printf (verified ? _ ("You compared this number with %s")
                                                      /* Translators: %s is a person's name. */
                                                      : _ ("You have not compared this number with %s yet"),
                                             name);

  gtk_label_set_text (self->status_label, status);
  gtk_image_set_from_icon_name (self->status_icon, verified ? "waxwing-verified-symbolic" : "waxwing-privacy-symbolic");
  ww_widget_set_css_class (self->status, "success", verified);
  gtk_button_set_label (GTK_BUTTON (self->mark_button), verified ? _ ("Remove Mark") : _ ("Mark as Verified"));
  ww_widget_set_css_class (self->mark_button, "suggested-action", !verified);
}

static void
show_number (WwSafetyNumberPage *self)
{
  g_autofree char *shown = ww_safety_number_format (self->number);
  g_autofree char *spoken = join_groups (self->number, ", ", ", ");
  g_autofree char *uri = g_strconcat ("waxwing:verify?number=", self->number, NULL);
  g_autoptr (GdkPaintable) code = ww_qr_code_new (uri, CODE_PIXELS);
  /* Translators: %s is a person's name, three times. */
  g_autofree char *explanation = g_strdup_printf (
      _ ("Meet %1$s or call them, and see whether both of you have the same digits; or scan the code from the other's "
         "screen. If they are the same, nobody sits between you and %1$s."),
      ww_conversation_get_title (self->conversation));

  gtk_label_set_text (self->number_label, shown);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->number_label), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  gtk_picture_set_paintable (self->picture, code);
  gtk_widget_set_visible (GTK_WIDGET (self->picture), code != NULL);
  gtk_label_set_text (self->explanation, explanation);
  gtk_stack_set_visible_child_name (self->stack, "number");
  update_mark (self);
  gtk_widget_grab_focus (self->mark_button);
}

static void
loaded_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwSafetyNumberPage *self = owner;
  g_autofree char *escaped = NULL;

  if (error == NULL)
    {
      g_set_str (&self->number, g_value_get_string (value));
      show_number (self);
      return;
    }
  escaped = g_markup_escape_text (error->message, -1);
  adw_status_page_set_description (self->failed_page, escaped);
  gtk_stack_set_visible_child_name (self->stack, "failed");
  gtk_accessible_announce (GTK_ACCESSIBLE (self), error->message, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static void
load (WwSafetyNumberPage *self)
{
  gtk_stack_set_visible_child_name (self->stack, "waiting");
  dex_clear (&self->loading);
  self->loading = ww_future_watch (ww_conversation_load_safety_number (self->conversation), self, loaded_cb, NULL);
}

static void
retry_cb (WwSafetyNumberPage *self)
{
  load (self);
}

/* It changes while it is looked at only when the person's identity does. */
static void
trust_cb (WwSafetyNumberPage *self)
{
  update_mark (self);
  if (ww_conversation_get_trust (self->conversation) != WW_TRUST_VERIFIED)
    load (self);
}

static void
copy_cb (WwSafetyNumberPage *self)
{
  g_autofree char *shown = NULL;

  if (self->number == NULL)
    return;
  shown = ww_safety_number_format (self->number);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), shown);
  toast (self, _ ("Safety number copied"));
}

static void
marked_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwSafetyNumberPage *self = owner;

  gtk_widget_set_sensitive (self->mark_button, TRUE);
  if (error != NULL)
    {
      toast (self, error->message);
      load (self);
      return;
    }
  update_mark (self);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), gtk_label_get_text (self->status_label),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
  gtk_widget_grab_focus (self->mark_button);
}

static void
mark_cb (WwSafetyNumberPage *self)
{
  gboolean verified = ww_conversation_get_trust (self->conversation) == WW_TRUST_VERIFIED;

  if (self->number == NULL)
    return;
  gtk_widget_set_sensitive (self->mark_button, FALSE);
  ww_future_report (ww_conversation_mark_verified (self->conversation, verified ? NULL : self->number), self, marked_cb,
                    NULL);
}

static void
ww_safety_number_page_dispose (GObject *object)
{
  WwSafetyNumberPage *self = WW_SAFETY_NUMBER_PAGE (object);

  dex_clear (&self->loading);
  g_clear_object (&self->conversation);
  g_clear_pointer (&self->number, g_free);
  G_OBJECT_CLASS (ww_safety_number_page_parent_class)->dispose (object);
}

static void
ww_safety_number_page_class_init (WwSafetyNumberPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_safety_number_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-safety-number-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WwSafetyNumberPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, WwSafetyNumberPage, stack);
  gtk_widget_class_bind_template_child (widget_class, WwSafetyNumberPage, failed_page);
  gtk_widget_class_bind_template_child (widget_class, WwSafetyNumberPage, status);
  gtk_widget_class_bind_template_child (widget_class, WwSafetyNumberPage, status_icon);
  gtk_widget_class_bind_template_child (widget_class, WwSafetyNumberPage, status_label);
  gtk_widget_class_bind_template_child (widget_class, WwSafetyNumberPage, picture);
  gtk_widget_class_bind_template_child (widget_class, WwSafetyNumberPage, number_label);
  gtk_widget_class_bind_template_child (widget_class, WwSafetyNumberPage, explanation);
  gtk_widget_class_bind_template_child (widget_class, WwSafetyNumberPage, mark_button);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, mark_cb);
}

static void
ww_safety_number_page_init (WwSafetyNumberPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Digits have one order, whichever way the language is read. */
  gtk_widget_set_direction (GTK_WIDGET (self->number_label), GTK_TEXT_DIR_LTR);
}

AdwNavigationPage *
ww_safety_number_page_new (WwConversation *conversation)
{
  WwSafetyNumberPage *self = g_object_new (WW_TYPE_SAFETY_NUMBER_PAGE, NULL);

  self->conversation = g_object_ref (conversation);
  g_signal_connect_object (conversation, "notify::trust", G_CALLBACK (trust_cb), self, G_CONNECT_SWAPPED);
  load (self);
  return ADW_NAVIGATION_PAGE (self);
}

/**
 * ww_safety_number_dialog_new:
 *
 * Returns: (transfer floating): the page by itself, for when the person comes from elsewhere than the details
 */
AdwDialog *
ww_safety_number_dialog_new (WwConversation *conversation)
{
  AdwDialog *dialog = adw_dialog_new ();

  adw_dialog_set_title (dialog, _ ("Safety Number"));
  adw_dialog_set_content_width (dialog, 440);
  adw_dialog_set_content_height (dialog, 640);
  adw_dialog_set_child (dialog, GTK_WIDGET (ww_safety_number_page_new (conversation)));
  return dialog;
}
