/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-enrolment"

#include "ww-enrolment-private.h"

#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-record-builder.h"
#include "ww-until.h"

#define MAX_EVENTS 64

static void
wake (WwEnrolmentRun *self)
{
  if (self->changed != NULL)
    dex_promise_resolve_boolean (self->changed, TRUE);
  dex_clear (&self->changed);
}

static void
event_cb (WwLink *link, WwReply *reply, gpointer data)
{
  WwEnrolmentRun *self = data;

  if (self->events.length < MAX_EVENTS)
    g_queue_push_tail (&self->events, ww_reply_ref (reply));
  wake (self);
}

static void
state_cb (WwLink *link, GParamSpec *pspec, gpointer data)
{
  WwEnrolmentRun *self = data;

  if (ww_link_get_state (link) != WW_LINK_STATE_UP)
    return;
  self->n_ups++;
  ww_enrolment_run_look_again (self);
}

WwEnrolmentRun *
ww_enrolment_run_new (WwEnrolment *enrolment, const char *handle, const char *name, const char *device_name,
                      WwEnrolmentFlags flags)
{
  WwEnrolmentRun *self = g_rc_box_new0 (WwEnrolmentRun);

  self->enrolment = g_object_ref (enrolment);
  self->closing = dex_promise_new ();
  self->ended = dex_promise_new ();
  self->flags = flags;
  self->proof = ww_proof_choose (handle, flags);
  self->handle = g_strdup (handle);
  self->name = g_strdup (name);
  self->device_name = g_strdup (device_name);
  self->chain = g_ptr_array_new_with_free_func ((GDestroyNotify) ww_record_unref);
  g_queue_init (&self->events);
  self->link = ww_link_new (enrolment->server, NULL);
  g_signal_connect (self->link, "event", G_CALLBACK (event_cb), self);
  g_signal_connect (self->link, "notify::state", G_CALLBACK (state_cb), self);
  return self;
}

WwEnrolmentRun *
ww_enrolment_run_ref (WwEnrolmentRun *self)
{
  return g_rc_box_acquire (self);
}

/* Ends everything that waits; the fiber then ends by itself. */
void
ww_enrolment_run_stop (WwEnrolmentRun *self)
{
  g_signal_handlers_disconnect_by_data (self->link, self);
  ww_link_stop (self->link);
  if (dex_future_is_pending (DEX_FUTURE (self->closing)))
    dex_promise_reject (self->closing, ww_error_new (WW_ERROR_CANCELLED));
}

static void
run_clear (gpointer data)
{
  WwEnrolmentRun *self = data;

  ww_enrolment_run_stop (self);
  g_clear_object (&self->link);
  g_queue_clear_full (&self->events, (GDestroyNotify) ww_reply_unref);
  dex_clear (&self->changed);
  dex_clear (&self->closing);
  g_clear_pointer (&self->keys, ww_device_keys_free);
  g_clear_pointer (&self->chain, g_ptr_array_unref);
  g_free (self->handle);
  g_free (self->name);
  g_free (self->device_name);
  ww_wipe (self->token, sizeof self->token);
  g_clear_error (&self->failure);
  dex_clear (&self->start_over);
  dex_clear (&self->ended);
  dex_clear (&self->before);
  g_clear_object (&self->store);
  g_clear_pointer (&self->identity, ww_identity_unref);
  g_clear_object (&self->enrolment);
}

void
ww_enrolment_run_unref (WwEnrolmentRun *self)
{
  g_rc_box_release_full (self, run_clear);
}

static gboolean
is_lost (const GError *error)
{
  return g_error_matches (error, WW_ERROR, WW_ERROR_OFFLINE) || g_error_matches (error, WW_ERROR, WW_ERROR_TIMED_OUT);
}

WwReply *
ww_enrolment_run_ask (WwEnrolmentRun *self, const Waxwing__Request *request, Waxwing__Response__BodyCase expected,
                      GError **error)
{
  for (;;)
    {
      g_autoptr (GError) local = NULL;
      WwReply *reply;

      if (!dex_await (ww_until (ww_link_wait_up (self->link), self->closing), error))
        return NULL;
      reply = dex_await_boxed (
          ww_until (ww_link_request (self->link, request, expected, WW_REQUEST_TIMEOUT_MS), self->closing), &local);
      if (reply != NULL)
        return reply;
      if (!is_lost (local))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
    }
}

WwReply *
ww_enrolment_run_next (WwEnrolmentRun *self, GError **error)
{
  for (;;)
    {
      if (!g_queue_is_empty (&self->events))
        return g_queue_pop_head (&self->events);
      if (self->watch)
        {
          self->watch = FALSE;
          return NULL;
        }
      dex_clear (&self->changed);
      self->changed = dex_promise_new ();
      if (!dex_await (ww_until (DEX_FUTURE (dex_ref (self->changed)), self->closing), error))
        return NULL;
    }
}

gboolean
ww_enrolment_run_pause (WwEnrolmentRun *self, gint64 ms, GError **error)
{
  g_queue_clear_full (&self->events, (GDestroyNotify) ww_reply_unref);
  if (!self->watch)
    {
      DexFuture *woken;

      dex_clear (&self->changed);
      self->changed = dex_promise_new ();
      woken = dex_future_first (DEX_FUTURE (dex_ref (self->changed)), dex_timeout_new_msec ((gint) ms), NULL);
      dex_await (ww_until (woken, self->closing), NULL);
    }
  self->watch = FALSE;
  return dex_future_is_pending (DEX_FUTURE (self->closing)) || dex_await (dex_ref (self->closing), error);
}

void
ww_enrolment_run_look_again (WwEnrolmentRun *self)
{
  self->watch = TRUE;
  wake (self);
}

WwRecord *
ww_enrolment_run_newest (WwEnrolmentRun *self)
{
  return self->chain->len > 0 ? self->chain->pdata[self->chain->len - 1] : NULL;
}

GBytes *
ww_enrolment_run_state_device (WwEnrolmentRun *self, const WwDeviceKeys *keys, const guint8 account_id[16],
                               const guint8 account_key[65], guint8 signature[64], GError **error)
{
  g_autoptr (GBytes) statement = ww_device_statement_new (self->device_id, keys, self->push_address, self->enrolled_ms);
  gsize len;
  const guint8 *data = g_bytes_get_data (statement, &len);

  if (ww_signing_key_sign_device (ww_device_keys_signing (keys), account_id, account_key, WW_BYTES (data, len),
                                  signature) == WW_CRYPTO_OK)
    return g_steal_pointer (&statement);
  ww_error_set (error, WW_ERROR_FAILED);
  return NULL;
}
