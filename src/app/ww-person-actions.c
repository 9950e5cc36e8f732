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
  g_autofree char *body = g_strdup_printf (
      /* Translators: %s is the name of a group. */
      _ ("You get nothing from “%s” any more. Only somebody in the group can add you again. What you have stays here "
         "until you delete the conversation."),
      ww_conversation_get_title (conversation));
  const WwQuestion question = {
    .heading = _ ("Leave Group?"),
    .body = body,
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
  gboolean group = ww_conversation_get_kind (conversation) == WW_CONVERSATION_KIND_GROUP;
  /* Names are in what wraps: libadwaita tries a heading in one line first. */
  g_autofree char *body = g_strdup_printf (
      /* Translators: %s is the name of a group. */
      group ? _ ("What anybody writes in “%s” is dropped on all of your devices. They aren't told. You can unblock it "
                 "in the preferences, under “Privacy”.")
            /* Translators: %s is a person's name. */
            : _ ("What %s writes to you is dropped on all of your devices. They aren't told. You can unblock them in "
                 "the preferences, under “Privacy”."),
      ww_conversation_get_title (conversation));
  const WwQuestion question = {
    .heading = group ? _ ("Block This Group?") : _ ("Block This Person?"),
    .body = body,
    .label = _ ("_Block"),
    .failed = group ? _ ("Couldn't Block This Group") : _ ("Couldn't Block This Person"),
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
  g_autofree char *body = g_strdup_printf (
      /* Translators: %s is a person's name. */
      request ? _ ("What %s wrote is erased on all of your devices. If they write again, that is a new request.")
              /* Translators: %s is a person's name, or a group's. */
              : _ ("The messages with %s are erased on all of your devices. If they write again, the conversation "
                   "starts anew."),
      ww_conversation_get_title (conversation));
  const WwQuestion question = {
    .heading = _ ("Delete Conversation?"),
    .body = body,
    .label = _ ("_Delete"),
    .failed = _ ("Couldn't Delete the Conversation"),
    .func = delete,
  };

  ww_question_ask (&question, G_OBJECT (conversation), NULL, parent);
}
