/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-storage-page"

#include "ww-storage-page.h"

#include "ww-backup-page.h"

struct _WwStoragePage
{
  AdwPreferencesPage parent_instance;
  WwClient *client;
};

G_DEFINE_FINAL_TYPE (WwStoragePage, ww_storage_page, ADW_TYPE_PREFERENCES_PAGE)

enum
{
  PUSH,
  DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
done_cb (WwStoragePage *self, const char *sentence)
{
  g_signal_emit (self, signals[DONE], 0, sentence);
}

static void
push (WwStoragePage *self, AdwNavigationPage *page)
{
  g_signal_connect_object (page, "done", G_CALLBACK (done_cb), self, G_CONNECT_SWAPPED);
  g_signal_emit (self, signals[PUSH], 0, page);
}

static void
export_cb (WwStoragePage *self)
{
  push (self, ww_backup_page_new_export (self->client));
}

static void
import_cb (WwStoragePage *self)
{
  push (self, ww_backup_page_new_import (self->client));
}

static void
ww_storage_page_dispose (GObject *object)
{
  g_clear_object (&WW_STORAGE_PAGE (object)->client);
  G_OBJECT_CLASS (ww_storage_page_parent_class)->dispose (object);
}

static void
ww_storage_page_class_init (WwStoragePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_storage_page_dispose;
  signals[PUSH] = g_signal_new ("push", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, ADW_TYPE_NAVIGATION_PAGE);
  signals[DONE] = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-storage-page.ui");
  gtk_widget_class_bind_template_callback (widget_class, export_cb);
  gtk_widget_class_bind_template_callback (widget_class, import_cb);
}

static void
ww_storage_page_init (WwStoragePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ww_storage_page_set_client:
 *
 * Called once, when the page is made.
 */
void
ww_storage_page_set_client (WwStoragePage *self, WwClient *client)
{
  self->client = g_object_ref (client);
}
