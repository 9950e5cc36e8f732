/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-search-keeper"

#include "ww-search-keeper.h"

#include "ww-store-search-index.h"

/* An index that was damaged is found by the search that meets it, and built from the next look on. */
#define LOOK_MS   (5 * 60 * 1000)
#define CHECK_MS  (30LL * 24 * 60 * 60 * 1000)
#define PAUSE_MIN 1
#define PAUSE_MAX 1000
/* Nobody waits for a check; building makes searching fast again. Both in times of what a piece took. */
#define CHECK_REST  19
#define BUILD_REST  1
#define MS_PER_USEC 1000

struct _WwSearchKeeper
{
  GObject parent_instance;

  WwStore *store; /* NULL once closed */
  guint timer;
  gboolean sampled;
  gint64 began; /* the piece that is under way */
  guint rest;   /* after it */
};

G_DEFINE_FINAL_TYPE (WwSearchKeeper, ww_search_keeper, G_TYPE_OBJECT)

static void look (WwSearchKeeper *self);

static void
ww_search_keeper_dispose (GObject *object)
{
  ww_search_keeper_close (WW_SEARCH_KEEPER (object));

  G_OBJECT_CLASS (ww_search_keeper_parent_class)->dispose (object);
}

static void
ww_search_keeper_class_init (WwSearchKeeperClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ww_search_keeper_dispose;
}

static void
ww_search_keeper_init (WwSearchKeeper *self)
{
}

static void
timeout_cb (gpointer data)
{
  WwSearchKeeper *self = data;

  self->timer = 0;
  look (self);
}

static void
wait (WwSearchKeeper *self, guint delay_ms)
{
  if (self->store != NULL && self->timer == 0)
    self->timer = g_timeout_add_once (delay_ms, timeout_cb, self);
}

/* After a piece: rests in proportion to what it took. */
static DexFuture *
piece_cb (DexFuture *future, gpointer data)
{
  WwSearchKeeper *self = data;
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);
  gint64 took = (g_get_monotonic_time () - self->began) / MS_PER_USEC;

  if (value == NULL)
    g_debug ("The search index waits: %s", error->message);
  wait (self, value != NULL ? (guint) CLAMP (took * self->rest, PAUSE_MIN, PAUSE_MAX) : LOOK_MS);
  return dex_future_new_true ();
}

static void
run_piece (WwSearchKeeper *self, WwStoreFunc func, guint rest)
{
  gint64 *now_ms = g_new (gint64, 1);

  *now_ms = g_get_real_time () / 1000;
  self->began = g_get_monotonic_time ();
  self->rest = rest;
  dex_future_disown (dex_future_finally (ww_store_run (self->store, func, now_ms, g_free), piece_cb,
                                         g_object_ref (self), g_object_unref));
}

static DexFuture *
looked_cb (DexFuture *future, gpointer data)
{
  WwSearchKeeper *self = data;
  const GValue *value = dex_future_get_value (future, NULL);
  const WwSearchState *state = value != NULL ? g_value_get_boxed (value) : NULL;
  gint64 now_ms = g_get_real_time () / 1000;

  if (self->store == NULL)
    return dex_future_new_true ();
  if (!self->sampled)
    {
      self->sampled = TRUE;
      run_piece (self, ww_store_search_sample, BUILD_REST);
    }
  else if (state != NULL && (state->first != WW_SEARCH_ALL || state->checked_ms == 0))
    run_piece (self, ww_store_search_build, BUILD_REST);
  else if (state != NULL && ABS (now_ms - state->checked_ms) > CHECK_MS)
    run_piece (self, ww_store_search_check, CHECK_REST);
  else
    wait (self, LOOK_MS);
  return dex_future_new_true ();
}

static void
look (WwSearchKeeper *self)
{
  dex_future_disown (dex_future_finally (ww_store_read (self->store, ww_store_search_look, NULL, NULL), looked_cb,
                                         g_object_ref (self), g_object_unref));
}

WwSearchKeeper *
ww_search_keeper_new (WwStore *store, guint delay_ms)
{
  WwSearchKeeper *self = g_object_new (WW_TYPE_SEARCH_KEEPER, NULL);

  self->store = g_object_ref (store);
  wait (self, delay_ms);
  return self;
}

void
ww_search_keeper_close (WwSearchKeeper *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->store);
}
