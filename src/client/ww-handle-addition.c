/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-handle-addition-private.h"

#include "ww-error-private.h"
#include "ww-proof.h"

G_DEFINE_FINAL_TYPE (WwHandleAddition, ww_handle_addition, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (WwHandleAdditionState, ww_handle_addition_state,
                    G_DEFINE_ENUM_VALUE (WW_HANDLE_ADDITION_STATE_CONFIRMING, "confirming"),
                    G_DEFINE_ENUM_VALUE (WW_HANDLE_ADDITION_STATE_PUBLISHING, "publishing"),
                    G_DEFINE_ENUM_VALUE (WW_HANDLE_ADDITION_STATE_HELD, "held"),
                    G_DEFINE_ENUM_VALUE (WW_HANDLE_ADDITION_STATE_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (WW_HANDLE_ADDITION_STATE_FAILED, "failed"))

typedef enum
{
  PROP_HANDLE = 1,
  PROP_PROOF,
  PROP_STATE,
  PROP_ERROR,
  PROP_SEND_TO,
  PROP_SEND_TEXT,
  PROP_TRIES_LEFT,
  PROP_RESEND_AT_MS,
  PROP_EXPIRES_MS,
  PROP_HELD_UNTIL_MS,
} WwHandleAdditionProperty;

static GParamSpec *properties[PROP_HELD_UNTIL_MS + 1];

static WwHandleAdditionState
get_first_state (const WwAdditionRow *row)
{
  if (row->error != NULL)
    return WW_HANDLE_ADDITION_STATE_FAILED;
  return row->held_until_ms > 0 ? WW_HANDLE_ADDITION_STATE_HELD : WW_HANDLE_ADDITION_STATE_CONFIRMING;
}

/* As a failed row of an earlier run tells it: the code, and our sentence for it. */
static GError *
dup_row_error (const WwAdditionRow *row, WwProof proof)
{
  const char *sentence;

  if (row->error == NULL)
    return NULL;
  sentence = ww_proof_get_sentence (row->error, row->handle, proof);
  if (sentence == NULL)
    sentence = ww_error_get_sentence_for_code (row->error);
  return ww_error_new_refused (row->error, sentence, FALSE);
}

WwHandleAddition *
ww_handle_addition_new (WwAdditions *additions, WwAdditionRow *row)
{
  WwHandleAddition *self = g_object_new (WW_TYPE_HANDLE_ADDITION, NULL);

  g_set_weak_pointer (&self->additions, additions);
  self->row = row;
  self->proof = ww_proof_choose (row->handle, row->inbound ? WW_ENROLMENT_INBOUND : WW_ENROLMENT_DEFAULT);
  self->error = dup_row_error (row, self->proof);
  ww_handle_addition_set_state (self, get_first_state (row), self->error);
  return self;
}

const char *
ww_handle_addition_get_handle (WwHandleAddition *self)
{
  return self->row->handle;
}

WwProof
ww_handle_addition_get_proof (WwHandleAddition *self)
{
  return self->proof;
}

WwHandleAdditionState
ww_handle_addition_get_state (WwHandleAddition *self)
{
  return self->state;
}

const GError *
ww_handle_addition_get_error (WwHandleAddition *self)
{
  return self->error;
}

const char *
ww_handle_addition_get_send_to (WwHandleAddition *self)
{
  return self->row->send_to;
}

const char *
ww_handle_addition_get_send_text (WwHandleAddition *self)
{
  return self->row->send_text;
}

guint
ww_handle_addition_get_tries_left (WwHandleAddition *self)
{
  return self->tries_left;
}

gint64
ww_handle_addition_get_resend_at_ms (WwHandleAddition *self)
{
  return self->row->resend_at_ms;
}

gint64
ww_handle_addition_get_expires_ms (WwHandleAddition *self)
{
  return self->row->expires_ms;
}

gint64
ww_handle_addition_get_held_until_ms (WwHandleAddition *self)
{
  return self->state == WW_HANDLE_ADDITION_STATE_HELD ? self->row->held_until_ms : 0;
}

static void
end (WwHandleAddition *self, const GError *error)
{
  if (!dex_future_is_pending (DEX_FUTURE (self->ended)))
    return;
  if (error == NULL)
    dex_promise_resolve_boolean (self->ended, TRUE);
  else
    dex_promise_reject (self->ended, g_error_copy (error));
}

void
ww_handle_addition_let_go (WwHandleAddition *self)
{
  g_autoptr (GError) cancelled = ww_error_new (WW_ERROR_CANCELLED);

  end (self, cancelled);
}

void
ww_handle_addition_set_state (WwHandleAddition *self, WwHandleAdditionState state, const GError *error)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (error != self->error)
    {
      g_clear_error (&self->error);
      self->error = error != NULL ? g_error_copy (error) : NULL;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
    }
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HELD_UNTIL_MS]);
    }
  g_object_thaw_notify (G_OBJECT (self));
  if (state == WW_HANDLE_ADDITION_STATE_DONE)
    end (self, NULL);
  else if (error != NULL)
    end (self, error);
}

