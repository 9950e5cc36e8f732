/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-card-read"

#include <libebook-contacts/libebook-contacts.h>
#include <string.h>

#include "ww-card-private.h"

/* Of a card, whatever they are: what is more is not looked at. */
#define MAX_LINES 4096
/* Semicolons and commas of a card: the library looks for the end of a list at each. */
#define MAX_PIECES 4096
/* Of one line, after its folds are undone and outside pictures. */
#define MAX_VALUE 8192

static const struct
{
  const char *name;
  WwCardFieldKind kind;
} kinds[] = {
  { EVC_ORG, WW_CARD_FIELD_ORGANIZATION },  { EVC_TITLE, WW_CARD_FIELD_TITLE }, { EVC_ROLE, WW_CARD_FIELD_TITLE },
  { EVC_NICKNAME, WW_CARD_FIELD_NICKNAME }, { EVC_TEL, WW_CARD_FIELD_PHONE },   { EVC_EMAIL, WW_CARD_FIELD_EMAIL },
  { "IMPP", WW_CARD_FIELD_MESSAGING },      { EVC_URL, WW_CARD_FIELD_WEB },     { EVC_BDAY, WW_CARD_FIELD_BIRTHDAY },
  { EVC_NOTE, WW_CARD_FIELD_NOTE },
};

/* TYPE=home,work, TYPE="home,work", TYPE=home;TYPE=work and, in 2.1, HOME;WORK. */
static gboolean
has_type (EVCardAttribute *attribute, const char *type)
{
  for (GList *p = e_vcard_attribute_get_params (attribute); p != NULL; p = p->next)
    {
      const char *name = e_vcard_attribute_param_get_name (p->data);

      if (g_ascii_strcasecmp (name, type) == 0)
        return TRUE;
      if (g_ascii_strcasecmp (name, EVC_TYPE) != 0)
        continue;
      for (GList *v = e_vcard_attribute_param_get_values (p->data); v != NULL; v = v->next)
        {
          g_auto (GStrv) words = g_strsplit_set (v->data, ",\"", 16);

          for (guint i = 0; words[i] != NULL; i++)
            if (g_ascii_strcasecmp (words[i], type) == 0)
              return TRUE;
        }
    }
  return FALSE;
}

static WwCardPlace
find_place (EVCardAttribute *attribute)
{
  static const struct
  {
    const char *type;
    WwCardPlace place;
  } places[] = {
    { "fax", WW_CARD_PLACE_FAX },
    { "cell", WW_CARD_PLACE_MOBILE },
    { "work", WW_CARD_PLACE_WORK },
    { "home", WW_CARD_PLACE_HOME },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    if (has_type (attribute, places[i].type))
      return places[i].place;
  return WW_CARD_PLACE_NONE;
}

/* Its parts, each decoded: UTF-8 without NUL. `n`: 0 for as many as there are. */
static GStrv
dup_parts (EVCardAttribute *attribute, guint n)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint count = 0;

  for (GList *p = e_vcard_attribute_get_values_decoded (attribute); p != NULL && (n == 0 || count < n); p = p->next)
    {
      const GString *value = p->data;

      g_strv_builder_take (builder, g_utf8_make_valid (value->str, (gssize) MIN (strlen (value->str), MAX_VALUE)));
      count++;
    }
  for (; count < n; count++)
    g_strv_builder_add (builder, "");
  return g_strv_builder_end (builder);
}

/* What the library took apart at semicolons that nobody escaped. */
static char *
dup_value (EVCardAttribute *attribute, const char *separator)
{
  g_auto (GStrv) parts = dup_parts (attribute, 0);

  return g_strjoinv (separator, parts);
}

/* --- Pictures ------------------------------------------------------------------------------ */

static void
take_base64 (WwCard *card, const char *text, const char *type)
{
  gsize size;
  guint8 *data = g_base64_decode (text, &size);
  g_autoptr (GBytes) bytes = g_bytes_new_take (data, size);

  if (size > 0)
    ww_card_set_picture (card, bytes, type);
}

