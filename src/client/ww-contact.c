/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-contact"

#include "ww-contact-private.h"

#include "ww-device-private.h"
#include "ww-hex.h"
#include "ww-suite.h"

struct _WwContact
{
  GObject parent_instance;

  char *account_id;
  guint64 sequence;
  char *record_hash;
  GStrv handles;
  GListStore *devices;
};

enum
{
  PROP_0,
  PROP_ACCOUNT_ID,
  PROP_SEQUENCE,
  PROP_RECORD_HASH,
  PROP_HANDLES,
  PROP_DEVICES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WwContact, ww_contact, G_TYPE_OBJECT)

static void
ww_contact_finalize (GObject *object)
{
  WwContact *self = WW_CONTACT (object);

  g_free (self->account_id);
  g_free (self->record_hash);
  g_strfreev (self->handles);
  g_clear_object (&self->devices);

  G_OBJECT_CLASS (ww_contact_parent_class)->finalize (object);
}

static void
ww_contact_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  WwContact *self = WW_CONTACT (object);

  switch (property_id)
    {
    case PROP_ACCOUNT_ID:
      g_value_set_string (value, self->account_id);
      break;
    case PROP_SEQUENCE:
      g_value_set_uint64 (value, self->sequence);
      break;
    case PROP_RECORD_HASH:
      g_value_set_string (value, self->record_hash);
      break;
    case PROP_HANDLES:
      g_value_set_boxed (value, self->handles);
      break;
    case PROP_DEVICES:
      g_value_set_object (value, self->devices);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ww_contact_class_init (WwContactClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = ww_contact_finalize;
  object_class->get_property = ww_contact_get_property;

  properties[PROP_ACCOUNT_ID] = g_param_spec_string ("account-id", NULL, NULL, NULL, flags);
  properties[PROP_SEQUENCE] = g_param_spec_uint64 ("sequence", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_RECORD_HASH] = g_param_spec_string ("record-hash", NULL, NULL, NULL, flags);
  properties[PROP_HANDLES] = g_param_spec_boxed ("handles", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_DEVICES] = g_param_spec_object ("devices", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ww_contact_init (WwContact *self)
{
  self->devices = g_list_store_new (WW_TYPE_DEVICE);
}

/**
 * ww_contact_new:
 * @record: verified, and the newest of its chain
 */
WwContact *
ww_contact_new (const WwRecord *record)
{
  WwContact *self = g_object_new (WW_TYPE_CONTACT, NULL);
  g_autoptr (GStrvBuilder) handles = g_strv_builder_new ();
  const WwRecordDevice *devices;
  const char *const *names;
  gsize n;

  self->account_id = ww_hex_encode (ww_record_account_id (record), WW_ID_SIZE);
  self->sequence = ww_record_sequence (record);
  self->record_hash = ww_hex_encode (ww_record_hash (record), WW_HASH_SIZE);

  names = ww_record_handles (record, &n);
  for (gsize i = 0; i < n; i++)
    g_strv_builder_add (handles, names[i]);
  self->handles = g_strv_builder_end (handles);

  devices = ww_record_devices (record, &n);
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (WwDevice) device = ww_device_new_for_contact (&devices[i]);

      g_list_store_append (self->devices, device);
    }

  return self;
}

/**
 * ww_contact_record_is_weak:
 * @record: a verified record
 *
 * Returns: whether RSA-1280 is all that every one of the account's devices can do, so that whatever is
 *   written to this person is sealed weakly
 */
gboolean
ww_contact_record_is_weak (const WwRecord *record)
{
  const WwRecordDevice *devices;
  gsize n;

  devices = ww_record_devices (record, &n);
  for (gsize i = 0; i < n; i++)
    {
      if (ww_suite_choose (devices[i].suites, devices[i].n_suites, devices[i].rsa_key.len > 0,
                           devices[i].p256_key.len > 0) != WW_SUITE_RSA)
        return FALSE;
    }

  return n > 0;
}

const char *
ww_contact_get_account_id (WwContact *self)
{
  g_return_val_if_fail (WW_IS_CONTACT (self), NULL);

  return self->account_id;
}

guint64
ww_contact_get_sequence (WwContact *self)
{
  g_return_val_if_fail (WW_IS_CONTACT (self), 0);

  return self->sequence;
}

const char *
ww_contact_get_record_hash (WwContact *self)
{
  g_return_val_if_fail (WW_IS_CONTACT (self), NULL);

  return self->record_hash;
}

const char *const *
ww_contact_get_handles (WwContact *self)
{
  g_return_val_if_fail (WW_IS_CONTACT (self), NULL);

  return (const char *const *) self->handles;
}

/**
 * ww_contact_get_devices:
 *
 * Returns: (transfer none): a list of WwDevice
 */
GListModel *
ww_contact_get_devices (WwContact *self)
{
  g_return_val_if_fail (WW_IS_CONTACT (self), NULL);

  return G_LIST_MODEL (self->devices);
}
