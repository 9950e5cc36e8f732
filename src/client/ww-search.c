/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-search"

#include "ww-search-private.h"

#include "ww-conversation-private.h"
#include "ww-error-private.h"
#include "ww-handle.h"
#include "ww-hex.h"
#include "ww-search-hit.h"
#include "ww-store-search.h"

/* What a list of results holds at most. */
#define LIMIT_MAX 1000
/* A first result is shown at once; others that come within this time are shown with it. */
#define GATHER_USEC 30000

struct _WwSearchResults
{
  GObject parent_instance;

  WwConversationList *list; /* NULL once the search is over */
  WwSearchQuery *query;
  GPtrArray *hits;
  DexPromise *promise; /* until there is something to show; holds the results as well */
  gint64 began;
  gboolean searching;
  gboolean has_more;
};

enum
{
  PROP_0,
  PROP_SEARCHING,
  PROP_HAS_MORE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GType
ww_search_results_get_item_type (GListModel *model)
{
  return WW_TYPE_SEARCH_HIT;
}

static guint
ww_search_results_get_n_items (GListModel *model)
{
  return WW_SEARCH_RESULTS (model)->hits->len;
}

static gpointer
ww_search_results_get_item (GListModel *model, guint index)
{
  WwSearchResults *self = WW_SEARCH_RESULTS (model);

  return index < self->hits->len ? g_object_ref (self->hits->pdata[index]) : NULL;
}

static void
ww_search_results_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = ww_search_results_get_item_type;
  iface->get_n_items = ww_search_results_get_n_items;
  iface->get_item = ww_search_results_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (WwSearchResults, ww_search_results, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, ww_search_results_list_model_init))

static void
ww_search_results_finalize (GObject *object)
{
  WwSearchResults *self = WW_SEARCH_RESULTS (object);

  g_clear_object (&self->list);
  g_clear_pointer (&self->query, ww_search_query_unref);
  g_ptr_array_unref (self->hits);
  dex_clear (&self->promise);

  G_OBJECT_CLASS (ww_search_results_parent_class)->finalize (object);
}

static void
ww_search_results_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  WwSearchResults *self = WW_SEARCH_RESULTS (object);

  switch (property_id)
    {
    case PROP_SEARCHING:
      g_value_set_boolean (value, self->searching);
      break;
    case PROP_HAS_MORE:
      g_value_set_boolean (value, self->has_more);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ww_search_results_class_init (WwSearchResultsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = ww_search_results_finalize;
  object_class->get_property = ww_search_results_get_property;

  properties[PROP_SEARCHING] = g_param_spec_boolean ("searching", NULL, NULL, FALSE, flags);
  properties[PROP_HAS_MORE] = g_param_spec_boolean ("has-more", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ww_search_results_init (WwSearchResults *self)
{
  self->hits = g_ptr_array_new_with_free_func (g_object_unref);
}

/* The promise goes first: who waits for it may let go of the results. */
static void
answer (WwSearchResults *self)
{
  DexPromise *promise = g_steal_pointer (&self->promise);

  if (promise == NULL)
    return;
  dex_promise_resolve_object (promise, g_object_ref (self));
  dex_unref (promise);
}

/* Nothing more comes. */
static void
finish (WwSearchResults *self)
{
  g_clear_object (&self->list);
  if (self->searching)
    {
      self->searching = FALSE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEARCHING]);
    }
}

static void
fail (WwSearchResults *self, GError *error)
{
  DexPromise *promise = g_steal_pointer (&self->promise);

  finish (self);
  if (promise == NULL)
    {
      g_debug ("A search ended: %s", error->message);
      g_error_free (error);
      return;
    }
  dex_promise_reject (promise, error);
  dex_unref (promise);
}

static void
add_rows (WwSearchResults *self, GPtrArray *rows)
{
  guint before = self->hits->len;

  for (guint i = 0; i < rows->len; i++)
    {
      const WwMessageRow *row = rows->pdata[i];
      g_autofree char *id = ww_hex_encode (row->conversation, sizeof row->conversation);
      WwConversation *conversation = ww_conversation_list_find (self->list, id);
      g_autoptr (WwMessage) message = NULL;
      g_autofree char *words = NULL;

      if (conversation == NULL)
        continue;
      message = ww_conversation_list_take_message (self->list, row);
      words = ww_search_query_matches (self->query, row->text) ? g_strdup (row->text) : ww_message_row_dup_words (row);
      g_ptr_array_add (self->hits, ww_search_hit_new (conversation, message, g_strchug (words), self->query));
    }
  if (self->hits->len > before)
    g_list_model_items_changed (G_LIST_MODEL (self), before, 0, self->hits->len - before);
}

static void go_on (WwSearchResults *self, WwSearch *search);

typedef struct
{
  GWeakRef results;
  WwSearchResults *held; /* while somebody waits for the promise */
} Slice;

static void
slice_free (gpointer data)
{
  Slice *slice = data;

  g_weak_ref_clear (&slice->results);
  g_clear_object (&slice->held);
  g_free (slice);
}

static DexFuture *
slice_cb (DexFuture *future, gpointer data)
{
  Slice *slice = data;
  g_autoptr (WwSearchResults) self = g_weak_ref_get (&slice->results);
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);
  const WwSearchFound *found;

  /* Nobody is interested any more, or another search took its place. */
  if (self == NULL || self->list == NULL)
    return dex_future_new_true ();
  if (value == NULL)
    {
      fail (self, g_steal_pointer (&error));
      return dex_future_new_true ();
    }

  found = g_value_get_boxed (value);
  add_rows (self, found->rows);
  self->has_more = found->has_more;
  if (found->next != NULL)
    go_on (self, ww_search_copy (found->next));
  else
    finish (self);
  if (found->next == NULL || (self->hits->len > 0 && g_get_monotonic_time () - self->began > GATHER_USEC))
    answer (self);
  return dex_future_new_true ();
}

