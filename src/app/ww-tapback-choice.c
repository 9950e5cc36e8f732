/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-tapback-choice"

#include "ww-tapback-choice.h"

#include <glib/gi18n.h>

#include "ww-tapbacks.h"
#include "ww-widget.h"

struct _WwTapbackChoice
{
  GtkWidget parent_instance;
  GtkWidget *quick[WW_QUICK_TAPBACKS];
  gboolean setting;
};

G_DEFINE_FINAL_TYPE (WwTapbackChoice, ww_tapback_choice, GTK_TYPE_WIDGET)

enum
{
  PICKED,
  MORE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
toggled_cb (WwTapbackChoice *self, GtkToggleButton *button)
{
  gboolean active = gtk_toggle_button_get_active (button);

  for (guint i = 0; i < WW_QUICK_TAPBACKS && !self->setting; i++)
    if (self->quick[i] == GTK_WIDGET (button))
      g_signal_emit (self, signals[PICKED], 0, active ? ww_quick_tapback_emoji (i) : "");
}

static void
more_cb (WwTapbackChoice *self)
{
  g_signal_emit (self, signals[MORE], 0);
}

/**
 * ww_tapback_choice_set_own:
 * @emoji: (nullable): what the person tapped back with so far
 */
void
ww_tapback_choice_set_own (WwTapbackChoice *self, const char *emoji)
{
  self->setting = TRUE;
  for (guint i = 0; i < WW_QUICK_TAPBACKS; i++)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->quick[i]),
                                  emoji != NULL && ww_tapback_same (emoji, ww_quick_tapback_emoji (i)));
  self->setting = FALSE;
}

static gboolean
ww_tapback_choice_grab_focus (GtkWidget *widget)
{
  WwTapbackChoice *self = WW_TAPBACK_CHOICE (widget);

  for (guint i = 0; i < WW_QUICK_TAPBACKS; i++)
    if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->quick[i])))
      return gtk_widget_grab_focus (self->quick[i]);
  return gtk_widget_grab_focus (self->quick[0]);
}

static void
ww_tapback_choice_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ww_tapback_choice_parent_class)->dispose (object);
}

static void
ww_tapback_choice_class_init (WwTapbackChoiceClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_tapback_choice_dispose;
  widget_class->grab_focus = ww_tapback_choice_grab_focus;
  signals[PICKED] = g_signal_new ("picked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[MORE] = g_signal_new ("more", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
ww_tapback_choice_init (WwTapbackChoice *self)
{
  GtkWidget *more = gtk_button_new_from_icon_name ("list-add-symbolic");

  gtk_widget_add_css_class (GTK_WIDGET (self), "tapback-choice");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Tap Back"), -1);
  for (guint i = 0; i < WW_QUICK_TAPBACKS; i++)
    {
      GtkWidget *button = gtk_toggle_button_new ();

      /* A child, not a label: that would be the button's name. */
      gtk_button_set_child (GTK_BUTTON (button), gtk_label_new (ww_quick_tapback_emoji (i)));
      gtk_widget_add_css_class (button, "flat");
      gtk_widget_add_css_class (button, "circular");
      gtk_widget_set_tooltip_text (button, ww_quick_tapback_name (i));
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, ww_quick_tapback_name (i),
                                      -1);
      g_signal_connect_object (button, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
      gtk_widget_set_parent (button, GTK_WIDGET (self));
      self->quick[i] = button;
    }
  gtk_widget_add_css_class (more, "flat");
  gtk_widget_add_css_class (more, "circular");
  gtk_widget_set_tooltip_text (more, _ ("More Emoji"));
  g_signal_connect_object (more, "clicked", G_CALLBACK (more_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_parent (more, GTK_WIDGET (self));
}

GtkWidget *
ww_tapback_choice_new (void)
{
  return g_object_new (WW_TYPE_TAPBACK_CHOICE, NULL);
}
