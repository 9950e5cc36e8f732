/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-general-page"

#include "ww-general-page.h"

#include "ww-appearance.h"

struct _WwGeneralPage
{
  AdwPreferencesPage parent_instance;
  AdwComboRow *style_row;
  AdwComboRow *layout_row;
  GtkWidget *enter_row;

  GSettings *settings;
};

G_DEFINE_FINAL_TYPE (WwGeneralPage, ww_general_page, ADW_TYPE_PREFERENCES_PAGE)

static void
ww_general_page_dispose (GObject *object)
{
  WwGeneralPage *self = WW_GENERAL_PAGE (object);

  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ww_general_page_parent_class)->dispose (object);
}

static void
ww_general_page_class_init (WwGeneralPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_general_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-general-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WwGeneralPage, style_row);
  gtk_widget_class_bind_template_child (widget_class, WwGeneralPage, layout_row);
  gtk_widget_class_bind_template_child (widget_class, WwGeneralPage, enter_row);
}

static void
ww_general_page_init (WwGeneralPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = g_settings_new (APPLICATION_ID);
  ww_appearance_bind_row (self->settings, "style", ww_appearance_styles, self->style_row);
  ww_appearance_bind_row (self->settings, "message-layout", ww_appearance_layouts, self->layout_row);
  g_settings_bind (self->settings, "enter-sends", self->enter_row, "active", G_SETTINGS_BIND_DEFAULT);
}
