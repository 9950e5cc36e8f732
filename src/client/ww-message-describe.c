/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-message-describe.h"

#include "ww-file-name.h"
#include "ww-limits.h"
#include "ww-text.h"

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
    case WAXWING__PAYLOAD__KIND_HISTORY_OFFER:
    case WAXWING__PAYLOAD__KIND_HISTORY_REQUEST:
    case WAXWING__PAYLOAD__KIND_HISTORY_CHUNK:
    case WAXWING__PAYLOAD__KIND_HISTORY_END:
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

/* Of a card's FN, in characters; as the card shows it. */
#define CARD_NAME_CHARS 128
#define CARD_LINE_BYTES 4096

/* Takes backslashes away (RFC 6350, 3.4). */
static char *
unescape (const char *value)
{
  GString *plain = g_string_new (NULL);

  for (const char *p = value; *p != '\0'; p++)
    {
      if (*p == '\\' && p[1] != '\0')
        {
          p++;
          g_string_append_c (plain, *p == 'n' || *p == 'N' ? ' ' : *p);
        }
      else
        g_string_append_c (plain, *p);
    }
  return g_string_free (plain, FALSE);
}

/* The value of a line whose property is FN, whatever its group and parameters; a colon may stand in quotes (RFC 6350, 3.3). */
static const char *
find_name (const char *line)
{
  const char *dot = line + strcspn (line, ".;:");
  const char *property = *dot == '.' ? dot + 1 : line;
  gboolean quoted = FALSE;

  if (g_ascii_strncasecmp (property, "FN", 2) != 0 || (property[2] != ':' && property[2] != ';'))
    return NULL;
  for (const char *p = property + 2; *p != '\0'; p++)
    {
      if (*p == '"')
        quoted = !quoted;
      else if (*p == ':' && !quoted)
        return p + 1;
    }
  return NULL;
}

/* One line of a card, unfolded (RFC 6350, 3.2), without what is too much for a name; moves on behind it. */
static void
take_line (const char **at, const char *end, GString *line)
{
  g_string_truncate (line, 0);
  for (const char *p = *at; p < end; p++)
    {
      if (*p == '\n' && (p + 1 == end || (p[1] != ' ' && p[1] != '\t')))
        {
          *at = p + 1;
          return;
        }
      if (*p == '\n')
        p++;
      else if (*p != '\r' && *p != '\0' && line->len < CARD_LINE_BYTES)
        g_string_append_c (line, *p);
    }
  *at = end;
}

/* See the header. */
char *
ww_message_dup_card_name (GBytes *vcard)
{
  gsize len;
  const char *at = g_bytes_get_data (vcard, &len), *end = at + len;
  g_autoptr (GString) line = g_string_new (NULL);

  while (at < end)
    {
      const char *value;
      g_autofree char *plain = NULL;
      g_autofree char *name = NULL;

      take_line (&at, end, line);
      value = find_name (line->str);
      plain = value != NULL ? unescape (value) : NULL;
      name = ww_text_one_line (plain, CARD_NAME_CHARS);
      if (*name != '\0')
        return g_steal_pointer (&name);
    }
  return g_strdup ("");
}

static void
add_name (GString *names, const char *name)
{
  if (*name == '\0')
    return;
  if (names->len > 0)
    g_string_append_c (names, '\n');
  g_string_append (names, name);
}

/* Nobody has read these yet: they are made what is shown of them. */
static char *
dup_names (const Waxwing__Payload *payload)
{
  GString *names = g_string_new (NULL);

  if (payload->kind_case == WAXWING__PAYLOAD__KIND_ATTACHMENTS)
    {
      for (gsize i = 0; i < payload->attachments->n_attachments; i++)
        {
          const char *name = payload->attachments->attachments[i]->name;
          g_autofree char *clean = ww_file_name_clean (name, strlen (name), "");

          add_name (names, clean);
        }
    }
  else if (payload->kind_case == WAXWING__PAYLOAD__KIND_CARD)
    {
      g_autoptr (GBytes) vcard = g_bytes_new_static (payload->card->vcard.data, payload->card->vcard.len);
      g_autofree char *name = ww_message_dup_card_name (vcard);

      add_name (names, name);
    }
  else if (payload->kind_case == WAXWING__PAYLOAD__KIND_TEXT && payload->text->link != NULL)
    {
      g_autofree char *title = ww_text_one_line (payload->text->link->title, WW_MAX_LINK_TITLE);

      add_name (names, title);
    }
  return g_string_free (names, FALSE);
}

void
ww_message_row_describe (WwMessageRow *row, const Waxwing__Payload *payload)
{
  const char *text;

  row->kind = describe (payload, &text);
  g_set_str (&row->text, text);
  g_free (row->names);
  row->names = dup_names (payload);
  row->detailed = row->kind == WW_MESSAGE_KIND_ATTACHMENTS || row->kind == WW_MESSAGE_KIND_CONTACT ||
                  row->kind == WW_MESSAGE_KIND_LOCATION ||
                  (row->kind == WW_MESSAGE_KIND_TEXT && payload->text->link != NULL);
  row->has_reply_to = payload->reply_to.len == WW_ID_SIZE;
  if (row->has_reply_to)
    memcpy (row->reply_to, payload->reply_to.data, WW_ID_SIZE);
}