void
ww_handle_addition_set_times (WwHandleAddition *self, gint64 resend_at_ms, gint64 expires_ms)
{
  if (self->row->resend_at_ms != resend_at_ms)
    {
      self->row->resend_at_ms = resend_at_ms;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RESEND_AT_MS]);
    }
  if (self->row->expires_ms != expires_ms)
    {
      self->row->expires_ms = expires_ms;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXPIRES_MS]);
    }
}

void
ww_handle_addition_set_message (WwHandleAddition *self, const char *send_to, const char *send_text)
{
  if (g_set_str (&self->row->send_to, send_to != NULL && *send_to != '\0' ? send_to : NULL))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEND_TO]);
  if (g_set_str (&self->row->send_text, send_text != NULL && *send_text != '\0' ? send_text : NULL))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEND_TEXT]);
}

void
ww_handle_addition_set_tries_left (WwHandleAddition *self, guint tries_left)
{
  if (self->tries_left == tries_left)
    return;
  self->tries_left = tries_left;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TRIES_LEFT]);
}

void
ww_handle_addition_set_held_until (WwHandleAddition *self, gint64 held_until_ms)
{
  if (self->row->held_until_ms == held_until_ms)
    return;
  self->row->held_until_ms = held_until_ms;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HELD_UNTIL_MS]);
}

/**
 * ww_handle_addition_submit_code:
 * @code: the digits that came by SMS, as typed
 *
 * Returns: (transfer full): a future of %TRUE when the server took them; WW_ERROR_REFUSED with "wrong-code" while there are
 *   tries left, with "too-many-tries" when the addition has failed for it
 */
DexFuture *
ww_handle_addition_submit_code (WwHandleAddition *self, const char *code)
{
  if (self->additions == NULL)
    return ww_error_reject (WW_ERROR_CANCELLED);
  return ww_additions_submit_code (self->additions, self, code);
}

/**
 * ww_handle_addition_resend:
 *
 * Has the mail or message sent again. Before "resend-at-ms" the server refuses.
 *
 * Returns: (transfer full): a future of %TRUE
 */
DexFuture *
ww_handle_addition_resend (WwHandleAddition *self)
{
  if (self->additions == NULL)
    return ww_error_reject (WW_ERROR_CANCELLED);
  return ww_additions_resend (self->additions, self);
}

/**
 * ww_handle_addition_cancel:
 *
 * Forgets it. What waits for its end is rejected with WW_ERROR_CANCELLED.
 *
 * Returns: (transfer full): a future of %TRUE when the store has forgotten it
 */
DexFuture *
ww_handle_addition_cancel (WwHandleAddition *self)
{
  if (self->additions == NULL)
    return ww_error_reject (WW_ERROR_CANCELLED);
  return ww_additions_cancel (self->additions, self);
}

