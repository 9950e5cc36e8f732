/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-enrolment"

#include "ww-enrolment-private.h"

#include "ww-client.h"

G_DEFINE_FINAL_TYPE (WwEnrolment, ww_enrolment, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (WwEnrolmentState, ww_enrolment_state, G_DEFINE_ENUM_VALUE (WW_ENROLMENT_STATE_IDLE, "idle"),
                    G_DEFINE_ENUM_VALUE (WW_ENROLMENT_STATE_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (WW_ENROLMENT_STATE_CONFIRMING, "confirming"),
                    G_DEFINE_ENUM_VALUE (WW_ENROLMENT_STATE_PREPARING, "preparing"),
                    G_DEFINE_ENUM_VALUE (WW_ENROLMENT_STATE_APPROVING, "approving"),
                    G_DEFINE_ENUM_VALUE (WW_ENROLMENT_STATE_HELD, "held"),
                    G_DEFINE_ENUM_VALUE (WW_ENROLMENT_STATE_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (WW_ENROLMENT_STATE_FAILED, "failed"))

typedef enum
{
  PROP_STATE = 1,
  PROP_ERROR,
  PROP_SERVER,
  PROP_HANDLE,
  PROP_RESEND_AT_MS,
  PROP_EXPIRES_MS,
  PROP_FURTHER_DEVICE,
  PROP_DIGITS,
  PROP_DEVICE_ID,
  PROP_VERIFIES,
  PROP_PROOF,
  PROP_SEND_TO,
  PROP_SEND_TEXT,
  PROP_TRIES_LEFT,
  PROP_HELD_UNTIL_MS,
} WwEnrolmentProperty;

static GParamSpec *properties[PROP_HELD_UNTIL_MS + 1];

/* The one enrolment of a client, idle. `client` owns it and outlives it. */
WwEnrolment *
ww_enrolment_new (WwClient *client)
{
  WwEnrolment *self = g_object_new (WW_TYPE_ENROLMENT, NULL);

  self->client = client;
  return self;
}

void
ww_enrolment_release (WwEnrolment *self)
{
  dex_future_disown (ww_enrolment_suspend (self));
  self->client = NULL;
}

WwEnrolmentState
ww_enrolment_get_state (WwEnrolment *self)
{
  return self->state;
}

const GError *
ww_enrolment_get_error (WwEnrolment *self)
{
  return self->error;
}

const char *
ww_enrolment_get_server (WwEnrolment *self)
{
  return self->server;
}

const char *
ww_enrolment_get_handle (WwEnrolment *self)
{
  return self->handle;
}

gint64
ww_enrolment_get_resend_at_ms (WwEnrolment *self)
{
  return self->resend_at_ms;
}

gint64
ww_enrolment_get_expires_ms (WwEnrolment *self)
{
  return self->expires_ms;
}

gboolean
ww_enrolment_get_further_device (WwEnrolment *self)
{
  return self->further_device;
}

const char *
ww_enrolment_get_digits (WwEnrolment *self)
{
  return self->digits[0] != '\0' ? self->digits : NULL;
}

const char *
ww_enrolment_get_device_id (WwEnrolment *self)
{
  return self->device_id;
}

const char *const *
ww_enrolment_get_verifies (WwEnrolment *self)
{
  return (const char *const *) self->verifies;
}

WwProof
ww_enrolment_get_proof (WwEnrolment *self)
{
  return self->proof;
}

const char *
ww_enrolment_get_send_to (WwEnrolment *self)
{
  return self->send_to;
}

const char *
ww_enrolment_get_send_text (WwEnrolment *self)
{
  return self->send_text;
}

guint
ww_enrolment_get_tries_left (WwEnrolment *self)
{
  return self->tries_left;
}

gint64
ww_enrolment_get_held_until_ms (WwEnrolment *self)
{
  return self->held_until_ms;
}

/* Moves to a state; `error` is what FAILED shows. */
void
ww_enrolment_set_state (WwEnrolment *self, WwEnrolmentState state, const GError *error)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (error != NULL || self->error != NULL)
    {
      g_clear_error (&self->error);
      self->error = error != NULL ? g_error_copy (error) : NULL;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
    }
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

void
ww_enrolment_set_server (WwEnrolment *self, const char *server)
{
  if (g_set_str (&self->server, server))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SERVER]);
}

void
ww_enrolment_set_handle (WwEnrolment *self, const char *handle)
{
  if (g_set_str (&self->handle, handle))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HANDLE]);
}

void
ww_enrolment_set_times (WwEnrolment *self, gint64 resend_at_ms, gint64 expires_ms)
{
  if (self->resend_at_ms != resend_at_ms)
    {
      self->resend_at_ms = resend_at_ms;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RESEND_AT_MS]);
    }
  if (self->expires_ms != expires_ms)
    {
      self->expires_ms = expires_ms;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXPIRES_MS]);
    }
}

void
ww_enrolment_set_further_device (WwEnrolment *self, gboolean further_device)
{
  if (self->further_device == further_device)
    return;
  self->further_device = further_device;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FURTHER_DEVICE]);
}

/* Six digits, or NULL. */
void
ww_enrolment_set_digits (WwEnrolment *self, const char *digits)
{
  if (g_strcmp0 (ww_enrolment_get_digits (self), digits) == 0)
    return;
  g_strlcpy (self->digits, digits != NULL ? digits : "", sizeof self->digits);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DIGITS]);
}

