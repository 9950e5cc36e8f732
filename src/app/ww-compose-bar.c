/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-compose-bar"

#include "ww-compose-bar.h"

#include <glib/gi18n.h>

#include "ww-message-words.h"
#include "ww-widget.h"

struct _WwComposeBar
{
  GtkWidget parent_instance;
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *text;
  GtkWidget *cancel_button;
};

G_DEFINE_FINAL_TYPE (WwComposeBar, ww_compose_bar, GTK_TYPE_WIDGET)

enum
{
  CANCEL,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
cancel_cb (WwComposeBar *self)
{
  g_signal_emit (self, signals[CANCEL], 0);
}

static char *
dup_title (WwMessage *message, gboolean edit)
{
  if (edit)
    return g_strdup (_ ("Edit message"));
  if (ww_message_get_outgoing (message))
    return g_strdup (_ ("Reply to yourself"));
  /* Translators: %s is a person's name. */
  return g_strdup_printf (_ ("Reply to %s"), ww_message_get_sender_name (message));
}

/**
 * ww_compose_bar_set:
 * @message: (nullable): what is answered or changed
 * @edit: whether it is changed
 */
void
ww_compose_bar_set (WwComposeBar *self, WwMessage *message, gboolean edit)
{
  g_autofree char *words = NULL;
  g_autofree char *title = NULL;
  g_autofree char *told = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), message != NULL);
  if (message == NULL)
    return;
  words = ww_message_dup_words (message);
  g_strdelimit (words, "\n\r\t", ' ');
  title = dup_title (message, edit);
  gtk_image_set_from_icon_name (self->icon, edit ? "document-edit-symbolic" : "mail-reply-sender-symbolic");
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->text, words);
  gtk_widget_set_tooltip_text (self->cancel_button, edit ? _ ("Stop Editing") : _ ("Don't Reply"));
  /* Translators: what one does from now on (“Reply to Bob”), and the message it is about. */
  told = g_strdup_printf (_ ("%1$s: %2$s"), title, words);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), told, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
ww_compose_bar_dispose (GObject *object)
{
  ww_widget_dispose_children (GTK_WIDGET (object), WW_TYPE_COMPOSE_BAR);
  G_OBJECT_CLASS (ww_compose_bar_parent_class)->dispose (object);
}

static void
ww_compose_bar_class_init (WwComposeBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_compose_bar_dispose;
  signals[CANCEL] = g_signal_new ("cancel", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-compose-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, WwComposeBar, icon);
  gtk_widget_class_bind_template_child (widget_class, WwComposeBar, title);
  gtk_widget_class_bind_template_child (widget_class, WwComposeBar, text);
  gtk_widget_class_bind_template_child (widget_class, WwComposeBar, cancel_button);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
ww_compose_bar_init (WwComposeBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