static DexFuture *
timed_out_cb (DexFuture *future, gpointer data)
{
  g_autoptr (GError) error = NULL;

  dex_future_get_value (future, &error);
  if (g_error_matches (error, DEX_ERROR, DEX_ERROR_TIMED_OUT))
    return ww_error_reject (WW_ERROR_TIMED_OUT);
  return dex_ref (future);
}

/**
 * ww_handle_addition_wait:
 * @timeout_ms: how long at most; negative: as long as it takes
 *
 * Returns: (transfer full): a future of %TRUE once it is DONE; rejected with "error" when it FAILED, WW_ERROR_TIMED_OUT
 */
DexFuture *
ww_handle_addition_wait (WwHandleAddition *self, gint timeout_ms)
{
  DexFuture *ended = DEX_FUTURE (dex_ref (self->ended));

  if (timeout_ms < 0)
    return ended;
  return dex_future_catch (dex_future_first (ended, dex_timeout_new_msec (timeout_ms), NULL), timed_out_cb, NULL, NULL);
}

static void
ww_handle_addition_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WwHandleAddition *self = WW_HANDLE_ADDITION (object);

  switch ((WwHandleAdditionProperty) id)
    {
    case PROP_HANDLE:
      g_value_set_string (value, self->row->handle);
      break;
    case PROP_PROOF:
      g_value_set_enum (value, self->proof);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_SEND_TO:
      g_value_set_string (value, self->row->send_to);
      break;
    case PROP_SEND_TEXT:
      g_value_set_string (value, self->row->send_text);
      break;
    case PROP_TRIES_LEFT:
      g_value_set_uint (value, self->tries_left);
      break;
    case PROP_RESEND_AT_MS:
      g_value_set_int64 (value, self->row->resend_at_ms);
      break;
    case PROP_EXPIRES_MS:
      g_value_set_int64 (value, self->row->expires_ms);
      break;
    case PROP_HELD_UNTIL_MS:
      g_value_set_int64 (value, ww_handle_addition_get_held_until_ms (self));
      break;
    }
}

static void
ww_handle_addition_dispose (GObject *object)
{
  WwHandleAddition *self = WW_HANDLE_ADDITION (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_weak_pointer (&self->additions);
  ww_handle_addition_let_go (self);
  G_OBJECT_CLASS (ww_handle_addition_parent_class)->dispose (object);
}

static void
ww_handle_addition_finalize (GObject *object)
{
  WwHandleAddition *self = WW_HANDLE_ADDITION (object);

  g_clear_pointer (&self->row, ww_addition_row_free);
  g_clear_error (&self->error);
  dex_clear (&self->ended);
  G_OBJECT_CLASS (ww_handle_addition_parent_class)->finalize (object);
}

static void
ww_handle_addition_class_init (WwHandleAdditionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = ww_handle_addition_get_property;
  object_class->dispose = ww_handle_addition_dispose;
  object_class->finalize = ww_handle_addition_finalize;

  properties[PROP_HANDLE] = g_param_spec_string ("handle", NULL, NULL, NULL, flags);
  properties[PROP_PROOF] = g_param_spec_enum ("proof", NULL, NULL, WW_TYPE_PROOF, WW_PROOF_LINK, flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, WW_TYPE_HANDLE_ADDITION_STATE,
                                              WW_HANDLE_ADDITION_STATE_CONFIRMING, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_SEND_TO] = g_param_spec_string ("send-to", NULL, NULL, NULL, flags);
  properties[PROP_SEND_TEXT] = g_param_spec_string ("send-text", NULL, NULL, NULL, flags);
  properties[PROP_TRIES_LEFT] = g_param_spec_uint ("tries-left", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_RESEND_AT_MS] = g_param_spec_int64 ("resend-at-ms", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_EXPIRES_MS] = g_param_spec_int64 ("expires-ms", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_HELD_UNTIL_MS] = g_param_spec_int64 ("held-until-ms", NULL, NULL, 0, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ww_handle_addition_init (WwHandleAddition *self)
{
  self->ended = dex_promise_new ();
}
