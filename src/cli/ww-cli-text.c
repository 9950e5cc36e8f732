/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-cli-text.h"

#include <glib/gi18n.h>

#define ZERO_WIDTH_NON_JOINER 0x200c
#define ZERO_WIDTH_JOINER     0x200d

/* Characters that would act instead of show: escape sequences start with controls (C0 and C1), and the format
 * characters turn the direction of what follows. The two joiners are part of how words and emoji are spelled. */
static gboolean
acts (gunichar character)
{
  if (character == ZERO_WIDTH_NON_JOINER || character == ZERO_WIDTH_JOINER)
    return FALSE;
  switch ((int) g_unichar_type (character))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SURROGATE:
      return TRUE;
    default:
      return FALSE;
    }
}

static void
append_escaped (GString *out, gunichar character)
{
  if (character > 0xffff)
    g_string_append_printf (out, "\\u%04x\\u%04x", 0xd800 + ((character - 0x10000) >> 10),
                            0xdc00 + ((character - 0x10000) & 0x3ff));
  else
    g_string_append_printf (out, "\\u%04x", character);
}

static char *
make_safe (const char *text, gboolean keep_newlines, guint indent)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *out = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar character = g_utf8_get_char (p);

      if (character == '\n' && keep_newlines)
        g_string_append_printf (out, "\n%*s", (int) indent, "");
      else if (character == '\n')
        g_string_append_c (out, ' ');
      else if (acts (character))
        append_escaped (out, character);
      else
        g_string_append_unichar (out, character);
    }
  return g_string_free (out, FALSE);
}

/**
 * ww_cli_text_line:
 * @text: (nullable): bytes from anywhere
 *
 * Returns: (transfer full): @text on one line of valid UTF-8 in which controls and format characters stand
 *   as \uXXXX, so that it can neither move the cursor nor turn what follows it around
 */
char *
ww_cli_text_line (const char *text)
{
  return make_safe (text, FALSE, 0);
}

/**
 * ww_cli_text_lines:
 * @text: (nullable): bytes from anywhere
 * @indent: how far to move every line but the first
 *
 * Returns: (transfer full): as ww_cli_text_line(), with its line breaks kept
 */
char *
ww_cli_text_lines (const char *text, guint indent)
{
  return make_safe (text, TRUE, indent);
}

/**
 * ww_cli_text_escape_json:
 * @json: serialised JSON, valid UTF-8
 *
 * Such characters occur within strings only, because JSON's own white space is not printed: so that they can be
 * replaced in the text as a whole.
 *
 * Returns: (transfer full): the same JSON, in which strings spell out what could act on a terminal
 */
char *
ww_cli_text_escape_json (const char *json)
{
  return make_safe (json, FALSE, 0);
}

/**
 * ww_cli_text_width:
 * @text: valid UTF-8 without controls
 *
 * Returns: the number of terminal columns that it takes
 */
guint
ww_cli_text_width (const char *text)
{
  guint width = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar character = g_utf8_get_char (p);

      if (!g_unichar_iszerowidth (character))
        width += g_unichar_iswide (character) ? 2 : 1;
    }
  return width;
}

/**
 * ww_cli_text_time:
 * @ms: milliseconds since 1970-01-01 UTC, any value: others choose it
 *
 * Returns: (transfer full): the local time, to the minute
 */
char *
ww_cli_text_time (gint64 ms)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (ms / 1000);
  char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M") : NULL;

  return text != NULL ? text : g_strdup (_ ("unknown time"));
}

struct _WwCliTable
{
  GPtrArray *rows; /* of strv */
};

static char **
collect (const char *first, va_list others)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (const char *cell = first; cell != NULL; cell = va_arg (others, const char *))
    g_strv_builder_take (builder, ww_cli_text_line (cell));
  return g_strv_builder_end (builder);
}

/**
 * ww_cli_table_new:
 * @first_title: title of the first column; the others follow, then %NULL
 *
 * Returns: (transfer full): a table without rows
 */
WwCliTable *
ww_cli_table_new (const char *first_title, ...)
{
  WwCliTable *self = g_new0 (WwCliTable, 1);
  va_list others;

  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  va_start (others, first_title);
  g_ptr_array_add (self->rows, collect (first_title, others));
  va_end (others);
  return self;
}

/**
 * ww_cli_table_add:
 * @self: a table
 * @first_cell: bytes from anywhere; as many more as the table has columns follow, then %NULL
 */
void
ww_cli_table_add (WwCliTable *self, const char *first_cell, ...)
{
  char **row;
  va_list others;

  va_start (others, first_cell);
  row = collect (first_cell, others);
  va_end (others);
  g_assert (g_strv_length (row) == g_strv_length (g_ptr_array_index (self->rows, 0)));
  g_ptr_array_add (self->rows, row);
}

static guint
column_width (WwCliTable *self, guint column)
{
  guint width = 0;

  for (guint i = 0; i < self->rows->len; i++)
    width = MAX (width, ww_cli_text_width (((char **) g_ptr_array_index (self->rows, i))[column]));
  return width;
}

/**
 * ww_cli_table_to_string:
 * @self: a table
 *
 * Returns: (transfer full): titles and rows, one a line, the last column ragged
 */
char *
ww_cli_table_to_string (WwCliTable *self)
{
  guint columns = g_strv_length (g_ptr_array_index (self->rows, 0));
  g_autofree guint *widths = g_new (guint, columns);
  GString *out = g_string_new (NULL);

  for (guint column = 0; column < columns; column++)
    widths[column] = column_width (self, column);
  for (guint i = 0; i < self->rows->len; i++)
    {
      char **row = g_ptr_array_index (self->rows, i);

      for (guint column = 0; column < columns; column++)
        {
          gboolean last = column + 1 == columns;
          guint padding = last ? 0 : widths[column] - ww_cli_text_width (row[column]) + 2;

          g_string_append_printf (out, "%s%*s", row[column], (int) padding, "");
        }
      g_string_append_c (out, '\n');
    }
  return g_string_free (out, FALSE);
}

void
ww_cli_table_free (WwCliTable *self)
{
  g_ptr_array_unref (self->rows);
  g_free (self);
}
