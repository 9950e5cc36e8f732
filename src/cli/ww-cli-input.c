/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-cli.h"

#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <unistd.h>

/* More than any text may have, and enough for many lines. */
#define MAX_INPUT_BYTES (16 * 1024 * 1024)

/* What was read of standard input and not asked for yet. */
static GByteArray *unread;

static gboolean
is_complete (gboolean one_line)
{
  return unread->len > MAX_INPUT_BYTES || (one_line && memchr (unread->data, '\n', unread->len) != NULL);
}

/* Reads on until there is a line, or all of it. Sets `*ended` at the end of standard input. */
static gboolean
fill (gboolean one_line, gboolean *ended, GError **error)
{
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);

  if (unread == NULL)
    unread = g_byte_array_new ();
  *ended = FALSE;
  while (!is_complete (one_line))
    {
      g_autoptr (GBytes)
          part = dex_await_boxed (dex_input_stream_read_bytes (stream, 16 * 1024, G_PRIORITY_DEFAULT), error);

      if (part == NULL)
        return FALSE;
      *ended = g_bytes_get_size (part) == 0;
      if (*ended)
        return TRUE;
      g_byte_array_append (unread, g_bytes_get_data (part, NULL), (guint) g_bytes_get_size (part));
    }
  return TRUE;
}

/* Takes so many bytes of what was read. NULL when they are no text. */
static char *
take_text (guint length)
{
  char *text = NULL;

  if (g_utf8_validate_len ((const char *) unread->data, length, NULL))
    text = g_strndup ((const char *) unread->data, length);
  g_byte_array_remove_range (unread, 0, length);
  return text;
}

static DexFuture *
read_input_fiber (gpointer data)
{
  gboolean one_line = GPOINTER_TO_INT (data), ended;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  const guint8 *newline;

  if (!fill (one_line, &ended, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  if (unread->len > MAX_INPUT_BYTES)
    return dex_future_new_reject (WW_ERROR, WW_ERROR_INVALID_ARGUMENT, "%s", _ ("Standard input is too long."));
  newline = one_line && unread->len > 0 ? memchr (unread->data, '\n', unread->len) : NULL;
  if (one_line && ended && unread->len == 0)
    return dex_future_new_reject (WW_ERROR, WW_ERROR_INVALID_ARGUMENT, "%s", _ ("Standard input has ended."));
  text = take_text (newline != NULL ? (guint) (newline - unread->data) : unread->len);
  if (newline != NULL)
    g_byte_array_remove_range (unread, 0, 1);
  if (text == NULL)
    return dex_future_new_reject (WW_ERROR, WW_ERROR_INVALID_ARGUMENT, "%s",
                                  _ ("What came on standard input is not text in UTF-8."));
  return dex_future_new_take_string (g_steal_pointer (&text));
}

/**
 * ww_cli_read_input:
 *
 * Returns: (transfer full): resolves to all that stands on standard input (a string)
 */
DexFuture *
ww_cli_read_input (void)
{
  return dex_scheduler_spawn (NULL, 0, read_input_fiber, GINT_TO_POINTER (FALSE), NULL);
}

/**
 * ww_cli_read_line:
 *
 * Returns: (transfer full): resolves to the next line of standard input (a string), without its line break; rejects
 *   when there is none
 */
DexFuture *
ww_cli_read_line (void)
{
  return dex_scheduler_spawn (NULL, 0, read_input_fiber, GINT_TO_POINTER (TRUE), NULL);
}
