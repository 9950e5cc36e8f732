/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-account-page"

#include "ww-account-page.h"

#include <glib/gi18n.h>

#include "ww-add-address-page.h"
#include "ww-addition-page.h"
#include "ww-handle-actions.h"
#include "ww-handle-row.h"
#include "ww-sign-out.h"

struct _WwAccountPage
{
  AdwPreferencesPage parent_instance;
  AdwActionRow *name_row;
  AdwActionRow *server_row;
  AdwActionRow *connection_row;
  AdwPreferencesGroup *handles_group;
  AdwPreferencesGroup *additions_group;

  WwClient *client;
  GPtrArray *handle_rows; /* unowned widgets that the groups hold */
  GPtrArray *addition_rows;
};

G_DEFINE_FINAL_TYPE (WwAccountPage, ww_account_page, ADW_TYPE_PREFERENCES_PAGE)

enum
{
  PUSH,
  DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
clear_rows (AdwPreferencesGroup *group, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    adw_preferences_group_remove (group, g_ptr_array_index (rows, i));
  g_ptr_array_set_size (rows, 0);
}

static const char *
connection_for_people (WwConnectionState state)
{
  switch (state)
    {
    case WW_CONNECTION_STATE_OFFLINE:
      return _ ("Not connected");
    case WW_CONNECTION_STATE_CONNECTING:
      return _ ("Connecting…");
    case WW_CONNECTION_STATE_DRAINING:
      return _ ("Connected, fetching messages…");
    case WW_CONNECTION_STATE_ONLINE:
      return _ ("Connected");
    }
  return NULL;
}

static void
update_facts (WwAccountPage *self)
{
  const char *name = ww_client_get_name (self->client);
  const char *server = ww_client_get_server (self->client);

  adw_action_row_set_subtitle (self->name_row,
                               name != NULL && *name != '\0' ? name : C_ ("name of the account", "None"));
  adw_action_row_set_subtitle (self->server_row, server != NULL ? server : "");
  adw_action_row_set_subtitle (self->connection_row, connection_for_people (ww_client_get_connection (self->client)));
}

/* Whether the rows show these handles already: a row that is rebuilt loses the keyboard. */
static gboolean
shows (WwAccountPage *self, const char *const *handles)
{
  gsize n = handles != NULL ? g_strv_length ((char **) handles) : 0;

  if (n != self->handle_rows->len)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (g_strcmp0 (ww_handle_row_get_handle (g_ptr_array_index (self->handle_rows, i)), handles[i]) != 0)
      return FALSE;
  return TRUE;
}

static void
update_handles (WwAccountPage *self)
{
  const char *const *handles = ww_client_get_handles (self->client);

  if (shows (self, handles))
    return;
  clear_rows (self->handles_group, self->handle_rows);
  for (gsize i = 0; handles != NULL && handles[i] != NULL; i++)
    {
      GtkWidget *row = ww_handle_row_new (handles[i], i == 0, handles[1] == NULL);

      adw_preferences_group_add (self->handles_group, row);
      g_ptr_array_add (self->handle_rows, row);
    }
}

static void
update (WwAccountPage *self)
{
  update_facts (self);
  update_handles (self);
}

static void
finished_cb (WwAccountPage *self)
{
  g_signal_emit (self, signals[DONE], 0);
}

static void
show_addition (WwAccountPage *self, WwHandleAddition *addition)
{
  AdwNavigationPage *page = ww_addition_page_new (addition);

  g_signal_connect_object (page, "finished", G_CALLBACK (finished_cb), self, G_CONNECT_SWAPPED);
  g_signal_emit (self, signals[PUSH], 0, page);
}

static void
started_cb (WwAccountPage *self, WwHandleAddition *addition)
{
  g_signal_emit (self, signals[DONE], 0);
  show_addition (self, addition);
}

static void
add_cb (WwAccountPage *self)
{
  AdwNavigationPage *page = ww_add_address_page_new (self->client);

  g_signal_connect_object (page, "started", G_CALLBACK (started_cb), self, G_CONNECT_SWAPPED);
  g_signal_emit (self, signals[PUSH], 0, page);
}

static void
addition_activated_cb (WwAccountPage *self, GtkWidget *row)
{
  show_addition (self, ww_handle_row_get_addition (row));
}

static void
update_additions (WwAccountPage *self)
{
  GListModel *additions = ww_client_get_additions (self->client);

  clear_rows (self->additions_group, self->addition_rows);
  for (guint i = 0; i < g_list_model_get_n_items (additions); i++)
    {
      g_autoptr (WwHandleAddition) addition = g_list_model_get_item (additions, i);
      GtkWidget *row = ww_handle_row_new_for_addition (addition);

      g_signal_connect_object (row, "activated", G_CALLBACK (addition_activated_cb), self, G_CONNECT_SWAPPED);
      adw_preferences_group_add (self->additions_group, row);
      g_ptr_array_add (self->addition_rows, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->additions_group), self->addition_rows->len > 0);
}

static void
sign_out_cb (WwAccountPage *self)
{
  ww_sign_out_ask (self->client, GTK_WIDGET (self));
}

static void
first_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwAccountPage *self = WW_ACCOUNT_PAGE (widget);

  ww_handle_actions_make_first (self->client, g_variant_get_string (parameter, NULL), widget);
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WwAccountPage *self = WW_ACCOUNT_PAGE (widget);

  ww_handle_actions_ask_removal (self->client, g_variant_get_string (parameter, NULL), widget);
}

static void
ww_account_page_dispose (GObject *object)
{
  WwAccountPage *self = WW_ACCOUNT_PAGE (object);

  g_clear_object (&self->client);
  g_clear_pointer (&self->handle_rows, g_ptr_array_unref);
  g_clear_pointer (&self->addition_rows, g_ptr_array_unref);
  G_OBJECT_CLASS (ww_account_page_parent_class)->dispose (object);
}

static void
ww_account_page_class_init (WwAccountPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_account_page_dispose;
  signals[PUSH] = g_signal_new ("push", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, ADW_TYPE_NAVIGATION_PAGE);
  signals[DONE] = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                0);
  gtk_widget_class_install_action (widget_class, "address.first", "s", first_action);
  gtk_widget_class_install_action (widget_class, "address.remove", "s", remove_action);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-account-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WwAccountPage, name_row);
  gtk_widget_class_bind_template_child (widget_class, WwAccountPage, server_row);
  gtk_widget_class_bind_template_child (widget_class, WwAccountPage, connection_row);
  gtk_widget_class_bind_template_child (widget_class, WwAccountPage, handles_group);
  gtk_widget_class_bind_template_child (widget_class, WwAccountPage, additions_group);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
  gtk_widget_class_bind_template_callback (widget_class, sign_out_cb);
}

static void
ww_account_page_init (WwAccountPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->handle_rows = g_ptr_array_new ();
  self->addition_rows = g_ptr_array_new ();
}

/**
 * ww_account_page_set_client:
 *
 * Called once, when the page is made.
 */
void
ww_account_page_set_client (WwAccountPage *self, WwClient *client)
{
  self->client = g_object_ref (client);
  g_signal_connect_object (client, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ww_client_get_additions (client), "items-changed", G_CALLBACK (update_additions), self,
                           G_CONNECT_SWAPPED);
  update (self);
  update_additions (self);
}
