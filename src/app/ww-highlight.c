/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-highlight"

#include "ww-highlight.h"

/* A single letter may stand in a long text ten thousand times. */
#define MATCHES_MAX 200
/* Of the text's own colour, so that it can be read on every bubble and in every style. */
#define ALPHA 0.28

/* Returns: the end of @wanted when it stands at @text, in whatever case; else NULL */
static const char *
match_at (const char *text, const char *wanted)
{
  for (; *wanted != '\0'; wanted = g_utf8_next_char (wanted), text = g_utf8_next_char (text))
    if (*text == '\0' || g_unichar_tolower (g_utf8_get_char (text)) != g_unichar_tolower (g_utf8_get_char (wanted)))
      return NULL;
  return text;
}

/**
 * ww_highlight_find:
 * @start: (inout): where to begin, in bytes; where the next match begins
 * @end: (out): where it ends
 *
 * Returns: whether @wanted stands in @text at or behind @start, in whatever case
 */
gboolean
ww_highlight_find (const char *text, const char *wanted, gsize *start, gsize *end)
{
  if (*wanted == '\0')
    return FALSE;
  for (const char *p = text + *start; *p != '\0'; p = g_utf8_next_char (p))
    {
      const char *after = match_at (p, wanted);

      if (after == NULL)
        continue;
      *start = (gsize) (p - text);
      *end = (gsize) (after - text);
      return TRUE;
    }
  return FALSE;
}

/**
 * ww_highlight_label:
 * @wanted: (nullable): what is marked wherever it stands in the label, %NULL for nothing
 */
void
ww_highlight_label (GtkLabel *label, const char *wanted)
{
  g_autoptr (PangoAttrList) attributes = NULL;
  const char *text = gtk_label_get_text (label);
  gsize start = 0, end = 0;
  GdkRGBA color;

  if (wanted == NULL || *wanted == '\0')
    {
      gtk_label_set_attributes (label, NULL);
      return;
    }
  gtk_widget_get_color (GTK_WIDGET (label), &color);
  attributes = pango_attr_list_new ();
  for (guint n = 0; n < MATCHES_MAX && ww_highlight_find (text, wanted, &start, &end); n++)
    {
      PangoAttribute *background = pango_attr_background_new (
          (guint16) (color.red * 65535), (guint16) (color.green * 65535), (guint16) (color.blue * 65535));
      PangoAttribute *alpha = pango_attr_background_alpha_new ((guint16) (ALPHA * 65535));

      background->start_index = alpha->start_index = (guint) start;
      background->end_index = alpha->end_index = (guint) end;
      pango_attr_list_insert (attributes, background);
      pango_attr_list_insert (attributes, alpha);
      start = end;
    }
  gtk_label_set_attributes (label, attributes);
}
