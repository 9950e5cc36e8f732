/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-message-describe.h"

#include "ww-limits.h"

gboolean
ww_payload_is_message (const Waxwing__Payload *payload)
{
  switch (payload->kind_case)
    {
    case WAXWING__PAYLOAD__KIND_TEXT:
    case WAXWING__PAYLOAD__KIND_ATTACHMENTS:
    case WAXWING__PAYLOAD__KIND_CARD:
    case WAXWING__PAYLOAD__KIND_LOCATION:
    /* Of a newer version: kept, and shown as such. */
    case WAXWING__PAYLOAD__KIND__NOT_SET:
      return TRUE;
    case WAXWING__PAYLOAD__KIND_RECEIPT:
    case WAXWING__PAYLOAD__KIND_READ_STATE:
    case WAXWING__PAYLOAD__KIND_CONTACT_STATES:
    case WAXWING__PAYLOAD__KIND_TAPBACK:
    case WAXWING__PAYLOAD__KIND_EDIT:
    case WAXWING__PAYLOAD__KIND_UNSEND:
    case WAXWING__PAYLOAD__KIND_TYPING:
    case WAXWING__PAYLOAD__KIND_SETTINGS:
    case WAXWING__PAYLOAD__KIND_DELETION:
    case WAXWING__PAYLOAD__KIND_GROUP_CHANGE:
    case _WAXWING__PAYLOAD__KIND__CASE_IS_INT_SIZE:
      return FALSE;
    }
  return FALSE;
}

/* Which kind it is shown as, and what of it is text. */
static WwMessageKind
describe (const Waxwing__Payload *payload, const char **text)
{
  *text = "";
  if (payload->kind_case == WAXWING__PAYLOAD__KIND_TEXT)
    {
      *text = payload->text->body;
      return WW_MESSAGE_KIND_TEXT;
    }
  if (payload->kind_case == WAXWING__PAYLOAD__KIND_ATTACHMENTS)
    {
      *text = payload->attachments->text;
      return WW_MESSAGE_KIND_ATTACHMENTS;
    }
  if (payload->kind_case == WAXWING__PAYLOAD__KIND_LOCATION)
    {
      *text = payload->location->name;
      return WW_MESSAGE_KIND_LOCATION;
    }
  return payload->kind_case == WAXWING__PAYLOAD__KIND_CARD ? WW_MESSAGE_KIND_CONTACT : WW_MESSAGE_KIND_UNKNOWN;
}

void
ww_message_row_describe (WwMessageRow *row, const Waxwing__Payload *payload)
{
  const char *text;

  row->kind = describe (payload, &text);
  g_set_str (&row->text, text);
  row->detailed = row->kind == WW_MESSAGE_KIND_ATTACHMENTS || row->kind == WW_MESSAGE_KIND_CONTACT ||
                  row->kind == WW_MESSAGE_KIND_LOCATION ||
                  (row->kind == WW_MESSAGE_KIND_TEXT && payload->text->link != NULL);
  row->has_reply_to = payload->reply_to.len == WW_ID_SIZE;
  if (row->has_reply_to)
    memcpy (row->reply_to, payload->reply_to.data, WW_ID_SIZE);
}
