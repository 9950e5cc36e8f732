/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-notice-card"

#include "ww-notice-card.h"

#include "ww-alert-answer.h"
#include "ww-clock.h"
#include "ww-time.h"
#include "ww-widget.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _WwNoticeCard
{
  GtkWidget parent_instance;
  GtkLabel *title;
  GtkLabel *body;
  GtkLabel *due;
  GtkWidget *remove_button;
  GtkWidget *accept_button;
  GtkWidget *review_button;
};

G_DEFINE_FINAL_TYPE (WwNoticeCard, ww_notice_card, GTK_TYPE_WIDGET)

static void
ww_notice_card_dispose (GObject *object)
{
  ww_widget_dispose_children (GTK_WIDGET (object), WW_TYPE_NOTICE_CARD);
  G_OBJECT_CLASS (ww_notice_card_parent_class)->dispose (object);
}

static void
ww_notice_card_class_init (WwNoticeCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_notice_card_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-notice-card.ui");
  gtk_widget_class_bind_template_child (widget_class, WwNoticeCard, title);
  gtk_widget_class_bind_template_child (widget_class, WwNoticeCard, body);
  gtk_widget_class_bind_template_child (widget_class, WwNoticeCard, due);
  gtk_widget_class_bind_template_child (widget_class, WwNoticeCard, remove_button);
  gtk_widget_class_bind_template_child (widget_class, WwNoticeCard, accept_button);
  gtk_widget_class_bind_template_child (widget_class, WwNoticeCard, review_button);
}

static void
ww_notice_card_init (WwNoticeCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
set_action (GtkWidget *button, const char *action, GVariant *target)
{
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}

static void
show_due (WwNoticeCard *self, WwAlert *alert)
{
  g_autoptr (GDateTime) now = ww_clock_dup_now (ww_clock_get_default ());
  g_autofree char *when = NULL;
  g_autofree char *text = NULL;

  if (!ww_alert_get_can_refuse (alert) || ww_alert_get_due_ms (alert) == 0)
    return;
  when = ww_time_format_sentence (ww_alert_get_due_ms (alert), now);
  /* Translators: %s is when, as in “tomorrow at 10:32”. */
  text = g_strdup_printf (_ ("Unless you refuse, it happens %s."), when);
  gtk_label_set_text (self->due, text);
  gtk_widget_set_visible (GTK_WIDGET (self->due), TRUE);
}

/* What somebody else can have done can be undone or refused from here; the rest is to be read. */
GtkWidget *
ww_notice_card_new_for_alert (WwAlert *alert)
{
  WwNoticeCard *self = g_object_new (WW_TYPE_NOTICE_CARD, NULL);
  WwAlertAnswer answer = ww_alert_answer_for (alert);

  gtk_label_set_text (self->title, ww_alert_get_title (alert));
  gtk_label_set_text (self->body, ww_alert_get_body (alert));
  show_due (self, alert);
  gtk_widget_set_visible (self->review_button, FALSE);
  gtk_widget_set_visible (self->remove_button, answer.action != NULL);
  if (answer.action != NULL)
    {
      gtk_button_set_label (GTK_BUTTON (self->remove_button), answer.label);
      set_action (self->remove_button, answer.action, g_variant_new_int64 (ww_alert_get_row (alert)));
    }
  set_action (self->accept_button, "app.alert-acknowledge", g_variant_new_int64 (ww_alert_get_row (alert)));
  if (answer.action == NULL)
    gtk_button_set_label (GTK_BUTTON (self->accept_button), _ ("Got It"));
  return GTK_WIDGET (self);
}

GtkWidget *
ww_notice_card_new_for_pending (WwPendingDevice *device)
{
  WwNoticeCard *self = g_object_new (WW_TYPE_NOTICE_CARD, NULL);
  /* Translators: %s is the name of a device. */
  g_autofree char *body = g_strdup_printf (_ ("“%s” wants to join your account."), ww_pending_device_get_name (device));

  gtk_label_set_text (self->title, _ ("New Device"));
  gtk_label_set_text (self->body, body);
  gtk_widget_set_visible (self->remove_button, FALSE);
  gtk_widget_set_visible (self->accept_button, FALSE);
  set_action (self->review_button, "app.review-device", g_variant_new_string (ww_pending_device_get_id (device)));
  return GTK_WIDGET (self);
}

/* Returns: (transfer none): what it says, in one sentence. */
const char *
ww_notice_card_get_sentence (WwNoticeCard *self)
{
  return gtk_label_get_text (self->body);
}
