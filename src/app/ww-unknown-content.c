/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-unknown-content"

#include "ww-unknown-content.h"

#include <glib/gi18n.h>

#include "ww-widget.h"

/* Stands in for what only a newer version can show: it is kept, and shows after an update. */
struct _WwUnknownContent
{
  GtkWidget parent_instance;

  GtkLabel *label;
};

static void message_content_init (WwMessageContentInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WwUnknownContent, ww_unknown_content, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (WW_TYPE_MESSAGE_CONTENT, message_content_init))

static void
ww_unknown_content_set_message (WwMessageContent *content, WwMessage *message, gboolean plain)
{
  WwUnknownContent *self = WW_UNKNOWN_CONTENT (content);

  gtk_label_set_text (self->label,
                      _ ("This message needs a newer version of Waxwing. It's kept, and shows after an update."));
}

static void
message_content_init (WwMessageContentInterface *iface)
{
  iface->set_message = ww_unknown_content_set_message;
}

static void
ww_unknown_content_dispose (GObject *object)
{
  ww_widget_dispose_children (GTK_WIDGET (object), WW_TYPE_UNKNOWN_CONTENT);
  G_OBJECT_CLASS (ww_unknown_content_parent_class)->dispose (object);
}

static void
ww_unknown_content_class_init (WwUnknownContentClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_unknown_content_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-unknown-content.ui");
  gtk_widget_class_bind_template_child (widget_class, WwUnknownContent, label);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
ww_unknown_content_init (WwUnknownContent *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
