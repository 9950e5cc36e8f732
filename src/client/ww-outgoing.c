/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-outgoing"

#include "ww-outgoing-private.h"

#include "ww-error-private.h"
#include "ww-hex.h"
#include "ww-limits.h"
#include "ww-message-describe.h"

struct _WwOutgoing
{
  GObject parent_instance;

  char *text;
  char *reply_to;
};

G_DEFINE_FINAL_TYPE (WwOutgoing, ww_outgoing, G_TYPE_OBJECT)

static void
ww_outgoing_finalize (GObject *object)
{
  WwOutgoing *self = WW_OUTGOING (object);

  g_free (self->text);
  g_free (self->reply_to);
  G_OBJECT_CLASS (ww_outgoing_parent_class)->finalize (object);
}

static void
ww_outgoing_class_init (WwOutgoingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ww_outgoing_finalize;
}

static void
ww_outgoing_init (WwOutgoing *self)
{
  self->text = g_strdup ("");
}

WwOutgoing *
ww_outgoing_new (void)
{
  return g_object_new (WW_TYPE_OUTGOING, NULL);
}

const char *
ww_outgoing_get_text (WwOutgoing *self)
{
  g_return_val_if_fail (WW_IS_OUTGOING (self), NULL);

  return self->text;
}

void
ww_outgoing_set_text (WwOutgoing *self, const char *text)
{
  g_return_if_fail (WW_IS_OUTGOING (self));

  g_set_str (&self->text, text != NULL ? text : "");
}

const char *
ww_outgoing_get_reply_to (WwOutgoing *self)
{
  g_return_val_if_fail (WW_IS_OUTGOING (self), NULL);

  return self->reply_to;
}

void
ww_outgoing_set_reply_to (WwOutgoing *self, const char *message_id)
{
  g_return_if_fail (WW_IS_OUTGOING (self));

  g_set_str (&self->reply_to, message_id);
}

static gboolean
is_blank (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

static gboolean
is_sendable (WwOutgoing *self)
{
  return g_utf8_validate (self->text, -1, NULL) && strlen (self->text) <= WW_MAX_TEXT && !is_blank (self->text);
}

static void
pack (WwMessageRow *row, const Waxwing__Payload *payload)
{
  gsize size = waxwing__payload__get_packed_size (payload);
  guint8 *packed = g_malloc (size);

  ww_message_row_describe (row, payload);
  g_clear_pointer (&row->payload, g_bytes_unref);
  row->payload = g_bytes_new_take (packed, waxwing__payload__pack (payload, packed));
}

gboolean
ww_outgoing_fill (WwOutgoing *self, WwMessageRow *row, GError **error)
{
  Waxwing__Payload payload = WAXWING__PAYLOAD__INIT;
  Waxwing__Text text = WAXWING__TEXT__INIT;
  guint8 reply_to[WW_ID_SIZE];

  if (!is_sendable (self) || (self->reply_to != NULL && !ww_hex_decode (self->reply_to, reply_to, sizeof reply_to)))
    {
      ww_error_set (error, WW_ERROR_INVALID_ARGUMENT);
      return FALSE;
    }
  text.body = self->text;
  payload.kind_case = WAXWING__PAYLOAD__KIND_TEXT;
  payload.text = &text;
  if (self->reply_to != NULL)
    payload.reply_to = (ProtobufCBinaryData) { sizeof reply_to, reply_to };
  pack (row, &payload);
  return TRUE;
}
