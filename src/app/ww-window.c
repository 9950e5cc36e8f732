/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-window"

#include "ww-window-private.h"

#include <glib/gi18n.h>

#include "ww-appearance.h"
#include "ww-future.h"
#include "ww-sign-out.h"

G_DEFINE_FINAL_TYPE (WwWindow, ww_window, ADW_TYPE_APPLICATION_WINDOW)

static gboolean
is_content_shown (WwWindow *self)
{
  return !adw_navigation_split_view_get_collapsed (self->split_view) ||
         adw_navigation_split_view_get_show_content (self->split_view);
}

static void
update_in_view (WwWindow *self)
{
  ww_conversation_page_set_in_view (self->conversation_page,
                                    gtk_window_is_active (GTK_WINDOW (self)) && is_content_shown (self));
}

static void
active_cb (WwWindow *self)
{
  update_in_view (self);
}

/* In one column the list has no open conversation, so that a tap on any row opens it. */
static void
show_content_cb (WwWindow *self)
{
  if (!is_content_shown (self))
    {
      ww_sidebar_show_open (self->sidebar, NULL);
      ww_conversation_page_set_conversation (self->conversation_page, NULL);
    }
  update_in_view (self);
}

static void
remember (WwWindow *self, WwConversation *conversation)
{
  g_autoptr (GVariant) before = g_settings_get_value (self->settings, "last-conversations");
  g_autoptr (GVariantDict) dict = g_variant_dict_new (before);

  g_variant_dict_insert (dict, self->profile, "s", ww_conversation_get_id (conversation));
  g_settings_set_value (self->settings, "last-conversations", g_variant_dict_end (dict));
}

static WwConversation *
find_remembered (WwWindow *self)
{
  g_autoptr (GVariant) all = g_settings_get_value (self->settings, "last-conversations");
  g_autofree char *id = NULL;

  if (!g_variant_lookup (all, self->profile, "s", &id))
    return NULL;
  return ww_client_find_conversation (self->client, id);
}

void
ww_window_show_conversation (WwWindow *self, WwConversation *conversation)
{
  ww_conversation_page_set_conversation (self->conversation_page, conversation);
  ww_sidebar_show_open (self->sidebar, conversation);
  adw_navigation_split_view_set_show_content (self->split_view, TRUE);
  update_in_view (self);
  ww_conversation_page_focus_composer (self->conversation_page);
  remember (self, conversation);
}

static void
open_cb (WwWindow *self, WwConversation *conversation, gboolean stay)
{
  if (!stay)
    {
      ww_window_show_conversation (self, conversation);
      return;
    }
  if (conversation == ww_conversation_page_get_conversation (self->conversation_page) && is_content_shown (self))
    return;
  /* Someone who walks through the list with the arrow keys wants to stay in it. */
  ww_conversation_page_set_conversation (self->conversation_page, conversation);
  ww_sidebar_show_open (self->sidebar, conversation);
  adw_navigation_split_view_set_show_content (self->split_view, TRUE);
  update_in_view (self);
  remember (self, conversation);
}

/* What was on the screen last time is there again before anything comes from the network. */
static void
restore (WwWindow *self)
{
  GListModel *conversations = ww_client_get_conversations (self->client);
  g_autoptr (WwConversation) conversation = NULL;

  if (self->restored)
    return;
  self->restored = TRUE;
  conversation = find_remembered (self);
  if (conversation == NULL && !adw_navigation_split_view_get_collapsed (self->split_view))
    conversation = g_list_model_get_item (conversations, 0);
  if (conversation != NULL)
    ww_window_show_conversation (self, conversation);
}

static void
set_description (AdwStatusPage *page, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_status_page_set_description (page, escaped);
}

static void
close_conversation (WwWindow *self)
{
  ww_conversation_page_set_conversation (self->conversation_page, NULL);
  ww_sidebar_show_open (self->sidebar, NULL);
  adw_navigation_split_view_set_show_content (self->split_view, FALSE);
}

static void
open_message_cb (WwWindow *self, WwConversation *conversation, const char *id)
{
  ww_window_show_conversation (self, conversation);
  ww_conversation_page_show_message (self->conversation_page, id);
}

static gboolean
is_in (GListModel *model, WwConversation *conversation)
{
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (WwConversation) here = g_list_model_get_item (model, i);

      if (here == conversation)
        return TRUE;
    }
  return FALSE;
}

