/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-request-bar"

#include "ww-request-bar.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ww-address-text.h"
#include "ww-widget.h"

struct _WwRequestBar
{
  GtkWidget parent_instance;
  GtkLabel *body;
  GtkWidget *accept_button;
};

G_DEFINE_FINAL_TYPE (WwRequestBar, ww_request_bar, GTK_TYPE_WIDGET)

enum
{
  ACCEPT,
  DELETE,
  BLOCK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
accept_cb (WwRequestBar *self)
{
  g_signal_emit (self, signals[ACCEPT], 0);
}

static void
delete_cb (WwRequestBar *self)
{
  g_signal_emit (self, signals[DELETE], 0);
}

static void
block_cb (WwRequestBar *self)
{
  g_signal_emit (self, signals[BLOCK], 0);
}

/**
 * ww_request_bar_set_conversation:
 * @conversation: whose request it is; shown with the address, because anybody can give themselves any name
 */
void
ww_request_bar_set_conversation (WwRequestBar *self, WwConversation *conversation)
{
  g_autofree char *handle = NULL;
  g_autofree char *body = NULL;

  if (ww_conversation_get_kind (conversation) == WW_CONVERSATION_KIND_GROUP)
    {
      gtk_label_set_text (self->body, _ ("Somebody who isn't in your conversations put you into this group. They don't "
                                         "learn that you have read this unless you accept."));
      return;
    }
  handle = ww_address_text_for_display (ww_conversation_get_handle (conversation));
  /* Translators: %s is an address or a number. */
  body = g_strdup_printf (
      _ ("%s isn't in your conversations. They don't learn that you have read this unless you accept."), handle);
  gtk_label_set_text (self->body, body);
}

static gboolean
ww_request_bar_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (WW_REQUEST_BAR (widget)->accept_button);
}

static void
ww_request_bar_dispose (GObject *object)
{
  ww_widget_dispose_children (GTK_WIDGET (object), WW_TYPE_REQUEST_BAR);
  G_OBJECT_CLASS (ww_request_bar_parent_class)->dispose (object);
}

static void
ww_request_bar_class_init (WwRequestBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const char *const names[N_SIGNALS] = { "accept", "delete", "block" };

  G_OBJECT_CLASS (klass)->dispose = ww_request_bar_dispose;
  widget_class->grab_focus = ww_request_bar_grab_focus;
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                               0);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-request-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, WwRequestBar, body);
  gtk_widget_class_bind_template_child (widget_class, WwRequestBar, accept_button);
  gtk_widget_class_bind_template_callback (widget_class, accept_cb);
  gtk_widget_class_bind_template_callback (widget_class, delete_cb);
  gtk_widget_class_bind_template_callback (widget_class, block_cb);
}

static void
ww_request_bar_init (WwRequestBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
