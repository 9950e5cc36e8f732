/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-text-content"

#include "ww-text-content.h"

#include <glib/gi18n.h>

#include "ww-emoji.h"
#include "ww-highlight.h"
#include "ww-links.h"
#include "ww-widget.h"

/* So many emoji and nothing else are shown large. */
#define EMOJI_ALONE 3

struct _WwTextContent
{
  GtkWidget parent_instance;
  GtkLabel *label;
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

static void
ww_text_content_set_message (WwMessageContent *content, WwMessage *message, gboolean plain)
{
  ww_text_content_set_text (WW_TEXT_CONTENT (content), ww_message_get_text (message), plain);
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
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
ww_text_content_init (WwTextContent *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
