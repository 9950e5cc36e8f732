/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-details-view"

#include "ww-details-view.h"

#include <glib/gi18n.h>

#include "ww-add-people-dialog.h"
#include "ww-address-text.h"
#include "ww-conversation-options.h"
#include "ww-device-row.h"
#include "ww-face.h"
#include "ww-future.h"
#include "ww-group-editor.h"
#include "ww-members-group.h"
#include "ww-person-actions.h"
#include "ww-safety-number-page.h"

struct _WwDetailsView
{
  AdwBin parent_instance;
  AdwNavigationView *navigation;
  GtkWidget *close_button;
  WwFace *face;
  GtkLabel *name;
  GtkLabel *subtitle;
  GtkLabel *problem;
  GtkWidget *people_row;
  WwConversationOptions *options;
  WwMembersGroup *members;
  WwGroupEditor *editor;
  GtkWidget *leave_row;
  GtkWidget *block_row;
  AdwPreferencesGroup *handles_group;
  AdwActionRow *encryption_row;
  AdwActionRow *number_row;
  GtkImage *number_icon;
  AdwPreferencesGroup *devices_group;
  GtkWidget *waiting_row;
  AdwActionRow *error_row;
  DexFuture *look_up;
  WwClient *client;
  WwConversation *conversation;
};

G_DEFINE_FINAL_TYPE (WwDetailsView, ww_details_view, ADW_TYPE_BIN)

enum
{
  CLOSE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
close_cb (WwDetailsView *self)
{
  g_signal_emit (self, signals[CLOSE], 0);
}

static void
add_handle (WwDetailsView *self, const char *handle)
{
  g_autofree char *shown = ww_address_text_for_display (handle);
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), shown);
  adw_preferences_row_set_title_selectable (ADW_PREFERENCES_ROW (row), TRUE);
  adw_preferences_group_add (self->handles_group, row);
}

static void
show_contact (WwDetailsView *self, WwContact *contact)
{
  const char *const *handles = ww_contact_get_handles (contact);
  GListModel *devices = ww_contact_get_devices (contact);

  for (gsize i = 0; handles[i] != NULL; i++)
    add_handle (self, handles[i]);
  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr (WwDevice) device = g_list_model_get_item (devices, i);

      adw_preferences_group_add (self->devices_group, ww_device_row_new_for_contact (device, i + 1));
    }
}

static void
looked_up_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwDetailsView *self = owner;

  gtk_widget_set_visible (self->waiting_row, FALSE);
  if (error == NULL)
    {
      show_contact (self, g_value_get_object (value));
      return;
    }
  adw_action_row_set_subtitle (self->error_row, error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->error_row), TRUE);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), error->message, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static gboolean
is_group (WwDetailsView *self)
{
  return ww_conversation_get_kind (self->conversation) == WW_CONVERSATION_KIND_GROUP;
}

static void
find_cb (WwDetailsView *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.find", NULL);
}

static void
people_cb (WwDetailsView *self)
{
  adw_dialog_present (ww_add_people_dialog_new (self->client, self->conversation), GTK_WIDGET (self));
}

static void
show_number_cb (WwDetailsView *self, WwConversation *person)
{
  adw_navigation_view_push (self->navigation, ww_safety_number_page_new (person));
}

static void
leave_cb (WwDetailsView *self)
{
  ww_person_actions_ask_leave (self->conversation, GTK_WIDGET (self));
}

static void
number_cb (WwDetailsView *self)
{
  adw_navigation_view_push (self->navigation, ww_safety_number_page_new (self->conversation));
}

static void
block_cb (WwDetailsView *self)
{
  ww_person_actions_ask_block (self->conversation, GTK_WIDGET (self));
}

static void
delete_cb (WwDetailsView *self)
{
  ww_person_actions_ask_delete (self->conversation, GTK_WIDGET (self));
}

static void
update_heading (WwDetailsView *self)
{
  const char *problem = ww_conversation_get_problem (self->conversation);

  gtk_label_set_text (self->name, ww_conversation_get_title (self->conversation));
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
update_trust (WwDetailsView *self)
{
  const char *subtitle = NULL;
  const char *icon = "waxwing-privacy-symbolic";

  switch (ww_conversation_get_trust (self->conversation))
    {
    case WW_TRUST_UNVERIFIED:
      subtitle = _ ("Not compared yet");
      break;
    case WW_TRUST_VERIFIED:
      subtitle = _ ("Verified: you compared it");
      icon = "waxwing-verified-symbolic";
      break;
    case WW_TRUST_CHANGED:
    case WW_TRUST_VERIFIED_CHANGED:
      subtitle = _ ("Changed: compare it before you write");
      icon = "dialog-warning-symbolic";
      break;
    }
  adw_action_row_set_subtitle (self->number_row, subtitle);
  gtk_image_set_from_icon_name (self->number_icon, icon);
}

/* The keyboard comes in at the top. */
static gboolean
ww_details_view_grab_focus (GtkWidget *widget)
{
  WwDetailsView *self = WW_DETAILS_VIEW (widget);

  return gtk_widget_get_visible (self->close_button) ? gtk_widget_grab_focus (self->close_button)
                                                     : gtk_widget_child_focus (widget, GTK_DIR_TAB_FORWARD);
}

static void
update_left (WwDetailsView *self)
{
  gboolean left = ww_conversation_get_left (self->conversation);

  gtk_label_set_text (self->subtitle, left ? _ ("You aren't in this group any more") : "");
  gtk_widget_set_visible (GTK_WIDGET (self->subtitle), left);
  gtk_widget_set_visible (self->leave_row, !left);
}

static void
update_standing (WwDetailsView *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->options),
                          ww_conversation_get_standing (self->conversation) == WW_STANDING_ACCEPTED);
}

