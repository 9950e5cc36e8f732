/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-members-group"

#include "ww-members-group.h"

#include <glib/gi18n.h>

#include "ww-add-people-dialog.h"
#include "ww-future.h"
#include "ww-member-row.h"
#include "ww-question.h"

/* More rows than this are made only when the person asks for all. */
#define FEW 12

struct _WwMembersGroup
{
  AdwPreferencesGroup parent_instance;
  GtkWidget *add_button;

  WwClient *client;
  WwConversation *conversation;
  GPtrArray *rows;  /* unowned widgets that the group holds */
  gboolean all;     /* all are shown */
  DexFuture *going; /* to a conversation with one of them */
};

G_DEFINE_FINAL_TYPE (WwMembersGroup, ww_members_group, ADW_TYPE_PREFERENCES_GROUP)

enum
{
  SHOW_NUMBER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void update (WwMembersGroup *self);

static void
add_row (WwMembersGroup *self, GtkWidget *row)
{
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
}

static void
show_all_cb (WwMembersGroup *self)
{
  self->all = TRUE;
  update (self);
}

static void
add_rest (WwMembersGroup *self, guint n)
{
  GtkWidget *row = adw_button_row_new ();
  g_autofree char *title = g_strdup_printf (ngettext ("Show All %u Person", "Show All %u People", n), n);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  g_signal_connect_object (row, "activated", G_CALLBACK (show_all_cb), self, G_CONNECT_SWAPPED);
  add_row (self, row);
}

static void
update (WwMembersGroup *self)
{
  GListModel *members = ww_conversation_get_members (self->conversation);
  guint n = g_list_model_get_n_items (members);
  guint shown = self->all || n <= FEW ? n : FEW;
  g_autofree char *title = g_strdup_printf (ngettext ("%u Person", "%u People", n), n);

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < shown; i++)
    {
      g_autoptr (WwMember) member = g_list_model_get_item (members, i);

      add_row (self, ww_member_row_new (member));
    }
  if (shown < n)
    add_rest (self, n);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), title);
  gtk_widget_set_visible (self->add_button, !ww_conversation_get_left (self->conversation));
}

static WwMember *
find (WwMembersGroup *self, GVariant *account)
{
  GListModel *members = ww_conversation_get_members (self->conversation);

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (WwMember) member = g_list_model_get_item (members, i);

      if (g_str_equal (ww_member_get_account (member), g_variant_get_string (account, NULL)))
        return g_steal_pointer (&member);
    }
  return NULL;
}

static void
report (WwMembersGroup *self, const GError *error)
{
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Couldn't Open the Conversation"), error->message);

  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Close"));
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
message_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  if (error != NULL)
    report (owner, error);
  else
    gtk_widget_activate_action (owner, "app.open-conversation", "s",
                                ww_conversation_get_id (g_value_get_object (value)));
}

static void
number_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  if (error != NULL)
    report (owner, error);
  else
    g_signal_emit (owner, signals[SHOW_NUMBER], 0, g_value_get_object (value));
}

static void
go_to (WwMembersGroup *self, GVariant *account, WwFutureFunc then)
{
  g_autoptr (WwMember) member = find (self, account);

  if (member == NULL)
    return;
  dex_clear (&self->going);
  self->going = ww_future_watch (ww_client_start_conversation (self->client, ww_member_get_handle (member)), self, then,
                                 NULL);
}

static void
message_action (GtkWidget *widget, const char *name, GVariant *account)
{
  go_to (WW_MEMBERS_GROUP (widget), account, message_cb);
}

static void
number_action (GtkWidget *widget, const char *name, GVariant *account)
{
  go_to (WW_MEMBERS_GROUP (widget), account, number_cb);
}

static DexFuture *
remove_member (gpointer subject, const char *account)
{
  return ww_conversation_remove_member (subject, account);
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *account)
{
  WwMembersGroup *self = WW_MEMBERS_GROUP (widget);
  g_autoptr (WwMember) member = find (self, account);
  g_autofree char *body = NULL;
  WwQuestion question;

  if (member == NULL)
    return;
  body = g_strdup_printf (
      /* Translators: %s is a person's name. */
      _ ("%s gets nothing that is written here from now on, and is told so. What they have already stays with them."),
      ww_member_get_name (member));
  question = (WwQuestion) {
    .heading = _ ("Remove from Group?"),
    .body = body,
    .label = _ ("_Remove"),
    .failed = _ ("Couldn't Remove This Person"),
    .func = remove_member,
  };
  ww_question_ask (&question, G_OBJECT (self->conversation), ww_member_get_account (member), widget);
}

static void
add_cb (WwMembersGroup *self)
{
  adw_dialog_present (ww_add_people_dialog_new (self->client, self->conversation), GTK_WIDGET (self));
}

/**
 * ww_members_group_set_conversation:
 * @conversation: a group
 *
 * Called once.
 */
void
ww_members_group_set_conversation (WwMembersGroup *self, WwClient *client, WwConversation *conversation)
{
  g_return_if_fail (self->conversation == NULL);

  self->client = g_object_ref (client);
  self->conversation = g_object_ref (conversation);
  g_signal_connect_object (ww_conversation_get_members (conversation), "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (conversation, "notify::left", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
ww_members_group_dispose (GObject *object)
{
  WwMembersGroup *self = WW_MEMBERS_GROUP (object);

  dex_clear (&self->going);
  g_clear_object (&self->client);
  g_clear_object (&self->conversation);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (ww_members_group_parent_class)->dispose (object);
}

static void
ww_members_group_class_init (WwMembersGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_members_group_dispose;
  signals[SHOW_NUMBER] = g_signal_new ("show-number", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, WW_TYPE_CONVERSATION);
  gtk_widget_class_install_action (widget_class, "member.message", "s", message_action);
  gtk_widget_class_install_action (widget_class, "member.number", "s", number_action);
  gtk_widget_class_install_action (widget_class, "member.remove", "s", remove_action);
}

static void
ww_members_group_init (WwMembersGroup *self)
{
  GtkWidget *content = adw_button_content_new ();

  self->rows = g_ptr_array_new ();
  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), "list-add-symbolic");
  adw_button_content_set_label (ADW_BUTTON_CONTENT (content), _ ("Add People"));
  self->add_button = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (self->add_button), content);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->add_button), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Add People"),
                                  -1);
  gtk_widget_add_css_class (self->add_button, "flat");
  gtk_widget_set_valign (self->add_button, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->add_button, "clicked", G_CALLBACK (add_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self), self->add_button);
}