void
ww_enrolment_set_device_id (WwEnrolment *self, const char *device_id)
{
  if (g_set_str (&self->device_id, device_id))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DEVICE_ID]);
}

void
ww_enrolment_set_verifies (WwEnrolment *self, const char *const *verifies)
{
  if (g_strv_equal ((const char *const *) self->verifies, verifies))
    return;
  g_strfreev (self->verifies);
  self->verifies = g_strdupv ((char **) verifies);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VERIFIES]);
}

void
ww_enrolment_set_proof (WwEnrolment *self, WwProof proof)
{
  if (self->proof == proof)
    return;
  self->proof = proof;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROOF]);
}

void
ww_enrolment_set_message (WwEnrolment *self, const char *send_to, const char *send_text)
{
  if (g_set_str (&self->send_to, send_to != NULL && *send_to != '\0' ? send_to : NULL))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEND_TO]);
  if (g_set_str (&self->send_text, send_text != NULL && *send_text != '\0' ? send_text : NULL))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEND_TEXT]);
}

void
ww_enrolment_set_tries_left (WwEnrolment *self, guint tries_left)
{
  if (self->tries_left == tries_left)
    return;
  self->tries_left = tries_left;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TRIES_LEFT]);
}

void
ww_enrolment_set_held_until (WwEnrolment *self, gint64 held_until_ms)
{
  if (self->held_until_ms == held_until_ms)
    return;
  self->held_until_ms = held_until_ms;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HELD_UNTIL_MS]);
}

static void
ww_enrolment_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WwEnrolment *self = WW_ENROLMENT (object);

  switch ((WwEnrolmentProperty) id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_SERVER:
      g_value_set_string (value, self->server);
      break;
    case PROP_HANDLE:
      g_value_set_string (value, self->handle);
      break;
    case PROP_RESEND_AT_MS:
      g_value_set_int64 (value, self->resend_at_ms);
      break;
    case PROP_EXPIRES_MS:
      g_value_set_int64 (value, self->expires_ms);
      break;
    case PROP_FURTHER_DEVICE:
      g_value_set_boolean (value, self->further_device);
      break;
    case PROP_DIGITS:
      g_value_set_string (value, ww_enrolment_get_digits (self));
      break;
    case PROP_DEVICE_ID:
      g_value_set_string (value, self->device_id);
      break;
    case PROP_VERIFIES:
      g_value_set_boxed (value, self->verifies);
      break;
    case PROP_PROOF:
      g_value_set_enum (value, self->proof);
      break;
    case PROP_SEND_TO:
      g_value_set_string (value, self->send_to);
      break;
    case PROP_SEND_TEXT:
      g_value_set_string (value, self->send_text);
      break;
    case PROP_TRIES_LEFT:
      g_value_set_uint (value, self->tries_left);
      break;
    case PROP_HELD_UNTIL_MS:
      g_value_set_int64 (value, self->held_until_ms);
      break;
    }
}

static void
ww_enrolment_finalize (GObject *object)
{
  WwEnrolment *self = WW_ENROLMENT (object);

  g_clear_error (&self->error);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->handle, g_free);
  g_clear_pointer (&self->device_id, g_free);
  g_clear_pointer (&self->verifies, g_strfreev);
  g_clear_pointer (&self->send_to, g_free);
  g_clear_pointer (&self->send_text, g_free);
  dex_clear (&self->ended);
  G_OBJECT_CLASS (ww_enrolment_parent_class)->finalize (object);
}

static void
ww_enrolment_class_init (WwEnrolmentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = ww_enrolment_get_property;
  object_class->finalize = ww_enrolment_finalize;

  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, WW_TYPE_ENROLMENT_STATE, WW_ENROLMENT_STATE_IDLE,
                                              flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_SERVER] = g_param_spec_string ("server", NULL, NULL, NULL, flags);
  properties[PROP_HANDLE] = g_param_spec_string ("handle", NULL, NULL, NULL, flags);
  properties[PROP_RESEND_AT_MS] = g_param_spec_int64 ("resend-at-ms", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_EXPIRES_MS] = g_param_spec_int64 ("expires-ms", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_FURTHER_DEVICE] = g_param_spec_boolean ("further-device", NULL, NULL, FALSE, flags);
  properties[PROP_DIGITS] = g_param_spec_string ("digits", NULL, NULL, NULL, flags);
  properties[PROP_DEVICE_ID] = g_param_spec_string ("device-id", NULL, NULL, NULL, flags);
  properties[PROP_VERIFIES] = g_param_spec_boxed ("verifies", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_PROOF] = g_param_spec_enum ("proof", NULL, NULL, WW_TYPE_PROOF, WW_PROOF_LINK, flags);
  properties[PROP_SEND_TO] = g_param_spec_string ("send-to", NULL, NULL, NULL, flags);
  properties[PROP_SEND_TEXT] = g_param_spec_string ("send-text", NULL, NULL, NULL, flags);
  properties[PROP_TRIES_LEFT] = g_param_spec_uint ("tries-left", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_HELD_UNTIL_MS] = g_param_spec_int64 ("held-until-ms", NULL, NULL, 0, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ww_enrolment_init (WwEnrolment *self)
{
  self->verifies = g_new0 (char *, 1);
}
