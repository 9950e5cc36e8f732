/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ww-cli-objects.h"
#include "ww-cli-text.h"
#include "ww-cli.h"

static char *code;
static gboolean accept_sms_cost;
static gboolean inbound;
static gboolean resend;
static gboolean no_wait;
static gboolean wait_hold;

static const GOptionEntry add_options[] = {
  { "accept-sms-cost", 0, 0, G_OPTION_ARG_NONE, &accept_sms_cost, N_ ("A text message may cost me money"), NULL },
  { "inbound", 0, 0, G_OPTION_ARG_NONE, &inbound, N_ ("I send the text message myself"), NULL },
  { "code", 0, 0, G_OPTION_ARG_STRING, &code, N_ ("The code from the text message (standard input)"), N_ ("CODE") },
  { "resend", 0, 0, G_OPTION_ARG_NONE, &resend, N_ ("Send the mail or the message of one under way again"), NULL },
  { "no-wait", 0, 0, G_OPTION_ARG_NONE, &no_wait, N_ ("End as soon as the mail or the message is on its way"), NULL },
  { "wait", 'w', 0, G_OPTION_ARG_NONE, &wait_hold, N_ ("Wait until the time to refuse is over"), NULL },
  G_OPTION_ENTRY_NULL,
};

static const GOptionEntry confirm_options[] = {
  { "wait", 'w', 0, G_OPTION_ARG_NONE, &wait_hold, N_ ("Wait until the time to refuse is over"), NULL },
  G_OPTION_ENTRY_NULL,
};

/**
 * ww_cli_find_addition:
 * @cli: the run
 * @typed: an address or a number
 *
 * Returns: (transfer full) (nullable): its addition, if one is under way
 */
WwHandleAddition *
ww_cli_find_addition (WwCli *cli, const char *typed)
{
  GListModel *additions = ww_client_get_additions (cli->client);
  g_autofree char *handle = ww_handle_text_normalise (typed);

  for (guint i = 0; handle != NULL && i < g_list_model_get_n_items (additions); i++)
    {
      g_autoptr (WwHandleAddition) addition = g_list_model_get_item (additions, i);

      if (g_str_equal (ww_handle_addition_get_handle (addition), handle))
        return g_steal_pointer (&addition);
    }
  return NULL;
}

static const char *
word_of (WwHandleAdditionState state)
{
  g_autoptr (GEnumClass) values = g_type_class_ref (WW_TYPE_HANDLE_ADDITION_STATE);

  return g_enum_get_value (values, (int) state)->value_nick;
}

static void
print_step (WwCli *cli, WwHandleAddition *addition, const char *problem)
{
  JsonObject *object = ww_cli_object_of_addition (addition);

  json_object_remove_member (object, "state");
  ww_cli_object_set (object, "step", word_of (ww_handle_addition_get_state (addition)));
  if (problem != NULL)
    ww_cli_object_set (object, "error", problem);
  ww_cli_print_object (object);
}

static void
say_step (WwCli *cli, WwHandleAddition *addition)
{
  g_autofree char *shown = ww_handle_text_for_display (ww_handle_addition_get_handle (addition));
  g_autofree char *safe = ww_cli_text_line (shown);
  g_autofree char *until = ww_cli_text_time (ww_handle_addition_get_held_until_ms (addition));

  switch (ww_handle_addition_get_state (addition))
    {
    case WW_HANDLE_ADDITION_STATE_CONFIRMING:
      ww_cli_say_how_to_confirm (ww_handle_addition_get_handle (addition), ww_handle_addition_get_proof (addition),
                                 ww_handle_addition_get_send_to (addition),
                                 ww_handle_addition_get_send_text (addition));
      break;
    case WW_HANDLE_ADDITION_STATE_HELD:
      ww_cli_print (_ ("%s belongs to another account, whose devices are asked first and can refuse until %s. Then it "
                       "comes here at the next connection.\n"),
                    safe, until);
      break;
    case WW_HANDLE_ADDITION_STATE_DONE:
      ww_cli_print (_ ("%s belongs to this account now.\n"), safe);
      break;
    case WW_HANDLE_ADDITION_STATE_PUBLISHING:
    case WW_HANDLE_ADDITION_STATE_FAILED:
      break;
    }
}

typedef struct
{
  WwCli *cli;
  WwHandleAddition *addition;
} Watcher;

static void
state_changed_cb (Watcher *watcher)
{
  if (ww_handle_addition_get_state (watcher->addition) == WW_HANDLE_ADDITION_STATE_FAILED)
    return;
  if (watcher->cli->json)
    print_step (watcher->cli, watcher->addition, NULL);
  else
    say_step (watcher->cli, watcher->addition);
}

static DexFuture *
submit_code (gpointer addition, const char *typed)
{
  return ww_handle_addition_submit_code (addition, typed);
}

static void
say_wrong_code (WwCli *cli, gpointer addition)
{
  if (cli->json)
    print_step (cli, addition, "wrong-code");
  else
    ww_cli_say_wrong_code (ww_handle_addition_get_tries_left (addition));
}

static gboolean
has_come_far_enough (gpointer addition)
{
  WwHandleAdditionState state = ww_handle_addition_get_state (addition);

  return state == WW_HANDLE_ADDITION_STATE_DONE || state == WW_HANDLE_ADDITION_STATE_FAILED ||
         (state == WW_HANDLE_ADDITION_STATE_HELD && !wait_hold);
}

static DexFuture *
only_failures_cb (DexFuture *future, gpointer data)
{
  return dex_future_new_infinite ();
}

