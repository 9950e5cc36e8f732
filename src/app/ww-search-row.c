/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-search-row"

#include "ww-search-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ww-clock.h"
#include "ww-message-group.h"
#include "ww-time.h"
#include "ww-widget.h"

struct _WwSearchRow
{
  GtkWidget parent_instance;
  AdwAvatar *avatar;
  GtkLabel *title;
  GtkLabel *time;
  GtkLabel *snippet;
  char *sentence;
};

G_DEFINE_FINAL_TYPE (WwSearchRow, ww_search_row, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_SENTENCE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* What was searched for stands out of what is around it. */
static void
mark (GtkLabel *label, WwSearchHit *hit)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  guint n;
  const WwSearchRange *ranges = ww_search_hit_get_matches (hit, &n);

  for (guint i = 0; i < n; i++)
    {
      PangoAttribute *bold = pango_attr_weight_new (PANGO_WEIGHT_BOLD);

      bold->start_index = ranges[i].start;
      bold->end_index = ranges[i].end;
      pango_attr_list_insert (attributes, bold);
    }
  gtk_label_set_attributes (label, attributes);
}

static gint64
get_ms (WwMessage *message)
{
  return ww_message_shown_ms (ww_message_get_created_ms (message), ww_message_get_position (message));
}

static char *
dup_sentence (WwSearchHit *hit, GDateTime *now)
{
  WwMessage *message = ww_search_hit_get_message (hit);
  const char *title = ww_conversation_get_title (ww_search_hit_get_conversation (hit));
  g_autofree char *when = message != NULL ? ww_time_format_absolute (get_ms (message), now) : NULL;

  if (message == NULL && g_str_equal (title, ww_search_hit_get_snippet (hit)))
    return g_strdup (title);
  if (message == NULL)
    /* Translators: a person or group that was found: the name, and the address or name in which it was found. */
    return g_strdup_printf (_ ("%1$s, %2$s"), title, ww_search_hit_get_snippet (hit));
  if (ww_message_get_outgoing (message))
    /* Translators: a message that was found: with whom, what, when. */
    return g_strdup_printf (_ ("You to %1$s: %2$s, %3$s"), title, ww_search_hit_get_snippet (hit), when);
  if (g_str_equal (title, ww_message_get_sender_name (message)))
    /* Translators: a message that was found: who, what, when. */
    return g_strdup_printf (_ ("%1$s: %2$s, %3$s"), title, ww_search_hit_get_snippet (hit), when);
  /* Translators: a message that was found: who, in which group, what, when. */
  return g_strdup_printf (_ ("%1$s in %2$s: %3$s, %4$s"), ww_message_get_sender_name (message), title,
                          ww_search_hit_get_snippet (hit), when);
}

/**
 * ww_search_row_set_hit:
 * @hit: what the row shows from now on, letter for letter
 */
void
ww_search_row_set_hit (WwSearchRow *self, WwSearchHit *hit)
{
  WwMessage *message = ww_search_hit_get_message (hit);
  const char *title = ww_conversation_get_title (ww_search_hit_get_conversation (hit));
  g_autoptr (GDateTime) now = ww_clock_dup_now (ww_clock_get_default ());
  g_autofree char *when = message != NULL ? ww_time_format_short (get_ms (message), now) : NULL;

  adw_avatar_set_text (self->avatar, title);
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->time, when != NULL ? when : "");
  gtk_label_set_text (self->snippet, ww_search_hit_get_snippet (hit));
  mark (self->snippet, hit);
  /* A person who was found by the name that stands above already. */
  gtk_widget_set_visible (GTK_WIDGET (self->snippet),
                          message != NULL || !g_str_equal (title, ww_search_hit_get_snippet (hit)));
  g_free (self->sentence);
  self->sentence = dup_sentence (hit, now);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SENTENCE]);
}

static void
ww_search_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_SENTENCE:
      g_value_set_string (value, WW_SEARCH_ROW (object)->sentence);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ww_search_row_dispose (GObject *object)
{
  g_clear_pointer (&WW_SEARCH_ROW (object)->sentence, g_free);
  ww_widget_dispose_children (GTK_WIDGET (object), WW_TYPE_SEARCH_ROW);
  G_OBJECT_CLASS (ww_search_row_parent_class)->dispose (object);
}

static void
ww_search_row_class_init (WwSearchRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ww_search_row_get_property;
  object_class->dispose = ww_search_row_dispose;
  properties[PROP_SENTENCE] = g_param_spec_string ("sentence", NULL, NULL, NULL,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/waxwing/Waxwing/ww-search-row.ui");
  gtk_widget_class_bind_template_child (widget_class, WwSearchRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, WwSearchRow, title);
  gtk_widget_class_bind_template_child (widget_class, WwSearchRow, time);
  gtk_widget_class_bind_template_child (widget_class, WwSearchRow, snippet);
}

static void
ww_search_row_init (WwSearchRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ww_search_row_new (void)
{
  return g_object_new (WW_TYPE_SEARCH_ROW, NULL);
}
