/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-enrolment-view"

#include "ww-enrolment-view-private.h"

#include <glib/gi18n.h>

#include "ww-cost-dialog.h"
#include "ww-future.h"
#include "ww-handle-text.h"

G_DEFINE_FINAL_TYPE (WwEnrolmentView, ww_enrolment_view, ADW_TYPE_BIN)

enum
{
  FINISHED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

gboolean
ww_enrolment_view_is_visible (WwEnrolmentView *self, const char *tag)
{
  return g_strcmp0 (adw_navigation_view_get_visible_page_tag (self->navigation), tag) == 0;
}

void
ww_enrolment_view_go_to (WwEnrolmentView *self, const char *tag)
{
  if (ww_enrolment_view_is_visible (self, tag))
    return;
  self->moving = TRUE;
  adw_navigation_view_push_by_tag (self->navigation, tag);
  self->moving = FALSE;
}

static gboolean
is_in_stack (WwEnrolmentView *self, const char *tag)
{
  g_autoptr (GListModel) stack = G_LIST_MODEL (adw_navigation_view_get_navigation_stack (self->navigation));

  for (guint i = 0; i < g_list_model_get_n_items (stack); i++)
    {
      g_autoptr (AdwNavigationPage) page = g_list_model_get_item (stack, i);

      if (g_strcmp0 (adw_navigation_page_get_tag (page), tag) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Returns whether the page of that tag shows now: there may be none to go back to. */
gboolean
ww_enrolment_view_go_back_to (WwEnrolmentView *self, const char *tag)
{
  if (!is_in_stack (self, tag))
    return FALSE;
  self->moving = TRUE;
  adw_navigation_view_pop_to_tag (self->navigation, tag);
  self->moving = FALSE;
  return TRUE;
}

static void
welcome_continue_cb (WwEnrolmentView *self)
{
  ww_enrolment_view_go_to (self, "server");
  gtk_widget_grab_focus (GTK_WIDGET (self->server_entry));
}

static void
server_changed_cb (WwEnrolmentView *self)
{
  g_autofree char *server = g_strstrip (g_strdup (gtk_editable_get_text (self->server_entry)));

  ww_setup_page_set_ready (self->server_page, *server != '\0');
  ww_setup_page_set_error (self->server_page, NULL);
}

static void
server_checked_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwEnrolmentView *self = owner;

  ww_setup_page_set_busy (self->server_page, FALSE);
  if (error != NULL)
    {
      ww_setup_page_set_error (self->server_page, error->message);
      gtk_widget_grab_focus (GTK_WIDGET (self->server_entry));
      return;
    }
  ww_enrolment_view_go_to (self, "address");
  gtk_widget_grab_focus (GTK_WIDGET (self->address_row));
}

static void
server_continue_cb (WwEnrolmentView *self)
{
  g_autofree char *server = g_strstrip (g_strdup (gtk_editable_get_text (self->server_entry)));

  if (*server == '\0')
    return;
  ww_setup_page_set_error (self->server_page, NULL);
  ww_setup_page_set_busy (self->server_page, TRUE);
  dex_clear (&self->checking);
  self->checking = ww_future_watch (ww_enrolment_check_server (self->enrolment, server), self, server_checked_cb, NULL);
}

static void
address_changed_cb (WwEnrolmentView *self)
{
  g_autofree char *device = g_strstrip (g_strdup (gtk_editable_get_text (self->device_entry)));

  ww_setup_page_set_ready (self->address_page, !ww_address_row_is_blank (self->address_row) && *device != '\0');
  ww_setup_page_set_error (self->address_page, NULL);
}

/* The state says how it goes on and why it ended; the future has nothing to add. */
static void
ended_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwEnrolmentView *self = owner;

  if (error != NULL && ww_enrolment_get_state (self->enrolment) != WW_ENROLMENT_STATE_FAILED &&
      !g_error_matches (error, WW_ERROR, WW_ERROR_CANCELLED))
    {
      ww_setup_page_set_busy (self->address_page, FALSE);
      ww_setup_page_set_error (self->address_page, error->message);
    }
}

static void
start (gpointer owner, WwEnrolmentFlags flags)
{
  WwEnrolmentView *self = owner;
  g_autofree char *handle = ww_address_row_dup_handle (self->address_row);
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name_entry)));
  g_autofree char *device = g_strstrip (g_strdup (gtk_editable_get_text (self->device_entry)));

  if (handle == NULL || *device == '\0')
    return;
  ww_setup_page_set_error (self->address_page, NULL);
  ww_setup_page_set_busy (self->address_page, TRUE);
  ww_future_report (ww_enrolment_start (self->enrolment, handle, name, device, flags), self, ended_cb, NULL);
}

