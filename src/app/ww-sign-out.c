/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-sign-out"

#include "ww-sign-out.h"

#include <glib/gi18n.h>

#include "ww-question.h"

static DexFuture *
sign_out (gpointer subject, const char *argument)
{
  return ww_client_sign_out (subject);
}

static DexFuture *
erase (gpointer subject, const char *argument)
{
  return ww_client_wipe (subject);
}

/**
 * ww_sign_out_ask:
 * @parent: where the question is asked, and what went wrong is said
 *
 * Asks before this device leaves the account: what it holds goes with it.
 */
void
ww_sign_out_ask (WwClient *client, GtkWidget *parent)
{
  gboolean last = g_list_model_get_n_items (ww_client_get_devices (client)) <= 1;
  const WwQuestion question = {
    .heading = last ? _ ("Sign Out of Your Last Device?") : _ ("Sign Out of This Device?"),
    .body = last ? _ ("The keys and all messages on this device are erased, and no other device has them. Your account "
                      "stays without a device: only starting over leads back into it, and the people you write with "
                      "will see that.")
                 : _ ("The keys and all messages on this device are erased. Your other devices keep theirs. To come "
                      "back, this device has to be approved by one of them."),
    .label = _ ("_Sign Out"),
    .failed = _ ("Couldn't Sign Out"),
    .func = sign_out,
  };

  ww_question_ask (&question, G_OBJECT (client), NULL, parent);
}

/**
 * ww_sign_out_ask_erase:
 * @parent: where the question is asked, and what went wrong is said
 *
 * Asks before a device that was removed forgets what it holds.
 */
void
ww_sign_out_ask_erase (WwClient *client, GtkWidget *parent)
{
  const WwQuestion question = {
    .heading = _ ("Erase This Device?"),
    .body = _ ("The keys and all messages on this device are erased. Messages that no other device of yours has are "
               "lost."),
    .label = _ ("_Erase"),
    .failed = _ ("Couldn't Erase This Device"),
    .func = erase,
  };

  ww_question_ask (&question, G_OBJECT (client), NULL, parent);
}
