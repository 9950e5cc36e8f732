/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-link-bar"

#include "ww-link-bar.h"

#include "ww-future.h"
#include "ww-link-card.h"
#include "ww-links.h"
#include "ww-widget.h"

/* Whoever writes on is not asked for: what stands there may be half a link. */
#define PAUSE_MS 700

struct _WwLinkBar
{
  GtkWidget parent_instance;
  GtkBox *place;

  char *uri; /* the one that was looked at, or will be; NULL: none */
  guint pause;
  DexFuture *fetching;
  GCancellable *cancellable;
  WwLinkPreview *preview;
};

G_DEFINE_FINAL_TYPE (WwLinkBar, ww_link_bar, GTK_TYPE_WIDGET)

static void
show (WwLinkBar *self, WwLinkPreview *preview)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->place));

  if (child != NULL)
    gtk_box_remove (self->place, child);
  g_set_object (&self->preview, preview);
  gtk_widget_set_visible (GTK_WIDGET (self), preview != NULL);
  if (preview == NULL)
    return;
  child = ww_link_card_new (preview);
  gtk_widget_set_hexpand (child, TRUE);
  gtk_box_append (self->place, child);
}

static void
fetched_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  WwLinkBar *self = owner;

  dex_clear (&self->fetching);
  /* Without one the link goes as it is, and nobody has to be told. */
  if (error == NULL)
    show (self, g_value_get_object (value));
}

static gboolean
fetch_cb (gpointer data)
{
  WwLinkBar *self = data;

  self->pause = 0;
  self->cancellable = g_cancellable_new ();
  self->fetching = ww_future_watch (ww_link_fetch (self->uri, self->cancellable), self, fetched_cb, NULL);
  return G_SOURCE_REMOVE;
}

static void
stop (WwLinkBar *self)
{
  g_clear_handle_id (&self->pause, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  dex_clear (&self->fetching);
}

/* The first link of the web. */
static char *
find_uri (const char *text)
{
  g_autoptr (GPtrArray) links = ww_links_find (text);

  for (guint i = 0; i < links->len; i++)
    {
      const WwLink *link = links->pdata[i];

      if (g_ascii_strncasecmp (link->uri, "http", 4) == 0)
        return g_strdup (link->uri);
    }
  return NULL;
}

/**
 * ww_link_bar_set_text:
 * @text: what is being written; "" when no preview is wanted
 *
 * Looks for a link in it, and after a pause at what is behind that.
 */
void
ww_link_bar_set_text (WwLinkBar *self, const char *text)
{
  g_autofree char *uri = find_uri (text);

  if (g_strcmp0 (uri, self->uri) == 0)
    return;
  stop (self);
  show (self, NULL);
  g_set_str (&self->uri, uri);
  if (uri != NULL)
    self->pause = g_timeout_add (PAUSE_MS, fetch_cb, self);
}

/**
 * ww_link_bar_take:
 *
 * Returns: (transfer full) (nullable): the preview, if it is there
 */
WwLinkPreview *
ww_link_bar_take (WwLinkBar *self)
{
  WwLinkPreview *preview = self->preview != NULL ? g_object_ref (self->preview) : NULL;

  ww_link_bar_set_text (self, "");
  return preview;
}

/* Until another link is written. */
static void
dismiss_cb (WwLinkBar *self)
{
  stop (self);
  show (self, NULL);
}

static void
ww_link_bar_dispose (GObject *object)
{
  WwLinkBar *self = WW_LINK_BAR (object);

  stop (self);
  g_clear_object (&self->preview);
  g_clear_pointer (&self->uri, g_free);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_LINK_BAR);
  G_OBJECT_CLASS (ww_link_bar_parent_class)->dispose (object);
}

static void
ww_link_bar_class_init (WwLinkBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_link_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-link-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, WwLinkBar, place);
  gtk_widget_class_bind_template_callback (widget_class, dismiss_cb);
}

static void
ww_link_bar_init (WwLinkBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
