/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-emoji-data"

#include "ww-emoji-data.h"

#include <gio/gio.h>
#include <string.h>

/*
 * Where GTK keeps Unicode's names of all emoji for its own chooser, in English and in the person's language: code points,
 * name, English name, keywords, English keywords, group. It is no promise of GTK's: should it be elsewhere or look
 * otherwise one day, the short words below remain.
 */
#define GTK_DATA "/org/gtk/libgtk/emoji/en.data"
#define GTK_TYPE "a(aussasasu)"

/* The words that people know from elsewhere, where Unicode's own names are others. The most used come first. */
static const struct
{
  const char *word;
  const char *emoji;
} words[] = {
  { "smile", "😄" },      { "joy", "😂" },      { "heart", "❤️" },     { "thumbsup", "👍" },     { "thumbsdown", "👎" },
  { "+1", "👍" },         { "-1", "👎" },       { "tada", "🎉" },     { "grin", "😁" },         { "laughing", "😆" },
  { "rofl", "🤣" },       { "wink", "😉" },     { "blush", "😊" },    { "heart_eyes", "😍" },   { "kiss", "😘" },
  { "sunglasses", "😎" }, { "thinking", "🤔" }, { "cry", "😢" },      { "sob", "😭" },          { "scream", "😱" },
  { "angry", "😠" },      { "rage", "😡" },     { "sleeping", "😴" }, { "sweat_smile", "😅" },  { "upside_down", "🙃" },
  { "shrug", "🤷" },      { "facepalm", "🤦" }, { "pray", "🙏" },     { "thanks", "🙏" },       { "clap", "👏" },
  { "wave", "👋" },       { "ok_hand", "👌" },  { "muscle", "💪" },   { "raised_hands", "🙌" }, { "eyes", "👀" },
  { "fire", "🔥" },       { "100", "💯" },      { "sparkles", "✨" }, { "star", "⭐" },         { "rocket", "🚀" },
  { "check", "✅" },      { "x", "❌" },        { "warning", "⚠️" },   { "question", "❓" },     { "party", "🥳" },
  { "birthday", "🎂" },   { "cake", "🍰" },     { "coffee", "☕" },   { "tea", "🍵" },          { "beer", "🍺" },
  { "wine", "🍷" },       { "pizza", "🍕" },    { "tomato", "🍅" },   { "bread", "🍞" },        { "sun", "☀️" },
  { "rain", "🌧️" },       { "snow", "❄️" },      { "rainbow", "🌈" },  { "dog", "🐶" },          { "cat", "🐱" },
  { "bird", "🐦" },       { "book", "📖" },     { "books", "📚" },    { "house", "🏠" },        { "car", "🚗" },
  { "train", "🚆" },      { "bike", "🚲" },     { "plane", "✈️" },     { "broken_heart", "💔" }, { "skull", "💀" },
  { "poop", "💩" },       { "ghost", "👻" },
};

/* What was drawn with letters before there were emoji. Longer ones first, so that none hides behind its beginning. */
static const struct
{
  const char *smiley;
  const char *emoji;
} smileys[] = {
  { ":'-(", "😢" }, { ":'(", "😢" }, { ":-)", "🙂" }, { ";-)", "😉" }, { ":-D", "😃" },
  { ":-P", "😛" },  { ":-p", "😛" }, { ":-(", "🙁" }, { ":-O", "😮" }, { ":-o", "😮" },
  { ":-/", "😕" },  { ":-*", "😘" }, { "B-)", "😎" }, { "</3", "💔" }, { "^_^", "😊" },
  { ":)", "🙂" },   { ";)", "😉" },  { ":D", "😃" },  { ":P", "😛" },  { ":p", "😛" },
  { ":(", "🙁" },   { ":O", "😮" },  { ":o", "😮" },  { ":*", "😘" },  { "<3", "❤️" },
};

void
ww_emoji_match_free (gpointer data)
{
  WwEmojiMatch *match = data;

  g_free (match->emoji);
  g_free (match->name);
  g_free (match);
}

static GVariant *
get_unicode_data (void)
{
  static GVariant *data = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (data != NULL)
    return data;
  bytes = g_resources_lookup_data (GTK_DATA, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  if (bytes != NULL)
    data = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (GTK_TYPE), bytes, FALSE));
  if (data == NULL || !g_variant_is_normal_form (data))
    {
      g_clear_pointer (&data, g_variant_unref);
      data = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("(aussasasu)"), NULL, 0));
    }
  return data;
}

