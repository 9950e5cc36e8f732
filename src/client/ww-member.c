/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-member"

#include "ww-member-private.h"

#include "ww-hex.h"

struct _WwMember
{
  GObject parent_instance;

  guint8 account_bytes[16];
  char *account;
  char *name;
  char *handle;
  gboolean own;
  gboolean can_remove;
  WwTrust trust;
  gboolean blocked;
};

enum
{
  PROP_0,
  PROP_ACCOUNT,
  PROP_NAME,
  PROP_HANDLE,
  PROP_OWN,
  PROP_CAN_REMOVE,
  PROP_TRUST,
  PROP_BLOCKED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WwMember, ww_member, G_TYPE_OBJECT)

static void
ww_member_finalize (GObject *object)
{
  WwMember *self = WW_MEMBER (object);

  g_free (self->account);
  g_free (self->name);
  g_free (self->handle);

  G_OBJECT_CLASS (ww_member_parent_class)->finalize (object);
}

static void
ww_member_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  WwMember *self = WW_MEMBER (object);

  switch (property_id)
    {
    case PROP_ACCOUNT:
      g_value_set_string (value, self->account);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_HANDLE:
      g_value_set_string (value, self->handle);
      break;
    case PROP_OWN:
      g_value_set_boolean (value, self->own);
      break;
    case PROP_CAN_REMOVE:
      g_value_set_boolean (value, self->can_remove);
      break;
    case PROP_TRUST:
      g_value_set_enum (value, self->trust);
      break;
    case PROP_BLOCKED:
      g_value_set_boolean (value, self->blocked);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ww_member_class_init (WwMemberClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = ww_member_finalize;
  object_class->get_property = ww_member_get_property;

  properties[PROP_ACCOUNT] = g_param_spec_string ("account", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_HANDLE] = g_param_spec_string ("handle", NULL, NULL, "", flags);
  properties[PROP_OWN] = g_param_spec_boolean ("own", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_REMOVE] = g_param_spec_boolean ("can-remove", NULL, NULL, FALSE, flags);
  properties[PROP_TRUST] = g_param_spec_enum ("trust", NULL, NULL, WW_TYPE_TRUST, WW_TRUST_UNVERIFIED, flags);
  properties[PROP_BLOCKED] = g_param_spec_boolean ("blocked", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ww_member_init (WwMember *self)
{
  self->name = g_strdup ("");
  self->handle = g_strdup ("");
}

WwMember *
ww_member_new (const guint8 account[16], gboolean own)
{
  WwMember *self = g_object_new (WW_TYPE_MEMBER, NULL);

  memcpy (self->account_bytes, account, sizeof self->account_bytes);
  self->account = ww_hex_encode (account, sizeof self->account_bytes);
  self->own = own;
  return self;
}

static void
set_string (WwMember *self, char **field, const char *value, guint property)
{
  if (g_set_str (field, value))
    g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
set_flag (WwMember *self, gboolean *field, gboolean value, guint property)
{
  if (*field == value)
    return;
  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/**
 * ww_member_describe:
 * @name: for people, not empty
 * @handle: "" when unknown
 * @contact: (nullable): what the person decided about them
 */
void
ww_member_describe (WwMember *self, const char *name, const char *handle, const WwContactRow *contact,
                    gboolean can_remove)
{
  WwTrust trust = contact != NULL ? ww_contact_row_get_trust (contact) : WW_TRUST_UNVERIFIED;

  g_object_freeze_notify (G_OBJECT (self));
  set_string (self, &self->name, name, PROP_NAME);
  set_string (self, &self->handle, handle, PROP_HANDLE);
  set_flag (self, &self->can_remove, can_remove, PROP_CAN_REMOVE);
  set_flag (self, &self->blocked, contact != NULL && contact->standing == WW_STANDING_BLOCKED, PROP_BLOCKED);
  if (self->trust != trust)
    {
      self->trust = trust;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TRUST]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

const guint8 *
ww_member_get_account_bytes (WwMember *self)
{
  return self->account_bytes;
}

const char *
ww_member_get_account (WwMember *self)
{
  g_return_val_if_fail (WW_IS_MEMBER (self), NULL);

  return self->account;
}

const char *
ww_member_get_name (WwMember *self)
{
  g_return_val_if_fail (WW_IS_MEMBER (self), NULL);

  return self->name;
}

const char *
ww_member_get_handle (WwMember *self)
{
  g_return_val_if_fail (WW_IS_MEMBER (self), NULL);

  return self->handle;
}

gboolean
ww_member_get_own (WwMember *self)
{
  g_return_val_if_fail (WW_IS_MEMBER (self), FALSE);

  return self->own;
}

gboolean
ww_member_get_can_remove (WwMember *self)
{
  g_return_val_if_fail (WW_IS_MEMBER (self), FALSE);

  return self->can_remove;
}

WwTrust
ww_member_get_trust (WwMember *self)
{
  g_return_val_if_fail (WW_IS_MEMBER (self), WW_TRUST_CHANGED);

  return self->trust;
}

gboolean
ww_member_get_blocked (WwMember *self)
{
  g_return_val_if_fail (WW_IS_MEMBER (self), FALSE);

  return self->blocked;
}
