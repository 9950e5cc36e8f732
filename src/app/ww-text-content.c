/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-text-content"

#include "ww-text-content.h"

#include <glib/gi18n.h>

#include "ww-emoji.h"
#include "ww-highlight.h"
#include "ww-link-card.h"
#include "ww-links.h"
#include "ww-widget.h"

/* So many emoji and nothing else are shown large. */
#define EMOJI_ALONE 3

struct _WwTextContent
{
  GtkWidget parent_instance;
  GtkLabel *label;
  GtkWidget *link_card; /* below the label; NULL: none */
  gboolean emoji_alone;
};

static void message_content_init (WwMessageContentInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WwTextContent, ww_text_content, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (WW_TYPE_MESSAGE_CONTENT, message_content_init))

static gboolean
activate_link_cb (WwTextContent *self, const char *uri)
{
  /* The label would hand anything to the desktop; this hands over what is known to be safe. */
  if (ww_links_may_open (uri))
    {
      g_autoptr (GtkUriLauncher) launcher = gtk_uri_launcher_new (uri);
      GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

      gtk_uri_launcher_launch (launcher, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, NULL, NULL);
    }
  return GDK_EVENT_STOP;
}

/**
 * ww_text_content_set_text:
 * @text: what somebody wrote; it is shown letter for letter, whatever markup it looks like
 * @plain: whether nothing in it is a link
 */
void
ww_text_content_set_text (WwTextContent *self, const char *text, gboolean plain)
{
  g_autoptr (GPtrArray) links = plain ? NULL : ww_links_find (text);

  self->emoji_alone = ww_emoji_count_alone (text, EMOJI_ALONE) > 0;
  if (self->emoji_alone)
    gtk_widget_add_css_class (GTK_WIDGET (self), "emoji-alone");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "emoji-alone");

  if (links == NULL || links->len == 0)
    gtk_label_set_text (self->label, text);
  else
    {
      g_autofree char *markup = ww_links_to_markup (text, links);

      gtk_label_set_markup (self->label, markup);
    }
}

/* Of a stranger's link nothing is shown: its picture would have to be decoded, and its words could be anything. */
static void
show_link (WwTextContent *self, WwLinkPreview *link, const char *text, gboolean plain)
{
  if (link != NULL && (plain || !ww_link_card_may_show (link, text)))
    link = NULL;
  if (self->link_card != NULL && ww_link_card_get_link (WW_LINK_CARD (self->link_card)) == link)
    return;
  g_clear_pointer (&self->link_card, gtk_widget_unparent);
  if (link == NULL)
    return;
  self->link_card = ww_link_card_new (link);
  gtk_widget_set_parent (self->link_card, GTK_WIDGET (self));
}

static void
ww_text_content_set_message (WwMessageContent *content, WwMessage *message, gboolean plain)
{
  const char *text = ww_message_get_text (message);

  ww_text_content_set_text (WW_TEXT_CONTENT (content), text, plain);
  show_link (WW_TEXT_CONTENT (content), ww_message_get_link (message), text, plain);
}

static gboolean
ww_text_content_is_bare (WwMessageContent *content)
{
  return WW_TEXT_CONTENT (content)->emoji_alone;
}

static void
ww_text_content_set_highlight (WwMessageContent *content, const char *text)
{
  ww_highlight_label (WW_TEXT_CONTENT (content)->label, text);
}

static void
message_content_init (WwMessageContentInterface *iface)
{
  iface->set_highlight = ww_text_content_set_highlight;
  iface->set_message = ww_text_content_set_message;
  iface->is_bare = ww_text_content_is_bare;
}

static void
ww_text_content_dispose (GObject *object)
{
  g_clear_pointer (&WW_TEXT_CONTENT (object)->link_card, gtk_widget_unparent);
  ww_widget_dispose_children (GTK_WIDGET (object), WW_TYPE_TEXT_CONTENT);
  G_OBJECT_CLASS (ww_text_content_parent_class)->dispose (object);
}

static void
ww_text_content_class_init (WwTextContentClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_text_content_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-text-content.ui");
  gtk_widget_class_bind_template_child (widget_class, WwTextContent, label);
  gtk_widget_class_bind_template_callback (widget_class, activate_link_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
ww_text_content_init (WwTextContent *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 6);
}
