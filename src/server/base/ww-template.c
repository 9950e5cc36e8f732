/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-template.h"

#include <stdarg.h>
#include <string.h>

#include <gio/gio.h>

#define RESOURCE_PREFIX "/im/waxwing/server/"
#define MAX_VALUES      16

typedef struct
{
  const char *name;
  const char *value;
} Value;

/* See the header. The files are part of the program, so that a missing one is a mistake of ours. */
const char *
ww_template_file (const char *name, unsigned long *len)
{
  g_autofree char *path = g_strconcat (RESOURCE_PREFIX, name, NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  gsize size;
  const char *data;

  if (bytes == NULL)
    g_error ("there is no file %s", path);
  data = g_bytes_get_data (bytes, &size);
  *len = size;
  return data;
}

static void
append_value (GString *text, const Value *values, unsigned n_values, const char *name, size_t len, bool escape)
{
  for (unsigned i = 0; i < n_values; i++)
    if (strlen (values[i].name) == len && strncmp (values[i].name, name, len) == 0)
      {
        g_autofree char *escaped = escape ? g_markup_escape_text (values[i].value, -1) : NULL;

        g_string_append (text, escape ? escaped : values[i].value);
        return;
      }
  g_error ("a template has an unknown name in it");
}

/* The pairs of name and value up to a NULL. */
static unsigned
collect (va_list arguments, Value values[MAX_VALUES])
{
  unsigned n_values = 0;
  const char *name;

  while ((name = va_arg (arguments, const char *)) != NULL)
    {
      g_assert (n_values < MAX_VALUES);
      values[n_values].name = name;
      values[n_values++].value = va_arg (arguments, const char *);
    }
  return n_values;
}

static char *
fill (const char *template, unsigned long len, bool escape, const Value *values, unsigned n_values)
{
  const char *end = template + len;
  GString *text = g_string_sized_new (len + 256);

  while (template <end)
    {
      const char *open = g_strstr_len (template, end - template, "{{");
      const char *close = open != NULL ? g_strstr_len (open, end - open, "}}") : NULL;

      if (close == NULL)
        break;
      g_string_append_len (text, template, open - template);
      append_value (text, values, n_values, open + 2, (size_t) (close - open) - 2, escape);
      template = close + 2;
    }
  g_string_append_len (text, template, end - template);
  return g_string_free (text, FALSE);
}

/* See the header. */
char *
ww_template_fill (const char *template_name, ...)
{
  Value values[MAX_VALUES];
  unsigned long len;
  const char *template = ww_template_file (template_name, &len);
  unsigned n_values;
  va_list arguments;

  va_start (arguments, template_name);
  n_values = collect (arguments, values);
  va_end (arguments);
  return fill (template, len, g_str_has_suffix (template_name, ".html"), values, n_values);
}

/* The languages of texts.ini. */
static const char *const languages[] = { "en", "ar", "de", "es", "fr", "ja", "pt" };

static const char *
find_language (const char *tag)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_ascii_strncasecmp (tag, languages[i], 2) == 0 && !g_ascii_isalnum (tag[2]))
      return languages[i];
  return NULL;
}

/* See the header. Of each tag only the first part counts. */
const char *
ww_template_choose_language (const char *tags)
{
  const char *found = NULL;

  while (tags != NULL && found == NULL)
    {
      tags += strspn (tags, " \t");
      found = find_language (tags);
      tags = strchr (tags, ',');
      if (tags != NULL)
        tags++;
    }
  return found != NULL ? found : "en";
}

/* See the header. */
const char *
ww_template_direction (const char *language)
{
  return strcmp (language, "ar") == 0 ? "rtl" : "ltr";
}

static GKeyFile *
load_texts (void)
{
  unsigned long len;
  const char *data = ww_template_file ("texts.ini", &len);
  GKeyFile *texts = g_key_file_new ();

  if (!g_key_file_load_from_data (texts, data, len, G_KEY_FILE_KEEP_TRANSLATIONS, NULL))
    g_error ("texts.ini is broken");
  return texts;
}

/* See the header. */
char *
ww_template_text (const char *group, const char *key, const char *language, ...)
{
  static GKeyFile *texts;
  Value values[MAX_VALUES];
  unsigned n_values;
  g_autofree char *text = NULL;
  va_list arguments;

  if (texts == NULL)
    texts = load_texts ();
  text = g_key_file_get_locale_string (texts, group, key, language, NULL);
  if (text == NULL)
    g_error ("texts.ini has no %s in %s", key, group);
  va_start (arguments, language);
  n_values = collect (arguments, values);
  va_end (arguments);
  return fill (text, strlen (text), false, values, n_values);
}
