/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-cli-text.h"
#include "ww-cli.h"

typedef struct
{
  WwCli *cli;
  GObject *object;
  WwCliSubmit submit;
  WwCliWrongCode wrong;
} Asker;

static void
asker_free (gpointer data)
{
  Asker *asker = data;

  g_object_unref (asker->object);
  g_free (asker);
}

static gboolean
is_wrong_code (const GError *error)
{
  return g_error_matches (error, WW_ERROR, WW_ERROR_REFUSED) && g_str_equal (ww_error_get_code (error), "wrong-code");
}

/* A code that was mistyped is asked for again, as long as the server takes another try. */
static DexFuture *
ask_code_fiber (gpointer data)
{
  Asker *asker = data;

  while (TRUE)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *typed = dex_await_string (ww_cli_read_line (), &error);

      if (typed == NULL)
        return dex_future_new_for_error (g_steal_pointer (&error));
      g_strstrip (typed);
      if (dex_await (asker->submit (asker->object, typed), &error))
        return dex_future_new_for_boolean (TRUE);
      if (is_wrong_code (error))
        asker->wrong (asker->cli, asker->object);
      else if (g_error_matches (error, WW_ERROR, WW_ERROR_INVALID_ARGUMENT))
        /* Nothing was sent, and nothing is lost. */
        ww_cli_note ("%s", error->message);
      else
        return dex_future_new_for_error (g_steal_pointer (&error));
    }
}

/**
 * ww_cli_ask_code:
 * @cli: the run
 * @object: (type GObject): what the code is for
 * @submit: sends it
 * @wrong: says that it was wrong, and that there are tries left
 *
 * Reads codes from standard input, a line each, until one is right.
 *
 * Returns: (transfer full): resolves to %TRUE when one was; rejects at the end of standard input, and when there
 *   are no more tries
 */
DexFuture *
ww_cli_ask_code (WwCli *cli, gpointer object, WwCliSubmit submit, WwCliWrongCode wrong)
{
  Asker *asker = g_new0 (Asker, 1);

  asker->cli = cli;
  asker->object = g_object_ref (object);
  asker->submit = submit;
  asker->wrong = wrong;
  return dex_scheduler_spawn (NULL, 0, ask_code_fiber, asker, asker_free);
}

/**
 * ww_cli_agree:
 * @cli: the run
 * @question: what happens, and what to type
 * @error: return location
 *
 * Asks before something that can't be undone. Only the word itself counts, in the language of @question and in English.
 *
 * Returns: %TRUE when the person agreed
 */
gboolean
ww_cli_agree (WwCli *cli, const char *question, GError **error)
{
  g_autofree char *typed = NULL;

  ww_cli_note ("%s", question);
  typed = dex_await_string (ww_cli_bounded (cli, ww_cli_read_line ()), NULL);
  if (typed != NULL && (g_str_equal (g_strstrip (typed), "yes") || g_str_equal (typed, C_ ("typed answer", "yes"))))
    return TRUE;
  g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_DECLINED, _ ("Nothing was changed."));
  return FALSE;
}

/**
 * ww_cli_cost_sentence:
 *
 * Returns: why nothing is done for a number without --accept-sms-cost
 */
const char *
ww_cli_cost_sentence (void)
{
  return _ ("Confirming a number takes a text message, which may cost you. Add --accept-sms-cost to agree.");
}

/**
 * ww_cli_say_how_to_confirm:
 * @handle: an address or number on its way
 * @proof: how it is confirmed
 * @send_to: (nullable): with %WW_PROOF_INBOUND, the number to write to
 * @send_text: (nullable): with %WW_PROOF_INBOUND, what to write
 */
void
ww_cli_say_how_to_confirm (const char *handle, WwProof proof, const char *send_to, const char *send_text)
{
  g_autofree char *shown = ww_handle_text_for_display (handle);
  g_autofree char *safe = ww_cli_text_line (shown);
  g_autofree char *safe_to = ww_cli_text_line (send_to);
  g_autofree char *safe_text = ww_cli_text_line (send_text);

  switch (proof)
    {
    case WW_PROOF_CODE:
      ww_cli_print (_ ("A text message is on its way to %s. Type the code in it:\n"), safe);
      break;
    case WW_PROOF_INBOUND:
      ww_cli_print (_ ("Send a text message from %s to %s that says just this: %s\nThis waits for it.\n"), safe,
                    safe_to, safe_text);
      break;
    case WW_PROOF_LINK:
    default:
      ww_cli_print (_ ("A mail is on its way to %s. Open the link in it and confirm there; this waits for it.\n"),
                    safe);
      break;
    }
}

/**
 * ww_cli_say_wrong_code:
 * @tries_left: how often another code can be typed; 0: unknown
 */
void
ww_cli_say_wrong_code (guint tries_left)
{
  if (tries_left == 0)
    ww_cli_print ("%s\n", _ ("This is not the code. Type it again:"));
  else
    ww_cli_print (ngettext ("This is not the code, and you can try once more. Type it again:\n",
                            "This is not the code. You can try %u more times. Type it again:\n", tries_left),
                  tries_left);
}
