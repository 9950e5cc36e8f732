/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-template.h"

#include <stdarg.h>
#include <string.h>

#include <gio/gio.h>

#define RESOURCE_PREFIX "/im/waxwing/server/"
#define MAX_VALUES      8

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

/* See the header. */
char *
ww_template_fill (const char *template_name, ...)
{
  Value values[MAX_VALUES];
  unsigned n_values = 0;
  unsigned long len;
  const char *template = ww_template_file (template_name, &len);
  const char *end = template + len;
  bool escape = g_str_has_suffix (template_name, ".html");
  GString *text = g_string_sized_new (len + 256);
  va_list arguments;

  va_start (arguments, template_name);
  while (n_values < MAX_VALUES && (values[n_values].name = va_arg (arguments, const char *)) != NULL)
    values[n_values++].value = va_arg (arguments, const char *);
  va_end (arguments);

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
