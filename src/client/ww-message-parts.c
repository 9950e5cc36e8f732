/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-message-parts"

#include "ww-message-parts-private.h"

#include "ww-hex.h"
#include "ww-message-describe.h"
#include "ww-text.h"

#define QUOTE_CHARS 160

/* Small constant objects: each has its fields, and properties that read them. */
#define READABLE (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

/* --- WwQuote ------------------------------------------------------------------------------------ */

struct _WwQuote
{
  GObject parent_instance;

  char *message_id;
  char *sender_name;
  char *text;
  char *summary;
  guint kind;
  gboolean outgoing;
  gboolean available;
};

G_DEFINE_FINAL_TYPE (WwQuote, ww_quote, G_TYPE_OBJECT)

enum
{
  QUOTE_MESSAGE_ID = 1,
  QUOTE_SENDER_NAME,
  QUOTE_TEXT,
  QUOTE_KIND,
  QUOTE_OUTGOING,
  QUOTE_AVAILABLE,
};

static void
ww_quote_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  WwQuote *self = WW_QUOTE (object);

  switch (property_id)
    {
    case QUOTE_MESSAGE_ID:
      g_value_set_string (value, self->message_id);
      break;
    case QUOTE_SENDER_NAME:
      g_value_set_string (value, self->sender_name);
      break;
    case QUOTE_TEXT:
      g_value_set_string (value, self->text);
      break;
    case QUOTE_KIND:
      g_value_set_uint (value, self->kind);
      break;
    case QUOTE_OUTGOING:
      g_value_set_boolean (value, self->outgoing);
      break;
    case QUOTE_AVAILABLE:
      g_value_set_boolean (value, self->available);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ww_quote_finalize (GObject *object)
{
  WwQuote *self = WW_QUOTE (object);

  g_free (self->message_id);
  g_free (self->sender_name);
  g_free (self->text);
  g_free (self->summary);
  G_OBJECT_CLASS (ww_quote_parent_class)->finalize (object);
}

static void
ww_quote_class_init (WwQuoteClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ww_quote_finalize;
  object_class->get_property = ww_quote_get_property;
  g_object_class_install_property (object_class, QUOTE_MESSAGE_ID,
                                   g_param_spec_string ("message-id", NULL, NULL, NULL, READABLE));
  g_object_class_install_property (object_class, QUOTE_SENDER_NAME,
                                   g_param_spec_string ("sender-name", NULL, NULL, "", READABLE));
  g_object_class_install_property (object_class, QUOTE_TEXT, g_param_spec_string ("text", NULL, NULL, "", READABLE));
  g_object_class_install_property (object_class, QUOTE_KIND,
                                   g_param_spec_uint ("kind", NULL, NULL, 0, G_MAXUINT, 0, READABLE));
  g_object_class_install_property (object_class, QUOTE_OUTGOING,
                                   g_param_spec_boolean ("outgoing", NULL, NULL, FALSE, READABLE));
  g_object_class_install_property (object_class, QUOTE_AVAILABLE,
                                   g_param_spec_boolean ("available", NULL, NULL, FALSE, READABLE));
}

static void
ww_quote_init (WwQuote *self)
{
}

/**
 * ww_quote_new:
 * @row: (nullable): the message as it is, if it is here
 * @sender_name: (nullable): for people
 */
WwQuote *
ww_quote_new (const guint8 message[16], const WwMessageRow *row, const char *sender_name)
{
  WwQuote *self = g_object_new (WW_TYPE_QUOTE, NULL);

  self->message_id = ww_hex_encode (message, 16);
  self->available = row != NULL;
  self->kind = row != NULL ? row->kind : WW_MESSAGE_KIND_UNKNOWN;
  self->outgoing = row != NULL && row->outgoing;
  self->sender_name = g_strdup (sender_name != NULL ? sender_name : "");
  self->text = ww_text_one_line (row != NULL ? row->text : "", QUOTE_CHARS);
  if (row != NULL && row->payload != NULL)
    {
      g_autofree char *summary = ww_message_dup_summary (row->id, row->payload);

      self->summary = ww_text_one_line (summary, QUOTE_CHARS);
    }
  return self;
}

gboolean
ww_quote_equal (WwQuote *a, WwQuote *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return a->available == b->available && a->kind == b->kind && g_str_equal (a->message_id, b->message_id) &&
         g_str_equal (a->text, b->text) && g_str_equal (a->sender_name, b->sender_name);
}

const char *
ww_quote_get_message_id (WwQuote *self)
{
  return self->message_id;
}

const char *
ww_quote_get_sender_name (WwQuote *self)
{
  return self->sender_name;
}

gboolean
ww_quote_get_outgoing (WwQuote *self)
{
  return self->outgoing;
}

const char *
ww_quote_get_text (WwQuote *self)
{
  return self->text;
}

const char *
ww_quote_get_summary (WwQuote *self)
{
  return self->summary != NULL ? self->summary : "";
}

guint
ww_quote_get_kind (WwQuote *self)
{
  return self->kind;
}

gboolean
ww_quote_get_available (WwQuote *self)
{
  return self->available;
}

/* --- WwTapback ---------------------------------------------------------------------------------- */

struct _WwTapback
{
  GObject parent_instance;

  char *emoji;
  char *account;
  char *sender_name;
  char *sender_handle;
  gboolean own;
  gint64 created_ms;
};

G_DEFINE_FINAL_TYPE (WwTapback, ww_tapback, G_TYPE_OBJECT)

enum
{
  TAPBACK_EMOJI = 1,
  TAPBACK_ACCOUNT,
  TAPBACK_SENDER_NAME,
  TAPBACK_SENDER_HANDLE,
  TAPBACK_OWN,
  TAPBACK_CREATED_MS,
};

static void
ww_tapback_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  WwTapback *self = WW_TAPBACK (object);

  switch (property_id)
    {
    case TAPBACK_EMOJI:
      g_value_set_string (value, self->emoji);
      break;
    case TAPBACK_ACCOUNT:
      g_value_set_string (value, self->account);
      break;
    case TAPBACK_SENDER_NAME:
      g_value_set_string (value, self->sender_name);
      break;
    case TAPBACK_SENDER_HANDLE:
      g_value_set_string (value, self->sender_handle);
      break;
    case TAPBACK_OWN:
      g_value_set_boolean (value, self->own);
      break;
    case TAPBACK_CREATED_MS:
      g_value_set_int64 (value, self->created_ms);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ww_tapback_finalize (GObject *object)
{
  WwTapback *self = WW_TAPBACK (object);

  g_free (self->emoji);
  g_free (self->account);
  g_free (self->sender_name);
  g_free (self->sender_handle);
  G_OBJECT_CLASS (ww_tapback_parent_class)->finalize (object);
}

static void
ww_tapback_class_init (WwTapbackClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ww_tapback_finalize;
  object_class->get_property = ww_tapback_get_property;
  g_object_class_install_property (object_class, TAPBACK_EMOJI,
                                   g_param_spec_string ("emoji", NULL, NULL, "", READABLE));
  g_object_class_install_property (object_class, TAPBACK_ACCOUNT,
                                   g_param_spec_string ("account", NULL, NULL, "", READABLE));
  g_object_class_install_property (object_class, TAPBACK_SENDER_NAME,
                                   g_param_spec_string ("sender-name", NULL, NULL, "", READABLE));
  g_object_class_install_property (object_class, TAPBACK_SENDER_HANDLE,
                                   g_param_spec_string ("sender-handle", NULL, NULL, "", READABLE));
  g_object_class_install_property (object_class, TAPBACK_OWN,
                                   g_param_spec_boolean ("own", NULL, NULL, FALSE, READABLE));
  g_object_class_install_property (object_class, TAPBACK_CREATED_MS,
                                   g_param_spec_int64 ("created-ms", NULL, NULL, G_MININT64, G_MAXINT64, 0, READABLE));
}

static void
ww_tapback_init (WwTapback *self)
{
}

WwTapback *
ww_tapback_new (const WwTapbackRow *row, const char *sender_name, const char *sender_handle, gboolean own)
{
  WwTapback *self = g_object_new (WW_TYPE_TAPBACK, NULL);

  self->emoji = g_utf8_make_valid (row->emoji, -1);
  self->account = ww_hex_encode (row->account, sizeof row->account);
  self->sender_name = g_strdup (sender_name);
  self->sender_handle = g_strdup (sender_handle != NULL ? sender_handle : "");
  self->own = own;
  self->created_ms = row->at_ms;
  return self;
}

gboolean
ww_tapback_is (WwTapback *self, const WwTapbackRow *row)
{
  g_autofree char *account = ww_hex_encode (row->account, sizeof row->account);

  return self->created_ms == row->at_ms && g_str_equal (self->emoji, row->emoji) &&
         g_str_equal (self->account, account);
}

const char *
ww_tapback_get_emoji (WwTapback *self)
{
  return self->emoji;
}

const char *
ww_tapback_get_account (WwTapback *self)
{
  return self->account;
}

const char *
ww_tapback_get_sender_name (WwTapback *self)
{
  return self->sender_name;
}

const char *
ww_tapback_get_sender_handle (WwTapback *self)
{
  return self->sender_handle;
}

gboolean
ww_tapback_get_own (WwTapback *self)
{
  return self->own;
}

gint64
ww_tapback_get_created_ms (WwTapback *self)
{
  return self->created_ms;
}

/* --- WwMessageEdit ------------------------------------------------------------------------------ */

struct _WwMessageEdit
{
  GObject parent_instance;

  char *text;
  gint64 created_ms;
};

G_DEFINE_FINAL_TYPE (WwMessageEdit, ww_message_edit, G_TYPE_OBJECT)

enum
{
  EDIT_TEXT = 1,
  EDIT_CREATED_MS,
};

static void
ww_message_edit_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  WwMessageEdit *self = WW_MESSAGE_EDIT (object);

  if (property_id == EDIT_TEXT)
    g_value_set_string (value, self->text);
  else if (property_id == EDIT_CREATED_MS)
    g_value_set_int64 (value, self->created_ms);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
ww_message_edit_finalize (GObject *object)
{
  WwMessageEdit *self = WW_MESSAGE_EDIT (object);

  g_free (self->text);
  G_OBJECT_CLASS (ww_message_edit_parent_class)->finalize (object);
}

static void
ww_message_edit_class_init (WwMessageEditClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ww_message_edit_finalize;
  object_class->get_property = ww_message_edit_get_property;
  g_object_class_install_property (object_class, EDIT_TEXT, g_param_spec_string ("text", NULL, NULL, "", READABLE));
  g_object_class_install_property (object_class, EDIT_CREATED_MS,
                                   g_param_spec_int64 ("created-ms", NULL, NULL, G_MININT64, G_MAXINT64, 0, READABLE));
}

static void
ww_message_edit_init (WwMessageEdit *self)
{
}

WwMessageEdit *
ww_message_edit_new (const char *text, gint64 created_ms)
{
  WwMessageEdit *self = g_object_new (WW_TYPE_MESSAGE_EDIT, NULL);

  self->text = g_utf8_make_valid (text, -1);
  self->created_ms = created_ms;
  return self;
}

const char *
ww_message_edit_get_text (WwMessageEdit *self)
{
  return self->text;
}

gint64
ww_message_edit_get_created_ms (WwMessageEdit *self)
{
  return self->created_ms;
}

/* --- WwDelivery --------------------------------------------------------------------------------- */

struct _WwDelivery
{
  GObject parent_instance;

  char *account;
  char *name;
  guint state;
  gint64 at_ms;
};

G_DEFINE_FINAL_TYPE (WwDelivery, ww_delivery, G_TYPE_OBJECT)

enum
{
  DELIVERY_ACCOUNT = 1,
  DELIVERY_NAME,
  DELIVERY_STATE,
  DELIVERY_AT_MS,
};

static void
ww_delivery_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  WwDelivery *self = WW_DELIVERY (object);

  switch (property_id)
    {
    case DELIVERY_ACCOUNT:
      g_value_set_string (value, self->account);
      break;
    case DELIVERY_NAME:
      g_value_set_string (value, self->name);
      break;
    case DELIVERY_STATE:
      g_value_set_uint (value, self->state);
      break;
    case DELIVERY_AT_MS:
      g_value_set_int64 (value, self->at_ms);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ww_delivery_finalize (GObject *object)
{
  WwDelivery *self = WW_DELIVERY (object);

  g_free (self->account);
  g_free (self->name);
  G_OBJECT_CLASS (ww_delivery_parent_class)->finalize (object);
}

static void
ww_delivery_class_init (WwDeliveryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ww_delivery_finalize;
  object_class->get_property = ww_delivery_get_property;
  g_object_class_install_property (object_class, DELIVERY_ACCOUNT,
                                   g_param_spec_string ("account", NULL, NULL, "", READABLE));
  g_object_class_install_property (object_class, DELIVERY_NAME, g_param_spec_string ("name", NULL, NULL, "", READABLE));
  g_object_class_install_property (object_class, DELIVERY_STATE,
                                   g_param_spec_uint ("state", NULL, NULL, 0, G_MAXUINT, 0, READABLE));
  g_object_class_install_property (object_class, DELIVERY_AT_MS,
                                   g_param_spec_int64 ("at-ms", NULL, NULL, G_MININT64, G_MAXINT64, 0, READABLE));
}

static void
ww_delivery_init (WwDelivery *self)
{
}

WwDelivery *
ww_delivery_new (const WwDeliveryRow *row, const char *name)
{
  WwDelivery *self = g_object_new (WW_TYPE_DELIVERY, NULL);

  self->account = ww_hex_encode (row->account, sizeof row->account);
  self->name = g_strdup (name);
  self->state = row->state;
  self->at_ms = row->at_ms;
  return self;
}

const char *
ww_delivery_get_account (WwDelivery *self)
{
  return self->account;
}

const char *
ww_delivery_get_name (WwDelivery *self)
{
  return self->name;
}

guint
ww_delivery_get_state (WwDelivery *self)
{
  return self->state;
}

gint64
ww_delivery_get_at_ms (WwDelivery *self)
{
  return self->at_ms;
}
