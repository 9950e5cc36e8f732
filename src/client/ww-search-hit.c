/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-search-hit"

#include "ww-search-hit.h"

#include "ww-conversation.h"
#include "ww-message.h"
#include "ww-text.h"

/* What a row of results shows of a message, in characters, and how much of it stands before the first match. */
#define SNIPPET_CHARS 160
#define LEAD_CHARS    32

struct _WwSearchHit
{
  GObject parent_instance;

  WwConversation *conversation;
  WwMessage *message;
  char *snippet;
  GArray *matches; /* of WwSearchRange */
};

enum
{
  PROP_0,
  PROP_CONVERSATION,
  PROP_MESSAGE,
  PROP_SNIPPET,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WwSearchHit, ww_search_hit, G_TYPE_OBJECT)

static void
ww_search_hit_finalize (GObject *object)
{
  WwSearchHit *self = WW_SEARCH_HIT (object);

  g_clear_object (&self->conversation);
  g_clear_object (&self->message);
  g_free (self->snippet);
  g_array_unref (self->matches);

  G_OBJECT_CLASS (ww_search_hit_parent_class)->finalize (object);
}

static void
ww_search_hit_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  WwSearchHit *self = WW_SEARCH_HIT (object);

  switch (property_id)
    {
    case PROP_CONVERSATION:
      g_value_set_object (value, self->conversation);
      break;
    case PROP_MESSAGE:
      g_value_set_object (value, self->message);
      break;
    case PROP_SNIPPET:
      g_value_set_string (value, self->snippet);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ww_search_hit_class_init (WwSearchHitClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = ww_search_hit_finalize;
  object_class->get_property = ww_search_hit_get_property;

  properties[PROP_CONVERSATION] = g_param_spec_object ("conversation", NULL, NULL, WW_TYPE_CONVERSATION, flags);
  properties[PROP_MESSAGE] = g_param_spec_object ("message", NULL, NULL, WW_TYPE_MESSAGE, flags);
  properties[PROP_SNIPPET] = g_param_spec_string ("snippet", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ww_search_hit_init (WwSearchHit *self)
{
  self->matches = g_array_new (FALSE, FALSE, sizeof (WwSearchRange));
}

/* The first place of any of the words, in bytes. */
static gsize
find_first (const char *text, const WwSearchQuery *query)
{
  g_autoptr (WwFolded) folded = ww_fold (text, strlen (text));
  const GPtrArray *words = ww_search_query_get_words (query);
  guint first = G_MAXUINT;

  for (guint i = 0; i < words->len; i++)
    first = MIN (first, ww_folded_find (folded, words->pdata[i], 0));
  return first != G_MAXUINT ? folded->starts[first] : 0;
}

/* A match far into a long text begins a little before itself, at a word if there is one. */
static char *
make_snippet (const char *text, const WwSearchQuery *query)
{
  const char *match = text + find_first (text, query);
  const char *start = match;
  g_autofree char *line = NULL;

  if (g_utf8_strlen (text, match - text) <= LEAD_CHARS)
    return ww_text_one_line (text, SNIPPET_CHARS);

  start = g_utf8_offset_to_pointer (match, -LEAD_CHARS);
  for (const char *p = start; p < match; p = g_utf8_next_char (p))
    if (g_unichar_isspace (g_utf8_get_char (p)))
      {
        start = g_utf8_next_char (p);
        break;
      }
  line = ww_text_one_line (start, SNIPPET_CHARS);
  return g_strconcat ("…", line, NULL);
}

static int
compare_ranges (const void *a, const void *b)
{
  const WwSearchRange *left = a, *right = b;

  return left->start < right->start ? -1 : left->start > right->start;
}

/* Ascending, and none overlaps another. */
static void
join_ranges (GArray *ranges)
{
  guint kept = 0;

  g_array_sort (ranges, compare_ranges);
  for (guint i = 0; i < ranges->len; i++)
    {
      const WwSearchRange range = g_array_index (ranges, WwSearchRange, i);
      WwSearchRange *last = kept > 0 ? &g_array_index (ranges, WwSearchRange, kept - 1) : NULL;

      if (last != NULL && range.start <= last->end)
        last->end = MAX (last->end, range.end);
      else
        g_array_index (ranges, WwSearchRange, kept++) = range;
    }
  g_array_set_size (ranges, kept);
}

static void
find_matches (WwSearchHit *self, const WwSearchQuery *query)
{
  g_autoptr (WwFolded) folded = ww_fold (self->snippet, strlen (self->snippet));
  const GPtrArray *words = ww_search_query_get_words (query);

  for (guint i = 0; i < words->len; i++)
    {
      const WwFolded *word = words->pdata[i];
      guint at = 0;

      while ((at = ww_folded_find (folded, word, at)) != G_MAXUINT)
        {
          WwSearchRange range = { folded->starts[at], folded->ends[at + word->n - 1] };

          g_array_append_val (self->matches, range);
          at += word->n;
        }
    }
  join_ranges (self->matches);
}

WwSearchHit *
ww_search_hit_new (WwConversation *conversation, WwMessage *message, const char *text, const WwSearchQuery *query)
{
  WwSearchHit *self = g_object_new (WW_TYPE_SEARCH_HIT, NULL);

  self->conversation = g_object_ref (conversation);
  self->message = message != NULL ? g_object_ref (message) : NULL;
  self->snippet = make_snippet (text, query);
  find_matches (self, query);
  return self;
}

WwMessage *
ww_search_hit_get_message (WwSearchHit *self)
{
  g_return_val_if_fail (WW_IS_SEARCH_HIT (self), NULL);

  return self->message;
}

WwConversation *
ww_search_hit_get_conversation (WwSearchHit *self)
{
  g_return_val_if_fail (WW_IS_SEARCH_HIT (self), NULL);

  return self->conversation;
}

const char *
ww_search_hit_get_snippet (WwSearchHit *self)
{
  g_return_val_if_fail (WW_IS_SEARCH_HIT (self), NULL);

  return self->snippet;
}

/**
 * ww_search_hit_get_matches:
 * @n: (out): how many
 *
 * Returns: (transfer none) (array length=n): ascending, none overlaps another
 */
const WwSearchRange *
ww_search_hit_get_matches (WwSearchHit *self, guint *n)
{
  g_return_val_if_fail (WW_IS_SEARCH_HIT (self), NULL);

  *n = self->matches->len;
  return (const WwSearchRange *) self->matches->data;
}
