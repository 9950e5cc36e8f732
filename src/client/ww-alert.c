/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-alert"

#include "ww-alert-private.h"

#include <glib/gi18n-lib.h>

#include "ww-checks.h"
#include "ww-error-private.h"
#include "ww-handle.h"
#include "ww-hex.h"

struct _WwAlert
{
  GObject parent_instance;

  gint64 row;
  WwAlertKind kind;
  gint64 at_ms;
  char *device_id;
  char *device_name;
  char *handle;
  char *code;
  char *title;
  char *body;
  gboolean seen;
  gboolean notified;
  guint8 claim[16];
  gint64 due_ms;
  WwClaimState claim_state;
  gboolean can_refuse; /* as it was last told */
  guint timer;         /* until it cannot be refused any more */
};

enum
{
  PROP_0,
  PROP_ROW,
  PROP_KIND,
  PROP_AT_MS,
  PROP_DEVICE_ID,
  PROP_DEVICE_NAME,
  PROP_HANDLE,
  PROP_CODE,
  PROP_TITLE,
  PROP_BODY,
  PROP_SEEN,
  PROP_NOTIFIED,
  PROP_DUE_MS,
  PROP_CAN_REFUSE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WwAlert, ww_alert, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (WwAlertKind, ww_alert_kind, G_DEFINE_ENUM_VALUE (WW_ALERT_KIND_DEVICE_ADDED, "device-added"),
                    G_DEFINE_ENUM_VALUE (WW_ALERT_KIND_DEVICE_REMOVED, "device-removed"),
                    G_DEFINE_ENUM_VALUE (WW_ALERT_KIND_HANDLE_ADDED, "handle-added"),
                    G_DEFINE_ENUM_VALUE (WW_ALERT_KIND_HANDLE_REMOVED, "handle-removed"),
                    G_DEFINE_ENUM_VALUE (WW_ALERT_KIND_RESET, "reset"),
                    G_DEFINE_ENUM_VALUE (WW_ALERT_KIND_RECORD_PROBLEM, "record-problem"),
                    G_DEFINE_ENUM_VALUE (WW_ALERT_KIND_MESSAGE_PROBLEM, "message-problem"),
                    G_DEFINE_ENUM_VALUE (WW_ALERT_KIND_RESET_CLAIMED, "reset-claimed"),
                    G_DEFINE_ENUM_VALUE (WW_ALERT_KIND_HANDLE_CLAIMED, "handle-claimed"),
                    G_DEFINE_ENUM_VALUE (WW_ALERT_KIND_HANDLE_MOVED, "handle-moved"))

static void
ww_alert_finalize (GObject *object)
{
  WwAlert *self = WW_ALERT (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_free (self->device_id);
  g_free (self->device_name);
  g_free (self->handle);
  g_free (self->code);
  g_free (self->title);
  g_free (self->body);

  G_OBJECT_CLASS (ww_alert_parent_class)->finalize (object);
}

static void
ww_alert_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  WwAlert *self = WW_ALERT (object);

  switch (property_id)
    {
    case PROP_ROW:
      g_value_set_int64 (value, self->row);
      break;
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case PROP_AT_MS:
      g_value_set_int64 (value, self->at_ms);
      break;
    case PROP_DEVICE_ID:
      g_value_set_string (value, self->device_id);
      break;
    case PROP_DEVICE_NAME:
      g_value_set_string (value, self->device_name);
      break;
    case PROP_HANDLE:
      g_value_set_string (value, self->handle);
      break;
    case PROP_CODE:
      g_value_set_string (value, self->code);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_BODY:
      g_value_set_string (value, self->body);
      break;
    case PROP_SEEN:
      g_value_set_boolean (value, self->seen);
      break;
    case PROP_NOTIFIED:
      g_value_set_boolean (value, self->notified);
      break;
    case PROP_DUE_MS:
      g_value_set_int64 (value, self->due_ms);
      break;
    case PROP_CAN_REFUSE:
      g_value_set_boolean (value, self->can_refuse);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ww_alert_class_init (WwAlertClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = ww_alert_finalize;
  object_class->get_property = ww_alert_get_property;

  properties[PROP_ROW] = g_param_spec_int64 ("row", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, WW_TYPE_ALERT_KIND, WW_ALERT_KIND_DEVICE_ADDED, flags);
  properties[PROP_AT_MS] = g_param_spec_int64 ("at-ms", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_DEVICE_ID] = g_param_spec_string ("device-id", NULL, NULL, NULL, flags);
  properties[PROP_DEVICE_NAME] = g_param_spec_string ("device-name", NULL, NULL, NULL, flags);
  properties[PROP_HANDLE] = g_param_spec_string ("handle", NULL, NULL, NULL, flags);
  properties[PROP_CODE] = g_param_spec_string ("code", NULL, NULL, NULL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_BODY] = g_param_spec_string ("body", NULL, NULL, NULL, flags);
  properties[PROP_SEEN] = g_param_spec_boolean ("seen", NULL, NULL, FALSE, flags);
  properties[PROP_NOTIFIED] = g_param_spec_boolean ("notified", NULL, NULL, FALSE, flags);
  properties[PROP_DUE_MS] = g_param_spec_int64 ("due-ms", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_CAN_REFUSE] = g_param_spec_boolean ("can-refuse", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ww_alert_init (WwAlert *self)
{
}

static const char *
make_title (WwAlertKind kind)
{
  switch (kind)
    {
    case WW_ALERT_KIND_DEVICE_ADDED:
      return _ ("New Device");
    case WW_ALERT_KIND_DEVICE_REMOVED:
      return _ ("Device Removed");
    case WW_ALERT_KIND_HANDLE_ADDED:
      return _ ("New Address");
    case WW_ALERT_KIND_HANDLE_REMOVED:
      return _ ("Address Removed");
    case WW_ALERT_KIND_RESET:
      return _ ("Account Started Over");
    case WW_ALERT_KIND_RECORD_PROBLEM:
      return _ ("Account Record Refused");
    case WW_ALERT_KIND_MESSAGE_PROBLEM:
      return _ ("Message Refused");
    case WW_ALERT_KIND_RESET_CLAIMED:
      return _ ("Someone Wants to Start Your Account Over");
    case WW_ALERT_KIND_HANDLE_CLAIMED:
      return _ ("Someone Wants Your Address");
    case WW_ALERT_KIND_HANDLE_MOVED:
      return _ ("Address Taken Away");
    }

  return _ ("Alert");
}

static char *
make_problem (const char *code, const char *fallback)
{
  const char *sentence = ww_error_get_sentence_for_code (code);

  return g_strdup (sentence != NULL ? sentence : fallback);
}

static char *
make_body (WwAlert *self)
{
  const char *device = self->device_name != NULL && *self->device_name != '\0' ? self->device_name
                                                                               : _ ("Unnamed Device");
  const char *handle = self->handle != NULL ? ww_handle_for_people (self->handle) : "";

  switch (self->kind)
    {
    case WW_ALERT_KIND_DEVICE_ADDED:
      /* Translators: %s is the name of a device. */
      return g_strdup_printf (_ ("“%s” was added to your account and can read new messages."), device);
    case WW_ALERT_KIND_DEVICE_REMOVED:
      return g_strdup_printf (_ ("“%s” was removed from your account."), device);
    case WW_ALERT_KIND_HANDLE_ADDED:
      /* Translators: %s is an e-mail address or a phone number. */
      return g_strdup_printf (_ ("%s was added to your account."), handle);
    case WW_ALERT_KIND_HANDLE_REMOVED:
      return g_strdup_printf (_ ("%s was removed from your account."), handle);
    case WW_ALERT_KIND_RESET:
      return g_strdup (
          _ ("Your account was started over with a new key. If that was not you, somebody else can read your "
             "mail or your text messages."));
    case WW_ALERT_KIND_RECORD_PROBLEM:
      return make_problem (self->code, _ ("The server showed an account record that was refused."));
    case WW_ALERT_KIND_MESSAGE_PROBLEM:
      return make_problem (self->code, _ ("A message was refused and kept aside."));
    case WW_ALERT_KIND_RESET_CLAIMED:
      /* Translators: %s is an e-mail address or a phone number. */
      return g_strdup_printf (_ ("Somebody confirmed %s and asks to start your account over without your devices. "
                                 "Refuse unless that is you."),
                              handle);
    case WW_ALERT_KIND_HANDLE_CLAIMED:
      return g_strdup_printf (_ ("Somebody confirmed %s and wants it for another account. Refuse unless that is you."),
                              handle);
    case WW_ALERT_KIND_HANDLE_MOVED:
      if (g_strcmp0 (self->code, WW_ALERT_CODE_LAST_HANDLE) == 0)
        return g_strdup_printf (
            _ ("%s, your only address, belongs to another account now. Add another address, so that "
               "people can find you."),
            handle);
      return g_strdup_printf (_ ("%s belongs to another account now. People who look for you there will not find you."),
                              handle);
    }

  return g_strdup ("");
}

/* A clock that is set, and a computer that sleeps, are noticed within this time. */
#define LOOK_MS (60 * 1000)

static void update_can_refuse (WwAlert *self);

static gboolean
timer_cb (gpointer data)
{
  WwAlert *self = data;

  self->timer = 0;
  update_can_refuse (self);
  return G_SOURCE_REMOVE;
}

static void
update_can_refuse (WwAlert *self)
{
  gint64 left_ms = self->due_ms - ww_now_ms ();
  gboolean can_refuse = self->claim_state == WW_CLAIM_WAITING && left_ms > 0;

  g_clear_handle_id (&self->timer, g_source_remove);
  if (can_refuse)
    self->timer = g_timeout_add ((guint) MIN (left_ms, LOOK_MS), timer_cb, self);
  if (self->can_refuse == can_refuse)
    return;
  self->can_refuse = can_refuse;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_REFUSE]);
}

WwAlert *
ww_alert_new (const WwAlertRow *row)
{
  WwAlert *self = g_object_new (WW_TYPE_ALERT, NULL);

  self->row = row->row;
  self->kind = row->kind;
  self->at_ms = row->at_ms;
  self->device_id = row->has_device ? ww_hex_encode (row->device, sizeof row->device) : NULL;
  self->device_name = g_strdup (row->device_name);
  self->handle = g_strdup (row->handle);
  self->code = g_strdup (row->code);
  self->seen = row->seen;
  self->notified = row->notified;
  self->title = g_strdup (make_title (row->kind));
  self->body = make_body (self);
  memcpy (self->claim, row->claim, sizeof self->claim);
  self->due_ms = row->due_ms;
  self->claim_state = row->claim_state;
  update_can_refuse (self);

  return self;
}

void
ww_alert_set_seen (WwAlert *self, gboolean seen)
{
  g_return_if_fail (WW_IS_ALERT (self));

  seen = !!seen;
  if (self->seen == seen)
    return;

  self->seen = seen;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEEN]);
}

void
ww_alert_set_notified (WwAlert *self, gboolean notified)
{
  g_return_if_fail (WW_IS_ALERT (self));

  notified = !!notified;
  if (self->notified == notified)
    return;

  self->notified = notified;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOTIFIED]);
}

