/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-future"

#include "ww-future.h"

typedef struct
{
  GWeakRef owner;
  WwFutureFunc func;
  gpointer data;
} Watch;

static void
watch_free (Watch *watch)
{
  g_weak_ref_clear (&watch->owner);
  g_free (watch);
}

static DexFuture *
settled_cb (DexFuture *future, gpointer user_data)
{
  Watch *watch = user_data;
  g_autoptr (GObject) owner = g_weak_ref_get (&watch->owner);
  g_autoptr (GError) error = NULL;
  const GValue *value;

  /* Whoever asked is gone, so nobody is left who could show the answer. */
  if (owner == NULL)
    return dex_future_new_true ();

  value = dex_future_get_value (future, &error);
  watch->func (owner, value, error, watch->data);
  return dex_future_new_true ();
}

/**
 * ww_future_watch:
 * @future: (transfer full): what is awaited
 * @owner: the object that is told; it is not kept alive
 * @func: called once on the owner's thread, unless the owner is gone by then
 * @data: passed on to @func; must live as long as @owner
 *
 * Returns: (transfer full): a future to hold on to. Giving it up before it has settled keeps @func from being called;
 *   @future itself goes on, because libdex 0.10 may spin when a fiber is discarded (see ww_until() in the engine).
 */
DexFuture *
ww_future_watch (DexFuture *future, gpointer owner, WwFutureFunc func, gpointer data)
{
  Watch *watch = g_new0 (Watch, 1);

  g_weak_ref_init (&watch->owner, owner);
  watch->func = func;
  watch->data = data;
  dex_future_disown (DEX_FUTURE (dex_ref (future)));
  return dex_future_finally (future, settled_cb, watch, (GDestroyNotify) watch_free);
}

/**
 * ww_future_report:
 *
 * As ww_future_watch(), for work that has to be finished even when its owner is gone: a message that is
 * being stored, a device that is being removed.
 */
void
ww_future_report (DexFuture *future, gpointer owner, WwFutureFunc func, gpointer data)
{
  dex_future_disown (ww_future_watch (future, owner, func, data));
}
