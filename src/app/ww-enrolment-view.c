/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-enrolment-view"

#include "ww-enrolment-view.h"

#include <glib/gi18n.h>

#include "ww-future.h"
#include "ww-handle-text.h"
#include "ww-setup-page.h"

struct _WwEnrolmentView
{
  AdwBin parent_instance;
  AdwNavigationView *navigation;
  WwSetupPage *server_page;
  GtkEditable *server_entry;
  WwSetupPage *address_page;
  GtkEditable *address_entry;
  GtkEditable *name_entry;
  GtkEditable *device_entry;
  WwSetupPage *confirm_page;
  GtkLabel *confirm_hint;
  WwSetupPage *approve_page;
  GtkStack *digits_stack;
  GtkLabel *digits;
  GtkLabel *approve_hint;

  WwEnrolment *enrolment;
  DexFuture *checking;
  guint countdown; /* source that counts down to the next mail */
  gboolean moving; /* pages are turned by this code, not by the person */
};

G_DEFINE_FINAL_TYPE (WwEnrolmentView, ww_enrolment_view, ADW_TYPE_BIN)

enum
{
  FINISHED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
is_visible (WwEnrolmentView *self, const char *tag)
{
  return g_strcmp0 (adw_navigation_view_get_visible_page_tag (self->navigation), tag) == 0;
}

static void
go_to (WwEnrolmentView *self, const char *tag)
{
  if (is_visible (self, tag))
    return;
  self->moving = TRUE;
  adw_navigation_view_push_by_tag (self->navigation, tag);
  self->moving = FALSE;
}

static void
go_back_to (WwEnrolmentView *self, const char *tag)
{
  self->moving = TRUE;
  adw_navigation_view_pop_to_tag (self->navigation, tag);
  self->moving = FALSE;
}

static void
welcome_continue_cb (WwEnrolmentView *self)
{
  go_to (self, "server");
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
  go_to (self, "address");
  gtk_widget_grab_focus (GTK_WIDGET (self->address_entry));
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
  g_autofree char *handle = ww_handle_text_normalise (gtk_editable_get_text (self->address_entry));
  g_autofree char *device = g_strstrip (g_strdup (gtk_editable_get_text (self->device_entry)));

  ww_setup_page_set_ready (self->address_page, handle != NULL && *device != '\0');
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
address_continue_cb (WwEnrolmentView *self)
{
  g_autofree char *handle = ww_handle_text_normalise (gtk_editable_get_text (self->address_entry));
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name_entry)));
  g_autofree char *device = g_strstrip (g_strdup (gtk_editable_get_text (self->device_entry)));

  if (handle == NULL || *device == '\0')
    return;
  ww_setup_page_set_error (self->address_page, NULL);
  ww_setup_page_set_busy (self->address_page, TRUE);
  ww_future_report (ww_enrolment_start (self->enrolment, handle, name, device, WW_ENROLMENT_DEFAULT), self, ended_cb, NULL);
}

static gboolean
countdown_cb (gpointer user_data)
{
  WwEnrolmentView *self = user_data;
  gint64 left = ww_enrolment_get_resend_at_ms (self->enrolment) - g_get_real_time () / 1000;
  g_autofree char *label = NULL;

  if (left <= 0)
    {
      self->countdown = 0;
      ww_setup_page_set_alternative (self->confirm_page, _ ("Send Again"), TRUE);
      return G_SOURCE_REMOVE;
    }
  /* Translators: %u counts down seconds. */
  label = g_strdup_printf (_ ("Send Again in %u s"), (guint) MIN (left / 1000 + 1, 999));
  ww_setup_page_set_alternative (self->confirm_page, label, FALSE);
  return G_SOURCE_CONTINUE;
}

static void
start_countdown (WwEnrolmentView *self)
{
  g_clear_handle_id (&self->countdown, g_source_remove);
  if (countdown_cb (self))
    self->countdown = g_timeout_add_seconds (1, countdown_cb, self);
}

static void
resent_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwEnrolmentView *self = owner;

  ww_setup_page_set_error (self->confirm_page, error != NULL ? error->message : NULL);
  start_countdown (self);
}

static void
resend_cb (WwEnrolmentView *self)
{
  ww_setup_page_set_alternative (self->confirm_page, _ ("Send Again"), FALSE);
  ww_future_report (ww_enrolment_resend (self->enrolment), self, resent_cb, NULL);
}

static void
show_confirm (WwEnrolmentView *self)
{
  const char *handle = ww_enrolment_get_handle (self->enrolment);
  /* Translators: %s is an e-mail address. */
  g_autofree char *description = g_strdup_printf (
      _ ("We sent a link to %s. Open it and confirm: this page moves on by itself."),
      handle != NULL ? ww_handle_text_for_people (handle) : "");

  ww_setup_page_set_description (self->confirm_page, description);
  gtk_label_set_text (self->confirm_hint,
                      _ ("Nothing there? Look in the junk folder, or go back to change the address."));
  ww_setup_page_set_error (self->confirm_page, NULL);
  start_countdown (self);
  go_to (self, "confirm");
}

