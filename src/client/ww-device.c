/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-device"

#include "ww-device-private.h"

#include <glib/gi18n-lib.h>

#include "ww-hex.h"
#include "ww-keys.h"
#include "ww-suite.h"

struct _WwDevice
{
  GObject parent_instance;

  char *id;
  char *name;
  gint64 enrolled_ms;
  char *fingerprint;
  gboolean is_this;
  guint suite;
  gint64 last_seen_ms;
  gboolean connected;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_ENROLLED_MS,
  PROP_FINGERPRINT,
  PROP_IS_THIS,
  PROP_SUITE,
  PROP_LAST_SEEN_MS,
  PROP_CONNECTED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WwDevice, ww_device, G_TYPE_OBJECT)

static void
ww_device_finalize (GObject *object)
{
  WwDevice *self = WW_DEVICE (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->fingerprint);

  G_OBJECT_CLASS (ww_device_parent_class)->finalize (object);
}

static void
ww_device_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  WwDevice *self = WW_DEVICE (object);

  switch (property_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_ENROLLED_MS:
      g_value_set_int64 (value, self->enrolled_ms);
      break;
    case PROP_FINGERPRINT:
      g_value_set_string (value, self->fingerprint);
      break;
    case PROP_IS_THIS:
      g_value_set_boolean (value, self->is_this);
      break;
    case PROP_SUITE:
      g_value_set_uint (value, self->suite);
      break;
    case PROP_LAST_SEEN_MS:
      g_value_set_int64 (value, self->last_seen_ms);
      break;
    case PROP_CONNECTED:
      g_value_set_boolean (value, self->connected);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ww_device_class_init (WwDeviceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = ww_device_finalize;
  object_class->get_property = ww_device_get_property;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_ENROLLED_MS] = g_param_spec_int64 ("enrolled-ms", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_FINGERPRINT] = g_param_spec_string ("fingerprint", NULL, NULL, NULL, flags);
  properties[PROP_IS_THIS] = g_param_spec_boolean ("is-this", NULL, NULL, FALSE, flags);
  properties[PROP_SUITE] = g_param_spec_uint ("suite", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_LAST_SEEN_MS] = g_param_spec_int64 ("last-seen-ms", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_CONNECTED] = g_param_spec_boolean ("connected", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ww_device_init (WwDevice *self)
{
}

/* Groups of four hex digits, for people to compare. */
static char *
make_fingerprint (const WwRecordDevice *device)
{
  g_autoptr (GString) groups = g_string_new (NULL);
  guint8 hash[32];

  if (ww_fingerprint (device->signing_key, device->p256_key, device->rsa_key, hash) != WW_CRYPTO_OK)
    return g_strdup ("");

  for (gsize i = 0; i < sizeof hash; i += 2)
    g_string_append_printf (groups, i == 0 ? "%02x%02x" : " %02x%02x", hash[i], hash[i + 1]);

  return g_string_free (g_steal_pointer (&groups), FALSE);
}

static WwDevice *
make_device (const WwRecordDevice *device, char *name, gboolean is_this)
{
  WwDevice *self = g_object_new (WW_TYPE_DEVICE, NULL);

  self->id = ww_hex_encode (device->device_id, sizeof device->device_id);
  self->name = name;
  self->enrolled_ms = (gint64) MIN (device->enrolled_ms, (guint64) G_MAXINT64);
  self->fingerprint = make_fingerprint (device);
  self->is_this = is_this;
  self->suite = ww_suite_choose (device->suites, device->n_suites, device->rsa_key.len > 0, device->p256_key.len > 0);

  return self;
}

/**
 * ww_device_new:
 * @device: of the own account's current, verified record
 * @name: (nullable): as opened with the account key
 * @is_this: whether it is the one that this program runs on
 */
WwDevice *
ww_device_new (const WwRecordDevice *device, const char *name, gboolean is_this)
{
  gboolean has_name = name != NULL && *name != '\0';

  return make_device (device, has_name ? g_utf8_make_valid (name, -1) : g_strdup (_ ("Unnamed Device")), is_this);
}

/**
 * ww_device_new_for_contact:
 * @device: of somebody else's verified record
 *
 * Its name stays empty: names are sealed for the account's own devices.
 */
WwDevice *
ww_device_new_for_contact (const WwRecordDevice *device)
{
  return make_device (device, g_strdup (""), FALSE);
}

const char *
ww_device_get_id (WwDevice *self)
{
  g_return_val_if_fail (WW_IS_DEVICE (self), NULL);

  return self->id;
}

const char *
ww_device_get_name (WwDevice *self)
{
  g_return_val_if_fail (WW_IS_DEVICE (self), NULL);

  return self->name;
}

/**
 * ww_device_get_enrolled_ms:
 *
 * Returns: when it was made, as it says itself: milliseconds since 1970-01-01 UTC
 */
gint64
ww_device_get_enrolled_ms (WwDevice *self)
{
  g_return_val_if_fail (WW_IS_DEVICE (self), 0);

  return self->enrolled_ms;
}

/**
 * ww_device_get_fingerprint:
 *
 * Returns: SHA-256 over its three public keys, in sixteen groups of four hex digits
 */
const char *
ww_device_get_fingerprint (WwDevice *self)
{
  g_return_val_if_fail (WW_IS_DEVICE (self), NULL);

  return self->fingerprint;
}

gboolean
ww_device_get_is_this (WwDevice *self)
{
  g_return_val_if_fail (WW_IS_DEVICE (self), FALSE);

  return self->is_this;
}

/**
 * ww_device_get_suite:
 *
 * Returns: the strongest suite that it offers and this program knows, 0 when there is none
 */
guint
ww_device_get_suite (WwDevice *self)
{
  g_return_val_if_fail (WW_IS_DEVICE (self), 0);

  return self->suite;
}

/**
 * ww_device_get_last_seen_ms:
 *
 * Returns: when the server last saw it connected, to the hour, in milliseconds since 1970-01-01 UTC; 0 when that is not known
 */
gint64
ww_device_get_last_seen_ms (WwDevice *self)
{
  g_return_val_if_fail (WW_IS_DEVICE (self), 0);

  return self->last_seen_ms;
}

/**
 * ww_device_get_connected:
 *
 * Returns: whether it was connected when the server was last asked
 */
gboolean
ww_device_get_connected (WwDevice *self)
{
  g_return_val_if_fail (WW_IS_DEVICE (self), FALSE);

  return self->connected;
}

void
ww_device_set_activity (WwDevice *self, gint64 last_seen_ms, gboolean connected)
{
  g_return_if_fail (WW_IS_DEVICE (self));

  g_object_freeze_notify (G_OBJECT (self));
  if (self->last_seen_ms != last_seen_ms)
    {
      self->last_seen_ms = last_seen_ms;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_SEEN_MS]);
    }
  if (self->connected != !!connected)
    {
      self->connected = !!connected;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTED]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}
