/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-quote-view"

#include "ww-quote-view.h"

#include <glib/gi18n.h>

#include "ww-message-words.h"
#include "ww-widget.h"

struct _WwQuoteView
{
  GtkWidget parent_instance;
  GtkWidget *button;
  GtkLabel *name;
  GtkLabel *text;
};

G_DEFINE_FINAL_TYPE (WwQuoteView, ww_quote_view, GTK_TYPE_WIDGET)

/**
 * ww_quote_dup_words:
 *
 * Returns: (transfer full): what the quoted message says, in one line
 */
char *
ww_quote_dup_words (WwQuote *quote)
{
  if (!ww_quote_get_available (quote))
    return g_strdup (_ ("This message is not on this device"));
  if (ww_quote_get_kind (quote) == WW_MESSAGE_KIND_UNSENT)
    return g_strdup (_ ("This message was unsent"));
  if (*ww_quote_get_text (quote) != '\0')
    return g_strdup (ww_quote_get_text (quote));
  if (*ww_quote_get_summary (quote) != '\0')
    return g_strdup (ww_quote_get_summary (quote));
  return g_strdup (ww_message_kind_for_people (ww_quote_get_kind (quote)));
}

/**
 * ww_quote_view_set_quote:
 * @quote: what is shown, letter for letter
 */
void
ww_quote_view_set_quote (WwQuoteView *self, WwQuote *quote)
{
  gboolean there = ww_quote_get_available (quote) && ww_quote_get_kind (quote) != WW_MESSAGE_KIND_UNSENT;
  const char *name = ww_quote_get_outgoing (quote) ? _ ("You") : ww_quote_get_sender_name (quote);
  g_autofree char *words = ww_quote_dup_words (quote);
  g_autofree char *label = NULL;

  gtk_label_set_text (self->name, name);
  gtk_widget_set_visible (GTK_WIDGET (self->name), *name != '\0');
  gtk_label_set_text (self->text, words);
  ww_widget_set_css_class (GTK_WIDGET (self->text), "unknown", !there);
  gtk_widget_set_sensitive (self->button, ww_quote_get_available (quote));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->button), "s", ww_quote_get_message_id (quote));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button),
                                  ww_quote_get_available (quote) ? "conversation.show-message" : NULL);
  /* Translators: on a quote in an answer: whose message it is, and what it says. */
  label = *name != '\0' ? g_strdup_printf (_ ("Go to the message of %1$s: %2$s"), name, words) : g_strdup (words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
ww_quote_view_dispose (GObject *object)
{
  ww_widget_dispose_children (GTK_WIDGET (object), WW_TYPE_QUOTE_VIEW);
  G_OBJECT_CLASS (ww_quote_view_parent_class)->dispose (object);
}

static void
ww_quote_view_class_init (WwQuoteViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ww_quote_view_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-quote-view.ui");
  gtk_widget_class_bind_template_child (widget_class, WwQuoteView, button);
  gtk_widget_class_bind_template_child (widget_class, WwQuoteView, name);
  gtk_widget_class_bind_template_child (widget_class, WwQuoteView, text);
}

static void
ww_quote_view_init (WwQuoteView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ww_quote_view_new (void)
{
  return g_object_new (WW_TYPE_QUOTE_VIEW, NULL);
}