void
ww_alert_set_claim_state (WwAlert *self, WwClaimState state)
{
  g_return_if_fail (WW_IS_ALERT (self));

  self->claim_state = state;
  update_can_refuse (self);
}

gboolean
ww_alert_has_to_stay (WwAlert *self)
{
  g_return_val_if_fail (WW_IS_ALERT (self), FALSE);

  if (self->seen || self->kind == WW_ALERT_KIND_RECORD_PROBLEM || self->kind == WW_ALERT_KIND_MESSAGE_PROBLEM ||
      self->kind == WW_ALERT_KIND_HANDLE_MOVED)
    return FALSE;
  return self->claim_state == WW_CLAIM_NONE || ww_alert_get_can_refuse (self);
}

const guint8 *
ww_alert_get_claim (WwAlert *self)
{
  g_return_val_if_fail (WW_IS_ALERT (self), NULL);

  return self->claim_state != WW_CLAIM_NONE ? self->claim : NULL;
}

/**
 * ww_alert_get_due_ms:
 *
 * Returns: of a claim: when it happens unless it is refused, in milliseconds since 1970-01-01 UTC; else 0
 */
gint64
ww_alert_get_due_ms (WwAlert *self)
{
  g_return_val_if_fail (WW_IS_ALERT (self), 0);

  return self->due_ms;
}

