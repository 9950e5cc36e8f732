/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-pending-device-private.h"

#include "ww-error-private.h"

G_DEFINE_FINAL_TYPE (WwPendingDevice, ww_pending_device, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (WwPendingDeviceState, ww_pending_device_state,
                    G_DEFINE_ENUM_VALUE (WW_PENDING_DEVICE_STATE_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (WW_PENDING_DEVICE_STATE_EXCHANGING, "exchanging"),
                    G_DEFINE_ENUM_VALUE (WW_PENDING_DEVICE_STATE_COMPARING, "comparing"),
                    G_DEFINE_ENUM_VALUE (WW_PENDING_DEVICE_STATE_APPROVING, "approving"),
                    G_DEFINE_ENUM_VALUE (WW_PENDING_DEVICE_STATE_ENDED, "ended"))

typedef enum
{
  PROP_ID = 1,
  PROP_NAME,
  PROP_HANDLE,
  PROP_REQUESTED_MS,
  PROP_EXPIRES_MS,
  PROP_STATE,
  PROP_DIGITS,
} WwPendingDeviceProperty;

static GParamSpec *properties[PROP_DIGITS + 1];

/* A device that was announced; `id` is hex. `approver` does what the person decides and is not owned. */
WwPendingDevice *
ww_pending_device_new (WwApprover *approver, const char *id, const char *name, const char *handle, gint64 requested_ms,
                       gint64 expires_ms)
{
  WwPendingDevice *self = g_object_new (WW_TYPE_PENDING_DEVICE, NULL);

  g_set_weak_pointer (&self->approver, approver);
  self->id = g_strdup (id);
  self->name = g_strdup (name);
  self->handle = g_strdup (handle);
  self->requested_ms = requested_ms;
  self->expires_ms = expires_ms;
  return self;
}

const char *
ww_pending_device_get_id (WwPendingDevice *self)
{
  return self->id;
}

const char *
ww_pending_device_get_name (WwPendingDevice *self)
{
  return self->name;
}

const char *
ww_pending_device_get_handle (WwPendingDevice *self)
{
  return self->handle;
}

gint64
ww_pending_device_get_requested_ms (WwPendingDevice *self)
{
  return self->requested_ms;
}

gint64
ww_pending_device_get_expires_ms (WwPendingDevice *self)
{
  return self->expires_ms;
}

WwPendingDeviceState
ww_pending_device_get_state (WwPendingDevice *self)
{
  return self->state;
}

const char *
ww_pending_device_get_digits (WwPendingDevice *self)
{
  return self->digits[0] != '\0' ? self->digits : NULL;
}

void
ww_pending_device_set_state (WwPendingDevice *self, WwPendingDeviceState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/* Six digits, or NULL. */
void
ww_pending_device_set_digits (WwPendingDevice *self, const char *digits)
{
  if (g_strcmp0 (ww_pending_device_get_digits (self), digits) == 0)
    return;
  g_strlcpy (self->digits, digits != NULL ? digits : "", sizeof self->digits);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DIGITS]);
}

/**
 * ww_pending_device_begin:
 *
 * Starts the exchange, or goes on with one that was begun before a restart.
 *
 * Returns: (transfer full): a future of the six digits (string), once both sides can show them
 */
DexFuture *
ww_pending_device_begin (WwPendingDevice *self)
{
  if (self->approver == NULL || self->state == WW_PENDING_DEVICE_STATE_ENDED)
    return ww_error_reject (WW_ERROR_APPROVAL_ENDED);
  return ww_approver_begin (self->approver, self);
}

/**
 * ww_pending_device_approve:
 * @digits: what the person compared, or typed; white space does not matter
 *
 * Returns: (transfer full): a future of %TRUE when the record with the device is published. WW_ERROR_APPROVAL_DIGITS when
 *   they are not this side's; after two such tries the device is refused
 */
DexFuture *
ww_pending_device_approve (WwPendingDevice *self, const char *digits)
{
  if (self->approver == NULL || self->state == WW_PENDING_DEVICE_STATE_ENDED)
    return ww_error_reject (WW_ERROR_APPROVAL_ENDED);
  return ww_approver_approve (self->approver, self, digits);
}

DexFuture *
ww_pending_device_refuse (WwPendingDevice *self)
{
  if (self->approver == NULL || self->state == WW_PENDING_DEVICE_STATE_ENDED)
    return ww_error_reject (WW_ERROR_APPROVAL_ENDED);
  return ww_approver_refuse (self->approver, self);
}

static void
ww_pending_device_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WwPendingDevice *self = WW_PENDING_DEVICE (object);

  switch ((WwPendingDeviceProperty) id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_HANDLE:
      g_value_set_string (value, self->handle);
      break;
    case PROP_REQUESTED_MS:
      g_value_set_int64 (value, self->requested_ms);
      break;
    case PROP_EXPIRES_MS:
      g_value_set_int64 (value, self->expires_ms);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_DIGITS:
      g_value_set_string (value, ww_pending_device_get_digits (self));
      break;
    }
}

static void
ww_pending_device_dispose (GObject *object)
{
  WwPendingDevice *self = WW_PENDING_DEVICE (object);

  g_clear_weak_pointer (&self->approver);
  if (self->compared != NULL)
    dex_promise_reject (self->compared, ww_error_new (WW_ERROR_CANCELLED));
  dex_clear (&self->compared);
  G_OBJECT_CLASS (ww_pending_device_parent_class)->dispose (object);
}

static void
ww_pending_device_finalize (GObject *object)
{
  WwPendingDevice *self = WW_PENDING_DEVICE (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->handle, g_free);
  g_clear_pointer (&self->announcement, ww_reply_unref);
  g_clear_pointer (&self->pending, g_bytes_unref);
  g_clear_pointer (&self->exchange, ww_approval_row_free);
  G_OBJECT_CLASS (ww_pending_device_parent_class)->finalize (object);
}

static void
ww_pending_device_class_init (WwPendingDeviceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = ww_pending_device_get_property;
  object_class->dispose = ww_pending_device_dispose;
  object_class->finalize = ww_pending_device_finalize;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_HANDLE] = g_param_spec_string ("handle", NULL, NULL, NULL, flags);
  properties[PROP_REQUESTED_MS] = g_param_spec_int64 ("requested-ms", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_EXPIRES_MS] = g_param_spec_int64 ("expires-ms", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, WW_TYPE_PENDING_DEVICE_STATE,
                                              WW_PENDING_DEVICE_STATE_WAITING, flags);
  properties[PROP_DIGITS] = g_param_spec_string ("digits", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ww_pending_device_init (WwPendingDevice *self)
{
}
