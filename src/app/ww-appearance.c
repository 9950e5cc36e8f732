/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-appearance"

#include "ww-appearance.h"

const char *const ww_appearance_styles[] = { "system", "light", "dark", NULL };
const char *const ww_appearance_layouts[] = { "bubbles", "compact", NULL };

static const AdwColorScheme schemes[] = {
  ADW_COLOR_SCHEME_DEFAULT,
  ADW_COLOR_SCHEME_FORCE_LIGHT,
  ADW_COLOR_SCHEME_FORCE_DARK,
};
G_STATIC_ASSERT (G_N_ELEMENTS (schemes) == G_N_ELEMENTS (ww_appearance_styles) - 1);

/* The schema has the same choices; a value that is none of them is the first. */
static guint
find (const char *const *choices, const char *value)
{
  for (guint i = 0; choices[i] != NULL; i++)
    if (g_str_equal (choices[i], value))
      return i;
  return 0;
}

static gboolean
scheme_from_setting (GValue *value, GVariant *variant, gpointer data)
{
  g_value_set_enum (value, schemes[find (ww_appearance_styles, g_variant_get_string (variant, NULL))]);
  return TRUE;
}

void
ww_appearance_follow_style (GSettings *settings)
{
  g_settings_bind_with_mapping (settings, "style", adw_style_manager_get_default (), "color-scheme",
                                G_SETTINGS_BIND_GET, scheme_from_setting, NULL, NULL, NULL);
}

static void
layout_changed_cb (GtkWidget *widget, const char *key, GSettings *settings)
{
  g_autofree char *layout = g_settings_get_string (settings, "message-layout");

  if (g_str_equal (layout, "compact"))
    gtk_widget_add_css_class (widget, "compact");
  else
    gtk_widget_remove_css_class (widget, "compact");
}

void
ww_appearance_follow_layout (GSettings *settings, GtkWidget *widget)
{
  g_signal_connect_object (settings, "changed::message-layout", G_CALLBACK (layout_changed_cb), widget,
                           G_CONNECT_SWAPPED);
  layout_changed_cb (widget, NULL, settings);
}

static gboolean
row_from_setting (GValue *value, GVariant *variant, gpointer choices)
{
  g_value_set_uint (value, find (choices, g_variant_get_string (variant, NULL)));
  return TRUE;
}

static GVariant *
setting_from_row (const GValue *value, const GVariantType *type, gpointer data)
{
  const char *const *choices = data;
  guint i = g_value_get_uint (value);

  return i < g_strv_length ((char **) choices) ? g_variant_new_string (choices[i]) : NULL;
}

void
ww_appearance_bind_row (GSettings *settings, const char *key, const char *const *choices, AdwComboRow *row)
{
  g_settings_bind_with_mapping (settings, key, row, "selected", G_SETTINGS_BIND_DEFAULT, row_from_setting,
                                setting_from_row, (gpointer) choices, NULL);
}
