/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-cli.h"

#include <glib/gi18n.h>

/* How long a device that the server doesn't know waits for the record that says why. */
#define REMOVAL_SECONDS 10

G_DEFINE_QUARK (ww - cli - error - quark, ww_cli_error)

static gboolean
is_usable (WwClient *client)
{
  return ww_client_get_state (client) == WW_CLIENT_STATE_READY;
}

/**
 * ww_cli_state_error:
 * @client: a client that is open, and can do nothing more
 *
 * Returns: (transfer full): why
 */
GError *
ww_cli_state_error (WwClient *client)
{
  const GError *error = ww_client_get_error (client);

  if (error != NULL)
    return g_error_copy (error);
  return g_error_new_literal (WW_ERROR, WW_ERROR_NOT_ENROLLED, _ ("This device was removed from its account."));
}

/**
 * ww_cli_open:
 * @cli: the run
 * @reach: how far the client has to come
 * @error: return location
 *
 * Opens the profile, which must belong to an enrolled device, and connects where @reach asks for it.
 *
 * Returns: %FALSE when the client didn't come that far
 */
gboolean
ww_cli_open (WwCli *cli, WwCliReach reach, GError **error)
{
  WwClientOpenFlags flags = reach == WW_CLI_REACH_LOCAL ? WW_CLIENT_OPEN_OFFLINE : WW_CLIENT_OPEN_DEFAULT;

  if (!dex_await (ww_cli_bounded (cli, ww_client_open (cli->client, flags)), error))
    return FALSE;
  if (ww_client_get_state (cli->client) == WW_CLIENT_STATE_NOT_ENROLLED)
    {
      g_set_error_literal (error, WW_ERROR, WW_ERROR_NOT_ENROLLED,
                           _ ("This profile is not enrolled yet. “waxwing-cli enroll” does that."));
      return FALSE;
    }
  if (reach == WW_CLI_REACH_LOCAL)
    return TRUE;
  if (!is_usable (cli->client))
    {
      g_propagate_error (error, ww_cli_state_error (cli->client));
      return FALSE;
    }
  return reach == WW_CLI_REACH_LINK || ww_cli_connect (cli, reach, error);
}

static gboolean
link_is_up (WwClient *client)
{
  switch (ww_client_get_connection (client))
    {
    case WW_CONNECTION_STATE_DRAINING:
    case WW_CONNECTION_STATE_ONLINE:
      return TRUE;
    case WW_CONNECTION_STATE_OFFLINE:
    case WW_CONNECTION_STATE_CONNECTING:
    default:
      return FALSE;
    }
}

/**
 * ww_cli_link_tried:
 * @client: a #WwClient
 *
 * Returns: %TRUE as soon as the link is up, or an attempt to bring it up has failed
 */
gboolean
ww_cli_link_tried (gpointer client)
{
  return link_is_up (client) || !is_usable (client) || ww_client_get_connection_error (client) != NULL;
}

static gboolean
link_is_up_or_useless (gpointer client)
{
  return link_is_up (client) || !is_usable (client);
}

/* Why the client isn't connected. What is no matter of reaching the server stays what it is. */
static GError *
connection_error (WwClient *client)
{
  const GError *reason = ww_client_get_connection_error (client);

  if (!is_usable (client))
    return ww_cli_state_error (client);
  if (reason != NULL && reason->domain == WW_ERROR && reason->code != WW_ERROR_TIMED_OUT)
    return g_error_copy (reason);
  return g_error_new_literal (WW_ERROR, WW_ERROR_OFFLINE,
                              reason != NULL ? reason->message : _ ("There is no connection to the server."));
}

static gboolean
is_stuck (gpointer client)
{
  return link_is_up (client) && ww_client_get_connection_error (client) != NULL;
}

static DexFuture *
reject_stuck_cb (DexFuture *future, gpointer client)
{
  const GError *error = ww_client_get_connection_error (client);

  return error != NULL ? dex_future_new_for_error (g_error_copy (error)) : dex_future_new_infinite ();
}

/* All that waits on the server, or the reason why this device can't take it. */
static gboolean
drain (WwCli *cli, GError **error)
{
  DexFuture *stuck = dex_future_then (ww_cli_until (cli->client, "notify::connection-error", is_stuck), reject_stuck_cb,
                                      cli->client, NULL);
  DexFuture *drained = ww_client_wait_drained (cli->client, ww_cli_remaining_ms (cli));

  return dex_await (ww_cli_bounded (cli, ww_cli_first (drained, stuck)), error);
}

static gboolean
is_stranger (WwClient *client)
{
  const GError *reason = ww_client_get_connection_error (client);

  return reason != NULL && g_str_equal (ww_error_get_code (reason), "unauthenticated");
}

static gboolean
is_useless (gpointer client)
{
  return !is_usable (client);
}

/* A server that doesn't know this device lets it look at the account's record, which says whether it was removed. */
static void
learn_of_removal (WwCli *cli)
{
  if (is_usable (cli->client) && is_stranger (cli->client))
    dex_await (ww_cli_bounded (cli, ww_cli_first (ww_cli_until (cli->client, "notify::state", is_useless),
                                                  dex_timeout_new_seconds (REMOVAL_SECONDS))),
               NULL);
}

/**
 * ww_cli_try_link:
 * @cli: a run whose profile is open, and whose link was asked for
 * @error: return location
 *
 * Waits until the link is up, or one attempt to bring it up has failed; both is an answer.
 *
 * Returns: %FALSE when the time was over, or the command was interrupted
 */