static void
go_on (WwSearchResults *self, WwSearch *search)
{
  WwStore *store = ww_conversation_list_get_store (self->list);
  Slice *slice;

  if (store == NULL)
    {
      ww_search_free (search);
      fail (self, ww_error_new (WW_ERROR_CANCELLED));
      return;
    }
  slice = g_new0 (Slice, 1);
  g_weak_ref_init (&slice->results, self);
  slice->held = self->promise != NULL ? g_object_ref (self) : NULL;
  dex_future_disown (dex_future_finally (
      ww_store_read (store, ww_store_search, search, (GDestroyNotify) ww_search_free), slice_cb, slice, slice_free));
}

static void
add_by_name (WwSearchResults *self, WwConversation *conversation)
{
  const char *const *handles = ww_conversation_get_handles (conversation);

  if (ww_search_query_matches (self->query, ww_conversation_get_title (conversation)))
    {
      g_ptr_array_add (self->hits,
                       ww_search_hit_new (conversation, NULL, ww_conversation_get_title (conversation), self->query));
      return;
    }
  for (guint i = 0; handles[i] != NULL; i++)
    if (ww_search_query_matches (self->query, ww_handle_for_people (handles[i])))
      {
        g_ptr_array_add (self->hits,
                         ww_search_hit_new (conversation, NULL, ww_handle_for_people (handles[i]), self->query));
        return;
      }
}

/* People and groups, those first that one wrote with last. Before anybody listens. */
static void
add_names (WwSearchResults *self, guint limit)
{
  static const WwStanding standings[] = { WW_STANDING_ACCEPTED, WW_STANDING_REQUEST };

  for (guint i = 0; i < G_N_ELEMENTS (standings); i++)
    {
      GListModel *shelf = ww_conversation_list_get_shelf (self->list, standings[i]);

      for (guint j = 0; j < g_list_model_get_n_items (shelf) && self->hits->len < limit; j++)
        {
          g_autoptr (WwConversation) conversation = g_list_model_get_item (shelf, j);

          add_by_name (self, conversation);
        }
    }
}

static void
free_weak (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* At most one search of all conversations, and one of each conversation, is under way. */
static void
supersede (gpointer owner, WwSearchResults *self)
{
  static GQuark quark;
  g_autoptr (WwSearchResults) before = NULL;
  GWeakRef *current;

  if (quark == 0)
    quark = g_quark_from_static_string ("ww-search-under-way");
  current = g_object_get_qdata (owner, quark);
  if (current == NULL)
    {
      current = g_new0 (GWeakRef, 1);
      g_weak_ref_init (current, NULL);
      g_object_set_qdata_full (owner, quark, current, free_weak);
    }
  before = g_weak_ref_get (current);
  if (before != NULL && before->searching)
    fail (before, ww_error_new (WW_ERROR_CANCELLED));
  g_weak_ref_set (current, self);
}

DexFuture *
ww_search_begin (WwConversationList *list, WwConversation *within, const char *text, guint limit, const char *before)
{
  g_autoptr (WwSearchQuery) query = ww_search_query_new (text);
  g_autoptr (WwSearch) search = ww_search_new (query, CLAMP (limit, 1, LIMIT_MAX));
  g_autoptr (WwSearchResults) self = NULL;
  DexFuture *future;

  search->has_before = before != NULL;
  search->scoped = within != NULL;
  if (within != NULL)
    memcpy (search->conversation, ww_conversation_get_id_bytes (within), sizeof search->conversation);
  if (before != NULL && !ww_hex_decode (before, search->before, sizeof search->before))
    return ww_error_reject (WW_ERROR_INVALID_ARGUMENT);

  self = g_object_new (WW_TYPE_SEARCH_RESULTS, NULL);
  self->began = g_get_monotonic_time ();
  self->list = g_object_ref (list);
  self->query = ww_search_query_ref (query);
  supersede (within != NULL ? (gpointer) within : (gpointer) list, self);
  self->promise = dex_promise_new ();
  future = dex_ref (DEX_FUTURE (self->promise));
  if (ww_search_query_is_empty (query))
    {
      finish (self);
      answer (self);
      return future;
    }

  self->searching = TRUE;
  if (within == NULL && before == NULL)
    add_names (self, search->limit);
  go_on (self, g_steal_pointer (&search));
  return future;
}

gboolean
ww_search_results_get_searching (WwSearchResults *self)
{
  g_return_val_if_fail (WW_IS_SEARCH_RESULTS (self), FALSE);

  return self->searching;
}

/**
 * ww_search_results_get_has_more:
 *
 * Returns: whether there are older ones beyond the limit; search again before the last of these to get them
 */
gboolean
ww_search_results_get_has_more (WwSearchResults *self)
{
  g_return_val_if_fail (WW_IS_SEARCH_RESULTS (self), FALSE);

  return self->has_more;
}

/**
 * ww_conversation_find:
 * @text: words, all of which a message has to contain; words in double quotes are one
 * @limit: at most so many
 * @before: (nullable): hex id of the message that the results are older than
 *
 * Returns: (transfer full): resolves to a #WwSearchResults
 */
DexFuture *
ww_conversation_find (WwConversation *self, const char *text, guint limit, const char *before)
{
  WwConversationList *list;

  g_return_val_if_fail (WW_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  list = ww_conversation_get_list (self);
  if (list == NULL)
    return ww_error_reject (WW_ERROR_CANCELLED);
  return ww_search_begin (list, self, text, limit, before);
}
