/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-identity-bar"

#include "ww-identity-bar.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ww-widget.h"

struct _WwIdentityBar
{
  GtkWidget parent_instance;
  GtkLabel *title;
  GtkLabel *body;
  GtkWidget *anyway_button;

  WwConversation *conversation;
  GSignalGroup *conversation_signals;
};

G_DEFINE_FINAL_TYPE (WwIdentityBar, ww_identity_bar, GTK_TYPE_WIDGET)

enum
{
  COMPARE,
  SEND_ANYWAY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
compare_cb (WwIdentityBar *self)
{
  g_signal_emit (self, signals[COMPARE], 0);
}

static void
anyway_cb (WwIdentityBar *self)
{
  g_signal_emit (self, signals[SEND_ANYWAY], 0);
}

static char *
dup_body (const char *name, gboolean verified)
{
  if (verified)
    /* Translators: %1$s is a person's name, each time. */
    return g_strdup_printf (
        _ ("You had compared the number with %1$s, and now it is another one. Either %1$s started "
           "over, or somebody pretends to be them. Ask %1$s by another way. Nothing is sent until you "
           "decide."),
        name);
  /* Translators: %1$s is a person's name, each time. */
  return g_strdup_printf (_ ("Mostly this means that %1$s lost their devices and started over. It can also be somebody "
                             "who pretends to be them. Nothing is sent until you decide."),
                          name);
}

static void
update (WwIdentityBar *self)
{
  WwTrust trust = self->conversation != NULL ? ww_conversation_get_trust (self->conversation) : WW_TRUST_UNVERIFIED;
  gboolean was_visible = gtk_widget_get_visible (GTK_WIDGET (self));
  gboolean changed = trust == WW_TRUST_CHANGED || trust == WW_TRUST_VERIFIED_CHANGED;
  const char *name;
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), changed);
  if (!changed)
    return;
  name = ww_conversation_get_title (self->conversation);
  /* Translators: %s is a person's name. */
  title = g_strdup_printf (_ ("Your safety number with %s has changed"), name);
  body = dup_body (name, trust == WW_TRUST_VERIFIED_CHANGED);
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->body, body);
  ww_widget_set_css_class (GTK_WIDGET (self), "severe", trust == WW_TRUST_VERIFIED_CHANGED);
  ww_widget_set_css_class (self->anyway_button, "destructive-action", trust == WW_TRUST_VERIFIED_CHANGED);
  if (!was_visible)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), title, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

/**
 * ww_identity_bar_set_conversation:
 * @conversation: (nullable): whose identity is watched
 */
void
ww_identity_bar_set_conversation (WwIdentityBar *self, WwConversation *conversation)
{
  g_set_object (&self->conversation, conversation);
  g_signal_group_set_target (self->conversation_signals, conversation);
  update (self);
}

static void
ww_identity_bar_dispose (GObject *object)
{
  WwIdentityBar *self = WW_IDENTITY_BAR (object);

  g_clear_object (&self->conversation_signals);
  g_clear_object (&self->conversation);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_IDENTITY_BAR);
  G_OBJECT_CLASS (ww_identity_bar_parent_class)->dispose (object);
}

static void
ww_identity_bar_class_init (WwIdentityBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_identity_bar_dispose;
  signals[COMPARE] = g_signal_new ("compare", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[SEND_ANYWAY] = g_signal_new ("send-anyway", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-identity-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, WwIdentityBar, title);
  gtk_widget_class_bind_template_child (widget_class, WwIdentityBar, body);
  gtk_widget_class_bind_template_child (widget_class, WwIdentityBar, anyway_button);
  gtk_widget_class_bind_template_callback (widget_class, compare_cb);
  gtk_widget_class_bind_template_callback (widget_class, anyway_cb);
}

static void
ww_identity_bar_init (WwIdentityBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->conversation_signals = g_signal_group_new (WW_TYPE_CONVERSATION);
  g_signal_group_connect_swapped (self->conversation_signals, "notify::trust", G_CALLBACK (update), self);
  g_signal_group_connect_swapped (self->conversation_signals, "notify::title", G_CALLBACK (update), self);
}