static void
address_continue_cb (WwEnrolmentView *self)
{
  const char *const *verifies = ww_enrolment_get_verifies (self->enrolment);
  g_autofree char *problem = ww_address_row_explain (self->address_row, verifies);
  g_autofree char *handle = ww_address_row_dup_handle (self->address_row);

  if (ww_address_row_is_blank (self->address_row))
    return;
  if (problem != NULL)
    {
      ww_address_row_set_wrong (self->address_row, TRUE);
      ww_setup_page_set_error (self->address_page, problem);
    }
  else if (ww_handle_text_is_phone (handle))
    ww_cost_dialog_ask (GTK_WIDGET (self), handle, verifies, self, start);
  else
    start (self, WW_ENROLMENT_DEFAULT);
}

/**
 * ww_enrolment_view_give_up:
 *
 * Gives up what is under way, and leads back to where another address can be typed.
 */
void
ww_enrolment_view_give_up (WwEnrolmentView *self)
{
  ww_enrolment_cancel (self->enrolment);
  ww_setup_page_set_busy (self->address_page, FALSE);
  if (!ww_enrolment_view_go_back_to (self, "address"))
    ww_enrolment_view_go_back_to (self, "welcome");
}

/* Going back from what is under way gives it up. */
static void
popped_cb (AdwNavigationView *navigation, AdwNavigationPage *page, WwEnrolmentView *self)
{
  if (self->moving || self->enrolment == NULL)
    return;
  if (page == ADW_NAVIGATION_PAGE (self->confirm_page) || page == ADW_NAVIGATION_PAGE (self->approve_page))
    ww_enrolment_view_give_up (self);
}

static void
finished_cb (WwEnrolmentView *self)
{
  g_signal_emit (self, signals[FINISHED], 0);
}

/**
 * ww_enrolment_view_use_server:
 * @server: what is filled in; the person still has to go on from there
 */
void
ww_enrolment_view_use_server (WwEnrolmentView *self, const char *server)
{
  gtk_editable_set_text (self->server_entry, server);
  if (ww_enrolment_view_is_visible (self, "welcome"))
    ww_enrolment_view_go_to (self, "server");
}

/**
 * ww_enrolment_view_start_anew:
 * @reason: (nullable): why there is no account on this device any more, as a sentence
 *
 * Turns back to the first page, after a device was signed out or erased.
 */
void
ww_enrolment_view_start_anew (WwEnrolmentView *self, const char *reason)
{
  ww_setup_page_set_busy (self->address_page, FALSE);
  ww_enrolment_view_go_back_to (self, "welcome");
  ww_setup_page_set_error (self->welcome_page, reason);
}

void
ww_enrolment_view_set_client (WwEnrolmentView *self, WwClient *client)
{
  const char *const facts[] = {
    "state", "digits", "resend-at-ms", "send-to", "send-text", "tries-left", "held-until-ms"
  };

  self->enrolment = g_object_ref (ww_client_get_enrolment (client));
  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      g_autofree char *signal = g_strconcat ("notify::", facts[i], NULL);

      g_signal_connect_object (self->enrolment, signal, G_CALLBACK (ww_enrolment_view_update), self, G_CONNECT_SWAPPED);
    }
  ww_enrolment_view_update (self);
}

static void
ww_enrolment_view_dispose (GObject *object)
{
  WwEnrolmentView *self = WW_ENROLMENT_VIEW (object);

  dex_clear (&self->checking);
  g_clear_object (&self->enrolment);
  G_OBJECT_CLASS (ww_enrolment_view_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-enrolment-view.ui");
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, navigation);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, welcome_page);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, server_page);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, server_entry);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, address_page);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, address_row);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, name_entry);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, device_entry);
  gtk_widget_class_bind_template_callback (widget_class, welcome_continue_cb);
  gtk_widget_class_bind_template_callback (widget_class, server_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, server_continue_cb);
  gtk_widget_class_bind_template_callback (widget_class, address_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, address_continue_cb);
  gtk_widget_class_bind_template_callback (widget_class, popped_cb);
  gtk_widget_class_bind_template_callback (widget_class, finished_cb);
  ww_enrolment_view_bind_progress (widget_class);
}

static void
ww_enrolment_view_class_init (WwEnrolmentViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ww_enrolment_view_dispose;
  signals[FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
  g_type_ensure (WW_TYPE_SETUP_PAGE);
  g_type_ensure (WW_TYPE_ADDRESS_ROW);
  g_type_ensure (WW_TYPE_PROOF_VIEW);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
ww_enrolment_view_init (WwEnrolmentView *self)
{
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  g_autofree char *server = g_settings_get_string (settings, "default-server");

  gtk_widget_init_template (GTK_WIDGET (self));
  /* Digits have one order, whichever way the language is read. */
  gtk_widget_set_direction (GTK_WIDGET (self->digits), GTK_TEXT_DIR_LTR);
  gtk_editable_set_text (self->server_entry, server);
  gtk_editable_set_text (self->name_entry, g_strcmp0 (g_get_real_name (), "Unknown") != 0 ? g_get_real_name () : "");
  gtk_editable_set_text (self->device_entry, g_get_host_name ());
  address_changed_cb (self);
}