/* Version 4: “data:image/jpeg;base64,…”. Any other URI is nothing to us: a card can't make this machine load anything. */
static void
take_data_uri (WwCard *card, const char *uri)
{
  const char *comma = strchr (uri, ',');
  g_autofree char *head = comma != NULL ? g_ascii_strdown (uri, comma - uri) : NULL;
  g_auto (GStrv) words = NULL;

  if (head == NULL || !g_str_has_prefix (head, "data:image/") || !g_str_has_suffix (head, ";base64"))
    return;
  words = g_strsplit (head + strlen ("data:"), ";", 2);
  take_base64 (card, comma + 1, words[0]);
}

/* The library's own decoding would take a binary value for text: the undecoded one is asked for. */
static void
take_photo (WwCard *card, EVCardAttribute *attribute)
{
  GString *text = g_string_new (NULL);
  gboolean encoded = FALSE;

  if (ww_card_get_picture (card) != NULL)
    {
      g_string_free (text, TRUE);
      return;
    }
  for (GList *p = e_vcard_attribute_get_values (attribute); p != NULL; p = p->next)
    {
      if (text->len > 0)
        g_string_append_c (text, ';');
      g_string_append (text, p->data);
    }
  for (GList *p = e_vcard_attribute_get_params (attribute); p != NULL; p = p->next)
    for (GList *v = e_vcard_attribute_param_get_values (p->data); v != NULL; v = v->next)
      encoded = encoded || (g_ascii_strcasecmp (e_vcard_attribute_param_get_name (p->data), EVC_ENCODING) == 0 &&
                            (g_ascii_strcasecmp (v->data, "b") == 0 || g_ascii_strcasecmp (v->data, "base64") == 0));
  if (g_ascii_strncasecmp (text->str, "data:", 5) == 0)
    take_data_uri (card, text->str);
  else if (encoded)
    take_base64 (card, text->str, has_type (attribute, "png") ? "image/png" : "image/jpeg");
  g_string_free (text, TRUE);
}

/* --- Everything else ----------------------------------------------------------------------- */

static void
take_name_parts (WwCard *card, EVCardAttribute *attribute)
{
  g_auto (GStrv) parts = dup_parts (attribute, WW_CARD_NAME_PARTS);
  g_autofree char *name = NULL;

  ww_card_set_parts (card, (const char *const *) parts);
  if (*ww_card_get_name (card) != '\0')
    return;
  name = g_strjoin (" ", parts[3], parts[1], parts[2], parts[0], parts[4], NULL);
  ww_card_set_name (card, name);
}

static void
take_field (WwCard *card, EVCardAttribute *attribute, WwCardFieldKind kind)
{
  g_autofree char *value = dup_value (attribute, kind == WW_CARD_FIELD_ORGANIZATION ? ", " : ";");
  WwCardPlace place = find_place (attribute);
  const char *raw = value;

  /* Version 4 says "tel:" and "mailto:" where 3 doesn't. */
  if (kind == WW_CARD_FIELD_PHONE && g_ascii_strncasecmp (raw, "tel:", 4) == 0)
    raw += 4;
  if (kind == WW_CARD_FIELD_EMAIL && g_ascii_strncasecmp (raw, "mailto:", 7) == 0)
    raw += 7;
  ww_card_take_field (card, ww_card_field_new (kind, place, raw));
}

static void
take_attribute (WwCard *card, EVCardAttribute *attribute)
{
  const char *name = e_vcard_attribute_get_name (attribute);

  if (g_ascii_strcasecmp (name, EVC_FN) == 0 && *ww_card_get_name (card) == '\0')
    {
      g_autofree char *value = dup_value (attribute, ";");

      ww_card_set_name (card, value);
    }
  else if (g_ascii_strcasecmp (name, EVC_N) == 0 && ww_card_get_parts (card) == NULL)
    take_name_parts (card, attribute);
  else if (g_ascii_strcasecmp (name, EVC_PHOTO) == 0)
    take_photo (card, attribute);
  else if (g_ascii_strcasecmp (name, EVC_ADR) == 0)
    {
      g_auto (GStrv) parts = dup_parts (attribute, WW_CARD_ADDRESS_PARTS);

      ww_card_take_field (card, ww_card_field_new_address (find_place (attribute), (const char *const *) parts));
    }
  else
    for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
      if (g_ascii_strcasecmp (name, kinds[i].name) == 0)
        take_field (card, attribute, kinds[i].kind);
}

