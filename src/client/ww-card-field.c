/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-card-field"

#include "ww-card-field.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "ww-text.h"

struct _WwCardField
{
  GObject parent_instance;

  WwCardFieldKind kind;
  WwCardPlace place;
  char *raw;
  GStrv parts;
  char *value;
  char *uri;
};

G_DEFINE_FINAL_TYPE (WwCardField, ww_card_field, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (
    WwCardFieldKind, ww_card_field_kind, G_DEFINE_ENUM_VALUE (WW_CARD_FIELD_ORGANIZATION, "organization"),
    G_DEFINE_ENUM_VALUE (WW_CARD_FIELD_TITLE, "title"), G_DEFINE_ENUM_VALUE (WW_CARD_FIELD_NICKNAME, "nickname"),
    G_DEFINE_ENUM_VALUE (WW_CARD_FIELD_PHONE, "phone"), G_DEFINE_ENUM_VALUE (WW_CARD_FIELD_EMAIL, "email"),
    G_DEFINE_ENUM_VALUE (WW_CARD_FIELD_MESSAGING, "messaging"), G_DEFINE_ENUM_VALUE (WW_CARD_FIELD_WEB, "web"),
    G_DEFINE_ENUM_VALUE (WW_CARD_FIELD_ADDRESS, "address"), G_DEFINE_ENUM_VALUE (WW_CARD_FIELD_BIRTHDAY, "birthday"),
    G_DEFINE_ENUM_VALUE (WW_CARD_FIELD_NOTE, "note"))

typedef enum
{
  PROP_KIND = 1,
  PROP_LABEL,
  PROP_VALUE,
  PROP_URI,
} WwCardFieldProperty;

static GParamSpec *properties[PROP_URI + 1];

/* --- Words --------------------------------------------------------------------------------- */

static const char *
label_phone (WwCardPlace place)
{
  switch (place)
    {
    case WW_CARD_PLACE_HOME:
      return _ ("Home phone");
    case WW_CARD_PLACE_WORK:
      return _ ("Work phone");
    case WW_CARD_PLACE_MOBILE:
      return _ ("Mobile phone");
    case WW_CARD_PLACE_FAX:
      return _ ("Fax");
    case WW_CARD_PLACE_NONE:
      break;
    }
  return _ ("Phone");
}

static const char *
label_email (WwCardPlace place)
{
  if (place == WW_CARD_PLACE_HOME)
    return _ ("Home email");
  return place == WW_CARD_PLACE_WORK ? _ ("Work email") : _ ("Email");
}

static const char *
label_address (WwCardPlace place)
{
  if (place == WW_CARD_PLACE_HOME)
    return _ ("Home address");
  return place == WW_CARD_PLACE_WORK ? _ ("Work address") : _ ("Address");
}

/**
 * ww_card_field_get_label:
 *
 * Returns: (transfer none): what it is, in the person's language
 */
const char *
ww_card_field_get_label (WwCardField *self)
{
  switch (self->kind)
    {
    case WW_CARD_FIELD_ORGANIZATION:
      return _ ("Organization");
    case WW_CARD_FIELD_TITLE:
      return _ ("Title");
    case WW_CARD_FIELD_NICKNAME:
      return _ ("Nickname");
    case WW_CARD_FIELD_PHONE:
      return label_phone (self->place);
    case WW_CARD_FIELD_EMAIL:
      return label_email (self->place);
    case WW_CARD_FIELD_MESSAGING:
      return _ ("Messaging");
    case WW_CARD_FIELD_WEB:
      return _ ("Website");
    case WW_CARD_FIELD_ADDRESS:
      return label_address (self->place);
    case WW_CARD_FIELD_BIRTHDAY:
      return _ ("Birthday");
    case WW_CARD_FIELD_NOTE:
      return _ ("Note");
    }
  return "";
}

/* RFC 6350, 4.3.1: 19850412, 1985-04-12, --0412, with a time perhaps. What is none of these stays as it is. */
static char *
describe_date (const char *raw)
{
  g_autoptr (GDateTime) date = NULL;
  g_autofree char *text = NULL;
  int year = 0, month = 0, day = 0, end = 0;
  gboolean has_year = TRUE;

  if (sscanf (raw, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 &&
      sscanf (raw, "%4d%2d%2d%n", &year, &month, &day, &end) != 3)
    {
      has_year = FALSE;
      if (sscanf (raw, "--%2d%2d%n", &month, &day, &end) != 2 && sscanf (raw, "--%2d-%2d%n", &month, &day, &end) != 2)
        return g_strdup (raw);
    }
  if (end == 0 || (raw[end] != '\0' && raw[end] != 'T'))
    return g_strdup (raw);
  date = g_date_time_new_utc (has_year ? year : 2000, month, day, 0, 0, 0);
  if (date == NULL)
    return g_strdup (raw);
  /* Translators: a birthday without its year, as g_date_time_format() takes it: “12 April”. */
  text = has_year ? g_date_time_format (date, "%x") : g_date_time_format (date, _ ("%-e %B"));
  return text != NULL ? g_steal_pointer (&text) : g_strdup (raw);
}

/* --- What can be opened -------------------------------------------------------------------- */

/* RFC 3966, without what makes a number readable. NULL when it has no digit. */
static char *
phone_uri (const char *number)
{
  GString *uri = g_string_new ("tel:");
  gboolean any = FALSE;

  for (const char *p = number; *p != '\0'; p++)
    {
      if (g_ascii_isdigit (*p) || (*p == '+' && uri->len == 4))
        g_string_append_c (uri, *p);
      any = any || g_ascii_isdigit (*p);
      /* An extension is dialled by the person. */
      if (g_ascii_isalpha (*p) || *p == ';' || *p == ',')
        break;
    }
  return g_string_free (uri, !any);
}

static char *
email_uri (const char *address)
{
  g_autofree char *escaped = g_uri_escape_string (address, "@", FALSE);

  return strchr (address, '@') != NULL ? g_strconcat ("mailto:", escaped, NULL) : NULL;
}

static char *
web_uri (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);

  /* What no URI may hold (RFC 3986) would end it for whoever it is given to. */
  if (strpbrk (url, " <>\"\\^`{|}") != NULL)
    return NULL;
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' || g_uri_get_userinfo (uri) != NULL)
    return NULL;
  if (!g_str_equal (g_uri_get_scheme (uri), "http") && !g_str_equal (g_uri_get_scheme (uri), "https"))
    return NULL;
  return g_uri_to_string (uri);
}

static char *
make_uri (WwCardFieldKind kind, const char *raw)
{
  if (kind == WW_CARD_FIELD_PHONE)
    return phone_uri (raw);
  if (kind == WW_CARD_FIELD_EMAIL)
    return email_uri (raw);
  return kind == WW_CARD_FIELD_WEB ? web_uri (raw) : NULL;
}

/* --- The class ----------------------------------------------------------------------------- */

/* Lines stay lines; within them, what holds for all that others wrote. */
static char *
clean_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", WW_CARD_MAX_LINES);
  GString *clean = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *line = ww_text_one_line (lines[i], WW_CARD_MAX_CHARS);

      if (*line == '\0')
        continue;
      if (clean->len > 0)
        g_string_append_c (clean, '\n');
      g_string_append (clean, line);
    }
  return g_string_free (clean, FALSE);
}

