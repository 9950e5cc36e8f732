/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-link-card"

#include "ww-link-card.h"

#include "ww-links.h"
#include "ww-picture.h"
#include "ww-widget.h"

#define PICTURE_SIDE 64

struct _WwLinkCard
{
  GtkWidget parent_instance;
  GtkWidget *button;
  GtkPicture *picture;
  GtkLabel *title_label;
  GtkLabel *description_label;
  GtkLabel *host_label;

  WwLinkPreview *link;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (WwLinkCard, ww_link_card, GTK_TYPE_WIDGET)

static void
open_cb (WwLinkCard *self)
{
  const char *uri = ww_link_preview_get_url (self->link);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autoptr (GtkUriLauncher) launcher = NULL;

  if (!ww_links_may_open (uri))
    return;
  launcher = gtk_uri_launcher_new (uri);
  gtk_uri_launcher_launch (launcher, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, NULL, NULL);
}

static void
decoded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WwLinkCard) self = user_data;
  g_autoptr (GdkPaintable) picture = ww_picture_load_finish (result, NULL);

  if (picture == NULL || self->link == NULL)
    return;
  gtk_picture_set_paintable (self->picture, picture);
  gtk_widget_set_visible (GTK_WIDGET (self->picture), TRUE);
}

/* Where it leads, whatever the title says: the host in the form in which it is looked up, so that letters of another script that
 * look like ours do not pass for them. */
static char *
dup_host (const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);
  const char *host = parsed != NULL ? g_uri_get_host (parsed) : NULL;
  g_autofree char *ascii = host != NULL ? g_hostname_to_ascii (host) : NULL;

  return ascii != NULL ? g_steal_pointer (&ascii) : g_strdup ("");
}

/**
 * ww_link_card_may_show:
 * @text: of the message
 *
 * Returns: whether what the preview leads to is a link that stands in the text: nobody is led where they cannot read it
 */
gboolean
ww_link_card_may_show (WwLinkPreview *link, const char *text)
{
  g_autoptr (GPtrArray) links = ww_links_find (text);
  g_autoptr (GPtrArray) said = ww_links_find (ww_link_preview_get_url (link));
  const char *title = ww_link_preview_get_title (link), *description = ww_link_preview_get_description (link);

  if (*title == '\0' && *description == '\0')
    return FALSE;
  for (guint i = 0; i < links->len && said->len == 1; i++)
    if (g_str_equal (((WwLink *) links->pdata[i])->uri, ((WwLink *) said->pdata[0])->uri))
      return TRUE;
  return FALSE;
}

static void
ww_link_card_dispose (GObject *object)
{
  WwLinkCard *self = WW_LINK_CARD (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->link);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_LINK_CARD);
  G_OBJECT_CLASS (ww_link_card_parent_class)->dispose (object);
}

static void
ww_link_card_class_init (WwLinkCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_link_card_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-link-card.ui");
  gtk_widget_class_bind_template_child (widget_class, WwLinkCard, button);
  gtk_widget_class_bind_template_child (widget_class, WwLinkCard, picture);
  gtk_widget_class_bind_template_child (widget_class, WwLinkCard, title_label);
  gtk_widget_class_bind_template_child (widget_class, WwLinkCard, description_label);
  gtk_widget_class_bind_template_child (widget_class, WwLinkCard, host_label);
  gtk_widget_class_bind_template_callback (widget_class, open_cb);
}

static void
ww_link_card_init (WwLinkCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Letter for letter. */
static void
show_words (GtkLabel *label, const char *words)
{
  gtk_label_set_text (label, words);
  gtk_widget_set_visible (GTK_WIDGET (label), *words != '\0');
}

GtkWidget *
ww_link_card_new (WwLinkPreview *link)
{
  WwLinkCard *self = g_object_new (WW_TYPE_LINK_CARD, NULL);
  g_autofree char *host = dup_host (ww_link_preview_get_url (link));
  g_autofree char *words = g_strdup_printf ("%s, %s", ww_link_preview_get_title (link), host);

  self->link = g_object_ref (link);
  show_words (self->title_label, ww_link_preview_get_title (link));
  show_words (self->description_label, ww_link_preview_get_description (link));
  show_words (self->host_label, host);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  if (ww_link_preview_get_image (link) != NULL)
    {
      int side = PICTURE_SIDE * 2;

      self->cancellable = g_cancellable_new ();
      ww_picture_load_async (ww_link_preview_get_image (link), side, side, WW_PICTURE_STILL, self->cancellable,
                             decoded_cb, g_object_ref (self));
    }
  return GTK_WIDGET (self);
}

WwLinkPreview *
ww_link_card_get_link (WwLinkCard *self)
{
  return self->link;
}