gboolean
ww_cli_try_link (WwCli *cli, GError **error)
{
  gboolean tried = dex_await (ww_cli_bounded (cli, ww_cli_until (cli->client, "notify", ww_cli_link_tried)), error);

  if (tried)
    learn_of_removal (cli);
  return tried;
}

/**
 * ww_cli_connect:
 * @cli: a run whose profile is open
 * @reach: %WW_CLI_REACH_ONLINE or %WW_CLI_REACH_DRAINED
 * @error: return location
 *
 * Without --timeout the first attempt that fails is the answer; with it, attempts go on until then.
 */
gboolean
ww_cli_connect (WwCli *cli, WwCliReach reach, GError **error)
{
  WwCliCondition condition = cli->patient ? link_is_up_or_useless : ww_cli_link_tried;
  g_autoptr (GError) local = NULL;
  gboolean tried = dex_await (ww_cli_bounded (cli, ww_cli_until (cli->client, "notify", condition)), &local);

  if (link_is_up (cli->client))
    return reach < WW_CLI_REACH_DRAINED || drain (cli, error);
  if (!tried && !g_error_matches (local, DEX_ERROR, DEX_ERROR_TIMED_OUT))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  learn_of_removal (cli);
  g_propagate_error (error, connection_error (cli->client));
  return FALSE;
}

/**
 * ww_cli_flush:
 * @cli: a run whose profile is open, and whose link was asked for
 *
 * Waits until what was stored is with the server, as far as that can be had now. What is stored goes out at the next
 * connection anyway, so that there is no failure.
 */
void
ww_cli_flush (WwCli *cli)
{
  if (ww_cli_try_link (cli, NULL) && link_is_up (cli->client))
    dex_await (ww_cli_bounded (cli, ww_client_flush (cli->client, ww_cli_remaining_ms (cli))), NULL);
}

typedef struct
{
  gpointer object;
  WwCliCondition condition;
  DexPromise *promise;
} Until;

static void
until_free (gpointer data, GClosure *closure)
{
  Until *self = data;

  dex_clear (&self->promise);
  g_free (self);
}

static void
until_check_cb (Until *self)
{
  if (dex_future_is_pending (DEX_FUTURE (self->promise)) && self->condition (self->object))
    dex_promise_resolve_boolean (self->promise, TRUE);
}

/**
 * ww_cli_until:
 * @object: a #GObject
 * @detailed_signal: after which the condition may have come true
 * @condition: what to wait for
 *
 * Returns: (transfer full): resolves as soon as the condition holds, maybe at once. The handler stays until
 *   @object goes, which is the end of the run.
 */
DexFuture *
ww_cli_until (gpointer object, const char *detailed_signal, WwCliCondition condition)
{
  g_autoptr (DexPromise) promise = NULL;
  Until *self;

  if (condition (object))
    return dex_future_new_for_boolean (TRUE);
  promise = dex_promise_new ();
  self = g_new0 (Until, 1);
  self->object = object;
  self->condition = condition;
  self->promise = dex_ref (promise);
  g_signal_connect_data (object, detailed_signal, G_CALLBACK (until_check_cb), self, until_free, G_CONNECT_SWAPPED);
  return DEX_FUTURE (g_steal_pointer (&promise));
}

/**
 * ww_cli_first:
 * @work: (transfer full): what to wait for
 * @end: (transfer full): what to wait for at most
 *
 * What is given up is not discarded, but left to go on until the client is closed: see ww_until() in the engine.
 *
 * Returns: (transfer full): whichever comes first
 */
DexFuture *
ww_cli_first (DexFuture *work, DexFuture *end)
{
  dex_future_disown (DEX_FUTURE (dex_ref (work)));
  return dex_future_first (work, end, NULL);
}

/**
 * ww_cli_bounded:
 * @cli: the run
 * @future: (transfer full): what to wait for
 *
 * Returns: (transfer full): @future, or the end of the time that the command has, or its interruption
 */
DexFuture *
ww_cli_bounded (WwCli *cli, DexFuture *future)
{
  DexFuture *bounded = ww_cli_first (future, dex_ref (DEX_FUTURE (cli->interrupted)));

  return cli->deadline_us == 0 ? bounded : ww_cli_first (bounded, dex_timeout_new_deadline (cli->deadline_us));
}

static DexFuture *
reject_offline_cb (DexFuture *future, gpointer data)
{
  WwClient *client = data;

  if (link_is_up (client))
    return dex_future_new_infinite ();
  return dex_future_new_for_error (connection_error (client));
}

/**
 * ww_cli_bounded_online:
 * @cli: a run whose profile is open, and whose link was asked for
 * @future: (transfer full): what to wait for, which needs the link
 *
 * Returns: (transfer full): as ww_cli_bounded(), and rejects when the link can't be brought up, for which
 *   ww_cli_connect() says when that is
 */
DexFuture *
ww_cli_bounded_online (WwCli *cli, DexFuture *future)
{
  DexFuture *tried;

  if (cli->patient)
    return ww_cli_bounded (cli, future);
  tried = dex_future_then (ww_cli_until (cli->client, "notify", ww_cli_link_tried), reject_offline_cb, cli->client,
                           NULL);
  return ww_cli_bounded (cli, ww_cli_first (future, tried));
}

/**
 * ww_cli_remaining_ms:
 * @cli: the run
 *
 * Returns: how much of the command's time is left, in milliseconds; -1: it has no end
 */
int
ww_cli_remaining_ms (WwCli *cli)
{
  if (cli->deadline_us == 0)
    return -1;
  return (int) CLAMP ((cli->deadline_us - g_get_monotonic_time ()) / 1000, 0, G_MAXINT);
}