/**
 * ww_card_field_new:
 * @raw: as it stands in the vCard
 *
 * Returns: (transfer full) (nullable): %NULL when there is nothing to show
 */
WwCardField *
ww_card_field_new (WwCardFieldKind kind, WwCardPlace place, const char *raw)
{
  g_autoptr (WwCardField) self = g_object_new (WW_TYPE_CARD_FIELD, NULL);

  self->kind = kind;
  self->place = place;
  self->raw = kind == WW_CARD_FIELD_NOTE ? clean_lines (raw) : ww_text_one_line (raw, WW_CARD_MAX_CHARS);
  self->value = kind == WW_CARD_FIELD_BIRTHDAY ? describe_date (self->raw) : g_strdup (self->raw);
  self->uri = make_uri (kind, self->raw);
  return *self->value != '\0' ? g_steal_pointer (&self) : NULL;
}

static void
append_part (GString *text, const char *separator, const char *part)
{
  if (*part == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, separator);
  g_string_append (text, part);
}

/**
 * ww_card_field_new_address:
 * @parts: %WW_CARD_ADDRESS_PARTS of them
 *
 * Returns: (transfer full) (nullable): %NULL when all are empty
 */
WwCardField *
ww_card_field_new_address (WwCardPlace place, const char *const *parts)
{
  g_autoptr (WwCardField) self = g_object_new (WW_TYPE_CARD_FIELD, NULL);
  g_autoptr (GString) town = g_string_new (NULL);
  GString *value = g_string_new (NULL);

  self->kind = WW_CARD_FIELD_ADDRESS;
  self->place = place;
  self->raw = g_strdup ("");
  self->parts = g_new0 (char *, WW_CARD_ADDRESS_PARTS + 1);
  for (guint i = 0; i < WW_CARD_ADDRESS_PARTS; i++)
    self->parts[i] = ww_text_one_line (parts[i], WW_CARD_MAX_CHARS);
  append_part (value, "\n", self->parts[0]);
  append_part (value, "\n", self->parts[1]);
  append_part (value, "\n", self->parts[2]);
  append_part (town, " ", self->parts[5]);
  append_part (town, " ", self->parts[3]);
  append_part (town, ", ", self->parts[4]);
  append_part (value, "\n", town->str);
  append_part (value, "\n", self->parts[6]);
  self->value = g_string_free (value, FALSE);
  return *self->value != '\0' ? g_steal_pointer (&self) : NULL;
}