/* A list moves a conversation by taking it out and putting it in again, so this looks when that is over. */
static gboolean
look_cb (gpointer user_data)
{
  WwWindow *self = user_data;
  WwConversation *open = ww_conversation_page_get_conversation (self->conversation_page);

  self->look_source = 0;
  if (open != NULL && !is_in (ww_client_get_conversations (self->client), open) &&
      !is_in (ww_client_get_requests (self->client), open))
    close_conversation (self);
  return G_SOURCE_REMOVE;
}

/* Deleted or blocked, here or on another device: what is gone from the lists is not left open. */
static void
lists_changed_cb (WwWindow *self)
{
  if (self->look_source == 0)
    self->look_source = g_idle_add (look_cb, self);
}

static void
accepted_cb (WwWindow *self, WwConversation *conversation)
{
  ww_window_show_conversation (self, conversation);
}

static void
show_removed (WwWindow *self)
{
  const GError *error = ww_client_get_error (self->client);

  set_description (self->removed_page,
                   error != NULL ? error->message
                                 : _ ("Another device of yours removed this one from the account. What is stored here "
                                      "can still be read."));
  ww_conversation_page_set_read_only (self->conversation_page, TRUE);
  if (self->state != WW_CLIENT_STATE_REMOVED)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("This Device Was Removed"),
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

/* The first run, or the first page again: with the reason when it wasn't this person's own doing here. */
static void
show_enrolment (WwWindow *self)
{
  const GError *error = ww_client_get_error (self->client);
  AdwDialog *dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self));
  gboolean was_in = self->was_in;

  self->enrolled_here = TRUE; /* its pages stay up to the last one, though the client is ready before */
  self->reads_on = FALSE;
  self->was_in = FALSE;
  self->restored = FALSE;
  ww_conversation_page_set_read_only (self->conversation_page, FALSE);
  if (!was_in && error == NULL)
    return;
  if (dialog != NULL)
    adw_dialog_force_close (dialog);
  close_conversation (self);
  ww_enrolment_view_start_anew (self->enrolment_view, error != NULL ? error->message : NULL);
}

static const char *
page_for_state (WwWindow *self, WwClientState state)
{
  switch (state)
    {
    case WW_CLIENT_STATE_CLOSED:
    case WW_CLIENT_STATE_OPENING:
      return "opening";
    case WW_CLIENT_STATE_LOCKED:
      return "locked";
    case WW_CLIENT_STATE_NOT_ENROLLED:
      return "enrolment";
    case WW_CLIENT_STATE_READY:
      return self->enrolled_here ? "enrolment" : "main";
    case WW_CLIENT_STATE_REMOVED:
      return self->reads_on ? "main" : "removed";
    case WW_CLIENT_STATE_FAILED:
      return "failed";
    }
  return "opening";
}

static void
update_state (WwWindow *self)
{
  WwClientState state = ww_client_get_state (self->client);
  const GError *error = ww_client_get_error (self->client);

  if (state == WW_CLIENT_STATE_NOT_ENROLLED)
    show_enrolment (self);
  if (state == WW_CLIENT_STATE_FAILED)
    set_description (self->failed_page, error != NULL ? error->message : "");
  if (state == WW_CLIENT_STATE_REMOVED)
    show_removed (self);
  if (state == WW_CLIENT_STATE_READY || state == WW_CLIENT_STATE_REMOVED)
    self->was_in = TRUE;
  gtk_stack_set_visible_child_name (self->stack, page_for_state (self, state));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.new-conversation", state != WW_CLIENT_STATE_REMOVED);
  gtk_widget_set_sensitive (self->unlock_button, state == WW_CLIENT_STATE_LOCKED);
  if (state == WW_CLIENT_STATE_LOCKED)
    gtk_widget_grab_focus (self->unlock_button);
  if (state == WW_CLIENT_STATE_REMOVED && self->state != state)
    gtk_widget_grab_focus (self->read_button);
  if (state == WW_CLIENT_STATE_READY && !self->enrolled_here)
    restore (self);
  self->state = state;
}

static void
read_on_cb (WwWindow *self)
{
  self->reads_on = TRUE;
  update_state (self);
  restore (self);
  ww_sidebar_focus_list (self->sidebar);
}

static void
erase_cb (WwWindow *self)
{
  ww_sign_out_ask_erase (self->client, GTK_WIDGET (self));
}

static void
finished_cb (WwWindow *self)
{
  self->enrolled_here = FALSE;
  update_state (self);
}