/**
 * ww_alert_get_can_refuse:
 *
 * Returns: whether ww_client_refuse_claim() still can: the claim waits, and its time has not come
 */
gboolean
ww_alert_get_can_refuse (WwAlert *self)
{
  g_return_val_if_fail (WW_IS_ALERT (self), FALSE);

  return self->can_refuse && ww_now_ms () < self->due_ms;
}

gint64
ww_alert_get_row (WwAlert *self)
{
  g_return_val_if_fail (WW_IS_ALERT (self), 0);

  return self->row;
}

WwAlertKind
ww_alert_get_kind (WwAlert *self)
{
  g_return_val_if_fail (WW_IS_ALERT (self), WW_ALERT_KIND_RECORD_PROBLEM);

  return self->kind;
}

gint64
ww_alert_get_at_ms (WwAlert *self)
{
  g_return_val_if_fail (WW_IS_ALERT (self), 0);

  return self->at_ms;
}

const char *
ww_alert_get_device_id (WwAlert *self)
{
  g_return_val_if_fail (WW_IS_ALERT (self), NULL);

  return self->device_id;
}

const char *
ww_alert_get_device_name (WwAlert *self)
{
  g_return_val_if_fail (WW_IS_ALERT (self), NULL);

  return self->device_name;
}

const char *
ww_alert_get_handle (WwAlert *self)
{
  g_return_val_if_fail (WW_IS_ALERT (self), NULL);

  return self->handle;
}

const char *
ww_alert_get_code (WwAlert *self)
{
  g_return_val_if_fail (WW_IS_ALERT (self), NULL);

  return self->code;
}

const char *
ww_alert_get_title (WwAlert *self)
{
  g_return_val_if_fail (WW_IS_ALERT (self), NULL);

  return self->title;
}

const char *
ww_alert_get_body (WwAlert *self)
{
  g_return_val_if_fail (WW_IS_ALERT (self), NULL);

  return self->body;
}

gboolean
ww_alert_get_seen (WwAlert *self)
{
  g_return_val_if_fail (WW_IS_ALERT (self), FALSE);

  return self->seen;
}

gboolean
ww_alert_get_notified (WwAlert *self)
{
  g_return_val_if_fail (WW_IS_ALERT (self), FALSE);

  return self->notified;
}

/**
 * ww_alert_kind_to_string:
 *
 * Returns: (transfer none): the word of `waxwing-cli --json`
 */
const char *
ww_alert_kind_to_string (WwAlertKind kind)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (WW_TYPE_ALERT_KIND);
  GEnumValue *value = g_enum_get_value (klass, kind);

  return value != NULL ? value->value_nick : "record-problem";
}