WwCardFieldKind
ww_card_field_get_kind (WwCardField *self)
{
  return self->kind;
}

const char *
ww_card_field_get_value (WwCardField *self)
{
  return self->value;
}

const char *
ww_card_field_get_uri (WwCardField *self)
{
  return self->uri;
}

WwCardPlace
ww_card_field_get_place (WwCardField *self)
{
  return self->place;
}

const char *
ww_card_field_get_raw (WwCardField *self)
{
  return self->raw;
}

const char *const *
ww_card_field_get_parts (WwCardField *self)
{
  return (const char *const *) self->parts;
}

static void
ww_card_field_finalize (GObject *object)
{
  WwCardField *self = WW_CARD_FIELD (object);

  g_free (self->raw);
  g_strfreev (self->parts);
  g_free (self->value);
  g_free (self->uri);
  G_OBJECT_CLASS (ww_card_field_parent_class)->finalize (object);
}

static void
ww_card_field_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WwCardField *self = WW_CARD_FIELD (object);

  switch ((WwCardFieldProperty) id)
    {
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      return;
    case PROP_LABEL:
      g_value_set_string (value, ww_card_field_get_label (self));
      return;
    case PROP_VALUE:
      g_value_set_string (value, self->value);
      return;
    case PROP_URI:
      g_value_set_string (value, self->uri);
      return;
    }
  G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ww_card_field_class_init (WwCardFieldClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = ww_card_field_finalize;
  object_class->get_property = ww_card_field_get_property;
  properties[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, WW_TYPE_CARD_FIELD_KIND, WW_CARD_FIELD_ORGANIZATION,
                                             flags);
  properties[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL, flags);
  properties[PROP_VALUE] = g_param_spec_string ("value", NULL, NULL, NULL, flags);
  properties[PROP_URI] = g_param_spec_string ("uri", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ww_card_field_init (WwCardField *self)
{
}
