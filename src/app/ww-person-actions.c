/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-person-actions"

#include "ww-person-actions.h"

#include <glib/gi18n.h>

#include "ww-question.h"

static DexFuture *
block (gpointer subject, const char *argument)
{
  return ww_conversation_block (subject);
}

static DexFuture *delete (gpointer subject, const char *argument)
{
  return ww_conversation_delete (subject);
}

static DexFuture *
leave (gpointer subject, const char *argument)
{
  return ww_conversation_leave (subject);
}

/**
 * ww_person_actions_ask_leave:
 * @conversation: a group
 * @parent: where the question is asked, and what went wrong is said
 */
void
ww_person_actions_ask_leave (WwConversation *conversation, GtkWidget *parent)
{
  /* Translators: %s is the name of a group. */
  g_autofree char *heading = g_strdup_printf (_ ("Leave “%s”?"), ww_conversation_get_title (conversation));
  const WwQuestion question = {
    .heading = heading,
    .body = _ (
        "You get nothing that is written there from now on. Only somebody in the group can add you again. What you "
        "have stays here until you delete the conversation."),
    .label = _ ("_Leave"),
    .failed = _ ("Couldn't Leave the Group"),
    .func = leave,
  };

  ww_question_ask (&question, G_OBJECT (conversation), NULL, parent);
}

/**
 * ww_person_actions_ask_block:
 * @parent: where the question is asked, and what went wrong is said
 */
void
ww_person_actions_ask_block (WwConversation *conversation, GtkWidget *parent)
{
  /* Translators: %s is a person's name. */
  g_autofree char *heading = g_strdup_printf (_ ("Block %s?"), ww_conversation_get_title (conversation));
  const WwQuestion question = {
    .heading = heading,
    .body = _ (
        "What they write to you is dropped on all of your devices. They aren't told. You can unblock them in the "
        "preferences, under “Privacy”."),
    .label = _ ("_Block"),
    .failed = _ ("Couldn't Block This Person"),
    .func = block,
  };

  ww_question_ask (&question, G_OBJECT (conversation), NULL, parent);
}

/**
 * ww_person_actions_ask_delete:
 * @parent: where the question is asked, and what went wrong is said
 */
void
ww_person_actions_ask_delete (WwConversation *conversation, GtkWidget *parent)
{
  gboolean request = ww_conversation_get_standing (conversation) == WW_STANDING_REQUEST;
  /* Translators: %s is a person's name. */
  g_autofree char *heading = g_strdup_printf (_ ("Delete the Conversation with %s?"),
                                              ww_conversation_get_title (conversation));
  const WwQuestion question = {
    .heading = heading,
    .body = request ? _ ("Its messages are erased on this device. If they write again, that is a new request.")
                    : _ ("Its messages are erased on this device. If they write again, the conversation starts anew."),
    .label = _ ("_Delete"),
    .failed = _ ("Couldn't Delete the Conversation"),
    .func = delete,
  };

  ww_question_ask (&question, G_OBJECT (conversation), NULL, parent);
}
