/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-unsent-content"

#include "ww-unsent-content.h"

#include "ww-message-words.h"
#include "ww-widget.h"

/* Stands where a message was that its sender took back. */
struct _WwUnsentContent
{
  GtkWidget parent_instance;
  GtkLabel *label;
};

static void message_content_init (WwMessageContentInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WwUnsentContent, ww_unsent_content, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (WW_TYPE_MESSAGE_CONTENT, message_content_init))

static void
ww_unsent_content_set_message (WwMessageContent *content, WwMessage *message, gboolean plain)
{
  g_autofree char *words = ww_message_dup_words (message);

  gtk_label_set_text (WW_UNSENT_CONTENT (content)->label, words);
}

static void
message_content_init (WwMessageContentInterface *iface)
{
  iface->set_message = ww_unsent_content_set_message;
}

static void
ww_unsent_content_dispose (GObject *object)
{
  ww_widget_dispose_children (GTK_WIDGET (object), WW_TYPE_UNSENT_CONTENT);
  G_OBJECT_CLASS (ww_unsent_content_parent_class)->dispose (object);
}

static void
ww_unsent_content_class_init (WwUnsentContentClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_unsent_content_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-unsent-content.ui");
  gtk_widget_class_bind_template_child (widget_class, WwUnsentContent, label);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
ww_unsent_content_init (WwUnsentContent *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
