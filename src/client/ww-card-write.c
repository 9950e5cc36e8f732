/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-card-write"

#include <string.h>

#include "ww-card-private.h"

/* RFC 6350, 3.2: octets of a line. */
#define LINE_OCTETS 75

/* 3.4: backslashes, commas, semicolons and ends of lines. */
static void
append_escaped (GString *line, const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (*p == '\n')
      g_string_append (line, "\\n");
    else
      {
        if (*p == '\\' || *p == ',' || *p == ';')
          g_string_append_c (line, '\\');
        g_string_append_c (line, *p);
      }
}

/* Folded between characters. */
static void
append_line (GString *card, const GString *line)
{
  gsize octets = 0;

  for (const char *p = line->str; *p != '\0';)
    {
      gsize len = (gsize) (g_utf8_next_char (p) - p);

      if (octets + len > LINE_OCTETS)
        {
          g_string_append (card, "\r\n ");
          octets = 1;
        }
      g_string_append_len (card, p, (gssize) len);
      octets += len;
      p += len;
    }
  g_string_append (card, "\r\n");
}

static void
append_text (GString *card, const char *property, const char *text)
{
  g_autoptr (GString) line = g_string_new (property);

  g_string_append_c (line, ':');
  append_escaped (line, text);
  append_line (card, line);
}

static void
append_parts (GString *card, const char *property, const char *const *parts)
{
  g_autoptr (GString) line = g_string_new (property);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_string_append_c (line, i == 0 ? ':' : ';');
      append_escaped (line, parts[i]);
    }
  append_line (card, line);
}

static const char *
get_type (WwCardPlace place)
{
  switch (place)
    {
    case WW_CARD_PLACE_HOME:
      return ";TYPE=home";
    case WW_CARD_PLACE_WORK:
      return ";TYPE=work";
    case WW_CARD_PLACE_MOBILE:
      return ";TYPE=cell";
    case WW_CARD_PLACE_FAX:
      return ";TYPE=fax";
    case WW_CARD_PLACE_NONE:
      break;
    }
  return "";
}

static const char *
get_property (WwCardFieldKind kind)
{
  switch (kind)
    {
    case WW_CARD_FIELD_ORGANIZATION:
      return "ORG";
    case WW_CARD_FIELD_TITLE:
      return "TITLE";
    case WW_CARD_FIELD_NICKNAME:
      return "NICKNAME";
    case WW_CARD_FIELD_PHONE:
      return "TEL";
    case WW_CARD_FIELD_EMAIL:
      return "EMAIL";
    case WW_CARD_FIELD_MESSAGING:
      return "IMPP";
    case WW_CARD_FIELD_WEB:
      return "URL";
    case WW_CARD_FIELD_ADDRESS:
      return "ADR";
    case WW_CARD_FIELD_BIRTHDAY:
      return "BDAY";
    case WW_CARD_FIELD_NOTE:
      break;
    }
  return "NOTE";
}

static gboolean
is_date (const char *raw)
{
  return *raw != '\0' && raw[strspn (raw, "0123456789-T:Z+")] == '\0';
}

/* Values that are URIs are not escaped. */
static void
append_field (GString *card, WwCardField *field)
{
  WwCardFieldKind kind = ww_card_field_get_kind (field);
  const char *raw = ww_card_field_get_raw (field);
  g_autofree char *property = g_strconcat (get_property (kind), get_type (ww_card_field_get_place (field)),
                                           kind == WW_CARD_FIELD_BIRTHDAY && !is_date (raw) ? ";VALUE=text" : "", NULL);

  if (kind == WW_CARD_FIELD_ADDRESS)
    append_parts (card, property, ww_card_field_get_parts (field));
  else if (kind == WW_CARD_FIELD_WEB || kind == WW_CARD_FIELD_MESSAGING)
    {
      g_autoptr (GString) line = g_string_new (property);

      g_string_append_c (line, ':');
      g_string_append (line, raw);
      append_line (card, line);
    }
  else
    append_text (card, property, raw);
}

static void
append_picture (GString *card, GBytes *picture, const char *type)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (picture, &size);
  g_autofree char *text = g_base64_encode (data, size);
  g_autoptr (GString) line = g_string_new ("PHOTO:data:");

  g_string_append (line, type);
  g_string_append (line, ";base64,");
  g_string_append (line, text);
  append_line (card, line);
}

/**
 * ww_card_to_vcard:
 *
 * Returns: (transfer full): vCard 4.0 (RFC 6350)
 */
GBytes *
ww_card_to_vcard (WwCard *self)
{
  GString *card = g_string_new ("BEGIN:VCARD\r\nVERSION:4.0\r\n");
  GListModel *fields = ww_card_get_fields (self);

  append_text (card, "FN", ww_card_get_name (self));
  if (ww_card_get_parts (self) != NULL)
    append_parts (card, "N", ww_card_get_parts (self));
  for (guint i = 0; i < g_list_model_get_n_items (fields); i++)
    {
      g_autoptr (WwCardField) field = g_list_model_get_item (fields, i);

      append_field (card, field);
    }
  if (ww_card_get_picture (self) != NULL)
    append_picture (card, ww_card_get_picture (self), ww_card_get_picture_type (self));
  g_string_append (card, "END:VCARD\r\n");
  return g_string_free_to_bytes (card);
}
