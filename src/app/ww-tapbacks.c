/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-tapbacks"

#include "ww-tapbacks.h"

#include <glib/gi18n.h>

/* With more people than this a sentence would never end. */
#define NAMES_MAX 8
#define VARIATION 0xfe0f

static const struct
{
  const char *emoji;
  const char *name;
} quick[WW_QUICK_TAPBACKS] = {
  { "👍", N_ ("Thumbs up") }, { "❤️", N_ ("Heart") }, { "😂", N_ ("Laughing") },
  { "😮", N_ ("Surprised") }, { "😢", N_ ("Sad") },  { "👎", N_ ("Thumbs down") },
};

const char *
ww_quick_tapback_emoji (guint index)
{
  return quick[index].emoji;
}

/* What a screen reader and a tooltip say of it. */
const char *
ww_quick_tapback_name (guint index)
{
  return _ (quick[index].name);
}

static gunichar
next_letter (const char **text)
{
  gunichar c;

  do
    {
      c = **text == '\0' ? 0 : g_utf8_get_char (*text);
      if (c != 0)
        *text = g_utf8_next_char (*text);
    }
  while (c == VARIATION);
  return c;
}

/**
 * ww_tapback_same:
 *
 * Returns: whether both are one picture: ❤ is the same with and without the letter that asks for colour
 */
gboolean
ww_tapback_same (const char *a, const char *b)
{
  gunichar c;

  do
    {
      c = next_letter (&a);
      if (c != next_letter (&b))
        return FALSE;
    }
  while (c != 0);
  return TRUE;
}

/**
 * ww_tapbacks_get_own:
 * @tapbacks: of WwTapback
 *
 * Returns: (transfer none) (nullable): what the person tapped back with
 */
const char *
ww_tapbacks_get_own (GListModel *tapbacks)
{
  for (guint i = 0; i < g_list_model_get_n_items (tapbacks); i++)
    {
      g_autoptr (WwTapback) tapback = g_list_model_get_item (tapbacks, i);

      /* The list keeps it alive. */
      if (ww_tapback_get_own (tapback))
        return ww_tapback_get_emoji (tapback);
    }
  return NULL;
}

static void
group_free (gpointer data)
{
  WwTapbackGroup *group = data;

  g_free (group->emoji);
  g_free (group);
}

static WwTapbackGroup *
find_group (GPtrArray *groups, const char *emoji)
{
  WwTapbackGroup *group;

  for (guint i = 0; i < groups->len; i++)
    {
      group = g_ptr_array_index (groups, i);
      if (ww_tapback_same (group->emoji, emoji))
        return group;
    }
  group = g_new0 (WwTapbackGroup, 1);
  group->emoji = g_strdup (emoji);
  g_ptr_array_add (groups, group);
  return group;
}

static int
compare_groups (gconstpointer a, gconstpointer b)
{
  const WwTapbackGroup *first = *(WwTapbackGroup *const *) a;
  const WwTapbackGroup *second = *(WwTapbackGroup *const *) b;

  return (first->count < second->count) - (first->count > second->count);
}

/**
 * ww_tapbacks_group:
 * @tapbacks: of WwTapback
 *
 * Returns: (transfer full) (element-type WwTapbackGroup): the most frequent first, else in the order in which they came
 */
GPtrArray *
ww_tapbacks_group (GListModel *tapbacks)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (group_free);

  for (guint i = 0; i < g_list_model_get_n_items (tapbacks); i++)
    {
      g_autoptr (WwTapback) tapback = g_list_model_get_item (tapbacks, i);
      WwTapbackGroup *group = find_group (groups, ww_tapback_get_emoji (tapback));

      group->count++;
      group->own = group->own || ww_tapback_get_own (tapback);
    }
  g_ptr_array_sort (groups, compare_groups);
  return groups;
}

/**
 * ww_tapbacks_dup_names:
 * @emoji: whose people are named
 *
 * Returns: (transfer full): a list in words, “You, Ana, Bob”
 */
char *
ww_tapbacks_dup_names (GListModel *tapbacks, const char *emoji)
{
  GString *names = g_string_new (NULL);
  guint named = 0, rest = 0;

  for (guint i = 0; i < g_list_model_get_n_items (tapbacks); i++)
    {
      g_autoptr (WwTapback) tapback = g_list_model_get_item (tapbacks, i);

      if (!ww_tapback_same (ww_tapback_get_emoji (tapback), emoji))
        continue;
      if (named == NAMES_MAX)
        {
          rest++;
          continue;
        }
      if (named++ > 0)
        /* Translators: stands between the names in a list of people. */
        g_string_append (names, _ (", "));
      g_string_append (names, ww_tapback_get_own (tapback) ? _ ("you") : ww_tapback_get_sender_name (tapback));
    }
  if (rest > 0)
    {
      g_autofree char *before = g_strdup (names->str);

      /* Translators: the first is a list of names. */
      g_string_printf (names, ngettext ("%1$s and %2$u more", "%1$s and %2$u more", rest), before, rest);
    }
  return g_string_free (names, FALSE);
}

/**
 * ww_tapbacks_dup_words:
 * @tapbacks: of WwTapback
 *
 * Returns: (transfer full) (nullable): who tapped back with what, as a part of a sentence; %NULL when nobody did
 */
char *
ww_tapbacks_dup_words (GListModel *tapbacks)
{
  g_autoptr (GPtrArray) groups = ww_tapbacks_group (tapbacks);
  g_autoptr (GString) all = g_string_new (NULL);
  guint n = g_list_model_get_n_items (tapbacks);

  if (n == 0)
    return NULL;
  for (guint i = 0; i < groups->len; i++)
    {
      WwTapbackGroup *group = g_ptr_array_index (groups, i);
      g_autofree char *names = ww_tapbacks_dup_names (tapbacks, group->emoji);

      if (i > 0)
        /* Translators: stands between the tapbacks in a list of them. */
        g_string_append (all, _ (", "));
      /* Translators: an emoji, and who tapped back with it. */
      g_string_append_printf (all, _ ("%1$s from %2$s"), group->emoji, names);
    }
  /* Translators: how many tapbacks a message has, and which: “2 tapbacks: 👍 from Ana, ❤️ from you”. */
  return g_strdup_printf (ngettext ("%1$u tapback: %2$s", "%1$u tapbacks: %2$s", n), n, all->str);
}
