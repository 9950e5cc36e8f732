/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

#include "ww-links.h"
#include "ww-text-content.h"

/* What other messengers took for markup. It has to show as it was sent. */
static const char *const corpus[] = {
  "plain",
  "<b>bold</b> <i>it</i> <script>alert(1)</script>",
  "<span foreground='red' size='99999'>red</span>",
  "<a href=\"javascript:alert(1)\">https://example.org</a>",
  "<img src=x onerror=alert(1)>",
  "a & b &amp; &lt; &#60; &#x1; &nosuch;",
  "**bold** _it_ `code` [text](https://example.org/a)",
  "<<<>>>&&&\"'",
  "https://example.org/<b>&amp;x=1&y=2</b> & more",
  "https://example.org/'\"><script>",
  "<a href='https://example.org'>unclosed",
  "]]> <![CDATA[x]]> <!-- c --> <?xml?>",
  "%s %n %d _underline __",
  "line\nbreak\ttab",
  "\xe2\x80\xaeright to left https://example.org",
};

static GtkLabel *
find_label (GtkWidget *content)
{
  GtkWidget *label = gtk_widget_get_first_child (content);

  g_assert_true (GTK_IS_LABEL (label));
  return GTK_LABEL (label);
}

static void
test_bubble (void)
{
  g_autoptr (GtkWidget) content = g_object_ref_sink (GTK_WIDGET (ww_message_content_new (WW_MESSAGE_KIND_TEXT)));

  for (gsize i = 0; i < G_N_ELEMENTS (corpus); i++)
    {
      ww_text_content_set_text (WW_TEXT_CONTENT (content), corpus[i], FALSE);
      /* Without its markup a label's text is what a person reads. */
      g_assert_cmpstr (gtk_label_get_text (find_label (content)), ==, corpus[i]);
    }
}

static void
test_markup_parses (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (corpus); i++)
    {
      g_autoptr (GPtrArray) links = ww_links_find (corpus[i]);
      g_autofree char *markup = ww_links_to_markup (corpus[i], links);
      g_autoptr (GError) error = NULL;

      /* GtkLabel's own element, which Pango doesn't know. */
      g_autoptr (GRegex) anchors = g_regex_new ("</?a( href=\"[^\"]*\")?>", 0, 0, NULL);
      g_autofree char *plain = g_regex_replace_literal (anchors, markup, -1, 0, "", 0, NULL);
      g_autofree char *text = NULL;

      pango_parse_markup (plain, -1, 0, NULL, &text, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, corpus[i]);
    }
}

/* A stranger's text shows the same letters, and none of them leads anywhere. */
static void
test_plain (void)
{
  g_autoptr (GtkWidget) content = g_object_ref_sink (GTK_WIDGET (ww_message_content_new (WW_MESSAGE_KIND_TEXT)));
  const char *text = "look: https://example.org/ <b>now</b>";

  ww_text_content_set_text (WW_TEXT_CONTENT (content), text, FALSE);
  g_assert_nonnull (strstr (gtk_label_get_label (find_label (content)), "<a href"));
  ww_text_content_set_text (WW_TEXT_CONTENT (content), text, TRUE);
  g_assert_cmpstr (gtk_label_get_label (find_label (content)), ==, text);
  g_assert_false (gtk_label_get_use_markup (find_label (content)));
}

/* What is marked while somebody looks for it keeps its letters and its links. */
static void
test_highlighted (void)
{
  g_autoptr (GtkWidget) content = g_object_ref_sink (GTK_WIDGET (ww_message_content_new (WW_MESSAGE_KIND_TEXT)));

  for (gsize i = 0; i < G_N_ELEMENTS (corpus); i++)
    {
      GtkLabel *label = find_label (content);
      g_autofree char *markup = NULL;

      ww_text_content_set_text (WW_TEXT_CONTENT (content), corpus[i], FALSE);
      markup = g_strdup (gtk_label_get_label (label));
      ww_message_content_set_highlight (WW_MESSAGE_CONTENT (content), "<");
      g_assert_cmpstr (gtk_label_get_text (label), ==, corpus[i]);
      g_assert_cmpstr (gtk_label_get_label (label), ==, markup);
      g_assert_true ((gtk_label_get_attributes (label) != NULL));
      ww_message_content_set_highlight (WW_MESSAGE_CONTENT (content), NULL);
      g_assert_null (gtk_label_get_attributes (label));
    }
}

static void
test_large_emoji (void)
{
  g_autoptr (GtkWidget) content = g_object_ref_sink (GTK_WIDGET (ww_message_content_new (WW_MESSAGE_KIND_TEXT)));

  ww_text_content_set_text (WW_TEXT_CONTENT (content), "🎉🎉", FALSE);
  g_assert_true (ww_message_content_is_bare (WW_MESSAGE_CONTENT (content)));
  ww_text_content_set_text (WW_TEXT_CONTENT (content), "🎉🎉 yes", FALSE);
  g_assert_false (ww_message_content_is_bare (WW_MESSAGE_CONTENT (content)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/app/literal/bubble", test_bubble);
  g_test_add_func ("/app/literal/markup", test_markup_parses);
  g_test_add_func ("/app/literal/plain", test_plain);
  g_test_add_func ("/app/literal/highlighted", test_highlighted);
  g_test_add_func ("/app/content/emoji", test_large_emoji);
  return g_test_run ();
}
