/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-window"

#include "ww-window-private.h"

#include <gdk/gdkkeysyms.h>
#include <glib/gi18n.h>

#include "ww-approval-dialog.h"
#include "ww-future.h"
#include "ww-new-conversation-dialog.h"
#include "ww-verify-dialog.h"

static gboolean
is_ready (WwWindow *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "main") == 0;
}

static void
started_cb (WwWindow *self, WwConversation *conversation)
{
  ww_window_show_conversation (self, conversation);
}

/* A dialog gives the keyboard back to where it was before: after a new conversation it belongs to what one writes. */
static void
closed_cb (WwWindow *self)
{
  ww_conversation_page_focus_composer (self->conversation_page);
}

/**
 * ww_window_new_conversation:
 * @handle: (nullable): what is filled in
 */
void
ww_window_new_conversation (WwWindow *self, const char *handle)
{
  WwNewConversationDialog *dialog;

  if (!is_ready (self))
    return;
  dialog = ww_new_conversation_dialog_new (self->client, handle);
  g_signal_connect_object (dialog, "started", G_CALLBACK (started_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (dialog, "closed", G_CALLBACK (closed_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

/**
 * ww_window_open:
 * @conversation_id: what a notification named; one that is gone opens nothing
 */
void
ww_window_open (WwWindow *self, const char *conversation_id)
{
  g_autoptr (WwConversation) conversation = ww_client_find_conversation (self->client, conversation_id);

  if (conversation != NULL && is_ready (self))
    ww_window_show_conversation (self, conversation);
}

/**
 * ww_window_review_device:
 *
 * Asks about a device that wants to join. Preferences, from where one can come here, make room first.
 */
void
ww_window_review_device (WwWindow *self, const char *device_id)
{
  GListModel *pending = ww_client_get_pending_devices (self->client);
  AdwDialog *open = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self));

  if (WW_IS_APPROVAL_DIALOG (open))
    return;
  for (guint i = 0; i < g_list_model_get_n_items (pending); i++)
    {
      g_autoptr (WwPendingDevice) device = g_list_model_get_item (pending, i);

      if (!g_str_equal (ww_pending_device_get_id (device), device_id))
        continue;
      if (open != NULL)
        adw_dialog_close (open);
      adw_dialog_present (ww_approval_dialog_new (device), GTK_WIDGET (self));
      return;
    }
}

/**
 * ww_window_compare_number:
 * @number: what a link brought, or ""
 */
void
ww_window_compare_number (WwWindow *self, const char *number)
{
  AdwDialog *open = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self));

  if (!is_ready (self))
    return;
  if (open != NULL)
    adw_dialog_close (open);
  adw_dialog_present (ww_verify_dialog_new (self->client, number), GTK_WIDGET (self));
}

static void
refused_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwWindow *self = owner;

  ww_conversation_page_toast (self->conversation_page,
                              error != NULL ? error->message : _ ("Refused. Your account stays as it is."));
}

/**
 * ww_window_refuse_claim:
 * @alert: about somebody who wants an address, or the account
 */
void
ww_window_refuse_claim (WwWindow *self, WwAlert *alert)
{
  ww_future_report (ww_client_refuse_claim (self->client, alert), self, refused_cb, NULL);
}

static void
new_conversation_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ww_window_new_conversation (WW_WINDOW (widget), NULL);
}

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwWindow *self = WW_WINDOW (widget);

  if (!is_ready (self))
    return;
  adw_navigation_split_view_set_show_content (self->split_view, FALSE);
  ww_sidebar_open_search (self->sidebar);
}

static void
find_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwWindow *self = WW_WINDOW (widget);

  if (is_ready (self))
    ww_conversation_page_find (self->conversation_page);
}

static void
details_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwWindow *self = WW_WINDOW (widget);

  if (is_ready (self))
    ww_conversation_page_toggle_details (self->conversation_page);
}

static void
neighbour_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwWindow *self = WW_WINDOW (widget);

  if (is_ready (self))
    ww_sidebar_open_neighbour (self->sidebar, g_variant_get_int32 (parameter));
}

static void
nth_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwWindow *self = WW_WINDOW (widget);

  if (is_ready (self))
    ww_sidebar_open_nth (self->sidebar, (guint) g_variant_get_int32 (parameter) - 1);
}

static void
region_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwWindow *self = WW_WINDOW (widget);

  if (is_ready (self))
    ww_window_focus_region (self, g_variant_get_int32 (parameter));
}

static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwWindow *self = WW_WINDOW (widget);

  if (!is_ready (self) || ww_sidebar_close_search (self->sidebar))
    return;
  if ((!adw_navigation_split_view_get_collapsed (self->split_view) ||
       !adw_navigation_split_view_get_show_content (self->split_view)) &&
      ww_sidebar_close_requests (self->sidebar))
    return;
  if (ww_conversation_page_leave_details (self->conversation_page))
    {
      ww_conversation_page_focus_composer (self->conversation_page);
      return;
    }
  if (adw_navigation_split_view_get_collapsed (self->split_view))
    adw_navigation_split_view_set_show_content (self->split_view, FALSE);
  else
    ww_sidebar_focus_list (self->sidebar);
}

static void
add_binding (GtkWidgetClass *widget_class, const char *accelerator, const char *action)
{
  GdkModifierType modifiers;
  guint key;

  gtk_accelerator_parse (accelerator, &key, &modifiers);
  gtk_widget_class_add_binding_action (widget_class, key, modifiers, action, NULL);
}

static void
add_binding_int (GtkWidgetClass *widget_class, const char *accelerator, const char *action, int value)
{
  GdkModifierType modifiers;
  guint key;

  gtk_accelerator_parse (accelerator, &key, &modifiers);
  gtk_widget_class_add_binding_action (widget_class, key, modifiers, action, "i", value);
}

void
ww_window_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.new-conversation", NULL, new_conversation_action);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "win.find", NULL, find_action);
  gtk_widget_class_install_action (widget_class, "win.details", NULL, details_action);
  gtk_widget_class_install_action (widget_class, "win.neighbour", "i", neighbour_action);
  gtk_widget_class_install_action (widget_class, "win.nth", "i", nth_action);
  gtk_widget_class_install_action (widget_class, "win.region", "i", region_action);
  gtk_widget_class_install_action (widget_class, "win.back", NULL, back_action);

  add_binding (widget_class, "<Control>n", "win.new-conversation");
  add_binding (widget_class, "<Control>f", "win.find");
  add_binding (widget_class, "<Control><Shift>f", "win.search");
  add_binding (widget_class, "<Control>i", "win.details");
  add_binding (widget_class, "<Control>w", "window.close");
  add_binding_int (widget_class, "F6", "win.region", 1);
  add_binding_int (widget_class, "<Shift>F6", "win.region", -1);
  add_binding (widget_class, "Escape", "win.back");
  for (int i = 1; i <= 9; i++)
    {
      char accelerator[] = "<Control>0";

      accelerator[9] = (char) ('0' + i);
      add_binding_int (widget_class, accelerator, "win.nth", i);
    }
}