static void
show_group (WwDetailsView *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->members), TRUE);
  gtk_widget_set_visible (self->people_row, FALSE);
  gtk_widget_set_visible (self->block_row, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->handles_group), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->devices_group), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->number_row), FALSE);
  ww_members_group_set_conversation (self->members, self->client, self->conversation);
  ww_group_editor_set_conversation (self->editor, self->conversation);
  g_signal_connect_object (self->conversation, "notify::left", G_CALLBACK (update_left), self, G_CONNECT_SWAPPED);
  update_left (self);
  adw_action_row_set_subtitle (self->encryption_row,
                               _ ("Only the devices of the people in this group can read what is written here."));
}

static void
show_person (WwDetailsView *self)
{
  g_signal_connect_object (self->conversation, "notify::trust", G_CALLBACK (update_trust), self, G_CONNECT_SWAPPED);
  update_trust (self);
  adw_action_row_set_subtitle (
      self->encryption_row,
      ww_conversation_get_weak (self->conversation)
          ? _ ("With the older method: it is the strongest that all of this person's devices know.")
          : _ ("Only your devices and this person's devices can read what is written here."));
  self->look_up = ww_future_watch (ww_client_look_up (self->client, ww_conversation_get_handle (self->conversation)),
                                   self, looked_up_cb, NULL);
}

static void
ww_details_view_dispose (GObject *object)
{
  WwDetailsView *self = WW_DETAILS_VIEW (object);

  dex_clear (&self->look_up);
  g_clear_object (&self->client);
  g_clear_object (&self->conversation);
  G_OBJECT_CLASS (ww_details_view_parent_class)->dispose (object);
}

static void
ww_details_view_class_init (WwDetailsViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_details_view_dispose;
  widget_class->grab_focus = ww_details_view_grab_focus;
  signals[CLOSE] = g_signal_new ("close", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
  g_type_ensure (WW_TYPE_FACE);
  g_type_ensure (WW_TYPE_CONVERSATION_OPTIONS);
  g_type_ensure (WW_TYPE_MEMBERS_GROUP);
  g_type_ensure (WW_TYPE_GROUP_EDITOR);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-details-view.ui");
  gtk_widget_class_bind_template_child (widget_class, WwDetailsView, navigation);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsView, close_button);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsView, number_row);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsView, number_icon);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsView, face);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsView, name);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsView, problem);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsView, subtitle);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsView, people_row);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsView, options);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsView, members);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsView, editor);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsView, leave_row);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsView, block_row);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsView, handles_group);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsView, encryption_row);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsView, devices_group);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsView, waiting_row);
  gtk_widget_class_bind_template_child (widget_class, WwDetailsView, error_row);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
  gtk_widget_class_bind_template_callback (widget_class, number_cb);
  gtk_widget_class_bind_template_callback (widget_class, find_cb);
  gtk_widget_class_bind_template_callback (widget_class, people_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_number_cb);
  gtk_widget_class_bind_template_callback (widget_class, leave_cb);
  gtk_widget_class_bind_template_callback (widget_class, block_cb);
  gtk_widget_class_bind_template_callback (widget_class, delete_cb);
}

static void
ww_details_view_init (WwDetailsView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ww_details_view_set_closable:
 * @closable: whether it has a button of its own to close it, where nothing around it has one
 */
void
ww_details_view_set_closable (WwDetailsView *self, gboolean closable)
{
  gtk_widget_set_visible (self->close_button, closable);
}

GtkWidget *
ww_details_view_new (WwClient *client, WwConversation *conversation)
{
  WwDetailsView *self = g_object_new (WW_TYPE_DETAILS_VIEW, NULL);

  self->client = g_object_ref (client);
  self->conversation = g_object_ref (conversation);
  ww_face_set_conversation (self->face, conversation);
  ww_conversation_options_set_conversation (self->options, client, conversation);
  g_signal_connect_object (conversation, "notify::standing", G_CALLBACK (update_standing), self, G_CONNECT_SWAPPED);
  update_standing (self);
  g_signal_connect_object (conversation, "notify::title", G_CALLBACK (update_heading), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (conversation, "notify::problem", G_CALLBACK (update_heading), self, G_CONNECT_SWAPPED);
  update_heading (self);
  if (is_group (self))
    show_group (self);
  else
    show_person (self);
  return GTK_WIDGET (self);
}
