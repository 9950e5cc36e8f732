/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-message-actions"

#include "ww-message-actions.h"

#include <glib/gi18n.h>

#include "ww-future.h"
#include "ww-message-words.h"
#include "ww-opened-copies.h"
#include "ww-question.h"
#include "ww-time.h"

static void
reported_cb (gpointer owner, const GValue *value, const GError *error, gpointer data)
{
  if (error != NULL)
    gtk_widget_activate_action (owner, "conversation.toast", "s", error->message);
}

/**
 * ww_message_actions_tap_back:
 * @emoji: what to tap back with; "" takes the own tapback away
 */
void
ww_message_actions_tap_back (WwTranscriptItem *item, const char *emoji, GtkWidget *widget)
{
  WwConversation *conversation = ww_transcript_item_get_conversation (item);

  if (conversation == NULL)
    return;
  ww_future_report (
      ww_conversation_tap_back (conversation, ww_transcript_item_get_message (item), *emoji != '\0' ? emoji : NULL),
      widget, reported_cb, NULL);
}

static DexFuture *
unsend (gpointer subject, const char *argument)
{
  WwTranscriptItem *item = subject;

  return ww_conversation_unsend (ww_transcript_item_get_conversation (item), ww_transcript_item_get_message (item));
}

void
ww_message_actions_ask_unsend (WwTranscriptItem *item, GtkWidget *widget)
{
  const WwQuestion question = {
    .heading = _ ("Unsend This Message?"),
    .body = _ ("It goes from everybody's devices, and can't be brought back. Some may have read it already."),
    .label = _ ("_Unsend"),
    .failed = _ ("The Message Was Not Unsent"),
    .func = unsend,
  };

  if (ww_transcript_item_get_conversation (item) != NULL)
    ww_question_ask (&question, G_OBJECT (item), NULL, widget);
}

static DexFuture *
delete_all (gpointer subject, const char *argument)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (WwTranscriptItem) first = g_list_model_get_item (subject, 0);

  for (guint i = 0; i < g_list_model_get_n_items (subject); i++)
    {
      g_autoptr (WwTranscriptItem) item = g_list_model_get_item (subject, i);

      g_ptr_array_add (messages, g_object_ref (ww_transcript_item_get_message (item)));
      ww_opened_copies_forget (ww_message_get_id (ww_transcript_item_get_message (item)));
    }
  return ww_conversation_delete_messages (ww_transcript_item_get_conversation (first), messages);
}

/**
 * ww_message_actions_ask_delete:
 * @items: of WwTranscriptItem, all of one conversation
 */
void
ww_message_actions_ask_delete (GListModel *items, GtkWidget *widget)
{
  guint n = g_list_model_get_n_items (items);
  g_autoptr (WwTranscriptItem) first = g_list_model_get_item (items, 0);
  g_autofree char *heading = g_strdup_printf (ngettext ("Delete This Message?", "Delete These %u Messages?", n), n);
  const WwQuestion question = {
    .heading = heading,
    .body = _ ("What is deleted goes from all of your devices, and can't be brought back. Others keep what they have."),
    .label = _ ("_Delete for Me"),
    .failed = _ ("Nothing Was Deleted"),
    .func = delete_all,
  };

  if (first != NULL && ww_transcript_item_get_conversation (first) != NULL)
    ww_question_ask (&question, G_OBJECT (items), NULL, widget);
}

/**
 * ww_message_actions_dup_text:
 * @items: of WwTranscriptItem, in the order of the conversation
 *
 * Returns: (transfer full): one message as it is; of several each with who wrote it, and when
 */
char *
ww_message_actions_dup_text (GListModel *items)
{
  guint n = g_list_model_get_n_items (items);
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WwTranscriptItem) item = g_list_model_get_item (items, i);
      WwMessage *message = ww_transcript_item_get_message (item);
      g_autofree char *words = ww_message_dup_words (message);
      g_autofree char *when = ww_time_format_stamp (ww_transcript_item_get_shown_ms (item));
      const char *who = ww_message_get_outgoing (message) ? _ ("You") : ww_message_get_sender_name (message);

      if (i > 0)
        g_string_append_c (all, '\n');
      if (n == 1 || ww_transcript_item_is_notice (item))
        g_string_append (all, words);
      else
        /* Translators: a line of a copied conversation: when, who, what. */
        g_string_append_printf (all, _ ("[%1$s] %2$s: %3$s"), when, who, words);
    }
  return g_string_free (all, FALSE);
}
