/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <stdio.h>

#include "ww-cli-text.h"
#include "ww-cli.h"

static void
write_out (FILE *file, const char *text)
{
  fputs (text, file);
  fflush (file);
}

/**
 * ww_cli_print_object:
 * @object: (transfer full): one result
 *
 * Writes it on a line of its own, at once: whoever follows events must not wait for a buffer to fill.
 */
void
ww_cli_print_object (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  g_autofree char *json = json_to_string (node, FALSE);
  g_autofree char *safe = ww_cli_text_escape_json (json);
  g_autofree char *line = g_strconcat (safe, "\n", NULL);

  json_object_unref (object);
  write_out (stdout, line);
}

/**
 * ww_cli_print:
 * @format: text for people, whose parts have gone through ww_cli_text_line() where others chose them
 */
void
ww_cli_print (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  write_out (stdout, text);
}

/**
 * ww_cli_note:
 * @format: a sentence that isn't a result
 */
void
ww_cli_note (const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *safe = NULL;
  g_autofree char *line = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  safe = ww_cli_text_lines (text, 0);
  line = g_strconcat (safe, "\n", NULL);
  write_out (stderr, line);
}

static WwCliStatus
status_of (const GError *error)
{
  if (g_error_matches (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE))
    return WW_CLI_STATUS_USAGE;
  if (g_error_matches (error, WW_ERROR, WW_ERROR_KEYRING_LOCKED))
    return WW_CLI_STATUS_KEYRING_LOCKED;
  if (g_error_matches (error, WW_ERROR, WW_ERROR_OFFLINE))
    return WW_CLI_STATUS_NO_CONNECTION;
  if (g_error_matches (error, WW_ERROR, WW_ERROR_TIMED_OUT))
    return WW_CLI_STATUS_TIMED_OUT;
  return WW_CLI_STATUS_FAILED;
}

static const char *
code_of (const GError *error)
{
  if (g_error_matches (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE))
    return "usage";
  if (g_error_matches (error, WW_CLI_ERROR, WW_CLI_ERROR_NOT_FOUND))
    return "not-found";
  if (g_error_matches (error, WW_CLI_ERROR, WW_CLI_ERROR_DECLINED))
    return "declined";
  if (g_error_matches (error, WW_CLI_ERROR, WW_CLI_ERROR_DIFFERS))
    return "number-differs";
  return error->domain == WW_ERROR ? ww_error_get_code (error) : "failed";
}

/**
 * ww_cli_report:
 * @cli: the run
 * @error: what it ended with
 *
 * Says it on standard error, and with --json as an object on standard output.
 *
 * Returns: the exit status that goes with it
 */
WwCliStatus
ww_cli_report (WwCli *cli, const GError *error)
{
  g_autoptr (GError) said = g_error_copy (error);

  if (g_error_matches (error, DEX_ERROR, DEX_ERROR_TIMED_OUT))
    {
      g_clear_error (&said);
      said = g_error_new_literal (WW_ERROR, WW_ERROR_TIMED_OUT, _ ("The time for this command is over."));
    }
  if (cli->json)
    {
      g_autofree char *message = g_utf8_make_valid (said->message, -1);
      JsonObject *inner = json_object_new ();
      JsonObject *object = json_object_new ();

      json_object_set_string_member (inner, "code", code_of (said));
      json_object_set_string_member (inner, "message", message);
      json_object_set_boolean_member (inner, "retryable", said->domain == WW_ERROR && ww_error_is_retryable (said));
      json_object_set_object_member (object, "error", inner);
      ww_cli_print_object (object);
    }
  ww_cli_note ("waxwing-cli: %s", said->message);
  return status_of (said);
}