/* As it is typed between colons: small letters, "_" between words. */
static char *
to_word (const char *name)
{
  g_autofree char *folded = g_utf8_strdown (name, -1);

  return g_strdelimit (g_steal_pointer (&folded), " -", '_');
}

/* The first code point 0 stands where a skin tone may be put in. */
static char *
to_text (GVariant *codes)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < g_variant_n_children (codes); i++)
    {
      guint32 code;

      g_variant_get_child (codes, i, "u", &code);
      if (code != 0 && g_unichar_validate (code))
        g_string_append_unichar (text, code);
    }
  return g_string_free (text, FALSE);
}

static gboolean
is_found (GPtrArray *found, const char *emoji)
{
  for (guint i = 0; i < found->len; i++)
    if (g_str_equal (((WwEmojiMatch *) g_ptr_array_index (found, i))->emoji, emoji))
      return TRUE;
  return FALSE;
}

static void
add (GPtrArray *found, const char *emoji, const char *name)
{
  WwEmojiMatch *match;

  if (is_found (found, emoji))
    return;
  match = g_new0 (WwEmojiMatch, 1);
  match->emoji = g_strdup (emoji);
  match->name = g_strdup (name);
  g_ptr_array_add (found, match);
}

/* Whether one of the words that a name consists of begins so. */
static gboolean
has_word (const char *name, const char *word)
{
  gsize length = strlen (word);

  for (const char *p = name; p != NULL && *p != '\0'; p = strchr (p, '_'))
    {
      p += *p == '_' ? 1 : 0;
      if (strncmp (p, word, length) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
add_unicode (GPtrArray *found, const char *word, guint most, gboolean from_start)
{
  GVariant *data = get_unicode_data ();
  GVariantIter iter;
  GVariant *entry;

  g_variant_iter_init (&iter, data);
  while (found->len < most && (entry = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_autoptr (GVariant) owned = entry;
      g_autoptr (GVariant) codes = g_variant_get_child_value (entry, 0);
      const char *names[2];

      g_variant_get_child (entry, 1, "&s", &names[0]);
      g_variant_get_child (entry, 2, "&s", &names[1]);
      for (guint i = 0; i < 2; i++)
        {
          g_autofree char *name = to_word (names[i]);

          if (from_start ? g_str_has_prefix (name, word) : has_word (name, word))
            {
              g_autofree char *emoji = to_text (codes);

              add (found, emoji, name);
              break;
            }
        }
    }
}

/**
 * ww_emoji_data_find:
 * @word: the beginning of a name
 * @most: how many are wanted
 *
 * Returns: (transfer full) (element-type WwEmojiMatch): the best first: well-known words, names that begin so, names of
 *   which a word does
 */
GPtrArray *
ww_emoji_data_find (const char *word, guint most)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (ww_emoji_match_free);
  g_autofree char *wanted = to_word (word);

  for (gsize i = 0; i < G_N_ELEMENTS (words) && found->len < most; i++)
    if (g_str_has_prefix (words[i].word, wanted))
      add (found, words[i].emoji, words[i].word);
  add_unicode (found, wanted, most, TRUE);
  add_unicode (found, wanted, most, FALSE);
  return found;
}

/**
 * ww_emoji_data_get:
 * @word: a whole name
 *
 * Returns: (nullable): the emoji of that well-known name
 */
const char *
ww_emoji_data_get (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i].word, word))
      return words[i].emoji;
  return NULL;
}

/**
 * ww_emoji_data_get_smiley:
 * @text: what stands before the cursor
 * @length: (out): of the smiley that @text ends with, in bytes
 *
 * Returns: (nullable): the emoji that is meant by it
 */
const char *
ww_emoji_data_get_smiley (const char *text, gsize *length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (smileys); i++)
    {
      gsize size = strlen (smileys[i].smiley);
      gsize before = strlen (text);

      if (!g_str_has_suffix (text, smileys[i].smiley))
        continue;
      before -= size;
      /* “http:” and “8:)” are not meant so: it stands by itself. */
      if (before > 0 && !g_ascii_isspace (text[before - 1]))
        return NULL;
      *length = size;
      return smileys[i].emoji;
    }
  return NULL;
}
