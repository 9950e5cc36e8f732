/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-message-bar"

#include "ww-message-bar.h"

#include <glib/gi18n.h>

#include "ww-tapback-choice.h"
#include "ww-tapbacks.h"
#include "ww-widget.h"

struct _WwMessageBar
{
  GtkWidget parent_instance;
  WwTapbackChoice *choice;
  WwTranscriptRow *row; /* weak */
};

G_DEFINE_FINAL_TYPE (WwMessageBar, ww_message_bar, GTK_TYPE_WIDGET)

static void
activate (WwMessageBar *self, const char *action)
{
  if (self->row != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self->row), action, NULL);
}

static void
picked_cb (WwMessageBar *self, const char *emoji)
{
  if (self->row != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self->row), "message.tap-back", "s", emoji);
}

static void
more_cb (WwMessageBar *self)
{
  activate (self, "message.choose-emoji");
}

static void
reply_cb (WwMessageBar *self)
{
  activate (self, "message.reply");
}

static void
menu_cb (WwMessageBar *self)
{
  activate (self, "message.menu");
}

/**
 * ww_message_bar_set_row:
 * @row: (nullable): whose message the buttons are for
 */
void
ww_message_bar_set_row (WwMessageBar *self, WwTranscriptRow *row)
{
  WwTranscriptItem *item = row != NULL ? ww_transcript_row_get_item (row) : NULL;

  g_set_weak_pointer (&self->row, row);
  if (item != NULL)
    ww_tapback_choice_set_own (self->choice,
                               ww_tapbacks_get_own (ww_message_get_tapbacks (ww_transcript_item_get_message (item))));
}

static void
ww_message_bar_dispose (GObject *object)
{
  g_clear_weak_pointer (&WW_MESSAGE_BAR (object)->row);
  ww_widget_dispose_children (GTK_WIDGET (object), WW_TYPE_MESSAGE_BAR);
  G_OBJECT_CLASS (ww_message_bar_parent_class)->dispose (object);
}

static void
ww_message_bar_class_init (WwMessageBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_message_bar_dispose;
  g_type_ensure (WW_TYPE_TAPBACK_CHOICE);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-message-bar.ui");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TOOLBAR);
  gtk_widget_class_bind_template_child (widget_class, WwMessageBar, choice);
  gtk_widget_class_bind_template_callback (widget_class, picked_cb);
  gtk_widget_class_bind_template_callback (widget_class, more_cb);
  gtk_widget_class_bind_template_callback (widget_class, reply_cb);
  gtk_widget_class_bind_template_callback (widget_class, menu_cb);
}

static void
ww_message_bar_init (WwMessageBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ww_message_bar_new (void)
{
  return g_object_new (WW_TYPE_MESSAGE_BAR, NULL);
}
