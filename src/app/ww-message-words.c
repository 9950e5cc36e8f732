/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-message-words"

#include "ww-message-words.h"

#include <glib/gi18n.h>

/**
 * ww_message_kind_for_people:
 *
 * Returns: what a message of that kind is, when it has no words of its own
 */
const char *
ww_message_kind_for_people (WwMessageKind kind)
{
  switch (kind)
    {
    case WW_MESSAGE_KIND_ATTACHMENTS:
      return _ ("Attachment");
    case WW_MESSAGE_KIND_CONTACT:
      return _ ("Contact");
    case WW_MESSAGE_KIND_LOCATION:
      return _ ("Location");
    case WW_MESSAGE_KIND_UNSENT:
      return _ ("Unsent message");
    case WW_MESSAGE_KIND_UNKNOWN:
      return _ ("a message that needs a newer version of Waxwing");
    case WW_MESSAGE_KIND_TEXT:
    case WW_MESSAGE_KIND_NOTICE:
    case WW_MESSAGE_KIND_GROUP_EVENT:
      return _ ("Message");
    }
  return _ ("Message");
}

/**
 * ww_message_dup_words:
 *
 * Returns: (transfer full): what a message says, in words: its text, else what it is
 */
char *
ww_message_dup_words (WwMessage *message)
{
  const char *text = ww_message_get_text (message);

  if (ww_message_get_kind (message) == WW_MESSAGE_KIND_UNSENT)
    return ww_message_get_outgoing (message)
               ? g_strdup (_ ("You unsent a message"))
               /* Translators: %s is a person's name. */
               : g_strdup_printf (_ ("%s unsent a message"), ww_message_get_sender_name (message));
  return g_strdup (*text != '\0' ? text : ww_message_kind_for_people (ww_message_get_kind (message)));
}
