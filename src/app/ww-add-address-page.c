/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-add-address-page"

#include "ww-add-address-page.h"

#include "ww-address-row.h"
#include "ww-cost-dialog.h"
#include "ww-future.h"
#include "ww-handle-text.h"

struct _WwAddAddressPage
{
  WwSetupPage parent_instance;
  WwAddressRow *address_row;
  WwClient *client;
};

G_DEFINE_FINAL_TYPE (WwAddAddressPage, ww_add_address_page, WW_TYPE_SETUP_PAGE)

enum
{
  STARTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
changed_cb (WwAddAddressPage *self)
{
  ww_setup_page_set_ready (WW_SETUP_PAGE (self), !ww_address_row_is_blank (self->address_row));
  ww_setup_page_set_error (WW_SETUP_PAGE (self), NULL);
}

static void
fail (WwAddAddressPage *self, const char *sentence)
{
  ww_address_row_set_wrong (self->address_row, TRUE);
  ww_setup_page_set_error (WW_SETUP_PAGE (self), sentence);
}

static void
added_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwAddAddressPage *self = owner;

  ww_setup_page_set_busy (WW_SETUP_PAGE (self), FALSE);
  if (error != NULL)
    fail (self, error->message);
  else
    g_signal_emit (self, signals[STARTED], 0, g_value_get_object (value));
}

static void
start (gpointer owner, WwEnrolmentFlags flags)
{
  WwAddAddressPage *self = owner;
  g_autofree char *handle = ww_address_row_dup_handle (self->address_row);

  if (handle == NULL)
    return;
  ww_setup_page_set_error (WW_SETUP_PAGE (self), NULL);
  ww_setup_page_set_busy (WW_SETUP_PAGE (self), TRUE);
  ww_future_report (ww_client_add_handle (self->client, handle, flags), self, added_cb, NULL);
}

static void
continue_cb (WwAddAddressPage *self)
{
  const char *const *verifies = ww_client_get_verifies (self->client);
  g_autofree char *problem = ww_address_row_explain (self->address_row, verifies);
  g_autofree char *handle = ww_address_row_dup_handle (self->address_row);

  if (ww_address_row_is_blank (self->address_row))
    return;
  if (problem != NULL)
    fail (self, problem);
  else if (ww_handle_text_is_phone (handle))
    ww_cost_dialog_ask (GTK_WIDGET (self), handle, verifies, self, start);
  else
    start (self, WW_ENROLMENT_DEFAULT);
}

static void
shown_cb (WwAddAddressPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->address_row));
}

static void
ww_add_address_page_dispose (GObject *object)
{
  g_clear_object (&WW_ADD_ADDRESS_PAGE (object)->client);
  G_OBJECT_CLASS (ww_add_address_page_parent_class)->dispose (object);
}

static void
ww_add_address_page_class_init (WwAddAddressPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_add_address_page_dispose;
  signals[STARTED] = g_signal_new ("started", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, WW_TYPE_HANDLE_ADDITION);
  g_type_ensure (WW_TYPE_ADDRESS_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-add-address-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WwAddAddressPage, address_row);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, continue_cb);
}

static void
ww_add_address_page_init (WwAddAddressPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ww_setup_page_set_ready (WW_SETUP_PAGE (self), FALSE);
  g_signal_connect (self, "shown", G_CALLBACK (shown_cb), NULL);
}

AdwNavigationPage *
ww_add_address_page_new (WwClient *client)
{
  WwAddAddressPage *self = g_object_new (WW_TYPE_ADD_ADDRESS_PAGE, NULL);

  self->client = g_object_ref (client);
  return ADW_NAVIGATION_PAGE (self);
}
