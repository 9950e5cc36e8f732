/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-shortcuts-dialog"

#include "ww-shortcuts-dialog.h"

#include <glib/gi18n.h>

typedef struct
{
  const char *accelerator;
  const char *does;
} Shortcut;

static const Shortcut general[] = {
  { "<Control>n", N_ ("New conversation") },
  { "<Control><Shift>f", N_ ("Search all conversations") },
  { "<Control>comma", N_ ("Preferences") },
  { "<Control>question", N_ ("Keyboard shortcuts") },
  { "F10", N_ ("Main menu") },
  { "F6", N_ ("Next part of the window") },
  { "<Shift>F6", N_ ("Previous part of the window") },
  { "Escape", N_ ("Back") },
  { "<Control>w", N_ ("Close the window") },
  { "<Control>q", N_ ("Quit") },
};

static const Shortcut conversations[] = {
  { "<Alt>Up", N_ ("Conversation above") },
  { "<Alt>Down", N_ ("Conversation below") },
  { "<Control>1", N_ ("First conversation, and so on up to 9") },
  { "<Control>f", N_ ("Find in the conversation") },
  { "<Control>i", N_ ("Conversation details") },
  { "Menu", N_ ("Menu of the chosen conversation") },
};

static const Shortcut writing[] = {
  { "Return", N_ ("Send") },
  { "<Shift>Return", N_ ("New line") },
  { "<Control>o", N_ ("Attach photos and files") },
  { "<Control>period", N_ ("Insert emoji") },
  { "Up", N_ ("Edit the last message, when nothing is written yet") },
};

static const Shortcut messages[] = {
  { "<Control>r", N_ ("Reply") },     { "<Control><Shift>t", N_ ("Tap back") },        { "<Control>c", N_ ("Copy") },
  { "Delete", N_ ("Delete for me") }, { "Menu", N_ ("All that can be done with it") },
};

static GtkWidget *
create_row (const Shortcut *shortcut)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *keys = NULL;
  GtkWidget *label;
  GdkModifierType modifiers;
  guint key;

  if (!gtk_accelerator_parse (shortcut->accelerator, &key, &modifiers))
    return row;
  keys = gtk_accelerator_get_label (key, modifiers);
  label = gtk_label_new (keys);
  gtk_widget_add_css_class (label, "dimmed");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (shortcut->does));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  return row;
}

static void
add_group (AdwPreferencesPage *page, const char *title, const Shortcut *shortcuts, gsize n)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  adw_preferences_group_set_title (group, title);
  for (gsize i = 0; i < n; i++)
    adw_preferences_group_add (group, create_row (&shortcuts[i]));
  adw_preferences_page_add (page, group);
}

/**
 * ww_shortcuts_dialog_new:
 *
 * Made from plain rows: GTK's own window for this is deprecated, and libadwaita's is newer than what is asked for here.
 */
AdwDialog *
ww_shortcuts_dialog_new (void)
{
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *view = adw_toolbar_view_new ();
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());

  add_group (page, _ ("General"), general, G_N_ELEMENTS (general));
  add_group (page, _ ("Conversations"), conversations, G_N_ELEMENTS (conversations));
  add_group (page, _ ("Writing"), writing, G_N_ELEMENTS (writing));
  add_group (page, _ ("Chosen Message"), messages, G_N_ELEMENTS (messages));

  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), GTK_WIDGET (page));
  adw_dialog_set_title (dialog, _ ("Keyboard Shortcuts"));
  adw_dialog_set_content_width (dialog, 460);
  adw_dialog_set_content_height (dialog, 560);
  adw_dialog_set_child (dialog, view);
  return dialog;
}