/* A code that is right is a step, and not the end; one that isn't is the end. */
static DexFuture *
prove (WwCli *cli, WwHandleAddition *addition)
{
  DexFuture *proven;

  if (ww_handle_addition_get_state (addition) != WW_HANDLE_ADDITION_STATE_CONFIRMING ||
      ww_handle_addition_get_proof (addition) != WW_PROOF_CODE)
    return dex_future_new_infinite ();
  proven = code != NULL ? ww_handle_addition_submit_code (addition, code)
                        : ww_cli_ask_code (cli, addition, submit_code, say_wrong_code);
  return dex_future_then (proven, only_failures_cb, NULL, NULL);
}

/* Prints the steps from here on, up to the end or to the hold. */
static gboolean
follow (WwCli *cli, WwHandleAddition *addition, GError **error)
{
  Watcher watcher = { cli, addition };
  gulong on_state = g_signal_connect_swapped (addition, "notify::state", G_CALLBACK (state_changed_cb), &watcher);
  DexFuture *work = ww_cli_until (addition, "notify::state", has_come_far_enough);
  gboolean done = dex_await (ww_cli_bounded (cli, ww_cli_first (work, prove (cli, addition))), error);

  g_signal_handler_disconnect (addition, on_state);
  if (done && ww_handle_addition_get_state (addition) == WW_HANDLE_ADDITION_STATE_FAILED)
    {
      g_propagate_error (error, g_error_copy (ww_handle_addition_get_error (addition)));
      return FALSE;
    }
  return done;
}

/* The one that is under way already, with its message sent again if the person asks for that; or a new one. One that
 * failed is forgotten: there's nothing to go on with. */
static WwHandleAddition *
begin (WwCli *cli, const char *typed, WwHandleAddition *under_way, GError **error)
{
  WwEnrolmentFlags flags = (accept_sms_cost ? WW_ENROLMENT_ACCEPT_COST : 0) | (inbound ? WW_ENROLMENT_INBOUND : 0);
  g_autoptr (WwHandleAddition) addition = under_way != NULL ? g_object_ref (under_way) : NULL;

  if (addition != NULL && ww_handle_addition_get_state (addition) == WW_HANDLE_ADDITION_STATE_FAILED)
    {
      if (!dex_await (ww_cli_bounded (cli, ww_handle_addition_cancel (addition)), error))
        return NULL;
      g_clear_object (&addition);
    }
  if (addition == NULL)
    return dex_await_object (ww_cli_bounded_online (cli, ww_client_add_handle (cli->client, typed, flags)), error);
  if (resend && ww_handle_addition_get_state (addition) == WW_HANDLE_ADDITION_STATE_CONFIRMING &&
      !dex_await (ww_cli_bounded_online (cli, ww_handle_addition_resend (addition)), error))
    return NULL;
  return g_steal_pointer (&addition);
}

static gboolean
run_add_handle (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autofree char *normal = ww_handle_text_normalise (arguments[0]);
  g_autoptr (WwHandleAddition) under_way = NULL;
  g_autoptr (WwHandleAddition) addition = NULL;
  Watcher watcher = { .cli = cli };

  if (normal != NULL && ww_handle_text_is_phone (normal) && !accept_sms_cost)
    {
      g_set_error_literal (error, WW_CLI_ERROR, WW_CLI_ERROR_USAGE, ww_cli_cost_sentence ());
      return FALSE;
    }
  /* Looked for first: connecting is all that one needs which was confirmed meanwhile. */
  if (!ww_cli_open (cli, WW_CLI_REACH_LINK, error))
    return FALSE;
  under_way = ww_cli_find_addition (cli, arguments[0]);
  if (!ww_cli_connect (cli, WW_CLI_REACH_DRAINED, error))
    return FALSE;
  addition = begin (cli, arguments[0], under_way, error);
  if (addition == NULL)
    return FALSE;
  watcher.addition = addition;
  state_changed_cb (&watcher);
  return no_wait || follow (cli, addition, error);
}

static gboolean
run_confirm (WwCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (WwHandleAddition) addition = NULL;

  if (!ww_cli_open (cli, WW_CLI_REACH_DRAINED, error))
    return FALSE;
  addition = ww_cli_find_addition (cli, arguments[0]);
  if (addition == NULL || ww_handle_addition_get_state (addition) != WW_HANDLE_ADDITION_STATE_CONFIRMING ||
      ww_handle_addition_get_proof (addition) != WW_PROOF_CODE)
    {
      g_set_error (error, WW_CLI_ERROR, WW_CLI_ERROR_NOT_FOUND,
                   _ ("No code is waited for from “%s”. “waxwing-cli handles” lists what is."), arguments[0]);
      return FALSE;
    }
  g_set_str (&code, arguments[1]);
  return follow (cli, addition, error);
}

const WwCliCommand ww_cli_command_add_handle = {
  .name = "add-handle",
  .arguments = "HANDLE",
  .summary = N_ ("Add an address or a number to the account"),
  .details = N_ (
      "Prints each step, and waits until the address is confirmed. It can be interrupted, and goes on when it "
      "is given again. An address that another account has comes here only after the time in which its "
      "devices can refuse: then this ends, and the rest happens at a later connection."),
  .options = add_options,
  .min_arguments = 1,
  .max_arguments = 1,
  .run = run_add_handle,
};

const WwCliCommand ww_cli_command_confirm = {
  .name = "confirm",
  .arguments = "HANDLE CODE",
  .summary = N_ ("Confirm a number with the code from the text message"),
  .options = confirm_options,
  .min_arguments = 2,
  .max_arguments = 2,
  .timeout_s = 60,
  .run = run_confirm,
};
