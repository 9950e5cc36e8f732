/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-typing-row"

#include "ww-typing-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ww-widget.h"

struct _WwTypingRow
{
  GtkWidget parent_instance;
  AdwAvatar *picture;
  GtkLabel *label;
  WwConversation *conversation;
  char *sentence;
};

G_DEFINE_FINAL_TYPE (WwTypingRow, ww_typing_row, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_SENTENCE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/**
 * ww_typing_dup_words:
 * @names: of those who write
 *
 * Returns: (transfer full) (nullable): that they do, as a sentence; %NULL when nobody does
 */
char *
ww_typing_dup_words (const char *const *names)
{
  guint n = names != NULL ? g_strv_length ((char **) names) : 0;

  if (n == 0)
    return NULL;
  if (n == 1)
    /* Translators: %s is a person's name. */
    return g_strdup_printf (_ ("%s is writing…"), names[0]);
  if (n == 2)
    /* Translators: both are people's names. */
    return g_strdup_printf (_ ("%1$s and %2$s are writing…"), names[0], names[1]);
  return g_strdup_printf (ngettext ("%u person is writing…", "%u people are writing…", n), n);
}

static void
update (WwTypingRow *self)
{
  const char *const *names = ww_conversation_get_typing (self->conversation);
  gboolean group = ww_conversation_get_kind (self->conversation) == WW_CONVERSATION_KIND_GROUP;

  /* When the last one stops, the row goes: until then it says what it said. */
  if (names == NULL || names[0] == NULL)
    return;
  g_free (self->sentence);
  self->sentence = ww_typing_dup_words (names);
  adw_avatar_set_text (self->picture, names[0]);
  gtk_label_set_text (self->label, group ? self->sentence : "");
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SENTENCE]);
}

static void
ww_typing_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_SENTENCE:
      g_value_set_string (value, WW_TYPING_ROW (object)->sentence);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ww_typing_row_dispose (GObject *object)
{
  WwTypingRow *self = WW_TYPING_ROW (object);

  g_clear_object (&self->conversation);
  g_clear_pointer (&self->sentence, g_free);
  ww_widget_dispose_children (GTK_WIDGET (self), WW_TYPE_TYPING_ROW);
  G_OBJECT_CLASS (ww_typing_row_parent_class)->dispose (object);
}

static void
ww_typing_row_class_init (WwTypingRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ww_typing_row_get_property;
  object_class->dispose = ww_typing_row_dispose;
  properties[PROP_SENTENCE] = g_param_spec_string ("sentence", NULL, NULL, NULL,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-typing-row.ui");
  gtk_widget_class_bind_template_child (widget_class, WwTypingRow, picture);
  gtk_widget_class_bind_template_child (widget_class, WwTypingRow, label);
}

static void
ww_typing_row_init (WwTypingRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ww_typing_row_new:
 * @conversation: whose people are told of
 */
GtkWidget *
ww_typing_row_new (WwConversation *conversation)
{
  WwTypingRow *self = g_object_new (WW_TYPE_TYPING_ROW, NULL);

  self->conversation = g_object_ref (conversation);
  g_signal_connect_object (conversation, "notify::typing", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

WwConversation *
ww_typing_row_get_conversation (WwTypingRow *self)
{
  return self->conversation;
}