static gboolean
is_line (const char *line, gsize len, const char *words)
{
  while (len > 0 && g_ascii_isspace (line[len - 1]))
    len--;
  return len == strlen (words) && g_ascii_strncasecmp (line, words, len) == 0;
}

/* Lines that go on in the next one are one (RFC 6350, 3.2). */
static char *
unfold (const char *text)
{
  GString *lines = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      gsize end = p[0] == '\r' && p[1] == '\n' ? 2 : p[0] == '\n' || p[0] == '\r';

      if (end > 0 && (p[end] == ' ' || p[end] == '\t'))
        p += end;
      else
        g_string_append_c (lines, *p);
    }
  return g_string_free (lines, FALSE);
}

static gboolean
has_word (const char *line, gsize len, const char *word)
{
  gsize n = strlen (word);

  for (gsize i = 0; i + n <= len; i++)
    if (g_ascii_strncasecmp (line + i, word, n) == 0)
      return TRUE;
  return FALSE;
}

/* The library logs what it doesn't know of encodings, and so would strangers write into the log: lines with another one
 * than those of old, or with more than one, are left out. With quotes before the colon, all of the line counts. */
static gboolean
is_tame (const char *line, gsize len)
{
  static const char *const known[] = { "ENCODING=b", "ENCODING=BASE64", "ENCODING=QUOTED-PRINTABLE" };
  gsize head = MIN (strcspn (line, ":"), len);

  if (memchr (line, '"', head) != NULL)
    head = len;
  for (gsize i = 0; i + 1 < head; i++)
    for (gsize k = 0; line[i] == ';' && k < G_N_ELEMENTS (known); k++)
      {
        gsize n = strlen (known[k]), end = i + 1 + n;

        if (end <= head && g_ascii_strncasecmp (line + i + 1, known[k], n) == 0 &&
            (line[end] == ';' || line[end] == ':'))
          return !has_word (line, i, "ENCODING") && !has_word (line, i, "BASE64") && !has_word (line, i, "PRINTABLE") &&
                 !has_word (line + end, head - end, "ENCODING") && !has_word (line + end, head - end, "BASE64") &&
                 !has_word (line + end, head - end, "PRINTABLE");
      }
  return !has_word (line, head, "ENCODING");
}

static guint
count_pieces (const char *line, gsize len)
{
  guint n = 0;

  for (gsize i = 0; i < len; i++)
    n += line[i] == ';' || line[i] == ',';
  return n;
}

/* The first card alone, and only if no other one is inside it; not more lines than a person has to say. */
static char *
cut_out (const char *text)
{
  g_autoptr (GString) card = g_string_new (NULL);
  const char *line = g_str_has_prefix (text, "\xef\xbb\xbf") ? text + 3 : text;
  guint pieces = 0;

  for (guint n = 0; n < MAX_LINES && *line != '\0' && pieces <= MAX_PIECES; n++)
    {
      gsize len = strcspn (line, "\r\n");
      gboolean begins = is_line (line, len, "BEGIN:VCARD");

      if (begins && card->len > 0)
        return NULL;
      pieces += count_pieces (line, len);
      if ((begins || card->len > 0) && is_tame (line, len))
        {
          g_string_append_len (card, line, (gssize) len);
          g_string_append (card, "\r\n");
        }
      if (card->len > 0 && is_line (line, len, "END:VCARD"))
        return pieces <= MAX_PIECES ? g_string_free (g_steal_pointer (&card), FALSE) : NULL;
      line += len;
      line += strspn (line, "\r\n");
    }
  return NULL;
}

gboolean
ww_card_read (WwCard *self, const char *text)
{
  g_autofree char *lines = unfold (text);
  g_autofree char *one = cut_out (lines);
  g_autoptr (EVCard) vcard = NULL;

  if (one == NULL)
    return FALSE;
  vcard = e_vcard_new_from_string (one);
  for (GList *p = e_vcard_get_attributes (vcard); p != NULL; p = p->next)
    take_attribute (self, p->data);
  return TRUE;
}