static void
show_approve (WwEnrolmentView *self)
{
  const char *digits = ww_enrolment_get_digits (self->enrolment);
  g_autofree char *shown = NULL;

  ww_setup_page_set_description (
      self->approve_page, digits == NULL
                              ? _ ("This address has devices already. Open Waxwing on one of them: it says that "
                                   "this device wants to join. Choose “Review” there.")
                              : _ ("Compare these digits with those on your other device, and choose “They Match” "
                                   "there if they are the same."));
  ww_setup_page_set_alternative (self->approve_page, _ ("I Have None of Them"), TRUE);
  gtk_stack_set_visible_child_name (self->digits_stack, digits != NULL ? "digits" : "waiting");
  gtk_widget_set_visible (GTK_WIDGET (self->approve_hint), FALSE);
  if (digits != NULL)
    {
      shown = g_strdup_printf ("%.3s %s", digits, strlen (digits) > 3 ? digits + 3 : "");
      gtk_label_set_text (self->digits, shown);
      gtk_accessible_announce (GTK_ACCESSIBLE (self), shown, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
    }
  go_to (self, "approve");
}

static void
no_device_cb (WwEnrolmentView *self)
{
  gtk_label_set_text (
      self->approve_hint,
      _ ("Only a device that is in the account can let another one in. If you can't reach any of them, go "
         "back and use another address."));
  gtk_widget_set_visible (GTK_WIDGET (self->approve_hint), TRUE);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), gtk_label_get_text (self->approve_hint),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
show_failure (WwEnrolmentView *self)
{
  const GError *error = ww_enrolment_get_error (self->enrolment);

  ww_setup_page_set_busy (self->address_page, FALSE);
  if (is_visible (self, "confirm") || is_visible (self, "approve"))
    go_back_to (self, "address");
  if (error != NULL)
    ww_setup_page_set_error (self->address_page, error->message);
}

static void
update (WwEnrolmentView *self)
{
  switch (ww_enrolment_get_state (self->enrolment))
    {
    case WW_ENROLMENT_STATE_IDLE:
      ww_setup_page_set_busy (self->address_page, FALSE);
      break;
    case WW_ENROLMENT_STATE_CONNECTING:
      break;
    case WW_ENROLMENT_STATE_CONFIRMING:
      show_confirm (self);
      break;
    case WW_ENROLMENT_STATE_PREPARING:
      ww_setup_page_set_description (self->confirm_page,
                                     _ ("Your address is confirmed. This device is making its keys…"));
      break;
    case WW_ENROLMENT_STATE_APPROVING:
      show_approve (self);
      break;
    case WW_ENROLMENT_STATE_HELD:
      break;
    case WW_ENROLMENT_STATE_DONE:
      go_to (self, "ready");
      break;
    case WW_ENROLMENT_STATE_FAILED:
      show_failure (self);
      break;
    }
}

/* Going back from what is under way gives it up. */
static void
popped_cb (AdwNavigationView *navigation, AdwNavigationPage *page, WwEnrolmentView *self)
{
  g_clear_handle_id (&self->countdown, g_source_remove);
  if (self->moving || self->enrolment == NULL)
    return;
  if (page == ADW_NAVIGATION_PAGE (self->confirm_page) || page == ADW_NAVIGATION_PAGE (self->approve_page))
    {
      ww_enrolment_cancel (self->enrolment);
      ww_setup_page_set_busy (self->address_page, FALSE);
      go_back_to (self, "address");
    }
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
  if (is_visible (self, "welcome"))
    go_to (self, "server");
}

void
ww_enrolment_view_set_client (WwEnrolmentView *self, WwClient *client)
{
  self->enrolment = g_object_ref (ww_client_get_enrolment (client));
  g_signal_connect_object (self->enrolment, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->enrolment, "notify::digits", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
ww_enrolment_view_dispose (GObject *object)
{
  WwEnrolmentView *self = WW_ENROLMENT_VIEW (object);

  g_clear_handle_id (&self->countdown, g_source_remove);
  dex_clear (&self->checking);
  g_clear_object (&self->enrolment);
  G_OBJECT_CLASS (ww_enrolment_view_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-enrolment-view.ui");
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, navigation);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, server_page);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, server_entry);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, address_page);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, address_entry);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, name_entry);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, device_entry);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, confirm_page);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, confirm_hint);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, approve_page);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, digits_stack);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, digits);
  gtk_widget_class_bind_template_child (widget_class, WwEnrolmentView, approve_hint);
  gtk_widget_class_bind_template_callback (widget_class, welcome_continue_cb);
  gtk_widget_class_bind_template_callback (widget_class, server_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, server_continue_cb);
  gtk_widget_class_bind_template_callback (widget_class, address_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, address_continue_cb);
  gtk_widget_class_bind_template_callback (widget_class, resend_cb);
  gtk_widget_class_bind_template_callback (widget_class, no_device_cb);
  gtk_widget_class_bind_template_callback (widget_class, popped_cb);
  gtk_widget_class_bind_template_callback (widget_class, finished_cb);
}

static void
ww_enrolment_view_class_init (WwEnrolmentViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ww_enrolment_view_dispose;
  signals[FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
  g_type_ensure (WW_TYPE_SETUP_PAGE);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
ww_enrolment_view_init (WwEnrolmentView *self)
{
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  g_autofree char *server = g_settings_get_string (settings, "default-server");

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_editable_set_text (self->server_entry, server);
  gtk_editable_set_text (self->name_entry, g_strcmp0 (g_get_real_name (), "Unknown") != 0 ? g_get_real_name () : "");
  gtk_editable_set_text (self->device_entry, g_get_host_name ());
  address_changed_cb (self);
}