static void
opened_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  /* The client's state says it all, and the window follows that. */
  if (error != NULL)
    g_debug ("not opened: %s", error->message);
  gtk_widget_set_sensitive (WW_WINDOW (owner)->unlock_button, TRUE);
}

static void
unlock_cb (WwWindow *self)
{
  gtk_widget_set_sensitive (self->unlock_button, FALSE);
  ww_future_report (ww_client_unlock (self->client), self, opened_cb, NULL);
}

static void
retry_cb (WwWindow *self)
{
  ww_future_report (ww_client_open (self->client, WW_CLIENT_OPEN_DEFAULT), self, opened_cb, NULL);
}

/**
 * ww_window_is_reading:
 *
 * Returns: whether the person has this conversation before them, so that nothing need be said about its messages
 */
gboolean
ww_window_is_reading (WwWindow *self, WwConversation *conversation)
{
  return gtk_window_is_active (GTK_WINDOW (self)) && is_content_shown (self) &&
         conversation == ww_conversation_page_get_conversation (self->conversation_page);
}

void
ww_window_use_server (WwWindow *self, const char *server)
{
  ww_enrolment_view_use_server (self->enrolment_view, server);
}

static void
ww_window_dispose (GObject *object)
{
  WwWindow *self = WW_WINDOW (object);

  g_clear_handle_id (&self->banner_source, g_source_remove);
  g_clear_handle_id (&self->look_source, g_source_remove);
  g_clear_object (&self->announcer);
  g_clear_object (&self->client);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->profile, g_free);
  G_OBJECT_CLASS (ww_window_parent_class)->dispose (object);
}

static void
ww_window_class_init (WwWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_window_dispose;
  g_type_ensure (WW_TYPE_ENROLMENT_VIEW);
  g_type_ensure (WW_TYPE_SIDEBAR);
  g_type_ensure (WW_TYPE_CONVERSATION_PAGE);
  ww_window_install_actions (widget_class);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-window.ui");
  gtk_widget_class_bind_template_child (widget_class, WwWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, WwWindow, enrolment_view);
  gtk_widget_class_bind_template_child (widget_class, WwWindow, locked_page);
  gtk_widget_class_bind_template_child (widget_class, WwWindow, unlock_button);
  gtk_widget_class_bind_template_child (widget_class, WwWindow, failed_page);
  gtk_widget_class_bind_template_child (widget_class, WwWindow, removed_page);
  gtk_widget_class_bind_template_child (widget_class, WwWindow, read_button);
  gtk_widget_class_bind_template_child (widget_class, WwWindow, split_view);
  gtk_widget_class_bind_template_child (widget_class, WwWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, WwWindow, conversation_page);
  gtk_widget_class_bind_template_callback (widget_class, active_cb);
  gtk_widget_class_bind_template_callback (widget_class, accepted_cb);
  gtk_widget_class_bind_template_callback (widget_class, erase_cb);
  gtk_widget_class_bind_template_callback (widget_class, read_on_cb);
  gtk_widget_class_bind_template_callback (widget_class, finished_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_message_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_content_cb);
  gtk_widget_class_bind_template_callback (widget_class, unlock_cb);
}

static void
ww_window_init (WwWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = g_settings_new (APPLICATION_ID);
  ww_appearance_follow_layout (self->settings, GTK_WIDGET (self));
  g_settings_bind (self->settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
}

/**
 * ww_window_new:
 * @profile: under which name the open conversation is remembered
 */
WwWindow *
ww_window_new (AdwApplication *application, WwClient *client, const char *profile)
{
  WwWindow *self = g_object_new (WW_TYPE_WINDOW, "application", application, NULL);

  self->client = g_object_ref (client);
  self->profile = g_strdup (profile);
  ww_sidebar_set_client (self->sidebar, client);
  ww_conversation_page_set_client (self->conversation_page, client);
  ww_enrolment_view_set_client (self->enrolment_view, client);
  g_signal_connect_object (client, "notify::state", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
  self->announcer = ww_announcer_new (GTK_WIDGET (self), client, self->settings);
  g_signal_connect_object (self->announcer, "is-reading", G_CALLBACK (ww_window_is_reading), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ww_client_get_conversations (client), "items-changed", G_CALLBACK (lists_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ww_client_get_requests (client), "items-changed", G_CALLBACK (lists_changed_cb), self,
                           G_CONNECT_SWAPPED);
  ww_window_watch_connection (self);
  update_state (self);
  return self;
}
